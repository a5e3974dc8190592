"""``cdstrack due``: which reports are due, from whom, since when."""

from typing import Annotated

import typer

from cdstrack.app import boards
from cdstrack.app.lookup import due_in
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.render.body_boards import FORMATS, due_board


def run(
    session: Session,
    *,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within_due")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="opt_group")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_due")] = None,
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_one")] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format_board"), OneOf(FORMATS)
    ] = "table",
) -> int:
    store = session.store()
    found = boards.due(
        store,
        now=session.now,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
        within=due_in(within) if within else 0,
        group=group,
        owner=owner,
        body=body,
    )
    words = session.words
    board = due_board(found.dues, found.status, words, asked=found.asked, within=within or None)
    session.write(FORMATS[form](board, session.words, session.out))
    return EXIT_DATA if session.problems(found.status.problems) else EXIT_OK

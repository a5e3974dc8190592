"""``cdstrack due``: which reports are due, from whom, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cdstrack.app import boards
from cdstrack.app.choice import of_debtor
from cdstrack.app.standing import Selection
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import Duration, parse_duration
from cdstrack.core.verdict.referee import Extract
from cdstrack.core.verdict.verdict import OF_COUNTS
from cdstrack.render.board import BOARD_FORMATS
from cdstrack.render.body_boards import due_board

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import OneOf


def run(
    session: Session,
    *,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within_due")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="opt_group")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_due")] = None,
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_one")] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="opt_format_board"),
        OneOf(BOARD_FORMATS),
    ] = "table",
) -> int:
    duration = parse_duration(within) if within else Duration()
    select = Selection(owners=frozenset({owner} if owner else ()))
    about = of_debtor(body) if body is not None and owner is None else None
    status = session.status(
        select,
        sealed=form == "json",
        about=about,
        reporter=body,
        extract=Extract(boards.dues_within(duration), OF_COUNTS),
    )
    due_list = boards.due(status, duration, group=group, body=body)
    board = due_board(due_list, session.words, within or None)
    session.write(BOARD_FORMATS[form](board, session.out), form)
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK

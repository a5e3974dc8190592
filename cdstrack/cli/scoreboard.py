"""``cdstrack scoreboard``: who has delivered, and who reports."""

from typing import Annotated

import typer

from cdstrack.app import boards
from cdstrack.cli.options import OneOf, by_title
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.render.body_boards import FORMATS, bodies_board, scores_board


def run(
    session: Session,
    *,
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="arg_target")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="opt_group")] = None,
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_one")] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format_board"), OneOf(FORMATS)
    ] = "table",
) -> int:
    store = session.store()
    if target is None:
        ranked = boards.scoreboard(
            store,
            now=session.now,
            as_of=session.as_of(store),
            known_on=session.known_on(store),
            group=group,
            owner=owner,
        )
        found = ranked.status
        board = scores_board(ranked.scores, found, session.words)
    else:
        if owner is not None:
            raise Refusal("only_one_of", options="TARGET, --owner")
        judged = boards.target_board(
            store,
            target,
            by_title=by_title(),
            now=session.now,
            as_of=session.as_of(store),
            known_on=session.known_on(store),
            group=group,
        )
        found = judged.status
        board = bodies_board(judged.verdict, judged.bodies, found, session.words)
    session.write(FORMATS[form](board, session.words, session.out))
    return EXIT_DATA if session.problems(found.problems) else EXIT_OK

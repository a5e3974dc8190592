"""``cdstrack scoreboard``: who has delivered, and who reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cdstrack.app import boards
from cdstrack.app.standing import Selection
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session, by_title
from cdstrack.core.model.problems import Refusal
from cdstrack.core.verdict.referee import Extract
from cdstrack.core.verdict.scores import deliveries
from cdstrack.core.verdict.verdict import OF_COUNTS
from cdstrack.render.board import BOARD_FORMATS
from cdstrack.render.body_boards import bodies_board, scores_board

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import OneOf


def run(
    session: Session,
    *,
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="arg_target")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="opt_group")] = None,
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_one")] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="opt_format_board"),
        OneOf(BOARD_FORMATS),
    ] = "table",
) -> int:
    words = session.words
    if target is None:
        select = Selection(owners=frozenset({owner} if owner else ()))
        sealed, extract = form == "json", Extract(deliveries, OF_COUNTS)
        status = session.status(select, sealed=sealed, extract=extract)
        board = scores_board(boards.scoreboard(status, group), words)
    elif owner is not None:
        raise Refusal("only_one_of", options="TARGET, --owner")
    else:
        status = session.status(sealed=form == "json")
        bodies = boards.target_board(status, target, by_title=by_title(), group=group)
        board = bodies_board(bodies, words)
    session.write(BOARD_FORMATS[form](board, session.out), form)
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK

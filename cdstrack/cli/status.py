"""``cdstrack status``: where everything stands."""

from collections.abc import Sequence
from typing import Annotated, get_args

import typer

from cdstrack.app import standing
from cdstrack.app.lookup import due_in
from cdstrack.app.standing import Selection
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.render.board import FORMATS
from cdstrack.render.status_list import status_board


def run(
    session: Session,
    *,
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="opt_state")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="BODY", help="opt_owner")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="opt_tag")] = None,
    due_within: Annotated[str | None, typer.Option(metavar="90d", help="opt_due_within")] = None,
    sort: Annotated[str, typer.Option(metavar="KEY", help="opt_sort")] = "register",
    group_by: Annotated[str | None, typer.Option(metavar="KEY", help="opt_group_by")] = None,
    everything: Annotated[bool, typer.Option("--all", help="opt_all")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="opt_format")] = "table",
) -> int:
    one_of("--sort", sort, get_args(standing.Sort))
    one_of("--format", form, list(FORMATS))
    if group_by is not None:
        one_of("--group-by", group_by, get_args(standing.GroupBy))
    select = Selection(
        states=frozenset(state or ()),
        owners=frozenset(owner or ()),
        tags=frozenset(tag or ()),
        due_within=due_in(due_within) if due_within else None,
        sort=sort,  # type: ignore[arg-type]
        everything=everything,
    )
    status = session.status(select)
    board = status_board(status, session.words, group_by)  # type: ignore[arg-type]
    session.write(FORMATS[form](board, session.out))
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK


def one_of(option: str, value: str, allowed: Sequence[str]) -> None:
    """Refuse a value that an option does not know."""
    if value not in allowed:
        raise Refusal("bad_choice", option=option, text=value, allowed=list(allowed))

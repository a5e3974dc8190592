"""``cdstrack status``: where everything stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

from cdstrack.app import standing
from cdstrack.app.standing import Selection, tag_sets
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import parse_duration
from cdstrack.core.model.problems import Refusal
from cdstrack.core.verdict.referee import Extract
from cdstrack.render.board import FORMATS
from cdstrack.render.status_list import status_board

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import OneOf


def run(
    session: Session,
    *,
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="opt_state")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="BODY", help="opt_owner")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="opt_tag")] = None,
    due_within: Annotated[str | None, typer.Option(metavar="90d", help="opt_due_within")] = None,
    sort: Annotated[
        standing.Sort,
        typer.Option(metavar="KEY", help="opt_sort"),
        OneOf(get_args(standing.Sort)),
    ] = "register",
    group_by: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="opt_group_by"),
        OneOf(get_args(standing.GroupBy)),
    ] = None,
    under: Annotated[str | None, typer.Option(metavar="TARGET", help="opt_under")] = None,
    depth: Annotated[int | None, typer.Option(metavar="N", help="opt_depth")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="opt_summary")] = False,
    everything: Annotated[bool, typer.Option("--all", help="opt_all")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format"), OneOf(FORMATS)
    ] = "table",
) -> int:
    if depth is not None and depth < 1:
        raise Refusal("depth_from_1", n=depth)
    select = Selection(
        states=frozenset(state or ()),
        owners=frozenset(owner or ()),
        tags=tag_sets(tag) if tag else (),
        under=under,
        due_within=parse_duration(due_within) if due_within else None,
        sort=sort,
        lang=session.words.lang if sort == "title" else "vi",
        everything=everything,
    )
    extract = Extract()
    if form == "json" and not summary:
        from cdstrack.render.data import target_text  # most runs print no object

        extract = Extract(target_text)
    elif group_by == "body":
        from cdstrack.app.boards import bodies_in_short  # most runs group nothing

        extract = Extract(bodies_in_short)
    status = session.status(select, sealed=form == "json", extract=extract)
    if summary:
        from cdstrack.render.summary import summary_board  # most runs show every target

        board = summary_board(status, session.words, group_by, depth)  # type: ignore[arg-type]
    else:
        board = status_board(status, session.words, group_by, depth)  # type: ignore[arg-type]
    session.write(FORMATS[form](board, session.out), form)
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK

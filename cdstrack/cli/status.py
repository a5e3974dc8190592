"""``cdstrack status``: where everything stands."""

from collections.abc import Sequence
from typing import Annotated, get_args

import typer

from cdstrack.app import standing
from cdstrack.app.lookup import due_in
from cdstrack.app.standing import Selection, Status
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.figures import text_of
from cdstrack.render.status_list import FORMATS
from cdstrack.render.views import body_name


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
    everything: Annotated[bool, typer.Option("--all", help="opt_all")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format"), OneOf(FORMATS)
    ] = "table",
) -> int:
    select = Selection(
        states=frozenset(state or ()),
        owners=frozenset(owner or ()),
        tags=frozenset(tag or ()),
        due_within=due_in(due_within) if due_within else None,
        sort=sort,
        everything=everything,
    )
    found = session.status(select)
    standing.check_selection(found.register, select)
    groups = grouped(found, group_by, session.words) if group_by else ()
    session.write(FORMATS[form](found, groups, session.words, session.out))
    failed = session.problems(found.problems)
    return EXIT_DATA if failed else EXIT_OK


def grouped(found: Status, key: str, words: Words) -> list[tuple[str, Sequence[Verdict]]]:
    """Targets under headings: owner of today, reporting body, group of bodies, tag, or state.

    Under a body stands its own part of a target, judged by itself.
    """
    from cdstrack.app.boards import bodies_of  # most runs group nothing

    register = found.register
    groups: dict[str, list[Verdict]] = {}
    for verdict in found.verdicts:
        if key in ("body", "group") and verdict.target.id in found.parents:
            continue  # its classes stand where they belong
        owner = body_name(verdict.owner.current, register.bodies, words)
        group = register.groups.get(verdict.target.reporters or "")
        match key:
            case "owner":
                under = [(owner, verdict)]
            case "body":
                reporting = bodies_of(found, verdict) or {verdict.owner.current: verdict}
                under = [
                    (body_name(name, register.bodies, words), each)
                    for name, each in reporting.items()
                ]
            case "group":
                under = [(text_of(group.name, words) if group else words("no_group"), verdict)]
            case "tag":
                tags = list(verdict.target.tags) or [words("no_tag")]
                under = [(tag, verdict) for tag in tags]
            case _:
                under = [(words(f"state_{verdict.state}"), verdict)]
        for title, each in under:
            groups.setdefault(title, []).append(each)
    return list(groups.items())

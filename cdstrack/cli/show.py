"""``cdstrack show``: everything on one target, or on what stands below a heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cdstrack.app.choice import of_entry
from cdstrack.app.lookup import find_indicator
from cdstrack.app.outline import heading_of
from cdstrack.app.standing import verdict_on
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session, by_title
from cdstrack.render.board import LISTING_FORMATS
from cdstrack.render.target_page import indicator_listing, target_listing

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import TableOrJson


def run(
    session: Session,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="arg_target")],
    form: TableOrJson = "table",
) -> int:
    status = session.status(about=of_entry(target, by_title=by_title()))
    indicator = find_indicator(status.register, target, by_title=by_title())
    heading = None
    if indicator is None:
        heading = heading_of(status, target, by_title=by_title())
    if indicator is not None:
        listing = indicator_listing(indicator, status, session.words, session.out)
    elif heading is not None:
        from cdstrack.render.heading_page import heading_listing  # most show a target

        listing = heading_listing(heading, status, session.words, session.out)
    else:
        verdict = verdict_on(status, target, by_title=by_title())
        listing = target_listing(verdict, status, session.words, session.out)
    session.write(LISTING_FORMATS[form](listing, session.out), form)
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK

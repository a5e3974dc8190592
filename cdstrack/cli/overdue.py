"""``cdstrack overdue``: what is overdue, worst first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cdstrack.app import standing
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import parse_duration
from cdstrack.core.verdict.referee import Extract
from cdstrack.render.board import LISTING_FORMATS
from cdstrack.render.status_list import overdue_listing

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import TableOrJson


def run(
    session: Session,
    *,
    within: Annotated[str | None, typer.Option(metavar="90d", help="opt_within_overdue")] = None,
    form: TableOrJson = "table",
) -> int:
    duration = parse_duration(within) if within else None
    status = session.status(sealed=True) if form == "json" else session.status(extract=Extract())
    days = duration.days_after(status.as_of) if duration else None
    overdue = standing.overdue(status, days)
    listing = overdue_listing(overdue, within, session.words, session.out)
    session.write(LISTING_FORMATS[form](listing, session.out), form)
    return EXIT_DATA if session.problems(overdue.status.problems) else EXIT_OK

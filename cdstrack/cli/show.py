"""``cdstrack show``: everything on one target."""

import sys
from typing import Annotated

import typer

from cdstrack.app.standing import verdict_on
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.cli.status import one_of
from cdstrack.render.board import LISTING_FORMATS
from cdstrack.render.target_page import target_listing


def by_title() -> bool:
    """Titles are searched for people only: a script names ids."""
    return sys.stdin is not None and sys.stdin.isatty()


def run(
    session: Session,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="arg_target")],
    form: Annotated[
        str, typer.Option("--format", metavar="table|json", help="opt_format_short")
    ] = "table",
) -> int:
    one_of("--format", form, list(LISTING_FORMATS))
    status = session.status()
    verdict = verdict_on(status, target, by_title=by_title())
    listing = target_listing(verdict, status, session.words, session.out)
    session.write(LISTING_FORMATS[form](listing, session.out))
    return EXIT_DATA if session.problems(status.problems) else EXIT_OK

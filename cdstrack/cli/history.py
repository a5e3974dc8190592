"""``cdstrack history``: the ledger, newest first, corrections marked."""

from typing import Annotated

import typer

from cdstrack.app import records
from cdstrack.cli.options import TableOrJson, by_title
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.render.board import LISTING_FORMATS
from cdstrack.render.record_lines import history_listing


def run(
    session: Session,
    *,
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="arg_target")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_history")] = None,
    form: TableOrJson = "table",
) -> int:
    store = session.store()
    history = records.history(
        store,
        target,
        by_title=by_title(),
        now=session.now,
        body=body,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
    )
    listing = history_listing(history, session.words)
    session.write(LISTING_FORMATS[form](listing, session.out), form)
    return EXIT_DATA if session.problems(history.problems) else EXIT_OK

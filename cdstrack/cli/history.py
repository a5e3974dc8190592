"""``cdstrack history``: the ledger, newest first, corrections marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cdstrack.app import records
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session, by_title
from cdstrack.render.board import LISTING_FORMATS
from cdstrack.render.record_lines import history_listing

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import TableOrJson


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

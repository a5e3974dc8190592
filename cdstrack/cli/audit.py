"""``cdstrack audit``: which commit brought each line of the ledger, by whom, how late."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.ledger_audit import audit
from cdstrack.app.standing import load_register
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Place, Problem, Refusal, StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import replace
from cdstrack.render.audit_lines import FIELDS, audit_listing, audit_records
from cdstrack.render.board import LISTING_FORMATS, Listing, csv_text
from cdstrack.render.data import Json, flat
from cdstrack.store.files import FileStore

FORMS = ("text", "json", "csv")


def run(
    session: Session,
    *,
    rev: Annotated[str | None, typer.Argument(metavar="[REV]", help="arg_rev")] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format_audit"), OneOf(FORMS)
    ] = "text",
) -> int:
    if session.as_of_text or session.known_on_text:
        raise Refusal("as_of_on_audit")
    store = session.store()
    register = load_register(store)
    if (server := store.server) is not None:
        return _audit_server(session, store, server.address, rev, form)
    desks, damage = _desks(store, register)
    problems = [*store.register()[1], *damage]
    ledger = Path(store.ledger_name)
    report = audit(store.path, register, desks, rev, problems, ledger=ledger, work=session.work)
    if form == "csv":
        _write_csv(session, FIELDS, audit_records(report))
    else:
        _write(session, audit_listing(report, session.words), form)
    session.problems(damage, warnings=True)
    rest = [problem for problem in report.problems if problem not in damage]
    return EXIT_DATA if session.problems(rest) else EXIT_OK


def _audit_server(
    session: Session, store: FileStore, address: ServerAddress, rev: str | None, form: str
) -> int:
    """The same of a ledger on a server, which has marks of its own."""
    from cdstrack.app.server_audit import audit_server  # most ledgers are files
    from cdstrack.render.server_audit_lines import (
        SERVER_FIELDS,
        server_audit_listing,
        server_audit_records,
    )

    register, problems = load_register(store), store.register()[1]
    report = audit_server(store.path, register, address, rev, problems, session.work)
    if form == "csv":
        _write_csv(session, SERVER_FIELDS, server_audit_records(report))
    else:
        _write(session, server_audit_listing(report, session.words), form)
    return EXIT_DATA if session.problems(report.problems, warnings=True) else EXIT_OK


def _write(session: Session, listing: Listing, form: str) -> None:
    kind = "json" if form == "json" else "table"
    session.write(LISTING_FORMATS[kind](listing, session.out), kind)


def _write_csv(session: Session, fields: Sequence[str], rows: Iterable[Sequence[Json]]) -> None:
    session.write([csv_text(fields, ([flat(value) for value in row] for row in rows))], "csv")


def _desks(store: FileStore, register: Register) -> tuple[Sequence[Desk] | None, list[Problem]]:
    """The desks, or none and why: an audit says what it can without them."""
    problems: Sequence[Problem]
    try:
        desks, problems = store.desks()
    except StoreError as error:
        place = Place(register.file, 1, 1)
        desks, problems = None, [Problem(error.code, error.facts, ("desks",), place)]
    damage = [replace(problem, level="warning") for problem in problems]
    return (None if any(p.level == "error" for p in problems) else desks), damage

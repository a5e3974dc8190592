"""``cdstrack audit``: which commit brought each line of the ledger, by whom, how late."""

from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.ledger_audit import audit
from cdstrack.app.standing import load_register
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.render.audit_lines import FIELDS, audit_listing, audit_records
from cdstrack.render.board import LISTING_FORMATS, csv_text
from cdstrack.render.data import flat

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
    desks, problems = store.desks()
    problems = [*store.register()[1], *problems]
    ledger = Path(store.ledger_name)
    report = audit(store.path, register, desks, rev, problems, ledger=ledger)
    problems = report.problems
    if form == "csv":
        rows = ([flat(value) for value in row] for row in audit_records(report))
        session.write([csv_text(FIELDS, rows)], form)
    else:
        listing = audit_listing(report, session.words)
        kind = "json" if form == "json" else "table"
        session.write(LISTING_FORMATS[kind](listing, session.out), kind)
    return EXIT_DATA if session.problems(problems) else EXIT_OK

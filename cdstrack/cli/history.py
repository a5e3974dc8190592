"""``cdstrack history``: the ledger, newest first, corrections marked."""

from collections.abc import Iterator
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cdstrack.app import standing
from cdstrack.cli.options import TableOrJson, by_title
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.report import Report
from cdstrack.render import data
from cdstrack.render.figures import text_of
from cdstrack.render.record_lines import record_lines
from cdstrack.render.text import Line


def run(
    session: Session,
    *,
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="arg_target")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_history")] = None,
    form: TableOrJson = "table",
) -> int:
    store = session.store()
    found = standing.history(
        store,
        target,
        by_title=by_title(),
        body=body,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
    )
    if form == "json":
        records = [
            data.record_object(record, found.corrected_by.get(record.id))
            for record in found.records
        ]
        session.write([data.dumps(records) + "\n"])  # type: ignore[arg-type]
    else:
        session.say(_lines(session, found))
    return EXIT_DATA if session.problems(found.problems) else EXIT_OK


def _lines(session: Session, found: standing.History) -> Iterator[Line]:
    words, zone = session.words, ZoneInfo(found.register.timezone)
    if not found.records:
        yield [(words("no_records"), "dim")]
    for record in found.records:
        yield from record_lines(record, _title(found, record, session), found, words, zone)


def _title(found: standing.History, record: Report, session: Session) -> str:
    target = found.register.targets.get(record.target)
    return text_of(target.title, session.words) if target else record.target

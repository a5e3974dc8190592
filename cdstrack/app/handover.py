"""What is handed over to other programs: targets judged as of a day, and the records on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from cdstrack.app.standing import Selection, Status, check_selection, corrections, recorded, status
from cdstrack.core.model.report import Report
from cdstrack.store.base import Store


@dataclass(frozen=True, slots=True)
class Export:
    """A status and, newest first, the records of the targets in it."""

    status: Status
    reports: Sequence[Report]
    corrected_by: Mapping[str, str]
    stamp: datetime
    """The moment it speaks of: now, or the beginning of the day that was asked for."""


def export(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    select: Selection,
    reports: bool,
) -> Export:
    """Judge every target as of a day; with ``reports`` read the ledger's records too.

    Without a selection these are all records, also of targets that the register does not know.
    Raises Refusal for states, owners and tags that do not exist.
    """
    found = status(store, now=now, as_of=as_of, known_on=known_on, select=select)
    check_selection(found.register, select)
    records: Sequence[Report] = ()
    if reports:
        records = recorded(found.ledger, as_of=as_of)
    if select != Selection():
        chosen = {verdict.target.id for verdict in found.verdicts}
        records = [record for record in records if record.target in chosen]
    stamp = datetime.combine(as_of, time(), UTC) if as_of else now
    return Export(found, records, corrections(records), stamp)

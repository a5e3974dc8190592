"""The records of the ledger: its history, and what is handed over to other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from cdstrack.app.lookup import find_owner, find_subject
from cdstrack.app.standing import Status, load_register, load_wanted, today_in
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import in_zone
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report, row_content
from cdstrack.core.model.work import Work
from cdstrack.core.values.bodies import line_of, owner_on
from cdstrack.store.base import EntryMark, Store, Wanted


@dataclass(frozen=True, slots=True)
class History:
    """Records of the ledger, newest first, and which of them were corrected by which.

    ``copies`` are the ids of those that say what another clone had said of the same row of a sheet;
    they are as if corrected by the record that counts.
    """

    register: Register
    records: Sequence[Report]
    corrected_by: Mapping[str, str]
    as_of: date
    """The day asked for, else today."""
    known_on: date | None = None
    problems: Sequence[Problem] = ()
    copies: Set[str] = frozenset()
    entries: Mapping[str, EntryMark] = field(default_factory=dict)
    """Of records, by id, who brought them to a server, and when, where they say otherwise."""


@dataclass(frozen=True, slots=True)
class Export:
    """A status and, newest first, the records of the targets in it."""

    status: Status
    reports: Sequence[Report]
    corrected_by: Mapping[str, str]
    stamp: datetime
    """The moment it speaks of: now, or the beginning of the day that was asked for."""
    work: Work = field(default_factory=Work)
    """Counts what is written of it."""


def history(
    store: Store,
    text: str | None,
    *,
    by_title: bool,
    now: datetime,
    body: str | None = None,
    as_of: date | None = None,
    known_on: date | None = None,
) -> History:
    """The ledger, newest first; of one target or body if asked. Corrected records stay, marked.

    A body's records are its own and those of the bodies that it follows. Raises Refusal.
    """
    register = load_register(store)
    body = find_owner(register, body) if body is not None else None
    name = find_subject(register, text, by_title=by_title).ledger_id if text is not None else None
    request = Wanted(
        frozenset({name}) if name is not None else None,
        known_on if store.has_clock else None,
        bodies=line_of(body, register.bodies) if body is not None else None,
        as_of=as_of,
        in_part=True,
    )
    files = load_wanted(store, request)
    records = _newest_first(files.ledger, as_of)
    if known_on is not None and not store.has_clock:
        zone = ZoneInfo(register.timezone)
        records = [
            record for record in records if in_zone(record.recorded, zone).date() <= known_on
        ]
    if body is not None:
        records = [record for record in records if _follows(register, body, record)]
    if name is not None:
        records = [record for record in records if record.target == name]
    replacements = _corrections(records)
    of_copies = _copies(records)
    return History(
        register,
        records,
        of_copies | replacements,
        as_of or today_in(register.timezone, now),
        known_on,
        files.problems,
        of_copies.keys() - replacements.keys(),
        store.entries(request) if store.has_clock else {},
    )


@dataclass(frozen=True, slots=True)
class ForeignCorrection:
    """A report that somebody else replaced or took back: what stands, and what stood before."""

    report: Report
    original: Report


def dropped_of(ledger: Ledger) -> Mapping[str, Sequence[Report]]:
    """The records that do not count, by what they are on."""
    dropped: dict[str, list[Report]] = {}
    for record in ledger.dropped:
        dropped.setdefault(record.target, []).append(record)
    return dropped


def foreign_corrections(
    status: Status, target: Target, dropped: Mapping[str, Sequence[Report]] | None = None
) -> list[ForeignCorrection]:
    """The corrections of a target that count, by another name than the report's, in their order.

    ``dropped``: what ``dropped_of`` gives, for whoever asks of many targets.
    """
    dropped = dropped_of(status.ledger) if dropped is None else dropped
    records = {record.id: record for record in dropped.get(target.ledger_id, ())}
    if not records:
        return []
    voids = [record for record in records.values() if record.figure is None]
    corrections = [
        record
        for record in [*status.ledger.around(target), *voids]
        if record.corrects is not None and record.date.last <= status.as_of
    ]
    return [
        ForeignCorrection(record, original)
        for record in sorted(corrections, key=lambda record: record.order)
        for original in (_foreign_original(record, records),)
        if original is not None
    ]


def _foreign_original(correction: Report, records: Mapping[str, Report]) -> Report | None:
    """The nearest record of another name behind a correction, however often it was corrected."""
    original = records.get(correction.corrects or "")
    path = {correction.id}
    while original is not None and original.by == correction.by and original.id not in path:
        path.add(original.id)
        original = records.get(original.corrects or "")
    return original if original is not None and original.by != correction.by else None


def export(
    status: Status, *, reports: bool, whole: bool = True, work: Work | None = None
) -> Export:
    """A status with, if asked, the ledger's ``reports``.

    The ``whole`` ledger holds records of targets as well that the register does not know; else
    there are only those of the targets listed. ``work`` counts what is written of it.
    """
    day = status.as_of if status.moment is None else None
    records = _newest_first(status.ledger, day) if reports else []
    if not whole:
        ids = {verdict.target.ledger_id for verdict in status.verdicts}
        records = [record for record in records if record.target in ids]
    stamp = status.moment or datetime.combine(status.as_of, time(), UTC)
    return Export(status, records, corrections_of(records), stamp, work or Work())


def corrections_of(records: Sequence[Report]) -> dict[str, str]:
    """Of records, newest first, which do not count for another one, and which that is."""
    return _copies(records) | _corrections(records)


def _newest_first(ledger: Ledger, day: date | None) -> list[Report]:
    """The records of a ledger; if asked, only those about days until one."""
    records = ledger.records()
    records.reverse()
    return [record for record in records if day is None or record.date.last <= day]


def _corrections(newest_first: Sequence[Report]) -> dict[str, str]:
    """Which records were corrected by which; of several corrections the last one recorded."""
    oldest_first = reversed(newest_first)
    return {record.corrects: record.id for record in oldest_first if record.corrects is not None}


def _copies(newest_first: Sequence[Report]) -> dict[str, str]:
    """Which records are of a row of a sheet that was recorded before, and the one that counts."""
    firsts: dict[tuple[object, ...], Report] = {}
    copies: dict[str, str] = {}
    for record in reversed(newest_first):
        if record.key:
            first = firsts.setdefault(row_content(record), record)
            if first is not record:
                copies[record.id] = first.id
    return copies


def _follows(register: Register, body: str, record: Report) -> bool:
    """Whether a body reported something itself, or follows the one that did."""
    if record.body is None or record.body == body:
        return record.body == body
    target = register.subject(record.target)
    choices = target.succession if target is not None else {}
    return body in owner_on(record.body, register.bodies, date.max, choices).path

"""Appends to progress.jsonl: under a lock, once, in one write, on disk when it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cdstrack.core.model import Report
from cdstrack.core.problems import Fault
from cdstrack.core.series import Corrections, same_figure
from cdstrack.store.base import Ledger, Prepare, Receipt
from cdstrack.store.ledger_file import TIMEOUT, locked
from cdstrack.store.ledger_read import (
    MAX_LINE,
    Records,
    in_force,
    is_torn,
    read_records,
    unfinished_line,
)
from cdstrack.store.ledger_record import ID_CHARACTERS, Reader, nfc, serialize

_ID_LENGTH = 20


def new_id() -> str:
    """A random id, of more than 100 bits: no two writers anywhere will draw the same."""
    import secrets  # loads slowly, and only writers draw ids

    letters = ID_CHARACTERS.rstrip("-")
    return "".join(secrets.choice(letters) for _ in range(_ID_LENGTH))


def append_report(
    path: Path,
    prepare: Prepare,
    *,
    accumulates: Callable[[str], str],
    again: bool = False,
    waiting: Callable[[], None] = lambda: None,
    timeout: float = TIMEOUT,
) -> Receipt:
    """Add the report that ``prepare`` makes, or find that it is there already.

    There already means: in force with the same content, the same import key, or the same record.
    ``accumulates`` tells of a target how its reports combine; where that is ``sum``, ``again``
    makes an equal report a second real one. ``waiting`` is called once if others hold the lock for
    more than a second. A torn last line is first set aside in a file beside the ledger.

    Raises Fault if ``prepare`` does, or if the report cannot be written as a line; StoreError
    ``not_saved*`` when the ledger is as before, ``may_not_be_saved`` when the disk would not say.
    """
    with locked(path, waiting, timeout) as file:
        with file.reading() as stream:
            records = read_records(stream, str(path))
            tail = unfinished_line(stream)
        line_break = b"\r\n" if records.crlf else b"\n"
        before = line_break if tail else b""
        if tail and is_torn(tail):
            file.set_aside(tail)
            before = b""
        ledger, corrections = in_force(records)
        line, report = _as_written(prepare(ledger))
        known = _known(report, records)
        if known is None:
            adds = accumulates(report.target) == "sum"
            known = _equal(report, ledger, corrections, adds=adds, again=again)
        if known is not None:
            return Receipt(known, new=False)
        file.append(before + line.encode() + line_break)
        return Receipt(report, new=True)


def _as_written(report: Report) -> tuple[str, Report]:
    """The line of a report and what a reader makes of it, so that nothing unreadable is written."""
    line = serialize(report)
    if len(line.encode()) > MAX_LINE:
        raise Fault("report_too_long", bytes=MAX_LINE)
    return line, Reader().read(line)


def _known(report: Report, records: Records) -> Report | None:
    """The record with the same id, if it is the same record, or with the same import key."""
    same_id = records.by_id.get(report.id) if report.id in records.known else None
    if same_id is not None:
        if serialize(same_id) != serialize(report):
            raise Fault("report_same_id", id=report.id)
        return same_id
    if report.key is None:
        return None
    return next((r for r in records if r.key == report.key), None)


def _equal(
    report: Report, ledger: Ledger, corrections: Corrections, *, adds: bool, again: bool
) -> Report | None:
    """The report in force that says the same."""
    if report.figure is None:
        return next((v for v in corrections.voids if v.corrects == report.corrects), None)
    rivals = [r for r in ledger.reports.get(report.target, ()) if r.slot == report.slot]
    if report.corrects is not None:
        rivals = [r for r in rivals if r.corrects == report.corrects]
    elif adds and again:
        return None
    elif not adds:
        rivals = rivals[-1:]
    return next((r for r in rivals if _same_content(r, report, note=not adds)), None)


def _same_content(one: Report, other: Report, *, note: bool) -> bool:
    return (
        same_figure(one.figure, other.figure)
        and one.qualifier == other.qualifier
        and _same_text(one.source, other.source)
        and (not note or _same_text(one.note, other.note))
    )


def _same_text(one: str | None, other: str | None) -> bool:
    return one == other or (one is not None and other is not None and nfc(one) == nfc(other))

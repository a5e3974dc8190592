"""Appends to progress.jsonl: under a lock, once, in one write, on disk when it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import Competition, Rivals, equal_in_force
from cdstrack.store.base import Prepare, Receipt
from cdstrack.store.ledger.file import TIMEOUT, locked
from cdstrack.store.ledger.load import MAX_LINE, LedgerReader, is_torn, unfinished_line
from cdstrack.store.ledger.record import ID_CHARACTERS, Reader, serialize
from cdstrack.store.ledger.reduction import Records, in_force

_ID_LENGTH = 20


def new_id() -> str:
    """A random id, of more than 100 bits: no two writers anywhere will draw the same."""
    import secrets  # loads slowly, and only writers draw ids

    letters = ID_CHARACTERS.rstrip("-")
    return "".join(secrets.choice(letters) for _ in range(_ID_LENGTH))


def append_reports(
    path: Path,
    prepare: Prepare,
    *,
    competition: Callable[[str], Competition],
    again: bool = False,
    waiting: Callable[[], None] = lambda: None,
    timeout: float = TIMEOUT,
) -> list[Receipt]:
    """Add the reports that ``prepare`` makes in one write, but for those that are there already.

    There already means: in force with the same content, the same import key, or the same record.
    ``competition`` tells what the reports of a target compete for; where they add up, ``again``
    makes an equal report a second real one. ``waiting`` is called once if others hold the lock for
    more than a second.
    A torn last line is first set aside in a file beside the ledger.

    What is there already is on disk, too, when this returns: its own writer may have been
    killed before it was.

    Raises Fault if ``prepare`` does, or if the report cannot be written as a line; StoreError
    ``not_saved*`` when the ledger is as before, ``may_not_be_saved`` when the disk would not say.
    """
    with locked(path, waiting, timeout) as file:
        with file.reading() as stream:
            records = LedgerReader(stream, str(path)).read()
            tail = unfinished_line(stream)
        line_break = b"\r\n" if records.crlf else b"\n"
        before = line_break if tail else b""
        if tail.endswith(b"\r"):  # all of the record and half of its line break
            before = b"\n"
        if tail and is_torn(tail):
            file.set_aside(tail)
            before = b""
        ledger, corrections = in_force(records)
        reports = prepare(ledger)
        has_keys = any(report.key is not None for report in reports)
        keys = (
            {record.key: record for record in records if record.key is not None} if has_keys else {}
        )
        receipts, lines, rivals = [], [], Rivals(ledger.reports)
        for draft in reports:
            line, report = as_written(draft)
            existing = _same_record(report, records, keys)
            if existing is None:
                existing = equal_in_force(
                    report,
                    rivals,
                    corrections.voids,
                    competition=competition(report.target),
                    again=again,
                )
            if existing is None:
                lines.append(line.encode() + line_break)
            receipts.append(Receipt(existing or report, new=existing is None))
        if lines:
            file.append(before + b"".join(lines))
        else:
            file.confirm()
        return receipts


def as_written(report: Report) -> tuple[str, Report]:
    """The line of a report and what a reader makes of it, so that nothing unreadable is written."""
    line = serialize(report)
    if len(line.encode()) > MAX_LINE:
        raise Fault("report_too_long", bytes=MAX_LINE)
    return line, Reader().read(line)


def _same_record(report: Report, records: Records, keys: Mapping[str, Report]) -> Report | None:
    """The record with the same id, if it is the same record, or with the same import key."""
    same_id = records.by_id.get(report.id) if report.id in records.known else None
    if same_id is not None:
        if serialize(same_id) != serialize(report):
            raise Fault("report_same_id", id=report.id)
        return same_id
    return keys.get(report.key) if report.key is not None else None

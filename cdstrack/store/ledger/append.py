"""Appends to progress.jsonl: under a lock, once, in one write, on disk when it is acknowledged."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from cdstrack.core.model.problems import Fault, StoreError
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report, import_row
from cdstrack.core.model.structs import replace
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import Competition, Corrections, Rivals, equal_in_force
from cdstrack.store.base import Belief, BeliefError, Prepare, Receipt
from cdstrack.store.ledger.file import TIMEOUT, locked
from cdstrack.store.ledger.load import (
    MAX_LINE,
    SMALL,
    Choice,
    LedgerReader,
    chunks_of,
    is_beginning,
    is_torn,
    loose_end,
    unfinished_line,
)
from cdstrack.store.ledger.record import ID_CHARACTERS, Reader, serialize
from cdstrack.store.ledger.reduction import Records, in_force

_ID_LENGTH = 20
_order = attrgetter("order")


def new_id() -> str:
    """A random id, of more than 100 bits: no two writers anywhere will draw the same."""
    import secrets  # loads slowly, and only writers draw ids

    letters = ID_CHARACTERS.rstrip("-")
    number, text = secrets.randbelow(len(letters) ** _ID_LENGTH), ""
    for _ in range(_ID_LENGTH):
        number, letter = divmod(number, len(letters))
        text += letters[letter]
    return text


def append_reports(
    path: Path,
    prepare: Prepare,
    *,
    competition: Callable[[str], Competition],
    targets: Collection[str] | None = None,
    judges: Mapping[str, str] = MappingProxyType({}),
    again: bool = False,
    present: datetime | None = None,
    waiting: Callable[[], None] = lambda: None,
    work: Work | None = None,
    timeout: float = TIMEOUT,
    indexes: Choice = lambda: None,
    belief: Belief | None = None,
) -> list[Receipt]:
    """Add the reports that ``prepare`` makes in one write, but for those that are there already.

    There already means: in force with the same content, the same import key, or the same record.
    ``targets`` are those that ``prepare`` looks at and makes reports on, None if that may be any;
    of a large ledger only these are read, by its index if it has one (``indexes``).
    ``competition`` tells what the reports of a target compete for; where they add up, ``again``
    makes an equal report a second real one. ``waiting`` is called once if others hold the lock for
    more than a second, ``work`` counts what is read. What claims to be recorded after ``present``
    is in nobody's way. ``judges`` is ``Register.judges``.
    A torn last line, and the lines of a batch that was not written to its end, are first set aside
    in a file beside the ledger.

    What is there already is on disk, too, when this returns: its own writer may have been
    killed before it was.

    Raises Fault if ``prepare`` does, or if the report cannot be written as a line; StoreError
    ``not_saved*`` when the ledger is as before, also where a file holds something and no record;
    ``may_not_be_saved`` when the disk would not say; BeliefError, before anything is done, where
    the index that was believed (``belief``) is not that of the ledger.
    """
    with locked(path, waiting, timeout) as file:
        with file.reading() as stream:
            records, has_all = None, False
            if targets is not None and not judges and file.size > SMALL:
                place = indexes()
                if place is not None:
                    from cdstrack.store.ledger.joined import records_for  # most need no index

                    records = records_for(stream, path, place, present, work)
            if belief is not None and belief.digest is not None:
                beginning = records.beginning if records is not None else None
                if beginning is None or beginning.digest != belief.digest:
                    raise BeliefError
            if records is None:
                records, has_all = _records_on(targets, stream, str(path), present, work)
            tail = unfinished_line(stream)
            is_ledger = bool(records.known or records.halves or records.future) or is_beginning(
                stream
            )
            end = loose_end(stream, records.halves) if records.halves else None
            aside = tail if tail and is_torn(tail) else b""
            if end is not None:
                stream.seek(end.offset)
                aside = stream.read()
        if not is_ledger:
            raise StoreError("not_saved_no_record", path=str(path))
        line_break = b"\r\n" if records.crlf else b"\n"
        before = line_break if tail else b""
        if tail.endswith(b"\r"):  # all of the record and half of its line break
            before = b"\n"
        if aside:
            piece = file.set_aside(aside)
            before = b""
        ledger, corrections = in_force(records, judges=judges)
        reports = prepare(ledger)
        if not has_all:
            with file.reading() as stream:
                if _may_be_there(stream, records, reports):
                    records = LedgerReader(stream, str(path), present, work=work).read()
                    ledger, corrections = in_force(records, judges=judges)
        receipts = receipts_for(
            reports, records, ledger, corrections, competition=competition, again=again
        )
        receipts = _in_batch(receipts)
        lines = [as_written(receipt.report)[0].encode() for receipt in receipts if receipt.new]
        if lines:
            file.append(before + b"".join(line + line_break for line in lines))
        else:
            file.confirm()
        if not aside:
            return receipts
        n = sum(1 for line in aside.splitlines() if line.strip())
        return [replace(receipt, aside=(str(piece), n)) for receipt in receipts]


def receipts_for(
    reports: Sequence[Report],
    records: Records,
    ledger: Ledger,
    corrections: Corrections,
    *,
    competition: Callable[[str], Competition],
    again: bool,
    imports: Sequence[Report] | None = None,
) -> list[Receipt]:
    """For each report the one that is there already, or itself as it will be read.

    ``imports`` are the records that came with sheets, where they are not those of ``records``.
    """
    rows: dict[str, Report] = {}
    if any(report.key for report in reports):
        imports = records.imports if imports is None else imports
        newest_first = sorted(imports, key=_order, reverse=True)
        rows = {import_row(record.key or ""): record for record in newest_first}
    receipts: list[Receipt] = []
    rivals = Rivals(ledger.reports)
    for draft in reports:
        _, report = as_written(draft)
        existing = _same_record(report, records, rows)
        if existing is None:
            existing = equal_in_force(
                report,
                rivals,
                corrections.voids,
                competition=competition(report.target),
                again=again,
            )
        receipts.append(Receipt(existing or report, new=existing is None))
    return receipts


def _records_on(
    targets: Collection[str] | None,
    stream: BinaryIO,
    name: str,
    present: datetime | None,
    work: Work | None,
) -> tuple[Records, bool]:
    """The records on some targets, with others, and whether they are all there are."""
    if targets is not None and os.fstat(stream.fileno()).st_size > SMALL:
        from cdstrack.store.ledger.sieve import MOST_TARGETS, Sieve  # small ledgers are read whole

        sieve = Sieve(targets)
        reader = LedgerReader(stream, name, present, work=work, sieve=sieve)
        if len(targets) <= MOST_TARGETS and sieve.suffices(records := reader.read()):
            return records, False
    return LedgerReader(stream, name, present, work=work).read(), True


def _may_be_there(stream: BinaryIO, records: Records, reports: Sequence[Report]) -> bool:
    """Whether a report may stand in a ledger already, whatever target it is there on."""
    if records.beginning is not None:
        return records.beginning.has_any(records, reports)
    if any(report.key for report in reports):
        return True
    ids = [report.id.encode() for report in reports]
    return any(name in chunk for chunk in chunks_of(stream) for name in ids)


def _in_batch(receipts: list[Receipt]) -> list[Receipt]:
    """The receipts with the new reports marked as one batch, so that a reader who meets only some
    of their lines knows it."""
    n = sum(receipt.new for receipt in receipts)
    if n < 2:
        return receipts
    batch = f"{new_id()}:{n}"
    return [Receipt(r.report._replace(batch=batch), new=True) if r.new else r for r in receipts]


def as_written(report: Report) -> tuple[str, Report]:
    """The line of a report and what a reader makes of it, so that nothing unreadable is written."""
    line = serialize(report)
    if len(line.encode()) > MAX_LINE:
        raise Fault("report_too_long", bytes=MAX_LINE)
    return line, Reader().read(line)


def _same_record(report: Report, records: Records, rows: Mapping[str, Report]) -> Report | None:
    """The record with the same id, if it is the same record, or of the same row of a sheet."""
    same_id = records.by_id.get(report.id) if report.id in records.known else None
    if same_id is not None:
        if serialize(same_id._replace(batch=None)) != serialize(report):
            raise Fault("report_same_id", id=report.id)
        return same_id
    return rows.get(import_row(report.key)) if report.key else None

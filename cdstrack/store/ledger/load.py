"""Reads progress.jsonl: every sound line counts, every damaged one is a problem with its place."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import BinaryIO

from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.store.ledger.file import open_to_read
from cdstrack.store.ledger.record import Damage, Reader
from cdstrack.store.ledger.reduction import Batch, Records, in_force
from cdstrack.store.safe_open import system_error

MAX_LINE = 64 * 1024
SMALL = 256 * 1024
"""Up to this size the strict reader is done before msgspec would be imported."""

MAX_PROBLEMS = 1000
_TORN = frozenset({"ledger_not_json", "ledger_not_utf8", "ledger_line_too_long"})
"""What is wrong with a line of which only the beginning reached the disk."""

_CHUNK = 256 * 1024
_BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"(<{7}|={7}|>{7}|\|{7})(?: |\r?$)")
_ID_FIELD = re.compile(rb'"id"\s*:\s*"([0-9a-z-]+)"')
_EXCERPT = 200
_MANY = 100_000


def read_ledger(
    path: Path, *, known_on: date | None, zone: tzinfo, display: str
) -> tuple[Ledger, list[Problem]]:
    """The reports that count, and what is wrong with the file; no file is an empty ledger.

    ``known_on`` leaves out what was recorded after that day in ``zone``. ``display`` is the name
    of the file in problems. Raises StoreError (``ledger_not_a_file``, ``ledger_unreadable``).
    """
    with _without_gc(), _reading(path, display) as file:
        if file is None:
            return Ledger({}), []
        records = read_records(file, display)
        ledger, corrections = in_force(records, _end_of(known_on, zone))
        return ledger, records.problems + _placed(corrections.problems, file, display)


def places_of(path: Path, ids: Collection[str], *, display: str) -> dict[str, Place]:
    """Where the records with these ids stand. Raises StoreError."""
    with _reading(path, display) as file:
        lines = _locate(file, ids) if file is not None else {}
    return {str(id_): _place(display, *line, "id") for id_, line in lines.items()}


def _end_of(day: date | None, zone: tzinfo) -> datetime | None:
    if day is None or day == date.max:
        return None
    morrow = day + timedelta(days=1)
    return datetime(morrow.year, morrow.month, morrow.day, tzinfo=zone)


def read_records(file: BinaryIO, display: str) -> Records:
    """Everything in an open ledger, from its beginning. Raises StoreError."""
    return _Reading(file, display).all()


@contextmanager
def _without_gc() -> Iterator[None]:
    """Keep the garbage collector from searching a million tuples, which hold no cycles.

    Neither now nor later: if that many were made, it will not look at them again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
            gc.enable()


class _Reading:
    """One pass through a file, chunk by chunk, with the line it has reached."""

    def __init__(self, file: BinaryIO, display: str) -> None:
        self.file = file
        self.display = display
        self.records = Records()
        self.line = 1
        self.strict = Reader()
        self.clashes: list[tuple[int, str, bytes]] = []
        self.unnamed = 0

    def all(self) -> Records:
        large = os.fstat(self.file.fileno()).st_size > SMALL
        if large:
            from cdstrack.store.ledger.fast import FastReader

            fast = FastReader(self.strict)
        for chunk in _chunks(self.file):
            if self.line == 1:
                self.records.crlf = chunk.partition(b"\n")[0].endswith(b"\r")
            batch = None
            if large and not _may_hold_long_line(chunk):
                whole = chunk if chunk.endswith(b"\n") else chunk + b"\n"
                batch = fast.read(whole)
            if batch is None:
                self._line_by_line(chunk)
            else:
                self._add(batch, chunk)
                self.line += len(batch.reports)
            self.strict.forget()
        self._name_clashes()
        if self.unnamed:
            self.records.problems.append(Problem("ledger_more_problems", {"count": self.unnamed}))
        return self.records

    def _add(self, batch: Batch, chunk: bytes) -> None:
        for index in self.records.add(batch):
            line = chunk.split(b"\n")[index]
            self.clashes.append((self.line + index, batch.ids[index], line))

    def _line_by_line(self, chunk: bytes) -> None:
        *lines, tail = chunk.split(b"\n")
        if tail:
            lines.append(tail)
        for index, line in enumerate(lines):
            try:
                report = read_line(self.strict, line)
            except Damage as damage:
                if tail and index == len(lines) - 1 and damage.code in _TORN:
                    damage = Damage("ledger_torn_tail", {"bytes": len(line)})
                self._blame(self.line, line, damage)
            else:
                if report and self.records.add(Batch.of([report])):
                    self.clashes.append((self.line, report.id, line))
            self.line += 1

    def _blame(self, number: int, line: bytes, damage: Damage) -> None:
        problems = self.records.problems
        if len(problems) == MAX_PROBLEMS:
            self.unnamed += 1
            return
        problems.append(
            Problem(
                damage.code,
                damage.facts,
                path=(damage.field,) if damage.field else (),
                place=_place(self.display, number, line, damage.field, damage.column),
                level="warning" if damage.code == "ledger_torn_tail" else "error",
            )
        )

    def _name_clashes(self) -> None:
        if not self.clashes:
            return
        first = _locate(self.file, {id_ for _, id_, _ in self.clashes})
        for number, id_, line in self.clashes:
            facts = {"id": id_, "first_line": first[id_][0]}
            self._blame(number, line, Damage("ledger_same_id", facts, "id"))
        self.records.problems.sort(key=lambda problem: problem.place.line if problem.place else 0)


def read_line(strict: Reader, line: bytes) -> Report | None:
    """The record on a line, None if the line is blank. Raises Damage."""
    if len(line) > MAX_LINE:
        raise Damage("ledger_line_too_long", {"bytes": MAX_LINE})
    marker = _MARKER.match(line)
    if marker:
        raise Damage("ledger_conflict", {"marker": marker[1].decode()})
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        facts = {"byte": f"0x{line[error.start]:02x}"}
        raise Damage("ledger_not_utf8", facts, column=column) from None
    return strict.read(text) if text.strip(" \t\r") else None


def unfinished_line(file: BinaryIO) -> bytes:
    """What stands after the last line break of the file."""
    end = file.seek(0, os.SEEK_END)
    pieces = [b""]
    while end and b"\n" not in pieces[-1]:
        start = max(0, end - MAX_LINE)
        file.seek(start)
        pieces.append(file.read(end - start))
        end = start
    return b"".join(reversed(pieces)).rpartition(b"\n")[2]


def is_torn(line: bytes) -> bool:
    """Whether an unfinished line is the beginning of a record, not all of it."""
    try:
        read_line(Reader(), line.removeprefix(_BOM))
    except Damage as damage:
        return damage.code in _TORN
    return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces that end with a line, without a byte order mark.

    Of a line that is far too long only as much is kept as shows that it is.
    """
    file.seek(0)
    chunk = file.read(_CHUNK).removeprefix(_BOM)
    while chunk:
        if not chunk.endswith(b"\n"):
            rest = file.readline(MAX_LINE)
            chunk += rest
            if len(rest) == MAX_LINE and not rest.endswith(b"\n"):
                while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(MAX_LINE)
                chunk += rest[-1:]
        yield chunk
        chunk = file.read(_CHUNK)


def _may_hold_long_line(chunk: bytes) -> bool:
    """Whether a line may exceed MAX_LINE: such a line fills a whole half of it, aligned."""
    half = MAX_LINE // 2
    return any(
        chunk.find(b"\n", start, start + half) < 0 for start in range(0, len(chunk) - half, half)
    )


def _locate(file: BinaryIO, ids: Collection[object]) -> dict[object, tuple[int, bytes]]:
    """The number and text of the first line of each record asked for."""
    found: dict[object, tuple[int, bytes]] = {}
    number = 0
    for chunk in _chunks(file):
        for line in chunk.removesuffix(b"\n").split(b"\n"):
            number += 1
            match = _ID_FIELD.search(line)
            if match and (id_ := match[1].decode()) in ids:
                found.setdefault(id_, (number, line))
    return found


def _placed(problems: Collection[Problem], file: BinaryIO, display: str) -> list[Problem]:
    """Problems of corrections with the place of the record that each names."""
    if not problems:
        return []
    lines = _locate(file, {problem.facts["id"] for problem in problems})
    return [
        problem.at(_place(display, *lines.get(problem.facts["id"], (1, b"")), "corrects"))
        for problem in problems
    ]


def _place(display: str, number: int, line: bytes, key: str | None, column: int = 1) -> Place:
    text = line.decode("utf-8", "backslashreplace").rstrip("\r")
    width = 1
    if key:
        found = re.search(rf'(?<!\\)"{key}"(?=\s*:)', text)
        if found:
            column, width = found.start() + 1, len(found[0])
    return Place(display, number, column, text[: column + _EXCERPT], width)


@contextmanager
def _reading(path: Path, display: str) -> Iterator[BinaryIO | None]:
    """An open ledger; None if there is none. Errors of the system become StoreError."""
    try:
        file = open_to_read(path)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise system_error("ledger_unreadable", path, error) from error
    with file:
        try:
            yield file
        except OSError as error:
            raise system_error("ledger_unreadable", path, error) from error

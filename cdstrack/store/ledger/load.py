"""Reads progress.jsonl: every sound line counts, every damaged one is a problem with its place."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import BinaryIO

from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.store.ledger.record import Damage, Reader
from cdstrack.store.ledger.reduction import Batch, Records, in_force
from cdstrack.store.safe_open import NotAFile, open_regular, system_error

MAX_LINE = 64 * 1024
SMALL = 256 * 1024
"""Up to this size the strict reader is done before msgspec would be imported."""

MAX_PROBLEMS = 1000
_TORN = frozenset({"ledger_not_json", "ledger_not_utf8", "ledger_line_too_long"})
"""What is wrong with a line of which only the beginning reached the disk."""

_CHUNK = 64 * 1024
"""What is made of so many bytes stays in the cache of a processor until it is done."""

BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"(<{7}|={7}|>{7}|\|{7})(?: |\r?$)")
_ID_FIELD = re.compile(rb'"id"\s*:\s*"([0-9a-z-]+)"')
_EXCERPT = 200
_MANY = 100_000


Visit = Callable[[int, Sequence[bytes], Sequence[Report]], None]
"""Is shown whole lines that hold records: the number of the first, the lines, the records."""


def read_ledger(
    path: Path, before: datetime | None = None, visit: Visit | None = None
) -> tuple[Ledger, list[Problem]]:
    """The reports that count, and what is wrong with the file; no file is an empty ledger.

    What was recorded from the moment ``before`` on is left out. ``visit`` sees every record with
    its line. Raises StoreError.
    """
    with open_ledger(path) as file:
        if file is None:
            return Ledger({}), []
        records = LedgerReader(file, str(path), visit=visit).read()
        ledger, corrections = in_force(records, before)
        problems = records.problems
        if corrections.problems:
            problems = problems + _with_places(corrections.problems, file, str(path))
        return ledger, problems


def end_of(day: date, zone: tzinfo) -> datetime | None:
    """The moment at which a day is over; None for the last day there is."""
    if day == date.max:
        return None
    morrow = day + timedelta(days=1)
    return datetime(morrow.year, morrow.month, morrow.day, tzinfo=zone)


def places_of(path: Path, ids: Collection[str]) -> dict[str, Place]:
    """Where the records with these ids stand. Raises StoreError."""
    with open_ledger(path) as file:
        lines = _locate(file, ids) if file is not None else {}
    return {str(id_): _place(str(path), *line, "id") for id_, line in lines.items()}


@contextmanager
def open_ledger(path: Path) -> Iterator[BinaryIO | None]:
    """A ledger to be read; None if there is none. Raises StoreError: ``ledger_not_a_file``, also
    for a link, which may lead to what is nobody's ledger; ``ledger_unreadable``.

    Meanwhile the garbage collector does not search a million tuples, which hold no cycles. If that
    many were made, it will not look at them later either.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        try:
            descriptor = open_regular(path)
        except FileNotFoundError:
            yield None
            return
        with os.fdopen(descriptor, "rb") as file:
            yield file
    except NotAFile as error:
        raise StoreError("ledger_not_a_file", path=str(path)) from error
    except OSError as error:
        raise system_error("ledger_unreadable", path, error) from error
    finally:
        if was_on:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
            gc.enable()


@dataclass(eq=False)
class LedgerReader:
    """One pass through an open ledger, chunk by chunk, with the line it has reached."""

    file: BinaryIO
    name: str
    records: Records = field(default_factory=Records)
    line: int = 1
    strict: Reader = field(default_factory=Reader)
    clashes: list[tuple[int, str, bytes]] = field(default_factory=list)
    unnamed: int = 0
    visit: Visit | None = None

    def read(self) -> Records:
        """Everything in the file, from its beginning. Raises OSError."""
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
                if self.visit is not None:
                    self.visit(self.line, whole.split(b"\n")[:-1], batch.reports)
                self.line += len(batch.reports)
            if large:
                self.strict.forget()
        if self.clashes:
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
                if report and self.visit is not None:
                    self.visit(self.line, [line], [report])
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
                place=_place(self.name, number, line, damage.field, damage.column),
                level="warning" if damage.code == "ledger_torn_tail" else "error",
            )
        )

    def _name_clashes(self) -> None:
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
        read_line(Reader(), line.removeprefix(BOM))
    except Damage as damage:
        return damage.code in _TORN
    return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces that end with a line, without a byte order mark.

    Of a line that is far too long only as much is kept as shows that it is.
    """
    file.seek(0)
    chunk = file.read(_CHUNK).removeprefix(BOM)
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
    """The number and text of the first line of each of these records."""
    lines: dict[object, tuple[int, bytes]] = {}
    number = 0
    for chunk in _chunks(file):
        for line in chunk.removesuffix(b"\n").split(b"\n"):
            number += 1
            match = _ID_FIELD.search(line)
            if match and (id_ := match[1].decode()) in ids:
                lines.setdefault(id_, (number, line))
    return lines


def _with_places(problems: Collection[Problem], file: BinaryIO, name: str) -> list[Problem]:
    """Problems of corrections with the place of the record that each names."""
    lines = _locate(file, {problem.facts["id"] for problem in problems})
    return [
        problem.at(_place(name, *lines.get(problem.facts["id"], (1, b"")), "corrects"))
        for problem in problems
    ]


def _place(file: str, number: int, line: bytes, key: str | None, column: int = 1) -> Place:
    text = line.decode("utf-8", "backslashreplace").rstrip("\r")
    width = 1
    if key:
        match = re.search(rf'(?<!\\)"{key}"(?=\s*:)', text)
        if match:
            column, width = match.start() + 1, len(match[0])
    return Place(file, number, column, text[: column + _EXCERPT], width)

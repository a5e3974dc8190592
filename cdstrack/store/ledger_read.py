"""Reads progress.jsonl: every sound line counts, every damaged one is a problem with its place."""

from __future__ import annotations

import gc
import os
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Set
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import chain, compress, islice
from operator import attrgetter, lt
from pathlib import Path
from typing import Any, BinaryIO

from cdstrack.core.model import Report
from cdstrack.core.problems import Place, Problem
from cdstrack.core.series import Corrections, Series, correct, in_order, same_figure
from cdstrack.store.base import Ledger
from cdstrack.store.ledger_file import open_to_read, system_error
from cdstrack.store.ledger_record import Damage, Memo, Reader

MAX_LINE = 64 * 1024
SMALL = 256 * 1024
"""Up to this size the strict reader is done before msgspec would be imported."""

MAX_PROBLEMS = 1000
MANY_LOST = 20
"""Up to so many records of a target are looked for one by one."""
_TORN = frozenset({"ledger_not_json", "ledger_not_utf8", "ledger_line_too_long"})
"""What is wrong with a line of which only the beginning reached the disk."""

_CHUNK = 256 * 1024
_BEFORE = datetime.min.replace(tzinfo=UTC)
_BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"(<{7}|={7}|>{7}|\|{7})(?: |\r?$)")
_ID_FIELD = re.compile(rb'"id"\s*:\s*"([0-9a-z-]+)"')
_EXCERPT = 200
_MANY = 100_000

_id = attrgetter("id")
_target = attrgetter("target")
_corrects = attrgetter("corrects")
_recorded = attrgetter("recorded")
_last_day = attrgetter("date.last")
_order = attrgetter("recorded", "id")


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


def read_history(path: Path, *, display: str) -> tuple[list[Report], list[Problem]]:
    """Every record in the order recorded, corrected ones and voids included. Raises StoreError."""
    with _without_gc(), _reading(path, display) as file:
        if file is None:
            return [], []
        records = read_records(file, display)
        corrections = correct(records.corrections, records.known)
        problems = records.problems + _placed(corrections.problems, file, display)
        return sorted(records, key=_order), problems


def places_of(path: Path, ids: Collection[str], *, display: str) -> dict[str, Place]:
    """Where the records with these ids stand. Raises StoreError."""
    with _reading(path, display) as file:
        lines = _locate(file, ids) if file is not None else {}
    return {str(id_): _place(display, *line, "id") for id_, line in lines.items()}


class Records:
    """All that a ledger file holds, before corrections take effect."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        """The ids of all records."""
        self.by_target: Memo[str, Series] = Memo(lambda _: Series())
        self.days: Memo[str, list[date]] = Memo(lambda _: [])
        """The reference dates of ``by_target``."""
        self.as_recorded = True
        """Whether the lines stand in the order recorded."""
        self.corrections: list[Report] = []
        self.problems: list[Problem] = []
        self.crlf = False
        self._last = _BEFORE
        self._by_id: dict[str, Report] | None = None

    def __iter__(self) -> Iterator[Report]:
        return chain.from_iterable(self.by_target.values())

    @property
    def by_id(self) -> dict[str, Report]:
        """The records by id. Made when first asked for: a sound ledger never needs it."""
        if self._by_id is None:
            self._by_id = {report.id: report for report in self}
        return self._by_id

    def add(self, reports: list[Report]) -> list[int]:
        """Add reports but those that are there already; which ones clash with another's id."""
        clashes: list[int] = []
        before = len(self.known)
        self.known.update(map(_id, reports))
        if len(self.known) - before != len(reports) or self._by_id is not None:
            holders = list(map(self.by_id.setdefault, map(_id, reports), reports))
            pairs = list(zip(reports, holders, strict=True))
            clashes = [i for i, pair in enumerate(pairs) if not _identical(*pair)]
            reports = [report for report, holder in pairs if report is holder]
        self._file(reports)
        return clashes

    def _file(self, reports: list[Report]) -> None:
        if any(map(_corrects, reports)):
            self.corrections += filter(_corrects, reports)
        moments = [self._last, *map(_recorded, reports)]
        self._last = moments[-1]
        self.as_recorded = self.as_recorded and all(map(lt, moments, islice(moments, 1, None)))
        targets = list(map(_target, reports))
        _append_each(map(self.by_target.__getitem__, targets), reports)
        _append_each(map(self.days.__getitem__, targets), map(_last_day, reports))


def _append_each(lists: Iterable[list[Any]], items: Iterable[object]) -> None:
    deque(map(list.append, lists, items), maxlen=0)


def _identical(one: Report, other: Report) -> bool:
    return one is other or (one == other and same_figure(one.figure, other.figure))


def in_force(records: Records, before: datetime | None = None) -> tuple[Ledger, Corrections]:
    """The ledger after corrections, of what was recorded before a moment; takes over the lists."""
    corrections = records.corrections
    if before is not None:
        corrections = [report for report in corrections if report.recorded < before]
    effect = correct(corrections, records.known)
    dropped = effect.dropped
    fewer = _without(records, dropped & records.known)
    ledger: dict[str, Series] = {}
    for target, series in records.by_target.items():
        series, days = fewer.get(target, (series, records.days[target]))
        known_days = days if records.as_recorded and before is None else None
        if before is not None:
            series = Series([report for report in series if report.recorded < before])
        if series:
            ledger[target] = in_order(series, known_days)
    return Ledger(ledger, records.known), effect


def _without(records: Records, dropped: Set[str]) -> dict[str, tuple[Series, list[date]]]:
    """The series that lose a record, with their dates, as they are without it.

    A correction mostly stays with its own target, so these are looked through first.
    """
    fewer: dict[str, tuple[Series, list[date]]] = {}
    left = set(dropped)
    own = dict.fromkeys(correction.target for correction in records.corrections)
    for target in chain(own, records.by_target):
        if not left:
            break
        series, days = records.by_target[target], records.days[target]
        ids = list(map(_id, series))
        lost = left.intersection(ids)
        if not lost:
            continue
        left -= lost
        series, days = fewer[target] = Series(series), list(days)
        if len(lost) > MANY_LOST:
            stays = [id_ not in lost for id_ in ids]
            series[:], days[:] = compress(series, stays), compress(days, stays)
        else:
            for position in sorted(map(ids.index, lost), reverse=True):
                del series[position], days[position]
    return fewer


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
            from cdstrack.store.ledger_fast import FastReader

            fast = FastReader(self.strict)
        for chunk in _chunks(self.file):
            if self.line == 1:
                self.records.crlf = chunk.partition(b"\n")[0].endswith(b"\r")
            reports = None
            if large and not _may_hold_long_line(chunk):
                whole = chunk if chunk.endswith(b"\n") else chunk + b"\n"
                reports = fast.read(whole)
            if reports is None:
                self._line_by_line(chunk)
            else:
                self._add(reports, chunk)
                self.line += len(reports)
            self.strict.forget()
        self._name_clashes()
        if self.unnamed:
            self.records.problems.append(Problem("ledger_more_problems", {"count": self.unnamed}))
        return self.records

    def _add(self, reports: list[Report], chunk: bytes) -> None:
        for index in self.records.add(reports):
            line = chunk.split(b"\n")[index]
            self.clashes.append((self.line + index, reports[index].id, line))

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
                if report and self.records.add([report]):
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

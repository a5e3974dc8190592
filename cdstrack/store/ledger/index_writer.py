"""Writes the index of a ledger (``index.py``), portion by portion, so that no more than one of them
has to be in memory: a series then has a block in each portion in which there are reports on it.

What cannot be written exactly is not written at all.
"""

from __future__ import annotations

import os
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, BinaryIO

import msgspec

from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.report import Report, Share
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import LongSeries
from cdstrack.store.ledger.index import (
    FORM,
    MOST_TEXTS,
    PIECE,
    TEXT_FIELDS,
    TYPES,
    Block,
    Blocks,
    Directory,
    Index,
    Sections,
    Side,
    Texts,
)
from cdstrack.store.ledger.reduction import Records, row_end

_UNUSUAL = frozenset(("body", "part", "corrects", "key", "batch", "slice", "strand", "wording"))
_BUCKET = 1 << 18
_encode = msgspec.msgpack.Encoder().encode
_zone = attrgetter("tzinfo")
_said = attrgetter("said")

Column = Sequence[Any]


class InexactError(Exception):
    """Something in a ledger would not come back as it is."""


class IndexWriter:
    """Writes an index into an empty file that can also be read.

    Its methods raise InexactError, Fault, OverflowError, OSError.
    """

    def __init__(self, file: BinaryIO, work: Work | None = None) -> None:
        self._file, self._work = file, work
        self._dates, self._values = _Numbers(), _Numbers()
        self._at: dict[SeriesName, int] = {}
        self._targets: list[str] = []
        self._slices: list[str | None] = []
        self._counts: list[int] = []
        self._days: list[date] = []
        self._is_split: list[bool] = []
        self._odd: dict[int, list[Report]] = {}
        self._places: list[tuple[int, Report]] = []
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._sections = Sections()
        self._ids = _Lines(file)
        self._keys = _Lines(file)

    def add(self, records: Records, *, is_last: bool) -> None:
        """Write the reports of a portion; ``records.corrections`` are those so far."""
        if records.columns is None:  # a file that was small after all
            raise InexactError
        places = {report.corrects for report in records.corrections}
        blocks: list[bytes] = []
        work = self._work or Work()
        with work.at("work_index", sum(map(len, records.by_target.values()))):
            for name, reports in records.columns.items():
                series = reports.in_order(as_recorded=records.as_recorded)
                blocks.append(self._block(name, series, places, records.ahead))
                work.done += len(series)
        sections, start = self._sections, self._file.tell()
        for lines in blocks:
            sections.id_starts.append(start)
            sections.id_lengths.append(len(lines))
            sections.id_sums.append(zlib.crc32(lines))
            start += len(lines)
        is_whole = is_last and not self._ids.hashes
        self._ids.write(blocks, None if is_whole else records.known)
        rows = list(map(row_end, records.columns.imports()))
        if any("\n" in row for row in rows):
            raise InexactError
        self._keys.write([f"{row}\n".encode() for row in rows], None if is_whole else rows)

    def finish(self, records: Records, size: int, digest: bytes, lines: int) -> None:
        """Write the directory: of so many bytes and lines, which hold all these records."""
        if not (self._ids.are_different() and self._keys.are_different()):
            raise InexactError
        corrections = [(self._at[report.series], report) for report in records.corrections]
        odd = [(number, report) for number, some in self._odd.items() for report in some]
        directory = Directory(
            form=FORM, size=size, digest=digest, lines=lines, crlf=records.crlf,
            latest=self._latest, bodies=sorted(records.bodies), parts=sorted(records.parts),
            traits=[(body is str, TYPES.index(figure)) for body, figure in records.traits],
            ahead=sorted(records.ahead), batches=dict(records.batches), dates=[], values=[],
            corrections=self._side(corrections), places=self._side([]), odd=self._side(odd),
            targets=self._targets, slices=self._slices, counts=self._counts, days=self._days,
            is_split=self._is_split, blocks=self._sections, ids=self._ids.pieces,
            keys=self._keys.pieces, n_keys=self._keys.n,
        )  # fmt: skip
        if self._ids.hashes:
            self._places += self._earlier(directory, records.corrections)
        directory.places = self._side(self._places)
        directory.dates, directory.values = list(self._dates), list(self._values)
        data = _encode(directory)
        self._file.write(data + len(data).to_bytes(8, "big") + zlib.crc32(data).to_bytes(8, "big"))

    def _block(
        self, name: SeriesName, series: LongSeries, places: Set[str | None], ahead: Set[str]
    ) -> bytes:
        """Write a block, and return the lines of its ids."""
        fields = ((field, series.column(field)) for field in Report._fields)
        columns = {field: column for field, column in fields if column is not None}
        ids = columns["id"]
        data = _encode(self._block_of(columns, series.repeats or ()))
        unusual = _unusual(series, columns, ahead)
        number = self._at.setdefault(name, len(self._at))
        if number == len(self._counts):
            target, part = (name, None) if isinstance(name, str) else name
            self._targets.append(target)
            self._slices.append(part)
            self._counts.append(0)
            self._days.append(date.max)
            self._is_split.append(False)
        if places and not places.isdisjoint(ids):
            self._places += [(number, series[at]) for at, id_ in enumerate(ids) if id_ in places]
        if len(unusual) * 4 > len(series):
            self._is_split[number] = True
            self._odd.pop(number, None)
        elif unusual and not self._is_split[number]:
            odd = [report for report in unusual if report.corrects is None]
            self._odd.setdefault(number, []).extend(odd)
        self._counts[number] += len(series)
        self._days[number] = min(self._days[number], series.days[0])
        self._latest = max(self._latest, max(columns["recorded"]))
        sections = self._sections
        sections.series.append(number)
        sections.starts.append(self._file.tell())
        sections.lengths.append(len(data))
        sections.sums.append(zlib.crc32(data))
        self._file.write(data)
        return ("\n".join(ids) + "\n").encode()

    def _earlier(
        self, directory: Directory, corrections: Sequence[Report]
    ) -> list[tuple[int, Report]]:
        """What is corrected in a later portion than its own, read from what was written."""
        directory.dates, directory.values = list(self._dates), list(self._values)
        names = {report.corrects for report in corrections if report.corrects is not None}
        self._file.flush()
        index = Index(Blocks(os.dup(self._file.fileno())), directory)
        reports = index.find(names - {report.id for _, report in self._places})
        self._file.seek(0, os.SEEK_END)  # a copy of a descriptor moves with it
        return [(self._at[name], report) for name, report in reports]

    def _side(self, rows: Sequence[tuple[int, Report]]) -> Side:
        reports = [report for _, report in rows]
        columns = dict(zip(Report._fields, zip(*reports, strict=True), strict=False))
        numbers, block = [number for number, _ in rows], self._block_of(columns, ())
        ids, targets = (list(columns.get(field, ())) for field in ("id", "target"))
        return Side(ids, numbers, targets, block)

    def _block_of(self, columns: Mapping[str, Column], repeats: Sequence[int]) -> Block:
        """The columns of reports as they are written."""
        moments, figures = list(columns.get("recorded", ())), columns.get("figure", ())
        if not {UTC}.issuperset(map(_zone, moments)):
            raise InexactError
        types = set(map(type, figures))
        decimals = values = shares = of = various = None
        if types == {Decimal}:
            said = list(map(str, figures))
            decimals = self._values.of(said)
            values = "\n".join(said) if decimals is None else None
        elif types == {Share}:
            shares, of = map(list, zip(*figures, strict=True))
        else:
            various = [str(each) if isinstance(each, Decimal) else each for each in figures]
        wordings = None
        if any(columns.get("wording", ())):
            wordings = [
                (str(each.figure), each.unit) if each is not None else None
                for each in columns["wording"]
            ]
        texts = [
            (place, msgspec.Raw(_encode(_texts(columns[name]))))
            for place, name in enumerate(TEXT_FIELDS)
            if _is_any(columns.get(name, ()))
        ]
        return Block(
            size=len(moments),
            dates=self._dates_of(columns.get("date", ())),
            decimals=decimals,
            values=values,
            n=shares,
            of=of,
            various=various,
            recorded=msgspec.Raw(_encode(moments)),
            texts=texts,
            wordings=wordings,
            repeats=list(repeats),
        )

    def _dates_of(self, periods: Column) -> bytes | Texts:
        texts = list(map(_said, periods))
        return self._dates.of(texts) or _texts(texts)


class _Numbers(dict[str, int]):
    """Texts with their numbers, in the order in which they come."""

    def __missing__(self, text: str) -> int:
        if len(self) == MOST_TEXTS:
            raise KeyError(text)
        number = self[text] = len(self)
        return number

    def of(self, texts: Sequence[str]) -> bytes | None:
        """The numbers of some texts, two bytes each; None if there are too many texts."""
        try:
            return array("H", map(self.__getitem__, texts)).tobytes()
        except KeyError:
            return None


class _Lines:
    """Names that are written, a line each."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.n = 0
        self.pieces: list[tuple[int, int, int]] = []
        """As of ``Names``."""
        self.hashes: list[array[int]] = []
        """Of the names of each portion, in order."""

    def write(self, lines: Sequence[bytes], names: Collection[str] | None) -> None:
        """Write lines; ``names`` are theirs where there are several portions."""
        start, length, total = self._file.tell(), 0, 0
        self._file.writelines(lines)
        for line in lines:
            length, total = length + len(line), zlib.crc32(line, total)
            if length >= PIECE:
                self.pieces.append((start, length, total))
                start, length, total = start + length, 0, 0
        if length:
            self.pieces.append((start, length, total))
        if names is not None:
            self.hashes.append(array("q", sorted(map(hash, names))))

    def are_different(self) -> bool:
        """Whether no name came in two portions. Two names of one hash, too, are taken for one."""
        columns = self.hashes
        total = sum(map(len, columns))
        width = (1 << 64) // (total // _BUCKET + 1) + 1
        for low in range(-(1 << 63), 1 << 63, width):
            slices = [
                column[bisect_left(column, low) : bisect_left(column, low + width)]
                for column in columns
            ]
            if len(set().union(*slices)) < sum(map(len, slices)):
                return False
        return True


def _is_any(column: Column) -> bool:
    """Whether something stands in a column."""
    return any(column) or column.count(None) < len(column)


def _texts(column: Column) -> Texts:
    numbers = {text: number for number, text in enumerate(dict.fromkeys(column))}
    if len(numbers) * 2 > len(column) or len(numbers) > MOST_TEXTS:
        return Texts(list(column), b"", 0)
    at = map(numbers.__getitem__, column)
    if len(numbers) <= 256:
        return Texts(list(numbers), bytes(at), 1)
    return Texts(list(numbers), array("H", at).tobytes(), 2)


def _unusual(
    series: LongSeries, columns: Mapping[str, Column], ahead: Set[str]
) -> Sequence[Report]:
    """The reports of a series that are not plain (``days_of_plain_reports``)."""
    places = set[int]()
    for name in _UNUSUAL & columns.keys():
        places.update(at for at, value in enumerate(columns[name]) if value is not None)
    types = list(map(type, columns["figure"]))
    if types.count(Decimal) < len(types):
        places.update(at for at, kind in enumerate(types) if kind is not Decimal)
    if ahead and not ahead.isdisjoint(columns["id"]):
        places.update(at for at, id_ in enumerate(columns["id"]) if id_ in ahead)
    return series.at(sorted(places)) if places else ()

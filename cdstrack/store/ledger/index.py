"""The index of a large ledger: its records sorted by target, so that few of them need be read.

It says nothing that the ledger does not, and no verdict. It belongs to so many bytes from the
ledger's beginning, by their SHA-256 digest, and only to bytes in which nothing was wrong; lines
that came later are read as ever and joined (``joined.py``). Each block holds the records of one
series by date and order, column by column; corrections are only told from the rest, not applied.
"""

from __future__ import annotations

import os
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, compress, count, islice, repeat
from operator import attrgetter, eq
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from cdstrack import __version__
from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report, Share, Wording
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import Series, Traits, in_order
from cdstrack.store.ledger.index_file import private_file, remove, replace
from cdstrack.store.ledger.record import Memo, Reader
from cdstrack.store.ledger.reduction import Records, may_hold_copies, row_end

FORM = f"cdstrack ledger index 1, {__version__}, {sys.byteorder}"
"""What was written by another version, which may have read a line otherwise, is written anew."""

MOST_BEHIND = 16
"""An index is written anew when a larger part of the ledger than this has come after it."""

_encode = msgspec.msgpack.Encoder().encode
_PIECE = 1 << 22
_FEW = 8
_MANY_TEXTS = 1 << 16
_TYPES: tuple[type, ...] = (Decimal, Share, bool, type(None))
_day = attrgetter("date.last")

Column = Sequence[Any]


class IndexDamage(OSError):
    """An index does not hold what its directory says."""


class _Texts(msgspec.Struct, array_like=True, gc=False):
    """A column of texts: as it stands, or each once, with their numbers in one byte or two."""

    texts: list[str | None]
    numbers: bytes
    width: int


class _Block(msgspec.Struct, array_like=True, gc=False):
    """The columns of some reports; None for one in which nothing stands."""

    dates: _Texts
    values: str | None
    n: list[int] | None
    of: list[int] | None
    various: list[bool | str | tuple[int, int] | None] | None
    recorded: list[datetime]
    texts: list[tuple[int, _Texts]]
    """Those in which something stands, by their place in ``_TEXT_FIELDS``."""
    wordings: list[tuple[str, str] | None] | None


_TEXT_FIELDS = (
    "body", "part", "qualifier", "source", "note", "by", "corrects", "key", "batch", "evidence",
    "slice", "strand",
)  # fmt: skip
_NOTHING = repeat(None)
_SHARED = frozenset(
    _TEXT_FIELDS.index(name)
    for name in ("body", "part", "source", "by", "batch", "slice", "strand")
)
_UNUSUAL = frozenset(("body", "part", "corrects", "key", "batch", "slice", "strand"))


class _Side(msgspec.Struct, array_like=True, gc=False):
    """Reports of many series that are wanted apart from their blocks."""

    ids: list[str]
    series: list[int]
    targets: list[str]
    block: _Block


class _Directory(msgspec.Struct, array_like=True, gc=False):
    form: str
    size: int
    digest: bytes
    lines: int
    crlf: bool
    latest: datetime
    """The latest moment at which one of them says that it was recorded."""
    bodies: list[str]
    parts: list[str]
    traits: list[tuple[bool, int]]
    ahead: list[str]
    batches: dict[str, int]
    corrections: _Side
    places: _Side
    odd: _Side
    targets: list[str]
    slices: list[str | None]
    counts: list[int]
    lengths: list[int]
    sums: list[int]
    id_lengths: list[int]
    id_sums: list[int]
    days: list[date]
    is_split: list[bool]
    repeats: list[list[int]]
    id_pieces: list[tuple[int, int]]
    key_pieces: list[tuple[int, int]]
    n_keys: int


_decode_block = msgspec.msgpack.Decoder(_Block).decode
_decode_directory = msgspec.msgpack.Decoder(_Directory).decode


class Blocks:
    """An open file of which pieces are read; it is closed with the last that asks for any."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __del__(self) -> None:
        os.close(self._descriptor)

    def read(self, start: int, length: int, total: int) -> bytes:
        """So many bytes from a place on, of that check sum. Raises IndexDamage."""
        try:
            os.lseek(self._descriptor, start, os.SEEK_SET)
            data = os.read(self._descriptor, length)
        except OSError as error:
            raise IndexDamage from error
        if len(data) != length or zlib.crc32(data) != total:
            raise IndexDamage
        return data


@dataclass(eq=False)
class Names:
    """Names of one section, a line each, read piece by piece. Its methods raise IndexDamage."""

    file: Blocks
    start: int
    pieces: Sequence[tuple[int, int]]
    """How long each piece is, and its check sum."""
    n: int

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[str]:
        for _, data in self._data():
            yield from data.decode().split("\n")[:-1]

    def among(self, names: Collection[str]) -> set[str]:
        """Those of some names that stand here."""
        matches: set[str] = set()
        texts = {name.encode() for name in names}
        for _, data in self._data() if texts else ():
            if len(texts) > _FEW:
                lines = texts.intersection(data.split(b"\n"))
            else:
                lines = {name for name in texts if _find(data, name) >= 0}
            matches.update(name.decode() for name in lines)
        return matches

    def places(self, names: Collection[str]) -> dict[str, int]:
        """Where in the file those of a few names begin that stand here."""
        return {
            name: start + at
            for start, data in self._data()
            for name in names
            if (at := _find(data, name.encode())) >= 0
        }

    def _data(self) -> Iterator[tuple[int, bytes]]:
        start = self.start
        for length, total in self.pieces:
            yield start, self.file.read(start, length, total)
            start += length


def _find(lines: bytes, name: bytes) -> int:
    """Where a line stands among others, -1 if it does not."""
    if lines.startswith(name + b"\n"):
        return 0
    at = lines.find(b"\n%s\n" % name)
    return at + 1 if at >= 0 else -1


@dataclass(eq=False)
class Index:
    """An index that belongs to the beginning of a ledger, and its open file."""

    file: Blocks
    directory: _Directory
    strict: Reader = field(default_factory=Reader)

    def __post_init__(self) -> None:
        entries = self.directory
        self._values: Memo[str, Decimal] = Memo(Decimal)
        self._vary = False
        names = zip(entries.targets, entries.slices, strict=True)
        self.names: Sequence[SeriesName] = [
            target if part is None else (target, part) for target, part in names
        ]
        self.at: Mapping[SeriesName, int] = dict(zip(self.names, count()))
        self._starts = list(accumulate(entries.lengths, initial=0))
        self._id_starts = list(accumulate(entries.id_lengths, initial=self._starts[-1]))
        self.ids = Names(self.file, self._id_starts[0], entries.id_pieces, sum(entries.counts))
        self.keys = Names(self.file, self._id_starts[-1], entries.key_pieces, entries.n_keys)

    def block(self, number: int) -> list[Report]:
        """The reports of a series, by date and order. Raises IndexDamage."""
        entries = self.directory
        data = self.file.read(self._starts[number], entries.lengths[number], entries.sums[number])
        names = self.file.read(
            self._id_starts[number], entries.id_lengths[number], entries.id_sums[number]
        )
        target = self.strict.texts[entries.targets[number]]
        ids = names.decode().split("\n")
        ids.pop()
        reports = self._reports(_decode(data), ids, repeat(target))
        self.strict.forget()
        if len(self._values) > _MANY_TEXTS:  # most come only once
            self._vary = True
            self._values.clear()
        return reports

    def series(
        self, number: int, losses: Container[str], traits: frozenset[Traits] | None
    ) -> Series:
        """The same without some, as ``in_order`` makes a series of them."""
        reports = self.block(number)
        repeats: Sequence[int] = self.directory.repeats[number]
        if losses:
            reports = [report for report in reports if report.id not in losses]
            if repeats:
                days = list(map(_day, reports))
                repeats = list(compress(count(), map(eq, days, islice(days, 1, None))))
        series = Series(reports)
        series.repeats = repeats
        if traits is not None:
            series.traits = traits
        return series

    def blocks_of(self, ids: Collection[str]) -> dict[str, int]:
        """In which block each of a few ids stands, as far as it stands in any."""
        places = self.ids.places(ids)
        return {id_: bisect_right(self._id_starts, at) - 1 for id_, at in places.items()}

    def side(self, side: _Side) -> list[tuple[SeriesName, Report]]:
        """Reports that are kept apart, each with its series."""
        reports = self._reports(side.block, side.ids, side.targets)
        return list(zip(map(self.names.__getitem__, side.series), reports, strict=True))

    def _reports(
        self, block: _Block, ids: Sequence[str], targets: Iterable[str | None]
    ) -> list[Report]:
        n, shared = len(ids), self.strict.texts.__getitem__
        texts: list[Iterable[str | None]] = [_NOTHING] * len(_TEXT_FIELDS)
        for place, column in block.texts:
            texts[place] = _column(column, shared if place in _SHARED else None)
        body, part, qualifier, source, note, by, corrects, key, batch, evidence, *rest = texts
        figures: Iterable[object]
        if block.values is not None:
            values = block.values.split("\n")
            figures = map(Decimal if self._vary else self._values.__getitem__, values)
        elif block.n is not None and block.of is not None:
            pairs = zip(block.n, block.of, strict=True)
            figures = map(tuple.__new__, repeat(Share), pairs)
        else:
            figures = map(_figure, block.various or ())
        wordings: Iterable[object] = _NOTHING
        if block.wordings is not None:
            wordings = [
                Wording(Decimal(said[0]), said[1]) if said is not None else None
                for said in block.wordings
            ]
        fields = zip(
            ids, targets, body, part, _column(block.dates, self.strict.dates.__getitem__), figures,
            qualifier, source, note, by, block.recorded, corrects, key, wordings, batch, evidence,
            *rest, strict=False,
        )  # fmt: skip
        reports = list(map(tuple.__new__, repeat(Report), fields))
        if len(reports) != n:
            raise IndexDamage
        return reports

    def traits(self) -> set[Traits]:
        """The kinds of all reports."""
        bodies: dict[bool, type] = {True: str, False: type(None)}
        return {(bodies[has_body], _TYPES[number]) for has_body, number in self.directory.traits}


def _decode(data: bytes) -> _Block:
    try:
        return _decode_block(data)
    except msgspec.MsgspecError as error:
        raise IndexDamage from error


def _column(texts: _Texts, shared: Callable[[Any], Any] | None) -> Iterable[Any]:
    values: Any = texts.texts if shared is None else map(shared, texts.texts)
    if texts.width and len(texts.texts) == 1:
        return repeat(*values)
    if not texts.width:
        return cast(Iterable[Any], values)
    numbers = texts.numbers if texts.width == 1 else array("H", texts.numbers)
    return map(list(values).__getitem__, numbers)


def _figure(figure: bool | str | tuple[int, int] | None) -> object:
    if isinstance(figure, str):
        return Decimal(figure)
    return Share(*figure) if isinstance(figure, tuple) else figure


def open_index(path: Path, ledger: BinaryIO) -> Index | None:
    """The index at a path, if it belongs to the beginning of an open ledger; else None."""
    with private_file(path) as file:
        if file is None:
            return None
        try:
            directory = _directory(file)
            if directory is None or not _is_beginning(ledger, directory):
                return None
            return Index(Blocks(os.dup(file.fileno())), directory)
        except (OSError, msgspec.MsgspecError, ValueError, TypeError, IndexError):
            return None


def _directory(file: BinaryIO) -> _Directory | None:
    """What stands at the end of an index, None if that is no whole one of ours."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 16))
    tail = file.read(16)
    length, total = int.from_bytes(tail[:8], "big"), int.from_bytes(tail[8:], "big")
    if len(tail) != 16 or not 0 < length <= end - 16:
        return None
    file.seek(end - 16 - length)
    data = b""
    while len(data) < length and (piece := file.read(length - len(data))):
        data += piece
    if len(data) != length or zlib.crc32(data) != total:
        return None
    directory = _decode_directory(data)
    return directory if directory.form == FORM else None


def _is_beginning(ledger: BinaryIO, directory: _Directory) -> bool:
    """Whether a ledger begins with the very bytes that were indexed: no clock says so."""
    if os.fstat(ledger.fileno()).st_size < directory.size:
        return False
    digest, left = sha256(), directory.size
    ledger.seek(0)
    while left and (data := ledger.read(min(left, _PIECE))):
        digest.update(data)
        left -= len(data)
    return not left and digest.digest() == directory.digest


def can_index(records: Records) -> bool:
    """Whether nothing in a ledger stands in the way of an index: no damage, no half, no copies."""
    keys = records.imports and may_hold_copies(records.imports)
    is_whole = not records.halves and not records.has_torn_tail and not records.is_part
    return is_whole and not (records.problems or records.future or keys)


def write_index(
    path: Path, records: Records, size: int, digest: bytes, lines: int, work: Work | None = None
) -> bool:
    """Write the index of the first bytes of a ledger, which hold these records; whether it worked.

    What cannot be written exactly is not written at all.
    """

    def write(file: BinaryIO) -> None:
        _write(file, records, size, digest, lines, work)

    try:
        if work is None:
            return replace(path, write)
        with work.at("work_index", sum(map(len, records.by_target.values()))):
            return replace(path, write)
    except (_Inexact, OverflowError, Fault):
        remove(path)
        return False


class _Inexact(Exception):
    """Something in a ledger would not come back as it is."""


def _write(
    file: BinaryIO, records: Records, size: int, digest: bytes, lines: int, work: Work | None
) -> None:
    strict, entries = Reader(), _Entries()
    names = {report.corrects for report in records.corrections}
    places: list[tuple[int, Report]] = []
    odd: list[tuple[int, Report]] = []
    ids: list[bytes] = []
    for number, (name, column) in enumerate(records.by_target.items()):
        target, part = (name, None) if isinstance(name, str) else name
        if not column:
            raise _Inexact
        series = in_order(column)
        columns = dict(zip(Report._fields, zip(*series, strict=True), strict=True))
        data = _encode(_block_of(columns, strict))
        file.write(data)
        id_lines = "".join(f"{id_}\n" for id_ in columns["id"]).encode()
        ids.append(id_lines)
        unusual = _unusual(series, columns, records.ahead)
        is_split = len(unusual) * 4 > len(series)
        if not is_split:
            odd += [(number, report) for report in unusual if report.corrects is None]
        if names and not names.isdisjoint(columns["id"]):
            places += [(number, report) for report in series if report.id in names]
        entries.add(target, part, series, data, id_lines, is_split=is_split)
        if work is not None:
            work.done += len(series)
        if len(strict.dates) > _MANY_TEXTS:
            strict.forget()
    file.writelines(ids)
    keys = list(map(row_end, records.imports))
    if any("\n" in key for key in keys):
        raise _Inexact
    rows = [f"{key}\n".encode() for key in keys]
    file.writelines(rows)
    at = {name: number for number, name in enumerate(records.by_target)}
    corrections = [(at[report.series], report) for report in records.corrections]
    directory = _Directory(
        form=FORM, size=size, digest=digest, lines=lines, crlf=records.crlf,
        latest=entries.latest, bodies=sorted(records.bodies), parts=sorted(records.parts),
        traits=[(body is str, _TYPES.index(figure)) for body, figure in records.traits],
        ahead=sorted(records.ahead), batches=dict(records.batches),
        corrections=_side(corrections, strict), places=_side(places, strict),
        odd=_side(odd, strict), targets=entries.targets, slices=entries.slices,
        counts=entries.counts, lengths=entries.lengths, sums=entries.sums,
        id_lengths=entries.id_lengths, id_sums=entries.id_sums, days=entries.days,
        is_split=entries.is_split, repeats=entries.repeats, id_pieces=_pieces(ids),
        key_pieces=_pieces(rows), n_keys=len(keys),
    )  # fmt: skip
    data = _encode(directory)
    file.write(data + len(data).to_bytes(8, "big") + zlib.crc32(data).to_bytes(8, "big"))


class _Entries:
    """The columns of the directory that have an entry for each block."""

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.slices: list[str | None] = []
        self.counts: list[int] = []
        self.lengths: list[int] = []
        self.sums: list[int] = []
        self.id_lengths: list[int] = []
        self.id_sums: list[int] = []
        self.days: list[date] = []
        self.is_split: list[bool] = []
        self.repeats: list[list[int]] = []
        self.latest = datetime.min.replace(tzinfo=UTC)

    def add(
        self,
        target: str,
        part: str | None,
        series: Series,
        data: bytes,
        ids: bytes,
        *,
        is_split: bool,
    ) -> None:
        self.targets.append(target)
        self.slices.append(part)
        self.counts.append(len(series))
        self.lengths.append(len(data))
        self.sums.append(zlib.crc32(data))
        self.id_lengths.append(len(ids))
        self.id_sums.append(zlib.crc32(ids))
        self.days.append(_day(series[0]))
        self.is_split.append(is_split)
        self.repeats.append(list(series.repeats or ()))
        self.latest = max(self.latest, *(report.recorded for report in series))


def _pieces(lines: Iterable[bytes]) -> list[tuple[int, int]]:
    """Lines cut into pieces that are read at once: how long each is, and its check sum."""
    pieces, length, total = [], 0, 0
    for line in lines:
        length, total = length + len(line), zlib.crc32(line, total)
        if length >= _PIECE:
            pieces.append((length, total))
            length = total = 0
    return [*pieces, (length, total)] if length else pieces


def _side(rows: Sequence[tuple[int, Report]], strict: Reader) -> _Side:
    reports = [report for _, report in rows]
    columns: dict[str, Column] = dict.fromkeys(Report._fields, ())
    if reports:
        columns = dict(zip(Report._fields, zip(*reports, strict=True), strict=True))
    numbers = [number for number, _ in rows]
    block = _block_of(columns, strict)
    return _Side(list(columns["id"]), numbers, list(columns["target"]), block)


def _block_of(columns: Mapping[str, Column], strict: Reader) -> _Block:
    """The columns of reports as they are written. Raises _Inexact, Fault, OverflowError."""
    periods = dict.fromkeys(columns["date"])
    if any(strict.dates[period.said] != period for period in periods):
        raise _Inexact
    if any(moment.tzinfo is not UTC for moment in columns["recorded"]):
        raise _Inexact
    figures, n = columns["figure"], len(columns["figure"])
    types = set(map(type, figures))
    values = shares = of = various = None
    if types == {Decimal}:
        values = "\n".join(map(str, figures))
    elif types == {Share}:
        shares, of = map(list, zip(*figures, strict=True))
    else:
        various = [str(each) if isinstance(each, Decimal) else each for each in figures]
    wordings = None
    if columns["wording"].count(None) < n:
        wordings = [
            (str(said.figure), said.unit) if said is not None else None
            for said in columns["wording"]
        ]
    dates = _texts([period.said for period in columns["date"]])
    texts = [
        (place, _texts(columns[name]))
        for place, name in enumerate(_TEXT_FIELDS)
        if columns[name].count(None) < n
    ]
    recorded = list(columns["recorded"])
    return _Block(dates, values, shares, of, various, recorded, texts, wordings)


def _texts(column: Column) -> _Texts:
    numbers = {text: number for number, text in enumerate(dict.fromkeys(column))}
    if len(numbers) * 2 > len(column) or len(numbers) > _MANY_TEXTS:
        return _Texts(list(column), b"", 0)
    at = map(numbers.__getitem__, column)
    if len(numbers) <= 256:
        return _Texts(list(numbers), bytes(at), 1)
    return _Texts(list(numbers), array("H", at).tobytes(), 2)


def _unusual(
    series: Sequence[Report], columns: Mapping[str, Column], ahead: Set[str]
) -> list[Report]:
    """The reports of a series that are not plain (``days_of_plain_reports``)."""
    n = len(series)
    fields = [name for name in (*_UNUSUAL, "wording") if columns[name].count(None) < n]
    is_plain = set(map(type, columns["figure"])) == {Decimal}
    early = ahead and not ahead.isdisjoint(columns["id"])
    if not fields and is_plain and not early:
        return []
    return [
        report
        for report in series
        if any(getattr(report, name) is not None for name in fields)
        or type(report.figure) is not Decimal
        or report.id in ahead
    ]

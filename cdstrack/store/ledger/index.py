"""The index of a large ledger: its records sorted by target, so that few of them need be read.

It says nothing that the ledger does not, and no verdict. It belongs to so many bytes from the
ledger's beginning, by their SHA-256 digest, and only to bytes in which nothing was wrong; lines
that came later are read as ever and joined (``joined.py``). A block holds records of one series by
date and order, column by column; of a ledger that was too large to be held in memory a series has
several (``index_writer.py``). Corrections are only told from the rest, not applied.
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
)
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import chain, compress, count, islice, repeat
from operator import eq
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from cdstrack import __version__
from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.periods import Period
from cdstrack.core.model.report import Report, Share, Wording
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.values.in_force import LongSeries, Traits
from cdstrack.store.ledger.index_file import private_file
from cdstrack.store.ledger.record import Memo, Reader

if TYPE_CHECKING:  # most show no seal
    from cdstrack.store.ledger.leaves import Hashes

FORM = f"cdstrack ledger index 2, {__version__}, {sys.byteorder}"
"""What was written by another version, which may have read a line otherwise, is written anew."""

MOST_BEHIND = 16
"""An index is written anew when a larger part of the ledger than this has come after it."""

MOST_TEXTS = 1 << 16
"""So many different texts have numbers, which then take two bytes."""

PIECE = 1 << 18
"""What is read at once; what is larger leaves the cache of a processor before it is used."""

TEXT_FIELDS = (
    "body", "part", "qualifier", "source", "note", "by", "corrects", "key", "batch", "evidence",
    "slice", "strand",
)  # fmt: skip
TYPES: tuple[type, ...] = (Decimal, Share, bool, type(None))

_FEW = 12
"""To look for so many names one by one is faster than to cut the lines apart."""
_REQUIRED = frozenset(("id", "target", "date", "figure", "recorded"))
_SHARED = frozenset(("body", "part", "source", "by", "batch", "slice", "strand"))


class IndexDamage(OSError):
    """An index does not hold what its directory says."""


class Texts(msgspec.Struct, array_like=True, gc=False):
    """A column of texts: as it stands, or each once, with their numbers in one byte or two."""

    texts: list[str | None]
    numbers: bytes
    width: int


class Block(msgspec.Struct, array_like=True, gc=False):
    """The columns of some reports; None for one in which nothing stands.

    Dates and decimals are numbers of texts of the directory, of two bytes each, if those suffice.
    What few ask for is decoded when they do.
    """

    size: int
    dates: bytes | Texts
    decimals: bytes | None
    values: str | None
    n: list[int] | None
    of: list[int] | None
    various: list[bool | str | tuple[int, int] | None] | None
    recorded: msgspec.Raw
    """Of ``list[datetime]``."""
    texts: list[tuple[int, msgspec.Raw]]
    """``Texts`` in which something stands, by their place in ``TEXT_FIELDS``."""
    wordings: list[tuple[str, str] | None] | None
    repeats: list[int]
    """As of ``Series``."""


class Side(msgspec.Struct, array_like=True, gc=False):
    """Reports of many series that are wanted apart from their blocks."""

    ids: list[str]
    series: list[int]
    targets: list[str]
    block: Block


class Sections(msgspec.Struct, array_like=True, gc=False):
    """Where blocks stand, in the order in which they do: the entries of each list belong together.

    ``sums`` are check sums, and ``id_starts`` and the rest say where the ids of its reports are.
    """

    series: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    id_starts: list[int] = field(default_factory=list)
    id_lengths: list[int] = field(default_factory=list)
    id_sums: list[int] = field(default_factory=list)


class Directory(msgspec.Struct, array_like=True, gc=False):
    """What stands at the end of an index."""

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
    dates: list[str]
    values: list[str]
    corrections: Side
    places: Side
    odd: Side
    targets: list[str]
    slices: list[str | None]
    counts: list[int]
    days: list[date]
    """The first of the reference dates of each series."""
    is_split: list[bool]
    blocks: Sections
    ids: list[tuple[int, int, int]]
    """Pieces of the file with ids: where each begins, how long it is, its check sum."""
    keys: list[tuple[int, int, int]]
    n_keys: int


_decode_block = msgspec.msgpack.Decoder(Block).decode
_decode_texts = msgspec.msgpack.Decoder(Texts).decode
_decode_moments = msgspec.msgpack.Decoder(list[datetime]).decode
_decode_directory = msgspec.msgpack.Decoder(Directory).decode


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
    """Names, a line each, read piece by piece. Its methods raise IndexDamage."""

    file: Blocks
    pieces: Sequence[tuple[int, int, int]]
    """Where each begins, how long it is, and its check sum."""
    n: int

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[str]:
        for piece in self.pieces:
            yield from self.file.read(*piece).decode().split("\n")[:-1]

    def among(self, names: Collection[str]) -> set[str]:
        """Those of some names that stand here."""
        return set(self.places(names))

    def places(self, names: Collection[str]) -> dict[str, int]:
        """Where in the file those of some names begin that stand here."""
        places: dict[str, int] = {}
        texts = {name.encode() for name in names}
        for start, length, total in self.pieces if texts else ():
            data = self.file.read(start, length, total)
            few = texts if len(texts) <= _FEW else texts.intersection(data.split(b"\n"))
            for text in few:
                at = _find(data, text)
                if at >= 0:
                    places[text.decode()] = start + at
        return places


def _find(lines: bytes, name: bytes) -> int:
    """Where a line stands among others, -1 if it does not."""
    if lines.startswith(name + b"\n"):
        return 0
    at = lines.find(b"\n%s\n" % name)
    return at + 1 if at >= 0 else -1


@dataclass(eq=False)
class Index:
    """An index, and its open file."""

    file: Blocks
    directory: Directory
    strict: Reader = field(default_factory=Reader)

    def __post_init__(self) -> None:
        entries = self.directory
        self.dates: Memo[int, Period] = Memo(lambda n: self.strict.dates[entries.dates[n]])
        self.values: Memo[int, Decimal] = Memo(lambda n: Decimal(entries.values[n]))
        names = zip(entries.targets, entries.slices, strict=True)
        self.names: Sequence[SeriesName] = [
            target if part is None else (target, part) for target, part in names
        ]
        self.at: Mapping[SeriesName, int] = dict(zip(self.names, count()))
        self._blocks: list[list[int]] = [[] for _ in self.names]
        for at, number in enumerate(entries.blocks.series):
            self._blocks[number].append(at)
        self.ids = Names(self.file, entries.ids, sum(entries.counts))
        self.keys = Names(self.file, entries.keys, entries.n_keys)

    def series(
        self,
        number: int,
        losses: Container[str] = (),
        traits: frozenset[Traits] | None = None,
    ) -> LongSeries:
        """The reports of a series but for some, as ``in_order`` makes a series of them. Raises
        IndexDamage."""
        series = self._series(self._blocks[number])
        if losses:
            ids = enumerate(series.column("id") or ())
            repeats = series.repeats
            series = series.without([at for at, id_ in ids if id_ in losses])
            if repeats:
                days = series.days
                repeats = list(compress(count(), map(eq, days, islice(days, 1, None))))
            series.repeats = repeats
        if traits is not None:
            series.traits = traits
        return series

    def find(self, ids: Collection[str]) -> list[tuple[SeriesName, Report]]:
        """The reports with some ids, as far as they are here, with their series. Raises
        IndexDamage."""
        sections = self.directory.blocks
        places = self.ids.places(ids)
        blocks = {bisect_right(sections.id_starts, place) - 1 for place in places.values()}
        return [
            (self.names[sections.series[at]], report)
            for at in sorted(blocks)
            for report in self._series([at])
            if report.id in places
        ]

    def _series(self, numbers: Sequence[int]) -> LongSeries:
        """The reports of blocks of one series, by date and order."""
        sections = self.directory.blocks
        blocks, ids = [], []
        for at in numbers:
            data = self.file.read(sections.starts[at], sections.lengths[at], sections.sums[at])
            try:
                blocks.append(_decode_block(data))
            except msgspec.MsgspecError as error:
                raise IndexDamage from error
            names = sections.id_starts[at], sections.id_lengths[at], sections.id_sums[at]
            ids.append(self.file.read(*names))
        target = self.directory.targets[sections.series[numbers[0]]]
        n = sum(block.size for block in blocks)
        fields = Fields(self, blocks, b"".join(ids), [self.strict.texts[target]] * n)
        self.strict.forget()
        series = LongSeries(fields, range(n))
        series.repeats = fields.repeats()
        return series if series.repeats is not None else series.in_order(as_recorded=False)

    def side(self, side: Side) -> list[tuple[SeriesName, Report]]:
        """Reports that are kept apart, each with its series."""
        fields = Fields(self, [side.block], side.ids, side.targets)
        reports = LongSeries(fields, range(len(side.ids)))
        return list(zip(map(self.names.__getitem__, side.series), reports, strict=True))

    def traits(self) -> set[Traits]:
        """The kinds of all reports."""
        bodies: dict[bool, type] = {True: str, False: type(None)}
        return {(bodies[has_body], TYPES[number]) for has_body, number in self.directory.traits}


class Fields(Mapping[str, Sequence[Any]]):
    """The fields of the reports in some blocks of a series, each made when it is asked for first.

    Those in which nothing stands are left out.
    """

    def __init__(
        self,
        index: Index,
        blocks: Sequence[Block],
        ids: Sequence[str] | bytes,
        targets: Sequence[str | None],
    ) -> None:
        """``ids`` may be lines of them."""
        self._index, self._blocks, self._ids = index, blocks, ids
        self._sizes = [block.size for block in blocks]
        self._columns: dict[str, Sequence[Any]] = {"target": targets}
        texts = {TEXT_FIELDS[place] for block in blocks for place, _ in block.texts}
        self._names = {*_REQUIRED, *texts}
        if any(block.wordings is not None for block in blocks):
            self._names.add("wording")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> Sequence[Any]:
        column = self._columns.get(name)
        if column is None:
            if name not in self._names:
                raise KeyError(name)
            column = self._columns[name] = self._make(name)
            if len(column) != len(self._columns["target"]):
                raise IndexDamage
        return column

    def _make(self, name: str) -> Sequence[Any]:
        if name == "id":
            ids = self._ids
            return ids.decode().split("\n")[:-1] if isinstance(ids, bytes) else ids
        parts: list[Iterable[Any]] = []
        for block, size in zip(self._blocks, self._sizes, strict=True):
            part = self._part(block, name)
            parts.append(part if part is not None else repeat(None, size))
        return list(parts[0] if len(parts) == 1 else chain.from_iterable(parts))

    def _part(self, block: Block, name: str) -> Iterable[Any] | None:
        """A field of a block, None if nothing stands in it."""
        if name == "recorded":
            return _decode_moments(block.recorded)
        if name == "date":
            if isinstance(block.dates, bytes):
                return map(self._index.dates.__getitem__, array("H", block.dates))
            return _column(block.dates, block.size, self._index.strict.dates)
        if name == "figure":
            return self._figures(block)
        if name == "wording":
            return [
                Wording(Decimal(said[0]), said[1]) if said is not None else None
                for said in block.wordings or ()
            ] or None
        for place, data in block.texts:
            if TEXT_FIELDS[place] == name:
                memo = self._index.strict.texts if name in _SHARED else None
                return _column(_decode_texts(data), block.size, memo)
        return None

    def _figures(self, block: Block) -> Iterable[object]:
        if block.decimals is not None:
            return map(self._index.values.__getitem__, array("H", block.decimals))
        if block.values is not None:
            return map(Decimal, block.values.split("\n"))
        if block.n is not None and block.of is not None:
            return map(tuple.__new__, repeat(Share), zip(block.n, block.of, strict=True))
        return map(_figure, block.various or ())

    def repeats(self) -> list[int] | None:
        """As of ``Series``; None where a block reaches into the days of the one before it, so that
        they have to be put in order."""
        if len(self._blocks) == 1:
            return self._blocks[0].repeats
        dates, repeats, start = self["date"], [*self._blocks[0].repeats], 0
        for size, block in zip(self._sizes, self._blocks[1:], strict=False):
            start += size
            if dates[start - 1].last >= dates[start].last:
                return None
            repeats += [start + at for at in block.repeats]
        return repeats


def _column(column: Texts, n: int, memo: Memo[Any, Any] | None) -> Iterable[Any]:
    values: list[Any] = column.texts
    if memo is not None:
        values = list(map(memo.__getitem__, values))
    if not column.width:
        return values
    if len(values) == 1:
        return repeat(values[0], n)
    numbers = column.numbers if column.width == 1 else array("H", column.numbers)
    return map(values.__getitem__, numbers)


def _figure(figure: bool | str | tuple[int, int] | None) -> object:
    if isinstance(figure, str):
        return Decimal(figure)
    return Share(*figure) if isinstance(figure, tuple) else figure


def open_index(path: Path, ledger: BinaryIO, hashes: Hashes | None = None) -> Index | None:
    """The index at a path, if it belongs to the beginning of an open ledger; else None.

    ``hashes`` take the lines of that beginning, unless one is later than their moment.
    """
    return _index_at(path, lambda directory: _is_beginning(ledger, directory, hashes))


def likely_index(path: Path, ledger: BinaryIO) -> Index | None:
    """The index at a path, if an open ledger is long enough for it; else None."""
    size = os.fstat(ledger.fileno()).st_size
    return _index_at(path, lambda directory: directory.size <= size)


def new_index(path: Path, digest: bytes) -> Index | None:
    """The index at a path, if it belongs to bytes with a digest that was taken just now."""
    return _index_at(path, lambda directory: directory.digest == digest)


def _index_at(path: Path, belongs: Callable[[Directory], bool]) -> Index | None:
    with private_file(path) as file:
        if file is None:
            return None
        try:
            directory = _directory(file)
            if directory is None or not belongs(directory):
                return None
            return Index(Blocks(os.dup(file.fileno())), directory)
        except (OSError, msgspec.MsgspecError, ValueError, TypeError, IndexError):
            return None


def _directory(file: BinaryIO) -> Directory | None:
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


def _is_beginning(ledger: BinaryIO, directory: Directory, hashes: Hashes | None) -> bool:
    """Whether a ledger begins with the very bytes that were indexed: no clock says so. The lines
    that ``hashes`` take are of these bytes."""
    if os.fstat(ledger.fileno()).st_size < directory.size:
        return False
    beginning = None
    if hashes is not None and directory.latest <= hashes.moment:
        beginning = hashes.beginning()
    digest, left = sha256(), directory.size
    ledger.seek(0)
    while left and (data := ledger.read(min(left, PIECE))):
        digest.update(data)
        if beginning is not None:
            beginning.update(data)
        left -= len(data)
    if left or digest.digest() != directory.digest:
        return False
    if hashes is not None and beginning is not None:
        hashes.take(beginning, directory.lines, directory.latest)
    return True

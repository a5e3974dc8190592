"""A ledger whose beginning lies in its index: what came later is read as ever, and joined exactly.

What cannot be told from the index and the lines after it alone is not guessed: then the whole
ledger is read, as if there were no index. So are those lines of which one bears upon the reading of
others: an id or a row of a sheet that came twice, a batch that is not whole, a clock that is ahead.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import LongSeries, Series, Traits, in_order
from cdstrack.store.ledger.columns import Columns
from cdstrack.store.ledger.index import (
    MOST_BEHIND,
    Index,
    IndexDamage,
    likely_index,
    new_index,
    open_index,
)
from cdstrack.store.ledger.index_file import Indexes, place_of, remove, replace
from cdstrack.store.ledger.index_writer import IndexWriter, InexactError
from cdstrack.store.ledger.known import KnownIds
from cdstrack.store.ledger.load import LedgerReader, latest, open_ledger
from cdstrack.store.ledger.reduction import (
    Batch,
    Part,
    PartError,
    Records,
    Starts,
    in_force,
    may_hold_copies,
    row_end,
)

if TYPE_CHECKING:  # most show no seal
    from cdstrack.store.base import Belief
    from cdstrack.store.ledger.leaves import Hashes

KEPT = 1_000
"""So many reports that were asked for last stay at hand, and those of the last series."""

_LINE_END = 10


@dataclass(eq=False)
class Digest:
    """The SHA-256 digest of all that was read, how much that was, and its last byte."""

    size: int = 0
    last: int = 0

    def __post_init__(self) -> None:
        self._hash = sha256()

    def update(self, data: bytes) -> None:
        """Take further bytes in."""
        self._hash.update(data)
        self.size += len(data)
        self.last = data[-1]

    def digest(self) -> bytes:
        """The digest of all so far."""
        return self._hash.digest()


def indexed_records(
    file: BinaryIO,
    path: Path,
    indexes: Indexes,
    present: datetime | None,
    part: Part | None,
    work: Work | None,
    hashes: Hashes | None = None,
    belief: Belief | None = None,
) -> Records | None:
    """The records of a ledger by its index; where there is none, or it is too old, all of them are
    read and the index is written. None for a ledger that is to be read without. Raises OSError.

    With a ``belief`` nobody looks whether the index is that of the ledger, and it says so.

    ``hashes`` are of the very lines that the records are of; an index in which one is later than
    their moment is of no use to them.
    """
    size = os.fstat(file.fileno()).st_size
    if size < indexes.least:
        return None
    place = place_of(path, indexes.folder)
    starts = part.days if part else None
    index = open_index(place, file, hashes) if belief is None else likely_index(place, file)
    if index is not None and hashes is not None and index.directory.latest > hashes.moment:
        return None
    if index is not None and size - index.directory.size <= max(indexes.least, size // MOST_BEHIND):
        records = _records_by(index, place, file, path, present, starts, work, hashes)
        if records is not None:
            if belief is not None:
                belief.digest = index.directory.digest
            return records
    digest, portions = Digest(), Portions(most=indexes.portion)
    is_written = _write_index(place, file, path, portions, digest, present, work, hashes)
    if not portions.is_part:
        return portions if portions.is_complete else None
    index = new_index(place, digest.digest()) if is_written else None
    if index is None:
        return None
    return _records_by(index, place, file, path, present, starts, work, hashes)


def _write_index(
    place: Path,
    file: BinaryIO,
    path: Path,
    portions: Portions,
    digest: Digest,
    present: datetime | None,
    work: Work | None,
    hashes: Hashes | None,
) -> bool:
    """Read all of a ledger, and write its index as far as nothing stands in the way; whether that
    was done."""

    def write(out: BinaryIO) -> None:
        portions.writer = writer = IndexWriter(out, work)
        name = str(path)
        reader = LedgerReader(file, name, present, portions, visit=hashes, work=work, digest=digest)
        reader.read()
        portions.is_complete = True
        # A byte order mark is not read, and of a long line not all of it is.
        if digest.size != file.tell() or digest.last != _LINE_END or not portions.is_sound:
            raise InexactError
        writer.add(portions, is_last=True)
        writer.finish(portions, digest.size, digest.digest(), reader.line - 1)

    try:
        return replace(place, write)
    except (InexactError, PartError, OverflowError, Fault):
        remove(place)
        return False
    finally:
        portions.writer = None


@dataclass(eq=False)
class Portions(Records):
    """Records that go into an index, and out of memory, whenever there are too many of them.

    The rest of what is known of them stays. From then on ``is_part`` is true.
    """

    most: int = 0
    writer: IndexWriter | None = None
    is_complete: bool = False
    """Whether the ledger was read to its end."""
    n: int = 0
    """How many records were added since."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of an index: no damage, no half, no copies."""
        imports = self.columns.imports() if self.columns is not None else self.imports
        keys = imports and may_hold_copies(imports)
        is_whole = not self.halves and not self.has_torn_tail
        return is_whole and not (self.problems or self.future or keys)

    def add(self, batches: Sequence[Batch]) -> list[list[int]]:
        return [clashes for batch in batches for clashes in self._add(batch)]

    def _add(self, batch: Batch) -> list[list[int]]:
        clashes = Records.add(self, [batch])
        self.n += len(batch.reports)
        if self.n >= self.most and self.writer is not None:
            if self.is_sound:
                self.writer.add(self, is_last=False)
                self.by_target = self.columns = Columns()
                self.known, self._by_id, self.is_part = set(), None, True
            elif self.is_part:
                raise PartError
            self.n = 0
        return clashes


def records_for(
    file: BinaryIO, path: Path, indexes: Indexes, present: datetime | None, work: Work | None
) -> Records | None:
    """The same for whoever holds the lock, where there is an index: none is written meanwhile."""
    place = place_of(path, indexes.folder)
    index = open_index(place, file)
    return _records_by(index, place, file, path, present, None, work) if index is not None else None


def _records_by(
    index: Index,
    place: Path,
    file: BinaryIO,
    path: Path,
    present: datetime | None,
    starts: Starts | None,
    work: Work | None,
    hashes: Hashes | None = None,
) -> Records | None:
    """The records of a ledger whose index this is; None if all of them must be read, as where one
    in the index claims to be of the future."""
    directory = index.directory
    if present is not None and directory.latest > latest(present):
        return None
    try:
        corrections, places = map(index.side, (directory.corrections, directory.places))
    except IndexDamage:
        return None
    beginning = Beginning(index, place, path, present, corrections, places, starts)
    return records_after(beginning, file, work, hashes)


def records_after(
    beginning: Beginning, file: BinaryIO, work: Work | None, hashes: Hashes | None = None
) -> Records | None:
    """The records that came after an index, with what has to be known of those in it; None if all
    of them must be read."""
    index, directory = beginning.index, beginning.index.directory
    at_hand = {report.id for _, report in (*beginning.places, *beginning.corrections)}
    ids = KnownIds(index.ids, at_hand)
    records = Records(
        known=ids,
        corrections=[report for _, report in beginning.corrections],
        as_recorded=False,
        bodies=set(directory.bodies),
        parts=set(directory.parts),
        traits=index.traits(),
        ahead=set(directory.ahead),
        batches=Counter(directory.batches),
        crlf=directory.crlf,
        is_part=True,
        beginning=beginning,
    )
    reader = LedgerReader(
        file,
        str(beginning.ledger),
        beginning.present,
        records,
        directory.lines + 1,
        visit=hashes,
        work=work,
        start=directory.size,
    )
    try:
        reader.read()
        beginning.end = file.tell()
        names = {report.corrects for report in records.corrections if report.corrects is not None}
        ids.learn(ids.after | names)
        rows = {row_end(report) for report in records.imports}
        if records.future or ids.before(ids.after) or index.keys.among(rows):
            return None
        beginning.find(ids.before(names) - at_hand)
    except PartError:
        return None
    except IndexDamage:
        remove(beginning.place)
        return None
    ids.instead = lambda: beginning.whole().known
    return records


@dataclass(eq=False)
class Beginning:
    """The records of a ledger's beginning, in its index."""

    index: Index
    place: Path
    """Where the index lies."""
    ledger: Path
    present: datetime | None
    corrections: Sequence[tuple[SeriesName, Report]]
    places: list[tuple[SeriesName, Report]]
    """The records that corrections name."""
    starts: Starts | None = None
    """From which day on plain reports on a target need not be seen; None if all are wanted."""
    end: int = 0
    """So many bytes of the ledger were read, with what came after its beginning."""

    def in_force(
        self, after: Records, ids: Collection[str], before: datetime | None
    ) -> tuple[Mapping[SeriesName, Sequence[Report]], list[Report]]:
        """The reports of both that count, and those that do not: the ones with some ``ids``.

        Only of what was recorded before a moment.
        """
        losses = {report.id: (name, report) for name, report in (*self.places, *self.corrections)}
        for name, column in after.by_target.items():
            losses.update((report.id, (name, report)) for report in column if report.id in ids)
        loss_ids: defaultdict[SeriesName, set[str]] = defaultdict(set)
        for id_ in ids:
            loss_ids[losses[id_][0]].add(id_)
        traits = frozenset(after.traits) if len(after.traits) == 1 else None
        reports = JoinedReports(self, dict(after.by_target), dict(loss_ids), traits, self.starts)
        dropped = [losses[id_][1] for id_ in ids]
        if before is None:
            return reports, dropped
        return reports.before(before), [each for each in dropped if each.recorded < before]

    def find(self, ids: Collection[str]) -> None:
        """Have further records at hand that do not count. Raises IndexDamage."""
        self.places += self.index.find(ids)

    @property
    def digest(self) -> bytes:
        """The digest of its bytes."""
        return self.index.directory.digest

    def has_any(self, after: Records, reports: Sequence[Report]) -> bool:
        """Whether any of some reports may be there already: its id, or its row of a sheet. Those
        after the index are known.
        """
        rows = {row_end(report) for report in reports if report.key}
        ids = after.known
        try:
            is_before = isinstance(ids, KnownIds) and ids.before({each.id for each in reports})
            return bool(is_before or self.index.keys.among(rows))
        except IndexDamage:
            return True

    def whole(self) -> Ledger:
        """The ledger as it was, read without its index, which turned out to be damaged. What came
        meanwhile is left out: a seal would be of other lines than the verdicts."""
        remove(self.place)
        with open_ledger(self.ledger) as file:
            lines = BytesIO(file.read(self.end) if file is not None else b"")
            return in_force(LedgerReader(lines, str(self.ledger), self.present).read())[0]


class JoinedReports(Mapping[SeriesName, Sequence[Report]]):
    """Reports in force by series, each series made when it is asked for."""

    def __init__(
        self,
        beginning: Beginning,
        after: Mapping[SeriesName, Sequence[Report]],
        losses: Mapping[SeriesName, Collection[str]],
        traits: frozenset[Traits] | None,
        starts: Starts | None,
    ) -> None:
        """``losses``: the ids of records that do not count; ``starts`` is as for ``Beginning``."""
        self._beginning, self._index = beginning, beginning.index
        self._after, self._losses, self._traits = after, losses, traits
        self._plain = self._rest_of(starts) if starts is not None else {}
        self._names = [name for name in self._all_names() if self._n(name)]
        self._set = frozenset(self._names)
        self._recent: dict[SeriesName, Series | LongSeries] = {}
        self._n_recent = 0
        self._whole: Mapping[SeriesName, Sequence[Report]] | None = None

    def _rest_of(self, starts: Starts) -> dict[SeriesName, list[Report]]:
        """The series of whose plain reports nobody has to see any, with their others."""
        entries = self._index.directory
        columns = zip(self._index.names, entries.is_split, entries.days, strict=True)
        plain: dict[SeriesName, list[Report]] = {
            name: []
            for name, is_split, day in columns
            if isinstance(name, str) and not is_split and day >= starts[name]
        }
        for name, report in (*self._beginning.corrections, *self._index.side(entries.odd)):
            if name in plain:
                plain[name].append(report)
        return plain

    def _all_names(self) -> Iterator[SeriesName]:
        yield from self._index.names
        yield from (name for name in self._after if name not in self._index.at)

    def _n(self, name: SeriesName) -> int:
        """How many reports there are in a series."""
        losses, after = self._losses.get(name, ()), self._after.get(name, ())
        if name in self._plain:
            return sum(report.id not in losses for report in (*self._plain[name], *after))
        number = self._index.at.get(name)
        n = self._index.directory.counts[number] if number is not None else 0
        return n + len(after) - len(losses)

    def __getitem__(self, name: SeriesName) -> Sequence[Report]:
        if name not in self._set:
            raise KeyError(name)
        series = self._recent.get(name)
        if series is not None:
            return series
        if self._whole is None:
            try:
                series = self._make(name)
            except IndexDamage:
                self._whole = self._beginning.whole().reports
            else:
                self._keep(name, series)
                return series
        return self._whole.get(name, ())

    def _make(self, name: SeriesName) -> Series | LongSeries:
        number = self._index.at.get(name)
        after, losses = self._after.get(name, ()), self._losses.get(name, ())
        if name in self._plain:
            reports: Sequence[Report] = self._plain[name]
        elif number is None:
            reports = ()
        elif not after:
            return self._index.series(number, losses, self._traits)
        else:
            reports = self._index.series(number)
        rest = [report for report in (*reports, *after) if report.id not in losses]
        return in_order(rest, None, self._traits)

    def _keep(self, name: SeriesName, series: Series | LongSeries) -> None:
        self._n_recent += len(series)
        while self._recent and self._n_recent > KEPT:
            oldest = next(iter(self._recent))
            self._n_recent -= len(self._recent.pop(oldest))
        self._recent[name] = series

    def __iter__(self) -> Iterator[SeriesName]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._set

    def before(self, moment: datetime) -> dict[SeriesName, Sequence[Report]]:
        """The reports that were recorded before a moment."""
        reports = {
            name: [report for report in series if report.recorded < moment]
            for name, series in self.items()
        }
        return {name: in_order(rest, None, self._traits) for name, rest in reports.items() if rest}

    def passing_over(self, starts: Starts) -> JoinedReports:
        """The same but for plain reports on targets from some days on."""
        return JoinedReports(self._beginning, self._after, self._losses, self._traits, starts)

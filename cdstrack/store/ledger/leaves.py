"""The lines of a ledger as the leaves of a seal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import compress, count, groupby, repeat
from operator import attrgetter

from cdstrack.core.checks.merkle import leaf_hash
from cdstrack.core.checks.seals import Leaf, ShortSeal, short_of
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.values.in_force import LongSeries
from cdstrack.store.ledger.load import BLANKS, BOM, read_line
from cdstrack.store.ledger.record import Damage, Reader, serialize

_recorded = attrgetter("recorded")


@dataclass(eq=False)
class Leaves:
    """Gathers a leaf for each record while a ledger is read; give ``visit`` to the reader."""

    all: list[Leaf] = field(default_factory=list)

    def visit(self, first: int, lines: Sequence[bytes], reports: Sequence[Report]) -> None:
        """Lines as they stand, but for their line breaks; anew when the file is read once more."""
        if self.all and first <= self.all[-1].line:
            self.all.clear()
        hashes = _hashes_of(lines)
        make: Callable[..., Leaf] = tuple.__new__  # Leaf's own takes twice as long
        self.all += map(make, repeat(Leaf), zip(hashes, reports, count(first), strict=False))


@dataclass(eq=False)
class Hashes:
    """Gathers what a short seal is made of, and no more: there may be a million lines.

    Those count that were recorded up to ``moment``. Give it to the reader, which shows it lines
    with their records, or the beginning of a ledger in which every line is known to hold one.
    """

    moment: datetime
    _hashes: list[bytes] = field(default_factory=list)
    _last: datetime | None = None
    """When the last of them was recorded."""
    _line: int = 0

    def __call__(self, first: int, lines: Sequence[bytes], reports: Sequence[Report]) -> None:
        """As ``Leaves.visit``."""
        if first <= self._line:
            self.take(Prefix(), 0, None)
        self._line = first + len(lines) - 1
        moments = reports.column("recorded") if isinstance(reports, LongSeries) else None
        moments = list(map(_recorded, reports)) if moments is None else moments
        early = [recorded <= self.moment for recorded in moments]
        self._hashes += _hashes_of(compress(lines, early))
        ends = [] if self._last is None else [self._last]
        self._last = max([*ends, *compress(moments, early)], default=None)

    def beginning(self) -> Prefix:
        """What the beginning of a ledger is shown to; nothing is taken before it is known whole."""
        return Prefix()

    def take(self, beginning: Prefix, n: int, last: datetime | None) -> None:
        """The first ``n`` lines of a ledger instead of what was gathered; the ``last`` of them was
        recorded at a moment that is not after ours."""
        self._hashes, self._line, self._last = beginning.hashes, n, last

    def short_seal(self) -> ShortSeal:
        """The short form over the lines."""
        # In the order of the file, in which they lie in memory, they are sorted fast.
        self._hashes.sort()
        return short_of([name for name, _ in groupby(self._hashes)], self._last)


@dataclass(eq=False)
class Prefix:
    """The hashes of the lines at the beginning of a ledger, of which none is damaged: then each
    that is not blank holds a record."""

    hashes: list[bytes] = field(default_factory=list)
    _rest: bytes = b""

    def update(self, data: bytes) -> None:
        """Take further bytes in."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.hashes += _hashes_of(line for line in lines if line.strip(BLANKS))


def _hashes_of(lines: Iterable[bytes]) -> list[bytes]:
    """The leaves of lines as they stand, but for their line breaks."""
    return [leaf_hash(line.removesuffix(b"\r")) for line in lines]


def respelling(report: Report) -> bytes:
    """The hash of a record's line as the program writes it."""
    return leaf_hash(serialize(report).encode("utf-8"))


def leaves_in(content: bytes) -> list[Leaf]:
    """The leaves of a ledger in memory; lines that are no records are left out."""
    strict, leaves = Reader(), Leaves()
    for number, line in enumerate(content.removeprefix(BOM).split(b"\n"), 1):
        try:
            report = read_line(strict, line)
        except Damage:
            continue
        if report is not None:
            leaves.visit(number, [line], [report])
    return leaves.all

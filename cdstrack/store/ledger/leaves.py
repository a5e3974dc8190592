"""The lines of a ledger as the leaves of a seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import compress, count, repeat
from operator import attrgetter

from cdstrack.core.checks.merkle import leaf_hash
from cdstrack.core.checks.seals import Leaf, ShortSeal, short_of
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.ledger.load import BOM, read_line
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
        hashes = map(leaf_hash, (line.removesuffix(b"\r") for line in lines))
        make: Callable[..., Leaf] = tuple.__new__  # Leaf's own takes twice as long
        self.all += map(make, repeat(Leaf), zip(hashes, reports, count(first), strict=False))


@dataclass(eq=False)
class Hashes:
    """Gathers what a short seal is made of, and no more: there may be a million lines."""

    _hashes: list[bytes] = field(default_factory=list)
    _moments: list[datetime] = field(default_factory=list)
    _line: int = 0

    def visit(self, first: int, lines: Sequence[bytes], reports: Sequence[Report]) -> None:
        """As for ``Leaves``."""
        if first <= self._line:
            self._hashes.clear()
            self._moments.clear()
        self._line = first + len(lines) - 1
        self._hashes += [leaf_hash(line.removesuffix(b"\r")) for line in lines]
        self._moments += map(_recorded, reports)

    def short_seal(self, moment: datetime) -> ShortSeal:
        """The short form over the lines recorded up to a moment."""
        is_early = [recorded <= moment for recorded in self._moments]
        last = max(compress(self._moments, is_early), default=None)
        # In the order of the file, in which they lie in memory: a set is slow to sort.
        return short_of(dict.fromkeys(compress(self._hashes, is_early)), last)


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

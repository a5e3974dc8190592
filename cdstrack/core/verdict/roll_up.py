"""What stands below a heading: its leaves by cell, the worst of them, and its score.

Nothing here is a verdict, and no verdict depends on it (rules of judgement §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.entries import Heading, Target
from cdstrack.core.model.register import Register
from cdstrack.core.model.structs import dataclass, fields
from cdstrack.core.verdict.rules import OUTSIDE, WORST_FIRST
from cdstrack.core.verdict.verdict import Counts, Verdict, count


@dataclass(frozen=True, slots=True)
class MeanProgress:
    """The weighted mean of the progress of what stands below: a score, never a verdict."""

    value: Decimal | None
    """Between 0 and 1; None where nothing below has a progress."""
    n: int
    """How many leaves have one."""
    of: int
    """How many leaves there are, but for closed and unquantified ones."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """What stands below a heading, or a sentence with classes, as of a day."""

    counts: Counts
    worst: Verdict | None
    """The leaf that stands worst; None where all are closed or not quantified."""
    score: MeanProgress | None
    """Only where ``roll_up`` declares it."""


class Branch(NamedTuple):
    """What is drawn in one line of a tree."""

    entry: Heading | Verdict
    depth: int
    above: str
    """The id of what it stands below; empty on top."""

    @property
    def said(self) -> Heading | Target:
        """What the register says of it."""
        return self.entry if isinstance(self.entry, Heading) else self.entry.target


def tree_of(
    register: Register, verdicts: Sequence[Verdict], top: str | None = None
) -> list[Branch]:
    """Verdicts below their parents and headings, as deep as they stand; ``top`` begins the tree.

    Headings without a verdict below them are left out. Under a heading its own targets come before
    the headings below it; both are in the order given.
    """
    ids = {verdict.target.id for verdict in verdicts}
    headings: set[str] = set()
    below: dict[str, list[Heading | Verdict]] = {}
    for verdict in verdicts:
        name = (verdict.target.part_of or "") if verdict.target.id != top else ""
        while name in register.targets and name not in ids:
            name = register.targets[name].part_of or ""
        place = name if name in ids or name in register.headings else ""
        below.setdefault(place, []).append(verdict)
        while name in register.headings and name not in headings:
            headings.add(name)
            name = (register.headings[name].part_of or "") if name != top else ""
    for heading in register.headings.values():
        if heading.id in headings:
            parent = heading.part_of or ""
            below.setdefault(parent if parent in headings else "", []).append(heading)
    tree: list[Branch] = []
    stack = [Branch(entry, 0, "") for entry in reversed(below.get("", ()))]
    while stack:
        branch = stack.pop()
        tree.append(branch)
        name, depth = branch.said.id, branch.depth + 1
        stack += [Branch(entry, depth, name) for entry in reversed(below.get(name, ()))]
    return tree


def ids_below(register: Register, top: str) -> set[str]:
    """The ids of an entry and of all that is part of it, however deep."""
    below: dict[str, list[str]] = {}
    entries: list[Heading | Target] = [*register.headings.values(), *register.targets.values()]
    for entry in entries:
        below.setdefault(entry.part_of or "", []).append(entry.id)
    ids = [top]
    for name in ids:  # which grows as it is read
        ids += below.get(name, ())
    return set(ids)


def roll_ups(tree: Sequence[Branch]) -> Mapping[str, RollUp]:
    """What is shown of all in a tree that has leaves below it, by id."""
    sums = {branch.said.id: _Sum() for branch in tree}
    result: dict[str, RollUp] = {}
    for branch in reversed(tree):  # what stands below comes first
        said, sum_ = branch.said, sums[branch.said.id]
        if sum_.n_below:
            result[said.id] = sum_.roll_up(declared=said.roll_up is not None)
            if said.roll_up is None and isinstance(said, Target):
                sum_.stand_as(sum_.worst)
        elif isinstance(branch.entry, Verdict):
            sum_.take_leaf(branch.entry)
        if branch.above:
            sums[branch.above].take(sum_, said.weight)
    return result


class _Sum:
    """What comes together below one entry of a tree."""

    def __init__(self) -> None:
        self.n_below = 0
        self.counts = Counts()
        self.worst: Verdict | None = None
        self.mean = _Mean()

    def take_leaf(self, verdict: Verdict) -> None:
        """Be a target that has no classes."""
        self.counts = count([verdict], frozenset())
        self.worst = verdict if verdict.state not in OUTSIDE else None
        self.stand_as(self.worst)

    def stand_as(self, verdict: Verdict | None) -> None:
        """Have the progress of one leaf alone, as a sentence has that of its worst class."""
        value = clamped_progress(verdict) if verdict is not None else None
        self.mean = _Mean()
        self.mean.of = int(verdict is not None)
        if value is not None:
            self.mean.n, self.mean.total, self.mean.weight = 1, value, Decimal(1)

    def take(self, below: _Sum, weight: Decimal) -> None:
        """Add what stands right below."""
        self.n_below += 1
        self.counts = sum_of(self.counts, below.counts)
        self.worst = worst_of([self.worst, below.worst])
        self.mean.n += below.mean.n
        self.mean.of += below.mean.of
        value = below.mean.value
        if value is not None:
            self.mean.total += weight * value
            self.mean.weight += weight

    def roll_up(self, *, declared: bool) -> RollUp:
        mean = self.mean
        score = MeanProgress(mean.value, mean.n, mean.of) if declared else None
        return RollUp(self.counts, self.worst, score)


class _Mean:
    """A weighted mean, as far as it has come together."""

    def __init__(self) -> None:
        self.n = self.of = 0
        self.total = self.weight = Decimal(0)

    @property
    def value(self) -> Decimal | None:
        return self.total / self.weight if self.weight else None


def clamped_progress(verdict: Verdict) -> Decimal | None:
    """The progress of a leaf between 0 and 1; a milestone that was reported has all of it or none.

    None where nothing measures it.
    """
    if verdict.target.kind == "milestone":
        return Decimal(bool(verdict.last.value)) if verdict.last is not None else None
    if verdict.target.kind == "limit" or verdict.progress is None:
        return None
    return min(max(verdict.progress, Decimal(0)), Decimal(1))


def worst_of(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """The first of those that stand worst; None of none."""
    present = [verdict for verdict in verdicts if verdict is not None]
    return min(present, key=lambda verdict: WORST_FIRST.index(verdict.state), default=None)


def sum_of(first: Counts, second: Counts) -> Counts:
    """Two counts of different targets in one."""
    names = [field.name for field in fields(Counts)]
    return Counts(*(getattr(first, name) + getattr(second, name) for name in names))

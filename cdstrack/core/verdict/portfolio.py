"""All targets together: the four cells, their rates, parents and their classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import get_args

from cdstrack.core.verdict.rules import OUTSIDE, State
from cdstrack.core.verdict.verdict import CELLS, Verdict

WORST_FIRST: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Counts:
    """Targets by cell, and the rates of what was due (rules of judgement §7)."""

    on_time: int = 0
    late: int = 0
    in_time: int = 0
    overdue: int = 0
    outside: int = 0

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def rates(self) -> dict[str, Decimal | None]:
        """Completion, on-time and overdue rate: shares of what was due; None with nothing due."""
        due = Decimal(self.due)
        parts = {
            "completion_rate": self.on_time + self.late,
            "on_time_rate": self.on_time,
            "overdue_rate": self.overdue,
        }
        return {name: part / due if due else None for name, part in parts.items()}


def count(verdicts: Iterable[Verdict], parents: frozenset[str]) -> Counts:
    """Count every target once; parents are not counted beside their classes."""
    cells: dict[str, int] = dict.fromkeys(CELLS, 0)
    for verdict in verdicts:
        if verdict.target.id not in parents:
            cells[verdict.cell] += 1
    return Counts(**cells)


def classes_of(verdicts: Iterable[Verdict]) -> Mapping[str, list[Verdict]]:
    """The classes (children) of each parent, in register order."""
    classes: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.target.part_of is not None:
            classes.setdefault(verdict.target.part_of, []).append(verdict)
    return classes


def with_worst_class(parent: Verdict, classes: Sequence[Verdict]) -> Verdict:
    """A parent stands as its worst class does (rules of judgement §6)."""
    rivals = [verdict for verdict in classes if verdict.state not in OUTSIDE] or classes[:1]
    return replace(parent, worst=min(rivals, key=lambda rival: WORST_FIRST.index(rival.state)))

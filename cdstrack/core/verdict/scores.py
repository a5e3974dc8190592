"""The scoreboard: what each body has delivered, and whether it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.values.across import Standing
from cdstrack.core.values.combine import combine, test_of
from cdstrack.core.values.population import Population
from cdstrack.core.verdict.dues import dues, expects_reports
from cdstrack.core.verdict.portfolio import Counts
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Cell, Verdict

CELLS: tuple[Cell, ...] = get_args(Cell)


@dataclass(slots=True)
class Score:
    """One body: its targets by cell, the reports it owes, its last report."""

    body: str
    cells: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CELLS, 0))
    targets: int = 0
    """Targets that it answers for or reports on."""
    missing: int = 0
    """Targets on which it has never reported, or on which its report is late."""
    last: Period | None = None

    @property
    def counts(self) -> Counts:
        return Counts(**self.cells)

    @property
    def rank(self) -> tuple[int, int, int, int, date]:
        """Missing reports first, then what is overdue and late, then the longest silence."""
        silent_since = self.last.last if self.last is not None else date.min
        cells = self.cells
        return -self.missing, -cells["overdue"], -cells["late"], -cells["in_time"], silent_since

    def add(self, cell: Cell, last: Period | None, *, missing: bool) -> None:
        self.targets += 1
        self.cells[cell] += 1
        self.missing += missing
        if last is not None and (self.last is None or last.last > self.last.last):
            self.last = last


def scores(verdicts: Iterable[Verdict], ledger: Ledger, referee: Referee) -> list[Score]:
    """Every body that answers for a target or reports on one, ranked."""
    found: dict[str, Score] = {}
    for verdict in verdicts:
        target, population = verdict.target, referee.populations.of(verdict.target)
        told = ledger.of(target)
        owed = {due.body for due in dues(verdict, population, told) if due.days_overdue > 0}
        if population is None or verdict.standing is None:
            name = verdict.owner.current
            score = found.setdefault(name, Score(name))
            silent = target.report_every is None and _is_silent(verdict)
            score.add(verdict.cell, verdict.evidence.date, missing=silent or name in owed)
            continue
        held = verdict.standing.held
        asked = target.report_every is None and expects_reports(verdict)
        for name, cell in cells_of_bodies(verdict, told, referee, population).items():
            last = held[name].date if name in held else None
            score = found.setdefault(name, Score(name))
            score.add(cell, last, missing=name in owed or (asked and last is None))
    return sorted(found.values(), key=lambda score: score.rank)


def _is_silent(verdict: Verdict) -> bool:
    return verdict.evidence.date is None and expects_reports(verdict)


def cells_of_bodies(
    verdict: Verdict, reports: Sequence[Report], referee: Referee, population: Population
) -> dict[str, Cell]:
    """The cell of each body on a target.

    Mostly what a body held on the deadline and what it holds now tell; ``Referee.judge_bodies``
    finds the same and takes many times as long, so it is asked only where the course matters.
    """
    target, standing, as_of = verdict.target, verdict.standing, referee.as_of
    plain = target.kind == "reach" and not target.revisions and target.closed is None
    if not plain or standing is None:
        judged = referee.judge_bodies(target, reports)
        return {name: each.cell for name, each in judged.items()}
    names = dict.fromkeys((*population.members_on(as_of), *standing.held))
    goal = target.each or (None if target.across == "sum" else target.target)
    if target.deadline is None or goal is None:
        return dict.fromkeys(names, "outside")
    due, lag = target.deadline.last, target.lag_days

    passes = test_of(goal, referee.register.policy.about)
    passed_now = {
        name
        for name, report in standing.held.items()
        if name not in standing.partial and passes(report)
    }
    passed_then = _passed_then(standing.then, target, population, as_of, passes)
    cells: dict[str, Cell] = {}
    for name in names:
        now = standing.held.get(name)
        if as_of <= due:
            cells[name] = "on_time" if name in passed_now else "in_time"
        elif name in passed_then:
            cells[name] = "on_time"
        elif name in passed_now:
            cells[name] = "late"
        else:
            waits = as_of <= add_days(due, lag) and lag > 0
            cells[name] = "in_time" if waits and (now is None or now.date.last < due) else "overdue"
    return cells


def _passed_then(
    then: Standing | None,
    target: Target,
    population: Population,
    as_of: date,
    passes: Callable[[Report], bool],
) -> set[str]:
    """The bodies of today that had passed on the deadline, with all those that they follow."""
    passed: set[str] = set()
    if then is None:
        return passed
    silent = set(then.silent)
    for heir, names in population.lineages(as_of).items():
        held = [then.held[name] for name in names if name in then.held]
        if held and silent.isdisjoint(names) and passes(combine(target, held, passes)):
            passed.add(heir)
    return passed

"""The scoreboard: what each body has delivered, and whether it reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import NOTHING, Report
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.values.across import BodyStatus
from cdstrack.core.values.bodies import Population, owner_on
from cdstrack.core.values.combine import combine
from cdstrack.core.values.measures import Bar
from cdstrack.core.verdict.dues import dues, expects_reports
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import CELLS, Cell, Counts, Verdict


@dataclass(slots=True)
class Score:
    """One body: its targets by cell, the reports it owes, its last report."""

    body: str
    cells: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CELLS, 0))
    targets: int = 0
    """Targets that it answers for or reports on."""
    never_reported: int = 0
    """Overdue targets on which it has never reported."""
    missing: int = 0
    """Targets on which it has never reported, or on which its report is late."""
    last: Period | None = None
    partner: int = 0
    """Targets on which it works with the owner, who answers for them."""

    @property
    def counts(self) -> Counts:
        return Counts(**self.cells, never_reported=self.never_reported)

    @property
    def rank(self) -> tuple[bool, int, int, int, int, date]:
        """Missing reports first, then what is overdue and late, then the longest silence; at the
        end who only works with others."""
        silent_since = self.last.last if self.last is not None else date.min
        cells = self.cells
        figures = -self.missing, -cells["overdue"], -cells["late"], -cells["in_time"]
        return not self.targets, *figures, silent_since

    def add(self, cell: Cell, last: Period | None, *, missing: bool, silent: bool) -> None:
        self.targets += 1
        self.cells[cell] += 1
        self.never_reported += cell == "overdue" and silent
        self.missing += missing
        if last is not None and (self.last is None or last.last > self.last.last):
            self.last = last


class Delivery(NamedTuple):
    """What one body has delivered on a target."""

    body: str
    cell: Cell
    last: Period | None
    is_missing: bool
    """Whether it has never reported, or its report is late."""
    is_silent: bool


def deliveries(referee: Referee, verdict: Verdict, ledger: Ledger) -> list[Delivery]:
    """What each body has delivered that answers for a target, or that reports on it one by one."""
    target, population = verdict.target, referee.populations.of(verdict.target)
    reports = referee.reports_on(target, ledger)
    behind = _behind(verdict, population, reports)
    no_interval = target.report_every is None and expects_reports(verdict)
    if population is None or verdict.standing is None:
        name, last = verdict.owner.current, verdict.evidence.date
        is_missing = (no_interval and last is None) or name in behind
        return [Delivery(name, verdict.cell, last, is_missing, verdict.never_reported)]
    held, beginners = verdict.standing.held, verdict.standing.beginners
    whole = []
    for name, cell in cells_of_bodies(verdict, reports, referee, population).items():
        last = held[name].date if name in held else None
        is_missing = name in behind or (no_interval and last is None)
        is_silent = last is None and name not in beginners
        whole.append(Delivery(name, cell, last, is_missing, is_silent))
    return whole


def owing(verdicts: Iterable[Verdict], referee: Referee, ledger: Ledger) -> dict[str, bool]:
    """Whether each body that has a score owes reports, of targets that ask for them regularly.

    ``scores`` says the same, from what takes many times as long: how each body stands.
    """
    bodies: dict[str, bool] = {}
    for verdict in verdicts:
        target, population = verdict.target, referee.populations.of(verdict.target)
        reports = referee.reports_on(target, ledger)
        behind = _behind(verdict, population, reports)
        names: Iterable[str] = (verdict.owner.current,)
        if population is not None and verdict.standing is not None:
            names = referee.reports_of_bodies(target, reports)
        for name in names:
            bodies[name] = bodies.get(name, False) or name in behind
        for name in _partners(target, referee):
            bodies.setdefault(name, False)
    return bodies


def _behind(
    verdict: Verdict, population: Population | None, reports: Sequence[Report]
) -> set[str | None]:
    """The bodies whose report on a target is late."""
    return {due.body for due in dues(verdict, population, reports) if due.days_overdue > 0}


def _partners(target: Target, referee: Referee) -> Iterator[str]:
    """Who works with the owner of a target today."""
    for name in target.partners:
        yield owner_on(name, referee.register.bodies, referee.as_of, target.succession).current


def scores(verdicts: Iterable[tuple[Verdict, Sequence[Delivery]]], referee: Referee) -> list[Score]:
    """Every body that answers for a target, reports on one or works with its owner, ranked."""
    by_body: dict[str, Score] = {}
    owed: set[tuple[str, str]] = set()
    """What is missing of which body, of an indicator once for all targets on it."""
    partners: Counter[str] = Counter()
    for verdict, parts in verdicts:
        target = verdict.target
        partners.update(_partners(target, referee))
        for name, cell, last, is_missing, is_silent in parts:
            score = by_body.setdefault(name, Score(name))
            missing = is_missing and (target.ledger_id, name) not in owed
            if missing:
                owed.add((target.ledger_id, name))
            score.add(cell, last, missing=missing, silent=is_silent)
    for name, n in partners.items():
        by_body.setdefault(name, Score(name)).partner = n
    return sorted(by_body.values(), key=lambda score: score.rank)


def cells_of_bodies(
    verdict: Verdict, reports: Sequence[Report], referee: Referee, population: Population
) -> dict[str, Cell]:
    """The cell of each body on a target.

    Mostly what a body held on the deadline and what it holds now are enough to tell;
    ``Referee.judge_bodies`` gives the same and takes many times as long, so it is asked only where
    the course matters.
    """
    target, standing, as_of = verdict.target, verdict.standing, referee.as_of
    plain = target.kind == "reach" and not target.revisions and target.closed is None
    is_simple = plain and target.silence is None
    if not is_simple or standing is None or _some_say_nothing(standing):
        verdicts = referee.judge_bodies(target, reports)
        return {name: body_verdict.cell for name, body_verdict in verdicts.items()}
    names = dict.fromkeys((*population.members_on(as_of), *standing.held))
    goal = target.each or (None if target.across == "sum" else target.target)
    if target.deadline is None or goal is None:
        return dict.fromkeys(names, "outside")
    due, lag = target.deadline.last, target.lag_days

    bar = Bar(goal, referee.register.policy.about)
    passing = {
        name
        for name, report in standing.held.items()
        if name not in standing.partial and bar.passed_by(report)
    }
    passing_on_deadline = _passing_on_deadline(standing.on_deadline, target, population, as_of, bar)
    cells: dict[str, Cell] = {}
    for name in names:
        report = standing.held.get(name)
        if as_of <= due:
            cells[name] = "on_time" if name in passing else "in_time"
        elif name in passing_on_deadline:
            cells[name] = "on_time"
        elif name in passing:
            cells[name] = "late"
        else:
            waits = as_of <= add_days(due, lag) and lag > 0
            is_pending = waits and (report is None or report.date.last < due)
            cells[name] = "in_time" if is_pending else "overdue"
    return cells


def _some_say_nothing(standing: BodyStatus) -> bool:
    """Whether a body says 0 of 0, so that what it stood at before is its value."""
    before = standing.on_deadline
    held = [*standing.held.values(), *(before.held.values() if before is not None else ())]
    return any(report.figure == NOTHING for report in held)


def _passing_on_deadline(
    status: BodyStatus | None, target: Target, population: Population, as_of: date, bar: Bar
) -> set[str]:
    """The bodies of today that had passed on the deadline, with all those that they follow."""
    passing: set[str] = set()
    if status is None:
        return passing
    silent = set(status.silent)
    for heir, names in population.lineages(as_of).items():
        reports = [status.held[name] for name in names if name in status.held]
        if reports and silent.isdisjoint(names):
            joint = combine(target, reports, bar.passed_by)
            if bar.passed_by(joint):
                passing.add(heir)
    return passing

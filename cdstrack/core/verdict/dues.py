"""Which reports are due, from whom, since when: what a register's ``report_every`` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date

from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import (
    Frequency,
    Period,
    add_days,
    days_between,
    last_closed,
    period_at,
    period_index,
)
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.values.bodies import Population
from cdstrack.core.verdict.rules import ACHIEVED, OUTSIDE
from cdstrack.core.verdict.verdict import Verdict

LAST_DAY = date(9998, 12, 31)
"""No date that is read lies later."""


@dataclass(frozen=True, slots=True)
class Due:
    """Reports that one body owes on one target.

    ``body`` is None for the members of a group that are only counted; ``bodies`` says how many.
    """

    target: Target
    body: str | None
    first: Period
    """The oldest period that is not reported."""
    newest: Period
    """The newest one that is asked for."""
    periods: int
    due_on: date
    """The last day on which the oldest can be reported in time."""
    days_overdue: int
    """Days since then; zero or less while there is time."""
    last: Period | None
    """What the last report described."""
    bodies: int = 1


def expects_reports(verdict: Verdict) -> bool:
    """Whether reports are still asked for: not once it is closed, or achieved for good."""
    closing = verdict.target.closed
    if closing is not None and closing.on <= verdict.as_of:
        return closing.how == "missed" and verdict.state != "missed"
    if verdict.as_of < verdict.target.begins or verdict.state in OUTSIDE:
        return False
    return not (verdict.passed and verdict.state in ACHIEVED)


def first_due(target: Target) -> date:
    """The last day on which a first report is in time; of no interval the day it begins."""
    if target.report_every is None:
        return target.begins
    first = period_at(target.report_every, period_index(target.report_every, target.begins))
    return add_days(first.last, target.lag_days)


def dues(
    verdict: Verdict,
    population: Population | None,
    reports: Sequence[Report] = (),
    within: int = 0,
) -> Iterator[Due]:
    """What is due on a target as of the verdict's day, or falls due in so many days after it.

    A report for any day of a period is a report for it. A later level makes up for those before;
    of increments (the ``reports`` are looked at for these) every period is wanted.
    """
    target, as_of = verdict.target, verdict.as_of
    every = target.report_every
    if every is None or not expects_reports(verdict):
        return
    begins = target.begins
    if target.baseline is not None and target.baseline.date is not None:
        begins = max(begins, add_days(target.baseline.date.last, 1))
    schedule = _Schedule(target, every, as_of, within)
    if target.accumulates:
        schedule.coverage = schedule.periods_covered(reports, population)
    if population is None or verdict.standing is None:
        yield from schedule.of(verdict.owner.current, verdict.evidence.date, begins, whole=True)
        return
    standing = verdict.standing
    for_all = [point.date for point in verdict.points if point.reported is None]
    if for_all:  # who reported for all of them is not asked again for each
        begins = max(begins, add_days(for_all[-1].last, 1))
    for name in population.members_on(as_of):
        report = standing.held.get(name)
        since = max(population.members[name].started or begins, begins)
        yield from schedule.of(name, report.date if report is not None else None, since)
    if population.members:
        return
    n_unlisted = standing.reported.of - len(standing.held)
    if n_unlisted > 0:
        yield from schedule.of(None, for_all[-1] if for_all else None, begins, n_unlisted)
    for name, report in standing.held.items():
        yield from schedule.of(name, report.date, begins)


class _Schedule:
    """The periods of one target for which a report is due by now."""

    def __init__(self, target: Target, every: Frequency, as_of: date, within: int) -> None:
        self.target = target
        self.every = every
        self.as_of = as_of
        horizon = min(add_days(as_of, within - target.lag_days), LAST_DAY)
        self.newest = max(last_closed(every, horizon), period_index(every, as_of) - 1)
        self._periods: dict[int, Period] = {}
        self.coverage: Mapping[str | None, Set[int]] | None = None
        """Of increments, the periods that each body has reported."""

    def periods_covered(
        self, reports: Sequence[Report], population: Population | None
    ) -> Mapping[str | None, Set[int]]:
        """The periods for which each body of today, or one that it follows, has reported."""
        coverage: dict[str | None, set[int]] = {}
        for report in reports:
            if report.date.last > self.as_of:
                continue
            heir = report.body
            if heir is not None and population is not None:
                heir = population.heir_of(heir, self.as_of)
            first = period_index(self.every, report.date.first)
            last = period_index(self.every, report.date.last)
            coverage.setdefault(heir, set()).update(range(first, last + 1))
        return coverage

    def _period(self, index: int) -> Period:
        """A period by its index; the bodies of a target mostly owe the same ones."""
        if index not in self._periods:
            self._periods[index] = period_at(self.every, index)
        return self._periods[index]

    def of(
        self,
        body: str | None,
        last: Period | None,
        since: date,
        bodies: int = 1,
        *,
        whole: bool = False,
    ) -> Iterator[Due]:
        """What a body owes that has to report since a day and did so last for ``last``."""
        first = period_index(self.every, since)
        if self.coverage is None and last is not None:
            first = max(first, period_index(self.every, last.last) + 1)
        missing: Sequence[int] = range(first, self.newest + 1)
        if self.coverage is not None:
            periods = self.coverage.get(None if whole else body, frozenset())
            missing = [index for index in missing if index not in periods]
        if not missing:
            return
        oldest = self._period(missing[0])
        due_on = add_days(oldest.last, self.target.lag_days)
        yield Due(
            target=self.target,
            body=body,
            first=oldest,
            newest=self._period(missing[-1]),
            periods=len(missing),
            due_on=due_on,
            days_overdue=days_between(due_on, self.as_of),
            last=last,
            bodies=bodies,
        )

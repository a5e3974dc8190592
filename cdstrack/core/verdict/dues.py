"""Which reports are due, from whom, since when: what a register's ``report_every`` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cache

from dateutil.relativedelta import relativedelta

from cdstrack.core.model.entries import ReportEvery, Target
from cdstrack.core.model.periods import MONTHS, Period, add_days, days_between
from cdstrack.core.model.report import Report
from cdstrack.core.values.points import accumulates
from cdstrack.core.values.population import Population
from cdstrack.core.verdict.rules import OUTSIDE
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
    due, closed = verdict.terms.deadline, verdict.target.closed
    if closed is not None and closed.on <= verdict.as_of:
        return False
    settled = verdict.state in ("achieved", "achieved_late")
    passed = due is not None and verdict.as_of > due.last
    begun = verdict.as_of >= verdict.target.begins
    return begun and verdict.state not in OUTSIDE and not (settled and passed)


def first_due(target: Target) -> date:
    """The last day on which a first report is in time; of no interval the day it begins."""
    if target.report_every is None:
        return target.begins
    return add_days(period_of(target.report_every, target.begins).last, target.lag_days)


def dues(
    verdict: Verdict,
    population: Population | None,
    reports: Sequence[Report] = (),
    within: int = 0,
) -> Iterator[Due]:
    """What is due on a target as of the verdict's day, or falls due in so many days after it.

    A report for any day of a period is a report for it. A later level makes up for those before;
    of increments (that is what ``reports`` are looked at for) every period is wanted.
    """
    target, as_of = verdict.target, verdict.as_of
    every = target.report_every
    if every is None or not expects_reports(verdict):
        return
    begins = target.begins
    if target.baseline is not None and target.baseline.date is not None:
        begins = max(begins, add_days(target.baseline.date.last, 1))
    asked = _Asked(target, every, as_of, within)
    if accumulates(target):
        asked.told = asked.periods_told(reports, population)
    if population is None or verdict.standing is None:
        yield from asked.of(verdict.owner.current, verdict.evidence.date, begins, whole=True)
        return
    standing = verdict.standing
    for_all = [point.date for point in verdict.points if point.reported is None]
    if for_all:  # who reported for all of them is not asked again for each
        begins = max(begins, add_days(for_all[-1].last, 1))
    for name in population.members_on(as_of):
        held = standing.held.get(name)
        started = population.members[name].started or begins
        last = held.date if held is not None else None
        yield from asked.of(name, last, max(started, begins))
    unlisted = 0 if population.members else standing.reported.of - len(standing.held)
    if unlisted > 0:
        yield from asked.of(None, for_all[-1] if for_all else None, begins, unlisted)
    for name, report in standing.held.items() if not population.members else ():
        yield from asked.of(name, report.date, begins)


class _Asked:
    """The periods of one target for which a report is asked by now."""

    def __init__(self, target: Target, every: ReportEvery, as_of: date, within: int) -> None:
        self.target = target
        self.every = every
        self.as_of = as_of
        horizon = min(add_days(as_of, within - target.lag_days), LAST_DAY)
        newest = self._index(horizon)
        newest -= horizon < period_number(every, newest).last  # not over by then
        self.newest = max(newest, self._index(as_of) - 1)
        self.told: Mapping[str | None, Set[int]] | None = None
        """Of increments, the periods that each body has reported."""

    def periods_told(
        self, reports: Sequence[Report], population: Population | None
    ) -> Mapping[str | None, Set[int]]:
        """The periods for which each body of today, or one that it follows, has reported."""
        told: dict[str | None, set[int]] = {}
        for report in reports:
            if report.date.last > self.as_of:
                continue
            heir = report.body
            if heir is not None and population is not None:
                heir = population.heir_of(heir, self.as_of)
            first, last = self._index(report.date.first), self._index(report.date.last)
            told.setdefault(heir, set()).update(range(first, last + 1))
        return told

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
        first = self._index(since)
        told: Set[int] = frozenset()
        if self.told is not None:
            told = self.told.get(None if whole else body, frozenset())
        elif last is not None:
            first = max(first, self._index(last.last) + 1)
        owed = [index for index in range(first, self.newest + 1) if index not in told]
        if not owed:
            return
        oldest = period_number(self.every, owed[0])
        due_on = add_days(oldest.last, self.target.lag_days)
        yield Due(
            target=self.target,
            body=body,
            first=oldest,
            newest=period_number(self.every, owed[-1]),
            periods=len(owed),
            due_on=due_on,
            days_overdue=days_between(due_on, self.as_of),
            last=last,
            bodies=bodies,
        )

    def _index(self, day: date) -> int:
        return _index_of(self.every, day)


def period_of(every: ReportEvery, day: date) -> Period:
    """The month, quarter, half or year of a day."""
    return period_number(every, _index_of(every, day))


def _index_of(every: ReportEvery, day: date) -> int:
    return (day.year * 12 + day.month - 1) // MONTHS[every]


@cache
def period_number(every: ReportEvery, index: int) -> Period:
    """A month, quarter, half or year, counted from the beginning of year 0."""
    months = MONTHS[every]
    year, part = divmod(index * months, 12)
    first = date(year, part + 1, 1)
    last = first + relativedelta(months=months, days=-1)
    number = part // months + 1
    said = {
        "month": f"{year:04}-{part + 1:02}", "quarter": f"{year:04}-Q{number}",
        "half": f"{year:04}-H{number}", "year": f"{year:04}",
    }[every]  # fmt: skip
    return Period(said, every, first, last)

"""The reports that another one stands beside: of the same body and condition, by their days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period, add_days, days_between
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.window import overlap

ZERO, ONE = Decimal(0), Decimal(1)
_LAST_STEP = date.max.toordinal()
_last, _last_day = attrgetter("last"), attrgetter("date.last")

Pair = tuple[Report, Report]


def turn_of(target: Target, when: Period) -> Period | None:
    """The period of a sustained target that a report counts for; None for any other target."""
    at = bisect_left(target.periods, when.last, key=_last)
    turn = target.periods[at] if at < len(target.periods) else None
    return turn if turn is not None and turn.first <= when.last else None


def total_of(reports: Iterable[Report]) -> Decimal:
    """What increments come to."""
    total = ZERO
    for report in reports:
        total = EXACT.add(total, figure_value(report.figure))
    return total


class _Tally:
    """Amounts by day, and what those before any day come to, without adding them up each time."""

    def __init__(self, amounts: Iterable[tuple[date, Decimal]]) -> None:
        order = sorted(amounts, key=itemgetter(0))
        self._days = [day for day, _ in order]
        self._sums = [ZERO, *accumulate((amount for _, amount in order), EXACT.add)]
        """What there was at first comes to, up to each of them."""
        self._steps: dict[int, Decimal] = {}
        """What came later; each step holds as many days up to its own as its lowest bit says."""

    def add(self, day: date, amount: Decimal) -> None:
        step = day.toordinal()
        while step <= _LAST_STEP:
            self._steps[step] = EXACT.add(self._steps.get(step, ZERO), amount)
            step += step & -step

    def before(self, day: date) -> Decimal:
        return self._up_to(bisect_left(self._days, day), day.toordinal() - 1)

    def through(self, day: date) -> Decimal:
        return self._up_to(bisect_right(self._days, day), day.toordinal())

    def _up_to(self, at: int, step: int) -> Decimal:
        total = self._sums[at]
        while step and self._steps:
            total = EXACT.add(total, self._steps.get(step, ZERO))
            step &= step - 1
        return total


class Times:
    """Increments and the times in which they came about."""

    def __init__(self, reports: Iterable[Report]) -> None:
        values = [(report.date, figure_value(report.figure)) for report in reports]
        self._begins = _Tally((when.first, value) for when, value in values)
        self._ends = _Tally((when.last, value) for when, value in values)
        self._n_begins = _Tally((when.first, ONE) for when, _ in values)
        self._n_ends = _Tally((when.last, ONE) for when, _ in values)

    def add(self, report: Report) -> None:
        """One more."""
        when, value = report.date, figure_value(report.figure)
        self._begins.add(when.first, value)
        self._ends.add(when.last, value)
        self._n_begins.add(when.first, ONE)
        self._n_ends.add(when.last, ONE)

    def total_over(self, when: Period) -> Decimal | None:
        """What those come to that have days in common with a period; None where none has."""
        n = EXACT.subtract(self._n_begins.through(when.last), self._n_ends.before(when.first))
        if not n:
            return None
        return EXACT.subtract(self._begins.through(when.last), self._ends.before(when.first))


class Run(NamedTuple):
    """Reports one after the other, oldest first, and what is known of all of them."""

    reports: Sequence[Report]
    total: Decimal
    grows: bool
    """Whether no figure is less than the one before it."""
    overlaps: bool
    """Whether the period of any holds the one before it, or a part of it."""


def _run_of(reports: Sequence[Report]) -> Run:
    pairs = [*pairwise(reports)]
    grows, overlaps = not any(map(_falls, pairs)), any(map(_overlaps, pairs))
    return Run(reports, total_of(reports), grows, overlaps)


def _falls(pair: Pair) -> bool:
    one, other = pair
    return figure_value(one.figure) > figure_value(other.figure)


def _overlaps(pair: Pair) -> bool:
    one, other = pair
    return overlap(one.date, other.date) not in (None, "same")


def _in_year(pair: Pair) -> bool:
    one, other = pair
    return one.date.last.year == other.date.last.year


def _pairs_by_day(pairs: Iterable[Pair]) -> _Tally:
    return _Tally((other.date.last, ONE) for _, other in pairs)


class Neighbours:
    """What a report of one body and condition of a target may overlap, or add to.

    Of a sustained target those of one period; none where only the last report counts. What lies
    before the window is none of them, nor what a correction replaces. They are kept in order, since
    a sheet may have thousands of rows of one kind.
    """

    def __init__(self, target: Target, report: Report, reports: Iterable[Report]) -> None:
        self.target = target
        self.window = window_of(target, target.deadline)
        self._turn = turn_of(target, report.date)
        beside = (
            other
            for other in (reports if self.window is not None else ())
            if (other.body, other.part) == (report.body, report.part)
            and other.id != report.corrects
            and self._is_beside(other)
        )
        self._reports = sorted(beside, key=_last_day)
        self._days = [other.date.last for other in self._reports]
        self._times = sorted({(other.date.last, other.date.first) for other in self._reports})
        """The last and first days that there are, each pair once, in order."""
        lengths = (days_between(first, last) for last, first in self._times)
        self._longest = max(lengths, default=0)
        """How many days lie between the first and the last of the longest period."""
        self.total = total_of(self._reports)
        self._totals = _Tally((o.date.last, figure_value(o.figure)) for o in self._reports)
        pairs = [*pairwise(self._reports)]
        falls, overlaps = ([*filter(test, pairs)] for test in (_falls, _overlaps))
        self._falls, self._overlaps = _pairs_by_day(falls), _pairs_by_day(overlaps)
        """How many before a day fall below, or overlap, the one before them."""
        self._falls_in_year = _pairs_by_day(filter(_in_year, falls))
        self._overlaps_in_year = _pairs_by_day(filter(_in_year, overlaps))
        """How many do so with one of their own year."""

    def _is_beside(self, report: Report) -> bool:
        is_early = self.window is not None and self.window.leaves_out(report.date)
        return not is_early and turn_of(self.target, report.date) == self._turn

    def add(self, report: Report) -> None:
        """One more of the same body and condition."""
        if not self._is_beside(report):
            return
        when, value = report.date, figure_value(report.figure)
        at = bisect_right(self._days, when.last)
        self._count(self._reports[max(at - 1, 0) : at + 1], -1)
        self._days.insert(at, when.last)
        self._reports.insert(at, report)
        self._count(self._reports[max(at - 1, 0) : at + 2], 1)
        time = when.last, when.first
        place = bisect_left(self._times, time)
        if self._times[place : place + 1] != [time]:
            self._times.insert(place, time)
        self._longest = max(self._longest, days_between(when.first, when.last))
        self.total = EXACT.add(self.total, value)
        self._totals.add(when.last, value)

    def _count(self, reports: Sequence[Report], sign: int) -> None:
        """Note that reports follow one another (1), or that others come between (-1)."""
        for pair in pairwise(reports):
            day = pair[1].date.last
            if _falls(pair):
                self._falls.add(day, Decimal(sign))
                if _in_year(pair):
                    self._falls_in_year.add(day, Decimal(sign))
            if _overlaps(pair):
                self._overlaps.add(day, Decimal(sign))
                if _in_year(pair):
                    self._overlaps_in_year.add(day, Decimal(sign))

    def before(self, when: Period) -> Run:
        """Those that were over before a period."""
        reports = self._reports[: bisect_left(self._days, when.first)]
        grows, overlaps = (
            not self._falls.before(when.first),
            bool(self._overlaps.before(when.first)),
        )
        return Run(reports, self._totals.before(when.first), grows, overlaps)

    def in_year_before(self, when: Period) -> Run:
        """Those of them of the year in which it ends."""
        year, end = date(when.last.year, 1, 1), bisect_left(self._days, when.first)
        reports = self._reports[bisect_left(self._days, year, hi=end) : end]
        if not reports:
            return _run_of(())
        total, falls, overlaps = (
            EXACT.subtract(tally.before(when.first), tally.before(year))
            for tally in (self._totals, self._falls_in_year, self._overlaps_in_year)
        )
        return Run(reports, total, not falls, bool(overlaps))

    def only_grow_before(self, when: Period) -> bool:
        """Whether none of them is less than the one before it in its year."""
        return not self._falls_in_year.before(when.first)

    def over(self, when: Period) -> Iterator[Report]:
        """Those that have days in common with a period, the last one first."""
        begin = bisect_left(self._days, when.first)
        end = bisect_right(self._days, add_days(when.last, self._longest))
        for at in range(end - 1, begin - 1, -1):
            if self._reports[at].date.first <= when.last:
                yield self._reports[at]

    def inside(self, when: Period) -> Run:
        """Those for a part of a period."""
        begin = bisect_left(self._times, when.first, key=itemgetter(0))
        end = bisect_right(self._times, when.last, key=itemgetter(0))
        parts = {
            (first, last)
            for last, first in self._times[begin:end]
            if when.first <= first and (first, last) != (when.first, when.last)
        }
        if not parts:
            return _run_of(())
        begin, end = bisect_left(self._days, when.first), bisect_right(self._days, when.last)
        reports = self._reports[begin:end]
        return _run_of(
            [report for report in reports if (report.date.first, report.date.last) in parts]
        )

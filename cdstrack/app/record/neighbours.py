"""The reports that another one stands beside: of the same body and condition, by their days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter, itemgetter

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.measures import figure_value

_last = attrgetter("last")


def turn_of(target: Target, when: Period) -> Period | None:
    """The period of a sustained target that a report counts for; None for any other target."""
    at = bisect_left(target.periods, when.last, key=_last)
    turn = target.periods[at] if at < len(target.periods) else None
    return turn if turn is not None and turn.first <= when.last else None


def total_of(reports: Iterable[Report]) -> Decimal:
    """What increments come to."""
    total = Decimal(0)
    for report in reports:
        total = EXACT.add(total, figure_value(report.figure))
    return total


class Neighbours:
    """What a report of one body and condition of a target may overlap, or add to.

    Of a sustained target those of one period; none where only the last report counts. What lies
    before the window is none of them, nor what a correction replaces. They are kept in order, since
    a sheet may have thousands of rows of one kind.
    """

    def __init__(self, target: Target, report: Report, reports: Iterable[Report]) -> None:
        self.target = target
        self.window = window_of(target, target.deadline)
        self.total = Decimal(0)
        self._turn = turn_of(target, report.date)
        self._reports: list[Report] = []
        self._days: list[date] = []
        self._times: list[tuple[date, date]] = []
        """The last and first days that there are, each pair once, in order."""
        for other in reports if self.window is not None else ():
            is_beside = (other.body, other.part) == (report.body, report.part)
            if is_beside and other.id != report.corrects:
                self.add(other)

    def add(self, report: Report) -> None:
        """One more of the same body and condition."""
        when = report.date
        is_early = self.window is not None and self.window.leaves_out(when)
        if is_early or turn_of(self.target, when) != self._turn:
            return
        at = bisect_right(self._days, when.last)
        self._days.insert(at, when.last)
        self._reports.insert(at, report)
        time = when.last, when.first
        place = bisect_left(self._times, time)
        if self._times[place : place + 1] != [time]:
            self._times.insert(place, time)
        self.total = EXACT.add(self.total, figure_value(report.figure))

    def before(self, when: Period) -> Sequence[Report]:
        """Those that were over before a period, oldest first."""
        return self._reports[: bisect_left(self._days, when.first)]

    def total_before(self, when: Period) -> Decimal:
        """What those come to."""
        begin = bisect_left(self._days, when.first)
        if begin == 0:
            return Decimal(0)
        later = self._reports[begin:]
        return EXACT.subtract(self.total, total_of(later))

    def over(self, when: Period) -> Iterator[Report]:
        """Those that have days in common with a period, the last one first."""
        begin = bisect_left(self._days, when.first)
        for at in range(len(self._days) - 1, begin - 1, -1):
            if self._reports[at].date.first <= when.last:
                yield self._reports[at]

    def inside(self, when: Period) -> Sequence[Report]:
        """Those for a part of a period, oldest first."""
        begin = bisect_left(self._times, when.first, key=itemgetter(0))
        end = bisect_right(self._times, when.last, key=itemgetter(0))
        parts = {
            (first, last)
            for last, first in self._times[begin:end]
            if when.first <= first and (first, last) != (when.first, when.last)
        }
        if not parts:
            return ()
        reports = self._reports[bisect_left(self._days, when.first) :]
        return [report for report in reports if (report.date.first, report.date.last) in parts]

"""How the reports of one target combine over a span: sums, running totals, means, growth.

Reports come in the order of their reference dates; the values are one a date (rules §3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Qualifier, Target
from cdstrack.core.model.periods import Period, add_days, days_between
from cdstrack.core.model.report import NOTHING, Report
from cdstrack.core.values.coverage import (
    Coverage,
    Gap,
    Window,
    times_covered,
    year_start,
    years_in,
)
from cdstrack.core.values.in_force import latest_per_slot
from cdstrack.core.values.measures import Point, figure_value

ZERO, ONE, PERCENT = Decimal(0), Decimal(1), Decimal(100)
_ROOTS = Context(prec=60)
_ROOT_PLACES = Decimal(1).scaleb(-20)
_ALL_LOST = Decimal(-100_000)


def both_qualifiers(left: Qualifier | None, right: Qualifier | None) -> Qualifier | None:
    """The qualifier of a sum: what is nearly plus what is over is only about."""
    if left is None or left == right:
        return right
    return left if right is None else "about"


class Increment(NamedTuple):
    """An amount, the time in which it came about, and the report that says so."""

    first: date
    last: date
    value: Decimal
    qualifier: Qualifier | None
    report: Report


def increments(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> Iterator[tuple[Increment, date]]:
    """What was added in a window and when, each with the last day that its report covers."""
    if target.accumulate == "year_to_date":
        yield from _by_year(target, reports, window)
        return
    for report, first, last in times_covered(target, reports, window, as_of):
        value = figure_value(report.figure)
        yield Increment(first, report.date.last, value, report.qualifier, report), last


def _by_year(
    target: Target, reports: Sequence[Report], window: Window
) -> Iterator[tuple[Increment, date]]:
    """Running totals as increments: each less the one before it in the same reporting year."""
    month, day = (int(part) for part in (target.year_starts or "01-01").split("-"))
    year, total, before = date.min, ZERO, date.min
    for report in latest_per_slot(reports):
        last = report.date.last
        start = year_start(last, (month, day))
        if start != year:
            year, total, before = start, ZERO, add_days(start, -1)
        value = figure_value(report.figure)
        if not window.closed or last >= window.since:
            change, first = EXACT.subtract(value, total), add_days(before, 1)
            yield Increment(first, last, change, report.qualifier, report), last
        total, before = value, last


class _Total(NamedTuple):
    """A running total: its value, and the ends between which straddling reports leave it."""

    value: Decimal
    low: Decimal
    high: Decimal

    def plus(self, amount: Decimal, share: Decimal | None = None) -> _Total:
        """The total with an amount of which a share lies inside, if not all of it."""
        if share is None:
            return _Total(*(EXACT.add(part, amount) for part in self))
        low, high = min(amount, ZERO), max(amount, ZERO)
        return _Total(
            EXACT.add(self.value, amount * share),
            EXACT.add(self.low, low),
            EXACT.add(self.high, high),
        )


def running_total(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The total after each date, of a period from nothing, of a target from its baseline.

    What straddles the end of the window makes a value on its last day as well, by days.
    """
    start = target.baseline.value if target.baseline and target.kind != "sustain" else ZERO
    total = _Total(start, start, start)
    coverage = Coverage(add_days(window.since, -1))
    qualifier: Qualifier | None = None
    points: list[Point] = []
    until, late = window.until, []
    for _, same_day in groupby(
        increments(target, reports, window, as_of), key=lambda pair: pair[0].last
    ):
        for increment, covered in same_day:
            if until is not None and increment.last > until:
                late.append((increment, covered))
                continue
            total, coverage = _added(total, coverage, increment, covered, window)
            qualifier = both_qualifiers(qualifier, increment.qualifier)
            last = increment.report
        if not late:
            points.append(_point(last.date, total, qualifier, last, coverage))
    if until is not None and late:
        points += _after(points, total, coverage, qualifier, late, window, until)
    return tuple(points)


def _added(
    total: _Total, coverage: Coverage, increment: Increment, covered: date, window: Window
) -> tuple[_Total, Coverage]:
    first, last = window.inside(increment.first, increment.last)
    share = None
    if first > increment.first:
        days = days_between(increment.first, increment.last) + 1
        share = Decimal(days_between(first, last) + 1) / Decimal(days)
    return total.plus(increment.value, share), coverage.extended(first, covered)


def _after(
    points: list[Point],
    total: _Total,
    coverage: Coverage,
    qualifier: Qualifier | None,
    late: Sequence[tuple[Increment, date]],
    window: Window,
    until: date,
) -> Iterator[Point]:
    """The values from the end of the window on: on it by days, then what came after it."""
    straddling = [increment for increment, _ in late if increment.first <= until]
    on_end, known, vague = total, coverage, qualifier
    for increment in straddling:
        first, last = window.inside(increment.first, increment.last)
        days = days_between(increment.first, increment.last) + 1
        share = Decimal(days_between(first, last) + 1) / Decimal(days)
        on_end = on_end.plus(increment.value, share)
        known = known.extended(first, until)
        vague = both_qualifiers(vague, increment.qualifier)
    if straddling:
        if points and points[-1].day == until:
            points.pop()
        yield _point(Period.day(until), on_end, vague, straddling[-1].report, known)
    endless = window._replace(until=None)
    for _, same_day in groupby(late, key=lambda pair: pair[0].last):
        for increment, covered in same_day:
            total, coverage = _added(total, coverage, increment, covered, endless)
            qualifier = both_qualifiers(qualifier, increment.qualifier)
            last_report = increment.report
        yield _point(last_report.date, total, qualifier, last_report, coverage)


def _point(
    when: Period, total: _Total, qualifier: Qualifier | None, report: Report, coverage: Coverage
) -> Point:
    if total.low != total.high:
        coverage = coverage._replace(straddles=True, low=total.low, high=total.high)
    return Point(when, total.value, qualifier, report, coverage=coverage)


def running_extreme(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The highest value up to each date, or with ``min`` the lowest."""
    sign = -1 if target.accumulate == "min" else 1
    coverage = Coverage(add_days(window.since, -1))
    points: list[Point] = []
    for report, first, last in times_covered(target, latest_per_slot(reports), window, as_of):
        if window.inside(first, last)[0] != first:  # it may have been that high before
            coverage = coverage._replace(straddles=True)
            continue
        coverage = coverage.extended(first, last)
        value, is_empty = figure_value(report.figure), report.figure == NOTHING
        has_value = bool(points) and points[-1].share != NOTHING
        if has_value and (is_empty or sign * points[-1].value >= sign * value):
            points.append(points[-1]._replace(date=report.date, coverage=coverage))
        else:
            share = report.figure if isinstance(report.figure, tuple) else None
            points.append(
                Point(report.date, value, report.qualifier, report, share, coverage=coverage)
            )
    return tuple(points)


class _Figure(NamedTuple):
    """A level or a rate and the time for which it was reported; ``whole``: all in the window."""

    first: date
    last: date
    value: Decimal
    qualifier: Qualifier | None
    whole: bool = True
    empty: bool = False
    """Whether it is 0 of 0: it covers its time, and weighs nothing."""

    @property
    def shorter(self) -> tuple[int, int]:
        """What sorts the longer first, of equally long ones the later."""
        return days_between(self.last, self.first), -self.last.toordinal()

    def holds(self, other: _Figure) -> bool:
        """Whether another figure is for a part of this time."""
        return self.first <= other.first and other.last <= self.last and other != self


class _Average:
    """The mean or the growth of figures, each for the time of which no longer one speaks."""

    def __init__(self, window: Window, *, grows: bool) -> None:
        self.window = window
        self.grows = grows
        self.figures: list[_Figure] = []
        self.vague = False
        self._start()

    def _start(self) -> None:
        self.sum = self.weight = ZERO
        self.coverage = Coverage(add_days(self.window.since, -1))

    def add(self, figure: _Figure) -> None:
        """Take in one more figure; they come in the order of their last days."""
        overlaps = bool(self.figures) and figure.first <= self.figures[-1].last
        self.figures.append(figure)
        self.vague = self.vague or figure.qualifier is not None
        if not overlaps:
            self._count(figure, figure.first, figure.last)
            return
        self._start()
        speakers: dict[Gap, _Figure] = {}
        for longer in sorted(self.figures, key=attrgetter("shorter")):
            speakers.update(dict.fromkeys([*_free(speakers, longer.first, longer.last)], longer))
        for first, last in sorted(speakers):
            self._count(speakers[first, last], first, last)
        if any(self._is_contradicted(longer) for longer in self.figures):
            self.coverage = self.coverage._replace(parts_disagree=True)

    def _count(self, figure: _Figure, first: date, last: date) -> None:
        """Let a figure speak for a time."""
        weight = ZERO if figure.empty else weight_of(first, last, grows=self.grows)
        value = _logarithm(figure.value) if self.grows else figure.value
        self.sum = EXACT.add(self.sum, EXACT.multiply(weight, value))
        self.weight += weight
        if figure.whole:
            self.coverage = self.coverage.extended(first, last)
        else:  # nobody knows what of it lies in the window
            self.coverage = self.coverage._replace(straddles=True)

    def _is_contradicted(self, whole: _Figure) -> bool:
        """Whether parts that cover a whole come to another figure, at the whole's precision."""
        parts = [figure for figure in self.figures if whole.holds(figure)]
        joint = _Average(Window(whole.first, whole.last, whole.first), grows=self.grows)
        for part in parts:
            joint.add(part)
        if not joint.weight or whole.empty or joint.coverage.through(whole.last).gaps:
            return False
        value = joint.value().quantize(whole.value, rounding=ROUND_HALF_EVEN, context=EXACT)
        return value != whole.value

    def value(self) -> Decimal:
        """The mean, or the growth in percent."""
        return average(self.sum, self.weight, grows=self.grows)

    def qualifier(self) -> Qualifier | None:
        """How exact it is: as vague as any of its figures."""
        vague: Qualifier | None = None
        for figure in self.figures if self.vague else ():
            vague = both_qualifiers(vague, figure.qualifier)
        return vague


def _free(taken: Iterable[Gap], first: date, last: date) -> Iterator[Gap]:
    """The times from first to last of which nothing is taken yet."""
    for start, end in sorted(taken):
        if start <= last and end >= first:
            if first < start:
                yield first, add_days(start, -1)
            first = max(first, add_days(end, 1))
    if first <= last:
        yield first, last


def weight_of(first: date, last: date, *, grows: bool) -> Decimal:
    """What a figure for a time weighs: its days in a mean, its years in a growth."""
    return years_in(first, last) if grows else Decimal(days_between(first, last) + 1)


def _logarithm(rate: Decimal) -> Decimal:
    """ln(1 + r) of a rate in percent; for what shrinks to nothing a number far below any other."""
    factor = EXACT.add(ONE, EXACT.divide(rate, PERCENT))
    return _ROOTS.ln(factor) if factor > 0 else _ALL_LOST


def average(total: Decimal, weight: Decimal, *, grows: bool) -> Decimal:
    """The mean of weighed values; of logarithms the yearly rate that they chain to, in percent."""
    if not grows:
        return total / weight
    factor = _ROOTS.exp(_ROOTS.divide(total, weight))
    return EXACT.multiply(EXACT.subtract(factor, ONE), PERCENT).quantize(
        _ROOT_PLACES, rounding=ROUND_HALF_EVEN, context=EXACT
    )


def needed_of_rest(
    goal: Decimal, value: Decimal, known: Decimal, rest: Decimal, *, grows: bool
) -> Decimal:
    """What the rest of a span has to average, so that all of it comes to the goal.

    (n·x − Σ) / (n − k) of a mean; of a growth in percent ((1 + x)ⁿ / (1 + v)ᵏ)^(1/(n − k)) − 1.
    ``known`` and ``rest`` are the weights k and n − k.
    """
    terms = [_logarithm(part) if grows else part for part in (goal, value)]
    total = EXACT.subtract(EXACT.multiply(known + rest, terms[0]), EXACT.multiply(known, terms[1]))
    return average(total, rest, grows=grows)


def running_average(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The mean or growth up to each date of what was reported of the window.

    Of reports for one period the later counts. A report that straddles the window says nothing
    for sure of the part that lies in it.
    """
    single = {(report.date.first, report.date.last): report for report in reports}
    result = _Average(window, grows=target.accumulate == "growth")
    points: list[Point] = []
    for report, first, last in times_covered(target, list(single.values()), window, as_of):
        if window.until is not None and first > window.until:
            continue
        start, end = window.inside(first, last)
        value, whole = figure_value(report.figure), (start, end) == (first, last)
        result.add(_Figure(start, end, value, report.qualifier, whole, report.figure == NOTHING))
        is_over = window.until is not None and report.date.last > window.until
        when = Period.day(end) if is_over else report.date
        if points and points[-1].day == when.last:
            points.pop()
        coverage = result.coverage
        if not result.weight:
            points.append(Point(when, ZERO, None, report, NOTHING, coverage=coverage))
            continue
        points.append(Point(when, result.value(), result.qualifier(), report, coverage=coverage))
    return tuple(points)

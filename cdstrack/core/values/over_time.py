"""How the reports of one target combine over a span: sums, running totals, means, growth.

Reports come in the order of their reference dates; the values are one a date (rules §3).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from itertools import groupby, takewhile
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
    gaps_of,
    times_covered,
    years_in,
)
from cdstrack.core.values.in_force import latest_per_slot
from cdstrack.core.values.measures import Point, figure_value

ZERO, ONE, PERCENT = Decimal(0), Decimal(1), Decimal(100)
_ROOTS = Context(prec=60)
_ROOT_PLACES = Decimal(1).scaleb(-20)
_ALL_LOST = Decimal(-100_000)
_BEYOND = Decimal(20)
"""The logarithm of a growth that multiplies by hundreds of millions a year."""


def both_qualifiers(left: Qualifier | None, right: Qualifier | None) -> Qualifier | None:
    """The qualifier of a sum: what is nearly plus what is over is only about."""
    if left is None or left == right:
        return right
    return left if right is None else "about"


class Increment(NamedTuple):
    """An amount, the time in which it came about, and the report that says so.

    ``until`` is the last day of which the report speaks, ``year`` the first day of the year of a
    running total, of which only the last one counts.
    """

    first: date
    last: date
    until: date
    value: Decimal
    report: Report
    year: date | None = None


def increments(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> Iterator[Increment]:
    """What was added in a window and when."""
    if target.accumulate == "year_to_date":
        yield from _by_year(target, reports, window)
        return
    for report, first, until in times_covered(target, reports, window, as_of):
        yield Increment(first, report.date.last, until, figure_value(report.figure), report)


def reporting_year(target: Target, day: date) -> date:
    """The first day of the year in which a running total of that day began."""
    month, first = (int(part) for part in (target.year_starts or "01-01").split("-"))
    start = date(day.year, month, first)
    if start <= day:
        return start
    return date(day.year - 1, month, first) if day.year > 1 else date.min


def _by_year(target: Target, reports: Sequence[Report], window: Window) -> Iterator[Increment]:
    """Running totals as increments: each less the one before it in the same reporting year."""
    year, total, before = date.min, ZERO, date.min
    for report in latest_per_slot(reports):
        last = report.date.last
        start = reporting_year(target, last)
        if start != year:
            year, total, before = start, ZERO, add_days(start, -1)
        value = figure_value(report.figure)
        if not window.closed or last >= window.since:
            change = EXACT.subtract(value, total)
            yield Increment(add_days(before, 1), last, last, change, report, start)
        total, before = value, last


class _Total:
    """A running total and what is known of it.

    ``sure`` lies in the window for certain; ``portion`` by days, and between ``low`` and ``high``.
    """

    def __init__(self, start: Decimal, since: date) -> None:
        self.sure = start
        self.portion = self.low = self.high = ZERO
        self.coverage = Coverage(add_days(since, -1))
        self.is_empty = True
        """Whether only 0 of 0 was said."""
        self.qualifier: Qualifier | None = None
        self.years: dict[date, Qualifier | None] = {}
        """How exact the last running total of each year is."""

    def add(self, increment: Increment, window: Window) -> None:
        """Add what of an increment lies in the window: by days, if not all of it does."""
        first, last, until, value, report, year = increment
        if not window.cuts(first, last):
            self.sure = EXACT.add(self.sure, value)
        else:
            days = days_between(first, last) + 1
            first, last = window.inside(first, last)
            inside = EXACT.multiply(value, Decimal(days_between(first, last) + 1))
            self.portion = EXACT.add(self.portion, EXACT.divide(inside, Decimal(days)))
            self.low += min(value, ZERO)
            self.high += max(value, ZERO)
            until = min(until, window.until or until)
        self.coverage = self.coverage.extended(first, until)
        self.is_empty = self.is_empty and report.figure == NOTHING
        if year is not None:
            self.years = self.years | {year: report.qualifier}
            self.qualifier = reduce(both_qualifiers, self.years.values(), None)
        elif report.qualifier is not None:
            self.qualifier = both_qualifiers(self.qualifier, report.qualifier)

    def point(self, when: Period, report: Report) -> Point:
        value, coverage = self.sure, self.coverage
        if self.low != self.high:
            low, high = EXACT.add(value, self.low), EXACT.add(value, self.high)
            coverage = coverage._replace(straddles=True, low=low, high=high)
            value = EXACT.add(value, self.portion)
        share = NOTHING if self.is_empty else None
        return Point(when, value, self.qualifier, report, share, None, coverage)


def running_total(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The total after each date, of a period from nothing, of a target from its baseline.

    What straddles the end of the window makes a value on its last day as well, by days.
    """
    start = target.baseline.value if target.baseline and target.kind != "sustain" else ZERO
    until, open_end = window.until or date.max, window._replace(until=None)
    total = _Total(start, window.since)
    points: list[Point] = []
    previous: Report | None = None
    late: list[Increment] = []
    for increment in increments(target, reports, window, as_of):
        if increment.last > until:
            late.append(increment)
            continue
        if previous is not None and previous.date.last != increment.last:
            points.append(total.point(previous.date, previous))
        total.add(increment, open_end)
        previous = increment.report
    if previous is not None:
        points.append(total.point(previous.date, previous))
    straddling = [increment for increment in late if increment.first <= until]
    if straddling:
        on_end = copy(total)
        for increment in straddling:
            on_end.add(increment, window)
        if points and points[-1].day == until:
            points.pop()
        points.append(on_end.point(Period.day(until), straddling[-1].report))
    for _, same_day in groupby(late, key=attrgetter("last")):
        for increment in same_day:
            total.add(increment, open_end)
        points.append(total.point(increment.report.date, increment.report))
    return tuple(points)


def running_extreme(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The highest value up to each date, or with ``min`` the lowest."""
    sign = -1 if target.accumulate == "min" else 1
    coverage = Coverage(add_days(window.since, -1))
    best: dict[Qualifier | None, Decimal] = {}
    points: list[Point] = []
    single = latest_per_period(reports)
    for report, first, last in times_covered(target, single, window, as_of):
        if window.inside(first, last)[0] != first:  # it may have been that high before
            coverage = coverage._replace(straddles=True)
            continue
        coverage = coverage.extended(first, last)
        value, is_empty = figure_value(report.figure), report.figure == NOTHING
        if not is_empty:
            so_far = best.get(report.qualifier, value)
            best[report.qualifier] = max(value, so_far) if sign > 0 else min(value, so_far)
        if best.keys() - {None}:
            coverage = coverage._replace(rivals=tuple((best[name], name) for name in best))
        has_value = bool(points) and points[-1].share != NOTHING
        if has_value and (is_empty or sign * points[-1].value >= sign * value):
            point = points[-1]._replace(date=report.date, coverage=coverage)
        else:
            share = report.figure if isinstance(report.figure, tuple) else None
            point = Point(report.date, value, report.qualifier, report, share, coverage=coverage)
        if points and points[-1].day == point.day:
            points.pop()
        points.append(point)
    return tuple(points)


def latest_per_period(reports: Sequence[Report]) -> Sequence[Report]:
    """Of reports for one period the later, in the order of their last days."""
    return list({(report.date.first, report.date.last): report for report in reports}.values())


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
    def time(self) -> tuple[date, date, bool]:
        return self.first, self.last, self.whole

    @property
    def rank(self) -> tuple[bool, int, int]:
        """What sorts first who speaks: what lies in the window, then the longer, then the later."""
        return not self.whole, days_between(self.last, self.first), -self.last.toordinal()

    def holds(self, other: _Figure) -> bool:
        """Whether another figure is for a part of this time."""
        return self.first <= other.first and other.last <= self.last and other != self


class _Average:
    """The mean or the growth of figures, each for the time of which no longer one speaks."""

    def __init__(self, window: Window, *, grows: bool) -> None:
        self.window = window
        self.grows = grows
        self.sum = self.weight = ZERO
        self._speeches: list[_Speech] = []
        """Who speaks for which time, in the order of the times."""
        self._known = Coverage(add_days(window.since, -1))
        self._qualifiers: Counter[Qualifier | None] = Counter()
        self._straddling = 0
        """How many times there are of which nobody knows what lies in the window."""
        self._wholes: list[_Figure] = []
        """The figures for times in the window, by their first and last days."""
        self._by_end: list[_Figure] = []
        """The same by their last days."""
        self._contradicted: set[Gap] = set()
        """The times for which the parts of a whole come to another figure."""

    @property
    def qualifier(self) -> Qualifier | None:
        """How exact it is."""
        return reduce(both_qualifiers, self._qualifiers, None)

    @property
    def coverage(self) -> Coverage:
        """What was reported of the window."""
        return self._known._replace(
            straddles=self._straddling > 0, parts_disagree=bool(self._contradicted)
        )

    def add(self, figure: _Figure) -> bool:
        """Take in one more figure, in the place of one for the same time.

        Tells whether it is heard at all, or only about the time of others.
        """
        is_alone = not self._speeches or self._speeches[-1].last < figure.first
        speaks = self._speak(figure)
        if figure.whole:
            self._compare(figure, is_alone=is_alone)
        return figure.whole or speaks

    def _speak(self, figure: _Figure) -> bool:
        """Let a figure speak wherever no longer one does. Tells whether it does anywhere."""
        begin = bisect_left(self._speeches, figure.first, key=_last_of)
        end = bisect_right(self._speeches, figure.last, key=_first_of)
        around = self._speeches[begin:end]
        speeches = [*_turns(around, figure)]
        self._speeches[begin:end] = speeches
        before, after = ({id(speech) for speech in times} for times in (around, speeches))
        for speech in around:
            if id(speech) not in after:
                self._count(speech, -1)
        for speech in speeches:
            if id(speech) not in before:
                self._count(speech, 1)
        if figure.whole:
            self._cover(figure.first, figure.last)
        return any(speech.figure is figure for speech in speeches)

    def _count(self, speech: _Speech, sign: int) -> None:
        """Let a figure speak for a time (1), or no longer (-1)."""
        first, last, figure = speech
        weight = ZERO if figure.empty else weight_of(first, last, grows=self.grows)
        value = _logarithm(figure.value) if self.grows else figure.value
        self.sum = EXACT.add(self.sum, EXACT.multiply(sign * weight, value))
        self.weight = EXACT.add(self.weight, sign * weight)
        self._qualifiers[figure.qualifier] += sign
        if not self._qualifiers[figure.qualifier]:
            del self._qualifiers[figure.qualifier]
        self._straddling += 0 if figure.whole else sign

    def _cover(self, first: date, last: date) -> None:
        """Note that a time was reported, which may lie before others that were."""
        known = self._known
        if known.gaps and first <= known.gaps[-1][1] and last < known.until:
            later = [*takewhile(lambda gap: gap[1] > last, reversed(known.gaps))]
            known = known.extended(first, last)
            gaps = gaps_of(known.gaps)
            for start, end in reversed(later):
                gaps = gaps.followed_by((max(start, add_days(last, 1)), end))
            self._known = known._replace(gaps=gaps)
        else:
            self._known = known.extended(first, last)

    def _compare(self, figure: _Figure, *, is_alone: bool) -> None:
        """Compare the wholes that a new figure makes or belongs to with their parts."""
        for figures, key in ((self._wholes, _time_of), (self._by_end, _end_of)):
            at = bisect_left(figures, key(figure), key=key)
            is_known = at < len(figures) and figures[at].time == figure.time
            figures[at : at + is_known] = [figure]
        if is_alone:
            return
        later = self._by_end[bisect_left(self._by_end, figure.last, key=_last_of) :]
        for whole in (figure, *(longer for longer in later if longer.holds(figure))):
            self._contradicted.discard((whole.first, whole.last))
            if self._is_contradicted(whole):
                self._contradicted.add((whole.first, whole.last))

    def _is_contradicted(self, whole: _Figure) -> bool:
        """Whether parts that cover a whole come to another figure, at the whole's precision."""
        begin = bisect_left(self._wholes, whole.first, key=_first_of)
        first = self._wholes[begin]
        last = self._by_end[bisect_right(self._by_end, whole.last, key=_last_of) - 1]
        if first.last == whole.last or last.first == whole.first:
            return False  # no part begins where it begins, or none ends where it ends
        end = bisect_right(self._wholes, whole.last, key=_first_of)
        joint = _Average(Window(whole.first, whole.last, whole.first), grows=self.grows)
        for part in self._wholes[begin:end]:
            if whole.holds(part):
                joint._speak(part)
        if not joint.weight or whole.empty or joint.coverage.through(whole.last).gaps:
            return False
        value = joint.value().quantize(whole.value, rounding=ROUND_HALF_EVEN, context=EXACT)
        return value != whole.value

    def value(self) -> Decimal:
        """The mean, or the growth in percent."""
        return average(self.sum, self.weight, grows=self.grows)


class _Speech(NamedTuple):
    """A time, and the figure that speaks for it."""

    first: date
    last: date
    figure: _Figure


_first_of, _last_of = attrgetter("first"), attrgetter("last")
_time_of, _end_of = attrgetter("first", "last"), attrgetter("last", "first")


def _turns(speeches: Iterable[_Speech], figure: _Figure) -> Iterator[_Speech]:
    """Who speaks around a figure once it is there: longer ones go on, it takes what is left."""
    free, rank = figure.first, figure.rank
    for speech in speeches:
        first, last, speaker = speech
        if speaker.rank < rank:
            if free < first:
                yield _Speech(free, add_days(first, -1), figure)
            free = add_days(last, 1)
            yield speech
            continue
        if first < figure.first:
            yield _Speech(first, add_days(figure.first, -1), speaker)
        if last > figure.last:
            if free <= figure.last:
                yield _Speech(free, figure.last, figure)
            yield _Speech(add_days(figure.last, 1), last, speaker)
            return
    if free <= figure.last:
        yield _Speech(free, figure.last, figure)


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
        return EXACT.divide(total, weight)
    factor = _ROOTS.exp(_ROOTS.divide(total, weight))
    return EXACT.multiply(EXACT.subtract(factor, ONE), PERCENT).quantize(
        _ROOT_PLACES, rounding=ROUND_HALF_EVEN, context=EXACT
    )


def needed_of_rest(
    goal: Decimal, value: Decimal, known: Decimal, rest: Decimal, *, grows: bool
) -> Decimal | None:
    """What the rest of a span has to average, so that all of it comes to the goal.

    (n·x − Σ) / (n − k) of a mean; of a growth in percent ((1 + x)ⁿ / (1 + v)ᵏ)^(1/(n − k)) − 1.
    ``known`` and ``rest`` are the weights k and n − k. None for a growth beyond all measure, as
    where one day is left to make up for a year.
    """
    terms = [_logarithm(part) if grows else part for part in (goal, value)]
    total = EXACT.subtract(EXACT.multiply(known + rest, terms[0]), EXACT.multiply(known, terms[1]))
    if grows and total > rest * _BEYOND:
        return None
    return average(total, rest, grows=grows)


def running_average(
    target: Target, reports: Sequence[Report], window: Window, as_of: date
) -> tuple[Point, ...]:
    """The mean or growth up to each date of what was reported of the window.

    Of reports for one period the later counts. A report that straddles the window says nothing
    for sure of the part that lies in it.
    """
    result = _Average(window, grows=target.accumulate == "growth")
    points: list[Point] = []
    for report, first, last in times_covered(target, reports, window, as_of):
        if window.until is not None and first > window.until:
            continue
        start, end = window.inside(first, last)
        value, whole = figure_value(report.figure), (start, end) == (first, last)
        is_empty = report.figure == NOTHING
        if not result.add(_Figure(start, end, value, report.qualifier, whole, is_empty)):
            continue
        is_over = window.until is not None and report.date.last > window.until
        when = Period.day(end) if is_over else report.date
        if points and points[-1].day == when.last:
            points.pop()
        coverage = result.coverage
        if not result.weight:
            points.append(Point(when, ZERO, None, report, NOTHING, coverage=coverage))
            continue
        points.append(Point(when, result.value(), result.qualifier, report, coverage=coverage))
    return tuple(points)

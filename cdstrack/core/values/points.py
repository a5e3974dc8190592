"""From reports to values: how the figures of one target combine over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from itertools import count, groupby, islice, repeat
from operator import attrgetter, itemgetter
from types import NoneType
from typing import TypeGuard, overload

from cdstrack.core.model.entries import Accumulate, Target
from cdstrack.core.model.report import NOTHING, Report, Share
from cdstrack.core.values.coverage import Coverage, Window, joint_coverage
from cdstrack.core.values.in_force import Competition, LongSeries, Series, latest_per_slot
from cdstrack.core.values.measures import Bar, Met, Point, figure_value
from cdstrack.core.values.over_time import running_average, running_extreme, running_total

ZERO = Decimal(0)
_date, _figure = attrgetter("date"), attrgetter("figure")
_part, _qualifier = attrgetter("part"), attrgetter("qualifier")
_point = partial(tuple.__new__, Point)
"""A value of its fields in order; unlike ``Point._make`` it counts none of them."""
_NUMBERS = frozenset({(NoneType, Decimal)})
"""The traits of reports that nobody in particular made, of numbers alone."""


def forms_of(target: Target, *, single: bool) -> frozenset[type]:
    """The types of figures that count; ``single`` for reports of single bodies.

    Done or not for a milestone, and where only that is asked of a body; n of N where shares of
    bodies are added; else a number.
    """
    if target.kind == "milestone":
        return frozenset({bool})
    if single and target.across == "ratio":
        return frozenset({Share})
    if single and target.across == "share" and target.each is None and not is_total(target):
        return frozenset({Decimal, Share, bool})
    return frozenset({Decimal, Share})


def figure_fits(report: Report, target: Target) -> bool:
    """Whether a report has a form that can count."""
    single = report.body is not None and target.across is not None
    return type(report.figure) in forms_of(target, single=single)


def competition(target: Target | None) -> Competition:
    """What reports of a target compete for; increments for nothing."""
    if target is None:
        return "date"
    if target.accumulates:
        return "none"
    by_date = target.silence is None or is_total(target)
    return "date" if by_date else "period"


def is_total(target: Target) -> bool:
    """Whether values are totals that grow from the baseline, else from nothing."""
    return target.kind == "limit" or target.accumulate in ("sum", "year_to_date")


def points_of(
    target: Target, reports: Iterable[Report], as_of: date, bar: Bar, window: Window | None
) -> Sequence[Point]:
    """The values of a target up to a day, oldest first, one a reference date.

    ``reports`` are those of the target as a whole with corrections applied, ordered by date and
    then by ``Report.order``; those of single bodies are no values of it. Where there are several
    conditions, the one that stands worst is the value, once all were reported: all are needed to
    clear the bar. A figure for all of them together is one for each. ``window`` is the span over
    which values are combined, if they are.
    """
    forms = forms_of(target, single=False)
    plain = window is None and not target.conditions and Decimal in forms
    if plain and _are_numbers(reports, as_of):
        return _levels(latest_per_slot(reports))
    relevant = [
        report
        for report in reports
        if report.date.last <= as_of and report.body is None and type(report.figure) in forms
    ]
    series = series_of(target, relevant, as_of, bar, window)
    return tuple(point for point in series if point.share != NOTHING)


class Levels(Sequence[Point]):
    """The values that plain numbers of a large ledger are, made when they are asked for: most of
    a thousand are only compared, by their days and as numbers."""

    def __init__(self, series: LongSeries) -> None:
        self._series = series
        self._made: dict[int, Point] = {}
        """Values by their place."""

    def n_until(self, day: date) -> int:
        """How many there are up to a day."""
        return bisect_right(self._series.days, day)

    def by_day(self) -> Iterator[tuple[date, Decimal]]:
        """The values as numbers, with their days."""
        return zip(self._series.days, self._series.values("figure"), strict=True)

    def first_met(self, bar: Bar, start: int = 0) -> Point | None:
        """The first one, from a place on, that clears a bar by what was reported."""
        figures, qualifiers = map(self._series.values, ("figure", "qualifier"))
        columns = islice(zip(figures, qualifiers, strict=True), start, None)
        clears = (at for at, pair in enumerate(columns, start) if bar.answer(*pair) == "yes")
        place = next(clears, None)
        return self[place] if place is not None else None

    def __len__(self) -> int:
        return len(self._series)

    @overload
    def __getitem__(self, at: int) -> Point: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Point, ...]: ...
    def __getitem__(self, at: int | slice) -> Point | tuple[Point, ...]:
        places = range(len(self))
        if isinstance(at, slice):
            return tuple(map(self._point, places[at], self._series[at]))
        return self._point(places[at], self._series[at])

    def _point(self, place: int, report: Report) -> Point:
        if place not in self._made:
            value = figure_value(report.figure)
            self._made[place] = Point(report.date, value, report.qualifier, report)
        return self._made[place]

    def __iter__(self) -> Iterator[Point]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (Levels, tuple)) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))


def _are_numbers(reports: Iterable[Report], as_of: date) -> TypeGuard[Series | LongSeries]:
    """Whether all reports are plain numbers for all, up to a day: most are, and may be a million,
    of which none is then looked at."""
    return (
        isinstance(reports, (Series, LongSeries))
        and bool(reports)
        and reports.traits == _NUMBERS
        and (reports.days[-1] if isinstance(reports, LongSeries) else reports[-1].date.last)
        <= as_of
        and not any(
            reports.values("part") if isinstance(reports, LongSeries) else map(_part, reports)
        )
    )


def _levels(reports: Sequence[Report]) -> Sequence[Point]:
    """The values of plain numbers as they are, column by column."""
    if isinstance(reports, LongSeries):
        return Levels(reports)
    dates, figures = map(_date, reports), map(_figure, reports)
    nothing = repeat(None)
    columns = (dates, figures, map(_qualifier, reports), reports, nothing, nothing, nothing)
    return tuple(map(_point, zip(*columns, strict=False)))


def series_of(
    target: Target, reports: Sequence[Report], as_of: date, bar: Bar, window: Window | None
) -> tuple[Point, ...]:
    """The values that reports of one body, or of nobody in particular, give; 0 of 0 among them."""
    together = _over_time(target, [r for r in reports if r.part is None], as_of, window)
    if not target.conditions:
        return together
    combines = window is not None  # what is said of all conditions is said of each
    of_part: dict[str | None, list[Report]] = {}
    for report in reports:
        of_part.setdefault(report.part, []).append(report)
    of_all = combines and None in of_part
    by_part = [
        _over_time(
            target,
            [r for r in reports if r.part in (part, None)] if of_all else of_part.get(part, []),
            as_of,
            window,
        )
        for part in target.conditions
    ]
    return tuple(_worst_of(by_part, () if combines else together, bar))


_COMBINED: Mapping[
    Accumulate, Callable[[Target, Sequence[Report], Window, date], tuple[Point, ...]]
] = {
    "sum": running_total,
    "year_to_date": running_total,
    "max": running_extreme,
    "min": running_extreme,
    "mean": running_average,
    "growth": running_average,
}


def _over_time(
    target: Target, reports: Sequence[Report], as_of: date, window: Window | None
) -> tuple[Point, ...]:
    """What reports of one body and condition come to over time."""
    if window is not None:
        accumulate: Accumulate = "sum" if target.accumulates else target.accumulate
        return _COMBINED[accumulate](target, reports, window, as_of)
    return tuple(
        Point(
            report.date,
            figure_value(report.figure),
            report.qualifier,
            report,
            report.figure if isinstance(report.figure, Share) else None,
        )
        for report in latest_per_slot(reports)
    )


def _worst_of(
    by_part: Sequence[Sequence[Point]], together: Sequence[Point], bar: Bar
) -> Iterator[Point]:
    """From the day on which all conditions were reported, the one that stands worst.

    A figure for all of them together is one for each. 0 of 0 passes no test: where a condition has
    said nothing else, there is no value.
    """
    n_parts = len(by_part)
    changes = [
        (point.day, index, point)
        for index, points in enumerate((*by_part, together))
        for point in points
    ]
    standing: dict[int, Point] = {}
    turns: dict[int, int] = {}
    """Of what stands equally bad the condition counts that was reported first."""
    ranks: list[tuple[bool, tuple[int, Decimal], int, int, int, Point]] = []
    """What stands or stood, the worst first: what was replaced is passed over."""
    serial = count()
    for _, same_day in groupby(sorted(changes, key=itemgetter(0, 1)), key=itemgetter(0)):
        for _, index, point in same_day:
            if point.share == NOTHING and (index in standing or index == n_parts):
                continue  # what stood before it stands
            merit = _merit(point, bar)
            for part in (index,) if index < n_parts else range(n_parts):
                standing[part] = point
                turn = turns.setdefault(part, len(turns))
                rank = (point.share != NOTHING, merit, turn, next(serial), part, point)
                heappush(ranks, rank)
        if len(standing) == n_parts:
            while standing[ranks[0][-2]] is not ranks[0][-1]:
                heappop(ranks)
            worst = ranks[0][-1]
            yield worst._replace(date=point.date, coverage=_joint_coverage(worst, standing, bar))


_ANSWERS: tuple[Met, ...] = ("no", "undecided", "yes")


def _merit(point: Point, bar: Bar) -> tuple[int, Decimal]:
    """Whether a figure clears the bar, then how far inside it lies (negative outside)."""
    if point.report is not None and isinstance(point.report.figure, bool):
        return _ANSWERS.index("yes" if point.report.figure else "no"), ZERO
    if bar.interval is None:
        return 0, point.value
    room = []
    if bar.interval.low is not None:
        room.append(point.value - bar.interval.low)
    if bar.interval.high is not None:
        room.append(bar.interval.high - point.value)
    return _ANSWERS.index(bar.met_by(point)), min(room)


def _joint_coverage(worst: Point, standing: Mapping[int, Point], bar: Bar) -> Coverage | None:
    """What is covered of the time of all conditions; one that is surely not met needs no other."""
    if worst.coverage is None or bar.met_by(worst) == "no":
        return worst.coverage
    parts = [point.coverage for point in standing.values() if point.coverage is not None]
    return joint_coverage(worst.coverage, parts)

"""From reports to values: how the figures of one target combine over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Qualifier, Target
from cdstrack.core.model.report import NOTHING, Report, Share
from cdstrack.core.values.in_force import latest_per_slot
from cdstrack.core.values.measures import Bar, Met, Point, figure_value

ZERO = Decimal(0)


def forms_of(target: Target, *, single: bool) -> frozenset[type]:
    """The types of figures that count; ``single`` for reports of single bodies.

    Done or not for a milestone, and where only that is asked of a body; n of N where shares of
    bodies are added; else a number.
    """
    if target.kind == "milestone":
        return frozenset({bool})
    if single and target.across == "ratio":
        return frozenset({Share})
    if single and target.across == "share" and target.each is None and not accumulates(target):
        return frozenset({Decimal, Share, bool})
    return frozenset({Decimal, Share})


def figure_fits(report: Report, target: Target) -> bool:
    """Whether a report has a form that can count."""
    single = report.body is not None and target.across is not None
    return type(report.figure) in forms_of(target, single=single)


def accumulates(target: Target) -> bool:
    """Whether reports are increments that add up."""
    return target.kind == "limit" or target.accumulate == "sum"


def points_of(
    target: Target, reports: Iterable[Report], as_of: date, bar: Bar
) -> tuple[Point, ...]:
    """The values of a target up to a day, oldest first, one a reference date.

    ``reports`` are those of the target as a whole with corrections applied, ordered by date and
    then by ``Report.order``; those of single bodies are no values of it. Where there are several
    conditions, the one that stands worst is the value, once all were reported: all are needed to
    clear the bar. A figure for all of them together is one for each.
    """
    forms = forms_of(target, single=False)
    relevant = [
        report
        for report in reports
        if report.date.last <= as_of and report.body is None and type(report.figure) in forms
    ]
    return tuple(point for point in series_of(target, relevant, bar) if point.share != NOTHING)


def series_of(target: Target, reports: Sequence[Report], bar: Bar) -> tuple[Point, ...]:
    """The values that reports of one body, or of nobody in particular, give; 0 of 0 among them."""
    if not target.conditions:
        return _over_time(target, reports, None)
    if accumulates(target):  # an increment of all conditions adds to each
        by_part = [_over_time(target, reports, part, None) for part in target.conditions]
        return tuple(_worst_of(by_part, (), bar))
    by_part = [_over_time(target, reports, part) for part in target.conditions]
    return tuple(_worst_of(by_part, _over_time(target, reports, None), bar))


def _over_time(target: Target, reports: Sequence[Report], *parts: str | None) -> tuple[Point, ...]:
    """What the reports of these conditions come to over time; None are those of no condition."""
    reports = [report for report in reports if report.part in parts]
    if accumulates(target):
        return _running_total(target, reports)
    single = [
        Point(
            report.date,
            figure_value(report.figure),
            report.qualifier,
            report,
            report.figure if isinstance(report.figure, Share) else None,
        )
        for report in latest_per_slot(reports)
    ]
    values = [point for point in single if point.share != NOTHING]
    match target.accumulate:
        case "max" if values:
            return _running_max(values)
        case "mean" if values:
            return running_mean(values)
        case _:
            return tuple(single)


def _worst_of(
    by_part: Sequence[Sequence[Point]], together: Sequence[Point], bar: Bar
) -> Iterator[Point]:
    """From the day on which all conditions were reported, the one that stands worst.

    A figure for all of them together is one for each.
    """
    parts = range(len(by_part))
    changes = [
        (point.day, index, point)
        for index, points in enumerate((*by_part, together))
        for point in points
    ]
    standing: dict[int, Point] = {}
    for _, same_day in groupby(sorted(changes, key=itemgetter(0, 1)), key=itemgetter(0)):
        for _, index, point in same_day:
            standing |= {index: point} if index in parts else dict.fromkeys(parts, point)
        if len(standing) == len(parts):
            values = [value for value in standing.values() if value.share != NOTHING]
            worst = min(values or standing.values(), key=lambda value: _merit(value, bar))
            yield worst._replace(date=point.date)


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
    return _ANSWERS.index(bar.answer(point.value, point.qualifier)), min(room)


def _running_total(target: Target, reports: Sequence[Report]) -> tuple[Point, ...]:
    # The increments of a period start from nothing; those of a target from its baseline.
    starts = target.baseline is not None and target.kind != "sustain"
    total = target.baseline.value if starts and target.baseline else ZERO
    qualifier: Qualifier | None = None
    points = []
    for _, same_day in groupby(reports, key=lambda report: report.date.last):
        for report in same_day:
            total = EXACT.add(total, figure_value(report.figure))
            qualifier = both_qualifiers(qualifier, report.qualifier)
            last = report
        points.append(Point(last.date, total, qualifier, last))
    return tuple(points)


def both_qualifiers(left: Qualifier | None, right: Qualifier | None) -> Qualifier | None:
    """The qualifier of a sum: what is nearly plus what is over is only about."""
    if left is None or left == right:
        return right
    return left if right is None else "about"


def _running_max(points: Sequence[Point]) -> tuple[Point, ...]:
    highest: list[Point] = []
    for point in points:
        if highest and highest[-1].value >= point.value:
            best = highest[-1]
            point = Point(point.date, best.value, best.qualifier, best.report, best.share)
        highest.append(point)
    return tuple(highest)


def running_mean(points: Sequence[Point]) -> tuple[Point, ...]:
    """The mean of all values up to each date."""
    total, qualifier = ZERO, None
    means = []
    for count, point in enumerate(points, start=1):
        total = EXACT.add(total, point.value)
        qualifier = both_qualifiers(qualifier, point.qualifier)
        means.append(Point(point.date, total / count, qualifier, point.report))
    return tuple(means)

"""From reports to values: how the figures of one target combine over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from cdstrack.core.measures import Point
from cdstrack.core.model import Figure, Kind, Qualifier, Report, Share, Target
from cdstrack.core.numbers import EXACT
from cdstrack.core.series import latest_per_slot

ZERO = Decimal(0)


def figure_value(figure: Figure) -> Decimal:
    """A figure as a number: n of N in percent, done as 1, not done as 0."""
    if isinstance(figure, Share):
        return Decimal(100 * figure.n) / Decimal(figure.of)
    if isinstance(figure, bool):
        return Decimal(figure)
    return ZERO if figure is None else figure


def figure_fits(figure: Figure, kind: Kind) -> bool:
    """Whether a report of this form can count: done or not for a milestone, else a number."""
    return isinstance(figure, bool) == (kind == "milestone")


def accumulates(target: Target) -> bool:
    """Whether reports are increments that add up."""
    return target.kind == "limit" or target.accumulate == "sum"


def points_of(target: Target, reports: Iterable[Report], as_of: date) -> tuple[Point, ...]:
    """The values of a target up to a day, oldest first, one a reference date.

    ``reports`` are those of the target with corrections applied, ordered by date and then by
    ``Report.order``. Reports of single bodies or parts are not values of the target.
    """
    counted = [
        report
        for report in reports
        if report.date.last <= as_of
        and report.body is None
        and report.part is None
        and figure_fits(report.figure, target.kind)
    ]
    if accumulates(target):
        return _running_total(target, counted)
    single = [_point(report) for report in latest_per_slot(counted)]
    match target.accumulate:
        case "max":
            return _running_max(single)
        case "mean":
            return running_mean(single)
        case _:
            return tuple(single)


def _point(report: Report) -> Point:
    share = report.figure if isinstance(report.figure, Share) else None
    return Point(report.date, figure_value(report.figure), report.qualifier, report, share)


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

"""The whole of a target from the slices of one dimension, where it says that it is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT, Interval
from cdstrack.core.model.entries import SeriesName, Target, filing_name
from cdstrack.core.model.report import Figure, Report, Share, slice_name
from cdstrack.core.values.across import values_of
from cdstrack.core.values.bodies import Population
from cdstrack.core.values.measures import Bar, allowed, figure_value
from cdstrack.core.values.over_time import both_qualifiers
from cdstrack.core.values.points import competition

Place = tuple[object, ...]
"""Whose figure it is and for what time."""


class Whole(NamedTuple):
    """What there is of a whole: its reports in order, those that were made of it as such, and all
    that its slices come to."""

    reports: Sequence[Report]
    direct: Mapping[Place, Report] = MappingProxyType({})
    sums: Mapping[Place, Report] = MappingProxyType({})


def total_dimension(target: Target) -> str | None:
    """The dimension whose slices make the whole, if any does."""
    if target.total == "reported":
        return None
    return target.total_by or next(iter(target.breakdown), None)


def whole_of(target: Target, reports: Mapping[SeriesName, Sequence[Report]]) -> Whole:
    """The reports of a whole, those that its slices make among them.

    For every time for which each slice of the dimension was reported they make one; what was
    reported of the whole itself stands before it.
    """
    direct = reports.get(target.series, ())
    dimension = total_dimension(target)
    categories = target.breakdown.get(dimension or "", {})
    if dimension is None or not categories:
        return Whole(direct)
    parts = [
        _by_place(target, reports.get((target.ledger_id, name), ()))
        for category in categories
        for name in (filing_name(slice_name({dimension: category}), target.judged_by),)
    ]
    sums = {
        place: total
        for place in parts[0]
        if all(place in part for part in parts)
        and (total := _total(target, [part[place] for part in parts])) is not None
    }
    places = _by_place(target, direct)
    made = [total for place, total in sums.items() if place not in places]
    series = sorted([*direct, *made], key=lambda report: (report.date.last, report.order))
    return Whole(series, places, sums)


def is_disputed(
    whole: Whole,
    target: Target,
    as_of: date,
    about: Decimal,
    population: Population | None,
    outside: Iterable[Report],
) -> bool:
    """Whether slices come to another figure than what was reported of the whole for the same time,
    up to a day: by one who reports, or by all bodies together and for all of them.

    ``outside`` are reports that do not count.
    """

    strangers = {report.id for report in outside}

    def counts(report: Report) -> bool:
        known = report.body is None or (
            population is not None and population.counts(report.body, report.date.last)
        )
        return known and report.date.last <= as_of and report.id not in strangers

    direct = {place: report for place, report in whole.direct.items() if counts(report)}
    sums = {place: report for place, report in whole.sums.items() if counts(report)}
    if any(_differ(direct[place], sums[place], about) for place in direct.keys() & sums.keys()):
        return True
    if population is None or target.accumulates:  # an increment of nobody is one more
        return False
    bar = Bar(target.target, about, target.across, None, None)
    joint = target.model_copy(update={"conditions": {}, "baseline": None})
    return any(
        (figure := _for_all(joint, reports, as_of, population, bar)) is not None
        and (total := _for_all(joint, parts, as_of, population, bar)) is not None
        and _differ(_as_precise(figure, reports), total, about)
        for reports, parts in _times(direct, sums)
    )


def _times(
    direct: Mapping[Place, Report], sums: Mapping[Place, Report]
) -> Iterator[tuple[list[Report], list[Report]]]:
    """What was reported of the whole for each condition and time, and what slices come to there;
    not where both are of the same bodies."""
    times: dict[Place, tuple[list[Report], list[Report]]] = {}
    for at, places in enumerate((direct, sums)):
        for (_, *time), report in places.items():
            times.setdefault(tuple(time), ([], []))[at].append(report._replace(part=None))
    for reports, parts in times.values():
        if reports and parts and _is_for_all(reports) != _is_for_all(parts):
            yield reports, parts


def _is_for_all(reports: Sequence[Report]) -> bool:
    return any(report.body is None for report in reports)


def _for_all(
    target: Target, reports: Sequence[Report], as_of: date, population: Population, bar: Bar
) -> Report | None:
    """What reports for one time come to for all bodies; None while a body is silent."""
    for report in reports:
        if report.body is None:
            return report
    points = values_of(target, reports, as_of, population, bar, None).points
    if not points or not points[-1].complete:
        return None
    point = points[-1]
    return reports[-1]._replace(figure=point.share or point.value, qualifier=point.qualifier)


def _by_place(target: Target, reports: Sequence[Report]) -> dict[Place, Report]:
    """What was reported for each time: of reports that compete the last, increments added up."""
    kind = competition(target)
    places: dict[Place, Report] = {}
    for report in reports:
        time = (report.date.last,) if kind == "date" else (report.date.first, report.date.last)
        place = (report.body, report.part, *time)
        before = places.get(place)
        if before is not None and kind == "none":
            report = _added([before, report]) or report
        places[place] = report
    return places


def _total(target: Target, reports: Sequence[Report]) -> Report | None:
    """What all slices come to for one time; None where they cannot be added."""
    form = Share if target.total == "ratio" else Decimal
    if not all(type(report.figure) is form for report in reports):
        return None
    return _added(reports)


def _added(reports: Sequence[Report]) -> Report | None:
    """Several reports as one: the last recorded, with the sum of all figures."""
    last = max(reports, key=lambda report: report.order)
    figure: Figure
    figures = [report.figure for report in reports]
    shares = [item for item in figures if isinstance(item, Share)]
    amounts = [item for item in figures if isinstance(item, Decimal)]
    if len(shares) == len(figures):
        figure = Share(sum(share.n for share in shares), sum(share.of for share in shares))
    elif len(amounts) == len(figures):
        figure = amounts[0]
        for amount in amounts[1:]:
            figure = EXACT.add(figure, amount)
    else:
        return None
    qualifier = last.qualifier
    for report in reports:
        qualifier = both_qualifiers(qualifier, report.qualifier)
    proven = all(report.source or report.evidence for report in reports)
    return last._replace(
        figure=figure,
        qualifier=qualifier,
        source=last.source if proven else None,
        evidence=last.evidence if proven else None,
        note=None,
        wording=None,
        slice=None,
    )


def _as_precise(total: Report, reports: Sequence[Report]) -> Report:
    """What reports come to, no more precise than the most precise of them."""
    figures = [report.figure for report in reports if isinstance(report.figure, Decimal)]
    if not isinstance(total.figure, Decimal) or not figures:
        return total
    finest = min(figures, key=lambda figure: figure.as_tuple().exponent)
    value = total.figure.quantize(finest, rounding=ROUND_HALF_EVEN, context=EXACT)
    return total._replace(figure=value)


def _differ(whole: Report, total: Report, about: Decimal) -> bool:
    """Whether the slices surely come to another figure than the whole, at the whole's precision."""
    said, value = figure_value(whole.figure), figure_value(total.figure)
    if not isinstance(whole.figure, Share):
        value = value.quantize(said, rounding=ROUND_HALF_EVEN, context=EXACT)
    ranges = [
        Interval(figure, figure) if qualifier is None else allowed(figure, qualifier, about)
        for figure, qualifier in ((said, whole.qualifier), (value, total.qualifier))
    ]
    return not ranges[0].meets(ranges[1])

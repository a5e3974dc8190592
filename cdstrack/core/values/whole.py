"""The whole of a target from the slices of one dimension, where it says that it is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import SeriesName, Target, filing_name
from cdstrack.core.model.report import Figure, Report, Share, slice_name
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.over_time import both_qualifiers
from cdstrack.core.values.points import competition

Place = tuple[object, ...]
"""Whose figure it is and for what time."""


class Whole(NamedTuple):
    """What there is of a whole: its reports in order, and the ids of those that its slices
    contradict."""

    reports: Sequence[Report]
    disputed: frozenset[str] = frozenset()


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
    disputed = [
        places[place].id
        for place in places.keys() & sums.keys()
        if _differ(places[place], sums[place])
    ]
    made = [total for place, total in sums.items() if place not in places]
    series = sorted([*direct, *made], key=lambda report: (report.date.last, report.order))
    return Whole(series, frozenset(disputed))


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


def _differ(whole: Report, total: Report) -> bool:
    """Whether the slices come to another figure than the whole, at the whole's precision."""
    said, value = figure_value(whole.figure), figure_value(total.figure)
    if isinstance(whole.figure, Share) or isinstance(total.figure, Share):
        return value != said
    return value.quantize(said, rounding=ROUND_HALF_EVEN, context=EXACT) != said

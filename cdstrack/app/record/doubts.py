"""What looks odd in a report without being wrong: shown before it is written, never refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import days_between
from cdstrack.core.model.report import NOTHING, Report
from cdstrack.core.values.in_force import Rivals
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.over_time import reporting_year
from cdstrack.core.values.points import competition
from cdstrack.core.verdict.verdict import Verdict

LEAP = 100
"""A figure that grew or shrank so many times over is mostly a slip of a zero or two."""
OLD_DAYS = 366


class Doubt(NamedTuple):
    """One thing to look at again; the words for the code are under ``doubt_<code>``."""

    code: str
    facts: dict[str, object]


class Previous(NamedTuple):
    """The figure that a report is compared with."""

    day: date
    value: Decimal


def doubts_of(
    target: Target,
    report: Report,
    before: Verdict,
    rivals: Rivals,
    today: date,
) -> list[Doubt]:
    """What looks odd in a report, given the verdict before it and the reports in force."""
    if report.figure is None:
        return []
    return [
        *_of_order(target, report, rivals),
        *_of_source(report, before, rivals, adds=target.accumulates),
        *_of_figure(target, report, before, rivals),
        *_of_date(target, report, rivals, today),
    ]


def _of_order(target: Target, report: Report, rivals: Rivals) -> Iterator[Doubt]:
    """A rival that was recorded by a clock ahead of ours counts in its stead."""
    kind = competition(target)
    if kind == "none":
        return
    series = rivals.of_slot(report) if kind == "date" else rivals.of_period(report)
    for rival in series:
        is_replaced = report.corrects in (rival.id, rival.corrects or rival.id)
        if rival.recorded > report.recorded and not is_replaced:
            yield Doubt("later_rival", {"id": rival.id, "day": rival.recorded.date()})
            return


def _of_source(report: Report, before: Verdict, rivals: Rivals, *, adds: bool) -> Iterator[Doubt]:
    if report.source is None and report.evidence is None:
        yield Doubt("self_report", {})
    if report.body is None and before.standing is not None:
        yield Doubt("whole_population", {})
    if adds:
        earlier = rivals.record(report.series, report.corrects)
    else:
        earlier = next(iter(rivals.of_slot(report)[-1:]), None)
    if earlier is not None and earlier.source and report.source is None:
        yield Doubt("drops_source", {})


def _of_figure(target: Target, report: Report, before: Verdict, rivals: Rivals) -> Iterator[Doubt]:
    if isinstance(report.figure, bool):
        if not report.figure and before.last is not None and before.last.value == 1:
            yield Doubt("undone", {})
        return
    if report.figure == NOTHING:
        yield Doubt("nothing_due", {})
        return
    value = figure_value(report.figure)
    if value < 0:
        yield Doubt("negative", {})
    if target.in_percent and value > 100:
        yield Doubt("beyond_hundred", {})
    previous = _previous(target, report, before, rivals)
    if previous is None or report.date.last < previous.day:
        return
    if value and previous.value and not 1 / Decimal(LEAP) < abs(value / previous.value) < LEAP:
        more = abs(value) > abs(previous.value)
        facts: dict[str, object] = {"times": LEAP, "previous": previous.value}
        yield Doubt("leap_up" if more else "leap_down", facts)
    elif _climbs(target) and 0 <= value < previous.value:
        if target.accumulate == "year_to_date" and previous.day < report.date.last:
            either = EXACT.add(previous.value, value)
            yield Doubt("below_total", {"previous": previous.value, "either": either})
        else:
            yield Doubt("falls", {})


def _previous(target: Target, report: Report, before: Verdict, rivals: Rivals) -> Previous | None:
    """What the same body stood at, else the target; of what is combined over time the last figure.

    A running total is compared within its year: the next one starts anew.
    """
    last: Report | None = None
    if target.silence is not None or report.part is not None:
        last = rivals.last(target.series, report.body, report.part)
        if last is not None and target.accumulate == "year_to_date":
            last = last if last.date.last >= reporting_year(target, report.date.last) else None
    elif report.body is not None and before.standing is not None:
        last = before.standing.held.get(report.body)
    elif before.last is not None:
        return Previous(before.last.day, before.last.value)
    if last is None or isinstance(last.figure, bool) or last.figure == NOTHING:
        return None
    return Previous(last.date.last, figure_value(last.figure))


def _climbs(target: Target) -> bool:
    """Whether each figure is to be more than the one before; increments and rates need not."""
    goal = target.target
    is_level = target.silence is None or target.accumulate == "year_to_date"
    return is_level and goal is not None and goal.comparator in ("at_least", "more_than")


def _of_date(target: Target, report: Report, rivals: Rivals, today: date) -> Iterator[Doubt]:
    day = report.date.last
    age = days_between(day, today)
    base = target.baseline.date if target.baseline else None
    has_no_window = base is None and target.start is None and not target.periods
    if base is not None and day < base.last and target.silence is None:
        yield Doubt("before_baseline", {})
    elif has_no_window and target.accumulates and day < target.begins:
        yield Doubt("before_start", {"start": target.begins})
    original = rivals.record(target.series, report.corrects) if report.corrects else None
    keeps_date = original is not None and original.date == report.date
    if age > OLD_DAYS and not keeps_date:
        yield Doubt("old_date", {"date": report.date, "days": age})
    if target.kind == "sustain" and not any(p.first <= day <= p.last for p in target.periods):
        yield Doubt("outside_periods", {"date": report.date})

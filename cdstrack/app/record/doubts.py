"""What looks odd in a report without being wrong: shown before it is written, never refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.record.compose import last_report
from cdstrack.app.record.running_total import RunningTotal, increments_beside, total_of
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import days_between
from cdstrack.core.model.report import Report
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.points import accumulates
from cdstrack.core.values.window import (
    Overlap,
    is_combined,
    is_too_early,
    overlap,
    straddles_end,
    straddles_start,
)
from cdstrack.core.verdict.verdict import Verdict

LEAP = 100
"""A figure that grew or shrank so many times over is mostly a slip of a zero or two."""
OLD_DAYS = 366
AVERAGES: frozenset[str] = frozenset({"mean", "growth"})
"""Ways to combine in which periods that overlap in part are an error of the data."""


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
    reports: Sequence[Report],
    today: date,
    running: RunningTotal | None = None,
) -> list[Doubt]:
    """What looks odd in a report, given the verdict before it and the target's reports in force.

    ``running`` is its other reading, where it may be a running total.
    """
    if report.figure is None:
        return []
    return [
        *_of_source(report, before, reports, adds=accumulates(target)),
        *_of_figure(target, report, before, reports),
        *_of_date(target, report, reports, today),
        *_of_window(target, report, reports),
        *_of_mean(target, report, reports),
        *_of_increment(target, report, reports, running),
        *_of_everybody(target, report, reports),
    ]


def _of_source(
    report: Report, before: Verdict, reports: Sequence[Report], *, adds: bool
) -> Iterator[Doubt]:
    if report.source is None:
        yield Doubt("self_report", {})
    if report.body is None and before.standing is not None:
        yield Doubt("whole_population", {})
    earlier = [
        rival
        for rival in reports
        if (rival.id == report.corrects if adds else rival.slot == report.slot)
    ]
    if earlier and earlier[-1].source and report.source is None:
        yield Doubt("drops_source", {})


def _of_figure(
    target: Target, report: Report, before: Verdict, reports: Sequence[Report]
) -> Iterator[Doubt]:
    if isinstance(report.figure, bool):
        if not report.figure and before.last is not None and before.last.value == 1:
            yield Doubt("undone", {})
        return
    value = figure_value(report.figure)
    if value < 0:
        yield Doubt("negative", {})
    if target.in_percent and value > 100:
        yield Doubt("beyond_hundred", {})
    previous = _previous(target, report, before, reports)
    if previous is None or report.date.last < previous.day:
        return
    if value and previous.value and not 1 / Decimal(LEAP) < value / previous.value < LEAP:
        more = abs(value) > abs(previous.value)
        facts: dict[str, object] = {"times": LEAP, "previous": previous.value}
        yield Doubt("leap_up" if more else "leap_down", facts)
    elif _grows(target) and value < previous.value and value >= 0 and not accumulates(target):
        yield Doubt("falls", {})


def _previous(
    target: Target, report: Report, before: Verdict, reports: Sequence[Report]
) -> Previous | None:
    """What the same body stood at, else the target; of increments the last one."""
    last: Report | None = None
    if accumulates(target) or report.part is not None:
        last = last_report(reports, report.body, report.part)
    elif report.body is not None and before.standing is not None:
        last = before.standing.held.get(report.body)
    elif before.last is not None:
        return Previous(before.last.day, before.last.value)
    if last is None or isinstance(last.figure, bool):
        return None
    return Previous(last.date.last, figure_value(last.figure))


def _grows(target: Target) -> bool:
    goal = target.target
    return goal is not None and goal.comparator in ("at_least", "more_than")


def _of_date(
    target: Target, report: Report, reports: Sequence[Report], today: date
) -> Iterator[Doubt]:
    day = report.date.last
    age = days_between(day, today)
    base = target.baseline.date if target.baseline else None
    if base is not None and day < base.last and not is_combined(target):
        yield Doubt("before_baseline", {})
    elif accumulates(target) and base is None and target.start is None and day < target.begins:
        yield Doubt("before_start", {"start": target.begins})
    original = next((rival for rival in reports if rival.id == report.corrects), None)
    keeps_date = original is not None and original.date == report.date
    if age > OLD_DAYS and not keeps_date:
        yield Doubt("old_date", {"date": report.date, "days": age})
    if target.kind == "sustain" and not any(p.first <= day <= p.last for p in target.periods):
        yield Doubt("outside_periods", {"date": report.date})


def _of_window(target: Target, report: Report, reports: Sequence[Report]) -> Iterator[Doubt]:
    """What is combined over a span counts with the part of it that lies in the window."""
    when, base = report.date, target.baseline.date if target.baseline else None
    if not is_combined(target):
        return
    if is_too_early(target, when):
        if base is not None and when.last <= base.last:
            yield Doubt("in_baseline", {"date": when, "baseline": base})
        else:
            yield Doubt("outside_window", {"date": when, "start": target.begins})
        return
    straddles = [
        Doubt("straddle_period", {"date": when, "edge": period})
        for period in target.periods
        if overlap(when, period) in ("partial", "around")
    ][:1]
    if straddles_start(target, when):
        start = target.start.first if target.start is not None else date.min
        edge = start if base is None or start > base.last else base
        straddles.append(Doubt("straddle_start", {"date": when, "edge": edge}))
    if straddles_end(target, when):
        straddles.append(Doubt("straddle_end", {"date": when, "edge": target.deadline}))
    yield from straddles
    if straddles and accumulates(target):
        least = _total(target, report, increments_beside(target, report, reports))
        most = EXACT.add(least, figure_value(report.figure))
        yield Doubt("share_inside", {"least": least, "most": most})


def _of_mean(target: Target, report: Report, reports: Sequence[Report]) -> Iterator[Doubt]:
    """Figures of a mean that overlap in part: of their common days nobody knows which one holds."""
    if target.accumulate not in AVERAGES:
        return
    for other in reports:
        beside = (other.body, other.part) == (report.body, report.part)
        if beside and other.id != report.corrects and _lies(report, other) == "partial":
            yield Doubt("overlap_of_mean", {"date": report.date, "other": other.date})
            return


def _of_increment(
    target: Target, report: Report, reports: Sequence[Report], running: RunningTotal | None
) -> Iterator[Doubt]:
    """Time that was reported on already, with what the target comes to either way."""
    if not accumulates(target):
        return
    others = increments_beside(target, report, reports)
    value, before = figure_value(report.figure), _total(target, report, others)
    facts: dict[str, object] = {"date": report.date, "total": EXACT.add(before, value)}
    if running is not None:
        either = EXACT.add(EXACT.subtract(before, running.before), value)
        facts |= {"before": running.before, "until": running.until}
        facts |= {"either": either, "rest": running.rest}
        if running.rest is None:
            around = running.sign == "around"
            yield Doubt("overlap_anew" if around else "running_series", facts)
        else:
            yield Doubt("overlap_around" if running.sign == "around" else "running_total", facts)
    for other in reversed(others):
        known = figure_value(other.figure)
        facts |= {"other": other.date, "value": known}
        match _lies(report, other):
            case "same":
                either = EXACT.add(EXACT.subtract(before, known), value)
                yield Doubt("same_period", {**facts, "either": either})
                return
            case "within":
                yield Doubt("overlap_within", {**facts, "either": before})
                return
            case "partial":
                either = EXACT.add(before, max(value - known, Decimal(0)))
                yield Doubt("overlap_partial", {**facts, "either": either})
                return


def _of_everybody(target: Target, report: Report, reports: Sequence[Report]) -> Iterator[Doubt]:
    """Increments of single bodies and of all together, for the same time: they add up."""
    others = [
        other
        for other in reports
        if (other.body is None) != (report.body is None) and _lies(report, other)
    ]
    if others and accumulates(target):
        whole = report.body is None
        yield Doubt(
            "whole_over_bodies" if whole else "body_under_whole", {"value": total_of(others)}
        )


def _lies(report: Report, other: Report) -> Overlap | None:
    return overlap(report.date, other.date)


def _total(target: Target, report: Report, increments: Sequence[Report]) -> Decimal:
    """What increments come to, on top of the baseline where they are the target's own."""
    total = total_of(increments)
    starts = target.baseline is not None and target.kind != "sustain" and report.body is None
    return EXACT.add(total, target.baseline.value) if starts and target.baseline else total

"""What looks odd in the time that a report describes: before, beside or across what counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cdstrack.app.record.doubts import Doubt
from cdstrack.app.record.neighbours import Neighbours, Times
from cdstrack.app.record.running_total import RunningTotal
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import Window
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.window import overlap, straddles_end, straddles_start

AVERAGES: frozenset[str] = frozenset({"mean", "growth"})
"""Ways to combine in which periods that overlap in part are an error of the data."""


def doubts_of_time(
    target: Target, report: Report, neighbours: Neighbours, running: RunningTotal | None
) -> list[Doubt]:
    """Doubts about what is combined over a span, with the totals that it comes to either way.

    ``running`` is the other reading of the report, where it may be a running total.
    """
    window = neighbours.window
    if report.figure is None or window is None:
        return []
    return [
        *_of_window(target, report, window, neighbours),
        *_of_mean(target, report, neighbours),
        *_of_increment(target, report, neighbours, running),
    ]


def doubts_of_whole(target: Target, report: Report, times: Times) -> list[Doubt]:
    """Increments of single bodies and of all together, for the same time: they add up.

    ``times`` are those of the other side.
    """
    if report.figure is None or target.reporters is None or not target.accumulates:
        return []
    total = times.total_over(report.date)
    if total is None:
        return []
    is_whole = report.body is None
    return [Doubt("whole_over_bodies" if is_whole else "body_under_whole", {"value": total})]


def _of_window(
    target: Target, report: Report, window: Window, neighbours: Neighbours
) -> Iterator[Doubt]:
    """What is combined over a span counts with the part of it that lies in the window."""
    when, base = report.date, target.baseline.date if target.baseline else None
    if window.leaves_out(when):
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
    if straddles_start(window, when):
        straddles.append(Doubt("straddle_start", {"date": when, "edge": window.edge}))
    if straddles_end(window, when):
        straddles.append(Doubt("straddle_end", {"date": when, "edge": target.deadline}))
    yield from straddles
    if straddles and target.accumulates:
        least = _total(target, report, neighbours)
        most = EXACT.add(least, figure_value(report.figure))
        yield Doubt("share_inside", {"least": least, "most": most})


def _of_mean(target: Target, report: Report, neighbours: Neighbours) -> Iterator[Doubt]:
    """Figures of a mean that overlap in part: of their common days nobody knows which one holds."""
    if target.accumulate not in AVERAGES:
        return
    over = [*neighbours.over(report.date)]
    for other in reversed(over):
        if overlap(report.date, other.date) == "partial":
            yield Doubt("overlap_of_mean", {"date": report.date, "other": other.date})
            return


def _of_increment(
    target: Target, report: Report, neighbours: Neighbours, running: RunningTotal | None
) -> Iterator[Doubt]:
    """Time that was reported on already, with what the target comes to either way."""
    if not target.accumulates:
        return
    value, before = figure_value(report.figure), _total(target, report, neighbours)
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
    for other in neighbours.over(report.date):
        known = figure_value(other.figure)
        facts |= {"other": other.date, "value": known}
        match overlap(report.date, other.date):
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


def _total(target: Target, report: Report, neighbours: Neighbours) -> Decimal:
    """What the increments come to, on top of the baseline where they are the target's own."""
    base = target.baseline if target.kind != "sustain" and report.body is None else None
    return EXACT.add(neighbours.total, base.value) if base is not None else neighbours.total

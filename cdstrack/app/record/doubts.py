"""What looks odd in a report without being wrong: said before it is written, never refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import days_between
from cdstrack.core.model.report import Report
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.verdict import Verdict

LEAP = 100
"""So many times more or less than before is a slip of a zero or two more often than the truth."""
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
    target: Target, report: Report, before: Verdict, known: Sequence[Report], today: date
) -> list[Doubt]:
    """What looks odd in a report, given the verdict before it and the target's reports in force."""
    if report.figure is None:
        return []
    return [
        *_of_source(report, before, known, adds=accumulates(target)),
        *_of_figure(target, report, before, known),
        *_of_date(target, report, known, today),
    ]


def _of_source(
    report: Report, before: Verdict, known: Sequence[Report], *, adds: bool
) -> Iterator[Doubt]:
    if report.source is None:
        yield Doubt("self_report", {})
    if report.body is None and before.standing is not None:
        yield Doubt("whole_population", {})
    replaced = [
        each for each in known if (each.id == report.corrects if adds else each.slot == report.slot)
    ]
    if replaced and replaced[-1].source and report.source is None:
        yield Doubt("drops_source", {})


def _of_figure(
    target: Target, report: Report, before: Verdict, known: Sequence[Report]
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
    previous = _previous(target, report, before, known)
    if previous is None or report.date.last < previous.day:
        return
    if value and previous.value and not 1 / Decimal(LEAP) < value / previous.value < LEAP:
        more = abs(value) > abs(previous.value)
        facts: dict[str, object] = {"times": LEAP, "previous": previous.value}
        yield Doubt("leap_up" if more else "leap_down", facts)
    elif _grows(target) and value < previous.value and value >= 0 and not accumulates(target):
        yield Doubt("falls", {})


def _previous(
    target: Target, report: Report, before: Verdict, known: Sequence[Report]
) -> Previous | None:
    """What the same body stood at, else the target; of increments the last one."""
    held: Report | None = None
    if accumulates(target) or report.part is not None:
        mine = [each for each in known if (each.body, each.part) == (report.body, report.part)]
        held = mine[-1] if mine else None
    elif report.body is not None and before.standing is not None:
        held = before.standing.held.get(report.body)
    elif before.last is not None:
        return Previous(before.last.day, before.last.value)
    if held is None or isinstance(held.figure, bool):
        return None
    return Previous(held.date.last, figure_value(held.figure))


def _grows(target: Target) -> bool:
    goal = target.target
    return goal is not None and goal.comparator in ("at_least", "more_than")


def _of_date(
    target: Target, report: Report, known: Sequence[Report], today: date
) -> Iterator[Doubt]:
    day = report.date.last
    base = target.baseline.date if target.baseline else None
    if base is not None and day < base.last:
        yield Doubt("before_baseline", {})
    elif accumulates(target) and day < target.begins:
        yield Doubt("before_start", {"start": target.begins})
    moved = all(each.date != report.date for each in known if each.id == report.corrects)
    if days_between(day, today) > OLD_DAYS and moved:
        yield Doubt("old_date", {"date": report.date, "days": days_between(day, today)})
    if target.kind == "sustain" and not any(p.first <= day <= p.last for p in target.periods):
        yield Doubt("outside_periods", {"date": report.date})
    if accumulates(target):
        same = [each for each in known if each.slot == report.slot and each.id != report.corrects]
        if same:
            said = {"date": report.date, "value": figure_value(same[-1].figure)}
            yield Doubt("same_period", said)

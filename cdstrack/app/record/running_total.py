"""A figure read as a running total where an increment is wanted: 700 for H1 after 400 for Q1."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from cdstrack.app.record.neighbours import Neighbours, Run
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import time_between
from cdstrack.core.values.measures import figure_value

FEW = 2
"""So many earlier increments, none less than the one before, look like running totals when the next
figure is no less than all of them together."""
MANY = 3
"""So many look like running totals when the next figure is no less than the last of them."""

Sign = Literal["around", "total", "series"]
"""What speaks for a running total: a period around others; a figure that is no less than the total
before it; a series of figures of which none is less than the one before."""


class RunningTotal(NamedTuple):
    """What a figure would mean if it were a running total."""

    sign: Sign
    before: Decimal
    """What was reported for the time that it describes."""
    until: Period
    """The last period of that."""
    rest: Decimal | None
    """The increment that is left of it; None where what was reported is wrong as well then."""
    date: Period
    """The time in which that came about."""


def running_total(report: Report, neighbours: Neighbours) -> RunningTotal | None:
    """The other reading of an increment; None where nothing speaks for it.

    Increments of one body and condition go up and down, running totals only up: where a figure was
    less than the one before it in its year, only periods and equal totals raise the question.
    """
    when, value = report.date, figure_value(report.figure)
    inside = neighbours.inside(when)
    if inside.reports:
        return _reading(report, inside, "around")
    earlier, this_year = neighbours.before(when), neighbours.in_year_before(when)
    only_grow = neighbours.only_grow_before(when)
    for run in (this_year, earlier) if value > 0 else ():
        is_all = len(run.reports) >= FEW or len(run.reports) == len(earlier.reports)
        repeats = value == run.total and is_all
        jumps = value > run.total and only_grow
        if run.total > 0 and (repeats or (jumps and _goes_beyond(report, run))):
            return _reading(report, run, "total")
    if len(this_year.reports) >= MANY or this_year.overlaps:
        first, last = (figure_value(this_year.reports[at].figure) for at in (0, -1))
        if value >= last and value > first and only_grow:
            return _reading(report, this_year, "series")
    return None


def _goes_beyond(report: Report, run: Run) -> bool:
    """Whether a figure beyond the total of a run comes as running totals do.

    There were several figures; or they jump over time that nobody reported on, or are as of the end
    of a month. The second of two neighbours is often the higher one.
    """
    if not run.grows:
        return False
    last = run.reports[-1].date
    if len(run.reports) >= FEW:
        return True
    if report.date.precision == "day":
        return _ends_month(report.date) and _ends_month(last)
    return last.precision != "day" and add_days(last.last, 1) < report.date.first


def _ends_month(when: Period) -> bool:
    return add_days(when.last, 1).day == 1


def _reading(report: Report, included: Run, sign: Sign) -> RunningTotal:
    last = included.reports[-1].date
    until = time_between(last.first, last.last)
    date, starts = report.date, add_days(until.last, 1)
    if date.precision != "day" and starts <= date.last and _is_beginning(date, included.reports):
        date = time_between(starts, date.last)
    rest = EXACT.subtract(figure_value(report.figure), included.total)
    is_left = rest >= 0 and not included.overlaps
    return RunningTotal(sign, included.total, until, rest if is_left else None, date)


def _is_beginning(date: Period, included: Sequence[Report]) -> bool:
    """Whether reports cover the time up to the last of them, as far as it lies in a period.

    A figure for a day covers the time since the report before it.
    """
    if included[-1].date.last < date.first:
        return True
    covered = add_days(date.first, -1)
    for report in included:
        if report.date.precision != "day" and report.date.first > add_days(covered, 1):
            return False
        covered = max(covered, report.date.last)
    return True

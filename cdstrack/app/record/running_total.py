"""A figure read as a running total where an increment is wanted: 700 for H1 after 400 for Q1."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from cdstrack.app.record.neighbours import Neighbours, total_of
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import time_between
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.window import overlap

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
    if inside := neighbours.inside(when):
        return _reading(report, inside, "around")
    earlier = neighbours.before(when)
    since = bisect_left(earlier, when.last.year, key=lambda other: other.date.last.year)
    this_year = earlier[since:]
    totals = ((this_year, total_of(this_year)), (earlier, neighbours.total_before(when)))
    for run, before in totals if value > 0 else ():
        is_all = len(run) >= FEW or len(run) == len(earlier)
        repeats = value == before and is_all
        if before > 0 and (repeats or (value > before and _goes_beyond(report, run, earlier))):
            return _reading(report, run, "total")
    if len(this_year) >= MANY or _overlaps(this_year):
        first, last = (figure_value(this_year[at].figure) for at in (0, -1))
        if value >= last and value > first and _only_grow(earlier):
            return _reading(report, this_year, "series")
    return None


def _goes_beyond(report: Report, run: Sequence[Report], earlier: Sequence[Report]) -> bool:
    """Whether a figure beyond the total of a run comes as running totals do.

    There were several figures; or they jump over time that nobody reported on, or are as of the end
    of a month. The second of two neighbours is often the higher one.
    """
    if not _only_grow(earlier) or not _grows([figure_value(other.figure) for other in run]):
        return False
    last = run[-1].date
    if len(run) >= FEW:
        return True
    if report.date.precision == "day":
        return _ends_month(report.date) and _ends_month(last)
    return last.precision != "day" and add_days(last.last, 1) < report.date.first


def _only_grow(reports: Sequence[Report]) -> bool:
    """Whether no figure is less than the one before it in its year."""
    years = groupby(reports, key=lambda report: report.date.last.year)
    return all(_grows([figure_value(report.figure) for report in year]) for _, year in years)


def _grows(figures: Sequence[Decimal]) -> bool:
    return all(figure <= later for figure, later in pairwise(figures))


def _ends_month(when: Period) -> bool:
    return add_days(when.last, 1).day == 1


def _reading(report: Report, included: Sequence[Report], sign: Sign) -> RunningTotal:
    before = total_of(included)
    until = time_between(included[-1].date.first, included[-1].date.last)
    date, starts = report.date, add_days(until.last, 1)
    if date.precision != "day" and starts <= date.last and _is_beginning(date, included):
        date = time_between(starts, date.last)
    rest = EXACT.subtract(figure_value(report.figure), before)
    is_left = rest >= 0 and not _overlaps(included)
    return RunningTotal(sign, before, until, rest if is_left else None, date)


def _overlaps(reports: Sequence[Report]) -> bool:
    """Whether periods of some hold others or parts of them, as those of running totals do."""
    return any(
        overlap(one.date, other.date) not in (None, "same") for one, other in pairwise(reports)
    )


def _is_beginning(date: Period, included: Sequence[Report]) -> bool:
    """Whether reports cover the time up to the last of them, as far as it lies in a period.

    A figure for a day covers the time since the report before it.
    """
    covered = add_days(date.first, -1)
    for report in included:
        if report.date.precision != "day" and report.date.first > add_days(covered, 1):
            return False
        covered = max(covered, report.date.last)
    return True

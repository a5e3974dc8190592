"""Where a report lies in time: in the window of its target, and beside other reports (rules §3)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Literal

from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import (
    MONTHS,
    Frequency,
    Period,
    add_days,
    parse_period,
    period_at,
    period_index,
)

Overlap = Literal["same", "within", "around", "partial"]
"""How a period lies to another: the same days, some of its days, all and more, or days of both."""


def is_combined(target: Target) -> bool:
    """Whether reports are combined over a span, so that it matters which time they cover."""
    return target.kind == "limit" or target.accumulate not in ("latest", "ratio")


def opens(target: Target) -> date | None:
    """The first day that a report can count for; None where nothing is too early.

    It is the day after a dated baseline or the first day of ``start``, whichever is later.
    """
    days = []
    if target.baseline is not None and target.baseline.date is not None:
        days.append(add_days(target.baseline.date.last, 1))
    if target.start is not None:
        days.append(target.start.first)
    return max(days, default=None)


def is_too_early(target: Target, when: Period) -> bool:
    """Whether a period was over before the window opened."""
    day = opens(target)
    return day is not None and when.last < day


def straddles_start(target: Target, when: Period) -> bool:
    """Whether a period began before the window opened, and ended in it.

    One that begins on the very day of the baseline does not: 1 January 2025 is where 2025 begins.
    """
    day = opens(target)
    if day is None or when.last < day:
        return False
    base = target.baseline.date if target.baseline is not None else None
    return (base is not None and when.first < base.last) or (
        target.start is not None and when.first < target.start.first
    )


def straddles_end(target: Target, when: Period) -> bool:
    """Whether a period began before the deadline was over, and ended after it; no day can."""
    return target.deadline is not None and when.first <= target.deadline.last < when.last


def overlap(period: Period, other: Period) -> Overlap | None:
    """How a period lies to another; None where they have no day in common."""
    if period.last < other.first or other.last < period.first:
        return None
    if (period.first, period.last) == (other.first, other.last):
        return "same"
    if other.first <= period.first and period.last <= other.last:
        return "within"
    if period.first <= other.first and other.last <= period.last:
        return "around"
    return "partial"


def period_of(first: date, last: date) -> Period:
    """The days from first to last as one period, named as shortly as it can be: 2026-Q2.

    >>> str(period_of(date(2026, 4, 1), date(2026, 6, 30)))
    '2026-Q2'
    >>> str(period_of(date(2026, 2, 1), date(2026, 6, 30)))
    '2026-02/2026-06'
    """
    if first == last:
        return Period.day(first)
    every: Frequency
    for every in MONTHS:
        period = period_at(every, period_index(every, first))
        if (period.first, period.last) == (first, last):
            return period
    whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    size = len("2026-02") if whole_months else len("2026-02-01")
    return parse_period(f"{first.isoformat()[:size]}/{last.isoformat()[:size]}")

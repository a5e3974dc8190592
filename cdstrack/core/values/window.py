"""How a report lies in time: across the edges of a window, and beside other reports (rules §3)."""

from __future__ import annotations

from typing import Literal

from cdstrack.core.model.periods import Period
from cdstrack.core.values.coverage import Window

Overlap = Literal["same", "within", "around", "partial"]
"""How a period lies to another: the same days, some of its days, all and more, or days of both."""


def straddles_start(window: Window, period: Period) -> bool:
    """Whether a period began before the window, and ended in it.

    One that begins on the very day of the baseline does not: 1 January 2025 is where 2025 begins.
    """
    return window.closed and period.first < window.edge and window.since <= period.last


def straddles_end(window: Window, period: Period) -> bool:
    """Whether a period began before the deadline was over, and ended after it; no day can."""
    return window.until is not None and period.first <= window.until < period.last


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

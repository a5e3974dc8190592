"""Where a report lies in time: what is before a window or straddles it, how periods overlap."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import Period, parse_period
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.window import overlap, straddles_end, straddles_start
from tests.cases import every_case
from tests.core.build import day, target

DAYS = st.dates(min_value=day("2000-01-01"), max_value=day("2030-12-31"))


def based(date: str) -> dict[str, Any]:
    return {"baseline": {"value": "0", "date": date}}


@every_case(
    "said, when, early, straddles",
    [
        (based("2025-01-01"), "2025-01-01", True, False),
        (based("2025-01-01"), "2024", True, False),
        (based("2025-01-01"), "2025", False, False),  # begins on the baseline's day
        (based("2025-01-01"), "2024-12/2025-01", False, True),
        (based("2025-01-01"), "2025-01-02", False, False),
        (based("2024"), "2025", False, False),
        (based("2024"), "2024-10/2025-03", False, True),
        (based("2024-07-05"), "2024-04/2025-03", False, True),
        ({"start": "2025"}, "2024-12-31", True, False),
        ({"start": "2025"}, "2024-12/2025-01", False, True),
        ({"start": "2025"}, "2025-Q1", False, False),
        ({}, "1999", False, False),
    ],
)
def test_a_report_is_too_early_or_straddles_where_the_window_opens(said, when, early, straddles):
    window, period = window_of(target(accumulate="sum", **said), None), parse_period(when)
    assert window is not None
    assert window.leaves_out(period) is early
    assert straddles_start(window, period) is straddles


@every_case(
    "deadline, when, straddles",
    [
        ("2026", "2026", False),
        ("2026", "2026-12-31", False),
        ("2026", "2026-12/2027-01", True),
        ("2026", "2027-Q1", False),
        ("2026-06", "2026", True),
        ("2026-05-15", "2026-05", True),
        (None, "2026", False),
    ],
)
def test_a_report_straddles_the_deadline(deadline, when, straddles):
    until = parse_period(deadline) if deadline is not None else None
    window = window_of(target(accumulate="sum"), until)
    assert window is not None
    assert straddles_end(window, parse_period(when)) is straddles


@every_case(
    "period, other, lies",
    [
        ("2026-06", "2026-06", "same"),
        ("2026-Q2", "2026-04/2026-06", "same"),
        ("2026-06", "2026-Q2", "within"),
        ("2026-06-30", "2026-06", "within"),
        ("2026-H1", "2026-Q1", "around"),
        ("2026-01/2026-04", "2026-Q2", "partial"),
        ("2026-05/2026-07", "2026-Q2", "partial"),
        ("2026-Q1", "2026-Q2", None),
        ("2026-03-31", "2026-03-30", None),
    ],
)
def test_how_a_period_lies_to_another(period, other, lies):
    assert overlap(parse_period(period), parse_period(other)) == lies


@given(DAYS, DAYS, DAYS, DAYS)
def test_overlaps_are_those_of_their_days(start, end, other_start, other_end):
    period = Period("", "span", *sorted((start, end)))
    other = Period("", "span", *sorted((other_start, other_end)))
    mirror = {"within": "around", "around": "within"}
    lies = overlap(period, other)
    assert overlap(other, period) == mirror.get(lies or "", lies)
    shared = max(period.first, other.first) <= min(period.last, other.last)
    assert (lies is not None) is shared

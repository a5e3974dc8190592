"""Where a report lies in time: when the window opens, what straddles it, how periods overlap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import Period, parse_period
from cdstrack.core.values.window import (
    is_combined,
    is_too_early,
    opens,
    overlap,
    period_of,
    straddles_end,
    straddles_start,
)
from tests.core.build import day, target

DAYS = st.dates(min_value=day("2000-01-01"), max_value=day("2030-12-31"))


def based(date: str) -> dict[str, Any]:
    return {"baseline": {"value": "0", "date": date}}


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ({}, None),
        ({"baseline": {"value": "0"}}, None),
        (based("2025-01-01"), "2025-01-02"),
        (based("2024"), "2025-01-01"),
        ({"start": "2025"}, "2025-01-01"),
        ({"start": "2025", **based("2022")}, "2025-01-01"),
        ({"start": "2025", **based("2025-03-31")}, "2025-04-01"),
    ],
)
def test_the_window_opens_after_the_baseline_and_not_before_the_start(said, first):
    assert opens(target(**said)) == (day(first) if first else None)


@pytest.mark.parametrize(
    ("said", "when", "early", "straddles"),
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
    goal, period = target(**said), parse_period(when)
    assert is_too_early(goal, period) is early
    assert straddles_start(goal, period) is straddles


@pytest.mark.parametrize(
    ("deadline", "when", "straddles"),
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
    assert straddles_end(target(deadline=deadline), parse_period(when)) is straddles


@pytest.mark.parametrize(
    ("period", "other", "lies"),
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


@pytest.mark.parametrize(
    "name",
    ["2026", "2026-H1", "2026-Q3", "2026-02", "2026-06-30", "2026-02/2026-06", "2025-11/2026-02",
     "2026-06-15/2026-07-14"],
)  # fmt: skip
def test_a_span_of_days_has_the_shortest_name(name):
    period = parse_period(name)
    assert period_of(period.first, period.last) == period


@given(DAYS, st.integers(min_value=0, max_value=900))
def test_any_span_of_days_is_a_period_of_those_days(first, more):
    last = first + timedelta(days=more)
    period = period_of(first, last)
    assert (period.first, period.last) == (first, last)
    again = parse_period(str(period))
    assert (again.first, again.last) == (first, last)


@pytest.mark.parametrize(
    ("said", "combined"),
    [
        ({}, False),
        ({"accumulate": "ratio", "unit": "%"}, False),
        ({"accumulate": "sum"}, True),
        ({"accumulate": "mean"}, True),
        ({"accumulate": "max"}, True),
        ({"kind": "limit", "target": {"at_most": "100"}}, True),
        ({"kind": "milestone"}, False),
    ],
)
def test_what_is_combined_over_a_span(said, combined):
    assert is_combined(target(**said)) is combined

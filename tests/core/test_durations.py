"""Lengths of time, as the calendar counts them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_duration
from cdstrack.core.model.problems import Refusal
from tests.cases import every_case


@every_case(
    "length, day, end",
    [
        ("3m", "2026-09-30", "2026-12-31"),
        ("1m", "2026-02-28", "2026-03-31"),
        ("1m", "2024-02-28", "2024-03-28"),
        ("1m", "2024-02-29", "2024-03-31"),
        ("1m", "2026-01-31", "2026-02-28"),
        ("1m", "2024-01-30", "2024-02-29"),
        ("2m", "2026-12-31", "2027-02-28"),
        ("1m", "2026-04-15", "2026-05-15"),
        ("12m", "2026-06-30", "2027-06-30"),
        ("1y", "2026-11-21", "2027-11-21"),
        ("1y", "2024-02-29", "2025-02-28"),
        ("1y", "2023-02-28", "2024-02-29"),
        ("1y", "2024-02-28", "2025-02-28"),
        ("90d", "2026-09-30", "2026-12-29"),
        ("90", "2026-09-30", "2026-12-29"),
        ("12w", "2026-09-30", "2026-12-23"),
        ("0m", "2026-09-30", "2026-09-30"),
        ("99999y", "2026-09-30", "9999-12-31"),
        ("99999d", "9998-09-30", "9999-12-31"),
        ("1m", "9999-12-31", "9999-12-31"),
        (" 3m ", "2026-09-30", "2026-12-31"),
    ],
)
def test_months_and_years_are_those_of_the_calendar(length, day, end):
    assert parse_duration(length).after(date.fromisoformat(day)) == date.fromisoformat(end)


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 1200))
def test_whole_months_lead_to_the_same_date_or_between_last_days(day, months):
    end = parse_duration(f"{months}m").after(day)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    is_last = (day + timedelta(days=1)).day == 1
    ends_last = (end + timedelta(days=1)).day == 1
    assert end.day == day.day or ends_last
    assert ends_last or not is_last or months == 0


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 99))
def test_a_later_day_never_ends_earlier(day, months):
    duration = parse_duration(f"{months}m")
    assert duration.after(day) <= duration.after(day + timedelta(days=1))


@every_case("text", ["soon", "", "3 months", "3 tháng", "-3m", "1.5y", "999999d"])
def test_anything_else_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        parse_duration(text)
    assert refusal.value.code == "bad_duration"

"""Numbers and dates as each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.i18n import Words

VI, EN = Words("vi"), Words("en")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("0", "0", "0"),
        ("999", "999", "999"),
        ("10000", "10.000", "10,000"),
        ("1234567.5", "1.234.567,5", "1,234,567.5"),
        ("-5", "-5", "-5"),
        ("96.730", "96,73", "96.73"),
        ("1E+3", "1.000", "1,000"),
        ("-0", "0", "0"),
    ],
)
def test_numbers(value, vi, en):
    assert VI.number(Decimal(value)) == vi
    assert EN.number(Decimal(value)) == en


@pytest.mark.parametrize(
    ("share", "vi", "en"),
    [("0.9673", "96,7 %", "96.7%"), ("1", "100 %", "100%"), ("2.26", "226 %", "226%")],
)
def test_percent(share, vi, en):
    assert VI.percent(Decimal(share)) == vi
    assert EN.percent(Decimal(share)) == en


@given(st.decimals(0, 2, places=9), st.integers(0, 3))
def test_what_falls_short_is_never_shown_as_reached(share, places):
    if share < 1:
        assert EN.percent(share, places=places) != "100%"


@pytest.mark.parametrize(
    ("said", "vi", "en", "deadline_vi", "deadline_en"),
    [
        ("2024", "năm 2024", "2024", "cuối năm 2024", "end of 2024"),
        ("2024-H1", "6 tháng đầu năm 2024", "first half of 2024", None, None),
        ("2024-H2", "6 tháng cuối năm 2024", "second half of 2024", None, None),
        ("2022-Q1", "quý I/2022", "Q1 2022", None, None),
        ("2022-Q4", "quý IV/2022", "Q4 2022", None, None),
        ("2025-06", "tháng 6/2025", "June 2025", None, None),
        ("2025-02", "tháng 02/2025", "February 2025", None, None),
        ("2024-12-31", "31/12/2024", "31 Dec 2024", None, None),
        (
            "2024-01/2024-09",
            "tháng 01/2024 – tháng 9/2024",
            "January 2024 – September 2024",
            "tháng 9/2024",
            "September 2024",
        ),
        ("2026/2030", "giai đoạn 2026–2030", "2026–2030", "cuối năm 2030", "end of 2030"),
        ("2024-01/2024-12", "năm 2024", "2024", "cuối năm 2024", "end of 2024"),
        ("2024-06-01/2024-06", "tháng 6/2024", "June 2024", None, None),
        (
            "2024-01-01/2024-12-30",
            "01/01/2024 – 30/12/2024",
            "1 Jan 2024 – 30 Dec 2024",
            "30/12/2024",
            "30 Dec 2024",
        ),
    ],
)
def test_dates_in_the_precision_in_which_they_were_said(said, vi, en, deadline_vi, deadline_en):
    period = parse_period(said)
    assert (VI.period(period), EN.period(period)) == (vi, en)
    assert (VI.deadline(period), EN.deadline(period)) == (deadline_vi or vi, deadline_en or en)


def test_plurals():
    assert EN("days_left", days=1) == "1 day left"
    assert EN("days_left", days=1500) == "1,500 days left"
    assert VI("days_left", days=1500) == "còn 1.500 ngày"


def test_lists():
    assert EN.choice(["a"]) == "a"
    assert EN.choice(["a", "b", "c"]) == "a, b or c"
    assert VI.choice(["a", "b"]) == "a hoặc b"

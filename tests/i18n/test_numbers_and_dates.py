"""Numbers and dates as each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.i18n import Words
from cdstrack.i18n.notation import apart
from tests.cases import every_case

VI, EN = Words("vi"), Words("en")


@every_case(
    "value, vi, en",
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


@every_case(
    "value, places, limits, shown",
    [
        ("5.004", 2, ["5"], "5.004"),
        ("5.004", 2, [], "5.004"),
        ("99.96", 1, ["100"], "99.96"),
        ("9999.5", 0, ["10000"], "9999.5"),
        ("9999.5", 0, [], "10000"),
        ("0.004", 2, [], "0.004"),
        ("-0.004", 2, [], "-0.004"),
        ("0.9512", 2, ["0.95"], "0.951"),
        ("0.9561", 2, ["0.95"], "0.96"),
        ("7.2502", 2, ["7.2504"], "7.2502"),
        ("7.2504", 2, ["7.2502"], "7.2504"),
        ("12.3456", 2, ["5"], "12.35"),
        ("0.99999999999999999999", 1, ["1"], "0.99999999999999999999"),
        ("80", 2, ["80"], "80"),
    ],
)
def test_a_figure_keeps_the_decimals_that_tell_it_from_its_limits(value, places, limits, shown):
    limits = [Decimal(limit) for limit in limits]
    assert apart(Decimal(value), places, limits) == Decimal(shown)


FIGURES = st.decimals(-1000, 1000, places=6)


@given(FIGURES, FIGURES, st.integers(0, 3))
@example(Decimal("5.199999"), Decimal("5.200001"), 2)
@example(Decimal("109.092"), Decimal("109.091613"), 2)
def test_two_figures_side_by_side_stand_as_they_do(left, right, places):
    shown = [apart(left, places, [right]), apart(right, places, [left])]
    assert shown[0].compare(shown[1]) == left.compare(right) or left == right
    assert shown[0].compare(right) == left.compare(right)


@given(st.decimals(0, 2, places=9), st.integers(0, 3))
def test_what_falls_short_is_never_shown_as_reached(share, places):
    if share < 1:
        assert EN.percent(share, places=places) != "100%"


@every_case(
    "said, vi, en, deadline_vi, deadline_en",
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

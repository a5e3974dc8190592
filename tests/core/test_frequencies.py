"""How often a report is due: weeks, several months or years, and the edges of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import (
    cycle_of,
    last_closed,
    parse_frequency,
    parse_period,
    period_at,
    period_index,
    starts_with,
)
from cdstrack.core.model.problems import Fault
from cdstrack.core.verdict.dues import dues
from tests.cases import every_case
from tests.core.build import assess, day, report, target


def held(every: str, on: str) -> str:
    """The period that holds a day."""
    return str(period_at(every, period_index(every, day(on))))


@every_case(
    "on, week",
    [
        ("2020-12-31", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2024-12-29", "2024-W52"),
        ("2024-12-30", "2025-W01"),
        ("2024-02-29", "2024-W09"),
        ("0001-01-01", "0001-W01"),
    ],
)
def test_weeks_run_from_monday_and_belong_to_the_year_of_their_thursday(on: str, week: str):
    assert held("week", on) == week
    period = parse_period(week)
    assert (period.precision, period.first.isoweekday(), period.last.isoweekday()) == ("week", 1, 7)
    assert period.first <= day(on) <= period.last


@pytest.mark.parametrize("text", ["2021-W53", "2024-W00", "2024-W54", "2024-W99", "9998-W53"])
def test_a_week_that_is_not_there_is_refused(text: str):
    with pytest.raises(Fault):
        parse_period(text)


@every_case(
    "every, on, period",
    [
        ("2 years from 2021", "2022-12-31", "2021/2022"),
        ("2 years from 2021", "2023-01-01", "2023/2024"),
        ("2 years from 2021", "2020-12-31", "2019/2020"),
        ("2 years from 2019", "2022-12-31", "2021/2022"),
        ("5 years from 2021", "2025-12-31", "2021/2025"),
        ("10 years from 2020", "2024-02-29", "2020/2029"),
        ("2 months", "2024-02-29", "2024-01/2024-02"),
        ("4 months", "2024-12-31", "2024-09/2024-12"),
        ("2 weeks from 2024-W52", "2024-12-31", "2024-W52/2025-W01"),
        ("2 weeks from 2020-W53", "2021-01-10", "2020-W53/2021-W01"),
        ("2 weeks from 2024-W52", "2024-12-22", "2024-W50/2024-W51"),
    ],
)
def test_a_cycle_is_counted_from_where_it_starts(every: str, on: str, period: str):
    assert held(every, on) == period


CYCLES = st.sampled_from(
    ["week", "2 weeks", "3 weeks from 2024-W07", "2 months", "4 months", "2 years",
     "2 years from 2021", "7 years from 1999", "month", "quarter", "half", "year"]
)  # fmt: skip


@given(CYCLES, st.dates(date(2, 1, 1), date(9900, 1, 1)))
def test_every_day_lies_in_one_period_and_they_follow_without_a_gap(every: str, on: date):
    index = period_index(every, on)
    period = period_at(every, index)
    assert period.first <= on <= period.last
    assert period_at(every, index + 1).first == period.last + timedelta(days=1)
    assert parse_period(period.said).first == period.first
    assert parse_period(period.said).last == period.last
    is_over = on == period.last
    assert last_closed(every, on) == index - (0 if is_over else 1)


@every_case("every", ["week", "3 weeks", "2 years", "99 years from 2000"])
@every_case("on", ["0001-01-01", "9998-12-31"])
def test_cycles_are_held_inside_the_calendar(every: str, on: str):
    period = period_at(every, period_index(every, day(on)))
    assert date(1, 1, 1) <= period.first <= period.last <= date(9998, 12, 31)


@every_case(
    "text, every",
    [
        ("week", "week"), ("1 week", "week"), ("2 week", "2 weeks"), ("12 months", "year"),
        ("2 quarters", "half"), ("2 halves", "year"), ("3 months", "quarter"),
        ("8 quarters", "2 years"),
        ("24 months", "2 years"), ("2 years from 2021", "2 years from 2021"),
    ],
)  # fmt: skip
def test_what_says_the_same_is_one_frequency(text: str, every: str):
    assert parse_frequency(text) == every


@every_case(
    "text, code",
    [
        ("daily", "frequency_unreadable"), ("0 years", "frequency_unreadable"),
        ("5 months", "frequency_uneven"), ("18 months", "frequency_uneven"),
        ("year from 2021", "frequency_from"), ("4 months from 2021", "frequency_from"),
        ("2 years from 2021-06", "frequency_start"), ("2 weeks from 2021", "frequency_start"),
        ("2 years from now", "date_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_frequency_is_refused(text: str, code: str):
    with pytest.raises(Fault) as caught:
        parse_frequency(text)
    assert caught.value.code == code


def test_a_cycle_goes_on_from_a_day():
    assert starts_with("2 years", day("2021-06-30")) == "2 years from 2021"
    assert starts_with("2 weeks", day("2024-12-30")) == "2 weeks from 2025-W01"
    assert cycle_of("2 years from 2021").is_yearly


# What is due


def owed(every: str, on: str, *dates: str, **said: object) -> list[tuple[str, str, int]]:
    """The first and the last period that is owed, and how many, after reports for some dates."""
    of = target(report_every=every, start="2021", deadline="2030", **said)
    reports = [report(when, "5") for when in dates]
    verdict = assess(of, reports, on=on)
    return [(str(due.first), str(due.newest), due.periods) for due in dues(verdict, None, reports)]


def test_a_biennial_index_is_due_once_its_two_years_are_over():
    assert owed("2 years from 2021", "2022-12-30") == []
    assert owed("2 years from 2021", "2023-01-15") == [("2021/2022", "2021/2022", 1)]
    assert owed("2 years from 2021", "2023-01-15", "2022") == []
    assert owed("2 years from 2021", "2025-01-15", "2022") == [("2023/2024", "2023/2024", 1)]


def test_a_weekly_figure_is_due_on_the_day_after_the_week():
    assert owed("week", "2021-01-17", "2021-W01") == [("2021-W02", "2021-W02", 1)]
    assert owed("week", "2021-01-16", "2021-W01") == []
    increments = owed("week", "2021-02-01", "2021-W01", "2021-W03", accumulate="sum")
    assert increments == [("2020-W53", "2021-W04", 3)]


@pytest.mark.parametrize(
    ("every", "days"), [("week", 10), ("2 weeks", 21), ("2 years", 1095), ("4 months", 181)]
)
def test_a_report_is_too_old_after_one_and_a_half_times_as_long(every: str, days: int):
    limit = assess(target(report_every=every), on="2024-06-01").stale_limit
    assert int(limit) == days

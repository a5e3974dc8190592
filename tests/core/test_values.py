"""Figures: how they are read, what a qualified one allows, how they combine, what they measure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.decimals import Interval, parse_decimal, parse_int, plain, quotient
from cdstrack.core.model.periods import (
    Frequency,
    add_days,
    last_closed,
    parse_day,
    parse_period,
    period_at,
    period_index,
)
from cdstrack.core.model.problems import Fault
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.measures import Bar, Forecast, Rate, rate_unit, theil_sen
from cdstrack.core.values.points import points_of
from tests.cases import every_case
from tests.core.build import assess, day, goal, plan_through, report, share, stated, target
from tests.draws import examples

FIVE_PERCENT = Decimal("0.05")


def fault(read, text: str) -> tuple[str, object]:
    with pytest.raises(Fault) as caught:
        read(text)
    return caught.value.code, caught.value.facts.get("write")


# Numbers


@every_case("text", ["0", "-5", "10000", "99.96", "-0.5", "0.000001", "1" * 30])
def test_a_number_is_digits_a_point_and_a_minus(text: str):
    assert parse_decimal(text) == Decimal(text)


@pytest.mark.promise(
    "leading-zeros", "number-bases", "digit-separators", "sexagesimals", "infinity", "long-numbers"
)
@every_case(
    "text, code, write",
    [
        ("010", "number_leading_zero", "10"),
        ("08", "number_leading_zero", "8"),
        ("0x1F", "number_base", None),
        ("0o10", "number_base", None),
        ("0b1", "number_base", None),
        ("1_000", "number_grouped", "1000"),
        ("1,000", "number_grouped", "1000"),
        ("10.000.000", "number_grouped", "10000000"),
        ("1 000", "number_grouped", "1000"),
        ("6,64", "number_comma", "6.64"),
        ("1:30", "number_time", None),
        (".nan", "number_not_finite", None),
        ("nan", "number_not_finite", None),
        ("-.inf", "number_not_finite", None),
        ("Infinity", "number_not_finite", None),
        ("1e400", "number_exponent", None),
        ("1e3", "number_exponent", None),
        ("9" * 5000, "number_too_long", None),
        ("1" * 31, "number_too_long", None),
        ("true", "number_not", None),
        ("yes", "number_not", None),
        ("ten", "number_not", None),
        ("+5", "number_not", None),
        (".5", "number_not", None),
        ("5.", "number_not", None),
        ("٣", "number_not", None),
        ("1٣", "number_not", None),
        ("", "number_empty", None),
        (" ", "number_empty", None),
    ],
)
def test_every_other_habit_is_named_with_what_to_write(text: str, code: str, write: str | None):
    assert fault(parse_decimal, text) == (code, write)


def test_a_whole_number_has_no_fraction_and_no_minus():
    assert (parse_int("0"), parse_int("63"), parse_int("5.0")) == (0, 63, 5)
    assert fault(parse_int, "5.5") == ("number_not_whole", None)
    assert fault(parse_int, "-1") == ("number_negative", None)


@every_case(
    "value, text",
    [
        ("1000.50", "1000.5"),
        ("1E+3", "1000"),
        ("-0.0", "0"),
        ("100", "100"),
        ("0.10", "0.1"),
        ("-7.00", "-7"),
    ],
)
def test_a_number_is_written_in_one_way(value: str, text: str):
    assert plain(Decimal(value)) == text


def test_quotients_are_rounded_half_even_to_six_places():
    assert str(quotient(Decimal("0.0000005"))) == "0.000000"
    assert str(quotient(Decimal("0.0000015"))) == "0.000002"
    assert str(quotient(Decimal(2) / 3)) == "0.666667"


# Dates


@pytest.mark.promise("leap-days")
@every_case(
    "text, precision, first, last",
    [
        ("2024", "year", "2024-01-01", "2024-12-31"),
        ("2024-H1", "half", "2024-01-01", "2024-06-30"),
        ("2024-H2", "half", "2024-07-01", "2024-12-31"),
        ("2025-Q2", "quarter", "2025-04-01", "2025-06-30"),
        ("2025-06", "month", "2025-06-01", "2025-06-30"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2028-02-29", "day", "2028-02-29", "2028-02-29"),
        ("2024-01/2024-09", "span", "2024-01-01", "2024-09-30"),
        ("2021/2025", "span", "2021-01-01", "2025-12-31"),
    ],
)
def test_a_date_keeps_its_precision_and_ends_on_its_last_day(
    text: str, precision: str, first: str, last: str
):
    period = parse_period(text)
    assert (period.precision, period.first, period.last) == (precision, day(first), day(last))
    assert str(period) == text


@pytest.mark.promise("impossible-days", "date-notations", "times", "calendar-years")
@every_case(
    "text, code, write",
    [
        ("2026-02-30", "date_no_such_day", None),
        ("2023-02-29", "date_no_such_day", None),
        ("2026-13", "date_no_such_day", None),
        ("2026-1-1", "date_form", "2026-01-01"),
        ("2026/6", "date_form", "2026-06"),
        ("31/12/2026", "date_form", "2026-12-31"),
        ("3.6.2020", "date_form", "2020-06-03"),
        ("20261231", "date_unreadable", None),
        ("0", "date_unreadable", None),
        ("1704067200", "date_unreadable", None),
        ("10000-01-01", "date_unreadable", None),
        ("2026-Q5", "date_unreadable", None),
        ("", "date_unreadable", None),
        ("2026-01-01T00:00:00Z", "date_with_time", "2026-01-01"),
        ("2026-01-01 10:00", "date_with_time", "2026-01-01"),
        ("0000-01-01", "date_year", None),
        ("9999", "date_year", None),
        ("2024-09/2024-01", "date_span_backwards", None),
    ],
)
def test_a_date_that_cannot_be_read_is_named(text: str, code: str, write: str | None):
    assert fault(parse_period, text) == (code, write)


def test_where_a_day_is_due_a_period_is_refused():
    assert parse_day("2024-06-30") == date(2024, 6, 30)
    assert fault(parse_day, "2024-06") == ("date_not_a_day", None)


@pytest.mark.promise("calendar-years")
def test_days_stay_inside_the_calendar():
    assert add_days(day("2024-12-31"), 1) == day("2025-01-01")
    assert (add_days(day("2024-01-01"), 10**9), add_days(day("2024-01-01"), -(10**9))) == (
        date.max,
        date.min,
    )


@pytest.mark.parametrize(
    ("every", "period", "eve", "last_day"),
    [
        ("month", "2024-02", "2024-02-28", "2024-02-29"),
        ("quarter", "2024-Q2", "2024-06-29", "2024-06-30"),
        ("half", "2024-H1", "2024-06-29", "2024-06-30"),
        ("year", "2024", "2024-12-30", "2024-12-31"),
    ],
)
def test_a_period_is_closed_on_its_last_day_and_not_before(
    every: Frequency, period: str, eve: str, last_day: str
):
    number = period_index(every, day(eve))
    assert period_at(every, number) == parse_period(period)
    assert [last_closed(every, day(on)) for on in (eve, last_day)] == [number - 1, number]


# Comparators and qualifiers


@every_case(
    "said, below, at, above",
    [
        ({"at_least": "30"}, "no", "yes", "yes"),
        ({"more_than": "30"}, "no", "no", "yes"),
        ({"at_most": "30"}, "yes", "yes", "no"),
        ({"less_than": "30"}, "yes", "no", "no"),
        ({"exactly": "30"}, "no", "yes", "no"),
        ({"between": ["30", "30.0010"]}, "no", "yes", "yes"),
        ({"between": ["29.9990", "30"]}, "yes", "yes", "no"),
    ],
)
def test_comparators_differ_at_the_figure_itself(said: dict, below: str, at: str, above: str):
    figures = [Decimal("29.999"), Decimal(30), Decimal("30.001")]
    results = [Bar(goal(**said), FIVE_PERCENT).answer(figure, None) for figure in figures]
    assert results == [below, at, above]


@every_case(
    "said, qualifier, figure, met",
    [
        ({"at_least": "10000"}, "nearly", "10000", "no"),
        ({"at_least": "10000"}, "nearly", "10001", "undecided"),
        ({"at_least": "10000"}, "over", "10000", "yes"),
        ({"at_least": "10000"}, "over", "9999", "undecided"),
        ({"more_than": "10000"}, "over", "10000", "yes"),
        ({"at_least": "10000"}, "about", "12000", "yes"),
        ({"at_least": "10000"}, "about", "10527", "yes"),
        ({"at_least": "10000"}, "about", "10526", "undecided"),
        ({"at_least": "10000"}, "about", "9523", "no"),
        ({"at_most": "5"}, "nearly", "5", "yes"),
        ({"less_than": "5"}, "nearly", "5", "yes"),
        ({"at_most": "5"}, "over", "5", "no"),
        ({"at_most": "5"}, "over", "4", "undecided"),
        ({"exactly": "5"}, "about", "5", "undecided"),
        ({"exactly": "0"}, "about", "0", "yes"),
        ({"exactly": "5"}, "nearly", "5", "no"),
        ({"between": ["90", "110"]}, "about", "100", "yes"),
        ({"between": ["96", "110"]}, "about", "100", "undecided"),
        ({"at_least": "-100"}, "about", "-95", "yes"),
        ({"at_least": "-100"}, "about", "-96", "undecided"),
    ],
)
def test_a_qualified_figure_meets_only_if_every_allowed_value_does(
    said: dict, qualifier: str, figure: str, met: str
):
    assert Bar(goal(**said), FIVE_PERCENT).answer(Decimal(figure), qualifier) == met  # type: ignore[arg-type]


def test_pace_uses_the_figure_itself():
    verdict = assess(A_HUNDRED_DAYS, [report("2024-02-10", "40", "nearly")], on="2024-02-10")
    assert (verdict.pace, verdict.state) == (1, "on_track")


@every_case("low", [None, "5"])
@every_case("high", [None, "5", "6"])
@every_case("is_open", [False, True])
@every_case("number", ["4", "5", "5.5", "6", "7"])
def test_a_number_lies_in_an_interval_if_the_interval_of_it_alone_does(
    low: str | None, high: str | None, is_open: bool, number: str
):
    ends = [Decimal(end) if end is not None else None for end in (low, high)]
    interval, value = Interval(*ends, low_open=is_open, high_open=is_open), Decimal(number)
    assert interval.contains(value) == Interval(value, value).inside(interval)


def test_an_open_end_touches_nothing():
    below, above = Interval(high=Decimal(5), high_open=True), Interval(low=Decimal(5))
    assert not below.meets(above)
    assert Interval(high=Decimal(5)).meets(above)
    assert Interval().meets(below)
    assert not Interval().inside(below)


# Exact decimals


@pytest.mark.parametrize(
    ("value", "state"), [("99.96", "on_track"), ("99." + "9" * 27, "on_track")]
)
def test_nearly_a_hundred_is_not_a_hundred(value: str, state: str):
    verdict = assess(A_HUNDRED_DAYS, [report("2024-04-10", value)], on="2024-04-10")
    assert verdict.state == state
    assert verdict.first_met is None


def test_tenths_add_up_exactly():
    said = target(target={"at_least": "0.3"}, accumulate="sum", deadline="2024")
    verdict = assess(said, [report("2024-01", "0.1"), report("2024-02", "0.2")], on="2024-03-01")
    assert verdict.state == "achieved"


def test_long_figures_add_up_exactly():
    long, short = "1" + "0" * 19, "0.0000000001"
    said = [report("2024-01", long), report("2024-02", short)]
    assert values("sum", *said)[-1] == ("2024-02", f"{long}.0000000001")


def test_a_share_of_thirds_is_judged_unrounded():
    said = target(target={"at_least": "66.666667"}, accumulate="ratio", deadline="2024")
    verdict = assess(said, [report("2024-01", share(2, 3))], on="2024-02-01")
    assert verdict.first_met is None


# How reports combine


def values(accumulate: str, *reports, **said: object) -> list[tuple[str, str]]:
    verdict = assess(
        target(accumulate=accumulate, deadline="2030", **said), reports, on="2029-12-31"
    )
    return [(str(point.date), plain(point.value)) for point in verdict.points]


QUARTERS = [report("2024-Q1", "10"), report("2024-Q2", "30"), report("2024-Q3", "20")]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("latest", ["10", "30", "20"]),
        ("sum", ["10", "40", "60"]),
        ("max", ["10", "30", "30"]),
        ("mean", ["10", "20", "20"]),
    ],
)
def test_ways_to_combine_reports_over_time(way: str, expected: list[str]):
    assert [value for _, value in values(way, *QUARTERS)] == expected


def test_a_sum_starts_at_the_baseline():
    assert values("sum", QUARTERS[0], baseline={"value": "5"}) == [("2024-Q1", "15")]


def test_a_ratio_is_the_latest_n_of_n_in_percent():
    reports = [report("2024-Q1", share(1, 4)), report("2024-Q2", share(17, 34))]
    assert values("ratio", *reports) == [("2024-Q1", "25"), ("2024-Q2", "50")]


def test_of_reports_for_one_date_the_later_recorded_is_in_force():
    first = report("2024-12", "10", at=2)
    same_day = report("2024-Q4", "20", at=1)
    later = report("2024-12-31", "30", at=3)
    assert values("latest", later, first, same_day) == [("2024-12-31", "30")]


def test_of_two_at_one_moment_the_greater_id_is_in_force():
    twins = [report("2024", "1", id="a"), report("2024", "2", id="b")]
    assert values("latest", *twins) == values("latest", *reversed(twins)) == [("2024", "2")]


def test_a_later_record_of_an_earlier_date_does_not_become_the_latest_value():
    reports = [report("2024-Q2", "30"), report("2024-Q1", "10", recorded="2025-01-01")]
    assert values("latest", *reports)[-1] == ("2024-Q2", "30")


def test_increments_of_one_date_add_up():
    same = [report("2024-12", "10", at=1), report("2024-Q4", "20", at=2)]
    assert values("sum", *same) == [("2024-Q4", "30")]


def test_a_maximum_keeps_the_qualifier_of_its_figure():
    reports = [report("2024-Q1", "101", "about"), report("2024-Q2", "50")]
    verdict = assess(target(accumulate="max", deadline="2030"), reports, on="2024-07-01")
    assert verdict.points[-1].qualifier == "about"
    assert "undecided" in verdict.flags


@every_case("way", ["sum", "mean"])
@every_case(
    "one, other, both",
    [
        (None, "over", "over"),
        ("nearly", None, "nearly"),
        ("over", "over", "over"),
        ("nearly", "over", "about"),
    ],
)
def test_the_qualifier_of_a_sum(way: str, one: str | None, other: str | None, both: str):
    reports = [report("2024-Q1", "10", one), report("2024-Q2", "30", other)]
    verdict = assess(target(accumulate=way, deadline="2030"), reports, on="2024-07-01")
    assert verdict.points[-1].qualifier == both


def test_reports_of_later_days_are_not_known_yet():
    reports = [report("2024-06-30", "10"), report("2024", "50")]
    verdict = assess(target(deadline="2030"), reports, on="2024-12-30")
    assert [plain(point.value) for point in verdict.points] == ["10"]


# Measures

A_HUNDRED_DAYS = target(baseline={"value": "0", "date": "2024-01-01"}, deadline="2024-04-10")
"""0 to 100 in 100 days: one a day."""


@every_case(
    "baseline, wanted, value, progress",
    [
        ("0", {"at_least": "100"}, "25", "0.25"),
        ("0", {"at_least": "100"}, "226", "2.26"),
        ("100", {"at_most": "0"}, "75", "0.25"),
        ("100", {"at_most": "10"}, "109", "-0.1"),
        ("-10", {"at_least": "10"}, "0", "0.5"),
        ("70", {"between": ["45", "60"]}, "66", "0.4"),
        ("30", {"between": ["45", "60"]}, "36", "0.4"),
        ("10", {"exactly": "20"}, "15", "0.5"),
    ],
)
def test_progress_is_the_share_of_the_way_in_either_direction(
    baseline: str, wanted: dict, value: str, progress: str
):
    said = target(target=wanted, baseline={"value": baseline})
    verdict = assess(said, [report("2024", value)], on="2025-01-01")
    assert verdict.progress == Decimal(progress)


def test_where_there_is_no_way_to_go_there_is_no_progress():
    keep = target(baseline={"value": "100"}, deadline="2030")
    strict = target(target={"more_than": "100"}, baseline={"value": "100"}, deadline="2030")
    for said in (keep, strict, target(deadline="2030")):
        verdict = assess(said, [report("2024", "50")], on="2025-01-01")
        assert (verdict.progress, verdict.pace, verdict.planned) == (None, None, None)


def test_elapsed_and_planned_are_as_of_today_and_pace_as_of_the_report():
    verdict = assess(A_HUNDRED_DAYS, [report("2024-02-10", "30")], on="2024-03-01")
    assert (verdict.elapsed, verdict.planned, verdict.pace) == (Decimal("0.6"), 60, Decimal("0.75"))
    assert verdict.method == "straight_line"


def test_elapsed_stays_between_nothing_and_all():
    assert assess(A_HUNDRED_DAYS, on="2024-01-01").elapsed == 0
    assert assess(A_HUNDRED_DAYS, on="2026-06-01").elapsed == 1


def test_time_counts_from_the_baseline_else_the_start_else_the_day_it_was_stated():
    said = {"deadline": "2024-12-31", "stated": stated("2024-12-21")}
    keep = {"baseline": {"value": "100", "date": "2023-12-31"}}
    on = "2024-12-26"
    assert assess(target(**said), on=on).elapsed == Decimal("0.5")
    assert assess(target(**said, start="2024-12-06"), on=on).elapsed == Decimal("0.8")
    assert assess(target(**said, **keep), on=on).elapsed == Decimal(361) / 366


def test_a_period_as_baseline_counts_from_its_last_day():
    said = target(baseline={"value": "0", "date": "2023"}, deadline="2024")
    verdict = assess(said, [report("2024-06", "50")], on="2024-07-01")
    assert verdict.plan is not None
    assert (verdict.plan.start, verdict.plan.end) == (day("2023-12-31"), day("2024-12-31"))
    assert verdict.pace == Decimal(50 * 366) / (100 * 182)


INTERIM = target(
    baseline={"value": "0", "date": "2024-01-01"},
    deadline="2024-04-10",
    plan=[{"date": "2024-01-21", "value": "50"}, {"date": "2024-03-01", "value": "50"}],
)
"""50 on day 20, nothing more until day 60, the rest by day 100."""


INTERIM_PLAN = plan_through(
    (day("2024-01-01"), 0),
    (day("2024-01-21"), 50),
    (day("2024-03-01"), 50),
    (day("2024-04-10"), 100),
)


@pytest.mark.parametrize(
    ("at", "planned"),
    [("2024-01-01", 0), ("2024-01-11", 25), ("2024-02-10", 50), ("2024-03-21", 75), ("2025", 100)],
)
def test_the_plan_runs_through_its_interim_points(at: str, planned: int):
    verdict = assess(INTERIM, on=str(parse_period(at).last))
    assert (verdict.planned, verdict.method) == (planned, "plan")


@every_case(
    "value, earned",
    [("25", 10), ("49", "19.6"), ("50", 60), ("75", 80), ("100", 100), ("130", 100), ("-10", -10)],
)
def test_pace_on_a_bent_plan_is_the_day_the_plan_last_stood_there(value: str, earned: object):
    assert INTERIM_PLAN.earned_days(Decimal(value)) == Decimal(str(earned))
    assert INTERIM_PLAN.pace(Decimal(value), day("2024-02-10")) == Decimal(str(earned)) / 40


def test_on_a_plateau_the_plan_is_kept_by_standing_still():
    verdict = assess(INTERIM, [report("2024-02-20", "50")], on="2024-02-20")
    assert (verdict.state, verdict.pace, verdict.buffer_days) == ("on_track", Decimal("1.2"), 10)


def test_a_falling_plan_is_read_from_above():
    falling = plan_through(*((at, 100 - value) for at, value in INTERIM_PLAN.anchors))
    assert [falling.earned_days(Decimal(value)) for value in (75, 50, 25)] == [10, 60, 80]


def test_a_plan_that_dips_is_met_up_to_its_last_crossing():
    course = ((0, 0), (10, 40), (20, 20), (30, 60))
    dip = plan_through(*((add_days(day("2024-01-01"), at), value) for at, value in course))
    assert dip.earned_days(Decimal(30)) == Decimal("22.5")
    assert dip.earned_days(Decimal(15)) == Decimal("3.75")


def test_interim_points_outside_the_way_are_no_part_of_the_plan():
    outside = [{"date": each, "value": "70"} for each in ("2023-12", "2024-01-01", "2024-04-10")]
    said = target(
        baseline={"value": "0", "date": "2024-01-01"}, deadline="2024-04-10", plan=outside
    )
    assert assess(said, on="2024-02-10").planned == 40


def test_before_the_baseline_there_is_no_pace():
    assert INTERIM_PLAN.pace(Decimal(5), day("2024-01-01")) is None


@pytest.mark.parametrize(
    ("value", "buffer"), [("50", 10), ("41.9", 1), ("40", 0), ("39.9", -1), ("30", -10)]
)
def test_buffer_days_are_whole_days_rounded_down(value: str, buffer: int):
    verdict = assess(A_HUNDRED_DAYS, [report("2024-02-10", value)], on="2024-03-01")
    assert verdict.buffer_days == buffer


def test_falling_targets_have_their_buffer_on_the_other_side():
    said = target(
        target={"at_most": "0"},
        baseline={"value": "100", "date": "2024-01-01"},
        deadline="2024-04-10",
    )
    assert assess(said, [report("2024-02-10", "50")], on="2024-02-10").buffer_days == 10
    assert assess(said, [report("2024-02-10", "70")], on="2024-02-10").buffer_days == -10


def test_rates_are_told_in_the_interval_of_reporting():
    said = target(
        baseline={"value": "0", "date": "2024-01-01"}, deadline="2024-04-10", report_every="quarter"
    )
    verdict = assess(said, [report("2024-02-10", "20")], on="2024-03-01")
    assert verdict.average_rate == Rate(Decimal("45.65625"), "quarter")  # 0.5 a day
    assert verdict.required_rate == Rate(Decimal("182.625"), "quarter")  # 2 a day


@every_case(
    "every, end, per",
    [
        ("half", "2030-01-01", "quarter"),
        ("year", "2024-02-01", "year"),
        (None, "2024-07-19", "month"),
        (None, "2024-07-20", "quarter"),
        (None, "2027-01-03", "quarter"),
        (None, "2027-01-04", "year"),
    ],
)
def test_else_by_the_length_of_the_target(every: str | None, end: str, per: str):
    assert rate_unit(every, day("2024-01-01"), day(end)) == per


def test_nothing_is_required_of_what_is_met_or_past():
    met = assess(A_HUNDRED_DAYS, [report("2024-02-10", "100")], on="2024-03-01")
    past = assess(A_HUNDRED_DAYS, [report("2024-02-10", "50")], on="2024-04-10")
    assert (met.required_rate, past.required_rate) == (None, None)


def test_of_a_limit_the_share_used_is_measured_against_the_time_gone():
    said = target(kind="limit", target={"at_most": "80"}, deadline="2024-04-10", start="2024-01-01")
    verdict = assess(said, [report("2024-02-10", "20")], on="2024-02-20")
    assert (verdict.method, verdict.progress) == ("share_used", Decimal("0.25"))
    assert (verdict.elapsed, verdict.planned) == (Decimal("0.5"), 40)
    assert verdict.pace == Decimal("0.4") / Decimal("0.25")


def test_without_a_report_nothing_is_measured_but_the_plan():
    verdict = assess(A_HUNDRED_DAYS, on="2024-02-20")
    assert (verdict.planned, verdict.elapsed) == (50, Decimal("0.5"))
    measures = (verdict.progress, verdict.pace, verdict.buffer_days, verdict.average_rate)
    assert (*measures, verdict.required_rate, verdict.first_met) == (None,) * 6


def test_a_report_for_the_first_day_has_no_pace_yet():
    verdict = assess(A_HUNDRED_DAYS, [report("2024-01-01", "0")], on="2024-01-01")
    assert (verdict.pace, verdict.buffer_days, verdict.state) == (None, None, "in_progress")


# Forecast


def forecast(*figures: tuple[str, str], on: str, **said: object) -> Forecast:
    base = {"baseline": {"value": "0", "date": "2024-01-01"}, "deadline": "2024-04-10"}
    return assess(target(**base | said), [report(*each) for each in figures], on=on).forecast()


def test_below_five_reports_the_average_since_the_baseline_goes_on():
    found = forecast(("2024-01-11", "1"), ("2024-02-10", "20"), on="2024-02-10")
    assert found == Forecast(day("2024-07-19"), "average_rate")  # 80 more at 0.5 a day


def test_from_five_reports_on_the_median_of_slopes_is_anchored_at_the_last_value():
    days = ["2024-01-11", "2024-01-21", "2024-01-31", "2024-02-10", "2024-02-20"]
    figures = zip(days, ["10", "20", "90", "40", "50"], strict=True)
    assert forecast(*figures, on="2024-02-20") == Forecast(day("2024-04-10"), "theil_sen")


@every_case(
    "figures, on, note",
    [
        ([], "2024-02-10", "no_trend"),
        ([("2024-01-01", "0")], "2024-02-10", "no_trend"),
        ([("2024-02-10", "-1")], "2024-02-10", "wrong_way"),
        ([("2024-02-10", "0")], "2024-02-10", "wrong_way"),
        ([("2024-02-10", "1")], "2024-02-10", "too_far"),
        ([("2024-02-10", "40")], "2024-05-01", "evidence_too_old"),
        ([("2024-02-10", "100")], "2024-02-10", "met"),
    ],
)
def test_why_there_is_no_date(figures: list, on: str, note: str):
    found = forecast(*figures, on=on)
    assert (found.finish, found.note) == (None, note)


def test_a_finish_is_the_first_whole_day_and_may_be_today():
    assert forecast(("2024-02-10", "30"), on="2024-02-10").finish == day("2024-05-14")  # 93.3 days
    assert forecast(("2024-02-10", "50"), on="2024-03-21").finish == day("2024-03-21")


def test_too_far_is_later_than_two_years_or_twice_the_time_left():
    # 5 in 40 days leaves 760 days: 2026-03-11; two years from 2024-03-11 reach 2026-03-11
    assert forecast(("2024-02-10", "5"), on="2024-03-10").note == "too_far"
    assert forecast(("2024-02-10", "5"), on="2024-03-11").finish == day("2026-03-11")
    far = {"deadline": "2030-01-01"}
    assert forecast(("2024-02-10", "5"), on="2024-02-11", **far).finish == day("2026-03-11")


def test_a_slope_needs_two_days():
    assert theil_sen([Decimal(1), Decimal(1)], [Decimal(1), Decimal(2)]) is None


@examples(100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2024-01-31", "2024-Q1", "2024-03-31", "2024-12"]),
            st.sampled_from(["1", "2.50", "0", share(0, 0), share(3, 4), True]),
            st.sampled_from([None, "nearly", "over"]),
            st.sampled_from([None, None, None, "x"]),
        )
    ),
    st.sampled_from(["2024-02-01", "2024-12-31"]),
    st.booleans(),
)
def test_plain_numbers_are_values_as_any_other_reports(lines, on, plain):
    reports = in_order(
        [
            report(when, "7" if plain else figure, None if plain else qualifier, part=part, at=at)
            for at, (when, figure, qualifier, part) in enumerate(lines)
        ]
    )
    one_by_one = tuple(reports)  # of which nothing is known before each was looked at
    bar = Bar(goal(at_least="2"), Decimal("0.05"))
    assert points_of(target(), reports, day(on), bar, None) == points_of(
        target(), one_by_one, day(on), bar, None
    )

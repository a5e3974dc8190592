"""How pace is measured: by compound growth, by five years, by what was planned for the day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.model.entries import Policy
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import assess, report, stated, target

PATH = {"baseline": {"value": "100", "date": "2015"}, "deadline": "2030"}


def judged(*series: tuple[str, str], on: str = "2024-12-31", **said: Any) -> Verdict:
    policy = said.pop("policy", None)
    promise = target(**{"stated": stated("2010-01-01")} | PATH | said)
    return assess(promise, [report(when, value) for when, value in series], on=on, policy=policy)


def years(first: int, *values: str) -> list[tuple[str, str]]:
    return [(str(year), value) for year, value in enumerate(values, start=first)]


# Which method


def test_a_target_says_how_its_pace_is_measured_else_the_policy_does():
    by_growth = Policy(method="cagr")
    series = [("2024", "150")]
    wanted = {"target": {"at_least": "200"}}
    assert judged(*series, **wanted).method == "straight_line"
    assert judged(*series, **wanted, policy=by_growth).method == "cagr"
    assert judged(*series, **wanted, method="five_year_trend").method == "five_year_trend"
    own = judged(*series, **wanted, method="straight_line", policy=by_growth)
    assert own.method == "straight_line"


def test_a_target_with_a_plan_is_judged_by_it_unless_it_says_otherwise():
    said = {"target": {"at_least": "200"}, "plan": [{"date": "2020", "value": "120"}]}
    assert judged(("2024", "150"), **said, policy=Policy(method="cagr")).method == "plan"
    assert judged(("2024", "150"), **said, method="cagr").method == "cagr"


@pytest.mark.parametrize(
    ("kind", "method"), [("limit", "share_used"), ("sustain", None), ("milestone", None)]
)
def test_the_policy_speaks_of_targets_to_reach_only(kind: str, method: str | None):
    said: dict[str, Any] = {"kind": kind, "deadline": "2030"}
    if kind == "limit":
        said["target"] = {"at_most": "10"}
    if kind == "sustain":
        said["periods"] = ["2030"]
    assert assess(target(**said), on="2024-12-31", policy=Policy(method="cagr")).method == method


def test_the_method_is_named_where_it_finds_nothing_to_work_on():
    assert judged(method="cagr").method == "cagr"
    assert judged(("2024", "500"), method="five_year_trend").method == "five_year_trend"


# Compound growth

DOUBLE = {"target": {"at_least": "200"}, "method": "cagr"}


@every_case(
    "value, pace, state",
    [
        ("151.6", "1.0005", "on_track"),
        ("149", "0.9579", "on_track"),
        ("148", "0.9414", "at_risk"),
        ("129", "0.6068", "at_risk"),
        ("128", "0.5880", "off_track"),
        ("100", "0", "off_track"),
        ("99", "-0.0236", "regressing"),
        ("0", "-21.1443", "regressing"),
    ],
)
def test_growth_so_far_against_the_growth_required(value: str, pace: str, state: str):
    verdict = judged(("2024", value), **DOUBLE)
    assert verdict.pace == pytest.approx(Decimal(pace), abs=Decimal("0.0001"))
    assert (verdict.state, verdict.decision.rule, verdict.method) == (state, "11", "cagr")


def test_it_asks_less_at_first_than_a_straight_line_of_what_rises_and_more_of_what_falls():
    rising = {"target": {"at_least": "200"}}
    falling = {"target": {"at_most": "50"}}
    day = "2022-12-31"
    assert judged(("2022", "141"), on=day, **rising).state == "at_risk"
    assert judged(("2022", "141"), on=day, **rising, method="cagr").state == "on_track"
    assert judged(("2022", "77"), on=day, **falling).state == "on_track"
    assert judged(("2022", "77"), on=day, **falling, method="cagr").state == "at_risk"


def test_the_cuts_of_the_policy_are_its_cuts():
    strict = Policy(on_track=Decimal("1.1"))
    assert judged(("2024", "151.6"), **DOUBLE, policy=strict).state == "at_risk"


@every_case(
    "said, value, why",
    [
        ({"baseline": {"value": "0", "date": "2015"}}, "50", "cagr_signs"),
        ({"baseline": {"value": "-10", "date": "2015"}}, "50", "cagr_signs"),
        ({}, "-5", "cagr_signs"),
        ({"target": {"at_most": "0"}}, "50", "cagr_signs"),
        ({"baseline": {"value": "100", "date": "2024-01"}}, "150", "cagr_years"),
        ({"baseline": None}, "150", "no_baseline"),
        ({"target": {"exactly": "120"}}, "150", "no_pace"),
    ],
)
def test_beyond_its_limits_there_is_no_pace(said: dict[str, Any], value: str, why: str):
    verdict = judged(("2024", value), **DOUBLE | said)
    assert (verdict.state, verdict.decision.rule, verdict.decision.why) == (
        "in_progress",
        "10",
        why,
    )
    assert (verdict.pace, verdict.method) == (None, "cagr")


def test_figures_below_zero_grow_as_those_above_it():
    said = {"baseline": {"value": "-100", "date": "2015"}, "target": {"at_least": "-50"}}
    above = {"baseline": {"value": "100", "date": "2015"}, "target": {"at_most": "50"}}
    below = judged(("2024", "-70"), **said, method="cagr")
    assert below.pace == judged(("2024", "70"), **above, method="cagr").pace


def test_figures_of_thirty_digits_have_a_pace():
    tiny, huge = "0.0000000000000000000000000001", "999999999999999999999999999999"
    said = {"baseline": {"value": tiny, "date": "2023"}, "target": {"at_least": f"{tiny[:-1]}2"}}
    verdict = judged(("2024", f"{tiny[:-1]}11"), **said, deadline="9990", method="cagr")
    assert verdict.decision.why == "too_early"
    assert verdict.pace is not None
    away = judged(
        ("2024", huge), baseline={"value": "0.5", "date": "2023"}, target={"at_most": "0.4"},
        deadline="9990", method="cagr",
    )  # fmt: skip
    assert away.state == "regressing"


def test_there_are_no_buffer_days_by_growth():
    assert judged(("2024", "150"), **DOUBLE).buffer_days is None


# The five-year trend

TREND = {"target": {"at_least": "200"}, "method": "five_year_trend"}


@every_case(
    "last, gap, state, why",
    [
        ("160", "-0.20", "on_track", "trend_reached"),  # 8 a year, 48 of 40
        ("155", "0.0667", "at_risk", "trend_risk"),  # 7 a year, 42 of 45
        ("156", "0.0182", "on_track", "trend_on"),
        ("150", "0.28", "off_track", "trend_off"),
        ("120", "1", "off_track", "trend_off"),
        ("119", "1.0148", "regressing", "trend_away"),
    ],
)
def test_what_would_be_missing_of_what_is_still_to_go(last: str, gap: str, state: str, why: str):
    verdict = judged(*years(2019, "120", "180", "1", "90", "123", last), **TREND)
    assert verdict.gap_share == pytest.approx(Decimal(gap), abs=Decimal("0.0001"))
    assert (verdict.state, verdict.decision.rule, verdict.decision.why) == (state, "11", why)
    assert (verdict.method, verdict.pace, verdict.buffer_days) == ("five_year_trend", None, None)


@pytest.mark.parametrize(
    ("rise", "state"),
    [("9.5", "at_risk"), ("9.51", "on_track"), ("8", "at_risk"), ("7.99", "off_track")],
)
def test_five_percent_is_at_risk_and_twenty_still_is(rise: str, state: str):
    # 2030 is ten years off, and 100 are still to go.
    first = Decimal(100) - 5 * Decimal(rise)
    series = years(2015, str(first), "0", "0", "0", "0", "100")
    assert judged(*series, on="2020-12-31", **TREND, baseline=None).state == state


def test_the_baseline_is_a_value_of_its_year_and_so_is_what_was_reported_before_it():
    later = years(2016, "105", "110", "115", "120", "130")
    assert judged(*later, on="2020-12-31", **TREND).gap_share == Decimal(1) - Decimal(60) / 70
    undated = {"baseline": {"value": "100"}}
    assert judged(*later, on="2020-12-31", **TREND | undated).decision.why == "trend_years"
    earlier = years(2013, "90", "95")
    verdict = judged(*earlier, *later[:3], on="2018-12-31", **TREND)
    assert verdict.decision.facts["first"] == "2013"
    assert verdict.gap_share == Decimal(1) - Decimal(5 * 12) / 85


def test_the_last_value_of_a_year_stands_for_it():
    months = [(f"{year}-{month:02}", str(100 + 8 * (year - 2014))) for year in range(2019, 2025)
              for month in (3, 12)]  # fmt: skip
    early = [("2019-06", "5"), ("2024-02", "1")]
    assert judged(*months, *early, **TREND).gap_share == judged(*months[1::2], **TREND).gap_share


def test_a_change_over_years_without_a_value_is_spread_over_them():
    series = [("2012", "50"), ("2014", "52"), ("2016", "52"), ("2018", "56"), ("2020", "62"),
              ("2022", "60")]  # fmt: skip
    said = {"target": {"at_least": "65"}, "baseline": {"value": "50", "date": "2012"}}
    verdict = judged(*series, on="2022-12-31", **TREND | said)
    assert (verdict.state, verdict.gap_share) == ("on_track", Decimal("-0.6"))  # 1 a year, 8 of 5


def test_five_values_are_no_trend_of_five_years():
    verdict = judged(*years(2020, "120", "125", "130", "135", "140"), **TREND, baseline=None)
    assert (verdict.state, verdict.decision.rule) == ("in_progress", "10")
    assert (verdict.decision.why, verdict.decision.facts["n"]) == ("trend_years", 5)
    assert verdict.gap_share is None


def test_a_trend_needs_no_tenth_of_the_time():
    said = {"baseline": {"value": "100", "date": "2020"}, "deadline": "2050"}
    series = years(2016, "80", "85", "90", "95", "100", "110")
    assert judged(*series, on="2021-12-31", **TREND | said).state == "on_track"


def test_nothing_is_missing_of_what_is_met():
    verdict = judged(*years(2020, "120", "125", "210"), **TREND)
    assert (verdict.state, verdict.gap_share) == ("achieved", 0)


def test_an_open_end_that_is_touched_but_not_passed_leaves_no_gap():
    series = years(2019, "120", "130", "140", "150", "160", "200")
    verdict = judged(*series, **TREND | {"target": {"more_than": "200"}})
    assert (verdict.state, verdict.gap_share) == ("on_track", 0)


# What was planned for the day

PEAK = {
    "target": {"at_most": "50"},
    "baseline": {"value": "100", "date": "2020"},
    "deadline": "2040",
    "plan": [{"date": "2025", "value": "110"}],
}
DIP = {
    "target": {"at_least": "150"},
    "baseline": {"value": "100", "date": "2020"},
    "deadline": "2040",
    "plan": [{"date": "2025", "value": "90"}],
}


@every_case(
    "said, when, value, state",
    [
        (PEAK, "2024", "105", "on_track"),
        (PEAK, "2024", "108", "on_track"),
        (PEAK, "2024", "108.1", "off_track"),
        (PEAK, "2025", "110", "on_track"),
        (PEAK, "2030", "90", "on_track"),
        (PEAK, "2030", "91", "off_track"),
        (DIP, "2024", "95", "on_track"),
        (DIP, "2025", "90", "on_track"),
        (DIP, "2024", "91.9", "off_track"),
        (DIP, "2030", "110", "on_track"),
        (DIP, "2030", "109", "off_track"),
    ],
)
def test_a_plan_that_first_leads_away_is_compared_on_the_day(
    said: dict[str, Any], when: str, value: str, state: str
):
    verdict = judged((when, value), on=f"{when}-12-31", **said)
    assert (verdict.state, verdict.method, verdict.decision.rule) == (state, "planned_value", "11")
    assert (verdict.pace, verdict.buffer_days) == (None, None)
    assert "trend_behind" not in verdict.flags


def test_so_is_one_that_leads_away_later_or_after_standing_still():
    flat = {"plan": [{"date": "2022", "value": "100"}, {"date": "2025", "value": "110"}]}
    again = {"plan": [{"date": "2022", "value": "90"}, {"date": "2025", "value": "95"}]}
    assert judged(("2024", "106"), **PEAK | flat).state == "on_track"
    assert judged(("2024", "93"), **PEAK | again).state == "on_track"
    assert judged(("2024", "94"), **PEAK | again).state == "off_track"


def test_a_plan_that_only_stands_still_at_times_is_measured_in_days():
    still = {"plan": [{"date": "2025", "value": "100"}]}
    assert judged(("2030", "90"), on="2030-12-31", **PEAK | still).method == "plan"


def test_the_first_tenth_of_the_time_is_too_early_for_it_too():
    verdict = judged(("2022-06", "120"), on="2022-06-30", **PEAK)
    assert (verdict.state, verdict.decision.why) == ("in_progress", "too_early")


# A target that its baseline met, and that was raised

RAISED = {
    "baseline": {"value": "80", "date": "2020"},
    "target": {"at_least": "100"},
    "deadline": "2030",
    "revisions": [
        {"on": "2024-01-01", "source": "decision", "field": "target",
         "old": {"at_least": "70"}, "new": {"at_least": "100"}},
    ],
}  # fmt: skip


def test_the_plan_of_a_target_that_its_baseline_met_is_flat_until_it_is_raised():
    verdict = judged(("2024-06-30", "82"), on="2024-06-30", **RAISED)
    assert verdict.state == "on_track"
    assert verdict.pace == pytest.approx(Decimal("1.0584"), abs=Decimal("0.0001"))
    assert verdict.plan is not None
    assert [str(day) for day, _ in verdict.plan.bends] == ["2024-01-01"]
    assert [value for _, value in verdict.plan.anchors] == [80, 80, 100]


def test_so_is_one_that_was_to_fall():
    change = {"old": {"at_most": "90"}, "new": {"at_most": "60"}}
    said = RAISED | {
        "target": {"at_most": "60"},
        "revisions": [RAISED["revisions"][0] | change],  # type: ignore[index]
    }
    verdict = judged(("2024-06-30", "78"), on="2024-06-30", **said)
    assert verdict.pace == pytest.approx(Decimal("1.0584"), abs=Decimal("0.0001"))


def test_interim_points_of_the_new_target_do_not_bend_the_old_one():
    said = RAISED | {"plan": [{"date": "2027", "value": "95"}]}
    verdict = judged(("2024-06-30", "82"), on="2024-06-30", **said)
    assert verdict.plan is not None
    assert [value for _, value in verdict.plan.anchors] == [80, 80, 95, 100]


def test_a_target_that_was_eased_to_what_is_reached_and_raised_again_bends_from_there():
    moves = [("2022-12-31", "100", "70"), ("2024-12-31", "70", "100")]
    revisions = [
        {"on": on, "source": "decision", "field": "target", "old": {"at_least": old},
         "new": {"at_least": new}} for on, old, new in moves
    ]  # fmt: skip
    verdict = judged(("2025", "85"), on="2025-12-31", **RAISED | {"revisions": revisions})
    assert verdict.plan is not None
    values = [value.quantize(Decimal("0.1")) for _, value in verdict.plan.anchors]
    assert values == [Decimal(80), Decimal(84), Decimal(84), Decimal(100)]


def test_what_its_baseline_still_meets_has_no_plan():
    unmoved = RAISED | {"revisions": [], "target": {"at_least": "70"}}
    assert judged(("2024", "60"), **unmoved).plan is None


# On track, and yet late


@pytest.mark.parametrize(
    ("value", "flag"),
    [("160.1", False), ("160", True), ("158", True), ("165", False)],
)
def test_the_trend_is_behind_where_the_forecast_lies_after_the_deadline(value: str, flag: bool):
    verdict = judged(("2024", value), target={"at_least": "200"})
    finish, due = verdict.forecast().finish, verdict.due
    assert verdict.state == "on_track"
    assert ("trend_behind" in verdict.flags) == flag
    assert due is not None
    assert (finish is None or finish > due) == flag


def test_what_leapt_ahead_and_falls_since_is_behind_too():
    series = years(2020, "180", "175", "172", "168", "165")
    verdict = judged(*series, target={"at_least": "200"})
    assert (verdict.state, verdict.forecast().note) == ("on_track", "wrong_way")
    assert "trend_behind" in verdict.flags


@pytest.mark.parametrize("value", ["140", "120", "90", "200"])
def test_what_is_not_on_track_is_not_said_to_be_behind(value: str):
    assert "trend_behind" not in judged(("2024", value), target={"at_least": "200"}).flags


def test_a_forecast_that_comes_to_a_whole_day_is_that_day():
    # 11 in 7 days: 121 more take 77.
    said = {"baseline": {"value": "0", "date": "2024-01-01"}, "target": {"at_least": "132"}}
    verdict = judged(("2024-01-08", "11"), on="2024-01-08", **said, deadline="2024-03-25")
    assert str(verdict.forecast().finish) == "2024-03-25"
    assert "trend_behind" not in verdict.flags

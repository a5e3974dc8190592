"""What reports cover in time: no data is neither zero nor a miss, nor a pass."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.model.report import Report
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import asked, assess, bodies_of, gone, report, said, stated, target
from tests.core.slow import rounded
from tests.core.worlds import judged

FIVE_YEARS: dict[str, Any] = {
    "kind": "sustain",
    "periods": ["2026/2030"],
    "unit": "% per year",
    "target": {"at_least": "10"},
    "stated": stated("2025-12-20"),
}


def years(*figures: str, since: int = 2026) -> list[Report]:
    return [report(str(since + at), figure) for at, figure in enumerate(figures)]


def quarters(*figures: str | None, year: int = 2024) -> list[Report]:
    return [
        report(f"{year}-Q{at}", figure)
        for at, figure in enumerate(figures, 1)
        if figure is not None
    ]


def missing(verdict: Verdict) -> list[str]:
    return [str(time) for time in verdict.times_missing]


def value(verdict: Verdict) -> Decimal | None:
    found = verdict.spans[0].value if verdict.spans else verdict.points[-1].value
    return None if found is None else rounded(found)


# Means


def test_one_year_of_five_is_not_their_mean():
    growth = target(**FIVE_YEARS, accumulate="mean")
    verdict = assess(growth, [report("2030", "11")], on="2031-01-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2026/2029"])
    assert "partly_reported" in verdict.flags
    waiting = target(**FIVE_YEARS, accumulate="mean", lag_days=90)
    assert assess(waiting, [report("2030", "11")], on="2031-01-01").state == "awaiting_data"


def test_a_mean_is_weighed_by_days():
    told = [report("2024-Q1", "10"), report("2024-04/2024-12", "20")]
    once = target(kind="sustain", periods=["2024"], accumulate="mean", target={"at_least": "17.5"})
    verdict = assess(once, told, on="2025-01-01")
    assert value(verdict) == rounded((91 * 10 + 275 * 20) / Decimal(366))
    assert verdict.state == "achieved"


@pytest.mark.parametrize("first", ["parts", "whole"])
def test_a_report_of_the_whole_stands_before_its_parts(first: str):
    parts, whole = years("12", "12", "9", "9", "9"), [report("2026/2030", "9.99", at=9)]
    told = (
        parts + whole
        if first == "parts"
        else [whole[0]._replace(recorded=parts[0].recorded), *parts]
    )
    verdict = assess(target(**FIVE_YEARS, accumulate="mean"), told, on="2031-01-01")
    assert (verdict.state, value(verdict)) == ("breached", Decimal("9.99"))
    assert "parts_disagree" in verdict.flags


def test_parts_that_come_to_the_whole_at_its_precision_agree():
    told = [*years("10.02", "10.02", "9.98", "9.98", "10.00"), report("2026/2030", "10.0")]
    verdict = assess(target(**FIVE_YEARS, accumulate="mean"), told, on="2031-01-01")
    assert (verdict.state, "parts_disagree" in verdict.flags) == ("achieved", False)


def test_of_two_that_overlap_in_part_the_longer_speaks_of_the_common_days():
    told = [report("2026/2028", "12"), report("2028/2029", "6"), report("2030", "10")]
    verdict = assess(target(**FIVE_YEARS, accumulate="mean"), told, on="2031-01-01")
    days = 1096, 365, 365  # 2026–2028, 2029, 2030
    total = days[0] * 12 + days[1] * 6 + days[2] * 10
    assert value(verdict) == rounded(total / Decimal(sum(days)))


def test_a_mean_is_never_achieved_early_and_has_no_pace():
    said_of = target(
        accumulate="mean",
        start="2026",
        deadline="2030",
        target={"at_least": "10"},
        baseline={"value": "5", "date": "2025"},
    )
    verdict = assess(said_of, years("12", "12"), on="2028-01-10")
    assert (verdict.state, verdict.decision.rule, verdict.pace) == ("in_progress", "10", None)
    assert assess(said_of, years("12", "12", "9", "9", "9"), on="2031-01-01").state == "achieved"
    assert assess(said_of, years("12", "12", "9", "9"), on="2031-01-01").state == "overdue"


def test_after_its_span_nothing_makes_a_mean_better():
    said_of = target(accumulate="mean", start="2026", deadline="2027", target={"at_least": "10"})
    verdict = assess(said_of, years("9", "9", "30"), on="2029-01-01")
    assert (verdict.state, value(verdict)) == ("overdue", 9)


def test_what_the_rest_of_a_mean_has_to_come_to():
    verdict = assess(target(**FIVE_YEARS, accumulate="mean"), years("8", "9"), on="2028-02-01")
    days = 365 + 365, 366 + 365 + 365
    needed = (10 * Decimal(sum(days)) - 365 * 8 - 365 * 9) / days[1]
    assert rounded(verdict.required_average or Decimal(0)) == rounded(needed)


# Growth


def test_growth_is_chained():
    growth = target(**FIVE_YEARS, accumulate="growth")
    verdict = assess(growth, years("10", "12", "8", "10.5", "9.5"), on="2031-01-01")
    assert verdict.state == "breached"
    assert round(value(verdict) or 0, 3) == Decimal("9.992")
    assert assess(growth, years(*["10"] * 5), on="2031-01-01").state == "achieved"


def test_a_growth_with_a_silent_year_decides_nothing():
    growth = target(**FIVE_YEARS, accumulate="growth", lag_days=60)
    told = [one for one in years("30", "30", "30", "30", "30") if str(one.date) != "2028"]
    assert assess(growth, told, on="2031-03-01").state == "awaiting_data"
    verdict = assess(growth, told, on="2031-03-02")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2028"])


def test_the_rate_that_the_rest_of_a_growth_needs():
    verdict = assess(target(**FIVE_YEARS, accumulate="growth"), years("8"), on="2027-02-01")
    needed = verdict.required_average
    assert needed is not None
    assert round(Decimal("1.08") * (1 + needed / 100) ** 4, 12) == round(Decimal("1.1") ** 5, 12)


def test_growth_of_everything_lost_is_total():
    growth = target(**FIVE_YEARS | {"periods": ["2026/2027"]}, accumulate="growth")
    assert value(assess(growth, years("-100", "900"), on="2028-01-01")) == -100


# Sums


def test_a_sum_with_a_silent_quarter_is_not_missed():
    yearly = target(kind="sustain", periods=["2024"], accumulate="sum", lag_days=60)
    told = quarters("30", "30", None, "30")
    assert assess(yearly, told, on="2025-01-10").state == "awaiting_data"
    verdict = assess(yearly, told, on="2025-04-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-Q3"])
    assert assess(yearly, quarters("30", "30", "5", "30"), on="2025-01-10").state == "breached"


def test_a_sum_that_is_reached_needs_no_further_report():
    yearly = target(kind="sustain", periods=["2024"], accumulate="sum")
    assert assess(yearly, quarters("60", None, "40"), on="2025-01-10").state == "achieved"
    assert assess(yearly, quarters("60", None, "40"), on="2024-10-10").spans[0].result == "kept"


def test_a_sum_that_is_over_is_over_at_once():
    yearly = target(kind="sustain", periods=["2024"], accumulate="sum", target={"at_most": "100"})
    assert assess(yearly, quarters("60", None, "41"), on="2024-10-10").state == "breached"
    assert assess(yearly, quarters("60", None, "40", "0"), on="2025-01-10").state == "overdue"
    assert assess(yearly, quarters("60", "0", "40", "0"), on="2025-01-10").state == "achieved"


def test_a_total_to_reach_waits_for_a_silent_period_in_between():
    reach = target(accumulate="sum", start="2024", deadline="2024", lag_days=90)
    told = quarters("30", "30", None, "30")
    assert assess(reach, told, on="2025-03-31").state == "awaiting_data"
    verdict = assess(reach, told, on="2025-04-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_incomplete")
    assert missing(verdict) == ["2024-Q3"]


def test_the_lag_runs_from_the_end_of_each_period():
    of_two = target(kind="sustain", periods=["2024", "2025"], accumulate="sum", lag_days=60)
    told = [report("2025", "100"), *quarters("30", "30", None, "30")]
    assert assess(of_two, told, on="2026-01-15").state == "overdue"


# Ceilings

CEILING: dict[str, Any] = {
    "kind": "limit", "target": {"at_most": "100"}, "start": "2024", "deadline": "2024",
}  # fmt: skip


@pytest.mark.parametrize("quarter", ["2024-Q1", "2024-Q2", "2024-Q4"])
def test_one_quarter_of_four_keeps_no_ceiling(quarter: str):
    verdict = assess(target(**CEILING), [report(quarter, "30")], on="2025-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "limit_silent")


def test_a_ceiling_is_kept_when_all_of_the_time_is_covered():
    assert assess(target(**CEILING), quarters("30", "30", "30", "10"), on="2025-01-01").state == (
        "achieved"
    )


def test_a_report_that_goes_on_after_the_deadline_keeps_a_ceiling_if_all_of_it_is_under():
    year = target(**CEILING | {"deadline": "2024-06-15"})
    halves = [report("2024-Q1", "60"), report("2024-Q2", "40")]
    assert assess(year, halves, on="2024-07-01").state == "achieved"
    over = [report("2024-Q1", "60"), report("2024-Q2", "41")]
    verdict = assess(year, over, on="2024-07-01")
    assert (verdict.state, "straddles" in verdict.flags) == ("overdue", True)
    surely = [report("2024-Q1", "101"), report("2024-Q2", "0")]
    assert assess(year, surely, on="2024-07-01").state == "breached"


def test_to_stay_under_a_total_is_not_achieved_early():
    below = target(accumulate="sum", target={"at_most": "100"}, start="2024", deadline="2024")
    assert assess(below, quarters("10", "10"), on="2024-07-10").state == "in_progress"
    assert assess(below, quarters("10", "10"), on="2025-01-10").state == "overdue"
    assert assess(below, quarters("10", "10", "0", "0"), on="2025-01-10").state == "achieved"


# Highest and lowest


def test_the_highest_proves_that_it_was_reached_and_never_that_it_was_not():
    peak = {"kind": "sustain", "periods": ["2024"], "accumulate": "max"}
    assert assess(target(**peak), quarters(None, "100"), on="2024-07-10").spans[0].result == "kept"
    verdict = assess(target(**peak), quarters("99", "99", None, "99"), on="2025-01-10")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-Q3"])
    capped = target(**peak, target={"at_most": "50"})
    assert assess(capped, quarters("49", "51"), on="2024-07-10").state == "breached"
    assert assess(capped, quarters("49", None, "49", "49"), on="2025-01-10").state == "overdue"
    assert assess(capped, quarters("49", "1", "49", "49"), on="2025-01-10").state == "achieved"


def test_the_lowest_is_its_mirror_image():
    floor = target(kind="sustain", periods=["2024"], accumulate="min")
    assert assess(floor, quarters("100", "99"), on="2024-07-10").state == "breached"
    assert assess(floor, quarters("100", "100", None, "100"), on="2025-01-10").state == "overdue"
    assert assess(floor, quarters("100", "120", "100", "110"), on="2025-01-10").state == "achieved"
    low = target(accumulate="min", target={"at_most": "10"}, deadline="2024", start="2024")
    assert assess(low, quarters("10", "50"), on="2024-07-10").state == "achieved"


# What a report covers


def test_a_day_covers_the_reporting_period_that_holds_it():
    monthly = target(**CEILING | {"deadline": "2024-03"}, report_every="month")
    told = [report(f"2024-0{month}-10", "10") for month in (1, 2, 3)]
    assert assess(monthly, told, on="2024-04-01").state == "achieved"
    verdict = assess(monthly, [told[0], told[2]], on="2024-04-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-02"])


def test_without_reporting_periods_a_day_covers_the_time_since_the_report_before_it():
    told = [report("2024-03-05", "10"), report("2024-12-31", "10")]
    assert assess(target(**CEILING), told, on="2025-01-01").state == "achieved"
    verdict = assess(target(**CEILING), told[:1], on="2025-01-01")
    assert missing(verdict) == ["2024-03-06/2024-12-31"]


def test_nothing_covers_a_day_that_is_not_over():
    yearly = target(kind="sustain", periods=["2024"], accumulate="sum", report_every="month",
                    target={"at_most": "100"})  # fmt: skip
    told = [report("2024-01/2024-11", "10"), report("2024-12-10", "5")]
    assert assess(yearly, told, on="2024-12-31").spans[0].result == "open"
    assert assess(yearly, told, on="2025-01-01").spans[0].result == "kept"


# The window

FROM_JULY: dict[str, Any] = {
    "accumulate": "sum", "baseline": {"value": "0", "date": "2024-06-30"}, "deadline": "2025",
}  # fmt: skip


def test_what_ended_by_the_day_of_the_baseline_is_in_the_baseline():
    told = [report("2024-06-30", "60"), report("2024-Q2", "50"), report("2024-Q3", "20")]
    verdict = assess(target(**FROM_JULY), told, on="2024-10-10")
    assert value(verdict) == 20
    assert [str(one.date) for one in verdict.outside] == ["2024-06-30", "2024-Q2"]


def test_what_ended_before_the_start_is_outside_the_promise():
    ceiling = target(**CEILING)
    told = [report("2023-Q4", "90"), *quarters("10", "10", "10", "10")]
    assert assess(ceiling, told, on="2025-01-01").state == "achieved"


def test_without_a_dated_baseline_or_a_start_nothing_is_too_early():
    verdict = assess(
        target(accumulate="sum", deadline="2025"), [report("2019", "40")], on="2024-07-01"
    )
    assert value(verdict) == 40


def test_a_period_that_begins_on_the_day_of_the_baseline_lies_inside():
    of = target(**FROM_JULY | {"baseline": {"value": "0", "date": "2024-07-01"}})
    verdict = assess(of, [report("2024-Q3", "92")], on="2024-10-10")
    assert (value(verdict), "straddles" in verdict.flags) == (92, False)


def test_homes_of_the_year_in_which_the_promise_was_made_count_by_days():
    homes = target(
        accumulate="sum",
        target={"at_least": "1500000"},
        baseline={"value": "0", "date": "2024-07-05"},
        deadline="2029",
        stated=stated("2024-07-05"),
    )
    verdict = assess(homes, [report("2024-04/2025-03", "208600")], on="2025-04-10")
    assert verdict.pace is not None
    assert round(verdict.pace, 2) == Decimal("0.77")
    assert "straddles" in verdict.flags


def test_a_straddling_increment_meets_a_goal_only_if_it_is_met_without_it():
    reach = target(**FROM_JULY | {"deadline": "2024"})
    half = report("2024-H2", "90")
    straddling = [report("2024-06/2024-08", "20"), half]
    verdict = assess(reach, straddling, on="2025-01-10")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_undecided")
    assert assess(reach, [straddling[0], report("2024-H2", "100")], on="2025-01-10").state == (
        "achieved"
    )


def test_an_increment_that_goes_on_after_the_deadline_may_come_too_late():
    reach = target(accumulate="sum", start="2024", deadline="2024-10-31")
    told = [*quarters("40", "40", "10"), report("2024-Q4", "30")]
    verdict = assess(reach, told, on="2025-01-10")
    assert (verdict.state, "straddles" in verdict.flags) == ("achieved_late", True)
    on_deadline = verdict.value_due
    assert on_deadline is not None
    assert round(on_deadline.value, 6) == round(90 + 30 * Decimal(31) / 92, 6)


# Running totals of a year


def nine_months(*figures: tuple[str, str]) -> Sequence[Report]:
    return [report(when, figure) for when, figure in figures]


def test_running_totals_start_anew_each_year():
    total = target(
        accumulate="year_to_date", start="2024", deadline="2025", target={"at_least": "150"}
    )
    told = nine_months(("2024-H1", "40"), ("2024", "100"), ("2025-01/2025-09", "45"))
    verdict = assess(total, told, on="2025-10-10")
    assert [point.value for point in verdict.points] == [40, 100, 145]
    full = [*told, report("2025", "50")]
    assert assess(total, full, on="2026-01-10").state == "achieved"


def test_a_year_whose_last_total_is_missing_is_silent_to_its_end():
    ceiling = target(**CEILING | {"deadline": "2025"}, accumulate="year_to_date")
    told = nine_months(("2024-01/2024-09", "40"), ("2025", "45"))
    verdict = assess(ceiling, told, on="2026-01-10")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-Q4"])
    told = nine_months(("2024", "50"), ("2025", "45"))
    assert assess(ceiling, told, on="2026-01-10").state == "achieved"


def test_years_may_start_on_another_day():
    total = target(accumulate="year_to_date", year_starts="04-01", start="2024-04", deadline="2026")
    told = nine_months(("2024-12", "30"), ("2025-03", "40"), ("2025-06", "10"))
    assert [point.value for point in assess(total, told, on="2025-07-10").points] == [30, 40, 50]


def test_of_the_year_of_the_baseline_counts_what_came_after_it():
    total = target(
        accumulate="year_to_date", baseline={"value": "5", "date": "2024-06-30"}, deadline="2025"
    )
    told = nine_months(("2024-06-30", "40"), ("2024", "100"))
    verdict = assess(total, told, on="2025-01-10")
    assert (value(verdict), "straddles" in verdict.flags) == (65, False)


# Bodies

THREE = bodies_of("hanoi", "hue", "danang")


def test_bodies_that_left_out_a_quarter_keep_no_ceiling():
    of = asked("sum", **CEILING)
    told = said("2024", hanoi="10", hue="10") + said("2024-H2", danang="10")
    verdict = judged(of, THREE, told, on="2025-01-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-H1"])
    whole = told + said("2024-H1", danang="10")
    assert judged(of, THREE, whole, on="2025-01-01").state == "achieved"


def test_what_a_body_left_out_before_it_ended_is_missing_of_its_heir():
    bodies = bodies_of(new={"started": "2024-07-01"}, old=gone("2024-07-01", "new"))
    of = asked("sum", **CEILING)
    told = said("2024-Q1", old="10") + said("2024-H2", new="10")
    verdict = judged(of, bodies, told, on="2025-01-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-Q2"])
    whole = told + said("2024-Q2", old="10")
    assert judged(of, bodies, whole, on="2025-01-01").state == "achieved"


def test_a_body_passes_only_when_nothing_can_undo_it():
    of = asked("share", each={"at_most": "50"}, accumulate="sum", start="2024", deadline="2024")
    halves = said("2024-H1", hanoi="10", hue="10", danang="60")
    assert judged(of, THREE, halves, on="2024-07-10").points[-1].value == 0
    told = halves + said("2024-H2", hanoi="10", hue="10", danang="0")
    verdict = judged(of, THREE, told, on="2025-01-10")
    assert verdict.points[-1].share == (2, 3)

"""Where spans are hard to judge: vague extremes, bodies, straddling rates, what comes after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import asked, assess, bodies_of, report, said, share, target
from tests.core.test_coverage import missing, nine_months, quarters, value
from tests.core.worlds import judged


def changed(on: str, old: Any, new: Any) -> dict[str, Any]:
    return {"on": on, "field": "target", "old": old, "new": new, "source": "decision"}


YEAR: dict[str, Any] = {"kind": "sustain", "periods": ["2024"]}
REACH: dict[str, Any] = {"start": "2024", "deadline": "2024"}
TWO = bodies_of("hanoi", "hue")


def of_year(accumulate: str, *reports: Any, on: str = "2025-02-01", **of: Any) -> Verdict:
    return assess(target(**YEAR | {"accumulate": accumulate} | of), reports, on=on)


# Vague figures


@pytest.mark.parametrize(
    ("accumulate", "goal", "first", "second", "state"),
    [
        ("max", {"at_most": "50"}, ("45", "over"), ("49", None), "breached"),
        ("min", {"at_least": "50"}, ("60", "nearly"), ("55", None), "breached"),
        ("max", {"at_least": "95"}, ("100", "nearly"), ("96", None), "achieved"),
        ("min", {"at_most": "50"}, ("45", "over"), ("49", None), "achieved"),
    ],
)
def test_the_furthest_of_vague_figures_is_vague(
    accumulate: str, goal: Any, first: Any, second: Any, state: str
):
    told = [report("2024-H1", *first), report("2024-H2", *second)]
    assert of_year(accumulate, *told, target=goal).state == state


def test_the_highest_of_bodies_is_as_vague_as_they_are():
    told = [report("2024", "45", "over", body="hanoi"), report("2024", "49", body="hue")]
    of = asked("max", target={"at_most": "50"}, deadline="2024")
    assert judged(of, TWO, told, on="2025-01-01").state == "overdue"
    told = [report("2024", "60", "nearly", body="hanoi"), report("2024", "55", body="hue")]
    of = asked("min", target={"at_least": "50"}, deadline="2024")
    assert judged(of, TWO, told, on="2025-01-01").state == "overdue"


def test_a_vague_part_does_not_make_the_whole_vague():
    told = [report("2024-Q1", "10", "about"), report("2024", "10")]
    assert of_year("mean", *told, target={"at_least": "10"}).state == "achieved"


# Days


def test_a_rate_for_one_day_does_not_speak_of_the_years_before_it():
    verdict = of_year("mean", report("2024-12-31", "11"), target={"at_least": "10"})
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-01-01/2024-12-30"])


def test_of_two_days_of_one_month_the_later_speaks_of_it():
    told = [report("2024-06-10", "5"), report("2024-06-28", "15")]
    verdict = of_year("mean", *told, periods=["2024-06"], report_every="month")
    assert value(verdict) == 15


def test_time_alone_makes_no_report_straddle():
    of = target(
        accumulate="mean",
        start="2024-06",
        deadline="2024-06-15",
        report_every="month",
        target={"at_least": "10"},
    )
    told = [report("2024-06-10", "12")]
    states = {assess(of, told, on=f"2024-06-{day}").state for day in (16, 17, 30)}
    assert states | {assess(of, told, on="2024-08-01").state} == {"achieved"}


def test_bodies_that_report_by_day_cover_their_months():
    of = asked("sum", kind="limit", target={"at_most": "100"}, start="2024-12", deadline="2024",
               report_every="month")  # fmt: skip
    told = said("2024-12-20", hanoi="5", hue="5")
    assert judged(of, TWO, told, on="2025-01-01").state == "achieved"


# What straddles


def test_a_straddling_rate_is_not_heard_where_others_speak():
    told = [*quarters("10", "10", "10", "10"), report("2024-07/2025-06", "8")]
    verdict = of_year("mean", *told, on="2025-08-01", target={"at_least": "10"})
    assert (verdict.state, value(verdict), verdict.flags) == ("achieved", 10, ())


def test_a_highest_value_that_straddles_the_deadline_proves_nothing():
    of = target(**REACH | {"deadline": "2024-10"}, accumulate="max", target={"at_most": "50"})
    verdict = assess(of, quarters("49", "49", "49", "49"), on="2025-02-01")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-10"])


def test_bodies_whose_sums_straddle_are_judged_exactly():
    of = asked("sum", accumulate="sum", target={"at_least": "10"}, **REACH)
    told = said("2023-12/2024-02", hanoi="20") + said("2024", hanoi="10")
    group = bodies_of("hanoi")
    assert judged(of, group, told, on="2025-01-10").state == "achieved"


# Running totals of a year in its quarters


def test_quarters_are_told_from_the_totals_before_them():
    told = nine_months(("2024-Q1", "25"), ("2024-H1", "50"), ("2024-01/2024-09", "60"))
    verdict = of_year(
        "year_to_date",
        *told,
        on="2024-11-01",
        periods=["2024-Q1", "2024-Q2", "2024-Q3"],
        target={"at_least": "20"},
    )
    spans = [(span.result, span.value) for span in verdict.spans]
    assert spans == [("kept", 25), ("kept", 25), ("missed", 10)]


# What comes after the deadline


@pytest.mark.parametrize("accumulate", ["sum", "year_to_date"])
def test_what_was_kept_at_the_deadline_is_not_lost_after_it(accumulate: str):
    of = target(**REACH, accumulate=accumulate, target={"at_most": "100"})
    told = [report("2024", "80"), report("2025", "90")]
    assert assess(of, told, on="2026-02-01").state == "achieved"


def test_what_is_over_is_off_track_at_once_and_overdue_at_once():
    of = target(**REACH, accumulate="sum", target={"at_most": "100"}, lag_days=90)
    told = quarters("60", "60")
    verdict = assess(of, told, on="2024-07-10")
    assert (verdict.state, verdict.decision.rule) == ("off_track", "8")
    assert assess(of, told, on="2025-01-10").state == "overdue"


def test_what_is_taken_back_later_does_not_mend_a_breach():
    verdict = of_year("sum", *[report("2024-H1", "110"), report("2024-H2", "-20")],
                      target={"at_most": "100"})  # fmt: skip
    assert verdict.state == "breached"


def test_a_ceiling_that_was_raised_after_it_was_passed_is_broken_still():
    of = target(
        kind="limit",
        target={"at_most": "200"},
        revisions=[changed("2024-08-01", {"at_most": "100"}, {"at_most": "200"})],
        **REACH,
    )
    assert assess(of, quarters("60", "60"), on="2024-09-01").state == "breached"


def test_a_period_that_was_kept_is_not_missed_by_tighter_terms():
    of = target(
        kind="sustain",
        periods=["2023", "2024", "2025"],
        target={"at_least": "90"},
        revisions=[changed("2024-06-01", {"at_least": "80"}, {"at_least": "90"})],
    )
    told = [report("2023", "85"), report("2024", "85")]
    results = [span.result for span in assess(of, told, on="2025-03-01").spans]
    assert results == ["kept", "missed", "open"]


def test_within_the_lag_an_open_ceiling_is_awaited():
    of = target(kind="limit", target={"at_most": "100"}, lag_days=90, **REACH)
    told = [report("2024", "98", "about")]
    assert assess(of, told, on="2025-01-10").state == "awaiting_data"
    assert assess(of, told, on="2025-05-10").state == "overdue"


# Highest and lowest of one date


def test_a_month_and_a_quarter_that_end_together_say_two_things():
    told = [*quarters("10", "20", "30", "99"), report("2024-12", "50", at=9)]
    assert of_year("max", *told, target={"at_least": "90"}).state == "achieved"


# For all bodies, for all conditions


def test_increments_for_all_bodies_are_of_each():
    of = asked("sum", kind="limit", target={"at_most": "100"}, **REACH)
    assert judged(of, TWO, [report("2024", "30")], on="2025-01-10").state == "achieved"
    told = [*said("2024", hanoi="10", hue="10"), report("2024-Q2", "10")]
    assert judged(of, TWO, told, on="2025-01-10").state == "achieved"
    partly = [*said("2024-H1", hanoi="10", hue="10"), report("2024-Q3", "10")]
    verdict = judged(of, TWO, partly, on="2025-01-10")
    assert (verdict.state, missing(verdict)) == ("overdue", ["2024-Q4"])


def test_a_rate_for_all_conditions_is_of_each():
    of = {"conditions": {"x": "One", "y": "Other"}, "target": {"at_least": "10"}}
    halves = [report("2024-H1", "12", part="x"), report("2024-H1", "12", part="y")]
    verdict = of_year("mean", *halves, report("2024-H2", "12"), **of)
    assert (verdict.state, value(verdict)) == ("achieved", 12)


# Bodies beside each other


def test_a_body_that_meets_a_highest_value_needs_no_other():
    of = asked("max", accumulate="sum", target={"at_least": "20"}, **REACH)
    told = said("2024", hue="30") + said("2023-12/2024-12", hanoi="20")
    assert judged(of, TWO, told, on="2025-02-01").state == "achieved"


@pytest.mark.parametrize(
    ("across", "figure"), [("sum", 60), ("mean", 35), ("min", 35), ("max", 35)]
)
def test_what_bodies_add_stands_on_the_baseline(across: str, figure: int):
    base = {"value": "10", "date": "2023"}
    of = asked(across, accumulate="sum", baseline=base, deadline="2024")
    verdict = judged(of, TWO, said("2024", hanoi="25", hue="25"), on="2025-01-10")
    assert value(verdict) == figure


def test_nothing_due_does_not_wipe_out_a_bad_figure():
    of = asked("min", target={"at_least": "80"}, unit="%", deadline="2024")
    told = said("2023", hue=share(1, 20)) + said("2024", hanoi=share(9, 10), hue=share(0, 0))
    assert value(judged(of, TWO, told, on="2025-01-10")) == 5


# Words


def test_only_the_times_of_the_period_in_question_are_named():
    told = [*quarters(None, "10", None, "10"), *quarters("10", "10", None, "10", year=2025)]
    verdict = of_year("mean", *told, on="2026-02-01", periods=["2024", "2025"])
    assert [str(time) for time in verdict.decision.facts["missing"]] == ["2024-Q1", "2024-Q3"]  # type: ignore[attr-defined]


def test_what_was_reported_of_the_time_before_is_not_nothing():
    of = target(accumulate="sum", baseline={"value": "0", "date": "2024-06-30"}, deadline="2024")
    verdict = assess(of, [report("2024-05", "40")], on="2025-02-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_only_outside")


def test_a_deadline_that_was_filled_in_and_then_moved_has_first_terms():
    moves = [
        {"on": "2024-02-01", "field": "deadline", "old": None, "new": "2024", "source": "d"},
        {"on": "2024-11-01", "field": "deadline", "old": "2024", "new": "2026", "source": "d"},
    ]
    verdict = assess(target(deadline="2026", revisions=moves), on="2025-03-01")
    assert verdict.original is not None
    assert (str(verdict.original.terms.deadline), verdict.original.state) == ("2024", "overdue")


def test_growth_within_one_calendar_year_has_no_yearly_pace():
    of = target(method="cagr", baseline={"value": "50", "date": "2024-03-31"}, deadline="2024")
    verdict = assess(of, [report("2025-06", "80")], on="2025-08-01")
    assert (verdict.state, verdict.pace) == ("overdue", None)


def test_what_the_rest_needs_while_a_quarter_is_missing():
    verdict = of_year(
        "mean", *quarters("4", None, "12", "12"), on="2025-02-01", target={"at_least": "10"}
    )
    needed = (366 * 10 - 91 * 4 - 92 * 12 - 92 * 12) / Decimal(91)
    assert round(verdict.required_average or 0, 9) == round(needed, 9)


# What is over is over, and nothing else is


@pytest.mark.parametrize(
    ("accumulate", "goal", "figures"),
    [
        ("sum", {"at_least": "100"}, ("60", "60")),
        ("sum", {"between": ["100", "130"]}, ("60", "60")),
        ("max", {"at_least": "40"}, ("10", "50")),
        ("min", {"at_most": "20"}, ("50", "10")),
    ],
)
def test_a_period_that_was_kept_stays_kept_when_it_is_over(
    accumulate: str, goal: Any, figures: tuple[str, str]
):
    days = zip(("2024-03-15", "2024-11-20"), figures, strict=True)
    told = [report(day, figure) for day, figure in days]
    of = {"target": goal, "report_every": "year"}
    for on in ("2025-01-01", "2025-06-01"):
        assert of_year(accumulate, *told, on=on, **of).state == "achieved"


def test_what_was_over_before_the_deadline_is_not_met_by_taking_back():
    of = target(**REACH, accumulate="sum", target={"at_most": "100"})
    told = [report("2024-H1", "120"), report("2024-H2", "-30")]
    assert assess(of, told, on="2024-07-10").state == "off_track"
    assert assess(of, told, on="2025-02-01").state == "overdue"


def test_the_value_that_broke_a_period_is_the_one_that_is_named():
    told = [report("2024-H1", "110"), report("2024-H2", "-20")]
    verdict = of_year("sum", *told, target={"at_most": "100"})
    assert verdict.decision.facts["value"] == 110


def test_what_came_after_a_ceiling_is_not_shown_as_its_value():
    of = target(kind="limit", target={"at_most": "100"}, **REACH)
    verdict = assess(of, [report("2024", "80"), report("2025-Q1", "30")], on="2025-05-01")
    assert (verdict.state, value(verdict), verdict.flags) == ("achieved", 80, ())


def test_periods_from_before_there_was_a_figure_are_not_missed():
    filled = {"on": "2024-06-01", "field": "target", "old": None, "new": {"at_least": "80"}}
    of = target(
        kind="sustain",
        periods=["2022", "2023", "2024", "2025"],
        target={"at_least": "80"},
        revisions=[filled | {"source": "decision"}],
    )
    told = [report("2022", "50"), report("2023", "60"), report("2024", "85")]
    verdict = assess(of, told, on="2025-02-01")
    assert [(str(span.period), span.result) for span in verdict.spans] == [
        ("2024", "kept"),
        ("2025", "open"),
    ]


# Bodies once more


def test_a_body_that_reported_one_quarter_does_not_pass_for_the_year():
    of = asked("min", accumulate="mean", target={"at_least": "10"}, **REACH)
    told = said("2024-Q1", hanoi="30") + said("2024", hue="12")
    assert judged(of, TWO, told, on="2025-02-01").state == "overdue"
    one = asked("min", accumulate="mean", target={"at_least": "3"}, **REACH)
    straddling = said("2023-12/2024-02", hanoi="30")
    assert judged(one, bodies_of("hanoi"), straddling, on="2025-02-01").state == "overdue"


def test_a_vague_extreme_of_one_body_is_one_part_of_the_mean():
    of = asked("mean", accumulate="max", target={"at_least": "80"}, **REACH)
    told = [
        report("2024-H1", "100", "nearly", body="hanoi"),
        report("2024-H2", "96", body="hanoi"),
        report("2024", "0", body="hue"),
    ]
    assert judged(of, TWO, told, on="2025-02-01").state == "overdue"


def test_a_running_total_is_as_exact_as_the_last_one_of_its_year():
    told = [report("2024-H1", "50", "nearly"), report("2024", "120")]
    assert of_year("year_to_date", *told, target={"at_least": "100"}).state == "achieved"


def test_a_figure_for_all_that_straddles_does_not_wipe_out_what_bodies_said():
    of = asked("sum", kind="limit", target={"at_most": "100"}, accumulate="year_to_date",
               start="2024", deadline="2024-H1")  # fmt: skip
    told = [*said("2024-H1", hanoi="120", hue="0"), report("2024-01/2024-09", "130")]
    assert judged(of, TWO, told, on="2024-11-01").state == "breached"


def test_one_day_cannot_make_up_for_a_year_of_loss():
    told = [report("2024-01/2024-11", "-20"), report("2024-12-30", "-20")]
    of = {"target": {"at_least": "20"}, "report_every": "month"}
    assert of_year("growth", *told, on="2024-12-31", **of).required_average is None


def test_what_is_over_is_not_met_on_the_last_day():
    of = target(**REACH, accumulate="year_to_date", target={"at_most": "20"})
    told = nine_months(("2024-Q1", "30"), ("2024", "15"))
    assert {assess(of, told, on=on).state for on in ("2024-12-31", "2025-01-01")} == {
        "off_track",
        "overdue",
    }

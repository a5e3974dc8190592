"""The rules of judgement as stories: for every rule what it says, and the day before and after."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cdstrack.core.model.entries import Policy, Source
from cdstrack.core.values.bodies import Ownership, owner_on
from cdstrack.core.values.in_force import in_order
from cdstrack.core.verdict.referee import Referee, classes_of, with_worst_class
from cdstrack.core.verdict.rules import OUTSIDE, WORST_FIRST
from cdstrack.core.verdict.terms import is_easing
from cdstrack.core.verdict.verdict import Counts, Verdict, count
from tests.cases import every_case
from tests.core.build import (
    asked,
    assess,
    bodies_of,
    body,
    day,
    goal,
    register_of,
    report,
    share,
    stated,
    target,
)

A_YEAR = {"baseline": {"value": "0", "date": "2021-12-31"}, "deadline": "2022-12-31"}
"""365 days from 0 to 100: on day 73 the plan stands at 20."""

TRAINING = target(**A_YEAR, start="2022-01-01")


def on(verdict: Verdict) -> tuple[str, str]:
    return verdict.state, verdict.decision.rule


# Rule 1: closed


def closed(how: str, when: str) -> dict[str, str]:
    return {"on": when, "how": how, "source": "decision"}


@pytest.mark.parametrize("how", ["withdrawn", "superseded", "dissolved"])
def test_a_closing_before_the_deadline_counts_from_its_date_on(how: str):
    said = target(**A_YEAR, closed=closed(how, "2022-06-01"))
    assert on(assess(said, on="2022-05-31")) == ("no_data", "4")
    verdict = assess(said, on="2022-06-01")
    assert on(verdict) == (how, "1")
    assert verdict.cell == "outside"
    assert how not in verdict.flags


def test_a_closing_on_the_day_of_the_deadline_is_in_time():
    said = target(**A_YEAR, closed=closed("withdrawn", "2022-12-31"))
    assert assess(said, on="2023-06-01").state == "withdrawn"


@pytest.mark.parametrize("reports", [[], [report("2022-12-31", "99")]])
def test_a_population_dissolved_the_day_after_an_unmet_deadline_leaves_it_overdue(reports: list):
    said = target(**A_YEAR, closed=closed("dissolved", "2023-01-01"))
    verdict = assess(said, reports, on="2023-01-01")
    assert (verdict.state, verdict.cell, verdict.days_overdue) == ("overdue", "overdue", 1)
    assert "dissolved" in verdict.flags


def test_a_closing_does_not_wait_for_the_lag():
    said = target(**A_YEAR, lag_days=60, closed=closed("withdrawn", "2023-01-15"))
    assert assess(said, on="2023-01-20").state == "awaiting_data"
    assert assess(said, on="2023-03-02").state == "overdue"


@pytest.mark.parametrize("met_on", ["2022-12-31", "2023-02-01"])
def test_a_target_that_was_met_may_be_closed_after_its_deadline(met_on: str):
    said = target(**A_YEAR, closed=closed("superseded", "2023-03-01"))
    assert assess(said, [report(met_on, "100")], on="2023-03-01").state == "superseded"


def test_what_is_met_only_after_a_late_closing_was_overdue_when_it_was_closed():
    said = target(**A_YEAR, closed=closed("withdrawn", "2023-02-01"))
    verdict = assess(said, [report("2023-03-01", "100")], on="2023-04-01")
    assert on(verdict) == ("achieved_late", "6")
    assert "withdrawn" in verdict.flags


def test_what_is_met_on_the_day_of_a_late_closing_comes_too_late_to_be_closed():
    said = target(**A_YEAR, closed=closed("withdrawn", "2023-02-01"))
    verdict = assess(said, [report("2023-02-01", "100")], on="2023-02-01")
    assert verdict.state == "achieved_late"
    assert "withdrawn" in verdict.flags


def test_a_breached_limit_may_be_closed_up_to_its_deadline():
    for when, state in (("2025-12-31", "dissolved"), ("2026-01-01", "breached")):
        said = target(**LIMIT, closed=closed("dissolved", when))
        assert assess(said, [report("2025-06", "101")], on="2026-06-01").state == state


def test_a_limit_that_fell_silent_cannot_be_closed_after_its_deadline():
    said = target(**LIMIT, closed=closed("withdrawn", "2026-02-01"))
    under = report("2025-09-30", "50")
    assert assess(said, [under], on="2026-03-01").state == "overdue"
    covered = [under, report("2025-12-31", "10")]
    assert assess(said, covered, on="2026-03-01").state == "withdrawn"


def test_a_level_with_an_unreported_period_cannot_be_closed_after_the_last_one():
    said = target(**YEARLY, closed=closed("withdrawn", "2029-02-01"))
    silent = [report("2026", "100"), report("2027", "100")]
    assert assess(said, silent, on="2029-03-01").state == "overdue"
    assert assess(said, [*silent, report("2028", "100")], on="2029-03-01").state == "withdrawn"


# Rule 2: unquantified


def test_an_unquantified_commitment_is_listed_and_never_judged():
    said = target(kind="unquantified", deadline="2022")
    verdict = assess(said, [report("2022", "5")], on="2030-01-01")
    assert on(verdict) == ("unquantified", "2")
    assert (verdict.cell, verdict.days_overdue) == ("outside", None)


# Rule 3: sustain

YEARLY = {"kind": "sustain", "periods": ["2026", "2027", "2028"], "lag_days": 30}
KEPT = [report("2026", "100"), report("2027", "100"), report("2028", "100")]


def test_a_level_not_begun_yet():
    assert assess(target(**YEARLY), on="2025-12-31").state == "not_started"
    assert assess(target(**YEARLY), on="2026-01-01").state == "in_progress"


def test_a_closed_period_is_waited_for_within_the_lag_and_stale_after_it():
    assert assess(target(**YEARLY), on="2027-01-30").state == "in_progress"
    assert assess(target(**YEARLY), on="2027-01-31").state == "stale"


def test_a_kept_period_puts_a_level_on_track():
    verdict = assess(target(**YEARLY), KEPT[:1], on="2027-06-01")
    assert on(verdict) == ("on_track", "3")
    assert [span.result for span in verdict.spans] == ["kept", "open", "future"]


def test_a_missed_period_is_final():
    missed = [report("2026", "99.99"), *KEPT[1:]]
    for when in ("2026-12-31", "2027-06-01", "2030-01-01"):
        verdict = assess(target(**YEARLY), missed, on=when)
        assert (verdict.state, verdict.cell) == ("breached", "overdue")


def test_misses_are_allowed_up_to_their_number():
    said = target(**YEARLY, allowed_misses=1)
    missed = [report("2026", "99"), report("2027", "100"), report("2028", "99")]
    assert assess(said, missed[:1], on="2027-01-01").state == "in_progress"
    assert assess(said, missed[:2], on="2028-01-01").state == "on_track"
    assert assess(said, missed, on="2028-12-31").state == "breached"
    assert assess(said, [missed[0], *KEPT[1:]], on="2029-01-01").state == "achieved"


def test_after_the_last_period_every_one_must_be_reported():
    said = target(**YEARLY)
    assert assess(said, KEPT, on="2029-01-01").state == "achieved"
    assert assess(said, KEPT[:2], on="2029-01-30").state == "awaiting_data"
    assert assess(said, KEPT[:2], on="2029-01-31").state == "overdue"


def test_the_lag_runs_from_the_end_of_each_period():
    said = target(**YEARLY)
    assert assess(said, KEPT[1:], on="2028-12-31").state == "stale"
    assert assess(said, KEPT[1:], on="2029-01-01").state == "overdue"


def test_on_its_last_day_the_last_period_is_still_open():
    assert assess(target(**YEARLY), KEPT[:2], on="2028-12-31").state == "on_track"


def test_a_period_is_reported_when_a_report_covers_its_end():
    early = [report("2026-11", "100")]
    assert assess(target(**YEARLY), early, on="2027-03-01").state == "stale"
    assert assess(target(**YEARLY), [report("2026-12", "100")], on="2027-03-01").state == "on_track"


def test_increments_inside_a_period_add_up_and_do_not_leave_it():
    said = target(**YEARLY, accumulate="sum")
    halves = [report("2026-H1", "60"), report("2026-H2", "40"), report("2027", "99")]
    spans = assess(said, halves, on="2028-01-01").spans
    assert [(span.result, span.value) for span in spans[:2]] == [("kept", 100), ("missed", 99)]


def test_a_period_that_cannot_be_told_is_not_kept():
    verdict = assess(target(**YEARLY), [report("2026", "100", "about")], on="2027-01-01")
    assert verdict.state == "breached"
    assert "undecided" in verdict.flags


# Rule 3: limit

LIMIT = {"kind": "limit", "target": {"at_most": "100"}, "start": "2025-01-01", "deadline": "2025"}


def test_a_limit_without_reports_falls_under_rule_4():
    assert on(assess(target(**LIMIT), on="2025-06-01")) == ("no_data", "4")
    assert on(assess(target(**LIMIT), on="2026-01-01")) == ("overdue", "4")


def test_a_limit_is_breached_at_once_when_passed():
    used = [report("2025-03", "60"), report("2025-06", "40")]
    assert assess(target(**LIMIT), used, on="2025-06-30").state == "off_track"
    more = [*used, report("2025-07-01", "0.01")]
    verdict = assess(target(**LIMIT), more, on="2025-07-01")
    assert (on(verdict), verdict.cell) == (("breached", "3"), "overdue")


def test_a_strict_limit_is_breached_when_reached():
    said = target(**LIMIT | {"target": {"less_than": "100"}})
    assert assess(said, [report("2025-12", "100")], on="2025-12-31").state == "breached"


def test_a_limit_is_kept_only_when_a_report_covers_the_deadline():
    said = target(**LIMIT, lag_days=30)
    silent = [report("2025-01/2025-11", "50")]
    assert assess(said, silent, on="2026-01-30").state == "awaiting_data"
    assert assess(said, silent, on="2026-01-31").state == "overdue"
    covered = [*silent, report("2025-12", "50")]
    assert on(assess(said, covered, on="2026-01-01")) == ("achieved", "3")


def test_a_limit_that_may_have_been_passed_is_not_achieved():
    verdict = assess(target(**LIMIT), [report("2025", "99", "about")], on="2026-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_undecided")
    assert "undecided" in verdict.flags


def test_a_limit_with_nothing_used_is_on_track():
    assert assess(target(**LIMIT), [report("2025-01-02", "0")], on="2025-01-02").state == "on_track"


def test_a_limit_is_not_judged_in_the_first_tenth_of_its_time():
    said = target(**LIMIT | {"start": "2024-12-31", "deadline": "2027-09-27"})  # 1,000 days
    assert assess(said, [report("2025-04-09", "90")], on="2025-04-09").state == "in_progress"
    assert assess(said, [report("2025-04-10", "90")], on="2025-04-10").state == "off_track"


@pytest.mark.parametrize(
    ("when", "used", "state"),
    [
        ("2025-01-20", "20", "on_track"),  # 0.19 / 0.20 = 0.95
        ("2025-01-20", "20.001", "at_risk"),
        ("2025-01-19", "30", "at_risk"),  # 0.18 / 0.30 = 0.60
        ("2025-01-19", "30.001", "off_track"),
    ],
)
def test_the_pace_of_a_limit_is_time_gone_over_share_used(when: str, used: str, state: str):
    said = target(**LIMIT | {"deadline": "2025-04-11"})  # 100 days
    verdict = assess(said, [report(when, used)], on=when)
    assert on(verdict) == (state, "3")
    assert (verdict.method, verdict.progress) == ("share_used", Decimal(used) / 100)


def test_a_limit_gone_silent_is_stale_before_its_deadline():
    said = target(**LIMIT, stale_after=90)
    used = [report("2025-03-31", "10")]
    assert assess(said, used, on="2025-06-29").state == "on_track"
    assert on(assess(said, used, on="2025-06-30")) == ("stale", "9")


def test_the_time_of_a_limit_counts_from_its_baseline():
    said = target(**LIMIT, baseline={"value": "50", "date": "2025-07-02"})
    verdict = assess(said, [report("2025-10-01", "12.5")], on="2025-10-01")  # half of 182 days
    assert verdict.elapsed == Decimal("0.5")
    assert verdict.pace == Decimal("0.8")


# Rule 4: no report


def test_silence_before_the_start_before_the_deadline_and_after_it():
    assert on(assess(TRAINING, on="2021-12-31")) == ("not_started", "4")
    assert on(assess(TRAINING, on="2022-01-01")) == ("no_data", "4")
    assert on(assess(TRAINING, on="2022-12-31")) == ("no_data", "4")
    verdict = assess(TRAINING, on="2023-01-01")
    assert on(verdict) == ("overdue", "4")
    assert (verdict.days_overdue, verdict.evidence.freshness) == (1, "none")


def test_silence_is_waited_for_until_the_lag_is_over():
    said = target(**A_YEAR, lag_days=30)
    assert assess(said, on="2023-01-30").state == "awaiting_data"
    assert assess(said, on="2023-01-31").state == "overdue"


def test_a_target_without_start_begins_on_the_day_it_was_stated():
    said = target(deadline="2022", stated=stated("2022-04-27"))
    assert assess(said, on="2022-04-26").state == "not_started"
    assert assess(said, on="2022-04-27").state == "no_data"


def test_silence_about_a_promise_without_a_date_is_no_data():
    assert on(assess(target(), on="2030-01-01")) == ("no_data", "4")


# Rule 5: no deadline


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        (["20"], "undated"),
        (["100"], "achieved"),
        (["100", "99"], "lapsed"),
        (["20", "20", "100"], "achieved"),
    ],
)
def test_a_promise_without_a_date_is_never_overdue_and_never_on_track(figures: list, state: str):
    reports = [report(f"2022-0{at}", figure) for at, figure in enumerate(figures, start=1)]
    verdict = assess(target(baseline={"value": "0"}), reports, on="2040-01-01")
    assert on(verdict) == (state, "5")
    assert (verdict.cell, verdict.days_left, verdict.days_overdue) == ("outside", None, None)


def test_a_dated_baseline_that_met_counts_as_met_earlier():
    said = target(baseline={"value": "100", "date": "2021"})
    assert assess(said, [report("2022", "90")], on="2023-01-01").state == "lapsed"


def test_an_undated_limit_is_undated_until_it_is_passed():
    said = target(**LIMIT | {"deadline": None})
    assert on(assess(said, [report("2025-03", "99")], on="2025-04-01")) == ("undated", "5")
    assert assess(said, [report("2025-03", "101")], on="2025-04-01").state == "breached"


# Rule 6: deadline passed


def test_the_day_of_the_deadline_is_still_in_time_and_the_next_is_one_day_late():
    almost = [report("2022-12-30", "99")]
    verdict = assess(TRAINING, almost, on="2022-12-31")
    assert (verdict.state, verdict.days_left, verdict.days_overdue) == ("on_track", 0, None)
    verdict = assess(TRAINING, almost, on="2023-01-01")
    assert on(verdict) == ("overdue", "6")
    assert (verdict.days_left, verdict.days_overdue) == (None, 1)


def test_met_on_the_day_of_the_deadline_is_met_in_time():
    verdict = assess(TRAINING, [report("2022-12-31", "100")], on="2023-01-01")
    assert on(verdict) == ("achieved", "6")
    assert (verdict.cell, verdict.days_late, str(verdict.first_met)) == (
        "on_time",
        None,
        "2022-12-31",
    )


def test_met_on_the_day_after_is_one_day_late():
    verdict = assess(TRAINING, [report("2023-01-01", "100")], on="2023-01-01")
    assert on(verdict) == ("achieved_late", "6")
    assert (verdict.cell, verdict.days_late) == ("late", 1)


def test_a_month_as_deadline_runs_to_its_last_day():
    said = target(deadline="2024-02")
    done = [report("2024-02-29", "100")]
    assert assess(said, done, on="2024-03-01").state == "achieved"
    assert assess(said, on="2024-03-01").days_overdue == 1


def test_what_was_met_in_time_and_lost_later_has_lapsed_but_was_on_time():
    verdict = assess(TRAINING, [report("2022-12", "100"), report("2023-06", "96")], on="2023-07-01")
    assert on(verdict) == ("lapsed", "6")
    assert (verdict.cell, verdict.flags) == ("on_time", ())


def test_what_was_met_and_lost_before_the_deadline_is_overdue():
    verdict = assess(TRAINING, [report("2022-06", "100"), report("2022-12", "90")], on="2023-01-01")
    assert verdict.state == "overdue"
    assert "met_then_lost" in verdict.flags


def test_the_last_figure_before_the_deadline_is_waited_for_within_the_lag():
    said = target(**A_YEAR, lag_days=60)
    older = [report("2022-12-30", "90")]
    assert on(assess(said, older, on="2023-03-01")) == ("awaiting_data", "6")
    assert on(assess(said, older, on="2023-03-02")) == ("overdue", "6")


def test_the_lag_does_not_help_when_the_deadline_itself_was_reported():
    said = target(**A_YEAR, lag_days=60)
    assert assess(said, [report("2022-12-31", "90")], on="2023-01-01").state == "overdue"


def test_a_baseline_is_no_value_on_the_deadline():
    said = target(baseline={"value": "100", "date": "2021"}, deadline="2022")
    assert on(assess(said, on="2023-01-01")) == ("overdue", "4")
    assert on(assess(said, [report("2023-02", "100")], on="2023-03-01")) == ("achieved_late", "6")


def test_a_vague_figure_does_not_prove_that_the_deadline_was_met():
    verdict = assess(TRAINING, [report("2022-12-31", "102", "about")], on="2023-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_undecided")


# Rules 7 and 8: deadline ahead


def test_met_ahead_of_the_deadline_is_achieved_early_and_a_loss_reopens_it():
    met = report("2022-03-01", "100")
    verdict = assess(TRAINING, [met], on="2022-03-01")
    assert on(verdict) == ("achieved", "7")
    assert (verdict.flags, verdict.cell, verdict.days_left) == (("early",), "on_time", None)
    verdict = assess(TRAINING, [met, report("2022-06-30", "60")], on="2022-06-30")
    assert on(verdict) == ("on_track", "11")
    assert verdict.flags == ("met_then_lost",)


def test_met_earlier_and_lost_with_no_path_has_lapsed():
    reports = [report("2022-03", "100"), report("2022-06", "90")]
    for baseline in (None, {"value": "100"}, {"value": "120", "date": "2021"}):
        verdict = assess(target(baseline=baseline, deadline="2022"), reports, on="2022-07-01")
        assert on(verdict) == ("lapsed", "8")
        assert (verdict.cell, "met_then_lost" in verdict.flags) == ("in_time", False)


def test_what_has_lapsed_does_not_turn_stale():
    reports = [report("2022-03", "100"), report("2022-06", "90")]
    verdict = assess(target(deadline="2030"), reports, on="2025-01-01")
    assert (verdict.state, verdict.evidence.freshness) == ("lapsed", "stale")


def test_increments_from_a_dated_baseline_have_not_met_a_ceiling_earlier():
    base = {"value": "0", "date": "2021"}
    said = target(target={"at_most": "10"}, accumulate="sum", baseline=base, deadline="2022")
    verdict = assess(said, [report("2022-H1", "11")], on="2022-07-01")
    assert (on(verdict), verdict.flags) == (("off_track", "8"), ())


def test_a_level_to_keep_is_achieved_while_it_holds():
    said = target(baseline={"value": "100", "date": "2021"}, deadline="2022")
    verdict = assess(said, [report("2022-06", "100")], on="2022-07-01")
    assert (verdict.state, verdict.progress, verdict.pace) == ("achieved", None, None)
    assert assess(said, [report("2022-06", "99")], on="2022-07-01").state == "lapsed"


# Rule 9: not started, stale


def test_a_report_before_the_start_does_not_start_a_target():
    said = target(**A_YEAR, start="2022-07-01")
    early = [report("2022-06-30", "10")]
    assert on(assess(said, early, on="2022-06-30")) == ("not_started", "9")
    assert on(assess(said, early, on="2022-07-01")) == ("off_track", "11")


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ({"stale_after": 120, "report_every": "month", "lag_days": 9}, 120),
        ({"report_every": "month"}, 45),
        ({"report_every": "month", "lag_days": 30}, 75),
        ({"report_every": "half"}, 273),
        ({}, 365),
    ],
)
def test_a_report_is_stale_on_the_day_after_its_limit(said: dict, limit: int):
    long = target(**A_YEAR | {"deadline": "2030"}, **said)
    from_day = day("2023-01-01")
    late = [report("2023-01-01", "50")]
    last_fresh = from_day.fromordinal(from_day.toordinal() + limit).isoformat()
    first_stale = from_day.fromordinal(from_day.toordinal() + limit + 1).isoformat()
    verdict = assess(long, late, on=last_fresh)
    assert (verdict.state, verdict.evidence.freshness) == ("on_track", "fresh")
    verdict = assess(long, late, on=first_stale)
    assert (on(verdict), verdict.evidence.freshness) == (("stale", "9"), "stale")
    assert verdict.evidence.age_days == limit + 1


@pytest.mark.parametrize(("every", "limit"), [("quarter", "136.5"), ("year", "547.5")])
def test_half_a_day_of_the_limit_is_kept(every: str, limit: str):
    long = target(**A_YEAR | {"deadline": "2030"}, report_every=every)
    verdict = assess(long, [report("2022-12-31", "50")], on="2026-01-01")
    assert str(verdict.decision.facts["limit"]) == limit


def test_a_register_may_set_its_own_limit():
    policy = Policy.model_validate({"stale_after": "10"})
    done = [report("2022-06-01", "50")]
    assert assess(TRAINING, done, on="2022-06-11", policy=policy).state == "on_track"
    assert assess(TRAINING, done, on="2022-06-12", policy=policy).state == "stale"


def test_evidence_grows_stale_in_every_state_but_only_rule_9_is_moved_by_it():
    verdict = assess(TRAINING, [report("2022-12-31", "100")], on="2030-01-01")
    assert (verdict.state, verdict.evidence.freshness) == ("achieved", "stale")


# Rule 10: no usable pace

THOUSAND_DAYS = target(baseline={"value": "0", "date": "2021-12-31"}, deadline="2024-09-26")


def test_the_first_tenth_of_the_time_is_not_judged():
    assert on(assess(THOUSAND_DAYS, [report("2022-04-09", "0")], on="2022-04-09")) == (
        "in_progress",
        "10",
    )
    assert on(assess(THOUSAND_DAYS, [report("2022-04-10", "0")], on="2022-04-10")) == (
        "off_track",
        "11",
    )


def test_but_going_the_wrong_way_is_said_at_once():
    verdict = assess(THOUSAND_DAYS, [report("2022-01-05", "-1")], on="2022-01-05")
    assert on(verdict) == ("regressing", "11")


def test_a_report_on_the_day_of_the_baseline_gives_no_pace():
    verdict = assess(THOUSAND_DAYS, [report("2021-12-31", "5")], on="2022-06-01")
    assert on(verdict) == ("in_progress", "10")


def test_without_a_baseline_one_report_gives_no_pace_and_two_do():
    said = target(deadline="2022")
    reports = [report("2021-12-31", "0"), report("2022-06-30", "10")]
    assert on(assess(said, reports[:1], on="2022-01-01")) == ("in_progress", "10")
    verdict = assess(said, reports, on="2022-06-30")
    assert on(verdict) == ("off_track", "11")
    assert "baseline_inferred" in verdict.flags


@pytest.mark.parametrize("wanted", [{"exactly": "50"}, {"between": ["40", "60"]}])
def test_a_range_left_from_inside_has_no_pace_but_met_earlier_only_with_a_date(wanted: dict):
    left = [report("2022-06-30", "70")]
    undated = target(target=wanted, baseline={"value": "50"}, deadline="2022")
    assert on(assess(undated, left, on="2022-07-01")) == ("in_progress", "10")
    dated = target(target=wanted, baseline={"value": "50", "date": "2021"}, deadline="2022")
    assert on(assess(dated, left, on="2022-07-01")) == ("lapsed", "8")


def test_a_range_that_was_overshot_has_no_pace_before_the_deadline_and_is_missed_on_it():
    said = target(**A_YEAR | {"target": {"between": ["45", "60"]}})
    over = [report("2022-12-01", "64")]
    assert on(assess(said, over, on="2022-12-01")) == ("in_progress", "10")
    assert on(assess(said, over, on="2023-01-01")) == ("overdue", "6")


def test_the_far_end_of_a_range_is_not_overshot():
    said = target(**A_YEAR | {"target": {"between": ["45", "60"]}})
    verdict = assess(said, [report("2022-12-31", "60")], on="2022-12-31")
    assert (verdict.state, verdict.pace) == ("achieved", Decimal(60) / 45)


MILESTONE = target(kind="milestone", deadline="2025-06")


def test_a_milestone_is_done_or_not():
    assert on(assess(MILESTONE, on="2025-06-30")) == ("no_data", "4")
    assert on(assess(MILESTONE, [report("2025-03-01", False)], on="2025-05-01")) == (
        "in_progress",
        "10",
    )
    assert on(assess(MILESTONE, [report("2025-06-30", True)], on="2025-06-30")) == ("achieved", "7")
    assert on(assess(MILESTONE, [report("2025-06-30", True)], on="2025-07-01")) == ("achieved", "6")
    verdict = assess(MILESTONE, [report("2025-07-20", True)], on="2025-08-01")
    assert (on(verdict), verdict.days_late) == (("achieved_late", "6"), 20)
    assert on(assess(MILESTONE, [report("2025-06-30", False)], on="2025-07-01")) == ("overdue", "6")


def test_a_number_does_not_complete_a_milestone_nor_a_tick_a_number():
    assert assess(MILESTONE, [report("2025-06-01", "1")], on="2025-06-02").state == "no_data"
    assert assess(TRAINING, [report("2022-06-01", True)], on="2022-06-02").state == "no_data"


# Rule 11: pace


@every_case(
    "value, state",
    [
        ("40", "on_track"),
        ("38", "on_track"),
        ("37.999", "at_risk"),
        ("24", "at_risk"),
        ("23.999", "off_track"),
        ("0", "off_track"),
        ("-0.001", "regressing"),
    ],
)
def test_the_cuts_of_pace_are_reached_exactly(value: str, state: str):
    verdict = assess(
        TRAINING, [report("2022-05-26", value)], on="2022-05-26"
    )  # day 146: 40 planned
    assert on(verdict) == (state, "11")


def test_pace_is_that_of_the_last_report_not_of_today():
    half = [report("2022-05-26", "40")]
    assert assess(TRAINING, half, on="2022-12-31").state == "on_track"


def test_a_register_may_set_its_own_cuts():
    policy = Policy.model_validate({"on_track": "0.8", "at_risk": "0.5", "early": "0.5"})
    done = [report("2022-07-20", "44.04")]  # day 201: 0.7997
    assert assess(TRAINING, done, on="2022-07-20", policy=policy).state == "at_risk"
    assert assess(TRAINING, [report("2022-06-30", "0")], on="2022-06-30", policy=policy).state == (
        "in_progress"
    )


# Revisions: goalposts that move


def moved(signed: str, old: str, new: str) -> dict[str, str]:
    return {"on": signed, "source": "decision", "field": "deadline", "old": old, "new": new}


def changed(signed: str, old: dict, new: dict) -> dict:
    return {"on": signed, "source": "decision", "field": "target", "old": old, "new": new}


def extended(signed: str, **said: object):
    base = {"value": "0", "date": "2021-12-31"}
    moves = [moved(signed, "2022-12-31", "2023-12-31")]
    return target(baseline=base, deadline="2023-12-31", revisions=moves, **said)


def test_a_revision_signed_after_the_missed_deadline_does_not_erase_overdue():
    verdict = assess(extended("2023-01-01"), on="2023-06-01")
    assert (verdict.state, str(verdict.terms.deadline)) == ("overdue", "2022-12-31")
    assert verdict.days_overdue == 152
    assert verdict.announced is not None
    assert str(verdict.announced.deadline) == "2023-12-31"
    assert {"revised", "eased"} <= set(verdict.flags)


def test_a_revision_signed_on_the_day_of_the_deadline_moves_it():
    verdict = assess(extended("2022-12-31"), on="2023-06-01")
    assert (verdict.state, str(verdict.terms.deadline)) == ("no_data", "2023-12-31")
    assert (verdict.announced, verdict.terms.goal) == (None, goal(at_least="100"))
    assert {"revised", "eased"} <= set(verdict.flags)
    assert verdict.original is not None
    assert (verdict.original.state, str(verdict.original.terms.deadline)) == (
        "overdue",
        "2022-12-31",
    )


def test_a_revision_after_a_deadline_that_was_met_changes_the_terms():
    verdict = assess(extended("2023-02-01"), [report("2022-12-31", "100")], on="2023-06-01")
    assert (verdict.state, str(verdict.terms.deadline)) == ("achieved", "2023-12-31")


def test_as_of_a_day_before_the_revision_the_old_terms_hold():
    verdict = assess(extended("2022-06-01"), on="2022-05-31")
    assert str(verdict.terms.deadline) == "2022-12-31"
    assert (verdict.original, verdict.flags) == (None, ())


@every_case(
    "moves, eased",
    [
        ([("2024", "2025")], True),
        ([("2024", "2025"), ("2025", "2024")], False),
        ([("2024", "2025"), ("2025", "2024-12-31")], False),
        ([("2024", "2025"), ("2025", "2024-06")], True),
        ([("2024", "2025"), ("2025", "2024"), ("2024", "2026")], True),
        ([("2024", "2023"), ("2023", "2024")], False),
    ],
)
def test_a_deadline_that_was_moved_back_is_not_eased(moves: list[tuple[str, str]], eased: bool):
    signed = [f"2022-0{month}-01" for month in range(1, len(moves) + 1)]
    revisions = [moved(day, *move) for day, move in zip(signed, moves, strict=True)]
    verdict = assess(target(deadline=moves[-1][1], revisions=revisions), on="2023-01-01")
    assert ("revised" in verdict.flags, "eased" in verdict.flags) == (True, eased)


def test_a_target_may_be_raised_and_lowered():
    said = target(
        target={"at_least": "120"},
        deadline="2022",
        revisions=[
            changed("2022-03-01", {"at_least": "100"}, {"at_least": "80"}),
            changed("2022-09-01", {"at_least": "80"}, {"at_least": "120"}),
        ],
    )
    reports = [report("2022-02", "90")]
    assert [assess(said, reports, on=when).state for when in ("2022-02-28", "2022-03-01")] == [
        "in_progress",
        "achieved",
    ]
    verdict = assess(said, reports, on="2023-01-01")
    assert verdict.state == "overdue"
    assert "eased" in verdict.flags
    assert verdict.original is not None
    assert verdict.original.terms.goal == goal(at_least="100")


@every_case(
    "revision, easing",
    [
        (moved("2022-01-01", "2022", "2023"), True),
        (moved("2022-01-01", "2022", "2022-06"), False),
        (moved("2022-01-01", "2022", "2022-12-31"), False),
        (changed("2022-01-01", {"at_least": "10"}, {"at_least": "9"}), True),
        (changed("2022-01-01", {"at_least": "10"}, {"at_least": "11"}), False),
        (changed("2022-01-01", {"more_than": "10"}, {"at_least": "10"}), True),
        (changed("2022-01-01", {"at_most": "10"}, {"at_most": "11"}), True),
        (changed("2022-01-01", {"exactly": "10"}, {"between": ["9", "11"]}), True),
        (changed("2022-01-01", {"at_least": "10"}, {"at_least": "10.0"}), False),
    ],
)
def test_easing_is_a_later_deadline_or_more_values_that_meet(revision: dict, easing: bool):
    said = target(revisions=[revision])
    assert is_easing(said.revisions[0]) is easing


def test_a_revised_level_is_judged_by_the_figure_of_its_day():
    said = target(
        **YEARLY | {"target": {"at_least": "90"}},
        revisions=[changed("2027-06-01", {"at_least": "100"}, {"at_least": "90"})],
    )
    reports = [report("2026", "95")]
    assert assess(said, reports, on="2027-05-31").state == "breached"
    verdict = assess(said, reports, on="2027-06-01")
    assert verdict.state == "on_track"
    assert verdict.original is not None
    assert verdict.original.state == "breached"


def test_a_later_revision_does_not_erase_the_silence_about_a_period():
    revisions = [changed("2029-06-01", {"at_least": "100"}, {"at_least": "90"})]
    said = target(**YEARLY | {"target": {"at_least": "90"}}, revisions=revisions)
    for reports, figure in ((KEPT[1:], "100"), (KEPT, "90")):
        assert assess(said, reports, on="2029-06-01").terms.goal == goal(at_least=figure)
    tolerant = said.model_copy(update={"allowed_misses": 1})
    missed = [report("2026", "95"), *KEPT[1:]]
    assert assess(said, missed, on="2029-06-01").state == "breached"
    assert assess(tolerant, missed, on="2029-06-01").terms.goal == goal(at_least="90")


def test_a_later_revision_does_not_erase_the_silence_of_a_limit():
    revisions = [moved("2026-02-01", "2025", "2026")]
    said = target(**LIMIT | {"deadline": "2026"}, revisions=revisions)
    nine_months = report("2025-01/2025-09", "50")
    assert assess(said, [nine_months], on="2026-03-01").state == "overdue"
    covered = [nine_months, report("2025-Q4", "1")]
    assert str(assess(said, covered, on="2026-03-01").terms.deadline) == "2026"


def test_a_revision_bends_the_plan_at_its_date_from_the_old_planned_value():
    said = target(
        baseline={"value": "0", "date": "2024-01-01"},
        target={"at_least": "300"},
        deadline="2024-07-19",  # day 200
        revisions=[
            moved("2024-02-20", "2024-04-10", "2024-07-19"),  # signed on day 50
            changed("2024-02-20", {"at_least": "100"}, {"at_least": "300"}),
        ],
    )
    before = assess(said, on="2024-02-19").plan
    assert before is not None
    assert before.anchors == ((day("2024-01-01"), 0), (day("2024-04-10"), 100))
    after = assess(said, on="2024-02-20").plan
    assert after is not None
    assert after.anchors == (
        (day("2024-01-01"), 0),
        (day("2024-02-20"), 50),
        (day("2024-07-19"), 300),
    )
    verdict = assess(said, [report("2024-05-05", "150")], on="2024-05-05")  # day 125, 175 planned
    assert (verdict.method, verdict.planned) == ("plan", 175)
    assert verdict.pace == Decimal(110) / 125


# Flags


def flags(of_target, reports=(), when="2022-06-30", **kw: object) -> set[str]:
    return set(assess(of_target, reports, on=when, **kw).flags)


HALF = [report("2022-06-30", "50")]


def test_an_ordinary_verdict_carries_no_flags():
    assert flags(TRAINING, HALF) == set()


def test_over_achieved_is_flagged_beyond_the_target_only():
    assert flags(TRAINING, [report("2022-06-30", "100")]) == {"early"}
    assert flags(TRAINING, [report("2022-06-30", "226")]) == {"early", "over_achieved"}
    less = target(**A_YEAR | {"target": {"at_most": "10"}, "baseline": {"value": "50"}})
    assert flags(less, [report("2022-06-30", "9")]) == {"early", "over_achieved"}


def test_a_range_meant_as_a_minimum_is_met_from_its_lower_end_and_over_achieved_above_it():
    growth = target(**A_YEAR | {"target": {"at_least": "16", "up_to": "18"}})

    def judged(value: str, qualifier: str | None = None) -> tuple[str, bool]:
        verdict = assess(growth, [report("2022-12-31", value, qualifier)], on="2023-06-01")
        return verdict.state, "over_achieved" in verdict.flags

    assert judged("15.9") == ("overdue", False)
    assert judged("16") == judged("18") == ("achieved", False)
    assert judged("18.1") == judged("25") == ("achieved", True)
    assert judged("18", "over") == judged("19", "about") == ("achieved", True)
    assert judged("18.5", "about") == ("achieved", False)  # it may be no more than 18


def test_the_way_to_a_range_meant_as_a_minimum_leads_to_its_lower_end():
    way = target(**A_YEAR | {"target": {"at_least": "16", "up_to": "18"}})
    verdict = assess(way, [report("2022-12-31", "8")], on="2022-12-31")
    assert verdict.progress == Decimal("0.5")
    assert verdict.plan is not None
    assert verdict.plan.wanted == 16


def test_a_figure_that_is_about_right_is_met_within_what_the_policy_allows():
    about = target(**A_YEAR | {"target": {"about": "90"}})

    def state(value: str, qualifier: str | None = None, **kw: object) -> str:
        return assess(about, [report("2022-12-31", value, qualifier)], on="2023-06-01", **kw).state

    assert state("85.5") == state("90") == state("94.5") == "achieved"
    assert state("85.4") == state("94.6") == "overdue"
    assert state("90", "about") == "achieved"
    assert state("88", "about") == state("86", "over") == "overdue"
    assert state("81", policy=Policy(about=Decimal("0.1"))) == "achieved"
    halfway = assess(about, [report("2022-12-31", "45")], on="2022-12-31")
    assert halfway.progress == Decimal("0.5")


RISES = {"kind": "reach", "deadline": "2022", "unit": "persons"}


@every_case(
    "goal, interval",
    [
        ({"increase_by": "30"}, {"at_least": "130"}),
        ({"increase_by": "20%"}, {"at_least": "120"}),
        ({"reduce_by": "30"}, {"at_most": "70"}),
        ({"reduce_by": "20%"}, {"at_most": "80"}),
        ({"above": "baseline"}, {"more_than": "100"}),
        ({"below": "baseline"}, {"less_than": "100"}),
    ],
)
@every_case("value", ["69", "70", "80", "99", "100", "101", "120", "130"])
def test_a_goal_told_from_the_baseline_is_judged_like_its_figure(goal, interval, value):
    start = {"baseline": {"value": "100", "date": "2021"}}
    reports = [report("2022", value)]
    one = assess(target(**RISES | start, target=goal), reports, on="2023-06-01")
    other = assess(target(**RISES | start, target=interval), reports, on="2023-06-01")
    assert (one.state, one.progress, one.pace) == (other.state, other.progress, other.pace)
    assert one.flags == other.flags


def test_a_goal_told_from_an_unknown_baseline_is_undecided():
    unknown = target(**RISES, target={"increase_by": "20%"})
    verdict = assess(unknown, [report("2022", "500")], on="2022-06-01")
    assert verdict.state == "no_data"
    verdict = assess(unknown, [report("2022-03", "500")], on="2022-06-01")
    assert (verdict.state, verdict.pace, verdict.progress) == ("in_progress", None, None)
    assert "undecided" in verdict.flags
    nothing = target(**RISES, target={"increase_by": "20%"}, baseline={"value": "0"})
    assert "undecided" in assess(nothing, [report("2022-03", "5")], on="2022-06-01").flags


def test_the_previous_value_is_the_one_in_force_when_the_period_begins():
    more = target(**RISES, target={"above": "previous"})
    history = [report("2020", "90"), report("2021", "100"), report("2022-06-30", "105")]
    assert assess(more, [*history, report("2022", "101")], on="2023-06-01").state == "achieved"
    assert assess(more, [*history, report("2022", "100")], on="2023-06-01").state == "overdue"
    vague = [report("2021", "100", "about"), report("2022", "200")]
    assert "undecided" in assess(more, vague, on="2023-06-01").flags
    assert "undecided" in assess(more, history[:2], on="2021-12-31").flags


def test_easing_a_goal_told_from_the_baseline_is_flagged():
    moved = {"on": "2021-06-01", "field": "target"}
    moved |= {"old": {"increase_by": "20%"}, "new": {"increase_by": "10%"}}
    start = {"baseline": {"value": "100", "date": "2020"}, "target": {"increase_by": "10%"}}
    verdict = assess(target(**RISES | start, revisions=[moved]), [], on="2022-06-01")
    assert "eased" in verdict.flags
    assert verdict.original is not None
    assert verdict.original.terms.goal is not None
    assert verdict.original.terms.goal.value == 120


def test_no_value_inside_a_range_is_over_achieved():
    said = target(**A_YEAR | {"target": {"between": ["45", "60"]}})
    assert flags(said, [report("2022-06-30", "60")]) == {"early"}


def test_population_changed_when_n_differs():
    said = target(**A_YEAR, accumulate="ratio")
    provinces = [report("2022-03", share(40, 63)), report("2022-06", share(20, 34))]
    assert "population_changed" in flags(said, provinces)
    assert "population_changed" not in flags(said, provinces[:1])


def test_undecided_when_some_allowed_values_meet_and_some_do_not():
    assert "undecided" in flags(TRAINING, [report("2022-06-30", "100", "about")])
    assert "undecided" not in flags(TRAINING, [report("2022-06-30", "100", "nearly")])


def test_an_inferred_baseline_is_flagged():
    base = {"value": "0", "date": "2021-12-31", "inferred": "true"}
    assert flags(target(**A_YEAR | {"baseline": base}), HALF) == {"baseline_inferred"}


@pytest.mark.parametrize("reading", ["implied", "inferred"])
def test_what_the_document_did_not_write_is_flagged(reading: str):
    said = target(**A_YEAR, stated=stated("2020-01-01", reading=reading))
    assert flags(said, HALF) == {reading}


def test_a_report_without_a_source_is_a_self_report():
    assert flags(TRAINING, [report("2022-06-30", "50", source=None)]) == {"self_reported"}


def test_restated_from_its_day_on():
    said = target(**A_YEAR, restated=[{"on": "2022-06-30", "source": "speech"}])
    assert flags(said, HALF) == {"restated"}
    assert flags(said, when="2022-06-29") == set()


def test_a_report_recorded_after_deadline_and_lag_is_late():
    said = target(**A_YEAR, lag_days=30)
    for recorded, late in (("2023-01-30", set()), ("2023-01-31", {"late_report"})):
        proof = [report("2022-12-31", "100", recorded=recorded)]
        assert flags(said, proof, "2023-06-01") == late


def cited(on: str, when: str = "2023-06-01", *dates: str, **said: object) -> Verdict:
    """A year's target that was met in time, by a report recorded in 2025 from sources so dated."""
    sources = {
        f"s{number}": Source.model_validate({"title": "A source"} | ({"date": at} if at else {}))
        for number, at in enumerate(dates)
    }
    reports = [
        report(on, "100", source=name, recorded="2025-05-01", at=number)
        for number, name in enumerate(sources)
    ]
    of = target(**A_YEAR, lag_days=30, **said)
    return Referee(register_of(of, sources=sources), day(when)).judge(of, in_order(reports))


@every_case(
    "date, lateness",
    [
        ("2023-01-30", None),
        ("2023-01-31", "source"),
        ("2023-02", "source"),
        ("2023-01", None),
        ("2023", None),
        ("2022-12-31", None),
        ("", "record"),
    ],
)
def test_proof_is_as_late_as_its_source_and_only_without_a_date_as_its_record(date, lateness):
    verdict = cited("2022-12-31", "2023-06-01", date)
    assert verdict.state == "achieved"
    assert verdict.lateness == lateness
    assert ("late_report" in verdict.flags) is (lateness is not None)


def test_of_reports_that_compete_the_one_that_counts_is_looked_at():
    assert cited("2022-12-31", "2023-06-01", "2022-12-31", "2023-03-01").lateness == "source"
    assert cited("2022-12-31", "2023-06-01", "2023-03-01", "2022-12-31").lateness is None


def test_a_source_that_the_register_does_not_know_has_no_date():
    proof = report("2022-12-31", "100", source="a letter", recorded="2023-02-01")
    verdict = assess(target(**A_YEAR), [proof], on="2023-06-01")
    assert verdict.lateness == "record"


@pytest.mark.parametrize(
    ("when", "days", "exact"),
    [
        ("2023-01-31", 31, True),
        ("2023-01", 31, False),
        ("2023-Q2", 181, False),
        ("2022-12-31/2023-01-01", 1, False),
    ],
)
def test_how_late_is_only_known_to_the_period_of_the_figure(when: str, days: int, exact: bool):
    verdict = assess(TRAINING, [report(when, "100")], on="2024-01-01")
    assert (verdict.days_late, verdict.days_late_exact) == (days, exact)


def test_what_is_not_late_is_not_exactly_late():
    for reports in ([], [report("2022-12", "100")]):
        verdict = assess(TRAINING, reports, on="2023-06-01")
        assert (verdict.days_late, verdict.days_late_exact) == (None, None)


def test_a_parent_is_as_exactly_late_as_its_worst_class():
    late = assess(TRAINING, [report("2023-Q1", "100")], on="2023-06-01")
    parent = with_worst_class(assess(target(), on="2023-06-01"), [late])
    assert (parent.days_late, parent.days_late_exact) == (90, False)


def test_never_reported_is_told_from_missed():
    silent, missed = (assess(TRAINING, reports, on="2023-06-01") for reports in ([], HALF))
    assert (silent.never_reported, missed.never_reported) == (True, False)
    in_time = assess(TRAINING, on="2022-06-01")
    counts = count([silent, missed, in_time], frozenset())
    assert (counts.overdue, counts.never_reported) == (2, 1)


def test_a_part_of_a_report_is_no_silence():
    for partial in (report("2022-06", "90", part="sign"), report("2022-06", "90", body="hanoi")):
        assert not assess(TRAINING, [partial], on="2023-06-01").never_reported
    of = asked("mean", **A_YEAR)
    bodies = bodies_of("hanoi", "hue")
    reports = [report("2022-06", "90", body="hanoi")]
    assert not assess(of, reports, on="2023-06-01", bodies=bodies).never_reported
    assert assess(of, on="2023-06-01", bodies=bodies).never_reported


def test_reports_of_single_bodies_or_parts_are_partly_reported_and_not_counted():
    for partial in (report("2022-06", "90", part="sign"), report("2022-06", "90", body="hanoi")):
        verdict = assess(TRAINING, [partial], on="2022-06-30")
        assert (verdict.state, verdict.flags) == ("no_data", ("partly_reported",))


def test_evidence_that_cannot_be_counted_is_flagged_from_its_date_on():
    note = {"vi": "x", "en": "x", "evidence": "true", "date": "2022-06"}
    said = target(**A_YEAR, notes=[note])
    assert flags(said, HALF) == {"uncounted_evidence"}
    assert flags(said, when="2022-06-29") == set()


def test_an_owner_that_ended_without_a_successor_is_flagged():
    assert flags(TRAINING, HALF, bodies={"mic": body(ended="2022-06-30")}) == {"orphaned_owner"}
    assert flags(TRAINING, HALF, bodies={"mic": body(ended="2022-07-01")}) == set()


# Owners


def test_a_promise_lives_on_with_the_successor_of_its_owner():
    bodies = {
        "mic": body(ended="2025-03-01", successor="mst", how="merged"),
        "mst": body(ended="2027-01-01", successor="dx", how="renamed"),
        "dx": body(),
    }
    assert owner_on("mic", bodies, day("2025-02-28")).current == "mic"
    assert owner_on("mic", bodies, day("2025-03-01")).current == "mst"
    assert owner_on("mic", bodies, day("2027-01-01")) == Ownership(
        "mic", "dx", orphaned=False, path=("mic", "mst", "dx")
    )


def test_a_circle_of_successors_ends():
    bodies = {name: body(ended="2025-01-01", successor=to) for name, to in ("ab", "ba")}
    assert owner_on("a", bodies, day("2026-01-01")).orphaned


# The four cells, and parents

SAMPLES = {
    "achieved": assess(TRAINING, [report("2022-12-31", "100")], on="2023-06-01"),
    "achieved_late": assess(TRAINING, [report("2023-01-31", "100")], on="2023-06-01"),
    "overdue": assess(TRAINING, on="2023-06-01"),
    "in_progress": assess(TRAINING, [report("2022-01-05", "1")], on="2022-01-05"),
    "undated": assess(target(), [report("2022-01-05", "1")], on="2022-01-05"),
    "unquantified": assess(target(kind="unquantified"), on="2022-01-05"),
    "withdrawn": assess(
        target(**A_YEAR, closed=closed("withdrawn", "2022-01-02")), on="2022-01-05"
    ),
}


def test_every_target_has_one_cell():
    assert {state: verdict.cell for state, verdict in SAMPLES.items()} == {
        "achieved": "on_time",
        "achieved_late": "late",
        "overdue": "overdue",
        "in_progress": "in_time",
        "undated": "outside",
        "unquantified": "outside",
        "withdrawn": "outside",
    }
    counts = count(SAMPLES.values(), frozenset())
    assert counts == Counts(on_time=1, late=1, in_time=1, overdue=1, outside=3, never_reported=1)


def test_rates_are_shares_of_what_was_due():
    counts = Counts(on_time=2, late=1, in_time=50, overdue=1, outside=7)
    assert counts.due == 4
    rates = tuple(counts.rates.values())
    assert [str(rate) for rate in rates] == ["0.75", "0.5", "0.25"]


def test_with_nothing_due_a_rate_is_none():
    counts = Counts(in_time=5, outside=2)
    assert tuple(counts.rates.values()) == (None, None, None)


def child(name: str, reports=(), when="2023-06-01", **said: object) -> Verdict:
    return assess(target(id=name, part_of="t", **A_YEAR, **said), reports, on=when)


LATE = child("late", [report("2023-01-31", "100")])
DONE = child("done", [report("2022-12-31", "100")])
MISSED = child("missed", [report("2022-12-31", "99")])
DROPPED = child("dropped", closed=closed("withdrawn", "2022-02-01"))


def test_a_parent_stands_as_its_worst_class():
    parent = with_worst_class(assess(TRAINING, on="2023-06-01"), [DONE, MISSED, LATE])
    assert (parent.state, parent.cell, parent.days_overdue) == ("overdue", "overdue", 152)
    assert parent.decision.facts == {"target": "missed"}
    parent = with_worst_class(assess(TRAINING, on="2023-06-01"), [DONE, LATE])
    assert (parent.state, parent.cell, parent.days_late) == ("achieved_late", "late", 31)
    assert parent.evidence == LATE.evidence


def test_a_parent_has_as_many_days_left_as_its_worst_class():
    running = child("running", when="2022-12-01")
    parent = with_worst_class(assess(target(), on="2022-12-01"), [running])
    assert (parent.state, parent.days_left, parent.days_overdue) == ("no_data", 30, None)


def test_closed_classes_are_left_out_unless_all_are_closed():
    parent = assess(TRAINING, on="2023-06-01")
    assert with_worst_class(parent, [DROPPED, DONE]).state == "achieved"
    unquantified = assess(target(id="u", kind="unquantified"), on="2023-06-01")
    assert with_worst_class(parent, [DROPPED, unquantified]).state == "withdrawn"
    assert with_worst_class(parent, [unquantified, DROPPED]).state == "unquantified"


def test_the_order_of_states_is_the_published_one():
    assert [state for state in WORST_FIRST if state not in OUTSIDE] == [
        "breached",
        "overdue",
        "missed",
        "lapsed",
        "regressing",
        "off_track",
        "stale",
        "awaiting_data",
        "no_data",
        "at_risk",
        "undated",
        "in_progress",
        "not_started",
        "on_track",
        "achieved_late",
        "achieved",
    ]


def test_parents_are_not_counted_beside_their_classes():
    parent = assess(TRAINING, on="2023-06-01")
    family = [parent, DONE, LATE]
    classes = classes_of(family)
    assert {name: [v.target.id for v in members] for name, members in classes.items()} == {
        "t": ["done", "late"]
    }
    assert count(family, frozenset(classes)) == Counts(on_time=1, late=1)


def test_periods_that_are_over_are_overdue_since_the_last_of_them_whatever_the_deadline():
    of = target(kind="sustain", periods=["2023", "2024"], deadline="2030")
    verdict = assess(of, [report("2023", "120")], on="2025-03-01")
    assert (verdict.state, verdict.days_left, verdict.days_overdue) == ("overdue", None, 60)

"""Many bodies report on one target: increments, exactness, limits, periods, goalposts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.model.entries import Policy
from cdstrack.core.model.report import Report, Share
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import (
    asked,
    assess,
    bodies_of,
    goal,
    gone,
    report,
    said,
    share,
)

THREE = bodies_of("hanoi", "hue", "danang")


def judged(of: Any, *reports: list[Report], on: str = "2030-01-01", **kw: Any) -> Verdict:
    told = [each for batch in reports for each in batch]
    return assess(of, told, on=on, **{"bodies": THREE} | kw)


def values(verdict: Verdict) -> list[Decimal]:
    return [point.value for point in verdict.points]


# Increments


TRAINED = {"accumulate": "sum", "baseline": {"value": "1000", "date": "2023"}}


def test_increments_of_all_bodies_and_of_none_add_up_from_the_baseline():
    verdict = judged(
        asked("sum", **TRAINED),
        said("2024-Q1", hanoi="10", hue="20"),
        [report("2024-Q2", "300")],
        said("2024-Q3", hanoi="5"),
    )
    assert values(verdict) == [1030, 1330, 1335]


def test_the_baseline_of_levels_is_where_they_started_and_is_not_added():
    base = {"baseline": {"value": "1000", "date": "2023"}}
    assert values(judged(asked("sum", **base), said("2024", hanoi="10"))) == [10]


def test_two_increments_of_a_body_for_one_date_both_count():
    twice = [report("2024", "5", body="hue", at=1), report("2024", "5", body="hue", at=2)]
    assert values(judged(asked("sum", accumulate="sum"), twice)) == [10]


def test_the_mean_of_what_bodies_have_added_up():
    said_of = asked("mean", accumulate="sum")
    assert values(judged(said_of, said("2024", hue="5"), said("2025", hue="10", hanoi="6")))[1] == 7


@pytest.mark.parametrize(("across", "expected"), [("share", 100), ("min", 40)])
def test_an_increment_of_nobody_is_not_one_more_body(across: str, expected: int):
    said_of = asked(across, accumulate="sum", each={"at_least": "30"})
    every = said("2024", hanoi="40", hue="40", danang="40")
    assert values(judged(said_of, every, [report("2025", "35")]))[-1] == expected


# How exact it is


@pytest.mark.parametrize(
    ("qualifiers", "joint"),
    [
        (["nearly", None], "nearly"),
        (["nearly", "nearly"], "nearly"),
        (["nearly", "over"], "about"),
        (["over", "about"], "about"),
        ([None, None], None),
    ],
)
def test_a_total_is_as_exact_as_what_it_is_made_of(qualifiers: list, joint: str | None):
    one, other = qualifiers
    told = [report("2024", "9", one, body="hue"), report("2024", "9", other, body="hanoi")]
    assert judged(asked("sum"), told).points[-1].qualifier == joint


def test_a_body_that_reports_anew_takes_its_vagueness_back():
    told = [report("2024-01", "9", "about", body="hue"), report("2024-02", "9", body="hue")]
    assert [point.qualifier for point in judged(asked("sum"), told).points] == ["about", None]


def test_the_lowest_figure_is_as_exact_as_it_was_said():
    told = [report("2024", "9", "nearly", body="hue"), report("2024", "10", "about", body="hanoi")]
    assert judged(asked("min"), told).points[-1].qualifier == "nearly"
    assert judged(asked("max"), told).points[-1].qualifier == "about"


def test_of_two_equal_figures_the_one_that_may_be_lower_is_the_lowest():
    told = [report("2024", "9", body="hue"), report("2024", "9", "nearly", body="hanoi", at=1)]
    assert judged(asked("min"), told).points[-1].qualifier == "nearly"


def test_of_two_equal_figures_the_one_that_may_be_higher_is_the_highest():
    for one, other in (("over", None), (None, "over")):
        told = [report("2024", "9", one, body="hue"), report("2024", "9", other, body="hanoi")]
        assert judged(asked("max"), told).points[-1].qualifier == "over"


def test_what_a_body_has_added_up_is_as_exact_as_its_vaguest_increment():
    told = [report("2024-01", "9", "about", body="hue"), report("2024-02", "9", body="hue")]
    verdict = judged(asked("sum", accumulate="sum"), told)
    assert [point.qualifier for point in verdict.points] == ["about", "about"]


def test_nearly_there_does_not_pass():
    told = [report("2024", "90", "nearly", body="hue"), report("2024", "90", "over", body="hanoi")]
    verdict = judged(asked("share", target={"at_least": "90"}), told)
    assert verdict.points[0].share == Share(1, 3)


def test_what_is_about_right_depends_on_the_slack_of_the_register():
    told = [report("2024", "99", "about", body=name) for name in THREE]
    for slack, passed in (("0.05", 3), ("0.2", 0)):
        policy = Policy.model_validate({"about": slack})
        verdict = judged(asked("share", each={"at_least": "90"}), told, policy=policy)
        assert verdict.points[0].share == Share(passed, 3)


# Limits and periods

LIMIT = asked(
    "sum", kind="limit", target={"at_most": "100"}, start="2024-01-01", deadline="2024-12-31"
)


def test_what_bodies_use_up_together_breaches_a_limit():
    verdict = judged(LIMIT, said("2024-03", hanoi="60"), said("2024-06", hue="40.01"))
    assert (verdict.state, verdict.first_met) == ("breached", None)


def test_a_limit_is_not_kept_while_a_body_is_silent():
    told = said("2024", hanoi="30", hue="30")
    verdict = judged(LIMIT, told, on="2025-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_undecided")
    assert judged(LIMIT, told, said("2024", danang="40"), on="2025-01-01").state == "achieved"


def test_a_limit_is_not_kept_while_a_body_is_silent_for_part_of_the_time():
    told = said("2024", hanoi="30", hue="30") + said("2024-H2", danang="40")
    verdict = judged(LIMIT, told, on="2025-01-01")
    assert (verdict.state, *map(str, verdict.times_missing)) == ("overdue", "2024-H1")


def test_the_end_of_one_body_does_not_speak_for_the_silence_of_another():
    bodies = bodies_of("hanoi", "hue", danang=gone("2024-12-01"))
    told = said("2024", hanoi="30") + said("2024-11", danang="20") + said("2024-H2", hue="30")
    told += said("2024-01/2024-10", danang="10")
    verdict = judged(LIMIT, told, on="2025-01-01", bodies=bodies)
    assert (verdict.state, *map(str, verdict.times_missing)) == ("overdue", "2024-H1")
    whole = judged(LIMIT, told, said("2024-H1", hue="5"), on="2025-01-01", bodies=bodies)
    assert whole.state == "achieved"


def test_what_a_body_left_unsaid_before_it_ended_stays_open():
    bodies = bodies_of("hanoi", "hue", danang=gone("2024-12-01"))
    told = said("2024", hanoi="30", hue="30") + said("2024-11", danang="20")
    told += said("2024-01/2024-08", danang="10")
    verdict = judged(LIMIT, told, on="2025-01-01", bodies=bodies)
    assert (verdict.state, *map(str, verdict.times_missing)) == (
        "overdue", "2024-09/2024-10",
    )  # fmt: skip


def test_the_report_of_a_stranger_does_not_cover_the_deadline_of_a_limit():
    of_all = said("2024-06", hanoi="10", hue="10", danang="10")
    verdict = judged(LIMIT, of_all, said("2024-12", vientiane="0"), on="2025-01-01")
    assert verdict.state == "overdue"


YEARLY = {"kind": "sustain", "periods": ["2024", "2025"], "target": {"at_least": "60"}}


def test_in_every_period_the_bodies_have_to_report_anew():
    of_all = said("2024", hanoi="20", hue="20", danang="20")
    verdict = judged(asked("sum", **YEARLY), of_all, said("2025", hanoi="20"), on="2026-01-01")
    spans = [(span.result, span.value) for span in verdict.spans]
    assert spans == [("kept", 60), ("unreported", 20)]
    assert verdict.state == "overdue"


def test_a_period_is_missed_once_the_silent_bodies_could_not_keep_it():
    of_two = said("2024", hanoi="20", hue="20")
    ceiling = asked("sum", **YEARLY | {"target": {"at_most": "30"}})
    verdict = judged(ceiling, of_two, on="2025-06-01")
    assert [span.result for span in verdict.spans] == ["missed", "open"]


def test_increments_of_bodies_stay_inside_their_period():
    said_of = asked("sum", **YEARLY, accumulate="sum", baseline={"value": "1000"})
    halves = said("2024-H1", hanoi="50"), said("2024-H2", hanoi="10"), said("2025", hue="59")
    verdict = judged(said_of, *halves, on="2026-01-01")
    assert [span.value for span in verdict.spans] == [60, 59]


@pytest.mark.parametrize(
    ("across", "wanted", "figure"),
    [("ratio", {"at_least": "50"}, share(1, 2)), ("sum", {"at_most": "60"}, "60")],
)
def test_a_period_is_not_kept_while_silence_could_still_spoil_it(
    across: str, wanted: dict, figure: Any
):
    said_of = asked(across, **YEARLY | {"target": wanted, "periods": ["2024"]})
    verdict = judged(said_of, said("2024", hanoi=figure), on="2025-01-01")
    assert [span.result for span in verdict.spans] != ["kept"]


def test_a_period_is_not_missed_while_the_silent_have_time():
    said_of = asked("sum", **YEARLY, lag_days=30)
    verdict = judged(said_of, said("2024", hanoi="20", hue="20"), on="2025-01-30")
    assert verdict.state != "breached"


# Goalposts that move


def lowered(**said_more: Any):
    """At least 90, on 2024-06-01 lowered to 70: of bodies, and of their share."""
    old, new = {"at_least": "90"}, {"at_least": "70"}
    revision = {"on": "2024-06-01", "source": "decision", "field": "target", "old": old, "new": new}
    return asked("share", target=new, deadline="2024", revisions=[revision], **said_more)


def test_a_revised_figure_is_what_each_body_has_to_reach_from_then_on():
    told = said("2024-03", hanoi="95", hue="80", danang="75")
    before = judged(lowered(), told, on="2024-05-31")
    assert (before.points[0].share, before.state) == (Share(1, 3), "in_progress")
    after = judged(lowered(), told, on="2024-06-01")
    assert (after.points[0].share, after.state) == (Share(3, 3), "achieved")


def test_the_original_is_judged_by_what_each_body_had_to_reach_then():
    told = said("2024-03", hanoi="95", hue="80", danang="75")
    verdict = judged(lowered(), told, on="2025-01-01")
    assert verdict.state == "achieved"
    assert verdict.original is not None
    assert (verdict.original.state, verdict.original.terms.goal) == ("overdue", goal(at_least="90"))


def test_what_each_body_has_to_reach_does_not_move_with_the_target_if_said_for_itself():
    told = said("2024-03", hanoi="95", hue="80", danang="75")
    verdict = judged(lowered(each={"at_least": "80"}), told, on="2025-01-01")
    assert verdict.points[0].share == Share(2, 3)


def test_a_limit_waits_for_the_silent_within_the_lag():
    said_of = asked("sum", kind="limit", target={"at_most": "100"}, deadline="2024", lag_days=30)
    told = said("2024", hanoi="60")
    assert judged(said_of, told, on="2025-01-15").state == "awaiting_data"
    assert judged(said_of, told, on="2025-02-15").state == "overdue"

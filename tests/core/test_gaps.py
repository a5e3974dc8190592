"""What was first left open and filled in later, and baselines that were set anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.checks.goalposts import moved
from cdstrack.core.model.entries import Target
from tests.core.build import asked, assess, bodies_of, goal, register_of, report, said, target

BASE = {"value": "0", "date": "2021-12-31"}
A_YEAR: dict[str, Any] = {"baseline": BASE, "deadline": "2022-12-31"}


def filled(name: str, new: Any, on: str = "2022-06-01", old: Any = None) -> dict[str, Any]:
    return {"on": on, "field": name, "old": old, "new": new}


def with_gap(*names: str, on: str = "2022-06-01", **more: Any) -> Target:
    """A year's target of which these were first left open."""
    values = {"target": {"at_least": "100"}, "deadline": "2022", "baseline": BASE}
    return target(**A_YEAR | more, revisions=[filled(name, values[name], on) for name in names])


HALF = [report("2022-05-31", "40")]


# The target


def test_before_it_had_a_figure_a_promise_was_unquantified():
    of = with_gap("target")
    verdict = assess(of, HALF, on="2022-05-31")
    assert (verdict.state, verdict.decision.rule, verdict.cell) == ("unquantified", "2", "outside")
    assert (verdict.terms.goal, verdict.original, verdict.flags) == (None, None, ())
    assert assess(of, HALF, on="2022-06-01").state == "on_track"


@pytest.mark.parametrize("name", ["target", "deadline", "baseline"])
def test_to_fill_a_gap_makes_nothing_easier(name: str):
    verdict = assess(with_gap(name), HALF, on="2022-06-01")
    assert "revised" in verdict.flags
    assert "eased" not in verdict.flags


def test_what_was_open_when_its_deadline_passed_had_not_been_missed():
    of = with_gap("target", on="2023-03-01")
    assert assess(of, on="2023-02-28").state == "unquantified"
    assert assess(of, [report("2022-12-31", "100")], on="2023-03-01").state == "achieved"
    assert assess(of, on="2023-03-01").state == "overdue"


@pytest.mark.parametrize(
    "kind",
    [
        {"kind": "sustain", "periods": ["2022", "2023"]},
        {"kind": "limit", "target": {"at_most": "100"}, "deadline": "2022"},
    ],
)
def test_every_kind_with_a_figure_may_have_been_left_open(kind: dict[str, Any]):
    wanted = kind.get("target", {"at_least": "100"})
    of = target(**kind, revisions=[filled("target", wanted)])
    reports = [report("2022-05-31", "40")]
    assert assess(of, reports, on="2022-05-31").state == "unquantified"
    assert assess(of, reports, on="2022-06-01").state != "unquantified"


def test_a_target_of_many_bodies_is_unquantified_too():
    of = asked("mean", **A_YEAR, revisions=[filled("target", {"at_least": "100"})])
    bodies, reports = bodies_of("hanoi", "hue"), said("2022-05", hanoi="90", hue="80")
    assert assess(of, reports, on="2022-05-31", bodies=bodies).state == "unquantified"
    assert assess(of, reports, on="2022-06-01", bodies=bodies).state == "on_track"


# The deadline


def test_before_it_had_a_deadline_a_promise_was_undated():
    of = with_gap("deadline")
    before, after = (assess(of, HALF, on=on) for on in ("2022-05-31", "2022-06-01"))
    assert (before.state, before.cell, before.days_left) == ("undated", "outside", None)
    assert (after.state, after.days_left) == ("on_track", 213)
    assert after.original is not None
    assert (after.original.state, after.original.terms.deadline) == ("undated", None)


def test_a_deadline_that_was_filled_in_may_move_like_any_other():
    of = target(
        deadline="2024",
        revisions=[filled("deadline", "2022"), filled("deadline", "2024", "2022-09-01", "2022")],
    )
    dues = [assess(of, on=on).due for on in ("2022-05-31", "2022-06-01", "2022-09-01")]
    assert [due and due.year for due in dues] == [None, 2022, 2024]
    assert "eased" in assess(of, on="2022-09-01").flags


# The baseline


def test_before_it_had_a_baseline_there_was_no_pace():
    of = with_gap("baseline")
    before, after = (assess(of, HALF, on=on) for on in ("2022-05-31", "2022-06-01"))
    assert (before.state, before.decision.rule, before.progress) == ("in_progress", "10", None)
    assert after.progress == Decimal("0.4")


def test_a_baseline_that_was_set_anew_counts_from_the_day_of_the_decision():
    old, new = {"value": "20", "date": "2021-12-31"}, BASE
    of = target(**A_YEAR, revisions=[filled("baseline", new, old=old)])
    before, after = (assess(of, HALF, on=on) for on in ("2022-05-31", "2022-06-01"))
    assert (before.progress, after.progress) == (Decimal("0.25"), Decimal("0.4"))
    assert after.original is not None
    assert after.original.progress == Decimal("0.25")
    assert (after.method, "eased" in after.flags) == ("straight_line", False)


def test_increments_are_added_to_the_baseline_that_held():
    old = {"value": "20", "date": "2021-12-31"}
    of = target(**A_YEAR, accumulate="sum", revisions=[filled("baseline", BASE, old=old)])
    before, after = (assess(of, HALF, on=on).last for on in ("2022-05-31", "2022-06-01"))
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (60, 40)


def test_what_the_register_says_of_its_baseline_is_not_lost_with_a_revision():
    known = {**BASE, "inferred": "true"}
    of = target(**A_YEAR | {"baseline": known}, revisions=[filled("baseline", BASE)])
    assert "baseline_inferred" in assess(of, HALF, on="2022-06-01").flags


@pytest.mark.parametrize("accumulate", ["latest", "sum"])
def test_a_baseline_that_is_dated_later_is_not_there_yet(accumulate: str):
    base = {"value": "30", "date": "2022-06-30"}
    of = target(deadline="2022-12-31", baseline=base, accumulate=accumulate)
    before, after = (assess(of, HALF, on=on) for on in ("2022-06-29", "2022-06-30"))
    assert before.last is not None
    assert before.last.value == 40
    assert before.start is None or before.start.value == 0
    assert after.start is not None
    assert after.start.value == 30


def test_a_baseline_of_a_whole_period_is_there_on_its_last_day():
    of = target(deadline="2023", baseline={"value": "30", "date": "2022"})
    starts = [assess(of, on=on).start for on in ("2022-12-30", "2022-12-31")]
    assert [start and start.value for start in starts] == [None, 30]


# What an earlier version is compared with


def silent(before: Target, after: Target) -> list[str]:
    return [finding.key for finding in moved(register_of(before), register_of(after))]


OPEN: dict[str, dict[str, Any]] = {
    "deadline": {"deadline": None},
    "baseline": {"baseline": None},
}


@pytest.mark.parametrize("name", OPEN)
def test_a_gap_that_a_dated_revision_filled_has_not_moved(name: str):
    before = target(**A_YEAR | OPEN[name])
    assert silent(before, with_gap(name)) == []
    assert name in silent(before, target(**A_YEAR))


def test_what_was_unquantified_may_be_given_a_measure_by_a_dated_revision():
    before = target(kind="unquantified", deadline="2022-12-31")
    after = with_gap("target", accumulate="sum", lag_days="30")
    assert silent(before, after) == []
    assert {"kind", "target", "unit"} <= set(silent(before, target(**A_YEAR)))


def test_a_measure_is_no_excuse_for_another_owner_or_deadline():
    before = target(kind="unquantified", deadline="2022-12-31")
    after = with_gap("target", owner="moj", deadline="2023")
    assert silent(before, after) == ["deadline", "owner"]


def test_a_figure_is_no_gap():
    before = target(**A_YEAR)
    after = target(
        **A_YEAR | {"target": {"at_least": "50"}}, revisions=[filled("target", {"at_least": "50"})]
    )
    assert silent(before, after) == ["target"]


def test_a_revised_baseline_passes_and_a_rewritten_one_does_not():
    first = target(**A_YEAR | {"baseline": {"value": "20", "date": "2021"}})
    move = filled("baseline", BASE, old={"value": "20", "date": "2021"})
    revised = target(**A_YEAR, revisions=[move])
    assert silent(first, revised) == []
    assert silent(first, target(**A_YEAR)) == ["baseline"]
    assert silent(revised, target(**A_YEAR)) == ["revisions"]


def test_a_goal_of_a_gap_is_the_one_that_holds_today():
    verdict = assess(with_gap("target"), on="2022-06-01")
    assert verdict.terms.goal == goal(at_least="100")

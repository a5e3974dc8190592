"""Decisions on what is promised of a slice (rules §6)."""

from __future__ import annotations

from typing import Any

import pytest

from cdstrack.core.checks.goalposts import backdated, moved
from cdstrack.core.checks.register_checks import check_register
from cdstrack.core.model.entries import Target
from cdstrack.core.model.register import Register
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import day, register_of
from tests.core.test_slices import WOMEN, broken_down, judged, sliced

EASIER = {"on": "2024-06-01", "field": "target", "old": {"at_least": "60"},
          "new": {"at_least": "50"}}  # fmt: skip


def women(goal: str | None, *revisions: dict[str, Any], **said: Any) -> Target:
    promise = {"slice": {"sex": "women"}, "revisions": [*revisions]}
    promise |= {"target": {"at_least": goal}} if goal is not None else {}
    return broken_down(slices=[promise], target={"at_least": "80"}, **said)


def stands(of: Target, value: str, on: str) -> Verdict:
    return judged(of, sliced(WOMEN, "2023", value), on=on).slices[WOMEN]


def test_a_slice_is_judged_by_the_terms_in_force_and_by_those_first_given():
    of = women("50", EASIER)
    assert not stands(of, "55", "2024-03-01").met_now
    later = stands(of, "55", "2024-09-01")
    assert later.state == "achieved"
    assert {"revised", "eased"} <= {*later.flags}
    assert later.original is not None
    assert later.original.state != "achieved"


def test_that_it_was_eased_is_flagged_on_the_whole_whose_own_terms_stay():
    of = women("50", EASIER)
    verdict = judged(of, sliced(WOMEN, "2023", "55"), on="2024-09-01")
    assert {"revised", "eased"} <= {*verdict.flags}
    assert (verdict.history, str(verdict.terms.goal and verdict.terms.goal.value)) == (None, "80")


def test_a_decision_after_a_deadline_that_was_missed_changes_nothing():
    late = EASIER | {"on": "2026-02-01"}
    assert stands(women("50", late), "55", "2026-06-01").state == "overdue"


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        (women("50", EASIER), []),
        (women("40", EASIER), ["revision_not_applied"]),
        (women(None, EASIER), ["revision_not_applied"]),
        (women("50", EASIER, EASIER | {"on": "2024-01-01"}), ["not_in_order", "revision_chain"]),
        (women("50", EASIER | {"source": "nowhere"}), ["unknown_source"]),
    ],
)
def test_decisions_form_a_chain_that_ends_in_what_holds_now(of, codes):
    problems = check_register(register_of(of))
    assert sorted(one.code for one in problems if one.path[:1] == ("slices",)) == codes


def fields(was: Target, now: Target) -> list[object]:
    versions: list[Register] = [register_of(was), register_of(now)]
    return [finding.facts["field"] for finding in moved(*versions)]


def test_what_a_decision_leads_to_is_no_silent_move():
    assert fields(women("60"), women("50", EASIER)) == []
    assert fields(women("60"), women("50")) == ["slices"]
    assert fields(women("60"), women("40", EASIER | {"new": {"at_least": "45"}})) == ["slices"]
    assert fields(women("50", EASIER), women("50")) == ["slices"]
    assert fields(women("60"), women("60", EASIER)) == ["slices"]
    filled = {**EASIER, "old": None, "new": {"at_least": "60"}}
    assert fields(women(None), women("60", filled)) == []
    assert fields(women(None), women("60")) == ["slices"]


def test_a_decision_that_is_dated_before_the_version_is_named():
    versions = register_of(women("60")), register_of(women("50", EASIER))
    [finding] = backdated(*versions, day("2024-07-01"))
    assert finding.facts["decision"] == "revision"
    assert backdated(*versions, day("2024-05-01")) == []

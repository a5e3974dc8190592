"""Conditions with figures and units of their own (rules of judgement §6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cdstrack.core.checks.goalposts import backdated, moved
from cdstrack.core.checks.past import rewritten
from cdstrack.core.checks.register_checks import check_register
from cdstrack.core.model.entries import Target
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import in_order
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import bodies_of, day, group_of, register_of, report, share, target

INFLATION = {"title": "Inflation", "target": {"at_most": "4"}, "unit": "%"}
JOBS = {"title": "New jobs", "target": {"at_least": "1000"}, "unit": "jobs"}
DUE = {"deadline": "2025", "start": "2021"}


def of(*names: str, **said: Any) -> Target:
    known = {"inflation": INFLATION, "jobs": JOBS, "law": "A law is passed"}
    return target(**{**DUE, "conditions": {name: known[name] for name in names}, **said})


def judged(whole: Target, *reports: Report, on: str = "2026-06-01") -> Verdict:
    ledger = Ledger({whole.id: in_order(reports)})
    (verdict,) = Referee(register_of(whole), day(on)).judge_all(ledger)
    return verdict


def state(whole: Target, *reports: Report, on: str = "2026-06-01") -> str:
    return judged(whole, *reports, on=on).state


WHOLE = report("2025", "100")
LOW, HIGH = (report("2025", value, part="inflation") for value in ("3.5", "4.5"))
FEW, MANY = (report("2025", value, part="jobs") for value in ("999", "1000"))


def test_a_target_whose_own_figure_is_not_known_yet_waits_for_it_whatever_its_conditions_say():
    open_ = of("inflation", target={"increase_by": "20%"})
    assert state(open_, LOW) == "overdue"
    assert state(open_, WHOLE, LOW) == "overdue"
    known = of("inflation", target={"increase_by": "20%"}, baseline={"value": "80", "date": "2020"})
    assert state(known, WHOLE, LOW) == "achieved"


def test_a_target_is_met_only_when_its_conditions_are():
    growth = of("inflation", "jobs")
    assert state(growth, WHOLE, LOW, MANY) == "achieved"
    assert state(growth, WHOLE, HIGH, MANY) == "overdue"
    assert state(growth, WHOLE, LOW, FEW) == "overdue"
    assert state(growth, WHOLE, LOW) == "overdue"  # jobs were never reported
    assert state(growth, LOW, MANY) == "overdue"  # nor was the target itself


def test_the_worst_condition_is_named_and_the_value_stays_that_of_the_target():
    verdict = judged(of("inflation", "jobs"), WHOLE, HIGH, MANY)
    assert (verdict.decision.why, verdict.decision.facts) == (
        "worst_condition",
        {"condition": "inflation"},
    )
    assert verdict.last is not None
    assert verdict.last.value == 100
    assert {name: part.state for name, part in verdict.conditions.items()} == {
        "inflation": "overdue",
        "jobs": "achieved",
    }


def test_a_target_of_conditions_alone_stands_as_the_worst_of_them():
    portal = of("inflation", "jobs", target=None, unit=None)
    assert state(portal, LOW, MANY) == "achieved"
    assert state(portal, LOW, FEW) == "overdue"
    assert state(portal, on="2022-01-01") == "no_data"


def test_a_milestone_may_want_more_than_to_be_done():
    law = of("jobs", kind="milestone", target=None, unit=None)
    done = report("2025", True)
    assert state(law, done, MANY) == "achieved"
    assert state(law, done, FEW) == "overdue"
    assert state(law, MANY) == "overdue"


def test_conditions_without_a_figure_stay_the_value_beside_those_with_one():
    mixed = of("law", "jobs")
    passed = report("2025", "100", part="law")
    assert state(mixed, passed, MANY) == "achieved"
    assert state(mixed, report("2025", "99", part="law"), MANY) == "overdue"
    assert state(mixed, passed, FEW) == "overdue"


def test_a_condition_may_be_reported_as_n_of_n():
    served = {"served": {"title": "Served", "target": {"at_least": "90"}, "unit": "%"}}
    whole = target(**DUE, conditions=served)
    assert state(whole, WHOLE, report("2025", share(9, 10), part="served")) == "achieved"
    assert state(whole, WHOLE, report("2025", share(8, 10), part="served")) == "overdue"


def test_each_period_of_sustain_wants_its_conditions_too():
    yearly = of("inflation", kind="sustain", periods=["2024", "2025"], deadline=None)
    kept = [report(year, "100") for year in ("2024", "2025")]
    low = [report(year, "3", part="inflation") for year in ("2024", "2025")]
    assert state(yearly, *kept, *low) == "achieved"
    assert state(yearly, *kept, low[0], HIGH) == "breached"


def test_a_closed_target_is_closed_whatever_its_conditions_say():
    closed = of("jobs", closed={"on": "2023-01-01", "how": "withdrawn", "source": "decision"})
    assert state(closed, FEW) == "withdrawn"


@given(
    st.sampled_from(["", "80", "100"]),
    st.sampled_from(["", "3", "5"]),
    st.sampled_from(["", "400", "1000"]),
    st.sampled_from(["2022-06-01", "2025-12-31", "2026-01-01", "2027-01-01"]),
)
def test_the_whole_stands_as_the_worst_of_targets_that_say_the_same(
    value: str, inflation: str, jobs: str, on: str
):
    figures = [(None, value), ("inflation", inflation), ("jobs", jobs)]
    reports = [report("2024", figure, part=name) for name, figure in figures if figure]
    apart = [
        target(**DUE),
        *(target(**DUE, unit=text["unit"], target=text["target"]) for text in (INFLATION, JOBS)),
    ]
    states = [
        state(alone, *([report("2024", figure)] if figure else []), on=on)
        for alone, (_, figure) in zip(apart, figures, strict=True)
    ]
    worst = min(states, key=WORST_FIRST.index)  # type: ignore[arg-type]
    assert state(of("inflation", "jobs"), *reports, on=on) == worst


# What is not silent, and what is refused


def fields_moved(before: Target, after: Target) -> list[object]:
    return [finding.facts["field"] for finding in moved(register_of(before), register_of(after))]


@pytest.mark.parametrize(
    "change", [{"target": {"at_most": "5"}}, {"unit": "points"}, {"baseline": {"value": "9"}}]
)
def test_the_figure_of_a_condition_is_a_goalpost(change: dict[str, Any]):
    before = target(**DUE, conditions={"inflation": INFLATION})
    after = target(**DUE, conditions={"inflation": {**INFLATION, **change}})
    assert fields_moved(before, after) == ["conditions"]
    assert fields_moved(before, target(**DUE, conditions={"inflation": "x"})) == ["conditions"]
    reworded = {"inflation": {**INFLATION, "title": "Rise of prices"}}
    assert fields_moved(before, target(**DUE, conditions=reworded)) == []


def problems(whole: Target, **said: Any) -> Sequence[str]:
    register = register_of(whole, **said)
    codes = ("condition_of_bodies", "kind_needs", "needs_beside", "goal_previous")
    return [problem.code for problem in check_register(register) if problem.code in codes]


def test_conditions_with_figures_are_not_for_bodies_that_report_one_by_one():
    bodies = bodies_of("ha-noi", "hue")
    whole = of("jobs", reporters="all", across="min")
    assert problems(whole, bodies=bodies, groups={"all": group_of(bodies)}) == [
        "condition_of_bodies"
    ]


def test_a_figure_is_wanted_unless_every_condition_has_one():
    assert problems(of("inflation", target=None, unit=None)) == []
    assert problems(of("inflation", "law", target=None)) == ["kind_needs"]
    assert problems(of("inflation", kind="limit", target=None)) == ["kind_needs"]


@every_case(
    "condition",
    [
        {"title": "Inflation"},
        {"target": {"at_most": "4"}},
        {"title": "Inflation", "target": "4"},
        {"title": "Inflation", "target": {"at_most": "4", "at_least": "1"}},
        {"title": "Inflation", "target": {"at_most": "4"}, "units": "%"},
        {"vi": "Lạm phát"},
        ["Inflation"],
        {},
    ],
)
def test_what_is_no_condition_is_refused(condition: object):
    with pytest.raises(ValidationError):
        target(**DUE, conditions={"inflation": condition})


def test_what_a_backdated_decision_changes_of_the_past_is_told_with_the_conditions():
    before = of("jobs", deadline="2023")
    moved_back = {"on": "2022-01-01", "source": "decision", "field": "deadline"}
    after = of("jobs", deadline="2030", revisions=[{**moved_back, "old": "2023", "new": "2030"}])
    was, now = register_of(before), register_of(after)
    reports = [report("2023", "100"), report("2023", "9", part="jobs")]
    findings = rewritten(
        was, now, day("2026-06-01"), decisions=backdated(was, now, day("2026-06-01")), claims={},
        reports=lambda name, on, is_now: Ledger({name: reports}),
    )  # fmt: skip
    assert [(finding.code, finding.facts["old"]) for finding in findings] == [
        ("past-rewritten", "overdue")
    ]

"""Worked cases from other systems and from our own rules (vectors.json), every one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cdstrack.core.model.structs import fields
from cdstrack.core.values import measures
from cdstrack.core.values.bodies import owner_on
from cdstrack.core.values.measures import Plan
from cdstrack.core.verdict.verdict import Counts, Verdict
from tests.core.build import assess, body, day, plan_through, report, share, stated, target

NOT_OURS = {
    "bee-tare": "a counter that restarts is corrected or reported as increments, never guessed",
    "magennis-pi-2": "no probability below 7 increments",
    "magennis-pi-3": "no probability below 7 increments",
    "magennis-dice": "no simulation: one finish date from the trend, or none",
    "weather-poverty": "the trend is the average since the baseline or Theil–Sen, not five years",
}
"""Vectors that do not apply, and why."""

NOT_OUR_MEASURES = {
    "iati-journalists": {"percent_of_target"},  # progress starts at the baseline, not at zero
    "tola-under-decrease": {"percent_of_target"},  # a ceiling that nothing has reached yet
    "scipy-theil-1": {"intercept_separate", "intercept_joint"},  # anchored at the last value
    "scipy-theil-sen1968": {"intercept_separate", "intercept_joint"},
    "es-same-data": {"ieac_t"},  # the finish comes from the trend of reports, not from SPI(t)
    "un-chart-poverty": {"cagr_observed", "un_projected", "un_ratio"},  # never compounded
}
"""Expectations of vectors that otherwise apply, which are no measures of ours."""

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"), parse_float=Decimal
)["vectors"]
APPLIED = [vector for vector in VECTORS if vector["id"] not in NOT_OURS]

AMENDED: Mapping[str, str] = {
    "tola-under-decrease": "overdue",
    "rule-limit-kept": "overdue",
}
"""Vectors whose verdict took silence for evidence; the state by the rules of coverage.

One report of October says nothing of the ceiling in December; June and December alone say nothing
of the ten months between.
"""

Measures = Mapping[str, object]
DAY_ZERO = day("2024-01-01")


def judged(vector: dict[str, Any]) -> Verdict:
    said = {"stated": stated("2010-01-01")} | vector["target"]
    reports = [report(each["date"], _figure(each)) for each in vector["reports"]]
    return assess(target(**said), reports, on=vector["as_of"])


def _figure(said: dict[str, Any]) -> Any:
    if "n" in said:
        return share(said["n"], said["of"])
    return said.get("value", said.get("done"))


def of_target(vector: dict[str, Any]) -> Measures:
    verdict = judged(vector)
    last, plan = verdict.last, verdict.plan
    found: dict[str, object] = {
        "met": verdict.first_met is not None and verdict.state.startswith("achieved"),
        "progress": verdict.progress,
        "buffer_days": verdict.buffer_days,
        "days_late": verdict.days_late or 0,
        "first_met": str(verdict.first_met.last) if verdict.first_met else None,
        "in_force": [[str(point.day), int(point.value)] for point in verdict.points],
        "periods": {str(span.period): span.result for span in verdict.spans},
    }
    if verdict.progress is not None:
        found["percent_of_target"] = 100 * verdict.progress
    if last is not None:
        found["value"] = last.value
        if plan is not None:
            margin = last.value - plan.planned(last.day)
            found["margin"] = margin if plan.wanted > plan.baseline else -margin
    return found


def of_elapsed(vector: dict[str, Any]) -> Measures:
    start = vector["start"] or "2017-01-01"
    said = target(start=start, deadline=vector["deadline"])
    gone = assess(said, on=vector["as_of"]).elapsed
    return {"elapsed_percent": None if gone is None else 100 * gone}


def plan_by_days(*points: tuple[int, int]) -> Plan:
    return plan_through(*((DAY_ZERO + timedelta(days=at), value) for at, value in points))


def of_plan(vector: dict[str, Any]) -> Measures:
    plan = plan_by_days(*vector["points"])
    return {"planned": plan.planned(DAY_ZERO + timedelta(days=vector["at"]))}


def of_earned_schedule(vector: dict[str, Any]) -> Measures:
    at = DAY_ZERO + timedelta(days=vector["at"])
    if "es" in vector:
        return {"spi_t": plan_by_days((0, 0), (100, 100)).pace(Decimal(vector["es"]), at)}
    plan = plan_by_days((0, 0), *enumerate(vector["pv"], start=1))
    earned = Decimal(vector["ev"])
    return {
        "sv": earned - plan.planned(at),
        "spi": earned / plan.planned(at),
        "es": plan.earned_days(earned),
        "spi_t": plan.pace(earned, at),
    }


def of_theil_sen(vector: dict[str, Any]) -> Measures:
    xs, ys = ([Decimal(number) for number in vector[name]] for name in ("x", "y"))
    return {"slope": measures.theil_sen(xs, ys)}


def of_owner(vector: dict[str, Any]) -> Measures:
    bodies = {name: body(**said) for name, said in vector["bodies"].items()}
    owner = owner_on(vector["owner"], bodies, day(vector["as_of"]))
    return {"current": owner.current, "orphaned": owner.orphaned}


def of_portfolio(vector: dict[str, Any]) -> Measures:
    counts = Counts(**vector["counts"])
    rates = counts.rates
    completion, overdue = rates["completion_rate"], rates["overdue_rate"]
    assert completion is not None
    assert overdue is not None
    completed, rest = counts.on_time + counts.late, counts.in_time + counts.overdue
    return {
        "total": sum(getattr(counts, each.name) for each in fields(counts)),
        "completed": completed,
        "not_completed": rest,
        "completion_rate": 100 * completion,
        "overdue_rate": 100 * overdue,
    }


FUNCTIONS: dict[str, Callable[[dict[str, Any]], Measures]] = {
    "target": of_target,
    "elapsed": of_elapsed,
    "plan": of_plan,
    "earned_schedule": of_earned_schedule,
    "theil_sen": of_theil_sen,
    "owner": of_owner,
    "portfolio": of_portfolio,
}


def expected(vector: dict[str, Any]) -> Measures:
    ours = vector["expect"].keys() - NOT_OUR_MEASURES.get(vector["id"], set())
    if vector["id"] in AMENDED:
        ours.discard("met")
    return {name: vector["expect"][name] for name in ours}


@pytest.mark.parametrize("vector", APPLIED, ids=lambda vector: vector["id"])
def test_vector(vector: dict[str, Any]):
    found = FUNCTIONS[vector.get("function", "target")](vector)
    for name, value in expected(vector).items():
        assert found[name] == (
            pytest.approx(value, abs=Decimal(str(vector.get("tol", "0.000001"))))
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool)
            else value
        ), name
    if "state" in vector:
        assert judged(vector).state == AMENDED.get(vector["id"], vector["state"])


def test_every_vector_is_either_applied_or_explained():
    ids = [vector["id"] for vector in VECTORS]
    assert len(ids) == len(set(ids)) == 86
    assert {vector["id"] for vector in APPLIED} | NOT_OURS.keys() == set(ids)
    assert NOT_OUR_MEASURES.keys() <= {vector["id"] for vector in APPLIED}


def test_every_vector_asserts_something_and_left_out_measures_exist():
    assert [v["id"] for v in APPLIED if not expected(v) and "state" not in v] == []
    given = {vector["id"]: vector["expect"].keys() for vector in VECTORS}
    assert all(left_out <= given[name] for name, left_out in NOT_OUR_MEASURES.items())

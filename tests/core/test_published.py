"""Verdicts that others have published (vectors-2.json), each by their method and by ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cdstrack.core.verdict.verdict import Counts, Verdict
from tests.core.build import assess, report, stated, target

OURS = ("cagr", "five_year_trend")
"""The methods that are ours as well."""

EARLIER: dict[str, dict[str, str]] = {
    "de-8-5-ab-11-2019": {"2014": "77.7"},
    "de-7-2-b-11-2016": {"2011": "20.6", "2012": "23.8", "2013": "25.3", "2014": "27.5"},
    "de-17-1-11-2018": {"2013": "0.38", "2014": "0.42"},
    "de-3-1-a-11-2019": {"2014": "243.34"},
    "de-15-1-11-2018": {"2013": "77.04", "2014": "76.15"},
}
"""Values from before the baseline, in the same file: the publisher's trend starts with them."""

MET = "met ahead of the deadline: we say achieved (rule 7), they say on track"
STRETCH = "a stretch goal is delivered from 0.7 on; ours is met or not"
RATING = "a judgement of people, without a rule"
DIFFERENT: dict[str, str] = {
    "de-8-5-ab-12-2024": MET,
    "de-8-5-ab-22-2019": MET,
    "de-3-1-cd-11-2021": MET,
    "gc-IN00246-2017": "no deadline: what is met is achieved; they wait for one to be set",
    "okr-nps": STRETCH,
    "okr-revenue": STRETCH,
    "nz-violent-crime-2024-06": RATING,
    "nz-ed-6h-2025-12": RATING,
}
"""Verdicts that are not ours, and why."""

NOT_OUR_MEASURES: dict[str, set[str]] = {
    # The baseline already met the target: no growth is required that another could be set against.
    "eustat-1-5-1-2024": {"cagr_ratio"},
}
"""Expectations of vectors that otherwise apply, which are no measures of ours."""

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors-2.json").read_text(encoding="utf-8"), parse_float=Decimal
)["vectors"]
TARGETS = [vector for vector in VECTORS if "function" not in vector]


def ids(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def figure(value: Decimal | int) -> str:
    """As a register writes it: three digits behind the point could be thousands."""
    text = str(value)
    return text + "0" if len(text.partition(".")[2]) == 3 else text


def judged(
    vector: dict[str, Any], method: str, earlier: Mapping[str, str] | None = None
) -> Verdict:
    promise = vector["target"]
    ends = [figure(promise[name]) for name in ("value", "value_max") if name in promise]
    words: dict[str, Any] = {
        "kind": promise["kind"],
        "stated": stated("1980-01-01"),
        "target": {promise["comparator"]: ends if len(ends) == 2 else ends[0]},
        "deadline": promise.get("deadline"),
        "periods": promise.get("periods", []),
    }
    if promise["kind"] == "reach":
        words["method"] = method
    if "baseline" in promise:
        value = figure(promise["baseline"])
        words["baseline"] = {"value": value, "date": promise["baseline_date"]}
    series = {entry["date"]: str(entry["value"]) for entry in vector["observations"]}
    reports = [report(when, value) for when, value in ((earlier or {}) | series).items()]
    return assess(target(**words), reports, on=vector["as_of"])


def measures(verdict: Verdict) -> Mapping[str, Decimal | None]:
    return {
        "current": verdict.last.value if verdict.last else None,
        "progress": verdict.progress,
        "cagr_ratio": verdict.pace if verdict.method == "cagr" else None,
        "gap_share": verdict.gap_share,
    }


@pytest.mark.parametrize("vector", [v for v in TARGETS if v["method"] in OURS], ids=ids)
def test_by_the_publishers_method(vector: dict[str, Any]):
    verdict = judged(vector, vector["method"], EARLIER.get(vector["id"]))
    assert verdict.method == vector["method"]
    for name in vector["expect"].keys() - NOT_OUR_MEASURES.get(vector["id"], set()):
        value, tolerance = vector["expect"][name], Decimal(str(vector["tol"]))
        assert measures(verdict)[name] == pytest.approx(value, abs=tolerance), name
    if vector["id"] not in DIFFERENT:
        assert verdict.state == vector["upstream"]["as_ours"]


@pytest.mark.parametrize("vector", TARGETS, ids=ids)
def test_by_the_straight_line(vector: dict[str, Any]):
    verdict = judged(vector, "straight_line")
    assert verdict.state == vector["status"]
    for name in vector["expect"].keys() - {"cagr_ratio", "gap_share"}:
        value, tolerance = vector["expect"][name], Decimal(str(vector["tol"]))
        assert measures(verdict)[name] == pytest.approx(value, abs=tolerance), name


@pytest.mark.parametrize("vector", TARGETS, ids=ids)
def test_where_we_differ_from_the_publisher_there_is_a_reason(vector: dict[str, Any]):
    method = vector["method"] if vector["method"] in OURS else "straight_line"
    verdict = judged(vector, method, EARLIER.get(vector["id"]))
    agrees = vector["upstream"]["as_ours"] in (verdict.state, verdict.cell)
    assert agrees != (vector["id"] in DIFFERENT), (verdict.state, vector["upstream"])


@pytest.mark.parametrize("vector", [v for v in VECTORS if "function" in v], ids=ids)
def test_rates_of_plan_targets_that_were_reached(vector: dict[str, Any]):
    counts = Counts(on_time=vector["done"], overdue=vector["of"] - vector["done"])
    rate = counts.rates["completion_rate"]
    assert rate is not None
    assert 100 * rate == pytest.approx(vector["expect"]["rate"], abs=vector["tol"])


@pytest.mark.parametrize("name", EARLIER)
def test_without_the_values_of_six_years_there_is_no_trend(name: str):
    vector = next(vector for vector in TARGETS if vector["id"] == name)
    verdict = judged(vector, "five_year_trend")
    assert (verdict.state, verdict.decision.rule) == ("in_progress", "10")
    assert verdict.decision.why == "trend_years"
    assert verdict.gap_share is None


def test_every_vector_is_tried_and_asserts_something():
    names = [vector["id"] for vector in VECTORS]
    assert len(names) == len(set(names)) == 88
    assert all(vector["status"] for vector in TARGETS)
    assert all(vector["expect"] for vector in VECTORS if "function" in vector)
    assert len(TARGETS) + sum("function" in vector for vector in VECTORS) == 88
    assert EARLIER.keys() | DIFFERENT.keys() | NOT_OUR_MEASURES.keys() <= set(names)
    expectations = {vector["id"]: vector["expect"].keys() for vector in VECTORS}
    assert all(left <= expectations[name] for name, left in NOT_OUR_MEASURES.items())

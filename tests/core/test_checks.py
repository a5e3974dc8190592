"""One sample for every problem that ``checks`` can find, and what is found right beside it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import pytest

from cdstrack.core import checks
from cdstrack.core.model import Report, Source, Target
from cdstrack.core.problems import Problem, did_you_mean
from tests.core.build import body, report, stated, target

CHILD = target(id="child", part_of="parent")
PARENT = target(id="parent")


def of_target(**said: Any) -> list[Problem]:
    return [problem for check in checks.CHECKS for problem in check(target(**said))]


def of_references(**said: Any) -> list[Problem]:
    found = checks.check_references(
        target(**said),
        sources={"speech", "decision"},
        bodies={"mic", "mst"},
        groups={"provinces"},
        targets={"parent"},
    )
    return list(found)


def of_bodies(**bodies: Any) -> list[Problem]:
    sources = {"decision": Source.model_validate({"title": "A decision"})}
    known = {name: body(**said) for name, said in bodies.items()}
    return list(checks.check_bodies(known, sources))


def of_parents(*targets: Target) -> list[Problem]:
    return [problem for _, problem in checks.check_parents({each.id: each for each in targets})]


def of_reports(*reports: Report, targets: Iterable[Target] = (), broken=()) -> list[Problem]:
    known = {each.id: each for each in targets}
    series: dict[str, list[Report]] = {}
    for each in reports:
        series.setdefault(each.target, []).append(each)
    return list(checks.check_reports(known, broken, series))


def moved(old: str, new: str, on: str = "2021-01-01", **said: Any) -> dict[str, Any]:
    return {"on": on, "field": "deadline", "old": old, "new": new} | said


def changed(old: str, new: str) -> dict[str, Any]:
    return {
        "on": "2021-01-01",
        "field": "target",
        "old": {"at_least": old},
        "new": {"at_least": new},
    }


SHARING_A_DAY = ["2026-01-01/2026-06-30", "2026-06-30/2026-12-31"]
SUMMED = target(accumulate="sum")
BASED = target(baseline={"value": "0", "date": "2021"})
PLAN = [{"date": "2021-06", "value": "5"}, {"date": "2021-06-30", "value": "6"}]
END = {"ended": "2025-03-01"}

SAMPLES: dict[str, list[tuple[list[Problem], tuple]]] = {
    "unknown_body": [
        (of_references(owner="mci"), ("owner",)),
        (of_bodies(mic={**END, "successor": "mst"}), ("bodies", "mic", "successor")),
    ],
    "unknown_group": [(of_references(reporters="province"), ("reporters",))],
    "unknown_parent": [(of_references(part_of="parents"), ("part_of",))],
    "unknown_source": [
        (of_references(stated=stated("2020-01-01", source="x")), ("stated", "source")),
        (of_references(baseline={"value": "0", "source": "x"}), ("baseline", "source")),
        (
            of_references(closed={"on": "2021-01-01", "how": "withdrawn", "source": "x"}),
            ("closed", "source"),
        ),
        (
            of_references(notes=[{"vi": "n", "en": "n", "source": "x"}]),
            ("notes", 0, "source"),
        ),
        (
            of_references(restated=[{"on": "2021-01-01", "source": "x"}]),
            ("restated", 0, "source"),
        ),
        (
            of_references(revisions=[moved("2021", "2022"), moved("2022", "2023", source="x")]),
            ("revisions", 1, "source"),
        ),
        (of_bodies(mic={"source": "x"}), ("bodies", "mic", "source")),
    ],
    "kind_needs": [
        (of_target(target=None), ()),
        (of_target(unit=None), ()),
        (of_target(kind="limit", target=None), ()),
        (of_target(kind="sustain"), ()),
    ],
    "kind_has_no": [
        (of_target(kind="milestone", target={"at_least": "1"}), ("target",)),
        (of_target(periods=["2026"]), ("periods",)),
    ],
    "limit_comparator": [(of_target(kind="limit"), ("target",))],
    "deadline_before_start": [
        (of_target(start="2022-01-01", deadline="2021"), ("deadline",)),
        (of_target(deadline="2019"), ("deadline",)),
    ],
    "baseline_after_deadline": [
        (of_target(baseline={"value": "0", "date": "2022"}, deadline="2022"), ("baseline", "date"))
    ],
    "plan_after_deadline": [
        (of_target(plan=PLAN[:1], deadline="2021-06-30"), ("plan", 0, "date")),
    ],
    "not_in_order": [
        (of_target(plan=PLAN, deadline="2022"), ("plan", 1, "date")),
        (of_target(kind="sustain", periods=["2026", "2026-H2"]), ("periods", 1)),
        (of_target(kind="sustain", periods=SHARING_A_DAY), ("periods", 1)),
        (
            of_target(
                deadline="2024",
                revisions=[moved("2022", "2023"), moved("2023", "2024", on="2020-12-31")],
            ),
            ("revisions", 1, "on"),
        ),
    ],
    "revision_chain": [
        (
            of_target(deadline="2025", revisions=[moved("2022", "2023"), moved("2024", "2025")]),
            ("revisions", 1, "old"),
        )
    ],
    "revision_not_applied": [
        (of_target(deadline="2022", revisions=[moved("2022", "2023")]), ("deadline",)),
        (of_target(revisions=[changed("100", "90")]), ("target",)),
    ],
    "parent_of_parent": [
        (of_parents(PARENT, CHILD, target(id="grandchild", part_of="child")), ("part_of",)),
        (of_parents(target(id="self", part_of="self")), ("part_of",)),
    ],
    "successor_without_end": [
        (of_bodies(mic={"successor": "mst"}, mst={}), ("bodies", "mic", "successor"))
    ],
    "succession_cycle": [
        (of_bodies(mic={**END, "successor": "mic"}), ("bodies", "mic", "successor")),
    ],
    "succession_too_long": [
        (
            of_bodies(**{f"m{n}": {**END, "successor": f"m{n + 1}"} for n in range(21)}, m21={}),
            ("bodies", "m0", "successor"),
        ),
    ],
    "report_unknown_target": [(of_reports(report("2021", "1"), targets=[PARENT]), ())],
    "report_on_parent": [
        (of_reports(report("2021", "1", target="parent"), targets=[PARENT, CHILD]), ()),
    ],
    "report_wrong_form": [
        (of_reports(report("2021", True), targets=[target()]), ()),
        (of_reports(report("2021", "1"), targets=[target(kind="milestone")]), ()),
    ],
    "report_before_baseline": [(of_reports(report("2021-11", "1"), targets=[BASED]), ())],
    "report_of_future": [
        (of_reports(report("2021-06", "1", recorded="2021-05-30"), targets=[target()]), ())
    ],
    "report_overlap": [
        (
            of_reports(report("2021-Q2", "1"), report("2021-H1", "2", at=1), targets=[SUMMED]),
            (),
        ),
        (of_reports(*(report(each, "1") for each in SHARING_A_DAY), targets=[SUMMED]), ()),
    ],
}
WARNINGS = {"report_before_baseline", "report_of_future", "report_overlap"}


@pytest.mark.parametrize(
    ("code", "found", "path"),
    [(code, *sample) for code, samples in SAMPLES.items() for sample in samples],
)
def test_sample(code: str, found: list[Problem], path: tuple):
    assert [(problem.code, problem.path) for problem in found] == [(code, path)]
    assert found[0].level == ("warning" if code in WARNINGS else "error")


def test_every_problem_has_a_sample():
    codes = re.findall(r'(?:Problem|_unknown)\(\s*"(\w+)"', inspect.getsource(checks))
    assert len(codes) > 20
    assert set(codes) == set(SAMPLES)


# What is right beside it


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"baseline": {"value": "0", "date": "2021"}, "plan": PLAN[:1], "deadline": "2022"},
        {"start": "2022-12-31", "deadline": "2022"},
        {"kind": "sustain", "periods": ["2026-H1", "2026-H2", "2027"]},
        {"kind": "limit", "target": {"less_than": "5"}},
        {"kind": "milestone", "deadline": "2022"},
        {"kind": "unquantified"},
        {"deadline": "2024", "revisions": [moved("2022", "2023"), moved("2023-12", "2024")]},
        {"revisions": [changed("90", "95"), moved("2020", "2021"), changed("95", "100.0")],
         "deadline": "2021-12-31"},
    ],
)  # fmt: skip
def test_sound_targets_have_no_problems(said: dict[str, Any]):
    assert of_target(**said) == []


def test_an_unknown_id_is_told_with_the_nearest():
    [problem] = of_references(owner="msst")
    assert problem.facts == {"id": "msst", "suggestion": "mst"}
    assert of_references(part_of="parent", reporters="provinces") == []


@pytest.mark.parametrize(
    ("word", "nearest"), [("dead-line", "deadline"), ("DEADLINE", "deadline"), ("xyz", None)]
)
def test_a_misspelt_word_finds_its_neighbour(word: str, nearest: str | None):
    assert did_you_mean(word, ["deadline", "start"]) == nearest


def test_a_circle_of_bodies_is_told_at_every_one_of_them_and_leading_into_it_is_not_in_it():
    into = {name: {**END, "successor": to} for name, to in ("ab", "bc", "cb")}
    assert [problem.path[1] for problem in of_bodies(**into)] == ["b", "c"]


def test_bodies_in_order_have_no_problems():
    bodies = {"mic": {**END, "successor": "mst", "source": "decision"}, "mst": END}
    assert of_bodies(**bodies) == []


def test_reports_of_a_broken_target_are_not_blamed():
    assert of_reports(report("2021", "1"), broken={"t"}) == []


def test_a_report_names_its_record_and_its_target():
    [problem] = of_reports(report("2021-11", "1", id="r1"), targets=[BASED])
    assert (problem.facts["report"], problem.target) == ("r1", "t")


def test_reports_that_fit_have_no_problems():
    reports = [report("2021-Q1", "1"), report("2021-Q2", "1"), report("2021-06-30", "1", at=1)]
    assert of_reports(*reports, targets=[SUMMED]) == []
    assert of_reports(report("2021", "1"), report("2022", "2"), targets=[BASED]) == []


def test_levels_may_overlap():
    assert of_reports(report("2021-Q2", "1"), report("2021-H1", "2"), targets=[target()]) == []


def test_the_zone_of_a_clerk_may_be_a_day_ahead():
    assert of_reports(report("2021-06-01", "1", recorded="2021-05-31"), targets=[target()]) == []

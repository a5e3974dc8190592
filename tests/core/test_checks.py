"""One sample for every problem that the checks can find, and what is found right beside it."""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.checks import ledger_checks, register_checks
from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.checks.register_checks import (
    check_decisions,
    check_register,
    check_succession,
)
from cdstrack.core.model.entries import Body, Group, Heading, Indicator, Policy, Source, Target
from cdstrack.core.model.problems import Problem, did_you_mean
from cdstrack.core.model.register import Ledger, Reference, Section
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import is_ahead
from tests.cases import every_case
from tests.core.build import bodies_of, body, day, gone, register_of, report, share, stated, target
from tests.draws import examples

CHILD = target(id="child", part_of="parent")
PARENT = target(id="parent")
PILLAR = Heading.model_validate({"id": "pillar", "title": "A pillar", "kind": "heading"})


MILES = {"unit": "mile", "factor": "1.609"}
SOURCES: dict[Section, Collection[str]] = {"sources": {"speech", "decision"}}


def of_target(**said: Any) -> list[Problem]:
    """A target of a register that has all that it names."""
    named = SOURCES | {"bodies": {"mic"}, "groups": {"ministries"}}
    return list(check_register(register_of(target(**said), named=named)))


def of_references(**said: Any) -> list[Problem]:
    named = SOURCES | {"bodies": {"mic", "mst"}, "groups": {"provinces"}, "targets": {"parent"}}
    return [
        problem
        for problem in check_register(register_of(target(**said), named=named))
        if problem.code.startswith("unknown_")
    ]


def of_bodies(**bodies: Any) -> list[Problem]:
    found = {name: body(**said) for name, said in bodies.items()}
    return list(check_register(register_of(bodies=found, named=SOURCES)))


def of_groups(known: Iterable[str] = ("mic", "mst"), /, **groups: Any) -> list[Problem]:
    """Groups of a register whose bodies are ``MINISTRIES``."""
    made = {name: Group.model_validate({"name": "A group"} | said) for name, said in groups.items()}
    named = SOURCES | {"bodies": known}
    return list(check_register(register_of(bodies=MINISTRIES, groups=made, named=named)))


def of_succession(bodies: dict[str, Body], *members: str, **said: Any) -> list[Problem]:
    group = Group.model_validate({"name": "A group", "size": [NOW], "members": members})
    named: dict[Section, Collection[str]] = {"bodies": {*bodies, "mpi"}}
    register = register_of(bodies=bodies, groups={"ministries": group}, named=named)
    return list(check_succession(target(**said), register))


def of_parents(*targets: Target) -> list[Problem]:
    return list(check_register(register_of(*targets, named=SOURCES | {"bodies": {"mic"}})))


ON_LENGTH = target(id="roads", indicator="length")
CEILING = {"at_most": "9"}


def of_indicators(*targets: Target, reports: Iterable[Report] = (), **said: Any) -> list[Problem]:
    """Targets and reports of a register with one indicator."""
    length = Indicator.model_validate({"title": "Length", "unit": "km"} | said)
    register = register_of(
        *targets, indicators={"length": length}, named=SOURCES | {"bodies": {"mic"}}
    )
    return [
        *check_register(register),
        *check_ledger(register, Ledger({one.target: [one] for one in reports})),
    ]


def of_headings(*targets: Target, **above: str) -> list[Problem]:
    """Headings by what they are part of, over targets."""
    headings = {
        name: Heading.model_validate({"id": name, "title": name, "kind": "heading"} | said)
        for name, said in ((name, {"part_of": parent}) for name, parent in above.items())
    }
    named = SOURCES | {"bodies": {"mic"}, "targets": {*above, *(target.id for target in targets)}}
    return list(check_register(register_of(*targets, headings=headings, named=named)))


PARTS = {"online": "Works online", "sign": "Signs"}


def of_reports(
    *reports: Report,
    targets: Iterable[Target] = (),
    broken=(),
    members: Iterable[str] = (),
    **said: Any,
) -> list[Problem]:
    """Reports on targets of a register whose bodies are ``MINISTRIES``."""
    group = Group.model_validate({"name": "A group", "size": [NOW], "members": members})
    series: dict[str, list[Report]] = {}
    for each in reports:
        series.setdefault(each.target, []).append(each)
    register = register_of(
        *targets, bodies=MINISTRIES, groups={"ministries": group}, broken=frozenset(broken), **said
    )
    ledger = Ledger(
        series,
        bodies={each.body for each in reports if each.body},
        parts={each.part for each in reports if each.part},
        ahead={each.id for each in reports if is_ahead(each.date, each.recorded)},
    )
    return list(check_ledger(register, ledger))


def moved(old: str | None, new: str, on: str = "2021-01-01", **said: Any) -> dict[str, Any]:
    return {"on": on, "field": "deadline", "old": old, "new": new} | said


def changed(old: str | None, new: str) -> dict[str, Any]:
    return {
        "on": "2021-01-01",
        "field": "target",
        "old": {"at_least": old} if old is not None else None,
        "new": {"at_least": new},
    }


def based(old: tuple[str, str] | None, new: tuple[str, str]) -> dict[str, Any]:
    before = {"value": old[0], "date": old[1]} if old is not None else None
    after = {"value": new[0], "date": new[1]}
    return {"on": "2021-01-01", "field": "baseline", "old": before, "new": after}


NOW = {"from": "2020", "n": "2"}
MINISTRIES = bodies_of("mst", mic=gone("2025-03-01", "mst"), mae={"started": "2025-03-01"})
SPLIT = {"ended": "2025-03-01", "how": "split", "successors": ["mst", "mae"]}
DIVIDED = bodies_of("mst", "mae", mic=SPLIT)
TO_MST = {"mic": "mst"}
PERCENT = {"unit": "%"}
ASKED = {"reporters": "ministries", "across": "sum"}
OF_EACH = target(**ASKED)
SHARING_A_DAY = ["2026-01-01/2026-06-30", "2026-06-30/2026-12-31"]
SUMMED = target(accumulate="sum")
BASED = target(baseline={"value": "0", "date": "2021"})
RATIO = ASKED | PERCENT | {"across": "ratio"}
SHARE = ASKED | PERCENT | {"across": "share"}
CEILING = {"at_most": "5"}
PLAN = [{"date": "2021-06", "value": "5"}, {"date": "2021-06-30", "value": "6"}]
END = {"ended": "2025-03-01"}
END_OF_MIC = day("2025-03-01")


RESTATED = {"on": "2021-01-01", "source": "speech"}


def sourced(on: str) -> dict[str, Any]:
    return moved("2022", "2023", on, source="speech")


def closed_on(how: str) -> dict[str, Any]:
    return {"on": "2021-01-01", "how": how, "source": "speech"}


def of_dated(when: str, **said: Any) -> list[Problem]:
    """Problems of the decisions of a target, where their source is of this date."""
    source = Source.model_validate({"title": "A speech", "date": when})
    deadline = {"deadline": "2023"} if "revisions" in said else {}
    return list(check_decisions(target(**deadline, **said), {"speech": source}))


def closed_as_missed(on: str) -> Any:
    return target(deadline="2021", closed={"on": on, "how": "missed", "source": "speech"})


def figure_moved(period: str, old: str | None, new: str) -> dict[str, object]:
    """A decision on the figure of one period."""
    ends = {"old": old and {"at_least": old}, "new": {"at_least": new}}
    return {"on": "2022-06-01", "source": "speech", "field": "target", "period": period} | ends


SAMPLES: dict[str, list[tuple[list[Problem], tuple]]] = {
    "unknown_body": [
        (of_references(owner="mci"), ("owner",)),
        (of_bodies(mic={**END, "successor": "mst"}), ("bodies", "mic", "successor")),
        (of_bodies(mic=SPLIT, mst={}), ("bodies", "mic", "successors", 1)),
        (
            of_groups(ministries={"size": [NOW], "members": ["mst", "mpi"]}),
            ("groups", "ministries", "members", 1),
        ),
    ],
    "unknown_group": [(of_references(reporters="province"), ("reporters",))],
    "unknown_indicator": [(of_references(indicator="length"), ("indicator",))],
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
        (of_groups(all={"size": [NOW], "source": "x"}), ("groups", "all", "source")),
        (
            of_groups(all={"size": [NOW, {"from": "2021", "n": "3", "source": "x"}]}),
            ("groups", "all", "size", 1, "source"),
        ),
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
        (of_target(kind="milestone", **ASKED), ("reporters",)),
        (of_target(kind="unquantified", **ASKED), ("reporters",)),
        (of_target(kind="milestone", method="cagr"), ("method",)),
        (of_target(kind="sustain", periods=["2026"], method="straight_line"), ("method",)),
    ],
    "method_plan": [(of_target(method="cagr", plan=PLAN[:1]), ("method",))],
    "method_yearly": [
        (of_target(method="five_year_trend", report_every="quarter"), ("method",)),
    ],
    "limit_comparator": [(of_target(kind="limit"), ("target",))],
    "relative_without_baseline": [
        (of_target(target={"increase_by": "20%"}), ("target",)),
        (of_target(target={"above": "baseline"}), ("target",)),
        (of_target(target={"reduce_by": "20%"}, accumulate="sum"), ("target",)),
    ],
    "goal_previous": [(of_target(target={"above": "previous"}, accumulate="sum"), ("target",))],
    "goal_relative_each": [
        (of_target(**ASKED | PERCENT | {"across": "share"}, each={"above": "baseline"}), ("each",))
    ],
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
    "condition_of_bodies": [
        (
            of_target(
                reporters="ministries",
                across="min",
                conditions={"smooth": {"title": "Smooth", "target": {"at_least": "9"}}},
            ),
            ("conditions", "smooth"),
        ),
    ],
    "period_after_deadline": [
        (
            of_target(kind="sustain", periods=["2023", {"2024": "8"}], deadline="2023"),
            ("periods", 1),
        ),
    ],
    "period_before_start": [
        (
            of_target(kind="sustain", periods=[{"2020": "8"}, "2024"], start="2021"),
            ("periods", 0),
        ),
    ],
    "revision_no_period": [
        (
            of_target(
                kind="sustain",
                periods=[{"2024": "8"}],
                revisions=[figure_moved("2025", "9", "8")],
            ),
            ("revisions", 0, "period"),
        ),
    ],
    "not_in_order": [
        (of_target(plan=PLAN, deadline="2022"), ("plan", 1, "date")),
        (of_target(kind="sustain", periods=[{"2024": "8"}, {"2024": "9"}]), ("periods", 1)),
        (of_target(kind="sustain", periods=[{"2024": "8"}, {"2023": "9"}]), ("periods", 1)),
        (of_target(kind="sustain", periods=[{"2024": "8"}, {"2024-Q2": "9"}]), ("periods", 1)),
        (of_target(kind="sustain", periods=["2026", "2026-H2"]), ("periods", 1)),
        (of_target(kind="sustain", periods=SHARING_A_DAY), ("periods", 1)),
        (
            of_target(
                deadline="2024",
                revisions=[moved("2022", "2023"), moved("2023", "2024", on="2020-12-31")],
            ),
            ("revisions", 1, "on"),
        ),
        (of_groups(all={"size": [NOW, NOW]}), ("groups", "all", "size", 1, "from")),
    ],
    "revision_chain": [
        (
            of_target(deadline="2025", revisions=[moved("2022", "2023"), moved("2024", "2025")]),
            ("revisions", 1, "old"),
        )
    ],
    "decision_date_differs": [
        (of_dated("2021-01-02", revisions=[sourced("2021-01-01")]), ("revisions", 0, "on")),
        (of_dated("2020", revisions=[sourced("2021-01-01")]), ("revisions", 0, "on")),
        (of_dated("2021-02", restated=[RESTATED]), ("restated", 0, "on")),
        (of_dated("2020-12-31", closed=closed_on("withdrawn")), ("closed", "on")),
        (of_dated("2021-01-02", closed=closed_on("dissolved")), ("closed", "on")),
    ],
    "revision_not_applied": [
        (of_target(deadline="2022", revisions=[moved("2022", "2023")]), ("deadline",)),
        (of_target(revisions=[changed("100", "90")]), ("target",)),
        (
            of_target(
                kind="sustain",
                periods=[{"2024": "8"}],
                revisions=[figure_moved("2024", "9", "7")],
            ),
            ("periods",),
        ),
    ],
    "heading_in_class": [(of_headings(PARENT, pillar="parent"), ("part_of",))],
    "weight_not_positive": [
        (of_parents(PARENT, target(id="child", part_of="parent", weight="0")), ("weight",)),
    ],
    "part_of_cycle": [
        (of_headings(programme="programme"), ("part_of",)),
        (of_parents(target(id="self", part_of="self")), ("part_of",)),
    ],
    "successor_without_end": [
        (of_bodies(mic={"successor": "mst"}, mst={}), ("bodies", "mic", "successor"))
    ],
    "ended_before_start": [
        (of_bodies(mic={**END, "started": "2025-03-01"}), ("bodies", "mic", "ended")),
    ],
    "split_and_successors": [
        (of_bodies(mic={**END, "how": "split"}), ("bodies", "mic")),
        (of_bodies(mic={**SPLIT, "how": "merged"}, mst={}, mae={}), ("bodies", "mic")),
        (of_bodies(mic={**SPLIT, "successor": "mst"}, mst={}, mae={}), ("bodies", "mic")),
    ],
    "conversion_twice": [
        (of_target(convert=[MILES, MILES]), ("convert", 1)),
        (of_target(convert=[MILES | {"from": "2024"}, {**MILES, "unit": "Mile"}]), ("convert", 1)),
    ],
    "conversion_order": [
        (
            of_target(convert=[MILES | {"from": "2025"}, MILES | {"from": "2024"}]),
            ("convert", 1, "from"),
        ),
        (
            of_target(convert=[MILES, *[MILES | {"from": since} for since in ("2024", "2024-01")]]),
            ("convert", 2, "from"),
        ),
    ],
    "listed_twice": [
        (
            of_bodies(mic={**SPLIT, "successors": ["mst", "mst"]}, mst={}),
            ("bodies", "mic", "successors", 1),
        ),
        (
            of_groups(all={"size": [NOW], "members": ["mst", "mic", "mst"]}),
            ("groups", "all", "members", 2),
        ),
    ],
    "successor_absent": [
        (
            of_bodies(mic={**END, "successor": "mst"}, mst={"started": "2025-03-02"}),
            ("bodies", "mic", "successor"),
        ),
        (
            of_bodies(mic=SPLIT, mst={}, mae={"ended": "2025-02-28"}),
            ("bodies", "mic", "successors", 1),
        ),
    ],
    "succession_cycle": [
        (of_bodies(mic={**END, "successor": "mic"}), ("bodies", "mic", "successor")),
        (
            of_bodies(mic={**SPLIT, "successors": ["mst", "mic"]}, mst={}),
            ("bodies", "mic", "successors", 1),
        ),
    ],
    "succession_too_long": [
        (
            of_bodies(**{f"m{n}": {**END, "successor": f"m{n + 1}"} for n in range(21)}, m21={}),
            ("bodies", "m0", "successor"),
        ),
    ],
    "unknown_series_judge": [
        (
            of_target(series={"gso": "Statistics", "mic": "Ministry"}, judged_by="gsi"),
            ("judged_by",),
        ),
    ],
    "needs_beside": [
        (of_target(across="sum"), ("across",)),
        (of_target(each={"at_least": "1"}), ("each",)),
        (of_target(reporters="ministries"), ("reporters",)),
        (of_target(judged_by="gso"), ("judged_by",)),
        (of_target(series={"gso": "Statistics"}), ("series",)),
    ],
    "limit_across": [
        (of_target(kind="limit", target=CEILING, **ASKED | {"across": "mean"}), ("across",)),
    ],
    "across_percent": [
        (of_target(**ASKED | {"across": "ratio"}), ("unit",)),
        (of_target(**ASKED | {"across": "share"}), ("unit",)),
    ],
    "across_sum_percent": [(of_target(**ASKED, **PERCENT), ("across",))],
    "across_ratio_accumulate": [
        (of_target(**ASKED | PERCENT | {"across": "ratio"}, accumulate="sum"), ("accumulate",)),
    ],
    "split_needs_choice": [
        (of_succession(DIVIDED, owner="mic"), ("owner",)),
        (of_succession(DIVIDED, "mic", "mst", "mae", owner="mst", **ASKED), ("reporters",)),
        (
            of_succession(
                bodies_of("mae", "moh", mic=SPLIT, mst=SPLIT | {"successors": ["mae", "moh"]}),
                owner="mic",
                succession=TO_MST,
            ),
            ("owner",),
        ),
        (
            of_succession(
                bodies_of("mst", "mae", mic=SPLIT, mpt=gone("2007-08-01", "mic")), owner="mpt"
            ),
            ("owner",),
        ),
    ],
    "succession_not_split": [
        (of_succession(MINISTRIES, owner="mst", succession=TO_MST), ("succession", "mic")),
        (of_succession({}, owner="mst", succession=TO_MST), ("succession", "mic")),
    ],
    "succession_not_successor": [
        (of_succession(DIVIDED, succession={"mic": "mpi"}), ("succession", "mic")),
    ],
    "group_size_differs": [
        (
            of_groups(all={"size": [{"from": "2020", "n": "1"}], "members": ["mic", "mst"]}),
            ("groups", "all", "size", 0),
        ),
        (
            of_groups(all={"size": [NOW, {"from": "2021", "n": "1"}], "members": ["mic", "mst"]}),
            ("groups", "all", "size", 1),
        ),
    ],
    "report_unknown_target": [(of_reports(report("2021", "1"), targets=[PARENT]), ())],
    "report_to_indicator": [
        (of_indicators(ON_LENGTH, reports=[report("2021", "1", target="roads")]), ()),
    ],
    "indicator_is_target": [
        (of_indicators(ON_LENGTH, target(id="length")), ("indicators", "length")),
    ],
    "indicator_unused": [(of_indicators(target()), ("indicators", "length"))],
    "indicator_limit": [
        (
            of_indicators(target(id="roads", indicator="length", kind="limit", target=CEILING)),
            ("indicator",),
        ),
    ],
    "indicator_baselines": [
        (
            of_indicators(
                ON_LENGTH, baseline={"value": "1"}, baselines=[{"value": "1", "date": "2020"}]
            ),
            ("indicators", "length", "baselines"),
        ),
    ],
    "indicator_baseline_undated": [
        (
            of_indicators(ON_LENGTH, baselines=[{"value": "1"}]),
            ("indicators", "length", "baselines", 0),
        ),
    ],
    "report_on_heading": [
        (of_reports(report("2021", "1", target="pillar"), headings={"pillar": PILLAR}), ()),
    ],
    "report_on_parent": [
        (of_reports(report("2021", "1", target="parent"), targets=[PARENT, CHILD]), ()),
    ],
    "report_wrong_form": [
        (of_reports(report("2021", True), targets=[target()]), ()),
        (of_reports(report("2021", "1"), targets=[target(kind="milestone")]), ()),
        (of_reports(report("2021", True), targets=[target(**SHARE)]), ()),
        (of_reports(report("2021", True, body="mst"), targets=[target(**SHARE, each=CEILING)]), ()),
    ],
    "report_wants_share": [
        (of_reports(report("2021", "1", body="mst"), targets=[target(**RATIO)]), ()),
        (of_reports(report("2021", True, body="mst"), targets=[target(**RATIO)]), ()),
    ],
    "report_unknown_body": [(of_reports(report("2021", "1", body="mpi"), targets=[OF_EACH]), ())],
    "report_unknown_part": [
        (of_reports(report("2021", "1", part="onlin"), targets=[target(conditions=PARTS)]), ()),
        (of_reports(report("2021", "1", part="online"), targets=[target()]), ()),
    ],
    "report_body_unasked": [(of_reports(report("2021", "1", body="mst"), targets=[target()]), ())],
    "report_body_outside": [
        (of_reports(report("2025-05", "1", body="mae"), targets=[OF_EACH], members=["mst"]), ()),
    ],
    "report_of_nobody": [
        (of_reports(report("2021", "1"), targets=[target(**SHARE, accumulate="sum")]), ()),
    ],
    "report_after_end": [
        (of_reports(report("2025-03-01", "1", body="mic"), targets=[OF_EACH]), ()),
        (of_reports(report("2025-Q1", "1", body="mic"), targets=[OF_EACH], members=["mic"]), ()),
    ],
    "report_before_start": [
        (of_reports(report("2025-02", "1", body="mae"), targets=[OF_EACH]), ()),
    ],
    "report_before_baseline": [(of_reports(report("2021-11", "1"), targets=[BASED]), ())],
    "report_of_future": [
        (of_reports(report("2021-06", "1", recorded="2021-05-30"), targets=[target()]), ())
    ],
    "closing_too_early": [(of_reports(targets=[closed_as_missed("2021-12-31")]), ())],
    "closing_of_success": [
        (of_reports(report("2022-02", "100"), targets=[closed_as_missed("2022-03-01")]), ()),
    ],
    "report_before_window": [
        (of_reports(report("2021-11", "1"), targets=[target(accumulate="sum", start="2022")]), ())
    ],
    "report_crossing": [
        (
            of_reports(
                report("2022-01/2022-09", "1"),
                report("2022-H2", "1"),
                targets=[target(accumulate="mean")],
            ),
            (),
        )
    ],
    "report_repeated": [
        (
            of_reports(report("2021", "1", at=1), report("2021", "1.0"), targets=[SUMMED]),
            (),
        ),
        (
            of_reports(
                report("2021", "1", source=None),
                report("2021", "1", source=None, at=1),
                targets=[SUMMED],
            ),
            (),
        ),
    ],
    "report_form_twice": [
        (
            of_reports(
                report("2021", "1")._replace(key=f"{'f' * 12}.{'1' * 32}:5"),
                report("2021", "2", at=1)._replace(key=f"{'f' * 12}.{'2' * 32}:5"),
                targets=[SUMMED],
            ),
            (),
        ),
    ],
    "report_of_all": [
        (
            of_reports(report("2025-05", "1", body="mst"), report("2026", "2"), targets=[OF_EACH]),
            (),
        ),
    ],
    "report_overlap": [
        (
            of_reports(report("2021-Q2", "1"), report("2021-H1", "2", at=1), targets=[SUMMED]),
            (),
        ),
        (of_reports(*(report(each, "1") for each in SHARING_A_DAY), targets=[SUMMED]), ()),
    ],
}
WARNINGS = {
    "relative_without_baseline",
    "indicator_unused",
    "method_plan",
    "method_yearly",
    "decision_date_differs",
    "closing_of_success",
    "closing_too_early",
    "report_after_end",
    "report_before_baseline",
    "report_before_window",
    "report_before_start",
    "report_body_outside",
    "report_body_unasked",
    "report_of_future",
    "report_of_nobody",
    "report_of_all",
    "report_repeated",
    "report_form_twice",
    "report_overlap",
    "report_unknown_part",
}


@every_case(
    "code, found, path",
    [(code, *sample) for code, samples in SAMPLES.items() for sample in samples],
)
def test_sample(code: str, found: list[Problem], path: tuple):
    assert [(problem.code, problem.path) for problem in found] == [(code, path)]
    assert found[0].level == ("warning" if code in WARNINGS else "error")


def test_every_problem_has_a_sample():
    source = inspect.getsource(register_checks) + inspect.getsource(ledger_checks)
    codes = re.findall(r'Problem\(\s*"(\w+)"|: "(unknown_\w+)"', source)
    assert len(codes) > 35
    assert {one or other for one, other in codes} == set(SAMPLES)


# What is right beside it


@every_case(
    "said",
    [
        {},
        {"baseline": {"value": "0", "date": "2021"}, "plan": PLAN[:1], "deadline": "2022"},
        {"start": "2022-12-31", "deadline": "2022"},
        {"kind": "sustain", "periods": ["2026-H1", "2026-H2", "2027"]},
        {"kind": "limit", "target": {"less_than": "5"}},
        {"kind": "milestone", "deadline": "2022"},
        {"kind": "unquantified"},
        {"method": "cagr", "report_every": "year"},
        {"method": "straight_line", "plan": PLAN[:1], "report_every": "month"},
        {"deadline": "2024", "revisions": [moved("2022", "2023"), moved("2023-12", "2024")]},
        {"revisions": [changed("90", "95"), moved("2020", "2021"), changed("95", "100.0")],
         "deadline": "2021-12-31"},
        {"revisions": [changed(None, "95"), moved(None, "2021"), changed("95", "100")],
         "deadline": "2021"},
        {"baseline": {"value": "5.0", "date": "2020-12-31", "source": "speech"},
         "revisions": [based(None, ("4", "2020")), based(("4", "2020"), ("5", "2020"))]},
    ],
)  # fmt: skip
def test_sound_targets_have_no_problems(said: dict[str, Any]):
    assert of_target(**said) == []


def test_the_method_of_the_policy_is_for_yearly_figures_too():
    monthly = target(report_every="month")
    known = {"policy": Policy(method="cagr"), "named": SOURCES | {"bodies": {"mic"}}}
    (problem,) = check_register(register_of(monthly, **known))
    assert (problem.code, problem.path) == ("method_yearly", ("report_every",))
    planned = target(report_every="month", plan=PLAN[:1])
    assert list(check_register(register_of(planned, **known))) == []


@pytest.mark.parametrize("when", ["2021-01-01", "2021-01", "2021", "2020-11/2021-03"])
def test_a_decision_agrees_with_a_source_that_its_day_lies_in(when: str):
    assert of_dated(when, revisions=[sourced("2021-01-01")], restated=[RESTATED]) == []
    assert of_dated(when, closed=closed_on("superseded")) == []


def test_a_population_may_cease_to_exist_after_the_decision():
    assert of_dated("2020-12-31", closed=closed_on("dissolved")) == []


def test_what_names_no_source_or_one_without_a_date_is_not_compared():
    assert of_target(deadline="2023", revisions=[moved("2022", "2023")]) == []


def test_what_a_target_names_that_cannot_be_read_is_looked_at_too():
    unread = {"roads": [Reference("bodies", "mci", ("owner",))]}
    [problem] = check_register(register_of(bodies=MINISTRIES, unread=unread))
    assert (problem.code, problem.path, problem.target) == ("unknown_body", ("owner",), "roads")


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


def test_a_successor_may_begin_and_end_on_the_day_it_takes_over():
    assert of_bodies(mic=gone("2025-03-01", "mae"), mae={"started": "2025-03-01"}) == []
    assert of_bodies(mic=gone("2025-03-01", "mst"), mst=gone("2025-03-01", "mae"), mae={}) == []


def test_a_body_that_was_split_and_a_target_that_chose_have_no_problems():
    assert of_bodies(mic=SPLIT, mst={}, mae={}) == []
    members = ("mic", "mst", "mae")
    assert of_succession(DIVIDED, *members, owner="mic", succession=TO_MST, **ASKED) == []


def test_a_choice_of_a_body_that_could_not_be_read_is_not_blamed():
    assert of_succession({}, owner="mst", succession={"mpi": "mst"}) == []


def test_of_bodies_that_do_not_matter_to_a_target_nothing_need_be_chosen():
    assert of_succession(DIVIDED, "mic", owner="mst") == []
    assert of_succession(DIVIDED, "mst", owner="mst", **ASKED) == []


@every_case("across", ["sum", "mean", "min", "max"])
@every_case("accumulate", ["latest", "sum", "max"])
def test_amounts_may_be_combined_in_any_of_these_ways(across: str, accumulate: str):
    assert of_target(**ASKED | {"across": across}, accumulate=accumulate) == []


def test_percentages_are_shares_ratios_means_or_extremes():
    for across in ("ratio", "share", "mean", "min", "max"):
        assert of_target(**ASKED | PERCENT | {"across": across}, each={"at_least": "1"}) == []


def test_a_limit_is_on_what_bodies_use_up_together():
    assert of_target(kind="limit", target=CEILING, **ASKED) == []


BEFORE, AFTER = {"from": "2020", "n": "2"}, {"from": "2025-03-01", "n": "2"}


def test_a_group_is_as_large_as_the_members_that_exist_or_larger():
    members = ["mic", "mst", "mae"]
    assert of_groups(MINISTRIES, all={"size": [BEFORE, AFTER], "members": members}) == []
    larger = [{"from": "2020", "n": "22"}, {"from": "2025-03-01", "n": "17"}]
    assert of_groups(MINISTRIES, all={"size": larger, "members": members}) == []
    assert of_groups(all={"size": [{"from": "2020", "n": "10599"}]}) == []


def test_a_list_that_was_complete_and_is_not_any_more_looks_wrong():
    [problem] = of_groups(all={"size": [BEFORE], "members": ["mic", "mst"]})
    assert (problem.code, problem.level) == ("group_size_differs", "warning")
    assert problem.facts == {"date": END_OF_MIC, "members": 1, "n": 2}


def test_a_dead_body_is_told_with_the_one_that_answers_now():
    [problem] = of_reports(report("2025-03-01", "1", body="mic"), targets=[OF_EACH])
    assert (problem.facts["body"], problem.facts["successor"]) == ("mic", "mst")


def test_reports_of_bodies_that_are_asked_have_no_problems():
    last_day, first_day = report("2025-02", "1", body="mic"), report("2025-03-01", "1", body="mae")
    for members in ((), ("mic", "mae")):
        assert of_reports(last_day, first_day, targets=[OF_EACH], members=members) == []


def test_bodies_report_n_of_n_where_shares_are_added_and_everybody_else_may_report_a_number():
    told = report("2025-06", share(1, 2), body="mst"), report("2025-06", "50")
    assert of_reports(*told, targets=[target(**RATIO)]) == []


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


# Rates that cross

BEGINNING = datetime.date(2022, 1, 1)
some_times = st.tuples(st.integers(0, 20), st.integers(0, 8), st.sampled_from("ab"))


@examples(200)
@given(st.lists(some_times, max_size=10, unique=True))
def test_a_rate_that_crosses_another_is_named_with_the_last_that_it_crosses(times):
    rates = []
    for at, (begin, length, name) in enumerate(sorted(times, key=lambda time: time[0] + time[1])):
        first = BEGINNING + datetime.timedelta(days=begin)
        when = f"{first}/{first + datetime.timedelta(days=length)}" if length else f"{first}"
        rates.append(report(when, "1", id=f"r{at}", at=at, body=name))
    expected = {}
    for rate in rates:
        crossed = [
            other.date
            for other in rates
            if other.body == rate.body
            and other.date.first < rate.date.first <= other.date.last < rate.date.last
        ]
        if crossed:
            expected[rate.id] = max(when.last for when in crossed)
    found = {
        problem.facts["report"]: problem.facts["other"].last  # type: ignore[attr-defined]
        for problem in of_reports(*rates, targets=[target(accumulate="mean")])
        if problem.code == "report_crossing"
    }
    assert found == expected

"""Several series of reports on one target: one judges, the others are only seen (rules §3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.checks.goalposts import moved
from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.model.entries import Target
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.judging_series import with_judges
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import referee_of, register_of, report, target

SERIES = {"gso": "Statistics office", "mic": "Ministry"}


def several(**said: Any) -> Target:
    return target(**{"series": SERIES, "judged_by": "gso", "deadline": "2025"} | said)


def of_series(name: str | None, when: str, figure: str, **said: Any) -> Report:
    plain = report(when, figure, **said)
    return plain._replace(strand=name, id=f"{plain.id}-{name}")


def ledger_of(reports: Sequence[Report]) -> Ledger:
    filed: dict[Any, list[Report]] = {}
    for one in reports:
        filed.setdefault(one.series, []).append(one)
    return Ledger({name: in_order(series) for name, series in filed.items()})


def judged(of: Target, *reports: Report, on: str = "2026-01-01") -> Verdict:
    judges = {of.id: of.judged_by} if of.judged_by is not None else {}
    ledger = with_judges(ledger_of(reports), judges)
    return referee_of(of, on, {}).judge_whole(of, ledger)


def test_what_the_other_series_says_moves_no_verdict():
    verdict = judged(several(), of_series("gso", "2025", "70"), of_series("mic", "2025", "120"))
    assert (verdict.state, verdict.last.value) == ("overdue", 70)
    assert verdict.strands["mic"].last.value == 120


def test_a_report_that_names_no_series_is_of_the_one_that_judges():
    before, after = of_series(None, "2025", "120"), of_series("gso", "2025", "70", at=9)
    assert judged(several(), before).last.value == 120
    assert judged(several(), before, after).last.value == 70  # they compete for one date


def test_series_that_differ_by_more_than_policy_allows_are_flagged_with_both_figures():
    verdict = judged(several(), of_series("gso", "2025", "100"), of_series("mic", "2025", "106"))
    [difference] = verdict.differences
    assert (difference.series, difference.judge.value, difference.rival.value) == ("mic", 100, 106)
    assert "series_disagree" in verdict.flags


@pytest.mark.parametrize(
    ("when", "figure", "qualifier"),
    [("2025", "105", None), ("2024", "900", None), ("2025", "900", "about")],
)
def test_nearly_the_same_another_date_and_what_is_vague_are_no_disagreement(
    when, figure, qualifier
):
    other = of_series("mic", when, figure, qualifier=qualifier)
    assert "series_disagree" not in judged(several(), of_series("gso", "2025", "100"), other).flags


@pytest.mark.parametrize(
    ("of", "name", "code", "suggestion"),
    [
        (several(), "gos", "report_unknown_series", "gso"),
        (target(), "gso", "report_series_unasked", None),
    ],
)
def test_a_report_of_a_series_that_there_is_not_counts_for_nothing_and_is_named(
    of, name, code, suggestion
):
    stray = of_series(name, "2025", "120")
    ledger = ledger_of([stray])
    [problem] = check_ledger(register_of(of), ledger)
    assert (problem.code, problem.level) == (code, "warning")
    assert problem.facts.get("suggestion") == suggestion
    assert judged(of, stray).points == ()


def test_a_slice_of_a_series_that_does_not_judge_counts_for_nothing_and_is_named():
    of = several(breakdown={"sex": {"women": "Women", "men": "Men"}}, total="sum")
    stray = of_series("mic", "2025", "70")._replace(slice="sex=women")
    [problem] = check_ledger(register_of(of), ledger_of([stray]))
    assert problem.code == "report_slice_in_series"
    verdict = judged(of, stray)
    assert verdict.slices["sex=women"].points == verdict.strands["mic"].points == ()


@pytest.mark.parametrize(
    ("later", "field"),
    [
        (several(judged_by="mic"), "judged_by"),
        (several(series={"gso": "Statistics office"}), "series"),
        (target(deadline="2025"), "judged_by"),
    ],
)
def test_which_series_judges_and_that_one_is_listed_are_goalposts(later, field):
    fields = [
        finding.facts["field"] for finding in moved(register_of(several()), register_of(later))
    ]
    assert field in fields


def test_a_further_series_and_other_names_move_nothing():
    later = several(series={"mic": "MIC", "gso": "GSO", "wb": "World Bank"})
    assert moved(register_of(several()), register_of(later)) == []


# The law: the one that judges does so alone


@st.composite
def histories(draw: st.DrawFn) -> list[Report]:
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("gso", "mic", None)),
                st.sampled_from(("2023", "2024", "2024-12", "2025-H1", "2025")),
                st.integers(0, 150).map(str),
                st.sampled_from((None, "nearly", "over")),
                st.sampled_from((None, "sex=women", "sex=men")),
            ),
            max_size=12,
        )
    )
    return [
        report(when, figure, qualifier, recorded="2026-01-01", at=at)._replace(
            strand=name, slice=part
        )
        for at, (name, when, figure, qualifier, part) in enumerate(entries)
    ]


@given(histories(), st.sampled_from(("latest", "sum", "mean", "max")))
def test_one_series_judges_as_if_there_were_no_other(reports, accumulate):
    said = {
        "accumulate": accumulate,
        "baseline": {"value": "0", "date": "2020"},
        "breakdown": {"sex": {"women": "Women", "men": "Men"}},
        "total": "sum",
    }
    alone = [one._replace(strand=None) for one in reports if one.strand != "mic"]
    verdict = judged(several(**said), *reports)
    other = judged(target(deadline="2025", **said), *alone)
    values = [(point.date, point.value, point.qualifier) for point in verdict.points]
    assert values == [(point.date, point.value, point.qualifier) for point in other.points]
    assert [flag for flag in verdict.flags if flag != "series_disagree"] == [*other.flags]
    assert (verdict.decision, verdict.cell, verdict.pace) == (
        other.decision,
        other.cell,
        other.pace,
    )
    assert {name: part.decision for name, part in verdict.slices.items()} == {
        name: part.decision for name, part in other.slices.items()
    }

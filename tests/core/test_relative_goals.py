"""Goals that are told from where it stood, where decisions moved them."""

from __future__ import annotations

import pytest

from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Report
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import assess, report, target

YEARS = ["2022", "2023", "2024", "2025"]
PREVIOUS, LEAST = {"above": "previous"}, {"at_least": "30"}


def kept(goal: object, **said: object) -> Target:
    start = {"baseline": {"value": "30", "date": "2021"}, "unit": "%"}
    return target(kind="sustain", deadline=None, target=goal, periods=YEARS, **start | said)


def moved(old: object, new: object, on: str = "2024-05-02") -> dict[str, object]:
    return {"on": on, "source": "decision", "field": "target", "old": old, "new": new}


def years(*figures: str) -> list[Report]:
    return [report(year, value) for year, value in zip(YEARS, figures, strict=False)]


def judged(of: Target, *figures: str, on: str = "2026-06-01") -> Verdict:
    return assess(of, years(*figures), on=on)


def test_a_year_kept_by_the_terms_of_its_time_stays_kept_when_more_than_the_last_is_asked():
    of = kept(PREVIOUS, revisions=[moved(LEAST, PREVIOUS)])
    verdict = judged(of, "31", "31", "33", "34")
    assert verdict.state == "achieved"
    assert [str(span.goal and span.goal.value) for span in verdict.spans] == [
        "30", "30", "31", "33",
    ]  # fmt: skip
    assert verdict.original is not None
    assert verdict.original.terms.goal is not None
    assert verdict.original.terms.goal.at_least == 30
    assert "revised" in verdict.flags
    assert judged(of, "31", "31", "31", "34").state == "breached"


def test_before_the_decision_the_old_figure_holds():
    of = kept(PREVIOUS, revisions=[moved(LEAST, PREVIOUS)])
    assert judged(of, "31", "30", on="2024-03-01").state == "on_track"


def test_a_year_above_the_one_before_stays_kept_when_a_higher_figure_is_asked():
    of = kept({"at_least": "40"}, revisions=[moved(PREVIOUS, {"at_least": "40"})])
    verdict = judged(of, "31", "32", "40", "41")
    assert verdict.state == "achieved"
    assert "eased" not in verdict.flags


def test_a_figure_below_the_value_before_it_is_easier_than_more_than_that():
    easier = kept(LEAST, revisions=[moved(PREVIOUS, LEAST)])
    assert "eased" in judged(easier, "31", "32", "33", "34").flags
    harder = kept({"at_least": "50"}, revisions=[moved(PREVIOUS, {"at_least": "50"})])
    assert "eased" not in judged(harder, "31", "32", "53", "54").flags


@pytest.mark.parametrize(("figure", "is_eased"), [("129", True), ("130", False), ("140", False)])
def test_a_figure_in_place_of_a_share_of_the_baseline_is_compared_with_what_that_came_to(
    figure: str, is_eased: bool
):
    of = target(
        kind="reach",
        deadline="2022",
        unit="persons",
        baseline={"value": "100", "date": "2020"},
        target={"at_least": figure},
        revisions=[moved({"increase_by": "30%"}, {"at_least": figure}, on="2021-06-01")],
    )
    verdict = assess(of, [report("2022", "120")], on="2023-06-01")
    assert ("eased" in verdict.flags) is is_eased
    assert verdict.original is not None
    assert verdict.original.terms.goal is not None
    assert verdict.original.terms.goal.value == 130


def test_a_goal_by_the_year_before_holds_from_its_decision_on_and_is_open_till_that_is_known():
    of = target(
        kind="reach",
        deadline="2025",
        unit="persons",
        target=PREVIOUS,
        revisions=[moved(LEAST, PREVIOUS, on="2023-05-02")],
    )
    assert "undecided" not in assess(of, [report("2022", "29")], on="2023-03-01").flags
    assert assess(of, [report("2022", "31")], on="2023-03-01").met_now
    later = assess(of, [report("2022", "31")], on="2023-06-01")
    assert not later.met_now
    assert {"undecided", "revised"} <= {*later.flags}
    end = [report("2024", "40"), report("2025", "41")]
    assert assess(of, end, on="2026-03-01").state == "achieved"

"""Promises that were closed as missed: they stay due and not done, and alarm nobody any more."""

from __future__ import annotations

from typing import Any

import pytest

from cdstrack.app import standing
from cdstrack.core.checks.gate import CODES, Levels, findings
from cdstrack.core.checks.goalposts import moved
from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.model.register import Ledger
from cdstrack.core.verdict.referee import with_worst_class
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.verdict import Counts, Verdict, count
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    body,
    day,
    group_of,
    register_of,
    report,
    said,
    target,
)

A_YEAR = {"baseline": {"value": "0", "date": "2021-12-31"}, "deadline": "2022-12-31"}
LIMIT = {"kind": "limit", "target": {"at_most": "100"}, "deadline": "2025"}
LEVEL = {"kind": "sustain", "periods": ["2026", "2027", "2028"]}


def missed(on: str) -> dict[str, Any]:
    return {"closed": {"on": on, "how": "missed", "source": "decision"}}


def outcome(verdict: Verdict) -> tuple[str, str, bool]:
    """The state, its rule, and whether the closing is a flag."""
    return verdict.state, verdict.decision.rule, "missed" in verdict.flags


@pytest.mark.parametrize("reports", [[], [report("2022-12", "99")]])
def test_a_promise_whose_time_passed_unmet_is_closed_as_missed_from_the_day_of_the_decision(
    reports: list,
):
    of = target(**A_YEAR, **missed("2023-03-01"))
    assert assess(of, reports, on="2023-02-28").state == "overdue"
    verdict = assess(of, reports, on="2023-03-01")
    assert outcome(verdict) == ("missed", "1", False)
    assert (verdict.cell, verdict.days_overdue, verdict.days_left) == ("overdue", None, None)


def test_the_rates_do_not_move():
    open_, closed = (
        count([assess(of, on="2023-06-01")], frozenset())
        for of in (target(**A_YEAR), target(**A_YEAR, **missed("2023-03-01")))
    )
    assert open_ == closed == Counts(overdue=1, never_reported=1)


@pytest.mark.parametrize("met_on", ["2022-12-31", "2023-02-01", "2023-03-01"])
def test_what_was_met_by_then_is_not_missed(met_on: str):
    of = target(**A_YEAR, **missed("2023-03-01"))
    verdict = assess(of, [report(met_on, "100")], on="2023-03-01")
    assert verdict.state in ("achieved", "achieved_late")
    assert "missed" in verdict.flags


def test_what_is_met_only_afterwards_stays_missed():
    of = target(**A_YEAR, **missed("2023-03-01"))
    verdict = assess(of, [report("2023-03-02", "100")], on="2023-06-01")
    assert outcome(verdict) == ("missed", "1", False)


def test_proof_that_comes_in_later_takes_the_closing_back():
    of = target(**A_YEAR, **missed("2023-03-01"))
    proof = report("2022-12-31", "100", recorded="2023-05-01")
    assert outcome(assess(of, [proof], on="2023-06-01")) == ("achieved", "6", True)


@pytest.mark.parametrize("on", ["2022-06-01", "2022-12-31"])
def test_a_closing_up_to_the_deadline_is_too_early(on: str):
    of = target(**A_YEAR, **missed(on))
    assert outcome(assess(of, on="2022-12-31")) == ("no_data", "4", True)
    assert outcome(assess(of, on="2023-01-01")) == ("overdue", "4", True)


def test_the_lag_need_not_be_over():
    of = target(**A_YEAR, lag_days=60, **missed("2023-01-15"))
    assert assess(of, on="2023-01-14").state == "awaiting_data"
    assert assess(of, on="2023-01-15").state == "missed"


@pytest.mark.parametrize("kind", ["reach", "milestone", "limit"])
def test_without_a_deadline_nothing_is_missed(kind: str):
    of = target(kind=kind, **({"target": {"at_most": "9"}} if kind == "limit" else {}))
    closed = of.model_copy(update={"closed": target(**missed("2023-01-01")).closed})
    verdict = assess(closed, on="2023-06-01")
    assert (verdict.state, verdict.flags) == ("no_data", ("missed",))


def test_a_limit_may_be_closed_as_missed_once_it_is_breached():
    over = [report("2025-06-30", "101")]
    for on, state in (("2025-06-29", "breached"), ("2025-06-30", "missed")):
        verdict = assess(target(**LIMIT, **missed(on)), over, on="2025-07-01")
        assert (verdict.state, verdict.cell, verdict.days_left is None) == (
            state, "overdue", state == "missed",
        )  # fmt: skip


def test_a_limit_that_was_kept_is_not_missed():
    kept = [report("2025-12-31", "99")]
    verdict = assess(target(**LIMIT, **missed("2026-02-01")), kept, on="2026-03-01")
    assert outcome(verdict) == ("achieved", "3", True)


def test_a_level_may_be_closed_as_missed_once_a_period_too_many_was_missed():
    reports = [report("2026", "99"), report("2027", "100")]
    for on, state in (("2026-12-30", "breached"), ("2027-01-05", "missed")):
        assert assess(target(**LEVEL, **missed(on)), reports, on="2028-01-05").state == state


def test_a_level_that_breaks_only_later_was_not_missed_when_it_was_closed():
    reports = [report("2026", "100"), report("2027", "99")]
    of = target(**LEVEL, **missed("2027-02-01"))
    assert outcome(assess(of, reports, on="2027-03-01")) == ("on_track", "3", True)
    assert outcome(assess(of, reports, on="2028-03-01")) == ("breached", "3", True)


def test_a_level_that_nobody_reported_may_be_closed_after_its_last_period():
    assert assess(target(**LEVEL, **missed("2029-01-01")), on="2029-01-01").state == "missed"


def test_it_stands_after_overdue_among_the_states():
    at = WORST_FIRST.index("missed")
    assert WORST_FIRST[at - 1 : at + 2] == ("overdue", "missed", "lapsed")


def test_a_parent_stands_as_missed_unless_a_class_is_worse():
    parent = assess(target(id="p"), on="2023-06-01")
    closed = assess(target(**A_YEAR, **missed("2023-03-01")), on="2023-06-01")
    open_ = assess(target(id="o", **A_YEAR), on="2023-06-01")
    done = assess(target(id="d", **A_YEAR), [report("2022-12", "100")], on="2023-06-01")
    both = with_worst_class(parent, [done, closed])
    assert (both.state, both.cell, both.days_overdue) == ("missed", "overdue", None)
    assert with_worst_class(parent, [closed, open_]).state == "overdue"


def test_each_body_was_missed_that_had_not_met_its_part_by_then():
    of = asked("mean", **A_YEAR, **missed("2023-03-01"))
    bodies = bodies_of("hanoi", "hue")
    verdicts = assess_bodies(
        of, said("2022-12", hanoi="100"), on="2023-06-01", bodies=bodies, group=group_of(bodies)
    )
    assert {name: v.state for name, v in verdicts.items()} == {
        "hanoi": "achieved",
        "hue": "missed",
    }


def test_by_the_terms_first_given_it_was_missed_as_well():
    moves = [{"on": "2022-06-01", "field": "deadline", "old": "2022", "new": "2023"}]
    of = target(deadline="2023", revisions=moves, **missed("2024-02-01"))
    verdict = assess(of, on="2024-03-01")
    assert verdict.original is not None
    assert (verdict.state, verdict.original.state) == ("missed", "missed")


# The gate


def test_no_finding_is_made_of_it():
    everything = Levels(fail_on=frozenset(CODES), within=9999)
    said_of = A_YEAR | {"review_by": "2022-06-01", "report_every": "month"}
    verdicts = [
        assess(of, on="2023-06-01", bodies={"mic": body(ended="2022-06-30")})
        for of in (target(**said_of), target(**said_of, **missed("2023-03-01")))
    ]
    assert [[f.code for f in findings([v], everything)] for v in verdicts] == [
        ["overdue", "orphaned-owner"],
        [],
    ]


def test_the_closing_itself_is_seen_against_an_earlier_version():
    before, after = target(**A_YEAR), target(**A_YEAR, **missed("2023-03-01"))
    [finding] = moved(register_of(before), register_of(after))
    assert (finding.key, finding.facts["old"]) == ("closed", None)
    assert finding.facts["new"] == "2023-03-01: missed"
    assert moved(register_of(after), register_of(after)) == []


def closing_problems(of: Any, *reports: Any) -> list[tuple[str, str]]:
    problems = check_ledger(register_of(of), Ledger({"t": list(reports)}))
    return [(problem.code, problem.level) for problem in problems]


def test_a_closing_that_does_not_count_is_warned_of():
    over = report("2025-06-30", "101")
    early, late = missed("2025-07-01"), missed("2026-02-01")
    assert closing_problems(target(**LIMIT, **early), over) == []
    assert closing_problems(target(**LIMIT, **late)) == []
    assert closing_problems(target(**LIMIT, **early)) == [("closing_too_early", "warning")]
    met = report("2022-12-31", "100")
    of = target(**A_YEAR, **missed("2023-02-01"))
    assert closing_problems(of, met) == [("closing_of_success", "warning")]


def test_it_is_in_no_list_of_what_is_still_open():
    of = target(**A_YEAR, report_every="month", **missed("2023-03-01"))
    status = standing.judge(register_of(of), Ledger({}), day("2023-06-01"))
    overdue = standing.overdue(status, within=9999)
    assert (overdue.overdue, overdue.coming, status.counts.overdue) == ([], [], 1)

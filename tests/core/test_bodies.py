"""Bodies one by one: who answers for a promise, and how each of them stands."""

from __future__ import annotations

from typing import Any

from cdstrack.core.model.report import Report
from cdstrack.core.values.bodies import Ownership, owner_on
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    day,
    gone,
    group_of,
    report,
    said,
    target,
)
from tests.core.worlds import LABOUR, ONE_INTO_ANOTHER, SPLIT, TWO_INTO_A_NEW_ONE

# Owners


def test_of_an_owner_that_was_split_the_one_that_was_chosen_answers():
    chosen = {"molisa": "moh"}
    assert owner_on("molisa", LABOUR, day("2025-02-28"), chosen).current == "molisa"
    assert owner_on("molisa", LABOUR, day("2025-03-01"), chosen) == Ownership(
        "molisa", "moh", orphaned=False, path=("molisa", "moh")
    )


def test_every_commitment_chooses_for_itself():
    for heir in ("moet", "moh"):
        verdict = assess(
            target(owner="molisa", succession={"molisa": heir}), on="2026-01-01", bodies=LABOUR
        )
        assert (verdict.owner.current, verdict.flags) == (heir, ())


def test_a_commitment_that_chose_nobody_is_an_orphan():
    verdict = assess(target(owner="molisa"), on="2026-01-01", bodies=LABOUR)
    assert verdict.flags == ("orphaned_owner",)
    assert assess(target(owner="molisa"), on="2025-02-28", bodies=LABOUR).flags == ()


def test_a_split_may_lie_anywhere_on_the_way_to_the_owner_of_today():
    bodies = bodies_of(
        "moh",
        mpt=gone("2007-08-01", "molisa", how="renamed"),
        molisa=SPLIT,
        moet=gone("2027-01-01", "moh"),
    )
    owner = owner_on("mpt", bodies, day("2027-01-01"), {"molisa": "moet"})
    assert (owner.path, owner.orphaned) == (("mpt", "molisa", "moet", "moh"), False)


def test_a_chain_that_ends_in_nobody_is_an_orphan_only_then():
    bodies = bodies_of(a=gone("2024-01-01", "b"), b=gone("2025-01-01"))
    assert owner_on("a", bodies, day("2024-12-31")) == Ownership("a", "b", False, ("a", "b"))
    assert owner_on("a", bodies, day("2025-01-01")).orphaned


# Each body by itself


def each(of: Any, bodies: Any, *reports: list[Report], on: str = "2030-01-01", **kw: Any):
    told = [one for batch in reports for one in batch]
    verdicts = assess_bodies(of, told, on=on, bodies=bodies, **{"group": group_of(bodies)} | kw)
    return {name: verdict.state for name, verdict in verdicts.items()}


def test_who_has_done_it_is_judged_by_itself():
    said_of = asked("share", deadline="2025")
    told = said("2025-06", mof=True, moh=False)
    states = each(said_of, bodies_of("mof", "moh", "mpi"), told, on="2026-01-01")
    assert states == {"mof": "achieved", "moh": "overdue", "mpi": "overdue"}


def test_each_body_has_to_reach_its_own_figure_else_that_of_the_target():
    bodies, told = bodies_of("mof", "moh"), said("2025-06", mof="100", moh="60")
    said_of = asked("mean", deadline="2025")
    assert each(said_of, bodies, told) == {"mof": "achieved", "moh": "overdue"}
    said_of = asked("sum", deadline="2025", each={"at_least": "50"})
    assert each(said_of, bodies, told) == {"mof": "achieved", "moh": "achieved"}


def test_of_a_sum_without_a_figure_for_each_bodies_are_listed_and_not_judged():
    assert each(asked("sum"), bodies_of("mof", "moh"), said("2025-06", mof="100")) == {
        "mof": "unquantified",
        "moh": "unquantified",
    }


def test_a_successor_answers_with_what_it_took_over():
    told = said("2025-06", mof="40", mpi="60", moh="100")
    said_of = asked("min", deadline="2025")
    assert each(said_of, ONE_INTO_ANOTHER, told, on="2025-06-30")["mpi"] == "in_progress"
    assert each(said_of, ONE_INTO_ANOTHER, told) == {"mof": "achieved", "moh": "achieved"}
    late = said("2025-08", mof="99")
    assert each(said_of, ONE_INTO_ANOTHER, told, late) == {"mof": "overdue", "moh": "achieved"}


def test_a_body_does_not_answer_for_what_others_report():
    told = said("2025-06", mof="100"), [report("2025-06", "100")], said("2025-06", vientiane="100")
    assert each(asked("min", deadline="2025"), bodies_of("mof", "moh"), *told) == {
        "mof": "achieved",
        "moh": "overdue",
    }


def test_a_successor_of_bodies_whose_figures_passed_has_passed():
    said_of = asked("share", deadline="2025", each={"at_least": "50"})
    told = said("2025-06", mard="60", monre="70", hue="50")
    assert each(said_of, TWO_INTO_A_NEW_ONE, told) == {"mae": "achieved", "hue": "achieved"}


def test_in_every_period_each_body_has_to_have_done_it():
    said_of = asked("share", kind="sustain", periods=["2024", "2025"])
    told = said("2024", mof=True, moh=False), said("2025", mof=True, moh=True)
    assert each(said_of, bodies_of("mof", "moh"), *told) == {"mof": "achieved", "moh": "breached"}

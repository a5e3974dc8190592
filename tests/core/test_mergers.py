"""Bodies are renamed, merged, split and dissolved: whose figures stand."""

from __future__ import annotations

from typing import Any

import pytest

from cdstrack.core.model.report import Share
from cdstrack.core.values.bodies import Populations
from tests.cases import every_case
from tests.core.build import asked, bodies_of, day, gone, group_of, report, said, share
from tests.core.worlds import (
    CHAIN,
    JULY,
    LABOUR,
    ONE_INTO_ANOTHER,
    TWO_INTO_A_NEW_ONE,
    held,
    judged,
    last,
)

# A brand-new successor


def test_what_stood_on_the_last_day_passes_to_the_successor():
    told = said("2025-06", mard="10", monre="20", hue="1"), said("2025-08", hue="2")
    before = judged(asked("sum"), TWO_INTO_A_NEW_ONE, *told, on="2025-06-30")
    assert (last(before), held(before)) == (31, {"mard": 10, "monre": 20, "hue": 1})
    after = judged(asked("sum"), TWO_INTO_A_NEW_ONE, *told, on="2025-08-31")
    assert (last(after), held(after)) == (32, {"mae": 30, "hue": 2})


def test_the_first_report_of_the_successor_supersedes_its_predecessors():
    for accumulate in ("latest", "max", "mean"):
        verdict = judged(
            asked("sum", accumulate=accumulate),
            TWO_INTO_A_NEW_ONE,
            said("2025-06", mard="10", monre="20"),
            said("2025-08", mae="3"),
        )
        assert held(verdict) == {"mae": 3}


def test_a_report_for_the_day_of_the_merger_is_the_successors():
    told = said("2025-06", mard="10", monre="20")
    assert held(judged(asked("sum"), TWO_INTO_A_NEW_ONE, told, said(JULY, mae="3"))) == {"mae": 3}


def test_as_of_the_day_before_nothing_has_merged():
    told = said("2025-06", mard="10", monre="20")
    for on, holders in (("2025-06-30", {"mard", "monre"}), (JULY, {"mae"})):
        verdict = judged(asked("sum"), TWO_INTO_A_NEW_ONE, told, on=on)
        assert held(verdict).keys() == holders


# A successor that was there before


def test_what_a_body_takes_over_comes_on_top_of_its_own_until_it_reports_again():
    told = said("2025-06", mof="10", mpi="5", moh="1")
    verdict = judged(asked("sum"), ONE_INTO_ANOTHER, told)
    assert held(verdict) == {"mof": 15, "moh": 1}
    verdict = judged(asked("sum"), ONE_INTO_ANOTHER, told, said("2025-08", mof="12"))
    assert held(verdict) == {"mof": 12, "moh": 1}


def test_a_report_from_before_the_merger_does_not_speak_for_the_predecessor():
    told = said("2025-03", mpi="5"), said("2025-06-30", mof="10")
    assert held(judged(asked("sum"), ONE_INTO_ANOTHER, *told)) == {"mof": 15}


def test_the_best_of_the_predecessor_is_superseded_but_not_that_of_its_own():
    told = said("2025-03", mpi="50", mof="20"), said("2025-08", mof="10")
    verdict = judged(asked("sum", accumulate="max"), ONE_INTO_ANOTHER, *told)
    assert held(verdict) == {"mof": 20}


# How figures of bodies that became one combine


@every_case(
    "across, unit, joint",
    [
        ("sum", "persons", 70),
        ("mean", "persons", 70),
        ("min", "persons", 70),
        ("max", "persons", 70),
        ("mean", "%", 35),
        ("min", "%", 10),
        ("max", "%", 60),
    ],
)
def test_amounts_are_added_and_of_percentages_one_stands(across: str, unit: str, joint: int):
    told = said("2025-06", mard="10", monre="60")
    verdict = judged(asked(across, unit=unit), TWO_INTO_A_NEW_ONE, told)
    assert held(verdict) == {"mae": joint}


@pytest.mark.parametrize("across", ["ratio", "mean", "min", "max"])
def test_n_of_n_are_added(across: str):
    told = said("2025-06", mard=share(1, 10), monre=share(8, 20))
    verdict = judged(asked(across, unit="%"), TWO_INTO_A_NEW_ONE, told)
    assert held(verdict) == {"mae": Share(9, 30)}


@pytest.mark.parametrize(
    ("mard", "monre", "passed"), [(True, True, True), (True, False, False), (False, False, False)]
)
def test_of_a_share_the_successor_passes_when_all_did(mard: bool, monre: bool, passed: bool):
    told = said("2025-06", mard=mard, monre=monre)
    assert held(judged(asked("share"), TWO_INTO_A_NEW_ONE, told)) == {"mae": passed}


def test_of_a_share_figures_pass_one_by_one_and_are_not_added():
    said_of = asked("share", each={"at_least": "50"})
    told = said("2025-06", mard="40", monre="70"), said("2025-08", hue="50")
    verdict = judged(said_of, TWO_INTO_A_NEW_ONE, *told)
    assert verdict.points[-1].share == Share(1, 2)


def test_what_is_nearly_joined_to_what_is_over_is_only_about():
    nearly, over = (
        report("2025-06", "1", "nearly", body="mard"),
        report("2025-05", "2", "over", body="monre"),
    )
    verdict = judged(asked("sum"), TWO_INTO_A_NEW_ONE, [over, nearly], said("2025-08", hue="1"))
    assert verdict.points[-1].qualifier == "about"


# Increments


def test_increments_of_all_add_before_and_after_a_merger():
    verdict = judged(
        asked("sum", accumulate="sum", baseline={"value": "100"}),
        ONE_INTO_ANOTHER,
        said("2025-05", mof="1", mpi="20"),
        said("2025-08", mof="3"),
        said("2025-09", mof="4", moh="5"),
    )
    assert [point.value for point in verdict.points] == [121, 124, 133]
    assert held(verdict) == {"mof": 28, "moh": 5}


def test_what_two_used_up_stays_used_up_when_they_are_one():
    limit = asked("sum", kind="limit", target={"at_most": "50"}, deadline="2025")
    told = said("2025-06", mard="30", monre="20"), said("2025-08", mae="1")
    assert judged(limit, TWO_INTO_A_NEW_ONE, *told).state == "breached"


def test_what_bodies_that_became_one_added_up_is_judged_together():
    said_of = asked("share", accumulate="sum", each={"at_least": "100"})
    told = said("2025-06", mof="80", mpi="30"), said("2025-08", mof="40")
    assert judged(said_of, ONE_INTO_ANOTHER, *told).points[-1].share == Share(1, 2)


@pytest.mark.parametrize(("across", "expected"), [("mean", 22), ("max", 33), ("min", 11)])
def test_however_bodies_combine_increments_of_those_that_became_one_add(across: str, expected: int):
    told = said("2025-06", mof="10", mpi="20", moh="11"), said("2025-08", mof="3")
    assert last(judged(asked(across, accumulate="sum"), ONE_INTO_ANOTHER, *told)) == expected


def test_a_body_may_take_over_again_and_again():
    bodies = bodies_of("c", a=gone("2025-03-01", "c"), b=gone(JULY, "c"))
    told = said("2025-02", a="1", b="2"), said("2025-06", b="4"), said("2025-08", c="8")
    verdict = judged(asked("sum", accumulate="sum"), bodies, *told)
    assert [point.value for point in verdict.points] == [3, 7, 15]


@pytest.mark.parametrize("when", ["2025-06", "2025-06-30"])
def test_increments_from_before_a_body_began_do_not_count(when: str):
    told = said(when, mae="100"), said("2025-08", mae="1")
    verdict = judged(asked("sum", accumulate="sum"), TWO_INTO_A_NEW_ONE, *told)
    assert [point.value for point in verdict.points] == [1]


# Chains


def test_a_figure_passes_on_from_body_to_body():
    told = said("2025-06", a="10"), said("2026-03", hue="1")
    assert held(judged(asked("sum"), CHAIN, *told, on="2025-12-31")) == {"b": 10}
    verdict = judged(asked("sum"), CHAIN, *told)
    assert (last(verdict), held(verdict)) == (11, {"c": 10, "hue": 1})


def test_whoever_reports_on_the_way_supersedes_those_before():
    told = said("2025-06", a="10"), said("2025-09", b="7"), said("2026-03", c="4")
    for on, holders in (
        ("2025-09-30", {"b": 7}),
        ("2026-01-01", {"c": 7}),
        ("2026-03-31", {"c": 4}),
    ):
        assert held(judged(asked("sum"), CHAIN, *told, on=on)) == holders


def test_increments_of_the_whole_chain_add():
    told = said("2025-06", a="10"), said("2025-09", b="7"), said("2026-03", c="4")
    verdict = judged(asked("sum", accumulate="sum"), CHAIN, *told)
    assert [point.value for point in verdict.points] == [10, 17, 21]
    assert held(verdict) == {"c": 21}


def test_bodies_that_end_on_one_day_pass_their_figures_to_whoever_is_left():
    bodies = bodies_of("c", b=gone(JULY, "c"), a=gone(JULY, "b"))
    told = said("2025-06", a="1", b="2", c="4")
    assert held(judged(asked("sum"), bodies, told)) == {"c": 7}


# Splits


def divided(heir: str | None, **said_more: Any):
    choice = {"succession": {"molisa": heir}} if heir else {}
    return asked("sum", **choice, **said_more)


def test_the_figure_of_a_body_that_was_split_passes_to_the_one_that_was_chosen():
    told = said("2025-02", molisa="10", moh="1", moet="2")
    assert held(judged(divided("moh"), LABOUR, told)) == {"moh": 11, "moet": 2}
    assert held(judged(divided("moet"), LABOUR, told)) == {"moh": 1, "moet": 12}


def test_without_a_choice_its_figure_is_nobodys():
    told = said("2025-02", molisa="10", moh="1", moet="2"), said("2025-04", moh="3")
    assert last(judged(divided(None), LABOUR, *told)) == 5
    assert last(judged(divided(None, accumulate="sum"), LABOUR, *told)) == 16


def test_two_targets_of_one_group_may_choose_differently():
    populations = Populations({"all": group_of(LABOUR)}, LABOUR)
    for heir in ("moh", "moet"):
        one = populations.of(divided(heir))
        assert one is not None
        assert one.heir_of("molisa", day("2026-01-01")) == heir

"""Bodies that come and go: how many they are, who may report, who is silent."""

from __future__ import annotations

import pytest

from cdstrack.core.model.report import Share
from tests.core.build import asked, bodies_of, gone, group_of, said
from tests.core.worlds import (
    CHAIN,
    JULY,
    ONE_INTO_ANOTHER,
    TWO_INTO_A_NEW_ONE,
    held,
    judged,
    last,
    reported,
    silent,
)

# Dissolved

SHRINKING = bodies_of("hue", "moh", mpt=gone(JULY))


@pytest.mark.parametrize("accumulate", ["latest", "max", "mean"])
def test_what_a_body_without_a_successor_stood_at_drops_out(accumulate: str):
    told = said("2025-06", hue="1", moh="2", mpt="40"), said("2025-08", hue="1")
    verdict = judged(asked("sum", accumulate=accumulate), SHRINKING, *told)
    assert ([point.value for point in verdict.points], held(verdict)) == (
        [43, 3],
        {"hue": 1, "moh": 2},
    )


def test_what_a_body_without_a_successor_added_stays():
    told = said("2025-06", hue="1", moh="2", mpt="40"), said("2025-08", hue="1")
    verdict = judged(asked("sum", accumulate="sum"), SHRINKING, *told)
    assert ([point.value for point in verdict.points], held(verdict)) == (
        [43, 44],
        {"hue": 2, "moh": 2},
    )
    assert reported(verdict) == (2, 2)


def test_what_bodies_said_with_a_source_is_no_self_report_when_they_are_gone():
    verdict = judged(asked("sum"), SHRINKING, said("2025-06", mpt="40"))
    assert "self_reported" not in verdict.flags


def test_a_dissolved_body_leaves_the_denominator():
    told = said("2025-06", hue=True, moh=True, mpt=False), said("2025-08", hue=True)
    verdict = judged(asked("share"), SHRINKING, *told)
    assert [point.share for point in verdict.points] == [Share(2, 3), Share(2, 2)]


@pytest.mark.parametrize(("across", "left", "expected"), [("share", "40", 50), ("min", "3", 5)])
def test_what_a_body_without_a_successor_added_is_not_one_more_body(
    across: str, left: str, expected: int
):
    said_of = asked(across, accumulate="sum", each={"at_least": "30"})
    told = said("2025-06", hue="40", moh="4", mpt=left), said("2025-08", moh="1")
    assert last(judged(said_of, SHRINKING, *told)) == expected


def test_when_a_population_is_no_more_its_last_number_stands():
    districts = group_of(SHRINKING, ("2008-01-01", 705), (JULY, 0), listed=False)
    told = said("2025-06", hue=True), said("2025-08", moh=True)
    verdict = judged(asked("share"), SHRINKING, *told, group=districts)
    assert [point.share for point in verdict.points] == [Share(1, 705), Share(2, 705)]


# The dead do not report


def test_the_last_day_of_a_body_is_the_day_before_it_ended():
    told = said("2025-06-30", mpi="5"), said(JULY, mpi="6"), said("2025-12", mpi="7", moh="1")
    assert held(judged(asked("sum"), ONE_INTO_ANOTHER, *told)) == {"mof": 5, "moh": 1}
    verdict = judged(asked("sum", accumulate="sum"), ONE_INTO_ANOTHER, *told)
    assert held(verdict) == {"mof": 5, "moh": 1}


def test_the_report_of_a_body_that_is_no_more_is_no_evidence():
    told = said("2025-06", mof="1", moh="1", mpi="5"), said("2025-12", mpi="6")
    verdict = judged(asked("sum"), ONE_INTO_ANOTHER, *told)
    assert str(verdict.evidence.date) == "2025-06"


def test_a_body_does_not_report_before_it_began():
    told = said("2025-06", mae="30", mard="10", hue="1"), said("2025-06-30", mae="30")
    assert held(judged(asked("sum"), TWO_INTO_A_NEW_ONE, *told)) == {"mae": 10, "hue": 1}


def test_a_successor_outside_of_the_group_takes_nothing_over():
    outside = group_of({name: ONE_INTO_ANOTHER[name] for name in ("mpi", "moh")})
    told = said("2025-06", mpi="5", moh="1"), said("2025-08", mof="7", moh="2")
    assert held(judged(asked("sum"), ONE_INTO_ANOTHER, *told, group=outside)) == {"moh": 2}


# How many they are


def test_from_the_merger_on_the_successor_counts_once():
    told = said("2025-06", mard=True, monre=False, hue=True), said("2025-08", hue=True)
    verdict = judged(asked("share"), TWO_INTO_A_NEW_ONE, *told)
    assert [point.share for point in verdict.points] == [Share(2, 3), Share(1, 2)]
    assert [point.reported for point in verdict.points] == [(3, 3), (2, 2)]


def test_a_new_number_of_bodies_is_flagged_and_no_step_of_the_series():
    told = said("2025-06", mard="10", monre="60", hue="20")
    said_of = asked("mean")
    before = judged(said_of, TWO_INTO_A_NEW_ONE, told, on="2025-06-30")
    assert "population_changed" not in before.flags
    after = judged(said_of, TWO_INTO_A_NEW_ONE, told, on=JULY)
    assert "population_changed" in after.flags
    assert (after.points, reported(after)) == (before.points, (2, 2))


def test_sixty_three_became_thirty_four():
    provinces = group_of(ONE_INTO_ANOTHER, ("2008-08-01", 63), (JULY, 34))
    told = said("2025-06", moh=True, mof=True, mpi=True), said("2025-08", moh=True)
    verdict = judged(asked("share"), ONE_INTO_ANOTHER, *told, group=provinces)
    assert [point.share for point in verdict.points] == [Share(3, 63), Share(2, 34)]
    assert {"population_changed", "partly_reported"} <= set(verdict.flags)


def test_bodies_that_are_only_counted_merge_as_well():
    counted = group_of(ONE_INTO_ANOTHER, ("2020-01-01", 10), listed=False)
    told = said("2025-06", mpi="5", mof="10"), said("2025-07", mpi="9")
    assert held(judged(asked("sum"), ONE_INTO_ANOTHER, *told, group=counted)) == {"mof": 15}


# Who is silent


def test_a_successor_has_not_reported_while_one_of_its_predecessors_was_silent():
    told = said("2025-06", mard="10", hue="1")
    verdict = judged(asked("sum"), TWO_INTO_A_NEW_ONE, told)
    assert verdict.standing is not None
    assert (held(verdict), verdict.standing.partial) == ({"mae": 10, "hue": 1}, {"mae"})
    assert (reported(verdict), list(verdict.standing.silent)) == ((1, 2), ["mae"])
    assert "partly_reported" in verdict.flags


def test_its_own_first_report_speaks_for_all_of_them():
    told = said("2025-06", mard="10", hue="1"), said("2025-08", mae="4")
    verdict = judged(asked("sum"), TWO_INTO_A_NEW_ONE, *told)
    assert verdict.standing is not None
    assert (reported(verdict), verdict.standing.partial) == ((2, 2), set())


def test_a_body_that_has_reported_is_no_longer_complete_when_it_takes_over_a_silent_one():
    told = said("2025-06", mof="10", moh="1")
    assert reported(judged(asked("sum"), ONE_INTO_ANOTHER, told)) == (1, 2)


def test_a_silent_body_does_not_speak_by_taking_over_the_figure_of_another():
    told = said("2025-06", mpi="5", moh="1")
    verdict = judged(asked("sum"), ONE_INTO_ANOTHER, told)
    assert (reported(verdict), silent(verdict)) == ((1, 2), ["mof"])


def test_a_body_that_stands_for_a_silent_one_stays_so_whoever_else_it_takes_over():
    bodies = bodies_of("c", a=gone("2025-03-01", "c"), b=gone(JULY, "c"))
    told = said("2025-02", c="1", b="2")
    verdict = judged(asked("sum"), bodies, told)
    assert (held(verdict), silent(verdict)) == ({"c": 3}, ["c"])


def test_silence_passes_on_along_a_chain():
    bodies = CHAIN | bodies_of(d=gone("2026-01-01", "c"))
    told = said("2025-06", d="1", hue="1")
    assert reported(judged(asked("sum"), bodies, told, on="2025-12-31")) == (2, 3)
    assert reported(judged(asked("sum"), bodies, told)) == (1, 2)


def test_a_successor_does_not_pass_while_one_of_its_predecessors_was_silent():
    told = said("2025-06", mard=True), said("2025-08", hue=True)
    verdict = judged(asked("share"), TWO_INTO_A_NEW_ONE, *told)
    assert (verdict.points[-1].share, verdict.state) == (Share(1, 2), "undated")

"""Many bodies report on one target: what their figures come to, and who is silent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.in_force import correct
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import (
    asked,
    assess,
    bodies_of,
    group_of,
    report,
    said,
    share,
)

THREE = bodies_of("hanoi", "hue", "danang")


def judged(of: Any, *reports: list[Report], on: str = "2030-01-01", **kw: Any) -> Verdict:
    told = [each for batch in reports for each in batch]
    return assess(of, told, on=on, **{"bodies": THREE} | kw)


def values(verdict: Verdict) -> list[Decimal]:
    return [point.value for point in verdict.points]


# One figure from many


@pytest.mark.parametrize(
    ("across", "expected"), [("sum", 60), ("mean", 20), ("min", 10), ("max", 30)]
)
def test_amounts_of_all_bodies_come_to_one(across: str, expected: int):
    verdict = judged(asked(across), said("2024", hanoi="10", hue="20", danang="30"))
    assert values(verdict) == [expected]


def test_counts_are_added_and_percentages_never_averaged():
    said_of = asked("ratio", accumulate="ratio")
    verdict = judged(
        said_of, said("2024", hanoi=share(1, 2), hue=share(30, 98), danang=share(0, 10))
    )
    assert (values(verdict), verdict.points[0].share) == ([Decimal(3100) / 110], Share(31, 110))


def test_a_percentage_without_its_count_cannot_be_added():
    assert judged(asked("ratio"), said("2024", hanoi="50")).state == "no_data"


def test_the_share_of_bodies_that_have_done_it():
    verdict = judged(asked("share"), said("2024", hanoi=True, hue=False, danang=True))
    assert (values(verdict), verdict.points[0].share) == ([Decimal(200) / 3], Share(2, 3))


def test_the_share_of_bodies_whose_figure_reaches_the_figure_of_the_target():
    verdict = judged(
        asked("share", target={"at_least": "90"}),
        said("2024", hanoi="90", hue="89.99", danang=share(19, 20)),
    )
    assert verdict.points[0].share == Share(2, 3)


def test_the_share_of_bodies_that_reach_a_figure_of_their_own():
    everybody = asked("share", each={"at_most": "5"})
    verdict = judged(everybody, said("2024", hanoi="5", hue="4", danang="0"))
    assert (values(verdict), verdict.state) == ([100], "achieved")
    verdict = judged(everybody, said("2024", hanoi="5", hue="6", danang="0"))
    assert verdict.points[0].share == Share(2, 3)


def test_where_a_figure_is_asked_done_is_no_answer():
    said_of = asked("share", each={"at_least": "5"})
    assert judged(said_of, said("2024", hanoi=True)).state == "no_data"


def test_done_cannot_be_added():
    said_of = asked("share", accumulate="sum")
    assert judged(said_of, said("2024", hanoi=True, hue="100")).points[0].share == Share(1, 3)


def test_of_each_body_the_figure_in_force_counts():
    verdict = judged(
        asked("sum"),
        said("2024-03", hanoi="10", hue="20", danang="30"),
        said("2024-06", hanoi="15"),
        said("2024-09", hue="10", danang="31"),
    )
    assert values(verdict) == [60, 65, 56]


def test_bodies_that_report_on_different_days_move_the_value_day_by_day():
    verdict = judged(asked("max"), said("2024-03-01", hue="20"), said("2024-03-02", hanoi="10"))
    assert [(str(point.date), point.value) for point in verdict.points] == [
        ("2024-03-01", 20),
        ("2024-03-02", 20),
    ]


@pytest.mark.parametrize(
    ("accumulate", "expected"),
    [("latest", 10 + 40), ("max", 50 + 40), ("mean", 30 + 30), ("sum", 60 + 60)],
)
def test_each_body_combines_its_own_reports_first(accumulate: str, expected: int):
    verdict = judged(
        asked("sum", accumulate=accumulate),
        said("2022", hanoi="50", hue="20"),
        said("2023", hanoi="10", hue="40"),
    )
    assert values(verdict)[-1] == expected


def test_the_best_counts_of_each_body_are_added():
    verdict = judged(
        asked("ratio", accumulate="max"),
        said("2023", hanoi=share(9, 10), hue=share(1, 10)),
        said("2024", hanoi=share(5, 10), hue=share(2, 10)),
    )
    assert verdict.points[-1].share == Share(11, 20)


# Who is silent


def test_a_silent_body_stays_in_the_denominator():
    verdict = judged(asked("share"), said("2024", hanoi=True, hue=True))
    assert verdict.points[0].share == Share(2, 3)
    assert values(judged(asked("mean"), said("2024", hanoi="30", hue="60"))) == [30]


def test_the_n_of_silent_bodies_is_unknown_so_a_ratio_is_that_of_the_others():
    verdict = judged(asked("ratio"), said("2024", hanoi=share(3, 4), hue=share(2, 4)))
    assert values(verdict) == [Decimal("62.5")]


def test_it_is_said_how_many_have_reported_and_who_has_not():
    standing = judged(asked("sum"), said("2024", hue="1")).standing
    assert standing is not None
    assert (standing.reported, list(standing.silent)) == ((1, 3), ["hanoi", "danang"])
    assert {name: held.figure for name, held in standing.held.items()} == {"hue": 1}


def test_every_value_says_how_many_bodies_are_behind_it():
    verdict = judged(asked("sum"), said("2023", hue="1"), said("2024", hue="2", hanoi="3"))
    assert [point.reported for point in verdict.points] == [(1, 3), (2, 3)]


def test_partly_reported_while_some_are_silent():
    for told, partly in (({}, False), ({"hue": "1"}, True), (dict.fromkeys(THREE, "1"), False)):
        verdict = judged(asked("sum"), said("2024", **told))
        assert ("partly_reported" in verdict.flags) is partly


MET_WITHOUT_DANANG = [
    # What a silent body holds can only add to a sum, a mean, a share, the highest figure.
    ("sum", {"at_least": "100"}, "60", "achieved"),
    ("sum", {"at_most": "200"}, "60", "overdue"),
    ("mean", {"at_least": "40"}, "60", "achieved"),
    ("mean", {"less_than": "50"}, "60", "overdue"),
    ("max", {"more_than": "50"}, "60", "achieved"),
    ("max", {"at_most": "60"}, "60", "overdue"),
    ("share", {"at_least": "60"}, True, "achieved"),
    ("share", {"between": ["60", "70"]}, True, "overdue"),
    # It can only lower the lowest.
    ("min", {"at_most": "60"}, "60", "achieved"),
    ("min", {"at_least": "60"}, "60", "overdue"),
    ("min", {"exactly": "60"}, "60", "overdue"),
    # And move a ratio either way.
    ("ratio", {"at_least": "50"}, share(1, 2), "overdue"),
    ("ratio", {"at_most": "50"}, share(1, 2), "overdue"),
]


@every_case("across, wanted, figure, state", MET_WITHOUT_DANANG)
def test_silence_counts_for_nothing_that_it_could_still_spoil(
    across: str, wanted: dict, figure: Any, state: str
):
    said_of = asked(across, target=wanted, deadline="2024")
    told = said("2024", hanoi=figure, hue=figure)
    verdict = judged(said_of, told, on="2025-01-01")
    assert verdict.state == state
    assert ("undecided" in verdict.flags) is (state == "overdue")


def test_the_silent_are_waited_for_within_the_lag():
    said_of = asked("sum", deadline="2024", lag_days=30)
    told = said("2024", hanoi="60")
    assert judged(said_of, told, on="2025-01-31").state == "overdue"
    assert judged(said_of, told, on="2025-01-30").state == "awaiting_data"


def test_reports_of_bodies_that_were_recorded_after_the_lag_are_late():
    said_of = asked("sum", deadline="2024", lag_days=30)
    for recorded, late in (("2025-01-30", False), ("2025-01-31", True)):
        told = [report("2024", "40", body=name, recorded=recorded) for name in THREE]
        assert ("late_report" in judged(said_of, told).flags) is late


def test_what_is_missed_without_the_silent_is_plainly_missed():
    said_of = asked("ratio", target={"at_least": "80"}, deadline="2024")
    verdict = judged(said_of, said("2024", hanoi=share(1, 2)), on="2025-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_unmet")


def test_the_last_body_settles_it_on_the_day_of_its_report():
    said_of = asked("ratio", target={"at_least": "50"}, deadline="2024")
    in_time = said("2024", hanoi=share(1, 2), hue=share(1, 2))
    late = said("2025-02", danang=share(1, 1))
    assert judged(said_of, in_time, late, on="2025-01-01").state == "overdue"
    verdict = judged(said_of, in_time, late, on="2025-03-01")
    assert (verdict.state, verdict.days_late) == ("achieved_late", 59)


# Who may report


def test_the_report_of_a_stranger_does_not_count():
    verdict = judged(asked("sum"), said("2024", hanoi="10", vientiane="99"))
    assert values(verdict) == [10]
    assert verdict.standing is not None
    assert verdict.standing.reported == (1, 3)


def test_the_report_of_a_stranger_is_no_evidence():
    of_all = said("2024-06", hanoi="10", hue="10", danang="10")
    verdict = judged(asked("sum"), of_all, said("2024-12", vientiane="99"))
    assert str(verdict.evidence.date) == "2024-06"


def test_of_a_group_that_is_only_counted_any_body_of_the_register_may_report():
    counted = group_of(THREE, ("2020-01-01", 10), listed=False)
    told = said("2024", hanoi="10", hue="20", vientiane="30")
    verdict = judged(asked("mean"), told, group=counted)
    assert values(verdict) == [3]
    assert verdict.standing is not None
    assert (verdict.standing.reported, list(verdict.standing.silent)) == ((2, 10), [])


def test_members_that_are_not_listed_are_counted_all_the_same():
    known_so_far = group_of(THREE, ("2020-01-01", 63))
    verdict = judged(asked("share"), said("2024", hanoi=True), group=known_so_far)
    assert verdict.points[0].share == Share(1, 63)
    assert verdict.points[0].reported == (1, 63)


def test_members_that_are_known_to_exist_are_counted_whatever_the_size_says():
    too_small = group_of(THREE, ("2020-01-01", 1))
    verdict = judged(asked("share"), said("2024", hanoi=True), group=too_small)
    assert verdict.points[0].share == Share(1, 3)


def test_a_group_counts_as_many_as_on_its_first_date_before_it():
    later = group_of(THREE, ("2026-01-01", 4), ("2027-01-01", 5))
    verdict = judged(asked("mean"), said("2024", hanoi="20"), on="2024-12-31", group=later)
    assert values(verdict) == [5]


def test_it_is_kept_what_each_body_stood_at_on_the_deadline():
    told = said("2024-06", hanoi="1", hue="2"), said("2024-12-31", hanoi="3"), said("2025", hue="4")
    for on, deadline in (("2030-01-01", "2024"), ("2024-12-31", "2024"), ("2030-01-01", "2024-12")):
        standing = judged(asked("sum", deadline=deadline), *told, on=on).standing
        assert standing is not None
        assert standing.on_deadline is not None
        assert {name: held.figure for name, held in standing.on_deadline.held.items()} == {
            "hanoi": 3,
            "hue": 2,
        }
    standing = judged(asked("sum", deadline="2024"), *told, on="2024-12-30").standing
    assert standing is not None
    assert standing.on_deadline is None


# Later wins, corrections, the day asked for


def test_of_two_reports_of_a_body_for_one_date_the_later_counts():
    twice = [report("2024", "5", body="hue", at=2), report("2024-12-31", "7", body="hue", at=1)]
    verdict = judged(asked("sum"), twice, said("2024", hanoi="1"))
    assert values(verdict) == [6]


def test_a_correction_may_move_a_figure_to_another_body():
    wrong = report("2024", "5", body="hue", id="wrong")
    right = report("2024", "5", body="danang", id="right", at=1, corrects="wrong")
    told = [wrong, right, *said("2024", hanoi="1")]
    dropped = correct([right], {each.id for each in told}).dropped
    verdict = judged(asked("sum"), [each for each in told if each.id not in dropped])
    assert verdict.standing is not None
    assert (values(verdict), list(verdict.standing.silent)) == ([6], ["hue"])


def test_only_what_describes_the_day_or_earlier_counts():
    told = said("2024-06", hanoi="1"), said("2024-07", hue="2")
    for on, of in (("2024-06-29", []), ("2024-06-30", [1]), ("2024-07-31", [1, 3])):
        assert values(judged(asked("sum"), *told, on=on)) == of


# Figures for the whole population


def test_a_figure_without_a_body_is_one_for_all_and_counts_instead_of_theirs():
    verdict = judged(asked("sum"), said("2024-06", hanoi="1"), [report("2024-06", "50")])
    assert (values(verdict), verdict.points[0].complete) == ([50], True)


def test_while_some_are_silent_the_figure_for_all_stands():
    verdict = judged(asked("sum"), [report("2024-03", "50")], said("2024-06", hanoi="60", hue="1"))
    assert values(verdict) == [50]


def test_when_all_have_reported_their_figures_count_again():
    verdict = judged(
        asked("sum"),
        said("2024-01", hue="1"),
        [report("2024-03", "50")],
        said("2024-06", hanoi="60"),
        said("2024-09", danang="2"),
    )
    assert [(str(point.date), point.value) for point in verdict.points] == [
        ("2024-01", 1),
        ("2024-03", 50),
        ("2024-09", 63),
    ]


def test_a_figure_for_all_settles_what_silence_left_open():
    said_of = asked("ratio", target={"at_least": "50"}, deadline="2024")
    told = said("2024-12", hanoi=share(1, 2))
    assert judged(said_of, told, on="2025-01-01").state == "overdue"
    whole = [report("2024-12", "96.73")]
    assert judged(said_of, told, whole, on="2025-01-01").state == "achieved"


def test_who_was_heard_of_in_full_may_fall_silent_again():
    verdict = judged(
        asked("sum"),
        [report("2023-03", "50")],
        said("2023-06", hanoi="60"),
        said("2024-03", hanoi="70"),
        bodies=ONE_MORE,
    )
    assert values(verdict) == [50, 60, 70]
    assert [point.complete for point in verdict.points] == [True, True, False]


ONE_MORE = bodies_of("hanoi", hue={"started": "2024-01-01"})


def test_a_later_figure_for_all_does_not_change_what_was_true_on_the_deadline():
    said_of = asked("sum", deadline="2024")
    told = said("2023", hanoi="100"), said("2024", hanoi="60"), [report("2025-03", "200")]
    assert judged(said_of, *told, on="2025-02-01", bodies=ONE_MORE).state == "overdue"
    assert judged(said_of, *told, on="2025-04-01", bodies=ONE_MORE).state == "achieved_late"

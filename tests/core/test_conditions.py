"""Two conditions in one target, and one sentence for several classes of body."""

from __future__ import annotations

from typing import Any

import pytest

from cdstrack.core.model.report import Report, Share
from cdstrack.core.verdict.referee import with_worst_class
from cdstrack.core.verdict.verdict import Verdict
from tests.cases import every_case
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    gone,
    group_of,
    report,
    share,
    target,
)

BOTH = {"conditions": {"online": "Works online", "sign": "Signs digitally"}}
ONLINE_AND_SIGN = target(**BOTH)
TWO = bodies_of("hanoi", "hue")


def part(name: str, when: str, figure: Any, qualifier: Any = None, body: str | None = None):
    return report(when, figure, qualifier, part=name, body=body)


def steps(verdict: Verdict) -> list[tuple[str, Any]]:
    return [(str(point.date), point.value) for point in verdict.points]


def judged(of: Any, *reports: Report, on: str = "2030-01-01", **kw: Any) -> Verdict:
    return assess(of, reports, on=on, **kw)


# Both are needed


def test_one_condition_alone_is_no_value():
    for name in ("online", "sign"):
        verdict = judged(ONLINE_AND_SIGN, part(name, "2024", "100"))
        assert (verdict.state, verdict.flags) == ("no_data", ("partly_reported",))
        assert [each.part for each in verdict.parts] == [name]


def test_from_the_day_both_were_reported_the_one_that_stands_worse_is_the_value():
    verdict = judged(
        ONLINE_AND_SIGN,
        part("online", "2024-01", "90"),
        part("sign", "2024-03", "40"),
        part("online", "2024-04", "30"),
        part("sign", "2024-05", "60"),
    )
    assert steps(verdict) == [("2024-03", 40), ("2024-04", 30), ("2024-05", 30)]
    assert "partly_reported" not in verdict.flags


def test_the_value_is_dated_and_proved_by_the_condition_that_stands_worse():
    verdict = judged(
        ONLINE_AND_SIGN, part("sign", "2024-03", "40", "about"), part("online", "2024-04", "90")
    )
    [point] = verdict.points
    assert (str(point.date), point.qualifier) == ("2024-04", "about")
    assert point.report is not None
    assert point.report.part == "sign"


def test_both_reported_for_one_date_are_one_step():
    verdict = judged(ONLINE_AND_SIGN, part("online", "2024", "120"), part("sign", "2024", "110"))
    assert (steps(verdict), verdict.state) == ([("2024", 110)], "achieved")


@every_case(
    "wanted, online, sign, worse",
    [
        ({"at_least": "100"}, "90", "80", 80),
        ({"more_than": "100"}, "90", "80", 80),
        ({"at_most": "100"}, "90", "80", 90),
        ({"less_than": "100"}, "90", "80", 90),
        ({"exactly": "85"}, "91", "80", 91),
        ({"between": ["85", "95"]}, "100", "81", 100),
        ({"between": ["85", "95"]}, "99", "80", 80),
        ({"between": ["0", "100"]}, "5", "96", 96),
    ],
)
def test_worse_is_what_lies_further_from_what_is_wanted(
    wanted: dict, online: str, sign: str, worse: int
):
    for one, other in ((online, sign), (sign, online)):
        told = part("online", "2024", one), part("sign", "2024", other)
        assert judged(target(**BOTH, target=wanted), *told).points[-1].value == worse


def test_a_milestone_with_two_conditions_is_done_when_both_are():
    milestone = target(kind="milestone", **BOTH)
    done = part("online", "2024-01", True)
    assert judged(milestone, done).state == "no_data"
    assert judged(milestone, done, part("sign", "2024-02", False)).state == "undated"
    assert judged(milestone, done, part("sign", "2024-02", True)).state == "achieved"


def test_of_counts_the_lower_percentage_is_the_value():
    told = part("online", "2024", share(9, 10)), part("sign", "2024", share(40, 50))
    [point] = judged(target(**BOTH, unit="%", accumulate="ratio"), *told).points
    assert (point.value, point.share) == (80, Share(40, 50))


def test_increments_of_each_condition_add_for_themselves():
    told = [part("online", when, "60") for when in ("2024-01", "2024-02")]
    verdict = judged(
        target(**BOTH, accumulate="sum"), *told, part("sign", "2024-02", "50"),
        part("sign", "2024-03", "50"),
    )  # fmt: skip
    assert steps(verdict) == [("2024-02", 50), ("2024-03", 100)]


def test_of_two_reports_on_a_condition_for_one_date_the_later_counts():
    told = part("sign", "2024", "40"), report("2024", "60", part="sign", at=1)
    assert steps(judged(ONLINE_AND_SIGN, part("online", "2024", "90"), *told)) == [("2024", 60)]


def test_what_names_no_condition_of_the_target_counts_for_none():
    verdict = judged(ONLINE_AND_SIGN, part("online", "2024", "90"), part("sing", "2024", "90"))
    assert (verdict.state, verdict.flags) == ("no_data", ("partly_reported",))


@pytest.mark.parametrize("vague", ["about", "nearly"])
def test_what_one_condition_leaves_open_the_other_does_not_decide(vague: str):
    told = part("online", "2024", "102", vague), part("sign", "2024", "101")
    verdict = judged(ONLINE_AND_SIGN, *told)
    assert (verdict.state, verdict.flags) == ("undated", ("undecided",))


# A figure for all conditions together


def test_a_figure_without_a_condition_replaces_both_from_its_date():
    both = part("online", "2024-01", "90"), part("sign", "2024-01", "80")
    whole = report("2024-06", "85")
    assert steps(judged(ONLINE_AND_SIGN, *both, whole)) == [("2024-01", 80), ("2024-06", 85)]


def test_on_one_date_the_figure_without_a_condition_counts():
    both = part("online", "2024-06", "90"), part("sign", "2024-06", "80")
    assert steps(judged(ONLINE_AND_SIGN, *both, report("2024-06", "85"))) == [("2024-06", 85)]


def test_a_figure_for_both_stands_for_a_condition_until_that_is_reported_anew():
    told = [report("2024-01", "85"), part("online", "2024-06", "90")]
    assert steps(judged(ONLINE_AND_SIGN, *told)) == [("2024-01", 85), ("2024-06", 85)]
    told += [part("sign", "2024-07", "88")]
    assert steps(judged(ONLINE_AND_SIGN, *told))[-1] == ("2024-07", 88)


def test_what_was_replaced_does_not_come_back():
    both = part("online", "2022", "90"), part("sign", "2022", "80")
    verdict = judged(ONLINE_AND_SIGN, *both, report("2023", "100"), part("online", "2024", "95"))
    assert steps(verdict) == [("2022", 80), ("2023", 100), ("2024", 95)]


def test_an_increment_without_a_condition_adds_to_both():
    told = [part("online", "2024-02", "60"), part("sign", "2024-02", "50"), report("2024-03", "30")]
    verdict = judged(target(**BOTH, accumulate="sum"), *told)
    assert steps(verdict) == [("2024-02", 50), ("2024-03", 80)]


# Each of many bodies needs both


def asked_of_each(across: str = "share", **said: Any):
    return asked(across, **BOTH, **said)


def of_body(name: str, when: str, **figures: Any) -> list[Report]:
    return [part(each, when, figure, body=name) for each, figure in figures.items()]


def test_a_body_passes_when_it_meets_both():
    told = of_body("hanoi", "2024", online=True, sign=True) + of_body(
        "hue", "2024", online=True, sign=False
    )
    verdict = judged(asked_of_each(), *told, bodies=TWO)
    assert [(point.share, point.reported) for point in verdict.points] == [(Share(1, 2), (2, 2))]


def test_of_done_and_not_done_there_is_no_mean():
    told = of_body("hanoi", "2024-01", sign=True) + of_body("hanoi", "2024-02", online=True)
    told += of_body("hanoi", "2024-03", online=False)
    verdict = judged(asked_of_each(accumulate="mean"), *told, bodies=TWO)
    assert verdict.points[-1].share == Share(0, 2)


def test_a_body_that_reported_one_condition_is_silent():
    told = of_body("hanoi", "2024", online=True, sign=True) + of_body("hue", "2024", online=True)
    verdict = judged(asked_of_each(), *told, bodies=TWO)
    assert verdict.standing is not None
    assert (verdict.points[-1].share, list(verdict.standing.silent)) == (Share(1, 2), ["hue"])
    assert "partly_reported" in verdict.flags


def test_one_condition_of_one_body_is_partly_reported():
    verdict = judged(asked_of_each(), *of_body("hanoi", "2024", online=True), bodies=TWO)
    assert (verdict.state, verdict.flags) == ("no_data", ("partly_reported",))


def test_of_each_body_the_condition_that_stands_worse_is_added():
    told = of_body("hanoi", "2024", online=share(9, 10), sign=share(5, 10)) + of_body(
        "hue", "2024", online=share(1, 40), sign=share(20, 40)
    )
    verdict = judged(asked_of_each("ratio"), *told, bodies=TWO)
    assert verdict.points[-1].share == Share(6, 50)


def test_a_body_may_report_on_both_at_once():
    told = [*of_body("hanoi", "2023", online=True, sign=False), report("2024", True, body="hanoi")]
    verdict = judged(asked_of_each(), *told, bodies=TWO)
    assert [point.share for point in verdict.points] == [Share(0, 2), Share(1, 2)]


def test_one_condition_from_each_of_two_bodies_does_not_make_both():
    bodies = bodies_of("hanoi", hue=gone("2025-01-01", "hanoi"))
    told = of_body("hanoi", "2024", online=True) + of_body("hue", "2024", sign=True)
    assert judged(asked_of_each(), *told, bodies=bodies).state == "no_data"


def test_each_body_is_judged_by_both_conditions():
    told = of_body("hanoi", "2024", online=True, sign=True) + of_body("hue", "2024", online=True)
    verdicts = assess_bodies(
        asked_of_each(deadline="2024"), told, on="2025-01-01", bodies=TWO, group=group_of(TWO)
    )
    assert {name: each.state for name, each in verdicts.items()} == {
        "hanoi": "achieved",
        "hue": "overdue",
    }
    assert "partly_reported" in verdicts["hue"].flags


def test_a_body_that_reported_both_has_reported_in_full():
    told = of_body("hanoi", "2024", online=True, sign=True)
    verdicts = assess_bodies(
        asked_of_each(), told, on="2025-01-01", bodies=TWO, group=group_of(TWO)
    )
    assert "partly_reported" not in verdicts["hanoi"].flags


# One sentence, several classes of body


def of_class(name: str, **said: Any):
    return asked("share", id=name, part_of="parent", deadline="2024", **said)


def test_a_sentence_stands_as_its_worst_class_and_their_populations_are_never_added():
    ministries, provinces = bodies_of("mof", "moh"), bodies_of("hanoi", "hue", "danang")
    done = [report("2024", True, body=name) for name in ministries]
    half = [report("2024", name == "hue", body=name) for name in provinces]
    classes = [
        judged(of_class("ministries"), *done, bodies=ministries, on="2025-01-01"),
        judged(of_class("provinces"), *half, bodies=provinces, on="2025-01-01"),
    ]
    assert [verdict.state for verdict in classes] == ["achieved", "overdue"]
    parent = with_worst_class(judged(target(id="parent", deadline="2024")), classes)
    assert (parent.state, parent.cell, parent.standing) == ("overdue", "overdue", None)
    assert parent.decision.facts == {"target": "provinces"}

"""0 of 0: a report that nothing fell due. It is no silence, and it is no value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cdstrack.core.model.report import Share
from cdstrack.core.values.measures import figure_value
from cdstrack.core.verdict.scores import cells_of_bodies
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    gone,
    group_of,
    population,
    referee_of,
    report,
    said,
    share,
    target,
)

ZERO = share(0, 0)
PERCENT: dict[str, Any] = {"unit": "%", "accumulate": "ratio", "target": {"at_least": "90"}}
A_YEAR = PERCENT | {"deadline": "2022", "start": "2022"}
GOAL: dict[str, Any] = {"unit": "%", "target": {"at_least": "90"}, "deadline": "2022"}
THREE = bodies_of("a", "b", "c")


def stand(across: str, *reports: Any, on: str = "2022-07-01", **more: Any) -> Verdict:
    return assess(asked(across, **GOAL | more), reports, on=on, bodies=THREE)


def value(verdict: Verdict) -> Decimal | None:
    return verdict.last.value if verdict.last is not None else None


def test_nothing_is_divided_by_nothing():
    assert figure_value(ZERO) == 0


# Without bodies


def test_it_is_evidence_and_no_value():
    verdict = assess(target(**A_YEAR), [report("2022-06", ZERO)], on="2022-07-01")
    assert (verdict.state, verdict.decision.why) == ("no_data", "nothing_due")
    assert (verdict.last, verdict.points) == (None, ())
    assert (verdict.evidence.freshness, str(verdict.evidence.date)) == ("fresh", "2022-06")
    assert verdict.evidence.report is not None


def test_it_proves_nothing_when_the_deadline_has_passed():
    verdict = assess(target(**A_YEAR), [report("2022-12", ZERO)], on="2023-01-01")
    assert (verdict.state, verdict.decision.why) == ("overdue", "overdue_nothing_due")
    assert not verdict.never_reported


def test_not_even_under_a_ceiling():
    of = target(**A_YEAR | {"target": {"at_most": "10"}})
    assert assess(of, [report("2022-12", ZERO)], on="2023-01-01").state == "overdue"


@pytest.mark.parametrize("accumulate", ["latest", "ratio", "max", "mean"])
def test_what_stood_before_it_stands(accumulate: str):
    of = target(**A_YEAR | {"accumulate": accumulate})
    reports = [report("2022-03", share(95, 100)), report("2022-06", ZERO)]
    verdict = assess(of, reports, on="2022-07-01")
    assert value(verdict) == 95
    assert str(verdict.evidence.date) == "2022-06"


@pytest.mark.parametrize("accumulate", ["mean", "growth"])
def test_it_covers_its_time_and_weighs_nothing(accumulate: str):
    of = target(**A_YEAR | {"accumulate": accumulate})
    quarters = [report(f"2022-Q{n}", share(9, 10)) for n in (1, 2, 4)]
    silent = assess(of, quarters, on="2023-01-01")
    assert silent.state == "overdue"
    told = assess(of, [*quarters, report("2022-Q3", ZERO)], on="2023-01-01")
    assert (value(told), told.state) == (90, "achieved")
    nothing = [report(f"2022-Q{n}", ZERO) for n in (1, 2, 3, 4)]
    assert assess(of, nothing, on="2023-01-01").decision.why == "overdue_nothing_due"


@pytest.mark.parametrize("accumulate", ["max", "min", "mean"])
def test_a_body_that_says_so_has_answered_whatever_its_figures_combine_to(accumulate: str):
    verdict = stand("mean", *said("2022-06", a=ZERO, b="90", c="80"), accumulate=accumulate)
    assert value(verdict) == 85
    assert verdict.standing is not None
    assert verdict.standing.reported == Share(3, 3)


def test_a_value_after_it_counts_like_any_other():
    reports = [report("2022-03", ZERO), report("2022-06", share(1, 2))]
    verdict = assess(target(**A_YEAR), reports, on="2022-07-01")
    assert (value(verdict), len(verdict.points)) == (50, 1)
    assert str(verdict.evidence.date) == "2022-06"


def test_it_takes_the_place_of_an_earlier_record_for_its_date():
    reports = [report("2022-06", share(1, 2)), report("2022-06", ZERO, at=1)]
    assert assess(target(**A_YEAR), reports, on="2022-07-01").last is None


def test_it_keeps_what_was_reported_before_from_growing_stale():
    of = target(**A_YEAR, stale_after=60)
    reports = [report("2022-03-01", share(50, 100))]
    assert assess(of, reports, on="2022-06-01").state == "stale"
    heard = [*reports, report("2022-05-01", ZERO)]
    assert assess(of, heard, on="2022-06-01").state == "in_progress"
    assert assess(of, heard, on="2022-07-01").state == "stale"


def test_before_its_day_it_was_not_known():
    reports = [report("2022-03", share(50, 100)), report("2022-06", ZERO)]
    assert str(assess(target(**A_YEAR), reports, on="2022-06-29").evidence.date) == "2022-03"


def test_a_condition_under_which_nothing_ever_fell_due_has_passed_no_test():
    of = target(**A_YEAR, conditions={"online": "Online", "sign": "Signs"})
    reports = [
        report("2022-06", share(95, 100), part="online"),
        report("2022-06", ZERO, part="sign", at=1),
    ]
    assert assess(of, reports, on="2022-07-01").last is None
    before = report("2022-03", share(90, 100), part="sign")
    assert value(assess(of, [before, *reports], on="2022-07-01")) == 90
    assert assess(of, reports[:1], on="2022-07-01").last is None
    both = [reports[1], report("2022-06", ZERO, part="online", at=2)]
    assert assess(of, both, on="2022-07-01").last is None


# Periods to be kept, and ceilings

KEPT: dict[str, Any] = {
    "kind": "sustain", "unit": "%", "target": {"at_least": "90"}, "deadline": None,
    "periods": ["2022-Q1", "2022-Q2"],
}  # fmt: skip


def results(verdict: Verdict) -> list[str]:
    return [span.result for span in verdict.spans]


@pytest.mark.parametrize("accumulate", ["latest", "ratio", "mean", "max"])
def test_a_period_in_which_nothing_fell_due_is_left_out(accumulate: str):
    of = target(**KEPT | {"accumulate": accumulate})
    first = report("2022-Q1", share(95, 100))
    verdict = assess(of, [first, report("2022-Q2", ZERO)], on="2022-09-01")
    assert (results(verdict), verdict.state) == (["kept", "empty"], "achieved")
    assert assess(of, [first], on="2022-09-01").state == "overdue"
    missed = assess(of, [report("2022-Q1", share(1, 2)), report("2022-Q2", ZERO)], on="2022-09-01")
    assert (results(missed), missed.state) == (["missed", "empty"], "breached")


def test_where_nothing_ever_fell_due_nothing_was_kept():
    reports = [report("2022-Q1", ZERO), report("2022-Q2", ZERO)]
    verdict = assess(target(**KEPT), reports, on="2022-09-01")
    assert (results(verdict), verdict.state) == (["empty", "empty"], "overdue")
    assert verdict.decision.why == "overdue_nothing_due"
    assert not verdict.met_by_deadline


def test_of_a_period_it_has_to_be_said_for_its_end_or_all_of_it():
    early = [report("2022-Q1", share(95, 100)), report("2022-05", ZERO)]
    for accumulate in ("latest", "mean"):
        verdict = assess(target(**KEPT | {"accumulate": accumulate}), early, on="2022-09-01")
        assert results(verdict) == ["kept", "unreported"]


def test_of_a_period_all_bodies_and_conditions_have_to_say_so():
    of = asked("mean", **KEPT)
    two = said("2022-Q2", a=ZERO, b=ZERO)
    assert results(assess(of, two, on="2022-09-01", bodies=THREE)) == ["unreported"] * 2
    three = [*two, *said("2022-Q2", c=ZERO)]
    assert results(assess(of, three, on="2022-09-01", bodies=THREE)) == ["unreported", "empty"]
    parts = target(**KEPT, conditions={"online": "Online", "sign": "Signs"})
    one = [report("2022-Q2", ZERO, part="sign")]
    assert results(assess(parts, one, on="2022-09-01")) == ["unreported"] * 2
    both = [*one, report("2022-Q2", ZERO, part="online", at=1)]
    assert results(assess(parts, both, on="2022-09-01")) == ["unreported", "empty"]
    figure = [*one, report("2022-Q2", share(95, 100), part="online", at=1)]
    assert results(assess(parts, figure, on="2022-09-01")) == ["unreported"] * 2


@pytest.mark.parametrize("changes", [{"kind": "limit"}, {"accumulate": "sum"}])
def test_under_a_ceiling_it_keeps_nothing(changes: dict[str, Any]):
    of = target(**A_YEAR | {"target": {"at_most": "10"}, "accumulate": "sum"} | changes)
    assert assess(of, [report("2022", ZERO)], on="2023-01-01").decision.why == "overdue_nothing_due"
    more = [report("2022-H1", share(1, 20)), report("2022-H2", ZERO)]
    assert (assess(of, more, on="2023-01-01").state, value(assess(of, more, on="2023-01-01"))) == (
        "achieved", 5,
    )  # fmt: skip
    bodies = asked("sum", kind="limit", target={"at_most": "10"}, deadline="2022")
    none = assess(bodies, said("2022", a=ZERO, b=ZERO, c=ZERO), on="2023-01-01", bodies=THREE)
    assert (none.last, none.state) == (None, "overdue")


# Across bodies


def test_it_adds_nothing_and_nothing_to_a_ratio():
    verdict = stand("ratio", *said("2022-06", a=share(40, 50), b=ZERO, c=share(50, 50)))
    assert value(verdict) == 90
    assert verdict.last is not None
    assert (verdict.last.share, verdict.last.reported) == (Share(90, 100), Share(3, 3))
    assert (verdict.state, "partly_reported" in verdict.flags) == ("achieved", False)


def test_a_ratio_of_nothing_is_no_value_and_what_stood_before_stands():
    none = stand("ratio", *said("2022-06", a=ZERO, b=ZERO, c=ZERO))
    assert (none.state, none.last) == ("no_data", None)
    assert none.standing is not None
    assert none.standing.never == 0
    assert str(none.evidence.date) == "2022-06"
    before = said("2022-03", a=share(1, 2), b=share(1, 2), c=share(1, 2))
    later = stand("ratio", *before, *said("2022-06", a=ZERO, b=ZERO, c=ZERO))
    assert value(later) == 50


@pytest.mark.parametrize("each", [{"at_least": "80"}, {"at_most": "80"}])
def test_it_passes_no_test_across_a_share(each: dict[str, str]):
    reports = said("2022-06", a=ZERO, b=share(80, 100), c=share(80, 100))
    verdict = stand("share", *reports, each=each)
    assert verdict.last is not None
    assert (verdict.last.share, verdict.last.reported) == (Share(2, 3), Share(3, 3))


def test_it_takes_no_part_in_a_mean_and_is_no_silence():
    reports = said("2022-06", a=ZERO, b="90", c="80")
    verdict = stand("mean", *reports)
    assert value(verdict) == 85
    assert "partly_reported" not in verdict.flags
    assert round(value(stand("mean", *reports[1:])), 9) == round(Decimal(170) / 3, 9)
    assert stand("mean", *reports[:1]).last is None


@pytest.mark.parametrize(("across", "figure"), [("min", 80), ("max", 90)])
def test_it_is_neither_the_lowest_nor_the_highest(across: str, figure: int):
    reports = said("2022-06", a=ZERO, b="90", c="80")
    assert value(stand(across, *reports)) == figure
    assert stand(across, *reports[:1]).last is None


@pytest.mark.parametrize("across", ["ratio", "mean", "share", "min", "max"])
def test_each_body_is_judged_by_what_stood_before(across: str):
    of = asked(across, **GOAL)
    reports = [
        *said("2022-03", a=share(95, 100), b=share(50, 100)),
        *said("2022-06", a=ZERO, c=ZERO),
    ]
    group = group_of(THREE)
    for on in ("2022-07-01", "2023-01-01"):
        slow = assess_bodies(of, reports, on=on, bodies=THREE, group=group)
        values = {name: value(verdict) for name, verdict in slow.items()}
        assert values == {"a": 95, "b": 50, "c": None}
        assert slow["c"].evidence.freshness == "fresh"
        referee, bodies = referee_of(of, on, THREE, group), population(of, THREE)
        assert bodies is not None
        quick = cells_of_bodies(referee.judge(of, reports), reports, referee, bodies)
        assert quick == {name: verdict.cell for name, verdict in slow.items()}


@pytest.mark.parametrize("across", ["ratio", "mean", "min", "max"])
def test_of_bodies_that_become_one_only_those_with_a_value_make_one(across: str):
    bodies = bodies_of("c", a=gone("2022-04-01", "c"), b=gone("2022-04-01", "c"))
    of = asked(across, **GOAL)
    reports = said("2022-03", a=ZERO, b=share(80, 100), c=ZERO)
    verdict = assess(of, reports, on="2022-07-01", bodies=bodies)
    assert value(verdict) == 80


def test_who_says_so_has_answered():
    verdict = stand("ratio", *said("2022-12", a=ZERO, b=ZERO, c=ZERO), on="2023-01-01")
    assert (verdict.state, verdict.never_reported) == ("overdue", False)

"""Corrections and what is in force, on reports told by three words: id, value, what it corrects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import correct, in_order, latest_per_slot, same_figure

START = datetime(2024, 1, 1, tzinfo=UTC)


def report(
    id_: str, value: int | None = 1, corrects: str | None = None, *, date="2024", at=0, body=None
):
    figure = None if value is None else Decimal(value)
    moment = START + timedelta(seconds=at)
    period = parse_period(date)
    return Report(
        id_, "t", body, None, period, figure, None, None, None, None, moment, corrects, None
    )


def counting(*reports: Report) -> tuple[set[str], set[str]]:
    """The ids that count, and the codes of what is wrong."""
    known = {r.id for r in reports}
    effect = correct([r for r in reports if r.corrects], known)
    return known - effect.dropped, {problem.code for problem in effect.problems}


def test_a_correction_takes_the_place_of_the_report_it_names():
    assert counting(report("a"), report("b", 2, "a")) == ({"b"}, set())


def test_a_void_only_removes():
    assert counting(report("a"), report("v", None, "a"), report("c")) == ({"c"}, set())


def test_a_correction_may_itself_be_corrected():
    assert counting(report("a"), report("b", 2, "a"), report("c", 3, "b")) == ({"c"}, set())


def test_a_report_does_not_come_back_when_its_correction_is_voided():
    assert counting(report("a"), report("b", 2, "a"), report("v", None, "b")) == (set(), set())


def test_of_two_corrections_the_later_counts_with_a_warning():
    effect = correct([report("b", 2, "a", at=2), report("c", 3, "a", at=1)], {"a", "b", "c"})
    assert effect.dropped == {"a", "c"}
    [problem] = effect.problems
    assert (problem.code, problem.level) == ("correction_superseded", "warning")
    assert problem.facts == {"id": "c", "corrects": "a", "by": "b"}


def test_of_two_corrections_at_one_moment_the_greater_id_counts():
    assert counting(report("a"), report("c", 3, "a"), report("b", 2, "a"))[0] == {"c"}


def test_a_rival_that_was_voided_leaves_the_place_to_the_other():
    first, second = report("b", 2, "a", at=1), report("c", 3, "a", at=2)
    taken_back = report("v", None, "c", at=3)
    assert counting(report("a"), first, second, taken_back) == ({"b"}, set())


def test_an_unknown_id_is_an_error_and_that_correction_does_not_count():
    effect = correct([report("b", 2, "nowhere")], {"b"})
    assert effect.dropped >= {"b"}
    assert [(p.code, p.level) for p in effect.problems] == [("correction_unknown", "error")]


def test_a_further_correction_repairs_one_that_named_an_unknown_id():
    assert counting(report("b", 2, "nowhere"), report("c", 3, "b")) == ({"c"}, set())


def test_a_cycle_is_an_error_and_none_of_it_counts():
    assert counting(report("a", 1, "b"), report("b", 2, "a")) == (set(), {"correction_cycle"})
    assert counting(report("a", 1, "a")) == (set(), {"correction_cycle"})


def test_a_chain_of_ten_thousand_corrections_is_followed():
    first = report("r0")
    chain = [first._replace(id=f"r{n}", corrects=f"r{n - 1}") for n in range(1, 10_000)]
    assert counting(first, *chain) == ({"r9999"}, set())


def test_voids_in_effect_are_named():
    effect = correct([report("v", None, "a")], {"a", "v"})
    assert [void.id for void in effect.voids] == ["v"]


corrections = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefghx"), st.booleans()),
    unique_by=lambda c: c[0],
)


@given(corrections, st.randoms())
def test_the_order_of_lines_never_matters(drawn, random):
    lines = [report(id_, None if void else 1, named) for id_, named, void in drawn]
    known = set("abcdefgh")
    one = correct(lines, known)
    random.shuffle(lines)
    other = correct(lines, known)
    assert one.dropped == other.dropped
    assert one.problems == other.problems


def test_a_series_is_ordered_by_reference_date_then_by_the_moment_recorded():
    late, early = report("a", at=2), report("b", at=1)
    before = report("c", date="2023", at=3)
    assert in_order([late, early, before]) == (before, early, late)


def test_of_one_slot_the_latest_is_in_force():
    series = in_order([report("a", 1, at=1), report("b", 2, at=2), report("c", date="2023")])
    assert [r.id for r in latest_per_slot(series)] == ["c", "b"]


def test_a_month_quarter_and_day_with_the_same_last_day_are_one_slot():
    dates = ["2022-12", "2022-Q4", "2022-12-31"]
    series = in_order([report(d.lower(), date=d, at=n) for n, d in enumerate(dates)])
    assert [r.id for r in latest_per_slot(series)] == ["2022-12-31"]


def test_bodies_do_not_compete():
    series = in_order([report("a", body="x"), report("b", body="y")])
    assert latest_per_slot(series) == series


moments = st.tuples(st.sampled_from(["2022", "2023", "2024"]), st.integers(0, 3))


@given(st.lists(moments, max_size=8))
def test_in_order_is_a_plain_sort_and_latest_a_plain_dict(drawn):
    reports = [report(f"r{n}", date=d, at=at) for n, (d, at) in enumerate(drawn)]
    plain = sorted(reports, key=lambda r: (r.date.last, r.order))
    series = in_order(reports)
    assert series == tuple(plain)
    assert latest_per_slot(series) == tuple({r.slot: r for r in plain}.values())


def test_figures_are_the_same_by_value_and_kind():
    assert same_figure(Decimal(4200), Decimal("4200.0"))
    assert not same_figure(True, Decimal(1))

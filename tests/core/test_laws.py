"""What holds for any target, any reports and any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cdstrack.app.standing import Selection, judge
from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.measures import Point, forecast
from cdstrack.core.values.trends import is_behind
from cdstrack.core.verdict.referee import with_worst_class
from cdstrack.core.verdict.rules import OUTSIDE, WORST_FIRST
from cdstrack.core.verdict.verdict import Cell, Verdict
from tests.core.build import assess, plan_through, report, share, stated, target
from tests.draws import examples

law = examples(60)
first = itemgetter(0)

FIRST, LAST = date(2022, 1, 1), date(2025, 12, 31)
EVERY = ["week", "2 weeks", "month", "4 months", "quarter", "half", "year", "2 years from 2021"]
COMPARATORS = ["at_least", "more_than", "at_most", "less_than", "exactly", "about"]

# A date of a list is one choice, where one of ``dates`` is three.
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
days, months, quarters, years = (
    st.sampled_from([*dict.fromkeys(map(say, DAYS))])
    for say in (
        date.isoformat,
        lambda each: f"{each:%Y-%m}",
        lambda each: f"{each.year}-Q{(each.month + 2) // 3}",
        lambda each: str(each.year),
    )
)
periods = st.one_of(days, months, quarters, years)
numbers = st.integers(-400, 1200).map(lambda tenths: plain(Decimal(tenths) / 10))
qualifiers = st.sampled_from([None, None, None, "nearly", "over", "about"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


# Strategies are made once: to make one takes longer than to draw from it.
bounds, ceilings = (
    st.tuples(st.sampled_from(comparators), numbers).map(lambda pair: dict([pair]))
    for comparators in (COMPARATORS, ["at_most", "less_than"])
)
spans = st.tuples(numbers, numbers).map(lambda ends: {"between": sorted(ends, key=Decimal)})
goals, decisions = bounds | spans, st.just("decision")
revisions = st.one_of(
    st.fixed_dictionaries(
        {"on": days, "source": decisions, "field": st.just(field), "old": said, "new": said}
    )
    for field, said in (("deadline", periods), ("target", goals))
)
LEVELS = {
    "target": goals,
    "baseline": maybe(st.fixed_dictionaries({"value": numbers}, optional={"date": periods})),
    "deadline": maybe(periods),
    "start": maybe(days),
    "stated": days.map(stated),
    "accumulate": st.sampled_from(["latest", "sum", "max", "mean", "ratio"]),
    "plan": st.dictionaries(days, numbers, max_size=3).map(
        lambda plan: [{"date": each, "value": plan[each]} for each in sorted(plan)]
    ),
    "method": st.sampled_from([None, None, "straight_line", "cagr", "five_year_trend"]),
    "report_every": maybe(st.sampled_from(EVERY)),
    "lag_days": st.sampled_from([0, 30, 400]),
    "stale_after": maybe(st.integers(0, 500)),
}


def levels(**fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """What a target to reach may say, revisions and closing aside."""
    return st.fixed_dictionaries(LEVELS | {key: st.just(said) for key, said in fixed.items()})


CLOSED = st.fixed_dictionaries(
    {
        "on": days,
        "how": st.sampled_from(["withdrawn", "superseded", "dissolved", "missed"]),
        "source": decisions,
    }
)
KINDS = {
    "reach": {},
    "sustain": {
        "periods": st.sets(years, min_size=1).map(sorted),
        "allowed_misses": st.integers(0, 2),
    },
    "limit": {"target": ceilings},
    "milestone": {"target": st.none(), "revisions": st.just([])},
    "unquantified": {},
}


def targets(name: str = "t", kinds: Sequence[str] = ("reach", *KINDS)) -> st.SearchStrategy[Target]:
    every = LEVELS | {"id": st.just(name), "revisions": st.lists(revisions, max_size=2)}
    every["closed"] = st.one_of(*[st.none()] * 4, CLOSED)
    return st.one_of(
        st.fixed_dictionaries(every | KINDS[kind] | {"kind": st.just(kind)}) for kind in kinds
    ).map(lambda said: target(**said))


shares = st.tuples(st.integers(0, 70), st.sampled_from([34, 63])).map(lambda pair: share(*pair))
any_figures = numbers | shares | st.booleans()


def ledgers(figures: st.SearchStrategy[Any] = any_figures) -> st.SearchStrategy[list[Report]]:
    """Reports in the order recorded."""
    bodies = st.sampled_from([None, None, None, "hanoi"])
    return st.lists(st.tuples(periods, figures, qualifiers, bodies), max_size=6).map(
        lambda rows: [
            report(*row, id=f"r{at}", at=at, body=body, recorded="2026-01-01")
            for at, (*row, body) in enumerate(rows)
        ]
    )


def expected_cell(verdict: Verdict) -> Cell:
    deadline = verdict.terms.deadline
    if verdict.state in OUTSIDE or deadline is None:
        return "outside"
    cells: Mapping[str, Cell] = {
        "achieved": "on_time",
        "achieved_late": "late",
        "overdue": "overdue",
        "breached": "overdue",
        "missed": "overdue",
    }
    if verdict.state == "lapsed" and verdict.decision.rule == "6":
        return "on_time"
    return cells.get(verdict.state, "in_time")


@law
@given(targets(), ledgers(), days)
def test_exactly_one_rule_always_answers_and_every_state_stands_in_its_cell(
    any_target: Target, reports: list[Report], on: str
):
    verdict = assess(any_target, reports, on=on)
    assert verdict.state in WORST_FIRST
    assert verdict.decision.rule in {str(number) for number in range(1, 12)}
    assert verdict.forecast().method in (None, "average_rate", "theil_sen")
    assert verdict.cell == expected_cell(verdict)
    assert verdict.days_overdue is None or (verdict.cell == "overdue" and verdict.days_overdue > 0)
    assert verdict.days_late is None or (verdict.cell == "late" and verdict.days_late > 0)
    assert verdict.days_left is None or verdict.days_left >= 0


@law
@given(targets(), ledgers(), days, st.data())
def test_neither_the_order_of_lines_nor_what_describes_later_days_matters(
    any_target: Target, reports: list[Report], on: str, data: st.DataObject
):
    verdict = assess(any_target, reports, on=on)
    assert assess(any_target, data.draw(st.permutations(reports)), on=on) == verdict
    known = [each for each in reports if str(each.date.last) <= on]
    assert assess(any_target, known, on=on) == verdict
    first_day = min((each.date.last for each in reports), default=LAST)
    before = str(first_day - timedelta(days=1))
    assert assess(any_target, reports, on=before) == assess(any_target, on=before)


@law
@given(ledgers(numbers), days)
def test_the_latest_record_of_the_latest_date_is_the_value(reports: list[Report], on: str):
    counted = [each for each in reports if each.body is None and str(each.date.last) <= on]
    assume(counted)
    wins = max(counted, key=lambda each: (each.date.last, each.order))
    last = assess(target(), reports, on=on).last
    assert last is not None
    assert (last.report, last.value) == (wins, wins.figure)


@law
@given(numbers, numbers, st.sampled_from(["at_least", "at_most"]), days)
def test_the_baseline_is_0_and_the_target_is_1(
    baseline: str, wanted: str, comparator: str, on: str
):
    way_up = Decimal(wanted) > Decimal(baseline)
    assume(baseline != wanted and way_up == (comparator == "at_least"))
    said = target(target={comparator: wanted}, baseline={"value": baseline}, deadline="2024")
    start, end = (assess(said, [report(on, value)], on=on) for value in (baseline, wanted))
    assert (start.progress, end.progress) == (0, 1)
    assert start.pace in (0, None)
    assert start.first_met is None
    assert end.first_met is not None


def scaled(said: Any, factor: int) -> Any:
    """The same words with every figure multiplied."""
    if isinstance(said, list):
        return [scaled(each, factor) for each in said]
    if isinstance(said, dict):
        dated = ("date", "deadline", "start", "stated", "report_every", "accumulate", "kind")
        kept = (*dated, "method", "lag_days", "stale_after")
        return {key: each if key in kept else scaled(each, factor) for key, each in said.items()}
    return plain(Decimal(said) * factor) if isinstance(said, str) else said


def scaled_reports(reports: Sequence[Report], factor: int) -> list[Report]:
    return [each._replace(figure=each.figure * factor) for each in reports]


@law
@given(
    levels(accumulate="latest") | levels(accumulate="sum") | levels(accumulate="max"),
    ledgers(numbers),
    days,
    st.sampled_from([2, 7, 1000]),
    st.sampled_from(["reach", "limit"]),
)
def test_the_unit_of_measure_does_not_matter(
    said: dict[str, Any], reports: list[Report], on: str, factor: int, kind: str
):
    assume(kind == "reach" or said["target"].keys() <= {"at_most", "less_than"})
    said = said | {"kind": kind}
    one = assess(target(**said), reports, on=on)
    many = assess(target(**scaled(said, factor)), scaled_reports(reports, factor), on=on)
    assert many.state == one.state
    assert same(many.progress, one.progress)
    assert same(many.pace, one.pace)
    assert (many.flags, many.buffer_days) == (one.flags, one.buffer_days)
    assert (many.method, many.gap_share) == (one.method, one.gap_share)


def same(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two quotients are one: what straddles a promise is divided at 80 digits before."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= abs(one) * Decimal("1e-20")


MIRRORED = {
    "at_least": "at_most", "at_most": "at_least", "more_than": "less_than",
    "less_than": "more_than", "exactly": "exactly", "about": "about",
    "nearly": "over", "over": "nearly",
}  # fmt: skip


def mirrored(said: dict[str, Any]) -> dict[str, Any]:
    """The same words with every figure negated: what was to rise is to fall."""
    goal = scaled(said["target"], -1)
    if "between" in goal:
        goal = {"between": goal["between"][::-1]}
    else:
        goal = {MIRRORED[comparator]: value for comparator, value in goal.items()}
    accumulate = "min" if said["accumulate"] == "max" else said["accumulate"]
    return scaled(said, -1) | {"target": goal, "accumulate": accumulate}


@law
@given(
    # Totals only rise: where nobody reported, nothing can have been taken away.
    levels(accumulate="latest") | levels(accumulate="max"),
    ledgers(numbers),
    days,
    st.booleans(),
)
def test_a_target_that_is_to_fall_is_judged_as_one_that_is_to_rise(
    said: dict[str, Any], reports: list[Report], on: str, yearly: bool
):
    if yearly:
        years = zip(reports, range(2020, 2030), strict=False)
        reports = [report(str(year), str(each.figure)) for each, year in years]
    opposite = [
        each._replace(qualifier=MIRRORED.get(each.qualifier or "", each.qualifier))
        for each in scaled_reports(reports, -1)
    ]
    one = assess(target(**said), reports, on=on)
    other = assess(target(**mirrored(said)), opposite, on=on)
    assert (other.state, other.progress, other.pace) == (one.state, one.progress, one.pace)
    assert (other.method, other.gap_share) == (one.method, one.gap_share)
    assert (other.decision.rule, other.decision.why) == (one.decision.rule, one.decision.why)
    assert ("trend_behind" in other.flags) == ("trend_behind" in one.flags)


@law
@given(
    st.sampled_from(["cagr", "five_year_trend", "straight_line"]),
    st.integers(1, 500),
    st.integers(1, 500),
    st.sampled_from(["at_least", "at_most"]),
)
def test_what_stands_still_is_off_track(method: str, level: int, way: int, comparator: str):
    goal = level + way if comparator == "at_least" else level
    start = level if comparator == "at_least" else level + way
    said = target(
        target={comparator: str(goal)}, baseline={"value": str(start), "date": "2015"},
        deadline="2030", method=method,
    )  # fmt: skip
    reports = [report(str(year), str(start)) for year in range(2016, 2022)]
    verdict = assess(said, reports, on="2021-12-31")
    assert (verdict.state, verdict.method) == ("off_track", method)
    assert verdict.pace in (0, None)
    assert verdict.gap_share in (1, None)


@law
@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(2, 9), st.sampled_from(["1", "-1"]))
def test_compound_growth_as_required_is_a_pace_of_one(
    before: int, after: int, years: int, sign: str
):
    """Twice as long and squared: half of the way is the geometric mean."""
    assume(before != after)
    baseline, value, wanted = (
        str(Decimal(sign) * figure) for figure in (before**2, before * after, after**2)
    )
    comparator = "at_least" if Decimal(wanted) > Decimal(baseline) else "at_most"
    said = target(
        target={comparator: wanted}, baseline={"value": baseline, "date": "2000"},
        deadline=str(2000 + 2 * years), method="cagr", stated=stated("2000-12-31"),
    )  # fmt: skip
    halfway = str(2000 + years)
    verdict = assess(said, [report(halfway, value)], on=f"{halfway}-12-31")
    assert (verdict.pace, verdict.state) == (1, "on_track")


@law
@given(
    st.lists(st.tuples(st.integers(1, 600), st.integers(0, 60)), min_size=1, unique_by=first),
    st.integers(-40, 160),
)
def test_the_trend_is_behind_where_the_forecast_lies_after_the_deadline(
    series: list[tuple[int, int]], wanted: int
):
    assume(wanted != 20)
    points = [
        Point(parse_period(str(FIRST + timedelta(days=at))), Decimal(value))
        for at, value in sorted(series)
    ]
    assume(points[-1].value != wanted)
    plan = plan_through((FIRST, 20), (date(2023, 12, 31), wanted))
    outlook = forecast(points, plan, points[-1].day)
    late = outlook.finish is None or outlook.finish > plan.end
    rest = (wanted - points[-1].value) * (wanted - 20)
    if rest > 0:  # a value beyond the target has nothing left to forecast
        assert is_behind(points, plan) == late


@law
@given(targets("a"), targets("b"), ledgers(), ledgers(), days)
def test_reports_of_another_target_change_nothing(
    one: Target, other: Target, reports: list[Report], others: list[Report], on: str
):
    register = Register(Bilingual(vi="R", en="R"), "UTC", "f", targets={"a": one, "b": other})
    day, mine = date.fromisoformat(on), in_order(reports)

    def judged(ledger: Mapping[str, Sequence[Report]]) -> Verdict | None:
        found = judge(register, Ledger(ledger), day, None, Selection()).verdicts
        return next((verdict for verdict in found if verdict.target.id == "a"), None)

    assert judged({"a": mine, "b": in_order(others)}) == judged({"a": mine})


@law
@given(st.lists(st.tuples(targets(), ledgers()), min_size=1, max_size=4), days)
def test_a_parent_is_never_better_than_its_worst_class(
    family: list[tuple[Target, list[Report]]], on: str
):
    classes = [assess(each, reports, on=on) for each, reports in family]
    parent = with_worst_class(assess(target(), on=on), classes)
    rank = WORST_FIRST.index
    open_states = [each.state for each in classes if each.state not in OUTSIDE]
    assert all(rank(parent.state) <= rank(state) for state in open_states)
    assert parent.state in [each.state for each in classes]


@law
@given(targets(kinds=["reach", "milestone"]), ledgers(), days, st.integers(1, 900))
def test_silence_never_turns_what_was_not_achieved_into_achieved(
    any_target: Target, reports: list[Report], on: str, later: int
):
    unmoved = any_target.model_copy(update={"revisions": [], "closed": None})
    known = [each for each in reports if str(each.date.last) <= on]
    assume(not assess(unmoved, known, on=on).state.startswith("achieved"))
    after = str(date.fromisoformat(on) + timedelta(days=later))
    assert not assess(unmoved, known, on=after).state.startswith("achieved")

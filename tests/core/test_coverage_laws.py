"""What reports cover, against the slow way; and that silence proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Report
from cdstrack.core.values.coverage import Coverage
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import assess, report, stated, target
from tests.core.slow import rounded
from tests.core.slow_time import SlowSpan, Span, State, days, span_of
from tests.draws import among, examples

law = examples(80)

FIRST, LAST = date(2023, 10, 1), date(2026, 3, 31)
COMBINED = ["sum", "year_to_date", "max", "min", "mean", "growth"]
numbers = st.integers(0, 400).map(lambda tenths: str(Decimal(tenths) / 10))
some_days = st.dates(FIRST, LAST)
quarters = st.integers(0, 9).map(lambda at: f"{2023 + (at + 3) // 4}-Q{(at + 3) % 4 + 1}")
periods = st.one_of(
    some_days.map(date.isoformat),
    some_days.map(lambda day: f"{day:%Y-%m}"),
    quarters,
    st.sampled_from(["2024-H1", "2024-H2", "2025-H1", "2024", "2025", "2024-01/2024-09"]),
    st.sampled_from(["2023-11/2024-02", "2024/2025", "2025-05/2025-06"]),
)


EVERY = [None, None, None, "month", "quarter", "week", "2 weeks from 2024-W02", "4 months",
         "2 years from 2023"]  # fmt: skip


@st.composite
def spans(draw: st.DrawFn, **fixed: Any) -> dict[str, Any]:
    """A target whose values are combined over a span."""
    said: dict[str, Any] = {
        "accumulate": draw(among(*COMBINED)),
        "stated": stated("2024-01-01"),
        "target": {draw(among("at_least", "at_most")): draw(numbers)},
        "deadline": draw(among("2024", "2025", "2025-06-15", "2025-H1")),
        "report_every": draw(among(*EVERY)),
        "lag_days": draw(among(0, 60)),
    }
    if draw(st.booleans()):
        dated = draw(among("2023", "2024-01-01", "2024-05-20", "2024-06"))
        said |= {"baseline": {"value": draw(numbers), "date": dated}}
    if draw(st.booleans()):
        said |= {"start": draw(among("2024", "2024-02", "2024-07-05"))}
    if said["accumulate"] == "year_to_date" and draw(st.booleans()):
        said |= {"year_starts": "04-01"}
    return said | fixed


@st.composite
def ledgers(draw: st.DrawFn, when: st.SearchStrategy[str] = periods) -> list[Report]:
    told = draw(st.lists(when, max_size=7))
    return [
        report(each, draw(numbers), id=f"r{at}", at=at, recorded="2026-06-01")
        for at, each in enumerate(told)
    ]


def silent_days(coverage: Coverage) -> set[date]:
    return {day for gap in coverage.gaps for day in days(*gap)}


def check(verdict: Verdict, slow: SlowSpan) -> None:
    expected = slow.values()
    if verdict.bar.is_spoilable and verdict.passed:  # nothing counts that came after it
        expected = {day: state for day, state in expected.items() if day <= (verdict.due or day)}
    assert [point.day for point in verdict.points] == sorted(expected)
    for point in verdict.points:
        state, coverage = expected[point.day], point.coverage
        assert coverage is not None
        assert rounded(point.value) == rounded(state.value)
        assert silent_days(coverage) == {day for day in state.silent if day <= coverage.until}
        if coverage.low is not None and coverage.high is not None:
            assert (coverage.low, coverage.high) == (state.low, state.high)
        elif slow.way in ("sum", "year_to_date"):
            assert state.low == state.high == state.value


@law
@given(spans(), ledgers(), st.sampled_from(["2025-02-10", "2025-06-20", "2026-05-01"]))
def test_values_are_those_of_the_slow_way(said: dict[str, Any], told: list[Report], on: str):
    of = target(**said)
    verdict = assess(of, told, on=on)
    due = verdict.due
    check(verdict, SlowSpan(of, told, span_of(of, due), verdict.as_of))


@law
@given(spans(kind="sustain", deadline=None, baseline=None), ledgers(), st.booleans())
def test_periods_are_judged_as_in_the_slow_way(
    said: dict[str, Any], told: list[Report], over: bool
):
    of = target(**said | {"periods": ["2024-H1", "2025"]})
    verdict = assess(of, told, on="2026-05-01" if over else "2025-07-01")
    for span in verdict.spans:
        first, last = span.period.first, span.period.last
        starts = of.accumulate == "year_to_date"
        about = [one for one in told if starts or first <= one.date.last]
        slow = SlowSpan(of, about, Span(first, first, last, closed=True), verdict.as_of)
        assert span.result == slow_result(of, slow, last)


def slow_result(of: Target, slow: SlowSpan, last: date) -> str:
    """Kept or missed only if whatever was not reported changes nothing."""
    values = slow.values()
    days_in = sorted(day for day in values if day <= last)
    answers = {"yes", "no"}
    # What is over is over, whatever is taken back later.
    stages = (slow_answers(of, slow, values[day], is_open=True) for day in days_in)
    if slow.way not in ("mean", "growth") and {"no"} in list(stages):
        return "missed"
    if days_in:
        state = values[days_in[-1]]
        is_open = bool(state.silent) or slow_end(slow) < last
        answers = slow_answers(of, slow, state, is_open=is_open)
    if len(answers) == 1:
        return "kept" if answers == {"yes"} else "missed"
    if slow.as_of > last:
        return "unreported"
    return "open" if slow.as_of >= slow.span.since else "future"


def slow_answers(of: Target, slow: SlowSpan, state: State, *, is_open: bool) -> set[str]:
    """Whether the goal is met at either end of what there may be."""
    assert of.target is not None
    low, high = state.low, state.high
    if slow.way in ("mean", "growth"):
        low, high = (Decimal(-100), Decimal(10**9)) if is_open else (low, high)
    elif is_open and slow.way == "min":
        low = Decimal(-100)
    elif is_open:
        high = Decimal(10**9)
    interval = of.target.interval()
    return {"yes" if interval.contains(end) else "no" for end in (low, high)}


def slow_end(slow: SlowSpan) -> date:
    """The last day that is covered, what straddles left aside where it proves nothing."""
    until = slow.span.until or date.max
    ends = [date.min]
    for _, covered, _ in slow.times():
        whole = covered[0] >= slow.span.since and covered[-1] <= until
        if whole or (slow.way in ("sum", "year_to_date") and covered[0] <= until):
            ends.append(min(covered[-1], until))
    return max(ends)


# Laws

HALVES = ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
RANK = {"missed": 0, "unreported": 1, "open": 1, "future": 1, "kept": 2}
in_turn = st.lists(st.sampled_from(HALVES), min_size=1, max_size=8, unique=True)


@law
@given(spans(kind="sustain", deadline=None, baseline=None), in_turn, st.data())
def test_without_one_of_its_reports_no_period_stands_better(
    said: dict[str, Any], told_of: list[str], data: st.DataObject
):
    of = target(**said | {"periods": ["2024", "2025"], "start": "2024"})
    figures = [data.draw(numbers) for _ in told_of]
    if of.accumulate == "year_to_date":
        told_of, figures = sorted(told_of), sorted(figures, key=Decimal)
    told = [report(when, figure) for when, figure in zip(told_of, figures, strict=True)]
    left_out = data.draw(st.sampled_from(told))
    before = assess(of, told, on="2026-05-01").spans
    after = assess(of, [one for one in told if one != left_out], on="2026-05-01").spans
    for old, new in zip(before, after, strict=True):
        # Without the evidence of a miss nothing is known of it any more.
        assert RANK[new.result] <= RANK[old.result] or old.result == "missed"
        assert (old.result, new.result) != ("missed", "kept")


@law
@given(spans(start="2024-07"), ledgers(), numbers, st.sampled_from(["2024-01", "2024-06-30"]))
def test_what_ended_before_the_window_changes_nothing(
    said: dict[str, Any], told: list[Report], figure: str, when: str
):
    of = target(**said)
    outside = report(when, figure, id="early", recorded="2026-06-02")
    if of.accumulate == "year_to_date":
        return  # there it is what the next total has to be taken less
    before, after = (assess(of, some, on="2026-05-01") for some in (told, [*told, outside]))
    assert (before.state, before.points) == (after.state, after.points)


def later(state: str) -> Sequence[str]:
    """What a state may not turn into while nobody says anything."""
    return {"overdue": ["achieved"], "awaiting_data": ["breached"]}.get(state, [])


@law
@given(
    st.one_of(spans(), spans(kind="limit", target={"at_most": "60"}, accumulate="sum"))
    | spans(kind="sustain", periods=["2024", "2025-H1"], deadline=None, baseline=None),
    ledgers(),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_silence_achieves_nothing_and_breaks_nothing(
    said: dict[str, Any], told: list[Report], first: int, second: int
):
    of = target(**said)
    day = date(2024, 12, 1) + timedelta(days=first)
    known = [one for one in told if one.date.last <= day]
    before = assess(of, known, on=day.isoformat()).state
    after = assess(of, known, on=(day + timedelta(days=second)).isoformat()).state
    assert after not in later(before)

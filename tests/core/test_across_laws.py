"""What holds for any bodies that report one by one, however they come, go, merge and split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cdstrack.app.standing import Selection, judge
from cdstrack.core.checks.register_checks import (
    check_register,
    check_reporters,
    check_succession,
)
from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Body, Group, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report, Share
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.values.across import BodyTotals, Values, points_of_body
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.measures import Bar
from cdstrack.core.verdict.referee import with_worst_class
from cdstrack.core.verdict.rules import OUTSIDE, WORST_FIRST
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    bodies_of,
    gone,
    group_of,
    population,
    register_of,
    report,
    said,
    share,
    target,
)
from tests.core.slow import Holding, Slow, as_number, rounded
from tests.draws import among, examples

law = examples(60)

NAMES = "abcde"
DAYS = [date(2022, 1, 1) + timedelta(days=40 * step) for step in range(12)]
"""Few days, so that reports, starts and ends often fall on one."""

some_days = st.sampled_from(DAYS)
as_of_days = st.just(date(2026, 1, 1)) | st.sampled_from(DAYS)
amounts = st.integers(0, 40).map(lambda tenths: plain(Decimal(tenths) / 4))
counts = st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: share(min(pair), pair[1]))
qualifiers = st.sampled_from([None, None, None, "nearly", "over", "about"])
ACROSS = ["sum", "ratio", "mean", "min", "max", "share"]
ACCUMULATE = ["latest", "sum", "year_to_date", "max", "min", "mean", "ratio"]
COMPARATORS = ["at_least", "more_than", "at_most", "less_than", "about"]


@dataclass(frozen=True)
class Case:
    """A target, who reports on it, and what they said, in the order of the lines."""

    target: Target
    bodies: Mapping[str, Body]
    group: Group
    reports: Sequence[Report]

    def delivered(self, as_of: date) -> Values:
        asked_of = population(self.target, self.bodies, self.group)
        assert asked_of is not None
        told = in_order(self.reports)
        bar = Bar(self.target.target, Decimal("0.05"))
        silence = self.target.silence
        bar = replace(bar, silence="raises" if self.target.across == "share" else silence)
        window = window_of(self.target, None)
        return BodyTotals(self.target, asked_of, bar, window).values(told, as_of)

    def slowly(self) -> Slow:
        goal = self.target.each or self.target.target
        return Slow(self.target, self.reports, self.bodies, self.group, goal)

    def judged(self, as_of: date, reports: Sequence[Report] | None = None) -> Verdict:
        told = self.reports if reports is None else reports
        on = as_of.isoformat()
        return assess(self.target, told, on=on, bodies=self.bodies, group=self.group)


# Strategies are made once: to make one takes longer than to draw from it.
maybe_days = st.none() | some_days
ends = [st.none(), *(st.none() | st.sampled_from(DAYS[-n:][:8]) for n in range(1, len(DAYS) + 1))]
"""Of a body that began when so many of the days were still to come."""
sizes_of_groups = st.lists(st.integers(1, 8), max_size=3)
numbers_of_reports = st.integers(0, 12) | st.integers(8, 12)
figures_or_ticks = st.sampled_from([amounts, st.booleans()])
figures_in_percent = st.sampled_from([amounts, counts, amounts | counts])


@st.composite
def successions(draw: st.DrawFn) -> tuple[dict[str, Body], dict[str, str]]:
    """Two to five bodies that come and go, and which heir of those split is chosen."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    spans = {}
    for name in names:
        started = draw(maybe_days)
        later = DAYS if started is None else DAYS[DAYS.index(started) + 1 :]
        ended = draw(ends[len(later)])
        spans[name] = (started, ended)
    bodies, choices = {}, {}
    for name in names:
        started, ended = spans[name]
        told: dict[str, Any] = {"started": started, "ended": ended}
        heirs = [
            other
            for other in names
            if ended is not None
            and other > name
            and (spans[other][0] or date.min) <= ended <= (spans[other][1] or date.max)
        ]
        if len(heirs) > 1 and draw(st.integers(0, 2)) == 0:
            told |= {"how": "split", "successors": heirs}
            choices[name] = draw(among(*heirs))
        elif heirs and draw(st.integers(0, 4)):
            told |= {"how": "merged", "successor": draw(among(*heirs))}
        bodies |= bodies_of(**{name: {key: each for key, each in told.items() if each}})
    assert not list(check_register(register_of(bodies=bodies)))
    return bodies, choices


@st.composite
def questions(draw: st.DrawFn, **fixed: Any) -> Target:
    """A target on which bodies report, in any way that a register allows."""
    across = draw(among(*fixed.pop("across", ACROSS)))
    accumulate = draw(among(*ACCUMULATE))
    wanted = {draw(among(*COMPARATORS)): draw(amounts)}
    told: dict[str, Any] = {"accumulate": accumulate, "target": wanted}
    if across in ("mean", "min", "max"):
        told |= {"unit": draw(among("persons", "%"))}
    if across == "share" and draw(st.booleans()):
        told |= {"each": {draw(among(*COMPARATORS)): draw(amounts)}}
    if across == "sum" and draw(st.integers(0, 3)) == 0:
        ceiling = {draw(among("at_most", "less_than")): draw(amounts)}
        told |= {"kind": "limit", "target": ceiling}
    if draw(st.booleans()):
        told |= {"baseline": {"value": draw(amounts)}}
    if across != "ratio" and draw(st.integers(0, 3)) == 0:
        told |= {"conditions": {"x": "One", "y": "Other"}}
    question = asked(across, **told | fixed)
    assume(not list(check_reporters(question)))
    return question


@st.composite
def cases(draw: st.DrawFn, **fixed: Any) -> Case:
    bodies, choices = draw(successions())
    question = draw(questions(**fixed)).model_copy(update={"succession": choices})
    listed = draw(st.integers(0, 3)) > 0
    sizes = draw(sizes_of_groups)
    dated = [(f"{2022 + at}-01-01", n) for at, n in enumerate(sizes)]
    group = group_of(bodies, *dated, listed=listed)
    assert not list(check_succession(question, register_of(bodies=bodies, groups={"all": group})))
    return Case(question, bodies, group, draw(ledgers(question, bodies)))


@st.composite
def ledgers(draw: st.DrawFn, question: Target, bodies: Mapping[str, Body]) -> list[Report]:
    """Reports by bodies, also before and after their time, by strangers, and by nobody."""
    # Of equal figures either may stand; of vague conditions: test_what_one_condition_leaves_open_…
    is_highest = question.accumulate == "max" and question.across != "share"
    exact = is_highest or question.conditions
    figures: st.SearchStrategy[Any] = amounts
    if question.across == "ratio":
        figures = counts
    elif question.across == "share" and question.each is None:
        # One form a ledger: of two conditions, a figure and a tick cannot be compared.
        figures = draw(figures_or_ticks)
    elif question.across != "sum" and question.in_percent:
        figures = draw(figures_in_percent)
    names = among(*bodies, *bodies, *bodies, "stranger", None)
    told = []
    for at in range(draw(numbers_of_reports)):
        name = draw(names)
        told.append(
            report(
                draw(some_days).isoformat(),
                draw(amounts if name is None else figures),
                None if exact else draw(qualifiers),
                id=f"r{at}",
                at=at,
                body=name,
                part=draw(among("x", "y")) if question.conditions else None,
                recorded="2026-01-01",
            )
        )
    return told


@pytest.mark.parametrize("across", ACROSS)
@law
@given(as_of=as_of_days, data=st.data())
def test_the_values_are_those_of_the_slow_way(across: str, as_of: date, data: st.DataObject):
    case = data.draw(cases(across=[across]))
    expected = case.slowly().values(as_of)
    found = {point.day: point for point in case.delivered(as_of).points}
    assert found.keys() == expected.keys()
    for day, value in expected.items():
        assert rounded(found[day].value) == rounded(value.value)
        assert found[day].share == value.share
        assert found[day].reported == (value.told, value.of)
        # Of two equal figures either may be the lowest.
        if case.target.across not in ("min", "max") and not case.target.conditions:
            assert found[day].qualifier == value.qualifier


@law
@given(cases(), as_of_days)
def test_figures_for_all_and_what_each_body_stands_at_are_those_of_the_slow_way(
    case: Case, as_of: date
):
    slow, standing = case.slowly(), case.delivered(as_of).standing
    values = slow.values_with_those_for_all(as_of)
    points = {point.day: rounded(point.value) for point in case.judged(as_of).points}
    assert points == {day: rounded(value) for day, value in values.items()}
    assert list(points) == sorted(points)
    assert standing is not None
    expected = {name: stand(slow, each) for name, each in slow.held(as_of).items()}
    found = {name: Holding(each.figure, each.qualifier) for name, each in standing.held.items()}
    assert {name: stand(slow, each) for name, each in found.items()} == expected
    assert standing.reported == slow.told(as_of)
    assert set(standing.silent) == slow.silent(as_of)


def stand(slow: Slow, held: Holding) -> Any:
    """A figure to compare; of a share only whether it passes."""
    if slow.target.across == "share":
        return slow.passes(held)
    return held.figure if slow.target.across == "ratio" else rounded(as_number(held.figure))


@law
@given(cases(), as_of_days, st.data())
def test_neither_the_order_of_lines_nor_what_describes_later_days_matters(
    case: Case, as_of: date, data: st.DataObject
):
    verdict = case.judged(as_of)
    assert case.judged(as_of, data.draw(st.permutations(case.reports))) == verdict
    known = [each for each in case.reports if each.date.last <= as_of]
    assert case.judged(as_of, known) == verdict
    before = min((each.date.last for each in case.reports), default=DAYS[0]) - timedelta(days=1)
    assert case.judged(before) == case.judged(before, [])


@law
@given(cases(), as_of_days, st.booleans())
def test_no_more_bodies_report_than_there_are_and_one_alone_as_the_fold_over_bodies_says(
    case: Case, as_of: date, binary: bool
):
    verdict = case.judged(as_of)
    assert verdict.standing is not None
    for told in (verdict.standing.reported, *(point.reported for point in verdict.points)):
        assert told is None or 0 <= told.n <= told.of
    if case.target.across == "share":
        assert all(0 <= point.share.n <= point.share.of for point in shared(verdict))
    bar, window = Bar(case.target.target, Decimal("0.05")), window_of(case.target, None)
    everyone = population(case.target, case.bodies, case.group)
    assert everyone is not None
    for name in case.bodies:
        own = in_order([report for report in case.reports if report.body == name])
        lone = everyone.only([name])
        fold = BodyTotals(case.target, lone, bar, window)
        assert points_of_body(
            case.target, own, as_of, lone, bar, window, binary=binary
        ) == fold.points_of_one(own, as_of, binary=binary)


def shared(verdict: Verdict) -> list[Any]:
    return [point for point in verdict.points if point.reported and point.share]


@law
@given(cases(), as_of_days)
def test_each_body_is_judged_by_what_it_stands_at(case: Case, as_of: date):
    # Without a figure of its own a body has no worse condition.
    assume(case.target.across != "sum" or not case.target.conditions)
    slow, on = case.slowly(), as_of.isoformat()
    verdicts = assess_bodies(case.target, case.reports, on=on, bodies=case.bodies, group=case.group)
    held = slow.held(as_of)
    assert {name for name, each in verdicts.items() if each.last} == held.keys()
    for name, holding in held.items():
        last = verdicts[name].last
        assert last is not None
        if case.target.across == "share" and isinstance(holding.figure, bool):
            assert last.value == slow.passes(holding)
        elif case.target.across != "share":
            assert rounded(last.value) == rounded(as_number(holding.figure))


# A body and the two that it was before

halves = st.tuples(amounts, amounts)
MERGE = date(2023, 1, 1)
WHOLE = bodies_of("other", both={})
HALVES = bodies_of("other", "both", one=gone("2023-01-01", "both"), two=gone("2023-01-01", "both"))


@st.composite
def split_ledgers(draw: st.DrawFn, figures: st.SearchStrategy[Any], add: Any) -> Any:
    """The same told twice: by one body, and before 2023 by the two that merged into it."""
    together: list[Report] = []
    apart: list[Report] = []
    for at, day in enumerate(sorted(draw(st.sets(some_days, max_size=6)))):
        one, two = draw(figures), draw(figures)
        kw = {"at": at, "recorded": "2026-01-01"}
        together.append(report(day.isoformat(), add(one, two), body="both", **kw))
        if day < MERGE:
            apart += [
                report(day.isoformat(), figure, body=name, **kw)
                for name, figure in (("one", one), ("two", two))
            ]
        else:
            apart.append(together[-1])
    return together, apart, said("2022-02-10", other=draw(figures))


def add_amounts(one: str, two: str) -> str:
    return plain(Decimal(one) + Decimal(two))


def add_counts(one: Share, two: Share) -> Share:
    return share(one.n + two.n, one.of + two.of)


@law
@given(
    split_ledgers(amounts, add_amounts), st.sampled_from(["latest", "sum"]), st.sampled_from(DAYS)
)
def test_two_bodies_that_merge_add_up_to_what_one_would_have_said(
    told: Any, accumulate: str, as_of: date
):
    together, apart, others = told
    question, on = asked("sum", accumulate=accumulate), as_of.isoformat()
    one = assess(question, [*together, *others], on=on, bodies=WHOLE)
    two = assess(question, [*apart, *others], on=on, bodies=HALVES)
    assert [point.value for point in two.points] == [point.value for point in one.points]


@law
@given(split_ledgers(counts, add_counts), st.sampled_from(DAYS))
def test_the_counts_of_two_bodies_that_merge_are_those_of_one(told: Any, as_of: date):
    together, apart, others = told
    on = as_of.isoformat()
    one = assess(asked("ratio"), [*together, *others], on=on, bodies=WHOLE)
    two = assess(asked("ratio"), [*apart, *others], on=on, bodies=HALVES)
    assert [point.share for point in two.points] == [point.share for point in one.points]


# What bodies cannot do


@law
@given(st.lists(st.tuples(cases(), as_of_days), min_size=1, max_size=3))
def test_a_parent_is_never_better_than_its_worst_class(family: list[tuple[Case, date]]):
    classes = [case.judged(as_of) for case, as_of in family]
    parent = with_worst_class(assess(target(), on="2024-01-01"), classes)
    rank = WORST_FIRST.index
    assert all(rank(parent.state) <= rank(each.state) for each in classes)
    assert parent.state in [each.state for each in classes]
    assert all(each.state not in OUTSIDE for each in classes)


@law
@given(cases(), cases(), as_of_days)
def test_what_bodies_say_about_another_target_changes_nothing(case: Case, other: Case, as_of: date):
    targets = {
        "mine": case.target.model_copy(update={"id": "mine"}),
        "other": other.target.model_copy(update={"id": "other", "succession": {}}),
    }
    register = Register(
        Bilingual(vi="R", en="R"), "UTC", "f", targets=targets,
        bodies=case.bodies, groups={"all": case.group},
    )  # fmt: skip
    mine = in_order(case.reports)

    def judged(ledger: Mapping[str, Sequence[Report]]) -> Verdict | None:
        found = judge(register, Ledger(ledger), as_of, None, Selection()).verdicts
        return next((verdict for verdict in found if verdict.target.id == "mine"), None)

    others = in_order(other.reports)
    assert judged({"mine": mine, "other": others}) == judged({"mine": mine})


@law
@given(cases(across=["sum", "mean", "min", "max"]), as_of_days, st.sampled_from([2, 7, 1000]))
def test_the_unit_of_measure_does_not_matter(case: Case, as_of: date, factor: int):
    assume(not case.target.in_percent)
    assert case.target.target is not None
    base = case.target.baseline
    wanted = {case.target.target.comparator: plain(case.target.target.value * factor)}
    changes: dict[str, Any] = {"target": type(case.target.target).model_validate(wanted)}
    if base is not None:
        changes |= {"baseline": base.model_copy(update={"value": base.value * factor})}
    scaled = case.target.model_copy(update=changes)
    told = [each._replace(figure=each.figure * factor) for each in case.reports]
    one, many = case.judged(as_of), Case(scaled, case.bodies, case.group, told).judged(as_of)
    assert (many.state, many.flags) == (one.state, one.flags)
    assert [rounded(point.value) for point in many.points] == [
        rounded(point.value * factor) for point in one.points
    ]


FIVE = bodies_of(*NAMES)


@law
@given(
    questions(across=["sum", "mean", "min", "max", "share"], conditions={}, accumulate="latest"),
    st.dictionaries(st.sampled_from(NAMES), amounts, min_size=1),
    st.dictionaries(st.sampled_from(NAMES), amounts),
)
def test_what_is_met_in_spite_of_silence_the_silent_cannot_spoil(
    question: Target, told: dict[str, str], still: dict[str, str]
):
    first = said("2023-06", **told)
    later = said("2023-06", **{name: each for name, each in still.items() if name not in told})
    if assess(question, first, on="2023-12-31", bodies=FIVE).state == "achieved":
        assert assess(question, first + later, on="2023-12-31", bodies=FIVE).state == "achieved"

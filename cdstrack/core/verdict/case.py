"""What a verdict looks at: one target, its values, the terms in force, a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from cdstrack.core.model.entries import Across, Goal, Policy, Target
from cdstrack.core.model.periods import Period, add_days, days_between
from cdstrack.core.model.report import Report
from cdstrack.core.values.across import Delivered
from cdstrack.core.values.measures import Met, Plan, Point, aim, meets
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.terms import Course, Terms

PeriodResult = Literal["kept", "missed", "unreported", "open", "future"]

DONE = Goal(at_least=Decimal(1))
FREQUENCY_DAYS = {"month": 30, "quarter": 91, "half": 182, "year": 365}


@dataclass(frozen=True, slots=True)
class Start:
    """The baseline that a verdict rests on; ``dated`` when the register gives its date."""

    value: Decimal
    day: date
    inferred: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class Span:
    """One period of a ``sustain`` target and how it went."""

    period: Period
    result: PeriodResult
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at."""

    target: Target
    points: tuple[Point, ...]
    terms: Terms
    as_of: date
    policy: Policy
    start: Start | None
    plan: Plan | None
    spans: tuple[Span, ...] = ()
    has_parts: bool = False
    is_awaited: bool = False
    """Whether a body has not yet reported for the deadline."""

    @property
    def goal(self) -> Goal | None:
        return DONE if self.target.kind == "milestone" else self.terms.goal

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def due(self) -> date | None:
        """The last day that is still in time."""
        return self.terms.deadline.last if self.terms.deadline else None

    @property
    def begins(self) -> date:
        return self.target.begins

    @property
    def counted_from(self) -> date:
        """The day from which time is counted (t0): of periods the first one's first, else the
        baseline's, else the start."""
        if self.spans:
            return self.spans[0].period.first
        return self.start.day if self.start is not None else self.begins

    @property
    def passed(self) -> bool:
        return self.due is not None and self.as_of > self.due

    @property
    def within_lag(self) -> bool:
        return self.due is not None and self.as_of <= add_days(self.due, self.target.lag_days)

    @property
    def stale_limit(self) -> Decimal:
        """Days after which the last report is too old to judge by (rule 9)."""
        target = self.target
        if target.stale_after is not None:
            return Decimal(target.stale_after)
        if target.report_every is not None:
            return Decimal("1.5") * FREQUENCY_DAYS[target.report_every] + target.lag_days
        return Decimal(self.policy.stale_after)

    @property
    def is_stale(self) -> bool:
        return self.last is not None and days_between(self.last.day, self.as_of) > self.stale_limit

    def met(self, point: Point | None) -> Met:
        if point is None or self.goal is None:
            return "no"
        return met_by(self.goal, point, self.target.across, self.policy.about)

    @property
    def met_now(self) -> bool:
        return self.met(self.last) == "yes"

    def value_on(self, day: date) -> Point | None:
        """The value in force on a day: the last one reported for it or earlier."""
        return next((point for point in reversed(self.points) if point.day <= day), None)

    @property
    def met_by_deadline(self) -> bool:
        """Whether the deadline found the goal met; of limits and periods silence is no proof."""
        if self.due is None:
            return False
        if self.target.kind == "sustain":
            results = [span.result for span in self.spans]
            return (
                "unreported" not in results
                and results.count("missed") <= self.target.allowed_misses
            )
        if self.target.kind == "limit" and (self.last is None or self.last.day < self.due):
            return False
        return self.met(self.value_on(self.due)) == "yes"

    @property
    def baseline_met(self) -> bool:
        """Whether a dated baseline of a level already met the goal: it counts as met earlier."""
        return (
            self.start is not None
            and self.start.dated
            and not accumulates(self.target)
            and self.goal is not None
            and meets(self.goal, self.start.value, None, self.policy.about) == "yes"
        )

    @property
    def met_earlier(self) -> bool:
        return self.baseline_met or any(self.met(point) == "yes" for point in self.points[:-1])

    @property
    def overshot(self) -> bool:
        """Whether a range or exact figure was passed on the far side: no pace leads back there."""
        goal, last, plan = self.goal, self.last, self.plan
        if goal is None or last is None or plan is None:
            return False
        if goal.comparator not in ("exactly", "between"):
            return False
        rising = plan.wanted > plan.baseline
        far = (goal.value_max or goal.value) if rising else goal.value
        return last.value > far if rising else last.value < far

    @property
    def pace(self) -> Decimal | None:
        """Pace at the date of the last report; None where it means nothing (rule 10)."""
        if self.plan is None or self.last is None or self.overshot:
            return None
        return self.plan.pace(self.last.value, self.last.day)

    @property
    def first_met(self) -> Period | None:
        return next((point.date for point in self.points if self.met(point) == "yes"), None)

    @property
    def met_since_due(self) -> Period | None:
        """When the goal was first met after the deadline."""
        late = (point for point in self.points if self.due is not None and point.day > self.due)
        return next((point.date for point in late if self.met(point) == "yes"), None)


def met_by(goal: Goal, point: Point, across: Across | None, about: Decimal) -> Met:
    """Whether a value meets a goal, whatever bodies say that have not reported yet.

    What they add to a sum, a mean or a share of all bodies, or to the highest figure, can only
    raise it; the lowest they can only lower. A ratio they can move either way, and a single body
    has not met what one of those that became part of it never reported.
    """
    answer = meets(goal, point.value, point.qualifier, about)
    if answer != "yes" or point.complete:
        return answer
    wanted = goal.interval()
    spoiling = wanted.low if across == "min" else wanted.high
    return "undecided" if across in ("ratio", None) or spoiling is not None else "yes"


def deadline_of(target: Target) -> Period | None:
    """The deadline; of a level to be kept in listed periods, the last of them."""
    if target.deadline is None and target.kind == "sustain" and target.periods:
        return target.periods[-1]
    return target.deadline


def baseline_of(target: Target, points: Sequence[Point]) -> Start | None:
    """The baseline: as given; 0 for increments; else the first of at least two reports."""
    begins = target.begins
    given = target.baseline
    if given is not None:
        dated = given.date is not None
        day = given.date.last if given.date is not None else begins
        return Start(given.value, day, given.inferred, dated)
    if accumulates(target):
        return Start(Decimal(0), begins, False, False)
    whole = next((point for point in points if point.complete), None)
    if whole is not None and len(points) >= 2 and target.kind != "milestone":
        return Start(whole.value, whole.day, True, False)
    return None


def plan_of(target: Target, start: Start | None, terms: Terms) -> Plan | None:
    """The line from the baseline through interim points to the target; None without a path."""
    if start is None or terms.goal is None or terms.deadline is None or target.kind != "reach":
        return None
    wanted = aim(terms.goal, start.value)
    end = terms.deadline.last
    if wanted is None or start.day >= end:
        return None
    between = sorted(
        (point.date.last, point.value) for point in target.plan if start.day < point.date.last < end
    )
    return Plan(((start.day, start.value), *between, (end, wanted)))


def bent_plan(target: Target, start: Start | None, course: Course) -> Plan | None:
    """The planned line as revisions bent it, each at its date from the value planned until then."""
    (_, first), *later = course
    plan = plan_of(target, start, first)
    for on, terms in later:
        straight, old = plan_of(target, start, terms), plan
        plan = straight
        if straight is not None and old is not None and old.start < on < straight.end:
            before = (anchor for anchor in old.anchors if anchor[0] < on)
            after = (anchor for anchor in straight.anchors if anchor[0] > on)
            plan = Plan((*before, (on, old.planned(on)), *after))
    return plan


Read = Callable[[Sequence[Report], Goal | None], Delivered]
"""Turns reports into values, given the goal that they are to reach."""


def spans_of(
    target: Target,
    goal: Goal | None,
    reports: Sequence[Report],
    as_of: date,
    policy: Policy,
    read: Read,
) -> tuple[Span, ...]:
    """The periods of a ``sustain`` target, each judged by what was reported for it.

    A period counts as reported when a report covers its end; with ``sum``, ``max`` and ``mean``
    everything reported inside it is combined.
    """
    if target.kind != "sustain" or goal is None:
        return ()
    spans = []
    for period in target.periods:
        inside = [report for report in reports if period.first <= report.date.last <= period.last]
        values = read(inside, goal).points
        closing = values[-1] if values and values[-1].day == period.last else None
        if closing is not None:
            kept = met_by(goal, closing, target.across, policy.about) == "yes"
            waits = not closing.complete and as_of <= add_days(period.last, target.lag_days)
            result: PeriodResult = "kept" if kept else "unreported" if waits else "missed"
            spans.append(Span(period, result, closing.value))
        elif as_of > period.last:
            spans.append(Span(period, "unreported"))
        else:
            spans.append(Span(period, "open" if as_of >= period.first else "future"))
    return tuple(spans)

"""What the rules look at: one target, its values, the terms in force, a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Literal

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Goal, Policy, Target
from cdstrack.core.model.periods import DAYS_PER, Period, add_days, cycle_of, days_between
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.values.across import BodyStatus
from cdstrack.core.values.coverage import Gap, Window, time_between
from cdstrack.core.values.measures import Bar, Method, Plan, Point, aim, elapsed
from cdstrack.core.values.points import Levels, is_total
from cdstrack.core.values.trends import Trend, cagr_ratio, five_year_trend
from cdstrack.core.verdict.terms import Course, Terms

PeriodResult = Literal["kept", "missed", "empty", "unreported", "open", "future", "watched"]

DONE = Goal(at_least=Decimal(1))


@dataclass(frozen=True, slots=True)
class Start:
    """The baseline that a verdict rests on; ``dated`` when the register gives its date."""

    value: Decimal
    day: date
    inferred: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class Span:
    """One period of a ``sustain`` target and how it went.

    ``points`` are its values so far, ``closing`` is the one that it is judged by; ``gaps`` are the
    times of it that were not reported. ``goal`` is that of the period where periods have goals of
    their own; one that has none is watched.
    """

    period: Period
    result: PeriodResult
    points: Sequence[Point] = ()
    closing: Point | None = None
    gaps: Sequence[Gap] = ()
    goal: Goal | None = None

    @property
    def value(self) -> Decimal | None:
        return self.closing.value if self.closing is not None else None

    @property
    def is_judged(self) -> bool:
        """Whether something is to be met in it; else it is only watched."""
        return self.result != "watched"


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a rule may look at. What it takes some work to find out is found out once."""

    target: Target
    policy: Policy
    as_of: date
    terms: Terms
    bar: Bar
    """What the values have to clear under these terms; of a milestone that it is done."""
    points: Sequence[Point]
    start: Start | None = None
    plan: Plan | None = None
    spans: tuple[Span, ...] = ()
    standing: BodyStatus | None = None
    """How the bodies stand that report one by one."""
    parts: tuple[Report, ...] = ()
    """Reports of single conditions, and of bodies whose reports do not count."""
    empty: Report | None = None
    """The last report of 0 of 0, where it is newer than any value: no silence, and no value."""
    window: Window | None = None
    """The span over which values are combined, if they are."""
    outside: tuple[Report, ...] = ()
    """Reports that ended before the window and do not count."""
    at_closing: Case | None = None
    """How it stood on the day of the decision that closed it, had there been none."""

    @cached_property
    def last(self) -> Point | None:
        """The value in force."""
        return self.points[-1] if self.points else None

    @cached_property
    def due(self) -> date | None:
        """The last day that is still in time."""
        return self.terms.deadline.last if self.terms.deadline else None

    @cached_property
    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return self.due is not None and self.as_of > self.due

    @property
    def within_lag(self) -> bool:
        """Whether the figures for the deadline may still come in."""
        return self.due is not None and self.as_of <= add_days(self.due, self.target.lag_days)

    @property
    def is_awaited(self) -> bool:
        """Whether a body has not reported for the deadline, or for a day after it."""
        if self.standing is None or self.due is None:
            return False
        n, of = self.standing.reported
        return n < of or any(report.date.last < self.due for report in self.standing.held.values())

    @property
    def stale_limit(self) -> Decimal:
        """Days after which the last report is too old to judge by (rule 9)."""
        target = self.target
        if target.stale_after is not None:
            return Decimal(target.stale_after)
        if target.report_every is not None:
            days = DAYS_PER.get(target.report_every) or cycle_of(target.report_every).days
            return Decimal("1.5") * int(days) + target.lag_days
        return Decimal(self.policy.stale_after)

    @cached_property
    def is_stale(self) -> bool:
        if self.last is None:
            return False
        newest = self.empty.date.last if self.empty is not None else self.last.day
        return days_between(newest, self.as_of) > self.stale_limit

    @cached_property
    def met_now(self) -> bool:
        return self.bar.settled_by(self.last)

    @cached_property
    def first_to_meet(self) -> Point | None:
        """The first value that met the goal."""
        if isinstance(self.points, Levels) and not self.bar.is_spoilable:
            return self.points.first_met(self.bar)
        return next((point for point in self.points if self.bar.settled_by(point)), None)

    @property
    def met_earlier(self) -> bool:
        """Whether a value before the last one met the goal, or a dated baseline of a level did."""
        before = self.first_to_meet is not None and self.first_to_meet is not self.last
        return before or (
            self.start is not None
            and self.start.dated
            and self.bar.silence is None
            and self.bar.answer(self.start.value, None) == "yes"
        )

    @property
    def met_since_due(self) -> Period | None:
        """When the goal was first met after the deadline; of a span nothing is met after it."""
        if self.bar.is_spoilable or self.due is None:
            return None
        if isinstance(self.points, Levels):
            first = self.points.first_met(self.bar, self.points.n_until(self.due))
            return first.date if first is not None else None
        late = (point for point in self.points if point.day > self.due)
        return next((point.date for point in late if self.bar.settled_by(point)), None)

    @cached_property
    def value_due(self) -> Point | None:
        """The value in force on the deadline: the last one reported for it or for a day before.

        Of one that is combined over time what nobody reported up to the deadline is a gap.
        """
        due = self.due or date.max
        if isinstance(self.points, Levels):
            n = self.points.n_until(due)
            return self.points[n - 1] if n else None
        point = next((point for point in reversed(self.points) if point.day <= due), None)
        if point is None or point.coverage is None or self.window is None or not self.passed:
            return point
        return point._replace(coverage=point.coverage.through(due))

    @cached_property
    def times_missing(self) -> tuple[Period, ...]:
        """The times, over by now, that nobody reported of what is combined or to be kept."""
        point = self.value_due if self.passed else self.last
        gaps: list[Gap] = []
        if self.target.kind == "sustain":
            unreported = [span for span in self.spans if span.result == "unreported"]
            gaps = [gap for span in unreported for gap in span.gaps]
        elif point is not None and point.coverage is not None:
            gaps = [*point.coverage.gaps]
        elif point is None and self.passed and self.window is not None and self.due is not None:
            gaps = [(self.window.since, self.due)]
        return times_of(gaps)

    @property
    def met_by_deadline(self) -> bool:
        """Whether the deadline found the goal met; of limits and periods silence is no proof."""
        if self.due is None:
            return False
        if self.target.kind == "sustain":
            results = [span.result for span in self.spans if span.is_judged]
            return (
                "unreported" not in results
                and set(results) != {"empty"}
                and results.count("missed") <= self.target.allowed_misses
            )
        return self.bar.met_by(self.value_due) == "yes"

    def elapsed_on(self, day: date) -> Decimal | None:
        """The share of the time gone by a day, t0 being the first day of the first period, the
        date of the baseline, or the start."""
        if self.due is None:
            return None
        if self.spans:
            return elapsed(self.spans[0].period.first, self.due, day)
        return elapsed(self.start.day if self.start else self.target.begins, self.due, day)

    @cached_property
    def is_lost(self) -> bool:
        """Whether nothing that its span may still bring meets the target."""
        last, due = self.last, self.due
        if last is None or last.coverage is None or due is None or self.bar.silence is None:
            return False
        in_time = [point for point in self.points if point.day <= due]
        if self.bar.first_to_break(in_time) is not None:
            return True
        point = self.value_due if self.passed else last
        if point is None or point.coverage is None:
            return False
        return self.bar.judge(point._replace(coverage=point.coverage.through(due))) == "no"

    @cached_property
    def overshot(self) -> bool:
        """Whether a range or exact figure was passed on the far side: no pace leads back there."""
        goal, ends, last, plan = self.bar.goal, self.bar.interval, self.last, self.plan
        if goal is None or ends is None or last is None or plan is None:
            return False
        if goal.comparator not in ("exactly", "between", "about"):
            return False
        if plan.wanted > plan.baseline:
            return ends.high is not None and last.value > ends.high
        return ends.low is not None and last.value < ends.low

    @property
    def method(self) -> Method | None:
        """The method of pace: the target's own, else its plan's where it has one, else the
        policy's. What the target's kind does not allow is None."""
        target = self.target
        if target.kind == "limit" and self.bar.goal is not None:
            return "share_used"
        choice = target.method
        if choice is None and not target.plan:
            choice = self.policy.method
        if target.kind == "reach" and choice in ("cagr", "five_year_trend"):
            return choice
        if self.plan is None:
            return None
        if self.plan.leads_away:
            return "planned_value"
        return "plan" if self.plan.bends else "straight_line"

    @cached_property
    def pace(self) -> Decimal | None:
        """Pace at the date of the last report; None where it means nothing (rule 10).

        Earned days / actual days along the plan; of a limit elapsed / (value / ceiling); by
        ``cagr`` actual / required growth. The other methods know no such figure.
        """
        last, goal = self.last, self.bar.goal
        if last is None or goal is None:
            return None
        if self.target.kind == "limit":
            at = self.elapsed_on(last.day)
            if at is None or not goal.value or last.value / goal.value <= 0:
                return None
            return EXACT.divide(EXACT.multiply(at, goal.value), last.value)
        if self.plan is None or self.overshot:
            return None
        match self.method:
            case "cagr":
                return self._cagr_ratio(self.plan, last)
            case "five_year_trend" | "planned_value":
                return None
        return self.plan.pace(last.value, last.day)

    def _cagr_ratio(self, plan: Plan, last: Point) -> Decimal | None:
        years, term = last.day.year - plan.start.year, plan.end.year - plan.start.year
        if years <= 0 or term <= 0:
            return None
        return cagr_ratio(plan.baseline, last.value, plan.wanted, years, term)

    @cached_property
    def yearly(self) -> Sequence[tuple[int, Decimal]]:
        """The last value of every year that has one; a dated baseline is one, too."""
        if isinstance(self.points, Levels):
            values = {day.year: value for day, value in self.points.by_day()}
        else:
            values = {point.day.year: point.value for point in self.points}
        start, last = self.start, self.last
        if start is not None and start.dated and last is not None and start.day < last.day:
            values.setdefault(start.day.year, start.value)
        return sorted(values.items())

    @cached_property
    def trend(self) -> Trend | None:
        """The five-year trend; None where it means nothing (rule 10)."""
        if self.plan is None or self.overshot:
            return None
        return five_year_trend(self.yearly, self.plan)

    @property
    def gap_share(self) -> Decimal | None:
        """By the five-year trend, what would be missing at the deadline as a share of what is
        missing now; 0 where the target is met."""
        if self.method != "five_year_trend" or self.last is None:
            return None
        if self.met_now:
            return Decimal(0)
        return self.trend.gap if self.trend is not None else None


def times_of(gaps: Iterable[Gap]) -> tuple[Period, ...]:
    """Times that were not reported, as one would say them."""
    return tuple(time_between(first, last) for first, last in gaps)


def baseline_of(target: Target, points: Sequence[Point]) -> Start | None:
    """The baseline: as given; 0 for increments; else the first of at least two reports."""
    baseline = target.baseline
    if baseline is not None:
        dated = baseline.date is not None
        day = baseline.date.last if baseline.date is not None else target.begins
        return Start(baseline.value, day, baseline.inferred, dated)
    if is_total(target):
        return Start(Decimal(0), target.begins, False, False)
    whole = next((point for point in points if point.complete), None)
    averages = target.accumulate in ("mean", "growth")
    if whole is not None and len(points) >= 2 and target.kind != "milestone" and not averages:
        return Start(whole.value, whole.day, True, False)
    return None


def plan_of(target: Target, start: Start | None, terms: Terms, about: Decimal) -> Plan | None:
    """The line from the baseline through interim points to the target; None without a path."""
    if start is None or terms.goal is None or terms.deadline is None or target.kind != "reach":
        return None
    if target.accumulate in ("mean", "growth"):
        return None  # what the rest needs is said by ``required_mean``
    aim_value = aim(terms.goal, start.value, about)
    end = terms.deadline.last
    if aim_value is None or start.day >= end:
        return None
    between = sorted(
        (point.date.last, point.value) for point in target.plan if start.day < point.date.last < end
    )
    sign = 1 if aim_value > start.value else -1
    way = (start.value, *(value for _, value in between))
    leads_away = any(sign * (after - before) < 0 for before, after in pairwise(way))
    return Plan(start.day, start.value, end, aim_value, tuple(between), leads_away)


def bent_plan(target: Target, start: Start | None, course: Course, about: Decimal) -> Plan | None:
    """The planned line as revisions bent it, each at its date from the value planned until then.

    While the baseline meets the target the line is flat; None if it still does in the end.
    """
    plan = plan_of(target, start, course[-1][1], about)
    if len(course) == 1 or plan is None or start is None:
        return plan
    line: _Line | None = None
    for on, terms in course:
        straight, old = plan_of(target, start, terms, about) or _level(start, terms), line
        line = _Line(straight) if straight is not None else None
        if line is not None and old is not None and old.start < on < line.end:
            old.bend(on, line, start.value)
            line = old
    return line.plan() if line is not None else None


class _Line:
    """A planned line that revisions bend, one after the other."""

    def __init__(self, plan: Plan) -> None:
        self.start, self.end, self.wanted = plan.start, plan.end, plan.wanted
        self.last = plan
        """The plan that was last put on."""
        self.anchors = [(plan.start, plan.baseline), *plan.bends]

    def plan(self) -> Plan:
        (start, baseline), *bends = self.anchors
        return Plan(start, baseline, self.end, self.wanted, tuple(bends), self.last.leads_away)

    def bend(self, on: date, line: _Line, baseline: Decimal) -> None:
        """Go on from a day to where another line leads; a flat one leads nowhere else."""
        later: tuple[date, Decimal] = (self.end, self.wanted)
        while self.anchors[-1][0] >= on:
            later = self.anchors.pop()
        value = Plan(*self.anchors[-1], *later).planned(on)
        self.anchors += [(on, value), *(anchor for anchor in line.anchors if anchor[0] > on)]
        self.end, self.last = line.end, line.last
        self.wanted = value if line.wanted == baseline else line.wanted


def _level(start: Start, terms: Terms) -> Plan | None:
    """The flat line of a target that its baseline meets; None without a deadline after it."""
    if terms.goal is None or terms.deadline is None or start.day >= terms.deadline.last:
        return None
    return Plan(start.day, start.value, terms.deadline.last, start.value)

"""What a judgement says: state, pace and evidence of one target as of a day, never blended.

And how many targets stand in each of the four cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast, get_args

from cdstrack.core.model.decimals import Interval
from cdstrack.core.model.entries import Note, Revision, Source
from cdstrack.core.model.periods import Frequency, Period, add_days, days_between
from cdstrack.core.model.register import GONE
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.values.bodies import Ownership
from cdstrack.core.values.measures import (
    Forecast,
    Plan,
    Point,
    Rate,
    aim,
    forecast,
    progress,
    rate,
    rate_unit,
)
from cdstrack.core.values.over_time import needed_of_rest, weight_of
from cdstrack.core.values.points import Levels
from cdstrack.core.values.trends import is_behind
from cdstrack.core.verdict.case import Case
from cdstrack.core.verdict.rules import (
    ACHIEVED,
    FAILED,
    MISSED,
    OUTSIDE,
    SETTLED,
    WORST_FIRST,
    Decision,
    State,
    decide,
)
from cdstrack.core.verdict.terms import History, Terms

if TYPE_CHECKING:  # few targets have several series
    from cdstrack.core.values.judging_series import Difference

Cell = Literal["on_time", "late", "in_time", "overdue", "outside"]
CELLS: tuple[Cell, ...] = get_args(Cell)
CELL_OF: Mapping[State, Cell] = {
    **dict.fromkeys(WORST_FIRST, "in_time"),
    **dict.fromkeys(MISSED, "overdue"),
    **dict.fromkeys(OUTSIDE | {"undated"}, "outside"),
    "achieved_late": "late",
    "achieved": "on_time",
}
"""The cell of every state of a target with a deadline (§7). One is not in it: what lapsed after it
had been met on the deadline is on time."""
Freshness = Literal["none", "fresh", "stale"]
Lateness = Literal["source", "record"]


_OF_SLICES = ("revised", "eased")
"""What is flagged of a target when it happened to one of its slices."""

MEASURES = (
    "decision", "cell", "evidence", "days_left", "days_overdue", "days_late", "days_late_exact",
    "never_reported", "progress", "pace", "flags", "lateness", "differences", "first_to_meet",
    "value_due", "gap_share", "n_silent",
)  # fmt: skip
"""What lists of targets show of a verdict that is not told by the value in force alone."""

OF_COUNTS = ("cell", "never_reported")
"""What is counted of it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the last report, its age in days, and whether it is fresh."""

    freshness: Freshness
    date: Period | None = None
    age_days: int | None = None
    report: Report | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict(Case):
    """A case decided: outcome, pace and evidence of a target, never blended.

    Every measure is computed when somebody asks for it, and then once. In the formulas b is the
    baseline at t₀, x the target at T, v the last value at t (rules of judgement §4).
    """

    owner: Ownership
    history: History | None = None
    """How the terms moved, where they were revised by the day."""
    original: Verdict | None = None
    """How the promise stands by the terms first given, where they were revised."""
    worst: Verdict | None = None
    """Of a parent, the class that stands worst: the parent stands as it does. Of a whole without
    a target the slice that does, of those that have one."""
    slices: Mapping[str, Verdict] = field(default_factory=dict)
    """How each slice of its breakdown stands, by the name of the slice."""
    conditions: Mapping[str, Verdict] = field(default_factory=dict)
    """How each condition with a figure of its own stands, by its id."""
    disputed: bool = False
    """Whether its slices come to another figure than a report of the whole."""
    strands: Mapping[str, Verdict] = field(default_factory=dict)
    """What each series that it is not judged by comes to, by the id of the series."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """The documents that reports may cite, by id."""
    single: bool = False
    """Whether this is one of many bodies: the N of its own figures is no population."""

    @cached_property
    def ruling(self) -> Decision:
        """What the rules say of the target by itself."""
        return decide(self)

    @cached_property
    def decision(self) -> Decision:
        """The state with its reason; of a parent that of its worst class (§6)."""
        if self.worst is None:
            return self.ruling
        if self.worst.target.of_slice is not None:
            facts = {"slice": self.worst.target.of_slice}
            return Decision(self.worst.state, "parent", "worst_slice", facts)
        if self.worst.target.of_condition is not None:
            facts = {"condition": self.worst.target.of_condition}
            return Decision(self.worst.state, "parent", "worst_condition", facts)
        facts = {"target": self.worst.target.id}
        return Decision(self.worst.state, "parent", "worst_class", facts)

    @property
    def state(self) -> State:
        return self.decision.state

    @cached_property
    def cell(self) -> Cell:
        """The Government Office's cell (§7)."""
        if self.worst is not None:
            return self.worst.cell
        state = self.ruling.state
        if self.due is None:
            return "outside"
        return "on_time" if state == "lapsed" and self.passed else CELL_OF[state]

    @cached_property
    def evidence(self) -> Evidence:
        """The last report; of a parent that of its worst class."""
        if self.worst is not None:
            return self.worst.evidence
        last, empty = self.last, self.empty
        if last is None and empty is None:
            return Evidence("none")
        newest = empty.date if empty is not None else cast(Point, last).date
        report = empty if empty is not None else cast(Point, last).report
        age = days_between(newest.last, self.as_of)
        return Evidence("stale" if age > self.stale_limit else "fresh", newest, age, report)

    # Time

    @cached_property
    def days_left(self) -> int | None:
        """T − today, while it is not achieved and still in time."""
        if self.worst is not None:
            return self.worst.days_left
        if self.due is None or self.passed or self.state in ("missed", "overdue"):
            return None
        if self.cell not in ("in_time", "overdue"):
            return None
        return days_between(self.as_of, self.due)

    @cached_property
    def days_overdue(self) -> int | None:
        """Today − T, of what has failed its deadline; of periods that are over since the last of
        them, also where the deadline is later."""
        if self.worst is not None:
            return self.worst.days_overdue
        if self.due is None or self.state not in FAILED:
            return None
        due = self.due
        if self.state == "overdue" and self.spans:
            due = min(due, self.spans[-1].period.last)
        return days_between(due, self.as_of) if due < self.as_of else None

    @cached_property
    def days_late(self) -> int | None:
        """From T to the first value that met the target, where that was later."""
        if self.worst is not None:
            return self.worst.days_late
        since = self.met_since_due if self.state == "achieved_late" else None
        return days_between(self.due, since.last) if self.due and since else None

    @cached_property
    def days_late_exact(self) -> bool | None:
        """Whether it was that late to the day: what a period describes happened somewhere in it."""
        if self.worst is not None:
            return self.worst.days_late_exact
        since = self.met_since_due
        return since is not None and since.first == since.last if self.days_late else None

    @cached_property
    def never_reported(self) -> bool:
        """Whether nothing was ever reported on it; of a parent, on its worst class."""
        if self.worst is not None:
            return self.worst.never_reported
        has_bodies = self.standing is not None and bool(self.standing.held)
        return self.evidence.freshness == "none" and not self.parts and not has_bodies

    @cached_property
    def elapsed(self) -> Decimal | None:
        """(today − t₀) / (T − t₀), between 0 and 1."""
        return self.elapsed_on(self.as_of)

    @property
    def first_met(self) -> Period | None:
        """The reference date of the first value that met the target."""
        return self.first_to_meet.date if self.first_to_meet is not None else None

    # The way

    @cached_property
    def progress(self) -> Decimal | None:
        """(v − b) / (x − b); of a limit the share of it that is used, v / x."""
        goal, last, start = self.bar.goal, self.last, self.start
        if goal is None or last is None or self.target.kind == "sustain":
            return None
        if self.target.kind == "limit":
            return last.value / goal.value if goal.value else None
        about = self.policy.about
        goal_value = aim(goal, start.value, about) if start is not None else None
        if start is None or goal_value is None:
            return None
        return progress(last.value, start.value, goal_value)

    @cached_property
    def planned(self) -> Decimal | None:
        """The value planned for today; of a limit elapsed · x."""
        if self.plan is not None:
            return self.plan.planned(self.as_of)
        if self.target.kind != "limit" or self.bar.goal is None or self.elapsed is None:
            return None
        return self.elapsed * self.bar.goal.value

    @property
    def open_pace(self) -> Decimal | None:
        """The pace while something is still expected to come."""
        return self.pace if self.state not in SETTLED else None

    @cached_property
    def buffer_days(self) -> int | None:
        """Earned days − actual days, rounded down; None by a method that counts no days."""
        plan, last = self.plan, self.last
        if plan is None or last is None or last.day <= plan.start or self.overshot:
            return None
        if self.method not in ("straight_line", "plan"):
            return None
        return plan.buffer_days(last.value, last.day)

    @cached_property
    def average_rate(self) -> Rate | None:
        """(v − b) / (t − t₀), a year, quarter or month."""
        plan, last = self.plan, self.last
        if plan is None or last is None:
            return None
        days = days_between(plan.start, last.day)
        return rate(last.value - plan.baseline, days, self._rate_unit(plan))

    @cached_property
    def required_rate(self) -> Rate | None:
        """(x − v) / (T − today), a year, quarter or month, while the target is not met."""
        plan, last = self.plan, self.last
        if plan is None or last is None or self.met_now:
            return None
        days = days_between(self.as_of, plan.end)
        return rate(plan.wanted - last.value, days, self._rate_unit(plan))

    @cached_property
    def required_average(self) -> Decimal | None:
        """What the rest of its span has to average for a mean or a growth to meet the target.

        In the unit of the target, a growth in percent a year; None when nothing is left.
        """
        goal, last, grows = self.bar.goal, self.last, self.target.accumulate == "growth"
        if goal is None or last is None or last.coverage is None or self.bar.silence != "moves":
            return None
        running = next((span.period for span in self.spans if last in span.points), None)
        first = running.first if running is not None else self.window.since if self.window else None
        end = running.last if running is not None else self.due
        if first is None or end is None or last.coverage.straddles:
            return None
        whole = weight_of(first, end, grows=grows)
        gaps = last.coverage.through(end).gaps
        rest = sum((weight_of(*gap, grows=grows) for gap in gaps), Decimal(0))
        if not rest:
            return None
        return needed_of_rest(goal.value, last.value, whole - rest, rest, grows=grows)

    def _rate_unit(self, plan: Plan) -> Frequency:
        return rate_unit(self.target.report_every, plan.start, plan.end)

    def without_reports(self, measures: Sequence[str] = MEASURES) -> Verdict:
        """The same, with some measures, and without the values and reports of which they are made.

        Those in force, on the deadline and first to meet the goal stay, and how many bodies have
        reported. To look at the others is a fault: what shows them has to keep them.
        """
        standing = self.standing
        for name in measures:
            getattr(self, name)
        verdict = replace(
            self,
            points=GONE,
            parts=GONE,
            outside=GONE,
            spans=tuple(replace(span, points=GONE) for span in self.spans),
            at_closing=None,
            standing=replace(standing, held=GONE, on_deadline=None) if standing else None,
            original=self.original and self.original.without_reports(measures),
            worst=self.worst and self.worst.without_reports(measures),
            slices=_without_reports(self.slices, measures),
            conditions=_without_reports(self.conditions, measures),
            strands=_without_reports(self.strands, measures),
        )
        verdict.__dict__.update(self.__dict__)
        return verdict

    def forecast(self) -> Forecast:
        """When the target would be met on the trend of its reports."""
        if self.first_met is not None and self.state in ACHIEVED:
            return Forecast(None, None, "met")
        plan = self._line_to_meet
        if plan is None or not self.points:
            return Forecast(None, None, "no_trend")
        if self.progress is not None and self.progress >= 1 and "undecided" in self.flags:
            return Forecast(None, None, "no_trend")  # there by its days, but not proven
        return forecast(self.points, plan, self.as_of)

    @property
    def _line_to_meet(self) -> Plan | None:
        """The planned line, of a goal that is about a figure to the first value that meets it."""
        goal, plan, ends = self.bar.goal, self.plan, self.bar.interval
        if goal is None or goal.about is None or plan is None or ends is None:
            return plan
        near = ends.low if plan.wanted > plan.baseline else ends.high
        return replace(plan, wanted=near) if near is not None else plan

    # What stands beside

    @property
    def announced(self) -> Terms | None:
        """The terms of a revision that came after the deadline had been missed."""
        history = self.history
        if history is None or history.announced == history.current:
            return None
        return history.announced

    def has_taken(self, revision: Revision) -> bool | None:
        """Whether a decision moved the terms, or came too late to count; None before its day."""
        if revision.on > self.as_of or self.history is None:
            return None
        return any(day == revision.on for day, _ in self.history.course)

    @cached_property
    def n_silent(self) -> int:
        """How many of the bodies that are to report never have, nor anyone before them."""
        return self.standing.never if self.standing is not None else 0

    @property
    def stands_for_all(self) -> bool:
        """Whether the value in force was given for all bodies together."""
        return self.standing is not None and self.last is not None and self.last.reported is None

    @property
    def notes(self) -> list[Note]:
        """The remarks on the target that describe no later day."""
        return [
            note for note in self.target.notes if note.date is None or note.date.last <= self.as_of
        ]

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """Facts beside the state, in a fixed order (§5)."""
        flags: list[str] = []
        target, last, closing = self.target, self.last, self.target.closed
        if self.ruling.why == "met_early":
            flags.append("early")
        if self.met_now and self._is_beyond():
            flags.append("over_achieved")
        has_course = target.kind not in ("limit", "sustain")
        fell_back = not self.met_now and has_course and self.met_earlier
        if fell_back and self.ruling.state != "lapsed":
            flags.append("met_then_lost")
        on_deadline = self.value_due if self.passed else None
        if "undecided" in (self.bar.met_by(last), self.bar.met_by(on_deadline)):
            flags.append("undecided")
        many = len(self.points) > 1 or self.standing is not None
        if many and not self.single and self._population_changed():
            flags.append("population_changed")
        if self.start is not None and self.start.inferred and target.kind != "sustain":
            flags.append("baseline_inferred")
        if target.stated.reading != "explicit":
            flags.append(target.stated.reading)
        if last is not None and self._is_self_reported(last):
            flags.append("self_reported")
        if self.history is not None:
            flags.append("revised")
            if self.history.eased:
                flags.append("eased")
        if self.slices:
            parts = {flag for part in self.slices.values() for flag in part.flags}
            flags += [flag for flag in _OF_SLICES if flag in parts and flag not in flags]
        if target.restated and any(entry.on <= self.as_of for entry in target.restated):
            flags.append("restated")
        if self.passed and self.lateness is not None:
            flags.append("late_report")
        if self.owner.orphaned:
            flags.append("orphaned_owner")
        can_be_partial = self.standing is not None or self.parts or self.spans or self.window
        if can_be_partial and self._is_partly_reported():
            flags.append("partly_reported")
        coverages = [point.coverage for point in (last, on_deadline) if point and point.coverage]
        if coverages and any(coverage.straddles for coverage in coverages):
            flags.append("straddles")
        parts_disagree = [coverage.parts_disagree for coverage in coverages]
        if self.disputed or True in parts_disagree:
            flags.append("parts_disagree")
        if self.slices and any(map(_lags, self.slices.values())):
            flags.append("slices_behind")
        if self.strands and self.differences:
            flags.append("series_disagree")
        if target.notes and any(note.evidence for note in self.notes):
            flags.append("uncounted_evidence")
        if self.ruling.state == "on_track" and self._is_trend_behind():
            flags.append("trend_behind")
        if closing is not None and closing.on <= self.as_of and self.ruling.state != closing.how:
            flags.append(closing.how)
        return tuple(flags)

    @cached_property
    def differences(self) -> Sequence[Difference]:
        """Where other series differ from the one that judges by more than policy allows."""
        if not self.strands:
            return ()
        from cdstrack.core.values.judging_series import differences  # few have several series

        rivals = {name: strand.points for name, strand in self.strands.items()}
        return tuple(differences(self.points, rivals, self.policy.about))

    def _is_trend_behind(self) -> bool:
        """Whether the trend does not reach by the deadline what the pace says is on track; a plan
        that first leads away means its trend to turn."""
        plan = self.plan
        if plan is None or plan.leads_away:
            return False
        return is_behind(self.points, self._line_to_meet or plan)

    def _is_beyond(self) -> bool:
        """Whether the last value is better than the target asked for."""
        goal, last, plan = self.bar.goal, self.last, self.plan
        if goal is None or last is None or self.target.kind in ("limit", "milestone", "sustain"):
            return False
        if goal.comparator in ("exactly", "between", "about"):
            return False
        if goal.up_to is not None:  # surely above all of the range
            return self.bar.possible(last).inside(Interval(low=goal.up_to, low_open=True))
        if plan is not None:
            return progress(last.value, plan.baseline, plan.wanted) > 1
        return goal.comparator in ("at_least", "more_than") and last.value > goal.value

    def _population_changed(self) -> bool:
        """Whether the values speak of different numbers of bodies, or of another than today's."""
        if isinstance(self.points, Levels):
            return False
        standing = self.standing
        shares = [p.share for p in self.points if standing is None or p.reported is None]
        sizes = {point.reported.of for point in self.points if point.reported is not None}
        if standing is None:
            sizes.clear()
        elif sizes:
            sizes.add(standing.reported.of)
        return len(sizes) > 1 or len({share.of for share in shares if share is not None}) > 1

    def _is_self_reported(self, last: Point) -> bool:
        """Whether the last report has neither a source nor a document that is kept for it; of many
        bodies, whether none of them has any."""
        if last.reported is not None and self.standing is not None:
            held = self.standing.held.values()
            return bool(held) and not any(report.source or report.evidence for report in held)
        report = last.report
        return report is not None and not (report.source or report.evidence)

    @cached_property
    def lateness(self) -> Lateness | None:
        """By what date the proof that the target was met in time came after deadline and lag.

        That of its source, or without one the day on which it was recorded here, which says less:
        a history may be entered later.
        """
        proof, due = self.value_due, self.due
        if proof is None or due is None or self.bar.met_by(proof) != "yes":
            return None
        reports = [proof.report] if proof.report is not None else []
        if proof.reported is not None and self.standing and self.standing.on_deadline is not None:
            reports = [*self.standing.on_deadline.held.values()]
        limit = add_days(due, self.target.lag_days)
        late: set[Lateness] = set()
        for report in reports:
            source = self.sources.get(report.source or "")
            if source is not None and source.date is not None:
                late |= {"source"} if source.date.first > limit else set()
            elif report.recorded.date() > limit:
                late.add("record")
        return min(late, key=get_args(Lateness).index, default=None)

    def _is_partly_reported(self) -> bool:
        """Whether there are reports, but not of every body, condition or time."""
        standing, parts = self.standing, self.parts
        if self.points and self.times_missing:
            return True
        if standing is None and not parts:
            return False
        if standing is not None:
            n, of = standing.reported
            return n < of and not self.stands_for_all and bool(n or standing.held or parts)
        conditions = {report.part for report in parts if report.body is None}
        unknown = conditions - self.target.conditions.keys()
        return any(r.body for r in parts) or bool(unknown or (conditions and not self.points))


def _without_reports(
    verdicts: Mapping[str, Verdict], measures: Sequence[str]
) -> Mapping[str, Verdict]:
    return {name: verdict.without_reports(measures) for name, verdict in verdicts.items()}


def _lags(verdict: Verdict) -> bool:
    """Whether a slice with a goal of its own was missed or is not on its way."""
    return verdict.cell == "overdue" or verdict.state in ("lapsed", "regressing", "off_track")


@dataclass(frozen=True, slots=True)
class Counts:
    """Targets by cell, and the rates of what was due (rules of judgement §7)."""

    on_time: int = 0
    late: int = 0
    in_time: int = 0
    overdue: int = 0
    outside: int = 0
    never_reported: int = 0
    """How many of the overdue ones were never reported."""

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def rates(self) -> dict[str, Decimal | None]:
        """Completion, on-time and overdue rate: shares of what was due; None with nothing due."""
        due = Decimal(self.due)
        parts = {
            "completion_rate": self.on_time + self.late,
            "on_time_rate": self.on_time,
            "overdue_rate": self.overdue,
        }
        return {name: part / due if due else None for name, part in parts.items()}


def count(verdicts: Iterable[Verdict], parents: frozenset[str]) -> Counts:
    """Count every target once; parents are not counted beside their classes."""
    cells: dict[str, int] = dict.fromkeys(CELLS, 0)
    never = 0
    for verdict in verdicts:
        if verdict.target.id not in parents:
            cells[verdict.cell] += 1
            if verdict.cell == "overdue" and verdict.never_reported:
                never += 1
    return Counts(**cells, never_reported=never)

"""The judgement: a target and its reports, as of a day, become a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from cdstrack.core.bodies import Ownership, owner_on
from cdstrack.core.case import Case, Span, baseline_of, bent_plan, deadline_of, spans_of
from cdstrack.core.dates import Period, add_days, days_between
from cdstrack.core.measures import (
    Forecast,
    Method,
    Plan,
    Point,
    Rate,
    aim,
    elapsed,
    forecast,
    progress,
    rate,
    rate_unit,
)
from cdstrack.core.model import Body, Goal, Note, Policy, Report, Target
from cdstrack.core.points import points_of
from cdstrack.core.rules import OUTSIDE, Decision, State, decide
from cdstrack.core.terms import History, Terms, terms_on

Cell = Literal["on_time", "late", "in_time", "overdue", "outside"]
Freshness = Literal["none", "fresh", "stale"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the last report, its age in days, and whether it is fresh."""

    freshness: Freshness
    date: Period | None = None
    age_days: int | None = None
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """How the promise stands by the terms first given."""

    state: State
    terms: Terms


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target judged as of a day: outcome, pace and evidence, never blended."""

    target: Target
    as_of: date
    decision: Decision
    cell: Cell
    flags: tuple[str, ...]
    terms: Terms
    owner: Ownership
    evidence: Evidence
    points: tuple[Point, ...]
    parts: tuple[Report, ...] = ()
    """Reports of single bodies or conditions, which do not make a value of the target yet."""
    spans: tuple[Span, ...] = ()
    plan: Plan | None = None
    method: Method | None = None
    progress: Decimal | None = None
    planned: Decimal | None = None
    elapsed: Decimal | None = None
    pace: Decimal | None = None
    buffer_days: int | None = None
    required_rate: Rate | None = None
    average_rate: Rate | None = None
    days_left: int | None = None
    days_overdue: int | None = None
    days_late: int | None = None
    first_met: Period | None = None
    original: Original | None = None

    @property
    def state(self) -> State:
        return self.decision.state

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def goal(self) -> Goal | None:
        return self.terms.goal

    @property
    def notes(self) -> list[Note]:
        """The remarks on the target that describe no later day."""
        return [
            note for note in self.target.notes if note.date is None or note.date.last <= self.as_of
        ]

    def forecast(self) -> Forecast:
        """When the target would be met on the trend of its reports; computed when asked for."""
        if self.first_met is not None and self.state in ("achieved", "achieved_late"):
            return Forecast(None, None, "met")
        if self.plan is None or not self.points:
            return Forecast(None, None, "no_trend")
        return forecast(self.points, self.plan, self.as_of)


def assess(
    target: Target,
    reports: Sequence[Report],
    *,
    as_of: date,
    policy: Policy,
    bodies: Mapping[str, Body],
) -> Verdict:
    """Judge one target as of a day.

    ``reports`` are those of the target, corrections applied, ordered by reference date and then
    by ``Report.order``; what describes a later day than ``as_of`` is left out here.
    """
    points = points_of(target, reports, as_of)
    parts = tuple(
        report
        for report in reports
        if (report.body is not None or report.part is not None) and report.date.last <= as_of
    )
    start = baseline_of(target, points)

    def case_for(*course: tuple[date, Terms]) -> Case:
        terms = course[-1][1]
        plan = bent_plan(target, start, course)
        spans = spans_of(target, terms.goal, reports, as_of, policy)
        return Case(target, points, terms, as_of, policy, start, plan, spans, bool(parts))

    def unmet(terms: Terms) -> bool:
        return not case_for((as_of, terms)).met_by_deadline

    promised = Terms(target.target, deadline_of(target))
    history = terms_on(promised, target.revisions, as_of, unmet)
    case = case_for(*history.course)
    decision = decide(case)
    original = None
    if history.revised:
        original = Original(decide(case_for(history.course[0])).state, history.original)
    owner = owner_on(target.owner, bodies, as_of)
    flags = _flags(case, decision, owner, history)
    return replace(_measured(case, decision, owner, flags, original), parts=parts)


def _flags(
    case: Case,
    decision: Decision,
    owner: Ownership,
    history: History,
) -> tuple[str, ...]:
    """Facts beside the state, in a fixed order."""
    target, as_of, last, closed = case.target, case.as_of, case.last, case.target.closed
    shares = [point.share.of for point in case.points if point.share is not None]
    facts = {
        "early": decision.rule == "7",
        "over_achieved": case.met_now and _beyond(case),
        "met_then_lost": not case.met_now and case.met_earlier and decision.state != "lapsed",
        "undecided": case.met(last) == "undecided",
        "population_changed": len(set(shares)) > 1,
        "baseline_inferred": case.start is not None and case.start.inferred,
        "implied": target.stated.reading == "implied",
        "inferred": target.stated.reading == "inferred",
        "self_reported": last is not None and last.report is not None and not last.report.source,
        "revised": history.revised,
        "eased": history.eased,
        "restated": any(restated.on <= as_of for restated in target.restated),
        "late_report": _late_report(case),
        "orphaned_owner": owner.orphaned,
        "partly_reported": case.has_parts,
        "uncounted_evidence": any(
            note.evidence and (note.date is None or note.date.last <= as_of)
            for note in target.notes
        ),
    }
    raised = [flag for flag, holds in facts.items() if holds]
    if closed is not None and closed.on <= as_of and decision.state != closed.how:
        raised.append(closed.how)
    return tuple(raised)


def _beyond(case: Case) -> bool:
    goal, last = case.goal, case.last
    if goal is None or last is None or case.target.kind in ("limit", "milestone", "sustain"):
        return False
    if goal.comparator in ("exactly", "between"):
        return False
    if case.plan is not None:
        return progress(last.value, case.plan.baseline, case.plan.wanted) > 1
    return goal.comparator in ("at_least", "more_than") and last.value > goal.value


def _late_report(case: Case) -> bool:
    """The report that proved the target met in time was recorded after deadline and lag."""
    if not case.passed or case.due is None:
        return False
    proof = case.value_on(case.due)
    if proof is None or proof.report is None or case.met(proof) != "yes":
        return False
    return proof.report.recorded.date() > add_days(case.due, case.target.lag_days)


def _measured(
    case: Case,
    decision: Decision,
    owner: Ownership,
    flags: tuple[str, ...],
    original: Original | None,
) -> Verdict:
    target, last, plan, due, as_of = case.target, case.last, case.plan, case.due, case.as_of
    state, late_since = decision.state, case.met_since_due
    limit = target.kind == "limit" and case.goal is not None
    start = case.start
    wanted = aim(case.goal, start.value) if start and case.goal and not limit else None
    share = pace = planned = average = required = buffer = None
    method: Method | None = None
    if limit and case.goal is not None:
        gone = elapsed(case.counted_from, due, as_of) if due else None
        planned = gone * case.goal.value if gone is not None else None
        method = "share_used"
        if last is not None and case.goal.value:
            share = last.value / case.goal.value
            at = elapsed(case.counted_from, due, last.day) if due else None
            pace = at / share if at is not None and share > 0 else None
    elif last is not None and wanted is not None and start is not None:
        share = progress(last.value, start.value, wanted)
    if plan is not None:
        gone = elapsed(plan.start, plan.end, as_of)
        planned, method = plan.planned(as_of), plan.method
    elif not limit:
        gone = elapsed(case.counted_from, due, as_of) if due else None
    if plan is not None and last is not None:
        per = rate_unit(target.report_every, plan.start, plan.end)
        pace = case.pace
        average = rate(last.value - plan.baseline, days_between(plan.start, last.day), per)
        if not case.met_now and due is not None:
            required = rate(plan.wanted - last.value, days_between(as_of, due), per)
        if last.day > plan.start and not case.overshot:
            buffer = plan.buffer_days(last.value, last.day)
    open_states = {"on_time", "late"}
    cell = cell_of(state, case)
    return Verdict(
        target=target,
        as_of=as_of,
        decision=decision,
        cell=cell,
        flags=flags,
        terms=Terms(case.terms.goal, case.terms.deadline),
        owner=owner,
        evidence=_evidence(case),
        points=case.points,
        spans=case.spans,
        plan=plan,
        method=method,
        progress=share,
        planned=planned,
        elapsed=gone,
        pace=pace,
        buffer_days=buffer,
        required_rate=required,
        average_rate=average,
        days_left=(
            days_between(as_of, due)
            if due is not None and as_of <= due and cell not in open_states | {"outside"}
            else None
        ),
        days_overdue=(
            days_between(due, as_of)
            if due is not None and as_of > due and state in ("overdue", "breached")
            else None
        ),
        days_late=(
            days_between(due, late_since.last)
            if due is not None and late_since is not None and state == "achieved_late"
            else None
        ),
        first_met=case.first_met,
        original=original,
    )


def _evidence(case: Case) -> Evidence:
    last = case.last
    if last is None:
        return Evidence("none")
    age = days_between(last.day, case.as_of)
    return Evidence("stale" if case.is_stale else "fresh", last.date, age, last.report)


def cell_of(state: State, case: Case) -> Cell:
    """The Government Office's cell (rules of judgement §7)."""
    if state in OUTSIDE or case.terms.deadline is None:
        return "outside"
    if state == "achieved" or (state == "lapsed" and case.passed):
        return "on_time"
    if state == "achieved_late":
        return "late"
    return "overdue" if state in ("overdue", "breached") else "in_time"

"""The judgement: a target and its reports, as of a day, become a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from cdstrack.core.model.entries import Goal, Target
from cdstrack.core.model.periods import add_days, days_between
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.across import Delivered, Standing, points_of_body, read
from cdstrack.core.values.bodies import Ownership, owner_on
from cdstrack.core.values.measures import Method, Point, aim, elapsed, progress, rate, rate_unit
from cdstrack.core.values.points import forms_of
from cdstrack.core.values.population import Populations
from cdstrack.core.verdict.case import (
    DONE,
    Case,
    Read,
    baseline_of,
    bent_plan,
    deadline_of,
    spans_of,
)
from cdstrack.core.verdict.portfolio import classes_of, with_worst_class
from cdstrack.core.verdict.rules import OUTSIDE, Decision, State, decide
from cdstrack.core.verdict.terms import History, Terms, terms_on
from cdstrack.core.verdict.verdict import Cell, Evidence, Original, Verdict


@dataclass(frozen=True)
class Referee:
    """Judges the targets of a register as of a day.

    Reports are those of one target, corrections applied, ordered by reference date and then by
    ``Report.order``; what describes a later day than ``as_of`` is left out here.
    """

    register: Register
    as_of: date

    @cached_property
    def populations(self) -> Populations:
        """The bodies that report on each target one by one, where there are any."""
        return Populations(self.register.groups, self.register.bodies)

    @cached_property
    def promised(self) -> Sequence[Target]:
        """The targets that had been stated by the day, in the register's order."""
        return [each for each in self.register.targets.values() if each.stated.on <= self.as_of]

    @cached_property
    def to_come(self) -> Sequence[Target]:
        """The targets that were stated only later."""
        return [each for each in self.register.targets.values() if each.stated.on > self.as_of]

    @cached_property
    def parents(self) -> frozenset[str]:
        """The ids of the targets that stand as their classes do."""
        return frozenset(each.part_of for each in self.promised if each.part_of is not None)

    def judge_all(self, ledger: Ledger) -> list[Verdict]:
        """Judge what had been promised by the day; parents by their classes."""
        verdicts = [self.judge(target, ledger.of(target)) for target in self.promised]
        classes = classes_of(verdicts)
        return [
            with_worst_class(verdict, classes[verdict.target.id])
            if verdict.target.id in classes
            else verdict
            for verdict in verdicts
        ]

    def judge(self, target: Target, reports: Sequence[Report]) -> Verdict:
        """Judge one target by its own reports."""
        as_of, about = self.as_of, self.register.policy.about
        population = None if target.id in self.parents else self.populations.of(target)
        parts = _parts(reports, as_of) if population is None or target.conditions else ()

        def values(given: Sequence[Report], goal: Goal | None) -> Delivered:
            return read(target, given, as_of, population, goal, about)

        return self._judge(target, reports, values, parts)

    def judge_bodies(self, target: Target, reports: Sequence[Report]) -> dict[str, Verdict]:
        """Judge each body that is to report by itself, as if the target were its own.

        A body has to reach ``target.each``, else the target's own figure; with neither (a sum) it
        is listed and not judged. The bodies come in the register's order; where nobody reports one
        by one there are none.
        """
        population = self.populations.of(target)
        if population is None:
            return {}
        as_of, about = self.as_of, self.register.policy.about
        lines = population.lineages(as_of)
        heirs = {name: heir for heir, names in lines.items() for name in names}
        by_heir: dict[str, list[Report]] = {}
        if population.members:
            by_heir = {name: [] for name in population.members_on(as_of)}
        for report in reports:
            heir = heirs.get(report.body or "")
            if heir is not None and report.date.last <= as_of:
                by_heir.setdefault(heir, []).append(report)
        done = (isinstance(report.figure, bool) for report in reports)
        whether = bool in forms_of(target, single=True) and any(done)
        own = _for_one_body(target, whether=whether)

        def verdict(name: str, given: Sequence[Report]) -> Verdict:
            alone = population.only(lines[name])

            def values(some: Sequence[Report], goal: Goal | None) -> Delivered:
                wanted = target.each or goal or target.target
                return Delivered(
                    points_of_body(target, some, as_of, alone, wanted, about, whether=whether)
                )

            parts = tuple(each._replace(body=None) for each in _parts(given, as_of) if each.part)
            return self._judge(own, given, values, parts)

        return {name: _of_one_body(verdict(name, given)) for name, given in by_heir.items()}

    def _judge(
        self,
        target: Target,
        reports: Sequence[Report],
        read: Read,
        parts: tuple[Report, ...],
    ) -> Verdict:
        """Judge a target by what its reports come to."""
        as_of, policy = self.as_of, self.register.policy
        # What they come to hardly ever depends on the goal, and seldom is there more than one.
        found: dict[object, Delivered] = {}

        def delivered(goal: Goal | None) -> Delivered:
            key = goal and (goal.comparator, goal.value, goal.value_max)
            if key not in found:
                found[key] = read(reports, goal)
            return found[key]

        def case_for(*course: tuple[date, Terms]) -> Case:
            terms = course[-1][1]
            points = delivered(terms.goal).points
            start = baseline_of(target, points)
            plan = bent_plan(target, start, course)
            spans = spans_of(target, terms.goal, reports, as_of, policy, read)
            awaited = _is_awaited(delivered(terms.goal).now, terms)
            return Case(
                target, points, terms, as_of, policy, start, plan, spans, bool(parts), awaited
            )

        def unmet(terms: Terms) -> bool:
            return not case_for((as_of, terms)).met_by_deadline

        promised = Terms(target.target, deadline_of(target))
        history = terms_on(promised, target.revisions, as_of, unmet)
        case = case_for(*history.course)
        decision = decide(case)
        original = None
        if history.revised:
            original = Original(decide(case_for(history.course[0])).state, history.original)
        owner = owner_on(target.owner, self.register.bodies, as_of, target.succession)
        standing = delivered(case.terms.goal).now
        flags = _flags(case, decision, owner, history, standing, parts)
        verdict = _measured(case, decision, owner, flags, original)
        announced = history.announced if history.announced != history.current else None
        return replace(verdict, parts=parts, standing=standing, announced=announced)


def _of_one_body(verdict: Verdict) -> Verdict:
    """A body's verdict: the N of its own figures is no population."""
    flags = tuple(flag for flag in verdict.flags if flag != "population_changed")
    return replace(verdict, flags=flags)


def _for_one_body(target: Target, *, whether: bool) -> Target:
    """The target as it binds a single body: done or not, its own figure, or none."""
    changes: dict[str, object] = {
        "reporters": None, "across": None, "each": None, "part_of": None,
        "restated": [], "notes": [],
    }  # fmt: skip
    if whether and target.kind == "sustain":
        changes |= {"target": DONE, "baseline": None}
    elif whether:
        changes |= {"kind": "milestone", "target": None, "baseline": None, "plan": []}
    elif target.each is not None:
        moved = [each for each in target.revisions if each.field == "deadline"]
        changes |= {"target": target.each, "plan": [], "revisions": moved}
    elif target.across == "sum":
        changes |= {"kind": "unquantified", "target": None, "plan": []}
    return target.model_copy(update=changes)


def _parts(reports: Sequence[Report], as_of: date) -> tuple[Report, ...]:
    """Reports of single bodies and of single conditions."""
    return tuple(
        report
        for report in reports
        if (report.body is not None or report.part is not None) and report.date.last <= as_of
    )


def _is_awaited(standing: Standing | None, terms: Terms) -> bool:
    """Whether a body has not reported for the deadline, or for a day after it."""
    if standing is None or terms.deadline is None:
        return False
    due = terms.deadline.last
    behind = any(report.date.last < due for report in standing.held.values())
    return behind or standing.reported.n < standing.reported.of


def _flags(
    case: Case,
    decision: Decision,
    owner: Ownership,
    history: History,
    standing: Standing | None,
    parts: Sequence[Report],
) -> tuple[str, ...]:
    """Facts beside the state, in a fixed order."""
    target, as_of, last, closed = case.target, case.as_of, case.last, case.target.closed
    facts = {
        "early": decision.rule == "7",
        "over_achieved": case.met_now and _beyond(case),
        "met_then_lost": (
            not case.met_now
            and case.met_earlier
            and decision.state != "lapsed"
            and target.kind != "limit"
        ),
        "undecided": case.met(last) == "undecided",
        "population_changed": _population_changed(case, standing),
        "baseline_inferred": case.start is not None and case.start.inferred,
        "implied": target.stated.reading == "implied",
        "inferred": target.stated.reading == "inferred",
        "self_reported": _is_self_reported(last, standing),
        "revised": history.revised,
        "eased": history.eased,
        "restated": any(restated.on <= as_of for restated in target.restated),
        "late_report": _late_report(case, standing),
        "orphaned_owner": owner.orphaned,
        "partly_reported": _is_partly_reported(case, standing, parts),
        "uncounted_evidence": any(
            note.evidence and (note.date is None or note.date.last <= as_of)
            for note in target.notes
        ),
    }
    raised = [flag for flag, holds in facts.items() if holds]
    if closed is not None and closed.on <= as_of and decision.state != closed.how:
        raised.append(closed.how)
    return tuple(raised)


def _population_changed(case: Case, standing: Standing | None) -> bool:
    """Whether the values do not all speak of as many bodies, or of as many as there are now."""
    shares = (point for point in case.points if standing is None or point.reported is None)
    whole = {point.share.of for point in shares if point.share is not None}
    sizes: set[int] = set()
    if standing is not None:
        sizes = {each.reported.of for each in case.points if each.reported is not None}
        sizes |= {standing.reported.of} if sizes else set()
    return len(whole) > 1 or len(sizes) > 1


def _is_self_reported(last: Point | None, standing: Standing | None) -> bool:
    """Whether the last report has no source; of many bodies, whether none of them has any."""
    if last is None:
        return False
    if last.reported is not None and standing is not None:
        held = standing.held.values()
        return bool(held) and not any(report.source for report in held)
    return last.report is not None and not last.report.source


def _is_partly_reported(case: Case, standing: Standing | None, parts: Sequence[Report]) -> bool:
    """Whether there are reports, but not of every body or not of every condition."""
    if standing is not None:
        said, of = standing.reported
        together = case.last is not None and case.last.reported is None
        return said < of and not together and bool(said or standing.held or parts)
    named = {report.part for report in parts if report.body is None}
    unknown = named - case.target.conditions.keys()
    return any(report.body for report in parts) or bool(unknown or (named and not case.points))


def _beyond(case: Case) -> bool:
    goal, last = case.goal, case.last
    if goal is None or last is None or case.target.kind in ("limit", "milestone", "sustain"):
        return False
    if goal.comparator in ("exactly", "between"):
        return False
    if case.plan is not None:
        return progress(last.value, case.plan.baseline, case.plan.wanted) > 1
    return goal.comparator in ("at_least", "more_than") and last.value > goal.value


def _late_report(case: Case, standing: Standing | None) -> bool:
    """What proved the target met in time was recorded after deadline and lag."""
    if not case.passed or case.due is None:
        return False
    proof = case.value_on(case.due)
    if proof is None or case.met(proof) != "yes":
        return False
    reports = [proof.report] if proof.report is not None else []
    if proof.reported is not None and standing is not None and standing.then is not None:
        reports = [*standing.then.held.values()]
    limit = add_days(case.due, case.target.lag_days)
    return any(report.recorded.date() > limit for report in reports)


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

"""The judgement: a target and its reports, as of a day, become a verdict."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from itertools import accumulate, chain, repeat, takewhile
from operator import attrgetter
from typing import Any, ClassVar

from cdstrack.core.model.entries import (
    RELATIVE,
    Baseline,
    Goal,
    GoalPeriod,
    Revision,
    Target,
    without_goal,
)
from cdstrack.core.model.periods import Period, add_days, period_at, period_index
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import NOTHING, Report
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.model.work import Work
from cdstrack.core.values.across import Values, points_of_body, values_of
from cdstrack.core.values.bodies import Population, Populations, owner_on
from cdstrack.core.values.coverage import Coverage, Window, times_covered, window_of
from cdstrack.core.values.in_force import LongSeries
from cdstrack.core.values.measures import Bar, Met, Point
from cdstrack.core.values.over_time import reporting_year
from cdstrack.core.values.points import forms_of, is_total, points_of
from cdstrack.core.verdict.case import DONE, PeriodResult, Span, baseline_of, bent_plan
from cdstrack.core.verdict.rules import OUTSIDE, WORST_FIRST
from cdstrack.core.verdict.terms import Course, Terms, bends_of, first_terms, history_of, is_easing
from cdstrack.core.verdict.verdict import MEASURES, Verdict

FEW = 4
"""A verdict on no more reports than these may keep them: they are no larger than it is itself."""

_last_day = attrgetter("date.last")


@dataclass(eq=False)
class Extract:
    """What somebody keeps of the reports on each target, who does not look at them afterwards.

    ``make`` makes it of a verdict and the ledger that has its reports; without it the verdict is
    all. ``parts`` has it by the ids of the targets, but of parents.
    """

    make: Callable[[Referee, Verdict, Ledger], Any] | None = None
    measures: Sequence[str] = MEASURES
    """What is looked at of the verdicts."""
    parts: dict[str, Any] = field(default_factory=dict)


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
        return [
            target for target in self.register.targets.values() if target.stated.on <= self.as_of
        ]

    @cached_property
    def to_come(self) -> Sequence[Target]:
        """The targets that were stated only later."""
        return [
            target for target in self.register.targets.values() if target.stated.on > self.as_of
        ]

    @cached_property
    def parents(self) -> frozenset[str]:
        """The ids of the targets that stand as their classes do."""
        return frozenset(t.part_of for t in self.promised if t.part_of is not None)

    def judge_all(
        self,
        ledger: Ledger,
        work: Work | None = None,
        targets: Sequence[Target] | None = None,
        *,
        extract: Extract | None = None,
        more: Iterable[Ledger] = (),
    ) -> list[Verdict]:
        """Judge what had been promised by the day; parents by their classes.

        Or only some ``targets``, with the classes of those that have some. Of a ledger that comes
        in batches ``more`` are those after the first. Whom an ``extract`` is enough gets
        verdicts that have let go of their reports, but for parents and where there are next to
        none.
        """
        promised = self.promised if targets is None else targets
        cases: Iterable[tuple[Target, Ledger]] = zip(promised, repeat(ledger))
        if ledger.names is not None:
            cases = self._in_batches(chain([ledger], more), promised)
        if work is not None:
            cases = work.over(cases, "work_judging", len(promised))
        standing: dict[str, Verdict] = {}
        for target, batch in cases:
            reports = batch.reports.get(target.indicator or target.id, ())
            is_split = target.breakdown or target.conditions or target.strands
            verdict = self.judge_whole(target, batch) if is_split else self.judge(target, reports)
            if extract is not None and target.id not in self.parents:
                if extract.make is not None:
                    extract.parts[target.id] = extract.make(self, verdict, batch)
                if is_split or len(reports) > FEW:
                    verdict = verdict.without_reports(extract.measures)
            standing[target.id] = verdict
        if ledger.names is not None:
            standing = {target.id: standing[target.id] for target in promised}
        verdicts = list(standing.values())
        if not self.parents:
            return verdicts
        classes = classes_of(verdicts)
        parents = [name for name in classes if name in standing]
        queue = [name for name in parents if standing[name].target.part_of not in standing]
        for name in queue:  # from the top down, as deep as classes have classes
            names = [verdict.target.id for verdict in classes[name]]
            queue += [name for name in names if name in classes]
        for name in reversed(queue):
            members = [standing[verdict.target.id] for verdict in classes[name]]
            standing[name] = with_worst_class(standing[name], members)
        return list(standing.values())

    def _in_batches(
        self, ledgers: Iterable[Ledger], promised: Sequence[Target]
    ) -> Iterator[tuple[Target, Ledger]]:
        """Each target with the batch that has its reports, or none of them: the last one."""
        left = {target.id: target for target in promised}
        for ledger in ledgers:
            names = ledger.names
            batch = [
                target.id
                for name in (names if names is not None else ())
                for target in self.register.targets_of.get(name, ())
                if target.id in left
            ]
            for name in batch if names is not None else [*left]:
                yield left.pop(name), ledger

    def judge(self, target: Target, reports: Sequence[Report]) -> Verdict:
        """Judge one target by its own reports."""
        population = None
        if target.reporters is not None and target.id not in self.parents:
            population = self.populations.of(target)
        return Hearing(
            register=self.register,
            as_of=self.as_of,
            target=target,
            reports=reports,
            population=population,
        ).verdict()

    def judge_whole(self, target: Target, ledger: Ledger) -> Verdict:
        """Judge a target by its reports, those that its slices make, and its slices beside it; of
        several series by one, and see what the others come to."""
        if target.strands:
            return self._judge_strands(target, ledger)
        if target.conditions and target.has_condition_figures:
            return self._judge_conditions(target, ledger)
        if not target.breakdown:
            return self.judge(target, ledger.of(target))
        from cdstrack.core.model.breakdown import slice_names, slice_of  # few are broken down
        from cdstrack.core.values.whole import is_disputed, whole_of

        slices = {
            name: self.judge(part, ledger.of(part))
            for name in slice_names(target)
            for part in (slice_of(target, name),)
        }
        whole = whole_of(target, ledger.reports)
        verdict = self.judge(target, whole.reports)
        disputed = is_disputed(
            whole,
            target,
            self.as_of,
            self.register.policy.about,
            self.populations.of(target) if target.reporters is not None else None,
            verdict.outside,
        )
        verdict = replace(verdict, slices=slices, disputed=disputed)
        goals = [part for part in slices.values() if part.target.target is not None]
        if verdict.ruling.state != "unquantified" or not goals:
            return verdict
        return with_worst_class(verdict, goals)

    def _judge_strands(self, target: Target, ledger: Ledger) -> Verdict:
        """Judge a target by one of several series, with what each of the others comes to."""
        from cdstrack.core.model.strands import other_strands, strand_of  # few have several

        verdict = self.judge_whole(target.model_copy(update={"strands": {}}), ledger)
        parts = {name: strand_of(target, name) for name in other_strands(target)}
        strands = {name: self.judge(part, ledger.of(part)) for name, part in parts.items()}
        whole = verdict.target.model_copy(update={"strands": target.strands})
        return replace(verdict, target=whole, strands=strands)

    def _judge_conditions(self, target: Target, ledger: Ledger) -> Verdict:
        """Judge the conditions that have figures of their own, and the whole as the worst of them
        and of what is left of it."""
        from cdstrack.core.model.conditions import by_condition, subject_of, without_own

        others, own = by_condition(target, ledger.of(target))
        if target.of_condition is not None:
            return self.judge(target, own[target.of_condition])
        conditions = {
            name: self.judge(subject_of(target, name), reports) for name, reports in own.items()
        }
        rest = without_own(target)
        if rest.breakdown:
            of_rest = {**ledger.reports, target.series: others}
            verdict = self.judge_whole(rest, replace(ledger, reports=of_rest))
        else:
            verdict = self.judge(rest, others)
        verdict = replace(verdict, target=target, conditions=conditions)
        has_more = rest.target is not None or verdict.bar.goal is not None
        has_more = has_more or verdict.worst is not None
        if verdict.ruling.state in OUTSIDE and target.kind != "unquantified":
            return verdict
        parts = [*conditions.values()]
        worst = with_worst_class(verdict, parts)
        if has_more and _rank(worst) >= _rank(verdict):
            return verdict
        return worst

    def reports_on(self, target: Target, ledger: Ledger) -> Sequence[Report]:
        """The reports on a target, those that its slices make among them."""
        if not target.breakdown:
            return ledger.of(target)
        from cdstrack.core.values.whole import whole_of  # few are broken down

        return whole_of(target, ledger.reports).reports

    def reports_of_bodies(
        self, target: Target, reports: Sequence[Report]
    ) -> dict[str, list[Report]]:
        """The reports up to the day of each body that is to report by itself, with those of all
        that it follows; where nobody reports one by one there are none."""
        population = self.populations.of(target)
        if population is None:
            return {}
        return self._by_heir(population, population.lineages(self.as_of), reports)

    def judge_bodies(self, target: Target, reports: Sequence[Report]) -> dict[str, Verdict]:
        """Judge each body that is to report by itself, as if the target were its own.

        A body has to reach ``target.each``, else the target's own figure; with neither (a sum) it
        is listed and not judged. The bodies come in the register's order; where nobody reports one
        by one there are none.
        """
        population = self.populations.of(target)
        if population is None:
            return {}
        lineages = population.lineages(self.as_of)
        binary = bool in forms_of(target, single=True) and any(
            isinstance(report.figure, bool) for report in reports
        )
        body_target = _for_one_body(target, binary=binary)
        return {
            name: BodyHearing(
                register=self.register,
                as_of=self.as_of,
                target=body_target,
                reports=line,
                population=population.only(lineages[name]),
                whole=target,
                binary=binary,
            ).verdict()
            for name, line in self._by_heir(population, lineages, reports).items()
        }

    def _by_heir(
        self,
        population: Population,
        lineages: Mapping[str, Sequence[str]],
        reports: Sequence[Report],
    ) -> dict[str, list[Report]]:
        heirs = {name: heir for heir, names in lineages.items() for name in names}
        by_heir: dict[str, list[Report]] = {}
        if population.members:
            by_heir = {name: [] for name in population.members_on(self.as_of)}
        for report in reports:
            heir = heirs.get(report.body or "")
            if heir is not None and report.date.last <= self.as_of:
                by_heir.setdefault(heir, []).append(report)
        return by_heir


@dataclass(kw_only=True)
class Hearing:
    """One target and what was reported on it, on the way to a verdict."""

    register: Register
    as_of: date
    target: Target
    reports: Sequence[Report]
    population: Population | None
    cache: dict[object, Values] = field(default_factory=dict)
    """What all reports come to under each goal and deadline; seldom is there more than one."""
    whole: Target | None = None
    """Of one of many bodies the target that all of them have in common."""
    in_figures: bool = False
    """Whether goals that are told from a value have become figures, as far as it is known."""
    single: ClassVar[bool] = False

    def verdict(self) -> Verdict:
        """The verdict on the terms in force."""
        target, deadline, goal = self.target, self.target.deadline, self.target.target
        if deadline is None and target.kind == "sustain" and target.periods:
            deadline = target.periods[-1]
        figures: dict[date, Goal | None] = {}
        if target.kind == "sustain":
            for period in target.periods:
                if isinstance(period, GoalPeriod):
                    figures[period.last] = period.goal
        if figures and goal is None and target.deadline is None:  # later ones are only watched
            deadline = next(period for period in target.periods if period.last == max(figures))
        is_relative = goal is not None and goal.comparator in RELATIVE
        for move in target.revisions:
            if move.field == "target":
                for term in (move.old, move.new):
                    if term is not None and term.comparator in RELATIVE:
                        is_relative = True
        if is_relative and not figures and not self.in_figures:
            if not self._is_told_from_the_value_before():
                return self._against_what_it_stood_at()
            # Each of its periods has a value of its own before it.
            figures = dict.fromkeys(period.last for period in target.periods)
        terms = Terms(goal, deadline, target.baseline, figures)
        if not target.revisions:
            return self._on([(date.min, terms)])
        about = self.register.policy.about
        eases = self._is_easing if is_relative else partial(is_easing, about=about)
        history = history_of(
            terms, target.revisions, self.as_of, eases, self._is_unmet, self._is_broken
        )
        verdict = self._on(history.course)
        if not history.revised:
            return verdict
        first = first_terms(history.course)
        if len(first) == len(history.course):  # nothing moved since
            first = history.course[:1]
        original = self._on(first)
        if figures:  # what is shown of terms is the goal of the day
            (*before, (day, last)) = history.course
            history = replace(
                history,
                course=[*before, (day, self._of_the_day(last))],
                announced=self._of_the_day(history.announced),
            )
        return replace(verdict, history=history, original=original)

    def _goals(self) -> list[Goal | None]:
        """The goal in force and those before it."""
        moves = [move for move in self.target.revisions if move.field == "target"]
        return [self.target.target, *(goal for move in moves for goal in (move.old, move.new))]

    def _is_told_from_the_value_before(self) -> bool:
        """Whether the goal of each period is, or was, told from the value before it."""
        if self.target.kind != "sustain":
            return False
        return any(_is_by_previous(goal) for goal in self._goals() if goal is not None)

    def _against_what_it_stood_at(self) -> Verdict:
        """The verdict on goals that are told from the baseline or from the value before."""
        moves: list[Revision] = []
        for move in self.target.revisions:
            if move.field == "target":
                ends = {"old": self._figure(move.old), "new": self._figure(move.new)}
                moves.append(move.model_copy(update=ends))
            else:
                moves.append(move)
        changes = {"target": self._figure(self.target.target), "revisions": moves}
        target = self.target.model_copy(update=changes)
        return replace(self, target=target, in_figures=True, cache={}).verdict()

    def _figure(self, goal: Goal | None) -> Goal | None:
        """A goal as a figure, once what it is told from is known; until then as it is."""
        if goal is None or not _is_relative(goal):
            return goal
        if _is_by_previous(goal):
            value = self._value_before(_last_period(self.target))
        else:
            value = self._baseline_known()
        return (goal.against(value) if value is not None else None) or goal

    def _baseline_known(self) -> Decimal | None:
        """The baseline, once its day has come; increments without one begin at 0."""
        baseline = self.target.baseline
        if baseline is None:
            return Decimal(0) if is_total(self.target) else None
        is_to_come = baseline.date is not None and baseline.date.last > self.as_of
        return None if is_to_come else baseline.value

    def _value_before(self, period: Period | None) -> Decimal | None:
        """The value in force when a period begins, if it is known exactly; else the baseline's."""
        if period is None or period.first > self.as_of:
            return None
        bar = Bar(None, self.register.policy.about, self.target.across, None, None)
        end = bisect_left(self.reports, period.first, key=_last_day)
        points = self._read(self.reports[:end], bar, None).points
        if points:
            last = points[-1]
            return last.value if last.qualifier is None and last.complete else None
        baseline = self.target.baseline
        if baseline is None or baseline.date is None or baseline.date.last >= period.first:
            return None
        return baseline.value

    def _is_easing(self, revision: Revision) -> bool:
        """Whether a revision makes the promise easier, for the period in which it was made."""
        terms = (revision.old, revision.new)
        if self.target.kind == "sustain" and any(
            isinstance(term, Goal) and _is_relative(term) for term in terms
        ):
            periods = self.target.periods
            period = next((span for span in periods if span.last >= revision.on), periods[-1])
            old, new = (
                (self._figure_for(period, term) or term) if isinstance(term, Goal) else term
                for term in terms
            )
            revision = revision.model_copy(update={"old": old, "new": new})
        return is_easing(revision, self.register.policy.about)

    def _is_unmet(self, terms: Terms) -> bool:
        verdict = self._on([(self.as_of, terms)])
        return verdict.target.kind != "unquantified" and not verdict.met_by_deadline

    def _is_broken(self, terms: Terms, day: date) -> bool:
        """Whether a ceiling had been passed by a day: at once, and for good."""
        if self.target.kind != "limit":
            return False
        verdict = replace(self, as_of=day, cache={})._on([(date.min, terms)])
        return verdict.ruling.state == "breached"

    def _on(self, course: Course) -> Verdict:
        """The verdict on terms that followed one on the other; the last ones are in force."""
        target, policy = self.target, self.register.policy
        terms = course[-1][1]
        baseline, is_open = terms.baseline, terms.goal is None and target.target is not None
        if terms.figures:
            is_open = not terms.says_what and target.kind == "sustain"
        is_to_come = baseline and baseline.date and baseline.date.last > self.as_of
        if is_open or is_to_come or baseline is not target.baseline:
            return self._as_known(course, None if is_to_come else baseline, is_open=is_open)
        is_unknown = self.in_figures and _is_relative(terms.goal)
        steps = course
        if terms.figures:
            terms = self._of_the_day(terms)
        elif self.in_figures:  # what is not known has no line that leads to it
            steps = [(on, _as_far_as_known(step)) for on, step in course]
            terms = steps[-1][1]
        combined = self.whole or target
        window = window_of(combined, terms.deadline) if combined.silence is not None else None
        due = terms.deadline.last if terms.deadline is not None else None
        is_unknown = is_unknown and target.kind != "sustain"  # its periods say it
        bar = Bar(terms.goal, policy.about, target.across, None, due, unknown=is_unknown)
        if window is not None:
            bar = self._within(bar, window)
        key = bar.interval, window, due
        if key not in self.cache:
            self.cache[key] = self._read(self.reports, bar, window)
        values = self.cache[key]
        spans = self._spans(course) if target.kind == "sustain" else ()
        points = values.points
        if spans and window is not None:  # each period starts anew: the last one that has begun
            points = next((span.points for span in reversed(spans) if span.points), ())
        if window is not None and bar.is_spoilable and due is not None and self.as_of > due:
            # Of such a span nothing counts that came after it.
            points = tuple(point for point in points if point.day <= due)
        start = baseline_of(target, points)
        since = points[-1].day if points else date.min
        known = self.reports[: bisect_right(self.reports, self.as_of, key=_last_day)]
        recent = takewhile(lambda report: report.date.last > since, reversed(known))
        return Verdict(
            target=target,
            policy=policy,
            as_of=self.as_of,
            terms=terms,
            bar=replace(bar, goal=DONE) if target.kind == "milestone" else bar,
            points=points,
            start=start,
            plan=bent_plan(
                target, start, steps if len(steps) == 1 else bends_of(steps), policy.about
            ),
            spans=spans,
            standing=values.standing,
            parts=self._parts,
            empty=next((report for report in recent if report.figure == NOTHING), None),
            window=window,
            outside=self._outside(window) if window is not None else (),
            owner=owner_on(target.owner, self.register.bodies, self.as_of, target.succession),
            sources=self.register.sources,
            single=self.single,
            at_closing=self._at_closing(course) if target.closed is not None else None,
        )

    def _as_known(self, course: Course, baseline: Baseline | None, *, is_open: bool) -> Verdict:
        """The verdict while something was still open, or with another baseline than today's."""
        (*before, (day, terms)) = course
        changes: dict[str, object] = {"baseline": baseline}
        if is_open:
            changes |= {"kind": "unquantified", "target": None}
        target = self.target.model_copy(update=changes)
        hearing = replace(self, target=target, cache={})
        if self.whole is not None:
            whole = self.whole.model_copy(update={"baseline": baseline})
            hearing = replace(hearing, whole=whole)
        return hearing._on([*before, (day, replace(terms, baseline=baseline))])

    def _at_closing(self, course: Course) -> Verdict | None:
        closing = self.target.closed
        if closing is None or closing.on > self.as_of:
            return None
        target = self.target.model_copy(update={"closed": None})
        return replace(self, as_of=closing.on, target=target, cache={})._on(course)

    def _within(self, bar: Bar, window: Window) -> Bar:
        """The bar for values combined in a window, with what silence could do to them."""
        # Of a share only those count that surely pass; whoever is silent can but join them.
        silence = "raises" if bar.across == "share" else (self.whole or self.target).silence
        return replace(bar, silence=silence, until=window.until)

    def _read(self, reports: Sequence[Report], bar: Bar, window: Window | None) -> Values:
        """What reports come to in a window, whoever made them."""
        if self.population is None:
            return Values(points_of(self.target, reports, self.as_of, bar, window))
        return values_of(self.target, reports, self.as_of, self.population, bar, window, bar.until)

    def _outside(self, window: Window) -> tuple[Report, ...]:
        """Reports that ended before the window."""
        if not window.closed:
            return ()
        first = min(window.since, add_days(self.as_of, 1))
        return tuple(self.reports[: bisect_left(self.reports, first, key=_last_day)])

    @cached_property
    def _parts(self) -> tuple[Report, ...]:
        """Reports of single conditions, and of bodies whose reports do not count."""
        if self.population is not None and not self.target.conditions:
            return ()
        if isinstance(self.reports, LongSeries) and self.reports.names_nobody:
            return ()
        return tuple(
            report
            for report in self.reports
            if (report.body is not None or report.part is not None)
            and report.date.last <= self.as_of
        )

    def _spans(self, course: Course) -> tuple[Span, ...]:
        """The periods of a level to be kept, each judged by what was reported for it.

        A level is reported by a report that covers the end of its period; what is combined over
        the period by reports that cover all of it, or decide it whatever the rest may be. What was
        kept by the terms of its own time stays kept when they are tightened.
        """
        spans = []
        goal, days = course[-1][1].goal, [on for on, _ in course]
        has_own = bool(course[-1][1].figures) or (self.in_figures and _is_relative(goal))
        for period in self.target.periods:
            begun = bisect_right(days, period.last)
            if has_own:
                then_terms = course[max(begun - 1, 0)][1]
                spans.append(self._own_span(period, course[-1][1], then_terms))
                continue
            then = course[begun - 1][1].goal if begun else goal
            if then is None and goal is not None:
                continue  # nothing could be missed while it had no figure
            span = self._span(period, goal)
            if span.result == "missed" and then != goal:
                before = self._span(period, then)
                span = before if before.result == "kept" else span
            spans.append(span)
        if has_own and all(span.result == "watched" for span in spans):
            spans = []
        return tuple(spans) or (self._open_span(self.target.periods[-1], ()),)

    def _own_span(self, period: Period, now: Terms, then: Terms) -> Span:
        """One of several periods of which some have goals of their own.

        Its own goal is the one in force on its last day; one without is judged by the goal of all,
        and without that it is only watched.
        """
        goal = then.figures.get(period.last)
        if goal is None:
            goal = None if then.goal is None else now.goal
        if goal is None:
            return replace(self._span(period, None), result="watched", gaps=())
        figure = self._figure_for(period, goal)
        span = self._span(period, figure, is_unknown=figure is None)
        if span.result == "missed" and goal is now.goal and then.goal not in (None, goal):
            earlier = self._figure_for(period, then.goal)
            before = self._span(period, earlier, is_unknown=earlier is None)
            if before.result == "kept":
                span, figure = before, earlier
        return replace(span, goal=figure or goal)

    def _of_the_day(self, terms: Terms) -> Terms:
        """Terms with the goal of the last period that has begun, of the first one before that;
        without one while it is told from a value that is not known."""
        if not terms.says_what:
            return terms
        goals = [
            (period, terms.figures.get(period.last) or terms.goal) for period in self.target.periods
        ]
        goals = [(period, goal) for period, goal in goals if goal is not None]
        begun = [pair for pair in goals if pair[0].first <= self.as_of]
        period, goal = begun[-1] if begun else goals[0]
        return replace(terms, goal=self._figure_for(period, goal))

    def _figure_for(self, period: Period, goal: Goal | None) -> Goal | None:
        """A goal for a period as a figure; None while what it is told from is not known."""
        if goal is None or goal.comparator not in RELATIVE:
            return goal
        is_previous = _is_by_previous(goal)
        value = self._value_before(period) if is_previous else self._baseline_known()
        return goal.against(value) if value is not None else None

    def _span(self, period: Period, goal: Goal | None, *, is_unknown: bool = False) -> Span:
        about = self.register.policy.about
        bar = Bar(goal, about, self.target.across, None, period.last, unknown=is_unknown)
        if (self.whole or self.target).silence is not None:
            return self._combined_span(period, bar)
        return self._level_span(period, bar)

    def _level_span(self, period: Period, bar: Bar) -> Span:
        points = self._read(self._ended_in(period), bar, None).points
        if not points or points[-1].day < period.last:
            return self._open_span(period, points)
        closing = points[-1]
        answer = bar.judge(closing)
        if answer == "undecided" and closing.complete and not bar.unknown:
            answer = "no"  # all was reported, and too vaguely
        return Span(period, self._result(answer, period), points, closing)

    def _combined_span(self, period: Period, bar: Bar) -> Span:
        window = Window(period.first, period.last, period.first)
        bar = self._within(bar, window)
        points = self._read(self._about(period), bar, window).points
        points = tuple(point for point in points if point.day <= period.last)
        if not points:
            return self._open_span(period, points)
        broken = bar.first_to_break(points)
        if broken is not None:  # lost for good, whatever was taken back since
            return Span(period, "missed", points, broken)
        closing, is_over = _through(points[-1], period.last), self.as_of > period.last
        coverage, answer = closing.coverage, bar.judge(closing)
        if answer == "undecided" and closing.complete and not (coverage and coverage.is_open):
            answer = "no"
        gaps = coverage.gaps if coverage is not None and is_over else ()
        return Span(period, self._result(answer, period), points, closing, gaps)

    def _ended_in(self, period: Period) -> Sequence[Report]:
        """The reports whose time ended in a period."""
        begin = bisect_left(self.reports, period.first, key=_last_day)
        return self.reports[begin : bisect_right(self.reports, period.last, key=_last_day)]

    def _about(self, period: Period) -> Sequence[Report]:
        """The reports that may say something of a period, and few others.

        A running total is told from the ones before it in its year, an increment for a day covers
        the time since the one before it: so the next one counts as well, of each who reports.
        """
        target, reports = self.whole or self.target, self.reports
        since, until = period.first, period.last
        if target.accumulate == "year_to_date":
            since = reporting_year(target, since)
        if target.report_every is not None:
            every = target.report_every
            until = max(until, period_at(every, period_index(every, until)).last)
        begin = bisect_left(reports, since, key=_last_day)
        if self.population is not None or target.conditions:
            return reports[begin:]
        end = bisect_right(reports, until, key=_last_day)
        if end < len(reports):
            end = bisect_right(reports, reports[end].date.last, key=_last_day)
        later = takewhile(lambda at: self._earliest[at] <= period.last, range(end, len(reports)))
        return [*reports[begin:end], *(reports[at] for at in later)]

    @cached_property
    def _earliest(self) -> Sequence[date]:
        """Of each report the earliest day that it or a later one is about."""
        days = accumulate((report.date.first for report in reversed(self.reports)), min)
        return list(days)[::-1]

    def _open_span(self, period: Period, points: Sequence[Point]) -> Span:
        """A period whose end nobody has reported."""
        if not points and self._is_empty(period):
            return Span(period, "empty")
        gaps = ((period.first, period.last),) if self.as_of > period.last else ()
        return Span(period, self._result("undecided", period), points, gaps=gaps)

    def _is_empty(self, period: Period) -> bool:
        """Whether all who report said of a period that nothing fell due, and nothing else."""
        reports = self._ended_in(period)
        if self.as_of <= period.last or not reports:
            return False
        if any(report.figure != NOTHING for report in reports):
            return False
        target = self.whole or self.target
        bodies: set[str | None] = {report.body for report in reports}
        if self.population is not None and len(bodies) < self.population.size_on(period.last):
            return False
        return all(
            self._speaks_of(
                period, [r for r in reports if r.body == body and r.part in (None, part)]
            )
            for body in bodies
            for part in target.conditions or (None,)
        )

    def _speaks_of(self, period: Period, reports: Sequence[Report]) -> bool:
        """Whether reports are for the end of a period; what is combined over it, for all of it."""
        target = self.whole or self.target
        if target.silence is None:
            return any(report.date.last == period.last for report in reports)
        window = Window(period.first, period.last, period.first)
        coverage = Coverage(add_days(period.first, -1))
        for _, first, last in times_covered(target, reports, window, self.as_of):
            coverage = coverage.extended(first, last)
        return not coverage.through(period.last).gaps

    def _result(self, answer: Met, period: Period) -> PeriodResult:
        """How a period went, or that this is still open."""
        if answer != "undecided":
            return "kept" if answer == "yes" else "missed"
        if self.as_of > period.last:
            return "unreported"
        return "open" if self.as_of >= period.first else "future"


@dataclass(kw_only=True)
class BodyHearing(Hearing):
    """One of many bodies, heard as if the target were its own.

    ``target`` is what it has to do; ``population`` are the body and those that it follows.
    """

    population: Population
    whole: Target
    binary: bool
    """Whether bodies only say done or not."""
    single: ClassVar[bool] = True

    def _within(self, bar: Bar, window: Window) -> Bar:
        return bar if self.binary else super()._within(bar, window)

    def _read(self, reports: Sequence[Report], bar: Bar, window: Window | None) -> Values:
        goal = bar.goal or self.whole.target
        bar = replace(bar, goal=goal)
        return Values(
            points_of_body(
                self.whole, reports, self.as_of, self.population, bar, window, binary=self.binary
            )
        )

    @cached_property
    def _parts(self) -> tuple[Report, ...]:
        """Reports of single conditions."""
        return tuple(report._replace(body=None) for report in self.reports if report.part)


def _last_period(target: Target) -> Period | None:
    """The period for which a target is to be met: its deadline's, else the one that it ends."""
    due = target.deadline
    if due is None or due.precision != "day":
        return due
    every = target.report_every or "year"
    return period_at(every, period_index(every, due.last))


def _is_relative(goal: Goal | None) -> bool:
    """Whether a goal is told from where it stood."""
    return goal is not None and goal.comparator in RELATIVE


def _is_by_previous(goal: Goal) -> bool:
    return "previous" in (goal.above, goal.below)


def _as_far_as_known(terms: Terms) -> Terms:
    return replace(terms, goal=None) if _is_relative(terms.goal) else terms


def _through(point: Point, day: date) -> Point:
    """A value as it stands on a later day: what was not reported since is a gap."""
    if point.coverage is None:
        return point
    return point._replace(coverage=point.coverage.through(day))


def _for_one_body(target: Target, *, binary: bool) -> Target:
    """The target as it binds a single body: done or not, its own figure, or none."""
    changes: dict[str, object] = {
        "reporters": None, "across": None, "each": None, "part_of": None,
        "restated": [], "notes": [],
    }  # fmt: skip
    if (binary or target.each is not None) and target.kind == "sustain":
        changes |= {"periods": [*map(without_goal, target.periods)]}
    if binary and target.kind == "sustain":
        changes |= {"target": DONE, "baseline": None}
    elif binary:
        moves: list[Revision] = [move for move in target.revisions if move.field == "deadline"]
        changes |= {"kind": "milestone", "target": None, "baseline": None, "plan": []}
        changes |= {"revisions": moves}
    elif target.each is not None:
        moves = [move for move in target.revisions if move.field != "target"]
        changes |= {"target": target.each, "plan": [], "revisions": moves}
    elif target.across == "sum":
        changes |= {"kind": "unquantified", "target": None, "plan": []}
    return target.model_copy(update=changes)


def classes_of(verdicts: Iterable[Verdict]) -> Mapping[str, list[Verdict]]:
    """The targets right below each parent or heading, in register order."""
    classes: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.target.part_of is not None:
            classes.setdefault(verdict.target.part_of, []).append(verdict)
    return classes


def _rank(verdict: Verdict) -> int:
    return WORST_FIRST.index(verdict.state)


def with_worst_class(parent: Verdict, classes: Sequence[Verdict]) -> Verdict:
    """A parent stands as its worst class does, or its worst slice (rules of judgement §6)."""
    rivals = [verdict for verdict in classes if verdict.state not in OUTSIDE] or classes[:1]
    worst = min(rivals, key=lambda rival: WORST_FIRST.index(rival.state))
    return replace(parent, worst=worst.worst or worst)  # of classes of classes the one at the end

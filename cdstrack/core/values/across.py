"""Many bodies, one target: their figures combined, day by day.

On each reference date the bodies that report replace what they held; on the day on which a body
ceases to exist its figure passes to its successor, which replaces it with the first report of its
own (rules of judgement §6).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal, localcontext
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter
from types import NoneType
from typing import cast

from cdstrack.core.model.decimals import EXACT, MAX_DIGITS, Interval
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import add_days
from cdstrack.core.model.report import NOTHING, Report, Share
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.values.bodies import Population
from cdstrack.core.values.combine import Total, combine
from cdstrack.core.values.coverage import Coverage, Window, joint_coverage
from cdstrack.core.values.in_force import traits_of
from cdstrack.core.values.joint import Extreme, JointCoverage
from cdstrack.core.values.measures import Bar, Point, figure_value
from cdstrack.core.values.points import (
    ZERO,
    figure_fits,
    forms_of,
    is_total,
    points_of,
    series_of,
)

_FINEST = Decimal(1).scaleb(-MAX_DIGITS)
_body = attrgetter("body")
_day = attrgetter("date.last")


@dataclass(frozen=True, slots=True)
class BodyStatus:
    """What each body stands at on a day: its report in force, or what it took over.

    ``partial`` are bodies one of whose predecessors was never reported. ``reported`` counts the
    bodies that have reported in full, of all there are.
    """

    held: Mapping[str, Report]
    partial: frozenset[str]
    reported: Share
    members: Sequence[str]
    """The bodies that are known by name, in the register's order."""
    beginners: Set[str | None] = frozenset()
    """Bodies that have reported only some of the conditions."""
    on_deadline: BodyStatus | None = None
    """The same on the deadline, once that has come."""

    @property
    def silent(self) -> list[str]:
        """Bodies known by name that have not reported in full."""
        return [name for name in self.members if name not in self.held or name in self.partial]

    @property
    def names(self) -> list[str]:
        """Everyone known by name or by a report."""
        return list(dict.fromkeys((*self.members, *self.held)))

    @property
    def never(self) -> int:
        """How many bodies have never reported anything, nor anyone before them."""
        return max(self.reported.of - len(self.held.keys() | self.beginners), 0)


@dataclass(frozen=True, slots=True)
class Values:
    """What reports come to: the values of a target and, where bodies report, how they stand."""

    points: Sequence[Point]
    standing: BodyStatus | None = None


def values_of(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population,
    bar: Bar,
    window: Window | None,
    due: date | None = None,
) -> Values:
    """What reports come to up to a day where bodies report one by one.

    Figures for the whole population and what its bodies add up to stand side by side. On one date
    the figure for the whole counts, and from then on until every body has reported: what only some
    of them say is less than that.
    """
    values = BodyTotals(target, population, bar, window).values(reports, as_of, due)
    if target.accumulates or not any(body is NoneType for body, _ in traits_of(reports)):
        return values
    whole = points_of(target, reports, as_of, bar, window)
    return replace(values, points=_together(values.points, whole))


def _together(by_bodies: Sequence[Point], whole: Sequence[Point]) -> tuple[Point, ...]:
    # What was shared out to the last day of a span is no report for that day.
    reports = [p for p in whole if p.report is not None and p.report.date.last <= p.day]
    by_day = {point.day: point for point in reports}
    for_all = False
    for point in sorted((*by_bodies, *reports), key=lambda point: point.day):
        if point.reported is None:
            for_all = True
        elif point.day not in by_day and (point.complete or not for_all):
            by_day[point.day] = point
            for_all = False
    for point in whole:
        by_day.setdefault(point.day, point)
    return tuple(by_day[day] for day in sorted(by_day))


def _as_report(point: Point, body: str | None) -> Report:
    """What a body stands at, as if it had reported that."""
    report = cast(Report, point.report)
    figure = report.figure if isinstance(report.figure, bool) else point.share or point.value
    return report._replace(
        body=body, part=None, date=point.date, figure=figure, qualifier=point.qualifier
    )


def _together_covered(coverages: Sequence[Coverage]) -> Coverage:
    """What several bodies have reported of the time, and how far all of them may be off."""
    joint = joint_coverage(coverages[0], coverages[1:])._replace(rivals=())
    lows = [coverage.low for coverage in coverages if coverage.low is not None]
    highs = [coverage.high for coverage in coverages if coverage.high is not None]
    if not lows:
        return joint
    with localcontext(EXACT):
        return joint._replace(low=sum(lows, ZERO), high=sum(highs, ZERO))


def points_of_body(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population,
    bar: Bar,
    window: Window | None,
    *,
    binary: bool,
) -> tuple[Point, ...]:
    """The values of the only body of a population (``BodyTotals.points_of_one``).

    Of one that follows nobody, is there all the time and reports levels there is nothing to add up.
    """
    lives = [*population.members.values()]
    has_course = len(lives) != 1 or lives[0].started is not None or lives[0].ended is not None
    if window is not None or target.conditions or has_course:
        totals = BodyTotals(target, population, bar, window)
        return totals.points_of_one(reports, as_of, binary=binary)
    return _points_alone(target, reports, as_of, _bar_of_one(target, bar), binary=binary)


def _points_alone(
    target: Target, reports: Sequence[Report], as_of: date, bar: Bar, *, binary: bool
) -> tuple[Point, ...]:
    """The levels of a body that stands for itself alone: of one day the report recorded last."""
    forms = forms_of(target, single=True)
    relevant = reports[: bisect_right(reports, as_of, key=_day)]
    by_day = {
        report.date.last: report
        for report in relevant
        if report.body is not None and type(report.figure) in forms
    }
    goes_on = target.across in ("mean", "min", "max")
    points: list[Point] = []
    for newest in by_day.values():
        report = newest
        if newest.figure == NOTHING:
            if not points or not goes_on:
                continue
            before = cast(Report, points[-1].report)  # what stood before stands
            report = before._replace(date=newest.date)
        value = Decimal(bar.passed_by(report)) if binary else figure_value(report.figure)
        share = report.figure if isinstance(report.figure, Share) else None
        points.append(Point(report.date, value, report.qualifier, report, share, _ALL_OF_ONE))
    return tuple(points)


_ALL_OF_ONE = Share(1, 1)


def _bar_of_one(target: Target, bar: Bar) -> Bar:
    """What a single body has to reach."""
    return replace(bar, goal=target.each or bar.goal, across=None, silence=target.silence)


class BodyTotals:
    """What bodies hold while time passes, and what that adds up to.

    Every total is for one pass through the reports, from the oldest to the newest.
    """

    def __init__(
        self, target: Target, population: Population, bar: Bar, window: Window | None
    ) -> None:
        self.target = target
        self.population = population
        self.bar = _bar_of_one(target, bar)
        """What a single body has to reach (it decides a ``share``)."""
        self.window = window
        self.total = Total(target, self._passes)
        self.coverages: dict[str | None, Coverage] = {}
        """What each body has reported of the time so far, where values are combined over it.

        ``low`` and ``high`` are how far the value that it stands at may be off.
        """
        self._inherited_coverage: dict[str | None, Coverage] = {}
        self._joint_coverage = JointCoverage()
        self._frontier: list[tuple[date, str]] = []
        """Up to when each body has reported, the earliest first; of one body the last holds."""
        self._extreme = Extreme("min" if target.across == "min" else "max")
        """Of the lowest or highest, the values that there may be."""
        self._moved: set[str | None] = set()
        """Bodies whose figure is another than the extreme was made of."""
        self._up_to_date: list[tuple[date, str]] = []
        """Of the extreme, up to when bodies have reported, the earliest first."""
        self.held: dict[str | None, Report] = {}
        self.partial: set[str | None] = set()
        self._partial_held: set[str | None] = set()
        """Those of them that hold anything."""
        self.inherited: dict[str | None, Report] = {}
        """Increments of bodies that are no more, by heir."""
        self._adds = is_total(target)
        self._coverage_at: dict[tuple[str | None, date], Coverage] = {}
        self._alive: set[str | None] = {None, *population.candidates}
        self._departures = list(population.departures())[::-1]
        self._arrivals = list(population.arrivals())[::-1]
        self._unborn: set[str | None] = {name for _, name in self._arrivals}

    def values(self, reports: Sequence[Report], as_of: date, due: date | None = None) -> Values:
        """The reports of many bodies up to a day, combined; ``due`` is the day of the deadline."""
        on_deadline: BodyStatus | None = None
        points = []
        for day, batch in groupby(self._levels(reports, as_of), key=_day):
            if due is not None and on_deadline is None and day > due:
                on_deadline = self.status(due)
            same_day = list(batch)
            if self.add(same_day, day) and not self.total.is_nothing(self.held.values()):
                points.append(self.point(same_day, day))
        if due is not None and on_deadline is None and due <= as_of:
            on_deadline = self.status(due)
        status = self.status(as_of)
        beginners: Set[str | None] = frozenset()
        if self.target.conditions:
            reporting = set(map(_body, reports[: bisect_right(reports, as_of, key=_day)]))
            beginners = reporting.intersection(status.members) - status.held.keys()
        return Values(tuple(points), replace(status, on_deadline=on_deadline, beginners=beginners))

    def points_of_one(
        self, reports: Sequence[Report], as_of: date, *, binary: bool
    ) -> tuple[Point, ...]:
        """The values of the only body, or with ``binary`` whether it has done what each has to.

        ``reports`` are its own and those of the bodies it follows, which the population consists
        of. They are read as if it had always been one body: what its predecessors stood at counts
        together with its own, until it reports after they are gone.
        """
        points = []
        for day, batch in groupby(self._levels(reports, as_of), key=_day):
            if self.add(list(batch), day):
                joint = combine(self.target, list(self.of_bodies().values()), self._passes)
                if joint.figure == NOTHING:
                    continue
                whether = Decimal(self._passes(joint)) if binary else None
                value = figure_value(joint.figure) if whether is None else whether
                share = joint.figure if isinstance(joint.figure, Share) else None
                n_of_bodies = self.reported(day)
                coverage = self._coverage(value, day, None) if whether is None else None
                points.append(
                    Point(joint.date, value, joint.qualifier, joint, share, n_of_bodies, coverage)
                )
        return tuple(points)

    def _levels(self, reports: Sequence[Report], as_of: date) -> Sequence[Report]:
        """What bodies stood at after each of their reports, in the order of the reference dates.

        Where increments are summed, those of nobody in particular count as well.
        """
        target = self.target
        relevant = reports[: bisect_right(reports, as_of, key=_day)]
        traits = traits_of(reports)
        for_nobody = any(body is NoneType for body, _ in traits)
        if for_nobody and not (target.accumulates and target.across == "sum"):
            relevant = [report for report in relevant if report.body is not None]
        if not {figure for _, figure in traits} <= forms_of(target, single=True):
            relevant = [report for report in relevant if figure_fits(report, target)]
        if self.window is None and not target.conditions:
            return relevant
        series: dict[str | None, list[Report]] = {}
        for report in relevant:
            if report.body is None or self.population.counts(report.body, report.date.last):
                series.setdefault(report.body, []).append(report)
        alone = target.model_copy(update={"baseline": None})
        levels = []
        for body, series_of_body in series.items():
            window = self._window_of(body)
            for point in series_of(alone, series_of_body, as_of, self.bar, window):
                levels.append(_as_report(point, body))
                if point.coverage is not None:
                    self._coverage_at[body, point.day] = point.coverage
        return sorted(levels, key=_day)

    def _window_of(self, body: str | None) -> Window | None:
        """The window of one body: nobody reports of the time before it existed."""
        entry = self.population.candidates.get(body or "")
        if self.window is None or entry is None or entry.started is None:
            return self.window
        return self.window._replace(since=max(self.window.since, entry.started))

    def _passes(self, report: Report) -> bool:
        """Whether a body has reached what each has to, for good where values are combined."""
        if self.window is None or isinstance(report.figure, bool):
            return self.bar.passed_by(report)
        day = report.date.last
        coverage = self._coverage_at.get((report.body, day), Coverage(day))
        value = figure_value(report.figure)
        return self.bar.settled_by(Point(report.date, value, report.qualifier, coverage=coverage))

    def add(self, batch: Sequence[Report], day: date) -> bool:
        """Count the reports of one reference date, of two by one body the later.

        Tells whether any of them counts.
        """
        self._advance(day)
        self._arrive(day)
        new = dict(zip(map(_body, batch), batch, strict=True))
        for name in new.keys() - self._alive | self._unborn & new.keys():
            del new[name]
        if self.target.across in ("mean", "min", "max"):
            for name, report in new.items():
                if report.figure == NOTHING and name in self.held:  # what stood before stands
                    new[name] = self.held[name]._replace(date=report.date)
        self._cover(new, day)
        for name in self.inherited.keys() & new.keys():
            new[name] = self._joint([self.inherited[name], new[name]], name)
        self.total.change(self._part_of_total(new), -1)
        self.total.change(new.values(), 1)
        self.held.update(new)
        self._moved.update(new)
        self.partial.difference_update(new)
        self._partial_held.difference_update(new)
        return bool(new)

    def _part_of_total(self, names: Iterable[str | None]) -> list[Report]:
        """What these bodies hold, as far as the total includes it.

        For a share of bodies an heir is not, while a body that it follows was never heard of.
        """
        if self.target.across == "share":
            names = [name for name in names if name not in self.partial]
        return list(filter(None, map(self.held.get, names)))

    def _arrive(self, day: date) -> None:
        """Let the bodies come that begin to exist up to a day."""
        while self._arrivals and self._arrivals[-1][0] <= day:
            self._unborn.discard(self._arrivals.pop()[1])

    def _advance(self, day: date) -> None:
        """Let the bodies go that cease to exist up to a day; their figures pass to their heirs."""
        while self._departures and self._departures[-1][0] <= day:
            day_of_end, names = self._departures.pop()
            heirs: dict[str | None, list[str]] = {}
            for name in names:
                heirs.setdefault(self.population.heir_of(name, day_of_end), []).append(name)
            self._alive.difference_update(names)
            for heir, predecessors in heirs.items():
                self._pass_on(predecessors, heir, day_of_end)

    def _pass_on(self, predecessors: Sequence[str], heir: str | None, day: date) -> None:
        parties = [*predecessors, heir]
        self.total.change(self._part_of_total(parties), -1)
        self._pass_on_coverage(predecessors, heir, day)
        left = [self.held.pop(name) for name in predecessors if name in self.held]
        successor = [self.held.pop(heir)] if heir in self.held else []
        silent = len(left) < len(predecessors) or not self.partial.isdisjoint(parties)
        silent = silent or (not successor and self.population.was_member(heir, day))
        self.partial.difference_update(parties)
        self._partial_held.difference_update(parties)
        self._moved.update(parties)
        if heir is None and not (self._adds and self.target.across == "sum"):
            return  # nobody stands for them any more
        if silent and heir is not None and self.population.members:
            self.partial.add(heir)
        if left and self._adds:
            earlier = [self.inherited[heir]] if heir in self.inherited else []
            self.inherited[heir] = self._joint([*earlier, *left], heir)
        if left or successor:
            self.held[heir] = self._joint([*successor, *left], heir)
            self.total.change(self._part_of_total([heir]), 1)
            if heir in self.partial:
                self._partial_held.add(heir)

    def _cover(self, batch: Mapping[str | None, Report], day: date) -> None:
        """Note what bodies have reported of the time up to a day."""
        for name, report in batch.items() if self._coverage_at else ():
            coverage = self._coverage_at.get((name, day))
            if coverage is None:
                continue
            if coverage.rivals and self.target.across not in ("min", "max"):
                coverage = self._without_rivals(report, coverage)
            if coverage.low is not None and coverage.high is not None:
                value = figure_value(report.figure)
                low, high = (
                    EXACT.subtract(coverage.low, value),
                    EXACT.subtract(coverage.high, value),
                )
                coverage = coverage._replace(low=low, high=high)
            if name in self._inherited_coverage:
                joint = _together_covered([coverage, self._inherited_coverage[name]])
                coverage = joint._replace(until=coverage.until)
            self._set_coverage(name, coverage)

    def _without_rivals(self, report: Report, coverage: Coverage) -> Coverage:
        """The coverage of a vague extreme by the ends between which it lies, if it has both."""
        known = coverage._replace(gaps=())
        point = Point(report.date, figure_value(report.figure), report.qualifier, coverage=known)
        ends = self.bar.possible(point)
        if ends.low is None or ends.high is None:
            return coverage._replace(rivals=())
        return coverage._replace(rivals=(), low=ends.low, high=ends.high)

    def _set_coverage(self, name: str | None, coverage: Coverage) -> None:
        before = self.coverages.get(name)
        self.coverages[name] = coverage
        if name is None:
            self._joint_coverage.change_for_all(before, coverage)
            if not self._adds:
                self._joint_coverage.recall_gaps()
            return
        self._joint_coverage.change(before, coverage)
        heappush(self._frontier, (coverage.until, name))
        heappush(self._up_to_date, (coverage.until, name))

    def _pass_on_coverage(self, predecessors: Sequence[str], heir: str | None, day: date) -> None:
        """What bodies had reported of the time until the day on which they ceased to exist."""
        if self.window is None:
            return
        last = add_days(day, -1)
        until = min(last, self.window.until or last)
        left = [self.coverages.pop(name) for name in predecessors if name in self.coverages]
        for coverage in left:
            self._joint_coverage.change(coverage, None)
        left = [coverage.through(until) for coverage in left]
        if heir is None:
            # Their increments stay, and nothing is due of them any more; other figures are dropped.
            if left and self._adds and self.target.across == "sum":
                self._set_coverage(
                    predecessors[0], _together_covered(left)._replace(until=date.max)
                )
            return
        own = [self.coverages[heir]] if heir in self.coverages else []
        if left and self._adds:
            earlier = self._inherited_coverage.get(heir)
            joint = [*left, *([earlier] if earlier is not None else [])]
            self._inherited_coverage[heir] = _together_covered(joint)
        if left:
            self._set_coverage(heir, _together_covered([*own, *left]))

    def _covered_until(self) -> date:
        """The day up to which every body has reported that has reported at all."""
        while self._frontier:
            until, name = self._frontier[0]
            if name in self.coverages and self.coverages[name].until == until:
                return until
            heappop(self._frontier)
        return date.max

    def _coverage(self, value: Decimal, day: date, bodies: int | None) -> Coverage | None:
        """What of the time up to a day was reported by those that have reported at all.

        ``bodies`` is the number of those whose figures make up the value, None of a single one.
        """
        if self.window is None:
            return self._vague_extreme(day) if bodies is not None else None
        if not self.coverages:
            return None
        for_all, until = self.coverages.get(None), self._covered_until()
        is_over = self.window.until is not None and day >= self.window.until
        if is_over or for_all is not None:
            joint = self._joint_coverage.up_to(day, until, for_all)
        else:
            joint = self._joint_coverage.up_to(day, None, None)._replace(until=until)
        if for_all is not None:
            joint = joint._replace(for_all=not for_all.through(day).gaps)
        if bodies is not None and self.target.across in ("min", "max"):
            of_bodies = self._joint_coverage
            n = of_bodies.unclear + of_bodies.clear * is_over
            if n or for_all is not None or of_bodies.vague or self._is_vague:
                possible = self._extreme_possible(day if is_over else None)
                return joint._replace(low=None, high=None, possible=possible)
        if joint.low is None or joint.high is None:
            return joint
        low, high = joint.low, joint.high
        if bodies is not None and self.target.across == "mean":
            low, high = (EXACT.divide(end, Decimal(bodies)) for end in (low, high))
        elif bodies is not None and self.target.across == "share":
            straddling = self._joint_coverage.straddling
            straddling += for_all is not None and for_all.straddles
            high = Decimal(100 * straddling) / bodies
            low = -high
        # The ends are sums of what was reported: what the days left behind is rounded off.
        low, high = (EXACT.add(value, end).quantize(_FINEST, context=EXACT) for end in (low, high))
        return joint._replace(low=low, high=high)

    @property
    def _is_vague(self) -> bool:
        """Whether the figure of any body is."""
        return any(n for name, n in self.total.qualifiers.items() if name is not None)

    def _vague_extreme(self, day: date) -> Coverage | None:
        """Of the lowest or highest of vague figures, the values that there may be."""
        if not self._is_vague or self.target.across not in ("min", "max"):
            return None
        return Coverage(day, possible=self._extreme_possible(None))

    def _extreme_possible(self, end: date | None) -> Interval:
        """The values that the lowest or the highest may have, by what is known of each body.

        What a body has not reported up to ``end``, where the span is over, is silent.
        """
        while end is not None and self._up_to_date and self._up_to_date[0][0] < end:
            self._moved.add(heappop(self._up_to_date)[1])
        for name in self._moved:
            self._extreme.change(name, self._possible(name, end))
        self._moved.clear()
        values = self._extreme.value()
        low = None if values.low is None else EXACT.add(values.low, self.total.base)
        high = None if values.high is None else EXACT.add(values.high, self.total.base)
        return Interval(low, high, values.low_open, values.high_open)

    def _possible(self, name: str | None, end: date | None) -> Interval | None:
        """The values that what a body holds may have; None for none."""
        report, coverage = self.held.get(name), self.coverages.get(name)
        if report is None or report.figure == NOTHING:
            return None
        value = figure_value(report.figure)
        if coverage is not None and coverage.low is not None and coverage.high is not None:
            ends = EXACT.add(value, coverage.low), EXACT.add(value, coverage.high)
            coverage = coverage._replace(low=ends[0], high=ends[1])
        if coverage is not None and end is not None:
            coverage = coverage.through(end)
        return self.bar.possible(Point(report.date, value, report.qualifier, coverage=coverage))

    def _joint(self, reports: Sequence[Report], body: str | None) -> Report:
        return combine(self.target, reports, self._passes)._replace(body=body)

    def reported(self, day: date) -> Share:
        """How many bodies have reported in full, of all there are."""
        holders = len(self.held) - (None in self.held)
        n = holders - len(self._partial_held)
        return Share(n, max(self.population.size_on(day), holders))

    def point(self, same_day: Sequence[Report], day: date) -> Point:
        """What the figures of all bodies come to."""
        reported = self.reported(day)
        value, qualifier, share = self.total.value(reported.of)
        shortest = max(same_day, key=lambda report: report.date.first).date
        coverage = self._coverage(value, day, reported.of)
        return Point(shortest, value, qualifier, None, share, reported, coverage)

    def of_bodies(self) -> dict[str, Report]:
        """What each body holds."""
        return {name: report for name, report in self.held.items() if name is not None}

    def status(self, day: date) -> BodyStatus:
        """How the bodies stand on a day on or after the last report counted."""
        self._advance(day)
        partial = frozenset(name for name in self.partial if name is not None)
        members = self.population.members_on(day)
        return BodyStatus(self.of_bodies(), partial, self.reported(day), members)

"""Many bodies, one target: their figures combined, day by day.

Bodies are folded over time. On each reference date those that report replace what they held; on
the day on which a body ceases to exist its figure passes to its successor, which replaces it with
the first report of its own (rules of judgement §6).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from types import NoneType
from typing import cast

from cdstrack.core.model.entries import Goal, Target
from cdstrack.core.model.report import Report, Reported, Share
from cdstrack.core.values.combine import Total, combine, test_of
from cdstrack.core.values.in_force import traits_of
from cdstrack.core.values.measures import Point
from cdstrack.core.values.points import (
    accumulates,
    figure_fits,
    figure_value,
    forms_of,
    points_of,
    series_of,
)
from cdstrack.core.values.population import Population

_body = attrgetter("body")
_day = attrgetter("date.last")


@dataclass(frozen=True, slots=True)
class Standing:
    """What each body stands at on a day: its report in force, or what it took over.

    ``partial`` are bodies one of whose predecessors was never reported. ``reported`` counts the
    bodies that have reported in full, of all there are.
    """

    held: Mapping[str, Report]
    partial: frozenset[str]
    reported: Reported
    members: Sequence[str]
    """The bodies that are known by name, in the register's order."""
    begun: frozenset[str] = frozenset()
    """Bodies that have reported only some of the conditions."""
    then: Standing | None = None
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
        return max(self.reported.of - len(self.held.keys() | self.begun), 0)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was reported on a target: its values and, where bodies report, how they stand."""

    points: tuple[Point, ...]
    now: Standing | None = None


def read(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population | None,
    goal: Goal | None,
    about: Decimal,
) -> Delivered:
    """What reports come to up to a day, whoever made them.

    Figures for the whole population and what its bodies add up to stand side by side. On one date
    the figure for the whole counts, and from then on until every body has reported: what only some
    of them say is less than that.
    """
    if population is None:
        return Delivered(points_of(target, reports, as_of, goal, about))
    combined = deliver(target, reports, as_of, population, target.each or goal, about)
    if accumulates(target) or not any(body is NoneType for body, _ in traits_of(reports)):
        return combined
    whole = points_of(target, reports, as_of, goal, about)
    return replace(combined, points=_together(combined.points, whole))


def _together(combined: Sequence[Point], whole: Sequence[Point]) -> tuple[Point, ...]:
    by_day = {point.day: point for point in whole}
    for_all = False
    for point in sorted((*combined, *whole), key=lambda point: point.day):
        if point.reported is None:
            for_all = True
        elif point.day not in by_day and (point.complete or not for_all):
            by_day[point.day] = point
            for_all = False
    return tuple(by_day[day] for day in sorted(by_day))


def deliver(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population,
    goal: Goal | None,
    about: Decimal,
) -> Delivered:
    """Combine the reports of many bodies up to a day.

    ``goal`` is what a single body has to reach (it decides a ``share``), ``about`` the policy's
    slack for figures that are about right.
    """
    fold = Fold(target, population, goal, about)
    due = target.deadline.last if target.deadline is not None else None
    then: Standing | None = None
    told = _of_bodies(target, reports, as_of, population, goal, about)
    points = []
    for day, batch in groupby(told, key=_day):
        if due is not None and then is None and day > due:
            then = fold.standing(due)
        same_day = list(batch)
        if fold.take(same_day, day):
            points.append(fold.point(same_day, day))
    if due is not None and then is None and due <= as_of:
        then = fold.standing(due)
    now = fold.standing(as_of)
    return Delivered(
        tuple(points), replace(now, then=then, begun=_begun(target, reports, as_of, now))
    )


def _begun(
    target: Target, reports: Sequence[Report], as_of: date, standing: Standing
) -> frozenset[str]:
    if not target.conditions:
        return frozenset()
    told = set(map(_body, reports[: bisect_right(reports, as_of, key=_day)]))
    return frozenset(name for name in standing.members if name in told) - standing.held.keys()


def points_of_body(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population,
    goal: Goal | None,
    about: Decimal,
    *,
    whether: bool,
) -> tuple[Point, ...]:
    """The values of one body, or only ``whether`` it has done what each has to.

    ``reports`` are its own and those of the bodies it follows, ``population`` is those alone. They
    are read as if it had always been one body: what its predecessors stood at counts together with
    its own, until it reports after they are gone.
    """
    fold = Fold(target, population, goal, about)
    told = _of_bodies(target, reports, as_of, population, goal, about)
    points = []
    for day, batch in groupby(told, key=_day):
        if fold.take(list(batch), day):
            held = fold.of_bodies()
            joint = combine(target, list(held.values()), fold.passes)
            value = Decimal(fold.passes(joint)) if whether else figure_value(joint.figure)
            share = joint.figure if isinstance(joint.figure, Share) else None
            reported = fold.reported(day)
            points.append(Point(joint.date, value, joint.qualifier, joint, share, reported))
    return tuple(points)


def _of_bodies(
    target: Target,
    reports: Sequence[Report],
    as_of: date,
    population: Population,
    goal: Goal | None,
    about: Decimal,
) -> Sequence[Report]:
    """What bodies stood at after each of their reports, in the order of the reference dates.

    Where increments are summed, those of nobody in particular count as well.
    """
    adds = accumulates(target) and target.across == "sum"
    alone = target.model_copy(update={"baseline": None})
    counted = reports[: bisect_right(reports, as_of, key=_day)]
    traits = traits_of(reports)
    if not adds and any(body is NoneType for body, _ in traits):
        counted = [report for report in counted if report.body is not None]
    if not {figure for _, figure in traits} <= forms_of(target, single=True):
        counted = [report for report in counted if figure_fits(report, target)]
    simple = target.accumulate in ("latest", "ratio") and not accumulates(target)
    if simple and not target.conditions:
        return counted
    series: dict[str | None, list[Report]] = {}
    for report in counted:
        if report.body is None or population.counts(report.body, report.date.last):
            series.setdefault(report.body, []).append(report)
    restated = [
        _restated(point, body)
        for body, own in series.items()
        for point in series_of(alone, own, goal, about)
    ]
    return sorted(restated, key=_day)


def _restated(point: Point, body: str | None) -> Report:
    """What a body stands at, as if it had reported that."""
    report = cast(Report, point.report)
    figure = report.figure if isinstance(report.figure, bool) else point.share or point.value
    return report._replace(
        body=body, part=None, date=point.date, figure=figure, qualifier=point.qualifier
    )


class Fold:
    """What bodies hold while time passes, and what that adds up to."""

    def __init__(
        self, target: Target, population: Population, goal: Goal | None, about: Decimal
    ) -> None:
        self.target = target
        self.population = population
        self.passes = test_of(goal, about)
        self.total = Total(target, self.passes)
        self.held: dict[str | None, Report] = {}
        self.partial: set[str | None] = set()
        self.inherited: dict[str | None, Report] = {}
        """Increments of bodies that are no more, by heir."""
        self._adds = accumulates(target)
        self._alive: set[str | None] = {None, *population.candidates}
        self._departures = list(population.departures())[::-1]
        self._arrivals = list(population.arrivals())[::-1]

    def take(self, batch: Sequence[Report], day: date) -> bool:
        """The reports of one reference date, of two by one body the later; whether any counts."""
        self._advance(day)
        new = dict(zip(map(_body, batch), batch, strict=True))
        for name in new.keys() - self._alive | self._unborn(day) & new.keys():
            del new[name]
        for name in self.inherited.keys() & new.keys():
            new[name] = self._combined([self.inherited[name], new[name]], name)
        self.total.change(self._counted(new), -1)
        self.total.change(new.values(), 1)
        self.held.update(new)
        self.partial.difference_update(new)
        return bool(new)

    def _counted(self, names: Iterable[str | None]) -> list[Report]:
        """What these bodies hold, so far as it is in the total.

        For a share of bodies an heir is not, while a body that it follows was never heard of.
        """
        if self.target.across == "share":
            names = [name for name in names if name not in self.partial]
        return list(filter(None, map(self.held.get, names)))

    def _unborn(self, day: date) -> set[str | None]:
        """Bodies that are to come."""
        while self._arrivals and self._arrivals[-1][0] <= day:
            self._arrivals.pop()
        return {name for _, name in self._arrivals}

    def _advance(self, day: date) -> None:
        """Let the bodies go that cease to exist up to a day; their figures pass to their heirs."""
        while self._departures and self._departures[-1][0] <= day:
            ended, names = self._departures.pop()
            heirs: dict[str | None, list[str]] = {}
            for name in names:
                heirs.setdefault(self.population.heir_of(name, ended), []).append(name)
            self._alive.difference_update(names)
            for heir, predecessors in heirs.items():
                self._pass_on(predecessors, heir, ended)

    def _pass_on(self, predecessors: Sequence[str], heir: str | None, day: date) -> None:
        concerned = [*predecessors, heir]
        self.total.change(self._counted(concerned), -1)
        left = [self.held.pop(name) for name in predecessors if name in self.held]
        own = [self.held.pop(heir)] if heir in self.held else []
        silent = len(left) < len(predecessors) or not self.partial.isdisjoint(concerned)
        silent = silent or (not own and self.population.was_member(heir, day))
        self.partial.difference_update(concerned)
        if heir is None and not (self._adds and self.target.across == "sum"):
            return  # nobody stands for them any more
        if silent and heir is not None and self.population.members:
            self.partial.add(heir)
        if left and self._adds:
            earlier = [self.inherited[heir]] if heir in self.inherited else []
            self.inherited[heir] = self._combined([*earlier, *left], heir)
        if left or own:
            self.held[heir] = self._combined([*own, *left], heir)
            self.total.change(self._counted([heir]), 1)

    def _combined(self, reports: Sequence[Report], body: str | None) -> Report:
        return combine(self.target, reports, self.passes)._replace(body=body)

    def reported(self, day: date) -> Reported:
        """How many bodies have reported in full, of all there are."""
        holders = len(self.held) - (None in self.held)
        n = holders - len(self.partial & self.held.keys())
        return Reported(n, max(self.population.size_on(day), holders))

    def point(self, same_day: Sequence[Report], day: date) -> Point:
        """What the figures of all bodies come to."""
        reported = self.reported(day)
        value, qualifier, share = self.total.value(self.held.values(), reported.of)
        shortest = max(same_day, key=lambda report: report.date.first).date
        return Point(shortest, value, qualifier, None, share, reported)

    def of_bodies(self) -> dict[str, Report]:
        """What each body holds."""
        return {name: report for name, report in self.held.items() if name is not None}

    def standing(self, day: date) -> Standing:
        """How the bodies stand on a day on or after the last report taken."""
        self._advance(day)
        partial = frozenset(name for name in self.partial if name is not None)
        members = self.population.members_on(day)
        return Standing(self.of_bodies(), partial, self.reported(day), members)

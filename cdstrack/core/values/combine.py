"""How the figures of many bodies combine at one moment: in total, and where bodies become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import reduce
from operator import attrgetter, itemgetter
from typing import Any, Literal

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Goal, Qualifier, Target
from cdstrack.core.model.report import Figure, Report, Share
from cdstrack.core.values.measures import allowed
from cdstrack.core.values.points import ZERO, accumulates, both_qualifiers, figure_value

_day = attrgetter("date.last")
_figure = attrgetter("figure")
_qualifier = attrgetter("qualifier")
_n, _of = itemgetter(0), itemgetter(1)


class Total:
    """A total over bodies that is kept up to date, for to add it up anew would cost too much."""

    def __init__(self, target: Target, passes: Callable[[Report], bool]) -> None:
        starts = accumulates(target) and target.baseline is not None and target.kind != "sustain"
        self.across = target.across
        self.passes = passes
        self.sum = target.baseline.value if starts and target.baseline else ZERO
        self.n = self.of = 0
        self.qualifiers: Counter[Qualifier | None] = Counter()

    def change(self, reports: Collection[Report], sign: int) -> None:
        """Add the figures of some bodies (1) or take them away (-1)."""
        match self.across:
            case "ratio":
                figures = list(map(_figure, reports))
                self.n += sign * sum(map(_n, figures))
                self.of += sign * sum(map(_of, figures))
            case "share":
                self.n += sign * sum(map(self.passes, reports))
                return
            case "sum" | "mean":
                with localcontext(EXACT):
                    self.sum += sign * sum(map(figure_value, map(_figure, reports)), ZERO)
        for qualifier, count in Counter(map(_qualifier, reports)).items():
            self.qualifiers[qualifier] += sign * count

    def value(
        self, held: Collection[Report], bodies: int
    ) -> tuple[Decimal, Qualifier | None, Share | None]:
        """The combined value, how exact it is, and the n of N behind it."""
        match self.across:
            case "share":
                share = Share(self.n, bodies)
                return figure_value(share), None, share
            case "ratio":
                share = Share(self.n, self.of)
                return figure_value(share), self._qualifier(), share
            case "mean":
                return self.sum / bodies, self._qualifier(), None
            case "min" | "max" as extreme:
                chosen = extreme_of(extreme, held)
                return figure_value(chosen.figure), chosen.qualifier, None
            case _:
                return self.sum, self._qualifier(), None

    def _qualifier(self) -> Qualifier | None:
        said = [qualifier for qualifier, count in self.qualifiers.items() if count]
        return reduce(both_qualifiers, said, None)


def test_of(goal: Goal | None, about: Decimal) -> Callable[[Report], bool]:
    """What tells whether a body has reached what each has to: it says so, or its figure does."""
    wanted = goal.interval() if goal is not None else None

    def passes(report: Report) -> bool:
        figure = report.figure
        if isinstance(figure, bool):
            return figure
        if wanted is None:
            return False
        return allowed(figure_value(figure), report.qualifier, about).inside(wanted)

    return passes


_LOWEST: Mapping[Qualifier | None, int] = {"nearly": 0, "about": 1, None: 2, "over": 3}
_HIGHEST: Mapping[Qualifier | None, int] = {"over": 3, "about": 2, None: 1, "nearly": 0}


def extreme_of(extreme: Literal["min", "max"], reports: Iterable[Report]) -> Report:
    """The lowest or the highest figure; of equal ones that which may lie further out."""
    if extreme == "min":
        return min(reports, key=lambda each: (figure_value(each.figure), _LOWEST[each.qualifier]))
    return max(reports, key=lambda each: (figure_value(each.figure), _HIGHEST[each.qualifier]))


def combine(target: Target, reports: Sequence[Report], passes: Callable[[Report], bool]) -> Report:
    """What bodies that became one stand at together: the last report, with the joint figure.

    Amounts and n of N are added; of percentages without n of N the mean, the lowest or the highest
    stands, as across bodies; where bodies pass or not, one that does not stands for all.
    """
    last = max(reports, key=_day)
    if len(reports) == 1:
        return last
    adds = accumulates(target)
    if not adds and target.across == "share":
        return next((each for each in reports if not passes(each)), last)._replace(date=last.date)
    figures: list[Any] = [report.figure for report in reports]
    figure: Figure
    counted = all(isinstance(each, Share) for each in figures)
    if not adds and not counted and target.in_percent and target.across in ("min", "max"):
        return extreme_of(target.across, reports)._replace(date=last.date)
    if counted:
        figure = Share(sum(map(_n, figures)), sum(map(_of, figures)))
    else:
        with localcontext(EXACT):
            figure = sum(map(figure_value, figures), ZERO)
        if not adds and target.in_percent and target.across == "mean":
            figure /= len(figures)
    qualifier = reduce(both_qualifiers, map(_qualifier, reports), None)
    return last._replace(figure=figure, qualifier=qualifier)

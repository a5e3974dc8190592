"""How the figures of many bodies combine at one moment: in total, and where bodies become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import reduce
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter, itemgetter
from typing import Any, Literal

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Qualifier, Target
from cdstrack.core.model.report import NOTHING, Figure, Report, Share
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.over_time import ZERO, both_qualifiers
from cdstrack.core.values.points import is_total

_day = attrgetter("date.last")
_figure = attrgetter("figure")
_qualifier = attrgetter("qualifier")
_n, _of = itemgetter(0), itemgetter(1)


class Total:
    """A total over bodies, kept up to date: adding it up anew each time would cost too much.

    ``passes`` tells whether a body has reached what each has to.
    """

    def __init__(self, target: Target, passes: Callable[[Report], bool]) -> None:
        starts = is_total(target) and target.baseline is not None and target.kind != "sustain"
        self.across = target.across
        self.passes = passes
        self.base = target.baseline.value if starts and target.baseline else ZERO
        """What all increments stand on."""
        self.sum = ZERO
        self.n = self.of = 0
        self.empty = 0
        """How many bodies say 0 of 0."""
        self.qualifiers: Counter[Qualifier | None] = Counter()
        self._counts: Counter[tuple[Decimal, int]] = Counter()
        """How many bodies say what, by how far out it lies."""
        self._ranks: list[tuple[tuple[Decimal, int], int, Report]] = []
        """What bodies say or said, the furthest out first."""
        self._serial = count()

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
            case "min" | "max" as extreme:
                self.empty += sign * list(map(_figure, reports)).count(NOTHING)
                for report in reports:
                    if report.figure != NOTHING:
                        self._change_extreme(extreme, report, sign)
            case "sum" | "mean":
                self.empty += sign * list(map(_figure, reports)).count(NOTHING)
                with localcontext(EXACT):
                    self.sum += sign * sum(map(figure_value, map(_figure, reports)), ZERO)
        for qualifier, n in Counter(map(_qualifier, reports)).items():
            self.qualifiers[qualifier] += sign * n

    def is_nothing(self, held: Collection[Report]) -> bool:
        """Whether there is no value, for all that counts is 0 of 0."""
        match self.across:
            case "ratio":
                return self.of == 0
            case "sum" | "mean" | "min" | "max":
                return self.empty >= len(held)
            case _:
                return False

    def _change_extreme(self, extreme: Literal["min", "max"], report: Report, sign: int) -> None:
        rank = _rank_of(extreme, report)
        self._counts[rank] += sign
        if sign > 0 and self._counts[rank] == 1:
            heappush(self._ranks, (rank, next(self._serial), report))
        elif not self._counts[rank]:
            del self._counts[rank]

    def _extreme(self) -> Report:
        """A report of the lowest or highest figure; what bodies no longer say is passed over."""
        while self._ranks[0][0] not in self._counts:
            heappop(self._ranks)
        return self._ranks[0][-1]

    def value(self, bodies: int) -> tuple[Decimal, Qualifier | None, Share | None]:
        """The combined value, how exact it is, and the n of N behind it."""
        match self.across:
            case "share":
                share = Share(self.n, bodies)
                return figure_value(share), None, share
            case "ratio":
                share = Share(self.n, self.of)
                return figure_value(share), self._qualifier(), share
            case "mean":
                mean = EXACT.divide(self.sum, Decimal(bodies - self.empty))
                return EXACT.add(self.base, mean), self._qualifier(), None
            case "min" | "max":
                report = self._extreme()
                extreme_value = EXACT.add(self.base, figure_value(report.figure))
                return extreme_value, report.qualifier, None
            case _:
                return EXACT.add(self.base, self.sum), self._qualifier(), None

    def _qualifier(self) -> Qualifier | None:
        qualifiers = [qualifier for qualifier, count in self.qualifiers.items() if count]
        return reduce(both_qualifiers, qualifiers, None)


_LOWEST: Mapping[Qualifier | None, int] = {"nearly": 0, "about": 1, None: 2, "over": 3}
_HIGHEST: Mapping[Qualifier | None, int] = {"over": 3, "about": 2, None: 1, "nearly": 0}


def extreme_of(extreme: Literal["min", "max"], reports: Iterable[Report]) -> Report:
    """The lowest or the highest figure; of equal ones the one that may lie further out."""
    return min(reports, key=lambda report: _rank_of(extreme, report))


def _rank_of(extreme: Literal["min", "max"], report: Report) -> tuple[Decimal, int]:
    """What sorts first the figure that is furthest out."""
    value = figure_value(report.figure)
    if extreme == "min":
        return value, _LOWEST[report.qualifier]
    return value.copy_negate(), -_HIGHEST[report.qualifier]


def combine(target: Target, reports: Sequence[Report], passes: Callable[[Report], bool]) -> Report:
    """What bodies that became one stand at together: the last report, with the joint figure.

    Amounts and n of N are added; of percentages without n of N the mean, the lowest or the highest
    stands, as across bodies; where bodies pass or not, one that does not stands for all.
    """
    last = max(reports, key=_day)
    adds = is_total(target)
    if not adds and target.across != "share":
        values = [report for report in reports if report.figure != NOTHING]
        reports = values or reports
    if len(reports) == 1:
        return reports[0]._replace(date=last.date)
    if not adds and target.across == "share":
        failing = next((report for report in reports if not passes(report)), last)
        return failing._replace(date=last.date)
    figures: list[Any] = [report.figure for report in reports]
    total: Figure
    all_shares = all(isinstance(figure, Share) for figure in figures)
    if not adds and not all_shares and target.in_percent and target.across in ("min", "max"):
        return extreme_of(target.across, reports)._replace(date=last.date)
    if all_shares:
        total = Share(sum(map(_n, figures)), sum(map(_of, figures)))
    else:
        with localcontext(EXACT):
            total = sum(map(figure_value, figures), ZERO)
        if not adds and target.in_percent and target.across == "mean":
            total /= len(figures)
    qualifier = reduce(both_qualifiers, map(_qualifier, reports), None)
    return last._replace(figure=total, qualifier=qualifier)

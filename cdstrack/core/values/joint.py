"""What is known of many bodies together, kept up to date while they report one after the other.

To look at all of them again on each day that one of them reports would cost bodies by days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from operator import itemgetter
from typing import Literal, overload

from cdstrack.core.model.decimals import EXACT, Interval
from cdstrack.core.model.periods import add_days
from cdstrack.core.values.coverage import Coverage, Gap, common, gaps_of, merged
from cdstrack.core.values.measures import mirrored

ZERO = Decimal(0)
_end = itemgetter(1)

Change = tuple[Gap, Literal[1, -1]]


class JointGaps(Sequence[Gap]):
    """The times that at least one of many has not reported, as they were at one moment.

    They are worked out when somebody reads them: of most values it only matters if there are any.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        late: Sequence[Gap],
        for_all: Sequence[Gap] | None = None,
        *,
        exist: bool,
    ) -> None:
        """``changes`` may go on growing; ``late`` are more times that were not reported.

        Only what lies in ``for_all`` as well was not. ``exist``: whether there are any.
        """
        self._changes, self._n_changes = changes, len(changes)
        self._late, self._for_all = late, for_all
        self._exist = exist

    @cached_property
    def _times(self) -> tuple[Gap, ...]:
        counts: Counter[Gap] = Counter(self._late)
        for gap, sign in self._changes[: self._n_changes]:
            counts[gap] += sign
        times = merged(+counts)
        return times if self._for_all is None else common(times, self._for_all)

    def __bool__(self) -> bool:
        return self._exist

    def __len__(self) -> int:
        return len(self._times)

    def __iter__(self) -> Iterator[Gap]:
        return iter(self._times)

    @overload
    def __getitem__(self, at: int) -> Gap: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Gap]: ...
    def __getitem__(self, at: int | slice) -> Gap | Sequence[Gap]:
        return self._times[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._times == tuple(other)

    def __hash__(self) -> int:
        return hash(self._times)

    def __repr__(self) -> str:
        return repr(self._times)


class JointCoverage:
    """What single bodies have reported of the time, joined, and what was reported for all.

    A body is clear while nothing of its time is open.
    """

    def __init__(self) -> None:
        self.unclear = self.clear = 0
        """How many bodies there are of either kind."""
        self.straddling = self.contradicted = self.vague = 0
        """Of how many a report straddles the window, the parts disagree, a value has rivals."""
        self._ends = {True: (0, ZERO, ZERO), False: (0, ZERO, ZERO)}
        """How many may be off and how far together, of those that are clear (True) and not."""
        self._gaps: Counter[Gap] = Counter()
        self._changes: list[Change] = []
        """Every gap that came or went."""
        self._n_gaps = 0
        self._common: list[Gap] = []
        """Gaps among which those are that lie in one for all as well."""
        self._for_all: list[Gap] = []
        """The gaps in what was reported for all."""

    def change(self, before: Coverage | None, after: Coverage | None) -> None:
        """Put what a body has reported now in the place of what it had."""
        if before is not None:
            self._count(before, -1)
        if after is not None:
            self._count(after, 1)
        went, came = _changes(before, after)
        self._change_gaps(went, -1)
        self._change_gaps(came, 1)

    def change_for_all(self, before: Coverage | None, after: Coverage) -> None:
        """Put what was reported for all by now in the place of what was before."""
        went, came = _changes(before, after)
        del self._for_all[len(self._for_all) - len(went) :]
        self._for_all += reversed(came)

    def recall_gaps(self) -> None:
        """Look at every gap again: what was reported for all has got gaps that it did not have."""
        self._common = [*self._gaps]

    def _count(self, coverage: Coverage, sign: Literal[1, -1]) -> None:
        is_clear = not (coverage.is_open or coverage.parts_disagree)
        self.clear += sign * is_clear
        self.unclear += sign * (not is_clear)
        self.straddling += sign * coverage.straddles
        self.contradicted += sign * coverage.parts_disagree
        self.vague += sign * bool(coverage.rivals)
        if coverage.low is not None and coverage.high is not None:
            n, low, high = self._ends[is_clear]
            change = EXACT.multiply(coverage.low, sign), EXACT.multiply(coverage.high, sign)
            self._ends[is_clear] = n + sign, EXACT.add(low, change[0]), EXACT.add(high, change[1])

    def _change_gaps(self, gaps: Sequence[Gap], sign: Literal[1, -1]) -> None:
        self._changes += [(gap, sign) for gap in gaps]
        self._n_gaps += sign * len(gaps)
        for gap in gaps:
            self._gaps[gap] += sign
            if not self._gaps[gap]:
                del self._gaps[gap]
        if sign > 0:
            self._common += gaps

    def up_to(self, day: date, since: date | None, for_all: Coverage | None) -> Coverage:
        """What all have reported up to a day, and how far they may be off together.

        ``since`` is the day up to which every body has reported, where that of later days is
        missing; None where what nobody has reported yet is not, and who is clear does not count.
        """
        late = [] if since is None or since >= day else [(add_days(since, 1), day)]
        ends = [self._ends[False]] if since is None else [*self._ends.values()]
        straddles, disagree = self.straddling > 0, self.contradicted > 0
        gaps: Sequence[Gap] = JointGaps(self._changes, late, exist=bool(self._n_gaps or late))
        if for_all is not None:
            straddles |= for_all.straddles
            disagree |= for_all.parts_disagree
            if for_all.low is not None and for_all.high is not None:
                ends.append((1, for_all.low, for_all.high))
            gaps = self._common_gaps(day, late, for_all)
        coverage = Coverage(day, gaps, straddles, parts_disagree=disagree)
        if not any(n for n, _, _ in ends):
            return coverage
        with localcontext(EXACT):
            low = sum((least for _, least, _ in ends), ZERO)
            high = sum((most for _, _, most in ends), ZERO)
        return coverage._replace(low=low, high=high)

    def _common_gaps(self, day: date, late: Sequence[Gap], for_all: Coverage) -> Sequence[Gap]:
        """What was said of all bodies was said of each."""
        if not self.clear + self.unclear:
            return for_all.gaps
        missing = for_all.through(day).gaps
        exist = bool(missing) and (
            any(missing[-1][1] >= first for first, _ in late)
            or self._is_gap_for_all(for_all.until, day)
        )
        return JointGaps(self._changes, late, missing, exist=exist)

    def _is_gap_for_all(self, until: date, day: date) -> bool:
        """Whether a gap of any body lies in part in one for all, who were reported up to a day.

        What is reported for all only fills gaps: what lies outside of them stays there.
        """
        while self._common:
            first, last = gap = self._common[-1]
            at = bisect_left(self._for_all, first, key=_end)
            lies_in_gap = at < len(self._for_all) and self._for_all[at][0] <= last
            if gap in self._gaps and (lies_in_gap or until < min(last, day)):
                return True
            self._common.pop()
        return False


def _changes(before: Coverage | None, after: Coverage | None) -> tuple[list[Gap], list[Gap]]:
    """The gaps that went and those that came, the last first."""
    left = before.gaps if before is not None else ()
    right = after.gaps if after is not None else ()
    return gaps_of(left).changes_to(gaps_of(right))


_Rank = tuple[tuple[Decimal, bool], int, Hashable, Interval]


class Extreme:
    """The values that the lowest or the highest of many vague figures may have.

    What ``furthest`` tells of figures that hold still.
    """

    def __init__(self, extreme: Literal["min", "max"]) -> None:
        self._is_min = extreme == "min"
        self._figures: dict[Hashable, Interval] = {}
        """Mirrored, where the lowest is wanted."""
        self._unbounded = 0
        """How many of them have no upper end."""
        self._lows: list[_Rank] = []
        self._highs: list[_Rank] = []
        """The ends, the uppermost first; those of figures that are gone are passed over."""
        self._serial = count()

    def change(self, name: Hashable, figure: Interval | None) -> None:
        """Put a figure in the place of the one of that name; None takes it away."""
        previous = self._figures.pop(name, None)
        if previous is not None:
            self._unbounded -= previous.high is None
        if figure is None:
            return
        figure = self._figures[name] = mirrored(figure) if self._is_min else figure
        serial = next(self._serial)
        if figure.low is not None:
            rank = figure.low.copy_negate(), not figure.low_open
            heappush(self._lows, (rank, serial, name, figure))
        if figure.high is not None:
            rank = figure.high.copy_negate(), figure.high_open
            heappush(self._highs, (rank, serial, name, figure))
        self._unbounded += figure.high is None

    def value(self) -> Interval:
        """The values that there may be."""
        above, below = self._first(self._lows), self._first(self._highs)
        low, low_open = (above.low, above.low_open) if above else (None, False)
        high, high_open = (below.high, below.high_open) if below else (None, False)
        if self._unbounded:
            high, high_open = None, False
        value = Interval(low, high, low_open, high_open)
        return mirrored(value) if self._is_min else value

    def _first(self, ranks: list[_Rank]) -> Interval | None:
        while ranks:
            _, _, name, figure = ranks[0]
            if self._figures.get(name) is figure:
                return figure
            heappop(ranks)
        return None

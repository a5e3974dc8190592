"""What reports cover: the window that counts, the times that nobody reported (rules §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple, overload

from cdstrack.core.model.decimals import Interval
from cdstrack.core.model.entries import Qualifier, Target
from cdstrack.core.model.periods import (
    MONTHS,
    Frequency,
    Period,
    add_days,
    days_between,
    period_at,
    period_index,
)
from cdstrack.core.model.report import Report

Gap = tuple[date, date]
"""The first and the last day of a time that no report covers."""


class Window(NamedTuple):
    """The span over which values are combined.

    What ended before ``since`` does not count where ``closed``; what began before ``edge`` and
    ended later straddles its beginning, what goes on after ``until`` its end.
    """

    since: date
    until: date | None
    edge: date
    closed: bool = True

    def leaves_out(self, period: Period) -> bool:
        """Whether a report ended before the window."""
        return self.closed and period.last < self.since

    def cuts(self, first: date, last: date) -> bool:
        """Whether a time that counts lies only in part in the window."""
        return (first < self.edge and self.closed) or (self.until is not None and last > self.until)

    def inside(self, first: date, last: date) -> tuple[date, date]:
        """The first and the last day of a period that lie in the window."""
        start = max(first, self.edge) if self.closed else first
        return start, last if self.until is None else min(last, self.until)


def window_of(target: Target, until: Period | None) -> Window | None:
    """The window of a target whose deadline is ``until``: from t₀ on, the baseline's day left out.

    None where values speak of their dates alone.

    A period that begins on the very day of the baseline lies inside. With neither a dated baseline
    nor a start the window has to be covered from the statement on, but nothing is too early.
    """
    if target.silence is None:
        return None
    last = until.last if until is not None else None
    base_day = target.baseline.date if target.baseline is not None else None
    since = edge = target.begins
    if base_day is not None and (target.start is None or base_day.last >= since):
        since, edge = add_days(base_day.last, 1), base_day.last
    return Window(since, last, edge, base_day is not None or target.start is not None)


class Gaps(Sequence[Gap]):
    """Gaps one after the other, of which longer lists share the beginning.

    Every value of a target has its own: a thousand tuples would be copies of each other.
    """

    __slots__ = ("_before", "_last", "_n")

    def __init__(self, before: Gaps | None = None, last: Gap | None = None) -> None:
        self._before, self._last = before, last
        self._n: int = before._n + 1 if before is not None else 0

    def followed_by(self, gap: Gap) -> Gaps:
        """These and a later one."""
        return Gaps(self, gap)

    @property
    def _earlier(self) -> Gaps:
        """These without the last one."""
        return self if self._before is None else self._before

    def changes_to(self, other: Gaps) -> tuple[list[Gap], list[Gap]]:
        """What other gaps lack of these and have beside them, as far as they do not share it.

        The last come first.
        """
        ours, theirs = self, other
        went: list[Gap] = []
        came: list[Gap] = []
        while ours is not theirs and (ours or theirs):
            if len(ours) >= len(theirs):
                went.append(ours[-1])
                ours = ours._earlier
            else:
                came.append(theirs[-1])
                theirs = theirs._earlier
        return went, came

    def until(self, day: date) -> Gaps:
        """What of them lies before a day."""
        gaps = self
        while gaps._last is not None and gaps._before is not None and gaps._last[1] >= day:
            start, _ = gaps._last
            gaps = gaps._before
            if start < day:
                return gaps.followed_by((start, add_days(day, -1)))
        return gaps

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[Gap]:
        return reversed([*reversed(self)])

    def __reversed__(self) -> Iterator[Gap]:
        gaps: Gaps | None = self
        while gaps is not None and gaps._last is not None:
            yield gaps._last
            gaps = gaps._before

    @overload
    def __getitem__(self, at: int) -> Gap: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Gap]: ...
    def __getitem__(self, at: int | slice) -> Gap | Sequence[Gap]:
        return self._last if at == -1 and self._last is not None else tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Gaps, tuple)) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def gaps_of(times: Iterable[Gap]) -> Gaps:
    """Gaps in their order."""
    if isinstance(times, Gaps):
        return times
    return reduce(Gaps.followed_by, times, Gaps())


class Coverage(NamedTuple):
    """What of a span up to a value was reported.

    ``until`` is the last day covered, ``gaps`` the times before it that are not. ``straddles``:
    some report lies partly outside the window; then ``low`` and ``high`` enclose a total, whatever
    share of it lies inside. ``parts_disagree``: the parts of a whole come to another figure.
    ``for_all``: all of the time was reported for all bodies together, so that none is silent.
    ``rivals`` are figures that may lie further out than the value, which is the highest or lowest
    of vague ones; ``possible`` holds all values there may be, where bodies differ in what is known.
    """

    until: date
    gaps: Sequence[Gap] = ()
    straddles: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    parts_disagree: bool = False
    for_all: bool = False
    rivals: tuple[tuple[Decimal, Qualifier | None], ...] = ()
    possible: Interval | None = None

    @property
    def is_open(self) -> bool:
        """Whether something that was not reported, or not of the window alone, may move a value."""
        return bool(self.gaps) or self.straddles

    def extended(self, first: date, last: date) -> Coverage:
        """The coverage with one more time; those come in the order of their last days."""
        gaps = gaps_of(self.gaps)
        if first > self.until:
            if (first - self.until).days > 1:
                gaps = gaps.followed_by((add_days(self.until, 1), add_days(first, -1)))
        elif gaps and first <= gaps[-1][1]:
            gaps = gaps.until(first)
        return Coverage(max(self.until, last), gaps, *self[2:])

    def through(self, day: date) -> Coverage:
        """The coverage up to a day, with the time up to it that was not reported as a gap."""
        if self.until >= day:
            return self
        gap = add_days(self.until, 1), day
        gaps: Sequence[Gap]
        if not self.gaps or (isinstance(self.gaps, Gaps) and self.gaps[-1][1] < self.until):
            gaps = gaps_of(self.gaps).followed_by(gap)
        else:
            gaps = merged((*self.gaps, gap))
        return self._replace(until=day, gaps=gaps, possible=None)


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Times one after the other, with those joined that touch or overlap."""
    joint: list[Gap] = []
    for first, last in sorted(gaps):
        if joint and first <= add_days(joint[-1][1], 1):
            joint[-1] = joint[-1][0], max(joint[-1][1], last)
        else:
            joint.append((first, last))
    return tuple(joint)


def common(left: Sequence[Gap], right: Sequence[Gap]) -> tuple[Gap, ...]:
    """The times that lie in both."""
    ours, theirs = [*merged(left)][::-1], [*merged(right)][::-1]
    both: list[Gap] = []
    while ours and theirs:
        first, last = max(ours[-1][0], theirs[-1][0]), min(ours[-1][1], theirs[-1][1])
        if first <= last:
            both.append((first, last))
        (ours if ours[-1][1] == last else theirs).pop()
    return merged(both)


def joint_coverage(value: Coverage, others: Iterable[Coverage]) -> Coverage:
    """The coverage of a value that rests on several: what is missing of one is missing of it."""
    coverages = [value, *others]
    return value._replace(
        until=min(coverage.until for coverage in coverages),
        gaps=merged({gap for coverage in coverages for gap in coverage.gaps}),
        straddles=any(coverage.straddles for coverage in coverages),
        parts_disagree=any(coverage.parts_disagree for coverage in coverages),
    )


def times_covered(
    target: Target, reports: Iterable[Report], window: Window, as_of: date
) -> Iterator[tuple[Report, date, date]]:
    """The reports that count in a window, with the first and the last day that each covers.

    A report covers the period that it names; for a day the reporting period that holds it. Without
    reporting periods an increment for a day covers the time since the report before it, any other
    figure that day alone. Nothing covers a day that is not over.
    """
    every, since, next_day = target.report_every, window.since, window.since
    adds = target.accumulates
    end = add_days(as_of, -1) if window.until is None else min(add_days(as_of, -1), window.until)
    for report in reports:
        period = report.date
        if window.leaves_out(period):
            continue
        first, last = period.first, period.last
        if period.precision == "day":
            if adds:
                first = min(next_day, last)
            if every is not None:
                whole = period_at(every, period_index(every, last))
                first = max(whole.first, first if adds else whole.first)
                last = max(last, min(whole.last, end))
            first = min(max(first, since) if window.closed else first, period.last)
        if last >= next_day:
            next_day = add_days(last, 1)
        yield report, first, last


def time_between(first: date, last: date) -> Period:
    """A time as one would say it: a month, quarter, half or year, a span of them, else of days."""
    units: tuple[Frequency, ...] = ("year", "half", "quarter", "month")
    for every in units:
        start = period_at(every, period_index(every, first))
        end = period_at(every, period_index(every, last))
        if (start.first, end.last) == (first, last):
            return start if start == end else Period(f"{start}/{end}", "span", first, last)
    if first == last:
        return Period.day(first)
    return Period(f"{first}/{last}", "span", first, last)


def years_in(first: date, last: date) -> Decimal:
    """How many years a time lasts: by months where it consists of whole ones, else by days."""
    after = add_days(last, 1)
    if first.day == after.day == 1:
        months = 12 * (after.year - first.year) + after.month - first.month
        return Decimal(months) / MONTHS["year"]
    return Decimal(days_between(first, after)) / Decimal("365.25")

"""The field's measures: progress, planned value, pace, buffer days, rates, forecast.

Every function is pure and exact (``Decimal``); quotients are rounded only when written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import combinations, pairwise
from math import ceil
from typing import Literal, NamedTuple

from cdstrack.core.model.decimals import EXACT, Interval, around
from cdstrack.core.model.entries import Across, Goal, Qualifier, Silence
from cdstrack.core.model.periods import (
    DAYS_PER,
    Frequency,
    Period,
    add_days,
    cycle_of,
    days_between,
)
from cdstrack.core.model.report import NOTHING, CalendarDay, Figure, Report, Share
from cdstrack.core.model.structs import dataclass
from cdstrack.core.values.coverage import Coverage

Method = Literal[
    "straight_line", "plan", "planned_value", "share_used", "cagr", "five_year_trend"
]  # fmt: skip
THEIL_SEN_FROM = 5
THEIL_SEN_POINTS = 50
"""Only the newest points enter the median of slopes, so that a forecast costs the same for all."""

TWO_YEARS = 730


class Point(NamedTuple):
    """The value of a target at a reference date, with the report that gave it.

    With ``sum`` the value is the running total; a milestone is 1 when done, else 0. ``reported``
    counts the bodies behind it, where single bodies report; ``coverage`` tells what of the time up
    to it was reported, where values are combined over a span.
    """

    date: Period
    value: Decimal
    qualifier: Qualifier | None = None
    report: Report | None = None
    share: Share | None = None
    reported: Share | None = None
    coverage: Coverage | None = None

    @property
    def day(self) -> CalendarDay:
        return self.date.last

    @property
    def complete(self) -> bool:
        """Whether no body is silent."""
        if self.reported is None or self.reported.n >= self.reported.of:
            return True
        return self.coverage is not None and self.coverage.for_all


def figure_value(figure: Figure) -> Decimal:
    """A figure as a number: n of N in percent, done as 1, not done and 0 of 0 as 0."""
    if isinstance(figure, Share):
        if not figure.of:
            return Decimal(0)
        return Decimal(100 * figure.n) / Decimal(figure.of)
    if isinstance(figure, bool):
        return Decimal(figure)
    return Decimal(0) if figure is None else figure


Met = Literal["yes", "no", "undecided"]


def allowed(value: Decimal, qualifier: Qualifier, about: Decimal) -> Interval:
    """The values that a qualified figure allows (rules of judgement §3)."""
    match qualifier:
        case "nearly":
            return Interval(high=value, high_open=True)
        case "over":
            return Interval(low=value, low_open=True)
        case "about":
            return around(value, about)


@dataclass(frozen=True)
class Bar:
    """What figures have to clear: a goal; without one nothing does.

    ``about`` is the policy's slack for figures that are about right, ``across`` how the figures of
    single bodies combine where the goal is for all of them together. ``silence`` is what times
    without a report could do to values combined over a span, ``until`` the last day of that span.
    """

    goal: Goal | None
    about: Decimal
    across: Across | None = None
    silence: Silence | None = None
    until: date | None = None
    unknown: bool = False
    """Whether the goal is told from a value that is not known yet: then nothing is decided."""

    @cached_property
    def interval(self) -> Interval | None:
        """The values that clear it."""
        return self.goal.interval(self.about) if self.goal is not None else None

    def answer(self, value: Decimal, qualifier: Qualifier | None) -> Met:
        """Whether a figure clears it: only if every value that it allows does."""
        if self.interval is None:
            return "undecided" if self.unknown else "no"
        if qualifier is None:
            return "yes" if self.interval.contains(value) else "no"
        figure = allowed(value, qualifier, self.about)
        if figure.inside(self.interval):
            return "yes"
        return "undecided" if figure.meets(self.interval) else "no"

    def met_by(self, point: Point | None) -> Met:
        """Whether a value clears it, whatever bodies say that have not reported yet.

        What they add to a sum, a mean or a share of all bodies, or to the highest figure, can only
        raise it; the lowest they can only lower. A ratio they can move either way, and a single
        body has not met what one of those that became part of it never reported.
        """
        if point is None:
            return "no"
        if point.coverage is None:
            answer = self.answer(point.value, point.qualifier)
        else:
            answer = self._answer_in_time(point, point.coverage)
        if answer != "yes" or self.interval is None or point.complete:
            return answer
        spoiling = self.interval.low if self.across == "min" else self.interval.high
        return "undecided" if self.across in ("ratio", None) or spoiling is not None else "yes"

    def _answer_in_time(self, point: Point, coverage: Coverage) -> Met:
        """Whether a value clears it, whatever lies in the window and was not reported."""
        if self.interval is None:
            return "undecided" if self.unknown else "no"
        known = coverage.low is None and not coverage.rivals and coverage.possible is None
        if known and not coverage.gaps:
            return self.answer(point.value, point.qualifier)
        possible = self.possible(point)
        if possible.inside(self.interval):
            return "yes"
        return "undecided" if possible.meets(self.interval) else "no"

    def possible(self, point: Point) -> Interval:
        """The values that there may be behind one that is combined over a span or over bodies."""
        coverage = point.coverage
        if coverage is None:
            return self.figure(point.value, point.qualifier)
        if coverage.possible is not None:
            return coverage.possible
        ends = self._ends(point, coverage)
        if not coverage.gaps:
            return ends
        if self.silence == "raises":
            return Interval(low=ends.low, low_open=ends.low_open)
        if self.silence == "lowers":
            return Interval(high=ends.high, high_open=ends.high_open)
        return Interval()

    def figure(self, value: Decimal, qualifier: Qualifier | None) -> Interval:
        """The values that a figure allows."""
        if qualifier is None:
            return Interval(value, value)
        return allowed(value, qualifier, self.about)

    def _ends(self, point: Point, coverage: Coverage) -> Interval:
        """What is known of a value by what was reported of it alone."""
        if coverage.rivals:
            figures = [self.figure(*rival) for rival in coverage.rivals]
            return furthest("min" if self.silence == "lowers" else "max", figures)
        low = point.value if coverage.low is None else coverage.low
        high = point.value if coverage.high is None else coverage.high
        least, most = self.figure(low, point.qualifier), self.figure(high, point.qualifier)
        return Interval(least.low, most.high, least.low_open, most.high_open)

    @property
    def is_spoilable(self) -> bool:
        """Whether what is still to be reported of a span could undo that it is cleared."""
        interval = self.interval
        if interval is None or self.silence is None:
            return False
        spoiling = interval.low if self.silence == "lowers" else interval.high
        return self.silence == "moves" or spoiling is not None

    def judge(self, point: Point) -> Met:
        """Whether a value surely clears it or surely does not, whatever the silent would say."""
        answer = self.met_by(point)
        if answer != "no" or point.complete or self.interval is None:
            return answer
        below = not Interval(point.value).meets(self.interval)  # no higher value would do either
        above = not Interval(high=point.value).meets(self.interval)
        helpless = {"min": above, "ratio": False, None: False}.get(self.across, below)
        return "no" if helpless else "undecided"

    def first_to_break(self, points: Iterable[Point]) -> Point | None:
        """The first value that nothing can mend: passed, whatever else there is to report."""
        if self.silence not in ("raises", "lowers"):
            return None
        for point in points:
            if point.coverage is not None:
                coverage = point.coverage._replace(gaps=((date.min, date.max),), possible=None)
                if self.judge(point._replace(coverage=coverage)) == "no":
                    return point
        return None

    def settled_by(self, point: Point | None) -> bool:
        """Whether a value clears it for good: nothing that its span still brings undoes that."""
        if self.met_by(point) != "yes":
            return False
        if point is None or not self.is_spoilable:
            return True
        until = point.day if point.coverage is None else point.coverage.until
        return self.until is not None and until >= self.until

    def passed_by(self, report: Report) -> bool:
        """Whether a body has reached what each has to: it says so, or its figure does.

        0 of 0 shows nothing.
        """
        figure = report.figure
        if isinstance(figure, bool):
            return figure
        if figure == NOTHING:
            return False
        return self.answer(figure_value(figure), report.qualifier) == "yes"


def furthest(extreme: Literal["min", "max"], figures: Iterable[Interval]) -> Interval:
    """The values that the lowest or the highest of vague figures may have."""
    if extreme == "min":
        high = furthest("max", (mirrored(figure) for figure in figures))
        return mirrored(high)
    lows: list[tuple[Decimal, bool]] = []
    highs: list[tuple[Decimal, bool]] = []
    bounded = True
    for figure in figures:
        if figure.low is not None:
            lows.append((figure.low, figure.low_open))  # above every one of them
        if figure.high is None:
            bounded = False
        else:
            highs.append((figure.high, not figure.high_open))  # not above all of them
    low, low_open = max(lows) if lows else (None, False)
    high_end, shut = max(highs) if bounded else (None, True)
    return Interval(low, high_end, low_open, not shut)


def mirrored(figure: Interval) -> Interval:
    """The values with the other sign, so that the lowest become the highest."""
    low = -figure.high if figure.high is not None else None
    high = -figure.low if figure.low is not None else None
    return Interval(low, high, figure.high_open, figure.low_open)


def aim(goal: Goal, baseline: Decimal, about: Decimal) -> Decimal | None:
    """The figure that progress aims at: the nearer end of a range; None if already there."""
    interval = goal.interval(about)
    if interval.contains(baseline):
        return None
    if goal.about is not None:
        return goal.about
    low, high = interval.low, interval.high
    nearer = high if low is None or (high is not None and baseline > high) else low
    return None if nearer == baseline else nearer


def progress(value: Decimal, baseline: Decimal, wanted: Decimal) -> Decimal:
    """(v − b) / (x − b): 0 at the baseline, 1 at the target, in either direction, not clamped."""
    return (value - baseline) / (wanted - baseline)


def elapsed(start: date, end: date, day: date) -> Decimal | None:
    """The share of the time that is gone, between 0 and 1; None without a span of time."""
    total = days_between(start, end)
    if total <= 0:
        return None
    days = min(max(days_between(start, day), 0), total)
    return Decimal(days) / Decimal(total)


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned line: straight from the baseline to the target, or through interim points.

    ``leads_away`` says that interim points lead away from the target, as emissions that are to
    peak: then no value tells how far on the way it is.
    """

    start: date
    baseline: Decimal
    end: date
    wanted: Decimal
    bends: tuple[tuple[date, Decimal], ...] = ()
    leads_away: bool = False

    @property
    def anchors(self) -> tuple[tuple[date, Decimal], ...]:
        """The points of the line, the ends included."""
        return (self.start, self.baseline), *self.bends, (self.end, self.wanted)

    def planned(self, day: date) -> Decimal:
        """The value planned for a day; before the start the baseline, after the end the target."""
        if day <= self.start:
            return self.baseline
        anchors = (
            self.anchors if self.bends else ((self.start, self.baseline), (self.end, self.wanted))
        )
        for (left, low), (right, high) in pairwise(anchors):
            if day <= right:
                share = EXACT.multiply(high - low, Decimal(days_between(left, day)))
                return low + share / Decimal(days_between(left, right))
        return self.wanted

    def earned_days(self, value: Decimal) -> Decimal:
        """Earned schedule: days from the start to the last moment at which the plan is not
        beyond the value (Lipke: C + I). Negative for a value behind the baseline.
        """
        sign = 1 if self.wanted > self.baseline else -1
        ahead = [(day, sign * (planned - value)) for day, planned in self.anchors]
        if ahead[0][1] > 0:
            total = Decimal(days_between(self.start, self.end))
            return (value - self.baseline) * total / (self.wanted - self.baseline)
        for (left, low), (right, high) in reversed(list(pairwise(ahead))):
            if high <= 0:
                return Decimal(days_between(self.start, right))
            if low <= 0:
                inside = -low * Decimal(days_between(left, right)) / (high - low)
                return Decimal(days_between(self.start, left)) + inside
        return Decimal(0)

    def pace(self, value: Decimal, day: date) -> Decimal | None:
        """SPI(t): earned days over actual days; on a straight line progress / elapsed, unclamped.

        None on or before the first day.
        """
        actual = days_between(self.start, day)
        if actual <= 0:
            return None
        if not self.bends:
            earned = EXACT.multiply(
                value - self.baseline, Decimal(days_between(self.start, self.end))
            )
            return earned / EXACT.multiply(self.wanted - self.baseline, Decimal(actual))
        return self.earned_days(value) / Decimal(actual)

    def buffer_days(self, value: Decimal, day: date) -> int:
        """Beeminder's safe days: whole days until the plan overtakes the value."""
        left = self.earned_days(value) - Decimal(days_between(self.start, day))
        return int(left.to_integral_value(rounding=ROUND_FLOOR))


@dataclass(frozen=True, slots=True)
class Rate:
    """A change per year, quarter, month or week."""

    value: Decimal
    per: Frequency


def rate_unit(report_every: Frequency | None, start: date, end: date | None) -> Frequency:
    """The unit in which a reader thinks of a target: its reporting interval, or by its length."""
    match report_every:
        case "week" | "month" | "quarter" | "year":
            return report_every
        case "half":
            return "quarter"
        case str() if cycle_of(report_every).is_yearly:
            return "year"
        case str():
            return "week" if cycle_of(report_every).unit == "week" else "month"
    total = days_between(start, end) if end else TWO_YEARS
    if total <= 200:
        return "month"
    return "quarter" if total <= 3 * 366 else "year"


def rate(change: Decimal, days: int, per: Frequency) -> Rate | None:
    """A change over so many days, as a rate; None when no time lies between."""
    return Rate(change * DAYS_PER[per] / Decimal(days), per) if days > 0 else None


def theil_sen(xs: Sequence[Decimal], ys: Sequence[Decimal]) -> Decimal | None:
    """The median of all pairwise slopes (Theil 1950, Sen 1968); None without two distinct xs."""
    slopes = [
        (y2 - y1) / (x2 - x1)
        for (x1, y1), (x2, y2) in combinations(zip(xs, ys, strict=True), 2)
        if x1 != x2
    ]
    return _median(sorted(slopes)) if slopes else None


def _median(values: Sequence[Decimal]) -> Decimal:
    """The middle of values in order. ``statistics`` takes longer to load than a register."""
    half, is_odd = divmod(len(values), 2)
    return values[half] if is_odd else (values[half - 1] + values[half]) / 2


ForecastMethod = Literal["average_rate", "theil_sen"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the target would be met on this trend. ``note`` says why there is no date.

    Notes: ``no_trend`` (nothing to draw a trend from), ``wrong_way``, ``too_far`` (not on this
    trend), ``evidence_too_old`` (the date has passed and nothing newer was reported), ``met``.
    The state never depends on it.
    """

    finish: date | None
    method: ForecastMethod | None
    note: str | None = None


def forecast(points: Sequence[Point], plan: Plan, today: date) -> Forecast:
    """Continue the trend from the last value to the target.

    The average since the baseline below five points, Theil–Sen from five; never the last two.
    """
    last = points[-1]
    method: ForecastMethod = "theil_sen" if len(points) >= THEIL_SEN_FROM else "average_rate"
    if method == "theil_sen":
        recent = points[-THEIL_SEN_POINTS:]
        xs = [Decimal(days_between(plan.start, point.day)) for point in recent]
        slope = theil_sen(xs, [point.value for point in recent])
    else:
        actual = days_between(plan.start, last.day)
        slope = (last.value - plan.baseline) / Decimal(actual) if actual > 0 else None
    if slope is None:
        return Forecast(None, None, "no_trend")
    missing = plan.wanted - last.value
    if slope == 0 or (slope > 0) != (missing > 0):
        return Forecast(None, method, "wrong_way")
    # A slope is a rounded quotient: what comes to a whole day is that day, not the next.
    days = missing / slope
    left = days_between(today, plan.end)
    horizon = add_days(today, max(2 * left, TWO_YEARS) if left > 0 else TWO_YEARS)
    if days > days_between(last.day, horizon):
        return Forecast(None, method, "too_far")
    finish = add_days(last.day, ceil(days.quantize(Decimal("1e-9"))))
    if finish < today:
        return Forecast(None, method, "evidence_too_old")
    return Forecast(finish, method)

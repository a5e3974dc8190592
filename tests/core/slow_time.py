"""What the reports of one body come to over a span, read from the rules day by day: slow.

Every day of the span is looked at by itself. Nothing here is shared with the program but its types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext

from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Report, Share
from cdstrack.core.model.structs import dataclass

A_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Span:
    """Since when a span has to be covered, from when on what begins lies inside, until when."""

    since: date
    edge: date
    until: date | None
    closed: bool


@dataclass(frozen=True)
class Amount:
    """An increment and the days on which it may have come about."""

    days: Sequence[date]
    value: Decimal


@dataclass(frozen=True)
class State:
    """What is known on a day; ``low`` and ``high`` where straddling reports leave it open."""

    value: Decimal
    low: Decimal
    high: Decimal
    silent: frozenset[date]


def in_words(every: str) -> tuple[int, str, tuple[int, ...] | None]:
    """``2 years from 2021`` as a number, a unit and where it begins: year, or year and week."""
    words = every.split(" ")
    number = int(words[0]) if words[0].isdigit() else 1
    start = tuple(map(int, words[3].split("-W"))) if len(words) > 3 else None
    return number, words[int(words[0].isdigit())].removesuffix("s"), start


def days(first: date, last: date) -> list[date]:
    return [*map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))]


def span_of(target: Target, until: date | None) -> Span:
    """(t₀, T], where t₀ is the day of the baseline, else the eve of the start."""
    start = target.start.first if target.start else None
    dated = target.baseline.date.last if target.baseline and target.baseline.date else None
    if dated is not None and (start is None or dated >= start):
        return Span(dated + A_DAY, dated, until, closed=True)
    since = start or target.stated.on
    return Span(since, since, until, closed=start is not None)


class SlowSpan:
    """One target's reports of one body in a span; they are in the order of their dates."""

    def __init__(self, target: Target, reports: Iterable[Report], span: Span, as_of: date) -> None:
        self.target = target
        self.span = span
        self.as_of = as_of
        self.way = "sum" if target.kind == "limit" and target.accumulate != "year_to_date" else ""
        self.way = self.way or target.accumulate
        self.reports = [report for report in self.in_force(reports) if self.counts(report)]
        self.all = list(self.in_force(reports))

    def in_force(self, reports: Iterable[Report]) -> list[Report]:
        """Of reports that compete the last one recorded."""
        ordered = sorted(reports, key=lambda one: (one.date.last, one.recorded, one.id))
        ordered = [one for one in ordered if one.date.last <= self.as_of]
        if self.way == "sum":
            return ordered
        if self.way in ("mean", "growth", "max", "min"):
            last = {(one.date.first, one.date.last): one for one in ordered}
            return [one for one in ordered if last[one.date.first, one.date.last] is one]
        return list({one.date.last: one for one in ordered}.values())

    def counts(self, report: Report) -> bool:
        return not self.span.closed or report.date.last >= self.span.since

    def reporting_period(self, day: date) -> tuple[date, date] | None:
        """The period that holds a day, if reports are due so often."""
        if self.target.report_every is None:
            return None
        number, unit, start = in_words(self.target.report_every)
        if unit == "week":
            first = date.fromisocalendar(*(start or (1, 1)), 1)
            while not first <= day < first + timedelta(weeks=number):
                first += timedelta(weeks=number if first <= day else -number)
            return first, first + timedelta(weeks=number) - A_DAY
        if unit == "year" and number > 1:
            year = start[0] if start else 0
            while not year <= day.year < year + number:
                year += number if year <= day.year else -number
            return date(year, 1, 1), date(year + number - 1, 12, 31)
        months = number * MONTHS[unit]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        after = first
        for _ in range(months):
            after = (after.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, after - A_DAY

    def times(self) -> list[tuple[Report, list[date], list[date]]]:
        """Every report with the days it covers, and those on which an increment came about."""
        covered: list[tuple[Report, list[date], list[date]]] = []
        if self.way == "year_to_date":
            return [
                (one, amount.days, amount.days)  # type: ignore[misc]
                for one, amount in self.yearly()
                if self.counts(one)
            ]
        before = self.span.since - A_DAY
        for report in self.reports:
            first, last = report.date.first, report.date.last
            until = last
            if report.date.precision == "day":
                if self.way == "sum":
                    first = min(before + A_DAY, first)
                period = self.reporting_period(last)
                if period is not None:
                    first = max(period[0], first) if self.way == "sum" else period[0]
                    end = min(self.as_of - A_DAY, self.span.until or date.max)
                    until = max(last, min(period[1], end))
                if self.span.closed:
                    first = max(first, self.span.since)
                first = min(first, last)
            covered.append((report, days(first, until), days(first, last)))
            before = max(before, until)
        return covered

    def yearly(self) -> list[tuple[Report, Amount]]:
        """Running totals as increments, each since the one before it in its year."""
        month, day = map(int, (self.target.year_starts or "01-01").split("-"))
        increments = []
        for report in self.all:
            last = report.date.last
            year = last.year if last >= date(last.year, month, day) else last.year - 1
            start = date(year, month, day)
            earlier = [one for one in self.all if start <= one.date.last < last]
            before = number(earlier[-1]) if earlier else Decimal(0)
            first = earlier[-1].date.last + A_DAY if earlier else start
            increments.append((report, Amount(days(first, last), number(report) - before)))
        return increments

    def amounts(self) -> list[tuple[Report, Amount]]:
        if self.way == "year_to_date":
            return [(one, amount) for one, amount in self.yearly() if self.counts(one)]
        return [(one, Amount(spread, number(one))) for one, _, spread in self.times()]

    def begins_early(self, first: date) -> bool:
        return self.span.closed and first < self.span.edge

    def silent(
        self, upto: date, known: Iterable[tuple[Report, list[date], list[date]]]
    ) -> set[date]:
        """The days of the span up to a day of which nobody spoke."""
        spoken = {day for _, covered, _ in known for day in covered}
        return {day for day in days(self.span.since, upto) if day not in spoken}

    # What it comes to

    def values(self) -> dict[date, State]:
        if self.way in ("sum", "year_to_date"):
            return self.totals()
        if self.way in ("mean", "growth"):
            return self.averages()
        return self.extremes()

    def totals(self) -> dict[date, State]:
        until = self.span.until
        amounts = self.amounts()
        dates = {one.date.last for one, _ in amounts}
        straddling = [
            one for one, spread in amounts if until and spread.days[0] <= until < spread.days[-1]
        ]
        if until is not None and straddling:
            dates.add(until)
        return {day: self.total_on(day, amounts, straddling) for day in sorted(dates)}

    def total_on(
        self, day: date, amounts: Sequence[tuple[Report, Amount]], straddling: Sequence[Report]
    ) -> State:
        base = self.target.baseline
        start = base.value if base is not None and self.target.kind != "sustain" else Decimal(0)
        value = low = high = start
        on_end = day == self.span.until
        for report, amount in amounts:
            known = report.date.last <= day or (on_end and report in straddling)
            if not known:
                continue
            inside = amount.days
            if self.begins_early(amount.days[0]):
                inside = [one for one in inside if one >= self.span.edge]
            if on_end:
                inside = [one for one in inside if one <= day]
            if len(inside) == len(amount.days):
                value, low, high = (exact(part + amount.value) for part in (value, low, high))
            else:
                share = amount.value * (Decimal(len(inside)) / Decimal(len(amount.days)))
                value = exact(value + share)
                low += min(amount.value, Decimal(0))
                high += max(amount.value, Decimal(0))
        times = [
            time
            for time in self.times()
            if time[0].date.last <= day or (on_end and time[0] in straddling)
        ]
        return State(value, low, high, frozenset(self.silent(day, times)))

    def extremes(self) -> dict[date, State]:
        found = {}
        inside = [time for time in self.times() if not self.begins_early(time[1][0])]
        for day in sorted({report.date.last for report, _, _ in inside}):
            times = [time for time in inside if time[0].date.last <= day]
            numbers = [number(report) for report, _, _ in times]
            best = max(numbers) if self.way == "max" else min(numbers)
            found[day] = State(best, best, best, frozenset(self.silent(day, times)))
        return found

    def averages(self) -> dict[date, State]:
        until = self.span.until or date.max
        times = [time for time in self.times() if time[1][0] <= until]
        found = {}
        for day in sorted({min(report.date.last, until) for report, _, _ in times}):
            known = [time for time in times if min(time[0].date.last, until) <= day]
            # Of figures for the same time the later counts, from then on.
            single = {(covered[0], covered[-1]): time for time in known for covered in [time[1]]}
            state, heard = self.average(day, list(single.values()))
            if any(min(report.date.last, until) == day for report in heard):
                found[day] = state
        return found

    def average(
        self, day: date, times: Sequence[tuple[Report, list[date], list[date]]]
    ) -> tuple[State, list[Report]]:
        """Every day is spoken for by the longest report that covers it, of equals the last.

        Heard are those that speak for a day, and all that lie in the span.
        """
        until = self.span.until
        clipped = []
        for report, covered, _ in times:
            inside = [one for one in covered if until is None or one <= until]
            if self.begins_early(covered[0]):
                inside = [one for one in inside if one >= self.span.edge]
            clipped.append((report, inside, len(inside) == len(covered)))
        speaker: dict[date, int] = {}
        for at, (_, inside, whole) in enumerate(clipped):
            for one in inside:
                _, other, other_whole = clipped[speaker[one]] if one in speaker else (0, [], False)
                if (whole, len(inside), inside[-1]) >= (
                    other_whole, len(other), other[-1] if other else date.min
                ):  # fmt: skip
                    speaker[one] = at
        silent = set(days(self.span.since, day))
        silent -= {one for one, at in speaker.items() if clipped[at][2]}
        total = weight = Decimal(0)
        with localcontext(prec=60):
            for first, last, at in runs(speaker):
                heavy = self.weight(first, last)
                value = number(clipped[at][0])
                total += heavy * ((1 + value / 100).ln() if self.way == "growth" else value)
                weight += heavy
            mean = total / weight
            if self.way == "growth":
                mean = 100 * (mean.exp() - 1)
        speakers = set(speaker.values())
        heard = [one for at, (one, _, whole) in enumerate(clipped) if whole or at in speakers]
        return State(mean, mean, mean, frozenset(silent)), heard

    def weight(self, first: date, last: date) -> Decimal:
        """Days; of a growth years, by months where they are whole."""
        after = last + A_DAY
        if self.way != "growth":
            return Decimal((after - first).days)
        if first.day == after.day == 1:
            return Decimal(12 * (after.year - first.year) + after.month - first.month) / 12
        return Decimal((after - first).days) / Decimal("365.25")


def runs(speaker: dict[date, int]) -> Iterable[tuple[date, date, int]]:
    """The times for which one report speaks without a break."""
    ordered = sorted(speaker)
    start = 0
    for at in range(1, len(ordered) + 1):
        ends = at == len(ordered) or (
            ordered[at] - ordered[at - 1] > A_DAY or speaker[ordered[at]] != speaker[ordered[start]]
        )
        if ends:
            yield ordered[start], ordered[at - 1], speaker[ordered[start]]
            start = at


def number(report: Report) -> Decimal:
    figure = report.figure
    if isinstance(figure, Share):
        return Decimal(100 * figure.n) / Decimal(figure.of)
    return Decimal(figure or 0)


def exact(value: Decimal) -> Decimal:
    return value.normalize(Context(prec=80)) if value else value

"""What many bodies come to, read from the rules word by word: slow, and with nothing kept.

For every date everything is worked out anew, from the reports alone. Nothing here is shared with
the program but its types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any

from cdstrack.core.model.entries import Body, Goal, Group, Target
from cdstrack.core.model.report import Report, Share
from cdstrack.core.model.structs import dataclass, replace
from tests.core.slow_time import SlowSpan, State, span_of

A_DAY = timedelta(days=1)
PLACES = Decimal(1).scaleb(-20)

Figure = Decimal | Share | bool


@dataclass(frozen=True)
class Holding:
    """A figure and how exact it is; of the highest or lowest also all those that it stands for."""

    figure: Figure
    qualifier: str | None = None
    among: tuple[Holding, ...] = ()


@dataclass(frozen=True)
class Value:
    """What all bodies come to on a date; ``told`` of ``of`` have reported in full."""

    value: Decimal
    qualifier: str | None
    share: tuple[int, int] | None
    told: int
    of: int


def rounded(value: Decimal) -> Decimal:
    """To twenty places, so that the order in which quotients were added does not show."""
    return value.quantize(PLACES, context=Context(prec=100))


class Slow:
    """One target, its reports, and the bodies that made them."""

    def __init__(
        self,
        target: Target,
        reports: Iterable[Report],
        bodies: Mapping[str, Body],
        group: Group,
        goal: Goal | None,
    ) -> None:
        self.target = target
        self.bodies = bodies
        self.group = group
        self.goal = goal
        self.adds = target.kind == "limit" or target.accumulate in ("sum", "year_to_date")
        self.increments = self.adds and target.accumulate != "year_to_date"
        told = sorted(reports, key=lambda each: (each.date.last, each.recorded, each.id))
        self.reports = [report for report in told if self.counts(report)]
        self.for_all = (
            [] if self.increments else [report for report in told if self.is_for_all(report)]
        )

    # Who is who

    def counts(self, report: Report) -> bool:
        """Whether a report is by a body that is asked, or by nobody where increments add."""
        figure, name = report.figure, report.body
        if self.target.across == "ratio" and name is not None:
            fits = isinstance(figure, Share)
        elif self.target.across == "share" and self.target.each is None and not self.adds:
            fits = figure is not None
        else:
            fits = isinstance(figure, (Decimal, Share))
        if name is None:
            return fits and self.increments and self.target.across == "sum"
        return fits and name in self.names() and self.exists(name, report.date.last)

    def is_for_all(self, report: Report) -> bool:
        """Whether it is a figure for the whole population."""
        return report.body is None and isinstance(report.figure, (Decimal, Share))

    def names(self) -> list[str]:
        """Who may report: the members, or anybody where they are only counted."""
        return list(self.group.members or self.bodies)

    def ended(self, name: str, day: date) -> bool:
        end = self.bodies[name].ended
        return end is not None and end <= day

    def exists(self, name: str, day: date) -> bool:
        started = self.bodies[name].started
        return (started is None or started <= day) and not self.ended(name, day)

    def heir(self, name: str, day: date) -> str | None:
        """Who stands for a body on a day, at the end of all successions."""
        while self.ended(name, day):
            body = self.bodies[name]
            follower = self.target.succession.get(name) if body.successors else body.successor
            if follower is None:
                return None
            name = follower
        return name if name in self.names() else None

    def arrivals(self, name: str | None, day: date) -> dict[date, list[str]]:
        """Whom a body followed up to a day, by the first day without them."""
        found: dict[date, list[str]] = {}
        for other in self.names():
            end = self.bodies[other].ended
            if end is not None and end <= day and self.heir(other, end) == name:
                found.setdefault(end, []).append(other)
        return dict(sorted(found.items()))

    def size(self, day: date) -> int:
        """How many there are; of a group that is no more, how many there were last."""
        sizes = [size for size in self.group.size if size.n] or list(self.group.size)
        begun = [size for size in sizes if size.since.first <= day]
        return (begun[-1] if begun else sizes[0]).n

    def existing(self, day: date) -> list[str]:
        """The members there are on a day, where they are known."""
        return [name for name in self.group.members if self.exists(name, day)]

    # What one body stands at

    def own(self, name: str | None, day: date) -> Holding | None:
        """What a body's own reports come to, up to a day."""
        mine = [each for each in self.reports if each.body == name and each.date.last <= day]
        return self.worst(mine, self.goal)

    def worst(self, mine: Sequence[Report], goal: Goal | None) -> Holding | None:
        """Of several conditions the one that stands worst, once all were reported."""
        parts = self.target.conditions or [None]
        told = [[each for each in mine if each.part == part] for part in parts]
        levels = [self.level(each) for each in told]
        known = [each for each in levels if each is not None]
        if len(known) < len(levels):
            return None
        assert goal is not None
        says_done = isinstance(known[0].figure, bool)
        ends = goal.interval()
        if len(known) == 1:
            return known[0]

        def merit(at: int) -> tuple[int, Decimal]:
            figure = as_number(known[at].figure)
            room = [figure] if says_done else []
            if ends.low is not None and not says_done:
                room.append(figure - ends.low)
            if ends.high is not None and not says_done:
                room.append(ends.high - figure)
            return self.answer(told[at], known[at], goal), min(room)

        return known[min(range(len(known)), key=merit)]

    def answer(self, mine: Sequence[Report], held: Holding, goal: Goal) -> int:
        """Whether up to its last report a condition is surely not met (0), open (1), or met (2)."""
        if isinstance(held.figure, bool):
            return 2 * held.figure
        low: Decimal | None = as_number(held.figure)
        high = low
        if self.target.silence is not None:
            state = self.state(mine)
            low, high = state.low, state.high
            if state.silent and self.target.silence != "lowers":
                high = None
            if state.silent and self.target.silence != "raises":
                low = None
        interval = goal.interval()
        # Of what has no end the farthest passes where the target has none on that side either.
        passes_low = interval.low is None if low is None else interval.contains(low)
        passes_high = interval.high is None if high is None else interval.contains(high)
        if passes_low and passes_high:
            return 2
        ends = interval.low, interval.high
        is_below = high is not None and ends[0] is not None and high <= ends[0] and not passes_high
        is_above = low is not None and ends[1] is not None and low >= ends[1] and not passes_low
        return 0 if is_below or is_above else 1

    def level(self, mine: Sequence[Report]) -> Holding | None:
        if not mine:
            return None
        way = self.target.accumulate
        if way == "sum" or (self.target.kind == "limit" and way != "year_to_date"):
            return Holding(exact_sum(map(number, mine)), joint(each.qualifier for each in mine))
        by_date = {each.date.last: each for each in mine}
        in_force = [by_date[day] for day in sorted(by_date)]
        last = in_force[-1]
        match self.target.accumulate:
            case "max" | "min" as extreme:
                among = tuple(Holding(figure_of(each), each.qualifier) for each in in_force)
                furthest = max if extreme == "max" else min
                found = furthest(among, key=lambda each: as_number(each.figure))
                return replace(found, among=among)
            case "mean" if not isinstance(last.figure, bool):
                value = self.over_time(in_force)
                return Holding(value, joint(each.qualifier for each in in_force))
            case "year_to_date" if not isinstance(last.figure, bool):
                # Of each year only the last total is a part of the value.
                closing = {each.date.last.year: each.qualifier for each in in_force}
                return Holding(self.over_time(in_force), joint(closing.values()))
        return Holding(figure_of(last), last.qualifier)

    def over_time(self, mine: Sequence[Report]) -> Decimal:
        """What a body's reports come to since it has existed, at the last of them."""
        return self.state(mine).value

    def state(self, mine: Sequence[Report]) -> State:
        """What is known of a body's reports over time, at the last of them."""
        span = span_of(self.target, None)
        body = self.bodies.get(mine[0].body or "")
        if body is not None and body.started is not None:
            span = replace(span, since=max(span.since, body.started))
        alone = self.target.model_copy(update={"baseline": None})
        values = SlowSpan(alone, mine, span, date.max).values()
        return values[max(values)]

    def spoke(self, name: str | None, day: date) -> date | None:
        """The last date up to a day for which a body reported itself, and on all conditions."""
        dates = {each.date.last for each in self.reports if each.body == name}
        return max((each for each in dates if each <= day and self.own(name, each)), default=None)

    def stands(self, name: str | None, day: date) -> Holding | None:
        """What a body stands at: its own, and what it took over since it last reported."""
        own, spoke = self.own(name, day), self.spoke(name, day)
        held = [own] if own else []
        for end, gone in self.arrivals(name, day).items():
            if not self.adds and spoke is not None and end <= spoke:
                continue
            left = [self.stands(other, end - A_DAY) for other in gone]
            held += [each for each in left if each]
            if held:
                held = [self.together(held)]
        return held[0] if held else None

    def in_full(self, name: str, day: date) -> bool:
        """Whether neither a body nor any that it followed since it last reported is silent."""
        spoke = self.spoke(name, day)
        if not self.group.members:
            return self.stands(name, day) is not None
        arrivals = {
            end: gone
            for end, gone in self.arrivals(name, day).items()
            if spoke is None or end > spoke
        }
        told = all(
            self.in_full(other, end - A_DAY) for end, gone in arrivals.items() for other in gone
        )
        if spoke is not None:
            return told
        started = self.bodies[name].started
        was_there = started is None or any(started < end for end in list(arrivals)[:1])
        return bool(arrivals) and told and not was_there

    def together(self, held: list[Holding]) -> Holding:
        """What bodies stand at that became one."""
        if len(held) == 1:
            return held[0]
        across, percent = self.target.across, bool(self.target.unit and self.target.in_percent)
        vague = joint(each.qualifier for each in held)
        figures = [each.figure for each in held]
        if self.adds:
            return Holding(exact_sum(map(as_number, figures)), vague)
        if across == "share":
            return next((each for each in held if not self.passes(each)), held[-1])
        if all(isinstance(each, Share) for each in figures):
            return Holding(Share(*(sum(each) for each in zip(*figures, strict=True))), vague)
        numbers = list(map(as_number, figures))
        if percent and across in ("min", "max"):
            return Holding(min(numbers) if across == "min" else max(numbers), vague)
        total = exact_sum(numbers)
        if percent and across == "mean":
            with localcontext(prec=80):
                total /= len(numbers)
        return Holding(total, vague)

    def passes(self, held: Holding) -> bool:
        """Whether a body has done its part, and nothing that is still to come undoes it."""
        if isinstance(held.figure, bool):
            return held.figure
        assert self.goal is not None
        interval = self.goal.interval()
        undone_by = {"min": interval.low, "mean": Decimal(0), "latest": None, "ratio": None}
        way = "sum" if self.target.kind == "limit" else self.target.accumulate
        if undone_by.get(way, interval.high) is not None:
            return False
        # The highest has surely passed once any figure has, however vague the others are.
        figures = held.among or (held,)
        return any(surely(self.goal, as_number(each.figure), each.qualifier) for each in figures)

    # What all bodies come to

    def held(self, day: date) -> dict[str, Holding]:
        alive = [name for name in self.names() if not self.ended(name, day)]
        stands = {name: self.stands(name, day) for name in alive}
        return {name: each for name, each in stands.items() if each is not None}

    def told(self, day: date) -> tuple[int, int]:
        held = self.held(day)
        of = max(self.size(day), len(self.existing(day)), len(held))
        return sum(self.in_full(name, day) for name in held), of

    def silent(self, day: date) -> set[str]:
        held = self.held(day)
        return {
            name for name in self.existing(day) if name not in held or not self.in_full(name, day)
        }

    def value(self, day: date) -> Value | None:
        held = self.held(day)
        nobodys = self.stands(None, day) if self.adds and self.target.across == "sum" else None
        if not held and nobodys is None:
            return None
        told, of = self.told(day)
        figures = [each.figure for each in held.values()]
        numbers = list(map(as_number, figures))
        vague = joint(each.qualifier for each in held.values())
        if nobodys is not None:
            vague = joint([vague, nobodys.qualifier])
        base = self.target.baseline
        if self.adds and base is not None and self.target.kind != "sustain":
            extra = base.value
        else:
            extra = Decimal(0)
        if nobodys is not None:
            extra += as_number(nobodys.figure)
        match self.target.across:
            case "share":
                # Who took over from the silent does not pass before it has spoken itself.
                n = sum(self.passes(held[name]) and self.in_full(name, day) for name in held)
                return Value(percent_of(n, of), None, (n, of), told, of)
            case "ratio":
                n, total = (sum(each) for each in zip(*figures, strict=True))
                return Value(percent_of(n, total), vague, (n, total), told, of)
            case "mean":
                return Value(exact_sum(numbers) / of + extra, vague, None, told, of)
            case "min" | "max" as which:
                extreme = min(numbers) if which == "min" else max(numbers)
                return Value(extreme + extra, vague, None, told, of)
            case _:
                return Value(exact_sum(numbers) + extra, vague, None, told, of)

    def values(self, as_of: date) -> dict[date, Value]:
        told = {(each.body, each.date.last) for each in self.reports if each.date.last <= as_of}
        days = sorted({day for name, day in told if self.spoke(name, day) == day})
        found = {day: self.value(day) for day in days}
        return {day: each for day, each in found.items() if each is not None}

    def values_with_those_for_all(self, as_of: date) -> dict[date, Decimal]:
        """Beside the figures of bodies those for the whole population.

        On its date such a figure counts, and from then on until every body has reported.
        """
        combined, whole = self.values(as_of), self.values_for_all(as_of)
        found = dict(whole)
        for day, value in combined.items():
            before = max((each for each in whole if each < day), default=date.min)
            since = [combined[each] for each in combined if before < each <= day]
            if day not in whole and (before == date.min or any(is_full(each) for each in since)):
                found[day] = value.value
        return found

    def values_for_all(self, as_of: date) -> dict[date, Decimal]:
        found = {}
        for day in sorted({each.date.last for each in self.for_all}):
            known = [each for each in self.for_all if each.date.last <= day]
            held = self.worst(known, self.target.target)
            if held is not None and day <= as_of:
                base = self.target.baseline if self.adds else None
                found[day] = as_number(held.figure) + (base.value if base else 0)
        return found


def is_full(value: Value) -> bool:
    return value.told >= value.of


def figure_of(report: Report) -> Figure:
    assert report.figure is not None
    return report.figure


def number(report: Report) -> Decimal:
    return as_number(report.figure)


def as_number(figure: Any) -> Decimal:
    if isinstance(figure, Share):
        return percent_of(figure.n, figure.of)
    return Decimal(figure)


def percent_of(n: int, of: int) -> Decimal:
    return Decimal(100 * n) / Decimal(of)


def exact_sum(numbers: Iterable[Decimal]) -> Decimal:
    with localcontext(prec=100):
        return sum(numbers, Decimal(0))


def joint(qualifiers: Iterable[str | None]) -> str | None:
    """One kind of vagueness stays what it is, two kinds are only about right."""
    kinds = set(qualifiers) - {None}
    return None if not kinds else kinds.pop() if len(kinds) == 1 else "about"


def surely(goal: Goal, value: Decimal, qualifier: str | None) -> bool:
    """Whether every value that a figure allows is wanted; about is within 5 %."""
    infinity = Decimal("Infinity")
    slack = abs(value) * Decimal("0.05")
    low, high, open_low, open_high = {
        None: (value, value, False, False),
        "about": (value - slack, value + slack, False, False),
        "nearly": (-infinity, value, False, True),
        "over": (value, infinity, True, False),
    }[qualifier]
    match goal.comparator:
        case "at_least":
            return low >= goal.value
        case "more_than":
            return low > goal.value or (low == goal.value and open_low)
        case "at_most":
            return high <= goal.value
        case "less_than":
            return high < goal.value or (high == goal.value and open_high)
        case "exactly":
            return low == high == goal.value
        case "about":
            room = abs(goal.value) * Decimal("0.05")
            return goal.value - room <= low and high <= goal.value + room
        case _:
            assert goal.value_max is not None
            return goal.value <= low and high <= goal.value_max

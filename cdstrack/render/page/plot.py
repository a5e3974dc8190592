"""Charts as SVG: a target's history against its plan, and the small line of one body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

from markupsafe import Markup, escape

from cdstrack.core.model.structs import dataclass, field
from cdstrack.render.page.edition import Edition, Object

WIDTH, HEIGHT = 440, 236
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 22, 30
LETTER = 6.6
"""How wide a letter of a tick is, on the safe side."""
MOST_DOTS = 150
"""So many values have a dot each; of more there is the line, with a dot on the last."""
MARKS = {"nearly": "↓", "over": "↑", "about": "↕"}
"""Which way the truth may lie of a figure that is not exact."""


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Plot(NamedTuple):
    """A drawing, and the list of what its marks mean."""

    drawing: Markup
    key: Markup


class Aim(NamedTuple):
    """A figure to be reached by a day."""

    value: Decimal
    day: str | None
    text: str
    first: str | None = None
    """The day from which it counts, of one period."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From days and values to places on the drawing."""

    first: int
    last: int
    ticks: Sequence[float]

    def x(self, day: str) -> float:
        share = (_ordinal(day) - self.first) / max(self.last - self.first, 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: Decimal | float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = (float(value) - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def holds(self, day: str, value: float | None = None) -> bool:
        """Whether a day, or a point, lies on the drawing."""
        inside = value is None or self.ticks[0] <= value <= self.ticks[-1]
        return self.first <= _ordinal(day) <= self.last and inside

    @property
    def years(self) -> list[date]:
        """The beginnings of years inside, or of quarters where there is hardly one."""
        first, last = date.fromordinal(self.first), date.fromordinal(self.last)
        months = (1,) if last.year - first.year > 1 else (1, 4, 7, 10)
        days = [
            date(year, month, 1)
            for year in range(first.year, last.year + 1)
            for month in months
            if first < date(year, month, 1) <= last
        ]
        step = max(1, -(-len(days) // 7))
        return days[::step]


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from below ``low`` to above ``high``, at most so many and one."""
    if high <= low:
        high = low + (abs(low) or 1)
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first = floor(low / step + 1e-9)
    ticks = [round(first * step, 12)]
    while ticks[-1] < high - step * 1e-9:
        first += 1
        ticks.append(round(first * step, 12))
    return ticks


@dataclass
class _Drawing:
    """One chart that is being drawn, and the kinds of marks that stand in it."""

    edition: Edition
    scale: Scale
    parts: list[str] = field(default_factory=list)
    key: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, part: str, **facts: object) -> None:
        """Draw a part; ``kind`` is what it is, for the key below the chart."""
        self.parts.append(part)
        self.key.setdefault(kind, self.edition.words(f"page_key_{kind}", **facts))

    def line(self, kind: str, day: str, **facts: object) -> None:
        """A line from top to bottom on a day."""
        if self.scale.holds(day):
            path = f'<path class="{kind}" d="M{self.scale.x(day)} {TOP}V{HEIGHT - BOTTOM}"/>'
            self.add(kind, path, **facts)

    def path(self, kind: str, points: Iterable[tuple[str, Decimal | float]]) -> None:
        """A line through points."""
        places = [f"{self.scale.x(day)} {self.scale.y(value)}" for day, value in points]
        if len(places) > 1:
            self.add(kind, f'<path class="{kind}" d="M{"L".join(places)}"/>')

    def plot(self, title: str) -> Plot:
        svg = (
            f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
            f"<title>{escape(title)}</title>{''.join(self.parts)}</svg>"
        )
        # Every text in it was escaped where it was put together.
        entries = "".join(_key_entry(kind, text) for kind, text in self.key.items())
        key = f'<ul class="key" aria-hidden="true">{entries}</ul>'
        return Plot(Markup(svg), Markup(key))  # noqa: S704


_SAMPLES = {
    "wrong": '<path class="wrong" d="M7 3l6 6m0 -6l-6 6"/>',
    **dict.fromkeys(("dot", "ring"), '<circle class="{kind}" cx="10" cy="6" r="3.5"/>'),
    **dict.fromkeys(
        ("due", "moved", "today", "size", "owner"), '<path class="{kind}" d="M10 0V12"/>'
    ),
}
"""Marks as the key shows them; all others are lines across."""


@cache  # the same few stand below every chart
def _key_entry(kind: str, text: str) -> str:
    sample = _SAMPLES.get(kind, '<path class="{kind}" d="M0 6H20"/>').format(kind=kind)
    return f'<li><svg viewBox="0 0 20 12" class="plot">{sample}</svg> {escape(text)}</li>'


def plot(edition: Edition, target: Object) -> Plot | None:
    """History against plan; None where there is nothing to draw: of a milestone, of what stands as
    its classes do, and of fewer than two dates.
    """
    series = _values(target["series"])
    if target["kind"] == "milestone" or target["classes"] or not series:
        return None
    origin = target["origin"]
    days = {point["last"] for point in series} | ({origin["date"]} if origin is not None else set())
    if len(days) < 2:
        return None
    drawing = _Drawing(edition, _scale(edition, target, series))
    _axes(drawing, target)
    _gaps(drawing, target)
    _aims(drawing, [*_goals(edition, target)])
    plan = target["plan"]
    if plan is not None:
        drawing.path("plan", [(anchor["date"], anchor["value"]) for anchor in plan["anchors"]])
    for kind, terms in (("moved", "original"), ("moved", "announced")):
        if target[terms] is not None and target[terms]["deadline"] is not None:
            drawing.line(kind, target[terms]["deadline"]["date"])
    if target["deadline"] is not None:
        drawing.line("due", target["deadline"]["date"])
    drawing.line("today", edition.document["as_of"])
    _owners(drawing, target)
    _sizes(drawing, target)
    for strand in target["strands"]:
        if not strand["judges"]:
            drawing.path("other", [(point["last"], point["value"]) for point in strand["values"]])
    _history(drawing, target, series)
    title = edition.words(
        "page_plot_title",
        value=edition.figure(series[-1], target),
        date=edition.time(series[-1]["date"]),
        goal=edition.goal(target),
        deadline=edition.deadline(target["deadline"]),
    )
    return drawing.plot(title)


def plot_indicator(edition: Edition, indicator: Object, targets: Sequence[Object]) -> Plot | None:
    """One series with every target on it; None where there are fewer than two values."""
    whole = [item for item in targets if len(_values(item["series"])) > 1]
    if not whole:
        return None
    longest = max(whole, key=lambda item: len(item["series"]))
    series = _values(longest["series"])
    aims = [aim for item in targets for aim in _goals(edition, item)]
    days = [point["last"] for point in series] + [edition.document["as_of"]]
    days += [aim.day for aim in aims if aim.day is not None]
    values = [*_bounds(series), *(float(aim.value) for aim in aims)]
    drawing = _Drawing(edition, _scale_of(days, values))
    _axes(drawing, longest)
    _aims(drawing, aims)
    drawing.line("today", edition.document["as_of"])
    _history(drawing, longest, series)
    last = series[-1]
    return drawing.plot(
        edition.words(
            "page_plot_indicator",
            title=edition.text(indicator["title"]),
            value=edition.figure(last, longest),
            date=edition.time(last["date"]),
            goals="; ".join(aim.text for aim in aims),
        )
    )


def _values(series: Iterable[Object]) -> list[Object]:
    return [
        point
        for point in series
        if point["value"] is not None and not isinstance(point["value"], bool)
    ]


def _bounds(series: Sequence[Object]) -> list[float]:
    keys = ("value", "low", "high")
    return [float(point[key]) for point in series for key in keys if point[key] is not None]


def _scale(edition: Edition, target: Object, series: Sequence[Object]) -> Scale:
    days = [point["last"] for point in series] + [edition.document["as_of"]]
    values = _bounds(series)
    days += [
        terms["deadline"]["date"]
        for terms in (target, target["original"], target["announced"])
        if terms is not None and terms["deadline"] is not None
    ]
    plan, origin = target["plan"], target["origin"]
    if plan is not None:
        days += [anchor["date"] for anchor in plan["anchors"]]
        values += [float(anchor["value"]) for anchor in plan["anchors"]]
    if origin is not None:
        days.append(origin["date"])
        values.append(float(origin["value"]))
    aims = [*_goals(edition, target)]
    values += [float(aim.value) for aim in aims]
    days += [aim.first for aim in aims if aim.first is not None]
    for strand in target["strands"]:
        days += [point["last"] for point in strand["values"]]
        values += [float(point["value"]) for point in strand["values"]]
    return _scale_of(days, values)


def _scale_of(days: Sequence[str], values: Sequence[float]) -> Scale:
    low, high = min(values), max(values)
    if 0 <= low < high / 2:
        low = 0.0
    return Scale(_ordinal(min(days)), _ordinal(max(days)), nice_ticks(low, high))


def _goals(edition: Edition, target: Object) -> Iterator[Aim]:
    """What a target wants: one figure, both ends of a range, or one for each of its periods."""
    goal = target["target"]
    day = target["deadline"]["date"] if target["deadline"] is not None else None
    periods = [period for period in target["periods"] if period["target"] is not None]
    if periods and any(period["target"] != goal for period in periods):
        for period in periods:
            text = edition.goal_of(period["target"], target)
            if period["target"]["value"] is not None:
                yield Aim(period["target"]["value"], period["last"], text, period["first"])
    elif goal is not None:
        text = edition.goal(target)
        for key in ("value", "value_max"):
            if goal[key] is not None:
                yield Aim(goal[key], day, text)


def _aims(drawing: _Drawing, aims: Sequence[Aim]) -> None:
    """One goal as a line across; of several each as a step to its day."""
    scale = drawing.scale
    alone = len({aim.value for aim in aims}) == 1 or len({aim.text for aim in aims}) == 1
    begin: float = LEFT
    for number, aim in enumerate(aims):
        y = scale.y(aim.value)
        end = scale.x(aim.day) if aim.day is not None and not alone else WIDTH - RIGHT
        start = LEFT if alone else min(scale.x(aim.first) if aim.first else begin, end - 8)
        drawing.add("goal", f'<path class="goal" d="M{start} {y}H{end}"/>')
        begin = end if aim.day is not None else begin
        if number and alone:
            continue
        place = f'x="{LEFT + 4}"' if alone else f'x="{end}" text-anchor="end"'
        text = f'<text class="mark" {place} y="{y - 5}">{escape(aim.text)}</text>'
        drawing.parts.append(text)


def _axes(drawing: _Drawing, target: Object) -> None:
    scale, right = drawing.scale, WIDTH - RIGHT
    power, labels = _labels(drawing, target)
    if power:
        text = f"× 10{str(power).translate(RAISED)}"
        drawing.parts.append(f'<text class="tick power" x="2" y="{TOP - 10}">{text}</text>')
    for tick, label in zip(scale.ticks, labels, strict=True):
        y = scale.y(tick)
        drawing.parts.append(f'<path class="grid" d="M{LEFT} {y}H{right}"/>')
        fitting = f' textLength="{LEFT - 8}"' if len(label) * LETTER > LEFT - 6 else ""
        drawing.parts.append(
            f'<text class="tick" x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end"{fitting}>'
            f"{escape(label)}</text>"
        )
    for number, day in enumerate(scale.years):
        x = scale.x(day.isoformat())
        drawing.parts.append(f'<path class="grid" d="M{x} {HEIGHT - BOTTOM}v4"/>')
        text = f"{day.year}" if day.month == 1 else f"{day.month}/{day.year}"
        anchor = "end" if x > right - 16 else "middle"
        if number or x > LEFT + 8:
            drawing.parts.append(
                f'<text class="tick" x="{x}" y="{HEIGHT - BOTTOM + 18}" '
                f'text-anchor="{anchor}">{text}</text>'
            )


def _labels(drawing: _Drawing, target: Object) -> tuple[int, list[str]]:
    """What stands beside the ticks, and the power of ten it is in: 0 where that has room."""
    ticks = [Decimal(repr(tick)) for tick in drawing.scale.ticks]
    labels = [drawing.edition.with_sign(tick, target) for tick in ticks]
    if max(map(len, labels)) * LETTER <= LEFT - 6:
        return 0, labels
    power = (ticks[1] - ticks[0]).adjusted() // 3 * 3
    shorter = [drawing.edition.with_sign(tick.scaleb(-power), target) for tick in ticks]
    return power, shorter


def _gaps(drawing: _Drawing, target: Object) -> None:
    """What was not reported, as a stripe on the axis of time."""
    scale, y = drawing.scale, HEIGHT - BOTTOM
    for gap in target["gaps"]:
        first, last = gap["first"], gap["last"]
        if scale.holds(first) and scale.holds(last):
            path = f'<path class="gap" d="M{scale.x(first)} {y}H{scale.x(last)}"/>'
            drawing.add("gap", path)


def _owners(drawing: _Drawing, target: Object) -> None:
    """When another body began to answer, where that falls inside."""
    for step in target["owners"]:
        if step["until"] is not None:
            drawing.line("owner", step["until"])


def _sizes(drawing: _Drawing, target: Object) -> None:
    """When the group that reports changed its size: 63 became 34."""
    group = drawing.edition.groups.get(target["reporters"] or "")
    sizes = group["sizes"] if group is not None else ()
    for old, new in pairwise(sizes):
        is_past = drawing.edition.is_past(new["first"])
        if old["n"] != new["n"] and is_past and drawing.scale.holds(new["first"]):
            drawing.line("size", new["first"], old=old["n"], new=new["n"])
            x = drawing.scale.x(new["first"])
            drawing.parts.append(
                f'<text class="tick" x="{x}" y="{TOP - 5}" text-anchor="middle">'
                f"{old['n']} → {new['n']}</text>"
            )


def _history(drawing: _Drawing, target: Object, series: Sequence[Object]) -> None:
    """What was reported, and what was corrected."""
    scale, origin = drawing.scale, target["origin"]
    line = [(point["last"], point["value"]) for point in series]
    if origin is not None and series[0]["last"] > origin["date"] and scale.holds(origin["date"]):
        line.insert(0, (origin["date"], origin["value"]))
    places = "L".join(f"{scale.x(day)} {scale.y(value)}" for day, value in line)
    drawing.parts.append(f'<path class="line" d="M{places}"/>')
    for correction in target["corrections"] if _shows_reports(target) else ():
        value = correction["before"]["value"]
        if drawing.edition.aspect(correction["report"], target):
            continue
        if value is not None and scale.holds(correction["last"], float(value)):
            x, y = scale.x(correction["last"]), scale.y(value)
            drawing.add("wrong", f'<path class="wrong" d="M{x - 3} {y - 3}l6 6m0 -6l-6 6"/>')
    for point in series if len(series) <= MOST_DOTS else series[-1:]:
        x, y = scale.x(point["last"]), scale.y(point["value"])
        if point["low"] is not None and point["high"] != point["low"]:
            low, high = scale.y(point["low"]), scale.y(point["high"])
            drawing.add("span", f'<path class="span" d="M{x} {low}V{high}"/>')
        kind = "dot" if _is_whole(point, target) else "ring"
        drawing.add(kind, f'<circle class="{kind}" cx="{x}" cy="{y}" r="3.5"/>')
        if point["qualifier"] and target["bodies"] is None:
            mark = MARKS[point["qualifier"]]
            drawing.parts.append(f'<text class="mark" x="{x + 5}" y="{y - 5}">{mark}</text>')


def _shows_reports(target: Object) -> bool:
    """Whether a value is one report's, not what several bodies or times come to."""
    return target["bodies"] is None and target["accumulate"] in ("latest", "max", "min")


def _is_whole(point: Object, target: Object) -> bool:
    """Whether a value has a source, or, where bodies report, comes from all of them."""
    if target["bodies"] is not None and point["bodies"] is not None:
        return bool(point["bodies"] == point["of_bodies"])
    return point["source"] is not None


SPARK_WIDTH, SPARK_HEIGHT = 120, 30


def spark(series: Sequence[Object], goal: Object | None, first: str, last: str) -> Markup:
    """The small line of one body, all of them over the same time; empty without a figure."""
    points = [(_ordinal(point["last"]), float(point["value"])) for point in _values(series)]
    if not points:
        return Markup()
    begin, end = _ordinal(first), max(_ordinal(last), _ordinal(first) + 1)
    aim = float(goal["value"]) if goal is not None and goal["value"] is not None else None
    marks = [value for _, value in points] + ([aim] if aim is not None else [])
    low, high = min(0.0, *marks), max(marks)
    if high <= low:
        high = low + 1

    def place(day: int, value: float) -> str:
        x = 3 + (day - begin) / (end - begin) * (SPARK_WIDTH - 6)
        y = SPARK_HEIGHT - 3 - (value - low) / (high - low) * (SPARK_HEIGHT - 6)
        return f"{round(min(max(x, 3), SPARK_WIDTH - 3), 1)} {round(y, 1)}"

    x, y = place(*points[-1]).split()
    parts = [f'<circle cx="{x}" cy="{y}" r="2.5"/>']
    if len(points) > 1:
        path = "L".join(place(day, value) for day, value in points)
        parts.insert(0, f'<path class="line" d="M{path}"/>')
    if aim is not None:
        height = place(begin, aim).split()[1]
        parts.insert(0, f'<path class="goal" d="M0 {height}H{SPARK_WIDTH}"/>')
    svg = f'<svg class="spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" aria-hidden="true">'
    return Markup(f"{svg}{''.join(parts)}</svg>")  # noqa: S704  # of numbers alone

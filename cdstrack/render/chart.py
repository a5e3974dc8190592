"""The history of a target against its plan, drawn with characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import cycle
from typing import NamedTuple

from cdstrack.core.model.strands import strand_title
from cdstrack.core.values.measures import Plan, Point
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.phrases import number_with_unit, text_of
from cdstrack.render.text import Line, width_of

HEIGHT = 9
MAX_WIDTH = 72
OTHERS = "○△□◇"
"""What series are drawn with that do not judge."""

Grid = list[list[tuple[str, str]]]


def chart(verdict: Verdict, words: Words, width: int) -> list[Line]:
    """Reports (●) against the planned line (·), the target (─) and the deadline (│); what other
    series say that do not judge (○ △ □ ◇).

    Empty when there is nothing to draw: no report, or a target that has no values.
    """
    points, goal = verdict.points, verdict.terms.goal
    if not points or goal is None or verdict.target.kind == "milestone":
        return []
    plan, due = verdict.plan, verdict.terms.deadline
    others = {name: part.points for name, part in verdict.strands.items() if part.points}
    every = [*points, *(point for series in others.values() for point in series)]
    first = min([*(point.day for point in every), *([plan.start] if plan else [])])
    for span in verdict.spans:  # what is combined anew in each period
        if span.period.first <= first and points[-1].day <= span.period.last:
            first, due = span.period.first, span.period
    last = max([*(point.day for point in every), *([due.last] if due else [])])
    if first == last:
        return []
    limits = [end for end in (goal.value, goal.value_max) if end is not None]
    values = [*(point.value for point in every), *limits]
    values += [value for _, value in plan.anchors] if plan is not None else []
    low, high = min(*values, Decimal(0)), max(values)
    if low == high:
        return []
    labels = [number_with_unit(value, verdict.target, words) for value in (high, low)]
    gutter = max(width_of(label) for label in labels)
    columns = max(min(width, MAX_WIDTH) - gutter - 2, 10)
    deadline = [due.last.toordinal()] if due else []
    scale = _Scale(
        _Axis(first.toordinal(), last.toordinal(), columns, deadline),
        _Axis(low, high, HEIGHT, [*limits, Decimal(0)] if high >= 0 else limits),
    )
    grid: Grid = [[(" ", "")] * columns for _ in range(HEIGHT)]
    for limit in limits:
        grid[scale.row(limit)] = [("─", "good")] * columns
    if plan is not None:
        _draw_plan(grid, scale, plan)
    if due is not None:
        for line in grid:
            line[scale.column(due.last)] = ("│", "warn")
    marks = dict(zip(others, cycle(OTHERS)))
    for name, series in others.items():
        _draw_points(grid, scale, series, limits, (marks[name], "dim"))
    _draw_points(grid, scale, points, limits)
    lines: list[Line] = []
    for number, row in enumerate(grid):
        label = labels[0] if number == 0 else labels[1] if number == HEIGHT - 1 else ""
        lines.append([(" " * (gutter - width_of(label)) + label + " ┤", "dim"), *_segments(row)])
    lines.append([(" " * (gutter + 1) + "└" + "─" * columns, "dim")])
    start, end = words.day(first), words.day(last)
    blank = " " * max(columns - width_of(start) - width_of(end), 1)
    lines.append([(" " * (gutter + 2) + start + blank + end, "dim")])
    legend: Line = [("● ", "info"), (words("legend_reports") + "   ", "dim")]
    if plan is not None:
        legend += [("· ", "dim"), (words("legend_plan") + "   ", "dim")]
    legend += [("─ ", "good"), (words("legend_target") + "   ", "dim")]
    if due is not None:
        legend += [("│ ", "warn"), (words("legend_deadline"), "dim")]
    lines.append([(" " * (gutter + 2), ""), *legend])
    for name, mark in marks.items():
        title = text_of(strand_title(verdict.target, name), words)
        text = words("legend_strand", title=title)
        lines.append([(" " * (gutter + 2), ""), (f"{mark} ", "dim"), (text, "dim")])
    return lines


class _Axis:
    """Figures to cells. Nothing is drawn on a limit, or on its other side, that is not there."""

    def __init__(
        self,
        low: Decimal | int,
        high: Decimal | int,
        size: int,
        limits: Sequence[Decimal | int],
    ) -> None:
        self.low, self.span, self.size = low, high - low, size
        self._limits: list[tuple[Decimal | int, int]] = []
        ends = sorted(set(limits))
        # A limit leaves a cell for what lies below it and one for what lies above.
        least = int(low < ends[0]) if ends else 0
        most = size - 1 - 2 * (len(ends) - 1) - (int(high > ends[-1]) if ends else 0)
        for limit in ends:
            cell = min(max(self._nearest(limit), least), most)
            self._limits.append((limit, cell))
            least, most = cell + 2, most + 2

    def _nearest(self, value: Decimal | int) -> int:
        cell = round(float((value - self.low) / self.span) * (self.size - 1))
        return min(max(cell, 0), self.size - 1)

    def cell(self, value: Decimal | int) -> int:
        """The cell of a figure between the ends."""
        cell = self._nearest(value)
        for limit, at in self._limits:
            if value == limit:
                return at
            cell = min(cell, at - 1) if value < limit else max(cell, at + 1)
        return cell


class _Scale(NamedTuple):
    """Days to columns, values to rows."""

    days: _Axis
    values: _Axis

    def column(self, day: date) -> int:
        return self.days.cell(day.toordinal())

    def day(self, column: int) -> date:
        share = Decimal(column) / (self.days.size - 1)
        return date.fromordinal(round(self.days.low + share * self.days.span))

    def row(self, value: Decimal) -> int:
        return HEIGHT - 1 - self.values.cell(value)


def _draw_plan(grid: Grid, scale: _Scale, plan: Plan) -> None:
    for column in range(scale.days.size):
        day = scale.day(column)
        if plan.start <= day <= plan.end:
            grid[scale.row(plan.planned(day))][column] = ("·", "dim")


def _draw_points(
    grid: Grid,
    scale: _Scale,
    points: Sequence[Point],
    limits: Sequence[Decimal],
    mark: tuple[str, str] = ("●", "info"),
) -> None:
    for point in points:
        row = scale.row(point.value)
        if point.qualifier == "nearly" and point.value in limits:
            row = min(row + 1, HEIGHT - 1)
        grid[row][scale.column(point.day)] = mark


def _segments(row: list[tuple[str, str]]) -> Line:
    """Neighbours of one style as one segment."""
    line: Line = []
    for text, style in row:
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + text, style)
        else:
            line.append((text, style))
    return line

"""The history of a target against its plan, drawn with characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cdstrack.core.model.periods import days_between
from cdstrack.core.values.measures import Plan, Point
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.phrases import number_with_unit
from cdstrack.render.text import Line, width_of

HEIGHT = 9
MAX_WIDTH = 72

Grid = list[list[tuple[str, str]]]


def chart(verdict: Verdict, words: Words, width: int) -> list[Line]:
    """Reports (●) against the planned line (·), the target (─) and the deadline (│).

    Empty when there is nothing to draw: no report, or a target that has no values.
    """
    points, goal = verdict.points, verdict.terms.goal
    if not points or goal is None or verdict.target.kind == "milestone":
        return []
    plan, due = verdict.plan, verdict.terms.deadline
    first = min([points[0].day, *([plan.start] if plan else [])])
    last = max([points[-1].day, *([due.last] if due else [])])
    if first == last:
        return []
    values = [point.value for point in points] + [goal.value, plan.baseline if plan else goal.value]
    low, high = min(*values, Decimal(0)), max(values)
    if low == high:
        return []
    labels = [number_with_unit(value, verdict.target, words) for value in (high, low)]
    gutter = max(width_of(label) for label in labels)
    columns = max(min(width, MAX_WIDTH) - gutter - 2, 10)
    scale = _Scale(first, last, low, high, columns)
    grid: Grid = [[(" ", "")] * columns for _ in range(HEIGHT)]
    _draw_target(grid, scale, goal.value)
    if plan is not None:
        _draw_plan(grid, scale, plan)
    if due is not None:
        for line in grid:
            line[scale.column(due.last)] = ("│", "warn")
    _draw_points(grid, scale, points)
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
    return lines


class _Scale:
    """Days to columns, values to rows."""

    def __init__(self, first: date, last: date, low: Decimal, high: Decimal, columns: int) -> None:
        self.first, self.days = first, days_between(first, last)
        self.low, self.span, self.columns = low, high - low, columns

    def column(self, day: date) -> int:
        share = days_between(self.first, day) / self.days
        return min(max(round(share * (self.columns - 1)), 0), self.columns - 1)

    def day(self, column: int) -> date:
        return self.first + timedelta(days=round(column * self.days / (self.columns - 1)))

    def row(self, value: Decimal) -> int | None:
        row = round((HEIGHT - 1) * float(1 - (value - self.low) / self.span))
        return row if 0 <= row < HEIGHT else None


def _draw_target(grid: Grid, scale: _Scale, value: Decimal) -> None:
    row = scale.row(value)
    if row is not None:
        grid[row] = [("─", "good")] * scale.columns


def _draw_plan(grid: Grid, scale: _Scale, plan: Plan) -> None:
    for column in range(scale.columns):
        day = scale.day(column)
        if plan.start <= day <= plan.end:
            row = scale.row(plan.planned(day))
            if row is not None:
                grid[row][column] = ("·", "dim")


def _draw_points(grid: Grid, scale: _Scale, points: Sequence[Point]) -> None:
    for point in points:
        row = scale.row(point.value)
        if row is not None:
            grid[row][scale.column(point.day)] = ("●", "info")


def _segments(row: list[tuple[str, str]]) -> Line:
    """Neighbours of one style as one segment."""
    line: Line = []
    for text, style in row:
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + text, style)
        else:
            line.append((text, style))
    return line

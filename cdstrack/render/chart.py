"""The history of a target against its plan, drawn with characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import cycle
from typing import NamedTuple

from cdstrack.core.model.entries import RELATIVE
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


def chart(
    verdict: Verdict, words: Words, width: int, verdicts: Sequence[Verdict] = ()
) -> list[Line]:
    """Reports (●) against the planned line (·), the target (─) and the deadline (│); what other
    series say that do not judge (○ △ □ ◇).

    ``verdicts`` are those of all targets on the same reports: each has its plan, target and
    deadline in it. Empty when there is nothing to draw: no report, or a target that has no values.
    """
    points, members = verdict.points, verdicts or [verdict]
    steps = _steps(verdict)
    goals = [member.terms.goal for member in members if not _steps(member)]
    is_aimless = goals.count(None) == len(goals) and not steps
    if not points or is_aimless or verdict.target.kind == "milestone":
        return []
    due = verdict.terms.deadline
    plans = [member.plan for member in members if member.plan is not None]
    rivals = {name: part.points for name, part in verdict.strands.items() if part.points}
    every = [*points, *(point for series in rivals.values() for point in series)]
    first = min([*(point.day for point in every), *(plan.start for plan in plans)])
    if steps:
        first = min(first, steps[0].first)
    for span in verdict.spans:  # what is combined anew in each period
        if span.period.first <= first and points[-1].day <= span.period.last:
            first, due = span.period.first, span.period
    periods = [due, *(member.terms.deadline for member in verdicts if member is not verdict)]
    ends = [period.last for period in periods if period is not None]
    last = max([*(point.day for point in every), *ends])
    if first == last:
        return []
    steps = [step for step in steps if step.first <= last and step.last >= first]
    limits = list(
        dict.fromkeys(
            end
            for goal in goals
            if goal is not None and goal.comparator not in RELATIVE
            for end in (goal.value, goal.value_max)
            if end is not None
        )
    )
    values = [*(point.value for point in every), *limits]
    values += [end for step in steps for end in step.ends]
    values += [value for plan in plans for _, value in plan.anchors]
    low, high = min(*values, Decimal(0)), max(values)
    if low == high:
        return []
    labels = [number_with_unit(value, verdict.target, words) for value in (high, low)]
    several = limits if len(verdicts) > 1 else []  # whose line is which
    limit_labels = [number_with_unit(limit, verdict.target, words) for limit in several]
    gutter = max(map(width_of, [*labels, *limit_labels]))
    columns = max(min(width, MAX_WIDTH) - gutter - 2, 10)
    deadlines = sorted({end.toordinal() for end in ends})
    height = max(HEIGHT, 2 * len(limits) + 3)
    scale = _Scale(
        _Axis(first.toordinal(), last.toordinal(), columns, deadlines),
        _Axis(low, high, height, [*limits, Decimal(0)] if high >= 0 else limits),
    )
    grid: Grid = [[(" ", "")] * columns for _ in range(height)]
    for limit in limits:
        grid[scale.row(limit)] = [("─", "good")] * columns
    for step in steps:
        left, right = (scale.column(min(max(day, first), last)) for day in step[:2])
        for at in step.rows(scale):
            grid[at][left : right + 1] = [("─", "good")] * (right + 1 - left)
    for plan in plans:
        _draw_plan(grid, scale, plan)
    for end in ends:
        for line in grid:
            line[scale.column(end)] = ("│", "warn")
    marks = dict(zip(rivals, cycle(OTHERS)))
    for name, series in rivals.items():
        _draw_points(grid, scale, series, limits, steps, (marks[name], "dim"))
    _draw_points(grid, scale, points, limits, steps)
    row_labels = {0: labels[0], height - 1: labels[1]}
    for limit, label in zip(limits, limit_labels, strict=False):
        row_labels.setdefault(scale.row(limit), label)
    lines: list[Line] = []
    for number, row in enumerate(grid):
        label = row_labels.get(number, "")
        lines.append([(" " * (gutter - width_of(label)) + label + " ┤", "dim"), *_segments(row)])
    lines.append([(" " * (gutter + 1) + "└" + "─" * columns, "dim")])
    begin, finish = words.day(first), words.day(last)
    blank = " " * max(columns - width_of(begin) - width_of(finish), 1)
    lines.append([(" " * (gutter + 2) + begin + blank + finish, "dim")])
    legend: Line = [("● ", "info"), (words("legend_reports") + "   ", "dim")]
    if plans:
        legend += [("· ", "dim"), (words("legend_plan") + "   ", "dim")]
    legend += [("─ ", "good"), (words("legend_target") + "   ", "dim")]
    if ends:
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
        return self.values.size - 1 - self.values.cell(value)


class _Step(NamedTuple):
    """A period with the ends of its own goal."""

    first: date
    last: date
    ends: list[Decimal]

    def rows(self, scale: _Scale) -> list[int]:
        """Where its ends are drawn, so that there is room above, below and between them."""
        rows: list[int] = []
        for end in self.ends:
            most = rows[-1] - 2 if rows else scale.values.size - 2
            least = 1 + 2 * (len(self.ends) - 1 - len(rows))
            rows.append(min(max(scale.row(end), least), most))
        return rows

    def beside(self, value: Decimal, row: int, scale: _Scale) -> int:
        """The row of a value, on the side of each end on which it lies."""
        for end, at in zip(self.ends, self.rows(scale), strict=True):
            if value == end:
                return at
            row = max(row, at + 1) if value < end else min(row, at - 1)
        return row


def _steps(verdict: Verdict) -> list[_Step]:
    """The periods that have goals of their own, as far as these are figures by now."""
    steps = []
    for span in verdict.spans:
        goal = span.goal
        if goal is not None and goal.comparator not in RELATIVE:
            ends = [end for end in (goal.value, goal.value_max) if end is not None]
            steps.append(_Step(span.period.first, span.period.last, ends))
    return steps


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
    steps: Sequence[_Step],
    mark: tuple[str, str] = ("●", "info"),
) -> None:
    for point in points:
        row = scale.row(point.value)
        for step in steps:
            if step.first <= point.day <= step.last:
                row = step.beside(point.value, row, scale)
        if point.qualifier == "nearly" and point.value in limits:
            row = min(row + 1, len(grid) - 1)
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

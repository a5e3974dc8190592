"""The scoreboard in words: bodies ranked, or all bodies of one target."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cdstrack.app.standing import Status
from cdstrack.core.model.periods import days_between
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board_data import (
    BODY_FIELDS,
    DUE_FIELDS,
    SCORE_FIELDS,
    body_object,
    due_object,
    flattened,
    score_object,
)
from cdstrack.render.figures import goal_words, text_of
from cdstrack.render.marks import whose_words
from cdstrack.render.status_list import JOINT, value_lines
from cdstrack.render.table import Cell, Column, Row, bar, lay_out
from cdstrack.render.text import Look, Segment, csv_cell, fit, markdown_cell, paint, visible, wrap
from cdstrack.render.views import (
    as_of_words,
    body_name,
    duration_words,
    pace_words,
    status_row,
    value_words,
)


@dataclass(frozen=True, slots=True)
class Board:
    """What a board shows: a heading, columns with rows, and the same as plain data (``whole``)."""

    title: str
    remarks: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Row]
    whole: data.Json
    records: Sequence[Mapping[str, data.Json]]
    fields: Sequence[str]
    empty: str


def _whole(status: Status, **shown: data.Json) -> data.Json:
    """All of a board as one object."""
    return {
        "cdstrack": data.VERSION,
        "as_of": status.as_of.isoformat(),
        **shown,
        "problems": [data.problem_object(problem) for problem in status.problems],
    }


def scores_board(scores: Sequence[Score], status: Status, words: Words) -> Board:
    """Every body with its cells, the reports it owes and its last report."""
    records = [score_object(score, status.register.bodies, status.as_of) for score in scores]
    silent = sum(score.missing > 0 for score in scores)
    return Board(
        title=text_of(status.register.title, words),
        remarks=[
            as_of_words(status.as_of, status.known_on, words),
            words("board_summary", n=len(scores), silent=silent),
        ],
        columns=[
            Column(words("col_body"), wraps=True, least=20),
            Column(words("col_missing"), right=True),
            Column(words("col_overdue"), right=True),
            Column(words("col_late"), right=True, drop=4),
            Column(words("col_on_time"), right=True, drop=2),
            Column(words("col_in_time"), right=True, drop=3),
            Column(words("col_outside"), right=True, drop=5),
            Column(words("col_report"), drop=1, joint=JOINT),
        ],
        rows=[_score_row(score, status, words) for score in scores],
        whole=_whole(status, target=None, bodies=list(records)),
        records=records,
        fields=SCORE_FIELDS,
        empty=words("board_empty"),
    )


def _score_row(score: Score, status: Status, words: Words) -> Row:
    counts = score.counts
    cells: list[Cell] = [[(body_name(score.body, status.register.bodies, words), "")]]
    missing = words("n_of", n=score.missing, of=score.targets) if score.missing else "–"
    cells.append([(missing, "warn" if score.missing else "dim")])
    for name, style in (
        ("overdue", "worst"), ("late", "warn"), ("on_time", "good"), ("in_time", "info"),
        ("outside", "dim"),
    ):  # fmt: skip
        n = getattr(counts, name)
        cells.append([(words.number(n) if n else "–", style if n else "dim")])
    if score.last is None:
        cells.append([(words("evidence_none"), "dim")])
    else:
        days = days_between(score.last.last, status.as_of)
        age = words("age_days", days=days) if days else words("age_none")
        cells.append([(words.period(score.last), ""), (age, "dim")])
    return Row(cells, below=(score.body, "dim"), below_at=0)


def bodies_board(
    verdict: Verdict, bodies: Mapping[str, Verdict], status: Status, words: Words
) -> Board:
    """All bodies of one target: state, value, pace, last report."""
    records = [body_object(name, each, status.register.bodies) for name, each in bodies.items()]
    target = verdict.target
    goal = target.each or verdict.goal
    remarks = [as_of_words(status.as_of, status.known_on, words)]
    partial = verdict.standing.partial if verdict.standing is not None else frozenset()
    if verdict.standing is not None:
        remarks.append(whose_words(verdict, verdict.standing.reported, words))
    judged = target.each is not None or target.across != "sum"
    if target.across == "share" and target.each is None:
        remarks.append(words("board_each_done"))
    elif goal is not None and judged:
        key = "board_each" if target.each is not None else "board_goal"
        remarks.append(words(key, goal=goal_words(goal, target, words)))
    return Board(
        title=text_of(target.title, words),
        remarks=remarks,
        columns=[
            Column(words("col_state")),
            Column(words("col_body"), wraps=True, least=20),
            Column(words("col_value")),
            Column(words("col_pace"), right=True, drop=2),
            Column(words("col_report"), drop=1, joint=JOINT),
        ],
        rows=[
            _body_row(name, each, status, words, judged=judged, partial=name in partial)
            for name, each in bodies.items()
        ],
        whole=_whole(status, target=data.target_object(verdict), bodies=list(records)),
        records=records,
        fields=BODY_FIELDS,
        empty=words("bodies_empty"),
    )


def _body_row(
    name: str, verdict: Verdict, status: Status, words: Words, *, judged: bool, partial: bool
) -> Row:
    row = status_row(verdict, status.register.bodies, words, 0)
    state: Segment = (f"{row.symbol} {row.word}", row.style)
    value: Cell = [(part, "") for part in value_lines(row.value)]
    if not judged:
        silent = verdict.last is None
        state = (words("board_silent"), "warn") if silent else (words("board_reported"), "")
        value = [(value_words(verdict, words), "")]
    elif row.share is not None:
        planned = float(row.planned) if row.planned is not None else None
        value.append((f"{bar(float(row.share), planned)} {row.percent}", row.style))
    said: Cell = [(body_name(name, status.register.bodies, words), "")]
    if partial:
        said.append((f"• {words('mark_partly_reported')}", "info"))
    report: Cell = [(row.report, "")]
    if row.age:
        report.append((row.age, "dim"))
    return Row(
        [
            [state],
            said,
            value,
            [(pace_words(verdict, words) if verdict.pace is not None else "–", "")],
            report,
        ],
        below=(name, "dim"),
        below_at=1,
    )


def due_board(
    dues: Sequence[Due], status: Status, words: Words, *, asked: bool, within: str | None = None
) -> Board:
    """The reports that are due, each body under its name, longest overdue first."""
    remarks = [as_of_words(status.as_of, status.known_on, words)]
    if dues:
        reports = sum(due.periods * due.bodies for due in dues)
        named = {due.body for due in dues}
        key = "due_summary_counted" if None in named else "due_summary"
        remarks.append(words(key, n=reports, bodies=len(named)))
    if within is not None:
        remarks.append(words("due_within", within=duration_words(within, words)))
    by_body: dict[str | None, list[Due]] = {}
    for due in dues:
        by_body.setdefault(due.body, []).append(due)
    rows: list[Row] = []
    bodies = status.register.bodies
    for name, owed in by_body.items():
        said = words("bodies_not_listed") if name is None else body_name(name, bodies, words)
        rows.append(Row([], below=(said, "bold")))
        rows += [_due_row(due, words) for due in owed]
    records = [due_object(due, status.register.bodies) for due in dues]
    return Board(
        title=text_of(status.register.title, words),
        remarks=remarks,
        columns=[
            Column(words("col_target"), wraps=True, least=24),
            Column(words("col_period"), wraps=True, least=18, joint=JOINT),
            Column(words("col_due_on"), joint=JOINT),
            Column(words("col_report"), drop=1),
        ],
        rows=rows,
        whole=_whole(status, due=list(records)),
        records=records,
        fields=DUE_FIELDS,
        empty=words("nothing_due" if asked else "nothing_asked"),
    )


def _due_row(due: Due, words: Words) -> Row:
    period: Cell = [(words.period(due.first), "")]
    if due.periods > 1:
        period = [
            (words("periods_from_to", first=due.first, newest=due.newest), ""),
            (words("periods_owed", n=due.periods), "dim"),
        ]
    days = due.days_overdue
    if days > 0:
        when = (words("days_overdue", days=days), "worst")
    elif days == 0:
        when = (words("due_today"), "warn")
    else:
        when = (words("days_left", days=-days), "info")
    title: Cell = [(text_of(due.target.title, words), "")]
    if due.body is None:
        key = "bodies_counted" if due.last is None else "reported_for_all"
        title.append((words(key, n=due.bodies, of=due.bodies), "info"))
    last = words.period(due.last) if due.last is not None else words("evidence_none")
    return Row(
        [title, period, [(words.day(due.due_on), ""), when], [(last, "")]],
        below=(due.target.id, "dim"),
        below_at=0,
    )


def table(board: Board, words: Words, look: Look) -> Iterator[str]:
    """Heading, remarks, and the rows."""
    width = look.width or 10_000
    for part in wrap(visible(board.title), width):
        yield from paint([[(part, "bold")]], look)
    for remark in board.remarks:
        yield from paint(([(part, "dim")] for part in wrap(visible(remark), width)), look)
    yield "\n"
    if not board.rows:
        yield from paint(fit([[(board.empty, "good")]], look), look)
        return
    yield from paint(lay_out(board.columns, board.rows, look), look)


def as_json(board: Board, words: Words, look: Look) -> Iterator[str]:
    """The documented shape (docs/json.md), one object."""
    yield data.dumps(board.whole) + "\n"


def as_csv(board: Board, words: Words, look: Look) -> Iterator[str]:
    """A line a row, codes instead of words; formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(board.fields)
    for record in board.records:
        flat = flattened(record)
        writer.writerow([csv_cell(flat.get(field, "")) for field in board.fields])
    yield out.getvalue()


def markdown(board: Board, words: Words, look: Look) -> Iterator[str]:
    """A table for a page or a mail."""
    yield f"## {markdown_cell(board.title)}\n\n"
    yield "  \n".join(markdown_cell(remark) for remark in board.remarks) + "\n\n"
    if not board.rows:
        yield board.empty + "\n"
    heading = "| " + " | ".join(column.heading for column in board.columns) + " |\n"
    heading += "|" + " --- |" * len(board.columns) + "\n"
    fresh = True
    for row in board.rows:
        if not row.cells:
            yield f"\n### {markdown_cell(row.below[0] if row.below else '')}\n\n"
            fresh = True
            continue
        if fresh:
            yield heading
            fresh = False
        cells = [_joined(cell) for cell in row.cells]
        if row.below is not None:
            cells[row.below_at] += f"<br>`{row.below[0]}`"
        yield "| " + " | ".join(cells) + " |\n"


def _joined(cell: Iterable[tuple[str, str]]) -> str:
    return "<br>".join(markdown_cell(text) for text, _ in cell)


Format = Callable[[Board, Words, Look], Iterator[str]]
FORMATS: Mapping[str, Format] = {
    "table": table,
    "json": as_json,
    "csv": as_csv,
    "md": markdown,
}

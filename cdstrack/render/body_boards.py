"""Bodies one below the other: ranked, on one target, or with the reports that they owe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cdstrack.app.boards import DueList, Scoreboard, TargetBoard
from cdstrack.app.standing import Status
from cdstrack.core.model.periods import days_between, parse_period
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Board, Columns, headings, row_of
from cdstrack.render.board_data import (
    BODY_FIELDS,
    DUE_FIELDS,
    SCORE_FIELDS,
    body_object,
    due_object,
    score_object,
)
from cdstrack.render.phrases import (
    STATE_STYLE,
    STATE_SYMBOL,
    as_of_words,
    body_name,
    duration_words,
    evidence_words,
    goal_words,
    level_of,
    pace_words,
    text_of,
    value_cell,
    value_words,
    whose_words,
)
from cdstrack.render.status_list import JOINT, legend
from cdstrack.render.table import Cell, Column, Row
from cdstrack.render.target_shape import TARGET


class _Rank(NamedTuple):
    score: Score
    status: Status
    words: Words


def _count(heading: str, style: str, drop: int = 0) -> tuple[Column, Callable[[_Rank], Cell]]:
    """A column of how many targets of a body are in a cell: ``col_late`` of those in ``late``."""

    def figure(row: _Rank) -> Cell:
        n = row.score.cells[heading.removeprefix("col_")]
        return [(row.words.number(n), style) if n else ("–", "dim")]

    return Column(heading, right=True, drop=drop), figure


def _overdue(row: _Rank) -> Cell:
    """What is overdue, told from what was never reported."""
    n, never = row.score.cells["overdue"], row.score.never_reported
    if not n:
        return [("–", "dim")]
    cell: Cell = [(row.words.number(n), "worst")]
    return [*cell, (row.words("never_of_them", n=never), "dim")] if never else cell


def _missing(row: _Rank) -> Cell:
    missing, targets = row.score.missing, row.score.targets
    return [(row.words("n_of", n=missing, of=targets), "warn") if missing else ("–", "dim")]


def _last(row: _Rank) -> Cell:
    last, words = row.score.last, row.words
    if last is None:
        return [(words("evidence_none"), "dim")]
    days = days_between(last.last, row.status.as_of)
    age = words("age_days", days=days) if days else words("age_none")
    return [(words.period(last), ""), (age, "dim")]


def _name(row: _Rank) -> Cell:
    """The name of a body, and on how many commitments it works with the owner."""
    score, words = row.score, row.words
    name = (body_name(score.body, row.status.register.bodies, words), "")
    return (
        [name, (f"• {words('works_with', n=score.partner)}", "info")] if score.partner else [name]
    )


SCORE_COLUMNS: Columns[_Rank] = (
    (
        Column("col_body", wraps=True, least=20),
        _name,
    ),
    (Column("col_missing", right=True), _missing),
    (Column("col_overdue", right=True, joint=JOINT), _overdue),
    _count("col_late", "warn", drop=4),
    _count("col_on_time", "good", drop=2),
    _count("col_in_time", "info", drop=3),
    _count("col_outside", "dim", drop=5),
    (Column("col_report", drop=1, joint=JOINT), _last),
)


def scores_board(scoreboard: Scoreboard, words: Words) -> Board:
    """Every body with its cells, the reports it owes and its last report."""
    status, scores = scoreboard.status, scoreboard.scores
    objects = [score_object(score, status.register.bodies, status.as_of) for score in scores]
    silent = sum(score.missing > 0 for score in scores)
    rows = [row_of(SCORE_COLUMNS, _Rank(score, status, words), score.body) for score in scores]
    return Board(
        title=text_of(status.register.title, words),
        remarks=[
            as_of_words(status.as_of, status.known_on, words),
            words("board_summary", n=len(scores), silent=silent),
        ],
        columns=headings(SCORE_COLUMNS, words),
        rows=rows,
        markdown_rows=rows,
        fields=SCORE_FIELDS,
        records=(data.record_of(item, SCORE_FIELDS) for item in objects),
        document=lambda: data.whole(status, target=None, bodies=[*objects]),
        empty=(words("board_empty"), "good"),
    )


class _Part(NamedTuple):
    """A body's part of a target. One that has nothing to reach by itself is not judged."""

    body: str
    verdict: Verdict
    status: Status
    words: Words
    judged: bool
    partial: bool


def _state(row: _Part) -> Cell:
    words, state = row.words, row.verdict.state
    if row.judged:
        return [(f"{STATE_SYMBOL[state]} {words(f'state_{state}')}", STATE_STYLE[state])]
    silent = row.verdict.last is None
    return [(words("board_silent"), "warn") if silent else (words("board_reported"), "")]


def _body(row: _Part) -> Cell:
    name = (body_name(row.body, row.status.register.bodies, row.words), "")
    return [name, (f"• {row.words('mark_partly_reported')}", "info")] if row.partial else [name]


BODY_COLUMNS: Columns[_Part] = (
    (Column("col_state"), _state),
    (Column("col_body", wraps=True, least=20), _body),
    (
        Column("col_value"),
        lambda row: (
            value_cell(row.verdict, row.words)
            if row.judged
            else [(value_words(row.verdict, row.words), "")]
        ),
    ),
    (
        Column("col_pace", right=True, drop=2),
        lambda row: [
            (pace_words(row.verdict, row.words) if row.verdict.open_pace is not None else "–", "")
        ],
    ),
    (
        Column("col_report", drop=1, joint=JOINT),
        lambda row: [*zip(evidence_words(row.verdict, row.words), ("", "dim"), strict=True)],
    ),
)


def bodies_board(board: TargetBoard, words: Words) -> Board:
    """All bodies of one target: state, value, pace, last report."""
    status, verdict, target = board.status, board.verdict, board.verdict.target
    goal = target.each or verdict.terms.goal
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
    bodies = status.register.bodies
    objects = [body_object(name, part, bodies) for name, part in board.bodies.items()]
    rows = [
        row_of(BODY_COLUMNS, _Part(name, part, status, words, judged, name in partial), name, 1)
        for name, part in board.bodies.items()
    ]
    return Board(
        title=text_of(target.title, words),
        remarks=remarks,
        columns=headings(BODY_COLUMNS, words),
        rows=rows,
        markdown_rows=rows,
        fields=BODY_FIELDS,
        records=(data.record_of(item, BODY_FIELDS) for item in objects),
        document=lambda: data.whole(status, target=TARGET.of(verdict), bodies=[*objects]),
        empty=(words("bodies_empty"), "good"),
        notes=legend(words)
        if judged and any(level_of(part) is not None for part in board.bodies.values())
        else (),
    )


class _Debt(NamedTuple):
    due: Due
    words: Words


def _target(row: _Debt) -> Cell:
    due, words = row.due, row.words
    title: Cell = [(text_of(due.target.title, words), "")]
    if due.body is None:
        key = "bodies_counted" if due.last is None else "reported_for_all"
        title.append((words(key, n=due.bodies, of=due.bodies), "info"))
    return title


def _periods(row: _Debt) -> Cell:
    due, words = row.due, row.words
    if due.periods == 1:
        return [(words.period(due.first), "")]
    if due.first.precision == "span":  # two dashes in a row would tell nobody which is which
        (begin, _), (_, end) = (period.said.split("/") for period in (due.first, due.newest))
        text = words.period(parse_period(f"{begin}/{end}"))
    else:
        text = words("periods_from_to", first=due.first, newest=due.newest)
    return [
        (text, ""),
        (words("periods_owed", n=due.periods), "dim"),
    ]


def _due_on(row: _Debt) -> Cell:
    days, words = row.due.days_overdue, row.words
    if days > 0:
        when = (words("days_overdue", days=days), "worst")
    elif days == 0:
        when = (words("due_today"), "warn")
    else:
        when = (words("days_left", days=-days), "info")
    return [(words.day(row.due.due_on), ""), when]


DUE_COLUMNS: Columns[_Debt] = (
    (Column("col_target", wraps=True, least=24), _target),
    (Column("col_period", wraps=True, least=18, joint=JOINT), _periods),
    (Column("col_due_on", joint=JOINT), _due_on),
    (
        Column("col_report", drop=1),
        lambda row: [
            (
                row.words.period(row.due.last)
                if row.due.last is not None
                else row.words("evidence_none"),
                "",
            )
        ],
    ),
)


def due_board(due_list: DueList, words: Words, within: str | None = None) -> Board:
    """The reports that are due, each body under its name, longest overdue first."""
    status, dues, bodies = due_list.status, due_list.dues, due_list.status.register.bodies
    remarks = [as_of_words(status.as_of, status.known_on, words)]
    if dues:
        reports = sum(due.periods * due.bodies for due in dues)
        debtors = {due.body for due in dues}
        key = "due_summary_counted" if None in debtors else "due_summary"
        remarks.append(words(key, n=reports, bodies=len(debtors)))
    if within is not None:
        remarks.append(words("due_within", within=duration_words(within, words)))
    # There may be one for each body of each target: a format makes what it shows, one by one.
    rows = _by_body(due_list, words)
    return Board(
        title=text_of(status.register.title, words),
        remarks=remarks,
        columns=headings(DUE_COLUMNS, words),
        rows=rows,
        markdown_rows=rows,
        fields=DUE_FIELDS,
        records=(data.record_of(due_object(due, bodies), DUE_FIELDS) for due in dues),
        document=lambda: data.whole(status, due=[due_object(due, bodies) for due in dues]),
        empty=(words("nothing_due" if due_list.regular else "nothing_asked"), "good"),
    )


def _by_body(due_list: DueList, words: Words) -> Iterator[Row]:
    by_body: dict[str | None, list[Due]] = {}
    for due in due_list.dues:
        by_body.setdefault(due.body, []).append(due)
    for name, dues in by_body.items():
        bodies = due_list.status.register.bodies
        heading = words("bodies_not_listed") if name is None else body_name(name, bodies, words)
        yield Row([], below=(heading, "bold"))
        for due in dues:
            yield row_of(DUE_COLUMNS, _Debt(due, words), due.target.ledger_id)

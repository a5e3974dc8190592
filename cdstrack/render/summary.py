"""The tree of a register: rows under headings, and one line a heading with a bar of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.outline import Outline, outline
from cdstrack.app.standing import GroupBy, Status
from cdstrack.core.model.entries import Heading
from cdstrack.core.verdict.roll_up import MeanProgress, RollUp, worst_of
from cdstrack.core.verdict.rules import OUTSIDE
from cdstrack.core.verdict.verdict import CELLS, Counts, Verdict, count
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Board, Columns, headings, row_of
from cdstrack.render.phrases import STATE_STYLE, STATE_SYMBOL, as_of_words, count_words, text_of
from cdstrack.render.status_list import (
    COLUMNS,
    DEEPEST,
    TITLE,
    Item,
    groups_by,
    markdown_row,
)
from cdstrack.render.table import Column, Row

SCREEN = 25
"""So many lines of a summary fit on a screen of 40 × 80 with its figures, notes and the prompt;
the rest is folded."""

NAMED = 3
"""Of so many folded headings the ids are said."""

BAR_SYMBOLS: Mapping[str, str] = {
    "on_time": "█", "late": "▓", "in_time": "░", "overdue": "×", "outside": "–",
}  # fmt: skip
BAR = 10


def counts_aside(counts: Counts, words: Words) -> str:
    """How many targets are in which cell, on one line; empty cells are left out."""
    parts = [
        f"{words.number(getattr(counts, cell))} {words(f'short_{cell}')}"
        for cell in CELLS
        if getattr(counts, cell)
    ]
    return ", ".join(parts)


def score_words(score: MeanProgress, words: Words, key: str = "score") -> str:
    """A score with the leaves that it comes from: ``score 45% (3 of 4)``."""
    if score.value is None:
        return words("score_none")
    value = words.percent(score.value, limits=(Decimal(0), Decimal(1)))
    return words(key, value=value, n=score.n, of=score.of)


def heading_aside(roll_up: RollUp, words: Words) -> str:
    """What stands below a heading, on its line."""
    parts = [counts_aside(roll_up.counts, words)]
    parts += [score_words(roll_up.score, words)] if roll_up.score else []
    return " · ".join(parts)


def title_words(said_title: str, roll_up: RollUp) -> str:
    """The title of a heading behind the symbol of its worst state."""
    return f"{STATE_SYMBOL[roll_up.worst.state]} {said_title}" if roll_up.worst else said_title


def tree_rows(
    status: Status, words: Words, depth: int | None, *, markdown: bool = False
) -> Iterator[Row]:
    """A line a heading with its counts, and the rows of the targets below it."""
    tree = outline(status)
    families: dict[str, int] = {}
    above: list[str] = []
    after_heading = False
    for branch in tree.branches:
        entry, said = branch.entry, branch.said
        del above[branch.depth :]
        above.append(text_of(said.title, words))
        if depth is not None and branch.depth >= depth:
            continue
        if isinstance(entry, Heading):
            roll_up = tree.roll_ups[said.id]
            title = title_words(" › ".join(above) if markdown else above[-1], roll_up)
            yield Row(
                [],
                below=("  " * (0 if markdown else min(branch.depth, DEEPEST)) + title, "bold"),
                aside=heading_aside(roll_up, words),
                close=after_heading,
            )
            after_heading = True
            continue
        after_heading = False
        family = families[branch.above] + 1 if branch.above in families else 0
        families[said.id] = family
        bodies = status.register.bodies
        indent = max(branch.depth - family - 1, 0)
        item = Item(entry, family, bodies, words, bars=not markdown, indent=indent)
        row = row_of(COLUMNS, item, said.id, TITLE)
        yield markdown_row(row) if markdown else row


class Entry(NamedTuple):
    """A line of the summary: a heading, a parent, a group, or what stands under none."""

    id: str
    title: str
    depth: int
    counts: Counts
    worst: Verdict | None
    score: MeanProgress | None
    words: Words
    folds: int = 0
    """How many headings below it are not shown."""


def _count_column(cell: str) -> Column:
    return Column(f"sum_{cell}", right=True, drop=1 if cell == "outside" else 0)


SUMMARY_COLUMNS: Columns[Entry] = (
    (
        Column("sum_title", wraps=True, least=26, cuts=True),
        lambda entry: [
            (
                "  " * min(entry.depth, DEEPEST) + ("+ " if entry.folds else "") + entry.title,
                "bold" if not entry.depth else "",
            )
        ],
    ),
    (
        Column("sum_worst"),
        lambda entry: (
            [(STATE_SYMBOL[entry.worst.state], STATE_STYLE[entry.worst.state])]
            if entry.worst
            else []
        ),
    ),
    (Column("sum_cells"), lambda entry: [(cells_bar(entry.counts), "")]),
    *(
        (
            _count_column(cell),
            lambda entry, cell=cell: [_number(getattr(entry.counts, cell), cell, entry.words)],
        )
        for cell in CELLS
    ),
    (
        Column("sum_rate", right=True, drop=2),
        lambda entry: [(_percent(entry.counts.rates["completion_rate"], entry.words), "")],
    ),
    (
        Column("sum_score", right=True, drop=3),
        lambda entry: [(_percent(entry.score.value, entry.words), "") if entry.score else ("", "")],
    ),
)

_STYLES = {"on_time": "good", "late": "warn", "in_time": "info", "overdue": "worst"}


def _number(number: int, cell: str, words: Words) -> tuple[str, str]:
    return words.number(number), _STYLES.get(cell, "dim") if number else "dim"


def _percent(share: Decimal | None, words: Words) -> str:
    return words.percent(share) if share is not None else "–"


def cells_bar(counts: Counts, width: int = BAR) -> str:
    """A bar of the cells in their order; what there is has one mark at least."""
    numbers = {cell: getattr(counts, cell) for cell in CELLS if getattr(counts, cell)}
    total = sum(numbers.values())
    if not total:
        return ""
    marks = {cell: max(1, number * width // total) for cell, number in numbers.items()}
    while sum(marks.values()) != width:
        step = 1 if sum(marks.values()) < width else -1
        # The cell that is furthest from its share gives or takes.
        gaps = {
            cell: step * (numbers[cell] * width - marks[cell] * total)
            for cell in marks
            if step > 0 or marks[cell] > 1
        }
        marks[max(gaps, key=lambda cell: gaps[cell])] += step
    return "".join(BAR_SYMBOLS[cell] * marks[cell] for cell in marks)


def summary_board(
    status: Status, words: Words, group_by: GroupBy | None = None, depth: int | None = None
) -> Board:
    """One screen: a line a heading, or a group if asked, with its counts and a bar of cells.

    Without ``depth`` what does not fit on a screen is folded, the deepest of the largest branch
    first, and where that is not enough those lines are left out of which least is overdue;
    programs get all of it.
    """
    entries = _groups(status, group_by, words) if group_by else _headings(status, words)
    if depth is not None:
        left = sum(entry.depth >= depth for entry in entries)
        lines = entries = [entry for entry in entries if entry.depth < depth]
        note = words("deeper_left", n=left, depth=depth + 1) if left else ""
    else:
        folded = fold_to(SCREEN, entries)
        lines = most_overdue(SCREEN, folded)
        left = len(folded) - len(lines)
        if left:
            depth_of_all = max(entry.depth for entry in entries) + 1
            note = (
                words("left_of_groups", n=left, group=group_by)
                if group_by
                else words("left_of_headings", n=left, depth=depth_of_all, first=lines[0].id)
            )
        else:
            note = _fold_words(lines, entries, words)
    columns = [
        (column, cell)
        for column, cell in SUMMARY_COLUMNS
        if column.heading != "sum_score" or any(entry.score for entry in lines)
    ]
    rows = [Row([cell(entry) for _, cell in columns]) for entry in lines]
    marks = " ".join(f"{BAR_SYMBOLS[cell]} {words(f'short_{cell}')}" for cell in CELLS)
    return Board(
        title=text_of(status.register.title, words),
        remarks=[as_of_words(status.as_of, status.known_on, words)],
        figures=count_words(status.counts, words),
        columns=headings(columns, words),
        rows=rows,
        markdown_rows=rows,
        fields=SUMMARY_FIELDS,
        records=[_record(entry) for entry in entries],
        document=lambda: data.whole(
            status,
            counts=data.counts_object(status.counts),
            lines=[_object(entry) for entry in entries],
        ),
        empty=(words("nothing_selected"), "dim"),
        notes=[
            [(marks, "dim")],
            *([[(note, "dim")]] if note else ()),
        ],
    )


def fold_to(size: int, entries: Sequence[Entry]) -> list[Entry]:
    """As many lines as fit, with what was folded below each.

    Of the uppermost heading with most lines below it the deepest are folded first, those of the
    heading that has most of them. The uppermost stay.
    """
    above: list[int] = []
    tops, parents = [0] * len(entries), [-1] * len(entries)
    for at, entry in enumerate(entries):
        del above[entry.depth :]
        parents[at] = above[-1] if above else -1
        tops[at] = above[0] if above else at
        above.append(at)
    shown = set(range(len(entries)))
    folds = [0] * len(entries)
    while len(shown) > size:
        deep = [at for at in shown if parents[at] >= 0]
        if not deep:
            break
        lines = Counter(tops[at] for at in deep)
        largest = max(lines, key=lambda top: (lines[top], -top))
        branch = [at for at in deep if tops[at] == largest]
        depth = max(entries[at].depth for at in branch)
        families = Counter(parents[at] for at in branch if entries[at].depth == depth)
        parent = max(families, key=lambda at: (families[at], at))
        children = [at for at in branch if parents[at] == parent]
        shown.difference_update(children)
        folds[parent] = len(children) + sum(folds[at] for at in children)
    return [entry._replace(folds=folds[at]) for at, entry in enumerate(entries) if at in shown]


def most_overdue(size: int, entries: Sequence[Entry]) -> list[Entry]:
    """Of lines beside each other as many as fit, those of which most is overdue, in their order."""
    ranks = sorted(
        range(len(entries)),
        key=lambda at: (-entries[at].counts.overdue, -entries[at].counts.due, at),
    )
    return [entries[at] for at in sorted(ranks[:size])]


def _fold_words(lines: Sequence[Entry], entries: Sequence[Entry], words: Words) -> str:
    """What was folded, and how to see it."""
    parents = sorted((line for line in lines if line.folds), key=lambda line: -line.folds)
    if not parents:
        return ""
    ids = ", ".join(f"{line.id} +{line.folds}" for line in parents[:NAMED])
    return words(
        "folded",
        n=sum(line.folds for line in parents),
        ids=f"{ids}, …" if len(parents) > NAMED else ids,
        depth=max(entry.depth for entry in entries) + 1,
        first=parents[0].id,
    )


SUMMARY_FIELDS = ("id", "title", "depth", *CELLS, "never_reported", "due", "worst", "score")


def _record(entry: Entry) -> list[str]:
    counts = entry.counts
    values = [getattr(counts, name) for name in (*CELLS, "never_reported", "due")]
    worst = entry.worst.state if entry.worst else None
    score = data.quotient_or_null(entry.score.value) if entry.score else None
    return [
        data.flat(value) for value in (entry.id, entry.title, entry.depth, *values, worst, score)
    ]


def _object(entry: Entry) -> data.Json:
    worst, score = entry.worst, entry.score
    return {
        "id": entry.id or None,
        "title": entry.title,
        "depth": entry.depth,
        "counts": data.counts_object(entry.counts),
        "worst": {"state": worst.state, "target": worst.target.id} if worst else None,
        "score": data.score_object(score),
    }


def _headings(status: Status, words: Words) -> Sequence[Entry]:
    """A line a heading; what stands under none has one line of its own, or all if there is none."""
    tree = outline(status)
    lines: list[Entry] = []
    for branch in tree.branches:
        if isinstance(branch.entry, Heading):
            roll, said = tree.roll_ups[branch.said.id], branch.said
            title = text_of(said.title, words)
            lines.append(
                Entry(said.id, title, branch.depth, roll.counts, roll.worst, roll.score, words)
            )
    free = _without_heading(tree)
    if free:
        key = "sum_without" if lines else "sum_all"
        lines.append(_entry(words(key), free, status, words))
    return lines


def _without_heading(tree: Outline) -> list[Verdict]:
    """The targets above which there is no heading."""
    free: list[Verdict] = []
    is_free = False
    for branch in tree.branches:
        if not branch.depth:
            is_free = isinstance(branch.entry, Verdict)
        if is_free and isinstance(branch.entry, Verdict):
            free.append(branch.entry)
    return free


def _groups(status: Status, key: GroupBy, words: Words) -> list[Entry]:
    lines = [
        _entry(title, verdicts, status, words) for title, verdicts in groups_by(status, key, words)
    ]
    return [line for line in lines if any(getattr(line.counts, cell) for cell in CELLS)]


def _entry(title: str, verdicts: Sequence[Verdict], status: Status, words: Words) -> Entry:
    leaves = [verdict for verdict in verdicts if verdict.target.id not in status.parents]
    worst = worst_of(verdict for verdict in leaves if verdict.state not in OUTSIDE)
    return Entry("", title, 0, count(leaves, frozenset()), worst, None, words)

"""Targets one below the other: where they stand, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from cdstrack.app.standing import GroupBy, Overdue, Status
from cdstrack.core.model.entries import Body
from cdstrack.core.verdict.verdict import Verdict, count
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Board, Columns, Listing, headings, row_of
from cdstrack.render.phrases import (
    STATE_STYLE,
    STATE_SYMBOL,
    as_of_words,
    body_name,
    count_words,
    days_words,
    duration_words,
    evidence_words,
    explain,
    in_families,
    level_of,
    mark_words,
    owner_words,
    text_of,
    value_cell,
)
from cdstrack.render.table import Cell, Column, Row, lay_out
from cdstrack.render.text import Line, Look, visible, wrap

JOINT = "; "
"""Between a deadline and its days, a report and its age, where they stand on one line."""

DEEPEST = 4
"""What stands deeper than so many levels is not moved further in."""

TITLE = 1
"""Which column holds the title, with the id below it."""


class Item(NamedTuple):
    """A target to show; from ``depth`` 1 on it is a class of the parent above it."""

    verdict: Verdict
    depth: int
    bodies: Mapping[str, Body]
    words: Words
    bars: bool = True
    indent: int = 0
    """How many headings stand above it, but for the outermost."""


COLUMNS: Columns[Item] = (
    (
        Column("col_state"),
        lambda item: [
            (
                f"{STATE_SYMBOL[item.verdict.state]} {item.words(f'state_{item.verdict.state}')}",
                STATE_STYLE[item.verdict.state],
            )
        ],
    ),
    (
        Column("col_target", wraps=True, least=18),
        lambda item: [
            (
                "  " * min(item.indent + max(item.depth - 1, 0), DEEPEST)
                + ("└ " if item.depth else "")
                + text_of(item.verdict.target.title, item.words),
                "",
            ),
            *[
                (f"• {mark}", "info")
                for mark in mark_words(item.verdict, item.words, is_page=False)
            ],
        ],
    ),
    (Column("col_value"), lambda item: value_cell(item.verdict, item.words, bar=item.bars)),
    (
        Column("col_deadline", joint=JOINT),
        lambda item: [
            # A parent without one of its own is due when its worst class is.
            (
                item.words.deadline(
                    item.verdict.terms.deadline
                    or (item.verdict.worst.terms.deadline if item.verdict.worst else None)
                ),
                "",
            ),
            (days_words(item.verdict, item.words), STATE_STYLE[item.verdict.state]),
        ],
    ),
    (
        Column("col_report", drop=1, joint=JOINT),
        lambda item: [*zip(evidence_words(item.verdict, item.words), ("", "dim"), strict=True)],
    ),
    (
        Column("col_owner", drop=2, wraps=True, least=22),
        lambda item: [(owner_words(item.verdict.owner, item.bodies, item.words), "dim")],
    ),
)


def status_board(
    status: Status, words: Words, group_by: GroupBy | None = None, depth: int | None = None
) -> Board:
    """Cells and rates on top, then a row a target; under headings if asked.

    ``depth``: only so many levels of the tree.
    """
    return Board(
        title=text_of(status.register.title, words),
        remarks=[as_of_words(status.as_of, status.known_on, words)],
        figures=count_words(status.counts, words),
        columns=headings(COLUMNS, words),
        rows=_rows(status, words, group_by, depth),
        markdown_rows=_rows(status, words, group_by, depth, markdown=True),
        fields=data.TARGET_FIELDS,
        records=(
            record
            for listing in [status]  # put in order only if somebody reads them
            for record in data.target_records(listing, depth)
        ),
        document=lambda: data.status_object(status),
        empty=(words("nothing_selected"), "dim"),
        notes=[
            *(_to_come(status, words) if status.to_come else ()),
            *(_further_down(status, depth, words) if depth is not None and not group_by else ()),
            *(
                legend(words)
                if any(
                    level_of(verdict) is not None
                    for verdict in status.verdicts
                    if verdict.progress is None or verdict.target.kind == "limit"
                )
                else ()
            ),
        ],
    )


def _further_down(status: Status, depth: int, words: Words) -> Iterator[Line]:
    """How many commitments stand deeper than was asked for."""
    from cdstrack.app.outline import outline  # most runs show every level

    branches = outline(status).branches
    n = sum(b.depth >= depth and isinstance(b.entry, Verdict) for b in branches)
    if n:
        yield [(words("commitments_left", n=n, depth=depth + 1), "dim")]


def _rows(
    status: Status,
    words: Words,
    group_by: GroupBy | None,
    depth: int | None,
    *,
    markdown: bool = False,
) -> Iterator[Row]:
    """A row a target, under headings: what is counted in the four cells comes before the rest."""
    if not group_by and (status.register.headings or depth is not None):
        from cdstrack.render.summary import tree_rows  # most registers have no headings

        yield from tree_rows(status, words, depth, markdown=markdown)
        return
    groups = groups_by(status, group_by, words) if group_by else []
    if not groups:
        inside = [verdict for verdict in status.verdicts if verdict.cell != "outside"]
        outside = [verdict for verdict in status.verdicts if verdict.cell == "outside"]
        groups = [("", inside), (words("outside_heading"), outside)]
    for title, verdicts in groups:
        if title and verdicts:
            aside = ""
            if group_by:
                from cdstrack.render.summary import counts_aside  # most runs group nothing

                aside = counts_aside(count(verdicts, status.parents), words)
            yield Row([], below=(title, "bold"), aside=aside)
        # Most registers have no families.
        family = (
            in_families(verdicts, status.parents) if status.parents else zip(verdicts, repeat(0))
        )
        for verdict, level in family:
            item = Item(verdict, level, status.register.bodies, words, bars=not markdown)
            row = row_of(COLUMNS, item, verdict.target.id, TITLE)
            yield markdown_row(row) if markdown else row


def markdown_row(row: Row) -> Row:
    """Every cell on one line, but for the id and the remarks below a title."""
    cells: list[Cell] = [
        [(column.joint.join([text for text, _ in cell]), "")]
        for (column, _), cell in zip(COLUMNS, row.cells, strict=True)
    ]
    title, *marks = row.cells[TITLE]
    cells[TITLE] = [title, (row.below[0] if row.below else "", "code"), *marks]
    return Row(cells)


def legend(words: Words) -> list[Line]:
    """What the drawings mean, below a table that has levels beside bars."""
    return [[], [(words("legend_bars"), "dim")]]


def _to_come(status: Status, words: Words) -> list[Line]:
    lines: list[Line] = [[], [(words("to_come"), "bold")]]
    for target in status.to_come:
        title = text_of(target.title, words)
        text = words("to_come_item", title=title, day=target.stated.on)
        lines.append([(f"{target.id}  ", "dim"), (text, "")])
    return lines


def groups_by(status: Status, key: GroupBy, words: Words) -> list[tuple[str, list[Verdict]]]:
    """Targets under headings: owner of today, reporting body, group of bodies, tag, or state.

    Under a body stands its own part of a target, judged by itself.
    """
    from cdstrack.app.boards import bodies_of  # most runs group nothing

    register = status.register
    groups: dict[str, list[Verdict]] = {}
    for verdict in status.verdicts:
        if key in ("body", "group") and verdict.target.id in status.parents:
            continue  # its classes stand where they belong
        owner, group = verdict.owner.current, register.groups.get(verdict.target.reporters or "")
        match key:
            case "owner":
                entries = [(body_name(owner, register.bodies, words), verdict)]
            case "body":
                entries = [
                    (body_name(name, register.bodies, words), part)
                    for name, part in (bodies_of(status, verdict) or {owner: verdict}).items()
                ]
            case "group":
                entries = [(text_of(group.name, words) if group else words("no_group"), verdict)]
            case "tag":
                tags = list(verdict.target.tags) or [words("no_tag")]
                entries = [(tag, verdict) for tag in tags]
            case _:
                entries = [(words(f"state_{verdict.state}"), verdict)]
        for title, entry in entries:
            groups.setdefault(title, []).append(entry)
    return list(groups.items())


def overdue_listing(overdue: Overdue, within: str | None, words: Words, look: Look) -> Listing:
    """What is overdue and why; ``within``, as it was typed, tells of what falls due next."""
    return Listing(
        _overdue_lines(overdue, within, words, look), lambda: data.overdue_object(overdue)
    )


def _overdue_lines(
    overdue: Overdue, within: str | None, words: Words, look: Look
) -> Iterator[Line]:
    status = overdue.status
    yield [(as_of_words(status.as_of, status.known_on, words), "dim")]
    if overdue.overdue:
        never = sum(verdict.never_reported for verdict in overdue.overdue)
        key = "overdue_heading_never" if never else "overdue_heading"
        yield [(words(key, n=len(overdue.overdue), never=never), "worst")]
        yield from _with_reasons(overdue.overdue, status, words, look)
    else:
        yield [(words("nothing_overdue"), "good")]
    if within:
        yield []
        key = "coming_heading" if overdue.coming else "nothing_coming"
        length = duration_words(within, words)
        yield [(words(key, n=len(overdue.coming), within=length), "bold")]
        if overdue.coming:
            yield from _with_reasons(overdue.coming, status, words, look)


def _with_reasons(
    verdicts: Sequence[Verdict], status: Status, words: Words, look: Look
) -> Iterator[Line]:
    """A table of targets, and below it why each of them stands as it does."""
    yield []
    bodies = status.register.bodies
    rows = [
        row_of(COLUMNS, Item(verdict, 0, bodies, words), verdict.target.id, TITLE)
        for verdict in verdicts
    ]
    yield from lay_out(headings(COLUMNS, words), rows, look)
    yield []
    yield [(words("why_heading"), "heading")]
    for verdict in verdicts:
        yield [(f"  {verdict.target.id}", "code")]
        width = look.width - 4 if look.width is not None else None
        for part in wrap(visible(explain(verdict, words)), width):
            yield [("    " + part, "")]

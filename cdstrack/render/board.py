"""A list as its reader wants it: one board, and one function for each format.

What a format does not show is not worked out: rows and records are read once, when they are shown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from cdstrack.core.model.structs import dataclass, replace
from cdstrack.i18n import Words
from cdstrack.render.data import ENOUGH, Parts, dump_object
from cdstrack.render.table import Cell, Column, Row, lay_out
from cdstrack.render.text import (
    Line,
    Look,
    Segment,
    csv_block,
    fit,
    markdown_cell,
    one_line,
    paint,
    visible,
    wrap,
)

Item = TypeVar("Item")
Columns = Sequence[tuple[Column, Callable[[Item], Cell]]]
"""The columns of a list, their headings as keys, with what stands in each. One entry adds one."""


def headings(columns: Columns[Item], words: Words) -> list[Column]:
    """The columns with their headings in the reader's language."""
    return [replace(column, heading=words(column.heading)) for column, _ in columns]


def row_of(columns: Columns[Item], item: Item, name: str, at: int = 0) -> Row:
    """A row of the columns with an id below one of them; empty lines are left out."""
    cells = [[line for line in cell(item) if line[0]] for _, cell in columns]
    return Row(cells, below=(name, "dim"), below_at=at)


@dataclass(frozen=True, slots=True)
class Board:
    """A heading, columns with rows, and the same as plain data."""

    title: str
    remarks: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Row]
    markdown_rows: Iterable[Row]
    """The same rows on a page of Markdown."""
    fields: Sequence[str]
    records: Iterable[Sequence[str]]
    """Codes instead of words: a text for each of the ``fields``."""
    document: Callable[[], Parts]
    """All of it as one object: the documented shape (docs/json.md)."""
    empty: Segment
    """What stands there instead of rows."""
    figures: Sequence[Sequence[Line]] = ()
    """Lines above the table, each in pieces that stand side by side."""
    notes: Sequence[Line] = ()
    """Below the table, on a terminal alone."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is read from top to bottom: lines for people, an object for programs."""

    lines: Iterable[Line]
    document: Callable[[], Parts]


def table(board: Board, look: Look) -> Iterator[str]:
    """The heading, then the rows laid out side by side."""
    lines: list[Line] = [[(part, "bold")] for part in wrap(visible(board.title), look.width)]
    for remark in board.remarks:
        lines += [[(part, "dim")] for part in wrap(visible(remark), look.width)]
    for number, pieces in enumerate(board.figures):
        lines += [*([] if number else [[]]), *fit(_side_by_side(pieces, look), look)]
    yield from paint([*lines, []], look)
    rows = iter(board.rows)
    first = next(rows, None)
    if first is not None:
        yield from paint(lay_out(board.columns, chain([first], rows), look), look)
    else:
        yield from paint(fit([[board.empty]], look), look)
    if board.notes:
        yield from paint(fit(board.notes, look), look)


def _side_by_side(pieces: Iterable[Line], look: Look) -> Iterator[Line]:
    """Pieces with a dot between, broken into lines where they do not fit."""
    line: Line = []
    width = 0
    for piece in pieces:
        size = sum(len(text) for text, _ in piece)
        if line and look.width is not None and width + 3 + size > look.width:
            yield line
            line, width = [], 0
        if line:
            line, width = [*line, (" · ", "dim")], width + 3
        line, width = [*line, *piece], width + size
    yield line


def plain(board: Board, look: Look) -> Iterator[str]:
    """One line a row, fields set apart by tabs, codes instead of words; for grep and cut."""
    for record in board.records:
        yield "\t".join([visible(one_line(field)) for field in record]) + "\n"


def as_json(view: Board | Listing, look: Look) -> Iterator[str]:
    """The documented shape (docs/json.md), one object."""
    return dump_object(view.document().items())


def as_csv(board: Board, look: Look) -> Iterator[str]:
    """A line a row, codes instead of words; formulas are defused."""
    yield from csv_lines(board.fields, board.records)


def csv_lines(fields: Sequence[str], records: Iterable[Sequence[str]]) -> Iterator[str]:
    """Records below the names of their fields, in which no spreadsheet finds a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(fields)
    for record in records:
        writer.writerow([text and csv_block(text) for text in record])  # most are empty
        if out.tell() > ENOUGH:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def csv_text(fields: Sequence[str], records: Iterable[Sequence[str]]) -> str:
    """The same in one piece."""
    return "".join(csv_lines(fields, records))


def markdown(board: Board, look: Look) -> Iterator[str]:
    """A table for a page, a mail or a pull request."""
    yield f"## {markdown_cell(board.title)}\n\n"
    yield "  \n".join(markdown_cell(remark) for remark in board.remarks) + "\n\n"
    if board.figures:
        yield "  \n".join(_strong(pieces) for pieces in board.figures) + "\n\n"
    rows = list(board.markdown_rows)
    if not rows:
        yield board.empty[0] + "\n"
    heading = "| " + " | ".join(column.heading for column in board.columns) + " |\n"
    heading += "|" + " --- |" * len(board.columns) + "\n"
    headless = True
    for row in rows:
        if not row.cells:
            title = row.below[0] if row.below else ""
            title = f"{title}: {row.aside}" if row.aside else title
            yield f"\n### {markdown_cell(title)}\n\n"
            headless = True
            continue
        if headless:
            yield heading
            headless = False
        cells = ["<br>".join(map(_markdown_line, cell)) for cell in row.cells]
        if row.below is not None:
            cells[row.below_at] += f"<br>`{row.below[0]}`"
        yield "| " + " | ".join(cells) + " |\n"


def _strong(pieces: Iterable[Line]) -> str:
    """Figures side by side, what has a style in bold."""
    lines = ("".join(f"**{text}**" if style else text for text, style in line) for line in pieces)
    return " · ".join(lines)


def _markdown_line(segment: Segment) -> str:
    text, style = segment
    return f"`{text}`" if style == "code" else markdown_cell(text)


def svg(board: Board, look: Look) -> Iterator[str]:
    """A picture of the terminal, for a README: valid XML without script, link or outside font."""
    from cdstrack.render.svg import picture

    width = look.width or 110
    screen = "".join(table(board, Look(width=width, color=True, unicode=True)))
    yield picture(screen, title="cdstrack status", width=width)


def as_text(listing: Listing, look: Look) -> Iterator[str]:
    """The lines, no wider than the terminal."""
    return paint(fit(listing.lines, look), look)


Format = Callable[[Board, Look], Iterator[str]]

FORMATS: Mapping[str, Format] = {
    "table": table,
    "plain": plain,
    "json": as_json,
    "csv": as_csv,
    "md": markdown,
    "svg": svg,
}
BOARD_FORMATS = {name: FORMATS[name] for name in ("table", "json", "csv", "md")}
LISTING_FORMATS: Mapping[str, Callable[[Listing, Look], Iterator[str]]] = {
    "table": as_text,
    "json": as_json,
}

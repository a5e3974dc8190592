"""What every table in a sheet has: headings, merged cells, cells that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import StoreError
from cdstrack.i18n.form_words import column_number
from cdstrack.store.sheet.archive import MAX_COLUMNS
from cdstrack.store.sheet.grid import Book, Grid, Value

HEADING_ROWS = 20
"""The headings stand in one of the first so many rows, below what an office writes above them."""
NUMBERED_ROWS = 2
"""Columns are numbered in one of the first so many rows below the headings."""
_ADDED = re.compile(r"(?: ?\([^)]*\)| ?[:*])$")


class CellFault(NamedTuple):
    """A cell that cannot be read: its place, and the code and facts of what is wrong."""

    row: int
    column: int
    code: str
    facts: Mapping[str, object]


def sheets_of(book: Book, name: str | None) -> Sequence[Grid]:
    """The sheets to look at: all that are not hidden, or the one of a name. Raises StoreError."""
    if name is None:
        return book.grids
    plain = fold(name).strip()
    grids = [grid for grid in book.grids if grid.name == name] or [
        grid for grid in book.grids if fold(grid.name).strip() == plain
    ]
    if len(grids) != 1:
        names = [grid.name for grid in book.grids]
        raise StoreError("sheet_unknown_name", path=book.path, text=name, allowed=names)
    return grids


def heading_text(cell: Value) -> str:
    """The text of a cell, ready to compare; what is added in brackets is no part of it."""
    text = " ".join(fold(cell).split()) if isinstance(cell, str) else ""
    return _ADDED.sub("", text)


def numbers_columns(cells: Sequence[Value]) -> bool:
    """Whether cells number the columns: A, B, (1), (2), 3=2/1. A sheet makes -1 of (1)."""
    texts = [f"{abs(cell):f}" if isinstance(cell, Decimal) else str(cell) for cell in cells]
    numbers = [column_number(text) for text in texts]
    counts = [number for number in numbers if number]
    return len(cells) > 2 and None not in numbers and counts == sorted(set(counts)) != []


def tops_of(grid: Grid, heading: int, columns: Collection[int]) -> dict[tuple[int, int], int]:
    """Of each cell below the headings that is merged with one above it, the row of that one."""
    tops: dict[tuple[int, int], int] = {}
    for (top, left), (bottom, _) in grid.merged:
        if left in columns and top > heading:
            for row in range(top, min(bottom + 1, len(grid.rows))):
                if tops.setdefault((row, left), top) != top:
                    break  # they overlap, which no spreadsheet allows
    return tops


def texts_across(grid: Grid, texts: dict[int, str], rows: Mapping[int, int]) -> Iterator[int]:
    """Give each column under a merged heading its text; the columns that got one."""
    for (top, left), (_, right) in grid.merged:
        if rows.get(left) == top:
            for at in range(left + 1, min(right, MAX_COLUMNS) + 1):
                if at not in texts:
                    texts[at] = texts[left]
                    yield at


def unread_cells(grid: Grid, heading: int) -> Iterator[CellFault]:
    """The cells from the headings on that not every reader takes for the same."""
    for row, at in grid.unread:
        if row >= heading:
            cells = grid.rows[row] if row < len(grid.rows) else ()
            text = str(cells[at]) if at < len(cells) and cells[at] is not None else None
            facts: dict[str, object] = {"text": text} if text is not None else {}
            code = "sheet_unread" if text is not None else "sheet_unread_empty"
            yield CellFault(row, at, code, facts)


def faults_in(grid: Grid, row: int, columns: Collection[int]) -> Iterator[CellFault]:
    """The cells of a row that hold an error, or a formula without a value."""
    for at in columns:
        text = grid.faults.get((row, at))
        if text is not None:
            code = "sheet_formula" if text.startswith("=") else "sheet_error"
            yield CellFault(row, at, code, {"text": text})

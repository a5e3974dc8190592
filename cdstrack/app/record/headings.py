"""The form in a sheet that came back: where it stands, by its headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cdstrack.core.model.form_columns import COLUMNS, READ, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import StoreError, did_you_mean
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.notation import Language
from cdstrack.store.sheet.grid import Book, Grid, Value, cell_name

HEADING_ROWS = 10
"""The headings stand in one of the first so many rows."""
HALF = 0.5
_WORD = re.compile(r"\w+")
WANTED: tuple[Column, ...] = ("target", "date", "value")
"""The columns that a form cannot do without."""


class UnreadColumn(NamedTuple):
    """A column that holds something and is not ours."""

    letters: str
    heading: str
    near: str | None
    """The heading of ours that was probably meant."""


@dataclass(frozen=True, slots=True)
class FormInSheet:
    """The sheet with our headings: their row, the column of each, and their language, if any."""

    grid: Grid
    heading: int
    columns: dict[Column, int]
    lang: Language | None

    def ignored(self, bodies: Collection[str]) -> Iterator[UnreadColumn]:
        """The columns that hold something and are not ours.

        ``bodies`` are the names of bodies, folded: a column of them is known by what it holds.
        """
        rows, columns = self.grid.rows, set(self.columns.values())
        cells: dict[int, list[Value]] = {}
        for row in rows[self.heading + 1 :]:
            for at, cell in enumerate(row):
                if cell is not None and at not in columns:
                    cells.setdefault(at, []).append(cell)
        for at in sorted(cells):
            headings = rows[self.heading]
            heading = headings[at] if at < len(headings) else None
            near = self._near(_heading(heading))
            if "body" not in self.columns and all(_heading(cell) in bodies for cell in cells[at]):
                near = "body"
            name = Words(self.lang)(f"form_{near}") if near and self.lang else near
            yield UnreadColumn(cell_name(0, at)[:-1], str(heading or ""), name)

    def _near(self, text: str) -> Column | None:
        """The missing column with nearly this heading, or with half of its words in it."""
        names = {
            name: column
            for name, column in _names(self.lang).items()
            if column in READ and column not in self.columns
        }
        close = names.get(did_you_mean(text, names) or "")
        if close is None and names:
            name = max(names, key=lambda name: _words_in_common(text, name))
            close = names[name] if _words_in_common(text, name) >= HALF else None
        return close


def find_form(book: Book) -> FormInSheet:
    """The form in a file. Raises StoreError for none, for several, or for a column twice."""
    forms = [form for grid in book.grids if (form := _form_in(grid, book.path)) is not None]
    if not forms:
        raise StoreError("sheet_no_heading", path=book.path)
    if len(forms) > 1:
        sheets = ", ".join(f"“{form.grid.name}”" for form in forms)
        raise StoreError("sheet_several", path=book.path, sheets=sheets)
    return forms[0]


def _form_in(grid: Grid, path: str) -> FormInSheet | None:
    vocabularies = [(lang, _names(lang)) for lang in (*LANGUAGES, None)]
    for row, cells in enumerate(grid.rows[:HEADING_ROWS]):
        texts = [_heading(cell) for cell in cells]
        for lang, names in vocabularies:
            if not {names[text] for text in texts if text in names} >= set(WANTED):
                continue
            columns: dict[Column, int] = {}
            for at, text in enumerate(texts):
                if text in names and columns.setdefault(names[text], at) != at:
                    twice = ", ".join(cell_name(row, spot) for spot in (columns[names[text]], at))
                    raise StoreError("sheet_heading_twice", path=path, text=cells[at], cells=twice)
            return FormInSheet(grid, row, columns, lang)
    return None


def _names(lang: Language | None) -> dict[str, Column]:
    """The headings in a language, or those for programs, ready to compare."""
    if lang is None:
        return {name: name for name in COLUMNS}
    return {fold(Words(lang)(f"form_{name}")): name for name in COLUMNS}


def _words_in_common(text: str, name: str) -> float:
    """Which share of the words of a name stands in a text."""
    words = set(_WORD.findall(name))
    return len(words & set(_WORD.findall(text))) / len(words)


def _heading(cell: Value) -> str:
    """The text of a cell, ready to compare."""
    return " ".join(fold(cell).split()) if isinstance(cell, str) else ""

"""The form in a sheet that came back: where it stands, by its headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cdstrack.core.model.form_columns import COLUMNS, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import StoreError
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.notation import Language
from cdstrack.store.sheet.grid import Book, Grid, Value, cell_name

HEADING_ROWS = 10
"""The headings stand in one of the first so many rows."""
WANTED: tuple[Column, ...] = ("target", "date", "value")
"""The columns that a form cannot do without."""


@dataclass(frozen=True, slots=True)
class FormInSheet:
    """The sheet with our headings: their row, the column of each, and their language, if any."""

    grid: Grid
    heading: int
    columns: dict[Column, int]
    lang: Language | None

    def ignored(self) -> Iterator[tuple[str, str]]:
        """The columns that hold something and are not ours: their letters and headings."""
        rows, columns = self.grid.rows, set(self.columns.values())
        below = {at for row in rows[self.heading + 1 :] for at, cell in enumerate(row) if cell}
        for at in sorted(below - columns):
            cells = rows[self.heading]
            heading = cells[at] if at < len(cells) else None
            yield cell_name(0, at)[:-1], str(heading or "")


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
    vocabularies: list[tuple[Language | None, dict[str, Column]]] = [
        (lang, {fold(Words(lang)(f"form_{name}")): name for name in COLUMNS}) for lang in LANGUAGES
    ]
    vocabularies.append((None, {name: name for name in COLUMNS}))
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


def _heading(cell: Value) -> str:
    """The text of a cell, ready to compare."""
    return " ".join(fold(cell).split()) if isinstance(cell, str) else ""

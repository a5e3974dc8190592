"""The form in a sheet that came back: where it stands, by its headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cdstrack.app.record.sheet_table import HEADING_ROWS, heading_text, sheets_of, texts_across
from cdstrack.core.model.breakdown import dimension_names
from cdstrack.core.model.entries import Target
from cdstrack.core.model.form_columns import COLUMNS, READ, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import StoreError, did_you_mean
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.notation import Language
from cdstrack.store.sheet.grid import Book, Grid, Value, cell_name

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
    """The sheet with our headings: their last row, the column of each, and their language, if any.

    ``headings`` are the texts above all columns that have any.
    """

    grid: Grid
    heading: int
    columns: dict[Column, int]
    lang: Language | None
    headings: dict[int, str]
    dimensions: dict[int, str] = field(default_factory=dict)
    """The columns that say of which category of a breakdown a row is, by what they are headed."""

    def with_dimensions(self, targets: Iterable[Target]) -> FormInSheet:
        """The same with the columns that are headed by dimensions of these targets."""
        names = {
            heading_text(text)
            for target in targets
            for _, names in dimension_names(target)
            for text in names
        }
        columns = set(self.columns.values())
        dimensions = {
            at: heading
            for at, text in self.headings.items()
            if at not in columns and (heading := heading_text(text)) in names
        }
        return replace(self, dimensions=dimensions)

    def ignored(self, bodies: Collection[str]) -> Iterator[UnreadColumn]:
        """The columns that hold something and are not ours.

        ``bodies`` are the names of bodies, folded: a column of them is known by what it holds.
        """
        columns = {*self.columns.values(), *self.dimensions}
        cells: dict[int, list[Value]] = {}
        for row in self.grid.rows[self.heading + 1 :]:
            for at, cell in enumerate(row):
                if cell is not None and at not in columns:
                    cells.setdefault(at, []).append(cell)
        for at in sorted(cells):
            heading = self.headings.get(at, "")
            near = self._near(heading_text(heading))
            if "body" not in self.columns and all(
                heading_text(cell) in bodies for cell in cells[at]
            ):
                near = "body"
            name = Words(self.lang)(f"form_{near}") if near and self.lang else near
            yield UnreadColumn(cell_name(0, at)[:-1], heading, name)

    def _near(self, text: str) -> Column | None:
        """The missing column that a heading probably means."""
        names = {
            name: column
            for name, column in _names(self.lang).items()
            if column in READ and column not in self.columns
        }
        return _nearest(text, names)


def dimension_headed(target: Target, heading: str) -> str:
    """The dimension of a target that a heading names, else the heading itself."""
    for dimension, names in dimension_names(target):
        if heading in map(heading_text, names):
            return dimension
    return heading


def find_form(book: Book, sheet: str | None = None) -> FormInSheet:
    """The form in a file, or on one of its sheets.

    Raises StoreError for none, for several, for a column twice, or for no sheet of that name.
    """
    grids = sheets_of(book, sheet)
    forms = [form for grid in grids if (form := _form_in(grid, book.path)) is not None]
    if not forms:
        raise _no_form(book, grids)
    if len(forms) > 1:
        sheets = ", ".join(f"“{form.grid.name}”" for form in forms)
        raise StoreError("sheet_several", path=book.path, sheets=sheets)
    return forms[0]


def _no_form(book: Book, grids: Sequence[Grid]) -> StoreError:
    """What is wrong with a file without our headings: where most of them are, which it lacks."""
    rows = [
        (_Headings(grid, row, 1, _names(lang), book.path), lang)
        for grid in grids
        for row in range(min(HEADING_ROWS, len(grid.rows)))
        for lang in (*LANGUAGES, None)
    ]
    most = max(rows, key=lambda entry: len(entry[0].names_of_columns()), default=None)
    if most is None or not most[0].names_of_columns() & set(WANTED):
        return StoreError("sheet_no_heading", path=book.path)
    headings, lang = most
    facts = {"path": book.path, "row": headings.row + 1, "missing": headings.missing(lang)}
    return StoreError("sheet_heading_missing", **facts)


def _form_in(grid: Grid, path: str) -> FormInSheet | None:
    vocabularies = [(lang, _names(lang)) for lang in (*LANGUAGES, None)]
    top = replace(grid, merged=[cells for cells in grid.merged if cells[0][0] <= HEADING_ROWS])
    for depth in (1, 2):
        for row in range(min(HEADING_ROWS, len(grid.rows)) + 1 - depth):
            for lang, names in vocabularies:
                headings = _Headings(top, row, depth, names, path)
                if headings.names_of_columns() >= set(WANTED):
                    if headings.goes_on():
                        headings = _Headings(top, row, depth + 1, names, path)
                    columns, last = headings.columns(), row + headings.depth - 1
                    return FormInSheet(grid, last, columns, lang, headings.texts)
    return None


class _Headings:
    """The headings in one row, or in two of which the lower says what columns of one have apart."""

    def __init__(
        self, grid: Grid, row: int, depth: int, names: Mapping[str, Column], path: str
    ) -> None:
        self.grid, self.row, self.depth, self.names, self.path = grid, row, depth, names, path
        self.texts: dict[int, str] = {}
        self.rows: dict[int, int] = {}
        """In which row the heading of each column stands."""
        for number, cells in enumerate(grid.rows[row : row + depth], start=row):
            for at, cell in enumerate(cells):
                if cell is not None and self._name(at) is None:
                    self.texts[at], self.rows[at] = str(cell), number
        strangers = {at: top for at, top in self.rows.items() if self._name(at) is None}
        for _ in texts_across(grid, self.texts, strangers):
            pass

    def _name(self, at: int) -> Column | None:
        return self.names.get(heading_text(self.texts.get(at)))

    def names_of_columns(self) -> set[Column]:
        return {name for at in self.texts if (name := self._name(at)) is not None}

    def missing(self, lang: Language | None) -> str:
        """The headings that a form wants and these lack, with what was probably meant for them."""
        columns = self.names_of_columns()
        lacks = [name for name in WANTED if name not in columns]
        names = {
            name: column
            for language in (*LANGUAGES, None)
            for name, column in _names(language).items()
            if column in lacks
        }
        near: dict[Column, str] = {}
        for at, text in sorted(self.texts.items()):
            column = names.get(heading_text(text)) or _nearest(heading_text(text), names)
            if self._name(at) is None and column is not None:
                near.setdefault(column, f" ({self._cell(at)}: “{text}”?)")
        own = {name: Words(lang)(f"form_{name}") if lang else name for name in lacks}
        return ", ".join(f"“{own[name]}”{near.get(name, '')}" for name in lacks)

    def goes_on(self) -> bool:
        """Whether the row below belongs to the headings: it has no id, and words of ours."""
        below = self.row + self.depth
        if self.depth > 1 or below >= len(self.grid.rows):
            return False
        cells = self.grid.rows[below]
        at = self.columns()["target"]
        has_id = at < len(cells) and cells[at] is not None
        return not has_id and any(heading_text(cell) in self.names for cell in cells)

    def columns(self) -> dict[Column, int]:
        """The column of each heading. Raises StoreError for a heading over several, or twice."""
        columns: dict[Column, int] = {}
        for at in sorted(self.texts):
            name = self._name(at)
            if name is None:
                continue
            if (other := columns.setdefault(name, at)) != at:
                cells = f"{self._cell(other)}, {self._cell(at)}"
                text = self.texts[at]
                raise StoreError("sheet_heading_twice", path=self.path, text=text, cells=cells)
            self._check_width(at)
        return columns

    def _cell(self, at: int) -> str:
        return cell_name(self.rows.get(at, self.row), at)

    def _check_width(self, at: int) -> None:
        """Refuse a heading that is merged over columns which the row below tells apart."""
        for (top, left), (bottom, right) in self.grid.merged:
            if (top, left) != (self.rows.get(at), at) or right == at:
                continue
            below = self.grid.rows[bottom + 1 : bottom + 2] or [()]
            parts = [cell for cell in below[0][at : right + 1] if isinstance(cell, str)]
            if len(parts) > 1 and not any(heading_text(cell) in self.names for cell in parts):
                cells = f"{self._cell(at)}:{cell_name(bottom, right)}"
                text = self.texts[at]
                raise StoreError("sheet_heading_wide", path=self.path, text=text, cells=cells)


def _names(lang: Language | None) -> dict[str, Column]:
    """The headings in a language, or those for programs, ready to compare."""
    if lang is None:
        return {name: name for name in COLUMNS}
    return {fold(Words(lang)(f"form_{name}")): name for name in COLUMNS}


def _nearest(text: str, names: Mapping[str, Column]) -> Column | None:
    """The column with nearly this heading, or with half of its words in it."""
    close = names.get(did_you_mean(text, names) or "")
    if close is None and names:
        name = max(names, key=lambda name: _words_in_common(text, name))
        close = names[name] if _words_in_common(text, name) >= HALF else None
    return close


def _words_in_common(text: str, name: str) -> float:
    """Which share of the words of a name stands in a text."""
    words = set(_WORD.findall(name))
    return len(words & set(_WORD.findall(text))) / len(words)

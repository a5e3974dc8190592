"""A form as an office lays it out: which of its rows hold figures, and what merged cells say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from cdstrack.app.record.cells import id_text, is_blank
from cdstrack.app.record.headings import WANTED, FormInSheet
from cdstrack.app.record.sheet_table import NUMBERED_ROWS, numbers_columns, tops_of
from cdstrack.core.model.form_columns import Column
from cdstrack.core.model.naming import ID_PATTERN, fold
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Register
from cdstrack.i18n.form_words import is_dash, is_footnote, is_signature, is_total
from cdstrack.store.sheet.grid import MARKS, Value

RowKind = Literal["heading", "numbering", "section", "total", "signature", "note"]
"""What a row is that holds no figure of its own."""

_SHARED: tuple[Column, ...] = (
    "target", "title", "body", "part", "date", "source", "note", "slice", "series",
)  # fmt: skip
"""What a merged cell says holds for each of its rows; a figure is of one."""
_FIGURE: tuple[Column, ...] = ("value", "of")


class Layout:
    """The rows below the headings of a form, asked for from the first to the last."""

    def __init__(self, form: FormInSheet, register: Register) -> None:
        self._form, self._grid = form, form.grid
        self._register = register
        self._signed = False
        self._tops = tops_of(form.grid, form.heading, {*form.columns.values(), *form.dimensions})

    def value(self, row: int, name: Column) -> Value:
        """What a row says in a column, perhaps in a cell that it shares with others."""
        at = self._form.columns.get(name)
        if at is None:
            return None
        return self._at(self._tops.get((row, at), row) if name in _SHARED else row, at)

    def categories(self, row: int) -> Iterator[tuple[int, str, str]]:
        """What a row says in columns that are headed by dimensions: column, heading and text."""
        for at, heading in self._form.dimensions.items():
            text = id_text(self._at(self._tops.get((row, at), row), at))
            if text is not None and not is_dash(text):
                yield at, heading, text

    def kind(self, row: int) -> RowKind | None:
        """What a row is that holds no figure; None for one to be read. Raises Refusal.

        A row with the id of a commitment is read wherever it stands.
        """
        cells = [cell for cell in self._grid.rows[row] if cell is not None]
        if not cells:
            return None
        if row <= self._form.heading + NUMBERED_ROWS and numbers_columns(cells):
            return "numbering"
        if self._has_id(row):
            return self._total_with_id(row)
        if all(self._at(row, at) == self._form.headings[at] for at in self._form.columns.values()):
            return "heading"
        target, date, figure = (self.value(row, name) for name in WANTED)
        texts = [cell for cell in cells if isinstance(cell, str)]
        if any(map(is_total, texts if target is None else [str(target)])):
            return "total"
        if date is not None and figure is not None:
            return None
        if len(cells) == 1 and any(map(is_footnote, texts)):
            return "note"
        if self._signed or any(map(is_signature, texts)):
            self._signed = True
            return "signature"
        return "section" if self._is_section(row) else None

    def _has_id(self, row: int) -> bool:
        name = id_text(self.value(row, "target"))
        return name is not None and (
            name in self._register.targets or name in self._register.broken
        )

    def _total_with_id(self, row: int) -> RowKind | None:
        """``total`` for one of rows that share an id. Refuses a total that has one for itself."""
        if not self._is_total_of(row, "title") and not self._is_total_of(row, "body"):
            return None
        if self._tops.get((row, self._form.columns["target"]), row) < row:
            return "total"
        raise Refusal("total_with_id")

    def _is_total_of(self, row: int, name: Column) -> bool:
        """Whether a title or a body is the word for a total, and not what something is called."""
        text = self.value(row, name)
        if not isinstance(text, str) or not is_total(text):
            return False
        register = self._register
        target = register.targets.get(id_text(self.value(row, "target")) or "")
        names = [body.name for body in register.bodies.values()]
        if name == "title":
            names = [target.title] if target is not None else []
        titles = [title for both in names for title in (both.vi, both.en)]
        return not any(fold(text).startswith(fold(title)) for title in titles)

    def _is_section(self, row: int) -> bool:
        """Whether a row only says what the next ones are about. Refuses one cut up otherwise."""
        text = self.value(row, "target")
        names = [name for name in self._form.columns if name not in ("target", "title")]
        if not isinstance(text, str) or not is_blank([self.value(row, name) for name in names]):
            return False
        for mark in MARKS if self._grid.mark is not None else "":
            if mark != self._grid.mark and text.count(mark) > 1:
                raise Refusal("row_other_mark", mark=_shown(mark), others=_shown(self._grid.mark))
        return re.fullmatch(ID_PATTERN, text) is None

    def check(self, row: int) -> None:
        """Refuse a figure in a cell that is merged with cells of other rows."""
        for name in _FIGURE:
            at = self._form.columns.get(name)
            if at is not None and self._tops.get((row + 1, at), row + 1) <= row:
                raise Refusal("figure_merged")

    def strays(self, row: int) -> Iterator[tuple[int, str, dict[str, object]]]:
        """What a row holds where there is no heading: its column, and what is wrong."""
        mark, figure = self._grid.mark, self._cut_figure(row)
        write: dict[str, object] = {} if figure is None else {"write": figure}
        for at, cell in enumerate(self._grid.rows[row]):
            if cell is not None and at not in self._form.headings:
                code = "cell_without_heading" if mark is None else "row_too_wide"
                yield at, code, {"text": str(cell), "mark": _shown(mark or ""), **write}
            elif mark is not None and isinstance(cell, str) and self._swallows_rows(cell, mark):
                yield at, "quote_over_rows", {}
        at = self._form.columns["value"]
        if write and at + 1 != self._form.columns.get("of"):
            yield at, "figure_cut", write

    def _cut_figure(self, row: int) -> str | None:
        """The figure, in quotes, of which commas made two cells, or more where a row is wide."""
        if self._grid.mark != ",":
            return None
        at, last = self._form.columns["value"], max(self._form.headings)
        beyond = [cell for cell in self._grid.rows[row][last + 1 :] if cell is not None]
        cells = [str(self._at(row, at + more)) for more in range(max(len(beyond), 1) + 1)]
        for parts in (cells, cells[:2]):
            if re.fullmatch("-?[0-9.]+(?:,[0-9]{3})*,[0-9]{1,3}(?: ?%)?", text := ",".join(parts)):
                return f'"{text}"'
        return None

    def _swallows_rows(self, text: str, mark: str) -> bool:
        """Whether a text in quotes goes on over further rows of the form."""
        for line in text.splitlines()[1:]:
            parts = [part.strip(' "') for part in line.split(mark)]
            if len(parts) > 2 and any(part in self._register.targets for part in parts):
                return True
        return False

    def _at(self, row: int, at: int) -> Value:
        cells = self._grid.rows[row]
        return cells[at] if at < len(cells) else None


def _shown(mark: str | None) -> str:
    return "Tab" if mark == "\t" else mark or ""

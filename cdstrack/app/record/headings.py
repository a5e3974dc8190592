"""The form in a sheet that came back: where it stands, and what its cells say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cdstrack.core.model.form_columns import COLUMNS, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.numbers import Language, number
from cdstrack.i18n.read_figures import read_figure
from cdstrack.i18n.reading import Misread
from cdstrack.store.sheet.grid import Book, Grid, Value, cell_name

HEADING_ROWS = 10
"""The headings stand in one of the first so many rows."""
WANTED: tuple[Column, ...] = ("target", "date", "value")
"""The columns that a form cannot do without."""
_DAY_ZERO = date(1899, 12, 30)
"""Excel counts the days from here."""
_SERIALS = range(20_000, 80_000)
"""Numbers that are days, not years: from 1954 to 2119."""


@dataclass(frozen=True, slots=True)
class FoundForm:
    """The sheet with our headings: their row, the column of each, and their language, if any."""

    grid: Grid
    heading: int
    columns: dict[Column, int]
    lang: Language | None

    def ignored(self) -> Iterator[tuple[str, str]]:
        """The columns that hold something and are none of ours: their letters and headings."""
        rows, ours = self.grid.rows, set(self.columns.values())
        below = {at for row in rows[self.heading + 1 :] for at, cell in enumerate(row) if cell}
        for at in sorted(below - ours):
            cells = rows[self.heading]
            heading = cells[at] if at < len(cells) else None
            yield cell_name(0, at)[:-1], str(heading or "")


def find_form(book: Book) -> FoundForm:
    """The form in a file. Raises StoreError for none, for several, or for a column twice."""
    found = [each for grid in book.grids if (each := _form_in(grid, book.path)) is not None]
    if not found:
        raise StoreError("sheet_no_heading", path=book.path)
    if len(found) > 1:
        sheets = ", ".join(f"“{each.grid.name}”" for each in found)
        raise StoreError("sheet_several", path=book.path, sheets=sheets)
    return found[0]


def _heading(text: str) -> str:
    return " ".join(fold(text).split())


def _form_in(grid: Grid, path: str) -> FoundForm | None:
    known: list[tuple[Language | None, dict[str, Column]]] = [
        (lang, {fold(Words(lang)(f"form_{name}")): name for name in COLUMNS}) for lang in LANGUAGES
    ]
    known.append((None, {name: name for name in COLUMNS}))
    for row, cells in enumerate(grid.rows[:HEADING_ROWS]):
        texts = [_heading(cell) if isinstance(cell, str) else "" for cell in cells]
        for lang, names in known:
            if not {names[text] for text in texts if text in names} >= set(WANTED):
                continue
            columns: dict[Column, int] = {}
            for at, text in enumerate(texts):
                if text in names and columns.setdefault(names[text], at) != at:
                    both = [cell_name(row, each) for each in (columns[names[text]], at)]
                    raise StoreError(
                        "sheet_heading_twice", path=path, text=cells[at], cells=", ".join(both)
                    )
            return FoundForm(grid, row, columns, lang)
    return None


# Which cell a refusal is about, and how it is said of a cell

_BLAMED: tuple[tuple[str, Column], ...] = (
    ("date_", "date"), ("period_", "date"), ("when_", "date"), ("sheet_date", "date"),
    ("body_wants", "value"), ("body_", "body"), ("unknown_part", "part"), ("source_", "source"),
    ("text_", "note"), ("report_too_long", "note"), ("unknown_target", "target"),
    ("target_", "target"), ("parent_", "target"), ("n_", "of"),
)  # fmt: skip
"""By the beginning of its code; any other is about the figure."""

_OF_A_CELL = {
    "milestone_wants_done": "cell_wants_done",
    "not_a_milestone": "cell_wants_figure",
    "body_wants_share": "cell_wants_share",
    "body_wanted": "cell_wants_body",
    "body_unasked": "cell_no_body",
    "body_not_begun": "cell_body_not_begun",
    "source_required": "cell_wants_source",
}
"""What is said with options on the command line."""


def blamed(code: str) -> Column:
    """The column that a refusal is about."""
    return next((column for begin, column in _BLAMED if code.startswith(begin)), "value")


def of_a_cell(code: str) -> str:
    """The code of the same refusal for a reader who fills in cells."""
    return _OF_A_CELL.get(code, code)


# What a cell says


def cell_text(value: Value, lang: Language) -> str | None:
    """A cell as somebody would write it in a language."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal() if not value.is_finite():
            return str(value)
        case Decimal():
            return number(value, lang)
        case _:
            return value.isoformat()


def id_text(value: Value) -> str | None:
    """A cell that holds an id; one of digits alone may have become a number."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return cell_text(value, "en")


def date_text(value: Value, lang: Language) -> str:
    """The date of a figure; a number is a year. Raises Refusal."""
    if value is None:
        raise Refusal("sheet_date_missing")
    if isinstance(value, Decimal):
        if value.is_finite() and value == value.to_integral_value() and 1900 <= value <= 2200:
            return str(int(value))
        days = int(value) if value.is_finite() else 0
        meant = _DAY_ZERO + timedelta(days=days) if days in _SERIALS else None
        write = Words(lang).day(meant) if meant is not None else None
        raise Refusal("sheet_date_number", value=cell_text(value, lang), write=write)
    return cell_text(value, lang) or ""


def bare_number(value: Value, lang: Language) -> Decimal | None:
    """The number that a cell holds, or that its text is, with nothing said about it: no `%`."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        return None
    try:
        written = read_figure(value, lang)
    except Misread:
        return None
    told = written.words or written.qualifier or written.of is not None
    return None if told else written.value


def is_blank(cells: Sequence[Value]) -> bool:
    return all(cell is None for cell in cells)

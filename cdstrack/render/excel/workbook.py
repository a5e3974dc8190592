"""Excel workbooks: text stays text, numbers stay exact, the same content gives the same bytes.

Nothing that a file says becomes a formula or a link, also not when a reader edits the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from cdstrack.core.model.decimals import plain
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.structs import dataclass
from cdstrack.render.text import is_formula, visible

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_UNITS = 32_767
"""Units of UTF-16 in a cell; Excel repairs a file that has more."""

FIRST_DAY = date(1900, 3, 1)
"""Excel counts days from 1900 and takes that for a leap year; an earlier day is written as text."""

A4 = 9
LINE_POINTS, MOST_LINES = 15, 20
"""How high a line of text is, and after how many a row grows no more."""


def new_workbook(title: str, day: date, remark: str = "") -> tuple[BytesIO, Workbook]:
    """An empty workbook in memory, dated ``day``, not before FIRST_DAY; closing fills the buffer.

    A ``remark`` is among its properties. Raises Fault ``excel_missing`` where the package that
    writes it is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise Fault("excel_missing") from None
    buffer = BytesIO()
    book = Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    created = datetime.combine(max(day, FIRST_DAY), time())
    comments = {"comments": remark} if remark else {}
    book.set_properties({"title": cell_text(title), "created": created, **comments})
    return buffer, book


Look = dict[str, object]
"""Properties of a format, as XlsxWriter names them."""

HEADING: Look = {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF"}


class Text(NamedTuple):
    """A text on a fill of its own, ``#RRGGBB``."""

    text: str
    fill: str


Cell = None | str | int | Decimal | date | Text
"""What a cell may hold; a datetime is a date with its time."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its width in characters; longer texts are broken into lines."""

    heading: str
    width: float


class Sheet:
    """A table with a heading that stays in view and filters, filled row by row."""

    def __init__(
        self,
        book: Workbook,
        name: str,
        columns: Sequence[Column],
        *,
        day_format: str,
        footer: str = "",
    ) -> None:
        self._formats = Formats(book)
        self._sheet: Worksheet = book.add_worksheet(name)
        self._columns = columns
        self._day = day_format
        self._row = self._lines = 0
        for number, column in enumerate(columns):
            self._sheet.set_column(number, number, column.width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.set_paper(A4)
        if footer:
            self._sheet.set_footer(f"&L{footer}&R&P/&N")
        self._fill([column.heading for column in columns], HEADING)

    def add(self, cells: Iterable[Cell], *, dim: bool = False) -> None:
        """One row; ``dim`` for one that no longer counts."""
        self._row += 1
        self._fill(cells, {"font_color": "#808080"} if dim else {})

    def _fill(self, cells: Iterable[Cell], look: Look) -> None:
        self._lines = 1
        for number, (cell, _) in enumerate(zip(cells, self._columns, strict=True)):
            self._put(number, cell, look)
        # Excel finds the height itself, other programs take it from the file.
        self._sheet.set_row(self._row, LINE_POINTS * min(self._lines, MOST_LINES))

    def close(self) -> None:
        """Lay the filters over what was written."""
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)

    def _put(self, column: int, cell: Cell, look: Look) -> None:
        row, sheet = self._row, self._sheet
        match cell:
            case None | "":
                pass
            case Text(text=text, fill=fill):
                self._text(column, text, {**look, "bg_color": fill})
            case str():
                self._text(column, cell, look)
            case datetime() if _day_of(cell) < FIRST_DAY:
                text = cell.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
                self._text(column, text, look)
            case date() if _day_of(cell) < FIRST_DAY:
                self._text(column, cell.isoformat(), look)
            case datetime():
                style = self._formats(**look, align="left", num_format=f"{self._day} hh:mm")
                sheet.write_datetime(row, column, cell.replace(tzinfo=None), style)
            case date():
                style = self._formats(**look, align="left", num_format=self._day)
                sheet.write_datetime(row, column, datetime.combine(cell, time()), style)
            case _:
                self._number(column, Decimal(cell), look)

    def _number(self, column: int, value: Decimal, look: Look) -> None:
        text = plain(value)
        number = as_float(Decimal(text))
        if number is None:
            self._text(column, text, {**look, "align": "right"})
            return
        places = len(text.partition(".")[2])
        digits = "#,##0." + "0" * places if places else "#,##0"
        style = self._formats(**look, num_format=digits)
        self._sheet.write_number(self._row, column, number, style)

    def _text(self, column: int, text: str, look: Look) -> None:
        text_of_cell = cell_text(text)
        room = self._columns[column].width * 0.85  # lines break at words
        self._lines = max(self._lines, ceil(len(text_of_cell) / room))
        quote = {"quote_prefix": True} if is_formula(text_of_cell) else {}
        style = self._formats(**look, **quote, text_wrap=True)
        self._sheet.write_string(self._row, column, text_of_cell, style)


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def __call__(self, **look: object) -> Format:
        key = tuple(look.items())
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **look})
        return self._made[key]


def cell_text(text: str) -> str:
    """A text as a cell can hold it: control characters written out, too long a one cut."""
    text = visible(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # or XlsxWriter would take it for markup of its own
    if len(text) <= MOST_UNITS // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_UNITS:
        return text
    return units[: 2 * (MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"


def as_float(value: Decimal) -> float | None:
    """A number as Excel keeps it, in 15 digits; None where it would keep another."""
    number = float(value)
    return number if Decimal(f"{number:.15g}") == value else None


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment

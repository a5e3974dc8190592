"""Excel workbooks: text stays text, numbers stay exact, the same content gives the same bytes.

Nothing that a file says becomes a formula or a link, also not when a reader edits the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


Look = Mapping[str, object]
"""Properties of a format, as XlsxWriter names them."""
Traits = tuple[tuple[str, object], ...]
"""The same to look it up by."""

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


_DIM: Traits = (("font_color", "#808080"),)
_WRAP: Traits = (("text_wrap", True),)
_QUOTE: Traits = (("quote_prefix", True), *_WRAP)
_LEFT: Traits = (("align", "left"),)
_LAST = 1 << 12
"""So many texts and numbers are remembered as a cell holds them: most rows repeat them."""


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
        self._rooms = [column.width * 0.85 for column in columns]  # lines break at words
        self._of_day: Traits = (*_LEFT, ("num_format", day_format))
        self._of_minute: Traits = (*_LEFT, ("num_format", f"{day_format} hh:mm"))
        self._texts: dict[str, tuple[str, Traits]] = {}
        self._numbers: dict[int | Decimal, tuple[str, float | None, Traits]] = {}
        self._row = self._lines = 0
        for number, column in enumerate(columns):
            self._sheet.set_column(number, number, column.width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.set_paper(A4)
        if footer:
            self._sheet.set_footer(f"&L{footer}&R&P/&N")
        self._fill([column.heading for column in columns], tuple(HEADING.items()))

    def add(self, cells: Iterable[Cell], *, dim: bool = False) -> None:
        """One row; ``dim`` for one that no longer counts."""
        self._row += 1
        self._fill(cells, _DIM if dim else ())

    def _fill(self, cells: Iterable[Cell], look: Traits) -> None:
        self._lines = 1
        for number, (cell, _) in enumerate(zip(cells, self._rooms, strict=True)):
            if cell is not None:  # many are
                self._put(number, cell, look)
        # Excel finds the height itself, other programs take it from the file.
        self._sheet.set_row(self._row, LINE_POINTS * min(self._lines, MOST_LINES))

    def close(self) -> None:
        """Lay the filters over what was written."""
        self._sheet.autofilter(0, 0, self._row, len(self._rooms) - 1)

    def _put(self, column: int, cell: Cell, look: Traits) -> None:
        row, sheet = self._row, self._sheet
        match cell:
            case str():
                if cell:
                    self._text(column, cell, look)
            case Text(text=text, fill=fill):
                self._text(column, text, (*look, ("bg_color", fill)))
            case datetime() if _day_of(cell) < FIRST_DAY:
                text = cell.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
                self._text(column, text, look)
            case date() if _day_of(cell) < FIRST_DAY:
                self._text(column, cell.isoformat(), look)
            case datetime():
                style = self._formats.of(look, self._of_minute)
                sheet.write_datetime(row, column, cell.replace(tzinfo=None), style)
            case date():
                style = self._formats.of(look, self._of_day)
                sheet.write_datetime(row, column, datetime.combine(cell, time()), style)
            case int() | Decimal():
                self._number(column, cell, look)

    def _number(self, column: int, value: int | Decimal, look: Traits) -> None:
        entry = self._numbers.get(value)
        if entry is None:
            text = plain(Decimal(value))
            places = len(text.partition(".")[2])
            digits = "#,##0." + "0" * places if places else "#,##0"
            entry = text, as_float(Decimal(text)), (("num_format", digits),)
            if len(self._numbers) < _LAST:
                self._numbers[value] = entry
        text, number, digit_format = entry
        if number is None:
            self._text(column, text, (*look, ("align", "right")))
        else:
            style = self._formats.of(look, digit_format)
            self._sheet.write_number(self._row, column, number, style)

    def _text(self, column: int, text: str, look: Traits) -> None:
        entry = self._texts.get(text)
        if entry is None:
            shown = cell_text(text)
            entry = shown, _QUOTE if is_formula(shown) else _WRAP
            if len(self._texts) < _LAST:
                self._texts[text] = entry
        shown, more = entry
        room = self._rooms[column]
        if len(shown) > room:
            self._lines = max(self._lines, ceil(len(shown) / room))
        self._sheet.write_string(self._row, column, shown, self._formats.of(look, more))


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[Traits, Traits], Format] = {}

    def __call__(self, **look: object) -> Format:
        return self.of(tuple(look.items()))

    def of(self, look: Traits, more: Traits = ()) -> Format:
        """The format of a row with what one of its cells has besides."""
        key = look, more
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **dict(look + more)})
        return self._formats[key]


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

"""Sheets that come back from a clerk: a workbook or CSV as rows of cells, with nothing believed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.sheet.archive import (
    ANY,
    MAX_COLUMNS,
    MAX_ROWS,
    Archive,
    Cells,
    Place,
    cell_name,
    text_digest,
    unpack,
)

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["Book", "Grid", "Value", "cell_name", "read_book"]


class CsvRows(Protocol):
    """What ``csv.reader`` returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


MAX_FILE = 10 << 20

Value = str | Decimal | date | bool | None
"""What a cell holds. A time of day, or a length of time, is its text."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, from its first cell on; ``faults`` are cells without a value, and what they hold.

    ``merged`` are the first and the last cell of cells that are merged; ``mark`` is what sets the
    cells of a CSV file apart. ``unread`` are cells that two readers take for different things,
    ``percents`` numbers that the sheet shows as percent: 0.5 as 50 %. Places are (row, column),
    counted from 0.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    faults: Mapping[Place, str] = field(default_factory=dict)
    merged: Sequence[tuple[Place, Place]] = ()
    mark: str | None = None
    unread: Sequence[Place] = ()
    percents: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A file with its sheets; the digest tells it from every other file.

    ``form`` says whose form it is, if ``cdstrack template`` has made it; ``hidden`` are the names
    of sheets that nobody sees, and that are not here.
    """

    path: str
    digest: str
    grids: Sequence[Grid]
    form: str | None = None
    hidden: Sequence[str] = ()


def read_book(path: Path, csv_rows: int = MAX_ROWS) -> Book:
    """The sheets of an .xlsx or .csv file, but for hidden ones: nobody filled those in.

    A .csv file may have ``csv_rows`` rows.

    Raises StoreError: ``file_*`` when it cannot be read, ``sheet_*`` when it is no such file or not
    one to open, ``excel_missing`` without the package that reads workbooks.
    """
    data = read_bytes(path, limit=MAX_FILE)
    name = str(path)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # Excel 97-2003, or a workbook behind a password
        raise StoreError("sheet_old_excel", path=name)
    is_workbook = data.startswith(b"PK")
    if not is_workbook and path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise StoreError("sheet_unknown", path=name)
    digest = sha256(data).hexdigest()
    if is_workbook:
        return _workbook(data, name, digest)
    return Book(name, digest, [_csv(data, name, csv_rows)])


# Workbooks


def _workbook(data: bytes, name: str, digest: str) -> Book:
    """A workbook, with whose form it is, if it is marked."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
    except ImportError:
        raise StoreError("excel_missing") from None
    damage = StoreError("sheet_damaged", path=name)
    archive = unpack(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.packed))
        sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        names = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
        grids = [_grid(book, title, archive) for title in names]
        hidden = [one.name for one in sheets if one.name not in names]
        return Book(name, digest, grids, archive.form, hidden)
    except (CalamineError, KeyError, ValueError) as error:
        raise damage from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a fault of the library on a broken file
            raise damage from None
        raise


def _grid(book: CalamineWorkbook, title: str, archive: Archive) -> Grid:
    cells = archive.cells[title]
    sheet = book.get_sheet_by_name(title)
    rows = sheet.to_python(skip_empty_area=False)
    merged = sheet.merged_cell_ranges or ()
    unread = sorted(_differences(rows, cells))
    values = [[_value(cell) for cell in row] for row in rows]
    percents = archive.percents[title]
    return Grid(title, values, archive.faults[title], merged, unread=unread, percents=percents)


def _differences(rows: Sequence[Sequence[object]], cells: Cells) -> Iterator[Place]:
    """The cells that another parser saw in the same bytes, and that are not here as it saw them.

    XML has ways to write a value that one of them passes over (``<![CDATA[5]]>``): the row would
    look as if it had not been filled in, or hold half a figure.
    """

    def cell(place: Place) -> object:
        row, column = place
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    for place, number in cells.numbers():
        if not _is_number(cell(place), number):
            yield place
    for place, digest in cells.texts():
        digest_of_cell = text_digest(str(cell(place)))
        if not digest_of_cell or (
            digest not in (ANY, digest_of_cell) and isinstance(cell(place), str)
        ):
            yield place


_DAY = timedelta(days=1)
_EPOCHS = tuple(map(datetime.fromisoformat, ("1899-12-30", "1899-12-31", "1904-01-01")))
"""Where spreadsheets begin to count days: 1900 was no leap year, but is one to Excel."""


def _is_number(cell: object, number: float) -> bool:
    """Whether a cell is what a number in a file stands for: itself, a day or a time of day."""
    match cell:
        case bool() | int() | float():
            return f"{cell:.15g}" == f"{number:.15g}"
        case str():  # there were blanks around it
            with suppress(ValueError):
                return float(cell) == number
            return False
        case datetime():
            moments = [cell]
        case date():
            moments = [datetime.combine(cell, time())]
        case time():
            moments = [datetime.combine(day.date(), cell) for day in _EPOCHS]
        case timedelta():
            return abs(cell / _DAY - number) < _CLOSE
        case _:
            return False
    return any(
        abs((moment - day) / _DAY - number) < _CLOSE for moment in moments for day in _EPOCHS
    )


_CLOSE = 1e-4
"""Days: some seconds, to which a time is rounded."""


def _value(cell: object) -> Value:
    """What a cell holds, exactly: spreadsheets keep numbers to 15 digits."""
    match cell:
        case bool():
            return cell
        case float() | int():
            return Decimal(f"{cell:.15g}")
        case datetime():
            return cell.date() if not cell.time() else cell.isoformat(sep=" ")
        case date():
            return cell
        case _:
            return str(cell).strip() or None


# CSV

_SAMPLE = 20
"""So many records tell by which mark the cells are set apart."""
MARKS = ",;\t"
"""What may set the cells of a CSV file apart."""
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
"""What Excel writes, and reads, on a first line."""
_ERROR = re.compile(r"#(?:[A-Z][A-Z0-9/_]*[!?]|N/A)|Err:[0-9]{3}")
"""A cell without a value, as Excel and LibreOffice write it into CSV."""


def _csv(data: bytes, name: str, most: int) -> Grid:
    """The rows of a CSV file in UTF-8, with or without a mark at its start; `,`, `;` or tabs."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise StoreError("sheet_not_utf8", path=name, byte=0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StoreError("sheet_not_utf8", path=name, byte=error.start) from None
    rows: list[Sequence[Value]] = []
    faults: dict[Place, str] = {}
    lead = 0
    mark = max(MARKS, key=lambda candidate: _evenness(text, candidate))
    if separator := _SEPARATOR.match(text):
        mark, text, lead = separator[1], text[separator.end() :], 1
        rows.append(())
    last, line, records = 0, 0, _records(text, mark)
    try:
        for number, record in enumerate(records, start=lead):
            line = records.line_num
            cells = [_plain(cell) for cell in record] if any(record) else ()
            rows.append(cells)
            for column, cell in enumerate(cells):
                if cell is None:
                    continue
                if number >= most or column >= MAX_COLUMNS:
                    raise StoreError(
                        "sheet_too_wide", path=name, cell=cell_name(number, column),
                        rows=most, columns=MAX_COLUMNS,
                    )  # fmt: skip
                last = number + 1
                if _ERROR.fullmatch(cell):
                    faults[number, column] = cell
    except csv.Error as error:
        at = _open_quote(text, line, mark)
        if at is None:
            raise StoreError("sheet_damaged", path=name) from error
        cell = cell_name(len(rows), at)
        raise StoreError("sheet_lone_quote", path=name, cell=cell) from error
    return Grid(name, rows[:last], faults, mark=mark)


def _records(text: str, mark: str, *, strict: bool = True) -> CsvRows:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=strict)


def _open_quote(text: str, line: int, mark: str) -> int | None:
    """The column of the last cell that begins with a quote, in a line of a CSV text."""
    lines = io.StringIO(text, newline="").read().splitlines()
    cells = lines[line].split(mark) if line < len(lines) else []
    columns = [at for at, cell in enumerate(cells) if cell.lstrip().startswith('"')]
    return columns[-1] if columns else None


def _evenness(text: str, mark: str) -> tuple[int, int]:
    """How well a mark sets cells apart: in how many records it makes as many, and how many."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        for record in islice(_records(text, mark, strict=False), _SAMPLE):
            if any(record) and len(record) > 1:
                widths[len(record)] += 1
    return max(((often, width) for width, often in widths.items()), default=(0, 0))


_QUOTE = re.compile(r"(^|[;,|\n])'(?=[ \"]*[=+\-@|＝＋－＠])")
"""What ``render.text`` puts before a formula, and behind whatever may set cells apart."""


def _plain(cell: str) -> str | None:
    """The text of a cell, without the quotes that keep it from being taken for a formula."""
    return _QUOTE.sub(r"\1", cell.strip()) or None

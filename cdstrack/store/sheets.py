"""Sheets that come back from a clerk: a workbook or CSV as rows of cells, with nothing believed.

A workbook is an archive of XML files. Before it is opened it is copied in memory, each part
unpacked under a limit and looked through: an archive may unpack to more than it says, and a sheet
with one cell in its last corner would be read as seventeen thousand million.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # entities are refused before it reads

from cdstrack.store.base import StoreError
from cdstrack.store.yaml_text import read_bytes

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_FILE = 10 << 20
MAX_UNPACKED = 64 << 20
MAX_PARTS = 1_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
"""More than any form of ours has, and little enough to be read at once."""

Value = str | Decimal | date | bool | None
"""What a cell holds. A time of day, or a length of time, is its text."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, from its first cell on; ``faults`` are cells without a value, and what they hold.

    The places of faults are (row, column), counted from 0.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """A file with its sheets; the digest tells it from every other file."""

    path: str
    digest: str
    grids: Sequence[Grid]


def cell_name(row: int, column: int) -> str:
    """The name of a cell as spreadsheets show it; both counted from 0.

    >>> cell_name(3, 7)
    'H4'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_book(path: Path) -> Book:
    """The sheets of an .xlsx or .csv file.

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
    grids = _workbook(data, name) if is_workbook else [_csv(data, name)]
    return Book(name, sha256(data).hexdigest(), grids)


# Workbooks


def _workbook(data: bytes, name: str) -> list[Grid]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise StoreError("excel_missing") from None
    damaged = StoreError("sheet_damaged", path=name)
    parts = _unpacked(data, name)
    try:
        cells = {title: _look_through(parts[part], name) for title, part in _sheets(parts)}
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        return [_grid(book, title, cells.get(title, {})) for title in book.sheet_names]
    except (CalamineError, ElementTree.ParseError, KeyError, ValueError) as error:
        raise damaged from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a fault of the library on a broken file
            raise damaged from None
        raise


def _unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of a workbook, unpacked. Refuses a bomb, a password, and a file that is broken."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise StoreError("sheet_too_large", path=name, limit=MAX_UNPACKED)
            for entry in entries:
                if entry.flag_bits & 1:
                    raise StoreError("sheet_old_excel", path=name)
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise StoreError("sheet_damaged", path=name)
                with archive.open(entry) as stream:  # reads no more than the entry says
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise StoreError("sheet_too_large", path=name, limit=MAX_UNPACKED)
                parts[entry.filename] = content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise StoreError("sheet_damaged", path=name) from error
    if "xl/workbook.xml" not in parts:
        raise StoreError("sheet_unknown", path=name)
    for part, content in parts.items():
        # No entities, and no encoding in which they could hide.
        if part.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"\0" in content):
            raise StoreError("sheet_damaged", path=name)
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The same workbook anew, with nothing in it but what was looked at."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return buffer.getvalue()


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The sheets by name, each with the part of the archive that holds it."""
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    places = {each.get("Id"): each.get("Target") or "" for each in relations}
    for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter():  # noqa: S314
        if _tag(sheet) != "sheet":
            continue
        linked = next((text for key, text in sheet.items() if key.endswith("}id")), "")
        place = places.get(linked, "")
        part = place.lstrip("/") if place.startswith("/") else str(PurePosixPath("xl") / place)
        if part in parts:
            yield sheet.get("name", ""), part


_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _look_through(content: bytes, name: str) -> dict[tuple[int, int], str]:
    """The cells of a sheet that a reader takes for empty although they are not, and what they hold.

    These are errors such as ``#REF!``, and formulas that were never worked out. Refuses a sheet
    with a cell too far out.
    """
    faults: dict[tuple[int, int], str] = {}
    row = column = -1
    parsed = ElementTree.iterparse(io.BytesIO(content), ("start", "end"))  # noqa: S314
    for event, element in parsed:
        tag = _tag(element)
        if event == "end":
            if tag == "c":
                held = {_tag(child): child.text for child in element}
                if element.get("t") == "e":
                    faults[row, column] = held.get("v") or "#"
                elif "f" in held and not held.get("v"):
                    faults[row, column] = "=" + (held["f"] or "")
            if tag in ("c", "row"):
                element.clear()
            continue
        if tag == "row":
            row, column = int(element.get("r") or row + 2) - 1, -1
        elif tag == "c":
            match = _REFERENCE.fullmatch(element.get("r") or "")
            row, column = (int(match[2]) - 1, _column(match[1])) if match else (row, column + 1)
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise StoreError("sheet_too_wide", path=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
    return faults


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _grid(book: CalamineWorkbook, title: str, faults: Mapping[tuple[int, int], str]) -> Grid:
    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    return Grid(title, [[_value(cell) for cell in row] for row in rows], faults)


def _value(cell: object) -> Value:
    """What a cell holds, exactly: Excel keeps numbers to 15 digits."""
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


def _csv(data: bytes, name: str) -> Grid:
    """The rows of a CSV file in UTF-8, with or without a mark at its start; `,`, `;` or tabs."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise StoreError("sheet_not_utf8", path=name, byte=0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StoreError("sheet_not_utf8", path=name, byte=error.start) from None
    rows = max((_records(text, mark) for mark in ",;\t"), key=_columns)
    if not rows and text.strip():
        raise StoreError("sheet_damaged", path=name)
    if len(rows) > MAX_ROWS or _columns(rows) > MAX_COLUMNS:
        raise StoreError("sheet_too_wide", path=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
    return Grid(name, [[_plain(cell) for cell in row] for row in rows])


def _records(text: str, mark: str) -> list[list[str]]:
    """The records of a text whose cells are set apart by a mark; none if it is not written so."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        return []


def _columns(rows: Sequence[Sequence[str]]) -> int:
    """How many columns the widest of the first rows has: a heading is among them."""
    return max((len(row) for row in rows[:10]), default=0)


def _plain(cell: str) -> str | None:
    """The text of a cell, without the quote that keeps it from being taken for a formula."""
    cell = cell.strip()
    if cell[:1] == "'" and cell[1:2] in tuple("=+-@|＝＋－＠"):
        cell = cell[1:]
    return cell or None

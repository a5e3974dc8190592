"""The archive of a workbook, looked through before anything reads it, and packed anew.

A workbook is an archive of XML files. It may unpack to more than it says, hold one cell in its last
corner that would be read as seventeen thousand million, or one long text in a million cells. So
each part is unpacked under a limit and its cells are counted; what is handed on is the copy.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import dataclass, field

MAX_UNPACKED = 256 << 20
MAX_PARTS = 1_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
"""More than any form has, and little enough to be read at once. Empty cells do not count."""
MAX_TEXT = 32 << 20
"""Characters in all cells of a sheet; a text that many cells share is counted for each."""

_CHUNK = 1 << 16
_LONGEST = 1 << 20
"""Bytes in one tag or comment. The parser begins anew at one that goes on in the next piece."""
_PART = re.compile(r"xl/.*\.(?:xml|rels)", re.IGNORECASE)
"""What a reader of values needs; pictures, macros and the like are not even unpacked."""
_ROOT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Target="xl/workbook.xml" Type=\
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>\
</Relationships>"""
"""Tells a reader where the workbook is: where we looked."""
FORM_NAME = "cdstrack_form"
"""The name in a workbook that tells whose form it is."""
_LONGEST_FORM = 200
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW = re.compile("[0-9]{1,7}")
_INDEX = re.compile("[0-9]{1,6}")
_WRITTEN_OUT = re.compile("_x[0-9A-Fa-f]{4}_|[\x00-\x20]+")
_PERCENTS = frozenset({9, 10})
"""The formats of percent that every workbook has."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.')
"""What a format shows as it stands: ``0" %"`` multiplies nothing."""
ANY = -1
"""The digest of a text that another reader may write differently."""

Place = tuple[int, int]
"""Row and column, counted from 0."""


class Cells:
    """What a sheet holds, cell by cell, in as little room as it takes: there may be millions.

    A text is kept as its digest: whoever reads it elsewhere can compare, and nothing more.
    """

    def __init__(self) -> None:
        self._number_places, self._numbers = array("q"), array("d")
        self._text_places, self._texts = array("q"), array("q")

    def add_number(self, place: Place, value: float) -> None:
        self._number_places.append(place[0] * MAX_COLUMNS + place[1])
        self._numbers.append(value)

    def add_text(self, place: Place, digest: int) -> None:
        self._text_places.append(place[0] * MAX_COLUMNS + place[1])
        self._texts.append(digest)

    def numbers(self) -> Iterator[tuple[Place, float]]:
        for at, value in zip(self._number_places, self._numbers, strict=True):
            yield divmod(at, MAX_COLUMNS), value

    def texts(self) -> Iterator[tuple[Place, int]]:
        """The places of texts with their digests; ``ANY`` is not to be compared."""
        for at, digest in zip(self._text_places, self._texts, strict=True):
            yield divmod(at, MAX_COLUMNS), digest


def text_digest(text: str) -> int:
    """Equal for texts that differ in blanks and in how control characters are written; 0: blank."""
    letters = "".join(_WRITTEN_OUT.sub(" ", text).split())
    return (hash(letters) or 1) if letters else 0


@dataclass(frozen=True, slots=True)
class Archive:
    """A workbook that is safe to open: its bytes, and of each sheet the cells without a value.

    ``cells`` are those with one, as they are seen here; ``percents`` are the numbers among them
    that are shown as percent. ``form`` is the mark of a form, if it has one.
    """

    packed: bytes
    faults: Mapping[str, Mapping[Place, str]]
    cells: Mapping[str, Cells]
    percents: Mapping[str, frozenset[Place]]
    form: str | None = None


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


def unpack(data: bytes, name: str) -> Archive:
    """Look through a workbook. Raises StoreError for a bomb, a password, and what is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Copy(name).of(archive)
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, EOFError, OSError,
        LookupError, ValueError, RuntimeError, struct.error,
    ) as error:  # fmt: skip
        raise StoreError("sheet_damaged", path=name) from error


class _Copy:
    """Takes an archive apart and puts it together again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.left = MAX_UNPACKED
        self.parts: dict[str, _Part] = {}

    def of(self, archive: zipfile.ZipFile) -> Archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if len(archive.infolist()) > MAX_PARTS:
            raise self._too_large()
        lower = {name.lower() for name in entries}
        if "xl/workbook.xml" not in lower:
            raise StoreError("sheet_unknown", path=self.name)
        parts = [entry for name, entry in entries.items() if _PART.fullmatch(name)]
        if len({entry.filename.lower() for entry in parts}) < len(parts):
            raise StoreError("sheet_damaged", path=self.name)  # a reader may take either
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as output:
            output.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT)
            for entry in parts:
                self._copy(archive, entry, output)
        book, links = self.parts["xl/workbook.xml"], self.parts["xl/_rels/workbook.xml.rels"]
        texts = [part.lengths for part in self.parts.values() if part.lengths]
        if len(texts) > 1:
            raise StoreError("sheet_damaged", path=self.name)
        digests = next((part.digests for part in self.parts.values() if part.lengths), [])
        faults: dict[str, Mapping[Place, str]] = {}
        cells: dict[str, Cells] = {}
        percents: dict[str, frozenset[Place]] = {}
        styles = self.parts.get("xl/styles.xml")
        shown = styles.percent_styles() if styles is not None else frozenset()
        for title, link in book.sheets:
            part = self.parts[_path(links.links[link])]
            if sum(texts[0][index] for index in part.shared) > MAX_TEXT:
                raise self._too_large()
            for place, index in zip(part.shared_places, part.shared, strict=True):
                if digest := digests[index]:
                    part.cells.add_text(divmod(place, MAX_COLUMNS), digest)
            faults[title], cells[title] = part.faults, part.cells
            percents[title] = frozenset(
                divmod(place, MAX_COLUMNS)
                for place, style in zip(part.style_places, part.styles, strict=True)
                if style in shown
            )
        form = book.form[:_LONGEST_FORM].strip('"') or None
        return Archive(buffer.getvalue(), faults, cells, percents, form)

    def _copy(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, output: zipfile.ZipFile
    ) -> None:
        """One part, a piece at a time, whatever the archive says of its size."""
        if entry.flag_bits & 1:
            raise StoreError("sheet_old_excel", path=self.name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise StoreError("sheet_damaged", path=self.name)
        part = _Part(self.name)
        copy = zipfile.ZipInfo(entry.filename)  # of a fixed date
        copy.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry) as source, output.open(copy, "w") as target:
            while piece := source.read(_CHUNK):
                self.left -= len(piece)
                if self.left < 0:
                    raise self._too_large()
                part.feed(piece)
                target.write(piece)
        part.close()
        self.parts[entry.filename.lower()] = part

    def _too_large(self) -> StoreError:
        return StoreError(
            "sheet_too_large", path=self.name, megabytes=MAX_UNPACKED >> 20, parts=MAX_PARTS
        )


def _path(target: str) -> str:
    """Where a part lies that the workbook names, in small letters."""
    return target[1:].lower() if target.startswith("/") else f"xl/{target.lower()}"


@dataclass(slots=True)
class _Cell:
    """A cell as it is read."""

    place: Place
    kind: str
    style: int = 0
    held: dict[str, str] = field(default_factory=dict)


class _Part:
    """One XML file: its sheets, links, shared texts and cells, whichever it has.

    Rows and cells may be without a place; as for every reader, they follow each other then.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.form = ""
        self.lengths: list[int] = []
        """Of the shared texts."""
        self.digests: list[int] = []
        self.shared, self.shared_places = array("q"), array("q")
        """Which of them each cell shows."""
        self.cells = Cells()
        self.styles, self.style_places = array("q"), array("q")
        """Of the numbers that are shown in another way than by themselves."""
        self.faults: dict[Place, str] = {}
        self._formats: dict[int, str] = {}
        self._format_of: list[int] = []
        """The number format of each style."""
        self._row = self._column = self._fed = 0
        self._cell: _Cell | None = None
        self._inside = ""
        self._pieces: list[str] = []
        self._is_phonetic = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes) -> None:
        if b"\0" in piece:  # UTF-16, which no spreadsheet writes here
            raise StoreError("sheet_damaged", path=self.name)
        self._parser.Parse(piece, False)
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST:
            raise StoreError("sheet_damaged", path=self.name)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def percent_styles(self) -> frozenset[int]:
        """The styles that show 0.5 as 50 %."""
        return frozenset(
            style
            for style, number in enumerate(self._format_of)
            if number in _PERCENTS or "%" in _QUOTED.sub("", self._formats.get(number, ""))
        )

    def _doctype(self, *_: object) -> None:
        """Entities could be declared there, to grow or to name other files."""
        raise StoreError("sheet_damaged", path=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(" ")[2]:
            case "row":
                if "r" in attributes:
                    if not _ROW.fullmatch(attributes["r"]):
                        raise StoreError("sheet_damaged", path=self.name)
                    self._row = int(attributes["r"]) - 1
            case "c":
                style = attributes.get("s", "0")
                number = int(style) if _INDEX.fullmatch(style) else 0
                self._cell = _Cell(self._place(attributes), attributes.get("t", "n"), number)
            case "v" | "f" | "is" as inside if self._cell is not None:
                self._inside = inside
                self._cell.held.setdefault(inside, "")
            case "si":
                self._inside = "si"
                self.lengths.append(0)
                self._pieces = []
            case "rPh":  # how it is pronounced, which no reader takes for its text
                self._is_phonetic = True
            case "sheet":
                link = next((text for key, text in attributes.items() if key.endswith(" id")), "")
                self.sheets.append((attributes.get("name", ""), link))
            case "definedName" if attributes.get("name", "").lower() == FORM_NAME:
                self._inside = "definedName"
            case "numFmt" if _INDEX.fullmatch(attributes.get("numFmtId", "")):
                self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            case "cellXfs":
                self._inside = "cellXfs"
            case "xf" if self._inside == "cellXfs":
                name = attributes.get("numFmtId", "")
                self._format_of.append(int(name) if _INDEX.fullmatch(name) else 0)
            case "Relationship":
                self.links[attributes.get("Id", "")] = attributes.get("Target", "")

    def _place(self, attributes: dict[str, str]) -> Place:
        if "r" not in attributes:
            return self._row, self._column
        match = _REFERENCE.fullmatch(attributes["r"])
        if match is None:
            raise StoreError("sheet_damaged", path=self.name)
        self._column = 0
        for letter in match[1].upper():
            self._column = self._column * 26 + ord(letter) - ord("A") + 1
        self._column -= 1
        return int(match[2]) - 1, self._column

    def _text(self, text: str) -> None:
        if self._is_phonetic:
            return
        if self._inside == "si":
            self.lengths[-1] += len(text)
            self._pieces.append(text)
        elif self._inside == "definedName":
            self.form += text[:_LONGEST_FORM]
        elif self._inside and self._cell is not None:
            self._cell.held[self._inside] += text

    def _end(self, tag: str) -> None:
        match tag.rpartition(" ")[2]:
            case "row":
                self._row, self._column = self._row + 1, 0
            case "c" if self._cell is not None:
                self._take(self._cell)
                self._column += 1
                self._cell = None
            case "rPh":
                self._is_phonetic = False
            case "v" | "f" | "is" | "si" | "definedName" | "cellXfs" as inside:
                self._inside = ""
                if inside == "si":
                    self.digests.append(text_digest("".join(self._pieces)))

    def _take(self, cell: _Cell) -> None:
        """Note what a cell holds; one that is only formatted holds nothing."""
        values, (row, column) = cell.held, cell.place
        if not values:
            return
        if not (0 <= row < MAX_ROWS and column < MAX_COLUMNS):
            raise StoreError(
                "sheet_too_wide", path=self.name, cell=cell_name(max(row, 0), column),
                rows=MAX_ROWS, columns=MAX_COLUMNS,
            )  # fmt: skip
        value = values.get("v", "").strip()
        if cell.kind == "e":
            self.faults[cell.place] = value or "#"
        elif "f" in values and not value and not (cell.kind == "str" and "v" in values):
            self.faults[cell.place] = "=" + values["f"]
        elif cell.kind == "s" and value:
            self.shared.append(int(value))
            self.shared_places.append(row * MAX_COLUMNS + column)
        else:
            self._note(cell, value)

    def _note(self, cell: _Cell, value: str) -> None:
        """Keep a number or a text for whoever compares it."""
        text = value or cell.held.get("is", "")
        digest = text_digest(text)
        if not digest:
            return
        if cell.kind in ("n", "b"):
            try:
                self.cells.add_number(cell.place, float(text))
            except ValueError:
                digest = ANY
            else:
                if cell.style:
                    row, column = cell.place
                    self.style_places.append(row * MAX_COLUMNS + column)
                    self.styles.append(cell.style)
                return
        self.cells.add_text(cell.place, digest if cell.kind in ("str", "inlineStr") else ANY)

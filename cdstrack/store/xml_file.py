"""XML files of others: a small tree of elements with their lines, with nothing believed.

A document may not declare anything (``<!DOCTYPE``): with no declarations there are no entities that
grow and no other files that it names. What is left is bounded by the size of the file, by how deep
it goes and by how many elements it has.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.safe_open import read_bytes

MAX_FILE = 64 << 20
MAX_DEPTH = 40
MAX_ELEMENTS = 1_000_000
"""What is passed over does not count."""
MAX_TEXT = 100_000
"""Characters of one text that are kept; nobody reads on."""


@dataclass(slots=True)
class XmlElement:
    """An element: its name, ``{namespace}name`` where it has one, and the line it begins on."""

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[XmlElement] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[XmlElement]:
        """The elements right below it that have a name."""
        return [part for part in self.parts if part.name == name]

    def first(self, name: str) -> XmlElement | None:
        return next((part for part in self.parts if part.name == name), None)

    def get(self, name: str) -> str | None:
        """An attribute without the blanks around it; None for one that says nothing."""
        return self.attributes.get(name, "").strip() or None


def read_xml(path: Path, without: Collection[str] = ()) -> XmlElement:
    """The root of an XML file; elements ``without`` which it will do are passed over.

    Raises StoreError: ``file_*`` when it cannot be read, ``xml_broken`` for what is no XML or in no
    encoding that is known, ``xml_doctype``, ``xml_too_large``.
    """
    data = read_bytes(path, limit=MAX_FILE)
    return _Reader(str(path), without).read(data)


class _Reader:
    def __init__(self, path: str, without: Collection[str]) -> None:
        self._path, self._without = path, without
        self._stack: list[XmlElement] = []
        self._texts: list[list[str]] = []
        self._root: XmlElement | None = None
        self._passed_over, self._depth, self._n = 0, 0, 0

    def read(self, data: bytes) -> XmlElement:
        self._parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise StoreError(
                "xml_broken", path=self._path, line=error.lineno, text=reason
            ) from None
        except (LookupError, ValueError):  # an encoding that Python does not know
            raise StoreError(
                "xml_broken", path=self._path, line=1, text="unknown encoding"
            ) from None
        if self._root is None:
            raise StoreError("xml_broken", path=self._path, line=1, text="no element found")
        return self._root

    def _doctype(self, *_: object) -> NoReturn:
        raise StoreError("xml_doctype", path=self._path, line=self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._too_large()
        if self._passed_over or name in self._without:
            self._passed_over += 1
            return
        self._n += 1
        if self._n > MAX_ELEMENTS:
            raise self._too_large()
        names = {_name(key): value for key, value in attributes.items()}
        element = XmlElement(_name(name), names, self._parser.CurrentLineNumber)
        if self._stack:
            self._stack[-1].parts.append(element)
        else:
            self._root = element
        self._stack.append(element)
        self._texts.append([])

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._passed_over:
            self._passed_over -= 1
            return
        self._stack.pop().text = "".join(self._texts.pop()).strip()[:MAX_TEXT]

    def _characters(self, text: str) -> None:
        if not self._passed_over and self._texts:
            self._texts[-1].append(text)

    def _too_large(self) -> StoreError:
        return StoreError(
            "xml_too_large", path=self._path, megabytes=MAX_FILE >> 20, n=MAX_ELEMENTS
        )


def _name(name: str) -> str:
    """``{namespace}name``, as expat gives it without the first brace."""
    return f"{{{name}" if "}" in name else name

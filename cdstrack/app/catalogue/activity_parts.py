"""What an IATI activity says in single places: texts in languages, days, figures, categories."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.decimals import parse_decimal
from cdstrack.core.model.naming import fold, legible
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import slice_name
from cdstrack.i18n.form_words import is_no_figure
from cdstrack.i18n.read_goals import WrittenGoal, read_goals
from cdstrack.i18n.reading import Misread
from cdstrack.store.xml_file import XmlElement

NAMESPACE = "urn:x-cdstrack:1"
"""Of what an export of ours adds, and the standard has no place for."""
OWN = f"{{{NAMESPACE}}}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
YEARS = (1000, 9998)
"""Years that a register can write."""
LONGEST = 900
"""Characters of a text that are kept."""
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T.*)?")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_TRUE, _FALSE = ("1", "true"), ("0", "false")

Texts = str | dict[str, str]
"""A text as a register writes it: one for both languages, or one for each."""


@dataclass(frozen=True, slots=True)
class Misfit(Exception):
    """What cannot be taken as it is written, and where."""

    element: XmlElement
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def clean(text: str) -> str:
    """A text as a register may hold it: legible, and without controls."""
    return legible(_CONTROLS.sub(" ", text))


def texts_of(element: XmlElement | None, default: str) -> Texts | None:
    """The narratives of an element: those in Vietnamese and English, else the one in the language
    of the file (``default``), else the first."""
    if element is None:
        return None
    by_lang: dict[str, str] = {}
    for part in element.all("narrative"):
        text = clean(part.text)[:LONGEST]
        lang = (part.get(XML_LANG) or default).lower().partition("-")[0]
        if text:
            by_lang.setdefault(lang, text)
    if not by_lang and (text := clean(element.text)[:LONGEST]):
        return text  # as version 1 of the standard had it
    vi, en = by_lang.get("vi"), by_lang.get("en")
    if vi and en and vi != en:
        return {"vi": vi, "en": en}
    return vi or en or by_lang.get(default) or next(iter(by_lang.values()), None)


def one_text(texts: Texts, lang: str) -> str:
    """A text in one language."""
    return texts if isinstance(texts, str) else texts[lang]


def both(texts: Texts) -> dict[str, str]:
    """A text in both languages, as a note has it."""
    return {"vi": texts, "en": texts} if isinstance(texts, str) else texts


def day_of(element: XmlElement | None) -> date | None:
    """The day of ``iso-date``; None where it has none. Raises Misfit."""
    text = element.get("iso-date") if element is not None else None
    if element is None or text is None:
        return None
    if match := _DATE.fullmatch(text):
        with suppress(ValueError):
            day = date.fromisoformat(match[1])
            if YEARS[0] <= day.year <= YEARS[1]:
                return day
    raise Misfit(element, "iati_date", {"text": clean(text)[:80]})


def flag_of(element: XmlElement, name: str, *, default: bool) -> bool:
    """A true or false of XML. Raises Misfit."""
    text = element.get(name)
    if text is None:
        return default
    if text.lower() not in (*_TRUE, *_FALSE):
        raise Misfit(element, "iati_flag", {"name": name, "text": clean(text)[:80]})
    return text.lower() in _TRUE


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """A figure, and how it is compared where it says so itself; ``is_plain`` if it is a number as
    IATI writes them."""

    goal: WrittenGoal
    is_plain: bool

    @property
    def value(self) -> Decimal:
        return self.goal.value

    @property
    def says(self) -> tuple[object, ...]:
        """What it says, however it is written."""
        return self.goal.comparison, self.goal.value, self.goal.up_to


def figure_of(element: XmlElement) -> WrittenFigure | None:
    """The figure of ``value``; None where it says that there is none.

    Raises Misfit for what is no figure, or more than one.
    """
    text = clean(element.get("value") or "")
    if not text or is_no_figure(text):
        return None
    with suppress(Fault):
        return WrittenFigure(WrittenGoal("at_least", text, parse_decimal(text), plain=True), True)
    try:
        goals = read_goals(text, "en")
    except Misread as misread:
        raise Misfit(element, misread.code, misread.facts) from None
    [goal, *others] = goals
    if others or goal.rest or goal.comparison in ("done", "increase_by", "reduce_by"):
        raise Misfit(element, "iati_value", {"text": text[:80]})
    return WrittenFigure(goal, False)


def span_text(first: date | None, last: date) -> str:
    """A period as a register writes it: ``2024``, ``2024-Q2``, ``2024-06``, a day, else a span."""
    if first is None or first == last:
        return last.isoformat()
    year = first.year
    if first.day == 1 and last == _month_end(last):
        if year == last.year:
            months = (first.month, last.month)
            if months == (1, 12):
                return str(year)
            if months[0] == months[1]:
                return f"{year}-{months[0]:02}"
            if months in ((1, 6), (7, 12)):
                return f"{year}-H{months[1] // 6}"
            if months[1] % 3 == 0 and months[1] - months[0] == 2:
                return f"{year}-Q{months[1] // 3}"
        elif (first.month, last.month) == (1, 12):
            return f"{year}/{last.year}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_period(text: str) -> bool:
    """Whether a text is a date or period as a register writes it."""
    try:
        parse_period(text)
    except Fault:
        return False
    return True


def is_whole_year(first: date | None, last: date) -> bool:
    """Whether a time begins and ends with a year."""
    return first is not None and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


class Breakdown:
    """The dimensions and categories that an indicator is broken down by, as they are met."""

    def __init__(self, locations: Mapping[str, Texts], location_name: Texts) -> None:
        self._locations, self._location_name = locations, location_name
        self._ids = TitleIds()
        self._keys: dict[tuple[str, str], str] = {}
        self._category_ids: dict[str, TitleIds] = {}
        self.dimensions: dict[str, dict[str, Texts]] = {}
        self.crosses: list[list[str]] = []
        self.only_place: str | None = None
        """The one location that all figures are about: it tells nothing apart."""

    def find_only_place(self, elements: list[XmlElement]) -> None:
        """Look whether all of some figures are about one location."""
        places = [
            tuple(part.get("ref") or "" for part in element.all("location")) for element in elements
        ]
        if places and len(set(places)) == 1 and len(places[0]) == 1 and places[0][0]:
            (self.only_place,) = places[0]

    def slice_of(self, element: XmlElement) -> dict[str, str]:
        """The categories that a figure is of, by dimension; empty for the whole. Raises Misfit."""
        parts: dict[str, str] = {}
        for part in element.all("dimension"):
            name, value = clean(part.get("name") or ""), clean(part.get("value") or "")
            if not name or not value:
                raise Misfit(part, "iati_dimension")
            mark, vi = part.get(f"{OWN}id"), part.get(f"{OWN}vi")
            text: Texts = {"vi": clean(vi), "en": value} if vi is not None else value
            self._add(parts, name, mark or value, name, text, part)
        for part in element.all("location"):
            ref = part.get("ref")
            if ref is None:
                raise Misfit(part, "iati_location")
            if ref != self.only_place:
                self._add(parts, "location", ref, self._location_name,
                          self._locations.get(ref, ref), part)  # fmt: skip
        if len(parts) > 1 and sorted(parts) not in self.crosses:
            self.crosses.append(sorted(parts))
        return parts

    def _add(
        self, parts: dict[str, str], name: str, value: str, title: Texts, text: Texts,
        part: XmlElement,
    ) -> None:  # fmt: skip
        dimension = self._key(("", fold(name)), self._ids, name, "dimension")
        if dimension in parts:
            raise Misfit(part, "iati_dimension_twice", {"name": one_text(title, "en")})
        ids = self._category_ids.setdefault(dimension, TitleIds())
        category = self._key((dimension, fold(value)), ids, value, "category")
        self.dimensions.setdefault(dimension, {}).setdefault(category, text)
        parts[dimension] = category

    def _key(self, key: tuple[str, str], ids: TitleIds, text: str, kind: str) -> str:
        if key not in self._keys:
            self._keys[key] = ids.new(text, kind)
        return self._keys[key]


def part_of_slice(parts: Mapping[str, str]) -> str:
    """The name of a slice, empty for the whole."""
    return slice_name(parts) if parts else ""

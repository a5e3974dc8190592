"""A register's entries as plain values: out to a sheet, and back as they went.

An export carries them on a sheet of their own, for ``draft`` to read: what people see in its other
sheets is in words, and in one language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel

from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Condition, GoalPeriod, Quantity, Target
from cdstrack.core.model.fields import Bilingual, Change
from cdstrack.core.model.naming import fold
from cdstrack.core.model.periods import Period
from cdstrack.core.model.register import Register
from cdstrack.store.sheet.grid import Grid

PART = 20_000
"""Characters of one cell; longer definitions go on in the next row."""
DEFINITIONS = "cdstrack"
"""The name of the sheet."""
HEADINGS = ("section", "id", "definition")
SECTIONS = ("sources", "bodies", "groups", "indicators", "targets")
HEAD = "register"
"""The section of what a register says of itself."""


class Definition(NamedTuple):
    """One entry: of which section, its id, and its keys as JSON."""

    section: str
    id: str
    text: str


def definitions_of(register: Register, names: Iterable[str]) -> Iterator[Definition]:
    """All that a register says; of its targets these."""
    head = {
        "title": register.title,
        "timezone": register.timezone,
        "policy": register.policy,
        "check": register.check,
        **({"desks": register.desks} if register.desks is not None else {}),
        **({"iati": register.iati} if register.iati is not None else {}),
    }
    values = {key: value for key, part in head.items() if (value := plain_value(part)) != {}}
    yield from _parts(HEAD, HEAD, values)
    for section in SECTIONS[:-1]:
        for name, entry in getattr(register, section).items():
            yield from _parts(section, name, plain_value(entry))
    for name, heading in register.headings.items():
        yield from _parts("targets", name, plain_value(heading))
    for name in names:
        target = register.targets[name]
        extension = register.extensions.get(name, {})
        yield from _parts("targets", name, {**target_values(target, register), **extension})


def _parts(section: str, name: str, values: object) -> Iterator[Definition]:
    text = json.dumps(values, ensure_ascii=True, default=_number)
    for begin in range(0, len(text), PART):
        yield Definition(section, name, text[begin : begin + PART])


def _number(value: object) -> object:
    """A Decimal as a text that is known again: JSON has no exact numbers."""
    return {"=": plain(value)} if isinstance(value, Decimal) else str(value)


def target_values(target: Target, register: Register) -> dict[str, object]:
    """A target as it is written: without what it takes from its indicator."""
    values = plain_value(target)
    indicator = register.indicators.get(target.indicator or "")
    if indicator is not None and isinstance(values, dict):
        theirs = plain_value(indicator)
        for key in Quantity.model_fields:
            if key == "baseline":
                starts = [indicator.baseline, *indicator.baselines]
                if target.baseline in starts:
                    values.pop(key, None)
            elif key == "report_every" and indicator.report_every is not None:
                values.pop(key, None)  # but for when its cycle starts it is the same
            elif isinstance(theirs, dict) and values.get(key) == theirs.get(key):
                values.pop(key, None)
    return values if isinstance(values, dict) else {}


def plain_value(value: object) -> object:
    """A value of a model as the register writes it; of a model the keys that say something."""
    match value:
        case Bilingual() if type(value) is Bilingual:
            return value.vi if value.vi == value.en else {"vi": value.vi, "en": value.en}
        case Condition():
            title = Bilingual(vi=value.vi, en=value.en)
            rest = {"target": value.target, "unit": value.unit, "baseline": value.baseline}
            entry = {"title": title, **rest}
            return {key: plain_value(part) for key, part in entry.items() if part is not None}
        case BaseModel():
            keys = type(value).model_fields
            return {
                keys[name].alias or name: plain_value(getattr(value, name))
                for name in keys
                if name in value.model_fields_set
                and (keys[name].is_required() or getattr(value, name) != keys[name].default)
            }
        case GoalPeriod():
            return {value.said: plain_value(value.goal)}
        case Period():
            return value.said
        case date():
            return value.isoformat()
        case bool() | int() | Decimal() | str() | None:
            return value
        case Change():
            return str(value) if value.is_share else value.figure
        case Mapping():
            return {str(name): plain_value(part) for name, part in value.items()}
        case Sequence():
            return [plain_value(part) for part in value]
        case _:
            return str(value)


def is_definitions(grid: Grid) -> bool:
    """Whether a sheet is one of definitions."""
    first = list(grid.rows[0][:3]) if grid.rows and grid.name == DEFINITIONS else []
    return [fold(str(cell)) for cell in first] == list(HEADINGS)


def read_definitions(grid: Grid) -> dict[str, dict[str, dict[str, object]]]:
    """The entries of each section by their ids. Raises ValueError for a damaged sheet."""
    texts: dict[tuple[str, str], str] = {}
    for row in grid.rows[1:]:
        cells = [*row, None, None, None][:3]
        section, name, text = (str(cell) if cell is not None else "" for cell in cells)
        if section:
            key = (section, name)
            texts[key] = texts.get(key, "") + text
    sections: dict[str, dict[str, dict[str, object]]] = {}
    for (section, name), text in texts.items():
        values = json.loads(text, object_hook=_read_number)
        if section not in (HEAD, *SECTIONS) or not isinstance(values, dict):
            raise ValueError(section)
        sections.setdefault(section, {})[name] = values
    return sections


def _read_number(values: dict[str, object]) -> object:
    return Decimal(str(values["="])) if list(values) == ["="] else values

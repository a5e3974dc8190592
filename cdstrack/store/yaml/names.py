"""What a register names, read in haste: ids and what they are called, nothing judged or checked.

For completion, which has to answer while a finger is on a key. No models, no places, no problems:
what cannot be read is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from cdstrack.core.model.naming import ID_LENGTH, ID_PATTERN
from cdstrack.store.safe_open import is_below, read_bytes
from cdstrack.store.yaml.cut import cut
from cdstrack.store.yaml.tree import LIMIT_BYTES, Mapping, Sequence, parse_yaml

LARGE = 256 * 1024
"""From this size on, only the targets that were asked for are read, where that can be done."""
LIMIT_LEDGER = 512 * 1024 * 1024

_ID = re.compile(ID_PATTERN)
_RECORD_ID = re.compile(r"[0-9a-z-]{1,40}")

Title = dict[str, str]
"""A text by language; empty if there is none."""


class Target(NamedTuple):
    """What can be named of a target; what it does not say is empty."""

    id: str
    title: Title
    owner: str
    part_of: str
    indicator: str
    reporters: str
    conditions: dict[str, Title]
    series: dict[str, Title]
    tags: list[str]
    breakdown: dict[str, dict[str, Title]]
    """By dimension the categories."""
    dimensions: dict[str, Title]
    crosses: list[list[str]]


class Body(NamedTuple):
    """A body; days as they are written, empty if there is none."""

    name: Title
    started: str
    ended: str
    successors: list[str]

    def exists_on(self, day: str) -> bool:
        return self.started <= day and (not self.ended or day < self.ended)


class Record(NamedTuple):
    """A report as it is written; ``figure`` is empty where it says done or not done."""

    id: str
    date: str
    body: str
    part: str
    figure: str
    done: bool
    recorded: str


class Names:
    """The names in one register. Raises StoreError ``file_*``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = read_bytes(path, limit=LIMIT_BYTES)
        text = self._data.decode("utf-8", "replace") if len(self._data) >= LARGE else ""
        self._cut = cut(text)

    def starting(self, beginning: str) -> list[Target]:
        """The targets whose id begins so, in the order of the register."""
        part = _read(self._cut.starting(beginning).encode()) if self._cut is not None else None
        candidates = _targets(part or self._whole)
        return [target for target in candidates if target.id.startswith(beginning)]

    def targets(self, *keys: str) -> list[Target]:
        """All targets in the order of the register; nothing but these keys need be known."""
        part = _read(self._cut.only(keys).encode()) if self._cut is not None else None
        return list(_targets(part or self._whole))

    @cached_property
    def indicators(self) -> dict[str, Target]:
        """What reports name instead of the targets on it, by id."""
        return {name: _target(name, entry) for name, entry in self._section("indicators")}

    @cached_property
    def parents(self) -> set[str]:
        """The ids of targets of which others are classes."""
        if self._cut is not None:
            return set(self._cut.parents())
        return {target.part_of for target in self.targets("part_of")}

    @cached_property
    def bodies(self) -> dict[str, Body]:
        return {
            name: Body(
                _title(entry.get("name")),
                _text(entry.get("started")),
                _text(entry.get("ended")),
                _ids([entry.get("successor")]) + _ids(entry.get("successors")),
            )
            for name, entry in self._section("bodies")
        }

    def titles(self, section: str) -> dict[str, Title]:
        """What groups (``name``) or sources (``title``) are called."""
        return {
            name: _title(entry.get("name") or entry.get("title"))
            for name, entry in self._section(section)
        }

    def members(self, group: str) -> list[str]:
        """The bodies of a group, where it names them."""
        return _ids(dict(self._section("groups")).get(group, Mapping()).get("members"))

    @property
    def timezone(self) -> str:
        return _text(self._head.get("timezone"))

    def records(self, target: str) -> list[Record]:
        """The reports on a target that no other has replaced, newest first. Raises StoreError."""
        ledger = _text(self._head.get("ledger")) or "progress.jsonl"
        if not is_below(ledger):
            return []
        records: list[Record] = []
        corrected_ids = set()
        mark = json.dumps(target).encode()
        for line in BytesIO(read_bytes(self._path.parent / ledger, limit=LIMIT_LEDGER)):
            fields = _fields(line) if mark in line else {}
            if fields.get("target") == target:
                corrected_ids.add(_text(fields.get("corrects")))
                records += _record(fields)
        current = [record for record in records if record.id not in corrected_ids]
        return sorted(current, key=lambda record: record.recorded, reverse=True)

    @cached_property
    def _whole(self) -> Mapping:
        return _read(self._data) or Mapping()

    @cached_property
    def _head(self) -> Mapping:
        """The register, where that saves time without its targets."""
        return (_read(self._cut.rest.encode()) if self._cut is not None else None) or self._whole

    def _section(self, name: str) -> Iterator[tuple[str, Mapping]]:
        section = self._head.get(name)
        for key, entry in section.items() if isinstance(section, Mapping) else ():
            if isinstance(entry, Mapping) and _ids([key]):
                yield key, entry


def _read(data: bytes) -> Mapping | None:
    root = parse_yaml(data, file="").root
    return root if isinstance(root, Mapping) else None


def _targets(root: Mapping) -> Iterator[Target]:
    entries = root.get("targets")
    for entry in entries if isinstance(entries, Sequence) else ():
        if isinstance(entry, Mapping) and _ids([entry.get("id")]):
            yield _target(entry["id"], entry)


def _target(name: str, entry: Mapping) -> Target:
    breakdown, crosses = entry.get("breakdown"), entry.get("crosses")
    dimensions = breakdown.items() if isinstance(breakdown, Mapping) else ()
    return Target(
        id=name,
        title=_title(entry.get("title")),
        owner=_text(entry.get("owner")),
        part_of=_text(entry.get("part_of")),
        indicator=_text(entry.get("indicator")),
        reporters=_text(entry.get("reporters")),
        conditions=_titles(entry.get("conditions")),
        series=_titles(entry.get("series")),
        tags=_ids(entry.get("tags")),
        breakdown={name: _titles(labels) for name, labels in dimensions if _ids([name])},
        dimensions=_titles(entry.get("dimensions")),
        crosses=[_ids(cross) for cross in crosses] if isinstance(crosses, Sequence) else [],
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _title(value: object) -> Title:
    if isinstance(value, Mapping):
        return {lang: _text(text) for lang, text in value.items()}
    return {"vi": value, "en": value} if isinstance(value, str) else {}


def _titles(entries: object) -> dict[str, Title]:
    """What things are called, by their ids; a thing with more to it has a title."""
    pairs = entries.items() if isinstance(entries, Mapping) else ()
    return {
        name: _title(text.get("title", text) if isinstance(text, Mapping) else text)
        for name, text in pairs
        if _ids([name])
    }


def _ids(values: object) -> list[str]:
    """The ids among some values. Nothing else may be offered: a shell might act upon it."""
    return [
        value
        for value in (values if isinstance(values, list) else ())
        if isinstance(value, str) and len(value) <= ID_LENGTH and _ID.fullmatch(value)
    ]


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _record(fields: dict[str, Any]) -> Iterator[Record]:
    """The report that a record holds; none if it has no figure, or an id that no report has."""
    name, done = fields.get("id"), fields.get("done")
    figure = f"{fields['n']}/{fields.get('of')}" if "n" in fields else str(fields.get("value", ""))
    texts = {key: _text(fields.get(key)) for key in ("date", "body", "part", "recorded")}
    if isinstance(name, str) and _RECORD_ID.fullmatch(name) and (figure or "done" in fields):
        yield Record(id=name, figure=figure, done=done is True, **texts)

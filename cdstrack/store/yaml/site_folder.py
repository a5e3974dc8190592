"""The folder of an Open SDG site: which files it has, and the YAML in them as plain values.

It comes from anybody: nothing is read through a link that leads out, no file above a limit, and no
YAML with aliases, which may stand for more than memory holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.safe_open import read_bytes

MAX_YAML = 1 << 20
"""So many bytes may one file of metadata have."""
MAX_FILES = 5_000
"""So many files may one folder have."""
MAX_DEPTH = 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = ("null", "~", "")


class SiteFaultError(Exception):
    """Why a file, or a part of it, is not read; ``line`` counts from 1, 0 for the whole file."""

    def __init__(self, code: str, line: int = 0, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code, self.line, self.facts = code, line, facts or {}


@dataclass(frozen=True, slots=True)
class SiteText:
    """The keys of a file and their values: texts, lists and mappings of such; ``lines`` of keys."""

    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[SiteFaultError] = ()
    """What is wrong with parts of it that are left out."""


class SiteFolder:
    """A folder of which only what stands in it is read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real = Path(os.path.realpath(root))

    def files(self, folder: str) -> list[str]:
        """The paths of the files right in a folder below, in order. Raises StoreError.

        Empty where there is no such folder.
        """
        path = self.root / folder
        if not path.is_dir():
            return []
        names: list[str] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if len(names) >= MAX_FILES:
                        facts = {"path": str(path), "limit": MAX_FILES}
                        raise StoreError("site_too_many_files", **facts)
                    if not entry.name.startswith(".") and not entry.is_dir():
                        names.append(entry.name)
        except OSError as error:
            raise StoreError("file_unreadable", path=str(path), reason=str(error)) from None
        return [f"{folder}/{name}" for name in sorted(names)]

    def folders(self, folder: str) -> list[str]:
        """The names of the folders right in a folder below."""
        path = self.root / folder
        if not path.is_dir():
            return []
        return sorted(entry.name for entry in path.iterdir() if entry.is_dir())

    def path(self, name: str) -> Path:
        """Where a file stands. Raises SiteFaultError for one behind a link that leads out."""
        path = self.root / name
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self._real):
            raise SiteFaultError("site_link")
        return path

    def read(self, name: str) -> SiteText:
        """The YAML of a file, or at the head of a Markdown file. Raises SiteFaultError."""
        try:
            data = read_bytes(self.path(name), limit=MAX_YAML)
        except StoreError as error:
            raise SiteFaultError(error.code, facts=error.facts) from None
        return read_metadata(data, has_front_matter=name.lower().endswith((".md", ".markdown")))


def read_metadata(data: bytes, *, has_front_matter: bool) -> SiteText:
    """The YAML of a file as plain values. Raises SiteFaultError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SiteFaultError("site_not_utf8", line) from None
    text, above = text.replace("\r\n", "\n"), 0
    if has_front_matter:
        lines = text.lstrip().split("\n")
        ends = [at for at, line in enumerate(lines) if line.rstrip() == "---"]
        if len(ends) < 2 or ends[0] != 0:
            raise SiteFaultError("site_front_matter", 1)
        above = text[: len(text) - len(text.lstrip())].count("\n") + 1
        text = "\n".join(lines[1 : ends[1]]) + "\n"
    try:
        _refuse_deep(text, above)
        root = yaml.compose(text, Loader=_LOADER)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise SiteFaultError("site_yaml", line + above) from None
    except (yaml.YAMLError, ValueError):
        raise SiteFaultError("site_yaml", above + 1) from None
    if root is None:
        return SiteText()
    if not isinstance(root, MappingNode):
        raise SiteFaultError("site_no_keys", above + 1)
    values: dict[str, object] = {}
    places: dict[str, int] = {}
    faults: list[SiteFaultError] = []
    for key, value in root.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in values:
            line = key.start_mark.line + 1 + above
            faults.append(SiteFaultError("site_key_twice", line, {"key": name}))
            continue
        values[name] = _plain(value)
        places[name] = value.start_mark.line + 1 + above
    return SiteText(values, places, faults)


def _refuse_deep(text: str, above: int) -> None:
    """Refuse aliases, and what is nested too deep, before anything is built of it."""
    depth = 0
    for event in _events(text):
        line = event.start_mark.line + 1 + above
        if isinstance(event, AliasEvent):
            raise SiteFaultError("site_alias", line)
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise SiteFaultError("site_deep", line, {"limit": MAX_DEPTH})
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_LOADER)


def _plain(node: Node) -> object:
    """A value as texts, lists and mappings; None where nothing is written."""
    match node:
        case ScalarNode():
            is_plain = node.style is None
            return None if is_plain and node.value.lower() in _EMPTY else str(node.value)
        case SequenceNode():
            return [_plain(part) for part in node.value]
        case MappingNode():
            return {
                key.value: _plain(value) for key, value in node.value if isinstance(key, ScalarNode)
            }
    return None

"""What only ``validate`` looks for: copies beside a ledger, and texts that only look alike."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from cdstrack.core.model.naming import BLANK_LETTERS, FORMAT, fold, legible
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.store.safe_open import read_bytes

LIMIT = 512 * 1024 * 1024
MOST = 100
"""So many lines with texts that only look alike are named."""

_COPY = re.compile(r"\([0-9]+\)|copy|conflict|ban sao|xung dot|\.(orig|bak|old)$|~$")
_OURS = re.compile(r"\.torn-[0-9tz.]+$")
_UNUSUAL = re.compile(
    rf"\\u|[{FORMAT}{BLANK_LETTERS}\u0300-\u036f\xa0\u2000-\u200a\u202f\u3000]|[ ]{{2}}"
)
"""Rules out most lines before they are taken apart."""
_LABELS = ("source", "by")
"""The fields whose texts are told apart."""


def copies_beside(register: Path, ledger: Path, known_ids: Collection[str]) -> Iterator[Problem]:
    """Files whose names say that they are copies, as sync programs and browsers leave them.

    A copy of the ledger has the fact ``n``, how many records it holds that are not in the ledger.
    """
    for path in _files(ledger):
        name, end = fold(path.name), fold(ledger.suffix)
        if not (name.endswith(end) or name.startswith(fold(ledger.name))) or _OURS.search(name):
            continue
        if fold(ledger.stem) in name:
            ids = {str(record.get("id")) for _, _, record in _records(path)}
            facts = {"path": str(path), "n": len(ids.difference(known_ids))}
            yield Problem("copy_of_ledger", facts, level="warning")
    for path in _files(register):
        name = fold(path.name)
        if fold(register.stem) in name and register.suffix in name and _COPY.search(name):
            yield Problem("copy_of_register", {"path": str(path)}, level="warning")


def _files(path: Path) -> list[Path]:
    """The other files of a folder, by name."""
    try:
        return sorted(other for other in path.parent.iterdir() if other.name != path.name)
    except OSError:
        return []


def lookalikes(ledger: Path, dropped_ids: Collection[str]) -> Iterator[Problem]:
    """Records whose source or reporter holds what a reader cannot see, each at its line.

    Those that were corrected do not matter any more.
    """
    n = 0
    for number, line, record in _records(ledger, _UNUSUAL):
        for field in _LABELS:
            text = record.get(field)
            if not isinstance(text, str) or legible(text) == text or n == MOST:
                continue
            if record.get("id") in dropped_ids:
                continue
            n += 1
            at = line.find(f'"{field}"') + 1
            place = Place(str(ledger), number, max(at, 1), line[: at + 200], len(field) + 2)
            facts = {"field": field, "text": legible(text)}
            yield Problem("report_lookalike", facts, (field,), place, "warning")


def _records(
    path: Path, search: re.Pattern[str] | None = None
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The number, text and fields of each line of a ledger, or of those that match a search."""
    try:
        data = read_bytes(path, limit=LIMIT)
    except StoreError:
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        text = line.decode("utf-8", "replace").rstrip("\r")
        if search is not None and not search.search(text):
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield number, text, record

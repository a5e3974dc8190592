"""What only ``validate`` looks for: copies beside a ledger, and texts that only look alike."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from cdstrack.core.model.naming import BLANK_LETTERS, FORMAT, fold, legible
from cdstrack.core.model.problems import Place, Problem, StoreError, did_you_mean
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import import_row
from cdstrack.store.safe_open import open_regular, read_bytes

LIMIT = 512 * 1024 * 1024
_BEGINNING = 4096
MOST = 100
"""So many lines with texts that only look alike are named."""

_COPY = re.compile(
    r"\([0-9]+\)| [0-9]{1,2}\.|copy|conflict|ban sao|sao chep|xung dot|trung lap"
    r"|-(?:desktop|laptop)\b"
    r"|\.(?:orig|bak|old|rej|swp|tmp|part|crdownload|icloud)$|_(?:base|local|remote|backup)_|~$"
)
"""How sync programs, browsers, editors and git name what they put beside a file. Without marks and
capitals: ``ban sao``, ``sao chep``, ``xung dot``, ``trung lap`` are Vietnamese."""
_TORN = re.compile(r"\.torn-[0-9tz.]+$")
_ID_OF_TARGET = re.compile(
    rb"""^[ \t]*-[ \t]+(?:\{[ \t]*)?id:[ \t]*["']?([0-9a-z-]+)""", re.MULTILINE
)
_ID_OF_RECORD = re.compile(rb'"id"\s*:\s*"([0-9a-z-]+)"')
_REGISTER_LIMIT = 64 * 1024 * 1024
_UNUSUAL = re.compile(
    rf"\\u|[{FORMAT}{BLANK_LETTERS}\u0300-\u036f\xa0\u2000-\u200a\u202f\u3000]|[ ]{{2}}"
)
"""Rules out most lines before they are taken apart."""
_LABELS = ("source", "by")
"""The fields whose texts are told apart."""


def copies_beside(
    register: Path, ledger: Path, content: Ledger, targets: Collection[str]
) -> Iterator[Problem]:
    """Files whose names say that they are copies, as sync programs and browsers leave them, and
    what was set aside of a torn ledger and never came back.

    A copy of the ledger has the fact ``n``, how many records it holds that are not in the ledger.
    What shares ``targets`` with the register and its name is a copy, whatever else it is called;
    so is any file that begins with a record and holds some on these targets that are not here.
    """
    for path in _files(ledger):
        name, end = fold(path.name), fold(ledger.suffix)
        is_named_so = name.startswith(fold(ledger.name)) or fold(ledger.name) in name
        if _TORN.search(name):
            if is_named_so and not _is_back(path, content):
                yield Problem("torn_piece", {"path": str(path)}, level="warning")
        elif fold(ledger.stem) in name and (name.endswith(end) or is_named_so):
            ids = {str(record.get("id")) for _, _, record in _records(path)}
            facts = {"path": str(path), "n": len(ids.difference(content.known))}
            yield Problem("copy_of_ledger", facts, level="warning")
        elif path.name != register.name and _begins_with_record(path):
            ids = _ids_of(path, targets) - content.known
            if ids:
                facts = {"path": str(path), "n": len(ids)}
                yield Problem("copy_of_ledger", facts, level="warning")
    for path in _files(register):
        name = fold(path.name)
        if fold(register.stem) in name and fold(register.suffix) in name:
            is_copy = _COPY.search(name) or not _ids_in(path).isdisjoint(targets)
            if is_copy and path != ledger:
                yield Problem("copy_of_register", {"path": str(path)}, level="warning")


def _begins_with_record(path: Path) -> bool:
    """Whether a file may be a ledger. Only its beginning is read: it may be a large video."""
    try:
        with os.fdopen(open_regular(path, links=True), "rb") as file:
            start = file.read(_BEGINNING)
    except (OSError, ValueError):
        return False
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and b'"id"' in start


def _ids_of(path: Path, targets: Collection[str]) -> set[str]:
    """The ids of the records in a file that report on some targets."""
    return {
        str(record["id"])
        for _, _, record in _records(path)
        if {"id", "recorded"} <= record.keys() and record.get("target") in targets
    }


def likely_ledger(ledger: Path, usual: str, targets: Collection[str]) -> Path | None:
    """What lies beside a ledger that is not there and is probably meant; None if nothing is.

    A file with reports on some targets, whatever its name; else, for a ledger that has not the
    ``usual`` name, that one, or one with nearly the name that was written.
    """
    files = _files(ledger)
    for file in files:
        if _begins_with_record(file) and _ids_of(file, targets):
            return file
    if ledger.name == usual:
        return None
    ledgers = [file for file in files if file.suffix.lower() in (".jsonl", ".ndjson", ".json")]
    stems = {file.stem: file for file in ledgers}
    if usual in (file.name for file in ledgers):
        return ledger.parent / usual
    return stems.get(did_you_mean(ledger.stem, stems) or "")


def torn_pieces(ledger: Path, content: Ledger) -> Iterator[Problem]:
    """What was set aside of a ledger and holds whole records that never came back."""
    for path in _files(ledger):
        name = fold(path.name)
        if _TORN.search(name) and name.startswith(fold(ledger.name)):
            ids = {str(record["id"]) for _, _, record in _records(path) if "id" in record}
            n = len(_lost(path, content, ids))
            if n:
                yield Problem("ledger_piece", {"path": str(path), "n": n}, level="warning")


def _ids_in(path: Path) -> set[str]:
    """The ids of targets in what may be a register."""
    try:
        data = read_bytes(path, limit=_REGISTER_LIMIT)
    except StoreError:
        return set()
    return {match.decode() for match in _ID_OF_TARGET.findall(data)}


def _is_back(path: Path, content: Ledger) -> bool:
    """Whether all records of a piece that was set aside are in the ledger, or came once more."""
    try:
        data = read_bytes(path, limit=LIMIT)
    except StoreError:
        return True
    ids = {match.decode() for match in _ID_OF_RECORD.findall(data)}
    return bool(ids) and not _lost(path, content, ids)


def _lost(path: Path, content: Ledger, ids: Collection[str]) -> set[str]:
    """Which ids of a piece are not in the ledger, nor is their row of a sheet."""
    lost = set(ids) - content.known
    rows = {import_row(record.key) for record in content.records() if record.key} if lost else set()
    for _, _, record in _records(path) if rows else ():
        if import_row(str(record.get("key") or "")) in rows:
            lost.discard(str(record.get("id")))
    return lost


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

"""Seals of days: what came to a ledger on a server, a line for each day, to be committed.

A mirror of a large ledger is too large for git. A line holds a day (in UTC), how many records came
in on it, and SHA-256 over them as the program writes them, each with a line break, in the order of
their ids. A day that has no line before the last one had no records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import read_bytes, refuse_links

SEALS = "progress.seals"
HEAD = "cdstrack seals 1"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing."""
_LIMIT = 1 << 26
_LINE = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{1,18}) ([0-9a-f]{64})")


class DaySeal(NamedTuple):
    """What came in on a day."""

    day: date
    records: int
    sha256: str


def seals_text(seals: Iterable[DaySeal]) -> str:
    """The file that holds them."""
    lines = (f"{seal.day.isoformat()} {seal.records} {seal.sha256}" for seal in seals)
    return "\n".join([HEAD, *lines, ""])


def seals_in(data: bytes, path: str) -> list[DaySeal]:
    """The seals of a file, by rising days. Raises StoreError ``seals_damaged`` with the line."""
    head, *lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    seals: list[DaySeal] = []
    if head != HEAD:
        raise StoreError("seals_damaged", path=path, line=1)
    if lines[-1:] != [""]:  # the last line was cut short
        raise StoreError("seals_damaged", path=path, line=len(lines) + 1)
    for number, line in enumerate(lines[:-1], start=2):
        seal = _seal_on(line)
        if seal is None or (seals and seal.day <= seals[-1].day):
            raise StoreError("seals_damaged", path=path, line=number)
        seals.append(seal)
    return seals


def _seal_on(line: str) -> DaySeal | None:
    match = _LINE.fullmatch(line)
    try:
        return match and DaySeal(date.fromisoformat(match[1]), int(match[2]), match[3])
    except ValueError:  # no such day
        return None


def read_seals(folder: Path) -> list[DaySeal] | None:
    """Those beside a register, None where there are none.

    Raises StoreError ``seals_damaged``, ``file_*``, ``path_behind_link``.
    """
    refuse_links(folder, SEALS, end=True)
    path = folder / SEALS
    try:
        data = read_bytes(path, limit=_LIMIT)
    except StoreError as error:
        if error.code != "file_missing":
            raise
        return None
    return seals_in(data, str(path))


def days_unlike(seals: Sequence[DaySeal], today: Mapping[date, DaySeal]) -> list[date]:
    """The days up to the last sealed one of which a server has something else today."""
    if not seals:
        return []
    sealed = {seal.day: seal for seal in seals}
    days = sorted(sealed.keys() | {day for day in today if day < seals[-1].day})
    return [
        day
        for day in days
        if sealed.get(day, DaySeal(day, 0, EMPTY)) != today.get(day, DaySeal(day, 0, EMPTY))
    ]

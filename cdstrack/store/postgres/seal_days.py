"""Seals the days of a ledger on a server into a file beside the register, and verifies them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cdstrack.core.model.server_address import ServerAddress
from cdstrack.store.day_seals import SEALS, DaySeal, days_unlike, read_seals, seals_text
from cdstrack.store.outputs import write_whole
from cdstrack.store.postgres.verification import Flaw
from cdstrack.store.postgres.witness import day_seals


class Sealing(NamedTuple):
    """What became of the file of seals."""

    path: Path
    new: Sequence[DaySeal]
    last: date
    """The last day that is sealed."""


def seal_days(address: ServerAddress, folder: Path) -> Sealing:
    """Add the days that are over since the last one; what was sealed stays as it is.

    Raises StoreError ``store_*``, ``seals_damaged``, ``output_*``.
    """
    before = read_seals(folder) or []
    new = list(day_seals(address, before[-1].day if before else None).values())
    path = folder / SEALS
    if new:
        write_whole(path, seals_text([*before, *new]))
    return Sealing(path, new, [*before, *new][-1].day)


def flaws_of_days(address: ServerAddress, folder: Path) -> list[Flaw]:
    """What is wrong by the seals beside a register, if there are any. Raises StoreError."""
    seals = read_seals(folder)
    if not seals:
        return []
    today = day_seals(address, last=seals[-1].day)
    return [Flaw("verify_day", {"day": day, "path": SEALS}) for day in days_unlike(seals, today)]

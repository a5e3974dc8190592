"""What every store promises: load a register with its reports, append a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.register import Granted, Ledger, Register
from cdstrack.core.model.report import Report


@dataclass(frozen=True, slots=True)
class Loaded:
    """A register, its ledger and everything that is wrong with their files."""

    register: Register | None
    ledger: Ledger
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A register as it once was, and what the ledger has lost since.

    ``register`` is None where there was none, or none that can be read. A problem is an error
    where not all of it can be compared, and a warning where nothing was promised yet. ``lost``
    counts the records that are not in ``ledger``, the path of today's, any more. ``moment`` is
    when it was committed.
    """

    register: Register | None
    ledger: str
    lost: int
    problems: Sequence[Problem] = ()
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append did: the report that stands in the ledger, and whether it is new."""

    report: Report
    new: bool


Prepare = Callable[[Ledger], Sequence[Report]]
"""Makes the reports from the ledger as it stands under the lock (``--add`` needs that)."""


class Store(Protocol):
    """A register and its ledger, wherever they live."""

    def register(self) -> tuple[Register | None, Sequence[Problem]]:
        """The register alone, with its problems: the ledger is not read."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the register's days; the usual one where it cannot be read."""

    def load(self, *, known_on: date | None = None) -> Loaded:
        """Everything, with its problems; ``known_on`` leaves out what was recorded after a day."""

    def waivers(self, path: Path | None) -> tuple[Sequence[Granted], Sequence[Problem]]:
        """The waivers of a file, else of the one that the register names; none if none is named.

        Raises StoreError: ``waivers_missing``, else ``file_*``.
        """

    def desks(self, rev: str | None = None) -> tuple[Sequence[Desk] | None, Sequence[Problem]]:
        """The desks of the register with what is wrong with them, None where it names no file.

        ``rev``: as they were at a version, if there were any then. Raises StoreError:
        ``desks_missing``, else ``file_*``, ``version_*``.
        """

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        """Where the records with some ids stand, as far as they do."""

    def earlier(self, rev: str) -> Version:
        """Register and ledger as they once were. Raises StoreError when they cannot be had."""

    def append(self, prepare: Prepare, *, again: bool = False) -> Sequence[Receipt]:
        """Add reports durably, all of them or none; what is in force already is only found.

        Raises StoreError when nothing could be saved, Fault when ``prepare`` refuses.
        """

"""What every store promises: load a register with its reports, append a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report


@dataclass(frozen=True, slots=True)
class Loaded:
    """A register, its ledger and everything that is wrong with their files."""

    register: Register | None
    ledger: Ledger
    problems: Sequence[Problem] = ()


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

    def history(self) -> tuple[Sequence[Report], Sequence[Problem]]:
        """Every record of the ledger in the order recorded, corrected ones and voids included."""

    def changed_since(self, rev: str) -> tuple[Sequence[Finding], Sequence[Problem]]:
        """What was lost or silently changed since an earlier version of register and ledger.

        Raises StoreError when that version cannot be had.
        """

    def append(self, prepare: Prepare, *, again: bool = False) -> Sequence[Receipt]:
        """Add reports durably, all of them or none; what is in force already is only found.

        Raises StoreError when nothing could be saved, Fault when ``prepare`` refuses.
        """

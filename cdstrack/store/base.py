"""What every store promises: load a register with its reports, append a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from cdstrack.core.fields import Bilingual
from cdstrack.core.gate import Finding
from cdstrack.core.model import Body, CheckPolicy, Group, Policy, Source, Target
from cdstrack.core.problems import Place, Problem
from cdstrack.core.report import Report
from cdstrack.core.report_checks import check_reports
from cdstrack.store.errors import StoreError as StoreError


@dataclass(frozen=True, slots=True)
class Register:
    """What was promised: a register whose sound targets can be judged."""

    title: Bilingual
    timezone: str
    file: str
    policy: Policy = field(default_factory=Policy)
    check: CheckPolicy = field(default_factory=CheckPolicy)
    sources: Mapping[str, Source] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """Ids of targets that stand in the file but cannot be judged."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was reported: every report that counts, by target, corrections already applied.

    The list of a target is ordered by reference date, then by ``Report.order``.
    ``known`` holds the id of every record in the ledger, corrected ones included; ``bodies`` and
    ``parts`` every body and condition that a record names, ``ahead`` the ids of records of what
    had not begun when they were recorded.
    """

    reports: Mapping[str, Sequence[Report]]
    known: Set[str] = frozenset()
    bodies: Set[str] = frozenset()
    parts: Set[str] = frozenset()
    ahead: Set[str] = frozenset()


def check_ledger(register: Register, ledger: Ledger) -> list[Problem]:
    """What keeps reports from counting; the fact ``report`` is the id of the record."""
    return list(
        check_reports(
            register.targets,
            register.broken,
            ledger.reports,
            register.bodies,
            register.groups,
            named=ledger.bodies,
            parts=ledger.parts,
            ahead=ledger.ahead,
        )
    )


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

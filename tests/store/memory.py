"""A register and its ledger in memory: what every store must do, without files. For tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Fault, Place, Problem, StoreError
from cdstrack.core.model.register import Granted, Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import replace
from cdstrack.core.values.in_force import (
    Corrections,
    Rivals,
    correct,
    equal_in_force,
    in_order,
    is_ahead,
)
from cdstrack.core.values.points import competition
from cdstrack.store.base import ALL, EntryMark, Loaded, Prepare, Receipt, Version, Wanted
from cdstrack.store.ledger.append import as_written


def _only(ledger: Ledger, wanted: Wanted) -> Ledger:
    """Of a ledger what is wanted, and nothing more."""
    names = wanted.targets
    if names is None:
        return ledger
    return replace(
        ledger,
        reports={
            filed: series
            for filed, series in ledger.reports.items()
            if (filed if isinstance(filed, str) else filed[0]) in names
        },
        dropped=[report for report in ledger.dropped if report.target in names],
        future=[report for report in ledger.future if report.target in names],
    )


class MemoryStore:
    """The reference implementation of ``Store``; it begins with the reports it is given."""

    def __init__(self, register: Register, reports: Iterable[Report] = ()) -> None:
        self._register = register
        self._records = {report.id: report for report in reports}
        self._lock = Lock()

    def register(self) -> tuple[Register, Sequence[Problem]]:
        return self._register, ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self._register.timezone)

    def ledger(self, wanted: Wanted = ALL) -> tuple[Ledger, Sequence[Problem]]:
        ledger, corrections = self._in_force(wanted.known_on)
        problems = [*corrections.problems, *check_ledger(self._register, ledger)]
        return _only(ledger, wanted), problems

    def in_batches(self, wanted: Wanted, problems: list[Problem]) -> Iterator[Ledger]:
        ledger, damage = self.ledger(wanted)
        problems += damage
        yield ledger

    def load(self, *, known_on: date | None = None, lean: bool = False) -> Loaded:
        return Loaded(self._register, *self.ledger(Wanted(known_on=known_on)))

    def waivers(self, path: Path | None) -> tuple[Sequence[Granted], Sequence[Problem]]:
        if path is not None:
            raise StoreError("waivers_missing", path=str(path))
        return (), ()

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        return ()

    def desks(self) -> tuple[Sequence[Desk] | None, Sequence[Problem]]:
        return None, ()

    def desks_at(
        self, rev: str
    ) -> tuple[Register | None, Sequence[Desk] | None, Sequence[Problem]]:
        return None, None, ()

    @property
    def has_clock(self) -> bool:
        return False

    @property
    def login(self) -> None:
        return None

    @property
    def clock(self) -> None:
        return None

    def entries(self, request: Wanted) -> Mapping[str, EntryMark]:
        return {}

    @property
    def sees_all(self) -> bool:
        return True

    @property
    def stewards(self) -> None:
        return None

    @property
    def ledger_name(self) -> str:
        return "progress.jsonl"

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        return {}

    def earlier(
        self, rev: str, waivers: Path | None = None, now: datetime | None = None
    ) -> Version:
        raise StoreError("version_unknown", rev=rev)

    def place(self, *path: str) -> Place:
        return Place(self._register.file, 1, 1)

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> Sequence[Receipt]:
        with self._lock:
            ledger, corrections = self._in_force()
            receipts = []
            for made in prepare(_only(ledger, wanted)):
                _, report = as_written(made)
                known = self._known(report)
                if known is None:
                    target = self._register.targets.get(report.target)
                    known = equal_in_force(
                        report,
                        Rivals(ledger.reports),
                        corrections.voids,
                        competition=competition(target),
                        again=again,
                    )
                receipts.append(Receipt(known or report, new=known is None))
            new = [each.report for each in receipts if each.new]
            self._records |= {report.id: report for report in new}
            return receipts

    def _in_force(self, known_on: date | None = None) -> tuple[Ledger, Corrections]:
        zone = self.zone
        seen = [
            report
            for report in self._records.values()
            if known_on is None or report.recorded.astimezone(zone).date() <= known_on
        ]
        effect = correct([report for report in seen if report.corrects], self._records)
        reports: dict[str, list[Report]] = {}
        for report in seen:
            if report.id not in effect.dropped:
                reports.setdefault(report.target, []).append(report)
        ordered = {target: in_order(series) for target, series in reports.items()}
        named = {report.body for report in seen if report.body is not None}
        parts = {report.part for report in seen if report.part is not None}
        ahead = {report.id for report in seen if is_ahead(report.date, report.recorded)}
        dropped = [report for report in seen if report.id in effect.dropped]
        return Ledger(ordered, frozenset(self._records), named, parts, ahead, dropped), effect

    def _known(self, report: Report) -> Report | None:
        """The record with the same id, if it is the same record, or with the same import key."""
        same_id = self._records.get(report.id)
        if same_id is not None and as_written(same_id) != as_written(report):
            raise Fault("report_same_id", id=report.id)
        if same_id is not None or report.key is None:
            return same_id
        return next((r for r in self._records.values() if r.key == report.key), None)

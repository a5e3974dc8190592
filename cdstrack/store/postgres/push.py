"""Takes what waits in an outbox to the server: each report once, and says what became of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cdstrack.core.model.problems import Failure, Problem, StoreError
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.values.points import competition
from cdstrack.store.base import Wanted
from cdstrack.store.ledger.file import locked
from cdstrack.store.ledger.load import LedgerReader, unfinished_line
from cdstrack.store.ledger.record import Reader, serialize
from cdstrack.store.outputs import write_whole
from cdstrack.store.postgres.connection import answers, connection, refuse_others
from cdstrack.store.postgres.server_lines import Scope, lines_of
from cdstrack.store.postgres.shared_ledger import SharedLedger

_REFUSALS = {
    "store_no_desk", "store_no_desk_whole", "store_no_target", "store_no_body", "store_no_original",
    "store_form", "store_cannot_hold", "report_same_id", "report_too_long", "store_failed",
}  # fmt: skip
"""What the server says of a report; anything else is said of the way to it."""

_TICK = timedelta(microseconds=1)


@dataclass(eq=False)
class Push:
    """What became of the reports of an outbox."""

    recorded: list[Report] = field(default_factory=list)
    old: int = 0
    """How many were there already."""
    equal: list[tuple[Report, Report]] = field(default_factory=list)
    """Reports that were left out, each with the one that says the same and is in force."""
    beaten: list[tuple[Report, Report]] = field(default_factory=list)
    """Reports that do not count, each with the later one that does."""
    refusals: list[tuple[Report, Failure]] = field(default_factory=list)
    """Reports that stay in the outbox, each with the reason."""
    ahead: int = 0
    """How many claimed to be recorded later than the server's now, and got that moment."""
    problems: Sequence[Problem] = ()
    """What is wrong with the outbox; if something is, nothing was pushed."""


def push(ledger: SharedLedger, outbox: Path) -> Push:
    """Record what an outbox holds on a server, as it was recorded here.

    What the server has is taken out of the outbox, what it refuses stays. Raises StoreError where
    the server cannot be had; then what was settled before that is out of the outbox.
    """
    result = Push()
    if not os.path.lexists(outbox):  # a link that leads nowhere is named when it is opened
        return result
    with locked(outbox, ledger.waiting) as file:
        with file.reading() as stream:
            records = LedgerReader(stream, str(outbox), None).read()
            is_torn = bool(unfinished_line(stream))
        if is_torn or any(problem.level == "error" for problem in records.problems):
            result.problems = records.problems or [Problem("outbox_torn", {"path": str(outbox)})]
            return result
        reports = sorted(records, key=lambda report: report.order)
        rest = {report.id: report for report in reports}
        try:
            new = _unknown(ledger, reports, result, rest)
            _send(ledger, new, result, rest)
            result.beaten = _beaten(ledger, result.recorded)
        finally:
            if len(rest) < len(reports):
                _keep(outbox, [report for report in reports if report.id in rest])
    return result


def _keep(outbox: Path, reports: Sequence[Report]) -> None:
    if reports:
        lines = [serialize(report._replace(batch=None)) + "\n" for report in reports]
        write_whole(outbox, "".join(lines))
    else:
        outbox.unlink()


def _unknown(
    ledger: SharedLedger, reports: Sequence[Report], result: Push, rest: dict[str, Report]
) -> list[Report]:
    """Those that are not on the server yet, none of them later than its clock."""
    address, strict = ledger.address, Reader()
    source = "cdstrack.reports" if ledger.sees_all else "cdstrack.own_reports(null)"
    ids = [report.id for report in reports]
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        twins = {
            report.id: report
            for line in lines_of(link, Scope("r.id = any(%s)", [ids], source))
            for report in [strict.read(line.decode())]
        }
        row = link.execute("select clock_timestamp()").fetchone()
    clock = row[0].astimezone(UTC) if row else datetime.now(UTC)
    new = []
    early = sum(report.recorded > clock for report in reports)
    for report in reports:
        twin = twins.get(report.id)
        moment = report.recorded
        if moment > clock:  # the later one of two still counts
            early -= 1
            moment = clock - early * _TICK
        if twin is None:
            result.ahead += moment < report.recorded
            new.append(report._replace(batch=None, recorded=moment))
        elif _content(twin) == _content(report):
            result.old += 1
            del rest[report.id]
        else:
            result.refusals.append((report, StoreError("report_same_id", id=report.id)))
    return new


def _content(report: Report) -> str:
    """What makes two records of one id the same; the server may have set the moment."""
    return serialize(report._replace(batch=None, recorded=datetime.fromtimestamp(0, UTC)))


def _send(
    ledger: SharedLedger, reports: Sequence[Report], result: Push, rest: dict[str, Report]
) -> None:
    """All at once, or one by one where the server refuses some of them."""
    if not reports:
        return
    late = replace(ledger, late=True)
    wanted = _lines_of(reports)
    try:
        receipts = late.append(lambda _: reports, wanted)
    except Failure as error:
        if error.code not in _REFUSALS:
            raise
        if len(reports) == 1:
            result.refusals.append((reports[0], error))
            return
        for report in reports:
            _send(ledger, [report], result, rest)
        return
    for report, receipt in zip(reports, receipts, strict=True):
        del rest[report.id]
        if receipt.new:
            result.recorded.append(report)
        elif receipt.report.id == report.id:
            result.old += 1
        else:
            result.equal.append((report, receipt.report))


def _lines_of(reports: Sequence[Report]) -> Wanted:
    """What reports compete with."""
    return Wanted(
        frozenset(report.target for report in reports),
        bodies=frozenset(report.body for report in reports),
    )


def _beaten(ledger: SharedLedger, reports: Sequence[Report]) -> list[tuple[Report, Report]]:
    """Which reports another one puts out of force that was recorded later, and which one."""
    pairs: list[tuple[Report, Report]] = []
    if not reports:
        return pairs
    register = ledger.register
    stand, _ = ledger.read(_lines_of(reports))
    for report in reports:
        kind = competition(register.subject(report.target) if register is not None else None)
        rivals = list(stand.reports.get(report.series, ()))
        corrections = [rival for rival in rivals if report.id == rival.corrects]
        if kind != "none":
            corrections += [
                rival
                for rival in rivals
                if rival.slot == report.slot
                and (kind != "period" or rival.date.first == report.date.first)
            ]
        winner = max(corrections, key=lambda rival: rival.order, default=None)
        if report.figure is not None and winner is not None and winner.order > report.order:
            pairs.append((report, winner))
    return pairs

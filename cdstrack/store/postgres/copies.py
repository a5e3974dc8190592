"""Whole ledgers from a file to a server and back: the same records, all of them or none."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cdstrack.core.model.problems import Fault, Problem, StoreError
from cdstrack.core.model.report import Report
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.store.ledger.load import LedgerReader, open_ledger
from cdstrack.store.ledger.record import serialize
from cdstrack.store.outputs import write_whole
from cdstrack.store.postgres.connection import answers, connection, refuse_others
from cdstrack.store.postgres.server_lines import Scope, records_of
from cdstrack.store.postgres.shared_ledger import rows_of

_AT_ONCE = 5_000


class Count(NamedTuple):
    """What was copied, or what is in the way of it."""

    records: int
    spellings: int = 0
    """How many lines come back otherwise than they were written: with other spaces, say."""
    problems: Sequence[Problem] = ()


@dataclass(eq=False)
class _Spelling:
    """Counts lines that are not as the program writes them; is shown every line that is read."""

    lines: set[int] = field(default_factory=set)

    def visit(self, first: int, lines: Sequence[bytes], reports: Sequence[Report]) -> None:
        pairs = zip(lines, reports, strict=True)
        for number, (line, report) in enumerate(pairs, first):
            if line != serialize(report).encode():
                self.lines.add(number)


def upload(
    source: Path, address: ServerAddress, *, present: datetime, work: Work | None = None
) -> Count:
    """Copy a ledger file to a server on which there are no reports.

    A steward alone may do that. Nothing is copied of a file in which something is wrong, and
    nothing where the copy is interrupted. ``work`` counts what is read and sent. Raises StoreError,
    among them ``store_not_empty``; Fault ``store_cannot_hold``.
    """
    work = work or Work()
    spelling = _Spelling()
    with open_ledger(source) as file:
        if file is None:
            raise StoreError("no_ledger", path=str(source))
        records = LedgerReader(file, str(source), present, visit=spelling.visit, work=work).read()
    errors = [problem for problem in records.problems if problem.level == "error"]
    if errors or records.has_torn_tail:
        return Count(0, problems=records.problems)
    reports = _originals_first(sorted(records, key=lambda report: report.order))
    rows = iter(rows_of(reports, {}, as_recorded=True))
    with (
        work.at("work_copy", len(reports)),
        connection(address) as link,
        answers(address),
        link.transaction(),
    ):
        refuse_others(link, address)
        row = link.execute("select exists(select 1 from cdstrack.reports)").fetchone()
        if row is None or row[0]:
            raise StoreError("store_not_empty", server=address.server)
        while chunk := list(islice(rows, _AT_ONCE)):
            text = json.dumps(chunk, ensure_ascii=False)
            link.execute("select cdstrack.record(%s::jsonb)", [text])
            work.done += len(chunk)
    return Count(len(reports), len(spelling.lines))


def download(
    address: ServerAddress, goal: Path, *, originals: Collection[Path], work: Work | None = None
) -> Count:
    """Copy the ledger on a server to a new file, in the order recorded.

    ``originals`` are files that are never written over. Raises StoreError.
    """
    lines = list(_lines(address, work or Work()))
    write_whole(goal, b"".join(lines), originals=originals, new=True)
    return Count(len(lines))


def _lines(address: ServerAddress, work: Work) -> Iterator[bytes]:
    """Every record as the program writes it."""
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        row = link.execute("select count(*) from cdstrack.reports").fetchone()
        with work.at("work_copy", row[0] if row else 0):
            for _, line in records_of(link, Scope()):
                yield line
                work.done += 1


def _originals_first(reports: Sequence[Report]) -> list[Report]:
    """Reports in an order in which what is corrected comes before what corrects it.

    Raises Fault for corrections in a circle, which no server takes.
    """
    names = {report.id for report in reports}
    ready: list[Report] = []
    places: set[str] = set()
    waiting: dict[str, list[Report]] = {}
    for report in reports:
        name = report.corrects
        if name is not None and name in names and name not in places:
            waiting.setdefault(name, []).append(report)
            continue
        follow = [report]
        while follow:
            following = follow.pop()
            ready.append(following)
            places.add(following.id)
            follow += waiting.pop(following.id, ())
    if waiting:
        circle = next(iter(waiting.values()))[0]
        raise Fault("store_cannot_hold", id=circle.id, field="corrects")
    return ready

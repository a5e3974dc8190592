"""The audit of a ledger on a server: what came in when and by whom, and whether it still stands.

The server says who was signed in and when a record came in, which nobody who reports can choose;
whoever administers it can change all of that. So what commits hold of its mirror, or held while the
ledger was a file, is laid beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from cdstrack.app.ledger_audit import Change, Event
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.store.commits import Commit
from cdstrack.store.ledger.load import content_lines, read_line
from cdstrack.store.ledger.record import Damage, Reader, serialize
from cdstrack.store.ledger_trail import Trail, ledger_at_version, trail_of
from cdstrack.store.mirror import MIRROR
from cdstrack.store.postgres.chronicle import Chronicle, Entry, chronicle_of
from cdstrack.store.postgres.steward import Desk
from cdstrack.store.postgres.verification import Flaw

_Name = tuple[str, str]
"""A record, by its target and its id."""


class Evidence(NamedTuple):
    """What a commit was the first to hold of a record."""

    report: Report
    line: bytes
    commit: Commit


@dataclass(frozen=True, slots=True)
class ServerLine:
    """A record: as it came to the server, or as only commits have it.

    An ``altered`` one stands on the server otherwise than a commit has it, one that is ``gone`` not
    at all, and has no entry.
    """

    event: Event
    report: Report
    """As it stands on the server, or as the last commit had it."""
    entry: Entry | None
    evidence: Evidence | None
    """Where a commit has it: of an altered one as it was, else the first one that did."""
    foreign: Entry | None = None
    """What somebody else had reported and this corrects, where they share no desk for it."""

    @property
    def delay(self) -> timedelta | None:
        """From the moment that the report gives for itself until it came in; None of a copy, of
        which the server was told the moment."""
        entry = self.entry
        if entry is None or entry.is_copy:
            return None
        return entry.moment - self.report.recorded


@dataclass(frozen=True, slots=True)
class ServerAudit:
    """All that a server and the commits say of a ledger, in the order in which it came in."""

    register: Register
    lines: Sequence[ServerLine]
    gaps: Sequence[Flaw]
    """Streams of the server from which reports were removed."""
    changes: Sequence[Change]
    """What the commits changed of what the ledger is judged by."""
    has_witness: bool
    """Whether any commit holds records."""
    problems: Sequence[Problem] = ()


def audit_server(
    path: Path,
    register: Register,
    address: ServerAddress,
    rev: str | None = None,
    problems: Sequence[Problem] = (),
    work: Work | None = None,
) -> ServerAudit:
    """Go through all records; ``rev``: those that the ledger of a version did not hold yet.

    Without git it is said that nobody can tell what changed. Raises StoreError: ``store_*``;
    ``version_*`` where a version was asked about, and ``version_no_mirror`` if it holds none.
    """
    chronicle = chronicle_of(address)
    trail, more = _trail(path, rev, work or Work())
    witness = _witness(trail)
    old = _old_names(path, rev) if rev is not None else set()
    lines = _lines(chronicle, witness, old)
    steps = [step for step in trail.steps if step.is_later] if trail is not None else []
    changes = [
        Change(subject, step.commit, step.signature) for step in steps for subject in step.subjects
    ]
    return ServerAudit(
        register, lines, chronicle.gaps, changes, bool(witness.first), [*problems, *more]
    )


def _trail(path: Path, rev: str | None, work: Work) -> tuple[Trail | None, list[Problem]]:
    try:
        trail = trail_of(path, rev, work)
    except StoreError as error:
        if rev is not None:
            raise
        return None, [Problem(error.code, error.facts, level="warning")]
    orphans = Problem("audit_orphans", {"n": len(trail.orphans)}, (), Place(str(path), 1, 1))
    return trail, [orphans] if trail.orphans else []


@dataclass(frozen=True, slots=True)
class _Witness:
    """What the commits hold: of each record the first version, and the others."""

    first: dict[_Name, Evidence] = field(default_factory=dict)
    others: dict[_Name, list[Evidence]] = field(default_factory=dict)


def _witness(trail: Trail | None) -> _Witness:
    witness, strict = _Witness(), Reader()
    for step in trail.steps if trail is not None else ():
        for line in step.new_lines:
            report = _report_on(line, strict)
            if report is None:
                continue
            name = report.target, report.id
            evidence = Evidence(report, serialize(report).encode() + b"\n", step.commit)
            first = witness.first.setdefault(name, evidence)
            if first.line != evidence.line:
                witness.others.setdefault(name, []).append(evidence)
    return witness


def _report_on(line: bytes, strict: Reader) -> Report | None:
    try:
        return read_line(strict, line)
    except Damage:
        return None


def _old_names(path: Path, rev: str) -> set[_Name]:
    """What the ledger of a version held. Raises StoreError ``version_*``."""
    data, strict = ledger_at_version(path, rev), Reader()
    if data is None:
        raise StoreError("version_no_mirror", rev=rev, path=MIRROR)
    reports = (_report_on(line, strict) for line in content_lines(BytesIO(data)))
    return {(report.target, report.id) for report in reports if report is not None}


def _lines(chronicle: Chronicle, witness: _Witness, old: set[_Name]) -> list[ServerLine]:
    """The records that are new, and whatever commits have otherwise, be it old or new."""
    entries = {(e.report.target, e.report.id): e for e in chronicle.entries}
    rooms = _rooms(chronicle.desks)
    lines = []
    for name, entry in entries.items():
        first = witness.first.get(name)
        versions = [first, *witness.others.get(name, ())] if first is not None else []
        changed = next((v for v in reversed(versions) if v.line != entry.line), None)
        if changed is None and name in old:
            continue
        original = entries.get((name[0], entry.report.corrects or ""))
        is_foreign = original is not None and _is_foreign(entry, original, rooms)
        event: Event = "new" if changed is None else "altered"
        foreign = original if is_foreign else None
        lines.append(ServerLine(event, entry.report, entry, changed or first, foreign))
    for name, first in witness.first.items():
        if name not in entries:
            last = [first, *witness.others.get(name, ())][-1]
            lines.append(ServerLine("gone", last.report, None, last))
    return lines


def _rooms(desks: Sequence[Desk]) -> Mapping[str, set[tuple[str, str]]]:
    """The bodies and targets for which each login has a desk; no target is every target."""
    rooms: dict[str, set[tuple[str, str]]] = {}
    for desk in desks:
        rooms.setdefault(desk.member, set()).add((desk.body, desk.target))
    return rooms


def _is_foreign(entry: Entry, original: Entry, rooms: Mapping[str, set[tuple[str, str]]]) -> bool:
    """Whether somebody corrects what somebody else had reported at another desk.

    Who reported what came from a file the server does not know.
    """
    if entry.login == original.login or original.is_copy or entry.is_copy:
        return False
    report = original.report
    places = {(report.body or "", report.target), (report.body or "", "")}
    return not all(rooms.get(login, set()) & places for login in (entry.login, original.login))

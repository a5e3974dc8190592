"""The audit of a ledger: who brought each line, how late, by what signature, with what right."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from cdstrack.app.standing import today_in
from cdstrack.core.checks.desks import Desks, Member
from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.entries import Act, Desk
from cdstrack.core.model.problems import Failure, Place, Problem, StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.model.work import Work
from cdstrack.store.commit_signatures import Signature
from cdstrack.store.commits import Commit
from cdstrack.store.ledger.record import Reader
from cdstrack.store.ledger_trail import Step, Subject, trail_of

Event = Literal["new", "altered", "gone"]
"""What became of a line: it came; it stands for one of the same id that went; it went."""

LATE = timedelta(days=1)
"""A line that was committed later than that after it was recorded is worth a look."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A correction of what somebody else had reported: whose report, brought by which commit."""

    report: Report
    commit: Commit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the ledger and the commit that brought it, changed it or took it away.

    ``report`` is None for a line that cannot be read. ``is_allowed`` is None without desks.
    """

    event: Event
    report: Report | None
    commit: Commit
    signature: Signature
    foreign: Foreign | None = None
    is_allowed: bool | None = None
    is_signed: bool = False
    """Whether the commit carries a signature that is good or of a key with a desk, and, where there
    are desks, whether one of its signer's allows this line on that day."""
    signer: str | None = None
    """Whom the signature proves, by name or key, whoever the commit says it is by."""

    @property
    def delay(self) -> timedelta | None:
        """From the moment that the report gives for itself to the commit."""
        return self.commit.moment - self.report.recorded if self.report is not None else None


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that changed what the ledger is judged by."""

    subject: Subject
    commit: Commit
    signature: Signature


@dataclass(frozen=True, slots=True)
class Audit:
    """All that the commits say of a ledger, oldest first."""

    register: Register
    lines: Sequence[AuditLine]
    changes: Sequence[Change]
    has_desks: bool
    """Whether the register names any, even if they cannot be read."""
    commits: Sequence[str]
    """The hashes of those that did any of it, each after its parents."""
    problems: Sequence[Problem] = ()


def audit(
    path: Path,
    register: Register,
    desks: Sequence[Desk] | None,
    rev: str | None = None,
    problems: Sequence[Problem] = (),
    *,
    ledger: Path,
    rights: Register | None = None,
    work: Work | None = None,
) -> Audit:
    """Go through the commits of a register's ledger; ``rev``: those since a version.

    ``ledger`` is the one that was loaded. ``rights`` is the register whose bodies and groups the
    desks are for, if it is another; ``work`` counts the commits. Raises StoreError ``version_*``:
    no git, no repository, no such version, a copy with gaps; ``audit_other_ledger`` where git leads
    to another ledger.
    """
    trail = trail_of(path, rev, work)
    if os.path.realpath(trail.ledger) != os.path.realpath(ledger):
        raise StoreError("audit_other_ledger", path=str(ledger), committed=trail.ledger.name)
    auditor = _Auditor(register, desks, rights or register)
    for step in trail.steps:
        auditor.take(step)
    lines, changes = auditor.lines, auditor.changes
    if trail.orphans:
        place = Place(str(ledger), 1, 1)
        orphans = Problem("audit_orphans", {"n": len(trail.orphans)}, (), place)
        problems = [*problems, orphans]
    return Audit(register, lines, changes, register.desks is not None, auditor.commits, problems)


class _Auditor:
    """Takes one commit after the other and remembers who brought what."""

    def __init__(self, register: Register, desks: Sequence[Desk] | None, rights: Register) -> None:
        self.lines: list[AuditLine] = []
        self.changes: list[Change] = []
        self.commits: list[str] = []
        self._register = register
        self._desks = Desks(desks, rights) if desks is not None else None
        self._reader = Reader()
        self._origins: dict[str, tuple[Report, Commit, Member]] = {}

    def take(self, step: Step) -> None:
        commit, signature = step.commit, step.signature
        if not step.is_later:
            for report in map(self._read, step.new_lines):
                if report is not None:
                    origin = (report, commit, self._member(commit, signature))
                    self._origins.setdefault(report.id, origin)
            return
        self.commits.append(commit.hash)
        self.changes += [Change(subject, commit, signature) for subject in step.subjects]
        member = self._member(commit, signature)
        losses = [self._read(line) for line in step.gone_lines]
        new = [self._read(line) for line in step.new_lines]
        ids = {report.id for report in losses if report is not None}
        new_ids = {report.id for report in new if report is not None}
        for report in new:
            event: Event = "altered" if report is not None and report.id in ids else "new"
            self.lines.append(self._line(event, report, step, member))
        for report in losses:
            if report is None or report.id not in new_ids:
                self.lines.append(AuditLine("gone", report, commit, signature))

    def _line(self, event: Event, report: Report | None, step: Step, member: Member) -> AuditLine:
        commit, signature = step.commit, step.signature
        is_proof = self._is_proof(signature)
        signer = (signature.signer or signature.key) if is_proof else None
        if report is None:
            return AuditLine(event, None, commit, signature, is_signed=is_proof, signer=signer)
        original = self._origins.get(report.corrects) if report.corrects is not None else None
        self._origins.setdefault(report.id, (report, commit, member))
        is_allowed = None
        if self._desks is not None:
            day = today_in(self._register.timezone, commit.moment)
            act = act_of(report)
            subjects = [report, original[0]] if original is not None else [report]
            is_allowed = all(self._desks.allow(member, subject, act, day) for subject in subjects)
        is_signed = is_proof and is_allowed is not False
        foreign = None
        if original is not None and self._is_foreign(member, original[2], original[0]):
            foreign = Foreign(original[0], original[1])
        return AuditLine(event, report, commit, signature, foreign, is_allowed, is_signed, signer)

    def _is_foreign(self, member: Member, author: Member, report: Report) -> bool:
        if not member.names.isdisjoint(author.names):
            return False
        return self._desks is None or not self._desks.share_a_desk(member, author, report)

    def _member(self, commit: Commit, signature: Signature) -> Member:
        """Who a commit is by: whom its signature proves, else who it says itself.

        A good signature proves the signer, one by a key that nobody vouches for the key alone, if a
        desk holds it. The address that the commit gives for its author counts only without them.
        """
        if self._is_proof(signature):
            return Member(signer_of(signature), signature.key)
        return Member(commit.author.email)

    def _is_proof(self, signature: Signature) -> bool:
        """Whether a signature proves who made a commit."""
        if signature.state == "good":
            return True
        if signature.state != "unknown" or self._desks is None:
            return False
        return self._desks.know(Member("", signature.key))

    def _read(self, line: bytes) -> Report | None:
        try:
            return self._reader.read(line.decode("utf-8"))
        except (Failure, UnicodeDecodeError):
            return None


def act_of(report: Report) -> Act:
    """What a line does."""
    if report.corrects is None:
        return "report"
    return "void" if report.figure is None else "correct"


def signer_of(signature: Signature) -> str:
    """The address that a good signature names; empty where it names none, or is not good."""
    if signature.state != "good":
        return ""
    address = (signature.signer or "").rpartition("<")[2].rstrip("> ")
    return address if "@" in address else ""


def findings_of(lines: Iterable[AuditLine], record_ids: Iterable[str]) -> Iterator[Finding]:
    """What the gate finds in lines that still stand in the ledger, by the ids of its records."""
    ids = set(record_ids)
    for line in lines:
        report = line.report
        if report is None or line.event == "gone" or report.id not in ids:
            continue
        facts: dict[str, object] = {
            "report": report.id,
            "date": report.date,
            "name": line.commit.author.name,
            "email": line.commit.author.email,
            "commit": line.commit.hash[:12],
        }
        if line.signer is not None:
            facts["signer"] = line.signer
        if line.is_allowed is False:
            act = "alter" if line.event == "altered" else act_of(report)
            more = {"act": act, "body": report.body}
            yield Finding("report-unauthorised", "warn", report.target, None, facts | more,
                          key=report.id)  # fmt: skip
        if not line.is_signed:
            more = {"signature": line.signature.state}
            yield Finding("report-unsigned", "warn", report.target, None, facts | more,
                          key=report.id)  # fmt: skip

"""The gate: findings on every target that can be judged, with the waivers that were granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from cdstrack.app.standing import Status
from cdstrack.core.checks.gate import (
    AUTHORSHIP,
    FAIL,
    WARN,
    Finding,
    Levels,
    at_levels,
    findings,
    ranked,
    waive,
)
from cdstrack.core.model.entries import CheckPolicy, Target
from cdstrack.core.model.problems import Place, Problem, Refusal, StoreError
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.model.work import Work
from cdstrack.i18n.notation import Language
from cdstrack.i18n.read_dates import read_period
from cdstrack.store.base import Store


@dataclass(frozen=True, slots=True)
class Check:
    """A run of the gate. It is closed when a finding fails it."""

    file: str
    as_of: date
    problems: Sequence[Problem]
    """What is wrong with the register, its ledger and the waivers."""
    findings: Sequence[Finding] = ()
    status: Status | None = None
    """None where the register could not be read: to CI, silence would be a pass."""

    @property
    def targets(self) -> Mapping[str, Target]:
        return self.status.register.targets if self.status else {}

    @property
    def complete(self) -> bool:
        """Whether everything could be judged: a gate does not pass what it could not see."""
        return self.status is not None and all(p.level != "error" for p in self.problems)

    @property
    def overdue(self) -> int:
        """How many targets were found overdue, waived or not."""
        return sum(finding.code == "overdue" for finding in self.findings)

    @property
    def never_reported(self) -> int:
        """How many of these were never reported."""
        verdicts = [f.verdict for f in self.findings if f.code == "overdue"]
        return sum(verdict is not None and verdict.never_reported for verdict in verdicts)

    @property
    def passed(self) -> bool:
        return self.complete and not any(finding.fails for finding in self.findings)


def check(
    status: Status,
    store: Store,
    *,
    fail_on: frozenset[str] | None = None,
    warn_on: frozenset[str] | None = None,
    within: int | None = None,
    waivers: Path | None = None,
    against: str | None = None,
    now: datetime | None = None,
    work: Work | None = None,
) -> Check:
    """Run the gate; parents are judged by their classes.

    What is not asked for is as the register's ``check:`` says. ``waivers`` names their file,
    ``against`` an earlier version of the files: what was lost or moved since then is found too,
    and ``now`` is the present moment, for no commit is later. ``work`` is told what takes long.
    Raises StoreError where a file that was named, or that version, cannot be had.
    """
    register = status.register
    levels = _levels(register.check, fail_on, warn_on, within)
    reasons = [
        replace(finding, place=register.places.get(finding.target or ""))
        for finding in findings(status.leaves, levels)
    ]
    # What is torn was not judged, and a gate does not pass what it could not see.
    problems = [
        replace(problem, level="error") if problem.code == "ledger_torn_tail" else problem
        for problem in status.problems
    ]
    problems += store.torn_pieces(status.ledger)
    grants, faults = store.waivers(waivers)
    earlier = None
    if against is not None:
        from cdstrack.app.changes import changes_since  # only who asks for it compares

        with (work or Work()).at("work_commits"):
            version = store.earlier(against, waivers, now)
        earlier = version.waivers
        # A register cannot excuse its own changes: only the command line has a say.
        usual = _levels(CheckPolicy.model_construct(), fail_on, warn_on, within)
        # A desk is somebody's right: what a change adds there is seen before it counts.
        desks = store.desks()[0] if version.desks is not None else None
        with (work or Work()).at("work_days"):
            changes = changes_since(version, against, register, grants, store.place, now, desks)
        problems += version.problems  # some are met on the way
        reasons += at_levels(changes, usual)
    if any(levels.of(code) for code in AUTHORSHIP):
        authorship, damage = _authorship(status, store, levels, against, work)
        reasons += authorship
        problems += damage
    reasons = waive(reasons, grants, status.as_of, levels, earlier)
    return Check(register.file, status.as_of, [*problems, *faults], ranked(reasons), status)


def _authorship(
    status: Status, store: Store, levels: Levels, rev: str | None, work: Work | None
) -> tuple[list[Finding], Sequence[Problem]]:
    """Who brought the reports that no desk allows, or that nobody signed; since a version, if any.

    A register cannot excuse its own changes: the desks count as they stood at that version,
    and so do the bodies and groups that they are for.
    """
    from cdstrack.app.ledger_audit import audit, findings_of  # few registers ask for it

    register = rights = status.register
    if register.origin is not None:
        raise StoreError("server_authorship")
    if rev is None:
        desks, problems = store.desks()
    else:
        earlier, desks, problems = store.desks_at(rev)
        rights = earlier or register
    if desks is None and levels.of("report-unauthorised") is not None:
        return [], [Problem("desks_wanted", {}, ("desks",), Place(register.file, 1, 1))]
    path, ledger = Path(register.file), Path(store.ledger_name)
    history = audit(path, register, desks, rev, problems, ledger=ledger, rights=rights, work=work)
    findings = at_levels(findings_of(history.lines, status.ledger.known), levels)
    places = store.places({finding.key for finding in findings})
    findings = [replace(finding, place=places.get(finding.key)) for finding in findings]
    return findings, history.problems


def waiver_day(text: str | None, today: date, lang: Language) -> date:
    """The last day of a waiver, as it was typed. Raises Refusal."""
    if text is None:
        raise Refusal("waiver_wants", option="--until")
    day = read_period(text, lang, today).last
    if day < today:
        raise Refusal("waiver_over", day=day)
    return day


def _levels(
    policy: CheckPolicy,
    fail_on: frozenset[str] | None,
    warn_on: frozenset[str] | None,
    within: int | None,
) -> Levels:
    """What was asked for, else what the register says, else what is usual."""
    failing = fail_on if fail_on is not None else _set(policy.fail_on, FAIL)
    warning = warn_on if warn_on is not None else _set(policy.warn_on, WARN)
    return Levels(failing, warning - failing, within if within is not None else policy.within)


def _set(codes: Sequence[str] | None, default: frozenset[str]) -> frozenset[str]:
    return default if codes is None else frozenset(codes)

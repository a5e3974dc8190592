"""The gate: what is a finding, how grave it is, and what was waived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from cdstrack.core.model.entries import Waiver
from cdstrack.core.model.problems import Place
from cdstrack.core.model.register import Granted
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.verdict.dues import expects_reports, first_due
from cdstrack.core.verdict.rules import ANSWERED, FAILED, SETTLED
from cdstrack.core.verdict.verdict import Verdict

Level = Literal["fail", "warn"]

CODES: Mapping[str, Level | None] = {
    "overdue": "fail",
    "breached": "fail",
    "orphaned-owner": "fail",
    "stale": "warn",
    "awaiting-data": "warn",
    "regressing": "warn",
    "off-track": "warn",
    "at-risk": None,
    "lapsed": "warn",
    "no-data": None,
    "undated-past-review": "warn",
    "eased": "warn",
    "report-missing": "warn",
    "due-soon": "warn",
    "goalposts-moved": "fail",
    "gate-loosened": "fail",
    "past-rewritten": "fail",
    "backdated-decision": "warn",
    "report-backdated": "warn",
    "moved-and-back": "warn",
    "words-changed": "warn",
    "overdue-by-first-terms": "warn",
    "ledger-changed": "fail",
    "report-unauthorised": None,
    "report-unsigned": None,
    "waiver-unused": "warn",
}
"""Every finding there is, with its level where neither a register nor a person sets another. What
is called like a state is found in that state; ``_codes`` says when the others are."""

AUTHORSHIP = frozenset({"report-unauthorised", "report-unsigned"})
"""What is looked for in the commits of git, and only when somebody asks: it takes long."""
_NEVER_WAIVED = ("gate-loosened", "ledger-changed", "waiver-unused")
WAIVABLE = tuple(code for code in CODES if code not in _NEVER_WAIVED)
"""What a waiver can name: findings on one target."""
COMPARED: frozenset[str] = frozenset(
    {"goalposts-moved", "gate-loosened", "past-rewritten", "backdated-decision"}
    | {"report-backdated", "moved-and-back", "words-changed", "ledger-changed"}
)
"""What is found by comparing with an earlier version. Waivers of these count as they stood then:
what a change brings along cannot excuse it."""
FAIL = frozenset(code for code, level in CODES.items() if level == "fail")
WARN = frozenset(code for code, level in CODES.items() if level == "warn")


@dataclass(frozen=True, slots=True)
class Levels:
    """Which codes close the gate, which are said, and how far ahead it looks."""

    fail_on: frozenset[str] = FAIL
    warn_on: frozenset[str] = WARN
    within: int | None = None

    def of(self, code: str) -> Level | None:
        return "fail" if code in self.fail_on else "warn" if code in self.warn_on else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the gate closes (``fail``) or complains (``warn``).

    ``target`` is None for what concerns the ledger as a whole. ``waived`` is the waiver in force,
    ``expired`` one that has run out. ``key`` tells findings of one code and target apart.
    """

    code: str
    level: Level
    target: str | None
    verdict: Verdict | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    place: Place | None = None
    key: str = ""
    waived: Waiver | None = None
    expired: Waiver | None = None

    @property
    def fails(self) -> bool:
        """Whether it closes the gate."""
        return self.level == "fail" and self.waived is None

    @property
    def can_be_waived(self) -> bool:
        """Whether a waiver can name it."""
        return self.target is not None and self.code in WAIVABLE

    @property
    def days_overdue(self) -> int:
        return (self.verdict.days_overdue if self.verdict is not None else None) or 0

    @property
    def fingerprint(self) -> str:
        """The same finding has the same fingerprint, wherever its lines move to."""
        return fingerprint_of(self.code, self.target or "", *filter(None, [self.key]))


def fingerprint_of(*parts: str) -> str:
    """A digest that tells subjects apart."""
    import hashlib  # loads slowly, and only some formats ask for it

    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]


def findings(verdicts: Iterable[Verdict], levels: Levels) -> list[Finding]:
    """What the gate finds in verdicts, in register order."""
    return [
        Finding(code, level, verdict.target.id, verdict)
        for verdict in verdicts
        for code in _codes(verdict, levels.within)
        for level in (levels.of(code),)
        if level is not None
    ]


def at_levels(findings: Iterable[Finding], levels: Levels) -> list[Finding]:
    """Findings at the levels asked for; those that nobody asked for are left out."""
    pairs = ((finding, levels.of(finding.code)) for finding in findings)
    return [replace(finding, level=level) for finding, level in pairs if level is not None]


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Gravest first: what fails, warnings, what is waived; among equals the longest overdue."""
    return sorted(
        findings,
        key=lambda finding: (
            finding.waived is not None,
            finding.level != "fail",
            -finding.days_overdue,
        ),
    )


def waive(
    findings: Iterable[Finding],
    entries: Sequence[Granted],
    as_of: date,
    levels: Levels,
    past: Sequence[Granted] | None = None,
) -> list[Finding]:
    """Findings with the waivers that apply to them; a waiver holds through its last day.

    One that has expired is named on the finding; one that nothing needed is a finding itself.
    ``past`` are the entries that count for what is COMPARED, where they are not the same.
    """
    today = _by_subject(entries)
    earlier = today if past is None else _by_subject(past)
    outcome: list[Finding] = []
    subjects: set[tuple[str, str]] = set()
    for finding in findings:
        subject = (finding.target or "", finding.code)
        subjects.add(subject)
        by_subject = earlier if finding.code in COMPARED else today
        rivals = [entry.waiver for entry in by_subject.get(subject, ())]
        last = max(rivals, key=lambda waiver: waiver.until, default=None)
        if last is not None and finding.code in WAIVABLE:
            finding = (
                replace(finding, waived=last)
                if last.until >= as_of
                else replace(finding, expired=last)
            )
        outcome.append(finding)
    level = levels.of("waiver-unused")
    if level is not None:
        spare = (entry for entry in entries if entry.subject not in subjects)
        outcome += [_spare_waiver(entry, level) for entry in spare]
    return outcome


def _by_subject(entries: Iterable[Granted]) -> dict[tuple[str, str], list[Granted]]:
    by_subject: dict[tuple[str, str], list[Granted]] = {}
    for entry in entries:
        by_subject.setdefault(entry.subject, []).append(entry)
    return by_subject


def _spare_waiver(entry: Granted, level: Level) -> Finding:
    waiver = entry.waiver
    facts = {"code": waiver.code, "until": waiver.until}
    key = f"{waiver.code} {waiver.until}"
    return Finding("waiver-unused", level, waiver.target, None, facts, entry.place, key)


def _is_open_by_a_later_deadline(verdict: Verdict) -> bool:
    """Whether it would be overdue by now if its deadline had not been moved."""
    original = verdict.original
    if original is None or original.state != "overdue" or original.due is None:
        return False
    is_later = verdict.due is not None and verdict.due > original.due
    return is_later and verdict.state not in FAILED | SETTLED


def _codes(verdict: Verdict, within: int | None) -> list[str]:
    codes: list[str] = []
    if verdict.state == "missed":
        return codes
    state = verdict.state.replace("_", "-")
    codes += [code for code in CODES if code == state]
    if "orphaned_owner" in verdict.flags and verdict.state not in ANSWERED:
        codes.append("orphaned-owner")
    if "eased" in verdict.flags:
        codes.append("eased")
    if _is_open_by_a_later_deadline(verdict):
        codes.append("overdue-by-first-terms")
    review = verdict.target.review_by
    open_ended = verdict.terms.deadline is None and verdict.state in ("undated", "no_data")
    if open_ended and review is not None and verdict.as_of > review:
        codes.append("undated-past-review")
    silent = verdict.n_silent and not verdict.stands_for_all
    if silent and expects_reports(verdict) and first_due(verdict.target) < verdict.as_of:
        codes.append("report-missing")
    if within is not None and verdict.days_left is not None and verdict.days_left <= within:
        codes.append("due-soon")
    return codes

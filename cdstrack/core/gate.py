"""The gate: which verdicts are findings, and how grave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from cdstrack.core.due import expects_reports
from cdstrack.core.rules import OUTSIDE
from cdstrack.core.verdict import Verdict

Code = Literal[
    "overdue", "breached", "orphaned-owner", "stale", "awaiting-data", "regressing", "off-track",
    "at-risk", "lapsed", "no-data", "undated-past-review", "eased", "report-missing",
    "due-soon",
]  # fmt: skip
Level = Literal["fail", "warn"]

CODES: tuple[Code, ...] = get_args(Code)
FAIL: frozenset[str] = frozenset({"overdue", "breached", "orphaned-owner"})
WARN: frozenset[str] = frozenset(
    {"stale", "awaiting-data", "regressing", "off-track", "lapsed", "undated-past-review", "eased"}
    | {"report-missing"}
)

ANSWERED: frozenset[str] = OUTSIDE | {"achieved", "achieved_late"}
"""States for which nobody has to answer any more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the gate closes (``fail``) or complains (``warn``)."""

    code: Code
    level: Level
    verdict: Verdict
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return self.verdict.target.id

    @property
    def fingerprint(self) -> str:
        """The same finding has the same fingerprint, wherever its lines move to."""
        import hashlib  # loads slowly, and only the gate's JSON asks for it

        return hashlib.sha256(f"{self.code}\0{self.target}".encode()).hexdigest()[:32]


def findings(
    verdicts: Iterable[Verdict],
    *,
    fail_on: frozenset[str] = FAIL,
    warn_on: frozenset[str] = WARN,
    within: int | None = None,
) -> list[Finding]:
    """What a gate finds, gravest first, then longest overdue, then in register order.

    ``within`` adds ``due-soon`` for what falls due in so many days.
    """
    found = []
    for verdict in verdicts:
        for code in _codes(verdict, within):
            level: Level | None = "fail" if code in fail_on else "warn" if code in warn_on else None
            if code == "due-soon" and level is None:
                level = "warn"
            if level is not None:
                found.append(Finding(code, level, verdict))
    return sorted(found, key=lambda finding: (finding.level, -(finding.verdict.days_overdue or 0)))


def _codes(verdict: Verdict, within: int | None) -> list[Code]:
    codes: list[Code] = []
    state = verdict.state.replace("_", "-")
    codes += [code for code in CODES if code == state]
    if "orphaned_owner" in verdict.flags and verdict.state not in ANSWERED:
        codes.append("orphaned-owner")
    if "eased" in verdict.flags:
        codes.append("eased")
    review = verdict.target.review_by
    undated = verdict.terms.deadline is None and verdict.state in ("undated", "no_data")
    if undated and review is not None and verdict.as_of > review:
        codes.append("undated-past-review")
    standing = verdict.standing
    silent = standing is not None and standing.never and not verdict.stands_for_all
    if silent and expects_reports(verdict):
        codes.append("report-missing")
    if within is not None and verdict.days_left is not None and verdict.days_left <= within:
        codes.append("due-soon")
    return codes

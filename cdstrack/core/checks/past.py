"""What was known on a day stays what was known: verdicts of the past compared.

A decision or a report that is new since an earlier version, but dated before it, speaks of days
on which others have judged already. Where it turns what was late on such a day into something
that was not, the past is rewritten, and the alarm of that day goes out without anybody having put
it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import add_days
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.rules import FAILED, State

_HALF_LATE: frozenset[State] = frozenset({"achieved_late", "missed"})
_DAYS = 10
"""So many of the days on which reports claim to have been recorded are judged, the first."""

Knowledge = Callable[[str, date, bool], Ledger]
"""The reports on a target and on its slices that were known at the end of a day; with those that
came later and claim to have been known, or without."""


def rewritten(
    before: Register,
    after: Register,
    day: date,
    *,
    decisions: Sequence[Finding],
    claims: dict[str, list[date]],
    reports: Knowledge,
) -> list[Finding]:
    """The targets that were late on a day up to that of the earlier version, and are not so any
    more: one finding for each, with the first such day and its state then and now.

    ``decisions`` are the backdated decisions. ``claims`` has, by target, the days on which reports
    claim to have been recorded that came later; ``reports`` has them or leaves them out.
    """
    names = {finding.target for finding in decisions if finding.target is not None}
    has_ends = any(finding.target is None for finding in decisions)
    referees: dict[tuple[bool, date], Referee] = {}

    def state(is_now: bool, target: Target, on: date) -> State | None:
        key = (is_now, on)
        if key not in referees:
            referees[key] = Referee(after if is_now else before, on)
        referee = referees[key]
        if target.stated.on > on or target.id in referee.parents:
            return None
        return referee.judge_whole(target, reports(target.ledger_id, on, is_now)).state

    findings: list[Finding] = []
    for name, target in before.targets.items():
        successor = after.targets.get(name)
        is_concerned = (
            name in names or target.ledger_id in claims or (has_ends and target.reporters)
        )
        if successor is None or not is_concerned:
            continue
        for on in _days(target, claims.get(target.ledger_id, ()), day):
            old = state(False, target, on)
            new = state(True, successor, on) if _lateness(old) else None
            if new is not None and _lateness(new) < _lateness(old):
                facts = {"on": on, "old": old, "new": new}
                findings.append(Finding("past-rewritten", "fail", name, None, facts))
                break
    return findings


def _lateness(state: State | None) -> int:
    """How late a state is: 2 is an alarm, 1 is late and nobody's alarm, 0 is not late."""
    return 2 if state in FAILED else int(state in _HALF_LATE)


def _days(target: Target, claims: Sequence[date], day: date) -> list[date]:
    """The days on which it may have become known that a target was late, and ``day``."""
    days = set(sorted(claims)[:_DAYS])
    if claims and target.deadline is not None:
        for lag in (1, target.lag_days + 1):
            days.add(max(add_days(target.deadline.last, lag), min(claims)))
    return sorted({item for item in days if item < day} | {day})

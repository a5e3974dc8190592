"""The ordered rules that turn a case into a state.

Rules of judgement §5 (docs/rules.md): the first rule that applies decides, and every decision
carries its number and the facts that made it apply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal

from cdstrack.core.model.periods import add_days, days_between
from cdstrack.core.values.measures import elapsed
from cdstrack.core.verdict.case import Case

State = Literal[
    "breached", "overdue", "lapsed", "regressing", "off_track", "stale", "awaiting_data",
    "no_data", "at_risk", "undated", "in_progress", "not_started", "on_track", "achieved_late",
    "achieved", "withdrawn", "superseded", "dissolved", "unquantified",
]  # fmt: skip
"""From worst to best; closed and unquantified targets stand outside the order."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A state, the number of the rule that gave it, and why: a code with facts."""

    state: State
    rule: str
    why: str
    facts: Mapping[str, object] = field(default_factory=dict)


CLOSED: frozenset[State] = frozenset({"withdrawn", "superseded", "dissolved"})
OUTSIDE: frozenset[State] = CLOSED | {"unquantified"}

Rule = Callable[[Case], Decision | None]


def rule_closed(case: Case) -> Decision | None:
    closed = case.target.closed
    if closed is None or closed.on > case.as_of or _was_overdue(case, closed.on):
        return None
    return Decision(closed.how, "1", "closed", {"on": closed.on, "how": closed.how})


def _was_overdue(case: Case, closing: date) -> bool:
    """Whether the deadline had passed unmet when the target was closed."""
    if case.due is None or closing <= case.due:
        return False
    before = tuple(point for point in case.points if point.day < closing)
    then = _first(RULES[1:], replace(case, as_of=closing, points=before))
    return then.state in ("breached", "overdue", "awaiting_data")


def rule_unquantified(case: Case) -> Decision | None:
    if case.target.kind != "unquantified":
        return None
    return Decision("unquantified", "2", "unquantified")


def rule_sustain(case: Case) -> Decision | None:
    if case.target.kind != "sustain":
        return None
    spans = case.spans
    missed = [span for span in spans if span.result == "missed"]
    unreported = [span for span in spans if span.result == "unreported"]
    kept = [span for span in spans if span.result == "kept"]
    said = partial(Decision, rule="3")
    allowed_misses = case.target.allowed_misses
    if len(missed) > allowed_misses:
        facts = {"period": missed[allowed_misses].period, "value": missed[allowed_misses].value}
        return said("breached", why="period_missed", facts=facts)
    last = spans[-1].period.last
    if case.as_of > last:
        if not unreported:
            return said("achieved", why="periods_kept", facts={"n": len(kept), "of": len(spans)})
        waiting = case.as_of <= add_days(last, case.target.lag_days)
        return said(
            "awaiting_data" if waiting else "overdue",
            why="period_unreported",
            facts={"period": unreported[0].period},
        )
    if all(span.result == "future" for span in spans):
        return said("not_started", why="not_begun", facts={"start": spans[0].period.first})
    late = [
        span for span in unreported if case.as_of > add_days(span.period.last, case.target.lag_days)
    ]
    if late:
        return said("stale", why="period_unreported", facts={"period": late[0].period})
    if kept:
        return said("on_track", why="periods_kept", facts={"n": len(kept), "of": len(spans)})
    return said("in_progress", why="period_open", facts={"period": spans[0].period})


def rule_limit(case: Case) -> Decision | None:
    if case.target.kind != "limit" or case.last is None or case.goal is None:
        return None
    said = partial(Decision, rule="3")
    ceiling, due = case.goal.value, case.due
    counted = [point for point in case.points if due is None or point.day <= due]
    over = next((point for point in counted if case.met(point) == "no"), None)
    if over is not None:
        return said("breached", why="limit_passed", facts={"value": over.value, "limit": ceiling})
    used = counted[-1].value if counted else Decimal(0)
    if case.due is None:
        return Decision("undated", "5", "undated")
    if case.passed:
        if case.last.day >= case.due and case.met(case.value_on(case.due)) == "yes":
            return said("achieved", why="limit_kept", facts={"value": used, "limit": ceiling})
        if case.last.day >= case.due and not (case.is_awaited and case.within_lag):
            facts = {"deadline": case.terms.deadline, "date": case.last.date}
            return said("overdue", why="overdue_undecided", facts=facts)
        state: State = "awaiting_data" if case.within_lag else "overdue"
        return said(state, why="limit_silent", facts={"date": case.last.date})
    waiting = rule_waiting(case)
    if waiting is not None:
        return waiting
    if used <= 0:
        return said("on_track", why="limit_unused")
    gone = elapsed(case.counted_from, case.due, case.last.day)
    if gone is None or gone < case.policy.early:
        return said("in_progress", why="too_early", facts={"early": case.policy.early})
    return _by_pace(case, gone * ceiling / used, "3", "limit_pace")


def rule_no_report(case: Case) -> Decision | None:
    if case.last is not None:
        return None
    if case.as_of < case.begins:
        return Decision("not_started", "4", "not_begun", {"start": case.begins})
    if not case.passed:
        return Decision("no_data", "4", "only_parts" if case.has_parts else "no_report")
    if case.within_lag and case.target.lag_days:
        return Decision("awaiting_data", "4", "lag", {"days": case.target.lag_days})
    why = "overdue_only_parts" if case.has_parts else "overdue_no_report"
    return Decision("overdue", "4", why, {"deadline": case.terms.deadline})


def rule_undated(case: Case) -> Decision | None:
    if case.terms.deadline is not None:
        return None
    if case.met_now:
        return Decision("achieved", "5", "met_undated", {"date": case.first_met})
    if case.met_earlier:
        return Decision("lapsed", "5", "lost", {"date": case.points[-1].date})
    return Decision("undated", "5", "undated")


def rule_passed(case: Case) -> Decision | None:
    if not case.passed or case.due is None or case.last is None:
        return None
    facts = {"deadline": case.terms.deadline, "date": case.last.date}
    if case.met(case.value_on(case.due)) == "yes":
        if case.met_now:
            return Decision("achieved", "6", "met_in_time", facts)
        return Decision("lapsed", "6", "met_in_time_then_lost", facts)
    if case.met_now:
        return Decision("achieved_late", "6", "met_late", {**facts, "date": case.met_since_due})
    awaited = case.last.day < case.due or case.is_awaited
    if awaited and case.within_lag and case.target.lag_days:
        return Decision("awaiting_data", "6", "lag", {"days": case.target.lag_days})
    why = "overdue_undecided" if case.met(case.last) == "undecided" else "overdue_unmet"
    return Decision("overdue", "6", why, facts)


def rule_met_ahead(case: Case) -> Decision | None:
    if not case.met_now or case.last is None:
        return None
    return Decision("achieved", "7", "met_early", {"date": case.last.date})


def rule_lost(case: Case) -> Decision | None:
    if case.met_earlier and case.plan is None and case.last is not None:
        return Decision("lapsed", "8", "lost", {"date": case.last.date})
    return None


def rule_waiting(case: Case) -> Decision | None:
    if case.as_of < case.begins:
        return Decision("not_started", "9", "not_begun", {"start": case.begins})
    if case.is_stale and case.last is not None:
        facts = {"date": case.last.date, "limit": case.stale_limit}
        return Decision("stale", "9", "stale", facts)
    return None


def rule_no_pace(case: Case) -> Decision | None:
    if case.target.kind == "milestone":
        return Decision("in_progress", "10", "not_done")
    pace = case.pace
    if pace is None or case.plan is None or case.last is None:
        return Decision("in_progress", "10", "no_baseline" if case.start is None else "no_pace")
    gone = days_between(case.plan.start, case.last.day)
    total = days_between(case.plan.start, case.plan.end)
    if pace >= 0 and gone < case.policy.early * total:
        return Decision("in_progress", "10", "too_early", {"early": case.policy.early})
    return None


def rule_pace(case: Case) -> Decision | None:
    pace = case.pace
    return None if pace is None else _by_pace(case, pace, "11", "pace")


def _by_pace(case: Case, pace: Decimal, rule: str, why: str) -> Decision:
    facts: dict[str, object] = {"pace": pace, "date": case.last.date if case.last else None}
    if case.plan is not None:
        facts |= {"start": case.plan.start, "method": case.plan.method}
    if pace < 0:
        return Decision("regressing", rule, "regressing", facts)
    if pace >= case.policy.on_track:
        return Decision("on_track", rule, f"{why}_on", {**facts, "cut": case.policy.on_track})
    if pace >= case.policy.at_risk:
        cuts = {"cut": case.policy.at_risk, "upper": case.policy.on_track}
        return Decision("at_risk", rule, f"{why}_risk", {**facts, **cuts})
    return Decision("off_track", rule, f"{why}_off", {**facts, "cut": case.policy.at_risk})


RULES: tuple[Rule, ...] = (
    rule_closed, rule_unquantified, rule_sustain, rule_limit, rule_no_report, rule_undated,
    rule_passed, rule_met_ahead, rule_lost, rule_waiting, rule_no_pace, rule_pace,
)  # fmt: skip


def decide(case: Case) -> Decision:
    """The first rule that applies. The last two always answer."""
    return _first(RULES, case)


def _first(rules: tuple[Rule, ...], case: Case) -> Decision:
    for rule in rules:
        decision = rule(case)
        if decision is not None:
            return decision
    raise AssertionError("no rule applied")  # pragma: no cover

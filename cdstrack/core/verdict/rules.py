"""The ordered rules that turn a case into a state.

Rules of judgement §5 (docs/rules.md): the first rule that applies decides, and every decision
carries its number and the facts that made it apply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Closed, Kind
from cdstrack.core.model.periods import add_days, days_between
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.values.trends import TREND_VALUES
from cdstrack.core.verdict.case import Case, Span, times_of

State = Literal[
    "breached", "overdue", "missed", "lapsed", "regressing", "off_track", "stale",
    "awaiting_data", "no_data", "at_risk", "undated", "in_progress", "not_started", "on_track",
    "achieved_late", "achieved", "withdrawn", "superseded", "dissolved", "unquantified",
]  # fmt: skip
"""From worst to best; closed and unquantified targets stand outside the order."""
WORST_FIRST: tuple[State, ...] = get_args(State)

ACHIEVED: frozenset[State] = frozenset({"achieved", "achieved_late"})
FAILED: frozenset[State] = frozenset({"overdue", "breached"})
MISSED: frozenset[State] = FAILED | {"missed"}
"""Not done, and its time is over."""
CLOSED: frozenset[State] = frozenset({"withdrawn", "superseded", "dissolved"})
SETTLED: frozenset[State] = CLOSED | ACHIEVED | {"missed"}
"""Nothing more is expected to come."""
UNMET: frozenset[State] = FAILED | {"awaiting_data"}
"""After its deadline: not met so far."""
OUTSIDE: frozenset[State] = CLOSED | {"unquantified"}
"""Counted in none of the four cells."""
ANSWERED: frozenset[State] = OUTSIDE | ACHIEVED | {"missed"}
"""Nobody has to answer for them any more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A state, the number of the rule that gave it, and why: a code with facts."""

    state: State
    rule: str
    why: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Reason(NamedTuple):
    """What a rule answers where it applies."""

    state: State
    why: str
    facts: Mapping[str, object] = {}


def closing(case: Case) -> Reason | None:
    decision = case.target.closed
    if decision is None or decision.on > case.as_of:
        return None
    if (decision.how == "missed") != _was_missed(case, decision):
        return None
    return Reason(decision.how, "closed", {"on": decision.on, "how": decision.how})


def _was_missed(case: Case, decision: Closed) -> bool:
    """Whether the deadline had passed unmet when the target was closed.

    To close it as missed a breach is enough, and what met it on the day itself is in the way; to
    close it otherwise, that day is too late to meet it.
    """
    earlier, is_over = case.at_closing, case.due is not None and decision.on > case.due
    if earlier is None:
        return False
    if decision.how == "missed":
        state = decide(earlier).state
        return state == "breached" or (is_over and state in UNMET)
    before = tuple(point for point in earlier.points if point.day < decision.on)
    return is_over and decide(replace(earlier, points=before)).state in UNMET


def unquantified(case: Case) -> Reason | None:
    return Reason("unquantified", "unquantified")


def periods(case: Case) -> Reason | None:
    spans = [span for span in case.spans if span.is_judged]
    missed = [span for span in spans if span.result == "missed"]
    unreported = [span for span in spans if span.result == "unreported"]
    n_kept = sum(span.result == "kept" for span in spans)
    allowed_misses, lag_days = case.target.allowed_misses, case.target.lag_days
    late = [span for span in unreported if case.as_of > add_days(span.period.last, lag_days)]
    if len(missed) > allowed_misses:
        span = missed[allowed_misses]
        bar = case.bar if span.goal is None else replace(case.bar, goal=span.goal)
        is_vague = span.closing is not None and bar.met_by(span.closing) == "undecided"
        facts = {"period": span.period, "value": span.value}
        return Reason("breached", "period_vague" if is_vague else "period_missed", facts)
    last = spans[-1].period.last
    if case.as_of > last:
        if all(span.result == "empty" for span in spans):
            return no_report(case)
        if not unreported:
            return Reason("achieved", "periods_kept", {"n": n_kept, "of": len(spans)})
        return _unreported(case, "overdue" if late else "awaiting_data", (late or unreported)[0])
    if all(span.result == "future" for span in spans):
        return Reason("not_started", "not_begun", {"start": spans[0].period.first})
    if late:
        return _unreported(case, "stale", late[0])
    if n_kept:
        return Reason("on_track", "periods_kept", {"n": n_kept, "of": len(spans)})
    return Reason("in_progress", "period_open", {"period": spans[0].period})


def _unreported(case: Case, state: State, span: Span) -> Reason:
    """A period that is over and was not reported, or not all of it."""
    if span.closing is None:
        return Reason(state, "period_unreported", {"period": span.period})
    facts = {"period": span.period, "missing": times_of(span.gaps)}
    return Reason(state, "period_incomplete" if span.gaps else "period_undecided", facts)


def ceiling_passed(case: Case) -> Reason | None:
    for point in case.points:
        in_time = case.due is None or point.day <= case.due
        if in_time and case.bar.goal is not None and case.bar.met_by(point) == "no":
            facts = {"value": point.value, "limit": case.bar.goal.value}
            return Reason("breached", "limit_passed", facts)
    return None


def ceiling_at_deadline(case: Case) -> Reason | None:
    last, due, goal = case.last, case.due, case.bar.goal
    if last is None or due is None or goal is None or not case.passed:
        return None
    total = case.value_due
    if total is not None and case.bar.met_by(total) == "yes":
        return Reason("achieved", "limit_kept", {"value": total.value, "limit": goal.value})
    if case.times_missing or total is None:
        state: State = "awaiting_data" if case.within_lag else "overdue"
        return Reason(state, "limit_silent", {"date": last.date, "missing": case.times_missing})
    if case.within_lag:
        return Reason("awaiting_data", "lag", {"days": case.target.lag_days})
    facts = {"deadline": case.terms.deadline, "date": last.date}
    return Reason("overdue", "overdue_undecided", facts)


def ceiling_pace(case: Case) -> Reason | None:
    last, goal = case.last, case.bar.goal
    if last is None or goal is None or last.value <= 0:
        return Reason("on_track", "limit_unused")
    share = case.elapsed_on(last.day)
    if share is None or share < case.policy.early:
        return Reason("in_progress", "too_early", {"early": case.policy.early})
    value = EXACT.divide(EXACT.multiply(share, goal.value), last.value)
    return _by_pace(case, value, "limit_pace")


def no_report(case: Case) -> Reason | None:
    if case.last is not None:
        return None
    if case.as_of < case.target.begins:
        return Reason("not_started", "not_begun", {"start": case.target.begins})
    if not case.passed:
        return Reason("no_data", _absence(case)[0])
    if case.within_lag and case.target.lag_days:
        return Reason("awaiting_data", "lag", {"days": case.target.lag_days})
    return Reason("overdue", _absence(case)[1], {"deadline": case.terms.deadline})


def _absence(case: Case) -> tuple[str, str]:
    """Why there is no value: before the deadline, and after it."""
    if case.parts:
        return "only_parts", "overdue_only_parts"
    if case.empty:
        return "nothing_due", "overdue_nothing_due"
    if case.outside:
        return "only_outside", "overdue_only_outside"
    return "no_report", "overdue_no_report"


def undated(case: Case) -> Reason | None:
    if case.due is not None:
        return None
    # A total that is below its ceiling has not been kept there: it may still grow.
    if case.target.kind != "limit" and case.last is not None:
        if case.met_now:
            first = case.first_to_meet
            return Reason("achieved", "met_undated", {"date": first.date if first else None})
        if case.met_earlier:
            return Reason("lapsed", "lost", {"date": case.last.date})
    return Reason("undated", "undated")


def deadline_passed(case: Case) -> Reason | None:
    if not case.passed or case.due is None or case.last is None:
        return None
    facts = {"deadline": case.terms.deadline, "date": case.last.date}
    answer = "no" if case.is_lost else case.bar.met_by(case.value_due)
    if answer == "yes":
        if case.met_now or case.bar.silence is not None:
            return Reason("achieved", "met_in_time", facts)
        return Reason("lapsed", "met_in_time_then_lost", facts)
    if case.met_now and not case.bar.is_spoilable:
        return Reason("achieved_late", "met_late", {**facts, "date": case.met_since_due})
    expects_more = case.last.day < case.due or case.is_awaited or case.times_missing
    if expects_more and case.within_lag and case.target.lag_days and not case.is_lost:
        return Reason("awaiting_data", "lag", {"days": case.target.lag_days})
    if case.times_missing and answer == "undecided":
        return Reason("overdue", "overdue_incomplete", {**facts, "missing": case.times_missing})
    is_vague = "undecided" in (case.bar.met_by(case.last), answer)
    return Reason("overdue", "overdue_undecided" if is_vague else "overdue_unmet", facts)


def met_ahead(case: Case) -> Reason | None:
    if not case.met_now or case.last is None or case.is_lost:
        return None
    return Reason("achieved", "met_early", {"date": case.last.date})


def out_of_reach(case: Case) -> Reason | None:
    if case.last is None or case.bar.silence is None or not case.is_lost:
        return None
    return Reason("off_track", "out_of_reach", {"date": case.last.date})


def lapse(case: Case) -> Reason | None:
    if case.plan is None and case.last is not None and case.met_earlier:
        return Reason("lapsed", "lost", {"date": case.last.date})
    return None


def waiting(case: Case) -> Reason | None:
    if case.as_of < case.target.begins:
        return Reason("not_started", "not_begun", {"start": case.target.begins})
    if case.is_stale and case.last is not None:
        return Reason("stale", "stale", {"date": case.last.date, "limit": case.stale_limit})
    return None


def no_pace(case: Case) -> Reason | None:
    if case.target.kind == "milestone":
        return Reason("in_progress", "not_done")
    plan, last = case.plan, case.last
    if plan is None or last is None or last.day <= plan.start or case.overshot:
        return Reason("in_progress", "no_baseline" if case.start is None else "no_pace")
    if case.method == "five_year_trend":
        n_years = len(case.yearly)
        few = Reason("in_progress", "trend_years", {"n": n_years, "needs": TREND_VALUES})
        return few if case.trend is None else None
    if case.method == "cagr" and case.pace is None:
        same_year = last.day.year == plan.start.year
        return Reason("in_progress", "cagr_years" if same_year else "cagr_signs")
    actual, total = days_between(plan.start, last.day), days_between(plan.start, plan.end)
    is_back = case.pace is not None and case.pace < 0
    if not is_back and actual < case.policy.early * total:
        return Reason("in_progress", "too_early", {"early": case.policy.early})
    return None


def pace(case: Case) -> Reason | None:
    match case.method:
        case "planned_value":
            return _by_plan(case)
        case "five_year_trend":
            return _by_trend(case)
    return None if case.pace is None else _by_pace(case, case.pace, "pace")


def _by_pace(case: Case, value: Decimal, why: str) -> Reason:
    date = case.last.date if case.last else None
    facts: dict[str, object] = {"pace": value, "date": date, "method": case.method}
    if case.plan is not None:
        facts["start"] = case.plan.start
    if value < 0:
        return Reason("regressing", "regressing", facts)
    if value >= case.policy.on_track:
        return Reason("on_track", f"{why}_on", {**facts, "cut": case.policy.on_track})
    if value >= case.policy.at_risk:
        cuts = {"cut": case.policy.at_risk, "upper": case.policy.on_track}
        return Reason("at_risk", f"{why}_risk", {**facts, **cuts})
    return Reason("off_track", f"{why}_off", {**facts, "cut": case.policy.at_risk})


def _by_plan(case: Case) -> Reason | None:
    plan, last = case.plan, case.last
    if plan is None or last is None:
        return None
    planned = plan.planned(last.day)
    facts = {"actual": last.value, "planned": planned, "date": last.date, "method": case.method}
    rising = plan.wanted > plan.baseline
    if last.value >= planned if rising else last.value <= planned:
        return Reason("on_track", "planned_on", facts)
    return Reason("off_track", "planned_off", facts)


TREND_ON_TRACK, TREND_AT_RISK = Decimal("0.05"), Decimal("0.20")
"""The cuts of Destatis: a smaller gap is on track, one up to the second at risk."""


def _by_trend(case: Case) -> Reason | None:
    trend = case.trend
    if trend is None:
        return None
    facts = {
        "method": case.method, "first": str(trend.first), "last": str(trend.last),
        "gap": trend.gap, "small": TREND_ON_TRACK, "large": TREND_AT_RISK,
    }  # fmt: skip
    if trend.away:
        return Reason("regressing", "trend_away", facts)
    if trend.gap <= 0:
        return Reason("on_track", "trend_reached", facts)
    if trend.gap < TREND_ON_TRACK:
        return Reason("on_track", "trend_on", facts)
    if trend.gap <= TREND_AT_RISK:
        return Reason("at_risk", "trend_risk", facts)
    return Reason("off_track", "trend_off", facts)


Rule = Callable[[Case], Reason | None]
ALL: Set[Kind] = frozenset(get_args(Kind))
REACHED: Set[Kind] = frozenset({"reach", "milestone"})

RULES: Sequence[tuple[str, Rule, Set[Kind]]] = (
    ("1", closing, ALL),
    ("2", unquantified, {"unquantified"}),
    ("3", periods, {"sustain"}),
    ("4", no_report, ALL),
    ("3", ceiling_passed, {"limit"}),
    ("5", undated, ALL),
    ("3", ceiling_at_deadline, {"limit"}),
    ("6", deadline_passed, REACHED),
    ("7", met_ahead, REACHED),
    ("8", out_of_reach, {"reach"}),
    ("8", lapse, REACHED),
    ("9", waiting, ALL),
    ("3", ceiling_pace, {"limit"}),
    ("10", no_pace, REACHED),
    ("11", pace, REACHED),
)
"""The rules in order, each with its number and the kinds that it is for."""


def decide(case: Case, rules: Sequence[tuple[str, Rule, Set[Kind]]] = RULES) -> Decision:
    """What the first rule says that applies. The last ones for each kind always answer."""
    for number, rule, kinds in rules:
        reason = rule(case) if case.target.kind in kinds else None
        if reason is not None:
            return Decision(reason.state, number, reason.why, reason.facts)
    raise AssertionError("no rule applied")  # pragma: no cover

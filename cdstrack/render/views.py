"""Neutral rows: a verdict as the words that every human format shows, before any layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import get_args

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Policy
from cdstrack.core.values.bodies import Ownership
from cdstrack.core.verdict.case import PeriodResult
from cdstrack.core.verdict.portfolio import Counts
from cdstrack.core.verdict.rules import SETTLED
from cdstrack.core.verdict.verdict import CELLS, Verdict
from cdstrack.i18n import Words
from cdstrack.render.figures import (
    figure_words,
    short_goal,
    text_of,
)
from cdstrack.render.marks import mark_words

STATE_STYLE = {
    "breached": "worst", "overdue": "worst", "lapsed": "bad", "regressing": "bad",
    "off_track": "bad", "stale": "warn", "awaiting_data": "warn", "no_data": "warn",
    "at_risk": "warn", "undated": "dim", "in_progress": "info", "not_started": "dim",
    "on_track": "good", "achieved_late": "good", "achieved": "good", "withdrawn": "dim",
    "superseded": "dim", "dissolved": "dim", "unquantified": "dim",
}  # fmt: skip

STATE_SYMBOL = {
    "breached": "✗", "overdue": "✗", "lapsed": "▼", "regressing": "▼", "off_track": "▼",
    "stale": "↻", "awaiting_data": "↻", "no_data": "○", "at_risk": "▲", "undated": "○",
    "in_progress": "◐", "not_started": "○", "on_track": "●", "achieved_late": "✓",
    "achieved": "✓", "withdrawn": "⊘", "superseded": "⊘", "dissolved": "⊘", "unquantified": "○",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One target in words. ``depth`` 1 is a class of the parent above it."""

    id: str
    state: str
    symbol: str
    word: str
    style: str
    title: str
    owner: str
    value: str
    share: Decimal | None
    percent: str
    planned: Decimal | None
    deadline: str
    days: str
    report: str
    age: str
    marks: tuple[str, ...]
    depth: int


def status_row(verdict: Verdict, bodies: Mapping[str, Body], words: Words, depth: int) -> StatusRow:
    target, state = verdict.target, verdict.state
    report, age = evidence_words(verdict, words)
    share = bar_share(verdict)
    return StatusRow(
        id=target.id,
        state=state,
        symbol=STATE_SYMBOL[state],
        word=words(f"state_{state}"),
        style=STATE_STYLE[state],
        title=text_of(target.title, words),
        owner=owner_words(verdict.owner, bodies, words),
        value=value_and_goal(verdict, words),
        share=share,
        percent=words.percent(share) if share is not None else "",
        planned=planned_share(verdict),
        deadline=deadline_words(verdict, words),
        days=days_words(verdict, words),
        report=report,
        age=age,
        marks=mark_words(verdict, words),
        depth=depth,
    )


def body_name(name: str, bodies: Mapping[str, Body], words: Words) -> str:
    body = bodies.get(name)
    return text_of(body.name, words) if body else name


def owner_words(owner: Ownership, bodies: Mapping[str, Body], words: Words) -> str:
    """The owner named by the promise, and who answers for it now: ``A → B``."""
    names = [body_name(owner.stated, bodies, words)]
    if owner.current != owner.stated:
        names.append(body_name(owner.current, bodies, words))
    said = " → ".join(names)
    return f"{said} {words('owner_gone')}" if owner.orphaned else said


def value_words(verdict: Verdict, words: Words) -> str:
    if len(verdict.spans) > 1:
        return ", ".join(_periods_counted(verdict, words))
    point = verdict.last
    return figure_words(point, verdict.target, words) if point else words("no_value")


def _periods_counted(verdict: Verdict, words: Words) -> Iterator[str]:
    """How the periods of a level to be kept went: ``1 period kept, 2 to come``."""
    results = [span.result for span in verdict.spans]
    key = "periods_first"
    for result in get_args(PeriodResult):
        if result in results:
            yield words(key, n=results.count(result), result=words(f"span_{result}"))
            key = "periods_more"


def value_and_goal(verdict: Verdict, words: Words) -> str:
    """``gần 1.000 / ≥ 10.000``; of a milestone only whether it is done."""
    value = value_words(verdict, words)
    if verdict.target.kind == "milestone":
        return value
    return f"{value} / {short_goal(verdict.goal, verdict.target, words)}"


def bar_share(verdict: Verdict) -> Decimal | None:
    """How full a bar is: the share of the way, or of a target whose start is unknown."""
    if verdict.target.kind in ("milestone", "sustain"):
        return None
    if verdict.progress is not None:
        return verdict.progress
    goal, last = verdict.goal, verdict.last
    rising = goal is not None and goal.comparator in ("at_least", "more_than")
    if rising and last is not None and goal is not None and goal.value > 0:
        return last.value / goal.value
    return None


def planned_share(verdict: Verdict) -> Decimal | None:
    """Where the planned mark stands on the bar."""
    plan = verdict.plan
    if plan is None or verdict.planned is None:
        return None
    return (verdict.planned - plan.baseline) / (plan.wanted - plan.baseline)


def deadline_words(verdict: Verdict, words: Words) -> str:
    deadline = verdict.terms.deadline
    return words.deadline(deadline) if deadline else words("no_deadline")


def days_words(verdict: Verdict, words: Words) -> str:
    if verdict.days_overdue is not None:
        return words("days_overdue", days=verdict.days_overdue)
    if verdict.days_late is not None:
        return words("days_late", days=verdict.days_late)
    if verdict.days_left == 0:
        return words("due_today")
    if verdict.days_left is not None:
        return words("days_left", days=verdict.days_left)
    return ""


def evidence_words(verdict: Verdict, words: Words) -> tuple[str, str]:
    """The date of the last report and its age."""
    evidence = verdict.evidence
    if evidence.date is None or evidence.age_days is None:
        return words("evidence_none"), ""
    age = words("age_days", days=evidence.age_days) if evidence.age_days else words("age_none")
    if evidence.freshness == "stale" and verdict.state not in SETTLED:
        age = words("age_stale", age=age)
    return words.period(evidence.date), age


def counts_line(counts: Counts, words: Words) -> list[tuple[str, str, str]]:
    """The four cells and what stands outside: (word, figure, style)."""
    styles = {"on_time": "good", "late": "warn", "in_time": "info", "overdue": "worst"}
    return [
        (words(f"cell_{cell}"), words.number(getattr(counts, cell)), styles.get(cell, "dim"))
        for cell in CELLS
    ]


def rates_line(counts: Counts, words: Words) -> list[tuple[str, str]]:
    """The rates of what was due; a dash when nothing was."""
    return [
        (words(f"{name}_rate"), words.percent(rate) if rate is not None else "–")
        for name, rate in (
            ("completion", counts.completion_rate),
            ("on_time", counts.on_time_rate),
            ("overdue", counts.overdue_rate),
        )
    ]


def explain(verdict: Verdict, words: Words) -> str:
    """Why a verdict is what it is: ``rule 11: pace 0.31 < 0.60 on …``."""
    decision = verdict.decision
    facts = dict(decision.facts)
    if isinstance(facts.get("early"), Decimal):
        facts["early"] = words.percent(facts["early"])  # type: ignore[arg-type]
    if isinstance(facts.get("pace"), Decimal):
        facts["pace"] = pace_words(verdict, words)
    if "upper" in facts:
        facts["cut"] = words("between_cuts", cut=facts["cut"], upper=facts["upper"])
    if "method" in facts:
        facts["method"] = words(f"method_{facts['method']}")
    if "how" in facts:
        facts["how"] = words(f"state_{facts['how']}")
    if facts.get("deadline") is not None:
        facts["deadline"] = words.deadline(facts["deadline"])  # type: ignore[arg-type]
    reason = words(f"why_{decision.why}", **facts)
    if decision.rule == "parent":
        return reason
    return words("by_rule", rule=str(decision.rule), reason=reason)


def pace_words(verdict: Verdict, words: Words) -> str:
    """The pace with two decimals, or as many as it takes to stand where the exact one stands.

    0.9496 is below the cut of 0.95 and is not written as 0.95.
    """
    facts = verdict.decision.facts
    pace = facts.get("pace", verdict.pace)
    if not isinstance(pace, Decimal):
        return words("no_value")
    known = Policy()
    cuts = [facts.get("cut"), facts.get("upper"), known.on_track, known.at_risk, Decimal(0)]
    sides = [pace >= cut for cut in cuts if isinstance(cut, Decimal)]
    for places in range(2, 7):
        shown = pace.quantize(Decimal(1).scaleb(-places), context=EXACT)
        if [shown >= cut for cut in cuts if isinstance(cut, Decimal)] == sides:
            return words.number(shown)
    last = Decimal("0.000001")
    return words.number(pace.quantize(last, rounding=ROUND_FLOOR, context=EXACT))


def ordered(verdicts: Sequence[Verdict], parents: frozenset[str]) -> list[tuple[Verdict, int]]:
    """Rows with their depth: classes right below their parent, if it is listed too."""
    listed = {verdict.target.id for verdict in verdicts} & parents
    children: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.target.part_of in listed:
            children.setdefault(str(verdict.target.part_of), []).append(verdict)
    rows = []
    for verdict in verdicts:
        if verdict.target.part_of in listed:
            continue
        rows.append((verdict, 0))
        rows += [(child, 1) for child in children.get(verdict.target.id, ())]
    return rows


_LENGTHS = {"": "for_days", "d": "for_days", "w": "for_weeks", "m": "for_months", "y": "for_years"}


def duration_words(text: str, words: Words) -> str:
    """A length of time as it was typed, in words: ``90d`` is ``90 days``."""
    number = text.strip().rstrip("dwmy")
    return words(_LENGTHS[text.strip()[len(number) :]], n=int(number))


def as_of_words(day: date, known_on: date | None, words: Words) -> str:
    said = words("as_of", day=day)
    return f"{said}, {words('known_on', day=known_on)}" if known_on else said


def cited_sources(verdict: Verdict) -> list[str]:
    """Every source that a target and its reports name, in the order in which they come up."""
    target = verdict.target
    named = [target.stated.source]
    named += [point.report.source or "" for point in verdict.points if point.report]
    named += [revision.source or "" for revision in target.revisions]
    named += [again.source for again in target.restated]
    named += [target.closed.source] if target.closed else []
    named += [
        note.source or "" for note in sorted(verdict.notes, key=lambda note: not note.evidence)
    ]
    return list(dict.fromkeys(filter(None, named)))

"""Verdicts, figures and remarks in words: what every format for people shows, before any layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any, get_args

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Goal, Policy, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.naming import fold
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.bodies import Ownership
from cdstrack.core.values.measures import Point, Rate, progress
from cdstrack.core.verdict.case import PeriodResult
from cdstrack.core.verdict.rules import SETTLED
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import CELLS, Counts, Verdict
from cdstrack.i18n import Words
from cdstrack.i18n.figure_words import RANKS
from cdstrack.render.table import bar as progress_bar
from cdstrack.render.text import Line, Segment, one_line

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


def body_name(name: str, bodies: Mapping[str, Body], words: Words) -> str:
    body = bodies.get(name)
    return text_of(body.name, words) if body else name


def owner_words(owner: Ownership, bodies: Mapping[str, Body], words: Words) -> str:
    """The owner named by the promise, and who answers for it now: ``A → B``."""
    names = [body_name(owner.stated, bodies, words)]
    if owner.current != owner.stated:
        names.append(body_name(owner.current, bodies, words))
    text = " → ".join(names)
    return f"{text} {words('owner_gone')}" if owner.orphaned else text


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


WIDE_VALUE = 20


def value_cell(verdict: Verdict, words: Words, *, bar: bool = True) -> list[Segment]:
    """A value with its goal, ``gần 1.000 / ≥ 10.000``, in lines that leave room; and its bar.

    A line is each count of periods, n of N, or the goal of a long one; of a milestone there is
    only whether it is done.
    """
    text = value_words(verdict, words)
    if verdict.target.kind != "milestone":
        text = f"{text} / {short_goal(verdict.terms.goal, verdict.target, words)}"
    if ", " in text:
        lines = re.split("(?<=,) ", text)
    elif len(text) <= WIDE_VALUE:
        lines = [text]
    else:
        lines = text.split(" ", 1) if "/" in text.split(" ")[0] else re.split(" (?=/ )", text)
    cell = [(line, "") for line in lines]
    share = verdict.progress
    if share is None:
        share = _share_of_goal(verdict)
    if share is not None and bar and verdict.target.kind not in ("milestone", "sustain"):
        plan, planned = verdict.plan, None
        if plan is not None:
            day = verdict.as_of
            planned = float(progress(plan.planned(day), plan.baseline, plan.wanted))
        drawing = f"{progress_bar(float(share), planned)} {words.percent(share)}"
        cell.append((drawing, STATE_STYLE[verdict.state]))
    return cell


def _share_of_goal(verdict: Verdict) -> Decimal | None:
    """How full a bar is where the start is unknown: the share of a figure that is to be reached."""
    goal, last = verdict.terms.goal, verdict.last
    if goal is None or last is None or goal.value <= 0:
        return None
    return last.value / goal.value if goal.comparator in ("at_least", "more_than") else None


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


def count_words(counts: Counts, words: Words) -> list[list[Line]]:
    """The four cells of the Government Office with what stands outside, and the rates below.

    A rate is a dash where nothing was due.
    """
    styles = {"on_time": "good", "late": "warn", "in_time": "info", "overdue": "worst"}
    return [
        [
            [
                (words.number(getattr(counts, cell)), styles.get(cell, "dim")),
                (f" {words(f'cell_{cell}')}", ""),
            ]
            for cell in CELLS
        ],
        [
            [
                (f"{words(name)} ", ""),
                (words.percent(rate) if rate is not None else "–", "bold"),
            ]
            for name, rate in counts.rates.items()
        ],
    ]


Fact = Callable[[Mapping[str, Any], Words], object]
_FACTS: Mapping[str, Fact] = {
    "early": lambda facts, words: words.percent(facts["early"]),
    "pace": lambda facts, words: _pace(facts["pace"], facts, words),
    "cut": lambda facts, words: (
        words("between_cuts", cut=facts["cut"], upper=facts["upper"])
        if "upper" in facts
        else facts["cut"]
    ),
    "method": lambda facts, words: words(f"method_{facts['method']}"),
    "how": lambda facts, words: words(f"state_{facts['how']}"),
    "deadline": lambda facts, words: words.deadline(facts["deadline"]),
}
"""Facts of a decision that are not written as they are."""


def explain(verdict: Verdict, words: Words) -> str:
    """Why a verdict is what it is: ``rule 11: pace 0.31 < 0.60 on …``."""
    decision = verdict.decision
    facts = {
        name: _FACTS[name](decision.facts, words) if name in _FACTS else fact
        for name, fact in decision.facts.items()
    }
    reason = words(f"why_{decision.why}", **facts)
    if decision.rule == "parent":
        return reason
    return words("by_rule", rule=str(decision.rule), reason=reason)


def pace_words(verdict: Verdict, words: Words) -> str:
    """The pace, as near to a cut as it really is; a dash where there is none."""
    facts = verdict.decision.facts
    return _pace(facts.get("pace", verdict.pace), facts, words)


def _pace(pace: object, facts: Mapping[str, object], words: Words) -> str:
    """A pace with two decimals, or as many as it takes to stand where the exact one stands.

    0.9496 is below the cut of 0.95 and is not written as 0.95.
    """
    if not isinstance(pace, Decimal):
        return words("no_value")
    usual = Policy()
    cuts = [facts.get("cut"), facts.get("upper"), usual.on_track, usual.at_risk, Decimal(0)]
    sides = [pace >= cut for cut in cuts if isinstance(cut, Decimal)]
    for places in range(2, 7):
        figure = pace.quantize(Decimal(1).scaleb(-places), context=EXACT)
        if [figure >= cut for cut in cuts if isinstance(cut, Decimal)] == sides:
            return words.number(figure)
    last = Decimal("0.000001")
    return words.number(pace.quantize(last, rounding=ROUND_FLOOR, context=EXACT))


def in_families(
    verdicts: Sequence[Verdict], parents: frozenset[str]
) -> Sequence[tuple[Verdict, int]]:
    """Verdicts with their depth: classes, 1 deep, right below their parent if it is listed too."""
    families = parents.intersection([verdict.target.id for verdict in verdicts])
    classes: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.target.part_of in families:
            classes.setdefault(str(verdict.target.part_of), []).append(verdict)
    rows = []
    for verdict in verdicts:
        if verdict.target.part_of not in families:
            rows.append((verdict, 0))
            rows += [(member, 1) for member in classes.get(verdict.target.id, ())]
    return rows


_LENGTHS = {"": "for_days", "d": "for_days", "w": "for_weeks", "m": "for_months", "y": "for_years"}


def duration_words(text: str, words: Words) -> str:
    """A length of time as it was typed, in words: ``90d`` is ``90 days``."""
    number = text.strip().rstrip("dwmy")
    return words(_LENGTHS[text.strip()[len(number) :]], n=int(number))


def as_of_words(day: date, known_on: date | None, words: Words) -> str:
    text = words("as_of", day=day)
    return f"{text}, {words('known_on', day=known_on)}" if known_on else text


def cited_sources(verdict: Verdict) -> list[str]:
    """Every source that a target and its reports name, in the order in which they come up."""
    target = verdict.target
    names = [target.stated.source]
    names += [point.report.source or "" for point in verdict.points if point.report]
    names += [revision.source or "" for revision in target.revisions]
    names += [restatement.source for restatement in target.restated]
    names += [target.closed.source] if target.closed else []
    names += [
        note.source or "" for note in sorted(verdict.notes, key=lambda note: not note.evidence)
    ]
    return list(dict.fromkeys(filter(None, names)))


# Figures with their units


def text_of(text: Bilingual, words: Words) -> str:
    """A text of the register in the reader's language, on one line."""
    line = text.vi if words.lang == "vi" else text.en
    return one_line(line) if "\n" in line else line.strip()


def figure_words(point: Point, target: Target, words: Words) -> str:
    """A value as it was reported: ``gần 1.000``, ``22/63 (34,9 %)``, ``done``."""
    if target.kind == "milestone":
        return words("done" if point.value else "not_done")
    text = number_with_unit(point.value, target, words)
    if point.share is not None:
        text = f"{words.number(point.share.n)}/{words.number(point.share.of)} ({text})"
    return words(f"qualifier_{point.qualifier}", value=text) if point.qualifier else text


def number_with_unit(value: Decimal, target: Target, words: Words) -> str:
    """A number; percentages carry their sign, other units are said once elsewhere."""
    places = 2 if value != value.to_integral_value() else None
    text = words.number(value, places=places)
    if target.in_percent:
        return f"{text} %" if words.lang == "vi" else f"{text}%"
    return text


def computed_words(value: Decimal, target: Target, words: Words) -> str:
    """A planned value or a rate: whole from 100 on, else with two decimals."""
    places = Decimal(1) if abs(value) >= 100 else Decimal("0.01")
    return number_with_unit(value.quantize(places, context=EXACT), target, words)


_GOAL_SIGN = {
    "at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< ", "exactly": "= ",
}  # fmt: skip


def goal_words(goal: Goal | None, target: Target, words: Words) -> str:
    """What is to be reached, with its sign: ``≥ 10.000``, ``≥ 10 %/năm``, ``to be done``."""
    text = short_goal(goal, target, words)
    if goal is None or target.kind == "milestone" or not target.in_percent:
        return text
    return text + unit_words(target, words).removeprefix("%")


def short_goal(goal: Goal | None, target: Target, words: Words) -> str:
    """The same for a table: of percent the sign alone, ``≥ 10 %``."""
    if target.kind == "milestone":
        return words("to_be_done")
    if goal is None:
        return words("no_value")
    if goal.between is not None:
        low, high = goal.between
        return f"{words.number(low)}–{number_with_unit(high, target, words)}"
    return _GOAL_SIGN[goal.comparator] + number_with_unit(goal.value, target, words)


def rate_words(rate: Rate | None, target: Target, words: Words) -> str:
    if rate is None:
        return "–"
    figure = computed_words(rate.value, target, words)
    if target.in_percent:  # percentages differ by points
        figure = words("points", value=figure.removesuffix("%").rstrip())
    else:
        figure = f"{figure} {unit_words(target, words)}".strip()
    return words(f"per_{rate.per}", value=figure)


def unit_words(target: Target, words: Words) -> str:
    return text_of(target.unit, words) if target.unit else ""


def reported_words(report: Report, target: Target, words: Words) -> str:
    """The figure of one report as its writer gave it."""
    figure = report.figure
    if figure is None:
        return words("void")
    if isinstance(figure, bool):
        return words("done" if figure else "not_done")
    if isinstance(figure, Share):
        text = f"{words.number(figure.n)}/{words.number(figure.of)}"
    else:
        text = number_with_unit(figure, target, words)
        if not target.in_percent:
            unit = unit_words(target, words)
            text = f"{unit} {text}" if fold(unit) in RANKS else f"{text} {unit}".strip()
    return words(f"qualifier_{report.qualifier}", value=text) if report.qualifier else text


def repeatable_words(report: Report, target: Target, words: Words) -> str:
    """The figure of a report, exactly and without its unit: to be typed once more."""
    if not isinstance(report.figure, Decimal):
        return reported_words(report, target, words)
    text = words.number(report.figure)
    if target.in_percent:
        text += " %" if words.lang == "vi" else "%"
    return words(f"qualifier_{report.qualifier}", value=text) if report.qualifier else text


# What stands beside a state: flags, moved goalposts, who has reported

MARKED = ("uncounted_evidence", "eased", "revised", "undecided", "self_reported", "dissolved",
          "met_then_lost", "population_changed", "partly_reported", "orphaned_owner",
          "late_report", "withdrawn", "superseded")  # fmt: skip
"""Flags that a table marks; the others stand in ``show``."""


def mark_words(verdict: Verdict, words: Words) -> tuple[str, ...]:
    flags = [flag for flag in MARKED if flag in verdict.flags]
    marks = []
    if verdict.standing is not None:
        marks.append(whose_words(verdict, verdict.standing.reported, words))
        flags = [flag for flag in flags if flag != "partly_reported"]
    if verdict.original is not None:
        marks += goalposts_words(verdict, words)
        flags = [flag for flag in flags if flag != "revised"]
    return (*marks, *(words(f"mark_{flag}") for flag in flags))


def goalposts_words(verdict: Verdict, words: Words) -> list[str]:
    """The terms first given with the state by them, and new ones that came too late to count."""
    original = verdict.original
    if original is None:
        return []
    target, latest = verdict.target, verdict.announced or verdict.terms
    state = words(f"state_{original.state}")
    terms = terms_words(original.terms, latest, target, words)
    marks = [words("mark_original", terms=terms, state=state)]
    if verdict.announced is not None:
        terms = terms_words(verdict.announced, verdict.terms, target, words)
        marks.append(words("mark_announced", terms=terms))
    return marks


def terms_words(terms: Terms, other: Terms, target: Target, words: Words) -> str:
    """What terms say that others do not: the figure, the deadline or both."""
    parts = []
    if terms.goal != other.goal:
        parts.append(goal_words(terms.goal, target, words))
    if terms.deadline is not None and terms.deadline != other.deadline:
        parts.append(words.deadline(terms.deadline))
    return ", ".join(parts)


def whose_words(verdict: Verdict, reported: Share, words: Words) -> str:
    """How many bodies stand behind the value, or that it was given for all of them."""
    if verdict.stands_for_all:
        return words("reported_for_all", of=reported.of)
    return reported_of(reported, words)


def reported_of(reported: Share, words: Words) -> str:
    """How many bodies have reported: ``40 of 85 have reported``."""
    return words("reported_of", n=reported.n, of=reported.of)

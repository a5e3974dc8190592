"""Verdicts, figures and remarks in words: what every format for people shows, before any layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from cdstrack.core.model.entries import RELATIVE, Baseline, Body, Goal, Policy, Revision, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.naming import RANKS, fold
from cdstrack.core.model.periods import DAYS_PER, Frequency, Period, add_days, parse_period
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.bodies import Ownership
from cdstrack.core.values.measures import Point, Rate, progress
from cdstrack.core.verdict.case import PeriodResult
from cdstrack.core.verdict.rules import ACHIEVED, SETTLED
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import CELLS, Counts, Verdict
from cdstrack.i18n import Words
from cdstrack.render.table import bar as progress_bar
from cdstrack.render.table import level
from cdstrack.render.text import Line, Segment, one_line

STATE_STYLE = {
    "breached": "worst", "overdue": "worst", "missed": "bad", "lapsed": "bad",
    "regressing": "bad", "off_track": "bad", "stale": "warn", "awaiting_data": "warn",
    "no_data": "warn",
    "at_risk": "warn", "undated": "dim", "in_progress": "info", "not_started": "dim",
    "on_track": "good", "achieved_late": "good", "achieved": "good", "withdrawn": "dim",
    "superseded": "dim", "dissolved": "dim", "unquantified": "dim",
}  # fmt: skip

STATE_SYMBOL = {
    "breached": "✗", "overdue": "✗", "missed": "✗", "lapsed": "▼", "regressing": "▼",
    "off_track": "▼", "stale": "↻", "awaiting_data": "↻", "no_data": "○", "at_risk": "▲",
    "undated": "○", "in_progress": "◐", "not_started": "○", "on_track": "●", "achieved_late": "✓",
    "achieved": "✓", "withdrawn": "⊘", "superseded": "⊘", "dissolved": "⊘", "unquantified": "○",
}  # fmt: skip


def body_name(name: str, bodies: Mapping[str, Body], words: Words) -> str:
    body = bodies.get(name)
    return text_of(body.name, words) if body else name


def owner_words(owner: Ownership, bodies: Mapping[str, Body], words: Words) -> str:
    """The owner named by the promise, and who answers for it now: ``A → B``.

    By their short names, where they have some: this is for tables.
    """
    names = []
    for name in dict.fromkeys((owner.stated, owner.current)):
        short = body.short if (body := bodies.get(name)) else None
        names.append(text_of(short, words) if short else body_name(name, bodies, words))
    text = " → ".join(names)
    return f"{text} {words('owner_gone')}" if owner.orphaned else text


def value_words(verdict: Verdict, words: Words) -> str:
    if len(verdict.spans) > 1:
        return ", ".join(_periods_counted(verdict, words))
    if verdict.conditions and verdict.bar.goal is None and not verdict.bar.unknown:
        n_met = sum(part.state in ACHIEVED for part in verdict.conditions.values())
        return words("conditions_met", n=n_met, of=len(verdict.conditions))
    if verdict.worst is not None and verdict.slices:
        parts = [part for part in verdict.slices.values() if part.target.target is not None]
        n_met = sum(part.state in ACHIEVED for part in parts)
        return words("slices_met", n=n_met, of=len(parts))
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
    has_goal = verdict.bar.goal is not None or verdict.bar.unknown
    has_goal = has_goal or not (verdict.conditions or verdict.slices)
    if verdict.target.kind != "milestone" and has_goal:
        text = f"{text} / {short_goal(verdict.terms.goal, verdict.target, words)}"
    if ", " in text:
        *lines, last = re.split("(?<=,) ", text)
        lines += [last] if len(last) <= WIDE_VALUE else re.split(" (?=/ )", last)
    elif len(text) <= WIDE_VALUE:
        lines = [text]
    else:
        lines = text.split(" ", 1) if "/" in text.split(" ")[0] else re.split(" (?=/ )", text)
    cell = [(line, "") for line in lines]
    target, style = verdict.target, STATE_STYLE[verdict.state]
    if not bar or target.kind in ("milestone", "sustain"):
        return cell
    if verdict.progress is not None and target.kind != "limit":
        plan, planned = verdict.plan, None
        if plan is not None:
            planned = progress(plan.planned(verdict.as_of), plan.baseline, plan.wanted)
        share = verdict.progress
        # What looks complete and is not met (nearly 10,000; over 5, of at most 5) leaves a gap.
        complete = verdict.met_now or share < 1
        drawing = progress_bar(share if complete else UNMET, planned)
        text = words.percent(share) if complete else progress_words(verdict, share, words)
        cell.append((f"{drawing} {text}", style))
    elif (share_of_goal := level_of(verdict)) is not None:
        lacks = target.kind != "limit" and share_of_goal >= 1 and not verdict.met_now
        drawing = level(UNMET if lacks else share_of_goal)
        cell += [(drawing, style), (level_words(verdict, share_of_goal, words), style)]
    return cell


UNMET = Decimal("0.99")
"""Drawn for what would look complete, and is not met."""

_TURNED: Mapping[str, str] = {"nearly": "over", "over": "nearly", "about": "about"}


def progress_words(verdict: Verdict, share: Decimal, words: Words) -> str:
    """Progress in percent; of a qualified value that does not meet the goal it is qualified too.

    On the way down over 5 is nearly all of the way to 5.
    """
    text, plan = words.percent(share), verdict.plan
    if not is_vague(verdict, share) or verdict.last is None:
        return text
    qualifier = str(verdict.last.qualifier)
    if plan is not None and plan.wanted < plan.baseline:
        qualifier = _TURNED[qualifier]
    return words(f"qualifier_{qualifier}", value=text)


def is_vague(verdict: Verdict, share: Decimal) -> bool:
    """Whether a share looks complete, of a value that is qualified and does not meet the goal."""
    last = verdict.last
    return share >= 1 and last is not None and bool(last.qualifier) and not verdict.met_now


def level_of(verdict: Verdict) -> Decimal | None:
    """The value as a share of the figure that is to be reached or kept: where no baseline tells how
    far it has come, and of a ceiling. It is a level, not progress."""
    goal, last, kind = verdict.terms.goal, verdict.last, verdict.target.kind
    if goal is None or last is None or goal.value <= 0 or kind in ("milestone", "sustain"):
        return None
    rises = goal.comparator in ("at_least", "more_than") and verdict.progress is None
    return last.value / goal.value if rises or kind == "limit" else None


def level_words(verdict: Verdict, share: Decimal, words: Words) -> str:
    """A level by its name: ``79.4% of the target``, ``45% used``."""
    key = "level_used" if verdict.target.kind == "limit" else "level_share"
    return words(key, share=progress_words(verdict, share, words))


def days_words(verdict: Verdict, words: Words) -> str:
    left = verdict.days_left
    if left is not None:
        return words("days_left", days=left) if left else words("due_today")
    if verdict.days_overdue is not None:
        return words("days_overdue", days=verdict.days_overdue)
    if verdict.days_late is not None:
        key = "days_late" if verdict.days_late_exact else "days_late_at_most"
        return words(key, days=verdict.days_late)
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
    cells: list[Line] = [
        [
            (words.number(getattr(counts, cell)), styles.get(cell, "dim")),
            (f" {words(f'cell_{cell}')}", ""),
        ]
        for cell in CELLS
    ]
    if counts.never_reported:
        text = words("of_them_never", n=counts.never_reported)
        cells[CELLS.index("overdue")].append((f", {text}", ""))
    return [
        cells,
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
    "early": lambda facts, words: words.percent(facts["early"], places=6),
    "pace": lambda facts, words: _pace(facts["pace"], facts, words),
    "cut": lambda facts, words: (
        words("between_cuts", cut=words.number(facts["cut"]), upper=words.number(facts["upper"]))
        if "upper" in facts
        else words.number(facts["cut"])
    ),
    "upper": lambda facts, words: words.number(facts["upper"]),
    "method": lambda facts, words: words(f"method_{facts['method']}"),
    "actual": lambda facts, words: words.number(
        facts["actual"], places=2, limits=[facts["planned"]]
    ),
    "planned": lambda facts, words: words.number(
        facts["planned"], places=2, limits=[facts["actual"]]
    ),
    "gap": lambda facts, words: gap_words(facts["gap"], words),
    "small": lambda facts, words: words.percent(facts["small"], places=6),
    "large": lambda facts, words: words.percent(facts["large"], places=6),
    "how": lambda facts, words: words(f"state_{facts['how']}"),
    "deadline": lambda facts, words: words.deadline(facts["deadline"]),
    "missing": lambda facts, words: times_words(facts["missing"], words),
}
"""Facts of a decision that are not written as they are."""


def explain(verdict: Verdict, words: Words) -> str:
    """Why a verdict is what it is: ``rule 11: pace 0.31 < 0.60 on …``."""
    reason, rule = reason_words(verdict, words), verdict.decision.rule
    if rule == "parent" and verdict.worst is not None:
        return f"{reason}; {explain(verdict.worst, words)}"
    return words("by_rule", rule=rule, reason=reason)


def reason_words(verdict: Verdict, words: Words) -> str:
    """The same without the number of the rule."""
    decision = verdict.decision
    facts = {
        name: _FACTS[name](decision.facts, words)
        if name in _FACTS
        else words.number(fact, places=2, limits=verdict.target.limits)
        if isinstance(fact, Decimal)
        else fact
        for name, fact in decision.facts.items()
    }
    if decision.why == "stale":  # whoever is older than 136 days is older than 136.5
        facts["limit"] = int(verdict.stale_limit)
    return words(f"why_{decision.why}", **facts)


def pace_words(verdict: Verdict, words: Words) -> str:
    """The pace, as near to a cut as it really is; a dash where there is none."""
    facts = verdict.decision.facts
    return _pace(facts.get("pace", verdict.pace), facts, words)


def _pace(pace: object, facts: Mapping[str, object], words: Words) -> str:
    """A pace with two decimals, or as many as it takes to tell it from the cuts."""
    if not isinstance(pace, Decimal):
        return words("no_value")
    return words.number(pace, places=2, limits=cuts_of(facts))


def cuts_of(facts: Mapping[str, object]) -> list[Decimal]:
    """The cuts that a decision took, and the usual ones."""
    cuts = [facts.get("cut"), facts.get("upper"), Policy().on_track, Policy().at_risk]
    return [cut for cut in cuts if isinstance(cut, Decimal)]


GAP_CUTS = (Decimal("0.05"), Decimal("0.2"))


def gap_words(gap: Decimal, words: Words) -> str:
    """The gap of the five-year trend in percent, on the side of the cuts where it is."""
    return words.percent(gap, places=2, limits=GAP_CUTS)


def in_families(
    verdicts: Sequence[Verdict], parents: frozenset[str]
) -> Sequence[tuple[Verdict, int]]:
    """Verdicts with their depth: classes right below their parent if it is listed too."""
    families = parents.intersection([verdict.target.id for verdict in verdicts])
    classes: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.target.part_of in families:
            classes.setdefault(str(verdict.target.part_of), []).append(verdict)
    rows: list[tuple[Verdict, int]] = []
    for root in verdicts:
        queue = [(root, 0)] if root.target.part_of not in families else []
        while queue:
            verdict, depth = queue.pop()
            rows.append((verdict, depth))
            members = reversed(classes.get(verdict.target.id, ()))
            queue += [(member, depth + 1) for member in members]
    return rows


_LENGTHS = {"": "for_days", "d": "for_days", "w": "for_weeks", "m": "for_months", "y": "for_years"}


def duration_words(text: str, words: Words) -> str:
    """A length of time as it was typed, in words: ``90d`` is ``90 days``."""
    number = text.strip().rstrip("dwmy")
    return words(_LENGTHS[text.strip()[len(number) :]], n=int(number))


def as_of_words(day: date, known_on: date | None, words: Words) -> str:
    text = words("as_of", day=day)
    return f"{text}, {words('known_on', day=known_on)}" if known_on else text


SHOWN_TIMES = 6


def times_words(times: Sequence[Period], words: Words) -> str:
    """Times one after the other; of many the first ones and how many more."""
    text = ", ".join(words.period(time) for time in times[:SHOWN_TIMES])
    more = len(times) - SHOWN_TIMES
    return words("and_more_times", times=text, n=more) if more > 0 else text


def cited_sources(verdict: Verdict) -> list[str]:
    """Every source that a target and its reports name, in the order in which they come up."""
    target = verdict.target
    names = [target.stated.source]
    names += [point.report.source or "" for point in verdict.points if point.report]
    names += [verdict.empty.source or ""] if verdict.empty else []
    names += [revision.source or "" for revision in target.revisions]
    names += [move.source or "" for part in target.slices for move in part.revisions]
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
    return one_line(line) if "\n" in line or "\t" in line else line.strip()


def figure_words(point: Point, target: Target, words: Words) -> str:
    """A value as it was reported: ``gần 1.000``, ``22/63 (34,9 %)``, ``done``."""
    if target.kind == "milestone":
        return words("done" if point.value else "not_done")
    text = number_with_unit(point.value, target, words)
    if point.share is not None:
        text = f"{words.number(point.share.n)}/{words.number(point.share.of)} ({text})"
    return words(f"qualifier_{point.qualifier}", value=text) if point.qualifier else text


def number_with_unit(
    value: Decimal,
    target: Target,
    words: Words,
    places: int | None = 2,
    beside: Sequence[Decimal] = (),
) -> str:
    """A number; percentages carry their sign, other units are said once elsewhere.

    It has as many decimals as tell it from what the target is judged by, and from the figures
    ``beside`` it. ``places`` None is exact.
    """
    limits: Sequence[Decimal] = ()
    if places is not None and value != value.to_integral_value():
        limits = (*target.limits, *beside)
    text = words.number(value, places=places, limits=limits)
    if target.in_percent:
        return f"{text} %" if words.lang == "vi" else f"{text}%"
    return text


def computed_words(
    value: Decimal, target: Target, words: Words, beside: Sequence[Decimal] = ()
) -> str:
    """A planned value or a rate: whole from 100 on, else with two decimals."""
    others = [figure for figure in beside if figure != value]
    return number_with_unit(value, target, words, 0 if abs(value) >= 100 else 2, others)


_GOAL_SIGN = {
    "at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< ", "exactly": "= ",
    "about": "≈ ",
}  # fmt: skip


def goal_words(goal: Goal | None, target: Target, words: Words) -> str:
    """What is to be reached, with its sign: ``≥ 10.000``, ``≥ 10 %/năm``, ``to be done``."""
    text = short_goal(goal, target, words)
    if goal is None or target.kind == "milestone" or not target.in_percent:
        return text
    if goal.comparator in RELATIVE:
        return text
    return text + unit_words(target, words).removeprefix("%")


def short_goal(goal: Goal | None, target: Target, words: Words) -> str:
    """The same for a table: of percent the sign alone, ``≥ 10 %``."""
    if target.kind == "milestone":
        return words("to_be_done")
    if goal is None:
        written = target.target
        return words("no_value") if written is None else relative_words(written, target, words)
    if goal.comparator in RELATIVE:
        return relative_words(goal, target, words)
    if goal.between is not None:
        low, high = goal.between
        return f"{words.number(low)}–{number_with_unit(high, target, words, None)}"
    sign, figure = _GOAL_SIGN[goal.comparator], number_with_unit(goal.value, target, words, None)
    if goal.up_to is not None:
        end = number_with_unit(goal.up_to, target, words, None)
        return f"{sign}{words.number(goal.value)}–{end}"
    return sign + figure


def relative_words(goal: Goal, target: Target, words: Words) -> str:
    """A goal told from where it stood, as it was written: ``+20% of the baseline``."""
    if goal.above is not None or goal.below is not None:
        key = f"goal_{'above' if goal.above is not None else 'below'}_{goal.above or goal.below}"
        return words(key)
    change = goal.increase_by or goal.reduce_by
    if change is None:
        return words("no_value")
    key = "goal_increase_by" if goal.increase_by is not None else "goal_reduce_by"
    if change.is_share:
        return words(key + "_share", by=words.percent(change.figure / 100))
    by = words.number(change.figure)
    return words(key, by=words("points", value=by) if target.in_percent else by)


def every_words(every: Frequency, words: Words) -> str:
    """How often, in words: ``every 2 years, counted from 2021``."""
    if every in DAYS_PER:
        return words(f"every_{every}")
    number, unit, *start = every.split(" ", 2)
    text = words(f"every_n_{unit.removesuffix('s')}", n=int(number))
    if not start:
        return text
    since = parse_period(start[0].removeprefix("from "))
    return words("every_from", every=text, start=since)


def baseline_words(baseline: Baseline, target: Target, words: Words) -> str:
    """Where it stood at the start, with the day: ``120 (end of 2020)``."""
    figure = number_with_unit(baseline.value, target, words, None)
    return f"{figure} ({words.period(baseline.date)})" if baseline.date is not None else figure


def revision_words(revision: Revision, target: Target, words: Words) -> str:
    """A decision that moved the terms of a target, as a sentence."""
    verb = "revised" if revision.old is not None else "filled"
    old, new = (_term_words(term, target, words) for term in (revision.old, revision.new))
    text = words(f"{verb}_{revision.field}", day=revision.on, old=old, new=new)
    if revision.field == "target" and revision.period is not None:
        return f"{words.period(revision.period)}: {text}"
    return text


def _term_words(term: Period | Goal | Baseline | None, target: Target, words: Words) -> str:
    match term:
        case Period():
            return words.deadline(term)
        case Baseline():
            return baseline_words(term, target, words)
        case _:
            return goal_words(term, target, words)


def rate_words(rate: Rate | None, target: Target, words: Words, beside: Rate | None = None) -> str:
    """A rate with its unit, told apart from another one ``beside`` it."""
    if rate is None:
        return "–"
    others = [beside.value] if beside is not None else []
    figure = computed_words(rate.value, target, words, others)
    if target.in_percent:  # percentages differ by points
        figure = words("points", value=figure.removesuffix("%").rstrip())
    else:
        figure = f"{figure} {unit_words(target, words)}".strip()
    return words(f"per_{rate.per}", value=figure)


def unit_words(target: Target, words: Words) -> str:
    return text_of(target.unit, words) if target.unit else ""


REPORTED_PLACES = 6
"""A figure that was reported is shown as it is; one that bodies share may be a long quotient."""


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
        text = number_with_unit(figure, target, words, REPORTED_PLACES)
        if not target.in_percent:
            unit = unit_words(target, words)
            text = f"{unit} {text}" if fold(unit) in RANKS else f"{text} {unit}".strip()
    if report.qualifier:
        text = words(f"qualifier_{report.qualifier}", value=text)
    return with_wording(text, report, words)


def with_wording(text: str, report: Report, words: Words) -> str:
    """A figure, and how it was said if that was in another unit."""
    if report.wording is None:
        return text
    figure, unit = words.number(report.wording.figure), one_line(report.wording.unit)
    return words("figure_said_as", value=text, figure=figure, unit=unit)


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
          "late_report", "trend_behind", "straddles", "parts_disagree", "slices_behind",
          "series_disagree",
          "withdrawn", "superseded", "missed")  # fmt: skip
"""Flags that a table marks; the others stand in ``show``."""
SHOWN_BELOW = ("uncounted_evidence", "slices_behind", "series_disagree")
"""Marks of what is listed with its figures where there is room."""


def mark_words(verdict: Verdict, words: Words, *, is_page: bool = True) -> tuple[str, ...]:
    """What a row says beside its state; at a terminal also the command that shows the rest."""
    flags = [flag for flag in MARKED if flag in verdict.flags] if verdict.flags else []
    marks = []
    if verdict.standing is not None:
        marks.append(whose_words(verdict, verdict.standing.reported, words))
        flags = [flag for flag in flags if flag != "partly_reported"]
    if verdict.original is not None:
        marks += goalposts_words(verdict, words)
        flags = [flag for flag in flags if flag != "revised"]
    texts = [
        _late_words("mark", verdict, words)
        if flag == "late_report"
        else words(f"mark_{flag}")
        if is_page or flag not in SHOWN_BELOW
        else words("see_show", mark=words(f"mark_{flag}"))
        for flag in flags
    ]
    return (*marks, *texts)


def flag_words(verdict: Verdict, flag: str, words: Words) -> str:
    """A flag in full."""
    if flag == "late_report":
        return _late_words("flag", verdict, words)
    if flag == "series_disagree":
        last = max(verdict.differences, key=lambda difference: difference.judge.day)
        series = verdict.target.strands[last.series]
        return words(
            "series_differ",
            date=last.judge.date,
            series=text_of(series, words),
            other=figure_words(last.rival, verdict.target, words),
            own=figure_words(last.judge, verdict.target, words),
            share=words.number(100 * verdict.policy.about),
        )
    return words(f"flag_{flag}")


def _late_words(form: str, verdict: Verdict, words: Words) -> str:
    """That proof came late; what was only recorded late is not accused of that."""
    if verdict.lateness == "record" and verdict.due is not None:
        limit = add_days(verdict.due, verdict.target.lag_days)
        return words(f"{form}_late_record", day=limit)
    return words(f"{form}_late_report")


def goalposts_words(verdict: Verdict, words: Words) -> list[str]:
    """The terms first given with the state by them, and new ones that came too late to count."""
    original = verdict.original
    if original is None:
        return []
    target, latest = verdict.target, verdict.announced or verdict.terms
    state = words(f"state_{original.state}")
    terms = terms_words(original.terms, latest, target, words)
    marks = [words("mark_original", terms=terms, state=state) if terms else words("mark_back")]
    if verdict.announced is not None:
        terms = terms_words(verdict.announced, verdict.terms, target, words)
        marks.append(words("mark_announced", terms=terms))
    return marks


def terms_words(terms: Terms, other: Terms, target: Target, words: Words) -> str:
    """What terms say that others do not: the figure, the deadline, the baseline."""
    parts = []
    for period in target.periods if terms.figures or other.figures else ():
        figure = terms.figures.get(period.last)
        if figure != other.figures.get(period.last):
            text = goal_words(figure, target, words) if figure else words("no_target")
            parts.append(f"{words.period(period)}: {text}")
    if terms.goal != other.goal and not parts:
        is_open = terms.goal is None
        parts.append(words("no_target") if is_open else goal_words(terms.goal, target, words))
    if terms.deadline != other.deadline:
        parts.append(words.deadline(terms.deadline))
    if terms.baseline != other.baseline:
        parts.append(
            words("from_baseline", baseline=baseline_words(terms.baseline, target, words))
            if terms.baseline is not None
            else words("no_baseline")
        )
    return ", ".join(parts)


def whose_words(verdict: Verdict, reported: Share, words: Words) -> str:
    """How many bodies stand behind the value, or that it was given for all of them."""
    if verdict.stands_for_all:
        return words("reported_for_all", of=reported.of)
    return reported_of(reported, words)


def reported_of(reported: Share, words: Words) -> str:
    """How many bodies have reported: ``40 of 85 have reported``."""
    return words("reported_of", n=reported.n, of=reported.of)

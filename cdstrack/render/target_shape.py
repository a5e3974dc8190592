"""The shape of one target: what ``status`` prints of it, and all there is, as ``show`` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from cdstrack.app.publication import Dossier
from cdstrack.app.records import ForeignCorrection
from cdstrack.core.model.entries import (
    RELATIVE,
    Accumulate,
    Across,
    Baseline,
    Closed,
    Closing,
    Comparator,
    Conversion,
    Goal,
    Kind,
    Note,
    Official,
    PlanPoint,
    Qualifier,
    Quantity,
    Reading,
    Restated,
    Revision,
    Stated,
    Strength,
    Succession,
    Target,
    WholeOf,
)
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.periods import Period, Unit
from cdstrack.core.model.report import Report, Share, slice_parts
from cdstrack.core.values.measures import Forecast, Method, Plan, Point, Rate
from cdstrack.core.verdict.case import PeriodResult, Span, Start, times_of
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import CELLS, Evidence, Freshness, Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.data import (
    Json,
    day_or_null,
    exact,
    figure_fields,
    moment_text,
    quotient_or_null,
    text_fields,
    tree,
    value_of,
    wording_fields,
)
from cdstrack.render.phrases import cited_sources, flag_words, goalposts_words, reason_words
from cdstrack.render.shape import (
    ANY,
    BILINGUAL,
    COUNT,
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    VALUE,
    Keys,
    Schema,
    Shape,
    by_id,
    extended,
    list_of,
    one_of,
    or_null,
)

FREQUENCY = TEXT
"""A unit of time, or several: `2 years from 2021`."""
UNIT = one_of(get_args(Unit))
QUALIFIER = or_null(one_of(get_args(Qualifier)))
STATE = one_of(WORST_FIRST)
CELL = one_of(CELLS)
BODY_STATE = one_of((*WORST_FIRST, "reported", "silent"))
SLICE: Schema = by_id(TEXT)


WORDS = tuple(Words(lang) for lang in LANGUAGES)


def in_both(sentence: Callable[[Words], str]) -> Json:
    """A sentence in both languages."""
    return {words.lang: sentence(words) for words in WORDS}


def text_of_key(key: str) -> Json:
    """What stands under a key of the catalogues, in both languages."""
    return {words.lang: words(key) for words in WORDS}


# What terms, dates and figures look like

TIME_KEYS: Keys[Period] = (
    ("as_said", TEXT, "as it was said: `2024`, `2024-H1`, `2024-Q2`, `2024-06-30`", str),
    (
        "precision",
        TEXT,
        "`day`, `month`, `quarter`, `half`, `year` or `span`",
        lambda t: t.precision,
    ),
    ("first", DAY, "its first day", lambda time: time.first.isoformat()),
    ("last", DAY, "its last day", lambda time: time.last.isoformat()),
)
TIME = Shape("Time", "A day or a period.", TIME_KEYS)


def time_or_null(time: Period | None) -> Json:
    return TIME.of(time) if time is not None else None


def first_of(time: Period | None) -> Json:
    """The first day of a period, beside what was said."""
    return time.first.isoformat() if time is not None else None


def last_of(time: Period | None) -> Json:
    """Its last day."""
    return time.last.isoformat() if time is not None else None


def said_of(time: Period | None) -> Json:
    """A period as it was said."""
    return time.said if time is not None else None


GOAL_KEYS: Keys[Goal] = (
    (
        "comparator",
        one_of(get_args(Comparator)),
        "how it is to be compared",
        lambda g: g.comparator,
    ),
    (
        "value",
        or_null(NUMBER),
        "the figure; of a range the lower end; `null` where it is told from what is not known",
        lambda goal: goal.value if goal.comparator not in RELATIVE else None,
    ),
    (
        "value_max",
        or_null(NUMBER),
        "the upper end of `between` and of a range meant as a minimum",
        lambda goal: goal.value_max,
    ),
)
GOAL = Shape("Goal", "What is to be reached.", GOAL_KEYS)
WRITTEN_KEYS: Keys[Goal] = extended(
    GOAL_KEYS,
    (
        "value",
        or_null(NUMBER),
        "the figure; of a range the lower end; `null` where it is told from a value before",
        lambda goal: written_value(goal),
    ),
    (
        "percent",
        FLAG,
        "whether that is a share in percent of the baseline",
        lambda goal: (by := goal.increase_by or goal.reduce_by) is not None and by.is_share,
    ),
    (
        "reference",
        or_null(one_of(("baseline", "previous"))),
        "what it is told from, of `above` and `below`",
        lambda goal: goal.above or goal.below,
    ),
)
WRITTEN_GOAL = Shape(
    "WrittenGoal", "What is to be reached, as the register writes it.", WRITTEN_KEYS
)


def written_value(goal: Goal) -> Json:
    """The figure that a goal was written with."""
    if goal.above is not None or goal.below is not None:
        return None
    change = goal.increase_by or goal.reduce_by
    return change.figure if change is not None else goal.value


def goal_or_null(goal: Goal | None) -> Json:
    return GOAL.of(goal) if goal is not None else None


def written_or_null(goal: Goal | None) -> Json:
    return WRITTEN_GOAL.of(goal) if goal is not None else None


DEADLINE_KEYS: Keys[Period] = (
    ("as_said", TEXT, "as it was said", lambda deadline: deadline.said),
    ("precision", TEXT, "how exact that is", lambda deadline: deadline.precision),
    ("date", DAY, "the last day that is in time", lambda deadline: last_of(deadline)),
)
DEADLINE = Shape("Deadline", "The end of the time for a target.", DEADLINE_KEYS)


def deadline_or_null(deadline: Period | None) -> Json:
    return DEADLINE.of(deadline) if deadline is not None else None


BASELINE_KEYS: Keys[Baseline] = (
    ("value", NUMBER, "", lambda baseline: baseline.value),
    ("date", or_null(TEXT), "as it was said", lambda baseline: said_of(baseline.date)),
    ("first", or_null(DAY), "its first day", lambda baseline: first_of(baseline.date)),
    ("last", or_null(DAY), "its last day", lambda baseline: last_of(baseline.date)),
    ("inferred", FLAG, "whether it is the editor's reading", lambda baseline: baseline.inferred),
    ("source", or_null(TEXT), "", lambda baseline: baseline.source),
)
BASELINE = Shape("Baseline", "Where it stood at the start.", BASELINE_KEYS)


def baseline_or_null(baseline: Baseline | None) -> Json:
    return BASELINE.of(baseline) if baseline is not None else None


RATE = Shape[Rate](
    "Rate",
    "A change in a time.",
    (
        ("value", NUMBER, "", lambda rate: quotient_or_null(rate.value)),
        ("per", UNIT, "in which time", lambda rate: rate.per),
    ),
)


def rate_or_null(rate: Rate | None) -> Json:
    return RATE.of(rate) if rate is not None else None


FORECAST = Shape[Forecast](
    "Forecast",
    "When the target would be met on its trend; no state depends on it.",
    (
        ("finish", or_null(DAY), "", lambda forecast: day_or_null(forecast.finish)),
        ("method", or_null(TEXT), "", lambda forecast: forecast.method),
        (
            "note",
            or_null(TEXT),
            "where there is no date: `met`, `no_trend`, `wrong_way`, `too_far`, `evidence_too_old`",
            lambda forecast: forecast.note,
        ),
    ),
)
OWNER = Shape[Verdict](
    "Owner",
    "Who answers for a target.",
    (
        ("stated", TEXT, "the body named by the promise", lambda verdict: verdict.owner.stated),
        ("current", TEXT, "the body that answers now", lambda verdict: verdict.owner.current),
    ),
)
ORIGINAL = Shape[Verdict](
    "Original",
    "How it stands by the terms first given.",
    (
        ("state", STATE, "", lambda verdict: verdict.state),
        ("target", or_null(GOAL.ref), "", lambda verdict: goal_or_null(verdict.terms.goal)),
        (
            "deadline",
            or_null(DEADLINE.ref),
            "",
            lambda verdict: deadline_or_null(verdict.terms.deadline),
        ),
        (
            "baseline",
            or_null(BASELINE.ref),
            "",
            lambda verdict: baseline_or_null(verdict.terms.baseline),
        ),
        ("cell", CELL, "", lambda verdict: verdict.cell),
        ("days_overdue", or_null(COUNT), "", lambda verdict: verdict.days_overdue),
        ("days_late", or_null(COUNT), "", lambda verdict: verdict.days_late),
    ),
)
ANNOUNCED = Shape[Terms](
    "Announced",
    "Terms that came too late to count.",
    (
        ("target", or_null(GOAL.ref), "", lambda terms: goal_or_null(terms.goal)),
        ("deadline", or_null(DEADLINE.ref), "", lambda terms: deadline_or_null(terms.deadline)),
    ),
)
EVIDENCE_KEYS: Keys[Evidence] = (
    ("date", or_null(TEXT), "what the last report describes", lambda e: said_of(e.date)),
    ("age_days", or_null(COUNT), "", lambda evidence: evidence.age_days),
    ("freshness", one_of(get_args(Freshness)), "", lambda evidence: evidence.freshness),
    (
        "report",
        or_null(TEXT),
        "an id of the ledger",
        lambda evidence: evidence.report.id if evidence.report else None,
    ),
)
EVIDENCE = Shape("Evidence", "What a verdict rests on.", EVIDENCE_KEYS)
FULL_EVIDENCE = Shape(
    "EvidenceInFull",
    "What a verdict rests on, with its days.",
    extended(
        EVIDENCE_KEYS,
        ("first", or_null(DAY), "the first day of that", lambda evidence: first_of(evidence.date)),
        ("last", or_null(DAY), "its last day", lambda evidence: last_of(evidence.date)),
    ),
)
NOTE = Shape[Note](
    "Note",
    "A remark.",
    (
        ("text", BILINGUAL, "", lambda note: text_fields(note)),
        ("source", or_null(TEXT), "", lambda note: note.source),
        ("date", or_null(TEXT), "as it was said", lambda note: said_of(note.date)),
        ("evidence", FLAG, "whether it is known and cannot be counted", lambda note: note.evidence),
        ("first", or_null(DAY), "its first day", lambda note: first_of(note.date)),
        ("last", or_null(DAY), "its last day", lambda note: last_of(note.date)),
    ),
)


def notes_of(notes: Iterable[Note]) -> Json:
    """Remarks, with what they rest on."""
    return [NOTE.of(note) for note in notes]


class Holding(NamedTuple):
    """What a body stands at on a target: its report in force, or what it took over."""

    body: str
    report: Report | None
    in_full: bool
    dossier: Dossier | None = None

    @property
    def verdict(self) -> Verdict | None:
        """How it stands by itself, where that was asked for."""
        return self.dossier.bodies.get(self.body) if self.dossier is not None else None


def _figure(name: str) -> Callable[[Holding], Json]:
    """One form of the figure of a body."""
    return lambda item: figure_fields(item.report.figure if item.report else None)[name]


HOLDING_KEYS: Keys[Holding] = (
    ("body", TEXT, "", lambda item: item.body),
    ("reported", FLAG, "whether it has reported in full", lambda item: item.in_full),
    (
        "date",
        or_null(TEXT),
        "what its last figure describes",
        lambda item: said_of(item.report.date) if item.report else None,
    ),
    ("value", or_null(NUMBER), "its last figure as given, or", _figure("value")),
    ("n", or_null(COUNT), "n of N, or", _figure("n")),
    ("of", or_null(COUNT), "", _figure("of")),
    ("done", or_null(FLAG), "done or not", _figure("done")),
    ("qualifier", QUALIFIER, "", lambda item: item.report.qualifier if item.report else None),
)
HOLDING = Shape("BodyFigure", "What one body stands at.", HOLDING_KEYS)


def _holdings(verdict: Verdict, dossier: Dossier | None = None) -> Iterator[Holding]:
    """Every body known by name or by a report; in the order of the register."""
    standing = verdict.standing
    if standing is None:
        return
    for name in dict.fromkeys((*standing.names, *(dossier.bodies if dossier else ()))):
        in_full = name in standing.held and name not in standing.partial
        yield Holding(name, standing.held.get(name), in_full, dossier)


BODIES_KEYS: Keys[Verdict] = (
    ("reported", COUNT, "how many have reported in full", lambda v: _reported(v).n),
    ("of", COUNT, "how many there are", lambda verdict: _reported(verdict).of),
    (
        "list",
        list_of(HOLDING.ref),
        "those that are known by name",
        lambda verdict: [HOLDING.of(item) for item in _holdings(verdict)],
    ),
)
BODIES = Shape("Bodies", "The bodies that report on a target one by one.", BODIES_KEYS)


def _reported(verdict: Verdict) -> Share:
    return verdict.standing.reported if verdict.standing is not None else Share(0, 0)


def _qualifier(verdict: Verdict) -> Json:
    return verdict.last.qualifier if verdict.last else None


SLICE_KEYS: Keys[tuple[str, Verdict]] = (
    ("slice", SLICE, "a category by its dimension", lambda item: {**slice_parts(item[0])}),
    ("title", BILINGUAL, "", lambda item: text_fields(item[1].target.title)),
    ("state", STATE, "", lambda item: item[1].state),
    ("cell", CELL, "", lambda item: item[1].cell),
    ("rule", TEXT, "", lambda item: item[1].decision.rule),
    ("flags", list_of(TEXT), "", lambda item: list(item[1].flags)),
    ("value", VALUE, "", lambda item: value_of(item[1])),
    ("qualifier", QUALIFIER, "", lambda item: _qualifier(item[1])),
    (
        "date",
        or_null(TEXT),
        "of its last value",
        lambda item: said_of(item[1].last.date) if item[1].last else None,
    ),
    ("target", or_null(GOAL.ref), "", lambda item: goal_or_null(item[1].terms.goal)),
    (
        "baseline",
        or_null(BASELINE.ref),
        "",
        lambda item: baseline_or_null(item[1].terms.baseline),
    ),
    ("progress", or_null(NUMBER), "", lambda item: quotient_or_null(item[1].progress)),
    ("pace", or_null(NUMBER), "", lambda item: quotient_or_null(item[1].pace)),
)
SLICE_OBJECT = Shape("Slice", "A slice of a breakdown, judged by itself.", SLICE_KEYS)
CONDITION_KEYS: Keys[tuple[str, Verdict]] = (
    ("condition", TEXT, "its id", lambda item: item[0]),
    (
        "title",
        BILINGUAL,
        "",
        lambda item: text_fields(item[1].target.conditions[item[0]]),
    ),
    ("unit", or_null(BILINGUAL), "", lambda item: text_fields(item[1].target.unit)),
    *(entry for entry in SLICE_KEYS if entry[0] not in ("slice", "title")),
)
CONDITION = Shape(
    "Condition", "A condition with a figure of its own, judged by itself.", CONDITION_KEYS
)


class Strand(NamedTuple):
    """One of several series of a target."""

    name: str
    verdict: Verdict

    @property
    def judges(self) -> bool:
        """Whether the target is judged by it."""
        return self.name == self.verdict.target.judged_by

    @property
    def points(self) -> Sequence[Point]:
        """What it comes to."""
        return (self.verdict if self.judges else self.verdict.strands[self.name]).points


STRAND_VALUE = Shape[Point](
    "StrandValue",
    "A value of one of several series.",
    (
        ("date", TEXT, "as it was said", lambda point: point.date.said),
        ("value", NUMBER, "", lambda point: quotient_or_null(point.value)),
        ("qualifier", QUALIFIER, "", lambda point: point.qualifier),
        ("first", DAY, "", lambda point: first_of(point.date)),
        ("last", DAY, "", lambda point: last_of(point.date)),
    ),
)
STRAND = Shape[Strand](
    "Strand",
    "One of several series from different sources.",
    (
        ("series", TEXT, "its id", lambda strand: strand.name),
        (
            "title",
            or_null(BILINGUAL),
            "",
            lambda strand: text_fields(strand.verdict.target.strands[strand.name]),
        ),
        ("judges", FLAG, "whether the target is judged by it", lambda strand: strand.judges),
        (
            "values",
            list_of(STRAND_VALUE.ref),
            "oldest first",
            lambda strand: [STRAND_VALUE.of(point) for point in strand.points],
        ),
    ),
)


class Dimension(NamedTuple):
    """A dimension of the breakdown of a target."""

    name: str
    target: Quantity


DIMENSION = Shape[Dimension](
    "Dimension",
    "By what a target is broken down.",
    (
        (
            "title",
            or_null(BILINGUAL),
            "`null` without a name of its own",
            lambda item: text_fields(item.target.dimensions.get(item.name)),
        ),
        (
            "categories",
            by_id(BILINGUAL),
            "",
            lambda item: bilingual_by_id(item.target.breakdown[item.name]),
        ),
    ),
)

TARGET_KEYS: Keys[Verdict] = (
    ("id", TEXT, "", lambda verdict: verdict.target.id),
    ("title", BILINGUAL, "", lambda verdict: text_fields(verdict.target.title)),
    ("kind", one_of(get_args(Kind)), "", lambda verdict: verdict.target.kind),
    (
        "parent",
        or_null(TEXT),
        "the target that this is a class of, or the heading below which it stands",
        lambda verdict: verdict.target.part_of,
    ),
    (
        "indicator",
        or_null(TEXT),
        "the indicator that it is a target on; its reports name that",
        lambda verdict: verdict.target.indicator,
    ),
    ("owner", OWNER.ref, "body ids", lambda verdict: OWNER.of(verdict)),
    (
        "with",
        list_of(TEXT),
        "the bodies that work with the owner",
        lambda verdict: list(verdict.target.partners),
    ),
    ("state", STATE, "see [rules.md](rules.md)", lambda verdict: verdict.state),
    ("cell", CELL, "the Government Office's cell", lambda verdict: verdict.cell),
    (
        "rule",
        TEXT,
        'the rule that decided; `"parent"` for a target that stands as its worst class does',
        lambda verdict: verdict.decision.rule,
    ),
    (
        "method",
        or_null(one_of(get_args(Method))),
        "how it is judged on its way ([rules.md](rules.md#4-measures))",
        lambda verdict: verdict.method,
    ),
    ("flags", list_of(TEXT), "codes", lambda verdict: list(verdict.flags)),
    (
        "value",
        VALUE,
        "the value in force; `true` or `false` for a milestone",
        lambda verdict: value_of(verdict),
    ),
    ("qualifier", QUALIFIER, "of the value", lambda verdict: _qualifier(verdict)),
    (
        "target",
        or_null(GOAL.ref),
        "in force; of a goal told from where it stood what it comes to, `null` until that is known",
        lambda verdict: goal_or_null(verdict.terms.goal),
    ),
    ("unit", or_null(BILINGUAL), "", lambda verdict: text_fields(verdict.target.unit)),
    (
        "progress",
        or_null(NUMBER),
        "at the date of the evidence; `null` for a `sustain`, whose periods say it all",
        lambda verdict: quotient_or_null(verdict.progress),
    ),
    (
        "planned",
        or_null(NUMBER),
        "the value planned for the as-of day",
        lambda verdict: quotient_or_null(verdict.planned),
    ),
    (
        "elapsed",
        or_null(NUMBER),
        "the share of the time that is over",
        lambda verdict: quotient_or_null(verdict.elapsed),
    ),
    (
        "pace",
        or_null(NUMBER),
        "at the date of the evidence; `planned_value` and `five_year_trend` know none",
        lambda verdict: quotient_or_null(verdict.pace),
    ),
    (
        "gap_share",
        or_null(NUMBER),
        "by `five_year_trend`: what would be missing at the deadline, as a share of what is "
        "missing now",
        lambda verdict: quotient_or_null(verdict.gap_share),
    ),
    (
        "buffer_days",
        or_null(COUNT),
        "whole days ahead of the plan at the date of the evidence; negative behind it",
        lambda verdict: verdict.buffer_days,
    ),
    (
        "required_rate",
        or_null(RATE.ref),
        "what it takes to be there in time",
        lambda verdict: rate_or_null(verdict.required_rate),
    ),
    (
        "average_rate",
        or_null(RATE.ref),
        "so far, since the baseline",
        lambda verdict: rate_or_null(verdict.average_rate),
    ),
    (
        "required_average",
        or_null(NUMBER),
        "of a mean or a growth: what the rest of its span has to average",
        lambda verdict: quotient_or_null(verdict.required_average),
    ),
    ("forecast", FORECAST.ref, "", lambda verdict: FORECAST.of(verdict.forecast())),
    (
        "deadline",
        or_null(DEADLINE.ref),
        "that the verdict is reached on",
        lambda verdict: deadline_or_null(verdict.terms.deadline),
    ),
    (
        "original",
        or_null(ORIGINAL.ref),
        "by the terms first given, when they were revised",
        lambda verdict: ORIGINAL.of(verdict.original) if verdict.original else None,
    ),
    (
        "announced",
        or_null(ANNOUNCED.ref),
        "by the last revision, when it came after the deadline had been missed: it does not "
        "count, and `target` and `deadline` above are those before it",
        lambda verdict: ANNOUNCED.of(verdict.announced) if verdict.announced else None,
    ),
    (
        "days_left",
        or_null(COUNT),
        "of these three at most one is a number",
        lambda verdict: verdict.days_left,
    ),
    ("days_overdue", or_null(COUNT), "", lambda verdict: verdict.days_overdue),
    ("days_late", or_null(COUNT), "", lambda verdict: verdict.days_late),
    (
        "days_late_exact",
        or_null(FLAG),
        "whether it was that late to the day; `false` where the figure that first met the goal "
        "describes a period: at most so many days",
        lambda verdict: verdict.days_late_exact,
    ),
    ("evidence", EVIDENCE.ref, "", lambda verdict: EVIDENCE.of(verdict.evidence)),
    (
        "not_reported",
        list_of(TEXT),
        "the times, over by now, of which nothing was reported, where values are combined over a "
        "span or kept in periods",
        lambda verdict: [time.said for time in verdict.times_missing],
    ),
    (
        "first_met",
        or_null(DAY),
        "the day on which a report first met the target",
        lambda verdict: last_of(verdict.first_met),
    ),
    (
        "bodies",
        or_null(BODIES.ref),
        "where bodies report one by one",
        lambda verdict: BODIES.of(verdict) if verdict.standing is not None else None,
    ),
    (
        "conditions",
        list_of(CONDITION.ref),
        "those that have a figure of their own, each judged by itself",
        lambda verdict: [CONDITION.of(item) for item in verdict.conditions.items()],
    ),
    (
        "breakdown",
        by_id(DIMENSION.ref),
        "its dimensions by id, with what they are called",
        lambda verdict: {
            name: DIMENSION.of(Dimension(name, verdict.target)) for name in verdict.target.breakdown
        },
    ),
    (
        "slices",
        list_of(SLICE_OBJECT.ref),
        "of its breakdown, empty without one",
        lambda verdict: [SLICE_OBJECT.of(item) for item in verdict.slices.items()],
    ),
    (
        "strands",
        list_of(STRAND.ref),
        "several series from different sources, of which one judges; empty where there is one",
        lambda verdict: [STRAND.of(Strand(name, verdict)) for name in verdict.target.strands],
    ),
    ("notes", list_of(NOTE.ref), "", lambda verdict: notes_of(verdict.notes)),
)
TARGET = Shape("Target", "One target as of the day.", TARGET_KEYS)


# All there is on one target

REASON = Shape[Verdict](
    "Reason",
    "Why a verdict is what it is.",
    (
        ("code", TEXT, "which sentence", lambda verdict: verdict.decision.why),
        ("facts", ANY, "what stands in it", lambda verdict: _facts(verdict.decision.facts)),
        (
            "sentence",
            BILINGUAL,
            "",
            lambda verdict: in_both(lambda words: reason_words(verdict, words)),
        ),
    ),
)


def _facts(facts: Mapping[str, object]) -> Json:
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: object) -> Json:
    """A fact of a decision: times as objects, quotients to six places."""
    match fact:
        case None | bool() | int() | str():
            return fact
        case Decimal():
            return quotient_or_null(fact)
        case Period():
            return TIME.of(fact)
        case date():
            return fact.isoformat()
        case list() | tuple():
            return [_fact(item) for item in fact]
        case _:
            return str(fact)


REMARK = Shape[tuple[str, Verdict]](
    "Remark",
    "A flag in full.",
    (
        ("flag", TEXT, "its code", lambda item: item[0]),
        (
            "sentence",
            BILINGUAL,
            "",
            lambda item: in_both(lambda words: flag_words(item[1], item[0], words)),
        ),
    ),
)


def _goalposts(verdict: Verdict) -> Json:
    """What moved, as sentences."""
    sentences = zip(*(goalposts_words(verdict, words) for words in WORDS), strict=True)
    return [dict(zip(LANGUAGES, texts, strict=True)) for texts in sentences]


STATED = Shape[Stated](
    "Stated",
    "Who said it, when and where.",
    (
        ("on", DAY, "", lambda stated: stated.on.isoformat()),
        ("by", BILINGUAL, "", lambda stated: text_fields(stated.by)),
        ("source", TEXT, "", lambda stated: stated.source),
        ("paragraph", or_null(COUNT), "counted from 1", lambda stated: stated.paragraph),
        ("figure", or_null(TEXT), "as the document writes it", lambda stated: stated.figure),
        ("quote", or_null(TEXT), "the sentence, word for word", lambda stated: stated.quote),
        ("strength", or_null(one_of(get_args(Strength))), "the verb", lambda s: s.strength),
        ("reading", one_of(get_args(Reading)), "", lambda stated: stated.reading),
        (
            "inferred",
            list_of(TEXT),
            "what is the editor's reading",
            lambda stated: list(stated.inferred),
        ),
    ),
)
ORIGIN = Shape[Start](
    "Origin",
    "The point from which progress counts.",
    (
        ("value", NUMBER, "", lambda start: start.value),
        ("date", DAY, "", lambda start: start.day.isoformat()),
        ("inferred", FLAG, "", lambda start: start.inferred),
        ("dated", FLAG, "whether the register gives the day", lambda start: start.dated),
    ),
)
ANCHOR = Shape[tuple[date, Decimal]](
    "Anchor",
    "A point of a line.",
    (
        ("date", DAY, "", lambda anchor: anchor[0].isoformat()),
        ("value", NUMBER, "", lambda anchor: quotient_or_null(anchor[1])),
    ),
)


class Line(NamedTuple):
    """The line that values are compared with."""

    kind: str
    anchors: Sequence[tuple[date, Decimal]]
    leads_away: bool


def _line(verdict: Verdict) -> Line | None:
    """The plan with its bends; of a limit how much of it may be used by when."""
    plan: Plan | None = verdict.plan
    if plan is not None:
        return Line("plan", plan.anchors, plan.leads_away)
    goal, due = verdict.bar.goal, verdict.due
    if verdict.target.kind != "limit" or goal is None or due is None:
        return None
    first = verdict.start.day if verdict.start is not None else verdict.target.begins
    return Line("allowance", [(first, Decimal(0)), (due, goal.value)], False)


PLAN = Shape[Line](
    "Plan",
    "The line that values are compared with.",
    (
        (
            "kind",
            one_of(("plan", "allowance")),
            "`allowance`: how much of a limit may be used",
            lambda line: line.kind,
        ),
        (
            "anchors",
            list_of(ANCHOR.ref),
            "straight between them",
            lambda line: [ANCHOR.of(anchor) for anchor in line.anchors],
        ),
        (
            "leads_away",
            FLAG,
            "whether it first leads away from the target",
            lambda line: line.leads_away,
        ),
    ),
)
INTERIM = Shape[PlanPoint](
    "Interim",
    "A value that the register plans on the way.",
    (
        ("date", TEXT, "as it was said", lambda point: point.date.said),
        ("first", DAY, "", lambda point: first_of(point.date)),
        ("last", DAY, "", lambda point: last_of(point.date)),
        ("value", NUMBER, "", lambda point: point.value),
    ),
)


class Step(NamedTuple):
    """A body that answered for a target, and until when."""

    body: str
    dossier: Dossier
    last: bool

    @property
    def until(self) -> date | None:
        """The first day on which it no longer did."""
        body = self.dossier.status.register.bodies.get(self.body)
        is_over = body is not None and (not self.last or self.dossier.verdict.owner.orphaned)
        return body.ended if body is not None and is_over else None

    @property
    def how(self) -> Succession | None:
        body = self.dossier.status.register.bodies.get(self.body)
        return body.how if body is not None and self.until is not None else None


STEP = Shape[Step](
    "Step",
    "A body in the line of those that answer.",
    (
        ("body", TEXT, "", lambda step: step.body),
        ("until", or_null(DAY), "the first day without it", lambda s: day_or_null(s.until)),
        ("how", or_null(one_of(get_args(Succession))), "", lambda step: step.how),
    ),
)


def _steps(dossier: Dossier) -> Json:
    path = dossier.verdict.owner.path
    return [
        STEP.of(Step(name, dossier, number == len(path) - 1)) for number, name in enumerate(path)
    ]


POINT_KEYS: Keys[tuple[Verdict, Point, Dossier | None]] = (
    ("date", TEXT, "as it was said", lambda item: item[1].date.said),
    (
        "value",
        VALUE,
        "",
        lambda item: (
            bool(item[1].value)
            if item[0].target.kind == "milestone"
            else exact(item[1].value, item[0])
        ),
    ),
    (
        "low",
        or_null(NUMBER),
        "with `high` it encloses a total, whatever share of a report that straddles the promise "
        "lies inside",
        lambda item: _end(item[1].coverage.low if item[1].coverage else None, item[0]),
    ),
    (
        "high",
        or_null(NUMBER),
        "",
        lambda item: _end(item[1].coverage.high if item[1].coverage else None, item[0]),
    ),
    ("qualifier", QUALIFIER, "", lambda item: item[1].qualifier),
    (
        "n",
        or_null(COUNT),
        "the n of N behind it",
        lambda item: item[1].share.n if item[1].share else None,
    ),
    ("of", or_null(COUNT), "", lambda item: item[1].share.of if item[1].share else None),
    (
        "report",
        or_null(TEXT),
        "that gave it",
        lambda item: item[1].report.id if item[1].report else None,
    ),
    (
        "source",
        or_null(TEXT),
        "of that report",
        lambda item: item[1].report.source if item[1].report else None,
    ),
    (
        "said",
        or_null(ANY),
        "figure and unit as reported, where they were converted",
        lambda item: wording_fields(item[1].report),
    ),
    (
        "evidence",
        or_null(TEXT),
        "the document that is kept for it",
        lambda item: item[1].report.evidence if item[1].report else None,
    ),
    ("first", DAY, "the first day of its time", lambda item: first_of(item[1].date)),
    ("last", DAY, "its last day", lambda item: last_of(item[1].date)),
)
POINT = Shape("Point", "A value.", POINT_KEYS)
FULL_POINT = Shape(
    "FullPoint",
    "A value of a target as a whole.",
    extended(
        POINT_KEYS,
        (
            "bodies",
            or_null(COUNT),
            "how many bodies are behind it",
            lambda item: item[1].reported.n if item[1].reported else None,
        ),
        (
            "of_bodies",
            or_null(COUNT),
            "of how many",
            lambda item: item[1].reported.of if item[1].reported else None,
        ),
        (
            "gaps",
            list_of(TIME.ref),
            "what was not reported up to it, of values that are combined over a span",
            lambda item: [
                TIME.of(time)
                for time in times_of(item[1].coverage.gaps if item[1].coverage else ())
            ],
        ),
        (
            "straddles",
            FLAG,
            "whether a report lies partly outside the promise",
            lambda item: item[1].coverage is not None and item[1].coverage.straddles,
        ),
        (
            "reports",
            list_of(TEXT),
            "the ids of the reports that describe a time that ends on its last day",
            lambda item: list(item[2].reports_on.get(item[1].day, ())) if item[2] else [],
        ),
    ),
)


def _end(value: Decimal | None, verdict: Verdict) -> Decimal | None:
    return None if value is None else exact(value, verdict)


def series_of(verdict: Verdict) -> Json:
    """The values of a part of a target."""
    return [POINT.of((verdict, point, None)) for point in verdict.points]


SPAN = Shape[tuple[Verdict, Span]](
    "Period",
    "A period of a `sustain` and how it went.",
    (
        ("period", TEXT, "as it was said", lambda item: item[1].period.said),
        (
            "result",
            one_of(get_args(PeriodResult)),
            "`empty`: nothing fell due; `watched`: no figure was promised for it",
            lambda item: item[1].result,
        ),
        ("value", or_null(NUMBER), "", lambda item: _end(item[1].value, item[0])),
        ("first", DAY, "", lambda item: first_of(item[1].period)),
        ("last", DAY, "", lambda item: last_of(item[1].period)),
        (
            "target",
            or_null(GOAL.ref),
            "what it is judged by; `null` where nothing was promised for it",
            lambda item: (
                goal_or_null(item[1].goal or item[0].terms.goal) if item[1].is_judged else None
            ),
        ),
        (
            "gaps",
            list_of(TIME.ref),
            "what of it was not reported",
            lambda item: [TIME.of(time) for time in times_of(item[1].gaps)],
        ),
    ),
)


def _period_of(revision: Revision) -> Period | None:
    """The period whose figure was revised, where it was that of one."""
    return revision.period if revision.field == "target" else None


class Change(NamedTuple):
    """A revision of a target, and how that stands."""

    revision: Revision
    verdict: Verdict


def term_of(term: Goal | Period | Baseline | None) -> Json:
    """What a revision moved from or to."""
    match term:
        case Period():
            return term.said
        case Baseline():
            return {"value": term.value, "date": said_of(term.date)}
        case _:
            return written_or_null(term)


TERM: Schema = {"type": ["object", "string", "null"]}
REVISION = Shape[Change](
    "Revision",
    "A decision that changed terms, or filled them in.",
    (
        ("on", DAY, "", lambda change: change.revision.on.isoformat()),
        ("source", or_null(TEXT), "", lambda change: change.revision.source),
        (
            "field",
            one_of(("deadline", "target", "baseline")),
            "",
            lambda change: change.revision.field,
        ),
        (
            "period",
            or_null(TEXT),
            "that of a figure of one period",
            lambda change: said_of(_period_of(change.revision)),
        ),
        (
            "old",
            TERM,
            "a deadline as it was said, a goal, or `{value, date}` of a baseline; `null` for what "
            "was first left open",
            lambda change: term_of(change.revision.old),
        ),
        ("new", TERM, "", lambda change: term_of(change.revision.new)),
        (
            "counts",
            or_null(FLAG),
            "`false`: it came too late; `null`: its day is still to come",
            lambda change: change.verdict.has_taken(change.revision),
        ),
        (
            "old_date",
            or_null(DAY),
            "the last day of the deadline before",
            lambda change: _last_day(change.revision.old),
        ),
        ("new_date", or_null(DAY), "of the one after", lambda c: _last_day(c.revision.new)),
    ),
)


def _last_day(term: object) -> Json:
    return last_of(term) if isinstance(term, Period) else None


RESTATED = Shape[Restated](
    "Restatement",
    "The same commitment, said again.",
    (
        ("on", DAY, "", lambda restated: restated.on.isoformat()),
        ("source", TEXT, "", lambda restated: restated.source),
        ("figure", or_null(TEXT), "as that writes it", lambda restated: restated.figure),
    ),
)
CLOSED = Shape[Closed](
    "Closing",
    "The decision that ended it.",
    (
        ("on", DAY, "", lambda closed: closed.on.isoformat()),
        ("how", one_of(get_args(Closing)), "", lambda closed: closed.how),
        ("source", TEXT, "", lambda closed: closed.source),
    ),
)
OFFICIAL = Shape[Official](
    "Official",
    "What the owner itself says.",
    (
        ("on", DAY, "", lambda word: word.on.isoformat()),
        ("status", BILINGUAL, "", lambda word: text_fields(word.status)),
        ("source", TEXT, "", lambda word: word.source),
    ),
)
CONVERSION = Shape[Conversion](
    "Conversion",
    "A unit that may be reported instead.",
    (
        ("unit", BILINGUAL, "", lambda conversion: text_fields(conversion.unit)),
        ("factor", NUMBER, "", lambda conversion: conversion.factor),
        ("from", or_null(TEXT), "", lambda conversion: said_of(conversion.since)),
    ),
)


class Replacement(NamedTuple):
    """A record that does not count, with what took its place."""

    report: Report
    successor: str


CORRECTION = Shape[Replacement](
    "Correction",
    "A figure that counts no more.",
    (
        ("report", TEXT, "the id of the record", lambda item: item.report.id),
        ("by", TEXT, "the id of the record that took its place", lambda item: item.successor),
        ("date", TEXT, "what it described", lambda item: item.report.date.said),
        ("first", DAY, "", lambda item: first_of(item.report.date)),
        ("last", DAY, "", lambda item: last_of(item.report.date)),
        ("body", or_null(TEXT), "", lambda item: item.report.body),
        ("before", ANY, "`{value, n, of, done}`", lambda i: {**figure_fields(i.report.figure)}),
        ("qualifier", QUALIFIER, "", lambda item: item.report.qualifier),
    ),
)
FOREIGN = Shape[ForeignCorrection](
    "ForeignCorrection",
    "A figure that stands, or was taken back, by the correction of another name.",
    (
        ("report", TEXT, "", lambda pair: pair.report.id),
        ("by", or_null(TEXT), "", lambda pair: pair.report.by),
        ("recorded", TEXT, "", lambda pair: moment_text(pair.report.recorded)),
        ("corrects", TEXT, "", lambda pair: pair.original.id),
        ("corrects_by", or_null(TEXT), "", lambda pair: pair.original.by),
        (
            "before",
            ANY,
            "what had been reported: `{value, n, of, done}`",
            lambda pair: {**figure_fields(pair.original.figure)},
        ),
    ),
)


def body_state(verdict: Verdict) -> str:
    """The state of one body; where there is nothing to judge it by, whether it has reported."""
    if verdict.state != "unquantified":
        return verdict.state
    return "silent" if verdict.last is None else "reported"


def body_rule(verdict: Verdict) -> Json:
    """The rule behind the state of one body, where one decided."""
    return verdict.decision.rule if verdict.state != "unquantified" else None


def _of_body(
    name: str, schema: Schema, text: str, value: Callable[[Verdict], Json]
) -> tuple[str, Schema, str, Callable[[Holding], Json]]:
    """A key of a body by itself; null of one that was not judged."""
    return (
        name,
        or_null(schema),
        text,
        lambda item: value(item.verdict) if item.verdict is not None else None,
    )


FULL_HOLDING = Shape(
    "BodyStanding",
    "One body on one target, judged by itself.",
    extended(
        HOLDING_KEYS,
        _of_body("state", BODY_STATE, "as of a target; else `reported` or `silent`", body_state),
        _of_body("cell", CELL, "", lambda verdict: verdict.cell),
        _of_body("rule", TEXT, "`null` where nothing was judged", body_rule),
        _of_body("flags", list_of(TEXT), "", lambda verdict: list(verdict.flags)),
        _of_body("progress", NUMBER, "", lambda verdict: quotient_or_null(verdict.progress)),
        _of_body("pace", NUMBER, "", lambda verdict: quotient_or_null(verdict.pace)),
        _of_body("days_overdue", COUNT, "", lambda verdict: verdict.days_overdue),
        _of_body("age_days", COUNT, "", lambda verdict: verdict.evidence.age_days),
        _of_body(
            "last", DAY, "the last day of its last report", lambda v: last_of(v.evidence.date)
        ),
        _of_body("series", list_of(POINT.ref), "its own values", series_of),
    ),
)


class Measure(NamedTuple):
    """What a single body is judged by."""

    by: str | None
    goal: Goal | None


def _measure(dossier: Dossier) -> Measure:
    target, terms = dossier.verdict.target, dossier.verdict.terms
    kinds = {part.target.kind for part in dossier.bodies.values()}
    if target.each is not None:
        return Measure("each", target.each)
    if target.across == "sum" or "unquantified" in kinds:
        return Measure(None, None)
    if "milestone" in kinds:
        return Measure("done", None)
    return Measure("target", terms.goal)


FULL_BODIES = Shape[Dossier](
    "BodiesInFull",
    "The bodies that report on a target one by one, judged by themselves.",
    (
        ("reported", COUNT, "how many have reported", lambda item: _reported(item.verdict).n),
        ("of", COUNT, "how many there are", lambda item: _reported(item.verdict).of),
        (
            "list",
            list_of(FULL_HOLDING.ref),
            "those that are known by name",
            lambda item: [FULL_HOLDING.of(body) for body in _holdings(item.verdict, item)],
        ),
        (
            "judged_by",
            or_null(one_of(("each", "target", "done"))),
            "what each has to reach: a figure of its own, the target's, to be done; or nothing",
            lambda item: _measure(item).by,
        ),
        ("goal", or_null(GOAL.ref), "that figure", lambda i: goal_or_null(_measure(i).goal)),
    ),
)
FULL_SLICE = Shape(
    "SliceInFull",
    "A slice of a breakdown with its values.",
    extended(
        SLICE_KEYS,
        ("series", list_of(POINT.ref), "", lambda item: series_of(item[1])),
        ("reason", REASON.ref, "", lambda item: REASON.of(item[1])),
        (
            "revisions",
            list_of(REVISION.ref),
            "those of its own target",
            lambda item: [
                REVISION.of(Change(move, item[1]))
                for move in item[1].target.revisions
                if move.field == "target"
            ],
        ),
    ),
)


def _of_verdict(
    entry: tuple[str, Schema, str, Callable[[Verdict], Json]],
) -> tuple[str, Schema, str, Callable[[Dossier], Json]]:
    name, kind, text, value = entry
    return name, kind, text, lambda dossier: value(dossier.verdict)


FULL_KEYS: Keys[Dossier] = extended(
    tuple(map(_of_verdict, TARGET_KEYS)),
    (
        "evidence",
        FULL_EVIDENCE.ref,
        "with the days that the last report describes",
        lambda item: FULL_EVIDENCE.of(item.verdict.evidence),
    ),
    (
        "bodies",
        or_null(FULL_BODIES.ref),
        "where bodies report one by one, with how each stands",
        lambda item: FULL_BODIES.of(item) if item.verdict.standing is not None else None,
    ),
    (
        "slices",
        list_of(FULL_SLICE.ref),
        "of its breakdown, each with its values",
        lambda item: [FULL_SLICE.of(part) for part in item.verdict.slices.items()],
    ),
    ("reason", REASON.ref, "", lambda item: REASON.of(item.verdict)),
    (
        "remarks",
        list_of(REMARK.ref),
        "its flags in full",
        lambda item: [REMARK.of((flag, item.verdict)) for flag in item.verdict.flags],
    ),
    (
        "goalposts",
        list_of(BILINGUAL),
        "what was first promised, and what came too late to count, as sentences",
        lambda item: _goalposts(item.verdict),
    ),
    (
        "classes",
        list_of(TEXT),
        "the ids of what is part of it",
        lambda item: list(item.classes),
    ),
    ("stated", STATED.ref, "", lambda item: STATED.of(item.verdict.target.stated)),
    (
        "goal",
        or_null(WRITTEN_GOAL.ref),
        "as the register writes it today",
        lambda item: written_or_null(_written(item).target),
    ),
    (
        "each",
        or_null(WRITTEN_GOAL.ref),
        "what a single body has to reach",
        lambda item: written_or_null(_written(item).each),
    ),
    (
        "baseline",
        or_null(BASELINE.ref),
        "that the verdict rests on",
        lambda item: baseline_or_null(item.verdict.target.baseline),
    ),
    (
        "start",
        or_null(TIME.ref),
        "when its time begins, where the register says so",
        lambda item: time_or_null(item.verdict.target.start),
    ),
    ("begins", DAY, "the day on which it does", lambda i: i.verdict.target.begins.isoformat()),
    (
        "origin",
        or_null(ORIGIN.ref),
        "the point from which progress counts: the baseline, or what stands for one",
        lambda item: ORIGIN.of(item.verdict.start) if item.verdict.start else None,
    ),
    (
        "plan",
        or_null(PLAN.ref),
        "the line that values are compared with, as revisions bent it",
        lambda item: PLAN.of(line) if (line := _line(item.verdict)) is not None else None,
    ),
    (
        "interim",
        list_of(INTERIM.ref),
        "values planned on the way, as the register writes them",
        lambda item: [INTERIM.of(point) for point in item.verdict.target.plan],
    ),
    (
        "owners",
        list_of(STEP.ref),
        "from the body named by the promise to the one that answers now",
        lambda item: _steps(item),
    ),
    (
        "orphaned",
        FLAG,
        "whether the last of them has ended and nobody follows",
        lambda item: item.verdict.owner.orphaned,
    ),
    ("tags", list_of(TEXT), "", lambda item: list(item.verdict.target.tags)),
    (
        "restated",
        list_of(RESTATED.ref),
        "where it was said again, unchanged",
        lambda item: [RESTATED.of(entry) for entry in item.verdict.target.restated],
    ),
    (
        "closed",
        or_null(CLOSED.ref),
        "",
        lambda item: CLOSED.of(end) if (end := item.verdict.target.closed) else None,
    ),
    (
        "review_by",
        or_null(DAY),
        "when it is to be looked at again",
        lambda item: day_or_null(item.verdict.target.review_by),
    ),
    (
        "condition_titles",
        by_id(BILINGUAL),
        "all the parts that have to be met, by id",
        lambda item: bilingual_by_id(item.verdict.target.conditions),
    ),
    (
        "accumulate",
        one_of(get_args(Accumulate)),
        "how reports combine over time",
        lambda item: item.verdict.target.accumulate,
    ),
    (
        "across",
        or_null(one_of(get_args(Across))),
        "how the figures of bodies combine",
        lambda item: item.verdict.target.across,
    ),
    ("reporters", or_null(TEXT), "the group that reports", lambda i: i.verdict.target.reporters),
    (
        "report_every",
        or_null(FREQUENCY),
        "how often a report is due",
        lambda item: item.verdict.target.report_every,
    ),
    ("lag_days", COUNT, "days that a figure may take", lambda i: i.verdict.target.lag_days),
    (
        "stale_after",
        or_null(COUNT),
        "days, where it has a limit of its own",
        lambda item: item.verdict.target.stale_after,
    ),
    (
        "year_starts",
        or_null(TEXT),
        "the month and day on which running totals start anew, `MM-DD`",
        lambda item: item.verdict.target.year_starts,
    ),
    (
        "allowed_misses",
        COUNT,
        "so many of its periods may be missed",
        lambda item: item.verdict.target.allowed_misses,
    ),
    (
        "convert",
        list_of(CONVERSION.ref),
        "units that may be reported instead",
        lambda item: [CONVERSION.of(unit) for unit in item.verdict.target.convert],
    ),
    (
        "crosses",
        list_of(list_of(TEXT)),
        "dimensions that may be reported together",
        lambda item: [[*names] for names in item.verdict.target.crosses],
    ),
    (
        "total",
        one_of(get_args(WholeOf)),
        "where the whole of a breakdown comes from",
        lambda item: item.verdict.target.total,
    ),
    (
        "judged_by",
        or_null(TEXT),
        "the series that judges, of several",
        lambda item: item.verdict.target.judged_by,
    ),
    (
        "total_by",
        or_null(TEXT),
        "the dimension whose slices make it",
        lambda item: item.verdict.target.total_by,
    ),
    (
        "succession",
        by_id(TEXT),
        "which successor of a body that was split answers, by body",
        lambda item: {**item.verdict.target.succession},
    ),
    ("weight", NUMBER, "in the score above it", lambda item: item.verdict.target.weight),
    (
        "roll_up",
        or_null(one_of(("mean",))),
        "whether it shows a score",
        lambda item: item.verdict.target.roll_up,
    ),
    (
        "series",
        list_of(FULL_POINT.ref),
        "its values, oldest first",
        lambda item: [FULL_POINT.of((item.verdict, point, item)) for point in item.verdict.points],
    ),
    (
        "periods",
        list_of(SPAN.ref),
        "of a `sustain`",
        lambda item: [SPAN.of((item.verdict, span)) for span in item.verdict.spans],
    ),
    (
        "gaps",
        list_of(TIME.ref),
        "`not_reported` with their days",
        lambda item: [TIME.of(time) for time in item.verdict.times_missing],
    ),
    (
        "parts",
        list_of(TEXT),
        "the ids of reports of single conditions",
        lambda item: [report.id for report in item.verdict.parts],
    ),
    (
        "outside",
        list_of(TEXT),
        "the ids of reports that ended before the promise counts",
        lambda item: [report.id for report in item.verdict.outside],
    ),
    (
        "place",
        or_null(TEXT),
        "where it stands in its document",
        lambda item: item.verdict.target.place,
    ),
    (
        "definition",
        or_null(BILINGUAL),
        "how it is counted",
        lambda item: text_fields(item.verdict.target.definition),
    ),
    (
        "contact",
        or_null(BILINGUAL),
        "whom to ask",
        lambda item: text_fields(item.verdict.target.contact),
    ),
    (
        "official",
        list_of(OFFICIAL.ref),
        "what its owner says of where it stands",
        lambda item: [OFFICIAL.of(word) for word in item.verdict.target.official],
    ),
    (
        "revisions",
        list_of(REVISION.ref),
        "all of them, also those to come",
        lambda item: [REVISION.of(Change(move, item.verdict)) for move in _written(item).revisions],
    ),
    (
        "corrections",
        list_of(CORRECTION.ref),
        "its records that count no more, as they were recorded",
        lambda item: [CORRECTION.of(Replacement(*pair)) for pair in item.corrections],
    ),
    (
        "foreign_corrections",
        list_of(FOREIGN.ref),
        "corrections by another name than the report's",
        lambda item: [FOREIGN.of(pair) for pair in item.foreign],
    ),
    (
        "extensions",
        ANY,
        "what stands under the register's own keys (`x-…`), as text",
        lambda item: tree(item.status.register.extensions.get(item.verdict.target.id, {})),
    ),
    (
        "cites",
        list_of(TEXT),
        "the ids of the sources that it and its reports name",
        lambda item: [*cited_sources(item.verdict)],
    ),
)
FULL_TARGET = Shape("FullTarget", "All there is on one target.", FULL_KEYS)


def bilingual_by_id(texts: Mapping[str, Bilingual]) -> Json:
    return {name: text_fields(text) for name, text in texts.items()}


def _written(dossier: Dossier) -> Target:
    """The target as it stands in the register."""
    target = dossier.verdict.target
    return dossier.status.register.targets.get(target.id, target)


SHAPES: tuple[Shape[Any], ...] = (
    TARGET, CONDITION, STRAND, STRAND_VALUE, DIMENSION, OWNER, GOAL, DEADLINE, BASELINE, RATE,
    FORECAST, ORIGINAL, ANNOUNCED, EVIDENCE,
    BODIES, HOLDING, SLICE_OBJECT, NOTE, FULL_TARGET, REASON, REMARK, STATED, WRITTEN_GOAL, TIME,
    ORIGIN, PLAN, ANCHOR, INTERIM, STEP, FULL_POINT, POINT, SPAN, REVISION, RESTATED, CLOSED,
    OFFICIAL, CONVERSION, FULL_EVIDENCE, CORRECTION, FOREIGN, FULL_BODIES, FULL_HOLDING, FULL_SLICE,
)  # fmt: skip
"""Every object of a target."""

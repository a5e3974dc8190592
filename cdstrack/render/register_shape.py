"""The shape of a register on a day as one object: what ``export --format json`` prints.

It holds all that a page, a mail or another program may want to say of it, in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, get_args

from cdstrack import __version__
from cdstrack.app.outline import Outline
from cdstrack.app.publication import Publication
from cdstrack.app.standing import Status
from cdstrack.core.model.entries import (
    Accumulate,
    Across,
    Body,
    Group,
    Indicator,
    PaceMethod,
    Policy,
    Reading,
    Size,
    Source,
    Strength,
    Succession,
    WholeOf,
)
from cdstrack.core.model.periods import Unit
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.bodies import Population, exists_on
from cdstrack.core.values.measures import Method
from cdstrack.core.verdict.case import PeriodResult
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.roll_up import Branch, RollUp
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import CELLS, Verdict, count
from cdstrack.render.board_data import DUE_COLUMNS, SCORE_COLUMNS
from cdstrack.render.data import (
    REPORT_COLUMNS,
    VERSION,
    Json,
    RawJson,
    counts_object,
    day_or_null,
    dumps,
    problem_object,
    register_object,
    scalar_writer,
    score_object,
    short_seal_object,
    text_fields,
)
from cdstrack.render.method_shape import CELL_STATES, EXPLANATION, METHOD, RULE_NAMES
from cdstrack.render.phrases import MARKED
from cdstrack.render.shape import (
    ANY,
    BILINGUAL,
    COUNT,
    DAY,
    FLAG,
    LANGUAGES_SCHEMA,
    NUMBER,
    TEXT,
    Keys,
    Schema,
    Shape,
    by_id,
    list_of,
    one_of,
    or_null,
)
from cdstrack.render.target_shape import (
    BASELINE,
    CONVERSION,
    DIMENSION,
    FREQUENCY,
    FULL_TARGET,
    NOTE,
    QUALIFIER,
    SLICE,
    STATE,
    Dimension,
    baseline_or_null,
    bilingual_by_id,
    first_of,
    last_of,
    notes_of,
    said_of,
    text_of_key,
)
from cdstrack.render.target_shape import SHAPES as TARGET_SHAPES


def envelope(day: date) -> dict[str, Json]:
    """What every object begins with: the version of the shape, and the day."""
    return {"cdstrack": VERSION, "as_of": day.isoformat()}


# What the register lists

SOURCE = Shape[Source](
    "Source",
    "A document that is cited.",
    (
        ("title", BILINGUAL, "", lambda source: text_fields(source.title)),
        ("publisher", or_null(BILINGUAL), "", lambda source: text_fields(source.publisher)),
        (
            "date",
            or_null(TEXT),
            "of the act that it reports, else of its publication",
            lambda source: said_of(source.date),
        ),
        ("file", or_null(TEXT), "the name of a file that holds it", lambda source: source.file),
        ("url", or_null(TEXT), "", lambda source: source.url),
        (
            "speaker",
            or_null(BILINGUAL),
            "who says what stands in it",
            lambda source: text_fields(source.speaker),
        ),
        ("sha256", or_null(TEXT), "the digest of the file", lambda source: source.sha256),
        ("first", or_null(DAY), "the first day of its date", lambda s: first_of(s.date)),
        ("last", or_null(DAY), "its last day", lambda source: last_of(source.date)),
    ),
)


def sources_of(sources: Mapping[str, Source], names: Iterable[str]) -> dict[str, Json]:
    """Those of some sources that the register lists, by id."""
    return {name: SOURCE.of(sources[name]) for name in names if name in sources}


class Office(NamedTuple):
    """A body of a register as of a day."""

    name: str
    body: Body
    register: Register
    day: date
    predecessors: Mapping[str, list[str]]


def _successors(body: Body) -> list[str]:
    return [*(body.successors or ([body.successor] if body.successor else []))]


BODY = Shape[Office](
    "Body",
    "Who owns or reports.",
    (
        ("name", BILINGUAL, "", lambda office: text_fields(office.body.name)),
        ("short", or_null(BILINGUAL), "its short name", lambda o: text_fields(o.body.short)),
        ("started", or_null(DAY), "", lambda office: day_or_null(office.body.started)),
        ("ended", or_null(DAY), "the first day without it", lambda o: day_or_null(o.body.ended)),
        ("exists", FLAG, "on the as-of day", lambda office: exists_on(office.body, office.day)),
        ("how", or_null(one_of(get_args(Succession))), "how it ended", lambda o: o.body.how),
        (
            "successors",
            list_of(TEXT),
            "the bodies that follow it; of a split several, between which each target chooses",
            lambda office: [*_successors(office.body)],
        ),
        (
            "predecessors",
            list_of(TEXT),
            "the bodies that it follows",
            lambda office: [*office.predecessors.get(office.name, ())],
        ),
        (
            "collective",
            FLAG,
            "whether it is many bodies or persons",
            lambda office: office.body.collective,
        ),
        ("source", or_null(TEXT), "", lambda office: office.body.source),
    ),
)
SIZE = Shape[Size](
    "Size",
    "How many a group counts from a date on.",
    (
        ("from", TEXT, "as it was said", lambda size: size.since.said),
        ("first", DAY, "the day from which it counts", lambda size: first_of(size.since)),
        ("n", COUNT, "", lambda size: size.n),
        ("inferred", FLAG, "", lambda size: size.inferred),
        ("source", or_null(TEXT), "", lambda size: size.source),
    ),
)


class Assembly(NamedTuple):
    """A group as of a day."""

    name: str
    group: Group
    status: Status


GROUP = Shape[Assembly](
    "Group",
    "A population of bodies.",
    (
        ("name", BILINGUAL, "", lambda item: text_fields(item.group.name)),
        (
            "sizes",
            list_of(SIZE.ref),
            "oldest first",
            lambda item: [SIZE.of(size) for size in item.group.size],
        ),
        (
            "size",
            COUNT,
            "on the as-of day",
            lambda item: _population(item).size_on(item.status.as_of),
        ),
        (
            "members",
            list_of(TEXT),
            "all that are or were in it, where they are known",
            lambda item: [*item.group.members],
        ),
        (
            "members_now",
            list_of(TEXT),
            "those that exist on the as-of day",
            lambda item: [*_population(item).members_on(item.status.as_of)],
        ),
        ("source", or_null(TEXT), "", lambda item: item.group.source),
    ),
)


def _population(item: Assembly) -> Population:
    return item.status.referee.populations.of_group(item.name)


def _measure(item: tuple[str, Register]) -> Indicator:
    name, register = item
    return register.indicators[name]


INDICATOR = Shape[tuple[str, Register]](
    "Indicator",
    "What is measured for several targets.",
    (
        ("id", TEXT, "", lambda item: item[0]),
        ("title", BILINGUAL, "", lambda item: text_fields(_measure(item).title)),
        ("unit", BILINGUAL, "", lambda item: text_fields(_measure(item).unit)),
        ("definition", or_null(BILINGUAL), "", lambda i: text_fields(_measure(i).definition)),
        ("contact", or_null(BILINGUAL), "", lambda item: text_fields(_measure(item).contact)),
        (
            "baseline",
            or_null(BASELINE.ref),
            "",
            lambda item: baseline_or_null(_measure(item).baseline),
        ),
        (
            "baselines",
            list_of(BASELINE.ref),
            "where it stood, on several days",
            lambda item: [BASELINE.of(entry) for entry in _measure(item).baselines],
        ),
        ("accumulate", one_of(get_args(Accumulate)), "", lambda item: _measure(item).accumulate),
        ("across", or_null(one_of(get_args(Across))), "", lambda item: _measure(item).across),
        ("reporters", or_null(TEXT), "the group that reports", lambda i: _measure(i).reporters),
        ("report_every", or_null(FREQUENCY), "", lambda item: _measure(item).report_every),
        ("lag_days", COUNT, "", lambda item: _measure(item).lag_days),
        ("stale_after", or_null(COUNT), "", lambda item: _measure(item).stale_after),
        ("year_starts", or_null(TEXT), "", lambda item: _measure(item).year_starts),
        (
            "conditions",
            by_id(BILINGUAL),
            "",
            lambda item: bilingual_by_id(_measure(item).conditions),
        ),
        (
            "convert",
            list_of(CONVERSION.ref),
            "",
            lambda item: [CONVERSION.of(unit) for unit in _measure(item).convert],
        ),
        (
            "breakdown",
            by_id(DIMENSION.ref),
            "",
            lambda item: {
                name: DIMENSION.of(Dimension(name, _measure(item)))
                for name in _measure(item).breakdown
            },
        ),
        (
            "crosses",
            list_of(list_of(TEXT)),
            "",
            lambda item: [[*names] for names in _measure(item).crosses],
        ),
        ("total", one_of(get_args(WholeOf)), "", lambda item: _measure(item).total),
        ("total_by", or_null(TEXT), "", lambda item: _measure(item).total_by),
        (
            "strands",
            by_id(or_null(BILINGUAL)),
            "several series from different sources, by id",
            lambda item: {
                name: text_fields(title) for name, title in _measure(item).strands.items()
            },
        ),
        ("judged_by", or_null(TEXT), "which of them judges", lambda i: _measure(i).judged_by),
        (
            "source",
            or_null(TEXT),
            "that says how it is measured",
            lambda item: _measure(item).source,
        ),
        (
            "target_ids",
            list_of(TEXT),
            "of all targets on it",
            lambda item: [target.id for target in item[1].targets_of[item[0]]],
        ),
    ),
)
POLICY = Shape[Policy](
    "Policy",
    "The cuts of the judgement.",
    (
        ("on_track", NUMBER, "on track from this pace on", lambda policy: policy.on_track),
        ("at_risk", NUMBER, "at risk from this pace on", lambda policy: policy.at_risk),
        (
            "early",
            NUMBER,
            "the share of its time that must have gone before a pace counts",
            lambda policy: policy.early,
        ),
        ("about", NUMBER, "how far off a figure about right may be", lambda p: p.about),
        (
            "stale_after",
            COUNT,
            "days after which a report is too old",
            lambda policy: policy.stale_after,
        ),
        (
            "require_source",
            FLAG,
            "whether a report without a source is refused",
            lambda policy: policy.require_source,
        ),
        ("method", one_of(get_args(PaceMethod)), "", lambda policy: policy.method),
    ),
)

# Records

_RECORD_SCHEMAS: Mapping[str, tuple[Schema, str]] = {
    "id": (TEXT, ""),
    "target": (TEXT, "the target or indicator that it is on"),
    "body": (or_null(TEXT), ""),
    "part": (or_null(TEXT), "the condition that it is about"),
    "date": (TEXT, "what the figure describes, as it was said"),
    "value": (or_null(NUMBER), "the figure as given, or"),
    "n": (or_null(COUNT), "n of N, or"),
    "of": (or_null(COUNT), ""),
    "done": (or_null(FLAG), "done or not"),
    "void": (FLAG, "whether it only removes another"),
    "qualifier": (QUALIFIER, ""),
    "source": (or_null(TEXT), ""),
    "note": (or_null(TEXT), "as it was typed, in whatever language"),
    "by": (or_null(TEXT), ""),
    "recorded": (TEXT, "the moment of writing, in UTC"),
    "corrects": (or_null(TEXT), "the id of the record that it corrects"),
    "corrected_by": (or_null(TEXT), "the id of the one that counts in its place"),
    "key": (or_null(TEXT), "the row of a sheet that it came from"),
    "evidence": (or_null(TEXT), "the document that is kept for it"),
    "slice": (or_null(SLICE), "a category by its dimension"),
    "series": (or_null(TEXT), "which of several series it is of"),
    "said": (or_null(ANY), "`{figure, unit}` before it was converted"),
    "first": (DAY, "the first day that it describes"),
    "last": (DAY, "the last day that it describes"),
}


class Entry(NamedTuple):
    """A record with the id of what corrected it."""

    report: Report
    correction: str | None


def _of_record(
    value: Callable[[Report, str | None], Json],
) -> Callable[[Entry], Json]:
    return lambda entry: value(entry.report, entry.correction)


RECORD_KEYS: Keys[Entry] = tuple(
    (name, *_RECORD_SCHEMAS[name], _of_record(value)) for name, value in REPORT_COLUMNS
)
RECORD = Shape("Record", "A record of the ledger.", RECORD_KEYS)


def records_of(reports: Iterable[Report], corrected_by: Mapping[str, str]) -> Iterator[Json]:
    """Records of the ledger, in the order given."""
    return (RECORD.of(Entry(report, corrected_by.get(report.id))) for report in reports)


_VALUES = tuple(value for _, value in REPORT_COLUMNS)
_RECORD = "{\n      " + ",\n      ".join(f'"{name}": %s' for name, _ in REPORT_COLUMNS) + "\n    }"
"""A record in a list of the whole object."""


def record_texts(reports: Iterable[Report], corrected_by: Mapping[str, str]) -> Iterator[RawJson]:
    """The same, written as they stand in a list of the whole object: there may be a million."""
    for report in reports:
        correction = corrected_by.get(report.id)
        texts = [
            scalar(item)
            if (scalar := scalar_writer(type(item := value(report, correction))))
            else dumps(item, 3)
            for value in _VALUES
        ]
        yield RawJson(_RECORD % tuple(texts))


# Counts, headings, bodies

_COUNTED = dict.fromkeys((*CELLS, "never_reported", "due"), COUNT)
_RATES = ("completion_rate", "on_time_rate", "overdue_rate")
COUNTS_SCHEMA: Schema = {
    "type": "object",
    "description": "How many targets stand in which cell, and the rates of what was due.",
    "properties": {**_COUNTED, **dict.fromkeys(_RATES, or_null(NUMBER))},
    "required": [*_COUNTED, *_RATES],
    "additionalProperties": False,
}
COUNTS: Schema = {"$ref": "#/$defs/Counts"}


class Title(NamedTuple):
    """A heading or a parent in the tree, with what is below it."""

    branch: Branch
    roll_up: RollUp


WORST: Schema = {
    "type": "object",
    "properties": {"state": STATE, "target": TEXT},
    "required": ["state", "target"],
    "additionalProperties": False,
}
SCORE: Schema = {
    "type": "object",
    "properties": {"value": or_null(NUMBER), "n": COUNT, "of": COUNT},
    "required": ["value", "n", "of"],
    "additionalProperties": False,
}
HEADING = Shape[Title](
    "Heading",
    "A heading, or a target with classes, and what stands below it.",
    (
        ("id", TEXT, "", lambda title: title.branch.said.id),
        ("title", BILINGUAL, "", lambda title: text_fields(title.branch.said.title)),
        ("kind", TEXT, "`heading`, or that of a target", lambda title: title.branch.said.kind),
        ("parent", or_null(TEXT), "what it stands below", lambda t: t.branch.said.part_of),
        ("depth", COUNT, "how many stand above it", lambda title: title.branch.depth),
        (
            "counts",
            COUNTS,
            "of the leaves below it that were selected",
            lambda title: counts_object(title.roll_up.counts),
        ),
        (
            "worst",
            or_null(WORST),
            "the leaf that stands worst",
            lambda title: _worst(title.roll_up.worst),
        ),
        (
            "score",
            or_null(SCORE),
            "where one is declared: n of so many leaves have a progress, whatever was selected",
            lambda title: score_object(title.roll_up.score),
        ),
        ("weight", NUMBER, "in the score above it", lambda title: title.branch.said.weight),
        ("notes", list_of(NOTE.ref), "", lambda title: notes_of(title.branch.said.notes)),
    ),
)


def _worst(verdict: Verdict | None) -> Json:
    return {"state": verdict.state, "target": verdict.target.id} if verdict else None


def headings_of(tree: Outline) -> list[Json]:
    """Headings and parents with what stands below them, in the order of the tree."""
    return [
        HEADING.of(Title(branch, tree.roll_ups[branch.said.id]))
        for branch in tree.branches
        if branch.said.id in tree.roll_ups
    ]


_OF_BODIES: Mapping[str, tuple[Schema, str]] = {
    "targets": (COUNT, "how many it answers for or reports on"),
    "with": (COUNT, "on how many others it works with the owner; they are in no cell here"),
    "missing": (
        COUNT,
        "on how many of them a report is overdue; where no `report_every` asks for any, on how "
        "many it has never reported",
    ),
    **dict.fromkeys(CELLS, (COUNT, "how many are in this cell, its own part of each judged alone")),
    "never_reported": (COUNT, "on how many of the overdue ones it has never reported"),
    "last": (or_null(TEXT), "what its last report describes"),
    "age_days": (or_null(COUNT), "how many days ago that was"),
    "bodies": (COUNT, "how many these are"),
    "target": (TEXT, "what the report is on"),
    "first": (TEXT, "the oldest period that is asked for"),
    "newest": (TEXT, "the newest"),
    "periods": (COUNT, "how many that makes"),
    "due_on": (DAY, "the last day on which the oldest can be reported in time"),
    "days_overdue": (COUNT, "days since then; 0 while there is time"),
}
_NAMES: tuple[tuple[str, Schema, str], ...] = (
    ("body", or_null(TEXT), "its id; `null` for those of a group that is only counted"),
    ("name", or_null(BILINGUAL), "`null` for one that the register does not list"),
)


class Rank(NamedTuple):
    """A body of the scoreboard, as of a day."""

    score: Score
    status: Status

    @property
    def name(self) -> str | None:
        return self.score.body


class Debt(NamedTuple):
    """Reports that a body owes, as of a day."""

    due: Due
    status: Status

    @property
    def name(self) -> str | None:
        return self.due.body


def _name(item: Rank | Debt) -> Json:
    body = item.status.register.bodies.get(item.name or "")
    return text_fields(body.name) if body else None


def _of_rank(value: Callable[[Score, date], Json]) -> Callable[[Rank], Json]:
    return lambda rank: value(rank.score, rank.status.as_of)


def _of_debt(value: Callable[[Due], Json]) -> Callable[[Debt], Json]:
    return lambda debt: value(debt.due)


RANK_KEYS: Keys[Rank] = (
    (*_NAMES[0], lambda rank: rank.name),
    (*_NAMES[1], lambda rank: _name(rank)),
    *((name, *_OF_BODIES[name], _of_rank(value)) for name, value in SCORE_COLUMNS),
)
RANK = Shape("BodyScore", "A body with its targets by cell.", RANK_KEYS)
DEBT_KEYS: Keys[Debt] = (
    (*_NAMES[0], lambda debt: debt.name),
    (*_NAMES[1], lambda debt: _name(debt)),
    *((name, *_OF_BODIES[name], _of_debt(value)) for name, value in DUE_COLUMNS),
)
DEBT = Shape("Due", "The reports that one body owes on one target.", DEBT_KEYS)


# Words

FLAGS = (
    "early", "over_achieved", "met_then_lost", "undecided", "population_changed",
    "baseline_inferred", "implied", "inferred", "self_reported", "revised", "eased", "restated",
    "late_report", "orphaned_owner", "partly_reported", "straddles", "parts_disagree",
    "slices_behind", "series_disagree", "uncounted_evidence", "trend_behind", "withdrawn",
    "superseded", "dissolved", "missed",
)  # fmt: skip
WORD_GROUPS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("states", "state_", (*WORST_FIRST,)),
    ("cells", "cell_", CELLS),
    ("flags", "flag_", FLAGS),
    ("marks", "mark_", MARKED),
    ("rules", "ruling_", RULE_NAMES),
    ("methods", "method_", get_args(Method)),
    ("results", "span_", get_args(PeriodResult)),
    ("strengths", "strength_", get_args(Strength)),
    ("readings", "reading_", get_args(Reading)),
    ("across", "across_", get_args(Across)),
    ("successions", "how_", get_args(Succession)),
    ("frequencies", "every_", get_args(Unit)),
)
"""The codes that are put into words: the key they stand under, how their texts begin, which."""


@cache
def words_object() -> Json:
    """What every code means, in both languages."""
    return {
        group: {code: text_of_key(f"{beginning}{code}") for code in codes}
        for group, beginning, codes in WORD_GROUPS
    }


# All of it


def _status(item: Publication) -> Status:
    return item.export.status


def _tallies(item: Publication, key: Callable[[Verdict], Iterable[str]]) -> Json:
    """Counts of the leaves by something that each has any number of."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in _status(item).leaves:
        for name in key(verdict):
            groups.setdefault(name, []).append(verdict)
    return {
        name: counts_object(count(verdicts, frozenset()))
        for name, verdicts in sorted(groups.items())
    }


def _states(item: Publication) -> Json:
    """How many leaves stand in which state, by cell."""
    states: dict[str, Json] = {}
    for cell in CELLS:
        inside = [verdict.state for verdict in _status(item).leaves if verdict.cell == cell]
        states[cell] = {state: inside.count(state) for state in WORST_FIRST if state in inside}
    return states


def _bodies(item: Publication) -> Json:
    register = _status(item).register
    predecessors: dict[str, list[str]] = {}
    for name, body in register.bodies.items():
        for successor in _successors(body):
            predecessors.setdefault(successor, []).append(name)
    return {
        name: BODY.of(Office(name, body, register, _status(item).as_of, predecessors))
        for name, body in register.bodies.items()
    }


POSITION: Schema = {
    "type": "object",
    "properties": {"moment": TEXT, "records": COUNT, "sha256": TEXT},
    "required": ["moment", "records", "sha256"],
    "additionalProperties": False,
}
REGISTER: Schema = {
    "type": "object",
    "properties": {
        "title": BILINGUAL,
        "file": TEXT,
        "ledger": TEXT,
        "position": or_null(POSITION),
    },
    "required": ["title", "file"],
    "additionalProperties": False,
}
SEAL: Schema = {
    "type": "object",
    "properties": {"root": TEXT, "lines": COUNT, "moment": or_null(TEXT)},
    "required": ["root", "lines", "moment"],
    "additionalProperties": False,
}
_PLACED = {"file": or_null(TEXT), "line": or_null(COUNT), "column": or_null(COUNT)}
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "code": TEXT,
        "level": one_of(("error", "warning")),
        "target": or_null(TEXT),
        **_PLACED,
        "message": BILINGUAL,
    },
    "required": ["code", "level", "target", *_PLACED, "message"],
    "additionalProperties": False,
}


def _targets(item: Publication) -> Iterator[Json]:
    return map(FULL_TARGET.of, item.dossiers)


def _records(item: Publication) -> Iterator[Json]:
    reports = item.export.work.over(item.export.reports, "work_reports")
    return record_texts(reports, item.export.corrected_by)


EXPORT = Shape[Publication](
    "Export",
    "A register on a day: everything there is to say of it, in both languages.",
    (
        ("cdstrack", {"const": VERSION}, "the version of the shape", lambda item: VERSION),
        ("as_of", DAY, "the day", lambda item: _status(item).as_of.isoformat()),
        (
            "known_on",
            or_null(DAY),
            "the last day whose records count, where one was asked for",
            lambda item: day_or_null(_status(item).known_on),
        ),
        ("version", TEXT, "of the program", lambda item: __version__),
        (
            "timezone",
            TEXT,
            "where its days begin and end",
            lambda item: _status(item).register.timezone,
        ),
        (
            "register",
            REGISTER,
            "`ledger` and `position` only of one whose ledger is on a server",
            lambda item: register_object(_status(item).register),
        ),
        ("policy", POLICY.ref, "", lambda item: POLICY.of(_status(item).register.policy)),
        ("counts", COUNTS, "", lambda item: counts_object(_status(item).counts)),
        (
            "states",
            by_id(by_id(COUNT)),
            "how many stand in which state, by cell",
            lambda item: _states(item),
        ),
        (
            "owners",
            by_id(COUNTS),
            "counts by the body that answers now",
            lambda item: _tallies(item, lambda verdict: [verdict.owner.current]),
        ),
        (
            "tags",
            by_id(COUNTS),
            "counts by tag",
            lambda item: _tallies(item, lambda verdict: verdict.target.tags),
        ),
        ("headings", list_of(HEADING.ref), "", lambda item: headings_of(item.tree)),
        (
            "targets",
            list_of(FULL_TARGET.ref),
            "",
            lambda item: [*_targets(item)],
        ),
        (
            "to_come",
            list_of(TEXT),
            "the ids of targets that were stated only later",
            lambda item: [target.id for target in _status(item).referee.to_come],
        ),
        (
            "indicators",
            by_id(INDICATOR.ref),
            "",
            lambda item: {
                name: INDICATOR.of((name, _status(item).register))
                for name in _status(item).register.indicators
            },
        ),
        ("bodies", by_id(BODY.ref), "also those that ended", lambda item: _bodies(item)),
        (
            "groups",
            by_id(GROUP.ref),
            "",
            lambda item: {
                name: GROUP.of(Assembly(name, group, _status(item)))
                for name, group in _status(item).register.groups.items()
            },
        ),
        (
            "scoreboard",
            list_of(RANK.ref),
            "bodies that owe reports first",
            lambda item: [RANK.of(Rank(score, _status(item))) for score in item.scores],
        ),
        (
            "due",
            list_of(DEBT.ref),
            "longest overdue first",
            lambda item: [DEBT.of(Debt(due, _status(item))) for due in item.dues],
        ),
        (
            "reports",
            list_of(RECORD.ref),
            "newest first; of a selection those of its targets",
            lambda item: [*records_of(item.export.reports, item.export.corrected_by)],
        ),
        (
            "sources",
            by_id(SOURCE.ref),
            "all of the register",
            lambda item: sources_of(_status(item).register.sources, _status(item).register.sources),
        ),
        (
            "words",
            by_id(by_id(BILINGUAL)),
            "what the codes mean",
            lambda item: words_object(),
        ),
        (
            "method",
            METHOD.ref,
            "how verdicts are reached",
            lambda item: METHOD.of(_status(item).register.policy),
        ),
        (
            "seal",
            or_null(SEAL),
            "the [short form](seals.md#the-short-form) of the ledger's seal; `moment` is that of "
            "the last line, `null` of an empty ledger; null where a server sent only a part of its "
            "ledger",
            lambda item: short_seal_object(seal) if (seal := _status(item).seal) else None,
        ),
        (
            "problems",
            list_of(PROBLEM),
            "",
            lambda item: [problem_object(problem) for problem in _status(item).problems],
        ),
    ),
    streams={"targets": _targets, "reports": _records},
)
SHAPES: tuple[Shape[Any], ...] = (
    EXPORT, HEADING, *TARGET_SHAPES, INDICATOR, BODY, GROUP, SIZE, RANK, DEBT, RECORD, SOURCE,
    POLICY, METHOD, EXPLANATION, CELL_STATES,
)  # fmt: skip
"""Every object that is described."""
DEFINITIONS: Mapping[str, Schema] = {
    "Bilingual": LANGUAGES_SCHEMA,
    "Counts": COUNTS_SCHEMA,
    **{shape.name: shape.schema() for shape in SHAPES},
}
"""Their schemas, and those of the parts that they share."""

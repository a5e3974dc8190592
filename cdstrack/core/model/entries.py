"""What a register says: the pydantic models of targets.yaml."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cdstrack.core.model.decimals import NO_VALUE, Interval, around
from cdstrack.core.model.fields import (
    NO_ENTRIES,
    NO_ITEMS,
    NUMBER_SCHEMA,
    Amount,
    Bilingual,
    By,
    Day,
    Every,
    Flag,
    Id,
    LedgerPath,
    LeftOpen,
    Line,
    Model,
    Number,
    PathBeside,
    Text,
    When,
    Whole,
)
from cdstrack.core.model.naming import spelling
from cdstrack.core.model.periods import MONTH_DAY_PATTERN, Period
from cdstrack.core.model.structs import dataclass

SeriesName = str | tuple[str, str]
"""What reports are filed under: the id that they name, with the name of a slice or of one of
several series (``filing_name``)."""


def filing_name(slice_name: str | None, strand: str | None) -> str:
    """The name of a slice, of one of several series, or of both as one text: ``sex=women@gso``."""
    return f"{slice_name or ''}@{strand}" if strand is not None else slice_name or ""


Kind = Literal["reach", "sustain", "limit", "milestone", "unquantified"]
Comparator = Literal[
    "at_least", "more_than", "at_most", "less_than", "exactly", "between", "about",
    "increase_by", "reduce_by", "above", "below",
]  # fmt: skip
RELATIVE: tuple[Comparator, ...] = ("increase_by", "reduce_by", "above", "below")
"""The comparators of a goal that is told from where it stood."""
Reference = Literal["baseline", "previous"]
Qualifier = Literal["nearly", "over", "about"]
Accumulate = Literal[
    "latest", "sum", "year_to_date", "max", "min", "mean", "growth", "ratio"
]  # fmt: skip
Silence = Literal["raises", "lowers", "moves"]
"""What a time without a report could still do to a value that is combined over a span."""
_SILENCE: Mapping[Accumulate, Silence] = {
    "sum": "raises", "year_to_date": "raises", "max": "raises",
    "min": "lowers", "mean": "moves", "growth": "moves",
}  # fmt: skip
Across = Literal["sum", "ratio", "mean", "min", "max", "share"]
Strength = Literal["demand", "assign", "ensure", "strive", "try", "aim", "towards"]
Reading = Literal["explicit", "implied", "inferred"]
PaceMethod = Literal["straight_line", "cagr", "five_year_trend"]
Closing = Literal["withdrawn", "superseded", "dissolved", "missed"]
Succession = Literal["renamed", "merged", "split", "dissolved"]
RollUp = Literal["mean"]
WholeOf = Literal["sum", "ratio", "reported"]


ORGANISATION_TYPES = (10, 11, 15, 21, 22, 23, 24, 30, 40, 60, 70, 71, 72, 73, 80, 90)
"""The codes of IATI for what kind of organisation something is."""
ABOUT = Decimal("0.05")
"""How far off a figure that is about right may be, where a policy says nothing else."""


class Policy(Model):
    """The cuts of the judgement (rules of judgement §5); a register may set its own."""

    on_track: Number = Decimal("0.95")
    """On track from this pace on: actual against planned progress."""
    at_risk: Number = Decimal("0.60")
    """At risk from this pace on; below it, off track."""
    early: Number = Decimal("0.10")
    """The share of its time that must have gone before a target is judged by its pace."""
    about: Number = ABOUT
    """How far from the truth a figure said to be about right may be, and from a target that is."""
    stale_after: Whole = 365
    """After so many days a report is too old to judge by."""
    require_source: Flag = False
    """Whether a report without a source is refused."""
    method: PaceMethod = "straight_line"
    """How pace is measured: straight_line, cagr (compound growth) or five_year_trend."""


class Source(Model):
    """A document that is cited."""

    title: Text
    publisher: Text | None = None
    speaker: Text | None = None
    """Who says what stands in it: ``by`` of a statement that names nobody."""
    date: When | None = None
    """The day of the act it reports, else of its publication."""
    file: Line | None = None
    """The name of a file that holds it."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """The digest of that file."""
    url: Annotated[str, Field(pattern="^https?://[^ ]+$")] | None = None


class Body(Model):
    """Who owns or reports. ``ended`` is the first day on which it no longer exists."""

    name: Text
    short: Text | None = None
    """Its short name, as offices write it, for narrow tables and sheets."""
    started: Day | None = None
    ended: Day | None = None
    """The first day on which it no longer exists."""
    successor: Id | None = None
    """The body that answers for its commitments from then on."""
    successors: Annotated[list[Id], Field(min_length=2)] | None = None
    """Where it was split: its successors. Every target says which of them answers (succession)."""
    how: Succession | None = None
    """How it ended."""
    collective: Flag = False
    """Whether this is many bodies or persons, not one."""
    source: Id | None = None
    """The document that says so."""


class Size(Model):
    """How many bodies a group counts from a date on."""

    since: When = Field(alias="from")
    """From this date on."""
    n: Whole
    """How many they are."""
    inferred: Flag = False
    source: Id | None = None


class Group(Model):
    """A population of bodies; its size belongs to a date."""

    name: Text
    size: list[Size] = Field(min_length=1)
    """Its sizes, oldest first."""
    members: list[Id] = NO_ITEMS
    """The bodies that are or were in it, where they are known; each from its start to its end."""
    source: Id | None = None


def _one_comparator(schema: dict[str, Any]) -> None:
    forms = [[name] for name in schema["properties"] if name != "up_to"]
    forms += [[name, "up_to"] for name in ("at_least", "more_than")]
    schema["oneOf"] = [{"required": form, "maxProperties": len(form)} for form in forms]


class Goal(Model):
    """What is to be reached: exactly one comparator with its figure.

    ``up_to`` beside ``at_least`` or ``more_than`` makes it a range that is meant as a minimum: it
    is met from the lower end, and more than the upper one is more than was promised.
    """

    model_config = ConfigDict(json_schema_extra=_one_comparator, revalidate_instances="never")

    at_least: Amount | None = None
    more_than: Amount | None = None
    at_most: Amount | None = None
    less_than: Amount | None = None
    exactly: Amount | None = None
    between: Annotated[list[Amount], Field(min_length=2, max_length=2)] | None = None
    """The lower and the upper end: [90, 110]; more than that misses it."""
    about: Amount | None = None
    """Met within the share of it that policy.about says, 5 % unless said."""
    up_to: Amount | None = None
    """The upper end of a range that is meant as a minimum: {at_least: 16, up_to: 18}."""
    increase_by: By | None = None
    """At least so much more than the baseline: 13000, or 20% of it."""
    reduce_by: By | None = None
    """At least so much less than the baseline: 13000, or 20% of it."""
    above: Reference | None = None
    """More than the baseline, or than the previous value."""
    below: Reference | None = None
    """Less than the baseline, or than the previous value."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = self.model_fields_set
        if len(names) != 1 + ("up_to" in names):
            raise PydanticCustomError("goal_one_comparator", "goal_one_comparator")
        if self.up_to is not None:
            if self.comparator not in ("at_least", "more_than"):
                raise PydanticCustomError("goal_up_to", "goal_up_to")
            if self.up_to <= self.value:
                raise PydanticCustomError("goal_up_to_order", "goal_up_to_order")
        if self.between is not None and self.between[0] > self.between[1]:
            raise PydanticCustomError("goal_between_order", "goal_between_order")
        return self

    @property
    def comparator(self) -> Comparator:
        names: set[Any] = self.model_fields_set
        name: Comparator
        (name,) = names if len(names) == 1 else names - {"up_to"}
        return name

    @property
    def value(self) -> Decimal:
        """The figure; of ``between`` the lower end."""
        if self.between is not None:
            return self.between[0]
        figure: Decimal = getattr(self, self.comparator)
        return figure

    @property
    def value_max(self) -> Decimal | None:
        """The upper end of a range, be it one or meant as a minimum."""
        return self.between[1] if self.between is not None else self.up_to

    @property
    def is_told_from_a_value(self) -> bool:
        """Whether it was written as a change of what was before, also once that is a figure."""
        return any(getattr(self, name) is not None for name in RELATIVE)

    def against(self, value: Decimal) -> "Goal | None":
        """A goal told from where it stood, as a figure; None where a share of 0 says nothing.

        How it was written stays in it.
        """
        changes = {name: getattr(self, name) for name in RELATIVE}
        if self.above is not None or self.below is not None:
            name, figure = ("more_than" if self.above is not None else "less_than"), value
        else:
            change = self.increase_by or self.reduce_by
            amount = change.of(value) if change is not None else None
            if amount is None:
                return None
            if self.increase_by is not None:
                name, figure = "at_least", value + amount
            else:
                name, figure = "at_most", value - amount
        # What was set says how values compare; the rest is how it was written.
        return Goal.model_construct({name}, **changes | {name: figure})

    def interval(self, about: Decimal = ABOUT) -> Interval:
        """The values that meet the goal; ``about`` is what the policy says of it.

        Of one that is told from where it stood, as long as that is unknown, none.
        """
        match self.comparator:
            case "increase_by" | "reduce_by" | "above" | "below":
                return NO_VALUE
            case "at_least":
                return Interval(low=self.value)
            case "more_than":
                return Interval(low=self.value, low_open=True)
            case "at_most":
                return Interval(high=self.value)
            case "less_than":
                return Interval(high=self.value, high_open=True)
            case "exactly":
                return Interval(self.value, self.value)
            case "between":
                return Interval(self.value, self.value_max)
            case "about":
                return around(self.value, about)


@dataclass(frozen=True, slots=True)
class GoalPeriod(Period):
    """A period of a sustained target with a goal of its own."""

    goal: Goal

    def __hash__(self) -> int:
        return hash(self.said)


def own_goal(period: Period) -> Goal | None:
    """The goal that a period has for itself, if it has one."""
    return period.goal if isinstance(period, GoalPeriod) else None


def without_goal(period: Period) -> Period:
    """A period as it is, whatever was to be met in it."""
    return Period(period.said, period.precision, period.first, period.last)


def _as_goal(figure: object) -> object:
    """A figure alone is at least that much (of which comparator, ``store.yaml.short_forms``)."""
    return {"at_least": figure} if isinstance(figure, str | Decimal) else figure


def _or_figure(schema: dict[str, Any]) -> None:
    goal = dict(schema)
    schema.clear()
    schema["anyOf"] = [NUMBER_SCHEMA, goal]


def _one_pair(pairs: object) -> object:
    if isinstance(pairs, dict) and len(pairs) != 1:
        raise PydanticCustomError("period_one_figure", "period_one_figure")
    return pairs


def _with_goal(pair: dict[Period, Goal]) -> GoalPeriod:
    ((period, goal),) = pair.items()
    return GoalPeriod(period.said, period.precision, period.first, period.last, goal)


def _form_of_period(value: object) -> str:
    return "goal" if isinstance(value, dict) else "period"


PERIOD_FORMS = ("period", "goal")
"""The two forms of a period of ``sustain``: by itself, or with a goal."""
if TYPE_CHECKING:  # what comes of either form is a period
    AnyPeriod = Period
else:
    _OwnGoal = Annotated[Goal, BeforeValidator(_as_goal), Field(json_schema_extra=_or_figure)]
    AnyPeriod = Annotated[
        Annotated[When, Tag("period")]
        | Annotated[
            dict[When, _OwnGoal],
            Field(min_length=1, max_length=1),
            BeforeValidator(_one_pair),
            AfterValidator(_with_goal),
            Tag("goal"),
        ],
        Discriminator(_form_of_period),
    ]


class Baseline(Model):
    """Where it stood at the start."""

    value: Amount
    date: When | None = None
    inferred: Flag = False
    source: Id | None = None


class Condition(Bilingual):
    """One of several things that all have to be met, with a figure of its own."""

    target: Goal
    unit: Text | None = None
    baseline: Baseline | None = None


class ConditionEntry(Model):
    """A condition with a figure of its own, as it is written."""

    title: Text
    """The condition in one line."""
    target: Goal
    """Its own figure."""
    unit: Text | None = None
    """What is counted for it, if not what is counted for the target."""
    baseline: Baseline | None = None

    def condition(self) -> Condition:
        return Condition(
            vi=self.title.vi,
            en=self.title.en,
            target=self.target,
            unit=self.unit,
            baseline=self.baseline,
        )


def _form_of_condition(value: object) -> str:
    return "figure" if isinstance(value, dict) and not {"vi", "en"} & value.keys() else "text"


CONDITION_FORMS = ("text", "figure")
"""The two forms of a condition: a text by itself, or with a figure of its own."""
if TYPE_CHECKING:  # what comes of either form has a text in both languages
    AnyCondition = Bilingual
else:
    AnyCondition = Annotated[
        Annotated[Text, Tag("text")]
        | Annotated[ConditionEntry, AfterValidator(ConditionEntry.condition), Tag("figure")],
        Discriminator(_form_of_condition),
    ]


class Stated(Model):
    """Who said it, when, in which document and paragraph, with which figure and verb.

    ``inferred`` names the parts that are the editor's reading, not the document's words.
    """

    on: Day
    """The day on which it was said."""
    by: Text
    """Who said it."""
    source: Id
    """The document that holds it."""
    paragraph: Whole | None = None
    """Its paragraph, counted from 1."""
    figure: Line | None = None
    """The figure as the document writes it."""
    quote: Line | None = None
    """The sentence of the document, word for word, in its own language."""
    strength: Strength | None = None
    """The verb, from must (demand) to towards."""
    reading: Reading = "explicit"
    """Whether the document says so in words."""
    inferred: list[
        Literal["by", "owner", "start", "deadline", "target", "unit", "kind", "periods"]
    ] = NO_ITEMS
    """What is the editor's reading, not the document's words."""


class Note(Bilingual):
    """A remark. ``evidence`` marks what is known but cannot be counted (another unit, say)."""

    source: Id | None = None
    date: When | None = None
    evidence: Flag = False
    """Whether it is evidence that is known but cannot be counted."""


class PlanPoint(Model):
    """A value that was planned for a date between baseline and target."""

    date: When
    value: Amount


class Conversion(Model):
    """A unit that may be reported instead: the value in it times ``factor``.

    Where the factor changes, a further entry says from when on.
    """

    unit: Text
    factor: Number
    """What a value in that unit is multiplied by."""
    since: When | None = Field(default=None, alias="from")
    """For figures that describe this day, or the first of this period, or a later one."""

    @property
    def names(self) -> tuple[str, str]:
        """What tells its unit from others, however it is capitalised."""
        return spelling(self.unit.vi).casefold(), spelling(self.unit.en).casefold()


class DeadlineRevision(Model):
    """A dated decision that moved the deadline, or set one where there was none."""

    on: Day
    source: Id | None = None
    field: Literal["deadline"]
    old: Annotated[When | None, *LeftOpen]
    """null where it was first left open."""
    new: When


class GoalRevision(Model):
    """A dated decision that changed the target, or set one where there was none."""

    on: Day
    source: Id | None = None
    field: Literal["target"]
    period: When | None = None
    """The period of a sustained target whose own figure it changed."""
    old: Annotated[Goal | None, *LeftOpen]
    """null where it was first left open."""
    new: Goal


class BaselineRevision(Model):
    """A dated decision that changed the baseline, or gave one where there was none."""

    on: Day
    source: Id | None = None
    field: Literal["baseline"]
    old: Annotated[Baseline | None, *LeftOpen]
    """null where it was first left open."""
    new: Baseline


Revision = Annotated[
    DeadlineRevision | GoalRevision | BaselineRevision, Field(discriminator="field")
]


class Restated(Model):
    """The same commitment said again, unchanged, in another document."""

    on: Day
    source: Id
    figure: Line | None = None


class Closed(Model):
    """The dated decision that ended a commitment."""

    on: Day
    how: Closing
    """missed: its time is over, and it was not kept; it stays overdue and is no alarm any more."""
    source: Id


class SliceGoal(Model):
    """What is promised of one slice of a target's breakdown; others are only watched."""

    slice: Annotated[dict[Id, Id], Field(min_length=1)]
    """The category, by its dimension: {sex: women}."""
    target: Goal | None = None
    baseline: Baseline | None = None
    figure: Line | None = None
    """The figure as the document writes it."""
    revisions: list[GoalRevision] = NO_ITEMS
    """Decisions on the target of this slice; its deadline is that of the whole."""


class Official(Model):
    """What the owner itself says of where a target stands; shown, never judged by."""

    on: Day
    status: Text
    source: Id


class Quantity(Model):
    """What is counted and how its reports combine: by an indicator, or by one target alone."""

    title: Text
    """What was promised, or what is measured, in one line."""
    unit: Text | None = None
    """What is counted."""
    definition: Text | None = None
    """How it is counted, and what counts."""
    contact: Text | None = None
    """Whom to ask about it."""
    baseline: Baseline | None = None
    accumulate: Accumulate = "latest"
    """How reports combine: with sum each is an increment, with year_to_date a total that starts
    anew each year; growth chains yearly rates in percent."""
    year_starts: Annotated[str, Field(pattern=MONTH_DAY_PATTERN)] | None = None
    """The month and day (MM-DD) on which running totals start anew; else 1 January."""
    report_every: Every | None = None
    """How often a report is due: week, month, quarter, half, year, or several of them, as 2 weeks
    or 5 years from 2021."""
    lag_days: Whole = 0
    """So many days are allowed between a date and the figure for it."""
    stale_after: Whole | None = None
    """As in policy, for this target."""
    conditions: dict[Id, AnyCondition] = NO_ENTRIES
    """The parts that all have to be met, by id: a text, or title, target and unit of one that has a
    figure of its own."""
    convert: list[Conversion] = NO_ITEMS
    """Units that may be reported instead."""
    reporters: Id | None = None
    """The group whose bodies report one by one."""
    across: Across | None = None
    """How the figures of those bodies combine: added up (sum), as n of N (ratio), their mean, the
    lowest (min), the highest (max), or the share of bodies that pass (share)."""
    breakdown: dict[Id, Annotated[dict[Id, Text], Field(min_length=1)]] = NO_ENTRIES
    """Dimensions by which reports may be broken down, and the categories of each, by id."""
    dimensions: dict[Id, Text] = NO_ENTRIES
    """What the dimensions are called: {sex: {vi: Giới tính, en: Sex}}."""
    crosses: list[Annotated[list[Id], Field(min_length=2)]] = NO_ITEMS
    """Dimensions that may be reported together: [[sex, region]]."""
    total: WholeOf = "reported"
    """Where the whole comes from: reported by itself, or all slices of one dimension added up (sum)
    or as n of N (ratio)."""
    total_by: Id | None = None
    """The dimension whose slices make the whole, where there are several."""
    strands: dict[Id, Text] = Field(default=NO_ENTRIES, alias="series")
    """The series of reports from different sources, by id, where there are several."""
    judged_by: Id | None = None
    """The one of those series that the verdict is reached by; the others are only shown."""


class Indicator(Quantity):
    """What is measured once for every target on it; its reports name it, not a target."""

    unit: Text
    """What is counted."""
    baselines: list[Baseline] = NO_ITEMS
    """Where it stood, on several days: a target starts from the last one before its time."""
    source: Id | None = None
    """The document that says how it is measured."""


class Target(Quantity):
    """One commitment."""

    id: Id
    """How it is called on the command line and in the ledger; it never changes."""
    kind: Kind
    """reach: a value by a date. sustain: a value in every period. limit: a total that must not pass
    a ceiling. milestone: done or not. unquantified: listed, never judged."""
    owner: Id
    """The body that answers for it."""
    partners: list[Id] = Field(default=NO_ITEMS, alias="with")
    """The bodies that work with the owner on it; they do not answer for it."""
    stated: Stated
    indicator: Id | None = None
    """The indicator that it is a target on: what is counted, and the reports."""
    place: Line | None = None
    """Where it stands in its document, where paragraphs have no numbers: II.1.a."""
    target: Goal | None = None
    deadline: When | None = None
    """The last day, as precise as it was said: 2024, 2024-H1, 2024-Q2, 2024-06, 2024-06-30."""
    start: When | None = None
    """When its time begins, a period from its first day; else the day on which it was said."""
    plan: list[PlanPoint] = NO_ITEMS
    """Values planned on the way, in order of their dates."""
    method: PaceMethod | None = None
    """How its pace is measured, if not as policy says."""
    periods: list[AnyPeriod] = NO_ITEMS
    """The periods in which a sustained target must be met, each as it is or with a figure of its
    own: [2024, {2025: 8.5}]."""
    allowed_misses: Whole = 0
    """So many of its periods may be missed."""
    each: Goal | None = None
    """What a single body has to reach, if not the target's own figure."""
    succession: dict[Id, Id] = NO_ENTRIES
    """Which successor of a body that was split answers for this target, by body."""
    slices: list[SliceGoal] = NO_ITEMS
    """What is promised of single slices."""
    part_of: Id | None = None
    """The target of which this is one class, or the heading below which it stands."""
    weight: Number = Decimal(1)
    """What it weighs in the score of what it is part of."""
    roll_up: RollUp | None = None
    """mean: beside its verdict also the weighted mean of its classes' progress, as a score."""
    review_by: Day | None = None
    """When a target without a deadline is to be looked at again."""
    revisions: list[Revision] = NO_ITEMS
    """Decisions that changed deadline, target or baseline, or filled them in, in order."""
    restated: list[Restated] = NO_ITEMS
    """Where it was said again, unchanged."""
    official: list[Official] = NO_ITEMS
    """What its owner says of where it stands, in order; shown beside the verdict."""
    closed: Closed | None = None
    """The decision that ended it."""
    tags: list[Id] = NO_ITEMS
    """Words to find it by."""
    notes: list[Note] = NO_ITEMS
    """Remarks, and evidence that cannot be counted."""

    @property
    def ledger_id(self) -> str:
        """What reports on it name: its indicator, else itself."""
        return self.indicator or self.id

    @property
    def of_slice(self) -> str | None:
        """The name of the slice that this is one of a target, if it is one."""
        return None

    @property
    def strand(self) -> str | None:
        """Which of several series its reports are: the one that it is judged by."""
        return self.judged_by

    @property
    def of_strand(self) -> str | None:
        """The series that this is of a target, where that is not the one it is judged by."""
        return None

    @property
    def of_condition(self) -> str | None:
        """The id of the condition that this is one of a target, if it is one."""
        return None

    @property
    def has_condition_figures(self) -> bool:
        """Whether any of its conditions has a figure of its own."""
        return any(isinstance(condition, Condition) for condition in self.conditions.values())

    @property
    def series(self) -> SeriesName:
        """What its reports are filed under."""
        name = self.indicator or self.id
        return name if self.judged_by is None else (name, filing_name(None, self.judged_by))

    @property
    def in_percent(self) -> bool:
        """Whether its unit is a percentage, of whatever."""
        return self.unit is not None and self.unit.en.startswith("%")

    @property
    def limits(self) -> tuple[Decimal, ...]:
        """The figures on which a judgement turns: the ends of its goals and where it began, by
        earlier terms too."""
        terms: list[Goal | Baseline | None] = [self.target, self.each, self.baseline]
        if self.kind == "sustain":
            terms += map(own_goal, self.periods)
        for revision in self.revisions:
            if revision.field != "deadline":
                terms += [revision.old, revision.new]
        terms = [
            term for term in terms if not isinstance(term, Goal) or term.comparator not in RELATIVE
        ]
        figures = [term.value for term in terms if term is not None]
        goals = [term for term in terms if isinstance(term, Goal)]
        figures += [goal.value_max for goal in goals if goal.value_max]
        for goal in goals:
            if goal.about is not None:
                ends = goal.interval()
                figures += [end for end in (ends.low, ends.high) if end is not None]
        return tuple(figures)

    @property
    def accumulates(self) -> bool:
        """Whether reports are increments that add up."""
        return self.accumulate == "sum" or (
            self.kind == "limit" and self.accumulate != "year_to_date"
        )

    @property
    def silence(self) -> Silence | None:
        """What silence could do to its values; None where each speaks of its date alone."""
        return _SILENCE.get("sum" if self.kind == "limit" else self.accumulate)

    @property
    def begins(self) -> date:
        """The first day of its start, else the day on which it was stated."""
        return self.start.first if self.start is not None else self.stated.on


class Heading(Model):
    """A title above commitments: a programme, a pillar, a goal. It is not judged or reported on."""

    id: Id
    """How it is called on the command line; no target has the same id."""
    title: Text
    """What it is called in the document."""
    kind: Literal["heading"]
    part_of: Id | None = None
    """The heading below which it stands."""
    weight: Number = Decimal(1)
    """What it weighs in the score of what it is part of."""
    roll_up: RollUp | None = None
    """mean: also show the weighted mean of the progress of what stands below, as a score."""
    notes: list[Note] = NO_ITEMS
    """Remarks."""


class CheckPolicy(Model):
    """What the gate fails on, where a register sets its own.

    Which codes of findings there are is for the gate to say (``core.checks.gate``).
    """

    fail_on: list[str] | None = None
    """The findings that close the gate."""
    warn_on: list[str] | None = None
    """The findings that are only said."""
    within: Whole | None = None
    """Also what falls due within so many days."""
    waivers: PathBeside | None = None
    """The file of the waivers, beside this one or below it."""


class Waiver(Model):
    """A finding that somebody has taken upon himself, until a day."""

    target: Id
    code: str
    until: Day
    """The last day on which it holds."""
    reason: Line
    by: Line
    """Who granted it."""


Act = Literal["report", "correct", "void"]
"""What a desk may do: record a figure, replace one, take one back."""


class Desk(Model):
    """Who may write to the ledger: one member, for one body, for a group or for all."""

    member: Line
    """An e-mail address, or the fingerprint of a key that commits are signed with."""
    body: Id | None = None
    """For this body, and those that became part of it; what nobody reports body by body is its
    owner's."""
    group: Id | None = None
    """For every body of this group."""
    all: Flag = False
    """For everything."""
    target: Id | None = None
    """For this target alone."""
    may: Annotated[list[Act], Field(min_length=1)] = ["report", "correct", "void"]
    """What the member may do."""
    since: Day | None = Field(default=None, alias="from")
    """The first day, by the commit that brings a line."""
    until: Day | None = None
    """The last day."""

    @property
    def scope(self) -> tuple[str, str]:
        """What it is for, as one thing to compare."""
        if self.all:
            return "all", ""
        return ("group", self.group) if self.group is not None else ("body", self.body or "")

    def holds_on(self, day: date) -> bool:
        return (self.since or day) <= day <= (self.until or day)


class Activity(Model):
    """The IATI activity that a register is published as."""

    activity: Line
    """Its identifier (iati-identifier), beginning with that of the organisation."""
    org: Line
    """The identifier of the organisation that reports it."""
    type: Annotated[Whole, WithJsonSchema({"enum": [*ORGANISATION_TYPES]})]
    """The type of that organisation, by IATI's codelist: 10 government, 40 multilateral …"""
    reporter: Id
    """The body that is this organisation."""

    @field_validator("type")
    @classmethod
    def _type_of_the_list(cls, code: int) -> int:
        if code not in ORGANISATION_TYPES:
            raise PydanticCustomError("iati_org_type", "iati_org_type")
        return code


class Defaults(Model):
    """What holds for every target that does not say otherwise."""

    owner: Id | None = None
    kind: Kind | None = None
    strength: Strength | None = None
    """The verb of its statement."""
    by: Text | None = None
    """Who said it, where neither the statement nor its source names somebody."""
    report_every: Every | None = None
    lag_days: Whole | None = None
    tags: list[Id] = NO_ITEMS
    """Added to its own."""


class Document(Model):
    """targets.yaml as a whole. Used for its JSON Schema; reading goes target by target."""

    cdstrack: Annotated[int, WithJsonSchema({"const": 1})]
    """The version of the format."""
    title: Text
    """The name of the register."""
    timezone: Line = "Asia/Ho_Chi_Minh"
    """Where its days begin and end."""
    ledger: LedgerPath = "progress.jsonl"
    """The file of the reports, beside this one or below it."""
    policy: Policy = Policy.model_construct()
    """The cuts of the judgement."""
    check: CheckPolicy = CheckPolicy.model_construct()
    """What the gate fails on."""
    desks: PathBeside | None = None
    """The file that says who may report for whom, beside this one or below it."""
    iati: Activity | None = None
    """As which IATI activity it is published."""
    sources: dict[Id, Source] = NO_ENTRIES
    """Every document that is cited, by id."""
    bodies: dict[Id, Body] = NO_ENTRIES
    """Who owns or reports, by id."""
    groups: dict[Id, Group] = NO_ENTRIES
    """Populations of bodies, by id."""
    defaults: Defaults = Defaults.model_construct()
    """What holds for every target that does not say otherwise."""
    indicators: dict[Id, Indicator] = NO_ENTRIES
    """What is measured for several targets, by id."""
    targets: list[Target | Heading]
    """The commitments, and the headings above them."""

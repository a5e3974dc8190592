"""What a judgement says: state, pace and evidence of one target as of a day, never blended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from cdstrack.core.model.entries import Goal, Note, Target
from cdstrack.core.model.periods import Period
from cdstrack.core.model.report import Report
from cdstrack.core.values.across import Standing
from cdstrack.core.values.bodies import Ownership
from cdstrack.core.values.measures import Forecast, Method, Plan, Point, Rate, forecast
from cdstrack.core.verdict.case import Span
from cdstrack.core.verdict.rules import Decision, State
from cdstrack.core.verdict.terms import Terms

Cell = Literal["on_time", "late", "in_time", "overdue", "outside"]
Freshness = Literal["none", "fresh", "stale"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on: the last report, its age in days, and whether it is fresh."""

    freshness: Freshness
    date: Period | None = None
    age_days: int | None = None
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """How the promise stands by the terms first given."""

    state: State
    terms: Terms


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target judged as of a day: outcome, pace and evidence, never blended."""

    target: Target
    as_of: date
    decision: Decision
    cell: Cell
    flags: tuple[str, ...]
    terms: Terms
    owner: Ownership
    evidence: Evidence
    points: tuple[Point, ...]
    parts: tuple[Report, ...] = ()
    """Reports of single conditions, and of bodies whose reports do not count."""
    standing: Standing | None = None
    """How the bodies stand that report one by one."""
    spans: tuple[Span, ...] = ()
    plan: Plan | None = None
    method: Method | None = None
    progress: Decimal | None = None
    planned: Decimal | None = None
    elapsed: Decimal | None = None
    pace: Decimal | None = None
    buffer_days: int | None = None
    required_rate: Rate | None = None
    average_rate: Rate | None = None
    days_left: int | None = None
    days_overdue: int | None = None
    days_late: int | None = None
    first_met: Period | None = None
    original: Original | None = None
    announced: Terms | None = None
    """The terms of a revision that came after the deadline had been missed."""

    @property
    def state(self) -> State:
        return self.decision.state

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def stands_for_all(self) -> bool:
        """Whether the value in force was given for all bodies together."""
        return self.standing is not None and self.last is not None and self.last.reported is None

    @property
    def goal(self) -> Goal | None:
        return self.terms.goal

    @property
    def notes(self) -> list[Note]:
        """The remarks on the target that describe no later day."""
        return [
            note for note in self.target.notes if note.date is None or note.date.last <= self.as_of
        ]

    def forecast(self) -> Forecast:
        """When the target would be met on the trend of its reports; computed when asked for."""
        if self.first_met is not None and self.state in ("achieved", "achieved_late"):
            return Forecast(None, None, "met")
        if self.plan is None or not self.points:
            return Forecast(None, None, "no_trend")
        return forecast(self.points, self.plan, self.as_of)

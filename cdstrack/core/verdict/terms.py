"""Goalposts: which target, deadline and baseline hold on a day, and what was first promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from cdstrack.core.model.entries import (
    ABOUT,
    Baseline,
    BaselineRevision,
    DeadlineRevision,
    Goal,
    Revision,
)
from cdstrack.core.model.periods import Period
from cdstrack.core.model.structs import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Terms:
    """A goal, the deadline for it, and where it stood at the start; None was left open."""

    goal: Goal | None
    deadline: Period | None
    baseline: Baseline | None = None
    figures: Mapping[date, Goal | None] = field(default_factory=dict)
    """The goals of single periods, by their last days; ``goal`` is for those without one."""

    @property
    def says_what(self) -> bool:
        """Whether there is a goal, be it of a single period."""
        return self.goal is not None or any(self.figures.values())


Course = Sequence[tuple[date, Terms]]
"""The terms one after the other, each with the day from which it holds."""


def bends_of(course: Course) -> Course:
    """The steps of a course that bend the planned line: where the goal or the deadline moved."""
    (first, *later) = course
    before = [first, *later[:-1]]
    return [
        first,
        *(
            step
            for (_, old), step in zip(before, later, strict=True)
            if (old.goal, old.deadline) != (step[1].goal, step[1].deadline)
        ),
    ]


def first_terms(course: Course) -> Course:
    """A course up to the first terms that say what and when; to fill a gap is to move nothing."""
    filled = (at for at, (_, terms) in enumerate(course) if terms.deadline and terms.says_what)
    return course[: next(filled, 0) + 1]


@dataclass(frozen=True, slots=True)
class History:
    """The terms that a verdict is reached on, those first promised, and how they moved."""

    course: Course
    revised: bool
    eased: bool
    announced: Terms
    """What the last revision says, also where it came too late to count."""

    @property
    def current(self) -> Terms:
        return self.course[-1][1]


def history_of(
    terms: Terms,
    revisions: Sequence[Revision],
    day: date,
    eases: Callable[[Revision], bool],
    unmet: Callable[[Terms], bool],
    broken: Callable[[Terms, date], bool],
) -> History:
    """How the terms had moved by a day.

    ``terms`` are those that hold now, at the top level of a target; ``revisions`` lead back to
    what was first said. ``eases(revision)`` tells whether one makes the promise easier,
    ``unmet(terms)`` whether the deadline of those terms passed without
    the goal being met: a revision signed after that does not erase the ``overdue`` it earned, so
    the verdict stays on the old terms. So it does where they had been ``broken`` by a day.
    """
    by_date = sorted(revisions, key=lambda revision: revision.on)
    latest = terms.baseline
    for revision in reversed(by_date):
        terms = _with(terms, revision, revision.old, latest)
    announced = terms
    course = [(date.min, terms)]
    easings: set[tuple[str, date | None]] = set()
    frozen = revised = False
    for revision in by_date:
        if revision.on > day:
            break
        revised = True
        announced = _with(announced, revision, revision.new, latest)
        if _is_back(announced, course[0][1], revision):
            easings.discard((revision.field, _period(revision)))
        elif eases(revision):
            easings.add((revision.field, _period(revision)))
        too_late = terms.deadline is not None and revision.on > terms.deadline.last
        frozen = frozen or (too_late and unmet(terms)) or broken(terms, revision.on)
        if not frozen:
            terms = _with(terms, revision, revision.new, latest)
            course.append((revision.on, terms))
    return History(course, revised, bool(easings), announced)


def _period(revision: Revision) -> date | None:
    """The last day of the period whose own figure a revision changed, if it did."""
    if revision.field != "target" or revision.period is None:
        return None
    return revision.period.last


def _is_back(terms: Terms, first: Terms, revision: Revision) -> bool:
    """Whether a term says again what it said at first."""
    if revision.field == "deadline":
        old, new = first.deadline, terms.deadline
        return old is not None and new is not None and new.last == old.last
    if (period := _period(revision)) is not None:
        figure = first.figures.get(period)
        return figure is not None and terms.figures.get(period) == figure
    return None not in (first.goal, terms.goal) and terms.goal == first.goal


def _with(terms: Terms, revision: Revision, value: object, latest: Baseline | None) -> Terms:
    """The terms with another goal, deadline or baseline; today's baseline says more of itself."""
    if (period := _period(revision)) is not None:
        return replace(terms, figures={**terms.figures, period: cast(Goal | None, value)})
    name = revision.field
    is_latest = isinstance(value, Baseline) and latest is not None and same_baseline(value, latest)
    changes: dict[str, Any] = {
        "goal" if name == "target" else name: latest if is_latest else value,
    }
    return replace(terms, **changes)


def same_baseline(left: Baseline, right: Baseline) -> bool:
    """Whether two baselines are one figure of one day, however they are written."""
    return left.value == right.value and _day(left) == _day(right)


def _day(baseline: Baseline) -> date | None:
    return baseline.date.last if baseline.date is not None else None


def is_easing(revision: Revision, about: Decimal = ABOUT) -> bool:
    """Whether a revision makes the promise easier: a later deadline, or more values that meet.

    What was left open has not become easier, nor does a baseline say what is promised.
    """
    if revision.old is None or isinstance(revision, BaselineRevision):
        return False
    if isinstance(revision, DeadlineRevision):
        return revision.new.last > revision.old.last
    before, after = revision.old.interval(about), revision.new.interval(about)
    return before != after and before.inside(after)

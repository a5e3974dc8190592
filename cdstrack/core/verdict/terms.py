"""Goalposts: which target and deadline hold on a day, and what was first promised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from cdstrack.core.model.entries import DeadlineRevision, Goal, GoalRevision, Revision
from cdstrack.core.model.periods import Period


@dataclass(frozen=True, slots=True)
class Terms:
    """A goal and the deadline for it."""

    goal: Goal | None
    deadline: Period | None


Course = Sequence[tuple[date, Terms]]
"""The terms one after the other, each with the day from which it holds."""


@dataclass(frozen=True, slots=True)
class History:
    """The terms that a verdict is reached on, those first promised, and how they moved."""

    course: Course
    revised: bool
    eased: bool
    announced: Terms
    """What the last revision says, also where it came too late to count."""

    @property
    def original(self) -> Terms:
        return self.course[0][1]

    @property
    def current(self) -> Terms:
        return self.course[-1][1]


def terms_on(
    terms: Terms, revisions: Sequence[Revision], day: date, unmet: Callable[[Terms], bool]
) -> History:
    """The terms in force on a day.

    ``terms`` are those that hold now, at the top level of a target; ``revisions`` lead back to
    what was first said. ``unmet(terms)`` tells whether the deadline of those terms passed without
    the goal being met: a revision signed after that does not erase the ``overdue`` it earned, so
    the verdict stays on the old terms.
    """
    made = sorted(revisions, key=lambda revision: revision.on)
    terms = announced = _first_terms(terms, made)
    course = [(date.min, terms)]
    frozen = eased = revised = False
    for revision in made:
        if revision.on > day:
            break
        revised = True
        announced = _apply(announced, revision)
        eased = eased or is_easing(revision)
        passed = terms.deadline is not None and revision.on > terms.deadline.last
        frozen = frozen or (passed and unmet(terms))
        if not frozen:
            terms = _apply(terms, revision)
            course.append((revision.on, terms))
    return History(course, revised, eased, announced)


def _first_terms(terms: Terms, made: list[Revision]) -> Terms:
    for revision in reversed(made):
        if isinstance(revision, GoalRevision):
            terms = Terms(revision.old, terms.deadline)
        else:
            terms = Terms(terms.goal, revision.old)
    return terms


def _apply(terms: Terms, revision: Revision) -> Terms:
    if isinstance(revision, GoalRevision):
        return Terms(revision.new, terms.deadline)
    return Terms(terms.goal, revision.new)


def is_easing(revision: Revision) -> bool:
    """Whether a revision makes the promise easier: a later deadline, or more values that meet."""
    if isinstance(revision, DeadlineRevision):
        return revision.new.last > revision.old.last
    before, after = revision.old.interval(), revision.new.interval()
    return before != after and before.inside(after)

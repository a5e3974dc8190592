"""Goalposts: which target and deadline hold on a day, and what was first promised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from cdstrack.core.model.entries import DeadlineRevision, Goal, Revision
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
    def current(self) -> Terms:
        return self.course[-1][1]


def history_of(
    terms: Terms, revisions: Sequence[Revision], day: date, unmet: Callable[[Terms], bool]
) -> History:
    """How the terms had moved by a day.

    ``terms`` are those that hold now, at the top level of a target; ``revisions`` lead back to
    what was first said. ``unmet(terms)`` tells whether the deadline of those terms passed without
    the goal being met: a revision signed after that does not erase the ``overdue`` it earned, so
    the verdict stays on the old terms.
    """
    by_date = sorted(revisions, key=lambda revision: revision.on)
    for revision in reversed(by_date):
        terms = _with(terms, revision.old)
    announced = terms
    course = [(date.min, terms)]
    frozen = eased = revised = False
    for revision in by_date:
        if revision.on > day:
            break
        revised = True
        announced = _with(announced, revision.new)
        eased = eased or is_easing(revision)
        too_late = terms.deadline is not None and revision.on > terms.deadline.last
        frozen = frozen or (too_late and unmet(terms))
        if not frozen:
            terms = _with(terms, revision.new)
            course.append((revision.on, terms))
    return History(course, revised, eased, announced)


def _with(terms: Terms, value: Goal | Period) -> Terms:
    """The terms with another goal or deadline."""
    if isinstance(value, Goal):
        return Terms(value, terms.deadline)
    return Terms(terms.goal, value)


def is_easing(revision: Revision) -> bool:
    """Whether a revision makes the promise easier: a later deadline, or more values that meet."""
    if isinstance(revision, DeadlineRevision):
        return revision.new.last > revision.old.last
    before, after = revision.old.interval(), revision.new.interval()
    return before != after and before.inside(after)

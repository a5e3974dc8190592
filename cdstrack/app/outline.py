"""A status as a tree: headings, what stands below them, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdstrack.app.lookup import find_entry
from cdstrack.app.standing import Selection, Status
from cdstrack.core.model.entries import Heading
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.verdict.roll_up import Branch, RollUp, ids_below, roll_ups, tree_of
from cdstrack.core.verdict.verdict import count


@dataclass(frozen=True, slots=True)
class Outline:
    """What was selected as a tree, and what stands below each heading and parent, by id."""

    status: Status
    branches: Sequence[Branch]
    roll_ups: Mapping[str, RollUp]


def outline(status: Status) -> Outline:
    """The tree of a status. Counts are those of what was selected, scores those of all there is."""
    branches = tree_of(status.register, status.verdicts, status.select.under)
    rolls = roll_ups(branches)
    if len(status.verdicts) < len(status.whole):
        whole = roll_ups(tree_of(status.register, status.whole))
        rolls = {name: replace(roll, score=whole[name].score) for name, roll in rolls.items()}
    return Outline(status, branches, rolls)


def outline_under(status: Status, heading: Heading) -> Outline:
    """A heading and all below it, of a status of everything.

    Refuses one that is not there yet: all that is part of it was stated later.
    """
    below = ids_below(status.register, heading.id)
    verdicts = [verdict for verdict in status.verdicts if verdict.target.id in below]
    if not verdicts:
        days = [t.stated.on for t in status.register.targets.values() if t.id in below]
        if not days:
            raise Refusal("heading_empty", id=heading.id)
        raise Refusal("heading_not_yet", id=heading.id, day=min(days))
    part = replace(
        status,
        verdicts=verdicts,
        counts=count(verdicts, status.parents),
        select=Selection(under=heading.id),
    )
    return outline(part)


def heading_of(status: Status, text: str, *, by_title: bool) -> Heading | None:
    """The heading that a text names; None where it names a target. Raises Refusal, Defect."""
    if not status.register.headings:
        return None
    entry = find_entry(status.register, text, by_title=by_title)
    return entry if isinstance(entry, Heading) else None

"""Breakdowns: what a target is broken down by, and each slice as a target of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from cdstrack.core.model.entries import Revision, SeriesName, SliceGoal, Target, filing_name
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.report import slice_name, slice_parts


def slice_names(target: Target) -> Iterator[str]:
    """The slices that a target may be reported by: those of each dimension, in order, and those of
    the crosses that it declares."""
    for dimension, categories in target.breakdown.items():
        for category in categories:
            yield slice_name({dimension: category})
    for cross in target.crosses:
        if all(dimension in target.breakdown for dimension in cross):
            for pairs in product(*(target.breakdown[dimension] for dimension in cross)):
                yield slice_name(dict(zip(cross, pairs, strict=True)))


def slice_title(target: Target, name: str) -> Bilingual:
    """What a slice is called: the names of its categories."""
    parts = slice_parts(name).items()
    texts = [
        target.breakdown.get(dimension, {}).get(category, Bilingual(vi=category, en=category))
        for dimension, category in parts
    ]
    return Bilingual(
        vi=", ".join(text.vi for text in texts), en=", ".join(text.en for text in texts)
    )


class TargetSlice(Target):
    """One slice of a target, as a target of its own."""

    slice: str

    @property
    def of_slice(self) -> str | None:
        return self.slice

    @property
    def series(self) -> SeriesName:
        """What its reports are filed under."""
        return (self.ledger_id, filing_name(self.slice, self.judged_by))


def goal_of_slice(target: Target, name: str) -> SliceGoal | None:
    """What is promised of a slice, if anything is."""
    goals = (goal for goal in target.slices if slice_name(goal.slice) == name)
    return next(goals, None)


def slice_of(target: Target, name: str) -> TargetSlice:
    """A slice of a target: with a goal of its own it is judged by that, else it is only watched."""
    promise = goal_of_slice(target, name)
    goal = promise.target if promise is not None else None
    kind = "reach" if target.kind in ("unquantified", "milestone") else target.kind
    title = slice_title(target, name)
    moves: list[Revision] = [move for move in target.revisions if move.field == "deadline"]
    changes = {
        "slice": name,
        "title": Bilingual(
            vi=f"{target.title.vi}: {title.vi}", en=f"{target.title.en}: {title.en}"
        ),
        "kind": kind if goal is not None else "unquantified",
        "target": goal,
        "baseline": promise.baseline if promise is not None else None,
        "periods": target.periods if goal is not None else [],
        "method": target.method if goal is not None else None,
        "revisions": moves,
        "plan": [], "each": None, "part_of": None, "breakdown": {}, "crosses": [], "slices": [],
        "total": "reported", "total_by": None, "strands": {}, "restated": [], "notes": [],
    }  # fmt: skip
    fields = {name: getattr(target, name) for name in Target.model_fields}
    return TargetSlice.model_construct(**{**fields, **changes})

"""Breakdowns: what a target is broken down by, and each slice as a target of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from cdstrack.core.model.entries import (
    Quantity,
    Revision,
    SeriesName,
    SliceGoal,
    Target,
    filing_name,
    without_goal,
)
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.naming import likeliest
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
    texts = _labels(target, name).values()
    return Bilingual(
        vi=", ".join(text.vi for text in texts), en=", ".join(text.en for text in texts)
    )


def slice_title_in_full(target: Target, name: str) -> Bilingual:
    """The same with the names of its dimensions, where these have one: Sex: Women."""
    return _in_full(target, _labels(target, name))


def _labels(target: Target, name: str) -> dict[str, Bilingual]:
    """What the categories of a slice are called, by dimension."""
    return {
        dimension: target.breakdown.get(dimension, {}).get(
            category, Bilingual(vi=category, en=category)
        )
        for dimension, category in slice_parts(name).items()
    }


def _in_full(target: Target, labels: Mapping[str, Bilingual]) -> Bilingual:
    titles = [(target.dimensions.get(dimension), label) for dimension, label in labels.items()]
    return Bilingual(
        vi=", ".join(f"{by.vi}: {text.vi}" if by else text.vi for by, text in titles),
        en=", ".join(f"{by.en}: {text.en}" if by else text.en for by, text in titles),
    )


def dimension_title(target: Quantity, dimension: str) -> Bilingual:
    """What a dimension is called, else its id."""
    return target.dimensions.get(dimension, Bilingual(vi=dimension, en=dimension))


def dimension_names(target: Quantity) -> list[tuple[str, tuple[str, ...]]]:
    """The dimensions of a breakdown, each with its id and what it is called."""
    titles = ((name, dimension_title(target, name)) for name in target.breakdown)
    return [(name, (name, title.vi, title.en)) for name, title in titles]


def slices_like(target: Target, text: str) -> list[str]:
    """The slices that a text which names none probably means; all that come equally near."""
    choices = [_categories_like(target, piece) for piece in text.split(",")]
    meant = {
        slice_name({dimension: name for part in parts for dimension, name in part.items()})
        for parts in product(*choices)
    }
    return [name for name in slice_names(target) if name in meant]


def _categories_like(target: Target, piece: str) -> list[dict[str, str]]:
    """The categories that ``sex=women`` or ``women`` was probably meant to name."""
    left, sign, right = piece.rpartition("=")
    near = likeliest(left, dimension_names(target)) if sign else []
    for dimensions in (near, [*target.breakdown]):
        names = [
            (slice_name({dimension: name}), (name, label.vi, label.en))
            for dimension in dimensions
            for name, label in target.breakdown[dimension].items()
        ]
        if meant := likeliest(right, names):
            return [slice_parts(name) for name in meant]
    return []


class TargetSlice(Target):
    """One slice of a target, as a target of its own."""

    slice: str
    categories: dict[str, Bilingual]
    """What its categories are called, by dimension."""

    @property
    def label(self) -> Bilingual:
        """What it is called, with the names of its dimensions where these have one."""
        return _in_full(self, self.categories)

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
    moves += promise.revisions if promise is not None and goal is not None else []
    changes: dict[str, object] = {
        "slice": name,
        "categories": _labels(target, name),
        "title": Bilingual(
            vi=f"{target.title.vi}: {title.vi}", en=f"{target.title.en}: {title.en}"
        ),
        "kind": kind if goal is not None else "unquantified",
        "target": goal,
        "baseline": promise.baseline if promise is not None else None,
        "periods": [*map(without_goal, target.periods)] if goal is not None else [],
        "method": target.method if goal is not None else None,
        "revisions": moves,
        "plan": [], "each": None, "part_of": None, "breakdown": {}, "crosses": [], "slices": [],
        "total": "reported", "total_by": None, "strands": {}, "restated": [], "notes": [],
    }  # fmt: skip
    if target.conditions:
        from cdstrack.core.model.conditions import without_own  # those are of the whole

        changes["conditions"] = without_own(target).conditions
    fields = {name: getattr(target, name) for name in Target.model_fields}
    return TargetSlice.model_construct(**{**fields, **changes})

"""Conditions with figures of their own: each as a target of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdstrack.core.model.entries import Condition, Revision, Target, without_goal
from cdstrack.core.model.report import Report


class TargetCondition(Target):
    """One condition of a target that has a figure of its own, as a target."""

    condition: str

    @property
    def of_condition(self) -> str | None:
        return self.condition


def own_conditions(target: Target) -> Mapping[str, Condition]:
    """The conditions that have figures of their own, by id."""
    return {
        name: condition
        for name, condition in target.conditions.items()
        if isinstance(condition, Condition)
    }


def condition_of(target: Target, name: str, condition: Condition) -> TargetCondition:
    """A condition as a target: by the dates of the whole, a level: its last value counts."""
    kind = target.kind if target.kind == "sustain" else "reach"
    moves: list[Revision] = [move for move in target.revisions if move.field == "deadline"]
    changes = {
        "condition": name,
        "conditions": {name: condition},
        "kind": kind,
        "unit": condition.unit or target.unit,
        "target": condition.target,
        "baseline": condition.baseline,
        "periods": [*map(without_goal, target.periods)],
        "accumulate": "latest",
        "revisions": moves,
        "year_starts": None, "convert": [], "plan": [], "method": None, "part_of": None,
        "breakdown": {}, "crosses": [], "slices": [], "total": "reported", "total_by": None,
        "strands": {}, "restated": [], "notes": [],
    }  # fmt: skip
    fields = {name: getattr(target, name) for name in Target.model_fields}
    return TargetCondition.model_construct(**{**fields, **changes})


def subject_of(target: Target, part: str | None) -> Target:
    """What a report on a condition is about: the condition where it has a figure of its own, else
    the target."""
    condition = target.conditions.get(part or "")
    if part is None or not isinstance(condition, Condition) or target.of_condition is not None:
        return target
    return condition_of(target, part, condition)


def without_own(target: Target) -> Target:
    """A target without the conditions that are judged by themselves."""
    rest = {
        name: text for name, text in target.conditions.items() if not isinstance(text, Condition)
    }
    return target.model_copy(update={"conditions": rest})


def by_condition(
    target: Target, reports: Sequence[Report]
) -> tuple[list[Report], Mapping[str, list[Report]]]:
    """A target's reports without those on conditions with figures of their own, and these by
    condition."""
    own: dict[str, list[Report]] = {name: [] for name in own_conditions(target)}
    rest: list[Report] = []
    for report in reports:
        own.get(report.part or "", rest).append(report)
    return rest, own

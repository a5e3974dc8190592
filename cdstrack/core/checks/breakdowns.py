"""Whether what a target says of its breakdown agrees."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from cdstrack.core.model.breakdown import TargetSlice, dimension_names, slice_of
from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import MOST_NEAR, likeliest
from cdstrack.core.model.problems import Path, Problem, Suggestions
from cdstrack.core.model.report import slice_name

MAX_SLICES = 1000
"""So many slices may a cross have; more is a table, not a breakdown."""


def check_breakdown(target: Target, near: Suggestions) -> Iterator[Problem]:
    """Slices, crosses and total name dimensions and categories that there are, each once."""
    for key in ("slices", "crosses", "total_by", "dimensions"):
        if getattr(target, key) and not target.breakdown:
            yield Problem("needs_beside", {"key": key, "needs": "breakdown"}, (key,))
            return
    if target.total != "reported":
        yield from _check_total(target)
    if target.total_by is not None:
        yield from _unknown_dimension(target, target.total_by, ("total_by",), near)
    for dimension in target.dimensions:
        yield from _unknown_dimension(target, dimension, ("dimensions", dimension), near)
    for index, cross in enumerate(target.crosses):
        yield from _check_cross(target, cross, ("crosses", index), near)
    crosses = {frozenset(cross) for cross in target.crosses}
    names: set[str] = set()
    for index, promise in enumerate(target.slices):
        path: Path = ("slices", index, "slice")
        name = slice_name(promise.slice)
        if name in names:
            yield Problem("listed_twice", {"id": name}, path)
        names.add(name)
        problems = list(_check_parts(target, promise.slice, path, near))
        yield from problems
        if len(promise.slice) > 1 and frozenset(promise.slice) not in crosses:
            facts = {"dimensions": list(promise.slice)}
            yield Problem("slice_not_crossed", facts, path)


def _check_total(target: Target) -> Iterator[Problem]:
    if not target.breakdown:
        yield Problem("needs_beside", {"key": "total", "needs": "breakdown"}, ("total",))
    elif len(target.breakdown) > 1 and target.total_by is None:
        yield Problem("needs_beside", {"key": "total", "needs": "total_by"}, ("total",))
    if target.total == "sum" and target.in_percent:
        yield Problem("total_sum_percent", {}, ("total",))
    if target.total == "ratio" and target.unit is not None and not target.in_percent:
        yield Problem("total_ratio_unit", {}, ("total",))


def _check_cross(
    target: Target, cross: list[str], path: Path, near: Suggestions
) -> Iterator[Problem]:
    for at, dimension in enumerate(cross):
        if dimension in cross[:at]:
            yield Problem("listed_twice", {"id": dimension}, (*path, at))
        yield from _unknown_dimension(target, dimension, (*path, at), near)
    n = prod(len(target.breakdown.get(dimension, ())) for dimension in cross)
    if n > MAX_SLICES:
        yield Problem("cross_too_large", {"n": n, "limit": MAX_SLICES}, path)


def _check_parts(
    target: Target, parts: dict[str, str], path: Path, near: Suggestions
) -> Iterator[Problem]:
    for dimension, category in parts.items():
        yield from _unknown_dimension(target, dimension, (*path, dimension), near)
        categories = target.breakdown.get(dimension)
        if categories is not None and category not in categories:
            names = ((name, (name, label.vi, label.en)) for name, label in categories.items())
            is_cheap = near.can_afford(len(category) * len(categories))
            suggestion = likeliest(category, names)[:MOST_NEAR] if is_cheap else None
            facts = {"id": category, "dimension": dimension, "suggestion": suggestion}
            yield Problem("unknown_category", facts, (*path, dimension))


def _unknown_dimension(
    target: Target, dimension: str, path: Path, near: Suggestions
) -> Iterator[Problem]:
    if dimension not in target.breakdown:
        is_cheap = near.can_afford(len(dimension) * len(target.breakdown))
        suggestion = likeliest(dimension, dimension_names(target))[:MOST_NEAR] if is_cheap else None
        facts = {"id": dimension, "suggestion": suggestion}
        yield Problem("unknown_dimension", facts, path)


def slices_with_goal(target: Target) -> Iterator[tuple[int, TargetSlice]]:
    """The slices of which something is promised, each as a target, with their places."""
    for index, promise in enumerate(target.slices):
        if promise.target is not None:
            yield index, slice_of(target, slice_name(promise.slice))

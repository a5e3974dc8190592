"""The slice of a target that a person means."""

from __future__ import annotations

from itertools import product

from cdstrack.core.model.breakdown import (
    TargetSlice,
    dimension_names,
    slice_names,
    slice_of,
    slice_title,
    slices_like,
)
from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import MOST_NEAR, look_up
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import slice_name


def slice_named(target: Target, text: str) -> TargetSlice:
    """The slice that a text names: ``sex=women``, or a category alone where no other has its name.

    Categories by id or by name in either language; several dimensions with commas between. Raises
    Refusal for what the target is not broken down by.
    """
    if not target.breakdown:
        raise Refusal("no_breakdown", id=target.id)
    names = list(slice_names(target))
    if text in names:
        return slice_of(target, text)
    choices = [_categories(target, piece) for piece in text.split(",")]
    meant = {
        slice_name(dict(pairs)) for pairs in product(*choices) if len(dict(pairs)) == len(choices)
    }
    alone = {slice_name({dimension: name}) for dimension, name in _categories(target, text)}
    matches = [name for name in names if name in (alone or meant)] or _titled(target, names, text)
    if len(matches) > 1:
        raise Refusal("slice_ambiguous", name=text, matches=matches)
    if not matches:
        if len(choices) > 1 and meant:
            raise Refusal("slices_not_crossed", name=text, id=target.id)
        near = slices_like(target, text)
        facts = {"suggestion": near} if 0 < len(near) <= MOST_NEAR else {"allowed": near or names}
        raise Refusal("unknown_slice", name=text, **facts)
    return slice_of(target, matches[0])


def _categories(target: Target, piece: str) -> list[tuple[str, str]]:
    """The categories, with their dimensions, that ``sex=women`` or ``women`` may mean."""
    left, sign, right = piece.partition("=")
    word = (right if sign else left).strip()
    dimensions = look_up(left.strip(), dimension_names(target)) if sign else []
    pairs = []
    for dimension, categories in target.breakdown.items():
        if sign and dimension not in dimensions:
            continue
        choices = [(name, (name, text.vi, text.en)) for name, text in categories.items()]
        pairs += [(dimension, name) for name in (look_up(word, choices) if word else [])]
    return pairs


def _titled(target: Target, names: list[str], text: str) -> list[str]:
    """The slices whose categories, by their names, are a text that holds commas itself."""
    titles = [(name, slice_title(target, name)) for name in names]
    return look_up(text, [(name, (title.vi, title.en)) for name, title in titles])

"""By what a row of a table is broken down, and the goals of its slices."""

from __future__ import annotations

from collections.abc import Mapping

from cdstrack.app.catalogue.title_ids import TitleIds, id_of
from cdstrack.core.model.naming import fold
from cdstrack.core.model.structs import dataclass, field
from cdstrack.i18n.slice_words import SliceName

SlicePlace = tuple[str, str]
"""The ids of a dimension and a category."""


@dataclass(slots=True)
class DraftBreakdown:
    """By what one row of a table is broken down: dimensions and their categories, by their ids."""

    categories: dict[str, dict[str, str]] = field(default_factory=dict)
    _places: dict[tuple[str, str], SlicePlace] = field(default_factory=dict)
    _alone: dict[str, SlicePlace] = field(default_factory=dict)
    """Categories that were named without their dimension, or may be."""
    _ids: dict[str, TitleIds] = field(default_factory=dict)

    def find(self, part: SliceName) -> SlicePlace:
        """The ids of a dimension and a category; new ones where there are none yet.

        A category that is named alone is the first one of that name.
        """
        word = part.category or fold(part.title)
        words = fold(part.dimension), word
        place = self._places.get(words) if part.dimension else self._alone.get(word)
        if place is None:
            dimension = id_of(part.dimension) or "group"
            ids = self._ids.setdefault(dimension, TitleIds())
            category = ids.new(part.category or part.title, dimension)
            self.categories.setdefault(dimension, {})[category] = part.title
            place = self._places[words] = dimension, category
            self._alone.setdefault(word, place)
        return place


@dataclass(slots=True)
class SliceGoals:
    """The goals of the slices of one target, in the order of the table."""

    _goals: dict[SlicePlace, dict[str, object]] = field(default_factory=dict)

    def put(self, place: SlicePlace, goal: Mapping[str, object]) -> bool:
        """Add the goal of a slice; False where it has another one already."""
        dimension, category = place
        entry = {"slice": {dimension: category}, **goal}
        return self._goals.setdefault(place, entry) == entry

    def values(self) -> list[dict[str, object]]:
        """All of them, as a register writes them."""
        return [*self._goals.values()]

"""What the rows of a table promise, before it is known what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeGuard

from cdstrack.app.catalogue.draft_entries import DraftEntry
from cdstrack.app.catalogue.draft_slices import DraftBreakdown, SliceGoals
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.i18n.goal_phrases import measures_growth

_SENSES = {"at_least": "least", "more_than": "least", "at_most": "most", "less_than": "most"}


@dataclass(slots=True)
class Promise:
    """One goal of one row, before it is known which of them share an indicator."""

    entry: DraftEntry
    title: str
    unit: str | None
    due: str
    key: tuple[str, str]
    owner: str
    at: int
    """The column of its goal."""
    breakdown: DraftBreakdown
    """That of its row."""
    row: tuple[int, int]
    """Its table and its row, counted through."""
    place: str
    """The cell of its goal."""
    is_plain: bool = False
    """Whether no word says how its goal is compared."""
    is_yearly: bool = False
    """Whether it stands in a column of one year that does not say “until”."""
    slices: SliceGoals = field(default_factory=SliceGoals)
    """The goals of its slices."""
    plain_slices: list[dict[str, object]] = field(default_factory=list)
    """Those goals of its slices of which no word says how they are compared."""


def turn(group: Sequence[Promise]) -> None:
    """Take figures without a word for the most where they fall from date to date; and those of
    slices where the whole is one."""
    series = sorted(
        (promise for promise in group if promise.due),
        key=lambda promise: parse_period(promise.due).last,
    )
    figures = [_least(promise) for promise in series]
    numbers = [figure for figure in figures if figure is not None]
    falls = len(numbers) == len(figures) > 1 and numbers[-1] < numbers[0]
    falls = falls and all(late <= early for early, late in pairwise(numbers))
    if falls and measures_growth(series[0].title) != "up":
        series[0].entry.doubt("target", series[0].place, "draft_falling")
        for promise in series:
            _as_most(promise.entry.values["target"])
    for promise in group:
        target = promise.entry.values["target"]
        if isinstance(target, dict) and set(target) & {"at_most", "less_than"}:
            for terms in promise.plain_slices:
                if _as_most(terms["target"]):
                    promise.entry.doubt("slices", promise.place, "draft_slice_as_whole")


def _least(promise: Promise) -> Decimal | None:
    """The least that a goal without a word was taken for."""
    target = promise.entry.values["target"]
    value = target.get("at_least") if isinstance(target, dict) and promise.is_plain else None
    return value if isinstance(value, Decimal) else None


def _as_most(target: object) -> bool:
    """Make the most of what was the least, if it was."""
    if not isinstance(target, dict) or "at_least" not in target:
        return False
    low = target.pop("at_least")
    target["at_most"] = target.pop("up_to", low)
    return True


def is_year_by_year(row: Sequence[Promise]) -> bool:
    """Whether a row promises something for each of consecutive years, always in the same sense."""
    senses = set()
    for promise in row:
        values = promise.entry.values
        target = values.get("target")
        if not promise.is_yearly or values.get("kind") != "reach" or promise.slices.values():
            return False
        if not isinstance(target, dict):
            return False
        senses |= {sense for key in target if (sense := _SENSES.get(key, key)) != "up_to"}
    years = [promise.due for promise in row]
    if len(years) < 2 or len(senses) > 1 or not senses <= {"least", "most"}:
        return False
    return all(int(late) == int(early) + 1 for early, late in pairwise(years))


def year_by_year(row: Sequence[Promise], *, is_first: bool) -> Promise:
    """One promise of what a row promises for each year, with the doubts about all of them.

    The ``is_first`` of a table says how its columns were read.
    """
    first, values = row[0], dict(row[0].entry.values)
    entry = DraftEntry("", {}, place=first.entry.place)
    if is_first:
        last = row[-1].place.rpartition("!")[2]
        entry.doubt("periods", f"{first.place}:{last}", "draft_yearly")
    for promise in row:
        for key, notes in promise.entry.doubts.items():
            into = entry.doubts.setdefault("periods" if key in _OF_A_YEAR else key, [])
            codes = {note.code for note in into}
            into += [note for note in notes if note.code not in codes or note.code not in _ONCE]
    for key, value in values.items():
        if key == "target":
            entry.values |= {"periods": _periods(row), "report_every": "year"}
        elif key != "deadline":
            entry.values[key] = value
    entry.values["kind"] = "sustain"
    stated = values["stated"]
    if isinstance(stated, dict) and "figure" in stated:
        figures = [f"{promise.due}: {_figure(promise)}" for promise in row]
        entry.values["stated"] = stated | {"figure": "; ".join(figures)}
    return replace(first, entry=entry, due=f"{first.due}/{row[-1].due}")


_OF_A_YEAR = ("target", "deadline")
"""What each year has of its own."""


_ONCE = (
    "draft_unit_missing", "draft_unit_differs", "draft_less_better", "draft_below_start",
    "draft_owners", "draft_fraction_plain",
)  # fmt: skip
"""Doubts that one year raises for all."""


def _periods(row: Sequence[Promise]) -> list[dict[str, object]]:
    """The years with their figures; a figure alone is the least, if they rise."""
    targets = [promise.entry.values["target"] for promise in row]
    least = [target["at_least"] for target in targets if _is_least(target)]
    rises = all(early <= late for early, late in pairwise(least))
    return [
        {promise.due: target["at_least"] if rises and _is_least(target) else target}
        for promise, target in zip(row, targets, strict=True)
    ]


def _is_least(target: object) -> TypeGuard[dict[str, Decimal]]:
    return isinstance(target, dict) and set(target) == {"at_least"}


def _figure(promise: Promise) -> object:
    stated = promise.entry.values["stated"]
    return stated.get("figure", "") if isinstance(stated, dict) else ""

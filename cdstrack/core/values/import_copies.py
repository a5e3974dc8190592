"""Rows of one sheet that were recorded in two clones, and met when these were merged.

Within one clone a row is recorded once, so of its copies one counts, the earliest. The others stand
for it: what corrects a copy corrects the row, and what a copy corrects is corrected by the row.

A key is only text in a file: what claims a row and says something else is no copy of it, or anybody
could put a report of somebody else's out of force without correcting it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from cdstrack.core.model.problems import Problem
from cdstrack.core.model.report import Report, import_row, row_content
from cdstrack.core.model.structs import replace
from cdstrack.core.values.in_force import Corrections, correct

_order = attrgetter("order")


def without_copies(
    imports: Iterable[Report], corrections: Sequence[Report], ids: Container[str]
) -> Corrections:
    """What ``correct`` says once every row stands in the ledger once; copies are dropped.

    ``imports`` are the records with a key, ``corrections`` those that correct. Each copy is a
    warning, ``import_twice``, with the record that counts in the fact ``first``; what claims a row
    and says something else is one too, ``import_other``, and counts like any report.
    """
    rows: dict[str, dict[object, list[Report]]] = {}
    for report in imports:
        row = rows.setdefault(import_row(report.key or ""), {})
        row.setdefault(row_content(report), []).append(report)
    groups = [
        sorted(group, key=_order)
        for row in rows.values()
        for group in row.values()
        if len(group) > 1
    ]
    groups.sort(key=_order_of_first)  # the order of lines means nothing
    copies = {copy.id: group[0].id for group in groups for copy in group[1:]}
    merger = _Merger(copies, corrections)
    for group in groups:
        merger.join(group)
    effect = correct(merger.corrections(groups), ids)
    problems = [
        Problem("import_twice", {"id": copy, "first": first}, ("key",), level="warning")
        for copy, first in sorted(copies.items())
    ]
    problems += [problem for row in rows.values() if len(row) > 1 for problem in _rivals(row)]
    return replace(
        effect,
        dropped=effect.dropped | merger.stand_in.keys(),
        problems=(*effect.problems, *problems),
    )


def _rivals(row: Mapping[object, Sequence[Report]]) -> Iterator[Problem]:
    """Of what claims one row with several contents, each but the first recorded."""
    first, *others = sorted((min(group, key=_order) for group in row.values()), key=_order)
    for other in others:
        facts = {"id": other.id, "first": first.id}
        yield Problem("import_other", facts, ("key",), level="warning")


def _order_of_first(group: Sequence[Report]) -> tuple[datetime, str]:
    return group[0].order


class _Merger:
    """Records that are one and the same, by the one that stands for them."""

    def __init__(self, copies: dict[str, str], corrections: Sequence[Report]) -> None:
        self.stand_in = dict(copies)
        self._corrections = corrections
        self._replaces = {report.id: report.corrects or "" for report in corrections}
        self._roots: dict[str, str] = {}
        self._places: dict[str, str] = {}

    def join(self, group: Sequence[Report]) -> None:
        """Let the first of a row correct what any of its copies does.

        Where two of them correct different records, these are two copies of what the row said
        before.
        """
        first = group[0]
        place = first.corrects
        for copy in group[1:]:
            before = copy.corrects
            if before is None or self._root(before) == self._root(place or first.id):
                continue  # nothing, or the same line of corrections
            if place is None:
                place = before
            elif self._real(before) != self._real(place):
                self.stand_in[self._real(before)] = self._real(place)
        if place is not None:
            self._places[first.id] = place

    def corrections(self, groups: Iterable[Sequence[Report]]) -> Iterator[Report]:
        """All corrections, of and by the records that count."""
        firsts = {group[0].id: group[0] for group in groups}
        for report in self._corrections:
            if report.id not in self.stand_in and report.id not in firsts:
                yield from self._correction(report, report.corrects)
        for id_, first in firsts.items():
            if id_ not in self.stand_in:
                yield from self._correction(first, self._places.get(id_))

    def _correction(self, report: Report, place: str | None) -> Iterator[Report]:
        real = self._real(place) if place is not None else None
        if real is not None and real != report.id:
            yield report._replace(corrects=real)

    def _real(self, id_: str) -> str:
        """The record that stands for another, or for itself."""
        path = []
        while id_ in self.stand_in:
            path.append(id_)
            id_ = self.stand_in[id_]
        for step in path:  # so that the next search is short
            self.stand_in[step] = id_
        return id_

    def _root(self, id_: str) -> str:
        """The first report in a line of corrections."""
        path: dict[str, None] = {}
        while id_ in self._replaces and id_ not in self._roots and id_ not in path:
            path[id_] = None
            id_ = self._replaces[id_]
        root = self._roots.get(id_, id_)
        self._roots.update(dict.fromkeys(path, root))
        return root

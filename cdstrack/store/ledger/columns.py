"""The reports of a large ledger field by field, in the order of its lines, and filed by series.

A million reports cost more to make than all the rest of reading; most of them nobody asks for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import chain, compress, count, repeat
from operator import is_not
from typing import Any

from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import LongSeries
from cdstrack.store.ledger.reduction import MANY_LOST, Batch, Records

_STRETCH = 128
"""So many ids are looked at together."""


class Columns(Mapping[SeriesName, LongSeries]):
    """By series the reports, in the order of their lines."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {}
        self._rows: defaultdict[SeriesName, array[int]] = defaultdict(lambda: array("I"))
        self._n = 0
        self._room = 0

    def expect(self, n: int) -> None:
        """Make room for so many reports: a list that grows has to move again and again."""
        self._room = n

    def trim(self) -> None:
        """Give up room that was not needed."""
        for column in self._columns.values():
            del column[self._n :]

    def add(self, batches: Sequence[Batch]) -> None:
        """Add the reports of some batches, and file them: the more at a time, the nearer in memory
        are the rows of a series that grow."""
        start = self._n
        for batch in batches:
            self._append(batch.reports)
        series = chain.from_iterable(batch.series for batch in batches)
        rows = map(self._rows.__getitem__, series)
        deque(map(array.append, rows, count(start)), maxlen=0)

    def _append(self, reports: Sequence[Report]) -> None:
        if isinstance(reports, LongSeries):
            fields = {name: reports.column(name) for name in Report._fields}
        else:
            fields = dict(zip(Report._fields, zip(*reports, strict=True), strict=False))
        end = self._n + len(reports)
        for name, values in fields.items():
            column = self._columns.get(name)
            if values is not None and column is None and any(map(is_not, values, repeat(None))):
                column = self._columns[name] = [None] * max(self._n, self._room)
            if column is not None:
                column += repeat(None, end - len(column))
                if values is not None:
                    column[self._n : end] = values
        self._n = end

    def imports(self) -> LongSeries:
        """The reports that came with a sheet."""
        keys = self._columns.get("key", ())
        return LongSeries(self._columns, [row for row, key in enumerate(keys) if key])

    def in_force(
        self, records: Records, ids: Set[str], before: datetime | None
    ) -> tuple[dict[SeriesName, Sequence[Report]], list[Report]]:
        """The reports that count, in order, and those that do not: the ones with some ``ids``.

        Only of what was recorded before a moment.
        """
        losses = self._places(records, ids) if ids else {}
        traits = frozenset(records.traits) if len(records.traits) == 1 else None
        ledger: dict[SeriesName, Sequence[Report]] = {}
        for name, series in self.items():
            if name in losses:
                series = series.without(losses[name])
            if before is not None:
                moments = series.column("recorded") or ()
                series = series.at([at for at, moment in enumerate(moments) if moment < before])
            if series:
                ledger[name] = series = series.in_order(as_recorded=records.as_recorded)
                if traits is not None:
                    series.traits = traits
        dropped: list[Report] = []
        for name, places in losses.items():
            dropped += self[name].at(places if len(places) > MANY_LOST else places[::-1])
        if before is not None:
            dropped = [report for report in dropped if report.recorded < before]
        return ledger, dropped

    def _places(self, records: Records, ids: Set[str]) -> dict[SeriesName, list[int]]:
        """Where in their series the reports with some ids stand.

        A correction mostly stays with its own series, so that is looked at first.
        """
        likely: dict[str | None, SeriesName] = {}
        for correction in records.corrections:
            likely[correction.corrects] = likely[correction.id] = correction.series
        all_ids = self._columns.get("id", ())
        places: defaultdict[SeriesName, list[int]] = defaultdict(list)
        for row in _rows_with(ids, all_ids):
            first = [likely[all_ids[row]]] if all_ids[row] in likely else []
            for name in chain(first, self._rows):
                rows = self._rows.get(name, ())
                place = bisect_left(rows, row)
                if place < len(rows) and rows[place] == row:
                    places[name].append(place)
                    break
        names = chain((correction.series for correction in records.corrections), self._rows)
        return {name: places[name] for name in dict.fromkeys(names) if name in places}

    def __getitem__(self, name: SeriesName) -> LongSeries:
        if name not in self._rows:
            raise KeyError(name)
        return LongSeries(self._columns, self._rows[name])

    def __iter__(self) -> Iterator[SeriesName]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _rows_with(ids: Set[str], column: Sequence[str]) -> Iterator[int]:
    """Where some ids stand in a column; most stretches of it hold none, which is seen at once."""
    for start in range(0, len(column), _STRETCH):
        stretch = column[start : start + _STRETCH]
        if not ids.isdisjoint(stretch):
            yield from compress(count(start), map(ids.__contains__, stretch))

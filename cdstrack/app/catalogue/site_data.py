"""The figures of an Open SDG site: one CSV file of an indicator as series, each of one unit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.periods import Period, parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.structs import dataclass, field
from cdstrack.i18n.form_words import is_no_figure
from cdstrack.store.sheet.grid import Grid

MAX_ROWS = 100_000
"""So many rows may one file of figures have."""
NO_DIMENSIONS = frozenset({
    "year", "value", "units", "unit measure", "unit_measure", "series", "geocode", "geo_code",
    "progress", "comment_obs", "comment_ts", "observation status", "obs_status",
    "unit multiplier", "unit_mult", "nature", "source_detail", "time_detail", "ref_area",
    "reference area", "reporting_type", "freq",
})  # fmt: skip
"""Columns that every site may have and none breaks down by, as they are compared."""
_UNITS = ("units", "unit_measure", "unit measure")
_MULTIPLIERS = ("unit multiplier", "unit_mult")
_ONE = ("", "units", "unit", "0", "1")
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")
_COMMA = re.compile(r"[-+]?[0-9]{1,30},[0-9]{1,30}")
_SPAN = re.compile(r"([0-9]{4}) ?[-–/] ?([0-9]{4})")
_QUARTER = re.compile(r"([0-9]{4})[ -]?[qQ]([1-4])")
_ALL = re.compile(
    r"total(?:,.*)?|all(?: (?:sexes|genders|ages|persons|people|groups|areas|regions))?|both sexes"
    r"|cả nước|tổng số|chung",
    re.IGNORECASE,
)
_YEAR = re.compile(r"([0-9]{4})\.0+")

Parts = tuple[tuple[str, str], ...]
"""The categories of a figure by their columns, in the order of those; none for the headline."""


class SiteFigure(NamedTuple):
    """One figure with its categories, the line that it stands in and what is said of it."""

    parts: Parts
    period: Period
    value: Decimal
    line: int
    note: str


class SiteFault(NamedTuple):
    """What is wrong in a line of a file of figures, or looks so."""

    line: int
    code: str
    facts: Mapping[str, object]


@dataclass(slots=True)
class SiteTable:
    """What one file of figures holds, by series and unit in the order of the file."""

    series: dict[tuple[str, str], list[SiteFigure]] = field(default_factory=dict)
    faults: list[SiteFault] = field(default_factory=list)
    notes: list[SiteFault] = field(default_factory=list)
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    """The first line of each series."""


def short_name(text: str) -> str:
    """A heading or a category without the group of translations that it may name."""
    return text.removeprefix("data.").strip()


def means_all(category: str, whole: str) -> bool:
    """Whether a category is that of everybody: “Total”, or the whole country by its name."""
    return bool(_ALL.fullmatch(category)) or category.lower() == whole.lower() != ""


def read_table(grid: Grid, asides: Collection[str], whole: str, today: date) -> SiteTable:
    """Read the rows of a file of figures.

    ``asides`` are columns that the site says are none to break down by, ``whole`` what it calls
    the whole country.
    """
    table = SiteTable()
    heading = next((at for at, cells in enumerate(grid.rows) if any(cells)), None)
    names = [] if heading is None else [str(cell or "").strip() for cell in grid.rows[heading]]
    plain = [short_name(name).lower() for name in names]
    for name in ("year", "value"):
        if plain.count(name) != 1:
            code = "site_no_column" if name not in plain else "site_column_twice"
            table.faults.append(SiteFault((heading or 0) + 1, code, {"text": name.title()}))
    if table.faults or heading is None:
        return table
    twice = sorted({name for name in plain if name and plain.count(name) > 1})
    if twice:
        facts = {"text": twice[0]}
        table.faults.append(SiteFault(heading + 1, "site_column_twice", facts))
        return table
    out = NO_DIMENSIONS | {short_name(name).lower() for name in asides}
    dimensions = [at for at, name in enumerate(plain) if name and name not in out]
    whole_table = SiteTable()
    _Rows(whole_table, grid, heading, names, plain, dimensions, whole, today, folds=True).read()
    if not any(fault.code == "site_twice" for fault in whole_table.faults):
        return whole_table
    _Rows(table, grid, heading, names, plain, dimensions, whole, today, folds=False).read()
    return table


class _Rows:
    """Goes through the rows below the headings.

    ``folds`` takes categories that mean all for none, as long as the figures agree.
    """

    def __init__(
        self, table: SiteTable, grid: Grid, heading: int, names: Sequence[str],
        plain: Sequence[str], dimensions: Sequence[int], whole: str, today: date, *, folds: bool,
    ) -> None:  # fmt: skip
        self._table, self._grid, self._heading = table, grid, heading
        self._names, self._plain, self._today = names, plain, today
        self._whole, self._folds = whole, folds
        rows = [cells for cells in grid.rows[heading + 1 :] if any(cells)]
        alone = {at: {_text(cells, at) for cells in rows} for at in dimensions}
        self._constant = {at for at, values in alone.items() if len(values) == 1}
        self._dimensions = [at for at in dimensions if at not in self._constant]
        for at in sorted(self._constant):
            text = _text(rows[0], at) if rows else ""
            if text and not means_all(short_name(text), self._whole):
                facts = {"heading": short_name(names[at]), "text": short_name(text)}
                table.notes.append(SiteFault(heading + 2, "site_one_category", facts))

    def read(self) -> None:
        places: dict[tuple[object, ...], tuple[Decimal, int]] = {}
        future: list[int] = []
        for at in range(self._heading + 1, len(self._grid.rows)):
            cells, line = self._grid.rows[at], at + 1
            if not any(cells):
                continue
            if len(cells) > len(self._names) and any(cells[len(self._names) :]):
                self._fault(line, "site_row_too_wide", n=len(cells), columns=len(self._names))
                continue
            period, value = self._period(cells, line), self._value(cells, line)
            if period is None or value is None:
                continue
            if period.last > self._today:
                future.append(line)
                continue
            series = self._series(cells), self._unit(cells)
            parts = self._parts(cells)
            place = (*series, parts, period.said)
            if place in places:
                if places[place][0] != value:
                    self._fault(line, "site_twice", year=period.said, first=places[place][1])
                continue
            places[place] = value, line
            note = self._cell_of(cells, ("comment_obs",))
            figure = SiteFigure(parts, period, value, line, note)
            self._table.series.setdefault(series, []).append(figure)
            self._table.first.setdefault(series, line)
        if future:
            facts = {"n": len(future)}
            self._table.notes.append(SiteFault(future[0], "site_future", facts))

    def _fault(self, line: int, code: str, **facts: object) -> None:
        self._table.faults.append(SiteFault(line, code, facts))

    def _cell_of(self, cells: Sequence[object], names: Collection[str]) -> str:
        """What a row says in a column, by the first of these names that there is."""
        at = next((at for at, name in enumerate(self._plain) if name in names), None)
        return short_name(_text(cells, at)) if at is not None else ""

    def _period(self, cells: Sequence[object], line: int) -> Period | None:
        text = _text(cells, self._plain.index("year"))
        span, year = _SPAN.fullmatch(text), _YEAR.fullmatch(text)
        if span:
            text = f"{span[1]}/{span[2]}"
        elif year:
            text = year[1]
        elif quarter := _QUARTER.fullmatch(text):
            text = f"{quarter[1]}-Q{quarter[2]}"
        try:
            return parse_period(text)
        except Fault:
            code = "site_year" if text else "site_year_missing"
            self._fault(line, code, **({"text": text[:80]} if text else {}))
            return None

    def _value(self, cells: Sequence[object], line: int) -> Decimal | None:
        """The figure of a row; None where there is none, or none that can be read."""
        text = _text(cells, self._plain.index("value"))
        if not text or is_no_figure(text):
            return None
        if self._grid.mark == ";" and _COMMA.fullmatch(text):
            text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text):
            self._fault(line, "site_value", text=text[:80])
            return None
        return Decimal(text)

    def _series(self, cells: Sequence[object]) -> str:
        return self._cell_of(cells, ("series",))

    def _unit(self, cells: Sequence[object]) -> str:
        unit, times = self._cell_of(cells, _UNITS), self._cell_of(cells, _MULTIPLIERS)
        return unit if times.lower() in _ONE else f"{unit} ({times})".strip()

    def _parts(self, cells: Sequence[object]) -> Parts:
        """The categories of a row."""
        pairs = [(self._names[at], _text(cells, at)) for at in self._dimensions]
        return tuple(
            (short_name(name), short_name(text))
            for name, text in pairs
            if text and not (self._folds and means_all(short_name(text), self._whole))
        )


def _text(cells: Sequence[object], at: int) -> str:
    cell = cells[at] if at < len(cells) else None
    return " ".join(str(cell).split()) if cell is not None else ""

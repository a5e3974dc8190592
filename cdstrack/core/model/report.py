"""What was reported: one figure, for one target and reference date, and who said so."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.entries import Qualifier, SeriesName, filing_name
from cdstrack.core.model.periods import Period

CalendarDay = date
"""The type, where a field is itself named ``date``."""


class Share(NamedTuple):
    """``n`` of ``of``: a count of a population, or of the bodies that have reported."""

    n: int
    of: int


NOTHING = Share(0, 0)
"""Nothing fell due: a report, but no value."""


class Wording(NamedTuple):
    """A figure in the unit in which it was said, before it was converted."""

    figure: Decimal
    unit: str


Figure = Decimal | Share | bool | None
"""What a report says: a value, n of N, done or not; None only in a void."""


class Report(NamedTuple):
    """One line of the ledger. A tuple, because a register may hold a million of them.

    ``date`` is the reference date (what the figure describes), ``recorded`` the moment of writing
    (UTC). ``corrects`` names the report that this one replaces, or removes if ``figure`` is None.
    ``wording`` is what was said where the figure was converted from another unit. ``key`` names the
    row of a sheet that was imported, ``batch`` what was written at once: an id and how many lines.
    ``evidence`` is the name of the document that is kept for it: its SHA-256 digest and the end of
    its name. ``slice`` is the name of the slice that it is of, as ``slice_name`` writes it;
    ``strand`` the id of the series that it belongs to, where there are several (``series``).
    """

    id: str
    target: str
    body: str | None
    part: str | None
    date: Period
    figure: Figure
    qualifier: Qualifier | None
    source: str | None
    note: str | None
    by: str | None
    recorded: datetime
    corrects: str | None = None
    key: str | None = None
    wording: Wording | None = None
    batch: str | None = None
    evidence: str | None = None
    slice: str | None = None
    strand: str | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        """Later wins; equal moments are told apart by id."""
        return (self.recorded, self.id)

    @property
    def slot(self) -> tuple[SeriesName, str | None, str | None, CalendarDay]:
        """Reports of one slot compete: same series of a target, body, part and reference date."""
        return (self.series, self.body, self.part, self.date.last)

    @property
    def series(self) -> SeriesName:
        """What it is filed under: by target, each slice and each of several series for itself."""
        if self.slice is None and self.strand is None:
            return self.target
        return (self.target, filing_name(self.slice, self.strand))


def slice_name(parts: Mapping[str, str]) -> str:
    """Categories by dimension as one text: ``sex=women``, dimensions in the order of their ids."""
    if len(parts) == 1:
        return "=".join(*parts.items())
    return ",".join(f"{dimension}={parts[dimension]}" for dimension in sorted(parts))


def slice_parts(name: str) -> dict[str, str]:
    """The categories by dimension that a name of a slice holds."""
    pairs = (part.partition("=") for part in name.split(","))
    return {dimension: category for dimension, _, category in pairs}


def import_row(key: str) -> str:
    """The file and row that an import key names: the same file may come under another name, as
    another form. A key that is not one of ours names itself."""
    row = key.rpartition(".")[2]
    return row if row[32:33] == ":" else key


def row_content(report: Report) -> tuple[object, ...]:
    """The row that a key names, and what is said of it: alike for two imports of one row."""
    row = import_row(report.key or "")
    return (row, *report.slot, report.date, type(report.figure), report.figure)

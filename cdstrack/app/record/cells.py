"""What the cells of a form say, and which cell is to blame for a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.form_columns import Column
from cdstrack.core.model.problems import Refusal
from cdstrack.i18n import Words
from cdstrack.i18n.notation import Language, number
from cdstrack.i18n.read_figures import read_figure
from cdstrack.i18n.reading import Misread
from cdstrack.store.sheet.grid import Value

_DAY_ZERO = date(1899, 12, 30)
"""Excel counts the days from here."""
_SERIALS = range(20_000, 80_000)
"""Numbers that are days, not years: from 1954 to 2119."""

_BLAMED: tuple[tuple[str, Column], ...] = (
    ("date_", "date"), ("period_", "date"), ("when_", "date"), ("sheet_date", "date"),
    ("body_wants", "value"), ("body_", "body"), ("unknown_part", "part"), ("part_", "part"),
    ("source_", "source"), ("text_", "note"), ("report_too_long", "note"),
    ("unknown_target", "target"), ("target_", "target"), ("title_for_id", "target"),
    ("unknown_slice", "slice"), ("slice", "slice"), ("no_breakdown", "slice"),
    ("unknown_series", "series"), ("series_", "series"), ("no_series", "series"),
    ("parent_", "target"), ("total_", "target"), ("row_other", "target"), ("n_", "of"),
)  # fmt: skip
"""The column that a refusal is about, by the beginning of its code; else the figure's."""

_CELL_CODES = {
    "milestone_wants_done": "cell_wants_done",
    "not_a_milestone": "cell_wants_figure",
    "body_wants_share": "cell_wants_share",
    "body_wanted": "cell_wants_body",
    "body_or_all": "cell_body_or_all",
    "body_unasked": "cell_no_body",
    "body_not_begun": "cell_body_not_begun",
    "source_required": "cell_wants_source",
    "title_for_id": "cell_wants_id",
}
"""Refusals that speak of options on the command line, and what is said to who fills in cells."""


def text_of_cell(value: Value, lang: Language) -> str | None:
    """A cell as somebody would write it in a language."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal() if not value.is_finite():
            return str(value)
        case Decimal():
            return number(value, lang)
        case _:
            return value.isoformat()


def percent_text(value: Decimal, lang: Language) -> str:
    """A number that a sheet shows as percent, as it shows it: 50 % of 0.5."""
    return f"{number(EXACT.multiply(value, 100), lang)}%"


def id_text(value: Value) -> str | None:
    """A cell that holds an id; one of digits alone may have become a number."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return text_of_cell(value, "en")


def date_text(value: Value, lang: Language) -> str:
    """The date of a figure; a number is a year. Raises Refusal."""
    if value is None:
        raise Refusal("sheet_date_missing")
    if isinstance(value, Decimal):
        if value.is_finite() and value == value.to_integral_value() and 1900 <= value <= 2200:
            return str(int(value))
        day = day_of_serial(value)
        write = Words(lang).day(day) if day is not None else None
        raise Refusal("sheet_date_number", value=text_of_cell(value, lang), write=write)
    return text_of_cell(value, lang) or ""


def day_of_serial(value: Decimal) -> date | None:
    """The day that a number stands for where a sheet shows days as numbers: 46022."""
    days = int(value) if value.is_finite() else 0
    return _DAY_ZERO + timedelta(days=days) if days in _SERIALS else None


def bare_number(value: Value, lang: Language) -> Decimal | None:
    """The number that a cell holds, or that its text is, with nothing beside it: no `%`."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        return None
    try:
        reading = read_figure(value, lang)
    except Misread:
        return None
    bare = not reading.words and not reading.qualifier and reading.of is None
    return reading.value if bare else None


def is_blank(cells: Sequence[Value]) -> bool:
    return all(cell is None for cell in cells)


def column_to_blame(code: str) -> Column:
    """The column that a refusal is about."""
    return next((column for begin, column in _BLAMED if code.startswith(begin)), "value")


def cell_code(code: str) -> str:
    """The code of the same refusal for a reader who fills in cells."""
    return _CELL_CODES.get(code, code)

"""Forms that were filled in, as a spreadsheet saves them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from cdstrack.core.model.form_columns import COLUMNS
from cdstrack.i18n import Words
from tests.cli.build import DATED, target

SHARE = target("share", DATED.replace("{vi: người, en: persons}", "'%'").replace("1000", "100"),
               en="Share of files")  # fmt: skip


class Percent(float):
    """A figure in a cell that is formatted as a percentage: 0.635, shown as 63.5 %."""


def workbook(
    path: Path, *rows: dict[str, Any], lang: str = "en", above: int = 2, mark: str = ""
) -> Path:
    """A filled form as a spreadsheet saves it: texts, numbers, days and percentages in cells.

    ``mark`` is what ``cdstrack template`` writes into a form of somebody's.
    """
    made = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "in_memory": True})
    made.set_properties({"created": datetime(2026, 11, 21)})  # noqa: DTZ001  # same rows, same file
    if mark:
        made.define_name("cdstrack_form", f'="{mark}"')
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    percent = made.add_format({"num_format": "0.00%"})
    page = made.add_worksheet()
    page.write_row(above, 0, [Words("vi" if lang == "vi" else "en")(f"form_{c}") for c in COLUMNS])
    for number, row in enumerate(rows, start=above + 1):
        for name, value in row.items():
            at = (number, COLUMNS.index(name))  # type: ignore[arg-type]
            if isinstance(value, date):
                page.write_datetime(*at, datetime.combine(value, datetime.min.time()), day)
            elif isinstance(value, Percent):
                page.write_number(*at, value, percent)
            elif isinstance(value, str):
                page.write_string(*at, value)
            else:
                page.write(*at, value)
    made.close()
    return path


def row(value: Any = None, target: str = "trained", date: Any = "30/6/2026", **more: Any) -> Any:
    found = {"target": target, "value": value, "date": date, **more}
    return {name: cell for name, cell in found.items() if cell is not None}

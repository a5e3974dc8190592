"""The empty table of commitments, for somebody to fill in and ``cdstrack draft`` to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date

from cdstrack.i18n import Words
from cdstrack.i18n.commitment_words import CommitmentColumn
from cdstrack.render.excel.workbook import A4, HEADING, Formats, cell_text, new_workbook
from cdstrack.render.text import BOM, csv_cell

COLUMNS: tuple[tuple[CommitmentColumn, float], ...] = (
    ("number", 6), ("title", 48), ("unit", 16), ("baseline", 16), ("goal", 20), ("deadline", 16),
    ("owner", 28), ("with", 28), ("basis", 36), ("note", 28), ("slice", 16),
)  # fmt: skip
"""The columns in their order, with their widths in characters."""
_TEXT = 49
"""The format of cells that keep what was typed: 10.000 and 6/7/2025 stay as they are."""


def as_csv(day: date, words: Words) -> str:
    """A row of headings as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_cell(words(f"annex_{name}")) for name, _ in COLUMNS])
    return BOM + buffer.getvalue()


def as_xlsx(day: date, words: Words) -> bytes:
    """The same as a workbook, dated ``day``. Raises Fault ``excel_missing``."""
    title = words("annex_heading")
    buffer, book = new_workbook(title, day)
    formats = Formats(book)
    sheet = book.add_worksheet(words("xl_targets"))
    sheet.write_string(0, 0, cell_text(title), formats(bold=True, font_size=14))
    sheet.write_string(1, 0, cell_text(words("annex_how")), formats())
    heading = formats(**HEADING, text_wrap=True)
    text = formats(num_format=_TEXT, text_wrap=True)
    for at, (name, width) in enumerate(COLUMNS):
        sheet.set_column(at, at, width, text)
        sheet.write_string(2, at, words(f"annex_{name}"), heading)
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()


EMPTY: Mapping[str, Callable[[date, Words], str | bytes]] = {"xlsx": as_xlsx, "csv": as_csv}
"""The empty table in every format, by the suffix of its file."""

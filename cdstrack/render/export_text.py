"""A register for other programs: one function for each format of an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cdstrack.app.records import Export
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import csv_lines, csv_text
from cdstrack.render.status_list import status_board

if TYPE_CHECKING:
    from cdstrack.render.iati import Loss


@dataclass(frozen=True, slots=True)
class Content:
    """What an export comes to. ``remark`` is the key of the sentence that says what it holds."""

    content: str | bytes | Iterator[str]
    """All of it, or one piece after the other, once."""
    remark: str
    n: int
    undated: Sequence[Verdict] = ()
    """What a calendar has no day for."""
    losses: Mapping[Loss, int] = field(default_factory=dict)
    """What the format has no place for, and how often that was left out."""


def targets_csv(export: Export, words: Words) -> Content:
    """A line a target, as ``status`` prints it."""
    board = status_board(export.status, words)
    text = csv_text(board.fields, board.records)
    return Content(text, "exported_targets", len(export.status.verdicts))


def reports_csv(export: Export, words: Words) -> Content:
    """A line a record in the order recorded, codes instead of words; formulas are defused."""
    reports = export.work.over(export.reports[::-1], "work_reports")
    records = (data.report_fields(report, export.corrected_by.get(report.id)) for report in reports)
    pieces = csv_lines(data.REPORT_FIELDS, records)
    return Content(pieces, "exported_reports", len(export.reports))


def as_json(export: Export, words: Words) -> Content:
    """The documented shape (docs/json.md): all there is to say of a register on a day."""
    from cdstrack.app.publication import publication  # the other formats need less of it
    from cdstrack.render.register_shape import EXPORT

    pieces = EXPORT.text(publication(export))
    return Content(pieces, "exported_both", len(export.status.verdicts))


def as_xlsx(export: Export, words: Words) -> Content:
    """A workbook. Raises Fault ``excel_missing``."""
    from cdstrack.render.excel.export_book import workbook

    return Content(workbook(export, words), "exported_both", len(export.status.verdicts))


def as_ics(export: Export, words: Words) -> Content:
    """A calendar of deadlines."""
    from cdstrack.render.ics import calendar, dated

    events, undated = dated(export.status.verdicts)
    text = calendar(export.status, events, words, export.stamp, export.status.seal)
    return Content(text, "exported_deadlines", len(events), undated)


def as_iati(export: Export, words: Words) -> Content:
    """The results of an IATI activity. Raises Refusal ``iati_missing``."""
    from cdstrack.render.iati import activity

    results = activity(export, words)
    return Content(results.text, "exported_results", results.n, losses=results.losses)


FORMATS: Mapping[str, Callable[[Export, Words], Content]] = {
    "csv": targets_csv,
    "xlsx": as_xlsx,
    "json": as_json,
    "ics": as_ics,
    "iati": as_iati,
}
SUFFIXES = {"xml": "iati"}
"""Formats whose files are not called after them."""
CSV_OF = {"targets": targets_csv, "reports": reports_csv}
"""What a table of CSV may hold; the other formats hold both."""

"""A register for other programs as text: CSV of targets or of reports, JSON of both."""

from __future__ import annotations

import csv
import io

from cdstrack.app.handover import Export
from cdstrack.core.model.report import Report
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render import status_list as listing
from cdstrack.render.board_data import flattened
from cdstrack.render.text import Look, csv_cell

REPORT_FIELDS = (
    "id", "target", "body", "part", "date", "value", "n", "of", "done", "void", "qualifier",
    "source", "note", "by", "recorded", "corrects", "corrected_by", "key",
)  # fmt: skip
"""Columns of CSV: the keys of a record in JSON."""


def targets_csv(export: Export, words: Words) -> str:
    """A line a target, as ``status`` prints it."""
    return "".join(listing.as_csv(export.status, (), words, Look()))


def reports_csv(export: Export, words: Words) -> str:
    """A line a record in the order recorded, codes instead of words; formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(REPORT_FIELDS)
    for report in reversed(export.reports):
        flat = flattened(_record(report, export))
        writer.writerow([csv_cell(flat[field]) for field in REPORT_FIELDS])
    return out.getvalue()


def as_json(export: Export, words: Words) -> str:
    """The documented shape (docs/json.md): a status with its records and every source."""
    sources = export.status.register.sources
    whole: dict[str, data.Json] = {
        **data.status_object(export.status),
        "reports": [_record(report, export) for report in export.reports],
        "sources": {name: data.source_object(each) for name, each in sources.items()},
    }
    return data.dumps(whole) + "\n"


def _record(report: Report, export: Export) -> dict[str, data.Json]:
    return data.record_object(report, export.corrected_by.get(report.id))

"""A register for other programs as text: CSV of targets or of reports, JSON of both."""

from __future__ import annotations

import csv
import io

from cdstrack.core.report import Report
from cdstrack.i18n import Words
from cdstrack.render import data, status
from cdstrack.render.board_data import flattened
from cdstrack.render.subject import Handout
from cdstrack.render.text import Look, csv_cell

REPORT_FIELDS = (
    "id", "target", "body", "part", "date", "value", "n", "of", "done", "void", "qualifier",
    "source", "note", "by", "recorded", "corrects", "corrected_by", "key",
)  # fmt: skip
"""Columns of CSV: the keys of a record in JSON."""


def targets_csv(handout: Handout, words: Words) -> str:
    """A line a target, as ``status`` prints it."""
    return "".join(status.as_csv(handout.subject, words, Look()))


def reports_csv(handout: Handout, words: Words) -> str:
    """A line a record in the order recorded, codes instead of words; formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(REPORT_FIELDS)
    for report in reversed(handout.reports):
        flat = flattened(_record(report, handout))
        writer.writerow([csv_cell(flat[field]) for field in REPORT_FIELDS])
    return out.getvalue()


def as_json(handout: Handout, words: Words) -> str:
    """The documented shape (docs/json.md): a status with its records and every source."""
    subject = handout.subject
    whole: dict[str, data.Json] = {
        **data.status_object(subject),
        "reports": [_record(report, handout) for report in handout.reports],
        "sources": {name: data.source_object(each) for name, each in subject.sources.items()},
    }
    return data.dumps(whole) + "\n"


def _record(report: Report, handout: Handout) -> dict[str, data.Json]:
    return data.record_object(report, handout.corrected_by.get(report.id))

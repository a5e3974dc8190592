"""The figures that a draft brings along, as a sheet for ``import``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cdstrack.app.catalogue.draft_entries import DraftReport
from cdstrack.core.model.decimals import plain
from cdstrack.i18n import Words
from cdstrack.render.board import csv_text

FIELDS = ("target", "slice", "date", "value", "of", "source", "note")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""Figures that half of their readers take for thousands; another digit makes them plain."""


def reports_csv(reports: Sequence[DraftReport], words: Words) -> str:
    """A row a figure; Vietnamese headings above figures that are written with a comma."""
    rows = (
        (
            report.target, report.slice, report.date,
            _figure(report, words), _written(report.of, words), report.source, report.note,
        )
        for report in reports
    )  # fmt: skip
    fields = [words(f"form_{name}") for name in FIELDS] if words.lang == "vi" else FIELDS
    return csv_text(fields, rows)


def _figure(report: DraftReport, words: Words) -> str:
    if report.done:
        return words("done" if report.done == "true" else "not_done")
    if report.n:
        return _written(report.n, words)
    value = report.value if report.value is not None else Decimal(0)
    text = plain(value)
    text = f"{text}0" if _THOUSANDS.fullmatch(text) else text
    text = f"{text}%" if report.in_percent else text  # else 0.8 might be 80 %
    text = _written(text, words)
    known = report.qualifier in ("nearly", "over", "about")
    return words(f"qualifier_{report.qualifier}", value=text) if known else text


def _written(figure: str, words: Words) -> str:
    """A figure as the language writes it."""
    return figure.replace(".", ",") if words.lang == "vi" else figure

"""A register as an Excel workbook in the reader's language: commitments and reports.

Days are true dates and numbers true numbers; what was said as a quarter or as "nearly" stays text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cdstrack.app.handover import Export
from cdstrack.app.standing import Status
from cdstrack.core.model.decimals import quotient
from cdstrack.core.model.periods import Period
from cdstrack.core.model.report import Report, Share
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.data import exact
from cdstrack.render.excel.workbook import Cell, Column, Sheet, Text, new_workbook
from cdstrack.render.figures import reported_words, short_goal, text_of, unit_words
from cdstrack.render.marks import mark_words
from cdstrack.render.record_lines import bare_words
from cdstrack.render.text import one_line
from cdstrack.render.views import (
    STATE_STYLE,
    as_of_words,
    body_name,
    ordered,
    value_words,
)

FILLS = {
    "worst": "#F8B4B4", "bad": "#FBD5D5", "warn": "#FFE9A8", "good": "#C9EBCB", "info": "#D6E6F5",
    "dim": "#E7E6E6",
}  # fmt: skip
"""What is behind the word of a state, by its style."""

DAY_FORMAT = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy"}
ID, TEXT, NAME, WIDE, NUMBER, DAY = 24, 18, 30, 48, 12, 14
"""Widths of columns, in characters."""

TARGET_COLUMNS = (
    ("xl_target", WIDE), ("draft_state", TEXT), ("xl_owner", NAME), ("xl_as_reported", TEXT),
    ("xl_goal", NUMBER), ("xl_unit", TEXT), ("lbl_deadline", DAY), ("xl_last_day", DAY),
    ("xl_days_left", NUMBER), ("xl_days_overdue", NUMBER), ("xl_days_late", NUMBER),
    ("lbl_evidence", DAY), ("xl_remarks", WIDE), ("xl_cell", TEXT), ("lbl_value", NUMBER),
    ("lbl_target", NUMBER), ("xl_progress", NUMBER), ("lbl_pace", NUMBER),
    ("xl_owner_then", NAME), ("lbl_source", WIDE), ("xl_paragraph", NUMBER), ("xl_tags", TEXT),
    ("xl_id", ID), ("xl_part_of", ID),
)  # fmt: skip
REPORT_COLUMNS = (
    ("xl_report", ID), ("xl_id", ID), ("xl_target", WIDE), ("xl_body", NAME),
    ("lbl_condition", TEXT), ("xl_describes", DAY), ("xl_as_reported", TEXT),
    ("lbl_value", NUMBER), ("xl_n", NUMBER), ("xl_of", NUMBER), ("xl_unit", TEXT),
    ("lbl_source", NAME), ("draft_note", WIDE), ("draft_by", TEXT), ("xl_recorded", TEXT),
    ("draft_corrects", ID), ("xl_corrected_by", ID),
)  # fmt: skip
"""Keys of the headings, and widths."""


def as_xlsx(export: Export, words: Words) -> bytes:
    """The whole workbook. Raises Fault ``excel_missing``."""
    status = export.status
    buffer, book = new_workbook(text_of(status.register.title, words), status.as_of)
    state = f"{words('draft_state')}, {as_of_words(status.as_of, status.known_on, words)}"
    targets = _columns(TARGET_COLUMNS, words, draft_state=state)
    sheet = Sheet(book, words("xl_targets"), targets, day_format=DAY_FORMAT[words.lang])
    for verdict, _ in ordered(status.verdicts, status.parents):
        sheet.add(_target(verdict, status, words))
    sheet.close()
    reports = _columns(REPORT_COLUMNS, words)
    sheet = Sheet(book, words("xl_reports"), reports, day_format=DAY_FORMAT[words.lang])
    for report in reversed(export.reports):
        corrected = export.corrected_by.get(report.id)
        counts = corrected is None and report.figure is not None
        sheet.add(_report(report, corrected, export, words), dim=not counts)
    sheet.close()
    book.close()
    return buffer.getvalue()


def _columns(known: Sequence[tuple[str, int]], words: Words, **headings: str) -> list[Column]:
    return [Column(headings.get(key) or words(key), width) for key, width in known]


def _target(verdict: Verdict, status: Status, words: Words) -> Iterator[Cell]:
    target, owner, stated = verdict.target, verdict.owner, verdict.target.stated
    milestone, deadline = target.kind == "milestone", verdict.terms.deadline
    answers = body_name(owner.current, status.register.bodies, words)
    source = status.register.sources.get(stated.source)
    yield text_of(target.title, words)
    yield Text(words(f"state_{verdict.state}"), FILLS[STATE_STYLE[verdict.state]])
    yield f"{answers} {words('owner_gone')}" if owner.orphaned else answers
    yield value_words(verdict, words)
    yield short_goal(verdict.goal, target, words)
    yield unit_words(target, words)
    yield words.deadline(deadline) if deadline else None
    yield deadline.last if deadline else None
    yield verdict.days_left
    yield verdict.days_overdue
    yield verdict.days_late
    yield _when(verdict.evidence.date, words)
    yield "; ".join(mark_words(verdict, words))
    yield words(f"cell_{verdict.cell}")
    yield exact(verdict.last.value) if verdict.last and not milestone else None
    yield verdict.goal.value if verdict.goal else None
    yield quotient(verdict.progress * 100) if verdict.progress is not None else None
    yield quotient(verdict.pace) if verdict.pace is not None else None
    yield body_name(owner.stated, status.register.bodies, words)
    yield text_of(source.title, words) if source else stated.source
    yield stated.paragraph
    yield ", ".join(target.tags)
    yield target.id
    yield target.part_of


def _report(report: Report, corrected: str | None, export: Export, words: Words) -> Iterator[Cell]:
    register, figure = export.status.register, report.figure
    target = register.targets.get(report.target)
    part = target.conditions.get(report.part or "") if target else None
    source = register.sources.get(report.source or "")
    yield report.id
    yield report.target
    yield text_of(target.title, words) if target else None
    yield body_name(report.body, register.bodies, words) if report.body else None
    yield text_of(part, words) if part else report.part
    yield _when(report.date, words)
    yield reported_words(report, target, words) if target else bare_words(report, words)
    yield figure if isinstance(figure, Decimal) else None
    yield figure.n if isinstance(figure, Share) else None
    yield figure.of if isinstance(figure, Share) else None
    yield unit_words(target, words) if target else None
    yield text_of(source.title, words) if source else report.source
    yield one_line(report.note) if report.note else None
    yield report.by
    yield _minute(report.recorded, ZoneInfo(register.timezone))
    yield report.corrects
    yield corrected


def _when(date_: Period | None, words: Words) -> date | str | None:
    """A day as a date, a longer period in words."""
    if date_ is None:
        return None
    return date_.last if date_.precision == "day" else words.period(date_)


def _minute(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(second=0, microsecond=0)

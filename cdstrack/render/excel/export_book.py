"""A register as an Excel workbook in the reader's language: commitments and reports.

Days are true dates and numbers true numbers; what was said as a quarter or as "nearly" stays text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cdstrack.app.catalogue.definitions import DEFINITIONS, HEADINGS, definitions_of
from cdstrack.app.outline import outline
from cdstrack.app.records import Export
from cdstrack.core.model.decimals import quotient
from cdstrack.core.model.entries import Heading, Target
from cdstrack.core.model.periods import Period, in_zone
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.core.verdict.roll_up import Branch, MeanProgress, RollUp
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.i18n.notation import HUNDRED, apart
from cdstrack.render import data
from cdstrack.render.excel.workbook import Cell, Column, Sheet, Text, new_workbook
from cdstrack.render.phrases import (
    STATE_STYLE,
    as_of_words,
    body_name,
    cuts_of,
    is_vague,
    level_of,
    mark_words,
    progress_words,
    reported_words,
    short_goal,
    text_of,
    unit_words,
    value_words,
)
from cdstrack.render.record_lines import bare_words
from cdstrack.render.text import one_line

FILLS = {
    "worst": "#F8B4B4", "bad": "#FBD5D5", "warn": "#FFE9A8", "good": "#C9EBCB", "info": "#D6E6F5",
    "dim": "#E7E6E6",
}  # fmt: skip
"""What is behind the word of a state, by its style."""

DAY_FORMAT = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy"}
ID, TEXT, NAME, WIDE, NUMBER, DAY = 24, 18, 30, 48, 12, 14
"""Widths of columns, in characters."""
PLACES = 6
"""Decimals of quotients: more where only they tell one from its limit."""


class _Row(NamedTuple):
    """A target to be written."""

    verdict: Verdict
    target: Target
    due: Period | None
    register: Register
    words: Words

    def body(self, name: str) -> str:
        return body_name(name, self.register.bodies, self.words)


class _Record(NamedTuple):
    """A report to be written, with its target and what corrected it."""

    report: Report
    target: Target | None
    correction: str | None
    register: Register
    words: Words


def _data(name: str) -> Callable[[_Row], Cell]:
    """A column as it stands in CSV."""
    value = dict(data.TARGET_COLUMNS)[name]
    return lambda row: _plain(value(row.verdict))


def _field(name: str) -> Callable[[_Record], Cell]:
    """The same of a report."""
    value = dict(data.REPORT_COLUMNS)[name]
    return lambda row: _plain(value(row.report, row.correction))


def _plain(value: data.Json) -> Cell:
    return value if isinstance(value, str | int | Decimal) else None


def _answers(row: _Row) -> Cell:
    owner, name = row.verdict.owner, row.body(row.verdict.owner.current)
    return f"{name} {row.words('owner_gone')}" if owner.orphaned else name


def _value(row: _Row) -> Cell:
    last = row.verdict.last
    if last is None or row.target.kind == "milestone":
        return None
    return apart(last.value, PLACES, row.target.limits)


def _percent(row: _Row) -> Cell:
    is_way = level_of(row.verdict) is None
    return _in_hundred(row, row.verdict.progress) if is_way else None


def _in_hundred(row: _Row, share: Decimal | None) -> Cell:
    """A share as a number of a hundred; in words where it only looks complete."""
    if share is None or is_vague(row.verdict, share):
        return progress_words(row.verdict, share, row.words) if share is not None else None
    return apart(share * HUNDRED, PLACES, (HUNDRED,))


def _pace(row: _Row) -> Cell:
    pace, facts = row.verdict.open_pace, row.verdict.decision.facts
    return apart(pace, PLACES, cuts_of(facts)) if pace is not None else None


def _late_exact(row: _Row) -> Cell:
    exact_to_the_day = row.verdict.days_late_exact
    if exact_to_the_day is None:
        return None
    return row.words("xl_exactly" if exact_to_the_day else "xl_at_most")


def _never_reported(row: _Row) -> Cell:
    """Of what is overdue, whether nothing was ever reported on it."""
    if row.verdict.cell != "overdue":
        return None
    return row.words("yes" if row.verdict.never_reported else "no")


def _source(name: str | None, row: _Row | _Record) -> Cell:
    source = row.register.sources.get(name or "")
    return text_of(source.title, row.words) if source else name


def _figure(row: _Record) -> Cell:
    if row.target is None:
        return bare_words(row.report, row.words)
    return reported_words(row.report, row.target, row.words)


def _condition(row: _Record) -> Cell:
    part = row.target.conditions.get(row.report.part or "") if row.target else None
    return text_of(part, row.words) if part else row.report.part


def _reporter(row: _Record) -> Cell:
    body = row.report.body
    return body_name(body, row.register.bodies, row.words) if body else None


def _minute(row: _Record) -> Cell:
    moment = in_zone(row.report.recorded, ZoneInfo(row.register.timezone))
    return moment.replace(second=0, microsecond=0)


TARGET_COLUMNS: tuple[tuple[str, int, Callable[[_Row], Cell]], ...] = (
    ("xl_target", WIDE, lambda row: text_of(row.target.title, row.words)),
    ("draft_state", TEXT, lambda row: Text(
        row.words(f"state_{row.verdict.state}"), FILLS[STATE_STYLE[row.verdict.state]]
    )),
    ("xl_owner", NAME, _answers),
    ("xl_as_reported", TEXT, lambda row: value_words(row.verdict, row.words)),
    ("xl_goal", NUMBER, lambda row: short_goal(row.verdict.terms.goal, row.target, row.words)),
    ("xl_unit", TEXT, lambda row: unit_words(row.target, row.words)),
    ("lbl_deadline", DAY, lambda row: row.words.deadline(row.due) if row.due else None),
    ("xl_last_day", DAY, lambda row: row.due.last if row.due else None),
    ("xl_days_left", NUMBER, _data("days_left")),
    ("xl_days_overdue", NUMBER, _data("days_overdue")),
    ("xl_days_late", NUMBER, _data("days_late")),
    ("xl_days_late_exact", NUMBER, _late_exact),
    ("xl_never_reported", NUMBER, _never_reported),
    ("lbl_evidence", DAY, lambda row: _when(row.verdict.evidence.date, row.words)),
    ("xl_remarks", WIDE, lambda row: "; ".join(mark_words(row.verdict, row.words))),
    ("xl_cell", TEXT, lambda row: row.words(f"cell_{row.verdict.cell}")),
    ("lbl_value", NUMBER, _value),
    ("lbl_target", NUMBER, _data("target")),
    ("xl_progress", NUMBER, _percent),
    ("xl_level", NUMBER, lambda row: _in_hundred(row, level_of(row.verdict))),
    ("lbl_pace", NUMBER, _pace),
    ("xl_owner_then", NAME, lambda row: row.body(row.verdict.owner.stated)),
    ("lbl_source", WIDE, lambda row: _source(row.target.stated.source, row)),
    ("xl_paragraph", NUMBER, lambda row: row.target.stated.paragraph),
    ("xl_tags", TEXT, lambda row: ", ".join(row.target.tags)),
    ("xl_id", ID, _data("id")),
    ("xl_part_of", ID, _data("parent")),
)  # fmt: skip
REPORT_COLUMNS: tuple[tuple[str, int, Callable[[_Record], Cell]], ...] = (
    ("xl_report", ID, _field("id")),
    ("xl_id", ID, _field("target")),
    ("xl_target", WIDE, lambda row: text_of(row.target.title, row.words) if row.target else None),
    ("xl_body", NAME, _reporter),
    ("lbl_condition", TEXT, _condition),
    ("xl_describes", DAY, lambda row: _when(row.report.date, row.words)),
    ("xl_as_reported", TEXT, _figure),
    ("lbl_value", NUMBER, _field("value")),
    ("xl_n", NUMBER, _field("n")),
    ("xl_of", NUMBER, _field("of")),
    ("xl_unit", TEXT, lambda row: unit_words(row.target, row.words) if row.target else None),
    ("xl_said", NUMBER, lambda row: row.report.wording.figure if row.report.wording else None),
    ("xl_said_unit", TEXT, lambda row: row.report.wording.unit if row.report.wording else None),
    ("lbl_source", NAME, lambda row: _source(row.report.source, row)),
    ("draft_note", WIDE, lambda row: one_line(row.report.note) if row.report.note else None),
    ("draft_by", TEXT, _field("by")),
    ("xl_recorded", TEXT, _minute),
    ("draft_corrects", ID, _field("corrects")),
    ("xl_corrected_by", ID, _field("corrected_by")),
)  # fmt: skip
"""The key of each heading, the width, and what stands below. A new column is one entry."""


SLICE: tuple[str, int, Callable[[_Record], Cell]] = (
    "form_slice",
    TEXT,
    lambda row: row.report.slice,
)
"""The column of slices, only where a report is of one."""
SERIES: tuple[str, int, Callable[[_Record], Cell]] = (
    "form_series",
    TEXT,
    lambda row: row.report.strand,
)
"""The column of series, only where there are several."""


class _Line(NamedTuple):
    """A heading of the tree to be written."""

    branch: Branch
    roll_up: RollUp
    words: Words


HEADING_COLUMNS: tuple[tuple[str, int, Callable[[_Line], Cell]], ...] = (
    ("xl_heading", WIDE, lambda line: text_of(line.branch.said.title, line.words)),
    ("xl_depth", NUMBER, lambda line: line.branch.depth + 1),
    ("cell_on_time", NUMBER, lambda line: line.roll_up.counts.on_time),
    ("cell_late", NUMBER, lambda line: line.roll_up.counts.late),
    ("cell_in_time", NUMBER, lambda line: line.roll_up.counts.in_time),
    ("cell_overdue", NUMBER, lambda line: line.roll_up.counts.overdue),
    ("cell_outside", NUMBER, lambda line: line.roll_up.counts.outside),
    ("xl_score", NUMBER, lambda line: _score(line.roll_up.score)),
    ("xl_heading_id", ID, lambda line: line.branch.said.id),
    ("xl_heading_above", ID, lambda line: line.branch.said.part_of),
)


def _score(score: MeanProgress | None) -> Cell:
    """A score in percent, as progress is."""
    return quotient(score.value * HUNDRED) if score and score.value is not None else None


def workbook(export: Export, words: Words) -> bytes:
    """The whole workbook. Raises Fault ``excel_missing``."""
    status, register = export.status, export.status.register
    seal = words("seal_short", seal=str(status.seal)) if status.seal is not None else ""
    buffer, book = new_workbook(text_of(register.title, words), status.as_of, seal)
    state = f"{words('draft_state')}, {as_of_words(status.as_of, status.known_on, words)}"
    columns = [
        Column(state if key == "draft_state" else words(key), width)
        for key, width, _ in TARGET_COLUMNS
    ]
    look = {"day_format": DAY_FORMAT[words.lang], "footer": seal}
    sheet = Sheet(book, words("xl_targets"), columns, **look)
    tree = outline(status)
    work = export.work
    for branch in work.over(tree.branches, "work_commitments"):
        verdict = branch.entry
        if isinstance(verdict, Verdict):
            row = _Row(verdict, verdict.target, verdict.terms.deadline, register, words)
            sheet.add(cell(row) for _, _, cell in TARGET_COLUMNS)
    sheet.close()
    if register.headings:
        columns = [Column(words(key), width) for key, width, _ in HEADING_COLUMNS]
        sheet = Sheet(book, words("xl_headings"), columns, **look)
        for branch in tree.branches:
            if isinstance(branch.entry, Heading):
                line = _Line(branch, tree.roll_ups[branch.said.id], words)
                sheet.add(cell(line) for _, _, cell in HEADING_COLUMNS)
        sheet.close()
    shown = [*REPORT_COLUMNS, *([SLICE] if any(r.slice for r in export.reports) else [])]
    shown += [SERIES] if any(r.strand for r in export.reports) else []
    columns = [Column(words(key), width) for key, width, _ in shown]
    sheet = Sheet(book, words("xl_reports"), columns, **look)
    cells = [cell for _, _, cell in shown]
    for report in work.over(export.reports[::-1], "work_reports"):
        correction = export.corrected_by.get(report.id)
        target = register.subject(report.target)
        record = _Record(report, target, correction, register, words)
        counts = correction is None and report.figure is not None
        sheet.add([cell(record) for cell in cells], dim=not counts)
    sheet.close()
    widths = zip(HEADINGS, (TEXT, ID, 3 * WIDE), strict=True)
    sheet = Sheet(book, DEFINITIONS, [Column(name, width) for name, width in widths], **look)
    ids = {verdict.target.id for verdict in status.verdicts}
    names = work.over([name for name in register.targets if name in ids], "work_definitions")
    for definition in definitions_of(register, names):
        sheet.add(definition)
    sheet.close()
    book.close()
    return buffer.getvalue()


def _when(date_: Period | None, words: Words) -> date | str | None:
    """A day as a date, a longer period in words."""
    if date_ is None:
        return None
    return date_.last if date_.precision == "day" else words.period(date_)

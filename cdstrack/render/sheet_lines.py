"""What a sheet would change, in words: row by row, target by target, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from cdstrack.app.record.headings import UnreadColumn
from cdstrack.app.record.sheet_import import CellProblem, Fraction, ImportRow, SkippedRow
from cdstrack.core.model.entries import Body, SeriesName, Target
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.messages import MAX_SHOWN, sentence
from cdstrack.render.phrases import STATE_STYLE, body_name, figure_words, reported_words, text_of
from cdstrack.render.text import Line, one_line

COUNTED = frozenset({"self_report"})
"""Doubts that are said once for all rows."""
OLD, FEW = "old_date", 3
"""The doubt that is said row by row only where there are few."""


def problem_lines(problems: Sequence[CellProblem], file: str, words: Words) -> Iterator[Line]:
    """Every problem by its cell."""
    for problem in problems[:MAX_SHOWN]:
        text = sentence(problem.code, problem.facts, words)
        yield _error(file, problem.cell, text, words)
    if len(problems) > MAX_SHOWN:
        yield [(words("more_problems", n=len(problems) - MAX_SHOWN), "dim")]


def fraction_lines(fractions: Sequence[Fraction], file: str, words: Words) -> Iterator[Line]:
    """Every cell that could not be asked about."""
    for cell, value, _ in fractions[:MAX_SHOWN]:
        facts = {"value": words.number(value), "percent": words.number(value * 100)}
        yield _error(file, cell, sentence("percent_fraction", facts, words), words)


def _error(file: str, cell: str, text: str, words: Words) -> Line:
    place, level = f"{file}!{cell}", words("level_error")
    return [(place, "bold"), (": ", ""), (level, "error"), (": ", ""), (text, "")]


def change_lines(
    rows: Sequence[ImportRow],
    verdicts: Mapping[SeriesName, tuple[Verdict, Verdict]],
    bodies: Mapping[str, Body],
    words: Words,
    *,
    is_own: bool = False,
) -> Iterator[Line]:
    """Under each target the figures that are reported on it, and how it stands before and after;
    not if many bodies report on it and only the own reports could be read."""
    by_series: dict[SeriesName, list[ImportRow]] = {}
    for row in rows:
        by_series.setdefault(row.target.series, []).append(row)
    old = [
        doubt for row in rows if row.already is None for doubt in row.doubts if doubt.code == OLD
    ]
    counted = {*COUNTED, *([OLD] if len(old) > FEW else [])}
    for before, after in verdicts.values():
        target = before.target
        yield [(text_of(target.title, words), "bold"), (f"  {target.id}", "dim")]
        for row in by_series.pop(target.series, ()):  # of an indicator under its first target
            yield from _row(row, bodies, words, counted)
        if is_own and target.reporters is not None:
            yield [(f"  {words('draft_own')}", "dim")]
            continue
        values = [_value(verdict, target, words) for verdict in (before, after)]
        if target.of_strand is not None:
            text = words("series_is_shown", series=target.of_strand)
            yield [(f"  {' → '.join(values)} · {text}", "")]
            continue
        yield [
            (f"  {' → '.join(values)} · ", ""),
            (words(f"state_{before.state}"), STATE_STYLE[before.state]),
            (" → ", "dim"),
            (words(f"state_{after.state}"), STATE_STYLE[after.state]),
        ]
    if OLD in counted:
        oldest = max(old, key=lambda doubt: int(str(doubt.facts["days"])))
        yield [(words("rows_old", n=len(old), date=oldest.facts["date"]), "dim")]
    self_reports = sum(_is_self_report(row) for row in rows)
    if self_reports:
        yield [(words("rows_self_reported", n=self_reports), "dim")]


def _value(verdict: Verdict, target: Target, words: Words) -> str:
    return figure_words(verdict.last, target, words) if verdict.last else words("no_value")


def _is_self_report(row: ImportRow) -> bool:
    return row.already is None and any(doubt.code == "self_report" for doubt in row.doubts)


def _row(
    row: ImportRow, bodies: Mapping[str, Body], words: Words, counted: Set[str]
) -> Iterator[Line]:
    """A row with what looks odd in it, but for the doubts that are ``counted`` below."""
    report, target = row.report, row.target
    texts = [reported_words(report, target, words), words.period(report.date)]
    if report.body is not None:
        texts.append(body_name(report.body, bodies, words))
    if report.part is not None:
        texts.append(text_of(target.conditions[report.part], words))
    if report.source is not None:
        texts.append(one_line(report.source))
    line: Line = [(f"  {row.cell:<5}", "code"), (" · ".join(texts), "")]
    if row.already is not None:
        line.append((f"  {words('row_already')}", "dim"))
    if row.original is not None:
        figure = reported_words(row.original, target, words)
        line.append((f"  {words('row_corrects', figure=figure)}", "dim"))
    yield line
    for doubt in row.doubts if row.already is None else ():
        if doubt.code in counted:
            continue
        text = words(f"doubt_{doubt.code}", **doubt.facts)
        yield [("       ", ""), (words("level_warning"), "warning"), (": ", ""), (text, "")]


def ignored_lines(columns: Sequence[UnreadColumn], words: Words) -> Iterator[Line]:
    """Columns that hold something and are not read, with the headings that were meant."""
    if columns:
        names = [_column_words(column, words) for column in columns]
        yield [(words("level_warning"), "warning"), (": ", ""),
               (f"{words('import_ignored')} {', '.join(names)}", "")]  # fmt: skip


def _column_words(column: UnreadColumn, words: Words) -> str:
    text = f"{column.letters} “{one_line(column.heading)}”" if column.heading else column.letters
    near = words("heading_near", heading=column.near) if column.near is not None else None
    return f"{text} ({near})" if near is not None else text


def unfilled_lines(rows: Sequence[tuple[int, Target]], words: Words) -> Iterator[Line]:
    """Rows that were left empty."""
    if rows:
        yield [(words("rows_unfilled", n=len(rows)), "")]
    for number, target in rows[:MAX_SHOWN]:
        yield [(f"  {words('row_number', n=number)}  ", "dim"), (text_of(target.title, words), ""),
               (f"  {target.ledger_id}", "dim")]  # fmt: skip
    if len(rows) > MAX_SHOWN:
        yield [(words("more_rows", n=len(rows) - MAX_SHOWN), "dim")]


def skipped_lines(rows: Sequence[SkippedRow], words: Words) -> Iterator[Line]:
    """Rows that hold no figure: which, and what they are."""
    runs: list[tuple[int, int, str]] = []
    for row, kind in rows:
        if runs and runs[-1][1:] == (row - 1, kind):
            runs[-1] = (runs[-1][0], row, kind)
        else:
            runs.append((row, row, kind))
    texts = [
        f"{first if first == last else f'{first}–{last}'} ({words(f'row_{kind}')})"
        for first, last, kind in runs[:MAX_SHOWN]
    ]
    if texts:
        yield [(words("rows_skipped", n=len(rows), rows=", ".join(texts)), "")]

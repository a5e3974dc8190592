"""The status of a register in every format: one function each, all with the same face."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cdstrack.app.standing import Status
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.verdict.portfolio import Counts
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.figures import text_of
from cdstrack.render.table import Column, Row, bar, lay_out
from cdstrack.render.text import Line, Look, csv_cell, fit, markdown_cell, paint, visible, wrap
from cdstrack.render.views import (
    StatusRow,
    as_of_words,
    counts_line,
    ordered,
    rates_line,
    status_row,
)

JOINT = "; "
"""Between a deadline and its days, a report and its age, where they stand on one line."""

Groups = Sequence[tuple[str, Sequence[Verdict]]]
"""Targets under headings, where a reader asked for them."""
Format = Callable[[Status, Groups, Words, Look], Iterator[str]]


def table(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """Cells and rates on top, then a row a target."""
    yield from paint(_heading(status, words, look), look)
    bodies = dict(status.register.bodies)
    rows: list[Row] = []
    for title, verdicts in groups or _dated_first(status, words):
        if title and verdicts:
            rows.append(Row([], below=(title, "bold")))
        rows += [
            _row(status_row(verdict, bodies, words, depth))
            for verdict, depth in ordered(verdicts, status.parents)
        ]
    if rows:
        yield "\n"
        yield from paint(target_table(rows, words, look), look)
    if not status.verdicts:
        yield from paint([[], [(words("nothing_selected"), "dim")]], look)
    yield from paint(fit(_to_come(status.to_come, words), look), look)


def _dated_first(status: Status, words: Words) -> list[tuple[str, list[Verdict]]]:
    """What is counted in the four cells, then what stands outside them under its own heading."""
    inside = [verdict for verdict in status.verdicts if verdict.cell != "outside"]
    outside = [verdict for verdict in status.verdicts if verdict.cell == "outside"]
    return [("", inside), (words("outside_heading"), outside)]


def _heading(status: Status, words: Words, look: Look) -> Iterator[Line]:
    said = as_of_words(status.as_of, status.known_on, words)
    width = look.width or 10_000
    title = wrap(visible(text_of(status.register.title, words)), width)
    for text in title:
        yield [(text, "bold")]
    yield [(said, "dim")]
    yield []
    yield from summary(status.counts, words, look)


def summary(counts: Counts, words: Words, look: Look) -> Iterator[Line]:
    """The four cells of the Government Office, what stands outside, and the rates."""
    cells: list[Line] = [
        [(figure, style), (f" {word}", "")] for word, figure, style in counts_line(counts, words)
    ]
    rates: list[Line] = [
        [(f"{word} ", ""), (rate, "bold")] for word, rate in rates_line(counts, words)
    ]
    yield from _flowed(cells, look)
    yield from _flowed(rates, look)


def _flowed(pieces: Sequence[Line], look: Look) -> Iterator[Line]:
    """Pieces side by side with a dot between, broken into lines where they do not fit."""
    width = look.width or 10_000
    line: Line = []
    used = 0
    for piece in pieces:
        size = sum(len(text) for text, _ in piece)
        if line and used + 3 + size > width:
            yield line
            line, used = [], 0
        if line:
            line, used = [*line, (" · ", "dim")], used + 3
        line, used = [*line, *piece], used + size
    if line:
        yield line


def verdict_table(
    verdicts: Iterable[Verdict], bodies: Mapping[str, Body], words: Words, look: Look
) -> Iterator[Line]:
    """Verdicts one below the other, for ``overdue``."""
    rows = [_row(status_row(verdict, dict(bodies), words, 0)) for verdict in verdicts]
    return target_table(rows, words, look)


def target_table(rows: Sequence[Row], words: Words, look: Look) -> Iterator[Line]:
    """The table itself."""
    columns = [
        Column(words("col_state")),
        Column(words("col_target"), wraps=True, least=18),
        Column(words("col_value")),
        Column(words("col_deadline"), joint=JOINT),
        Column(words("col_report"), drop=1, joint=JOINT),
        Column(words("col_owner"), drop=2, wraps=True, least=22),
    ]
    return lay_out(columns, rows, look)


def _row(row: StatusRow) -> Row:
    indent = "└ " if row.depth else ""
    state = [(f"{row.symbol} {row.word}", row.style)]
    value = [(part, "") for part in value_lines(row.value)]
    if row.share is not None:
        planned = float(row.planned) if row.planned is not None else None
        value.append((f"{bar(float(row.share), planned)} {row.percent}", row.style))
    deadline = [(row.deadline, "")]
    if row.days:
        deadline.append((row.days, row.style))
    report = [(row.report, "")]
    if row.age:
        report.append((row.age, "dim"))
    title = [(indent + row.title, "")]
    title += [(f"• {mark}", "info") for mark in row.marks]
    return Row(
        [state, title, value, deadline, report, [(row.owner, "dim")]],
        below=(row.id, "dim"),
        below_at=1,
    )


WIDE_VALUE = 20


def value_lines(text: str) -> list[str]:
    """A value in lines that leave room: each count of periods, n of N, the goal of a long one."""
    if ", " in text:
        return re.split("(?<=,) ", text)
    if len(text) <= WIDE_VALUE:
        return [text]
    return text.split(" ", 1) if "/" in text.split(" ")[0] else re.split(" (?=/ )", text)


def _to_come(targets: Iterable[Target], words: Words) -> Iterator[Line]:
    listed = list(targets)
    if listed:
        yield []
        yield [(words("to_come"), "bold")]
    for target in listed:
        said = words("to_come_item", title=text_of(target.title, words), day=target.stated.on)
        yield [(f"{target.id}  ", "dim"), (said, "")]


def plain(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """One line a target, fields set apart by tabs, codes instead of words; for grep and cut."""
    for verdict, _ in ordered(status.verdicts, status.parents):
        fields = [str(cell) for cell in data.flat(verdict).values()]
        yield "\t".join([visible(field) for field in fields]) + "\n"


def as_json(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """The documented shape (docs/json.md), one object."""
    yield data.dumps(data.status_object(status)) + "\n"


def as_csv(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """The same fields as ``plain`` with a heading; formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, (verdict, _) in enumerate(ordered(status.verdicts, status.parents)):
        fields = data.flat(verdict)
        if number == 0:
            writer.writerow(fields)
        writer.writerow([csv_cell(str(field)) for field in fields.values()])
    if not status.verdicts:
        writer.writerow(data.FLAT_FIELDS)
    yield out.getvalue()


def markdown(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """A table for a page or a pull request."""
    yield f"## {markdown_cell(text_of(status.register.title, words))}\n\n"
    yield f"{markdown_cell(as_of_words(status.as_of, status.known_on, words))}\n\n"
    cells = [f"**{figure}** {word}" for word, figure, _ in counts_line(status.counts, words)]
    rates = [f"{word} **{rate}**" for word, rate in rates_line(status.counts, words)]
    yield " · ".join(cells) + "  \n" + " · ".join(rates) + "\n\n"
    bodies = dict(status.register.bodies)
    if not status.verdicts:
        yield words("nothing_selected") + "\n"
    for title, verdicts in groups or _dated_first(status, words):
        if title and verdicts:
            yield f"\n### {markdown_cell(title)}\n\n"
        if verdicts:
            rows = ordered(verdicts, status.parents)
            listed = [status_row(verdict, bodies, words, depth) for verdict, depth in rows]
            yield from _markdown_table(listed, words)


def _markdown_table(rows: Iterable[StatusRow], words: Words) -> Iterator[str]:
    keys = ("state", "target", "value", "deadline", "report", "owner")
    yield "| " + " | ".join(words(f"col_{key}") for key in keys) + " |\n"
    yield "|" + " --- |" * len(keys) + "\n"
    for row in rows:
        title = markdown_cell(row.title)
        notes = "".join(f"<br>• {markdown_cell(mark)}" for mark in row.marks)
        cells = [
            f"{row.symbol} {markdown_cell(row.word)}",
            f"{'└ ' if row.depth else ''}{title}<br>`{row.id}`{notes}",
            markdown_cell(row.value),
            markdown_cell(JOINT.join(filter(None, (row.deadline, row.days)))),
            markdown_cell(JOINT.join(filter(None, (row.report, row.age)))),
            markdown_cell(row.owner),
        ]
        yield "| " + " | ".join(cells) + " |\n"


def svg(status: Status, groups: Groups, words: Words, look: Look) -> Iterator[str]:
    """A picture of the terminal, for a README: valid XML without script, link or outside font."""
    from cdstrack.render.svg import picture

    seen = Look(width=look.width or 110, color=True, unicode=True)
    shown = "".join(table(status, groups, words, seen))
    yield picture(shown, title="cdstrack status", width=seen.width or 110)


FORMATS: Mapping[str, Format] = {
    "table": table,
    "plain": plain,
    "json": as_json,
    "csv": as_csv,
    "md": markdown,
    "svg": svg,
}

"""The form for a clerk, as a workbook to fill in or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from cdstrack.app.record.form import Form, FormRow
from cdstrack.app.record.sheet_table import heading_text
from cdstrack.core.model.breakdown import TargetSlice
from cdstrack.core.model.entries import Source, Target
from cdstrack.core.model.form_columns import COLUMNS, FILLED, Column
from cdstrack.core.model.report import Share
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.excel.workbook import A4, HEADING, Formats, cell_text, new_workbook
from cdstrack.render.phrases import body_name, reported_words, text_of, unit_words
from cdstrack.render.text import BOM, csv_cell, wrap
from cdstrack.store.sheet.archive import FORM_NAME

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDTHS: dict[str, float] = {
    "target": 18, "title": 44, "body": 14, "part": 11, "unit": 15, "previous": 24, "date": 16,
    "value": 18, "of": 10, "source": 26, "note": 26, "slice": 20,
    "series": 16,
}  # fmt: skip
HEADING_ROW = 2
"""Counted from 0: above it stand what the form is, and how to fill it in."""
LINE_HEIGHT = 15
WIDEST_ID = 44
OPTIONAL: tuple[Column, ...] = ("body", "part", "slice", "series")
"""Columns that are hidden where every cell of them is empty."""
MOST_STRANDS = 6
"""So many series are named above the form."""
LIST_LIMIT = 255
"""Excel takes no longer list of choices in a cell."""
TEXT = 49
"""The format of cells that keep what was typed."""

_INPUT: dict[str, Any] = {"locked": False, "num_format": TEXT, "bg_color": "#FFF9DB", "border": 1,
                          "border_color": "#BFBFBF", "text_wrap": True}  # fmt: skip
_FIXED: dict[str, Any] = {"text_wrap": True, "border": 1, "border_color": "#D9D9D9"}
_CLOSED: dict[str, Any] = {**_FIXED, "bg_color": "#EDEDED"}


def as_csv(form: Form, words: Words) -> str:
    """The form as CSV: a row of headings, then a row for each figure."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    dimensions = dict.fromkeys(chain(*(_categories(row.target, words) for row in form.rows)))
    texts = [_cells(row, dimensions, words) for row in form.rows]
    columns = _columns(texts, dimensions)
    writer.writerow([_heading(name, words) for name in columns])
    for cells in texts:
        writer.writerow([csv_cell(cells[name]) for name in columns])
    return BOM + buffer.getvalue()


def as_xlsx(form: Form, words: Words) -> bytes:
    """The form as a protected workbook: only what a clerk fills in can be changed.

    A hidden name says whose form it is, to whoever gets it back.

    The cells to fill in are text. So a spreadsheet keeps what was typed: on a computer set to
    English, 10.000 would otherwise become 10, and 6/7/2025 the seventh of June.

    Raises Fault ``excel_missing``.
    """
    rows, register = form.rows, form.status.register
    title = words("form_heading", who=body_name(form.name, register.bodies, words))
    buffer, book = new_workbook(title, form.status.as_of)
    formats = Formats(book)
    sheet = book.add_worksheet(words("form_sheet"))
    dimensions = dict.fromkeys(chain(*(_categories(row.target, words) for row in rows)))
    texts = [_cells(row, dimensions, words) for row in rows]
    widths = _widths(texts, [row.takes_whole for row in rows], dimensions)
    columns = _columns(texts, dimensions)
    strands = _strands([row.target for row in rows], words) if "series" in columns else ""
    _head(sheet, formats, title, {name: widths[name] for name in columns}, strands, words)
    names = list(register.sources)
    for number, (row, cells) in enumerate(zip(rows, texts, strict=True), start=HEADING_ROW + 1):
        sheet.set_row(number, LINE_HEIGHT * _lines(cells, widths))
        for at, name in enumerate(columns):
            open_here = name in FILLED and (name != "of" or row.takes_whole)
            look = _INPUT if open_here else _CLOSED if name in FILLED else _FIXED
            sheet.write_string(number, at, cell_text(cells[name]), formats(**look))
        _choices(sheet, number, row, len(names), words)
    _source_sheet(book, formats, names, register.sources, words)
    book.define_name(FORM_NAME, f'="{form.mark}"')
    last = max(HEADING_ROW + len(rows), HEADING_ROW + 1)
    sheet.ignore_errors({"number_stored_as_text": f"A{HEADING_ROW + 2}:K{last + 1}"})
    sheet.autofilter(HEADING_ROW, 0, last, len(columns) - 1)
    book.close()
    return buffer.getvalue()


FORMATS: Mapping[str, Callable[[Form, Words], str | bytes]] = {"xlsx": as_xlsx, "csv": as_csv}
"""A form in every format, by the suffix of its file."""


def _categories(target: Target, words: Words) -> dict[str, str]:
    """The categories of a slice by the titles of their dimensions, each a column of its own.

    None where a dimension has no title, or one that is a heading of ours.
    """
    if not isinstance(target, TargetSlice):
        return {}
    ours = {heading_text(Words(lang)(f"form_{name}")) for lang in LANGUAGES for name in COLUMNS}
    categories: dict[str, str] = {}
    for dimension, label in target.categories.items():
        title = target.dimensions.get(dimension)
        heading = text_of(title, words) if title is not None else ""
        if heading_text(heading) in {"", *ours, *map(heading_text, categories)}:
            return {}
        categories[heading] = text_of(label, words)
    return categories


def _columns(texts: Sequence[dict[str, str]], dimensions: Iterable[str]) -> Sequence[str]:
    """The columns of a form: slices and series have theirs only where a row needs it."""
    absent = [name for name in COLUMNS[-2:] if not any(cells[name] for cells in texts)]
    return [*(name for name in COLUMNS if name not in absent), *dimensions]


def _heading(name: str, words: Words) -> str:
    return words(f"form_{name}") if name in COLUMNS else name


def _widths(
    texts: Sequence[dict[str, str]], whole: Sequence[bool], dimensions: Iterable[str]
) -> dict[str, float]:
    """The width of each column in characters; 0 for one that nobody needs here."""
    widths: dict[str, float] = {**WIDTHS, **dict.fromkeys(dimensions, WIDTHS["slice"])}
    longest = max((len(cells["target"]) for cells in texts), default=0)
    widths["target"] = min(max(longest + 2, WIDTHS["target"]), WIDEST_ID)
    widths["of"] *= any(whole)
    for name in OPTIONAL:
        widths[name] *= any(cells[name] for cells in texts)
    return widths


def _lines(cells: dict[str, str], widths: dict[str, float]) -> int:
    """How many lines a row takes: programs other than Excel do not work it out by themselves."""
    return max(len(wrap(cells[name], int(width) - 1)) for name, width in widths.items() if width)


def _strands(targets: Sequence[Target], words: Words) -> str:
    """The series that a form asks for, by their ids and names; so many as there is room for."""
    titles = {name: title for target in targets for name, title in target.strands.items()}
    names = {
        name: text_of(titles[name], words)
        for target in targets
        if (name := target.strand) is not None and name in titles
    }
    texts = [f"{name}: {title}" if name != title else name for name, title in names.items()]
    more = ["…"] if len(texts) > MOST_STRANDS else []
    return "; ".join([*texts[:MOST_STRANDS], *more])


def _head(
    sheet: Worksheet, formats: Formats, title: str, widths: dict[str, float], strands: str,
    words: Words,
) -> None:  # fmt: skip
    """What the form is, how to fill it in, the headings; and what may be done with it.

    ``strands`` are the series that it asks for.
    """
    sheet.write_string(0, 0, cell_text(title), formats(bold=True, font_size=14))
    rules = [words("form_how_fill"), words("form_how_figures"), words("form_how_dates")]
    if widths["of"]:
        rules.insert(2, words("form_how_share"))
    if strands:
        rules.append(words("form_how_series", names=strands))
    how = [f"{number}. {rule}" for number, rule in enumerate(rules, start=1)]
    beside = COLUMNS.index("previous")
    room = int(sum(widths[name] for name in COLUMNS[: beside + 1]) * 0.9)
    sheet.merge_range(1, 0, 1, beside, "", formats())
    sheet.write_string(1, 0, "\n".join(how), formats(text_wrap=True))
    lines = sum(len(wrap(line, room)) for line in how)
    for row, height in ((0, 1.6), (1, lines + 0.4), (HEADING_ROW, 2.2)):
        sheet.set_row(row, height * LINE_HEIGHT)
    heading = formats(**HEADING, text_wrap=True)
    for at, name in enumerate(widths):
        sheet.set_column(at, at, widths[name], None, {"hidden": not widths[name]})
        sheet.write_string(HEADING_ROW, at, cell_text(_heading(name, words)), heading)
    sheet.freeze_panes(HEADING_ROW + 1, 2)
    sheet.repeat_rows(HEADING_ROW)
    _page(sheet)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _page(sheet: Worksheet) -> None:
    """Printed, a sheet is as wide as a page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)


def _cells(row: FormRow, dimensions: Iterable[str], words: Words) -> dict[str, str]:
    """The text of every cell of a row."""
    target, previous = row.target, row.previous
    title = text_of(target.title, words)
    if row.part is not None:
        title = f"{title}: {text_of(target.conditions[row.part], words)}"
    unit = words("form_unit_done") if row.forms == {bool} else unit_words(target, words)
    if target.accumulates:
        unit = words("form_unit_increment", unit=unit)
    before = ""
    if previous is not None:
        before = f"{reported_words(previous, target, words)} · {words.period(previous.date)}"
    categories = _categories(target, words)
    return {
        **dict.fromkeys(dimensions, ""),
        **categories,
        "target": target.ledger_id,
        "title": title,
        "body": row.body or (words("form_all_bodies") if target.reporters is not None else ""),
        "part": row.part or "",
        "unit": unit,
        "previous": before,
        "date": words.period(row.dates[0]),
        "value": "",
        "of": "",
        "source": "",
        "note": "",
        "slice": "" if categories else target.of_slice or "",
        "series": target.strand or "",
    }


def _choices(sheet: Worksheet, number: int, row: FormRow, sources: int, words: Words) -> None:
    """The drop-downs of a row, and what a cell says when it is entered."""
    dates: list[str] = []
    for period in row.dates:
        dates.append(words.period(period))  # holds no comma, which would end it
        if len(",".join(dates)) > LIST_LIMIT:
            dates.pop()
            break
    at = COLUMNS.index("date")
    if dates:
        sheet.data_validation(
            number, at, number, at,
            {"validate": "list", "source": dates, "show_error": False,
             "input_title": words("form_date"), "input_message": words("form_date_hint")},
        )  # fmt: skip
    at = COLUMNS.index("value")
    hint = {"input_title": words("form_value"), "input_message": _hint(row, words)}
    kind: dict[str, Any] = {"validate": "any"}
    if bool in row.forms:
        answers = [words("done"), words("not_done")]
        kind = {"validate": "list", "source": answers, "show_error": row.forms == {bool}}
    sheet.data_validation(number, at, number, at, {**kind, **hint})
    if sources:
        at = COLUMNS.index("source")
        cells = f"='{words('form_sources')}'!$A$2:$A${sources + 1}"
        sheet.data_validation(
            number, at, number, at, {"validate": "list", "source": cells, "show_error": False}
        )


def _hint(row: FormRow, words: Words) -> str:
    """How the figure of a row is written."""
    if bool in row.forms:
        return words("form_done_hint")
    if row.target.accumulates:
        return words("form_increment_hint")
    if row.forms == {Share}:
        return words("form_share_hint")
    return words("form_percent_hint") if row.takes_whole else words("form_value_hint")


def _source_sheet(
    book: Workbook,
    formats: Formats,
    names: Sequence[str],
    sources: Mapping[str, Source],
    words: Words,
) -> None:
    """The documents that the register knows, to choose from and to look up."""
    sheet = book.add_worksheet(words("form_sources"))
    heading = formats(**HEADING)
    for at, (key, width) in enumerate((("form_source", 34), ("form_source_title", 90))):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, words(key), heading)
    for number, name in enumerate(names, start=1):
        sheet.write_string(number, 0, name, formats())
        title = cell_text(text_of(sources[name].title, words))
        sheet.write_string(number, 1, title, formats(text_wrap=True))
    sheet.freeze_panes(1, 0)
    _page(sheet)
    sheet.protect()

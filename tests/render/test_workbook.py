"""Workbooks: no text becomes a formula, a link or markup, and no number another one."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cdstrack.render.excel.workbook import Cell, Column, Sheet, as_float, cell_text, new_workbook
from cdstrack.render.text import visible
from tests.cli.build import DATED, TRAINED, target
from tests.trust.runs import TITLES

D = Decimal


def written(*cells: Cell) -> bytes:
    """A workbook with one row."""
    buffer, book = new_workbook("Sổ", date(2026, 11, 21))
    columns = [Column(f"c{number}", 12) for number, _ in enumerate(cells)]
    sheet = Sheet(book, "Sheet", columns, day_format="dd/mm/yyyy")
    sheet.add(cells)
    sheet.close()
    book.close()
    return buffer.getvalue()


def read(data: bytes) -> list[Any]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)[1]


def parts(data: bytes) -> dict[str, str]:
    """The files in a workbook, each of them sound XML."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        found = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    for text in found.values():
        ElementTree.fromstring(text)  # noqa: S314
    return found


@pytest.mark.promise("formulas")
@given(TITLES)
@example("=1+1")
@example('=HYPERLINK("http://evil.example")')
@example("http://evil.example")
@example("mailto:a@b")
@example("@SUM(A1)")
@example("internal:Sheet1!A1")
@example("{=A1}")
@example("]]><evil/>")
@example("_x0041_")
@example("\x1b[31m\u202e\x00\r\n\t")
@example("<r></sst><evil>")
@example("12345")
@example("1e5")
@example("TRUE")
def test_a_text_stays_the_text_that_is_shown_elsewhere(text):
    data = written(text)
    found = parts(data)
    sheet = found["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert not any("externalLink" in name or "hyperlink" in text for name, text in found.items())
    assume("_x" not in text)  # calamine leaves what the format escapes
    assert read(data) == [visible(text)]


@pytest.mark.parametrize("text", ["<r><t>x</t></r>", "<r></r><evil/><r></r>", "<r>&</r>"])
def test_a_text_cannot_pass_for_markup_of_the_library(text):
    data = written(text)
    strings = parts(data)["xl/sharedStrings.xml"]
    assert "<evil/>" not in strings
    assert "&lt;r&gt;" in strings
    assert read(data) == [text + " "]


@pytest.mark.promise("formulas")
@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@x", "＝1"])
def test_a_text_like_a_formula_stays_one_when_a_reader_edits_the_cell(text):
    assert 'quotePrefix="1"' in parts(written(text))["xl/styles.xml"]
    assert 'quotePrefix="1"' not in parts(written("plain", "-5"))["xl/styles.xml"]


@pytest.mark.parametrize("char", ["x", "ổ", "🙂"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(char):
    longest = 2 * 32_767 // len(char.encode("utf-16-le"))
    whole = char * longest
    assert cell_text(whole) == whole
    [told] = read(written(whole + "xxx"))
    assert told.endswith("…")
    assert told.startswith(char * (longest - 1))
    assert len(told.encode("utf-16-le")) <= 2 * 32_767


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
    )
)
@example(D("0.1"))
@example(D("-0"))
def test_a_number_of_up_to_15_digits_is_that_number(value):
    [told] = read(written(value))
    assert Decimal(repr(told)) == value


@pytest.mark.parametrize(
    "value", ["1234567890123456", "0.1234567890123456", "1" + "0" * 30 + ".5", "1e400", "1e-400"]
)
def test_a_number_that_excel_would_change_is_text(value):
    assert as_float(D(value)) is None
    [told] = read(written(D(value)))
    assert isinstance(told, str)
    assert D(told) == D(value)


@pytest.mark.parametrize(
    ("value", "shown"), [("1000", "#,##0"), ("96.73", "#,##0.00"), ("0.5", "#,##0.0")]
)
def test_a_number_shows_all_its_decimals_and_no_percent_sign(value, shown):
    styles = parts(written(D(value)))["xl/styles.xml"]
    assert f'formatCode="{shown}"' in styles
    assert "%" not in styles


def test_days_and_moments_are_dates():
    moment = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
    first, second, third = read(written(date(2026, 11, 21), moment, date(1900, 2, 28)))
    assert first == date(2026, 11, 21)
    assert second.isoformat() == "2026-11-21T12:30:00"
    assert third == "1900-02-28"  # Excel counts wrongly until there


def test_the_heading_stays_in_view_and_filters():
    sheet = parts(written("a", "b"))["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B2"/>' in sheet


def test_a_row_is_as_high_as_its_longest_text_up_to_a_limit():
    for text, heights in (("x", []), ("x " * 10, ["30"]), ("x" * 9000, ["300"])):
        sheet = parts(written("a", text))["xl/worksheets/sheet1.xml"]
        assert re.findall('<row r="2"[^>]* ht="([0-9]+)"', sheet) == heights


def test_an_overdue_state_is_red_and_a_corrected_report_grey(cli):
    cli.write(TRAINED)
    old = cli.report("trained", "5", "--date", "2026-11-20")
    for more in ([], ["--corrects", old["id"]]):
        cli.report("trained", "6", "--date", "2026-11-20", *more)
        cli("export", "-o", "out.xlsx", "--as-of", "2027-02-01" if more else "2026-11-21")
        styles = parts((cli.folder / "out.xlsx").read_bytes())["xl/styles.xml"]
        assert ("FF808080" in styles, "FFF8B4B4" in styles) == (bool(more), bool(more))


def test_the_same_content_is_the_same_file_and_bears_the_day_given():
    first, second = written("a", D(1)), written("a", D(1))
    assert first == second
    assert "2026-11-21T00:00:00Z" in parts(first)["docProps/core.xml"]


def test_hostile_notes_and_titles_leave_a_sound_workbook(cli):
    texts = ["=cmd|' /C calc'!A0", "]]>", "<r><evil/></r>", "\x1b]8;;x\x07", "\ud83d", "_x000D_"]
    title = json.dumps("<r>" + "x" * 40_000 + "</r>")
    cli.write(TRAINED, target("long", DATED, vi=title, en=title))
    lines = []
    for n, text in enumerate(texts):
        record = {"id": f"r{n}", "target": "trained", "date": f"2026-01-{n + 2:02}", "value": "5",
                  "note": text, "by": text, "recorded": f"2026-02-01T00:00:{n:02}Z"}  # fmt: skip
        lines.append(json.dumps(record) + "\n")
    cli.ledger.write_text("".join(lines[:4] + lines[5:]), encoding="utf-8")
    assert cli("export", "-o", "out.xlsx").code == 0
    found = parts((cli.folder / "out.xlsx").read_bytes())
    assert not any("<f>" in text or "<evil" in text for text in found.values())
    assert not re.search("[\x00-\x08\x0b-\x1f]", "".join(found.values()))
    book = CalamineWorkbook.from_path(str(cli.folder / "out.xlsx"))
    heading, *rows = book.get_sheet_by_name("Reports").to_python()
    notes = [row[heading.index("Note")] for row in rows]
    assert notes[:4] == [*texts[:2], texts[2] + " ", "\\x1b]8;;x\\x07"]
    [title] = [
        row[0] for row in book.get_sheet_by_name("Commitments").to_python() if "xx" in row[0]
    ]
    assert len(title) == 32_767

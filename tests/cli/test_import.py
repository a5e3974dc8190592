"""``import``: a form comes back, and all of it is recorded or none."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.app.record.sheet_import import read_import
from cdstrack.core.model.form_columns import COLUMNS
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import replace
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.store.files import FileStore
from cdstrack.store.sheet.grid import read_book
from tests.cases import every_case
from tests.cli.boards import PORTAL, PROVINCES, SIGN
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import (
    DATED,
    FAMILY,
    HEAD,
    LAW,
    NOW,
    OPEN,
    ROOT,
    SIGNED,
    SPENT,
    TRAINED,
    register,
    target,
)
from tests.draws import examples
from tests.sheets.books import DATE, PERCENT, book, packed, parts, sheet, texts
from tests.sheets.filled import SHARE, Percent, row, workbook
from tests.trust.runs import HOSTILE, Here, unseen


@pytest.fixture
def sent(cli):
    """Import a form that came back with these rows; ``lang`` is that of its headings."""

    def send(*rows: dict[str, Any], args: tuple[str, ...] = ("--yes",), lang: str = "en"):
        path = workbook(cli.folder / "form.xlsx", *rows, lang=lang)
        return cli("import", str(path.name), *args, "--lang", lang)

    return send


OLD_DATES = [row(number, date=f"{number}/1/2024") for number in range(1, 11)]


@pytest.mark.parametrize(
    ("lang", "summary"),
    [
        ("en", "10 rows are more than a year old, the oldest of 1 Jan 2024."),
        ("vi", "10 dòng có số liệu cách đây hơn một năm, cũ nhất là của 01/01/2024."),
    ],
)
def test_many_old_dates_are_one_line(cli, sent, lang, summary):
    cli.write(OPEN)
    rows = [{**cells, "target": "open"} for cells in OLD_DATES]
    said = sent(*rows, args=("--dry-run",), lang=lang).out
    assert summary in said
    assert "old date" not in said


def test_few_old_dates_are_named_row_by_row(cli, sent):
    cli.write(OPEN)
    rows = [{**cells, "target": "open"} for cells in OLD_DATES[:3]]
    said = sent(*rows, args=("--dry-run",)).out
    assert said.count("this is an old date") == 3


def said(record: dict[str, Any]) -> tuple[Any, ...]:
    """The figure of a record, whichever it has."""
    names = ("value", "n", "of", "done", "qualifier", "date", "body", "part")
    return tuple(record[name] for name in names if record.get(name) is not None)


# What is recorded, and what is shown before


def test_a_form_that_came_back_is_recorded(cli, sent):
    cli.write(TRAINED, LAW)
    ran = sent(row("hơn 400", source="12/BC", note="theo báo cáo quý"), row("đã hoàn thành", "law"),
               lang="vi")  # fmt: skip
    assert ran.code == 0, ran.err
    trained, law = cli.records
    assert said(trained) == ("400", "over", "2026-06-30")
    assert (trained["source"], trained["note"], trained["by"]) == (
        "12/BC",
        "theo báo cáo quý",
        "An",
    )
    assert said(law) == (True, "2026-06-30")
    assert ran.out.splitlines() == [
        "Tập huấn cán bộ  trained",
        "  H4   hơn 400 người · 30/06/2026 · 12/BC",
        "  – → hơn 400 · chưa có số liệu → có nguy cơ chậm",
        "Trình luật  law",
        "  H5   đã hoàn thành · 30/06/2026",
        "  – → đã hoàn thành · chưa có số liệu → đã đạt",
        "1 dòng không ghi nguồn nên coi là tự báo cáo. Muốn ghi nguồn chung cho các dòng đó thì "
        "thêm --source.",
        "Đã ghi 2 báo cáo.",
    ]


def test_a_dry_run_shows_the_change_and_writes_nothing(cli, sent):
    cli.write(TRAINED)
    cli.report("trained", "100", "--date", "2026-05-31")
    ran = sent(row("1.000"), args=("--dry-run",), lang="vi")
    assert ran.code == 0
    assert "  100 → 1.000 · chậm tiến độ → đã đạt" in ran.out
    assert ran.out.endswith("Chạy thử: không ghi gì.\n")
    assert len(cli.records) == 1


def test_without_a_terminal_yes_is_wanted(cli, sent):
    cli.write(TRAINED)
    ran = sent(row("400"), args=())
    assert ran.code == 2
    assert "Add --yes" in ran.err
    assert cli.records == []


def test_rows_that_were_left_empty_are_listed_and_no_failure(cli, sent):
    cli.write(TRAINED, LAW)
    ran = sent(row("400"), row(None, "law"))
    assert ran.code == 0
    assert "1 row was left empty:\n  row 5  Submit the law  law\n" in ran.out
    assert len(cli.records) == 1


def test_a_form_that_nobody_filled_in(cli, sent):
    cli.write(TRAINED)
    ran = sent(row(None))
    assert ran.code == 0
    assert ran.out.endswith("Nothing to record: no figure was filled in.\n")


@pytest.mark.promise("same-report")
def test_the_same_file_twice_adds_nothing(cli, sent):
    """Not for increments either, and not when the first was corrected since."""
    cli.write(TRAINED, SPENT)
    rows = (row("400"), row("50", "spent", "6/2026"))
    assert sent(*rows).code == 0
    wrong = cli.records[0]["id"]
    cli.report("trained", "500", "--corrects", wrong)
    before = cli.ledger.read_bytes()
    ran = cli("import", "form.xlsx", "--yes", "--lang", "en")
    assert ran.code == 0
    assert "400 persons · 30 Jun 2026  recorded already" in ran.out
    assert ran.out.endswith("Nothing new: all 2 reports are in the ledger already.\n")
    assert cli.ledger.read_bytes() == before


def test_a_file_that_was_saved_again_adds_nothing(cli, sent):
    """Other bytes, the same rows; then one more."""
    cli.write(TRAINED, SPENT)
    rows = (row("400", source="plan"), row("50", "spent", "6/2026"))
    assert sent(*rows).code == 0
    first = (cli.folder / "form.xlsx").read_bytes()
    ran = sent(*rows, row(None, "spent", "7/2026"))
    assert (cli.folder / "form.xlsx").read_bytes() != first
    assert "Nothing new: all 2 reports" in ran.out
    ran = sent(*rows, row("60", "spent", "7/2026"))
    assert "Recorded 1 report.\n2 more were in the ledger already." in ran.out
    assert len(cli.records) == 3


def test_what_looks_odd_is_said_at_its_row(cli, sent):
    cli.write(TRAINED)
    cli.report("trained", "100", "--date", "2026-05-31")
    ran = sent(row("10"), args=("--dry-run",))
    assert "  H4   10 persons · 30 Jun 2026\n       warning: the figure is lower" in ran.out


def test_an_increment_replaces_nothing(cli, sent):
    """It adds to what the period has; that the other one names a source is not lost."""
    cli.write(SPENT)
    cli.report("spent", "5", "--date", "2026-06", "--source", "plan")
    ran = sent(row("6", "spent", "6/2026"), args=("--dry-run",))
    assert "June 2026 has an increment already, 5" in ran.out
    assert "replaces" not in ran.out


def test_one_source_for_the_rows_that_name_none(cli, sent):
    cli.write(TRAINED, LAW, head=HEAD + "policy: {require_source: true}\n")
    rows = (row("400"), row("done", "law", source="plan"))
    ran = sent(*rows)
    assert ran.code == 3
    assert "form.xlsx!J4: error: This register wants a source. Write it in Source" in ran.err
    assert sent(*rows, args=("--yes", "--source", "12/BC")).code == 0
    assert [each["source"] for each in cli.records] == ["12/BC", "plan"]


def test_who_reports_is_said_or_known(cli, sent):
    cli.write(TRAINED)
    sent(row("400"), args=("--yes", "--by", "Bình"))
    assert cli.records[0]["by"] == "Bình"


# All or nothing, every problem by its cell


def test_one_wrong_cell_and_nothing_is_recorded(cli, sent):
    cli.write(TRAINED, LAW, SPENT)
    ran = sent(row("400"), row("12", "law"), row("about many", "spent"), row("5", "trianed"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines() == [
        "form.xlsx!H5: error: law is done or not done: write “done” or “not done”, not a number.",
        "form.xlsx!H6: error: “about many” has no digits. Write the figure in digits, for example "
        "10,000 or 1.5 million.",
        "form.xlsx!A7: error: There is no target trianed. Did you mean trained?",
        "Nothing was recorded, not even the sound rows. Correct these cells and import again.",
    ]
    assert cli.records == []


PROBLEMS = [
    (row("400", None), "A", "This row is filled in and has no commitment id"),
    (row("400", "heads sign digitaly"), "A", "Did you mean signed?"),
    (row("400", "all-heads"), "A", "Report on ministers or chairs."),
    (row("400", date=None), "G", "no day or period. Write the one that the figure describes"),
    (row("400", date="soon"), "G", "soon"),
    (row("400", date="1/2027"), "G", "lies in the future"),
    (row("400", date="11/2026"), "G", "is not over yet"),
    (row("400", date="06/30/2026"), "G", "30/6/2026"),
    (row("400", date=date(2027, 1, 1)), "G", "lies in the future"),
    (row("400", date=46203), "G", "46,203 is a number, not a day or a period. Write 30 Jun 2026."),
    (row("400", date=46203.5), "G", "Write 30 Jun 2026."),
    (row("400", date=7), "G", "7 is a number, not a day or a period."),
    (row("400", date=1e300), "G", "is a number, not a day"),
    (row("400", date=True), "G", "true"),
    (row(date(2026, 7, 6)), "H", "This cell holds the date 6 Jul 2026, not a figure"),
    (row("400 xã"), "H", "The target counts persons"),
    (row("63.5%"), "H", "The target counts persons"),
    (row("22/63"), "I", "n of N says nothing about it"),
    (row("22", of="63"), "I", "n of N says nothing about it"),
    (row(True), "H", "trained wants a figure, not true or false."),
    (row(1e300), "H", "digits"),
    (row(None, of="63"), "H", "This row is half filled in: the figure is missing."),
    (row(None, source="plan"), "H", "This row is half filled in"),
    (row(None, note="x"), "H", "This row is half filled in"),
    (row("5", "law"), "H", "law is done or not done: write “done” or “not done”"),
    (row("80 of 63", "signed"), "I", "80 of 63 cannot be"),
    (row("80", "signed", of="63"), "I", "80 of 63 cannot be"),
    (row("2.5", "signed", of="63"), "I", "both are whole"),
    (row("35%", "signed", of="63"), "H", "35%/63 is n of N"),
    (row("22/63", "signed", of="64"), "H", "22/63/64 is n of N"),
    (row("22", "signed", of="about"), "H", "about"),
    (row("101%", "signed"), "H", "cannot be"),
    (row("50%", "signed", part="onlime"), "D", "Did you mean online?"),
    (row("50%", "signed", part="nothing"), "D", "no condition nothing"),
    (row("400", body="office"), "C", "trained is not reported body by body. Leave Body id empty."),
]


def test_what_is_wrong_is_said_at_its_cell(cli, sent):
    cli.write(TRAINED, LAW, SIGNED, FAMILY)
    rows = [bad for bad, _, _ in PROBLEMS]
    ran = sent(*rows)
    assert (ran.code, ran.out) == (3, "")
    *lines, _ = ran.err.splitlines()
    for at, ((_, column, text), line) in enumerate(zip(PROBLEMS, lines, strict=True), start=4):
        assert line.startswith(f"form.xlsx!{column}{at}: error: "), line
        assert text in line, line
    vi = sent(*rows, lang="vi")
    *lines, _ = vi.err.splitlines()
    assert (vi.code, len(lines)) == (3, len(rows))
    for at, line in enumerate(lines, start=4):
        assert re.match(f"form.xlsx![A-J]{at}: lỗi: ", line), line
    assert cli.records == []


OF_BODIES = [
    (row("40", "portal", body="north"), "H", "each body reports n of N: write n in Figure and N"),
    (row("40/50", "portal", body="nroth"), "C", "Did you mean north?"),
    (row("40/50", "portal", body="office"), "C", "There is no body office"),
    (row("40/50", "portal", body="hill", date="8/2026"), "C", "Successor: highland"),
    (row("40/50", "portal", body="highland", date="5/2026"), "C", "Write a later day or period"),
    (row("5/9", "portal", date="8/2026"), "C", "Write whose figure it is in Body id."),
]


def test_what_is_wrong_with_a_body(cli, sent):
    cli.write(PORTAL, head=PROVINCES)
    cli.report("portal", "--n", "1", "--of", "2", "--body", "south", "--date", "2026-07-31")
    ran = sent(*(bad for bad, _, _ in OF_BODIES))
    assert ran.code == 3
    *lines, _ = ran.err.splitlines()
    for at, ((_, column, text), line) in enumerate(zip(OF_BODIES, lines, strict=True), start=4):
        assert line.startswith(f"form.xlsx!{column}{at}: error: "), line
        assert text in line, line
    assert len(cli.records) == 1
    assert sent(row("40/50", "portal", body="Tỉnh Bắ")).code == 0


def test_a_note_that_no_line_of_the_ledger_holds(cli):
    cli.write(TRAINED)
    text = f"target,date,value,note\ntrained,6/2026,5,{'x' * 70_000}\n"
    (cli.folder / "a.csv").write_text(text, encoding="utf-8")
    ran = cli("import", "a.csv", "--yes", "--lang", "en")
    assert ran.code == 3
    assert ran.err.startswith("a.csv!D2: error: The report is longer than 65,536 bytes. Shorten")


def test_two_rows_for_the_same_thing_are_refused(cli, sent):
    cli.write(TRAINED, SPENT)
    ran = sent(row("400"), row("401", date=date(2026, 6, 30)), row("1", "spent"), row("2", "spent"))
    assert ran.code == 3
    assert "form.xlsx!H5: error: This repeats H4:" in ran.err
    assert "form.xlsx!H7: error: This is a second increment for 30 Jun 2026, after H6." in ran.err


def test_more_problems_than_a_screen_holds_are_counted(cli, sent):
    cli.write(TRAINED)
    ran = sent(
        *(row("x", date=f"{n}/6/2026") for n in range(1, 31)), *(row("y") for _ in range(90))
    )
    lines = ran.err.splitlines()
    assert len(lines) == 102
    assert "20" in lines[-2]


# How cells are read


@every_case(
    "cells, recorded",
    [
        (row(400), ("400", "2026-06-30")),
        (row(0.1 + 0.2), ("0.3", "2026-06-30")),
        (row(12345.67), ("12345.67", "2026-06-30")),
        (row("10,000"), ("10000", "2026-06-30")),
        (row("nearly 1,000"), ("1000", "nearly", "2026-06-30")),
        (row("about 1.5 million"), ("1500000", "about", "2026-06-30")),
        (row("400 persons"), ("400", "2026-06-30")),
        (row("400", date=date(2026, 6, 30)), ("400", "2026-06-30")),
        (row("400", date=2025), ("400", "2025")),
        (row("400", date="2025"), ("400", "2025")),
        (row("400", date="Q2 2026"), ("400", "2026-Q2")),
        (row("400", date="tháng 6/2026"), ("400", "2026-06")),
        (row("done", "law"), (True, "2026-06-30")),
        (row("chưa hoàn thành", "law"), (False, "2026-06-30")),
        (row(True, "law"), (True, "2026-06-30")),
        (row(False, "law"), (False, "2026-06-30")),
        (row("22", "signed", of="63"), (22, 63, "2026-06-30")),
        (row(22, "signed", of=63), (22, 63, "2026-06-30")),
        (row("22/63", "signed"), (22, 63, "2026-06-30")),
        (row("22/63", "signed", of="63"), (22, 63, "2026-06-30")),
        (row("0/0", "signed"), (0, 0, "2026-06-30")),
        (row(0, "signed", of=0), (0, 0, "2026-06-30")),
        (row("96.73%", "signed", part="sign"), ("96.73", "2026-06-30", "sign")),
        (row(96.73, "signed", part="Ký số"), ("96.73", "2026-06-30", "sign")),
        (row("0", "signed"), ("0", "2026-06-30")),
        (row("400", "train"), ("400", "2026-06-30")),
        (row("  400 ", " trained\n"), ("400", "2026-06-30")),
    ],
)  # fmt: skip
def test_a_figure_is_recorded_as_it_was_meant(cli, sent, cells, recorded):
    cli.begin(TRAINED, LAW, SIGNED)
    ran = sent(cells)
    assert ran.code == 0, ran.err
    assert said(cli.records[0]) == recorded


def test_an_id_of_digits_may_have_become_a_number(cli, sent):
    cli.write(target("2030", DATED))
    assert sent(row("400", 2030)).code == 0
    assert cli.records[0]["target"] == "2030"


def test_bodies_by_their_ids_or_names(cli, sent):
    cli.write(PORTAL, BY_BODY, SIGN, head=PROVINCES)
    ran = sent(
        row("40", "portal", of=50, body="north"),
        row(30, "trained", "Q2 2026", body="Tỉnh Nam"),
        row("done", "sign", "8/2026", body="HIGHLAND"),
    )
    assert ran.code == 0, ran.err
    assert [said(each) for each in cli.records] == [
        (40, 50, "2026-06-30", "north"),
        ("30", "2026-Q2", "south"),
        (True, "2026-08", "highland"),
    ]


def test_the_language_is_that_of_the_headings(cli):
    """10.000 is ten thousand on a Vietnamese form, whoever imports it; a slip on an English one."""
    cli.write(TRAINED)
    workbook(cli.folder / "vi.xlsx", row("10.000"), lang="vi")
    workbook(cli.folder / "en.xlsx", row("10,000"), lang="en")
    assert "10,000 persons" in cli("import", "vi.xlsx", "--dry-run", "--lang", "en").out
    assert "10.000 người" in cli("import", "en.xlsx", "--dry-run", "--lang", "vi").out


# Percentages that a spreadsheet keeps as fractions


@pytest.mark.parametrize("held", [0.635, Percent(0.635), "0.635"])
def test_a_fraction_for_a_percentage_is_asked_about(cli, sent, held):
    cli.write(SHARE)
    ran = sent(row(held, "share"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0] == (
        "form.xlsx!H4: error: 0.635 may mean 63.5% (so spreadsheets keep a percentage) or 0.635%. "
        "Write “63.5%” or “0.635%” in the cell; or for all such cells add --fractions percent "
        "(63.5%) or --fractions as-is (0.635%)."
    )
    assert sent(row(held, "share"), args=("--yes", "--fractions", "percent")).code == 0
    assert cli.records[-1]["value"] == "63.5"
    assert sent(row(held, "share"), args=("--yes", "--fractions", "as-is")).code == 0
    assert len(cli.records) == 1


def test_the_answer_may_be_that_it_is_less_than_one_percent(cli, sent):
    cli.write(SHARE)
    assert sent(row(0.635, "share"), args=("--yes", "--fractions", "as-is")).code == 0
    assert cli.records[-1]["value"] == "0.635"


def test_what_may_be_a_fraction(cli, sent):
    cli.write(SHARE)

    def each(held: list[Any]) -> list[Any]:
        return [row(value, "share", f"{month}/2025") for month, value in enumerate(held, start=1)]

    ran = sent(*each([1, 1.0, Percent(1), Percent(1.05), 0.0001, -0.02, "1"]))
    *lines, _ = ran.err.splitlines()
    assert (ran.code, len(lines)) == (3, 7)
    assert all("--fractions percent" in line for line in lines)
    ran = sent(*each([0, 1.01, 63.5, "0.635%", "1/3", "about 0.5"]))
    assert (ran.code, "--fractions percent" in ran.err) == (0, False)


def test_no_fraction_where_persons_are_counted_or_a_whole_is_given(cli, sent):
    cli.write(TRAINED, SIGNED)
    assert sent(row(0.5), row(1, "signed", of=1)).code == 0
    assert said(cli.records[1])[:2] == (1, 1)


def test_a_cell_that_shows_percent_is_no_count_of_persons(cli, sent):
    cli.write(TRAINED)
    ran = sent(row(Percent(0.5)))
    assert ran.code == 3
    assert "form.xlsx!H4: error: The target counts persons, not %" in ran.err


def test_fractions_are_exact(cli, sent):
    cli.write(SHARE)
    assert sent(row(0.07, "share"), args=("--yes", "--fractions", "percent")).code == 0
    assert cli.records[0]["value"] == "7"


def test_another_word_for_fractions_is_refused(cli, sent):
    cli.write(SHARE)
    ran = sent(row(0.5, "share"), args=("--fractions", "yes"))
    assert ran.code == 2
    assert "percent or as-is" in ran.err


# Sheets that were changed


def cells(*rows: tuple[str, ...]) -> str:
    return "".join(texts(*each) for each in rows)


@pytest.fixture
def returned(cli):
    """Import a file of these bytes."""

    def give(data: bytes, name: str = "a.xlsx", *, args: tuple[str, ...] = ("--yes",)):
        (cli.folder / name).write_bytes(data)
        return cli("import", name, *args, "--lang", "en")

    return give


def test_columns_in_any_order_with_others_between_and_blank_rows(cli, returned):
    cli.write(TRAINED, LAW)
    rows = cells(
        ("", "A title"), (), ("Note", "", "Figure", "Mine", "Commitment id", "Day or period"),
        (), ("a", "", "400", "", "trained", "6/2026"), (), (),
        ("", "", "done", "", "law", "6/2026"), ("", "", "", "", "", "6/2026"),
    )  # fmt: skip
    ran = returned(book(rows))
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert [said(each) for each in cli.records] == [("400", "2026-06"), (True, "2026-06")]
    assert cli.records[0]["note"] == "a"
    assert "  C8   done" in ran.out


def test_a_column_that_is_not_read_but_holds_something_is_named(cli, returned):
    cli.write(TRAINED)
    rows = cells(("target", "date", "value", "Remarks", "x"), ("trained", "6/2026", "5", "see", ""),
                 ("", "", "", "", "", "total"))  # fmt: skip
    ran = returned(book(rows))
    assert ran.code == 0
    assert ran.err == ("warning: Not read, because the form has no such column: D “Remarks”, F\n")


@every_case(
    "lang, heading, near",
    [
        ("vi", "Đơn vị báo cáo", "Mã đơn vị"),
        ("vi", "TÊN ĐƠN VỊ", "Mã đơn vị"),
        ("vi", "Đơn vị (tỉnh)", "Mã đơn vị"),
        ("vi", "Địa bàn", "Mã đơn vị"),  # known by what stands in it
        ("vi", "Ghi chu them", "Ghi chú"),
        ("vi", "Nguồn số liệu", "Nguồn"),
        ("vi", "Tổng số", "Trên tổng số N"),
        ("en", "Reporting body", "Body id"),
        ("en", "Boddy id", "Body id"),
        ("en", "Where", "Body id"),
        ("en", "Notes", "Note"),
        ("en", "Checked by", None),
    ],
)
def test_a_column_that_is_not_read_is_named_with_the_heading_that_was_meant(
    cli, lang, heading, near
):
    cli.write(TRAINED, head=PROVINCES)
    words = Words(lang)
    names = ("form_target", "form_date", "form_value")
    body = "North" if near == words("form_body") else "0" if near is None else "x"
    (cli.folder / "form.csv").write_text(
        ",".join([*(words(name) for name in names), heading])
        + f"\ntrained,31/10/2026,400,{body}\n",
        encoding="utf-8",
    )
    ran = cli("import", "form.csv", "--dry-run", "--lang", "en")
    hint = f" (did you mean “{near}”?)" if near else ""
    assert f"the form has no such column: D “{heading}”{hint}\n" in ran.err


def test_a_column_that_holds_nothing_but_zeros_is_named_too(cli):
    cli.write(TRAINED)
    head = [("target", "date", "value", "late"), ("trained", "2026-09", 40, 0)]
    made = xlsxwriter.Workbook(cli.folder / "zeros.xlsx")
    page = made.add_worksheet()
    for number, cells_of_row in enumerate(head):
        page.write_row(number, 0, cells_of_row)
    made.close()
    ran = cli("import", "zeros.xlsx", "--yes", "--lang", "en")
    assert (ran.code, ran.err) == (
        0,
        "warning: Not read, because the form has no such column: D “late”\n",
    )


def test_a_row_of_nobody_is_refused_and_says_what_to_write(cli, sent):
    cli.write(PORTAL, BY_BODY, head=PROVINCES)
    ran = sent(row("400", "trained"), row("5/9", "portal"))
    assert ran.code == 3
    for cell in ("C4", "C5"):
        assert f"form.xlsx!{cell}: error: " in ran.err
    assert "this row names no body. Write whose figure it is in Body id, or “all” if" in ran.err
    ran = sent(row("400", "trained"), lang="vi")
    assert "dòng này không ghi đơn vị nào. Hãy ghi đơn vị ở ô Mã đơn vị; nếu là số" in ran.err
    assert cli.records == []


@every_case("text", ["all", "All", "toàn bộ", "Tất cả", "all of them together"])
def test_a_row_may_say_that_it_is_for_all(cli, sent, text):
    cli.begin(BY_BODY, head=PROVINCES)
    assert sent(row("400", "trained", body=text)).code == 0
    assert said(cli.records[-1]) == ("400", "2026-06-30")


def test_a_row_for_all_where_nobody_reports_one_by_one(cli, sent):
    cli.write(TRAINED)
    assert sent(row("400", body="all")).code == 0


@every_case(
    "headings",
    [
        ("Mã cam kết", "Ngày hoặc kỳ số liệu", "Số liệu"),
        ("MA CAM KET", "ngay hoac ky so lieu", "so lieu"),
        ("Commitment id", "Day or period", "Figure"),
        (" commitment  ID ", "day or period", "FIGURE"),
        ("target", "date", "value"),
    ],
)
def test_headings_in_either_language_or_as_programs_write_them(cli, returned, headings):
    cli.begin(TRAINED)
    assert returned(book(cells(headings, ("trained", "2026-06", "400")))).code == 0
    assert said(cli.records[0]) == ("400", "2026-06")


@every_case(
    "rows",
    [
        [],
        [("Commitment id", "Figure")],
        [("Commitment id", "Ngày hoặc kỳ số liệu", "Figure")],
        [("Commitment", "Date", "Value of it")],
        [("x",)] * 20 + [("target", "date", "value")],
    ],
)
def test_a_sheet_without_our_headings_is_refused(cli, returned, rows):
    cli.write(TRAINED)
    ran = returned(book(cells(*rows)))
    assert ran.code == 3
    assert "“Commitment id”, “Day or period” and “Figure” are needed" in ran.err


def test_the_headings_that_are_named_are_those_of_the_form():
    for lang in LANGUAGES:
        words = Words(lang)
        text = words("problem_sheet_no_heading", path="x")
        assert all(f"“{words(f'form_{name}')}”" in text for name in ("target", "date", "value"))


def test_a_heading_that_stands_twice_is_refused(cli, returned):
    cli.write(TRAINED)
    rows = cells(("target", "date", "value", "", "value"), ("trained", "6/2026", "5", "", "6"))
    ran = returned(book(rows))
    assert ran.code == 3
    assert "the heading “value” twice: C1, E1. Keep one of the columns." in ran.err


def test_other_sheets_before_ours_are_passed_over_and_a_second_form_is_refused(cli, returned):
    cli.write(TRAINED)
    ours = sheet(cells(("target", "date", "value"), ("trained", "6/2026", "5")))
    other = sheet(cells(("Read me",)))
    assert returned(packed(parts({"Notes": other, "Report": ours}))).code == 0
    ran = returned(packed(parts({"June": ours, "July": ours})))
    assert ran.code == 3
    assert "has a form in several sheets: “June”, “July”. Name one of them with --sheet" in ran.err
    hidden = packed(parts({"June": ours, "July": ours}, hidden=["June"]))
    assert "recorded already" in returned(hidden).out


def test_errors_and_formulas_that_were_never_worked_out_are_refused(cli, returned):
    """A reader takes such cells for empty, and the row for one that was not filled in."""
    cli.write(TRAINED, LAW)
    rows = texts("target", "title", "date", "value") + (
        '<row><c t="inlineStr"><is><t>trained</t></is></c><c t="e"><v>#REF!</v></c>'
        '<c t="inlineStr"><is><t>6/2026</t></is></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row><c t="inlineStr"><is><t>law</t></is></c><c/>'
        '<c t="e"><v>#NAME?</v></c><c><f>SUM(A1:A2)</f></c></row>'
    )
    ran = returned(book(rows))
    assert ran.code == 3
    assert [line.partition(". ")[0] for line in ran.err.splitlines()[:3]] == [
        "a.xlsx!D2: error: This cell holds the error #DIV/0! and no value",
        "a.xlsx!C3: error: This cell holds the error #NAME? and no value",
        "a.xlsx!D3: error: This cell holds a formula that was never worked out: =SUM(A1:A2)",
    ]


def test_a_cell_that_another_program_reads_otherwise_is_refused(cli, returned):
    cli.write(TRAINED, LAW)
    rows = texts("target", "date", "value") + (
        '<row><c t="inlineStr"><is><t>trained</t></is></c>'
        '<c t="inlineStr"><is><t>6/2026</t></is></c><c><v><![CDATA[5]]></v></c></row>'
        '<row><c t="str"><v><![CDATA[law]]></v></c><c/><c/></row>'
        "<row><c/><c/><c><v>1<!-- --><![CDATA[5]]></v></c></row>"
    )
    ran = returned(book(rows))
    assert ran.code == 3
    assert [line.partition(": ")[0] for line in ran.err.splitlines()[:3]] == [
        "a.xlsx!C2", "a.xlsx!A3", "a.xlsx!C4",
    ]  # fmt: skip
    assert "one program reads something in it and another nothing" in ran.err
    assert not (cli.folder / "progress.jsonl").exists()


@pytest.mark.promise("other-bodies")
def test_a_sheet_for_one_body_is_refused_where_it_holds_figures_of_another(cli, returned):
    cli.write(PORTAL, SIGN, LAW, head=PROVINCES)
    table = [("target", "body", "date", "value"), ("portal", "north", "6/2026", "5/10"),
             ("portal", "Tỉnh Nam", "6/2026", "5/10"), ("portal", "all", "6/2026", "5/10"),
             ("law", None, "6/2026", "done"), ("portal", "hill", "6/2026", None)]  # fmt: skip
    data = book(cells(*table))
    ran = returned(data, args=("--yes", "--body", "North"))
    assert ran.code == 3
    assert ran.err.splitlines()[:3] == [
        "a.xlsx!B3: error: This row is for south, but the sheet is to hold figures of north alone "
        "(--body north).",
        "a.xlsx!B4: error: This row names no body, but the sheet is to hold figures of north alone "
        "(--body north).",
        "a.xlsx!B5: error: This row names no body, but the sheet is to hold figures of north alone "
        "(--body north).",
    ]
    assert not (cli.folder / "progress.jsonl").exists()
    assert returned(book(cells(*table[:2])), args=("--yes", "--body", "north")).code == 0
    assert (
        returned(book(cells(*table[:2])), args=("--yes", "--body", "south")).code == 3
    )  # known, and not theirs
    assert returned(data, args=("--body", "nowhere")).code == 2
    ran = returned(data, args=("--body", "all"))
    assert (ran.code, "“all” is no body. Leave out --body" in ran.err) == (2, True)


def test_a_formula_that_was_worked_out_is_its_value(cli, returned):
    cli.write(TRAINED)
    rows = texts("target", "date", "value") + (
        '<row><c t="str"><f>"t"</f><v>trained</v></c>'
        f'<c s="{DATE}"><f>TODAY()</f><v>46203</v></c><c><f>200+200</f><v>400</v></c></row>'
    )
    assert returned(book(rows)).code == 0
    assert said(cli.records[0]) == ("400", "2026-06-30")


def test_a_percentage_beside_its_number_format(cli, returned):
    cli.write(SHARE)
    rows = texts("target", "date", "value") + (
        '<row><c t="inlineStr"><is><t>share</t></is></c><c><v>2025</v></c>'
        f'<c s="{PERCENT}"><v>0.96730000000000005</v></c></row>'
    )
    assert returned(book(rows), args=("--yes", "--fractions", "percent")).code == 0
    assert said(cli.records[0]) == ("96.73", "2025")


# CSV


@pytest.mark.parametrize(
    ("lang", "mark", "lead"),
    [("vi", ",", ""), ("vi", ";", "\ufeff"), ("vi", "\t", ""),
     ("en", ",", "\ufeff"), ("en", ";", ""), ("en", "\t", "\ufeff")],
)  # fmt: skip
def test_a_csv_form_comes_back_with_any_mark(cli, returned, lang, mark, lead):
    cli.write(TRAINED, SIGNED)
    cli("template", "--owner", "office", "-o", "form.csv", "--lang", lang)
    rows = list(csv.reader(io.StringIO((cli.folder / "form.csv").read_text("utf-8-sig"))))
    rows[1][COLUMNS.index("value")] = "10.000" if lang == "vi" else "10,000"
    rows[2][COLUMNS.index("value")] = "96,73 %" if lang == "vi" else "96.73%"
    rows[3][COLUMNS.index("value")], rows[3][COLUMNS.index("of")] = "22", "63"
    rows[1][COLUMNS.index("note")] = 'dòng 1\n"dòng 2"; hết'
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    ran = returned((lead + text.getvalue()).encode(), "back.csv")
    assert ran.code == 0, ran.err
    trained, online, sign = cli.records
    assert (trained["value"], trained["note"]) == ("10000", 'dòng 1\n"dòng 2"; hết')
    assert (online["value"], online["part"]) == ("96.73", "online")
    assert (sign["n"], sign["of"], sign["part"]) == (22, 63, "sign")


@pytest.mark.promise("formulas")
def test_a_text_like_a_formula_goes_out_and_comes_back(cli, returned):
    cli.write(TRAINED)
    note = "- đã kiểm tra"
    ran = returned(f"target,date,value,note\ntrained,2026-06,5,'{note}\n".encode(), "a.csv")
    assert ran.code == 0
    assert cli.records[0]["note"] == note


def test_csv_as_excel_writes_it(cli, returned):
    cli.write(TRAINED)
    ran = returned(b"sep=;\r\ntarget;date;value\r\ntrained;30/06/2026;x\r\n", "a.csv")
    assert "a.csv!C3: error: " in ran.err


# A file that cannot be read


@every_case(
    "name, data, words",
    [
        ("none.xlsx", None, "There is no file none.xlsx."),
        ("a.ods", b"PK", "a.ods is damaged"),
        ("a.pdf", b"%PDF", "a.pdf is no .xlsx or .csv sheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "old .xls file or has a password"),
        ("a.csv", "Số".encode("utf-16"), "not text in UTF-8 (byte 0)"),
        ("a.xlsx", b"x" * (10 << 20) + b"y", "larger than the 10,485,760 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_3_and_named(cli, name, data, words):
    cli.write(TRAINED)
    if data is not None:
        (cli.folder / name).write_bytes(data)
    ran = cli("import", name, "--yes", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert words in ran.err


def test_as_of_is_refused(cli, sent):
    cli.write(TRAINED)
    for option in ("--as-of", "--known-on"):
        ran = sent(row("5"), args=(option, "2026-01-01", "--yes"))
        assert ran.code == 2
        assert "leave them out" in ran.err


def test_a_fault_elsewhere_in_the_register_is_named_and_stops_nothing(cli, sent):
    cli.write(TRAINED, target("bad", "kind: reech\n"))
    ran = sent(row("400"))
    assert ran.code == 0
    assert "reech" in ran.err
    ran = sent(row("400", "bad"))
    assert "form.xlsx!A4: error: The target bad, in line" in ran.err


# Between the look and the write


@pytest.fixture
def meanwhile(cli, monkeypatch):
    """Another command that runs when a sheet has been read and is about to be written."""

    def begin(*args: str) -> None:
        append = FileStore.append

        def late(*of: Any, **more: Any) -> Any:
            monkeypatch.setattr(FileStore, "append", append)
            assert cli(*args).code == 0
            return append(*of, **more)

        monkeypatch.setattr(FileStore, "append", late)

    return begin


def test_a_row_that_the_ledger_does_not_take_any_more(cli, sent, meanwhile):
    """Somebody reports for one body while a figure for all of them is being confirmed."""
    cli.write(PORTAL, LAW, head=PROVINCES)
    meanwhile("add-progress", "portal", "--n", "1", "--of", "2", "--body", "north", "--yes",
              "--date", "2026-06-30")  # fmt: skip
    path = workbook(cli.folder / "form.xlsx", row("done", "law"), row("5/9", "portal", body="all"))
    ran = cli("import", path.name, "--yes", "--lang", "en")
    assert ran.code == 3
    assert "form.xlsx!H5: error: 1 body reports on portal one by one" in ran.err
    assert "Nothing was recorded" in ran.err
    assert [each["target"] for each in cli.records] == ["portal"]


@pytest.mark.promise("same-report")
def test_somebody_else_imports_the_same_file_meanwhile(cli, sent, meanwhile):
    cli.write(TRAINED, SPENT)
    meanwhile("import", "form.xlsx", "--yes")
    path = workbook(cli.folder / "form.xlsx", row("400"), row("5", "spent"))
    ran = cli("import", path.name, "--yes", "--lang", "en")
    assert ran.code == 0
    assert ran.out.endswith("Nothing new: all 2 reports are in the ledger already.\n")
    assert len(cli.records) == 2


@pytest.mark.promise("full-disk-ledger")
def test_a_disk_that_fails_leaves_nothing(cli, sent, monkeypatch):
    def fail(*_: Any, **__: Any) -> Any:
        raise StoreError("not_saved", path="progress.jsonl", reason="ENOSPC")

    cli.write(TRAINED)
    monkeypatch.setattr(FileStore, "append", fail)
    ran = sent(row("400"))
    assert ran.code == 3
    assert "not saved" in ran.err.lower()
    assert cli.records == []


# Hostile cells


EVIL = "\x1b[31mred\x1b]8;;http://x\x07\u202e\r[bold]::error::"


@pytest.mark.promise("escape-sequences")
@every_case("column", ["target", "body", "part", "date", "value", "of", "source",
                                    "note"])  # fmt: skip
def test_no_cell_reaches_the_terminal_raw(cli, returned, column):
    cli.write(TRAINED, SIGNED)
    good = {"target": "signed", "date": "6/2026", "value": "5 %"} | {column: EVIL}
    buffer = io.StringIO()
    csv.writer(buffer).writerows([good.keys(), good.values()])
    ran = returned(buffer.getvalue().encode(), "a.csv", args=("--dry-run",))
    assert ran.code in (0, 3)
    assert not unseen((ran.out + ran.err).encode())


def test_a_heading_and_a_name_of_a_file_do_not_either(cli, returned):
    cli.write(TRAINED)
    ran = returned(f'target,date,value,"{EVIL}"\ntrained,x,5,y\n'.encode(), "a\x1b[31m.csv")
    assert ran.code == 3
    assert "a\\x1b[31m.csv!B2" in ran.err
    assert not unseen(ran.err.encode())


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = Here(tmp_path_factory.mktemp("sheets"), patch)
        folder.write(register(TRAINED, LAW, SIGNED, SPENT, OPEN))
        yield folder


CELLS = st.one_of(
    st.none(), HOSTILE, st.booleans(), st.integers(-3, 3000), st.floats(allow_nan=False),
    st.dates(date(1900, 3, 1), date(9999, 1, 1)),
    st.sampled_from(["trained", "law", "signed", "spent", "done", "22/63", "96.73%", "sign",
                     "30/6/2026", "6/2026", "=1+1", "#REF!", "0.5"]),
)  # fmt: skip


@pytest.mark.promise("any-bytes")
@examples(60)
@given(
    st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=4),
    st.booleans(),
)
def test_any_grid_is_recorded_whole_or_not_at_all(here, grid, percent):
    """Whatever the cells hold: an answer, no traceback, and a ledger with all rows or none."""
    (here.folder / "progress.jsonl").write_bytes(b"")
    clean = [
        [cell.encode("utf-8", "replace").decode()[:200] if isinstance(cell, str) else
         0 if isinstance(cell, float) and abs(cell) > 1e300 else cell for cell in line]
        for line in grid
    ]  # fmt: skip
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in clean]
    path = workbook(here.folder / "g.xlsx", *rows)
    options = ["--fractions", "percent"] if percent else []
    ran = here("import", path.name, "--yes", "--lang", "en", *options)
    lines = (here.folder / "progress.jsonl").read_bytes().splitlines()
    assert ran.code in (0, 3)
    assert not ran.faulty, ran
    assert not unseen(ran.out + ran.err)
    told = [line for line in ran.out.decode().splitlines() if line.startswith("  H")]
    assert len(lines) == (len(told) if ran.code == 0 else 0)
    assert all(json.loads(line) for line in lines)


@pytest.mark.promise("any-bytes")
@examples(60)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
       st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a"]))  # fmt: skip
def test_any_bytes_are_answered_with_0_or_3(here, data, name):
    (here.folder / name).write_bytes(data)
    ran = here("import", name, "--yes")
    assert ran.code in (0, 3)
    assert not ran.faulty, ran
    assert not unseen(ran.out + ran.err)


@examples(60)
@given(st.lists(HOSTILE, min_size=1, max_size=12), st.sampled_from(",;"))
def test_any_csv_below_our_headings_is_answered_with_0_or_3(here, texts, mark):
    buffer = io.StringIO()
    rows = [["target", "date", "value", "note"], ["trained", "6/2026", "5", texts[0]], texts]
    csv.writer(buffer, delimiter=mark).writerows(rows)
    (here.folder / "a.csv").write_bytes(buffer.getvalue().encode("utf-8", "surrogatepass"))
    ran = here("import", "a.csv", "--dry-run")
    assert ran.code in (0, 3)
    assert not ran.faulty, ran
    assert not unseen(ran.out + ran.err)


# Registers as they are


def test_the_shipped_register_takes_its_own_form(cli):
    """The training target, overdue before and achieved after."""
    cli.ship()
    before = len(cli.records)
    path = workbook(cli.folder / "báo-cáo.xlsx",
                    row("hơn 10.000", "dx-training-10000-officials-2022", "31/12/2022",
                        source="dx-results-2022"), lang="vi")  # fmt: skip
    ran = cli("import", path.name, "--lang", "vi", "--dry-run")
    assert "gần 1.000 → hơn 10.000 · quá hạn → đã đạt" in ran.out
    assert len(cli.records) == before
    workbook(path, row("hơn mười nghìn", "dx-training-10000-officials-2022"), lang="vi")
    ran = cli("import", path.name, "--lang", "vi", "--yes")
    assert ran.err.startswith("báo-cáo.xlsx!H4: lỗi: ")


def provinces_with(cli, rows: int) -> None:
    """The register of the provinces here, and a sheet that reports this often on two targets."""
    for name in ("targets.yaml", "progress.jsonl"):
        (cli.folder / name).write_bytes((ROOT / "examples/provinces" / name).read_bytes())
    months = [f"2025-{m:02}" for m in range(8, 13)] + [f"2026-{m:02}" for m in range(1, 11)]
    bodies = [f"province-{n:02}" for n in range(1, 35)]
    lines = [f"{name},{body},{month},700,{of},x" for month in months for body in bodies
             for name, of in (("digital-skills", ""), ("online-files", 1000))]  # fmt: skip
    text = "target,body,date,value,of,source\n" + "\n".join(lines[:rows])
    (cli.folder / "k.csv").write_text(text, encoding="utf-8")


def test_hundreds_of_rows_of_the_provinces(cli):
    provinces_with(cli, 204)  # three months
    before = len(cli.records)
    ran = cli("import", "k.csv", "--yes", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "Recorded 204 reports." in ran.out
    assert len(cli.records) == before + 204
    assert "Nothing new: all 204 reports" in cli("import", "k.csv", "--yes", "--lang", "en").out


class Watched(list[Any]):
    """Reports that count how often somebody goes through them."""

    times = 0

    def __iter__(self) -> Any:
        self.times += 1
        return super().__iter__()


class WatchedStore(FileStore):
    def load(self, **options: Any) -> Any:
        loaded = super().load(**options)
        self.watched = {name: Watched(each) for name, each in loaded.ledger.reports.items()}
        return replace(loaded, ledger=replace(loaded.ledger, reports=self.watched))


def test_a_target_is_not_judged_anew_for_every_row(cli):
    """However many rows report on it, its reports are gone through as often."""

    def times(rows: int) -> dict[str, int]:
        provinces_with(cli, rows)
        store = WatchedStore(cli.folder / "targets.yaml")
        sheet = read_import(store, read_book(cli.folder / "k.csv"), lang="en", now=NOW)
        assert len(sheet.new) == rows
        return {name: each.times for name, each in store.watched.items() if each.times}

    few = times(10)
    assert few == times(100)
    assert {"digital-skills", "online-files"} <= set(few)


# A sheet that is written in the notation of the other language


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_figure_in_the_other_notation_says_how_to_go_on(cli, lang):
    cli.write(SHARE)
    heads = {
        "vi": "Mã cam kết;Ngày hoặc kỳ số liệu;Số liệu",
        "en": "Commitment id;Day or period;Figure",
    }
    for of, figure in (("vi", "13.2"), ("en", "13,2")):
        other = "en" if of == "vi" else "vi"
        (cli.folder / "a.csv").write_text(f"{heads[of]}\nshare;2025;{figure}\n", encoding="utf-8")
        ran = cli("import", "a.csv", "--dry-run", "--lang", lang)
        assert ran.code == 3
        assert "target, date, value" in ran.err
        assert f"--lang {other}" in ran.err
        (cli.folder / "b.csv").write_text(f"target;date;value\nshare;2025;{figure}\n", "utf-8")
        assert cli("import", "b.csv", "--dry-run", "--lang", other).code == 0
        ran = cli("import", "b.csv", "--dry-run", "--lang", of)
        assert (ran.code, f"--lang {other}" in ran.err) == (3, True)

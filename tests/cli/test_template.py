"""``template``: the form that goes out to a clerk."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from cdstrack.core.model.form_columns import COLUMNS
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.read_dates import read_period
from tests.cases import every_case
from tests.cli.boards import PORTAL, PROVINCES, SIGN, asked
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import DATED, FAMILY, HEAD, LAW, ROOT, SIGNED, TRAINED, target

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(path: Path, sheet: int = 0) -> list[dict[str, Any]]:
    """The rows of a form by their headings; of a workbook those below the instructions."""
    if path.suffix == ".csv":
        lines = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    else:
        lines = CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python(
            skip_empty_area=False
        )[2 if sheet == 0 else 0 :]  # fmt: skip
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def xml(path: Path, part: str = "xl/worksheets/sheet1.xml") -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read(part))  # noqa: S314


def choices(path: Path) -> dict[str, str]:
    """The drop-downs of a form: the cell, and what it offers."""
    found = {}
    for each in xml(path).iter(f"{MAIN}dataValidation"):
        if each.get("type") == "list":
            found[each.get("sqref", "")] = (each.findtext(f"{MAIN}formula1") or "").strip('"')
    return found


def prompts(path: Path) -> dict[str, str]:
    return {
        each.get("sqref", ""): each.get("prompt", "")
        for each in xml(path).iter(f"{MAIN}dataValidation")
    }


@pytest.fixture
def made(cli):
    """Write a form that must be written; where it is."""

    def make(*args: str, name: str = "form.xlsx") -> Path:
        (cli.folder / name).unlink(missing_ok=True)
        ran = cli("template", *args, "-o", name)
        assert ran.code == 0, ran.err
        assert ran.err == ""
        return Path(cli.folder / name)

    return make


@pytest.mark.parametrize("name", ["form.xlsx", "form.csv"])
def test_a_row_for_each_target_that_is_due_with_what_is_known(cli, made, name):
    cli.write(TRAINED, LAW)
    cli.report("trained", "400", "--date", "2026-06-30", "--nearly")
    assert rows_of(made("--owner", "office", "--lang", "vi", name=name)) == [
        {
            "Mã cam kết": "trained",
            "Cam kết": "Tập huấn cán bộ",
            "Mã đơn vị": "",
            "Điều kiện": "",
            "Đơn vị tính": "người",
            "Số liệu lần trước": "gần 400 người · 30/06/2026",
            "Ngày hoặc kỳ số liệu": "21/11/2026",
            "Số liệu": "",
            "Trên tổng số N": "",
            "Nguồn": "",
            "Ghi chú": "",
        },
        {
            "Mã cam kết": "law",
            "Cam kết": "Trình luật",
            "Mã đơn vị": "",
            "Điều kiện": "",
            "Đơn vị tính": "hoàn thành hay chưa",
            "Số liệu lần trước": "",
            "Ngày hoặc kỳ số liệu": "21/11/2026",
            "Số liệu": "",
            "Trên tổng số N": "",
            "Nguồn": "",
            "Ghi chú": "",
        },
    ]


@pytest.mark.parametrize(("lang", "word"), [("vi", "toàn bộ"), ("en", "all")])
def test_the_owner_of_what_bodies_report_gets_a_row_for_all_that_can_be_imported(
    cli, made, lang, word
):
    cli.write(asked("heads", "sum"), head=PROVINCES)
    form = made("--owner", "office", "--lang", lang, name="form.csv")
    [row] = rows_of(form)
    assert row[Words(lang)("form_body")] == word
    filled = {**row, Words(lang)("form_value"): "40"}
    with form.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(filled))
        writer.writeheader()
        writer.writerow(filled)
    ran = cli("import", "form.csv", "--yes")
    assert ran.code == 0, ran.err
    assert cli.records[-1].get("body") is None


def test_the_same_in_english(cli, made):
    cli.write(TRAINED)
    cli.report("trained", "400", "--date", "2026-06-30")
    [row] = rows_of(made("--owner", "office", "--lang", "en"))
    assert list(row)[:6] == [
        "Commitment id", "Commitment", "Body id", "Condition", "Unit", "Last report"
    ]  # fmt: skip
    assert row["Commitment"] == "Officials trained"
    assert row["Last report"] == "400 persons · 30 Jun 2026"
    assert row["Day or period"] == "21 Nov 2026"


def test_what_is_said_when_it_is_written(cli, made):
    cli.write(TRAINED, LAW)
    ran = cli("template", "--owner", "office", "-o", "a.xlsx", "--lang", "vi")
    assert ran.out.splitlines() == [
        "Đã tạo biểu 2 dòng: a.xlsx. Điền xong thì nhập bằng: cdstrack import a.xlsx"
    ]
    ran = cli("template", "--owner", "office", "-o", "b.xlsx", "--lang", "en")
    assert "Wrote a form of 2 rows: b.xlsx" in ran.out
    ran = cli("template", "--owner", "office", "-o", "báo cáo.csv", "--lang", "en")
    assert ran.out.endswith('cdstrack import "báo cáo.csv"\n')


def test_what_is_achieved_is_left_out_unless_all_is_asked_for(cli, made):
    cli.write(TRAINED, LAW)
    cli.report("trained", "1000", "--date", "2026-06-30")
    assert [row["Commitment id"] for row in rows_of(made("--owner", "office"))] == ["law"]
    everything = rows_of(made("--owner", "office", "--all"))
    assert [row["Commitment id"] for row in everything] == ["trained", "law"]


def test_a_regular_target_is_asked_for_when_a_period_is_over(cli, made):
    cli.write(target("monthly", DATED + "report_every: month\nlag_days: 10\n"))
    form = made("--owner", "office")
    assert [row["Day or period"] for row in rows_of(form)] == ["October 2026"]
    assert choices(form)["G4"].split(",")[:3] == ["October 2026", "September 2026", "August 2026"]
    cli.report("monthly", "5", "--date", "2026-10")
    ran = cli("template", "--owner", "office", "-o", "none.xlsx")
    assert (ran.code, ran.err) == (0, "")
    assert "No report is due, so no form was written. Add --all" in ran.out
    assert not (cli.folder / "none.xlsx").exists()
    assert len(rows_of(made("--owner", "office", "--within", "30d"))) == 1


def test_of_increments_the_oldest_period_owed_and_nothing_but_the_last_increment(cli, made):
    cli.write(target("monthly", DATED + "report_every: month\naccumulate: sum\n"))
    cli.report("monthly", "5", "--date", "2026-01")
    cli.report("monthly", "7", "--date", "2026-02")
    form = made("--owner", "office", "--lang", "en")
    [row] = rows_of(form)
    assert row["Day or period"] == "March 2026"
    assert row["Last report"] == "7 persons · February 2026"
    assert row["Unit"] == "persons, of this period alone"
    assert "not a running total" in prompts(form)["H4"]
    assert "21 Nov 2026" not in choices(form)["G4"]


def test_a_body_gets_what_it_reports_itself(cli, made):
    cli.write(PORTAL, BY_BODY, SIGN, LAW, head=PROVINCES)
    cli.report("portal", "--n", "40", "--of", "50", "--body", "north", "--date", "2026-06-30")
    rows = rows_of(made("--body", "north", "--lang", "en"))
    assert [(row["Commitment id"], row["Body id"]) for row in rows] == [
        ("portal", "north"), ("trained", "north"), ("sign", "north")
    ]  # fmt: skip
    assert rows[0]["Last report"] == "40/50 · 30 Jun 2026"


def test_of_a_bodys_increments_the_last_is_shown_and_not_their_sum(cli, made):
    cli.write(BY_BODY, head=PROVINCES)
    cli.report("trained", "5", "--body", "north", "--date", "2026-05")
    cli.report("trained", "7", "--body", "north", "--date", "2026-06")
    [row] = rows_of(made("--body", "north", "--lang", "en"))
    assert row["Last report"] == "7 persons · June 2026"


def test_an_owner_is_not_asked_for_what_its_bodies_report(cli, made):
    cli.write(PORTAL, LAW, head=PROVINCES)
    assert [row["Commitment id"] for row in rows_of(made("--owner", "office"))] == ["portal", "law"]
    cli.report("portal", "--n", "40", "--of", "50", "--body", "north", "--date", "2026-06-30")
    assert [row["Commitment id"] for row in rows_of(made("--owner", "office"))] == ["law"]


def test_the_successor_of_a_body_gets_its_commitments(cli, made):
    cli.write(target("inherited", DATED, owner="old"), TRAINED)
    ids = [row["Commitment id"] for row in rows_of(made("--owner", "office"))]
    assert ids == ["inherited", "trained"]


def test_a_row_for_each_condition_and_none_for_what_stands_as_its_classes_do(cli, made):
    cli.write(SIGNED, FAMILY)
    rows = rows_of(made("--owner", "office", "--lang", "en"))
    assert [(row["Commitment id"], row["Condition"]) for row in rows] == [
        ("signed", "online"), ("signed", "sign"), ("ministers", ""), ("chairs", "")
    ]  # fmt: skip
    assert rows[0]["Commitment"] == "Heads sign digitally: Online"


# What the workbook does for who fills it in


def test_only_what_is_to_be_filled_in_can_be_changed(cli, made):
    cli.write(TRAINED, SIGNED)
    form = made("--owner", "office")
    sheet = xml(form)
    assert sheet.find(f"{MAIN}sheetProtection").get("sheet") == "1"  # type: ignore[union-attr]
    formats = xml(form, "xl/styles.xml").find(f"{MAIN}cellXfs")
    is_open = [
        each.find(f"{MAIN}protection") is not None
        for each in formats  # type: ignore[union-attr]
    ]
    opened = {cell.get("r") for cell in sheet.iter(f"{MAIN}c") if is_open[int(cell.get("s", "0"))]}
    assert opened == {
        "G4", "H4", "J4", "K4",  # of trained, which takes no n of N
        *(f"{letter}{row}" for letter in "GHIJK" for row in (5, 6)),
    }  # fmt: skip
    assert xml(form, "xl/worksheets/sheet2.xml").find(f"{MAIN}sheetProtection") is not None


def test_the_cells_to_fill_in_are_text(cli, made):
    """A spreadsheet set to English would else make 10 of 10.000."""
    cli.write(SIGNED)
    form = made("--owner", "office")
    formats = xml(form, "xl/styles.xml").find(f"{MAIN}cellXfs")
    kinds = [each.get("numFmtId") for each in formats]  # type: ignore[union-attr]
    looks = {cell.get("r"): int(cell.get("s", "0")) for cell in xml(form).iter(f"{MAIN}c")}
    assert {kinds[looks[f"{letter}4"]] for letter in "GHIJK"} == {"49"}


def test_columns_that_nobody_needs_are_hidden(cli, made):
    def hidden(form: Path) -> set[str]:
        return {
            name
            for each in xml(form).iter(f"{MAIN}col")
            if each.get("hidden") == "1"
            for name in COLUMNS[int(each.get("min", "1")) - 1 : int(each.get("max", "0"))]
        }

    cli.write(TRAINED)
    assert hidden(made("--owner", "office")) == {"body", "part", "of"}
    cli.write(SIGNED)
    assert hidden(made("--owner", "office")) == {"body"}
    cli.write(PORTAL, head=PROVINCES)
    assert hidden(made("--body", "north")) == {"part"}


def test_drop_downs_for_dates_answers_and_sources(cli, made):
    cli.write(LAW)
    form = made("--owner", "office", "--lang", "vi")
    assert choices(form) == {
        "G4": "21/11/2026",
        "H4": "đã hoàn thành,chưa hoàn thành",
        "J4": "'Nguồn'!$A$2:$A$2",
    }
    assert rows_of(form, sheet=1) == [{"Nguồn": "plan", "Tên tài liệu": "Kế hoạch"}]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_drop_down_offers_is_read_when_it_comes_back(cli, made, lang):
    cli.write(
        *(target(f"t-{every}", DATED + f"report_every: {every}\n")
          for every in ("month", "quarter", "half", "year")),
        target("kept", "kind: sustain\nunit: '%'\ntarget: {at_least: 10}\n"
                       "periods: [2023, 2024/2025, 2026-01-01/2026-02-15]\n"),
    )  # fmt: skip
    form = made("--owner", "office", "--all", "--lang", lang)
    offered = [choices(form)[f"G{row}"].split(",") for row in range(4, 9)]
    assert all(1 <= len(each) <= 7 for each in offered)
    for text in {text for each in offered for text in each}:
        period = read_period(text, lang, date(2026, 11, 21))
        assert Words(lang).period(period) == text


def test_each_kind_of_figure_has_its_own_hint(cli, made):
    cli.write(PORTAL, BY_BODY, SIGN, asked("mean", "mean"), head=PROVINCES)
    said = prompts(made("--body", "north", "--lang", "en"))
    assert said["H4"].startswith("n of N: n in this cell")
    assert "in this period alone" in said["H5"]
    assert said["H6"] == "Choose from the list."
    assert said["H7"].startswith("As in a document")
    cli.write(target("share", DATED.replace("{vi: người, en: persons}", "'%'")))
    assert prompts(made("--owner", "office", "--lang", "en"))["H4"].startswith("A share: 96.73%")


def test_hints_and_lists_are_no_longer_than_excel_takes(cli, made):
    """XlsxWriter would warn and leave them out; Excel would repair the file."""
    cli.write(PORTAL, BY_BODY, SIGN, SIGNED, LAW, head=PROVINCES)
    for lang in LANGUAGES:
        for form in (made("--body", "north", "--lang", lang), made("--owner", "office", "--all")):
            for each in xml(form).iter(f"{MAIN}dataValidation"):
                assert len(each.get("prompt", "")) <= 255
                assert len(each.get("promptTitle", "")) <= 32
                assert len(each.findtext(f"{MAIN}formula1") or "") <= 257


def test_how_to_fill_it_in_stands_above_the_headings(cli, made):
    cli.write(TRAINED)
    book = CalamineWorkbook.from_path(made("--owner", "office", "--lang", "vi"))
    title, how, *_ = book.get_sheet_by_name("Báo cáo").to_python(skip_empty_area=False)
    assert title[0] == "Biểu báo cáo: Văn phòng"
    assert [line[:2] for line in how[0].splitlines()] == ["1.", "2.", "3."]
    assert "ô màu vàng" in how[0]
    assert "N" not in re.sub("Ngày|Nguồn", "", how[0])  # nothing here takes n of N


# Texts of the register


@pytest.mark.promise("formulas")
def test_no_text_of_a_register_becomes_a_formula(cli, made):
    evil = TRAINED.replace("vi: Tập huấn cán bộ", "vi: '=HYPERLINK(\"x\")'")
    cli.write(evil)
    form = made("--owner", "office", "--lang", "vi")
    assert not list(xml(form).iter(f"{MAIN}f"))
    assert rows_of(form)[0]["Cam kết"] == '=HYPERLINK("x")'
    [row] = rows_of(made("--owner", "office", "--lang", "vi", name="form.csv"))
    assert row["Cam kết"] == '\'=HYPERLINK("x")'


def test_the_same_register_gives_the_same_bytes(cli, made):
    cli.write(TRAINED, LAW)
    assert made("--owner", "office").read_bytes() == made("--owner", "office").read_bytes()


def test_a_csv_form_opens_in_excel_in_vietnamese(cli, made):
    cli.write(TRAINED)
    data = made("--owner", "office", "--lang", "vi", name="form.csv").read_bytes()
    assert data.startswith("\ufeffMã cam kết,".encode())


def test_the_shipped_register(cli, made):
    cli.ship()
    ids = [row["Commitment id"] for row in rows_of(made("--owner", "mst", "--lang", "en"))]
    assert ids == ["dx-training-10000-officials-2022"]


def test_the_provinces(cli, made):
    register = ROOT / "examples/provinces/targets.yaml"
    form = made("--body", "province-27", "--file", str(register), "--lang", "vi")
    rows = rows_of(form)
    assert "online-files" in {row["Mã cam kết"] for row in rows}
    assert {row["Mã đơn vị"] for row in rows} == {"province-27"}


# What is refused


@every_case(
    "args, said",
    [
        (["--owner", "office"], "Name the file to write the form to: -o form.xlsx."),
        (["-o", "a.xlsx"], "Whose form? Write either --owner"),
        (["--owner", "office", "--body", "office", "-o", "a.xlsx"], "Whose form?"),
        (["--owner", "offise", "-o", "a.xlsx"], "There is no body offise in the register. "
                                                "Did you mean office?"),
        (["--body", "tha office", "-o", "a.xlsx"], "Did you mean office?"),
        (["--owner", "office", "-o", "a.ods"], "It is one of xlsx or csv."),
        (["--owner", "office", "-o", "a"], "It is one of xlsx or csv."),
        (["--owner", "office", "-o", "a.xlsx", "--within", "soon"], "soon"),
        (["--owner", "office", "-o", "a.xlsx", "--as-of", "2026-01-01"], "leave them out"),
        (["--owner", "office", "-o", "a.xlsx", "--known-on", "2026-01-01"], "leave them out"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_2_and_writes_nothing(cli, args, said):
    cli.write(TRAINED)
    before = sorted(cli.folder.iterdir())
    ran = cli("template", *args, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert sorted(cli.folder.iterdir()) == before


def test_a_form_never_replaces_a_file(cli):
    """It may be filled in already."""
    cli.write(TRAINED)
    (cli.folder / "a.xlsx").write_text("figures", encoding="utf-8")
    ran = cli("template", "--owner", "office", "-o", "a.xlsx")
    assert ran.code == 3
    assert "exists already and is not overwritten" in ran.err
    assert (cli.folder / "a.xlsx").read_text(encoding="utf-8") == "figures"


def test_without_the_package_a_workbook_is_refused_and_csv_is_written(cli, made, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    cli.write(TRAINED)
    ran = cli("template", "--owner", "office", "-o", "a.xlsx")
    assert ran.code == 2
    assert "pip install xlsxwriter python-calamine" in ran.err
    assert len(rows_of(made("--owner", "office", name="form.csv"))) == 1


def test_a_register_with_errors_is_named_and_the_rest_gets_a_form(cli):
    cli.write(TRAINED, target("bad", "kind: reech\n"), head=HEAD)
    ran = cli("template", "--owner", "office", "-o", "a.csv")
    assert ran.code == 3
    assert "reech" in ran.err
    assert [row["Commitment id"] for row in rows_of(cli.folder / "a.csv")] == ["trained"]


def test_a_form_says_above_which_series_it_asks_for(cli):
    register = (
        "  - {id: share, title: Share, kind: reach, owner: office, unit: '%', deadline: 2030,\n"
        "     target: {at_least: 20}, report_every: year, stated: {source: plan, by: X},\n"
        "     series: {gso: {vi: Tổng cục Thống kê, en: Statistics office}, mic: Estimate},\n"
        "     judged_by: gso}\n"
    )
    cli.write(register, LAW)
    for lang, name in (("vi", "gso: Tổng cục Thống kê"), ("en", "gso: Statistics office")):
        cli("template", "--owner", "office", "-o", f"{lang}.xlsx", "--all", "--lang", lang)
        rules = CalamineWorkbook.from_path(cli.folder / f"{lang}.xlsx").get_sheet_by_index(0)
        assert f"{name}; mic: Estimate" in rules.to_python(skip_empty_area=False)[1][0]
    cli.write(LAW)
    cli("template", "--owner", "office", "-o", "none.xlsx", "--all", "--lang", "en")
    rules = CalamineWorkbook.from_path(cli.folder / "none.xlsx").get_sheet_by_index(0)
    assert "Series" not in rules.to_python(skip_empty_area=False)[1][0]

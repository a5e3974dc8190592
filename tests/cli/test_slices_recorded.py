"""Slices from the command line, the keyboard and sheets into the ledger, and out again."""

from __future__ import annotations

import json
import sys

import pytest

from cdstrack.i18n import Words
from cdstrack.store.sheet.grid import read_book
from tests.cases import every_case
from tests.cli.annex import book
from tests.cli.build import HEAD, register, target
from tests.cli.terminal import Terminal

BROKEN_DOWN = target(
    "taught",
    "kind: reach\nunit: {vi: người, en: people}\ntarget: {at_least: 1000}\ndeadline: 2026-06\n"
    "breakdown: {sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}},\n"
    "  region: {north: {vi: Miền Bắc, en: North}, south: {vi: Miền Nam, en: South}}}\n"
    "total: sum\ntotal_by: sex\n"
    "slices: [{slice: {sex: women}, target: {at_least: 600}}]\n",
)
PLAIN = target("plain", "kind: unquantified")
WHEN = ("--date", "2026-06", "--source", "plan")


def ledger(cli):
    text = (cli.folder / "progress.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def taught(cli):
    cli.write(BROKEN_DOWN, PLAIN)
    return cli


def stands(cli):
    """The state and value of the whole and of women."""
    whole = cli.state("taught")
    women = next(part for part in whole["slices"] if part["slice"] == {"sex": "women"})
    return (whole["state"], whole["value"]), (women["state"], women["value"])


@pytest.mark.parametrize("name", ["sex=women", "women", "Nữ", "nữ", "Women", "sex = Nữ"])
def test_a_slice_is_named_by_its_id_or_its_name_in_either_language(taught, name):
    assert taught.report("taught", "700", "--slice", name, *WHEN)["slice"] == {"sex": "women"}


def test_the_whole_is_there_when_the_last_slice_is(taught):
    taught.report("taught", "700", "--slice", "women", *WHEN)
    assert stands(taught) == (("overdue", None), ("achieved", 700))
    taught.report("taught", "400", "--slice", "men", *WHEN)
    assert stands(taught) == (("achieved", 1100), ("achieved", 700))


@every_case(
    "args, said",
    [
        (("taught", "1", "--slice", "womn"), "Did you mean sex=women?"),
        (("taught", "1", "--slice", "east"), "It is one of"),
        (("taught", "1", "--slice", "sex=women,region=north"), "crosses"),
        (("plain", "1", "--slice", "women"), "plain is not broken down"),
    ],
)
def test_a_slice_that_there_is_not_is_refused_with_what_there_is(taught, args, said):
    ran = taught("add-progress", *args, *WHEN, "--yes", "--lang", "en")
    assert ran.code == 2
    assert said in ran.err
    assert not (taught.folder / "progress.jsonl").exists()


@every_case(
    "name, said",
    [
        ("sex=Nư", "Did you mean sex=women?"),
        ("sex=Nứ", "Did you mean sex=women?"),
        ("Phụ nữ", "Did you mean sex=women?"),
        ("sex=wemen", "Did you mean sex=women?"),
        ("sex=mem", "Did you mean sex=men?"),
        ("sx=men", "Did you mean sex=men?"),
        ("gender=nữ", "Did you mean sex=women?"),
        ("sex=north", "Did you mean region=north?"),
        ("sex=wmen", "Did you mean sex=women or sex=men?"),
        ("sex=Na", "Did you mean sex=women or sex=men?"),
        ("region=bac", "Did you mean region=north?"),
        ("region=mien", "Did you mean region=north or region=south?"),
        ("sex=children", "It is one of"),
        ("sex=x", "It is one of"),
    ],
)
def test_the_opposite_of_what_was_meant_is_never_proposed_alone(taught, name, said):
    ran = taught("add-progress", "taught", "1", "--slice", name, *WHEN, "--yes", "--lang", "en")
    assert ran.code == 2
    assert said in ran.err


def test_a_dimension_has_a_name_in_both_languages(cli):
    named = "dimensions: {sex: {vi: Giới tính, en: Sex of worker}}\n"
    cli.write(BROKEN_DOWN + "    " + named, PLAIN)
    for name in ("Giới tính=Nữ", "gioi tinh=women", "sex of worker = Women"):
        record = cli.report("taught", "7", "--slice", name, *WHEN, "--again")
        assert record["slice"] == {"sex": "women"}


NAMED = (
    BROKEN_DOWN
    + "    dimensions: {sex: {vi: Giới tính, en: Sex}, region: {vi: Vùng, en: Region}}\n"
)


@pytest.mark.parametrize(
    ("lang", "headings", "labels"),
    [
        ("vi", "Giới tính,Vùng", ["Nữ,", "Nam,", ",Miền Bắc", ",Miền Nam"]),
        ("en", "Sex,Region", ["Women,", "Men,", ",North", ",South"]),
    ],
)
def test_a_dimension_with_a_name_is_a_column_of_forms_and_comes_back(cli, lang, headings, labels):
    cli.write(NAMED)
    cli("template", "--owner", "office", "--all", "-o", "form.csv", "--lang", lang)
    rows = (cli.folder / "form.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].endswith("," + headings)
    assert [row.split(",", 11)[-1] for row in rows[1:]] == labels
    column = {"vi": "Số liệu", "en": "Figure"}[lang]
    cells = [row.split(",") for row in rows]
    for row, figure in zip(cells[1:], ("700", "400", "5", "6"), strict=True):
        row[cells[0].index(column)] = figure
    text = "\n".join(map(",".join, cells)) + "\n"
    (cli.folder / "form.csv").write_text(text, encoding="utf-8")
    assert cli("import", "form.csv", "--yes", "--lang", lang).code == 0
    assert [line["slice"] for line in ledger(cli)] == [
        {"sex": "women"}, {"sex": "men"}, {"region": "north"}, {"region": "south"},
    ]  # fmt: skip


def test_a_workbook_has_a_column_for_each_dimension_with_a_name(cli):
    cli.write(NAMED)
    cli("template", "--owner", "office", "--all", "-o", "form.xlsx", "--lang", "vi")
    rows = read_book(cli.folder / "form.xlsx").grids[0].rows
    assert [row[-2:] for row in rows[2:5]] == [["Giới tính", "Vùng"], ["Nữ", None], ["Nam", None]]


@every_case(
    "head, row, slice_",
    [
        ("target,date,value,Giới tính", "taught,2026-06,7,nữ", {"sex": "women"}),
        ("target,date,value,SEX", "taught,2026-06,7,women", {"sex": "women"}),
        ("target,date,value,sex,region", "taught,2026-06,7,men,-", {"sex": "men"}),
        ("target,date,value,Sex,Region", "taught,2026-06,7,All,North", {"region": "north"}),
        ("target,date,value,Sex", "taught,2026-06,7,Tổng", None),
        ("target,date,value,Sex", "taught,2026-06,7,", None),
        ("target,date,value,Sex,slice", "taught,2026-06,7,Women,sex=women", {"sex": "women"}),
    ],
)
def test_columns_of_dimensions_are_read_in_either_language_and_by_id(cli, head, row, slice_):
    cli.begin(NAMED)
    assert sheet(cli, head, row).code == 0
    assert ledger(cli)[0].get("slice") == slice_


@every_case(
    "row, cell, said",
    [
        ("taught,2026-06,7,Wemen,", "D2", "Did you mean sex=women?"),
        ("taught,2026-06,7,,Nort", "E2", "Did you mean region=north?"),
        ("taught,2026-06,7,Women,North", "E2", "crosses"),
        ("plain,2026-06,7,Women,", "D2", "plain is not broken down"),
    ],
)
def test_what_a_column_of_a_dimension_gets_wrong_is_named_by_its_cell(cli, row, cell, said):
    cli.write(NAMED, PLAIN)
    ran = sheet(cli, "target,date,value,Sex,Region", row)
    assert ran.code == 3
    assert f"back.csv!{cell}" in ran.err
    assert said in " ".join(ran.err.split())


def test_the_names_of_dimensions_are_shown(cli):
    cli.write(NAMED)
    cli.report("taught", "700", "--slice", "women", *WHEN)
    page = cli("show", "taught", "--lang", "vi").out
    assert "Giới tính: Nữ" in page
    assert "theo Giới tính" in page or "Giới tính" in page
    draft = cli("add-progress", "taught", "9", "--slice", "men", *WHEN, "--dry-run", "--lang", "vi")
    assert "Giới tính: Nam (sex=men)" in draft.out + draft.err
    shown = cli("show", "taught", "--format", "json").json
    assert shown["breakdown"]["sex"] == {
        "title": {"vi": "Giới tính", "en": "Sex"},
        "categories": {"women": {"vi": "Nữ", "en": "Women"}, "men": {"vi": "Nam", "en": "Men"}},
    }


def test_the_same_figure_of_another_slice_is_another_report(taught):
    for name in ("women", "men", "women"):
        taught("add-progress", "taught", "500", "--slice", name, *WHEN, "--yes")
    assert [line["slice"]["sex"] for line in ledger(taught)] == ["women", "men"]


def test_a_correction_is_of_the_same_slice_unless_it_names_another(taught):
    first = taught.report("taught", "700", "--slice", "women", *WHEN)["id"]
    second = taught.report("taught", "500", "--corrects", first)
    assert second["slice"] == {"sex": "women"}
    assert stands(taught)[1] == ("overdue", 500)
    third = taught.report("taught", "500", "--corrects", second["id"], "--slice", "men")
    assert third["slice"] == {"sex": "men"}
    assert stands(taught)[1] == ("overdue", None)
    assert taught.report("taught", "--void", third["id"])["slice"] == {"sex": "men"}
    assert not any(part["date"] for part in taught.state("taught")["slices"])


def test_what_the_whole_is_said_to_be_is_compared_with_its_slices(taught):
    taught.report("taught", "700", "--slice", "women", *WHEN)
    taught.report("taught", "400", "--slice", "men", *WHEN)
    taught.report("taught", "1200", *WHEN)
    assert "parts_disagree" in taught.state("taught")["flags"]


def test_status_marks_what_has_a_slice_behind_and_show_lists_them(taught):
    taught.report("taught", "500", "--slice", "women", *WHEN)
    taught.report("taught", "600", "--slice", "men", *WHEN)
    assert "a slice is behind" in taught("status", "--lang", "en").out
    assert "có phân tổ đang chậm" in taught("status", "--lang", "vi").out
    page = taught("show", "taught", "--lang", "vi").out
    assert "Nữ" in page
    assert "quá hạn" in page
    assert "không có mục tiêu riêng" in page


def test_history_and_export_name_the_slice(taught):
    taught.report("taught", "700", "--slice", "women", *WHEN)
    assert "sex=women" in taught("history", "taught").out
    assert taught("history", "taught", "--format", "json").json["records"][0]["slice"] == {
        "sex": "women"
    }
    rows = taught("export", "--format", "csv", "--what", "reports").out.splitlines()
    assert rows[0].endswith(",slice,series")
    assert rows[1].endswith(",sex=women,")


def sheet(cli, *rows):
    path = cli.folder / "back.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return cli("import", "back.csv", "--yes", "--lang", "en")


def test_a_sheet_has_a_column_for_slices(taught):
    head = "Mã cam kết,Phân tổ,Ngày hoặc kỳ số liệu,Số liệu,Nguồn"
    ran = sheet(taught, head, "taught,Nữ,6/2026,700,plan", "taught,sex=men,6/2026,400,plan")
    assert ran.code == 0, ran.err
    assert stands(taught)[0] == ("achieved", 1100)
    assert sheet(taught, head, "taught,Nữ,6/2026,700,plan").code == 0
    assert len(ledger(taught)) == 2


def test_a_slice_that_a_sheet_gets_wrong_is_named_by_its_cell(taught):
    ran = sheet(taught, "target,slice,date,value", "taught,wmen,2026-06,7")
    assert ran.code == 3
    assert "back.csv!B2" in ran.err
    assert "sex=women" in ran.err


def test_a_form_has_a_row_for_each_slice_and_comes_back(taught):
    taught("template", "--owner", "office", "--all", "-o", "form.csv", "--lang", "en")
    path = taught.folder / "form.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].endswith(",Slice")
    assert [row.rpartition(",")[2] for row in rows[1:]] == [
        "sex=women", "sex=men", "region=north", "region=south",
    ]  # fmt: skip
    column = rows[0].split(",").index("Figure")
    cells = [row.split(",") for row in rows]
    for row, figure in zip(cells[1:], ("700", "400", "", ""), strict=True):
        row[column] = figure
    path.write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
    assert taught("import", "form.csv", "--yes", "--lang", "en").code == 0
    assert [line["slice"]["sex"] for line in ledger(taught)] == ["women", "men"]


def test_a_form_without_breakdowns_has_no_such_column(cli):
    cli.write(target("spent", "kind: reach\nunit: x\ntarget: {at_least: 1}"))
    cli("template", "--owner", "office", "--all", "-o", "form.csv", "--lang", "en")
    assert "Slice" not in (cli.folder / "form.csv").read_text(encoding="utf-8-sig")


def test_lines_of_slices_that_there_are_not_are_warned_of(taught):
    taught.report("taught", "700", "--slice", "women", *WHEN)
    path = taught.folder / "progress.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"women"', '"womn"'), "utf-8")
    ran = taught("validate", "--lang", "en")
    assert "the slice sex=womn" in ran.err
    assert "Did you mean sex=women?" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_the_guide_asks_for_the_slice(tmp_path):
    (tmp_path / "targets.yaml").write_text(register(BROKEN_DOWN), encoding="utf-8")
    with Terminal(
        "add-progress", "taught", "--lang", "en", folder=tmp_path, NO_COLOR="1"
    ) as terminal:
        listed = terminal.answer("Which slice is the figure of", "")
        assert "1  Women" in listed
        terminal.answer("Which slice is the figure of", "2")
        terminal.answer("Which day or period", "2026-06")
        terminal.answer("Total reached", "400")
        terminal.answer("Source", "")
        terminal.answer("Note", "")
        terminal.answer("[y/N]", "y")
        terminal.read_until("Recorded as")
    line = json.loads((tmp_path / "progress.jsonl").read_text(encoding="utf-8"))
    assert line["slice"] == {"sex": "men"}


SERIES = """\
  - {id: a-2026, indicator: a, owner: office, kind: reach, deadline: 2026-06,
     target: {at_least: 1000}, stated: {source: plan, by: X},
     slices: [{slice: {sex: women}, target: {at_least: 600}}]}
  - {id: a-2030, indicator: a, owner: office, kind: reach, deadline: 2030,
     target: {at_least: 2000}, stated: {source: plan, by: X},
     slices: [{slice: {sex: women}, target: {at_least: 1200}}]}
"""
MEASURE = """\
indicators:
  a:
    title: A
    unit: {vi: người, en: people}
    breakdown: {sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}}}
    total: sum
"""


def test_an_import_shows_a_slice_for_every_target_and_the_wholes_that_it_moves(cli):
    cli.write(SERIES, head=HEAD + MEASURE)
    head = "target,slice,date,value,source"
    ran = sheet(cli, head, "a,women,2026-06,700,p", "a,men,2026-06,400,p")
    lines = ran.out.splitlines()
    assert [line for line in lines if not line.startswith(" ")][:-1] == [
        "A: Women  a-2026", "A: Women  a-2030",
        "A  a-2026", "A  a-2030", "A: Men  a-2026",
    ]  # fmt: skip
    assert "  – → 1,100 · overdue → achieved" in lines


DIMENSIONS = """\
indicators:
  a:
    title: A
    unit: {vi: người, en: people}
    breakdown:
      sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}}
      area: {urban: {vi: Thành thị, en: Urban}, rural: {vi: Nông thôn, en: Rural}}
    crosses: [[sex, area]]
"""


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_form_of_several_dimensions_comes_back_by_the_name_of_its_sheet(cli, lang):
    cli.write(SERIES, head=HEAD + DIMENSIONS)
    assert cli("template", "--each", "--all", "-o", "forms", "--lang", lang).code == 0
    grid = read_book(cli.folder / "forms" / "owner-office.xlsx").grids[0]
    heading = next(at for at, cells in enumerate(grid.rows) if "a" in grid.rows[at + 1][:1])
    columns = [str(cell) for cell in grid.rows[heading]]
    words = Words("vi" if lang == "vi" else "en")
    value, part, when = (columns.index(words(f"form_{n}")) for n in ("value", "slice", "date"))
    rows = [[str(cell or "") for cell in cells] for cells in grid.rows[heading + 1 :] if any(cells)]
    names = [cells[part] for cells in rows if cells[0] == "a"]
    assert names == [
        "sex=women", "sex=men", "area=urban", "area=rural",
        "area=urban,sex=women", "area=rural,sex=women", "area=urban,sex=men", "area=rural,sex=men",
        "",
    ]  # fmt: skip
    for number, cells in enumerate(rows, start=1):
        cells[value], cells[when] = str(number), "2026-06-30"
    path = cli.folder / "back.xlsx"
    book(path, [columns, *rows], name="Tháng 6")
    ran = cli("import", "back.xlsx", "--sheet", "thang 6", "--yes", "--lang", lang)
    assert ran.code == 0, ran.err
    assert [line.get("slice", {}) for line in ledger(cli)] == [
        dict(pair.split("=") for pair in name.split(",") if pair) for name in names
    ]


def test_a_correction_that_moves_a_report_to_another_slice_shows_both(taught):
    name = taught.report("taught", "700", "--slice", "women", *WHEN)["id"]
    moved = ("taught", "700", "--slice", "men", "--corrects", name, "--dry-run", "--lang", "en")
    preview = taught("add-progress", *moved).out
    assert "achieved → overdue  taught · sex=women" in preview
    assert "unquantified → unquantified  taught · sex=men" in preview

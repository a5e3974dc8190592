"""Forms as offices make them: each row is read rightly, skipped and said so, or refused."""

from __future__ import annotations

from typing import Any

import pytest
import xlsxwriter

from cdstrack.i18n.form_words import is_no_figure, is_signature, is_total
from tests.cases import every_case
from tests.cli.boards import PROVINCES
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import DATED, LAW, TRAINED, target

HEADINGS = ["STT", "Mã cam kết", "Cam kết", "Mã đơn vị", "Ngày hoặc kỳ số liệu", "Số liệu", "Nguồn"]
RICE = target("rice", "kind: reach\nunit: {vi: tấn, en: tonnes}\ntarget: {at_least: 9}\n"
              "deadline: 2026\n", vi="Gạo", en="Rice")  # fmt: skip


@pytest.fixture
def office(cli):
    """Import a workbook of these rows, with some cells merged: ``A1:B2``."""

    def give(*rows: list[Any], merged: tuple[str, ...] = (), args: tuple[str, ...] = ("--yes",)):
        book = xlsxwriter.Workbook(cli.folder / "bieu.xlsx")
        page = book.add_worksheet()
        for cells in merged:
            page.merge_range(cells, "")
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell is not None:
                    page.write(number, at, cell)
        book.close()
        return cli("import", "bieu.xlsx", *args, "--lang", "vi")

    cli.write(BY_BODY, LAW, RICE, head=PROVINCES)
    return give


@pytest.fixture
def csv_form(cli):
    """Import a csv file of these lines."""

    def give(*lines: str, lang: str = "en"):
        (cli.folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cli("import", "a.csv", "--yes", "--lang", lang)

    cli.write(TRAINED, LAW, RICE)
    return give


def reports(cli) -> list[tuple[Any, ...]]:
    return [(r["target"], r.get("body"), r.get("value")) for r in cli.records]


def test_a_whole_form_as_an_office_makes_it(cli, office):
    """Titles above, numbers of columns, parts, merged ids and dates, dashes, totals, signatures."""
    ran = office(
        ["UBND TỈNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [None, None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        ["BIỂU TỔNG HỢP SỐ LIỆU QUÝ II NĂM 2026"],
        ["(Kèm theo Báo cáo số 12/BC-UBND)"],
        HEADINGS,
        ["A", "B", "C", "D", 1, 2, "3=2/1"],
        ["I", "Lĩnh vực đào tạo"],
        [1, "trained", "Tập huấn", "north", "Quý II/2026", 96, "BC 12"],
        [2, None, None, "south", None, "–", None],
        ["Tổng cộng", None, None, None, None, 96],
        ["II", "Lĩnh vực khác"],
        [1, "rice", "Gạo", "-", "6/2026", "chưa có số liệu", "-"],
        [2, "law", "Trình luật", None, "6/2026", "đã hoàn thành", "-"],
        [],
        [None, None, None, None, "Hà Nội, ngày 5 tháng 7 năm 2026"],
        [None, "Người lập biểu", None, None, "THỦ TRƯỞNG ĐƠN VỊ"],
        [None, "(Ký, ghi rõ họ tên)", None, None, "(Ký, đóng dấu)"],
        [None, "Nguyễn Văn A", None, None, None, "Trần Văn B"],
        merged=("A3:G3", "B8:B9", "C8:C9", "E8:E9", "G8:G9", "A10:E10"),
    )
    assert ran.code == 0, ran.err
    assert reports(cli) == [("trained", "north", "96"), ("law", None, None)]
    assert "source" not in cli.records[1]
    assert "Chưa điền 2 dòng:\n  dòng 9 " in ran.out
    assert (
        "Bỏ qua 8 dòng không phải số liệu: 6 (đánh số cột), 7 (đề mục), 10 (tổng cộng), "
        "11 (đề mục), 15–18 (phần ký)\n"
    ) in ran.out


def test_what_merged_cells_say_holds_for_all_their_rows(cli, office):
    ran = office(
        HEADINGS,
        [1, "trained", None, "north", "6/2026", 5, "BC 12"],
        [None, None, None, "south", None, 6, None],
        [2, None, None, "highland", "8/2026", 7, None],
        merged=("B2:B4", "E2:E3", "G2:G4"),
    )
    assert ran.code == 0, ran.err
    assert reports(cli) == [("trained", name, v) for name, v in
                            (("north", "5"), ("south", "6"), ("highland", "7"))]  # fmt: skip
    assert {(r["date"], r["source"]) for r in cli.records[:2]} == {("2026-06", "BC 12")}


def test_a_figure_that_several_rows_share_is_refused(cli, office):
    rows = ([1, "trained", None, "north", "6/2026", 5], [2, "trained", None, "south", "6/2026"])
    ran = office(HEADINGS, *rows, merged=("F2:F3",))
    assert ran.code == 3
    assert "bieu.xlsx!F2: lỗi: Ô này gộp với các ô ở dòng dưới" in ran.err
    assert cli.records == []


def test_headings_in_two_rows(cli, office):
    """Some merged downwards, some one above the other."""
    upper = ["STT", "Mã cam kết", "Cam kết", "Mã đơn vị", "Kết quả thực hiện", None, "Nguồn"]
    lower = [None, None, None, None, "Ngày hoặc kỳ số liệu", "Số liệu (người)", None]
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"]
    ran = office(
        upper, lower, numbers, [1, "trained", None, "north", "6/2026", 5, "BC 12"],
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:G2"),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert reports(cli) == [("trained", "north", "5")]
    assert "3 (đánh số cột)" in ran.out


def test_a_heading_over_two_columns_is_refused_where_they_differ(cli, office):
    upper = ["Mã cam kết", "Ngày hoặc kỳ số liệu", "Số liệu", None]
    row = ["rice", "6/2026", 5, 4]
    ran = office(upper, [None, None, "Kế hoạch", "Thực hiện"], row, merged=("C1:D1",))
    assert ran.code == 3
    assert "có tiêu đề “Số liệu” trải trên nhiều cột, C1:D1" in ran.err
    ran = office(upper, row, merged=("C1:D1",))
    assert "bieu.xlsx!D2: lỗi: “4” nằm ở cột không có tiêu đề" in ran.err
    ran = office(upper, [None, None, "Số liệu", "Nguồn"], ["rice", "6/2026", 5, "BC 4"],
                 merged=("C1:D1",))  # fmt: skip
    assert ran.code == 0, ran.err
    assert cli.records[0]["source"] == "BC 4"


@pytest.mark.parametrize("numbers", [(1, 2, 3), (-1, -2, -3), ("(1)", "(2)", "(3)=(2)/(1)"),
                                     ("A", "B", 1), ("[1]", "[2]", "[3]")])  # fmt: skip
def test_the_numbers_of_columns_are_no_row(cli, office, numbers):
    ran = office(["target", "date", "value"], [*numbers], ["rice", "6/2026", 5])
    assert ran.code == 0, ran.err
    assert reports(cli) == [("rice", None, "5")]


def test_headings_on_every_page(cli, office):
    heads = ["target", "date", "value"]
    ran = office(heads, ["rice", "5/2026", 5], heads, ["rice", "6/2026", 6])
    assert [r["value"] for r in cli.records] == ["5", "6"]
    assert "3 (lặp lại tiêu đề)" in ran.out


def test_a_total_with_an_id_is_refused_unless_it_shares_the_id(cli, office):
    rows = [
        [1, "trained", None, "north", "6/2026", 5],
        [2, "trained", None, "south", "6/2026", 6],
        [3, "trained", None, "Tổng cộng", "6/2026", 11],
    ]
    ran = office(HEADINGS, *rows)
    assert ran.code == 3
    assert "bieu.xlsx!B4: lỗi: Đây là dòng tổng cộng mà lại có mã cam kết" in ran.err
    rows[1][1] = rows[2][1] = None
    ran = office(HEADINGS, *rows, merged=("B2:B4",))
    assert ran.code == 0, ran.err
    assert [value for _, _, value in reports(cli)] == ["5", "6"]
    assert "4 (tổng cộng)" in ran.out


def test_what_is_called_a_total_is_none_where_the_register_calls_it_so(cli, csv_form):
    cli.write(target("all", DATED, vi="Tổng cộng 9 cơ sở", en="Nine"))
    lines = ["target,title,date,value", "all,Tổng cộng 9 cơ sở,6/2026,5"]
    (cli.folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    assert cli("import", "a.csv", "--yes").code == 0
    assert reports(cli) == [("all", None, "5")]


def test_a_total_that_was_never_worked_out_does_not_matter(cli, csv_form):
    ran = csv_form("target,date,value,title", "rice,6/2026,5,", ",,#REF!,Tổng số")
    assert ran.code == 0, ran.err
    assert "(total)" in ran.out


def test_a_row_below_the_signatures_with_an_id_still_counts(cli, csv_form):
    ran = csv_form("target,date,value", "rice,5/2026,5", "Nơi nhận:,,", "law,6/2026,done",
                   "- Như trên,,")  # fmt: skip
    assert len(cli.records) == 2
    assert "3 (signature), 5 (signature)" in ran.out


NO_FIGURE = ["-", "–", "—", "...", "…", "chưa có", "Chưa có số liệu", "không có", "CHUA CO", "N/A",
             "n/a", "không phát sinh", "no data"]  # fmt: skip


def test_what_says_that_there_is_no_figure_is_an_empty_cell(cli, csv_form):
    rows = [f"{name},6/2026,{text},đang tổng hợp" for text in NO_FIGURE for name in ("rice", "law")]
    ran = csv_form("target,date,value,note", *rows)
    assert ran.code == 0, ran.err
    assert f"{len(rows)} rows were left empty" in ran.out
    assert cli.records == []


def test_a_row_of_dashes_is_no_row(cli, csv_form):
    ran = csv_form("target,date,value,source", "rice,6/2026,5,-", ",,–,-")
    assert ran.code == 0, ran.err
    assert "source" not in cli.records[0]


def test_a_zero_and_a_cross_are_not_empty(cli, csv_form):
    assert csv_form("target,date,value", "rice,6/2026,0").code == 0
    assert cli.records[0]["value"] == "0"
    assert (
        "a.csv!C2: error: “x” has no digits" in csv_form("target,date,value", "rice,7/2026,x").err
    )


@every_case(
    "line, cell, words",
    [
        ("trainde,,", "A2", "Did you mean trained?"),
        ("An office,6/2026,5", "A2", "There is no target An office"),
        (",6/2026,5", "A2", "has no commitment id"),
        (",,5", "A2", "has no commitment id"),
    ],
)
def test_what_may_be_a_figure_is_not_skipped(cli, csv_form, line, cell, words):
    ran = csv_form("target,date,value", line)
    assert ran.code == 3
    assert ran.err.startswith(f"a.csv!{cell}: error: ")
    assert words in ran.err


WORDS = [
    (is_total, ["Tổng cộng", "TỔNG SỐ", "Cộng", "Cộng:", "TỔNG", "Tổng (1+2)", "Total", "III. Tổng",
                "Tổng cộng các xã", "Cộng chung", "Cộng trang", "Cộng mục II", "Mang sang",
                "Cộng mang sang trang sau", "Lũy kế", "Lũy kế từ đầu năm", "Carried forward"],
     ["Tổng cục Thống kê", "Tổng số cán bộ được bồi dưỡng", "Cộng đồng", "Sở Tổng hợp",
      "Cộng trang thiết bị", "Lũy kế vốn giải ngân", "Chuyển đổi số", "Mục I"]),
    (is_signature, ["Người lập biểu", "Thủ trưởng đơn vị", "Nơi nhận:", "(Ký, ghi rõ họ tên)",
                    "Ngày … tháng … năm …", "Ngày     tháng     năm 2026", "KT. GIÁM ĐỐC",
                    "Hà Nội, ngày 30 tháng 6 năm 2026", "TM. ỦY BAN NHÂN DÂN", "Lưu: VT",
                    "PHÓ CHỦ TỊCH", "Kế toán trưởng", "Prepared by"],
     ["Bồi dưỡng", "north", "Kỳ họp", "Sở Y tế", "Tập huấn"]),
    (is_no_figure, ["--", "_", "Không có số liệu."], ["0", "x", "không", "-5", "5"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "texts", "others"), WORDS)
def test_the_words_of_offices_are_known(rule, texts, others):
    assert [text for text in texts if not rule(text)] == []
    assert [text for text in others if rule(text)] == []


@every_case(
    "headings, missing",
    [
        ("Mã cam kết,Ngày hoặc kỳ,Số liệu", "“Ngày hoặc kỳ số liệu” (B1: “Ngày hoặc kỳ”?)."),
        ("Mã CK,Ngày hoặc kỳ số liệu,Số liệu", "“Mã cam kết” (A1: “Mã CK”?)."),
        ("Mã cam kêt,Kỳ báo cáo,Số liệu", "“Ngày hoặc kỳ số liệu”."),
        ("Mã cam kết,Day or period,Số liệu", "“Ngày hoặc kỳ số liệu” (B1: “Day or period”?)."),
        ("target,date,values", "“value” (C1: “values”?)."),
        ("Commitment,Period,Figure", "“Commitment id”, “Day or period” (B1: “Period”?)."),
    ],
)  # fmt: skip
def test_a_heading_that_is_missing_is_named_with_the_one_near_it(cli, csv_form, headings, missing):
    ran = csv_form(headings, "rice,6/2026,5", lang="vi")
    assert ran.code == 3
    assert f"Dòng 1 còn thiếu {missing} Hãy ghi" in ran.err
    assert f"Row 1 lacks {missing} Write the headings" in csv_form(headings, "rice,6/2026,5").err


# Rows that do not fit their headings


FOUR = "target,date,value,source"
LONG = "BC 12, ngày 3, tháng 4, năm 2026, UBND"


@every_case(
    "lines, cell, words",
    [
        ([FOUR, "rice,6/2026,96,73,BC 12"], "E2", 'not put in quotes? Write "96,73".'),
        ([FOUR, "rice,6/2026,96,BC 12, page 3"], "E2", "nothing stands above “page 3”"),
        ([FOUR, "rice,6/2026,1,234,567,BC 12"], "E2", 'in quotes? Write "1,234,567".'),
        ([FOUR, "rice,6/2026,1,234,567,8,BC 12"], "E2", 'in quotes? Write "1,234,567,8".'),
        ([FOUR, "rice,6/2026,1,234,567"], "E2", 'in quotes? Write "1,234".'),
        ([FOUR + ",note", "rice,6/2026,96,73,BC 12"], "C2", 'cut it in two. Put it in quotes, or'),
        ([FOUR.replace(",", ";"), "rice;6/2026;9;BC;12"], "E2", "text with “;” in it not put"),
        ([FOUR.replace(",", "\t"), "rice\t6/2026\t9\tBC\t12"], "E2", "text with “Tab” in it"),
        ([FOUR, "rice;6/2026;96;BC 12"], "A2", "set apart by “;”, those of the headings by “,”"),
        ([FOUR, 'rice,6/2026,9,"BC', 'law,6/2026,done,BC"'], "D2", "takes the next rows along"),
    ],
)  # fmt: skip
def test_a_row_that_is_cut_up_is_refused_at_its_cell(cli, csv_form, lines, cell, words):
    ran = csv_form(*lines)
    assert ran.code == 3
    assert ran.err.startswith(f"a.csv!{cell}: error: ")
    assert words in ran.err
    assert cli.records == []
    assert csv_form(*lines, lang="vi").err.startswith(f"a.csv!{cell}: lỗi: ")


@pytest.mark.parametrize(
    "line", ['rice,6/2026,9,"BC', 'rice,6/2026,9,"BC" 12', '"rice",6/2026,9,"']
)
def test_a_quote_that_nothing_closes_is_named_by_its_cell(cli, csv_form, line):
    ran = csv_form(FOUR, line, "law,6/2026,done,BC")
    assert ran.code == 3
    assert 'a.csv has a quote (") in the cell D2' in ran.err
    assert cli.records == []


def test_a_value_beside_the_form_in_a_workbook_is_refused(cli, office):
    ran = office(["target", "date", "value"], ["rice", "6/2026", 5, None, 6])
    assert ran.code == 3
    assert ran.err.startswith("bieu.xlsx!E2: lỗi: “6” nằm ở cột không có tiêu đề")


@pytest.mark.parametrize(
    "lines",
    [
        [FOUR, "rice,6/2026,9"],
        [FOUR + ",note,,", "rice,6/2026,9,BC,,,"],
        [FOUR.replace(",", ";"), f"rice;6/2026;9;{LONG}"],
        ["A title, with, commas", FOUR.replace(",", ";"), f"rice;6/2026;9;{LONG}"],
        [FOUR, 'rice,6/2026,9,"BC ""12"", ngày 3"'],
        [FOUR, 'rice,6/2026,9,"dòng 1', 'dòng 2, ông A, bà B"'],
        [FOUR, 'rice,6/2026,9,BC "12"'],
    ],
)
def test_rows_that_are_shorter_or_quoted_are_read(cli, csv_form, lines):
    ran = csv_form(*lines)
    assert ran.code == 0, ran.err
    assert cli.records[0]["value"] == "9"

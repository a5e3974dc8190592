"""Figures and dates in tables of commitments that are easily read as something else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cases import every_case
from tests.cli.annex import HEADINGS, book
from tests.cli.build import read_yaml
from tests.cli.test_draft import comments

SAID = ("--title", "Kế hoạch", "--date", "2015-01-01", "--by", "Chính phủ")
YEARS = ["TT", "Chỉ tiêu", "Đơn vị", "2023", "2024", "2025", "Cơ quan chủ trì"]


@pytest.fixture
def drafts(cli):
    """Draft from a workbook of these rows, as a register that validates; its entries and text."""

    def give(rows: list[list[Any]], *args: str, lang: str = "vi", **more: Any):
        book(cli.folder / "bieu.xlsx", rows, **more)
        ran = cli("draft", "bieu.xlsx", *SAID, *args, "--lang", lang)
        (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
        assert cli("validate").code == 0, cli("validate").out
        (cli.folder / "targets.yaml").unlink()
        draft = read_yaml(ran.out)
        targets = [one for one in draft["targets"] if one.get("kind") != "heading"]
        for one in targets:
            one.setdefault("kind", draft.get("defaults", {}).get("kind"))
        return targets, comments(ran.out)

    return give


def goal(drafts, cell: Any, unit: str | None = "%", title: str = "Việc", **more: Any):
    """The entry of one row, and the comments."""
    [entry], text = drafts([[*HEADINGS, *more], [1, title, unit, cell, "Bộ Y tế", *more.values()]])
    return entry, text


# Steps and percent


@every_case(
    "cell, unit, value, doubt",
    [
        ("1.500 tỷ đồng", "tỷ đồng", 1500, False),
        ("1.500 tỷ", "tỷ đồng", 1500, False),
        ("1.500", "tỷ đồng", 1500, False),
        ("trên 2 triệu lượt", "triệu lượt", 2, False),
        ("1,5 triệu người", "nghìn người", 1500, True),
        ("1,5 triệu lượt", "lượt", 1500000, False),
    ],
)
def test_a_figure_is_counted_in_the_steps_of_its_column(drafts, cell, unit, value, doubt):
    entry, text = goal(drafts, cell, unit)
    assert (list(entry["target"].values()), entry["unit"]) == ([value], unit)
    assert ("được đọc là" in text) == doubt


def test_where_it_stood_is_counted_in_the_same_steps(drafts):
    [entry], _ = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị", "Thực hiện năm 2020", "Kế hoạch 2025", "Cơ quan chủ trì"],
        [1, "Vốn", "tỷ đồng", "1.200 tỷ đồng", "tăng 300 tỷ đồng", "Bộ Y tế"],
    ])  # fmt: skip
    assert entry["baseline"] == {"value": 1200, "date": 2020}
    assert entry["target"] == {"increase_by": 300}


@every_case("unit", ["%", None, "Tỷ lệ"])
@every_case("shown", ["0%", "0.00%", '0.0" "%'])
def test_a_cell_that_is_shown_as_percent_holds_what_is_shown(drafts, unit, shown):
    rows = [HEADINGS, [1, "Việc", unit, 1, "Bộ Y tế"], [2, "Khác", unit, 1.05, "Bộ Y tế"]]
    (first, second), text = drafts(rows, formats={"D2": shown, "D3": shown})
    assert [one["target"] for one in (first, second)] == [{"at_least": 100}, {"at_least": 105}]
    assert (first["unit"], first["stated"]["figure"]) == ("%", "100%")
    assert "ô chứa" not in text


@pytest.mark.parametrize("shown", ['0"%"', "0\\%", "0"])
def test_a_percent_sign_that_is_only_text_multiplies_nothing(drafts, shown):
    [entry], _ = drafts([HEADINGS, [1, "Việc", "%", 50, "Bộ Y tế"]], formats={"D2": shown})
    assert entry["target"] == {"at_least": 50}


@every_case(
    "cell", ["1 triệu 200 nghìn", "5G phủ sóng 100% dân số", "ít nhất hai phần ba", "một nửa"]
)
def test_half_a_figure_is_no_figure(drafts, cell):
    entry, text = goal(drafts, cell, None)
    assert (entry["kind"], "target" in entry) == ("unquantified", False)
    assert "Phụ lục!D2" in text


def test_digits_of_another_script_are_read_and_doubted(drafts):
    entry, text = goal(drafts, "５０%")
    assert entry["target"] == {"at_least": 50}
    assert "“５０%” được đọc là 50%" in text


def test_a_year_is_rather_a_deadline_than_a_figure(drafts):
    entry, text = goal(drafts, "2025", None)
    assert (entry["kind"], entry["deadline"]) == ("milestone", 2025)
    assert "“2025” là một năm" in text


# The least or the most


@every_case(
    "title, unit, cell, target",
    [
        ("Tỷ lệ hộ nghèo", "%", 5, {"at_most": 5}),
        ("Tỷ lệ thất nghiệp", "%", "3 - 4 %", {"at_most": 4}),
        ("Thời gian trả kết quả", "ngày", "5", {"at_most": 5}),
        ("Số vụ cháy", "vụ", "0", {"at_most": 0}),
        ("Hộ nghèo được vay vốn", "%", "80", {"at_least": 80}),
        ("Tỷ lệ hộ nghèo", "%", "ít nhất 5", {"at_least": 5}),
    ],
)
def test_what_there_should_be_less_of_is_the_most_and_doubted(drafts, title, unit, cell, target):
    entry, text = goal(drafts, cell, unit, title)
    assert entry["target"] == target
    assert ("đọc là nhiều nhất" in text) == ("at_most" in target)


def test_a_figure_below_where_it_stood_is_the_most_and_doubted(drafts):
    [entry], text = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị", "Hiện trạng 2020", "Mục tiêu 2025", "Cơ quan chủ trì"],
        [1, "Số đầu mối", "đầu mối", 40, 25, "Bộ Y tế"],
    ])  # fmt: skip
    assert entry["target"] == {"at_most": 25}
    assert "thấp hơn số đầu kỳ 40 nên đọc là nhiều nhất" in text


def test_a_rate_of_growth_that_falls_is_still_the_least(drafts):
    [entry], _ = drafts([[*YEARS], [1, "Tốc độ tăng trưởng", "%", 8, 7, 6.5, "Bộ Y tế"]])
    assert entry["periods"] == [
        {2023: {"at_least": 8}}, {2024: {"at_least": 7}}, {2025: {"at_least": 6.5}},
    ]  # fmt: skip


def test_figures_that_fall_from_year_to_year_are_the_most(drafts):
    [entry], text = drafts([[*YEARS], [1, "Số đầu mối", "đầu mối", 40, 30, 30, "Bộ Y tế"]])
    assert entry["periods"] == [
        {2023: {"at_most": 40}}, {2024: {"at_most": 30}}, {2025: {"at_most": 30}},
    ]  # fmt: skip
    assert text.count("giảm dần, nên đọc là nhiều nhất") == 1


def test_a_slice_without_a_word_is_compared_as_the_whole(drafts):
    [entry], text = drafts([
        HEADINGS, [1, "Sinh con thứ ba", "%", "≤ 5", "Bộ Y tế"],
        [None, "Trong đó: nông thôn", "%", 9, None],
    ])  # fmt: skip
    assert entry["slices"][0]["target"] == {"at_most": 9}
    assert "đọc như cả chỉ tiêu: nhiều nhất" in text


# Columns of years


def test_a_figure_for_each_year_is_kept_year_by_year_and_said_once(drafts):
    targets, text = drafts([
        [*YEARS],
        [1, "Hồ sơ trực tuyến", "%", "50%", "trên 70%", 90, "Bộ Y tế"],
        [2, "Doanh nghiệp số", "DN", 100, 150, 200, "Bộ Y tế"],
    ])  # fmt: skip
    assert [one["kind"] for one in targets] == ["sustain", "sustain"]
    assert targets[0]["periods"] == [{2023: 50}, {2024: {"more_than": 70}}, {2025: 90}]
    assert targets[0]["stated"]["figure"] == "2023: 50%; 2024: trên 70%; 2025: 90%"
    assert targets[1]["id"] == "doanh-nghiep-so"
    assert text.count("mỗi cột một năm nên đọc là phải đạt từng năm") == 1
    assert "Phụ lục!D2:F2: mỗi cột một năm" in text


@every_case(
    "headings",
    [
        ["Lũy kế đến 2023", "Lũy kế đến 2024"], ["Đến năm 2023", "Đến năm 2024"],
        ["By 2023", "By 2024"], ["2023", "2025"], ["Mục tiêu 2025", "Mục tiêu 2030"],
    ],
)  # fmt: skip
def test_what_is_due_by_then_or_not_every_year_stays_a_target_for_each_date(drafts, headings):
    row = ["TT", "Chỉ tiêu", "Đơn vị", *headings, "Cơ quan chủ trì"]
    targets, _ = drafts([row, [1, "Hồ sơ", "hồ sơ", 100, 150, "Bộ Y tế"]])
    assert [one["kind"] for one in targets] == ["reach", "reach"]
    assert [str(one["deadline"]) for one in targets] == [one[-4:] for one in headings]


# Deadlines


@every_case(
    "written, start, deadline",
    [
        ("2017-18", None, "2018"),
        ("2017/18", None, "2018"),
        ("FY2018", None, "2018"),
        ("Năm tài chính 2024-2025", None, "2025"),
        ("năm học 2023-2024", "2023-09", "2024-05"),
        ("Hết năm học 2023 - 2024", "2023-09", "2024-05"),
    ],
)
def test_fiscal_and_school_years_are_read_and_doubted(drafts, written, start, deadline):
    entry, text = goal(drafts, "80%", **{"Thời hạn": written})
    assert (entry.get("start"), str(entry["deadline"])) == (start, deadline)
    assert f"“{written}” không phải năm dương lịch; đọc là kết thúc vào {deadline}" in text


@pytest.mark.parametrize(
    ("headings", "deadlines"),
    [
        (("Target 2017-18", "Target 2018-19"), ["2018", "2019"]),
        (("FY2018", "FY2019"), ["2018", "2019"]),
        (("Năm học 2023-2024", "Năm học 2024-2025"), ["2024-05", "2025-05"]),
    ],
)
def test_columns_may_be_of_fiscal_years(drafts, headings, deadlines):
    row = ["No.", "Activity", "Unit", *headings, "Lead"]
    targets, text = drafts([row, [1, "Learners", "people", 5, 7, "EPA"]], lang="en")
    assert [str(one["deadline"]) for one in targets] == deadlines
    assert f"Phụ lục!D1: “{headings[0]}” is no calendar year" in text


def test_a_span_of_years_in_a_heading_ends_with_its_last(drafts):
    row = ["TT", "Nhiệm vụ", "Đơn vị", "Giai đoạn 2021 - 2025", "Cơ quan chủ trì"]
    [entry], _ = drafts([row, [1, "Đào tạo", "người", 500, "Bộ Y tế"]])
    assert (entry["start"], entry["deadline"]) == (2021, 2025)


def test_a_row_may_say_when_in_the_year_of_its_column(drafts):
    row = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả 2025", "Thời hạn", "Cơ quan chủ trì"]
    (one, other), text = drafts([
        row, [1, "A", "%", "80%", "Quý III/2025", "Bộ Y tế"], [2, "B", "%", "80%", 2026, "Bộ Y tế"],
    ])  # fmt: skip
    assert [str(entry["deadline"]) for entry in (one, other)] == ["2025-Q3", "2025"]
    assert "Phụ lục!E3: thời hạn ghi “2026”, còn mục tiêu ghi năm 2025" in text


def test_a_day_that_a_sheet_shows_as_a_number_is_read_and_doubted(drafts):
    entry, text = goal(drafts, "80%", **{"Thời hạn": 46022})
    assert entry["deadline"] == date(2025, 12, 31)
    assert "Phụ lục!F2: ô chứa số 46022" in text


@pytest.mark.parametrize("written", ["20/12 hàng năm", "Trước ngày 15/12 hằng năm"])
def test_a_day_of_every_year_is_every_year(drafts, written):
    entry, _ = goal(drafts, "80%", **{"Thời hạn": written})
    assert entry["kind"] == "sustain"


# Rows and bodies


def test_what_a_total_consists_of_is_skipped_with_it(cli, drafts):
    rows = [
        HEADINGS, [1, "Vốn", "đồng", 5, "Bộ Y tế"], [None, "Tổng cộng", None, 5, None],
        [None, "Trong đó:", None, None, None], [None, "- Ngân sách", "đồng", 3, None],
        [2, "Khác", "đồng", 7, "Bộ Y tế"],
    ]  # fmt: skip
    targets, _ = drafts(rows)
    assert [one["title"] for one in targets] == ["Vốn", "Khác"]
    assert "slices" not in targets[0]
    assert "3–5 (tổng cộng)" in cli("draft", "bieu.xlsx", "--lang", "vi").err


@every_case(
    "cell, bodies",
    [
        ("Các sở, ban, ngành", ["Các sở, ban, ngành"]),
        ("Bộ, ngành, địa phương", ["Bộ, ngành, địa phương"]),
        ("Sở KH và ĐT", ["Sở KH và ĐT"]),
        ("Bộ TT&TT - Bộ Công an", ["Bộ TT&TT", "Bộ Công an"]),
        ("Bộ Lao động - Thương binh và Xã hội", ["Bộ Lao động - Thương binh và Xã hội"]),
    ],
)
def test_bodies_in_one_cell_are_parted_where_a_new_one_begins(cli, cell, bodies):
    book(cli.folder / "a.xlsx", [HEADINGS, [1, "A", "%", "80%", cell]])
    draft = read_yaml(cli("draft", "a.xlsx", "--lang", "vi").out)
    assert [one["name"] for one in draft["bodies"].values()] == bodies


def test_a_row_below_one_that_is_refused_belongs_to_no_other(cli):
    (cli.folder / "a.csv").write_text(
        "TT,Chỉ tiêu,Đơn vị,Kết quả 2025,Cơ quan chủ trì\n1,A,%,80,Bộ Y tế\n2,B,%,#N/A,Bộ Y tế\n"
        ",Trong đó: nữ,%,40,\n,,%,5,\n3,C,%,80,Bộ Y tế\n",
        encoding="utf-8",
    )
    ran = cli("draft", "a.csv", "--lang", "vi")
    draft = read_yaml(ran.out)
    assert [one["title"] for one in draft["targets"]] == ["A", "C"]
    assert "slices" not in draft["targets"][0]
    for cell in ("a.csv!D3", "a.csv!B4", "a.csv!B5"):
        assert f"{cell}: lỗi" in ran.err


@pytest.mark.parametrize("written", ["30/02/2025", "sau khi có luật", "Quý II, III/2025"])
def test_a_deadline_that_is_not_read_is_never_passed_over(drafts, written):
    row = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả 2025", "Thời hạn", "Cơ quan chủ trì"]
    [entry], text = drafts([row, [1, "A", "%", "80%", written, "Bộ Y tế"]])
    assert entry["deadline"] == 2025
    assert f"Phụ lục!E2: không lấy “{written}”" in text


def test_a_dash_in_the_column_of_numbers_goes_on_with_the_row_above(drafts):
    targets, _ = drafts([
        [*HEADINGS], [1, "Xã nông thôn mới", None, None, "Bộ Y tế"],
        ["-", "Đạt chuẩn", "xã", 120, "Bộ Y tế"],
    ], "--deadline", "2025")  # fmt: skip
    assert targets[1]["title"] == "Xã nông thôn mới: Đạt chuẩn"
    assert "place" not in targets[1]


def test_a_note_below_the_table_and_a_hidden_sheet_are_said_to_be_left_out(cli):
    rows = [HEADINGS, [1, "A", "%", "80%", "Bộ Y tế"], ["Ghi chú: số liệu của Sở A năm 2024."]]
    book(cli.folder / "a.xlsx", rows, hidden="Nháp")
    ran = cli("draft", "a.xlsx", "--lang", "vi")
    assert len(read_yaml(ran.out)["targets"]) == 1
    assert "3 (ghi chú dưới bảng)" in ran.err
    assert "Nháp: không đọc trang này vì đang ẩn" in comments(ran.out)


@every_case(
    "cell, unit, value",
    [
        ("USD 2.5 million", "USD million", 2.5),
        ("2.5 million USD", "USD (millions)", 2.5),
        ("2.5 million USD", "USD mn", 2.5),
        ("20 percent", "%", 20),
        ("20%", "Percent", 20),
        ("5 công ty", "công ty", 5),
    ],
)
def test_units_of_english_tables_are_read_with_their_steps(drafts, cell, unit, value):
    row = ["No.", "Activity", "Unit", "Result 2025", "Lead"]
    [entry], text = drafts([row, [1, "Funds", unit, cell, "EPA"]], lang="en")
    assert list(entry["target"].values()) == [value]
    assert "column of units" not in text


def test_a_figure_of_the_other_notation_casts_doubt_on_those_that_may_be(drafts):
    rows = [HEADINGS, [1, "A", "điểm", "1.234", "Bộ Y tế"], [2, "B", "điểm", "13.25", "Bộ Y tế"]]
    targets, text = drafts(rows)
    assert [one["target"] for one in targets] == [{"at_least": 1234}, {"at_least": 13.25}]
    assert "Phụ lục!D2: “1.234” được đọc theo kiểu tiếng Việt, nhưng ô D3 ghi “13.25”" in text
    _, text = drafts([HEADINGS, [1, "A", "điểm", "1.234", "Bộ Y tế"]])
    assert "theo kiểu tiếng Việt" not in text


# The table of a provincial plan: last year's plan and estimate, this year's plan, comparisons

PLAN = [
    ["STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2024", None, "Kế hoạch năm 2025", "So sánh (%)", None,
     "Đơn vị theo dõi, báo cáo"],
    [None, None, None, "Kế hoạch", "Ước thực hiện", None, "UTH 2024/KH 2024", "KH 2025/UTH 2024",
     None],
    ["A", "B", "C", 1, 2, 3, "4=2/1", "5=3/2", "D"],
    [1, "GRDP bình quân", "triệu đồng", 85, 86, 95, 101.2, 110.5, "Cục Thống kê"],
    [2, "Tỷ lệ giảm hộ nghèo", "%", 1, 1, 1.5, None, None, "Sở LĐTBXH"],
]  # fmt: skip


def test_of_a_yearly_plan_the_estimate_is_where_it_stood_and_old_plans_are_left_out(drafts):
    merged = ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2", "G1:H1", "I1:I2")
    (grdp, poor), text = drafts(PLAN, merged=merged)
    assert (grdp["baseline"], grdp["target"]) == ({"value": 86, "date": 2024}, {"at_least": 95})
    assert (grdp["deadline"], grdp["owner"]) == (2025, "cuc-thong-ke")
    assert (poor["baseline"]["value"], poor["target"]) == (1, {"at_least": 1.5})
    assert "Phụ lục!E5: ô chứa 1; các ô khác ghi phần trăm bằng số thường" in text
    for cell in ("D2", "G2", "H2"):
        assert f"Phụ lục!{cell}: không đọc cột này" in text


@pytest.mark.parametrize(
    ("title", "unit"),
    [("Vốn (tỷ đồng)", "tỷ đồng"), ("Tỷ lệ biết chữ (%)", "%"), ("Đào tạo (ĐVT: người)", "người")],
)
def test_a_unit_may_stand_in_brackets_behind_the_title(drafts, title, unit):
    row = ["TT", "Chỉ tiêu", "Kết quả 2025", "Cơ quan chủ trì"]
    [entry], text = drafts([row, [1, title, 50, "Bộ Y tế"]])
    assert (entry["title"], entry["unit"]) == (title.partition(" (")[0], unit)
    assert "Đếm cái gì?" not in text


@pytest.mark.parametrize("title", ["Hộ nghèo (chuẩn mới)", "Số xã (lũy kế)"])
def test_other_brackets_behind_a_title_are_no_unit(drafts, title):
    row = ["TT", "Chỉ tiêu", "2024", "2025", "Cơ quan chủ trì"]
    targets, text = drafts([row, [1, title, 50, 60, "Bộ Y tế"]])
    assert "Đếm cái gì?" in text
    assert (len(targets) == 2) == ("lũy kế" in title)


@every_case(
    "headings, deadlines",
    [
        (("Mục tiêu đến 30/6/2025", "Mục tiêu đến tháng 12/2025"), ["2025-06-30", "2025-12"]),
        (("Quý I/2025", "Quý IV/2025"), ["2025-Q1", "2025-Q4"]),
        (("Kết quả 6 tháng đầu năm 2025", "Kết quả năm 2025"), ["2025-H1", "2025"]),
        (("Q1 2025", "2025 target"), ["2025-Q1", "2025"]),
        (("Mục tiêu giai đoạn 2021-2025", "Mục tiêu 2030"), ["2025", "2030"]),
    ],
)
def test_a_heading_is_as_precise_as_it_is_written(drafts, headings, deadlines):
    row = ["TT", "Nhiệm vụ", "Đơn vị", *headings, "Cơ quan chủ trì"]
    targets, _ = drafts([row, [1, "Giải ngân", "%", 30, 60, "Bộ Y tế"]])
    assert [str(one["deadline"]) for one in targets] == deadlines


def test_quarters_below_a_merged_heading_have_their_own_deadlines(drafts):
    targets, _ = drafts([
        ["TT", "Nhiệm vụ", "Đơn vị", "Kế hoạch", None, "Cơ quan chủ trì"],
        [None, None, None, "Quý I/2025", "Quý II/2025", None],
        [1, "Giải ngân", "%", 30, 60, "Bộ Y tế"],
    ], merged=("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"))  # fmt: skip
    assert [one["deadline"] for one in targets] == ["2025-Q1", "2025-Q2"]


def test_a_csv_row_that_a_comma_has_cut_is_refused(cli):
    (cli.folder / "a.csv").write_text(
        "TT,Chỉ tiêu,Đơn vị,Kết quả 2025,Cơ quan chủ trì\n1,A,%,2,5,Bộ Y tế\n2,B,%,80,Bộ Y tế\n",
        encoding="utf-8",
    )
    ran = cli("draft", "a.csv", "--lang", "vi")
    assert ran.code == 3
    assert "a.csv!F2: lỗi: Dòng này có nhiều ô hơn số tiêu đề" in ran.err
    assert [one["title"] for one in read_yaml(ran.out)["targets"]] == ["B"]


def test_control_characters_of_a_csv_file_do_not_reach_the_register(cli):
    (cli.folder / "a.csv").write_text(
        "TT,Chỉ tiêu,Đơn vị,Kết quả 2025,Cơ quan chủ trì\n1,A\x07B,%,80,Bộ\x7f Y tế\n",
        encoding="utf-8",
    )
    ran = cli("draft", "a.csv", "--lang", "vi", *SAID)
    assert read_yaml(ran.out)["targets"][0]["title"] == "A B"
    (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
    assert cli("validate").code == 0

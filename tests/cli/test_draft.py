"""Commitments out of sheets: read as offices write them, doubted in comments, refused by cell."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.cli.annex import HEADINGS, annex, book
from tests.cli.boards import PROVINCES
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import HEAD, LAW, read_yaml


@pytest.fixture
def drafts(cli):
    """Draft from a workbook of these rows: what was read, as YAML and as text."""

    def give(rows: list[list[Any]], *args: str, merged: tuple[str, ...] = (), lang: str = "vi"):
        book(cli.folder / "bieu.xlsx", rows, merged=merged)
        ran = cli("draft", "bieu.xlsx", *args, "--lang", lang)
        return ran, read_yaml(ran.out)

    return give


def one(drafts, goal: Any, *, unit: str | None = "%", **more: Any) -> dict[str, Any]:
    """The entry of a table with one row of this goal."""
    headings = [*HEADINGS, *more]
    row = [1, "Việc", unit, goal, "Bộ Y tế", *more.values()]
    _, draft = drafts([headings, row])
    return draft["targets"][0]


def table(headings: list[str], rows: list[list[Any]]) -> list[list[Any]]:
    """A table whose rows are numbered, with titles of their own and one owner."""
    return [
        headings,
        *([at, f"Việc {chr(64 + at)}", *row, "Bộ Y tế"] for at, row in enumerate(rows, start=1)),
    ]


def entries(draft: dict[str, Any]) -> list[dict[str, Any]]:
    """The targets of a draft, each with what they have in common."""
    return [draft.get("defaults", {}) | entry for entry in draft["targets"]]


def comments(text: str) -> str:
    """The comments of a draft, their lines joined."""
    lines = [line.strip().removeprefix("# ") for line in text.splitlines() if "# " in line]
    return " ".join(lines)


# The annex


def test_an_annex_of_57_rows_becomes_a_register_that_validates(cli, drafts):
    ran, draft = drafts(annex(), "-o", "targets.yaml", "--fractions", "percent")
    assert ran.code == 0, ran.err
    draft = read_yaml((cli.folder / "targets.yaml").read_text("utf-8"))
    targets = [one for one in draft["targets"] if one.get("kind") != "heading"]
    assert len(targets) == 57
    assert cli("validate", "--lang", "en").code == 0
    assert len({one["id"] for one in draft["targets"]}) == len(draft["targets"])
    assert draft["sources"]["qd-99"]["date"].isoformat() == "2022-03-15"
    assert draft["sources"]["qd-99"]["publisher"] == "Thủ tướng Chính phủ"
    assert list(draft["bodies"]) == [
        "bo-thong-tin-va-truyen-thong", "bo-cong-an", "bo-noi-vu",
        "bo-van-hoa-the-thao-va-du-lich", "ubnd-cac-tinh-thanh-pho-truc-thuoc-trung",
    ]  # fmt: skip


def test_the_rows_around_an_annex_are_skipped_and_said_to_be(drafts):
    ran, _ = drafts(annex())
    assert "6 (đánh số cột)" in ran.err
    assert "67 (tổng cộng), 68–69 (phần ký)" in ran.err


def test_200_rows_are_read(cli, drafts):
    ran, _ = drafts(annex(200), "-o", "targets.yaml")
    assert ran.code == 0
    assert cli("validate", "--lang", "en").code == 0


# Figures as offices write them


GOALS = [
    ("trên 10 %", {"more_than": 10}),
    ("≥ 3 % và tăng dần", {"at_least": 3}),
    ("100%", {"at_least": 100}),
    ("tối thiểu 80%", {"at_least": 80}),
    ("không quá 5 %", {"at_most": 5}),
    ("80% trở lên", {"at_least": 80}),
    ("dưới 3,5%", {"less_than": 3.5}),
    ("giảm xuống còn 5%", {"at_most": 5}),
    ("Phấn đấu đạt trên 95%", {"more_than": 95}),
    (80, {"at_least": 80}),
]


def test_a_goal_is_read_as_it_is_written(drafts):
    _, draft = drafts(table(HEADINGS, [["%", goal] for goal, _ in GOALS]))
    for (goal, target), entry in zip(GOALS, draft["targets"], strict=True):
        assert entry["target"] == target, goal


FIGURES = [
    ("50.000", "doanh nghiệp", {"at_least": 50000}),
    ("≤ 50 Thế giới", None, {"at_most": 50}),
    ("Top 50", None, {"at_most": 50}),
    ("đạt trên 1,5 triệu lượt", None, {"more_than": 1500000}),
    ("ít nhất 01 nền tảng", None, {"at_least": 1}),
]


def test_a_figure_brings_its_unit_and_its_scale(drafts):
    _, draft = drafts(table(HEADINGS, [[unit, goal] for goal, unit, _ in FIGURES]))
    for (goal, _, target), entry in zip(FIGURES, draft["targets"], strict=True):
        assert (entry["target"], bool(entry["unit"])) == (target, True), goal


def test_a_range_is_a_minimum_with_its_upper_end_beside_it(drafts):
    entry = one(drafts, "16 - 18 %")
    assert entry["target"] == {"at_least": 16, "up_to": 18}


def test_done_is_a_milestone_and_its_date_the_deadline(drafts):
    entry = one(drafts, "Hoàn thành Quý IV/2025", unit=None)
    assert (entry["kind"], entry["deadline"]) == ("milestone", "2025-Q4")


DEADLINES = [
    ("Quý IV/2025", "2025-Q4"),
    ("31/12/2025", "2025-12-31"),
    ("Tháng 6/2026", "2026-06"),
    ("Trước 30/6/2026", "2026-06-30"),
    ("Đến hết năm 2025", "2025"),
]


def test_a_deadline_is_as_precise_as_it_is_written(drafts):
    headings = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Thời hạn", "Cơ quan chủ trì"]
    _, draft = drafts(table(headings, [["%", "80%", written] for written, _ in DEADLINES]))
    for (written, deadline), entry in zip(DEADLINES, draft["targets"], strict=True):
        assert str(entry["deadline"]) == deadline, written


def test_every_year_is_kept_in_periods_that_are_to_be_listed(drafts):
    ran, draft = drafts([[*HEADINGS, "Thời hạn"], [1, "Việc", "%", "80%", "Bộ Y tế", "Hằng năm"]])
    entry = draft["targets"][0]
    assert (entry["kind"], entry["periods"]) == ("sustain", [2026])
    assert "Phụ lục!F2: “Hằng năm”: đến năm nào?" in comments(ran.out)


def test_what_goes_on_is_listed_and_not_judged(drafts):
    entry = one(drafts, None, **{"Thời hạn": "Thường xuyên"})
    assert entry["kind"] == "unquantified"


def test_what_goes_on_is_no_milestone_where_it_stands_for_a_goal(drafts):
    assert one(drafts, "Thường xuyên")["kind"] == "unquantified"


@pytest.mark.parametrize(
    "headings", [("Kết quả năm 2023", "Mục tiêu 2025"), ("Results 2023", "Targets 2025")]
)
def test_a_result_of_a_year_before_a_goal_is_where_it_stood(drafts, headings):
    result, goal = headings
    _, draft = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị", result, goal, "Cơ quan chủ trì"],
        [1, "Hộ nghèo", "%", 10, "≤ 5", "Bộ Y tế"],
    ])  # fmt: skip
    [entry] = draft["targets"]
    terms = entry["baseline"], entry["target"], entry["deadline"]
    assert terms == ({"value": 10, "date": 2023}, {"at_most": 5}, 2025)


STOOD = ["TT", "Chỉ tiêu", "Đơn vị", "Hiện trạng năm 2020", "Kết quả 2025", "Cơ quan chủ trì"]


CHANGES = [
    ("giảm 20% so với 2020", "tấn", {"reduce_by": "20%"}),
    ("tăng thêm 500 tấn", "tấn", {"increase_by": 500}),
    ("gấp 2 lần", "tấn", {"increase_by": "100%"}),
    ("gấp 1,5 lần năm 2020", "tấn", {"increase_by": "50%"}),
    ("giảm một nửa", "tấn", {"reduce_by": "50%"}),
    ("tăng 5 điểm phần trăm", "%", {"increase_by": 5}),
    ("giảm từ 10% xuống còn 5%", "%", {"at_most": 5}),
]


def test_a_change_is_told_from_where_it_stood(cli, drafts):
    ran, draft = drafts(table(STOOD, [[unit, 200, goal] for goal, unit, _ in CHANGES]))
    for (goal, _, target), entry in zip(CHANGES, draft["targets"], strict=True):
        stood = {"value": 200, "date": 2020}
        assert (entry["target"], entry["baseline"]) == (target, stood), goal
    (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
    assert cli("validate").code == 0


def test_a_change_without_a_start_or_from_another_year_is_doubted(drafts):
    ran, draft = drafts([
        STOOD,
        [1, "Chi phí", "đồng", None, "giảm 20% so với 2020", "Bộ Y tế"],
        [2, "Phát thải", "tấn", 200, "giảm 20% so với 2015", "Bộ Y tế"],
    ])  # fmt: skip
    assert [entry.get("baseline") for entry in draft["targets"]] == [None, None]
    text = comments(ran.out)
    assert "Phụ lục!E2: “giảm 20% so với 2020” là mức thay đổi so với một số" in text
    assert "Phụ lục!E3: “giảm 20% so với 2015” so với năm 2015, còn số đầu kỳ" in text


UNCLEAR = [
    ("mỗi năm tăng 5 %", "tấn"),
    ("giảm 1-1,5%/năm", "%"),
    ("giảm 20%", "%"),
    ("bình quân 8 %/năm", "%"),
    ("tăng 2 lần", "tấn"),
    ("gấp 1,5 - 2 lần", "tấn"),
    ("giữ ở mức 5 %", "%"),
    ("tăng dần", "%"),
    ("ít nhất 2/3 số xã", "xã"),
    ("giảm tối đa 20%", "tấn"),
    ("tăng khoảng 10%", "tấn"),
    ("cao hơn 5% so với năm 2020", "%"),
    ("không thấp hơn năm trước", "%"),
    ("không quá 5 - 7%", "%"),
    ("tăng 2 bậc", "hạng"),
    ("5 điểm phần trăm", "%"),
    ("20% more than in 2020", "%"),
    ("from 10% to 15%", "%"),
]


def test_what_may_be_meant_in_several_ways_gets_a_doubt_and_no_figure(drafts):
    ran, draft = drafts(table(STOOD, [[unit, 200, goal] for goal, unit in UNCLEAR]))
    text = comments(ran.out)
    for at, (goal, entry) in enumerate(zip(UNCLEAR, entries(draft), strict=True), start=2):
        assert (entry["kind"], entry["stated"]["figure"]) == ("unquantified", goal[0])
        assert "target" not in entry
        assert f"Phụ lục!E{at}: “{goal[0]}”" in text


YEARLY = [
    ("Hằng năm trên 10%", {"more_than": 10}),
    ("hàng năm ≥ 3 %", {"at_least": 3}),
    ("80% mỗi năm", {"at_least": 80}),
    ("duy trì dưới 5 %", {"less_than": 5}),
    ("giữ vững 95%", {"at_least": 95}),
    ("cao hơn năm trước", {"above": "previous"}),
    ("at least 80% every year", {"at_least": 80}),
    ("keep below 5%", {"less_than": 5}),
]


def test_what_holds_every_year_is_sustained(drafts):
    _, draft = drafts(table(HEADINGS, [["%", goal] for goal, _ in YEARLY]))
    headings = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Thời hạn", "Cơ quan chủ trì"]
    _, spans = drafts(table(headings, [["%", goal, "2026-2028"] for goal, _ in YEARLY]))
    for (goal, target), entry, span in zip(YEARLY, entries(draft), entries(spans), strict=True):
        assert (entry["kind"], entry["periods"], entry["target"]) == ("sustain", [2026], target)
        assert span["periods"] == [2026, 2027, 2028], goal


def test_every_quarter_of_a_year_is_listed(drafts):
    entry = one(drafts, "hằng quý trên 95%", **{"Thời hạn": "2027"})
    assert entry["periods"] == ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"]
    assert entry["report_every"] == "quarter"


def test_a_rise_of_what_measures_growth_is_its_value(drafts):
    _, draft = drafts([HEADINGS, [1, "Tốc độ tăng GRDP", "%", "tăng 6 - 7%", "Bộ Y tế"]])
    assert draft["targets"][0]["target"] == {"at_least": 6, "up_to": 7}


def test_two_dated_goals_with_a_comma_between_are_two_targets(drafts):
    _, draft = drafts([HEADINGS, [1, "Hộ", "%", "80% vào năm 2025, 95% vào năm 2030", "Bộ Y tế"]])
    assert [str(entry["deadline"]) for entry in draft["targets"]] == ["2025", "2030"]


def test_a_percentage_in_a_cell_of_numbers_is_doubted_or_told(drafts):
    rows = [HEADINGS, [1, "Việc", "%", 0.8, "Bộ Y tế"]]
    ran, draft = drafts(rows)
    assert draft["targets"][0]["target"] == {"at_least": 80}
    assert "ô chứa 0,8, là cách bảng tính lưu 80 %" in comments(ran.out)
    _, draft = drafts(rows, "--fractions", "as-is")
    assert draft["targets"][0]["target"] == {"at_least": 0.8}


def test_a_document_of_no_known_day_is_older_than_its_deadlines(cli, drafts):
    rows = [[*HEADINGS, "Ghi chú"], [1, "A", "%", "80%", "Bộ Y tế", "gấp"]]
    ran, draft = drafts(rows, "--deadline", "2024")
    assert draft["targets"][0]["notes"] == [{"vi": "gấp", "en": "gấp"}]
    assert "chưa rõ ngày của văn bản" in comments(ran.out)
    (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
    assert cli("validate").code == 0


# Tables as offices make them


def test_the_same_indicator_for_two_dates_is_one_with_two_targets(cli, drafts):
    ran, draft = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu", None, "Cơ quan chủ trì"],
        [None, None, None, "2025", "2030", None],
        [1, "Kinh tế số", "%", "20", "30", "Bộ Công an"],
    ], "--source", "plan", "--title", "Kế hoạch", "--date", "2022-01-01", "--by", "Chính phủ",
        merged=("D1:E1",))  # fmt: skip
    assert draft["indicators"]["kinh-te-so"] == {"title": "Kinh tế số", "unit": "%"}
    targets = draft["targets"]
    assert [one["id"] for one in targets] == ["kinh-te-so-2025", "kinh-te-so-2030"]
    assert [one["indicator"] for one in targets] == ["kinh-te-so"] * 2
    assert [str(one["deadline"]) for one in targets] == ["2025", "2030"]
    (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
    assert cli("validate", "--lang", "en").out.startswith("The register is sound: 2 targets")


def test_two_dated_goals_in_one_cell_are_two_targets(drafts):
    _, draft = drafts([HEADINGS, [1, "Hộ", "%", "Năm 2025: 80%; năm 2030: 95%", "Bộ Y tế"]])
    assert [one["target"] for one in draft["targets"]] == [{"at_least": 80}, {"at_least": 95}]
    assert [str(one["deadline"]) for one in draft["targets"]] == ["2025", "2030"]


def test_a_merged_title_and_owner_hold_for_each_of_their_rows(drafts):
    _, draft = drafts([
        ["TT", "Nhiệm vụ", "Kết quả", "Thời hạn", "Cơ quan chủ trì"],
        [1, "Đào tạo", "100 người", "2025", "Bộ Y tế"],
        [None, None, "200 người", "2026", None],
    ], merged=("A2:A3", "B2:B3", "E2:E3"))  # fmt: skip
    assert list(draft["indicators"]) == ["dao-tao"]
    assert [one["owner"] for one in draft["targets"]] == ["bo-y-te"] * 2


def test_a_merged_goal_is_refused_by_its_cell(drafts):
    ran, _ = drafts([
        HEADINGS, [1, "A", "%", "80%", "Bộ Y tế"], [2, "B", "%", None, "Bộ Y tế"],
    ], merged=("D2:D3",))  # fmt: skip
    assert ran.code == 3
    assert "bieu.xlsx!Phụ lục!D2" in ran.err


def test_several_bodies_in_one_cell_lead_and_support(drafts):
    headings = ["TT", "Nhiệm vụ", "Thời hạn", "Cơ quan chủ trì", "Cơ quan phối hợp"]
    _, draft = drafts([
        headings,
        [1, "Một", "2025", "Bộ Công an, Bộ Khoa học và Công nghệ", "Bộ KH&CN và Sở Nội vụ"],
        [2, "Hai", "2025", "Chủ trì: BKHCN\nPhối hợp: Bộ Văn hóa, Thể thao và Du lịch", None],
    ])  # fmt: skip
    first, second = draft["targets"]
    assert (first["owner"], first["with"]) == (
        "bo-cong-an",
        ["bo-khoa-hoc-va-cong-nghe", "so-noi-vu"],
    )
    assert (second["owner"], second["with"]) == (
        "bo-khoa-hoc-va-cong-nghe",
        ["bo-van-hoa-the-thao-va-du-lich"],
    )


def test_other_headings_are_mapped(drafts):
    rows = [["Đầu mục", "Con số phải có", "Ai làm"], ["Việc A", "80%", "Bộ Y tế"]]
    names = ("--map", "Đầu mục=title", "--map", "Con số phải có=goal", "--map", "Ai làm=owner")
    _, draft = drafts(rows, *names)
    assert draft["targets"][0]["title"] == "Việc A"
    assert draft["targets"][0]["owner"] == "bo-y-te"


def test_a_map_to_no_column_is_refused_with_the_one_that_was_meant(drafts):
    ran, _ = drafts([HEADINGS], "--map", "Nhiệm vụ=tilte", lang="en")
    assert ran.code == 2
    assert "title" in ran.err


def test_english_tables_are_read_in_english(drafts):
    _, draft = drafts([
        ["No.", "Indicator", "Unit", "Target 2025", "Lead agency"],
        [1, "Firms", "firms", "over 1,500.5", "EPA"],
    ], lang="en")  # fmt: skip
    assert draft["targets"][0]["target"] == {"more_than": 1500.5}


def test_the_deadline_is_in_a_heading_of_a_part(drafts):
    _, draft = drafts([
        HEADINGS,
        ["I", "Mục tiêu đến năm 2025"], [1, "A", "%", "80%", "Bộ Y tế"],
        ["II", "Định hướng đến năm 2030"], [1, "B", "%", "90%", "Bộ Y tế"],
    ])  # fmt: skip
    headings = [one for one in draft["targets"] if one.get("kind") == "heading"]
    targets = [one for one in draft["targets"] if one.get("kind") != "heading"]
    assert [one["part_of"] for one in targets] == [one["id"] for one in headings]
    assert [str(one["deadline"]) for one in targets] == ["2025", "2030"]
    assert [one["place"] for one in targets] == ["I.1", "II.1"]


def test_the_sheet_is_named(cli):
    book(cli.folder / "a.xlsx", [HEADINGS, [1, "A", "%", "80%", "Bộ Y tế"]], name="Tháng 6")
    assert cli("draft", "a.xlsx", "--sheet", "thang 6", "--lang", "vi").code == 0
    ran = cli("draft", "a.xlsx", "--sheet", "Tháng 7", "--lang", "vi")
    assert ran.code == 3
    assert "“Tháng 7”" in ran.err
    assert "Tháng 6" in ran.err


# Beside a register


def test_bodies_of_the_register_are_taken_by_their_names(cli, drafts):
    cli.write(LAW, head=HEAD.replace("  old:", "  bkhcn: {name: Bộ Khoa học và Công nghệ}\n  old:"))
    rows = [HEADINGS, [1, "A", "%", "80%", "Văn phòng"], [2, "B", "%", "80%", "Bộ KH&CN"]]
    ran, draft = drafts(rows, "--source", "plan", "--deadline", "2027")
    assert [one["owner"] for one in draft["targets"]] == ["office", "bkhcn"]
    assert "bodies" not in draft
    assert "sources" not in draft
    assert "cdstrack" not in draft
    part = ran.out.partition("targets:\n")[2]
    with (cli.folder / "targets.yaml").open("a", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^( +- id: \S+)$", r"\1\n    kind: reach", part)
                   if "kind:" not in part else part)  # fmt: skip
    assert cli("validate", "--lang", "en").code == 0


def test_an_id_of_the_register_is_not_given_again(cli, drafts):
    cli.write(LAW)
    _, draft = drafts([HEADINGS, [1, "Law", "%", "80%", "Văn phòng"]], "--source", "plan")
    assert draft["targets"][0]["id"] == "law-2"


# Hostile sheets


def test_a_formula_and_an_error_are_refused_by_their_cells(cli):
    (cli.folder / "a.csv").write_text(
        "TT,Chỉ tiêu,Đơn vị,Kết quả,Cơ quan chủ trì\n1,A,%,#REF!,Bộ Y tế\n2,B,%,80%,Bộ Y tế\n",
        encoding="utf-8",
    )
    ran = cli("draft", "a.csv", "--lang", "en")
    assert ran.code == 3
    assert ran.err.splitlines()[-1].startswith("a.csv!D2: error: ")
    assert [one["title"] for one in read_yaml(ran.out)["targets"]] == ["B"]


@pytest.mark.parametrize(
    "text", ["=1+1", "a: b # c", "\"'{[&*!|>%@`", "- x", "true", "1e5", "\\u202e"]
)
def test_any_text_of_a_cell_stays_that_text(cli, drafts, text):
    ran, draft = drafts([HEADINGS, [1, f"Việc {text}", "%", "80%", text]])
    entry = draft["targets"][0]
    assert entry["title"] == f"Việc {text}"
    assert text.lstrip("- ") in draft["bodies"][entry["owner"]]["name"]
    (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
    assert cli("validate").code == 0


@pytest.mark.parametrize("rows", [[], [HEADINGS], [["a", "b"], [1, 2]]])
def test_a_sheet_without_commitments_is_refused(drafts, rows):
    ran, _ = drafts(rows)
    assert ran.code == 3
    assert "bieu.xlsx" in ran.err


def test_a_file_that_is_there_is_never_written_over(cli, drafts):
    (cli.folder / "part.yaml").write_text("mine", encoding="utf-8")
    ran, _ = drafts(annex(), "-o", "part.yaml")
    assert ran.code == 3
    assert (cli.folder / "part.yaml").read_text("utf-8") == "mine"


# There and back


def judged(cli) -> Any:
    status = json.loads(cli("status", "--all", "--format", "json").out)
    status["register"].pop("file", None)
    return status


def test_an_export_comes_back_as_it_went_out(cli):
    cli.ship()
    before = judged(cli)
    for lang in ("vi", "en"):
        cli("export", "-o", f"{lang}.xlsx", "--lang", lang)
        ran = cli("draft", f"{lang}.xlsx", "-o", f"{lang}.yaml", "--lang", lang)
        assert ran.code == 0, ran.err
    for lang in ("vi", "en"):
        text = (cli.folder / f"{lang}.yaml").read_text("utf-8")
        (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
        assert judged(cli) == before


def test_an_export_with_indicators_comes_back(cli):
    cli.write(
        "  - {id: a-1, indicator: a, owner: office, kind: reach, deadline: 2027,\n"
        "     target: {at_least: 2.1250}, stated: {source: plan, by: X}, x-ref: [1, b]}\n"
        "  - {id: a-2, indicator: a, owner: office, kind: reach, deadline: 2030,\n"
        "     target: {at_least: 3}, stated: {source: plan, by: X}}\n"
        "  - {id: pillar, title: Pillar, kind: heading}\n"
        "  - {id: a-3, title: T, owner: office, kind: milestone, part_of: pillar,\n"
        "     stated: {source: plan, by: X}}\n",
        head=HEAD + "indicators: {a: {title: A, unit: '%', baseline: {value: 1, date: 2020}}}\n",
    )
    before = judged(cli)
    assert cli("validate").code == 0
    cli("export", "-o", "a.xlsx")
    cli("draft", "a.xlsx", "-o", "b.yaml")
    text = (cli.folder / "b.yaml").read_text("utf-8")
    assert text.count("unit:") == 1
    assert "x-ref" in text
    (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
    assert judged(cli) == before


def test_the_empty_table_is_read_once_it_is_filled_in(cli):
    for lang, unit, bodies in (("vi", "%", "Bộ Y tế"), ("en", "%", "EPA")):
        cli("template", "--commitments", "-o", f"{lang}.csv", "--lang", lang)
        with (cli.folder / f"{lang}.csv").open("a", encoding="utf-8") as file:
            file.write(f"1,A,{unit},10,20,2027,{bodies},,,\n")
        ran = cli("draft", f"{lang}.csv", "--lang", lang)
        assert ran.code == 0, ran.err
        (entry,) = read_yaml(ran.out)["targets"]
        assert entry["target"] == {"at_least": 20}
        assert entry["baseline"] == {"value": 10}
    assert cli("template", "--commitments", "-o", "a.xlsx", "--lang", "vi").code == 0
    assert "không có dòng cam kết nào" in cli("draft", "a.xlsx", "--lang", "vi").err


def test_each_writes_a_form_for_everybody_with_something_due(cli):
    cli.write(LAW, BY_BODY, head=PROVINCES)
    ran = cli("template", "--each", "-o", "forms", "--lang", "en")
    assert ran.code == 0, ran.err
    names = sorted(path.name for path in (cli.folder / "forms").iterdir())
    assert "owner-office.xlsx" in names
    assert any(name.startswith("body-") for name in names)
    assert len(ran.out.splitlines()) == len(names)
    again = cli("template", "--each", "-o", "forms", "--lang", "en")
    assert again.code == 3
    assert "exists" in again.err or "there already" in again.err

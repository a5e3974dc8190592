"""Goals of slices in tables of commitments: rows “trong đó”, columns of their own, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cdstrack.i18n.commitment_words import commitment_heading
from tests.cases import every_case
from tests.cli.annex import book
from tests.cli.build import HEAD, read_yaml

HEADINGS = ["TT", "Chỉ tiêu", "Đơn vị", "Mục tiêu 2025", "Cơ quan chủ trì"]
SAID = ("--title", "Kế hoạch", "--date", "2020-01-01", "--by", "Chính phủ")


@pytest.fixture
def drafts(cli):
    """Draft from a workbook of these rows, as a register that validates; its entries and text."""

    def give(rows: list[list[Any]], *, merged: tuple[str, ...] = (), lang: str = "vi"):
        book(cli.folder / "bieu.xlsx", rows, merged=merged)
        ran = cli("draft", "bieu.xlsx", *SAID, "--lang", lang)
        (cli.folder / "targets.yaml").write_text(ran.out, encoding="utf-8")
        assert cli("validate").code == 0
        (cli.folder / "targets.yaml").unlink()
        return read_yaml(ran.out), " ".join(
            line.strip().removeprefix("# ") for line in ran.out.splitlines() if "# " in line
        )

    return give


def goals(entry: dict[str, Any]) -> list[tuple[dict[str, str], dict[str, Any]]]:
    return [(one["slice"], one["target"]) for one in entry["slices"]]


@every_case(
    "title",
    [
        "Trong đó: nữ", "trong đó nữ", "- Trong đó: Nữ", "Trong đó, nữ", "- Nữ",
        "of which: women", "Of which women", "Trong đó: phụ nữ",
    ],
)  # fmt: skip
def test_a_row_of_which_is_a_slice_of_the_row_above(drafts, title):
    draft, _ = drafts([
        HEADINGS, [1, "Lao động có nghề", "người", 1000, "Bộ Y tế"],
        [None, title, "người", "≥ 400"], [2, "Khác", "người", 5, "Bộ Y tế"],
    ])  # fmt: skip
    first, second = draft["targets"]
    assert list(first["breakdown"]["sex"]) == ["women"]
    assert goals(first) == [({"sex": "women"}, {"at_least": 400})]
    assert (first["target"], "slices" in second) == ({"at_least": 1000}, False)


def test_lines_below_of_which_are_slices_and_an_unknown_one_asks_by_what(drafts):
    draft, text = drafts([
        HEADINGS, [1, "Hộ có nước sạch", "%", "80%", "Bộ Y tế"], [None, "Trong đó:"],
        [None, "- Nông thôn", "%", "70%"], [None, "- Hộ vùng sâu", "%", "50%"],
    ])  # fmt: skip
    [entry] = draft["targets"]
    assert goals(entry) == [
        ({"area": "rural"}, {"at_least": 70}), ({"group": "ho-vung-sau"}, {"at_least": 50}),
    ]  # fmt: skip
    assert "“Hộ vùng sâu” là phân tổ theo gì?" in text


@every_case(
    "heading",
    [
        "Mục tiêu 2025: Nữ", "Mục tiêu 2025 (nữ)", "Mục tiêu nữ 2025", "Mục tiêu: trong đó nữ",
        "Target 2025 (women)", "Target: women", "Women target 2025", "Female target",
    ],
)  # fmt: skip
def test_a_column_may_be_of_a_slice(drafts, heading):
    draft, _ = drafts([[*HEADINGS, heading], [1, "Việc", "người", 1000, "Bộ Y tế", "trên 400"]])
    assert goals(draft["targets"][0]) == [({"sex": "women"}, {"more_than": 400})]


@every_case(
    "heading", ["Mục tiêu năm", "Kết quả năm", "Mục tiêu (%)", "Chỉ tiêu nữ đại biểu", "Nữ"]
)
def test_other_headings_are_of_no_slice(heading):
    meaning = commitment_heading(heading)
    assert meaning is None or meaning.part is None


def test_columns_below_a_merged_heading_are_of_the_whole_and_of_slices(drafts):
    draft, _ = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị", "Mục tiêu 2025", None, None, "Cơ quan chủ trì"],
        [None, None, None, "Chung", "Nam", "Nữ", None],
        [1, "Biết chữ", "%", "98%", "99%", "97%", "Bộ Y tế"],
    ], merged=("D1:F1",))  # fmt: skip
    [entry] = draft["targets"]
    assert (entry["target"], entry["deadline"]) == ({"at_least": 98}, 2025)
    assert [part["sex"] for part, _ in goals(entry)] == ["men", "women"]


def test_a_column_of_slices_says_of_which_a_row_is(drafts):
    draft, text = drafts([
        [*HEADINGS, "Phân tổ"], [1, "Việc", "người", 1000, "Bộ Y tế", None],
        [None, "Việc", "người", 400, None, "sex=women"],
        [None, None, "người", 300, None, "Vùng: Bắc"],
        [None, None, "người", 401, None, "Nữ"],
    ])  # fmt: skip
    [entry] = draft["targets"]
    assert goals(entry) == [
        ({"sex": "women"}, {"at_least": 400}), ({"vung": "bac"}, {"at_least": 300}),
    ]  # fmt: skip
    assert "“Nữ” có hai mục tiêu khác nhau" in text


def test_slices_of_an_indicator_belong_to_the_target_of_their_year(drafts):
    draft, _ = drafts([
        ["TT", "Chỉ tiêu", "Đơn vị", "Hiện trạng 2020", "2025", "2030", "Cơ quan chủ trì"],
        [1, "Biết chữ", "%", 90, "95", "99", "Bộ Y tế"],
        [None, "Trong đó: nữ", "%", 85, "93", "98", None],
    ])  # fmt: skip
    assert draft["indicators"]["biet-chu"]["breakdown"] == {"sex": {"women": "nữ"}}
    assert [goals(one)[0][1] for one in draft["targets"]] == [{"at_least": 93}, {"at_least": 98}]
    start = draft["targets"][0]["slices"][0]["baseline"]
    assert start == {"value": 85, "date": 2020}


def test_slices_alone_leave_the_whole_to_the_worst_of_them(drafts):
    draft, text = drafts([
        HEADINGS, [1, "Biết chữ", "%", None, "Bộ Y tế"], [None, "Trong đó: nữ", "%", "98%"],
    ])  # fmt: skip
    [entry] = draft["targets"]
    assert (entry["kind"], str(entry["deadline"])) == ("unquantified", "2025")
    assert "chỉ có mục tiêu của phân tổ" in text


def test_goals_of_slices_do_not_hide_the_doubt_about_that_of_the_whole(drafts):
    draft, text = drafts([
        HEADINGS, [1, "Hộ nghèo", "%", "giảm 10%", "Bộ Y tế"], [None, "Trong đó: nữ", "%", "≤ 5"],
        [2, "Biết chữ", "%", "98%", "Bộ Y tế"], [None, "Trong đó: nữ", "%", "Hoàn thành"],
    ])  # fmt: skip
    assert goals(draft["targets"][0]) == [({"sex": "women"}, {"at_most": 5})]
    assert "“giảm 10%”: là điểm phần trăm hay là phần trăm của mức gốc?" in text
    assert "“Hoàn thành” của “nữ” không đưa vào được" in text


def test_a_slice_in_another_unit_is_asked_about_and_never_mixed(drafts):
    draft, text = drafts([
        HEADINGS, [1, "Người hưởng lợi", "người", 1000, "Bộ Y tế"], [None, "Trong đó: nữ", "%", 40],
    ])  # fmt: skip
    assert "slices" not in draft["targets"][0]
    assert "“40” của “nữ” theo đơn vị tính khác" in text


def test_an_export_with_breakdowns_comes_back_as_it_went_out(cli):
    register = """\
  - {id: a-2025, indicator: a, owner: office, kind: reach, deadline: 2027,
     target: {at_least: 10}, stated: {source: plan, by: X},
     slices: [{slice: {sex: women}, target: {about: 4.50}, baseline: {value: 1, date: 2020},
               figure: "≈ 4,5"}, {slice: {sex: women, area: rural}, target: {increase_by: 20%}}]}
  - {id: b, title: B, unit: x, owner: office, kind: unquantified, stated: {source: plan, by: X},
     breakdown: {sex: {women: {vi: Nữ, en: Women}}},
     slices: [{slice: {sex: women}, target: {at_most: 5}}]}
"""
    cli.write(
        register,
        head=HEAD + "indicators: {a: {title: A, unit: '%', crosses: [[sex, area]],\n"
        "  breakdown: {sex: {women: Nữ, men: Nam}, area: {rural: Nông thôn}}}}\n",
    )
    before = json.loads(cli("status", "--all", "--format", "json").out)["targets"]
    for lang in ("vi", "en"):
        cli("export", "-o", f"{lang}.xlsx", "--lang", lang)
        ran = cli("draft", f"{lang}.xlsx", "-o", f"{lang}.yaml", "--lang", lang)
        assert ran.code == 0, ran.err
    for lang in ("vi", "en"):
        text = (cli.folder / f"{lang}.yaml").read_text("utf-8")
        (cli.folder / "targets.yaml").write_text(text, encoding="utf-8")
        assert json.loads(cli("status", "--all", "--format", "json").out)["targets"] == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_empty_table_has_a_column_of_slices(cli, lang):
    cli("template", "--commitments", "-o", "new.csv", "--lang", lang)
    with (cli.folder / "new.csv").open("a", encoding="utf-8") as file:
        file.write("1,A,%,,20,2027,EPA,,,,\n,,%,,15,,,,,,sex=women\n")
    ran = cli("draft", "new.csv", "--lang", lang)
    assert ran.code == 0, ran.err
    [entry] = read_yaml(ran.out)["targets"]
    assert goals(entry) == [({"sex": "women"}, {"at_least": 15})]

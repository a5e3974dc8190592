"""Forms that invite a wrong verdict: each with its sample, and what is right beside it."""

from __future__ import annotations

from typing import Any

from cdstrack.core.checks.pitfalls import check_pitfalls
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from tests.cases import every_case
from tests.core.build import register_of, report, stated, target

SUM = {"kind": "reach", "unit": "people", "accumulate": "sum", "deadline": "2026"}
PERCENT = {"vi": "%", "en": "%"}
YEARLY = {"vi": "%/năm", "en": "% per year"}


def codes(*reports: Report, **keys: Any) -> list[str]:
    keys = {"kind": "reach", "unit": "km"} | keys
    register = register_of(target(**keys))
    [name] = register.targets
    ledger = Ledger({name: reports})
    problems = list(check_pitfalls(register, ledger))
    assert all(problem.level == "warning" and problem.target == name for problem in problems)
    return [problem.code.removeprefix("pitfall_") for problem in problems]


@every_case(
    "code, keys",
    [
        ("ceiling", SUM | {"target": {"at_most": 100}}),
        ("ceiling", SUM | {"target": {"less_than": 100}, "accumulate": "year_to_date"}),
        ("never", SUM | {"target": {"exactly": 0}}),
        ("max", {"target": {"at_most": 5}, "accumulate": "max", "deadline": "2026"}),
        ("min", {"target": {"at_least": 5}, "accumulate": "min", "deadline": "2026"}),
        ("no_percent", {"target": {"at_least": 5}, "accumulate": "ratio"}),
        ("kept", {"title": "Duy trì độ che phủ rừng 42%", "target": {"at_least": 42}}),
        ("kept", {"title": "Giữ vững tỷ lệ 95%", "target": {"at_least": 95}}),
        ("kept", {"title": "Giữ 42% độ che phủ rừng", "target": {"at_least": 42}}),
        ("kept", {"title": "Tỷ lệ ổn định ở mức 42%", "target": {"at_least": 42}}),
        ("kept", {"title": "Keep 42% of the land under forest", "target": {"at_least": 42}}),
        ("kept", {"title": "Maintain forest cover of 42%", "target": {"at_least": 42}}),
        ("kept", {"title": "Keep the poverty rate below 5%", "target": {"less_than": 5}}),
        (
            "kept",
            {"stated": stated("2025-01-01", figure="tiếp tục giữ 95%"), "target": {"at_least": 95}},
        ),
        ("met_before", {"baseline": {"value": 96}, "target": {"at_least": 95}}),
        ("met_before", {"baseline": {"value": 3}, "target": {"at_most": 5}}),
        ("yearly_rate", {"unit": YEARLY, "target": {"at_least": 8}, "deadline": "2025"}),
        (
            "yearly_rate",
            {
                "title": "Tốc độ tăng trưởng GRDP năm 2025 đạt 8%",
                "unit": PERCENT,
                "target": {"at_least": 8},
                "deadline": "2025-12-31",
            },
        ),
        (
            "yearly_rate",
            {
                "title": "Xuất khẩu năm 2025 tăng 10% so với cùng kỳ",
                "unit": PERCENT,
                "target": {"at_least": 10},
                "deadline": "2025",
            },
        ),
        (
            "range",
            {"title": "Xuất khẩu tăng 16–18%", "unit": PERCENT, "target": {"between": [16, 18]}},
        ),
        (
            "range",
            {
                "stated": stated("2025-01-01", figure="tối thiểu 6-6,5 %"),
                "target": {"between": [6, "6.5"]},
            },
        ),
    ],
)
def test_a_form_that_invites_a_wrong_verdict_is_named(code, keys):
    assert codes(**keys) == [code]


@every_case(
    "keys",
    [
        SUM | {"target": {"at_least": 100}},
        {"title": "Xuất khẩu tăng 16–18%", "target": {"at_least": 16, "up_to": 18}},
        SUM | {"target": {"at_most": 50}, "baseline": {"value": 100}},
        SUM | {"target": {"exactly": 0}, "baseline": {"value": 100}},
        {"kind": "limit", "accumulate": "sum", "target": {"at_most": 100}},
        {
            "kind": "sustain",
            "accumulate": "max",
            "target": {"at_most": 5},
            "periods": ["2025", "2026"],
        },
        {
            "kind": "sustain",
            "title": "Duy trì 42%",
            "target": {"at_least": 42},
            "periods": ["2025"],
        },
        {"target": {"at_least": 5}, "accumulate": "max"},
        {"unit": PERCENT, "target": {"at_least": 5}, "accumulate": "ratio"},
        {"title": "Gìn giữ di sản, nắm giữ 51% vốn", "target": {"at_least": 51}},
        {"title": "Road maintenance; housekeeping", "target": {"at_least": 51}},
        {"title": "Bảo dưỡng, duy trì 500 km đường", **SUM, "target": {"at_least": 500}},
        {"baseline": {"value": 90}, "target": {"at_least": 95}},
        {
            "title": "Xuất khẩu tăng 30% so với năm 2020",
            "unit": PERCENT,
            "target": {"at_least": 30},
            "deadline": "2025",
        },
        {
            "title": "Đến năm 2030 tỷ lệ che phủ tăng 5%",
            "unit": PERCENT,
            "target": {"at_least": 5},
            "deadline": "2030",
        },
        {
            "title": "Coverage grows by 5 points",
            "unit": PERCENT,
            "target": {"increase_by": "5"},
            "baseline": {"value": 40, "date": "2021"},
            "deadline": "2025",
        },
        {
            "title": "Tốc độ tăng trưởng bình quân giai đoạn 2021–2025",
            "unit": YEARLY,
            "target": {"at_least": 7},
            "deadline": "2025",
        },
        {"title": "80% hồ sơ trực tuyến", "unit": PERCENT, "target": {"at_least": 80},
         "deadline": "2025"},
        {
            "title": "Lạm phát tăng 4–4,5%",
            "unit": PERCENT,
            "target": {"between": [4, "4.5"]},
        },
        {"title": "Độ ẩm từ 40 đến 60%", "target": {"between": [40, 60]}},
    ],
)  # fmt: skip
def test_what_is_right_beside_it_is_left_alone(keys):
    assert codes(**keys) == []


def test_a_target_that_was_made_easier_than_its_baseline_was_not_met_at_first():
    moved = [
        {"on": "2023-01-01", "field": "target", "old": {"at_least": 100}, "new": {"at_least": 50}}
    ]
    keys: dict[str, Any] = {"target": {"at_least": 50}, "baseline": {"value": 60}}
    assert codes(**keys, revisions=moved) == []


@every_case(
    "reports, found",
    [
        ([report("2026-05", "30"), report("2026-05", "30", at=1)], []),  # said at every read
        ([report("2026-05", "30"), report("2026-05", "30", at=1, source="x")], ["repeated"]),
        ([report("2026-05", "30"), report("2026-05", "20", at=1)], []),
        ([report("2026-05", "30"), report("2026-06", "30")], []),
        ([report("2026-05", "30", part="a"), report("2026-05", "30", part="b", at=1)], []),
        ([report("2026-Q1", "400"), report("2026-H1", "700")], ["cumulative"]),
        ([report("2026-Q1", "400"), report("2026-H1", "400")], ["cumulative"]),
        ([report("2026-Q1", "400"), report("2026-H1", "300")], []),
        ([report("2026-Q1", "400"), report("2026-Q2", "700")], []),
        ([report("2026-01-31", "4"), report("2026-02-28", "6"), report("2026-Q1", "10")],
         ["cumulative"]),
        ([report("2026-Q1", "0"), report("2026-H1", "300")], []),
    ],
)  # fmt: skip
def test_increments_that_count_twice(reports, found):
    conditions = {"a": "A", "b": "B"} if any(one.part for one in reports) else {}
    assert codes(*reports, **SUM, target={"at_least": 1000}, conditions=conditions) == found
    assert codes(*reports, target={"at_least": 1000}, conditions=conditions) == []

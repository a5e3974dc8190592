"""What a reader is told of the method of pace: in words of both languages, in JSON and in csv."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.cases import every_case
from tests.cli.build import target

LEVEL = "kind: reach\nunit: {vi: km, en: km}\nbaseline: {value: 100, date: 2015}\n"
RISING = LEVEL + "target: {at_least: 200}\ndeadline: 2030\n"
GROWTH = target("growth", RISING + "method: cagr")
TREND = target("trend", RISING + "method: five_year_trend")
PEAK = target(
    "peak", LEVEL + "target: {at_most: 50}\ndeadline: 2040\nplan: [{date: 2026-12, value: 110}]"
)


def yearly(cli, name: str, *values: str) -> None:
    for year, value in enumerate(values, start=2026 - len(values)):
        cli.report(name, value, "--date", str(year))


def told(cli, name: str, lang: str) -> str:
    return re.sub(r"\s+", " ", cli("show", name, "--lang", lang).out)


@pytest.mark.parametrize(
    ("lang", "reason", "measure"),
    [
        ("en", "rule 11: pace 0.75 ≥ 0.6 and < 0.95 as of 2025, compound yearly growth from 31 "
         "Dec 2015", "Pace 0.75 (compound yearly growth)"),
        ("vi", "quy tắc 11: nhịp độ 0,75 ≥ 0,6 và < 0,95 tính đến năm 2025, theo tăng trưởng kép "
         "hằng năm từ 31/12/2015", "Nhịp độ thực hiện 0,75 (theo tăng trưởng kép hằng năm)"),
    ],
)  # fmt: skip
def test_compound_growth_is_named(cli, lang: str, reason: str, measure: str):
    cli.write(GROWTH)
    yearly(cli, "growth", "142")
    text = told(cli, "growth", lang)
    assert reason in text
    assert measure in text


def test_what_moves_away_is_told_by_which_method(cli):
    cli.write(GROWTH)
    yearly(cli, "growth", "90")
    assert "pace -0.22 as of 2025, compound yearly growth: it moves away" in told(
        cli, "growth", "en"
    )
    assert "theo tăng trưởng kép hằng năm: đang xa dần" in told(cli, "growth", "vi")


@every_case(
    "last, lang, reason, measure",
    [
        ("165", "en", "five-year trend, 2020 to 2025: 28.57% of what is still to go would be "
         "missing at the deadline, over 20%", "28.57% of what is still to go (five-year trend)"),
        ("165", "vi", "theo xu hướng 5 năm (2020–2025): nếu giữ xu hướng này thì đến hạn còn thiếu "
         "28,57 % của phần còn phải thực hiện, trên 20 %", "Dự kiến còn thiếu 28,57 % của phần"),
        ("169.4", "en", "3.92% of what is still to go would be missing at the deadline, under 5%",
         "3.92% of what is still to go"),
        ("166.660", "en", "20.04% of what", "over 20%"),
        ("166.6666", "en", "20.0004% of what is still to go", "over 20%"),
        ("180", "en", "continued, it reaches the target by the deadline",
         "Gap on the trend none"),
        ("139", "vi", "(2020–2025): đang xa dần mục tiêu", "theo xu hướng 5 năm"),
    ],
)  # fmt: skip
def test_the_five_year_trend_is_named_and_its_gap_stands_on_its_side_of_the_cuts(
    cli, last: str, lang: str, reason: str, measure: str
):
    cli.begin(TREND)
    yearly(cli, "trend", "140", "150", "150", "150", "150", last)
    text = told(cli, "trend", lang)
    assert reason in text
    assert measure in text


def test_the_limits_of_a_method_are_told(cli):
    cli.write(target("zero", RISING.replace("value: 100", "value: 0") + "method: cagr"), TREND)
    yearly(cli, "zero", "50")
    yearly(cli, "trend", "150", "160")
    assert "rule 10: compound growth needs a baseline and a target of one sign" in told(
        cli, "zero", "en"
    )
    assert "khi mốc ban đầu và mục tiêu khác 0, cùng dấu" in told(cli, "zero", "vi")
    assert "needs the values of 6 years; there are 3" in told(cli, "trend", "en")
    assert "cần số liệu của 6 năm; mới có 3" in told(cli, "trend", "vi")


def test_a_value_is_told_beside_the_one_planned_for_its_day(cli):
    cli.write(PEAK)
    yearly(cli, "peak", "109.0849")
    text = told(cli, "peak", "en")
    assert "109.08 as of 2025 is as good as the 109.09 planned for that day, or better" in text
    assert "Pace" not in text
    yearly(cli, "peak", "109.0920")
    assert "109,092 tính đến năm 2025, kém hơn mức kế hoạch 109,0916 của ngày đó" in told(
        cli, "peak", "vi"
    )


def test_programs_read_the_method_too(cli):
    cli.write(GROWTH, TREND, PEAK)
    yearly(cli, "growth", "142")
    yearly(cli, "trend", "140", "150", "150", "150", "150", "165")
    yearly(cli, "peak", "105")
    rows = csv.DictReader(io.StringIO(cli("status", "--format", "csv").out))
    assert [(row["id"], row["method"], row["pace"], row["gap_share"]) for row in rows] == [
        ("growth", "cagr", "0.754591", ""),
        ("trend", "five_year_trend", "", "0.285714"),
        ("peak", "planned_value", "", ""),
    ]
    trend = cli.state("trend")
    assert (trend["method"], trend["pace"], trend["gap_share"]) == (
        "five_year_trend",
        None,
        0.285714,
    )


def test_what_is_on_track_and_late_by_its_trend_is_marked(cli):
    cli.write(target("line", RISING))
    yearly(cli, "line", "166")
    assert "trend_behind" in cli.state("line")["flags"]
    assert "trend behind" in cli("status", "--lang", "en").out
    assert "theo xu hướng thì không kịp hạn" in cli("status", "--lang", "vi").out
    assert "đến hạn chưa đạt mục tiêu" in told(cli, "line", "vi")

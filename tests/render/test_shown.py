"""What is shown agrees with what is judged: figures and drawings stand on their side of a limit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.build import HEAD, Cli, target
from tests.cli.terminal import seen

PERCENT = "unit: '%'\n"
FROM_ZERO = "baseline: {value: 0, date: 2026-01-01}\n"
DUE = "deadline: 2026-06\n"
GROUP = """\
groups:
  all: {name: {vi: Các sở, en: All}, size: [{from: 2026-01-01, n: 2}], members: [a, b]}
"""
BODIES = HEAD + "  a: {name: A}\n  b: {name: B}\n" + GROUP


def record(cli: Cli, *figures: dict[str, Any], name: str = "t") -> None:
    """Write reports for 2026-06-30 into the ledger as another program might."""
    lines = [
        json.dumps(
            {
                "id": f"r{number}",
                "target": name,
                "date": "2026-06-30",
                "recorded": "2026-07-01T00:00:00Z",
                **figure,
            }
        )
        for number, figure in enumerate(figures)
    ]
    cli.ledger.write_text("\n".join(lines) + "\n", encoding="utf-8")


PEOPLES_FORMATS = [
    ("status",),
    ("status", "--format", "md"),
    ("status", "--format", "svg"),
    ("show", "t"),
    ("overdue",),
    ("export", "--format", "ics"),
]


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize(
    ("keys", "value", "shown"),
    [
        (PERCENT + "target: {at_most: 5}\n", "5.004", "5.004%"),
        (PERCENT + FROM_ZERO + "target: {at_least: 100}\n", "99.96", "99.96%"),
        (PERCENT + "target: {at_least: 100}\n", "99.9996", "99.9996%"),
        (PERCENT + FROM_ZERO + "target: {at_least: 80}\n", "79.994", "79.99%"),
        (PERCENT + FROM_ZERO + "target: {at_least: 63.5049}\n", "63.5048", "63.5048%"),
        ("unit: km\n" + FROM_ZERO + "target: {at_least: 10000}\n", "9999.997", "9,999.997"),
        ("unit: km\ntarget: {exactly: 0}\n", "0.004", "0.004"),
        ("unit: km\ntarget: {between: [90, 110]}\n", "110.001", "110.001"),
    ],
)
def test_a_value_short_of_its_limit_is_shown_short_of_it(cli, keys, value, shown, lang):
    cli.write(target("t", "kind: reach\n" + keys + DUE))
    record(cli, {"value": value})
    assert cli.state("t")["state"] == "overdue"
    if lang == "vi":
        shown = shown.translate(str.maketrans(",.", ".,")).replace("%", " %")
    for command in PEOPLES_FORMATS:
        out = cli(*command, "--lang", lang).out.replace("\r\n ", "").replace("\\", "")
        assert shown in out.replace("\u00a0", " ").replace("&#160;", " "), command


def test_in_a_workbook_the_number_has_the_digits_that_its_format_shows(cli):
    keys = PERCENT + FROM_ZERO + "target: {at_least: 100}\n"
    cli.write(target("t", "kind: reach\n" + keys + DUE))
    record(cli, {"n": 99_999_999_999, "of": 100_000_000_000})
    assert cli("export", "-o", "out.xlsx").code == 0
    rows = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Value"] == row["Progress, %"] == 99.999999999
    assert row["As reported"] == "99,999,999,999/100,000,000,000 (99.999999999%)"


def test_the_planned_value_is_told_from_the_value_and_the_target(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 10000}\ndeadline: 2026-07-30\n"
    cli.write(target("t", "kind: reach\n" + keys))
    record(cli, {"value": "9952.4"})
    assert "9,952.38 on 29 Jul 2026" in cli("show", "t", "--as-of", "2026-07-29").out
    record(cli, {"value": "9000"})
    assert "9,952 on 29 Jul 2026" in cli("show", "t", "--as-of", "2026-07-29").out


def test_rates_side_by_side_are_told_apart(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 14600}\ndeadline: 2026\n"
    cli.write(target("t", "kind: reach\n" + keys + "report_every: month\n"))
    record(cli, {"value": "7206"})
    rates = [
        line.split()[2] for line in cli("show", "t").out.splitlines() if "rate" in line.split()[:2]
    ]
    assert len(set(rates)) == 2


@pytest.mark.parametrize(
    ("figure", "state", "text"),
    [
        ({"value": "9999.6"}, "overdue", "█████████░ 99.996%"),
        ({"value": "0.3"}, "overdue", "█░░░░░░░░░ 0.003%"),
        ({"value": "0"}, "overdue", "░░░░░░░░░░ 0%"),
        ({"value": "10000"}, "achieved", "██████████ 100%"),
        ({"value": "10000", "qualifier": "nearly"}, "overdue", "█████████░ nearly 100%"),
        ({"value": "10000", "qualifier": "about"}, "overdue", "█████████░ about 100%"),
    ],
)
def test_a_bar_is_full_only_when_the_goal_is_met_and_empty_only_at_nothing(
    cli, figure, state, text
):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 10000}\n"
    cli.write(target("t", "kind: reach\n" + keys + DUE))
    record(cli, figure)
    assert cli.state("t")["state"] == state
    assert text in cli("status").out


def test_on_the_way_down_over_is_nearly_there(cli):
    keys = "unit: km\nbaseline: {value: 100, date: 2026-01-01}\ntarget: {at_most: 50}\n"
    cli.write(target("t", "kind: reach\n" + keys + DUE))
    record(cli, {"value": "50", "qualifier": "over"})
    assert "over 50 / ≤ 50 █████████░ nearly 100%" in cli("status").out
    assert "hơn 50 / ≤ 50 █████████░ gần 100 %" in cli("status", "--lang", "vi").out


def test_in_a_chart_nothing_stands_on_the_line_that_is_not_there(cli):
    def rows(value: str, **more: str) -> tuple[int, int, int]:
        record(cli, {"value": value, **more})
        lines = [line for line in cli("show", "t").out.splitlines() if "┤" in line]
        line = next(i for i, text in enumerate(lines) if "───" in text)
        point = next(i for i, text in enumerate(lines) if "●" in text)
        return point, line, len(lines) - 1

    keys = "unit: km\ntarget: {at_least: 100}\ndeadline: 2027\n"
    cli.write(target("t", "kind: reach\n" + keys))
    point, line, _ = rows("99.99")
    assert point == line + 1
    point, line, _ = rows("100")
    assert point == line
    point, line, _ = rows("100.01")
    assert point == line - 1
    point, line, _ = rows("100", qualifier="nearly")
    assert point == line + 1
    point, _, bottom = rows("0.01")
    assert point == bottom - 1
    point, _, bottom = rows("0")
    assert point == bottom


def test_a_report_of_the_day_after_is_drawn_behind_the_deadline(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 100}\ndeadline: 2026-06-29\n"
    cli.write(target("t", "kind: reach\n" + keys))
    record(cli, {"value": "90"})
    [drawn] = [line for line in cli("show", "t").out.splitlines() if "┤" in line and "●" in line]
    assert drawn.index("●") > drawn.index("│")


def test_what_a_reason_says_is_told_from_the_ceiling(cli):
    keys = "unit: km\ntarget: {at_most: 9.5}\ndeadline: 2026\n"
    cli.write(target("t", "kind: limit\n" + keys))
    record(cli, {"value": "9.5004"})
    for command in (("show", "t"), ("overdue",), ("check",), ("check", "--format", "junit")):
        assert "9.5004 is over the ceiling of 9.5" in cli(*command).out


def test_the_last_share_of_bodies_is_told_from_what_each_has_to_reach(cli):
    keys = (
        PERCENT + "target: {at_least: 100}\nreporters: all\nacross: share\neach: {at_least: 80}\n"
    )
    cli.write(target("t", "kind: reach\n" + keys + DUE), head=BODIES)
    record(cli, {"value": "79.9996", "body": "a"}, {"value": "80", "body": "b"})
    for command in (("scoreboard", "t"), ("scoreboard", "t", "--format", "md")):
        out = cli(*command).out
        assert "79.9996% / ≥ 80%" in out
        assert "80% / ≥ 80%" in out


def test_a_rate_of_the_counts_is_a_hundred_percent_only_of_all(cli):
    names = [f"t{number}" for number in range(2001)]
    cli.write(*(target(name, "kind: milestone\n" + DUE) for name in names))
    record(cli, {"done": True}, name=names[0])
    out = cli("status", "--lang", "en").out
    assert "completion rate 0.05%" in out
    assert "overdue rate 99.95%" in out


def test_a_refusal_shows_the_figure_that_it_refuses(cli):
    keys = PERCENT + "accumulate: ratio\ntarget: {at_least: 80}\n"
    cli.write(target("t", "kind: reach\n" + keys + DUE))
    ran = cli("add-progress", "t", "100.004%", "--date", "2026-06-30", "--dry-run")
    assert "100.004 % cannot be" in ran.err


def test_the_preview_of_a_report_shows_a_change_that_is_not_nothing(cli):
    cli.write(target("t", "kind: reach\nunit: km\ntarget: {at_most: 5}\n" + DUE))
    record(cli, {"value": "5"})
    ran = cli("add-progress", "t", "5.004", "--date", "2026-07-01", "--source", "x", "--dry-run")
    assert "5.004 km" in ran.out
    assert "+0.004" in ran.out


# One meaning of the bar


@pytest.mark.parametrize(
    ("lang", "text", "label"),
    [
        ("en", "40 / ≥ 50 ───────┃── 80% of target", "Level               80% of target"),
        ("vi", "40 / ≥ 50 ───────┃── 80 % mục tiêu", "Mức đạt             80 % mục tiêu"),
    ],
)
def test_without_a_baseline_a_level_is_drawn_and_named_as_one(cli, lang, text, label):
    cli.write(target("t", "kind: reach\nunit: km\ntarget: {at_least: 50}\ndeadline: 2027\n"))
    record(cli, {"value": "40"})
    status = cli("status", "--lang", lang).out
    assert text in status
    assert "┃" in status.splitlines()[-1]
    shown = cli("show", "t", "--lang", lang).out
    assert label in shown
    assert "█" not in status.splitlines()[-3]
    assert "Progress" not in shown


def test_with_a_baseline_there_is_a_bar_and_no_legend(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 50}\ndeadline: 2027\n"
    cli.write(target("t", "kind: reach\n" + keys))
    record(cli, {"value": "40"})
    out = cli("status").out
    assert "█" in out
    assert "┃" not in out


def test_of_a_ceiling_it_is_said_how_much_is_used(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_most: 50}\ndeadline: 2027\n"
    cli.write(target("t", "kind: limit\n" + keys))
    record(cli, {"value": "49.999"})
    assert "49.999 / ≤ 50 ────────┃─ 99.998% used" in cli("status").out
    assert "Used                99.998%\n" in cli("show", "t").out
    record(cli, {"value": "50.001"})
    assert "50.001 / ≤ 50 ──────────┃ 100.002% used" in cli("status").out


def test_in_a_workbook_progress_and_level_are_two_columns(cli):
    far = "unit: km\n" + FROM_ZERO + "target: {at_least: 50}\n"
    level = "unit: km\ntarget: {at_least: 50}\n"
    cli.write(target("t", "kind: reach\n" + far), target("u", "kind: reach\n" + level))
    record(cli, {"value": "40"}, {"value": "30", "target": "u"})
    cli("export", "-o", "out.xlsx")
    head, *rows = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
    columns = [head.index(name) for name in ("Progress, %", "Level, % of target or ceiling")]
    assert [[row[column] for column in columns] for row in rows] == [[80, ""], ["", 60]]


# What is settled shows no pace, a level to be kept no trajectory


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ("", "achieved"),
        ("closed: {on: 2026-06-01, how: withdrawn, source: plan}\n", "withdrawn"),
    ],
)
def test_what_is_settled_shows_no_pace(cli, keys, state):
    base = "unit: km\n" + FROM_ZERO + "target: {at_least: 50}\ndeadline: 2027\n"
    cli.write(target("t", "kind: reach\n" + base + keys))
    record(cli, {"value": "60"})
    assert cli.state("t")["state"] == state
    page = cli("show", "t").out
    assert "Pace " not in page
    assert "Buffer " not in page
    cli("export", "-o", "out.xlsx")
    head, row = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
    assert row[head.index("Pace")] == ""


def test_what_is_open_shows_its_pace(cli):
    keys = "unit: km\n" + FROM_ZERO + "target: {at_least: 500}\ndeadline: 2027\n"
    cli.write(target("t", "kind: reach\n" + keys))
    record(cli, {"value": "60"})
    page = cli("show", "t").out
    assert "Pace " in page
    assert "Buffer " in page


def test_a_level_to_be_kept_has_no_progress_and_no_flag_of_a_course(cli):
    keys = PERCENT + "target: {at_least: 90}\nperiods: [2026-Q1, 2026-Q2, 2026-Q3]\n"
    cli.write(target("t", "kind: sustain\nallowed_misses: 1\n" + keys))
    record(cli, {"value": "95", "date": "2026-03-31"}, {"value": "80"})
    verdict = cli.state("t", "--as-of", "2026-07-15")
    assert not {"met_then_lost", "baseline_inferred"} & set(verdict["flags"])
    assert verdict["progress"] is None


def test_a_period_that_runs_shows_what_it_has_come_to(cli):
    keys = PERCENT + "target: {at_least: 90}\nperiods: [2026-H1, 2026-H2]\n"
    cli.write(target("t", "kind: sustain\n" + keys))
    record(cli, {"value": "95"}, {"value": "91.5", "date": "2026-09-30"})
    assert "second half of 2026: 91.5%, running" in cli("show", "t").out


def test_of_a_sum_to_be_kept_in_every_period_only_the_one_that_runs_is_shown(cli):
    keys = "unit: km\naccumulate: sum\ntarget: {at_least: 100}\nperiods: [2025, 2026]\n"
    cli.write(target("t", "kind: sustain\nstart: 2025\n" + keys))
    quarters = [("2025", "120"), ("2026-Q1", "30"), ("2026-Q2", "12.5")]
    record(cli, *({"date": date, "value": value} for date, value in quarters))
    assert cli.state("t")["value"] == 42.5
    page = cli("show", "t").out
    assert "• 2026: 42.5, running" in page
    assert "162.5" not in page
    assert "1 Jan 2026" in page
    assert "31 Dec 2026" in page


# What several reports come to


def test_a_line_that_is_not_what_was_reported_is_said_to_be_none(cli):
    keys = "kind: reach\nunit: km\naccumulate: sum\ntarget: {at_least: 50}\ndeadline: 2027\n"
    cli.write(target("t", keys + FROM_ZERO))
    record(cli, {"value": "10", "date": "2026-03"})
    assert "come to by then" not in cli("show", "t").out
    record(cli, {"value": "10", "date": "2026-03"}, {"value": "20", "date": "2026-04"})
    out = cli("show", "t").out
    assert "each line is what the reports come to by then; one by one: see history" in out
    assert "April 2026: 30" in out


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "not reported in full"), ("vi", "chưa báo cáo đủ")]
)
def test_a_period_with_gaps_is_told_from_one_without_reports(cli, lang, word):
    keys = "kind: sustain\nunit: km\naccumulate: sum\ntarget: {at_least: 50}\n"
    cli.write(target("t", keys + "periods: [2026-01/2026-06]\n"))
    record(cli, {"value": "10", "date": "2026-03"})
    assert f": 10, {word}" in cli("show", "t", "--lang", lang).out


def test_what_is_there_by_its_days_and_not_proven_has_no_forecast(cli):
    keys = "kind: reach\nunit: km\naccumulate: sum\ntarget: {at_least: 50}\n"
    cli.write(target("t", keys + FROM_ZERO + "deadline: 2026-12\n"))
    record(cli, {"value": "60", "date": "2025-12/2026-06"})
    assert "undecided" in cli.state("t")["flags"]
    assert cli.state("t")["forecast"]["note"] == "no_trend"


KEPT = "kind: sustain\n" + PERCENT + "periods: [{2022: 70}, {2023: 75}, 2024, {2025: 80}]\n"
YEARS = ({"value": "71", "date": "2022"}, {"value": "74", "date": "2023"})


def test_the_goal_of_many_periods_stands_on_a_line_of_its_own_so_that_tables_stay_narrow(cli):
    cli.write(target("t", KEPT))
    record(cli, *YEARS, {"value": "70", "date": "2024"}, {"value": "85", "date": "2025"})
    lines = seen("status", "--lang", "vi", folder=cli.folder, width=80).splitlines()
    assert any("TRẠNG THÁI" in line for line in lines)
    assert any("1 kỳ chỉ theo dõi" in line for line in lines)
    assert any("/ ≥ 80 %" in line and "theo dõi" not in line for line in lines)


def test_slices_that_count_periods_stay_a_table(cli):
    of = KEPT + "breakdown: {area: {urban: Urban, rural: Rural}}\n"
    of += "slices: [{slice: {area: rural}, target: {at_least: 60}}]\n"
    cli.write(target("t", of))
    record(cli, *({**year, "slice": {"area": "rural"}} for year in YEARS))
    lines = seen("show", "t", "--lang", "vi", folder=cli.folder, width=80).splitlines()
    row = next(line for line in lines if line.startswith("  Rural"))
    assert "2 kỳ đạt," in row
    assert "≥ 60 %" in row


@pytest.mark.parametrize(
    ("lang", "unit", "by", "said"),
    [
        ("en", "%", "5", "as written: +5 percentage points"),
        ("vi", "%", "5", "theo văn bản: tăng 5 điểm phần trăm"),
        ("en", "km", "5", "as written: +5\n"),
        ("en", "%", "5%", "as written: +5% of the baseline"),
    ],
)
def test_points_are_told_from_percent_of_the_baseline(cli, lang, unit, by, said):
    keys = f"unit: '{unit}'\nbaseline: {{value: 40, date: 2021}}\ntarget: {{increase_by: {by}}}\n"
    cli.write(target("t", "kind: reach\ndeadline: 2027\n" + keys))
    assert said in cli("show", "t", "--lang", lang).out


def test_between_what_a_figure_is_about_right_is_said(cli):
    cli.write(target("t", "kind: reach\ndeadline: 2027\nunit: km\ntarget: {about: 90}\n"))
    assert "≈ 90 km; met from 85.5 to 94.5\n" in cli("show", "t", "--lang", "en").out
    assert "≈ 90 km; đạt trong khoảng 85,5–94,5\n" in cli("show", "t", "--lang", "vi").out


def test_what_stands_as_a_part_of_it_says_why_that_does(cli):
    keys = KEPT + "conditions: {price: {title: Price, target: {at_most: 4}}}\n"
    cli.write(target("t", keys))
    record(cli, YEARS[0], {"value": "4.5", "date": "2022", "part": "price"})
    page = cli("show", "t", "--lang", "en").out
    assert "as the worst of its conditions, price; rule 3: 2022 was missed with 4.5\n" in page
    assert "Price: ≤ 4%; 1 period missed, 3 not reported" in page


def test_a_parent_is_due_when_its_worst_class_is(cli):
    one = target("one", "kind: milestone\ndeadline: 2026-03\npart_of: all")
    cli.write(target("all", "kind: unquantified"), one)
    row = next(line for line in cli("status", "--lang", "en").out.splitlines() if "all " in line)
    assert "March 2026; " in row
    assert "no deadline" not in row


@pytest.mark.parametrize(("lang", "said"), [("en", "1 of 2 slices met"), ("vi", "đạt 1/2 phân tổ")])
def test_a_whole_that_stands_as_its_slices_says_how_many_were_met(cli, lang, said):
    of = "kind: unquantified\nunit: '%'\ndeadline: 2026-06\n"
    of += "breakdown: {area: {urban: Urban, rural: Rural}}\nslices:\n"
    of += "".join(f"- {{slice: {{area: {name}}}, target: {{at_least: 60}}}}\n"
                  for name in ("urban", "rural"))  # fmt: skip
    cli.write(target("t", of))
    figures = (("urban", "61"), ("rural", "59"))
    record(cli, *({"value": value, "slice": {"area": name}} for name, value in figures))
    assert said in cli("status", "--lang", lang).out
    assert "– / –" not in cli("status", "--lang", lang).out
    page = cli("show", "t", "--lang", "en").out
    assert "Nothing has been reported" not in page
    assert "Of the whole nothing has been reported" in page

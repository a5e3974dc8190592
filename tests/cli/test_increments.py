"""Increments that may be something else: running totals, or of time that does not count."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cases import every_case
from tests.cli.boards import PROVINCES, asked
from tests.cli.build import HEAD, register, target
from tests.cli.terminal import Terminal as AnyTerminal

PERSONS = "kind: reach\nunit: {vi: người, en: persons}\ntarget: {at_least: 1000}\ndeadline: 2026\n"
BASED = "baseline: {value: 0, date: 2024-12-31}\n"
TRAINED = target("trained", PERSONS + BASED + "accumulate: sum\n")
HEADS = asked("heads", "sum", "accumulate: sum\n", goal="at_least: 1000")
KEYBOARD = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")

Figures = list[tuple[str, str]]
"""Figures with their dates: ``("400", "2026-Q1")``."""


def doubts(cli: Any, name: str, *figures: tuple[str, str], args: tuple[str, ...] = ()) -> list[str]:
    """What is doubted in the last of these figures, after the others were recorded."""
    *before, (value, date) = figures
    for figure, when in before:
        cli.report(name, figure, "--date", when, "--source", "plan", *args)
    last = ("add-progress", name, value, "--date", date, "--source", "plan", *args)
    ran = cli(*last, "--dry-run", "--lang", "en")
    assert ran.code == 0, ran.err
    lines = [line for line in ran.out.splitlines() if line.startswith("warning: ")]
    return [line.removeprefix("warning: ") for line in lines if "this is an old date" not in line]


# Running totals


@every_case(
    "before, figure, readings",
    [
        ([("400", "2026-Q1")], ("700", "2026-H1"), ("1,100", "700", "300")),
        ([("400", "2026-03-31")], ("700", "2026-H1"), ("1,100", "700", "300")),
        ([("90", "2026-01")], ("150", "2026-01/2026-02"), ("240", "150", "60")),
        ([("30", "2026-03"), ("20", "2026-04")], ("60", "2026-H1"), ("110", "60", "10")),
        ([("200", "2025"), ("400", "2026-Q1")], ("700", "2026-H1"), ("1,300", "900", "300")),
        ([("400", "2026-03")], ("700", "2026-06"), ("1,100", "700", "300")),
        ([("400", "2026-03-31")], ("700", "2026-06-30"), ("1,100", "700", "300")),
        ([("400", "2026-Q1")], ("400", "2026-Q2"), ("800", "400", "0")),
        ([("100", "2026-01"), ("210", "2026-02")], ("330", "2026-03"), ("640", "330", "20")),
        ([("100", "2026-01"), ("90", "2026-02")], ("190", "2026-03"), ("380", "190", "0")),
    ],
)
def test_what_may_be_a_running_total_is_doubted_with_both_totals(cli, before, figure, readings):
    cli.begin(TRAINED)
    [doubt] = doubts(cli, "trained", *before, figure)
    total, either, rest = readings
    assert f"recorded as it is, the total is {total}" in doubt
    assert f"the total is {either} and the increment to record is {rest}" in doubt


@every_case(
    "figures",
    [
        [("400", "2026-Q1"), ("300", "2026-Q2")],
        [("400", "2026-Q1"), ("450", "2026-Q2")],  # every other second figure is higher
        [("400", "2026-01"), ("450", "2026-02"), ("300", "2026-03"), ("460", "2026-04")],
        [("30", "2026-05-12"), ("35", "2026-06-20")],
        [("40", "2026-03"), ("30", "2026-06")],
        [("9", "2025-03"), ("2", "2025-06"), ("9", "2025-09"), ("5", "2026-03"), ("8", "2026-06")],
        [("1", "2025-11"), ("2", "2025-12"), ("0", "2026-01"), ("4", "2026-02")],
        [("5", "2025-12"), ("6", "2026-01"), ("6", "2026-02")],
        [("0", "2026-Q1"), ("0", "2026-Q2")],
        [("400", "2026-H1")],
    ],
)
def test_increments_that_go_up_and_down_are_not_doubted(cli, figures):
    cli.begin(TRAINED)
    assert doubts(cli, "trained", *figures) == []


def test_a_series_that_only_grows_is_doubted_as_a_whole(cli):
    cli.write(TRAINED)
    figures = [("100", "2026-01"), ("190", "2026-02"), ("270", "2026-03"), ("340", "2026-04")]
    [doubt] = doubts(cli, "trained", *figures)
    assert "no figure of this year is less than the one before it (560 up to March 2026)" in doubt
    assert "then the total is 340 and the reports before it are to be corrected" in doubt
    assert "recorded as it is, the total is 900" in doubt


def test_after_one_running_total_was_recorded_the_next_cannot_be_made_good_by_itself(cli):
    cli.write(TRAINED)
    [doubt] = doubts(
        cli, "trained", ("400", "2026-Q1"), ("700", "2026-H1"), ("950", "2026-01/2026-09")
    )
    assert "recorded as it is, the total is 2,050" in doubt
    assert "the total is 950 and the reports before it are to be corrected" in doubt


def test_the_figure_of_a_whole_period_that_is_less_than_its_parts(cli):
    cli.write(TRAINED)
    [doubt] = doubts(cli, "trained", ("400", "2026-Q1"), ("300", "2026-H1"))
    assert (
        "recorded as it is, the total is 700; if it is the figure of the whole period, the" in doubt
    )
    assert "total is 300" in doubt


def test_only_increments_of_the_same_body_and_condition_are_compared(cli):
    cli.write(HEADS, head=PROVINCES)
    north, south = ("--body", "north"), ("--body", "south")
    cli.report("heads", "400", "--date", "2026-Q1", *north)
    assert doubts(cli, "heads", ("700", "2026-H1"), args=south) == []
    [doubt] = doubts(cli, "heads", ("700", "2026-H1"), args=north)
    assert "recorded as it is, the total is 1,100" in doubt


def test_what_a_correction_replaces_is_not_counted_beside_it(cli):
    cli.write(TRAINED)
    cli.report("trained", "400", "--date", "2026-Q1", "--source", "plan")
    wrong = cli.report("trained", "70", "--date", "2026-Q2", "--source", "plan")["id"]
    assert doubts(cli, "trained", ("500", "2026-Q2"), args=("--corrects", wrong)) == []


def test_levels_are_not_increments(cli):
    cli.write(target("level", PERSONS + BASED))
    assert doubts(cli, "level", ("400", "2026-Q1"), ("700", "2026-H1")) == []


def test_the_ceiling_of_a_limit_is_used_up_by_increments(cli):
    limit = PERSONS.replace("reach", "limit").replace("at_least", "at_most")
    cli.write(target("spent", limit + BASED))
    [doubt] = doubts(cli, "spent", ("400", "2026-Q1"), ("700", "2026-H1"))
    assert "if it is a running total, the total is 700" in doubt


def test_in_vietnamese_before_it_is_written(cli):
    cli.write(TRAINED)
    cli.report("trained", "400", "--date", "2026-Q1", "--source", "plan")
    ran = cli("add-progress", "trained", "700", "--date", "2026-H1", "--source", "plan", "--yes",
              "--lang", "vi")  # fmt: skip
    doubt = (
        "cảnh báo: 6 tháng đầu năm 2026 gồm cả thời gian đã báo cáo (400 đến hết quý I/2026): ghi "
        "nguyên số này thì tổng là 1.100; nếu đây là số lũy kế thì tổng là 700, phần tăng thêm "
        "cần ghi là 300"
    )
    assert doubt in ran.out
    assert ran.out.index(doubt) < ran.out.index("Đã ghi, mã")


# Time that was reported on already


@every_case(
    "before, figure, doubt",
    [
        (("400", "2026-H1"), ("90", "2026-Q1"),
         "Q1 2026 lies within first half of 2026, for which 400 was reported: recorded as it is, "
         "the total is 490; if 400 holds this already, the total stays 400"),
        (("400", "2026-06"), ("9", "2026-06-15"), "15 Jun 2026 lies within June 2026"),
        (("400", "2026-01/2026-04"), ("90", "2026-Q2"),
         "Q2 2026 and January 2026 – April 2026 (400 reported) have days in common: recorded as "
         "it is, the total is 490; if what came about in those days is in both figures, it is "
         "less, down to 400"),
        (("40", "2026-06"), ("70", "2026-06"),
         "June 2026 has an increment already, 40; this one adds to it, and the "
         "total is 110; if it is to replace it, that is a correction, and the total is 70"),
    ],
)  # fmt: skip
def test_increments_of_the_same_time_are_doubted_with_both_totals(cli, before, figure, doubt):
    cli.begin(TRAINED)
    assert any(said.startswith(doubt) for said in doubts(cli, "trained", before, figure))


@every_case(
    "other, doubted",
    [("2026-02/2026-04", True), ("2025-12/2026-01", True), ("2025-12/2026-06", False),
     ("2026-02", False), ("2026-Q2", False), ("2026-Q1", False)],
)  # fmt: skip
def test_figures_of_a_mean_may_lie_in_each_other_but_not_overlap_in_part(cli, other, doubted):
    cli.begin(target("mean", PERSONS + BASED + "accumulate: mean\n"))
    said = doubts(cli, "mean", ("50", other), ("60", "2026-Q1"))
    assert any("have some days in common and others not" in doubt for doubt in said) is doubted


def test_a_figure_of_all_and_those_of_bodies_for_the_same_time_add_up(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "40", "--date", "2026-Q1", "--body", "north")
    said = doubts(cli, "heads", ("300", "2026-01"), args=("--for-all",))
    assert any("bodies have reported 40 for the same time themselves" in doubt for doubt in said)
    cli.report("heads", "300", "--date", "2026-Q2", "--for-all")
    [doubt] = doubts(cli, "heads", ("30", "2026-Q2"), args=("--body", "north"))
    assert doubt.startswith("300 was reported for the same time for all bodies together")


# The window

START = "start: 2025\naccumulate: sum\n"
SUSTAIN = PERSONS.replace("reach", "sustain").replace("deadline: 2026\n", "")


@every_case(
    "keys, date, said",
    [
        (BASED, "2024-12-31", ["31 Dec 2024 is in the baseline already (31 Dec 2024)"]),
        (BASED, "2024", ["2024 is in the baseline already"]),
        ("baseline: {value: 0, date: 2025-01-01}\n", "2025", []),
        (BASED, "2025-01", []),
        (BASED, "2024-12/2025-01",
         ["December 2024 – January 2025 begins before 31 Dec 2024 and ends after it",
          "the total is 0 if nothing of it counts, 50 if all of it does"]),
        ("start: 2025\n", "2024", ["2024 was over before the start, 1 Jan 2025"]),
        ("start: 2025\n", "2024-12/2025-01", ["December 2024 – January 2025 begins before 1 Jan",
                                              "the total is 0 if nothing"]),
        ("", "2025", ["this increment is dated before the start, 1 Jan 2026"]),
        (BASED + "accumulate: mean\n", "2024-12/2025-01", ["December 2024 – January 2025 begins"]),
        (BASED + "accumulate: mean\n", "2024", ["2024 is in the baseline already"]),
    ],
)  # fmt: skip
def test_what_lies_outside_the_window_or_straddles_it_is_doubted(cli, keys, date, said):
    keys += "" if "accumulate" in keys else "accumulate: sum\n"
    cli.begin(target("windowed", PERSONS + keys))
    found = doubts(cli, "windowed", ("50", date))
    assert len(found) == len(said), found
    assert [
        text for text, begin in zip(found, said, strict=True) if not text.startswith(begin)
    ] == []


def test_a_period_that_straddles_the_deadline(cli):
    cli.write(target("soon", PERSONS.replace("2026", "2026-05-15") + BASED + "accumulate: sum\n"))
    assert doubts(cli, "soon", ("50", "2026-05-15")) == []
    straddle, share = doubts(cli, "soon", ("50", "2026-05"))
    assert straddle.startswith("May 2026 begins before the deadline is over (15 May 2026)")
    assert share == "the total is 0 if nothing of it counts, 50 if all of it does"


def test_a_period_that_lies_partly_in_one_that_was_promised(cli):
    cli.write(target("kept", SUSTAIN + "accumulate: sum\nperiods: [2026-Q2, 2026-Q3]\n"))
    assert doubts(cli, "kept", ("50", "2026-Q2")) == []
    straddle, _ = doubts(cli, "kept", ("50", "2026-03/2026-05"))
    assert straddle.startswith("March 2026 – May 2026 lies only partly in Q2 2026")


# At the keyboard


def first_report(folder: Path) -> None:
    (folder / "targets.yaml").write_text(register(TRAINED, head=HEAD), encoding="utf-8")
    (folder / "progress.jsonl").write_text(
        '{"id":"a","target":"trained","date":"2026-Q1","value":"400","source":"plan",'
        '"recorded":"2026-04-01T00:00:00Z"}\n'
    )


def Terminal(folder: Path, lang: str) -> AnyTerminal:  # noqa: N802
    told = ("trained", "hơn 700" if lang == "vi" else "over 700", "--date", "2026-H1")
    args = ("add-progress", *told, "--source", "plan", "--note", "-", "--lang", lang)
    return AnyTerminal(*args, folder=folder, NO_COLOR="1")


def last_line(folder: Path) -> str:
    return (folder / "progress.jsonl").read_text(encoding="utf-8").splitlines()[-1]


@KEYBOARD
def test_of_a_running_total_the_difference_is_recorded_for_the_rest_of_its_time(tmp_path):
    first_report(tmp_path)
    with Terminal(tmp_path, "vi") as terminal:
        shown = terminal.answer("Con số này là gì? 1 hoặc 2", "2")
        assert "1  phần tăng thêm trong kỳ: ghi hơn 700 người cho 6 tháng đầu năm 2026" in shown
        assert "2  số lũy kế: chỉ ghi phần tăng thêm, 300 người cho quý II/2026" in shown
        shown = terminal.answer("[c = có, K = không]", "c")
        assert "Phần tăng thêm      hơn 300 người · quý II/2026" in shown
        assert "cảnh báo" not in shown
        terminal.read_all()
    assert '"value":"300"' in last_line(tmp_path)
    assert '"date":"2026-Q2"' in last_line(tmp_path)
    assert '"qualifier":"over"' in last_line(tmp_path)


@KEYBOARD
def test_an_increment_is_recorded_as_it_is(tmp_path):
    first_report(tmp_path)
    with Terminal(tmp_path, "en") as terminal:
        terminal.answer("What is this figure? 1 or 2", "3")
        terminal.answer("What is this figure? 1 or 2", "1")
        terminal.read_all()
    assert '"value":"700"' in last_line(tmp_path)
    assert '"date":"2026-H1"' in last_line(tmp_path)


@KEYBOARD
def test_enter_records_neither(tmp_path):
    first_report(tmp_path)
    with Terminal(tmp_path, "en") as terminal:
        terminal.answer("What is this figure? 1 or 2", "")
        assert "Nothing was written." in terminal.read_all()
    assert '"id":"a"' in last_line(tmp_path)


# In a sheet


def imported(cli: Any, *rows: str) -> str:
    lines = ["target,date,value,source", *rows]
    (cli.folder / "form.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = cli("import", "form.csv", "--yes", "--lang", "en")
    assert ran.code == 0, ran.err
    return ran.out


def test_rows_are_doubted_beside_the_ledger_and_the_rows_above(cli):
    cli.write(TRAINED)
    out = imported(cli, "trained,2026-Q1,400,plan", "trained,2026-H1,700,plan")
    assert out.count("if it is a running total, the total is 700 and the increment to") == 1
    assert out.index("running total") < out.index("Recorded 2 reports")
    out = imported(cli, "trained,2026-01/2026-09,1000,plan")
    assert "recorded as it is, the total is 2,100" in out


def test_rows_of_increments_are_not_doubted(cli):
    cli.write(TRAINED)
    out = imported(cli, "trained,2026-Q1,400,plan", "trained,2026-Q2,300,plan")
    assert "warning" not in out


# Running totals where they are wanted

SO_FAR = target("so-far", PERSONS + BASED + "accumulate: year_to_date\n")


@every_case(
    "before, figure, words",
    [
        ([("40", "2025")], ("20", "Q1 2026"), None),
        ([("400", "2025")], ("2", "January 2026"), None),
        ([("40", "2025"), ("20", "Q1 2026")], ("30", "H1 2026"), None),
        ([("40", "2025"), ("20", "Q1 2026")], ("15", "Q2 2026"),
         "the total since the year began was 20 already; if this is only what was added since, "
         "the running total to record is 35"),
        ([("20", "Q1 2026")], ("15", "31/3/2026"), "lower than the one before it"),
    ],
)  # fmt: skip
def test_a_running_total_that_falls_within_its_year_is_doubted(cli, before, figure, words):
    cli.begin(SO_FAR)
    lines = doubts(cli, "so-far", *before, figure)
    assert (lines == []) is (words is None)
    assert words is None or words in lines[0]


def test_a_negative_increment_is_not_taken_for_a_slip_of_zeros(cli):
    cli.write(TRAINED)
    [doubt] = doubts(cli, "trained", ("400", "Q1 2026"), ("-50", "Q2 2026"))
    assert doubt == "the figure is negative"
    assert "100" in doubts(cli, "trained", ("-5", "Q3 2026"), ("-0.01", "October 2026"))[-1]


# Rows of one sheet


def sheet(cli: Any, *rows: str) -> Any:
    lines = ["target,body,date,value,source", *rows]
    (cli.folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return cli("import", "a.csv", "--dry-run", "--lang", "en")


@every_case(
    "rows, doubt",
    [
        (("north,7/2026,10", "south,7/2026,20", "all,7/2026,30"), "bodies have reported 30"),
        (("north,7/2026,10", "all,Q3 2026,30"), "bodies have reported 10"),
        (("all,7/2026,30", "north,7/2026,10"), "30 was reported for the same time for all"),
        (("all,Q2 2026,30", "north,7/2026,10"), None),
    ],
)
def test_figures_of_bodies_and_of_all_in_one_sheet_are_doubted(cli, rows, doubt):
    cli.begin(HEADS, head=PROVINCES)
    ran = sheet(cli, *(f"heads,{row},plan" for row in rows))
    assert ran.code == 0, ran.err
    assert ("is added to it" in ran.out) is (doubt is not None)
    assert doubt is None or doubt in ran.out


def test_a_row_of_a_body_is_doubted_beside_a_figure_of_all_in_the_ledger(cli):
    cli.write(HEADS, head=PROVINCES)
    cli.report("heads", "30", "--date", "7/2026", "--for-all")
    assert "30 was reported for the same time for all" in sheet(cli, "heads,north,7/2026,10,p").out


@pytest.mark.parametrize(
    ("first", "second", "doubt"),
    [
        ("6/2026,20", "Q2 2026,50", "covers time that was reported already (20 up to June 2026)"),
        ("Q2 2026,50", "6/2026,20", "if 50 holds this already, the total stays 50"),
        ("30/6/2026,20", "6/2026,50", "covers time that was reported already"),
    ],
)
def test_increments_of_different_periods_that_end_together_are_doubted(cli, first, second, doubt):
    cli.write(TRAINED)
    ran = sheet(cli, f"trained,,{first},plan", f"trained,,{second},plan")
    assert ran.code == 0, ran.err
    assert doubt in ran.out


def test_a_mean_takes_periods_of_one_sheet_that_end_together(cli):
    cli.write(target("rate", "kind: reach\nunit: '%'\ntarget: {at_least: 50}\ndeadline: 2026\n"
                     "start: 2026-01-01\naccumulate: mean\n"))  # fmt: skip
    ran = sheet(cli, "rate,,Q2 2026,60%,plan", "rate,,6/2026,70%,plan")
    assert (ran.code, ran.err) == (0, "")
    assert "This repeats D2" in sheet(cli, "rate,,6/2026,60%,p", "rate,,6/2026,70%,p").err

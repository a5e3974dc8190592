"""What was closed as missed, as its readers see it."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from cdstrack.core.checks.goalposts import moved
from cdstrack.i18n import Words
from cdstrack.render.ci.items import finding_sentence
from tests.cases import every_case
from tests.cli.build import DATED, LATE, target
from tests.core.build import register_of
from tests.core.build import target as promise

CLOSED = target(
    "late",
    DATED.replace("deadline: 2026", "deadline: 2026-06")
    + "report_every: month\nclosed: {on: 2026-08-01, how: missed, source: plan}\n",
    vi="Việc trễ",
    en="Late task",
)


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "closed as missed"), ("vi", "không đạt, kết thúc")]
)
def test_it_is_called_what_an_office_calls_it(cli, lang, word):
    cli.write(CLOSED)
    assert f"✗ {word}" in cli("status", "--lang", lang).out
    assert word in cli("show", "late", "--lang", lang).out


def test_it_is_due_and_not_done_but_open_nowhere(cli):
    cli.write(CLOSED)
    document = cli("status", "--format", "json").json
    assert document["counts"]["overdue"] == document["counts"]["due"] == 1
    assert document["targets"][0]["state"] == "missed"
    assert cli("overdue", "--within", "9y", "--format", "json").json["overdue"] == []
    assert cli("due", "--within", "9y", "--format", "json").json["due"] == []
    assert cli("check").code == 0
    assert "missed" in cli("status", "--format", "csv").out
    assert cli("status", "--state", "missed", "--format", "json").json["targets"] != []
    assert cli("scoreboard", "--format", "json").json["bodies"][0]["overdue"] == 1


def test_a_calendar_rings_no_alarm_for_it(cli):
    breached = target(
        "spent",
        "kind: limit\nunit: đồng\ntarget: {at_most: 10}\ndeadline: 2027\n"
        "closed: {on: 2026-08-01, how: missed, source: plan}\n",
    )
    cli.write(breached)
    cli.report("spent", "11", "--date", "2026-03-31")
    calendar = cli("export", "--format", "ics").out
    assert "STATUS:CANCELLED" in calendar
    assert "VALARM" not in calendar


def test_a_closing_before_the_deadline_is_warned_of_at_the_target(cli):
    cli.write(CLOSED.replace("2026-08-01", "2026-06-30"), LATE.replace("id: late", "id: other"))
    ran = cli("validate", "--lang", "en")
    assert "Closed as missed on 30 Jun 2026" in ran.err
    assert "targets.yaml:10:" in ran.err
    assert cli.state("late")["flags"] == ["missed"]


# What was never reported, told from what was missed

SILENT = LATE.replace("id: late", "id: silent")
SHORT = LATE.replace("id: late", "id: short")


@pytest.fixture
def overdue(cli):
    """Two overdue targets, of which one was never reported."""
    cli.write(SILENT, SHORT)
    cli.report("short", "5", "--date", "2026-05")
    return cli


@every_case(
    "args, en, vi",
    [
        (["status"], "2 not completed, overdue, of them 1 never reported", "trong đó 1 chưa từng"),
        (["overdue"], "2 commitments overdue, of them 1 never reported", "trong đó 1 chưa từng"),
        (["check"], "2 overdue, of them 1 never reported", "2 quá hạn, trong đó 1 chưa từng"),
        (["check", "--format", "summary"], "2 overdue, of them 1 never", "2 quá hạn, trong đó 1"),
        (["scoreboard"], "1 never reported", "1 chưa từng có báo cáo"),
    ],
)
def test_wherever_overdue_is_counted_silence_is_told_apart(overdue, args, en, vi):
    assert en in overdue(*args, "--lang", "en").out
    assert vi in overdue(*args, "--lang", "vi").out


def test_data_counts_it_too(overdue):
    assert overdue("status", "--format", "json").json["counts"]["never_reported"] == 1
    assert overdue("check", "--format", "json").json["never_reported"] == 1
    assert overdue("scoreboard", "--format", "json").json["bodies"][0]["never_reported"] == 1
    [row] = csv.DictReader(io.StringIO(overdue("scoreboard", "--format", "csv").out))
    assert (row["overdue"], row["never_reported"]) == ("2", "1")


def test_where_all_were_reported_nothing_is_added(overdue):
    overdue.report("silent", "5", "--date", "2026-05")
    for args in (["status"], ["overdue"], ["check"], ["scoreboard"]):
        assert "never reported" not in overdue(*args, "--lang", "en").out


def test_a_day_that_is_only_known_to_the_period_is_at_most_so_late(overdue):
    overdue.report("silent", "1000", "--date", "2026-Q3")
    assert "at most 92 days late" in overdue("show", "silent", "--lang", "en").out
    assert "chậm tối đa 92 ngày" in overdue("status", "--lang", "vi").out
    verdict = overdue.state("silent")
    assert (verdict["days_late"], verdict["days_late_exact"]) == (92, False)
    rows = csv.DictReader(io.StringIO(overdue("status", "--format", "csv").out))
    assert next(rows)["days_late_exact"] == "false"


def test_a_workbook_has_both(overdue):
    overdue.report("silent", "1000", "--date", "2026-07-31")
    path = overdue.folder / "book.xlsx"
    assert overdue("export", "--format", "xlsx", "--output", str(path), "--lang", "en").code == 0
    heads, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    late, never = heads.index("Days late are"), heads.index("Never reported")
    assert [(row[late], row[never]) for row in rows] == [("exact", ""), ("", "no")]


def test_what_was_only_recorded_late_is_not_accused(cli):
    cli.write(LATE)
    cli.report("late", "1000", "--date", "2026-06-30", "--source", "plan")
    assert cli.state("late")["flags"] == []
    cli.report("late", "1001", "--date", "2026-06-30", "--source", "a letter")
    assert "late_report" in cli.state("late")["flags"]
    assert "recorded here after 30 Jun 2026" in cli("show", "late", "--lang", "en").out
    assert "ghi vào sổ sau 30/06/2026" in cli("status", "--lang", "vi").out


# 0 of 0: nothing fell due

FILES = target(
    "files", "kind: reach\nunit: '%'\ntarget: {at_least: 90}\ndeadline: 2026\naccumulate: ratio\n"
)


@pytest.mark.parametrize("args", [["0/0"], ["0 trên 0", "--lang", "vi"], ["--n", "0", "--of", "0"]])
def test_nothing_that_fell_due_is_reported_like_anything_else(cli, args):
    cli.write(FILES)
    record = cli.report("files", *args, "--date", "2026-06", "--source", "plan")
    assert (record["n"], record["of"]) == (0, 0)
    verdict = cli.state("files")
    assert (verdict["value"], verdict["evidence"]["date"]) == (None, "2026-06")
    assert cli("validate").err == ""


def test_no_format_divides_by_it(cli):
    cli.write(FILES)
    cli.report("files", "0/0", "--date", "2026-06")
    for value in (None, "40/50"):
        if value is not None:
            cli.report("files", value, "--date", "2026-03")
        for form in ("table", "plain", "json", "csv", "md", "svg"):
            assert cli("status", "--format", form).code == 0
        for args in (["show", "files"], ["history"], ["scoreboard"], ["check"], ["due"]):
            assert cli(*args).code in (0, 1)
        assert cli("export", "--format", "xlsx", "--output", f"{value is None}.xlsx").code == 0
    assert cli.state("files")["value"] == 80


@pytest.mark.parametrize(
    ("lang", "doubt", "line"),
    [
        ("en", "nothing fell due", "June 2026: 0/0 · nothing fell due"),
        ("vi", "không phát sinh", "tháng 6/2026: 0/0 · không phát sinh"),
    ],
)
def test_it_is_shown_for_what_it_is(cli, lang, doubt, line):
    cli.write(FILES)
    ran = cli("add-progress", "files", "0/0", "--date", "2026-06", "--yes", "--lang", lang)
    assert doubt in ran.out + ran.err
    assert line in cli("show", "files", "--lang", lang).out


# Against an earlier version


LATE_TASK = {"vi": "Việc trễ", "en": "Late task"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Late task: closed as missed by a decision of 1 Aug 2026, which the version"),
        ("vi", "Việc trễ: kết thúc vì không đạt theo quyết định ngày 01/08/2026"),
    ],
)
def test_a_closing_as_missed_is_said_to_be_one(lang, text):
    before = register_of(promise(id="late", title=LATE_TASK))
    closed = {"on": "2026-08-01", "how": "missed", "source": "plan"}
    after = register_of(promise(id="late", title=LATE_TASK, closed=closed))
    [finding] = moved(before, after)
    assert finding_sentence(finding, after.targets, Words(lang)).startswith(text)

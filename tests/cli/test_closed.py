"""What was closed as missed, as its readers see it."""

from __future__ import annotations

import pytest

from tests.cli.build import DATED, LATE, target

CLOSED = target(
    "late",
    DATED.replace("deadline: 2026", "deadline: 2026-06")
    + "report_every: month\nclosed: {on: 2026-08-01, how: missed, source: plan}\n",
    vi="Việc trễ",
    en="Late task",
)


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "closed as missed"), ("vi", "không đạt, đã khép lại")]
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

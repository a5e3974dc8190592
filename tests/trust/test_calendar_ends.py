"""Dates at the ends of the calendar: judged or refused in words on every command."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import chain
from zipfile import ZipFile

import pytest

from tests.cases import naming

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ENDS = [["0001-01-01"], ["9998-12-31"], ["9999-12-31"]]
TIMES = [["0001-01-01", "0001"], ["0001/9998"], ["1900-01-01", "1900-Q1"],
         ["2026-11-20", "2026-11-23"], ["9998-12-31", "9998-12"], ["9999-12-31", "9999"],
         ]  # fmt: skip
"""Both ends, those of a spreadsheet, around now, and the last day that no text may name: in each
list those at the same end."""
MOMENTS = [
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-12:00",
    "1900-01-01T00:00:00Z", "2026-11-20T00:00:00+14:00", "2026-11-23T05:00:01Z",
    "9998-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.9999999Z", "9999-12-31T20:00:00Z", "9999-12-31T23:59:59-12:00",
]  # fmt: skip
ZONES = ["Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Etc/GMT+12"]

REGISTER = """\
cdstrack: 1
title: {{vi: Sổ thử, en: Trial register}}
timezone: {zone}
check: {{waivers: waivers.yaml}}
sources:
  plan: {{title: {{vi: Kế hoạch, en: The plan}}, date: {source}}}
bodies:
  office: {{name: {{vi: Văn phòng, en: Office}}}}
  old: {{name: {{vi: Cục, en: Bureau}}, started: {started}, ended: {ended},
        successor: office, how: merged}}
groups:
  all: {{name: {{vi: Tất cả, en: All}}, members: [office, old], size: [{{from: {size}, n: 2}}]}}
targets:
  - id: reach
    title: {{vi: Đạt, en: Reach}}
    kind: reach
    owner: old
    unit: {{vi: người, en: persons}}
    target: {{at_least: 1000}}
    baseline: {{value: 1, date: {baseline}}}
    start: {start}
    deadline: {deadline}
    plan: [{{date: {plan}, value: 500}}]
    report_every: month
    convert: [{{unit: k, factor: 2}}, {{unit: k, factor: 3, from: {convert}}}]
    revisions: [{{on: {revision}, source: plan, field: deadline, old: {old}, new: {deadline}}}]
    restated: [{{on: {restated}, source: plan}}]
    stated: {{on: {stated}, by: {{vi: Thủ tướng, en: The PM}}, source: plan}}
  - id: spent
    title: {{vi: Chi, en: Spent}}
    kind: reach
    owner: office
    unit: {{vi: người, en: persons}}
    accumulate: {accumulate}
    year_starts: 07-01
    target: {{at_least: 1000}}
    baseline: {{value: 0, date: {baseline}}}
    deadline: {deadline}
    report_every: quarter
    reporters: all
    across: sum
    stated: {{on: {stated}, by: {{vi: Thủ tướng, en: The PM}}, source: plan}}
  - id: keep
    title: {{vi: Giữ, en: Keep}}
    kind: sustain
    owner: office
    unit: '%'
    target: {{at_least: 90}}
    periods: [{period}]
    stated: {{on: {stated}, by: {{vi: Thủ tướng, en: The PM}}, source: plan}}
  - id: open
    title: {{vi: Mở, en: Open}}
    kind: reach
    owner: office
    unit: {{vi: người, en: persons}}
    target: {{at_least: 10}}
    review_by: {review}
    closed: {{on: {closed}, how: withdrawn, source: plan}}
    stated: {{on: {stated}, by: {{vi: Thủ tướng, en: The PM}}, source: plan}}
"""
USUAL = {
    "zone": ZONES[0], "source": "2026-01-01", "started": "2020-01-01", "ended": "2026-03-01",
    "size": "2020-01-01", "baseline": "2026-01-01", "start": "2026-01-01", "deadline": "2026-12",
    "plan": "2026-06-30", "convert": "2026-05-01", "revision": "2026-05-05", "old": "2026-06",
    "restated": "2026-06-01", "stated": "2026-01-01", "accumulate": "year_to_date",
    "period": "2026-Q1", "review": "2027-01-01", "closed": "2026-11-01", "date": "2026-05-31",
    "recorded": "2026-06-01T00:00:00Z", "until": "2026-12-31",
}  # fmt: skip
FIELDS = ["source", "started", "ended", "size", "baseline", "start", "deadline", "plan", "convert",
          "revision", "old", "restated", "stated", "period", "review", "closed", "date", "until",
          ]  # fmt: skip
PERIOD_FIELDS = ["baseline", "deadline", "plan", "old", "period", "date"]

COMMANDS = [
    ["status", "--all"], ["show", "reach"], ["due", "--within", "99999y"],
    ["export", "-o", "out.xlsx"], ["check", "--format", "json", "--within", "99999d"],
    ["show", "spent"], ["scoreboard", "spent"], ["export", "--format", "ics"], ["validate"],
    ["add-progress", "spent", "7", "--body", "office", "--date", "2026-10", "--yes"],
]  # fmt: skip
FEW = 5
"""So many of them are tried with dates that hardly any value depends on."""
OF_RECORDS = [
    ["history"], ["history", "--format", "json"], ["export", "-o", "out.xlsx"],
    ["export", "--what", "reports", "--format", "csv"], ["export", "--format", "json"],
    ["--known-on", "2026-11-21", "history"], ["--known-on", "0001-01-01", "history"],
    ["--known-on", "9998-12-31", "status"], ["add-progress", "reach", "7", "--dry-run"],
]  # fmt: skip
OF_DAYS = [
    *COMMANDS[:-1], ["status", "--format", "json", "--due-within", "99999m"], ["history"],
    ["overdue", "--within", "99999"], ["scoreboard"], ["export", "--format", "csv"],
    *(["check", "--format", form] for form in
      ("text", "github", "summary", "sarif", "gitlab", "junit")),
]  # fmt: skip


def write(cli, **changes: str) -> None:
    facts = USUAL | changes
    register = REGISTER.format(**facts)
    (cli.folder / "targets.yaml").write_text(register, encoding="utf-8")
    (cli.folder / "waivers.yaml").write_text(
        "cdstrack: 1\nwaivers:\n  - {target: keep, code: overdue, "
        f"until: {facts['until']}, reason: r, by: b}}\n",
        encoding="utf-8",
    )
    lines = [
        {"id": "r", "target": "reach", "date": facts["date"], "value": "5"},
        {"id": "s", "target": "spent", "date": "2026-02", "value": "5", "body": "old"},
        {"id": "t", "target": "spent", "date": facts["date"], "value": "6", "body": "office"},
        {"id": "k", "target": "keep", "date": facts["date"], "value": "95"},
        {"id": "o", "target": "open", "date": facts["date"], "value": "5"},
    ]
    text = "".join(json.dumps(line | {"recorded": facts["recorded"]}) + "\n" for line in lines)
    cli.ledger.write_text(text, encoding="utf-8")


def try_all(cli, commands: list[list[str]]) -> int:
    """See that each command judges or refuses in words; how the last of them ends."""
    cli.clock = lambda: NOW
    code = 0
    for command in commands:
        ran = cli("--lang", "en", *command)
        code = ran.code
        assert code in (0, 1, 2, 3), command
        assert "fault of the program" not in ran.err, (command, ran.err)
        assert code < 2 or ran.err, command
        assert code != 1 or "check" in command, command
    return code


def try_reading(
    cli, commands: list[list[str]], several: list[dict[str, str]], asked: str = ""
) -> None:
    """The same for several that lie at the same end, be it in the register or an option that is
    asked: each command with one of those that the first takes, by turns. What the first refuses
    the last refuse as well, before they come to what is their own."""

    def attempt(changes: dict[str, str], commands: list[list[str]]) -> int:
        write(cli, **{name: value for name, value in changes.items() if name != asked})
        with naming(changes):
            options = [asked, changes[asked]] if asked else []
            return try_all(cli, [[*options, *command] for command in commands])

    fit = []
    for changes in several:
        if attempt(changes, commands[:1]) >= 2:
            attempt(changes, commands[-2:])
        else:
            fit.append(changes)
    for turn, changes in enumerate(fit):
        attempt(changes, commands[1 + turn :: len(fit)])


def test_the_usual_dates_are_sound(cli):
    write(cli)
    cli.clock = lambda: NOW
    assert [cli(*command).code for command in COMMANDS] == [0] * len(COMMANDS)


@pytest.mark.promise("calendar-ends")
@pytest.mark.parametrize("field", FIELDS)
def test_a_date_at_an_end_of_the_calendar(cli, field):
    may_be_period = field in PERIOD_FIELDS
    for values in TIMES if may_be_period else ENDS:
        several = [{field: value} for value in values]
        try_reading(cli, COMMANDS if may_be_period else COMMANDS[:FEW], several)


@pytest.mark.parametrize("accumulate", ["sum", "mean", "growth", "max", "min"])
def test_a_span_at_an_end_of_the_calendar(cli, accumulate):
    commands = [["show", "spent"], ["check"], ["export", "-o", "out.xlsx"]]
    for value in ("0001", "9998"):
        fields = ("baseline", "deadline", "date")
        try_reading(cli, commands, [{"accumulate": accumulate, field: value} for field in fields])


@pytest.mark.promise("calendar-ends")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_at_an_end_of_the_calendar(cli, moment):
    try_reading(cli, OF_RECORDS, [{"zone": zone, "recorded": moment} for zone in ZONES])


@pytest.mark.promise("calendar-ends")
@pytest.mark.parametrize("option", ["--as-of", "--known-on"])
def test_an_asked_day_at_an_end_of_the_calendar(cli, option):
    for days in TIMES:
        try_reading(cli, OF_DAYS, [{option: day} for day in days], asked=option)


@pytest.mark.promise("calendar-ends")
@pytest.mark.parametrize("day", [*chain(*TIMES)])
def test_what_is_reported_or_waived_for_an_end_of_the_calendar(cli, day):
    write(cli)
    sheet = f"target,date,value,body\nreach,{day},5,\nspent,{day},5,office\n"
    (cli.folder / "sheet.csv").write_text(sheet, encoding="utf-8")
    draft = ["check", "--write-waivers", "new.yaml", "--reason", "r", "--by", "b", "--until", day]
    try_all(
        cli,
        [
            ["add-progress", "reach", "7", "--date", day, "--yes"],
            ["add-progress", "reach", "7", "--unit", "k", "--date", day, "--yes"],
            ["add-progress", "spent", "7", "--body", "office", "--date", day, "--yes"],
            ["import", "sheet.csv", "--yes"],
            draft,
            ["template", "--body", "office", "-o", "form.xlsx"],
        ],
    )


def test_a_calendar_and_a_workbook_of_the_year_1_hold_dates_of_four_digits(cli):
    write(cli, deadline="0001-01-01", baseline="0001-01-01", recorded="0001-01-01T00:00:00Z")
    cli.clock = lambda: NOW
    text = cli("--as-of", "0001-01-01", "export", "--format", "ics").out
    assert "DTSTART;VALUE=DATE:00010101" in text or "BEGIN:VEVENT" not in text
    assert "DTSTAMP:1" not in text
    assert cli("--as-of", "0001-01-01", "export", "-o", "out.xlsx").code in (0, 3)
    if (cli.folder / "out.xlsx").exists():
        with ZipFile(cli.folder / "out.xlsx") as book:
            assert ">1900-03-01T00:00:00Z<" in book.read("docProps/core.xml").decode()

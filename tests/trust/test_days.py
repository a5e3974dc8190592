"""Which day it is: the deadline day is in time, and only the register's own zone counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tests.cli.build import DATED, HEAD, TRAINED, process, register, target

ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC", "Asia/Ho_Chi_Minh"]


@pytest.mark.promise("deadline-day")
@pytest.mark.parametrize(
    ("day", "cell", "left", "over"),
    [
        ("2026-12-30", "in_time", 1, None),
        ("2026-12-31", "in_time", 0, None),
        ("2027-01-01", "overdue", None, 1),
        ("2027-01-02", "overdue", None, 2),
    ],
)
def test_the_day_of_the_deadline_is_the_last_in_time(cli, day, cell, left, over):
    cli.write(TRAINED)
    found = cli.state("trained", "--as-of", day)
    assert (found["cell"], found["days_left"], found["days_overdue"]) == (cell, left, over)


@pytest.mark.promise("time-zone")
def test_the_zone_of_the_machine_changes_no_answer_for_a_stated_day(tmp_path):
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    args = ["status", "--format", "json", "--as-of", "2027-01-01"]
    said = {process(*args, folder=tmp_path, env={"TZ": zone}).stdout for zone in ZONES}
    assert len(said) == 1


@pytest.mark.promise("time-zone")
@pytest.mark.parametrize("machine", ZONES)
@pytest.mark.parametrize(
    ("zone", "days_overdue"),
    [
        ("Pacific/Kiritimati", 1),
        ("Asia/Ho_Chi_Minh", 1),
        ("UTC", None),
        ("Pacific/Pago_Pago", None),
    ],
)
def test_today_is_a_day_of_the_register_wherever_the_machine_stands(
    cli, monkeypatch, machine, zone, days_overdue
):
    """At 17:30 UTC on 31 December it is the new year in Hà Nội, and not yet in Pago Pago."""
    cli.clock = lambda: datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        cli.write(TRAINED, head=f"timezone: {zone}\n" + HEAD)
        assert cli.state("trained")["days_overdue"] == days_overdue
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


COMMANDS = [
    ["status"], ["overdue"], ["show", "trained"], ["history"], ["scoreboard"],
    ["scoreboard", "trained"], ["due"], ["export", "--format", "json"], ["check"],
]  # fmt: skip
"""Every command that can be asked about another day."""

DAYS = [
    ("America/Los_Angeles", "2026-12-31T05:00:00+00:00", "2026-12-30"),
    ("Pacific/Kiritimati", "2026-12-31T11:00:00+00:00", "2027-01-01"),
]
"""A register's zone, and a moment of 31 December in Hà Nội that is another day there."""


@pytest.fixture
def three_days(cli):
    """A register whose answers differ from one day to the next, at a moment in its zone."""

    def set_up(zone: str, moment: str) -> None:
        groups = (
            "groups:\n  all: {name: {vi: Tất cả, en: All}, members: [office],\n"
            "        size: [{from: 2026-01-01, n: 1}]}\n"
        )
        trained = target("trained", DATED + "reporters: all\nacross: sum\n")
        cli.write(trained, head=f"timezone: {zone}\n" + HEAD + groups)
        lines = (
            f'{{"id":"{name}","target":"trained","body":"office","date":"{day}",'
            f'"value":"{value}","recorded":"{day}T{hour}Z"}}\n'
            for name, day, hour, value in (
                ("a", "2026-12-30", "20:00:00", 5),
                ("b", "2026-12-31", "08:30:00", 6),
                ("c", "2027-01-01", "04:00:00", 7),
            )
        )
        cli.ledger.write_text("".join(lines), encoding="utf-8")
        cli.clock = lambda: datetime.fromisoformat(moment)

    return set_up


@pytest.mark.promise("time-zone")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("zone", "moment", "day"), DAYS)
def test_a_day_that_is_asked_for_is_one_of_the_register(
    cli, three_days, monkeypatch, command, zone, moment, day
):
    three_days(zone, moment)
    for option in ("--as-of", "--known-on"):
        of_the_day = cli(*command, option, day)
        assert cli(*command, option, "today") == of_the_day
        assert cli(*command, option, "2026-12-31") != of_the_day
    monkeypatch.setenv("CDSTRACK_AS_OF", "hôm nay")
    assert cli(*command) == cli(*command, "--as-of", day)


@pytest.mark.promise("time-zone")
@pytest.mark.parametrize(("zone", "moment", "day"), DAYS)
def test_without_a_day_that_is_asked_for_today_is_one_of_the_register(
    cli, three_days, zone, moment, day
):
    three_days(zone, moment)
    assert cli("status", "--format", "json").json["as_of"] == day


def test_a_register_that_cannot_be_read_is_refused_on_the_usual_day(cli):
    """Its own zone is not known then, so its day is the one in Hà Nội, where it is 1 January."""
    cli.write("  - id: [\n")
    cli.clock = lambda: datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    ran = cli("check", "--format", "json")
    assert (ran.code, ran.json["as_of"]) == (3, "2027-01-01")
    assert cli("check", "--format", "json", "--as-of", "yesterday").json["as_of"] == "2026-12-31"


@pytest.mark.promise("doubtful-reports")
@pytest.mark.parametrize(
    ("date", "recorded", "said"),
    [
        ("2025-06-30", "2026-02-01T00:00:00Z", "baseline"),
        ("2026-11-30", "2026-02-01T00:00:00Z", "30 Nov 2026"),
    ],
)
def test_a_report_before_the_baseline_or_of_the_future_is_a_warning_at_its_line(
    cli, date, recorded, said
):
    cli.write(TRAINED)
    record = f'{{"id":"a","target":"trained","date":"{date}","value":"5","recorded":"{recorded}"}}'
    cli.ledger.write_text(record + "\n", encoding="utf-8")
    ran = cli("validate", "--lang", "en")
    assert ran.code == 0
    assert ran.err.startswith("progress.jsonl:1:")
    assert "warning" in ran.err
    assert said in ran.err


@pytest.mark.promise("doubtful-reports")
def test_a_report_in_another_unit_is_refused(cli):
    cli.write(target("t", DATED))
    ran = cli("add-progress", "t", "5", "--unit", "tonnes", "--yes")
    assert (ran.code, cli.ledger.exists()) == (2, False)
    assert "persons, not tonnes" in ran.err

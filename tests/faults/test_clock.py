"""Clocks: at both ends of the world, at the last second of a deadline, set back, in 1970."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.build import HEAD, LATE, TRAINED, process, register
from tests.faults.tools import need_tools, records

pytestmark = pytest.mark.faults

ENDS_OF_THE_WORLD = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]
BACK = "the clock seems to be set back"


@pytest.fixture(autouse=True)
def faketime():
    need_tools("faketime")


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
    return tmp_path


def at(moment: str, *args: str, folder: Path, cold: bool = False, **variables: str) -> Any:
    """The command at a moment, at which the clock stands still."""
    seconds = int(datetime.fromisoformat(moment).astimezone(UTC).timestamp())
    env = faked(str(seconds)) | variables
    return process(*args, "--lang", "en", folder=folder, env=env, cold=cold)


@cache
def preloaded() -> str:
    """The library with which ``faketime`` starts a program."""
    said = subprocess.run(
        ["faketime", "-f", "0", "sh", "-c", 'echo "$LD_PRELOAD"'],
        capture_output=True,
        check=True,
        env={**os.environ, "FAKETIME_FMT": "%s"},
    )
    return said.stdout.decode().strip()


def faked(moment: str) -> dict[str, str]:
    """What ``faketime`` puts into the environment, for a moment in seconds."""
    return {
        "LD_PRELOAD": preloaded(),
        "FAKETIME": moment,
        "FAKETIME_FMT": "%s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }


def late(folder: Path, moment: str, **variables: str) -> tuple[str, str, int | None, int | None]:
    """As of which day, and how the target due in June 2026 (the 30th) stands."""
    ran = at(moment, "status", "--format", "json", folder=folder, **variables)
    assert ran.returncode == 0, ran.stderr
    shown = json.loads(ran.stdout)
    verdict = next(each for each in shown["targets"] if each["id"] == "late")
    return shown["as_of"], verdict["state"], verdict["days_left"], verdict["days_overdue"]


@pytest.mark.parametrize("zone", ENDS_OF_THE_WORLD)
@pytest.mark.parametrize(
    ("moment", "as_of", "overdue"),
    [
        ("2026-06-30T23:59:59+07:00", "2026-06-30", None),
        ("2026-07-01T00:00:00+07:00", "2026-07-01", 1),
        ("2026-07-01T23:59:59+07:00", "2026-07-01", 1),
    ],
)
def test_the_day_of_the_deadline_is_in_time_and_the_next_is_a_day_late_wherever_one_sits(
    folder, zone, moment, as_of, overdue
):
    day, state, left, late_by = late(folder, moment, TZ=zone)
    assert (day, late_by) == (as_of, overdue)
    assert (state == "overdue") is (overdue is not None)
    assert left == (0 if overdue is None else None)


def test_an_asked_day_needs_no_clock(folder):
    asked = {
        at(f"{year}-01-01T00:00:00+00:00", "status", "--as-of", "2026-07-01", folder=folder).stdout
        for year in (1971, 2030)
    }
    assert len(asked) == 1


def report(folder: Path, moment: str, *args: str) -> str:
    ran = at(moment, "add-progress", "trained", *args, "--yes", folder=folder)
    assert ran.returncode == 0, ran.stderr
    return (ran.stdout + ran.stderr).decode()


def value(folder: Path) -> int:
    ran = at("2026-12-01T00:00:00+07:00", "status", "--format", "json", folder=folder)
    return next(t["value"] for t in json.loads(ran.stdout)["targets"] if t["id"] == "trained")


@pytest.mark.promise("clock-set-back")
def test_a_clock_set_back_is_said_and_so_is_the_figure_that_stays_in_force(folder):
    day = ["--date", "2026-11-01"]
    assert BACK not in report(folder, "2026-11-21T12:00:00+07:00", "4200", *day)
    said = report(folder, "2026-11-20T12:00:00+07:00", "4300", *day)
    assert BACK in said
    assert "In force for 1 Nov 2026 is still 4,200 persons" in said
    first, second = records(folder / "progress.jsonl")
    assert f"--corrects {first['id']}" in said
    assert first["recorded"] == "2026-11-21T05:00:00.000000Z"
    assert second["recorded"] == "2026-11-20T05:00:00.000000Z"
    assert value(folder) == 4200


@pytest.mark.promise("clock-set-back")
def test_a_clock_that_is_seconds_behind_takes_nothing_from_a_report(folder):
    report(folder, "2026-11-21T12:00:00+07:00", "4200")
    said = report(folder, "2026-11-21T11:59:30+07:00", "4300")
    assert "In force for 21 Nov 2026: 4,300 persons." in said
    assert records(folder / "progress.jsonl")[1]["recorded"] == "2026-11-21T05:00:00.000001Z"
    assert value(folder) == 4300


def test_a_correction_by_a_clock_set_back_counts(folder):
    report(folder, "2026-11-21T12:00:00+07:00", "4200", "--date", "2026-11-01")
    [wrong] = records(folder / "progress.jsonl")
    said = report(folder, "2026-11-20T12:00:00+07:00", "42", "--corrects", wrong["id"])
    assert BACK in said
    assert value(folder) == 42
    assert records(folder / "progress.jsonl")[-1]["recorded"] == "2026-11-20T05:00:00.000000Z"


def test_where_the_clock_stands_still_the_last_report_counts(folder):
    values = [4200, 4300, 4200, 4100]
    for figure in values:
        report(folder, "2026-11-21T12:00:00+07:00", str(figure))
        assert value(folder) == figure
    written = records(folder / "progress.jsonl")
    assert [int(record["value"]) for record in written] == values
    moments = [record["recorded"] for record in written]
    assert moments == sorted(set(moments))


@pytest.mark.promise("clock-set-back")
def test_in_1970_a_report_is_dated_then_and_the_order_is_that_of_the_stated_dates(folder):
    report(folder, "2026-11-21T12:00:00+07:00", "4200")
    said = report(folder, "1970-01-01T00:00:01+00:00", "5")
    # Which clock is wrong, one cannot tell.
    assert "line 1 of the ledger claims to be recorded at" in said
    assert "if this computer's clock is right" in said
    assert "before the baseline" in said
    written = records(folder / "progress.jsonl")
    assert [record["date"] for record in written] == ["2026-11-21", "1970-01-01"]
    assert written[1]["recorded"] == "1970-01-01T00:00:01.000000Z"
    assert value(folder) == 4200


def test_in_1970_a_day_of_today_is_refused_with_the_day_it_is_taken_for(folder):
    ran = at(
        "1970-01-01T00:00:01+00:00", "add-progress", "trained", "5", "--date", "2026-11-21",
        "--yes", folder=folder, cold=True,
    )  # fmt: skip
    assert ran.returncode == 2
    assert b"21 Nov 2026 lies in the future; today is 1 Jan 1970." in ran.stderr
    assert not (folder / "progress.jsonl").exists()


def test_the_zone_is_the_registers_and_may_be_another(folder):
    text = register(LATE, head=HEAD + "timezone: Pacific/Kiritimati\n")
    (folder / "targets.yaml").write_text(text, encoding="utf-8")
    assert late(folder, "2026-06-30T09:59:59+00:00")[0] == "2026-06-30"
    assert late(folder, "2026-06-30T10:00:00+00:00")[0] == "2026-07-01"

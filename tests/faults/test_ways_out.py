"""A command that writes, and whose reader goes away, whose screen is full, who is interrupted.

It writes first and shows afterwards; when it cannot show, standard error says what it wrote.
"""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.build import LATE, TRAINED, process, register
from tests.cli.terminal import interrupt
from tests.faults.tools import command, content, records, report, write_ledger

pytestmark = pytest.mark.faults

REPORT = ["add-progress", "trained", "5", "--lang", "en"]
IMPORT = ["import", "form.csv", "--lang", "en"]
SHEET = "Commitment id,Day or period,Figure\ntrained,2026-06,5\n"

WRITERS = {
    "add-progress": ([*REPORT, "--yes"], "progress.jsonl", b"Recorded as "),
    "import": ([*IMPORT, "--yes"], "progress.jsonl", b"Recorded 1 report"),
    "init": (["init", "new", "--lang", "en"], "new/targets.yaml", b"Wrote new/targets.yaml"),
    "template": (
        ["template", "--owner", "office", "--all", "-o", "out.csv", "--lang", "en"],
        "out.csv",
        b"Wrote a form of 2 rows",
    ),
    "waivers": (
        ["check", "--write-waivers", "out.yaml", "--until", "2027-01-01", "--reason", "why"],
        "out.yaml",
        b"1 waiver written",
    ),
}
"""A command, the file that it writes, and how it says so."""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
    (tmp_path / "form.csv").write_text(SHEET, encoding="utf-8")
    write_ledger(tmp_path / "progress.jsonl", report(1, target="trained"))
    return tmp_path


Run = Callable[[list[str], Path], "subprocess.CompletedProcess[bytes]"]


def full(args: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    with Path("/dev/full").open("wb") as stream:
        return process(*args, folder=folder, stdout=stream)


def departed(args: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return process(*args, folder=folder, stdout=writer)
    finally:
        os.close(writer)


def closed(*streams: int) -> Run:
    def run(args: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
        return process(*args, folder=folder, closed=streams)

    return run


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("run", "code", "reason"),
    [
        (full, 3, b"cdstrack: the output could not be written: the disk is full.\n"),
        (closed(1), 3, b"cdstrack: the output could not be written: it is closed.\n"),
        (departed, 141, b""),
    ],
    ids=["full", "closed", "departed"],
)
def test_what_cannot_be_shown_is_written_and_said(folder, name, run, code, reason):
    args, file, receipt = WRITERS[name]
    before = content(folder / file)
    ran = run(args, folder)
    assert ran.returncode == code
    assert len(content(folder / file)) > len(before)
    assert (receipt in ran.stderr) is bool(reason), "a reader who went away is not called back"
    assert ran.stderr.endswith(reason)
    assert b"Nothing was written." not in ran.stderr


def test_the_first_report_of_a_ledger_is_written_and_said(folder):
    ledger = folder / "progress.jsonl"
    ledger.unlink()
    ran = full(WRITERS["add-progress"][0], folder)
    assert (ran.returncode, len(records(ledger))) == (3, 1)


@pytest.mark.parametrize(
    ("name", "streams", "code"),
    [
        *((name, (1, 2), 3) for name in WRITERS),
        ("add-progress", (2,), 0),
        ("import", (0, 1, 2), 3),
    ],
)
def test_closed_streams_keep_nobody_from_writing(folder, name, streams, code):
    args, file, _ = WRITERS[name]
    before = content(folder / file)
    ran = closed(*streams)(args, folder)
    assert ran.returncode == code
    assert len(content(folder / file)) > len(before)


def test_remarks_that_cannot_be_written_do_not_keep_a_report_out(folder):
    """A warning about an earlier report comes before the new one, but is said after it."""
    ledger = folder / "progress.jsonl"
    write_ledger(ledger, report(1, target="trained"), more=b"damaged\n")
    with Path("/dev/full").open("wb") as stream:
        ran = process(*REPORT, "--yes", folder=folder, stderr=stream)
    assert ran.returncode == 3
    assert len(ledger.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("run", [full, departed])
@pytest.mark.parametrize("change", [["--corrects"], ["--void"]])
def test_corrections_are_written_as_well(folder, run, change):
    ledger = folder / "progress.jsonl"
    assert process(*REPORT, "--yes", folder=folder).returncode == 0
    first = records(ledger)[-1]["id"]
    value = ["6"] if change == ["--corrects"] else []
    run(["add-progress", "trained", *value, *change, first, "--yes"], folder)
    assert records(ledger)[-1]["corrects"] == first


@pytest.mark.parametrize("run", [full, closed(1), departed])
@pytest.mark.parametrize("args", [REPORT, IMPORT])
def test_what_was_not_written_is_said(folder, run, args):
    before = content(folder / "progress.jsonl")
    ran = run(args, folder)
    assert ran.returncode in (3, 141)
    assert b"Nothing was written.\n" in ran.stderr
    assert content(folder / "progress.jsonl") == before


def test_the_same_again_is_recorded_once(folder):
    """So whoever did not see the answer may run the command again."""
    dated = [*REPORT, "--date", "2026-06-30", "--yes"]
    assert departed(dated, folder).returncode == 141
    before = content(folder / "progress.jsonl")
    ran = full(dated, folder)
    assert b"Already recorded as " in ran.stderr
    assert content(folder / "progress.jsonl") == before


def test_an_interrupt_at_the_question_is_130_and_nothing_is_recorded(folder):
    path = folder / "progress.jsonl"
    before, is_there = content(path), path.exists()
    screen, terminal = pty.openpty()
    ran = command(
        "add-progress", "trained", "5", "--date", "2026-06-30", "--source", "x", "--note", "y",
        "--lang", "en", folder=folder, stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(screen, 65536)
    assert interrupt(ran) == 130
    os.close(screen)
    assert content(path) == before
    assert path.exists() is is_there

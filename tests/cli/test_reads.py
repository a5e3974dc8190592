"""How often a command opens the ledger: once to look, and once more under the lock to write."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

import pytest

from tests.cli.build import SIGNED, SPENT, TRAINED
from tests.sheets.filled import row, workbook


class Opened(NamedTuple):
    to_look: int
    to_write: int


_modes: list[int] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and str(args[0]).endswith("progress.jsonl"):
        _modes.append(args[2] & (os.O_WRONLY | os.O_RDWR))


sys.addaudithook(_watch)  # stays until Python ends


@pytest.fixture
def opened(cli):
    """A command that must succeed, and how often it opened a ledger that is not empty."""

    def run(*args: str) -> Opened:
        _modes.clear()
        ran = cli(*args)
        assert ran.code == 0, ran.err
        return Opened(_modes.count(os.O_RDONLY), sum(mode != os.O_RDONLY for mode in _modes))

    cli.write(TRAINED, SPENT, SIGNED)
    cli.report("trained", "300")
    return run


LOOK, WRITE = Opened(1, 0), Opened(1, 1)


@pytest.mark.parametrize("command", [["status"], ["history"], ["export", "--format", "json"]])
def test_a_command_that_shows_reads_the_ledger_once(opened, command):
    assert opened(*command) == LOOK


def test_a_report_reads_the_ledger_for_the_draft_and_under_the_lock(opened):
    report = ["add-progress", "trained", "500", "--yes"]
    assert opened(*report, "--dry-run") == LOOK
    assert opened(*report) == WRITE
    assert opened(*report) == LOOK  # it is there already
    assert opened("add-progress", "trained", "--add", "5", "--yes") == WRITE


@pytest.mark.parametrize("change", [["500", "--corrects"], ["--void"]])
def test_so_does_a_correction(cli, opened, change):
    name = cli.report("spent", "400")["id"]
    correction = ["add-progress", "spent", *change, name, "--yes"]
    assert opened(*correction, "--dry-run") == LOOK
    assert opened(*correction) == WRITE
    assert opened(*correction) == LOOK


def test_so_does_a_sheet_however_many_rows_it_has(cli, opened):
    fraction = row(0.635, "signed")
    workbook(cli.folder / "form.xlsx", row("400"), row("5", "spent"), fraction)
    sheet = ["import", "form.xlsx", "--fractions", "percent", "--yes"]
    assert opened(*sheet, "--dry-run") == LOOK
    assert opened(*sheet) == WRITE
    assert opened(*sheet) == LOOK

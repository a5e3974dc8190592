"""A report whose reader goes away, whose screen is full, whose writer changes their mind."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.build import COMMAND, TRAINED, environment, process, register
from tests.cli.terminal import interrupt
from tests.faults.tools import command, content, write_ledger

pytestmark = pytest.mark.faults

REPORT = ["add-progress", "trained", "5", "--yes", "--lang", "en"]


@pytest.fixture(params=["no ledger yet", "a ledger"])
def folder(request, tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    if request.param == "a ledger":
        write_ledger(tmp_path / "progress.jsonl", 1)
    return tmp_path


@pytest.fixture(autouse=True)
def unchanged(folder):
    """None of what follows may leave a trace in the ledger."""
    path = folder / "progress.jsonl"
    before, there = content(path), path.exists()
    yield
    assert content(path) == before
    assert path.exists() is there


def test_an_output_on_a_full_disk_is_3_and_nothing_is_recorded(folder):
    with Path("/dev/full").open("wb") as full:
        ran = process(*REPORT, folder=folder, stdout=full, stderr=-1, capture_output=False)
    assert ran.returncode == 3
    assert ran.stderr.endswith(b"cdstrack: the output could not be written: the disk is full.\n")


def test_a_closed_output_is_3_and_nothing_is_recorded(folder):
    line = f"exec {' '.join([*COMMAND, *REPORT])} >&-"
    ran = subprocess.run(["sh", "-c", line], cwd=folder, env=environment(folder), check=False)
    assert ran.returncode == 3


def test_a_reader_that_is_gone_is_141_and_nothing_is_recorded(folder):
    reader, writer = os.pipe()
    os.close(reader)
    ran = process(*REPORT, folder=folder, stdout=writer, stderr=-1, capture_output=False)
    os.close(writer)
    assert ran.returncode == 141
    assert b"Traceback" not in ran.stderr
    assert b"could not be written" not in ran.stderr


def test_an_interrupt_at_the_question_is_130_and_nothing_is_recorded(folder):
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

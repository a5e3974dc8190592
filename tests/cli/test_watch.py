"""Long work says so: on a terminal, what is done and how far; nowhere else a word."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cdstrack.cli.watch import Watch
from cdstrack.core.model.work import Work
from cdstrack.i18n import Words
from cdstrack.render.text import Look
from tests.cli.build import process
from tests.cli.terminal import Terminal

LONG_RUN = """
import os, sys
from cdstrack.core.model.structs import replace
from cdstrack.cli.session import open_session

session = open_session({lang!r}, None)
if {quiet}:
    session = session.without_watch()
if session.watch is None:
    print("nobody watches", flush=True)
    os._exit(0)
session.watch.patience = 0
with session.work.at("work_ledger", 200):
    session.work.done = 90
    sys.stdin.readline()
    session.say([[("The answer.", "")]])
sys.stdin.readline()
os._exit(0)
"""
"""Before a command that is not run any more."""


def long_run(folder: Path, lang: str = "en", *, quiet: bool = False, **variables: str) -> Terminal:
    script = LONG_RUN.format(lang=lang, quiet=quiet)
    return Terminal(folder=folder, before=script, **variables)


@pytest.mark.parametrize(
    ("lang", "step"), [("en", "Reading the ledger"), ("vi", "Đang đọc sổ báo cáo")]
)
def test_a_terminal_sees_what_is_done_and_how_far(tmp_path: Path, lang: str, step: str) -> None:
    with long_run(tmp_path, lang) as terminal:
        terminal.read_until(step)
        terminal.read_until("45%")


def test_the_line_is_gone_before_the_answer(tmp_path: Path) -> None:
    erase_line, show_cursor = "\x1b[2K", "\x1b[?25h"
    with long_run(tmp_path) as terminal:
        terminal.read_until("45%")
        terminal.type("\n")
        before = terminal.read_until("The answer.")
        assert before.index(show_cursor) < before.rindex("The answer.")
        assert erase_line in before[before.rindex("45%") :]


@pytest.mark.parametrize(
    ("quiet", "variables"),
    [(True, {}), (False, {"TERM": "dumb"})],
    ids=["asked not to", "a terminal that cannot erase"],
)
def test_nothing_is_shown_to_whom(tmp_path: Path, quiet: bool, variables: dict[str, str]) -> None:
    with long_run(tmp_path, quiet=quiet, **variables) as terminal:
        terminal.read_until("nobody watches")


def test_nothing_is_shown_in_a_pipe(tmp_path: Path) -> None:
    script = LONG_RUN.format(lang="en", quiet=False)
    answer = process(folder=tmp_path, before=script)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"nobody watches\n", b"")


def test_nobody_watches_a_run_that_is_over() -> None:
    before = set(threading.enumerate())
    watch = Watch(Words("en"), Look())
    watch.start()
    [thread] = set(threading.enumerate()) - before
    watch.end()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_steps_within_steps_go_on_where_they_were() -> None:
    work = Work()
    for number in work.over(range(3), "work_rows"):
        assert (work.step, work.done, work.total) == ("work_rows", number, 3)
        with work.at("work_judging"):
            assert (work.step, work.done, work.total) == ("work_judging", 0, 0)
    assert work.step == ""


def test_a_step_that_fails_is_over() -> None:
    work = Work()
    with pytest.raises(ValueError, match="broken"), work.at("work_rows", 5):
        raise ValueError("broken")
    assert work.step == ""

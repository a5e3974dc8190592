"""A fork of a Python that waits does what a Python of its own does, in everything one can see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cases import every_case
from tests.cli.build import LATE, TRAINED, register
from tests.cli.starts import environment, may_fork, process
from tests.cli.terminal import seen

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks of POSIX")

AS_OF = "--as-of=2026-11-21"


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED, LATE), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "env", "code"),
    [
        (["status", "--lang", "vi", AS_OF], {}, 0),
        (["check", AS_OF], {"GITHUB_ACTIONS": "true"}, 1),
        (["show"], {"CDSTRACK_FILE": "nowhere.yaml"}, 2),
        (["2", "show", ""], {"_CDSTRACK_COMPLETE": "zsh"}, 0),
    ],
)
def test_what_is_printed_and_how_it_ends(folder, args, env, code):
    fork = process(*args, folder=folder, env=env)
    assert vars(fork) == vars(process(*args, folder=folder, env=env, cold=True))
    assert fork.returncode == code


@pytest.mark.parametrize("closed", [(1,), (0, 1, 2)])
def test_streams_that_are_closed(folder, closed):
    fork = process("-h", folder=folder, closed=closed)
    assert vars(fork) == vars(process("-h", folder=folder, closed=closed, cold=True))
    assert fork.returncode == 3


def test_a_terminal(folder):
    assert seen("status", AS_OF, folder=folder) == seen("status", AS_OF, folder=folder, cold=True)


def test_nothing_is_left_of_the_run_before(folder):
    first = vars(process("status", AS_OF, folder=folder))
    process("status", "--lang", "vi", folder=folder, env={"CDSTRACK_AS_OF": "2020-01-01"})
    assert vars(process("status", AS_OF, folder=folder)) == first


@every_case(
    "name", ["LC_ALL", "LC_MESSAGES", "LANG", "PYTHONUTF8", "PYTHONIOENCODING", "LD_PRELOAD"]
)
def test_what_counts_before_the_command_begins_asks_for_a_start(folder, name):
    assert may_fork(environment(folder))
    assert not may_fork(environment(folder, **{name: "C"}))
    assert not may_fork({})

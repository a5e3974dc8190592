"""Sessions at the terminal, word for word. ``pytest --update-golden`` writes them anew.

A line ``$ cdstrack …`` is a command, what follows is what it says; ``[exit N]`` ends one that does
not exit 0. ``# terminal: 80`` is the width of the screen, without it the output is piped. A
file begins with the shipped register, or in an empty folder if it says ``# folder: empty``.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.build import Cli

SESSIONS = sorted(Path(__file__).with_name("sessions").glob("*.txt"))


def play(text: str, cli: Cli) -> str:
    """The session as it goes today."""
    width = re.search("^# terminal: ([0-9]+)$", text, re.MULTILINE)
    if width:
        cli.in_terminal(int(width[1]))
    if "# folder: empty" not in text:
        cli.ship()
    played = text.partition("\n$ ")[0].splitlines()
    for line in text.splitlines():
        if not line.startswith("$ "):
            continue
        name, *args = shlex.split(line[2:])
        assert name == "cdstrack"
        ran = cli(*args)
        played += ["", line, (ran.out + ran.err).rstrip("\n")]
        played += [f"[exit {ran.code}]"] if ran.code else []
    return _without_chance("\n".join(played)) + "\n"


def _without_chance(text: str) -> str:
    """Ids of new records are random."""
    return re.sub(r"(Recorded as |mã )[0-9a-z]{20}\b", r"\1(id)", text)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_session(path, cli, request):
    expected = path.read_text(encoding="utf-8")
    played = play(expected, cli)
    if request.config.getoption("--update-golden"):
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


def test_there_are_sessions():
    assert len(SESSIONS) >= 5

"""One git asked for many objects: what it may say, and that it never stays behind."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cdstrack.store import git_conversation
from cdstrack.store.git_conversation import Conversation, Object

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no conversation")

Begin = Callable[[str], tuple[Conversation, list[subprocess.Popen[bytes]]]]


@pytest.fixture
def begin(monkeypatch) -> Begin:
    """Begins a conversation with a shell script, and lists what it started."""

    def start(script: str) -> tuple[Conversation, list[subprocess.Popen[bytes]]]:
        starts: list[subprocess.Popen[bytes]] = []

        def shell(folder: Path, *args: str) -> subprocess.Popen[bytes]:
            assert args == ("cat-file", "--batch")
            pipe = subprocess.PIPE
            command = ["/bin/sh", "-c", script]
            starts.append(subprocess.Popen(command, bufsize=0, stdin=pipe, stdout=pipe))
            return starts[-1]

        monkeypatch.setattr(git_conversation, "start_git", shell)
        return Conversation(Path()), starts

    return start


GOOD = "read name; echo 12ab blob 3; echo abc; "


@pytest.mark.parametrize(
    "answer",
    [
        "exit 1",
        "echo $name missing; exec cat",
        "echo $name ambiguous; exec cat",
        "echo; exec cat",
        "printf half",
        "echo 12ab blob x; exec cat",
        "echo 12ab blob -1; exec cat",
        "echo 12ab commit 3; echo abc; exec cat",
        "echo 12ab blob 3; printf ab",
        "echo 12ab blob 3; printf abc",
        "echo 12ab blob 3; echo abcd; exec cat",
        "echo 12ab blob 9; yes",
    ],
)
def test_nothing_is_taken_from_an_answer_that_is_not_as_it_should_be(begin, answer):
    conversation, starts = begin(f"{GOOD} read name; {answer}")
    assert conversation.object("x", "blob", limit=8, seconds=60) == Object("12ab", "blob", b"abc")
    assert conversation.object("y", "blob", limit=8, seconds=60) is None
    assert starts[0].returncode is not None
    assert conversation.object("x", "blob", limit=8, seconds=60) is None  # nor is it asked again
    assert len(starts) == 1


def test_an_answer_may_come_in_pieces_and_be_long(begin):
    conversation, _ = begin(
        "read name; printf 12; sleep 0; echo ab blob 300000; yes | head -c 300000; echo"
    )
    answer = conversation.object("x", seconds=60)
    assert answer == Object("12ab", "blob", b"y\n" * 150_000)


def test_a_git_that_says_nothing_more_is_not_waited_for(begin):
    conversation, starts = begin("read name; echo 12ab blob 3; exec sleep 9")
    with pytest.raises(subprocess.TimeoutExpired):
        conversation.object("x", seconds=0.05)
    assert starts[0].returncode is not None
    assert conversation.object("x", seconds=0.05) is None


def test_an_interrupt_leaves_no_process(begin, monkeypatch):
    conversation, starts = begin("exec sleep 9")

    def interrupt() -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(git_conversation, "monotonic", interrupt)
    with pytest.raises(KeyboardInterrupt):
        conversation.object("x", seconds=60)
    assert starts[0].returncode is not None


def test_nobody_who_holds_it_no_process(begin):
    conversation, starts = begin(GOOD + "exec cat")
    assert conversation.object("x", seconds=60) is not None
    assert starts[0].poll() is None
    del conversation
    gc.collect()
    assert starts[0].returncode is not None


def test_without_git_there_is_no_conversation(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Conversation(tmp_path).object("HEAD", seconds=60) is None

"""Writers that are killed, that compete, that wait, and a ledger that is replaced under them."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cdstrack.store.ledger.append import append_reports
from tests.cli.build import TRAINED, register
from tests.faults.tools import (
    LONG,
    Traced,
    Writer,
    append,
    command,
    has_open,
    need_tools,
    need_tracing,
    records,
    report,
    size,
    until,
    write_ledger,
)

pytestmark = pytest.mark.faults

ROUNDS = 300 if LONG else 10
EACH = 100 if LONG else 12


# killed


@pytest.mark.promise("kill")
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(path, tmp_path):
    dice = random.Random(105)  # noqa: S311
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        done = tmp_path / "acknowledged"
        done.write_bytes(b"")

        def work(done: Path = done, number: int = number) -> str:
            with done.open("ab", buffering=0) as told:
                while True:
                    said = append(path, report(number, note="x" * dice.randrange(20_000)))
                    again = append(path, report(-number - 1))
                    assert {said[:6], again[:6]} == {"saved "}
                    told.write(f"{said} {again}\n".encode())

        enough = size(path) + dice.randrange(100_000)
        writer = Writer(work).go()
        until(lambda enough=enough: size(path) >= enough)
        writer.kill()
        assert writer.finish() == ""
        acknowledged += [word for word in done.read_text("ascii").split() if word != "saved"]
        append(path, report("0.5", note=str(number)))  # heals
        written = [record["id"] for record in records(path)]
        assert set(acknowledged) <= set(written)
        assert len(written) == len(set(written))
    assert acknowledged


# together


@pytest.mark.promise("concurrent-writers")
def test_eight_writers_at_once_lose_nothing_and_double_nothing(path):
    def work(writer: int) -> str:
        said = Counter[str]()
        for number in range(EACH):
            own = report(number, body=f"writer-{writer}")
            shared = report(number, body=f"shared-{number}")
            said.update(append(path, each).partition(" ")[0] for each in (own, shared))
        return f"{said['saved']} {said['known']}"

    writers = [Writer(lambda number=number: work(number)) for number in range(8)]
    for writer in writers:
        writer.go()
    answers = [tuple(map(int, writer.finish().split())) for writer in writers]
    written = Counter((record["body"], record["value"]) for record in records(path))
    numbers = [str(number) for number in range(EACH)]
    expected = {(f"writer-{writer}", n) for writer in range(8) for n in numbers}
    expected |= {(f"shared-{n}", n) for n in numbers}
    assert set(written) == expected
    assert set(written.values()) == {1}
    assert sum(saved for saved, _ in answers) == len(expected)
    assert sum(known for _, known in answers) == 7 * EACH


# waiting


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The lock of a ledger in the hands of another program."""
    path.touch()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED), encoding="utf-8")
    return tmp_path


REPORT = ["add-progress", "trained", "5", "--yes", "--lang", "en"]


@pytest.mark.promise("lock-wait")
def test_waiting_for_the_lock_is_said_after_a_second_and_then_rewarded(folder, path):
    with held(path):
        ran = command(*REPORT, folder=folder)
        assert ran.stderr is not None
        until(lambda: has_open(ran.pid, path))
        assert ran.stderr.readline() == "Waiting for another writer to finish …\n".encode()
        assert path.read_bytes() == b""
    out, err = ran.communicate()
    assert (ran.returncode, err) == (0, b"")
    assert b"Recorded as" in out
    assert [record["value"] for record in records(path)] == ["5"]


@pytest.mark.promise("lock-wait")
def test_waiting_for_the_lock_ends_and_is_3(cli, monkeypatch):
    monkeypatch.setitem(append_reports.__kwdefaults__, "timeout", 1.2)
    cli.write(TRAINED)
    with held(cli.ledger):
        ran = cli(*REPORT)
    assert ran.code == 3
    assert "Waiting for another writer to finish" in ran.err
    assert "Not saved. Another program has been writing progress.jsonl for more than 1" in ran.err
    assert "Recorded" not in ran.out
    assert cli.ledger.read_bytes() == b""


def test_an_interrupt_while_waiting_is_130_and_changes_nothing(folder, path):
    before = write_ledger(path, 1)
    with held(path):
        ran = command(*REPORT, folder=folder)
        until(lambda: has_open(ran.pid, path))
        ran.send_signal(signal.SIGINT)
        ran.communicate()
    assert ran.returncode == 130
    assert path.read_bytes() == before


def test_an_interrupt_at_any_moment_leaves_a_sound_ledger(path):
    """Whole or not at all; and what a writer that was interrupted did not say is not there."""
    dice = random.Random(75)  # noqa: S311
    write_ledger(path, 1)
    for number in range(ROUNDS):

        def work(number: int = number) -> str:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for value in range(10_000):
                append(path, report(value, body=f"b{number}"))
            return "finished"

        enough = size(path) + dice.randrange(3000)
        writer = Writer(work).go()
        until(lambda enough=enough: size(path) >= enough)
        writer.kill(signal.SIGINT)
        assert writer.finish() in ("crashed KeyboardInterrupt", "")
        records(path)


# replaced


def by_rename(path: Path) -> None:
    fresh = path.with_suffix(".new")
    write_ledger(fresh, 7)
    fresh.replace(path)


def by_deletion(path: Path) -> None:
    path.unlink()


def by_git(path: Path) -> None:
    git(path.parent, "checkout", "-q", "other")


def git(folder: Path, *args: str) -> None:
    who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


def prepared(path: Path, replace) -> None:
    """A ledger with one report; in git with another one on the branch ``other``."""
    write_ledger(path, 1)
    if replace is by_git:
        need_tools("git")
        git(path.parent, "init", "-q", "-b", "main")
        git(path.parent, "add", path.name)
        git(path.parent, "commit", "-q", "-m", "one")
        git(path.parent, "checkout", "-q", "-b", "other")
        write_ledger(path, 7)
        git(path.parent, "commit", "-q", "-a", "-m", "other")
        git(path.parent, "checkout", "-q", "main")


REPLACEMENTS = [(by_rename, ["7"]), (by_git, ["7"]), (by_deletion, [])]


@pytest.mark.promise("replaced-ledger")
@pytest.mark.parametrize(("replace", "found"), REPLACEMENTS)
def test_a_store_replaced_while_waiting_gets_the_report(path, replace, found):
    prepared(path, replace)
    writer = Writer(lambda: append(path, 2))  # before the lock, which it would inherit
    with held(path):
        writer.go()
        until(lambda: has_open(writer.pid, path))
        replace(path)
    assert writer.finish().startswith("saved")
    assert [record["value"] for record in records(path)] == [*found, "2"]


@pytest.mark.promise("replaced-ledger")
@pytest.mark.parametrize(("replace", "found"), REPLACEMENTS)
def test_a_store_replaced_after_the_write_is_not_saved_to(path, replace, found):
    need_tracing()
    prepared(path, replace)
    before = path.stat().st_size
    writer = Traced(lambda: append(path, 2), path.parent, inject="fsync:delay_enter=500000")
    until(lambda: path.stat().st_size > before)
    if replace is by_git:  # which would see that the file was changed
        git(path.parent, "checkout", "-q", "-f", "other")
    else:
        replace(path)
    assert writer.finish() == "not_saved_replaced"
    assert [r["value"] for r in records(path)] == found if found else not path.exists()
    assert append(path, 2).startswith("saved")


def test_a_file_that_never_stays_is_given_up(path, monkeypatch):
    """As on a disk that gives a file another number every time one asks."""
    monkeypatch.setattr(os.path, "samestat", lambda one, other: False)
    assert append(path, 2, timeout=0.2) == "not_saved_replaced"

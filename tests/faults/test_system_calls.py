"""Every system call of an append fails once, or is the last thing the process does."""

from __future__ import annotations

import errno
import json
import resource
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.faults.tools import (
    LONG,
    Traced,
    append,
    content,
    need_tracing,
    records,
    report,
    write_ledger,
)

pytestmark = pytest.mark.faults

TAIL = b'{"id":"half","target":"t","val'
AT_ONCE = 6
CHANGES = {"openat", "flock", "write", "ftruncate", "fsync", "close"}
"""What leaves something behind. A writer that is killed between two of these leaves what one leaves
that is killed at the second, and no other call is refused for want of space."""


@pytest.fixture(autouse=True)
def tracing():
    need_tracing()


@pytest.fixture(scope="module")
def small() -> Iterator[Executor]:
    """A process that has run no tests: to fork it takes a fourth of the time."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool


def new(path: Path) -> bytes:
    return b""


def existing(path: Path) -> bytes:
    return write_ledger(path, 1, 2)


def torn(path: Path) -> bytes:
    return write_ledger(path, 1, 2, more=TAIL)


def repeated(path: Path) -> bytes:
    """The report that is appended stands there already."""
    return write_ledger(path, 1, 3)


@pytest.mark.promise("system-calls")
@pytest.mark.parametrize(
    ("ledger", "fault"),
    [
        (new, "error=ENOSPC"),
        # A torn ledger is an existing one, and mended before it is appended to.
        *product([new, torn, repeated], ["error=EIO", "signal=KILL"]),
    ],
)
def test_any_system_call_of_an_append_may_fail_or_be_its_last(small, tmp_path, ledger, fault):
    small.submit(fail_everywhere, tmp_path, ledger, fault).result()


def fail_everywhere(tmp_path: Path, ledger, fault: str) -> None:
    good = attempt(tmp_path / "good", ledger)
    assert good.finish().startswith("known" if ledger is repeated else "saved")
    calls = numbered(good.calls)
    if fault != "error=EIO" and not LONG:
        calls = [(name, nth) for name, nth in calls if name in CHANGES]
    for few in batches(calls, AT_ONCE):
        attempts = []
        for name, nth in few:
            folder = tmp_path / f"{name}-{nth}"
            inject = f"{name}:{fault}:when={nth}"
            attempts.append((folder, attempt(folder, ledger, inject)))
        for folder, tried in attempts:
            check(folder, ledger, tried)


def attempt(folder: Path, ledger, inject: str | None = None) -> Traced:
    folder.mkdir()
    path = folder / "progress.jsonl"
    (folder / "before").write_bytes(ledger(path))
    record = report(3)  # made before: to draw its id takes many system calls of no interest
    return Traced(lambda: append(path, record), folder, inject=inject)


def numbered(calls: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """Which call it is of those with its name."""
    seen: Counter[str] = Counter()
    found = []
    for name, _ in calls:
        seen[name] += 1
        found.append((name, seen[name]))
    return found


def batches(items: list, size: int) -> Iterator[list]:
    return (items[start : start + size] for start in range(0, len(items), size))


def check(folder: Path, ledger, tried: Traced) -> None:
    path, before = folder / "progress.jsonl", (folder / "before").read_bytes()
    said, after, call = tried.finish(), content(path), folder.name
    assert tried.was_hit, call
    whole = before.removesuffix(TAIL)

    # The old ledger, or the old one and a whole record, or a tail that was not finished.
    assert after.startswith(whole), call
    added = after[len(whole) :] if after != before else b""
    is_there = added.endswith(b"\n")
    if is_there:
        assert added.count(b"\n") == 1, call
        assert json.loads(added)["value"] == "3", call
    if TAIL in before and TAIL not in after:
        [*_, aside] = sorted(folder.glob("progress.jsonl.torn-*"))
        assert aside.read_bytes() == TAIL, call

    # What was said is true.
    answer = said.partition(" ")[0]
    if answer == "saved":
        assert is_there, call
    elif answer == "known":
        assert after == before == whole, call
    elif answer.startswith("not_saved"):
        assert not is_there, call
        assert bool(added) is (answer == "not_saved_torn"), call
    assert tried.paths("fsync").count(str(path)) <= 1, call

    # The next report heals whatever was left.
    assert append(path, 4).startswith("saved"), call
    values = [record["value"] for record in records(path)]
    old = [json.loads(line)["value"] for line in whole.splitlines()]
    assert values == [*old, *(["3"] if is_there else []), "4"], call


@pytest.mark.promise("folder-sync")
@pytest.mark.parametrize(
    ("ledger", "synced"),
    [(new, [".", "progress.jsonl"]), (existing, ["progress.jsonl"])],
)
def test_a_report_is_one_write_and_then_synced_with_its_folder_when_new(path, ledger, synced):
    ledger(path)
    tried = Traced(lambda: append(path, 3), path.parent)
    assert tried.finish().startswith("saved")
    assert tried.paths("fsync") == [str(path.parent / name) for name in synced]
    assert tried.paths("write") == [str(path)]
    names = [name for name, _ in tried.calls]
    in_order = [n for n in names if n in ("flock", "write", "fsync")]
    assert in_order[0] == "flock"
    assert in_order[-3:] == ["write", "fsync", "flock"]


def test_a_report_that_is_there_already_is_not_written_but_synced(path):
    """Who wrote it may have been killed before it was on disk."""
    repeated(path)
    tried = Traced(lambda: append(path, 3), path.parent)
    assert tried.finish().startswith("known")
    assert tried.paths("write") == []
    assert tried.paths("fsync") == [str(path)]


def test_a_torn_tail_is_on_disk_elsewhere_before_it_is_cut_off(path):
    torn(path)
    tried = Traced(lambda: append(path, 3), path.parent)
    assert tried.finish().startswith("saved")
    names = [name for name, _ in tried.calls]
    [aside] = path.parent.glob("*.torn-*")
    assert tried.paths("fsync") == [str(aside), str(path.parent), str(path)]
    assert names.index("ftruncate") > names.index("fsync", names.index("fsync") + 1)


@pytest.mark.promise("failed-sync")
def test_a_failed_fsync_is_said_and_not_tried_again(path):
    before = existing(path)
    tried = Traced(lambda: append(path, 3), path.parent, inject="fsync:error=EIO")
    assert tried.finish() == "may_not_be_saved EIO"
    assert tried.paths("fsync") == [str(path)]
    assert path.read_bytes() == before


@pytest.mark.promise("no-lock")
@pytest.mark.parametrize("number", ["ENOLCK", "ENOSYS", "EOPNOTSUPP"])
def test_where_nothing_can_be_locked_nothing_is_written(path, number):
    before = existing(path)
    tried = Traced(lambda: append(path, 3), path.parent, inject=f"flock:error={number}")
    assert tried.finish() == f"not_saved_no_lock {errno.errorcode[getattr(errno, number)]}"
    assert tried.paths("write") == []
    assert path.read_bytes() == before


@pytest.mark.promise("failed-undo")
def test_what_cannot_be_taken_back_is_said_to_be_torn(path):
    before = existing(path)

    def almost_full() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, len(before) + 10))
        return append(path, 3)

    tried = Traced(almost_full, path.parent, inject="ftruncate:error=EIO")
    assert tried.finish() == "not_saved_torn ENOSPC"
    assert len(path.read_bytes()) == len(before) + 10
    assert append(path, 4).startswith("saved")
    assert [record["value"] for record in records(path)] == ["1", "2", "4"]

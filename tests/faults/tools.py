"""What the tests of faults share: writers in processes of their own, strace, disks, needs."""

from __future__ import annotations

import ctypes
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.report import Report
from cdstrack.store.ledger.append import append_reports, new_id
from cdstrack.store.ledger.record import serialize
from tests.cli.build import COMMAND, environment

LONG = os.environ.get("CDSTRACK_FAULTS") == "long"
"""Whether there is time for more rounds."""

PATIENCE = 60.0
_ANYBODY_MAY_TRACE = (0x59616D61, ctypes.c_ulong(-1))
_NOBODY = 65534


# What a test needs; without it the test is skipped and says so


def need_tools(*names: str) -> None:
    for name in names:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")


def need_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may do this")


def need_tracing() -> None:
    need_tools("strace")
    if not _may_trace():
        pytest.skip("strace may not attach to processes here, or cannot inject faults")


@cache
def _may_trace() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            tried = Traced(lambda: str(os.getpgid(0)), Path(folder), inject="getpgid:error=EPERM")
            return tried.finish() == "crashed PermissionError"
        except AssertionError:
            return False


# Records


def report(value: object, **fields: Any) -> Report:
    moment = datetime.now(UTC)
    figure = Decimal(str(value))
    period = parse_period("2024")
    plain = Report(new_id(), "t", None, None, period, figure, None, None, None, None, moment)
    return plain._replace(**fields)


def append(path: Path, new: object = 1, *, timeout: float = 20.0) -> str:
    """Append a report or figure and say what became of it: ``saved ID``, or what was refused."""
    record = new if isinstance(new, Report) else report(new)
    try:
        [receipt] = append_reports(
            path, lambda _: [record], competition=lambda _: "date", timeout=timeout
        )
    except StoreError as error:
        return f"{error.code} {error.facts.get('errno', '')}".strip()
    return f"{'saved' if receipt.new else 'known'} {receipt.report.id}"


def write_ledger(path: Path, *values: object, line_break: str = "\n", more: bytes = b"") -> bytes:
    """A ledger with a record for each value, and what stands behind them. Returns its bytes."""
    made = [value if isinstance(value, Report) else report(value) for value in values]
    text = "".join(serialize(each) + line_break for each in made)
    path.write_bytes(text.encode() + more)
    return path.read_bytes()


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a ledger that must be sound from its first byte to its last."""
    data = path.read_bytes()
    assert data.endswith(b"\n"), data[-200:]
    return [json.loads(line) for line in data.decode().splitlines()]


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


# Writers in processes of their own


ALIVE: list[Writer] = []
"""Writers that a test has not heard the end of; of one that fails, they are killed."""


class Writer:
    """Work in a forked process, which waits for ``go`` and answers what the work returned."""

    def __init__(self, work: Callable[[], str]) -> None:
        go, self._go = os.pipe()
        self._answer, answer = os.pipe()
        self.answer_fd = answer
        self.pid = os.fork()
        if self.pid == 0:
            _live(work, go, answer)
        os.close(go)
        os.close(answer)
        assert os.read(self._answer, 1) == b"!"
        ALIVE.append(self)

    def go(self) -> Writer:
        os.write(self._go, b".")
        return self

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def finish(self) -> str:
        """What it answered; nothing if it was killed before it could."""
        said = b""
        limit = time.monotonic() + PATIENCE
        while True:
            ready, _, _ = select.select([self._answer], [], [], max(0, limit - time.monotonic()))
            if not ready:
                self.kill()
            chunk = os.read(self._answer, 65536)
            if not chunk:
                break
            said += chunk
        os.waitpid(self.pid, 0)
        ALIVE.remove(self)
        os.close(self._go)
        os.close(self._answer)
        assert time.monotonic() < limit, "the writer hung"
        return said.decode()


def _live(work: Callable[[], str], go: int, answer: int) -> None:
    """The life of a writer; it never returns to the tests."""
    with suppress(BaseException):
        ctypes.CDLL(None).prctl(*_ANYBODY_MAY_TRACE)
        os.write(answer, b"!")
        # The only system call that may be traced before the work; none of an append looks like it.
        select.select([go], [], [])
        try:
            said = work()
        except BaseException as error:
            said = f"crashed {type(error).__name__}"
        os.write(answer, said.encode())
    os._exit(0)


def has_open(pid: int, path: Path) -> bool:
    """Whether a process has opened a file, as one does that waits for its lock."""
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if link.stat().st_ino == path.stat().st_ino:
                    return True
    return False


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.005)


CALL = re.compile(r"([a-z0-9_]+)\((.*)")


class Traced(Writer):
    """A writer under strace from the first system call of its work, with a fault injected."""

    def __init__(self, work: Callable[[], str], folder: Path, *, inject: str | None = None) -> None:
        super().__init__(work)
        self._log = folder / f"strace-{self.pid}"
        command = ["strace", "-y", "-s", "100000", "-o", str(self._log), "-p", str(self.pid)]
        command += ["-e", f"inject={inject}"] if inject else []
        self._strace = subprocess.Popen(command, stderr=subprocess.PIPE)
        assert self._strace.stderr is not None
        said = self._strace.stderr.readline()
        if b"attached" not in said:
            super().go()
            super().finish()
            self._strace.communicate()
            raise AssertionError(said.decode())
        self.go()

    def finish(self) -> str:
        try:
            return super().finish()
        finally:
            self._strace.communicate()

    @property
    def was_hit(self) -> bool:
        """Whether the fault came: an error was injected, or a signal killed the writer."""
        return any(
            mark in self._log.read_text("utf-8", "replace")
            for mark in ("(INJECTED)", "+++ killed by")
        )

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The system calls of the work, as name and arguments with the result."""
        found = [
            (m[1], m[2])
            for m in map(CALL.match, self._log.read_text("utf-8", "replace").splitlines())
            if m
        ]
        names = [name for name, _ in found]
        begin = 1 if names[:1] and names[0] in ("select", "pselect6") else 0
        answer = f"{self.answer_fd}<pipe:"
        end = next(
            (i for i, (n, rest) in enumerate(found) if n == "write" and rest.startswith(answer)),
            len(found),
        )
        return found[begin:end]

    def paths(self, name: str) -> list[str]:
        """The files that a system call was made on, in order."""
        return [rest.partition("<")[2].partition(">")[0] for n, rest in self.calls if n == name]


# The command


def command(*args: str, folder: Path, **options: Any) -> subprocess.Popen[bytes]:
    env = environment(folder, **options.pop("env", {}))
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*COMMAND, *args], cwd=folder, env=env, **{**streams, **options})


# Disks


@contextmanager
def mounted(*options: str, at: Path) -> Iterator[Path]:
    """Something mounted for a while; skips where that is not allowed."""
    need_root()
    need_tools("mount", "umount")
    at.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(at)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def as_nobody(work: Callable[[], str]) -> Callable[[], str]:
    """The same work without the rights of root, which no file mode stops."""

    def dropped() -> str:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        return work()

    return dropped

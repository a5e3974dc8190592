"""The command in a terminal of its own, with somebody who types."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from cdstrack.cli import main
from tests.cli.build import environment

PATIENCE = 60
"""Seconds in which the command has to say what is waited for."""


class Fork:
    """The command in a copy of this process, which has imported already what takes long to import.

    To be waited for and sent signals like a ``subprocess.Popen``.
    """

    def __init__(self, args: Sequence[str], folder: Path, env: Mapping[str, str], tty: int) -> None:
        work = partial(_be_the_command, args, folder, env, tty)
        self._child = multiprocessing.get_context("fork").Process(target=work)
        self._child.start()

    @property
    def pid(self) -> int:
        assert self._child.pid is not None
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        return self._child.exitcode

    def wait(self, seconds: float | None = None) -> int:
        self._child.join(seconds)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("cdstrack", seconds or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._child.kill()


def _be_the_command(args: Sequence[str], folder: Path, env: Mapping[str, str], tty: int) -> None:
    """What the interpreter does before it runs the command: streams, folder, environment."""
    for descriptor in (0, 1, 2):
        os.dup2(tty, descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["cdstrack", *args]
    main()


class Terminal:
    """The command, or what starts it, in a terminal of its own."""

    def __init__(
        self,
        *args: str,
        folder: Path,
        width: int = 100,
        command: Sequence[str] = (),
        **variables: str,
    ) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        env = environment(folder, **{"TERM": "xterm-256color", **variables})
        self.process: Fork | subprocess.Popen[bytes]
        if command:
            self.process = subprocess.Popen(
                [*command, *args], cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave
            )
        else:
            self.process = Fork(args, folder, env, slave)
        os.close(slave)
        self.said = b""
        self.read = 0
        """How much of it was waited for."""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _more(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        assert ready, f"nothing more came after {self.said.decode(errors='replace')}"
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other side is gone
            return False
        self.said += data
        return bool(data)

    def read_until(self, text: str) -> str:
        """What is said up to a text that was not read before."""
        while (end := self.text.find(text, self.read)) < 0:
            assert self._more(), f"{text!r} is not in {self.text[self.read :]}"
        begin, self.read = self.read, end + len(text)
        return self.text[begin : self.read]

    @property
    def text(self) -> str:
        return self.said.decode(errors="replace").replace("\r\n", "\n")

    def read_all(self) -> str:
        while self._more():
            pass
        self.process.wait()
        return self.said.decode().replace("\r\n", "\n")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def answer(self, question: str, text: str) -> str:
        """Wait for a question and answer it; what was said before."""
        said = self.read_until(question)
        self.type(text + "\n")
        return said


def interrupt(process: Fork | subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C, and again where it went unheard; the exit code.

    A line editor shows its prompt a moment before it listens, and whoever did not hear goes on
    waiting. Whoever did is busy ending, which takes long on a busy machine.
    """
    process.send_signal(signal.SIGINT)
    for _ in range(PATIENCE):
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1)
        if _waits(process.pid):
            process.send_signal(signal.SIGINT)
    raise AssertionError("it does not end")


def _waits(pid: int) -> bool:
    """Whether a process sleeps; where the system does not tell, it does."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return not Path("/proc").exists()
    return stat.rpartition(")")[2].split()[0] == "S"


def seen(*args: str, folder: Path, width: int = 100, **variables: str) -> str:
    with Terminal(*args, folder=folder, width=width, **variables) as terminal:
        return terminal.read_all()

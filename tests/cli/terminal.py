"""The command in a terminal of its own, with somebody who types."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.cli.starts import COMMAND, PATIENCE, Fork, environment

Process = Fork | subprocess.Popen[bytes]


class Terminal:
    """The command in a terminal of its own. It is started anew if that is asked for, else forked,
    with Python to run ``before``; see ``Fork``."""

    def __init__(
        self,
        *args: str,
        folder: Path,
        width: int = 100,
        moment: str = "",
        cold: bool = False,
        before: str = "",
        **variables: str,
    ) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        env = environment(folder, **{"TERM": "xterm-256color", **variables})
        self.process: Process
        if cold:
            self.process = subprocess.Popen(
                [*COMMAND, *args], cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave
            )
        else:
            streams = [slave, slave, slave]
            self.process = Fork(
                args, folder=folder, env=env, streams=streams, moment=moment, before=before
            )
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
        limit = time.monotonic() + PATIENCE  # one that hangs may still show how far it is
        while (end := self.text.find(text, self.read)) < 0:
            is_more = time.monotonic() < limit and self._more()
            assert is_more, f"{text!r} is not in {self.text[self.read :]}"
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


def interrupt(process: Process) -> int:
    """Press Ctrl-C, and again where it went unheard; the exit code.

    A line editor shows its prompt a moment before it listens, and whoever did not hear goes on
    waiting. Whoever did is busy ending, which takes long on a busy machine.
    """
    process.send_signal(signal.SIGINT)
    for _ in range(PATIENCE):
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1)
        if is_asleep(process.pid):
            process.send_signal(signal.SIGINT)
    raise AssertionError("it does not end")


def is_asleep(pid: int) -> bool:
    """Whether a process sleeps; where the system does not tell, it does."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return not Path("/proc").exists()
    return stat.rpartition(")")[2].split()[0] == "S"


WORK = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h\s*\x1b\[1A\x1b\[2K", re.DOTALL)
"""What a slow machine shows of its work, and takes away again."""


def seen(*args: str, folder: Path, width: int = 100, **options: Any) -> str:
    """What is left on the screen."""
    with Terminal(*args, folder=folder, width=width, **options) as terminal:
        return WORK.sub("", terminal.read_all())

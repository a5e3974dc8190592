"""The command as a process: forked from one that has imported it, or started from nothing.

A fork takes a tenth of the time. What Python or its libraries look at before the command begins,
such as the locale, asks for a cold start; so do tests that are about starting.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Thread
from typing import Any

COMMAND = [sys.executable, "-m", "cdstrack"]
PATIENCE = 60
"""Seconds in which the command has to say what is waited for, or to end."""
LOCALE = {"LC_ALL": "C.UTF-8"}
EARLY = ("LC_", "LANG", "PYTHON", "LD_", "FAKETIME_")
"""How the names of variables begin that count before the command does."""
NUMBER = struct.Struct("!i")
"""As in ``start_server.py``."""


def environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(folder), "CDSTRACK_BY": "An", **LOCALE, **changes}


def may_fork(env: Mapping[str, str]) -> bool:
    """Whether a fork does what a process of its own would."""
    early = _early(env)
    if "FAKETIME_NO_CACHE" in env:  # then the clock is that of FAKETIME whenever it is looked at
        early = {name: value for name, value in early.items() if name in LOCALE}
    return hasattr(socket, "send_fds") and early == LOCALE


def _early(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(EARLY)}


@cache
def _door(early: frozenset[tuple[str, str]]) -> socket.socket:
    """The way to the process that forks, with variables of its own; it ends with the tests."""
    ours, theirs = socket.socketpair()
    script = Path(__file__).with_name("start_server.py")
    server = subprocess.Popen(
        [sys.executable, "-P", script, str(theirs.fileno())],
        env=environment(script.parent, **dict(early)),
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def close() -> None:
        ours.close()
        server.wait()

    atexit.register(close)
    return ours


class Fork:
    """The command in a fork, as far as ``subprocess.Popen`` has it.

    ``streams`` are those that it reads and writes, as numbers or files, None for one that is
    closed; ``moment`` is what the clock says, if not the time; ``before`` is Python to run first.
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        folder: Path,
        env: Mapping[str, str],
        streams: Sequence[Any],
        moment: str = "",
        before: str = "",
    ) -> None:
        self.returncode: int | None = None
        there = [number for number, each in enumerate(streams) if each is not None]
        self._reply, theirs = socket.socketpair()
        request = json.dumps(
            {
                "args": args,
                "folder": str(folder),
                "environment": dict(env),
                "open": there,
                "moment": moment,
                "before": before,
            }
        ).encode()
        with theirs:
            files = [streams[number] for number in there]
            descriptors = [each if isinstance(each, int) else each.fileno() for each in files]
            door = _door(frozenset(_early(env).items()))
            socket.send_fds(door, [NUMBER.pack(len(request))], [theirs.fileno(), *descriptors])
            door.sendall(request)
        self.pid = self._number()

    def _number(self) -> int:
        (number,) = NUMBER.unpack(self._reply.recv(NUMBER.size))
        return int(number)

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._reply], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(COMMAND, timeout or 0)
            self.returncode = self._number()
            self._reply.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


ASKER = """\
import os, sys
from _socket import AF_UNIX, SCM_RIGHTS, SOL_SOCKET, socket
door = socket(AF_UNIX)
door.connect({door!r})
asked = repr((sys.argv[1:], os.getcwd(), dict(os.environ))).encode()
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
door.sendmsg([len(asked).to_bytes(4, "big")], [(SOL_SOCKET, SCM_RIGHTS, streams)])
door.sendall(asked)
os._exit(int(door.recv(16)))
"""
"""A shell starts it at every Tab: what ``socket`` and ``json`` load takes as long as Python."""


@contextmanager
def forking_command() -> Iterator[list[str]]:
    """What scripts and shells may run as the command: it asks for a fork, and ends as that does."""
    with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as door:
        script, path = Path(name) / "ask.py", str(Path(name) / "door")
        script.write_text(ASKER.format(door=path), encoding="utf-8")
        door.bind(path)
        door.listen()
        server = Thread(target=_fork_for_all, args=[door])
        server.start()
        try:
            yield [sys.executable, "-I", "-S", str(script)]
        finally:
            door.shutdown(socket.SHUT_RDWR)
            server.join()


def _fork_for_all(door: socket.socket) -> None:
    """Run the command in the folder, the environment and the streams of whoever asks."""
    while True:
        try:
            asker, _ = door.accept()
        except OSError:  # the end
            return
        with asker, asker.makefile("rb") as words:
            length, streams, _, _ = socket.recv_fds(asker, 4, 3)
            args, folder, env = literal_eval(words.read(int.from_bytes(length, "big")).decode())
            env = {name: value for name, value in env.items() if not name.startswith("PYTHON")}
            fork = Fork(args, folder=folder, env=env, streams=streams)
            for stream in streams:
                os.close(stream)
            code = fork.wait(PATIENCE)
            with suppress(OSError):  # a shell that is closed has stopped waiting
                asker.sendall(str(code).encode())


def process(
    *args: str,
    folder: Path,
    env: Mapping[str, str] | None = None,
    stdout: Any = subprocess.PIPE,
    stderr: Any = subprocess.PIPE,
    closed: Sequence[int] = (),
    cold: bool = False,
    before: str = "",
) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, and what it wrote; started anew if that is asked for.

    ``env`` adds to a clean environment, and of the standard streams some may be ``closed``;
    ``before`` is Python that a fork runs first.
    """
    env = environment(folder, **(env or {}))
    with (
        open(os.devnull, "rb") as nothing,  # noqa: PTH123
        TemporaryFile() as out,
        TemporaryFile() as err,
    ):
        streams = [nothing, out if stdout == subprocess.PIPE else stdout,
                   err if stderr == subprocess.PIPE else stderr]  # fmt: skip
        if cold or not may_fork(env):
            assert not before
            code = _cold(args, folder, env, streams, closed)
        else:
            for number in closed:
                streams[number] = None
            fork = Fork(args, folder=folder, env=env, streams=streams, before=before)
            try:
                code = fork.wait(PATIENCE)
            finally:
                fork.kill()
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(args, code, out.read(), err.read())


def _cold(
    args: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    streams: Sequence[Any],
    closed: Sequence[int],
) -> int:
    def close() -> None:
        for number in closed:
            os.close(number)

    stdin, stdout, stderr = streams
    return subprocess.run(
        [*COMMAND, *args], cwd=folder, env=env, timeout=PATIENCE, check=False,
        stdin=stdin, stdout=stdout, stderr=stderr, preexec_fn=close if closed else None,
    ).returncode  # fmt: skip

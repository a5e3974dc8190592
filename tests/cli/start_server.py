"""A Python that has imported and tried the command, no more; it forks for whoever wants to run it.

A process of its own, because the tests' has done a thousand things before. Each fork does what a
new process would, from the environment and the streams to the way Python ends, but for the time
that it takes to import and to make parsers and models. Started by ``tests/cli/starts.py``.
"""

from __future__ import annotations

import gc
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import cdstrack
import cdstrack.__main__ as command
from cdstrack.cli import COMMANDS
from cdstrack.cli.main import run
from cdstrack.cli.parser import build
from cdstrack.core.model.fields import Model
from cdstrack.i18n import LANGUAGES
from cdstrack.render.text import width_of

NUMBER = struct.Struct("!i")
"""The length of a request, with which its descriptors come; in the reply a process and its end."""


def serve(door: socket.socket) -> dict[str, Any]:
    """Fork for each request, and tell who sent it the number and at last the status of the child.

    Returns in the children, with what they are to run; here only by the end of the process.
    """
    alarm, bell = socket.socketpair()
    for end in (alarm, bell):
        end.setblocking(False)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(bell.fileno())
    children: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as events:
        events.register(door, selectors.EVENT_READ)
        events.register(alarm, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.fileobj is alarm:
                    alarm.recv(4096)
                    _bury(children)
                    continue
                header, descriptors, _, _ = socket.recv_fds(door, NUMBER.size, 4)
                if not header:
                    sys.exit()
                request = json.loads(_exactly(door, *NUMBER.unpack(header)))
                reply, *streams = descriptors
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                    for each in (door, alarm, bell, *children.values()):
                        each.close()
                    os.close(reply)
                    _become(request, streams)
                    return dict(request)
                for descriptor in streams:
                    os.close(descriptor)
                children[pid] = socket.socket(fileno=reply)
                children[pid].sendall(NUMBER.pack(pid))


def _exactly(door: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += door.recv(length - len(data))
    return data


def _bury(children: dict[int, socket.socket]) -> None:
    """Hear how children ended, and pass it on."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with children.pop(pid) as reply:
            reply.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Give a child what a new process has from the one that started it."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    sys.path.insert(0, request["folder"])
    sys.argv = [str(command.__file__), *request["args"]]
    for target in {0, 1, 2} - set(request["open"]):
        os.close(target)
    for target, descriptor in zip(request["open"], streams, strict=True):
        os.dup2(descriptor, target)
        os.close(descriptor)
    sys.stdin = sys.__stdin__ = _stream(0, "r", sys.__stdin__)
    sys.stdout = sys.__stdout__ = _stream(1, "w", sys.__stdout__)
    sys.stderr = sys.__stderr__ = _stream(2, "w", sys.__stderr__)


def _stream(descriptor: int, mode: str, before: Any) -> io.TextIOWrapper | None:
    """A standard stream as Python opens it: nothing, where it is closed."""
    try:
        os.fstat(descriptor)
    except OSError:
        return None
    binary: Any = open(descriptor, f"{mode}b", closefd=False)  # noqa: SIM115
    getattr(binary, "raw", binary).name = before.name
    stream = io.TextIOWrapper(
        binary,
        before.encoding,
        before.errors,
        newline="\n",
        line_buffering=binary.isatty() or descriptor == 2,
    )
    stream.mode = mode
    return stream


def models(base: type[Model]) -> Iterator[type[Model]]:
    """All kinds of entries of a register."""
    for model in base.__subclasses__():
        yield model
        yield from models(model)


def warm_up() -> None:
    """Make once what every child would make for itself: it is most of the time of a short run."""
    for model in models(Model):
        model.model_rebuild()
    for name in COMMANDS:
        build(name)
    for name in ("python_calamine", "psycopg"):  # which only some commands load
        with suppress(ImportError):
            import_module(name)
    width_of("漢")  # looks it up in tables that it loads
    register = str(Path(__file__).parents[2] / "targets.yaml")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for lang in LANGUAGES:
            run(["status", "--lang", lang, "--file", register])
            told = ["dx", "2000", "--date", "30/6/2022", "--dry-run"]
            run(["add-progress", *told, "--lang", lang, "--file", register])


if __name__ == "__main__":
    for module in pkgutil.walk_packages(cdstrack.__path__, "cdstrack."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    warm_up()
    gc.collect()
    gc.freeze()  # so that a child that ends does not look through what it shares
    request = serve(socket.socket(fileno=int(sys.argv[1])))
    exec(request["before"])  # noqa: S102, a test wants something there to break
    if request["moment"]:
        moment = datetime.fromisoformat(request["moment"])
        sys.exit(run(sys.argv[1:], clock=lambda: moment))
    command.main()

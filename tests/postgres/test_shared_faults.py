"""Clerks and servers that are killed while eight report: nothing is lost, nothing counts twice."""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.server_address import parse_address
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from cdstrack.store.postgres.steward import standing
from tests.postgres.conftest import create, fill, trust
from tests.postgres.server import Server, free_port
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import report

pytestmark = [
    pytest.mark.every_version,
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="nothing tells when a process ended"),
]

LONG = os.environ.get("CDSTRACK_FAULTS") == "long"
ROUNDS = 200 if LONG else 6
PATIENCE = 120


@pytest.fixture
def server(frail_server, monkeypatch) -> Server:
    """A server of which whoever reports has a new session each time."""
    monkeypatch.setattr(frail_server.sessions, "most", 0)
    return frail_server


class Clerks:
    """Eight processes that report into one stream, and say what became of each report: saved,
    refused, unclear. For each that is killed a new one comes.
    """

    def __init__(self, folder: Path) -> None:
        self.register = folder / "targets.yaml"
        self.numbers = count(1)
        self.words: dict[str, list[str]] = {"saved": [], "refused": [], "unclear": []}
        self.rest = b""
        self.inlet, self.outlet = os.pipe()
        self.running = [self._next() for _ in range(8)]

    def _next(self) -> int:
        name = next(self.numbers)
        pid = os.fork()
        if not pid:
            try:
                os.close(self.inlet)  # whoever is alone ends by the next word
                self._report_without_end(f"c{name}")
            finally:
                os._exit(1)
        return pid

    def _report_without_end(self, name: str) -> None:
        store = FileStore(self.register)
        for number in count():
            note = f"{name}-{number}"
            try:
                store.append(
                    lambda _, note=note: [report(1, "courses", note=note)],
                    Wanted(frozenset({"courses"})),
                    again=True,
                )
                word = "saved"
            except StoreError as error:
                word = "unclear" if error.code == "may_not_be_saved" else "refused"
            os.write(self.outlet, f"{word} {note}\n".encode())
            time.sleep(0.2 if word == "refused" else 0.02)

    def wait_for(self, number: int) -> None:
        """Until so many more reports are saved."""
        enough = len(self.words["saved"]) + number
        while len(self.words["saved"]) < enough:
            assert select.select([self.inlet], [], [], PATIENCE)[0], "nobody can report any more"
            self._read()

    def _read(self) -> bool:
        data = os.read(self.inlet, 1 << 16)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            word, note = line.decode().split()
            self.words[word].append(note)
        return bool(data)

    def kill_one(self, dice: random.Random) -> None:
        place = dice.randrange(len(self.running))
        _kill(self.running[place])
        self.running[place] = self._next()

    def end(self) -> None:
        """Kill them all; what they have said is read to the end."""
        for pid in self.running:
            _kill(pid)
        os.close(self.outlet)
        while self._read():
            pass
        os.close(self.inlet)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def nothing_is_lost(clerks: Clerks, store: FileStore, server: Server) -> None:
    """What was acknowledged is there once, what was refused is not, and no number is left out."""
    saved, records = clerks.words["saved"], there(store)
    assert saved
    assert [note for note in saved if records[note] != 1] == []
    assert [note for note in clerks.words["refused"] if records[note]] == []
    assert [note for note, times in records.items() if times > 1] == []
    gaps = server.sql(
        "select body from cdstrack.reports group by target, body having count(*) <> max(seq)",
        database=store.server.address.database,
    )
    assert gaps == []
    moments = [record.recorded for record in store.load().ledger.records()]
    assert len(set(moments)) == len(moments)


def there(store: FileStore) -> Counter[str]:
    return Counter(str(record.note) for record in store.load().ledger.records())


@pytest.mark.promise("server-kill")
def test_clerks_and_servers_are_killed_and_nothing_is_lost_or_counts_twice(
    server, ledger, tmp_path
):
    store = shared_store(ledger, tmp_path)
    dice = random.Random(16)  # noqa: S311
    clerks = Clerks(tmp_path)
    try:
        for number in range(ROUNDS):
            clerks.wait_for(dice.randrange(1, 5))
            clerks.kill_one(dice)
            if number % 10 == 2:
                server.kill()
                server.start()
    finally:
        clerks.end()
    nothing_is_lost(clerks, store, server)


@pytest.fixture
def pair(programs, first_server) -> Iterator[tuple[Server, Server]]:
    """A server that acknowledges nothing before another has it, and that other."""
    near = {"listen_addresses": "127.0.0.1"}
    standby = Server(programs, options=near | {"port": free_port()})
    waits = {"synchronous_standby_names": "*", "synchronous_commit": "remote_apply"}
    primary = Server(programs, options=near | waits | {"port": free_port()}, seed=first_server.seed)
    try:
        primary.make()
        standby.follow(primary)
        yield primary, standby
    finally:
        standby.end()
        primary.end()


@pytest.mark.promise("server-kill")
def test_another_server_takes_over_and_nothing_is_lost_or_counts_twice(pair, tmp_path, monkeypatch):
    primary, standby = pair
    name = create(primary, "register")
    fill(primary, trust(primary, name, monkeypatch))
    servers = ",".join(f"127.0.0.1:{server.port}" for server in pair)
    address = f"postgresql://{servers}/{name}?target_session_attrs=read-write"
    monkeypatch.delenv("PGHOST")
    monkeypatch.setenv("CDSTRACK_LEDGER", address)
    store = shared_store(address, tmp_path)
    alone = f"postgresql://127.0.0.1:{standby.port}/{name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDSTRACK_LEDGER", alone)
        assert standing(parse_address(alone)).is_standby
    state = standing(store.server.address)
    assert (state.standbys, state.is_standby, state.lag is None) == (1, False, False)
    dice = random.Random(16)  # noqa: S311
    clerks = Clerks(tmp_path)
    try:
        for number in range(ROUNDS // 2):
            clerks.wait_for(dice.randrange(2, 5))
            clerks.kill_one(dice)
            if number == 1:
                primary.kill()
                standby.promote()
    finally:
        clerks.end()
    nothing_is_lost(clerks, store, standby)


@pytest.mark.promise("server-kill")
def test_an_append_goes_on_when_the_server_comes_back(server, ledger, tmp_path):
    """The server is taken away between the question and its answer, and returns."""
    store = shared_store(ledger, tmp_path)
    store.server.as_recorded = False
    original, times = store.server._record, []

    def record_and_lose(link, rows):
        original(link, rows)
        if not times:
            times.append(1)
            server.kill()
            server.start()
            link.execute("select 1")

    store.server._record = record_and_lose
    [receipt] = store.append(lambda _: [report(3, "courses")], again=True)
    assert receipt.new
    assert [record.id for record in store.load().ledger.records()] == [receipt.report.id]


def test_a_server_that_does_not_come_back_leaves_it_open(server, ledger, tmp_path):
    store = shared_store(ledger, tmp_path)
    store.server.timeout = 0.5
    original = store.server._record

    def record_and_lose(link, rows):
        original(link, rows)
        server.kill()
        link.execute("select 1")

    store.server._record = record_and_lose
    try:
        with pytest.raises(StoreError, match="may_not_be_saved"):
            store.append(lambda _: [report(3, "courses")])
        with pytest.raises(StoreError, match="store_unreachable"):
            store.append(lambda _: [report(4, "courses")])
    finally:
        server.start()
    del store.server._record
    assert len(store.load().ledger.records()) == 1

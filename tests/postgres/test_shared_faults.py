"""Clerks and servers that are killed while eight report: nothing is lost, nothing counts twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.store.files import FileStore
from tests.postgres.server import Server
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import report

pytestmark = pytest.mark.faults

LONG = os.environ.get("CDSTRACK_FAULTS") == "long"
ROUNDS = 200 if LONG else 12
PATIENCE = 120
ROOT = Path(__file__).resolve().parents[2]


class Clerks:
    """Eight processes that report into one stream, each with a log; new ones for those killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.running = [self._next() for _ in range(8)]

    def _next(self) -> subprocess.Popen[bytes]:
        self.number += 1
        log = self.folder / f"log-{self.number}"
        register = str(self.folder / "targets.yaml")
        command = [sys.executable, "-m", "tests.postgres.clerk"]
        return subprocess.Popen([*command, register, f"c{self.number}", str(log)], cwd=ROOT)

    def wait_for(self, number: int) -> None:
        """Until so many more reports are saved."""
        enough, limit = len(self.notes("saved")) + number, time.monotonic() + PATIENCE
        while len(self.notes("saved")) < enough:
            assert time.monotonic() < limit, "nobody can report any more"
            time.sleep(0.05)

    def kill_one(self, dice: random.Random) -> None:
        place = dice.randrange(len(self.running))
        self._end(self.running[place])
        self.running[place] = self._next()

    def end(self) -> None:
        for process in self.running:
            self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def notes(self, word: str) -> list[str]:
        """Those of the reports of which a log says this."""
        lines = [line for log in self.folder.glob("log-*") for line in log.read_text().splitlines()]
        return [line.split()[1] for line in lines if line.startswith(word + " ")]


def ask_until_lost(link) -> None:
    """A process of a server that was killed may live a moment longer than its server."""
    while True:
        link.execute("select 1")


def there(store: FileStore) -> Counter[str]:
    return Counter(str(record.note) for record in store.load().ledger.records())


@pytest.mark.promise("server-kill")
def test_clerks_and_servers_are_killed_and_nothing_is_lost_or_counts_twice(
    server: Server, database, tmp_path
):
    store = shared_store(server, database, tmp_path)
    dice = random.Random(16)  # noqa: S311
    clerks = Clerks(tmp_path)
    try:
        for number in range(ROUNDS):
            clerks.wait_for(dice.randrange(1, 20))
            clerks.kill_one(dice)
            if number % 10 == 5:
                server.kill()
                server.start()
    finally:
        clerks.end()
    saved, records = clerks.notes("saved"), there(store)
    assert saved
    assert [note for note in saved if records[note] != 1] == []
    assert [note for note in clerks.notes("refused") if records[note]] == []
    assert [note for note, times in records.items() if times > 1] == []
    gaps = server.sql(
        "select body from cdstrack.reports group by target, body having count(*) <> max(seq)",
        database=database.rpartition("/")[2],
    )
    assert gaps == []
    moments = [record.recorded for record in store.load().ledger.records()]
    assert len(set(moments)) == len(moments)


@pytest.mark.promise("server-kill")
def test_an_append_goes_on_when_the_server_comes_back(server: Server, database, tmp_path):
    """The server is taken away between the question and its answer, and returns."""
    store = shared_store(server, database, tmp_path)
    store.server.as_recorded = False
    original, times = store.server._record, []

    def record_and_lose(link, rows):
        original(link, rows)
        if not times:
            times.append(1)
            server.kill()
            server.start()
            ask_until_lost(link)

    store.server._record = record_and_lose
    [receipt] = store.append(lambda _: [report(3, "courses")], again=True)
    assert receipt.new
    assert [record.id for record in store.load().ledger.records()] == [receipt.report.id]


def test_a_server_that_does_not_come_back_leaves_it_open(server: Server, database, tmp_path):
    store = shared_store(server, database, tmp_path)
    store.server.timeout = 0.5
    original = store.server._record

    def record_and_lose(link, rows):
        original(link, rows)
        server.kill()
        ask_until_lost(link)

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

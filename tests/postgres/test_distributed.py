"""What holds for a ledger on one server holds for one that Citus has spread over several.

Citus is in no package, so this runs only where ``tools/citus.sh`` has built it, by hand:
``CDSTRACK_TEST_CITUS=FOLDER pytest tests/postgres/test_distributed.py``.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from cdstrack.core.model.server_address import parse_address
from cdstrack.store.files import FileStore
from cdstrack.store.mirror import Mirror
from cdstrack.store.postgres.chronicle import chronicle_of
from cdstrack.store.postgres.migration import migrate
from cdstrack.store.postgres.pull import pull
from cdstrack.store.postgres.verification import verify
from cdstrack.store.postgres.witness import day_seals
from tests.postgres import test_rights, test_shared_contract
from tests.postgres.conftest import FORMS, ROLES, fill_for, trust
from tests.postgres.server import Server
from tests.postgres.test_migration import FIRST, MADE
from tests.postgres.test_shared_contract import shared_store
from tests.postgres.test_shared_faults import Clerks, nothing_is_lost
from tests.store.test_contract import REGISTER, add, report

FOLDER = os.environ.get("CDSTRACK_TEST_CITUS", "")
PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "citus.sh"
APART = "-c citus.enable_ddl_propagation=off"
"""The setting under which a schema is made, as docs/citus.md has it."""

pytestmark = pytest.mark.skipif(not FOLDER, reason="CDSTRACK_TEST_CITUS names no folder with Citus")

store = test_shared_contract.store  # their fixtures
reports = test_rights.reports
ONE_SERVER = {"test_nobody_holds_the_right_to_write_reports"}  # asks the catalogue of one server
for module in (test_shared_contract, test_rights) if FOLDER else ():
    globals().update(
        (name, test)
        for name, test in vars(module).items()
        if name.startswith("test_") and name not in ONE_SERVER
    )

numbers = count()


@dataclass(eq=False)
class Cluster:
    """A coordinator, to which everybody connects, and its two workers."""

    layout: str
    folder: Path = Path(FOLDER) / "servers"

    @property
    def environment(self) -> dict[str, str]:
        return {"PGHOST": str(self.folder), "PGPORT": "5432", "PGUSER": "admin"}

    def sql(
        self, *statements: str, database: str = "postgres", user: str = "admin", port: int = 5432
    ) -> list[tuple]:
        """Run statements, each for itself; the rows of the last one. Raises psycopg.Error."""
        import psycopg

        where = {"host": str(self.folder), "port": port, "dbname": database, "user": user}
        with psycopg.connect(**where, autocommit=True) as link:
            for statement in statements:
                done = link.execute(statement)
            return done.fetchall() if done.description else []

    def spread(self, name: str, register: str) -> None:
        """Make a database, and in it a ledger in this layout."""
        command("database", name)
        with pytest.MonkeyPatch.context() as patch:
            address = trust(self, name, patch)
            patch.setenv("PGOPTIONS", APART)
            fill_for(register, address)
        command("distribute", name, self.layout)

    def kill(self, port: int) -> None:
        Node(Path(), self.folder, {"port": str(port)}).kill()

    def start(self) -> None:
        command("start")


class Node(Server):
    """One of the servers of a cluster."""

    @property
    def data(self) -> str:
        return str(self.folder / self.port)


def command(action: str, *names: str) -> None:
    subprocess.run(["bash", PROGRAM, action, FOLDER, *names], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module", params=["whole", "targets"])
def server(request) -> Iterator[Cluster]:
    command("start")
    server = Cluster(request.param)
    command("database", "people")
    logins = [line for line in ROLES if not line.startswith("create role cdstrack_")]
    server.sql(*logins, database="people")  # where Citus is, which makes them everywhere
    yield server
    command("remove")


@pytest.fixture(scope="module")
def common(server) -> str:
    server.spread("common", REGISTER)
    server.sql(*FORMS, database="common")
    return "common"


@pytest.fixture
def database(server, monkeypatch) -> str:
    """The address of a fresh ledger."""
    name = f"own{next(numbers)}"
    server.spread(name, REGISTER)
    server.sql(*FORMS, database=name)
    return trust(server, name, monkeypatch)


@pytest.fixture(scope="module")
def shared(server) -> str:
    server.spread("rights", test_rights.REGISTER)
    test_rights.settle(server, "rights")
    return "rights"


def test_the_reports_are_on_the_workers(server, common):
    places = server.sql(
        "select count(distinct nodeport), bool_or(nodeport = 5432) from citus_shards"
        " where table_name = 'cdstrack.reports'::regclass",
        database=common,
    )
    assert places == [(1 if server.layout == "whole" else 2, False)]


def test_whoever_looks_after_it_does_so_as_anywhere(server, cli, database, tmp_path):
    store = shared_store(database, tmp_path)
    store.append(lambda _: [report(3, "courses")])
    cli.monkeypatch.setenv("CDSTRACK_LEDGER", database)
    for words in (
        ["status"], ["sync"], ["init"], ["desk", "p07", "ministry"], ["desk", "list"], ["migrate"],
        ["copy", database, "copy.jsonl"],
    ):  # fmt: skip
        ran = cli("--file", str(tmp_path / "targets.yaml"), "store", *words, "--lang", "en")
        assert (ran.code, ran.err) == (0, ""), ran
    flaws = [(flaw.code, *flaw.facts.values()) for flaw in verify(store.server.address).flaws]
    assert flaws == [("verify_member", "cdstrack_owner", "cdstrack_owner")]


def test_workers_are_killed_and_nothing_is_lost_or_counts_twice(server, database, tmp_path):
    store = shared_store(database, tmp_path)
    dice = random.Random(16)  # noqa: S311
    clerks = Clerks(tmp_path)
    try:
        for number in range(12):
            clerks.wait_for(dice.randrange(1, 20))
            clerks.kill_one(dice)
            if number % 3 == 2:
                server.kill(dice.choice([5432, 5433, 5434]))
                server.start()
    finally:
        clerks.end()
    nothing_is_lost(clerks, store, server)


def test_without_a_worker_it_is_said_that_the_ledger_cannot_be_read(
    server, cli, database, tmp_path
):
    store = shared_store(database, tmp_path)
    store.append(lambda _: [report(3, "courses")])
    [[port]] = server.sql(
        "select nodeport from citus_shards where table_name = 'cdstrack.reports'::regclass"
        " and shardid = get_shard_id_for_distribution_column('cdstrack.reports',"
        " (select no from cdstrack.targets where id = 'courses'))",
        database=database.rpartition("/")[2],
    )
    server.kill(port)
    try:
        for words in (["check"], ["status"]):
            ran = cli("--file", str(tmp_path / "targets.yaml"), *words, "--lang", "en")
            assert (ran.code, "connection to the remote node" in ran.err) == (3, True)
    finally:
        server.start()
    assert len(FileStore(tmp_path / "targets.yaml").load().ledger.records()) == 1


def test_a_clerk_sees_the_own_reports_alone(server, shared):
    own = (
        "select distinct b.id from cdstrack.own_reports(null) r join cdstrack.bodies b"
        " on b.no = r.body order by 1"
    )
    assert server.sql(own, database=shared, user="p07") == [("p07",)]
    assert server.sql(own, database=shared, user="p08") == [("p08",)]


def first_version(server, name: str) -> None:
    """A ledger of the first version of the tables, spread as a new one is."""
    import psycopg

    command("database", name)
    where = {"host": str(server.folder), "user": "admin", "dbname": name}
    with psycopg.connect(**where, options=APART) as link:
        link.execute(FIRST)
        link.execute("reset role")
        for statement in MADE:
            link.execute(statement)
    command("distribute", name, server.layout)


@pytest.mark.parametrize("options", ["", APART])
def test_a_step_reaches_every_server(server, monkeypatch, options):
    name = f"old{next(numbers)}"
    first_version(server, name)
    address = parse_address(trust(server, name, monkeypatch))
    monkeypatch.setenv("PGOPTIONS", options)  # how the schema is made is not how it is migrated
    assert list(migrate(address, lambda _: None)) == [2]
    shards = server.sql(
        "select count(*) from pg_dist_shard where logicalrelid = 'cdstrack.reports'::regclass",
        database=name,
    )
    indexes = server.sql(
        "select sum(result::int) from run_command_on_workers("
        "'select count(*) from pg_indexes where indexname like ''reports_tx%''"
        " and tablename ~ ''^reports_[0-9]+$''')",
        database=name,
    )
    assert indexes == shards


def test_a_mirror_an_audit_and_seals_are_made_of_it(server, database, tmp_path):
    add(shared_store(database, tmp_path), report(1))
    address = parse_address(database)
    result = pull(address, Mirror(tmp_path))
    assert (result.new, result.position.xmin) == (1, None)
    [entry] = chronicle_of(address).entries
    assert (entry.login, entry.is_doubtful) == ("admin", False)
    assert sum(seal.records for seal in day_seals(address).values()) == 1

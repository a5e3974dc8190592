"""Through PgBouncer, which gives every transaction another connection, everything is the same."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdstrack.store.files import FileStore
from tests.postgres.conftest import PASSWORD, fresh
from tests.postgres.server import GUARDED
from tests.postgres.test_shared_contract import shared_store
from tests.postgres.test_shared_faults import Clerks, nothing_is_lost
from tests.store import test_contract

PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
SETTINGS = """\
[databases]
* = host={server}
[pgbouncer]
pool_mode = transaction
default_pool_size = 3
listen_port = 6432
unix_socket_dir = {folder}
auth_type = scram-sha-256
auth_user = root
auth_query = select usename, passwd from pg_shadow where usename = $1
log_connections = 0
log_disconnections = 0
log_pooler_errors = 0
"""

pytestmark = pytest.mark.skipif(not Path(PROGRAM).exists(), reason="there is no PgBouncer")

CONTRACT = [
    "what_was_added_is_loaded_as_it_was", "the_same_again_is_already_recorded",
    "increments_count_once_unless_again", "a_known_import_key_adds_nothing",
    "the_same_record_twice_is_one_and_its_id_is_for_it_alone",
    "a_correction_takes_the_place_of_a_report", "history_holds_everything_in_the_order_recorded",
    "many_reports_are_added_at_once_or_none", "writers_at_once_do_not_overlook_each_other",
]  # fmt: skip
globals().update({f"test_{name}": getattr(test_contract, f"test_{name}") for name in CONTRACT})


@pytest.fixture(scope="module")
def pooler(server) -> Iterator[Path]:
    """The folder of the socket of a PgBouncer before the server; it signs in as its clients do."""
    folder = server.folder / fresh("pooler")
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(server=server.folder, folder=folder), "utf-8")
    for file in (folder, settings):
        server.protect(file)
    folder.chmod(0o755)
    with subprocess.Popen(server.command(PROGRAM, str(settings)), stderr=subprocess.PIPE) as run:
        assert any(b"process up" in line for line in run.stderr)
        yield folder
        run.terminate()


@pytest.fixture
def store(pooler, empty_ledger, tmp_path, monkeypatch) -> FileStore:
    """A store that reaches its server through PgBouncer."""
    monkeypatch.setenv("PGHOST", str(pooler))
    monkeypatch.setenv("PGPORT", "6432")
    monkeypatch.setenv("PGUSER", GUARDED)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return shared_store(empty_ledger, tmp_path)


def test_eight_who_write_at_once_lose_nothing(server, store, tmp_path):
    clerks = Clerks(tmp_path)
    try:
        clerks.wait_for(8)
        clerks.kill_one(random.Random(16))  # noqa: S311
        clerks.wait_for(8)
    finally:
        clerks.end()
    nothing_is_lost(clerks, store, server)

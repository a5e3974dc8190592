"""The way to a server: what it takes, what goes out on it, and what is said when it fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cdstrack.core.model.problems import Fault, StoreError
from cdstrack.core.model.server_address import parse_address
from cdstrack.store.files import FileStore
from cdstrack.store.postgres.connection import parameters
from tests.cli.build import TRAINED
from tests.postgres.server import GUARDED
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import REGISTER, report

SHARED = TRAINED + "ledger: postgresql://db.example/register\n"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://db.example.gov.vn/register", "postgresql:///register",
        "postgresql://db:5433/register", "postgresql://a:5432,b/register",
        "postgresql://[::1]:5432/r", "postgresql://db/r?sslmode=require",
        "postgresql://a,b/r?sslmode=verify-ca&target_session_attrs=read-write",
    ],
)  # fmt: skip
def test_an_address_is_written_as_it_is_read(text):
    assert str(parse_address(text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("postgresql://me@db/r", "ledger_secret"), ("postgresql://me:pw@db/r", "ledger_secret"),
        ("postgresql://db/r?password=x", "ledger_secret"), ("postgresql://db", "ledger_address"),
        ("postgresql://db/r?sslmode=prefer", "ledger_address"), ("mysql://db/r", "ledger_address"),
        ("postgresql://db/r?sslmode=require&sslrootcert=/x", "ledger_secret"),
        ("postgresql://db/r\nx", "ledger_address"),
    ],
)  # fmt: skip
def test_an_address_says_where_and_nothing_else(text, code):
    with pytest.raises(Fault, match=code):
        parse_address(text)


@pytest.mark.promise("server-trust")
def test_to_another_machine_nothing_goes_out_that_a_wrong_server_could_use(monkeypatch):
    monkeypatch.delenv("PGHOST", raising=False)
    far = parameters(parse_address("postgresql://db.example:5433,b/register"))
    assert (far["sslmode"], far["require_auth"]) == ("verify-full", "scram-sha-256,gss")
    assert (far["host"], far["port"], far["dbname"]) == ("db.example,b", "5433,5432", "register")
    assert "user" not in far
    less = parameters(parse_address("postgresql://db.example/register?sslmode=require"))
    assert (less["sslmode"], less["require_auth"]) == ("require", "scram-sha-256,gss")
    for near in ("postgresql://localhost/r", "postgresql://127.0.0.1/r", "postgresql:///r"):
        settings = parameters(parse_address(near))
        assert ("sslmode" in settings, settings["require_auth"]) == (False, "!password,!md5")
    monkeypatch.setenv("PGHOST", "db.example")
    assert parameters(parse_address("postgresql:///r"))["sslmode"] == "verify-full"


def test_without_the_extra_what_to_install_is_said(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setenv("CDSTRACK_LEDGER", "postgresql://db.example/register")
    cli.write(SHARED)
    for command in (["status"], ["validate"], ["check"], ["store", "status"], ["store", "init"]):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, "pip install 'cdstrack[postgres]'" in ran.err) == (3, True), command
    with pytest.raises(StoreError, match="store_extra_missing"):
        FileStore(cli.folder / "targets.yaml").append(lambda _: [])


@pytest.mark.promise("server-trust")
def test_a_server_is_trusted_once(cli):
    cli.write(SHARED)
    assert "you have not agreed" in cli("status", "--lang", "en").err
    assert cli("store", "trust").code == 0
    assert cli("store", "trust").code == 0
    file = cli.folder.parent / "home" / ".config" / "cdstrack" / "ledgers"
    assert file.read_text("utf-8") == "postgresql://db.example/register\n"
    cli.write(TRAINED + "ledger: postgresql://db.example.org/register\n")
    assert "you have not agreed" in cli("status", "--lang", "en").err


def test_nothing_of_it_is_loaded_for_a_ledger_in_a_file(cli):
    cli.write(TRAINED)
    code = (
        "import sys; from cdstrack.cli.main import run; run(['status']);"
        "print([name for name in sys.modules if 'postgres' in name or 'psycopg' in name"
        " or name.endswith('server_address')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command", [["audit"], ["add-progress", "courses", "5", "--attach", "a.pdf", "--yes"]]
)
def test_what_is_done_with_the_lines_of_a_file_is_refused_on_a_server(cli, command, monkeypatch):
    monkeypatch.setenv("CDSTRACK_LEDGER", "postgresql://db.example/register")
    cli.write(SHARED)
    assert cli(*command).code == 3


# With a server


@pytest.fixture
def guarded(server, database, monkeypatch, tmp_path) -> FileStore:
    """A store whose login is asked for a password."""
    server.sql(
        f"do $$ begin create role {GUARDED} login superuser password 'xin-chao';"
        " exception when duplicate_object then end $$"
    )
    monkeypatch.setenv("PGUSER", GUARDED)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    (tmp_path / "targets.yaml").write_text(f"{REGISTER}ledger: {database}\n", encoding="utf-8")
    return FileStore(tmp_path / "targets.yaml")


@pytest.mark.parametrize(
    ("password", "code"),
    [(None, "store_password_wanted"), ("sai-mat-khau", "store_refused_login"),
     ("xin-chao", "store_not_initialised")],
)  # fmt: skip
def test_a_login_that_fails_is_told_from_one_that_lacks_a_password(
    guarded, monkeypatch, password, code
):
    if password is not None:
        monkeypatch.setenv("PGPASSWORD", password)
    with pytest.raises(StoreError, match=code) as error:
        guarded.load()
    assert password is None or password not in str(error.value.facts)


def test_a_database_in_another_encoding_is_refused(server, database, monkeypatch, tmp_path):
    name = f"latin_{database.rpartition('/')[2]}"
    server.sql(f"create database {name} encoding 'LATIN1' locale 'C' template template0")
    monkeypatch.setenv("CDSTRACK_LEDGER", f"postgresql:///{name}")
    (tmp_path / "targets.yaml").write_text(f"{REGISTER}ledger: postgresql:///{name}\n", "utf-8")
    with pytest.raises(StoreError, match="store_encoding"):
        FileStore(tmp_path / "targets.yaml").load()


def test_a_schema_of_another_version_is_neither_read_nor_written(server, database, tmp_path):
    store = shared_store(server, database, tmp_path)
    name = database.rpartition("/")[2]
    server.sql("update cdstrack.ledger set version = 99", database=name)
    for use in (store.load, lambda: store.append(lambda _: [report(1)])):
        with pytest.raises(StoreError, match="store_newer"):
            use()
    server.sql("update cdstrack.ledger set version = 0", database=name)
    with pytest.raises(StoreError, match="store_older"):
        store.load()

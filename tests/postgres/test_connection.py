"""The way to a server: what it takes, what goes out on it, and what is said when it fails."""

from __future__ import annotations

import json
import os
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


@pytest.fixture
def server(first_server, monkeypatch):
    """The server of most tests, on which everybody here has a session of their own."""
    monkeypatch.setattr(first_server.sessions, "most", 0)
    return first_server


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://db.example.gov.vn/register", "postgresql:///register",
        "postgresql://db:5433/register", "postgresql://a:5432,b/register",
        "postgresql://[::1]:5432/r", "postgresql://db/r?sslmode=require",
        "postgresql://a,b/r?sslmode=verify-ca&target_session_attrs=read-write",
        "service:vn-register", "service:r",
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
        ("postgresql://db/r\nx", "ledger_address"), ("service:", "ledger_address"),
        ("service:a/b", "ledger_address"), ("service:me@db", "ledger_secret"),
        ("service:r?password=x", "ledger_secret"), ("service:a b", "ledger_address"),
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


@pytest.mark.promise("server-trust")
@pytest.mark.parametrize(
    ("lines", "sslmode", "question"),
    [
        ("host=db.example", "verify-full", "scram-sha-256,gss"),
        ("host=db.example\nsslmode=verify-ca", None, "scram-sha-256,gss"),
        ("host=localhost\nhostaddr=192.0.2.1", "verify-full", "scram-sha-256,gss"),
        ("host=localhost", None, "!password,!md5"),
        ("# host=db.example", None, "!password,!md5"),
    ],
)
def test_a_service_is_what_the_own_file_says(monkeypatch, tmp_path, lines, sslmode, question):
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "services"
    file.write_text(f"[other]\nhost=far\n[vn-register]\n{lines}\n[third]\nhost=far\n", "utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    settings = parameters(parse_address("service:vn-register"))
    assert (settings["service"], settings.get("sslmode")) == ("vn-register", sslmode)
    assert settings["require_auth"] == question
    assert "dbname" not in settings
    monkeypatch.setenv("PGSERVICE", "third")
    assert parameters(parse_address("postgresql:///register"))["sslmode"] == "verify-full"


@pytest.mark.promise("replaced-server")
@pytest.mark.parametrize("value", ["postgresql://me:bi-mat@db/r", "progress.jsonl", "service:a/b"])
def test_a_variable_that_is_no_address_is_refused_and_not_shown(cli, monkeypatch, value):
    monkeypatch.setenv("CDSTRACK_LEDGER", value)
    cli.write(TRAINED)
    for lang, words in (("en", "does not hold the address"), ("vi", "không phải địa chỉ")):
        ran = cli("status", "--lang", lang)
        assert (ran.code, words in ran.err, value in ran.err) == (3, True, False)


@pytest.mark.promise("server-trust")
@pytest.mark.parametrize("ledger", ["service:vn-register", "postgresql://db.example/register"])
def test_a_service_is_trusted_like_a_server_and_completion_never_dials(cli, ledger):
    cli.write(TRAINED + f"ledger: {ledger}\n")
    assert "you have not agreed" in cli("status", "--lang", "en").err
    assert cli("store", "trust").code == 0
    for words in (["history", ""], ["add-progress", "trained", "5", "--corrects", ""]):
        ran = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "cdstrack", str(len(words) - 1), *words],
            env=os.environ | {"_CDSTRACK_COMPLETE": "zsh"}, text=True, capture_output=True,
            check=True,
        )  # fmt: skip
        assert ("trained" in ran.stdout) == (words[0] == "history")
        modules = {line.split()[-1] for line in ran.stderr.splitlines()}
        assert "cdstrack.complete.shells" in modules
        assert modules.isdisjoint({"psycopg", "socket"})


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


# With a server


@pytest.mark.promise("replaced-server")
@pytest.mark.parametrize("ledger", ["", "ledger: postgresql://other.example/r\n"])
def test_a_ledger_that_is_replaced_is_said(cli, server, database, monkeypatch, ledger):
    services = cli.folder / "services"
    name = database.rpartition("/")[2]
    services.write_text(f"[vn]\nhost={server.folder}\nport={server.port}\ndbname={name}\n", "utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("CDSTRACK_LEDGER", "service:vn")
    monkeypatch.delenv("PGHOST")
    cli.write(TRAINED + ledger)
    assert cli("store", "init").code == 0
    for command in (["status"], ["show", "trained"], ["validate"], ["store", "status"]):
        ran = cli(*command, "--lang", "en")
        assert (ran.code, "The reports come from service:vn" in ran.err) == (0, True), ran
        assert "theo biến CDSTRACK_LEDGER" in cli(*command, "--lang", "vi").err
    assert f"service:vn ({server.folder}:{server.port}/{name})" in cli("store", "status").out
    for command in (["status"], ["export"]):
        problems = json.loads(cli(*command, "--format", "json").out)["problems"]
        assert [problem["code"] for problem in problems] == ["store_replaced"]
    cli.write(TRAINED + "ledger: service:vn\n")
    assert cli("status").err == ""


@pytest.fixture
def guarded(database, monkeypatch, tmp_path) -> FileStore:
    """A store whose login is asked for a password."""
    monkeypatch.setenv("PGUSER", GUARDED)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    (tmp_path / "targets.yaml").write_text(f"{REGISTER}ledger: {database}\n", encoding="utf-8")
    return FileStore(tmp_path / "targets.yaml")


@pytest.mark.every_version
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


def test_a_schema_of_another_version_is_neither_read_nor_written(server, ledger, tmp_path):
    store = shared_store(ledger, tmp_path)
    name = ledger.rpartition("/")[2]
    server.sql("update cdstrack.ledger set version = 99", database=name)
    for use in (store.load, lambda: store.append(lambda _: [report(1)])):
        with pytest.raises(StoreError, match="store_newer"):
            use()
    server.sql("update cdstrack.ledger set version = 0", database=name)
    with pytest.raises(StoreError, match="store_older"):
        store.load()

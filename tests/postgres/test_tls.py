"""The way to another computer: encrypted, to the right one, which learns no password."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.build import TRAINED
from tests.postgres.certificates import certify, make_authority
from tests.postgres.false_server import CLEAR, MD5, WELCOME, FalseServer, false_server
from tests.postgres.server import GUARDED, Server, free_port

HOST = "db.example"
"""A name that is not this computer's; PGHOSTADDR says where it is."""
PASSWORD = "xin-chao"  # noqa: S105  of nobody
WORDS = {
    "en": ("cannot be reached", "Another computer is only connected to encrypted"),
    "vi": ("Không kết nối được với máy chủ", "chứng thư của máy còn hiệu lực, đúng với tên này"),
}

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    """Two authorities, only the first of which is known, and what they say."""
    folder = tmp_path_factory.mktemp("certificates")
    for authority in ("known", "unknown"):
        make_authority(folder, authority)
    certify(folder, "known", HOST, "right")
    certify(folder, "known", "db.example.org", "other-name")
    certify(folder, "unknown", HOST, "other-authority")
    certify(folder, "known", HOST, "expired", is_expired=True)
    certify(folder, "known", "clerk07", "clerk")
    certify(folder, "unknown", "clerk07", "stranger")
    return folder


@pytest.fixture
def far(cli, monkeypatch, certificates):
    """The command of somebody who knows the authority, a name and a password."""
    pytest.importorskip("psycopg")
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("PGUSER", "clerk07")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGSSLROOTCERT", str(certificates / "known.crt"))

    def ask(port: str, database: str = "register", lang: str = "en"):
        address = f"postgresql://{HOST}:{port}/{database}"
        monkeypatch.setenv("CDSTRACK_LEDGER", address)
        cli.write(TRAINED + f"ledger: {address}\n")
        return cli("status", "--lang", lang)

    return ask


def refusal(far, server: FalseServer) -> str:
    """What is said of a server that is refused, in English; in Vietnamese, too, it is complete."""
    for lang, (beginning, reason) in WORDS.items():
        ran = far(server.port, lang=lang)
        assert (ran.code, beginning in ran.err, reason in ran.err) == (3, True, True), ran.err
        assert PASSWORD not in ran.err
    return far(server.port).err


@pytest.mark.promise("false-server")
@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (None, "does not support SSL"),
        ("other-name", "does not match host name"),
        ("other-authority", "certificate verify failed"),
        ("expired", "certificate verify failed"),
    ],
)
def test_a_server_that_is_not_the_right_one_learns_nothing(far, certificates, certificate, reason):
    with false_server(certificates / certificate if certificate else None) as server:
        text = refusal(far, server)
    assert reason in " ".join(text.split())
    assert server.words
    assert set(server.words) == {b""}


@pytest.mark.promise("false-server")
@pytest.mark.parametrize("question", [CLEAR, MD5, WELCOME])
def test_the_right_server_gets_no_password_that_could_be_used_again(far, certificates, question):
    with false_server(certificates / "right", question) as server:
        assert "authentication" in refusal(far, server)
    assert set(server.words) == {b""}


def test_without_the_certificate_of_the_authority_nobody_is_believed(
    far, certificates, monkeypatch, tmp_path
):
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / "none.crt"))
    with false_server(certificates / "right") as server:
        text = refusal(far, server)
        vietnamese = far(server.port, lang="vi").err
    assert set(server.words) == {b""}
    for answer in (text, vietnamese):
        assert str(tmp_path / "none.crt") in answer
        assert "sslmode" not in answer  # what libpq advises, in English alone
        assert "sslrootcert" not in answer


def test_where_libpq_looks_for_the_authority_the_file_is_named(
    far, certificates, monkeypatch, tmp_path
):
    monkeypatch.delenv("PGSSLROOTCERT")
    monkeypatch.setenv("HOME", str(tmp_path))
    with false_server(certificates / "right") as server:
        assert str(tmp_path / ".postgresql/root.crt") in refusal(far, server)


# With a server


@pytest.fixture(scope="module")
def far_server(programs, first_server, certificates) -> Iterator[Server]:
    """A server with a certificate: some have to show a password, some one of their own."""
    server = Server(programs, seed=first_server.seed)
    server.make_folder()
    for name in ("right.crt", "right.key", "known.crt"):
        server.protect(Path(shutil.copy(certificates / name, server.folder)))
    server.options = {
        "listen_addresses": "127.0.0.1", "port": free_port(), "ssl": "on",
        "ssl_cert_file": str(server.folder / "right.crt"),
        "ssl_key_file": str(server.folder / "right.key"),
        "ssl_ca_file": str(server.folder / "known.crt"),
    }  # fmt: skip
    try:
        try:
            server.make()
        except RuntimeError:
            if "SSL is not supported by this build" in (server.folder / "log").read_text("utf-8"):
                pytest.skip("this server was built without TLS")
            raise
        server.allow(f"hostssl all {GUARDED} all scram-sha-256", "hostssl all clerk07 all cert",
                     "hostssl all careless all password", "host all all all reject")  # fmt: skip
        server.sql(
            *(f"create role {name} login password '{PASSWORD}'"
              for name in (GUARDED, "careless", "clerk07")),
            "select pg_reload_conf()",
        )  # fmt: skip
        yield server
    finally:
        server.end()


@pytest.mark.parametrize(
    ("login", "text"),
    [(GUARDED, "there is no ledger yet"), ("careless", "is only connected to encrypted"),
     ("clerk07", "requires a valid client certificate."),
     ("stranger", "is only connected to encrypted")],
)  # fmt: skip
def test_the_right_server_is_believed_and_a_password_is_shown_by_scram_alone(
    far, far_server, monkeypatch, login, text
):
    monkeypatch.setenv("PGUSER", login)
    ran = far(far_server.port, "postgres")
    assert (ran.code, text in " ".join(ran.err.split())) == (3, True), ran.err


@pytest.mark.parametrize(
    ("certificate", "text"),
    [("clerk", "there is no ledger yet"), ("stranger", "is only connected to encrypted")],
)
def test_a_certificate_of_ones_own_is_a_login(
    far, far_server, certificates, monkeypatch, certificate, text
):
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGSSLCERT", str(certificates / f"{certificate}.crt"))
    monkeypatch.setenv("PGSSLKEY", str(certificates / f"{certificate}.key"))
    ran = far(far_server.port, "postgres")
    assert (ran.code, text in " ".join(ran.err.split())) == (3, True), ran.err

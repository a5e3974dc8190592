"""Who may do what: a clerk reports for the own body and corrects the own, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from cdstrack.store.files import FileStore
from tests.postgres.conftest import create, fill_for, trust

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.every_version

REGISTER = """\
cdstrack: 1
title: Register
sources: {speech: {title: Speech}}
bodies: {p07: {name: Province 07}, p08: {name: Province 08}}
groups: {provinces: {name: Provinces, size: [{from: 2022, n: 2}], members: [p07, p08]}}
targets:
""" + "".join(
    f"  - {{id: {name}, title: A, kind: reach, owner: p07, unit: km, target: {{at_least: 9}}, "
    "reporters: provinces, across: sum, stated: {on: 2022-01-01, by: A, source: speech}}\n"
    for name in ("roads", "bridges")
)


@pytest.fixture(scope="module")
def shared(server) -> str:
    """The name of a database with two provinces, a clerk of each, and a report of each."""
    database = create(server, "rights")
    with pytest.MonkeyPatch.context() as patch:
        fill_for(REGISTER, trust(server, database, patch))
    settle(server, database)
    return database


def settle(server, database: str) -> None:
    """Give the provinces their clerks and reports."""
    server.sql(
        "insert into cdstrack.desks select id, no, 0 from cdstrack.bodies where no > 0",
        *(
            f"select cdstrack.record('{json.dumps([row(body=body, id=body)])}')"
            for body in ("p07", "p08")
        ),
        database=database,
    )  # fmt: skip


def row(**fields: object) -> dict[str, object]:
    plain = {"id": "new", "target": "roads", "body": "p07", "seq": 1, "date": "2025", "value": "5"}
    plain |= {"recorded": "2025-12-31T00:00:00Z"} | fields
    return {name: value for name, value in plain.items() if value is not None}


def record(*rows: dict[str, object]) -> str:
    return f"select cdstrack.record($json${json.dumps(rows)}$json$)"


ATTACKS = {
    "report for another": record(row(body="p08", seq=2)),
    "report for a target as a whole": record(row(body=None)),
    "void a report of another": record(row(seq=2, value=None, corrects="p08")),
    "correct a report of another": record(row(seq=2, corrects="p08")),
    "correct for another what is one's own": record(row(body="p08", seq=2, corrects="p07")),
    "correct what is not there": record(row(seq=2, corrects="nobody")),
    "correct a report on another target": record(row(target="bridges", corrects="p07")),
    "an unknown target": record(row(target="roods")),
    "an unknown body": record(row(body="p09")),
    "no number": record(row(seq=2, value="NaN")),
    "without an end": record(row(seq=2, value="Infinity")),
    "too many digits": record(row(seq=2, value="1" * 31)),
    "another form": record(row(seq=2, value=None, done=True)),
    "two figures": record(row(seq=2, n=1, of=2)),
    "no figure": record(row(seq=2, value=None)),
    "more than nothing of nothing": record(row(seq=2, value=None, n=1, of=0)),
    "a day there is not": record(row(seq=2, date="2025-02-30")),
    "a day of the last of times": record(row(seq=2, date="9999")),
    "no date": record(row(seq=2, date="soon")),
    "a stream with a gap": record(row(seq=999_999)),
    "a stream that ends at once": record(row(seq=2147483647)),
    "a number for the second time": record(row()),
    "an id for the second time": record(row(seq=2, id="p07")),
    "no id": record(row(seq=2, id="No id!")),
    "recorded tomorrow": record(row(seq=2, recorded="2999-01-01T00:00:00Z")),
    "a text without an end": record(row(seq=2, note="x" * 70_000)),
    "one that may be and one that may not": record(row(seq=2), row(body="p08", seq=2, id="x")),
    "insert": "insert into cdstrack.reports (target) values (1)",
    "update": "update cdstrack.reports set value = 9",
    "delete": "delete from cdstrack.reports",
    "truncate": "truncate cdstrack.reports",
    "copy": "copy cdstrack.reports (target) from program 'true'",
    "alter": "alter table cdstrack.reports add x int",
    "drop": "drop schema cdstrack cascade",
    "create": "create table cdstrack.x (y int)",
    "a trigger": "create trigger x before insert on cdstrack.reports execute function x()",
    "the gate": "create or replace function cdstrack.record(rows jsonb) returns timestamptz"
    " language sql as 'select now()'",
    "a desk": "insert into cdstrack.desks values (session_user, 2, 0)",
    "a body": "insert into cdstrack.bodies values (9, 'p09')",
    "the version": "update cdstrack.ledger set version = 9",
    "the owner": "set role cdstrack_owner",
    "a steward": "set role cdstrack_steward",
    "another": "set session authorization p08",
    "files": "select pg_read_file('/etc/passwd')",
}


def as_clerk(server, database: str, statement: str, user: str = "p07") -> list[tuple]:
    return server.sql(statement, database=database, user=user)


@pytest.fixture(scope="module")
def reports(server, shared) -> Iterator[Callable[[], list[tuple]]]:
    """Asks for the reports there."""
    host, port, user = (server.environment[name] for name in ("PGHOST", "PGPORT", "PGUSER"))
    where = {"host": host, "port": port, "user": user, "dbname": shared}
    question = "select body, seq, id, value from cdstrack.reports order by 1, 2"
    with psycopg.connect(**where, autocommit=True) as link:
        yield lambda: link.execute(question).fetchall()


@pytest.mark.promise("clerk-rights")
@pytest.mark.parametrize("name", ATTACKS)
def test_what_a_clerk_may_not_do_is_refused_and_changes_nothing(server, shared, reports, name):
    before = reports()
    with pytest.raises(psycopg.Error):
        as_clerk(server, shared, ATTACKS[name])
    assert reports() == before


@pytest.mark.parametrize("statement", [record(row(seq=9)), ATTACKS["insert"], ATTACKS["a desk"]])
def test_who_may_only_read_writes_nothing(server, shared, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_clerk(server, shared, statement, user="guest")
    assert len(as_clerk(server, shared, "select id from cdstrack.reports", user="guest")) >= 2


@pytest.mark.promise("clerk-rights")
def test_who_wrote_and_when_is_what_the_server_says(server, shared):
    forged = row(target="bridges", id="forged", entered="2001-01-01", entered_by="p08", tx="1")
    as_clerk(server, shared, record(forged))
    [(login, is_now)] = server.sql(
        "select entered_by, entered > now() - interval '1 minute' from cdstrack.reports"
        " where id = 'forged'",
        database=shared,
    )
    assert (login, is_now) == ("p07", True)
    as_clerk(server, shared, record(row(target="bridges", id="void", seq=2, corrects="forged")))


def test_functions_of_the_clerk_are_not_taken_for_those_of_the_server(server, shared):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.sql(
            "create function pg_temp.pg_has_role(name, text, text) returns boolean"
            " language sql as 'select true'",
            "set search_path = pg_temp, pg_catalog",
            record(row(body="p08", seq=2)),
            database=shared, user="p07",
        )  # fmt: skip


def test_nobody_holds_the_right_to_write_reports(server, shared):
    grants = server.sql(
        "select grantee, privilege_type from information_schema.role_table_grants"
        " where table_schema = 'cdstrack' and table_name = 'reports'"
        " and grantee <> 'cdstrack_owner' and privilege_type <> 'SELECT'",
        database=shared,
    )
    assert grants == []


@pytest.mark.parametrize(
    ("user", "fields", "code"),
    [("p08", {}, "store_no_desk"), ("p08", {"body": None}, "store_no_desk_whole"),
     ("guest", {}, "store_not_allowed"), ("stranger", {}, "store_not_")],
)  # fmt: skip
def test_what_is_refused_is_said_in_words_of_our_own(
    server, shared, monkeypatch, tmp_path, user, fields, code
):
    from cdstrack.core.model.problems import StoreError
    from tests.store.test_contract import report

    for key, value in (server.environment | {"PGUSER": user}).items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("CDSTRACK_LEDGER", f"postgresql:///{shared}")
    (tmp_path / "targets.yaml").write_text(f"{REGISTER}ledger: postgresql:///{shared}\n", "utf-8")
    with pytest.raises(StoreError, match=code) as error:
        FileStore(tmp_path / "targets.yaml").append(
            lambda _: [report(7, "bridges", body="p07")._replace(**fields)]
        )
    assert error.value.facts.get("member") in (None, user)


def test_whoever_is_refused_is_told_whom_to_ask(server, shared, monkeypatch, cli):
    server.sql("create role nam login", "grant cdstrack_steward to nam")
    trust(server, shared, monkeypatch)
    monkeypatch.setenv("PGUSER", "p08")
    (cli.folder / "targets.yaml").write_text(f"{REGISTER}ledger: postgresql:///{shared}\n", "utf-8")
    command = ["add-progress", "bridges", "7", "--body", "p07", "--date", "2025", "--yes"]
    ran = cli(*command, "--lang", "en")
    assert (ran.code, "p08 may not report for p07 on bridges" in ran.err) == (3, True), ran
    assert re.search(r"Who looks after it: .*\bnam\b", ran.err)
    assert re.search(r"Người quản lý sổ báo cáo: .*\bnam\b", cli(*command, "--lang", "vi").err)

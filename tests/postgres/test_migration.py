"""A ledger of an older version becomes one of today, and differs in nothing from a new one."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from contextlib import closing
from pathlib import Path

import pytest

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.server_address import parse_address
from cdstrack.store.files import FileStore
from cdstrack.store.postgres.connection import VERSION
from cdstrack.store.postgres.migration import migrate, statements_of, step_text
from tests.cli.starts import PATIENCE, Fork, environment
from tests.postgres.server import waits_in
from tests.store.test_contract import REGISTER, report

FIRST = (Path(__file__).with_name("schema_1.sql")).read_text("utf-8")
MADE = (
    "insert into cdstrack.ledger (version, register) values (1, 'Register')",
    "insert into cdstrack.targets values (1, 'roads', 'ministry', 'v')",
)
CATALOGUE = """
select 'column', c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
  a.attnotnull::text, a.attgenerated::text || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on (d.adrelid, d.adnum) = (c.oid, a.attnum)
where c.relnamespace = 'cdstrack'::regnamespace and c.relkind in ('r', 'p', 'v')
union all
select 'constraint', conrelid::regclass::text, conname::text, contype::text, '',
  pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'cdstrack'::regnamespace and contype <> 'n'
union all
select 'index', indrelid::regclass::text, indexrelid::regclass::text, '', '',
  pg_get_indexdef(indexrelid)
from pg_index join pg_class c on c.oid = indrelid where relnamespace = 'cdstrack'::regnamespace
union all
select 'function', proname::text, proowner::regrole::text, proacl::text, '',
  pg_get_functiondef(oid)
from pg_proc where pronamespace = 'cdstrack'::regnamespace
union all
select 'rights', relname::text, relkind::text, relowner::regrole::text, '',
  (select string_agg(acl::text, ' ' order by acl::text) from unnest(relacl) acl)
from pg_class where relnamespace = 'cdstrack'::regnamespace
union all
select 'schema', nspname::text, nspowner::regrole::text, nspacl::text, '', ''
from pg_namespace where nspname = 'cdstrack'
union all
select 'view', viewname::text, '', '', '', definition
from pg_views where schemaname = 'cdstrack'
"""
"""All there is in the schema, whatever order it was made in."""


@pytest.fixture(scope="module")
def server(frail_server):
    """Roles, which this changes, are those of all databases of a server."""
    return frail_server


def make(server, database: str) -> str:
    """The name of the database, in which there is a ledger of the first version now."""
    import psycopg

    name = database.rpartition("/")[2]
    where = {"host": str(server.folder), "user": "root", "dbname": name}
    with psycopg.connect(**where) as link:
        link.execute(FIRST)
        link.execute("reset role")
        for statement in MADE:
            link.execute(statement)
    return name


@pytest.fixture
def old(cli, server, database):
    """The command in the folder of a register whose ledger is of the first version."""
    make(server, database)
    (cli.folder / "targets.yaml").write_text(f"{REGISTER}ledger: {database}\n", encoding="utf-8")
    return cli, database.rpartition("/")[2]


def version(server, name) -> int:
    return server.sql("select version from cdstrack.ledger", database=name)[0][0]


@pytest.mark.every_version
def test_a_ledger_that_was_migrated_is_as_a_new_one(server, ledger, database):
    name = make(server, database)
    steps = migrate(parse_address(database), lambda _: None)
    assert list(steps) == list(range(2, VERSION + 1))
    new = set(server.sql(CATALOGUE, database=ledger.rpartition("/")[2]))
    migrated = set(server.sql(CATALOGUE, database=name))
    assert (migrated - new, new - migrated) == (set(), set())
    assert len(new) > 80


@pytest.mark.every_version
def test_who_could_read_every_report_still_can(server, database):
    name = make(server, database)
    login = f"clerk_{name}"
    server.sql(f"create role {login} login", f"grant cdstrack_clerk to {login}")
    migrate(parse_address(database), lambda _: None)
    assert server.sql("select from cdstrack.reports", database=name, user=login) == []
    [[all_clerks]] = server.sql("select pg_has_role('cdstrack_clerk', 'cdstrack_reader', 'member')")
    assert not all_clerks


def test_an_older_ledger_says_what_to_do_and_is_used_after_it(old, server):
    cli, name = old
    ran = cli("status", "--lang", "en")
    assert (ran.code, "cdstrack store migrate" in ran.err) == (3, True)
    plan = cli("store", "migrate", "--print")
    assert "create index reports_tx" in plan.out
    assert version(server, name) == 1
    ran = cli("store", "migrate", "--lang", "en")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "from version 1 to version 2: indexes" in lines[0]
    assert f"of version {VERSION} now" in ran.out
    assert "there is nothing to do" in cli("store", "migrate", "--lang", "en").out
    assert cli("store", "migrate", "--print").out == ""
    store = FileStore(cli.folder / "targets.yaml")
    assert store.append(lambda _: [report(1)])[0].new


def test_what_is_newer_is_refused(old, server):
    cli, name = old
    server.sql("update cdstrack.ledger set version = 99", database=name)
    ran = cli("store", "migrate", "--lang", "en")
    assert (ran.code, "Install a newer cdstrack" in ran.err) == (3, True)
    assert version(server, name) == 99


def test_only_who_owns_the_tables_migrates(old, server, monkeypatch):
    cli, name = old
    server.sql(
        "do $$ begin create role steward login in role cdstrack_steward;"
        " exception when duplicate_object then end $$"
    )
    monkeypatch.setenv("PGUSER", "steward")
    assert cli("store", "migrate").code == 3
    assert version(server, name) == 1


def test_nobody_waits_long_behind_a_migration_that_has_to_wait(old, server):
    import psycopg

    cli, name = old
    with psycopg.connect(host=str(server.folder), user="root", dbname=name) as link:
        link.execute("lock table cdstrack.reports in access exclusive mode")
        ran = cli("store", "migrate", "--lang", "en")
    assert (ran.code, "Try again in a quiet hour" in ran.err) == (3, True)
    assert version(server, name) == 1


def test_a_step_that_fails_leaves_the_version_as_it_was(old, server):
    cli, name = old
    server.sql("create index reports_tx on cdstrack.reports (entered)", database=name)
    assert cli("store", "migrate").code == 3
    assert version(server, name) == 1


def test_of_two_who_migrate_at_once_one_finds_it_done(server, database):
    name = make(server, database)
    address, gates, results = parse_address(database), threading.Barrier(2), []

    def run() -> None:
        try:
            results.append(list(migrate(address, lambda _: gates.wait())))
        except StoreError as error:
            results.append(error.code)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results, key=len) == [[], list(range(2, VERSION + 1))]
    assert version(server, name) == VERSION


LATER = {
    "id": "later", "target": "roads", "seq": 1, "date": "2025", "value": "5",
    "recorded": "2025-12-31T00:00:00Z",
}  # fmt: skip
RECORD = f"select cdstrack.record('{json.dumps([LATER])}')"


def begun(cli, *args: str) -> Fork:
    """The command in a process of its own; what it says is in the file ``said``."""
    own = {name: text for name, text in os.environ.items() if name.startswith(("PG", "CDSTRACK_"))}
    with Path(os.devnull).open("rb") as nothing, (cli.folder / "said").open("wb") as said:
        streams = [nothing, said, said]
        env = environment(cli.folder, **own)
        return Fork(args, folder=cli.folder, env=env, streams=streams)


def in_the_middle(server, name, cli) -> Fork:
    """A migration that waits for somebody who still reports, with its first step begun."""
    run = begun(cli, "store", "migrate", "--lang", "en")
    server.wait_until(waits_in(name))
    return run


def test_a_migration_that_is_interrupted_has_changed_nothing(old, server):
    import psycopg

    cli, name = old
    before = set(server.sql(CATALOGUE, database=name))
    signs = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
    for seq, sign in enumerate(signs, 1):
        one = RECORD.replace('"later"', f'"later-{seq}"').replace('"seq": 1', f'"seq": {seq}')
        with psycopg.connect(host=str(server.folder), user="root", dbname=name) as link:
            link.execute(one)  # and is not done
            run = in_the_middle(server, name, cli)
            run.send_signal(sign)
            assert run.wait(PATIENCE) != 0, sign
        server.wait_until(f"not {waits_in(name)}")
        assert version(server, name) == 1, sign
        assert set(server.sql(CATALOGUE, database=name)) == before, sign
    assert cli("store", "migrate").code == 0
    rows = server.sql("select id from cdstrack.reports order by seq", database=name)
    assert rows == [("later-1",), ("later-2",), ("later-3",)]


def test_a_server_that_goes_away_meanwhile_has_changed_nothing(old, server):
    import psycopg

    cli, name = old
    before = set(server.sql(CATALOGUE, database=name))
    with closing(psycopg.connect(host=str(server.folder), user="root", dbname=name)) as link:
        link.execute("lock table cdstrack.reports in access exclusive mode")
        run = in_the_middle(server, name, cli)
        server.kill()
        code, output = run.wait(PATIENCE), (cli.folder / "said").read_text("utf-8")
    assert (code, "Traceback" in output) == (3, False), output
    server.start()
    assert (version(server, name), set(server.sql(CATALOGUE, database=name))) == (1, before)
    assert cli("store", "migrate").code == 0


def test_whoever_reports_meanwhile_loses_nothing(old, server):
    """One who began before is waited for, one who begins then waits."""
    import psycopg

    cli, name = old
    second = RECORD.replace('"later"', '"last"').replace('"seq": 1', '"seq": 2')
    with psycopg.connect(host=str(server.folder), user="root", dbname=name) as link:
        link.execute(RECORD)
        run = in_the_middle(server, name, cli)
        link.commit()
        code, output = run.wait(PATIENCE), (cli.folder / "said").read_text("utf-8")
        assert code == 0, output
        link.execute(second)
    rows = server.sql("select id from cdstrack.reports order by seq", database=name)
    assert rows == [("later",), ("last",)]
    assert "ledger on" in output


def test_whoever_owns_the_tables_and_makes_no_roles_is_told_so(old, server, monkeypatch):
    cli, name = old
    login = f"owner_{name}"
    server.sql(f"create role {login} login", f"grant cdstrack_owner to {login}")
    monkeypatch.setenv("PGUSER", login)
    ran = cli("store", "migrate", "--lang", "en")
    assert (ran.code, version(server, name)) == (3, 1), ran.err


@pytest.mark.parametrize("step", range(2, VERSION + 1))
def test_a_step_is_taken_statement_by_statement(step):
    text = step_text(step)
    statements = list(statements_of(text))
    assert "".join(statements).strip() == text.strip()
    for statement in statements:
        code = re.sub(r"([$]\w*[$]).*?\1|--[^\n]*", "", statement, flags=re.DOTALL)
        assert code.count(";") == 1, statement

"""The schema of a ledger has nothing in it that a distributed server does not take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

psycopg = pytest.importorskip("psycopg")

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "citus.md").read_text("utf-8")
SQL = "\n".join(re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL))
LOCAL = {"ledger"}
"""Tables that stay on the coordinator: nothing is looked up in them together with reports."""

FAULTS = {
    "a unique key without the target": """
        select indexrelid::regclass::text from pg_index
        where indrelid = 'cdstrack.reports'::regclass and indisunique and not exists (
          select from pg_attribute
          where attrelid = indrelid and attnum = any(indkey) and attname = 'target')""",
    "a unique key that holds nulls equal": """
        select indexrelid::regclass::text from pg_index join pg_class c on c.oid = indrelid
        where relnamespace = 'cdstrack'::regnamespace and indnullsnotdistinct""",
    "a foreign key between reports without the target": """
        select conname::text from pg_constraint
        where confrelid = 'cdstrack.reports'::regclass and not exists (
          select from pg_attribute
          where attrelid = conrelid and attnum = any(conkey) and attname = 'target')""",
    "an exclusion": "select conname::text from pg_constraint where contype = 'x'",
    "a trigger": "select tgname::text from pg_trigger where not tgisinternal",
    "a rule": """
        select rulename::text from pg_rewrite join pg_class c on c.oid = ev_class
        where relnamespace = 'cdstrack'::regnamespace and relkind <> 'v'""",
    "a policy": "select polname::text from pg_policy",
    "rows that are hidden": "select relname::text from pg_class where relrowsecurity",
    "a right on one column": """
        select attname::text from pg_attribute join pg_class c on c.oid = attrelid
        where relnamespace = 'cdstrack'::regnamespace and attacl is not null""",
    "a sequence": """
        select relname::text from pg_class
        where relnamespace = 'cdstrack'::regnamespace and relkind = 'S'""",
    "an extension": "select extname::text from pg_extension where extname <> 'plpgsql'",
    "a lock or a message of the session": """
        select proname::text from pg_proc
        where pronamespace = 'cdstrack'::regnamespace
          and prosrc ~* 'advisory|pg_notify|\\m(notify|listen)\\M|set_config'""",
    "whoever has signed in, asked within a query": r"""
        select proname::text from pg_proc
        where pronamespace = 'cdstrack'::regnamespace
          and regexp_replace(prosrc, '^.*?\mbegin\M', '') ~ '\m(session|current)_user\M'""",
}
"""What a schema must not have, and the query that names it."""

BREAKS = {
    "a unique key without the target": "create unique index on cdstrack.reports (id)",
    "a unique key that holds nulls equal": "create unique index on cdstrack.reports"
    " (target, id, key) nulls not distinct",
    "a foreign key between reports without the target": "alter table cdstrack.reports add a int,"
    " add b int, add c int, add foreign key (a, b, c) references cdstrack.reports",
    "an exclusion": "alter table cdstrack.bodies add exclude using btree (no with =)",
    "a trigger": "create trigger x before insert on cdstrack.reports for each row"
    " execute function suppress_redundant_updates_trigger()",
    "a rule": "create rule x as on delete to cdstrack.reports do instead nothing",
    "a policy": "create policy x on cdstrack.reports",
    "rows that are hidden": "alter table cdstrack.reports enable row level security",
    "a right on one column": "grant update (note) on cdstrack.reports to cdstrack_clerk",
    "a sequence": "alter table cdstrack.reports add place serial",
    "an extension": "create extension pg_trgm",
    "a lock or a message of the session": "create function cdstrack.x() returns void language sql"
    " as 'select pg_advisory_xact_lock(1)'",
    "whoever has signed in, asked within a query": "create function cdstrack.x() returns void"
    " language plpgsql as $$ begin perform from cdstrack.desks where member = session_user; end $$",
}


@pytest.fixture
def link(server, common):
    """A connection to a ledger that is as before when the test ends."""
    where = {"host": str(server.folder), "user": "root", "dbname": common}
    with psycopg.connect(**where) as link:
        yield link
        link.rollback()


@pytest.mark.every_version
@pytest.mark.parametrize("fault", FAULTS)
def test_the_schema_has_nothing_that_a_distributed_server_does_not_take(link, fault):
    assert link.execute(FAULTS[fault]).fetchall() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_schema_that_has_is_recognised(link, fault):
    try:
        link.execute(BREAKS[fault])
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("not on this server")
    assert len(link.execute(FAULTS[fault]).fetchall()) >= 1


def test_the_guide_says_where_every_table_goes(link):
    tables = link.execute(
        "select relname::text from pg_class"
        " where relnamespace = 'cdstrack'::regnamespace and relkind in ('r', 'p')"
    ).fetchall()
    assert {name for (name,) in tables} - LOCAL == set(
        re.findall(r"create_(?:reference|distributed)_table\('cdstrack\.(\w+)'", SQL)
    )


def test_the_guide_brings_to_the_workers_what_columns_are_made_with(link):
    """Citus sees the function of a column, and not what is called within."""
    bodies = dict(
        link.execute(
            "select proname::text, prosrc from pg_proc"
            " where pronamespace = 'cdstrack'::regnamespace"
        ).fetchall()
    )
    columns = link.execute(
        "select pg_get_expr(adbin, adrelid) from pg_attrdef"
        " where adrelid = 'cdstrack.reports'::regclass"
    ).fetchall()
    direct = {name for name in bodies for (text,) in columns if f"{name}(" in text}
    within = {name for name in bodies for other in direct if f"cdstrack.{name}(" in bodies[other]}
    assert {"first_of", "last_of"} <= within
    for text in re.findall(r"-- after it, \w+\n(.*?)```", GUIDE, re.DOTALL):
        assert within == set(re.findall(r"create_distributed_function\('cdstrack\.(\w+)\(", text))


def test_the_guide_gives_the_roles_what_the_schema_gives_them(link):
    ours = "^cdstrack_(owner|steward|clerk|reader)$"
    rows = link.execute(
        "select roleid::regrole::text, member::regrole::text from pg_auth_members"
        " where roleid::regrole::text ~ %(ours)s and member::regrole::text ~ %(ours)s",
        {"ours": ours},
    ).fetchall()
    assert set(rows) == set(re.findall(r"^grant (\w+) to (\w+);$", SQL, re.MULTILINE))

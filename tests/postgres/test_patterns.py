"""What tests of a shared ledger have one after the other shows nothing of who had it before."""

from __future__ import annotations

from functools import partial

import pytest

from tests.postgres.conftest import create
from tests.postgres.patterns import Pattern


def test_a_session_is_as_new_for_the_next(server, database):
    name = database.rpartition("/")[2]
    with server.connect(name) as link:
        pid = link.info.backend_pid
        link.execute("set work_mem = '1MB'")
        link.execute("set role cdstrack_reader")
        link.execute("create temp table mine ()")
    with server.connect(name) as link:
        assert link.info.backend_pid == pid
        assert link.execute("show work_mem").fetchone() != ("1MB",)
        assert link.execute("select current_user, to_regclass('mine')").fetchone() == ("root", None)


def test_what_is_under_way_in_a_session_or_has_ended_it_is_nobodys(server, database):
    name = database.rpartition("/")[2]
    link = server.connect(name)
    pids = [link.info.backend_pid]
    link.execute("begin")
    link.close()
    for _ in range(2):
        with server.connect(name) as link:
            pids.append(link.info.backend_pid)
        server.sql(f"select pg_terminate_backend({pids[-1]}, 5000)")
    assert len(set(pids)) == 3


@pytest.mark.parametrize(
    ("statement", "is_kept"),
    [
        ("delete from cdstrack.targets where id = 'roads'", True),
        ("update cdstrack.ledger set incarnation = gen_random_uuid()", True),
        ("grant delete on cdstrack.desks to cdstrack_clerk", False),
        ("drop index cdstrack.reports_entered", False),
        ("create table public.more ()", False),
    ],
)
def test_a_copy_is_for_the_next_where_only_rows_have_changed(server, ledger, statement, is_kept):
    pattern = Pattern(server, ledger.rpartition("/")[2])
    rows = "select id from cdstrack.targets order by no", "select incarnation from cdstrack.ledger"
    before = [server.sql(query, database=pattern.name) for query in rows]
    make = partial(create, server, "own", pattern.name)
    first = pattern.copy(server, make)
    server.sql(statement, database=first)
    pattern.spare.append(first)
    second = pattern.copy(server, make)
    assert (second == first) is is_kept
    assert [server.sql(query, database=second) for query in rows] == before

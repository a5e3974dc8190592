"""A clerk who is no reader sees the reports of the own body, and no verdict made of these alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cdstrack.store.files import FileStore
from cdstrack.store.postgres.shared_ledger import SharedLedger
from tests.postgres.conftest import fill_for, fresh
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import add, report

psycopg = pytest.importorskip("psycopg")

REGISTER = """\
cdstrack: 1
title: Register
sources: {speech: {title: Speech}}
bodies:
  p07: {name: Province 07}
  p08: {name: Province 08}
  p09: {name: Province 09, started: 2025-07-01}
  p06: {name: Province 06, ended: 2025-07-01, successor: p09, how: merged, source: speech}
groups:
  provinces: {name: Provinces, size: [{from: 2022, n: 3}], members: [p06, p07, p08, p09]}
targets:
  - {id: roads, title: Roads, kind: reach, owner: p07, unit: km, target: {at_least: 9},
     deadline: 2099, reporters: provinces, across: sum, report_every: year,
     stated: {on: 2022-01-01, by: A, source: speech}}
  - {id: law, title: Law, kind: milestone, owner: p07, deadline: 2030,
     stated: {on: 2022-01-01, by: A, source: speech}}
"""
REFUSED = (
    ["status"], ["check"], ["scoreboard"], ["show", "roads"], ["export", "--format", "json"],
    ["validate"], ["digest", "--since", "2025-01-01"], ["due"], ["status", "--owner", "p07"],
)  # fmt: skip


@pytest.fixture
def clerk(cli, server, copied, monkeypatch):
    """The command in the hands of the clerk of one of two provinces that have both reported."""

    def fill(address: str) -> None:
        fill_for(REGISTER, address)
        store = shared_store(address, cli.folder, REGISTER)
        for body in ("p07", "p08"):
            add(store, report(3, body=body, id=body))
        add(store, report(True, "law", id="law"))

    store = shared_store(copied("provinces", fill), cli.folder, REGISTER)
    name = store.server.address.database
    login = fresh("clerk")
    server.sql(
        f"create role {login} login", f"grant cdstrack_clerk to {login}",
        f"insert into cdstrack.desks select '{login}', no, 0 from cdstrack.bodies"  # noqa: S608
        " where id = 'p07'",
        database=name,
    )  # fmt: skip
    monkeypatch.setenv("PGUSER", login)
    monkeypatch.delenv("CDSTRACK_BY", raising=False)
    cli.login, cli.database = login, name
    cli.clock = lambda: datetime.now(UTC)  # the server's is of today
    return cli


@pytest.mark.parametrize("command", REFUSED)
def test_what_needs_the_reports_of_all_is_refused(clerk, server, command):
    server.sql(f"create role s{clerk.login} login", f"grant cdstrack_steward to s{clerk.login}")
    ran = clerk(*command, "--lang", "en")
    assert (ran.code, ran.out) == (3, ""), command
    assert "several bodies report on roads" in ran.err
    assert f"s{clerk.login}" in ran.err
    assert "do nhiều cơ quan báo cáo" in clerk(*command, "--lang", "vi").err


@pytest.mark.every_version
def test_the_own_reports_and_those_of_targets_as_a_whole_are_seen(clerk):
    out = clerk("history", "--format", "json").out
    assert ['"p07"' in out, '"p08"' in out, '"law"' in out] == [True, False, True]
    assert clerk("show", "law").code == 0
    assert "no report" not in clerk("show", "law", "--lang", "en").out


@pytest.mark.parametrize("most", [1, 10_000])  # so many records go into a batch
def test_what_the_own_body_owes_is_as_with_all_reports(clerk, server, monkeypatch, most):
    monkeypatch.setattr(SharedLedger, "most", most)
    due = clerk("due", "--body", "p07")
    form = clerk("template", "--body", "p07", "-o", "form.csv")
    assert (due.code, form.code) == (0, 0)
    server.sql(f"grant cdstrack_reader to {clerk.login}")
    assert clerk("due", "--body", "p07").out == due.out
    assert "roads" in due.out
    assert clerk("template", "--body", "p07", "-o", "again.csv").code == 0
    assert (clerk.folder / "again.csv").read_bytes() == (clerk.folder / "form.csv").read_bytes()


def test_a_report_is_recorded_and_shown_beside_the_own(clerk, server):
    report = ["add-progress", "roads", "5", "--body", "p07", "--date", "2025", "--yes"]
    ran = clerk(*report, "--lang", "en")
    assert (ran.code, "How the target stands is seen by" in ran.out) == (0, True), ran
    assert "All together" not in ran.out
    assert "Already recorded" in clerk(*report, "--lang", "en").out
    add_more = ["add-progress", "roads", "--add", "2", "--body", "p07", "--date", "2025", "--yes"]
    assert clerk(*add_more, "--lang", "en").code == 0
    last = server.sql(
        "select value from cdstrack.reports where body = 1 order by seq desc limit 1",
        database=clerk.database,
    )
    assert last == [(7,)]


def test_what_another_body_owes_is_refused(clerk):
    for command in (["due", "--body", "p08"], ["template", "--body", "p08", "-o", "form.csv"]):
        ran = clerk(*command, "--lang", "en")
        assert (ran.code, "may not read" in ran.err, "p08" in ran.err) == (3, True, True)
        assert "không được đọc báo cáo của p08" in clerk(*command, "--lang", "vi").err


def test_whoever_follows_a_body_has_to_see_what_that_reported(clerk, server):
    desk = "insert into cdstrack.desks select '{}', no, {} from cdstrack.bodies where id = '{}'"
    server.sql(desk.format(clerk.login, 0, "p09"), database=clerk.database)
    report = ["add-progress", "roads", "5", "--body", "p09", "--date", "2025-12", "--yes"]
    for command in (["due", "--body", "p09"], report):
        ran = clerk(*command, "--lang", "en")
        assert (ran.code, f"store desk {clerk.login} p06" in ran.err) == (3, True), ran
    server.sql(desk.format(clerk.login, 0, "p06"), database=clerk.database)
    assert [clerk("due", "--body", "p09").code, clerk(*report).code] == [0, 0]


def test_a_desk_for_one_target_shows_nothing_of_others(clerk, server):
    server.sql(
        "update cdstrack.desks set target = no from cdstrack.targets"  # noqa: S608
        f" where id = 'law' and member = '{clerk.login}'",
        database=clerk.database,
    )
    assert clerk("due", "--body", "p07").code == 3
    assert '"p07"' not in clerk("history", "--format", "json").out


@pytest.mark.parametrize("change", [["--void", "p08"], ["4", "--corrects", "p08"]])
def test_whoever_would_change_anothers_report_learns_whom_to_ask(clerk, server, change):
    server.sql(f"create role s{clerk.login} login", f"grant cdstrack_steward to s{clerk.login}")
    ran = clerk("add-progress", "roads", *change, "--source", "x", "--yes", "--lang", "en")
    assert (ran.code, "that you may read" in ran.err) == (2, True)
    assert "Who looks after it: " in ran.err
    assert f"s{clerk.login}" in ran.err


@pytest.mark.every_version
@pytest.mark.parametrize(
    "query",
    [
        "select * from cdstrack.reports", "select note from cdstrack.reports",
        "copy cdstrack.reports to stdout", "select count(*) from cdstrack.reports",
    ],
)  # fmt: skip
def test_nobody_reads_around_it(clerk, server, query):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.sql(query, database=clerk.database, user=clerk.login)


@pytest.mark.every_version
def test_own_tables_and_settings_do_not_open_it(clerk, server):
    rows = server.sql(
        "create temp table desks (member text, body int, target int)",
        f"insert into desks values ('{clerk.login}', 2, 0)",  # noqa: S608
        "set search_path = pg_temp, cdstrack",
        "select id from cdstrack.own_reports(null) order by id",
        database=clerk.database,
        user=clerk.login,
    )
    assert rows == [("law",), ("p07",)]


@pytest.mark.every_version
def test_of_what_was_corrected_for_another_body_both_ends_are_seen(clerk, server, monkeypatch):
    monkeypatch.setenv("PGUSER", "root")
    store = FileStore(clerk.folder / "targets.yaml")
    store.server.as_recorded = True
    add(store, report(4, body="p08", corrects="p07", id="moved"))
    rows = server.sql(
        "select id from cdstrack.own_reports(null) order by id",
        database=clerk.database,
        user=clerk.login,
    )
    assert rows == [("law",), ("moved",), ("p07",)]


def test_who_reports_is_who_is_signed_in_and_another_name_is_shown_with_it(clerk):
    first = ["add-progress", "roads", "5", "--body", "p07", "--date", "2025", "--yes"]
    assert f"Reported by         {clerk.login}" in clerk(*first, "--lang", "en").out
    second = ["add-progress", "roads", "6", "--body", "p07", "--date", "2024", "--yes"]
    assert clerk(*second, "--by", "An").code == 0
    history = clerk("history", "roads", "--lang", "en").out
    assert f"by An (signed in as {clerk.login})" in history
    assert f"by {clerk.login} " not in history
    text = clerk("history", "roads", "--lang", "vi").out
    assert f"người ghi An (đăng nhập bằng {clerk.login})" in text
    entries = clerk("history", "roads", "--format", "json").json["entries"]
    assert [entry["entered_by"] for entry in entries.values()] == [clerk.login]


def test_clocks_that_are_far_apart_are_worth_a_word(clerk):
    clerk.clock = lambda: datetime.now(UTC) - timedelta(minutes=6)
    report = ["add-progress", "roads", "5", "--body", "p07", "--date", "2025", "--dry-run"]
    assert "the report gets the time of the server" in clerk(*report, "--lang", "en").out
    clerk.clock = lambda: datetime.now(UTC) - timedelta(minutes=4)
    assert "the time of the server" not in clerk(*report, "--lang", "en").out


def test_the_standing_of_a_clerk_counts_what_the_clerk_sees(clerk):
    ran = clerk("store", "status", "--lang", "en")
    assert (ran.code, "2 records" in ran.out) == (0, True), ran


SHEET = "Target,Body,Date,Value,Source\n"


def sheet(clerk, *rows: str) -> str:
    (clerk.folder / "sheet.csv").write_text(SHEET + "\n".join(rows) + "\n", "utf-8")
    return "sheet.csv"


def figures(server, clerk) -> list[tuple]:
    """What was reported besides the first report of each body, by body."""
    return server.sql(
        "select b.id, value::int from cdstrack.reports join cdstrack.bodies b on no = body"
        " where value <> 3 order by seq",
        database=clerk.database,
    )


def test_a_sheet_of_the_own_body_is_imported(clerk, server):
    file = sheet(clerk, "roads,p07,2025,5,It's 100 %s", "roads,p07,2024,6,S")
    ran = clerk("import", file, "--dry-run", "--lang", "en")
    assert (ran.code, "How the target stands is seen by" in ran.out) == (0, True), ran
    assert "on track" not in ran.out
    assert "→" not in ran.out
    assert figures(server, clerk) == []
    assert "Recorded 2 reports" in clerk("import", file, "--yes", "--lang", "en").out
    assert figures(server, clerk) == [("p07", 5), ("p07", 6)]
    assert "Nothing new" in clerk("import", file, "--yes", "--lang", "en").out
    assert figures(server, clerk) == [("p07", 5), ("p07", 6)]


def test_rows_of_the_own_body_are_the_same_whoever_else_may_be_read(clerk, server):
    file = sheet(clerk, "roads,p07,2025,5,S", "law,,2025,yes,S")
    own = clerk("import", file, "--dry-run", "--lang", "en")
    server.sql(f"grant cdstrack_reader to {clerk.login}")
    whole = clerk("import", file, "--dry-run", "--lang", "en")
    rows = [[line for line in ran.out.splitlines() if line.startswith("  D")]
            for ran in (own, whole)]  # fmt: skip
    assert rows[0] == rows[1] != []
    assert "→" in whole.out


@pytest.mark.parametrize("more", ["--dry-run", "--yes"])
@pytest.mark.parametrize(
    "row", ["roads,p08,2025,5,S", "roads,p09,2025,5,S", "roads,Province 08,2025,5,S"]
)
def test_a_sheet_with_a_row_of_another_body_is_refused(clerk, server, more, row):
    file = sheet(clerk, "roads,p07,2025,5,S", row)
    ran = clerk("import", file, more, "--lang", "en")
    assert (ran.code, ran.out) == (3, "")
    assert "may not read" in ran.err
    assert figures(server, clerk) == []


def test_a_sheet_on_a_target_as_a_whole_is_up_to_the_desks(clerk, server):
    ran = clerk("import", sheet(clerk, "law,,2025,yes,S"), "--yes", "--lang", "en")
    assert (ran.code, "may not report" in ran.err) == (3, True), ran


def test_what_is_wrong_with_a_sheet_is_said_by_its_cells(clerk):
    file = sheet(clerk, "roads,p07,2025,x,S", "rods,p07,2025,5,S", "True,p07,2025,5,S")
    ran = clerk("import", file, "--yes", "--lang", "en")
    assert (ran.code, "sheet.csv!D2" in ran.err, "sheet.csv!A3" in ran.err) == (3, True, True)

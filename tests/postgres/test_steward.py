"""What a steward does: tells the server of the register, and looks whether it is whole."""

from __future__ import annotations

import signal

import pytest

from cdstrack.store.ledger.record import serialize
from tests.cli.starts import PATIENCE
from tests.postgres.conftest import fill
from tests.postgres.server import waits_in
from tests.postgres.test_copies import prepared  # noqa: F401  a fixture
from tests.postgres.test_migration import begun
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import REGISTER, add, report


@pytest.fixture(scope="module")
def server(frail_server):
    """Roles, which this changes, are those of all databases of a server."""
    return frail_server


@pytest.fixture
def whole(cli, server, copied):
    """The command, its store, and a function that runs SQL as a superuser; three reports."""

    def fill_whole(address: str) -> None:
        fill(server, address)
        store = shared_store(address, cli.folder)
        add(store, report(1))
        add(store, report(2, body="ministry", when="2023"))
        add(store, report(3, body="ministry", when="2022"))

    store = shared_store(copied("whole", fill_whole), cli.folder)
    name = store.server.address.database
    return cli, store, lambda *statements: server.sql(*statements, database=name)


def test_sync_tells_what_is_new_and_removes_nothing(whole):
    cli, _, sql = whole
    assert cli("store", "sync", "--lang", "en").code == 0
    ran = cli("store", "sync", "--lang", "en")
    assert "there was nothing to do" in ran.out
    text = REGISTER.replace("  - id: roads", "  - id: bridges", 1)
    ledger = (cli.folder / "targets.yaml").read_text("utf-8").splitlines()[-1]
    (cli.folder / "targets.yaml").write_text(f"{text}{ledger}\n", encoding="utf-8")
    ran = cli("store", "sync", "--lang", "en")
    assert ran.code == 0
    assert "1 target is new there" in ran.out
    assert "not in the register any more" in ran.out
    names = [name for (name,) in sql("select id from cdstrack.targets")]
    assert {"roads", "bridges"} <= set(names)
    assert cli("store", "sync", "--lang", "vi").code == 0


@pytest.mark.parametrize("command", [["status"], ["check"], ["store", "sync"], ["store", "init"]])
@pytest.mark.parametrize(("lang", "words"), [("en", "another register"), ("vi", "sổ cam kết khác")])
def test_the_ledger_of_another_register_is_refused(whole, command, lang, words):
    cli, _, sql = whole
    sql("update cdstrack.targets set id = 'other-' || id")
    ran = cli(*command, "--lang", lang)
    assert ran.code == 3
    assert words in ran.err + ran.out
    assert sql("select count(*) from cdstrack.targets where id !~ '^other-'") == [(0,)]


def test_a_register_may_get_another_title_and_lose_targets(whole):
    cli, _, sql = whole
    sql("update cdstrack.ledger set register = 'Another title'")
    sql("update cdstrack.targets set id = 'other-' || id where id <> 'roads'")
    assert cli("status").code == 0
    assert cli("store", "sync").code == 0


def test_another_owner_is_told_and_numbers_stay(whole):
    cli, _, sql = whole
    cli("store", "sync")
    before = sql("select no, id from cdstrack.targets order by no")
    sql("update cdstrack.targets set owner = 'nobody' where id = 'courses'")
    assert "1 target has another owner" in cli("store", "sync", "--lang", "en").out
    assert sql("select no, id from cdstrack.targets order by no") == before


def test_desks_are_listed(whole):
    cli, _, _ = whole
    assert "Nobody has a desk yet" in cli("store", "desk", "list", "--lang", "en").out
    cli("store", "desk", "clerk07", "ministry", "--target", "roads")
    ran = cli("store", "desk", "list", "--lang", "en")
    assert "clerk07 may report for" in ran.out
    assert "on roads." in ran.out


@pytest.mark.every_version
def test_a_ledger_as_it_was_set_up_is_sound(whole):
    cli, _, _ = whole
    ran = cli("store", "verify", "--lang", "en")
    assert (ran.code, "are as they were set up" in ran.out) == (0, True)
    assert "3 records of 2 bodies on targets" in ran.out


CHANGES = [
    ("grant delete on cdstrack.reports to cdstrack_steward",
     "cdstrack_steward holds DELETE on reports"),
    ("grant insert on cdstrack.reports to public", "public holds INSERT on reports"),
    ("grant update (value) on cdstrack.reports to cdstrack_clerk", "holds UPDATE on reports"),
    ("grant truncate on cdstrack.reports to cdstrack_reader", "holds TRUNCATE on reports"),
    ("grant execute on function cdstrack.record to public", "public holds EXECUTE on record"),
    ("grant delete on cdstrack.desks to cdstrack_clerk", "holds DELETE on desks"),
    ("alter table cdstrack.reports owner to root", "reports belongs to root"),
    ("create or replace function cdstrack.stewards() returns text language sql stable"
     " set search_path = pg_catalog, pg_temp as $$ select 'me'::text $$",
     "stewards is not the one"),
    ("alter function cdstrack.record(jsonb) reset search_path", "record is not the one"),
    ("create function cdstrack.more() returns int language sql as 'select 1'",
     "more is not the one"),
    ("create function public.t() returns trigger language plpgsql as $$ begin"
     " return new; end $$; create trigger sly before insert on cdstrack.reports"
     " for each row execute function public.t()", "sly on reports can change"),
    ("create rule deaf as on delete to cdstrack.desks do instead nothing", "deaf on desks"),
    ("delete from cdstrack.reports where seq = 1 and body = (select no from cdstrack.bodies"
     " where id = 'ministry')", "1 report of ministry on roads was removed"),
]  # fmt: skip
"""What is done to one ledger, in this order, and how each of it is named."""


@pytest.mark.every_version
def test_what_was_changed_behind_our_back_is_named(whole):
    cli, _, sql = whole
    before = cli("store", "verify", "--lang", "en").out
    for statement, text in CHANGES:
        sql(statement)
        ran = cli("store", "verify", "--lang", "en")
        assert (ran.code, text in before, text in ran.out) == (3, False, True), ran.out
        assert cli("store", "verify", "--lang", "vi").code == 3
        before = ran.out


@pytest.mark.every_version
def test_a_login_that_is_the_owner_is_named(whole):
    cli, _, sql = whole
    sql("do $$ begin create role sly login in role cdstrack_owner;"
        " exception when duplicate_object then end $$")  # fmt: skip
    try:
        assert "sly can sign in" in cli("store", "verify", "--lang", "en").out
    finally:
        sql("drop role sly")


AT_THE_END = """
insert into cdstrack.reports (target, body, seq, id, said, value, recorded, entered, entered_by)
select no, 0, {}, 'last', '2024', 1, now(), now(), '' from cdstrack.targets where id = 'roads'"""


def test_a_copy_that_is_interrupted_leaves_nothing_and_begins_anew(prepared, server):  # noqa: F811
    import psycopg

    cli, database = prepared
    name, n = database.rpartition("/")[2], 200
    lines = "".join(serialize(report(1, note=str(note))) + "\n" for note in range(n))
    (cli.folder / "a.jsonl").write_text(lines, encoding="utf-8")
    command = ["store", "copy", "a.jsonl", database]
    for sign, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
        with psycopg.connect(host=str(server.folder), user="root", dbname=name) as link:
            link.execute(AT_THE_END.format(n))  # so that its last record has to wait
            process = begun(cli, *command)
            server.wait_until(waits_in(name))
            process.send_signal(sign)
            assert process.wait(PATIENCE) == code
            link.rollback()
        server.wait_until(f"not {waits_in(name)}")  # nor whoever has been killed
        assert server.sql("select count(*) from cdstrack.reports", database=name) == [(0,)]
    assert cli(*command).code == 0
    assert server.sql("select count(*) from cdstrack.reports", database=name) == [(n,)]

"""A clerk without the server: a mirror to read, an outbox to report into, until it is back."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from cdstrack.core.model.server_address import parse_address
from cdstrack.store.ledger.record import serialize
from cdstrack.store.mirror import Mirror
from cdstrack.store.postgres.pull import pull
from tests.cli.build import ROOT
from tests.postgres.test_copies import prepared  # noqa: F401  a fixture
from tests.postgres.test_shared_contract import shared_store
from tests.store.test_contract import add, report


class Train:
    """The command of a clerk, who has the server at some times and at others has not."""

    def __init__(self, cli, server, database, monkeypatch) -> None:
        self.cli, self.server, self.patch = cli, server, monkeypatch
        self.address, self.name = parse_address(database), database.rpartition("/")[2]
        self.mirror = Mirror(cli.folder)
        self.store = shared_store(database, cli.folder)

    def __call__(self, *args: str):
        if args in [("store", "pull"), ("store", "push")]:
            self.wait_for_others()
        return self.cli(*args, "--lang", "en")

    def wait_for_others(self) -> None:
        """A pull leaves for the next what came in while somebody wrote, be it in another database,
        such as other tests have on this server."""
        self.server.wait_until(
            "not exists (select from pg_stat_activity"
            f" where backend_xid is not null and datname <> '{self.name}')"
        )

    def cut(self) -> None:
        self.patch.setenv("PGHOST", str(self.cli.folder / "nowhere"))

    def connect(self) -> None:
        self.patch.setenv("PGHOST", str(self.server.folder))

    def sql(self, *statements: str):
        return self.server.sql(*statements, database=self.name)

    def lines(self) -> list[str]:
        return self.mirror.file.read_text("utf-8").splitlines()

    def report(self, value: str, *args: str, target: str = "roads", when: str = "2024"):
        args = (target, value, "--date", when, "--source", "Report", "--for-all", "--yes", *args)
        return self("add-progress", *args, "--no-input")


@pytest.fixture
def train(prepared, server, monkeypatch) -> Train:  # noqa: F811
    return Train(prepared[0], server, prepared[1], monkeypatch)


def test_a_day_on_the_train(train):
    add(train.store, report(1))
    assert "is a mirror of" in train("store", "pull").out
    train.cut()
    ran = train("show", "roads")
    assert (ran.code, "cannot be reached" in ran.err) == (3, True)
    ran = train("show", "roads", "--offline")
    assert (ran.code, "Offline: the ledger as" in ran.err) == (0, True)
    ran = train.report("7", "--offline")
    assert (ran.code, "waits in" in ran.out) == (0, True), ran.err
    ran = train("show", "roads", "--offline")
    assert "1 report of your own that was not sent yet" in ran.err
    assert "7" in ran.out
    assert "Already" in train.report("7", "--offline").out + "Already"
    assert len(train.mirror.outbox.read_text("utf-8").splitlines()) == 1
    assert train("store", "push").code == 3
    assert train.mirror.outbox.exists()
    train.connect()
    ran = train("store", "push")
    assert (ran.code, "1 report recorded" in ran.out) == (0, True), ran.err
    assert not train.mirror.outbox.exists()
    assert [json.loads(line)["value"] for line in train.lines()] == ["1", "7"]
    ran = train("store", "push")
    assert "There is nothing" in ran.out
    assert train.sql("select count(*) from cdstrack.reports") == [(2,)]


def test_a_push_says_what_the_next_pull_brings(train):
    import psycopg

    train("store", "pull")
    train.cut()
    train.report("7", "--offline")
    train.connect()
    train.wait_for_others()
    where = {"host": str(train.server.folder), "user": "root", "dbname": train.name}
    with psycopg.connect(**where) as link:
        link.execute("create table somebody_else()")  # and is not done
        ran = train.cli("store", "push", "--lang", "en")
        assert (ran.code, "1 report recorded" in ran.out) == (0, True), ran.err
        assert "the next cdstrack store pull brings it" in ran.out
        assert train.lines() == []
        link.commit()
    ran = train("store", "pull")
    assert ("1 record is new" in ran.out, "next" in ran.out) == (True, False)


@pytest.mark.parametrize("aim", ["nowhere", "elsewhere.jsonl"])
def test_an_outbox_that_is_a_link_is_named(train, aim):
    (train.cli.folder / "elsewhere.jsonl").write_text(serialize(report(1)) + "\n", "utf-8")
    train.mirror.outbox.symlink_to(aim)
    ran = train("store", "push")
    assert (ran.code, "outbox.jsonl" in ran.err, "nothing" in ran.out) == (3, True, False), ran
    assert train.sql("select count(*) from cdstrack.reports") == [(0,)]


@pytest.mark.parametrize("aim", ["kept", "nowhere"])
def test_a_position_behind_a_link_is_none(train, aim):
    add(train.store, report(1))
    train("store", "pull")
    file = train.mirror.position_file
    file.rename(train.cli.folder / "kept")
    file.symlink_to(aim)
    ran = train("status", "--offline")
    assert (ran.code, "is not as it was brought" in ran.err) == (3, True), ran.err
    assert train("store", "pull").code == 3
    assert file.is_symlink()


@pytest.mark.parametrize("command", ["status", "export"])
def test_json_says_where_the_ledger_is_and_of_when(train, command):
    add(train.store, report(1))
    train("store", "pull")
    command = [command, "--format", "json"]
    register = json.loads(train(*command).out)["register"]
    assert (register["ledger"], register["position"]) == (str(train.address), None)
    train.cut()
    position = json.loads(train(*command, "--offline").out)["register"]["position"]
    before, data = train.mirror.position(), train.mirror.file.read_bytes()
    assert datetime.fromisoformat(position.pop("moment")) == before.time
    assert position == {"records": 1, "sha256": hashlib.sha256(data).hexdigest()}


def test_what_json_says_of_a_server_is_as_the_schema_has_it(train):
    add(train.store, report(1))
    train("store", "pull")
    schema = Draft202012Validator(json.loads((ROOT / "docs/export.schema.json").read_bytes()))
    for more in ([], ["--offline"]):
        schema.validate(json.loads(train("export", "--format", "json", *more).out))


@pytest.mark.every_version
def test_only_what_is_new_is_read(train):
    for n in range(3):
        add(train.store, report(n, note="first"))
    train("store", "pull")
    before = train.mirror.file.read_bytes()
    assert "nothing new" in train("store", "pull").out
    add(train.store, report(7, when="2023"))
    ran = train("store", "pull")
    assert "1 record is new" in ran.out
    after = train.mirror.file.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == 4


def test_a_pull_waits_a_moment_for_those_who_are_writing(train):
    import psycopg

    where = {"host": str(train.server.folder), "user": "root", "dbname": train.name}
    with psycopg.connect(**where) as link:
        link.execute("create table somebody_else()")  # and is not done
        add(train.store, report(1))
        pulled = threading.Thread(target=train, args=("store", "pull"))
        pulled.start()
        train.server.wait_until(  # the pull has begun to ask
            "exists (select from pg_stat_activity"  # noqa: S608
            f" where query like 'select exists(select 1 from cds%' and datname = '{train.name}')"
        )
        link.commit()
    pulled.join()
    assert len(train.lines()) == 1


@pytest.mark.every_version
def test_what_commits_late_is_not_missed(train):
    import psycopg

    where = {"host": str(train.server.folder), "user": "root", "dbname": train.name}
    row = {"id": "slow", "target": "roads", "seq": 1, "date": "2024", "value": "5"}
    row |= {"recorded": "2024-12-31T00:00:00Z", "body": "ministry"}
    with psycopg.connect(**where) as link:
        link.execute("select cdstrack.record(%s::jsonb)", [json.dumps([row])])
        add(train.store, report(1))
        train("store", "pull")
        assert len(train.lines()) <= 1
        link.commit()
    train("store", "pull")
    assert len(train.lines()) == 2
    assert sum('"slow"' in line for line in train.lines()) == 1


@pytest.mark.parametrize(
    "change", ["edited", "cut", "removed", "another", "no position", "rubbish"]
)
def test_a_mirror_that_is_not_as_it_was_brought_is_not_believed(train, change):
    add(train.store, report(1))
    add(train.store, report(2, when="2023"))
    train("store", "pull")
    good = train.mirror.file.read_bytes()
    position = train.mirror.position_file
    if change == "edited":
        train.mirror.file.write_bytes(good.replace(b'"value":"2"', b'"value":"9"'))
    elif change == "cut":
        train.mirror.file.write_bytes(good[:-9])
    elif change == "removed":
        train.mirror.file.unlink()
    elif change == "another":
        text = position.read_text("utf-8")
        position.write_text(text.replace(str(train.address), "postgresql:///other"), "utf-8")
    elif change == "no position":
        position.unlink()
    else:
        position.write_text("[1]", "utf-8")
    for command in (["status"], ["check"], ["show", "roads"]):
        assert train(*command, "--offline").code == 3
    assert train.report("7", "--offline").code == 3
    ran = train("store", "pull")
    assert ran.code == (3 if change == "edited" else 0), ran.out
    assert train.mirror.file.read_bytes() == good
    kept = list(train.cli.folder.glob("progress.jsonl.kept-*"))
    assert len(kept) == (change == "edited")
    assert train("status", "--offline").code == 0


@pytest.mark.promise("server-mirror")
def test_lines_that_nobody_sent_are_kept_when_all_is_read_anew(train):
    add(train.store, report(1))
    train("store", "pull")
    with train.mirror.file.open("a", encoding="utf-8") as file:
        file.write(serialize(report(9, note="by hand")) + "\n")
    assert train("status", "--offline").code == 0  # it is behind the mirror's end
    ran = train("store", "pull")
    assert (ran.code, "not on the server" in ran.out) == (3, True)
    [kept] = train.cli.folder.glob("progress.jsonl.kept-*")
    assert "by hand" in kept.read_text("utf-8")


@pytest.mark.promise("server-mirror")
@pytest.mark.parametrize("has_position", [True, False])
def test_a_record_that_an_editor_left_without_a_line_break_is_kept(train, has_position):
    add(train.store, report(1))
    train("store", "pull")
    with train.mirror.file.open("a", encoding="utf-8") as file:
        file.write(serialize(report(9, note="by hand")))
    if not has_position:
        train.mirror.position_file.unlink()
    ran = train("store", "pull")
    assert (ran.code, "1 line of" in ran.out) == (3, True)
    [kept] = train.cli.folder.glob("progress.jsonl.kept-*")
    assert "by hand" in kept.read_text("utf-8")


def test_what_a_pull_has_left_that_was_cut_short_is_nobodys(train):
    add(train.store, report(1))
    train("store", "pull")
    second = add(train.store, report(2, when="2023"))
    with train.mirror.file.open("a", encoding="utf-8") as file:
        file.write(serialize(second)[:40])
    assert "1 record is new" in train("store", "pull").out
    assert not list(train.cli.folder.glob("progress.jsonl.kept-*"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("xmin", "abc"), ("xmin", 5), ("xmin", "1\0"), ("xmin", [1]), ("records", 10**30),
        ("moment", "0001-01-01T00:00:00+00:00"), ("moment", "9999-12-31T23:59:59-11:00"),
        ("incarnation", ["x"]), ("bytes", 10**30), ("ledger", 7), ("sha256", 5),
    ],
)  # fmt: skip
def test_a_position_with_nonsense_in_it_is_mended_by_a_pull(train, field, value):
    add(train.store, report(1))
    train("store", "pull")
    fields = json.loads(train.mirror.position_file.read_text("utf-8"))
    train.mirror.position_file.write_text(json.dumps({**fields, field: value}), "utf-8")
    for command in (["status"], ["check"], ["show", "roads"]):
        assert "fault of the program" not in train(*command, "--offline").err
    assert train("store", "pull").code == 0
    assert train("status", "--offline").code == 0
    assert len(train.lines()) == 1


@pytest.mark.promise("server-mirror")
def test_a_mirror_is_whole_where_a_dump_was_restored_on_a_younger_server(train):
    add(train.store, report(1))
    add(train.store, report(2, when="2023"))
    # A dump keeps the numbers of the transactions of the server that it is from.
    train.sql("update cdstrack.reports set tx = '900000000'::xid8 where value = 2")
    assert train("store", "pull").code == 0
    assert len(train.lines()) == 2
    add(train.store, report(3, when="2022"))
    assert train("store", "pull").code == 0
    assert len(train.lines()) == 3


NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
"""Today, as the command has it in the tests."""
LATER = NOW + timedelta(hours=5)


def pulled(train, moment: datetime) -> None:
    """The mirror, as if it had been brought at a moment."""
    fields = json.loads(train.mirror.position_file.read_text("utf-8"))
    fields["moment"] = moment.isoformat()
    train.mirror.position_file.write_text(json.dumps(fields), "utf-8")


def test_a_gate_does_not_open_for_what_waits(train):
    train("store", "pull")
    pulled(train, NOW)
    before = train("check", "--offline").out
    train.report("100", "--offline")
    assert train("check", "--offline").out == before
    assert "100" in train("show", "roads", "--offline").out


@pytest.mark.promise("server-witness")
def test_a_check_does_not_pass_on_an_old_mirror_nor_on_none(train):
    add(train.store, report(99))
    assert train("check", "--offline").code == 3
    train("store", "pull")
    train.cut()
    assert train("check").code == 3
    for days, code, text in ((0, 0, "Offline: the ledger"), (1, 0, "Offline: the ledger"),
                             (3, 3, "--max-age"), (-3, 3, "Set the clock")):  # fmt: skip
        pulled(train, NOW - timedelta(days=days))
        ran = train("check", "--offline", "--exit-zero")
        assert (ran.code, text in ran.err) == (code, True)
    pulled(train, NOW - timedelta(days=3))
    assert train("check", "--offline", "--exit-zero", "--max-age", "1w").code == 0
    assert train("check", "--offline", "--max-age", "soon").code == 2
    assert train("check", "--offline", "--known-on", "2024-01-01").code == 3
    assert train("check", "--offline", "--against", "HEAD").code == 3


def test_what_somebody_else_said_meanwhile_is_told(train):
    train("store", "pull")
    train.report("5", "--offline")
    train.report("6", "--offline", when="2023")
    add(train.store, report(5, source="Report")._replace(recorded=LATER))
    add(train.store, report(8, when="2023")._replace(recorded=LATER))
    ran = train("store", "push")
    assert "says the same and counts" in ran.out
    assert "was recorded later" in ran.out
    assert ran.code == 0
    assert not train.mirror.outbox.exists()


def test_what_the_server_refuses_stays_and_the_rest_goes(train):
    train("store", "pull")
    train.report("5", "--offline")
    train.sql(
        "do $$ begin create role clerk07 login in role cdstrack_clerk;"
        " exception when duplicate_object then end $$",
        "insert into cdstrack.desks values ('clerk07',"
        " (select no from cdstrack.bodies where id = 'ministry'), 0)",
    )
    wrong = train.mirror.outbox.read_text("utf-8")
    good = serialize(report(6, when="2022", body="ministry")) + "\n"
    train.mirror.outbox.write_text(wrong + good, "utf-8")
    train.patch.setenv("PGUSER", "clerk07")
    ran = train("store", "push")
    assert (ran.code, "1 report recorded" in ran.out) == (3, True), ran.err
    assert "clerk07 may not report on roads as a whole" in ran.out
    assert train("store", "pull").code == 3  # a part is no mirror
    assert train.mirror.outbox.read_text("utf-8") == wrong
    rows = train.sql("select entered_by, recorded < entered from cdstrack.reports")
    assert rows == [("clerk07", True)]


def test_a_clock_that_is_ahead_sends_nobody_into_the_future(train):
    train("store", "pull")
    late = report(5)._replace(recorded=datetime.now(UTC) + timedelta(hours=20))
    train.mirror.outbox.write_text(serialize(late) + "\n", "utf-8")
    ran = train("store", "push")
    assert (ran.code, "was ahead" in ran.out) == (0, True)
    assert train.sql("select recorded <= entered from cdstrack.reports") == [(True,)]
    train.mirror.outbox.write_text(serialize(late) + "\n", "utf-8")
    assert "was on" in train("store", "push").out
    assert train.sql("select count(*) from cdstrack.reports") == [(1,)]


def test_of_two_reports_from_a_clock_that_is_ahead_the_later_one_counts(train):
    train("store", "pull")
    moment = datetime.now(UTC) + timedelta(hours=20)
    names = sorted((report(5).id, report(6).id), reverse=True)  # order by name is the other way
    for n, name in enumerate(names):
        new = report(5 + n, when="2023")._replace(id=name, recorded=moment + timedelta(hours=n))
        with train.mirror.outbox.open("a", encoding="utf-8") as file:
            file.write(serialize(new) + "\n")
    ran = train("store", "push")
    assert (ran.code, "2 reports got the time" in ran.out) == (0, True)
    [one, other] = train.sql("select value, recorded <= entered from cdstrack.reports"
                             " order by recorded, id")  # fmt: skip
    assert (one, other) == ((5, True), (6, True))


@pytest.mark.promise("server-mirror")
def test_reports_that_wait_for_another_server_stay(train):
    train("store", "pull")
    train.report("5", "--offline")
    text = train.mirror.position_file.read_text("utf-8")
    train.mirror.position_file.write_text(text.replace(str(train.address), "postgresql:///a"))
    for action in ("push", "pull"):
        ran = train("store", action)
        assert (ran.code, "of another server than" in ran.err) == (3, True)
    assert train.sql("select count(*) from cdstrack.reports") == [(0,)]
    train.mirror.position_file.unlink()
    assert "1 report recorded" in train("store", "push").out


def test_another_content_under_the_same_id_is_refused(train):
    first = report(5)
    add(train.store, first)
    train("store", "pull")
    train.mirror.outbox.write_text(serialize(report(6)._replace(id=first.id)) + "\n", "utf-8")
    ran = train("store", "push")
    assert (ran.code, first.id in ran.out) == (3, True)
    assert train.mirror.outbox.exists()


@pytest.mark.parametrize("end", ['{"id":"half","tar', "<<<<<<< HEAD\n"])
def test_nothing_of_a_damaged_outbox_is_sent(train, end):
    train("store", "pull")
    train.report("5", "--offline")
    with train.mirror.outbox.open("a", encoding="utf-8") as file:
        file.write(end)
    assert train("store", "push").code == 3
    assert train.sql("select count(*) from cdstrack.reports") == [(0,)]
    assert train.mirror.outbox.read_text("utf-8").endswith(end)


@pytest.mark.promise("server-mirror")
def test_a_push_that_was_not_answered_records_nothing_twice(train):
    train("store", "pull")
    train.report("5", "--offline")
    text = train.mirror.outbox.read_text("utf-8")
    train("store", "push")
    train.mirror.outbox.write_text(text, "utf-8")  # as a kill before the outbox is emptied has it
    ran = train("show", "roads", "--offline")
    assert (ran.code, "of your own" in ran.err) == (0, False)
    assert "1 report was on" in train("store", "push").out
    assert train.sql("select count(*) from cdstrack.reports") == [(1,)]


def test_two_pulls_at_once_are_one_after_the_other(train):
    for n in range(4):
        add(train.store, report(n, when=f"{2020 + n}"))
    gate, errors = threading.Barrier(4), []

    def run() -> None:
        gate.wait()
        try:
            pull(train.address, train.mirror)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(train.lines()) == 4
    assert train("status", "--offline").code == 0


@pytest.mark.promise("server-mirror")
def test_a_pull_that_is_killed_is_gone_on_with(train):
    for n in range(5):
        add(train.store, report(n, when=f"{2015 + n}"))
    train("store", "pull")
    position = train.mirror.position_file.read_bytes()
    for n in range(5):
        add(train.store, report(n, when=f"{2020 + n}"))
    train("store", "pull")
    whole = train.mirror.file.read_bytes()
    for size in (len(whole), len(whole) - 7, whole.index(b"\n", len(whole) // 2) + 1):
        train.mirror.file.write_bytes(whole[:size])
        train.mirror.position_file.write_bytes(position)
        assert train("status", "--offline").code == 0
        ran = train("store", "pull")
        assert (ran.code, "5 records are new" in ran.out) == (0, True)
        assert train.mirror.file.read_bytes() == whole


MANY = """
insert into cdstrack.reports (target, body, seq, id, said, value, recorded, entered, entered_by)
select no, 0, n, 'r-' || n, '2024', n, timestamptz '2024-02-01' + n * interval '1 second', now(), ''
from cdstrack.targets, generate_series(1, 3000) n where id = 'roads'"""


@pytest.mark.promise("server-mirror")
def test_a_kill_at_any_moment_of_a_pull_leaves_the_old_mirror_or_the_new_one(train):
    train.sql(MANY)
    for n in range(10):
        pid = os.fork()
        if not pid:
            try:
                pull(train.address, train.mirror)
            finally:
                os._exit(0)
        time.sleep(n / 100)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert train("status", "--offline").code in (0, 3)
    assert train("store", "pull").code == 0
    assert len(train.lines()) == 3000
    assert not list(train.cli.folder.glob("*.kept-*"))


@pytest.mark.promise("server-mirror")
def test_a_server_that_was_restored_is_read_anew_and_what_it_lost_is_kept(train):
    add(train.store, report(1))
    lost = report(2, when="2023")
    add(train.store, lost)
    train("store", "pull")
    train.sql(
        f"delete from cdstrack.reports where id = '{lost.id}'",  # noqa: S608  ours
        "update cdstrack.ledger set incarnation = gen_random_uuid()",
    )
    add(train.store, report(3, when="2022"))
    ran = train("store", "pull")
    assert (ran.code, "1 line of" in ran.out) == (3, True), ran.out
    assert len(train.lines()) == 2
    [kept] = train.cli.folder.glob("progress.jsonl.kept-*")
    assert lost.id in kept.read_text("utf-8")


def test_what_an_administrator_removed_is_noticed(train):
    add(train.store, report(1))
    add(train.store, report(2, when="2023"))
    train("store", "pull")
    train.sql("delete from cdstrack.reports where value = 2")
    ran = train("store", "pull")
    assert (ran.code, "not on the server" in ran.out) == (3, True)


@pytest.mark.every_version
def test_where_transactions_do_not_tell_what_is_new_the_last_minutes_are_read_again(train):
    add(train.store, report(1))
    assert pull(train.address, train.mirror, by_time=True).new == 1
    assert pull(train.address, train.mirror, by_time=True).new == 0
    row = {"id": "new", "target": "roads", "seq": 1, "date": "2024", "value": "5"}
    row |= {"recorded": "2024-12-31T00:00:00Z", "body": "ministry"}
    train.sql(f"select cdstrack.record($j${json.dumps([row])}$j$)")
    update = pull(train.address, train.mirror, by_time=True)
    assert (update.new, update.is_anew, update.position.records) == (1, False, 2)
    assert len(train.lines()) == 2

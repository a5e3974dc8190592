"""``audit`` where the ledger is on a server: its own marks, and the commits of its mirror."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from cdstrack.store.ledger.record import serialize
from tests.commits import run_git, write_commit
from tests.postgres.test_partial_view import clerk  # noqa: F401  a fixture
from tests.store.test_contract import report

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Room:
    """The office of an auditor, who reads everything; a clerk has reported for p07."""

    def __init__(self, clerk, server, patch) -> None:  # noqa: F811
        self.cli, self.server, self.patch = clerk, server, patch
        self.login, self.database = clerk.login, clerk.database
        self.git("init", "-q")
        self.sql(f"grant cdstrack_reader to {self.login}")

    def git(self, *args: str) -> None:
        environ = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        names = ["-c", "user.name=Job", "-c", "user.email=job@example.org"]
        run_git(self.cli.folder, *names, *args, environ=environ)

    def sql(self, *statements: str):
        return self.server.sql(*statements, database=self.database)

    def as_who(self, login: str, *args: str):
        self.patch.setenv("PGUSER", login)
        ran = self.cli(*args, "--lang", "en")
        self.patch.setenv("PGUSER", self.login)
        return ran

    def commit(self) -> None:
        ran = self.cli("store", "pull", "--lang", "en")
        while "the next" in ran.out:  # somebody wrote meanwhile, be it in another test's database
            ran = self.cli("store", "pull", "--lang", "en")
        assert ran.code == 0
        write_commit(self.cli.folder, "As it is", "Job <job@example.org>", datetime.now(UTC))

    def report(self, value: str, *args: str, login: str | None = None) -> str:
        """The id of a report of p07, by a login."""
        args = ("roads", value, "--body", "p07", "--source", "S", *args)
        ran = self.as_who(login or self.login, "add-progress", *args, "--yes", "--no-input")
        assert ran.code == 0, ran.err
        last = "where entered <= now() order by entered desc limit 1"
        return self.sql(f"select id from cdstrack.reports {last}")[0][0]  # noqa: S608

    def audit(self, *args: str) -> dict:
        ran = self.cli("audit", *args, "--format", "json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    def line(self, name: str, *args: str) -> dict:
        [line] = [line for line in self.audit(*args)["lines"] if line["report"] == name]
        return line

    def other(self, name: str, *roles: str) -> str:
        """Another login."""
        login = f"{name}{self.login}"
        self.sql(f"create role {login} login", *(f"grant {role} to {login}" for role in roles))
        return login


@pytest.fixture
def room(clerk, server, monkeypatch) -> Room:  # noqa: F811
    return Room(clerk, server, monkeypatch)


@pytest.mark.every_version
def test_each_record_has_its_login_and_its_moment(room):
    name = room.report("5", "--date", "2025", "--by", "Somebody else")
    line = room.line(name)
    assert (line["event"], line["entered_by"], line["by"]) == ("new", room.login, "Somebody else")
    assert (line["copied"], line["doubtful"], line["commit"]) == (False, False, None)
    [(moment,)] = room.sql(f"select entered from cdstrack.reports where id = '{name}'")  # noqa: S608
    assert datetime.fromisoformat(line["entered"]) == moment
    out = room.cli("audit", "--lang", "en").out
    assert room.login in out
    assert "by Somebody else, recorded within a minute of coming in" in out


def test_what_came_from_a_file_keeps_its_moments_and_is_said_to(room):
    line = room.line("p08")
    assert (line["copied"], line["delay_seconds"]) == (True, None)
    assert "3 brought from a file" in room.cli("audit", "--lang", "en").out


@pytest.mark.promise("server-audit")
@pytest.mark.parametrize(
    ("statement", "event"),
    [
        ("update cdstrack.reports set value = 9", "altered"),
        ("update cdstrack.reports set note = E'it''s {{0}} %s'", "altered"),
        ("update cdstrack.reports set recorded = recorded - interval '1 day'", "altered"),
        ("delete from cdstrack.reports", "gone"),
    ],
)
def test_what_a_commit_has_otherwise_is_named(room, statement, event):
    name = room.report("5", "--date", "2025")
    room.commit()
    room.sql(f"{statement} where id = '{name}'")
    for version in ([], ["HEAD"]):
        line = room.line(name, *version)
        assert (line["event"], line["author"]) == (event, "Job")
    out = room.cli("audit", "--lang", "en").out
    assert "5 km, as of 2025" in out
    assert line["commit"][:12] in out


def test_since_a_version_only_what_its_mirror_had_not(room):
    room.commit()
    assert room.audit("HEAD")["lines"] == []
    name = room.report("5", "--date", "2025")
    assert [line["report"] for line in room.audit("HEAD")["lines"]] == [name]
    room.commit()
    assert [line["report"] for line in room.audit("HEAD~1")["lines"]] == [name]
    assert room.audit("HEAD")["lines"] == []


def test_a_version_without_a_mirror_cannot_be_asked(room):
    room.git("add", "targets.yaml")
    room.git("commit", "-q", "-m", "No mirror")
    ran = room.cli("audit", "HEAD", "--lang", "en")
    assert (ran.code, "cdstrack store pull" in ran.err) == (3, True)
    assert "store seals" not in ran.err  # they tell days, and not which records are new
    assert "No commit holds records" in room.cli("audit", "--lang", "en").out


@pytest.mark.promise("server-audit")
def test_a_correction_of_what_somebody_else_reported_is_named(room):
    steward = room.other("s", "cdstrack_steward")
    first = room.report("5", "--date", "2025")
    own = room.report("6", "--date", "2025", "--corrects", first)
    foreign = room.report("7", "--date", "2025", "--corrects", own, login=steward)
    assert room.line(own)["foreign_login"] is None
    assert room.line(foreign)["foreign_login"] == room.login
    assert f"which came from {room.login}" in room.cli("audit", "--lang", "en").out


def test_whoever_shares_the_desk_corrects_the_own(room):
    colleague = room.other("k", "cdstrack_clerk", "cdstrack_reader")
    room.sql(
        f"insert into cdstrack.desks select '{colleague}', no, 0"  # noqa: S608
        " from cdstrack.bodies where id = 'p07'"
    )
    first = room.report("5", "--date", "2025")
    other = room.report("6", "--date", "2025", "--corrects", first, login=colleague)
    assert room.line(other)["foreign_login"] is None


@pytest.mark.promise("server-audit")
def test_a_steward_who_dates_an_arrival_back_is_seen(room):
    steward = room.other("s", "cdstrack_steward")
    honest = room.report("5", "--date", "2025")
    for name, days in (("forged", -3), ("ahead", 3)):
        moment = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        fields = {
            "id": name, "target": "roads", "body": "p08", "date": "2025", "value": "5",
            "seq": 2 if name == "forged" else 3, "recorded": "2025-01-01T00:00:00Z",
            "entered": moment,
        }  # fmt: skip
        room.server.sql(
            f"select cdstrack.record('{json.dumps([fields])}')",
            database=room.database, user=steward,
        )  # fmt: skip
    later = room.report("6", "--date", "2024")
    names = (honest, "forged", "ahead", later)
    assert [room.line(name)["doubtful"] for name in names] == [False, True, True, False]


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "0100-01-01 00:00:00Z BC"])
def test_a_moment_that_no_calendar_has_hides_nothing(room, moment):
    fields = {
        "id": "odd", "target": "roads", "body": "p08", "date": "2025", "value": "5", "seq": 2,
        "recorded": "-infinity" if moment == "-infinity" else "0200-01-01 00:00:00Z BC",
        "entered": moment,
    }  # fmt: skip
    room.report("5", "--date", "2024")
    room.sql("alter table cdstrack.reports drop constraint reports_recorded")
    room.sql(f"select cdstrack.record('{json.dumps([fields])}')")
    room.sql("update cdstrack.reports set recorded = '2025-01-01Z' where id = 'odd'")
    assert room.line("odd")["doubtful"]
    assert room.cli("history").code == 0
    assert room.cli("store", "seals").code == 0


def test_what_waited_offline_has_its_delay(room):
    room.commit()
    moment = datetime.now(UTC) - timedelta(days=3)
    late = report(4, body="p07", when="2024")._replace(recorded=moment)
    (room.cli.folder / "outbox.jsonl").write_text(serialize(late) + "\n", "utf-8")
    assert room.cli("store", "push").code == 0
    assert room.line(late.id)["delay_seconds"] // 86_400 == 3
    out = room.cli("audit", "--lang", "en").out
    assert "recorded 3 days before it came in" in out
    assert "1 came in more than a day after it was recorded" in out


def test_gaps_are_named_also_without_a_witness(room):
    name = room.report("5", "--date", "2025")
    room.report("6", "--date", "2024")
    room.sql(f"delete from cdstrack.reports where id = '{name}'")  # noqa: S608
    assert room.audit()["gaps"] == [{"target": "roads", "body": "p07", "n": 1}]
    assert "1 report of p07 on roads was removed" in room.cli("audit", "--lang", "en").out
    rows = list(csv.DictReader(io.StringIO(room.cli("audit", "--format", "csv").out)))
    assert [row["event"] for row in rows][-1] == "gap"


def test_an_audit_takes_the_server_and_all_of_it(room):
    room.commit()
    ran = room.cli("audit", "--offline", "--lang", "en")
    assert (ran.code, "leave out --offline" in ran.err) == (3, True)
    room.sql(f"revoke cdstrack_reader from {room.login}")
    ran = room.cli("audit", "--lang", "en")
    assert (ran.code, ran.out) == (3, "")


def test_who_was_allowed_is_no_matter_of_commits(room):
    for code in ("report-unsigned", "report-unauthorised"):
        ran = room.cli("check", "--fail-on", code, "--lang", "en")
        assert (ran.code, "before a report is taken" in ran.err) == (3, True), ran.err

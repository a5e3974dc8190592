"""``check --against`` where the ledger is on a server: its mirror in git is the witness."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime

import pytest

from cdstrack.store.ledger.record import serialize
from tests.commits import run_git, write_commit
from tests.postgres.test_copies import prepared  # noqa: F401  a fixture
from tests.postgres.test_offline import train  # noqa: F401  a fixture
from tests.store.test_contract import add, report

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

MOMENT = datetime(2026, 11, 1, 5, tzinfo=UTC)


class Office:
    """A register and the mirror of its ledger, committed on 1 November."""

    def __init__(self, clerk) -> None:
        self.clerk, self.folder = clerk, clerk.cli.folder
        self.git("init", "-q")
        self.first, self.second = report(1), report(2, when="2023")
        add(clerk.store, self.first)
        add(clerk.store, self.second)

    def git(self, *args: str) -> None:
        moment = MOMENT.isoformat()
        environ = {
            **os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment,
        }  # fmt: skip
        names = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
        run_git(self.folder, *names, *args, environ=environ)

    def commit(self) -> None:
        assert self.clerk("store", "pull").code == 0
        write_commit(self.folder, "As it is", "An <an@example.org>", MOMENT)

    def check(self):
        return self.clerk("check", "--against", "HEAD", "--fail-on", "ledger-changed,gate-loosened")


@pytest.fixture
def office(train) -> Office:  # noqa: F811
    return Office(train)


def test_what_the_mirror_had_is_there_and_more(office):
    office.commit()
    add(office.clerk.store, report(3, when="2022"))  # came in before, though no mirror had it yet
    ran = office.check()
    assert (ran.code, "back" in ran.out) == (0, False), ran.out + ran.err


@pytest.mark.promise("server-witness")
@pytest.mark.parametrize(
    "statement",
    [
        "delete from cdstrack.reports where value = 2",
        "update cdstrack.reports set value = 9 where value = 2",
        "truncate cdstrack.reports",
        "update cdstrack.reports set recorded = recorded + interval '1 second' where value = 2",
    ],
)
def test_what_was_changed_on_the_server_is_found(office, statement):
    office.commit()
    office.clerk.sql(statement)
    ran = office.check()
    assert (ran.code, "HEAD" in ran.out) == (1, True), ran.out + ran.err


def test_what_came_and_went_between_two_commits_is_found(office):
    office.commit()
    add(office.clerk.store, report(3, when="2022"))
    office.commit()
    office.clerk.sql("delete from cdstrack.reports where value = 3")
    ran = office.clerk("check", "--against", "HEAD~1", "--fail-on", "ledger-changed")
    assert ran.code == 1, ran.out + ran.err


@pytest.mark.promise("server-witness")
def test_without_a_mirror_nobody_can_say(office):
    office.git("add", "targets.yaml")
    office.git("commit", "-q", "-m", "No mirror")
    ran = office.check()
    assert (ran.code, "cdstrack store pull" in ran.err) == (3, True)


def test_a_ledger_that_came_from_a_file_has_all_its_lines(office):
    text = (office.folder / "targets.yaml").read_text("utf-8")
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("ledger:"))
    (office.folder / "targets.yaml").write_text(plain + "\n", "utf-8")
    lines = "".join(serialize(entry) + "\n" for entry in (office.first, office.second))
    (office.folder / "progress.jsonl").write_text(lines.replace('":"', '": "'), "utf-8")
    office.git("add", "-A")
    office.git("commit", "-q", "-m", "A file")
    (office.folder / "targets.yaml").write_text(text, "utf-8")
    assert office.check().code == 0
    office.clerk.sql("delete from cdstrack.reports where value = 2")
    assert office.check().code == 1


def test_another_server_is_a_change_of_the_gate(office):
    office.commit()
    file = office.folder / "targets.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("postgresql:///", "postgresql://elsewhere.example/"), "utf-8")
    office.git("commit", "-q", "-am", "Elsewhere")
    file.write_text(text, "utf-8")
    ran = office.check()
    assert (ran.code, "elsewhere.example" in ran.out) == (1, True), ran.out + ran.err


def test_what_was_dated_back_is_told_by_when_it_came_in(office):
    office.commit()
    late = report(5, when="2021")._replace(recorded=datetime(2026, 10, 1, tzinfo=UTC))
    office.clerk.mirror.outbox.write_text(serialize(late) + "\n", "utf-8")
    assert office.clerk("store", "push").code == 0
    ran = office.check()
    assert (ran.code, late.id in ran.out) == (0, True), ran.out + ran.err


def test_a_server_that_cannot_be_reached_is_no_pass(office):
    office.commit()
    office.clerk.cut()
    assert office.check().code == 3


def test_a_seal_over_a_server_finds_what_was_changed_there(office):
    assert office.clerk("seal", "-o", "seal.txt").code == 0
    ran = office.clerk("verify", "seal.txt")
    assert ran.code == 0, ran.out + ran.err
    office.clerk.sql("update cdstrack.reports set value = 9 where value = 2")
    ran = office.clerk("verify", "seal.txt")
    assert (ran.code, "not as it was sealed" in ran.out) == (1, True), ran.out + ran.err


def test_a_seal_over_a_file_holds_on_the_server_to_which_it_is_copied(office):
    office.commit()
    text = (office.folder / "targets.yaml").read_text("utf-8")
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("ledger:"))
    (office.folder / "targets.yaml").write_text(plain + "\n", "utf-8")
    assert office.clerk("seal", "-o", "seal.txt").code == 0
    (office.folder / "targets.yaml").write_text(text, "utf-8")
    ran = office.clerk("verify", "seal.txt")
    assert ran.code == 0, ran.out + ran.err


def test_nothing_is_sealed_that_is_only_a_mirror(office):
    office.commit()
    for command in (["seal"], ["verify", "seal.txt"]):
        ran = office.clerk(*command, "--offline")
        assert ran.code == 3
    assert office.clerk("export", "--format", "json", "--offline").code == 0

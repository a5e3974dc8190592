"""``check --against``: what a change brings along does not excuse that change.

For each file and setting that the gate reads there is a test: changed since REV, hence found. All
of them on real repositories, as a pull request would do it.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cdstrack.core.checks.gate import COMPARED
from tests.cases import every_case
from tests.cli.build import DATED, HEAD, LATE, REACH, TRAINED, register, target
from tests.commits import head_of, run_git, write_commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

MOVED = LATE.replace("deadline: 2026-06", "deadline: 2029")
WAIVER = "  - {{target: {target}, code: {code}, until: {until}, reason: Known, by: The Minister}}\n"


class Change:
    """A register with reports, committed on a day; then changed as a test says."""

    def __init__(self, cli: Any) -> None:
        self.cli = cli
        self.folder: Path = cli.folder

    def git(self, *args: str, on: str = "2026-11-01") -> str:
        environ = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_COMMITTER_DATE": f"{on}T05:00:00Z",
            "GIT_AUTHOR_DATE": f"{on}T05:00:00Z",
        }  # fmt: skip
        who = ["-c", "user.name=An", "-c", "user.email=an@example.org",
               "-c", "maintenance.auto=false"]  # fmt: skip
        return run_git(self.folder, *who, *args, environ=environ)

    def commit(self, on: str = "2026-11-01") -> None:
        moment = datetime.fromisoformat(f"{on}T05:00:00Z")
        write_commit(self.folder, "a change", "An <an@example.org>", moment)

    @property
    def head(self) -> str:
        return head_of(self.folder) or ""

    def begin(self) -> None:
        self.write()
        self.cli.report("trained", "10", "--date", "2026-03-31")
        self.cli.report("late", "20", "--date", "2026-06-30")
        self.git("init", "-q", "-b", "main", "--template=")
        self.commit()

    def write(self, *targets: str, head: str = HEAD, more: str = "") -> None:
        text = register(*(targets or (TRAINED, LATE)), head=head) + more
        (self.folder / "targets.yaml").write_text(text, "utf-8")

    def waive(self, *entries: tuple[str, str, str], name: str = "waivers.yaml") -> None:
        lines = [WAIVER.format(target=t, code=c, until=u) for t, c, u in entries]
        text = "cdstrack: 1\nwaivers:\n" + "".join(lines) if lines else "cdstrack: 1\nwaivers: []\n"
        (self.folder / name).write_text(text, "utf-8")

    def append(self, **fields: Any) -> None:
        """A line as nobody but an editor would write it."""
        line = {"id": "a" * 20, "target": "late", "date": "2026-06-30", "value": "1000"} | fields
        with self.cli.ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def check(self, rev: str = "HEAD", *args: str) -> Any:
        return self.cli("check", "--against", rev, "--lang", "en", *args)

    def found(self, rev: str = "HEAD", *args: str) -> list[tuple[str, str, str | None]]:
        """Code, level and target of what is found by comparing, but not of what is only overdue."""
        ran = self.cli("check", "--against", rev, "--format", "json", *args)
        return [
            (each["code"], each["level"], each["target"])
            for each in ran.json["findings"]
            if each["code"] in COMPARED
        ]


@pytest.fixture
def change(cli, once) -> Change:
    change = Change(cli)
    once("change", cli.folder, change.begin)
    return change


def nest(change: Change, name: str) -> None:
    """Make a folder a repository of its own."""
    change.git("init", "-q", "-b", "main", name)
    change.git("-C", name, "add", "-A")
    change.git("-C", name, "commit", "-q", "-m", "its own")


LOOSENED = ("gate-loosened", "fail", None)


def test_without_a_change_nothing_is_found(change):
    assert change.found() == []


# The check block


@pytest.mark.promise("same-commit")
@pytest.mark.promise("same-commit")
@every_case(
    "before, after, found",
    [
        ("", "check: {fail_on: []}\n", 1),
        ("", "check: {warn_on: []}\n", 1),
        ("", "check: {fail_on: [], warn_on: []}\n", 2),
        ("", "check: {fail_on: [overdue, orphaned-owner]}\n", 1),
        ("", "check: {fail_on: [], warn_on: [overdue]}\n", 2),
        ("check: {fail_on: [stale, overdue]}\n", "", 1),
        ("check: {fail_on: [stale, overdue]}\n", "check: {fail_on: [overdue]}\n", 1),
        ("check: {within: 30}\n", "check: {within: 29}\n", 1),
        ("check: {within: 30}\n", "", 1),
        ("check: {within: 30}\n", "check: {within: 31}\n", 0),
        ("", "check: {within: 30}\n", 0),
        ("", "check: {fail_on: [overdue, breached, orphaned-owner, stale]}\n", 0),
        ("check: {fail_on: [overdue, goalposts-moved]}\n", "check: {fail_on: [overdue]}\n", 0),
    ],
)
def test_a_check_block_that_lets_more_pass_is_found(change, before, after, found):
    change.write(more=before)
    change.commit()
    change.write(more=after)
    assert change.found() == [LOOSENED] * found


@pytest.mark.promise("same-commit")
def test_a_register_that_switches_its_gate_off_fails_at_the_line_that_does_so(change):
    change.write(more="check: {fail_on: [], warn_on: []}\n")
    ran = change.check()
    assert ran.code == 1
    line = len((change.folder / "targets.yaml").read_text("utf-8").splitlines())
    assert f"targets.yaml:{line}:18: fails [gate-loosened]" in ran.out
    assert "what fails (fail_on), breached, orphaned-owner, overdue → nothing" in ran.out
    vi = change.cli("check", "--against", "HEAD", "--lang", "vi").out
    assert "Mục check của sổ được nới lỏng" in vi


def test_only_the_command_line_may_leave_a_loosened_gate_unsaid(change):
    change.write(more="check: {fail_on: [stale], warn_on: [gate-loosened]}\n")
    assert change.check("HEAD", "--fail-on", "stale", "--warn-on", "none").code == 0
    assert change.check().code == 1


# Waivers


@pytest.mark.promise("same-commit")
def test_a_change_does_not_waive_itself(change):
    change.write(TRAINED, MOVED, more="check: {waivers: w.yaml}\n")
    change.waive(("late", "goalposts-moved", "9998-12-31"), name="w.yaml")
    assert change.found() == [
        ("goalposts-moved", "fail", "late"), LOOSENED, ("gate-loosened", "fail", "late"),
    ]  # fmt: skip
    ran = change.check()
    assert "w.yaml:3:14: fails [gate-loosened] late" in ran.out
    assert "a waiver of goalposts-moved until 31 Dec 9998 that did not count" in ran.out
    change.commit()
    assert change.check("HEAD~1").code == 1
    assert change.check().code == 0


@pytest.fixture
def waived(cli, once) -> Change:
    """A register whose waivers were granted before."""
    change = Change(cli)

    def begin() -> None:
        change.begin()
        change.write(more="check: {waivers: waivers.yaml}\n")
        change.waive(("late", "overdue", "2026-12-31"))
        change.commit()
        assert change.found() == []
        assert change.check().code == 0

    once("waived", cli.folder, begin)
    return change


@every_case(
    "entries, found",
    [
        ([("late", "overdue", "2027-01-01")], 1),
        ([("late", "overdue", "2026-12-30")], 0),
        ([("late", "overdue", "2026-12-31"), ("late", "stale", "2026-12-31")], 1),
        ([("late", "overdue", "2026-12-31"), ("trained", "overdue", "2026-12-31")], 1),
        ([("late", "overdue", "2028-12-31"), ("late", "stale", "2026-12-31")], 2),
        ([], 0),
    ],
)
def test_waivers_that_are_new_or_hold_longer_are_found(waived, entries, found):
    waived.waive(*entries)
    assert [code for code, level, _ in waived.found()] == ["gate-loosened"] * found


@pytest.mark.promise("same-commit")
def test_another_file_of_waivers_is_found_whatever_it_holds(waived):
    shutil.copy(waived.folder / "waivers.yaml", waived.folder / "others.yaml")
    waived.write(more="check: {waivers: others.yaml}\n")
    assert waived.found() == [LOOSENED]
    assert "file of the waivers (waivers), waivers.yaml → others.yaml" in waived.check().out


@pytest.mark.promise("same-commit")
def test_waivers_behind_a_link_are_refused(waived):
    (waived.folder / "waivers.yaml").rename(waived.folder / "real.yaml")
    (waived.folder / "waivers.yaml").symlink_to("real.yaml")
    ran = waived.check()
    assert (ran.code, ran.out) == (3, "")
    assert "waivers.yaml" in ran.err


def test_waivers_that_stood_then_count_for_what_is_compared(waived):
    waived.waive(("late", "goalposts-moved", "2026-12-31"))
    waived.commit()
    waived.write(TRAINED, MOVED, more="check: {waivers: waivers.yaml}\n")
    ran = waived.check()
    assert ran.code == 0
    assert "waived [goalposts-moved] late" in ran.out


@pytest.mark.promise("same-commit")
def test_waivers_of_the_command_line_count_unless_the_change_could_have_brought_them(change):
    change.write(TRAINED, MOVED)
    change.waive(("late", "goalposts-moved", "2026-12-31"), name="w.yaml")
    assert change.check("HEAD", "--waivers", "w.yaml").code == 0
    change.commit()
    ran = change.check("HEAD~1", "--waivers", "w.yaml")
    assert (ran.code, "fails [gate-loosened] late" in ran.out) == (1, True)
    assert change.check("HEAD", "--waivers", "w.yaml").code == 0


@pytest.mark.promise("same-commit")
def test_waivers_that_the_next_commit_will_hold_do_not_count(change):
    change.write(TRAINED, MOVED)
    change.waive(("late", "goalposts-moved", "2026-12-31"), name="w.yaml")
    assert change.check("HEAD", "--waivers", "w.yaml").code == 0
    change.git("add", "w.yaml")
    assert change.check("HEAD", "--waivers", "w.yaml").code == 1


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize("way", ["submodule", "nested", "link"])
def test_waivers_in_a_folder_that_a_change_leads_elsewhere_do_not_count(change, way):
    folder = change.folder / "conf"
    folder.mkdir()
    change.waive(name="conf/w.yaml")
    change.commit()
    change.waive(("late", "goalposts-moved", "2026-12-31"), name="conf/w.yaml")
    change.write(TRAINED, MOVED)
    assert change.check("HEAD", "--waivers", "conf/w.yaml").code == 1
    if way == "link":
        folder.rename(change.folder.parent / "conf")
        folder.symlink_to("../conf")
    else:
        nest(change, "conf")
    if way != "nested":
        change.commit()
        assert change.check("HEAD~1", "--waivers", "conf/w.yaml").code == 3
    ran = change.check("HEAD", "--waivers", str(folder / "w.yaml"))
    assert (ran.code, "which waivers counted at HEAD" in ran.err) == (3, True)
    change.waive(("late", "goalposts-moved", "2026-12-31"), name="../mine.yaml")
    rev = "HEAD" if way == "nested" else "HEAD~1"
    assert change.check(rev, "--waivers", "../mine.yaml").code == 0


def test_waivers_in_a_checkout_of_its_own_that_git_does_not_hold_count(change):
    (change.folder / "policy").mkdir()
    change.waive(("late", "goalposts-moved", "2026-12-31"), name="policy/w.yaml")
    nest(change, "policy")
    change.write(TRAINED, MOVED)
    assert change.check("HEAD", "--waivers", "policy/w.yaml").code == 0


@pytest.mark.promise("same-commit")
def test_a_register_that_a_change_puts_into_a_repository_of_its_own_is_not_compared(change):
    """A name such as ``main`` would be looked for in that repository, which the change brings."""
    folder = change.folder / "reg"
    folder.mkdir()
    for name in ("targets.yaml", "progress.jsonl"):
        change.git("mv", name, f"reg/{name}")
    change.commit()
    base = change.head
    change.git("checkout", "-q", "-b", "proposal")
    text = register(TRAINED, MOVED)
    (folder / "targets.yaml").write_text(text, "utf-8")
    file = ["--file", "reg/targets.yaml"]
    assert change.check("main", *file).code == 1
    nest(change, "reg")
    for rev in ("main", "HEAD"):
        ran = change.check(rev, *file)
        assert (ran.code, "a repository inside another" in ran.err) == (3, True), ran.err
    change.commit()
    assert change.check("main", *file).code == change.check(base, *file).code == 3
    change.cli.monkeypatch.chdir(folder)
    assert change.check("HEAD").code == 0  # the hook of a submodule


DESK = "  - {member: lan@north.vn, body: office, may: [report], until: 2026-12-31}\n"


@pytest.fixture
def with_desks(cli, once) -> Change:
    change = Change(cli)

    def begin() -> None:
        change.begin()
        change.write(head=HEAD + "desks: desks.yaml\n")
        (change.folder / "desks.yaml").write_text(f"cdstrack: 1\ndesks:\n{DESK}", "utf-8")
        change.commit()

    once("desks", cli.folder, begin)
    return change


@pytest.mark.promise("same-commit", "desks")
@every_case(
    "desks, granted",
    [
        (DESK, False),
        ("  []\n", False),
        (DESK.replace("until", "from: 2026-02-01, until"), False),
        (DESK.replace("lan@", "LAN@") + DESK.replace("body", "target: late, body"), False),
        (DESK.replace("2026-12", "2027-12"), True),
        (DESK.replace(", until: 2026-12-31", ""), True),
        (DESK.replace("[report]", "[report, void]"), True),
        (DESK.replace("body: office", "all: true"), True),
        (DESK + DESK.replace("lan", "vandal"), True),
    ],
)
def test_a_desk_that_allows_more_is_found(with_desks, desks, granted):
    (with_desks.folder / "desks.yaml").write_text(f"cdstrack: 1\ndesks:\n{desks}", "utf-8")
    assert with_desks.found() == [("gate-loosened", "fail", None)] * granted
    if granted:
        for lang, words in (("en", "The desks allow"), ("vi", "Tệp phân quyền báo cáo cho")):
            out = with_desks.cli("check", "--against", "HEAD", "--lang", lang).out
            assert words in out
            assert "north.vn" in out


@pytest.mark.promise("same-commit", "desks")
def test_desks_that_are_gone_or_elsewhere_are_found_and_first_ones_are_free(with_desks):
    others = with_desks.folder / "others.yaml"
    others.write_text("cdstrack: 1\ndesks: []\n", "utf-8")
    for head in (HEAD, HEAD + "desks: others.yaml\n"):
        with_desks.write(head=head)
        assert with_desks.found() == [("gate-loosened", "fail", None)]
    with_desks.write(head=HEAD + "desks: desks.yaml\n")
    assert with_desks.found("HEAD~1") == []
    (with_desks.folder / "desks.yaml").unlink()
    ran = with_desks.check()
    assert (ran.code, "no file of desks desks.yaml" in ran.err) == (3, True)


def test_no_waiver_names_a_loosened_gate(change):
    change.waive(("late", "gate-loosened", "2026-12-31"))
    assert change.check("HEAD", "--waivers", "waivers.yaml").code == 3


# Files elsewhere


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize("aim", ["r/new.yaml", "new.yaml"])
def test_a_register_put_behind_a_link_is_compared_with_the_one_of_that_name(change, aim):
    change.write(TRAINED, MOVED)
    path = change.folder / "targets.yaml"
    (change.folder / aim).parent.mkdir(exist_ok=True)
    path.rename(change.folder / aim)
    path.symlink_to(aim)
    assert change.found() == [("goalposts-moved", "fail", "late"), LOOSENED]
    change.commit()
    assert change.found("HEAD~1") == [("goalposts-moved", "fail", "late"), LOOSENED]


def test_a_register_or_a_ledger_behind_a_link_to_another_repository_is_no_pass(change, tmp_path):
    other = tmp_path / "elsewhere"
    shutil.copytree(change.folder, other)
    (change.folder / "sub").mkdir()
    shutil.move(change.folder / "targets.yaml", change.folder / "sub/targets.yaml")
    change.commit()
    shutil.rmtree(change.folder / "sub")
    (change.folder / "sub").symlink_to(other)
    assert change.cli("check", "--file", "sub/targets.yaml", "--against", "HEAD").code == 3


@pytest.mark.promise("same-commit")
def test_a_folder_of_the_register_that_became_a_link_is_found(change):
    (change.folder / "sub").mkdir()
    for name in ("targets.yaml", "progress.jsonl"):
        (change.folder / name).rename(change.folder / "sub" / name)
    change.commit()
    (change.folder / "sub").rename(change.folder / "real")
    (change.folder / "sub").symlink_to("real")
    change.cli.monkeypatch.setenv("CDSTRACK_FILE", "sub/targets.yaml")
    assert set(change.found()) == {LOOSENED}


@pytest.mark.promise("same-commit")
def test_another_ledger_is_found(change):
    change.write(head=HEAD + "ledger: other.jsonl\n")
    assert change.found() == [LOOSENED, ("ledger-changed", "fail", None)]
    shutil.copy(change.cli.ledger, change.folder / "other.jsonl")
    assert change.found() == [LOOSENED]
    ran = change.check()
    assert "The ledger stood at progress.jsonl in the version compared with" in ran.out


@pytest.mark.promise("same-commit")
def test_a_nearer_register_does_not_hide_the_one_that_was_judged(change):
    here = change.folder / "here"
    here.mkdir()
    change.cli.monkeypatch.chdir(here)
    assert change.found() == []
    (here / "targets.yaml").write_text(register(TRAINED), "utf-8")
    ran = change.check()
    assert (ran.code, "stood at targets.yaml" in ran.out) == (1, True)


@pytest.mark.promise("same-commit")
def test_a_register_under_another_name_is_no_new_one(change):
    change.git("mv", "targets.yaml", "neu.yaml")
    ran = change.check("HEAD", "--file", "neu.yaml", "--fail-on", "goalposts-moved")
    assert (ran.code, "but targets.yaml held some of its commitments" in ran.err) == (3, True)


@pytest.mark.promise("same-commit")
def test_a_nearer_register_that_is_gone_is_missed(change):
    here = change.folder / "here"
    here.mkdir()
    (here / "targets.yaml").write_text(register(TRAINED), "utf-8")
    change.commit()
    (here / "targets.yaml").unlink()
    change.cli.monkeypatch.chdir(here)
    assert change.found() == [LOOSENED]


# What else a verdict hangs on


@every_case(
    "head, more",
    [
        ("timezone: UTC\n" + HEAD, ""),
        (HEAD, "policy: {on_track: 0.5}\n"),
        (HEAD, "policy: {stale_after: 1000}\n"),
        (HEAD.replace(", ended: 2026-03-01, successor: office, how: merged", ""), ""),
        (HEAD.replace(", ended: 2026-03-01, how: dissolved", ""), ""),
        (HEAD.replace("2026-03-01, how: dissolved", "2027-03-01, how: dissolved"), ""),
        (HEAD.replace("successor: office", "successor: gone"), ""),
    ],
)  # fmt: skip
def test_what_a_verdict_hangs_on_may_not_move_silently(change, head, more):
    change.write(head=head, more=more)
    assert {code for code, *_ in change.found()} == {"goalposts-moved"}


MEMBERS = (
    "  north: {name: Bắc}\n  south: {name: Nam}\ngroups:\n"
    "  all: {name: Tất cả, size: [{from: 2026-01-01, n: 2}], members: [north, south]}\n"
)
SHARED = target(
    "shared",
    "kind: reach\nunit: '%'\ntarget: {at_least: 100}\ndeadline: 2026-06\n"
    "reporters: all\nacross: share\neach: {at_least: 10}\n",
)


@pytest.mark.promise("same-commit")
def test_a_silent_body_may_not_begin_later(change):
    change.write(SHARED, head=HEAD + MEMBERS)
    change.commit()
    later = MEMBERS.replace("south: {name: Nam", "south: {name: Nam, started: 2030-01-01")
    change.write(SHARED, head=HEAD + later)
    assert ("goalposts-moved", "fail", None) in change.found()


# Dated back


@pytest.mark.parametrize(
    "decision",
    [
        "    closed: {on: 2026-06-01, how: withdrawn, source: plan}\n",
        "    closed: {on: 2026-06-01, how: superseded, source: plan}\n",
        "    closed: {on: 1000-01-01, how: withdrawn, source: plan}\n",
    ],
)
def test_a_closing_dated_back_that_takes_an_alarm_away_closes_the_gate(change, decision):
    change.write(TRAINED, LATE + decision)
    assert change.found() == [
        ("past-rewritten", "fail", "late"), ("backdated-decision", "warn", "late"),
    ]  # fmt: skip
    assert "overdue on 1 Nov 2026, by what was known then; " in change.check().out


def test_a_later_deadline_dated_back_that_takes_an_alarm_away_closes_the_gate(change):
    revised = "    revisions:\n      - {on: 2026-06-01, source: plan, field: deadline, "
    change.write(TRAINED, MOVED + revised + "old: 2026-06, new: 2029}\n")
    assert ("past-rewritten", "fail", "late") in change.found()


def test_a_decision_of_today_takes_no_alarm_away(change):
    change.write(TRAINED, LATE + "    closed: {on: 2026-11-21, how: withdrawn, source: plan}\n")
    assert change.found() == []
    assert change.check().code == 1  # overdue all the same


def test_a_decision_dated_back_that_changes_no_verdict_only_warns(change):
    closed = "    closed: {on: 2026-01-01, how: withdrawn, source: plan}\n"
    change.write(TRAINED + closed, LATE)
    assert change.found() == [("backdated-decision", "warn", "trained")]


def test_the_end_of_a_silent_body_dated_back_closes_the_gate(change):
    change.write(SHARED, head=HEAD + MEMBERS)
    change.cli.report("shared", "10", "--body", "north", "--date", "2026-06-30")
    change.commit()
    ended = "south: {name: Nam, ended: 2026-03-01, how: dissolved"
    sizes = "n: 2}, {from: 2026-03-01, n: 1}"
    change.write(
        SHARED, head=HEAD + MEMBERS.replace("south: {name: Nam", ended).replace("n: 2}", sizes)
    )
    assert ("past-rewritten", "fail", "shared") in change.found()


def test_a_smaller_group_dated_back_closes_the_gate(change):
    many = MEMBERS.replace(", members: [north, south]", "")
    change.write(TRAINED, LATE, SHARED, head=HEAD + many)
    change.cli.report("shared", "10", "--body", "north", "--date", "2026-06-30")
    change.commit()
    assert change.found() == []
    fewer = many.replace("n: 2}", "n: 2}, {from: 2026-03-01, n: 1}")
    change.write(TRAINED, LATE, SHARED, head=HEAD + fewer)
    assert change.found() == [
        ("past-rewritten", "fail", "shared"), ("backdated-decision", "warn", None),
    ]  # fmt: skip


@pytest.mark.promise("known-on")
def test_a_line_dated_back_that_rewrites_the_past_closes_the_gate(change):
    change.append(recorded="2026-06-30T03:00:00.000000Z")
    assert change.found() == [
        ("past-rewritten", "fail", "late"), ("report-backdated", "warn", "late"),
    ]  # fmt: skip
    ran = change.check()
    assert "Late task: overdue on 1 Jul 2026, by what was known then; achieved for" in ran.out
    assert "progress.jsonl:3:1: warns [report-backdated] late" in ran.out
    assert "line 3 says that it was recorded on 30 Jun 2026 10:00, but HEAD, of 1 Nov" in ran.out
    vi = change.cli("check", "--against", "HEAD", "--lang", "vi").out
    assert "dòng 3 đề thời điểm ghi là 30/06/2026 10:00, trong khi HEAD (ngày 01/11/2026)" in vi


BY_SEX = (
    "breakdown: {sex: {women: {vi: Nữ, en: Women}, men: {vi: Nam, en: Men}}}\n"
    "baseline: {value: 0, date: 2026-01-01}\ndeadline: 2026-06\n"
)
MADE = target("made", REACH + BY_SEX + "total: sum\n")
STANDING = target(
    "standing", "kind: unquantified\nunit: người\n" + BY_SEX
    + "slices: [{slice: {sex: women}, target: {at_least: 500}}]\n",
)  # fmt: skip


@pytest.fixture
def sliced(cli, once) -> Change:
    """Targets that were late on the day of the version by what their slices came to."""
    change = Change(cli)

    def begin() -> None:
        change.begin()
        change.write(MADE, STANDING)
        cli.ledger.write_text("", "utf-8")
        for name in ("made", "standing"):
            for slice_ in ("women", "men"):
                cli.report(name, "300", "--slice", slice_, "--date", "2026-06-30")
        change.commit()

    once("sliced", cli.folder, begin)
    return change


@pytest.mark.promise("known-on")
@pytest.mark.parametrize(
    ("name", "is_correction", "is_rewritten"),
    [
        ("made", True, True),
        ("standing", True, True),
        ("made", False, False),  # on that day the other slice was silent
        ("standing", False, True),
    ],
)
def test_a_line_of_a_slice_dated_back_that_rewrites_the_past_closes_the_gate(
    sliced, name, is_correction, is_rewritten
):
    lines = map(json.loads, sliced.cli.ledger.read_text("utf-8").splitlines())
    of_women = next(
        line for line in lines if (line["target"], line["slice"]) == (name, {"sex": "women"})
    )
    more = {"corrects": of_women["id"]} if is_correction else {}
    sliced.append(
        target=name, slice={"sex": "women"}, value="700", recorded="2026-06-30T03:00:00Z", **more
    )
    rewritten = [("past-rewritten", "fail", name)] if is_rewritten else []
    assert sliced.found() == [*rewritten, ("report-backdated", "warn", name)]


def test_a_line_of_the_whole_dated_back_before_its_slices_closes_the_gate(sliced):
    sliced.append(target="made", recorded="2026-06-30T03:00:00Z")
    assert ("past-rewritten", "fail", "made") in sliced.found()


def test_a_slice_that_stood_silent_and_is_told_today_rewrites_nothing(sliced):
    sliced.append(
        target="made", slice={"sex": "women"}, value="900", recorded="2026-11-21T04:00:00Z"
    )
    assert sliced.found() == []


@every_case(
    "old, new, field",
    [
        ("women: {vi: Nữ, en: Women}, ", "", "breakdown"),
        ("women: {vi: Nữ", "females: {vi: Nữ", "breakdown"),
        ("vi: Nữ, en: Women}, men: {vi: Nam", "vi: Nam, en: Women}, men: {vi: Nữ", "labels"),
        ("total: sum", "total: reported", "total"),
        ("total: sum", "total: sum\n    slices: [{slice: {sex: men}, target: {at_least: 1}}]",
         "slices"),
    ],
)  # fmt: skip
def test_what_a_whole_is_made_of_may_not_move_silently(sliced, old, new, field):
    sliced.write(MADE.replace(old, new), STANDING)
    assert ("goalposts-moved", "fail", "made") in sliced.found()
    assert f"({field})" in sliced.check().out


@pytest.mark.promise("known-on")
@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("0001-01-01T00:00:00Z", True),
        ("1900-01-01T00:00:00Z", True),
        ("2026-10-31T04:59:59Z", True),
        ("2026-10-31T11:59:59.5+07:00", True),
        ("2026-10-31T05:00:00Z", False),
        ("2026-11-01T04:00:00Z", False),
        ("2026-11-20T04:00:00Z", False),
    ],
)
def test_a_day_of_grace_for_clocks_that_differ(change, recorded, found):
    change.append(target="trained", value="20", recorded=recorded)
    findings = change.found()
    assert [each for each in findings if each[0] == "report-backdated"] == (
        [("report-backdated", "warn", "trained")] if found else []
    )
    assert not findings or findings[0][0] == "report-backdated"


def test_a_moment_is_found_however_its_key_is_written(change):
    line = '{"id":"x","target":"trained","date":"2026-06-30","value":"1",'
    with change.cli.ledger.open("a", encoding="utf-8") as file:
        file.write(line + '"\\u0072ecorded":"2026-01-01T00:00:00Z"}\n')
    assert change.found() == [("report-backdated", "warn", "trained")]


def test_a_report_recorded_anew_today_is_no_rewriting(change):
    change.append(recorded="2026-11-21T06:00:00Z")
    assert change.found() == []
    assert change.check().code == 0


# What came and went in between


@pytest.mark.promise("every-commit")
def test_a_line_that_came_and_changed_is_found_from_every_version(change):
    change.append(target="trained", value="20", recorded="2026-11-20T03:00:00Z")
    change.commit()
    ledger = change.cli.ledger
    good = ledger.read_bytes()
    ledger.write_bytes(good.replace(b'"value":"20","recorded"', b'"value":"900","recorded"'))
    edited = [("ledger-changed", "fail", None)]
    assert change.found() == change.found("HEAD~1") == edited
    change.commit()
    assert change.found("HEAD~1") == change.found("HEAD~2") == edited
    assert change.found() == []
    assert "1 line that came in after HEAD~2 is gone or altered again" in change.check("HEAD~2").out
    ledger.write_bytes(good)
    change.commit()
    assert change.found("HEAD~3") == change.found("HEAD~2") == []


@pytest.mark.promise("every-commit")
@pytest.mark.parametrize("disguise", ["", '"x":{"id":"OLD"},', '"x":[{"id" : "OLD"}],'])
def test_a_line_that_came_and_went_is_found(change, disguise):
    # Under a key of its own a line may name the id of one that was there before.
    before = change.cli.ledger.read_bytes()
    old = json.loads(before.splitlines()[0])["id"]
    change.append(target="trained", value="20", recorded="2026-11-20T03:00:00Z")
    line = change.cli.ledger.read_bytes().splitlines(keepends=True)[-1].decode()
    line = "{" + disguise.replace("OLD", old) + line[1:]
    change.cli.ledger.write_bytes(before + line.encode())
    change.commit()
    change.cli.ledger.write_bytes(before)
    change.commit()
    assert change.found("HEAD~2") == [("ledger-changed", "fail", None)]


@pytest.mark.promise("every-commit")
def test_a_promise_that_came_and_moved_is_found(change):
    change.write(TRAINED, LATE, target("new", "kind: milestone\ndeadline: 2026-12\n"))
    change.commit()
    change.write(TRAINED, LATE, target("new", "kind: milestone\ndeadline: 2028-12\n"))
    change.commit()
    assert change.found("HEAD~2") == [("goalposts-moved", "fail", "new")]
    change.write()
    change.commit()
    assert change.found("HEAD~3")[0] == ("goalposts-moved", "fail", "new")


@pytest.mark.promise("every-commit")
def test_what_was_moved_and_put_right_is_a_remark(change):
    change.write(TRAINED, MOVED, more="check: {fail_on: []}\n")
    change.commit()
    moved = change.head
    change.write()
    change.commit()
    assert sorted(change.found("HEAD~2"), key=str) == [
        ("moved-and-back", "warn", "late"), ("moved-and-back", "warn", None),
    ]  # fmt: skip
    ran = change.check("HEAD~2")
    assert f"changed at {moved[:12]} and put right since: deadline, June 2026 → end of" in ran.out


@pytest.mark.promise("every-commit")
def test_a_revision_that_came_and_went_is_a_remark(change):
    revised = "    revisions:\n      - {on: 2026-11-01, source: plan, field: deadline, "
    change.write(TRAINED, MOVED + revised + "old: 2026-06, new: 2029}\n")
    change.commit()
    change.write()
    change.commit()
    assert {each[:2] for each in change.found("HEAD~2")} == {("moved-and-back", "warn")}


def test_a_branch_that_went_its_own_way_is_not_blamed_for_the_other(change):
    change.git("checkout", "-q", "-b", "side")
    change.append(target="trained", value="20", recorded="2026-11-20T03:00:00Z")
    change.commit()
    change.git("checkout", "-q", "main")
    change.write(TRAINED, LATE, target("new", "kind: milestone\ndeadline: 2026-12\n"))
    change.commit()
    change.git("merge", "-q", "--no-edit", "side")
    assert change.found("HEAD~1") == change.found("HEAD~2") == change.found("side") == []


@pytest.mark.promise("missing-version")
def test_a_shallow_copy_that_hides_commits_is_no_pass(change, tmp_path):
    base = change.head
    for _ in range(3):
        change.commit()
    part = tmp_path / "part"
    change.git("clone", "-q", "--depth=2", change.folder.as_uri(), str(part))
    change.git("-C", str(part), "fetch", "-q", "--depth=1", "origin", base)
    for rev, code in ((base, 3), ("HEAD~1", 0), ("HEAD", 0)):
        asked = ("--file", str(part / "targets.yaml"), "--fail-on", "goalposts-moved")
        assert change.cli("check", "--against", rev, *asked).code == code, rev


# Words


def test_words_that_changed_are_said_and_do_not_fail(change):
    stated = "source: plan, strength: ensure, paragraph: 3}"
    change.write(
        TRAINED.replace("Officials trained", "Officials invited").replace("source: plan}", stated),
        LATE,
    )
    change.commit()
    change.write(head=HEAD.replace("The plan", "Another plan"))
    codes = change.found()
    assert {code for code, *_ in codes} == {"words-changed"}
    assert {level for _, level, _ in codes} == {"warn"}
    ran = change.check("HEAD", "--fail-on", "goalposts-moved")
    assert ran.code == 0
    for text in ("title, Officials invited → Officials trained", "paragraph, 3 → nothing",
                 "strength of the words, ensure → nothing",
                 "plan: wording changed: title of the document, The plan → Another plan",
    ):  # fmt: skip
        assert text in ran.out
    vi = change.cli("check", "--against", "HEAD", "--lang", "vi").out
    assert "lời văn thay đổi: tên, Officials invited → Officials trained" in vi


# A torn tail


@pytest.mark.promise("torn-tail")
def test_a_gate_that_saw_a_torn_ledger_does_not_pass(change):
    change.write(TRAINED)
    change.cli.ledger.write_bytes(change.cli.ledger.read_bytes()[:-10])
    ran = change.cli("check", "--lang", "en")
    assert (ran.code, "not written to its end" in ran.err) == (3, True)
    assert "Not everything could be judged" in ran.out
    assert change.cli("check", "--exit-zero").code == 3
    assert (change.cli("status").code, change.cli("validate").code) == (0, 3)


def test_the_moment_of_the_clock_makes_no_difference(change):
    change.append(recorded="2026-06-30T03:00:00.000000Z")
    found = change.found()
    change.cli.clock = lambda: datetime(2031, 1, 1, tzinfo=UTC)
    assert [each for each in change.found() if each[2] == "late"] == found


# Moved and back by decisions


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "• moved and back: it stands as it was first promised"),
        ("vi", "• đã điều chỉnh rồi trở lại đúng như cam kết ban đầu"),
    ],
)
def test_a_deadline_that_decisions_moved_and_moved_back_is_said_to_be_back(change, lang, text):
    move = (
        "      - {{on: 2026-{month}-01, source: plan, field: deadline, old: {old}, new: {new}}}\n"
    )
    moves = [("02", "2026-06", "2029"), ("03", "2029", "2026-06")]
    lines = [move.format(month=month, old=old, new=new) for month, old, new in moves]
    change.write(TRAINED, LATE + "    revisions:\n" + "".join(lines))
    page = change.cli("show", "late", "--lang", lang).out
    assert text in page
    assert "first promised: ;" not in page
    codes = {each["code"] for each in change.cli("check", "--format", "json").json["findings"]}
    assert "eased" not in codes


# The dates of commits


@pytest.mark.promise("known-on")
def test_a_commit_with_an_old_date_does_not_make_the_past_free(change):
    change.commit("1990-01-01")
    change.write(TRAINED, LATE + "    closed: {on: 2026-06-01, how: withdrawn, source: plan}\n")
    assert ("past-rewritten", "fail", "late") in change.found()
    assert "HEAD is dated 1 Jan 1990, before a commit that it follows; 1 Nov" in change.check().err
    vi = change.cli("check", "--against", "HEAD", "--lang", "vi").err
    assert "HEAD đề ngày 01/01/1990" in vi


def test_a_commit_of_the_future_does_not_blame_honest_reports(change):
    change.commit("2030-01-01")
    change.cli.report("late", "1000", "--date", "2026-06-30")
    assert change.found() == []
    assert "HEAD is dated 1 Jan 2030, which is in the future" in change.check().err


@pytest.mark.promise("missing-version")
def test_a_head_without_commits_is_no_pass(change):
    change.commit()
    base = change.head
    change.git("symbolic-ref", "HEAD", "refs/heads/nobody")
    ran = change.check(base)
    assert (ran.code, "names no commit" in ran.err) == (3, True)


@pytest.mark.promise("missing-version")
def test_a_whole_copy_that_calls_itself_shallow_hides_nothing(change):
    base = change.head
    for _ in range(2):
        change.commit()
    (change.folder / ".git/shallow").write_text(change.head + "\n", "utf-8")
    assert change.check(base).code == 3
    assert change.check("HEAD").code != 3


@pytest.mark.promise("known-on")
def test_what_is_dated_between_an_old_version_and_the_commit_before_its_own_is_found(change):
    change.commit("2026-11-15")
    change.append(date="2026-10-31", recorded="2026-11-05T03:00:00Z")
    change.commit("2026-11-20")
    assert change.found("HEAD~2") == change.found("HEAD~1") == [
        ("past-rewritten", "fail", "late"), ("report-backdated", "warn", "late"),
    ]  # fmt: skip
    before = change.git("rev-parse", "HEAD~1")[:12]
    assert f"5 Nov 2026 10:00, but {before}, of 15 Nov 2026, does not" in change.check("HEAD~2").out
    assert change.found() == []


DUE = target("due", DATED.replace("deadline: 2026", "deadline: 2026-11-15"))
WITHDRAWN = DUE + "    closed: {on: ON, how: withdrawn, source: plan}\n"
PUT_OFF = DUE.replace("deadline: 2026-11-15", "deadline: 2029") + (
    "    revisions: [{on: ON, field: deadline, old: 2026-11-15, new: 2029, source: plan}]\n"
)


@pytest.mark.promise("known-on")
@pytest.mark.parametrize(
    ("decision", "on", "found"),
    [
        (WITHDRAWN, "2026-11-10", True),
        (WITHDRAWN, "2026-11-14", True),
        (WITHDRAWN, "2026-11-20", False),
        (PUT_OFF, "2026-11-14", True),
        (PUT_OFF, "2026-11-20", False),
    ],
)
def test_a_decision_dated_between_the_version_and_today_puts_no_alarm_out(
    change, decision, on, found
):
    change.write(TRAINED, LATE, DUE)
    change.commit()
    change.write(TRAINED, LATE, decision.replace("ON", on))
    expected = [("past-rewritten", "fail", "due"), ("backdated-decision", "warn", "due")]
    assert change.found() == (expected if found else [])
    change.commit("2026-11-20")
    assert change.found("HEAD~1")[:2] == (expected if found else [])
    assert change.found() == []


def test_a_decision_of_last_week_that_takes_no_alarm_away_passes(change):
    later = DUE.replace("2026-11-15", "2026-11-25")
    change.write(TRAINED, LATE, later)
    change.commit()
    change.write(
        TRAINED, LATE, PUT_OFF.replace("2026-11-15", "2026-11-25").replace("ON", "2026-11-12")
    )
    assert change.found() == [("backdated-decision", "warn", "due")]
    assert "a revision dated 12 Nov 2026 was entered only on 21 Nov 2026" in change.check().out
    change.commit("2026-11-13")
    assert change.found("HEAD~1") == []
    change.cli.clock = lambda: datetime(2026, 12, 1, tzinfo=UTC)
    assert change.found("HEAD~1") == [("backdated-decision", "warn", "due")]
    assert "says only the date of its commit" in change.check("HEAD~1").out


def test_a_review_that_was_put_off_is_said(change):
    undated = target("open", REACH + "review_by: 2026-10-01\n")
    change.write(TRAINED, undated)
    change.commit()
    change.write(TRAINED, undated.replace("2026-10-01", "2029-01-01"))
    assert change.found() == [("words-changed", "warn", "open")]
    assert "the day of its review (review_by), 1 Oct 2026 → 1 Jan 2029" in change.check().out
    vi = change.cli("check", "--against", "HEAD", "--lang", "vi").out
    assert "hạn rà soát (review_by), 01/10/2026 → 01/01/2029" in vi


@pytest.mark.promise("same-commit")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("targets.yaml working-tree-encoding=ASCII//TRANSLIT", 3),
        ("*.jsonl ident", 3),
        ("* filter=own", 3),
        ("* text=auto eol=lf -ident", 0),
        ("*.jsonl merge=union", 0),
        ("*.pdf filter=lfs", 0),
    ],
)
def test_a_file_that_git_may_write_otherwise_than_it_was_committed_is_no_pass(change, line, code):
    (change.folder / ".gitattributes").write_text(line + "\n", "utf-8")
    assert change.check("HEAD", "--fail-on", "goalposts-moved").code == 0  # it is as committed
    for name in ("targets.yaml", "progress.jsonl"):
        with (change.folder / name).open("ab") as file:
            file.write(b"\n")
    ran = change.check("HEAD", "--fail-on", "goalposts-moved")
    assert (ran.code, "may not write" in ran.err) == (code, code == 3)


def test_a_draft_that_changed_on_its_branch_names_its_commit_and_the_way_out(change):
    draft = target("new", "kind: milestone\ndeadline: 2026-12\n")
    change.write(TRAINED, LATE, draft)
    change.commit()
    first = change.head
    change.write(TRAINED, LATE, draft.replace("2026-12", "2028-12"))
    change.append(target="trained", value="20", recorded="2026-11-20T03:00:00Z")
    change.commit()
    change.cli.ledger.write_bytes(change.cli.ledger.read_bytes().replace(b'"20","r', b'"21","r'))
    change.commit()
    out = change.check("HEAD~3").out
    assert f"changed since the commit {first[:12]}, which promised it first" in out
    assert out.count("squash the commits of the branch") == 2
    assert change.cli("check", "--against", "HEAD~3", "--lang", "vi").out.count("(squash)") == 2
    assert change.found() == []


@pytest.mark.promise("every-commit")
def test_a_register_in_between_that_cannot_be_read_is_said(change):
    change.write(more="targets: [\n")
    change.commit()
    broken = change.head
    change.write()
    change.commit()
    assert f"The register at {broken[:12]} could not be read" in change.check("HEAD~2").err


SERIES = target(
    "share",
    "kind: reach\nunit: '%'\ntarget: {at_least: 20}\ndeadline: 2026-06\n"
    "series: {mic: Estimate, gso: Statistics}\njudged_by: gso\n"
    "breakdown: {sex: {women: Women, men: Men}}\n",
)


@pytest.mark.parametrize(
    ("of", "old", "new"),
    [
        ("--series mic", '"series":"mic"', '"series":"gso"'),
        ("--slice women", '"sex":"women"', '"sex":"men"'),
    ],
)
def test_a_line_that_is_given_to_another_series_or_slice_is_an_altered_line(change, of, old, new):
    change.write(TRAINED, LATE, SERIES)
    change.cli.report("share", "25", *of.split(), "--date", "2026-06", "--source", "plan")
    change.commit()
    text = change.cli.ledger.read_text("utf-8")
    assert old in text
    change.cli.ledger.write_text(text.replace(old, new), "utf-8")
    assert change.found() == [("ledger-changed", "fail", None)]

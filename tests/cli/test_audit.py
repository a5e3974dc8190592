"""Who brought each line of a ledger: desks, ``audit``, and what the gate makes of it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.boards import PROVINCES, SIGN, asked
from tests.cli.build import NOW, target
from tests.commits import head_of, run_git, write_commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

TRAINED = asked("trained", "sum", goal="at_least: 1000", vi="Tập huấn", en="Trained")
HEAD = "cdstrack: 1\ndesks: desks.yaml\n" + PROVINCES.removeprefix("cdstrack: 1\n")
DESKS = """\
cdstrack: 1
desks:
  - {member: LAN@north.vn, body: north}
  - {member: minh@north.vn, body: north, may: [report]}
  - {member: an@office.vn, all: true, until: 2026-12-31}
  - {member: hoa@highland.vn, body: highland}
  - {member: chi@provinces.vn, group: provinces, target: sign}
"""


class Kho:
    """A register in git, with commits by whoever is named."""

    def __init__(self, cli) -> None:
        self.cli = cli
        for name in ("HOME", "XDG_CONFIG_HOME"):
            cli.monkeypatch.setenv(name, str(cli.folder / ".home"))
        cli.monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def begin(self) -> None:
        self.cli.write(TRAINED, SIGN, head=HEAD)
        (self.cli.folder / "desks.yaml").write_text(DESKS, encoding="utf-8")
        self.git("init", "-q", "-b", "main", "--template=")
        self.commit("an@office.vn")

    def git(self, *args: str) -> str:
        when = f"{NOW + timedelta(minutes=2):%Y-%m-%dT%H:%M:%S} +0000"
        env = os.environ | {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
        return run_git(self.cli.folder, *args, environ=env)

    def commit(self, email: str, *options: str) -> None:
        name = email.partition("@")[0]
        if not options:
            moment = NOW + timedelta(minutes=2)
            write_commit(self.cli.folder, "x", f"{name} <{email}>", moment, without=(".home",))
            return
        self.git("add", "-A", "--", "*.yaml", "*.jsonl")
        who = ["-c", f"user.name={name}", "-c", f"user.email={email}"]
        self.git(*who, *options, "commit", "-q", "-m", "x")

    def report(self, email: str, *args: str) -> str:
        record = self.cli.report(*args, "--by", email)
        self.commit(email)
        return str(record["id"])

    def audit(self, *args: str) -> list[dict]:
        ran = self.cli("audit", "--format", "json", *args)
        assert ran.code == 0, ran.err
        return ran.json["lines"]

    def found(self, *args: str, codes: str = "report-unauthorised") -> list[tuple[str, str]]:
        ran = self.cli("check", "--fail-on", codes, "--warn-on", "none", "--format", "json", *args)
        assert ran.code in (0, 1), ran.err
        assert ran.code == bool(ran.json["findings"])
        return [(each["code"], each["message"]["en"]) for each in ran.json["findings"]]


@pytest.fixture
def kho(cli, once) -> Kho:
    kho = Kho(cli)
    once("kho", cli.folder, kho.begin)
    return kho


NORTH = ("trained", "5", "--body", "north", "--date", "2026-06", "--source", "BC 1")


@pytest.mark.promise("desks")
@pytest.mark.parametrize(
    ("email", "args", "allowed"),
    [
        ("lan@north.vn", NORTH, True),
        ("Lan@North.vn", NORTH, True),
        ("bo@evil.vn", NORTH, False),
        ("lan@north.vn", ("trained", "5", "--body", "south", "--date", "2026-06"), False),
        ("hoa@highland.vn", ("trained", "5", "--body", "hill", "--date", "2026-06"), True),
        ("chi@provinces.vn", NORTH, False),
        ("chi@provinces.vn", ("sign", "--done", "--body", "south", "--date", "2026-06"), True),
        ("an@office.vn", NORTH, True),
    ],
)
def test_a_desk_says_who_may_report_for_whom(kho, email, args, allowed):
    kho.report(email, *args)
    [line] = kho.audit()
    assert (line["event"], line["email"], line["act"]) == ("new", email, "report")
    assert line["allowed"] is allowed
    assert bool(kho.found()) is not allowed


@pytest.mark.promise("desks")
def test_who_corrects_needs_the_right_for_what_is_corrected(kho):
    first = kho.report("lan@north.vn", *NORTH)
    kho.report("minh@north.vn", "trained", "6", *NORTH[2:], "--corrects", first)
    lines = kho.audit()
    assert [line["allowed"] for line in lines] == [True, False]
    assert lines[1]["foreign_email"] is None  # the same desk
    assert "minh <minh@north.vn> corrected a report for June 2026" in kho.found()[0][1]


@pytest.mark.promise("desks")
def test_a_right_for_what_is_corrected_gives_none_for_another_body(kho):
    """Lan may take back what north reported, but not say a figure of south in its place."""
    first = kho.report("lan@north.vn", *NORTH)
    lines = kho.cli.ledger.read_text("utf-8").splitlines()
    change = {"id": "for-south", "body": "south", "corrects": first}
    line = json.dumps({**json.loads(lines[0]), **change}, ensure_ascii=False)
    kho.cli.ledger.write_text("\n".join([*lines, line, ""]), encoding="utf-8")
    kho.commit("lan@north.vn")
    assert [line["allowed"] for line in kho.audit()] == [True, False]


@pytest.mark.promise("foreign-corrections")
def test_a_correction_of_somebody_elses_report_is_named_also_from_long_ago(kho):
    first = kho.report("lan@north.vn", *NORTH)
    kho.report("bo@evil.vn", "trained", "--void", first)
    [line] = kho.audit("HEAD~1")
    assert (line["act"], line["foreign_email"], line["corrects"]) == ("void", "lan@north.vn", first)
    out = kho.cli("audit", "--lang", "en").out
    assert f"takes back report {first}, which came from lan <lan@north.vn>" in out
    assert "1 correction of what somebody else had reported" in out


def test_lines_that_came_and_changed_or_went(kho):
    first = kho.report("lan@north.vn", *NORTH)
    text = kho.cli.ledger.read_text("utf-8")
    kho.cli.ledger.write_text(text.replace('"value":"5"', '"value":"50"'), encoding="utf-8")
    kho.commit("bo@evil.vn")
    kho.cli.ledger.write_text("", encoding="utf-8")
    kho.commit("cu@evil.vn")
    assert [(line["event"], line["report"], line["email"]) for line in kho.audit()] == [
        ("new", first, "lan@north.vn"),
        ("altered", first, "bo@evil.vn"),
        ("gone", first, "cu@evil.vn"),
    ]


def test_a_line_belongs_to_the_commit_that_first_held_it_on_whatever_branch(kho):
    (kho.cli.folder / ".gitattributes").write_text("*.jsonl merge=union\n", encoding="utf-8")
    first = kho.report("lan@north.vn", *NORTH)
    kho.git("checkout", "-q", "-b", "side")
    second = kho.report("hoa@highland.vn", "trained", "7", "--body", "hill", "--date", "2026-06")
    kho.git("checkout", "-q", "main")
    third = kho.report("an@office.vn", "trained", "8", "--body", "south", "--date", "2026-06")
    kho.git("-c", "user.name=x", "-c", "user.email=x@x.vn", "merge", "-q", "--no-edit", "side")
    lines = kho.audit()
    assert {line["report"]: line["email"] for line in lines} == {
        first: "lan@north.vn", second: "hoa@highland.vn", third: "an@office.vn",
    }  # fmt: skip
    assert {line["event"] for line in lines} == {"new"}


def test_a_merge_that_drops_a_line_is_named_and_one_that_follows_a_removal_is_not(kho):
    who = ["-c", "user.name=x", "-c", "user.email=x@x.vn"]
    first = kho.report("lan@north.vn", *NORTH)
    kho.git("checkout", "-q", "-b", "side")
    second = kho.report("hoa@highland.vn", "trained", "7", "--body", "hill", "--date", "2026-06")
    kho.git("checkout", "-q", "main")
    kho.report("an@office.vn", "trained", "8", "--body", "south", "--date", "2026-06")
    kho.git(*who, "merge", "-q", "-s", "ours", "--no-edit", "side")
    assert [(line["event"], line["report"]) for line in kho.audit()][-1] == ("gone", second)
    kho.git("checkout", "-q", "-b", "other")
    kho.git(*who, "commit", "-q", "--allow-empty", "-m", "x")
    kho.git("checkout", "-q", "main")
    rest = [line for line in kho.cli.ledger.read_text("utf-8").splitlines() if first not in line]
    kho.cli.ledger.write_text("\n".join(rest) + "\n", encoding="utf-8")
    kho.commit("cu@evil.vn")
    kho.git(*who, "merge", "-q", "--no-edit", "other")
    lines = [line for line in kho.audit() if line["event"] == "gone"]
    assert [(line["report"], line["email"]) for line in lines] == [
        (second, "x@x.vn"), (first, "cu@evil.vn"),
    ]  # fmt: skip


def test_what_the_gate_goes_by_is_watched(kho):
    targets = kho.cli.folder / "targets.yaml"
    kho.report("lan@north.vn", *NORTH)
    for more, subject in (
        ("check: {warn_on: []}\n", "check"),
        ("# a remark alone\n", None),
        ("check:\n  warn_on: []\n  waivers: w.yaml\n", "check"),
    ):
        head, _, _ = targets.read_text("utf-8").partition("check:")
        targets.write_text(head + more, encoding="utf-8")
        kho.commit("bo@evil.vn")
        changes = kho.cli("audit", "HEAD~1", "--format", "json").json["changes"]
        assert [change["subject"] for change in changes] == ([subject] if subject else ["check"])
    (kho.cli.folder / "desks.yaml").write_text(DESKS + "# x\n", encoding="utf-8")
    kho.commit("bo@evil.vn")
    assert "the desks were changed" in kho.cli("audit", "HEAD~1", "--lang", "en").out


@pytest.mark.promise("desks")
def test_nobody_gives_himself_a_desk(kho):
    base = head_of(kho.cli.folder)
    desk = "  - {member: bo@evil.vn, all: true}\n"
    (kho.cli.folder / "desks.yaml").write_text(DESKS + desk, encoding="utf-8")
    kho.report("bo@evil.vn", *NORTH)
    assert len(kho.found("--against", base)) == 1
    assert kho.found() == []  # once everything is agreed on


@pytest.mark.promise("desks")
@pytest.mark.parametrize("form", ["blanks", "escape", "question", "quotes", "broken", "away"])
def test_the_ledger_is_that_of_the_register_however_it_is_written(kho, form):
    targets = kho.cli.folder / "targets.yaml"
    text = targets.read_text("utf-8")
    kho.report("lan@north.vn", *NORTH)
    kho.cli.ledger.rename(kho.cli.folder / "p2.jsonl")
    moved = {
        "blanks": "".join(f" {line}" for line in f"{text}ledger: p2.jsonl\n".splitlines(True)),
        "escape": text + '"led\\u0067er": p2.jsonl\n',
        "question": text.replace("cdstrack: 1", '? cdstrack\n: 1\n? "ledger"\n: p2.jsonl', 1),
        "quotes": text.replace("Register of", '"Register\nledger: progress.jsonl\nof').replace(
            "provinces}\nsources", 'provinces"}\nsources'
        )
        + '"ledger": p2.jsonl\n',
    }.get(form, text + "ledger: p2.jsonl\n")
    targets.write_text(moved, encoding="utf-8")
    kho.commit("an@office.vn")
    forgery = (
        '{"id":"evil","target":"trained","date":"2026-07","value":"9","by":"z","body":"north",'
    )
    with (kho.cli.folder / "p2.jsonl").open("a", encoding="utf-8") as file:
        file.write(forgery + f'"recorded":"{NOW:%Y-%m-%dT%H:%M:%S}.000000Z"}}\n')
    if form in ("broken", "away"):
        targets.write_text("a: [" if form == "broken" else "", encoding="utf-8")
        if form == "away":
            targets.unlink()
    kho.commit("bo@evil.vn")
    if form in ("broken", "away"):
        targets.write_text(moved, encoding="utf-8")
        kho.commit("an@office.vn")
    assert [message for _, message in kho.found() if "bo@evil.vn" in message]
    lines = {line["report"]: line["email"] for line in kho.audit()}
    assert lines["evil"] == "bo@evil.vn"
    assert len(kho.audit()) == 2


@pytest.mark.promise("desks")
def test_the_ledger_at_hand_has_to_be_the_committed_one(kho):
    kho.report("lan@north.vn", *NORTH)
    targets = kho.cli.folder / "targets.yaml"
    kho.cli.ledger.rename(kho.cli.folder / "p2.jsonl")
    targets.write_text(targets.read_text("utf-8") + "ledger: p2.jsonl\n", encoding="utf-8")
    for args in (["audit"], ["check", "--fail-on", "report-unauthorised"]):
        ran = kho.cli(*args)
        assert ran.code == 3
        assert "by the last commit the register names progress.jsonl" in ran.err


@pytest.mark.promise("desks")
def test_a_merge_brings_no_line_back_unseen(kho):
    kho.report("an@office.vn", *NORTH)
    kho.git("checkout", "-q", "-b", "side")
    lost = kho.report("bo@evil.vn", "trained", "7", "--body", "north", "--date", "2026-07")
    kho.git("checkout", "-q", "main")
    who = ["-c", "user.name=x", "-c", "user.email=x@x.vn"]
    kho.git(*who, "merge", "-q", "-s", "ours", "--no-edit", "side")
    base = head_of(kho.cli.folder)
    assert kho.found("--against", base) == []
    kho.git("checkout", "-q", "side")
    kho.git(*who, "commit", "-q", "--allow-empty", "-m", "x")
    kho.git("checkout", "-q", "main")
    kho.git(*who, "merge", "-q", "--no-commit", "--no-ff", "side")
    kho.git("checkout", "-q", "side", "--", "progress.jsonl")
    kho.git(*who, "commit", "-q", "-m", "x")
    assert [line["report"] for line in kho.audit(base)] == [lost]
    [(_, message)] = kho.found("--against", base)
    assert "bo <bo@evil.vn> reported" in message


FEW = "  few: {name: {vi: Ít, en: Few}, size: [{from: 2026-01-01, n: 1}], members: [north]}\n"
POSTS = target("posts", "kind: reach\nunit: {vi: bài, en: posts}\ntarget: {at_least: 9}\n"
               "deadline: 2026\n")  # fmt: skip
SOUTH = ("--body", "south", "--date", "2026-06")


@pytest.mark.promise("desks")
@pytest.mark.parametrize(
    ("old", "new", "email", "args"),
    [
        ("n: 1}], members: [north]", "n: 2}], members: [north, south]", "vu@few.vn",
         ("trained", "5", *SOUTH)),
        ("South}}", "South}, ended: 2026-07-01, successor: highland}", "hoa@highland.vn",
         ("trained", "5", *SOUTH)),
        (POSTS, POSTS.replace("office", "north"), "vu@few.vn", ("posts", "5", "--date", "2026-06")),
        ("targets:\n", "targets:\n" + TRAINED.replace("trained", "fresh"), "vu@few.vn",
         ("fresh", "5", *SOUTH)),
    ],
    ids=["group", "successor", "owner", "target"],
)  # fmt: skip
def test_nobody_gives_himself_a_desk_through_the_register(kho, old, new, email, args):
    kho.cli.write(TRAINED, SIGN, POSTS, head=HEAD + FEW)
    desk = "  - {member: vu@few.vn, group: few}\n"
    (kho.cli.folder / "desks.yaml").write_text(DESKS + desk, encoding="utf-8")
    kho.commit("an@office.vn")
    base = head_of(kho.cli.folder)
    targets = kho.cli.folder / "targets.yaml"
    text = targets.read_text("utf-8")
    assert text.count(old) == 1
    targets.write_text(text.replace(old, new), encoding="utf-8")
    kho.report(email, *args)
    [(_, message)] = kho.found("--against", base)
    assert email in message


@pytest.mark.promise("desks")
def test_a_target_that_is_new_goes_by_its_owner(kho):
    base = head_of(kho.cli.folder)
    kho.cli.write(TRAINED, SIGN, POSTS.replace("office", "north"), head=HEAD)
    kho.report("lan@north.vn", "posts", "5", "--date", "2026-06")
    assert kho.found("--against", base) == []
    kho.report("hoa@highland.vn", "posts", "6", "--date", "2026-07")
    assert len(kho.found("--against", base)) == 1


def test_the_gate_asks_for_desks_and_for_git(kho, cli):
    kho.report("bo@evil.vn", *NORTH)
    assert cli("check").code == 0  # off until somebody asks
    cli.write(TRAINED, SIGN, head=PROVINCES)
    ran = cli("check", "--fail-on", "report-unauthorised")
    assert ran.code == 3
    assert "names no file of desks" in ran.err
    shutil.rmtree(cli.folder / ".git")
    for args in (["audit"], ["check", "--fail-on", "report-unsigned"]):
        ran = cli(*args)
        assert ran.code == 3
        assert "is in no git repository" in ran.err


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
@pytest.mark.promise("signatures")
def test_a_signature_counts_by_a_desk_or_by_ones_own_settings_alone(kho, tmp_path_factory):
    key = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = Path(f"{key}.pub")
    kho.cli.report(*NORTH)
    kho.commit("lan@north.vn", "-c", "gpg.format=ssh", "-c", f"user.signingkey={public}",
               "-c", "commit.gpgSign=true")  # fmt: skip
    signers = kho.cli.folder / "signers"
    signers.write_text("lan@north.vn " + public.read_text("utf-8"), encoding="utf-8")
    trap = kho.cli.folder / "trap"
    kho.git("config", "gpg.ssh.allowedSignersFile", str(signers))  # of the repository: no say
    kho.git("config", "gpg.ssh.program", f"touch {trap}; false")
    [line] = kho.audit()
    assert (line["signature"], line["signed"]) == ("unknown", False)
    assert not trap.exists()
    assert [code for code, _ in kho.found(codes="report-unsigned")] == ["report-unsigned"]
    desk = f"  - {{member: '{line['key']}', body: north}}\n"
    (kho.cli.folder / "desks.yaml").write_text(DESKS + desk, encoding="utf-8")
    assert kho.found(codes="report-unsigned") == []
    (kho.cli.folder / "desks.yaml").write_text(DESKS, encoding="utf-8")
    home = kho.cli.folder / ".home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[gpg "ssh"]\nallowedSignersFile = {signers}\n', encoding="utf-8"
    )
    kho.cli.monkeypatch.delenv("XDG_CONFIG_HOME")
    [line] = kho.audit()
    assert (line["signature"], line["signer"], line["signed"]) == ("good", "lan@north.vn", True)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
@pytest.mark.promise("signatures")
def test_a_signature_proves_its_signer_and_not_the_author(kho, tmp_path_factory):
    key = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = Path(f"{key}.pub")
    sign = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={public}", "-c", "commit.gpgSign=true")
    kho.cli.report("trained", "5", "--body", "hill", "--date", "2026-06")
    kho.commit("hoa@highland.vn", *sign)  # whose desk that is, but not whose key
    [line] = kho.audit()
    assert (line["allowed"], line["signed"]) == (True, False)
    for days, signed in (("", True), (", until: 2026-01-31", False)):
        desk = f"  - {{member: '{line['key']}', body: highland{days}}}\n"
        (kho.cli.folder / "desks.yaml").write_text(DESKS + desk, encoding="utf-8")
        [line] = kho.audit()
        assert (line["allowed"], line["signed"]) == (signed, signed)
    (kho.cli.folder / "desks.yaml").write_text(DESKS, encoding="utf-8")
    signers = kho.cli.folder / "signers"
    signers.write_text("lan@north.vn " + public.read_text("utf-8"), encoding="utf-8")
    home = kho.cli.folder / ".home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[gpg "ssh"]\nallowedSignersFile = {signers}\n', encoding="utf-8"
    )
    kho.cli.monkeypatch.delenv("XDG_CONFIG_HOME")
    [line] = kho.audit()
    assert (line["signature"], line["allowed"], line["signed"]) == ("good", False, False)
    out = " ".join(kho.cli("audit", "--lang", "en").out.split())
    assert "signed by lan@north.vn, in the name of hoa <hoa@highland.vn>" in out
    assert "lan@north.vn ký, đứng tên hoa" in " ".join(kho.cli("audit", "--lang", "vi").out.split())
    both = kho.found(codes="report-unauthorised,report-unsigned")
    assert [code for code, _ in both] == ["report-unauthorised", "report-unsigned"]
    assert "lan@north.vn, by the signature of the commit" in both[0][1]
    assert "signed by lan@north.vn, who has no desk for that" in both[1][1]
    assert not any("hoa@" in text or "good signature" in text for _, text in both)


@pytest.mark.parametrize("damage", [None, "cdstrack: 1\ndesks: [{member: lan}]\n", "a: ["])
def test_an_audit_does_without_desks_that_cannot_be_read(kho, damage):
    kho.report("lan@north.vn", *NORTH)
    desks = kho.cli.folder / "desks.yaml"
    desks.unlink() if damage is None else desks.write_text(damage, encoding="utf-8")
    ran = kho.cli("audit", "--format", "json", "--lang", "en")
    assert ran.code == 0
    assert [line["allowed"] for line in ran.json["lines"]] == [None]
    assert "warning: " in ran.err
    assert "desks" in ran.err
    assert kho.cli("check", "--fail-on", "report-unauthorised").code == 3


def test_who_changes_a_line_has_not_reported_it(kho):
    kho.report("lan@north.vn", *NORTH)
    text = kho.cli.ledger.read_text("utf-8")
    kho.cli.ledger.write_text(text.replace('"value":"5"', '"value":"50"'), encoding="utf-8")
    kho.commit("bo@evil.vn")
    [(_, message)] = kho.found()
    assert "bo <bo@evil.vn> changed the line of a report for June 2026" in message


def test_an_audit_as_csv_and_how_late(kho):
    kho.report("lan@north.vn", *NORTH)
    rows = list(csv.DictReader(io.StringIO(kho.cli("audit", "--format", "csv").out)))
    assert [(row["event"], row["allowed"]) for row in rows] == [("new", "true")]
    assert 0 < int(rows[0]["delay_seconds"]) <= 120
    line = kho.cli.ledger.read_text("utf-8")
    late = line.replace("2026-11-21T", "2026-11-18T").replace("2026-06", "2026-07")
    late = late.replace(kho.cli.records[0]["id"], "late")
    kho.cli.ledger.write_text(line + late, encoding="utf-8")
    kho.commit("lan@north.vn")
    out = kho.cli("audit", "--lang", "en").out
    assert "recorded 3 days before the commit" in out
    assert "1 committed more than a day after it was recorded" in out
    assert kho.cli("audit", "--as-of", "2026-01-01").code == 2
    assert kho.cli("audit", "nowhere").code == 3

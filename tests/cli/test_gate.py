"""``check`` in a pipeline: files, waivers, earlier versions, GitHub Actions."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cases import every_case
from tests.cli.build import HEAD, LATE, TRAINED, process, register, target
from tests.commits import write_commit

WAIVER = """\
cdstrack: 1
waivers:
  - {{target: late, code: overdue, until: {until}, reason: Budget was cut, by: The Minister}}
"""
BROKEN = target("broken", "kind: rech")


def waive(cli: Any, until: str = "2026-12-31", name: str = "waivers.yaml") -> str:
    (cli.folder / name).write_text(WAIVER.format(until=until), encoding="utf-8")
    return name


# The exit code, in every combination


FORMATS = ("text", "json", "github", "summary", "sarif", "gitlab", "junit")


@pytest.mark.promise("exit-zero")
@every_case("late, waived", [(False, False), (True, False), (True, True)])
@every_case("broken", [False, True])
@every_case("exit_zero", [False, True])
def test_the_exit_code_says_what_was_found_whatever_is_printed(
    cli, late, broken, waived, exit_zero
):
    cli.write(TRAINED, *([LATE] if late else []), *([BROKEN] if broken else []))
    args = ["--waivers", waive(cli)] if waived else []
    args += ["--exit-zero"] if exit_zero else []
    wanted = 3 if broken else int(late and not waived and not exit_zero)
    outputs = [f"--output={form}=out.{form}" for form in FORMATS]
    assert cli("check", *outputs, *args).code == wanted
    # Not where the other of the two, or nothing, is enough already.
    for form in () if exit_zero and late == waived else FORMATS:
        assert cli("check", "--format", form, *args).code == wanted, form


# Files


def test_several_formats_are_written_in_one_run(cli):
    cli.write(TRAINED, LATE)
    asked = [f"--output={form}=gate.{form}" for form in ("json", "sarif", "gitlab", "junit")]
    assert cli("check", *asked, "--format", "summary").code == 1
    for form in ("json", "sarif", "gitlab"):
        assert "overdue" in json.dumps(json.loads((cli.folder / f"gate.{form}").read_text("utf-8")))
    root = ElementTree.parse(cli.folder / "gate.junit").getroot()  # noqa: S314
    assert root.tag == "testsuites"


@pytest.mark.promise("output-file")
def test_an_output_replaces_the_old_file_at_once_and_keeps_its_mode(cli):
    cli.write(LATE)
    out = cli.folder / "gate.json"
    out.write_text("old", encoding="utf-8")
    out.chmod(0o640)
    inode = out.stat().st_ino
    assert cli("check", "--output", "json=gate.json").code == 1
    assert json.loads(out.read_text("utf-8"))["verdict"] == "fail"
    assert (out.stat().st_ino != inode, stat.S_IMODE(out.stat().st_mode)) == (True, 0o640)
    assert [each.name for each in cli.folder.glob(".gate*")] == []


@pytest.mark.promise("output-file")
def test_a_run_that_fails_leaves_the_old_file(cli):
    (cli.folder / "gate.json").write_text("old", encoding="utf-8")
    assert cli("check", "--output", "json=gate.json").code == 3
    assert (cli.folder / "gate.json").read_text("utf-8") == "old"


@pytest.mark.parametrize("path", ["no/such/folder.json", ".", "/dev/full"])
def test_an_output_that_cannot_be_written_is_3(cli, path):
    cli.write(TRAINED)
    ran = cli("check", "--output", f"json={path}", "--lang", "en")
    assert (ran.code, "could not be written" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [("sarif", "FORMAT=PATH"), ("sarif=", "FORMAT=PATH"), ("pdf=x", "It is one of")],
)
def test_an_output_that_cannot_be_meant_is_2(cli, asked, said):
    cli.write(TRAINED)
    ran = cli("check", "--output", asked, "--lang", "en")
    assert (ran.code, said in ran.err) == (2, True)


def test_a_register_that_cannot_be_read_is_told_in_every_format(cli):
    (cli.folder / "targets.yaml").write_text("cdstrack: 1\n\ttitle: x\n", encoding="utf-8")
    for form in FORMATS[1:]:
        ran = cli("check", "--format", form, "--output", f"{form}=out", "--lang", "en")
        assert (ran.code, "problem" in ran.out) == (3, True), form
        assert (cli.folder / "out").read_text("utf-8") == ran.out


# Waivers


def test_a_waived_finding_is_told_and_does_not_fail(cli):
    cli.write(LATE)
    ran = cli("check", "--waivers", waive(cli), "--lang", "en")
    assert ran.code == 0
    assert "waived until 31 Dec 2026 by The Minister: Budget was cut" in ran.out
    [finding] = cli("check", "--waivers", "waivers.yaml", "--format", "json").json["findings"]
    assert finding["waived"] == {
        "until": "2026-12-31", "reason": "Budget was cut", "by": "The Minister",
    }  # fmt: skip


@pytest.mark.promise("waiver-expiry")
def test_an_expired_waiver_fails_again_and_is_named(cli):
    cli.write(LATE)
    name = waive(cli, until="2026-11-20")
    assert cli("check", "--waivers", name, "--as-of", "2026-11-20").code == 0
    ran = cli("check", "--waivers", name, "--as-of", "2026-11-21", "--lang", "en")
    assert ran.code == 1
    assert "the waiver granted by The Minister expired on 20 Nov 2026" in ran.out


@pytest.mark.promise("unused-waiver")
def test_a_waiver_that_nothing_needs_warns_at_its_line(cli):
    cli.write(TRAINED, LATE)
    waive(cli)
    asked = ["--waivers", "waivers.yaml", "--as-of", "2026-06-30", "--lang", "en"]
    ran = cli("check", *asked)
    assert ran.code == 0
    assert "waivers.yaml:3:14: warns [waiver-unused] late" in ran.out
    assert cli("check", *asked, "--fail-on", "waiver-unused").code == 1


@pytest.mark.promise("waiver-file")
def test_the_register_may_name_its_waivers(cli):
    cli.write(LATE, head=HEAD.replace("sources:", "check: {waivers: w.yaml}\nsources:"))
    waive(cli, name="w.yaml")
    assert cli("check").code == 0
    (cli.folder / "w.yaml").unlink()
    ran = cli("check", "--lang", "en")
    assert (ran.code, "w.yaml" in ran.err) == (3, True)


def test_a_team_begins_with_a_red_register(cli):
    cli.write(TRAINED, LATE)
    asked = ["--until", "2026-12-31", "--reason", "We begin: today", "--by", "Team #1"]
    ran = cli("check", "--write-waivers", "w.yaml", *asked, "--lang", "en")
    assert (ran.code, ran.out) == (0, "1 waiver written to w.yaml. Use it with --waivers.\n")
    assert cli("check", "--waivers", "w.yaml").code == 0
    again = cli("check", "--write-waivers", "w.yaml", *asked, "--lang", "en")
    assert (again.code, "not overwritten" in again.err) == (3, True)


def test_waivers_of_a_register_with_faults_are_no_clean_run(cli):
    cli.write(LATE, BROKEN)
    asked = ["--until", "2026-12-31", "--reason", "We begin", "--by", "An"]
    assert cli("check", "--write-waivers", "w.yaml", *asked).code == 3
    assert (cli.folder / "w.yaml").exists()


@pytest.mark.parametrize(
    "given", [[], ["--until", "2027"], ["--until", "2020", "--reason", "x"], ["--reason", "x"]]
)
def test_waivers_want_a_day_to_come_and_a_reason(cli, given):
    cli.write(LATE)
    assert cli("check", "--write-waivers", "w.yaml", *given).code == 2
    assert not (cli.folder / "w.yaml").exists()


# Since an earlier version


def git(folder: Path, *args: str) -> None:
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "An", "GIT_AUTHOR_EMAIL": "an@example.org",
        "GIT_COMMITTER_NAME": "An", "GIT_COMMITTER_EMAIL": "an@example.org",
    }  # fmt: skip
    subprocess.run(["git", *args], cwd=folder, env=environ, check=True, capture_output=True)


@pytest.fixture
def kept(cli):
    """A register with two reports, committed."""
    cli.write(TRAINED)
    cli.report("trained", "10", "--date", "2026-03-31")
    cli.report("trained", "20", "--date", "2026-06-30")
    git(cli.folder, "init", "-q", "--template=")
    write_commit(cli.folder, "first", "An <an@example.org>", datetime.now(UTC))
    return cli


def test_a_ledger_that_only_grew_passes(kept):
    kept.report("trained", "30", "--date", "2026-09-30")
    assert kept("check", "--against", "HEAD").code == 0


def test_an_edited_line_is_found(kept):
    kept.ledger.write_text(kept.ledger.read_text("utf-8").replace('"20"', '"21"'), "utf-8")
    ran = kept("check", "--against", "HEAD", "--lang", "en")
    assert ran.code == 1
    assert "progress.jsonl:1:1: fails [ledger-changed]" in ran.out
    assert kept("check").code == 0


def test_a_deadline_that_moved_silently_is_found_at_its_target(kept):
    moved = register(TRAINED).replace("deadline: 2026", "deadline: 2027")
    (kept.folder / "targets.yaml").write_text(moved, encoding="utf-8")
    ran = kept("check", "--against", "HEAD", "--lang", "en")
    assert ran.code == 1
    assert "[goalposts-moved] trained" in ran.out
    assert "end of 2026" in ran.out
    assert "end of 2027" in ran.out


def test_a_closing_dated_back_is_named_in_both_languages(kept):
    closed = "    closed: {on: 2026-01-01, how: withdrawn, source: plan}\n"
    (kept.folder / "targets.yaml").write_text(register(TRAINED + closed), encoding="utf-8")
    ran = kept("check", "--against", "HEAD", "--lang", "en")
    assert ran.code == 0
    assert "warns [backdated-decision] trained" in ran.out
    assert "a closing dated 1 Jan 2026 was not there on" in ran.out
    assert (
        "quyết định kết thúc đề ngày 01/01/2026"
        in kept("check", "--against", "HEAD", "--lang", "vi").out
    )
    assert kept("check", "--against", "HEAD", "--fail-on", "backdated-decision").code == 1
    assert kept("check").out.count("backdated-decision") == 0


def test_a_register_that_moved_to_another_time_zone_is_found(kept):
    (kept.folder / "targets.yaml").write_text("timezone: UTC\n" + register(TRAINED), "utf-8")
    ran = kept("check", "--against", "HEAD", "--lang", "en")
    assert ran.code == 1
    assert "The register: changed without a recorded decision: time zone (timezone)" in ran.out


@pytest.mark.promise("missing-version")
@pytest.mark.parametrize("rev", ["nope", "-x", ""])
def test_a_version_that_cannot_be_had_is_no_pass(kept, rev):
    assert kept("check", f"--against={rev}", "--exit-zero").code == 3


# GitHub Actions


@pytest.fixture
def actions(cli, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(cli.folder / "summary.md"))
    return cli


def test_in_actions_the_findings_stand_at_their_lines_and_in_the_summary(actions):
    actions.write(TRAINED, LATE)
    ran = actions("check", "--lang", "en")
    assert ran.code == 1
    assert "fails [overdue] late" in ran.out
    assert "\n::error file=targets.yaml,line=" in ran.out
    assert "Late task" in (actions.folder / "summary.md").read_text("utf-8")
    actions("check", "--lang", "en")
    assert (actions.folder / "summary.md").read_text("utf-8").count("# Check") == 2


@pytest.mark.promise("actions-commands")
def test_no_text_of_a_register_is_a_command_to_actions(actions):
    hostile = "::error::x ##[group]y"
    actions.write(
        target("late", LATE.split("source: plan}")[1].replace("    ", ""), en=f"'{hostile}'")
    )
    for command in (["check"], ["status"], ["overdue"], ["show", "late"]):
        out = actions(*command, "--lang", "en").out
        assert "error" in out
        for line in out.splitlines():
            is_ours = line.startswith(("::error file=", "::warning file=", "::notice "))
            assert is_ours or not line.lstrip().startswith("::"), line
            assert is_ours or "##[" not in line, line


def test_another_format_is_printed_alone(actions):
    actions.write(LATE)
    assert json.loads(actions("check", "--format", "json").out)["verdict"] == "fail"


def test_it_runs_as_a_process(cli):
    cli.write(LATE)
    ran = process("check", "--format", "gitlab", folder=cli.folder)
    assert (ran.returncode, len(json.loads(ran.stdout))) == (1, 1)

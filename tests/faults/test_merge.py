"""The ledger in git: two branches report, and their ledgers become one without a hand."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from typing import Any

import pytest

from tests.cli.build import LAW, ROOT, SPENT, TRAINED, Cli
from tests.faults.tools import need_tools, records

pytestmark = pytest.mark.faults


class Clone:
    """A clerk's copy of the register in git."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.folder = cli.folder
        self.ledger = cli.ledger

    def git(self, *args: str) -> str:
        who = ["-c", "user.name=An", "-c", "user.email=an@example.org"]
        run = subprocess.run(
            ["git", *who, *args], cwd=self.folder, capture_output=True, check=False
        )
        assert run.returncode == 0, run.stderr.decode()
        return run.stdout.decode()

    def report(self, *args: str) -> str:
        self.cli.report(*args)
        return str(records(self.ledger)[-1]["id"])

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def status(self) -> Any:
        ran = self.cli("status", "--format", "json", "--as-of", "2026-11-21")
        assert ran.code == 0, ran.err
        return ran.json

    def is_sound(self) -> bool:
        return self.cli("validate").code == 0


@pytest.fixture
def clone(cli) -> Clone:
    need_tools("git")
    made = Clone(cli)
    cli.write(TRAINED, SPENT, LAW)
    shutil.copy(ROOT / ".gitattributes", made.folder)
    made.git("init", "-q", "-b", "main")
    made.report("trained", "100", "--date", "2026-06-30")
    made.commit("one report")
    return made


def branches(clone: Clone) -> None:
    """Two branches that report on the same day, correct the same report and one that is void."""
    [first] = [record["id"] for record in records(clone.ledger)]
    clone.git("checkout", "-q", "-b", "north")
    clone.report("trained", "150", "--date", "2026-07-31")
    clone.report("trained", "110", "--corrects", first)
    clone.report("spent", "5", "--date", "2026-05-01")
    clone.commit("north")
    clone.git("checkout", "-q", "main")
    clone.git("checkout", "-q", "-b", "south")
    clone.report("trained", "160", "--date", "2026-07-31")
    clone.report("spent", "7", "--date", "2026-05-01")
    gone = clone.report("law", "--done", "--date", "2026-04-01")
    clone.report("law", "--void", gone)
    clone.commit("south")


@pytest.mark.promise("branch-merge")
def test_two_branches_merge_into_one_sound_ledger_in_either_order(clone):
    branches(clone)
    seen, lines = [], []
    for one, other in (("north", "south"), ("south", "north")):
        clone.git("checkout", "-q", "--detach", one)
        clone.git("merge", "-q", "--no-edit", other)
        assert clone.is_sound()
        seen.append(clone.status())
        lines.append(clone.ledger.read_text("utf-8").splitlines())
    assert lines[0] != lines[1]
    assert sorted(lines[0]) == sorted(lines[1])
    assert len(lines[0]) == 8
    assert seen[0] == seen[1]
    values = {target["id"]: target["value"] for target in seen[0]["targets"]}
    assert values == {"trained": 160, "spent": 12, "law": None}


@pytest.mark.promise("line-order")
def test_lines_in_any_order_give_the_same_status(clone):
    branches(clone)
    clone.git("merge", "-q", "--no-edit", "north")
    lines = clone.ledger.read_text("utf-8").splitlines(keepends=True)
    expected = clone.status()
    for order in itertools.islice(itertools.permutations(lines), 1, 40_000, 13_000):
        clone.ledger.write_text("".join(order), encoding="utf-8")
        assert clone.status() == expected


@pytest.mark.promise("merge-conflict")
def test_without_the_shipped_attributes_the_conflict_is_named(clone):
    (clone.folder / ".gitattributes").unlink()
    clone.commit("no attributes")
    for branch, value in (("north", "150"), ("south", "160")):
        clone.git("checkout", "-q", "-b", branch, "main")
        clone.report("trained", value, "--date", "2026-07-31")
        clone.commit(branch)
    with pytest.raises(AssertionError):
        clone.git("merge", "-q", "--no-edit", "north")
    ran = clone.cli("validate", "--lang", "en")
    assert ran.code == 3
    assert ran.err.count("Unresolved merge") == 3


@pytest.mark.promise("ledger-line-ends")
def test_the_shipped_attributes_keep_git_from_changing_line_breaks(clone):
    clone.git("config", "core.autocrlf", "true")
    clone.ledger.unlink()
    clone.git("checkout", "-q", "--", "progress.jsonl")
    assert b"\r" not in clone.ledger.read_bytes()


@pytest.mark.promise("ledger-line-ends")
def test_a_ledger_that_git_gave_crlf_keeps_it(clone):
    (clone.folder / ".gitattributes").unlink()
    clone.commit("no attributes")
    clone.git("config", "core.autocrlf", "true")
    clone.ledger.unlink()
    clone.git("checkout", "-q", "--", "progress.jsonl")
    assert clone.ledger.read_bytes().count(b"\r\n") == 1
    clone.report("trained", "150", "--date", "2026-07-31")
    data = clone.ledger.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert clone.is_sound()
    assert clone.status()["targets"][0]["value"] == 150

"""A large register lets go of what its targets were read from, and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdstrack.store.yaml.register_file import RegisterFile
from tests.cases import every_case
from tests.corpus.files import BAD, GOOD, bad

ROOT = Path(__file__).parent.parent.parent
SHIPPED = [ROOT / "targets.yaml", ROOT / "examples" / "provinces" / "targets.yaml"]


class LargeFile(RegisterFile):
    """A register that is taken for a large one, whatever its size."""

    large = 0
    is_read_in_one_go = False

    def _read_in_one_go(self, data: bytes, file: str) -> bool:
        self.is_read_in_one_go = super()._read_in_one_go(data, file)
        return self.is_read_in_one_go


@pytest.mark.parametrize("paths", [GOOD, BAD, SHIPPED], ids=["good", "bad", "shipped"])
def test_a_large_register_is_read_as_a_small_one(paths: list[Path]):
    for path in paths:
        data = path.read_bytes()
        small = bad(path.stem) if paths is BAD else RegisterFile(data, "targets.yaml")
        large = LargeFile(data, "targets.yaml")
        assert large.problems == small.problems, path
        assert repr(large.register) == repr(small.register), path
        assert large.tree.root == small.tree.root, path
        assert large.tree.place(("targets", 0)) == small.tree.place(("targets", 0)), path


def test_targets_of_a_large_register_share_what_they_have_in_common():
    register = LargeFile(SHIPPED[0].read_bytes(), "targets.yaml").register
    assert register is not None
    units = {}
    for target in register.targets.values():
        if target.unit is not None:
            assert units.setdefault((target.unit.vi, target.unit.en), target.unit) is target.unit
    assert len(units) < len(register.targets)


HEAD = """\
cdstrack: 1
title: Register
sources: {plan: {title: Plan, date: 2023-12-01}}
bodies: {ministry: {name: Ministry}}
"""
TARGET = """\
  - id: {id}
    title: {title}
    kind: reach
    owner: ministry
    unit: procedures
    target: {{at_least: 10}}
    deadline: {deadline}
    stated: {{on: 2024-01-01, by: Minister, source: plan}}
"""


def target(name: str, title: str = "Titles", deadline: str = "2026") -> str:
    return TARGET.format(id=name, title=title, deadline=deadline)


def in_one_go(text: str) -> bool:
    """Whether a large register is read without being held as a whole; it says the same anyway."""
    data = text.encode()
    large, small = LargeFile(data, "targets.yaml"), RegisterFile(data, "targets.yaml")
    assert large.problems == small.problems
    assert repr(large.register) == repr(small.register)
    return large.is_read_in_one_go


def test_a_plain_large_register_is_never_held_as_a_whole():
    assert in_one_go(f"{HEAD}targets:\n{target('a')}{target('b')}{target('c')}")


def test_comments_that_cut_off_nothing_are_no_hindrance():
    targets = target("a", deadline="2026 # as agreed") + target("b", title="T  # of titles")
    text = f"# Ours\n{HEAD}targets: # all\n{targets}  # the last one\n"
    assert not in_one_go(text.replace("T  # of titles", "T #06"))
    assert in_one_go(text.replace("T  # of titles", '"T #06"'))
    assert in_one_go(text)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_text_that_a_comment_cuts_off_is_met_in_any_target(place):
    titles = ["T", "T", "T"]
    titles[place] = "T #06"
    targets = "".join(target(f"t{number}", title) for number, title in enumerate(titles))
    assert not in_one_go(f"{HEAD}targets:\n{targets}")


@every_case(
    "end",
    [
        "groups: {all: {name: All, size: [{from: 2024, n: 1}]}}\n",
        "defaults: {lag_days: 10}\n",
        "policy: {early: 0.2}\n",
        "titel: T\n",
        "  - text\n",
        "  - {id: b}\n",
        target("a"),
        "   odd: [\n",
        "---\n",
    ],
)
def test_what_stands_behind_the_targets_counts_as_in_a_small_register(end):
    assert not in_one_go(f"{HEAD}targets:\n{target('a')}{end}")
    assert not in_one_go(f"{HEAD}targets:\n{target('a')}{target('c')}{end}")


def test_warnings_of_the_whole_stand_at_their_places():
    indicator = "indicators: {unused: {title: T, unit: procedures}}\n"
    assert in_one_go(f"{HEAD}{indicator}targets:\n{target('a')}{target('b')}")

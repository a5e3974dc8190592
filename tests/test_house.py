"""The house: names are nouns, and no two files are called the same."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from bench.house import PACKAGE, is_no_noun, names
from tests.cli.build import ROOT


def test_at_most_one_name_in_fifty_is_a_participle_or_a_pronoun():
    odd, total = names()
    assert odd.total() <= total * 0.02, odd.most_common(20)


def test_what_counts_as_no_noun():
    assert all(map(is_no_noun, ["found", "_said", "each", "asked", "judged2"]))
    assert not any(map(is_no_noun, ["verdict", "speed", "stated", "found_rows", "reports"]))


def test_no_name_of_a_file_stands_twice():
    stems = Counter(path.name for path in PACKAGE.rglob("*.py"))
    del stems["__init__.py"]
    assert [name for name, count in stems.items() if count > 1] == []


def test_the_status_of_one_target_passes_through_few_rooms():
    # In a process of its own, which has nothing in its memory from the test before.
    code = (
        "from bench.house import status_of_one_target; rooms = status_of_one_target()\n"
        "print(len({*rooms.values()}), len(rooms))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files, functions = map(int, ran.stdout.split()[-2:])
    assert files <= 35
    assert functions <= 200

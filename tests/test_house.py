"""The house: names are nouns, and no two files are called the same."""

from __future__ import annotations

from collections import Counter

from bench.house import PACKAGE, is_no_noun, names, status_of_one_target


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
    entered = status_of_one_target()
    assert len(set(entered.values())) <= 35
    assert len(entered) <= 200

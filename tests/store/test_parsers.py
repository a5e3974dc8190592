"""libyaml and pure PyYAML: the same register, the same problems; and how far they read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import yaml

from cdstrack.store.yaml import tree as yaml_text
from cdstrack.store.yaml.tree import parse_yaml
from tests.cases import every_case
from tests.corpus.files import BAD, GOOD
from tests.fuzz.judging import judge_register

DIFFERENCES: dict[str, str] = {}
"""Files of the corpus on which the parsers differ, and why: none."""


def read(data: bytes, *, pure: bool = False):
    return parse_yaml(data, file="targets.yaml", pure=pure)


@pytest.mark.promise("parser-agreement")
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_with_and_without_libyaml_the_corpus_is_the_same(end):
    for path in [*GOOD, *BAD][:: 1 if end == b"\n" else 3]:
        data = path.read_bytes().replace(b"\n", end)
        fast, pure = read(data), read(data, pure=True)
        agree = (fast.root, fast.problems) == (pure.root, pure.problems)
        assert agree is (path.stem not in DIFFERENCES), path
        assert fast.text == pure.text, path
        spots = [getattr(tree.root, "spots", None) for tree in (fast, pure)]
        assert (fast.start, spots[0]) == (pure.start, spots[1]), path


@pytest.mark.promise("parser-agreement")
def test_cut_off_anywhere_the_parsers_still_agree_on_what_can_be_read():
    for path in (*GOOD, *BAD[::2]):
        data = path.read_bytes()
        judge_register(data[: Random(path.name).randrange(len(data))])  # noqa: S311


def test_libyaml_is_what_reads_here():
    assert yaml_text._FAST is not None, "PyYAML without libyaml: tests of it would mean nothing"


# How far a hostile file is read


@pytest.fixture
def counted(monkeypatch) -> Iterator[list[type]]:
    """The events that the reader took from either parser."""
    taken: list[type] = []
    parse = yaml.parse

    def counting(*args, **options):
        for event in parse(*args, **options):
            taken.append(type(event))
            yield event

    monkeypatch.setattr(yaml, "parse", counting)
    return taken


WIDE = ", ".join(f"*a{n}" for n in range(9))
BOMBS = {
    "laughs": "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{WIDE}]\n" for n in range(1, 5000)),
    "merges": "a0: &a0 {k: 1}\n" + "".join(f"a{n}: {{<<: [{WIDE}]}}\n" for n in range(1, 5000)),
    "aliases": f"a: [{WIDE}]\n" * 5000,
    "laughs in flow": "{a0: &a0 [x]," + ", ".join(f"a{n}: &a{n} [{WIDE}]" for n in range(5000)),
    "lists": "a: " + "[" * 300,
    "dashes": "- " * 100_000,
    "maps": "{a: " * 100_000,
    "documents": "a: 1\n" + "---\na: 1\n" * 10_000,
}


@pytest.mark.promise("anchors")
@pytest.mark.parametrize("pure", [False, True], ids=["libyaml", "pure"])
@every_case("bomb", BOMBS)
def test_a_bomb_is_refused_after_a_handful_of_events(counted, bomb, pure):
    counted.clear()
    found = read(BOMBS[bomb].encode(), pure=pure)
    assert found.root is None
    assert len(found.problems) == 1
    assert 0 < len(counted) < 50


def test_an_honest_file_is_read_to_its_end(counted):
    read(Path(GOOD[0]).read_bytes())
    assert counted[-1] is yaml.events.StreamEndEvent

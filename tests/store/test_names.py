"""The names in a register, read in haste: the same as its models say, in any style of YAML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdstrack.store.yaml import names
from cdstrack.store.yaml.names import Names
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cli.build import HEAD, ROOT, SIGNED, TRAINED, register

REGISTERS = [ROOT / "targets.yaml", ROOT / "examples" / "provinces" / "targets.yaml"]


def names_of(text: str, folder: Path) -> Names:
    path = folder / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return Names(path)


@pytest.fixture(params=[False, True], ids=["whole", "cut"])
def cut(request, monkeypatch) -> bool:
    """Whether registers are cut into their targets, as large ones are."""
    monkeypatch.setattr(names, "LARGE", 0 if request.param else 10**9)
    return request.param


@pytest.mark.parametrize("path", REGISTERS, ids=["shipped", "provinces"])
def test_the_names_are_those_of_the_models(path, cut):
    found, said = Names(path), RegisterFile(path.read_bytes(), "").register
    targets = {target.id: target for target in found.starting("")}
    assert list(targets) == list(said.targets)
    for name, target in said.targets.items():
        assert targets[name].title == target.title.model_dump()
        assert targets[name].owner == target.owner
        assert targets[name].tags == target.tags
        assert (targets[name].reporters or None) == target.reporters
        assert list(targets[name].conditions) == list(target.conditions)
    assert found.parents - {""} == {each.part_of for each in said.targets.values()} - {None}
    assert list(found.bodies) == list(said.bodies)
    assert {name: body.ended for name, body in found.bodies.items() if body.ended} == {
        name: str(body.ended) for name, body in said.bodies.items() if body.ended
    }
    assert list(found.titles("groups")) == list(said.groups)
    assert [found.members(name) for name in said.groups] == [
        group.members for group in said.groups.values()
    ]


STYLES = [
    "{dash}id: {name}\n{in}title: {{vi: Việc, en: {name}}}\n{in}tags: [x]\n",
    "{dash}title:\n{in}  vi: Việc\n{in}  en: {name}\n{in}id: '{name}' # its id\n",
    "{dash}{{id: {name}, title: {{vi: Việc, en: {name}}}}}\n",
    "{dash}id: \"{name}\"\n\n{in}title: {name}\n{in}tags:\n{in}- x\n{in}- y\n",
    "{dash}tags:\n{in}  - x\n{in}id: {name}\n# a word\n{in}title: |\n{in}  {name}\n\n{in}  more\n",
    "{dash}\"id\": {name}\n{in}title: {{en: {name}}}\n",
    "{dash}id: {name}\r\n{in}title: {{vi: Việc, en: {name}}}\r\n{in}part_of: a\r\n",
    "{dash}notes:\n{in}  - vi: |\n{in}      id: other\n{in}    en: x\n{in}id: {name}\n",
]  # fmt: skip
NAME = st.sampled_from([a + b for a in ("a", "b", "ab", "abc", "z") for b in ("", "-1", "-10")])


@given(
    st.lists(st.tuples(NAME, st.sampled_from(STYLES)), max_size=8),
    st.sampled_from(["", "  ", "    "]),
    st.sampled_from(["", "bodies:\n  z: {name: Z}\n", "# an end"]),
    st.sampled_from(["", "a", "b", "a-1"]),
)
def test_a_large_register_is_read_as_a_small_one(tmp_path_factory, entries, indent, tail, start):
    column = {"dash": indent + "- ", "in": indent + "  "}
    text = "cdstrack: 1\ntargets: # here\n"
    text += "".join(style.format(name=name, **column) for name, style in entries) + tail
    folder = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        small = names_of(text, folder)
        patch.setattr(names, "LARGE", 0)
        large = names_of(text, folder)
    assert large.starting(start) == small.starting(start)
    shown = [(each.id, each.title, each.tags) for each in large.targets("title", "tags")]
    assert shown == [(each.id, each.title, each.tags) for each in small.targets()]
    assert large.parents - {""} == small.parents - {""}
    assert large.bodies == small.bodies


def test_what_is_asked_of_a_large_register_is_read_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "LARGE", 0)
    text = register(TRAINED, SIGNED) + "  - id: broken\n    title: [\n"
    found = names_of(text, tmp_path)
    assert [target.id for target in found.starting("tr")] == ["trained"]
    assert found.starting("br") == []


def test_what_is_no_id_has_no_name(tmp_path):
    text = HEAD.replace("  office:", "  $(office):") + "targets:\n" + TRAINED
    text += "  - id: '; rm x'\n  - id: [a]\n  - x\n  - id: fine\n    tags: ['`x`', good, {a: b}]\n"
    found = names_of(text, tmp_path)
    assert [target.id for target in found.targets()] == ["trained", "fine"]
    assert found.targets()[1].tags == ["good"]
    assert list(found.bodies) == ["old", "gone"]


def test_a_register_of_anything_has_no_names(tmp_path):
    for text in ("", "x", "[]", "targets: x\nbodies: [x]\n", "targets:\n  a: b\n", "\0", "a: &b"):
        found = names_of(text, tmp_path)
        assert (found.targets(), found.bodies, found.titles("groups")) == ([], {}, {})


def test_the_reports_in_force_newest_first(tmp_path):
    found = names_of(register(), tmp_path)
    lines = [
        {"id": "a", "target": "law", "date": "2026-01", "done": False, "recorded": "3"},
        {"id": "b", "target": "law", "date": "2026-02", "value": "4.5", "recorded": "1"},
        {"id": "c", "target": "law", "body": "x", "date": "2026", "n": 1, "of": 2, "recorded": "2"},
        {"id": "d", "target": "law", "date": "2026-01", "value": "1", "recorded": "0"},
        {"id": "e", "target": "law", "corrects": "d", "date": "2026-01", "recorded": "5"},
        {"id": "$(x)", "target": "law", "date": "2026-03", "value": "4"},
        {"id": "f", "target": "other", "note": "law", "date": "2026-03", "value": "4"},
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n{"target":"law"\n[1]\n"law"\n'
    (tmp_path / "progress.jsonl").write_text(text, encoding="utf-8")
    assert [(each.id, each.figure, each.done) for each in found.records("law")] == [
        ("a", "", False),
        ("c", "1/2", False),
        ("b", "4.5", False),
    ]


def test_a_ledger_elsewhere_is_not_read(tmp_path):
    (tmp_path / "other.jsonl").write_text('{"id":"a","target":"law","value":"1"}\n')
    inside = tmp_path / "inside"
    inside.mkdir()
    found = names_of("ledger: ../other.jsonl\n" + register(), inside)
    assert found.records("law") == []

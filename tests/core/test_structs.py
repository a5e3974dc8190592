"""Our dataclasses keep what the house expects of the standard library's."""

from __future__ import annotations

import pickle
from functools import cached_property

import pytest

from cdstrack.core.model.structs import asdict, dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    line: int = 1


@dataclass(frozen=True)
class Note:
    place: Place
    words: list[str] = field(default_factory=list)

    @cached_property
    def length(self) -> int:
        return len(self.words)


@dataclass(eq=False)
class Door:
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Cell(Place):
    column: str = "A"


def test_equal_values_are_equal_and_one_key():
    assert Place("a", 2) == Place(path="a", line=2) != Place("a")
    assert {Place("a"): 1}[Place("a", 1)] == 1


def test_without_eq_each_is_itself():
    door = Door()
    assert door != Door()
    assert {door: 1}[door] == 1
    door.is_open = True
    assert door.is_open


def test_what_is_frozen_does_not_change():
    with pytest.raises(AttributeError):
        Place("a").line = 2


def test_a_copy_differs_in_what_was_replaced():
    assert replace(Place("a", 2), line=3) == Place("a", 3)
    with pytest.raises(TypeError):
        replace(Place("a"), column="A")


def test_a_default_is_nobody_else_s():
    first = Note(Place("a"))
    first.words.append("x")
    assert Note(Place("a")).words == []


def test_what_was_worked_out_is_kept():
    note = Note(Place("a"), ["x"])
    assert note.length == 1
    note.words.append("y")
    assert note.length == 1


def test_missing_and_unknown_values_are_refused():
    for values in ({}, {"path": "a", "row": 1}):
        with pytest.raises(TypeError):
            Place(**values)


def test_patterns_take_the_fields_in_order():
    match Place("a", 2):
        case Place(path, line):
            assert (path, line) == ("a", 2)


def test_a_class_above_brings_its_fields():
    assert Cell("a", 2, "B") == Cell("a", line=2, column="B")
    assert [entry.name for entry in fields(Cell)] == ["path", "line", "column"]
    assert asdict(Cell("a")) == {"path": "a", "line": 1, "column": "A"}


def test_it_reads_as_what_makes_it_again():
    assert repr(Place("a", 2)) == "Place(path='a', line=2)"


def test_it_goes_to_another_process():
    assert pickle.loads(pickle.dumps(Place("a", 2))) == Place("a", 2)  # noqa: S301

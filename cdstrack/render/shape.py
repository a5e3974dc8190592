"""The documented shape of our JSON: of each object its keys, with what they mean and hold.

A key is one entry. What is printed, the JSON Schema (docs/export.schema.json) and the tables of
docs/json.md all come from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from cdstrack.core.model.structs import dataclass, field
from cdstrack.render.data import Json, dump_object

Item = TypeVar("Item")
Schema = dict[str, Any]
Keys = Sequence[tuple[str, Schema, str, Callable[[Item], Json]]]
"""The keys of an object: name, what may stand there, what it means, where it comes from."""


@dataclass(frozen=True)
class Shape(Generic[Item]):
    """One kind of object. Every key is always there; what does not apply is null."""

    name: str
    meaning: str
    keys: Keys[Item]
    streams: Mapping[str, Callable[[Item], Iterator[Json]]] = field(default_factory=dict)
    """Long lists among the keys, one item at a time: for the text, where there may be thousands."""

    def of(self, item: Item) -> dict[str, Json]:
        """The object of one thing."""
        return {name: value(item) for name, _, _, value in self.keys}

    def text(self, item: Item) -> Iterator[str]:
        """The object as text, piece by piece: of its long lists one item is in memory at a time."""
        parts = ((name, self.streams.get(name, value)(item)) for name, _, _, value in self.keys)
        return dump_object(parts)

    @property
    def ref(self) -> Schema:
        """The schema of one, wherever it stands."""
        return {"$ref": f"#/$defs/{self.name}"}

    def schema(self) -> Schema:
        """The schema of the object itself."""
        properties = {
            name: {**kind, **({"description": text} if text else {})}
            for name, kind, text, _ in self.keys
        }
        return {
            "type": "object",
            "description": self.meaning,
            "properties": properties,
            "required": [*properties],
            "additionalProperties": False,
        }


def extended(
    keys: Keys[Item], *more: tuple[str, Schema, str, Callable[[Item], Json]]
) -> Keys[Item]:
    """Keys with others behind them; one of the same name takes its place."""
    entries = {entry[0]: entry for entry in (*keys, *more)}
    return tuple(entries.values())


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
ANY: Schema = {"type": "object"}
VALUE: Schema = {"type": ["number", "boolean", "null"]}
BILINGUAL: Schema = {"$ref": "#/$defs/Bilingual"}
LANGUAGES_SCHEMA: Schema = {
    "type": "object",
    "description": "A text in both languages.",
    "properties": {"vi": TEXT, "en": TEXT},
    "required": ["vi", "en"],
    "additionalProperties": False,
}


def or_null(kind: Schema) -> Schema:
    """The same, or null where it does not apply."""
    if kind.keys() <= {"type", "format"} and isinstance(kind["type"], str):
        return {**kind, "type": [kind["type"], "null"]}
    if kind.keys() == {"enum"}:
        return {"enum": [*kind["enum"], None]}
    return {"anyOf": [kind, {"type": "null"}]}


def one_of(codes: Iterable[str]) -> Schema:
    """One of these codes."""
    return {"enum": [*codes]}


def list_of(kind: Schema) -> Schema:
    return {"type": "array", "items": kind}


def by_id(kind: Schema) -> Schema:
    """Things by their ids, or words by their codes."""
    return {"type": "object", "additionalProperties": kind}

"""The published JSON Schema of targets.yaml, made from the models, for editors and other tools."""

from __future__ import annotations

import ast
import inspect
import json
import re
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cdstrack.core.model.entries import Document
from cdstrack.core.model.fields import Day, Flag, Id, Line, Number, Text, When, Whole

NAME = "targets.schema.json"

_SHARED = {
    "Text": Text,
    "Line": Line,
    "Id": Id,
    "Number": Number,
    "Whole": Whole,
    "Flag": Flag,
    "When": When,
    "Day": Day,
}
"""The types of single values, written once and referred to."""

_QUANTIFIED = ["reach", "sustain", "limit"]
_MAY_BE_EMPTY = ("sources", "bodies", "groups", "targets")
"""Sections that may stand without an entry: ``groups:`` and nothing below it."""


def build() -> dict[str, Any]:
    """The schema as it should be shipped."""
    made = Document.model_json_schema(by_alias=True, schema_generator=_Generator)
    definitions = made.pop("$defs")
    definitions["Target"]["allOf"] = [*_kinds(), *_across()]
    definitions["Target"]["dependentRequired"] = {"across": ["reporters"], "each": ["reporters"]}
    definitions["Body"]["dependentRequired"] = {"successor": ["ended"], "successors": ["ended"]}
    definitions["Body"] |= _split()
    for name in _MAY_BE_EMPTY:
        section = made["properties"][name]
        section["type"] = [section["type"], "null"]
    shared = {name: TypeAdapter(kind).json_schema() for name, kind in _SHARED.items()}
    made = _referring({**made, "$defs": definitions}, shared)
    definitions = made.pop("$defs")
    inner = {name: _referring(kind, {**shared, name: {}}) for name, kind in shared.items()}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:cdstrack:targets:1",
        "title": "cdstrack: targets.yaml",
        "description": "What was promised: the sources, bodies and commitments of a register.",
        **{key: value for key, value in made.items() if key not in ("title", "description")},
        "$defs": {**inner, **definitions},
    }


def _referring(node: Any, shared: dict[str, dict[str, Any]]) -> Any:
    """The same schema, with a reference wherever all of a shared one is written out."""
    if isinstance(node, list):
        return [_referring(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    for name, kind in shared.items():
        if kind and kind.items() <= node.items():
            rest = {key: value for key, value in node.items() if key not in kind}
            return {"$ref": f"#/$defs/{name}", **rest}
    return {key: _referring(value, shared) for key, value in node.items()}


def as_text(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def shipped() -> str:
    """The text of the file beside this module."""
    return files(__name__).joinpath(NAME).read_text(encoding="utf-8")


def _kinds() -> list[dict[str, Any]]:
    """What a kind needs and what it cannot have (``core.checks.check_kind``)."""

    def kind(*names: str) -> dict[str, Any]:
        return {"properties": {"kind": {"enum": list(names)}}, "required": ["kind"]}

    no_periods = {"properties": {"periods": {"maxItems": 0}}}
    some_periods = {"properties": {"periods": {"minItems": 1}}, "required": ["periods"]}
    ceiling = {"propertyNames": {"enum": ["at_most", "less_than"]}}
    added_up = {"properties": {"target": ceiling, "across": {"const": "sum"}}}
    one_by_one = {"dependentRequired": {"reporters": ["across"]}}
    return [
        {"if": kind(*_QUANTIFIED), "then": {"required": ["target", "unit"]}},
        {"if": kind("milestone"), "then": {"not": {"required": ["target"]}}},
        {"if": kind("sustain"), "then": some_periods, "else": no_periods},
        {"if": kind("limit"), "then": added_up},
        {
            "if": kind("milestone", "unquantified"),
            "then": {"not": {"required": ["reporters"]}},
            "else": one_by_one,
        },
    ]


def _across() -> list[dict[str, Any]]:
    """What a way to combine bodies needs (``core.checks.check_reporters``)."""

    def across(*names: str) -> dict[str, Any]:
        return {"properties": {"across": {"enum": list(names)}}, "required": ["across"]}

    starts = {"pattern": "^%"}
    percent = {
        "if": {"type": "object"},
        "then": {"properties": {"en": starts}},
        "else": {"type": "string", **starts},
    }
    in_percent = {"properties": {"unit": percent}}
    amount = {"properties": {"unit": {"not": percent}}}
    state = {"properties": {"accumulate": {"not": {"const": "sum"}}}}
    return [
        {"if": across("ratio", "share"), "then": in_percent},
        {"if": across("sum"), "then": amount},
        {"if": across("ratio"), "then": state},
    ]


def _split() -> dict[str, Any]:
    """A split goes with several successors, and only with them (``core.checks.check_bodies``)."""
    several = {"required": ["successors"]}
    return {
        "if": {"properties": {"how": {"const": "split"}}, "required": ["how"]},
        "then": several,
        "else": {"not": several},
    }


class _Generator(GenerateJsonSchema):
    """Pydantic's own, without titles and nulls: an optional key is left out, never empty."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if isinstance(schema.get("default"), (str, int, Decimal)):
            return super().default_schema(schema)
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        names = self.generate_inner(schema["keys_schema"])
        return {
            "type": "object",
            "propertyNames": {k: v for k, v in names.items() if k in ("pattern", "maxLength")},
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        return {"oneOf": [self.generate_inner(form) for form in schema["choices"].values()]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        made.pop("title", None)
        made["description"] = _plain(inspect.getdoc(model) or "")
        said = _said_of_fields(model)
        for name, field in model.model_fields.items():
            if name in said:
                key = field.alias or name
                made["properties"][key] = {"description": said[name], **made["properties"][key]}
        return made


def _said_of_fields(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below the fields of a model and of those it builds on."""
    said: dict[str, str] = {}
    for base in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        body = ast.parse(dedent(inspect.getsource(base))).body[0].body  # type: ignore[attr-defined]
        for field, below in pairwise(body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    said[name] = _plain(text)
    return said


def _plain(docstring: str) -> str:
    """Its first paragraph on one line, with the marks of Markdown."""
    return re.sub(r"\s+", " ", docstring.strip().partition("\n\n")[0]).replace("``", "`")

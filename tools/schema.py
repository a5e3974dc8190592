"""``python -m tools.schema`` writes the published JSON Schema of targets.yaml from the models."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cdstrack.core.checks.gate import CODES
from cdstrack.core.model.entries import Document, Quantity
from cdstrack.core.model.fields import Day, Flag, Id, Line, Number, Text, When, Whole
from cdstrack.core.model.periods import PERIOD_PATTERN
from cdstrack.store.yaml.short_forms import OWN

FILE = Path(__file__).parents[1] / "cdstrack" / "schema" / "targets.schema.json"

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
_MAY_BE_EMPTY = ("sources", "bodies", "groups", "indicators", "targets")
"""Sections that may stand without an entry: ``groups:`` and nothing below it."""


def build() -> dict[str, Any]:
    """The schema as it should be shipped."""
    schema = Document.model_json_schema(by_alias=True, schema_generator=_Generator)
    definitions = schema.pop("$defs")
    definitions["Target"]["allOf"] = [*_kinds(), *_across()]
    # The rest may come from the defaults, the indicator or the source of the statement.
    definitions["Target"]["required"] = ["id", "stated"]
    definitions["Target"]["anyOf"] = [{"required": ["title"]}, {"required": ["indicator"]}]
    # What an indicator gives is not for the targets on it to say (``ShortForms.problems``).
    keys = {info.alias or name for name, info in Quantity.model_fields.items()}
    of_indicator = dict.fromkeys(sorted(keys - OWN), False)
    definitions["Target"]["dependentSchemas"] = {"indicator": {"properties": of_indicator}}
    definitions["Indicator"]["not"] = {"required": ["baseline", "baselines"]}
    dated = {"properties": {"baselines": {"items": {"required": ["date"]}}}}
    definitions["Indicator"]["allOf"] = [dated]
    heading = {"properties": {"kind": {"const": "heading"}}, "required": ["kind"]}
    whole = {"items": {"if": heading, "else": {"required": ["kind", "owner"]}}}
    schema["if"] = {"not": {"required": ["defaults"]}}
    schema["then"] = {"properties": {"targets": whole}}
    _, with_goal = definitions["Target"]["properties"]["periods"]["items"]["oneOf"]
    names = {"pattern": f"^{PERIOD_PATTERN}(/{PERIOD_PATTERN})?$"}
    with_goal |= {"minProperties": 1, "maxProperties": 1, "propertyNames": names}
    definitions["Target"]["patternProperties"] = {"^x-[a-z0-9][a-z0-9_-]*$": {}}
    definitions["Stated"]["required"] = ["source"]
    definitions["Target"]["dependentRequired"] = {"across": ["reporters"], "each": ["reporters"]}
    definitions["Body"]["dependentRequired"] = {"successor": ["ended"], "successors": ["ended"]}
    definitions["Body"] |= _split()
    for key in ("fail_on", "warn_on"):
        definitions["CheckPolicy"]["properties"][key]["items"] = {
            "enum": [*CODES],
            "type": "string",
        }
    for name in _MAY_BE_EMPTY:
        section = schema["properties"][name]
        section["type"] = [section["type"], "null"]
    shared = {name: _of_value(kind) for name, kind in _SHARED.items()}
    schema = _with_references({**schema, "$defs": definitions}, shared)
    definitions = schema.pop("$defs")
    inner = {name: _with_references(kind, {**shared, name: {}}) for name, kind in shared.items()}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:cdstrack:targets:1",
        "title": "cdstrack: targets.yaml",
        "description": "What was promised: the sources, bodies and commitments of a register.",
        **{key: value for key, value in schema.items() if key not in ("title", "description")},
        "$defs": {**inner, **definitions},
    }


def _of_value(kind: Any) -> dict[str, Any]:
    """The schema of a type of single values, of which some become objects of our own."""
    is_model = issubclass(get_args(kind)[0], BaseModel)  # it has settings of its own
    config = None if is_model else ConfigDict(arbitrary_types_allowed=True)
    return TypeAdapter(kind, config=config).json_schema()


def _with_references(node: Any, shared: dict[str, dict[str, Any]]) -> Any:
    """The same schema, with a reference wherever all of a shared one is written out."""
    if isinstance(node, list):
        return [_with_references(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    for name, kind in shared.items():
        if kind and kind.items() <= node.items():
            rest = {key: value for key, value in node.items() if key not in kind}
            return {"$ref": f"#/$defs/{name}", **rest}
    return {key: _with_references(value, shared) for key, value in node.items()}


def as_text(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _kinds() -> list[dict[str, Any]]:
    """What a kind needs and what it cannot have (``core.checks.check_kind``)."""

    def kind(*names: str) -> dict[str, Any]:
        return {"properties": {"kind": {"enum": list(names)}}, "required": ["kind"]}

    no_periods = {"properties": {"periods": {"maxItems": 0}}}
    some_periods = {"properties": {"periods": {"minItems": 1}}, "required": ["periods"]}
    ceiling = {"propertyNames": {"enum": ["at_most", "less_than"]}}
    ceiling_of_sum = {"properties": {"target": ceiling, "across": {"const": "sum"}}}
    unit = [{"required": ["unit"]}, {"required": ["indicator"]}]
    one_by_one = {"dependentRequired": {"reporters": ["across"]}}
    with_figure = {"properties": {"periods": {"contains": {"type": "object"}}}}
    goal = {"anyOf": [{"required": ["target"]}, {**with_figure, "required": ["periods"]}]}
    return [
        {"if": kind(*_QUANTIFIED), "then": {"anyOf": unit}},
        {"if": kind("reach", "limit"), "then": {"required": ["target"]}},
        {"if": kind("sustain"), "then": goal},
        {"if": kind("milestone"), "then": {"not": {"required": ["target"]}}},
        {"if": kind("sustain"), "then": some_periods, "else": no_periods},
        {"if": kind("limit"), "then": ceiling_of_sum},
        {"if": kind("reach"), "else": {"not": {"required": ["method"]}}},
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
        document = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        document.pop("title", None)
        document["description"] = _plain(inspect.getdoc(model) or "")
        docstrings = _docstrings(model)
        for name, field in model.model_fields.items():
            if name in docstrings:
                properties, key = document["properties"], field.alias or name
                properties[key] = {"description": docstrings[name], **properties[key]}
        return document


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below the fields of a model and of those it builds on."""
    docstrings: dict[str, str] = {}
    for base in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        for field, below in pairwise(_classes(base.__module__)[base.__name__].body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    docstrings[name] = _plain(text)
    return docstrings


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module as they are written, by name."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _plain(docstring: str) -> str:
    """Its first paragraph on one line, with the marks of Markdown."""
    return re.sub(r"\s+", " ", docstring.strip().partition("\n\n")[0]).replace("``", "`")


if __name__ == "__main__":
    FILE.write_text(as_text(build()), encoding="utf-8", newline="\n")

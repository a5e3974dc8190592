"""``python -m tools.export_schema`` writes the schema of the JSON, and the tables of docs/json.md.

Both come from the shapes in ``cdstrack/render``: a key is described once, where it is made.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from cdstrack.render import digest_shape, register_shape
from cdstrack.render.data import VERSION

DEFINITIONS = {
    **register_shape.DEFINITIONS,
    **{shape.name: shape.schema() for shape in digest_shape.SHAPES},
}
DOCS = Path(__file__).parents[1] / "docs"
FILE, PAGE = DOCS / "export.schema.json", DOCS / "json.md"
TABLE = re.compile(
    r"(<!-- keys of ([A-Za-z]+)(?: without ([A-Za-z]+))? -->\n).*?(<!-- end -->)", re.DOTALL
)


def build() -> dict[str, Any]:
    """The schema as it should be published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cdstrack:export:{VERSION}",
        "title": "cdstrack export --format json",
        **DEFINITIONS[register_shape.EXPORT.name],
        "$defs": dict(DEFINITIONS),
    }


def as_text(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def page(text: str) -> str:
    """docs/json.md with its tables written anew."""
    return TABLE.sub(lambda match: f"{match[1]}\n{_table(match[2], match[3])}\n{match[4]}", text)


def _table(name: str, without: str | None) -> str:
    """The keys of an object, one a row; of those that another one has as well none."""
    left = DEFINITIONS[without]["properties"] if without is not None else {}
    rows = ["| key | holds | meaning |", "|---|---|---|"]
    for key, kind in DEFINITIONS[name]["properties"].items():
        if left.get(key) != kind:
            rows.append(f"| `{key}` | {_holds(kind)} | {kind.get('description', '')} |")
    return "\n".join(rows) + "\n"


_PLAIN = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}


def _holds(kind: dict[str, Any]) -> str:
    """What may stand under a key, in few words."""
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return "`{vi, en}`" if name == "Bilingual" else f"[{name}](#{name.lower()})"
    if "anyOf" in kind:
        return " or ".join(_holds(form) for form in kind["anyOf"])
    if "enum" in kind:
        codes = [code for code in kind["enum"] if code is not None]
        shown = ", ".join(f"`{code}`" for code in codes) if len(codes) < 13 else "a code"
        return shown + (" or null" if None in kind["enum"] else "")
    if "const" in kind:
        return f"`{kind['const']}`"
    if kind["type"] == "array":
        return f"list of {_holds(kind['items'])}"
    if kind["type"] == "object":
        inner = kind.get("additionalProperties")
        if isinstance(inner, dict):
            return f"by id: {_holds(inner)}"
        names = ", ".join(map(str, kind.get("properties", ())))
        return f"`{{{names}}}`" if names else "object"
    forms = kind["type"] if isinstance(kind["type"], list) else [kind["type"]]
    if kind.get("format") == "date":
        return " or ".join("day" if form == "string" else str(form) for form in forms)
    return " or ".join(_PLAIN.get(form, str(form)) for form in forms)


if __name__ == "__main__":
    FILE.write_text(as_text(build()), encoding="utf-8", newline="\n")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")

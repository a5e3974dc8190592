"""``python -m tools.completion_table`` writes the table that completion reads.

Importing the commands takes longer than a finger stays on Tab, so what completion has to know of
them is written down beforehand. A test holds the file to the commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from cdstrack.cli import COMMANDS
from cdstrack.cli.options import GLOBAL, OneOf
from cdstrack.cli.parser import build, own_parameters
from cdstrack.core.checks import gate
from cdstrack.core.verdict.rules import WORST_FIRST

FILE = Path(__file__).parents[1] / "cdstrack" / "complete" / "table.json"

_KINDS = {
    "TARGET": "targets",
    "BODY": "bodies",
    "GROUP": "groups",
    "TAG": "tags",
    "PART": "parts",
    "SERIES": "series",
    "SLICE": "slices",
    "ID": "reports",
    "PATH": "files",
    "FILE": "files",
    "SHEET": "files",
    "FOLDER": "folders",
}
"""What stands in the register or on the disk, by the word that help shows for it."""

_SPECIAL = {
    ("add-progress", "target"): "leaves",
    ("add-progress", "body"): "reporters",
    ("add-progress", "source"): "sources",
    ("status", "owner"): "owners",
    ("scoreboard", "owner"): "owners",
    ("due", "owner"): "owners",
    ("status", "under"): "parents",
    ("export", "under"): "parents",
}
"""What is narrower than the word that help shows for it, by command and parameter."""

_LINE = 100

_VOCABULARIES: dict[str, dict[str, Any]] = {
    "STATE": {"kind": "choice", "choices": WORST_FIRST, "key": "state"},
    "CODE,…": {"kind": "list", "choices": [*gate.CODES, "none"], "key": "rule"},
}
"""Words of the program that a command checks only when it has read a register."""


def build_table() -> dict[str, Any]:
    """The table as it should be shipped."""
    tree = build(*COMMANDS)
    return {
        "common": [
            *_options("", [param for param in tree.params if param.name in GLOBAL], GLOBAL),
            {"names": ["--help", "-h"], "help": "opt_help"},
        ],
        "top": _options("", [param for param in tree.params if param.name not in GLOBAL], {}),
        "commands": {name: _command(name, tree.commands[name].params) for name in COMMANDS},
    }


def as_text(table: dict[str, Any]) -> str:
    """A table as its file holds it: what fits on a line stands on one."""
    return _json(table, "") + "\n"


def _json(node: Any, indent: str) -> str:
    text = json.dumps(node, ensure_ascii=False)
    if len(indent) + len(text) < _LINE or not isinstance(node, (dict, list)):
        return text
    inner = indent + "  "
    if isinstance(node, list):
        parts = [_json(item, inner) for item in node]
    else:
        parts = [f"{json.dumps(key)}: {_json(value, inner)}" for key, value in node.items()]
    body = ",".join(f"\n{inner}{part}" for part in parts)
    return f"{text[0]}{body}\n{indent}{text[-1]}"


def _command(name: str, params: Iterable[Any]) -> dict[str, Any]:
    run = import_module(COMMANDS[name]).run
    hints = {parameter.name: parameter.annotation for parameter in own_parameters(run)}
    own = [param for param in params if param.name not in GLOBAL]
    arguments = [param for param in own if param.param_type_name == "argument"]
    return {
        "help": f"cmd_{name.replace('-', '_')}",
        "arguments": [{**_value(name, param, hints), "help": param.help} for param in arguments],
        "options": _options(name, [param for param in own if param not in arguments], hints),
    }


def _options(command: str, params: Iterable[Any], hints: Mapping[str, Any]) -> list[dict[str, Any]]:
    options = []
    for param in params:
        names = sorted([*param.opts, *param.secondary_opts], key=len, reverse=True)
        option: dict[str, Any] = {"names": names, "help": param.help}
        if not param.is_flag:
            option["value"] = _value(command, param, hints)
        if param.multiple:
            option["repeats"] = True
        options.append(option)
    return options


def _value(command: str, param: Any, hints: Mapping[str, Any]) -> dict[str, Any]:
    """What completes a parameter, and its word in help."""
    return {**_kind(command, param, hints), "metavar": param.metavar}


def _kind(command: str, param: Any, hints: Mapping[str, Any]) -> dict[str, Any]:
    """What completes a parameter: its own choices, else by its word in help."""
    word = param.metavar.strip("[]")
    for mark in hints[param.name].__metadata__:
        if isinstance(mark, OneOf):
            kind = "choice=file" if mark.with_path else "choice"
            return {"kind": kind, "choices": list(mark.values)}
    if (command, param.name) in _SPECIAL:
        return {"kind": _SPECIAL[command, param.name]}
    if word in _KINDS:
        return {"kind": _KINDS[word]}
    return _VOCABULARIES.get(word, {"kind": "text"})


if __name__ == "__main__":
    FILE.write_text(as_text(build_table()), encoding="utf-8", newline="\n")

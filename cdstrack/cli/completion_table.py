"""The table that completion reads, made from the commands themselves.

Importing the commands takes longer than a finger stays on Tab, so what completion has to know of
them is written down beforehand, by ``python -m cdstrack.cli.completion_table``. A test holds the
file to the commands.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from typer.main import get_command

from cdstrack.cli.help import COMMANDS
from cdstrack.cli.main import build
from cdstrack.cli.options import GLOBAL
from cdstrack.complete.command_table import NAME
from cdstrack.core.checks import gate
from cdstrack.core.model.problems import Refusal
from cdstrack.core.verdict.portfolio import WORST_FIRST

_KINDS = {
    "TARGET": "targets",
    "BODY": "bodies",
    "GROUP": "groups",
    "TAG": "tags",
    "PART": "parts",
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
}
"""What is narrower than the word that help shows for it, by command and parameter."""

_LINE = 100

_VOCABULARIES: dict[str, dict[str, Any]] = {
    "STATE": {"kind": "choice", "choices": WORST_FIRST, "said": "state"},
    "CODE,…": {"kind": "list", "choices": [*gate.CODES, "none"], "said": "rule"},
}
"""Words of the program that a command checks only when it has read a register."""


def make() -> dict[str, Any]:
    """The table as it should be shipped."""
    tree: Any = get_command(build([]))
    return {
        "common": [
            *_options("", [each for each in tree.params if each.name in GLOBAL]),
            {"names": ["--help", "-h"], "help": "opt_help"},
        ],
        "top": _options("", [each for each in tree.params if each.name not in GLOBAL]),
        "commands": {name: _command(name, tree.commands[name].params) for name in COMMANDS},
    }


def as_text(table: dict[str, Any]) -> str:
    """A table as its file holds it: what fits on a line stands on one."""
    return _written(table, "") + "\n"


def shipped() -> str:
    """The text of the file that completion reads."""
    return files("cdstrack.complete").joinpath(NAME).read_text(encoding="utf-8")


def _written(node: Any, indent: str) -> str:
    text = json.dumps(node, ensure_ascii=False)
    if len(indent) + len(text) < _LINE or not isinstance(node, (dict, list)):
        return text
    inner = indent + "  "
    if isinstance(node, list):
        parts = [_written(item, inner) for item in node]
    else:
        parts = [f"{json.dumps(key)}: {_written(value, inner)}" for key, value in node.items()]
    body = ",".join(f"\n{inner}{part}" for part in parts)
    return f"{text[0]}{body}\n{indent}{text[-1]}"


def _command(name: str, params: Iterable[Any]) -> dict[str, Any]:
    listed = list(params)
    run = import_module(COMMANDS[name]).run
    arguments = [each for each in listed if each.param_type_name == "argument"]
    own = [each for each in listed if each not in arguments and each.name not in GLOBAL]
    return {
        "help": f"cmd_{name.replace('-', '_')}",
        "arguments": [_value(name, run, each) for each in arguments],
        "options": _options(name, own, run),
    }


def _options(
    command: str, params: Iterable[Any], run: Callable[..., int] | None = None
) -> list[dict[str, Any]]:
    options = []
    for param in params:
        names = sorted([*param.opts, *param.secondary_opts], key=len, reverse=True)
        option: dict[str, Any] = {"names": names, "help": param.help}
        if not param.is_flag:
            option["value"] = _value(command, run, param)
        if param.multiple:
            option["repeats"] = True
        options.append(option)
    return options


def _value(command: str, run: Callable[..., int] | None, param: Any) -> dict[str, Any]:
    """What completes a parameter: by its word in help, else by what its command refuses."""
    word = param.metavar.strip("[]")
    if (command, param.name) in _SPECIAL:
        return {"kind": _SPECIAL[command, param.name]}
    if word in _KINDS:
        return {"kind": _KINDS[word]}
    if word in _VOCABULARIES:
        return _VOCABULARIES[word]
    if "|" in word:
        return {"kind": "choice", "choices": word.split("|")}
    with_path = word.endswith("=PATH")
    asked = _allowed(run, param.name, ["?=?"] if with_path else "?") if run else []
    if not asked:
        return {"kind": "text"}
    kind = "choice=file" if with_path else "choice"
    return {"kind": kind, "choices": asked}


def _allowed(run: Callable[..., int], name: str, text: object) -> list[str]:
    """What a command names when it refuses a value; without a session it can do nothing else."""
    _, *own = inspect.signature(run).parameters.values()
    required = [each.name for each in own if each.default is inspect.Parameter.empty]
    try:
        run(None, **{**dict.fromkeys(required, "?"), name: text})
    except Refusal as refusal:
        return list(refusal.facts.get("allowed", ()))  # type: ignore[call-overload, no-any-return]
    except AttributeError:
        pass
    return []


if __name__ == "__main__":
    path = Path(str(files("cdstrack.complete").joinpath(NAME)))
    path.write_text(as_text(make()), encoding="utf-8", newline="\n")

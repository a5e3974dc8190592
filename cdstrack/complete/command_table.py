"""The commands, their arguments and options, as ``table.json`` holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

NAME = "table.json"


class Value(NamedTuple):
    """What an argument or the value of an option may be.

    ``kind`` names what to look for in the register or on the disk; a ``choice`` is one of
    ``choices``, a ``list`` several of them with commas, ``choice=file`` one with a path behind it.
    ``said`` begins the keys of the catalogues that say what the choices mean.
    """

    kind: str = "text"
    choices: Sequence[str] = ()
    said: str = ""


class Option(NamedTuple):
    """An option; ``value`` is None for one that takes none."""

    names: Sequence[str]
    help: str
    value: Value | None = None
    repeats: bool = False


class Command(NamedTuple):
    """A command with its own options; those that every command takes stand in the table."""

    help: str
    arguments: Sequence[Value] = ()
    options: Sequence[Option] = ()


class Table(NamedTuple):
    """All there is: options of every command, options before any command, the commands."""

    common: Sequence[Option]
    top: Sequence[Option]
    commands: Mapping[str, Command]


def read_table() -> Table:
    """The table as it is shipped."""
    read = json.loads(Path(__file__).with_name(NAME).read_text(encoding="utf-8"))
    commands = {
        name: Command(
            each["help"], [Value(**value) for value in each["arguments"]], _options(each["options"])
        )
        for name, each in read["commands"].items()
    }
    return Table(_options(read["common"]), _options(read["top"]), commands)


def _options(listed: list[dict[str, Any]]) -> list[Option]:
    return [
        Option(
            each["names"],
            each["help"],
            Value(**each["value"]) if "value" in each else None,
            each.get("repeats", False),
        )
        for each in listed
    ]

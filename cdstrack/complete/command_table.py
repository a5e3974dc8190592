"""The commands, their arguments and options, as ``table.json`` holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Value(NamedTuple):
    """What an argument or the value of an option may be.

    ``kind`` names what to look for in the register or on the disk; a ``choice`` is one of
    ``choices``, a ``list`` several of them with commas, ``choice=file`` one with a path behind it.
    ``key`` begins the keys of the catalogues that explain the choices.
    """

    kind: str = "text"
    choices: Sequence[str] = ()
    key: str = ""


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
    """The table that ships with the program."""
    document = json.loads(Path(__file__).with_name("table.json").read_text(encoding="utf-8"))
    commands = {
        name: Command(
            entry["help"],
            [_value(value) for value in entry["arguments"]],
            _options(entry["options"]),
        )
        for name, entry in document["commands"].items()
    }
    return Table(_options(document["common"]), _options(document["top"]), commands)


def _value(entry: dict[str, Any]) -> Value:
    """Without what only help shows."""
    return Value(entry["kind"], entry.get("choices", ()), entry.get("key", ""))


def _options(entries: list[dict[str, Any]]) -> list[Option]:
    return [
        Option(
            entry["names"],
            entry["help"],
            _value(entry["value"]) if "value" in entry else None,
            entry.get("repeats", False),
        )
        for entry in entries
    ]

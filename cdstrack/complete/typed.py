"""What has been typed so far: the command, what it was given, and what the cursor stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cdstrack.complete.command_table import Command, Option, Table, Value

COMMAND = Value("commands")
_VALUE_FOR_ALL_ITS_DASH = re.compile("-[0-9]")


class Typed(NamedTuple):
    """A command line, understood as far as it goes.

    ``wanted`` is what the word under the cursor may be besides an option, None if nothing;
    ``before`` is what stays of this word as it is (``--format=``), ``current`` the rest of it.
    ``given`` holds every option on the line by its first name, with its last value.
    """

    wanted: Value | None
    before: str
    current: str
    options: Sequence[Option]
    """Those that may stand under the cursor; none where only a value can."""
    given: Mapping[str, str]
    arguments: Sequence[str]
    """What the command was given besides options, before the cursor and behind it."""


def understand(words: Sequence[str], position: int, table: Table) -> Typed:
    """Read the words of a line without the name of the program; the cursor is on one of them."""
    line = _Line(table)
    for word in words[:position]:
        line.take(word)
    current = words[position] if position < len(words) else ""
    before = ""
    wanted, options = line.wanted(), line.options()
    name, equals, value = current.partition("=")
    if line.open is not None:
        wanted, options = line.open.value, []
    elif line.only_arguments:
        options = []
    elif equals and name.startswith("--"):
        option = line.option(name)
        wanted, options = option.value if option else None, []
        before, current = name + equals, value
    line.open = None
    if line.command is not None:
        for word in words[position + 1 :]:
            line.take(word)
    return Typed(wanted, before, current, options, line.given, line.arguments)


class _Line:
    """The words taken so far. ``open`` is an option whose value comes next."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.command: Command | None = None
        self.unknown = False
        self.open: Option | None = None
        self.only_arguments = False
        self.given: dict[str, str] = {}
        self.arguments: list[str] = []

    def take(self, word: str) -> None:
        if self.open is not None:
            self.given[self.open.names[0]] = word
            self.open = None
        elif self.only_arguments or not word.startswith("-") or _VALUE_FOR_ALL_ITS_DASH.match(word):
            self._take_argument(word)
        elif word == "--":
            self.only_arguments = True
        else:
            self._take_option(word)

    def _take_argument(self, word: str) -> None:
        if self.command is not None:
            self.arguments.append(word)
        else:
            self.command = self.table.commands.get(word)
            self.unknown = self.unknown or self.command is None

    def _take_option(self, word: str) -> None:
        name, equals, value = word.partition("=")
        if not word.startswith("--"):  # -fPATH
            name, equals, value = word[:2], word[2:], word[2:]
        option = self.option(name)
        if option is not None:
            self.given[option.names[0]] = value
            self.open = option if option.value is not None and not equals else None

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options() if name in option.names), None)

    def options(self) -> list[Option]:
        if self.unknown:
            return []
        own = self.command.options if self.command is not None else self.table.top
        return [*own, *self.table.common]

    def wanted(self) -> Value | None:
        """What the next word is if it is no option."""
        if self.command is None:
            return None if self.unknown else COMMAND
        listed = self.command.arguments
        return listed[len(self.arguments)] if len(self.arguments) < len(listed) else None

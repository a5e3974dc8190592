"""What stands under the cursor: which command, with which values, and what may come next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cdstrack.complete.command_table import Command, Option, Table, Value

COMMAND = Value("commands")
_NUMBER = re.compile("-[0-9]")


class Cursor(NamedTuple):
    """A command line, understood as far as it goes.

    ``value`` is what the word under the cursor may be besides an option, None if nothing;
    ``prefix`` is what stays of this word as it is (``--format=``), ``word`` the rest of it, up to
    the cursor. ``values`` holds every option on the line by its first name, with its last value.
    """

    value: Value | None
    prefix: str
    word: str
    options: Sequence[Option]
    """Those that may stand under the cursor; none where only a value can."""
    values: Mapping[str, str]
    arguments: Sequence[str]
    """The words that are no options, before the cursor and behind it."""


def cursor_at(words: Sequence[str], position: int, table: Table) -> Cursor:
    """Read the words of a line without the name of the program; the cursor is on one of them."""
    line = _Line(table)
    for word in words[:position]:
        line.take(word)
    word = words[position] if position < len(words) else ""
    prefix = ""
    value, options = line.next_value(), line.options()
    name, equals, rest = word.partition("=")
    if line.pending is not None:
        value, options = line.pending.value, []
    elif line.only_arguments:
        options = []
    elif equals and name.startswith("--"):
        option = line.option(name)
        value, options = option.value if option else None, []
        prefix, word = name + equals, rest
    line.pending = None
    if line.command is not None:
        for behind in words[position + 1 :]:
            line.take(behind)
    return Cursor(value, prefix, word, options, line.values, line.arguments)


class _Line:
    """The words so far. ``pending`` is an option whose value comes next."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.command: Command | None = None
        self.unknown = False
        self.pending: Option | None = None
        self.only_arguments = False
        self.values: dict[str, str] = {}
        self.arguments: list[str] = []

    def take(self, word: str) -> None:
        if self.pending is not None:
            self.values[self.pending.names[0]] = word
            self.pending = None
        elif self.only_arguments or not word.startswith("-") or _NUMBER.match(word):
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
            self.values[option.names[0]] = value
            self.pending = option if option.value is not None and not equals else None

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options() if name in option.names), None)

    def options(self) -> list[Option]:
        if self.unknown:
            return []
        own = self.command.options if self.command is not None else self.table.top
        return [*own, *self.table.common]

    def next_value(self) -> Value | None:
        """What the next word is if it is no option."""
        if self.command is None:
            return None if self.unknown else COMMAND
        arguments, index = self.command.arguments, len(self.arguments)
        return arguments[index] if index < len(arguments) else None

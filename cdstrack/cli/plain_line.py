"""A command line without surprises, read without typer, which takes a tenth of a short run to load.

typer is the command line. This reads, by the table that completion has, what it would read the
same way; whatever it does not understand at once, be it a mistake or a number below zero, is
left to typer, which also words every refusal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from cdstrack.cli import COMMANDS
from cdstrack.cli.session import Session

HOT = frozenset(
    {"status", "overdue", "show", "check", "history", "due", "scoreboard", "add-progress"}
)
"""Commands that load no typer themselves. To the others it would make no difference."""

TABLE = Path(__file__).parents[1] / "complete" / "table.json"
"""What ``complete.command_table`` reads into types; here they would take longer than the answer."""

# Once, as the parser is made once, where many commands are run in one process.
_table: Callable[[], Any] = cache(lambda: json.loads(TABLE.read_text(encoding="utf-8")))

_GLOBAL = {
    "--file": "file", "--as-of": "as_of", "--known-on": "known_on", "--offline": "offline",
}  # fmt: skip
_EARLY = ("--lang", "--color")
"""Global options that were heard before the line was read."""

_MINUS = "\u2212"
"""The sign of mathematics, which the parser takes for a hyphen before a number."""

_PARAMETERS = {"--format": "form", "--all": "everything", "--slice": "slice_"}
"""Options whose parameter is called otherwise."""


class PlainLine(NamedTuple):
    """A command, the options before and behind its name, and the values of its parameters."""

    run: Callable[..., int]
    before: dict[str, Any]
    behind: dict[str, Any]
    values: dict[str, Any]

    def execute(self, session: Session) -> int:
        """Run the command; its exit code. Raises Failure."""
        for options in (self.before, self.behind):
            values = {parameter: options.get(name) for name, parameter in _GLOBAL.items()}
            session = session.with_options(**values)
        return self.run(session, **self.values)


def plain_line(args: Sequence[str]) -> PlainLine | None:
    """What a command line says, or None: ask typer."""
    if args and args[-1] in ("-h", "--help"):
        return _help_line(args[:-1])
    start = next((at for at, arg in enumerate(args) if arg in HOT), None)
    if start is None or _MINUS in "".join(args):
        return None
    table = _table()
    entry, common = table["commands"][args[start]], table["common"]
    before = _read(args[:start], common, 0)
    own = _read(args[start + 1 :], [*common, *entry["options"]], len(entry["arguments"]))
    required = [value for value in entry["arguments"] if value["metavar"][0] != "["]
    if before is None or own is None or len(own.words) < len(required):
        return None
    run = import_module(COMMANDS[args[start]]).run
    values = {
        _PARAMETERS.get(name, name[2:].replace("-", "_")): value
        for name, value in own.options.items()
        if name not in _GLOBAL and name not in _EARLY
    }
    hints = run.__annotations__
    arguments = [name for name, hint in hints.items() if "typer.Argument(" in hint]
    values |= zip(arguments, own.words, strict=False)
    if any(hints[name].startswith("Annotated[int") for name in values):  # a number may be none
        return None
    return PlainLine(run, before.options, own.options, values)


def _help_line(args: Sequence[str]) -> PlainLine | None:
    """What asks for help on a command, or on all, and for nothing else."""
    line = _read(args, _table()["common"], 1)
    if line is None or not COMMANDS.keys() >= set(line.words):
        return None
    from cdstrack.cli.help import show_help  # most runs show none

    return PlainLine(show_help, {}, {}, {"name": next(iter(line.words), None)})


class _Part(NamedTuple):
    """Options by their first names, and words, on one side of the name of the command."""

    options: dict[str, Any]
    words: list[str]


def _read(args: Sequence[str], options: Sequence[dict[str, Any]], room: int) -> _Part | None:
    """A part of the line with room for so many words; None where anything is in doubt."""
    by_name = {name: option for option in options for name in option["names"]}
    part, rest = _Part({}, []), iter(args)
    for arg in rest:
        if not arg.startswith("-"):
            part.words.append(arg)
            if not arg or len(part.words) > room:
                return None
            continue
        name, equals, text = arg.partition("=")
        option = by_name.get(name)
        if option is None or "--help" in option["names"] or (equals and name[:2] != "--"):
            return None
        first, value = option["names"][0], option.get("value")
        if value is None:
            if equals:
                return None
            part.options[first] = True
            continue
        if not equals:
            text = next(rest, "")
        if value["kind"] == "choice":
            is_plain = text in value["choices"]
        else:
            is_plain = text != "" and text[0] != "-" and "choices" not in value
        if not is_plain:
            return None
        if option.get("repeats"):
            part.options.setdefault(first, []).append(text)
        else:
            part.options[first] = text
    return part

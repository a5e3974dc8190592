"""What ``--help`` shows, in the reader's language; typer's own texts are English only.

Written from the table that completion has, so that whoever asks for help waits for no command.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cdstrack.cli import COMMANDS
from cdstrack.cli.plain_line import TABLE
from cdstrack.cli.session import EXIT_OK, Session
from cdstrack.i18n import Words
from cdstrack.render.text import Line, visible, width_of, wrap

HELP_WIDTH = 100

Table = Mapping[str, Any]
"""``table.json`` as it stands there."""


def show_help(session: Session, *, name: str | None) -> int:
    """Print the help of a command, or without a name that of them all."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    words, width = session.words, min(session.out.width or HELP_WIDTH, HELP_WIDTH)
    lines = _of_all(table, words, width) if name is None else _of_one(table, name, words, width)
    session.say(lines)
    return EXIT_OK


def _of_all(table: Table, words: Words, width: int) -> Iterator[Line]:
    yield [
        (words("help_usage") + " ", "heading"),
        ("cdstrack ", ""),
        (words("help_usage_group"), ""),
    ]
    yield []
    yield from _paragraph(words("help_what"), width)
    yield []
    yield [(words("help_commands"), "heading")]
    yield from _pairs([(name, words(f"cmd_{name.replace('-', '_')}")) for name in COMMANDS], width)
    yield from _options(table["top"], table["common"], words, width)
    yield []
    yield from _paragraph(words("help_exit_codes"), width)


def _of_one(table: Table, name: str, words: Words, width: int) -> Iterator[Line]:
    command = table["commands"][name]
    arguments = [(value["metavar"], words(value["help"])) for value in command["arguments"]]
    usage = " ".join(["cdstrack", name, *(metavar for metavar, _ in arguments)])
    usage += " " + words("help_usage_options")
    yield [(words("help_usage") + " ", "heading"), (usage, "")]
    yield []
    yield from _paragraph(words(command["help"]), width)
    more = f"more_{name.replace('-', '_')}"
    if words.has(more):
        yield from _paragraph(words(more), width)
    if arguments:
        yield []
        yield [(words("help_arguments"), "heading")]
        yield from _pairs(arguments, width)
    yield from _options(command["options"], table["common"], words, width)


def _options(
    own: Sequence[Table], common: Sequence[Table], words: Words, width: int
) -> Iterator[Line]:
    for heading, options in (("help_options", own), ("help_global", common)):
        if options:
            yield []
            yield [(words(heading), "heading")]
            yield from _pairs(
                [(_names(option), words(option["help"])) for option in options], width
            )


def _names(option: Table) -> str:
    names = ", ".join(sorted(option["names"], key=len))
    return f"{names} {option['value']['metavar']}" if "value" in option else names


def _paragraph(text: str, width: int) -> Iterator[Line]:
    for paragraph in text.split("\n"):
        yield from ([(part, "")] for part in wrap(visible(paragraph), width))


def _pairs(pairs: list[tuple[str, str]], width: int) -> Iterator[Line]:
    """Names on the left, what they do on the right; a long name gets a line of its own."""
    column = min(max(len(name) for name, _ in pairs), 26)
    for name, text in pairs:
        parts = wrap(text, width - column - 4)
        if width_of(name) > column:
            yield [("  " + name, "code")]
            name = ""
        yield [("  ", ""), (name.ljust(column), "code"), ("  " + parts[0], "")]
        for part in parts[1:]:
            yield [(" " * (column + 4) + part, "")]

"""What ``--help`` shows, in the reader's language; typer's own texts are English only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.core import TyperCommand, TyperGroup

from cdstrack.cli import COMMANDS
from cdstrack.cli.options import GLOBAL
from cdstrack.cli.session import Session
from cdstrack.i18n import Words
from cdstrack.render.text import Line, visible, width_of, wrap

HELP_WIDTH = 100


def group_help(group: TyperGroup, ctx: Any) -> Iterator[Line]:
    session: Session = ctx.obj
    words, width = session.words, min(session.out.width or HELP_WIDTH, HELP_WIDTH)
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
    yield from _options(group, ctx, words, width)
    yield []
    yield from _paragraph(words("help_exit_codes"), width)


def command_help(command: TyperCommand, ctx: Any) -> Iterator[Line]:
    session: Session = ctx.obj
    words, width = session.words, min(session.out.width or HELP_WIDTH, HELP_WIDTH)
    name = str(command.name)
    arguments: list[Any] = [
        param for param in command.params if param.param_type_name == "argument"
    ]
    usage = " ".join(param.metavar for param in arguments)
    usage = f"cdstrack {name} {usage}".rstrip() + " " + words("help_usage_options")
    yield [(words("help_usage") + " ", "heading"), (usage, "")]
    yield []
    yield from _paragraph(words(f"cmd_{name.replace('-', '_')}"), width)
    more = f"more_{name.replace('-', '_')}"
    if words.has(more):
        yield from _paragraph(words(more), width)
    if arguments:
        yield []
        yield [(words("help_arguments"), "heading")]
        yield from _pairs([(param.metavar, words(param.help or "")) for param in arguments], width)
    yield from _options(command, ctx, words, width)


def _options(command: Any, ctx: Any, words: Words, width: int) -> Iterator[Line]:
    special: list[tuple[str, str]] = []
    common: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or param.hidden:
            continue
        names = ", ".join(sorted([*param.opts, *param.secondary_opts], key=len))
        if not param.is_flag and not param.count:
            names += f" {param.metavar}"
        is_help = "--help" in param.opts
        text = words("opt_help") if is_help else words(param.help or "")
        (common if param.name in GLOBAL or is_help else special).append((names, text))
    for heading, pairs in (("help_options", special), ("help_global", common)):
        if pairs:
            yield []
            yield [(words(heading), "heading")]
            yield from _pairs(pairs, width)


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

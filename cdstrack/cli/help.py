"""Help and usage errors in the reader's language; typer's own texts are English only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from cdstrack.cli.options import GLOBAL
from cdstrack.cli.session import EXIT_OK, Session
from cdstrack.core.model.problems import Refusal, did_you_mean
from cdstrack.i18n import Words
from cdstrack.render.text import Line, visible, width_of, wrap

HELP_WIDTH = 100
COMMANDS = {
    "status": "cdstrack.cli.status",
    "overdue": "cdstrack.cli.overdue",
    "show": "cdstrack.cli.show",
    "scoreboard": "cdstrack.cli.scoreboard",
    "due": "cdstrack.cli.due",
    "add-progress": "cdstrack.cli.add_progress",
    "template": "cdstrack.cli.template",
    "import": "cdstrack.cli.import_sheet",
    "history": "cdstrack.cli.history",
    "export": "cdstrack.cli.export",
    "check": "cdstrack.cli.check",
    "validate": "cdstrack.cli.validate",
    "init": "cdstrack.cli.init",
    "completion": "cdstrack.cli.completion",
}
"""Every command and the module that runs it; a module is imported only when it is asked for."""


class Command(TyperCommand):
    """A command whose help is ours, and which takes ``-5`` for a value, not for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        hidden = ["−" + arg[1:] if re.match("-[0-9]", arg) else arg for arg in args]
        rest = super().parse_args(ctx, hidden)
        for name, value in ctx.params.items():
            if isinstance(value, str) and re.match("−[0-9]", value):
                ctx.params[name] = "-" + value[1:]
        return rest

    def get_help(self, ctx: Any) -> NoReturn:
        _print(ctx, _command_help(self, ctx))


class Group(TyperGroup):
    """The command itself: lists what it can do, and suggests what was meant."""

    def get_help(self, ctx: Any) -> NoReturn:
        _print(ctx, _group_help(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            raise Refusal(
                "unknown_command", name=args[0], suggestion=did_you_mean(args[0], COMMANDS)
            )
        return super().resolve_command(ctx, args)


def _print(ctx: Any, lines: Iterator[Line]) -> NoReturn:
    """Print help and end. Printed by typer, what cannot be written would end with its exit code."""
    session: Session = ctx.obj
    session.say(lines)
    raise typer.Exit(EXIT_OK)


def _group_help(group: Group, ctx: Any) -> Iterator[Line]:
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


def _command_help(command: Command, ctx: Any) -> Iterator[Line]:
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
        listed = [(each.metavar, words(each.help or "")) for each in arguments]
        yield from _pairs(listed, width)
    yield from _options(command, ctx, words, width)


def _options(command: Any, ctx: Any, words: Words, width: int) -> Iterator[Line]:
    own: list[tuple[str, str]] = []
    common: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or param.hidden:
            continue
        names = ", ".join(sorted([*param.opts, *param.secondary_opts], key=len))
        if not param.is_flag and not param.count:
            names += f" {param.metavar}"
        is_help = "--help" in param.opts
        said = words("opt_help") if is_help else words(param.help or "")
        (common if param.name in GLOBAL or is_help else own).append((names, said))
    for heading, pairs in (("help_options", own), ("help_global", common)):
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
    for name, said in pairs:
        parts = wrap(said, width - column - 4)
        if width_of(name) > column:
            yield [("  " + name, "code")]
            name = ""
        yield [("  ", ""), (name.ljust(column), "code"), ("  " + parts[0], "")]
        for part in parts[1:]:
            yield [(" " * (column + 4) + part, "")]


def usage_error(error: typer.TyperException) -> Refusal:
    """What typer says in English, as one of our refusals."""
    name, message = type(error).__name__, error.format_message()
    param = getattr(error, "param", None)
    match name:
        case "NoSuchOption":
            option = str(getattr(error, "option_name", ""))
            near = getattr(error, "possibilities", None) or []
            return Refusal("usage_no_such_option", option=option, suggestion=next(iter(near), None))
        case "MissingParameter" if param is not None:
            return Refusal("usage_missing", name=param.get_error_hint().strip("'"))
        case "BadOptionUsage":
            option = str(getattr(error, "option_name", ""))
            code = (
                "usage_option_takes_none"
                if "does not take" in message
                else "usage_option_wants_value"
            )
            return Refusal(code, option=option)
        case "UsageError" if "unexpected extra" in message:
            extra = message[message.find("(", message.find("(s)") + 3) + 1 : -1]
            return Refusal("usage_extra", extra=extra)
    return Refusal("usage_other")

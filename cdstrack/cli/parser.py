"""The command line as typer reads it: which command, with which values, and what is refused."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cdstrack import __version__
from cdstrack.cli import COMMANDS, options
from cdstrack.cli.options import GLOBAL, AsOf, Color, File, KnownOn, Lang, Offline, OneOf
from cdstrack.cli.session import EXIT_INTERRUPTED, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal, did_you_mean


def execute(session: Session, args: list[str]) -> int:
    """Run the command that the arguments name; its exit code. Raises Failure."""
    cli = build(*(arg for arg in args if arg in COMMANDS))
    try:
        code = cli.main(args=args, prog_name="cdstrack", standalone_mode=False, obj=session)
    except typer.TyperException as error:
        raise usage_error(error) from None
    except typer.Abort:
        return EXIT_INTERRUPTED
    return code if isinstance(code, int) else EXIT_OK


@cache  # whoever runs many commands in one process would wait for typer longer than for us
def build(*names: str) -> Any:
    """The application with these commands; the others can be named in it, but not run."""
    cli = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    cli.callback()(_callback)
    for name in dict.fromkeys(names):
        cli.command(name, cls=Command)(_command(import_module(COMMANDS[name]).run))
    return get_command(cli)


def _callback(
    context: typer.Context,
    file: File = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    offline: Offline = None,
    lang: Lang = None,
    color: Color = None,
    version: Annotated[bool, typer.Option("--version", help="opt_version")] = False,
) -> None:
    session: Session = context.obj
    context.obj = session.with_options(file, as_of, known_on, offline=offline)
    if version:
        session.say([[(f"cdstrack {__version__}", "")]])
        raise typer.Exit(EXIT_OK)
    if context.invoked_subcommand is None:
        context.get_help()


def own_parameters(run: Callable[..., int]) -> list[inspect.Parameter]:
    """The parameters of a command, with what typer is to know of each."""
    # Commands that plain_line can run load neither typer nor the options that their hints name.
    names = {**vars(options), **run.__globals__}
    _, *own = inspect.signature(run, eval_str=True, globals=names).parameters.values()
    return own


def _command(run: Callable[..., int]) -> Callable[..., None]:
    """Give a command the global options, and its session with them applied.

    ``run(session, …own options)`` becomes ``command(context, …own options, …global options)``.
    """
    own = own_parameters(run)
    choices: dict[str, OneOf] = {}

    @wraps(run)
    def command(context: typer.Context, **values: Any) -> None:
        common = {name: values.pop(name) for name in GLOBAL}
        for param in context.command.params:
            if param.name in choices and values[param.name] != param.default:
                _refuse_others(choices[param.name], param, values[param.name])
        session: Session = context.obj
        session = session.with_options(
            common["file"], common["as_of"], common["known_on"], offline=common["offline"]
        )
        raise typer.Exit(run(session, **values))

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("context", keyword, annotation=typer.Context)]
    for parameter in own:
        hint = parameter.annotation
        for mark in hint.__metadata__:
            if isinstance(mark, OneOf):
                choices[parameter.name] = mark
                if not mark.with_path:  # of a Literal, typer would refuse others in English
                    hint = Annotated[str | None, *hint.__metadata__]
        parameters.append(parameter.replace(kind=keyword, annotation=hint))
    for name, hint in GLOBAL.items():
        parameters.append(inspect.Parameter(name, keyword, default=None, annotation=hint))
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _refuse_others(one_of: OneOf, param: Any, value: str | list[str] | None) -> None:
    """Refuse a value that an option does not know. Raises Refusal."""
    for text in [value] if isinstance(value, str) else value or ():
        choice = text.partition("=")[0] if one_of.with_path else text
        if choice not in one_of.values:
            option = param.opts[0] if param.param_type_name == "option" else param.metavar
            allowed = list(one_of.values)
            raise Refusal("bad_choice", option=option, text=choice, allowed=allowed)


_MINUS = "^\u2212(?=[0-9])"


class Command(TyperCommand):
    """A command whose help is ours, and which takes ``-5`` for a value, not for an option.

    To typer every argument that begins with a hyphen is an option. So a number below zero goes
    past it with the sign of mathematics, U+2212, and gets its hyphen back from the other side.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, [re.sub("^-(?=[0-9])", "\u2212", arg) for arg in args])
        for name, value in ctx.params.items():
            if isinstance(value, str):
                ctx.params[name] = re.sub(_MINUS, "-", value)
            elif isinstance(value, (list, tuple)):
                ctx.params[name] = [re.sub(_MINUS, "-", text) for text in value]
        return rest

    def get_help(self, ctx: Any) -> NoReturn:
        _help(ctx, self.name)


class Group(TyperGroup):
    """The command itself: lists what it can do, and suggests what was meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            near = did_you_mean(args[0], COMMANDS)
            raise Refusal("unknown_command", name=args[0], suggestion=near)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> NoReturn:
        _help(ctx, None)


def _help(ctx: Any, name: str | None) -> NoReturn:
    """Print help and end. Printed by typer, what cannot be written would end with its exit code."""
    from cdstrack.cli.help import show_help  # most runs show none

    raise typer.Exit(show_help(ctx.obj, name=name))


_LISTS = ("status", "overdue", "due", "digest")
"""Commands that list commitments and take none by name."""


def usage_error(error: typer.TyperException) -> Refusal:
    """What typer says in English, as one of our refusals."""
    message = error.format_message()
    option = str(getattr(error, "option_name", ""))
    param = getattr(error, "param", None)
    match type(error).__name__:
        case "NoSuchOption":
            near = getattr(error, "possibilities", None) or []
            return Refusal("usage_no_such_option", option=option, suggestion=next(iter(near), None))
        case "MissingParameter" if param is not None:
            return Refusal("usage_missing", name=param.get_error_hint().replace("'", ""))
        case "BadOptionUsage":
            none = "does not take" in message
            return Refusal(f"usage_option_{'takes_none' if none else 'wants_value'}", option=option)
        case "UsageError" if "unexpected extra" in message:
            extra = message[message.find("(", message.find("(s)") + 3) + 1 : -1]
            command = str(getattr(getattr(error, "ctx", None), "info_name", ""))
            if command in _LISTS and " " not in extra:
                return Refusal("usage_no_name", command=command, extra=extra)
            return Refusal("usage_extra", extra=re.sub("\u2212(?=[0-9])", "-", extra))
    return Refusal("usage_other")

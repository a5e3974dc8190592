"""The way in: find the language, run the command, turn every outcome into an exit code.

0 fine · 1 findings of ``check`` and nothing else · 2 wrong use · 3 bad data, no file, no disk, or
a fault of the program · 130 interrupted · 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from traceback import format_exception
from typing import Annotated

import typer
from typer.main import get_command

from cdstrack import __version__
from cdstrack.app.lookup import NoRegister
from cdstrack.cli.help import COMMANDS, Command, Group, usage_error
from cdstrack.cli.options import AsOf, Color, File, KnownOn, Lang, with_globals
from cdstrack.cli.session import (
    EXIT_DATA,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_PIPE,
    EXIT_USAGE,
    OutputError,
    PipeClosedError,
    Session,
    open_session,
    system_clock,
)
from cdstrack.core.model.problems import Failure, Fault, StoreError
from cdstrack.i18n import Words
from cdstrack.render.messages import reason_words, sentence
from cdstrack.render.text import Line


def _callback(
    context: typer.Context,
    file: File = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    lang: Lang = None,
    color: Color = None,
    version: Annotated[bool, typer.Option("--version", help="opt_version")] = False,
) -> None:
    session: Session = context.obj
    context.obj = session.with_options(file, as_of, known_on)
    if version:
        session.say([[(f"cdstrack {__version__}", "")]])
        raise typer.Exit(EXIT_OK)
    if context.invoked_subcommand is None:
        context.get_help()


def build(args: list[str]) -> typer.Typer:
    """The application with the commands that the arguments may name; all of them for help."""
    named = [arg for arg in args if arg in COMMANDS] or list(COMMANDS)
    cli = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    cli.callback()(_callback)
    for name in dict.fromkeys(named):
        run = import_module(COMMANDS[name]).run
        cli.command(name, cls=Command)(with_globals(run))
    return cli


def run(args: list[str], clock: Callable[[], datetime] = system_clock) -> int:
    """Run the command line and return its exit code."""
    words = Words("en")
    try:
        try:
            session = open_session(_early(args, "--lang"), _early(args, "--color"), clock)
            words = session.words
            return _run(session, args)
        except Fault as fault:
            _complain(_session_for(args), fault)
            return EXIT_USAGE
    except PipeClosedError:
        _drop_output()
        return EXIT_PIPE
    except OutputError as error:
        _drop_output()
        _last_words(words("output_failed", reason=reason_words(str(error), words)))
        return EXIT_DATA
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except (Exception, SystemExit) as error:  # a bug must never look like a finding
        _drop_output()
        if os.environ.get("CDSTRACK_DEBUG"):
            _last_words(*"".join(format_exception(error)).splitlines())
        _last_words(words("internal_error", error=f"{type(error).__name__}: {error}"))
        return EXIT_DATA


def _run(session: Session, args: list[str]) -> int:
    command = get_command(build(args))
    try:
        code = command.main(args=args, prog_name="cdstrack", standalone_mode=False, obj=session)
    except typer.TyperException as error:
        _complain(session, usage_error(error))
        return EXIT_USAGE
    except typer.Abort:
        return EXIT_INTERRUPTED
    except NoRegister as error:
        session.problems(error.problems)
        return EXIT_DATA
    except StoreError as error:
        _complain(session, error)
        return EXIT_DATA
    return code if isinstance(code, int) else EXIT_OK


def _early(args: list[str], option: str) -> str | None:
    """The value of an option needed before the command line is parsed; the last one counts."""
    found = None
    for position, arg in enumerate(args):
        if arg == "--":
            break
        if arg == option and position + 1 < len(args):
            found = args[position + 1]
        elif arg.startswith(option + "="):
            found = arg.partition("=")[2]
    return found


def _session_for(args: list[str]) -> Session:
    """A session to complain in, even when the asked language or colour does not exist."""
    lang, color = _early(args, "--lang"), _early(args, "--color")
    return open_session(
        lang if lang in ("vi", "en") else None,
        color if color in ("auto", "always", "never") else None,
    )


def _complain(session: Session, failure: Failure) -> None:
    line: Line = [
        (session.words("level_error"), "error"),
        (": ", ""),
        (sentence(failure.code, failure.facts, session.words), ""),
    ]
    lines = [line]
    if failure.code.startswith("usage_") or failure.code == "unknown_command":
        lines.append([(session.words("see_help"), "dim")])
    session.remark(lines)


def _drop_output() -> None:
    """Keep Python from complaining once more when it flushes a broken stdout at exit."""
    _drop(1)


def _drop(descriptor: int) -> None:
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, descriptor)
    except OSError:
        pass


def _last_words(*lines: str) -> None:
    try:
        session = open_session(None, "never")
        session.remark([[(line, "")] for line in lines])
    except (OutputError, PipeClosedError):  # there is nobody left to tell
        _drop(2)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and redirects default to a code page that lacks Vietnamese.
        if sys.platform == "win32" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    sys.exit(run(sys.argv[1:]))

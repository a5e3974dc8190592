"""The way in: find the language, run the command, turn every outcome into an exit code.

0 fine · 1 findings of ``check`` and ``verify`` and nothing else · 2 wrong use · 3 bad data, no
file, no disk, or a fault of the program · 130 interrupted · 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime

from cdstrack import __version__
from cdstrack.cli.session import (
    COLORS,
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
from cdstrack.core.model.masking import masked
from cdstrack.core.model.problems import Defect, Failure, Fault, NoRegister
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.messages import reason_words, sentence
from cdstrack.render.text import Line


def run(args: list[str], clock: Callable[[], datetime] = system_clock) -> int:
    """Run the command line and return its exit code."""
    words: Words | None = None  # those of the session, once there is one
    try:
        try:
            session = open_session(_early(args, "--lang"), _early(args, "--color"), clock)
            words = session.words
            if args == ["--version"]:
                session.say([[(f"cdstrack {__version__}", "")]])
                return EXIT_OK
            from cdstrack.cli.plain_line import plain_line

            try:
                line = plain_line(args)
                if line is not None:
                    return line.execute(session)
                from cdstrack.cli.parser import execute  # typer takes longer than all else here

                return execute(session, args)
            except NoRegister as error:
                session.problems(error.problems)
                return EXIT_DATA
            finally:
                if session.watch is not None:
                    session.watch.end()
        except Failure as failure:
            _complain(_session_for(args), failure)
            is_misuse = isinstance(failure, Fault) and not isinstance(failure, Defect)
            return EXIT_USAGE if is_misuse else EXIT_DATA
    except PipeClosedError:
        _drop_output()
        return EXIT_PIPE
    except OutputError as error:
        _drop_output()
        words = words or Words("en")
        _last_words(words("output_failed", reason=reason_words(str(error), words)))
        return EXIT_DATA
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except MemoryError:  # of files that are too large for this machine, not a bug
        _drop_output()
        _last_words((words or Words("en"))("out_of_memory"))
        return EXIT_DATA
    except (Exception, SystemExit) as error:  # a bug must never look like a finding
        _drop_output()
        if os.environ.get("CDSTRACK_DEBUG"):
            from traceback import format_exception

            _last_words(*masked("".join(format_exception(error))).splitlines())
        words = words or Words("en")
        _last_words(words("internal_error", error=masked(f"{type(error).__name__}: {error}")))
        return EXIT_DATA


def _early(args: list[str], option: str) -> str | None:
    """The value of an option needed before the command line is parsed; the last one counts."""
    value = None
    for position, arg in enumerate(args):
        if arg == "--":
            break
        if arg == option and position + 1 < len(args):
            value = args[position + 1]
        elif arg.startswith(option + "="):
            value = arg.partition("=")[2]
    return value


def _session_for(args: list[str]) -> Session:
    """A session to complain in, even when there is no such language or colour mode."""
    lang, color = _early(args, "--lang"), _early(args, "--color")
    return open_session(
        lang if lang in LANGUAGES else None,
        color if color in COLORS else None,
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
    if sys.stderr is None:  # an error that nobody hears must not look like wrong use
        raise OutputError("EBADF")
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
    code = run(sys.argv[1:])
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # what could not be written was said by ``run``
        sys.exit(code)
    # Nothing is left to be done: to take a million objects apart takes as long as to judge them.
    os._exit(code)

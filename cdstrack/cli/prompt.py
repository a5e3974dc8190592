"""Asking at the terminal: one line at a time, with a way back and a way out."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import suppress

from cdstrack.cli.session import Session
from cdstrack.i18n.answers import answer
from cdstrack.render.text import paint, wrap


class LeftError(Exception):
    """The person left (Ctrl-D): nothing is to be written."""


class BackError(Exception):
    """The person wants to go back to the question before (<)."""


def is_interactive() -> bool:
    """Whether somebody sits at a terminal, to be asked and to see the question."""
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams)


def ask(session: Session, prompt: str, default: str | None = None) -> str:
    """One line from the person; an empty one is the default. Raises LeftError, BackError.

    Text is composed, and control and format characters are dropped: an input method, or a line
    that was pasted, may bring either along.
    """
    shown = f"{prompt} [{default}]: " if default else f"{prompt}: "
    *above, last = wrap(shown.rstrip(), (session.out.width or 1000) - 1)
    session.say([[(line, "")] for line in above])
    [line] = paint([[(last, "")]], session.out)
    try:
        typed = _read(line.rstrip("\n") + " ")
    except EOFError:
        session.write(["\n"])
        raise LeftError from None
    if "\x04" in typed:  # Windows hands Ctrl-D on
        raise LeftError
    said = _cleaned(typed)
    if said == "<":
        raise BackError
    return said or default or ""


def confirmed(session: Session, question: str) -> bool:
    """Yes or no, no for an empty line; anything else is asked again. Raises LeftError, BackError.

    What was typed before the question was seen is no answer to it.
    """
    forget_typed()
    while True:
        text = ask(session, question)
        said = answer(text)
        if said is not None or not text:
            return bool(said)
        session.say([[(session.words("answer_unknown"), "warning")]])


def forget_typed() -> None:
    """Drop the lines that wait to be read: of a text that was pasted, perhaps."""
    with suppress(ImportError, OSError, ValueError):  # Windows has no such thing
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _cleaned(typed: str) -> str:
    kept = []
    for char in typed:
        hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs")
        kept.append(" " if char in "\t\n\r" else "" if hidden else char)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _read(prompt: str) -> str:
    """A line with the editing that terminals are known for, and Vietnamese input methods need."""
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401  # input() edits by it as soon as it is there
    try:
        return input(prompt)
    except UnicodeDecodeError:
        return ""

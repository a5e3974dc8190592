"""Asking at the terminal: one line at a time, with a way back and a way out."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import suppress

from cdstrack.cli.session import Session
from cdstrack.core.model.naming import CONTROLS
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
    prompt = f"{prompt} [{default}]:" if default else f"{prompt}:"
    *above, last = wrap(prompt, (session.out.width or 1000) - 1)
    session.say([[(line, "")] for line in above])
    [line] = paint([[(last, "")]], session.out)
    try:
        text = _read(line.rstrip("\n") + " ")
    except EOFError:
        session.write(["\n"])
        raise LeftError from None
    if "\x04" in text:  # Windows hands Ctrl-D on
        raise LeftError
    text = _visible(text)
    if text == "<":
        raise BackError
    return text or default or ""


def confirm(session: Session, question: str) -> bool:
    """Yes or no, no for an empty line; anything else is asked again. Raises LeftError, BackError.

    What was typed before the question was seen does not answer it.
    """
    drop_input()
    while True:
        text = ask(session, question)
        yes = answer(text)
        if yes is not None or not text:
            return bool(yes)
        session.say([[(session.words("answer_unknown"), "warning")]])


def drop_input() -> None:
    """Drop the lines that wait to be read, perhaps the rest of a text that was pasted."""
    with suppress(ImportError, OSError, ValueError):  # not on Windows
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _visible(text: str) -> str:
    """A text composed, without blanks around it or characters that nobody sees."""
    chars = (" " if char in "\t\n\r" else char for char in text)
    visible = (char for char in chars if unicodedata.category(char) not in CONTROLS)
    return unicodedata.normalize("NFC", "".join(visible)).strip()


def _read(prompt: str) -> str:
    """A line with the editing that terminals are known for, and Vietnamese input methods need."""
    with suppress(ImportError):  # not on Windows
        import readline  # noqa: F401  # input() edits by it as soon as it is there
    try:
        return input(prompt)
    except UnicodeDecodeError:
        return ""

"""What the shells ask and what they are told.

The scripts beside this file set ``_CDSTRACK_COMPLETE`` to their shell and hand over what was typed.
The first argument is a number, so a program that knows nothing of this refuses it as a command and
does nothing. They are told lines of a value, a tab and a description; a line that begins with a
colon says how to go on. Everything is text to them: no script of ours lets a shell read it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cdstrack.complete.candidates import Answer, Around, Candidate, complete
from cdstrack.complete.command_line import read_line
from cdstrack.complete.command_table import read_table
from cdstrack.i18n import language_of
from cdstrack.render.text import ascii_only, one_line, visible

if TYPE_CHECKING:
    from cdstrack.store.yaml.names import Names

ONE_BY_ONE = ("37", "42")
"""How bash says that it will put candidates into the line one after the other, or all of them."""

NARROWEST = 20


def answer() -> None:
    """Answer the shell that called."""
    gc.disable()  # it would take a fifth of the time, and the process is about to end
    told = "".join(f"{line}\n" for line in lines(sys.argv[1:], os.environ))
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        told = ascii_only(told)
    try:
        data = told.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        data = ascii_only(told).encode()
    while data:
        data = data[os.write(1, data) :]


def lines(args: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    """What a shell is told about the words that it hands over. Any of them may be missing."""
    around = Around(
        lang=language_of(environ),
        names=lambda file: _names(file or environ.get("CDSTRACK_FILE")),
        today=_today,
    )
    shell, (first, *rest) = environ["_CDSTRACK_COMPLETE"], args
    if shell == "bash":
        text, breaks, kind = rest
        line = read_line(text, int(first), breaks)
        found = _harmless(complete(line.words, line.position, read_table(), around))
        yield from _directives(found)
        width = None if kind in ONE_BY_ONE else int(environ.get("COLUMNS") or 80)
        yield from _for_bash(found, line.kept, width)
    else:
        position, words = int(first), rest
        if shell == "fish":  # the other words come without their quotes
            words[position] = read_line(f"_ {words[position]}", len(words[position]) + 2, "").words[
                0
            ]
        found = _harmless(complete(words, position, read_table(), around))
        yield from _directives(found)
        yield from (f"{value}\t{said}" for value, said in found.candidates)


def _harmless(found: Answer) -> Answer:
    """The same with descriptions of one line, in which everything can be seen."""
    listed = [(value, visible(one_line(said))) for value, said in found.candidates]
    return found._replace(candidates=listed)


def _directives(found: Answer) -> Iterator[str]:
    if found.paths:
        yield f":{found.paths}"
    if found.goes_on:
        yield ":goes-on"
    if found.by_title:
        yield ":by-title"


def _for_bash(found: Answer, kept: int, width: int | None) -> Iterator[str]:
    """The words that bash is to choose from, behind what it ``kept`` of the one on the line.

    bash puts what they have in common into the line and lists the rest, so a description can
    stand behind each if there are several: no two values are alike. ``width`` is that of the
    screen, None if they are to be inserted as they are.
    """
    listed: list[Candidate] = [(value[kept:], said) for value, said in found.candidates]
    if width is None or len(listed) == 1:
        yield from (value for value, _ in listed)
        return
    column = max((len(value) for value, _ in listed), default=0)
    room = max(width - column - 5, NARROWEST)
    for value, said in listed:
        short = said if len(said) <= room else said[: room - 1].rstrip() + "…"
        yield f"{value:<{column}}  ({short})" if said else value
    if found.by_title and listed:
        yield " "  # else what the ids have in common would replace what was typed


def _names(file: str | None) -> Names:
    from cdstrack.store.find import find_register
    from cdstrack.store.yaml.names import Names

    return Names(find_register(file))


def _today(zone: str) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(zone or "Asia/Ho_Chi_Minh")).date().isoformat()

"""The question of a shell, and the answer.

The scripts beside this file set ``_CDSTRACK_COMPLETE`` to their shell and hand over the line. Their
first argument is a number, so a version of the program that knows nothing of this refuses it as a
command and does nothing. The answer has lines of a value, a tab and a description; a line that
begins with a colon says how to go on. All of it is text: no script of ours lets a shell run it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cdstrack.complete.candidates import Answer, Candidate, Surroundings, complete
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
    text = "".join(f"{line}\n" for line in lines(sys.argv[1:], os.environ))
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        text = ascii_only(text)
    try:
        data = text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        data = ascii_only(text).encode()
    while data:
        data = data[os.write(1, data) :]


def lines(args: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    """The answer to the words that a shell hands over. Any of them may be missing."""
    surroundings = Surroundings(
        lang=language_of(environ),
        names=lambda file: _names(file or environ.get("CDSTRACK_FILE")),
        today=_today,
    )
    shell, (first, *rest) = environ["_CDSTRACK_COMPLETE"], args
    if shell == "bash":
        text, breaks, kind = rest
        line = read_line(text, int(first), breaks)
        answer = _harmless(complete(line.words, line.position, read_table(), surroundings))
        yield from _directives(answer)
        width = None if kind in ONE_BY_ONE else int(environ.get("COLUMNS") or 80)
        yield from _for_bash(answer, line.offset, width)
    else:
        position, words = int(first), rest
        if shell == "fish":  # the other words come without their quotes
            word = words[position]
            words[position] = read_line(f"_ {word}", len(word) + 2, "").words[0]
        answer = _harmless(complete(words, position, read_table(), surroundings))
        yield from _directives(answer)
        yield from (f"{value}\t{text}" for value, text in answer.candidates)


def _harmless(answer: Answer) -> Answer:
    """The same with descriptions of one line, in which everything can be seen."""
    candidates = [(value, visible(one_line(text))) for value, text in answer.candidates]
    return answer._replace(candidates=candidates)


def _directives(answer: Answer) -> Iterator[str]:
    if answer.paths:
        yield f":{answer.paths}"
    if answer.goes_on:
        yield ":goes-on"
    if answer.by_title:
        yield ":by-title"


def _for_bash(answer: Answer, offset: int, width: int | None) -> Iterator[str]:
    """The words that bash is to choose from, without the ``offset`` characters that it leaves.

    bash puts what they have in common into the line and lists the rest, so a description can
    stand behind each if there are several: no two values are alike. ``width`` is that of the
    screen, None if they are to be inserted as they are.
    """
    candidates: list[Candidate] = [(value[offset:], text) for value, text in answer.candidates]
    if width is None or len(candidates) == 1:
        yield from (value for value, _ in candidates)
        return
    column = max((len(value) for value, _ in candidates), default=0)
    room = max(width - column - 5, NARROWEST)
    for value, text in candidates:
        short = text if len(text) <= room else text[: room - 1].rstrip() + "…"
        yield f"{value:<{column}}  ({short})" if text else value
    if answer.by_title and candidates:
        yield " "  # else what the ids have in common would replace the word on the line


def _names(file: str | None) -> Names:
    from cdstrack.store.safe_open import find_register
    from cdstrack.store.yaml.names import Names

    return Names(find_register(file))


def _today(zone: str) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(zone or "Asia/Ho_Chi_Minh")).date().isoformat()

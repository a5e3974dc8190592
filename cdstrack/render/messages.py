"""Problems, refusals and findings as sentences: where, what, and what to write instead."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from cdstrack.core.model.masking import masked
from cdstrack.core.model.problems import Place, Problem
from cdstrack.i18n import Words
from cdstrack.render.text import Line, Look, visible, width_of

EXCERPT_WIDTH = 100
MAX_SHOWN = 100
ADDRESSES = ("ledger_url", "ledger_secret", "ledger_address", "address_for_file")
"""What is said of the address of a database, in which there may be a password."""


def problem_sentence(problem: Problem, words: Words, *, is_page: bool = False) -> str:
    """What is wrong and what to write instead, in a few sentences.

    On a page, whose reader has no terminal, no command is named.
    """
    text = sentence(problem.code, problem.facts, words, is_page=is_page)
    lines = _lines_of(problem)
    write = lines[0].strip() if len(lines) == 1 else ""
    if write and not problem.facts.get("write") and not problem.facts.get("suggestion"):
        text += " " + words("line_instead", write=write)
    return text


def sentence(code: str, facts: Mapping[str, object], words: Words, *, is_page: bool = False) -> str:
    """The text of a code; ``suggestion`` and ``write`` add the way out where there is one."""
    phrases = dict(facts)
    if words.has(f"typed_{code}"):
        phrases["typed"] = "" if is_page else words(f"typed_{code}", **facts)
    if "found" in phrases:
        phrases["found"] = words(f"found_{phrases['found']}")
    if "expected" in phrases:
        phrases["expected"] = words(f"expected_{phrases['expected']}")
    if "reason" in phrases:
        phrases["reason"] = reason_words(str(phrases["reason"]), words)
    text = words(f"problem_{code}", **phrases)
    if is_page and not text.endswith("."):
        text += "."
    suggestion, write = facts.get("suggestion"), phrases.get("write")
    if isinstance(suggestion, list) and suggestion:
        suggestion = words.choice(suggestion)
    if suggestion:
        text += " " + words("did_you_mean", suggestion=str(suggestion))
    if write and "other" not in facts:
        text += " " + words("write_instead", write=str(write))
    allowed = facts.get("allowed")
    if allowed:
        text += " " + words("one_of", allowed=allowed)
    if facts.get("hint"):
        text += " " + words(f"hint_{facts['hint']}", **phrases)
    return masked(text)


REASONS = ("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENOTDIR",
           "EISDIR", "ENOENT", "EBADF", "EPIPE")  # fmt: skip
"""What the system may refuse, in our words; the rest is said as the system says it."""


def reason_words(reason: str, words: Words) -> str:
    """Why the system refused: its name for the error or its English words, translated."""
    for name in REASONS:
        if reason in (name, os.strerror(getattr(errno, name, 0))):
            return words(f"reason_{name}")
    return reason


def problem_lines(problems: Sequence[Problem], words: Words, look: Look) -> Iterator[Line]:
    """Every problem with its place, the line of the file and a caret."""
    for problem, after in zip_longest(problems[:MAX_SHOWN], problems[1:MAX_SHOWN]):
        yield from _problem(problem, words, look)
        if after is None or _lines_of(after) != _lines_of(problem):
            yield from _instead(problem, look)
    if len(problems) > MAX_SHOWN:
        yield [(words("more_problems", n=len(problems) - MAX_SHOWN), "dim")]


def _problem(problem: Problem, words: Words, look: Look) -> Iterator[Line]:
    level = problem.level
    head: Line = []
    if problem.place is not None:
        place = problem.place
        head = [(f"{place.file}:{place.line}:{place.column}", "bold"), (": ", "")]
    yield [
        *head,
        (words(f"level_{level}"), level),
        (": ", ""),
        (sentence(problem.code, problem.facts, words), ""),
    ]
    if problem.place is not None and _shows_line(problem):
        yield from _excerpt(problem.place, look)


def _shows_line(problem: Problem) -> bool:
    """Whether the line of a problem is at hand and holds nothing that must not be seen."""
    line = problem.place.excerpt if problem.place is not None else None
    return bool(line) and problem.code not in ADDRESSES and masked(str(line)) == line


def _lines_of(problem: Problem) -> list[str]:
    """What may be written instead of the line of a problem."""
    lines = problem.facts.get("lines")
    if not isinstance(lines, list) or not _shows_line(problem):
        return []
    return [line for line in lines if masked(line) == line]


def _instead(problem: Problem, look: Look) -> Iterator[Line]:
    """The lines to write; of those that are too long what is other in them."""
    place = problem.place
    for line in _lines_of(problem) if place is not None else ():
        gutter = f"{place.line:>5} → " if place is not None else ""
        is_long = look.width is not None and width_of(gutter + visible(line)) > look.width
        text = _other_part(place.excerpt or "", line) if is_long and place is not None else line
        yield [(gutter, "dim"), (visible(text), "good")]


def _other_part(old: str, new: str) -> str:
    """What of a line is not as it was, from one comma or bracket to the next."""
    before = _same(old, new)
    begin = max(new.rfind(sign, 0, before) for sign in "{[,") + 1
    after = len(new) - _same(old[before:][::-1], new[before:][::-1])
    ends = [end for sign in "}]," if (end := new.find(sign, after)) >= 0]
    return new[begin : min(ends, default=len(new))].strip()


def _same(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(left, right, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _excerpt(place: Place, look: Look) -> Iterator[Line]:
    """The line with a caret under the place; a long line is cut around it."""
    text = (place.excerpt or "").rstrip("\r\n")
    at = min(max(place.column - 1, 0), len(text))
    gutter = f"{place.line:>5} │ "
    room = EXCERPT_WIDTH
    if look.width is not None:
        room = min(room, look.width - len(gutter))
    start, end = _window(text, at, room)
    before, width = _columns(text[start:at]), _columns(text[at : min(at + place.width, end)])
    yield [(gutter, "dim"), (visible(text[start:end]), "")]
    caret = " " * before + "^" * max(width, 1)
    yield [(" " * (len(gutter) - 2) + "│ ", "dim"), (caret, "error")]


def _columns(text: str) -> int:
    return width_of(visible(text))


def _window(text: str, at: int, room: int) -> tuple[int, int]:
    """The part of a line that fits: all of it, else what stands around a place."""
    if len(text) <= room and _columns(text) <= room:
        return 0, len(text)
    start, end = max(0, at - room // 2), min(len(text), at + room)
    while start < at and _columns(text[start:at]) > room // 2:
        start += 1
    while end > at + 1 and _columns(text[start:end]) > room:
        end -= 1
    return start, end

"""Problems, refusals and findings as sentences: where, what, and what to write instead."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence

from cdstrack.core.model.problems import Place, Problem
from cdstrack.i18n import Words
from cdstrack.render.text import Line, Look, visible, width_of

EXCERPT_WIDTH = 100
MAX_SHOWN = 100


def problem_sentence(problem: Problem, words: Words) -> str:
    """What is wrong and what to write instead, in one or two sentences."""
    return sentence(problem.code, problem.facts, words)


def sentence(code: str, facts: Mapping[str, object], words: Words) -> str:
    """The text of a code; ``suggestion`` and ``write`` add the way out where there is one."""
    phrases = dict(facts)
    if "found" in phrases:
        phrases["found"] = words(f"found_{phrases['found']}")
    if "expected" in phrases:
        phrases["expected"] = words(f"expected_{phrases['expected']}")
    if "reason" in phrases:
        phrases["reason"] = reason_words(str(phrases["reason"]), words)
    text = words(f"problem_{code}", **phrases)
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
    return text


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
    for problem in problems[:MAX_SHOWN]:
        yield from _problem(problem, words, look)
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
        (problem_sentence(problem, words), ""),
    ]
    if problem.place is not None and problem.place.excerpt:
        yield from _excerpt(problem.place, look)


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

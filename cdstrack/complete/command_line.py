"""A command line as bash hands it over: one text, with the cursor somewhere in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_ESCAPED_IN_QUOTES = '"\\$`'


class Line(NamedTuple):
    """The words behind the name of the program, without quotes, and which has the cursor on it.

    That word ends at the cursor. ``kept`` of its first characters bash leaves alone: it takes
    what follows an open quote or one of its word breaks (``=``, ``:``) for a word of its own.
    """

    words: list[str]
    position: int
    kept: int


def read_line(text: str, point: int, breaks: str) -> Line:
    """Split a line as a shell would. Nothing is expanded: ``$x`` and ``~`` stay as they are."""
    before = _Splitter(breaks)
    before.read(text[:point])
    behind = _Splitter(breaks)
    rest = text[point:]
    if not before.quote:
        behind.read(rest)
    following = [*behind.words, behind.word] if behind.begun else behind.words
    if rest and not rest[0].isspace():
        following = following[1:]  # the end of the word that the cursor stands in
    words = [*before.words, before.word, *following]
    return Line(words[1:], len(before.words) - 1, before.kept)


class _Splitter:
    """Takes a text character by character; ``word`` is the one that is not at its end yet."""

    def __init__(self, breaks: str) -> None:
        self.breaks = breaks
        self.words: list[str] = []
        self.word = ""
        self.begun = False
        self.kept = 0
        self.quote = ""

    def read(self, text: str) -> None:
        characters = iter(text)
        for char in characters:
            if self.quote:
                self._quoted(char, characters)
            elif char.isspace():
                self._end()
            else:
                self.begun = True
                if char in "'\"":
                    self.quote, self.opened = char, len(self.word)
                elif char == "\\":
                    self.word += next(characters, "")
                else:
                    self.word += char
                    self.kept = len(self.word) if char in self.breaks else self.kept
        if self.quote:
            self.kept = self.opened

    def _quoted(self, char: str, characters: Iterator[str]) -> None:
        if char == self.quote:
            self.quote = ""
        elif char == "\\" and self.quote == '"':
            following = next(characters, "")
            self.word += following if following in _ESCAPED_IN_QUOTES else char + following
        else:
            self.word += char

    def _end(self) -> None:
        if self.begun:
            self.words.append(self.word)
        self.word, self.begun, self.kept = "", False, 0

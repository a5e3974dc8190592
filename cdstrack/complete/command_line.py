"""A command line as bash hands it over: one text, with the cursor somewhere in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_ESCAPED_IN_QUOTES = '"\\$`'


class Line(NamedTuple):
    """The words behind the name of the program, without quotes, and which has the cursor on it.

    That word ends at the cursor. Bash leaves its first ``offset`` characters alone: it takes what
    follows an open quote or one of its word breaks (``=``, ``:``) for a word of its own.
    """

    words: list[str]
    position: int
    offset: int


def read_line(text: str, point: int, breaks: str) -> Line:
    """Split a line as a shell would. Nothing is expanded: ``$x`` and ``~`` stay as they are."""
    before = _Splitter(breaks)
    before.read(text[:point])
    behind = _Splitter(breaks)
    rest = text[point:]
    if not before.quote:
        behind.read(rest)
    following = [*behind.words, behind.word] if behind.in_word else behind.words
    if rest and not rest[0].isspace():
        following = following[1:]  # the end of the word that the cursor stands in
    words = [*before.words, before.word, *following]
    return Line(words[1:], len(before.words) - 1, before.offset)


class _Splitter:
    """Takes a text character by character; ``word`` is the one that has not ended yet."""

    def __init__(self, breaks: str) -> None:
        self.breaks = breaks
        self.words: list[str] = []
        self.word = ""
        self.in_word = False
        self.offset = 0
        self.quote = ""

    def read(self, text: str) -> None:
        characters = iter(text)
        for char in characters:
            if self.quote:
                self._take_in_quotes(char, characters)
            elif char.isspace():
                self._end_word()
            else:
                self.in_word = True
                if char in "'\"":
                    self.quote, self.opening = char, len(self.word)
                elif char == "\\":
                    self.word += next(characters, "")
                else:
                    self.word += char
                    self.offset = len(self.word) if char in self.breaks else self.offset
        if self.quote:
            self.offset = self.opening

    def _take_in_quotes(self, char: str, characters: Iterator[str]) -> None:
        if char == self.quote:
            self.quote = ""
        elif char == "\\" and self.quote == '"':
            following = next(characters, "")
            self.word += following if following in _ESCAPED_IN_QUOTES else char + following
        else:
            self.word += char

    def _end_word(self) -> None:
        if self.in_word:
            self.words.append(self.word)
        self.word, self.in_word, self.offset = "", False, 0

"""A text made ready for reading, and the fault of one that cannot be read."""

from __future__ import annotations

import unicodedata

from cdstrack.core.model.naming import UNSEEN
from cdstrack.core.model.problems import Fault

_BLANKS = " \t\r\n\u00a0\u2009\u202f"


class Misread(Fault):
    """A text that is no figure or date in the reader's language.

    The fact ``write``, where there is one, is a text that can be read.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, **{name: fact for name, fact in facts.items() if fact is not None})


def trim(text: str) -> str:
    """The text without the blanks around it."""
    return text.strip(_BLANKS)


def tidy(text: str) -> str:
    """The text in NFC, with a plain blank for every kind of blank."""
    return "".join(
        " " if unicodedata.category(char) == "Zs" else char
        for char in unicodedata.normalize("NFC", text)
    )


def unseen(text: str) -> str | None:
    """The first character that a reader cannot see, as ``U+200B``, or None."""
    for char in text:
        if unicodedata.category(char) in UNSEEN:
            return f"U+{ord(char):04X}"
    return None

"""How things are called, how what a person typed is compared with it, and what nobody can see."""

import re
import unicodedata

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
ID_LENGTH = 100

FORMAT = (
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""The format characters (category Cf), as a set of a regular expression."""
BLANK_LETTERS = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0"
"""Letters and marks that print as nothing."""
CONTROLS = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of what steers a text instead of standing in it."""
UNSEEN = CONTROLS | {"Cn", "Co", "Zl", "Zp"}
"""The same with what is assigned to nothing and what breaks lines: nobody can have meant it."""


def fold(text: str) -> str:
    """A text for searching: lower case, no diacritics, đ as d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def fold_each(text: str) -> str:
    """The same character by character, so that a text in NFC keeps its length."""
    return "".join(unicodedata.normalize("NFD", char.lower())[0].replace("đ", "d") for char in text)


def legible(text: str) -> str:
    """A text as a reader sees it: composed, on one line, nothing in it that prints as nothing.

    So what looks the same is the same, whatever a web page or an input method brought along.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    seen = _UNSEEN_CHARACTERS.sub("", unicodedata.normalize("NFC", text))
    return " ".join(seen.split())


_UNSEEN_CHARACTERS = re.compile(f"[{FORMAT}{BLANK_LETTERS}]")


def escaped(char: str) -> str:
    """A character as it would be written in double quotes: ``\\x1b``, ``\\u202e``."""
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

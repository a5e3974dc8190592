"""How things are called, and how what a person typed is compared with it."""

import unicodedata

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
ID_LENGTH = 100


def fold(text: str) -> str:
    """A text for searching: lower case, no diacritics, đ as d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))

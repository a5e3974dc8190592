"""The order of titles in a language, whatever the locale of the computer."""

from __future__ import annotations

import unicodedata

from cdstrack.core.model.naming import fold
from cdstrack.i18n.notation import Language

_LETTERS = unicodedata.normalize("NFC", "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
"""The Vietnamese alphabet, with f, j, w and z where other alphabets have them."""
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng; a letter without a tone comes before them."""
_QUALITIES = "\u0306\u0302\u031b"
"""The breve, the circumflex and the horn make other letters of a, e, o and u."""

_ETH = "ð"
"""The Icelandic letter, whose capital looks like Đ and stands for it in converted texts."""

Order = tuple[tuple[int, ...], tuple[int, ...], str]
"""Letters first, then tones, then capitals."""


def order(text: str, lang: Language) -> Order:
    """What to sort titles by: digits, then letters; signs between words count as one blank.

    In Vietnamese ă, â, đ, ê, ô, ơ, ư are letters, and tones tell equal letters apart. In English
    marks are passed over.
    """
    if lang == "en":
        return tuple(_places(fold(text))), (), text.swapcase()
    letters: list[str] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", text.lower().replace(_ETH, "đ")):
        if not unicodedata.combining(char):
            letters.append(char)
            tones.append(0)
        elif letters and char in _TONES:
            tones[-1] = 1 + _TONES.index(char)
        elif letters and char in _QUALITIES:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
    return tuple(_places("".join(letters))), tuple(tones), text.swapcase()


def _places(text: str) -> list[int]:
    """Where each character stands in the alphabet: a blank, digits, letters, all others."""
    places: list[int] = []
    for char in text:
        if char in _LETTERS:
            places.append(11 + _LETTERS.index(char))
        elif char.isascii() and char.isdigit():
            places.append(1 + int(char))
        elif char.isalnum():
            places.append(100 + ord(char))
        elif places and places[-1]:
            places.append(0)
    return places

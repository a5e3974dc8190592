"""Whole numbers in words: “mười lăm”, “hai nghìn”, “twenty”."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

_DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5,
    "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "mười": 10,
}  # fmt: skip
_TIMES = {"mươi": 10, "chục": 10, "trăm": 100, "hundred": 100}
_SCALES = {"nghìn": 3, "ngàn": 3, "thousand": 3, "triệu": 6, "million": 6, "tỷ": 9, "tỉ": 9,
           "billion": 9}  # fmt: skip
_FILLERS = frozenset({"linh", "lẻ", "and"})


def numeral(text: str) -> Decimal | None:
    """The number that words say; None of anything else. Words need their marks."""
    words = unicodedata.normalize("NFC", text).lower().replace("-", " ").split()
    total, part = 0, 0
    if not words:
        return None
    for word in words:
        if word in _SCALES:
            total, part = total + max(part, 1) * 10 ** _SCALES[word], 0
        elif word in _TIMES:
            last = part % 10 or part
            part = part - last + max(last, 1) * _TIMES[word]
        elif word in _DIGITS:
            part += _DIGITS[word]
        elif word not in _FILLERS or word is words[0]:
            return None
    return Decimal(total + part)

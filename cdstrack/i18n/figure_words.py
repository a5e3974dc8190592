"""The words that stand around a number and change what it says, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, TypeVar

from cdstrack.i18n.numbers import Language
from cdstrack.i18n.reading import fold

Qualifier = Literal["nearly", "over", "about"]

_T = TypeVar("_T")


def _typed(words: dict[str, _T]) -> dict[str, _T]:
    """The same words, and each as it is typed without diacritics."""
    return words | {fold(word): meaning for word, meaning in words.items()}


def _typed_too(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_typed(dict.fromkeys(words, True)))


# The first word of a meaning is the one that is proposed.
QUALIFIERS: dict[Language, dict[str, Qualifier]] = {
    "vi": _typed(
        {
            "gần": "nearly",
            "hơn": "over",
            "trên": "over",
            "khoảng": "about",
            "xấp xỉ": "about",
            "chừng": "about",
        }
    ),
    "en": {
        "nearly": "nearly",
        "almost": "nearly",
        "over": "over",
        "more than": "over",
        "about": "about",
        "around": "about",
        "approximately": "about",
        "roughly": "about",
    },
}

_THOUSAND, _MILLION, _BILLION = Decimal(10**3), Decimal(10**6), Decimal(10**9)
_TRILLION, _QUADRILLION = Decimal(10**12), Decimal(10**15)

SCALES: dict[Language, dict[str, Decimal]] = {
    "vi": _typed(
        {
            "nghìn": _THOUSAND,
            "ngàn": _THOUSAND,
            "triệu": _MILLION,
            "tỷ": _BILLION,
            "tỉ": _BILLION,
            "nghìn tỷ": _TRILLION,
            "nghìn tỉ": _TRILLION,
            "ngàn tỷ": _TRILLION,
            "ngàn tỉ": _TRILLION,
            "triệu tỷ": _QUADRILLION,
            "triệu tỉ": _QUADRILLION,
        }
    ),
    "en": {
        "thousand": _THOUSAND,
        "million": _MILLION,
        "billion": _BILLION,
        "trillion": _TRILLION,
        "quadrillion": _QUADRILLION,
    },
}

NO_SCALE = _typed_too(
    ["tỷ phú", "tỉ phú", "tỷ lệ", "tỉ lệ", "tỷ trọng", "tỉ trọng", "tỷ suất", "tỉ suất",
     "triệu phú", "triệu chứng", "ngan hang", "ngan sach", "ti vi"]
)  # fmt: skip
"""Words that only begin like a scale: ``5 triệu chứng`` are five symptoms, not millions."""

SHORT: dict[str, Decimal | None] = {
    "k": _THOUSAND,
    "tr": _MILLION,
    "mn": _MILLION,
    "bn": _BILLION,
    "m": None,
    "b": None,
    "t": None,
}
"""Abbreviations that are not read: the scale, or None where it may be a unit as well."""

# With diacritics only: tram may be trạm, a station, and van a valve.
SMALL: dict[str, Decimal] = {
    "chục": Decimal(10),
    "trăm": Decimal(100),
    "vạn": Decimal(10**4),
    "dozen": Decimal(12),
    "hundred": Decimal(100),
    "hundreds": Decimal(100),
    "thousands": _THOUSAND,
    "millions": _MILLION,
    "billions": _BILLION,
    "trillions": _TRILLION,
}
"""Words that multiply what stands before them, and are not read."""

HALVES = ("rưỡi", "ruoi", "and a half")

SIGNS: dict[str, Qualifier] = {"~": "about", "≈": "about", ">": "over"}


def qualifier_word(qualifier: Qualifier, lang: Language) -> str:
    """How a language says it: ``gần``, ``nearly``."""
    return next(word for word, meaning in QUALIFIERS[lang].items() if meaning == qualifier)


def scale_word(scale: Decimal, lang: Language) -> str:
    """How a language says it: ``triệu``, ``million``."""
    return next(word for word, meaning in SCALES[lang].items() if meaning == scale)

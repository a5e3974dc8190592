"""The words around a number that change its meaning, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeVar

from cdstrack.core.model.naming import fold_each
from cdstrack.i18n.notation import Language

Qualifier = Literal["nearly", "over", "about"]

_T = TypeVar("_T")


def _plain_too(words: dict[str, _T]) -> dict[str, _T]:
    """The same words, and those that are typed without diacritics."""
    return words | {fold_each(word): meaning for word, meaning in words.items()}


# Of the words with one meaning the first is proposed.
QUALIFIERS: dict[Language, dict[str, Qualifier]] = {
    "vi": _plain_too(
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
    "vi": _plain_too(
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

NO_SCALE = {
    word for term in (
        "tỷ phú", "tỉ phú", "tỷ lệ", "tỉ lệ", "tỷ trọng", "tỉ trọng", "tỷ suất", "tỉ suất",
        "triệu phú", "triệu chứng", "ngan hang", "ngan sach", "ti vi",
    ) for word in (term, fold_each(term))
}  # fmt: skip
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
"""Words that multiply the number before them; they are refused, not read."""

HALVES = ("rưỡi", "ruoi", "and a half")

SIGNS: dict[str, Qualifier] = {"~": "about", "≈": "about", ">": "over"}


RANK_WORDS = (
    "xep", "dung", "giu", "dat", "o", "hang", "thu hang", "thu bac", "thu", "bac", "vi tri", "top",
    "ranked", "rank", "place", "position", "number", "no.", "so", "#",
)  # fmt: skip
"""What may stand before the number of a rank, folded: ``xếp thứ 65``, ``top 65``, ``No. 65``."""


def qualifier_word(qualifier: Qualifier, lang: Language) -> str:
    """The word of a language for it: ``gần``, ``nearly``."""
    return next(word for word, meaning in QUALIFIERS[lang].items() if meaning == qualifier)


def scale_word(scale: Decimal, lang: Language) -> str:
    """The word of a language for it: ``triệu``, ``million``."""
    return next(word for word, meaning in SCALES[lang].items() if meaning == scale)

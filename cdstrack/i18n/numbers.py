"""Numbers as each language writes them: ``10.000`` and ``96,73 %``, ``10,000`` and ``96.73%``."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

Language = Literal["vi", "en"]

_WIDE = Context(prec=80)
"""Room for sums of the longest figures; the default context refuses to round from 28 digits on."""

_SWAP = str.maketrans(",.", ".,")


def number(value: Decimal | int, lang: Language, places: int | None = None) -> str:
    """A number with its thousands grouped; ``places`` rounds half-even to so many decimals.

    Rounding never makes a whole number of one that is not: 99.96 with one place stays 99.9, so that
    nothing short of a target is shown as the target.
    """
    exact = Decimal(value)
    if places is not None and exact.as_tuple().exponent < -places:  # type: ignore[operator]
        step = Decimal(1).scaleb(-places)
        nearest = exact.quantize(step, rounding=ROUND_HALF_EVEN, context=_WIDE)
        if nearest == nearest.to_integral_value() and nearest != exact:
            nearest = exact.quantize(step, rounding=ROUND_DOWN, context=_WIDE)
        exact = nearest
    text = f"{exact:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    return text.translate(_SWAP) if lang == "vi" else text


def percent(share: Decimal, lang: Language, places: int = 1) -> str:
    """A share (1 is everything) in percent."""
    figure = number(share * 100, lang, places)
    return f"{figure} %" if lang == "vi" else f"{figure}%"


class Count(int):
    """A whole number in a sentence: ``{n}`` groups it, ``{n:day|days}`` picks the form for it."""

    lang: Language = "en"

    def __format__(self, spec: str) -> str:
        if "|" in spec:
            singular, plural = spec.split("|")
            return singular if self == 1 else plural
        return number(int(self), self.lang)


class CountVi(Count):
    """The same in Vietnamese."""

    lang: Language = "vi"

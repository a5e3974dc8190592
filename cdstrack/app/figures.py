"""Figures as they are typed: digits with at most one point or comma, perhaps a unit behind them."""

from __future__ import annotations

import re
from decimal import Decimal

from cdstrack.app.asking import Refusal
from cdstrack.core.model import Target
from cdstrack.core.naming import fold
from cdstrack.core.numbers import EXACT, parse_decimal
from cdstrack.core.problems import Fault
from cdstrack.core.report import Share


def share(target: Target, count: str | None, whole: str | None) -> Share:
    """n of N, both whole numbers, for a target that counts in percent. Raises Refusal."""
    if count is None or whole is None:
        raise Refusal("n_with_of")
    if target.accumulate != "ratio" and not target.in_percent:
        raise Refusal("n_of_not_percent", counts=target.unit)
    n, of = _read(count), _read(whole)
    if n != n.to_integral_value() or of != of.to_integral_value() or n < 0 or of <= 0 or n > of:
        raise Refusal("n_of_bounds", n=count, of=whole)
    return Share(int(n), int(of))


_AMOUNT = re.compile(r"\s*([-−]?[0-9][0-9.,_ ]*)\s*(.*?)\s*")
_ONE_SEPARATOR = re.compile(r"(-?[0-9]+)(?:[.,]([0-9]+))?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:([.,_ ])[0-9]{3})(?:\1[0-9]{3})*")
_THOUSANDS_AND_FRACTION = re.compile(r"(-?[1-9][0-9]{0,2}(?:([.,_ ])[0-9]{3})+)[.,]([0-9]+)")
_MAGNITUDE = re.compile(r"[eE][+-]?[0-9]+|[kKmM]")


def amount(text: str) -> tuple[Decimal, str]:
    """A figure and the unit written behind it, if any."""
    match = _AMOUNT.fullmatch(text)
    if match is None or _MAGNITUDE.fullmatch(match[2]):
        raise Refusal("value_not_number", text=text)
    return _read(match[1].strip().replace("−", "-")), match[2]


def _read(text: str) -> Decimal:
    """Digits with at most one point or comma; three digits behind it might be thousands."""
    match = _ONE_SEPARATOR.fullmatch(text)
    if match is None:
        raise _grouped(text)
    whole, fraction = match.groups()
    if fraction is not None and len(fraction) == 3:
        if whole.lstrip("-").startswith("0"):
            raise Refusal("value_three_digits", text=text, write=_as_fraction(whole, fraction))
        raise Refusal(
            "value_ambiguous",
            text=text,
            write=whole + fraction,
            other=_as_fraction(whole, fraction),
        )
    try:
        return parse_decimal(whole if fraction is None else f"{whole}.{fraction}")
    except Fault as fault:
        raise Refusal(fault.code, **fault.facts) from None


def _grouped(text: str) -> Refusal:
    """What to write for a number with separators between its digits, where that is certain."""
    if _THOUSANDS.fullmatch(text):
        return Refusal("value_grouped", text=text, write=re.sub(r"[.,_ ]", "", text))
    both = _THOUSANDS_AND_FRACTION.fullmatch(text)
    if both is not None and text[both.start(3) - 1] != both[2]:
        whole, fraction = re.sub(r"[.,_ ]", "", both[1]), both[3].rstrip("0")
        write = _as_fraction(whole, fraction) if len(fraction) == 3 else f"{whole}.{fraction}"
        return Refusal("value_grouped", text=text, write=write.rstrip("."))
    return Refusal("value_not_number", text=text)


def _as_fraction(whole: str, fraction: str) -> str:
    """How to write a number with three decimals so that it cannot be taken for thousands."""
    short = fraction.rstrip("0")
    if not short:
        return whole
    return f"{whole}.{short}" if len(short) < 3 else f"{whole}.{short}0"


def in_unit(target: Target, value: Decimal, written: str, option: str | None) -> Decimal:
    """The value in the target's unit; a unit that it does not count in is refused."""
    asked = fold((option or written).strip())
    if not asked or target.unit is None:
        return value
    own = {fold(target.unit.vi), fold(target.unit.en)}
    if asked in own or (asked == "%" and any(name.startswith("%") for name in own)):
        return value
    for other in target.convert:
        if asked in {fold(other.unit.vi), fold(other.unit.en)}:
            return EXACT.multiply(value, other.factor)
    raise Refusal("wrong_unit", unit=(option or written), counts=target.unit)

"""Exact decimals: strict reading, canonical writing, intervals for qualified figures."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.structs import dataclass

MAX_DIGITS = 30
"""More digits than any public figure has; refuses 5,000-digit numbers at once."""

EXACT = Context(prec=80)
"""Wide enough that sums and products of readable figures are exact."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_GROUPED = late_pattern(r"-?[0-9]{1,3}([,._ ])[0-9]{3}(?:\1[0-9]{3})*")
_SIX_PLACES = Decimal("0.000001")


def parse_decimal(text: str) -> Decimal:
    """Read a number as a register writes it: digits, at most one point, a leading minus.

    Raises Fault: ``number_*`` codes that say which habit was met (``1_000``, ``1e3``, ``0x1F``…).
    """
    if len(text) > 2 * MAX_DIGITS:
        raise Fault("number_too_long", digits=MAX_DIGITS)
    if _NUMBER.fullmatch(text):
        if len(text) > MAX_DIGITS and sum(c.isdigit() for c in text) > MAX_DIGITS:
            raise Fault("number_too_long", digits=MAX_DIGITS)
        return Decimal(text)
    raise _fault(text)


def _fault(text: str) -> Fault:
    low = text.strip().lower()
    if not low:
        return Fault("number_empty")
    if low in {"true", "false", "yes", "no", "on", "off", "null", "~"}:
        return Fault("number_not", text=text)
    if low.lstrip("+-.") in {"nan", "inf", "infinity", "snan"}:
        return Fault("number_not_finite", text=text)
    if re.fullmatch(r"[+-]?0[xob][0-9a-f_]+", low):
        return Fault("number_base", text=text)
    if re.fullmatch(r"[+-]?[0-9.]+e[+-]?[0-9]+", low):
        return Fault("number_exponent", text=text)
    if re.fullmatch(r"[+-]?0[0-9]+(\.[0-9]+)?", low):
        return Fault("number_leading_zero", text=text, write=text.lstrip("+0") or "0")
    groups = _GROUPED.fullmatch(low)
    if groups:
        return Fault("number_grouped", text=text, write=low.replace(groups[1], ""))
    if re.fullmatch(r"-?[0-9]+,[0-9]+", low):
        return Fault("number_comma", text=text, write=low.replace(",", "."))
    if re.fullmatch(r"[0-9]+(:[0-9]+)+", low):
        return Fault("number_time", text=text)
    return Fault("number_not", text=text)


def parse_int(text: str) -> int:
    """Read a whole number, zero or more. Raises Fault."""
    value = parse_decimal(text)
    if value != value.to_integral_value():
        raise Fault("number_not_whole", text=text)
    if value < 0:
        raise Fault("number_negative", text=text)
    return int(value)


def plain(value: Decimal) -> str:
    """The canonical text of a number: no exponent, no trailing zeros, no minus before zero.

    >>> plain(Decimal("1000.50"))
    '1000.5'
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def quotient(value: Decimal) -> Decimal:
    """A quotient as it is written: rounded half-even to six places."""
    return value.quantize(_SIX_PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)


@dataclass(frozen=True, slots=True)
class Interval:
    """A set of numbers without holes; ``None`` is unbounded, ``*_open`` leaves the end out."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False

    def contains(self, value: Decimal) -> bool:
        """Whether a number lies in it."""
        low, high = self.low, self.high
        if low is not None and (value < low or (self.low_open and value == low)):
            return False
        return high is None or value < high or (value == high and not self.high_open)

    def inside(self, other: Interval) -> bool:
        """Whether every number of this interval is in the other."""
        if other.low is not None:
            if self.low is None or self.low < other.low:
                return False
            if self.low == other.low and other.low_open and not self.low_open:
                return False
        if other.high is not None:
            if self.high is None or self.high > other.high:
                return False
            if self.high == other.high and other.high_open and not self.high_open:
                return False
        return True

    def meets(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return not (_before(self, other) or _before(other, self))


def _before(left: Interval, right: Interval) -> bool:
    if left.high is None or right.low is None:
        return False
    if left.high == right.low:
        return left.high_open or right.low_open
    return left.high < right.low


def around(value: Decimal, share: Decimal) -> Interval:
    """The numbers that lie no further from a value than this share of it."""
    slack = abs(value) * share
    return Interval(value - slack, value + slack)


NO_VALUE = Interval(Decimal(0), Decimal(0), low_open=True, high_open=True)
"""No number at all."""

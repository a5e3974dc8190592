"""Numbers and dates as each language writes them.

``10.000``, ``96,73 %`` and ``31/12/2024``; ``10,000``, ``96.73%`` and ``31 Dec 2024``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal, Protocol

Language = Literal["vi", "en"]

_WIDE = Context(prec=80)
"""Room for sums of the longest figures; the default context refuses to round from 28 digits on."""

_SWAP = str.maketrans(",.", ".,")

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FULL_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ROMAN = ("I", "II", "III", "IV")


ZERO = Decimal(0)
TYPED = 12


def apart(value: Decimal, places: int, limits: Iterable[Decimal] = ()) -> Decimal:
    """A figure with ``places`` decimals, or as many as it takes to stand where it really stands.

    No figure is shown on the wrong side of a limit, or equal to one that it only comes near: 9999.5
    is not 10,000, and 0.004 is not 0. Where decimals are shown every whole number is a limit.
    """
    decimals = -int(value.as_tuple().exponent)
    # Nobody typed so many decimals: what equals such a quotient is rounded as it is.
    limits = (ZERO, *(limit for limit in limits if limit != value or decimals <= TYPED))
    sides = [value.compare(limit) for limit in limits]
    for room in range(places, decimals):
        step = Decimal(1).scaleb(-room)
        near = value.quantize(step, rounding=ROUND_HALF_EVEN, context=_WIDE)
        if room and near != value and near == near.to_integral_value():
            continue
        # A limit that is rounded as well, because it stands beside, stays as far away.
        rounded = [
            limit.quantize(step, rounding=ROUND_HALF_EVEN, context=_WIDE) for limit in limits
        ]
        if sides == [*map(near.compare, limits)] == [*map(near.compare, rounded)]:
            return near
    return value


def number(
    value: Decimal | int,
    lang: Language,
    places: int | None = None,
    limits: Iterable[Decimal] = (),
) -> str:
    """A number with its thousands grouped; ``places`` rounds half-even to so many decimals.

    Rounding never carries it to or over one of the ``limits`` (see ``apart``).
    """
    if isinstance(value, int):
        text = f"{value:,}"
    else:
        if places is not None and value.as_tuple().exponent < -places:  # type: ignore[operator]
            value = apart(value, places, limits)
        text = f"{value:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "-0":
            text = "0"
    return text.translate(_SWAP) if lang == "vi" else text


HUNDRED = Decimal(100)


ONE = (Decimal(1),)


def percent(
    share: Decimal, lang: Language, places: int = 1, limits: Iterable[Decimal] = ONE
) -> str:
    """A share (1 is everything) in percent: 0 % of nothing alone, 100 % of everything."""
    ends = [_WIDE.multiply(limit, HUNDRED) for limit in limits]
    figure = number(_WIDE.multiply(share, HUNDRED).normalize(_WIDE), lang, places, ends)
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


class PeriodLike(Protocol):
    """A date with its precision: day, week, month, quarter, half, year or span."""

    @property
    def precision(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


def day(value: date, lang: Language) -> str:
    """One day: ``31/12/2024`` or ``31 Dec 2024``."""
    if lang == "vi":
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year:04}"


def period(value: PeriodLike, lang: Language) -> str:
    """A period in its own precision: ``quý I/2022``, ``Q1 2022``."""
    first, last = value.first, value.last
    year = f"{first.year:04}"
    match value.precision:
        case "day":
            return day(first, lang)
        case "week":
            iso_year, week, _ = first.isocalendar()
            return f"tuần {week}/{iso_year:04}" if lang == "vi" else f"week {week} of {iso_year:04}"
        case "month":
            return _month(first, lang)
        case "quarter":
            quarter = first.month // 3
            return f"quý {_ROMAN[quarter]}/{year}" if lang == "vi" else f"Q{quarter + 1} {year}"
        case "half" if lang == "vi":
            return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {year}"
        case "half":
            return f"{'first' if first.month == 1 else 'second'} half of {year}"
        case "year":
            return f"năm {year}" if lang == "vi" else year
        case _:
            return _span(first, last, lang)


def _month_number(value: date) -> str:
    """A month in figures; official Vietnamese writes a zero before 1 and 2 alone."""
    return f"{value.month:02}" if value.month <= 2 else f"{value.month}"


def _coarsest(first: date, last: date) -> str:
    """The coarsest precision that fits a span: ``year``, ``month`` or ``day``."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return "year"
    return "month" if first.day == 1 and _ends_month(last) else "day"


def _ends_month(value: date) -> bool:
    return value == date.max or (value + timedelta(days=1)).day == 1


def _span(first: date, last: date, lang: Language) -> str:
    """A span of whole years or months by their names, any other by its days."""
    match _coarsest(first, last):
        case "year" if first.year == last.year:
            return f"năm {first.year:04}" if lang == "vi" else f"{first.year:04}"
        case "year":
            years = f"{first.year:04}–{last.year:04}"
            return f"giai đoạn {years}" if lang == "vi" else years
        case "month" if (first.year, first.month) == (last.year, last.month):
            return _month(first, lang)
        case "month":
            return f"{_month(first, lang)} – {_month(last, lang)}"
        case _:
            return f"{day(first, lang)} – {day(last, lang)}"


def _month(value: date, lang: Language) -> str:
    if lang == "vi":
        return f"tháng {_month_number(value)}/{value.year:04}"
    return f"{_FULL_MONTHS[value.month - 1]} {value.year:04}"


def deadline(value: PeriodLike | None, lang: Language, missing: str = "–") -> str:
    """A deadline in its own precision; a year means its end: ``cuối năm 2024``."""
    if value is None:
        return missing
    precision, last = value.precision, value.last
    if precision == "span":
        precision = _coarsest(value.first, last)
    elif precision != "year":
        return period(value, lang)
    match precision:
        case "year":
            return f"cuối năm {last.year:04}" if lang == "vi" else f"end of {last.year:04}"
        case "month":
            return _month(last, lang)
        case _:
            return day(last, lang)

"""Dates as each language says them, in the precision in which they were given."""

from __future__ import annotations

from datetime import date
from typing import Protocol, runtime_checkable

from cdstrack.i18n.numbers import Language

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


@runtime_checkable
class PeriodLike(Protocol):
    """A date with its precision: day, month, quarter, half, year or span."""

    @property
    def precision(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


def day(value: date, lang: Language) -> str:
    """One day: ``31/12/2024`` or ``31 Dec 2024``."""
    if lang == "vi":
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def period(value: PeriodLike, lang: Language) -> str:
    """A period as it was said: ``quý I/2022``, ``Q1 2022``."""
    first, last = value.first, value.last
    year = f"{first.year:04}"
    match value.precision:
        case "day":
            return day(first, lang)
        case "month" if lang == "vi":
            return f"tháng {first.month:02}/{year}"
        case "month":
            return f"{_FULL_MONTHS[first.month - 1]} {year}"
        case "quarter":
            number = first.month // 3
            return f"quý {_ROMAN[number]}/{year}" if lang == "vi" else f"Q{number + 1} {year}"
        case "half" if lang == "vi":
            return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {year}"
        case "half":
            return f"{'first' if first.month == 1 else 'second'} half of {year}"
        case "year":
            return f"năm {year}" if lang == "vi" else year
        case _:
            return f"{day(first, lang)} – {day(last, lang)}"


def deadline(value: PeriodLike, lang: Language) -> str:
    """A deadline as it was said: a year means its end, so ``cuối năm 2024`` / ``end of 2024``."""
    if value.precision == "year":
        said = period(value, lang)
        return f"cuối {said}" if lang == "vi" else f"end of {said}"
    if value.precision == "span":
        return day(value.last, lang)
    return period(value, lang)

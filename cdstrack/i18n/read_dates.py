"""Dates and periods as people write them, read back: the inverse of ``notation.period``.

The words of both languages are read whatever the reader's language: no word means two things. A
date in figures is day, month, year in both; the other order is refused, never guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from cdstrack.core.model.naming import fold_each
from cdstrack.core.model.periods import (
    MONTHS,
    Frequency,
    Period,
    parse_period,
    period_at,
    period_index,
)
from cdstrack.i18n.notation import Language
from cdstrack.i18n.reading import Misread, tidy, trim, unseen

MAX_LENGTH = 100
"""Longer than any span; it bounds the work that a text can cause."""

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve")  # fmt: skip
_ORDER = ("first", "second", "third", "fourth")
_ROMAN = ("i", "ii", "iii", "iv")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY = r"(?P<day>[0-9]{1,2})"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[0-9]{1,2})"
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>[0-9]{4})"
_QUARTER = r"(?P<quarter>[1-4]|i{1,3}|iv)"
_HALF = r"(?P<half>[12])"
_COUNT = rf"(?P<count>[0-9]{{1,2}}|{'|'.join(_COUNTS)})"
_NAM = r"(?: ?[/-] ?|,? nam |,? )"
_OF = r"(?: ?[/-] ?| of |,? )"

_FORMS = [
    re.compile(form)
    for form in (
        # in figures, and as in the files
        rf"(?:ngay )?{_DAY} ?(?P<sign>[/.-]) ?{_MONTH} ?(?P=sign) ?{_YEAR}",
        rf"{_MONTH} ?[/.-] ?{_YEAR}",
        _YEAR,
        rf"{_YEAR}-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?",
        rf"{_YEAR}-(?:q{_QUARTER}|h{_HALF})",
        # in Vietnamese
        rf"(?:ngay )?{_DAY} thang {_MONTH}{_NAM}{_YEAR}",
        rf"(?:thang |t ?){_MONTH}{_NAM}{_YEAR}",
        rf"quy {_QUARTER}{_NAM}{_YEAR}",
        rf"{_COUNT} thang (?:(?P<first>dau|cuoi) )?nam {_YEAR}",
        rf"nua (?P<first>dau|cuoi) nam {_YEAR}",
        rf"nam {_YEAR}",
        # in English
        rf"{_NTH}(?: of | |-){_NAME}(?:,? |-){_YEAR}",
        rf"{_NAME} {_NTH},? {_YEAR}",
        rf"{_NAME}{_OF}{_YEAR}",
        rf"q ?{_QUARTER}{_OF}{_YEAR}",
        rf"(?:the )?(?P<nth>{'|'.join(_ORDER)}) quarter{_OF}{_YEAR}",
        rf"h{_HALF}{_OF}{_YEAR}",
        rf"(?:the )?(?P<first>first|second) half{_OF}{_YEAR}",
        rf"(?:the )?(?P<first>first|last) {_COUNT} months{_OF}{_YEAR}",
    )
]
_UNTIL = re.compile(
    r"^(?:(?:tinh )?(?:den|toi) )?(?:het |cuoi )?"
    r"(?:(?:by|until|up to|as of) )?(?:(?:the )?end of )?"
)
_FROM = "(?:giai doan |tu |from )?"
_SPANS = (
    re.compile(r"([0-9]{4}[0-9qh-]*)/([0-9]{4}[0-9qh-]*)"),
    re.compile(_FROM + r"([^-]+?) ?- ?([^-]+)"),
    re.compile(_FROM + r"(.+?)(?: ?[–—] ?| - | den | to )(.+)"),
)

_CLOCK = r"[0-9]{1,2}(?:(?::[0-9]{2}){1,2}(?:\.[0-9]+)?|h[0-9]{0,2}| gio)(?: ?[ap]m)?"
_ZONE = r"(?: ?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}))?"
_TIMES = (
    re.compile(rf"(.+?)(?:t|,? (?:luc )?){_CLOCK}{_ZONE}"),
    re.compile(rf"{_CLOCK},? (?:ngay )?(.+)"),
)
_LOOSE_DAY = re.compile(r"([0-9]{4})(?:([/. -])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_LOOSE_MONTH = re.compile(r"([0-9]{4})[/. -]([0-9]{1,2})")
_LOOSE_PART = re.compile(r"([0-9]{4})[/. ]?([qh][1-4])")
_VAGUE = (
    re.compile(r"(?:vao )?(?:dau|giua|truoc|sau|khoang) (.+)"),
    re.compile(r"(?:the )?(?:mid|early|late)[ -](.+)"),
    re.compile(r"(?:the )?(?:beginning|start|middle) of (.+)"),
    re.compile(r"(?:before|after|about|around) (.+)"),
)
_SHORT_YEAR = re.compile(r"(?:.*[a-z].*[/. -]|[0-9]{1,2}([/.-])[0-9]{1,2}\1)[0-9]{2}")
_BEFORE_YEAR: dict[Language, tuple[str, ...]] = {
    "vi": ("/", " năm ", " "),
    "en": (" ", "/", " năm "),
}


def read_period(text: str, lang: Language, today: date) -> Period:
    """The period that a text names: ``quý I/2024``, ``30 June 2024``.

    ``lang`` is the language in which a missing year is proposed. Raises Misread ``when_*``.
    """
    text = trim(text)
    if not text:
        raise Misread("when_empty")
    if len(text) > MAX_LENGTH:
        raise Misread("when_long", limit=MAX_LENGTH)
    if char := unseen(text):
        raise Misread("when_hidden", char=char)
    text = " ".join(tidy(text).replace("\u2010", "-").replace("\u2011", "-").split())
    period = _read(text, today)
    if period is None:
        raise _fault(text, lang, today)
    return period


def _read(text: str, today: date) -> Period | None:
    """The period; None if the form is not known. Raises Misread if there is no such period."""
    return _single(text, today) or _span(text, today)


def _proposal(text: str, today: date) -> str | None:
    """The text if it can be read, or what to write instead of it; else None."""
    try:
        return text if _read(text, today) else None
    except Misread as misread:
        write = misread.facts.get("write")
        return str(write) if write else None


def _reads(text: str, today: date) -> bool:
    return _proposal(text, today) == text


# The forms


def _single(text: str, today: date) -> Period | None:
    """One day or period, not a span of two."""
    plain = fold_each(text)
    for phrase in dict.fromkeys([plain, _UNTIL.sub("", plain, count=1)]):
        if relative := _relative(text, phrase, today):
            return relative
        for form in _FORMS:
            if match := form.fullmatch(phrase):
                return _period(text, match.groupdict())
    return None


def _period(text: str, parts: dict[str, str | None]) -> Period:
    """The period from the parts of a form."""
    year = _in_calendar(text, int(parts["year"] or 0))
    month = int(parts.get("month") or 0)
    if name := parts.get("name"):
        month = 1 + _MONTHS.index(name[:3])
    if day := parts.get("day"):
        return _day(text, int(day), month, year, in_figures=bool(parts.get("sign")))
    if "month" in parts or "name" in parts:
        return _month(text, month, year)
    if quarter := parts.get("quarter"):
        n = _ROMAN.index(quarter) if quarter in _ROMAN else int(quarter) - 1
        return period_at("quarter", 4 * year + n)
    if nth := parts.get("nth"):
        return period_at("quarter", 4 * year + _ORDER.index(nth))
    if half := parts.get("half"):
        return period_at("half", 2 * year + int(half) - 1)
    at_end = parts.get("first") in ("cuoi", "second", "last")
    if count := parts.get("count"):
        months = 1 + _COUNTS.index(count) if count in _COUNTS else int(count)
        if not 1 <= months <= 12:
            raise Misread("when_no_such_month", text=text)
        return _months(year, 13 - months if at_end else 1, months)
    if "first" in parts:
        return period_at("half", 2 * year + at_end)
    return period_at("year", year)


def _day(text: str, day: int, month: int, year: int, *, in_figures: bool) -> Period:
    try:
        value = date(year, month, day)
    except ValueError:
        if in_figures and 1 <= day <= 12 < month <= monthrange(year, day)[1]:
            write = f"{month}/{day}/{year:04}"
            raise Misread("when_month_first", text=text, write=write) from None
        raise Misread("when_no_such_day", text=text) from None
    return Period.day(value)


def _month(text: str, month: int, year: int) -> Period:
    if not 1 <= month <= 12:
        raise Misread("when_no_such_month", text=text)
    return period_at("month", 12 * year + month - 1)


def _months(year: int, month: int, count: int) -> Period:
    """So many months of a year, beginning with ``month``; six are a half of it."""
    first = date(year, month, 1)
    for every, months in MONTHS.items():
        if months == count != 3:
            return period_at(every, period_index(every, first))
    return parse_period(f"{year:04}-{month:02}/{year:04}-{month + count - 1:02}")


def _in_calendar(text: str, year: int) -> int:
    if not 1 <= year <= 9998:
        raise Misread("when_year", text=text)
    return year


def _relative(text: str, plain: str, today: date) -> Period | None:
    """``hôm nay``, ``last month`` …: seen from today."""
    match plain:
        case "hom nay" | "today":
            day = today
        case "hom qua" | "yesterday" if today > date.min:
            day = today - timedelta(days=1)
        case "thang truoc" | "last month":
            return _last(text, "month", today)
        case "quy truoc" | "last quarter":
            return _last(text, "quarter", today)
        case "nam truoc" | "nam ngoai" | "last year":
            return _last(text, "year", today)
        case _:
            return None
    _in_calendar(text, day.year)
    return Period.day(day)


def _last(text: str, every: Frequency, today: date) -> Period:
    """The month, quarter or year before today's."""
    index = period_index(every, today) - 1
    _in_calendar(text, index * MONTHS[every] // 12)
    return period_at(every, index)


def _span(text: str, today: date) -> Period | None:
    """Two periods joined by a dash, a slash (as in the files), ``đến`` or ``to``."""
    for form in _SPANS:
        match = form.fullmatch(fold_each(text))
        if not match:
            continue
        start, end = (_single(text[slice(*match.span(side))], today) for side in (1, 2))
        if start is None or end is None or "span" in (start.precision, end.precision):
            continue
        if start.last > end.last:
            raise Misread("when_span_backwards", text=text)
        return parse_period(f"{start.said}/{end.said}")
    return None


# What is wrong with the rest


def _fault(text: str, lang: Language, today: date) -> Misread:
    """The habit of writing that it shows, and what to write where that is certain."""
    plain = fold_each(text)
    for form in _TIMES:
        match = form.fullmatch(plain)
        if match and (write := _proposal(text[slice(*match.span(1))], today)):
            return Misread("when_with_time", text=text, write=write)
    loose = _loose(plain)
    if loose is not None:
        if not _reads(loose, today):
            return Misread("when_no_such_day", text=text)
        return Misread("when_form", text=text, write=loose)
    if re.fullmatch("[0-9]{5}", plain):
        return Misread("when_serial", text=text)
    for form in _VAGUE:
        match = form.fullmatch(plain)
        if match and _reads(text[slice(*match.span(1))], today):
            return Misread("when_vague", text=text)
    for year in (today.year, 2024):  # a leap year, for the 29 February
        for glue in _BEFORE_YEAR[lang]:
            if _reads(example := f"{text}{glue}{year:04}", today):
                return Misread("when_no_year", text=text, example=example)
    if _SHORT_YEAR.fullmatch(plain):
        write = _proposal(f"{text[:-2]}20{text[-2:]}", today)
        if write:
            return Misread("when_short_year", text=text, write=write)
    return Misread("when_unreadable", text=text)


def _loose(plain: str) -> str | None:
    """A date with its year first, in the notation of the files, even if there is no such day."""
    if match := _LOOSE_DAY.fullmatch(plain):
        year, month, day = match[1], match[3] or match[5], match[4] or match[6]
        return f"{year}-{int(month):02}-{int(day):02}"
    if match := _LOOSE_MONTH.fullmatch(plain):
        return f"{match[1]}-{int(match[2]):02}"
    if match := _LOOSE_PART.fullmatch(plain):
        return f"{match[1]}-{match[2].upper()}"
    return None

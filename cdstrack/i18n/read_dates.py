"""Dates and periods as people write them, read back: the inverse of ``notation.period``.

The words of both languages are read whatever the reader's language: no word means two things. A
date in figures is day, month, year in both; the other order is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.naming import fold_each
from cdstrack.core.model.periods import (
    MONTHS,
    Frequency,
    Period,
    parse_period,
    period_at,
    period_index,
)
from cdstrack.core.model.problems import Fault
from cdstrack.i18n.notation import Language
from cdstrack.i18n.reading import Misread, tidy, trim, unseen

MAX_LENGTH = 100
"""Longer than any span; it bounds the work that a text can cause."""

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve")  # fmt: skip
_DEM = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot",
        "muoi hai")  # fmt: skip
"""The same in Vietnamese, as folded as what they are compared with."""
_ORDERS = (("first", "second", "third", "fourth"), ("1st", "2nd", "3rd", "4th"))
_ROMAN = ("i", "ii", "iii", "iv")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY = r"(?P<day>[0-9]{1,2})"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DIGITS_OR_WORD = "|".join(["[0-9]{1,2}", "tu", *reversed(_DEM)]).replace("nam", "nam(?= nam| ?/)")
_THANG = rf"(?:thang |thg\.? ?|th\.? ?)(?P<month>{_DIGITS_OR_WORD})"
"""``tháng năm 2025`` is a month that was left out, not the fifth."""
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>[0-9]{4})"
_WEEK = r"(?P<week>[0-9]{1,2})"
_QUARTER = r"(?P<quarter>[1-4]|i{1,3}|iv)"
_QUY = r"(?P<quarter>[1-4]|i{1,3}|iv|mot|hai|ba|bon|tu)"
_HALF = r"(?P<half>[12])"
_COUNT = rf"(?P<count>[0-9]{{1,2}}|{'|'.join((*_COUNTS, *reversed(_DEM)))})"
_QUARTERS = rf"(?P<quarters>[1-4]|{'|'.join((*_COUNTS[:4], *_DEM[:4]))})"
_NTH_PART = rf"(?P<nth>{'|'.join((*_ORDERS[0], *_ORDERS[1]))})"
_NAM = r"(?: ?[/.-] ?|,? nam |,? )"
_OF = r"(?: ?[/-] ?| of |,? )"

_FORMS = (
    # in figures, and as in the files
    rf"(?:ngay )?{_DAY} ?(?P<sign>[/.–-]) ?{_MONTH} ?(?P=sign) ?{_YEAR}",
    rf"{_MONTH} ?[/.-] ?{_YEAR}",
    _YEAR,
    rf"{_YEAR}-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?",
    rf"{_YEAR}-(?:q{_QUARTER}|h{_HALF}|w(?P<week>[0-9]{{2}}))",
    # in Vietnamese
    rf"(?:ngay )?{_DAY} {_THANG}{_NAM}{_YEAR}",
    rf"{_THANG}{_NAM}{_YEAR}",
    rf"t[ .]?{_MONTH}{_NAM}{_YEAR}",
    rf"qu[yi] (?:thu )?{_QUY}{_NAM}{_YEAR}",
    rf"(?P<quarter>i{{1,3}}|iv) ?[/-] ?{_YEAR}",
    rf"tuan (?:thu )?{_WEEK}(?: cua)?{_NAM}{_YEAR}",
    rf"{_COUNT} thang(?: (?P<first>dau|cuoi))?(?: cua)?{_NAM}{_YEAR}",
    rf"{_COUNT} ?[tm](?: (?P<first>dau|cuoi))?(?:{_NAM})?{_YEAR}",
    rf"{_QUARTERS} qu[yi](?: (?P<first>dau|cuoi))?{_NAM}{_YEAR}",
    rf"nua (?:nam )?(?P<first>dau|cuoi|sau)(?: cua)?{_NAM}{_YEAR}",
    rf"(?:(?:ca|tron|toan) )?nam {_YEAR}",
    # in English
    rf"{_NTH}(?: of | |-){_NAME}(?:,? |-){_YEAR}",
    rf"{_NAME} {_NTH},? {_YEAR}",
    rf"{_NAME}{_OF}{_YEAR}",
    rf"q[ .]?{_QUARTER}(?:{_OF}|[.]){_YEAR}",
    rf"{_QUARTER} ?q(?:{_OF})?{_YEAR}",
    rf"(?:the )?{_NTH_PART} quarter{_OF}{_YEAR}",
    rf"h{_HALF}{_OF}{_YEAR}",
    rf"(?:week|wk\.?) {_WEEK}{_OF}{_YEAR}",
    rf"w[ .]?{_WEEK}{_OF}{_YEAR}",
    rf"{_HALF} ?h(?:{_OF})?{_YEAR}",
    rf"(?:the )?(?P<first>first|second|1st|2nd) half(?:[ -]year)?{_OF}{_YEAR}",
    rf"(?:the )?(?:(?P<first>first|last) )?{_COUNT} months{_OF}{_YEAR}",
    rf"(?:the )?(?P<first>first|last) {_QUARTERS} quarters{_OF}{_YEAR}",
    rf"(?:the )?(?:(?:whole|full|entire|calendar)[ -])?year(?: of)? {_YEAR}",
    rf"(?:(?:the )?whole|all) of {_YEAR}",
)
_UNTIL = late_pattern(
    r"^(?:so lieu |bao cao )?(?:(?:tinh )?(?:den|toi) |tai |trong )?(?:thoi diem )?"
    r"(?:het |cuoi )?(?:ky (?:bao cao |so lieu )?)?"
    r"(?:(?:by|until|up to|to|through|as of|as at|at|in|during) )?(?:(?:the )?end[ -](?:of )?)?"
)
_AROUND = late_pattern(r"\((?P<within>[^()]+)\)|(?P<before>.*[0-9]) ?[.,;]")
"""Brackets around a date, or the sign that ends a sentence behind it."""
_LETTER = late_pattern("[a-z]")
_FROM = "(?:giai doan |tu |from )?"
_SPANS = (
    r"([0-9]{4}[0-9qhw-]*)/([0-9]{4}[0-9qhw-]*)",
    _FROM + r"([^-]+?) ?- ?([^-]+)",
    _FROM + r"(.+?)(?: ?[–—] ?| - | den | to )(.+)",
)
_SINCE_JANUARY = (
    r"(?:so )?(?:luy ke|lk|cong don)(?: (?:tinh )?tu dau nam(?: ([0-9]{4}))?)?,? (.+)",
    r"(?:(?:tinh|ke) )?tu dau nam(?: ([0-9]{4}))? ((?:den|toi) .+)",
    r"(?:(?:the )?year[ -]to[ -]date|ytd|cumulative(?:ly)?)(),? (?:of |for |in )?(.+)",
    r"(?:from|since) the (?:start|beginning) of (?:the year|([0-9]{4})) "
    r"((?:to|until|up to|through) .+)",
)  # fmt: skip
"""A running total: what year it begins in, where that is said, and until when it goes."""
_ENDING = late_pattern(
    rf"(?:the )?(?:{_COUNT} (?:months|thang)|(?P<every>quarter|half[ -]year|year)) "
    r"(?:to|ended|ending|until|up to|through|(?:tinh )?(?:den|toi)) (?P<rest>.+)"
)
_EVERY = {"quarter": 3, "half year": 6, "half-year": 6, "year": 12}

_CLOCK = r"[0-9]{1,2}(?:(?::[0-9]{2}){1,2}(?:\.[0-9]+)?|h[0-9]{0,2}| gio)(?: ?[ap]m)?"
_ZONE = r"(?: ?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}))?"
_TIMES = (
    rf"(.+?)(?:t|,? (?:luc )?){_CLOCK}{_ZONE}",
    rf"{_CLOCK},? (?:ngay )?(.+)",
)
_LOOSE_DAY = late_pattern(r"([0-9]{4})(?:([/. -])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_LOOSE_MONTH = late_pattern(r"([0-9]{4})[/. -]([0-9]{1,2})")
_LOOSE_PART = late_pattern(r"([0-9]{4})[/. ]?([qh][1-4])")
_LOOSE_WEEK = late_pattern(r"([0-9]{4})[/. -]?w([0-9]{1,2})")
_VAGUE = (
    r"(?:vao )?(?:dau|giua|truoc|sau|khoang) (.+)",
    r"(?:the )?(?:mid|early|late)[ -](.+)",
    r"(?:the )?(?:beginning|start|middle) of (.+)",
    r"(?:before|after|about|around) (.+)",
)
_SHORT_YEAR = late_pattern(r"(?:.*[a-z].*[/. -]|[0-9]{1,2}([/.-])[0-9]{1,2}\1)[0-9]{2}")
_BEFORE_YEAR: dict[Language, tuple[str, ...]] = {
    "vi": ("/", " năm ", " "),
    "en": (" ", "/", " năm "),
}

_pattern = cache(re.compile)
"""Each form when it is tried: nearly all that is read has one of the first."""


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
    if around := _AROUND.fullmatch(text):
        text = trim(around["within"] or around["before"])
    period = _read(text, today)
    if period is None:
        raise _fault(text, lang, today)
    return period


def _read(text: str, today: date) -> Period | None:
    """The period; None if the form is not known. Raises Misread if there is no such period."""
    return (
        _single(text, today)
        or _since_january(text, today)
        or _ending(text, today)
        or _span(text, today)
    )


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
            if match := _pattern(form).fullmatch(phrase):
                return _period(text, match.groupdict())
    return None


def _period(text: str, parts: dict[str, str | None]) -> Period:
    """The period from the parts of a form."""
    year = _in_calendar(text, int(parts["year"] or 0))
    month = _number(parts.get("month"))
    if name := parts.get("name"):
        month = 1 + _MONTHS.index(name[:3])
    if day := parts.get("day"):
        return _day(text, int(day), month, year, in_figures=bool(parts.get("sign")))
    if "month" in parts or "name" in parts:
        return _month(text, month, year)
    if week := parts.get("week"):
        return _week(text, int(week), year)
    if quarter := parts.get("quarter"):
        n = 1 + _ROMAN.index(quarter) if quarter in _ROMAN else _number(quarter)
        return period_at("quarter", 4 * year + n - 1)
    if nth := parts.get("nth"):
        [n] = (order.index(nth) for order in _ORDERS if nth in order)
        return period_at("quarter", 4 * year + n)
    if half := parts.get("half"):
        return period_at("half", 2 * year + int(half) - 1)
    at_end = parts.get("first") in ("cuoi", "sau", "second", "2nd", "last")
    months = _number(parts.get("count")) or 3 * _number(parts.get("quarters"))
    if "count" in parts or "quarters" in parts:
        if not 1 <= months <= 12:
            raise Misread("when_no_such_month", text=text)
        return _months(year, 13 - months if at_end else 1, months)
    if "first" in parts:
        return period_at("half", 2 * year + at_end)
    return period_at("year", year)


def _number(word: str | None) -> int:
    """A count in digits or in words; 0 if there is none."""
    for words in (_COUNTS, _DEM):
        if word in words:
            return 1 + words.index(word)
    return 4 if word == "tu" else int(word or 0)


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


def _week(text: str, week: int, year: int) -> Period:
    try:
        return parse_period(f"{year:04}-W{week:02}")
    except Fault:
        raise Misread("when_no_such_week", text=text) from None


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
        case "hom nay" | "nay" | "today" | "now":
            day = today
        case "hom qua" | "yesterday" if today > date.min:
            day = today - timedelta(days=1)
        case "tuan truoc" | "last week":
            return _last(text, "week", today)
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
    if every == "week":
        _in_calendar(text, today.year - (index < 0))
    else:
        _in_calendar(text, index * MONTHS[every] // 12)
    return period_at(every, index)


def _since_january(text: str, today: date) -> Period | None:
    """A running total until some day: the span from the first of January of the same year.

    Offices count from there (``lũy kế từ đầu năm``). A span that says where it begins is itself.
    """
    for form in _SINCE_JANUARY:
        match = _pattern(form).fullmatch(fold_each(text))
        if match is None:
            continue
        rest = text[slice(*match.span(2))]
        if span := _span(rest, today):
            return span if not match[1] else None
        until = _single(rest, today)
        if until is None or match[1] not in (None, "", f"{until.last.year:04}"):
            return None
        return _through(date(until.last.year, 1, 1), until.last) if _is_within(until) else until
    return None


def _is_within(period: Period) -> bool:
    """Whether a period lies in one year and begins after its first day."""
    first = period.first
    return first.year == period.last.year and (first.month, first.day) != (1, 1)


def _ending(text: str, today: date) -> Period | None:
    """So many months until the end of one: ``nine months to September 2025``."""
    match = _ENDING.fullmatch(fold_each(text))
    until = _single(text[slice(*match.span("rest"))], today) if match else None
    if match is None or until is None or (until.last + timedelta(days=1)).day != 1:
        return None
    if match["every"] == "year" and " to " in match[0]:
        raise Misread("when_year_to", text=text, until=until)
    months = _EVERY.get(match["every"]) or _number(match["count"])
    index = until.last.year * 12 + until.last.month - months
    if not 1 <= months <= 12:
        raise Misread("when_no_such_month", text=text)
    _in_calendar(text, index // 12)
    return _through(date(index // 12, index % 12 + 1, 1), until.last)


def _through(first: date, last: date) -> Period:
    """The days from the first of a month on: as months, if they end with one."""
    if (last + timedelta(days=1)).day != 1:
        return parse_period(f"{first}/{last}")
    if first.year == last.year:
        count = last.month - first.month + 1
        if first.month == 1 or (first.month - 1) % count == 0:
            return _months(first.year, first.month, count)
    return parse_period(f"{first.isoformat()[:7]}/{last.isoformat()[:7]}")


def _span(text: str, today: date) -> Period | None:
    """Two periods joined by a dash, a slash (as in the files), ``đến`` or ``to``."""
    for form in _SPANS:
        match = _pattern(form).fullmatch(fold_each(text))
        if not match:
            continue
        end = _single(text[slice(*match.span(2))], today)
        if end is None or end.precision == "span":
            continue
        start = _start(text[slice(*match.span(1))], end, today)
        if start is None or start.precision == "span":
            continue
        if start.last > end.last:
            raise Misread("when_span_backwards", text=text)
        return parse_period(f"{start.said}/{end.said}")
    return None


def _start(text: str, end: Period, today: date) -> Period | None:
    """Where a span begins; the year may be said at its end alone: ``tháng 1 – tháng 6/2025``."""
    start = _single(text, today)
    if start is not None or not (_LETTER.search(fold_each(text)) or end.precision == "day"):
        return start
    for glue in ("/", " "):
        start = _single(f"{text}{glue}{end.last.year:04}", today)
        if start is not None and start.precision == end.precision:
            return start
    return None


# What is wrong with the rest


def _fault(text: str, lang: Language, today: date) -> Misread:
    """The habit of writing that it shows, and what to write where that is certain."""
    plain = fold_each(text)
    for form in _TIMES:
        match = _pattern(form).fullmatch(plain)
        if match and (write := _proposal(text[slice(*match.span(1))], today)):
            return Misread("when_with_time", text=text, write=write)
    usual = unicodedata.normalize("NFKC", text)
    if usual != text and (write := _proposal(usual, today)):
        return Misread("when_form", text=text, write=write)
    loose = _loose(plain)
    if loose is not None:
        if not _reads(loose, today):
            return Misread("when_no_such_day", text=text)
        return Misread("when_form", text=text, write=loose)
    if re.fullmatch("[0-9]{5}", plain):
        return Misread("when_serial", text=text)
    for form in _VAGUE:
        match = _pattern(form).fullmatch(plain)
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
    if match := _LOOSE_WEEK.fullmatch(plain):
        return f"{match[1]}-W{int(match[2]):02}"
    return None

"""The years and dates that headings name: “2025”, “2017-18”, “năm học 2023-2024”, “Quý I/2025”."""

from __future__ import annotations

import re
from typing import NamedTuple

from cdstrack.core.model.naming import fold

_YEAR = r"(?<![0-9])20[0-9]{2}(?![0-9])"
_PAIR = r"(?<![0-9])(?P<first>20[0-9]{2}) ?[-/–] ?(?P<last>(?:20)?[0-9]{2})(?![0-9])"
_SCHOOL = r"(?:nam hoc|school year|academic year)"
_BUDGET = r"(?:nam (?:tai chinh|ngan sach)|(?:fiscal|financial|budget) year|f\.?y\.?)"
_FISCAL = re.compile(
    rf"(?:(?P<school>{_SCHOOL})|(?P<budget>{_BUDGET}))? ?"
    rf"(?:{_PAIR}|(?P<one>20[0-9]{{2}}|(?:(?<=fy)|(?<=fy ))[0-9]{{2}})(?![0-9]))"
)
_LEAD = r"(?:(?:het|cuoi|den|vao|trong|ket thuc|by|in|the|end of) )*"
_SPAN = re.compile(rf"{_YEAR} ?[-–] ?{_YEAR}")


_PRECISE = re.compile(
    r"(?<![0-9/.-])(?:(?:quy|quarter) (?:i{1,3}|iv|[1-4])|thang [0-9]{1,2}|t[0-9]{1,2}|[qh][1-4]"
    r"|[0-9]{1,2}(?:[/.-][0-9]{1,2})?(?=[/.-])|[0-9]{1,2} thang(?: dau| cuoi)?|nua (?:dau|cuoi)"
    r"|(?:[0-9]{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?)"
    r"(?: ?[/.-] ?| of |,? (?:nam )?)20[0-9]{2}(?![0-9])(?! ?[-–/])"
)
"""A day, a month, a quarter or a half of a year."""


class FiscalYear(NamedTuple):
    """A year of another calendar: as it is written, and the days or months that it is taken for.

    The deadline is where it ends; ``start`` is None where nobody knows in which month it begins.
    """

    text: str
    start: str | None
    deadline: str


def fiscal_year(text: str) -> FiscalYear | None:
    """The fiscal or school year that a text is, and nothing else.

    A school year is taken to go from September to May, as in Vietnam. Of a fiscal year it is not
    known when it ends, so it is taken for the calendar year in which it does.

    >>> fiscal_year("2017/18")
    FiscalYear(text='2017/18', start=None, deadline='2018')
    >>> fiscal_year("2017-12") is None  # a month
    True
    """
    plain = " ".join(fold(text).split())
    match = re.fullmatch(rf"{_LEAD}(?P<year>{_FISCAL.pattern})", plain)
    year = _read(match) if match is not None else None
    return year._replace(text=" ".join(text.split())) if year is not None else None


def year_in(text: str) -> str | None:
    """The one year that a text names: of the calendar, a fiscal one, or a span of some; a part of
    a year or a day where it names that.

    >>> year_in("Kế hoạch năm 2025"), year_in("Target 2017-18"), year_in("Giai đoạn 2021 - 2025")
    ('2025', '2017-18', '2021-2025')
    >>> year_in("Mục tiêu đến 30/6/2025"), year_in("Kế hoạch quý I/2025")
    ('30/6/2025', 'quy i/2025')
    >>> year_in("2011-12") is None  # a month or a fiscal year
    True
    """
    plain = " ".join(fold(text).split())
    fiscal = [match for match in _FISCAL.finditer(plain) if _read(match) is not None]
    if len(fiscal) == 1 and not re.search(_YEAR, plain.replace(fiscal[0][0], "")):
        return fiscal[0][0].strip()
    precise = list(_PRECISE.finditer(plain))
    if len(precise) == 1 and not re.search(_YEAR, plain.replace(precise[0][0], "")):
        return precise[0][0]
    years = re.findall(_YEAR, plain)
    spans = _SPAN.findall(plain)
    if len(spans) == 1 and len(years) == 2:
        return re.sub(" ?[-–] ?", "-", spans[0])
    return years[0] if len(years) == 1 and not re.search(_PAIR, plain) else None


def last_year(text: str | None) -> str:
    """The last calendar year of what a heading names, to compare; empty for none."""
    fiscal = fiscal_year(text or "")
    years = re.findall("20[0-9]{2}", fiscal.deadline if fiscal is not None else text or "")
    return years[-1] if years else ""


def _read(match: re.Match[str]) -> FiscalYear | None:
    """The year that the parts of a text mean; None where it is a plain one, a month or a span."""
    text, is_school = match[0].strip(), match["school"] is not None
    if match["one"]:
        year = f"20{match['one'][-2:]}"
        return FiscalYear(text, None, year) if match["budget"] else None
    first, last = int(match["first"]), match["last"]
    is_next = int(last) % 100 == (first + 1) % 100 and (len(last) == 2 or int(last) > first)
    is_month = len(last) == 2 and int(last) <= 12
    is_said = is_school or match["budget"] is not None
    if not is_next or ((is_month or len(last) == 4) and not is_said):
        return None
    if is_school:
        return FiscalYear(text, f"{first}-09", f"{first + 1}-05")
    return FiscalYear(text, None, str(first + 1))

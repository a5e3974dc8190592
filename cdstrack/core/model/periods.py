"""Dates in the precision in which they were said, and the arithmetic of periods."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Literal, cast

from dateutil.relativedelta import relativedelta

from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.problems import Fault, Refusal
from cdstrack.core.model.structs import dataclass

Precision = Literal["day", "week", "month", "quarter", "half", "year", "span"]
Unit = Literal["week", "month", "quarter", "half", "year"]
Frequency = str
"""A unit, or several of them: ``2 weeks``, ``4 months``, ``2 years from 2021`` (``Cycle``)."""

MONTHS: dict[Frequency, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS_PER: dict[Frequency, Decimal] = {
    "week": Decimal(7),
    "month": Decimal("30.4375"),
    "quarter": Decimal("91.3125"),
    "half": Decimal("182.625"),
    "year": Decimal("365.25"),
}
"""How many days they have on average."""

PERIOD_PATTERN = (
    r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|-Q[1-4]|-H[12]"
    r"|-W(0[1-9]|[1-4][0-9]|5[0-3]))?"
)
"""One period as text (JSON Schema and ours); a span is two of them with a slash between."""

MONTH_DAY_PATTERN = r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
"""A day that every year has, as text."""

_PERIOD = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})(?:-([0-9]{2}))?|Q([1-4])|H([12])|W([0-9]{2})))?")
_LAST_DAY = date(9998, 12, 31)
"""No period that is read ends later."""


@dataclass(frozen=True, slots=True)
class Period:
    """A date as it was said: a day, or a week, month, quarter, half, year or span of them.

    ``first`` and ``last`` are its days. Where one day is needed a period means its last.
    """

    said: str
    precision: Precision
    first: date
    last: date

    def __str__(self) -> str:
        return self.said

    @classmethod
    def day(cls, day: date) -> Period:
        return cls(day.isoformat(), "day", day, day)


def parse_period(text: str) -> Period:
    """Read ``2024``, ``2024-H1``, ``2024-Q1``, ``2024-06``, ``2024-06-30`` or ``2024-01/2024-09``;
    ``2024-W07`` is a week from Monday to Sunday, as ISO 8601 counts them.

    Raises Fault ``date_*``.
    """
    left, slash, right = text.partition("/")
    if slash and _PERIOD.fullmatch(left) and _PERIOD.fullmatch(right):
        start, end = parse_period(left), parse_period(right)
        if end.last < start.first or start.last > end.last:
            raise Fault("date_span_backwards", text=text)
        return Period(text, "span", start.first, end.last)
    match = _PERIOD.fullmatch(text)
    if not match:
        raise _fault(text)
    year, month, day, quarter, half, week = (int(part) if part else None for part in match.groups())
    if year is None or not 1 <= year <= 9998:
        raise Fault("date_year", text=text)
    if week is not None:
        return _week(text, year, week)
    every: Frequency = "quarter" if quarter else "half" if half else "month" if month else "year"
    if month is None:
        month = 1 + MONTHS[every] * ((quarter or half or 1) - 1)
    try:
        first = date(year, month, 1 if day is None else day)
    except ValueError:
        raise Fault("date_no_such_day", text=text) from None
    if day is not None:
        return Period(text, "day", first, first)
    return _whole(text, every, first)


def _whole(text: str, every: Frequency, first: date) -> Period:
    return Period(
        text, cast(Precision, every), first, first + relativedelta(months=MONTHS[every], days=-1)
    )


def _week(text: str, year: int, week: int) -> Period:
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise Fault("date_no_such_week", text=text) from None
    last = add_days(first, 6)
    if last > _LAST_DAY:
        raise Fault("date_year", text=text)
    return Period(text, "week", first, last)


def _fault(text: str) -> Fault:
    day_first = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text)
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
        return _as_iso(text, [year, month, day])
    loose = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?", text)
    if loose:
        return _as_iso(text, [int(part) for part in loose.groups() if part])
    month_first = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{4})", text)
    if month_first:
        return _as_iso(text, [int(month_first[2]), int(month_first[1])])
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", text):
        return Fault("date_with_time", text=text, write=text[:10])
    return Fault("date_unreadable", text=text, hint="dates")


def _as_iso(text: str, parts: list[int]) -> Fault:
    """What to write for a date in another form, if there is such a date."""
    try:
        date(*(parts if len(parts) == 3 else [*parts, 1]))
    except ValueError:
        return Fault("date_no_such_day", text=text)
    year, *rest = parts
    return Fault("date_form", text=text, write="-".join([f"{year:04}", *(f"{n:02}" for n in rest)]))


def parse_day(text: str) -> date:
    """Read a single day, ``2024-06-30``. Raises Fault."""
    period = parse_period(text)
    if period.precision != "day":
        raise Fault("date_not_a_day", text=text)
    return period.first


def period_index(every: Frequency, day: date) -> int:
    """The number of the period that holds a day, counted from the beginning of year 0, or from
    where the cycle starts."""
    months = MONTHS.get(every)
    if months is None:
        return cycle_of(every).index(day)
    return (day.year * 12 + day.month - 1) // months


@cache
def period_at(every: Frequency, index: int) -> Period:
    """The period of a number: a month, quarter, half or year, a week, or a cycle of several."""
    months = MONTHS.get(every)
    if months is None:
        return cycle_of(every).at(index)
    year, part = divmod(index * months, 12)
    number = part // months + 1
    text = {
        "month": f"{year:04}-{number:02}", "quarter": f"{year:04}-Q{number}",
        "half": f"{year:04}-H{number}", "year": f"{year:04}",
    }[every]  # fmt: skip
    return _whole(text, every, date(year, part + 1, 1))


def last_closed(every: Frequency, day: date) -> int:
    """The number of the last period that is over at the end of a day."""
    return period_index(every, add_days(day, 1)) - 1


@dataclass(frozen=True, slots=True)
class Cycle:
    """Periods of several weeks or months, one after the other, from one of them on.

    Weeks are counted from the one that holds 1 January of year 1, a Monday, months from the
    beginning of year 0.
    """

    unit: Literal["week", "month"]
    length: int
    start: int
    """The week or month with which a cycle begins."""

    def index(self, day: date) -> int:
        """The number of the cycle that holds a day."""
        return (_count(self.unit, day) - self.start) // self.length

    def at(self, index: int) -> Period:
        """The cycle of a number, held inside the calendar."""
        first = self.start + index * self.length
        last = first + self.length - 1
        if self.unit == "week":
            weeks = [min(max(week, 0), _count("week", _LAST_DAY) - 1) for week in (first, last)]
            return _between(*(_week_at(week) for week in weeks))
        months = [min(max(month, 12), 9998 * 12 + 11) for month in (first, last)]
        every: Frequency = "month" if self.length % 12 else "year"
        return _between(*(period_at(every, month // MONTHS[every]) for month in months))

    @property
    def days(self) -> Decimal:
        """How many days it has on average."""
        return self.length * DAYS_PER[self.unit]

    @property
    def is_yearly(self) -> bool:
        """Whether it consists of whole calendar years."""
        return self.unit == "month" and self.length % 12 == 0


def _between(first: Period, last: Period) -> Period:
    return first if first == last else Period(f"{first}/{last}", "span", first.first, last.last)


def _count(unit: Literal["week", "month"], day: date) -> int:
    return (day.toordinal() - 1) // 7 if unit == "week" else day.year * 12 + day.month - 1


def _week_at(index: int) -> Period:
    first = date.fromordinal(index * 7 + 1)
    year, week, _ = first.isocalendar()
    return Period(f"{year:04}-W{week:02}", "week", first, add_days(first, 6))


_FREQUENCY = late_pattern(
    r"(?:([1-9][0-9]?) )?(week|month|quarter|half|year|halve)s?(?: from (\S+))?"
)


@cache
def cycle_of(every: Frequency) -> Cycle:
    """The cycle that a frequency names, of a unit too. What does not say from when on it is counted
    begins with the calendar."""
    match = _FREQUENCY.fullmatch(every)
    if match is None:
        raise AssertionError(every)  # pragma: no cover - ``parse_frequency`` lets none pass
    number, unit, start = int(match[1] or 1), match[2], match[3]
    if unit == "week":
        since = _count("week", parse_period(start).first) if start else 0
        return Cycle("week", number, since % number)
    months = number * MONTHS[unit]
    since = _count("month", parse_period(start).first) if start else 0
    return Cycle("month", months, since % months)


def parse_frequency(text: str) -> Frequency:
    """Read ``year``, ``week``, ``2 weeks``, ``4 months``, ``5 years from 2021``, into the shortest
    form that says the same. Raises Fault ``frequency_*``."""
    match = _FREQUENCY.fullmatch(text)
    if match is None:
        raise Fault("frequency_unreadable", text=text, hint="frequencies")
    number, unit, start = int(match[1] or 1), match[2].replace("halve", "half"), match[3]
    if unit == "week":
        every = "week" if number == 1 else f"{number} weeks"
    else:
        months = number * MONTHS[unit]
        units = {length: name for name, length in MONTHS.items()}
        if months % 12 and 12 % months:
            raise Fault("frequency_uneven", text=text)
        many = f"{months} months" if months % 12 else f"{months // 12} years"
        every = units.get(months, many)
    if start is None:
        return every
    if not is_counted(every):
        raise Fault("frequency_from", text=text, write=every)
    since = parse_period(start)
    if since.precision != ("week" if unit == "week" else "year"):
        raise Fault("frequency_start", text=text, unit=unit)
    return f"{every} from {since}"


def is_counted(every: Frequency) -> bool:
    """Whether it has to be said from when on its periods are counted: no calendar says it."""
    return every.endswith((" weeks", " years"))


def starts_with(every: Frequency, day: date) -> Frequency:
    """A frequency that is counted from a day on."""
    if every.endswith(" weeks"):
        return f"{every} from {_week_at(_count('week', day))}"
    return f"{every} from {day.year:04}"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the calendar has it: how many days a month takes depends on the day."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day so long after another, held inside the calendar.

        Months lead from the last day of one to the last day of another, else to the same date or
        the last there is: 30 September and 3 months are 31 December, 31 January and 1 month the end
        of February.
        """
        if self.months:
            is_last = (day + relativedelta(day=31)) == day
            step = relativedelta(months=self.months, day=31 if is_last else None)
            try:
                day = day + step
            except (ValueError, OverflowError):
                return date.max
        return add_days(day, self.days)

    def days_after(self, day: date) -> int:
        """How many days that is."""
        return days_between(day, self.after(day))


_DURATIONS = {"": Duration(days=1), "d": Duration(days=1), "w": Duration(days=7),
              "m": Duration(months=1), "y": Duration(months=12)}  # fmt: skip


def parse_duration(text: str) -> Duration:
    """Read ``90d``, ``12w``, ``3m``, ``1y`` or plain ``90``, which is days. Raises Refusal."""
    match = re.fullmatch(r"([0-9]{1,5})([dwmy]?)", text.strip())
    if match is None:
        raise Refusal("bad_duration", text=text)
    number, measure = int(match[1]), _DURATIONS[match[2]]
    return Duration(number * measure.months, number * measure.days)


def days_between(start: date, end: date) -> int:
    """Days from start to end; negative when end lies before start."""
    return (end - start).days


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A moment as clocks in a zone show it, held inside the calendar."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)


def add_days(day: date, days: int) -> date:
    """The day so many days later, held inside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min

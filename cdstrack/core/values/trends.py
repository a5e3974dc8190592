"""What figures over the years foretell: compound growth, the five-year trend, the forecast's side.

Compound growth and the five-year trend are methods of pace for yearly figures (rules of judgement
§4). They count in whole calendar years, as the offices do that publish them: a value stands for the
year in which it lies.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.periods import days_between
from cdstrack.core.values.measures import (
    THEIL_SEN_FROM,
    THEIL_SEN_POINTS,
    Plan,
    Point,
    theil_sen,
)

TREND_VALUES = 6
"""Values between which five changes lie."""

_ROOTS = Context(prec=160)
_TWENTY_PLACES = Decimal("1e-20")


def cagr_ratio(
    baseline: Decimal, value: Decimal, wanted: Decimal, years: int, term: int
) -> Decimal | None:
    """Compound yearly growth so far over the one required, rounded to 20 places.

    ``years`` lie between the baseline and the value, ``term`` between it and the deadline; both are
    above 0. None where growth has no meaning: baseline and target have to be of one sign and
    neither is 0, and the value may not have the other sign.
    """
    if baseline * wanted <= 0 or baseline * value < 0:
        return None
    actual = _growth(baseline, value, years)
    required = _growth(baseline, wanted, term)
    return _ROOTS.quantize(_ROOTS.divide(actual, required), _TWENTY_PLACES)


def _growth(first: Decimal, last: Decimal, years: int) -> Decimal:
    factor = _ROOTS.power(_ROOTS.divide(last, first), _ROOTS.divide(Decimal(1), Decimal(years)))
    return _ROOTS.subtract(factor, Decimal(1))


class Trend(NamedTuple):
    """The mean of the last five yearly changes, continued to the deadline.

    ``gap`` is what would be missing then, as a share of what is missing now: below 0 beyond the
    target, 0 where nothing is missing now. ``away`` says that the trend leads away from the target.
    """

    first: int
    last: int
    """The years that it is drawn from."""
    gap: Decimal
    away: bool


def five_year_trend(yearly: Sequence[tuple[int, Decimal]], plan: Plan) -> Trend | None:
    """The trend of a series with one value a year, oldest first, in years that need not be
    consecutive; None with fewer than six values.
    """
    if len(yearly) < TREND_VALUES:
        return None
    (first_year, first), (last_year, last) = yearly[-TREND_VALUES], yearly[-1]
    sign = 1 if plan.wanted > plan.baseline else -1
    change, missing = EXACT.subtract(last, first), EXACT.subtract(plan.wanted, last)
    away = sign * change < 0
    if sign * missing <= 0:
        return Trend(first_year, last_year, Decimal(0), away)
    # The changes add up to the one from the first value to the last.
    span, ahead = last_year - first_year, plan.end.year - last_year
    total = EXACT.multiply(missing, Decimal(span))
    rest = EXACT.subtract(total, EXACT.multiply(change, Decimal(ahead)))
    return Trend(first_year, last_year, rest / total, away)


def is_behind(points: Sequence[Point], plan: Plan) -> bool:
    """Whether the trend of the forecast reaches the target only after the deadline, or never.

    It looks at the side on which the forecast lies and not for its day, which would take every
    slope between two points and their median: too much for lists of thousands.
    """
    last, sign = points[-1], 1 if plan.wanted > plan.baseline else -1
    missing, left = plan.wanted - last.value, Decimal(days_between(last.day, plan.end))
    if len(points) < THEIL_SEN_FROM:
        actual = Decimal(days_between(plan.start, last.day))
        gained = EXACT.multiply(last.value - plan.baseline, left)
        return EXACT.multiply(sign, gained) < EXACT.multiply(sign * missing, actual)
    recent = points[-THEIL_SEN_POINTS:]
    # A slope is steep enough where the later point lies no lower above the line that leads from
    # the last value to the target.
    steep, heights = 0, list[Decimal]()
    for point in recent:
        day = Decimal(days_between(plan.start, point.day))
        line = EXACT.multiply(missing, day)
        height = EXACT.multiply(sign, EXACT.subtract(EXACT.multiply(point.value, left), line))
        steep += bisect_right(heights, height)
        insort(heights, height)
    slopes = len(recent) * (len(recent) - 1) // 2
    if 2 * steep != slopes:
        return 2 * steep < slopes
    # Half of them are: the median lies between the two in the middle.
    days = [Decimal(days_between(plan.start, point.day)) for point in recent]
    slope = theil_sen(days, [point.value for point in recent])
    if slope is None:
        return True
    surplus = EXACT.subtract(EXACT.multiply(slope, left), missing)
    return sign * EXACT.quantize(surplus, _TWENTY_PLACES) < 0

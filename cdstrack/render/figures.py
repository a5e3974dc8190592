"""Figures in words: values, goals and rates with their units."""

from __future__ import annotations

from decimal import Decimal

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Goal, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.measures import Point, Rate
from cdstrack.i18n import Words
from cdstrack.render.text import one_line


def text_of(text: Bilingual, words: Words) -> str:
    """A text of the register in the reader's language, on one line."""
    line = text.vi if words.lang == "vi" else text.en
    return one_line(line) if "\n" in line else line.strip()


def figure_words(point: Point, target: Target, words: Words) -> str:
    """A value as it was reported: ``gần 1.000``, ``22/63 (34,9 %)``, ``done``."""
    if target.kind == "milestone":
        return words("done" if point.value else "not_done")
    text = number_with_unit(point.value, target, words)
    if point.share is not None:
        text = f"{words.number(point.share.n)}/{words.number(point.share.of)} ({text})"
    return words(f"qualifier_{point.qualifier}", value=text) if point.qualifier else text


def number_with_unit(value: Decimal, target: Target, words: Words) -> str:
    """A number; percentages carry their sign, other units are said once elsewhere."""
    places = 2 if value != value.to_integral_value() else None
    text = words.number(value, places=places)
    if target.in_percent:
        return f"{text} %" if words.lang == "vi" else f"{text}%"
    return text


def computed_words(value: Decimal, target: Target, words: Words) -> str:
    """A planned value or a rate: whole from 100 on, else with two decimals."""
    places = Decimal(1) if abs(value) >= 100 else Decimal("0.01")
    return number_with_unit(value.quantize(places, context=EXACT), target, words)


_GOAL_SIGN = {
    "at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< ", "exactly": "= ",
}  # fmt: skip


def goal_words(goal: Goal | None, target: Target, words: Words) -> str:
    """What is to be reached, with its sign: ``≥ 10.000``, ``≥ 10 %/năm``, ``to be done``."""
    said = short_goal(goal, target, words)
    if goal is None or target.kind == "milestone" or not target.in_percent:
        return said
    return said + unit_words(target, words).removeprefix("%")


def short_goal(goal: Goal | None, target: Target, words: Words) -> str:
    """The same for a table: of percent the sign alone, ``≥ 10 %``."""
    if target.kind == "milestone":
        return words("to_be_done")
    if goal is None:
        return words("no_value")
    text = number_with_unit(goal.value, target, words)
    if goal.value_max is not None:
        return f"{words.number(goal.value)}–{number_with_unit(goal.value_max, target, words)}"
    return _GOAL_SIGN[goal.comparator] + text


def rate_words(rate: Rate | None, target: Target, words: Words) -> str:
    if rate is None:
        return "–"
    unit = "" if target.in_percent else unit_words(target, words)
    figure = computed_words(rate.value, target, words)
    return words(f"per_{rate.per}", value=f"{figure} {unit}".strip())


def unit_words(target: Target, words: Words) -> str:
    return text_of(target.unit, words) if target.unit else ""


def reported_words(report: Report, target: Target, words: Words) -> str:
    """The figure of one report as its writer gave it."""
    figure = report.figure
    if figure is None:
        return words("void")
    if isinstance(figure, bool):
        return words("done" if figure else "not_done")
    if isinstance(figure, Share):
        said = f"{words.number(figure.n)}/{words.number(figure.of)}"
    else:
        said = number_with_unit(figure, target, words)
        if not target.in_percent:
            said = f"{said} {unit_words(target, words)}".strip()
    return words(f"qualifier_{report.qualifier}", value=said) if report.qualifier else said


def repeatable_words(report: Report, target: Target, words: Words) -> str:
    """The figure of a report, exactly and without its unit: to be typed once more."""
    if not isinstance(report.figure, Decimal):
        return reported_words(report, target, words)
    said = words.number(report.figure)
    if target.in_percent:
        said += " %" if words.lang == "vi" else "%"
    return words(f"qualifier_{report.qualifier}", value=said) if report.qualifier else said

"""What a clerk sees between the questions: choices by number, and the target that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cdstrack.app.record.running_total import RunningTotal
from cdstrack.core.model.breakdown import slice_title_in_full
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.report import Report
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.phrases import (
    STATE_STYLE,
    STATE_SYMBOL,
    body_name,
    goal_words,
    reported_words,
    text_of,
    unit_words,
    value_words,
)
from cdstrack.render.text import Line, Look, visible, width_of, wrap

MOST = 15
"""So many choices are listed; where there are more, part of the name is asked for."""


def target_choices(
    verdicts: Sequence[Verdict], words: Words, look: Look, *, sees_all: bool = True
) -> Iterator[Line]:
    """Targets by number, with the symbol of their state.

    Who does not see all reports is not told how those stand on which many bodies report.
    """
    for number, verdict in enumerate(verdicts[:MOST], start=1):
        symbol = (STATE_SYMBOL[verdict.state] + " ", STATE_STYLE[verdict.state])
        stands = sees_all or verdict.target.reporters is None
        marks = [symbol] if stands else []
        yield from _item(number, marks, text_of(verdict.target.title, words), look)
    yield from _rest(len(verdicts), words)


def body_choices(
    names: Sequence[str], bodies: Mapping[str, Body], words: Words, look: Look, *, whole: bool
) -> Iterator[Line]:
    """Bodies by number; 0 is all of them together, where such a figure is taken."""
    if whole:
        yield from _item(0, [], words("all_bodies"), look)
    for number, name in enumerate(names[:MOST], start=1):
        yield from _item(number, [], body_name(name, bodies, words), look, name)
    yield from _rest(len(names), words)


def body_lines(name: str, bodies: Mapping[str, Body], words: Words) -> Iterator[Line]:
    """The body that was chosen."""
    yield [(body_name(name, bodies, words), "bold"), (f"  {name}", "dim")]


def part_choices(target: Target, words: Words, look: Look) -> Iterator[Line]:
    """Conditions by number; 0 is all of them together."""
    yield from _item(0, [], words("all_parts"), look)
    for number, (name, text) in enumerate(target.conditions.items(), start=1):
        yield from _item(number, [], text_of(text, words), look, name)


def series_choices(target: Target, words: Words, look: Look) -> Iterator[Line]:
    """Series by number, and which of them judges."""
    for number, (name, title) in enumerate(target.strands.items(), start=1):
        text = text_of(title, words)
        if name == target.judged_by:
            text = words("series_judges", series=text)
        yield from _item(number, [], text, look, name)


def slice_choices(target: Target, names: Sequence[str], words: Words, look: Look) -> Iterator[Line]:
    """Slices by number; 0 is the whole."""
    yield from _item(0, [], words("all_slices"), look)
    for number, name in enumerate(names, start=1):
        yield from _item(number, [], text_of(slice_title_in_full(target, name), words), look, name)


def running_total_choices(
    report: Report, running: RunningTotal, target: Target, words: Words, look: Look
) -> Iterator[Line]:
    """What may be recorded of a figure that may be a running total."""
    unit = unit_words(target, words)
    as_is = {"value": reported_words(report, target, words), "date": report.date}
    rest = {"value": f"{words.number(running.rest or 0)} {unit}".rstrip(), "date": running.date}
    yield from _item(1, [], words("choice_increment", **as_is), look)
    yield from _item(2, [], words("choice_running_total", **rest), look)


def _item(
    number: int, symbol: Line, text: str, look: Look, name: str | None = None
) -> Iterator[Line]:
    """One choice; where it takes several lines, they stand below each other."""
    head: Line = [(f"{number:4}  ", "bold"), *symbol]
    indent = sum(width_of(part) for part, _ in head)
    first, *more = wrap(visible(text), max((look.width or 1000) - indent, 20))
    lines: list[Line] = [[*head, (first, "")], *([(" " * indent + part, "")] for part in more)]
    if name is not None:
        lines[-1].append((f"  {name}", "dim"))
    yield from lines


def _rest(count: int, words: Words) -> Iterator[Line]:
    if count > MOST:
        yield [("      ", ""), (words("choices_more", n=count - MOST), "dim")]


def target_lines(verdict: Verdict, words: Words, *, stands: bool = True) -> Iterator[Line]:
    """The target that was chosen: what it wants, until when and, if known, where it stands."""
    target, state = verdict.target, verdict.state
    yield [(text_of(target.title, words), "bold")]
    goal = goal_words(verdict.terms.goal, target, words)
    if not target.in_percent and target.kind != "milestone":
        goal = f"{goal} {unit_words(target, words)}".rstrip()
    terms = f"{target.id} · {goal} · {words.deadline(verdict.terms.deadline)}"
    if not stands:
        yield [(terms, "dim")]
        return
    yield [
        (f"{terms} · ", "dim"),
        (words(f"state_{state}"), STATE_STYLE[state]),
        (f" · {value_words(verdict, words)}" if verdict.last is not None else "", "dim"),
    ]

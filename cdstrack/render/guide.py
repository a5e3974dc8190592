"""What a clerk sees between the questions: choices by number, and the target that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cdstrack.core.model import Body, Target
from cdstrack.core.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.figures import goal_words, text_of, unit_words
from cdstrack.render.text import Line
from cdstrack.render.views import (
    STATE_STYLE,
    STATE_SYMBOL,
    body_name,
    deadline_words,
    value_words,
)

MOST = 15
"""So many choices are listed; of more, part of the name is asked for."""


def target_choices(verdicts: Sequence[Verdict], words: Words) -> Iterator[Line]:
    """Targets by number, with the symbol of their state."""
    for number, verdict in enumerate(verdicts[:MOST], start=1):
        state = verdict.state
        yield [
            (f"{number:4}  ", "bold"),
            (STATE_SYMBOL[state] + " ", STATE_STYLE[state]),
            (text_of(verdict.target.title, words), ""),
        ]
    yield from _rest(len(verdicts), words)


def body_choices(
    names: Sequence[str], bodies: Mapping[str, Body], words: Words, *, whole: bool
) -> Iterator[Line]:
    """Bodies by number; 0 is all of them together, where such a figure is taken."""
    if whole:
        yield [("   0  ", "bold"), (words("all_bodies"), "")]
    for number, name in enumerate(names[:MOST], start=1):
        yield [
            (f"{number:4}  ", "bold"),
            (body_name(name, bodies, words), ""),
            (f"  {name}", "dim"),
        ]
    yield from _rest(len(names), words)


def part_choices(target: Target, words: Words) -> Iterator[Line]:
    """Conditions by number; 0 is all of them together."""
    yield [("   0  ", "bold"), (words("all_parts"), "")]
    for number, (name, text) in enumerate(target.conditions.items(), start=1):
        yield [(f"{number:4}  ", "bold"), (text_of(text, words), ""), (f"  {name}", "dim")]


def _rest(count: int, words: Words) -> Iterator[Line]:
    if count > MOST:
        yield [("      ", ""), (words("choices_more", n=count - MOST), "dim")]


def chosen(verdict: Verdict, words: Words) -> Iterator[Line]:
    """The target that was chosen: what it wants, until when, and where it stands."""
    target, state = verdict.target, verdict.state
    yield [(text_of(target.title, words), "bold")]
    goal = goal_words(verdict.goal, target, words)
    if not target.in_percent and target.kind != "milestone":
        goal = f"{goal} {unit_words(target, words)}".rstrip()
    yield [
        (f"{target.id} · {goal} · {deadline_words(verdict, words)} · ", "dim"),
        (words(f"state_{state}"), STATE_STYLE[state]),
        (f" · {value_words(verdict, words)}" if verdict.last is not None else "", "dim"),
    ]

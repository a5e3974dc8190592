"""What stands beside a state: flags, moved goalposts, who has reported."""

from __future__ import annotations

from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Share
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.figures import goal_words

MARKED = ("uncounted_evidence", "eased", "revised", "undecided", "self_reported", "dissolved",
          "met_then_lost", "population_changed", "partly_reported", "orphaned_owner",
          "late_report", "withdrawn", "superseded")  # fmt: skip
"""Flags that a table marks; the others stand in ``show``."""


def mark_words(verdict: Verdict, words: Words) -> tuple[str, ...]:
    flags = [flag for flag in MARKED if flag in verdict.flags]
    said = []
    if verdict.standing is not None:
        said.append(whose_words(verdict, verdict.standing.reported, words))
        flags = [flag for flag in flags if flag != "partly_reported"]
    if verdict.original is not None:
        said += goalposts_words(verdict, words)
        flags = [flag for flag in flags if flag != "revised"]
    return (*said, *(words(f"mark_{flag}") for flag in flags))


def goalposts_words(verdict: Verdict, words: Words) -> list[str]:
    """The terms first given with the state by them, and new ones that came too late to count."""
    original = verdict.original
    if original is None:
        return []
    target, latest = verdict.target, verdict.announced or verdict.terms
    state = words(f"state_{original.state}")
    terms = terms_words(original.terms, latest, target, words)
    said = [words("mark_original", terms=terms, state=state)]
    if verdict.announced is not None:
        terms = terms_words(verdict.announced, verdict.terms, target, words)
        said.append(words("mark_announced", terms=terms))
    return said


def terms_words(terms: Terms, other: Terms, target: Target, words: Words) -> str:
    """What terms say that others do not: the figure, the deadline or both."""
    parts = []
    if terms.goal != other.goal:
        parts.append(goal_words(terms.goal, target, words))
    if terms.deadline is not None and terms.deadline != other.deadline:
        parts.append(words.deadline(terms.deadline))
    return ", ".join(parts)


def whose_words(verdict: Verdict, reported: Share, words: Words) -> str:
    """How many bodies stand behind the value, or that it was given for all of them."""
    if verdict.stands_for_all:
        return words("reported_for_all", of=reported.of)
    return reported_of(reported, words)


def reported_of(reported: Share, words: Words) -> str:
    """How many bodies have reported: ``40 of 85 have reported``."""
    return words("reported_of", n=reported.n, of=reported.of)

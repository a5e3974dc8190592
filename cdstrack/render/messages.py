"""Problems, refusals and findings as sentences: where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cdstrack.core.gate import Finding
from cdstrack.core.problems import Place, Problem
from cdstrack.i18n import Words
from cdstrack.render.text import Line, visible
from cdstrack.render.views import days_words, explain

EXCERPT_WIDTH = 100
MAX_SHOWN = 100


def problem_sentence(problem: Problem, words: Words) -> str:
    """What is wrong and what to write instead, in one or two sentences."""
    return sentence(problem.code, problem.facts, words)


def sentence(code: str, facts: Mapping[str, object], words: Words) -> str:
    """The text of a code; ``suggestion`` and ``write`` add the way out where there is one."""
    named = dict(facts)
    if "found" in named:
        named["found"] = words(f"found_{named['found']}")
    said = words(f"problem_{code}", **named)
    suggestion, write = facts.get("suggestion"), facts.get("write")
    if suggestion:
        said += " " + words("did_you_mean", suggestion=str(suggestion))
    if write:
        said += " " + words("write_instead", write=str(write))
    allowed = facts.get("allowed")
    if allowed:
        said += " " + words("one_of", allowed=allowed)
    return said


def problem_lines(problems: Sequence[Problem], words: Words) -> Iterator[Line]:
    """Every problem with its place, the line of the file and a caret."""
    for problem in problems[:MAX_SHOWN]:
        yield from _problem(problem, words)
    if len(problems) > MAX_SHOWN:
        yield [(words("more_problems", n=len(problems) - MAX_SHOWN), "dim")]


def _problem(problem: Problem, words: Words) -> Iterator[Line]:
    level = problem.level
    head: Line = []
    if problem.place is not None:
        place = problem.place
        head = [(f"{place.file}:{place.line}:{place.column}", "bold"), (": ", "")]
    yield [
        *head,
        (words(f"level_{level}"), level),
        (": ", ""),
        (problem_sentence(problem, words), ""),
    ]
    if problem.place is not None and problem.place.excerpt:
        yield from _excerpt(problem.place)


def _excerpt(place: Place) -> Iterator[Line]:
    """The line with a caret under the place; a long line is cut around it."""
    text = (place.excerpt or "").rstrip("\r\n")
    at = min(max(place.column - 1, 0), len(text))
    start = max(0, at - EXCERPT_WIDTH // 2) if len(text) > EXCERPT_WIDTH else 0
    shown, before = visible(text[start : start + EXCERPT_WIDTH]), visible(text[start:at])
    gutter = f"{place.line:>5} │ "
    yield [(gutter, "dim"), (shown, "")]
    from cdstrack.render.text import width_of

    width = max(1, min(place.width, EXCERPT_WIDTH))
    blank = " " * width_of(before)
    yield [(" " * (len(gutter) - 2) + "│ ", "dim"), (blank + "^" * width, "error")]


def finding_sentence(finding: Finding, words: Words) -> str:
    """What failed, since when, by which rule."""
    verdict = finding.verdict
    title = verdict.target.title.to(words.lang)
    reason = explain(verdict, words)
    days = days_words(verdict, words)
    key = f"finding_{finding.code.replace('-', '_')}"
    return words(key, title=title, days=days, reason=reason)


def finding_lines(
    findings: Iterable[Finding], places: Mapping[str, Place], words: Words
) -> Iterator[Line]:
    """Findings one below the other: place, level, code; then the sentence."""
    for finding in findings:
        place = places.get(finding.target)
        where = f"{place.file}:{place.line}:{place.column}: " if place else ""
        style = "error" if finding.level == "fail" else "warning"
        yield [
            (where, "bold"),
            (words(f"level_{finding.level}"), style),
            (f" [{finding.code}] ", "dim"),
            (finding.target, "code"),
        ]
        yield [("    " + finding_sentence(finding, words), "")]

"""Which of several series of reports a person means, and what may be reported in it."""

from __future__ import annotations

from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import fold, look_up
from cdstrack.core.model.problems import Refusal, did_you_mean
from cdstrack.core.model.strands import strand_of


def strand_named(target: Target, text: str) -> Target:
    """A target with the reports of the series that a text names, by id or by name.

    The target itself where that is the one that judges it. Raises Refusal for a series that there
    is not.
    """
    if not target.strands:
        raise Refusal("no_series", id=target.id)
    choices = [(name, (name, title.vi, title.en)) for name, title in target.strands.items()]
    matches = look_up(text, choices) if text.strip() else []
    if len(matches) != 1:
        words = {fold(word): name for name, titles in choices for word in titles}
        near = did_you_mean(text, target.strands) or words.get(
            did_you_mean(fold(text), words) or ""
        )
        facts = {"suggestion": near} if near else {"allowed": list(target.strands)}
        raise Refusal("unknown_series", name=text, id=target.id, **facts)
    return target if matches[0] == target.judged_by else strand_of(target, matches[0])


def check_whole_only(target: Target, *, body: str | None, category: str | None) -> None:
    """Refuse a body or a slice in a series that does not judge. Raises Refusal."""
    if target.of_strand is not None and (body is not None or category is not None):
        raise Refusal("series_of_whole", series=target.of_strand)

"""Records of the ledger in words, corrections marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from cdstrack.app.standing import History
from cdstrack.core.model.report import Report, Share
from cdstrack.i18n import Words
from cdstrack.render.figures import reported_words
from cdstrack.render.text import Line, one_line


def record_lines(
    record: Report, title: str, history: History, words: Words, zone: tzinfo
) -> Iterator[Line]:
    """One record: when and by whom, what it says, what it corrects or what corrected it."""
    moment = record.recorded.astimezone(zone)
    when = f"{words.day(moment.date())} {moment:%H:%M}"
    corrected = history.corrected_by.get(record.id)
    target = history.register.targets.get(record.target)
    figure = reported_words(record, target, words) if target else bare_words(record, words)
    style = "dim" if corrected or record.figure is None else "bold"
    said = words("figure_for", figure=figure, period=record.date)
    yield [(said, style), ("  ", ""), (words("recorded_at", when=when), "dim")]
    yield [("    ", ""), (title, "dim" if corrected else "")]
    details = [record.id, record.target]
    details += filter(None, (record.body, record.part))
    if record.by:
        details.append(words("by_whom", name=record.by))
    if record.source:
        details.append(words("from_source", source=record.source))
    yield [("    " + " · ".join(details), "dim")]
    if record.note:
        yield [("    " + one_line(record.note), "dim")]
    if record.corrects:
        yield [("    " + words("corrects_record", id=record.corrects), "warn")]
    if corrected:
        yield [("    " + words("corrected_by", id=corrected), "warn")]


def bare_words(record: Report, words: Words) -> str:
    """A figure whose target is not in the register: without a unit."""
    match record.figure:
        case None:
            return words("void")
        case bool():
            return words("done" if record.figure else "not_done")
        case Share(n=n, of=of):
            return f"{words.number(n)}/{words.number(of)}"
        case value:
            return words.number(value)

"""Records of the ledger in words, corrections marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cdstrack.app.records import History
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period, in_zone
from cdstrack.core.model.report import Report, Share
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Listing
from cdstrack.render.phrases import reported_words, text_of, with_wording
from cdstrack.render.text import Line, one_line

_LATE = timedelta(minutes=1)
"""So much later a record came to a server that is worth a line."""


def history_listing(history: History, words: Words) -> Listing:
    """The records, newest first."""
    return Listing(_lines(history, words), lambda: _document(history))


def _document(history: History) -> data.Json:
    from cdstrack.render.register_shape import envelope, records_of  # people read no objects

    ids = {record.id for record in history.records}
    entries: dict[str, data.Json] = {
        name: {"entered": mark.moment.isoformat(), "entered_by": mark.login}
        for name, mark in sorted(history.entries.items())
        if name in ids
    }
    return {
        **envelope(history.as_of),
        "known_on": data.day_or_null(history.known_on),
        "records": [*records_of(history.records, history.corrected_by)],
        **({"entries": entries} if entries else {}),
        "problems": [data.problem_object(problem) for problem in history.problems],
    }


def _lines(history: History, words: Words) -> Iterator[Line]:
    if not history.records:
        yield [(words("no_records"), "dim")]
    zone, terms = ZoneInfo(history.register.timezone), _Terms(words)
    for record in history.records:
        yield from _record(record, history, terms, zone)


class _Terms:
    """What many records have in common, in words that are looked for once."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.day: Callable[[date], str] = cache(words.day)
        self.period: Callable[[Period], str] = cache(words.period)
        self._titles: dict[str, str] = {}

    def title(self, name: str, target: Target) -> str:
        """The title of what reports under a name are of."""
        text = self._titles.get(name)
        if text is None:
            text = self._titles[name] = text_of(target.title, self.words)
        return text

    def minute(self, moment: datetime) -> str:
        return f"{self.day(moment.date())} {moment.hour:02}:{moment.minute:02}"


def _record(record: Report, history: History, terms: _Terms, zone: ZoneInfo) -> Iterator[Line]:
    """One record: when and by whom, what it says, what it corrects or what corrected it."""
    words = terms.words
    when = terms.minute(in_zone(record.recorded, zone))
    correction = history.corrected_by.get(record.id)
    target = history.register.subject(record.target)
    figure = reported_words(record, target, words) if target else bare_words(record, words)
    style = "dim" if correction or record.figure is None else "bold"
    text = words("figure_for", figure=figure, period=terms.period(record.date))
    yield [(text, style), ("  ", ""), (words("recorded_at", when=when), "dim")]
    title = terms.title(record.target, target) if target else record.target
    yield [("    ", ""), (title, "dim" if correction else "")]
    details = [record.id, record.target]
    details += filter(None, (record.body, record.part, record.slice, record.strand))
    mark = history.entries.get(record.id)
    if record.by and (mark is None or mark.login == record.by):
        details.append(words("by_whom", name=record.by))
    elif mark is not None:
        name = record.by or words("nobody_named")
        details.append(words("by_whom_as", name=name, login=mark.login))
    if record.source:
        details.append(words("from_source", source=record.source))
    yield [("    " + " · ".join(details), "dim")]
    if mark is not None and mark.moment - record.recorded > _LATE:
        at = terms.minute(in_zone(mark.moment, zone))
        yield [("    " + words("entered_at", when=at), "dim")]
    if record.note:
        yield [("    " + one_line(record.note), "dim")]
    if record.evidence:
        yield [("    " + words("evidence_kept", name=record.evidence), "dim")]
    if record.corrects:
        yield [("    " + words("corrects_record", id=record.corrects), "warn")]
    if correction:
        key = "copy_of_row" if record.id in history.copies else "corrected_by"
        yield [("    " + words(key, id=correction), "warn")]


def bare_words(record: Report, words: Words) -> str:
    """A figure whose target is not in the register: without a unit."""
    match record.figure:
        case None:
            text = words("void")
        case bool():
            text = words("done" if record.figure else "not_done")
        case Share(n=n, of=of):
            text = f"{words.number(n)}/{words.number(of)}"
        case value:
            text = words.number(value)
    return with_wording(text, record, words)

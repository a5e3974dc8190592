"""Records of the ledger in words, corrections marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
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

_MINUTE = _LATE = timedelta(minutes=1)
"""So much later a record came to a server that is worth a line."""
_LAST = 1 << 12
"""So many figures are remembered in words."""


def history_listing(history: History, words: Words) -> Listing:
    """The records, newest first."""
    return Listing(_lines(history, words), lambda: _document(history))


def _document(history: History) -> data.Parts:
    from cdstrack.render.register_shape import envelope, record_texts  # people read no objects

    ids = {record.id for record in history.records}
    entries: dict[str, data.Json] = {
        name: {"entered": mark.moment.isoformat(), "entered_by": mark.login}
        for name, mark in sorted(history.entries.items())
        if name in ids
    }
    return {
        **envelope(history.as_of),
        "known_on": data.day_or_null(history.known_on),
        "records": record_texts(history.records, history.corrected_by),
        **({"entries": entries} if entries else {}),
        "problems": [data.problem_object(problem) for problem in history.problems],
    }


def _lines(history: History, words: Words) -> Iterator[Line]:
    if not history.records:
        yield [(words("no_records"), "dim")]
    terms = _Terms(words, ZoneInfo(history.register.timezone))
    for record in history.records:
        yield from _record(record, history, terms)


class _Terms:
    """What many records have in common, in words that are looked for once."""

    def __init__(self, words: Words, zone: ZoneInfo) -> None:
        self.words = words
        self.day: Callable[[date], str] = cache(words.day)
        self.period: Callable[[Period], str] = cache(words.period)
        self.writer: Callable[[str], str] = cache(lambda name: words("by_whom", name=name))
        self.figure_for = words.sentence("figure_for")
        self._recorded = "", datetime.max.replace(tzinfo=UTC)
        self._zone = zone
        self._titles: dict[str, str] = {}
        self._figures: dict[tuple[object, ...], str] = {}

    def title(self, name: str, target: Target) -> str:
        """The title of what reports under a name are of."""
        text = self._titles.get(name)
        if text is None:
            text = self._titles[name] = text_of(target.title, self.words)
        return text

    def figure(self, record: Report, target: Target | None) -> str:
        """The figure of a record; a few are remembered, for many communes say the same."""
        if target is None:
            return bare_words(record, self.words)
        figure = record.figure
        content = record.target, type(figure), figure, record.qualifier, record.wording
        text = self._figures.get(content)
        if text is None:
            if len(self._figures) >= _LAST:
                self._figures.clear()
            text = self._figures[content] = reported_words(record, target, self.words)
        return text

    def minute(self, moment: datetime) -> str:
        """The minute of a moment, as clocks show it where the register is kept."""
        local = in_zone(moment, self._zone)
        return f"{self.day(local.date())} {local.hour:02}:{local.minute:02}"

    def recorded(self, moment: datetime) -> str:
        """When a record was made; those of one minute lie side by side."""
        text, begin = self._recorded
        if not text or not timedelta() <= moment - begin < _MINUTE:
            text = self.words("recorded_at", when=self.minute(moment))
            self._recorded = text, moment.replace(second=0, microsecond=0)
        return text


def _record(record: Report, history: History, terms: _Terms) -> list[Line]:
    """One record: when and by whom, what it says, what it corrects or what corrected it."""
    words = terms.words
    correction = history.corrected_by.get(record.id)
    target = history.register.subject(record.target)
    style = "dim" if correction or record.figure is None else "bold"
    text = terms.figure_for(figure=terms.figure(record, target), period=terms.period(record.date))
    title = terms.title(record.target, target) if target else record.target
    names = record.body, record.part, record.slice, record.strand
    details = [record.id, record.target, *filter(None, names)]
    mark = history.entries.get(record.id)
    if record.by and (mark is None or mark.login == record.by):
        details.append(terms.writer(record.by))
    elif mark is not None:
        name = record.by or words("nobody_named")
        details.append(words("by_whom_as", name=name, login=mark.login))
    if record.source:
        details.append(words("from_source", source=record.source))
    lines = [
        [(text, style), ("  ", ""), (terms.recorded(record.recorded), "dim")],
        [("    ", ""), (title, "dim" if correction else "")],
        [("    " + " · ".join(details), "dim")],
    ]
    if mark is not None and mark.moment - record.recorded > _LATE:
        at = terms.minute(mark.moment)
        lines.append([("    " + words("entered_at", when=at), "dim")])
    if record.note:
        lines.append([("    " + one_line(record.note), "dim")])
    if record.evidence:
        lines.append([("    " + words("evidence_kept", name=record.evidence), "dim")])
    if record.corrects:
        lines.append([("    " + words("corrects_record", id=record.corrects), "warn")])
    if correction:
        key = "copy_of_row" if record.id in history.copies else "corrected_by"
        lines.append([("    " + words(key, id=correction), "warn")])
    return lines


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

"""Deadlines as a calendar: iCalendar (RFC 5545), one all-day event a target.

An event is the last day that is still in time. Nothing that a file says can end a line, a property
or an event: text is made visible, then escaped, and lines are folded between characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

from cdstrack.app.standing import Status
from cdstrack.core.checks.seals import ShortSeal
from cdstrack.core.model.entries import Source, Stated
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.verdict.rules import ACHIEVED, SETTLED
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.phrases import (
    as_of_words,
    body_name,
    days_words,
    evidence_words,
    goal_words,
    text_of,
    unit_words,
    value_words,
)
from cdstrack.render.text import visible

ALARM_DAYS = (30, 7, 1)
LINE_OCTETS = 75


def dated(verdicts: Sequence[Verdict]) -> tuple[list[tuple[Verdict, Period]], list[Verdict]]:
    """The targets that get an event, each with its deadline, and those that name no day.

    A parent stands aside where one of its classes has a deadline: theirs are the days that count.
    """
    parents = {verdict.target.part_of for verdict in verdicts if verdict.terms.deadline is not None}
    leaves = [verdict for verdict in verdicts if verdict.target.id not in parents]
    events = [
        (verdict, verdict.terms.deadline)
        for verdict in leaves
        if verdict.terms.deadline is not None
    ]
    return events, [verdict for verdict in leaves if verdict.terms.deadline is None]


def calendar(
    status: Status,
    events: Sequence[tuple[Verdict, Period]],
    words: Words,
    stamp: datetime,
    seal: ShortSeal | None = None,
) -> str:
    """The whole calendar. The same register as of the same moment gives the same text."""
    title = _escape(text_of(status.register.title, words))
    register = register_key(status.register.title)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//cdstrack//cdstrack//{words.lang.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{title}",
        f"X-WR-CALNAME:{title}",
    ]
    if seal is not None:
        lines.append(f"X-CDSTRACK-SEAL:{seal}")
    utc = stamp.astimezone(UTC)
    moment = f"DTSTAMP:{_basic(utc)}T{utc:%H%M%S}Z"
    for verdict, deadline in events:
        uid = f"UID:{verdict.target.id}@{register}.cdstrack"
        lines += ["BEGIN:VEVENT", uid, moment, *_event(verdict, deadline.last, status, words)]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join([f"{_fold(line)}\r\n" for line in lines])


def register_key(title: Bilingual) -> str:
    """What tells registers apart: the name, however it is spaced or capitalised."""
    name = " ".join(title.vi.split()).casefold()
    return sha256(name.encode("utf-8")).hexdigest()[:16]


def _event(verdict: Verdict, day: date, status: Status, words: Words) -> Iterator[str]:
    title = text_of(verdict.target.title, words)
    yield f"DTSTART;VALUE=DATE:{_basic(day)}"
    yield f"DTEND;VALUE=DATE:{_basic(add_days(day, 1))}"
    yield f"SUMMARY:{_escape(title)}"
    yield f"DESCRIPTION:{_escape(*_description(verdict, status, words))}"
    if verdict.target.tags:
        yield "CATEGORIES:" + ",".join(_escape(tag) for tag in verdict.target.tags)
    yield "STATUS:" + ("CANCELLED" if verdict.state in SETTLED - ACHIEVED else "CONFIRMED")
    yield "TRANSP:TRANSPARENT"
    if verdict.state in SETTLED or day < status.as_of:
        return
    for days in ALARM_DAYS:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:-P{days}D"
        yield f"DESCRIPTION:{_escape(title + ': ' + words('days_left', days=days))}"
        yield "END:VALARM"


def _description(verdict: Verdict, status: Status, words: Words) -> Iterator[str]:
    """State, goal, value, deadline as it was said, owner of today, and where it was said."""
    target, stated, owner = verdict.target, verdict.target.stated, verdict.owner
    state, days = words(f"state_{verdict.state}"), days_words(verdict, words)
    day = as_of_words(status.as_of, status.known_on, words)
    state_and_days = [days] if verdict.state == "overdue" and days else [state, days]
    yield f"{words('draft_state')}: {'; '.join(filter(None, [*state_and_days, day]))}"
    if verdict.terms.goal is not None or target.kind == "milestone":
        goal, unit = goal_words(verdict.terms.goal, target, words), unit_words(target, words)
        goal_with_unit = goal if target.in_percent else f"{goal} {unit}".strip()
        yield f"{words('lbl_target')}: {goal_with_unit}"
        yield f"{words('lbl_value')}: {value_words(verdict, words)}"
        yield f"{words('lbl_evidence')}: {evidence_words(verdict, words)[0]}"
    yield f"{words('lbl_deadline')}: {words.deadline(verdict.terms.deadline)}"
    answers = body_name(owner.current, status.register.bodies, words)
    remark = f" {words('owner_gone')}" if owner.orphaned else ""
    yield f"{words('xl_owner')}: {answers}{remark}"
    speaker = words("said_on", by=text_of(stated.by, words), day=stated.on)
    yield f"{words('lbl_said')}: {speaker}"
    yield f"{words('lbl_source')}: {_where(stated, status.register.sources, words)}"
    yield f"{words('xl_id')}: {target.id}"


def _where(stated: Stated, sources: Mapping[str, Source], words: Words) -> str:
    """The document and, where it is known, the paragraph."""
    source = sources.get(stated.source)
    document = text_of(source.title, words) if source else stated.source
    if stated.paragraph is None:
        return document
    return words("at_paragraph", source=document, paragraph=stated.paragraph)


def _basic(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _escape(*lines: str) -> str:
    """Lines as the value of one property."""
    text = "\n".join([visible(line) for line in lines])
    for char, escape in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(char, escape)
    return text


def _fold(line: str) -> str:
    """A line in pieces of at most 75 octets, never cut inside a character."""
    data = line.encode("utf-8")
    if len(data) <= LINE_OCTETS:
        return line
    pieces, start, room = [], 0, LINE_OCTETS
    while start < len(data):
        end = start + room
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end].decode("utf-8"))
        start, room = end, LINE_OCTETS - 1  # the blank that marks a continuation counts
    return "\r\n ".join(pieces)

"""What has changed between two days, for a mail, a chat or a program: one function a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cdstrack.app.digest import DUE_WITHIN, Digest, Move, Rewriting, Shift
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import in_zone
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.data import dumps
from cdstrack.render.phrases import (
    body_name,
    days_words,
    reason_words,
    revision_words,
    text_of,
)
from cdstrack.render.text import Line, Look, fit, markdown_cell, one_line, paint, visible, wrap


class Section(NamedTuple):
    """A heading, and what stands below it."""

    heading: str
    items: Sequence[str]


def first_line(digest: Digest, words: Words) -> str:
    """The counts of both days, or that nothing has changed."""
    days = {"since": digest.before.as_of, "day": digest.after.as_of}
    if digest.is_empty:
        return words("digest_empty", **days)
    old, new = digest.counts
    return words(
        "digest_counts",
        **days,
        old_overdue=old.overdue,
        overdue=new.overdue,
        old_done=old.on_time + old.late,
        done=new.on_time + new.late,
        old_open=old.in_time,
        open=new.in_time,
        old_outside=old.outside,
        outside=new.outside,
    )


def remarks(digest: Digest, words: Words) -> list[str]:
    """What is to be known of the digest itself."""
    if digest.first_record is None or digest.is_empty:
        return []
    return [words("digest_early", first=digest.first_record, since=digest.before.as_of)]


def sections(digest: Digest, words: Words) -> Iterator[Section]:
    """What there is to say, most urgent first; what is empty is left out."""
    since, bodies = digest.before.as_of, digest.after.register.bodies
    entries: Sequence[tuple[str, Iterable[str]]] = (
        (words("digest_overdue"), (_overdue(move, digest, words) for move in digest.overdue)),
        (words("digest_moved"), (_shift(shift, words) for shift in digest.shifts)),
        (
            words("digest_rewritten", since=since),
            (_rewriting(entry, digest, words) for entry in digest.rewritings),
        ),
        (words("digest_met"), (_change(move, words) for move in digest.met)),
        (words("digest_others"), (_change(move, words) for move in digest.others)),
        (words("digest_silent"), (body_name(name, bodies, words) for name in digest.silent)),
        (words("digest_resumed"), (body_name(name, bodies, words) for name in digest.resumed)),
        (words("digest_coming", n=DUE_WITHIN), (_due(entry, words) for entry in digest.coming)),
        (words("digest_records", since=since), _records(digest, words)),
    )
    for heading, items in entries:
        lines = [one_line(item) for item in items]
        if lines:
            yield Section(heading, lines)


def _item(target: Target, text: str, words: Words) -> str:
    return words("digest_item", title=text_of(target.title, words), id=target.id, text=text)


def _state(verdict: Verdict, words: Words) -> str:
    return words(f"state_{verdict.state}")


def _overdue(move: Move, digest: Digest, words: Words) -> str:
    """How long, by which rule, and who answers for it today."""
    verdict = move.after
    owner = body_name(verdict.owner.current, digest.after.register.bodies, words)
    if verdict.owner.orphaned:
        owner += " " + words("owner_gone")
    facts = {"reason": reason_words(verdict, words), "owner": owner}
    days = days_words(verdict, words) or _state(verdict, words)
    return _item(verdict.target, words("digest_late", days=days, **facts), words)


def _shift(shift: Shift, words: Words) -> str:
    target = shift.move.after.target
    text = revision_words(shift.revision, target, words)
    if not shift.counts:
        text = words("digest_refused", text=text)
    return _item(target, text, words)


def _rewriting(entry: Rewriting, digest: Digest, words: Words) -> str:
    """What was said then, what is known of it now, and who corrected it."""
    last = entry.corrections[-1]
    zone = ZoneInfo(digest.after.register.timezone)
    before = entry.move.before or entry.now
    text = words(
        "digest_rewriting",
        before=_state(before, words),
        now=_state(entry.now, words),
        after=_state(entry.move.after, words),
        n=len(entry.corrections),
        day=in_zone(last.recorded, zone).date(),
        by=last.by or words("nobody_named"),
    )
    return _item(entry.now.target, text, words)


def _change(move: Move, words: Words) -> str:
    """The states before and after, and why."""
    after, reason = _state(move.after, words), reason_words(move.after, words)
    if move.before is None:
        text = words("digest_new", after=after, reason=reason)
    else:
        before = _state(move.before, words)
        text = words("digest_change", before=before, after=after, reason=reason)
    return _item(move.after.target, text, words)


def _due(verdict: Verdict, words: Words) -> str:
    text = words(
        "digest_due",
        deadline=words.deadline(verdict.terms.deadline),
        days=days_words(verdict, words),
        state=_state(verdict, words),
    )
    return _item(verdict.target, text, words)


def _records(digest: Digest, words: Words) -> Iterator[str]:
    """How many reports and corrections came in on what."""
    titles: dict[str, list[bool]] = {}
    for record in digest.records:
        titles.setdefault(record.target, []).append(record.corrects is not None)
    for name, corrections in titles.items():
        subject = digest.after.register.subject(name)
        key = "digest_reports" if any(corrections) else "digest_reports_alone"
        text = words(key, n=len(corrections), corrections=sum(corrections))
        if subject is None:
            yield f"{name}: {text}"
        else:
            title = text_of(subject.title, words)
            yield words("digest_item", title=title, id=name, text=text)


def as_text(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """Lines for a terminal or a plain mail."""
    lines: list[Line] = [[(part, "bold")] for part in _wrapped(first_line(digest, words), look)]
    for remark in remarks(digest, words):
        lines += [[(part, "dim")] for part in _wrapped(remark, look)]
    for section in sections(digest, words):
        lines += [[], [(section.heading, "heading")]]
        for item in section.items:
            for number, part in enumerate(_wrapped(item, look, 4)):
                lines.append([("  • " if number == 0 else "    ", "dim"), (part, "")])
    return paint(fit(lines, look), look)


def _wrapped(text: str, look: Look, indent: int = 0) -> list[str]:
    return wrap(visible(text), look.width - indent if look.width is not None else None)


def as_markdown(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """Headings and lists, without tables: chats and mails show it as it is."""
    yield f"**{markdown_cell(first_line(digest, words))}**\n"
    for remark in remarks(digest, words):
        yield f"\n{markdown_cell(remark)}\n"
    for section in sections(digest, words):
        yield f"\n### {markdown_cell(section.heading)}\n\n"
        for item in section.items:
            yield f"- {markdown_cell(item)}\n"


def as_json(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """The documented shape (docs/json.md)."""
    from cdstrack.render.digest_shape import DIGEST

    yield dumps(DIGEST.of(digest)) + "\n"


FORMATS: Mapping[str, Callable[[Digest, Words, Look], Iterator[str]]] = {
    "text": as_text,
    "md": as_markdown,
    "json": as_json,
}

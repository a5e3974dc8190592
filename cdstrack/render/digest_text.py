"""What has changed between two days, for a mail, a chat or a program: one function a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cdstrack.app.digest import DUE_WITHIN, Digest, Move, Rewriting, Shift
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import in_zone
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.data import dumps
from cdstrack.render.ics import register_key
from cdstrack.render.phrases import (
    body_name,
    days_words,
    reason_words,
    revision_words,
    text_of,
)
from cdstrack.render.text import Line, Look, fit, markdown_cell, one_line, paint, visible, wrap


class Item(NamedTuple):
    """One change: the id of the target or body, its title and a sentence."""

    id: str
    title: str
    text: str

    def line(self, words: Words) -> str:
        """All of it on one line."""
        if not self.text:
            return one_line(self.title)
        return one_line(words("digest_item", **self._asdict()))


class Section(NamedTuple):
    """A heading with its code, and what stands below it."""

    code: str
    heading: str
    items: Sequence[Item]


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
    since = digest.before.as_of
    entries: Sequence[tuple[str, str, Iterable[Item]]] = (
        ("overdue", words("digest_overdue"), (_overdue(m, digest, words) for m in digest.overdue)),
        ("moved", words("digest_moved"), (_shift(shift, words) for shift in digest.shifts)),
        (
            "rewritten",
            words("digest_rewritten", since=since),
            (_rewriting(entry, digest, words) for entry in digest.rewritings),
        ),
        ("met", words("digest_met"), (_change(move, words) for move in digest.met)),
        ("others", words("digest_others"), (_change(move, words) for move in digest.others)),
        ("silent", words("digest_silent"), _bodies(digest.silent, digest, words)),
        ("resumed", words("digest_resumed"), _bodies(digest.resumed, digest, words)),
        (
            "coming",
            words("digest_coming", n=DUE_WITHIN),
            (_due(verdict, words) for verdict in digest.coming),
        ),
        ("records", words("digest_records", since=since), _records(digest, words)),
    )
    for code, heading, items in entries:
        section = Section(code, heading, [*items])
        if section.items:
            yield section


def _item(target: Target, text: str, words: Words) -> Item:
    return Item(target.id, text_of(target.title, words), text)


def _bodies(names: Iterable[str], digest: Digest, words: Words) -> Iterator[Item]:
    for name in names:
        yield Item(name, body_name(name, digest.after.register.bodies, words), "")


def _state(verdict: Verdict, words: Words) -> str:
    return words(f"state_{verdict.state}")


def _overdue(move: Move, digest: Digest, words: Words) -> Item:
    """How long, by which rule, and who answers for it today."""
    verdict = move.after
    owner = body_name(verdict.owner.current, digest.after.register.bodies, words)
    if verdict.owner.orphaned:
        owner += " " + words("owner_gone")
    facts = {"reason": reason_words(verdict, words), "owner": owner}
    days = days_words(verdict, words) or _state(verdict, words)
    return _item(verdict.target, words("digest_late", days=days, **facts), words)


def _shift(shift: Shift, words: Words) -> Item:
    target = shift.move.after.target
    text = revision_words(shift.revision, target, words)
    if shift.is_refused:
        text = words("digest_refused", text=text)
    return _item(target, text, words)


def _rewriting(entry: Rewriting, digest: Digest, words: Words) -> Item:
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


def _change(move: Move, words: Words) -> Item:
    """The states before and after, and why."""
    after, reason = _state(move.after, words), reason_words(move.after, words)
    if move.before is None:
        text = words("digest_new", after=after, reason=reason)
    else:
        before = _state(move.before, words)
        text = words("digest_change", before=before, after=after, reason=reason)
    return _item(move.after.target, text, words)


def _due(verdict: Verdict, words: Words) -> Item:
    text = words(
        "digest_due",
        deadline=words.deadline(verdict.terms.deadline),
        days=days_words(verdict, words),
        state=_state(verdict, words),
    )
    return _item(verdict.target, text, words)


def _records(digest: Digest, words: Words) -> Iterator[Item]:
    """How many reports and corrections came in on what."""
    titles: dict[str, list[bool]] = {}
    for record in digest.records:
        titles.setdefault(record.target, []).append(record.corrects is not None)
    for name, corrections in titles.items():
        subject = digest.after.register.subject(name)
        key = "digest_reports" if any(corrections) else "digest_reports_alone"
        text = words(key, n=len(corrections), corrections=sum(corrections))
        yield Item(name, text_of(subject.title, words) if subject is not None else name, text)


def as_text(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """Lines for a terminal or a plain mail."""
    lines: list[Line] = [[(part, "bold")] for part in _wrapped(first_line(digest, words), look)]
    for remark in remarks(digest, words):
        lines += [[(part, "dim")] for part in _wrapped(remark, look)]
    for section in sections(digest, words):
        lines += [[], [(section.heading, "heading")]]
        for item in section.items:
            for number, part in enumerate(_wrapped(item.line(words), look, 4)):
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
            yield f"- {markdown_cell(item.line(words))}\n"


def as_html(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """A page without styles or scripts, which a mail would lose."""
    title = _marked(text_of(digest.after.register.title, words))
    yield f'<!DOCTYPE html>\n<html lang="{words.lang}">\n<head>\n<meta charset="utf-8">\n'
    yield f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
    yield f"<p><strong>{_marked(first_line(digest, words))}</strong></p>\n"
    for remark in remarks(digest, words):
        yield f"<p>{_marked(remark)}</p>\n"
    for section in sections(digest, words):
        yield f"<h2>{_marked(section.heading)}</h2>\n<ul>\n"
        for item in section.items:
            yield f"<li>{_marked(item.line(words))}</li>\n"
        yield "</ul>\n"
    yield "</body>\n</html>\n"


NO_CHANGES = ("coming", "records")
"""Sections that tell of no change; a feed leaves them out."""


def as_atom(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """A feed with one entry a change; the same days give the same ids, so a rerun adds nothing."""
    register, day = digest.after.register, digest.after.as_of.isoformat()
    feed = f"tag:cdstrack.invalid,2026:{register_key(register.title)}"
    title, updated = _marked(text_of(register.title, words)), f"{day}T00:00:00Z"
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{words.lang}">\n'
    yield f"<id>{feed}</id>\n<title>{title}</title>\n<updated>{updated}</updated>\n"
    yield f"<author><name>{title}</name></author>\n"
    for section in sections(digest, words):
        if section.code in NO_CHANGES:
            continue
        for number, item in enumerate(section.items):
            # Several decisions may have moved one target.
            again = sum(earlier.id == item.id for earlier in section.items[:number])
            name = f"{feed}/{item.id}/{day}/{section.code}" + (f"/{again + 1}" if again else "")
            heading = _marked(f"{section.heading}: {item.title}")
            yield f"<entry>\n<id>{name}</id>\n<title>{heading}</title>\n"
            yield f"<updated>{updated}</updated>\n"
            yield f'<content type="text">{_marked(item.line(words))}</content>\n</entry>\n'
    yield "</feed>\n"


def _marked(text: str) -> str:
    """A text for HTML and XML: one line, nothing unseen, no markup."""
    return escape(visible(one_line(text)))


def as_json(digest: Digest, words: Words, look: Look) -> Iterator[str]:
    """The documented shape (docs/json.md)."""
    from cdstrack.render.digest_shape import DIGEST

    yield dumps(DIGEST.of(digest)) + "\n"


FORMATS: Mapping[str, Callable[[Digest, Words, Look], Iterator[str]]] = {
    "text": as_text,
    "md": as_markdown,
    "html": as_html,
    "atom": as_atom,
    "json": as_json,
}

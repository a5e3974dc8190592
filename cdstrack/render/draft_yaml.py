"""A draft as YAML for review: the short forms of a register, every doubt at the line it is about.

This module alone knows how an entry is written down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cdstrack.app.catalogue.draft_entries import Draft, DraftEntry, ReviewNote
from cdstrack.core.model.decimals import plain
from cdstrack.i18n import Words
from cdstrack.render.messages import sentence
from cdstrack.render.text import one_line, visible, wrap

WIDTH = 100
"""Comments are broken into lines of so many characters."""
_PLAIN = re.compile(r"[^\W\d_][^\n:#\[\]{},&*!|>'\"%@`\\]*(?<! )", re.UNICODE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?|-[QH][1-4])?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""Figures that half of their readers take for thousands; a register wants another digit."""
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_LONG = frozenset({"breakdown", "slices", "baselines"})
"""Keys whose values have a line for each part where they are long."""
_RAW = frozenset({"deadline", "start", "date", "periods", "on"})
"""Keys whose texts are dates, written as they are."""


def as_yaml(draft: Draft, words: Words, files: Sequence[str]) -> str:
    """The whole draft, to be read through and kept as a register, or pasted into one."""
    return "\n".join(_lines(draft, words, files)) + "\n"


def _lines(draft: Draft, words: Words, files: Sequence[str]) -> Iterator[str]:
    names = ", ".join(one_line(name) for name in files)
    key = "draft_head" if draft.whole else "draft_head_part"
    yield from _comment(words(key, files=names, n=len(draft.commitments)), "")
    for doubt in draft.remarks:
        yield from _doubt(doubt, words, "")
    if draft.whole:
        yield "cdstrack: 1"
        if "title" not in draft.header:
            yield f"title: {_value(draft.title or words('draft_title'), 'title')}"
        for name, value in draft.header.items():
            yield f"{name}: {_value(value, name)}"
    for section, entries in (
        ("sources", draft.sources),
        ("bodies", draft.bodies),
        ("groups", draft.groups),
        ("indicators", draft.indicators),
    ):
        if entries:
            yield ""
            yield f"{section}:"
        for entry in entries.values():
            yield from _named(entry, words)
    common = _common_kind(draft) if draft.whole and not draft.header else None
    if common is not None:
        yield from ("", f"defaults: {{kind: {common}}}")
    yield ""
    yield "targets:" if draft.targets else "targets: []"
    for entry in draft.targets:
        yield from _target(entry, words, common)


def _common_kind(draft: Draft) -> str | None:
    """The kind that most entries have; they need not say so."""
    kinds = [str(entry.values["kind"]) for entry in draft.commitments if "kind" in entry.values]
    if len(kinds) != len(draft.commitments):
        return None
    return max(kinds, key=kinds.count) if len(kinds) > 1 else None


def _named(entry: DraftEntry, words: Words) -> Iterator[str]:
    """An entry of a section, under its id."""
    yield f"  {entry.id}:"
    for key, value in entry.values.items():
        for doubt in entry.doubts.get(key, ()):
            yield from _doubt(doubt, words, "    ")
        yield from _lines_of(key, value, "    ")


def _target(entry: DraftEntry, words: Words, common: str | None) -> Iterator[str]:
    first = True
    stray = [doubt for key, doubts in entry.doubts.items() if key not in entry.values
             for doubt in doubts]  # fmt: skip
    for doubt in stray:
        yield from _doubt(doubt, words, "  ")
    for key, value in entry.values.items():
        for doubt in entry.doubts.get(key, ()):
            yield from _doubt(doubt, words, "  " if first else "    ")
        if key == "kind" and value == common:
            continue
        yield from _lines_of(key, value, f"  {'-' if first else ' '} ")
        first = False


def _lines_of(key: str, value: object, lead: str) -> Iterator[str]:
    """A key with its value: on one line, but for a long one of many parts."""
    text = f"{lead}{key}: {_value(value, key)}"
    if key not in _LONG or len(text) <= WIDTH:
        yield text
        return
    yield f"{lead}{key}:"
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield f"      {name}: {_value(part, name)}"
    elif isinstance(value, Sequence):
        for part in value:
            yield f"      - {_value(part, key)}"


def _doubt(doubt: ReviewNote, words: Words, indent: str) -> Iterator[str]:
    text = sentence(doubt.code, doubt.facts, words)
    yield from _comment(f"{doubt.place}: {text}" if doubt.place else text, indent)


def _comment(text: str, indent: str) -> Iterator[str]:
    for line in wrap(visible(one_line(text)), WIDTH - len(indent) - 2):
        yield f"{indent}# {line}"


def _value(value: object, key: str) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Decimal():
            text = plain(value)
            return f"{text}0" if _THOUSANDS.fullmatch(text) else text
        case Mapping():
            pairs = [f"{name}: {_value(part, name)}" for name, part in value.items()]
            return "{" + ", ".join(pairs) + "}"
        case str():
            return _text(value, key)
        case None:
            return "null"
        case Sequence():
            return "[" + ", ".join(_value(part, key) for part in value) + "]"
        case _:
            return _text(str(value), key)


def _text(text: str, key: str) -> str:
    """A text, in quotes where YAML might take it for something else; without control characters,
    which a register refuses."""
    text = _CONTROL.sub(" ", text)
    if key in _RAW and _DAY.fullmatch(text):
        return text
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable()
    if is_plain:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    """What nobody sees, as YAML writes it in double quotes."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"

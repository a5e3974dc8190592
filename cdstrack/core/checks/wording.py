"""Words that changed since an earlier version: free for whoever keeps the register, and said.

No verdict depends on them. But who reads a promise reads its words, and who audits it wants to
know that “at least” was struck out of a title, that a source is another file than it was, or that
a review was put off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.entries import Body, Group, Source, Stated, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.register import Register

_Reading = Callable[[Any], object]


def _of_stated(name: str) -> Callable[[Target], object]:
    return lambda target: getattr(target.stated, name)


def _of(name: str) -> Callable[[object], object]:
    return lambda entry: getattr(entry, name)


def _inferred(target: Target) -> object:
    return ", ".join(target.stated.inferred) or None


def _conditions(target: Target) -> object:
    if not target.conditions:
        return None
    return Bilingual(
        vi="; ".join(text.vi for text in target.conditions.values()),
        en="; ".join(text.en for text in target.conditions.values()),
    )


def _breakdown(target: Target) -> object:
    groups = [target.dimensions, *target.breakdown.values()]
    labels = [(name, label) for names in groups for name, label in names.items()]
    if not labels:
        return None
    return Bilingual(
        vi="; ".join(f"{name}: {label.vi}" for name, label in labels),
        en="; ".join(f"{name}: {label.en}" for name, label in labels),
    )


_OF_TARGET: Mapping[str, _Reading] = {
    "title": lambda target: target.title,
    **{f"stated_{name}": _of_stated(name) for name in Stated.model_fields if name != "on"},
    "stated_inferred": _inferred,
    "wording_of_conditions": _conditions,
    "wording_of_breakdown": _breakdown,
    "review_by": lambda target: target.review_by,
    "definition": lambda target: target.definition,
    "place": lambda target: target.place,
}
_OF_SOURCE: Mapping[str, _Reading] = {f"source_{name}": _of(name) for name in Source.model_fields}
_OF_NAMES: Mapping[str, _Reading] = {"name": _of("name")}

FIELDS = (*_OF_TARGET, *_OF_SOURCE, *_OF_NAMES)
"""Every name that ``field`` may be."""


def reworded(before: Register, after: Register) -> list[Finding]:
    """The words that changed, one finding for each of a target, source, body, group or the title.

    Facts: ``field``, one of FIELDS, ``old`` and ``new``; of what is no target ``title``.
    """
    findings: list[Finding] = []
    if before.title != after.title:
        findings.append(_finding(None, "title", before.title, after.title, {}))
    for name, target in before.targets.items():
        findings += _differences(name, target, after.targets.get(name), _OF_TARGET, {})
    sections: list[tuple[Mapping[str, Source | Body | Group], Mapping[str, Any], Any]] = [
        (before.sources, after.sources, _OF_SOURCE),
        (before.bodies, after.bodies, _OF_NAMES),
        (before.groups, after.groups, _OF_NAMES),
    ]
    for old, new, readings in sections:
        for name, entry in old.items():
            findings += _differences(None, entry, new.get(name), readings, {"title": name})
    return findings


def _differences(
    target: str | None,
    before: object,
    after: object | None,
    readings: Mapping[str, _Reading],
    facts: Mapping[str, object],
) -> list[Finding]:
    if after is None or before == after:
        return []
    pairs = [(field, read(before), read(after)) for field, read in readings.items()]
    return [_finding(target, field, old, new, facts) for field, old, new in pairs if old != new]


def _finding(
    target: str | None, field: str, old: object, new: object, facts: Mapping[str, object]
) -> Finding:
    if isinstance(old, Bilingual) and isinstance(new, Bilingual):
        old, new = _in_changed_languages(old, new)
    facts = {**facts, "field": field, "old": old, "new": new}
    key = f"{facts['title']} {field}" if "title" in facts else field
    return Finding("words-changed", "warn", target, None, facts, key=key)


def _in_changed_languages(old: Bilingual, new: Bilingual) -> tuple[Bilingual, Bilingual]:
    """Both texts, for readers of either language in the one that changed."""
    if old.vi == new.vi:
        return Bilingual(vi=old.en, en=old.en), Bilingual(vi=new.en, en=new.en)
    if old.en == new.en:
        return Bilingual(vi=old.vi, en=old.vi), Bilingual(vi=new.vi, en=new.vi)
    return old, new

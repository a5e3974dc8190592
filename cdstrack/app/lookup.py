"""What a name that a person typed means: a target, a body, a condition of a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cdstrack.core.model.entries import Body, Heading, Target
from cdstrack.core.model.naming import (
    NameIndex,
    bare,
    has_words,
    is_marked,
    look_up,
    nearest,
    spelt,
)
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Defect, Refusal, did_you_mean
from cdstrack.core.model.register import Register
from cdstrack.core.values.bodies import has_ended, owner_on

MOST_IDS = 5
"""So many ids are named to somebody who wrote a title."""


def find_target(register: Register, text: str, *, by_title: bool) -> Target:
    """The target that an id, the beginning of one, or (``by_title``) any part of a title names.

    Raises Refusal when none or several do, Defect when the one it names has problems. Without
    ``by_title``, a title is refused with the ids that have it.
    """
    targets = register.targets
    if not text.strip():
        raise Refusal("usage_missing", name="TARGET")
    if text in targets:
        return targets[text]
    if text in register.headings:
        raise Refusal("heading_for_target", id=text)
    if text in register.indicators:
        return _only_target_on(register, text)
    ids = [*targets, *sorted(register.broken - set(targets))]
    matches = [name for name in ids if name == text] or [
        name for name in ids if name.startswith(text)
    ]
    matches = matches or _index(register, "ids", ((name, (name,)) for name in ids)).look_up(text)
    if not matches and (name := _indicator_meant(register, text, by_title=by_title)) is not None:
        return _only_target_on(register, name)
    if not matches:
        matches = _with_title(register, text)
        if matches and not by_title:
            more = ["…"] if len(matches) > MOST_IDS else []
            ids = [*matches[:MOST_IDS], *more]
            raise Refusal("title_for_id", text=text, ids=ids, n=len(matches))
    if len(matches) > 1:
        raise Refusal("target_ambiguous", id=text, matches=matches)
    if not matches:
        raise Refusal("unknown_target", id=text, suggestion=_nearest_targets(register, text))
    if matches[0] not in targets:
        place = register.places.get(matches[0])
        line = place.line if place is not None else 0
        raise Defect("target_broken", id=matches[0], line=line)
    return targets[matches[0]]


def _only_target_on(register: Register, name: str) -> Target:
    """The target on an indicator, where there is one. Raises Refusal with all of them."""
    targets = register.targets_of[name]
    if not targets:
        raise Refusal("indicator_alone", id=name)
    if len(targets) > 1:
        raise Refusal("indicator_for_target", id=name, targets=[target.id for target in targets])
    return targets[0]


def find_subject(register: Register, text: str, *, by_title: bool) -> Target:
    """The target that stands for the reports that a text names: by an indicator, or a target.

    Raises as ``find_target`` does.
    """
    name = _indicator_meant(register, text, by_title=by_title) if register.indicators else None
    if name is None:
        target = find_target(register, text, by_title=by_title)
        name = target.ledger_id
        if name == target.id:
            return target
    subject = register.subject(name)
    if subject is None:
        raise Refusal("indicator_alone", id=name)
    return subject


def find_indicator(register: Register, text: str, *, by_title: bool) -> str | None:
    """The id of the indicator that a text names, where it names no target."""
    if not register.indicators or text in register.targets:
        return None
    return _indicator_meant(register, text, by_title=by_title)


def _indicator_meant(register: Register, text: str, *, by_title: bool) -> str | None:
    """The indicator of an id, the only one whose id begins so, or (``by_title``) of a title."""
    indicators = register.indicators
    if text in indicators or text in register.targets or not text.strip():
        return text if text in indicators else None
    starts = [name for name in [*indicators, *register.targets] if name.startswith(text)]
    names = ((name, (name,)) for name in indicators)
    matches = starts or _index(register, "indicator ids", names).look_up(text)
    if not matches:
        titles = (
            (name, (indicator.title.vi, indicator.title.en))
            for name, indicator in indicators.items()
        )
        index = _index(register, "indicators", titles)
        matches = index.look_up(text) or (index.holding(text) if by_title else [])
        if len(matches) == 1 and not by_title:
            raise Refusal("title_for_id", text=text, ids=matches, n=1)
    return matches[0] if len(matches) == 1 and matches[0] in indicators else None


def find_entry(register: Register, text: str, *, by_title: bool) -> Target | Heading:
    """The target or heading that a text names, as ``find_target``. Raises Refusal, Defect."""
    headings = register.headings
    if text in headings:
        return headings[text]
    try:
        return find_target(register, text, by_title=by_title)
    except Refusal as refusal:
        if refusal.code != "unknown_target":
            raise
        matches = [name for name in headings if name.startswith(text)]
        if not matches and by_title:
            matches = [
                heading.id
                for heading in headings.values()
                if has_words(text, f"{heading.title.vi} {heading.title.en} {heading.id}")
            ]
        if len(matches) > 1:
            raise Refusal("target_ambiguous", id=text, matches=matches) from None
        if not matches:
            near = did_you_mean(text, headings) or refusal.facts.get("suggestion")
            raise Refusal("unknown_target", id=text, suggestion=near) from None
        return headings[matches[0]]


def _with_title(register: Register, text: str) -> list[str]:
    """The ids of the targets of this title, else of those that have it in theirs."""
    targets = register.targets.values()
    titles = ((target.id, (target.title.vi, target.title.en)) for target in targets)
    everything = ((target.id, (_searchable(target),)) for target in targets)
    return _index(register, "titles", titles).look_up(text) or _index(
        register, "targets", everything
    ).holding(text)


def _index(
    register: Register, name: str, things: Iterable[tuple[str, tuple[str, ...]]]
) -> NameIndex:
    """Things of a register by their names, made once: a sheet may name thousands of them."""
    if name not in register.name_indexes:
        register.name_indexes[name] = NameIndex(things)
    return register.name_indexes[name]


def targets_named(targets: Iterable[Target], text: str) -> list[Target]:
    """The targets that have every word of a text in their id or titles."""
    return [target for target in targets if has_words(text, _searchable(target))]


def _searchable(target: Target) -> str:
    return f"{target.title.vi} {target.title.en} {target.id}"


def _nearest_targets(register: Register, text: str) -> list[str] | None:
    """Up to three targets whose id begins nearly so, or whose title has nearly those words."""
    if not register.near.can_afford(4 * len(register.targets)):
        return None
    starts = {name[: len(text)]: name for name in reversed(list(register.targets))}
    near = did_you_mean(text, register.targets) or starts.get(did_you_mean(text, starts) or "")
    if near is not None:
        return [near]
    from difflib import get_close_matches  # most names are those of something

    form = spelt if is_marked(text) else bare
    words = form(text).split()
    close = [
        target.id
        for target in register.targets.values()
        if all(
            get_close_matches(word, form(_searchable(target)).split(), 1, 0.75) for word in words
        )
    ]
    return close[:3] or None


def bodies_named(bodies: Iterable[tuple[str, Body]], text: str) -> list[str]:
    """The ids of the bodies that have every word of a text in their id or names."""
    return [
        name for name, body in bodies if has_words(text, f"{body.name.vi} {body.name.en} {name}")
    ]


def find_owner(register: Register, text: str) -> str:
    """The id of the body that an id or a whole name means. Raises Refusal."""
    bodies = register.bodies
    if text in bodies:
        return text
    matches = look_up(text, _names_of(register, bodies)) if text.strip() else []
    if len(matches) > 1:
        raise Refusal("body_ambiguous", name=text, matches=matches)
    if not matches:
        raise Refusal("unknown_owner", name=text, suggestion=nearest_body(register, text))
    return matches[0]


def find_group(register: Register, text: str) -> str:
    """The id of the group that an id or a whole name means. Raises Refusal."""
    groups = register.groups
    if text in groups:
        return text
    names = ((key, (key, group.name.vi, group.name.en)) for key, group in groups.items())
    matches = look_up(text, names) if text.strip() else []
    if len(matches) > 1:
        raise Refusal("group_ambiguous", name=text, matches=matches)
    if not matches:
        things = ((key, (group.name.vi, group.name.en)) for key, group in groups.items())
        suggestion = did_you_mean(text, groups) or nearest(text, things) or None
        raise Refusal("unknown_group_option", name=text, suggestion=suggestion)
    return matches[0]


def find_body(register: Register, target: Target, text: str, *, parts: bool) -> str:
    """The id of the body that an id or a name means among those that report.

    ``parts``: so does any part of a name that only one of them has. What means none of them stays
    as it is, for ``check_body`` to refuse. Raises Refusal when several are meant.
    """
    bodies = register.bodies
    if text in bodies or not text.strip():
        return text
    reporters = register.reporters.get(target.reporters or "", {})
    names = _names_of(register, (name for name in reporters if name in bodies))
    index = _index(register, f"reporters {target.reporters}", names)
    matches = index.look_up(text)
    if parts and not matches:
        matches = index.holding(text)
    if len(matches) > 1:
        raise Refusal("body_ambiguous", name=text, matches=matches)
    return matches[0] if matches else text


def _names_of(register: Register, ids: Iterable[str]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Bodies with whatever names each: its id, and its name in both languages."""
    for name in ids:
        body = register.bodies[name]
        yield name, (name, body.name.vi, body.name.en)


def nearest_body(
    register: Register, text: str, among: Iterable[str] | None = None
) -> list[str] | None:
    """The bodies that were probably meant: of nearly that id or name, or with it in their name."""
    bodies = register.bodies
    names = [name for name in (bodies if among is None else among) if name in bodies]
    if not register.near.can_afford(4 * len(names)):
        return None
    near = did_you_mean(text, names)
    if near is not None and " " not in text.strip() and not is_marked(text):
        return [near]
    things = ((name, (bodies[name].name.vi, bodies[name].name.en)) for name in names)
    return nearest(text, things) or ([near] if near is not None else None)


def check_body(register: Register, target: Target, name: str, when: Period) -> None:
    """Refuse a body that does not report on a target, or that did not exist then."""
    body = check_reporter(register, target, name)
    if has_ended(body, when.last):
        heir = owner_on(name, register.bodies, when.last, target.succession)
        successor = None if heir.orphaned else heir.current
        raise Refusal("body_ended", name=name, ended=body.ended, successor=successor)
    if body.started is not None and when.last < body.started:
        raise Refusal("body_not_begun", name=name, started=body.started)


def check_reporter(register: Register, target: Target, name: str) -> Body:
    """The body of an id. Refuses one that does not report on a target, now or earlier."""
    body, group = register.bodies.get(name), register.groups.get(target.reporters or "")
    if group is None:
        raise Refusal("body_unasked", id=target.id)
    reporters = register.reporters.get(target.reporters or "", {})
    if body is None or name not in reporters:
        suggestion = nearest_body(register, name, reporters)
        raise Refusal("body_outside", name=name, group=group.name, suggestion=suggestion)
    return body


def find_condition(target: Target, text: str, *, parts: bool) -> str:
    """The id of the condition of a target that an id or its words mean; ``parts``: a part of them.

    Raises Refusal.
    """
    conditions = target.conditions
    if text in conditions or not text.strip():
        check_condition(target, text)
        return text
    names = {name: (name, words.vi, words.en) for name, words in conditions.items()}
    matches = look_up(text, names.items())
    if parts and not matches:
        matches = [
            name
            for name, words in conditions.items()
            if has_words(text, words.vi) or has_words(text, words.en)
        ]
    if len(matches) > 1:
        raise Refusal("part_ambiguous", name=text, matches=matches)
    if not matches:
        check_condition(target, text)
    return matches[0]


def check_condition(target: Target, name: str) -> None:
    """Refuse what is not the id of a condition of the target, with the one that was meant."""
    if name in target.conditions:
        return
    near = did_you_mean(name, target.conditions) if not is_marked(name) else None
    names = ((key, (words.vi, words.en)) for key, words in target.conditions.items())
    meant = [near] if near is not None else nearest(name, names)
    allowed = list(target.conditions) if not meant else None
    raise Refusal("unknown_part", name=name, suggestion=meant or None, allowed=allowed or None)

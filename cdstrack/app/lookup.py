"""What was asked: refusals, names that a person typed, lengths of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.naming import fold
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Problem, Refusal, did_you_mean
from cdstrack.core.model.register import Register
from cdstrack.core.values.bodies import has_ended, owner_on


class NoRegister(Exception):
    """The register could not be read at all. Carries its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("no register")
        self.problems = problems


def find_target(register: Register, asked: str, *, by_title: bool) -> Target:
    """The target that an id, the beginning of one, or (``by_title``) any part of a title names.

    Raises Refusal when none or several do, or when the one it names has problems.
    """
    targets = register.targets
    if not asked.strip():
        raise Refusal("usage_missing", name="TARGET")
    if asked in targets:
        return targets[asked]
    ids = [*targets, *sorted(register.broken - set(targets))]
    matches = [name for name in ids if name == asked] or [n for n in ids if n.startswith(asked)]
    if not matches and by_title:
        matches = [target.id for target in titled(targets.values(), asked)]
    if len(matches) > 1:
        raise Refusal("target_ambiguous", id=asked, matches=matches)
    if not matches:
        raise Refusal("unknown_target", id=asked, suggestion=_meant(register, asked))
    if matches[0] not in targets:
        place = register.places.get(matches[0])
        line = place.line if place is not None else 0
        raise Refusal("target_broken", id=matches[0], line=line)
    return targets[matches[0]]


def titled(targets: Iterable[Target], asked: str) -> list[Target]:
    """The targets that have every word asked for in their id or titles, with or without accents."""
    wanted = fold(asked).split()
    return [each for each in targets if all(word in _searched(each) for word in wanted)]


def _searched(target: Target) -> str:
    return fold(f"{target.title.vi} {target.title.en} {target.id}")


def _meant(register: Register, asked: str) -> list[str] | None:
    """Up to three targets whose id begins nearly so, or whose title has nearly those words."""
    starts = {name[: len(asked)]: name for name in reversed(list(register.targets))}
    near = did_you_mean(asked, register.targets) or starts.get(did_you_mean(asked, starts) or "")
    if near is not None:
        return [near]
    wanted = fold(asked).split()
    close = [
        target.id
        for target in register.targets.values()
        if all(get_close_matches(word, _searched(target).split(), 1, 0.75) for word in wanted)
    ]
    return close[:3] or None


def asked_bodies(register: Register, target: Target) -> list[str]:
    """The bodies that are asked to report on a target, now or earlier; all where none is listed."""
    group = register.groups.get(target.reporters or "")
    return list(group.members or register.bodies) if group is not None else []


def named(bodies: Iterable[tuple[str, Body]], asked: str) -> list[str]:
    """The ids of the bodies that have every word asked for in their id or names."""
    wanted = fold(asked).split()
    return [
        name
        for name, body in bodies
        if all(word in fold(f"{body.name.vi} {body.name.en} {name}") for word in wanted)
    ]


def find_body(register: Register, target: Target, asked: str) -> str:
    """The id of the body that an id, or any part of a name, means among those that report.

    What means none of them stays as it is, for ``check_body`` to refuse. Raises Refusal when
    several are meant.
    """
    allowed = asked_bodies(register, target)
    if asked in register.bodies or not asked.strip():
        return asked
    known = [(name, register.bodies[name]) for name in allowed if name in register.bodies]
    matches = named(known, asked)
    if len(matches) > 1:
        exact = [each for each in matches if fold(asked) in _names(register.bodies[each])]
        matches = exact if len(exact) == 1 else matches
    if len(matches) > 1:
        raise Refusal("body_ambiguous", name=asked, matches=matches)
    return matches[0] if matches else asked


def _names(body: Body) -> set[str]:
    return {fold(body.name.vi), fold(body.name.en)}


def body_meant(register: Register, asked: str, among: Iterable[str] | None = None) -> str | None:
    """The body that was probably meant: one of nearly that id or name, or with that in its name."""
    bodies = register.bodies
    ids = [name for name in (bodies if among is None else among) if name in bodies]
    names = {each: name for name in reversed(ids) for each in _names(bodies[name])}
    if fold(asked) in names or not asked.strip():
        return names.get(fold(asked))
    parts = named(((name, bodies[name]) for name in ids), asked)
    near = did_you_mean(asked, ids)
    if near is not None and " " not in asked.strip():
        return near
    return parts[0] if parts else names.get(did_you_mean(fold(asked), names) or "", near)


def check_body(register: Register, target: Target, body: str, when: Period) -> None:
    """Refuse a body that is not asked to report on a target, or that did not exist then."""
    known = check_asked(register, target, body)
    if has_ended(known, when.last):
        heir = owner_on(body, register.bodies, when.last, target.succession)
        successor = None if heir.orphaned else heir.current
        raise Refusal("body_ended", name=body, ended=known.ended, successor=successor)
    if known.started is not None and when.last < known.started:
        raise Refusal("body_not_begun", name=body, started=known.started)


def check_asked(register: Register, target: Target, body: str) -> Body:
    """The body of an id. Refuses one that is not asked to report on a target, now or earlier."""
    known, group = register.bodies.get(body), register.groups.get(target.reporters or "")
    if group is None:
        raise Refusal("body_unasked", id=target.id)
    allowed = asked_bodies(register, target)
    if known is None or body not in allowed:
        suggestion = body_meant(register, body, allowed)
        raise Refusal("body_outside", name=body, group=group.name, suggestion=suggestion)
    return known


def condition_meant(target: Target, text: str) -> str:
    """The condition of a target that its id, or a part of its words, means. Raises Refusal."""
    said = _conditions(target)
    matches = {name for each, name in said.items() if fold(text) and fold(text) in each}
    if len(matches) == 1 and text not in target.conditions:
        return matches.pop()
    check_condition(target, text)
    return text


def check_condition(target: Target, part: str) -> None:
    """Refuse what is no id of a condition of the target, with the one that was meant."""
    if part in target.conditions:
        return
    said = _conditions(target)
    near = did_you_mean(part, target.conditions) or said.get(did_you_mean(fold(part), said) or "")
    allowed = (list(target.conditions) or None) if near is None else None
    raise Refusal("unknown_part", name=part, suggestion=near, allowed=allowed)


def _conditions(target: Target) -> dict[str, str]:
    """The words for each condition, ready for comparing, with its id."""
    both = ((name, text) for name, text in target.conditions.items())
    return {fold(each): name for name, text in both for each in (text.vi, text.en)}


def due_in(text: str) -> int:
    """Days from ``90d``, ``12w``, ``3m``, ``1y`` or plain ``90``. Raises Refusal."""
    match = re.fullmatch(r"([0-9]{1,5})([dwmy]?)", text.strip())
    if match is None:
        raise Refusal("bad_duration", text=text)
    factor = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}[match[2]]
    return int(match[1]) * factor

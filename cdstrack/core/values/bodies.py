"""Bodies over time: who answers on a day, who reports, and how many they are.

They are renamed, merged and split; what they promised lives on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate, groupby
from operator import itemgetter

from cdstrack.core.model.entries import Body, Group, Size, Target

MAX_SUCCESSORS = 20

Choices = Mapping[str, str]
"""Of bodies that were split, the successor that answers for one target (its ``succession``)."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The body named when the promise was made, and the one that answers for it today.

    ``path`` leads from the first to the second; ``orphaned``: the last one has ended with no
    successor.
    """

    stated: str
    current: str
    orphaned: bool
    path: tuple[str, ...]


def exists_on(body: Body, day: date) -> bool:
    """Whether a body exists on a day; ``ended`` is the first day without it."""
    return (body.started is None or body.started <= day) and not has_ended(body, day)


def has_ended(body: Body, day: date) -> bool:
    return body.ended is not None and body.ended <= day


def successor_of(name: str, bodies: Mapping[str, Body], choices: Choices) -> str | None:
    """The body that follows another; of one that was split, the one that was chosen."""
    body = bodies[name]
    return body.successor if body.successors is None else choices.get(name)


def owner_on(
    owner: str, bodies: Mapping[str, Body], day: date, choices: Choices | None = None
) -> Ownership:
    """Follow ``ended`` and the successors to a day.

    A circle, or more than ``MAX_SUCCESSORS``, leads nowhere: the register has a problem then.
    """
    path = [owner]
    while True:
        body = bodies.get(path[-1])
        if body is None or body.ended is None or not has_ended(body, day):
            return Ownership(owner, path[-1], False, tuple(path))
        successor = successor_of(path[-1], bodies, choices or {})
        if successor is None or successor in path or len(path) > MAX_SUCCESSORS:
            return Ownership(owner, path[-1], True, tuple(path))
        path.append(successor)


def line_of(body: str, bodies: Mapping[str, Body]) -> frozenset[str]:
    """A body and all that it may follow, whatever targets say of the successors of one."""
    before: dict[str, list[str]] = {}
    for name, entry in bodies.items():
        if entry.ended is not None:
            for heir in (entry.successor, *(entry.successors or ())):
                before.setdefault(heir or "", []).append(name)
    line = {body: None}
    queue = [body]
    for name in queue:  # which grows as it is read
        fresh = [other for other in before.get(name, ()) if other not in line]
        line.update(dict.fromkeys(fresh))
        queue += fresh
    return frozenset(line)


@dataclass(frozen=True, slots=True)
class Population:
    """A group, seen from one target: ``choices`` is the target's ``succession``.

    ``members`` are empty where the group is only counted; then any body may report.
    """

    bodies: Mapping[str, Body]
    choices: Choices
    members: Mapping[str, Body]
    starts: list[date]
    ends: list[date]
    """When the members came and went, in order."""
    steps: list[tuple[date, int]]
    """From when on the group counts how many bodies, in order; none for its end (0)."""
    _members_on: dict[date, list[str]] = field(default_factory=dict, compare=False)
    """What was asked before: many targets ask for the members of one day."""

    @classmethod
    def of(
        cls,
        sizes: Iterable[Size],
        bodies: Mapping[str, Body],
        choices: Choices,
        names: Iterable[str],
    ) -> Population:
        """The population with these members; names that the register does not know are left out."""
        members = {name: bodies[name] for name in names if name in bodies}
        # One that ended before it began never was.
        lives = [
            (body.started or date.min, body.ended)
            for body in members.values()
            if body.ended is None or body.started is None or body.started < body.ended
        ]
        starts = sorted(start for start, _ in lives)
        ends = sorted(end for _, end in lives if end is not None)
        return cls(bodies, choices, members, starts, ends, _steps(sizes))

    @property
    def candidates(self) -> Mapping[str, Body]:
        """The bodies that may ever report."""
        return self.members or self.bodies

    def counts(self, body: str, day: date) -> bool:
        """Whether what a body reports for a day counts: it is asked to, and exists then."""
        return body in self.candidates and exists_on(self.candidates[body], day)

    def members_on(self, day: date) -> list[str]:
        """The members that exist on a day, in the register's order."""
        if day not in self._members_on:
            self._members_on[day] = [
                name for name, body in self.members.items() if exists_on(body, day)
            ]
        return self._members_on[day]

    def alive_on(self, day: date) -> int:
        """How many of the members exist on a day."""
        return bisect_right(self.starts, day) - bisect_right(self.ends, day)

    def size_on(self, day: date) -> int:
        """How many bodies the group counts on a day.

        Before its first size as many as then, once it was dissolved (0) as many as last; never
        fewer than the members that are known to exist.
        """
        alive = self.alive_on(day)
        if not self.steps:
            return alive
        _, stated = self.steps[bisect_right(self.steps, day, key=itemgetter(0)) - 1]
        return max(stated, alive)

    def lineages(self, day: date) -> dict[str, list[str]]:
        """For each body of a day all those that it stands for, itself among them."""
        lines: dict[str, list[str]] = {}
        for name, body in self.candidates.items():
            heir = self.heir_of(name, day)
            if heir is not None and (body.started is None or body.started <= day):
                lines.setdefault(heir, []).append(name)
        return lines

    def only(self, names: Iterable[str]) -> Population:
        """These bodies alone, as a group of their own."""
        return Population.of((), self.bodies, self.choices, names)

    def heir_of(self, body: str, day: date) -> str | None:
        """Who stands for a body on a day: itself, its successor in the group, or nobody."""
        entry = self.bodies.get(body)
        if entry is None or not has_ended(entry, day):
            return body
        owner = owner_on(body, self.bodies, day, self.choices)
        heirless = owner.orphaned or owner.current not in self.candidates
        return None if heirless else owner.current

    def was_member(self, body: str | None, day: date) -> bool:
        """Whether a member existed before a day."""
        member = self.members.get(body or "")
        return member is not None and (member.started or date.min) < day

    def arrivals(self) -> list[tuple[date, str]]:
        """The days on which bodies came into being."""
        starts = ((body.started, name) for name, body in self.candidates.items())
        return sorted((day, name) for day, name in starts if day is not None)

    def departures(self) -> Iterator[tuple[date, list[str]]]:
        """The days on which bodies ceased to exist, and which."""
        ends = sorted(
            (body.ended, name) for name, body in self.candidates.items() if body.ended is not None
        )
        for day, departures in groupby(ends, key=itemgetter(0)):
            yield day, [name for _, name in departures]


def _steps(sizes: Iterable[Size]) -> list[tuple[date, int]]:
    """The sizes of a group by their dates, the first of them from the beginning of time.

    Of those that have begun the last one listed counts.
    """
    listed = [size for size in sizes if size.n]
    order = sorted((size.since.first, at) for at, size in enumerate(listed))
    latest = accumulate((at for _, at in order), max)
    steps = [(day, listed[at].n) for (day, _), at in zip(order, latest, strict=True)]
    return [(date.min, listed[0].n), *steps] if listed else []


class Populations:
    """The populations of a register's targets, each made once."""

    def __init__(self, groups: Mapping[str, Group], bodies: Mapping[str, Body]) -> None:
        self._groups = groups
        self._bodies = bodies
        self._cache: dict[str, Population] = {}
        """The populations by their groups, before any target chose between successors."""

    def of(self, target: Target) -> Population | None:
        """The bodies that report on a target; None where it is reported as a whole."""
        group = self._groups.get(target.reporters or "")
        if group is None:
            return None
        population = self._of(target.reporters or "")
        if not target.succession:
            return population
        return replace(population, choices=target.succession)

    def of_group(self, name: str) -> Population:
        """The bodies of a group, whatever they report on."""
        return self._of(name)

    def _of(self, name: str) -> Population:
        if name not in self._cache:
            group = self._groups[name]
            self._cache[name] = Population.of(group.size, self._bodies, {}, group.members)
        return self._cache[name]

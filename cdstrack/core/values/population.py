"""The bodies of a group that report one by one: who they are on a day, and how many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cdstrack.core.model.entries import Body, Group, Size, Target
from cdstrack.core.values.bodies import Choices, exists_on, has_ended, owner_on


@dataclass(frozen=True, slots=True)
class Population:
    """A group, seen from one target: ``choices`` is the target's ``succession``.

    ``members`` are empty where the group is only counted; then any body may report.
    """

    sizes: Sequence[Size]
    bodies: Mapping[str, Body]
    choices: Choices
    members: Mapping[str, Body]
    starts: list[date]
    ends: list[date]
    """When the members came and went, in order."""

    @classmethod
    def of(
        cls,
        sizes: Sequence[Size],
        bodies: Mapping[str, Body],
        choices: Choices,
        names: Iterable[str],
    ) -> Population:
        """The population with these members; names that the register does not know are left out."""
        members = {name: bodies[name] for name in names if name in bodies}
        starts = sorted(body.started or date.min for body in members.values())
        ends = sorted(body.ended for body in members.values() if body.ended is not None)
        return cls(sizes, bodies, choices, members, starts, ends)

    @property
    def candidates(self) -> Mapping[str, Body]:
        """The bodies that may ever report."""
        return self.members or self.bodies

    def counts(self, body: str, day: date) -> bool:
        """Whether what a body reports for a day counts: it is asked to, and exists then."""
        return body in self.candidates and exists_on(self.candidates[body], day)

    def members_on(self, day: date) -> list[str]:
        """The members that exist on a day, in the register's order."""
        return [name for name, body in self.members.items() if exists_on(body, day)]

    def size_on(self, day: date) -> int:
        """How many bodies the group counts on a day.

        Before its first size as many as then, once it was dissolved (0) as many as last; never
        fewer than the members that are known to exist.
        """
        alive = bisect_right(self.starts, day) - bisect_right(self.ends, day)
        sizes = [size for size in self.sizes if size.n]
        if not sizes:
            return alive
        stated = next((size.n for size in reversed(sizes) if size.since.first <= day), sizes[0].n)
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
        known = self.bodies.get(body)
        if known is None or not has_ended(known, day):
            return body
        owner = owner_on(body, self.bodies, day, self.choices)
        lost = owner.orphaned or owner.current not in self.candidates
        return None if lost else owner.current

    def was_member(self, body: str | None, day: date) -> bool:
        """Whether a member existed before a day."""
        member = self.members.get(body or "")
        return member is not None and (member.started or date.min) < day

    def arrivals(self) -> list[tuple[date, str]]:
        """The days on which bodies came into being."""
        started = ((body.started, name) for name, body in self.candidates.items())
        return sorted((day, name) for day, name in started if day is not None)

    def departures(self) -> Iterator[tuple[date, list[str]]]:
        """The days on which bodies ceased to exist, and which."""
        gone = sorted(
            (body.ended, name) for name, body in self.candidates.items() if body.ended is not None
        )
        for day, ended in groupby(gone, key=lambda each: each[0]):
            yield day, [name for _, name in ended]


class Populations:
    """The populations of a register's targets, each made once."""

    def __init__(self, groups: Mapping[str, Group], bodies: Mapping[str, Body]) -> None:
        self._groups = groups
        self._bodies = bodies
        self._made: dict[object, Population] = {}

    def of(self, target: Target) -> Population | None:
        """The bodies that report on a target; None where it is reported as a whole."""
        group = self._groups.get(target.reporters or "")
        if group is None:
            return None
        key = (target.reporters, *target.succession.items())
        if key not in self._made:
            self._made[key] = self._make(group, target.succession)
        return self._made[key]

    def of_group(self, name: str) -> Population:
        """The bodies of a group, whatever they report on."""
        return self._make(self._groups[name], {})

    def _make(self, group: Group, choices: Choices) -> Population:
        return Population.of(group.size, self._bodies, choices, group.members)

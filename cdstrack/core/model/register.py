"""What everything hangs on: what was promised, what was reported, what is excused until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, NamedTuple, NoReturn

from cdstrack.core.model.entries import (
    Activity,
    Body,
    CheckPolicy,
    Group,
    Heading,
    Indicator,
    Policy,
    SeriesName,
    Source,
    Target,
    Waiver,
    filing_name,
)
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.naming import NameIndex
from cdstrack.core.model.problems import Path, Place, Suggestions
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field

_order = attrgetter("recorded", "id")
Section = Literal["sources", "bodies", "groups", "indicators", "targets"]


def _looks_back(target: Target) -> date:
    """The day from which on its reports count for a target, as far as can be told."""
    day = target.baseline.date if target.baseline is not None else None
    return day.last if day is not None else date.min


class Reference(NamedTuple):
    """An id of a section, and where in a target it is named."""

    section: Section
    id: str
    path: Path


class MirrorState(NamedTuple):
    """A mirror of a server's ledger: when it was brought, how many records it has, its digest."""

    moment: datetime
    records: int
    sha256: str


class Origin(NamedTuple):
    """The ledger on a server that a register was judged by."""

    address: str
    mirror: MirrorState | None = None
    """The mirror that was read in its place, if one was."""


@dataclass(frozen=True)
class Register:
    """What was promised: a register whose sound targets can be judged."""

    title: Bilingual
    timezone: str
    file: str
    policy: Policy = field(default_factory=Policy)
    check: CheckPolicy = field(default_factory=CheckPolicy)
    desks: str | None = None
    """The file of the desks, from the register's folder."""
    iati: Activity | None = None
    """As which IATI activity it is published."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What targets say under keys of the register's own (``x-…``), as texts, lists and mappings."""
    judges: Mapping[str, str] = field(default_factory=dict)
    """Of what has several series the one that judges, by what reports name."""
    headings: Mapping[str, Heading] = field(default_factory=dict)
    """The titles above targets, in the register's order."""
    places: Mapping[str, Place] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """Ids of targets that stand in the file but cannot be judged."""
    named: Mapping[Section, Collection[str]] = field(default_factory=dict)
    """All ids of a section, where some of its entries cannot be read."""
    unread: Mapping[str, Sequence[Reference]] = field(default_factory=dict)
    """What targets name that cannot be read, by their ids."""
    origin: Origin | None = None
    """Where its ledger is, if that is on a server."""

    @cached_property
    def targets_of(self) -> Mapping[str, Sequence[Target]]:
        """The targets on each series of reports: those of an indicator, else one alone."""
        series: dict[str, list[Target]] = {name: [] for name in self.indicators}
        for target in self.targets.values():
            series.setdefault(target.ledger_id, []).append(target)
        return series

    def subject(self, name: str) -> Target | None:
        """The target that stands for a series of reports, by what they name; None if none does."""
        target = self.targets.get(name)
        return target if target and target.indicator is None else self._subjects.get(name)

    @cached_property
    def _subjects(self) -> Mapping[str, Target]:
        """Of each indicator the target on it that looks back furthest, under the title of both."""
        return {
            name: min(targets, key=_looks_back).model_copy(update={"title": indicator.title})
            for name, indicator in self.indicators.items()
            if (targets := self.targets_of[name])
        }

    @cached_property
    def classes(self) -> Mapping[str, Sequence[str]]:
        """The ids of the targets right below each parent or heading, in the register's order."""
        classes: dict[str, list[str]] = {}
        for target in self.targets.values():
            if target.part_of is not None:
                classes.setdefault(target.part_of, []).append(target.id)
        return classes

    @cached_property
    def reporters(self) -> Mapping[str, Mapping[str, Body | None]]:
        """Of each group the bodies that report, by name; all there are where it lists none."""
        return {
            name: {body: self.bodies.get(body) for body in group.members} or self.bodies
            for name, group in self.groups.items()
        }

    @cached_property
    def name_indexes(self) -> dict[str, NameIndex]:
        """Names of its things, ready to be looked up, once somebody has asked for them."""
        return {}

    @cached_property
    def near(self) -> Suggestions:
        """What was probably meant by names that nobody has; of thousands it is not looked for."""
        return Suggestions()


@dataclass(frozen=True, slots=True)
class Granted:
    """A waiver and where it stands."""

    waiver: Waiver
    place: Place | None = None

    @property
    def subject(self) -> tuple[str, str]:
        """The target and the code that it lets pass."""
        return self.waiver.target, self.waiver.code


class Gone(tuple[Any, ...]):
    """Reports, or what was made of them, that nobody keeps: whoever asks for them all the same must
    not take them for none."""

    def _refuse(self, *_: object) -> NoReturn:
        raise LookupError("these reports were let go of")

    __iter__ = __len__ = __getitem__ = __contains__ = get = keys = values = items = _refuse


GONE: Any = Gone()


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was reported: every report that counts, by target, corrections already applied.

    Reports of a slice, or of one of several series, are by target and its name. Every list is
    ordered by reference date, then by ``Report.order``. ``dropped`` are the records that do not
    count: corrected ones, overtaken corrections and voids. ``known`` holds
    the id of every record in the ledger; ``bodies`` and ``parts`` every body and condition that a
    record names, ``ahead`` the ids of records of what had not begun when they were recorded.
    ``future`` are records that claim to be recorded after the present; none of them counts.
    ``names`` is what the reports of one batch of several are on; None where nothing is in another.
    """

    reports: Mapping[SeriesName, Sequence[Report]]
    known: Set[str] = frozenset()
    bodies: Set[str] = frozenset()
    parts: Set[str] = frozenset()
    ahead: Set[str] = frozenset()
    dropped: Sequence[Report] = ()
    future: Sequence[Report] = ()
    names: Set[str] | None = None

    def of(self, target: Target) -> Sequence[Report]:
        """The reports on a target that count, in order."""
        return self.reports.get(target.series, ())

    def around(self, target: Target) -> list[Report]:
        """The reports on a target that count, and those of its slices and other series."""
        if not target.breakdown and not target.strands:
            return [*self.of(target)]
        from cdstrack.core.model.breakdown import slice_names  # few targets have either
        from cdstrack.core.model.strands import other_strands

        names = [filing_name(part, target.judged_by) for part in slice_names(target)]
        names += [filing_name(None, strand) for strand in other_strands(target)]
        filed = [self.reports.get((target.ledger_id, name), ()) for name in names]
        return [*self.of(target), *chain(*filed)]

    def records(self) -> list[Report]:
        """Everything in the order recorded, sorted anew for each call."""
        return sorted(chain(self.dropped, *self.reports.values()), key=_order)

"""What a ledger holds in memory: records filed by target, and what is left of them in force."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from itertools import chain, islice
from operator import attrgetter, itemgetter, lt, methodcaller
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report, import_row
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.values.in_force import (
    Corrections,
    LongSeries,
    Traits,
    correct,
    in_order,
    is_ahead,
    same_figure,
    traits_of,
)

if TYPE_CHECKING:  # most ledgers are small and have no index
    from cdstrack.store.ledger.columns import Columns
    from cdstrack.store.ledger.joined import Beginning
    from cdstrack.store.ledger.known import KnownIds

MANY_LOST = 20
"""Up to so many records of a target are looked for one by one."""

_BEFORE = datetime.min.replace(tzinfo=UTC)
_id = attrgetter("id")
_ids = attrgetter("ids")
_last_day = attrgetter("date.last")
_recorded = attrgetter("recorded")
_key = attrgetter("key")
_parts = methodcaller("rpartition", ".")
_end = itemgetter(2)


class Batch(NamedTuple):
    """Reports with those of their fields that are looked at for each, column by column."""

    reports: Sequence[Report]
    ids: Sequence[str]
    """Those of the reports, and of what nobody has to see."""
    series: Sequence[SeriesName]
    """What each is filed under."""
    recorded: Sequence[datetime]
    as_recorded: bool
    """Whether they stand in the order recorded."""
    corrections: Sequence[Report]
    bodies: Set[str]
    """The bodies that report in it."""
    parts: Set[str]
    """The conditions that are reported on in it."""
    traits: Set[Traits]
    ahead: Sequence[Report]
    """Reports of what had not begun when they were recorded."""
    imports: Sequence[Report]
    """Reports that came with a sheet."""
    batches: Sequence[str]
    """What was written at once, for each report that was."""

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Batch:
        """The columns of some reports."""
        moments = list(map(_recorded, reports))
        return cls(
            reports=reports,
            ids=list(map(_id, reports)),
            series=[
                r.target if r.slice is None and r.strand is None else r.series for r in reports
            ],
            recorded=moments,
            as_recorded=all(map(lt, moments, islice(moments, 1, None))),
            corrections=[report for report in reports if report.corrects],
            bodies={report.body for report in reports if report.body is not None},
            parts={report.part for report in reports if report.part is not None},
            traits=traits_of(reports),
            ahead=[report for report in reports if is_ahead(report.date, report.recorded)],
            imports=[report for report in reports if report.key],
            batches=[report.batch for report in reports if report.batch is not None],
        )

    @property
    def latest(self) -> datetime:
        """When the last of its reports was recorded."""
        if not self.recorded:
            return _BEFORE
        return self.recorded[-1] if self.as_recorded else max(self.recorded)


class PartError(Exception):
    """A part of the records is not enough to tell what is wrong with a ledger."""


class Starts(dict[str, date]):
    """From which day on nobody has to see the plain reports on a target; all others are kept."""

    def __missing__(self, target: str) -> date:
        return date.max


class Part(NamedTuple):
    """What of a ledger has to be kept: all but plain reports (``days_of_plain_reports``) on targets
    that nobody wants to see, from a day on. What was recorded after ``present`` is kept, too."""

    days: Starts
    present: datetime


@dataclass(eq=False)
class Records:
    """All that a ledger file holds, or a part of it, before corrections take effect."""

    known: set[str] | KnownIds = field(default_factory=set)
    """The ids of all records."""
    by_target: Mapping[SeriesName, Any] = field(default_factory=lambda: defaultdict(list))
    """Lists of reports, or ``columns``."""
    columns: Columns | None = None
    """Holds the reports of a large ledger."""
    as_recorded: bool = True
    """Whether the lines stand in the order recorded."""
    corrections: list[Report] = field(default_factory=list)
    bodies: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    traits: set[Traits] = field(default_factory=set)
    ahead: set[str] = field(default_factory=set)
    future: dict[str, Report] = field(default_factory=dict)
    """By id, what claims to be recorded in the future. Nowhere else is any of it."""
    imports: list[Report] | LongSeries = field(default_factory=list)
    batches: Counter[str] = field(default_factory=Counter)
    """How many records there are of each batch."""
    halves: frozenset[str] = frozenset()
    """Batches of which records are missing; those that are there are left out."""
    has_torn_tail: bool = False
    problems: list[Problem] = field(default_factory=list)
    crlf: bool = False
    is_part: bool = False
    """Whether some of the records are known by their ids alone."""
    beginning: Beginning | None = None
    """Has the records of the beginning, where these are only those that came after it."""
    most: int = sys.maxsize
    """So many are in memory at once."""
    _last: datetime = _BEFORE
    _by_id: dict[str, Report] | None = None

    def __iter__(self) -> Iterator[Report]:
        return chain.from_iterable(self.by_target.values())

    @property
    def by_id(self) -> dict[str, Report]:
        """The records by id. Made when first asked for: a sound ledger never needs it."""
        if self._by_id is None:
            self._by_id = {report.id: report for report in self}
        return self._by_id

    def leave_out(self, halves: frozenset[str]) -> set[str]:
        """Take out the records of some batches; which of these hold a row that is nowhere else."""
        rest = [report for report in self if report.batch not in halves]
        rows = {import_row(report.key) for report in rest if report.key}
        open_halves = {
            report.batch
            for report in self
            if report.batch in halves and (not report.key or import_row(report.key) not in rows)
        }
        fresh = Records()
        fresh.add([Batch.of(rest)])
        for name in _CONTENT:
            setattr(self, name, getattr(fresh, name))
        self.halves = halves
        return {batch for batch in open_halves if batch is not None}

    def add(self, batches: Sequence[Batch]) -> list[list[int]]:
        """Add reports but those that are there already; of each batch, which ones clash with
        another's id.

        Raises PartError where that other one may not be at hand.
        """
        clashes: list[list[int]] = [[]] * len(batches)
        before, n = len(self.known), sum(map(len, map(_ids, batches)))
        # A set puts its names in the order of their hashes, in which another set is written fast.
        self.known.update(set(chain.from_iterable(map(_ids, batches))))
        if len(self.known) - before != n or self._by_id is not None:
            if self.is_part:
                raise PartError
            clashes, batches = map(list, zip(*map(self._without_copies, batches), strict=True))
        for batch in batches:
            self.corrections += batch.corrections
            self.bodies |= batch.bodies
            self.parts |= batch.parts
            self.traits |= batch.traits
            self.ahead.update(map(_id, batch.ahead))
            if batch.batches:
                self.batches.update(batch.batches)
            if batch.recorded:
                is_next = batch.as_recorded and self._last < batch.recorded[0]
                self.as_recorded = self.as_recorded and is_next
                self._last = batch.recorded[-1]
            if self.columns is None:
                if isinstance(self.imports, list):
                    self.imports += batch.imports
                lists = map(self.by_target.__getitem__, batch.series)
                deque(map(list.append, lists, batch.reports), maxlen=0)
        if self.columns is not None:
            self.columns.add(batches)
        return clashes

    def _without_copies(self, batch: Batch) -> tuple[list[int], Batch]:
        """Which reports clash with another's id, and those whose ids are new."""
        holders = list(map(self.by_id.setdefault, batch.ids, batch.reports))
        pairs = list(zip(batch.reports, holders, strict=True))
        clashes = [i for i, pair in enumerate(pairs) if not _identical(*pair)]
        return clashes, Batch.of([report for report, holder in pairs if report is holder])


_CONTENT = (
    "known", "by_target", "columns", "as_recorded", "corrections", "bodies", "parts", "traits",
    "ahead", "imports", "batches", "_last", "_by_id",
)  # fmt: skip
"""The fields of ``Records`` that follow from the reports in it."""


def _identical(report: Report, holder: Report) -> bool:
    return report is holder or (report == holder and same_figure(report.figure, holder.figure))


def in_force(
    records: Records,
    before: datetime | None = None,
    judges: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Ledger, Corrections]:
    """The ledger after corrections, of what was recorded before a moment.

    ``judges`` is ``Register.judges``: what names no series is of the one that judges.
    """
    corrections, imports = records.corrections, records.imports
    if before is not None:
        corrections = [report for report in corrections if report.recorded < before]
        imports = [report for report in imports if report.recorded < before]
    known: Set[str] = records.known
    if records.future:
        known = known | records.future.keys()
        corrections = [*corrections, *_links(records.future, corrections)]
    if imports and may_hold_copies(imports):
        from cdstrack.core.values.import_copies import without_copies  # only merges make copies

        effect = without_copies(imports, corrections, known)
    else:
        effect = correct(corrections, known) if corrections else Corrections()
    ids = effect.dropped & records.known
    everything = known, records.bodies, records.parts, records.ahead
    source = records.beginning or records.columns
    if source is not None:
        reports, dropped = source.in_force(records, ids, before)
        counting = Ledger(reports, *everything, dropped, tuple(records.future.values()))
        return (_with_judges(counting, judges) if judges else counting), effect
    fewer, dropped = _without(records, ids) if ids else ({}, [])
    if before is not None:
        dropped = [report for report in dropped if report.recorded < before]
    traits = frozenset(records.traits) if len(records.traits) == 1 else None
    ledger: dict[SeriesName, Sequence[Report]] = {}
    for target, column in records.by_target.items():
        rest = fewer.get(target, column)
        if before is not None:
            rest = [report for report in rest if report.recorded < before]
        if rest:
            days = list(map(_last_day, rest)) if records.as_recorded else None
            ledger[target] = in_order(rest, days, traits)
    counting = Ledger(ledger, *everything, dropped, tuple(records.future.values()))
    return (_with_judges(counting, judges) if judges else counting), effect


def _with_judges(ledger: Ledger, judges: Mapping[str, str]) -> Ledger:
    from cdstrack.core.values.judging_series import with_judges  # few have several series

    return with_judges(ledger, judges)


def _links(future: Mapping[str, Report], corrections: Iterable[Report]) -> list[Report]:
    """Corrections of the future in whose place a report of today stands.

    They lead to what that one replaces in the end. A void leads nowhere: it takes back a
    correction that never counted.
    """
    links: dict[str, Report] = {}
    for correction in corrections:
        name = correction.corrects if correction.figure is not None else None
        while name is not None and name in future and name not in links:
            links[name] = future[name]
            name = future[name].corrects
    return [report for report in links.values() if report.corrects is not None]


def row_end(report: Report) -> str:
    """The end of its key, which tells rows of a file apart."""
    return (report.key or "").rpartition(".")[2]


def may_hold_copies(imports: Sequence[Report]) -> bool:
    """Whether the ends of keys, which tell rows of a file apart, come twice; a million of them are
    compared without a function of ours."""
    keys = imports.column("key") if isinstance(imports, LongSeries) else None
    ends = map(_end, map(_parts, keys if keys is not None else map(_key, imports)))
    return len(set(ends)) < len(imports)


def _without(
    records: Records, wanted_ids: Set[str]
) -> tuple[dict[SeriesName, list[Report]], list[Report]]:
    """The reports of targets that lose some, and what is lost.

    A correction mostly stays with its own target, so these are looked through first.
    """
    fewer: dict[SeriesName, list[Report]] = {}
    losses: list[Report] = []
    left = set(wanted_ids)
    candidates = dict.fromkeys(correction.series for correction in records.corrections)
    for target in chain(candidates, records.by_target):
        if not left:
            break
        reports = records.by_target[target]
        ids = list(map(_id, reports))
        matches = left.intersection(ids)
        if not matches:
            continue
        left -= matches
        if len(matches) > MANY_LOST:
            losses += [report for report in reports if report.id in matches]
            fewer[target] = [report for report in reports if report.id not in matches]
            continue
        reports = fewer[target] = list(reports)
        for position in sorted(map(ids.index, matches), reverse=True):
            losses.append(reports.pop(position))
    return fewer, losses

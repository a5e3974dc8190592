"""What is in force: corrections take effect, and of reports that compete the later one counts."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import compress, count, islice, repeat
from operator import attrgetter, eq, ge, lt
from typing import Any, Literal, overload

from cdstrack.core.model.entries import SeriesName
from cdstrack.core.model.periods import Period, add_days
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.report import Figure, Report, import_row
from cdstrack.core.model.structs import dataclass

Competition = Literal["none", "date", "period"]
"""What reports of one target, body and condition compete for, so that the later one counts."""

GRACE = timedelta(days=1)
"""So far may the clock that recorded something be ahead of another."""

FEW = 100
"""So many reports of a target are taken out one by one; more cost less in one pass."""

_recorded = attrgetter("recorded")
_last = attrgetter("last")
_last_day = attrgetter("date.last")
_order = attrgetter("recorded", "id")
_traits = attrgetter("body.__class__", "figure.__class__")
_slot = attrgetter("body", "part", "date.last")
_period = attrgetter("body", "part", "date.first", "date.last")
_author = attrgetter("body", "part")
_id = attrgetter("id")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the corrections of a ledger do.

    ``dropped`` holds the ids of all records that do not count: the corrected ones, corrections
    that were corrected or superseded themselves, voids, and corrections that cannot be followed.
    ``voids`` are the voids in effect. Every problem names its record in the fact ``id``.
    """

    dropped: frozenset[str] = frozenset()
    voids: tuple[Report, ...] = ()
    problems: tuple[Problem, ...] = ()


def correct(corrections: Iterable[Report], ids: Container[str]) -> Corrections:
    """Follow corrections; ``known`` holds the id of every record there is.

    A correction stands in the place of the report it names, and its own corrections stand in
    its. Of two for one place the later counts (``correction_superseded``, a warning), unless it
    was taken back by a void while the other was not. A report does not come back because its
    correction was voided, unless that void is the older one by more than GRACE: then the correction
    was of the future, and never counted. ``correction_unknown`` and ``correction_cycle`` are errors
    and end when a further correction repairs them; the corrections they name are ignored.
    """
    return _Chains(corrections, ids).follow()


class _Chains:
    """The corrections as trees: who corrects whom, and which record stands in each place."""

    def __init__(self, corrections: Iterable[Report], known: Container[str]) -> None:
        self.by_id = {report.id: report for report in corrections}
        self.known = known
        self.of: dict[str, list[Report]] = {}
        for report in self.by_id.values():
            self.of.setdefault(_replaced_id(report), []).append(report)
        for name in [name for name in self.of if self._never_counted(name)]:
            place = _replaced_id(self.by_id[name])
            rivals = self.of[place]
            rivals.remove(self.by_id.pop(name))
            if not rivals:
                del self.of[place]
        self.tips: dict[str, Report] = {}
        self.problems: list[Problem] = []

    def _never_counted(self, name: str) -> bool:
        """Whether a correction was taken back long before it claims to be recorded."""
        report = self.by_id.get(name)
        return report is not None and all(
            rival.figure is None and rival.recorded + GRACE < report.recorded
            for rival in self.of[name]
        )

    def follow(self) -> Corrections:
        self._climb()
        standing: list[Report] = []
        for place, rivals in self.of.items():
            if place in self.tips:
                continue
            in_cycle = place in self.by_id
            if in_cycle:
                self._report("correction_cycle", self.by_id[place])
                rivals = [report for report in rivals if report.id in self.tips]
            if rivals:
                tip = self.tips[self._winner(place, rivals).id]
                if in_cycle or place in self.known or tip.id not in {r.id for r in rivals}:
                    standing.append(tip)
                else:
                    self._report("correction_unknown", tip)
        in_force = {report.id for report in standing if report.figure is not None}
        return Corrections(
            dropped=frozenset((self.by_id.keys() | self.of.keys()) - in_force),
            voids=tuple(report for report in standing if report.figure is None),
            problems=tuple(sorted(self.problems, key=lambda p: (p.code, str(p.facts["id"])))),
        )

    def _climb(self) -> None:
        """Give every correction outside a cycle the record that stands in its place.

        From the last corrections towards the first, without recursion: chains may be long.
        """
        waiting = {id_: len(self.of[id_]) for id_ in self.by_id if id_ in self.of}
        ready = [report for id_, report in self.by_id.items() if id_ not in waiting]
        while ready:
            report = ready.pop()
            rivals = self.of.get(report.id)
            self.tips[report.id] = (
                self.tips[self._winner(report.id, rivals).id] if rivals else report
            )
            place = _replaced_id(report)
            if place in waiting:
                waiting[place] -= 1
                if not waiting[place]:
                    ready.append(self.by_id[place])

    def _winner(self, place: str, rivals: list[Report]) -> Report:
        if len(rivals) == 1:
            return rivals[0]
        candidates = [report for report in rivals if not self._taken_back(report)] or rivals
        winner = max(candidates, key=lambda report: self.tips[report.id].order)
        for report in candidates:
            if report is not winner:
                self._report("correction_superseded", report, by=self.tips[winner.id].id)
        return winner

    def _taken_back(self, report: Report) -> bool:
        tip = self.tips[report.id]
        return tip is not report and tip.figure is None

    def _report(self, code: str, report: Report, **facts: object) -> None:
        is_warning = code == "correction_superseded"
        self.problems.append(
            Problem(
                code,
                {"id": report.id, "corrects": _replaced_id(report), **facts},
                path=("corrects",),
                level="warning" if is_warning else "error",
            )
        )


def _replaced_id(correction: Report) -> str:
    return correction.corrects or ""


Traits = tuple[type, type]
"""The types of a report's body (a text, or none) and of its figure."""


class Series(tuple[Report, ...]):
    """Reports of one target, by reference date and then by ``Report.order``, with their traits.

    ``repeats`` are the positions of those that are followed by one of the same reference date;
    None if nobody knows. It is made once and holds still: what is known of it stays true.
    """

    repeats: Sequence[int] | None = None

    @cached_property
    def traits(self) -> frozenset[Traits]:
        """The kinds of reports in it. To visit a million costs time, so it is done once."""
        return frozenset(map(_traits, self))


class LongSeries(Sequence[Report]):
    """The same in a large ledger: the fields of its reports lie in columns, and the reports are
    made when somebody asks for them.

    Most of a million reports are only compared by their dates and figures. Whoever needs no more
    asks for a ``column``; for whoever goes through the reports all of them are made, once.
    """

    repeats: Sequence[int] | None = None

    def __init__(self, columns: Mapping[str, Sequence[Any]], rows: Sequence[int]) -> None:
        """``columns`` are by field, those that nobody filled in left out; ``rows`` say where in
        them the reports stand."""
        self._columns, self._rows = columns, rows
        self._single: dict[int, Report] = {}
        """Reports that were asked for one by one, by row."""
        self._whole: tuple[Report, ...] | None = None

    def column(self, field: str) -> Sequence[Any] | None:
        """The values of a field; None if no report has one."""
        column = self._columns.get(field)
        if column is None or (type(self._rows) is range and len(self._rows) == len(column)):
            return column
        return [column[row] for row in self._rows]

    def values(self, field: str) -> Iterator[Any]:
        """The values of a field one after the other, for whoever may stop before the last."""
        column = self._columns.get(field)
        if column is None:
            return repeat(None, len(self._rows))
        return map(column.__getitem__, self._rows)

    @property
    def names_nobody(self) -> bool:
        """Whether no report in it names a body or a condition."""
        columns = (self._columns.get(field) for field in ("body", "part"))
        return all(
            column is None or all(column[row] is None for row in self._rows) for column in columns
        )

    @cached_property
    def days(self) -> list[date]:
        """The last days of the reference dates."""
        return list(map(_last, self.column("date") or ()))

    @cached_property
    def traits(self) -> frozenset[Traits]:
        """The kinds of reports in it."""
        bodies, figures = self.column("body"), self.column("figure")
        kinds = (map(type, column or repeat(None, len(self))) for column in (bodies, figures))
        return frozenset(zip(*kinds, strict=True))

    def at(self, places: Iterable[int]) -> LongSeries:
        """Those of its reports that stand at some places in it."""
        from array import array  # most ledgers are small

        return self._with(array("I", map(self._rows.__getitem__, places)))

    def without(self, places: Sequence[int]) -> LongSeries:
        """All but the reports that stand at some places in it, in their order."""
        if len(places) > FEW:
            return self.at(sorted({*range(len(self))}.difference(places)))
        from array import array

        rows, days = array("I", self._rows), self.days.copy()
        for place in reversed(places):
            del rows[place]
            del days[place]
        series = self._with(rows)
        series.days = days
        return series

    def _with(self, rows: Sequence[int]) -> LongSeries:
        series = LongSeries(self._columns, rows)
        series._single = self._single
        return series

    def in_order(self, *, as_recorded: bool) -> LongSeries:
        """The same by reference date and then by ``Report.order``; ``as_recorded`` if they are
        known to be in the order recorded."""
        series = self
        if not as_recorded:
            moments = self.column("recorded") or ()
            if not all(map(lt, moments, islice(moments, 1, None))):
                orders = list(zip(moments, self.column("id") or (), strict=True))
                series = self.at(sorted(range(len(orders)), key=orders.__getitem__))
        days = series.days
        stops = list(compress(count(), map(ge, days, islice(days, 1, None))))
        if any(days[at] > days[at + 1] for at in stops):
            order = sorted(range(len(days)), key=days.__getitem__)
            series = series.at(order)
            series.days = days = [days[at] for at in order]
            stops = list(compress(count(), map(eq, days, islice(days, 1, None))))
        series.repeats = stops
        return series

    def latest_per_slot(self) -> LongSeries:
        """What the function of this name gives of its reports."""
        if self.repeats is not None and not self.repeats:
            return self
        bodies, parts = self.column("body"), self.column("part")
        if self.repeats is not None and bodies is None and parts is None:
            series = self.without(self.repeats)
            series.repeats = ()
            return series
        slots = zip(bodies or repeat(None), parts or repeat(None), self.days, strict=False)
        return self.at(dict(zip(slots, count(), strict=False)).values())

    def _make(self, rows: Sequence[int]) -> Iterator[Report]:
        columns = map(self._columns.get, Report._fields)
        fields = [
            repeat(None, len(rows)) if column is None else [column[row] for row in rows]
            for column in columns
        ]
        # Report's own constructor is a function in Python and takes twice as long.
        return map(tuple.__new__, repeat(Report), zip(*fields, strict=True))

    def _reports(self) -> tuple[Report, ...]:
        if self._whole is None:
            reports = self._make(self._rows)
            if self._single:
                pairs = zip(self._rows, reports, strict=True)
                reports = (self._single.get(row, report) for row, report in pairs)
            self._whole = tuple(reports)
        return self._whole

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Report]:
        return iter(self._reports())

    @overload
    def __getitem__(self, at: int) -> Report: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Report]: ...
    def __getitem__(self, at: int | slice) -> Report | Sequence[Report]:
        if self._whole is not None:
            return self._whole[at]
        if isinstance(at, slice):
            return self._slice(at)
        row = self._rows[at]
        if row not in self._single:
            self._single.update(zip([row], self._make([row]), strict=True))
        return self._single[row]

    def _slice(self, at: slice) -> LongSeries:
        places = range(*at.indices(len(self)))
        if places == range(len(self)):
            return self
        part = self.at(places)
        if self.repeats is not None and places.step == 1 and not places.start:
            part.repeats = self.repeats[: bisect_left(self.repeats, places.stop - 1)]
        return part

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (LongSeries, tuple)):
            return NotImplemented
        return self is other or self._reports() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._reports())


def in_order(
    reports: Sequence[Report],
    days: Sequence[date] | None = None,
    traits: frozenset[Traits] | None = None,
) -> Series:
    """Reports of one target as a series.

    Ledgers are mostly in order already, so that is looked at before anything is sorted. ``days``
    are the reference dates, if known, of reports that are in the order recorded: a million reports
    lie far apart in memory, and to visit each costs more than to compare. ``traits``, if known.
    """
    if days is None:
        moments = list(map(_recorded, reports))
        if not all(map(lt, moments, islice(moments, 1, None))):
            reports = sorted(reports, key=_order)
        days = list(map(_last_day, reports))
    repeats: list[int] = []
    if not all(map(lt, days, islice(days, 1, None))):
        # Sorted by the dates alone, which are few and near; then each report is visited once.
        order = sorted(range(len(days)), key=days.__getitem__)
        reports = list(map(reports.__getitem__, order))
        days = list(map(days.__getitem__, order))
        repeats = list(compress(count(), map(eq, days, islice(days, 1, None))))
    series = Series(reports)
    series.repeats = repeats
    if traits is not None:
        series.traits = traits
    return series


def is_ahead(period: Period, recorded: datetime) -> bool:
    """Whether a report describes a time that began after it was recorded.

    The zone of a register may be a day ahead of UTC.
    """
    return period.first > add_days(recorded.date(), 1)


def traits_of(reports: Sequence[Report]) -> frozenset[Traits]:
    """The kinds of reports that there are."""
    if isinstance(reports, (Series, LongSeries)):
        return reports.traits
    return frozenset(map(_traits, reports))


def latest_per_slot(reports: Sequence[Report]) -> Sequence[Report]:
    """Of one target's reports, in order, those in force: per body, part and date the latest.

    For every way to accumulate but ``sum``, where all are in force.
    """
    if isinstance(reports, LongSeries):
        return reports.latest_per_slot()
    repeats = reports.repeats if isinstance(reports, Series) else None
    if repeats is not None and not repeats:
        return reports
    if repeats is not None and len(repeats) <= FEW:
        # Without bodies and parts there is one slot a date. Only dates with rivals are looked at.
        rivals = {*repeats, *(position + 1 for position in repeats)}
        if not any(reports[position].body or reports[position].part for position in rivals):
            latest = list(reports)
            for position in reversed(repeats):
                del latest[position]
            series = Series(latest)
            series.repeats = ()
            return series
    return Series(dict(zip(map(_slot, reports), reports, strict=True)).values())


def same_figure(first: Figure, second: Figure) -> bool:
    """Whether two figures say the same: 4200 and 4200.0 do, "done" and 1 do not."""
    return type(first) is type(second) and first == second


class Rivals:
    """What reports in force a further one is compared with, found without a look at all of them.

    A sheet may have thousands of rows on one target. Each index is made when it is asked for.
    """

    def __init__(self, reports: Mapping[SeriesName, Sequence[Report]]) -> None:
        """``reports`` are by target and slice, in order."""
        self._reports = reports
        self._indexes: dict[tuple[SeriesName, object], dict[object, list[Report]]] = {}

    def of_slot(self, report: Report) -> Sequence[Report]:
        """Those that compete with a report for its date."""
        return self._index(report.series, _slot).get(_slot(report), ())

    def of_period(self, report: Report) -> Sequence[Report]:
        """Those for the very period of a report."""
        return self._index(report.series, _period).get(_period(report), ())

    def equal(self, report: Report) -> Report | None:
        """The first that says the same for the same date, whatever its note."""
        equals = self._index(report.series, _saying).get(_saying(report), ())
        return next(iter(equals), None)

    def last(self, target: SeriesName, body: str | None, part: str | None) -> Report | None:
        """The last one of a body on a condition."""
        series = self._index(target, _author).get((body, part))
        return series[-1] if series else None

    def record(self, target: SeriesName, name: str | None) -> Report | None:
        """The one with an id."""
        return next(iter(self._index(target, _id).get(name, ())), None)

    def _index(
        self, target: SeriesName, key: Callable[[Report], object]
    ) -> Mapping[object, Sequence[Report]]:
        if (target, key) not in self._indexes:
            index: dict[object, list[Report]] = {}
            for report in self._reports.get(target, ()):
                index.setdefault(key(report), []).append(report)
            self._indexes[target, key] = index
        return self._indexes[target, key]


def equal_in_force(
    report: Report,
    rivals: Rivals,
    voids: Iterable[Report] = (),
    *,
    competition: Competition,
    again: bool,
) -> Report | None:
    """The report in force, or the void, that says the same; to repeat it would add nothing.

    ``voids`` are those in effect. Where reports add up, any equal one counts, unless this is meant
    to be a second real one (``again``).
    """
    if report.figure is None:
        return next((void for void in voids if void.corrects == report.corrects), None)
    adds = competition == "none"
    if adds and report.corrects is None:
        return None if again else rivals.equal(report)
    series = rivals.of_period(report) if competition == "period" else rivals.of_slot(report)
    if report.corrects is not None:
        series = [r for r in series if r.corrects == report.corrects]
    else:
        # Above the last one by our clock may stand one by a clock that is ahead.
        earlier = [rival for rival in series if rival.recorded <= report.recorded]
        series = [*earlier[-1:], *series[-1:]]
    return next((r for r in series if same_content(r, report, note=not adds)), None)


def saying_of(report: Report) -> object:
    """What a report says, notes aside: equal where ``same_content`` is."""
    return type(report.figure), report.figure, report.qualifier, _nfc(report.source)


def _saying(report: Report) -> object:
    return _slot(report), saying_of(report)


def same_content(first: Report, second: Report, *, note: bool) -> bool:
    """Whether two reports of one slot say the same; ``note`` whether their notes count too,
    and a document that only the second one has."""
    return (
        same_figure(first.figure, second.figure)
        and first.qualifier == second.qualifier
        and same_text(first.source, second.source)
        and (not note or same_text(first.note, second.note))
        and (not note or second.evidence in (None, first.evidence))
    )


def repeats_of(series: Iterable[Report]) -> Iterator[tuple[Report, Report]]:
    """Increments of one period that say the same as one recorded before, each with that one.

    One ledger takes the second only if it is told that it is another (``equal_in_force``); from two
    that were merged both come.
    """
    repeats = series.repeats if isinstance(series, (Series, LongSeries)) else None
    if repeats is not None and not repeats:
        return
    firsts: dict[object, Report] = {}
    for report in sorted(series, key=_order):
        content = *report.slot, report.date.first, saying_of(report)
        first = firsts.setdefault(content, report)
        if first is not report and not _of_one_file(report, first):
            yield report, first


def _of_one_file(report: Report, other: Report) -> bool:
    """Whether two reports are rows of one file: nobody enters two equal rows unasked."""
    if not report.key or not other.key:
        return False
    file, row = import_row(report.key).rpartition(":")[0], import_row(other.key)
    return bool(file) and row.startswith(f"{file}:")


def same_text(first: str | None, second: str | None) -> bool:
    """Whether two texts are the same, however they are encoded."""
    return first == second or _nfc(first) == _nfc(second)


def _nfc(text: str | None) -> str | None:
    return None if text is None else unicodedata.normalize("NFC", text)

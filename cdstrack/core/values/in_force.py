"""What is in force: corrections take effect, and of reports that compete the later one counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import compress, count, islice
from operator import attrgetter, eq, lt
from typing import Literal

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
    return reports.traits if isinstance(reports, Series) else frozenset(map(_traits, reports))


def latest_per_slot(reports: Sequence[Report]) -> Sequence[Report]:
    """Of one target's reports, in order, those in force: per body, part and date the latest.

    For every way to accumulate but ``sum``, where all are in force.
    """
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
    if isinstance(series, Series) and series.repeats is not None and not series.repeats:
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

"""One indicator of an IATI activity: what it measures, what each period promises and reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.catalogue.activity_parts import (
    LONGEST,
    OWN,
    YEARS,
    Breakdown,
    Misfit,
    Texts,
    WrittenFigure,
    both,
    clean,
    day_of,
    figure_of,
    flag_of,
    is_period,
    is_whole_year,
    one_text,
    part_of_slice,
    span_text,
    texts_of,
)
from cdstrack.app.catalogue.draft_entries import (
    Draft,
    DraftEntry,
    DraftProblem,
    DraftReport,
    DraftTerms,
    ReviewNote,
)
from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.decimals import EXACT, parse_decimal
from cdstrack.core.model.naming import ID_LENGTH, ID_PATTERN
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.register import Register
from cdstrack.core.model.structs import dataclass, field
from cdstrack.store.xml_file import XmlElement

_UNIT, _PERCENT, _NOMINAL, _ORDINAL, _QUALITATIVE = "1", "2", "3", "4", "5"
"""Measures, by IATI's codelist."""
_KINDS = ("reach", "sustain", "limit", "milestone", "unquantified")


class _Period(NamedTuple):
    """A period of an indicator that can be read; ``first`` is None where it does not say."""

    element: XmlElement
    first: date | None
    last: date
    path: str

    @property
    def text(self) -> str:
        return span_text(self.first, self.last)


@dataclass(slots=True)
class _Promise:
    """What a period says is to be reached: of the whole, and of slices."""

    period: _Period
    whole: XmlElement | None = None
    figure: WrittenFigure | None = None
    slices: dict[str, tuple[dict[str, str], WrittenFigure, XmlElement]] = field(
        default_factory=dict
    )


class _Start(NamedTuple):
    """A baseline: of which slice, its value and date."""

    parts: Mapping[str, str]
    value: Decimal
    when: str | None
    element: XmlElement

    @property
    def day(self) -> date | None:
        """Its last day, where it has a date."""
        return parse_period(self.when).last if self.when is not None else None


@dataclass(frozen=True, slots=True)
class ActivityFrame:
    """What holds for a whole activity."""

    source: str
    owner: str
    partners: Sequence[str]
    bodies_by_mark: Mapping[str, str]
    """The bodies by the ids that an export of ours gave them."""
    lang: str
    locations: Mapping[str, Texts]


class ActivityNotes:
    """Where a draft of activities is noted down: its ids and documents, what is doubted by file and
    line, what is refused by its place in the tree."""

    def __init__(self, draft: Draft, register: Register | None, terms: DraftTerms) -> None:
        self.draft, self.register, self.terms = draft, register, terms
        self.file = ""
        """The file that is read."""
        self.ids = TitleIds(_ids_of(register) if register is not None else ())
        self.source_ids = TitleIds(register.sources if register is not None else ())
        self._documents: dict[str, str] = {}

    def place(self, element: XmlElement) -> str:
        return f"{self.file}:{element.line}"

    def refuse(self, element: XmlElement, path: str, code: str, **facts: object) -> None:
        file = f"{clean(self.file)}:{element.line} "
        self.draft.problems.append(DraftProblem(file, path, code, facts))

    @contextmanager
    def refusals(self, path: str) -> Iterator[None]:
        """Refuse what is met that cannot be read, and go on behind it."""
        try:
            yield
        except Misfit as misfit:
            self.refuse(misfit.element, path, misfit.code, **misfit.facts)

    def remark(self, element: XmlElement, code: str, **facts: object) -> None:
        self.draft.remarks.append(ReviewNote(self.place(element), code, facts))

    def document(self, element: XmlElement, frame: ActivityFrame) -> str | None:
        """The source of the first document that an element names; all of them are drafted."""
        keys = []
        for link in element.all("document-link"):
            address, title = link.get("url") or "", texts_of(link.first("title"), frame.lang)
            if not address and title is None:
                continue
            key = self._documents.get(address or str(title))
            if key is None:
                text = one_text(title, "en") if title is not None else "document"
                key = self._documents[address or str(title)] = self.source_ids.new(text, "source")
                values: dict[str, object] = {"title": title or clean(address)[:LONGEST]}
                publisher = self.draft.sources.get(frame.source)
                if publisher is not None:
                    values["publisher"] = publisher.values["publisher"]
                with self.refusals("document-link/document-date"):
                    if (day := day_of(link.first("document-date"))) is not None:
                        values["date"] = day.isoformat()
                entry = DraftEntry(key, values, place=self.place(link))
                if (
                    address.lower().startswith(("http://", "https://"))
                    and " " not in address
                    and address.isprintable()
                ):
                    scheme, mark, rest = address.partition("://")
                    values["url"] = f"{scheme.lower()}{mark}{rest}"
                elif address:
                    entry.doubt("title", self.place(link), "iati_url", text=address[:120])
                self.draft.sources[key] = entry
            keys.append(key)
        return keys[0] if keys else None


def _ids_of(register: Register) -> Iterator[str]:
    yield from register.targets
    yield from register.broken
    yield from register.headings
    yield from register.indicators


class IndicatorDraft:
    """Takes one indicator with its baselines, periods, targets and actuals."""

    def __init__(
        self, notes: ActivityNotes, element: XmlElement, path: str, frame: ActivityFrame,
        parent: str, tag: str | None,
    ) -> None:  # fmt: skip
        self._notes, self._element, self._path, self._frame = notes, element, path, frame
        self._parent, self._tag = parent, tag
        self._lang = notes.terms.lang
        self._breakdown = Breakdown(frame.locations, {"vi": "Địa điểm", "en": "Location"})

    def read(self) -> None:
        """Draft it. Raises Misfit where it cannot be read as a whole."""
        element, frame = self._element, self._frame
        title = texts_of(element.first("title"), frame.lang)
        if title is None:
            raise Misfit(element, "iati_title")
        self._title = title
        self._rises = flag_of(element, "ascending", default=True)
        self._measure = element.get("measure") or ""
        self._periods = list(self._read_periods())
        self._breakdown.find_only_place(self._figures())
        if self._measure in (_NOMINAL, _QUALITATIVE):
            self._read_words()
            return
        starts = list(self._read_starts())
        promises = [
            promise for part in self._periods if (promise := self._promise(part)) is not None
        ]
        self._starts: dict[str, list[_Start]] = {}
        for start in sorted(starts, key=lambda start: start.day or date.max):
            self._starts.setdefault(part_of_slice(start.parts), []).append(start)
        promised = {name for promise in promises for name in promise.slices}
        self._unpromised = [name for name in self._starts if name and name not in promised]
        actuals = list(self._read_actuals())
        self._write(starts, promises, actuals)

    def _figures(self) -> list[XmlElement]:
        periods = self._element.all("period")
        return [
            *self._element.all("baseline"),
            *(
                value
                for part in periods
                for name in ("target", "actual")
                for value in part.all(name)
            ),
        ]

    def _refuse(self, element: XmlElement, path: str, code: str, **facts: object) -> None:
        self._notes.refuse(element, f"{self._path}/{path}", code, **facts)

    # Periods

    def _read_periods(self) -> Iterator[_Period]:
        for number, element in enumerate(self._element.all("period"), start=1):
            path = f"period[{number}]"
            with self._notes.refusals(f"{self._path}/{path}"):
                first, last = (
                    day_of(element.first("period-start")),
                    day_of(element.first("period-end")),
                )
                if last is None:
                    raise Misfit(element, "iati_no_end")
                if first is not None and first > last:
                    facts = {"start": first.isoformat(), "end": last.isoformat()}
                    raise Misfit(element, "iati_period_backwards", facts)
                yield _Period(element, first, last, path)

    def _promise(self, period: _Period) -> _Promise | None:
        """What a period says is to be reached; None where it says nothing."""
        promise = _Promise(period)
        for number, element in enumerate(period.element.all("target"), start=1):
            path = f"{self._path}/{period.path}/target[{number}]"
            with self._notes.refusals(path):
                figure = figure_of(element)
                mark = element.first(f"{OWN}goal")
                if figure is None and mark is None:
                    continue
                parts = self._breakdown.slice_of(element)
                name = part_of_slice(parts)
                before = promise.slices.get(name)
                if before is not None or (not parts and promise.whole is not None):
                    first = before[1] if before is not None else promise.figure
                    if first is not None and figure is not None and first.says == figure.says:
                        continue
                    raise Misfit(element, "iati_target_twice", {"period": period.text})
                if parts and figure is not None:
                    promise.slices[name] = parts, figure, element
                elif not parts:
                    promise.whole, promise.figure = element, figure
        return promise if promise.whole is not None or promise.slices else None

    # Baselines

    def _read_starts(self) -> Iterator[_Start]:
        met: dict[tuple[str, str | None], Decimal] = {}
        for number, element in enumerate(self._element.all("baseline"), start=1):
            with self._notes.refusals(f"{self._path}/baseline[{number}]"):
                figure = figure_of(element)
                if figure is None:
                    continue
                day = day_of(element)
                year = element.get("year") or ""
                when: str | None = day.isoformat() if day is not None else None
                if (mark := element.get(f"{OWN}date")) is not None and is_period(mark):
                    when = mark
                if when is None and year.isascii() and year.isdigit() and len(year) == 4:
                    when = year if YEARS[0] <= int(year) <= YEARS[1] else None
                if element.get(f"{OWN}undated") is not None:
                    when = None
                parts = self._breakdown.slice_of(element)
                key = (part_of_slice(parts), when)
                if key in met and met[key] != figure.value:
                    raise Misfit(
                        element, "iati_baseline_twice", {"date": when or clean(year) or "–"}
                    )
                if key not in met:
                    met[key] = figure.value
                    yield _Start(parts, figure.value, when, element)

    # Actuals

    def _read_actuals(self) -> Iterator[DraftReport]:
        met: set[tuple[str, ...]] = set()
        for period in self._periods:
            for number, element in enumerate(period.element.all("actual"), start=1):
                path = f"{self._path}/{period.path}/actual[{number}]"
                with self._notes.refusals(path):
                    report = self._actual(element, period)
                    if report is None:
                        continue
                    key = (report.slice, report.date)
                    mark = element.first(f"{OWN}figure")
                    if mark is None and key in met:
                        raise Misfit(element, "iati_actual_twice", {"period": report.date})
                    met.add(key)
                    yield report

    def _actual(self, element: XmlElement, period: _Period) -> DraftReport | None:
        mark = element.first(f"{OWN}figure")
        if mark is not None and mark.get("in-force") is not None:
            return None  # worked out for readers of the file
        figure = figure_of(element)
        says = mark.attributes if mark is not None else {}
        is_done = "done" in says and self._measure == _QUALITATIVE
        if figure is None and "n" not in says and not is_done:
            return None
        if figure is not None and (not figure.goal.plain or figure.goal.up_to is not None):
            raise Misfit(element, "iati_value", {"text": figure.goal.text[:80]})
        if period.last > self._notes.terms.today:
            raise Misfit(element, "iati_actual_future", {"period": period.text})
        parts = self._breakdown.slice_of(element)
        comment = texts_of(element.first("comment"), self._frame.lang)
        document = self._notes.document(element, self._frame)
        note = one_text(comment, self._lang) if comment is not None and mark is None else ""
        return DraftReport(
            target="",
            date=says.get("date") or period.text,
            value=figure.value if figure is not None else None,
            slice=part_of_slice(parts),
            source=document or self._frame.source,
            note=says.get("note", note),
            n=says.get("n", ""),
            of=says.get("of", ""),
            done=says.get("done", ""),
            qualifier=says.get("qualifier", ""),
        )

    # What it comes to

    def _write(
        self, starts: Sequence[_Start], promises: Sequence[_Promise], actuals: list[DraftReport]
    ) -> None:
        notes, element = self._notes, self._element
        mark, undated = element.get(f"{OWN}id"), element.all(f"{OWN}goal")
        ids = [
            *(self._own_id(promise) for promise in promises),
            *(goal.get("id") for goal in undated),
        ]
        is_alone = mark is not None and bool(ids) and set(ids) == {mark}  # a target by itself
        title = one_text(self._title, self._lang)
        name = "" if is_alone else self._new_id(mark, title, "indicator")
        entry = self._quantity(name, starts, promises, actuals)
        targets: dict[str, DraftEntry] = {}
        figures: dict[str, list[tuple[str, dict[str, object] | None]]] = {}
        for number, promise in enumerate(promises):
            key = self._own_id(promise) or f" {number}"
            if key not in targets:
                targets[key] = self._target(name, promise, starts)
            if "periods" in targets[key].values:
                aim = self._goal_of_period(targets[key], promise)
                figures.setdefault(key, []).append((promise.period.text, aim))
        for key, pairs in figures.items():
            _put_periods(targets[key].values, pairs)
        for number, goal in enumerate(undated):
            targets[f" {number} undated"] = self._undated(name, goal)
        if not targets:
            target = self._base(notes.ids.new(name, "target", "watch"), name)
            target.values["kind"] = "unquantified"
            self._put_owner(target, None)
            target.values["stated"] = {"source": self._frame.source}
            self._put_place(target)
            target.doubt("kind", notes.place(element), "iati_no_target")
            targets[""] = target
        if is_alone:
            (target,) = targets.values()
            entry.values.pop("source", None)
            rest = {key: value for key, value in target.values.items() if key != "indicator"}
            target.values = {"id": target.id, **entry.values, **rest}
            target.doubts = {**entry.doubts, **target.doubts}
            name = target.id
        else:
            notes.draft.indicators[name] = entry
        notes.draft.targets += targets.values()
        notes.draft.reports += [
            report._replace(target=name, in_percent=self._is_percent(entry, report.value))
            for report in actuals
        ]

    def _is_percent(self, entry: DraftEntry, value: Decimal | None) -> bool:
        """Whether a figure is surely a percentage: of 0.8 in a file of others, ``import`` asks."""
        unit = entry.values["unit"]
        text = one_text(unit, "en") if isinstance(unit, str | dict) else ""
        is_sure = self._element.get(f"{OWN}id") is not None or value is None or abs(value) > 1
        return text.startswith("%") and (is_sure or value == 0)

    def _quantity(
        self, name: str, starts: Sequence[_Start], promises: Sequence[_Promise],
        actuals: Sequence[DraftReport],
    ) -> DraftEntry:  # fmt: skip
        """What is measured, and by what it is broken down."""
        element = self._element
        values: dict[str, object] = {"title": self._title}
        entry = DraftEntry(name, values, place=self._notes.place(element))
        values["unit"] = self._unit(entry)
        if (definition := self._definition()) is not None:
            values["definition"] = definition
        accumulate = element.get(f"{OWN}accumulate")
        if accumulate is not None:
            values["accumulate"] = accumulate
        self._put_baselines(entry, [start for start in starts if not start.parts], promises)
        self._put_breakdown(entry, promises, actuals)
        document = self._notes.document(element, self._frame)
        if document is not None:
            values["source"] = document
        return entry

    def _undated(self, indicator: str, mark: XmlElement) -> DraftEntry:
        """A target without a deadline, which only an export of ours has."""
        entry = self._base(self._new_id(mark.get("id"), indicator, "target"), indicator)
        values, kind = entry.values, mark.get("kind")
        values["kind"] = kind if kind in _KINDS else "unquantified"
        comparator, value, end = mark.get("comparator"), mark.get("value"), mark.get("to")
        if comparator in _COMPARATORS and value is not None:
            is_range = comparator == "between" and end is not None
            goal: dict[str, object] = {
                comparator: [_number(value), _number(end or value)] if is_range else _number(value)
            }
            if end is not None and not is_range:
                goal["up_to"] = _number(end)
            values["target"] = goal
        self._put_owner(entry, mark)
        values["stated"] = {"source": self._frame.source}
        self._put_place(entry)
        if remarks := self._notes_of(mark):
            values["notes"] = remarks
        return entry

    def _new_id(self, mark: str | None, title: str, kind: str, ending: str = "") -> str:
        if mark is not None and len(mark) <= ID_LENGTH and re.fullmatch(ID_PATTERN, mark):
            return self._notes.ids.free(mark)
        return self._notes.ids.new(title, kind, ending)

    def _own_id(self, promise: _Promise) -> str | None:
        elements = [promise.whole] if promise.whole is not None else []
        elements += [element for _, _, element in promise.slices.values()]
        mark = next((goal for part in elements if (goal := part.first(f"{OWN}goal"))), None)
        return mark.get("id") if mark is not None else None

    def _base(self, name: str, indicator: str | None) -> DraftEntry:
        values: dict[str, object] = {"id": name}
        if indicator is not None:
            values["indicator"] = indicator
        return DraftEntry(name, values, place=self._notes.place(self._element))

    def _put_owner(self, entry: DraftEntry, mark: XmlElement | None) -> None:
        """Who answers for an entry and who works with them: whoever does for the activity, but in
        an export of ours."""
        bodies = self._frame.bodies_by_mark
        owner = bodies.get(mark.get("owner") or "") if mark is not None else None
        partners = list(self._frame.partners)
        if mark is not None and owner is not None:
            partners = [bodies[key] for key in (mark.get("with") or "").split() if key in bodies]
        entry.values["owner"] = owner or self._frame.owner
        if partners:
            entry.values["with"] = partners

    def _put_place(self, entry: DraftEntry) -> None:
        """What ends every entry: where it stands."""
        values = entry.values
        if self._tag is not None:
            values["tags"] = [self._tag]
        values["part_of"] = self._parent
        codes = [
            f"{clean(part.get('vocabulary') or '')} {clean(part.get('code') or '')}".strip()
            for part in self._element.all("reference")
        ]
        if any(codes):
            values["x-iati-reference"] = [code for code in codes if code]

    def _unit(self, entry: DraftEntry) -> Texts:
        element, place = self._element, self._notes.place(self._element)
        vi, en = element.get(f"{OWN}unit-vi"), element.get(f"{OWN}unit-en")
        if vi and en:
            return vi if vi == en else {"vi": vi, "en": en}
        if self._measure == _PERCENT:
            return "%"
        if self._measure == _ORDINAL:
            entry.doubt("unit", place, "iati_ordinal")
            return {"vi": "bậc", "en": "rank"}
        if self._measure != _UNIT:
            entry.doubt("unit", place, "iati_measure", text=self._measure[:20])
        entry.doubt("unit", place, "iati_unit")
        return {"vi": "đơn vị", "en": "units"}

    def _definition(self) -> Texts | None:
        mark = self._element.first(f"{OWN}definition")
        if mark is not None:
            return texts_of(mark, "en")
        if self._element.get(f"{OWN}id") is not None:
            return None  # it only says the unit
        return texts_of(self._element.first("description"), self._frame.lang)

    def _put_baselines(
        self, entry: DraftEntry, starts: Sequence[_Start], promises: Sequence[_Promise]
    ) -> None:
        """The baselines of the whole, in order; one that lies too late has no date."""
        place = self._notes.place
        for start in starts:
            comment = texts_of(start.element.first("comment"), self._frame.lang)
            if comment is not None:
                text = one_text(comment, self._lang)[:200]
                entry.doubt("baseline", place(start.element), "iati_comment", text=text)
        dated = [start for start in starts if start.when is not None]
        ends = {start.when: parse_period(start.when).last for start in dated if start.when}
        dated.sort(key=lambda start: ends[start.when or ""])
        earliest = min((promise.period.last for promise in promises), default=None)
        usable: list[_Start] = []
        for start in dated:
            day = ends[start.when or ""]
            if usable and day == ends[usable[-1].when or ""]:
                self._refuse(start.element, "baseline", "iati_baseline_twice", date=start.when)
            else:
                usable.append(start)
        if len(usable) > 1:
            entry.values["baselines"] = [_start_values(start) for start in usable]
            if earliest is not None and ends[usable[0].when or ""] >= earliest:
                entry.values.pop("baselines")
                usable = usable[:1]
        if len(usable) <= 1 and starts:
            start = usable[0] if usable else starts[0]
            values = _start_values(start)
            late = start.when is not None and earliest is not None
            if late and earliest is not None and ends[start.when or ""] >= earliest:
                values.pop("date")
                entry.doubt("baseline", place(start.element), "iati_baseline_late", date=start.when)
            elif start.when is None:
                entry.doubt("baseline", place(start.element), "iati_baseline_year")
            entry.values["baseline"] = values

    def _put_breakdown(
        self, entry: DraftEntry, promises: Sequence[_Promise], actuals: Sequence[DraftReport]
    ) -> None:
        breakdown, values = self._breakdown, entry.values
        place = self._notes.place(self._element)
        if breakdown.only_place is not None:
            text = self._frame.locations.get(breakdown.only_place, breakdown.only_place)
            entry.doubt("title", place, "iati_only_place", text=one_text(text, self._lang))
        if not breakdown.dimensions:
            return
        values["breakdown"] = breakdown.dimensions
        if breakdown.crosses:
            values["crosses"] = breakdown.crosses
        total, by = self._element.get(f"{OWN}total"), self._element.get(f"{OWN}total-by")
        if total is not None:
            values["total"] = total
            if by is not None:
                values["total_by"] = by
            return
        wholes = [report for report in actuals if not report.slice]
        if wholes or self._measure != _UNIT:
            return
        sums = [by for by in breakdown.dimensions if self._adds_up(by, promises)]
        if len(sums) == 1:
            values["total"] = "sum"
            values["total_by"] = sums[0]
            entry.doubt("total", place, "iati_sum", text=sums[0])
        else:
            entry.doubt("breakdown", place, "iati_no_total")

    def _adds_up(self, dimension: str, promises: Sequence[_Promise]) -> bool:
        """Whether the targets of a dimension's categories make that of the whole, everywhere."""
        compared = False
        for promise in promises:
            figures = [
                figure.value
                for parts, figure, _ in promise.slices.values()
                if list(parts) == [dimension]
            ]
            if promise.figure is None or len(figures) < 2:
                continue
            total = Decimal(0)
            for figure in figures:
                total = EXACT.add(total, figure)
            if total != promise.figure.value:
                return False
            compared = True
        return compared

    # Targets

    def _target(self, indicator: str, promise: _Promise, starts: Sequence[_Start]) -> DraftEntry:
        notes, period = self._notes, promise.period
        year = is_whole_year(period.first, period.last)
        ending = span_text(None, period.last) if not year else str(period.last.year)
        entry = self._base(
            self._new_id(self._own_id(promise), indicator, "target", ending), indicator
        )
        entry.values["id"] = entry.id
        values, place = entry.values, notes.place(promise.whole or period.element)
        stated: dict[str, object] = {"source": self._frame.source}
        figure, mark = promise.figure, None
        if promise.whole is not None:
            mark = promise.whole.first(f"{OWN}goal")
            document = notes.document(promise.whole, self._frame)
            if document is not None and "date" in notes.draft.sources[document].values:
                stated["source"] = document
        kind = mark.get("kind") if mark is not None else None
        values["kind"] = (
            kind if kind in _KINDS else "reach" if figure is not None else "unquantified"
        )
        if figure is not None:
            values["target"] = self._goal(entry, "target", figure, place, mark)
            stated["figure"] = figure.goal.text[:120]
            self._check_direction(entry, figure, starts, place)
        elif kind is None:
            entry.doubt("kind", place, "iati_no_whole")
        if values["kind"] == "sustain":
            values["periods"] = [period.text]
        else:
            if period.first is not None:
                values["start"] = str(period.first.year) if year else period.first.isoformat()
            values["deadline"] = str(period.last.year) if year else period.last.isoformat()
        if mark is None and promise.slices:
            mark = next(iter(promise.slices.values()))[2].first(f"{OWN}goal")
        self._put_owner(entry, mark)
        self._put_slices(entry, promise)
        values["stated"] = stated
        self._put_place(entry)
        comment = (
            promise.whole.first("comment") if promise.whole is not None and mark is None else None
        )
        if (note := texts_of(comment, self._frame.lang)) is not None:
            values["notes"] = [both(note)]
        elif remarks := self._notes_of(mark):
            values["notes"] = remarks
        return entry

    def _notes_of(self, mark: XmlElement | None) -> list[dict[str, object]]:
        """The notes of a target that was written by ``export``."""
        remarks: list[dict[str, object]] = []
        for element in mark.all(f"{OWN}note") if mark is not None else ():
            if (text := texts_of(element, self._frame.lang)) is not None:
                evidence = {"evidence": True} if element.get("evidence") else {}
                remarks.append({**both(text), **evidence})
        return remarks

    def _goal(
        self, entry: DraftEntry, key: str, figure: WrittenFigure, place: str,
        mark: XmlElement | None = None,
    ) -> dict[str, object]:  # fmt: skip
        goal = figure.goal
        if mark is not None and (comparator := mark.get("comparator")) in _COMPARATORS:
            end = mark.get("to")
            if comparator == "between" and end is not None:
                return {"between": [goal.value, _number(end)]}
            extra = {"up_to": _number(end)} if end is not None else {}
            return {comparator: goal.value, **extra}
        if not figure.is_plain:
            entry.doubt(key, place, "iati_figure", text=goal.text[:80])
        elif mark is None and self._measure == _PERCENT and 0 < abs(goal.value) <= 1:
            percent = EXACT.multiply(goal.value, 100)
            entry.doubt(key, place, "iati_fraction", value=goal.value, percent=percent)
        elif _THOUSANDS.fullmatch(goal.text):
            entry.doubt(
                key, place, "iati_thousands", text=goal.text, whole=goal.text.replace(".", "")
            )
        if not goal.plain and goal.comparison in _COMPARATORS:
            return {goal.comparison: goal.value}
        if goal.up_to is not None and self._rises:
            return {"at_least": goal.value, "up_to": goal.up_to}
        if goal.up_to is not None:
            return {"at_most": goal.up_to}
        return {"at_least" if self._rises else "at_most": goal.value}

    def _goal_of_period(self, entry: DraftEntry, promise: _Promise) -> dict[str, object] | None:
        """What is to be kept in one of several periods, which only an export of ours tells."""
        if promise.figure is None or promise.whole is None:
            return None
        mark = promise.whole.first(f"{OWN}goal")
        return self._goal(entry, "periods", promise.figure, self._notes.place(promise.whole), mark)

    def _check_direction(
        self, entry: DraftEntry, figure: WrittenFigure, starts: Sequence[_Start], place: str
    ) -> None:
        whole = [start for start in starts if not start.parts]
        if whole and figure.goal.plain and figure.goal.up_to is None:
            value = whole[0].value
            if figure.value < value if self._rises else figure.value > value:
                code = "iati_falls" if self._rises else "iati_rises"
                entry.doubt("target", place, code, baseline=value)

    def _put_slices(self, entry: DraftEntry, promise: _Promise) -> None:
        slices: list[dict[str, object]] = []
        names = [*promise.slices, *self._unpromised]
        self._unpromised = []  # what is only watched is said once
        for name in names:
            parts, figure, element = promise.slices.get(name, (None, None, None))
            start = self._start_of(name, promise.period)
            values: dict[str, object] = {"slice": parts or dict(start.parts if start else {})}
            if figure is not None and element is not None:
                mark = element.first(f"{OWN}goal")
                place = self._notes.place(element)
                values["target"] = self._goal(entry, "slices", figure, place, mark)
                comment = (
                    texts_of(element.first("comment"), self._frame.lang) if mark is None else None
                )
                if comment is not None:
                    text = one_text(comment, self._lang)[:200]
                    entry.doubt("slices", place, "iati_comment", text=text)
            if start is not None:
                values["baseline"] = _start_values(start)
                if start.day is not None and start.day >= promise.period.last:
                    values["baseline"] = {"value": start.value}
                    place = self._notes.place(start.element)
                    entry.doubt("slices", place, "iati_baseline_late", date=start.when)
            slices.append(values)
        if slices:
            entry.values["slices"] = slices

    def _start_of(self, name: str, period: _Period) -> _Start | None:
        """The baseline of a slice from which a period starts: the last one before it, else the
        first."""
        starts = self._starts.get(name, [])
        begin = period.first or period.last
        before = [start for start in starts if start.day is not None and start.day <= begin]
        return before[-1] if before else next(iter(starts), None)

    # What is said in words

    def _read_words(self) -> None:
        """Draft an indicator that has no figures to compare: it is listed and not judged."""
        notes, frame, element = self._notes, self._frame, self._element
        place = notes.place(element)
        evidence = [
            {**both(text), "date": period.text, "source": frame.source, "evidence": True}
            for period in self._periods
            if period.last <= notes.terms.today
            for actual in period.element.all("actual")
            if (text := self._words_of(actual)) is not None
        ]
        promises: list[tuple[_Period | None, XmlElement | None, Texts | None]] = [
            (period, target, text)
            for period in self._periods
            for target in period.element.all("target")
            if (text := self._words_of(target)) is not None
        ]
        own_id = self._element.get(f"{OWN}id")
        title = one_text(self._title, self._lang)
        for period, target, text in promises or [(None, None, None)]:
            mark = (element if target is None else target).first(f"{OWN}goal")
            several = period is not None and len(promises) > 1
            ending = span_text(None, period.last) if several and period is not None else ""
            same = mark.get("id") if mark is not None else own_id
            name = self._new_id(same, title, "target", ending)
            entry = self._base(name, None)
            values = entry.values
            values["title"] = self._title
            is_milestone = mark is not None and mark.get("kind") == "milestone"
            values["kind"] = "milestone" if is_milestone else "unquantified"
            if mark is None:
                entry.doubt("kind", place, "iati_words")
            if period is not None:
                if period.first is not None:
                    values["start"] = period.first.isoformat()
                values["deadline"] = period.last.isoformat()
            self._put_owner(entry, mark)
            stated: dict[str, object] = {"source": frame.source}
            remarks = [*evidence]
            if text is not None and mark is None:
                stated["figure"] = one_text(text, self._lang)[:120]
                remarks.insert(0, dict(both(text)))
            values["stated"] = stated
            self._put_place(entry)
            if is_milestone:
                reports = list(self._read_actuals())
                notes.draft.reports += [report._replace(target=name) for report in reports]
            elif remarks and not (mark is not None and mark.first(f"{OWN}note")):
                values["notes"] = remarks
            if notes_of := self._notes_of(mark):
                values["notes"] = notes_of
            notes.draft.targets.append(entry)

    def _words_of(self, element: XmlElement) -> Texts | None:
        """What a value says that is no figure: its comment, else the value itself."""
        if element.first(f"{OWN}figure") is not None:
            return None
        comment = texts_of(element.first("comment"), self._frame.lang)
        return comment or clean(element.get("value") or "")[:LONGEST] or None


_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_COMPARATORS = ("at_least", "more_than", "at_most", "less_than", "exactly", "between", "about")


def _start_values(start: _Start) -> dict[str, object]:
    return {"value": start.value, **({"date": start.when} if start.when is not None else {})}


def _number(text: str) -> Decimal | str:
    """A number as an export of ours writes it; what is none is for ``validate`` to name."""
    try:
        return parse_decimal(text)
    except Fault:
        return text


def _put_periods(
    values: dict[str, object], pairs: Sequence[tuple[str, dict[str, object] | None]]
) -> None:
    """The periods of a target to be kept; where they differ, each with a figure of its own."""
    goals = [goal for _, goal in pairs]
    if all(goal == goals[0] for goal in goals):
        values["periods"] = [period for period, _ in pairs]
        return
    values.pop("target", None)
    stated = values["stated"]
    if isinstance(stated, dict):  # one of them is not what the document says
        stated.pop("figure", None)
    values["periods"] = [
        {period: goal.get("at_least", goal) if len(goal) == 1 else goal} if goal else period
        for period, goal in pairs
    ]

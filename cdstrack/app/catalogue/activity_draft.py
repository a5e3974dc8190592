"""The results of IATI activities, drafted as entries of a register with a doubt for every guess.

An activity is a heading, and so is each of its results; an indicator is an indicator, and what a
period says is to be reached is a target on it. What was reached are reports, for ``import``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.catalogue.activity_parts import (
    LONGEST,
    OWN,
    XML_LANG,
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
from cdstrack.app.catalogue.body_match import BodyMatch
from cdstrack.app.catalogue.sheet_draft import (
    Draft,
    DraftEntry,
    DraftProblem,
    DraftReport,
    DraftTerms,
    ReviewNote,
)
from cdstrack.app.catalogue.title_ids import TitleIds
from cdstrack.core.model.decimals import EXACT, parse_decimal
from cdstrack.core.model.entries import ORGANISATION_TYPES
from cdstrack.core.model.naming import ID_LENGTH, ID_PATTERN
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault, StoreError
from cdstrack.core.model.register import Register
from cdstrack.i18n.read_dates import read_period
from cdstrack.store.xml_file import XmlElement

NOT_READ = frozenset({
    "transaction", "budget", "planned-disbursement", "country-budget-items", "sector",
    "policy-marker", "related-activity", "contact-info", "recipient-country", "recipient-region",
    "crs-add", "fss", "legacy-data", "capital-spend", "humanitarian-scope", "tag", "conditions",
})  # fmt: skip
"""Elements of an activity that say nothing of its results."""
_TYPES = {"1": "output", "2": "outcome", "3": "impact"}
"""Kinds of results, as tags."""
_LEADS = ("2", "4", "3")
"""The roles of who answers for an activity, the first that is there: accountable, implementing,
extending."""
_FUNDING = "1"
_UNIT, _PERCENT, _NOMINAL, _ORDINAL, _QUALITATIVE = "1", "2", "3", "4", "5"
_SCALES = (_UNIT, _PERCENT, _ORDINAL)
"""Measures whose values can be compared."""
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
class _Frame:
    """What holds for a whole activity."""

    source: str
    owner: str
    partners: Sequence[str]
    bodies_by_mark: Mapping[str, str]
    """The bodies by the ids that an export of ours gave them."""
    lang: str
    locations: Mapping[str, Texts]


def read_activities(
    files: Sequence[tuple[str, XmlElement]], register: Register | None, terms: DraftTerms
) -> Draft:
    """Draft the results of the activities in some files, each given as its name and root.

    Raises StoreError for a file that holds no activity, none with results, or one of version 1.
    """
    draft = Draft(whole=register is None, of_activities=True)
    reader = _Reader(draft, register, terms)
    for name, root in files:
        reader.read(name, root)
    if draft.whole and len(reader.headers) == 1:
        draft.header |= {"iati": reader.headers[0]}
    if not draft.targets and not draft.problems:
        raise StoreError("iati_no_results", path=files[0][0])
    for key, names in reader.bodies.new.items():
        draft.bodies[key] = DraftEntry(key, {"name": reader.names.get(key, names)})
    return draft


class _Reader:
    def __init__(self, draft: Draft, register: Register | None, terms: DraftTerms) -> None:
        self.draft, self._register, self.terms = draft, register, terms
        bodies = register.bodies if register is not None else {}
        self.ids = TitleIds(_ids_of(register) if register is not None else ())
        self._source_ids = TitleIds(register.sources if register is not None else ())
        self.bodies = BodyMatch(bodies, TitleIds(bodies))
        self.names: dict[str, Texts] = {}
        """The names of new bodies, where they have one in each language."""
        self.headers: list[dict[str, object]] = []
        """What each activity says of itself, for an export."""
        self._documents: dict[str, str] = {}

    def read(self, name: str, root: XmlElement) -> None:
        """Take the activities of a file."""
        self._file = name.replace("\\", "/").rpartition("/")[2]
        match root.name.rpartition("}")[2]:
            case "iati-activities" if root.name == "iati-activities":
                activities = root.all("iati-activity")
            case "iati-activity" if root.name == "iati-activity":
                activities = [root]
            case _:
                raise StoreError("iati_root", path=name, text=clean(root.name)[:80])
        version = root.get("version") or "2"
        if not version.startswith("2"):
            raise StoreError("iati_version", path=name, text=clean(version)[:20])
        for number, activity in enumerate(activities, start=1):
            path = f"iati-activity[{number}]/" if len(activities) > 1 else ""
            if activity.all("result"):
                self._activity(activity, path, root.get(XML_LANG))

    # Where it stands, and what is wrong there

    def place(self, element: XmlElement) -> str:
        return f"{self._file}:{element.line}"

    def refuse(self, element: XmlElement, path: str, code: str, **facts: object) -> None:
        file = f"{clean(self._file)}:{element.line} "
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

    # Activities and results

    def _activity(self, activity: XmlElement, path: str, lang: str | None) -> None:
        lang = (activity.get(XML_LANG) or lang or "en").lower().partition("-")[0]
        code = activity.first("iati-identifier")
        identifier = clean(code.text)[:LONGEST] if code is not None else ""
        title = texts_of(activity.first("title"), lang) or identifier or self._file
        places = {
            ref: texts_of(place.first("name"), lang) or ref
            for place in activity.all("location")
            if (ref := place.get("ref")) is not None
        }
        owner, partners, by_mark = self._organisations(activity, lang)
        source = self._source(activity, path, title, identifier, lang)
        frame = _Frame(source, owner, partners, by_mark, lang, places)
        name = self.ids.new(one_text(title, self.terms.lang), "activity")
        values: dict[str, object] = {"id": name, "title": title, "kind": "heading"}
        entry = DraftEntry(name, values, place=self.place(activity))
        self.draft.targets.append(entry)
        self.draft.title = self.draft.title or one_text(title, self.terms.lang)
        if any(
            len(indicator.all("period")) > 1
            for result in activity.all("result")
            for indicator in result.all("indicator")
        ):
            self.remark(activity, "iati_adds_up")
        for number, result in enumerate(activity.all("result"), start=1):
            self._result(result, f"{path}result[{number}]", frame, name)
        self._header(activity, identifier, owner)

    def _header(self, activity: XmlElement, identifier: str, owner: str) -> None:
        org = activity.first("reporting-org")
        ref, kind = (org.get("ref"), org.get("type")) if org is not None else (None, None)
        codes = {str(code): code for code in ORGANISATION_TYPES}
        if identifier and ref and kind in codes:
            name = texts_of(org, "en")
            reporter = self._body(name) if name is not None else owner
            self.headers.append(
                {"activity": identifier, "org": clean(ref), "type": codes[kind],
                 "reporter": reporter}
            )  # fmt: skip

    def _result(self, result: XmlElement, path: str, frame: _Frame, parent: str) -> None:
        title = texts_of(result.first("title"), frame.lang)
        if title is None:
            self.refuse(result, path, "iati_title")
        else:
            name = self.ids.new(one_text(title, self.terms.lang), "result")
            values: dict[str, object] = {"id": name, "title": title, "kind": "heading"}
            values["part_of"] = parent
            entry = DraftEntry(name, values, place=self.place(result))
            if (note := texts_of(result.first("description"), frame.lang)) is not None:
                values["notes"] = [both(note)]
            self.draft.targets.append(entry)
            parent = name
        tag = _TYPES.get(result.get("type") or "")
        if not result.all("indicator"):
            self.remark(result, "iati_no_indicator")
        for number, indicator in enumerate(result.all("indicator"), start=1):
            place = f"{path}/indicator[{number}]"
            reader = _Indicator(self, indicator, place, frame, parent, tag)
            with self.refusals(place):
                reader.read()

    def _organisations(
        self, activity: XmlElement, lang: str
    ) -> tuple[str, list[str], dict[str, str]]:
        """Who answers for an activity, who works on it, and all by the ids of an export."""
        by_mark: dict[str, str] = {}
        by_role: dict[str, list[str]] = {}
        for org in activity.all("participating-org"):
            name = texts_of(org, lang) or clean(org.get("ref") or "")
            if name and org.get("role") != _FUNDING:
                body = self._body(name)
                by_role.setdefault(org.get("role") or "", []).append(body)
                if (key := org.get(f"{OWN}id")) is not None:
                    by_mark[key] = body
        leads = next((by_role[role] for role in _LEADS if role in by_role), [])
        if not leads:
            reporting = activity.first("reporting-org")
            name = texts_of(reporting, lang) or (
                clean(reporting.get("ref") or "") if reporting is not None else ""
            )
            if name:
                leads = [self._body(name)]
                self.remark(activity, "iati_owner_reporting", text=one_text(name, "en"))
            else:
                unknown = {"vi": "Chưa rõ cơ quan chủ trì", "en": "Owner not yet known"}
                leads = [self._body(unknown[self.terms.lang])]
                self.remark(activity, "draft_owner_missing")
        elif len(set(leads)) > 1 and not by_mark:
            self.remark(activity, "iati_owners", n=len(set(leads)))
        others = [name for names in by_role.values() for name in names]
        partners = dict.fromkeys([*leads[1:], *others])
        return leads[0], [name for name in partners if name != leads[0]], by_mark

    def _body(self, name: Texts) -> str:
        key = self.bodies.find(one_text(name, self.terms.lang))
        if not isinstance(name, str):
            self.names[key] = name
        return key

    def _source(
        self, activity: XmlElement, path: str, title: Texts, identifier: str, lang: str
    ) -> str:
        """The document that the activity is: its title, who publishes it, since when it runs."""
        terms, register = self.terms, self._register
        if register is not None and terms.source in register.sources:
            return str(terms.source)
        key = terms.source or self._source_ids.new(identifier or one_text(title, "en"), "iati")
        if key in self.draft.sources:
            return key
        reporting = activity.first("reporting-org")
        publisher = terms.by or texts_of(reporting, lang)
        values: dict[str, object] = {"title": terms.title or title}
        entry = DraftEntry(key, values, place=self.place(activity))
        values["publisher"] = publisher or one_text(title, terms.lang)
        if publisher is None:
            entry.doubt("publisher", self.place(activity), "draft_publisher")
        values["date"] = self._stated_on(activity, path)
        if terms.on is not None:
            values["date"] = read_period(terms.on, terms.lang, terms.today).said
        else:
            entry.doubt("date", self.place(activity), "iati_source_date")
        self.draft.sources[key] = entry
        return key

    def _stated_on(self, activity: XmlElement, path: str) -> str:
        """A day on which the promises were there: that on which the first of it begins."""
        days = [self.terms.today]
        for element in activity.all("activity-date"):
            if element.get("type") in ("1", "2"):
                with self.refusals(f"{path}activity-date"):
                    days += filter(None, [day_of(element)])
        for result in activity.all("result"):
            for indicator in result.all("indicator"):
                for period in indicator.all("period"):
                    for name in ("period-start", "period-end"):
                        try:
                            day = day_of(period.first(name))
                        except Misfit:  # refused where the period is read
                            continue
                        if day is not None:
                            days.append(day)
        return min(days).isoformat()

    def document(self, element: XmlElement, frame: _Frame) -> str | None:
        """The source of the first document that an element names; all of them are drafted."""
        keys = []
        for link in element.all("document-link"):
            address, title = link.get("url") or "", texts_of(link.first("title"), frame.lang)
            if not address and title is None:
                continue
            key = self._documents.get(address or str(title))
            if key is None:
                text = one_text(title, "en") if title is not None else "document"
                key = self._documents[address or str(title)] = self._source_ids.new(text, "source")
                values: dict[str, object] = {"title": title or clean(address)[:LONGEST]}
                publisher = self.draft.sources.get(frame.source)
                if publisher is not None:
                    values["publisher"] = publisher.values["publisher"]
                with self.refusals("document-link/document-date"):
                    if (day := day_of(link.first("document-date"))) is not None:
                        values["date"] = day.isoformat()
                entry = DraftEntry(key, values, place=self.place(link))
                if address.lower().startswith(("http://", "https://")) and " " not in address:
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


class _Indicator:
    """Takes one indicator with its baselines, periods, targets and actuals."""

    def __init__(
        self, reader: _Reader, element: XmlElement, path: str, frame: _Frame, parent: str,
        tag: str | None,
    ) -> None:  # fmt: skip
        self._reader, self._element, self._path, self._frame = reader, element, path, frame
        self._parent, self._tag = parent, tag
        self._lang = reader.terms.lang
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
        self._reader.refuse(element, f"{self._path}/{path}", code, **facts)

    # Periods

    def _read_periods(self) -> Iterator[_Period]:
        for number, element in enumerate(self._element.all("period"), start=1):
            path = f"period[{number}]"
            with self._reader.refusals(f"{self._path}/{path}"):
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
            with self._reader.refusals(path):
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
            with self._reader.refusals(f"{self._path}/baseline[{number}]"):
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
                with self._reader.refusals(path):
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
        if period.last > self._reader.terms.today:
            raise Misfit(element, "iati_actual_future", {"period": period.text})
        parts = self._breakdown.slice_of(element)
        comment = texts_of(element.first("comment"), self._frame.lang)
        document = self._reader.document(element, self._frame)
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
        reader, element = self._reader, self._element
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
        for number, promise in enumerate(promises):
            key = self._own_id(promise) or f" {number}"
            if key in targets:  # a further period of the same target
                periods = targets[key].values.get("periods")
                if isinstance(periods, list):
                    periods.append(promise.period.text)
            else:
                targets[key] = self._target(name, promise, starts)
        for number, goal in enumerate(undated):
            targets[f" {number} undated"] = self._undated(name, goal)
        if not targets:
            target = self._base(reader.ids.new(name, "target", "watch"), name)
            target.values["kind"] = "unquantified"
            self._put_owner(target, None)
            target.values["stated"] = {"source": self._frame.source}
            self._put_place(target)
            target.doubt("kind", reader.place(element), "iati_no_target")
            targets[""] = target
        if is_alone:
            (target,) = targets.values()
            entry.values.pop("source", None)
            rest = {key: value for key, value in target.values.items() if key != "indicator"}
            target.values = {"id": target.id, **entry.values, **rest}
            target.doubts = {**entry.doubts, **target.doubts}
            name = target.id
        else:
            reader.draft.indicators[name] = entry
        reader.draft.targets += targets.values()
        reader.draft.reports += [
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
        entry = DraftEntry(name, values, place=self._reader.place(element))
        values["unit"] = self._unit(entry)
        if (definition := self._definition()) is not None:
            values["definition"] = definition
        accumulate = element.get(f"{OWN}accumulate")
        if accumulate is not None:
            values["accumulate"] = accumulate
        self._put_baselines(entry, [start for start in starts if not start.parts], promises)
        self._put_breakdown(entry, promises, actuals)
        document = self._reader.document(element, self._frame)
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
        return entry

    def _new_id(self, mark: str | None, title: str, kind: str, ending: str = "") -> str:
        if mark is not None and len(mark) <= ID_LENGTH and re.fullmatch(ID_PATTERN, mark):
            return self._reader.ids.free(mark)
        return self._reader.ids.new(title, kind, ending)

    def _own_id(self, promise: _Promise) -> str | None:
        elements = [promise.whole] if promise.whole is not None else []
        elements += [element for _, _, element in promise.slices.values()]
        mark = next((goal for part in elements if (goal := part.first(f"{OWN}goal"))), None)
        return mark.get("id") if mark is not None else None

    def _base(self, name: str, indicator: str | None) -> DraftEntry:
        values: dict[str, object] = {"id": name}
        if indicator is not None:
            values["indicator"] = indicator
        return DraftEntry(name, values, place=self._reader.place(self._element))

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
        element, place = self._element, self._reader.place(self._element)
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
        place = self._reader.place
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
        place = self._reader.place(self._element)
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
        reader, period = self._reader, promise.period
        year = is_whole_year(period.first, period.last)
        ending = span_text(None, period.last) if not year else str(period.last.year)
        entry = self._base(
            self._new_id(self._own_id(promise), indicator, "target", ending), indicator
        )
        entry.values["id"] = entry.id
        values, place = entry.values, reader.place(promise.whole or period.element)
        stated: dict[str, object] = {"source": self._frame.source}
        figure, mark = promise.figure, None
        if promise.whole is not None:
            mark = promise.whole.first(f"{OWN}goal")
            document = reader.document(promise.whole, self._frame)
            if document is not None and "date" in reader.draft.sources[document].values:
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
        return entry

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
                place = self._reader.place(element)
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
                    place = self._reader.place(start.element)
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
        reader, frame, element = self._reader, self._frame, self._element
        place = reader.place(element)
        evidence = [
            {**both(text), "date": period.text, "source": frame.source, "evidence": True}
            for period in self._periods
            if period.last <= reader.terms.today
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
            notes = [*evidence]
            if text is not None and mark is None:
                stated["figure"] = one_text(text, self._lang)[:120]
                notes.insert(0, dict(both(text)))
            values["stated"] = stated
            self._put_place(entry)
            if is_milestone:
                reports = list(self._read_actuals())
                reader.draft.reports += [report._replace(target=name) for report in reports]
            elif notes:
                values["notes"] = notes
            reader.draft.targets.append(entry)

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

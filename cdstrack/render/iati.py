"""The results of one IATI activity (version 2.03): what was promised, what was reported.

What the standard has no place for (units, how values compare, ids) stands in a namespace of our
own, which the standard allows, or is left out and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from xml.etree import ElementTree as Xml

from cdstrack.app.catalogue.activity_parts import NAMESPACE
from cdstrack.app.records import Export
from cdstrack.core.model.decimals import plain, quotient
from cdstrack.core.model.entries import (
    RELATIVE,
    Baseline,
    Goal,
    Heading,
    Note,
    Source,
    Target,
    own_goal,
)
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Report, Share, slice_name, slice_parts
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.values.measures import Point, figure_value
from cdstrack.core.values.points import competition
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.phrases import explain, goal_words, reported_words
from cdstrack.render.text import one_line, visible

_OWN = f"{{{NAMESPACE}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES = {"output": "1", "outcome": "2", "impact": "3"}
_OTHER = "9"
_UNIT, _PERCENT, _QUALITATIVE = "1", "2", "5"
_ACCOUNTABLE, _IMPLEMENTING = "2", "4"
_IN_IMPLEMENTATION, _IN_FINALISATION = "2", "3"
_PLANNED_START, _PLANNED_END = "1", "3"
_RESULTS = "A08"
"""The category of documents about results."""
_DETAILS = ("plan", "official", "restated", "method", "roll_up", "place", "contact")
_OF_STATEMENTS = ("paragraph", "quote", "strength", "inferred")
"""What a target may say of itself, and of the sentence that it stands in, and IATI cannot."""
_DOWNWARDS = ("at_most", "less_than", "reduce_by", "below")

Loss = Literal[
    "undated", "parents", "revised", "conditions", "deep", "bodies", "series", "closed", "details"
]  # fmt: skip
"""What a file of results cannot hold."""


@dataclass(frozen=True, slots=True)
class Activity:
    """The file, how many commitments are in it, and what it could not hold, counted."""

    text: str
    n: int
    losses: Mapping[Loss, int]


def activity(export: Export, words: Words) -> Activity:
    """The results of the activity that the register is.

    Raises Refusal ``iati_missing`` where the register does not say which activity that is.
    """
    return _Writer(export, words).write()


@dataclass(slots=True)
class _Group:
    """The targets on one series of reports."""

    verdicts: list[Verdict] = field(default_factory=list)


class _Writer:
    def __init__(self, export: Export, words: Words) -> None:
        register = export.status.register
        if register.iati is None:
            raise Refusal("iati_missing")
        self._publication = register.iati
        self._export, self._register, self._words = export, register, words
        self._both = {lang: Words(lang) for lang in LANGUAGES}
        self._losses: Counter[Loss] = Counter()
        self._noted: set[str] = set()
        """The targets whose notes are written: of several periods the first has them."""

    def write(self) -> Activity:
        Xml.register_namespace("cdstrack", NAMESPACE)
        stamp = self._export.stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
        root = Xml.Element("iati-activities", {"version": "2.03", "generated-datetime": stamp})
        verdicts = [
            verdict
            for verdict in self._export.status.verdicts
            if verdict.worst is None or verdict.slices
        ]
        self._losses["parents"] += len(self._export.status.verdicts) - len(verdicts)
        self._activity(root, stamp, verdicts)
        Xml.indent(root)
        text = Xml.tostring(root, encoding="unicode")
        whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
        return Activity(whole, len(verdicts), dict(self._losses))

    # The activity

    def _activity(self, root: Xml.Element, stamp: str, verdicts: Sequence[Verdict]) -> None:
        register, publication = self._register, self._publication
        element = Xml.SubElement(
            root, "iati-activity", {_LANG: self._words.lang, "last-updated-datetime": stamp}
        )
        top = self._top(verdicts)
        title = register.title if top is None else top.title
        Xml.SubElement(element, "iati-identifier").text = _text(publication.activity)
        attributes = {"ref": _text(publication.org), "type": str(publication.type)}
        reporter = register.bodies[publication.reporter].name
        _add_narratives(Xml.SubElement(element, "reporting-org", attributes), reporter)
        self._narrated(element, "title", title)
        as_of = self._export.status.as_of
        self._narrated(element, "description", self._said("iati_description", date=as_of))
        self._organisations(element, verdicts)
        due = [target.deadline.last for target in _targets(verdicts) if target.deadline]
        goes_on = any(day >= as_of for day in due) or not due
        code = _IN_IMPLEMENTATION if goes_on else _IN_FINALISATION
        Xml.SubElement(element, "activity-status", {"code": code})
        begins = min((target.begins for target in _targets(verdicts)), default=as_of)
        Xml.SubElement(
            element, "activity-date", {"iso-date": begins.isoformat(), "type": _PLANNED_START}
        )
        if due:
            day = max(max(due), begins).isoformat()
            Xml.SubElement(element, "activity-date", {"iso-date": day, "type": _PLANNED_END})
        for heading, groups in self._results(verdicts, top).items():
            self._result(element, self._register.headings.get(heading), groups, title)

    def _organisations(self, element: Xml.Element, verdicts: Sequence[Verdict]) -> None:
        owners = dict.fromkeys(target.owner for target in _targets(verdicts))
        partners = dict.fromkeys(name for target in _targets(verdicts) for name in target.partners)
        if not owners:
            owners = {self._publication.reporter: None}
        roles = [(name, _ACCOUNTABLE) for name in owners]
        roles += [(name, _IMPLEMENTING) for name in partners if name not in owners]
        for name, role in roles:
            attributes = {"role": role, f"{_OWN}id": name}
            if name == self._publication.reporter:
                attributes |= {
                    "ref": _text(self._publication.org), "type": str(self._publication.type)
                }  # fmt: skip
            organisation = Xml.SubElement(element, "participating-org", attributes)
            body = self._register.bodies.get(name)
            _add_narratives(organisation, body.name if body is not None else _same(name))

    def _top(self, verdicts: Sequence[Verdict]) -> Heading | None:
        """The heading above everything, where there is one with headings between: the activity."""
        paths = [self._path(verdict.target) for verdict in verdicts]
        under = self._export.status.select.under
        if under is not None and under in self._register.headings:
            return self._register.headings[under]
        first = {path[0] for path in paths if path}
        if len(first) == 1 and all(len(path) > 1 for path in paths):
            return self._register.headings[first.pop()]
        return None

    def _path(self, target: Target) -> list[str]:
        """The headings above a target, the highest first."""
        path: list[str] = []
        name = target.part_of
        while name is not None and name not in path:
            entry: Target | Heading | None = self._register.headings.get(name)
            if entry is not None:
                path.insert(0, name)
            else:
                entry = self._register.targets.get(name)
            name = entry.part_of if entry is not None else None
        return path

    # Results and indicators

    def _results(
        self, verdicts: Sequence[Verdict], top: Heading | None
    ) -> Mapping[str, Mapping[str, _Group]]:
        """The targets by the heading that they stand below, and by what is reported on them."""
        results: dict[str, dict[str, _Group]] = {}
        places: dict[str, str] = {}
        for verdict in verdicts:
            target = verdict.target
            path = self._path(target)
            heading = path[-1] if path and (top is None or path[-1] != top.id) else ""
            if len(path) > 1 + (top is not None):
                self._losses["deep"] += 1
            heading = places.setdefault(target.ledger_id, heading)
            group = results.setdefault(heading, {}).setdefault(target.ledger_id, _Group())
            group.verdicts.append(verdict)
        return results

    def _result(
        self, parent: Xml.Element, heading: Heading | None, groups: Mapping[str, _Group],
        title: Bilingual,
    ) -> None:  # fmt: skip
        tags = [
            tag
            for group in groups.values()
            for target in _targets(group.verdicts)
            for tag in target.tags
        ]
        kind = next((_TYPES[tag] for tag in tags if tag in _TYPES), _OTHER)
        element = Xml.SubElement(parent, "result", {"type": kind})
        self._narrated(element, "title", heading.title if heading is not None else title)
        if heading is not None and heading.notes:
            self._narrated(element, "description", heading.notes[0])
        for name, group in groups.items():
            self._indicator(element, name, group)

    def _indicator(self, parent: Xml.Element, name: str, group: _Group) -> None:
        register = self._register
        indicator = register.indicators.get(name)
        first = group.verdicts[0].target
        quantity = indicator or first
        in_words = first.kind == "milestone" or quantity.unit is None
        measure = _QUALITATIVE if in_words else _PERCENT if first.in_percent else _UNIT
        goals = [goal for target in _targets(group.verdicts) for goal in _goals(target)]
        falls = bool(goals) and goals[0].comparator in _DOWNWARDS
        attributes = {"measure": measure, "ascending": "0" if falls else "1", f"{_OWN}id": name}
        if quantity.unit is not None:
            attributes[f"{_OWN}unit-vi"] = _text(quantity.unit.vi)
            attributes[f"{_OWN}unit-en"] = _text(quantity.unit.en)
        if quantity.accumulate != "latest":
            attributes[f"{_OWN}accumulate"] = quantity.accumulate
        if quantity.breakdown and (quantity.total != "reported" or quantity.total_by):
            attributes[f"{_OWN}total"] = quantity.total
            if quantity.total_by is not None:
                attributes[f"{_OWN}total-by"] = quantity.total_by
        element = Xml.SubElement(parent, "indicator", attributes)
        self._narrated(element, "title", quantity.title)
        unit, definition = quantity.unit, quantity.definition
        said = [self._said("iati_unit", unit=unit)] if unit is not None else []
        said += [definition] if definition is not None else []
        if said:
            self._narrated(element, "description", _joined(said))
        if indicator is not None and indicator.source is not None:
            self._document(element, indicator.source)
        references = register.extensions.get(first.id, {}).get("x-iati-reference")
        for text in references if isinstance(references, list | tuple) else ():
            vocabulary, _, code = str(text).partition(" ")
            facts = {"vocabulary": _text(vocabulary), "code": _text(code)}
            Xml.SubElement(element, "reference", facts)
        self._baselines(element, group)
        self._periods(element, group)
        if definition is not None:
            _add_narratives(Xml.SubElement(element, f"{_OWN}definition"), definition)
        for verdict in group.verdicts:
            if not any(self._spans(verdict)):
                self._undated(element, verdict)
        for target in _targets(group.verdicts):
            is_revised = target.revisions or any(part.revisions for part in target.slices)
            self._losses["revised"] += bool(is_revised)
            self._losses["conditions"] += bool(target.conditions)
            self._losses["closed"] += target.closed is not None
            self._losses["details"] += any(getattr(target, name) for name in _DETAILS) or any(
                getattr(target.stated, name) for name in _OF_STATEMENTS
            )

    def _baselines(self, parent: Xml.Element, group: _Group) -> None:
        first = group.verdicts[0].target
        indicator = self._register.indicators.get(first.indicator or "")
        starts: list[tuple[str, Baseline | None, Target]] = []
        if indicator is not None:
            whole = [indicator.baseline, *indicator.baselines]
            starts += [("", start, first) for start in whole]
        for target in _targets(group.verdicts):
            starts.append(("", target.baseline, target))
            starts += [(slice_name(part.slice), part.baseline, target) for part in target.slices]
        written: set[tuple[str, str, Decimal]] = set()
        for name, start, target in starts:
            if start is None:
                continue
            day = start.date
            key = (name, str(day), start.value)
            if key in written:
                continue
            written.add(key)
            year = day.last.year if day is not None else target.begins.year
            attributes = {"year": str(year), "value": plain(start.value)}
            if day is None:
                attributes[f"{_OWN}undated"] = "1"
            elif day.precision != "year":
                attributes["iso-date"] = day.last.isoformat()
                if day.precision != "day":
                    attributes[f"{_OWN}date"] = day.said
            self._dimensions(Xml.SubElement(parent, "baseline", attributes), target, name)

    # Periods, with what was to be reached in them and what was

    def _periods(self, parent: Xml.Element, group: _Group) -> None:
        first = group.verdicts[0].target
        as_of = self._export.status.as_of
        reports = [
            report
            for report in _in_force(first, self._export.status.ledger.around(first))
            if report.date.last <= as_of
        ]
        # IATI has one figure for a period: that of the series that judges.
        others = sum(report.strand != first.strand for report in reports)
        if others:
            reports = [report for report in reports if report.strand == first.strand]
            self._losses["series"] += others
        self._losses["bodies"] += sum(1 for report in reports if report.body is not None)
        left: dict[tuple[date, date], list[Report]] = {}
        for report in reports:
            left.setdefault((report.date.first, report.date.last), []).append(report)
        for verdict in group.verdicts:
            for first_day, last_day in self._spans(verdict):
                period = _period(parent, first_day, last_day)
                self._targets_in(period, verdict, last_day)
                exact = left.pop((first_day, last_day), [])
                for report in exact:
                    self._actual(period, report, verdict.target)
                if all(report.slice is not None for report in exact):
                    self._in_force(period, verdict, first_day, last_day)
        for first_day, last_day in sorted(left, key=lambda span: span[::-1]):
            period = _period(parent, first_day, last_day)
            for report in left[first_day, last_day]:
                self._actual(period, report, first)

    def _spans(self, verdict: Verdict) -> Iterator[tuple[date, date]]:
        """The periods in which a target has something to be reached."""
        target = verdict.target
        if target.kind == "sustain":
            for period in target.periods:
                yield period.first, period.last
        elif target.kind == "unquantified" and not _goals(target):
            return
        elif target.deadline is not None:
            last = target.deadline.last
            yield min(target.begins, last), last

    def _targets_in(self, period: Xml.Element, verdict: Verdict, last: date) -> None:
        target = verdict.target
        goal = verdict.terms.goal or target.target
        span = next((span for span in verdict.spans if span.period.last == last), None)
        if span is not None and (span.goal is not None or span.result == "watched"):
            goal = span.goal
        if goal is not None or target.kind in ("milestone", "sustain"):
            self._target(period, verdict, goal, "")
        for promise in target.slices:
            name = slice_name(promise.slice)
            if promise.target is not None and (part := verdict.slices.get(name)) is not None:
                self._target(period, part, part.terms.goal or promise.target, name, target)

    def _target(
        self, period: Xml.Element, verdict: Verdict, goal: Goal | None, name: str,
        whole: Target | None = None,
    ) -> None:  # fmt: skip
        target = whole or verdict.target
        is_figure = goal is not None and goal.comparator not in RELATIVE
        if verdict.target.kind == "milestone":
            is_figure = False
        attributes = {"value": plain(goal.value)} if goal is not None and is_figure else {}
        element = Xml.SubElement(period, "target", attributes)
        self._dimensions(element, target, name)
        texts = {
            lang: f"{self._goal_words(goal, verdict, words)}. "
            + words("iati_verdict", date=verdict.as_of, state=words(f"state_{verdict.state}"),
                    reason=explain(verdict, words))
            for lang, words in self._both.items()
        }  # fmt: skip
        notes = target.notes if whole is None and target.id not in self._noted else []
        self._noted.add(target.id)
        said = Bilingual(vi=texts["vi"], en=texts["en"])
        self._narrated(element, "comment", _joined([said, *notes]) if notes else said)
        self._document(element, target.stated.source)
        marks = Xml.SubElement(
            element, f"{_OWN}goal", _goal_marks(target, goal if is_figure else None)
        )
        _add_notes(marks, notes)

    @staticmethod
    def _goal_words(goal: Goal | None, verdict: Verdict, words: Words) -> str:
        if goal is None and verdict.target.kind == "sustain":
            return words("span_watched")
        return goal_words(goal, verdict.target, words)

    def _undated(self, parent: Xml.Element, verdict: Verdict) -> None:
        """A target that has no period: IATI has no place for it, so it stands in ours alone."""
        target = verdict.target
        goal = verdict.terms.goal or target.target
        is_figure = goal is not None and goal.comparator not in RELATIVE
        marks = _goal_marks(target, goal if is_figure else None)
        if goal is not None and is_figure:
            marks["value"] = plain(goal.value)
        if target.kind != "unquantified":
            self._losses["undated"] += 1
        _add_notes(Xml.SubElement(parent, f"{_OWN}goal", marks), target.notes)

    def _actual(self, period: Xml.Element, report: Report, target: Target) -> None:
        figure, marks = report.figure, {}
        attributes: dict[str, str] = {}
        if isinstance(figure, bool):
            marks["done"] = "true" if figure else "false"
        elif isinstance(figure, Share):
            marks |= {"n": str(figure.n), "of": str(figure.of)}
            if figure.of:
                value = figure_value(figure) if target.in_percent else Decimal(figure.n)
                attributes["value"] = plain(quotient(value))
        elif figure is not None:
            attributes["value"] = plain(figure)
        if report.qualifier is not None:
            marks["qualifier"] = report.qualifier
        if report.date.precision == "span" or target.accumulates:
            marks["date"] = report.date.said
        element = Xml.SubElement(period, "actual", attributes)
        self._dimensions(element, target, report.slice or "", report)
        said = []
        if marks.keys() - {"date"}:
            texts = {lang: reported_words(report, target, words)
                     for lang, words in self._both.items()}  # fmt: skip
            said.append(Bilingual(vi=texts["vi"], en=texts["en"]))
        if report.note:
            said.append(_same(report.note))
            if marks:
                marks["note"] = _text(report.note)
        if said:
            self._narrated(element, "comment", _joined(said))
        if report.source is not None:
            self._document(element, report.source)
        if marks:
            Xml.SubElement(element, f"{_OWN}figure", marks)

    def _in_force(self, period: Xml.Element, verdict: Verdict, first: date, last: date) -> None:
        """The value in force at the end of a period, where no report is just about it."""
        if verdict.target.kind in ("milestone", "unquantified"):
            return
        points: Iterable[Point] = verdict.points
        if verdict.target.kind == "sustain":
            points = [value for span in verdict.spans if span.period.last == last
                      for value in span.points]  # fmt: skip
        point = next((value for value in reversed([*points]) if value.day <= last), None)
        if point is None or point.day < first:
            return
        element = Xml.SubElement(period, "actual", {"value": plain(quotient(point.value))})
        self._narrated(element, "comment", self._said("iati_in_force", date=point.date))
        Xml.SubElement(element, f"{_OWN}figure", {"in-force": "1"})

    # Parts

    def _dimensions(
        self, parent: Xml.Element, target: Target, name: str, report: Report | None = None
    ) -> None:
        parts = slice_parts(name) if name else {}
        for dimension, category in parts.items():
            text = target.breakdown.get(dimension, {}).get(category) or _same(category)
            self._dimension(parent, dimension, category, text)
        if report is not None and report.body is not None:
            body = self._register.bodies.get(report.body)
            text = body.name if body is not None else _same(report.body)
            self._dimension(parent, "body", report.body, text)
        if report is not None and report.part is not None:
            text = target.conditions.get(report.part) or _same(report.part)
            self._dimension(parent, "condition", report.part, text)

    def _dimension(
        self, parent: Xml.Element, dimension: str, category: str, text: Bilingual
    ) -> None:
        facts = {"name": dimension, "value": _text(text.en), f"{_OWN}id": category}
        if text.vi != text.en:
            facts[f"{_OWN}vi"] = _text(text.vi)
        Xml.SubElement(parent, "dimension", facts)

    def _document(self, parent: Xml.Element, name: str) -> None:
        """The document that something stands in, where it has an address."""
        source: Source | None = self._register.sources.get(name)
        if source is None or source.url is None:
            return
        form = "application/pdf" if source.url.lower().endswith(".pdf") else "text/html"
        link = Xml.SubElement(parent, "document-link", {"url": _text(source.url), "format": form})
        self._narrated(link, "title", source.title)
        Xml.SubElement(link, "category", {"code": _RESULTS})
        if source.date is not None:
            day = source.date.last.isoformat()
            Xml.SubElement(link, "document-date", {"iso-date": day})

    def _narrated(self, parent: Xml.Element, name: str, text: Bilingual) -> None:
        _add_narratives(Xml.SubElement(parent, name), text)

    def _said(self, key: str, **facts: object) -> Bilingual:
        texts = {lang: words(key, **facts) for lang, words in self._both.items()}
        return Bilingual(vi=texts["vi"], en=texts["en"])


def _in_force(target: Target, reports: Iterable[Report]) -> list[Report]:
    """Of the reports that speak of the same time the last; increments all count."""
    compete = competition(target)
    if compete == "none":
        return [*reports]
    latest: dict[object, Report] = {}
    for report in sorted(reports, key=lambda report: report.order):
        first = report.date.first if compete == "period" else None
        latest[(report.slot, first)] = report
    return sorted(latest.values(), key=lambda report: (report.date.last, report.order))


def _goal_marks(target: Target, goal: Goal | None) -> dict[str, str]:
    """What IATI has no place for of a target."""
    marks = {"id": target.id, "kind": target.kind, "owner": target.owner}
    if target.partners:
        marks["with"] = " ".join(target.partners)
    if goal is not None:
        marks["comparator"] = goal.comparator
        if goal.value_max is not None:
            marks["to"] = plain(goal.value_max)
    return marks


def _add_notes(parent: Xml.Element, notes: Sequence[Note]) -> None:
    for note in notes:
        marks = {"evidence": "1"} if note.evidence else {}
        _add_narratives(Xml.SubElement(parent, f"{_OWN}note", marks), note)


def _goals(target: Target) -> list[Goal]:
    goals = [target.target, *map(own_goal, target.periods)]
    goals += [part.target for part in target.slices]
    return [goal for goal in goals if goal is not None]


def _targets(verdicts: Iterable[Verdict]) -> list[Target]:
    return [verdict.target for verdict in verdicts]


def _period(parent: Xml.Element, first: date, last: date) -> Xml.Element:
    period = Xml.SubElement(parent, "period")
    Xml.SubElement(period, "period-start", {"iso-date": first.isoformat()})
    Xml.SubElement(period, "period-end", {"iso-date": last.isoformat()})
    return period


def _add_narratives(parent: Xml.Element, text: Bilingual) -> None:
    """A text in both languages; one for both has no language of its own."""
    if text.vi == text.en:
        Xml.SubElement(parent, "narrative").text = _text(text.en)
        return
    for lang, part in (("vi", text.vi), ("en", text.en)):
        Xml.SubElement(parent, "narrative", {_LANG: lang}).text = _text(part)


def _text(text: str) -> str:
    """A text that XML can hold."""
    return visible(one_line(text))


def _same(text: str) -> Bilingual:
    return Bilingual(vi=text, en=text)


def _joined(texts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(
        vi=". ".join(text.vi.rstrip(".") for text in texts) + ".",
        en=". ".join(text.en.rstrip(".") for text in texts) + ".",
    )

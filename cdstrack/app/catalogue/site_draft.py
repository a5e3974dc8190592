"""An Open SDG site, drafted as headings, indicators with their breakdowns, targets and reports.

What the site says of its progress is a target where it names a figure; an indicator without one is
only watched, and its draft says that a goal is missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import NamedTuple

from cdstrack.app.catalogue.body_match import BodyMatch
from cdstrack.app.catalogue.draft_entries import (
    Draft,
    DraftEntry,
    DraftProblem,
    DraftReport,
    DraftTerms,
    ReviewNote,
)
from cdstrack.app.catalogue.site_data import (
    MAX_ROWS,
    Parts,
    SiteFigure,
    SiteTable,
    means_all,
    read_table,
    short_name,
)
from cdstrack.app.catalogue.site_texts import SiteIndicator, SiteTexts, as_text, stem_of
from cdstrack.app.catalogue.title_ids import TitleIds, id_of
from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Goal
from cdstrack.core.model.periods import Frequency
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import slice_name
from cdstrack.core.model.structs import dataclass, field
from cdstrack.core.model.work import Work
from cdstrack.i18n.read_dates import read_period
from cdstrack.i18n.read_goals import read_goals
from cdstrack.i18n.reading import Misread
from cdstrack.store.sheet.grid import read_book
from cdstrack.store.yaml.site_folder import SiteFaultError, SiteFolder

MAX_CROSS = 200
"""So many slices may dimensions make that go together; others are left out, and said to be."""
MAX_CATEGORIES = 300
"""So many categories may a dimension have; one of more is left out, and said to be."""
MAX_ALIKE = 10
"""So many problems of one kind are said of one file; of more, how many there are."""
MAX_SERIES = 50
"""So many series may one indicator have."""
LAST_YEAR = "2030"
"""The year of the goals, where a site names none."""
_PERCENT = re.compile(
    r"(?:percent(?:age)?s?|per cent|%|phần trăm|tỷ lệ %)(?: ?\(%\))?", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9a-z]+)*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:(?:goal|target|indicator|mục tiêu|chỉ tiêu) *[0-9]+(?:\.[0-9a-z]+)*"
    r"|[0-9]+(?:\.[0-9a-z]+)+)"
    r"[.:]? +(?=\S)",
    re.IGNORECASE,
)
"""What stands before a title: “Target 1.1: ”, “1.1.1 ”."""
_OFTEN: tuple[tuple[Frequency, str], ...] = (
    ("year", r"annual(?:ly)?|yearly|every year|once a year|hằng năm|hàng năm|năm"),
    ("quarter", r"quarterly|every quarter|hằng quý|quý"),
    ("month", r"monthly|every month|hằng tháng|tháng"),
)  # fmt: skip
_TRUE = ("true", "yes", "1")
_LAYOUT = ("meta", "indicator-config", "data")


class _Promise(NamedTuple):
    """A figure that an indicator is to reach, of which series and categories."""

    goal: Mapping[str, object]
    deadline: str
    parts: Parts
    base: str | None
    text: str
    doubts: Sequence[ReviewNote]


@dataclass(slots=True)
class _Series:
    """What is counted of one indicator in one unit."""

    name: str
    unit: str
    figures: Sequence[SiteFigure] = ()
    place: str = ""
    promises: list[_Promise] = field(default_factory=list)


def read_site(
    folder: SiteFolder, register: Register | None, terms: DraftTerms, work: Work | None = None
) -> Draft:
    """Draft what an Open SDG site measures and promises; ``work`` counts its indicators.

    Raises StoreError for a folder that is none.
    """
    if not any(name in folder.folders(".") for name in _LAYOUT):
        raise StoreError("site_none", path=str(folder.root))
    work = work or Work()
    reader = _Reader(folder, register, terms, work)
    reader.read(work)
    if not reader.draft.targets and not reader.draft.problems:
        raise StoreError("site_empty", path=str(folder.root))
    return reader.draft


class _Reader:
    """Goes through the indicators of a site in the order of their numbers."""

    def __init__(
        self, folder: SiteFolder, register: Register | None, terms: DraftTerms, work: Work
    ) -> None:
        self.draft = Draft(whole=register is None, of_activities=True)
        self._folder, self._register, self.terms = folder, register, terms
        self.texts = SiteTexts(folder, work)
        present = register or None
        names = (
            [*present.targets, *present.broken, *present.headings, *present.indicators]
            if present is not None
            else []
        )
        self.ids = TitleIds(names)
        self.bodies = BodyMatch(
            present.bodies if present else {}, TitleIds(present.bodies if present else [])
        )
        self._headings: dict[str, str] = {}
        self._ignored = list(self.texts.ignored_columns())

    def read(self, work: Work) -> None:
        draft, texts = self.draft, self.texts
        for name, fault in texts.faults:
            self._refuse(name, fault.line, fault.code, fault.facts)
        tables = {
            stem: name
            for name in self._folder.files("data")
            if (stem := stem_of(name, ".csv")) is not None
        }
        archive = [name for name in tables if name.startswith("archived-")]
        self._count("site_archived", archive)
        self._count("site_meta_unread", texts.unread)
        for name in archive:
            del tables[name]
        self.source = self._new_source()
        to_begin: list[str] = []
        offstage: list[str] = []
        stems = sorted({*tables, *texts.indicators}, key=_order)
        for stem in work.over(stems, "work_indicators"):
            entry = texts.indicators.get(stem) or SiteIndicator(stem, {}, {"": tables[stem]})
            if self._is_hidden(entry):
                offstage.append(stem)
                continue
            table = self._table(tables[stem], entry) if stem in tables else None
            promises = [goal for goal in self._promises(entry) if goal[2].deadline]
            is_started = as_text(entry.texts.get("reporting_status")) != "notstarted"
            if table is None and not promises and not is_started:
                to_begin.append(stem)
                continue
            self._indicator(entry, table, promises, tables.get(stem))
        self._count("site_hidden", offstage)
        self._count("site_not_started", to_begin)
        for key, title in self.bodies.new.items():
            draft.bodies[key] = DraftEntry(key, {"name": title})
        self._date_source()

    # Places and problems

    def _refuse(self, name: str, line: int, code: str, facts: Mapping[str, object]) -> None:
        place = f"{name}:{line}" if line else name
        self.draft.problems.append(DraftProblem("", place, code, facts))

    def _count(self, code: str, names: Sequence[str]) -> None:
        """Say of how many files or indicators something holds, and of which the first."""
        if names:
            facts = {"n": len(names), "names": ", ".join(names[:5])}
            self.draft.remarks.append(ReviewNote("", code, facts))

    def _is_hidden(self, entry: SiteIndicator) -> bool:
        """Whether a site itself does not show an indicator."""
        texts = entry.texts
        return (
            as_text(texts.get("published")).lower() == "false"
            or bool(texts.get("placeholder"))
            or as_text(texts.get("reporting_status")) == "notapplicable"
        )

    # The document

    def _new_source(self) -> str:
        terms, register = self.terms, self._register
        if register is not None and terms.source in register.sources:
            return str(terms.source)
        site = self.texts.site
        title = terms.title or as_text(site.get("title")) or self._folder.root.resolve().name
        keys = register.sources if register is not None else []
        key = terms.source or TitleIds(keys).new(title, "source")
        entry = DraftEntry(key, {"title": title}, place=str(self._folder.root))
        if terms.title is None:
            entry.doubt("title", "", "site_source", text=title)
        entry.values["publisher"] = terms.by or title
        if terms.by is None:
            entry.doubt("publisher", "", "draft_publisher")
        if terms.on is not None:
            entry.values["date"] = read_period(terms.on, terms.lang, terms.today).said
        else:
            entry.values["date"] = terms.today.isoformat()
            entry.doubt("date", "", "draft_source_date")
        self.draft.sources[key] = entry
        self.draft.title = title
        return key

    def _date_source(self) -> None:
        """Take a document of no known day for older than what it sets a date for."""
        entry = self.draft.sources.get(self.source)
        if entry is None or "date" not in entry.doubts:
            return
        starts = [
            str(entry.values["start"]) for entry in self.draft.targets if "start" in entry.values
        ]
        if starts:
            entry.values["date"] = min(f"{min(starts)}-01-01", str(entry.values["date"]))

    # Headings

    def _part_of(self, entry: SiteIndicator, number: str) -> str | None:
        """The heading that an indicator stands below: its target's, which is below its goal's."""
        numbers = number.split(".")
        if len(numbers) < 3 or as_text(entry.texts.get("standalone")).lower() in _TRUE:
            return None
        goal, target = numbers[0], ".".join(numbers[:2])
        above = self._heading("goal", goal, None, entry, ("SDG_GOAL", "goal_name"))
        return self._heading("target", target, above, entry, ("SDG_TARGET", "target_name"))

    def _heading(
        self, kind: str, number: str, above: str | None, entry: SiteIndicator, keys: Sequence[str]
    ) -> str:
        if number in self._headings:
            return self._headings[number]
        text, place, is_known = self.texts.of(entry, *keys)
        if not is_known:
            text = self.texts.global_text(kind, number)
        name = self.ids.new(f"{kind} {number}", kind)
        words = {"vi": "Mục tiêu", "en": kind.capitalize()}
        title = _with(text, lambda text: f"{number}. {_LEAD.sub('', text, count=1)}")
        values: dict[str, object] = {
            "id": name, "title": title or f"{words[self.terms.lang]} {number}", "kind": "heading",
        }  # fmt: skip
        if above is not None:
            values["part_of"] = above
        heading = DraftEntry(name, values, place=place)
        if not title:
            heading.doubt("title", place, "site_no_title")
        self.draft.targets.append(heading)
        self._headings[number] = name
        return name

    # Indicators

    def _table(self, name: str, entry: SiteIndicator) -> SiteTable | None:
        """The figures of an indicator; None for a file that is not read."""
        try:
            book = read_book(self._folder.path(name), MAX_ROWS)
        except SiteFaultError as fault:
            self._refuse(name, fault.line, fault.code, fault.facts)
            return None
        except StoreError as error:
            self._refuse(name, 0, error.code, error.facts)
            return None
        whole = as_text(entry.texts.get("national_geographical_coverage"))
        table = read_table(book.grids[0], self._ignored, whole, self.terms.today)
        alike: Counter[str] = Counter()
        for wrong in table.faults:
            alike[wrong.code] += 1
            if alike[wrong.code] <= MAX_ALIKE:
                self._refuse(name, wrong.line, wrong.code, wrong.facts)
        more = sum(max(n - MAX_ALIKE, 0) for n in alike.values())
        if more:
            self._refuse(name, 0, "site_alike", {"n": more})
        return table

    def _indicator(
        self,
        entry: SiteIndicator,
        table: SiteTable | None,
        promises: Sequence[tuple[str, str, _Promise]],
        name: str | None,
    ) -> None:
        """Draft an indicator, or one for each of its series, with its targets and reports."""
        number = as_text(entry.texts.get("indicator_number")) or entry.stem.replace("-", ".")
        number = number if _NUMBER.fullmatch(number) else ""
        part_of = self._part_of(entry, number) if number else None
        table = table or SiteTable()
        series = [
            _Series(*key, figures, f"{name}:{table.first[key]}")
            for key, figures in table.series.items()
        ]
        if len(series) > MAX_SERIES:
            limit = {"n": len(series), "limit": MAX_SERIES}
            self._refuse(str(name), 1, "site_too_many_series", limit)
            return
        series = series or [_Series("", "", (), entry.place())]
        for title, unit, promise in promises:
            matches = [
                track for track in series if title in ("", track.name) and unit in ("", track.unit)
            ]
            if len(matches) == 1:
                matches[0].promises.append(promise)
            else:
                facts = {"text": title or unit or promise.text}
                code = "site_which_series" if matches else "site_no_series"
                place = entry.place("progress_calculation_options", "graph_target_lines")
                self.draft.remarks.append(ReviewNote(place, code, facts))
        for track in series:
            drafts = _IndicatorDraft(self, entry, track, number, part_of, is_alone=len(series) == 1)
            drafts.write()
            if track is series[0]:
                for fault in table.notes:
                    where = f"{name}:{fault.line}"
                    drafts.indicator.doubt("title", where, fault.code, **fault.facts)
                if name is None and not _is_words(entry):
                    facts = {"path": f"data/indicator_{entry.stem}.csv"}
                    drafts.indicator.doubt("title", entry.place(), "site_no_data", **facts)

    # Goals

    def _promises(self, entry: SiteIndicator) -> Iterator[tuple[str, str, _Promise]]:
        """What an indicator is to reach, by the title and the unit of its series."""
        options = _mappings(entry.texts.get("progress_calculation_options"))
        place = entry.place("progress_calculation_options")
        count = 0
        for option in options:
            if (value := _decimal(option.get("target"))) is not None:
                count += 1
                yield self._of_option(option, value, place)
            elif option.get("target") is not None:
                text = as_text(option.get("target")) or str(option.get("target"))
                self._refuse_at(place, "site_goal", text=text[:80])
        if count:
            return
        for key in ("graph_target_lines", "graph_annotations"):
            for option in _mappings(entry.texts.get(key)):
                is_line = key == "graph_target_lines" or option.get("preset") == "target_line"
                value = _decimal(option.get("value"))
                if is_line and value is not None:
                    yield self._of_line(option, value, entry.place(key))
        for key in ("target_value", "national_target", "target"):
            text = as_text(entry.texts.get(key))
            if text:
                yield from self._of_text(entry, key, text)
                return

    def _refuse_at(self, place: str, code: str, **facts: object) -> None:
        name, _, line = place.rpartition(":")
        self._refuse(name or place, int(line) if name and line.isdigit() else 0, code, facts)

    def _of_option(
        self, option: Mapping[str, object], value: Decimal, place: str
    ) -> tuple[str, str, _Promise]:
        """A target of the calculation of progress; negative is the direction unless it says."""
        direction = as_text(option.get("direction"))
        doubts = []
        if direction not in ("positive", "negative"):
            doubts.append(ReviewNote(place, "site_direction", {"text": plain(value)}))
        comparison = "at_least" if direction == "positive" else "at_most"
        year = as_text(option.get("target_year"))
        if not year:
            doubts.append(ReviewNote(place, "site_goal_year", {"year": self._last_year}))
        base = as_text(option.get("base_year")) or None
        parts = tuple(
            (short_name(as_text(part.get("field"))), short_name(as_text(part.get("value"))))
            for part in _mappings(option.get("disaggregation"))
        )
        promise = _Promise(
            {comparison: value}, self._year(year, place), parts, base, plain(value), doubts
        )
        series, unit = (short_name(as_text(option.get(key))) for key in ("series", "unit"))
        return series, unit, promise

    def _of_line(
        self, option: Mapping[str, object], value: Decimal, place: str
    ) -> tuple[str, str, _Promise]:
        """A line of a target in a chart, which does not say which way."""
        label = option.get("label")
        content = (
            label.get("content") if isinstance(label, Mapping) else option.get("label_content")
        )
        years = re.findall(r"20[0-9]{2}", as_text(content))
        doubts = [ReviewNote(place, "site_line", {"text": plain(value)})]
        if len(years) != 1:
            doubts.append(ReviewNote(place, "site_goal_year", {"year": self._last_year}))
        year = years[0] if len(years) == 1 else self._last_year
        series, unit = (short_name(as_text(option.get(key))) for key in ("series", "unit"))
        return series, unit, _Promise({"": value}, year, (), None, plain(value), doubts)

    def _of_text(
        self, entry: SiteIndicator, key: str, text: str
    ) -> Iterator[tuple[str, str, _Promise]]:
        """A target as somebody has written it into the metadata."""
        place = entry.place(key)
        try:
            goals = read_goals(text, self.texts.lang)
        except Misread as misread:
            self._refuse_at(place, misread.code, **misread.facts)
            return
        for goal in goals:
            if goal.comparison not in Goal.model_fields or goal.doubt is not None or goal.every:
                self._refuse_at(place, "site_goal", text=text)
                continue
            doubts = []
            year = goal.when or as_text(entry.texts.get("target_year"))
            if not year:
                doubts.append(ReviewNote(place, "site_goal_year", {"year": self._last_year}))
            if goal.plain:
                doubts.append(ReviewNote(place, "site_line", {"text": text}))
            if goal.rest:
                doubts.append(ReviewNote(place, "draft_rest", {"rest": goal.rest}))
            is_change = goal.comparison in ("increase_by", "reduce_by")
            figure: object = f"{goal.value:f}%" if is_change and goal.unit == "%" else goal.value
            values: dict[str, object] = {"" if goal.plain else goal.comparison: figure}
            if goal.up_to is not None:
                values["up_to"] = goal.up_to
            yield "", "", _Promise(values, self._year(year, place), (), None, text, doubts)

    @property
    def _last_year(self) -> str:
        return self.terms.deadline or LAST_YEAR

    def _year(self, text: str, place: str) -> str:
        """The deadline that a site names, else the last year; empty for one that is refused."""
        try:
            return read_period(text or self._last_year, self.terms.lang, self.terms.today).said
        except Misread as misread:
            self._refuse_at(place, misread.code, **misread.facts)
            return ""


class _IndicatorDraft:
    """Writes one series of an indicator, the targets on it and its reports."""

    def __init__(
        self, reader: _Reader, entry: SiteIndicator, series: _Series, number: str,
        part_of: str | None, *, is_alone: bool,
    ) -> None:  # fmt: skip
        self._reader, self._entry, self._series = reader, entry, series
        self._part_of, self._is_alone = part_of, is_alone
        stem = f"indicator {entry.stem}" if number else entry.stem
        ending = "" if is_alone else id_of(series.name or series.unit)
        self._id = reader.ids.new(stem, "indicator", ending)
        self._dimensions: dict[str, tuple[str, dict[str, str]]] = {}
        self._dimension_ids = TitleIds()
        self._category_ids: dict[str, TitleIds] = {}
        self._crosses: Collection[tuple[str, ...]] = ()
        """Dimensions that go together."""
        self._large: Collection[str] = ()
        """Columns of too many categories."""
        self.indicator = DraftEntry(self._id, {}, place=entry.place())

    def write(self) -> None:
        draft = self._reader.draft
        self._put_texts()
        self._put_breakdown()
        draft.indicators[self._id] = self.indicator
        owner, owner_doubt = self._owner()
        groups: dict[str, list[_Promise]] = {}
        for promise in self._series.promises:
            groups.setdefault(promise.deadline, []).append(promise)
        for deadline, promises in groups.items():
            self._put_target(deadline, promises, owner, owner_doubt, several=len(groups) > 1)
        if not groups:
            self._put_watched(owner, owner_doubt)
        for figure in self._series.figures:
            self._report(figure)

    def _put_texts(self) -> None:
        texts, entry, values = self._reader.texts, self._entry, self.indicator.values
        title, place, is_known = texts.of(
            entry, "indicator_name", "SDG_INDICATOR", "title", "national_indicator_available",
            "indicator_available", "graph_title",
        )  # fmt: skip
        if not is_known:
            kind = {"vi": "Chỉ tiêu", "en": "Indicator"}[self._reader.terms.lang]
            title = f"{kind} {entry.stem.replace('-', '.')}"
            self.indicator.doubt("title", place, "site_no_title")
        values["title"] = _with(title, lambda text: _LEAD.sub("", text, count=1))
        suffix = " – ".join(
            filter(None, (self._series.name, "" if self._is_alone else self._series.unit))
        )
        if suffix and not self._is_alone:
            values["title"] = _with(values["title"], lambda text: f"{text} – {suffix}")
        unit, place, is_known = texts.of(entry, "computation_units", "UNIT_MEASURE")
        words: object = texts.category(self._series.unit) if self._series.unit else unit
        if not words or not (is_known or self._series.unit):
            words = {"vi": "đơn vị", "en": "units"}[self._reader.terms.lang]
            self.indicator.doubt("unit", place, "draft_unit_missing")
        values["unit"] = _with(words, lambda text: "%" if _PERCENT.fullmatch(text) else text)
        definition, _, is_known = texts.of(
            entry, "national_indicator_description", "indicator_definition",
            "computation_definitions", "STAT_CONC_DEF",
        )  # fmt: skip
        if is_known:
            values["definition"] = definition
        contact, _, is_known = texts.of(entry, "source_contact_1", "CONTACT_EMAIL", "CONTACT_MAIL")
        if is_known:
            values["contact"] = contact
        often = as_text(entry.texts.get("source_periodicity_1") or entry.texts.get("FREQ_COLL"))
        for every, pattern in _OFTEN:
            if re.fullmatch(pattern, often.lower().rstrip(".")):
                values["report_every"] = every

    # Breakdowns

    def _put_breakdown(self) -> None:
        """The dimensions of the figures with their categories, and those that go together."""
        crosses: dict[tuple[str, ...], int] = {}
        slices = dict.fromkeys(figure.parts for figure in self._series.figures)
        sizes = Counter(heading for heading, _ in {pair for parts in slices for pair in parts})
        self._large = {heading for heading, n in sizes.items() if n > MAX_CATEGORIES}
        for parts in slices:
            if any(heading in self._large for heading, _ in parts):
                continue
            for heading, category in parts:
                self._category(heading, category)
            if len(parts) > 1:
                crosses.setdefault(tuple(heading for heading, _ in parts), 0)
        values = self.indicator.values
        for heading in sorted(self._large):
            facts = {"heading": heading, "n": sizes[heading], "limit": MAX_CATEGORIES}
            self.indicator.doubt("title", self._series.place, "site_categories", **facts)
        if not self._dimensions:
            return
        texts = self._reader.texts
        values["breakdown"] = {
            name: {key: texts.category(category) for category, key in categories.items()}
            for name, categories in self._dimensions.values()
        }
        self._crosses = {
            cross for cross in crosses
            if prod(len(self._dimensions[heading][1]) for heading in cross) <= MAX_CROSS
        }  # fmt: skip
        if self._crosses:
            values["crosses"] = [
                [self._dimensions[heading][0] for heading in cross]
                for cross in crosses if cross in self._crosses
            ]  # fmt: skip
        if left := [cross for cross in crosses if cross not in self._crosses]:
            facts = {"n": len(left), "text": " × ".join(left[0]), "limit": MAX_CROSS}
            self.indicator.doubt("breakdown", self._series.place, "site_cross", **facts)
        if not any(not figure.parts for figure in self._series.figures):
            self.indicator.doubt("breakdown", self._series.place, "site_no_headline")

    def _category(self, heading: str, category: str) -> tuple[str, str]:
        """The ids of a dimension and a category of it."""
        if heading not in self._dimensions:
            name = self._dimension_ids.new(heading, "dimension")
            self._dimensions[heading] = name, {}
            self._category_ids[heading] = TitleIds()
        name, categories = self._dimensions[heading]
        if category not in categories:
            categories[category] = self._category_ids[heading].new(category, name)
        return name, categories[category]

    def _slice(self, parts: Parts) -> dict[str, str] | None:
        """The slice of some categories by their ids; None for one that is not kept."""
        if any(heading in self._large for heading, _ in parts):
            return None
        if len(parts) > 1 and tuple(heading for heading, _ in parts) not in self._crosses:
            return None
        return dict(self._category(heading, category) for heading, category in parts)

    def _report(self, figure: SiteFigure) -> None:
        parts = self._slice(figure.parts)
        if parts is None:
            return
        self._reader.draft.reports.append(
            DraftReport(
                target=self._id,
                date=figure.period.said,
                value=figure.value,
                slice=slice_name(parts) if parts else "",
                source=self._source(),
                note=figure.note,
                in_percent=_is_percent(self.indicator.values["unit"]),
            )
        )

    def _source(self) -> str:
        texts = self._entry.texts
        names = ("source_organisation_1", "source_url_text_1", "DATA_SOURCE")
        sources = texts.get("sources")
        if isinstance(sources, list) and sources and isinstance(sources[0], Mapping):
            return as_text(sources[0].get("organisation"))[:200]
        return next((text[:200] for name in names if (text := as_text(texts.get(name)))), "")

    # Targets

    def _owner(self) -> tuple[str, ReviewNote | None]:
        """Who answers for it: who is said to, else who makes its figures."""
        entry, bodies = self._entry, self._reader.bodies
        for name in ("owner", "responsible_organisation", "CONTACT_ORGANISATION"):
            if text := as_text(entry.texts.get(name)):
                return bodies.find(text[:200]), None
        place = entry.place("source_organisation_1")
        if text := as_text(entry.texts.get("source_organisation_1")):
            return bodies.find(text[:200]), ReviewNote(place, "site_owner", {"text": text[:200]})
        names = {"vi": "Chưa rõ cơ quan chủ trì", "en": "Owner not yet known"}
        body = bodies.find(names[self._reader.terms.lang])
        return body, ReviewNote(place, "draft_owner_missing", {})

    def _new_target(
        self, ending: str, kind: str, owner: str, owner_doubt: ReviewNote | None
    ) -> DraftEntry:
        name = self._reader.ids.new(self._id.replace("-", " "), "target", ending)
        values: dict[str, object] = {
            "id": name,
            "indicator": self._id,
            "kind": kind,
            "owner": owner,
        }
        target = DraftEntry(name, values, place=self._entry.place())
        if owner_doubt is not None:
            target.doubts["owner"] = [owner_doubt]
        self._reader.draft.targets.append(target)
        return target

    def _finish(self, target: DraftEntry, figure: str | None) -> None:
        stated: dict[str, object] = {"source": self._reader.source}
        if figure is not None:
            stated["figure"] = figure
        target.values["stated"] = stated
        if self._part_of is not None:
            target.values["part_of"] = self._part_of

    def _put_watched(self, owner: str, owner_doubt: ReviewNote | None) -> None:
        """An indicator without a goal: listed, and asked for one."""
        target = self._new_target("watched", "unquantified", owner, owner_doubt)
        entry, code = self._entry, "site_no_goal"
        place = entry.place("progress_calculation_options", "auto_progress_calculation")
        options = _mappings(entry.texts.get("progress_calculation_options"))
        limits = [as_text(option.get("limit")) for option in options]
        if _is_words(entry):
            code = "site_words"
        target.doubt("kind", place, code)
        if any(limits):
            target.doubt("kind", place, "site_limit", text=next(filter(None, limits)))
        self._finish(target, None)

    def _put_target(
        self, deadline: str, promises: Sequence[_Promise], owner: str,
        owner_doubt: ReviewNote | None, *, several: bool,
    ) -> None:  # fmt: skip
        """A target with what is promised of the whole and of slices by one date."""
        wholes = [promise for promise in promises if not self._categories(promise)]
        kind = "reach" if wholes else "unquantified"
        target = self._new_target(id_of(deadline), kind, owner, owner_doubt)
        values = target.values
        for promise in wholes[:1]:
            values["target"] = self._goal(promise, (), target)
            self._put_start(target, promise)
        for promise in wholes[1:]:
            place = self._entry.place("progress_calculation_options")
            target.doubt("target", place, "site_second_goal", text=promise.text)
        slices = []
        for promise in promises:
            parts = self._categories(promise)
            if not parts:
                continue
            if any(h not in self._dimensions or c not in self._dimensions[h][1] for h, c in parts):
                text = ", ".join(f"{heading}: {category}" for heading, category in parts)
                place = self._entry.place("progress_calculation_options")
                target.doubt("kind", place, "site_no_category", text=text)
                continue
            if (names := self._slice(parts)) is None:
                continue
            goal = self._goal(promise, parts, target)
            slices.append({"slice": names, "target": goal, "figure": promise.text})
        if slices:
            values["slices"] = slices
        values["deadline"] = deadline
        self._finish(target, wholes[0].text if wholes else None)

    def _categories(self, promise: _Promise) -> Parts:
        """The categories of a promise in the order of the file, without those that mean all."""
        order = list(self._dimensions)
        categories = [
            (heading, category) for heading, category in promise.parts
            if self._dimensions and not means_all(category, self._whole())
        ]  # fmt: skip
        categories.sort(key=lambda part: order.index(part[0]) if part[0] in order else len(order))
        return tuple(categories)

    def _whole(self) -> str:
        return as_text(self._entry.texts.get("national_geographical_coverage"))

    def _goal(self, promise: _Promise, parts: Parts, target: DraftEntry) -> dict[str, object]:
        """The goal of a promise; of a line, which way is told by where it stood last."""
        key = "target" if not parts else "slices"
        for doubt in promise.doubts:
            target.doubts.setdefault(key, []).append(doubt)
        goal = dict(promise.goal)
        if "" in goal:
            value = goal.pop("")
            last = self._last(parts)
            falls = last is not None and isinstance(value, Decimal) and value < last
            goal = {"at_most" if falls else "at_least": value, **goal}
        return goal

    def _last(self, parts: Parts) -> Decimal | None:
        figures = [figure for figure in self._series.figures if figure.parts == parts]
        last = max(figures, key=lambda figure: figure.period.last, default=None)
        return last.value if last is not None else None

    def _put_start(self, target: DraftEntry, promise: _Promise) -> None:
        """Where it stood in the base year, and when its time begins."""
        base = promise.base
        if base is None:
            return
        first = next(
            (f for f in self._series.figures if not f.parts and f.period.said == base), None
        )
        if first is not None:
            target.values["baseline"] = {"value": first.value, "date": base}
        if base < promise.deadline and re.fullmatch(r"[0-9]{4}", base):
            target.values["start"] = base


def _is_words(entry: SiteIndicator) -> bool:
    """Whether an indicator is told in words and has no figures."""
    return as_text(entry.texts.get("data_non_statistical")).lower() in _TRUE


def _is_percent(unit: object) -> bool:
    """Whether a unit is a percentage, of whatever."""
    text = unit.get("en", "") if isinstance(unit, Mapping) else unit
    return str(text).startswith("%")


def _mappings(value: object) -> list[Mapping[str, object]]:
    """The mappings of a list, or one that stands alone."""
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, Mapping)]


def _decimal(value: object) -> Decimal | None:
    """A number as YAML writes it."""
    text = as_text(value)
    is_number = re.fullmatch(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?", text)
    return Decimal(text) if is_number else None


def _with(text: object, change: Callable[[str], str]) -> object:
    """A text, or one in each language, changed."""
    if isinstance(text, Mapping):
        return {lang: change(str(part)) for lang, part in text.items()}
    return change(str(text)) if text else ""


def _order(stem: str) -> tuple[tuple[int, int, str], ...]:
    """1-2-1 before 1-10-1 before 1-a-1."""
    return tuple(
        (0, int(part), "") if part.isdigit() and len(part) < 10 else (1, 0, part)
        for part in stem.split("-")
    )

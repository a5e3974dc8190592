"""One edition of the site: what its templates say of the object, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from cdstrack.core.model.entries import RELATIVE
from cdstrack.core.model.periods import in_zone, parse_period
from cdstrack.i18n import Words
from cdstrack.i18n.notation import Language
from cdstrack.render.phrases import every_words

Object = Mapping[str, Any]
"""An object of the JSON; numbers are ``Decimal``."""

FOLDERS: Mapping[Language, str] = {"vi": "", "en": "en/"}
"""Where the pages of each language stand. Addresses never change."""
VIETNAMESE = frozenset("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
"""Letters that tell that a text is in Vietnamese."""
CELLS = ("overdue", "in_time", "late", "on_time", "outside")
"""Worst first."""
SYMBOLS = {"on_time": "✓", "late": "✓", "in_time": "○", "overdue": "✗", "outside": "–"}
SIGNS = {
    "at_least": "≥ ", "more_than": "> ", "at_most": "≤ ", "less_than": "< ", "exactly": "= ",
    "about": "≈ ", "between": "",
}  # fmt: skip


def by_key(items: Iterable[Object], key: str) -> Mapping[str, Sequence[Object]]:
    """Objects by what stands under one of their keys; those with nothing there are left out."""
    groups: dict[str, list[Object]] = {}
    for item in items:
        if item[key] is not None:
            groups.setdefault(item[key], []).append(item)
    return groups


class Edition:
    """The object of a register, said in one language."""

    def __init__(self, document: Object, words: Words, is_part: bool = False) -> None:
        self.document = document
        self.is_part = is_part
        self.words = words
        self.lang: Language = words.lang
        self.folder = FOLDERS[words.lang]
        self.targets: Mapping[str, Object] = {item["id"]: item for item in document["targets"]}
        self.headings: Mapping[str, Object] = {item["id"]: item for item in document["headings"]}
        self.bodies: Mapping[str, Object] = document["bodies"]
        self.groups: Mapping[str, Object] = document["groups"]
        self.indicators: Mapping[str, Object] = document["indicators"]
        self.sources: Mapping[str, Object] = document["sources"]
        self.records: Mapping[str, Object] = {item["id"]: item for item in document["reports"]}
        self._zone = ZoneInfo(document["timezone"])
        self._times: dict[str, str] = {}
        self._citations: dict[str, str] = {}
        self.states: Sequence[str] = [*document["words"]["states"]]
        """Worst first."""

    # texts

    def text(self, texts: Mapping[str, str] | None) -> str:
        """A text of the register in the language of the edition."""
        return texts[self.lang] if texts is not None else ""

    def sentence_of(self, texts: Mapping[str, str] | None) -> str:
        """A text that stands alone: it begins with a capital."""
        text = self.text(texts)
        return text[:1].upper() + text[1:]

    def word(self, group: str, code: str | None) -> str:
        """What a code means."""
        return self.text(self.document["words"][group][code]) if code is not None else ""

    def body(self, name: str | None) -> str:
        """The name of a body."""
        entry = self.bodies.get(name or "")
        return self.text(entry["name"]) if entry is not None else name or ""

    def title(self, name: str) -> str:
        """The title of a target or heading, with the deadline or else the id where several targets
        are called so; the id of one that is not there."""
        entry = self.targets.get(name) or self.headings.get(name)
        if entry is None:
            return name
        text = self.text(entry["title"])
        return f"{text} ({self._surnames[name]})" if name in self._surnames else text

    @cached_property
    def _surnames(self) -> Mapping[str, str]:
        """What tells targets of the same title apart, by their ids."""
        namesakes: dict[str, list[Object]] = {}
        for item in self.targets.values():
            namesakes.setdefault(self.text(item["title"]), []).append(item)
        surnames = {}
        for items in namesakes.values():
            deadlines = [self.deadline(item["deadline"]) for item in items]
            for item, deadline in zip(items, deadlines, strict=True):
                if len(items) > 1:
                    surnames[item["id"]] = (
                        deadline if deadlines.count(deadline) == 1 else item["id"]
                    )
        return surnames

    # dates

    def day(self, iso: str | None) -> str:
        """A day, of ``YYYY-MM-DD``."""
        return self.time(iso)

    def time(self, said: str | None) -> str:
        """A day or period as it was said."""
        if said is None:
            return ""
        text = self._times.get(said)  # the same few stand on every page
        if text is None:
            text = self._times[said] = self.words.period(parse_period(said))
        return text

    def recorded(self, moment: str) -> str:
        """The day of a moment, where the register is."""
        return self.words.day(in_zone(datetime.fromisoformat(moment), self._zone).date())

    def deadline(self, item: Object | None) -> str:
        """A deadline, of a year its end."""
        period = parse_period(item["as_said"]) if item is not None else None
        return self.words.deadline(period)

    # figures

    def number(self, value: Decimal | int | None, places: int | None = 2) -> str:
        return self.words.number(Decimal(value), places=places) if value is not None else "–"

    def share(self, value: Decimal | None) -> str:
        return self.words.percent(value) if value is not None else "–"

    def in_percent(self, target: Object) -> bool:
        return target["unit"] is not None and target["unit"]["en"].startswith("%")

    def unit(self, target: Object) -> str:
        """The unit behind a figure; of a percentage what is left of it beside the sign."""
        if target["unit"] is None or target["kind"] == "milestone":
            return ""
        text = self.text(target["unit"])
        return text.removeprefix("%").strip() if self.in_percent(target) else text

    def with_sign(self, value: Decimal, target: Object, places: int | None = 2) -> str:
        """A number; a percentage carries its sign."""
        text = self.words.number(value, places=places, limits=self._limits(target))
        if not self.in_percent(target):
            return text
        return f"{text} %" if self.lang == "vi" else f"{text}%"

    def _limits(self, target: Object) -> list[Decimal]:
        goal = target["target"] or {}
        return [Decimal(goal[key]) for key in ("value", "value_max") if goal.get(key) is not None]

    def figure(self, point: Object, target: Object) -> str:
        """A value with its qualifier, and the n of N behind it."""
        value = point["value"]
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.words("done" if value else "not_done")
        text = self.with_sign(value, target)
        if point.get("n") is not None:
            text = f"{self.number(point['n'])}/{self.number(point['of'])} ({text})"
        return self.qualified(text, point.get("qualifier"))

    def qualified(self, text: str, qualifier: str | None) -> str:
        return self.words(f"qualifier_{qualifier}", value=text) if qualifier else text

    def value(self, target: Object) -> str:
        """What a target stands at; of a level to be kept how its periods went."""
        if len(target["periods"]) > 1:
            return ", ".join(self._periods(target["periods"]))
        return self.figure(target["series"][-1], target) if target["series"] else "–"

    def _periods(self, periods: Iterable[Object]) -> Iterable[str]:
        results = [period["result"] for period in periods]
        key = "periods_first"
        for result in self.document["words"]["results"]:
            if result in results:
                word = self.word("results", result)
                yield self.words(key, n=results.count(result), result=word)
                key = "periods_more"

    def goal(self, target: Object) -> str:
        """What is to be reached, with its sign."""
        if target["kind"] == "milestone":
            return self.words("to_be_done")
        return self.goal_of(target["target"], target)

    def goal_of(self, goal: Object | None, target: Object) -> str:
        """One goal of a target."""
        if goal is None:
            return "–"
        if goal["comparator"] in RELATIVE and "reference" in goal:  # as a revision has it
            return self.relative_goal(goal, target)
        if goal["value"] is None:
            return "–"
        sign, low = SIGNS[goal["comparator"]], Decimal(goal["value"])
        if goal["value_max"] is None:
            return sign + self.with_sign(low, target, None)
        high = self.with_sign(Decimal(goal["value_max"]), target, None)
        return f"{sign}{self.number(low, None)}–{high}"

    def relative_goal(self, goal: Object, target: Object) -> str:
        """A goal told from where it stood, as it was written."""
        key, words = f"goal_{goal['comparator']}", self.words
        if goal["reference"] is not None:
            return words(f"{key}_{goal['reference']}")
        by = Decimal(goal["value"])
        if goal["percent"]:
            return words(f"{key}_share", by=words.percent(by / 100))
        if self.in_percent(target):
            return words(key, by=words("points", value=words.number(by)))
        return words(key, by=self.measure(by, target, None))

    def measure(self, value: Decimal, target: Object, places: int | None = 2) -> str:
        """A number with its unit."""
        return f"{self.with_sign(value, target, places)} {self.unit(target)}".strip()

    def rate(self, rate: Object, target: Object) -> str:
        """A change per time; percentages differ by points."""
        if self.in_percent(target):
            figure = self.words("points", value=self.number(rate["value"]))
        else:
            figure = self.measure(Decimal(rate["value"]), target)
        return self.words(f"per_{rate['per']}", value=figure)

    def span(self, point: Object, target: Object) -> str:
        """Between what a total lies where reports straddle the promise; else empty."""
        if point["low"] is None or point["low"] == point["high"]:
            return ""
        low, high = (self.with_sign(Decimal(point[key]), target) for key in ("low", "high"))
        return f"{low} – {high}"

    # where a target stands

    def symbol(self, cell: str) -> str:
        return SYMBOLS[cell]

    def days(self, target: Object) -> str:
        """How many days are left, over, or were too many."""
        left, overdue, late = (target[key] for key in ("days_left", "days_overdue", "days_late"))
        if left is not None:
            return self.words("days_left", days=left) if left else self.words("due_today")
        if overdue is not None:
            return self.words("days_overdue", days=overdue)
        if late is not None:
            key = "days_late" if target["days_late_exact"] else "days_late_at_most"
            return self.words(key, days=late)
        return ""

    @cached_property
    def parents(self) -> frozenset[str]:
        """The ids of the targets that stand as their classes do."""
        return frozenset(name for name, item in self.targets.items() if item["classes"])

    def is_past(self, day: str | None) -> bool:
        """Whether a day, if one is given, has come: what is dated later is not so yet."""
        return day is not None and day <= str(self.document["as_of"])

    def has_ended(self, body: str) -> bool:
        """Whether a body of the register is no more."""
        return not self.bodies[body]["exists"] and self.is_past(self.bodies[body]["ended"])

    @cached_property
    def leaves(self) -> Sequence[Object]:
        """The targets that are counted."""
        return [item for name, item in self.targets.items() if name not in self.parents]

    @cached_property
    def overdue(self) -> Sequence[Object]:
        """What is overdue and not closed, longest first."""
        late = [item for item in self.leaves if item["cell"] == "overdue"]
        return sorted(late, key=lambda item: (-(item["days_overdue"] or 0), item["id"]))

    def due_within(self, days: int) -> Sequence[Object]:
        """What falls due within so many days, the next first."""
        soon = [
            item
            for item in self.leaves
            if item["days_left"] is not None and item["days_left"] <= days
        ]
        return sorted(soon, key=lambda item: (item["days_left"], item["id"]))

    # what stands in a list

    cells = CELLS

    def above(self, item: Object) -> list[str]:
        """The ids of what a target or heading stands below, outermost first."""
        name, path = item["parent"], []
        while name is not None and name not in path:
            path.append(name)
            entry = self.targets.get(name) or self.headings.get(name)
            name = entry["parent"] if entry is not None else None
        return path[::-1]

    @cached_property
    def below(self) -> Mapping[str, Sequence[Object]]:
        """The targets that are counted, by what they stand below."""
        return by_key(self.leaves, "parent")

    @cached_property
    def headings_below(self) -> Mapping[str, Sequence[Object]]:
        """The headings by what they stand below."""
        return by_key(self.headings.values(), "parent")

    @cached_property
    def on_indicators(self) -> Mapping[str, Sequence[Object]]:
        """The targets on each indicator."""
        return by_key(self.targets.values(), "indicator")

    @cached_property
    def of_groups(self) -> Mapping[str, Sequence[Object]]:
        """The targets on which each group of bodies reports."""
        return by_key(self.targets.values(), "reporters")

    def cell_short(self, cell: str) -> str:
        return self.words(f"page_cell_{cell}")

    def shares(self, counts: Object) -> Iterable[tuple[str, float, float]]:
        """How wide each cell is on a bar of a hundred, and where it begins."""
        total = sum(counts[cell] for cell in CELLS) or 1
        x = 0.0
        for cell in CELLS:
            width = counts[cell] * 100 / total
            if width:
                yield cell, round(x, 2), round(width, 2)
            x += width

    def tally(self, items: Iterable[Object]) -> Mapping[str, int]:
        cells = [item["cell"] for item in items]
        return {cell: cells.count(cell) for cell in CELLS}

    def sentence(self, target: Object) -> str:
        """Why a target stands as it does."""
        reason = target["reason"]
        if reason["code"] == "worst_class":
            worst = reason["facts"]["target"]
            return self.words("page_worst_class", title=self.title(worst))
        return self.sentence_of(reason["sentence"])

    def meaning(self, state: str) -> str:
        """What a state says."""
        return self.text(self._meanings[state])

    @cached_property
    def _meanings(self) -> Mapping[str, Mapping[str, str]]:
        return {entry["code"]: entry["says"] for entry in self.document["method"]["states"]}

    def rule(self, code: str) -> str:
        """What a rule is called, short."""
        text = self.words("page_rule_parent" if code == "parent" else "page_rule", rule=code)
        return text[:1].upper() + text[1:]

    def marks(self, target: Object) -> Iterable[str]:
        """What a reader of a list has to know beside the state."""
        bodies, flags = target["bodies"], target["flags"]
        if bodies is not None and bodies["of"] > bodies["reported"]:
            yield self.words("page_mark_bodies", n=bodies["reported"], of=bodies["of"])
        if target["original"] is not None:
            first = target["original"]["deadline"] or target["deadline"]
            yield self.words("page_mark_first", deadline=self.deadline(first))
        for flag in ("undecided", "orphaned_owner", "met_then_lost"):
            if flag in flags:
                yield self.words(f"mark_{flag}")

    def remarks(self, target: Object) -> Sequence[Object]:
        """Flags in full, what leaves the verdict open first."""
        return sorted(target["remarks"], key=lambda remark: remark["flag"] != "undecided")

    def last_report(self, target: Object) -> str:
        evidence = target["evidence"]
        if evidence["date"] is None:
            return self.words("page_never") if not target["classes"] else ""
        return self.time(evidence["date"])

    def keywords(self, target: Object) -> str:
        """What a target is found by beside what its row says."""
        other = "en" if self.lang == "vi" else "vi"
        return " ".join([target["id"], target["title"][other], *target["tags"]])

    def length(self, target: Object) -> float:
        """How much of the way is gone, of a bar of a hundred; what is not met never fills it."""
        share = float(target["progress"])
        most = 100.0 if target["cell"] in ("on_time", "late") or share < 1 else 97.0
        return round(min(max(share * 100, 0), most), 1)

    def planned_share(self, target: Object) -> float | None:
        """How far the plan is on the day of the page."""
        origin, goal, planned = target["origin"], target["target"], target["planned"]
        if planned is None or origin is None or goal is None or goal["value"] is None:
            return None
        way = float(goal["value"]) - float(origin["value"])
        if not way:
            return None
        return round(min(max((float(planned) - float(origin["value"])) / way * 100, 0), 100), 1)

    def way(self, target: Object) -> str:
        """The progress in percent, as it is."""
        return self.share(target["progress"])

    # what stands on the page of a target

    def slice(self, part: Object, target: Object) -> str:
        """The names of the categories of a slice."""
        names = (
            target["breakdown"][dimension]["categories"][category]
            for dimension, category in part["slice"].items()
        )
        return " · ".join(map(self.text, names))

    def aspect(self, report: str, target: Object) -> str:
        """What of a target a report is about: a condition, a slice, a series that judges nothing;
        empty where it is about the whole."""
        record = self.records.get(report)
        if record is None:
            return ""
        parts = [self.text(target["condition_titles"].get(record["part"] or ""))]
        if record["slice"]:
            parts.append(self.slice(record, target))
        if record["series"] not in (None, target["judged_by"]):
            titles = {strand["series"]: strand["title"] for strand in target["strands"]}
            parts.append(self.text(titles.get(record["series"])) or record["series"])
        return " · ".join(filter(None, parts))

    def note(self, point: Object) -> str:
        """What was remarked in the report behind a value."""
        record = self.records.get(point["report"] or "")
        return record["note"] or "" if record is not None else ""

    def reporter(self, point: Object) -> str:
        """Who recorded the report behind a value, and when; empty where there are several."""
        record = self.records.get(point["report"] or "")
        if record is None:
            return ""
        return ", ".join(filter(None, (record["by"], self.recorded(record["recorded"]))))

    def every(self, every: str) -> str:
        """How often, in words."""
        return every_words(every, self.words)

    def times(self, times: Iterable[Object]) -> str:
        """Days and periods in a row."""
        return ", ".join(self.time(time["as_said"]) for time in times)

    def record_figure(self, figure: Object, qualifier: str | None, target: Object) -> str:
        """A figure as it was reported."""
        if figure["n"] is not None:
            return f"{self.number(figure['n'])}/{self.number(figure['of'])}"
        if figure["done"] is not None:
            return self.words("done" if figure["done"] else "not_done")
        if figure["value"] is None:
            return "–"
        return self.qualified(self.with_sign(Decimal(figure["value"]), target), qualifier)

    # what has changed

    def changes(self, digest: Object) -> Object:
        """A digest without what is on no page of this site."""
        subjects = self.targets.keys() | self.indicators.keys()
        keys = ("overdue", "moved", "rewritten", "met", "others", "coming", "records")
        return {
            **digest,
            **{key: [item for item in digest[key] if item["target"] in subjects] for key in keys},
        }

    def counts_words(self, key: str, counts: Object) -> str:
        """The cells of a day in a sentence."""
        return self.words(
            key,
            n=counts["overdue"],
            done=counts["on_time"] + counts["late"],
            open=counts["in_time"],
            outside=counts["outside"],
        )

    @property
    def seal(self) -> str:
        """The short form of the seal of the ledger."""
        seal = self.document["seal"]
        return f"{seal['root']}/{seal['lines']}/{seal['moment'] or '-'}"

    def move(self, move: Object, target: Object) -> str:
        """What a revision changed, from what to what."""
        text = self.words(
            f"page_moved_{move['field']}",
            old=self._term(move["old"], target),
            new=self._term(move["new"], target),
        )
        return text if move["period"] is None else f"{self.time(move['period'])}: {text}"

    def _term(self, term: Any, target: Object) -> str:
        """A deadline, goal or baseline of a revision."""
        if term is None:
            return self.words("page_open")
        if isinstance(term, str):
            return self.words.deadline(parse_period(term))
        if "comparator" in term:
            return self.goal_of(term, target)
        return self.with_sign(Decimal(term["value"]), target, None)

    def closing(self, how: str) -> str:
        return self.words(f"page_closed_{how}")

    def clerk(self, text: str) -> str:
        """What somebody wrote, marked where it is in Vietnamese and the edition is not."""
        if self.lang == "vi" or VIETNAMESE.isdisjoint(text.lower()):
            return text
        return Markup('<span lang="vi">{}</span>').format(text)

    def citation(self, source: str | None) -> str:
        """A document by its id, with its address and date; whatever else was named as a source."""
        if source is None:
            return ""
        text = self._citations.get(source)  # the same few stand on every page
        if text is None:
            text = self._citations[source] = self._cite(source)
        return text

    def _cite(self, source: str) -> str:
        entry = self.sources.get(source)
        if entry is None:
            link = Markup('<a class="cite" href="{}" rel="external noreferrer">{}</a>')
            return (
                link.format(source, self.host(source))
                if self.is_link(source)
                else self.clerk(source)
            )
        title, url = self.text(entry["title"]), entry["url"]
        if url and self.is_link(url):
            link = Markup(
                '<a class="cite" href="{}" rel="external noreferrer">{}</a> <small>({})</small>'
            )
            text = link.format(url, title, self.host(url))
        else:
            text = Markup("<cite>{}</cite>").format(title)
        return text + f", {self.time(entry['date'])}" if entry["date"] else text

    @staticmethod
    def is_link(text: str) -> bool:
        return text.startswith(("http://", "https://"))

    @staticmethod
    def host(address: str) -> str:
        """The host of an address, as a browser finds it: whose also a ``\\`` ends it."""
        return re.split(r"[/\\?#]", address.partition("//")[2].lstrip("/\\"))[0].rpartition("@")[2]

"""What a field expects, and the line to write where something else stands there.

One way for every field: its type says what it takes (a day or a period, a figure, true or false, an
id, the id of something that is listed, a word of a few, a text, a goal, a list of these), what
stands there is read as that, and the line is proposed only if the field takes what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import (
    Baseline,
    BaselineRevision,
    Body,
    DeadlineRevision,
    Document,
    Goal,
    GoalRevision,
    Revision,
    Source,
    Stated,
)
from cdstrack.core.model.fields import Bilingual, Change
from cdstrack.core.model.naming import ID_LENGTH, NameIndex, bare, fold, look_up, nearest
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Path, Suggestions
from cdstrack.store.yaml import slips
from cdstrack.store.yaml.mending import LONGEST_LINE, as_scalar, in_quotes, requote, usual_signs
from cdstrack.store.yaml.tree import Mapping, Sequence, Tree, parse_yaml

Facts = dict[str, object]

SECTIONS = {
    "owner": "bodies", "with": "bodies", "successor": "bodies", "successors": "bodies",
    "members": "bodies", "succession": "bodies", "body": "bodies", "source": "sources",
    "reporters": "groups", "group": "groups", "indicator": "indicators", "part_of": "targets",
    "target": "targets",
}  # fmt: skip
"""The keys whose values are ids of what stands in a section."""
_OF_VALUES = ("number_", "date_", "boolean", "not_one_of", "bad_", "not_a_", "text_", "change_",
              "frequency_", "wrong_version")  # fmt: skip
"""How codes begin that are about what stands at a place."""
COST = 50
"""How many comparisons a search for the nearest name is worth."""
ALIKE = 0.85
"""From this ratio on two names are one with a slip."""
FEW = 8
"""So many ids are named where none of them seems to be meant."""
_MISSING = ("unknown_body", "unknown_source", "unknown_group", "unknown_indicator",
            "unknown_parent", "unknown_target")  # fmt: skip
_COMPARATORS = frozenset(Goal.model_fields) - {"up_to"}
_REVISIONS = {"deadline": DeadlineRevision, "target": GoalRevision, "baseline": BaselineRevision}
_SHARES = frozenset({"on_track", "at_risk", "early"})
"""The keys of shares: 95 % is 0.95 there."""
_KEY = re.compile(r"[^\n:'\",{}\[\]]*?(?=[ ]*(?::(?:\s|$)|[,}\]]|$))", re.MULTILINE)
_ENTRIES = {
    "bodies": "{id}: {{name: {label}}}",
    "sources": "{id}: {{title: {label}}}",
    "indicators": "{id}: {{title: {label}, unit: …}}",
    "targets": "- {{id: {id}, kind: heading, title: {label}}}",
}
"""How a thing is listed of which no more is known than its name."""
_BEFORE = re.compile(r"(?:trước|before)(?: ngày)? (.+)", re.IGNORECASE)
_MONTH_DAY = re.compile(r"(?:ngày )?([0-9]{1,2})(?:[/.-]| tháng )([0-9]{1,2})")


# Types


@lru_cache(maxsize=1024)
def types_at(root: object, path: tuple[object, ...]) -> tuple[object, ...]:
    """The types of what may stand at a path below a type."""
    types = [root]
    for step in path:
        types = [inner for outer in types for inner in _below(outer, step)]
    return tuple(types)


def _typical(path: Path) -> Path:
    """A path with one number for all entries of a list."""
    return tuple(0 if isinstance(step, int) else step for step in path)


def _below(outer: object, step: object) -> Iterator[object]:
    origin, inner = get_origin(outer), get_args(outer)
    if origin is Annotated:
        yield from _below(inner[0], step)
    elif origin in (Union, UnionType):
        for part in inner:
            yield from _below(part, step)
    elif origin is list:
        if isinstance(step, int):
            yield inner[0]
    elif origin is dict:
        yield inner[1]
    elif isinstance(outer, type) and issubclass(outer, BaseModel):
        for name, info in outer.model_fields.items():
            if step == (info.alias or name):
                metadata = tuple(info.metadata)
                kind: Any = info.annotation
                yield Annotated[(kind, *metadata)] if metadata else kind


def keys_at(root: object, path: Path) -> list[str]:
    """The keys that may stand at a path below a type."""
    models = [leaf for kind in types_at(root, path) for leaf in _leaves(kind)]
    return [
        info.alias or name
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name, info in model.model_fields.items()
    ]


def _leaves(kind: object) -> Iterator[object]:
    """The plain types that a type is made of, lists and mappings whole."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _leaves(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for part in get_args(kind):
            yield from _leaves(part)
    else:
        yield kind


def _takes(types: tuple[object, ...], text: str, *, flow: bool) -> bool:
    """Whether one of some types takes what a text of YAML says."""
    tree = parse_yaml((f"{{v: {text}}}" if flow else f"v: {text}").encode(), file="")
    if tree.problems or not isinstance(tree.root, Mapping) or list(tree.root) != ["v"]:
        return False
    for kind in types:
        try:
            _adapter(kind).validate_python((tree.root["v"],))
        except ValidationError:
            continue
        return True
    return False


_SETTINGS = ConfigDict(arbitrary_types_allowed=True)


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[tuple[Any]]:
    # A model has settings of its own and takes no others; in a tuple both are served.
    return TypeAdapter(tuple[kind], config=_SETTINGS)


# What a text means where a type is expected


def readings(kind: object, text: str, key: object) -> Iterator[str]:
    """What may be meant, as YAML, by a text that stands where a type is expected."""
    for leaf in _leaves(kind):
        if get_origin(leaf) is Literal:
            yield from _words(text, [str(word) for word in get_args(leaf)])
        elif get_origin(leaf) is list:
            yield from _entries(get_args(leaf)[0], text, key)
        elif isinstance(leaf, type):
            yield from _readings(leaf, text, key)


def _readings(leaf: type, text: str, key: object) -> Iterator[str]:
    usual = slips.usual_text(text)
    if leaf is date or leaf is Period:
        yield from days(usual, one=leaf is date)
    elif leaf is Decimal or leaf is int:
        if key in _SHARES and (share := re.fullmatch(r"([0-9.,]+) ?%", usual)):
            yield from (plain(Decimal(figure) / 100) for figure in figures(share[1]))
        yield from figures(usual)
    elif leaf is Change:
        for figure in figures(re.sub(r"\s*%\s*$", "", usual)):
            yield f"{figure}%" if usual.rstrip().endswith("%") else figure
    elif leaf is bool:
        yield from slips.flags(usual)
    elif leaf is Goal:
        yield from goals(usual)
    elif leaf is Baseline:
        for figure in figures(usual):
            yield f"{{value: {figure}}}"
    elif leaf is str:
        if usual != text:
            yield as_scalar(usual, flow=True)
        if match := _MONTH_DAY.fullmatch(usual):
            yield f"{int(match[2]):02}-{int(match[1]):02}"
            yield f"{int(match[1]):02}-{int(match[2]):02}"
        yield from frequencies(usual)
        yield slug(usual)
        yield as_scalar(text, flow=True)
    elif issubclass(leaf, Bilingual):
        yield as_scalar(text, flow=True)
        yield f"{{vi: {as_scalar(text, flow=True)}, en: …}}"


def _words(text: str, choices: list[str]) -> Iterator[str]:
    """The words of a few that another one means."""
    from cdstrack.core.model.problems import did_you_mean
    from cdstrack.i18n.choice_words import choice_of

    usual = slips.usual_text(text)
    meant = choice_of(usual, choices)
    if len(meant) == 1:
        yield meant[0]
    elif not meant and (near := did_you_mean(usual, choices)):
        yield near


def _entries(inner: object, text: str, key: object) -> Iterator[str]:
    """A list that was written as a text."""
    text = re.sub(r"^-\s+", "", text.strip()).strip("[]")
    if Period in _leaves(inner) and (time := slips.period_of(text)) and time.precision == "span":
        years = [str(year) for year in range(time.first.year, time.last.year + 1)]
        if time.said == f"{years[0]}/{years[-1]}":
            yield f"[{', '.join(years)}]"
    for parts in (re.split(r"\s*[,;]\s*", text), [text]):
        if inner is not None and Decimal in _leaves(inner):
            span = slips.SPAN.fullmatch(text)
            parts = [span[1], span[2]] if span else parts
        entries = [
            part if _takes((inner,), part, flow=True) else next(_right(inner, part, key), "")
            for part in parts
            if part
        ]
        if entries and all(entries):
            yield f"[{', '.join(entries)}]"


def _right(inner: object, text: str, key: object) -> Iterator[str]:
    return (form for form in readings(inner, text, key) if _takes((inner,), form, flow=True))


def slug(text: str) -> str:
    """A text as an id."""
    return re.sub("[^a-z0-9]+", "-", fold(text)).strip("-")[:ID_LENGTH].strip("-")


def days(text: str, *, one: bool) -> Iterator[str]:
    """A day or a period as the files write it, read as at the prompt; never one seen from today.

    Where one day is wanted, of a period its first and its last.
    """
    period = slips.period_of(text)
    if period is None:
        before = _BEFORE.fullmatch(text)
        period = slips.period_of(before[1]) if before else None
        if period is not None and before:
            yield period.said
            yield (period.first - timedelta(days=1)).isoformat()
    elif not one or period.precision == "day":
        yield period.said
    else:
        yield period.first.isoformat()
        yield period.last.isoformat()


def frequencies(text: str) -> Iterator[str]:
    """How often, in the words of the files: “hằng quý” is quarter, “2 năm một lần” 2 years."""
    yield from _words(text, ["week", "month", "quarter", "half", "year"])
    plain_text = re.sub(r"(?: mot lan| lan)$|^moi |^every ", "", bare(text))
    counted = re.fullmatch(
        r"([0-9]+) ?(tuan|thang|quy|nam|weeks?|months?|quarters?|years?)", plain_text
    )
    if counted:
        units = {"tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}
        unit = units.get(counted[2], counted[2].removesuffix("s"))
        yield f"{counted[1]} {unit}s"


def figures(text: str) -> Iterator[str]:
    """The figures that a text may mean: one, or two where its point or comma leaves it open."""
    from cdstrack.i18n.numerals import numeral
    from cdstrack.i18n.read_figures import read_figure
    from cdstrack.i18n.reading import Misread

    text = text.strip()
    if (number := numeral(text)) is not None:
        yield plain(number)
        return
    if re.fullmatch(r"-?[1-9][0-9]{0,2}(?:[_'’][0-9]{3})+", text):
        yield re.sub("[_'’]", "", text)
        return
    if re.fullmatch(r"-?0[0-9]+(?:\.[0-9]+)?", text):
        yield plain(Decimal(text))
        return
    if match := re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?)[eE]\+?([0-9]{1,2})", text):
        yield plain(Decimal(match[1]).scaleb(int(match[2])))
        return
    facts = slips.figure_of(text)
    write, either = facts.get("write"), facts.get("suggestion")
    if isinstance(write, str):
        yield write
        return
    if isinstance(either, list):
        yield from map(str, either)
        return
    amounts = []
    for lang in ("vi", "en"):
        try:
            amounts.append(plain(read_figure(text, lang).amount))
        except Misread as misread:
            other = misread.facts.get("write")
            if isinstance(other, str):
                try:
                    amounts.append(plain(read_figure(other, lang).amount))
                except Misread:
                    continue
    yield from dict.fromkeys(amounts)


def goals(text: str, default: str = "at_least") -> Iterator[str]:
    """What a bare figure, with the words around it, means as a goal."""
    from cdstrack.i18n.read_goals import read_goals
    from cdstrack.i18n.reading import Misread

    named = re.fullmatch(r"(\w+)[ =:]+(.*)", text.strip())
    if named and named[1] in _COMPARATORS:
        yield from (f"{{{named[1]}: {figure}}}" for figure in figures(named[2]))
        return
    if (write := slips.goal_of(text, default)) and _takes((Goal,), write, flow=True):
        yield write
        return
    for lang in ("vi", "en"):
        try:
            [goal] = read_goals(text, lang)
        except (Misread, ValueError):
            continue
        if goal.comparison == "done":
            from cdstrack.i18n.numerals import numeral

            words = re.sub(r"^(?:ít nhất|tối thiểu|at least)\s+", "", text.lower())
            if (number := numeral(words)) is not None:
                yield f"{{{default}: {plain(number)}}}"
            continue
        comparison = default if goal.plain else goal.comparison
        share = "%" if comparison in ("increase_by", "reduce_by") and goal.unit == "%" else ""
        end = f", up_to: {plain(goal.up_to)}" if goal.up_to is not None else ""
        if goal.rest.startswith("/") or (end and comparison not in ("at_least", "more_than")):
            continue
        yield f"{{{comparison}: {plain(goal.value)}{share}{end}}}"


# The line to write


class Edit(NamedTuple):
    """What is written in place of the text between two offsets of a line."""

    begin: int
    end: int
    new: str


def line_with(edits: Iterable[Edit], text: str) -> str:
    """The whole line of some edits, with all of them that do not overlap."""
    edits = sorted(edits)
    start = text.rfind("\n", 0, edits[0].begin) + 1
    stop = text.find("\n", start)
    line, at = "", start
    for begin, end, new in edits:
        if begin >= at:
            line, at = line + text[at:begin] + new, end
    return (line + text[at : stop if stop >= 0 else len(text)]).rstrip()


class Names:
    """What is listed in a section, to be looked up by what it is called."""

    def __init__(self, root: object, section: str) -> None:
        self.things = slips.things_in(root, section)
        self.ids = [name for name, _ in self.things]
        self._index = NameIndex(self.things)

    def __len__(self) -> int:
        return len(self.things)

    def look_up(self, text: str) -> list[str]:
        """The ids of what is called so."""
        return self._index.look_up(text)

    def is_like(self, name: str, text: str) -> bool:
        """Whether one name holds the other, or differs by a slip alone."""
        plain = bare(text)
        forms = [bare(form) for key, forms in self.things if key == name for form in forms]
        return any(
            plain in form or form in plain or SequenceMatcher(None, plain, form).ratio() >= ALIKE
            for form in forms
        )


class Surroundings:
    """What hints of one file have in common: its tree, the type of the whole, and its names."""

    def __init__(self, tree: Tree, shape: object, near: Suggestions) -> None:
        self.tree, self.shape, self.near = tree, shape, near
        self._names: dict[str, Names] = {}

    def names(self, section: str) -> Names:
        if section not in self._names:
            self._names[section] = Names(self.tree.root, section)
        return self._names[section]


class Slip:
    """One wrong place in a file, and what may be written there instead.

    What is found out on the way is added to the facts.
    """

    def __init__(self, code: str, facts: Facts, path: Path, file: Surroundings) -> None:
        self.tree = tree = file.tree
        self.shape, self.near, self.names = file.shape, file.near, file.names
        self.code, self.facts, self.path = code, facts, path
        self.types = types_at(self.shape, _typical(path))
        if path[2:3] == ("revisions",) and len(path) > 4:
            field, _ = tree.value_at((*path[:4], "field"))
            self.types = types_at(_REVISIONS.get(str(field), Revision), _typical(path[4:]))
        self.value, self.begin = tree.value_at(path)
        self.parent, _ = tree.value_at(path[:-1])
        self.key = path[-1] if path else ""
        self.is_flow = any(
            tree.text[tree.value_at(path[:n])[1]] in "{[" for n in range(1, len(path))
        )

    def edits(self, *, key: bool) -> list[Edit]:
        """What may be written instead, and for what; several where either may be meant."""
        text = self.tree.text
        edits = []
        for begin, end, new in self._edits(key=key):
            start, stop = text.rfind("\n", 0, begin), text.find("\n", end)
            is_long = (stop if stop >= 0 else len(text)) - start > LONGEST_LINE
            if "\n" not in text[begin:end] + new and text[begin:end] != new and not is_long:
                glue = " " if text[begin - 1 : begin] == ":" else ""
                edits.append(Edit(begin, end, glue + new))
        return list(dict.fromkeys(edits))[:3]

    def _edits(self, *, key: bool) -> Iterator[tuple[int, int, str]]:
        if len(self.path) > 1 and self.path[-2] == "slice" and not key:
            yield from self._categories()
        elif self.code in _MISSING or (self.code == "bad_id" and self._section and not key):
            yield from self._references()
        elif self.code == "bad_id" and key and slips.piece_at(self.tree, self.path):
            yield from self._keys()
        elif self.code == "bad_id" and key:
            name = slug(str(self.key))
            if name and isinstance(self.parent, Mapping) and name not in self.parent:
                yield (*self._key_span(), name)
        elif self.code in ("unknown_key", "comma_in_number"):
            if self.facts.get("hint") not in ("beside", "belongs"):  # of a key in another place
                yield from self._keys()
        elif self.code == "missing_key":
            yield from self._half_a_text()
        elif self.code == "goal_one_comparator" and (span := self._span()):
            write = self.facts.get("write")
            if isinstance(write, str):
                yield (*span, write)
        elif self.code == "text_empty":
            yield from self._line(cut=True)
        elif self.code.startswith(_OF_VALUES):
            yield from self._values()

    # Values

    def _values(self) -> Iterator[tuple[int, int, str]]:
        from cdstrack.i18n.commitment_words import means_done

        span = self._span()
        if span is None:
            return
        raw = self.tree.text[span[0] : span[1]]
        text = self.value if isinstance(self.value, str) else raw
        if self.is_flow and isinstance(self.value, str) and raw[:1] not in "'\"":
            text = raw
        if self.key in _COMPARATORS and isinstance(self.parent, Mapping):
            goal = next(self._comparisons(text, span[1]), None)
            if goal is not None:
                yield goal
                return
        default = "at_least"
        if isinstance(self.parent, Mapping) and self.parent.get("kind") == "limit":
            default = "at_most"
        forms: list[str] = []
        if self.code == "frequency_unreadable" and self.facts.get("write"):
            forms.append(str(self.facts["write"]))
        for kind in self.types:
            if self._section and isinstance(self.value, str):
                forms += self._list_of_ids(text, self._section)
            if Goal in _leaves(kind):
                forms += goals(slips.usual_text(text), default)
            if Stated in _leaves(kind):
                yield from ((*span, f"{{source: {name}}}") for name in self._sources(text))
            if Body in _leaves(kind):
                forms.append(f"{{name: {as_scalar(text, flow=True)}}}")
            if Source in _leaves(kind):
                forms.append(f"{{title: {as_scalar(text, flow=True)}}}")
            if not isinstance(self.value, str):
                if any(get_origin(leaf) is list for leaf in _leaves(kind)):
                    forms.append(f"[{raw}]")
                if raw[:1] == "[" and isinstance(self.value, Sequence) and len(self.value) == 1:
                    forms.append(raw[1:-1].strip())
                listed = self.value if isinstance(self.value, Sequence) else ()
                if listed and raw[:1] == "[":
                    forms += self._entries(kind, [str(part) for part in listed], raw)
            if isinstance(self.value, str) or raw[:1] not in "{[":
                forms += readings(kind, text, self._name)
        lists = [form for form in dict.fromkeys(forms) if self._takes(form)]
        if self.code == "not_a_list" and lists:
            self.facts["write"] = lists[0]
        if self.code == "not_a_mapping" and any(Goal in _leaves(kind) for kind in self.types):
            self.facts["write"] = f"{self.key}: {lists[0]}" if lists else None
            if means_done(text):
                self.facts["hint"] = "done"
            elif not lists and text.strip() and not re.search("[0-9]", text):
                self.facts |= {"hint": "no_figure", "text": text}
        # Figures and days may mean either of two; of all else the first is what is meant.
        either = self.code.startswith(("number_", "date_", "not_a_mapping"))
        for form in lists if either else lists[:1]:
            yield (*span, form)

    def _comparisons(self, text: str, end: int) -> Iterator[tuple[int, int, str]]:
        """A figure whose words say how it is compared, behind a key that says otherwise."""
        for goal in goals(slips.usual_text(text), str(self.key)):
            inner = goal[1:-1]
            names = set(re.findall(r"(\w+):", inner))
            if names == {self.key}:
                return
            others = set(self.parent) - {self.key} if isinstance(self.parent, Mapping) else set()
            fits = _takes((Goal,), goal, flow=True) and not others & (names | _COMPARATORS)
            if fits and (self.is_flow or len(names) == 1):
                begin, _ = self._key_span()
                yield begin, end, inner
                return

    @staticmethod
    def _entries(kind: object, parts: list[str], raw: str) -> Iterator[str]:
        """A list where entries with keys belong: each an entry of its own, or two that stand for
        both ends or both languages."""
        if any(get_origin(leaf) is dict for leaf in _leaves(kind)):
            entries = (f"{slug(part)}: {as_scalar(part, flow=True)}" for part in parts)
            yield f"{{{', '.join(entries)}}}"
        elif len(parts) == 2:
            vi, en = (as_scalar(part, flow=True) for part in parts)
            yield f"{{between: {raw}}}" if Goal in _leaves(kind) else f"{{vi: {vi}, en: {en}}}"

    def _takes(self, form: str) -> bool:
        return _takes(self.types, form, flow=self.is_flow)

    # Ids

    @property
    def _name(self) -> object:
        """The nearest key, of an entry of a list that of the list."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def _section(self) -> str | None:
        names = [step for step in self.path if isinstance(step, str)]
        if "revisions" in names or not isinstance(self._name, str):
            return "sources" if self._name == "source" else None
        if len(names) > 1 and names[-2] == "succession":
            return "bodies"
        if self._name == "target" and names[:1] != ["waivers"]:
            return None
        return SECTIONS.get(self._name)

    def _ids(self, text: str, section: str) -> list[str]:
        """What is listed in a section under a name like this."""
        names = self.names(section)
        words = text.replace("-", " ").replace("_", " ")
        ids = names.look_up(text) or names.look_up(words)
        if ids or "," in text or ";" in text or not self.near.can_afford(COST * len(names)):
            return ids
        near = nearest(words, names.things)
        return near if len(near) == 1 and names.is_like(near[0], words) else []

    def _list_of_ids(self, text: str, section: str) -> list[str]:
        """Several names side by side, as the ids that they mean."""
        ids = []
        for name in re.split(r"\s*[,;]\s*", text.strip("[] ")):
            if name:
                listed = self._ids(name, section)
                ids.append(slug(listed[0] if listed else name))
                if not listed:
                    self._declare(name, section)
        return [f"[{', '.join(ids)}]"] if all(ids) else []

    def _declare(self, text: str, section: str) -> bool:
        """Say how a thing is listed that is not yet, if that takes no more than its name."""
        name = slug(text)
        if not name or section not in _ENTRIES or self.shape is not Document:
            return False
        label = as_scalar(text, flow=True) if name != text else "…"
        entry = _ENTRIES[section].format(id=name, label=label)
        self.facts |= {"hint": "declare", "section": section, "entry": entry}
        return True

    def _sources(self, text: str) -> Iterator[str]:
        """The sources of this name that say when something was said, and by whom."""
        root: Any = self.tree.root
        for name in self._ids(text, "sources"):
            entry, rest = root["sources"][name], root.get("defaults")
            has_speaker = isinstance(rest, Mapping) and "by" in rest
            if not isinstance(entry, Mapping) or "date" not in entry:
                continue
            if has_speaker or {"speaker", "publisher"} & entry.keys():
                yield name

    def _references(self) -> Iterator[tuple[int, int, str]]:
        span, section = self._span(), self._section
        if span is None or section is None or not isinstance(self.value, str):
            return
        text = slips.usual_text(self.value)
        ids, is_declared = self._ids(text, section), False
        first, *others = re.split(r"\s*[,;]\s*| và | and ", text)
        if others and not self._names_one(text, section) and (lead := self._ids(first, section)):
            ids = lead
            self.facts |= {"hint": "one_owner"} if self._name == "owner" else {}
        suggestion = self.facts.get("suggestion")
        if not ids and isinstance(suggestion, str) and self.code != "bad_id":
            ids = [suggestion]
        if ids:
            self.facts["suggestion"] = slug(ids[0]) if len(ids) == 1 else [*map(slug, ids)]
            if self.code == "bad_id" and self.facts.get("hint") != "one_owner":
                self.facts |= {"hint": "name", "section": section}
        else:
            is_declared = self._declare(text, section)
            names = self.names(section).ids
            if self.code == "bad_id" and 0 < len(names) <= FEW:
                self.facts["allowed"] = names
        for name in ids:
            yield (*span, slug(name))  # what is listed under no id will have to have one
        if is_declared:
            yield (*span, slug(text))

    def _names_one(self, text: str, section: str) -> bool:
        return bool(self.names(section).look_up(text))

    def _categories(self) -> Iterator[tuple[int, int, str]]:
        """The category of a breakdown that is meant by its name."""
        entry, _ = self.tree.value_at(self.path[:2])
        fields: Any = entry if isinstance(entry, Mapping) else {}
        shared, _ = self.tree.value_at(("indicators", str(fields.get("indicator")), "breakdown"))
        breakdown = fields.get("breakdown", shared)
        categories = breakdown.get(str(self.key)) if isinstance(breakdown, Mapping) else None
        span = self._span()
        if isinstance(categories, Mapping) and isinstance(self.value, str) and span:
            things = [(name, (name, *slips.texts_of(label))) for name, label in categories.items()]
            for name in look_up(self.value, things)[:1]:
                yield (*span, name)

    # Keys

    def _keys(self) -> Iterator[tuple[int, int, str]]:
        if (piece := slips.piece_at(self.tree, self.path)) is not None:
            first, begin, whole = piece
            kinds = types_at(self.shape, _typical((*self.path[:-1], first)))
            forms = [in_quotes(whole)]
            if first not in slips.TEXT_KEYS:
                forms = [*(f for kind in kinds for f in readings(kind, whole, first)), *forms]
            for form in forms:
                if not kinds or _takes(kinds, form, flow=True):
                    yield begin, begin + len(whole), form
                    return
        first, _, rest = re.sub(r"\s*=\s*", " ", str(self.key)).partition(" ")
        known = types_at(self.shape, _typical((*self.path[:-1], first)))
        if known and rest and self.value == "" and first not in (self.parent or ()):
            begin, end = self._key_span()
            for form in (
                as_scalar(rest, flow=True),
                *(f for k in known for f in readings(k, rest, first)),
            ):
                if _takes(known, form, flow=True):
                    end = begin + len(self.tree.text[begin:].split(",")[0].split("}")[0].rstrip())
                    yield begin, end, f"{first}: {form}"
                    return
        name = self._key_meant()
        if name is not None and isinstance(self.parent, Mapping) and name not in self.parent:
            begin, end = self._key_span()
            kinds = types_at(self.shape, _typical((*self.path[:-1], name)))
            span = self._span()
            if (
                isinstance(self.value, str)
                and span
                and not _takes(kinds, self.tree.text[span[0] : span[1]], flow=self.is_flow)
            ):
                for kind in kinds:
                    for form in readings(kind, self.value, name):
                        if _takes((kind,), form, flow=self.is_flow):
                            yield begin, span[1], f"{name}: {form}"
                            return
            yield begin, end, name
            return
        yield from self._line(cut=False)

    def _key_meant(self) -> str | None:
        """The key that one which nobody knows was meant to be."""
        from cdstrack.i18n.choice_words import choice_of

        keys = keys_at(self.shape, _typical(self.path[:-1]))
        meant = list(dict.fromkeys(choice_of(slips.usual_text(str(self.key)), keys)))
        suggestion = self.facts.get("suggestion")
        if len(meant) == 1:
            return meant[0]
        return suggestion if isinstance(suggestion, str) and suggestion in keys else None

    def _half_a_text(self) -> Iterator[tuple[int, int, str]]:
        """A text in one language alone, which serves both without a key."""
        texts = self.value
        span = self._span()
        is_half = isinstance(texts, Mapping) and len(texts) == 1 and set(texts) <= {"vi", "en"}
        if span is not None and is_half and isinstance(texts, Mapping):
            [text] = texts.values()
            if isinstance(text, str) and text:
                form = as_scalar(text, flow=self.is_flow)
                if self._takes(form):
                    yield (*span, form)

    def _line(self, *, cut: bool) -> Iterator[tuple[int, int, str]]:
        """The whole line with its texts in quotes."""
        text = self.tree.text
        start = text.rfind("\n", 0, self.begin) + 1
        stop = text.find("\n", start)
        line = text[start : stop if stop >= 0 else len(text)].rstrip("\r")
        if len(line) > LONGEST_LINE:
            return
        write = requote(usual_signs(line), cut=cut)
        tree = parse_yaml(write.strip().encode(), file="")
        is_whole = '"{' not in write or '"{' in line
        if not tree.problems and is_whole and not _has_key(tree.root, str(self.key)):
            yield start, start + len(line), write

    # Places

    def _span(self) -> tuple[int, int] | None:
        """Where a value begins and ends, if it stands on one line."""
        text, begin = self.tree.text, self.begin
        if self.value is None:
            return None
        stop = text.find("\n", begin)
        rest = text[begin : stop if stop >= 0 else len(text)].rstrip("\r")
        char = rest[:1]
        if char in ("{", "["):
            end = _closing(rest)
            return (begin, begin + end) if end else None
        if char in ("'", '"'):
            match = re.match(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", rest)
            return (begin, begin + match.end()) if match else None
        if char in ("|", ">") or (not isinstance(self.value, str) and not self.is_flow):
            return None
        is_named = isinstance(self.parent, Mapping)
        if self.is_flow and is_named and isinstance(self.value, str):
            whole = slips.whole_at(self.tree, begin)
            return begin, begin + len(whole)
        plain_text = re.match(r"[^,\]}]*" if self.is_flow else r"(?:(?![ ]+#).)*", rest)
        end = len(plain_text[0].rstrip()) if plain_text else 0
        if isinstance(self.value, str) and not self.is_flow and len(self.value) > end:
            return None  # it goes on in the next line
        return begin, begin + end

    def _key_span(self) -> tuple[int, int]:
        text, place = self.tree.text, self.tree.place(self.path, key=True)
        begin = self.tree.offset_of(place.line) + place.column - 1
        match = _KEY.match(text, begin)
        return begin, match.end() if match else begin + place.width


def _closing(text: str) -> int:
    """Where the bracket that a text begins with is closed, by its end; 0 if it is not."""
    depth = 0
    for match in re.finditer(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[\[\]{}]", text):
        depth += 1 if match[0] in "[{" else -1 if match[0] in "]}" else 0
        if depth == 0:
            return match.end()
    return 0


def _has_key(node: object, key: str) -> bool:
    if isinstance(node, Mapping):
        return key in node or any(_has_key(value, key) for value in node.values())
    return isinstance(node, Sequence) and any(_has_key(item, key) for item in node)

"""The pages of a site in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from jinja2 import Environment

from cdstrack.core.model.structs import dataclass
from cdstrack.render.page.article import Article, tile
from cdstrack.render.page.edition import CELLS, Edition, Object
from cdstrack.render.page.office import Office, offices
from cdstrack.render.page.plot import plot_indicator, spark

ON_ONE_PAGE = 150
"""So many commitments are one list; above it the first page has the urgent ones."""
SOON = 90
"""What falls due within so many days stands on the first page."""
MOST_RECORDS = 200
"""So many records stand on the page of changes."""
MOST_PROBLEMS = 100
"""So many warnings stand on the page of data; all are in the JSON."""
SECTIONS = (
    ("index", "page_overview"),
    ("bodies", "page_bodies_nav"),
    ("changes", "page_changes"),
    ("method", "page_method"),
    ("data", "page_data"),
)
DATA_FILES = (
    ("data/register.json", "register", "export --format json"),
    ("data/targets.csv", "targets", "export --format csv"),
    ("data/reports.csv", "reports", "export --format csv --what reports"),
    ("data/deadlines.ics", "deadlines", "export --format ics --lang vi"),
)
"""Their addresses, what they hold, and what makes them again."""


_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
"""What no file on Windows can be called, whatever its ending."""


def portable(address: str) -> str:
    """An address that every system can keep as a file. No id ends with a hyphen."""
    return f"{address}-" if _DEVICE.fullmatch(address.rpartition("/")[2]) else address


@dataclass(frozen=True)
class Layout:
    """Where the pages stand: each by itself in a ``folder``, or all ``in_one`` file."""

    folder: str = ""
    in_one: bool = False

    @property
    def template(self) -> str:
        """What a page is set in."""
        return "article.html" if self.in_one else "base.html"

    def root(self, address: str) -> str:
        """The way from a page to the files of both languages."""
        return "../" * (self.folder + address).count("/")

    def link(self, here: str, there: str, part: str = "") -> str:
        """The way from one page to another, or to a part of it."""
        if self.in_one:
            return f"#{self.anchor(there, part)}"
        way = "../" * here.count("/") + f"{portable(there)}.html"
        name = "" if here == there and part else way
        return f"{name}#{part}" if part else name

    def anchor(self, here: str, part: str = "") -> str:
        """The name of a part of a page."""
        if not self.in_one:
            return part
        name = here.replace("/", ".")
        return f"{name}--{part}" if part else name


@dataclass(frozen=True)
class Pages:
    """Makes every page of an edition, one after the other."""

    environment: Environment
    edition: Edition
    other: Edition
    layout: Layout
    changes: Object | None
    sizes: Mapping[str, int]
    base: str

    @property
    def number(self) -> int:
        """How many there are, about."""
        e = self.edition
        return len(e.targets) + len(e.bodies) + len(e.indicators) + len(SECTIONS)

    def all(self) -> Iterator[tuple[str, str]]:
        """Every page by its address below the folder of the language."""
        for address, text in self._all():
            yield f"{portable(address)}.html", text

    def _all(self) -> Iterator[tuple[str, str]]:
        e = self.edition
        yield "index", self._overview()
        for number in range(2, len(self._parts) + 1):
            yield f"list/{number}", self._list(number)
        if len(self._parts) > 1:
            yield "find", self._find()
        for item in e.targets.values():
            yield f"t/{item['id']}", self._target(item)
        for item in e.headings.values():
            if item["id"] not in e.targets:
                yield f"t/{item['id']}", self._heading(item)
        for item in e.indicators.values():
            yield f"i/{item['id']}", self._indicator(item)
        yield "bodies", self._bodies()
        for office in offices(e):
            yield f"b/{office.id}", self._body(office)
        for name, group in e.groups.items():
            yield f"g/{name}", self._group(name, group)
        yield "changes", self._changes()
        yield "method", self._method()
        if not self.layout.in_one:
            yield "data", self._data()

    def whole(
        self, articles: Sequence[str], style: str, script: str, style_key: str, script_key: str
    ) -> str:
        """Pages set in one file, with what they need."""
        title = self.edition.words("page_overview")
        return self._render(
            "whole.html", "index", title, description=self._lead, articles=articles,
            style=style, script=script, style_key=style_key, script_key=script_key,
        )  # fmt: skip

    def _render(self, template: str, address: str, title: str, **facts: Any) -> str:
        e, layout = self.edition, self.layout

        def to(there: str, part: str = "") -> str:
            return layout.link(address, there, part)

        def at(part: str = "") -> str:
            return layout.anchor(address, part)

        return self.environment.get_template(template).render(
            e=e, w=e.words, t=e.words.texts, other=self.other, document=e.document,
            layout=layout.template,
            in_one=layout.in_one, address=portable(address), title=title, to=to, at=at,
            base=self.base,
            name=e.text(e.document["register"]["title"]), root=layout.root(address),
            sections=[*self._sections], as_of=self._as_of, spark=self._spark, **facts,
        )  # fmt: skip

    @property
    def _sections(self) -> Iterator[tuple[str, str]]:
        for address, key in SECTIONS:
            if address != "data" or not self.layout.in_one:
                yield address, self.edition.words(key)

    @cached_property
    def _as_of(self) -> str:
        e = self.edition
        known = e.document["known_on"]
        text = e.words("as_of", day=self._day)
        if known is not None:
            text += f", {e.words('known_on', day=date.fromisoformat(known))}"
        return text[:1].upper() + text[1:]

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.edition.document["as_of"])

    def _spark(self, points: Sequence[Object], goal: Object | None, first: str | None) -> Any:
        begin = first or (points[0]["last"] if points else "")
        return spark(points, goal, begin, self.edition.document["as_of"])

    # overview and lists

    @cached_property
    def _parts(self) -> Sequence[Sequence[Object]]:
        """The commitments page by page, with their headings, or by owner where they are many."""
        e = self.edition
        if len(e.leaves) <= ON_ONE_PAGE or self.layout.in_one:
            return [self._tree()]
        urgent = dict.fromkeys(item["id"] for item in (*e.overdue, *e.due_within(SOON)))
        first = [e.targets[name] for name in [*urgent][:ON_ONE_PAGE]]
        by_owner = sorted(e.leaves, key=lambda item: (e.body(item["owner"]["current"]), item["id"]))
        rest = [by_owner[at : at + ON_ONE_PAGE] for at in range(0, len(by_owner), ON_ONE_PAGE)]
        return [first, *rest]

    def _tree(self) -> list[Object]:
        """Headings and parents, each with its leaves right below it."""
        e = self.edition
        places = {name: place for place, name in enumerate(e.headings)}
        leaves = sorted(e.leaves, key=lambda item: places.get(item["parent"], -1))
        rows: list[Object] = []
        parent = None
        for item in leaves:
            if item["parent"] != parent and item["parent"] in e.headings:
                parent = item["parent"]
                rows.append(e.headings[parent])
            rows.append(item)
        return rows

    @cached_property
    def _lead(self) -> str:
        counts = self.edition.document["counts"]
        return self.edition.words(
            "page_lead",
            day=self._day,
            due=counts["due"],
            done=counts["on_time"] + counts["late"],
            overdue=counts["overdue"],
        )

    def _overview(self) -> str:
        e = self.edition
        by_year: dict[str, list[Object]] = {}
        for item in e.leaves:
            if item["deadline"] is not None:
                by_year.setdefault(item["deadline"]["date"][:4], []).append(item)
        return self._render(
            "overview.html", "index", e.words("page_overview"), description=self._lead,
            lead=self._lead, counts=e.document["counts"], rates=self._rates(), overdue=e.overdue,
            soon=e.due_within(SOON), years=sorted(by_year.items()),
            this_year=e.document["as_of"][:4], many=len(e.leaves) > ON_ONE_PAGE * 2 // 5,
            pillars=[item for item in e.headings.values() if item["depth"] < 2],
            rows=self._parts[0], lists=[*self._lists()],
        )  # fmt: skip

    def _lists(self) -> Iterator[tuple[str, str]]:
        """The other lists: their addresses, and whose commitments are in them."""
        e = self.edition
        for number, rows in enumerate(self._parts[1:], 2):
            first, last = (e.body(rows[place]["owner"]["current"]) for place in (0, -1))
            yield f"list/{number}", first if first == last else f"{first} – {last}"

    def _find(self) -> str:
        title = self.edition.words("page_find_all", n=len(self.edition.leaves))
        return self._render("find.html", "find", title, description=title, lists=[*self._lists()])

    @cached_property
    def index(self) -> str | None:
        """All commitments as a script, for the search among them; None where one page has all."""
        e = self.edition
        if len(self._parts) == 1:
            return None
        entries = [
            [
                portable(item["id"]),
                e.title(item["id"]),
                e.word("states", item["state"]),
                e.keywords(item),
            ]
            for item in e.leaves
        ]
        return f"var commitments = {json.dumps(entries, ensure_ascii=False)};\n"

    def _rates(self) -> str:
        e, counts = self.edition, self.edition.document["counts"]
        parts = []
        if counts["due"]:
            parts.append(
                e.words(
                    "page_rates",
                    completion=e.share(counts["completion_rate"]),
                    on_time=e.share(counts["on_time_rate"]),
                    overdue=e.share(counts["overdue_rate"]),
                )
            )
        if counts["outside"]:
            states = e.document["states"]["outside"]
            done = states.get("achieved", 0) + states.get("achieved_late", 0)
            key = "page_outside" if done else "page_outside_unmet"
            parts.append(e.words(key, n=counts["outside"], done=done))
        return " ".join(parts)

    def _list(self, number: int) -> str:
        e = self.edition
        title = e.words("page_list_part", n=number - 1, of=len(self._parts) - 1)
        rows = self._parts[number - 1]
        return self._render(
            "list.html", f"list/{number}", title, description=title, rows=rows,
            counts=e.tally(rows),
        )  # fmt: skip

    # one thing

    def _target(self, item: Object) -> str:
        e = self.edition
        return self._render(
            "target.html", f"t/{item['id']}", e.text(item["title"]),
            description=f"{e.word('states', item['state'])}: {e.sentence(item)}",
            item=item, above=e.above(item), article=Article(e, item),
        )  # fmt: skip

    def _heading(self, item: Object) -> str:
        e = self.edition
        title, counts = e.text(item["title"]), item["counts"]
        cells = ", ".join(f"{counts[cell]} {e.cell_short(cell)}" for cell in CELLS if counts[cell])
        return self._render(
            "heading.html", f"t/{item['id']}", title, description=f"{title}: {cells}", item=item,
            above=e.above(item),
            below=e.headings_below.get(item["id"], ()), rows=e.below.get(item["id"], ()),
        )  # fmt: skip

    def _indicator(self, item: Object) -> str:
        e = self.edition
        rows = e.on_indicators.get(item["id"], ())
        title = e.text(item["title"])
        longest = max(rows, key=lambda row: len(row["series"]), default=None)
        return self._render(
            "indicator.html", f"i/{item['id']}", title, description=title, item=item, rows=rows,
            chart=plot_indicator(e, item, rows),
            article=Article(e, longest) if longest is not None else None,
        )  # fmt: skip

    # who answers

    def _bodies(self) -> str:
        e = self.edition
        title = e.words("page_bodies_title")
        return self._render(
            "bodies.html", "bodies", title, description=e.words("page_bodies_lead"),
            scores=e.document["scoreboard"],
            ended=[*filter(e.has_ended, e.bodies)],
        )  # fmt: skip

    def _body(self, office: Office) -> str:
        title = self.edition.body(office.id)
        return self._render(
            "body.html", f"b/{office.id}", title, description=title, item=office.body,
            office=office, tile=tile,
        )  # fmt: skip

    def _group(self, name: str, group: Object) -> str:
        e = self.edition
        title = e.text(group["name"])
        return self._render(
            "group.html", f"g/{name}", title, description=title, item=group,
            targets=[item["id"] for item in e.of_groups.get(name, ())],
        )  # fmt: skip

    # about it

    def _changes(self) -> str:
        e = self.edition
        title = e.words("page_changes_title")
        return self._render(
            "changes.html", "changes", title, description=title, most=MOST_RECORDS,
            changes=e.changes(self.changes) if self.changes is not None else None,
        )  # fmt: skip

    def _method(self) -> str:
        e = self.edition
        return self._render(
            "method.html", "method", e.words("page_method"),
            description=e.words("page_method_lead"), policy=e.document["policy"],
            method=e.document["method"],
        )  # fmt: skip

    def _data(self) -> str:
        e = self.edition
        entries = [
            {"path": path, "key": key, "command": command, "size": self.sizes[path]}
            for path, key, command in DATA_FILES
            if path in self.sizes
        ]
        return self._render(
            "data.html", "data", e.words("page_data_title"), description=e.words("page_data_lead"),
            entries=entries, most=MOST_PROBLEMS,
        )  # fmt: skip

"""Every number on a page is one of the JSON, told anew from what a reader sees."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from lxml import html

from cdstrack.i18n import Words
from tests.page.sites import FOLDERS, Site, texts_of

NAMES = ["shipped", "provinces", "programme", "many"]
CELLS = ["overdue", "in_time", "late", "on_time", "outside"]
NUMBER = {
    "en": re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?"),
    "vi": re.compile(r"-?\d+(?:\.\d{3})*(?:,\d+)?"),
}
EXACT, ROUND, SHARE = Decimal(0), Decimal("0.005"), Decimal("0.05")
"""How far a number may be from the one that it shows: a count, a figure, a share in percent."""

pytestmark = pytest.mark.parametrize(
    ("name", "lang"), [(name, lang) for name in NAMES for lang in FOLDERS]
)


def text_of(node: html.HtmlElement) -> str:
    """What a node says, with spaces between its parts."""
    return " ".join(" ".join(node.itertext()).split())


def numbers(text: str, lang: str) -> list[Decimal]:
    """The numbers in a text, as that language writes them."""
    found = NUMBER[lang].findall(text)
    group, point = (",", ".") if lang == "en" else (".", ",")
    return [Decimal(each.replace(group, "").replace(point, ".")) for each in found]


def same(text: str, lang: str, *exact: Any, within: Decimal = ROUND) -> bool:
    """Whether a text begins with these numbers."""
    found = numbers(text, lang)
    return len(found) >= len(exact) and all(
        abs(shown - Decimal(value)) <= within for shown, value in zip(found, exact, strict=False)
    )


def figure(point: Mapping[str, Any]) -> list[Any]:
    """The numbers of a value: n of N before it, where there are any; none of done or not done."""
    if point["value"] is None or isinstance(point["value"], bool):
        return []
    return [*([point["n"], point["of"]] if point.get("n") is not None else []), point["value"]]


def pages(site: Site, lang: str, pattern: str) -> Iterator[tuple[str, html.HtmlElement]]:
    """The pages of a language whose address fits, with the id at the end of it."""
    for address, page in site.pages.items():
        if address.startswith("en/") == (lang == "en"):
            fit = re.fullmatch(pattern, address.removeprefix("en/"))
            if fit:
                yield fit[fit.re.groups], page


def target_of(row: html.HtmlElement) -> str:
    """The id of the target that a row leads to."""
    return posixpath.basename(row.xpath(".//a[contains(@href, 't/')]/@href")[0])[: -len(".html")]


def test_the_overview_counts_what_is_counted(site, name, lang):
    here = site(name)
    counts = here.document["counts"]
    page = here.pages[f"{FOLDERS[lang]}index.html"]
    tiles = {node.get("class"): text_of(node.find(".//b"))
             for node in page.xpath("//ul[@class='tiles']/li")}  # fmt: skip
    assert {cell: numbers(text, lang) for cell, text in tiles.items()} == {
        cell: [counts[cell]] for cell in CELLS
    }
    lead = text_of(page.xpath("//p[@class='lead']")[0])
    done = counts["on_time"] + counts["late"]
    assert sorted(numbers(lead, lang)[-3:]) == sorted([counts["due"], done, counts["overdue"]])
    assert "%" not in lead
    if counts["due"]:
        rates = text_of(page.xpath("//ul[@class='tiles']/following-sibling::p")[0])
        shares = [counts[f"{key}_rate"] * 100 for key in ("completion", "on_time", "overdue")]
        assert same(rates, lang, *shares, within=SHARE)


def test_every_commitment_stands_in_the_list_as_it_is(site, name, lang):
    here = site(name)
    rows: dict[str, list[html.HtmlElement]] = {}
    for _, page in pages(here, lang, r"(index|list/\d+)\.html"):
        for row in page.xpath("//tr[@data-cell]"):
            rows.setdefault(target_of(row), []).append(row)
    assert rows.keys() == {item["id"] for item in here.leaves}
    if len(here.leaves) <= 150:
        assert all(len(each) == 1 for each in rows.values())
    for item in here.leaves:
        for row in rows[item["id"]]:
            assert row.get("data-cell") == row.get("class") == item["cell"]
            words = [text_of(cell) for cell in row]
            state = here.document["words"]["states"][item["state"]][lang]
            assert words[0].endswith(state)
            assert item["title"][lang] in words[1]
            check_value(item, row[2], lang)
            days = [item[key] for key in ("days_left", "days_overdue", "days_late")]
            [spoken] = [day for day in days if day is not None] or [None]
            if spoken:
                assert numbers(words[3], lang)[-1] == spoken, item["id"]
            body = here.document["bodies"].get(item["owner"]["current"])
            assert body is None or body["name"][lang] in words[5]


def check_value(item: Mapping[str, Any], cell: html.HtmlElement, lang: str) -> None:
    """The value of a row, the goal behind it, and how far that is."""
    goal = cell.find("span[@class='soft']")
    goal_text = text_of(goal) if goal is not None else ""
    text = text_of(cell).partition(goal_text)[0] if goal_text else text_of(cell)
    if len(item["periods"]) > 1:
        assert sum(numbers(text, lang)) == len(item["periods"])
    elif item["series"] and item["kind"] != "milestone":
        assert same(text, lang, *figure(item["series"][-1])), (item["id"], text)
    if item["target"] is not None and item["target"]["value"] is not None:
        ends = [item["target"][key] for key in ("value", "value_max")]
        assert same(goal_text, lang, *[end for end in ends if end is not None], within=EXACT)
    way = cell.find("small[@class='num']")
    if way is not None:
        assert same(text_of(way), lang, item["progress"] * 100, within=SHARE), item["id"]


def test_overdue_and_coming_ones_are_told_longest_first(site, name, lang):
    here = site(name)
    page = here.pages[f"{FOLDERS[lang]}index.html"]
    late = sorted(
        (item for item in here.leaves if item["cell"] == "overdue"),
        key=lambda item: (-(item["days_overdue"] or 0), item["id"]),
    )
    soon = sorted(
        (item for item in here.leaves if item["days_left"] is not None and item["days_left"] <= 90),
        key=lambda item: (item["days_left"], item["id"]),
    )
    for place, items, key in (("overdue", late, "days_overdue"), ("soon", soon, "days_left")):
        rows = page.xpath(f"//h2[@id='{place}']/following-sibling::ul[1]/li")
        if not items:
            assert not rows
            continue
        assert [target_of(row) for row in rows] == [item["id"] for item in items][: len(rows)]
        assert len(rows) >= min(len(items), 12)
        for row, item in zip(rows, items, strict=False):
            if item[key]:
                assert item[key] in numbers(text_of(row[0]), lang), item["id"]


def test_every_figure_of_a_target_is_that_of_the_json(site, name, lang):
    here = site(name)
    words = Words(lang, "page")
    there = dict(pages(here, lang, r"t/(.*)\.html"))
    assert here.targets.keys() <= there.keys()
    for key, item in here.targets.items():
        page = there[key]
        terms: dict[str, str] = {}
        for term in page.xpath("//dt"):
            terms.setdefault(text_of(term), text_of(term.getnext()))
        for label, value, within in (
            ("page_progress", item["progress"] and item["progress"] * 100, SHARE),
            ("page_elapsed", item["elapsed"] and item["elapsed"] * 100, SHARE),
            ("page_pace", item["pace"], ROUND),
            ("page_planned", item["planned"], ROUND),
        ):
            text = terms.get(words(label))
            if text is not None:
                assert same(text, lang, value, within=within), (key, label, text, value)
        if item["pace"] is not None:
            assert words("page_pace") in terms, key
        verdict = text_of(page.xpath("//div[starts-with(@class, 'verdict')]")[0])
        assert item["reason"]["sentence"][lang][1:] in verdict or item["classes"], key
        check_series(item, page, lang)
        check_bodies(item, page, lang)
        check_chart(item, page)


def check_series(item: Mapping[str, Any], page: html.HtmlElement, lang: str) -> None:
    """The table of values: the newest first, each with its figure and how many bodies."""
    rows = page.xpath("//details//table/tbody/tr")
    assert len(rows) == len(item["series"]), item["id"]
    for row, point in zip(rows, reversed(item["series"]), strict=True):
        assert same(text_of(row[1]), lang, *figure(point)), (item["id"], text_of(row))
        if item["bodies"] is not None and point["bodies"] is not None:
            assert numbers(text_of(row[2]), lang) == [point["bodies"], point["of_bodies"]]


def check_bodies(item: Mapping[str, Any], page: html.HtmlElement, lang: str) -> None:
    """The tiles of bodies: each with its cell and its last value."""
    tiles = [
        node
        for node in page.xpath("//ul[@class='many']/li")
        if node.xpath("a[contains(@href, 'b/')]")
    ]
    if item["bodies"] is None:
        assert not tiles
        return
    entries = {
        entry["body"]: entry for entry in item["bodies"]["list"] if entry["state"] is not None
    }
    shown = {
        posixpath.basename(node.find("a").get("href"))[: -len(".html")]: node for node in tiles
    }
    assert shown.keys() == entries.keys(), item["id"]
    for body, entry in entries.items():
        node = shown[body]
        cell = entry["cell"] if entry["state"] not in ("silent", "reported") else ""
        assert (node.get("class") or "").split()[:1] == ([cell] if cell else []) or not cell
        assert ("silent" in (node.get("class") or "").split()) == (not entry["series"]), body
        if entry["series"]:
            assert same(text_of(node.find("b")), lang, *figure(entry["series"][-1])), body


def check_chart(item: Mapping[str, Any], page: html.HtmlElement) -> None:
    """The points of a chart: one for every value, the later the righter, the more the higher."""
    charts = page.xpath("//svg[@role='img']")
    points = [point for point in item["series"] if point["value"] is not None]
    if item["kind"] == "milestone" or item["classes"] or len(points) < 2:
        return
    [chart, *_] = charts
    circles = chart.xpath(".//circle[@class='dot' or @class='ring']")
    assert len(circles) == len(points), item["id"]
    places = [(float(node.get("cx")), float(node.get("cy"))) for node in circles]
    for (x, y), point in zip(places, points, strict=True):
        for (other_x, other_y), other in zip(places, points, strict=True):
            if point["value"] > other["value"]:
                assert y <= other_y, item["id"]
            if point["last"] > other["last"]:
                assert x >= other_x, item["id"]


def test_every_body_is_counted_as_on_the_scoreboard(site, name, lang):
    here = site(name)
    page = here.pages[f"{FOLDERS[lang]}bodies.html"]
    rows = page.xpath("//table/tbody/tr")
    scores = here.document["scoreboard"]
    assert len(rows) == len(scores)
    for row, score in zip(rows, scores, strict=True):
        assert numbers(text_of(row[1]), lang) == [score["targets"]], score["body"]
        assert numbers(text_of(row[3]), lang) == [score["missing"]], score["body"]
        counts = [score[cell] for cell in CELLS if score[cell]]
        assert numbers(text_of(row[2]), lang) == counts, score["body"]


def test_no_number_is_made_up(site, name, lang):
    """Every number in the words of a target's page comes from its object or from a text."""
    here = site(name)
    records = here.document["reports"]
    whole = ("bodies", "sources", "register", "headings", "indicators")
    anywhere = set(figures_of([here.document[part] for part in whole], lang))
    for key, page in pages(here, lang, r"t/(.*)\.html"):
        item = here.targets.get(key)
        if item is None or item["classes"]:
            continue
        reports = [each for each in records if each["target"] in (key, item["indicator"])]
        known = anywhere.union(figures_of([item, reports], lang))
        text = " ".join(page.xpath("//main//text()[not(ancestor::svg)]"))
        odd = [each for each in numbers(text, lang) if abs(each) not in known]
        assert not odd, (key, odd)


@cache
def rounded(exact: Decimal) -> set[Decimal]:
    """What a number may be shown as, alone or in percent."""
    numbers = {
        exact,
        *(round(each, places) for each in (exact, exact * 100) for places in range(5)),
    }
    return {each.normalize() + 0 for each in numbers}


def figures_of(value: Any, lang: str) -> Iterator[Decimal]:
    """Every number that a value of JSON may be shown as, and how long its lists are."""
    match value:
        case bool() | None:
            return
        case int() | Decimal():
            yield from rounded(abs(Decimal(value)))
        case str():
            yield from map(abs, numbers(value, lang))
            yield from map(Decimal, re.findall(r"\d+", value))
        case dict():
            yield Decimal(len(value))
            for part in value.values():
                yield from figures_of(part, lang)
        case list():
            yield Decimal(len(value))
            for part in value:
                yield from figures_of(part, lang)


def test_every_text_of_a_target_stands_on_its_page(site, name, lang):
    """Nothing that the editor wrote for readers is left out."""
    here = site(name)
    for key, page in pages(here, lang, r"t/(.*)\.html"):
        item = here.targets.get(key)
        if item is None:
            continue
        text = " ".join(page.text_content().split())
        for part in (item["title"], item["definition"], *(note for note in item["notes"])):
            if part is not None:
                said = part[lang] if lang in part else part["text"][lang]
                assert " ".join(said.split()) in text, (key, said)
        for sentence in (*item["goalposts"], *(remark["sentence"] for remark in item["remarks"])):
            assert " ".join(sentence[lang].split())[1:] in text, (key, sentence)
        assert list(texts_of(item["stated"]))
        if item["stated"]["figure"]:
            assert item["stated"]["figure"] in text

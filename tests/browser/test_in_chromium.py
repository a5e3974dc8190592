"""The pages in a real browser: what people see, print and type."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.visits import (
    AMONG_MANY,
    OVERVIEWS,
    PAGES,
    PAPER,
    PLAIN,
    QUERIES,
    SERVED,
    WALKS,
    WIDTHS,
    kind,
    looks,
)  # fmt: skip

NARROW, LETTERS = 90, 24
"""A text of more letters needs so many pixels."""
LINES, SHORT = 9, 200
"""So many lines are too many for a text of fewer letters."""


def axe(seen: Any, page: str, kind: str) -> list[tuple[str, str, str, str]]:
    """What axe says against a page, in every look."""
    return [
        (look, hit["rule"], hit["html"], hit["why"])
        for look, result in seen[page]["axe"].items()
        for hit in result[kind]
        if not (kind == "incomplete" and is_known(hit))
    ]


def is_known(hit: dict[str, Any]) -> bool:
    """What axe cannot measure, and the palette's tests do: on a drawing, or a symbol alone."""
    bare = not any(letter.isalnum() for letter in hit["text"])
    return hit["rule"] == "color-contrast" and (hit["svg"] or bare)


@pytest.mark.parametrize("page", looks())
def test_axe_has_nothing_against_it(seen, page):
    assert axe(seen, page, "violations") == []
    assert axe(seen, page, "incomplete") == []


def test_axe_looks_at_every_kind_of_page_in_either_scheme_and_width(seen):
    views = {(kind(page), view) for page in looks() for view in " ".join(seen[page]["axe"]).split()}
    assert views == set(product(map(kind, PAGES), ["light", "dark", "1280", "360"]))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_runs_over_the_edge(seen, page):
    layouts = seen[page]["layout"]
    assert list(layouts) == [str(width) for width in WIDTHS]
    assert {at: it["wide"] for at, it in layouts.items() if it["wide"] > it["edge"]} == {}
    out = {(at, text["text"]) for at, it in layouts.items() for text in it["texts"] if text["out"]}
    assert out == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_squeezed(seen, page):
    """The two layouts that every tool had passed were a column of single letters."""
    for width, layout in seen[page]["layout"].items():
        assert len(layout["texts"]) > 10
        for text in layout["texts"]:
            letters = len(text["text"])
            assert letters <= LETTERS or text["width"] >= NARROW, (width, text)
            assert letters >= SHORT or text["lines"] <= LINES, (width, text)


@pytest.mark.parametrize("page", PAGES)
def test_links_can_be_hit(seen, page):
    """Inside a sentence its own line is room enough; axe sees to what lies around a link."""
    for width, layout in seen[page]["layout"].items():
        for link in layout["links"]:
            least = 16 if link["inline"] else 24
            assert link["height"] >= least, (width, link)
            assert link["inline"] or link["width"] >= least, (width, link)


@pytest.mark.parametrize("page", PAGES)
def test_the_labels_of_a_chart_can_be_read(seen, page):
    """None is cut off by the frame, and none lies on another."""
    labels = {at: layout["labels"] for at, layout in seen[page]["layout"].items()}
    assert {at: hits for at, hits in labels.items() if hits} == {}


def test_no_page_says_anything_to_the_console(seen):
    assert {name: it["messages"] for name, it in seen.items() if it["messages"]} == {}


def test_no_page_asks_for_anything_but_its_own_files(seen, site):
    for name, it in seen.items():
        document, *parts = it["requests"]
        ours = {"style.css", "filter.js", "icon.svg"}
        if document.endswith("/find.html"):
            ours.add("commitments.js")  # what is searched
        for part in parts:
            assert urlsplit(part)[:2] == urlsplit(document)[:2], (name, part)
            assert urlsplit(part).path.rpartition("/")[2] in ours, (name, part)


@pytest.mark.parametrize("page", SERVED)
def test_a_page_is_the_same_from_a_server(seen, page):
    assert seen[f"served {page}"]["requests"][0].startswith("http://127.0.0.1:")
    assert seen[f"served {page}"]["content"]["text"].count("\n") > 20


@pytest.mark.parametrize("page", PLAIN)
def test_without_scripts_only_the_box_is_missing(seen, page):
    plain, whole = seen[f"plain {page}"]["content"], seen[page]["content"]
    assert plain["tables"] == whole["tables"]
    assert plain["charts"] == whole["charts"]
    assert plain["controls"] == 0
    lines = Counter(whole["text"].splitlines())
    lines.subtract(plain["text"].splitlines())
    assert sum(count for count in lines.values() if count > 0) <= 3
    assert not any(count < 0 for count in lines.values())


def test_a_chart_and_a_table_are_there_without_scripts(seen):
    assert seen["plain provinces t/online-files"]["content"]["charts"] == 1
    assert seen["plain shipped index"]["content"]["tables"] >= 1


@pytest.mark.parametrize("page", OVERVIEWS)
def test_the_radio_buttons_leave_the_rows_that_a_tile_counts(seen, site, page):
    here = site(page.split(" ")[0])
    counts = here.document["counts"]
    rows = seen[f"plain {page}"]["radios"]
    assert len(rows.pop("cell-all")) == len(here.leaves)
    assert {key.removeprefix("cell-"): len(cells) for key, cells in rows.items()} == {
        cell: counts[cell] for cell in rows_of(counts)
    }
    for key, cells in rows.items():
        assert set(cells) == {key.removeprefix("cell-")}


def rows_of(counts: dict[str, Any]) -> list[str]:
    cells = ("overdue", "in_time", "late", "on_time", "outside")
    return [cell for cell in cells if counts[cell]]


@pytest.mark.parametrize("query", QUERIES)
def test_the_box_finds_what_is_meant(seen, query):
    """With diacritics as typed, without them any; a phrase first, else all words."""
    result = seen["shipped index"]["search"][query]
    assert result["rows"] == QUERIES[query]
    assert [int(number) for number in re.findall(r"\d+", result["output"])] == [
        QUERIES[query], QUERIES[""],
    ]  # fmt: skip


@pytest.mark.parametrize("query", AMONG_MANY)
def test_the_box_finds_what_is_meant_among_many(seen, site, query):
    result, number = seen["many find"]["search"][query], AMONG_MANY[query]
    assert result["rows"] == number
    assert [int(n) for n in re.findall(r"\d+", result["output"])] == [
        number, len(site("many").leaves),
    ]  # fmt: skip


@pytest.mark.parametrize("page", WALKS)
def test_the_keyboard_goes_everywhere_and_can_be_seen(seen, page):
    walk = seen[page]["keyboard"]
    first, *stops = walk["stops"]
    assert first["href"] == "#main"
    assert walk["after"] == {"hash": "#main", "main": True}
    assert len(stops) > 8
    for stop in walk["stops"]:
        assert stop["outline"] >= 2, stop
        assert stop["seen"], stop


# On paper


def pdf(program: str, *args: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"no {program}")
    ran = subprocess.run([program, *args], capture_output=True, check=True)
    return unicodedata.normalize("NFC", ran.stdout.decode("utf-8"))


def letters(text: str) -> str:
    """A text without what may stand between its words on paper."""
    return re.sub(r"[\s\u00ad-]+", "", unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("page", PAPER)
def test_paper_has_every_row(seen, site, page):
    path = seen[page]["print"]
    name, address = page.split(" ")
    tree = site(name).pages[f"{address}.html"]
    text = letters(pdf("pdftotext", "-raw", path, "-"))
    rows = tree.xpath("//tbody/tr[th]")
    assert rows
    for row in rows:
        [head, *_] = row.xpath("th//a | th[not(.//a)]")
        assert letters(head.text_content()) in text, head.text_content()
    assert "Tagged:          yes" in pdf("pdfinfo", path)


@pytest.mark.parametrize("page", PAPER)
def test_no_sheet_ends_with_a_heading(seen, site, page):
    path = seen[page]["print"]
    name, address = page.split(" ")
    heads = {letters(node.text_content())
             for node in site(name).pages[f"{address}.html"].xpath("//h2 | //h3")}  # fmt: skip
    for sheet in pdf("pdftotext", "-raw", path, "-").split("\f"):
        lines = [line for line in sheet.splitlines() if line.strip()]
        assert not lines or letters(lines[-1]) not in heads, lines[-1]


@pytest.mark.parametrize(("page", "most"), [("shipped index", 2), ("provinces en/index", 3)])
def test_an_overview_takes_few_sheets(seen, page, most):
    facts = pdf("pdfinfo", seen[page]["print"])
    [sheets] = re.findall(r"^Pages: +(\d+)$", facts, re.MULTILINE)
    assert int(sheets) <= most

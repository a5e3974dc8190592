"""Every link leads somewhere, and nothing but links leads out of the folder."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest

from tests.page.sites import Site

NAMES = ["shipped", "provinces", "programme", "many", "hostile"]
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "script-src": "'self'", "img-src": "'self'",
    "base-uri": "'none'", "form-action": "'none'",
}  # fmt: skip


def links(site: Site) -> Iterator[tuple[str, str, str, str]]:
    """Page, tag, attribute and address of everything that a page points at."""
    for address, page in site.pages.items():
        for node in page.iter("*"):
            for name in ("href", "src", "action", "data", "poster", "srcset"):
                if name in node.attrib:
                    yield address, node.tag, name, node.get(name)


def is_outside(link: str) -> bool:
    return bool(urlsplit(link).scheme or link.startswith("//"))


@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_place_exists(site, name):
    here = site(name)
    places = {
        address: {node.get("id") for node in page.iter("*")} for address, page in here.pages.items()
    }
    dead, number = set(), 0
    for address, _, _, link in links(here):
        if is_outside(link):
            continue
        path, _, place = link.partition("#")
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(path)))
        goal = goal if path else address
        number += 1
        if goal not in here.files or (place and unquote(place) not in places.get(goal, ())):
            dead.add((address, link))
    assert dead == set()
    assert number > 10 * len(here.pages)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_that_is_not_beside_it(site, name):
    here = site(name)
    for address, tag, attribute, link in links(here):
        if is_outside(link):
            assert (tag, attribute) == ("a", "href"), (address, link)
            assert urlsplit(link).scheme in ("http", "https"), (address, link)
        else:
            assert not link.startswith("/"), (address, link)
    outward = [
        node
        for page in here.pages.values()
        for node in page.iter("a")
        if is_outside(node.get("href"))
    ]
    assert all(node.get("rel") == "external noreferrer" for node in outward)
    assert "url(" not in here.text("style.css")
    assert "@import" not in here.text("style.css")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_begins_as_it_should(site, name):
    for address, page in site(name).pages.items():
        head = page.find("head")
        named = {node.get("name") or node.get("property"): node.get("content")
                 for node in head.iter("meta")}  # fmt: skip
        lang = "en" if address.startswith("en/") else "vi"
        assert page.get("lang") == lang
        assert named["referrer"] == "no-referrer"
        assert named["color-scheme"] == "light dark"
        assert all(named[key] for key in ("description", "viewport", "og:title", "og:locale"))
        assert "og:image" not in named
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert dict(part.split(" ", 1) for part in policy.split("; ")) == POLICY
        assert " · " in head.findtext("title")
        assert [node.tag for node in page.iter("h1")] == ["h1"], address


@pytest.mark.parametrize("name", NAMES)
def test_no_page_has_styles_or_handlers_of_its_own(site, name):
    for address, page in site(name).pages.items():
        for node in page.iter("*"):
            odd = [key for key in node.attrib if key.startswith("on") or key == "style"]
            assert not odd, (address, node.tag, odd)
        assert not page.xpath("//style | //iframe | //object | //embed | //base"), address
        assert all(node.get("src") and not node.text for node in page.iter("script")), address


@pytest.mark.parametrize("name", NAMES)
def test_no_id_stands_twice(site, name):
    for address, page in site(name).pages.items():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), address


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_becomes_a_card_names_its_cells(site, name):
    """On a phone no heading stands above a cell; only the first and one more go without a name."""
    number = 0
    for address, page in site(name).pages.items():
        for row in page.xpath("//table[@class='cards']/tbody/tr[not(@class='head')]"):
            cells = [cell for cell in row if cell.tag == "td" and cell.text_content().strip()]
            bare = [cell for cell in cells if cell.get("data-name") is None and cell is not row[0]]
            assert len(bare) <= 1, (address, [cell.text_content() for cell in bare])
            number += 1
    assert number

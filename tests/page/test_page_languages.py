"""The pages are whole in both languages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import pytest
from lxml import html

from cdstrack.i18n import en, page_en
from tests.page.sites import Site, texts_of

NAMES = ["shipped", "provinces", "programme"]
LETTERS = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u0300-\u036f\u1ea0-\u1ef9àáãèéìíĩòóõùúũýÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝ]")
"""That English has not."""
SHOWN = ("title", "alt", "aria-label", "placeholder", "content", "data-name", "data-text")
KEYS = {*en.TEXTS, *page_en.TEXTS}


def pages(site: Site, lang: str) -> dict[str, html.HtmlElement]:
    """The pages of a language by their addresses below its folder."""
    english = {address.removeprefix("en/"): page for address, page in site.pages.items()
               if address.startswith("en/")}  # fmt: skip
    if lang == "en":
        return english
    return {address: page for address, page in site.pages.items() if not address.startswith("en/")}


def shown(node: html.HtmlElement, lang: str) -> Iterator[str]:
    """Every text below a node that is said to be in a language, or not said to be in another."""
    if node.tag in ("script", "style") or not isinstance(node.tag, str):
        return
    if node.get("lang", lang) != lang:
        return
    for name in SHOWN:
        if name in node.attrib:
            yield node.get(name)
    if node.text:
        yield node.text
    for child in node:
        yield from shown(child, lang)
        if child.tail:
            yield child.tail


@pytest.mark.parametrize("name", [*NAMES, "many"])
def test_every_page_stands_in_both(site, name):
    here = site(name)
    assert pages(here, "vi").keys() == pages(here, "en").keys()
    for address, page in here.pages.items():
        other = {"en": "vi", "vi": "en"}[page.get("lang")]
        [link] = page.xpath(f"//a[@hreflang='{other}']/@href")
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(address), link))
        twin = address.removeprefix("en/") if other == "vi" else f"en/{address}"
        assert goal == twin
        assert goal in here.pages


@pytest.mark.parametrize("name", NAMES)
def test_an_english_page_says_nothing_of_its_own_in_vietnamese(site, name):
    """Names in the English texts of a register may be Vietnamese, and what clerks wrote."""
    here = site(name)
    own = {text.strip() for text in texts_of(here.document) if LETTERS.search(text)}
    longest = sorted(own, key=len, reverse=True)
    for address, page in pages(here, "en").items():
        for text in shown(page, "en"):
            rest = " ".join(text.split())
            for part in longest if LETTERS.search(rest) else ():
                rest = rest.replace(" ".join(part.split()), "")
            assert not LETTERS.search(rest), (address, rest)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_no_key_of_a_catalogue_and_no_gap_is_shown(site, name, lang):
    for address, page in pages(site(name), lang).items():
        for text in shown(page, lang):
            keys = KEYS.intersection(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text))
            assert not keys, (address, keys)
            if page.tag != "output" and "{of}" not in text:  # the script fills that one
                assert not re.search(r"\{\w*\}|\bNone\b|\bundefined\b|\bnan\b", text), (
                    address,
                    text,
                )


@pytest.mark.parametrize("name", NAMES)
def test_both_have_the_same_figures_and_links(site, name):
    """What stands in one is not left out of the other: as many rows, sections, charts and links."""
    here = site(name)
    english = pages(here, "en")
    for address, page in pages(here, "vi").items():
        twin = english[address]
        for tag in ("tr", "h2", "svg", "dt", "li", "a"):
            counts = [len(list(each.iter(tag))) for each in (page, twin)]
            assert counts[0] == counts[1], (address, tag, counts)

"""What somebody writes into a register cannot do anything on its pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import html

from cdstrack.render.page.material import Material
from cdstrack.render.page.site import Site as Maker
from tests.page.sites import MARKUP, SCRIPT, UNSEEN

CODE = re.compile(r"[a-z0-9_-]*|\d[\d-]*(Q\d|W\d\d)?|\d{4}-\d\d-\d\d.*|[\d./]+|[A-Z]\w+/\w+")
"""Ids, codes, dates, versions and time zones, which a register cannot fill with anything else."""
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
NAMES = ["shipped", "provinces", "programme", "many", "hostile"]


@pytest.mark.parametrize("name", NAMES)
def test_no_file_holds_what_cannot_be_seen(site, name):
    here = site(name)
    for address, path in here.files.items():
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")  # a csv file for Excel
        if address.endswith(".ics"):
            text = text.replace("\r\n", "\n")
        hit = CONTROLS.search(text)
        assert hit is None, (address, hit)


def test_markup_in_a_register_is_text(site):
    here = site("hostile")
    plain = site("shipped")
    for address, page in here.pages.items():
        kind = address if address in plain.files else "t/" if "t/" in address else "b/"
        like = next(each for each in plain.pages if each.startswith(kind))
        assert len(list(page.iter("script"))) == len(list(plain.pages[like].iter("script"))), (
            address
        )
        assert not page.xpath("//img | //body//style | //body//title[not(ancestor::svg)]"), address
        assert not any(link.startswith(("javascript:", "data:")) for link in page.xpath("//@href"))
    text = "".join(here.pages["t/markup.html"].itertext())
    assert SCRIPT in text  # it is shown, as it was written
    assert "{{ 7 * 7 }}" in text
    assert "49" not in here.pages["t/markup.html"].findtext(".//h1")


def poisoned(value: Any, poison: str) -> Any:
    """A value of JSON with something in every text that is no code."""
    match value:
        case str():
            return value if CODE.fullmatch(value) else f"{value[:9]}{poison}{value[9:]}"
        case dict():
            return {key: poisoned(part, poison) for key, part in value.items()}
        case list():
            return [poisoned(part, poison) for part in value]
        case _:
            return value


def changes_of(document: Any) -> Any:
    """An object of changes between two days, with nothing in it."""
    kept = ("cdstrack", "as_of", "register", "problems")
    lists = ("overdue", "moved", "rewritten", "met", "others", "silent", "resumed", "coming",
             "records")  # fmt: skip
    return {
        **{key: document[key] for key in kept},
        **{key: [] for key in lists},
        "since": document["as_of"], "first_record": None, "empty": True,
        "before": document["counts"], "after": document["counts"],
    }  # fmt: skip


def files_of(document: Any) -> dict[str, bytes]:
    """The site of an object."""
    register, changes = (json.dumps(each).encode() for each in (document, changes_of(document)))
    return dict(Maker(Material(register=register, changes=changes)).files())


@pytest.mark.parametrize("name", ["shipped", "programme"])
def test_whatever_its_texts_are_a_page_has_the_same_elements(site, name):
    """Also texts that no register gets past the checks with."""
    document = json.loads(site(name).text("data/register.json"))
    plain, odd = files_of(document), files_of(poisoned(document, f"{UNSEEN}{MARKUP}"))
    assert plain.keys() == odd.keys()
    for address, data in odd.items():
        if not address.startswith("data/"):
            assert CONTROLS.search(data.decode("utf-8")) is None, address
        if address.endswith(".html"):
            assert tags(plain[address]) == tags(data), address


def tags(data: bytes) -> list[str]:
    """The elements of a page in order, but for links, which an address alone makes one."""
    tree = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    return [node.tag for node in tree.iter("*") if node.tag not in ("a", "small")]

"""All visits of the browser, made at once; what it saw is told apart by the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visits import (
    AMONG_MANY,
    LOOKS,
    OVERVIEWS,
    PAGES,
    PAPER,
    PLAIN,
    QUERIES,
    SERVED,
    WALKS,
    WIDTHS,
    Programs,
    served,
    visit,
)  # fmt: skip
from tests.page.sites import Site, sites_in


@pytest.fixture(scope="session")
def programs() -> Programs:
    """Node, Chromium and the packages of ``make browser``, or the tests are skipped."""
    folder = os.environ.get("CDSTRACK_BROWSER")
    if not folder:
        pytest.skip("no browser: CDSTRACK_BROWSER names no folder; `make browser` runs these")
    modules = Path(folder).resolve() / "node_modules"
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None or not (modules / "playwright-core").is_dir():
        pytest.skip(f"no browser: node is {node}, chromium is {chromium}, packages in {modules}")
    return Programs(node, chromium, modules)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Callable[[str], Site]:
    """``site(name)`` is the site of the register of that name."""
    return sites_in(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="session")
def seen(programs, site, tmp_path_factory) -> Mapping[str, Any]:
    """What the browser saw, by what was looked at and where."""
    paper = tmp_path_factory.mktemp("paper")

    def url(page: str, base: str = "") -> str:
        name, address = page.split(" ")
        return f"{base or site(name).folder.as_uri()}/{address}.html"

    def look(name: str, address: str, *tasks: dict[str, Any], script: bool = True) -> None:
        visits.append({"name": name, "url": address, "script": script, "tasks": tasks})

    visits: list[dict[str, Any]] = []
    for page in PAGES:
        tasks = [{"task": "layout", "widths": WIDTHS}, {"task": "axe", "looks": LOOKS}]
        look(page, url(page), *tasks)
    for page in OVERVIEWS:
        look(f"radios {page}", url(page), {"task": "radios"}, script=False)
    look("search", url("shipped index"), {"task": "search", "queries": list(QUERIES)})
    queries = list(AMONG_MANY)
    look("search many", url("many find"), {"task": "search", "queries": queries})
    for page in WALKS:
        look(f"keyboard {page}", url(page), {"task": "keyboard", "width": 1280})
    for page in PLAIN:
        for script in (True, False):
            look(f"{'script' if script else 'plain'} {page}", url(page), {"task": "content"},
                 script=script)  # fmt: skip
    for number, page in enumerate(PAPER):
        path = str(paper / f"{number}.pdf")
        look(f"paper {page}", url(page), {"task": "print", "path": path})
    with served(site("shipped").folder.parent) as base:
        for page in SERVED:
            look(f"served {page}", url(page, f"{base}/{page.split(' ')[0]}"), {"task": "content"})
        return visit(programs, visits, paper)

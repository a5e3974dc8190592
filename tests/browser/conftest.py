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
    OVERVIEWS,
    PAGES,
    PAPER,
    PLAIN,
    QUERIES,
    SERVED,
    WALKS,
    WIDTHS,
    Programs,
    looks,
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

    def look(page: str, task: str, *, script: bool = True, base: str = "", **facts: Any) -> None:
        name = f"{'served ' if base else ''}{'' if script else 'plain '}{page}"
        new = {"name": name, "url": url(page, base), "script": script, "tasks": []}
        visits.setdefault(name, new)["tasks"].append({"task": task, **facts})

    visits: dict[str, dict[str, Any]] = {}
    for page in PLAIN:
        look(page, "content")
        look(page, "content", script=False)
    for page in PAGES:
        look(page, "layout", widths=WIDTHS)
    for page, views in looks().items():
        look(page, "axe", looks=views)
    for page in OVERVIEWS:
        look(page, "radios", script=False)
    for number, page in enumerate(PAPER):
        look(page, "print", path=str(paper / f"{number}.pdf"))
    for page in WALKS:
        look(page, "keyboard", width=1280)
    for page, queries in (("shipped index", QUERIES), ("many find", AMONG_MANY)):
        look(page, "search", queries=list(queries))
    with served(site("shipped").folder.parent) as base:
        for page in SERVED:
            look(page, "content", base=f"{base}/{page.split(' ')[0]}")
        return visit(programs, [*visits.values()], paper)

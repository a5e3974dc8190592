"""Which pages are looked at in a browser, and what is done there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

WIDTHS = (320, 360, 768, 1024, 1440)
LOOKS = (("light", 1280), ("dark", 360), ("dark", 1280), ("light", 360))
"""What axe looks at: either scheme of colours and either width."""
TRAINING = "t/dx-training-10000-officials-2022"
SIGNING = "t/provincial-officials-work-online-and-sign-2025-06"

PAGES = [
    f"{site} {page}"
    for site, pages in {
        "shipped": ["index", "en/index", TRAINING, f"en/{SIGNING}", "bodies", "en/method",
                    "changes", "data", "en/b/mst"],
        "provinces": ["index", "t/online-files", "en/t/data-platform", "bodies", "en/changes",
                      "b/province-05"],
        "programme": ["index", "en/index", "t/749-gov", "en/t/749-gdp-2025"],
        "many": ["index", "en/list/3", "find"],
        "hostile": ["index", "en/t/markup"],
        "few": ["index"],
    }.items()
    for page in pages
]  # fmt: skip
"""The kinds of pages, some in either language: site and address; ``few`` is a site in one file."""


def kind(page: str) -> str:
    """What a page is one of: the overview, the page of a commitment, of a body, …"""
    site, address = page.split(" ")
    return site if site == "few" else address.removeprefix("en/").partition("/")[0]


def looks() -> dict[str, tuple[tuple[str, int], ...]]:
    """How axe looks at pages: in turns at those of a kind, twice at one that is alone, and not at
    what is the same page in the other language."""
    kinds: dict[str, list[str]] = {}
    for page in PAGES:
        if page.replace(" en/", " ") in kinds.get(kind(page), ()):
            continue
        kinds.setdefault(kind(page), []).append(page)
    return {
        page: (LOOKS[number % 4],) if len(pages) > 1 else LOOKS[:2]
        for pages in kinds.values()
        for number, page in enumerate(pages)
    }


QUERIES = {
    "bán dẫn": 1, "ban dan": 1, "tap huan": 1, "BO TRUONG": 1, "quá hạn huyện": 1,
    "huấn luyện": 0, "chuyen doi": 1, "": 12,
}  # fmt: skip
"""What is typed into the box of the shipped register, and how many commitments are left."""

AMONG_MANY = {"Việc số 15": 11, "viec so 150": 1, "du lieu 14": 11, "không có": 0}
"""The same where the commitments are too many for one list."""

OVERVIEWS = ["shipped index", "provinces en/index", "programme index"]
PAPER = ["shipped index", "provinces en/index", "provinces t/online-files", "programme en/index"]
WALKS = ["shipped index", f"shipped {TRAINING}", "provinces en/t/online-files"]
PLAIN = ["shipped index", f"shipped en/{TRAINING}", "provinces t/online-files", "many index"]
SERVED = ["shipped en/index", "provinces t/online-files"]


class Programs(NamedTuple):
    """What the tests need beside Python."""

    node: str
    chromium: str
    modules: Path


def visit(
    programs: Programs, visits: Sequence[Mapping[str, Any]], folder: Path
) -> Mapping[str, Any]:
    """What a browser saw, by the names of the visits."""
    order = {
        "chromium": programs.chromium,
        "axe": str(programs.modules / "axe-core/axe.min.js"),
        "visits": visits,
    }
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    ran = subprocess.run(
        [programs.node, Path(__file__).with_name("visit.js")],
        input=json.dumps(order), capture_output=True, text=True, check=False, encoding="utf-8",
        env=kept | {"NODE_PATH": str(programs.modules), "HOME": str(folder)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    seen: Mapping[str, Any] = json.loads(ran.stdout)
    return seen


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder behind an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

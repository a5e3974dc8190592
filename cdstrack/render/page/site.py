"""The site of a register: every address with what stands there, and the same as one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from cdstrack.core.model.work import Work
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.page.badge import badge
from cdstrack.render.page.edition import Edition
from cdstrack.render.page.material import Material, read
from cdstrack.render.page.pages import Layout, Pages, portable
from cdstrack.store.publish import MANIFEST

SHARED = ("style.css", "filter.js", "icon.svg")
"""Files that the pages of both languages use."""
REGISTER = "data/register.json"


@cache
def _environment() -> Environment:
    """The templates, read once however many sites are made."""
    return Environment(
        loader=PackageLoader("cdstrack.render.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class Site:
    """Makes the pages of one object, in both languages."""

    def __init__(self, material: Material, work: Work | None = None) -> None:
        self._material = material
        self._work = work or Work()
        self._changes = read(material.changes)
        document = read(material.register)
        self._editions = {
            lang: Edition(document, Words(lang, "page"), material.is_part) for lang in LANGUAGES
        }

    def files(self, *, badges: bool = False) -> Iterator[tuple[str, bytes]]:
        """Every file by its address; last the list of them with their digests."""
        digests = {}
        for address, content in self._files(badges=badges):
            data = content.encode("utf-8") if isinstance(content, str) else content
            digests[address] = hashlib.sha256(data).hexdigest()
            yield address, data
        yield MANIFEST, (json.dumps(digests, indent=0, sort_keys=True) + "\n").encode("utf-8")

    def _files(self, *, badges: bool) -> Iterator[tuple[str, str | bytes]]:
        yield from self._data()
        for name in SHARED:
            yield name, _template(name)
        vi, en = self._editions["vi"], self._editions["en"]
        for edition, other in ((vi, en), (en, vi)):
            pages = self._pages(edition, other, Layout(folder=edition.folder))
            with self._work.at("work_pages", pages.number):
                for address, text in pages.all():
                    yield edition.folder + address, text
                    self._work.done += 1
            if pages.index is not None:
                yield f"{edition.folder}commitments.js", pages.index
            yield f"{edition.folder}badge.svg", badge(edition)
            if badges:
                for item in edition.targets.values():
                    yield f"{edition.folder}badge/{portable(item['id'])}.svg", badge(edition, item)

    def one_file(self, words: Words) -> bytes:
        """All pages in one language as one file, which asks for no other."""
        edition = self._editions[words.lang]
        style, script = _template("style.css"), _template("filter.js")
        pages = self._pages(edition, edition, Layout(in_one=True))
        articles = []
        with self._work.at("work_pages", pages.number):
            for _, text in pages.all():
                articles.append(text)
                self._work.done += 1
        return pages.whole(articles, style, script, _digest(style), _digest(script)).encode("utf-8")

    def _data(self) -> Iterator[tuple[str, bytes]]:
        yield REGISTER, self._material.register
        yield from self._material.files.items()

    def _pages(self, edition: Edition, other: Edition, layout: Layout) -> Pages:
        return Pages(
            environment=_environment(), edition=edition, other=other, layout=layout,
            changes=self._changes, base=self._material.base,
            sizes={address: len(data) for address, data in self._data()},
        )  # fmt: skip


def _template(name: str) -> str:
    """A file of ours, without its indentation, which no reader needs."""
    text = (files("cdstrack.render.page") / "templates" / name).read_text("utf-8")
    return re.sub("\n +", "\n", text)


def _digest(text: str) -> str:
    """What a content security policy knows a script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()

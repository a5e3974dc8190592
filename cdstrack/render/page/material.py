"""What a site is made of: the object of the register, that of the changes, and the data files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cdstrack.app.digest import Digest
from cdstrack.app.publication import Publication
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.data import dumps
from cdstrack.render.digest_shape import DIGEST
from cdstrack.render.digest_text import as_atom
from cdstrack.render.export_text import as_ics, reports_csv, targets_csv
from cdstrack.render.page.edition import FOLDERS, Object
from cdstrack.render.register_shape import EXPORT
from cdstrack.render.text import BOM, Look, one_line, visible


@dataclass(frozen=True)
class Material:
    """What a site is made of."""

    document: Object
    """The object of ``export --format json``; its numbers are ``Decimal``."""
    changes: Object
    """That of ``digest --format json``."""
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    """Data by their addresses, as they are."""
    base: str = ""
    """The address that the site will have, with a slash at the end; empty where none is known."""
    is_part: bool = False
    """Whether commitments were left out."""


def material(
    published: Publication, digest: Digest, *, base: str = "", files: bool = True
) -> Material:
    """The material of a register; the pages are made of what a reader of its JSON has."""
    text = EXPORT.text(published)
    export, status = published.export, published.export.status
    data: dict[str, str | bytes] = {}
    if files:
        words = Words("en")
        data = {
            "data/register.json": text,
            "data/targets.csv": f"{BOM}{targets_csv(export, words).content}",
            "data/reports.csv": f"{BOM}{reports_csv(export, words).content}",
            "data/deadlines.ics": as_ics(export, Words("vi")).content,
        }
        look = Look(None, False, True)
        for lang in LANGUAGES:
            feed = "".join(as_atom(digest, Words(lang), look))
            data[f"{FOLDERS[lang]}changes.atom"] = feed
    return Material(
        document=_read(text),
        changes=_read(dumps(DIGEST.of(digest))),
        files=data,
        base=base if not base or base.endswith("/") else f"{base}/",
        is_part=len(status.verdicts) < len(status.whole),
    )


_ESCAPE = re.compile(r"\\[bfnrtu]")
"""How JSON writes what cannot be seen."""


def _read(text: str) -> Any:
    """What a text of JSON holds, without anything unseen: it is written out, and lines are one."""
    value = json.loads(text, parse_float=Decimal)
    plain = text.replace("\n", "")  # those between its parts
    return value if _ESCAPE.search(text) is None and visible(plain) == plain else _clean(value)


def _clean(value: Any) -> Any:
    match value:
        case str():
            return visible(one_line(value))
        case dict():
            return {key: _clean(part) for key, part in value.items()}
        case list():
            return [_clean(part) for part in value]
        case _:
            return value

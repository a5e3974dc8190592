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
from cdstrack.render.page.edition import FOLDERS
from cdstrack.render.register_shape import EXPORT
from cdstrack.render.text import BOM, Look, has_unseen, one_line, visible


@dataclass(frozen=True)
class Material:
    """What a site is made of: texts alone, so that a whole register need not stay in memory."""

    register: bytes
    """The object of ``export --format json``."""
    changes: bytes
    """That of ``digest --format json``."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Other data by their addresses, as they are."""
    base: str = ""
    """The address that the site will have, with a slash at the end; empty where none is known."""
    is_part: bool = False
    """Whether commitments were left out."""


def material(
    published: Publication, digest: Digest, *, base: str = "", files: bool = True
) -> Material:
    """The material of a register; the pages are made of what a reader of its JSON has."""
    export, status = published.export, published.export.status
    data: dict[str, str] = {}
    if files:
        data = {
            "data/targets.csv": BOM + str(targets_csv(export, Words("en")).content),
            "data/reports.csv": BOM + str(reports_csv(export, Words("en")).content),
            "data/deadlines.ics": str(as_ics(export, Words("vi")).content),
        }
        for lang in LANGUAGES:
            feed = as_atom(digest, Words(lang), Look())
            data[f"{FOLDERS[lang]}changes.atom"] = "".join(feed)
    return Material(
        register=EXPORT.text(published).encode("utf-8"),
        changes=dumps(DIGEST.of(digest)).encode("utf-8"),
        files={address: text.encode("utf-8") for address, text in data.items()},
        base=base if not base or base.endswith("/") else f"{base}/",
        is_part=len(status.verdicts) < len(status.whole),
    )


_ESCAPE = re.compile(rb"\\[bfnrtu]")
"""How JSON writes what cannot be seen."""


def read(data: bytes) -> Any:
    """What a text of JSON holds, without anything unseen: it is written out, and lines are one."""
    text = data.decode("utf-8")
    value = json.loads(text, parse_float=Decimal)
    is_clean = _ESCAPE.search(data) is None and not has_unseen(text.replace("\n", ""))
    return value if is_clean else _clean(value)


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

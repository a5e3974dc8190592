"""What a site is made of: the object of the register, that of the changes, and the data files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from io import SEEK_END, BytesIO
from typing import Any

from cdstrack.app.digest import Digest
from cdstrack.app.publication import Publication
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.data import dumps
from cdstrack.render.digest_shape import DIGEST
from cdstrack.render.digest_text import as_atom
from cdstrack.render.export_text import as_ics, reports_csv, targets_csv
from cdstrack.render.page.edition import FOLDERS
from cdstrack.render.register_shape import EXPORT
from cdstrack.render.text import BOM, Look, one_line, visible


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
    published: Publication, changes: Changes, *, base: str = "", files: bool = True
) -> Material:
    """The material of a register; the pages are made of what a reader of its JSON has."""
    export, status = published.export, published.export.status
    stamp = datetime.combine(status.as_of, time(), UTC)  # the same day gives the same bytes
    data = dict(changes.feeds) if files else {}
    if files:
        data["data/targets.csv"] = _bytes_of(BOM, targets_csv(export, Words("en")).content)
        data["data/reports.csv"] = _bytes_of(BOM, reports_csv(export, Words("en")).content)
        calendar = as_ics(replace(export, stamp=stamp), Words("vi"))
        data["data/deadlines.ics"] = _bytes_of("", calendar.content)
    return Material(
        register=_bytes_of("", EXPORT.text(published)),
        changes=changes.data,
        files=data,
        base=base if not base or base.endswith("/") else f"{base}/",
        is_part=len(status.verdicts) < len(status.whole),
    )


def _bytes_of(mark: str, content: str | bytes | Iterator[str]) -> bytes:
    """A content behind a mark, as it lies in a file."""
    buffer = BytesIO(mark.encode("utf-8"))
    buffer.seek(0, SEEK_END)
    for piece in [content] if isinstance(content, str | bytes) else content:
        buffer.write(piece.encode("utf-8") if isinstance(piece, str) else piece)
    return buffer.getvalue()


@dataclass(frozen=True)
class Changes:
    """What has changed since a day, as texts."""

    data: bytes
    """The object of ``digest --format json``."""
    feeds: Mapping[str, bytes]
    """The feed of each language by its address."""


def changes_of(digest: Digest) -> Changes:
    """What has changed, as texts."""
    feeds = {}
    for lang in LANGUAGES:
        text = "".join(as_atom(digest, Words(lang), Look()))
        feeds[f"{FOLDERS[lang]}changes.atom"] = text.encode("utf-8")
    return Changes(dumps(DIGEST.of(digest)).encode("utf-8"), feeds)


def read(data: bytes) -> Any:
    """What a text of JSON holds, without anything unseen: it is written out, and lines are one."""
    return _clean(json.loads(data, parse_float=Decimal))


def _clean(value: Any) -> Any:
    """A value that was read, cleaned where it stands."""
    match value:
        case str():
            is_plain = value.isascii() and value.isprintable()
            return value if is_plain else visible(one_line(value))
        case dict():
            for key, part in value.items():
                if part.__class__ in _NESTED:
                    value[key] = _clean(part)
        case list():
            for place, part in enumerate(value):
                if part.__class__ in _NESTED:
                    value[place] = _clean(part)
    return value


_NESTED = (str, dict, list)

"""A seal as a text that can be read and printed, and the list of lines beside it.

docs/seals.md describes both, field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cdstrack.core.checks.seals import SHORT_HASH, SHORT_ROOT, Leaf, Row, Seal
from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import read_bytes

HEAD = "cdstrack seal 1"
LIST_SUFFIX = ".lines"
LIMIT = 64 * 1024
LIST_LIMIT = 1024 * 1024 * 1024
FIELDS = ("title", "moment", "lines", "root", "register", "policy", "waivers", "commit", "list")
NOTHING = "none"
"""What is written where there is no such file, or no commit that holds what was sealed."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PATTERNS = {
    "moment": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"),
    "lines": re.compile(r"[0-9]{1,12}"),
    "root": re.compile(rf"[0-9a-f]{{{SHORT_ROOT},64}}"),
    "register": _DIGEST,
    "policy": re.compile(rf"{_DIGEST.pattern}|{NOTHING}"),
    "waivers": re.compile(rf"{_DIGEST.pattern}|{NOTHING}"),
    "commit": re.compile(rf"[0-9a-f]{{40}}|[0-9a-f]{{64}}|{NOTHING}"),
    "list": _DIGEST,
    "title": re.compile(r".*"),
}
_ROW = re.compile(rb"([0-9a-f]{%d}) ([0-9a-z-]{1,40})" % (2 * SHORT_HASH))


def seal_text(seal: Seal) -> str:
    """The text of a seal; the same for the same seal."""
    values = {
        "title": " ".join(seal.title.split()) if seal.title is not None else None,
        "moment": moment_text(seal.moment),
        "lines": str(seal.lines),
        "root": seal.root,
        "register": seal.register,
        "policy": seal.policy,
        "waivers": seal.waivers,
        "commit": seal.commit,
        "list": seal.list,
    }
    lines = [f"{name}: {value or NOTHING}" for name, value in values.items() if value is not None]
    return "\n".join([HEAD, *lines]) + "\n"


def moment_text(moment: datetime) -> str:
    """A moment in UTC, to the microsecond."""
    bare = moment.astimezone(UTC).replace(tzinfo=None)
    return bare.isoformat(timespec="microseconds") + "Z"


def parse_seal(data: bytes, path: str) -> Seal:
    """The seal in a text, which may have been typed off paper: blanks do not count in digests.

    Raises StoreError ``seal_*`` with the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StoreError("seal_not_one", path=path) from None
    head, *rest = text.split("\n")
    if head.strip() != HEAD:
        raise StoreError("seal_not_one", path=path)
    values: dict[str, str] = {}
    for number, line in enumerate(rest, 2):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if name not in FIELDS or not colon or name in values:
            raise StoreError("seal_line", path=path, line=number, fields=list(FIELDS))
        value = value if name == "title" else "".join(value.split()).replace("\u2026", "")
        if not _PATTERNS[name].fullmatch(value):
            raise StoreError("seal_value", path=path, line=number, field=name)
        values[name] = value
    for name in ("moment", "lines", "root"):
        if name not in values:
            raise StoreError("seal_missing", path=path, field=name)
    try:
        moment = datetime.fromisoformat(values["moment"])
    except ValueError:
        raise StoreError("seal_value", path=path, line=2, field="moment") from None
    digests = {
        name: "" if values[name] == NOTHING else values[name]
        for name in FIELDS
        if name in values and name not in ("moment", "lines", "root")
    }
    return Seal(moment, int(values["lines"]), values["root"], **digests)


def read_seal(path: Path) -> tuple[Seal, bytes]:
    """A seal, and the bytes of its file, which are what is signed. Raises StoreError."""
    data = read_bytes(path, limit=LIMIT)
    return parse_seal(data, str(path)), data


def list_text(leaves: Iterable[Leaf]) -> str:
    """The list of a seal's lines: the beginning of each one's hash, and its id."""
    # Without a Row for each of a million.
    return "".join([f"{leaf.hash[:SHORT_HASH].hex()} {leaf.report.id}\n" for leaf in leaves])


def digest(data: bytes) -> str:
    """SHA-256 of a text file, whatever its line ends and with or without a byte order mark."""
    text = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return sha256(text).hexdigest()


def list_path(path: Path) -> Path:
    """Where the list of a seal lies: beside it, under its name with an ending."""
    return Path(f"{path}{LIST_SUFFIX}")


def read_list(path: Path, seal: Seal) -> Sequence[Row] | None:
    """The list of a seal, None if there is none beside it, or the seal has no digest of one.

    Raises StoreError ``seal_other_list`` for one that is not this seal's, else ``file_*``.
    """
    if not seal.list:
        return None  # anybody could have put one there
    try:
        data = read_bytes(path, limit=LIST_LIMIT)
    except StoreError as error:
        if error.code == "file_missing":
            return None
        raise
    lines = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").splitlines()
    matches = [match for match in map(_ROW.fullmatch, lines) if match is not None]
    is_whole = len(matches) == len(lines) == seal.lines
    if not is_whole or digest(data) != seal.list:
        raise StoreError("seal_other_list", path=str(path))
    return [Row(bytes.fromhex(match[1].decode()), match[2].decode()) for match in matches]

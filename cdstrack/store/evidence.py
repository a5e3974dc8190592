"""Documents kept beside the ledger, each under its digest: what a link once showed stays there.

A file is written whole, never over another, and never changed or removed by us. Its name is the
SHA-256 digest of what it holds, so anybody can tell whether it is still that.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cdstrack.core.model.entries import Source
from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import replace
from cdstrack.store.outputs import write_whole
from cdstrack.store.safe_open import is_below, read_bytes

FOLDER = "evidence"
MAX_DOCUMENT = 32 << 20
_END = re.compile(r"\.[0-9a-z]{1,10}")
_NAME = re.compile(r"[0-9a-f]{64}(?:\.[0-9a-z]{1,10})?")
MOST = 100
"""So many documents that no report names are named."""


def read_document(path: Path) -> tuple[str, bytes]:
    """The name under which a document is to be kept, and what it holds.

    Raises StoreError ``file_*``, also for what is larger than ``MAX_DOCUMENT``, ``evidence_empty``.
    """
    data = read_bytes(path, limit=MAX_DOCUMENT)
    if not data:
        raise StoreError("evidence_empty", path=str(path))
    end = path.suffix.lower()
    return _digest(data) + (end if _END.fullmatch(end) else ""), data


def keep(ledger: Path, name: str, data: bytes) -> None:
    """Keep a document beside a ledger, unless it is kept already.

    Raises StoreError ``evidence_folder`` where the folder is a link or a file, ``evidence_other``
    where something else stands there under its name, ``output_*``.
    """
    folder = ledger.parent / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise StoreError("evidence_folder", path=str(folder))
    path = folder / name
    if os.path.lexists(path):
        if not _is_intact(path):
            raise StoreError("evidence_other", path=str(path))
        return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError("output_unwritable", path=str(folder), reason=reason) from None
    write_whole(path, data, new=True)


def check_evidence(ledger: Path, records: Iterable[Report]) -> Iterator[Problem]:
    """Documents that records name and that are missing or altered, and those that none names.

    None is kept in a folder that is a link: what lies elsewhere goes with no copy of the ledger.
    """
    folder = ledger.parent / FOLDER
    states: dict[str, str | None] = {}
    for record in records:
        name = record.evidence
        if name is None:
            continue
        if name not in states:
            states[name] = _state(folder / name)
        code = states[name]
        if code is not None:
            yield Problem(code, {"path": str(folder / name), "report": record.id})
    for number, path in enumerate(_others(folder, states)):
        if number == MOST:
            break
        yield Problem("evidence_unnamed", {"path": str(path)}, level="warning")


def check_shared_evidence(register: Path, records: Iterable[Report]) -> Iterator[Problem]:
    """The same beside the register of a ledger on a server: what is missing is with whoever
    attached it, until it is committed, and closes nobody's gate."""
    for problem in check_evidence(register, records):
        if problem.code == "evidence_missing":
            problem = replace(problem, code="evidence_elsewhere", level="warning")
        yield problem


def check_sources(register: Path, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Sources whose file is there and is not what their digest says."""
    for name, source in sources.items():
        if source.file is None or source.sha256 is None or not is_below(source.file):
            continue
        path = register.parent / source.file
        if path.is_file() and not _is_intact(path, source.sha256):
            facts = {"path": str(path), "id": name}
            yield Problem("source_altered", facts, ("sources", name, "sha256"))


def _state(path: Path) -> str | None:
    if not os.path.lexists(path) or path.parent.is_symlink():
        return "evidence_missing"
    return None if _is_intact(path) else "evidence_altered"


def _is_intact(path: Path, digest: str | None = None) -> bool:
    """Whether a file holds what its name, or a digest, says. A link is never taken for it."""
    try:
        is_link = digest is None and path.is_symlink()
        return not is_link and _digest(read_bytes(path, limit=MAX_DOCUMENT)) == (
            digest or path.name[:64]
        )
    except StoreError:
        return False


def _others(folder: Path, names: Mapping[str, object]) -> list[Path]:
    """The files of the folder that are called like evidence and are not among some names."""
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if _NAME.fullmatch(path.name) and path.name not in names
        )
    except OSError:
        return []


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

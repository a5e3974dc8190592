"""Where the index of a ledger is kept: a file of one's own, trusted only if nobody else can write.

It lies in the user's folder for caches and not beside the ledger: what lies beside a ledger may
come with it from somebody else. Nothing here is an error for the reader: without an index the
ledger itself is read.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cdstrack.store.safe_open import open_regular

_OTHERS = 0o077
_DAYS_KEPT = 60
_END, _PART = ".index", ".part"


class Indexes(NamedTuple):
    """Where indexes are kept, and from how many bytes on a ledger has one.

    There making it pays within two commands; below, it is read nearly as fast without.
    """

    folder: Path
    least: int = 4 * 1024 * 1024
    portion: int = 1 << 20
    """So many reports are in memory while an index is written."""


def usual() -> Indexes | None:
    """In the user's folder for caches; None where CDSTRACK_INDEX is off or there is no home."""
    if os.environ.get("CDSTRACK_INDEX", "").lower() in ("off", "0", "no"):
        return None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base_text = os.environ.get("XDG_CACHE_HOME", "")
        base = Path(base_text) if base_text.startswith("/") else home / ".cache"
    return Indexes(base / "cdstrack")


def place_of(ledger: Path, folder: Path) -> Path:
    """Where the index of a ledger lies. If two ledgers had one place, its content would tell."""
    name = sha256(os.fsencode(ledger.resolve())).hexdigest()[:32]
    return folder / f"{name}{_END}"


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO | None]:
    """A file that is ours alone, in a folder that is; None if there is no such file.

    What the caller keeps of it he has to duplicate: it is closed at the end.
    """
    file = None
    with suppress(OSError):
        if _is_private(path.parent.lstat()):
            file = os.fdopen(open_regular(path), "rb", buffering=0)
            if not _is_private(os.fstat(file.fileno())):
                file.close()
                file = None
    try:
        yield file
    finally:
        if file is not None:
            file.close()


def replace(path: Path, write: Callable[[BinaryIO], None]) -> bool:
    """Put a new file in the place of an old one, whole or not at all; whether that went well.
    While it is written it can also be read.

    A folder that is full, read-only or somebody else's leaves the old one as it was.
    """
    import tempfile  # loads slowly

    folder, part = path.parent, None
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        if not _is_private(folder.lstat()):
            return False
        _clear(folder)
        descriptor, part = tempfile.mkstemp(_PART, path.stem, folder)
        with os.fdopen(descriptor, "w+b") as file:
            write(file)
        Path(part).replace(path)
    except OSError:
        return False
    except BaseException:
        _remove(part)
        raise
    else:
        part = None
        return True
    finally:
        _remove(part)


def remove(path: Path) -> None:
    """Remove an index that is of no use, if it is there."""
    _remove(str(path))


def _remove(path: str | None) -> None:
    with suppress(OSError):
        if path is not None:
            os.unlink(path)  # noqa: PTH108


def _is_private(status: os.stat_result) -> bool:
    """Whether a folder or file is the user's and nobody else may write to it, or read a file."""
    if sys.platform == "win32":  # where the profile of a user is closed to others
        return stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        return status.st_uid == os.geteuid() and not status.st_mode & 0o022
    is_closed = not status.st_mode & _OTHERS and status.st_nlink == 1
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and is_closed


def _clear(folder: Path) -> None:
    """Remove what nobody has used for long, and what a crash left half written."""
    now = time.time()
    for path in folder.iterdir():
        days = _DAYS_KEPT if path.suffix == _END else 1 if path.suffix == _PART else None
        with suppress(OSError):
            if days is not None and now - path.lstat().st_mtime > days * 86_400:
                path.unlink()

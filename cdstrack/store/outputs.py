"""Files that the program writes for others: whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from cdstrack.core.model.problems import StoreError
from cdstrack.store.safe_open import system_error


def write_whole(path: Path, content: str | bytes, *, new: bool = False) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    ``new``: only if there is none yet. Raises StoreError ``output_exists``, ``output_unwritable``.
    """
    import tempfile  # loads slowly, and most runs write no file

    temporary: Path | None = None
    try:
        if new and os.path.lexists(path):
            raise StoreError("output_exists", path=str(path))
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_of(path))
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise system_error("output_unwritable", path, error) from error


def append_to(path: Path, text: str) -> None:
    """Add to a file that others add to as well. Raises StoreError ``output_unwritable``."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise system_error("output_unwritable", path, error) from error


def _mode_of(path: Path) -> int:
    """The permissions of the file that is replaced, else those that the umask leaves."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask

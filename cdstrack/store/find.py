"""Where a register is, and what may lie beside it."""

from __future__ import annotations

import os
from pathlib import Path

from cdstrack.core.model.problems import StoreError

REGISTER = "targets.yaml"


def find_register(path: str | None) -> Path:
    """The register at ``path``, else the one in this folder or one above. Raises StoreError.

    Whether there is a file at ``path`` is not checked.
    """
    if path:
        return Path(path)
    try:
        current = Path.cwd()
    except OSError:  # the folder was removed under us
        raise StoreError("no_register", folder=".") from None
    for folder in (current, *current.parents):
        if (folder / REGISTER).exists():
            register = folder / REGISTER
            return Path(os.path.relpath(register)) if folder == current else register
    raise StoreError("no_register", folder=str(current))


def is_below(path: str) -> bool:
    """Whether the path of a ledger or of waivers stays beside or below the register."""
    parts = Path(path).parts
    is_relative = bool(parts) and not Path(path).is_absolute() and ".." not in parts
    return is_relative and "\\" not in path and path.isprintable()

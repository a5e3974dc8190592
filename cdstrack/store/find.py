"""Where a register is, and what may lie beside it."""

from __future__ import annotations

import os
from pathlib import Path

from cdstrack.core.model.problems import StoreError

REGISTER = "targets.yaml"


def find_register(asked: str | None) -> Path:
    """The register that was asked for, else the one here or in a folder above. Raises StoreError.

    Nobody looks whether the file that was asked for exists.
    """
    if asked:
        return Path(asked)
    try:
        here = Path.cwd()
    except OSError:  # the folder was removed under us
        raise StoreError("no_register", folder=".") from None
    for folder in (here, *here.parents):
        if (folder / REGISTER).exists():
            found = folder / REGISTER
            return Path(os.path.relpath(found)) if folder == here else found
    raise StoreError("no_register", folder=str(here))


def is_below(path: str) -> bool:
    """Whether the path of a ledger or of waivers stays beside or below the register."""
    parts = Path(path).parts
    is_relative = bool(parts) and not Path(path).is_absolute() and ".." not in parts
    return is_relative and "\\" not in path and path.isprintable()

"""Who is at the keyboard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdstrack.store.base import Store


def who(store: Store | None = None) -> str | None:
    """Who reports: CDSTRACK_BY, then who is signed in where the ledger is, else git's user name,
    then the system's. Raises StoreError where a server does not say."""
    if os.environ.get("CDSTRACK_BY"):
        return os.environ["CDSTRACK_BY"]
    if store is not None and store.has_clock:
        return store.login
    import getpass
    import subprocess

    from cdstrack.store.git_process import run_git  # only who writes needs it

    try:
        name = run_git(Path(), "config", "user.name", seconds=5).stdout
        if name.strip():
            return name.decode("utf-8", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        pass
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None

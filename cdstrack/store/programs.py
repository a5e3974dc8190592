"""Where programs of others are looked for: never where the files lie that are judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def search_path(strange: Iterable[Path] = ()) -> Iterator[str]:
    """The folders of PATH but for the current folder and the ``strange`` ones.

    An entry that is empty or relative means the current folder.
    """
    folders = {os.path.realpath(folder) for folder in (Path(), *strange)}
    for entry in os.get_exec_path():
        if Path(entry).is_absolute() and os.path.realpath(entry) not in folders:
            yield entry


def find_program(name: str, strange: Iterable[Path] = ()) -> Path | None:
    """A program on that path, unless it lies in one of those folders after all.

    Left to itself, Windows looks into the current folder first.
    """
    folders = {Path(os.path.realpath(folder)) for folder in (Path(), *strange)}
    for folder in search_path(strange):
        program = Path(folder, f"{name}.exe" if sys.platform == "win32" else name)
        if Path(os.path.realpath(program)).parent in folders:
            continue
        if program.is_file() and os.access(program, os.X_OK):
            return program
    return None

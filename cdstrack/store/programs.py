"""Where programs of others are looked for: never where the files lie that are judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def search_path(strange: Iterable[Path] = ()) -> Iterator[str]:
    """The folders of PATH but for the current folder, the ``strange`` ones and all below these.

    An entry that is empty or relative means the current folder.
    """
    folders = [Path(os.path.realpath(folder)) for folder in strange]
    for entry in os.get_exec_path():
        if Path(entry).is_absolute() and not _is_strange(Path(os.path.realpath(entry)), folders):
            yield entry


def find_program(name: str, strange: Iterable[Path] = ()) -> Path | None:
    """A program on that path, unless it lies in one of those folders after all.

    Left to itself, Windows looks into the current folder first.
    """
    folders = [Path(os.path.realpath(folder)) for folder in strange]
    for folder in search_path(folders):
        program = Path(folder, f"{name}.exe" if sys.platform == "win32" else name)
        if _is_strange(Path(os.path.realpath(program)).parent, folders):
            continue
        if program.is_file() and os.access(program, os.X_OK):
            return program
    return None


def _is_strange(folder: Path, strange: Iterable[Path]) -> bool:
    # The current folder may be one above everything, so what lies below it may be anybody's.
    if folder == Path(os.path.realpath(Path())):
        return True
    return any(folder.is_relative_to(other) for other in strange)

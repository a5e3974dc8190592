"""Where programs of others are looked for: never where the files lie that are judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def search_path(strange: Iterable[Path] = ()) -> tuple[str, ...]:
    """The folders of PATH but for the current folder, the ``strange`` ones and all below these."""
    return _search_path(tuple(os.get_exec_path()), _avoided(strange))


def find_program(name: str, strange: Iterable[Path] = ()) -> Path | None:
    """A program on that path, unless it lies in one of those folders after all.

    Left to itself, Windows looks into the current folder first.
    """
    avoided = _avoided(strange)
    for folder in _search_path(tuple(os.get_exec_path()), avoided):
        program = Path(folder, f"{name}.exe" if sys.platform == "win32" else name)
        if not program.is_file() or not os.access(program, os.X_OK):
            continue
        if not _is_strange(Path(os.path.realpath(program)).parent, avoided):
            return program
    return None


def _avoided(strange: Iterable[Path]) -> tuple[Path, ...]:
    """The current folder, then the strange ones, links followed."""
    return tuple(Path(os.path.realpath(folder)) for folder in (Path(), *strange))


@cache  # one command may start git a hundred times
def _search_path(entries: tuple[str, ...], avoided: tuple[Path, ...]) -> tuple[str, ...]:
    """An entry that is empty or relative means the current folder."""
    return tuple(
        entry
        for entry in entries
        if Path(entry).is_absolute() and not _is_strange(Path(os.path.realpath(entry)), avoided)
    )


def _is_strange(folder: Path, avoided: tuple[Path, ...]) -> bool:
    # The current folder may be one above everything, so what lies below it may be anybody's.
    here, *strange = avoided
    return folder == here or any(folder.is_relative_to(other) for other in strange)

"""One report as a clerk wrote it: on the command line, at the prompts, or in a row of a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from cdstrack.core.model.entries import Qualifier
from cdstrack.i18n.numbers import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written, still as text; figures and dates are read in the language ``lang``."""

    lang: Language
    value: str | None = None
    add: str | None = None
    n: str | None = None
    of: str | None = None
    done: bool | None = None
    date: str | None = None
    qualifier: Qualifier | None = None
    unit: str | None = None
    source: str | None = None
    note: str | None = None
    by: str | None = None
    part: str | None = None
    body: str | None = None
    corrects: str | None = None
    void: str | None = None
    again: bool = False
    key: str | None = None
    """Of an import: what tells its row from every other."""

"""What the formats for CI share: order, paths, harmless text, fingerprints that are unique."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator

from cdstrack.core.model.structs import replace
from cdstrack.i18n import Words
from cdstrack.render.ci.items import GateReport, Item
from cdstrack.render.text import visible


def worst_first(items: Iterable[Item]) -> list[Item]:
    """What fails, what warns, what is waived; among equals the order of the report."""
    return sorted(items, key=lambda item: (bool(item.waived), item.level != "fail"))


def counts(report: GateReport, words: Words) -> str:
    """How many fail, warn and are waived."""
    failing = sum(item.fails for item in report.items)
    waived = sum(bool(item.waived) for item in report.items)
    warnings = len(report.items) - failing - waived
    text = words("gate_counts", failing=failing, warnings=warnings, waived=waived)
    overdue = overdue_words(report.overdue, report.never_reported, words)
    return f"{text}; {overdue}" if overdue else text


def overdue_words(overdue: int, never: int, words: Words) -> str:
    """How many are overdue, told from those never reported; nothing where none is."""
    if not overdue:
        return ""
    text = words("gate_overdue", n=overdue)
    return f"{text}, {words('of_them_never', n=never)}" if never else text


def in_repository(report: GateReport, root: str) -> GateReport:
    """The report with the files below a folder named from there, as CI services want them.

    Files are as they were named until here: from the current folder, or in full. One that lies
    elsewhere keeps its name.
    """
    names: dict[str, str] = {}
    for item in report.items:
        if item.file not in names:
            names[item.file] = _from(root, item.file)
    return replace(report, items=[replace(item, file=names[item.file]) for item in report.items])


def _from(root: str, file: str) -> str:
    for real in (os.path.abspath, os.path.realpath):
        try:
            below = os.path.relpath(real(file), real(root))
        except ValueError:  # another drive, or no name of a file at all
            return file
        if below.split(os.sep, 1)[0] != os.pardir:
            return below
    return file


def path(file: str) -> str:
    """A file's name with ``/`` between folders, without ``./`` and the like."""
    return posixpath.normpath(file.replace(os.sep, "/"))


def is_absolute(name: str) -> bool:
    return name.startswith("/") or (os.name == "nt" and re.match("[A-Za-z]:/", name) is not None)


def plain(text: str) -> str:
    """The text with all that is unseen written out, except where it breaks into lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join([visible(line) for line in lines])


def clipped(text: str, most: int) -> str:
    """The text, cut where a service would refuse more."""
    return text if len(text) <= most else text[: most - 1] + "…"


def fingerprints(items: Iterable[Item]) -> Iterator[str]:
    """A fingerprint for each item, in order; the second of two equal ones is made another."""
    from hashlib import sha256

    counts_by_mark: dict[str, int] = {}
    for item in items:
        times = counts_by_mark[item.fingerprint] = counts_by_mark.get(item.fingerprint, 0) + 1
        if times == 1:
            yield item.fingerprint
        else:
            yield sha256(f"{item.fingerprint}\0{times}".encode()).hexdigest()[:32]

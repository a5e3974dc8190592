"""A run of the gate as CI services read it: one function a format, the whole text at once.

Whatever a title, a message or a file's name holds, it stays text of that one finding: it starts no
command, closes no element and leaves no cell. Codes are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cdstrack.i18n import Words
from cdstrack.render.ci.items import GateReport, Item
from cdstrack.render.ci.junit import junit
from cdstrack.render.ci.parts import clipped, counts, fingerprints, path, plain, worst_first
from cdstrack.render.ci.sarif import sarif
from cdstrack.render.data import Json, dumps
from cdstrack.render.text import markdown_cell, one_line, visible

Format = Callable[[GateReport, Words], str]

ANNOTATIONS = 10
"""GitHub shows no more of a level in one step."""

MOST_TITLE = 200
MOST_MESSAGE = 4_000
"""Characters of an annotation; GitHub refuses titles over 255."""

SUMMARY_BYTES = 1024 * 1024
"""GitHub refuses a summary that is larger."""

MOST_CELL = 1_000
NOTE_BYTES = 1_000
"""Kept free for the note that rows were left out."""


def github(report: GateReport, words: Words) -> str:
    """Workflow commands: an annotation each for the ten gravest, then how many there are more."""
    items = [item for item in worst_first(report.items) if not item.waived]
    lines = [_annotation(item) for item in items[:ANNOTATIONS]]
    more = len(items) - ANNOTATIONS
    if more > 0:
        text = words("gate_more", n=more, counts=counts(report, words))
        lines.append(_command("notice", {"title": "cdstrack"}, text))
    return "".join(lines)


def _annotation(item: Item) -> str:
    place = {"file": path(item.file), "line": str(item.line), "col": str(item.column)}
    title = one_line(
        f"cdstrack {item.code}: {item.target}" if item.target else f"cdstrack {item.code}"
    )
    message = clipped(item.message, MOST_MESSAGE) + (f"\n→ {item.remedy}" if item.remedy else "")
    level = "error" if item.level == "fail" else "warning"
    return _command(level, {**place, "title": clipped(title, MOST_TITLE)}, message)


def _command(name: str, properties: Mapping[str, str], data: str) -> str:
    """One line, escaped as the runner's own toolkit does it."""
    text = ",".join([f"{key}={_property(value)}" for key, value in properties.items()])
    return f"::{name} {text}::{_data(data)}\n"


_BREAK = re.compile("([\r\n])")


def _data(text: str) -> str:
    """Line breaks as the runner reads them, other control characters written out."""
    parts = [part if _BREAK.match(part) else visible(part) for part in _BREAK.split(text)]
    return "".join(parts).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(report: GateReport, words: Words) -> str:
    """Markdown for the page of a run: the verdict, the counts, a row a finding."""
    verdict = words("gate_passed" if report.passed else "gate_failed")
    as_of = words("as_of", day=report.as_of)
    opening = [f"## {verdict}", f"{counts(report, words)}; {as_of}"]
    if not report.complete:
        opening.append(f"**{words('gate_incomplete')}**")
    if not report.items:
        return "\n\n".join([*opening, words("gate_clean")]) + "\n"
    keys = ("level", "finding", "target", "why", "pass", "place")
    opening.append("| " + " | ".join([words(f"gate_col_{key}") for key in keys]) + " |")
    head = "\n\n".join(opening) + "\n|" + " --- |" * len(keys) + "\n"
    rows, left = [head], SUMMARY_BYTES - NOTE_BYTES - len(head.encode())
    items = worst_first(report.items)
    for number, item in enumerate(items):
        row = _row(item, words)
        left -= len(row.encode())
        if left < 0:
            rows.append("\n" + words("gate_cut", n=len(items) - number) + "\n")
            break
        rows.append(row)
    return "".join(rows)


def _row(item: Item, words: Words) -> str:
    level = "waived" if item.waived else item.level
    title = f"{_cell(item.title)}<br>" if item.title else ""
    cells = [
        f"{'·' if item.waived else '✗' if item.fails else '!'} {words(f'level_{level}')}",
        f"<code>{_cell(item.code)}</code>",
        f"{title}<code>{_cell(item.target)}</code>" if item.target else title,
        _cell(item.message.removeprefix(f"{item.title}: ")),
        _cell(item.waived or item.remedy),
        _cell(f"{path(item.file)}:{item.line}"),
    ]
    return "| " + " | ".join(cells) + " |\n"


def _cell(text: str) -> str:
    return markdown_cell(one_line(clipped(text, MOST_CELL)))


SEVERITIES = {"fail": "critical", "warn": "minor"}


def gitlab(report: GateReport, words: Words) -> str:
    """A Code Quality report: what was not waived, each with a fingerprint of its own."""
    items = [item for item in worst_first(report.items) if not item.waived]
    issues: list[Json] = [
        {
            "description": one_line(plain(f"{item.message} → {item.remedy}")),
            "check_name": item.code,
            "fingerprint": mark,
            "severity": "blocker" if item.code == "problem" else SEVERITIES[item.level],
            "location": {"path": plain(path(item.file)), "lines": {"begin": max(item.line, 1)}},
        }
        for item, mark in zip(items, fingerprints(items), strict=True)
    ]
    return dumps(issues) + "\n"


FORMATS: Mapping[str, Format] = {
    "github": github,
    "summary": summary,
    "sarif": sarif,
    "gitlab": gitlab,
    "junit": junit,
}

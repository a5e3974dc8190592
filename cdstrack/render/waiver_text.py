"""A first file of waivers, for what fails today: a team can begin with a red register."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date

from cdstrack.core.checks.gate import Finding
from cdstrack.i18n import Words
from cdstrack.render.ci.items import finding_sentence
from cdstrack.render.text import visible

_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")


def draft(findings: Sequence[Finding], *, until: date, reason: str, by: str, words: Words) -> str:
    """The text of a file that waives every finding which fails, and says above each what it is.

    One entry serves all findings of a target and code. What concerns no target of the register,
    such as one that was removed, is only mentioned: nothing waives it.
    """
    entries: dict[tuple[str, str], list[Finding]] = {}
    left: list[Finding] = []
    for finding in findings:
        if not finding.fails:
            continue
        if finding.target is None or finding.facts.get("field") == "commitment":
            left.append(finding)
        else:
            entries.setdefault((finding.target, finding.code), []).append(finding)
    lines = [f"# {words('waivers_head')}", "cdstrack: 1", "waivers:" if entries else "waivers: []"]
    for (target, code), alike in entries.items():
        lines += [f"  # {sentence}" for sentence in _sentences(alike, words)]
        lines += [
            f"  - target: {target}",
            f"    code: {code}",
            f"    until: {until.isoformat()}",
            f"    reason: {_quote(reason)}",
            f"    by: {_quote(by)}",
        ]
    lines += [f"# {words('waivers_not_waived')} {sentence}" for sentence in _sentences(left, words)]
    return "\n".join(lines) + "\n"


def _sentences(findings: Sequence[Finding], words: Words) -> Iterator[str]:
    for finding in findings:
        verdict = finding.verdict
        targets = {verdict.target.id: verdict.target} if verdict is not None else {}
        sentence = _one_line(finding_sentence(finding, targets, words))
        yield sentence.replace("\\", "\\\\")  # a single one may look like half of a character


def _quote(text: str) -> str:
    """A text between double quotes, as YAML reads it: JSON's escapes are among its own."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    """A text that stays on its line, with nothing in it that a file may not hold."""
    return visible(_BREAKS.sub(" ", text).strip())

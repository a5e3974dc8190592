"""What was asked: refusals, names that a person typed, lengths of time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from cdstrack.core.model import Target
from cdstrack.core.problems import Problem, did_you_mean
from cdstrack.store.base import Register


class Refusal(Exception):
    """What was asked cannot be done as asked. A code and facts; nothing has been changed."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NoRegister(Exception):
    """The register could not be read at all. Carries its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("no register")
        self.problems = problems


def fold(text: str) -> str:
    """A text for searching: lower case, no diacritics, đ as d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def find_target(register: Register, asked: str, *, by_title: bool) -> Target:
    """The target that an id, the beginning of one, or (``by_title``) any part of a title names.

    Raises Refusal when none or several do.
    """
    targets = register.targets
    if asked in targets:
        return targets[asked]
    if asked in register.broken:
        raise Refusal("target_broken", id=asked)
    matches = [name for name in targets if asked and name.startswith(asked)]
    if not matches and by_title and asked.strip():
        words = fold(asked).split()
        matches = [
            target.id
            for target in targets.values()
            if all(
                word in fold(f"{target.title.vi} {target.title.en} {target.id}") for word in words
            )
        ]
    if len(matches) == 1:
        return targets[matches[0]]
    if matches:
        raise Refusal("target_ambiguous", id=asked, matches=sorted(matches))
    raise Refusal("unknown_target", id=asked, suggestion=did_you_mean(asked, targets))


def due_in(text: str) -> int:
    """Days from ``90d``, ``12w``, ``3m``, ``1y`` or plain ``90``. Raises Refusal."""
    match = re.fullmatch(r"([0-9]{1,5})([dwmy]?)", text.strip())
    if match is None:
        raise Refusal("bad_duration", text=text)
    factor = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}[match[2]]
    return int(match[1]) * factor

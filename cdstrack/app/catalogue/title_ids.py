"""Ids made from titles: folded, short, of whole words, and the same for the same title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cdstrack.core.model.naming import fold

_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
LENGTH = 40
"""So long an id may be typed; a title is cut after the last whole word."""


class TitleIds:
    """Ids that no two things share."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def new(self, title: str, kind: str, ending: str = "") -> str:
        """An id that is free; ``kind`` is for a title without letters, ``ending`` tells apart."""
        stem = id_of(title) or kind
        if stem in _WORDS or re.fullmatch(r"[0-9e-]+", stem):
            stem = f"{kind}-{stem}"  # which YAML would take for something else than a text
        name = f"{stem}-{ending}" if ending else stem
        return self.free(name)

    def free(self, stem: str) -> str:
        """An id if it is free, else the next one after it."""
        name, number = stem, self._last.get(stem, 1)
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._last[stem] = number
        self._taken.add(name)
        return name


def id_of(title: str) -> str:
    """The words of a title as an id, as many as fit; empty for a title without Latin letters."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    text = ""
    for word in words:
        longer = f"{text}-{word}" if text else word[:LENGTH]
        if len(longer) > LENGTH:
            break
        text = longer
    return text

"""The tree of a YAML text: plain dicts, lists and text, and the place of each of them."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import Any

from cdstrack.core.model.problems import Path, Place, Problem

EXCERPT = 500
SHORT = 100

_WORD = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'|[^\s,\[\]{}:]+")
_PLAIN = re.compile(r"[^\n#,\[\]{}]*[^\s#,\[\]{}]")


class Mapping(dict[str, Any]):
    """A YAML mapping, a plain dict to everyone else.

    ``spots`` holds the offset in the text of key, value, key, value and so on.
    """

    __slots__ = ("spots",)
    spots: list[int]


class Sequence(list[Any]):
    """A YAML sequence, a plain list to everyone else; ``spots`` are the offsets of its items."""

    __slots__ = ("spots",)
    spots: list[int]


Node = Mapping | Sequence | str


class Tree:
    """What a YAML text says, what is wrong with it, and where everything stands.

    ``root`` is None when the text is empty or cannot be read to its end. Every problem has a
    place, and the path of the value it is in (``()`` without a root).
    """

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.file = file
        self.text = ""
        self.start = 0
        self._lines = array("q")
        self._orders: dict[int, dict[str, int]] = {}

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where the value at ``path`` stands, or its key.

        When nothing stands there, it is the key (in a list: the item) of the nearest ancestor,
        because that is where something is missing.
        """
        node: Any = self.root
        at = key_at = self.start
        for step in path:
            if isinstance(node, Mapping) and step in node:
                is_short = len(node) <= SHORT
                index = 2 * (list(node).index(str(step)) if is_short else self._index(node, step))
                key_at, at = node.spots[index : index + 2]
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node):
                key_at = at = node.spots[step]
            else:
                key = True
                break
            node = node[step]
        at = key_at if key else at
        word = None
        if key or isinstance(node, str):
            is_plain = not key and node and self.text[at : at + 1] not in ("'", '"')
            word = (_PLAIN if is_plain else _WORD).match(self.text, at)
        return self.spot(at, len(word[0]) if word else 1)

    def _index(self, node: Mapping, key: str | int) -> int:
        """Which place a key has among those of a large mapping; kept for all of its keys."""
        if id(node) not in self._orders:
            self._orders[id(node)] = {name: index for index, name in enumerate(node)}
        return self._orders[id(node)][str(key)]

    def spot(self, at: int, width: int = 1) -> Place:
        """The place of an offset. A long excerpt is cut, and left out if that hides the spot."""
        if not self._lines:
            self._lines = array("q", [0])
            self._lines.extend(m.end() for m in re.finditer("\n", self.text))
        line = bisect_right(self._lines, at)
        start = self._lines[line - 1]
        end = self._lines[line] - 1 if line < len(self._lines) else len(self.text)
        excerpt = self.text[start : min(end, start + EXCERPT)].rstrip("\r")
        column = at - start
        width = max(1, min(width, len(excerpt) - column))
        shown = excerpt if excerpt and column <= len(excerpt) else None
        return Place(self.file, line, column + 1, shown, width)

    def path_at(self, at: int) -> Path:
        """The path of the innermost value that, with its key, begins at or before an offset."""
        node: Any = self.root
        path: list[str | int] = []
        while isinstance(node, (Mapping, Sequence)):
            is_map = isinstance(node, Mapping)
            index = bisect_right(node.spots[::2] if is_map else node.spots, at) - 1
            if index < 0:
                break
            step: Any = list(node)[index] if is_map else index
            path.append(step)
            node = node[step]
        return tuple(path)

"""YAML text to a tree of dicts, lists and text that knows the place of everything in it.

A strict subset of YAML: no anchors, aliases, merge keys, tags, directives, second documents or
tabs, and no character that cannot be seen. Scalars stay text: the models give them their types.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import suppress
from sys import intern
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.naming import escaped
from cdstrack.store.yaml.syntax import (
    Finding,
    char_code,
    check_bytes,
    explain,
    first_too_deep,
    no_blank,
    odd_characters,
    pure_events,
    visible,
)

if TYPE_CHECKING:  # Tab has no time for problems, nor for structs
    from cdstrack.core.model.problems import Path, Place, Problem

LIMIT_BYTES = 64 * 1024 * 1024
LIMIT_DEPTH = 20
MAX_PROBLEMS = 100
FACT = 200

_TAG = late_pattern(r"!\S*")

_FAST: Any = getattr(yaml, "CSafeLoader", None)

EXCERPT = 500
SHORT = 100

_WORD = late_pattern(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'|[^\s,\[\]{}:]+")
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
        self.file = file
        self.text = ""
        self.root: Node | None = None
        self.problems: list[Problem] = []
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

    def value_at(self, path: Path) -> tuple[Node | None, int]:
        """What stands at a path and its offset; None and the offset of what is around it."""
        node: Any = self.root
        at = self.start
        for step in path:
            if isinstance(node, Mapping) and step in node:
                at = node.spots[2 * list(node).index(str(step)) + 1]
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node):
                at = node.spots[step]
            else:
                return None, at
            node = node[step]
        return node, at

    def _index(self, node: Mapping, key: str | int) -> int:
        """Which place a key has among those of a large mapping; kept for all of its keys."""
        if id(node) not in self._orders:
            self._orders[id(node)] = {name: index for index, name in enumerate(node)}
        return self._orders[id(node)][str(key)]

    def spot(self, at: int, width: int = 1) -> Place:
        """The place of an offset. A long excerpt is cut, and left out if that hides the spot."""
        from cdstrack.core.model.problems import Place

        if not self._lines:
            self._lines = array("q", [0])
            self._lines.extend(m.end() for m in re.finditer("\n", self.text))
        line = bisect_right(self._lines, at)
        start = self._lines[line - 1]
        end = self._lines[line] - 1 if line < len(self._lines) else len(self.text)
        excerpt = self.text[start : min(end, start + EXCERPT)].rstrip("\r")
        column = at - start
        width = max(1, min(width, len(excerpt) - column))
        visible_excerpt = excerpt if excerpt and column <= len(excerpt) else None
        return Place(self.file, line, column + 1, visible_excerpt, width)

    def offset_of(self, line: int) -> int:
        """Where a line begins, counted from 1."""
        if not self._lines:
            self.spot(0)
        return self._lines[line - 1]

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


_Stack = list[tuple[Any, str | None, str | None]]
"""For every open collection: its parent, its key there, the parent's state when it is done."""

_ITEM = "\0item"  # stands for the key while a list is filled
_DROP = "\0drop"  # stands for a refused key: its value is read and left out
_IN_SECTION = 2  # what is open around the items of a section: the section, and the whole


def parse_yaml(
    data: bytes,
    *,
    file: str,
    limit_depth: int = LIMIT_DEPTH,
    limit_bytes: int = LIMIT_BYTES,
    max_problems: int = MAX_PROBLEMS,
    pure: bool = False,
) -> Tree:
    """Read a YAML file: any bytes give a tree, its problems, or both; never an exception.

    Problems are sorted by place. Above ``max_problems`` the last one, ``yaml_more``, says how
    many are left out. ``pure`` does without libyaml; the result is the same.
    """
    tree = Tree(file)
    for _ in growth(tree, data, limit_depth, limit_bytes, max_problems, pure=pure):
        pass
    return tree


def growth(
    tree: Tree,
    data: bytes,
    limit_depth: int = LIMIT_DEPTH,
    limit_bytes: int = LIMIT_BYTES,
    max_problems: int = MAX_PROBLEMS,
    *,
    pure: bool = False,
) -> Iterator[None]:
    """Fill a tree, with a stop behind each item of a list that is a section of its own.

    Until the end its problems are not known, and so whether any of it is sound.
    """
    source = check_bytes(data, limit_bytes, max_problems)
    tree.text = source.text
    reader = _Reader(tree, max_problems, source.odd, source.lost, source.hidden)
    for finding in source.findings:
        reader.note_finding(finding)
    if not source.stop:
        try:
            reader.before = len(reader.noted)
            is_whole = not source.findings and not data.startswith(BOM_UTF8)
            plain = data if is_whole else None
            yield from reader.build(tree.text, limit_depth, pure or _FAST is None, plain)
            if not (tree.root and isinstance(tree.root, Mapping)):
                reader.check_root(tree.root)
        except _Stop:
            tree.root = None
    reader.noted.sort(key=lambda pair: pair[0])
    hidden = reader.hidden + len(reader.noted[max_problems:])
    if reader.noted:
        from cdstrack.core.model.structs import replace

        for at, problem in reader.noted[:max_problems]:
            tree.problems.append(replace(problem, path=problem.path or tree.path_at(at)))
    if hidden:
        from cdstrack.core.model.problems import Problem

        last = tree.problems[-1].place if tree.problems else tree.spot(0)
        tree.problems.append(Problem("yaml_more", {"count": hidden}, place=last))


class _Stop(Exception):
    """Nothing sound can be read from here on; the problem is noted."""


class _Reader:
    """A tree on its way, with at most so many problems; those for which no ``room`` is left are
    only counted."""

    def __init__(self, tree: Tree, most: int, odd: bool, lost: list[int], hidden: int = 0) -> None:
        self.tree = tree
        self.most = self.room = most
        self.odd = odd
        self.lost = lost
        self.hidden = hidden
        self.before = 0
        """How many of the problems came before the parser's."""
        self.noted: list[tuple[int, Problem]] = []

    def build(
        self, text: str, limit_depth: int, pure: bool, data: bytes | None = None
    ) -> Iterator[None]:
        """Make the tree of the events, with a stop behind each item of a section that is a list.

        ``data`` is the text as it stands in the file, where it does: libyaml makes no copy of it.
        One flat loop, because it runs for every word of the file.
        """
        stack: _Stack = []
        root: Any = None
        node: Any = None
        key: str | None = _ITEM
        key_at = 0
        odd = self.odd
        event: Any = None
        events = pure_events(text) if pure else yaml.parse(data or text, Loader=_FAST)
        try:
            for event in events:
                kind = type(event)
                if kind is ScalarEvent:
                    value = event.value
                    at = event.start_mark.index
                    if event.tag is not None or event.anchor is not None:
                        self.refuse_properties(event, _path(stack, node, key))
                    if odd:
                        value = self.clean(event, stack, node, key)
                    if key is None:
                        key, key_at = intern(value), at
                        if value in node or (value == "<<" and not event.style):
                            self.refuse_key(event, value, node, _path(stack, node, value))
                            key = _DROP
                    elif type(node) is Mapping:
                        if not value and not event.style:
                            at = key_at  # the parsers differ on where an empty value stands
                            self.check_blank(key, at, _path(stack, node, key))
                        if key is not _DROP:
                            node[key] = value
                            node.spots += (key_at, at)
                        key = None
                    elif node is not None:
                        if ":" in value and not event.style:
                            self.check_blank(value, at, _path(stack, node, key))
                        node.append(value)
                        node.spots.append(at)
                    else:
                        root = self.tree.root = value
                        self.tree.start = at
                elif kind is MappingStartEvent or kind is SequenceStartEvent:
                    at = event.start_mark.index
                    if event.tag is not None or event.anchor is not None:
                        self.refuse_properties(event, _path(stack, node, key))
                    if len(stack) >= limit_depth:
                        self.note("yaml_depth", at, 1, _path(stack, node, key), limit=limit_depth)
                        raise _Stop
                    child = Mapping() if kind is MappingStartEvent else Sequence()
                    child.spots = []
                    after = None
                    if key is None:
                        shape = "mapping" if kind is MappingStartEvent else "list"
                        self.note("yaml_key_not_text", at, 1, _path(stack, node, key), found=shape)
                        key = after = _DROP
                    elif type(node) is Mapping:
                        if key is not _DROP:
                            node[key] = child
                            node.spots += (key_at, at)
                    elif node is not None:
                        node.append(child)
                        node.spots.append(at)
                        after = _ITEM
                    else:
                        root = self.tree.root = child
                        self.tree.start = at
                    stack.append((node, key, after))
                    node = child
                    key = None if kind is MappingStartEvent else _ITEM
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    node, _, key = stack.pop()
                    if len(stack) == _IN_SECTION and type(node) is Sequence:
                        yield
                elif kind is AliasEvent:
                    path = _path(stack, node, key)
                    self.note_event("yaml_alias", event, path, name=event.anchor)
                    raise _Stop
                elif kind is DocumentStartEvent and root is not None:
                    self.note_event("yaml_second_document", event, ())
                    raise _Stop
        except (yaml.YAMLError, ValueError) as error:
            # Parsers look ahead, and may meet there what they mind more, or a limit of their own.
            end = first_too_deep(text, event, error, limit_depth - len(stack))
            if end < len(text):
                self.read_deep(text[:end], limit_depth, pure)
            parent = stack[-1][0] if stack else None
            parent_at = parent.spots[-1] if parent is not None and parent.spots else self.tree.start
            self.note_syntax(explain(text, error, event, root, parent_at))
            raise _Stop from None

    def read_deep(self, text: str, limit_depth: int, pure: bool) -> None:
        """Read a text again that ends where it gets too deep, to note that instead of an error."""
        again = _Reader(self.tree, self.most, self.odd, self.lost)
        with suppress(_Stop):
            for _ in again.build(text, limit_depth, pure):
                pass
        if any(problem.code == "yaml_depth" for _, problem in again.noted):
            self.noted[self.before :] = again.noted
            self.hidden = again.hidden
            raise _Stop

    def note(self, code: str, at: int, width: int = 1, path: Path = (), **facts: object) -> None:
        if self.room:
            self.room -= 1
            self.note_finding(Finding(code, at, width, facts), path)
        else:
            self.hidden += 1

    def note_event(self, code: str, event: Any, path: Path, **facts: object) -> None:
        start, end = event.start_mark, event.end_mark
        width = end.index - start.index if end.line == start.line else 1
        self.note(code, start.index, width, path, **facts)

    def note_finding(self, finding: Finding, path: Path = ()) -> None:
        from cdstrack.core.model.problems import Problem

        code, at, width, facts = finding
        facts = {k: v[:FACT] if isinstance(v, str) else v for k, v in facts.items()}
        self.noted.append((at, Problem(code, facts, path, self.tree.spot(at, width))))

    def note_syntax(self, finding: Finding) -> None:
        """Note why the parser stopped, unless it is the echo of a problem on the same line."""
        lines = {problem.place.line for _, problem in self.noted if problem.place}
        if self.tree.spot(finding.at).line not in lines:
            from cdstrack.store.yaml.slips import in_syntax  # most files hold no slip

            facts = in_syntax(finding.code, self.tree.text, finding.at)
            self.note_finding(finding._replace(facts={**finding.facts, **facts}))

    def refuse_properties(self, event: Any, path: Path) -> None:
        if event.tag is not None:
            tag = _TAG.search(self.tree.text, event.start_mark.index)
            at = tag.start() if tag else event.start_mark.index
            tag_text = tag[0] if tag else "!"
            self.note("yaml_tag", at, len(tag_text), path, tag=tag_text)
        if event.anchor is not None:
            at = event.start_mark.index
            self.note("yaml_anchor", at, len(event.anchor) + 1, path, name=event.anchor)
            raise _Stop

    def refuse_key(self, event: Any, key: str, node: Mapping, path: Path) -> None:
        if key not in node:
            self.note_event("yaml_merge", event, path)
            return
        if not self.room:  # the search below is linear
            self.hidden += 1
            return
        if self.tree.text[event.end_mark.index : event.end_mark.index + 80].lstrip()[:1] in (
            ",",
            "}",
        ):
            return  # a piece of a text with commas: the first of them names it
        first = self.tree.spot(node.spots[2 * list(node).index(key)])
        line, column = first.line, first.column
        self.note_event(
            "yaml_duplicate_key", event, path, key=key, first_line=line, first_column=column
        )

    def clean(self, event: Any, stack: _Stack, node: Any, key: str | None) -> str:
        """A scalar in NFC, its escapes looked at; a key without what cannot be seen."""
        value = event.value
        if event.style == '"':
            for char in odd_characters(value):
                path = _path(stack, node, key)
                self.note_event(char_code(char), event, path, char=escaped(char))
        if key is None:
            first = bisect_left(self.lost, event.start_mark.index)
            lost = self.lost[first : first + 1]
            value = visible(value, bool(lost) and lost[0] < event.end_mark.index)
        return unicodedata.normalize("NFC", value)

    def check_blank(self, text: str, at: int, path: Path) -> None:
        if tight := no_blank(text):
            self.note("yaml_no_blank", at, tight[1], path, key=tight[0])

    def check_root(self, root: Node | None) -> None:
        if not root and not isinstance(root, (Mapping, Sequence)):
            self.note("yaml_empty", 0)
        elif isinstance(root, str) and (tight := no_blank(root)):
            self.note("yaml_no_blank", self.tree.start, tight[1], key=tight[0])
        elif not isinstance(root, Mapping):
            shape = "list" if isinstance(root, Sequence) else "text"
            self.note("yaml_not_mapping", self.tree.start, found=shape)


def _path(stack: _Stack, node: Any, key: str | None) -> Path:
    """The path of what is being read, up to a key that was refused."""
    steps: list[str | int] = []
    for parent, step, _ in stack[1:]:
        if step is _DROP:
            return tuple(steps)
        steps.append(step if type(parent) is Mapping and step is not None else len(parent) - 1)
    if type(node) is Sequence:
        steps.append(len(node))
    elif key is not None and key is not _DROP and key is not _ITEM:
        steps.append(key)
    return tuple(steps)

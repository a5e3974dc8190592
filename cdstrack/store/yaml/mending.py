"""What to write instead of a line that is no YAML, and what else is wrong in the file.

A parser stops at the first line that it cannot read. Here that line is put as it was probably
meant, for reading on alone: nothing is ever judged by it. A line is proposed only if the file can
be read further with it than without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import get_args

from pydantic import BaseModel

from cdstrack.core.model.entries import Desk, Document, Waiver
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.store.yaml.tree import LIMIT_DEPTH, Mapping, Tree, parse_yaml

MOST = 30
"""So many lines are put right at most."""
LIMIT_BYTES = 6_000_000
"""So much is read again at most, over all attempts."""
LONGEST_LINE = 2000
"""Longer lines are left alone; it bounds the work that one can cause."""

_LINE = re.compile(
    r"(?P<indent>[ ]*(?:-[ ]+)*)(?:(?P<key>[\w-]+)(?P<colon>[ ]*:(?:[ ]+|$)))?(?P<rest>.*)"
)
_COMMENT = re.compile(r"(?P<value>.*?)(?P<comment>[ ]{2,}#.*|[ ]+#[ ].*)?")
_BLANKS = "\xa0\u2000-\u200a\u202f\u205f\u3000"
_WIDE = str.maketrans({"［": "[", "］": "]", "｛": "{", "｝": "}", "＃": "#"})
_WIDE_COLON = re.compile(r"(?<=\w)[ ]*：[ ]*|(?<=\w)[ ]*﹕[ ]*")
_WIDE_COMMA = re.compile(r"，[ ]*")
_SEMICOLON = re.compile(r"[ ]*;[ ]*([\w-]+)[ ]*:(?=[ ])")
_NO_COMMA = re.compile(r"([^\s,{:;])[ ]+([a-z_]+):(?=[ ])")
_SIGN = re.compile(r"([{,][ ]*)(>=|=>|≥|<=|=<|≤|>|<|=|~|≈)[ ]*:?[ ]*")
_COMPARATORS = {">=": "at_least", "=>": "at_least", "≥": "at_least", "<=": "at_most",
                "=<": "at_most", "≤": "at_most", ">": "more_than", "<": "less_than",
                "=": "exactly", "~": "about", "≈": "about"}  # fmt: skip
_TIGHT = re.compile(r"((?:^[ ]*(?:-[ ]+)*|[{,][ ]*)([\w-]+)):(?=[^\s/:])")
_NO_STOPS = frozenset(
    {
        "yaml_duplicate_key",
        "yaml_merge",
        "yaml_tag",
        "yaml_more",
        "yaml_key_not_text",
        "yaml_control",
        "yaml_invisible",
        "yaml_bom",
        "yaml_tab",
        "yaml_escape",
    }
)
"""Problems behind which a file is read on."""
_EASY = frozenset({"yaml_hash", "yaml_tag", "yaml_no_blank", "yaml_tab"})
"""Problems that leave no doubt of what was meant: no quotes, no blank, a tab behind a colon."""
_CURLY_PAIRS = ("“”", "„“", "«»", "‘’", "”“", "””", "““")


@cache
def known_keys() -> frozenset[str]:
    """Every key that a model has anywhere."""
    models: list[type[BaseModel]] = [Document, Desk, Waiver]
    keys: set[str] = {"waivers"}
    for model in models:
        for name, info in model.model_fields.items():
            keys.add(info.alias or name)
            models += [inner for inner in _models(info.annotation) if inner not in models]
    return frozenset(keys)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


# A line as it was probably meant


def usual_signs(line: str) -> str:
    """A line with the blanks, colons, commas and brackets of a keyboard."""
    line = re.sub(f"[{_BLANKS}]", " ", line).translate(_WIDE)
    return _WIDE_COMMA.sub(", ", _WIDE_COLON.sub(": ", line))


def in_quotes(text: str) -> str:
    """A text in the quotes that it does not hold."""
    text = text.strip()
    for pair in (*_CURLY_PAIRS, '""', "''"):
        if len(text) > 1 and text[0] == pair[0] and text[-1] == pair[1]:
            text = text[1:-1]
            break
    if text[:1] in ("'", '"') and text.count(text[0]) == 1:
        text = text[1:]  # what was not closed
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def as_scalar(text: str, *, flow: bool = False) -> str:
    """A text as YAML reads it back, in quotes where it needs them."""
    text = text.strip()
    return text if _reads_as(text, text, flow=flow) else in_quotes(text)


def _reads_as(yaml: str, text: str, *, flow: bool) -> bool:
    tree = parse_yaml((f"{{v: {yaml}}}" if flow else f"v: {yaml}").encode(), file="")
    return not tree.problems and tree.root == {"v": text}


def requote(line: str, *, cut: bool = False) -> str:
    """A line with its texts in quotes where they need them; ``cut`` also one that # ends."""
    match = _LINE.fullmatch(line)
    if match is None:
        return line
    start = match["indent"] + (f"{match['key']}: " if match["key"] else "")
    rest = match["rest"].strip()
    if not rest:
        return line.rstrip()
    parts = _COMMENT.fullmatch(rest)
    value, comment = (parts["value"], parts["comment"] or "") if parts and not cut else (rest, "")
    return start + _value(value, flow=False) + comment


def _value(text: str, *, flow: bool, room: int = LIMIT_DEPTH) -> str:
    text = text.strip()
    if not room:
        return text
    if text[:1] == "{":
        pairs = list(_pairs(text[1:].removesuffix("}")))
        if pairs and all(key for key, _ in pairs):
            inner = (
                f"{key}: {_value(value, flow=True, room=room - 1)}".rstrip() for key, value in pairs
            )
            return "{" + ", ".join(inner) + "}"
        if text[-1:] == "}" and _is_mapping(text):
            return text
    is_list = text[:1] == "[" and text[-1:] == "]"
    if text[:1] in ("'", '"', "[") and _is_whole(text, flow=flow):
        return text
    if is_list:
        return (
            "["
            + ", ".join(_value(item, flow=True, room=room - 1) for item in _items(text[1:-1]))
            + "]"
        )
    return as_scalar(text, flow=flow)


def _is_mapping(text: str) -> bool:
    """Whether it is keys with values each, whatever they are called."""
    tree = parse_yaml(f"{{v: {text}}}".encode(), file="")
    value = tree.root.get("v") if isinstance(tree.root, Mapping) and not tree.problems else None
    return isinstance(value, Mapping) and None not in value.values()


def _is_whole(text: str, *, flow: bool) -> bool:
    """Whether it is one value, of texts alone, and so not to be touched."""
    tree = parse_yaml((f"{{v: {text}}}" if flow else f"v: {text}").encode(), file="")
    if tree.problems or not isinstance(tree.root, Mapping) or list(tree.root) != ["v"]:
        return False
    value = tree.root["v"]
    return isinstance(value, str) or all(isinstance(item, str) or "{" in text for item in value)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The keys that are known between brackets, and what stands behind each up to the next."""
    is_even = not _depth(text)
    starts = [
        (match.start(), match[1], match.end())
        for match in re.finditer(r"(?:(?<=,)|^)[ ]*([\w-]+)[ ]*:(?=[ ]|$)[ ]*", text)
        if match[1] in known_keys() and not (is_even and _depth(text[: match.start()]))
    ]
    if not starts or starts[0][0] != 0:
        yield "", text
        return
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    for (_, key, begin), end in zip(starts, ends, strict=True):
        value = text[begin:end].strip()
        yield key, value.removesuffix(",").rstrip()


def _items(text: str) -> Iterator[str]:
    """The entries between brackets, parted by the commas outside of further ones."""
    begin = 0
    for match in re.finditer(",", text):
        if not _depth(text[begin : match.start()]):
            yield text[begin : match.start()]
            begin = match.end()
    yield text[begin:]


def _depth(text: str) -> int:
    opened = text.count("{") + text.count("[")
    return opened - text.count("}") - text.count("]")


def meant(line: str) -> Iterator[str]:
    """What a line that is no YAML may have been meant to be, the likeliest first."""
    usual = _SEMICOLON.sub(
        lambda m: f", {m[1]}:" if m[1] in known_keys() else m[0], usual_signs(line)
    )
    tight = _TIGHT.sub(lambda m: f"{m[1]}: " if m[2] in known_keys() else m[0], usual)
    missing = "".join("}" if char == "{" else "]" for char in _still_open(tight))
    yield from _with_signs(tight)
    for form in dict.fromkeys((tight, usual)):
        yield form
        yield requote(form)
        yield requote(form, cut=True)
    if missing:
        yield tight.rstrip().rstrip(",") + missing
        yield requote(tight.rstrip().rstrip(",") + missing)
    extra = re.fullmatch(r"(.*[\]}])[\]}]+", tight.rstrip())
    if extra:
        yield extra[1]
    for quote in ("'", '"'):
        if tight.count(quote) % 2:
            yield tight.rstrip() + quote
            yield tight.replace(quote, "")
    word = re.fullmatch(r"([ ]*(?:-[ ]+)*)([\w-]+)[ ]+(\S.*)", tight)
    if word and word[2] in known_keys():
        yield f"{word[1]}{word[2]}: {word[3]}"
        yield requote(f"{word[1]}{word[2]}: {word[3]}")
    if inline := re.fullmatch(r"([ ]*(?:-[ ]+)*[\w-]+:)[ ]+-[ ]+(.*)", tight):
        yield f"{inline[1]} [{inline[2]}]"


def _with_signs(line: str) -> Iterator[str]:
    """A line with the hyphen, comma, colon or brackets that are missing around a known key."""
    bullet = re.fullmatch(r"([ ]*)[-–—•·*+][ ]*([\w-]+)(:(?:[ ].*)?)", line)
    if bullet and bullet[2] in known_keys():
        yield f"{bullet[1]}- {bullet[2]}{bullet[3]}"
        yield requote(f"{bullet[1]}- {bullet[2]}{bullet[3]}")
    named = _SIGN.sub(lambda m: f"{m[1]}{_COMPARATORS[m[2]]}: ", line)
    if named != line:
        yield named
        yield requote(named)
    inline = re.fullmatch(r"([ ]*(?:-[ ]+)*[\w-]+:)[ ]+(([\w-]+):[ ]+.*)", line)
    if inline and inline[3] in known_keys():
        yield f"{inline[1]} {{{inline[2]}}}"
        yield requote(f"{inline[1]} {{{inline[2]}}}")
    if "{" in line:
        apart = _NO_COMMA.sub(lambda m: f"{m[1]}, {m[2]}:" if m[2] in known_keys() else m[0], line)
        if apart != line:
            yield apart
            yield requote(apart)


def _still_open(text: str) -> str:
    """The brackets that are open at the end of a line, the last first."""
    stack = ""
    for char in text:
        if char in "{[":
            stack = char + stack
        elif char in "}]" and stack:
            stack = stack[1:]
    return stack


def _indented(lines: list[str], index: int) -> Iterator[str]:
    """A line as far in as the lines around it."""
    text = lines[index].strip()
    near = [line for line in reversed(lines[:index]) if line.strip() and line.strip()[0] != "#"]
    near = near[:8] + [line for line in lines[index + 1 : index + 3] if line.strip()]
    widths = []
    for line in near:
        match = re.match(r"([ ]*)((?:-[ ]+)*)", line)
        if match:
            widths += [len(match[0]), len(match[1])]
    for width in dict.fromkeys(widths):
        yield " " * width + text
        if text.startswith("id:"):
            yield " " * width + "- " + text


# The file with such lines


@dataclass
class Repair:
    """A file read on: its problems with the lines to write, and a tree if one could be had."""

    problems: list[Problem]
    tree: Tree | None = None
    lines: dict[int, int] = field(default_factory=dict)
    """The lines that were put otherwise, from 1, and which problem each is of."""


def mend(data: bytes, tree: Tree) -> Repair:
    """Read a file on behind what is no YAML in it."""
    repair = Repair(list(tree.problems))
    try:
        lines = data.decode("utf-8").removeprefix("\ufeff").split("\n")
    except UnicodeDecodeError:
        return repair
    budget = LIMIT_BYTES
    current = tree
    if any(problem.code == "yaml_tab" for problem in current.problems):
        budget -= 4 * len(data)
        untabbed = _without_tabs(lines, current) if budget > 0 else None
        if untabbed is None:
            return repair
        lines, current = untabbed
        for index, problem in enumerate(repair.problems):
            if problem.code == "yaml_tab" and problem.place is not None:
                repair.lines[problem.place.line] = index
                repair.problems[index] = _with_line(problem, lines[problem.place.line - 1])
        repair.problems += [p for p in current.problems if not _is_at(p, repair.lines)]
    while not isinstance(current.root, Mapping):
        stops = [p for p in current.problems if p.code not in _NO_STOPS]
        stop = stops[-1] if stops else None
        if stop is None or stop.place is None or len(repair.lines) >= MOST:
            return repair
        index = stop.place.line - 1
        if stop.code == "yaml_depth" or len(lines[index]) > LONGEST_LINE:
            return repair
        chosen: tuple[str, list[str], Tree] | None = None
        for line in _attempts(lines, index):
            budget -= len(data)
            if budget < 0:
                break
            attempt = [*lines[:index], line, *lines[index + 1 :]]
            further = _read(attempt, tree.file)
            if not _is_further(further, current, index + 1):
                continue
            chosen = chosen or (line, attempt, further)
            if not _has_echoes(further, current):
                chosen = (line, attempt, further)
                break
        if chosen is None:
            return repair
        line, attempt, further = chosen
        number = repair.problems.index(stop) if stop in repair.problems else -1
        if number >= 0:
            repair.problems[number] = _with_line(stop, line)
            repair.lines[index + 1] = number
        lines, current = attempt, further
        repair.problems += [p for p in current.problems if p not in repair.problems]
    repair.tree = current
    return repair


def _attempts(lines: list[str], index: int) -> Iterator[str]:
    line = lines[index].rstrip("\r")
    attempts = (*meant(line), *_indented(lines, index))
    yield from (attempt for attempt in dict.fromkeys(attempts) if attempt != line)


def _read(lines: list[str], file: str) -> Tree:
    return parse_yaml("\n".join(lines).encode(), file=file)


def _is_further(tree: Tree, before: Tree, line: int) -> bool:
    """Whether a file can be read beyond a line."""
    fresh = [p for p in tree.problems if p not in before.problems and p.place is not None]
    lines = [problem.place.line for problem in fresh if problem.place is not None]
    if isinstance(tree.root, Mapping):
        return line not in lines
    return bool(lines) and min(lines) > line


def _has_echoes(tree: Tree, before: Tree) -> bool:
    """Whether a file that can be read further has new problems that only come of that."""
    return any(p.code in _NO_STOPS for p in tree.problems if p not in before.problems)


def _is_at(problem: Problem, lines: dict[int, int]) -> bool:
    return problem.place is not None and problem.place.line in lines


def _with_line(problem: Problem, line: str) -> Problem:
    return replace(problem, facts={**problem.facts, "lines": [line.rstrip()]})


def with_quotes(problem: Problem, tree: Tree) -> Problem:
    """A problem of a line that can be read, with the line that has none of it."""
    if problem.code == "yaml_duplicate_key" and problem.place is not None:
        return _twice(problem, tree, problem.place.line)
    if problem.code not in _EASY or problem.place is None:
        return problem
    line = _line(tree, problem.place.line)
    if len(line) > LONGEST_LINE:
        return problem
    write = requote(line, cut=problem.code == "yaml_hash")
    sound = parse_yaml(write.strip().encode(), file="")
    is_same = write == line and problem.code != "yaml_tab"  # whose tabs are blanks in the tree
    return problem if sound.problems or is_same else _with_line(problem, write)


def _line(tree: Tree, number: int) -> str:
    start = tree.offset_of(number)
    end = tree.text.find("\n", start)
    return tree.text[start : end if end >= 0 else len(tree.text)].rstrip("\r")


def _twice(problem: Problem, tree: Tree, number: int) -> Problem:
    """A key that stands twice, with what to do about it: a new entry, one section, one of two."""
    before = int(str(problem.facts.get("first_line", number)))
    if before == number:
        return problem
    key, first, line = problem.facts.get("key"), _line(tree, before), _line(tree, number)
    lead = re.fullmatch(rf"( *)- +{re.escape(str(key))}[ ]*:.*", first)
    if lead is not None and line.startswith(f"{lead[1]}  {key}"):
        new = f"{lead[1]}- {line.strip()}"
        return replace(problem, facts={**problem.facts, "hint": "twice_new", "lines": [new]})
    hint: str | None
    value = first.partition(":")[2].strip()
    other = line.partition(":")[2].strip()
    if value == other:
        hint = "twice_same" if value else "twice_merge"
    else:
        hint = "twice_other" if value and other else None
    facts = {"hint": hint, "value": value[:60]} if hint else {}
    return replace(problem, facts={**problem.facts, **facts})


def _without_tabs(lines: list[str], tree: Tree) -> tuple[list[str], Tree] | None:
    """The lines with blanks for tabs, as many as let the file be read furthest."""
    best: tuple[int, list[str], Tree] | None = None
    for width in (2, 4, 8):
        attempt = [_untabbed(line, width) for line in lines]
        further = _read(attempt, tree.file)
        if isinstance(further.root, Mapping) and not further.problems:
            return attempt, further
        places = [p.place.line for p in further.problems if p.place is not None]
        reach = min(places, default=0)
        if best is None or reach > best[0]:
            best = (reach, attempt, further)
    return best[1:] if best is not None else None


def _untabbed(line: str, width: int) -> str:
    if "\t" not in line:
        return line
    body = line.lstrip(" \t")
    margin = line[: len(line) - len(body)].expandtabs(width)
    return margin + re.sub(r"\t+", " ", body)

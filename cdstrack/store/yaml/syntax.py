"""What is wrong with YAML text before and while it is parsed, as codes of our own.

The checks of the bare text make libyaml and pure PyYAML agree, and find what both let through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import DocumentEndEvent, ScalarEvent

from cdstrack.core.model.late_pattern import late_pattern
from cdstrack.core.model.naming import BLANK_LETTERS, FORMAT, escaped

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
_BREAK = "\x85\u2028\u2029"
_INVISIBLE = FORMAT + BLANK_LETTERS
# Five times faster than the full test, and enough for most files.
_UNUSUAL = re.compile(
    "[^\t\n -~\xa0-\xac\xae-\u02ff\u1e00-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\u3000]"
)
# A byte that is no UTF-8 arrives as a lone surrogate; a run of them is one problem.
_ODD = late_pattern(f"[\udc80-\udcff]+|[{_CONTROL}{_BREAK}{_INVISIBLE}]|\r(?!\n|\\Z)")
_ODD_ONE = late_pattern(f"[\udc80-\udcff{_CONTROL}{_BREAK}{_INVISIBLE}]")
_ODD_VALUE = late_pattern(f"[\r\x85{_CONTROL}{_INVISIBLE}]")
_LOST = "\ufffd"
_SURROGATE = late_pattern(
    r"(?<!\\)(?:\\\\)*\\(u(?=[dD][89a-fA-F])[0-9a-fA-F]{4}"
    r"|U(?=0000[dD][89a-fA-F]|(?!000|0010))[0-9a-fA-F]{8})"
)
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%\w*", re.MULTILINE)
# A tab behind the # of a comment does no harm.
_TAB = late_pattern(r"^(?!#|[^\t\n]* #)[^\t\n]*+(\t+)", re.MULTILINE)
_NO_BLANK = late_pattern(r" *(?:- +)*([\"']?)([^\W\d][\w-]*)\1:(?![\s/:]|$)")
# libyaml takes `a?` in brackets as text and refuses `{a:}`, pure PyYAML the other way round.
_QUESTION = late_pattern(r"(?<=[^\s,\[\]{}])\?")
_PRIVATE = late_pattern(r"\\(?:u|U0000)([eE][0-9a-fA-F]{3}|[fF][0-8][0-9a-fA-F]{2})")
_TIGHT_COLON = late_pattern(r":[,\[\]{}]")
# The tokens of a flow: brackets, and whole what a bracket may stand in without opening anything.
# Python before 3.11.5 keeps what a possessive group took in vain; so they look before they take.
_IN_WORD = r"(?:[^\s\[\]{},:]|(?=:[^\s\[\]{},]):)++"
_FLOW = late_pattern(
    rf"""[\[\]{{}},] | [:?-](?![^\s\[\]{{}},]) | \#[^\n]*+
      | "(?:[^"\\]|\\.)*+"? | '(?:[^']|'')*+'?
      | {_IN_WORD}(?:(?=\ +[^\s\#])\ ++{_IN_WORD})*+""",
    re.VERBOSE | re.DOTALL,
)
_TAG = late_pattern(r"!\S*")
_KEY = late_pattern(r" *(?:- +)*[\w-]+")


class Finding(NamedTuple):
    """A problem at an offset of the text. ``width`` is in characters."""

    code: str
    at: int
    width: int
    facts: dict[str, object]


class CheckedText(NamedTuple):
    """A text ready to be parsed.

    ``text`` is as long as the file says, refused characters replaced by a visible U+FFFD, whose
    offsets are ``lost``, in order: a U+FFFD anywhere else is the author's own.
    ``hidden`` counts the findings above the limit, ``odd`` tells that scalars need a look one by
    one, ``stop`` that parsing would mislead.
    """

    text: str
    findings: list[Finding]
    hidden: int
    odd: bool
    stop: bool
    lost: list[int]


def check_bytes(data: bytes, limit: int, most: int) -> CheckedText:
    """Find what no parser should see; at most ``most`` findings of each sort."""
    if len(data) > limit:
        facts: dict[str, object] = {"limit": limit, "size": len(data)}
        return CheckedText("", [Finding("yaml_too_large", 0, 1, facts)], 0, False, True, [])
    # Without a BOM, UTF-16 shows itself by its NULs: of our text it is a third at least.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 < len(data) <= 3 * data.count(0):
        return CheckedText("", [Finding("yaml_encoding", 0, 1, {})], 0, False, True, [])

    findings: list[Finding] = []
    lost: list[int] = []
    hidden = 0
    stop = False

    def find(pattern: re.Pattern[str]) -> list[re.Match[str]]:
        nonlocal hidden
        matches = pattern.finditer(text)
        first = list(islice(matches, most))
        hidden += sum(1 for _ in matches)  # there may be millions: counted, not kept
        return first

    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    odd = "\\" in text or not unicodedata.is_normalized("NFC", text)
    if _UNUSUAL.search(text) and (matches := find(_ODD)):
        odd = True
        lost += [match.start() for match in matches]
        position, offset = 0, 3 * data.startswith(b"\xef\xbb\xbf")
        for match in matches:
            char, at = match[0], match.start()
            if "\udc80" <= char[0] <= "\udcff":
                offset += len(text[position:at].encode("utf-8", "surrogateescape"))
                position = at
                facts = {"byte": f"0x{ord(char[0]) - 0xDC00:02x}", "offset": offset}
                findings.append(Finding("yaml_utf8", at, len(char), facts))
            else:
                is_break = char in "\r\x85\u2028\u2029"
                code = "yaml_line_break" if is_break else char_code(char)
                findings.append(Finding(code, at, 1, {"char": escaped(char)}))
                stop = stop or is_break
        text = _ODD_ONE.sub(_LOST, text)
    if "\\" in text:
        for match in find(_SURROGATE):
            at = match.start(1) - 1
            lost.append(at)
            findings.append(
                Finding("yaml_escape", at, match.end() - at, {"escape": f"\\{match[1]}"})
            )
        # libyaml stops at these, pure PyYAML lets them through or dies.
        text = _SURROGATE.sub(lambda m: m[0][: 1 - len(m[1])] + "fffd".zfill(len(m[1]) - 1), text)
    has_marks = any(7 * sign in text for sign in "<|=>")  # faster than a pattern for each line
    conflicts = find(_CONFLICT) if has_marks else []
    findings += [
        Finding("yaml_conflict", match.start(), 7, {"marker": match[1]})
        for match in [m for m in conflicts if m[1][0] == "<"] or conflicts[:1]
    ]
    directives = find(_DIRECTIVE) if "\n%" in text or text.startswith("%") else []
    for match in directives:
        facts = {"directive": match[0]}
        findings.append(Finding("yaml_directive", match.start(), len(match[0]), facts))
    if "\t" in text and (tabs := find(_TAB)):
        for match in tabs:
            findings.append(Finding("yaml_tab", match.start(1), len(match[1]), {}))
            stop = stop or not match[0].strip()  # an indentation we would have to guess
        text = text.replace("\t", " ")
    stop = stop or bool(conflicts or directives or hidden)
    return CheckedText(text, findings, hidden, odd, stop, sorted(lost))


def char_code(char: str) -> str:
    """The code of a character that must not stand in the file."""
    if char == "\ufeff":
        return "yaml_bom"
    is_control = unicodedata.category(char) == "Cc" or char in "\ufffe\uffff"
    return "yaml_control" if is_control else "yaml_invisible"


def odd_characters(value: str) -> list[str]:
    """What escapes (``"\\x1b"``) brought into a value and must not be in it, each once."""
    return list(dict.fromkeys(_ODD_VALUE.findall(value)))


def visible(key: str, lost: bool) -> str:
    """A key without what cannot be seen, so that keys that look equal are equal.

    ``lost`` tells that U+FFFD stands in it for what was refused.
    """
    return _ODD_VALUE.sub("", key.replace(_LOST, "") if lost else key)


def no_blank(text: str, at: int = 0) -> tuple[str, int] | None:
    """The key of ``key:value`` at an offset, and how long it is up to the colon."""
    match = _NO_BLANK.match(text, at)
    return (match[2], match.end() - at) if match else None


def pure_events(text: str) -> Iterator[Any]:
    """The events of pure PyYAML, made to agree with libyaml on plain text in brackets."""
    taken = set(text) | {chr(int(code, 16)) for code in _PRIVATE.findall(text)}
    stand_in = next((c for c in map(chr, range(0xF8FF, 0xDFFF, -1)) if c not in taken), "?")
    for event in yaml.parse(_QUESTION.sub(stand_in, text), Loader=yaml.SafeLoader):
        if type(event) is ScalarEvent:
            event.value = event.value.replace(stand_in, "?")
            start: Any = event.start_mark
            end: Any = event.end_mark
            if not event.style and event.value and _TIGHT_COLON.match(text, end.index):
                raise MarkedYAMLError("while scanning a plain scalar", start, "':'", end)
        yield event


def first_too_deep(text: str, last: Any, error: Exception, room: int) -> int:
    """Where the first bracket ends that is one more than there is ``room`` for; else the end.

    It is sought from the event before an error up to the error, by our own count, because a
    parser has told of nothing there yet. It reads ahead in a line alone, where only brackets nest.
    """
    mark = getattr(error, "problem_mark", None)
    start = last.end_mark.index if last else 0
    for match in _FLOW.finditer(text, start, mark.index + 1 if mark else start):
        if match[0] in ("[", "{"):
            room -= 1
        elif match[0] in ("]", "}"):
            room += 1
        if room < 0:
            return match.end()
    return len(text)


def explain(text: str, error: Exception, last: Any, root: Any, parent_at: int) -> Finding:
    """Why the parser stopped, in our terms.

    ``last`` is the event before the error, ``parent_at`` the offset of the innermost collection.
    The parsers' sentences are only looked at for a few words that both use.
    """
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        # PyYAML cannot decode what libyaml took for a tag (%ED%A0%80).
        tag = _TAG.search(text, last.end_mark.index)
        return Finding("yaml_tag", tag.start() if tag else 0, 1, {"tag": tag[0] if tag else "!"})
    reason, about = error.problem or "", error.context or ""
    at = error.problem_mark.index
    begin = error.context_mark.index if error.context_mark else at
    char = text[at : at + 1]
    line = text.rfind("\n", 0, at) + 1
    at_line_start = not text[line:at].strip()

    if type(last) is DocumentEndEvent:
        return _after_document(text, last, root, at, line)
    if "tag" in about or "tag handle" in reason:
        tag = _TAG.search(text, begin)
        return Finding("yaml_tag", begin, 1, {"tag": tag[0] if tag else "!"})
    for word in ("anchor", "alias"):
        if word in about:
            return Finding(f"yaml_{word}", begin, 1, {"name": ""})
    if "quoted scalar" in about:
        if "unexpected" in reason:
            return Finding("yaml_quote", begin, 1, {"quote": text[begin]})
        at = text.rfind("\\", 0, at + 1)
        return Finding("yaml_escape", at, 2, {"escape": text[at : at + 2]})
    if "block scalar" in about:
        return Finding("yaml_bad_start", begin, 1, {"char": text[begin : begin + 1]})
    if "plain scalar" in about:  # {a:}
        return Finding("yaml_no_blank", begin, at - begin + 1, {"key": text[begin:at]})
    if "cannot start" in reason:
        return Finding("yaml_bad_start", at, 1, {"char": char})
    at_end = not text[at:].strip()
    if "flow" in about and (at_end or "',' or" in reason):
        begin = parent_at if at_end else begin
        at = begin if at_end or begin < line else at
        if text[begin : begin + 1] in ("[", "{"):
            return Finding("yaml_bracket", at, 1, {"bracket": text[begin]})
        return Finding("yaml_syntax", at, 1, {})
    if char and char in "]}":
        return Finding("yaml_stray_bracket", at, 1, {"bracket": char})
    if "node content" in reason and char:
        return Finding("yaml_bad_start", at, 1, {"char": char})
    if "values are not allowed" in reason:
        return _colon(text, at, line)
    if "entries are not allowed" in reason:
        return Finding("yaml_dash", at, 1, {})
    if "simple key" in about:
        if tight := no_blank(text, begin):
            return Finding("yaml_no_blank", begin, tight[1], {"key": tight[0]})
        return Finding("yaml_no_colon", begin, 1, {"text": text[begin:].split("\n", 1)[0].strip()})
    if "block" in about:
        if getattr(last, "style", None) in ("'", '"') and last.end_mark.index >= line:
            begin = last.start_mark.index
            if begin < line:  # it ran on to the next quote in the file
                return Finding("yaml_quote", begin, 1, {"quote": last.style})
            return Finding("yaml_after_quote", at, 1, {"quote": last.style})
        if char and char in ":,":
            return Finding("yaml_bad_start", at, 1, {"char": char})
        if at_line_start:
            return Finding("yaml_indent", at, 1, {})
    return Finding("yaml_syntax", at, 1, {})


def _after_document(text: str, last: Any, root: Any, at: int, line: int) -> Finding:
    if last.explicit:
        return Finding("yaml_second_document", at, 1, {})
    if isinstance(root, str) and (tight := no_blank(text, line)):
        return Finding("yaml_no_blank", line, tight[1], {"key": tight[0]})
    if text[at] in "]}":
        return Finding("yaml_stray_bracket", at, 1, {"bracket": text[at]})
    if isinstance(root, str):
        return Finding("yaml_not_mapping", 0, 1, {"found": "text"})
    return Finding("yaml_indent" if at == line else "yaml_syntax", at, 1, {})


def _colon(text: str, at: int, line: int) -> Finding:
    """A second colon in plain text: of the text itself, or of a key on a line of its own."""
    if not _KEY.fullmatch(text, line, at):
        return Finding("yaml_colon", at, 1, {})
    above = text[:line].rstrip()
    start = above.rfind("\n") + 1
    if tight := no_blank(text, start):
        return Finding("yaml_no_blank", start, tight[1], {"key": tight[0]})
    begin = len(above) - len(above[start:].lstrip())
    if above and begin - start == len(text[line:at]) - len(text[line:at].lstrip()):
        return Finding("yaml_no_colon", begin, len(above) - begin, {"text": above[begin:]})
    return Finding("yaml_indent", at, 1, {})

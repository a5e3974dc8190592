"""The one way out: text from files, arguments and file names becomes harmless here.

Control and format characters are shown escaped (``\\x1b``, ``\\u202e``), so nothing that a file
says can move a cursor, colour a line or hide a word. Every line printed for people passes
:func:`paint`; CSV and Markdown have their own cells below. JSON escapes by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Segment = tuple[str, str]
"""A piece of text and the name of its style."""

Line = list[Segment]

_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control, format, surrogate and separator characters (categories Cc, Cf, Cs, Zl, Zp)."""

STYLES = {
    "": "",
    "dim": "2",
    "bold": "1",
    "heading": "1",
    "good": "32",
    "warn": "33",
    "bad": "31",
    "worst": "1;31",
    "info": "36",
    "code": "36",
    "error": "1;31",
    "warning": "1;33",
    "hint": "32",
}

_ASCII = str.maketrans(
    {
        "✓": "+", "✗": "x", "●": "*", "◐": "~", "○": "o", "▲": "!", "▼": "!", "■": "#",
        "↻": "~", "…": "...", "·": "-", "–": "-", "—": "-", "→": "->", "≥": ">=", "≤": "<=",
        "−": "-", "█": "#", "░": ".", "│": "|", "┃": "|", "─": "-", "└": "`", "┴": "+", "┤": "+",
        "•": "*", "▏": "|", "×": "x", "÷": "/", "“": '"', "”": '"', "‘": "'", "’": "'",
        "⊘": "-", "?": "?", "├": "|", "┬": "+", "Đ": "D", "đ": "d", "✎": "*", "\u00a0": " ",
    }
)  # fmt: skip


def visible(text: str) -> str:
    """The text with everything that a reader could not see written out."""
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def ascii_only(text: str) -> str:
    """The text for a terminal that knows ASCII alone: symbols replaced, diacritics dropped."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text.translate(_ASCII))
    return (
        "".join(c for c in plain if not unicodedata.combining(c))
        .encode("ascii", "replace")
        .decode("ascii")
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader sees the output. ``width`` is None in a pipe: nothing is wrapped or left out."""

    width: int | None = None
    color: bool = False
    unicode: bool = True

    @property
    def is_terminal(self) -> bool:
        return self.width is not None


def paint(lines: Iterable[Line], look: Look) -> Iterator[str]:
    """Lines of segments as text, one string a line, safe to print."""
    for line in lines:
        yield "".join([_painted(text, style, look) for text, style in line]).rstrip() + "\n"


def _painted(text: str, style: str, look: Look) -> str:
    text = visible(text)
    if not look.unicode:
        text = ascii_only(text)
    if look.color and style and text:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m"
    return text


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # imported late: knows wide and combining characters

    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """A text broken at blanks into lines of at most ``width`` columns; words are never cut."""
    if width_of(text) <= width:
        return [text]
    lines: list[str] = []
    current, used = "", 0
    for word in text.split(" "):
        length = width_of(word)
        if current and used + 1 + length > width:
            lines.append(current)
            current, used = word, length
        elif current:
            current, used = f"{current} {word}", used + 1 + length
        else:
            current, used = word, length
    return [*lines, current]


_FORMULA = re.compile(r"[ \t]*[=+\-@\t\r\n|＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a plain number stays one."""
    text = visible(text)
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def markdown_cell(text: str) -> str:
    """A cell of a Markdown table: one line, no markup, no HTML, no link."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|~-])", r"\\\1", visible(text))
    text = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    )
    return re.sub(r"(https?|www)([:.])", r"\1&#8203;\2", text)

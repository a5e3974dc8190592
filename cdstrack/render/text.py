"""The one way out: text from files, arguments and file names becomes harmless here.

Control and format characters are shown escaped (``\\x1b``, ``\\u202e``), so nothing that a file
says can move a cursor, colour a line or hide a word. Every line printed for people passes
:func:`paint`; CSV and Markdown have their own cells below. JSON escapes by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from cdstrack.core.model.naming import BLANK_LETTERS, FORMAT, escaped

Segment = tuple[str, str]
"""A piece of text and the name of its style."""

Line = list[Segment]

_SUSPECT = re.compile(
    rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\U000e0000-\U000e0fff\ufffe\uffff"
    rf"{FORMAT}{BLANK_LETTERS}]"
)
"""Control, format, surrogate and separator characters (categories Cc, Cf, Cs, Zl, Zp), and the
letters that print as nothing. No file of ours may hold them."""

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
        "↻": "~", "…": "...", "·": ".", "–": "-", "—": "-", "→": "->", "≥": ">=", "≤": "<=",
        "−": "-", "█": "#", "░": ".", "│": "|", "┃": "|", "─": "-", "└": "`", "┴": "+", "┤": "+",
        "•": "*", "▏": "|", "×": "x", "÷": "/", "“": '"', "”": '"', "‘": "'", "’": "'",
        "⊘": "-", "?": "?", "├": "|", "┬": "+", "Đ": "D", "đ": "d", "✎": "*", "\u00a0": " ",
        "▓": "+", "›": ">", "△": "^", "□": "%", "◇": "&",
    }
)  # fmt: skip


_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The blocks of the scripts that are written from the right, Arabic digits among them."""
_RUN = re.compile(rf"[{_RIGHT_TO_LEFT}](?:[\W\d_]*[{_RIGHT_TO_LEFT}])*")
"""From the first such letter to the last one before a letter of another script."""


_LAST = 1 << 12
"""So many texts are remembered as they are shown: one is measured, set and printed in turn, and a
state or a unit stands in many rows."""


@lru_cache(_LAST)
def visible(text: str) -> str:
    """The text with everything that a reader could not see written out."""
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(lambda match: escaped(match[0]), text)


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


def isolate(text: str) -> str:
    """A text in which right-to-left letters are set apart, so that they move nothing beside them.

    Without that, a name in Hebrew or Arabic turns round the figures that follow it in its line.
    The two marks around each run take no room; any other text stays as it is.
    """
    return _RUN.sub("\u2068\\g<0>\u2069", text)


class Look(NamedTuple):
    """How a reader sees the output. ``width`` is None in a pipe: nothing is wrapped or left out."""

    width: int | None = None
    color: bool = False
    unicode: bool = True
    in_actions: bool = False
    """Whether GitHub Actions reads along, to which some lines are commands."""

    @property
    def is_terminal(self) -> bool:
        return self.width is not None


def paint(lines: Iterable[Line], look: Look) -> Iterator[str]:
    """Lines of segments as text, one string a line, safe to print."""
    for line in lines:
        segments = _no_command(line) if look.in_actions else line
        if not look.color:
            text = "".join([text for text, _ in segments])
            if look.unicode and _NARROW.fullmatch(text):
                yield text.rstrip() + "\n"
                continue
            text = visible(text) if look.unicode else ascii_only(visible(text))
            if text.isascii() or not _RUN.search(text):
                yield text.rstrip() + "\n"
                continue
        yield "".join([_paint(text, style, look) for text, style in segments]).rstrip() + "\n"


def _no_command(line: Line) -> Line:
    """A line that GitHub Actions takes for text: ``::`` does not begin it, ``##[`` is not in it."""
    text = "".join(text for text, _ in line)
    if "##[" not in text and not text.lstrip().startswith("::"):
        return line
    inert = re.sub(r"^(\s*):(?=:)", r"\1\\:", text).replace("##[", "#\\#[")
    return [(inert, "")]


def _shown(text: str, look: Look) -> str:
    return visible(text) if look.unicode else ascii_only(visible(text))


def _paint(text: str, style: str, look: Look) -> str:
    text = _shown(text, look)
    if not text.isascii() and _RUN.search(text):
        text = isolate(text)
    if look.color and style and text:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m"
    return text


_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u1e00-\u1eff–—‘’“”•…−≥≤│┃─└█░✓✗●◐○▲▼■↻]*")
"""Letters of one column each: Latin with all of its accents, and the signs that tables draw."""


@lru_cache(_LAST)
def width_of(text: str) -> int:
    """Columns that a text takes in a terminal."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # imported late: knows wide and combining characters

    return cell_len(text)


@lru_cache(_LAST)
def visible_and_width(text: str) -> tuple[str, int]:
    """The text as it is shown, and the columns that it takes then."""
    if _NARROW.fullmatch(text):  # all of these can be seen
        return text, len(text)
    text = visible(text)
    return text, width_of(text)


def wrap(text: str, width: int | None) -> list[str]:
    """A text broken at blanks into lines of at most ``width`` columns; words are never cut.

    None is a pipe, in which every line has room.
    """
    if width is None or width_of(text) <= width:
        return [text]
    lines: list[str] = []
    current, filled_width = "", 0
    measure = len if text.isascii() or _NARROW.fullmatch(text) else width_of
    for word in text.split(" "):
        length = measure(word)
        if current and filled_width + 1 + length > width:
            lines.append(current)
            current, filled_width = word, length
        elif current:
            current, filled_width = f"{current} {word}", filled_width + 1 + length
        else:
            current, filled_width = word, length
    return [*lines, current]


def one_line(text: str) -> str:
    """A text that its writer broke into lines, as one."""
    if "\n" not in text and "\t" not in text:
        return text.strip()
    return re.sub(r"\s+", _without_break, text).strip()


def _without_break(gap: re.Match[str]) -> str:
    """A gap; from its first line break or tab on, and the blanks before that, one blank."""
    before = re.split("[\n\t]", gap[0], maxsplit=1)[0]
    return gap[0] if len(before) == len(gap[0]) else before.rstrip(" \r") + " "


def fit(lines: Iterable[Line], look: Look) -> Iterable[Line]:
    """Lines no wider than the terminal: broken at blanks and indented; words are never cut."""
    return lines if look.width is None else _fit(lines, look, look.width)


def _fit(lines: Iterable[Line], look: Look, width: int) -> Iterator[Line]:
    for line in lines:
        segments = [(_shown(text, look), style) for text, style in line]
        if width_of("".join([text for text, _ in segments])) <= width:
            yield line
        else:
            yield from _break(segments, width)


def _break(line: Line, width: int) -> Iterator[Line]:
    text = "".join([text for text, _ in line])
    indent = min(len(text) - len(text.lstrip(" ")) or 2, width // 2)
    current: Line = []
    filled_width = 0
    is_continued = False
    for word in _words(line):
        length = sum(width_of(text) for text, _ in word)
        is_blank = not "".join([text for text, _ in word]).strip(" ")
        if current and not is_blank and filled_width > indent and filled_width + length > width:
            yield _in_one(current[:-1] if not current[-1][0].strip(" ") else current)
            current, filled_width, is_continued = [(" " * indent, "")], indent, True
        if not (is_blank and is_continued and filled_width == indent):
            current, filled_width = [*current, *word], filled_width + length
    yield _in_one(current)


def _in_one(line: Line) -> Line:
    """The line with the words of one style in one piece again: letters from the right need it."""
    return [
        ("".join(text for text, _ in words), style)
        for style, words in groupby(line, key=lambda segment: segment[1])
    ]


def _words(line: Line) -> Iterator[Line]:
    """The words of a line and the blanks between them; a word may change its style inside."""
    word: Line = []
    for text, style in line:
        for part in re.findall(r" +|[^ ]+", text):
            if word and (part[0] == " ") != (word[-1][0][-1] == " "):
                yield word
                word = []
            word.append((part, style))
    if word:
        yield word


BOM = "\ufeff"
"""Before a csv file: without it Excel on Windows does not read UTF-8."""

_FORMULA = re.compile(r"[ \t]*[=+\-@\t\r\n|＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BEHIND = re.compile(r"([;,|\n])(?=[ \"]*[=+\-@|＝＋－＠])")
"""What a spreadsheet set to another country, or to split lines, takes for the end of a cell before
a formula. Tabs are gone by then."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula; a plain number is none."""
    return bool(_FORMULA.match(text)) and not _PLAIN_NUMBER.fullmatch(text)


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a plain number stays one.

    Nor does it hold one for a spreadsheet that sets cells apart by something else.
    """
    return _without_formulas(visible(text))


def _without_formulas(text: str) -> str:
    text = _BEHIND.sub(r"\1'", text)
    return "'" + text if is_formula(text) else text


def csv_block(text: str) -> str:
    """The same for a text that may have several lines: csv keeps them. A tab is a blank."""
    text = text.replace("\t", " ")
    if "\n" not in text:
        return csv_cell(text)
    return _without_formulas("\n".join(map(visible, text.replace("\r\n", "\n").split("\n"))))


_GAP = "&#8203;"
"""Nothing to see, and no link goes on across it. An entity alone would not do: renderers decode
``&#64;`` before they look for addresses."""
_LINK = re.compile(r"://|www(?=\.)|@|#(?=[0-9])", re.IGNORECASE)
"""What GitHub makes a link of by itself: an address with any scheme or none, an e-mail address or
somebody's name, the number of an issue."""
_LINK_GAPS = {"://": f":{_GAP}//", "@": f"{_GAP}@{_GAP}", "#": f"#{_GAP}"}


def markdown_cell(text: str) -> str:
    """A cell of a Markdown table: one line, no markup, no HTML, no link."""
    text = isolate(visible(one_line(text)))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]()+!|~-]|#(?![0-9]))", r"\\\1", text)
    text = _LINK.sub(lambda match: _LINK_GAPS.get(match[0], match[0] + _GAP), text)
    return text.replace("\u2068", "&#8296;").replace("\u2069", "&#8297;")

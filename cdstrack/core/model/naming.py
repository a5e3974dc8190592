"""How things are called, how what a person typed is compared with it, and what nobody can see.

Whatever looks a name up does it here: targets, bodies, groups, conditions and units, on the command
line, in a form, at a question or at the Tab key. A name is looked for as it was typed; then
whatever its encoding and the place of its tone (``hoà`` is ``hòa``); then in any case; then, if it
was typed without any mark, among the names without theirs. The first of these with a hit decides,
and several hits are ambiguous. A text with marks never means a name with others: ``Khoa học``
is not ``Khóa học``, and only their marks tell them apart.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import accumulate

from cdstrack.core.model.late_pattern import late_pattern

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
ID_LENGTH = 100
_PORT = r"(?::[0-9]{1,5})?"
_HOST = rf"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]){_PORT}"
_SETTING = (
    r"(?:sslmode=(?:verify-full|verify-ca|require)"
    r"|target_session_attrs=(?:any|read-write|primary|prefer-standby))"
)
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"
ADDRESS_PATTERN = (
    rf"(?:postgresql://(?:{_HOST}(?:,{_HOST})*)?/{_NAME}(?:\?{_SETTING}(?:&{_SETTING})?)?"
    rf"|service:{_NAME})"
)
"""An address as a register may name it (JSON Schema and ours)."""

MOST_NEAR = 3
"""Of more things that may be meant none is proposed."""
FORMAT = (
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""The format characters (category Cf), as a set of a regular expression."""
BLANK_LETTERS = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0"
"""Letters and marks that print as nothing."""
CONTROLS = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of what steers a text instead of standing in it."""
UNSEEN = CONTROLS | {"Cn", "Co", "Zl", "Zp"}
"""The same with what is assigned to nothing and what breaks lines: nobody can have meant it."""
RANKS = frozenset({"hang", "thu hang", "bac", "thu bac", "vi tri", "rank", "place", "position"})
"""Units, folded, of figures that are a place in an order: they stand before their number."""


def fold(text: str) -> str:
    """A text for searching: lower case, no diacritics, đ as d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def fold_each(text: str) -> str:
    """The same character by character, so that a text in NFC keeps its length."""
    return "".join(unicodedata.normalize("NFD", char.lower())[0].replace("đ", "d") for char in text)


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NO_MARK = r"(?![\u0300-\u036f])"
_WORD = late_pattern(r"(?:[^\W\d_]|[\u0300-\u036f])+")


@lru_cache(maxsize=1 << 15)
def spelling(text: str) -> str:
    """A text whatever its encoding, its blanks, and which vowel of a word carries the tone.

    >>> spelling("hoà") == spelling("hòa")
    True
    """
    plain = " ".join(unicodedata.normalize("NFD", text).split())
    return _WORD.sub(_with_tones_last, plain) if not plain.isascii() else plain


def _with_tones_last(match: re.Match[str]) -> str:
    letters = [char for char in match[0] if char not in _TONES]
    return "".join(letters + [char for char in match[0] if char in _TONES])


def is_marked(text: str) -> bool:
    """Whether a text was typed with marks, so that they tell its words from others."""
    return fold(text) != text.lower()


def spelt(text: str) -> str:
    """``spelling`` in any case."""
    return spelling(text).casefold()


@lru_cache(maxsize=1 << 15)
def bare(text: str) -> str:
    """A text without marks, case and further blanks."""
    return " ".join(fold(text).split())


def same_name(text: str, names: Iterable[str]) -> bool:
    """Whether a text is one of the names of one thing, in the sense above."""
    return bool(look_up(text, [("", names)]))


def look_up(text: str, things: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """The ids of the things that have this whole text as a name; of several ways the nearest."""
    entries = [(key, tuple(names)) for key, names in things]
    if exact := [key for key, names in entries if text in names]:
        return exact
    form = spelling(text)
    if near := [key for key, names in entries if form in map(spelling, names)]:
        return near
    lower = form.casefold()
    if any_case := [
        key for key, names in entries if any(lower == spelling(name).casefold() for name in names)
    ]:
        return any_case
    if is_marked(text):
        return []
    plain = bare(text)
    return [key for key, names in entries if plain in map(bare, names)]


class NameIndex:
    """Things by their names, for many texts to be looked up among many things.

    ``look_up`` answers as the function does, ``holding`` as ``has_words`` of all names of a thing
    in one.
    """

    def __init__(self, things: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._things = list(things)

    def look_up(self, text: str) -> list[str]:
        """The ids of the things that have this whole text as a name."""
        forms: list[Callable[[str], str]] = [str, spelling, spelt]
        if not is_marked(text):
            forms.append(bare)
        for form in forms:
            if ids := self._ids(form).get(form(text)):
                return [*ids]
        return []

    def holding(self, text: str) -> list[str]:
        """The ids of the things that have every word of a text in their names."""
        words = bare(text).split()
        if not words:
            return [key for key, names in self._things if has_words(text, " ".join(names))]
        rarest = min(words, key=self._lines.count)
        ids, at = [], self._lines.find(rarest)
        while at >= 0:
            key, names = self._things[bisect_right(self._begins, at) - 1]
            if has_words(text, " ".join(names)):
                ids.append(key)
            end = self._lines.find("\n", at)
            at = self._lines.find(rarest, end) if end >= 0 else -1
        return ids

    @cached_property
    def _indexes(self) -> dict[Callable[[str], str], dict[str, dict[str, None]]]:
        return {}

    def _ids(self, form: Callable[[str], str]) -> Mapping[str, Iterable[str]]:
        """The ids by their names in a form."""
        if form not in self._indexes:
            index: dict[str, dict[str, None]] = {}
            for key, names in self._things:
                for name in names:
                    index.setdefault(form(name), {})[key] = None
            self._indexes[form] = index
        return self._indexes[form]

    @cached_property
    def _lines(self) -> str:
        """A line for each thing, with its names without marks."""
        return "\n".join(bare(" ".join(names)) for _, names in self._things)

    @cached_property
    def _begins(self) -> list[int]:
        lengths = (len(line) + 1 for line in self._lines.split("\n"))
        return [0, *accumulate(lengths)]


def has_words(text: str, name: str) -> bool:
    """Whether every word of a text stands in a name, perhaps as a part of a longer word.

    Marks count where the text has any.
    """
    if not is_marked(text):
        plain = bare(name)
        return all(word in plain for word in bare(text).split())
    plain, form = unicodedata.normalize("NFC", name).casefold(), spelling(name).casefold()
    return all(
        word.casefold() in plain or re.search(re.escape(spelling(word).casefold()) + _NO_MARK, form)
        for word in unicodedata.normalize("NFC", text).split()
    )


def nearest(text: str, things: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """The ids of the things that a text which is the name of none probably means.

    Those that have its words in their name, else those whose name stands in it, else those of
    nearly that name. Marks count before what is left without them: only they tell some names apart.
    """
    if not text.strip():
        return []
    entries = [(key, name) for key, names in things for name in names]
    marked = (spelt, bare) if is_marked(text) else (bare,)
    for form in marked:
        words = form(text)
        forms = [(key, form(name)) for key, name in entries]
        for hits in (
            [key for key, name in forms if _holds(name, words)],
            _longest([(key, name) for key, name in forms if _holds(words, name)]),
            _closest(words, forms),
        ):
            if 0 < len(ids := list(dict.fromkeys(hits))) <= MOST_NEAR:
                return ids
    return []


def likeliest(text: str, things: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """The ids of the few things that a text which is the name of none may mean; all that come
    equally near, so that none is taken for its opposite.

    Marks never count: those of its name without marks, else those that have it in their name, else
    those whose name stands in it, else those that the fewest slips of the pen part it from.
    """
    words = bare(text)
    if not words:
        return []
    entries = [(key, bare(name)) for key, names in things for name in names]
    inner = [(key, name) for key, name in entries if name and _holds(words, name)]
    outermost = [
        key
        for key, name in inner
        if not any(other != name and _holds(other, name) for _, other in inner)
    ]
    for hits in (
        [key for key, name in entries if name == words],
        [key for key, name in entries if _holds(name, words)],
        outermost,
    ):
        if hits:
            return list(dict.fromkeys(hits))
    slips = [(key, _slips(words, name)) for key, name in entries]
    fewest = min((n for _, n in slips), default=0)
    if fewest > max(1, len(words) // 3) or 2 * fewest > len(words):
        return []
    return list(dict.fromkeys(key for key, n in slips if n == fewest))


def _slips(text: str, name: str) -> int:
    """How many letters are wrong, missing, too many or in the place of their neighbour."""
    rows = [list(range(len(name) + 1))]
    for i, char in enumerate(text):
        row = [i + 1]
        for j, other in enumerate(name):
            slips = min(rows[-1][j] + (char != other), rows[-1][j + 1] + 1, row[j] + 1)
            if i and j and char == name[j - 1] and other == text[i - 1]:
                slips = min(slips, rows[-2][j - 1] + 1)
            row.append(slips)
        rows.append(row)
    return rows[-1][-1]


def _holds(name: str, words: str) -> bool:
    """Whether a name has these words in it, one after another."""
    return re.search(rf"(?<!\w){re.escape(words)}(?![\w\u0300-\u036f])", name) is not None


def _longest(entries: list[tuple[str, str]]) -> list[str]:
    most = max((len(name) for _, name in entries), default=0)
    return [key for key, name in entries if len(name) == most]


def _closest(words: str, entries: list[tuple[str, str]]) -> list[str]:
    """The ids of the names that come closest to some words; of several as close all."""
    from difflib import SequenceMatcher, get_close_matches  # most names are those of something

    close = get_close_matches(words, dict.fromkeys(name for _, name in entries), 1, 0.6)
    if not close:
        return []
    ratio = SequenceMatcher(None, close[0], words).ratio()
    return [key for key, name in entries if SequenceMatcher(None, name, words).ratio() == ratio]


def legible(text: str) -> str:
    """A text as a reader sees it: composed, on one line, nothing in it that prints as nothing.

    So what looks the same is the same, whatever a web page or an input method brought along.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    seen = _UNSEEN_CHARACTERS.sub("", unicodedata.normalize("NFC", text))
    return " ".join(seen.split())


_UNSEEN_CHARACTERS = late_pattern(f"[{FORMAT}{BLANK_LETTERS}]")


def escaped(char: str) -> str:
    """A character as it would be written in double quotes: ``\\x1b``, ``\\u202e``."""
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

"""Figures as people write them, read back: the inverse of ``numbers.number``.

A sign that means one number in Vietnamese and another in English is read by the language of the
reader, and never guessed: what is no number there, but would be one in the other language, is
refused with the number that was probably meant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal

from cdstrack.i18n.figure_words import (
    HALVES,
    NO_SCALE,
    QUALIFIERS,
    SCALES,
    SHORT,
    SIGNS,
    SMALL,
    Qualifier,
    qualifier_word,
    scale_word,
)
from cdstrack.i18n.numbers import Language, number
from cdstrack.i18n.reading import Misread, fold, tidy, trimmed, unseen

MAX_DIGITS = 30
"""More digits than any public figure has."""

MAX_LENGTH = 200
"""More characters than a figure and its unit have; all that is done with a text is bounded."""

_EXACT = Context(prec=MAX_DIGITS + 60)
_ONE, _HALF = Decimal(1), Decimal("0.5")

_DIGITS = r"[0-9]+(?:[.,_'’ ][0-9]+)*[.,]?"
_FIGURE = re.compile(rf"(?P<before>[^0-9]*?)(?P<sign>[-−]?)(?P<number>{_DIGITS})(?P<after>.*)")
_OF = re.compile(
    r"(?P<sign> */ *)(?=[0-9])|"
    r" +(?:(?P<vi>tren(?: tong so)?|trong (?:tong )?so)|(?P<en>(?:out )?of(?: the)?)) +(?=[0-9])"
)
_DATE = re.compile(
    r"(?<![0-9])(?:[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}(?:[0-9]{2})?"
    r"|[0-9]{4}-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)(?![0-9])"
)
_RANGE = re.compile(r" *(?:[-–—~]|den |toi |to ) *[-−]?[0-9]")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,2})(?![0-9])")
_WORDS = re.compile(r"([^\W\d_]+)(?: +([^\W\d_]+))?")
_FRACTION = re.compile(r"([0-9]*)([¼½¾])")
_QUARTERS = {"¼": "25", "½": "5", "¾": "75"}


def _grammar(decimal: str, group: str) -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}([{group} ])[0-9]{{3}}(?:\2[0-9]{{3}})*"
    return re.compile(rf"(0|[1-9][0-9]*|{grouped})(?:{decimal}([0-9]+))?")


_NUMBER: dict[Language, re.Pattern[str]] = {
    "vi": _grammar(",", "."),
    "en": _grammar(r"\.", ","),
}
_GROUP: dict[Language, str] = {"vi": ".", "en": ","}
_DECIMAL: dict[Language, str] = {"vi": ",", "en": "."}
_OTHER: dict[Language, Language] = {"vi": "en", "en": "vi"}


@dataclass(frozen=True, slots=True)
class Written:
    """A figure as it was written.

    ``value`` is the number before its ``scale`` (1.5 and 1000000 for ``1,5 triệu``), or the n of
    n of N. ``words`` is all that stands behind the number, ``unit`` what stands behind the scale.
    """

    value: Decimal
    scale: Decimal = _ONE
    of: Decimal | None = None
    qualifier: Qualifier | None = None
    words: str = ""
    unit: str = ""

    @property
    def amount(self) -> Decimal:
        """The figure in full."""
        return _EXACT.multiply(self.value, self.scale)


def read_figure(text: str, lang: Language) -> Written:
    """Read ``10.000``, ``96,73%``, ``gần 1,5 triệu lượt``, ``22/63``; in English ``10,000`` …

    The signs between digits are those of the language, the words may be of either.
    Raises Misread ``figure_*``.
    """
    parts = _parts(_clean(text, lang), lang)
    own, other = parts.values(lang), parts.values(_OTHER[lang])
    if own is None and other is None:
        raise parts.malformed(lang)
    if own is None or (_OTHER[lang] in parts.spoken and other not in (None, own)):
        raise _in_other_language(parts, own, other, lang)
    value, *whole = own
    return Written(
        value, parts.scale, whole[0] if whole else None, parts.qualifier, parts.words, parts.unit
    )


def _in_other_language(
    parts: _Parts, own: list[Decimal] | None, other: list[Decimal] | None, lang: Language
) -> Misread:
    """A number of the other language, or one of either with words of the other around it."""
    here, there = (
        _readable(parts.written(values, lang), lang) if values else None for values in (own, other)
    )
    if here and there:
        return Misread("figure_mixed", text=parts.text, write=here, other=there)
    return Misread("figure_other_language", text=parts.text, write=there)


def _readable(text: str, lang: Language) -> str | None:
    """A text that can be proposed, because it is read; else None."""
    try:
        read_figure(text, lang)
    except Misread:
        return None
    return text


def _clean(text: str, lang: Language) -> str:
    """The text ready for reading. Raises Misread for what no figure holds."""
    if sum(map(str.isdigit, text)) > MAX_DIGITS:
        raise Misread("figure_digits", digits=MAX_DIGITS)
    text = trimmed(text)
    if not text:
        raise Misread("figure_empty")
    if len(text) > MAX_LENGTH:
        raise Misread("figure_long", limit=MAX_LENGTH)
    if hidden := unseen(text):
        raise Misread("figure_hidden", char=hidden)
    text = tidy(text)
    for char, before in zip(text, " " + text, strict=False):
        if char.isnumeric() and not char.isascii() and not (char in "²³" and before.isalpha()):
            digits = _in_digits(text, lang)
            write = _readable(digits, lang) if digits != text else None
            raise Misread("figure_not_digits", text=text, char=char, write=write)
    return text


def _in_digits(text: str, lang: Language) -> str:
    """Digits of other scripts as 0 to 9, a half as a decimal fraction."""
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
    return _FRACTION.sub(
        lambda found: f"{found[1] or 0}{_DECIMAL[lang]}{_QUARTERS[found[2]]}", digits, count=1
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """A text taken apart, its numbers not yet read."""

    text: str
    minus: bool
    numbers: tuple[str, ...]
    words: str
    qualifier: Qualifier | None
    scale: Decimal
    unit: str
    spoken: frozenset[Language]

    def values(self, lang: Language) -> list[Decimal] | None:
        """The numbers as a language reads them; None if it does not, or n or N is not whole."""
        values: list[Decimal] = []
        for token in self.numbers:
            match = _NUMBER[lang].fullmatch(token)
            if match is None:
                return None
            value = Decimal(re.sub("[., ]", "", match[1]) + (f".{match[3]}" if match[3] else ""))
            if len(self.numbers) > 1 and value != value.to_integral_value():
                return None
            values.append(value.copy_negate() if self.minus and value else value)
        return values

    def written(self, values: list[Decimal], lang: Language) -> str:
        """The same figure with these values, as the language writes it."""
        said = "/".join(number(value, lang) for value in values)
        if self.qualifier:
            said = f"{qualifier_word(self.qualifier, lang)} {said}"
        if self.scale != _ONE:
            said += f" {scale_word(self.scale, lang)}"
        glue = "" if not self.unit or (self.unit.startswith("%") and lang == "en") else " "
        return said + glue + self.unit

    def replaced(self, token: str, value: Decimal | None, lang: Language) -> str | None:
        """The text with a number written as the language does, if it is read then."""
        if value is None:
            return None
        return _readable(self.text.replace(token, number(value, lang), 1), lang)

    def malformed(self, lang: Language) -> Misread:
        """Which habit makes a number unreadable in both languages."""
        for token in self.numbers:
            if re.search("[_'’]", token):
                write = self.replaced(token, _certain(_with_groups(token, lang), lang), lang)
                return Misread("figure_separator", text=self.text, write=write)
            if re.match("0[0-9]", token):
                short = re.sub("^0+(?=[0-9])", "", token)
                write = self.replaced(token, _certain(short, lang), lang)
                return Misread("figure_leading_zero", text=self.text, write=write)
        if len(self.numbers) > 1:
            return Misread("figure_share", text=self.text)
        return Misread("figure_groups", text=self.text)


def _value(token: str, lang: Language) -> Decimal | None:
    values = _Parts("", False, (token,), "", None, _ONE, "", frozenset()).values(lang)
    return values[0] if values else None


def _certain(token: str, lang: Language) -> Decimal | None:
    """The number if both languages, or only one of them, can read it so."""
    read = {_value(token, lang), _value(token, _OTHER[lang])} - {None}
    return read.pop() if len(read) == 1 else None


def _with_groups(token: str, lang: Language) -> str:
    """``1_000`` and ``1'000`` without their signs, if these set thousands apart."""
    match = re.fullmatch(r"([1-9][0-9]{0,2}(?:[_'’][0-9]{3})+)(.*)", token)
    return re.sub("[_'’]", "", match[1]) + match[2] if match else token


# Taking a text apart


def _parts(text: str, lang: Language) -> _Parts:
    """The number or numbers and the words around them. Raises Misread."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        raise Misread("figure_no_digits", text=text)
    if _DATE.search(text):
        raise Misread("figure_date", text=text)
    first, rest = found["number"], found["after"]
    numbers, spoken = [first], set[Language]()
    joint = _OF.match(fold(rest))
    if joint and (second := re.compile(_DIGITS).match(rest, joint.end())):
        numbers.append(second[0])
        rest = rest[second.end() :]
        spoken |= {each for each in _OTHER if joint[each]}
    if re.search("[0-9]", rest):
        raise _several(text, numbers, rest, lang)
    qualifier, spoken_before = _before(found, lang)
    if numbers[-1][-1] in ".,":
        raise _loose_end(text, numbers[-1], rest, lang)
    words = rest.strip()
    _check_words(text, words, lang)
    scale, spoken_behind, unit = _scale(words)
    _check_unit(text, numbers, scale, unit, lang)
    share = len(numbers) > 1
    if share and (found["sign"] or scale != _ONE or unit.startswith("%")):
        raise Misread("figure_share", text=text)
    return _Parts(
        text, bool(found["sign"]), tuple(numbers), words, qualifier, scale, unit,
        frozenset(spoken | spoken_before | spoken_behind),
    )  # fmt: skip


def _several(text: str, numbers: list[str], rest: str, lang: Language) -> Misread:
    """Digits in more than one place, and no n of N."""
    exponent = _EXPONENT.match(rest)
    if exponent:
        value, write = _value(numbers[0], lang), None
        if value is not None and len(numbers) == 1:
            full = number(value.scaleb(int(exponent[1]), context=_EXACT), lang)
            write = text.replace(numbers[0] + exponent[0], full, 1)
        return Misread("figure_exponent", text=text, write=write and _readable(write, lang))
    if _RANGE.match(fold(rest)):
        return Misread("figure_range", text=text)
    return Misread("figure_more_numbers", text=text)


def _before(found: re.Match[str], lang: Language) -> tuple[Qualifier | None, frozenset[Language]]:
    """What the words before a number mean, and whose they are. Raises Misread."""
    before, text = found["before"], found[0]
    if not before:
        return None, frozenset()
    said = " ".join(before.lower().split())
    if before.endswith(" "):
        for spoken, words in QUALIFIERS.items():
            if said in words:
                return words[said], frozenset({spoken})
    if before[-1] in ".,":
        digits = found["number"]
        sure = digits.isdigit() and len(digits) != 3  # not cut out of thousands
        write = before[:-1] + "0" + _DECIMAL[lang] + text[len(before) :]
        raise Misread(
            "figure_loose_sign", text=text, write=_readable(write, lang) if sure else None
        )
    if re.fullmatch(r"[<>=≤≥~≈±+–—−-]+", said):
        meaning = SIGNS.get(said)
        write = meaning and f"{qualifier_word(meaning, lang)} {text[len(before) :]}"
        raise Misread("figure_sign", text=text, write=write and _readable(write, lang))
    raise Misread("figure_before", text=text)


def _loose_end(text: str, number: str, rest: str, lang: Language) -> Misread:
    """A point or comma behind the last digit."""
    short = text[: len(text) - len(rest) - 1] + rest
    sure = _certain(number[:-1], lang) is not None
    return Misread("figure_loose_sign", text=text, write=_readable(short, lang) if sure else None)


def _check_words(text: str, words: str, lang: Language) -> None:
    """Raises Misread for abbreviations of a scale and for signs without words."""
    if words and not any(c.isalpha() or c in "%‰" or _is_money(c) for c in words):
        raise Misread("figure_after", text=text)
    first = words.split(" ")[0]
    short = first.rstrip(".").lower()
    if short in SHORT:
        scale = SHORT[short]
        before, after = text[: len(text) - len(words)], words[len(first) :]
        write = scale and f"{before.rstrip()} {scale_word(scale, lang)}{after}"
        raise Misread("figure_short", text=text, word=first, write=write and _readable(write, lang))


def _is_money(char: str) -> bool:
    return unicodedata.category(char) == "Sc"


def _scale(words: str) -> tuple[Decimal, frozenset[Language], str]:
    """The scale that words begin with, whose word it is, and what stands behind it."""
    found = _WORDS.match(words)
    if found is None:
        return _ONE, frozenset(), words
    pair = " ".join(word.lower() for word in found.groups() if word)
    if pair in NO_SCALE:
        return _ONE, frozenset(), words
    for said, end in ((pair, found.end()), (found[1].lower(), found.end(1))):
        for lang, scales in SCALES.items():
            if said in scales:
                return scales[said], frozenset({lang}), words[end:].strip()
    return _ONE, frozenset(), words


def _check_unit(text: str, numbers: list[str], scale: Decimal, unit: str, lang: Language) -> None:
    """Raises Misread where the words behind the number go on counting."""
    word = _counting(unit)
    if word is None:
        return
    value, behind, write = _value(numbers[0], lang), unit[len(word) :], None
    if value is None or len(numbers) > 1:
        pass
    elif word.lower() in HALVES and value == value.to_integral_value():
        spoken = f" {scale_word(scale, lang)}" if scale != _ONE else ""
        write = number(_EXACT.add(value, _HALF), lang) + spoken + behind
    elif word.lower() in SMALL and scale == _ONE:
        write = number(_EXACT.multiply(value, SMALL[word.lower()]), lang) + behind
    if write:
        write = _readable(text[: text.index(numbers[0])] + write, lang)
    raise Misread("figure_number_word", text=text, word=word, write=write)


def _counting(unit: str) -> str | None:
    """The word that a unit begins with, if it multiplies or adds to the number."""
    half = next((each for each in HALVES if re.match(rf"{each}\b", unit.lower())), None)
    if half:
        return unit[: len(half)]
    found = _WORDS.match(unit)
    counts = found and (found[1].lower() in SMALL or _scale(unit)[0] != _ONE)
    return found[1] if found and counts else None

"""Figures as people write them, read back: the inverse of ``notation.number``.

A sign that means one number in Vietnamese and another in English is read in the reader's language,
never guessed: a number of the other language alone is refused, with the number probably meant.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal

from cdstrack.core.model.naming import fold_each
from cdstrack.core.model.structs import dataclass
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
from cdstrack.i18n.notation import Language, number
from cdstrack.i18n.reading import Misread, tidy, trim, unseen

MAX_DIGITS = 30
"""More digits than any public figure has."""

MAX_LENGTH = 200
"""Longer than any figure with its unit; it bounds the work that a text can cause."""

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
    groups = rf"[1-9][0-9]{{0,2}}([{group} ])[0-9]{{3}}(?:\2[0-9]{{3}})*"
    return re.compile(rf"(0|[1-9][0-9]*|{groups})(?:{decimal}([0-9]+))?")


_NUMBER: dict[Language, re.Pattern[str]] = {
    "vi": _grammar(",", "."),
    "en": _grammar(r"\.", ","),
}
_GROUP: dict[Language, str] = {"vi": ".", "en": ","}
_DECIMAL: dict[Language, str] = {"vi": ",", "en": "."}
_OTHER: dict[Language, Language] = {"vi": "en", "en": "vi"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as it was written.

    ``value`` is the number before its ``scale`` (1.5 and 1000000 for ``1,5 triệu``), or the n of
    n of N. ``words`` is all the text after the number, ``unit`` the text after the scale.
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


def read_figure(text: str, lang: Language) -> Quantity:
    """Read ``10.000``, ``96,73%``, ``gần 1,5 triệu lượt``, ``22/63``; in English ``10,000`` …

    The signs between digits are those of the language, the words may be of either language.
    Raises Misread ``figure_*``.
    """
    parts = _parts(_clean(text, lang), lang)
    values, foreign = parts.values(lang), parts.values(_OTHER[lang])
    if values is None and foreign is None:
        raise parts.fault(lang)
    if values is None or (_OTHER[lang] in parts.languages and foreign not in (None, values)):
        raise _in_other_language(parts, values, foreign, lang)
    value, *whole = values
    return Quantity(
        value, parts.scale, whole[0] if whole else None, parts.qualifier, parts.words, parts.unit
    )


def scale_of_unit(unit: str) -> Decimal:
    """What a unit counts at once: a thousand million of “tỷ đồng” or “USD bn”, else 1."""
    words = unit.strip().lower()
    scale = _scale(words)[0]
    if scale != _ONE or any(word in words for word in NO_SCALE):
        return scale
    match = _UNIT_SCALE.search(words)
    return _UNIT_SCALES[match[1]] if match is not None else _ONE


_UNIT_SCALES = {
    **{word: scale for word, scale in SCALES["vi"].items() if not word.isascii()},
    **{f"{word}{end}": scale for word, scale in SCALES["en"].items() for end in ("", "s")},
    **{word: Decimal(10**9) for word in ("bn", "billion")},
    **{word: Decimal(10**6) for word in ("mn", "mln", "million")},
    **{word: Decimal(10**3) for word in ("'000", "’000", "000s", "'000s")},
}
_UNIT_SCALE = re.compile(
    rf"(?<!\w)({'|'.join(map(re.escape, sorted(_UNIT_SCALES, key=len, reverse=True)))})(?!\w)"
)
"""The scales that stand anywhere in a unit: “đồng (tỷ)”, “USD millions”."""


def _in_other_language(
    parts: _Parts, values: list[Decimal] | None, foreign: list[Decimal] | None, lang: Language
) -> Misread:
    """A number of the other language, or one of either with words of the other around it."""
    write = values and _readable(parts.text_of(values, lang), lang)
    other = foreign and _readable(parts.text_of(foreign, lang), lang)
    if write and other:
        return Misread("figure_mixed", text=parts.text, write=write, other=other)
    return Misread("figure_other_language", text=parts.text, write=other)


def _readable(text: str, lang: Language) -> str | None:
    """The text if it can be read, so that it may be proposed; else None."""
    try:
        read_figure(text, lang)
    except Misread:
        return None
    return text


def _clean(text: str, lang: Language) -> str:
    """The text ready for reading. Raises Misread for what no figure holds."""
    if sum(map(str.isdigit, text)) > MAX_DIGITS:
        raise Misread("figure_digits", digits=MAX_DIGITS)
    text = trim(text)
    if not text:
        raise Misread("figure_empty")
    if len(text) > MAX_LENGTH:
        raise Misread("figure_long", limit=MAX_LENGTH)
    if char := unseen(text):
        raise Misread("figure_hidden", char=char)
    text = tidy(text)
    for char, before in zip(text, " " + text, strict=False):
        if char.isnumeric() and not char.isascii() and not (char in "²³" and before.isalpha()):
            digits = _in_digits(text, lang)
            write = _readable(digits, lang) if digits != text else None
            raise Misread("figure_not_digits", text=text, char=char, write=write)
    return text


def _in_digits(text: str, lang: Language) -> str:
    """The text with digits of other scripts as 0 to 9, and ½ and the like as decimals."""
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
    return _FRACTION.sub(
        lambda match: f"{match[1] or 0}{_DECIMAL[lang]}{_QUARTERS[match[2]]}", digits, count=1
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a text, its numbers not yet read; ``languages`` are those of its words."""

    text: str
    minus: bool
    numbers: tuple[str, ...]
    words: str
    qualifier: Qualifier | None
    scale: Decimal
    unit: str
    languages: frozenset[Language]

    def values(self, lang: Language) -> list[Decimal] | None:
        """The numbers in a language; None if there is none in it, or if n or N is not whole."""
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

    def text_of(self, values: list[Decimal], lang: Language) -> str:
        """The same figure with these values, as the language writes it."""
        text = "/".join(number(value, lang) for value in values)
        if self.qualifier:
            text = f"{qualifier_word(self.qualifier, lang)} {text}"
        if self.scale != _ONE:
            text += f" {scale_word(self.scale, lang)}"
        glue = "" if not self.unit or (self.unit.startswith("%") and lang == "en") else " "
        return text + glue + self.unit

    def replacing(self, token: str, value: Decimal | None, lang: Language) -> str | None:
        """The text with the value in place of a number, if it can be read then; else None."""
        if value is None:
            return None
        return _readable(self.text.replace(token, number(value, lang), 1), lang)

    def fault(self, lang: Language) -> Misread:
        """The habit of writing that makes a number unreadable in both languages."""
        for token in self.numbers:
            if re.search("[_'’]", token):
                write = self.replacing(token, _certain(_with_groups(token, lang), lang), lang)
                return Misread("figure_separator", text=self.text, write=write)
            if re.match("0[0-9]", token):
                short = re.sub("^0+(?=[0-9])", "", token)
                write = self.replacing(token, _certain(short, lang), lang)
                return Misread("figure_leading_zero", text=self.text, write=write)
        if len(self.numbers) > 1:
            return Misread("figure_share", text=self.text)
        return Misread("figure_groups", text=self.text)


def _value(token: str, lang: Language) -> Decimal | None:
    values = _Parts("", False, (token,), "", None, _ONE, "", frozenset()).values(lang)
    return values[0] if values else None


def _certain(token: str, lang: Language) -> Decimal | None:
    """The number, if the languages that can read it agree; else None."""
    values = {_value(token, lang), _value(token, _OTHER[lang])} - {None}
    return values.pop() if len(values) == 1 else None


def _with_groups(token: str, lang: Language) -> str:
    """``1_000`` and ``1'000`` without the signs, if these separate thousands."""
    match = re.fullmatch(r"([1-9][0-9]{0,2}(?:[_'’][0-9]{3})+)(.*)", token)
    return re.sub("[_'’]", "", match[1]) + match[2] if match else token


# Taking a text apart


def _parts(text: str, lang: Language) -> _Parts:
    """The numbers and the words around them. Raises Misread."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise Misread("figure_no_digits", text=text)
    if _DATE.search(text):
        raise Misread("figure_date", text=text)
    numbers, rest = [match["number"]], match["after"]
    languages: set[Language] = set()
    joint = _OF.match(fold_each(rest))
    if joint and (second := re.compile(_DIGITS).match(rest, joint.end())):
        numbers.append(second[0])
        rest = rest[second.end() :]
        languages |= {language for language in _OTHER if joint[language]}
    if re.search("[0-9]", rest):
        raise _several(text, numbers, rest, lang)
    qualifier, before = _qualifier(match, lang)
    if numbers[-1][-1] in ".,":
        raise _loose_end(text, numbers[-1], rest, lang)
    words = rest.strip()
    _check_words(text, words, lang)
    scale, behind, unit = _scale(words)
    _check_unit(text, numbers, scale, unit, lang)
    share = len(numbers) > 1
    if share and (match["sign"] or scale != _ONE or unit.startswith("%")):
        raise Misread("figure_share", text=text)
    return _Parts(
        text, bool(match["sign"]), tuple(numbers), words, qualifier, scale, unit,
        frozenset(languages | before | behind),
    )  # fmt: skip


def _several(text: str, numbers: list[str], rest: str, lang: Language) -> Misread:
    """Digits in more than one place that are not n of N."""
    exponent = _EXPONENT.match(rest)
    if exponent:
        value, write = _value(numbers[0], lang), None
        if value is not None and len(numbers) == 1:
            full = number(value.scaleb(int(exponent[1]), context=_EXACT), lang)
            write = text.replace(numbers[0] + exponent[0], full, 1)
        return Misread("figure_exponent", text=text, write=write and _readable(write, lang))
    if _RANGE.match(fold_each(rest)):
        return Misread("figure_range", text=text)
    return Misread("figure_more_numbers", text=text)


def _qualifier(
    match: re.Match[str], lang: Language
) -> tuple[Qualifier | None, frozenset[Language]]:
    """The meaning of the words before a number, and their language. Raises Misread."""
    before, text = match["before"], match[0]
    if not before:
        return None, frozenset()
    phrase = " ".join(before.lower().split())
    if before.endswith(" "):
        for language, words in QUALIFIERS.items():
            if phrase in words:
                return words[phrase], frozenset({language})
    if before[-1] in ".,":
        digits = match["number"]
        sure = digits.isdigit() and len(digits) != 3  # not cut out of thousands
        write = before[:-1] + "0" + _DECIMAL[lang] + text[len(before) :]
        raise Misread(
            "figure_loose_sign", text=text, write=_readable(write, lang) if sure else None
        )
    if re.fullmatch(r"[<>=≤≥~≈±+–—−-]+", phrase):
        meaning = SIGNS.get(phrase)
        write = meaning and f"{qualifier_word(meaning, lang)} {text[len(before) :]}"
        raise Misread("figure_sign", text=text, write=write and _readable(write, lang))
    raise Misread("figure_before", text=text)


def _loose_end(text: str, number: str, rest: str, lang: Language) -> Misread:
    """A point or comma after the last digit."""
    short = text[: len(text) - len(rest) - 1] + rest
    sure = _certain(number[:-1], lang) is not None
    return Misread("figure_loose_sign", text=text, write=_readable(short, lang) if sure else None)


def _check_words(text: str, words: str, lang: Language) -> None:
    """Raises Misread for an abbreviated scale and for signs without words."""
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
    """The scale that words begin with, the language of it, and the words after it."""
    match = _WORDS.match(words)
    if match is None:
        return _ONE, frozenset(), words
    pair = " ".join(word.lower() for word in match.groups() if word)
    if pair in NO_SCALE:
        return _ONE, frozenset(), words
    for phrase, end in ((pair, match.end()), (match[1].lower(), match.end(1))):
        for lang, scales in SCALES.items():
            if phrase in scales:
                return scales[phrase], frozenset({lang}), words[end:].strip()
    return _ONE, frozenset(), words


def _check_unit(text: str, numbers: list[str], scale: Decimal, unit: str, lang: Language) -> None:
    """Raises Misread where the words after the number multiply it or add to it."""
    word = _counting(unit)
    if word is None:
        return
    value, behind, write = _value(numbers[0], lang), unit[len(word) :], None
    if value is None or len(numbers) > 1:
        pass
    elif word.lower() in HALVES and value == value.to_integral_value():
        suffix = f" {scale_word(scale, lang)}" if scale != _ONE else ""
        write = number(_EXACT.add(value, _HALF), lang) + suffix + behind
    elif word.lower() in SMALL and scale == _ONE:
        write = number(_EXACT.multiply(value, SMALL[word.lower()]), lang) + behind
    if write:
        write = _readable(text[: text.index(numbers[0])] + write, lang)
    raise Misread("figure_number_word", text=text, word=word, write=write)


def _counting(unit: str) -> str | None:
    """The word that a unit begins with, if it multiplies or adds to the number."""
    for half in HALVES:
        if re.match(rf"{half}\b", unit.lower()):
            return unit[: len(half)]
    match = _WORDS.match(unit)
    if match and (match[1].lower() in SMALL or _scale(unit)[0] != _ONE):
        return match[1]
    return None

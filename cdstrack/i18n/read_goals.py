"""Goals as offices write them: “trên 10 %”, “16 - 18 %”, “giảm 20% so với 2020”."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from cdstrack.core.model.naming import fold_each, legible
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.i18n.commitment_words import means_done
from cdstrack.i18n.goal_phrases import (
    Every,
    against_previous,
    compares_in_words,
    counts_in_words,
    end_of_change,
    is_vague,
    multiple_in,
    names_multiple,
    without_mean,
    without_often,
)
from cdstrack.i18n.notation import Language
from cdstrack.i18n.read_figures import Quantity, read_figure, scale_of_unit
from cdstrack.i18n.reading import Misread

Comparison = Literal[
    "at_least", "more_than", "at_most", "less_than", "exactly", "about", "increase_by", "reduce_by",
    "above", "below", "done", "open",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenGoal:
    """A goal as it was written.

    ``up_to`` is the upper end of a range, ``unit`` the words after the figure, ``rest`` what was
    not read, ``when`` the date beside it and ``beside`` the year that it is compared with, or
    ``previous``. ``write`` is a figure that had to be written otherwise to be read, ``is_rank``
    says that it is a place in an order, ``plain`` that no word says how it is compared. ``every``
    is how often it holds, ``is_mean`` that it is one of several years, ``keeps`` that it holds all
    the time, ``is_multiple`` that a change is a share of where it stood, ``is_points`` that it is
    none. ``scale`` is what a word multiplied the figure by: “triệu”. A goal that is ``open`` may be
    meant in several ways: ``doubt`` says which.
    """

    comparison: Comparison
    text: str
    value: Decimal = Decimal()
    up_to: Decimal | None = None
    unit: str = ""
    rest: str = ""
    when: str | None = None
    beside: str | None = None
    write: str | None = None
    is_rank: bool = False
    plain: bool = False
    every: Every | None = None
    is_mean: bool = False
    keeps: bool = False
    is_multiple: bool = False
    is_points: bool = False
    doubt: str | None = None
    scale: Decimal = Decimal(1)


CHANGES: tuple[Comparison, ...] = ("increase_by", "reduce_by")
"""The comparisons with where it stood."""
_LEASTS: tuple[Comparison, ...] = ("at_least", "more_than")
"""What a change may be: “tăng ít nhất 5%”; of “giảm tối đa 20%” no goal knows."""
LONGEST = 300
"""Longer texts are sentences, not figures; it bounds the work that a text can cause."""
_SIGNS: tuple[tuple[Comparison, str], ...] = (
    ("at_least", r"toi thieu(?: la)?|it nhat(?: la)?|khong (?:thap|it|nho|kem) hon|khong duoi"
                 r"|at least|minimum(?: of)?|no(?:t)? less than|bang hoac (?:cao|lon) hon"
                 r"|dat va vuot|bang va tren|≥|>=|=>|tu(?= [0-9])"),
    ("at_most", r"toi da(?: la)?|nhieu nhat|khong (?:vuot )?qua|khong (?:cao|lon|nhieu) hon"
                r"|khong vuot|trong vong|within|at most|no more than|not more than"
                 r"|maximum(?: of)?|not exceeding"
                r"|≤|<=|=<"),
    ("less_than", r"duoi|it hon|thap hon|nho hon|less than|below|under|fewer than|<"),
    ("more_than", r"tren|hon|lon hon|cao hon|nhieu hon|vuot(?: muc)?|more than|over|above"
                  r"|greater than|>"),
    ("exactly", r"dung|bang|exactly|="),
    ("about", r"khoang|xap xi|chung|gan|about|around|approximately|nearly|almost|~|≈"),
)  # fmt: skip
_KEEP = re.compile(
    r"(?:giu(?: vung)?|duy tri|keep|kept|maintain(?:ed)?|hold|held)(?: on dinh)?"
    r"(?P<level>(?: o)?(?: muc)?(?: at)?)(?: |:)+"
)
_LEVEL = re.compile(r"on dinh(?: o)?(?: muc)?(?: |:)+|stable at +")
_FILLER = re.compile(
    r"(?:phan dau|dat(?: muc| ty le)?|dam bao|bao dam|hoan thanh|co|la|an?"
    r"|ty le|den|tang len|nang(?: ty le| so)? len|reach(?:ing)?|achieve|chiem|muc)(?: |:)+"
)
_LOWER = re.compile(r"(?:giam (?:xuong )?(?:con|xuong)|(?:reduce|decrease|cut|fall)d? to) +")
_CHANGE: tuple[tuple[Comparison, str], ...] = (
    ("increase_by", r"tang(?: truong)?(?: (?:them|binh quan|toi thieu|it nhat|tren))? "
                    r"|(?:increase|grow|rise|growth)(?: by| of)? |\+ ?"),
    ("reduce_by", r"(?:cat )?giam(?: (?:them|binh quan|toi thieu|it nhat|tren))? "
                  r"|(?:reduce|reduction|decrease|cut|fall)(?: by| of)? "),
)  # fmt: skip
_RANK = re.compile(
    r"(?:thuoc |trong |xep |vao |dung )*"
    r"(?:top|nhom|thu hang|thu|hang|vi tri|rank(?:ed)?)(?: thu)? +"
)
_BESIDE = re.compile(
    r",? *\b(?:so voi|compared (?:to|with)|from|vs\.?|than|on|(?<=lan )(?:muc )?(?:cua )?(?=nam)) *"
    r"(?:(?:nam +|cuoi nam +)?(20[0-9]{2})(?! *[-–])"
    r"|(?:the )?(?:cung ky|nam (?:lien )?truoc|(?:previous|preceding|last) year)\b.*)"
)
_AFTER: tuple[tuple[Comparison, str], ...] = (
    ("reduce_by", r"(?:reduction|decrease|decline|cut|drop)\b"),
    ("increase_by", r"(?:increase|growth|rise)\b"),
    ("open", r"(?:more|less|higher|lower|fewer) than\b|(?:cao|thap|nhieu|it) hon\b"),
)
_PLACES = re.compile(r"(?:bac|hang|thu hang|places?|ranks?)\b")
_POINTS = re.compile(r"(?:điểm (?:phần trăm|%)|percentage points?|pps?|ppts?)\b", re.IGNORECASE)
_RANGE = re.compile(r"([0-9][0-9.,]*) *%? *(?:[-–—~÷]|den |toi |to ) *(?=[0-9])")
_MORE = re.compile(r" +(?:tro len|or (?:more|above|over)|and (?:above|over|more))\b")
_LESS = re.compile(r" +(?:tro xuong|or (?:less|fewer|below|lower))\b")
_DATE = re.compile(
    r"\(?(?:(?:trong )?giai doan|in|over|during|period)\s+20[0-9]{2}\s*[-–]\s*20[0-9]{2}\)?"
    r" *[:,]? *"
    r"|\(?(?:(?:vao|den|toi|truoc|trong|by|in)\s+)?(?:(?:het|cuoi|(?:the )?end of)\s+)?"
    r"(?:(?:nam|year)\s+20[0-9]{2}|quy\s+(?:i{1,3}|iv|[1-4])\s*[/ ]\s*(?:nam\s+)?20[0-9]{2}"
    r"|thang\s+[0-9]{1,2}\s*[/ ]\s*(?:nam\s+)?20[0-9]{2}|q[1-4][ /-]20[0-9]{2}"
    r"|(?<=\()20[0-9]{2}(?=\))|(?<=by )20[0-9]{2}"
    r"|(?<=den )20[0-9]{2}|(?<=end of )20[0-9]{2}|^20[0-9]{2}(?= *:))\)? *[:,]? *"
)
_MONEY = re.compile(r"(US\$|[A-Z]{0,2}[$€£¥₫]|USD|VND|EUR|GBP|JPY|AUD|CAD) *(?=[0-9])")
"""A currency before its figure: “USD 2.5 million”."""
_ENDS = re.compile(r" *(?:[,;(]|\b(?:và|and|trong|trên tổng|so với|của|cho)\b|\./).*")


def read_goals(text: str, lang: Language) -> list[WrittenGoal]:
    """The goals in a cell; several where each part of it has a date and a figure of its own.

    Raises Misread ``figure_*`` for a text with digits that no figure can be read from.
    """
    if len(text) > LONGEST:
        return [WrittenGoal("done", text, rest=text)]
    parts = [part for piece in re.split(r"[;\n]", text) if (part := legible(piece).strip(" -–•"))]
    if len(parts) == 1:
        pieces = [legible(part) for part in re.split(r", +(?:và )?| (?:và|and) ", text)]
        if all(_DATE.search(fold_each(part)) and _has_figure(part) for part in pieces):
            parts = pieces
    if len(parts) > 1 and all(_DATE.search(fold_each(part)) for part in parts):
        return [_goal(part, lang) for part in parts]
    return [_goal(legible(text), lang)]


def _when(text: str) -> str:
    """A date without the words before it that only lead to it."""
    return re.sub(r"^(?:(?:vao|den|toi|trong|by|in|the) +)+", "", text.strip(" ():,"))


def _has_figure(text: str) -> bool:
    """Whether a text with a date has a figure too."""
    return bool(re.search("[0-9]", _DATE.sub("", fold_each(text), count=1)))


def _goal(text: str, lang: Language) -> WrittenGoal:
    goal, rest = WrittenGoal("at_least", text, plain=True), text
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
    if digits != text:
        goal, rest = replace(goal, write=digits), digits
    if way := against_previous(text):
        return replace(goal, comparison="above" if way == "up" else "below", plain=False)
    if match := _BESIDE.search(fold_each(rest)):
        goal = replace(goal, beside=match[1] or "previous")
        rest = rest[: match.start()] + rest[match.end() :]
    if match := _DATE.search(fold_each(rest)):
        years = re.search(r"20[0-9]{2}\s*[-–]\s*20[0-9]{2}", match[0])
        goal = replace(goal, when=years[0] if years else _when(match[0]))
        left, right = rest[: match.start()], rest[match.end() :]
        rest = f"{left.rstrip(' ,')} {right}".strip()
    rest, every = without_often(rest)
    rest, is_mean = without_mean(rest)
    goal = replace(goal, every=every, is_mean=is_mean)
    if multiple := multiple_in(rest):
        return _multiple(goal, multiple.figure, multiple.year or goal.beside, lang)
    if names_multiple(rest):
        return replace(goal, comparison="open", doubt="draft_times")
    if is_vague(rest):
        return replace(goal, comparison="open", doubt="draft_vague")
    if compares_in_words(text):
        return replace(goal, comparison="open", doubt="draft_compared")
    if counts_in_words(rest):
        return replace(goal, comparison="open", doubt="draft_in_words")
    if means_done(rest) or not re.search("[0-9]", rest):
        return replace(goal, comparison="done", rest="" if means_done(rest) else rest)
    goal = _with_figure(goal, rest.strip(), lang)
    if goal.beside is not None and goal.comparison not in (*CHANGES, "open"):
        return replace(goal, comparison="open", doubt="draft_compared")
    if goal.up_to is not None and goal.comparison in ("at_most", "less_than", "exactly"):
        return replace(goal, comparison="open", doubt="draft_from_to")
    if goal.comparison in CHANGES and _PLACES.match(fold_each(goal.unit)):
        return replace(goal, comparison="open", doubt="draft_vague")
    return goal


def _multiple(goal: WrittenGoal, text: str, beside: str | None, lang: Language) -> WrittenGoal:
    """A goal of so many times what was there, as the share that it changes by."""
    factor = Decimal(text) if text in ("0.5", "1.5") else _quantity(text, lang)[0].amount
    if factor == 1 or beside == "previous":
        return replace(goal, comparison="open", doubt="draft_times")
    comparison: Comparison = "increase_by" if factor > 1 else "reduce_by"
    share = (abs(factor - 1) * 100).normalize()
    return replace(
        goal, comparison=comparison, value=share, unit="%", beside=beside, plain=False,
        is_multiple=True,
    )  # fmt: skip


def _with_figure(goal: WrittenGoal, rest: str, lang: Language) -> WrittenGoal:
    """A goal with its figure, from the words before it on."""
    if end := end_of_change(rest):
        rest, way = end
        if way is None:
            return replace(goal, comparison="open", doubt="draft_from_to")
        goal = replace(goal, comparison="at_least" if way == "up" else "at_most", plain=False)
    goal, rest = _compared(goal, rest)
    if goal.comparison == "open":
        return goal
    if money := _MONEY.match(rest):
        rest = f"{rest[money.end() :]} {money[1]}"
    plain = fold_each(rest)
    low: Decimal | None = None
    if match := _RANGE.match(plain):
        low = _quantity(match[1].rstrip(".,"), lang)[0].amount
        rest = rest[match.end() :]
    quantity, left, write = _quantity(rest, lang)
    unit, after = _unit(quantity.unit)
    if points := _POINTS.match(unit):
        goal = replace(goal, is_points=True)
        unit, after = "%", f"{unit[points.end() :]} {after}".strip()
        if goal.plain:
            return replace(goal, comparison="open", doubt="draft_compared")
    if quantity.of is not None and _is_share_of(quantity, unit):
        return replace(goal, comparison="open", doubt="draft_share_of")
    whole = f"/{quantity.of:f}" if quantity.of is not None else ""
    rest = re.sub(r"\( *\)", "", f"{whole} {after} {left}")
    rest = " ".join(rest.split()).strip(" ,;")
    if goal.plain:
        for comparison, pattern in _AFTER:
            if word := re.match(pattern, fold_each(rest)):
                goal = replace(goal, comparison=comparison, plain=False)
                rest = rest[word.end() :].strip(" ,;")
    if goal.comparison == "open":
        return replace(goal, doubt="draft_compared")
    scale = quantity.scale
    goal = replace(goal, unit=unit, rest=rest, write=write or goal.write, scale=scale)
    if low is None:
        return replace(goal, value=quantity.amount)
    scale = scale if low < quantity.amount / 2 else Decimal(1)
    low, high = sorted((low * scale, quantity.amount))
    return replace(goal, value=low, up_to=high if high > low else None)


def _is_share_of(quantity: Quantity, unit: str) -> bool:
    """Whether “2/3 số xã” is two thirds of them, not two of three."""
    words = fold_each(unit)
    return quantity.of is not None and quantity.of <= 10 and (
        re.match(r"(?:tong )?so\b|of\b|cac\b", words) is not None
    )  # fmt: skip


def _compared(goal: WrittenGoal, text: str) -> tuple[WrittenGoal, str]:
    """A goal with how it is compared, and the text from its figure on."""
    at_level = False
    while True:
        plain = fold_each(text)
        if match := _LOWER.match(plain):
            goal = replace(goal, comparison="at_most", plain=False)
        elif match := _KEEP.match(plain):
            goal = replace(goal, keeps=True)
            at_level = at_level or bool(match["level"].strip())
        elif match := _LEVEL.match(plain):
            goal, at_level = replace(goal, keeps=True), True
        elif match := _FILLER.match(plain):
            pass
        elif match := _RANK.match(plain):
            goal = replace(goal, comparison="at_most", is_rank=True, plain=False)
        else:
            for comparison, pattern in (*_CHANGE, *_SIGNS):
                word = re.match(rf"(?:{pattern}) *", plain)
                if word and (not word[0][-1].isalpha() or word.end() == len(plain)):
                    match = word
                    if goal.plain:
                        goal = replace(goal, comparison=comparison, plain=False)
                    elif goal.comparison in CHANGES and comparison not in _LEASTS:
                        return replace(goal, comparison="open", doubt="draft_vague"), text
                    break
        if match is None or match.end() == 0:
            break
        text = text[match.end() :].lstrip(" :")
    if match := _MORE.search(fold_each(text)):
        goal = replace(goal, comparison="at_least", plain=False)
        text = text[: match.start()] + text[match.end() :]
    elif match := _LESS.search(fold_each(text)):
        goal = replace(goal, comparison="at_most", plain=False)
        text = text[: match.start()] + text[match.end() :]
    if at_level and goal.plain:
        return replace(goal, comparison="open", doubt="draft_level"), text
    return goal, text


def _quantity(text: str, lang: Language) -> tuple[Quantity, str, str | None]:
    """A figure, what stands behind a further number and was not read, and how it should be written.

    Raises Misread.
    """
    try:
        return read_figure(text, lang), "", None
    except Misread as misread:
        write = misread.facts.get("write")
        if write:
            doubtful = str(write) if misread.code != "figure_leading_zero" else None
            return read_figure(str(write), lang), "", doubtful
        head = re.match(r"[0-9][0-9.,]*[0-9]?(?: ?%)?", text)
        if head is None or head[0] == text or _goes_on(text[head.end() :]):
            raise
        return read_figure(head[0].rstrip(".,"), lang), text[head.end() :].strip(), None


def _goes_on(rest: str) -> bool:
    """Whether what stands behind a figure is part of it or of a name: “5G”, “1 triệu 200 nghìn”."""
    return rest[0].isalpha() or scale_of_unit(rest.strip()) != 1


def _unit(words: str) -> tuple[str, str]:
    """The unit that words after a figure begin with, and the rest of them."""
    if words.startswith("%"):
        return "%", words[1:].strip()
    unit = _ENDS.sub("", words).strip()
    return unit, words[len(unit) :].strip(" ,;")

"""Goals as offices write them: “trên 10 %”, “16 - 18 %”, “giảm 20% so với 2020”."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cdstrack.core.model.naming import fold_each, legible
from cdstrack.i18n.commitment_words import means_done
from cdstrack.i18n.notation import Language
from cdstrack.i18n.read_figures import Quantity, read_figure
from cdstrack.i18n.reading import Misread

Comparison = Literal[
    "at_least", "more_than", "at_most", "less_than", "exactly", "about", "increase_by", "reduce_by",
    "done",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenGoal:
    """A goal as it was written.

    ``up_to`` is the upper end of a range, ``unit`` the words after the figure, ``rest`` what was
    not read, ``when`` the date beside it and ``beside`` the year that it is compared with.
    ``write`` is a figure that had to be written otherwise to be read, ``is_rank`` says that it is a
    place in an order, ``plain`` that no word says how it is compared.
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


LONGEST = 300
"""Longer texts are sentences, not figures; it bounds the work that a text can cause."""
_SIGNS: tuple[tuple[Comparison, str], ...] = (
    ("at_least", r"toi thieu(?: la)?|it nhat(?: la)?|khong (?:thap|it|nho|kem) hon|khong duoi"
                 r"|at least|minimum(?: of)?|no(?:t)? less than|bang hoac (?:cao|lon) hon"
                 r"|≥|>=|=>|tu(?= [0-9])"),
    ("at_most", r"toi da(?: la)?|nhieu nhat|khong (?:vuot )?qua|khong (?:cao|lon|nhieu) hon"
                r"|khong vuot|at most|no more than|not more than|maximum(?: of)?|not exceeding"
                r"|≤|<=|=<"),
    ("less_than", r"duoi|it hon|thap hon|nho hon|less than|below|under|fewer than|<"),
    ("more_than", r"tren|hon|lon hon|cao hon|nhieu hon|vuot(?: muc)?|more than|over|above"
                  r"|greater than|>"),
    ("exactly", r"dung|bang|exactly|="),
    ("about", r"khoang|xap xi|chung|gan|about|around|approximately|nearly|almost|~|≈"),
)  # fmt: skip
_FILLER = re.compile(
    r"(?:phan dau|dat(?: muc| ty le)?|duy tri(?: o)?(?: muc)?|dam bao|bao dam|hoan thanh|co|la"
    r"|ty le|den|tang len|nang len|reach(?:ing)?|achieve|maintain|chiem|muc)(?: |:)+"
)
_LOWER = re.compile(r"(?:giam (?:xuong )?(?:con|xuong)|(?:reduce|decrease|cut|fall)d? to) +")
_CHANGE: tuple[tuple[Comparison, str], ...] = (
    ("increase_by", r"tang(?: truong)?(?: (?:them|binh quan|toi thieu|it nhat|tren))? "
                    r"|(?:increase|grow|rise)(?: by)? |\+ ?"),
    ("reduce_by", r"(?:cat )?giam(?: (?:them|binh quan|toi thieu|it nhat|tren))? "
                  r"|(?:reduce|decrease|cut|fall)(?: by)? "),
)  # fmt: skip
_RANK = re.compile(
    r"(?:thuoc |trong |xep |vao |dung )*"
    r"(?:top|nhom|thu hang|thu|hang|vi tri|rank(?:ed)?)(?: thu)? +"
)
_BESIDE = re.compile(
    r",? *(?:so voi|compared (?:to|with)|from|vs\.?|than) +(?:nam +|cuoi nam +)?(20[0-9]{2})"
)
_RANGE = re.compile(r"([0-9][0-9.,]*) *%? *(?:[-–—~]|den |toi |to ) *(?=[0-9])")
_MORE = re.compile(r" +(?:tro len|or (?:more|above|over)|and (?:above|over|more))\b")
_LESS = re.compile(r" +(?:tro xuong|or (?:less|fewer|below|lower))\b")
_DATE = re.compile(
    r"\(?(?:(?:vao|den|toi|truoc|trong|by|in)\s+)?(?:(?:het|cuoi|end of)\s+)?"
    r"(?:(?:nam|year)\s+20[0-9]{2}|quy\s+(?:i{1,3}|iv|[1-4])\s*[/ ]\s*(?:nam\s+)?20[0-9]{2}"
    r"|thang\s+[0-9]{1,2}\s*[/ ]\s*(?:nam\s+)?20[0-9]{2}|q[1-4][ /-]20[0-9]{2}"
    r"|(?<=\()20[0-9]{2}(?=\))|(?<=by )20[0-9]{2}"
    r"|(?<=den )20[0-9]{2}|^20[0-9]{2}(?= *:))\)? *[:,]? *"
)
_ENDS = re.compile(r" *(?:[,;(]|\b(?:và|and|trong|trên tổng|so với|của|cho)\b|\./).*")


def read_goals(text: str, lang: Language) -> list[WrittenGoal]:
    """The goals in a cell; several where each part of it has a date and a figure of its own.

    Raises Misread ``figure_*`` for a text with digits that no figure can be read from.
    """
    if len(text) > LONGEST:
        return [WrittenGoal("done", text, rest=text)]
    parts = [part for piece in re.split(r"[;\n]", text) if (part := legible(piece).strip(" -–•"))]
    if len(parts) > 1 and all(_DATE.search(fold_each(part)) for part in parts):
        return [_goal(part, lang) for part in parts]
    return [_goal(legible(text), lang)]


def _goal(text: str, lang: Language) -> WrittenGoal:
    goal, rest = WrittenGoal("at_least", text, plain=True), text
    if match := _BESIDE.search(fold_each(rest)):
        goal = replace(goal, beside=match[1])
        rest = rest[: match.start()] + rest[match.end() :]
    if match := _DATE.search(fold_each(rest)):
        goal = replace(goal, when=match[0].strip(" ():,"))
        left, right = rest[: match.start()], rest[match.end() :]
        rest = f"{left.rstrip(' ,')} {right}".strip()
    if means_done(rest) or not re.search("[0-9]", rest):
        return replace(goal, comparison="done", rest="" if means_done(rest) else rest)
    goal, rest = _compared(goal, rest.strip())
    plain = fold_each(rest)
    low: Decimal | None = None
    if match := _RANGE.match(plain):
        low = _quantity(match[1].rstrip(".,"), lang)[0].amount
        rest = rest[match.end() :]
    quantity, left, write = _quantity(rest, lang)
    unit, after = _unit(quantity.unit)
    whole = f"/{quantity.of:f}" if quantity.of is not None else ""
    rest = " ".join(f"{whole} {after} {left}".split()).strip(" ,;")
    goal = replace(goal, unit=unit, rest=rest, write=write)
    if low is None:
        return replace(goal, value=quantity.amount)
    scale = quantity.scale if low < quantity.amount / 2 else Decimal(1)
    low, high = sorted((low * scale, quantity.amount))
    return replace(goal, value=low, up_to=high if high > low else None)


def _compared(goal: WrittenGoal, text: str) -> tuple[WrittenGoal, str]:
    """A goal with how it is compared, and the text from its figure on."""
    while True:
        plain = fold_each(text)
        if match := _LOWER.match(plain):
            goal = replace(goal, comparison="at_most", plain=False)
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
        if head is None or head[0] == text:
            raise
        return read_figure(head[0].rstrip(".,"), lang), text[head.end() :].strip(), None


def _unit(words: str) -> tuple[str, str]:
    """The unit that words after a figure begin with, and the rest of them."""
    if words.startswith("%"):
        return "%", words[1:].strip()
    unit = _ENDS.sub("", words).strip()
    return unit, words[len(unit) :].strip(" ,;")

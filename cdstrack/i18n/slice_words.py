"""What offices call a part of those who are counted: “Trong đó: nữ”, “Target (women)”."""

from __future__ import annotations

import re
from typing import NamedTuple

from cdstrack.core.model.naming import fold, fold_each, is_marked, legible


class SliceName(NamedTuple):
    """A category and its dimension by their ids, and the words that are written for it.

    ``is_known`` says that the dimension follows from the words.
    """

    dimension: str
    category: str
    title: str
    is_known: bool = True


_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("sex", "women", r"(?:lao dong |can bo |hoc sinh |nguoi |gioi )?nu|phu nu|nu gioi"
                     r"|wom[ae]n|females?"),
    ("sex", "men", r"(?:lao dong |can bo |hoc sinh )?nam|nam gioi|m[ae]n|males?"),
    ("sex", "girls", r"(?:tre em|hoc sinh|be|em) gai|girls?"),
    ("sex", "boys", r"(?:tre em|hoc sinh|be|em) trai|boys?"),
    ("area", "urban", r"(?:khu vuc )?(?:thanh thi|do thi)|urban(?: areas?)?"),
    ("area", "rural", r"(?:khu vuc )?nong thon|rural(?: areas?)?"),
    ("ethnicity", "minorities", r"(?:nguoi |dong bao |ho )?(?:dan toc thieu so|dtts)"
                                r"|ethnic minorit(?:y|ies)"),
    ("disability", "disabled", r"(?:nguoi )?khuyet tat|(?:people|persons) with disabilities"),
    ("age", "children", r"tre em|children"),
    ("age", "youth", r"thanh nien|youth|young people"),
    ("age", "elderly", r"nguoi cao tuoi|elderly|older people"),
)  # fmt: skip
_ANY = "|".join(f"(?:{pattern})" for _, _, pattern in _KNOWN)
_OF_WHICH = r"(?:trong do|trong so do|of which|o/w|thereof|including(?=:))"
_LINE = re.compile(rf"[-–—+•* ]*{_OF_WHICH} *[:,]? *(?:co\b *:? *)?[-–—+•]? *(?P<rest>.*)")
_LAST = re.compile(
    rf"(?P<rest>.*?)(?P<sign>[ :,(\[/–—-]*)(?P<which>{_OF_WHICH}[:, ]*)?(?P<name>{_ANY})[)\]]?"
)
_FIRST = re.compile(rf"(?P<name>{_ANY})(?:['’]s)?[ :–—-]+(?P<rest>.+)")
_YEAR = re.compile(r"[ ,(–—-]*(?:(?:den|nam|by|in|year)\s+)*20[0-9]{2}\)?")
_WHOLE = re.compile(
    r"(?:muc tieu |chi tieu )?(?:chung|tong so|tong|toan bo|total|all|overall|both(?: sexes)?)"
)


def known_slice(text: str) -> SliceName | None:
    """The category that a text is the usual word for: “Nữ”; “năm” is none."""
    words = " ".join(legible(text).split()).strip(" .:")
    plain = fold(words)
    if _is_year(words):
        return None
    return next(
        (
            SliceName(dimension, category, words)
            for dimension, category, pattern in _KNOWN
            if re.fullmatch(pattern, plain)
        ),
        None,
    )


def _is_year(words: str) -> bool:
    """Whether “nam” in a text is a year: it has the mark of “năm”."""
    last = words.split()[-1].lower() if words else ""
    return fold(last) == "nam" and last != "nam"


def of_which(text: str) -> str | None:
    """What a line “Trong đó: nữ” is of, empty for “Trong đó:” alone; None for another line."""
    words = " ".join(legible(text).split())
    match = _LINE.fullmatch(fold_each(words))
    return words[match.start("rest") :].strip(" .:") if match is not None else None


def is_whole(text: str) -> bool:
    """Whether a heading is of all together, beside those of slices: “Chung”."""
    return bool(_WHOLE.fullmatch(" ".join(fold(text).split())))


def split_heading(text: str) -> tuple[str, SliceName] | None:
    """A heading without the category that it ends or begins with, and that: “Mục tiêu: Nữ”."""
    words = " ".join(text.replace("\n", " ").split())
    plain = fold_each(words)
    year = _YEAR.search(plain)
    if year is not None:
        words = f"{words[: year.start()]}{words[year.end() :]}".strip(" -–—:")
        plain = fold_each(words)
    for form in (_LAST, _FIRST):
        match = form.fullmatch(plain)
        if match is None or not match["rest"].strip():
            continue
        name = known_slice(words[match.start("name") : match.end("name")])
        is_apart = form is _FIRST or bool(match["sign"]) or bool(match["which"])
        if name is None or not is_apart:
            continue
        may_be_year = fold(name.title) == "nam" and form is _LAST and not is_marked(words)
        if may_be_year and not re.search(r"[:(]", match["sign"]):
            continue
        rest = words[match.start("rest") : match.end("rest")]
        return (f"{rest} {year[0].strip(' -–—:,(')}" if year is not None else rest), name
    return None


def slice_in_cell(text: str) -> SliceName:
    """The category that a cell of the column of slices names: “Nữ”, “sex=women”, “Vùng: Bắc”."""
    match = re.fullmatch(r"([^=:]+)[=:](.+)", text, re.DOTALL)
    right = match[2].strip() if match is not None else text.strip()
    name = known_slice(right)
    if match is None:
        return name or SliceName("", "", right, is_known=False)
    return SliceName(match[1].strip(), name.category if name is not None else "", right)

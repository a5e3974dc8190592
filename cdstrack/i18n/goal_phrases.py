"""What stands around the figure of a goal: how often it holds, and what it is measured against."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from cdstrack.core.model.naming import fold, fold_each

Every = Literal["year", "quarter", "month"]
Direction = Literal["up", "down"]

_UNITS: tuple[tuple[Every, str], ...] = (
    ("year", r"năm|nam|year|yr"), ("quarter", r"quý|quarter"), ("month", r"tháng|thang|month"),
)  # fmt: skip
_OFTEN = re.compile(
    r"(?:(?:định kỳ|dinh ky) )?\b(?:hằng|hàng|mỗi|từng|hang|moi)"
    r" (?P<vi>năm|nam|quý|tháng|thang)\b(?! *[0-9]{4})"
    r"|\b(?:each|every) (?P<en>year|quarter|month)\b"
    r"|(?<=%) *(?:/|per |a |an |mỗi |một )(?:1 )?(?P<rate>năm|nam|year|yr|quý|quarter|tháng|month)"
    r"\b(?! *[0-9])"
    r"|(?P<word>\b(?:annual(?:ly)?|yearly|per annum|quarterly|monthly)\b|\bp\.a\.)"
)
_WORDS: tuple[tuple[Every, str], ...] = (
    ("year", r"annual|yearly|per annum|p\.a"), ("quarter", "quarterly"), ("month", "monthly"),
)  # fmt: skip
_MEAN = re.compile(
    r"\b(?:binh quan|trung binh|(?:an )?average(?: of)?)"
    r"(?= *(?:(?:dat|tang|giam|tren|duoi|khoang|la|toi thieu|it nhat|at least)\b|[0-9≥≤<>]|$))"
)
_THROUGH = r"(?: *(?:hang nam|moi nam|theo tung nam|qua (?:cac|tung) nam|over the years))?"
_BEFORE = (
    r"(?:so voi )?(?:muc )?(?:cua )?(?:the )?(?:nam (?:lien )?(?:truoc|ke truoc)(?: lien ke| do)?"
    r"|ky truoc|(?:previous|preceding|last) year|year before)"
)
_PREVIOUS: tuple[tuple[Direction, str], ...] = (
    ("up", rf"(?:nam sau )?(?:cao|lon|nhieu|tang) ?(?:hon)? {_BEFORE}"
           rf"|(?:higher|more|greater) than {_BEFORE}|above {_BEFORE}|tang dan (?:hang nam|moi nam"
           r"|theo tung nam|qua (?:cac|tung) nam)"),
    ("down", rf"(?:nam sau )?(?:thap|nho|it|giam) ?(?:hon)? {_BEFORE}"
             rf"|(?:lower|less|fewer) than {_BEFORE}|below {_BEFORE}|giam dan (?:hang nam|moi nam"
             r"|theo tung nam|qua (?:cac|tung) nam)"),
)  # fmt: skip
_VAGUE = re.compile(
    r"(?:tang|giam|cai thien|nang)(?: dan| cao| manh| them)?"
    r"|(?:increase|decrease|improve|grow|reduce)[ds]?(?: (?:steadily|gradually))?"
)
_THAN = re.compile(
    r"\b(?:cao|thap|lon|nho|it|nhieu|tot|kem) hon\b|\bso voi\b|\bgiu nguyen\b"
    r"|\bbang (?:voi )?(?:muc|binh quan)|\b(?:higher|lower|more|less|better) than\b"
    r"|\bcompared (?:to|with)\b|\bunchanged\b"
)
_TIMES = re.compile(
    r"(?:dat |tang )?gap (?:len )?(?:(?P<word>doi|ruoi)|(?P<sign>it nhat |toi thieu )?"
    r"(?P<figure>[0-9]+(?:[.,][0-9]+)?) lan)\b"
    r"|(?P<en>doubled?|tripled?|quadrupled?|twofold|threefold|fourfold)\b(?: increase| rise)?"
)
_HALF = re.compile(
    r"giam (?:di |xuong (?:con )?)?(?:mot|1) nua|giam 1/2|halved?\b|cut (?:by|in) half"
    r"|(?:reduced?|decreased?) by half"
)
_OFTEN_AS = re.compile(
    r"\bgap\b|(?:tang|giam)[^0-9]{0,20}[0-9.,]+ lan\b|\b[0-9.,]+ lan (?:muc|so|binh quan)\b"
    r"|\b[0-9.,]+ times\b"
)
_FACTORS = {
    "doi": "2", "ruoi": "1.5", "double": "2", "doubled": "2", "twofold": "2", "triple": "3",
    "tripled": "3", "threefold": "3", "quadruple": "4", "quadrupled": "4", "fourfold": "4",
}  # fmt: skip
_NOW = re.compile(
    r"(?:so voi |compared (?:to|with) |the )?(?:muc )?(?:cua )?(?:hien (?:nay|tai)|nam goc"
    r"|(?:current|present|baseline)(?: level)?)"
    r"|(?:the )?(?:muc )?(?:cua )?(?:nam )?(?P<year>20[0-9]{2})(?: level)?"
)
_FROM_TO = re.compile(
    r"(?:(?P<up>tang|nang|increased?|raised?|grow|rise)|(?P<down>giam|reduced?|decreased?|cut|fall))?"
    r" *(?:tu|from) [0-9][0-9.,]*(?: ?%)?(?: [a-z]+)? "
    r"(?P<to>len(?: den| toi)?|xuong(?: con)?|con|to) *(?=[0-9])"
)
_GROWTH = re.compile(
    r"\b(?:tang truong|(?:toc do|ty le|muc|nhip do|ty suat) tang|growth|rate of increase)\b"
)
_FALL = re.compile(r"\b(?:(?:toc do|ty le|muc|nhip do) giam|rate of (?:reduction|decrease))\b")
_BURDEN = re.compile(
    r"\b(?:ngheo|that nghiep|tu vong|suy dinh duong|thap coi|tai nan|o nhiem|phat thai|khi thai"
    r"|no xau|no cong|no dong|that thoat|that thu|ton that|sai sot|qua han|tre han|cham muon"
    r"|lay nhiem|mac benh|bo hoc|tai mu chu|boi chi|tham hut|lam phat|toi pham|vi pham|khieu nai"
    r"|su co|thoi gian|so ngay cho|poverty|poor|unemploy\w*|mortality|deaths?|fatalit\w+|stunting"
    r"|wasting|malnutrition|accidents?|pollution|emissions?|arrears|errors?|delays?|overdue"
    r"|backlog|(?:waiting|processing|turnaround|response) time|time to|days to|infections?"
    r"|incidence|prevalence|drop-?outs?|deficit|inflation|crimes?|violations?|complaints?|losses)\b"
)
_RELIEF = re.compile(
    r"\b(?:duoc|thoat|giam|xu ly|khac phuc|ho tro|thu hoi|bao hiem|giam sat|phong|chong|khong"
    r"|hoat dong|luu tru|dung han|tang|cai tao|dao tao|vay|tiep can|with|reduc\w+|receiv\w+"
    r"|treat\w*|resol\w+|escap\w+|cover\w*|support\w*|prevent\w*|without|free|avoid\w*|help\w*"
    r"|reach\w*|uptime|averted)\b"
)
"""What makes more of it better again: “hộ nghèo được vay vốn”."""
_DURATION = re.compile(
    r"(?:ngay(?: lam viec)?|gio|phut|giay|(?:working )?days?|hours?|minutes?|seconds?)(?: ?/.*)?"
)
_IN_WORDS = re.compile(
    r"\bphan (?:tram|hai|ba|tu|nam|muoi)\b|\b(?:mot|hon|gan|qua) nua\b|\bnua so\b"
    r"|\b(?:half|third|quarter)s? of\b|\bper ?cent\b|\b(?:mot|hai|ba|bon|sau|bay|tam|chin|muoi) "
    r"(?:tram|nghin|ngan|trieu|ty)\b|\b(?:one|two|three|four|five|six|ten|a) "
    r"(?:hundred|thousand|million|billion)\b"
)


def less_is_better(title: str, unit: str) -> bool:
    """Whether a title names what there should be less of: “Tỷ lệ hộ nghèo”, a time in days."""
    plain = fold(title)
    if _RELIEF.search(plain):
        return False
    return bool(_BURDEN.search(plain) or _DURATION.fullmatch(" ".join(fold(unit).split())))


def counts_in_words(text: str) -> bool:
    """Whether a text without digits has its figure in words: “ít nhất hai phần ba”."""
    return not re.search("[0-9]", text) and bool(_IN_WORDS.search(fold(text)))


def without_often(text: str) -> tuple[str, Every | None]:
    """A text without “hằng năm”, “/năm” behind a percentage or “every year”, and how often."""
    match = _OFTEN.search(text.lower())
    if match is None:
        return text, None
    word = match["vi"] or match["en"] or match["rate"]
    forms = _UNITS if word else _WORDS
    plain = word or match["word"]
    every = next(name for name, pattern in forms if re.match(pattern, plain))
    rest = f"{text[: match.start()].rstrip(' ,')} {text[match.end() :].lstrip(' ,')}"
    return rest.strip(" :,-–"), every


def without_mean(text: str) -> tuple[str, bool]:
    """A text without “bình quân”, and whether it was there."""
    match = _MEAN.search(fold_each(text))
    if match is None:
        return text, False
    return f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}".strip(), True


def against_previous(text: str) -> Direction | None:
    """Whether a goal is to be above or below the year before: “cao hơn năm trước”."""
    plain = " ".join(fold(text).split()).rstrip(".")
    return next(
        (way for way, pattern in _PREVIOUS if re.fullmatch(f"(?:{pattern}){_THROUGH}", plain)), None
    )


def is_vague(text: str) -> bool:
    """Whether a goal only says which way: “tăng dần”."""
    return bool(_VAGUE.fullmatch(" ".join(fold(text).split()).rstrip(".")))


def compares_in_words(text: str) -> bool:
    """Whether a goal without a figure is told from something else: “không thấp hơn năm trước”."""
    return not re.search("[0-9]", text) and bool(_THAN.search(fold(text)))


class Multiple(NamedTuple):
    """How often what was there before: “gấp 2 lần”; ``year`` is the year that it names."""

    figure: str
    year: str | None


def multiple_in(text: str) -> Multiple | None:
    """The multiple of where it stood that a goal is, and nothing else."""
    plain = fold_each(text)
    if match := _HALF.match(plain):
        figure = "0.5"
    elif match := _TIMES.match(plain):
        word = match["word"] or match["en"]
        figure = _FACTORS[word] if word else match["figure"]
    else:
        return None
    rest = plain[match.end() :].strip(" .,;")
    beside = _NOW.fullmatch(rest) if rest else None
    if rest and beside is None:
        return None
    return Multiple(figure, beside["year"] if beside is not None else None)


def names_multiple(text: str) -> bool:
    """Whether a text compares by how many times, in whatever way."""
    plain = fold_each(text)
    return any(form.search(plain) for form in (_OFTEN_AS, _TIMES, _HALF))


def end_of_change(text: str) -> tuple[str, Direction | None] | None:
    """What “tăng từ 10% lên 15%” ends in, and which way; without a way it may be a range."""
    match = _FROM_TO.match(fold_each(text))
    if match is None:
        return None
    up = bool(match["up"]) or match["to"].startswith("len")
    down = bool(match["down"]) or match["to"] == "con" or match["to"].startswith("xuong")
    way: Direction | None = None if up == down else "up" if up else "down"
    return text[match.end() :], way


def measures_growth(title: str) -> Direction | None:
    """Whether a title is of growth itself: a goal “tăng 7%” is then a value of it."""
    plain = fold(title)
    return "up" if _GROWTH.search(plain) else "down" if _FALL.search(plain) else None

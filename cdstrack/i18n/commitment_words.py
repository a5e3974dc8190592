"""What offices call the columns of a table of commitments, and what they write in them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from cdstrack.core.model.naming import fold
from cdstrack.i18n.fiscal_years import year_in
from cdstrack.i18n.notation import Language
from cdstrack.i18n.slice_words import SliceName, split_heading

CommitmentColumn = Literal[
    "number", "group", "title", "unit", "baseline", "goal", "deadline", "owner", "with", "basis",
    "note", "id", "slice",
]  # fmt: skip
COMMITMENT_COLUMNS: tuple[CommitmentColumn, ...] = get_args(CommitmentColumn)


class Heading(NamedTuple):
    """What a heading means, in which language; ``year`` is a year that it names.

    A ``weak`` one may mean something else beside others: “Chỉ tiêu” is a title beside “Kết quả”,
    and a goal beside “Nhiệm vụ”.
    """

    column: CommitmentColumn
    lang: Language
    year: str | None = None
    weak: bool = False
    part: SliceName | None = None
    """The slice that the column is of alone."""


_VI: tuple[tuple[CommitmentColumn, str], ...] = (
    ("id", r"ma cam ket|ma (?:so )?(?:chi tieu|nhiem vu|muc tieu)|ma so"),
    ("slice", r"phan to\b.*"),
    ("number", r"stt|s\.t\.t|tt|so tt|so thu tu|thu tu"),
    ("owner", r".*\b(?:chu tri|chiu trach nhiem(?! khi)|dau moi|thuc hien chinh)\b.*"
              r"|(?:co quan|don vi|bo,? nganh)(?:,? (?:don vi|dia phuong))? "
              r"(?:thuc hien|theo doi|phu trach|tham muu)\b.*"),
    ("with", r".*\bphoi hop\b.*"),
    ("unit", r"don vi|don vi tinh|dvt|dv tinh|don vi do"),
    ("baseline", r"(?:hien trang|thuc trang|so (?:lieu )?dau ky|gia tri (?:hien tai|goc|ban dau)"
                 r"|ket qua (?:hien tai|hien nay|da dat)|nam goc|uoc (?:thuc hien|dat|th))\b.*"
                 r"|(?:da |so )?thuc hien (?:nam|den|het|cuoi|20).*|(?:da|so) thuc hien"
                 r"|th(?: nam)? 20.*"
                 r"|so lieu(?: nam)? 20.*"),
    ("deadline", r"(?:thoi han|thoi gian|thoi diem|tien do|moc thoi gian|ky han|lo trinh"
                 r"|han hoan thanh|han)\b.*|hoan thanh truoc.*"),
    ("basis", r"(?:can cu|co so phap ly|van ban|nguon)\b.*"),
    ("note", r"(?:ghi chu|luu y)\b.*"),
    ("group", r"(?:nhom|linh vuc|tru cot|phan|mang)\b.*"),
    ("title", r"(?:ten )?(?:nhiem vu|noi dung|cam ket|cong viec|hang muc|giai phap|dau viec"
              r"|ten chi tieu|ten goi)\b.*"),
    ("goal", r"(?:ket qua|san pham|muc (?:phai dat|dat duoc|can dat)|gia tri|ke hoach|dich"
             r"|kh(?= ))\b.*"),
)  # fmt: skip
_EN: tuple[tuple[CommitmentColumn, str], ...] = (
    ("id", r"id|commitment id|code|ref(?:erence)? (?:no|number|id).*"),
    ("slice", r"slices?|disaggregat(?:ion|ed)\b.*|breakdown"),
    ("number", r"no\.?|#|s/n|item|number"),
    ("owner", r"owner|lead\b.*|responsible.*|accountable.*|implementing.*"),
    ("with", r"partners?|with|support(?:ing|ed)\b.*|co-?operating.*|contribut.*|coordinat.*"),
    ("unit", r"units?|unit of measure(?:ment)?"),
    ("baseline", r"(?:baseline|current|present|starting)\b.*"),
    ("deadline", r"(?:deadline|due|by when|time ?(?:line|frame|limit)|completion|target date"
                 r"|end date)\b.*"),
    ("basis", r"(?:(?:legal )?basis|source|references?|document)\b.*"),
    ("note", r"(?:notes?|remarks?|comments?)\b.*"),
    ("group", r"(?:group|area|pillar|theme|sector)\b.*"),
    ("title", r"(?:tasks?|commitments?|actions?|activit(?:y|ies)|titles?|measures?|name)\b.*"),
    ("goal", r"(?:goals?|results?|to be reached|expected|outputs?|deliverables?|values?)\b.*"),
)  # fmt: skip
_WEAK: tuple[tuple[Language, str], ...] = (
    ("vi", r"chi tieu|chi so"),
    ("vi", r"muc tieu"),
    ("en", r"(?:key )?(?:performance )?indicators?|kpis?"),
    ("en", r"targets?|objectives?"),
)
"""Titles where there is no better one, goals otherwise; the earlier ones are titles first."""
WEAK_ORDER = tuple(pattern for _, pattern in _WEAK)
_RATIO = re.compile(
    r"^(?:so sanh|so voi|chenh lech|tang,? ?/?giam|ty le so|comparison|change|difference)\b"
    r"|20[0-9]{2} ?(?:/|so voi|vs\.?) ?[^0-9]*20[0-9]{2}"
)
"""A heading of a figure that compares two others: “KH 2025/TH 2024”."""
_DASH = re.compile(r"(?<=[0-9]) ?[-–] ?(?=[0-9])")
_BARE_YEAR = re.compile(
    r"(?:(?:luy ke|cong don|den|vao|het|cuoi|trong|nam|giai doan|cumulative|in|to|by|end of|year"
    r"|period)? ?)*"
)
_BARE_VI = re.compile(r"\b(?:nam|den|het|luy ke|giai doan)\b")
_RUNNING = re.compile(r"\b(?:luy ke|cong don|cumulative(?:ly)?|running total)\b")
_BEHIND = re.compile(r"(.+?)\s*\((?:đơn vị(?: tính)?:? *|ĐVT:? *|unit:? *)?([^()]{1,30})\)")
_SURE_UNIT = re.compile(
    r"(?:(?:nghin|ngan|trieu|ty|tram|van|thousand|million|billion) ?.*"
    r"|(?:dong|usd|vnd|eur|nguoi|ho|xa|thon|ap|to|don vi|doanh nghiep|dn|hop tac xa|htx|truong|lop"
    r"|giuong(?: benh)?|bac si|ca|vu|luot(?: nguoi)?|ha|km2?|m2|m3|kwh|mw|gwh|tan|ta|kg|lit|chiec"
    r"|cai|bo|diem|hang|thu hang|lan|ngay|gio|phut|nam|tuoi|mo hinh|du an|san pham|ho so|van ban"
    r"|people|persons?|households?|firms?|days?|hours?|tonnes?|points?|rank|number)(?: ?/ ?.*)?)"
)
_BY_THEN = re.compile(
    r"\b(?:luy ke|cong don|cumulative(?:ly)?|to date|moc|milestone)\b"
    r"|\b(?:den|toi|truoc|het|cuoi)(?: het| cuoi)?(?: nam)? 20[0-9]{2}"
    r"|\b(?:by|until|before|end[ -]of)(?: the end of)?(?: year)? 20[0-9]{2}"
)


@lru_cache(1 << 9)  # while a heading is looked for, every cell is asked, some of them often
def commitment_heading(text: str) -> Heading | None:
    """What a heading of a table of commitments means, by its words in either language."""
    if (split := split_heading(text)) is not None:
        whole = commitment_heading(split[0])
        if whole is not None and (whole.weak or whole.column in ("goal", "baseline")):
            column = "goal" if whole.weak else whole.column
            return Heading(column, whole.lang, whole.year, part=split[1])
    plain = " ".join(fold(text).replace("\n", " ").split())
    if _RATIO.search(plain):
        return None
    year = year_in(text)
    for lang, patterns in (("vi", _VI), ("en", _EN)):
        for column, pattern in patterns:
            if re.fullmatch(pattern, plain):
                return Heading(column, "vi" if lang == "vi" else "en", year)
    for weak_lang, pattern in _WEAK:
        if re.fullmatch(rf"(?:{pattern})\b.*", plain):
            return Heading("title", weak_lang, year, weak=True)
    if year is not None and _BARE_YEAR.fullmatch(_DASH.sub("-", plain).replace(year, "")):
        return Heading("goal", "vi" if _BARE_VI.search(plain) else "en", year)
    rest = _DASH.sub("-", plain).replace(year, "").strip(" -–:,()") if year is not None else ""
    if rest and rest != plain and (meaning := commitment_heading(rest)) is not None:
        return meaning._replace(year=year)  # “2025 target”
    return None


def is_running(text: str) -> bool:
    """Whether a text says that figures are running totals: “lũy kế”."""
    return bool(_RUNNING.search(_plain(text)))


def unit_in_title(title: str) -> tuple[str, str] | None:
    """A title without the unit that stands in brackets behind it, and that: “Vốn (tỷ đồng)”."""
    match = _BEHIND.fullmatch(title.strip())
    if match is None or re.search("[0-9]", match[2]) or is_running(match[2]):
        return None
    plain = _plain(match[2])
    is_unit = plain[:1] in "%‰" or _SURE_UNIT.fullmatch(plain) is not None
    return (match[1].strip(), match[2].strip()) if is_unit else None


def means_deadline(text: str) -> bool:
    """Whether a heading with a year says that something is to be so by then: “Lũy kế đến 2025”."""
    return bool(_BY_THEN.search(_plain(text)))


def weak_rank(text: str) -> int:
    """How readily a weak heading is a title: 0 first."""
    plain = fold(text)
    return next(
        (at for at, pattern in enumerate(WEAK_ORDER) if re.match(rf"(?:{pattern})\b", plain)),
        len(WEAK_ORDER),
    )


_RESULT = re.compile(r"(?:ket qua|thuc hien|gia tri|results?|values?|actuals?)\b.*")


def is_result(text: str) -> bool:
    """Whether a heading may be of what was reached as well as of what is to be: “Kết quả”."""
    return bool(_RESULT.fullmatch(_plain(text)))


# What stands in the cells

_EVERY_YEAR = re.compile(
    r"(?:(?:dinh ky|truoc|ngay|thang|quy)\b[^0-9]*)?(?:[0-9/.-]+ )?(?:dinh ky )?(?:hang|moi) nam"
    r"|annual(?:ly)?|(?:by .{1,20} )?(?:every|each) year|yearly"
)
_ALWAYS = re.compile(
    r"thuong xuyen|lien tuc|hang (?:quy|thang|tuan)(?:,? .*)?|thuong xuyen,? .*|ongoing|continuous"
    r"|permanent|khi co yeu cau|theo yeu cau"
)
_DONE = re.compile(
    r"(?:da |duoc |phai )?(?:hoan thanh|hoan tat|co|ban hanh|dat|trien khai|van hanh|ket noi)|x|✓|v"
    r"|done|completed?|yes|adopted|published|in (?:place|operation|force)|to be done"
    r"|100% hoan thanh"
)


def means_every_year(text: str) -> bool:
    """Whether a deadline is every year: “Hằng năm”, “Trước 20/12 hàng năm”, “Annually”."""
    return bool(_EVERY_YEAR.fullmatch(_plain(text)))


def means_always(text: str) -> bool:
    """Whether a deadline is none, because the work goes on: “Thường xuyên”."""
    return bool(_ALWAYS.fullmatch(_plain(text)))


def means_done(text: str) -> bool:
    """Whether a goal is that something is done: “Hoàn thành”, “Ban hành”."""
    return bool(_DONE.fullmatch(_plain(text).rstrip(".")))


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


# Bodies in one cell

_BODY = (
    r"(?:cac )?(?:bo|so|ban|cuc|vu|uy ban|ubnd|hdnd|tong cuc|van phong|thanh tra|vien|trung tam"
    r"|ngan hang|bao hiem|cong an|hoi|doan|tap doan|tong cong ty|dai hoc|truong|hoc vien|phong"
    r"|dia phuong|co quan|don vi|doanh nghiep|bo,? nganh|thong tan|dai"
    r"|toa an|vien kiem sat|mat tran|chinh phu|thu tuong"
    r"|(?:the )?(?:ministry|department|agency|office|bureau|committee|council|bank|institute))\b"
)
_ACRONYM = r"(?:[A-ZĐƯ]{2}[A-ZĐƯa-z&-]*\b|(?:[Tt]ỉnh|[Tt]hành phố|TP\.?) (?!phố)[A-ZĐÀ-Ỹ])"
"""What else begins like a body: an acronym, a province by its name."""
_SPLIT = re.compile(r"\s*[;\n•+]\s*|\s*(?:,|\bvà\b|\band\b|/)\s*|\s+[-–—]\s+")
_ANY_BODY = r"(?:bo|so|ban|nganh|dia phuong|don vi)"
_TOGETHER = re.compile(rf"(?:cac )?{_ANY_BODY}(?:(?:,| va) {_ANY_BODY})*")
"""“Các sở, ban, ngành” is one."""
_HALF = re.compile(r"(?:Bộ|Sở|Vụ|Cục|Ban)\s+[A-ZĐƯ]{1,3}")
"""“Sở KH và ĐT” is one: its name is shortened around “và”."""
_LEAD = re.compile(
    r"^[-–—•+*]?\s*(?:(?:cơ quan |đơn vị )?(chủ trì|phối hợp)[^:]{0,30}:|(lead|with):)\s*",
    re.IGNORECASE,
)


def bodies_in(text: str) -> tuple[list[str], list[str]]:
    """The bodies that a cell names: those that lead, and those that work with them.

    A comma or “và” parts two bodies only before what begins like one: “Bộ Văn hóa, Thể thao và Du
    lịch” is one.
    """
    lead: list[str] = []
    partners: list[str] = []
    into = lead
    for line in re.split(r"[;\n]", re.sub(r"(?i)([;,.]\s*)(phối hợp)\b", r"\n\2", text)):
        if mark := _LEAD.match(line):
            into = partners if (mark[1] or mark[2]).lower() in ("phối hợp", "with") else lead
            line = line[mark.end() :]
        into += _single_bodies(line)
    return lead, partners


def _single_bodies(line: str) -> list[str]:
    names: list[str] = []
    begin = 0
    for gap in _SPLIT.finditer(line):
        rest, before = line[gap.end() : gap.end() + 40], line[begin : gap.start()]
        is_one = _TOGETHER.fullmatch(fold(before).strip()) and re.match(
            rf"{_ANY_BODY}(?:,| va\b| lien quan|$)", fold(rest)
        )
        is_half = _HALF.fullmatch(before.strip()) and re.match(r"[A-ZĐƯ]{1,4}(?:$|[\s,;])", rest)
        if is_one or is_half:
            continue
        if re.match(_BODY, fold(rest)) or re.match(_ACRONYM, rest):
            names.append(line[begin : gap.start()])
            begin = gap.end()
    names.append(line[begin:])
    return [name for piece in names if (name := piece.strip(" .,;:-–•"))]


def initials(text: str) -> str:
    """A name by its initials, as offices shorten it: “Bộ TT&TT” is “Bộ Thông tin và Truyền thông”.

    >>> initials("Bộ TT&TT") == initials("Bộ Thông tin và Truyền thông") == "BTTTT"
    True
    """
    letters = ""
    for word in re.findall(r"[^\W\d_]+", text):
        if word.lower() in ("và", "của", "and", "of", "the"):
            continue
        letters += word if word.isupper() else word[0]
    return fold(letters).upper()


def is_short(text: str) -> bool:
    """Whether a name is shortened: it has a word of capitals."""
    return any(len(word) > 1 and word.isupper() for word in re.findall(r"[^\W\d_]+", text))


# The document that a table belongs to

_DOCUMENT = re.compile(
    r"(?P<kind>Quyết định|Nghị quyết|Kế hoạch|Chỉ thị|Công văn|Thông tư|Nghị định|Chương trình"
    r"|Thông báo|Đề án|Decision|Resolution|Plan|Directive|Decree)"
    r"(?: (?:số|No\.?|number))? ?(?P<number>[0-9]+[^\s,;)]*)"
    r"(?:,? ?(?:ngày|of|dated) (?P<date>[0-9]{1,2}(?:[/.-][0-9]{1,2}[/.-][0-9]{4}"
    r"| (?:tháng|[A-Z][a-z]+) ?[0-9]{0,2} (?:năm )?[0-9]{4})))?"
    r"(?: (?:của|of the|by the) (?P<by>[^()\n,;]{2,80}))?",
    re.IGNORECASE,
)


_ISSUERS = (
    ("QĐ-TTg", "Thủ tướng Chính phủ"),
    ("CT-TTg", "Thủ tướng Chính phủ"),
    ("-CP", "Chính phủ"),
)
"""Who issues documents whose numbers end so."""


class DocumentName(NamedTuple):
    """A document as a text names it."""

    title: str
    date: str | None
    publisher: str | None


def document_in(text: str) -> DocumentName | None:
    """The first document that a text names by its number: “Quyết định số 411/QĐ-TTg ngày …”."""
    match = _DOCUMENT.search(text)
    if match is None:
        return None
    publisher = match["by"].strip(" .") if match["by"] else None
    if publisher is None:
        publisher = next((by for end, by in _ISSUERS if match["number"].endswith(end)), None)
    return DocumentName(f"{match['kind']} {match['number'].rstrip('.')}", match["date"], publisher)

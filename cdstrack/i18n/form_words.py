"""What offices write in forms besides figures: no figure yet, totals, signatures."""

from __future__ import annotations

import re

from cdstrack.core.model.naming import fold

LONGEST = 200
"""Longer texts are notes."""

_DASHES = re.compile(r"[-\u2010-\u2015\u2212_.…\u00b7*/\\]+")
_NO_FIGURE = frozenset({
    "n/a", "na", "n.a.", "none", "nil", "no data", "not available", "not yet available", "pending",
    "chua co", "chua co so lieu", "chua co so", "chua bao cao", "chua tong hop", "chua thong ke",
    "khong co", "khong co so lieu", "khong phat sinh", "khong ap dung", "khong thong ke",
})  # fmt: skip
_TOTAL = re.compile(
    r"(?:(?:[ivx]+|[0-9]{1,2}|[a-z])[.)] ?)?"
    r"(?:(?:tong cong|cong chung|grand total|sub-?total|(?:carried|brought) forward)\b.*"
    r"|luy ke(?: tu dau nam| den\b.*)?:?"
    r"|(?:(?:tong|cong|so cong) )?(?:mang|chuyen) sang\b.*"
    r"|(?:tong|cong|so cong) (?:trang|nhom|muc|phan)(?: (?:nay|truoc|[ivx]+|[0-9]{1,2}|[a-z]))?:?"
    r"|(?:tong so|tong|cong|total|sum|toan tinh|ca nuoc)(?: ?[:.(\[=+].*| i+| [0-9]{1,2})?)"
)
_SIGNATURE = re.compile(
    r"(?:.*, ?)?ngay\b[ ./…_\u2026]*(?:[0-9]{1,2})?[ ./…_]*thang\b.*\bnam\b.*"
    r"|\(?(?:da )?ky(?:[,)]| ten\b| ghi\b| va\b|$).*"
    r"|.*\bky,? ?(?:va )?ghi ro ho\b.*|.*\bdong dau\b.*|.*\bho va ten\)?"
    r"|(?:nguoi|can bo) (?:lap|tong hop|bao cao|kiem tra|phu trach)\b.*|lap bieu\b.*|noi nhan\b.*"
    r"|(?:thu truong|ke toan truong|(?:pho )?(?:tong )?giam doc|(?:pho )?chu tich|(?:thu|bo) truong"
    r"|chanh van phong|(?:pho )?(?:vu|cuc|truong|chi cuc|so) (?:truong|phong|ban|don vi))\b.*"
    r"|(?:kt|tm|tl|tuq|q)\.? .*|luu ?:.*|- ?(?:nhu tren|luu)\b.*|xac nhan (?:cua )?.*"
    r"|(?:prepared|approved|reviewed|checked|signed) by\b.*|signature\b.*|\(?signed\b.*"
    r"|\(?sign(?:ature)? and (?:full )?name\b.*|(?:head|director) of\b.*|recipients?\b.*"
)


def is_no_figure(text: str) -> bool:
    """Whether a text says that there is no figure: a dash, dots, “chưa có số liệu”, “n/a”.

    A zero is a figure, and so is an “x”, which may be a tick.
    """
    return bool(_DASHES.fullmatch(text)) or _plain(text).rstrip(".") in _NO_FIGURE


def is_dash(text: str) -> bool:
    """Whether a text only fills a cell that is empty."""
    return bool(_DASHES.fullmatch(text)) or _plain(text) in ("n/a", "na")


def is_total(text: str) -> bool:
    """Whether a text heads a row of totals: “Tổng cộng”, “Cộng:”, “Total (1+2)”."""
    return len(text) < LONGEST and bool(_TOTAL.fullmatch(_plain(text)))


def is_signature(text: str) -> bool:
    """Whether a text stands where a form is signed: a place and day, an office, “Nơi nhận”."""
    return len(text) < LONGEST and bool(_SIGNATURE.fullmatch(_plain(text)))


_FOOTNOTE = re.compile(
    r"[(*]*(?:ghi chu|chu thich|luu y|nguon|notes?|sources?) ?[:.*(].*", re.DOTALL
)


def is_footnote(text: str) -> bool:
    """Whether a text stands below a table to explain it: “Ghi chú: …”."""
    return bool(_FOOTNOTE.fullmatch(_plain(text)))


_MARK = re.compile(r"[(\[]? ?(?:([0-9]{1,2})|([a-z]))[a-z]? ?[)\]]?(?: ?=.*)?")


def column_number(text: str) -> int | None:
    """The number in a row that numbers columns, “(3)”, “5=4/3”; 0 for a letter, “B”; else None."""
    match = _MARK.fullmatch(_plain(text))
    return None if match is None else int(match[1] or 0)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())

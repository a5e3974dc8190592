"""Yes and no, done and not done, as people answer them in either language."""

from __future__ import annotations

import unicodedata

_YES = {
    "c", "co", "y", "yes", "u", "ok", "dung", "true", "done", "roi", "xong", "da xong",
    "hoan thanh", "da hoan thanh", "da dat",
}  # fmt: skip
_NO = {
    "k", "khong", "n", "no", "chua", "false", "not done", "not yet", "chua xong", "chua hoan thanh",
    "khong hoan thanh", "chua dat",
}  # fmt: skip


def fold(text: str) -> str:
    """A text for comparing and searching: lower case, no diacritics, đ as d, single blanks."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def answer(text: str) -> bool | None:
    """True for yes or done, False for no or not done, None for anything else."""
    said = fold(text)
    return True if said in _YES else False if said in _NO else None

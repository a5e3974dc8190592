"""Yes and no, done and not done, all of them, as people answer it in either language."""

from __future__ import annotations

from cdstrack.core.model.naming import fold_each
from cdstrack.i18n.reading import tidy

_YES = {
    "c", "co", "y", "yes", "u", "ok", "dung", "true", "done", "roi", "xong", "da xong",
    "xong roi", "hoan thanh", "da hoan thanh", "hoan tat", "da hoan tat", "da dat", "vang", "da",
    "dong y", "duoc", "ghi", "ghi vao", "yeah", "yep", "sure",
}  # fmt: skip
_NO = {
    "k", "khong", "n", "no", "chua", "false", "not done", "not yet", "chua xong", "chua hoan thanh",
    "khong hoan thanh", "chua dat", "chua hoan tat", "thoi", "khong ghi", "nope",
}  # fmt: skip

_ALL = {
    "all", "all bodies", "all of them", "all together", "all of them together", "everyone",
    "toan bo", "tat ca", "tat ca cac don vi", "toan bo cac don vi", "cac don vi",
    "tat ca cac don vi cong lai", "tat ca cac dia phuong", "toan nganh", "toan quoc", "ca nuoc",
}  # fmt: skip


def means_all(text: str) -> bool:
    """Whether a text in the place of a body says that a figure is for all of them together."""
    return _bare(text) in _ALL


def answer(text: str) -> bool | None:
    """True for yes or done, False for no or not done, None for anything else."""
    word = _bare(text)
    return True if word in _YES else False if word in _NO else None


def _bare(text: str) -> str:
    return " ".join(fold_each(tidy(text)).split())

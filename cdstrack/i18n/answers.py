"""Yes and no, done and not done, as people answer them in either language."""

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


def answer(text: str) -> bool | None:
    """True for yes or done, False for no or not done, None for anything else."""
    word = " ".join(fold_each(tidy(text)).split())
    return True if word in _YES else False if word in _NO else None

"""docs/shared-ledger.md and its Vietnamese twin docs/so-dung-chung.md say the same."""

from __future__ import annotations

import re
import unicodedata

import pytest

from cdstrack.i18n import Language
from tests.cli.build import ROOT
from tests.test_docs import FENCE
from tests.test_quy_tac import slug

TEXTS: dict[Language, str] = {
    "en": (ROOT / "docs" / "shared-ledger.md").read_text(encoding="utf-8"),
    "vi": (ROOT / "docs" / "so-dung-chung.md").read_text(encoding="utf-8"),
}
SECTIONS = list(zip(*(text.split("\n## ") for text in TEXTS.values()), strict=True))


def spans(text: str) -> set[str]:
    """What stands between backticks, wherever its lines are broken."""
    return {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", FENCE.sub("", text))}


def figures(text: str) -> list[str]:
    """The numbers of a text, but for those of code."""
    return sorted(re.findall(r"\d+", re.sub(r"`[^`]+`", "", FENCE.sub("", text))))


@pytest.mark.parametrize("section", SECTIONS, ids=[slug(one.split("\n")[0]) for one, _ in SECTIONS])
def test_a_section_has_the_same_codes_blocks_figures_and_points(section):
    english, vietnamese = section
    assert spans(english) == spans(vietnamese)
    assert FENCE.findall(english) == FENCE.findall(vietnamese)
    assert figures(english) == figures(vietnamese)
    for mark in (r"^[0-9]\. ", r"^- ", r"^\|", r"\*\*", r"^#+ "):
        counts = [len(re.findall(mark, text, re.MULTILINE)) for text in section]
        assert counts[0] == counts[1], mark


def test_both_lead_to_each_other_and_readers_to_both():
    assert len(SECTIONS) > 8
    assert unicodedata.is_normalized("NFC", TEXTS["vi"])
    assert "(so-dung-chung.md)" in TEXTS["en"]
    assert "(shared-ledger.md)" in TEXTS["vi"]
    for page in ("README.md", "docs/huong-dan.md"):
        assert "so-dung-chung.md)" in (ROOT / page).read_text(encoding="utf-8")

"""docs/rules.md and its Vietnamese twin docs/quy-tac.md say the same, in the words of verdicts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest

from cdstrack.core.model.entries import Policy
from cdstrack.core.verdict.rules import OUTSIDE, TREND_AT_RISK, TREND_ON_TRACK, WORST_FIRST
from cdstrack.core.verdict.verdict import CELL_OF, CELLS
from cdstrack.i18n import Language, Words, en, vi
from cdstrack.render.method_shape import RULE_NAMES

ROOT = Path(__file__).parents[1]
PAGES: dict[Language, str] = {
    "en": (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"),
    "vi": (ROOT / "docs" / "quy-tac.md").read_text(encoding="utf-8"),
}
MONTHS = {"January": "1", "June": "6", "July": "7"}


def parts(lang: Language) -> list[tuple[str, str]]:
    """The sections of a page: heading and text, with those of subsections by themselves."""
    texts = re.split(r"^(#+ .*)\n", PAGES[lang], flags=re.MULTILINE)[1:]
    return list(zip(texts[::2], texts[1::2], strict=True))


PAIRS = list(zip(parts("en"), parts("vi"), strict=True))
IDS = [english[0].strip("# ") for english, _ in PAIRS]


def codes(text: str) -> Counter[str]:
    return Counter(" ".join(code.split()) for code in re.findall("`([^`]+)`", text))


def figures(text: str, lang: Language) -> Counter[Decimal]:
    """The numbers of a text, but for codes and addresses: 0,95 in Vietnamese is 0.95."""
    plain = re.sub(r"`[^`]+`|\]\([^)]*\)", " ", text)
    if lang == "en":
        for month, number in MONTHS.items():
            plain = plain.replace(month, number)
        plain = plain.replace("five-year", "5 years")
    found = re.findall(r"\d+(?:[.,]\d+)*", plain)
    if lang == "vi":
        found = [figure.translate(str.maketrans(".,", ",.")) for figure in found]
    return Counter(Decimal(figure.replace(",", "")) for figure in found)


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of all tables."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_both_have_the_same_sections_with_the_same_numbers():
    def outline(lang: Language) -> list[tuple[int, str]]:
        return [(head.index(" "), re.sub(r"\D", "", head)) for head, _ in parts(lang)]

    assert outline("en") == outline("vi")
    assert len(PAIRS) > 12


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_section_has_the_same_codes_figures_points_and_rows(pair):
    (_, english), (_, vietnamese) = pair
    assert codes(english) == codes(vietnamese)
    assert figures(english, "en") == figures(vietnamese, "vi")
    for mark in (r"^ *- ", r"^[0-9]\. ", r"\*\*", r"^\n"):
        counts = [len(re.findall(mark, text, re.MULTILINE)) for text in (english, vietnamese)]
        assert counts[0] == counts[1], mark
    assert [[codes(cell) for cell in row] for row in rows(english)] == [
        [codes(cell) for cell in row] for row in rows(vietnamese)
    ]


def test_a_change_of_a_figure_or_of_a_code_is_noticed():
    assert figures("0.95 of 10,000 on 1 July 2025", "en") == figures(
        "0,95 của 10.000 ngày 1/7/2025", "vi"
    )
    assert figures("≥ 0.95", "en") != figures("≥ 0,90", "vi")
    assert codes("`sum` and `max`") != codes("`sum` và `min`")


def rule_titles(lang: Language) -> dict[str, str]:
    """The titles in the table of rules, by number."""
    cells = [row[0] for _, text in parts(lang) for row in rows(text)]
    found = [re.fullmatch(r"\*\*`?(\w+)`?\*\* (.+)", cell) for cell in cells]
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize(("lang", "texts"), [("en", en.TEXTS), ("vi", vi.TEXTS)])
def test_the_rules_have_the_titles_that_verdicts_and_pages_give_them(lang, texts):
    assert rule_titles(lang) == {name: texts[f"ruling_{name}"] for name in RULE_NAMES}


def test_states_and_cells_have_the_words_of_verdicts():
    text = " ".join(PAGES["vi"].split())
    for state in WORST_FIRST:
        word = vi.TEXTS[f"state_{state}"]
        assert f"{word} (`{state}`)" in text
        in_table = [row[-1] for row in rows(PAGES["vi"]) if f"(`{state}`)" in row[-1]]
        assert all(f"{word} (`{state}`)" in cell for cell in in_table)
    for cell in CELLS[:4]:
        assert f"*{vi.TEXTS[f'cell_{cell}']}*" in text
    assert table_of_cells().keys() == {vi.TEXTS[f"cell_{cell}"] for cell in CELLS}


def table_of_cells() -> dict[str, str]:
    """The states that count in a cell, as the Vietnamese page lists them."""
    text = next(text for head, text in parts("vi") if head.startswith("## 7."))
    return dict(rows(text)[2:])


def test_the_table_of_cells_is_that_of_the_program():
    table = table_of_cells()
    for cell in ("on_time", "late", "overdue"):
        said = set(codes(table[vi.TEXTS[f"cell_{cell}"]]))
        assert said - {"lapsed"} == {state for state in WORST_FIRST if CELL_OF[state] == cell}
    assert "lapsed" in codes(table[vi.TEXTS["cell_on_time"]])


@pytest.mark.parametrize(
    ("lang", "start", "sign"), [("en", "in this order: ", ","), ("vi", "theo thứ tự: ", ";")]
)
def test_the_order_of_states_is_that_of_the_program(lang, start, sign):
    text = " ".join(PAGES[lang].split()).partition(start)[2].partition(".")[0]
    order = [*takewhile(lambda state: state not in OUTSIDE, WORST_FIRST)]
    words = Words(lang)
    names = [name.strip() for name in text.split(sign)]
    assert names == ([words(f"state_{state}") for state in order] if lang == "vi" else order)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_limits_in_both_are_those_of_the_policy(lang):
    policy, words = Policy(), Words(lang)
    text = PAGES[lang]
    for cut in (policy.on_track, policy.at_risk):
        assert words.number(cut) in text
    for share in (policy.early, policy.about, TREND_ON_TRACK, TREND_AT_RISK):
        assert f"{words.number(100 * share)} %" in text
    assert f"`policy.stale_after`, {policy.stale_after}" in text


def slug(heading: str) -> str:
    """The anchor of a heading, as it is shown on the web."""
    text = heading.lstrip("# ").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_link_of_a_page_leads_somewhere(lang):
    anchors = [slug(head) for head, _ in parts(lang)]
    links = re.findall(r"\]\(#([^)]+)\)", PAGES[lang])
    assert set(links) <= set(anchors)
    contents = re.findall(r"\]\(#([^)]+)\)", PAGES[lang].partition("\n## ")[0])
    assert [anchors.index(link) for link in contents] == sorted(map(anchors.index, contents))
    assert len(contents) == 10


def test_both_lead_to_each_other_and_readers_to_both():
    assert unicodedata.is_normalized("NFC", PAGES["vi"])
    assert "(quy-tac.md)" in PAGES["en"]
    assert "(rules.md)" in PAGES["vi"]
    assert "docs/quy-tac.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(quy-tac.md)" in (ROOT / "docs" / "huong-dan.md").read_text(encoding="utf-8")

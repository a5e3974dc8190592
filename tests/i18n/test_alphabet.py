"""The order of titles: the Vietnamese alphabet, then tones; the English one without marks."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.i18n import LANGUAGES
from cdstrack.i18n.alphabet import order
from tests.cases import every_case

IN_ORDER = {
    "vi": [
        list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"),
        list("aàảãáạ"),
        list("ơờởỡớợ"),
        ["An", "Ăn", "Ân", "Ba", "Cao", "Da", "Đa", "Em", "Êm", "Oanh", "Ô", "Ơn", "Ung", "Ưng"],
        ["đề án", "Đề án", "Để án", "Để dành", "Đề xuất"],
        ["ba cửa", "Bà đỡ", "Bả em", "ba gạc"],
        ["An", "An ninh", "Anh"],
        ["10 xã", "2 tỉnh", "An"],
        ["“An toàn”", "Bình"],
        ["Da", "Ðắk Lắk", "Đồng Nai", "Em"],
    ],
    "en": [
        ["Apple", "éclair", "Egg", "zebra"],
        ["10 provinces", "“Quoted”", "raised"],
        ["an", "an act", "Ant"],
    ],
}


@every_case(
    "lang, titles", [(lang, titles) for lang, lists in IN_ORDER.items() for titles in lists]
)
def test_titles_stand_in_the_order_of_the_alphabet(lang, titles):
    for form in ("NFC", "NFD"):
        mixed = [unicodedata.normalize(form, title) for title in reversed(titles)]
        ordered = sorted(mixed, key=lambda title: order(title, lang))
        assert [unicodedata.normalize("NFC", title) for title in ordered] == titles


def test_the_languages_differ():
    titles = ["Đa", "Dù", "Em"]
    assert sorted(titles, key=lambda title: order(title, "vi")) == ["Dù", "Đa", "Em"]
    assert sorted(titles, key=lambda title: order(title, "en")) == ["Đa", "Dù", "Em"]


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_has_a_place(text, lang):
    assert order(text, lang) == order(text, lang)
    assert order(text, lang) >= order("", lang)

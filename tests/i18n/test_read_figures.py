"""Figures as people write them: what they say, and what is asked about or refused."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.read_figures import MAX_DIGITS, Quantity, read_figure
from cdstrack.i18n.reading import Misread
from cdstrack.render.messages import sentence
from tests.cases import every_case
from tests.draws import examples

OTHER = {"vi": "en", "en": "vi"}
WORDS = {lang: Words(lang) for lang in LANGUAGES}


def refusal(text: str, lang: str) -> Misread:
    with pytest.raises(Misread) as raised:
        read_figure(text, lang)
    return raised.value


# What is read

READ = [
    # Vietnamese, English, the figure in full
    ("0", "0", "0"),
    ("7", "7", "7"),
    ("10000", "10000", "10000"),
    ("10.000", "10,000", "10000"),
    ("1.234.567", "1,234,567", "1234567"),
    ("6,64", "6.64", "6.64"),
    ("0,5", "0.5", "0.5"),
    ("10,00", "10.00", "10"),
    ("1.000.000,5", "1,000,000.5", "1000000.5"),
    ("10 000", "10 000", "10000"),
    ("10\u00a0000", "10\u00a0000", "10000"),
    ("1\u202f234\u202f567,5", "1\u202f234\u202f567.5", "1234567.5"),
    ("10\u2009000", "10\u2009000", "10000"),
    ("-5", "-5", "-5"),
    ("−5", "−5", "-5"),
    ("-0", "-0", "0"),
    ("  10.000\t\r\n", "\u00a010,000 ", "10000"),
    ("96,73%", "96.73%", "96.73"),
    ("96,73 %", "96.73 %", "96.73"),
    ("12 nghìn", "12 thousand", "12000"),
    ("12 ngàn", "12 Thousand", "12000"),
    ("1,5 triệu", "1.5 million", "1500000"),
    ("118 tỉ", "118 billion", "118000000000"),
    ("118 tỷ", "118 BILLION", "118000000000"),
    ("1,2 nghìn tỷ", "1.2 trillion", "1200000000000"),
    ("2,5 triệu tỉ", "2.5 quadrillion", "2500000000000000"),
    ("1,5triệu", "1.5million", "1500000"),
]


@every_case("vi, en, full", READ)
def test_a_figure_says_the_same_in_both_languages(vi, en, full):
    assert read_figure(vi, "vi").amount == read_figure(en, "en").amount == Decimal(full)


def test_there_is_no_minus_before_zero():
    assert str(read_figure("-0", "vi").amount) == "0"


@pytest.mark.parametrize(
    ("text", "lang", "full"),
    [
        ("1.500", "vi", "1500"),
        ("1.500", "en", "1.5"),
        ("1,500", "en", "1500"),
        ("1,500", "vi", "1.5"),
    ],
)
def test_three_digits_behind_a_sign_are_what_the_language_makes_of_them(text, lang, full):
    assert read_figure(text, lang).amount == Decimal(full)


@every_case(
    "text, lang, qualifier",
    [
        ("gần 1.000", "vi", "nearly"),
        ("hơn 20.000", "vi", "over"),
        ("trên 20.000", "vi", "over"),
        ("khoảng 53 tỷ", "vi", "about"),
        ("xấp xỉ 53 tỷ", "vi", "about"),
        ("chừng 50", "vi", "about"),
        ("GẦN 1.000", "vi", "nearly"),
        ("gan 1.000", "vi", "nearly"),
        ("Hon 20.000", "vi", "over"),
        ("xap  xi 50", "vi", "about"),
        ("ga\u0302\u0300n 1.000", "vi", "nearly"),  # as macOS writes it
        ("khoảng -5", "vi", "about"),
        ("nearly 1,000", "en", "nearly"),
        ("almost 1,000", "en", "nearly"),
        ("over 20,000", "en", "over"),
        ("More than 20,000", "en", "over"),
        ("about 50", "en", "about"),
        ("around 50", "en", "about"),
        ("approximately 50", "en", "about"),
        ("roughly 50", "en", "about"),
    ],
)
def test_a_qualifier_stands_before_the_figure(text, lang, qualifier):
    assert read_figure(text, lang).qualifier == qualifier


def test_the_parts_of_a_figure():
    assert read_figure("gần 1,5 Triệu lượt truy cập", "vi") == Quantity(
        value=Decimal("1.5"),
        scale=Decimal(10**6),
        qualifier="nearly",
        words="Triệu lượt truy cập",
        unit="lượt truy cập",
    )


@every_case(
    "text, words, unit",
    [
        ("10.000", "", ""),
        ("10.000 người", "người", "người"),
        ("10.000người", "người", "người"),
        ("96,73%", "%", "%"),
        ("96,73 % dân số", "% dân số", "% dân số"),
        ("118 tỷ đồng", "tỷ đồng", "đồng"),
        ("118 ty dong", "ty dong", "dong"),
        ("1,2 NGHÌN TỶ đồng", "NGHÌN TỶ đồng", "đồng"),
        ("1,5 triệu/năm", "triệu/năm", "/năm"),
        ("500\u00a0km²", "km²", "km²"),
        ("20 $", "$", "$"),
        ("10 người ngoài triệu", "người ngoài triệu", "người ngoài triệu"),
        ("5 ngươ\u0300i", "người", "người"),
    ],
)
def test_the_words_behind_a_figure(text, words, unit):
    written = read_figure(text, "vi")
    assert (written.words, written.unit) == (words, unit)


@every_case(
    "text",
    ["5 triệu chứng", "5 triều đại", "5 tỷ phú", "3 tỷ lệ", "5 ngân hàng", "5 ngan hang",
     "12 ti vi", "5 trạm y tế", "5 tram y te", "8 van", "2 triệu phú"],
)  # fmt: skip
def test_words_that_only_look_like_thousands_or_millions_are_units(text):
    assert read_figure(text, "vi").amount < 100


@every_case(
    "text, lang, n, of, unit",
    [
        ("22/22", "vi", 22, 22, ""),
        ("22 / 63", "en", 22, 63, ""),
        ("1.500/2.000", "vi", 1500, 2000, ""),
        ("1,500 of 2,000", "en", 1500, 2000, ""),
        ("22 trên 63", "vi", 22, 63, ""),
        ("22 trên tổng số 63", "vi", 22, 63, ""),
        ("22 tren tong so 63 tinh", "vi", 22, 63, "tinh"),
        ("22 trong tổng số 63", "vi", 22, 63, ""),
        ("22 trong số 63", "vi", 22, 63, ""),
        ("22 of 63", "en", 22, 63, ""),
        ("22 of the 63 provinces", "en", 22, 63, "provinces"),
        ("22 out of 63", "en", 22, 63, ""),
        ("22/22 bộ, ngành", "vi", 22, 22, "bộ, ngành"),
        ("0/0", "vi", 0, 0, ""),
        ("63/22", "vi", 63, 22, ""),  # the caller knows what may be
    ],
)
def test_n_of_n(text, lang, n, of, unit):
    written = read_figure(text, lang)
    assert (written.value, written.of, written.unit) == (n, of, unit)


def test_a_figure_may_carry_a_qualifier_with_n_of_n():
    assert read_figure("hơn 40/63 tỉnh", "vi") == Quantity(
        Decimal(40), of=Decimal(63), qualifier="over", words="tỉnh", unit="tỉnh"
    )


@pytest.mark.parametrize(
    ("text", "lang", "full"),
    [
        ("gần 1000", "en", "1000"),
        ("22 trên 63", "en", "22"),
        ("nearly 1 million", "vi", "1000000"),
        ("1,5 million", "vi", "1500000"),
        ("1.5 triệu", "en", "1500000"),
    ],
)
def test_words_of_the_other_language_are_read_where_they_change_no_number(text, lang, full):
    assert read_figure(text, lang).amount == Decimal(full)


# What is asked about or refused

REFUSED = [
    # the code; a Vietnamese text and what to write; an English one
    ("figure_empty", "", None, "  \n", None),
    ("figure_long", "5 " + "người " * 40, None, "5 " + "persons " * 40, None),
    ("figure_digits", "1" * 31, None, "0." + "1" * 30, None),
    ("figure_digits", "9" * 5000, None, "9" * 5000, None),
    ("figure_hidden", "10\u200b000", None, "10,000\x1b[31m", None),
    ("figure_hidden", "10.000\u202e", None, "10\n000", None),
    ("figure_hidden", "10.000 \ud800", None, "\ufeff10,000", None),
    ("figure_no_digits", "mười nghìn", None, "ten thousand", None),
    ("figure_no_digits", "%", None, "-", None),
    ("figure_not_digits", "½", "0,5", "½", "0.5"),
    ("figure_not_digits", "5½ triệu", "5,5 triệu", "5½ million", "5.5 million"),
    ("figure_not_digits", "⅓", None, "5²", None),
    ("figure_not_digits", "１０", "10", "١٠", "10"),
    ("figure_other_language", "6.64", "6,64", "6,64", "6.64"),
    ("figure_other_language", "96.73%", "96,73 %", "96,73 %", "96.73%"),
    ("figure_other_language", "0.640", "0,64", "0,640", "0.64"),
    ("figure_other_language", "10.00", "10", "10,00", "10"),
    ("figure_other_language", "10.0000", "10", "10,0000", "10"),
    ("figure_other_language", "1,500.5", "1.500,5", "1.500,5", "1,500.5"),
    ("figure_other_language", "10 000.5", "10.000,5", "10 000,5", "10,000.5"),
    ("figure_other_language", "-6.64", "-6,64", "−6,64", "-6.64"),
    ("figure_other_language", "1,500/2,000", "1.500/2.000", "1.500/2.000", "1,500/2,000"),
    ("figure_other_language", "gan 6.64 trieu", "gần 6,64 triệu", "gần 6,64 triệu",
     "nearly 6.64 million"),
    ("figure_mixed", "1.500 million", "1.500 triệu", "1.500 triệu", "1.5 million"),
    ("figure_mixed", "nearly 1,500", "gần 1,5", "gần 1,500", "nearly 1,500"),
    ("figure_separator", "1_000", "1.000", "1_000", "1,000"),
    ("figure_separator", "1'234'567,5 tấn", "1.234.567,5 tấn",
     "1’234’567.5", "1,234,567.5"),
    ("figure_separator", "1_0", None, "10_00", None),
    ("figure_leading_zero", "010", "10", "-007 tons", "-7 tons"),
    ("figure_leading_zero", "007.500", None, "00,500", "0.5"),
    ("figure_leading_zero", "05/63", "5/63", "5/063", "5/63"),
    ("figure_groups", "1.500.00", None, "1,500,00", None),
    ("figure_groups", "12.34.567", None, "12,34,567", None),
    ("figure_groups", "1.000 000", None, "1,000 000", None),
    ("figure_groups", "1000.000.000", None, "10000 000", None),
    ("figure_groups", "1,5,5", None, "1.5.5", None),
    ("figure_share", "22,5/63", None, "22.5/63", None),
    ("figure_share", "1/2 triệu", None, "1 of 2 million", None),
    ("figure_share", "22/63%", None, "22/63 %", None),
    ("figure_share", "-22/63", None, "-22 of 63", None),
    ("figure_date", "30/6/2025", None, "30.6.2025", None),
    ("figure_date", "2024-06-30", None, "2024-06", None),
    ("figure_date", "ngày 30-6-2025", None, "30/6/25", None),
    ("figure_exponent", "1e3", "1.000", "1.5E-3", "0.0015"),
    ("figure_exponent", "1e99", None, "9e9 persons", "9,000,000,000 persons"),
    ("figure_range", "10-12", None, "10 – 12", None),
    ("figure_range", "từ 10 đến 12", None, "10 to 12 thousand", None),
    ("figure_more_numbers", "10 người, 5 tổ", None, "10,000 (2024)", None),
    ("figure_more_numbers", "1/2/3 người 4", None, "0x1F", None),
    ("figure_more_numbers", "10:30", None, "5 000 0 x 1", None),
    ("figure_loose_sign", "5.", "5", "5,", "5"),
    ("figure_loose_sign", ",5", "0,5", ".5 million", "0.5 million"),
    ("figure_loose_sign", "1.500.", None, ",500", None),
    ("figure_loose_sign", "10000, đạt", "10000 đạt", "22/63.", "22/63"),
    ("figure_sign", "~5 triệu", "khoảng 5 triệu", "≈ 5", "about 5"),
    ("figure_sign", ">5", "hơn 5", "> 5", "over 5"),
    ("figure_sign", "<=5", None, "≥5", None),
    ("figure_sign", "+5", None, "- 5", None),
    ("figure_before", "đạt 10.000", None, "at least 5", None),
    ("figure_before", "gần1.000", None, "$5", None),
    ("figure_before", "trên dưới 500", None, "up to 500", None),
    ("figure_before", "gân 500", None, "x-5", None),
    ("figure_after", "10.000+", None, "5 ?", None),
    ("figure_after", "22/", None, "5°", None),
    ("figure_short", "5k", "5 nghìn", "5k", "5 thousand"),
    ("figure_short", "5tr", "5 triệu", "5 mn tons", "5 million tons"),
    ("figure_short", "gần 1,5 tr.", "gần 1,5 triệu", "2.5 bn", "2.5 billion"),
    ("figure_short", "5m", None, "5 m", None),
    ("figure_short", "5 t", None, "5b", None),
    ("figure_number_word", "5 trăm triệu", "500 triệu", "5 hundred", "500"),
    ("figure_number_word", "gần 2 vạn người", "gần 20.000 người", "5 dozen cars", "60 cars"),
    ("figure_number_word", "1 triệu rưỡi", "1,5 triệu", "5 and a half", "5.5"),
    ("figure_number_word", "5 nghìn triệu", None, "2 million thousand", None),
    ("figure_number_word", "1,5 triệu rưỡi", None, "2 million hundred", None),
    ("figure_number_word", "2 chục", "20", "2 millions", "2,000,000"),
]  # fmt: skip

REFUSALS = [
    (code, lang, text, write)
    for code, *rows in REFUSED
    for lang, text, write in zip(LANGUAGES, rows[::2], rows[1::2], strict=True)
]


@every_case("code, lang, text, write", REFUSALS)
def test_what_is_refused_says_which_habit_was_met(code, lang, text, write):
    misread = refusal(text, lang)
    assert (misread.code, misread.facts.get("write")) == (code, write)


@every_case("code, lang, text, write", REFUSALS)
def test_a_refusal_can_be_said_in_both_languages(code, lang, text, write):
    facts = refusal(text, lang).facts
    for words in WORDS.values():
        said = sentence(code, facts, words)
        assert write is None or write in said


def test_languages_are_in_the_order_of_the_table():
    assert LANGUAGES == ("vi", "en")


def test_both_readings_are_offered_where_words_and_language_disagree():
    facts = refusal("gần 1.500", "en").facts
    assert (facts["write"], facts["other"]) == ("nearly 1.5", "nearly 1,500")
    assert sentence("figure_mixed", facts, WORDS["en"]).endswith(
        "Write nearly 1.5 or nearly 1,500."
    )


def test_the_hidden_character_is_named_not_printed():
    said = sentence("figure_hidden", refusal("10\u202e000", "vi").facts, WORDS["vi"])
    assert "U+202E" in said
    assert "\u202e" not in said


@pytest.mark.parametrize(("lang", "examples"), [
    ("vi", ["10.000", "1,5 triệu", "1.234.567,5", "22/63"]),
    ("en", ["10,000", "1.5 million", "1,234,567.5", "22/63"]),
])  # fmt: skip
def test_the_examples_in_refusals_are_read(lang, examples):
    said = " ".join(
        WORDS[lang](f"problem_figure_{code}", text="x") for code in ("no_digits", "groups", "share")
    )
    for each in examples:
        assert each in said
        assert read_figure(each, lang)


# Laws

LANGS = st.sampled_from(LANGUAGES)
DIGITS = st.text("0123456789", min_size=1, max_size=MAX_DIGITS)
NUMBERS = st.builds(
    lambda digits, point, sign: Decimal(f"{sign}{digits[:point] or 0}.{digits[point:]}"),
    DIGITS,
    st.integers(1, MAX_DIGITS),
    st.sampled_from(["", "-"]),
)


@given(NUMBERS, LANGS)
@example(Decimal(1500), "vi")
@example(Decimal("1.5"), "vi")
@example(Decimal("0.001"), "en")
@example(Decimal("-0"), "en")
@example(Decimal("1E+29"), "vi")
@example(Decimal("-" + "9" * 30), "en")
def test_what_is_written_is_read_back(value, lang):
    assert read_figure(WORDS[lang].number(value), lang).amount == value


@given(st.integers(-(10**7), 10**7), LANGS)
def test_a_percentage_is_read_back(hundredths, lang):
    share = Decimal(hundredths) / 10**4
    written = read_figure(WORDS[lang].percent(share, places=2), lang)
    assert (written.amount, written.unit) == (share * 100, "%")


@given(st.integers(0, 10**12), LANGS, st.sampled_from(["nearly", "over", "about"]))
def test_a_qualified_figure_is_read_back(hundredths, lang, qualifier):
    value = Decimal(hundredths) / 100
    written = read_figure(WORDS[lang](f"qualifier_{qualifier}", value=value), lang)
    assert (written.amount, written.qualifier) == (value, qualifier)


@given(st.integers(0, 10**14), st.integers(0, 10**14), LANGS)
def test_n_of_n_is_read_back(n, of, lang):
    written = read_figure(WORDS[lang]("n_of", n=n, of=of), lang)
    assert (written.value, written.of) == (n, of)


PIECES = st.sampled_from(
    ["0", "00", "1", "5", "10", "500", "000", "1.500", "1,500", "6.64", ".", ",", " ", "_", "'",
     "-", "−", "–", "/", "%", "+", "~", ">", "<", "$", "e", "k", "m", "tr", "½", "²", "１", "gần ",
     "nearly ", "hơn ", "trên ", " of ", " nghìn", " tỷ", " million", " rưỡi", " trăm", " người",
     "\u00a0", "\u202f", "\u200b", "\n", "đến "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=7).map("".join) | st.text(max_size=20)


def attempt(text: str, lang: str) -> Quantity | Misread:
    try:
        return read_figure(text, lang)
    except Misread as misread:
        return misread


@examples(300)
@given(TEXTS, LANGS)
def test_any_text_is_read_or_misread(text, lang):
    found = attempt(text, lang)
    if isinstance(found, Quantity):
        assert found.amount == found.value * found.scale
        return
    assert found.code.startswith("figure_")
    assert all(sentence(found.code, found.facts, words) for words in WORDS.values())
    for name in {"write", "other"} & set(found.facts):
        assert isinstance(attempt(found.facts[name], lang), Quantity)


@examples(300)
@given(TEXTS, LANGS)
@example("1.500 triệu", "en")
def test_what_the_other_language_would_read_is_proposed_in_ones_own(text, lang):
    found = attempt(text, lang)
    if isinstance(found, Misread) and found.code in ("figure_other_language", "figure_mixed"):
        here = read_figure(found.facts.get("other", found.facts["write"]), lang)
        there = read_figure(text, OTHER[lang])
        assert (here.amount, here.of) == (there.amount, there.of)
        assert (here.qualifier, here.unit) == (there.qualifier, there.unit)


def by_the_book(text: str, group: str, decimal: str) -> Decimal | None:
    """A number by the rules of one language alone, said in the plainest way; else None."""
    for sign in (group, " "):
        grouped = rf"-?[1-9][0-9]{{0,2}}(?:\{sign}[0-9]{{3}})+(?:\{decimal}[0-9]+)?"
        if re.fullmatch(grouped, text):
            return Decimal(text.replace(sign, "").replace(decimal, "."))
    plain = rf"-?(?:0|[1-9][0-9]*)(?:\{decimal}[0-9]+)?"
    return Decimal(text.replace(decimal, ".")) if re.fullmatch(plain, text) else None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_short_text_is_read_by_the_book_or_not_at_all(lang):
    signs = {"vi": (".", ","), "en": (",", ".")}
    several = (
        itertools.product("05.,- " if length < 6 else "05.,", repeat=length)
        for length in range(1, 7)
    )
    for text in {"".join(chars).strip() for chars in itertools.chain(*several)}:
        found = attempt(text, lang)
        own, other = by_the_book(text, *signs[lang]), by_the_book(text, *signs[OTHER[lang]])
        if own is not None:
            assert isinstance(found, Quantity), text
            assert found.amount == own
        else:
            assert isinstance(found, Misread), text
            assert (found.code == "figure_other_language") is (other is not None), text


@every_case("lang", LANGUAGES)
@every_case(
    "text",
    ["9" * 100_000, "1" + ".000" * 33_000, "5" + " " * 100_000 + "x", "gần " * 30_000 + "5",
     "-" * 100_000 + "5", "5 " + "a\u0301\u0323" * 40_000, "½" * 100_000,
     "5 trăm" + " trăm" * 20_000, "/5" * 30 + "/" * 100_000, "." * 100_000],
)  # fmt: skip
def test_hostile_texts_are_refused_at_once(text, lang):
    assert refusal(text, lang).code in ("figure_digits", "figure_long")


def test_the_longest_figure_is_read_exactly():
    assert read_figure("9" * MAX_DIGITS + " triệu tỷ", "vi").amount == Decimal(
        "9" * MAX_DIGITS + "0" * 15
    )

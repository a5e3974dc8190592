"""Dates and periods as people write them: what they name, and what is asked about or refused."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.core.model.periods import Period, parse_period
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.read_dates import read_period
from cdstrack.i18n.reading import Misread
from cdstrack.render.messages import sentence
from tests.cases import every_case
from tests.draws import examples

TODAY = date(2026, 11, 21)
WORDS = {lang: Words(lang) for lang in LANGUAGES}


def refusal(text: str, lang: str = "vi", today: date = TODAY) -> Misread:
    with pytest.raises(Misread) as raised:
        read_period(text, lang, today)
    return raised.value


def attempt(text: str, lang: str, today: date = TODAY) -> str | Misread:
    try:
        return read_period(text, lang, today).said
    except Misread as misread:
        return misread


# What is read

READ = {
    "2025-06-30": [
        "30/6/2025", "30/06/2025", "30-6-2025", "30.6.2025", "30 / 6 / 2025", "ngày 30/6/2025",
        "Ngày 30 tháng 6 năm 2025", "30 tháng 6, 2025", "30 tháng 6/2025",
        "ngay 30 thang 6 nam 2025", "đến 30/6/2025", "tính đến hết ngày 30/6/2025", "30 June 2025",
        "30 Jun 2025", "30th June, 2025", "30th of June 2025", "30-Jun-2025", "June 30, 2025",
        "JUN 30 2025", "by 30 June 2025", "2025-06-30", "30\u20116\u20112025", "\u00a030/6/2025\n",
        "30 thg 6, 2025", "30 Thg 6 2025", "30 tháng Sáu năm 2025", "tại thời điểm 30/6/2025",
        "đến thời điểm 30/6/2025", "số liệu đến 30/6/2025", "as at 30 June 2025", "30–6–2025",
        "30.06.2025.", "(30/6/2025)", "ngày 30/6/2025;",
    ],
    "2024-W07": [
        "2024-W07", "tuần 7/2024", "tuần 07 năm 2024", "Tuần thứ 7 năm 2024", "tuan 7, 2024",
        "week 7 of 2024", "Week 7, 2024", "wk 7 2024", "W7 2024", "W07/2024",
    ],
    "2026-W46": ["tuần trước", "last week"],
    "2024-W52/2025-W02": ["2024-W52/2025-W02", "tuần 52/2024 - tuần 2/2025"],
    "2025-05-06": ["6/5/2025", "6 tháng 5 năm 2025", "May 6, 2025"],
    "2024-02-29": ["29/2/2024", "29 Feb 2024"],
    "2022-09": [
        "9/2022", "09/2022", "09-2022", "9.2022", "tháng 9/2022", "tháng 09 năm 2022",
        "tháng 9-2022", "T9/2022", "t9-2022", "cuối tháng 9/2022", "September 2022", "Sep 2022",
        "Sept. 2022", "Sep-2022", "end of September 2022", "2022-09", "thg 9, 2022", "Thg 9/2022",
        "T.9/2022", "T9 2022", "tháng chín năm 2022", "trong tháng 9/2022", "hết tháng 9 năm 2022",
        "end-September 2022", "Tháng 9.2022", "T9.2022", "T.9.2022", "kỳ báo cáo tháng 9/2022",
        "báo cáo tháng 9/2022", "(tháng 9/2022)", "kỳ số liệu 9/2022",
    ],
    "2025-05": ["May 2025", "tháng 5, 2025", "tháng năm năm 2025", "tháng năm/2025"],
    "2022-Q1": [
        "quý I/2022", "quý 1/2022", "Quý I năm 2022", "quý I-2022", "quý I 2022", "quy i/2022",
        "quý I.2022",
        "QUÝ I/2022", "qu\u0079\u0301 I/2022", "đến hết quý I/2022", "Q1/2022", "Q1 2022",
        "first quarter of 2022", "the first quarter of 2022", "2022-Q1", "2022-q1", "quí 1/2022",
        "Quí I năm 2022", "I/2022", "I-2022", "Q.I/2022", "QI/2022", "Q1.2022", "quý một năm 2022",
        "quý 1-2022", "1Q2022", "1st quarter 2022", "trong quý I/2022",
    ],
    "2022-Q4": [
        "quý IV/2022", "quý 4 năm 2022", "Q4-2022", "fourth quarter of 2022", "IV/2022",
        "quý tư năm 2022", "quý bốn năm 2022",
    ],
    "2024-H1": [
        "6 tháng đầu năm 2024", "6 tháng năm 2024", "nửa đầu năm 2024", "H1 2024", "H1/2024",
        "first half of 2024", "first six months of 2024", "2024-H1", "6 tháng 2024",
        "6 tháng đầu 2024", "6 tháng/2024", "6T/2024", "6T2024", "6T đầu năm 2024",
        "sáu tháng đầu năm 2024", "nửa đầu 2024", "2 quý đầu năm 2024", "1H2024",
        "1st half of 2024", "6M 2024", "kỳ 6 tháng đầu năm 2024", "lũy kế đến tháng 6/2024",
        "luỹ kế đến 30/6/2024", "lũy kế đến hết quý II năm 2024", "lũy kế 6 tháng đầu năm 2024",
        "từ đầu năm đến 30/6/2024", "lũy kế từ đầu năm đến tháng 6/2024",
        "từ đầu năm 2024 đến hết tháng 6/2024", "cộng dồn đến tháng 6/2024",
        "year to date June 2024", "YTD June 2024", "cumulative to 30 June 2024",
        "six months to June 2024",
    ],
    "2024-H2": [
        "6 tháng cuối năm 2024", "nửa cuối năm 2024", "H2 2024", "second half of 2024",
        "last 6 months of 2024", "2024-h2", "nửa cuối 2024", "2H 2024",
        "six months ended December 2024",
    ],
    "2024-01/2024-09": [
        "9 tháng đầu năm 2024", "9 tháng năm 2024", "first nine months of 2024",
        "first 9 months of 2024", "2024-01/2024-09", "tháng 01/2024 – tháng 9/2024",
        "từ tháng 1/2024 đến tháng 9/2024", "1/2024 - 9/2024", "1/2024-9/2024",
        "January 2024 to September 2024", "9 tháng 2024", "9T/2024", "9M2024",
        "chín tháng đầu năm 2024", "3 quý đầu năm 2024", "first three quarters of 2024",
        "nine months to September 2024", "9 tháng tính đến 30/9/2024", "lũy kế đến tháng 9/2024",
        "lũy kế đến quý III/2024", "lũy kế từ tháng 1/2024 đến tháng 9/2024",
        "tháng 1 - tháng 9/2024", "từ tháng 1 đến tháng 9 năm 2024", "January to September 2024",
        "Jan–Sep 2024",
    ],
    "2024-01/2024-03": [
        "3 tháng đầu năm 2024", "first three months of 2024", "lũy kế đến tháng 3/2024",
    ],
    "2024-10/2024-12": ["3 tháng cuối năm 2024", "last three months of 2024"],
    "2024-01": ["1 tháng đầu năm 2024"],
    "2024": [
        "2024", "năm 2024", "nam 2024", "cuối năm 2024", "cuối 2024", "hết năm 2024",
        "đến hết năm 2024", "tính đến cuối năm 2024", "12 tháng năm 2024", "end of 2024",
        "the end of 2024", "by the end of 2024", "until 2024", "cả năm 2024", "toàn năm 2024",
        "full year 2024", "the whole of 2024", "lũy kế đến hết năm 2024", "lũy kế đến 31/12/2024",
        "twelve months to December 2024", "in 2024",
    ],
    "2026/2030": [
        "giai đoạn 2026–2030", "giai đoạn 2026-2030", "2026–2030", "2026-2030", "2026 — 2030",
        "2026/2030", "từ 2026 đến 2030", "from 2026 to 2030", "năm 2026 – năm 2030",
        "lũy kế giai đoạn 2026-2030",
    ],
    "2024-06-01/2024-06-15": [
        "01/06/2024 – 15/06/2024", "1 Jun 2024 – 15 Jun 2024", "2024-06-01 - 2024-06-15",
        "2024-06-01/2024-06-15", "1/6 - 15/6/2024",
    ],
    "2024-Q1": ["từ đầu năm đến hết quý I/2024", "lũy kế đến quý I/2024"],
    "2024-01-01/2024-06-15": ["lũy kế đến 15/6/2024", "từ đầu năm đến ngày 15/6/2024"],
    "2025-07/2026-06": ["year ended June 2026", "twelve months to June 2026"],
    "2026-04/2026-06": ["quarter ended June 2026", "three months to June 2026"],
    "2026-Q1/2026-Q3": ["quý I đến quý III năm 2026", "Q1-Q3 2026"],
    "2026-01-01/2026-11-21": ["từ đầu năm đến nay", "lũy kế đến nay"],
    "2026-11-21": ["hôm nay", "Hom nay", "today", "đến hôm nay", "đến nay"],
    "2026-11-20": ["hôm qua", "yesterday"],
    "2026-10": [
        "tháng trước", "thang truoc", "last month", "cuối tháng trước", "end of last month",
    ],
    "2026-Q3": ["quý trước", "quý thứ ba năm 2026", "last quarter"],
    "2025": ["năm trước", "năm ngoái", "nam ngoai", "last year", "cuối năm ngoái"],
}  # fmt: skip


@every_case("iso, text", [(iso, text) for iso, all_ in READ.items() for text in all_])
def test_a_date_is_read_whatever_the_language(iso, text):
    for lang in LANGUAGES:
        assert read_period(text, lang, TODAY).said == iso
        assert parse_period(iso).said == iso


@every_case(
    "today, text, iso",
    [
        (date(2026, 1, 1), "yesterday", "2025-12-31"),
        (date(2026, 1, 31), "tháng trước", "2025-12"),
        (date(2026, 3, 31), "quý trước", "2025-Q4"),
        (date(2026, 4, 1), "quý trước", "2026-Q1"),
        (date(2028, 2, 29), "last year", "2027"),
        (date(2028, 3, 31), "last month", "2028-02"),
    ],
)
def test_what_is_said_from_today_goes_over_the_turn_of_a_year(today, text, iso):
    assert read_period(text, "vi", today).said == iso


# What is asked about or refused

REFUSED = [
    # code, text, what to write
    ("when_empty", " \n", None),
    ("when_long", "2024 " * 21, None),
    ("when_hidden", "30/6/\u200b2025", None),
    ("when_hidden", "\u202e30/6/2025", None),
    ("when_hidden", "30/6\t/2025", None),
    ("when_unreadable", "sớm", None),
    ("when_unreadable", "tuần này", None),
    ("when_unreadable", "tuần 2 tháng 3/2025", None),
    ("when_no_such_week", "tuần 53/2024", None),
    ("when_no_such_week", "week 0 of 2024", None),
    ("when_no_such_week", "2021-W53", None),
    ("when_form", "2025-W5", "2025-W05"),
    ("when_no_year", "tuần 7", None),
    ("when_unreadable", "quý V/2022", None),
    ("when_unreadable", "6/25", None),
    ("when_unreadable", "V/2025", None),
    ("when_unreadable", "nửa năm 2025", None),
    ("when_unreadable", "tháng năm 2025", None),
    ("when_unreadable", "1-6/2025", None),
    ("when_unreadable", "từ đầu năm 2024 đến tháng 6/2025", None),
    ("when_unreadable", "năm học 2024-2025", None),
    ("when_no_such_month", "13T/2025", None),
    ("when_no_such_month", "lũy kế đến tháng 13/2025", None),
    ("when_year_to", "year to June 2025", None),
    ("when_no_year", "lũy kế đến tháng 6", None),
    ("when_no_year", "6T", None),
    ("when_no_year", "cả năm", None),
    ("when_short_year", "thg 6/25", "thg 6/2025"),
    ("when_unreadable", "1/2025 – sớm", None),
    ("when_unreadable", "3/4-5/2025", None),
    ("when_unreadable", "3 tháng đầu năm 2024 – 2025", None),
    ("when_form", "３０/6/2025", "30/6/2025"),
    ("when_year", "0000", None),
    ("when_year", "9999", None),
    ("when_year", "1/1/0000", None),
    ("when_year", "quý I/9999", None),
    ("when_month_first", "6/30/2025", "30/6/2025"),
    ("when_month_first", "06-30-2025", "30/6/2025"),
    ("when_no_such_day", "31/2/2025", None),
    ("when_no_such_day", "2/30/2025", None),
    ("when_no_such_day", "0/6/2025", None),
    ("when_no_such_day", "2026-02-30", None),
    ("when_no_such_day", "ngày 31 tháng 4 năm 2025", None),
    ("when_no_such_day", "30 February 2025", None),
    ("when_no_such_day", "2025-30-06", None),
    ("when_no_such_day", "20251301", None),
    ("when_no_such_month", "13/2025", None),
    ("when_no_such_month", "tháng 13/2025", None),
    ("when_no_such_month", "13 tháng đầu năm 2025", None),
    ("when_no_such_month", "2024-25", None),
    ("when_span_backwards", "2030–2026", None),
    ("when_span_backwards", "2/2025 – 1/2025", None),
    ("when_span_backwards", "2024-12/2024-06", None),
    ("when_with_time", "30/6/2025 8:30", "30/6/2025"),
    ("when_with_time", "30/6/2025, 08:30:15", "30/6/2025"),
    ("when_with_time", "8h30 ngày 30/6/2025", "30/6/2025"),
    ("when_with_time", "2025-06-30T08:00:00.000Z", "2025-06-30"),
    ("when_with_time", "2025-06-30 08:00 +07:00", "2025-06-30"),
    ("when_with_time", "6/30/2025 12:00 AM", "30/6/2025"),
    ("when_form", "2025/6/30", "2025-06-30"),
    ("when_form", "2025-6-30", "2025-06-30"),
    ("when_form", "2025.06.30", "2025-06-30"),
    ("when_form", "20250630", "2025-06-30"),
    ("when_form", "2025/6", "2025-06"),
    ("when_form", "2022Q1", "2022-Q1"),
    ("when_form", "2024 h2", "2024-H2"),
    ("when_serial", "45838", None),
    ("when_vague", "giữa năm 2024", None),
    ("when_vague", "đầu năm 2024", None),
    ("when_vague", "Đầu tháng 6/2025", None),
    ("when_vague", "trước 30/6/2025", None),
    ("when_vague", "mid-2024", None),
    ("when_vague", "the beginning of 2024", None),
    ("when_vague", "before June 2025", None),
    ("when_no_year", "30/6", None),
    ("when_no_year", "tháng 6", None),
    ("when_no_year", "quý I", None),
    ("when_no_year", "cuối năm", None),
    ("when_no_year", "6 tháng đầu năm", None),
    ("when_no_year", "30 June", None),
    ("when_no_year", "June 25", None),
    ("when_no_year", "29/2", None),
    ("when_no_year", "9/06", None),
    ("when_short_year", "30/6/25", "30/6/2025"),
    ("when_short_year", "6/30/25", "30/6/2025"),
    ("when_short_year", "tháng 6/25", "tháng 6/2025"),
    ("when_short_year", "quý IV-22", "quý IV-2022"),
    ("when_short_year", "Jun-25", "Jun-2025"),
    ("when_short_year", "30-Jun-25", "30-Jun-2025"),
]


@every_case("code, text, write", REFUSED)
def test_what_is_refused_says_which_habit_was_met(code, text, write):
    for lang in LANGUAGES:
        misread = refusal(text, lang)
        assert (misread.code, misread.facts.get("write")) == (code, write)
        for words in WORDS.values():
            said = sentence(code, misread.facts, words)
            assert write is None or said.endswith(f" {write}.")


@every_case(
    "text, lang, example",
    [
        ("30/6", "vi", "30/6/2026"),
        ("30/6", "en", "30/6/2026"),
        ("quý I", "vi", "quý I/2026"),
        ("9 tháng", "en", "9 tháng 2026"),
        ("cuối năm", "vi", "cuối năm 2026"),
        ("June", "en", "June 2026"),
        ("Q1", "en", "Q1 2026"),
        ("first half", "en", "first half 2026"),
        ("29/2", "vi", "29/2/2024"),
    ],
)
def test_this_year_is_an_example_and_not_a_guess(text, lang, example):
    misread = refusal(text, lang)
    assert misread.facts["example"] == example
    assert "write" not in misread.facts
    assert read_period(example, lang, TODAY)
    assert sentence(misread.code, misread.facts, WORDS[lang]).endswith(f" {example}.")


@every_case(
    "today, text, found",
    [
        (date.min, "today", "0001-01-01"),
        (date.min, "yesterday", "when_unreadable"),
        (date.min, "last month", "when_year"),
        (date.min, "last quarter", "when_year"),
        (date.min, "last year", "when_year"),
        (date.max, "today", "when_year"),
        (date.max, "last month", "when_year"),
        (date.max, "last quarter", "when_year"),
        (date.max, "last year", "9998"),
        (date.max, "30/6", "when_no_year"),
    ],
)
def test_the_ends_of_the_calendar(today, text, found):
    read = attempt(text, "en", today)
    assert (read.code if isinstance(read, Misread) else read) == found


@pytest.mark.parametrize(("lang", "examples"), [
    ("vi", ["30/6/2025", "tháng 6/2025", "quý I/2022", "6 tháng đầu năm 2024", "năm 2024",
            "giai đoạn 2026–2030"]),
    ("en", ["30/6/2025", "June 2025", "Q1 2022", "first half of 2024", "2024", "2026–2030"]),
])  # fmt: skip
def test_the_examples_in_refusals_are_read(lang, examples):
    said = WORDS[lang]("problem_when_unreadable", text="x")
    for each in examples:
        assert each in said
        assert read_period(each, lang, TODAY)


def test_what_may_be_two_spans_is_answered_with_both():
    misread = refusal("the year to June 2025")
    for words in WORDS.values():
        offers = re.findall("“([^”]+)”", sentence(misread.code, misread.facts, words))[1:]
        spans = [read_period(text, "en", TODAY).said for text in offers]
        assert spans == ["2024-07/2025-06", "2025-H1"]


# Laws

LANGS = st.sampled_from(LANGUAGES)
YEARS = st.integers(1, 9998)
DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))
SINGLE = st.one_of(
    DAYS.map(date.isoformat),
    st.builds("{:04}-{:02}".format, YEARS, st.integers(1, 12)),
    st.builds("{:04}-Q{}".format, YEARS, st.integers(1, 4)),
    st.builds("{:04}-H{}".format, YEARS, st.integers(1, 2)),
    YEARS.map("{:04}".format),
)


def may_be_span(pair: tuple[str, str]) -> bool:
    start, end = map(parse_period, pair)
    return end.last >= start.first and start.last <= end.last


PERIODS = (SINGLE | st.tuples(SINGLE, SINGLE).filter(may_be_span).map("/".join)).map(parse_period)


@examples(200)
@given(PERIODS, LANGS, LANGS)
@example(parse_period("0024-12-31"), "vi", "vi")
@example(parse_period("2024-01/2024-12"), "en", "vi")
@example(parse_period("2024-06-01/2024-06"), "vi", "vi")
def test_what_is_printed_is_read_back(period: Period, printed_in, lang):
    words = WORDS[printed_in]
    read = read_period(words.period(period), lang, TODAY)
    assert (read.first, read.last) == (period.first, period.last)
    assert read_period(words.deadline(period), lang, TODAY).last == period.last


@given(PERIODS, LANGS)
def test_what_files_say_is_read_as_it_stands(period, lang):
    assert read_period(period.said, lang, TODAY) == period


@given(SINGLE, SINGLE)
def test_only_a_span_that_files_may_hold_is_read(start, end):
    text = f"{start} – {end}"
    if may_be_span((start, end)):
        assert read_period(text, "vi", TODAY).said == f"{start}/{end}"
    else:
        assert refusal(text).code == "when_span_backwards"


@given(DAYS, LANGS)
def test_a_day_in_figures_is_day_month_year(day, lang):
    text = f"{day.day}/{day.month}/{day.year:04}"
    assert read_period(text, lang, TODAY) == Period.day(day)


PIECES = st.sampled_from(
    ["30", "6", "12", "31", "2025", "2024", "25", "0000", "9999", "/", "-", ".", " ", "–", ", ",
     "T", ":",
     "ngày ", "tháng ", "năm ", "quý ", "quý I", "IV", "đầu ", "cuối ", "đến ", "giữa ",
     "giai đoạn ",
     "hôm nay", "Q1", "H2", "June ", "first ", "half ", "quarter ", "of ", "end of ", " to ",
     "last ",
     "months ", "8:30", "8h", "nine ", "\u2011", "\u200b", "tháng trước"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=20)


@examples(300)
@given(TEXTS, LANGS)
def test_any_text_is_read_or_misread(text, lang):
    found = attempt(text, lang)
    if isinstance(found, str):
        assert parse_period(found).said == found
        return
    assert found.code.startswith("when_")
    assert all(sentence(found.code, found.facts, words) for words in WORDS.values())
    for name in {"write", "example"} & set(found.facts):
        assert isinstance(attempt(found.facts[name], lang), str)


@examples(200)
@given(TEXTS)
def test_a_text_names_the_same_days_in_both_languages(text):
    vi, en = attempt(text, "vi"), attempt(text, "en")
    assert vi == en if isinstance(vi, str) else vi.code == en.code


@every_case(
    "text",
    ["1" * 100_000, "2024 – " * 20_000, "đến " * 30_000 + "2024", "/" * 100_000,
     "a\u0301\u0323" * 40_000, "x" + " " * 100_000 + "x"],
)  # fmt: skip
def test_hostile_texts_are_refused_at_once(text):
    assert refusal(text).code == "when_long"

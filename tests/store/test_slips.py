"""Slips of the pen in targets.yaml: each is met with what to write instead, in either language."""

from __future__ import annotations

from typing import get_origin

import pytest
from pydantic import BaseModel

from cdstrack.core.model.entries import Document
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.problems import Problem
from cdstrack.i18n import Words
from cdstrack.render.messages import problem_sentence
from cdstrack.store.yaml.document import _models_in
from cdstrack.store.yaml.register_file import RegisterFile
from cdstrack.store.yaml.slips import TEXT_KEYS
from tests.cases import every_case

EN, VI = Words("en"), Words("vi")

SOUND = """\
cdstrack: 1
title: Sổ thử
sources:
  kh: {title: {vi: Kế hoạch, en: Plan}, date: 2025-01-01}
bodies:
  so: {name: {vi: Sở Thử, en: The Office}}
targets:
  - id: t
    title: {vi: Bồi dưỡng, en: Train}
    kind: reach
    owner: so
    unit: {vi: người, en: people}
    baseline: {value: 0, date: 2025-01-01}
    target: {at_least: 1000}
    deadline: 2026
    stated: {on: 2025-01-01, by: Sếp, source: kh, paragraph: 1}
"""
TITLE, GOAL = "title: {vi: Bồi dưỡng, en: Train}", "target: {at_least: 1000}"
LAST = "deadline: 2026"


def problems(old: str, new: str) -> list[Problem]:
    """What is found once a slip has crept into the sound register."""
    assert old in SOUND
    return problems_of(SOUND.replace(old, new, 1))


def problems_of(text: str) -> list[Problem]:
    return list(RegisterFile(text.encode(), "targets.yaml").problems)


def test_the_register_is_sound_without_a_slip():
    assert problems(LAST, LAST) == []


@every_case(
    "old, new, hint",
    [
        # a comma in brackets
        (TITLE, "title: {vi: Tập huấn, bồi dưỡng, en: Train}", 'vi: "Tập huấn, bồi dưỡng"'),
        (TITLE, "title: {vi: Tập huấn, en: Train, teach}", 'en: "Train, teach"'),
        (TITLE, "title: {vi: A, b, c, en: Train}", 'vi: "A, b, c"'),
        (TITLE, "title: {vi: “Tập huấn, bồi dưỡng”, en: T}", 'vi: "Tập huấn, bồi dưỡng"'),
        ("by: Sếp", "by: Ông A, Bộ trưởng", 'by: "Ông A, Bộ trưởng"'),
        (LAST, "deadline: 2026\n    conditions: {a: Khóa, học, b: Thi}", 'a: "Khóa, học"'),
        ("paragraph: 1}", "paragraph: 1, figure: 1,000}", 'figure: "1,000"'),
        (GOAL, "target: {at_least: 1,000}", "at_least: 1000"),
        (GOAL, "target: {at_least: 1,5}", "at_least: 1.5"),
        (GOAL, "target: {at_least: 1,5 triệu}", "at_least: 1500000"),
        # a bare figure
        (GOAL, "target: 80", "target: {at_least: 80}"),
        (GOAL, "target: 80%", "target: {at_least: 80}"),
        (GOAL, 'target: "<= 80"', "target: {at_most: 80}"),
        (GOAL, "target: 80-90", "target: {between: [80, 90]}"),
        (GOAL, "target: ≥ 16 - 18 %", "target: {at_least: 16, up_to: 18}"),
        (GOAL, "target: tối thiểu 16-18%", "target: {at_least: 16, up_to: 18}"),
        (GOAL, "target: khoảng 90", "target: {about: 90}"),
        (GOAL, 'target: "ít nhất 1000"', "target: {at_least: 1000}"),
        (GOAL, "target: không quá 5,5%", "target: {at_most: 5.5}"),
        (GOAL, "target: tối đa 2 triệu", "target: {at_most: 2000000}"),
        (GOAL, "target: More than 1,000,000 persons", "target: {more_than: 1000000}"),
        (GOAL, "target: {ít nhất: 1.000.000}", "at_least: 1000000"),
        (GOAL, 'target: {">=": 80}', "at_least: 80"),
        (GOAL, "target: {at_least: 80, at_most: 90}", "{between: [80, 90]}"),
        (GOAL, "target: {at_least: 5,5%}", "at_least: 5.5."),
        (GOAL, "target: [80, 90]", "target: {between: [80, 90]}"),
        (GOAL, "target: {between: 80-90}", "[80, 90]"),
        (GOAL, "target: {ít_nhất: 80}", "at_least, more_than"),
        ("baseline: {value: 0, date: 2025-01-01}", "baseline: 0", "baseline: {value: 0}"),
        # a figure with more than digits
        (GOAL, "target: {at_least: 80%}", "80."),
        (GOAL, "target: {at_least: 80 %}", "unit"),
        (GOAL, "target: {at_least: 10000 người}", "10000."),
        (GOAL, "target: {at_least: 10.000 người}", "10000 "),
        (GOAL, "target: {at_least: 5 triệu}", "5000000"),
        (GOAL, 'target: {at_least: ">=80"}', "at_least"),
        (GOAL, "target: {at_least: 1.000}", "1000"),
        (GOAL, "target: {at_least: 1\u00a0000}", "1000"),
        (GOAL, "target: {at_least: １０００}", "1000"),
        ("paragraph: 1", "paragraph: đoạn 1", "0.5"),
        # dates
        (LAST, "deadline: 31/12/2026", "2026-12-31"),
        (LAST, "deadline: tháng 12/2026", "2026-12"),
        (LAST, "deadline: quý IV/2026", "2026-Q4"),
        (LAST, "deadline: December 2026", "2026-12"),
        (LAST, "deadline: cuối năm 2026", "2026"),
        (LAST, "deadline: sớm", "2024-H1"),
        (LAST, "deadline: tháng trước", "2024-H1"),
        (LAST, "deadline: “2026”", "2026"),
        ("on: 2025-01-01", "on: ngày 1 tháng 1 năm 2025", "2025-01-01"),
        # names for ids
        ("owner: so", "owner: Sở Thử", "so"),
        ("owner: so", "owner: So thu", "so"),
        ("owner: so", "owner: The Office", "so"),
        ("source: kh", "source: Kế hoạch", "kh"),
        ("- id: t", "- id: Bồi dưỡng 2026", "boi-duong-2026"),
        ("owner: so", "owner: so\u00a0", "so"),
        # yes and no
        ("value: 0", "value: 0, inferred: có", "true"),
        ("value: 0", "value: 0, inferred: Yes", "true"),
        ("value: 0", "value: 0, inferred: không", "false"),
        ("value: 0", "value: 0, inferred: chưa rõ", "true"),
        ("paragraph: 1", "inferred: có", "deadline"),
        ("paragraph: 1", "inferred: deadline", "[deadline]"),
        # lists and keys
        (LAST, "deadline: 2026\n    tags: so-hoa, dao-tao", "[so-hoa, dao-tao]"),
        (LAST, "deadline: 2026\n    notes: Ghi chú", "[{vi: Ghi chú, en: …}]"),
        (TITLE, "title: [Bồi dưỡng, Train]", "{vi: Bồi dưỡng, en: Train}"),
        ("by: Sếp, ", "", "by: {vi:"),
        (LAST, "deadline: ~", "."),
        (LAST, "deadline: 2026\n    plan:\n      - 2025-06: 300", "{date: 2025-06, value: 300}"),
        (TITLE, "title: {vi： Bồi dưỡng, en: Train}", "“:”"),
        ("kind: reach", "kind: “reach”", "reach."),
    ],
)
def test_what_to_write_is_said_in_both_languages(old, new, hint):
    found = problems(old, new)
    assert found
    for words in (EN, VI):
        assert hint in " ".join(problem_sentence(problem, words) for problem in found)


@pytest.mark.parametrize(
    ("goal", "write"),
    [
        ("5,5", "target: {at_least: 5.5}"),
        ("5,5%", "target: {at_least: 5.5}"),
        ("1,000,000", "target: {at_least: 1000000}"),
        ("10,000 người", "target: {at_least: 10000}"),
        ("{at_least: 1,000,000}", "at_least: 1000000"),
    ],
)
def test_a_figure_that_commas_cut_up_in_brackets_is_named_once_and_whole(goal, write):
    one_line = (
        "{id: t, title: T, kind: reach, owner: so, unit: người, target: GOAL, deadline: 2026, "
        "baseline: {value: 0, date: 2025-01-01}, "
        "stated: {on: 2025-01-01, by: Sếp, source: kh, paragraph: 1}}\n"
    )
    head = SOUND[: SOUND.index("id: t")]
    assert problems_of(head + one_line.replace("GOAL", "{at_least: 1}")) == []
    [problem] = problems_of(head + one_line.replace("GOAL", goal))
    assert f"Hãy viết {write}." in problem_sentence(problem, VI)


@pytest.mark.parametrize(
    ("text", "id"), [("Xã Ba Tô", "to-hat"), ("Xã Ba Tơ", "to-mu"), ("UBND xã Ba Tơ", "to-mu"),
                     ("xa ba to", "to-hat hoặc to-mu")]
)  # fmt: skip
def test_a_name_for_an_id_is_told_by_its_marks(text, id):
    bodies = "  to-hat: {name: {vi: Xã Ba Tô, en: A}}\n  to-mu: {name: {vi: Xã Ba Tơ, en: B}}\n"
    head = SOUND.replace("targets:\n", bodies + "targets:\n")
    [problem] = problems_of(head.replace("owner: so", f"owner: {text}"))
    assert f"Có phải ý là {id}?" in problem_sentence(problem, VI)


def test_a_quote_within_quotes_is_met_with_the_other_kind():
    for title, hint in (("'Đắk R'Lấp'", "\"… '…' …\""), ('"a "b" c"', "'… \"…\" …'")):
        for text in (f"title: {title}", f"title: {{vi: {title}, en: T}}"):
            found = problems(TITLE, text)
            assert hint in problem_sentence(found[0], VI)


@every_case(
    "old, new, en, vi",
    [
        (TITLE, "title: {vi: Mục tiêu: 80%, en: Train}", "a colon goes in", "hai chấm phải đặt"),
        (TITLE, "title: “A: b”", "Curly quotes", "Ngoặc kép cong"),
        (TITLE, 'title: "Chương trình "Số" 2026"', "the other kind", "loại ngoặc kia"),
        (TITLE, 'title: {vi: "Số" năm 2026, en: T}', "the other kind", "loại ngoặc kia"),
        (TITLE, "title: {vi: Đề án #06, en: Scheme}", "begins a comment", "mở chú thích"),
        (TITLE, "title: #06 năm 2026", "begins a comment", "mở chú thích"),
        *(
            (TITLE, f"title: {sign}80 cán bộ", "quotes", "ngoặc kép")
            for sign in ("%", "@", "*", "&", "!", "[", "{", "- ", "]", "}", "`", ",", "|", ">")
        ),
        (TITLE, "title: [Mới] Bồi dưỡng", "begins with [", "bắt đầu bằng ["),
        ("kind: reach", "kind：reach", "not “:” to YAML", "không coi “：” là"),
        (TITLE, "title: {vi: Bồi dưỡng， en: Train}", "not “,” to YAML", "không coi “，” là"),
        ("kind: reach", "kind:\u00a0reach", "no-break space", "dấu cách không ngắt"),
        ("    kind: reach", "\u00a0\u00a0\u00a0\u00a0kind: reach", "no-break", "không ngắt"),
        ("kind: reach", "\tkind: reach", "spaces", "dấu cách"),
        ("kind: reach", "kind:reach", "space is missing", "Thiếu dấu cách"),
        ("kind: reach", "kind: reach\n    kind: reach", "already in line", "đã có ở dòng"),
    ],
)
def test_what_is_no_yaml_is_explained_by_its_signs(old, new, en, vi):
    found = problems(old, new)
    assert any(en in problem_sentence(problem, EN) for problem in found)
    assert any(vi in problem_sentence(problem, VI) for problem in found)


# A text that a # cuts off


@pytest.mark.parametrize(
    ("new", "level"),
    [
        ("title: Đề án #06 năm 2026", "error"),
        ("title: Đề án # 06 năm 2026", "warning"),
        ("title: Đề án  #06 năm 2026", "warning"),
        ("title:\n      vi: Đề án #06\n      en: Scheme", "error"),
        ("title: Một đề án\n      tiếp theo #06", "error"),
    ],
)
def test_a_text_that_a_hash_cuts_off_is_named(new, level):
    [problem] = problems(TITLE, new)
    assert (problem.code, problem.level) == ("yaml_hash", level)
    assert problem.target == "t"


@every_case(
    "old, new",
    [
        (TITLE, "title: Đề án  # tên tạm"),
        (TITLE, 'title: "Đề án #06 năm 2026"'),
        (TITLE, "title: 'Đề án #06' # tạm"),
        (TITLE, "title: Đề án#06"),
        (TITLE, "title: >\n      Đề án #06"),
        (TITLE, "title:  # tạm\n      vi: A\n      en: B"),
        (LAST, "deadline: 2026 #hạn"),
        (LAST, "# title: cũ #06\n    deadline: 2026"),
        ("kind: reach", "kind: reach # loại"),
    ],
)
def test_a_comment_is_a_comment(old, new):
    assert problems(old, new) == []


def test_a_target_with_a_cut_title_is_not_judged():
    file = RegisterFile(SOUND.replace(TITLE, "title: Đề án #06").encode(), "targets.yaml")
    assert file.register is not None
    assert (list(file.register.targets), file.register.broken) == ([], {"t"})


def test_every_key_with_a_text_in_both_languages_is_one_of_free_text():
    models: list[type[BaseModel]] = [Document]
    names = {*Bilingual.model_fields}
    for model in models:
        for name, field in model.model_fields.items():
            nested = [*_models_in(field.annotation)]
            models += [inner for inner in nested if inner not in models]
            if Bilingual in nested and get_origin(field.annotation) is not dict:
                names.add(name)
    assert names <= TEXT_KEYS


INDICATOR = "indicators:\n  i: {title: I, unit: x, owner: so}\ntargets:"


@every_case(
    "old, new, said",
    [
        ("targets:", INDICATOR, "no key owner here. It belongs under targets or defaults."),
        ("targets:", INDICATOR.replace("owner: so", "deadline: 2025"), "under targets."),
        ("targets:", INDICATOR.replace("owner: so", "url: 'https://x.vn'"), "under sources."),
        ("at_least: 1000", "at_least: 1000, unit: x", "It belongs beside target, one level"),
        ("paragraph: 1", "owner: so", "It belongs beside stated, one level"),
        (LAST, "timezone: Asia/Ho_Chi_Minh", "It belongs beside targets, one level"),
        (LAST, "at_least: 5", "It belongs under target, periods or each."),
        ("en: Plan}, date: 2025-01-01", "en: Plan}, members: [so]", "It belongs under groups."),
        (
            "name: {vi: Sở Thử, en: The Office}",
            "name: S, factor: 2",
            "under convert.",
        ),
        (
            "bodies:",
            "tags: [a]\nbodies:",
            "no key tags here. It belongs under targets or defaults.",
        ),
        (LAST, "deadlin: 2026", "Did you mean deadline?"),
        ("sources:", "source:", "Did you mean sources?"),
    ],
)
def test_a_key_that_is_known_elsewhere_is_sent_there(old, new, said):
    assert any(said in problem_sentence(problem, EN) for problem in problems(old, new))


def test_a_heading_is_not_sent_to_where_it_stands():
    heading = "targets:\n  - {id: h, kind: heading, title: H, deadline: 2026}"
    [problem] = problems("targets:", heading)
    assert problem_sentence(problem, EN).startswith("There is no key deadline here. It is one of")


def test_what_a_short_statement_lacks_may_be_said_of_its_source():
    text = SOUND.replace(", date: 2025-01-01}\nbodies", "}\nbodies")
    text = text.replace("{on: 2025-01-01, by: Sếp, source: kh, paragraph: 1}", "{source: kh}")
    first, second = (problem_sentence(problem, EN) for problem in problems_of(text))
    assert "or say it once of the source kh: date: 2025-01-31." in first
    assert "or say it once of the source kh: publisher:" in second


def test_what_defaults_say_that_cannot_be_read_is_not_missing_everywhere():
    text = SOUND.replace("targets:\n", "defaults: {kind: reach, deadline: 2026}\ntargets:\n", 1)
    text = text.replace("    kind: reach\n", "", 1)
    [problem] = problems_of(text)
    assert problem.path == ("defaults", "deadline")

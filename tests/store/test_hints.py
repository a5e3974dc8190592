"""The line to write instead of a slip: put into the register, it takes the error away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from cdstrack.core.model.entries import Document, Heading
from cdstrack.core.model.fields import Bilingual, Change
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Problem
from cdstrack.i18n import Words
from cdstrack.i18n.numerals import numeral
from cdstrack.render.messages import problem_lines, problem_sentence
from cdstrack.render.text import Look
from cdstrack.store.yaml.expectations import types_at
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cases import every_case
from tests.store.test_slips import GOAL, LAST, SOUND, TITLE, problems_of

ROOT = Path(__file__).parents[2]
TAGS = LAST + "\n    tags: "


def lines_of(problem: Problem) -> list[str]:
    lines = problem.facts.get("lines", [])
    assert isinstance(lines, list)
    return lines


def mended(text: str) -> str:
    """A register after the first line that is proposed was pasted, again and again."""
    for _ in range(9):
        slips = [p for p in problems_of(text) if p.level == "error" and lines_of(p)]
        if not slips:
            break
        lines = text.split("\n")
        assert slips[0].place is not None
        lines[slips[0].place.line - 1] = lines_of(slips[0])[0]
        text = "\n".join(lines)
    return text


@every_case(
    "old, new, lines",
    [
        # what YAML makes of signs
        (TITLE, "title: {vi: Tập huấn, bồi dưỡng, en: Train}",
         'title: {vi: "Tập huấn, bồi dưỡng", en: Train}'),
        (TITLE, "title: {vi: Tập huấn, nâng cao: bồi dưỡng, en: Train}",
         'title: {vi: "Tập huấn, nâng cao: bồi dưỡng", en: Train}'),
        (TITLE, "title: {vi: Mục tiêu: 80%, en: Aim: 80%}",
         'title: {vi: "Mục tiêu: 80%", en: "Aim: 80%"}'),
        (TITLE, "title: Mục tiêu: 80%", 'title: "Mục tiêu: 80%"'),
        (TITLE, 'title: "Số" hóa', "title: '\"Số\" hóa'"),
        (TITLE, "title: 'Đắk R'Lấp'", 'title: "Đắk R\'Lấp"'),
        (TITLE, "title: “A: b”", 'title: "A: b"'),
        (TITLE, "title: Đề án #06", 'title: "Đề án #06"'),
        (TITLE, "title: {vi: Đề án #06, en: T}", 'title: {vi: "Đề án #06", en: T}'),
        (TITLE, "title: #06", 'title: "#06"'),
        (TITLE, "title: {vi: A, en: B", "title: {vi: A, en: B}"),
        (TITLE, "title: {vi: A; en: B}", "title: {vi: A, en: B}"),
        (TITLE, "title: {vi A, en: B}", "title: {vi: A, en: B}"),
        # categories and other names that are no two languages
        (LAST, LAST + "\n    breakdown: {sex: [Nữ, Nam]}",
         "    breakdown: {sex: {nu: Nữ, nam: Nam}}"),
        (LAST, LAST + "\n    conditions: [online, signed, open]",
         "    conditions: {online: online, signed: signed, open: open}"),
        (LAST, LAST + "\n    x-a: {title: A: B, breakdown: {sex: {women: Nữ, men: Nam}}}",
         '    x-a: {title: "A: B", breakdown: {sex: {women: Nữ, men: Nam}}}'),
        (TITLE, 'title: "A', 'title: "A"'),
        (TITLE, "title: {vi: A， en: B}", "title: {vi: A, en: B}"),
        (TITLE, "title: {vi: A}", "title: A"),
        ("    kind: reach", "\tkind: reach", "    kind: reach"),
        ("kind: reach", "kind:\treach", "kind: reach"),
        ("    kind: reach", "      kind: reach", "    kind: reach"),
        ("kind: reach", "kind：reach", "kind: reach"),
        ("kind: reach", "kind:reach", "kind: reach"),
        ("kind: reach", "kind reach", "kind: reach"),
        ("    kind: reach", "\u00a0\u00a0\u00a0\u00a0kind: reach", "    kind: reach"),
        ("by: Sếp", "by: Ông A, Bộ trưởng",
         'stated: {on: 2025-01-01, by: "Ông A, Bộ trưởng", source: kh, paragraph: 1}'),
        (LAST, TAGS + "[a, b: c]", "tags: [a, b-c]"),
        (LAST, TAGS + "Số hóa, Đào tạo", "tags: [so-hoa, dao-tao]"),
        (LAST, TAGS + "[Số hóa, Đào tạo]", "tags: [so-hoa, dao-tao]"),
        (LAST, TAGS + "- a", "tags: [a]"),
        # goals and figures
        (GOAL, "target: 80", "target: {at_least: 80}"),
        (GOAL, "target: trên 10", "target: {more_than: 10}"),
        (GOAL, "target: mười lăm", "target: {at_least: 15}"),
        (GOAL, "target: tăng 20%", "target: {increase_by: 20%}"),
        (GOAL, "target: đạt 80%", "target: {at_least: 80}"),
        (GOAL, "target: 10.000 người", ["target: {at_least: 10000}", "target: {at_least: 10}"]),
        (GOAL, "target: cao", []),
        (GOAL, "target: {at_least: 80%}", GOAL.replace("1000", "80")),
        (GOAL, "target: {at_least: 80 %}", GOAL.replace("1000", "80")),
        (GOAL, 'target: {at_least: "1.234,5"}', GOAL.replace("1000", "1234.5")),
        (GOAL, "target: {at_least: trên 10}", "target: {more_than: 10}"),
        (GOAL, "target: {at_least: ≥ 10}", "target: {at_least: 10}"),
        (GOAL, "target: {at_least: mười}", "target: {at_least: 10}"),
        (GOAL, "target: {at_least: 80-90}", "target: {between: [80, 90]}"),
        (GOAL, "target: {at_least: 01}", "target: {at_least: 1}"),
        (GOAL, "target: {at_least: 1_000}", "target: {at_least: 1000}"),
        (GOAL, "target: {at_least: 1:30}", []),
        (GOAL, "target: {tối thiểu: 80}", "target: {at_least: 80}"),
        (LAST, LAST + "\n    lag_days: 30 ngày", "lag_days: 30"),
        # dates
        (LAST, "deadline: Quý IV/2025", "deadline: 2025-Q4"),
        (LAST, "deadline: 31/12/2025", "deadline: 2025-12-31"),
        (LAST, "deadline: tháng 6/2025", "deadline: 2025-06"),
        (LAST, "deadline: hết năm 2025", "deadline: 2025"),
        (LAST, "deadline: Q4 2025", "deadline: 2025-Q4"),
        (LAST, "deadline: trước 31/12/2025",
         ["deadline: 2025-12-31", "deadline: 2025-12-30"]),
        (LAST, "deadline: sớm", []),
        (LAST, LAST + "\n    review_by: quý I/2026",
         ["review_by: 2026-01-01", "review_by: 2026-03-31"]),
        (LAST, LAST + "\n    year_starts: 1/4", "year_starts: 04-01"),
        # ids and what they name
        ("- id: t", "- id: kinh-tế-số", "- id: kinh-te-so"),
        ("- id: t", "- id: Kinh_Te", "- id: kinh-te"),
        ("owner: so", "owner: Sở Thử", "owner: so"),
        ("owner: so", "owner: so-thu", "owner: so"),
        ("owner: so", "owner: SO", "owner: so"),
        ("owner: so", "owner: [so]", "owner: so"),
        (LAST, LAST + "\n    with: Sở Thử", "with: [so]"),
        # words of a few, and keys
        ("kind: reach", "kind: mốc", "kind: milestone"),
        ("kind: reach", "kind: Reaches", "kind: reach"),
        ("paragraph: 1}", "strength: Phấn đấu}",
         "stated: {on: 2025-01-01, by: Sếp, source: kh, strength: strive}"),
        (LAST, LAST + "\n    report_every: hằng quý", "report_every: quarter"),
        (LAST, LAST + "\n    report_every: 2 năm một lần", "report_every: 2 years"),
        ("kind: reach", "loại: reach", "kind: reach"),
        ("owner: so", "chủ trì: so", "owner: so"),
        (LAST, "thời hạn: quý IV/2026", "deadline: 2026-Q4"),
    ],
)  # fmt: skip
def test_a_line_to_paste(old, new, lines):
    slips = [p for p in problems_of(SOUND.replace(old, new, 1)) if lines_of(p)]
    wanted = [lines.strip()] if isinstance(lines, str) else lines
    proposed = [line.strip() for line in lines_of(slips[0])] if slips else []
    assert proposed == wanted
    for line in proposed:
        problem = slips[0]
        assert problem.place is not None
        text = SOUND.replace(old, new, 1).split("\n")
        text[problem.place.line - 1] = lines_of(problem)[proposed.index(line)]
        after = problems_of("\n".join(text))
        assert problem.code not in {p.code for p in after}


@every_case(
    "sign", ["%", "@", "*", "&", "!", "[", "{", "- ", "]", "}", "`", ",", "|", ">", "? ", ": "]
)
def test_a_text_that_begins_with_a_sign_goes_in_quotes(sign):
    for title in (f"title: {sign}80 cán bộ", f"title: {{vi: {sign}80 cán bộ, en: T}}"):
        text = mended(SOUND.replace(TITLE, title))
        assert problems_of(text) == []
        register = RegisterFile(text.encode(), "t.yaml").register
        assert register is not None
        assert register.targets["t"].title.vi == f"{sign}80 cán bộ"


# Every field, by what it takes


def fields(model: type[BaseModel], path: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """The paths of all single values below a model."""
    for name, info in model.model_fields.items():
        here = (*path, info.alias or name)
        yield from _below(info.annotation, here)


def _below(kind: Any, path: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Bilingual:
        if path.count("slices") < 2 and kind is not Heading:
            yield from fields(kind, path)
    elif get_origin(kind) is list:
        yield from _below(get_args(kind)[0], (*path, 0))
    elif get_origin(kind) is dict:
        yield from _below(get_args(kind)[1], (*path, "a"))
    elif get_origin(kind) is not None and get_origin(kind) is not Literal:
        for part in get_args(kind):
            if isinstance(part, type) or get_origin(part) is not None:
                yield from _below(part, path)
    elif kind is not type(None):
        yield path


PATHS = sorted(set(fields(Document, ())), key=str)
SAYINGS: dict[object, str] = {
    "date": "ngày 31/12/2025", Period: "Quý IV/2025", Decimal: "80 %", int: "30 ngày",
    Change: "1.234,5", bool: "có",
}  # fmt: skip


def saying(path: tuple[object, ...]) -> str | None:
    """Something that people write in a field, and that it does not take."""
    for kind in types_at(Document, path):
        text = str(kind)
        if "datetime.date" in text:
            return SAYINGS["date"]
        for plain in (Period, Decimal, int, Change, bool):
            if f"{plain.__module__}.{plain.__name__}" in text or text.endswith(
                f"'{plain.__name__}'>"
            ):
                return SAYINGS[plain]
            if f"[{plain.__name__}," in text:
                return SAYINGS[plain]
    return None


def written(path: tuple[object, ...], value: str) -> str:
    """A register with nothing in it but a value at a path."""
    lines, indent, item = ["cdstrack: 1"], 0, ""
    for n, step in enumerate(path):
        after = path[n + 1] if n + 1 < len(path) else None
        if isinstance(step, int):
            item = "- "
            if after is None:
                lines.append(" " * indent + f"- {value}")
            continue
        tail = f" {value}" if after is None else ""
        lines.append(" " * indent + f"{item}{step}:{tail}")
        indent += 2 + len(item)
        item = ""
    return "\n".join(lines) + "\n"


TYPICAL = [path for path in PATHS if saying(path) and path != ("cdstrack",)]
PLAIN = [path for path in TYPICAL if "revisions" not in path]


@every_case("path", PLAIN)
def test_a_date_a_figure_or_a_flag_is_met_in_every_field(path):
    text = written(path, saying(path) or "")
    [problem] = [p for p in problems_of(text) if p.path == path]
    line, *_ = lines_of(problem)
    after = written(path, line.strip().removeprefix("- ").partition(": ")[2] or line.strip()[2:])
    assert [p for p in problems_of(after) if (p.path, p.code) == (path, problem.code)] == []


def test_there_are_many_fields():
    assert len(PLAIN) > 60


@pytest.mark.parametrize(
    ("field", "new", "line"),
    [
        ("deadline", "Quý IV/2025", "2025-Q4"),
        ("target", "trên 10 %", "{more_than: 10}"),
        ("target", "{at_least: 80 %}", "{at_least: 80}"),
        ("baseline", "37%", "{value: 37}"),
    ],
)
def test_in_a_revision_too(field, new, line):
    old = f"revisions: [{{on: 1/2/2025, field: {field}, old: null, new: {new}}}]"
    lines = {
        line for p in problems_of(SOUND.replace(LAST, f"{LAST}\n    {old}")) for line in lines_of(p)
    }
    assert {line.strip() for line in lines} == {
        f"revisions: [{{on: 2025-02-01, field: {field}, old: null, new: {line}}}]"
    }


# Several at once


def test_all_slips_are_named_at_once_also_behind_what_is_no_yaml():
    text = (
        SOUND.replace(TITLE, "title: {vi: Mục tiêu: 80%, en: Train}")
        .replace("kind: reach", "kind: đạt")
        .replace("owner: so", "owner: @so")
        .replace(GOAL, "target: 80%")
        .replace(LAST, "deadline: Quý IV/2026")
    )
    slips = problems_of(text)
    assert [problem.place and problem.place.line for problem in slips] == [9, 10, 11, 14, 15]
    lines = text.split("\n")
    for problem in slips:
        assert problem.place is not None
        lines[problem.place.line - 1] = lines_of(problem)[0]
    assert problems_of("\n".join(lines)) == []


def test_two_slips_of_one_line_are_mended_by_one_line():
    text = SOUND.replace(LAST, LAST + "\n    plan: [{date: 30/6/2025, value: 10%}]")
    lines = {line for problem in problems_of(text) for line in lines_of(problem)}
    assert lines == {"    plan: [{date: 2025-06-30, value: 10}]"}


def test_nothing_is_judged_by_a_line_that_was_only_guessed():
    text = SOUND.replace(TITLE, "title: Mục tiêu: 80%").replace(
        "title: Sổ", "ledger: other.jsonl\ntitle: Sổ"
    )
    file = RegisterFile(text.encode(), "targets.yaml")
    assert (file.register, file.ledger, file.takes_reports) == (None, "progress.jsonl", True)


def test_a_body_that_is_not_listed_is_declared():
    text = SOUND.replace("owner: so", "owner: Bộ Y tế")
    [problem] = problems_of(text)
    assert lines_of(problem) == ["    owner: bo-y-te"]
    for lang, words in (("vi", "hãy khai thêm dưới bodies: "), ("en", "added under bodies: ")):
        sentence = problem_sentence(problem, Words(lang))
        entry = sentence.partition(words)[2].partition(" Write")[0].partition(" Hãy")[0]
        listed = text.replace("owner: Bộ Y tế", "owner: bo-y-te")
        listed = listed.replace("targets:\n", f"  {entry}\ntargets:\n", 1)
        assert problems_of(listed) == []


# How it is shown


def test_the_line_stands_below_the_caret_once():
    text = SOUND.replace(LAST, LAST + "\n    plan: [{date: 30/6/2025, value: 10%}]")
    shown = ["".join(part for part, _ in line) for line in
             problem_lines(problems_of(text), Words("en"), Look(width=80))]  # fmt: skip
    assert shown[-1] == "   16 →     plan: [{date: 2025-06-30, value: 10}]"
    assert sum("→" in line for line in shown) == 1


def test_of_a_line_that_is_too_long_only_the_part_is_shown():
    long = "x" * 90
    text = SOUND.replace("by: Sếp", f"by: {long}").replace("source: kh,", "source: Kế hoạch,")
    shown = ["".join(part for part, _ in line) for line in
             problem_lines(problems_of(text), Words("en"), Look(width=80))]  # fmt: skip
    assert shown[-1] == "   16 → source: kh"


def test_a_sentence_that_stands_alone_carries_the_line():
    [problem] = problems_of(SOUND.replace(TITLE, "title: Mục tiêu: 80%"))
    assert problem_sentence(problem, Words("en")).endswith('Write: title: "Mục tiêu: 80%"')


@pytest.mark.parametrize(
    ("doc", "lang"), [("docs/first-register.md", "en"), ("docs/huong-dan.md", "vi")]
)
def test_what_the_documents_show_of_it_is_so(doc, lang):
    text = (ROOT / doc).read_text(encoding="utf-8")
    shown = re.search(r"```\n(targets\.yaml:[^`]* → [^`]*)\n```", text)
    assert shown is not None
    slip = re.search(r"│ +(deadline: .*)", shown[1])
    assert slip is not None
    found = problems_of(SOUND.replace(LAST, slip[1]))
    lines = problem_lines(found, Words(lang), Look(width=100))
    assert ["".join(part for part, _ in line) for line in lines] == shown[1].split("\n")


@every_case(
    "text, number",
    [("mười", 10), ("hai mươi mốt", 21), ("ba trăm linh hai", 302), ("twenty-five", 25),
     ("hai nghìn năm trăm", 2500), ("sớm", None), ("", None), ("mươi lăm người", None)],
)  # fmt: skip
def test_numbers_in_words(text, number):
    assert numeral(text) == number

"""A draft is YAML whatever stands in its texts: none of them can be a slip of the pen."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from cdstrack.app.catalogue.sheet_draft import Draft, DraftEntry
from cdstrack.i18n import Words
from cdstrack.render.draft_yaml import as_yaml
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cases import every_case
from tests.draws import examples

HOSTILE = [
    "Tập huấn, bồi dưỡng", "a: b", "Mục tiêu: 80%", "%", "@a", "*a", "&a", "!a", "`a", "|", ">",
    "- a", "? a", ": a", "Đề án #06", "#06", "[a", "{a", "a]", "a}", '"Số" hóa', "'R'Lấp", "R'Lấp",
    'a "b" c', "“A: b”", "yes", "No", "on", "off", "null", "~", "true", "2025-12-31", "1:30", "010",
    "1_000", "1e3", "0x1F", ".5", "=", "<<", "---", "...", "a\\b", "kind：reach", "a\u00a0b",
    "a  b", "a - b", "a ? b", "key:value", "https://a.b/c?d=e#f", "x: {y: z}", "N/A", "½", "…", ",",
    "a,b", "Phòng, chống: “tham nhũng” - #1 [mới] {a}", "x # y", "a:", "y", "n", "Infinity", "5 %",
]  # fmt: skip
"""Texts that mean something else to YAML, or nothing at all."""

signs = st.sampled_from("aĐộ 0:,#-[]{}'\"%@`&*!|>?\\~=./“”：，\u00a0\n\t")
texts = st.one_of(st.sampled_from(HOSTILE), st.text(signs, min_size=1, max_size=12))


def draft(text: str) -> Draft:
    """A draft with one text wherever a draft can have one."""
    both = {"vi": text, "en": text}
    stated = {"on": "2025-01-01", "by": text, "source": "kh", "figure": text}
    return Draft(
        whole=True,
        title=text,
        sources={"kh": DraftEntry("kh", {"title": text, "publisher": both})},
        bodies={"so": DraftEntry("so", {"name": both, "short": text})},
        targets=[
            DraftEntry("t", {
                "id": "t", "title": text, "kind": "unquantified", "owner": "so", "unit": text,
                "place": text, "deadline": "2026-Q4", "stated": stated,
                "conditions": {"a": text, "b": both}, "notes": [both],
            }),
        ],
    )  # fmt: skip


def said(text: str) -> str:
    """The text as a register has it."""
    return unicodedata.normalize("NFC", text)


@examples(200)
@given(texts.filter(str.strip))
@example("2025")
@example("a\n# b: c")
def test_what_a_draft_prints_is_read_back_as_it_was(text):
    file = RegisterFile(as_yaml(draft(text), Words("vi"), ["a.csv"]).encode(), "t.yaml")
    assert file.problems == []
    register = file.register
    assert register is not None
    target = register.targets["t"]
    texts = [
        register.title, register.sources["kh"].title, register.sources["kh"].publisher,
        register.bodies["so"].name, register.bodies["so"].short, target.title, target.unit,
        target.stated.by, *target.conditions.values(), *target.notes,
    ]  # fmt: skip
    assert {said for both in texts if both for said in (both.vi, both.en)} == {said(text)}
    assert (target.place, target.stated.figure) == (said(text), said(text))


@every_case("key", ["deadline", "start", "on", "date", "periods"])
@every_case("text", ["hết năm 2025", "2025: sớm", "# 2025", "2025, 2026"])
def test_a_date_that_is_none_is_a_text_in_quotes_at_most(key, text):
    entry = DraftEntry("t", {"id": "t", key: text})
    yaml = as_yaml(Draft(whole=True, targets=[entry]), Words("vi"), ["a.csv"])
    problems = RegisterFile(yaml.encode(), "t.yaml").problems
    assert not [problem for problem in problems if problem.code.startswith("yaml_")]

"""YAML in, data and ``line:column code`` out."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from cdstrack.core.model.entries import Document
from cdstrack.core.model.problems import Problem
from cdstrack.store.yaml import syntax
from cdstrack.store.yaml.events import Mapping, Sequence, Tree, parse_yaml
from tests.draws import examples
from tests.trust.limits import at_most


def read(text: str | bytes, **options: object) -> Tree:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return parse_yaml(data, file="targets.yaml", **options)  # type: ignore[arg-type]


def spot(problem: Problem) -> str:
    assert problem.place is not None
    return f"{problem.place.line}:{problem.place.column} {problem.code}"


def problems(text: str | bytes, **options: object) -> list[str]:
    return [spot(problem) for problem in read(text, **options).problems]


def only(text: str | bytes) -> Problem:
    (problem,) = read(text).problems
    return problem


def facts(text: str | bytes) -> dict[str, object]:
    return dict(only(text).facts)


# What is read


@pytest.mark.promise("keys-as-text")
def test_scalars_stay_text_and_keys_too() -> None:
    text = "country: NO\nyes: 010\non: 1:30\nno: 1_000\na: ~\nb: .inf\nc: 2026-02-30\n1: 0x1F\n"
    assert read(text).root == {
        "country": "NO", "yes": "010", "on": "1:30", "no": "1_000",
        "a": "~", "b": ".inf", "c": "2026-02-30", "1": "0x1F",
    }  # fmt: skip
    assert problems(text) == []


def test_lists_quotes_and_blocks_are_read() -> None:
    text = "a: [1, {b: c}]\nd:\n  - 'it''s'\n  - \"x\\ty\"\ne: |\n  one\n  two\n"
    assert read(text).root == {"a": ["1", {"b": "c"}], "d": ["it's", "x\ty"], "e": "one\ntwo\n"}


def test_an_empty_value_is_kept_as_empty_text() -> None:
    tree = read("a:\nb: {c: , d}\ne: [ ]\n")
    assert (tree.root, tree.problems) == ({"a": "", "b": {"c": "", "d": ""}, "e": []}, [])


def test_text_is_normalised_to_nfc_also_when_escaped() -> None:
    assert read('a: e\u0301\ne\u0301: "e\\u0301"\n').root == {"a": "\u00e9", "\u00e9": "\u00e9"}


def test_pydantic_takes_the_tree_as_plain_dicts_and_lists() -> None:
    text = "cdstrack: 1\ntitle: Sổ\ntargets:\n  - {id: a, title: A, kind: reach, owner: b,\n"
    text += "     stated: {on: 2022-04-27, by: X, source: s}, tags: [c]}\n"
    document = Document.model_validate(read(text).root)
    assert (document.title.vi, document.targets[0].tags) == ("Sổ", ["c"])

    class Strict(BaseModel):
        model_config = ConfigDict(strict=True)
        a: dict[str, list[str]]

    assert Strict.model_validate(read("a: {b: [c]}").root).a == {"b": ["c"]}


# Places


def place(text: str, *path: str | int, key: bool = False) -> str:
    found = read(text).place(path, key=key)
    assert found.excerpt is not None
    marked = found.excerpt[found.column - 1 : found.column - 1 + found.width]
    return f"{found.line}:{found.column} {marked}"


REGISTER = """\
title: {vi: "Sổ cái", en: Register}
targets:
  - id: a
    title: Một mục tiêu # dài
    stated:
      by: Ai
  - id: b
"""


def test_the_place_of_a_value_is_where_it_begins() -> None:
    assert place(REGISTER, "title", "vi") == '1:13 "Sổ cái"'
    assert place(REGISTER, "title", "en") == "1:27 Register"
    assert place(REGISTER, "targets", 0, "title") == "4:12 Một mục tiêu"
    assert place(REGISTER, "targets", 1) == "7:5 i"
    assert place(REGISTER) == "1:1 t"


def test_the_place_of_a_key_is_that_of_its_name() -> None:
    assert place(REGISTER, "targets", 0, "title", key=True) == "4:5 title"
    assert place(REGISTER, "title", "en", key=True) == "1:23 en"


@pytest.mark.promise("missing-keys")
def test_a_missing_key_is_reported_at_its_parent() -> None:
    assert place(REGISTER, "targets", 0, "stated", "on") == "5:5 stated"
    assert place(REGISTER, "targets", 1, "title", "vi") == "7:5 id"
    assert place(REGISTER, "targets", 9, "id") == "2:1 targets"
    assert place(REGISTER, "bodies") == "1:1 title"


def test_an_empty_value_is_reported_at_its_key() -> None:
    assert place("a: 1\nb:\n", "b") == "2:1 b"


def test_a_tree_without_root_has_the_place_of_its_first_line() -> None:
    found = read("a: [").place(("a", 0))
    assert (found.line, found.column, found.excerpt) == (1, 1, "a: [")


@pytest.mark.promise("windows-line-ends")
def test_columns_count_characters_and_crlf_changes_nothing() -> None:
    assert place("ngườiđọc: {tên: ưu}\n", "ngườiđọc", "tên") == "1:17 ưu"
    text = REGISTER + "note: |\n  a\n  b\nx: 'c\n  d'\n"
    unix, windows = read(text), read(text.replace("\n", "\r\n"))
    assert unix.root == windows.root
    for path in (("title", "vi"), ("targets", 0, "stated", "by"), ("note",), ("x",)):
        assert unix.place(path) == windows.place(path)
    assert problems("a: 1\r\na: 2\r\n") == problems("a: 1\na: 2\n")


def test_a_long_line_is_cut_and_left_out_when_the_spot_is_beyond_the_cut() -> None:
    tree = read("{a: 1, " + "b: 2, " * 2 + "c: " + "x" * 1000 + ", d: 1}")
    assert len(tree.place(("a",)).excerpt or "") == 500
    assert tree.place(("d",)).excerpt is None


def test_a_problem_carries_its_line_its_width_and_its_path() -> None:
    problem = only("targets:\n  - id: a\n    title: x\n    title: y\n")
    assert problem.place is not None
    assert (problem.place.excerpt, problem.place.width) == ("    title: y", 5)
    assert problem.path == ("targets", 0, "title")


def test_a_problem_of_the_bare_text_is_led_to_its_value() -> None:
    assert only("targets:\n  - id: a\n    title: x\u202ey\n").path == ("targets", 0, "title")


# Keys


@pytest.mark.promise("duplicate-keys")
def test_a_duplicate_key_names_both_lines() -> None:
    text = "a: 1\nb: {c: 1, d: 2, c: 3}\na: 2\n"
    assert problems(text) == ["2:17 yaml_duplicate_key", "3:1 yaml_duplicate_key"]
    second = read(text).problems[1]
    assert second.facts == {"key": "a", "first_line": 1, "first_column": 1}
    assert read(text).root == {"a": "1", "b": {"c": "1", "d": "2"}}


def test_inside_a_duplicate_key_reading_goes_on() -> None:
    text = "a: 1\na:\n  - {b: 1, b: 2}\n"
    assert problems(text) == ["2:1 yaml_duplicate_key", "3:12 yaml_duplicate_key"]


@pytest.mark.promise("lookalike-keys")
def test_keys_equal_after_nfc_are_duplicates() -> None:
    assert problems("\u00e9: 1\ne\u0301: 2\n") == ["2:1 yaml_duplicate_key"]


@pytest.mark.promise("lookalike-keys")
@pytest.mark.parametrize("key", ["a\u200b", "\ufeffa", "a\u00ad", "\u2060a", '"a\\u200d"'])
def test_keys_that_differ_by_what_cannot_be_seen_are_duplicates(key: str) -> None:
    assert "yaml_duplicate_key" in {p.code for p in read(f"a: 1\n{key}: 2\n").problems}
    assert "yaml_duplicate_key" in {p.code for p in read(f"x: 0\n{key}: 1\na: 2\n").problems}


@pytest.mark.parametrize(
    "key", ["e\u200b\u0301", "e\u0301\ufeff", '"e\\u200b\u0301"', '"e\\u0301"']
)
def test_keys_equal_without_what_cannot_be_seen_and_then_in_nfc_are_duplicates(key: str) -> None:
    assert problems(f"{key}: 1\n\u00e9: 2\n")[-1] == "2:1 yaml_duplicate_key"


def test_a_key_must_be_text_and_the_rest_is_still_read() -> None:
    tree = read("{[a]: b, c: d, {e: f}: {g: h}}")
    assert [spot(p) for p in tree.problems] == ["1:2 yaml_key_not_text", "1:16 yaml_key_not_text"]
    assert [p.facts["found"] for p in tree.problems] == ["list", "mapping"]
    assert tree.root == {"c": "d"}


# What YAML can do and a register must not


@pytest.mark.promise("anchors")
def test_an_anchor_or_alias_is_refused_at_the_first() -> None:
    assert problems("a: &x 1\nb: *x\nc: *x\n") == ["1:4 yaml_anchor"]
    assert problems("a: *x\nb: *y\n") == ["1:4 yaml_alias"]
    assert problems("a: & b\n") == ["1:4 yaml_anchor"]
    assert problems("*x : 1\n") == ["1:1 yaml_alias"]
    assert facts("a: &x [1]\n") == {"name": "x"}


@pytest.mark.promise("anchors")
def test_a_merge_key_is_refused_but_not_as_quoted_text() -> None:
    assert problems("a: 1\n<<: {b: 1}\n") == ["2:1 yaml_merge"]
    assert read('"<<": 1\n').root == {"<<": "1"}


def test_billion_laughs_and_merge_bombs_are_never_expanded() -> None:
    laughs = "a0: &a0 [lol]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
    )
    merges = "a0: &a0 {k: 1}\n" + "".join(
        f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 30)
    )
    with at_most(5):
        assert problems(laughs) == ["1:5 yaml_anchor"]
        assert problems(merges) == ["1:5 yaml_anchor"]


@pytest.mark.promise("tags")
@pytest.mark.parametrize(
    "tag", ["!foo", "!!python/object/apply:os.system", "!!binary", "!!set", "!!str", "!", "!<x>"]
)
def test_any_tag_is_refused_and_shown(tag: str) -> None:
    assert problems(f"a: {tag} b\n") == ["1:4 yaml_tag"]
    assert facts(f"a: {tag} b\n") == {"tag": tag}
    assert problems(f"a: {tag} {{b: c}}\n") == ["1:4 yaml_tag"]


@pytest.mark.promise("tags")
@pytest.mark.parametrize("tag", ["!e!x", "!<x", "!%ED%A0%80", "!%zz"])
def test_a_broken_tag_is_a_tag_too(tag: str) -> None:
    assert problems(f"a: {tag} b\n") == problems(f"a: {tag} b\n", pure=True) == ["1:4 yaml_tag"]


@pytest.mark.promise("one-document")
def test_a_second_document_is_refused() -> None:
    assert problems("---\na: 1\n---\nb: 1\n") == ["3:1 yaml_second_document"]
    assert problems("a: 1\n...\nb: 1\n") == ["3:1 yaml_second_document"]
    assert problems("---\na: 1\n...\n") == []


def test_a_directive_is_refused() -> None:
    assert problems("%YAML 1.2\n---\na: 1\n") == ["1:1 yaml_directive"]
    assert problems("a: 1\n%FOO x\n") == ["2:1 yaml_directive"]


def test_depth_has_a_limit() -> None:
    assert problems("a: " + "[" * 19 + "]" * 19 + "\n") == []
    assert problems("a: " + "[" * 20 + "]" * 20 + "\n") == ["1:23 yaml_depth"]
    assert facts("a: " + "[" * 20 + "]" * 20 + "\n") == {"limit": 20}


@pytest.mark.promise("nesting")
@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{" * 100_000, "- " * 1_000_000, "? " * 100_000, "{a: " * 100_000,
     "[\n" * 100_000, "".join(" " * i + "a:\n" for i in range(1000))],
    ids=["flow-lists", "flow-maps", "block-lists", "keys", "nested", "lines", "indented"],
)  # fmt: skip
def test_bottomless_nesting_neither_crashes_nor_hangs(text: str, pure: bool) -> None:
    with at_most(20):
        assert [p.code for p in read(text, pure=pure).problems][-1] == "yaml_depth"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 5000, "1:21"),
        ("a: " + "[" * 5000, "1:23"),
        ("- - " + "[" * 5000, "1:23"),
        ("a:\n- b: {c: " + "[x, " * 5000, "2:74"),
        ("['[', " * 5000, "1:121"),
        ('["]", ' * 5000, "1:121"),
        ("[it's, " * 5000, "1:141"),
        ("[#[\n" * 5000, "21:1"),
        ("[a: " * 5000, "1:41"),
        ("[" * 21 + "@", "1:21"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_the_first_bracket_too_many_is_named_whatever_the_parser_minds(
    text: str, expected: str
) -> None:
    fast, pure = read(text), read(text, pure=True)
    assert [spot(problem) for problem in fast.problems] == [f"{expected} yaml_depth"]
    assert fast.problems == pure.problems


def test_what_is_wrong_before_it_gets_too_deep_is_told_once() -> None:
    text = "a: 1\na: 2\nb: " + "{" * 1100
    keys = [f"3:{column} yaml_key_not_text" for column in range(5, 23)]
    assert problems(text) == ["2:1 yaml_duplicate_key", *keys, "3:23 yaml_depth"]
    assert problems(text) == problems(text, pure=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 20 + "@", "1:21 yaml_bad_start"),
        ("a: '" + "[" * 50, "1:4 yaml_quote"),
        ("a: [b, '" + "[" * 50, "1:8 yaml_quote"),
        ("a: [x #" + "[" * 50 + "\n, @]", "2:3 yaml_bad_start"),
        ("a: [" + "[], " * 50 + "@]", "1:205 yaml_bad_start"),
    ],
    ids=["twenty", "open quote", "open quote in brackets", "comment", "closed"],
)
def test_brackets_that_open_nothing_are_not_deep(text: str, expected: str) -> None:
    assert problems(text) == problems(text, pure=True) == [expected]


# Characters


@pytest.mark.promise("tab-indentation")
def test_tab_indentation_is_refused() -> None:
    assert problems("a:\n\tb: 1\n  \tc: 2\n") == ["2:1 yaml_tab", "3:3 yaml_tab"]


@pytest.mark.promise("tabs-in-lines")
@pytest.mark.parametrize("text", ["a:\t1\n", "a: 1\t\n", "a: b\tc\n", "-\ta\n", "a: [1,\t2]\n"])
def test_a_tab_between_words_gives_the_same_with_and_without_libyaml(text: str) -> None:
    fast, pure = read(text), read(text, pure=True)
    assert fast.root == pure.root is not None
    assert fast.problems == pure.problems
    assert "yaml_tab" in {p.code for p in fast.problems}


def test_a_tab_in_a_comment_does_no_harm() -> None:
    assert problems("#\tx\na: 1 #\ty\n  # \tz\n") == []


@pytest.mark.promise("byte-order-mark")
def test_a_bom_is_welcome_at_the_start_only() -> None:
    assert read("\ufeffa: 1\n").root == {"a": "1"}
    assert problems("\ufeffa: 1\n\ufeffb: 2\n") == ["2:1 yaml_bom"]
    assert problems("\ufeffa: 1\na: 2\n") == ["2:1 yaml_duplicate_key"]


@pytest.mark.promise("odd-line-breaks")
@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\u0085", "\r"])
def test_a_line_break_that_editors_do_not_count_is_refused(char: str) -> None:
    assert problems(f"a: 1\nb: x{char}c: 1\n") == ["2:5 yaml_line_break"]
    assert facts(f"a: x{char}y\n") == {"char": syntax.escaped(char)}
    assert read('a: "\\L"').root == {"a": "\u2028"}


@pytest.mark.promise("broken-utf-8")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: caf\xe9\n", {"byte": "0xe9", "offset": 11}),
        (b"a: 1\nb: \xc0\x80\n", {"byte": "0xc0", "offset": 8}),
        (b"a: 1\nb: \xed\xa0\x80\n", {"byte": "0xed", "offset": 8}),
        (b"\xef\xbb\xbfa: \xff\n", {"byte": "0xff", "offset": 6}),
        ("ố: ".encode() + b"\xf8\n", {"byte": "0xf8", "offset": 5}),
    ],
    ids=["latin-1", "overlong", "cesu", "after-bom", "after-wide"],
)
def test_bytes_that_are_no_utf8_are_shown_with_their_offset(
    data: bytes, expected: dict[str, object]
) -> None:
    assert facts(data) == expected
    assert only(data).code == "yaml_utf8"


@pytest.mark.promise("broken-utf-8")
def test_all_bytes_that_are_no_utf8_are_found_and_reading_goes_on() -> None:
    data = b"a: caf\xe9\nb: \xff\xfe\na: 1\n"
    assert problems(data) == ["1:7 yaml_utf8", "2:4 yaml_utf8", "3:1 yaml_duplicate_key"]
    assert read(data).problems[1].facts["offset"] == 11


@pytest.mark.promise("utf-16")
@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_utf_16_and_32_are_named_with_and_without_a_bom(encoding: str) -> None:
    assert problems(REGISTER.encode(encoding)) == ["1:1 yaml_encoding"]


@pytest.mark.promise("control-characters")
@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe", "\uffff"])
def test_control_characters_are_refused_raw_and_escaped(char: str) -> None:
    raw, written = f"title: a{char}b\n", f'title: "a\\u{ord(char):04x}b"\n'
    assert problems(raw) == ["1:9 yaml_control"]
    assert problems(written) == ["1:8 yaml_control"]
    assert facts(raw) == facts(written) == {"char": syntax.escaped(char)}
    assert only(raw).path == only(written).path == ("title",)


@pytest.mark.promise("control-characters")
@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "\\U0000dc00", "\\U00110000"])
def test_an_escape_that_is_no_character_is_refused(escape: str) -> None:
    text = f'a: "x{escape}"\nb: 1\nb: 2\n'
    assert problems(text) == ["1:6 yaml_escape", "3:1 yaml_duplicate_key"]
    assert read(text).problems[0].facts == {"escape": escape}
    assert problems(text, pure=True) == problems(text)


def test_an_unknown_escape_is_refused_but_not_in_plain_text() -> None:
    assert problems('a: "C:\\data"\n') == ["1:7 yaml_escape"]
    assert facts('a: "C:\\data"\n') == {"escape": "\\d"}
    assert problems('a: "\\x1"\n') == ["1:5 yaml_escape"]
    assert read("a: C:\\data\n").root == {"a": "C:\\data"}


@pytest.mark.promise("format-characters")
@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\u200b", "\u00ad", "\U000e0041"])
def test_bidi_and_other_format_characters_are_refused_and_named(char: str) -> None:
    assert problems(f"a: x{char}y\n") == ["1:5 yaml_invisible"]
    assert problems(f'a: "x\\U{ord(char):08x}"\n') == ["1:4 yaml_invisible"]
    assert facts(f"a: x{char}y\n") == {"char": syntax.escaped(char)}
    assert problems(f"a: 1 # {char}\n") == ["1:8 yaml_invisible"]


ELSEWHERE = {
    "nothing": "", "not in NFC": "b: e\u0301\n", "an escape": 'b: "\\t"\n', "a tab": "b:\t1\n",
    "a bad byte": "b: \udcff\n", "a control character": "b: \x01\n", "one in a key": "\x01: 1\n",
    "no character": 'b: "\\ud800"\n', "no character in a key": '"\\ud800": 1\n',
}  # fmt: skip


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("line", ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
def test_a_replacement_character_is_kept_whatever_stands_elsewhere(
    line: str, before: bool, pure: bool
) -> None:
    mine = "'\ufffd': 1\nx\ufffdy: \ufffd\n"
    data = (line + mine if before else mine + line).encode("utf-8", "surrogateescape")
    root = read(data, pure=pure).root
    assert isinstance(root, dict)
    assert {key: root.get(key) for key in ("\ufffd", "x\ufffdy")} == {
        "\ufffd": "1", "x\ufffdy": "\ufffd",
    }  # fmt: skip


@pytest.mark.parametrize("bad", ["\udcff", "\x01", "\u200b"])
def test_what_was_refused_is_no_part_of_a_key(bad: str) -> None:
    data = f"a{bad}: 1\n".encode("utf-8", "surrogateescape")
    assert read(data).root == {"a": "1"}
    assert read('"a\\udc80": 1\n').root == {"a": "1"}


def test_the_excerpt_shows_a_refused_character_as_a_visible_one() -> None:
    refused = only("a: x\u202ey\n").place
    assert refused is not None
    assert refused.excerpt == "a: x\ufffdy"


@pytest.mark.promise("format-characters")
def test_every_control_and_format_character_of_unicode_is_refused() -> None:
    wanted = {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Cf"}
    wanted |= {c for c in map(chr, range(0xA0)) if unicodedata.category(c) == "Cc"}
    let_through = {c for c in wanted if not syntax.check_bytes(f"a{c}b".encode(), 99, 9)[1]}
    assert let_through <= {"\n"}


# Not a register


@pytest.mark.promise("empty-file")
@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments\n", "---\n", "\ufeff", '""'])
def test_an_empty_file_is_said_to_be_empty(text: str) -> None:
    assert problems(text)[0].endswith("yaml_empty")
    assert read(text).root is None or read(text).root == ""


@pytest.mark.promise("empty-file")
def test_a_list_or_text_at_the_top_is_refused() -> None:
    assert problems("# x\n- a\n") == ["2:1 yaml_not_mapping"]
    assert facts("- a\n") == {"found": "list"}
    assert problems("hello\n") == ["1:1 yaml_not_mapping"]
    assert facts("hello\n") == {"found": "text"}


@pytest.mark.promise("merge-conflict")
def test_merge_conflicts_are_named_once_each() -> None:
    side = "
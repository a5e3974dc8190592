"""YAML in, data and ``line:column code`` out."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from cdstrack.core.model.entries import Document
from cdstrack.core.model.naming import escaped
from cdstrack.core.model.problems import Problem
from cdstrack.store.yaml import syntax
from cdstrack.store.yaml.tree import Mapping, Sequence, Tree, parse_yaml
from tests.cases import every_case
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
@every_case("key", ["a\u200b", "\ufeffa", "a\u00ad", "\u2060a", '"a\\u200d"'])
def test_keys_that_differ_by_what_cannot_be_seen_are_duplicates(key: str) -> None:
    assert "yaml_duplicate_key" in {p.code for p in read(f"a: 1\n{key}: 2\n").problems}
    assert "yaml_duplicate_key" in {p.code for p in read(f"x: 0\n{key}: 1\na: 2\n").problems}


@every_case("key", ["e\u200b\u0301", "e\u0301\ufeff", '"e\\u200b\u0301"', '"e\\u0301"'])
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
@every_case(
    "tag", ["!foo", "!!python/object/apply:os.system", "!!binary", "!!set", "!!str", "!", "!<x>"]
)
def test_any_tag_is_refused_and_shown(tag: str) -> None:
    assert problems(f"a: {tag} b\n") == ["1:4 yaml_tag"]
    assert facts(f"a: {tag} b\n") == {"tag": tag}
    assert problems(f"a: {tag} {{b: c}}\n") == ["1:4 yaml_tag"]


@pytest.mark.promise("tags")
@every_case("tag", ["!e!x", "!<x", "!%ED%A0%80", "!%zz"])
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
@every_case("pure", [False, True])
@every_case(
    "text",
    ["[" * 100_000, "{" * 300, "- " * 100_000, "? " * 100_000, "{a: " * 100_000,
     "[\n" * 100_000, "".join(" " * i + "a:\n" for i in range(1000))],
)  # fmt: skip
def test_bottomless_nesting_neither_crashes_nor_hangs(text: str, pure: bool) -> None:
    with at_most(20):
        assert [p.code for p in read(text, pure=pure).problems][-1] == "yaml_depth"


@every_case(
    "text, expected",
    [
        ("[" * 5000, "1:21"),
        ("a: " + "[" * 100, "1:23"),
        ("- - " + "[" * 100, "1:23"),
        ("a:\n- b: {c: " + "[x, " * 5000, "2:74"),
        ("['[', " * 5000, "1:121"),
        ('["]", ' * 5000, "1:121"),
        ("[it's, " * 5000, "1:141"),
        ("[#[\n" * 5000, "21:1"),
        ("[a: " * 5000, "1:41"),
        ("[" * 21 + "@", "1:21"),
    ],
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
@every_case("text", ["a:\t1\n", "a: 1\t\n", "a: b\tc\n", "-\ta\n", "a: [1,\t2]\n"])
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
@every_case("char", ["\u2028", "\u2029", "\u0085", "\r"])
def test_a_line_break_that_editors_do_not_count_is_refused(char: str) -> None:
    assert problems(f"a: 1\nb: x{char}c: 1\n") == ["2:5 yaml_line_break"]
    assert facts(f"a: x{char}y\n") == {"char": escaped(char)}
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
@every_case("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_utf_16_and_32_are_named_with_and_without_a_bom(encoding: str) -> None:
    assert problems(REGISTER.encode(encoding)) == ["1:1 yaml_encoding"]


@pytest.mark.promise("control-characters")
@every_case("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe", "\uffff"])
def test_control_characters_are_refused_raw_and_escaped(char: str) -> None:
    raw, written = f"title: a{char}b\n", f'title: "a\\u{ord(char):04x}b"\n'
    assert problems(raw) == ["1:9 yaml_control"]
    assert problems(written) == ["1:8 yaml_control"]
    assert facts(raw) == facts(written) == {"char": escaped(char)}
    assert only(raw).path == only(written).path == ("title",)


@pytest.mark.promise("control-characters")
@every_case("escape", ["\\ud800", "\\uDFFF", "\\U0000dc00", "\\U00110000"])
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
@every_case("char", ["\u202e", "\u2066", "\u200f", "\u200b", "\u00ad", "\U000e0041"])
def test_bidi_and_other_format_characters_are_refused_and_named(char: str) -> None:
    assert problems(f"a: x{char}y\n") == ["1:5 yaml_invisible"]
    assert problems(f'a: "x\\U{ord(char):08x}"\n') == ["1:4 yaml_invisible"]
    assert facts(f"a: x{char}y\n") == {"char": escaped(char)}
    assert problems(f"a: 1 # {char}\n") == ["1:8 yaml_invisible"]


ELSEWHERE = {
    "nothing": "", "not in NFC": "b: e\u0301\n", "an escape": 'b: "\\t"\n', "a tab": "b:\t1\n",
    "a bad byte": "b: \udcff\n", "a control character": "b: \x01\n", "one in a key": "\x01: 1\n",
    "no character": 'b: "\\ud800"\n', "no character in a key": '"\\ud800": 1\n',
}  # fmt: skip


@every_case("pure", [False, True])
@every_case("line", ELSEWHERE.values())
@every_case("before", [True, False])
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


@every_case("bad", ["\udcff", "\x01", "\u200b"])
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
@every_case("text", ["", "\n\n", "# only\n# comments\n", "---\n", "\ufeff", '""'])
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
    side = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> theirs\n"
    assert problems(f"x: 1\n{side}y: 1\n{side}") == ["2:1 yaml_conflict", "8:1 yaml_conflict"]
    assert problems("a: 1\n>>>>>>> theirs\n") == ["2:1 yaml_conflict"]
    assert problems("# =======\na: '<<<<<<<'\n") == []


def test_a_file_above_the_limit_is_refused() -> None:
    assert problems("a: 12345\n", limit_bytes=8) == ["1:1 yaml_too_large"]
    assert read("a: 12345\n", limit_bytes=8).problems[0].facts == {"limit": 8, "size": 9}
    assert problems("a: 12345\n", limit_bytes=9) == []


# Slips of the pen


@pytest.mark.promise("missing-blank")
@every_case(
    "text, expected",
    [
        ("a:1\n", "1:1 yaml_no_blank"),
        ("a:1\nb: 2\n", "1:1 yaml_no_blank"),
        ("a: 1\nb:2\nc: 3\n", "2:1 yaml_no_blank"),
        ("x:\n  - id:a\n    title: t\n", "2:5 yaml_no_blank"),
        ("x:\n  - id:a\n", "2:5 yaml_no_blank"),
        ("x: {vi:a, en: b}\n", "1:5 yaml_no_blank"),
        ("x: {vi:}\n", "1:5 yaml_no_blank"),
        ('"a":1\n', "1:1 yaml_no_blank"),
        ("a: b: c\n", "1:5 yaml_colon"),
        ("a: 1\n  b: 2\n", "2:4 yaml_indent"),
        ("a:\n    b: 1\n  c: 2\n", "3:3 yaml_indent"),
        ("a:\n- b\n c: 1\n", "3:3 yaml_indent"),
        (" a: 1\nb: 2\n", "2:1 yaml_indent"),
        ("a: 1\nb\nc: 2\n", "2:1 yaml_no_colon"),
        ("a\nb: 1\n", "1:1 yaml_no_colon"),
        ("a: 'x\nb: 2\n", "1:4 yaml_quote"),
        ('a: "Foo\nb: "bar"\n', "1:4 yaml_quote"),
        ('a: "Đề án" của Bộ\n', "1:12 yaml_after_quote"),
        ("a: 'it's'\n", "1:8 yaml_after_quote"),
        ("a: [1, 2\nb: 3\n", "1:4 yaml_bracket"),
        ("a: {b: [1, 2}\n", "1:13 yaml_bracket"),
        ('a: {vi: "x" en: "y"}\n', "1:13 yaml_bracket"),
        ("a: [1", "1:4 yaml_bracket"),
        ("a: 1]\nb: [a]]\n", "2:7 yaml_stray_bracket"),
        ("a: ]\n", "1:4 yaml_stray_bracket"),
        ("a: %x\n", "1:4 yaml_bad_start"),
        ("a: @x\n", "1:4 yaml_bad_start"),
        ("a: >50% of all\n", "1:4 yaml_bad_start"),
        ("a: , b\n", "1:4 yaml_bad_start"),
        ("a: - b\n", "1:4 yaml_dash"),
        ("a: ? b\n", "1:4 yaml_syntax"),
        ("a: [b] c\n", "1:8 yaml_syntax"),
    ],
)
def test_a_slip_has_a_code_and_a_place_of_its_own(text: str, expected: str) -> None:
    assert problems(text) == [expected]
    assert problems(text, pure=True) == [expected]


def test_an_address_or_a_time_is_not_taken_for_a_key() -> None:
    assert problems("a: [http://x.vn/a, 10:30, 'b:c']\nb: c:d\n") == []


def test_a_slip_on_a_line_that_is_wrong_already_is_not_told_twice() -> None:
    assert problems("a: 1\n\u200b\nb: 2\n") == ["2:1 yaml_invisible"]


# All at once


@pytest.mark.promise("all-problems")
def test_all_problems_are_collected_and_sorted() -> None:
    text = "a: !x 1\nb: y\u200b\na: 2\n? [k]\n: 1\n<<: {}\nc:\t3\nd: 'open\n"
    assert problems(text) == [
        "1:4 yaml_tag", "2:5 yaml_invisible", "3:1 yaml_duplicate_key", "4:3 yaml_key_not_text",
        "6:1 yaml_merge", "7:3 yaml_tab", "8:4 yaml_quote",
    ]  # fmt: skip


@pytest.mark.promise("all-problems")
def test_above_the_cap_the_last_problem_says_how_many_are_left_out() -> None:
    text = "a: 1\n" * 151
    assert len(problems(text)) == 101
    assert read(text).problems[-1].code == "yaml_more"
    assert read(text).problems[-1].facts == {"count": 50}
    assert problems(text, max_problems=2)[:2] == problems(text)[:2]
    assert read("a: \x01\n" * 200).problems[-1].facts == {"count": 100}


def test_tens_of_thousands_of_problems_do_not_hang() -> None:
    with at_most(20):
        assert read("a: 1\n" * 20_000).problems[-1].facts == {"count": 19_899}
        many = "".join(f"k{i}: 1\n" for i in range(10_000))
        assert read(many + "k9999: 1\n" * 10_000).problems[-1].facts == {"count": 9_900}
        assert read("\x01a" * 20_000).problems[-1].facts == {"count": 19_900}


def test_facts_stay_short() -> None:
    assert len(str(facts("a: !" + "x" * 5000 + " b\n")["tag"])) == 200


# libyaml and pure PyYAML

CORPUS = [
    REGISTER, "a:\t1\n", "a: 1\t# x\n", "{vi: Xong chưa?, en: Done?}\n", "a: {b:}\n", "a: [b:c]\n",
    "{a: }\n", "[?x]\n", "? a\n: b\n", "? [a]\n: b\n", "a: b#c\n", "a: 'x'#c\n", '{"a":1}\n',
    "a: |2\n    x\n", "a: >-\n  x\n\n  y\n", "a: |+\n  x\n\n", "a:\n- 1\n- 2\n", "- - a\n  - b\n",
    "a: http://x?y=1&z=2\n", "a: -1\nb: -x\n", "a: 1,2\n", "---\na: 1\n...\n", "--- a\n", "&a\n",
    "a: &x !y z\n", "*a : b\n", "a: ! x\n", "%FOO x\n---\na: 1\n", "a: 1\n...\n%FOO\n---\nb: 1\n",
    "[a, b]]\n", "}\n", ": a\n", "-\n", "[a}\n", "{", "a: [", "a: \"x\\", "a: \"x\n---\ny\"\n",
    "k" * 1100 + ": 1\n", "a: !%ED%A0%80 x\n", "a: \"\\ud800\"\n", "a: \ufeffb\n", "\ufffea: 1",
    "a: \"\\\n  x\"\n", "a: 'x\r\n  y'\r\n", "a: x\u00a0y\n", "\U0001f600: \U0001f600\n",
]  # fmt: skip


@every_case("text", CORPUS)
def test_with_and_without_libyaml_the_result_is_the_same(text: str) -> None:
    fast, pure = read(text), read(text, pure=True)
    assert (fast.root, fast.problems) == (pure.root, pure.problems)


def test_a_question_mark_in_brackets_needs_no_quotes() -> None:
    assert read("{vi: Xong chưa?, en: Done?}").root == {"vi": "Xong chưa?", "en": "Done?"}


@every_case("value", ["'\uf8ff'", '"\\uf8ff"', '"\\U0000F8FF"', "\uf8ff\uf8fe"])
def test_a_question_mark_is_not_taken_for_a_private_character_nor_the_other_way(value: str) -> None:
    text = f"{{a?: {value}}}"
    assert read(text).root == read(text, pure=True).root
    every = "".join(map(chr, range(0xE000, 0xF900)))
    assert read(f"a? : '{every}'", pure=True).root == {"a?": every}


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=6,
)


def flow(tree: object) -> str:
    """Write a tree as YAML, everything quoted."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return "'" + str(tree).replace("'", "''") + "'"


def nfc(tree: object) -> object:
    if isinstance(tree, dict):
        return {nfc(k): nfc(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [nfc(v) for v in tree]
    return unicodedata.normalize("NFC", str(tree))


@given(st.dictionaries(words, trees, min_size=1, max_size=4))
@example({"\ufffd": "\u1f71"})
@example({"a?": "\uf8ff", "\u1f71": {"\ufffd": "\u212b"}})
def test_what_is_written_is_read_back(tree: dict[str, object]) -> None:
    text = flow(tree)
    result = read(text, limit_depth=100)
    if not result.problems:
        assert result.root == nfc(tree)
    pure = read(text, limit_depth=100, pure=True)
    assert (result.root, result.problems) == (pure.root, pure.problems)


# Any bytes


def check_any(data: bytes, pure: bool) -> None:
    tree = parse_yaml(data, file="f", pure=pure)
    assert tree.problems or isinstance(tree.root, Mapping)
    lines = [p.place.sort_key for p in tree.problems if p.place]
    assert len(lines) == len(tree.problems)
    assert lines == sorted(lines)
    for problem in tree.problems:
        assert problem.code.startswith("yaml_")
        assert problem.place
        (problem.place.excerpt or "").encode()
        str(dict(problem.facts)).encode()
        assert tree.place(problem.path).line >= 1


@given(st.binary(max_size=200), st.booleans())
@example(b"\xff\xfea\x00", False)
@example(b"a: !%ED%A0%80", False)
@example(b'"\\U00110000"', True)
def test_any_bytes_give_a_tree_or_problems(data: bytes, pure: bool) -> None:
    check_any(data, pure)


PIECES = st.sampled_from(
    [*"\t:-[]{},'\"|>#%@\\?!&*\r\n ", "- ", ": ", "? ", "&a ", "*a", "!t ", "---\n", "<<: ",
     "\\u", "\u2028", "\u200b", "\ufeff", "\x00", "\x1b", "\ud800", "a", "  "]
)  # fmt: skip


@examples(300)
@given(
    st.sampled_from([*CORPUS, REGISTER]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), PIECES), max_size=6),
    st.booleans(),
)
def test_damaged_yaml_gives_a_tree_or_problems(
    text: str, damage: list[tuple[int, int, str]], pure: bool
) -> None:
    for at, cut, piece in damage:
        text = text[:at] + piece + text[at + cut :]
    check_any(text.encode("utf-8", "surrogatepass"), pure)


# Memory


def test_a_tree_is_lean() -> None:
    tree = read("a: [b, c]\n")
    assert isinstance(tree.root, Mapping)
    assert isinstance(tree.root["a"], Sequence)
    assert not hasattr(tree.root, "__dict__")
    assert tree.root.spots == [0, 3]
    assert tree.root["a"].spots == [4, 7]

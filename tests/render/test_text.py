"""The one way out: whatever a file, an argument or a name says, a terminal takes no orders."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cdstrack.render.table import bar, level
from cdstrack.render.text import (
    Look,
    ascii_only,
    csv_block,
    csv_cell,
    fit,
    isolate,
    markdown_cell,
    one_line,
    paint,
    visible,
    width_of,
    wrap,
)
from tests.cases import every_case

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
BLANK = "\u034f\u115f\u1160\u3164\uffa0"
NASTY = st.characters(categories=["Cc", "Cf", "Zl", "Zp"])
TEXT = st.text(st.one_of(st.characters(), NASTY, st.sampled_from("=+-@|`<>[]:\\'\"\t\r\n")))
LOOKS = st.builds(Look, st.sampled_from([None, 40, 80]), st.booleans(), st.booleans())
SGR = re.compile(r"\x1b\[[0-9;]+m")
ISOLATED = re.compile("\u2068([^\u2066-\u2069]+)\u2069")


def unseen(text: str) -> list[str]:
    """The characters that a reader could not see, or that a terminal would obey."""
    return [c for c in text if unicodedata.category(c) in UNSEEN]


@pytest.mark.promise("escape-sequences")
def test_nothing_unseen_is_left():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    harm = unseen(everything)
    assert len(harm) > 2_000
    assert set(visible(everything)).isdisjoint(harm)
    assert [c for c in harm if visible(c) == c] == []


@given(TEXT)
def test_a_block_of_one_line_is_a_cell(text):
    line = text.replace("\n", " ").replace("\t", " ")
    assert csv_block(line) == csv_cell(line)


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=BLANK)))
def test_what_can_be_seen_stays_as_it_is(text):
    assert visible(text) == text


@every_case(
    "text, shown",
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]8;;http://x\x07link", r"\x1b]8;;http://x\x07link"),
        ("a\rb\x08c\x00", r"a\x0db\x08c\x00"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202egpj", r"abc\u202egpj"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\U000e0041", r"\U000e0041"),
        ("[bold]x[/bold] :skull: \\", "[bold]x[/bold] :skull: \\"),
        ("Hà Nội, Đắk Nông 🙂", "Hà Nội, Đắk Nông 🙂"),
    ],
)
def test_what_is_shown(text, shown):
    assert visible(text) == shown


@given(st.lists(st.tuples(TEXT, st.sampled_from(["", "dim", "worst"])), max_size=4), LOOKS)
def test_a_painted_line_is_one_line_with_our_colours_alone(line, look):
    [painted] = paint([line], look)
    assert painted.endswith("\n")
    plain = SGR.sub("", painted) if look.color else painted
    assert unseen(ISOLATED.sub(r"\1", plain[:-1])) == []
    if not look.unicode:
        assert plain.isascii()


@given(st.lists(st.tuples(TEXT, st.just("dim")), max_size=4), st.booleans())
def test_a_line_without_colours_says_what_the_same_line_says_with_them(line, unicode):
    [plain] = paint([line], Look(unicode=unicode))
    [painted] = paint([[*line, ("|", "")]], Look(color=True, unicode=unicode))
    assert plain == SGR.sub("", painted)[:-2].rstrip() + "\n"


def test_what_is_as_wide_as_it_is_long_is_so_for_rich_too():
    cells = {c: cell_len(c) for c in map(chr, range(0x20, 0x3000)) if c.isprintable()}
    assert {c: width_of(c) for c in cells} == cells


@given(TEXT)
def test_ascii_is_ascii(text):
    assert ascii_only(visible(text)).isascii()


def test_ascii_is_readable():
    assert ascii_only("Đắk Nông → “≥ 10 %” ✗ quá hạn") == 'Dak Nong -> ">= 10 %" x qua han'


WORDS = st.lists(st.text("abđế→", min_size=1, max_size=12), max_size=30).map(" ".join)


@given(WORDS, st.integers(12, 60))
def test_wrapping_loses_no_word_and_cuts_none(text, width):
    lines = wrap(text, width)
    assert " ".join(lines) == text
    assert all(width_of(line) <= width for line in lines)


@given(WORDS, WORDS, st.booleans())
def test_a_line_is_broken_to_fit(first, second, unicode):
    look = Look(40, unicode=unicode)
    line = [("  ", ""), (first, "bold"), (" ", ""), (second, "")]
    painted = list(paint(fit([line], look), look))
    assert all(width_of(each.rstrip("\n")) <= 40 for each in painted)
    assert " ".join(painted).split() == "".join(paint([line], look)).split()


def test_a_broken_line_keeps_its_indent_and_its_words():
    look = Look(40)
    text = "an id that is longer than the screen " + "x" * 60
    lines = ["".join(t for t, _ in line) for line in fit([[("    " + text, "")]], look)]
    assert lines[-1] == "    " + "x" * 60
    assert all(line.startswith("    ") for line in lines)


def test_a_first_word_as_wide_as_the_indent_keeps_its_blank():
    (first, _) = ("".join(t for t, _ in line) for line in fit([[("It " * 20, "")]], Look(40)))
    assert first.startswith("It It")


def test_in_a_pipe_nothing_is_broken():
    line = [("long " * 100, "")]
    assert list(fit([line], Look())) == [line]


def test_a_text_of_several_lines_becomes_one():
    assert one_line("one\n  two\nthree\n") == "one two three"


# CSV


@pytest.mark.promise("formulas")
@pytest.mark.parametrize("text", ["-5", "0", "12.5", "-0.25"])
def test_numbers_stay_numbers(text):
    assert csv_cell(text) == text


@every_case("text", ["=1+1", "+1", "-x", "@x", "\t=1", " =1", "\r=1", "\n=1", "＝1"])
def test_formulas_are_defused(text):
    assert csv_cell(text)[0] in "'\\"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1\n2", "'=1\n2"),
        ("@x\r\ny", "'@x\ny"),
        ("\r\n=1", "'\n'=1"),
        ("Report\n= 1\n-2", "Report\n'= 1\n'-2"),
    ],
)
def test_formulas_of_several_lines_are_defused_and_the_lines_kept(text, cell):
    assert csv_block(text) == cell


@pytest.mark.promise("formulas")
@given(st.text(st.sampled_from("=+-@|1a ;,\"'\n\t"), max_size=12), st.sampled_from(";,\t|"))
def test_no_formula_stands_behind_whatever_a_spreadsheet_sets_cells_apart_by(text, mark):
    """Excel of another country reads ``;``; a program may cut lines before it looks for quotes."""
    out = io.StringIO()
    csv.writer(out).writerow(["x", csv_block(text), "y"])
    for lines in (out.getvalue(), out.getvalue().splitlines()):
        lines = io.StringIO(lines, newline="") if isinstance(lines, str) else lines
        cells = [cell for row in csv.reader(lines, delimiter=mark) for cell in row]
        assert not [c for c in cells if re.match(r"[ \t]*[=+@]|-(?![0-9.]+,)", c) and c != text]


def test_a_block_of_text_keeps_its_lines_and_shows_all_else():
    assert csv_block("một\r\nhai\tba\x1b") == "một\nhai ba\\x1b"
    assert csv_block("hai\tba") == "hai ba"


@pytest.mark.promise("formulas")
@given(TEXT)
def test_a_cell_never_begins_a_formula(text):
    cell = csv_cell(text)
    assert unseen(cell) == []
    assert cell[:1] not in tuple("=+@") or not cell
    assert not cell.startswith("-") or re.fullmatch(r"-[0-9]+(\.[0-9]+)?", cell)
    out = io.StringIO()
    csv.writer(out).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [cell, "next"]


# Markdown


@given(TEXT)
def test_a_markdown_cell_stays_one_cell_without_markup(text):
    cell = markdown_cell(text)
    assert unseen(cell) == []
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*\[\]<>]", cell)
    assert "<" not in cell
    assert "http:" not in cell


@pytest.mark.promise("links")
@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("HTTP://x.vn ftp://y", "HTTP:&#8203;//x.vn ftp:&#8203;//y"),
        ("Www.x.vn", "Www&#8203;.x.vn"),
        ("mailto:a@x.vn", "mailto:a&#8203;@&#8203;x.vn"),
        ("Report #12, #x", r"Report #&#8203;12, \#x"),
    ],
)
def test_no_address_becomes_a_link(text, cell):
    assert markdown_cell(text) == cell


# From right to left


@pytest.mark.promise("right-to-left")
def test_letters_from_the_right_are_set_apart_from_what_stands_beside_them():
    [line] = paint([[("Late אב גד: 31", ""), ("  20%", "dim")]], Look())
    assert line == "Late \u2068אב גד\u2069: 31  20%\n"
    assert markdown_cell("Late אב 31") == "Late &#8296;אב&#8297; 31"


@pytest.mark.promise("right-to-left")
def test_every_letter_from_the_right_is_set_apart_and_no_other():
    for char in map(chr, range(0xA0, sys.maxunicode + 1)):
        if unicodedata.bidirectional(char) in ("R", "AL", "AN") and visible(char) == char:
            assert isolate(f"a{char} 1") == f"a\u2068{char}\u2069 1"
    assert isolate("Hà Nội, Đắk Nông 🙂 東京 10–20 %") == "Hà Nội, Đắk Nông 🙂 東京 10–20 %"


def test_a_line_with_letters_from_the_right_is_as_wide_as_it_looks():
    look = Look(40)
    lines = list(paint(fit([[("אבגדה " * 12, "")]], look), look))
    assert all(width_of(line.rstrip("\n")) <= 40 for line in lines)
    assert all(line.count("\u2068") == line.count("\u2069") == 1 for line in lines)


def test_hostile_markdown():
    assert markdown_cell("a|b <script> ![x](y)") == r"a\|b &lt;script&gt; \!\[x\]\(y\)"


# Bars


@every_case(
    "share, planned, drawn",
    [
        ("0", None, "░░░░░░░░░░"),
        ("0.1", "1.0", "█░░░░░░░░░"),
        ("0.999", None, "█████████░"),
        ("0.99999999999999999999", None, "█████████░"),
        ("1", None, "██████████"),
        ("2.26", None, "██████████"),
        ("-0.5", None, "░░░░░░░░░░"),
        ("0.003", None, "█░░░░░░░░░"),
        ("0.1", "0.495", "█░░░│░░░░░"),
        ("0.8", "0.25", "██│█████░░"),
        ("0.5", "0.5", "████│░░░░░"),
        ("0.51", "0.5", "███│█░░░░░"),
        ("0.49", "0.5", "████░│░░░░"),
        ("0.98", "0.99", "████████░│"),
        ("0.02", "0.01", "│█░░░░░░░░"),
        ("0.01", "0.02", "█░│░░░░░░░"),
        ("0", "0.02", "░│░░░░░░░░"),
        ("1", "0.99", "████████│█"),
    ],
)
def test_a_bar_is_full_and_empty_only_when_it_is_and_the_plan_on_its_side(share, planned, drawn):
    assert bar(Decimal(share), Decimal(planned) if planned else None) == drawn


@every_case(
    "share, drawn",
    [
        ("0", "┃─────────"),
        ("0.001", "─┃────────"),
        ("0.5", "────┃─────"),
        ("0.9999", "────────┃─"),
        ("1", "─────────┃"),
        ("1.0001", "──────────┃"),
    ],
)
def test_a_level_is_a_mark_that_stands_at_the_end_only_when_it_is_there(share, drawn):
    assert level(Decimal(share)) == drawn

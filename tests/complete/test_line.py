"""A line as bash hands it over becomes the words that the program would be given."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.complete.command_line import read_line
from tests.cases import every_case

BREAKS = " \t\n\"'><=;|&(:"

LINES = [
    ("cdstrack ^", [""], 0, 0),
    ("cdstrack sh^", ["sh"], 0, 0),
    ("cdstrack show dx ^", ["show", "dx", ""], 2, 0),
    ("cdstrack show d^x --lang vi", ["show", "d", "--lang", "vi"], 1, 0),
    ("cdstrack ^ --lang vi", ["", "--lang", "vi"], 0, 0),
    ("cdstrack status --format=js^", ["status", "--format=js"], 1, 9),
    ("cdstrack status --format=^", ["status", "--format="], 1, 9),
    ('cdstrack show "tập hu^', ["show", "tập hu"], 1, 0),
    ("cdstrack show tập\\ hu^", ["show", "tập hu"], 1, 0),
    ("cdstrack show 'a b' c^", ["show", "a b", "c"], 2, 0),
    ('cdstrack --file="a b^', ["--file=a b"], 0, 7),
    ('cdstrack show "a\\"b \\x$(rm)^', ["show", 'a"b \\x$(rm)'], 1, 0),
    ("cdstrack show \\^", ["show", ""], 1, 0),
    ("cdstrack show '' ^", ["show", "", ""], 2, 0),
]


@every_case("line, words, position, offset", LINES)
def test_words_of_a_line(line, words, position, offset):
    point = line.index("^")
    assert read_line(line.replace("^", ""), point, BREAKS) == (words, position, offset)


def test_where_no_character_breaks_words_bash_leaves_none_alone():
    assert read_line("cdstrack status --format=js", 27, " ").offset == 0


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_what_is_quoted_comes_back(words):
    line = shlex.join(["cdstrack", *words]) + " "
    assert read_line(line, len(line), BREAKS).words == [*words, ""]


@given(st.text(), st.integers(0, 30), st.text())
def test_any_line_can_be_read(line, point, breaks):
    found = read_line(line, point, breaks)
    assert found.offset >= 0
    assert found.position < max(len(found.words), 1)

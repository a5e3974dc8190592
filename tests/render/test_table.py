"""Tables: what fits, what wraps, what is left out, and what is never cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cdstrack.render.table import Column, Row, lay_out
from cdstrack.render.text import Look, paint, width_of

COLUMNS = [
    Column("STATE"),
    Column("TITLE", wraps=True, least=10),
    Column("VALUE", right=True),
    Column("REPORT", drop=1),
    Column("OWNER", drop=2, wraps=True, least=10),
]


def row(name: str, title: str = "A title of several words", value: str = "10,000") -> Row:
    texts = ["overdue", title, value, "27 Apr 2022", "Ministry of Many Words"]
    return Row([[(text, "")] for text in texts], below=(name, "dim"), below_at=1)


def drawn(rows: list[Row], width: int | None, **look: bool) -> list[str]:
    seen = Look(width, **look)
    return "".join(paint(lay_out(COLUMNS, rows, seen), seen)).splitlines()


def test_a_row_is_one_line_in_a_pipe_with_its_id_in_front():
    lines = drawn([row("first-id"), row("second")], None)
    assert len(lines) == 3
    assert lines[1].split()[0] == "first-id"
    assert lines[1].index("overdue") == lines[2].index("overdue") == lines[0].index("STATE")


def test_everything_fits_on_a_wide_screen():
    lines = drawn([row("an-id")], 200)
    assert len(lines) == 3
    assert "Ministry of Many Words" in lines[1]
    assert lines[2].strip() == "an-id"


def test_the_least_important_columns_are_dropped_first():
    heads = {width: drawn([row("an-id")], width)[0] for width in (60, 50, 35)}
    assert "OWNER" in heads[60]
    assert "OWNER" not in heads[50]
    assert "REPORT" in heads[50]
    assert "REPORT" not in heads[35]
    assert all("STATE" in head and "TITLE" in head and "VALUE" in head for head in heads.values())


def test_an_id_longer_than_its_column_gets_a_line_of_its_own():
    name = "an-id-that-is-quite-a-bit-longer-than-its-column"
    assert name in "\n".join(drawn([row(name)], 60))


def test_a_long_word_is_cut_at_a_hyphen_but_never_widens_the_table():
    lines = drawn([row("id", "Digital-transformation " + "x" * 30)], 35)
    assert max(map(width_of, lines)) <= 35
    assert any("Digital-" in line and "transf" not in line for line in lines)


def test_where_no_table_fits_a_row_is_stacked():
    lines = drawn([row("an-id")], 24)
    assert lines == ["overdue", "  A title of several", "  words", "  10,000", "  an-id"]


def test_a_hidden_character_is_measured_as_it_is_shown():
    lines = drawn([row("a", value="\x1b[1m"), row("b", value="10")], 80)
    assert r"\x1b[1m" in lines[1]
    at = lines[0].index("REPORT")
    assert all(line[at - 2 : at] == "  " for line in lines if "2022" in line)


def test_ascii_keeps_the_columns_straight():
    lines = drawn([row("a", "→ → →", "≥ 5"), row("b", "Đắk Nông", "5")], 80, unicode=False)
    assert all(line.isascii() for line in lines)
    at = lines[0].index("REPORT")
    assert all(line[at : at + 2] == "27" for line in lines if "2022" in line)


TITLES = st.text("ab đế-\x1b→", max_size=60)


@given(
    st.lists(st.builds(row, st.just("an-id"), TITLES, st.sampled_from(["10,000", "≥ 5"]))),
    st.integers(30, 120),
    st.booleans(),
)
def test_no_table_is_wider_than_the_screen_and_no_number_is_cut(rows, width, unicode):
    lines = drawn(rows, width, unicode=unicode)
    assert all(width_of(line) <= width for line in lines)
    assert sum("10,000" in line for line in lines) == sum(
        each.cells[2][0][0] == "10,000" for each in rows
    )

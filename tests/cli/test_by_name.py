"""Names are looked up in one way everywhere, and never taken for others with other marks."""

from __future__ import annotations

import unicodedata

import pytest

from cdstrack.core.model.naming import has_words, look_up
from tests.cases import every_case
from tests.cli.build import DATED, HEAD, TRAINED, target
from tests.sheets.filled import row, workbook

COMMUNES = (
    HEAD
    + """\
  to-hat: {name: {vi: Xã Ba Tô, en: Ba To}}
  to-mu: {name: {vi: Xã Ba Tơ, en: Ba To}}
  hoa: {name: {vi: Xã Hòa Bình, en: Hoa Binh}}
  an: {name: {vi: Xã An, en: An}}
  an-phu: {name: {vi: Xã An Phú, en: An Phu}}
groups:
  communes:
    name: {vi: Các xã, en: Communes}
    size: [{from: 2026-01-01, n: 5}]
    members: [to-hat, to-mu, hoa, an, an-phu]
"""
)
TAUGHT = target(
    "taught",
    DATED + "reporters: communes\nacross: sum\n"
    "conditions: {key: {vi: Khóa học, en: Course}, science: {vi: Khoa học, en: Science}}\n",
    vi="Hoá đơn điện tử",
    en="Invoices",
)  # fmt: skip
COURSES = target("courses", DATED + "conditions: {key: {vi: Khóa học, en: Course}}\n",
                 vi="Hòa giải", en="Mediation")  # fmt: skip


@pytest.fixture
def communes(cli):
    cli.write(TAUGHT, COURSES, TRAINED, head=COMMUNES)
    return cli


NAMES = [("course", ["Khóa học"]), ("science", ["Khoa học"]), ("hoa", ["Hòa Bình", "Peace"])]


@every_case(
    "text, ids",
    [
        ("Khóa học", ["course"]),
        ("Khoá học", ["course"]),
        (unicodedata.normalize("NFD", "Khóa  học"), ["course"]),
        ("KHOÁ HỌC", ["course"]),
        ("Khoa học", ["science"]),
        ("khoa hoc", ["course", "science"]),
        ("Hoà bình", ["hoa"]),
        ("hoa binh", ["hoa"]),
        ("Hoa Binh", ["hoa"]),
        ("Họa Bình", []),
        ("Hoa Bình", []),
        ("peace", ["hoa"]),
        ("Péace", []),
    ],
)
def test_a_name_is_found_by_the_nearest_way_and_never_with_other_marks(text, ids):
    assert look_up(text, NAMES) == ids


@every_case(
    "early, late",
    [("thúy", "thuý"), ("khỏe", "khoẻ"), ("hòa", "hoà"), ("HÓA", "HOÁ")],
)
def test_where_the_tone_is_written_makes_no_other_word(early, late):
    assert look_up(early, [("it", [late])]) == ["it"]


@every_case(
    "text, name, holds",
    [
        ("khoá", "Khóa học", True), ("khó", "Khóa học", True), ("hoc kh", "Khóa học", True),
        ("khoa", "Khóa học", True), ("khoả", "Khóa học", False), ("học khoa", "Khóa học", False),
        ("đào", "Dao động", False), ("dao", "Đào tạo", True),
    ],
)  # fmt: skip
def test_parts_of_a_name_with_marks_are_looked_for_with_them(text, name, holds):
    assert has_words(text, name) is holds


@pytest.mark.parametrize(
    ("body", "part", "recorded"),
    [
        ("Xã Ba Tô", "Khóa học", ("to-hat", "key")),
        ("Xã Ba Tơ", "Khoa học", ("to-mu", "science")),
        ("xã ba tơ", "KHOÁ HỌC", ("to-mu", "key")),
        ("xa hoa binh", "science", ("hoa", "science")),
        ("Xã Hoà Bình", "Course", ("hoa", "key")),
        ("xã an", "key", ("an", "key")),
    ],
)
def test_names_on_the_command_line_and_in_a_form_mean_the_same(communes, body, part, recorded):
    args = ("taught", "5", "--body", body, "--part", part, "--date", "6/2026", "--yes")
    assert communes("add-progress", *args).code == 0
    workbook(communes.folder / "form.xlsx", row("6", "taught", "7/2026", body=body, part=part))
    assert communes("import", "form.xlsx", "--yes").code == 0
    assert {(r["body"], r["part"]) for r in communes.records} == {recorded}
    assert len(communes.records) == 2


@every_case(
    "args, words",
    [
        (["taught", "--body", "xa ba to"], "may be several bodies: to-hat or to-mu"),
        (["taught", "--body", "Ba To"], "may be several bodies: to-hat or to-mu"),
        (["taught", "--body", "Xã Bà Tô"], "There is no body Xã Bà Tô"),
        (["taught", "--part", "khoa hoc"], "may be several conditions: key or science"),
        (["courses", "--part", "Khoa học"], "no condition Khoa học. Did you mean key?"),
        (["taught", "--body", "Xã Hóa Bình"], "Did you mean hoa?"),
    ],
)
def test_what_fits_several_or_contradicts_is_refused_with_the_candidates(communes, args, words):
    name, option, text = args
    told = communes("add-progress", name, "5", option, text, "--yes", "--lang", "en")
    assert (told.code, communes.records) == (2, [])
    assert words in told.err
    key = {"--body": "body", "--part": "part"}[option]
    workbook(communes.folder / "form.xlsx", row("6", name, **{key: text}))
    told = communes("import", "form.xlsx", "--yes", "--lang", "en")
    assert (told.code, communes.records) == (3, [])
    assert words in told.err


@every_case(
    "args",
    [
        ["status", "--owner"], ["export", "--format", "csv", "--owner"], ["due", "--owner"],
        ["scoreboard", "--owner"], ["due", "--body"], ["history", "--body"],
        ["template", "-o", "form.csv", "--owner"],
    ],
)  # fmt: skip
def test_owners_and_bodies_are_named_alike_by_every_command(communes, args):
    for text in ("to-mu", "Xã Ba Tơ", "XÃ BA TƠ"):
        (communes.folder / "form.csv").unlink(missing_ok=True)
        assert communes(*args, text).code == 0
    for text in ("Xã Ba Tờ", "xa ba to"):
        assert communes(*args, text).code == 2


def test_a_group_is_named_by_its_name_too(communes):
    assert communes("scoreboard", "taught", "--group", "các xã").code == 0
    assert communes("scoreboard", "taught", "--group", "các xà").code == 2


def test_the_owner_by_name_selects_what_the_id_does(communes):
    by_id = communes("status", "--owner", "office", "--format", "csv").out
    assert "taught" in by_id
    assert communes("status", "--owner", "văn phòng", "--format", "csv").out == by_id


UNITS = target(
    "rice",
    "kind: reach\nunit: {vi: kg, en: kg}\ntarget: {at_least: 1000}\ndeadline: 2026\nconvert:\n"
    "  - {unit: {vi: tạ, en: quintal}, factor: 100}\n"
    "  - {unit: {vi: tá, en: dozen}, factor: 12}\n",
)


def test_units_are_told_apart_by_their_marks(cli):
    cli.write(UNITS)
    for number, text in enumerate(("2 tạ", "2 tá"), start=1):
        date = f"{number}/2026"
        assert cli("add-progress", "rice", text, "--date", date, "--yes", "--lang", "vi").code == 0
    assert [record["value"] for record in cli.records] == ["200", "24"]
    for text, words in (("2 ta", "có thể là tạ hoặc tá"), ("2 tả", "tả")):
        told = cli("add-progress", "rice", text, "--date", "3/2026", "--yes", "--lang", "vi")
        assert told.code == 2
        assert words in told.err


# Titles, where nobody can be asked


@every_case("command", [["show"], ["history"], ["add-progress"], ["scoreboard"]])
@every_case("text, ids", [("hoà giải", "courses"), ("Invoices", "taught"),
                                           ("hoa", "taught or courses")])  # fmt: skip
def test_a_title_without_a_keyboard_is_answered_with_ids(communes, command, text, ids):
    more = ["5", "--yes"] if command == ["add-progress"] else []
    told = communes(*command, text, *more, "--lang", "en")
    assert told.code == 2
    assert "Titles are searched only where cdstrack can ask" in told.err
    assert f"these words: {ids}." in told.err
    assert "bàn phím" in communes(*command, text, *more, "--lang", "vi").err


def test_of_many_titles_some_ids_are_named_and_all_are_counted(cli):
    cli.write(*(target(f"road-{n}", "kind: unquantified\n", en="Paved") for n in range(1, 9)))
    told = cli("show", "paved", "--lang", "en")
    assert "8 titles have these words: road-1, road-2, road-3, road-4, road-5 or …." in told.err


def test_a_title_in_the_cell_for_ids_is_answered_with_ids_too(communes):
    workbook(communes.folder / "form.xlsx", row("6", "Hoà giải"))
    told = communes("import", "form.xlsx", "--yes", "--lang", "en")
    assert told.code == 3
    assert "A4: error: “Hoà giải” is no id" in told.err
    assert "1 title has these words: courses." in told.err


def test_an_id_in_other_letters_is_the_id(communes):
    assert communes("show", "COURSES").code == 0

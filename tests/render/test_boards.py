"""The boards of bodies and of due reports: they fit the screen, and no name does harm."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import product
from typing import Any

import pytest

from cdstrack.app.boards import DueList, Scoreboard, TargetBoard
from cdstrack.app.standing import Status, judge
from cdstrack.core.model.entries import Body
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.register import Ledger
from cdstrack.core.verdict.dues import dues
from cdstrack.core.verdict.scores import Score
from cdstrack.i18n import Words
from cdstrack.render.board import BOARD_FORMATS, Board
from cdstrack.render.board_data import BODY_FIELDS, DUE_FIELDS, SCORE_FIELDS
from cdstrack.render.body_boards import bodies_board, due_board, scores_board
from cdstrack.render.text import Look, width_of
from tests.cases import every_case
from tests.cli.boards import asked as asks
from tests.cli.build import target as target_text
from tests.core.build import (
    asked,
    assess,
    assess_bodies,
    body,
    day,
    group_of,
    population,
    register_of,
    said,
)
from tests.render.test_formats import HOSTILE, unseen

EN, VI = Words("en"), Words("vi")
KINDS = ["scores", "bodies", "due"]
FIELDS = {"scores": SCORE_FIELDS, "bodies": BODY_FIELDS, "due": DUE_FIELDS}


def status_of(bodies: dict[str, Body], **said: Any) -> Status:
    """A register of these bodies, as of a day in 2026."""
    return judge(register_of(bodies=bodies, **said), Ledger({}), day("2026-11-21"))


def board(kind: str, text: str, words: Words) -> Board:
    """A board on which everything that has a name is called ``text``."""
    bodies = {name: body(name=text) for name in ("north", "south")}
    status = status_of(bodies, title=Bilingual(vi=text, en=text))
    if kind == "scores":
        return scores_board(Scoreboard(status, [Score("north"), Score("south")]), words)
    of = asked("mean", title=text, unit=text, report_every="month", deadline="2030")
    group = group_of(bodies)
    told, on = said("2026-09", north="5"), "2026-11-21"
    verdict = assess(of, told, on=on, bodies=bodies, group=group)
    if kind == "bodies":
        judged = assess_bodies(of, told, on=on, bodies=bodies, group=group)
        return bodies_board(TargetBoard(status, verdict, judged), words)
    owed = list(dues(verdict, population(of, bodies, group)))
    return due_board(DueList(status, owed, regular=True), words, within="90d")


def printed(kind: str, text: str, form: str, words: Words = EN, width: int | None = None) -> str:
    return "".join(BOARD_FORMATS[form](board(kind, text, words), Look(width)))


# Names that mean harm


@every_case("words", [EN, VI])
@every_case("form", BOARD_FORMATS)
@every_case("kind", KINDS)
def test_nothing_unseen_reaches_the_reader(kind, form, words):
    for text in [*HOSTILE, "two\nlines"]:
        for width in (None, 40, 80):
            out = printed(kind, text, form, words, width)
            assert unseen(out.replace("\r\n", "\n")) == set(), text


@pytest.mark.parametrize("kind", KINDS)
def test_markup_is_printed_as_it_is(kind):
    assert "[bold]x[/bold] [/foo] :skull: \\" in printed(kind, HOSTILE[5], "table")


@every_case("kind", KINDS)
@every_case("text", [*HOSTILE, "two\nlines", '"quoted", with a comma'])
def test_csv_keeps_its_columns_and_defuses_formulas(kind, text):
    rows = list(csv.reader(io.StringIO(printed(kind, text, "csv"), newline="")))
    assert rows[0] == list(FIELDS[kind])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 3
    assert not any(re.match(r"[ \t]*[=+@|]|-\D", cell) for row in rows for cell in row)


@every_case("kind", KINDS)
@every_case("text", [*HOSTILE, "two\nlines", "a | b `c` | d", "</table><script>"])
def test_a_markdown_cell_stays_one_cell(kind, text):
    out = printed(kind, text, "md")
    rows = [line for line in out.splitlines() if line.startswith("|")]
    cells = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert cells == {1 + {"scores": 8, "bodies": 5, "due": 4}[kind]}
    assert "<script" not in out
    assert "](" not in out.replace("\\](", "").replace("\\]\\(", "")
    assert len([line for line in out.splitlines() if line.startswith("#")]) == (
        3 if kind == "due" else 1
    )


@every_case("kind", KINDS)
@every_case("text", [*HOSTILE, "two\nlines"])
def test_data_keeps_the_true_text(kind, text):
    found = json.loads(printed(kind, text, "json"))
    listed = found["due" if kind == "due" else "bodies"]
    assert {each["name"]["en"] for each in listed} == {text}


def test_a_body_that_the_register_does_not_know_goes_by_its_id(cli):
    status = status_of({})
    shown = scores_board(Scoreboard(status, [Score("unknown")]), EN)
    assert "unknown" in "".join(BOARD_FORMATS["table"](shown, Look()))
    [record] = csv.DictReader(io.StringIO("".join(BOARD_FORMATS["csv"](shown, Look()))))
    assert (record["body"], record["name_vi"], record["name_en"]) == ("unknown", "", "")
    assert json.loads("".join(BOARD_FORMATS["json"](shown, Look())))["bodies"][0]["name"] is None


# On the screen


HEAD = """\
cdstrack: 1
title:
  vi: Sổ theo dõi cam kết chuyển đổi số của các bộ, ngành và địa phương giai đoạn 2026–2030
  en: Register of the digital-transformation commitments of ministries, sectors and localities
sources:
  plan: {title: {vi: Kế hoạch, en: The plan}, date: 2026-01-01}
bodies:
  government-office: {name: {vi: Văn phòng Chính phủ, en: Government Office}}
  peoples-committee-of-the-north-province:
    name: {vi: Ủy ban nhân dân tỉnh Bắc, en: People's Committee of North Province}
  peoples-committee-of-the-south-province:
    name:
      vi: Ủy ban nhân dân thành phố trực thuộc trung ương ở phía Nam
      en: People's Committee of the centrally governed city in the South
groups:
  provinces:
    name: {vi: Các tỉnh, en: Provinces}
    size: [{from: 2026-01-01, n: 2}]
    members: [peoples-committee-of-the-north-province, peoples-committee-of-the-south-province]
  communes: {name: {vi: Các xã, en: Communes}, size: [{from: 2026-01-01, n: 3321}]}
"""
NORTH, SOUTH = (f"peoples-committee-of-the-{where}-province" for where in ("north", "south"))
LONG_EN = "Share of administrative procedures that are handed in online from end to end"
LONG_VI = "Tỷ lệ hồ sơ thủ tục hành chính được nộp và giải quyết trực tuyến toàn trình"


@pytest.fixture
def long_names(cli: Any) -> Any:
    targets = [
        asks("procedures-handed-in-online", "ratio", "report_every: month\nlag_days: 10\n"
             "baseline: {value: 0, date: 2026-01-01}\n", vi=LONG_VI, en=LONG_EN),
        asks("chairs-work-and-sign-digitally", "share", "report_every: quarter\n",
             goal="at_least: 100", vi=LONG_VI, en=LONG_EN),
        asks("officials-trained", "sum", "accumulate: sum\nreport_every: half\n",
             goal="at_least: 1000000", vi=LONG_VI, en=LONG_EN),
        asks("communes-with-a-desk", "share", "report_every: half\n", group="communes"),
        target_text("law", "kind: milestone\nreport_every: year\n"),
    ]  # fmt: skip
    text = "".join(targets).replace("owner: office", "owner: government-office")
    cli.write(text, head=HEAD)
    counts = ("--n", "1234567", "--of", "1300000", "--date", "2026-06")
    cli.report("procedures-handed-in-online", "--body", NORTH, *counts)
    cli.report("officials-trained", "--body", NORTH, "987654", "--date", "2026-08-31")
    return cli


COMMANDS = [
    ["scoreboard"],
    ["scoreboard", "procedures-handed-in-online"],
    ["scoreboard", "chairs-work-and-sign-digitally"],
    ["scoreboard", "officials-trained"],
    ["scoreboard", "communes-with-a-desk"],
    ["scoreboard", "--as-of", "2025-01-01"],
    ["due"],
    ["due", "--within", "1y"],
    ["due", "--as-of", "2025-01-01"],
]
IDS = {
    "scoreboard": [NORTH, SOUTH, "government-office"],
    "due": [
        "procedures-handed-in-online", "chairs-work-and-sign-digitally", "officials-trained",
        "communes-with-a-desk",
    ],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_screen(long_names, command):
    for width, lang in product([40, 60, 80, 120], ["en", "vi"]):
        long_names.in_terminal(width)
        ran = long_names(*command, "--lang", lang)
        assert (ran.code, ran.err) == (0, "")
        too_wide = [line for line in ran.out.splitlines() if width_of(line) > width]
        # An id is never cut: it may stand alone on a line that is too short for it.
        assert [line for line in too_wide if line.strip() not in (NORTH, SOUTH)] == [], width
        if width >= 80:
            assert too_wide == [], width


@pytest.mark.parametrize("command", ["scoreboard", "due"])
def test_no_id_is_cut(long_names, command):
    for width, lang in product([40, 80, 120, 200], ["en", "vi"]):
        long_names.in_terminal(width)
        words = long_names(command, "--lang", lang).out.split()
        for name in IDS[command]:
            assert name in words, (width, lang)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_no_number_is_cut(long_names, lang):
    for width in (40, 80, 120, 200):
        long_names.in_terminal(width)
        out = long_names("scoreboard", "procedures-handed-in-online", "--lang", lang).out
        assert ("1,234,567/1,300,000" if lang == "en" else "1.234.567/1.300.000") in out


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_on_the_narrowest_screen_a_column_still_has_its_heading(long_names, lang):
    long_names.in_terminal(40)
    lines = long_names("scoreboard", "--lang", lang).out.splitlines()
    words = Words(lang)
    heading = next(line for line in lines if words("col_missing") in line)
    assert words("col_body") in heading
    assert words("col_overdue") in heading
    assert words("col_outside") not in heading


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_on_a_wide_screen_all_columns_are_there(long_names, lang):
    long_names.in_terminal(200)
    out = long_names("scoreboard", "--lang", lang).out
    columns = ["body", "missing", "overdue", "late", "on_time", "in_time", "outside", "report"]
    heading = next(line for line in out.splitlines() if Words(lang)("col_missing") in line)
    assert [heading.index(Words(lang)(f"col_{key}")) for key in columns] == sorted(
        heading.index(Words(lang)(f"col_{key}")) for key in columns
    )


def test_in_a_pipe_a_row_is_one_line(long_names):
    lines = long_names("scoreboard", "--lang", "en").out.split("\n\n")[1].splitlines()
    assert lines[0].split()[:2] == ["ID", "BODY"]
    assert sorted(line.split()[0] for line in lines[1:]) == sorted(IDS["scoreboard"])
    of_target = long_names("scoreboard", "officials-trained", "--lang", "en").out
    assert len(of_target.split("\n\n")[1].splitlines()) == 3
    due = long_names("due", "--lang", "en").out
    for name in IDS["due"]:
        assert len([line for line in due.splitlines() if line.split()[:1] == [name]]) >= 1
    assert max(map(width_of, due.splitlines())) > 120


def test_colour_marks_what_is_wrong_and_changes_no_word(long_names):
    long_names.in_terminal(120)
    plain = long_names("scoreboard", "--lang", "en").out
    long_names.in_terminal(120, color=True)
    coloured = long_names("scoreboard", "--lang", "en").out
    assert coloured != plain
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_without_unicode_everything_is_in_ascii(long_names):
    long_names.monkeypatch.setattr(
        "cdstrack.cli.session._look", lambda stream, asked: Look(80, unicode=False)
    )
    for command in COMMANDS:
        assert long_names(*command, "--lang", "vi").out.isascii()


def test_a_name_as_wide_as_the_screen_is_wrapped():
    bodies = {"x": Body.model_validate({"name": " ".join(["Hội"] * 60)})}
    status = status_of(bodies)
    for width in (40, 80, 200):
        scores = Scoreboard(status, [Score("x")])
        shown = "".join(BOARD_FORMATS["table"](scores_board(scores, VI), Look(width)))
        assert max(map(width_of, shown.splitlines())) <= width
        assert shown.split().count("Hội") == 60

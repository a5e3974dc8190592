"""Hostile text in every field, argument, option and name, in every format; the bytes that come out.

No control or format character reaches a reader raw, JSON keeps the true text, and nothing that
anybody wrote makes the program fail or the gate confuse a fault with a finding.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from cdstrack.cli import COMMANDS
from cdstrack.cli.check import FORMS as CHECKS
from cdstrack.cli.parser import build
from cdstrack.cli.session import PROSE
from cdstrack.render.board import BOARD_FORMATS, FORMATS
from cdstrack.render.text import csv_cell
from cdstrack.store.yaml.tree import parse_yaml
from tests.cases import naming
from tests.cli.build import LATE, LAW, TRAINED, register
from tests.corpus.files import FOLDER
from tests.draws import examples
from tests.trust.runs import ARGUMENT, HOSTILE, NEEDED, OURS, Here, Ran, unseen


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield Here(tmp_path_factory.mktemp("hostile"), patch)


READING = [
    *(["status", "--all", "--format", form] for form in FORMATS),
    ["status", "--group-by", "tag"],
    ["status", "--group-by", "owner", "--color", "always"],
    ["overdue", "--within", "900d"],
    ["overdue", "--format", "json"],
    ["check"],
    ["check", "--format", "json"],
    ["history"],
    ["history", "--format", "json"],
    ["validate"],
    ["show", "roads"],
    ["show", "roads", "--format", "json"],
    ["add-progress", "roads", "5", "--dry-run"],
    ["export", "--format", "csv", "--what", "reports"],
    ["export", "--format", "json"],
    ["export", "--format", "ics"],
]


def check_said(ran: Ran, args: list[str]) -> None:
    """What holds of every answer to whatever command."""
    assert not ran.faulty, ran
    assert ran.code in ((0, 1, 2, 3) if args[0] == "check" else (0, 2, 3))
    allowed = "\t" if "plain" in args else "\r" if {"csv", "ics"} & {*args} else ""
    out, err = (
        OURS.sub("", said.decode()).encode() if "always" in args else said
        for said in (ran.out, ran.err)
    )
    assert unseen(out, allowed=allowed) == set()
    assert unseen(err) == set()
    if not ran.out:
        return
    if "json" in args:
        assert ran.out.isascii()
        json.loads(ran.out)
    if "svg" in args:
        ElementTree.fromstring(ran.out)  # noqa: S314
    if "ics" in args:
        Calendar.from_ical(ran.out)
    if "csv" in args:
        rows = list(csv.reader(io.StringIO(ran.out.decode(), newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(csv_cell(cell) == cell for row in rows for cell in row)


# The register

EVERYTHING = parse_yaml((FOLDER / "good" / "everything.yaml").read_bytes(), file="x").root


def spots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the words of a tree stand."""
    if isinstance(node, dict):
        return [spot for key, value in node.items() for spot in spots(value, (*path, key))]
    if isinstance(node, list):
        return [spot for index, item in enumerate(node) for spot in spots(item, (*path, index))]
    return [path]


def changed(node: Any, path: tuple[Any, ...], text: str, *, key: bool) -> Any:
    """A tree with a text in the place of one of its words, or of the key before it."""
    step, rest = path[0], path[1:]
    if isinstance(node, list):
        inner = text if not rest else changed(node[step], rest, text, key=key)
        return [inner if index == step else item for index, item in enumerate(node)]
    here = key and not any(isinstance(each, str) for each in rest)
    return {
        (text if here and name == step else name): (
            value if here or name != step else text if not rest
            else changed(value, rest, text, key=key)
        )
        for name, value in node.items()
    }  # fmt: skip


SPOTS = spots(EVERYTHING)


@st.composite
def hostile_registers(draw: Any) -> str:
    tree = EVERYTHING
    for path in draw(st.lists(st.sampled_from(SPOTS), min_size=1, max_size=3, unique=True)):
        try:
            tree = changed(tree, path, draw(HOSTILE), key=draw(st.integers(0, 4)) == 0)
        except (KeyError, IndexError, TypeError):  # its key was changed before
            continue
    return json.dumps(tree, ensure_ascii=draw(st.booleans()))


REPORT = {"id": "a", "target": "roads", "date": "2024", "value": "5",
          "recorded": "2024-01-01T00:00:00Z"}  # fmt: skip


@pytest.mark.promise("escape-sequences")
@examples(80)
@given(hostile_registers(), st.sampled_from(READING), st.sampled_from(["vi", "en"]))
def test_hostile_text_in_any_field_of_the_register(here, text, args, lang):
    here.write(text, json.dumps(REPORT) + "\n")
    check_said(here(*args, "--lang", lang), args)


@pytest.mark.promise("markup")
@pytest.mark.parametrize("section", EVERYTHING)
def test_no_field_lets_markup_formulas_or_escapes_through(here, section):
    text = "=[bold]\\ :skull: {x} | <b>"
    commands = [["status", "--format", "csv"], ["status", "--format", "svg"], ["show", "roads"]]
    everywhere = EVERYTHING
    for path in (each for each in SPOTS if each[0] == section):
        here.write(json.dumps(changed(EVERYTHING, path, text, key=False)))
        ran = here(*commands[0])
        with naming(path):
            check_said(ran, commands[0])
        if ran.code != 3:  # else all refuse it in the same words
            everywhere = changed(everywhere, path, text, key=False)
    here.write(json.dumps(everywhere))
    for args in commands:
        ran = here(*args)
        check_said(ran, args)
        assert ran.code == 0


# The ledger

FIELDS = ["id", "target", "body", "part", "date", "value", "qualifier", "source", "note", "by",
          "recorded", "corrects", "key", "unknown"]  # fmt: skip
records = st.dictionaries(st.sampled_from(FIELDS), HOSTILE, max_size=3).map(
    lambda more: {**REPORT, **more}
)


@st.composite
def hostile_ledgers(draw: Any) -> bytes:
    lines = []
    for record in draw(st.lists(records, min_size=1, max_size=3)):
        text = json.dumps(record, ensure_ascii=draw(st.booleans()))
        if draw(st.integers(0, 5)) == 0:  # a raw control character, a lost quote
            at = draw(st.integers(0, len(text)))
            text = text[:at] + draw(HOSTILE) + text[at + 1 :]
        lines.append(text.encode("utf-8", "surrogatepass"))
    return b"\n".join(lines) + draw(st.sampled_from([b"\n", b"", b"\xff\x1b[2J\n"]))


SOUND = (FOLDER / "good" / "everything.yaml").read_text("utf-8")


@pytest.mark.promise("escape-sequences")
@examples(80)
@given(hostile_ledgers(), st.sampled_from(READING), st.sampled_from(["vi", "en"]))
def test_hostile_text_in_any_field_of_the_ledger(here, ledger, args, lang):
    here.write(SOUND, ledger)
    check_said(here(*args, "--lang", lang), args)


def is_text(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


@pytest.mark.promise("json-text")
@examples(60)
@given(HOSTILE.filter(is_text))
@example("\x1b[31m\u202e\x00\r\n\t=1+1 [bold] 🙂")
def test_json_keeps_the_true_text_whatever_it_is(here, text):
    here.write(SOUND, json.dumps({**REPORT, "note": text, "by": text}) + "\n")
    [record] = json.loads(here("history", "--format", "json").out)["records"]
    assert (record["note"], record["by"]) == (text, text)


# Arguments, options and names


@cache
def options(name: str) -> list[str]:
    params = build(name).commands[name].params
    return [opt for p in params if p.param_type_name == "option" for opt in p.opts]


FORMS = [
    lambda option, text: [option, text],
    lambda option, text: [f"{option}={text}"],
    lambda option, text: [f"{option}{text}"],
]
"""A text as a value of its own, tied to the option, and where no value belongs."""


@pytest.mark.promise("escape-sequences")
@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_text_in_every_option(here, name):
    texts = "", "\x1b]8;;http://x\x07[bold]\udcff\u202e\r\b\n:skull: {0}"
    for option in options(name):
        here.write(register(TRAINED, LAW))
        for form, text in product(FORMS, texts):
            check_said(here(name, *NEEDED.get(name, []), *form(option, text)), [name])


@pytest.mark.promise("escape-sequences")
@examples(120)
@given(st.sampled_from(list(COMMANDS)), st.sampled_from(FORMS), ARGUMENT, st.data())
def test_any_text_in_an_option(here, name, form, text, data):
    here.write(register(TRAINED, LAW))
    given_ = form(data.draw(st.sampled_from(options(name))), text)
    check_said(here(name, *NEEDED.get(name, []), *given_), [name])


@pytest.mark.promise("escape-sequences")
@examples(80)
@given(st.sampled_from(list(COMMANDS)), st.lists(ARGUMENT, min_size=1, max_size=3))
def test_hostile_text_as_arguments(here, name, texts):
    here.write(register(TRAINED, LAW))
    if name != "init":  # it would make these folders
        check_said(here(name, *texts), [name])
    check_said(here(*texts), ["no command"])
    check_said(here("show", "trained", *texts), ["show"])
    check_said(here("add-progress", *texts, "5", "--yes"), ["add-progress"])


NAMES = ARGUMENT.map(lambda text: re.sub("[/\x00]", "", text)[:60]).filter(
    lambda name: name not in ("", ".", "..") and "\ud800" not in name
)


@pytest.mark.promise("escape-sequences")
@examples(60)
@given(NAMES, st.sampled_from([args for args in READING if "roads" not in args]))
@example("\x1b[2J\n\udcff\u202e.yaml", ["validate"])
@example("-\x1b[2J", ["check"])
def test_hostile_names_of_files_and_folders(here, name, args):
    folder = here.folder / "names" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_text(register(TRAINED, LAW) + "typo: 1\n", encoding="utf-8")
        (folder / "progress.jsonl").write_text("damaged\n", encoding="utf-8")
    except (OSError, UnicodeEncodeError):
        return  # the file system refuses it already
    ran = here(*args, f"--file={path}")
    check_said(ran, args)
    assert ran.code == 3


@pytest.mark.promise("escape-sequences")
@examples(30)
@given(NAMES)
@example("\x1b[2J\n\udcff\u202e")
def test_hostile_names_of_a_new_register(here, name):
    check_said(here("init", f"new/{name}"), ["init"])


@pytest.mark.promise("escape-sequences")
@examples(40)
@given(
    st.sampled_from(
        ["CDSTRACK_FILE", "CDSTRACK_AS_OF", "CDSTRACK_BY", "LC_ALL", "LANG", "COLUMNS"]
    ),
    ARGUMENT,
    st.sampled_from([["status"], ["check"], ["add-progress", "trained", "5", "--dry-run"]]),
)
def test_hostile_text_in_the_environment(here, name, text, args):
    here.write(register(TRAINED, LAW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, text)
        check_said(here(*args), args)


FOR_PROGRAMS = [
    *(["status", "--all", "--format", form] for form in FORMATS if form not in PROSE),
    *(["due", "--format", form] for form in BOARD_FORMATS if form not in PROSE),
    *(["scoreboard", "--format", form] for form in BOARD_FORMATS if form not in PROSE),
    *([*command, "--format", "json"] for command in (["overdue"], ["show", "law"], ["history"])),
    *(["check", "--format", form] for form in CHECKS if form not in PROSE),
    *(["export", "--what", what, "--format", "csv"] for what in ("targets", "reports")),
    ["export", "--format", "json"],
    ["export", "--format", "ics"],
    ["completion", "bash"],
]


@pytest.mark.promise("utf-8")
@pytest.mark.parametrize("args", FOR_PROGRAMS, ids=" ".join)
def test_what_programs_read_is_the_same_on_every_screen(here, args):
    record = {**REPORT, "target": "trained", "source": "Báo cáo số 12", "note": "đến tháng 6"}
    here.write(register(TRAINED, LATE, LAW), json.dumps(record) + "\n")
    usual = here(*args, "--lang", "vi")
    assert usual.out.decode()
    for encoding in ("ascii", "latin-1", "cp1252", "cp1258"):
        assert here(*args, "--lang", "vi", encoding=encoding).out == usual.out


@pytest.mark.promise("utf-8")
def test_what_people_read_is_put_into_what_their_screen_can_show(here):
    here.write(register(TRAINED))
    said = here("show", "trained", "--lang", "vi", encoding="cp1258").out.decode("cp1258")
    assert "Tap huan can bo" in said


@pytest.mark.promise("ascii")
@examples(40)
@given(ARGUMENT, st.sampled_from(["status", "show", "history", "-h"]))
def test_an_ascii_stream_gets_ascii_whatever_was_written(here, text, command):
    here.write(register(TRAINED, LAW), json.dumps({**REPORT, "target": "trained"}) + "\n")
    ran = here(command, text, "--lang", "vi", encoding="ascii")
    assert (ran.out + ran.err).isascii()
    check_said(ran, [command])

"""A person with LibreOffice: the form is opened, filled in, saved and imported.

The office is driven by the system's Python, which knows it; where either is missing, these tests
skip and say so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.boards import PORTAL, PROVINCES, SIGN
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import DATED, LAW, SIGNED, SPENT, TRAINED, target

OFFICE = Path(__file__).with_name("office.py")
PYTHON = "/usr/bin/python3"


def _missing() -> str:
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed (libreoffice-calc-nogui)"
    asked = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return "the system's Python has no uno (python3-uno)" if asked.returncode else ""


REASON = _missing() if Path(PYTHON).exists() else "there is no Python of the system"
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)

SHARE = target("share", DATED.replace("{vi: người, en: persons}", "'%'").replace("1000", "100"))


class Clerk:
    """Somebody at a LibreOffice that runs as long as the tests do."""

    def __init__(self) -> None:
        self._office = subprocess.Popen(
            [PYTHON, str(OFFICE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def __call__(
        self, source: Path, out: Path, cells: dict[str, str], *, locale: str = "en-US"
    ) -> str:
        """Open a file, type into its cells, save it; what the office complains about."""
        asked, answered = self._office.stdin, self._office.stdout
        assert asked
        assert answered
        request = {"source": str(source), "out": str(out), "cells": cells, "locale": locale}
        print(json.dumps(request), file=asked)
        asked.flush()
        return json.loads(answered.readline())

    def leave(self) -> None:
        self._office.communicate(timeout=60)


@pytest.fixture(scope="session")
def office():
    clerk = Clerk()
    yield clerk
    clerk.leave()


@pytest.fixture
def filled(cli, office):
    """A form with these cells typed into it, saved and imported."""

    def fill(
        cells: dict[str, str], *args: str, name: str = "back.xlsx", locale: str = "en-US"
    ) -> Any:
        made = cli("template", *args, "-o", "form.xlsx")
        assert made.code == 0, made.err
        back = cli.folder / name
        assert office(cli.folder / "form.xlsx", back, cells, locale=locale) == ""
        lang = args[args.index("--lang") + 1]
        return cli("import", name, "--yes", "--lang", lang)

    return fill


def figures(cli) -> list[tuple[Any, ...]]:
    names = ("target", "body", "part", "date", "value", "n", "of", "done", "qualifier")
    return [tuple(each[n] for n in names if each.get(n) is not None) for each in cli.records]


@pytest.mark.parametrize("name", ["back.xlsx", "back.csv"])
def test_what_was_typed_comes_back_as_it_was_meant(cli, filled, name):
    """The drop-down text of a milestone, n and N in two columns, dates chosen and typed."""
    cli.write(TRAINED, SPENT, LAW, SIGNED)
    typed = {
        "H4": "hơn 10.000", "G4": "30/6/2026", "J4": "plan", "K4": "=1+1 là công thức",
        "H5": "1.250,5", "G5": "quý II/2026",
        "H6": "đã hoàn thành",
        "H7": "96,73 %", "G7": "tháng 6/2026",
        "H8": "22", "I8": "63",
    }  # fmt: skip
    ran = filled(typed, "--owner", "office", "--lang", "vi", name=name)
    assert ran.code == 0, ran.err
    assert figures(cli) == [
        ("trained", "2026-06-30", "10000", "over"),
        ("spent", "2026-Q2", "1250.5"),
        ("law", "2026-11-21", True),
        ("signed", "online", "2026-06", "96.73"),
        ("signed", "sign", "2026-11-21", 22, 63),
    ]
    assert cli.records[0]["source"] == "plan"
    assert cli.records[0]["note"] == "=1+1 là công thức"


def test_the_office_is_set_to_the_language_that_is_asked_for(tmp_path, office):
    source, out = tmp_path / "source.csv", tmp_path / "out.csv"
    source.write_text("a\n", encoding="utf-8")
    figures = []
    for locale in ("en-US", "vi-VN", "de-DE", "en-US"):
        assert office(source, out, {"B1": "10.000"}, locale=locale) == ""
        figures.append(out.read_text(encoding="utf-8").strip().partition(";")[2])
    assert figures == ["10", "10000", "10000", "10"]


@pytest.mark.parametrize("locale", ["en-US", "vi-VN", "de-DE"])
def test_the_computers_own_language_changes_no_figure(cli, filled, locale):
    """10.000 on a computer set to English would become 10, and 6/7/2026 the seventh of June."""
    cli.write(TRAINED)
    typed = {"H4": "10.000", "G4": "6/7/2026"}
    ran = filled(typed, "--owner", "office", "--lang", "vi", locale=locale)
    assert ran.code == 0, ran.err
    assert figures(cli) == [("trained", "2026-07-06", "10000")]


def test_the_same_in_english(cli, filled):
    cli.write(TRAINED, SIGNED)
    typed = {"H4": "nearly 10,000", "H5": "96.73%", "G5": "Q2 2026"}
    assert filled(typed, "--owner", "office", "--lang", "en", locale="vi-VN").code == 0
    assert figures(cli) == [
        ("trained", "2026-11-21", "10000", "nearly"),
        ("signed", "online", "2026-Q2", "96.73"),
    ]


def test_a_body_fills_in_its_own_form(cli, filled):
    cli.write(PORTAL, BY_BODY, SIGN, head=PROVINCES)
    typed = {"H4": "40", "I4": "50", "G4": "tháng 8/2026", "H5": "300", "H6": "đã hoàn thành"}
    ran = filled(typed, "--body", "north", "--lang", "vi", name="back.csv")
    assert ran.code == 0, ran.err
    assert figures(cli) == [
        ("portal", "north", "2026-08", 40, 50),
        ("trained", "north", "2026-11-21", "300"),
        ("sign", "north", "2026-11-21", True),
    ]


def test_what_is_not_to_be_filled_in_refuses(cli, office):
    """Row 5 lies below the form; I4 is N for a target that counts persons."""
    cli.write(TRAINED)
    cli("template", "--owner", "office", "-o", "form.xlsx")
    names = ["A4", "B4", "F4", "I4", "A1", "H3", "H5"]
    cells = dict.fromkeys(["H4", *names], "5")
    said = office(cli.folder / "form.xlsx", cli.folder / "back.xlsx", cells)
    assert said == f"protected: {' '.join(names)}"


def test_a_file_that_is_saved_again_adds_nothing(cli, office, filled):
    cli.write(TRAINED, SPENT)
    assert filled({"H4": "400", "H5": "50"}, "--owner", "office", "--lang", "vi").code == 0
    back, again = cli.folder / "back.xlsx", cli.folder / "again.xlsx"
    assert office(back, again, {}) == ""
    ran = cli("import", "again.xlsx", "--yes", "--lang", "en")
    assert "Nothing new: all 2 reports are in the ledger already." in ran.out
    assert len(cli.records) == 2


def test_a_form_that_is_corrected_and_saved_corrects_what_it_said(cli, office, filled):
    """The mark of the form stays in the workbook, whatever the file is called."""
    cli.write(SPENT)
    assert filled({"H4": "50"}, "--owner", "office", "--lang", "vi").code == 0
    assert office(cli.folder / "back.xlsx", cli.folder / "again.xlsx", {"H4": "60"}) == ""
    assert cli("import", "again.xlsx", "--yes", "--lang", "en").code == 0
    first, second = cli.records
    assert (second["value"], second["corrects"]) == ("60", first["id"])


def test_cells_that_are_no_text_are_read_too(cli, office):
    """A sheet of somebody's own: a percentage, a day, a number, an error, a formula."""
    cli.write(TRAINED, SHARE, LAW)
    (cli.folder / "own.csv").write_text("target,date,value\n", encoding="utf-8")
    typed = {
        "A2": "trained", "B2": "2026-06-30", "C2": "=200+200",
        "A3": "share", "B3": "2026-06-30", "C3": "63.5%",
    }  # fmt: skip
    own, back = cli.folder / "own.csv", cli.folder / "back.xlsx"
    assert office(own, back, typed, locale="en-US") == ""
    ran = cli("import", "back.xlsx", "--yes", "--lang", "en")
    assert ran.code == 3
    assert "back.xlsx!C3: error: 0.635 may mean 63.5%" in ran.err
    ran = cli("import", "back.xlsx", "--yes", "--fractions", "percent", "--lang", "en")
    assert ran.code == 0, ran.err
    assert figures(cli) == [("trained", "2026-06-30", "400"), ("share", "2026-06-30", "63.5")]
    for name in ("bad.xlsx", "bad.csv"):
        bad = {**typed, "A4": "law", "B4": "2026-06-30", "C4": "=1/0"}
        assert office(own, cli.folder / name, bad, locale="en-US") == ""
        ran = cli("import", name, "--yes", "--lang", "en")
        assert ran.code == 3
        assert f"{name}!C4: error: This cell holds the error #DIV/0! and no value." in ran.err


def test_whole_columns_that_were_formatted_do_not_matter(cli, office):
    cli.write(TRAINED)
    cli("template", "--owner", "office", "-o", "form.xlsx", "--lang", "vi")
    back = cli.folder / "back.xlsx"
    assert office(cli.folder / "form.xlsx", back, {"H4": "400", "format": "A:Z"}) == ""
    assert cli("import", "back.xlsx", "--yes", "--lang", "vi").code == 0
    assert figures(cli) == [("trained", "2026-11-21", "400")]


def test_other_formats_of_the_office_are_named(cli, office):
    cli.write(TRAINED)
    cli("template", "--owner", "office", "-o", "form.xlsx", "--lang", "vi")
    for name, words in (("a.ods", "is no .xlsx or .csv"), ("a.xls", "is an old .xls file")):
        assert office(cli.folder / "form.xlsx", cli.folder / name, {}) == ""
        ran = cli("import", name, "--yes", "--lang", "en")
        assert (ran.code, words in ran.err) == (3, True)

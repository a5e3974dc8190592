"""The same form again: what it said before is corrected, what is new is added, nothing twice."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from cdstrack.app.record.sheet_import import Import, read_import, record_import
from cdstrack.store.files import FileStore
from cdstrack.store.sheet.grid import read_book
from tests.cli.boards import PROVINCES
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import NOW, SPENT, TRAINED, register
from tests.cli.terminal import Terminal as AnyTerminal
from tests.sheets.filled import row, workbook

HEADINGS = "target,date,value,source"


@pytest.fixture
def form(cli):
    """Import a csv file of these rows on the money that was spent."""

    def give(*rows: str, name: str = "form.csv", args: tuple[str, ...] = ("--yes",)) -> Any:
        lines = [HEADINGS, *(f"spent,{row}" for row in rows)]
        (cli.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cli("import", name, *args, "--lang", "en")

    cli.write(SPENT, TRAINED)
    return give


def in_force(cli) -> list[str]:
    """The figures of the records that no other has replaced."""
    replaced = {record.get("corrects") for record in cli.records}
    return [record["value"] for record in cli.records if record["id"] not in replaced]


def test_a_corrected_form_corrects_what_it_said_before(cli, form):
    assert form("6/2026,20,BC 12").code == 0
    ran = form("6/2026,25,BC 12")
    assert ran.code == 0
    assert "25 persons · June 2026 · BC 12  corrects the earlier 20 persons\n" in ran.out
    assert "  20 → 25 · " in ran.out
    assert "adds to it" not in ran.out
    first, second = cli.records
    assert second["corrects"] == first["id"]
    assert "≥ 1,000" in cli("show", "spent", "--lang", "en").out
    assert in_force(cli) == ["25"]


@pytest.mark.parametrize(
    "name",
    ["form (2).csv", "form - Copy.csv", "form - Copy (3).csv", "Form copy 2.csv", "FORM.CSV",
     "Copy of form.csv", "Bản sao của form.csv", "form - Sao chép.csv"],
)  # fmt: skip
def test_a_copy_of_a_form_is_that_form(cli, form, name):
    assert form("6/2026,20,BC 12").code == 0
    assert "corrects the earlier 20 persons" in form("6/2026,25,BC 12", name=name).out
    assert in_force(cli) == ["25"]


@pytest.mark.parametrize("name", ["form 2.csv", "uniform.csv", "form-copy.csv"])
def test_a_form_of_another_name_is_another(cli, form, name):
    assert form("6/2026,20,BC 12").code == 0
    assert "adds to it" in form("6/2026,25,BC 12", name=name).out


@pytest.mark.promise("same-report")
def test_every_version_of_a_form_is_recorded_once(cli, form):
    """Whichever comes in again, and by whatever name."""
    for value in (20, 25, 30):
        assert form(f"6/2026,{value},BC 12").code == 0
    for value, name in ((20, "form.csv"), (25, "form (1).csv"), (30, "other.csv")):
        ran = form(f"6/2026,{value},BC 12", name=name)
        assert ran.out.endswith("Nothing new: the report is in the ledger already.\n")
    assert (in_force(cli), len(cli.records)) == (["30"], 3)


def test_what_was_corrected_by_hand_is_what_the_form_corrects(cli, form):
    form("6/2026,20,BC 12")
    cli.report("spent", "22", "--corrects", cli.records[0]["id"], "--source", "BC 12")
    assert form("6/2026,25,BC 12").code == 0
    assert cli.records[2]["corrects"] == cli.records[1]["id"]
    assert in_force(cli) == ["25"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("6/2026,25,BC 13", "form.csv"),
        ("6/2026,25,BC 12", "another.csv"),
        ("5/2026,25,BC 12", "form.csv"),
        ("quý II/2026,25,BC 12", "form.csv"),
    ],
)
def test_another_source_file_or_period_is_another_increment(cli, form, row, name):
    form("6/2026,20,BC 12")
    assert form(row, name=name).code == 0
    assert in_force(cli) == ["20", "25"]


def test_a_copy_of_the_file_is_the_same_form(cli, form):
    form("6/2026,20,BC 12")
    form("6/2026,25,BC 12", name="Form (2).csv")
    assert in_force(cli) == ["25"]


def test_a_total_is_replaced_by_the_later_one_as_ever(cli, form):
    (cli.folder / "a.csv").write_text(f"{HEADINGS}\ntrained,6/2026,20,BC 12\n", encoding="utf-8")
    cli("import", "a.csv", "--yes")
    (cli.folder / "a.csv").write_text(f"{HEADINGS}\ntrained,6/2026,25,BC 12\n", encoding="utf-8")
    assert cli("import", "a.csv", "--yes").code == 0
    assert [record.get("corrects") for record in cli.records] == [None, None]


# A form that cdstrack has written knows whose it is


def test_a_form_from_template_is_known_whatever_its_file_is_called(cli):
    cli.write(SPENT)
    for name, value, source in (("june.xlsx", "20", "BC 12"), ("new.xlsx", "25", "BC 12a")):
        filled = row(value, "spent", "6/2026", source=source)
        workbook(cli.folder / name, filled, mark="owner:office")
        assert cli("import", name, "--yes").code == 0
    assert in_force(cli) == ["25"]


def test_the_forms_of_two_offices_are_two_whatever_their_names(cli):
    cli.write(SPENT)
    for mark, value in (("owner:office", "20"), ("owner:old", "25")):
        workbook(cli.folder / "form.xlsx", row(value, "spent", "6/2026"), mark=mark)
        assert cli("import", "form.xlsx", "--yes").code == 0
    assert in_force(cli) == ["20", "25"]


@pytest.mark.parametrize("whose", ["owner", "body"])
def test_template_marks_a_form_with_whose_it_is(cli, whose):
    cli.write(BY_BODY, SPENT, head=PROVINCES)
    name = {"owner": "office", "body": "north"}[whose]
    cli("template", f"--{whose}", name, "--all", "-o", "a.xlsx")
    assert read_book(cli.folder / "a.xlsx").form == f"{whose}:{name}"


# Two increments of one period


def test_two_increments_of_one_month_are_recorded_if_both_are_meant(cli, form):
    rows = ("6/2026,30,BC 12", "6/2026,20,BC 13")
    ran = form(*rows)
    assert ran.code == 3
    assert (
        "form.csv!C3: error: This is a second increment for June 2026, after C2. If both are "
        "meant, add --both; if not, clear one of the two.\n"
    ) in ran.err
    assert cli.records == []
    ran = form(*rows, args=("--yes", "--both"))
    assert ran.code == 0
    assert "  – → 50 · " in ran.out
    assert in_force(cli) == ["30", "20"]


def test_of_many_increments_all_or_none_are_meant(cli, form):
    rows = [f"6/2026,{value},BC {value}" for value in range(1, 30)]
    assert form(*rows).code == 3
    assert form(*rows, args=("--yes", "--both")).code == 0
    assert len(in_force(cli)) == 29


def test_two_that_are_equal_are_two_if_both_are_meant(cli, form):
    rows = ("6/2026,20,BC 12", "6/2026,20,BC 12")
    assert form(*rows).code == 3
    assert form(*rows, args=("--yes", "--both")).code == 0
    assert in_force(cli) == ["20", "20"]
    ran = form(*rows, "7/2026,1,BC 12")
    assert "Recorded 1 report.\n2 more were in the ledger already." in ran.out


def test_a_second_equal_one_is_added_to_one_in_force(cli, form):
    cli.report("spent", "20", "--date", "6/2026", "--source", "BC 12")
    assert form("6/2026,20,BC 12", "6/2026,20,BC 12", args=("--yes", "--both")).code == 0
    assert in_force(cli) == ["20", "20"]


def read(cli) -> Import:
    """What the form would change, as the ledger is now."""
    book = read_book(cli.folder / "form.csv")
    return read_import(FileStore(cli.folder / "targets.yaml"), book, lang="en", now=NOW, both=True)


def test_an_increment_that_came_in_since_the_form_was_read_is_not_added_twice(cli, form):
    cli.report("spent", "30", "--date", "6/2026", "--source", "BC 11")
    form("6/2026,20,BC 12", args=("--dry-run", "--both"))
    sheet = read(cli)
    assert not sheet.again
    cli.report("spent", "20", "--date", "6/2026", "--source", "BC 12")
    record_import(FileStore(cli.folder / "targets.yaml"), sheet, now=NOW)
    assert in_force(cli) == ["30", "20"]


def test_one_that_is_meant_as_another_is_added_to_what_came_in_since(cli, form):
    cli.report("spent", "20", "--date", "6/2026", "--source", "BC 12")
    form("6/2026,20,BC 12", "6/2026,20,BC 12", args=("--dry-run", "--both"))
    sheet = read(cli)
    assert sheet.again
    assert [row.already is None for row in sheet.rows] == [False, True]
    record_import(FileStore(cli.folder / "targets.yaml"), sheet, now=NOW)
    assert in_force(cli) == ["20", "20"]


def test_the_form_again_corrects_one_of_two(cli, form):
    form("6/2026,30,BC 12", "6/2026,20,BC 12", args=("--yes", "--both"))
    for rows, figures in (
        (("6/2026,30,BC 12", "6/2026,25,BC 12"), ["30", "25"]),
        (("6/2026,25,BC 12", "6/2026,30,BC 12"), ["30", "25"]),
        (("6/2026,31,BC 12", "6/2026,26,BC 12"), ["31", "26"]),
    ):
        assert form(*rows).code == 0
        assert in_force(cli) == figures


def test_a_second_increment_beside_one_that_is_recorded_is_asked_about_too(cli, form):
    form("6/2026,30,BC 12")
    rows = ("6/2026,30,BC 12", "6/2026,20,BC 12")
    assert "This is a second increment" in form(*rows).err
    assert form(*rows, args=("--yes", "--both")).code == 0
    assert in_force(cli) == ["30", "20"]


def test_bodies_have_increments_of_their_own(cli):
    cli.write(BY_BODY, head=PROVINCES)
    lines = ["target,body,date,value", "trained,north,6/2026,30", "trained,south,6/2026,20"]
    (cli.folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert cli("import", "a.csv", "--yes").code == 0
    lines[2] = "trained,south,6/2026,25"
    (cli.folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert cli("import", "a.csv", "--yes").code == 0
    assert in_force(cli) == ["30", "25"]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize(
    ("answer", "question", "figures"),
    [("c", "Ghi 2 báo cáo này", ["30", "20"]), ("1", "Ghi 1 báo cáo này", ["30"]),
     ("2", "Ghi 1 báo cáo này", ["20"])],
)  # fmt: skip
def test_at_the_keyboard_it_is_asked_which_are_meant(cli, answer, question, figures):
    (cli.folder / "targets.yaml").write_text(register(SPENT), encoding="utf-8")
    rows = "spent,6/2026,30,BC 12\nspent,6/2026,20,BC 12\n"
    (cli.folder / "a.csv").write_text(f"{HEADINGS}\n{rows}", encoding="utf-8")
    with AnyTerminal("import", "a.csv", "--lang", "vi", folder=cli.folder, NO_COLOR="1") as here:
        here.answer("Ô C2 và ô C3 cùng là phần tăng thêm", "x")
        here.answer("1 = chỉ ô C2 / 2 = chỉ ô C3]", answer)
        here.answer(question, "c")
        here.read_all()
    assert in_force(cli) == figures

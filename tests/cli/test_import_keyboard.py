"""``import`` at the keyboard: what a sheet cannot say is asked, and nothing goes without a yes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.boards import PORTAL, PROVINCES
from tests.cli.boards import TRAINED as BY_BODY
from tests.cli.build import SPENT, TRAINED, register
from tests.cli.terminal import Terminal as AnyTerminal
from tests.cli.terminal import interrupt
from tests.sheets.filled import SHARE, row, workbook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


def Terminal(*args: str, folder: Path) -> AnyTerminal:  # noqa: N802
    """Without colours, which would stand between the words."""
    return AnyTerminal(*args, folder=folder, NO_COLOR="1")


def records(folder: Path) -> list[dict[str, Any]]:
    path = folder / "progress.jsonl"
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "targets.yaml").write_text(register(TRAINED, SHARE), encoding="utf-8")
    workbook(tmp_path / "form.xlsx", row("400"), row(0.635, "share"))
    return tmp_path


def test_a_fraction_and_then_the_whole_are_asked_about(folder):
    with Terminal("import", "form.xlsx", "--lang", "vi", folder=folder) as terminal:
        terminal.answer("Ô H5 chứa 0,635: có phải là 63,5 % không?", "x")
        terminal.answer("Ô H5 chứa 0,635", "c")
        shown = terminal.read_until("Ghi 2 báo cáo này vào sổ? [c = có, K = không]")
        assert "63,5 %" in shown
        assert records(folder) == []
        terminal.type("c\n")
        assert "Đã ghi 2 báo cáo." in terminal.read_all()
    assert [each["value"] for each in records(folder)] == ["400", "63.5"]


def test_the_answer_no_keeps_the_figure(folder):
    with Terminal("import", "form.xlsx", "--lang", "en", folder=folder) as terminal:
        terminal.answer("H5 holds 0.635: does that mean 63.5%?", "n")
        terminal.answer("Record these 2 reports? [y/N]", "y")
        terminal.read_all()
        assert terminal.process.returncode == 0
    assert records(folder)[1]["value"] == "0.635"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("does that mean", "<"), ("does that mean", "\x04"), ("Record these", ""),
        ("Record these", "n"), ("Record these", "<"),
        ("Record these", "\x04"),
    ],
)  # fmt: skip
def test_anything_but_yes_writes_nothing(folder, question, answer):
    with Terminal("import", "form.xlsx", "--lang", "en", folder=folder) as terminal:
        if question != "does that mean":
            terminal.answer("does that mean", "y")
        terminal.read_until(question)
        terminal.type(answer if answer == "\x04" else answer + "\n")
        assert "Nothing was written." in terminal.read_all()
        assert terminal.process.returncode == 0
    assert records(folder) == []


def test_ctrl_c_writes_nothing_and_says_so(folder):
    with Terminal("import", "form.xlsx", "--lang", "en", folder=folder) as terminal:
        terminal.answer("does that mean", "y")
        terminal.read_until("Record these")
        assert interrupt(terminal.process) == 130
        assert "Nothing was written." in terminal.read_all()
    assert records(folder) == []


def test_with_yes_nothing_is_asked_so_a_fraction_is_refused(folder):
    with Terminal("import", "form.xlsx", "--yes", "--lang", "en", folder=folder) as terminal:
        assert "--fractions percent" in terminal.read_all()
        assert terminal.process.returncode == 3
    with Terminal(
        "import", "form.xlsx", "--yes", "--fractions", "percent", "--lang", "en", folder=folder
    ) as terminal:
        assert "Recorded 2 reports." in terminal.read_all()


@pytest.fixture
def by_body(tmp_path) -> Path:
    text = register(BY_BODY, PORTAL, head=PROVINCES)
    (tmp_path / "targets.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "form.csv").write_text(
        "target,date,value,where\ntrained,2026-09,40,North\nportal,2026-09,50%,North\n"
    )
    return tmp_path


def test_rows_of_nobody_are_asked_about_beside_the_heading_that_may_hide_the_body(by_body):
    with Terminal("import", "form.csv", "--lang", "en", folder=by_body) as terminal:
        shown = terminal.answer("Are they for all bodies together?", "maybe")
        assert "D “where” (did you mean “body”?)" in shown
        assert "2 rows name no body (C2, C3), where bodies report one by one." in shown
        assert "did you mean" not in terminal.answer("Are they for all bodies together?", "n")
        shown = terminal.read_all()
        assert shown.count("did you mean") == 1
        assert "form.csv!C2: error: trained is reported body by body" in shown
        assert terminal.process.returncode == 3
    assert records(by_body) == []


def test_rows_that_are_for_all_are_recorded_so(by_body):
    with Terminal("import", "form.csv", "--lang", "vi", folder=by_body) as terminal:
        terminal.answer("chung của tất cả các đơn vị không?", "c")
        terminal.answer("Ghi 2 báo cáo này vào sổ?", "c")
        terminal.read_all()
        assert terminal.process.returncode == 0
    assert [(each["target"], each.get("body")) for each in records(by_body)] == [
        ("trained", None),
        ("portal", None),
    ]


@pytest.mark.parametrize(("answer", "values"), [("1", ["60"]), ("2", ["5"]), ("y", ["60", "5"])])
def test_of_two_increments_of_one_period_those_that_are_meant_are_recorded(
    tmp_path, answer, values
):
    (tmp_path / "targets.yaml").write_text(register(SPENT), encoding="utf-8")
    rows = "target,date,value,source\nspent,2026-01,60,plan\nspent,2026-01,5,plan\n"
    (tmp_path / "form.csv").write_text(rows, encoding="utf-8")
    with Terminal("import", "form.csv", "--lang", "en", folder=tmp_path) as terminal:
        terminal.answer("2 = only C3]", "3")
        terminal.answer("2 = only C3]", answer)
        terminal.answer("[y/N]", "y")
        terminal.read_all()
    assert [each["value"] for each in records(tmp_path)] == values

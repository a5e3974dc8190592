"""The check of the register against its documents: on the real ones, and on made-up ones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import yaml

from tests.sources.check_sources import main

SCRIPT = Path(__file__).with_name("check_sources.py")
ROOT = SCRIPT.parents[2]

# Blank lines do not count; the figure of paragraph 3 has a no-break space in it.
TEXT = (
    "Tin thử\n\nĐoạn hai, năm 2010\nGần 1.000 người đã học\n   \nPhấn đấu 500\u00a0xã trong năm\n"
)
PAGE = """# Page

### one.txt (made up)

| paragraph | what is in it | treatment |
|---|---|---|
| 1 | headline | left out |
| 2 | a year | left out |
| 3 | trained so far | report |
| 4 | communes | held as `communes` |

## Something else

| 9 | a row of another table |
"""


class Made:
    """A made-up register with one document, one target and one report."""

    def __init__(self, folder: Path) -> None:
        self.documents = folder / "documents"
        self.documents.mkdir()
        self.document = self.documents / "one.txt"
        self.document.write_bytes(TEXT.encode())
        self.page = folder / "register.md"
        self.page.write_text(PAGE, encoding="utf-8")
        self.stated = {"source": "one", "paragraph": 4, "figure": "500 xã"}
        self.report = {
            "id": "r",
            "target": "communes",
            "value": "1000",
            "source": "one",
            "note": "đoạn 3 / paragraph 3",
        }
        self.folder = folder

    def run(self) -> subprocess.CompletedProcess[str]:
        digest = hashlib.sha256(TEXT.encode()).hexdigest()
        register = self.folder / "targets.yaml"
        data = {
            "ledger": "progress.jsonl",
            "sources": {"one": {"file": "one.txt", "sha256": digest}, "web": {"url": "x"}},
            "targets": [{"id": "communes", "stated": self.stated}],
        }
        register.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        line = json.dumps(self.report, ensure_ascii=False) + "\n"
        (self.folder / "progress.jsonl").write_text(line, encoding="utf-8")
        return run(str(self.documents), "--register", str(register), "--page", str(self.page))


def run(*arguments: str, sources: str | None = None) -> subprocess.CompletedProcess[str]:
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.delenv("CDSTRACK_SOURCES", raising=False)
        if sources is not None:
            patch.setenv("CDSTRACK_SOURCES", sources)
        code = main(arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue())


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_the_register_agrees_with_its_documents() -> None:
    folder = os.environ.get("CDSTRACK_SOURCES")
    if not folder:
        pytest.skip("the documents are not part of the project: CDSTRACK_SOURCES is not set")
    result = run(sources=folder)
    assert result.returncode == 0, result.stdout + result.stderr
    targets = yaml.safe_load((ROOT / "targets.yaml").read_text(encoding="utf-8"))["targets"]
    assert result.stdout.count("ok     target ") == len(targets)


def test_without_a_folder_it_is_skipped() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "CDSTRACK_SOURCES"}
    result = subprocess.run(
        [sys.executable, SCRIPT], env=environment, capture_output=True, encoding="utf-8"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "not part of the project" in result.stdout


def test_a_folder_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert run(str(tmp_path / "nowhere")).returncode == 1


def test_made_up_register_that_agrees(made: Made) -> None:
    result = made.run()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "4 checks, 0 wrong" in result.stdout


def test_a_decomposed_figure_is_the_same_text(made: Made) -> None:
    made.stated["figure"] = "500 xa\u0303"
    assert made.run().returncode == 0


@pytest.mark.parametrize("figure", ["600 xã", "50", "500 x", "00 xã", "None"])
def test_a_wrong_figure_fails(made: Made, figure: str) -> None:
    made.stated["figure"] = figure
    result = made.run()
    assert result.returncode == 1
    assert "WRONG  target communes: " in result.stdout


@pytest.mark.parametrize("paragraph", [0, 3, 5, -1, None])
def test_a_wrong_paragraph_fails(made: Made, paragraph: int | None) -> None:
    made.stated["paragraph"] = paragraph
    assert made.run().returncode == 1


@pytest.mark.parametrize(
    "change",
    [
        {"value": "100"},
        {"value": "2010"},
        {"n": "3", "of": "1000"},
        {"note": "paragraph 2"},
        {"note": "paragraph 9"},
        {"note": "đoạn ba"},
    ],
)
def test_a_wrong_report_fails(made: Made, change: dict[str, str]) -> None:
    made.report |= change
    result = made.run()
    assert result.returncode == 1
    assert "WRONG  report r on communes: " in result.stdout


def test_another_text_fails(made: Made) -> None:
    made.document.write_bytes(TEXT.encode() + b" ")
    result = made.run()
    assert result.returncode == 1
    assert "its sha256 is" in result.stdout


def test_a_missing_document_fails(made: Made) -> None:
    made.document.unlink()
    assert "cannot be read" in made.run().stdout


def test_a_document_that_nobody_cites_fails(made: Made) -> None:
    (made.documents / "two.txt").write_text("x\n", encoding="utf-8")
    result = made.run()
    assert result.returncode == 1
    assert "file two.txt" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("| 2 | a year | left out |\n", "", "no row for paragraph 2"),
        ("| 2 | a year", "| 3 | a year", "2 rows for paragraph 3"),
        ("## Something else\n", "", "row 9, but no such paragraph"),
        ("`communes`", "nothing", "row 4 does not name communes"),
        ("one.txt", "other.txt", "no row for paragraph 1"),
    ],
)
def test_an_incomplete_table_fails(made: Made, old: str, new: str, problem: str) -> None:
    made.page.write_text(PAGE.replace(old, new), encoding="utf-8")
    result = made.run()
    assert result.returncode == 1
    assert problem in result.stdout

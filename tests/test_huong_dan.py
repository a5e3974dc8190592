"""The guide for clerks, docs/huong-dan.md: what it shows is what the program does.

A block ```console is a terminal of 100 columns, in Vietnamese, at noon of 21 November 2026 in Hà
Nội. ``$ cdstrack …`` is typed, what follows is the screen; where it asks, the rest of the line is
typed too. ``…`` stands for what is left out, in a line or of lines, and ids are as they come.
``<!-- folder: NAME -->`` begins anew: with the shipped register, that of the provinces, or nothing.
``<!-- fill: FILE -->`` types the last column of the table below it into the cells of the first.
Blocks of other kinds set up, and are only looked at.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest

from cdstrack.core.model.problems import Refusal
from cdstrack.i18n import Words
from cdstrack.i18n.read_dates import read_period
from cdstrack.i18n.read_figures import read_figure
from cdstrack.i18n.reading import Misread
from cdstrack.i18n.vi import TEXTS
from tests.cli.build import NOW, ROOT, Cli
from tests.cli.terminal import WORK, Terminal

GUIDE = (ROOT / "docs" / "huong-dan.md").read_text(encoding="utf-8")
FOLDERS = {"shipped": ROOT, "provinces": ROOT / "examples" / "provinces", "empty": None}
WIDTH = 100
ASKING = ("add-progress", "import", "show")
"""Commands that do more at a terminal than elsewhere."""


# Reading the guide


class Typed(NamedTuple):
    """A command, and what the guide shows below it."""

    line: str
    shown: str


class Filled(NamedTuple):
    """A file, and the text for each of its cells."""

    path: str
    cells: dict[str, str]


class Story(NamedTuple):
    """What happens in one folder, from a comment to the next."""

    name: str
    folder: str
    steps: list[Typed | Filled]


PARTS = re.compile(
    r"^## (?P<heading>.*)$|^<!-- folder: (?P<folder>\w+) -->$"
    r"|^<!-- fill: (?P<fill>\S+) -->\n+(?P<table>(?:\|.*\n)+)"
    r"|^```(?P<kind>\w*)\n(?P<block>(?:.*\n)*?)```$",
    re.MULTILINE,
)


def stories(text: str) -> Iterator[Story]:
    heading, story = "", None
    for part in PARTS.finditer(text):
        if part["heading"]:
            heading = part["heading"]
        elif part["folder"]:
            story = Story(f"{heading} ({part['folder']})", part["folder"], [])
            yield story
        elif part["fill"]:
            assert story
            story.steps.append(Filled(part["fill"], dict(rows(part["table"]))))
        elif part["kind"] == "console":
            assert story
            for command in part["block"].split("$ cdstrack")[1:]:
                line, _, shown = command.partition("\n")
                story.steps.append(Typed("cdstrack" + line, shown))


def rows(table: str) -> Iterator[tuple[str, str]]:
    """The first and the last cell of each row that begins with something in backticks."""
    yield from re.findall(r"^\| `([^`]+)` \|(?:.*\|)? `([^`]+)` \|$", table, re.MULTILINE)


def table_below(heading: str) -> list[list[str]]:
    """The rows of the table with these headings, cell by cell."""
    _, found, rest = GUIDE.partition(f"| {heading} |\n")
    assert found, heading
    lines = rest.partition("\n\n")[0].splitlines()[1:]
    return [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in lines]


def spans(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


# Playing it


def loosely(text: str) -> str:
    """A regular expression for a text, with … and {facts} for anything in a line."""
    pieces = re.split(r"(…|\{[^}]*\})", text)
    return "".join(".*?" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))


ID = re.compile(r"\b[0-9a-z]{20}\b")
PROMPTS = [key for key in TEXTS if key.startswith(("ask_", "confirm")) and key != "ask_intro"]
ASKED = "|".join(loosely(TEXTS[key]) for key in PROMPTS)
QUESTION = re.compile(rf"(?P<question>(?:{ASKED})(?: \[.*\])?:)(?P<said>.*)")


def screen(shown: str) -> re.Pattern[str]:
    """What a screen must be to be the one that is shown."""
    lines = []
    for line in shown.strip("\n").splitlines():
        pieces = ID.split(line.rstrip())
        alike = r"\b([0-9a-z]{20})\b".join(loosely(piece) for piece in pieces)
        lines.append(r".*(?:\n.*)*?" if line == "…" else alike)
    return re.compile("\n".join(lines))


class Player:
    """Somebody who goes through the guide, and meets other ids than it shows."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.ids: dict[str, str] = {}
        self.seconds = 0
        cli.in_terminal(WIDTH)

    def play(self, story: Story) -> None:
        source = FOLDERS[story.folder]
        for name in ("targets.yaml", "progress.jsonl") if source else ():
            shutil.copy(source / name, self.cli.folder / name)
        for step in story.steps:
            if isinstance(step, Filled):
                fill(self.cli.folder / step.path, step.cells)
            else:
                self.type(step)

    def type(self, step: Typed) -> None:
        args = [self._known(word) for word in shlex.split(step.line)[1:]]
        in_terminal = any(name in args for name in ASKING)
        code, printed = self._asked(args, step.shown) if in_terminal else self._run(args)
        printed = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
        match = screen(step.shown).fullmatch(printed)
        assert match, f"{step.line}\n{printed}"
        assert (code == 0) != ("lỗi: " in printed), step.line
        self.ids |= zip(ID.findall(step.shown), match.groups(), strict=True)

    def _known(self, word: str) -> str:
        """An id as it came, for one that the guide shows, or for how it begins."""
        real = [mine[: len(word)] for shown, mine in self.ids.items() if shown.startswith(word)]
        return real[0] if len(word) > 4 and real else word

    def _run(self, args: list[str]) -> tuple[int, str]:
        ran = self.cli("--lang", "vi", *args)
        return ran.code, ran.out + ran.err

    def _asked(self, args: list[str], shown: str) -> tuple[int, str]:
        """The command at a terminal, where somebody answers as shown."""
        self.seconds += 60
        moment = (NOW + timedelta(seconds=self.seconds)).isoformat()
        who = {"NO_COLOR": "1", "CDSTRACK_BY": "Nguyễn Văn An"}
        with Terminal(
            "--lang", "vi", *args, folder=self.cli.folder, width=WIDTH, moment=moment, **who
        ) as terminal:
            for asked in filter(None, map(QUESTION.fullmatch, shown.splitlines())):
                terminal.answer(asked["question"], asked["said"].strip())
            printed = WORK.sub("", terminal.read_all())
        return terminal.process.returncode, printed


def fill(path: Path, cells: dict[str, str]) -> None:
    """Type into cells of the first sheet, as a spreadsheet keeps what is typed into text cells."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for name, text in cells.items():
        typed = rf'\1 t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        cell = rf'(<c r="{name}"(?: s="\d+")?)(?: t="\w+")?(?:/>|>.*?</c>)'
        sheet, found = re.subn(cell, typed, sheet)
        assert found == 1, name
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


STORIES = list(stories(GUIDE))


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: "section " + story.name.split(".")[0])
def test_what_the_guide_shows_is_what_happens(cli, story):
    Player(cli).play(story)


def test_every_block_is_played_and_much_is_shown():
    typed = [step for story in STORIES for step in story.steps if isinstance(step, Typed)]
    assert len(typed) == len(re.findall(r"^\$ ", GUIDE, re.MULTILINE)) >= 15
    assert all(step.shown.strip() not in ("", "…") for step in typed)
    asked = [line for step in typed for line in step.shown.splitlines() if QUESTION.fullmatch(line)]
    assert len(asked) >= 10


# What it says besides


def sentences(prefix: str) -> dict[str, str]:
    return {key: text for key, text in TEXTS.items() if key.startswith(prefix)}


def said_by(fragment: str, texts: dict[str, str]) -> list[str]:
    """The keys of the texts that a fragment is a piece of, … being anything."""
    wanted = re.compile(loosely(fragment))
    return [key for key, text in texts.items() if wanted.search(text)]


def test_every_warning_before_a_report_is_explained_in_its_own_words():
    found = [
        key
        for first, _ in table_below("Màn hình báo | Anh/chị làm gì")
        for fragment in spans(first)
        for key in said_by(fragment, sentences("doubt_"))
    ]
    assert sorted(found) == sorted(sentences("doubt_"))


def test_every_message_that_is_explained_is_one():
    table = table_below("Màn hình báo | Nghĩa là gì, làm thế nào")
    fragments = [fragment for first, _ in table for fragment in spans(first)]
    assert len(fragments) >= 8
    assert [each for each in fragments if not said_by(each, TEXTS)] == []


def test_every_state_that_is_explained_is_one():
    table = table_below("Trạng thái | Nghĩa là")
    named = [fragment for first, _ in table for fragment in spans(first)]
    assert len(named) >= 8
    assert set(named) <= set(sentences("state_").values())


def understood(text: str) -> str | None:
    """A day, period or figure as the program would write it; None if it is none of them."""
    read = next((each for each in (period_words, figure_words) if not refused(each, text)), None)
    return read(text) if read else None


def figure_words(text: str) -> str:
    words, figure = Words("vi"), read_figure(text, "vi")
    said = words.number(figure.amount)
    if figure.of is not None:
        said = f"{words.number(figure.value)}/{words.number(figure.of)}"
    said = f"{said} {figure.unit}".strip()
    return words(f"qualifier_{figure.qualifier}", value=said) if figure.qualifier else said


def period_words(text: str) -> str:
    return Words("vi").period(read_period(text, "vi", NOW.date()))


def test_figures_and_dates_are_read_as_the_guide_says():
    for first, second in table_below("Anh/chị viết | Máy hiểu là"):
        [meant] = spans(second)
        assert {written: understood(written) for written in spans(first)} == dict.fromkeys(
            spans(first), meant
        )


def test_what_the_guide_calls_refused_is_and_what_to_write_instead_is_not():
    for first, second in table_below("Không nhận | Viết lại là"):
        for wrong, right in zip(spans(first), spans(second), strict=True):
            [read] = [each for each in (figure_words, period_words) if not refused(each, right)]
            assert refused(read, wrong), wrong


def refused(read: Callable[[str], str], text: str) -> bool:
    try:
        read(text)
    except (Misread, Refusal):
        return True
    return False


def test_set_up_names_what_there_is():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(re.findall(r"\[([a-z,]+)\][\"']", GUIDE))
    assert extras == {"excel,page"}
    assert {"excel", "page"} <= set(project["optional-dependencies"])
    assert f"Python {project['requires-python'].removeprefix('>=')}" in GUIDE
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", GUIDE)
    assert linked
    assert [each for each in linked if not (ROOT / "docs" / each).exists()] == []


def test_it_is_composed_vietnamese_and_the_readme_leads_to_it():
    assert unicodedata.is_normalized("NFC", GUIDE)
    head = (ROOT / "README.md").read_text(encoding="utf-8").partition("## ")[0]
    assert "docs/huong-dan.md" in head

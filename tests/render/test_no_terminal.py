"""What a page is made of names no command: its reader has no terminal."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import cdstrack
from cdstrack.cli import COMMANDS
from cdstrack.i18n import LANGUAGES, Words, en
from cdstrack.render.messages import sentence
from tests.cli.build import TRAINED

ROOT = Path(__file__).parents[2]
EXAMPLES = [ROOT, ROOT / "examples" / "provinces", ROOT / "examples" / "national-programme"]
DAYS = ["2024-06-30", "2025-07-15", "2026-01-10", "2026-11-21", "2031-02-01"]
NAMES = "|".join(COMMANDS)
TYPED = re.compile(
    rf"(?<![\w-])--[a-z]|\bcdstrack (?:{NAMES})\b|\b(?:see|xem) (?:{NAMES})\b"
    r"|\b(?:add-progress|scoreboard)\b"
)
"""A command or an option in a sentence."""
OF_OTHERS = re.compile(rb'"body":"province-(?!0[1-6])')
"""Reports of all but six provinces: of them the same is said."""
WRITTEN = {"note", "notes", "by", "title", "quote", "figure", "extensions", "definition"}
"""Keys of what people wrote."""


@cache
def is_typed(text: str) -> bool:
    return TYPED.search(text) is not None


def typed(value: object) -> list[tuple[str, str]]:
    """Every text of an object that is our own and names a command, with where it stands."""
    if isinstance(value, dict):
        parts = ((key, part) for key, part in value.items() if key not in WRITTEN)
        return [(f"{key}.{path}", text) for key, part in parts for path, text in typed(part)]
    if isinstance(value, list):
        return [hit for part in value for hit in typed(part)]
    return [("", value)] if isinstance(value, str) and is_typed(value) else []


def test_a_command_is_recognised():
    wrong = ["see show", "--void", "Each body: cdstrack scoreboard x", "xem history"]
    assert [text for _, text in typed(wrong)] == wrong
    assert typed(["10 -- 20", "made by cdstrack", "cdstrack maintainers", "a show of hands"]) == []


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_no_sentence_of_the_registers_that_we_ship_names_a_command(cli, folder, day):
    shutil.copy(folder / "targets.yaml", cli.folder)
    ledger = (folder / "progress.jsonl").read_bytes().splitlines(keepends=True)
    cli.ledger.write_bytes(b"".join(line for line in ledger if not OF_OTHERS.search(line)))
    export = cli("--as-of", day, "export", "--format", "json").json
    assert export["targets"] or day == DAYS[0]
    assert typed(export) == []
    digest = cli("--as-of", day, "digest", "--since", "90d", "--format", "json").json
    assert typed(digest) == []


def test_what_is_wrong_with_a_ledger_is_said_without_the_command_that_mends_it(cli):
    cli.write(TRAINED)
    report = cli.report("trained", "5", "--date", "2026-03")
    text = cli.ledger.read_text(encoding="utf-8")
    future = re.sub('"recorded": ?"[^"]*"', '"recorded":"2099-01-01T00:00:00Z"', text)
    cli.ledger.write_text(future, encoding="utf-8")
    assert f"add-progress trained --void {report['id']}" in cli("--lang", "en", "validate").err
    whole = cli("export", "--format", "json").json
    assert typed(whole) == []
    [problem] = whole["problems"]
    assert problem["message"]["en"].endswith("If the clock is right, take the record back.")
    assert problem["message"]["vi"].endswith("Nếu đồng hồ đúng, hãy hủy báo cáo này.")


def names(node: ast.expr) -> Iterator[str]:
    """The names in what is called."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute):
            yield part.id if isinstance(part, ast.Name) else part.attr


def codes() -> set[str]:
    """The codes of problems that files can have."""
    paths = [path for name in ("core", "store") for path in
             (Path(cdstrack.__file__).parent / name).rglob("*.py")]  # fmt: skip
    texts = [path.read_text(encoding="utf-8") for path in paths]
    calls = (
        node
        for text in texts
        if "problem" in text.lower()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and node.args
    )
    return {
        text.value
        for node in calls
        if any("problem" in name.lower() for name in names(node.func))
        for text in ast.walk(node.args[0])
        if isinstance(text, ast.Constant) and f"problem_{text.value}" in en.TEXTS
    }


UNPUBLISHED = {"yaml_empty", "waivers_empty", "version_no_ledger", "outbox_torn",
               "ledger_offline_old"}  # fmt: skip
"""There is nothing to publish then, or only gates and ``store push`` say so."""


class Anything:
    def __format__(self, spec: str) -> str:
        return spec.rpartition("|")[2] or "x"


def test_no_problem_that_a_register_can_be_published_with_names_one():
    every = codes()
    assert len(every) > 40
    for lang in LANGUAGES:
        for code in every - UNPUBLISHED:
            fields = Formatter().parse(en.TEXTS[f"problem_{code}"])
            facts = {name: Anything() for _, name, _, _ in fields if name}
            text = sentence(code, facts, Words(lang), is_page=True)
            assert not TYPED.search(text), text

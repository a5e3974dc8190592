"""What a command says of a register does not depend on where its ledger is."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cdstrack.store.postgres.shared_ledger import SharedLedger
from tests.cli.build import ROOT, Cli

REGISTERS = {
    ".": (["--owner", "mic"], ["dx-training-10000-officials-2022", "9500", "--date", "2022-10"]),
    "examples/provinces": (
        ["--body", "province-05"],
        ["digital-skills", "120", "--date", "2026-01", "--body", "province-05"],
    ),
    "examples/national-programme": (["--owner", "mst"], ["egdi", "50", "--date", "2026-10"]),
}
"""Whose form is filled in there, and what else is reported."""

COMMANDS = [
    ["status"], ["status", "--format", "json"], ["status", "--lang", "vi"], ["overdue"],
    ["scoreboard"], ["due"], ["digest", "--since", "400d"], ["history"], ["check"],
    ["history", "--format", "json"], ["export", "--format", "json"], ["check", "--format", "json"],
    ["export", "--format", "csv"], ["export", "--format", "csv", "--what", "reports"],
    ["export", "--format", "ics"], ["status", "--known-on", "2025-06-30"], ["validate"],
    ["status", "--as-of", "2025-12-31"], ["status", "--group-by", "body"],
    ["status", "--format", "csv"],
]  # fmt: skip

IN_BATCHES = [
    ["status"], ["status", "--group-by", "body"], ["status", "--format", "csv"], ["overdue"],
    ["scoreboard"], ["due"], ["check"], ["validate"],
]  # fmt: skip
"""Those of them that keep no reports, and are asked again in many small batches."""

AFTER = [["status"], ["scoreboard"], ["due"], ["check"]]
"""What is asked again when something has been reported."""


OF_OTHERS = re.compile(rb'"body":"(?:province-(?!05|39|62)|ministry-(?!0[67]|19|2[23]))')
"""Reports of all but a province that others were merged into, and of ministries that were renamed
and split: without them a tenth is left."""


def fill(form: Path) -> None:
    """Report 61 in every row of a form that asks for a figure."""
    with form.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    unit, figure, source = map(head.index, ("Unit", "Figure", "Source"))
    wanted = [row for row in rows if row[unit] != "done or not"]
    assert wanted
    for row in wanted:
        row[figure], row[source] = "61", "Trial"
    with form.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def answers(cli: Cli, folder: str, ids: Sequence[str], login: str) -> Iterator[tuple[object, ...]]:
    """Each command with what it says on a register, and each file that it writes."""
    whose, report = REGISTERS[folder]

    def run(*command: str) -> tuple[object, ...]:
        return command, *cli(*command)

    for command in [*COMMANDS, *(["show", name] for name in ids[:5]), ["history", ids[0]]]:
        yield run(*command)
    yield run("page", "-o", "page.html", "--as-of", "2026-06-30")
    page = cli.folder / "page.html"
    yield "page", page.read_text("utf-8")
    yield run("template", *whose, "--all", "-o", "form.csv")
    form = cli.folder / "form.csv"
    yield "form", form.read_text("utf-8")
    fill(form)
    by = ["--by", login]  # a server says where somebody else signed in
    for more in (["--dry-run"], ["--yes"], ["--yes"]):
        yield run("import", "form.csv", *by, *more)
    for more in (["--dry-run"], ["--yes"], ["--yes"], ["--again", "--yes"]):
        yield run("add-progress", *report, *by, *more)
    for command in (*AFTER, ["history", report[0], "--format", "json"]):
        yield run(*command)
    for file in (form, page):
        file.unlink()


def without_chance(answer: tuple[object, ...], ids: set[str]) -> tuple[object, ...]:
    """An answer but for the moments at which something was written in the test, and the names that
    reports got then, and but for the place of the ledger."""

    def plain(text: str) -> str:
        text = re.sub(r"DTSTAMP:\w+|LAST-MODIFIED:\w+", "", text)
        text = re.sub(r'("(?:recorded|generated)": )"20\d\d-[^"]*"(?=,)', r"\1…", text)
        text = re.sub(r',\s+"ledger": "postgresql:.*",\s+"position": null', "", text)
        text = re.sub(r'("file": )".*",(\s+"line": )\d+,(\s+"column": )\d+', r"\1…\2…\3…", text)
        return re.sub(r"\b[0-9a-z]{20}\b", lambda m: m[0] if m[0] in ids else "…", text)

    return tuple(plain(part) if isinstance(part, str) else part for part in answer)


@pytest.mark.promise("server-answers")
@pytest.mark.parametrize("folder", REGISTERS)
def test_every_command_gives_the_same_answer_from_a_server(
    cli, server, database, folder, monkeypatch
):
    shutil.copy(ROOT / folder / "targets.yaml", cli.folder)
    register, ledger = cli.folder / "targets.yaml", cli.folder / "progress.jsonl"
    text, lines = register.read_text("utf-8"), (ROOT / folder / ledger.name).read_bytes()
    records = b"".join(
        line for line in lines.splitlines(keepends=True) if not OF_OTHERS.search(line)
    )
    ledger.write_bytes(records)
    ids = re.findall(r"^ *- (?:\{)?id: ([a-z0-9-]+)", text, re.MULTILINE)
    before = set(re.findall(r'"id":"(\w+)"', records.decode()))
    login = server.environment["PGUSER"]
    cli.clock = lambda: datetime.now(UTC)  # as the server's
    monkeypatch.setenv("CDSTRACK_AS_OF", "2026-11-21")
    monkeypatch.delenv("CDSTRACK_LEDGER")
    from_file = [without_chance(answer, before) for answer in answers(cli, folder, ids, login)]
    count = len(ledger.read_bytes().splitlines())
    assert count > len(records.splitlines()) + 1
    ledger.write_bytes(records)
    monkeypatch.setenv("CDSTRACK_LEDGER", database)
    line = f"ledger: {database}\n"
    text, n = re.subn("^ledger:.*\n", line, text, flags=re.MULTILINE)
    register.write_text(text if n else text + line, "utf-8")
    assert cli("store", "init").code == 0
    assert cli("store", "copy", "progress.jsonl", database).code == 0
    ledger.unlink()
    with monkeypatch.context() as patch:
        # Records; with 1 each target has its own batch.
        patch.setattr(SharedLedger, "most", 50 if "provinces" in folder else 1)
        for command in IN_BATCHES:
            answer = without_chance((tuple(command), *cli(*command)), before)
            assert answer == from_file[COMMANDS.index(command)]
    for answer, other in zip(answers(cli, folder, ids, login), from_file, strict=True):
        assert without_chance(answer, before) == other
    assert cli("store", "copy", database, "back.jsonl").code == 0
    back = (cli.folder / "back.jsonl").read_bytes().splitlines(keepends=True)
    assert set(records.splitlines(keepends=True)) <= set(back)
    assert len(back) == count

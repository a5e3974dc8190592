"""What a command says of a register does not depend on where its ledger is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.build import ROOT

REGISTERS = [".", "examples/provinces", "examples/national-programme"]
COMMANDS = [
    ["status"], ["status", "--format", "json"], ["status", "--lang", "vi"], ["overdue"],
    ["scoreboard"], ["due"], ["digest", "--since", "400d"], ["history"], ["check"],
    ["history", "--format", "json"], ["export", "--format", "json"], ["check", "--format", "json"],
    ["export", "--format", "csv"], ["export", "--format", "csv", "--what", "reports"],
    ["export", "--format", "ics"], ["status", "--known-on", "2025-06-30"], ["validate"],
    ["status", "--as-of", "2025-12-31"],
]  # fmt: skip


def without_clock(text: str) -> str:
    """A text but for the moment at which a calendar was written."""
    return re.sub(r"DTSTAMP:\w+|LAST-MODIFIED:\w+", "", text)


@pytest.mark.promise("server-answers")
@pytest.mark.parametrize("folder", REGISTERS)
def test_every_command_gives_the_same_answer_from_a_server(
    cli, server, database, folder, monkeypatch
):
    for name in ("targets.yaml", "progress.jsonl"):
        shutil.copy(ROOT / folder / name, cli.folder)
    register = cli.folder / "targets.yaml"
    text = register.read_text("utf-8")
    ids = re.findall(r"^ *- (?:\{)?id: ([a-z0-9-]+)", text, re.MULTILINE)
    commands = [*COMMANDS, *(["show", name] for name in ids[:5]), ["history", ids[0]]]
    monkeypatch.delenv("CDSTRACK_LEDGER")
    from_file = [cli(*command) for command in commands]
    assert cli("page", "-o", "page.html", "--as-of", "2026-06-30").code == 0
    monkeypatch.setenv("CDSTRACK_LEDGER", database)
    line = f"ledger: {database}\n"
    text, n = re.subn("^ledger:.*\n", line, text, flags=re.MULTILINE)
    register.write_text(text if n else text + line, "utf-8")
    assert cli("store", "init").code == 0
    assert cli("store", "copy", "progress.jsonl", database).code == 0
    lines = (cli.folder / "progress.jsonl").read_bytes().splitlines()
    (cli.folder / "progress.jsonl").unlink()
    for command, ran in zip(commands, from_file, strict=True):
        again = cli(*command)
        assert (again.code, without_clock(again.out)) == (ran.code, without_clock(ran.out)), command
    assert cli("page", "-o", "again.html", "--as-of", "2026-06-30").code == 0
    assert (cli.folder / "again.html").read_bytes() == (cli.folder / "page.html").read_bytes()
    assert cli("store", "copy", database, "back.jsonl").code == 0
    back = (cli.folder / "back.jsonl").read_bytes().splitlines()
    assert sorted(back) == sorted(lines)
    assert Path(cli.folder / "back.jsonl").read_bytes().endswith(b"\n")

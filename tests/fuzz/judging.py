"""What must hold for any bytes at all: the functions that the fuzzers call.

They need nothing but the program, so the tests run them on the seeds as well.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import category

from cdstrack.app import standing
from cdstrack.app.standing import Selection
from cdstrack.core.model.problems import Problem
from cdstrack.core.model.register import Ledger, Register
from cdstrack.i18n import Words
from cdstrack.render.board import FORMATS
from cdstrack.render.messages import problem_lines
from cdstrack.render.status_list import status_board
from cdstrack.render.text import Look, paint
from cdstrack.store.base import ALL, Wanted
from cdstrack.store.ledger import load as ledger_read
from cdstrack.store.ledger.load import read_ledger
from cdstrack.store.yaml.register_file import RegisterFile
from cdstrack.store.yaml.tree import parse_yaml

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
WORDS = Words("vi")
ISOLATED = re.compile("\u2068([^\u2066-\u2069\n]+)\u2069")
"""What is set apart because it is written from the right: the only marks of ours in a text."""
PIPE = Look()


class OneFile:
    """A store that holds one register and no reports."""

    def __init__(self, file: RegisterFile) -> None:
        self.file = file

    def register(self) -> tuple[Register | None, Sequence[Problem]]:
        return self.file.register, self.file.problems

    def ledger(self, wanted: Wanted = ALL) -> tuple[Ledger, Sequence[Problem]]:
        return Ledger({}), ()


def judge_register(data: bytes) -> None:
    """Bytes as targets.yaml: both parsers agree, and what is sound is judged and shown."""
    fast = parse_yaml(data, file="targets.yaml")
    pure = parse_yaml(data, file="targets.yaml", pure=True)
    # What neither can read to its end they may give up at different places.
    assert bool(fast.problems) == bool(pure.problems), "the parsers differ"
    if fast.root is not None and pure.root is not None:
        assert (fast.root, fast.problems) == (pure.root, pure.problems), "the parsers differ"
    file = RegisterFile(data, "targets.yaml")
    assert file.problems or file.register is not None
    _show(file.problems)
    if file.register is None:
        return
    found = standing.status(OneFile(file), now=NOW, select=Selection(everything=True))  # type: ignore[arg-type]
    for form in FORMATS.values():
        _clean("".join(form(status_board(found, WORDS), PIPE)))


def judge_ledger(data: bytes) -> None:
    """Bytes as progress.jsonl: the fast reader and the strict one find the same."""
    handle, name = tempfile.mkstemp(suffix=".jsonl")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        small = ledger_read.SMALL
        try:
            ledger_read.SMALL = -1
            fast = _read(Path(name))
            ledger_read.SMALL = 1 << 60
            strict = _read(Path(name))
        finally:
            ledger_read.SMALL = small
    finally:
        Path(name).unlink()
    assert fast == strict, "the fast reader and the strict one differ"
    _show(fast[1])


def _read(path: Path) -> Any:
    ledger, problems = read_ledger(path)
    records = ledger.records()
    assert sum(map(len, ledger.reports.values())) <= len(records)
    figures = [type(record.figure) for record in records]
    return ledger.reports, problems, records, figures


def _show(problems: list[Problem]) -> None:
    assert all(problem.place is not None for problem in problems)
    for look in (PIPE, Look(40)):
        _clean("".join(paint(problem_lines(problems[:20], WORDS, look), look)))


def _clean(said: str) -> None:
    """Nothing but our own line ends and tabs is left of what a terminal would obey."""
    said = ISOLATED.sub(r"\1", said)
    unseen = {char for char in said if category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert unseen <= set("\n\r\t"), unseen


def seeds_of_registers() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CORPUS.glob("*/*.yaml"))]


def seeds_of_ledgers() -> list[bytes]:
    return [path.read_bytes() for path in sorted((HERE / "ledgers").glob("*.jsonl"))]

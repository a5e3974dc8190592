"""A small register to tell stories with, and the command to tell them by."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cdstrack.cli import session
from cdstrack.cli.main import run
from cdstrack.core.model.structs import replace
from cdstrack.render.text import Look
from cdstrack.store.yaml.register_file import RegisterFile
from tests.cli.starts import COMMAND, environment, process

__all__ = ["COMMAND", "environment", "process"]

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 5, 1, tzinfo=UTC)
"""When tests go on in a folder that was filled ``once``."""
ROOT = Path(__file__).resolve().parents[2]

HEAD = """\
cdstrack: 1
title: {vi: Sổ thử, en: Trial register}
sources:
  plan: {title: {vi: Kế hoạch, en: The plan}, date: 2026-01-01}
bodies:
  office: {name: {vi: Văn phòng, en: The Office}}
  old: {name: {vi: Cục cũ, en: Old Bureau}, ended: 2026-03-01, successor: office, how: merged}
  gone: {name: {vi: Sở đã hết, en: Gone Bureau}, ended: 2026-03-01, how: dissolved}
"""


def target(name: str, more: str = "", *, vi: str = "", en: str = "", owner: str = "office") -> str:
    """One target in YAML; ``more`` holds its further keys, one a line."""
    lines = [
        f"  - id: {name}",
        f"    title: {{vi: {vi or 'Việc ' + name}, en: {en or 'Task ' + name}}}",
        f"    owner: {owner}",
        "    stated: {on: 2026-01-01, by: {vi: Thủ tướng, en: The Prime Minister}, source: plan}",
    ]
    lines += [f"    {line}" for line in more.strip().splitlines()]
    return "\n".join(lines) + "\n"


REACH = "kind: reach\nunit: {vi: người, en: persons}\ntarget: {at_least: 1000}\n"
DATED = REACH + "baseline: {value: 0, date: 2026-01-01}\ndeadline: 2026\n"

TRAINED = target("trained", DATED, vi="Tập huấn cán bộ", en="Officials trained")
SPENT = target("spent", DATED + "accumulate: sum\n", vi="Số tiền đã cấp", en="Money spent")
SIGNED = target(
    "signed",
    "kind: reach\nunit: '%'\ntarget: {at_least: 100}\ndeadline: 2026\naccumulate: ratio\n"
    "conditions: {online: {vi: Qua mạng, en: Online}, sign: {vi: Ký số, en: Signs}}\n",
    vi="Ký số",
    en="Heads sign digitally",
)
LAW = target("law", "kind: milestone\ndeadline: 2026-12\n", vi="Trình luật", en="Submit the law")
OPEN = target("open", REACH, vi="Việc không hạn", en="Undated task")
LATE = target(
    "late", DATED.replace("deadline: 2026", "deadline: 2026-06"), vi="Việc trễ", en="Late task"
)
FAMILY = (
    target("all-heads", DATED, vi="Mọi lãnh đạo", en="All heads")
    + target("ministers", DATED + "part_of: all-heads", vi="Bộ trưởng", en="Ministers")
    + target("chairs", DATED + "part_of: all-heads", vi="Chủ tịch", en="Chairs")
)


def register(*targets: str, head: str = HEAD) -> str:
    return head + "targets:\n" + "".join(targets or (TRAINED,))


def read_yaml(text: str) -> Any:
    """A text in YAML as data, by a reader that is not ours; that of libyaml, where there is one."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both are


def read_once(data: bytes, name: str) -> RegisterFile:
    """What a file says. Most tests put the same few registers into their folders, and what is
    read of them is immutable; what a run adds to it is its own."""
    file = copy(_read(data, name))
    file.problems = [*file.problems]
    if file.register is not None:
        file.register = replace(file.register)
    return file


_read = lru_cache(RegisterFile)


def ticking(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on a second whenever it is looked at: no two reports at one moment."""
    seconds = count()
    return lambda: start + timedelta(seconds=next(seconds))


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """``cli("status", "--all")`` runs the command in a folder of its own."""

    def __init__(
        self, folder: Path, capsys: Any, monkeypatch: Any, clock: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.clock = clock
        self._capsys = capsys

    def __call__(self, *args: str) -> Ran:
        self._capsys.readouterr()
        code = run(list(args), clock=self.clock)
        return Ran(code, *self._capsys.readouterr())

    def write(self, *targets: str, head: str = HEAD) -> None:
        (self.folder / "targets.yaml").write_text(register(*targets, head=head), encoding="utf-8")

    def begin(self, *targets: str, head: str = HEAD) -> None:
        """As ``write``, for one case of many: nobody has reported yet."""
        self.ledger.unlink(missing_ok=True)
        self.write(*targets, head=head)

    def ship(self) -> None:
        """Put the shipped register here."""
        for name in ("targets.yaml", "progress.jsonl"):
            shutil.copy(ROOT / name, self.folder / name)

    @property
    def ledger(self) -> Path:
        return self.folder / "progress.jsonl"

    @property
    def records(self) -> list[dict[str, Any]]:
        if not self.ledger.exists():
            return []
        return [json.loads(line) for line in self.ledger.read_text("utf-8").splitlines()]

    def report(self, *args: str) -> dict[str, Any]:
        """Record something that must be taken, and return its record."""
        ran = self("add-progress", *args, "--yes")
        assert ran.code == 0, ran.err
        return self.records[-1]

    def state(self, name: str, *args: str) -> dict[str, Any]:
        """The verdict on a target, as data."""
        found = self("status", "--format", "json", *args).json["targets"]
        return next(each for each in found if each["id"] == name)

    def in_terminal(self, width: int, *, color: bool = False) -> None:
        """From now on, show what a terminal of this width would show."""
        look = Look(width=width, color=color)
        self.monkeypatch.setattr(session, "_look", lambda stream, asked: look)

"""What others take for the same job on as much data of their own form.

They are programs of the system's. What is not installed is left out, and named as missing.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

from bench.measure import ROOT, Goal, Yardstick, whole

PROGRAMS = {
    "task": "taskwarrior, in Debian",
    "ledger": "ledger-cli, in Debian",
    "hledger": "in Debian",
    "harsh": "in no registry of Debian's, PyPI's or npm's: build github.com/wakatara/harsh",
}


def missing() -> list[str]:
    """The peers that cannot be run here, and where they are to be had."""
    return [f"{name} ({where})" for name, where in PROGRAMS.items() if not shutil.which(name)]


def hello_world(python: Path, goal: Goal | None = None) -> Yardstick:
    """A typer app that prints one rich table, in the same environment."""
    return Yardstick("hello-world", whole([str(python), str(ROOT / "bench" / "hello.py")]), goal)


def bare_loop(python: Path, ledger: Path, goal: Goal | None = None) -> Yardstick:
    """``json.loads`` of each line of the same ledger."""
    command = [str(python), str(ROOT / "bench" / "bare.py"), str(ledger)]
    return Yardstick("bare json loop", whole(command), goal)


def task_list(folder: Path, tasks: int, goal: Goal | None = None) -> list[Yardstick]:
    """``task list`` of so many tasks."""
    if not shutil.which("task"):
        return []
    folder.mkdir()
    settings = folder / "rc"
    settings.write_text(f"confirmation=off\ndata.location={folder}\n", encoding="utf-8")
    with (folder / "tasks.json").open("w", encoding="utf-8") as out:
        for number in range(tasks):
            title = f"Bring group {number} wholly online"
            out.write(f'{{"description":"{title}","due":"20271231T000000Z"}}\n')
    command = ["task", f"rc:{settings}"]
    subprocess.run([*command, "import", str(out.name)], check=True, capture_output=True)
    return [Yardstick("task list", whole([*command, "rc.defaultwidth=120", "list"]), goal)]


def accounts(folder: Path, entries: int, targets: int) -> list[Yardstick]:
    """Balances of a journal of so many transactions, by ledger-cli and hledger.

    hledger is given a tenth of them, for it takes minutes for a million.
    """
    yardsticks = []
    for name, part, label in (("ledger", 1, "ledger"), ("hledger", 10, "hledger of 1/10")):
        if not shutil.which(name):
            continue
        journal = folder / f"{name}.journal"
        with journal.open("w", encoding="utf-8") as out:
            for number in range(entries // part):
                out.write(f"{_day(number // targets)} report {number}\n")
                out.write(f"  target:{number % targets:05}  {number % 977}\n  total\n\n")
        yardsticks.append(Yardstick(label, whole([name, "-f", str(journal), "balance"])))
    return yardsticks


def habits(folder: Path, entries: int, targets: int, goal: Goal | None = None) -> list[Yardstick]:
    """``harsh log stats`` of so many entries on as many habits as there are targets."""
    if not shutil.which("harsh"):
        return []
    folder.mkdir()
    with (folder / "habits").open("w", encoding="utf-8") as out:
        out.writelines(f"habit-{number:05}: 1\n" for number in range(targets))
    with (folder / "log").open("w", encoding="utf-8") as out:
        for number in range(entries):
            out.write(f"{_day(number // targets)} : habit-{number % targets:05} : y\n")
    run = whole(["harsh", "log", "stats"], HARSHPATH=str(folder))
    return [Yardstick("harsh log stats", run, goal)]


def _day(turn: int) -> date:
    return date(2024, 1, 1) + timedelta(days=turn % 1000)

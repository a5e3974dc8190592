"""``python -m bench.growth [WORD …]``: how the work of every command grows with every list.

Each case doubles one list of a register, a ledger, a sheet or a command line twice and runs the
commands that read it. What counts is processor time, less that of the smallest files there are;
where it grows too fast, the run is repeated and the least time counts, for other programs can only
make it longer. A command whose time grows by more than ``LIMIT`` as a power of the size fails the
bench. Words choose the cases and commands that hold one of them.
"""

from __future__ import annotations

import gc
import importlib
import io
import math
import multiprocessing
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.growth_cases import CASES, Case

LIMIT = 1.3
CLEAR = 1.15
"""Up to this power nobody looks twice."""
RUNS = 6
WORST = 12
"""So many rows are shown once more at the end."""
NOW = datetime(2026, 6, 30, 5, tzinfo=UTC)
LEAST = 0.15
"""Processor seconds below which a time says nothing of how it grows."""
PATIENCE = 20.0
"""Seconds after which a run is given up: by then it grows too fast."""


class Row(NamedTuple):
    """What one command took at the sizes of a case, in seconds; what was given up is endless."""

    case: str
    command: str
    sizes: Sequence[int]
    seconds: Sequence[float]

    @property
    def exponent(self) -> float | None:
        """The power by which the time grew; None where it is too short."""
        quarter, last = self.seconds
        if last < LEAST:
            return None
        return math.inf if math.isinf(last) else math.log(last / max(quarter, LEAST / 5), 4)

    @property
    def fails(self) -> bool:
        return self.exponent is not None and self.exponent > LIMIT

    def __str__(self) -> str:
        seconds = " ".join(f"{second:>8.2f}" for second in self.seconds)
        exponent = "–" if self.exponent is None else f"{self.exponent:.2f}"
        mark = "  fails" if self.fails else ""
        return (
            f"{self.case:<34} {self.command:<18} {self.sizes[-1]:>8} {seconds} {exponent:>6}{mark}"
        )


def seconds_of(arguments: Sequence[str], folder: Path) -> float:
    """Processor seconds of a command, in a copy of this process, which has loaded everything."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reader)
            os.write(writer, str(_work(arguments, folder)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    deadline = time.monotonic() + PATIENCE
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(reader)
            return math.inf
        time.sleep(0.002)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    if not text:
        raise SystemExit(f"{arguments} failed in {folder}")
    return float(text)


def _work(arguments: Sequence[str], folder: Path) -> float:
    from cdstrack.cli.main import run

    os.chdir(folder)
    Path("out.csv").unlink(missing_ok=True)
    out = io.StringIO()
    gc.collect()
    gc.freeze()
    before = time.process_time()
    with redirect_stdout(out), redirect_stderr(out):
        run([*arguments], lambda: NOW)
    seconds = time.process_time() - before
    if "a fault of the program" in out.getvalue():
        raise SystemExit(out.getvalue())
    return seconds


def prepare(case: Case, size: int, folder: Path) -> None:
    """Write the files of a case, with the earlier versions that are compared with them."""
    files = case.files(size)
    git = ["git", "-C", str(folder)]
    folder.mkdir()
    subprocess.run([*git, "init", "-q"], check=True)
    history = b"".join(_commits([*files.history, files.earlier]))
    subprocess.run([*git, "fast-import", "--quiet"], input=history, check=True)
    for name, content in files.now.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    for arguments in case.setup:
        seconds_of(arguments, folder)


def _commits(versions: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
    """Commits on top of one another, as ``git fast-import`` reads them."""
    for number, version in enumerate(versions):
        yield f"commit HEAD\ncommitter n <n@example.org> {1767225600 + number} +0000\n".encode()
        yield b"data 0\n"
        for name, content in version.items():
            data = content.encode()
            yield b"M 644 inline %s\ndata %d\n%s\n" % (name.encode(), len(data), data)


def measure(command: str, case: Case, folders: Mapping[int, Path]) -> Row:
    """What one command takes at each size; the first of the folders holds the smallest files."""
    least = dict.fromkeys(folders, math.inf)
    base, *sizes = folders
    for run in range(1, RUNS + 1):
        for size, folder in folders.items():
            arguments = case.commands(size)[command]
            least[size] = min(least[size], seconds_of(arguments, folder))
        seconds = [max(least[size] - least[base], 0.0) for size in sizes]
        row = Row(case.name, command, sizes, seconds)
        exponent = row.exponent
        if exponent is None or math.isinf(exponent) or exponent <= (CLEAR if run == 1 else LIMIT):
            break
    return row


def rows_of(words: Sequence[str], number: int) -> list[Row]:
    """What every command takes that reads a case."""
    case = CASES[number]
    commands = [
        name
        for name in case.commands(1)
        if not words or any(word in f"{case.name}: {name}" for word in words)
    ]
    if not commands:
        return []
    with tempfile.TemporaryDirectory() as name:
        sizes = (1, case.size, 4 * case.size)
        folders = {size: Path(name, str(size)) for size in sizes}
        for size, folder in folders.items():
            prepare(case, size, folder)
        return [measure(command, case, folders) for command in commands]


def load_everything() -> None:
    """Import what the commands import when they need it, so that it is not measured."""
    import cdstrack

    for module in pkgutil.walk_packages(cdstrack.__path__, "cdstrack."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def main() -> None:
    words = sys.argv[1:]
    load_everything()
    print(f"{'list':<34} {'command':<18} {'size':>8} {'quarter':>8} {'all, s':>8} {'power':>6}")
    order = sorted(range(len(CASES)), key=lambda number: -len(CASES[number].commands(1)))
    every: list[Row] = []
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for rows in pool.imap_unordered(partial(rows_of, words), order):
            every += rows
            for row in rows:
                print(row, flush=True)
    failures = [row for row in every if row.fails]
    fastest = sorted(every, key=lambda row: row.exponent or 0, reverse=True)
    print(f"\nOf {len(every)} these grow fastest:", *fastest[:WORST], sep="\n")
    if failures:
        raise SystemExit(f"{len(failures)} grow faster than the power {LIMIT} of their list")


if __name__ == "__main__":
    main()

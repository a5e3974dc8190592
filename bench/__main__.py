"""``python -m bench [SIZE …]``: whole commands, as a user waits for them, beside what others take.

Without a size all are measured but the largest, which take a quarter of an hour each. It prints a
table with the goals of docs/decisions.md and fails on no time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import peers, shared
from bench.measure import HEADING, Row, measure
from bench.sizes import LARGE, SIZES, Bench, communes, reports, shipped, targets

COMPILATION = "import cdstrack, compileall; compileall.compile_dir(cdstrack.__path__[0], quiet=1)"


SERVER = "server"
"""The size that is a ledger on a server; it has a table of its own."""
SHORT = "short"
"""The size for CI: the rows that matter on small files, in some five seconds."""


def short(bench: Bench) -> Iterator[Row]:
    """What has a goal of start-up, and a row of every other kind."""
    kinds = (
        (shipped(bench), {"status", "--version", "Tab for a target"}),
        (targets(bench, 300, pairs=1, portions=()), {"add-progress"}),
        (
            reports(bench, 10_000, pairs=1, portions=()),
            {"status, with the index", "reading, with the index"},
        ),
        (communes(bench, 20, pairs=1, portions=()), {"status --group-by body"}),
    )
    for rows, commands in kinds:
        yield from (row for row in rows if row.command in commands)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*SIZES, SERVER, SHORT, "all"]
    parser.add_argument("size", nargs="*", help=f"{', '.join(names)}; else those not large")
    parser.add_argument("--pairs", type=int, help="pairs of each row; else as many as its size has")
    parser.add_argument("--only", default="", help="only commands that hold this word")
    parser.add_argument(
        "--program",
        type=Path,
        default=Path(sys.executable).with_name("cdstrack"),
        help="the cdstrack that is measured, in an environment of its own; else the one beside",
    )
    options = parser.parse_args()
    if wrong := set(options.size) - set(names):
        parser.error(f"no size {', '.join(sorted(wrong))}; there are {', '.join(names)}")
    return options


def main() -> None:
    options = arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python = options.program.with_name("python")
    subprocess.run([python, "-P", "-c", COMPILATION], check=True)
    print(f"cdstrack benchmark, {time.strftime('%Y-%m-%d %H:%M')}, {options.program}")
    print("CPU s: user and system, median of the runs; ratios: medians of pairs run in turn")
    for name in peers.missing():
        print(f"not here, so nothing is compared with it: {name}")
    print(HEADING, flush=True)
    names = options.size or [*(name for name in SIZES if name not in LARGE), SERVER]
    for name in [*SIZES, SERVER] if "all" in names else names:
        with tempfile.TemporaryDirectory() as scratch:
            if name == SERVER:
                shared.print_table(Path(scratch))
                continue
            rows = short if name == SHORT else SIZES[name]
            for row in rows(Bench(options.program, Path(scratch))):
                if options.only in row.command:
                    measure(row, 1 if name == SHORT else options.pairs)


if __name__ == "__main__":
    main()

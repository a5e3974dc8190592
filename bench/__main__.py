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


KINDS = {
    *("status", "status, cold", "status, with the index", "reading, cold"),
    *("reading, with the index", "add-progress", "status --group-by body"),
}
"""What the short form has of files that are not those that are shipped."""


def short(bench: Bench) -> Iterator[Row]:
    """The rows that matter on small files, in some ten seconds."""
    yield from shipped(bench)
    for size in (
        targets(bench, 300, pairs=1, portions=()),
        reports(bench, 10_000, pairs=1, portions=()),
        communes(bench, 20, pairs=1, portions=()),
    ):
        yield from (row for row in size if row.command in KINDS)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    sizes = ", ".join(SIZES)
    parser.add_argument("size", nargs="*", help=f"{sizes}, {SERVER}, all; else those not large")
    parser.add_argument("--pairs", type=int, help="pairs of each row; else as many as its size has")
    parser.add_argument("--short", action="store_true", help="small files, one pair each")
    parser.add_argument(
        "--program",
        type=Path,
        default=Path(sys.executable).with_name("cdstrack"),
        help="the cdstrack that is measured, in an environment of its own; else the one beside",
    )
    options = parser.parse_args()
    if wrong := set(options.size) - {*SIZES, SERVER, "all"}:
        parser.error(f"no size of that name: {', '.join(sorted(wrong))}")
    return options


def main() -> None:
    options = arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python = options.program.with_name("python")
    subprocess.run([python, "-P", "-c", COMPILATION], check=True)
    names = options.size or [*(name for name in SIZES if name not in LARGE), SERVER]
    if "all" in names:
        names = [*SIZES, SERVER]
    print(f"cdstrack benchmark, {time.strftime('%Y-%m-%d %H:%M')}, {options.program}")
    print("CPU s: user and system, median of the runs; ratios: medians of pairs run in turn")
    for name in peers.missing():
        print(f"not here, so nothing is compared with it: {name}")
    print(HEADING, flush=True)
    sizes = [short] if options.short else [SIZES[name] for name in names if name != SERVER]
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            for row in size(Bench(options.program, Path(scratch))):
                measure(row, 1 if options.short else options.pairs)
    if SERVER in names and not options.short:
        with tempfile.TemporaryDirectory() as scratch:
            shared.print_table(Path(scratch))


if __name__ == "__main__":
    main()

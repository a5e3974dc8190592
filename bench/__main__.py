"""``python -m bench [--runs N]``: ratios of paired runs, with their medians and peak memory.

The two sides of a pair run in turn, so a slow moment of the machine meets both. Nothing here
asserts a time: the figures are for a person to read.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import make

ROOT = Path(__file__).resolve().parent.parent
TARGETS, REPORTS, COMMUNES = 10_000, 1_000_000, 3_321


@dataclass
class Sample:
    """One run: seconds and peak resident memory in MiB."""

    seconds: float
    peak: float


Run = Callable[[], Sample]


def process(command: list[str], **environ: str) -> Run:
    """A run of a whole process, start-up included; its processor time is what counts."""

    def run() -> Sample:
        with tempfile.TemporaryFile() as out:
            child = subprocess.Popen(
                command, stdout=out, stderr=out, cwd=ROOT, env={**os.environ, **environ}
            )
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            raise SystemExit(f"{command} exits {child.returncode}")
        return Sample(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    return run


def task(name: str, folder: Path) -> Run:
    """A run that times itself inside a fresh process, so that imports do not count."""

    def run() -> Sample:
        with tempfile.TemporaryFile("w+") as out:
            command = [sys.executable, "-m", "bench.tasks", name, str(folder)]
            child = subprocess.Popen(command, stdout=out, cwd=ROOT)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        if child.returncode:
            raise SystemExit(f"{name} exits {child.returncode}")
        return Sample(float(text), usage.ru_maxrss / 1024)

    return run


def pair(title: str, limit: str, ours: Run, theirs: Run, runs: int) -> None:
    ours(), theirs()  # warm the disk
    pairs = [(ours(), theirs()) for _ in range(runs)]
    ratios = [one.seconds / other.seconds for one, other in pairs]
    mine = statistics.median(one.seconds for one, _ in pairs)
    other = statistics.median(other.seconds for _, other in pairs)
    peak = max(one.peak for one, _ in pairs), max(other.peak for _, other in pairs)
    print(
        f"{title:<69} {statistics.median(ratios):>6.2f} {min(ratios):>6.2f} {max(ratios):>6.2f}"
        f"  {limit:<7} {mine:>7.3f} s {other:>7.3f} s {peak[0]:>6.0f} {peak[1]:>6.0f} MiB",
        flush=True,
    )


def taskwarrior(folder: Path) -> Run | None:
    """``task list`` of as many tasks, where taskwarrior is installed."""
    program = shutil.which("task")
    if program is None:
        return None
    home = folder / "task"
    home.mkdir()
    (home / "rc").write_text("confirmation=off\n", encoding="utf-8")
    lines = [
        f'{{"description":"Bring group {number} wholly online","due":"20261231T000000Z"}}'
        for number in range(TARGETS)
    ]
    source = home / "tasks.json"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environ = {"TASKDATA": str(home), "TASKRC": str(home / "rc")}
    subprocess.run(
        [program, "import", str(source)],
        env={**os.environ, **environ},
        check=True,
        capture_output=True,
    )
    return process([program, "rc.defaultwidth=120", "list"], **environ)


STATUS = ["-m", "cdstrack", "status"]


def tab_of(*words: str, **environ: str) -> Run:
    """What a shell calls when Tab is pressed on the last of these words."""
    command = [sys.executable, "-m", "cdstrack", str(len(words) - 1), *words]
    return process(command, _CDSTRACK_COMPLETE="zsh", **environ)


def page_of(register: Path, folder: Path) -> Run:
    """The site of a register in both languages, with eight reports a target."""
    output = ["page", "-o", f"{folder}/"]
    return process([sys.executable, "-m", "cdstrack", "--file", str(register), *output])


def pages(folder: Path, status: Run, runs: int) -> None:
    """Sites of a few, of a thousand and of ten thousand targets."""
    shipped = page_of(ROOT / "targets.yaml", folder / "site")
    pair("page of the shipped register / status", "–", shipped, status, runs)
    sites = []
    for targets in (1_000, 10_000):
        place = folder / f"{targets}"
        place.mkdir()
        make.register(place / "targets.yaml", targets)
        make.ledger(place / "progress.jsonl", 8 * targets, targets, used=True)
        sites.append(page_of(place / "targets.yaml", place / "site"))
    pair("page of 10,000 targets / of 1,000", "≤ 10", sites[1], sites[0], 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="pairs of each measurement")
    runs = parser.parse_args().runs
    python = sys.executable
    for module in ("cdstrack", "bench"):
        subprocess.run([python, "-m", "compileall", "-q", str(ROOT / module)], check=True)
    started = time.strftime("%Y-%m-%d %H:%M")
    print(f"cdstrack benchmark, {started}, Python {sys.version.split()[0]}, {runs} pairs each")
    print(f"{'ours / theirs':<69} {'median':>6} {'min':>6} {'max':>6}  {'limit':<7}", end="")
    print(f" {'ours':>9} {'theirs':>9} {'peak memory':>13}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make.register(folder / "targets.yaml", TARGETS)
        large, used = folder / "large", folder / "used"
        for place in (large, used):
            place.mkdir()
            make.ledger(place / "progress.jsonl", REPORTS, 1_000, used=place is used)
        status = process([python, *STATUS])
        hello = process([python, str(ROOT / "bench" / "hello.py")])
        pair("status of the shipped register / hello-world table", "≤ 1.4", status, hello, 2 * runs)
        pages(folder, status, runs)
        tab, typer = tab_of("show", ""), process([python, "-c", "import typer"])
        pair("Tab for a target of the shipped register / import typer", "–", tab, typer, 2 * runs)
        pair("Tab for a target of the shipped register / status", "≤ 0.5", tab, status, 2 * runs)
        many = {"CDSTRACK_FILE": str(folder / "targets.yaml")}
        for begun, what in (("target-number-0012", "10 of 10,000"), ("", "10,000")):
            tab, whole = tab_of("show", begun, **many), process([python, *STATUS], **many)
            pair(f"Tab for {what} targets / status of them", "≤ 0.2", tab, whole, 3)
        judged, loaded = task("read_and_judge", folder), task("yaml_load", folder)
        pair("10,000 targets read and judged / CSafeLoader.load", "< 1", judged, loaded, runs)
        printed = task("lay_out_and_print", folder)
        pair("10,000 targets laid out and printed / read and judged", "≤ 1", printed, judged, runs)
        for place, what in ((large, ""), (used, ", corrected")):
            ledger, bare = task("read_ledger", place), task("bare_loop", place)
            title = f"1,000,000 reports{what} to values in force / bare json.loads"
            pair(title, "≤ 1.2", ledger, bare, runs)
        shared = folder / "shared"
        shared.mkdir()
        make.communes(shared, COMMUNES, 20, 12)
        ranked, bare = task("reduce_and_rank", shared), task("bare_loop", shared)
        title = "3,321 communes × 20 targets × 12 months ranked / bare json.loads"
        pair(title, "≤ 2", ranked, bare, runs)
        listed = taskwarrior(folder)
        if listed is None:
            print("task list of 10,000: taskwarrior is not installed, skipped")
        else:
            command = [python, "-m", "cdstrack", "--file", str(folder / "targets.yaml"), "status"]
            pair("status of 10,000 targets / task list of 10,000", "–", process(command), listed, 3)


if __name__ == "__main__":
    main()

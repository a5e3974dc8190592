"""What a command takes, beside what a yardstick takes, and the table of it.

Processor time (user and system) and peak memory of whole processes, as the system counts them. The
two sides of a pair run in turn, so that a slow moment of the machine meets both; a ratio is the
median of those of the pairs. Nothing here fails on a time: the figures are for a person to read.
"""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-11-21"
"""The day that everything is judged as of."""
LEAST = 0.1
"""Processor seconds below which a time says nothing of how it grows."""
LONG = 3.0
"""Seconds from which a first run counts: what the disk and the caches add does not matter."""


class Sample(NamedTuple):
    """One run: processor seconds and peak resident memory in MiB."""

    seconds: float
    peak: float


Run = Callable[[], Sample]


class Goal(NamedTuple):
    """At most this much must it be, and this much it aims at."""

    must: float
    aim: float | None = None
    unit: str = ""

    def words(self) -> tuple[str, str]:
        aim = "" if self.aim is None else f"≤ {self.aim:,g}{self.unit}"
        return f"≤ {self.must:,g}{self.unit}", aim

    def verdict(self, figure: float) -> str:
        if self.aim is not None and figure <= self.aim:
            return "aim"
        return "must" if figure <= self.must else "missed"


class Yardstick(NamedTuple):
    """What a command is measured against, with what the ratio should be."""

    name: str
    run: Run
    goal: Goal | None = None


@dataclass(frozen=True)
class Row:
    """A command at one size of its files.

    ``smaller`` are the same command on the smallest files there are, and on a sixteenth and a
    quarter of this size: how its time grows. ``memory`` is what it may hold, in MiB.
    """

    size: str
    command: str
    run: Run
    yardsticks: Sequence[Yardstick] = ()
    smaller: Sequence[Run] = ()
    memory: Goal | None = None
    pairs: int = 3


def child(command: Sequence[str], codes: Sequence[int], **environ: str) -> tuple[Sample, str]:
    """What a process took, and what it printed; SystemExit where it ends otherwise."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environ}
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read(10_000)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} exits {process.returncode}\n{text}")
    return Sample(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), text


def whole(command: Sequence[str], **environ: str) -> Run:
    """A run of a whole command, start-up included; findings (1) are an answer."""
    return lambda: child(command, (0, 1), **environ)[0]


def inner(command: Sequence[str], **environ: str) -> Run:
    """A run that prints its own seconds and memory, so that imports do not count."""

    def run() -> Sample:
        _, text = child(command, (0,), **environ)
        return Sample(*map(float, text.split()))

    return run


def exponent(seconds: Sequence[float]) -> float | None:
    """The power of the size by which time grows, of four quarters one; None if it is too short.

    The first is the time on the smallest files, which is start-up.
    """
    startup, *rest = seconds
    if len(rest) < 3 or rest[-1] - startup < LEAST:
        return None
    logs = [math.log(max(second - startup, LEAST / 30), 4) for second in rest]
    return (logs[-1] - logs[0]) / 2


HEADING = (
    f"{'size':<17} {'command':<29} {'CPU s':>8} {'MiB':>6} {'growth':>6}  {'/ yardstick':<18}"
    f" {'ratio':>6} {'min':>6}–{'max':<6} {'must':>9} {'aim':>9}"
)


def measure(row: Row, pairs: int | None = None) -> None:
    """Measure a row and print it: a line for each yardstick, and one for its memory."""
    count = pairs or row.pairs
    rounds = [_round(row)]
    if count > 1 and rounds[0][0].seconds < LONG:
        rounds.clear()
    while len(rounds) < count:
        rounds.append(_round(row))
    ours = [samples[0] for samples in rounds]
    seconds = statistics.median(sample.seconds for sample in ours)
    peak = max(sample.peak for sample in ours)
    growth = exponent([*(run().seconds for run in row.smaller), seconds])
    power = "" if growth is None else f"n^{growth:.2f}"
    start = f"{row.size:<17} {row.command:<29} {seconds:>8.3f} {peak:>6,.0f} {power:>6}  "
    lines = []
    for number, yardstick in enumerate(row.yardsticks, 1):
        ratios = [samples[0].seconds / samples[number].seconds for samples in rounds]
        median = statistics.median(ratios)
        spread = f"{min(ratios):>6.2f}–{max(ratios):<6.2f}"
        lines.append(f"{yardstick.name:<18} {median:>6.2f} {spread}{_goal(yardstick.goal, median)}")
    if row.memory is not None:
        lines.append(f"{'(memory)':<18} {'':>6} {'':>13}{_goal(row.memory, peak)}")
    for line in lines or [""]:
        print(f"{start}{line}".rstrip(), flush=True)
        start = " " * len(start)


def _round(row: Row) -> list[Sample]:
    """One run of the command, then one of each of its yardsticks."""
    return [row.run(), *(yardstick.run() for yardstick in row.yardsticks)]


def _goal(goal: Goal | None, figure: float) -> str:
    if goal is None:
        return ""
    must, aim = goal.words()
    return f" {must:>9} {aim:>9}  {goal.verdict(figure)}"

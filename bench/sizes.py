"""What is measured: whole commands on registers and ledgers of every size, each against what a
reader would use instead."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench import make, peers
from bench.measure import DAY, ROOT, Goal, Row, Run, Sample, Yardstick, inner, whole

SHARED_TARGETS, MONTHS = 20, 12
PORTIONS = 16, 4
"""How time grows is told from these portions of a size, all of it, and next to nothing."""
COLD = {"CDSTRACK_INDEX": "off"}
"""No index of the ledger is read or made."""

Command = Callable[["Place"], Run]


@dataclass(eq=False)
class Place:
    """A folder with a register and its ledger, and what the program may keep beside them."""

    program: Path
    folder: Path
    inputs: frozenset[str] = frozenset()
    figures: Iterator[int] = field(default_factory=count)
    is_cold: bool = True

    def __post_init__(self) -> None:
        self.inputs = frozenset(path.name for path in self.folder.iterdir())

    @property
    def environment(self) -> dict[str, str]:
        return {
            "CDSTRACK_FILE": str(self.folder / "targets.yaml"),
            "CDSTRACK_AS_OF": DAY,
            "CDSTRACK_BY": "bench",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }

    def command(self, *arguments: str, **environ: str) -> Run:
        return whole([str(self.program), *arguments], **self.environment, **environ)

    def new_figure(self, target: str, *options: str, of: str = "") -> Run:
        """``add-progress``, which does record: another figure for the day on every run."""

        def run() -> Sample:
            figure = f"{next(self.figures)}{of}"
            words = [target, figure, *options, "--date", DAY, "--source", "bench", "--yes"]
            return self.command("add-progress", *words)()

        return run

    def tab(self, *words: str) -> Run:
        """What a shell calls when Tab is pressed on the last of these words."""
        command = [str(self.program), str(len(words) - 1), *words]
        return whole(command, _CDSTRACK_COMPLETE="zsh", **self.environment)

    def task(self, name: str, **environ: str) -> Run:
        """A part of the work, without start-up."""
        python, register = self.program.with_name("python"), self.folder / "targets.yaml"
        return inner(
            [str(python), "-P", str(ROOT / "bench" / "tasks.py"), name, str(register)],
            **self.environment,
            **environ,
        )

    def first(self, run: Run) -> Run:
        """The same, with nothing beside the files that an earlier run has left."""

        def clear_and_run() -> Sample:
            for path in self.folder.iterdir():
                if path.name not in self.inputs:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            self.is_cold = True
            return run()

        return clear_and_run

    def warm(self, run: Run) -> Run:
        """The same, with whatever an earlier ``status`` leaves to be faster, such as an index."""

        def run_with_index() -> Sample:
            if self.is_cold:
                self.command("status")()
                self.is_cold = False
            return run()

        return run_with_index


@dataclass(eq=False)
class Bench:
    """The program that is measured, and a folder for what it reads."""

    program: Path
    scratch: Path

    @property
    def python(self) -> Path:
        return self.program.with_name("python")

    def place(self, name: str, write: Callable[[Path], None]) -> Place:
        """A new folder with what ``write`` puts there."""
        folder = self.scratch / name
        folder.mkdir()
        write(folder)
        return Place(self.program, folder)

    def of_targets(self, targets: int) -> Place:
        """A register of so many targets, without reports."""
        return self.place(
            f"targets-{targets}", lambda folder: make.register(folder / "targets.yaml", targets)
        )

    def of_reports(self, reports: int, targets: int) -> Place:
        """A register of so many targets with so many reports, a few of them corrected."""

        def write(folder: Path) -> None:
            make.register(folder / "targets.yaml", targets)
            make.ledger(folder / "progress.jsonl", reports, targets, used=True)

        return self.place(f"reports-{reports}", write)

    def of_communes(self, bodies: int) -> Place:
        """A register on which so many communes report every month for a year."""
        return self.place(
            f"communes-{bodies}",
            lambda folder: make.communes(folder, bodies, SHARED_TARGETS, MONTHS),
        )


def shipped(bench: Bench) -> Iterator[Row]:
    """Start-up: the register that is shipped, in a copy."""

    def write(folder: Path) -> None:
        for name in ("targets.yaml", "progress.jsonl"):
            shutil.copy(ROOT / name, folder)

    place = bench.place("shipped", write)
    target = "dx-training-10000-officials-2022"
    commands = {
        "status": (place.command("status"), Goal(1.0, 0.5)),
        "show TARGET": (place.command("show", target), None),
        "add-progress": (place.new_figure(target), None),
        "check": (place.command("check"), None),
        "history": (place.command("history"), None),
        "--version": (place.command("--version"), Goal(0.1)),
        "--help": (place.command("--help"), None),
        "status --help": (place.command("status", "--help"), None),
        "Tab for a target": (place.tab("show", ""), Goal(0.3)),
    }
    for command, (run, goal) in commands.items():
        yardstick = peers.hello_world(bench.python, goal)
        yield Row("shipped", command, run, [yardstick], pairs=9)


def targets(bench: Bench, number: int, *, pairs: int, portions: Sequence[int]) -> Iterator[Row]:
    """A register of many targets, without reports."""
    place = bench.of_targets(number)
    smaller = [bench.of_targets(part) for part in sizes_below(number, portions)]
    target = "target-number-00000"
    commands: dict[str, Command] = {
        "status": lambda at: at.command("status"),
        "status --format json": lambda at: at.command("status", "--format", "json"),
        "show TARGET": lambda at: at.command("show", target),
        "add-progress": lambda at: at.new_figure(target),
        "check": lambda at: at.command("check"),
        "history": lambda at: at.command("history"),
        "Tab for a target": lambda at: at.tab("show", "target-number-0000"),
    }
    ratios = {"status": Goal(10, 5)} if number == 10_000 else {}
    memory = {"status": Goal(1_000, 600, " MB")} if number == 100_000 else {}
    tasks = peers.task_list(bench.scratch / f"tasks-{number}", number)
    for name, command in commands.items():
        yardsticks = [yardstick._replace(goal=ratios.get(name)) for yardstick in tasks]
        yield Row(
            f"{number:,} targets", name, command(place), yardsticks,
            [command(at) for at in smaller], memory.get(name), pairs,
        )  # fmt: skip


def reports(
    bench: Bench, number: int, *, pairs: int, portions: Sequence[int], with_peers: bool = False
) -> Iterator[Row]:
    """A ledger of many reports, a thousand on each target; without an index, and with it."""
    per_target = min(number, 1_000)
    place = bench.of_reports(number, number // per_target)
    smaller = [
        bench.of_reports(part, max(part // per_target, 1)) for part in sizes_below(number, portions)
    ]
    target = "target-number-00000"
    commands: dict[str, Command] = {
        "status, cold": lambda at: at.command("status", **COLD),
        "status, which makes the index": lambda at: at.first(at.command("status")),
        "status, with the index": lambda at: at.warm(at.command("status")),
        "reading, cold": lambda at: at.task("read_ledger", **COLD),
        "reading, with the index": lambda at: at.warm(at.task("read_ledger")),
        "show TARGET": lambda at: at.warm(at.command("show", target)),
        "add-progress": lambda at: at.warm(at.new_figure(target)),
        "check": lambda at: at.warm(at.command("check")),
        "history TARGET": lambda at: at.warm(at.command("history", target)),
        "due": lambda at: at.warm(at.command("due")),
    }
    ratios: Mapping[str, Goal] = {}
    memory: Mapping[str, Goal] = {}
    if number == 1_000_000:
        ratios = {
            "status, cold": Goal(2.0, 1.0),
            "status, with the index": Goal(1.0, 0.6),
            "reading, cold": Goal(0.7, 0.6),
            "reading, with the index": Goal(0.35, 0.3),
            "show TARGET": Goal(0.3, 0.2),
            "add-progress": Goal(0.3, 0.2),
        }
    elif number == 10_000_000:
        ratios = {"reading, with the index": Goal(0.5, 0.35)}
        memory = {"reading, with the index": Goal(800, 500, " MB")}
    others: dict[str, list[Yardstick]] = {}
    if with_peers:
        habits = peers.habits(bench.scratch / f"habits-{number}", number, number // per_target)
        others = {
            "status, cold": peers.accounts(bench.scratch, number, number // per_target),
            "status, with the index": [yardstick._replace(goal=Goal(1.0)) for yardstick in habits],
        }
    for name, command in commands.items():
        bare = peers.bare_loop(bench.python, place.folder / "progress.jsonl", ratios.get(name))
        yield Row(
            f"{number:,} reports", name, command(place), [bare, *others.get(name, ())],
            [command(at) for at in smaller], memory.get(name), pairs,
        )  # fmt: skip


def communes(bench: Bench, number: int, *, pairs: int, portions: Sequence[int]) -> Iterator[Row]:
    """Twenty targets on which every commune has reported each month for a year."""
    place = bench.of_communes(number)
    smaller = [bench.of_communes(part) for part in sizes_below(number, portions)]
    target, body = "target-00", "commune-0000"
    commands: dict[str, Command] = {
        "status": lambda at: at.command("status"),
        "status --group-by body": lambda at: at.command("status", "--group-by", "body"),
        "scoreboard": lambda at: at.command("scoreboard"),
        "history": lambda at: at.command("history"),
        "history --body": lambda at: at.command("history", "--body", body),
        "show TARGET": lambda at: at.command("show", target),
        "add-progress": lambda at: at.new_figure(target, "--body", body, of="/100000"),
        "due --body": lambda at: at.command("due", "--body", body),
    }
    goals = {"status --group-by body": Goal(8, 4), "history": Goal(7, 5)} if number > 1_000 else {}
    for name, command in commands.items():
        bare = peers.bare_loop(bench.python, place.folder / "progress.jsonl", goals.get(name))
        yield Row(
            f"{number:,} communes", name, command(place), [bare],
            [command(at) for at in smaller], pairs=pairs,
        )  # fmt: skip


def parts(bench: Bench) -> Iterator[Row]:
    """What reading, judging and printing take by themselves, without start-up."""
    many, shared = bench.of_targets(10_000), bench.of_communes(3_321)
    judged = many.task("read_and_judge")
    yaml = Yardstick("CSafeLoader.load", many.task("yaml_load"), Goal(1))
    yield Row("10,000 targets", "read and judged", judged, [yaml], pairs=5)
    half = Yardstick("read and judged", judged, Goal(1))
    yield Row("10,000 targets", "laid out", many.task("lay_out_and_print"), [half], pairs=5)
    bare = peers.bare_loop(bench.python, shared.folder / "progress.jsonl", Goal(2))
    yield Row("3,321 communes", "read and ranked", shared.task("reduce_and_rank"), [bare])


def pages(bench: Bench) -> Iterator[Row]:
    """Sites in both languages; every target has eight reports."""

    def site(place: Place) -> Run:
        return place.command("page", "-o", f"{place.folder / 'site'}/")

    thousand, many = (bench.of_reports(8 * number, number) for number in (1_000, 10_000))
    smaller = Yardstick("page of 1,000", site(thousand), Goal(10))
    yield Row("10,000 targets", "page", site(many), [smaller], pairs=1)


def sizes_below(number: int, portions: Sequence[int]) -> list[int]:
    """Where else a command is run to tell how it grows; nowhere without portions."""
    return [1, *(number // portion for portion in portions)] if portions else []


SIZES: Mapping[str, Callable[[Bench], Iterator[Row]]] = {
    "shipped": shipped,
    "10k-targets": lambda bench: targets(bench, 10_000, pairs=5, portions=PORTIONS),
    "100k-targets": lambda bench: targets(bench, 100_000, pairs=1, portions=PORTIONS),
    "1M-reports": lambda bench: reports(
        bench, 1_000_000, pairs=3, portions=PORTIONS, with_peers=True
    ),
    "10M-reports": lambda bench: reports(bench, 10_000_000, pairs=1, portions=PORTIONS),
    "communes": lambda bench: communes(bench, 3_321, pairs=3, portions=PORTIONS),
    "parts": parts,
    "pages": pages,
}
"""By the names that they are called by on the command line."""

LARGE = frozenset({"100k-targets", "10M-reports"})
"""Measured only if they are named: a quarter of an hour each."""

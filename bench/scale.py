"""``python -m bench.scale``: a national register on a server, reckoned from what is measured here.

10,599 communes that report on 300 targets every month for ten years cannot be tried on a desk. So a
sample in partitions is, and the rest is arithmetic: how fast reports are recorded, one by one and
as forms; what a row takes of the disk and of processors; how long a dump and its return take; and
by which plan, over how many rows, each command reads; the commands are run as they are.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import make
from bench.measure import DAY, child
from bench.server import Base, Missing, own_server, server_seconds
from bench.shared import Client, Task
from tests.postgres.server import Server

COMMUNES, TARGETS, MONTHS = 10_599, 300, 120
RECORDS = COMMUNES * TARGETS * MONTHS
DEADLINE = COMMUNES * TARGETS
"""So many reports are due on the evening of a deadline, and come within two days."""
PARTITIONS = 32
SAMPLE = 300, 300
"""Communes and targets of the sample."""
MANY = 50_000
"""So many rows tell what a command does with one; fewer are lost in its start-up."""
CORES = 32
DISK = 2e12
"""Bytes that one server is given here before another one is added."""
FORM = TARGETS
WRITERS, SECONDS = 50, 5.0


class Plan(NamedTuple):
    """How the server finds the rows of a query, how many, and in how many megabytes of blocks."""

    scan: str
    partitions: int
    rows: int
    megabytes: float


@dataclass(frozen=True)
class Command:
    """A command, and the dimensions of the register that what it has to read grows with."""

    name: str
    arguments: Sequence[str]
    dimensions: Sequence[str]

    def rows(self, sizes: Mapping[str, int]) -> int:
        """How many records it has to read of a register of these sizes."""
        return math.prod(sizes[dimension] for dimension in self.dimensions)


COMMANDS = (
    Command(
        "add-progress",
        ["add-progress", "target-07", "3/100", "--body", "commune-0042", "--date", "2026-07",
         "--source", "bench", "--yes"],
        ["months"],
    ),
    Command("due of a body", ["due", "--body", "commune-0042"], ["targets", "months"]),
    Command("history of a target", ["history", "target-07"], ["communes", "months"]),
    Command("show", ["show", "target-07"], ["communes", "months"]),
    Command("scoreboard", ["scoreboard"], ["communes", "targets", "months"]),
    Command("status", ["status"], ["communes", "targets", "months"]),
    Command("check", ["check"], ["communes", "targets", "months"]),
)  # fmt: skip


class Pace(NamedTuple):
    """How long a row takes: by the clock, and of processors."""

    clock: float
    processor: float


class Rates(NamedTuple):
    """What was measured on the sample, for a row."""

    single: Pace
    """Recorded one by one by one client; of all here the server's processor alone."""
    singles: Pace
    """The same of all writers at once."""
    first: Pace
    """The first one that a session records: it loads and plans everything."""
    form: Pace
    """Recorded in a form."""
    dump: Pace
    restore: Pace
    client: float
    """Processor seconds of a client for a row that it reads."""
    server: float
    table: float
    """Bytes of a row in its table."""
    indexes: float
    line: float
    """Bytes of a row as a line of a file."""


EXPLAIN = """
load 'auto_explain';
alter database {name} set session_preload_libraries = 'auto_explain';
alter database {name} set auto_explain.log_min_duration = 0;
alter database {name} set auto_explain.log_analyze = on;
alter database {name} set auto_explain.log_timing = off;
alter database {name} set auto_explain.log_buffers = on;
alter database {name} set auto_explain.log_format = json"""
"""Lets the server write into its log how it carried out each query."""


def plans(text: str) -> Iterator[Plan]:
    """The plans in a log that read reports."""
    reader = json.JSONDecoder()
    for match in re.finditer(r" plan:\n\s*(?={)", text):
        root = reader.raw_decode(text, match.end())[0]["Plan"]
        scans = [
            node
            for node in nodes(root)
            if re.fullmatch(r"reports(_[0-9]+)?", node.get("Relation Name", ""))
            and node["Actual Loops"]
        ]
        if scans:
            yield Plan(
                ", ".join(sorted({scan_name(node) for node in scans})),
                len({node["Relation Name"] for node in scans}),
                round(sum(node["Actual Rows"] * node["Actual Loops"] for node in scans)),
                (root["Shared Hit Blocks"] + root["Shared Read Blocks"]) * 8192 / 1e6,
            )


def scan_name(node: dict[str, Any]) -> str:
    """A scan without the number of its partition: ``Index Scan reports_pkey of originals``."""
    index = re.sub(r"_[0-9]+", "", node.get("Index Name", ""))
    whose = "of originals" if node["Alias"].startswith("old") else ""
    return " ".join(filter(None, [node["Node Type"], index, whose]))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan."""
    yield plan
    for step in plan.get("Plans", ()):
        yield from nodes(step)


def measure(base: Base, months: int) -> Rates:
    """Measure everything on a base with the sample."""
    with base.link() as link:
        [[rows]] = link.execute("select count(*) from cdstrack.reports").fetchall()
        [[table, indexes]] = link.execute(
            "select sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) from pg_class"
            " where relnamespace = 'cdstrack'::regnamespace and relkind = 'r'"
            " and relname ~ '^reports(_[0-9]+)?$'"
        ).fetchall()
    line = (base.folder / "progress.jsonl").stat().st_size / rows
    dump, restore = copies(base, rows)
    costs = [Task(base, "read_ledger").cost() for _ in range(3)]
    client = statistics.median(cost.client for cost in costs)
    server = statistics.median(cost.server for cost in costs)
    return Rates(
        clients_at_once(base, 1),
        clients_at_once(base, WRITERS),
        pace(base.server, lambda: sessions(base)),
        pace(base.server, lambda: forms(base, months)), dump, restore,
        client / rows, server / rows, float(table) / rows, float(indexes) / rows, line,
    )  # fmt: skip


def pace(server: Server, work: Callable[[], tuple[int, float]]) -> Pace:
    """How long a row takes of work that tells its rows, and in how many seconds it did them."""
    before = server_seconds(server)
    rows, seconds = work()
    return Pace(seconds / rows, (server_seconds(server) - before) / rows)


def clients_at_once(base: Base, number: int) -> Pace:
    """Reports that so many clients record through the gate, each for a body of its own."""
    context = multiprocessing.get_context("fork")
    barrier, total = context.Barrier(number + 1), context.Value("q", 0)

    def work(body: int) -> None:
        client = Client(base, body, serializable=False, through_gate=True)
        count, _ = client.work(SECONDS, barrier.wait)
        with total.get_lock():
            total.value += count

    clients = [context.Process(target=work, args=(body,)) for body in range(number)]
    for client in clients:
        client.start()
    barrier.wait()
    before = server_seconds(base.server)
    for client in clients:
        client.join()
    processor = server_seconds(base.server) - before
    return Pace(SECONDS / total.value, processor / total.value)


def sessions(base: Base) -> tuple[int, float]:
    """Sessions that record one report each."""
    started, number = time.monotonic(), 10
    for body in range(number):
        client = Client(base, body, serializable=False, through_gate=True)
        client.work(0, lambda: None)
    return number, time.monotonic() - started


def forms(base: Base, months: int) -> tuple[int, float]:
    """How many rows one client records as forms: a month of one commune, all or none."""
    moment = datetime.now(UTC).isoformat()
    ask = "select cdstrack.record(%s::jsonb)"
    count, started = 0, time.monotonic()
    with base.link() as link:
        for body in range(WRITERS, SAMPLE[0]):
            rows = [
                {"id": f"form-{body}-{number}", "target": f"target-{number:02}",
                 "body": f"commune-{body:04}", "seq": months + 1, "date": "2026-05",
                 "n": 1, "of": 2, "recorded": moment}
                for number in range(FORM)
            ]  # fmt: skip
            link.execute(ask, [json.dumps(rows)])
            count += FORM
            if time.monotonic() > started + SECONDS:
                break
    return count, time.monotonic() - started


def copies(base: Base, rows: int) -> Sequence[Pace]:
    """Dump the database into a file, and bring it back into another."""
    dump = base.folder / "dump"
    base.server.sql("create database brought_back")

    def run(program: str, *arguments: str) -> tuple[int, float]:
        started = time.monotonic()
        child([str(base.server.programs / program), *arguments], (0,), **base.environment)
        return rows, time.monotonic() - started

    paces = [
        pace(base.server, lambda: run("pg_dump", "-Fc", "-Z1", "-f", str(dump), base.name)),
        pace(base.server, lambda: run("pg_restore", "-d", "brought_back", str(dump))),
    ]
    base.server.sql("drop database brought_back")
    return paces


def print_rates(rates: Rates) -> None:
    print("\nMeasured, on this machine and with what else it had to do")
    for words, rate in (
        ("recorded one by one", rates.single),
        (f"the same by {WRITERS} at once", rates.singles),
        ("the first of a session", rates.first),
        (f"in forms of {FORM} rows", rates.form),
        ("dumped", rates.dump),
        ("brought back", rates.restore),
    ):
        print(f"  {words:<24} {1 / rate.clock:>9,.0f} rows/s, {rate.processor * 1e6:>7,.0f} µs of "
              "the server's processor a row")  # fmt: skip
    print(f"  {'read':<24} {rates.client * 1e6:.1f} µs of the client's processor and "
          f"{rates.server * 1e6:.1f} of the server's a row")  # fmt: skip
    print(f"  {'a row':<24} {rates.table:.0f} bytes and {rates.indexes:.0f} of indexes; "
          f"a line of a file {rates.line:.0f}")  # fmt: skip


def print_commands(base: Base, rates: Rates, months: int) -> None:
    """What each command costs on the sample, its plan, and what it comes to on the whole."""
    print("\nCommands on the sample, as they are; and reckoned on the whole, in one process")
    print(f"  {'command':<20} {'rows':>9} {'of parts':>8} {'blocks, MB':>10} {'client s':>8}"
          f" {'server s':>8}  {'rows':>11} {'lines, MB':>10} {'CPU':>9}  plan")  # fmt: skip
    with base.link() as link:
        for statement in EXPLAIN.format(name=base.name).split(";"):
            link.execute(statement)
    sample = {"communes": SAMPLE[0], "targets": SAMPLE[1], "months": months}
    whole = {"communes": COMMUNES, "targets": TARGETS, "months": MONTHS}
    log = base.server.folder / "log"
    environ = {**base.environment, "CDSTRACK_FILE": str(base.register), "CDSTRACK_AS_OF": DAY}

    def seconds_of(arguments: Sequence[str]) -> tuple[float, float]:
        before = server_seconds(base.server)
        program = str(Path(sys.executable).with_name("cdstrack"))
        client = child([program, *arguments], (0, 1), **environ)[0].seconds
        return client, server_seconds(base.server) - before

    startup = sum(seconds_of(["store", "status"]))
    for command in COMMANDS:
        length = log.stat().st_size
        client, server = seconds_of(command.arguments)
        text = log.read_bytes()[length:].decode("utf-8", "replace")
        plan = max(plans(text), key=lambda plan: plan.rows, default=Plan("none", 0, 0, 0.0))
        rows = command.rows(whole)
        cost = rates.client + rates.server
        if command.rows(sample) >= MANY:  # judging them is measured, too
            cost = max(cost, (client + server - startup) / command.rows(sample))
        seconds = startup + rows * cost
        print(f"  {command.name:<20} {plan.rows:>9,} {plan.partitions:>8} {plan.megabytes:>10,.1f}"
              f" {client:>8.2f} {server:>8.2f}  {rows:>11,} {rows * rates.line / 1e6:>10,.1f}"
              f" {duration(seconds):>9}  {plan.scan}", flush=True)  # fmt: skip


def print_whole(rates: Rates) -> None:
    """What the whole comes to, and where one server ends."""
    size = RECORDS * (rates.table + rates.indexes)
    peak = 10 * DEADLINE / (2 * 86_400)
    everything = RECORDS * (rates.client + rates.server)
    print(f"\n{COMMUNES:,} communes × {TARGETS} targets × {MONTHS} months")
    print(f"  records          {RECORDS / 1e6:,.1f} million: {size / 1e9:,.0f} GB on the "
          f"server, {RECORDS * rates.line / 1e9:,.0f} GB as a file")  # fmt: skip
    print(f"  a deadline       {DEADLINE / 1e6:.2f} million reports in two days, {peak / 10:.1f}/s;"
          f" ten times that at the peak is {peak * rates.singles.processor:.2f} of a processor; as"
          f" forms all are {duration(DEADLINE * rates.form.processor)} of one")  # fmt: skip
    print(f"  everything read  {duration(everything)} of processors, "
          f"{duration(everything / CORES)} with {CORES}")  # fmt: skip
    print(f"  a dump           {duration(RECORDS * rates.dump.processor)} of a processor; "
          f"brought back in {duration(RECORDS * rates.restore.processor)}")  # fmt: skip
    print("\nWhere one server ends")
    print("  bringing back    first: a dump takes too long; a copy of the folder does not")
    print(f"  size             at {DISK / size:.0f} registers of this kind ({DISK / 1e12:.0f} TB)")
    number = CORES / 2 / (peak * rates.singles.processor)
    print(f"  writing          at {number:.0f} registers with one peak and half of {CORES} cores")


def duration(seconds: float) -> str:
    """For a reader: ms, s, min or h."""
    for unit, length in (("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds * 1e3:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--months", type=int, default=12, help="of the sample; for a try, one")
    parser.add_argument("--partitions", type=int, default=PARTITIONS, help="1 for a plain table")
    options = parser.parse_args()
    months, partitions = options.months, options.partitions
    from cdstrack.store.postgres.steward import schema_text

    bodies, targets = SAMPLE
    rows = bodies * targets * months
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, a sample of {rows:,} records in {partitions} parts")
    try:
        with tempfile.TemporaryDirectory() as scratch, own_server() as server:
            base = Base(server, Path(scratch, "sample"))
            base.folder.mkdir()
            make.communes(base.folder, bodies, targets, months)
            base.set_up(schema_text(partitions) if partitions > 1 else None)
            before, started = server_seconds(server), time.monotonic()
            base.load(base.folder / "progress.jsonl")
            took = time.monotonic() - started
            print(f"put there past the gate in {took:.0f} s, {server_seconds(server) - before:.0f}"
                  " of the processor")  # fmt: skip
            rates = measure(base, months)
            print_rates(rates)
            print_commands(base, rates, months)
            print_whole(rates)
    except Missing as reason:
        print(f"nothing can be measured: {reason}")


if __name__ == "__main__":
    main()

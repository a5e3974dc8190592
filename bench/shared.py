"""What a ledger on a server takes: processor time of the client and of the server, and bytes.

Measured on a server of its own, which waits for its disk as a real one does. ``python -m bench
server`` prints it.
"""

from __future__ import annotations

import json
import multiprocessing
import operator
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import make
from bench.measure import ROOT, Sample, inner
from bench.server import RELAY_PORT, Base, Missing, Relay, own_server, server_seconds
from bench.sizes import COLD
from bench.tasks import APPENDS, READS, SOME

TARGETS, REPORTS = 10_000, 1_000_000
PER_TARGET = REPORTS // TARGETS
CLIENTS, SECONDS = 50, 3.0
MONTHS = 1, 12, 120
"""How long the communes have reported: the more rows a body has, the fewer share a page with it."""


class Cost(NamedTuple):
    """Processor seconds of both sides, and the peak memory of the client in MiB."""

    client: float
    server: float
    peak: float

    @property
    def seconds(self) -> float:
        return self.client + self.server


@dataclass(frozen=True)
class Task:
    """A task on the register of a base: with the ledger on the server, or in the file beside."""

    base: Base
    name: str
    repeats: int = 1
    in_file: bool = False

    def cost(self) -> Cost:
        """What it costs to do it once."""
        before = server_seconds(self.base.server)
        sample = self._run()
        used = server_seconds(self.base.server) - before
        server = 0.0 if self.in_file else used
        return Cost(sample.seconds / self.repeats, server / self.repeats, sample.peak)

    def bytes_sent(self, relay: Relay) -> float:
        """How many bytes the server sends to do it once."""
        before = relay.count
        self._run(PGPORT=RELAY_PORT)
        return (relay.count - before) / self.repeats

    def _run(self, **environ: str) -> Sample:
        register = self.base.folder / ("targets.yaml" if self.in_file else "shared.yaml")
        command = [sys.executable, "-P", str(ROOT / "bench" / "tasks.py"), self.name, str(register)]
        # Nothing is remembered of a server between two readings, so nothing is of the file.
        return inner(command, **{**self.base.environment, **environ, **COLD})()


def compare(title: str, ours: Task, beside: str, theirs: Task, must: float, pairs: int = 3) -> None:
    """Print what a task costs as a share of another."""
    rounds = [(ours.cost(), theirs.cost()) for _ in range(pairs)]
    ratios = [mine.seconds / other.seconds for mine, other in rounds]
    client, server, peak = map(statistics.median, zip(*(mine for mine, _ in rounds), strict=True))
    _print(title, f"{client:>8.4f} {server:>8.4f} {peak:>6.0f}", beside, ratios, f"≤ {must:g}")


def compare_bytes(ours: Task, theirs: Task, must: float) -> None:
    """Print how much the server sends for a task as a share of another."""
    relay = Relay(ours.base.server)
    mine, other = ours.bytes_sent(relay), theirs.bytes_sent(relay)
    _print("  its bytes", f"{mine / 1e6:>15.3f} MB    ", "", [mine / other], f"≤ {must:g}")


def compare_growth(title: str, task: Task, start: float) -> None:
    """Print by how much the memory of a task is above what it is without a report, in MiB."""
    client, server, peak = task.cost()
    cost = f"{client:>8.4f} {server:>8.4f} {peak:>6.0f}"
    _print(title, cost, f"100 MiB above {start:.0f}", [(peak - start) / 100], "≤ 1")


def _print(title: str, cost: str, beside: str, ratios: list[float], goal: str) -> None:
    median = statistics.median(ratios)
    verdict = ""
    if goal:
        hold = operator.le if goal.startswith("≤") else operator.ge
        verdict = "must" if hold(median, float(goal[2:])) else "missed"
    spread = f"{min(ratios):>7.4f}–{max(ratios):<7.4f}"
    print(
        f"{title:<34} {cost}  {beside:<27} {median:>7.4f} {spread} {goal:>7}  {verdict}", flush=True
    )


NAMES = """
select t.id, t.no, b.no from cdstrack.targets t, cdstrack.bodies b where b.id = %s order by t.no"""
NUMBER = "select coalesce(max(seq), 0) + 1 from cdstrack.reports where target = %s and body = %s"
INSERT = """
insert into cdstrack.reports (target, body, seq, id, said, n, "of", recorded, entered, entered_by)
values (%s, %s, %s, %s, '2026-05', 1, 2, now(), now(), 'evening')"""
RECORD = "select cdstrack.record(%s::jsonb)"
MORNING = (
    "delete from cdstrack.reports where said = '2026-05' and \"of\" = 2",
    "vacuum analyze cdstrack.reports",
    "reindex table cdstrack.reports",
)
"""Leads a ledger back to where it was before the evening: all meet the same pages of its index."""


@dataclass(frozen=True)
class Client:
    """Reports for a body of its own, on one target after the other, as all others do for theirs.

    Its next number is the last one and one. Of two who read the same number the key takes one; or
    each is a serializable transaction, which the server may have to take back. Either way a report
    is two questions to the server, which is ``distance`` seconds away, there and back. The row is
    sent through the gate, or inserted by an owner.
    """

    base: Base
    body: int
    serializable: bool
    through_gate: bool
    distance: float = 0.0

    def work(self, seconds: float, ready: Callable[[], object]) -> tuple[int, int]:
        """How many reports are recorded in some seconds, and how many tries were in vain, after a
        first one that makes ready."""
        import psycopg

        link = self.base.link()
        link.cursor_factory = psycopg.ClientCursor  # a question may be several statements
        link.add_notice_handler(lambda _: None)
        targets = link.execute(NAMES, [self.name]).fetchall()
        lost = psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation
        with suppress(*lost):
            self._write(link, *targets[0])
        ready()
        end, count, vain = time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            try:
                self._write(link, *targets[count % len(targets)])
                count += 1
            except lost:
                vain += 1
        return count, vain

    @property
    def name(self) -> str:
        return f"commune-{self.body:04}"

    def _write(self, link: Any, name: str, target: int, body: int) -> None:
        begin, end = "", ""
        if self.serializable:  # what failed before is still open
            begin, end = "rollback; begin isolation level serializable;", "; commit"
        cursor = self._ask(link, begin + NUMBER, [target, body])
        while cursor.nextset():
            pass
        [number] = cursor.fetchone()
        report = f"{self.body}-{time.time_ns()}"
        if not self.through_gate:
            self._ask(link, INSERT + end, [target, body, number, report])
            return
        row = {"id": report, "target": name, "body": self.name, "seq": number, "n": 1, "of": 2,
               "date": "2026-05", "recorded": datetime.now(UTC).isoformat()}  # fmt: skip
        self._ask(link, RECORD + end, [json.dumps([row])])

    def _ask(self, link: Any, question: str, values: list[object]) -> Any:
        if self.distance:
            time.sleep(self.distance)
        return link.execute(question, values)


def evening(
    base: Base, *, serializable: bool, through_gate: bool, distance: float
) -> tuple[float, float]:
    """Reports a second that are recorded by all clients at once, and tries in vain."""
    with base.link() as link:
        for statement in MORNING:
            link.execute(statement)
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS)
    total, failures = context.Value("q", 0), context.Value("q", 0)

    def work(body: int) -> None:
        client = Client(base, body, serializable, through_gate, distance)
        count, vain = client.work(SECONDS, barrier.wait)
        with total.get_lock():
            total.value += count
            failures.value += vain

    clients = [context.Process(target=work, args=(body,)) for body in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return total.value / SECONDS, failures.value / SECONDS


def contest(
    base: Base,
    title: str,
    *,
    distance: int = 20,
    goal: str = "",
    through_gate: bool = False,
    pairs: int = 3,
) -> None:
    """Print how many reports a second fifty clients record who do not compete, some milliseconds
    away from the server, there and back."""
    rounds = [
        [
            evening(base, serializable=each, through_gate=through_gate, distance=distance / 1000)
            for each in (False, True)
        ]
        for _ in range(pairs)
    ]
    ours = statistics.median(mine for (mine, _), _ in rounds)
    vain = statistics.median(failures for _, (_, failures) in rounds)
    ratios = [mine / other for (mine, _), (other, _) in rounds]
    beside = f"serializable, {vain:,.0f} in vain/s"
    _print(
        f"{CLIENTS} clients {distance} ms away, {title}",
        f"{ours:>13,.0f}/s         ",
        beside,
        ratios,
        goal,
    )


def print_table(scratch: Path, reports: int = REPORTS) -> None:
    """Measure everything, or say why nothing can be."""
    print(f"\na ledger on a server: {reports:,} reports on {TARGETS:,} targets")
    try:
        with own_server() as server:
            few, many = Base(server, scratch / "few"), Base(server, scratch / "many")
            none = Base(server, scratch / "none")
            ages = {months: Base(server, scratch / f"communes-{months}") for months in MONTHS}
            for base, number in ((few, reports // 100), (many, reports)):
                base.folder.mkdir()
                targets = number // PER_TARGET
                make.register(base.folder / "targets.yaml", targets)
                make.ledger(base.folder / "progress.jsonl", number, targets, used=True)
            none.folder.mkdir()
            make.register(none.folder / "targets.yaml", reports // PER_TARGET)
            none.set_up()
            for months, communes in ages.items():
                communes.folder.mkdir()
                make.communes(communes.folder, CLIENTS, 20, months)
            for base in (few, many, *ages.values()):
                base.set_up()
                base.load(base.folder / "progress.jsonl")
            _measure(none, few, many, ages)
    except Missing as reason:
        print(f"not measured: {reason}")


def _measure(none: Base, few: Base, many: Base, ages: Mapping[int, Base]) -> None:
    print(f"{'what':<34} {'client s':>8} {'server s':>8} {'MiB':>6}  {'/ beside':<27} {'ratio':>7}"
          f" {'min':>7}–{'max':<7} {'goal':>7}")  # fmt: skip
    everything = Task(many, "read_ledger")
    some = Task(many, "read_some", READS)
    compare(f"{SOME} of {TARGETS:,} targets", some, "all by COPY", everything, 0.01)
    compare_bytes(some, everything, 0.005)
    compare("all by COPY", everything, "the file", Task(many, "read_ledger", in_file=True), 3)
    append, small = (Task(base, "append", APPENDS) for base in (many, few))
    compare("append to all of it", append, "append to a hundredth", small, 1.5, pairs=5)
    start = Task(many, "read_register", in_file=True).cost().peak
    compare_growth("all in batches of targets", Task(many, "read_in_batches"), start)
    empty = Task(none, "whole_status").cost().peak
    compare_growth("status, in batches", Task(many, "whole_status"), empty)
    contest(ages[1], "1 month", distance=0)
    contest(ages[1], "1 month", goal="≥ 2")
    contest(ages[1], "gate", through_gate=True)
    contest(ages[12], "1 year")
    contest(ages[120], "10 years")

"""Parts of the work, without start-up: ``python -P bench/tasks.py NAME REGISTER``.

Each runs in a process of its own, with the package of that interpreter, and prints its processor
seconds and its peak resident memory in MiB.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

NOW = datetime(2026, 6, 30, 5, tzinfo=UTC)
SOME = 14
"""So many targets are what one clerk looks after."""
READS, APPENDS = 20, 20
"""How often the short tasks are done: a server's time is counted in hundredths of a second."""


def timed(work: Callable[[], object]) -> float:
    """Processor seconds until the work is done; what it made is thrown away after that."""
    gc.collect()
    before = time.process_time()
    made = work()
    seconds = time.process_time() - before
    del made
    return seconds


def yaml_load(register: Path) -> float:
    """What anyone else would do: PyYAML's C loader, no places, no checks."""
    import yaml

    text = register.read_text(encoding="utf-8")
    return timed(lambda: yaml.load(text, Loader=yaml.CSafeLoader))


def read_and_judge(register: Path) -> float:
    """The register read with places, every value checked, every target judged."""
    from cdstrack.app import standing
    from cdstrack.store.files import FileStore

    return timed(lambda: standing.status(FileStore(register), now=NOW))


def lay_out_and_print(register: Path) -> float:
    """The table of all targets, laid out and written."""
    from cdstrack.app import standing
    from cdstrack.i18n import Words
    from cdstrack.render.board import FORMATS
    from cdstrack.render.status_list import status_board
    from cdstrack.render.text import Look
    from cdstrack.store.files import FileStore

    found = standing.status(FileStore(register), now=NOW)
    look, out = Look(width=120, color=True), StringIO()
    return timed(lambda: out.writelines(FORMATS["table"](status_board(found, Words("vi")), look)))


def options() -> dict[str, Any]:
    """What a command says to its store: the moment, and where indexes of large ledgers are."""
    moment = {"present": datetime.now(UTC)}
    name = "cdstrack.store.ledger.index_file"
    if find_spec(name) is None:  # a version without them
        return moment
    return {**moment, "indexes": import_module(name).usual}


def read_ledger(register: Path) -> float:
    """The ledger loaded, de-duplicated, corrected, checked, reduced to the values in force, one
    target after the other; the register has been read before, and the collector is set as the
    command sets it."""
    from cdstrack.__main__ import MANY_OBJECTS
    from cdstrack.core.values.in_force import latest_per_slot
    from cdstrack.store.files import FileStore

    store = FileStore(register, **options())
    store.register()
    gc.set_threshold(MANY_OBJECTS, 20, 100)

    def work() -> tuple[object, int]:
        ledger, _ = store.ledger()
        return ledger, sum(len(latest_per_slot(series)) for series in ledger.reports.values())

    return timed(work)


def reduce_and_rank(register: Path) -> float:
    """Register and ledger read and checked, every body's reports reduced, the bodies ranked."""
    from cdstrack.app import boards, standing
    from cdstrack.store.files import FileStore

    store = FileStore(register)
    day = date(2026, 7, 5)
    return timed(lambda: boards.scoreboard(standing.status(store, now=NOW, as_of=day)))


def names(register: Path, number: int) -> list[str]:
    """The first targets of a register of the bench."""
    from cdstrack.store.files import FileStore

    found, _ = FileStore(register).register()
    assert found is not None
    return list(found.targets)[:number]


def read_some(register: Path) -> float:
    """The reports on a few targets, read again and again."""
    from cdstrack.store.base import Wanted
    from cdstrack.store.files import FileStore

    store, wanted = FileStore(register), Wanted(frozenset(names(register, SOME)))
    store.register()

    def work() -> None:
        for _ in range(READS):
            store.ledger(wanted)

    return timed(work)


def read_register(register: Path) -> float:
    """The register alone."""
    from cdstrack.store.files import FileStore

    return timed(FileStore(register).register)


def whole_status(register: Path) -> float:
    """The register judged as ``status`` judges it, and its table."""
    from cdstrack.cli.main import run

    with redirect_stdout(StringIO()):
        return timed(lambda: run(["--file", str(register), "status", "--as-of", "2026-06-30"]))


def read_in_batches(register: Path) -> float:
    """The reports on all targets, a batch of targets in memory at a time."""
    from cdstrack.store.base import ALL
    from cdstrack.store.files import FileStore

    store = FileStore(register)
    store.register()

    def work() -> None:
        for ledger in store.in_batches(ALL, []):
            sum(map(len, ledger.reports.values()))

    return timed(work)


def append(register: Path) -> float:
    """One report after another on as many targets."""
    from decimal import Decimal

    from cdstrack.core.model.periods import parse_period
    from cdstrack.core.model.register import Ledger
    from cdstrack.core.model.report import Report
    from cdstrack.store.base import Wanted
    from cdstrack.store.files import FileStore
    from cdstrack.store.ledger.append import new_id

    store, period = FileStore(register), parse_period("2026-11-20")

    def append_to(name: str) -> None:
        def prepare(_: Ledger) -> list[Report]:
            figure = Decimal(time.time_ns())  # no two are the same
            return [Report(new_id(), name, None, None, period, figure, None, "bench", None, None,
                           datetime.now(UTC))]  # fmt: skip

        store.append(prepare, Wanted(frozenset({name})))

    targets = names(register, APPENDS)
    store.register()

    def work() -> None:
        for name in targets:
            append_to(name)

    return timed(work)


TASKS = {
    task.__name__: task
    for task in (
        yaml_load,
        read_and_judge,
        lay_out_and_print,
        read_ledger,
        reduce_and_rank,
        read_some,
        read_register,
        read_in_batches,
        whole_status,
        append,
    )
}

if __name__ == "__main__":
    seconds = TASKS[sys.argv[1]](Path(sys.argv[2]))
    status = Path("/proc/self/status")
    peak = status.read_text("utf-8").partition("VmHWM:")[2].split()[0] if status.exists() else "0"
    print(seconds, int(peak) / 1024)

"""Parts of the work, without start-up: ``python -P bench/tasks.py NAME FOLDER``.

Each runs in a process of its own, with the package of that interpreter, and prints its processor
seconds.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

NOW = datetime(2026, 6, 30, 5, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Processor seconds until the work is done; what it made is thrown away after that."""
    gc.collect()
    before = time.process_time()
    made = work()
    seconds = time.process_time() - before
    del made
    return seconds


def yaml_load(folder: Path) -> float:
    """What anyone else would do: PyYAML's C loader, no places, no checks."""
    import yaml

    text = (folder / "targets.yaml").read_text(encoding="utf-8")
    return timed(lambda: yaml.load(text, Loader=yaml.CSafeLoader))


def read_and_judge(folder: Path) -> float:
    """The register read with places, every value checked, every target judged."""
    from cdstrack.app import standing
    from cdstrack.store.files import FileStore

    return timed(lambda: standing.status(FileStore(folder / "targets.yaml"), now=NOW))


def lay_out_and_print(folder: Path) -> float:
    """The table of all targets, laid out and written."""
    from cdstrack.app import standing
    from cdstrack.i18n import Words
    from cdstrack.render.board import FORMATS
    from cdstrack.render.status_list import status_board
    from cdstrack.render.text import Look
    from cdstrack.store.files import FileStore

    found = standing.status(FileStore(folder / "targets.yaml"), now=NOW)
    look, out = Look(width=120, color=True), StringIO()
    return timed(lambda: out.writelines(FORMATS["table"](status_board(found, Words("vi")), look)))


def read_ledger(folder: Path) -> float:
    """The ledger loaded, de-duplicated, corrected, checked, reduced to the values in force; the
    register has been read before."""
    from cdstrack.core.values.in_force import latest_per_slot
    from cdstrack.store.files import FileStore

    store = FileStore(folder / "targets.yaml")
    store.register()

    def work() -> object:
        ledger, _ = store.ledger()
        return [latest_per_slot(series) for series in ledger.reports.values()]

    return timed(work)


def reduce_and_rank(folder: Path) -> float:
    """Register and ledger read and checked, every body's reports reduced, the bodies ranked."""
    from cdstrack.app import boards, standing
    from cdstrack.store.files import FileStore

    store = FileStore(folder / "targets.yaml")
    day = date(2026, 7, 5)
    return timed(lambda: boards.scoreboard(standing.status(store, now=NOW, as_of=day)))


TASKS = {
    task.__name__: task
    for task in (yaml_load, read_and_judge, lay_out_and_print, read_ledger, reduce_and_rank)
}

if __name__ == "__main__":
    print(TASKS[sys.argv[1]](Path(sys.argv[2])))

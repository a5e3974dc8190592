"""A clerk who reports without end: ``python clerk.py REGISTER NAME LOG``; for the tests of faults.

Every report has a note of its own. What became of it is a line of the log: saved, refused, unclear.
"""

import sys
from itertools import count
from pathlib import Path

from cdstrack.core.model.problems import StoreError
from cdstrack.store.base import Wanted
from cdstrack.store.files import FileStore
from tests.store.test_contract import report


def main(register: str, name: str, log: str) -> None:
    with Path(log).open("a", encoding="utf-8", buffering=1) as lines:
        for number in count():
            note = f"{name}-{number}"
            store = FileStore(Path(register))
            try:
                store.append(
                    lambda _, note=note: [report(1, "courses", note=note)],
                    Wanted(frozenset({"courses"})),
                    again=True,
                )
            except StoreError as error:
                word = "unclear" if error.code == "may_not_be_saved" else "refused"
                lines.write(f"{word} {note} {error.code}\n")
            else:
                lines.write(f"saved {note}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a store cannot get past."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot go on (no file, no lock, disk full). A code and facts, like a Problem."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

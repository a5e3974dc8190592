"""How far a long run has come, for whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar, cast

from cdstrack.core.model.structs import dataclass

T = TypeVar("T")


@dataclass
class Work:
    """What a run is at: the ``step`` by its key of the catalogue, empty between steps, and how much
    of it is done; a ``total`` of 0 is unknown. It is read from another thread, and shows nothing.
    """

    step: str = ""
    done: int = 0
    total: int = 0

    @contextmanager
    def at(self, step: str, total: int = 0) -> Iterator[None]:
        """Be at a step; the one around it goes on afterwards where it was."""
        before = self.step, self.done, self.total
        self.step, self.done, self.total = step, 0, total
        try:
            yield
        finally:
            self.step, self.done, self.total = before

    def over(self, items: Iterable[T], step: str, total: int | None = None) -> Iterator[T]:
        """The same items, counted as they are taken; ``total`` is for those that have no length."""
        with self.at(step, len(cast(Sized, items)) if total is None else total):
            for item in items:
                yield item
                self.done += 1

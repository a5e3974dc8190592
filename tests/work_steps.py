"""A ``Work`` that remembers its steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cdstrack.core.model.structs import field
from cdstrack.core.model.work import Work


class Steps(Work):
    """Remembers each step that is over, with how much of it was to be done, and was."""

    over_with: list[tuple[str, int, int]] = field(default_factory=list)

    @contextmanager
    def at(self, step: str, total: int = 0) -> Iterator[None]:
        with super().at(step, total):
            yield
            self.over_with.append((step, total, self.done))

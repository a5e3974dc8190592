"""Who is responsible on a day: bodies are renamed and merged, their promises live on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cdstrack.core.model import Body

MAX_SUCCESSORS = 20


@dataclass(frozen=True, slots=True)
class Ownership:
    """The body named when the promise was made, and the one that answers for it today.

    ``path`` leads from the first to the second; ``orphaned``: the last one has ended with no
    successor.
    """

    stated: str
    current: str
    orphaned: bool
    path: tuple[str, ...]


def owner_on(owner: str, bodies: Mapping[str, Body], day: date) -> Ownership:
    """Follow ``ended`` and ``successor`` to a day; ``ended`` is the first day without the body.

    A circle, or more than ``MAX_SUCCESSORS``, leads nowhere: the register has a problem then.
    """
    path = [owner]
    while True:
        body = bodies.get(path[-1])
        if body is None or body.ended is None or body.ended > day:
            return Ownership(owner, path[-1], False, tuple(path))
        if body.successor is None or body.successor in path or len(path) > MAX_SUCCESSORS:
            return Ownership(owner, path[-1], True, tuple(path))
        path.append(body.successor)

"""Who is responsible on a day: bodies are renamed, merged and split, their promises live on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cdstrack.core.model.entries import Body

MAX_SUCCESSORS = 20

Choices = Mapping[str, str]
"""Of bodies that were split, the successor that answers for one target (its ``succession``)."""


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


def exists_on(body: Body, day: date) -> bool:
    """Whether a body exists on a day; ``ended`` is the first day without it."""
    return (body.started is None or body.started <= day) and not has_ended(body, day)


def has_ended(body: Body, day: date) -> bool:
    return body.ended is not None and body.ended <= day


def successor_of(name: str, bodies: Mapping[str, Body], choices: Choices) -> str | None:
    """The body that follows another; of one that was split, the one that was chosen."""
    body = bodies[name]
    return body.successor if body.successors is None else choices.get(name)


def owner_on(
    owner: str, bodies: Mapping[str, Body], day: date, choices: Choices | None = None
) -> Ownership:
    """Follow ``ended`` and the successors to a day.

    A circle, or more than ``MAX_SUCCESSORS``, leads nowhere: the register has a problem then.
    """
    path = [owner]
    while True:
        body = bodies.get(path[-1])
        if body is None or not has_ended(body, day):
            return Ownership(owner, path[-1], False, tuple(path))
        successor = successor_of(path[-1], bodies, choices or {})
        if successor is None or successor in path or len(path) > MAX_SUCCESSORS:
            return Ownership(owner, path[-1], True, tuple(path))
        path.append(successor)

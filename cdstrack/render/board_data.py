"""Bodies and due reports as data: what the boards say in JSON and CSV.

A new column is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cdstrack.core.model.entries import Body
from cdstrack.core.model.periods import days_between
from cdstrack.core.model.report import Share
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import CELLS, Cell, Verdict
from cdstrack.render.data import Json, quotient_or_null, text_fields, value_of
from cdstrack.render.target_shape import body_rule, body_state

NAME = ("body", "name_vi", "name_en")


def _count(cell: Cell) -> Callable[[Score, date], Json]:
    return lambda score, day: score.cells[cell]


SCORE_COLUMNS: tuple[tuple[str, Callable[[Score, date], Json]], ...] = (
    ("targets", lambda score, day: score.targets),
    ("missing", lambda score, day: score.missing),
    *((cell, _count(cell)) for cell in CELLS),
    ("never_reported", lambda score, day: score.never_reported),
    ("last", lambda score, day: score.last.said if score.last else None),
    ("age_days", lambda score, day: days_between(score.last.last, day) if score.last else None),
    ("with", lambda score, day: score.partner),
)


def _share(verdict: Verdict) -> Share | None:
    return verdict.last.share if verdict.last else None


BODY_COLUMNS: tuple[tuple[str, Callable[[Verdict], Json]], ...] = (
    ("state", body_state),
    ("cell", lambda verdict: verdict.cell),
    ("rule", body_rule),
    ("value", value_of),
    ("qualifier", lambda verdict: verdict.last.qualifier if verdict.last else None),
    ("n", lambda verdict: share.n if (share := _share(verdict)) else None),
    ("of", lambda verdict: share.of if (share := _share(verdict)) else None),
    ("progress", lambda verdict: quotient_or_null(verdict.progress)),
    ("pace", lambda verdict: quotient_or_null(verdict.pace)),
    ("days_overdue", lambda verdict: verdict.days_overdue),
    ("last", lambda verdict: verdict.evidence.date.said if verdict.evidence.date else None),
    ("age_days", lambda verdict: verdict.evidence.age_days),
    ("flags", lambda verdict: list(verdict.flags)),
)
DUE_COLUMNS: tuple[tuple[str, Callable[[Due], Json]], ...] = (
    ("bodies", lambda due: due.bodies),
    ("target", lambda due: due.target.ledger_id),
    ("first", lambda due: due.first.said),
    ("newest", lambda due: due.newest.said),
    ("periods", lambda due: due.periods),
    ("due_on", lambda due: due.due_on.isoformat()),
    ("days_overdue", lambda due: max(due.days_overdue, 0)),
    ("last", lambda due: due.last.said if due.last else None),
)
SCORE_FIELDS = (*NAME, *(name for name, _ in SCORE_COLUMNS))
BODY_FIELDS = (*NAME, *(name for name, _ in BODY_COLUMNS))
DUE_FIELDS = (*NAME, *(name for name, _ in DUE_COLUMNS))
"""Columns of CSV."""


def score_object(score: Score, bodies: Mapping[str, Body], as_of: date) -> dict[str, Json]:
    """One body of the scoreboard."""
    values = {name: value(score, as_of) for name, value in SCORE_COLUMNS}
    return {**_name(score.body, bodies), **values}


def body_object(name: str, verdict: Verdict, bodies: Mapping[str, Body]) -> dict[str, Json]:
    """One body of one target's scoreboard."""
    return {**_name(name, bodies), **{key: value(verdict) for key, value in BODY_COLUMNS}}


def due_object(due: Due, bodies: Mapping[str, Body]) -> dict[str, Json]:
    """The reports that one body owes on one target."""
    return {**_name(due.body, bodies), **{key: value(due) for key, value in DUE_COLUMNS}}


def _name(name: str | None, bodies: Mapping[str, Body]) -> dict[str, Json]:
    body = bodies.get(name or "")
    return {"body": name, "name": text_fields(body.name) if body else None}

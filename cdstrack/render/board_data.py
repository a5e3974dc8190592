"""Bodies and due reports as data: what the boards say in JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Body
from cdstrack.core.model.periods import days_between
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import CELLS, Verdict
from cdstrack.render.data import Json, quotient_or_null, text_fields, value_of

NAME = ("body", "name_vi", "name_en")
SCORE_FIELDS = (*NAME, "targets", "missing", *CELLS, "last", "age_days")
BODY_FIELDS = (
    *NAME, "state", "cell", "rule", "value", "qualifier", "n", "of", "progress", "pace",
    "days_overdue", "last", "age_days", "flags",
)  # fmt: skip
DUE_FIELDS = (
    *NAME, "bodies", "target", "first", "newest", "periods", "due_on", "days_overdue", "last",
)  # fmt: skip
"""Columns of CSV."""


def score_object(score: Score, bodies: Mapping[str, Body], as_of: date) -> dict[str, Json]:
    """One body of the scoreboard."""
    last = score.last
    return {
        **_name(score.body, bodies),
        "targets": score.targets,
        "missing": score.missing,
        **score.cells,
        "last": last.said if last else None,
        "age_days": days_between(last.last, as_of) if last else None,
    }


def body_object(name: str, verdict: Verdict, bodies: Mapping[str, Body]) -> dict[str, Json]:
    """One body of one target's scoreboard."""
    last, evidence = verdict.last, verdict.evidence
    share = last.share if last else None
    return {
        **_name(name, bodies),
        "state": verdict.state,
        "cell": verdict.cell,
        "rule": verdict.decision.rule,
        "value": value_of(verdict),
        "qualifier": last.qualifier if last else None,
        "n": share.n if share else None,
        "of": share.of if share else None,
        "progress": quotient_or_null(verdict.progress),
        "pace": quotient_or_null(verdict.pace),
        "days_overdue": verdict.days_overdue,
        "last": evidence.date.said if evidence.date else None,
        "age_days": evidence.age_days,
        "flags": list(verdict.flags),
    }


def due_object(due: Due, bodies: Mapping[str, Body]) -> dict[str, Json]:
    """The reports that one body owes on one target."""
    return {
        **_name(due.body, bodies),
        "bodies": due.bodies,
        "target": due.target.id,
        "first": due.first.said,
        "newest": due.newest.said,
        "periods": due.periods,
        "due_on": due.due_on.isoformat(),
        "days_overdue": max(due.days_overdue, 0),
        "last": due.last.said if due.last else None,
    }


def _name(body: str | None, bodies: Mapping[str, Body]) -> dict[str, Json]:
    known = bodies.get(body or "")
    return {"body": body, "name": text_fields(known.name) if known else None}


def flattened(record: Mapping[str, Json]) -> dict[str, str]:
    """A record as single fields for a line of CSV; nested ones are named ``name_vi``."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        match value:
            case dict():
                flat |= {f"{key}_{inner}": str(text) for inner, text in value.items()}
            case list():
                flat[key] = " ".join(map(str, value))
            case None:
                flat[key] = ""
            case bool():
                flat[key] = str(value).lower()
            case Decimal():
                flat[key] = plain(value)
            case _:
                flat[key] = str(value)
    return flat

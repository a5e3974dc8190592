"""The shape of what has changed between two days: what ``digest --format json`` prints."""

from __future__ import annotations

from typing import Any

from cdstrack.app.digest import DUE_WITHIN, Digest, Move, Rewriting, Shift
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.render.data import (
    VERSION,
    Json,
    counts_object,
    day_or_null,
    problem_object,
    register_object,
    text_fields,
    value_of,
)
from cdstrack.render.register_shape import COUNTS, PROBLEM, RECORD, REGISTER, records_of
from cdstrack.render.shape import BILINGUAL, COUNT, DAY, FLAG, TEXT, VALUE, Shape, list_of, or_null
from cdstrack.render.target_shape import (
    CELL,
    QUALIFIER,
    REASON,
    REVISION,
    STATE,
    Change,
    last_of,
)

STANDING = Shape[Verdict](
    "Standing",
    "How a target stood on a day.",
    (
        ("state", STATE, "", lambda verdict: verdict.state),
        ("cell", CELL, "", lambda verdict: verdict.cell),
        ("value", VALUE, "", lambda verdict: value_of(verdict)),
        ("qualifier", QUALIFIER, "", lambda v: v.last.qualifier if v.last else None),
        (
            "date",
            or_null(DAY),
            "the last day that it describes",
            lambda v: last_of(v.evidence.date),
        ),
        ("days_overdue", or_null(COUNT), "", lambda verdict: verdict.days_overdue),
        ("days_left", or_null(COUNT), "", lambda verdict: verdict.days_left),
        ("owner", TEXT, "who answers for it", lambda verdict: verdict.owner.current),
        ("reason", REASON.ref, "", lambda verdict: REASON.of(verdict)),
    ),
)


def _standing(verdict: Verdict | None) -> Json:
    return STANDING.of(verdict) if verdict is not None else None


MOVE = Shape[Move](
    "Move",
    "A target that stands otherwise than it did.",
    (
        ("target", TEXT, "its id", lambda move: move.after.target.id),
        ("title", BILINGUAL, "", lambda move: text_fields(move.after.target.title)),
        (
            "before",
            or_null(STANDING.ref),
            "by what was known then; `null` before it was promised",
            lambda move: _standing(move.before),
        ),
        ("after", STANDING.ref, "", lambda move: STANDING.of(move.after)),
    ),
)
SHIFT = Shape[Shift](
    "Shift",
    "A decision that moved the terms of a target.",
    (
        ("target", TEXT, "its id", lambda shift: shift.move.after.target.id),
        ("title", BILINGUAL, "", lambda shift: text_fields(shift.move.after.target.title)),
        (
            "revision",
            REVISION.ref,
            "",
            lambda shift: REVISION.of(Change(shift.revision, shift.move.after)),
        ),
        ("before", or_null(STANDING.ref), "", lambda shift: _standing(shift.move.before)),
        ("after", STANDING.ref, "", lambda shift: STANDING.of(shift.move.after)),
    ),
)
REWRITING = Shape[Rewriting](
    "Rewriting",
    "A target of which something else was said on the first day than is known of it now.",
    (
        ("target", TEXT, "its id", lambda entry: entry.now.target.id),
        ("title", BILINGUAL, "", lambda entry: text_fields(entry.now.target.title)),
        (
            "before",
            or_null(STANDING.ref),
            "what was said on the first day",
            lambda entry: _standing(entry.move.before),
        ),
        (
            "now",
            STANDING.ref,
            "the first day with what was corrected since",
            lambda entry: STANDING.of(entry.now),
        ),
        (
            "after",
            STANDING.ref,
            "the second day",
            lambda entry: STANDING.of(entry.move.after),
        ),
        (
            "corrections",
            list_of(TEXT),
            "the ids of the records that did it",
            lambda entry: [record.id for record in entry.corrections],
        ),
    ),
)
COMING = Shape[Verdict](
    "Coming",
    "A target that falls due.",
    (
        ("target", TEXT, "its id", lambda verdict: verdict.target.id),
        ("title", BILINGUAL, "", lambda verdict: text_fields(verdict.target.title)),
        ("deadline", or_null(DAY), "", lambda verdict: last_of(verdict.terms.deadline)),
        ("after", STANDING.ref, "", lambda verdict: STANDING.of(verdict)),
    ),
)
DIGEST = Shape[Digest](
    "Digest",
    "What has changed between two days.",
    (
        ("cdstrack", {"const": VERSION}, "the version of the shape", lambda item: VERSION),
        ("as_of", DAY, "the second day", lambda item: item.after.as_of.isoformat()),
        ("since", DAY, "the first", lambda item: item.before.as_of.isoformat()),
        (
            "first_record",
            or_null(DAY),
            "the day of the first record, where that came later than the first day",
            lambda item: day_or_null(item.first_record),
        ),
        (
            "register",
            REGISTER,
            "as in [export](#export)",
            lambda item: register_object(item.after.register),
        ),
        ("empty", FLAG, "whether there is nothing to say", lambda item: item.is_empty),
        ("before", COUNTS, "the counts of the first day", lambda i: counts_object(i.counts[0])),
        ("after", COUNTS, "of the second", lambda item: counts_object(item.counts[1])),
        (
            "overdue",
            list_of(MOVE.ref),
            "newly overdue or breached, longest first",
            lambda item: [MOVE.of(move) for move in item.overdue],
        ),
        (
            "moved",
            list_of(SHIFT.ref),
            "by decisions of the days between",
            lambda item: [SHIFT.of(shift) for shift in item.shifts],
        ),
        (
            "rewritten",
            list_of(REWRITING.ref),
            "by corrections; what merely came later rewrites nothing",
            lambda item: [REWRITING.of(entry) for entry in item.rewritings],
        ),
        ("met", list_of(MOVE.ref), "newly met", lambda item: [*map(MOVE.of, item.met)]),
        (
            "others",
            list_of(MOVE.ref),
            "in another state for another reason",
            lambda item: [*map(MOVE.of, item.others)],
        ),
        (
            "silent",
            list_of(TEXT),
            "bodies that owe reports and did not; of those that still exist",
            lambda item: [*item.silent],
        ),
        (
            "resumed",
            list_of(TEXT),
            "bodies that owed reports and do not any more",
            lambda item: [*item.resumed],
        ),
        (
            "coming",
            list_of(COMING.ref),
            f"what falls due within {DUE_WITHIN} days",
            lambda item: [*map(COMING.of, item.coming)],
        ),
        (
            "records",
            list_of(RECORD.ref),
            "what was recorded in between",
            lambda item: [*records_of(item.records, {})],
        ),
        (
            "problems",
            list_of(PROBLEM),
            "",
            lambda item: [problem_object(problem) for problem in item.after.problems],
        ),
    ),
)
SHAPES: tuple[Shape[Any], ...] = (DIGEST, MOVE, SHIFT, REWRITING, COMING, STANDING)
"""Every object of a digest."""

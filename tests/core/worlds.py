"""Bodies that merge and split, and short words for what is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.report import Figure, Report
from cdstrack.core.verdict.verdict import Verdict
from tests.core.build import assess, bodies_of, gone

JULY = "2025-07-01"

TWO_INTO_A_NEW_ONE = bodies_of(
    "hue", mae={"started": JULY}, mard=gone(JULY, "mae"), monre=gone(JULY, "mae")
)
ONE_INTO_ANOTHER = bodies_of("mof", "moh", mpi=gone(JULY, "mof"))
CHAIN = bodies_of(
    "hue",
    c={"started": "2026-01-01"},
    b={"started": JULY} | gone("2026-01-01", "c"),
    a=gone(JULY, "b"),
)
SPLIT = {"ended": "2025-03-01", "how": "split", "successors": ["moet", "moh"]}
LABOUR = bodies_of("moet", "moh", molisa=SPLIT)


def judged(
    of: Target,
    bodies: Mapping[str, Body],
    *told: list[Report],
    on: str = "2030-01-01",
    **kw: Any,
) -> Verdict:
    """Judge a target on which bodies report, long after everything has happened."""
    reports = [report for batch in told for report in batch]
    return assess(of, reports, on=on, bodies=bodies, **kw)


def last(verdict: Verdict) -> Decimal:
    return verdict.points[-1].value


def held(verdict: Verdict) -> dict[str, Figure]:
    """What each body stands at."""
    assert verdict.standing is not None
    return {name: report.figure for name, report in verdict.standing.held.items()}


def reported(verdict: Verdict) -> tuple[int, int]:
    """How many of how many have reported in full."""
    assert verdict.standing is not None
    return verdict.standing.reported


def silent(verdict: Verdict) -> list[str]:
    assert verdict.standing is not None
    return list(verdict.standing.silent)

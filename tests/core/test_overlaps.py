"""Rates for times that overlap in part are named, and no others."""

from __future__ import annotations

import random
from datetime import date, timedelta

from cdstrack.core.checks.ledger_checks import _crossing
from cdstrack.core.model.periods import Period
from cdstrack.core.model.report import Report
from tests.core.build import report


def of_days(first: int, last: int, body: str) -> Report:
    start, end = (date(2026, 1, 1) + timedelta(days=day) for day in (first, last))
    whole = report("2026-01-01", "1", body=body)
    return whole._replace(date=Period(f"{start}/{end}", "span", start, end))


def cross(report: Report, other: Report) -> bool:
    """Whether the other began before, and ended within, the time of a report."""
    begins = other.date.first < report.date.first <= other.date.last
    return begins and other.date.last < report.date.last and other.body == report.body


def test_rates_cross_exactly_where_their_times_overlap_in_part() -> None:
    draw = random.Random(13)
    for _ in range(300):
        series = []
        for _ in range(draw.randrange(12)):
            first = draw.randrange(12)
            last = first + draw.randrange(8)
            series.append(of_days(first, last, draw.choice(["north", "south"])))
        series.sort(key=lambda report: report.date.last)
        pairs = list(_crossing(series))
        assert all(cross(report, other) for report, other in pairs)
        reports = [report for report in series if any(cross(report, o) for o in series)]
        assert [report for report, _ in pairs] == reports

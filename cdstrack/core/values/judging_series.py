"""Reports of several series: which belong to the one that judges, and where others differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import SeriesName, filing_name
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import replace
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.measures import Point


def with_judges(ledger: Ledger, judges: Mapping[str, str]) -> Ledger:
    """A ledger in which reports that name no series are of the one that judges.

    ``judges`` has that series, by what its reports name, of whatever has several.
    """
    reports: dict[SeriesName, Sequence[Report]] = {}
    for filed, series in ledger.reports.items():
        name, part = filed if isinstance(filed, tuple) else (filed, "")
        judge = judges.get(name)
        if judge is not None and "@" not in part:
            filed = (name, filing_name(part, judge))
            series = [report._replace(strand=judge) for report in series]
        before = reports.get(filed)
        reports[filed] = (
            series if before is None and judge is None else in_order([*(before or ()), *series])
        )
    return replace(
        ledger,
        reports=reports,
        dropped=[_with_judge(report, judges) for report in ledger.dropped],
        future=[_with_judge(report, judges) for report in ledger.future],
    )


def _with_judge(report: Report, judges: Mapping[str, str]) -> Report:
    judge = judges.get(report.target) if report.strand is None else None
    return report if judge is None else report._replace(strand=judge)


class Difference(NamedTuple):
    """What another series says for a date, and what the one that judges does."""

    series: str
    rival: Point
    judge: Point


def differences(
    points: Sequence[Point], rivals: Mapping[str, Sequence[Point]], about: Decimal
) -> Iterator[Difference]:
    """Where other series differ from the one that judges by more than a share of its value, for
    the same date; what is vague is compared with nothing."""
    values = {point.day: point for point in points if point.qualifier is None}
    for name, series in rivals.items():
        for point in series:
            value = values.get(point.day)
            if value is None or point.qualifier is not None:
                continue
            apart = abs(EXACT.subtract(point.value, value.value))
            if apart > EXACT.multiply(about, abs(value.value)):
                yield Difference(name, point, value)

"""A register on a day with all there is to say of it, for whoever publishes it.

It is loaded and judged once, and nothing is looked for target by target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from cdstrack.app.boards import bodies_of, due, scoreboard
from cdstrack.app.outline import Outline, outline
from cdstrack.app.records import (
    Export,
    ForeignCorrection,
    corrections_of,
    dropped_of,
    foreign_corrections,
)
from cdstrack.app.standing import Status
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.verdict.dues import Due
from cdstrack.core.verdict.scores import Score
from cdstrack.core.verdict.verdict import Verdict


@dataclass(frozen=True)
class Dossier:
    """All on one target: the verdict, its bodies by themselves, what was corrected."""

    verdict: Verdict
    status: Status
    classes: Sequence[str]
    """The ids of what is part of it."""
    bodies: Mapping[str, Verdict]
    """Each body that reports on it, judged by itself; empty where none does."""
    corrections: Sequence[tuple[Report, str]]
    """The records that count no more, oldest first, each with the id of what took its place."""
    foreign: Sequence[ForeignCorrection]

    @cached_property
    def reports_on(self) -> Mapping[date, Sequence[str]]:
        """The ids of the reports that count, by the last day that they describe."""
        days: dict[date, list[str]] = {}
        for report in self.status.ledger.around(self.verdict.target):
            days.setdefault(report.date.last, []).append(report.id)
        return days


class Archive:
    """Makes dossiers of a status; what they need of the ledger is put in order once."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._dropped = dropped_of(status.ledger)
        self._successors: Mapping[str, str] | None = None

    def dossier(self, verdict: Verdict) -> Dossier:
        """All on one target of the status."""
        status, target = self._status, verdict.target
        return Dossier(
            verdict=verdict,
            status=status,
            classes=status.register.classes.get(target.id, ()),
            bodies=bodies_of(status, verdict) or {},
            corrections=[*self._corrections(target.ledger_id)],
            foreign=foreign_corrections(status, target, self._dropped),
        )

    def _corrections(self, name: str) -> Iterator[tuple[Report, str]]:
        records = self._dropped.get(name, ())
        if not records:
            return
        if self._successors is None:
            self._successors = corrections_of(self._status.ledger.records()[::-1])
        for record in sorted(records, key=lambda record: record.order):
            successor = self._successors.get(record.id)
            if successor is not None and record.date.last <= self._status.as_of:
                yield record, successor


@dataclass(frozen=True, slots=True)
class Publication:
    """A status with its records, its tree, every body's score and the reports that are due."""

    export: Export
    tree: Outline
    scores: Sequence[Score]
    dues: Sequence[Due]

    @property
    def dossiers(self) -> Iterator[Dossier]:
        """All on each target that was selected, one after the other."""
        archive = Archive(self.export.status)
        verdicts = self.export.work.over(self.export.status.verdicts, "work_commitments")
        return map(archive.dossier, verdicts)


def publication(export: Export) -> Publication:
    """What is published of an export."""
    status = export.status
    return Publication(
        export=export,
        tree=outline(status),
        scores=scoreboard(status).scores,
        dues=due(status).dues,
    )

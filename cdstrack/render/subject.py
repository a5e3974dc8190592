"""What a format gets: a register judged as of a day, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from cdstrack.core.fields import Bilingual
from cdstrack.core.model import Body, Source, Target
from cdstrack.core.portfolio import Counts
from cdstrack.core.problems import Problem
from cdstrack.core.report import Report
from cdstrack.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Subject:
    """``groups`` are (title, verdicts) when the reader asked for groups, else empty."""

    title: Bilingual
    file: str
    as_of: date
    known_on: date | None
    verdicts: Sequence[Verdict]
    counts: Counts
    parents: frozenset[str]
    bodies: Mapping[str, Body]
    sources: Mapping[str, Source] = field(default_factory=dict)
    to_come: Sequence[Target] = ()
    problems: Sequence[Problem] = ()
    groups: Sequence[tuple[str, Sequence[Verdict]]] = ()


@dataclass(frozen=True, slots=True)
class Handout:
    """What an export format gets: the register judged, and the records of its ledger.

    ``stamp`` is the moment it speaks of: now, or the beginning of the day that was asked for.
    """

    subject: Subject
    reports: Sequence[Report]
    """Newest first, corrected ones and voids included."""
    corrected_by: Mapping[str, str]
    targets: Mapping[str, Target]
    """All of the register, also those that are not handed over."""
    stamp: datetime
    zone: tzinfo

"""What a status format gets: a register judged as of a day, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cdstrack.core.fields import Bilingual
from cdstrack.core.model import Body, Source, Target
from cdstrack.core.portfolio import Counts
from cdstrack.core.problems import Problem
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

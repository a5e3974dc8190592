"""What a draft consists of: entries with their doubts, figures, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.record.layout import RowKind
from cdstrack.core.model.structs import dataclass, field
from cdstrack.i18n.commitment_words import CommitmentColumn
from cdstrack.i18n.notation import Language


class ReviewNote(NamedTuple):
    """What may be otherwise than it was read: in which cell, and what to look at."""

    place: str
    code: str
    facts: Mapping[str, object]


@dataclass(slots=True)
class DraftEntry:
    """One entry as it is to stand in the register; doubts stand at the line of their key."""

    id: str
    values: dict[str, object]
    doubts: dict[str, list[ReviewNote]] = field(default_factory=dict)
    place: str = ""
    """The cell that it comes from."""

    def doubt(self, key: str, place: str, code: str, **facts: object) -> None:
        self.doubts.setdefault(key, []).append(ReviewNote(place, code, facts))


class DraftProblem(NamedTuple):
    """A cell that is refused: in which file and sheet, and what is wrong."""

    file: str
    """With its mark behind it; empty where the place names it."""
    place: str
    code: str
    facts: Mapping[str, object]


class DraftReport(NamedTuple):
    """A figure that a draft brings along, as a row for ``import``.

    A value, or n of N, or done or not; the texts are empty where there is nothing to say.
    """

    target: str
    date: str
    value: Decimal | None = None
    slice: str = ""
    source: str = ""
    note: str = ""
    n: str = ""
    of: str = ""
    done: str = ""
    qualifier: str = ""
    in_percent: bool = False


class DraftSkip(NamedTuple):
    """A row that holds no commitment, counted from 1, and what it is."""

    sheet: str
    row: int
    kind: RowKind


@dataclass(slots=True)
class Draft:
    """What was read, in the order of the file; ``whole`` if it is to be a register by itself."""

    whole: bool
    title: str = ""
    sources: dict[str, DraftEntry] = field(default_factory=dict)
    bodies: dict[str, DraftEntry] = field(default_factory=dict)
    groups: dict[str, DraftEntry] = field(default_factory=dict)
    indicators: dict[str, DraftEntry] = field(default_factory=dict)
    targets: list[DraftEntry] = field(default_factory=list)
    of_activities: bool = False
    """Whether it comes from IATI activities or a site, and not from tables."""
    header: dict[str, object] = field(default_factory=dict)
    problems: list[DraftProblem] = field(default_factory=list)
    skipped: list[DraftSkip] = field(default_factory=list)
    reports: list[DraftReport] = field(default_factory=list)
    """Figures that were reported, in the order of the file."""
    remarks: list[ReviewNote] = field(default_factory=list)
    """Doubts about a table as a whole."""

    @property
    def commitments(self) -> list[DraftEntry]:
        return [entry for entry in self.targets if entry.values.get("kind") != "heading"]

    @property
    def doubts(self) -> int:
        entries = [
            *self.targets, *self.sources.values(), *self.bodies.values(),
            *self.indicators.values(),
        ]  # fmt: skip
        return len(self.remarks) + sum(
            len(doubts) for entry in entries for doubts in entry.doubts.values()
        )


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """What holds for every row: the source, the deadline where none is written, how to read."""

    lang: Language
    today: date
    names: Mapping[str, CommitmentColumn] = field(default_factory=dict)
    sheet: str | None = None
    source: str | None = None
    title: str | None = None
    on: str | None = None
    by: str | None = None
    deadline: str | None = None
    fractions: bool | None = None
    """Whether 0.8 in a cell of percent is 80; None to doubt it."""

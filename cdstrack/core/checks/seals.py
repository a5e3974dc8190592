"""A seal, and what became of a ledger since: what is edited, missing, or came after the seal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from cdstrack.core.checks.merkle import root_of
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass

SHORT_ROOT = 16
"""So many hexadecimal digits of a root are its short form."""
SHORT_HASH = 8
"""So many bytes of a line's hash stand in the list of a seal: the list says which line is another,
and that one is another is decided by the root."""
LATE_DAYS, SYNC_DAYS = 31, 1
"""So long before the seal a line may have been recorded and still fit a copy that was synced late;
and so long one person's copies may be apart, as on two machines."""

Alteration = Literal["edited", "removed", "backdated", "override", "late", "respelled"]
FINDINGS: frozenset[Alteration] = frozenset(("edited", "removed", "backdated", "override"))
"""Alterations that make ``verify`` exit 1; the others are remarks."""

_order = attrgetter("report.recorded", "hash")


class Leaf(NamedTuple):
    """A line of the ledger: its hash, the record on it, and its number in the file."""

    hash: bytes
    report: Report
    line: int


@dataclass(frozen=True, slots=True)
class Seal:
    """What a ledger and its register were at a moment. Digests are lower-case hexadecimal.

    ``root`` may be the beginning of one, where only a printed short form is at hand. Of the files
    None is what the seal does not say, and an empty text what was not there.
    """

    moment: datetime
    lines: int
    root: str
    title: str | None = None
    register: str | None = None
    policy: str | None = None
    waivers: str | None = None
    commit: str | None = None
    list: str | None = None
    """The digest of the list of lines that belongs to the seal."""


@dataclass(frozen=True, slots=True)
class ShortSeal:
    """What stands on a publication: enough to find a seal, and to recognize its root.

    ``moment`` is that of the last line, None of an empty ledger: so the same ledger has the same
    short form whenever it is published.
    """

    root: str
    lines: int
    moment: datetime | None

    def __str__(self) -> str:
        moment = self.moment.isoformat(timespec="microseconds") if self.moment is not None else "-"
        return f"{self.root}/{self.lines}/{moment.replace('+00:00', 'Z')}"


class Row(NamedTuple):
    """A line that was sealed: the id of its record, and the beginning of its hash.

    Where the ledger in the seal's commit is at hand it is the whole hash, and the record.
    """

    hash: bytes
    id: str
    report: Report | None = None


class Change(NamedTuple):
    """What became of one line. ``leaf`` is the line of today, None for one that is missing.

    Of a line that was not sealed ``loser`` is the sealed record that it puts out of force, if any,
    and ``is_stranger`` says that nothing its writer recorded was sealed.
    """

    kind: Alteration
    id: str
    leaf: Leaf | None = None
    loser: str = ""
    is_stranger: bool = False

    @property
    def is_finding(self) -> bool:
        return self.kind in FINDINGS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ledger of today beside a seal.

    ``whole`` says that all that was sealed is there as it was; None that it cannot be told.
    ``cut`` says that what is missing is the end of what was sealed and nothing else, as when an
    older copy is put back.
    """

    whole: bool | None
    changes: Sequence[Change] = ()
    newer: int = 0
    """How many lines were recorded after the seal."""
    cut: bool = False
    empty: bool = False
    """Whether nothing of what was sealed is there, in whatever form."""


def sealed_leaves(leaves: Iterable[Leaf], moment: datetime) -> list[Leaf]:
    """The lines recorded up to a moment, each once, in the order recorded."""
    early = {leaf.hash: leaf for leaf in leaves if leaf.report.recorded <= moment}
    return sorted(early.values(), key=_order)


def root_text(leaves: Iterable[Leaf]) -> str:
    """The root over lines, in hexadecimal."""
    return root_of(leaf.hash for leaf in leaves).hex()


def short_of(hashes: Collection[bytes], last: datetime | None) -> ShortSeal:
    """The short form over the hashes of lines, no two alike; ``last`` is when the last of them was
    recorded."""
    return ShortSeal(root_of(hashes).hex()[:SHORT_ROOT], len(hashes), last)


def rows_of(leaves: Iterable[Leaf]) -> list[Row]:
    """The lines in their order, with all that is known of each."""
    return [Row(leaf.hash, leaf.report.id, leaf.report) for leaf in leaves]


def compare(
    seal: Seal,
    leaves: Sequence[Leaf],
    rows: Sequence[Row] | None,
    respelling: Callable[[Report], bytes],
) -> Comparison:
    """What became of the lines that were sealed, and which have come that should have been there.

    ``leaves`` is the ledger of today; ``rows`` the lines of the seal, None if they are not at hand,
    and then it is only told whether anything changed. ``respelling`` is the hash of a record as the
    program writes it, by which a line is known again that was only spaced anew.

    Whether all is there is decided by the root alone: the beginnings of hashes say which line is
    another, and a line that passes for a sealed one counts as one only where the root agrees.
    """
    early = sealed_leaves(leaves, seal.moment)
    newer = len({leaf.hash for leaf in leaves}) - len(early)
    if _is_root(seal, (leaf.hash for leaf in early)):
        return Comparison(True, newer=newer)
    if rows is None:
        return _compare_roots(seal, early, newer, respelling)
    size = len(rows[0].hash) if rows else SHORT_HASH
    by_hash = {row.hash: row for row in rows}
    present = [leaf for leaf in early if leaf.hash[:size] in by_hash]
    hashes = {leaf.hash[:size] for leaf in present}
    missing = [row for row in rows if row.hash not in hashes]
    strangers = _by_id(leaf for leaf in leaves if leaf.hash[:size] not in by_hash)
    changes, originals = [], [leaf.hash for leaf in present]
    for row in missing:
        matches = strangers.pop(row.id, [])
        for leaf in matches:
            original = respelling(leaf.report)
            if leaf.report == row.report:
                original = row.hash
            if original[:size] == row.hash:
                changes.append(Change("respelled", row.id, leaf))
                originals.append(original)
            else:
                changes.append(Change("edited", row.id, leaf))
        if not matches:
            changes.append(Change("removed", row.id))
    additions = [
        leaf
        for leaf in early
        if leaf.hash[:size] not in by_hash
        and leaf.report.id in strangers
        and respelling(leaf.report)[:size] not in hashes
    ]
    is_named = any(change.kind in ("edited", "removed") for change in changes)
    is_whole = not is_named and _is_root(seal, set(originals))
    if not is_whole and not is_named:
        # Each line passes for a sealed one and yet they are not what was sealed.
        changes = []
    changes += _additions(additions, present, seal, {row.id for row in rows})
    is_end = missing == list(rows[len(rows) - len(missing) :])
    removals = [change for change in changes if change.kind == "removed"]
    return Comparison(
        is_whole,
        sorted(changes, key=_place),
        newer,
        cut=bool(removals) and is_end and len(removals) == len(missing),
        empty=bool(removals) and len(removals) == len(rows),
    )


def _is_root(seal: Seal, hashes: Iterable[bytes]) -> bool:
    """Whether these are the lines that were sealed, no two alike."""
    whole = list(hashes)
    return len(whole) == seal.lines and root_of(whole).hex().startswith(seal.root)


def _compare_roots(
    seal: Seal, early: Sequence[Leaf], newer: int, respelling: Callable[[Report], bytes]
) -> Comparison:
    """The same where nothing names the lines that were sealed."""
    if len(early) < seal.lines:
        return Comparison(False, newer=newer, empty=not early)
    originals = {respelling(leaf.report): leaf for leaf in early}
    if not _is_root(seal, originals):
        return Comparison(None, newer=newer)
    changes = [
        Change("respelled", leaf.report.id, leaf)
        for original, leaf in originals.items()
        if leaf.hash != original
    ]
    return Comparison(True, sorted(changes, key=_place), newer)


def _additions(
    leaves: Iterable[Leaf], present: Sequence[Leaf], seal: Seal, ids: Set[str]
) -> Iterator[Change]:
    """What is recorded before the seal and was not sealed, beside what was.

    Whoever corrects or voids a sealed record by such a line changes what the seal says, so a late
    sync has to be likely: of the same writer something earlier was sealed.
    """
    latest = _latest_by_writer(present)
    slots = {leaf.report.slot: leaf.report for leaf in present}
    for leaf in leaves:
        report = leaf.report
        is_stranger = report.by not in latest
        is_correction = report.corrects in ids
        rival = slots.get(report.slot)
        loser = rival.id if rival is not None and rival.order < report.order else ""
        if is_correction:
            loser = report.corrects or ""
        kind: Alteration = "late" if _fits_late(leaf, seal, latest) else "backdated"
        if is_correction and (kind == "backdated" or is_stranger):
            kind = "override"
        yield Change(kind, report.id, leaf, loser, is_stranger)


def _by_id(leaves: Iterable[Leaf]) -> dict[str, list[Leaf]]:
    by_id: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        by_id.setdefault(leaf.report.id, []).append(leaf)
    return by_id


def _latest_by_writer(leaves: Iterable[Leaf]) -> Mapping[str | None, datetime]:
    """When each writer recorded the last of these lines."""
    return {leaf.report.by: leaf.report.recorded for leaf in leaves}


def _fits_late(leaf: Leaf, seal: Seal, latest: Mapping[str | None, datetime]) -> bool:
    """Whether a line looks as if it had waited somewhere and came with the next sync.

    What waits is recorded shortly before the seal, and what the same person recorded days later
    was not there already.
    """
    report = leaf.report
    last = latest.get(report.by, report.recorded)
    is_recent = seal.moment - report.recorded <= timedelta(days=LATE_DAYS)
    return is_recent and last - report.recorded <= timedelta(days=SYNC_DAYS)


def _place(change: Change) -> int:
    """Where it stands today; what is missing first, in the order it was recorded."""
    return change.leaf.line if change.leaf is not None else 0

"""What has changed between two days: a register judged on both, compared.

Three judgements: what was known on the first day of the first day, what is known on the second of
the second, and the first day once more with what was corrected since. Where the first and the last
differ, what was said then was rewritten; a report that merely came later rewrites nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cdstrack.app.lookup import find_owner
from cdstrack.app.standing import Status, judge, load_register, today_in
from cdstrack.core.model.entries import Revision
from cdstrack.core.model.periods import in_zone
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.values.bodies import exists_on
from cdstrack.core.verdict.rules import ACHIEVED
from cdstrack.core.verdict.scores import owing
from cdstrack.core.verdict.verdict import Counts, Verdict, count
from cdstrack.store.base import Store

DUE_WITHIN = 30
"""Days ahead of which a digest says what falls due."""


@dataclass(frozen=True, slots=True)
class Move:
    """A target on both days. ``before`` is None where it had not been promised yet."""

    before: Verdict | None
    after: Verdict


@dataclass(frozen=True, slots=True)
class Shift:
    """A decision that moved the terms of a target between the days."""

    move: Move
    revision: Revision

    @property
    def is_refused(self) -> bool:
        """Whether it came too late to count."""
        return self.move.after.has_taken(self.revision) is False


def _decisions(register: Register, move: Move) -> Iterator[Shift]:
    """Every revision of a target, and of the targets of its slices."""
    for revision in register.targets[move.after.target.id].revisions:
        yield Shift(move, revision)
    for name, part in move.after.slices.items():
        before = move.before.slices.get(name) if move.before is not None else None
        for revision in part.target.revisions:
            if revision.field == "target":
                yield Shift(Move(before, part), revision)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A target of which something else was said on the first day than is known of it now."""

    move: Move
    now: Verdict
    """The first day, with what was corrected since."""
    corrections: Sequence[Report]
    """What did it, as it was recorded."""


@dataclass(frozen=True)
class Digest:
    """What has changed between two days."""

    before: Status
    after: Status
    moves: Sequence[Move]
    """All targets that are looked at; parents are not."""
    shifts: Sequence[Shift]
    rewritings: Sequence[Rewriting]
    silent: Sequence[str]
    """Bodies that owe reports now and did not then."""
    resumed: Sequence[str]
    """Bodies that owed reports then and do not now."""
    coming: Sequence[Verdict]
    records: Sequence[Report]
    """What was recorded in between, corrections among it, as it was recorded."""
    first_record: date | None = field(default=None)
    """The day of the first record, where that is later than the first day."""

    @cached_property
    def overdue(self) -> Sequence[Move]:
        """What is overdue or breached and was not, longest first."""
        fresh = [move for move in self.moves if _is_late(move.after) and not _is_late(move.before)]
        return sorted(fresh, key=lambda move: -(move.after.days_overdue or 0))

    @cached_property
    def met(self) -> Sequence[Move]:
        """What is achieved and was not."""
        return [
            move
            for move in self.moves
            if move.after.state in ACHIEVED
            and (move.before is None or move.before.state not in ACHIEVED)
        ]

    @cached_property
    def others(self) -> Sequence[Move]:
        """What stands otherwise than it did, and is named nowhere above."""
        entries = [*self.overdue, *self.met, *(shift.move for shift in self.shifts)]
        entries += [rewriting.move for rewriting in self.rewritings]
        names = {move.after.target.id for move in entries}
        return [
            move
            for move in self.moves
            if move.after.target.id not in names
            and (move.before is None or move.before.state != move.after.state)
        ]

    @property
    def counts(self) -> tuple[Counts, Counts]:
        """The cells of what is looked at, on the first day and on the second."""
        old = [move.before for move in self.moves if move.before is not None]
        new = [move.after for move in self.moves]
        return count(old, frozenset()), count(new, frozenset())

    @property
    def corrections(self) -> Sequence[Report]:
        """What was recorded and replaces something or takes it back."""
        return [record for record in self.records if record.corrects is not None]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        changes = (self.overdue, self.met, self.others, self.shifts, self.rewritings)
        return not any((*changes, self.silent, self.resumed, self.coming, self.records))


def _is_late(verdict: Verdict | None) -> bool:
    """Overdue or breached; what was closed as missed is nobody's alarm any more."""
    return verdict is not None and verdict.cell == "overdue" and verdict.state != "missed"


def digest(
    store: Store,
    since: date,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    owner: str | None = None,
    body: str | None = None,
) -> Digest:
    """What has changed since the end of a day. Raises NoRegister, StoreError, Refusal.

    ``owner``: only targets that this body answers for or did; ``body``: only those that it reports
    on. What changed in the register itself is not known by date, but for its dated decisions.
    """
    register = load_register(store)
    day = as_of or today_in(register.timezone, now)
    if since >= day:
        raise Refusal("since_not_before", since=since, day=day)
    owner = find_owner(register, owner) if owner is not None else None
    body = find_owner(register, body) if body is not None else None
    earlier = store.load(known_on=since).ledger
    files = store.load(known_on=known_on or day)
    later = files.ledger
    before = judge(register, earlier, since, since)
    after = judge(register, later, day, known_on, problems=files.problems)

    def concerns(verdict: Verdict) -> bool:
        """Whether a target is asked for."""
        if owner is not None and owner not in (*verdict.owner.path, *verdict.target.partners):
            return False
        return body is None or body in _reporters(after, verdict)

    old = {verdict.target.id: verdict for verdict in before.leaves}
    moves = [
        Move(old.get(verdict.target.id), verdict) for verdict in after.leaves if concerns(verdict)
    ]
    zone, everything = ZoneInfo(register.timezone), later.records()
    known = {record.id for record in earlier.records()}
    records = [record for record in everything if record.id not in known]
    subjects = {move.after.target.ledger_id for move in moves}
    if owner is not None or body is not None:
        records = [
            record
            for record in records
            if record.target in subjects and (body is None or record.body in (None, body))
        ]
    silent, resumed = _reporting(before, after, concerns)
    if body is not None:
        silent, resumed = ([name for name in names if name == body] for names in (silent, resumed))
    firsts = [in_zone(record.recorded, zone).date() for record in everything[:1]]
    return Digest(
        before=before,
        after=after,
        moves=moves,
        shifts=[
            shift
            for move in moves
            for shift in _decisions(register, move)
            if since < shift.revision.on <= day
        ],
        rewritings=_rewritings(before, known, later, moves),
        silent=silent,
        resumed=resumed,
        coming=sorted(
            (
                move.after
                for move in moves
                if move.after.days_left is not None and move.after.days_left <= DUE_WITHIN
            ),
            key=lambda verdict: verdict.days_left or 0,
        ),
        records=records,
        first_record=next((first for first in firsts if first > since), None),
    )


def _reporters(status: Status, verdict: Verdict) -> Iterable[str]:
    """Who reports on a target: its bodies, else the one that answers for it."""
    population = status.referee.populations.of(verdict.target)
    return population.candidates if population is not None else (verdict.owner.current,)


def _reporting(
    before: Status, after: Status, concerns: Callable[[Verdict], bool]
) -> tuple[list[str], list[str]]:
    """The bodies that owe reports on the second day alone, and on the first; of those that are.

    Only where reports are asked for regularly: else a first report would end a silence.
    """
    old, new = (
        owing(
            (
                verdict
                for verdict in status.leaves
                if verdict.target.report_every is not None and concerns(verdict)
            ),
            status.referee,
            status.ledger,
        )
        for status in (before, after)
    )
    bodies = after.register.bodies
    present = [name for name in bodies if exists_on(bodies[name], after.as_of)]
    silent = [name for name in present if new.get(name) and not old.get(name)]
    resumed = [name for name in present if old.get(name) and new.get(name) is False]
    return silent, resumed


def _rewritings(
    before: Status, known: Set[str], later: Ledger, moves: Sequence[Move]
) -> list[Rewriting]:
    """What was said on the first day, of the records ``known`` then, and is not so by what was
    corrected since."""
    records = {record.id: record for record in later.records()}
    changes: dict[str, list[Report]] = {}
    for record in records.values():
        if record.id not in known and _root(record, records) in known:
            changes.setdefault(record.target, []).append(record)
    if not changes:
        return []
    reports = {
        series: [
            report for report in filed if report.id in known or _root(report, records) in known
        ]
        for series, filed in later.reports.items()
    }
    corrected = judge(before.register, replace(later, reports=reports), before.as_of)
    now = {verdict.target.id: verdict for verdict in corrected.leaves}
    return [
        Rewriting(move, now[name], changes[move.after.target.ledger_id])
        for move in moves
        for name in (move.after.target.id,)
        if move.before is not None
        and move.after.target.ledger_id in changes
        and now[name].state != move.before.state
    ]


def _root(record: Report, records: Mapping[str, Report]) -> str | None:
    """The first record behind a correction; None of what corrects nothing that is there."""
    path = {record.id}
    root = None
    name = record.corrects
    while name is not None and name in records and name not in path:
        path.add(name)
        root, name = name, records[name].corrects
    return root

"""A ledger on a server: what is wanted is read, and what is new is written by compare and set.

The nth record of a body on a target has the number n. Whoever writes has read up to n and writes
n + 1: of two who have read the same, the server takes one, and the other reads again. So nobody
overlooks anybody, and nobody waits for who competes with nothing of theirs.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NamedTuple, cast

from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import Target
from cdstrack.core.model.problems import (
    Failure,
    Fault,
    Place,
    Problem,
    StoreError,
    Suggestions,
)
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report, Share, import_row
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.values.in_force import Competition
from cdstrack.core.values.points import competition
from cdstrack.store.base import ALL, EntryMark, Prepare, Receipt, Visit, Wanted, in_places
from cdstrack.store.ledger.append import receipts_for
from cdstrack.store.ledger.load import LedgerReader, end_of, garbage_kept
from cdstrack.store.ledger.record import nfc, serialize
from cdstrack.store.ledger.reduction import Records, in_force
from cdstrack.store.postgres.connection import (
    answers,
    at_one_moment,
    connection,
    failure,
    is_loss,
    refuse_other_registers,
    refuse_others,
    require_driver,
)
from cdstrack.store.postgres.server_lines import (
    AS_RECORDED,
    ENTERED,
    REPORTS,
    Scope,
    ServerRows,
    rows_in,
)

if TYPE_CHECKING:
    import psycopg

TIMEOUT = 20.0
"""So many seconds others may be in the way of an append, or the server away in the middle of it."""

_BIGGEST = 10**18
_IN_MEMORY = 16 * 1024 * 1024
_AT_ONCE = 1_000
_TICK = timedelta(microseconds=1)
_LATE = "1 minute"
"""So much later a report comes in that was recorded elsewhere before. A steward's copy keeps the
moments of a file to the microsecond."""


class Member(NamedTuple):
    """Who is signed in, whether every report may be read, whom to ask for more, and when that was
    by the clock of the server."""

    login: str
    sees_all: bool
    stewards: str | None
    clock: datetime | None


class Stand(NamedTuple):
    """What was read at one moment: the records, the last number of each stream, the clock."""

    records: Records
    numbers: Mapping[tuple[str, str | None], int]
    """By target and body."""
    clock: datetime


@dataclass(eq=False)
class SharedLedger:
    """The ledger of a register on a server.

    With ``as_recorded`` reports keep their moments, as only a steward may write them; else the
    server's clock says when they were recorded.
    """

    address: ServerAddress
    zone: tzinfo
    register: Register | None
    present: datetime | None = None
    waiting: Callable[[], None] = lambda: None
    as_recorded: bool = False
    late: bool = False
    """Whether reports keep their moments, and came in now: they were written offline."""
    timeout: float = TIMEOUT
    member: Member | None = None
    """Who is signed in, once that was asked."""
    most: ClassVar[int] = 10_000
    """So many records are in memory at once where reports are not kept, or all of one target."""

    has_clock = True

    @property
    def path(self) -> Path:
        raise StoreError("store_file_only", server=self.name)

    @property
    def _judges(self) -> Mapping[str, str]:
        return self.register.judges if self.register is not None else {}

    @property
    def name(self) -> str:
        """Server and database, for a reader."""
        return self.address.server

    def read(
        self, wanted: Wanted = ALL, visit: Visit | None = None
    ) -> tuple[Ledger, Sequence[Problem]]:
        """What is wanted, with what is wrong with it. Raises StoreError ``store_*``.

        ``visit`` is shown every record that is read, with the line that a file would have of it.
        """
        if self.register is None:
            return Ledger({}), ()
        with self._reading() as link, at_one_moment(link):
            self._refuse_parts(link, wanted)
            return self._whole(link, self._scope(link, wanted), wanted, visit)

    def _whole(
        self,
        link: psycopg.Connection[Any],
        scope: Scope,
        wanted: Wanted,
        visit: Visit | None = None,
    ) -> tuple[Ledger, list[Problem]]:
        """The same on a connection that is there."""
        records = self._records(link, scope, visit)
        ledger, corrections = in_force(records, None, self._judges)
        self._refuse_other_registers(link, _names_in(ledger))
        damage = [
            replace(problem, place=self._place(str(problem.facts.get("id"))))
            for problem in records.problems
        ]
        remarks = self._remarks(ledger, wanted)
        return ledger, [*damage, *self._in_places(link, corrections.problems, remarks)]

    def in_batches(
        self, wanted: Wanted, problems: list[Problem], visit: Visit | None = None
    ) -> Iterator[Ledger]:
        """As ``Store.in_batches``: whole targets, until they have ``most`` records or more. All is
        read as the server stood at one moment. ``visit`` is as for ``read``, in whatever order.
        """
        register, names = self.register, set[str]()
        if register is None:
            yield Ledger({})
            return
        near = Suggestions()
        remarks: list[Problem] = []
        damage: list[Problem] = []
        n = 0
        with self._reading() as link, at_one_moment(link):
            self._refuse_parts(link, wanted)
            scope = self._scope(link, wanted)
            is_in_batches, has_damage = self._is_in_batches(link, scope), False
            for file in self._pieces(link, scope) if is_in_batches else ():
                with garbage_kept():
                    reader = self._reader(link, file, visit and _spelt(visit, n))
                    records = reader.read()
                n += reader.line - 1
                records.as_recorded = True  # of each target, which is all that is looked at
                ledger, corrections = in_force(records, None, self._judges)
                has_damage = has_damage or bool(records.problems)
                del records
                reports, batch = dict(ledger.reports), _names_in(ledger)
                ledger = replace(ledger, reports=reports, names=batch)
                names |= batch
                damage += corrections.problems
                remarks += self._remarks(ledger, wanted, near)
                yield ledger
                reports.clear()  # whoever still holds the batch must not hold them
            rest = Ledger({}, names=register.targets_of.keys() - names)
            if not is_in_batches:
                rest, remarks = self._whole(link, scope, wanted, visit)
            elif has_damage:  # which is told in the order recorded
                _, remarks = self._whole(link, scope, wanted)
            else:
                self._refuse_other_registers(link, names)
                damage.sort(key=lambda problem: (problem.code, str(problem.facts["id"])))
                remarks += self._remarks(rest, wanted, near)
                remarks = self._in_places(link, damage, remarks)
        problems += remarks
        yield replace(rest, names=None)

    def _is_in_batches(self, link: psycopg.Connection[Any], scope: Scope) -> bool:
        """Whether there are more records than go into one batch, and no two of different targets
        have an id or a row of a sheet in common: that is told where all of them are."""
        source = f"select 1 from {scope.source} r where {scope.condition}"  # noqa: S608  our own texts
        many = f"select exists({source} offset %s)"
        apart = (
            f"select not exists({source} group by r.id having count(*) > 1) and not exists("
            f"{source} and r.sheet_row is not null group by r.sheet_row having count(*) > 1)"
        )
        values = [*scope.goals, *scope.values]
        for query, more in ((many, [self.most]), (apart, values)):
            row = link.execute(query.encode(), [*values, *more]).fetchone()
            if row is None or not row[0]:
                return False
        return True

    def _pieces(self, link: psycopg.Connection[Any], scope: Scope) -> Iterator[BinaryIO]:
        """The rows of some whole targets after the other, each in a file."""
        rows = rows_in(link, scope._replace(order=f"r.target, {AS_RECORDED}"))
        piece = [*islice(rows, self.most)]
        while piece:
            with SpooledTemporaryFile(_IN_MEMORY) as file:
                file.writelines(piece)
                target, piece = _target_of(piece[-1]), []
                for row in rows:
                    if _target_of(row) != target:
                        piece = [row]
                        break
                    file.write(row)
                yield cast(BinaryIO, file)
            piece += islice(rows, self.most - 1) if piece else ()

    def _refuse_other_registers(self, link: psycopg.Connection[Any], names: Set[str]) -> None:
        """Raises StoreError where reports are on no target of this register."""
        targets = self.register.targets_of if self.register is not None else {}
        if names.isdisjoint(targets):
            refuse_other_registers(link, self.address, targets)

    def _remarks(
        self, ledger: Ledger, wanted: Wanted, near: Suggestions | None = None
    ) -> list[Problem]:
        """What is wrong with reports, as far as all was read that tells."""
        register = cast(Register, self.register)
        return [
            problem
            for problem in check_ledger(register, ledger, near)
            if not problem.code.startswith("closing_") or self._has_all(problem.target, wanted)
        ]

    def _in_places(
        self,
        link: psycopg.Connection[Any],
        corrections: Sequence[Problem],
        remarks: Sequence[Problem],
    ) -> list[Problem]:
        """Problems of corrections, and what is wrong with reports, in the order recorded."""
        places = partial(self._places, link)
        return [*in_places(corrections, places, "id"), *in_places(remarks, places)]

    def _has_all(self, name: str | None, request: Wanted) -> bool:
        """Whether all of a target was read: its closing is judged by that."""
        target = self.register.targets.get(name or "") if self.register is not None else None
        if target is None or request.as_of is not None:
            return False
        is_wanted = request.targets is None or target.ledger_id in request.targets
        return is_wanted and (request.bodies is None or target.ledger_id in request.entire)

    @property
    def login(self) -> str:
        return self._member().login

    @property
    def clock(self) -> datetime | None:
        return self._member().clock

    def entries(self, request: Wanted) -> Mapping[str, EntryMark]:
        with self._reading() as link, at_one_moment(link):
            scope = self._scope(link, request)
            rows = link.execute(
                f"select r.id, {ENTERED}, r.entered_by from {scope.source} r"  # noqa: S608  ours
                f" where {scope.condition} and r.entered <> r.recorded and (r.entered_by is"
                f" distinct from r.by or r.entered > r.recorded + interval '{_LATE}')".encode(),
                [*scope.goals, *scope.values] or None,
            ).fetchall()
        return {name: EntryMark(moment, login) for name, moment, login in rows}

    @property
    def sees_all(self) -> bool:
        return self._member().sees_all

    @property
    def stewards(self) -> str | None:
        return self._member().stewards

    def _member(self, link: psycopg.Connection[Any] | None = None) -> Member:
        """Who is signed in, asked once; on a connection that is there, if there is one."""
        if self.member is None and link is not None:
            self.member = _member_on(link)
        if self.member is None:
            with self._reading() as link:
                self.member = _member_on(link)
        return self.member

    def _refuse_parts(self, link: psycopg.Connection[Any], request: Wanted) -> None:
        """Raises StoreError where only some of the reports may be read that something is judged
        by: what came of it would be wrong."""
        member = self._member(link)
        if request.in_part or member.sees_all:
            return
        if request.bodies is not None:
            self._refuse_hidden(link, request, self._hidden(link, request))
            return
        for target in self._shared_targets(request):
            raise self._refusal("store_partial_view", id=target.id)

    def _hidden(self, link: psycopg.Connection[Any], request: Wanted) -> list[str]:
        """Of the bodies that are wanted those without a desk, which is what lets one read."""
        rows = link.execute(
            "select b.id, coalesce(t.id, '') from cdstrack.desks d"
            " join cdstrack.bodies b on b.no = d.body"
            " left join cdstrack.targets t on t.no = d.target where d.member = session_user"
        ).fetchall()
        desks, targets = set(rows), {target.ledger_id for target in self._shared_targets(request)}
        return [
            body
            for body in sorted(filter(None, request.bodies or ()))
            if (body, "") not in desks and not all((body, name) in desks for name in targets)
        ]

    def _refuse_hidden(
        self, link: psycopg.Connection[Any], request: Wanted, bodies: Sequence[str]
    ) -> None:
        """Raises StoreError for bodies whose reports may not be read, but are there perhaps."""
        if bodies and any(True for _ in self._shared_targets(request)):
            self._member(link)
            raise self._refusal("store_partial_line", body=bodies[0])

    def _shared_targets(self, request: Wanted) -> Iterator[Target]:
        """The targets that are wanted on which many bodies report."""
        for target in self.register.targets.values() if self.register is not None else ():
            is_wanted = request.targets is None or target.ledger_id in request.targets
            if is_wanted and target.reporters is not None:
                yield target

    def _refusal(self, code: str, **facts: object) -> StoreError:
        member = self._member()
        hint = {"hint": "stewards", "stewards": member.stewards} if member.stewards else {}
        return StoreError(code, server=self.name, member=member.login, **facts, **hint)

    def _scope(self, link: psycopg.Connection[Any], request: Wanted) -> Scope:
        """What is wanted, as the login may read it.

        Names become numbers first: by them the key of the reports finds what is wanted.
        """
        if not self._member(link).sees_all:
            goals = None
            if request.targets is not None:
                goals = _numbers(link, "targets", request.targets)
            scope = Scope("true", (), "cdstrack.own_reports(%s)", [goals])
            end = end_of(request.known_on, self.zone) if request.known_on is not None else None
            if end is not None:
                scope = scope._replace(condition="r.entered < %s", values=[end])
            return scope
        conditions: list[str] = []
        values: list[object] = []
        targets = None
        if request.targets is not None:
            targets = _numbers(link, "targets", request.targets)
            conditions.append("r.target = any(%s)")
            values.append(targets)
        if request.bodies is not None:
            names = [name or "" for name in request.bodies]
            bodies = _numbers(link, "bodies", names)
            entire = _numbers(link, "targets", request.entire)
            if not self._has_links(link, conditions, values, bodies, entire):
                conditions.append("(r.body = any(%s) or r.target = any(%s))" if entire else
                                  "r.body = any(%s)")  # fmt: skip
                values += [bodies, entire] if entire else [bodies]
        if (
            request.known_on is not None
            and (end := end_of(request.known_on, self.zone)) is not None
        ):
            conditions.append("r.entered < %s")
            values.append(end)
        if request.as_of is not None:
            conditions.append(
                "(r.last_day <= %s or r.corrects_seq is not null or exists ("
                "select 1 from cdstrack.reports c where c.target = r.target"
                " and (c.corrects_body, c.corrects_seq) = (r.body, r.seq)))"
            )
            values.append(request.as_of)
        return Scope(" and ".join(conditions) or "true", values, targets=targets)

    def _has_links(
        self,
        link: psycopg.Connection[Any],
        conditions: Sequence[str],
        values: Sequence[object],
        bodies: Sequence[int],
        entire: Sequence[int],
    ) -> bool:
        """Whether a correction leads from some bodies to others: then all of it is looked at."""
        among = "(r.body = any(%s)) <> (r.corrects_body = any(%s)) and r.target <> all(%s)"
        condition = " and ".join([*conditions, "r.corrects_seq is not null", among])
        row = link.execute(
            f"select exists(select 1 from cdstrack.reports r where {condition})".encode(),  # noqa: S608
            [*values, bodies, bodies, entire],
        ).fetchone()
        return bool(row and row[0])

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        """There are no lines, but every record has its name. Raises StoreError."""
        if not ids:
            return {}
        with self._reading() as link:
            return self._places(link, ids)

    def _places(self, link: psycopg.Connection[Any], ids: Collection[str]) -> Mapping[str, Place]:
        """The same on a connection that is there."""
        if not ids:
            return {}
        source = REPORTS if self._member(link).sees_all else "cdstrack.own_reports(null)"
        query = f"select r.id from {source} r where r.id = any(%s) order by {AS_RECORDED}"  # noqa: S608
        rows = link.execute(query.encode(), [sorted(ids)]).fetchall()
        return {name: self._place(name) for name in (*(name for (name,) in rows), *sorted(ids))}

    def _place(self, name: str) -> Place:
        return Place(f"{self.address}#{name}", 1, 1)

    def surroundings(self, ledger: Ledger) -> Sequence[Problem]:
        return ()

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        return ()

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> list[Receipt]:
        """Add reports, all of them or none, but for those that are there already.

        As ``Store.append``: Raises Fault if ``prepare`` does, StoreError ``not_saved*`` or
        ``store_*`` when nothing was written, ``may_not_be_saved`` when the server went away and
        would not say.
        """
        require_driver()
        import psycopg

        end, tries = time.monotonic() + self.timeout, 0
        doubt: list[list[Receipt]] = []
        with ExitStack() as way:
            link: psycopg.Connection[Any] | None = None
            while True:
                last: Failure | None = None  # None: somebody else was faster
                is_new = link is None  # else it may have been ended while nothing was asked on it
                try:
                    link = link or way.enter_context(connection(self.address))
                    receipts = self._attempt(link, prepare, wanted, doubt, again)
                    if receipts is not None:
                        return receipts
                except psycopg.Error as error:
                    last = failure(self.address, error)
                except Failure as error:
                    last = error
                is_over = time.monotonic() > end
                if last is not None and not doubt and (is_new or is_over):
                    raise last from None
                # What was sent is there or is not; only the server can say, so it is asked a while.
                tries += 1
                if is_over:
                    if last is None:
                        seconds = int(self.timeout)
                        raise StoreError("not_saved_locked", path=self.name, seconds=seconds)
                    reason = str(last.facts.get("reason", ""))
                    raise StoreError("may_not_be_saved", path=self.name, reason=reason) from None
                if last is not None:
                    way.close()
                    link = None
                if tries == 8:
                    self.waiting()
                time.sleep(random.random() * min(0.128, 0.001 * 2**tries))  # noqa: S311  no secret

    def _attempt(
        self,
        link: psycopg.Connection[Any],
        prepare: Prepare,
        wanted: Wanted,
        doubt: list[list[Receipt]],
        again: bool,
    ) -> list[Receipt] | None:
        """One try: what became of the reports, None where somebody else was faster.

        ``doubt`` has what was sent and never answered. It is there, or it will never be: what is
        written now has the same number.
        """
        import psycopg

        refuse_others(link, self.address)
        stand = self._stand(link, wanted)
        for batch in doubt:
            names = {receipt.report.id for receipt in batch if receipt.new}
            if names <= stand.records.known:
                return batch
        ledger, corrections = in_force(stand.records, None, self._judges)
        reports = prepare(ledger)
        if not (self.as_recorded or self.late):
            latest = max((record.recorded for record in stand.records), default=stand.clock)
            moment = max(stand.clock, latest + _TICK)
            reports = [report._replace(recorded=moment) for report in reports]
        keys = [import_row(report.key) for report in reports if report.key]
        imports = None
        if keys:
            scope = self._scope(link, Wanted())
            scope = scope._replace(condition="r.sheet_row = any(%s)", values=[keys])
            imports = self._records(link, scope).imports
        receipts = receipts_for(
            reports,
            stand.records,
            ledger,
            corrections,
            competition=self._competition,
            again=again,
            imports=imports,
        )
        # Whoever writes several streams takes them in one order: no two wait for each other.
        new = sorted(
            (receipt.report for receipt in receipts if receipt.new),
            key=lambda report: (report.target, report.body or ""),
        )
        if not new:
            return receipts
        rows = rows_of(new, stand.numbers, as_recorded=self.as_recorded)
        doubt.append(receipts)
        try:
            self._record(link, rows)
        except (psycopg.errors.UniqueViolation, psycopg.errors.SerializationFailure,
                psycopg.errors.DeadlockDetected):  # fmt: skip
            doubt.pop()
            return None
        except psycopg.Error as error:
            # It was answered: with no, unless the server ended the connection, or another one
            # behind it was lost.
            if not link.closed and not is_loss(error):
                doubt.pop()
            raise
        return receipts

    def _competition(self, name: str) -> Competition:
        register = self.register
        return competition(register.subject(name) if register is not None else None)

    def _record(self, link: psycopg.Connection[Any], rows: Sequence[Mapping[str, object]]) -> None:
        link.execute("select cdstrack.record(%s::jsonb)", [json.dumps(rows, ensure_ascii=False)])

    def _stand(self, link: psycopg.Connection[Any], wanted: Wanted) -> Stand:
        with at_one_moment(link):
            if wanted.bodies is not None and not self._member(link).sees_all:
                hidden = self._hidden(link, wanted)  # of a stranger all is: the gate says so better
                if len(hidden) < len(wanted.bodies - {None}):
                    self._refuse_hidden(link, wanted, hidden)
            scope = self._scope(link, wanted)
            rows = link.execute(
                f"select t.id, nullif(b.id, ''), max(r.seq) from {scope.source} r"  # noqa: S608  ours
                " join cdstrack.targets t on t.no = r.target"
                " join cdstrack.bodies b on b.no = r.body"
                f" where {scope.condition} group by t.id, b.id".encode(),
                [*scope.goals, *scope.values] or None,
            ).fetchall()
            records = self._records(link, scope)
            row = link.execute("select extract(epoch from clock_timestamp()) * 1000000").fetchone()
        clock = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(row[0]) if row else 0)
        return Stand(records, {(target, body): number for target, body, number in rows}, clock)

    def _records(
        self,
        link: psycopg.Connection[Any],
        scope: Scope,
        visit: Visit | None = None,
    ) -> Records:
        show = visit and _spelt(visit)
        with garbage_kept(), SpooledTemporaryFile(_IN_MEMORY) as file:  # a million are on disk
            rows = rows_in(link, scope)
            while piece := b"".join(islice(rows, _AT_ONCE)):
                file.write(piece)
            return self._reader(link, cast(BinaryIO, file), show).read()

    def _reader(
        self, link: psycopg.Connection[Any], file: BinaryIO, visit: Visit | None = None
    ) -> LedgerReader:
        """Reads rows that were written to a file; what is written at once a server has whole."""
        present = self._present(link)
        return LedgerReader(
            file, self.name, present, visit=visit, has_halves=False, rows=ServerRows()
        )

    def _present(self, link: psycopg.Connection[Any]) -> datetime | None:
        """The present moment, by the later of both clocks: to one that is slow what was recorded
        a moment ago would be of the future, and not count."""
        clock = self._member(link).clock
        return self.present and max(self.present, clock or self.present)

    @contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection on which whatever the server refuses is one of our own errors."""
        with connection(self.address) as link, answers(self.address):
            refuse_others(link, self.address)
            yield link


def _spelt(visit: Visit, n: int = 0) -> Visit:
    """Shows records with the lines that a file would have of them, after ``n`` others."""

    def show(first: int, lines: Sequence[bytes], reports: Sequence[Report]) -> None:
        visit(n + first, [serialize(report).encode() for report in reports], reports)

    return show


def _member_on(link: psycopg.Connection[Any]) -> Member:
    row = link.execute(
        "select session_user, pg_has_role(session_user, 'cdstrack_reader', 'member'),"
        " cdstrack.stewards(), clock_timestamp()"
    ).fetchone()
    return Member(*row) if row is not None else Member("", False, None, None)


def _numbers(link: psycopg.Connection[Any], table: str, names: Collection[str]) -> list[int]:
    """The numbers of the targets or bodies that the server knows by some names."""
    query = f"select no from cdstrack.{table} where id = any(%s)"  # noqa: S608  ours
    rows = link.execute(query.encode(), [sorted(names)]).fetchall() if names else []
    return [number for (number,) in rows]


def rows_of(
    reports: Sequence[Report],
    numbers: Mapping[tuple[str, str | None], int],
    *,
    as_recorded: bool = False,
) -> list[dict[str, object]]:
    """Reports as ``cdstrack.record`` takes them, numbered after the last ``numbers``.

    Raises Fault ``store_cannot_hold`` for what PostgreSQL has no place for.
    """
    counts = Counter(numbers)
    rows = []
    for report in reports:
        stream = report.target, report.body
        counts[stream] += 1
        fields: dict[str, object] = {
            "id": report.id, "target": report.target, "body": report.body,
            "seq": counts[stream], "part": report.part, "date": report.date.said,
            "qualifier": report.qualifier, "source": report.source, "note": report.note,
            "by": report.by, "recorded": report.recorded.isoformat(), "corrects": report.corrects,
            "key": report.key, "batch": report.batch, "evidence": report.evidence,
            "slice": report.slice, "series": report.strand,
        }  # fmt: skip
        figure = report.figure
        if isinstance(figure, Share):
            fields |= figure._asdict()
        elif isinstance(figure, Decimal):
            fields["value"] = plain(figure)
        else:
            fields["done"] = figure
        if report.wording is not None:
            fields |= {"figure": plain(report.wording.figure), "unit": report.wording.unit}
        if as_recorded:
            fields["entered"] = fields["recorded"]
        rows.append({name: _fit(report, name, value) for name, value in fields.items()
                     if value is not None})  # fmt: skip
    return rows


def _fit(report: Report, name: str, value: object) -> object:
    """A value as the server can hold it. Raises Fault."""
    too_large = type(value) is int and value >= _BIGGEST
    if too_large or (isinstance(value, str) and "\0" in value):
        raise Fault("store_cannot_hold", id=report.id, field=name)
    return nfc(value) if isinstance(value, str) else value


def _names_in(ledger: Ledger) -> set[str]:
    """What the reports of a ledger are on."""
    return {filed if isinstance(filed, str) else filed[0] for filed in ledger.reports}


def _target_of(row: bytes) -> bytes:
    """The target that a row names after its id."""
    return row.split(b"\t", 2)[1]

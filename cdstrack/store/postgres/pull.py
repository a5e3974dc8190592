"""Brings a mirror of a ledger up to date: all of it once, then only what is new."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.work import Work
from cdstrack.store.ledger.file import LockedFile, locked
from cdstrack.store.mirror import POSITION, Mirror, Position, canonical
from cdstrack.store.outputs import write_whole
from cdstrack.store.postgres.connection import answers, at_one_moment, connection, refuse_others
from cdstrack.store.postgres.server_lines import Scope, records_of
from cdstrack.store.safe_open import refuse_links

if TYPE_CHECKING:
    import psycopg

OVERLAP = timedelta(minutes=10)
"""Where transactions do not tell what is new, so much of what is there is read again."""
PATIENCE = 0.5
"""So many seconds a pull waits for those who are writing."""
_PAUSE = 0.02


class Pull(NamedTuple):
    """What became of a mirror."""

    position: Position
    new: int
    """How many records came in."""
    is_anew: bool
    """Whether all of it was read."""
    spare: tuple[Path, int] | None = None
    """Where the file of before is, and how many of its lines are not on the server."""
    rest: int = 0
    """How many are left to the next one, for somebody who writes began before they came in."""


class _Stand(NamedTuple):
    """The server at one moment."""

    incarnation: str
    xmin: str | None
    clock: datetime


def pull(
    address: ServerAddress,
    mirror: Mirror,
    *,
    waiting: Callable[[], None] = lambda: None,
    work: Work | None = None,
    by_time: bool = False,
) -> Pull:
    """Read what is new on a server into its mirror; all of it where that cannot be told.

    What is new is told by transactions, or ``by_time`` and where these are not those of one server.
    Lines of the file that are not on the server are never lost: then it is kept under another name.
    Raises StoreError.
    """
    work = work or Work()
    refuse_links(mirror.folder, POSITION, end=True)  # it would be written where the link leads
    with (
        locked(mirror.file, waiting) as file,
        connection(address) as link,
        answers(address),
        _after_writers(link, address),
    ):
        stand = _stand(link)
        if by_time:
            stand = stand._replace(xmin=None)
        rest = 0
        if stand.xmin is not None:
            rest = _count(link, "r.tx >= %s::text::xid8", [stand.xmin])
        position = mirror.position()
        if position is not None and _is_of(position, address, stand) and mirror.holds(position):
            update = _update(link, mirror, file, position, stand, work)
            if update is not None:
                return update._replace(rest=rest)
        return _anew(link, address, mirror, stand, work)._replace(rest=rest)


@contextmanager
def _after_writers(link: psycopg.Connection[Any], address: ServerAddress) -> Iterator[None]:
    """A look at one moment, at which nobody is still writing who began before the last report.

    What came in after somebody began who writes still is left to the next pull, one's own reports
    with it. Most have ended in a moment; nobody is waited for longer than that.
    """
    refuse_others(link, address)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        row = link.execute(
            "select exists(select 1 from cdstrack.reports"
            " where tx >= pg_snapshot_xmin(pg_current_snapshot())"
            "  and tx < pg_snapshot_xmax(pg_current_snapshot()))"
        ).fetchone()
        if row != (True,):
            break
        time.sleep(_PAUSE)
    with at_one_moment(link):
        yield


def _stand(link: psycopg.Connection[Any]) -> _Stand:
    """Where the ledger stands.

    Its incarnation changes with the cluster, with the timeline that a restored or promoted server
    begins, with the database and with the schema in it. Transactions do not tell what is new where
    records have the numbers of another cluster: a dump brings them along.
    """
    # Each asked for itself: a distributed server sends a query on the tables elsewhere, whole.
    row = link.execute(
        "select concat_ws('/', (pg_control_system()).system_identifier,"
        " case when pg_is_in_recovery() then (pg_control_checkpoint()).timeline_id::text"
        "  else ltrim(left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), '0') end,"
        " (select oid from pg_database where datname = current_database())),"
        " exists(select from pg_extension where extname = 'citus'),"
        " pg_snapshot_xmin(pg_current_snapshot())::text, clock_timestamp()"
    ).fetchone()
    place, is_spread, xmin, clock = row or ("", True, None, datetime.now(UTC))
    name = link.execute("select incarnation::text from cdstrack.ledger").fetchone()
    if not is_spread:
        row = link.execute(
            "select exists(select 1 from cdstrack.reports"
            " where tx >= pg_snapshot_xmax(pg_current_snapshot()))"
        ).fetchone()
        is_spread = row != (False,)
    incarnation = f"{name[0] if name else ''}/{place}"
    return _Stand(incarnation, None if is_spread else xmin, clock.astimezone(UTC))


def transactions_tell(link: psycopg.Connection[Any]) -> bool:
    """Whether the numbers of transactions say which record came in before which."""
    return _stand(link).xmin is not None


def _is_of(position: Position, address: ServerAddress, stand: _Stand) -> bool:
    return (position.ledger, position.incarnation, position.xmin is None) == (
        str(address), stand.incarnation, stand.xmin is None,
    )  # fmt: skip


def _update(
    link: psycopg.Connection[Any],
    mirror: Mirror,
    file: LockedFile,
    position: Position,
    stand: _Stand,
    work: Work,
) -> Pull | None:
    """Add what is new; None where the server has not all that is in the mirror, or has more."""
    if stand.xmin is not None:
        before = "r.tx < %s::text::xid8", [position.xmin]
        new = "r.tx >= %s::text::xid8 and r.tx < %s::text::xid8", [position.xmin, stand.xmin]
        lines = _lines(link, *new, work)
        if _count(link, *before) != position.records:
            return None
    else:
        content = set(_lines_in(mirror.file.read_bytes())[: position.records])
        lines = _lines(link, "r.entered >= %s", [position.time - OVERLAP], work)
        lines = [line for line in lines if line not in content]
        if _count(link, "true", []) != position.records + len(lines):
            return None
    with file.reading() as stream:
        stream.seek(position.bytes)
        left = stream.read()
    # What a pull has left that was cut short is new now; anything else is somebody's own.
    if left:
        if _foreign(left, lines):
            return None
        os.ftruncate(file.descriptor, position.bytes)
    data = b"".join(lines)
    if data:
        file.append(data)
    digest = hashlib.sha256()
    with file.reading() as stream:
        stream.seek(0)
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    update = Position(
        position.ledger, stand.incarnation, stand.xmin, stand.clock.isoformat(),
        position.records + len(lines), position.bytes + len(data), digest.hexdigest(),
    )  # fmt: skip
    write_whole(mirror.position_file, update.text())
    return Pull(update, len(lines), is_anew=False)


def _anew(
    link: psycopg.Connection[Any], address: ServerAddress, mirror: Mirror, stand: _Stand, work: Work
) -> Pull:
    """Read all of it in the place of whatever is there."""
    condition, values = "true", list[object]()
    if stand.xmin is not None:
        condition, values = "r.tx < %s::text::xid8", [stand.xmin]
    lines = _lines(link, condition, values, work)
    before = mirror.file.read_bytes()
    foreign = _foreign(before, lines)
    spare = None
    if foreign:
        moment = stand.clock.strftime("%Y%m%dT%H%M%S.%fZ")
        path = mirror.file.with_name(f"{mirror.file.name}.kept-{moment}")
        write_whole(path, before, new=True)
        spare = path, foreign
    data = b"".join(lines)
    position = Position(
        str(address), stand.incarnation, stand.xmin, stand.clock.isoformat(),
        len(lines), len(data), hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    write_whole(mirror.file, data)
    write_whole(mirror.position_file, position.text())
    new = sum((Counter(lines) - Counter(map(canonical, _lines_in(before)))).values())
    return Pull(position, new, is_anew=True, spare=spare)


def _lines(
    link: psycopg.Connection[Any], condition: str, values: Sequence[object], work: Work
) -> list[bytes]:
    """Records as the program writes them, in the order recorded, each with its line break."""
    lines = []
    with work.at("work_copy", _count(link, condition, values)):
        for _, line in records_of(link, Scope(condition, values)):
            lines.append(line)
            work.done += 1
    return lines


def _count(link: psycopg.Connection[Any], condition: str, values: Sequence[object]) -> int:
    query = f"select count(*) from cdstrack.reports r where {condition}"  # noqa: S608  ours
    row = link.execute(query.encode(), values).fetchone()
    return int(row[0]) if row else 0


def _lines_in(data: bytes) -> list[bytes]:
    """The lines of a file that are whole and not blank."""
    return [line + b"\n" for line in data.split(b"\n")[:-1] if line.strip()]


def _foreign(data: bytes, lines: Sequence[bytes]) -> int:
    """How many lines of a file are not among those of the server.

    What has no line break was cut short where a line of the server begins so; else somebody's
    editor has left it.
    """
    foreign = Counter(map(canonical, _lines_in(data))) - Counter(lines)
    tail = data.rpartition(b"\n")[2]
    is_cut = any(line.startswith(tail) for line in lines) or canonical(tail) in lines
    return foreign.total() + bool(tail.strip() and not is_cut)

"""What a server holds today, for whoever compares it with an earlier version."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.store.day_seals import SEALS, DaySeal
from cdstrack.store.postgres.connection import answers, at_one_moment, connection, refuse_others
from cdstrack.store.postgres.server_lines import ENTERED, Scope, records_of

if TYPE_CHECKING:
    import psycopg

_DAY = f"({ENTERED} at time zone 'UTC')::date"
_CALM = timedelta(minutes=10)
"""So long after a day whoever still writes what came in on it has surely done so."""


def content_of(address: ServerAddress, last: date | None = None) -> bytes:
    """All records as a file of the program has them, or those that came in by the end of a day.

    Raises StoreError ``store_*``, ``seals_ahead``.
    """
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        scope = Scope() if last is None else Scope("r.entered < %s", [_end_of(last, link)])
        return b"".join(line for _, line in records_of(link, scope))


def day_seals(
    address: ServerAddress, after: date | None = None, last: date | None = None
) -> dict[date, DaySeal]:
    """What came in on each day ``after`` one, up to the ``last``, or to the last that is over.

    The last day has its seal also where nothing came in. Raises StoreError ``store_*``,
    ``seals_ahead``.
    """
    with connection(address) as link, answers(address), at_one_moment(link):
        refuse_others(link, address)
        last = last or (_clock(link) - _CALM).date() - timedelta(days=1)
        conditions, values = ["r.entered < %s"], [_end_of(last, link)]
        if after is not None:
            conditions.append("r.entered >= %s")
            values.append(_end_of(after, link))
        condition = " and ".join(conditions)
        query = f"select {_DAY}, count(*) from cdstrack.reports r where {condition} group by 1"  # noqa: S608
        counts = dict(link.execute(query.encode(), values).fetchall())
        order = f'{_DAY}, r.id collate "C", t.id collate "C"'
        records = records_of(link, Scope(condition, values, order=order))
        days = (day for day in sorted(counts) for _ in range(counts[day]))
        digests = {day: hashlib.sha256() for day in counts}
        for (_, line), day in zip(records, days, strict=True):
            digests[day].update(line)
    if after is None or last > after:
        digests.setdefault(last, hashlib.sha256())
    return {
        day: DaySeal(day, counts.get(day, 0), digests[day].hexdigest()) for day in sorted(digests)
    }


def _end_of(day: date, link: psycopg.Connection[Any]) -> datetime:
    """The moment at which a day was over. Raises StoreError ``seals_ahead`` for one that is not:
    all that is still to come would be taken for what was sealed."""
    if day >= _clock(link).date():
        raise StoreError("seals_ahead", day=day, path=SEALS)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _clock(link: psycopg.Connection[Any]) -> datetime:
    """The server's."""
    row = link.execute("select clock_timestamp()").fetchone()
    moment: datetime = row[0] if row is not None else datetime.now(UTC)
    return moment.astimezone(UTC)


def late_since(address: ServerAddress, moment: datetime) -> frozenset[str]:
    """The ids of records that say to be older than a moment, and came in after it.

    Raises StoreError ``store_*``.
    """
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        rows = link.execute(
            "select id from cdstrack.reports where entered > %(moment)s and recorded < %(moment)s",
            {"moment": moment},
        ).fetchall()
    return frozenset(name for (name,) in rows)

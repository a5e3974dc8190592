"""How a ledger on a server came to be, by its own marks: what came in when, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.report import Report
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.store.postgres.connection import answers, at_one_moment, connection, refuse_others
from cdstrack.store.postgres.pull import transactions_tell
from cdstrack.store.postgres.server_lines import ENTERED, Scope, records_of
from cdstrack.store.postgres.steward import Desk, desks_on
from cdstrack.store.postgres.verification import Flaw, gaps_on

if TYPE_CHECKING:
    import psycopg

_MARKS = """
select t.id, r.id, {entered}, r.entered_by,
  r.entered > clock_timestamp() + interval '10 minutes' or {is_doubtful}
from cdstrack.reports r
join cdstrack.targets t on t.no = r.target
left join (
  select rolname from pg_roles
  where rolcanlogin and not pg_has_role(oid, 'cdstrack_steward', 'member')
) clerk on clerk.rolname = r.entered_by
"""

_BY_TRANSACTIONS = """
coalesce(
  clerk.rolname is null and r.entered < max(r.entered) filter (where clerk.rolname is not null)
    over (order by r.tx range unbounded preceding exclude group) - interval '10 minutes',
  false)
"""
"""Whether a record says to have come in before others did whose transactions are older. Only a
steward may say when a record came in, so only the moments of the others are held against it."""


class Entry(NamedTuple):
    """A record on a server, when it came in, and who was signed in."""

    report: Report
    line: bytes
    """As the program writes it."""
    moment: datetime
    login: str
    is_doubtful: bool
    """Whether it cannot have come in when it says: others were there, or that is yet to be."""

    @property
    def is_copy(self) -> bool:
        """Whether a steward brought it from a file, and said when it came in."""
        return self.moment == self.report.recorded


class Chronicle(NamedTuple):
    """All entries in the order in which they came in, and what else the server can say of them."""

    entries: Sequence[Entry]
    gaps: Sequence[Flaw]
    """Streams from which reports were removed."""
    desks: Sequence[Desk]


def chronicle_of(address: ServerAddress) -> Chronicle:
    """All of it at one moment. Raises StoreError ``store_*``."""
    with connection(address) as link, answers(address), at_one_moment(link):
        refuse_others(link, address)
        entries = _entries(link)
        return Chronicle(entries, list(gaps_on(link)), desks_on(link))


def _entries(link: psycopg.Connection[Any]) -> list[Entry]:
    condition = _BY_TRANSACTIONS if transactions_tell(link) else "false"
    rows = link.execute(_MARKS.format(entered=ENTERED, is_doubtful=condition).encode()).fetchall()
    marks = {(target, name): mark for target, name, *mark in rows}
    entries = []
    for report, line in records_of(link, Scope()):
        moment, login, is_doubtful = marks[report.target, report.id]
        entries.append(Entry(report, line, moment, login, is_doubtful))
    return sorted(entries, key=lambda entry: (entry.moment, entry.report.order))

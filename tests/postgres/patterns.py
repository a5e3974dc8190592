"""Databases that are filled once, and what tests get of them: copies, one after the other.

A copy is three hundred files, and whoever asks it first has sessions to start in it. So what a test
leaves is given to the next with the rows of the pattern in it, where only rows have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.postgres.server import Server

if TYPE_CHECKING:
    import psycopg

TABLES = ("ledger", "targets", "bodies", "desks", "reports")
_FIRST = 16384  # before it are the things that every database has
_THINGS = {
    "pg_class": "oid", "pg_attribute": "attrelid", "pg_attrdef": "oid", "pg_index": "indexrelid",
    "pg_constraint": "oid", "pg_trigger": "oid", "pg_rewrite": "oid", "pg_policy": "oid",
    "pg_proc": "oid", "pg_type": "oid", "pg_default_acl": "oid", "pg_event_trigger": "oid",
}  # fmt: skip
_SHAPE = " union all ".join(
    f"select '{name}', count(*), max(xmin::text::bigint) from {name} where {key} >= {first}"  # noqa: S608
    for name, key, first in (
        *((name, key, _FIRST) for name, key in _THINGS.items()),
        ("pg_namespace", "oid", 0),
    )
)
"""How many things of each kind there are, and which transaction was the last to change any."""
_IS_BUSY = (
    "select exists (select from pg_stat_get_activity(null) join pg_database on oid = datid"
    " where datname = current_database()"
    " and pid <> pg_backend_pid() and state is distinct from 'idle')"
)
_EMPTY = "; ".join(
    [
        "set local session_replication_role = replica",
        *(f"delete from cdstrack.{table}" for table in TABLES),  # noqa: S608
    ]
)


class Pattern:
    """A database with a ledger, of which there are copies."""

    def __init__(self, server: Server, name: str) -> None:
        self.name = name
        self.spare: list[str] = []
        """Copies that tests have left."""
        with server.connect(name) as link:
            self._shape = link.execute(_SHAPE).fetchall()
            self._rows = {columns: _rows_of(link, columns) for columns in _columns(link)}

    def copy(self, server: Server, create: Callable[[], str]) -> str:
        """The name of a database that is as the pattern is, if need be of one that is created."""
        while self.spare:
            name = self.spare.pop()
            with server.connect(name) as link:
                if self._fill(link):
                    return name
        return create()

    def _fill(self, link: psycopg.Connection) -> bool:
        """Put the rows of the pattern there; False where other things differ, or one is at work."""
        if link.execute(_IS_BUSY).fetchone() != (False,):
            return False
        if link.execute(_SHAPE).fetchall() != self._shape:
            return False
        with link.transaction():
            # What refers to what is as it was, in the end.
            link.execute(_EMPTY)
            for columns, rows in self._rows.items():
                with link.cursor() as cursor, cursor.copy(f"copy {columns} from stdin") as there:
                    there.write(rows)
        return True


def _columns(link: psycopg.Connection) -> list[str]:
    """Each table with those of its columns that are not computed."""
    return [
        f"cdstrack.{table} ({names})"
        for table in TABLES
        for (names,) in link.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and attgenerated = ''",
            [f"cdstrack.{table}"],
        )
    ]


def _rows_of(link: psycopg.Connection, columns: str) -> bytes:
    with link.cursor() as cursor, cursor.copy(f"copy {columns} to stdout") as rows:
        return b"".join(rows)

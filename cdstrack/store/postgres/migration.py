"""How an older ledger on a server becomes one of today: a step for each version of the schema.

``schema.sql`` is the newest version; ``step_2.sql`` leads from the first to the second, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.store.postgres.connection import VERSION, answers, connection, schema_version

if TYPE_CHECKING:
    import psycopg

PATIENCE = "5s"
"""So long a migration waits for whoever uses the tables; meanwhile others wait behind it."""
_ON_ALL_SERVERS = (
    "citus.enable_ddl_propagation = on", "citus.multi_shard_modify_mode = sequential",
)  # fmt: skip
"""What has a distributed server take a step on all of its servers, in one transaction; to any other
these are names without a meaning."""
_QUOTE = re.compile(r"[$]\w*[$]")


def step_text(version: int) -> str:
    """The SQL that leads to a version from the one before it."""
    return Path(__file__).with_name(f"step_{version}.sql").read_text("utf-8")


def statements_of(text: str) -> Iterator[str]:
    """The statements of such a text one by one: a distributed server takes no more at a time."""
    lines: list[str] = []
    is_quoted = False
    for line in text.splitlines(keepends=True):
        lines.append(line)
        is_quoted ^= len(_QUOTE.findall(line)) % 2 == 1
        if not is_quoted and line.partition("--")[0].rstrip().endswith(";"):
            yield "".join(lines)
            lines = []


def steps_of(address: ServerAddress) -> Sequence[int]:
    """The versions that a ledger has still to go through, none where it is of today.

    Raises StoreError ``store_*``, among them ``store_newer``.
    """
    with connection(address) as link, answers(address):
        return _steps(link, address)


def migrate(address: ServerAddress, begin: Callable[[Sequence[int]], None]) -> Sequence[int]:
    """Take a ledger to the newest version, all the way or not at all; the versions gone through.

    ``begin`` is told of the steps before any is taken. Takes a superuser, or a member of the role
    that owns the tables. Raises StoreError ``store_*``, ``store_busy`` where others use the tables.
    """
    import psycopg

    with connection(address) as link, answers(address), link.transaction():
        link.execute("set local role cdstrack_owner")
        link.execute("set local search_path = pg_catalog, pg_temp")
        link.execute(f"set local lock_timeout = '{PATIENCE}'".encode())
        for setting in _ON_ALL_SERVERS:
            link.execute(f"set local {setting}".encode())
        begin(_steps(link, address))
        try:
            # Of two who migrate at once the other one goes on from here.
            link.execute("lock table cdstrack.ledger in share row exclusive mode")
            steps = _steps(link, address)
            for version in steps:
                for statement in statements_of(step_text(version)):
                    link.execute(statement.encode())
                link.execute("update cdstrack.ledger set version = %s", [version])
        except psycopg.errors.LockNotAvailable:
            raise StoreError("store_busy", server=address.server) from None
    return steps


def _steps(link: psycopg.Connection[Any], address: ServerAddress) -> Sequence[int]:
    version = schema_version(link)
    if version > VERSION:
        raise StoreError("store_newer", server=address.server, version=version, ours=VERSION)
    return range(version + 1, VERSION + 1)

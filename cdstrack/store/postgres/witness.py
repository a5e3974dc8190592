"""What a server holds today, for whoever compares it with an earlier version."""

from __future__ import annotations

from datetime import datetime

from cdstrack.core.model.server_address import ServerAddress
from cdstrack.store.ledger.record import Reader, serialize
from cdstrack.store.postgres.connection import connection, refuse_others
from cdstrack.store.postgres.shared_ledger import Scope, answers, lines_of


def content_of(address: ServerAddress) -> bytes:
    """All records as a file of the program has them. Raises StoreError ``store_*``."""
    strict = Reader()
    with connection(address) as link, answers(address):
        refuse_others(link, address)
        return b"".join(
            serialize(strict.read(line.decode())).encode() + b"\n"
            for line in lines_of(link, Scope())
        )


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

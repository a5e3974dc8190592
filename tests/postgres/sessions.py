"""Sessions on a server that go from one who closes them to the next who logs in alike.

To start a session and to learn the tables of its database is nine tenths of what a server does for
a small ledger, and hundreds of tests ask for thousands. So most tests get one that is as new to
them: whatever was set, prepared or locked in it is gone.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus


class Sessions:
    """``connect`` stands for psycopg's."""

    def __init__(self, folder: str) -> None:
        self.most = 6
        """So many are kept: a server has a number that it takes."""
        self._folder = folder
        """Where the socket of the server is, the only one whose sessions are kept."""
        self._kept: list[_Session] = []
        self._lock = threading.Lock()

    def connect(self, **parameters: Any) -> psycopg.Connection:
        """A session that was never used, or does not show it. Raises psycopg.Error."""
        named = {name: value for name, value in os.environ.items() if name.startswith("PG")}
        likeness = (os.getpid(), parameters, named)
        while session := self._take(likeness):
            try:
                session.execute("discard all")
            except psycopg.Error:  # it was ended meanwhile
                session.end()
            else:
                return session
        session = _Session.connect(**parameters)
        if session.info.host == self._folder:
            session.home, session.likeness = self, likeness
        return session

    def _take(self, likeness: tuple[Any, ...]) -> _Session | None:
        with self._lock:
            for session in self._kept if self.most else ():
                if session.likeness == likeness:
                    self._kept.remove(session)
                    return session
        return None

    def keep(self, session: _Session) -> None:
        """Have it for the next, instead of the one that nobody has asked for longest."""
        with self._lock:
            self._kept.append(session)
            surplus = self._kept[: -self.most or None]
            del self._kept[: len(surplus)]
        for each in surplus:
            each.end()

    def end(self, database: str | None = None) -> None:
        """End those in a database, which nobody can copy before, or all."""
        with self._lock:
            ends = [each for each in self._kept if database in (None, each.info.dbname)]
            self._kept = [each for each in self._kept if each not in ends]
        for each in ends:
            each.end()


class _Session(psycopg.Connection):
    home: Sessions | None = None
    likeness: tuple[Any, ...] = ()

    def close(self) -> None:
        """Let the next have it, unless something is under way in it or it is lost."""
        if self.home is None or self.pgconn.transaction_status != TransactionStatus.IDLE:
            self.end()
        else:
            self.home.keep(self)

    def end(self) -> None:
        super().close()

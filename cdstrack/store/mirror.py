"""The ledger of a server without the server: a mirror of it in a file, and an outbox for reports.

The mirror is ``progress.jsonl`` beside the register, as the server had it when it was pulled; how
much of the file that is, and what it was, says the position beside it. What is reported meanwhile
is in ``outbox.jsonl`` and on nobody else's screen until it is pushed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from cdstrack.core.checks.ledger_checks import check_ledger
from cdstrack.core.model.periods import Duration
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.server_address import ServerAddress
from cdstrack.core.model.structs import asdict, dataclass, replace
from cdstrack.core.values.points import competition
from cdstrack.store.base import (
    ALL,
    LocalLedger,
    Prepare,
    Receipt,
    Visit,
    Wanted,
    in_places,
)
from cdstrack.store.ledger.append import append_reports, receipts_for
from cdstrack.store.ledger.load import LedgerReader, open_ledger, places_of, read_line
from cdstrack.store.ledger.record import Damage, Reader, serialize
from cdstrack.store.ledger.reduction import Records, in_force
from cdstrack.store.safe_open import read_bytes, refuse_links

MIRROR, POSITION, OUTBOX = "progress.jsonl", "progress.jsonl.position", "outbox.jsonl"
_LIMIT = 10_000
_NUMBER = re.compile("[0-9]{1,20}")
_GRACE = timedelta(minutes=10)
"""So far a clock may be behind that of the server."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mirror has come, and what of its file is the mirror."""

    ledger: str
    """The address of the server."""
    incarnation: str
    """Which of all the lives of that ledger it was: another one after it was restored."""
    xmin: str | None
    """The first transaction that may be missing; None where transactions do not tell."""
    moment: str
    """When it was pulled, by the clock of the server, in UTC."""
    records: int
    bytes: int
    sha256: str

    @property
    def time(self) -> datetime:
        """When that was."""
        return datetime.fromisoformat(self.moment)

    def text(self) -> str:
        """The file that holds it."""
        return json.dumps({"cdstrack": 1, **asdict(self)}, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Mirror:
    """The files of a mirror beside a register."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / MIRROR

    @property
    def position_file(self) -> Path:
        return self.folder / POSITION

    @property
    def outbox(self) -> Path:
        return self.folder / OUTBOX

    def position(self) -> Position | None:
        """What the position says, None where there is none that can be read; a link is none."""
        try:
            refuse_links(self.folder, POSITION, end=True)
            fields = json.loads(read_bytes(self.position_file, limit=_LIMIT).decode("utf-8"))
            if fields.pop("cdstrack") != 1:
                return None
            position = Position(**fields)
            # A day before and a day after it there is a date, too, in whatever zone.
            is_whole = position.time.tzinfo is not None and 1 < position.time.year < 9999
            is_whole &= position.xmin is None or _NUMBER.fullmatch(position.xmin) is not None
            is_whole &= all(type(n) is int and n >= 0 for n in (position.records, position.bytes))
        except (StoreError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return position if is_whole else None

    def holds(self, position: Position) -> bool:
        """Whether the file still begins with what was pulled. Raises StoreError."""
        with open_ledger(self.file) as file:
            return file is not None and digest_of(file, position.bytes) == position.sha256

    def refuse_other(self, address: ServerAddress) -> None:
        """Raises StoreError ``outbox_other`` where reports wait for another server than this."""
        position = self.position()
        if (
            position is not None
            and position.ledger != str(address)
            and os.path.lexists(self.outbox)
        ):
            facts = {"path": str(self.outbox), "position": str(self.position_file)}
            raise StoreError("outbox_other", server=address.server, **facts)

    @contextmanager
    def reading(self, address: ServerAddress) -> Iterator[tuple[Position, BinaryIO]]:
        """What was pulled of a server. Raises StoreError ``mirror_*``."""
        facts = {"path": str(self.file), "server": address.server}
        position = self.position()
        if position is None:
            code = "mirror_damaged" if os.path.lexists(self.position_file) else "mirror_none"
            raise StoreError(code, **facts)
        if position.ledger != str(address):
            raise StoreError("mirror_other", **facts)
        with open_ledger(self.file) as file:
            if file is None or digest_of(file, position.bytes) != position.sha256:
                raise StoreError("mirror_damaged", **facts)
            if os.fstat(file.fileno()).st_size == position.bytes:
                yield position, file
                return
            file.seek(0)  # behind it is what a pull has left that was cut short
            yield position, BytesIO(file.read(position.bytes))


def digest_of(file: BinaryIO, size: int) -> str | None:
    """SHA-256 of the beginning of a file, None where it is shorter than that."""
    digest = hashlib.sha256()
    file.seek(0)
    while size:
        chunk = file.read(min(size, 1 << 20))
        if not chunk:
            return None
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


@dataclass(eq=False)
class OfflineLedger(LocalLedger):
    """The ledger on a server as its mirror has it, with what waits in the outbox.

    With a ``limit`` a mirror that was pulled longer ago is an error, and the outbox does not count:
    whoever asks is a gate.
    """

    address: ServerAddress
    mirror: Mirror
    zone: tzinfo
    register: Register | None
    present: datetime | None = None
    waiting: Callable[[], None] = lambda: None
    limit: Duration | None = None

    @property
    def path(self) -> Path:
        raise StoreError("offline_not_this", server=self.address.server)

    def read(
        self, wanted: Wanted = ALL, visit: Visit | None = None
    ) -> tuple[Ledger, Sequence[Problem]]:
        """All of it, and how old it is. Raises StoreError."""
        if self.register is None:
            return Ledger({}), ()
        if wanted.known_on is not None:  # a mirror does not say when a report came in
            raise StoreError("offline_known_on", server=self.address.server)
        position, records, n = self._records(visit)
        ledger, corrections = in_force(records, None, self.register.judges)
        problems = [*corrections.problems, *check_ledger(self.register, ledger)]
        age = self._age(position, n)
        return ledger, [*age, *records.problems, *in_places(problems, self.places)]

    def _records(self, visit: Visit | None = None) -> tuple[Position, Records, int]:
        """The mirror's records with those of the outbox, and how many these are."""
        with self.mirror.reading(self.address) as (position, stream):
            name = str(self.mirror.file)
            records = LedgerReader(stream, name, self.present, visit=visit).read()
        if self.limit is not None:  # a gate does not open for what nobody else has seen
            return position, records, 0
        with open_ledger(self.mirror.outbox) as outbox:
            data = outbox.read() if outbox is not None else b""
        lines = [line for line in data.splitlines(keepends=True) if not _is_in(line, records)]
        before = len(records.known)
        name = str(self.mirror.outbox)
        file = BytesIO(b"".join(lines))
        LedgerReader(file, name, self.present, records=records, visit=visit).read()
        return position, records, len(records.known) - before

    def _age(self, position: Position, n: int) -> Iterator[Problem]:
        moment = position.time.astimezone(self.zone)
        facts = {
            "server": self.address.server, "day": moment.date(), "time": f"{moment:%H:%M}", "n": n,
        }  # fmt: skip
        code = "ledger_offline_outbox" if n else "ledger_offline"
        yield Problem(code, facts, level="warning")
        if self.limit is None or self.present is None:
            return
        if moment - self.present > _GRACE:  # then nobody can tell how old it is
            yield Problem("ledger_offline_ahead", facts)
        elif self.limit.after(moment.date()) < self.present.astimezone(self.zone).date():
            yield Problem("ledger_offline_old", facts)

    def places(self, ids: Collection[str]) -> Mapping[str, Place]:
        return {**places_of(self.mirror.file, ids), **places_of(self.mirror.outbox, ids)}

    def surroundings(self, ledger: Ledger) -> Sequence[Problem]:
        return ()

    def torn_pieces(self, ledger: Ledger) -> Sequence[Problem]:
        return ()

    def append(
        self, prepare: Prepare, wanted: Wanted = ALL, *, again: bool = False
    ) -> Sequence[Receipt]:
        """Put reports into the outbox, but for those that mirror or outbox have already."""
        register = self.register
        judges = register.judges if register is not None else {}
        receipts: list[Receipt] = []

        def prepare_new(_: Ledger) -> list[Report]:
            records = self._records()[1]
            ledger, corrections = in_force(records, None, judges)
            receipts[:] = receipts_for(
                prepare(ledger),
                records,
                ledger,
                corrections,
                competition=lambda name: competition(register.subject(name) if register else None),
                again=again,
            )
            return [receipt.report for receipt in receipts if receipt.new]

        rest = iter(
            append_reports(
                self.mirror.outbox,
                prepare_new,
                competition=lambda _: "none",
                again=True,
                present=self.present,
                waiting=self.waiting,
            )
        )
        name = str(self.mirror.outbox)
        return [
            replace(next(rest), outbox=name) if receipt.new else receipt for receipt in receipts
        ]


def _is_in(line: bytes, records: Records) -> bool:
    """Whether a line is a record that is there already: it was pushed, and pulled again."""
    try:
        report = Reader().read(line.decode("utf-8"))
    except (Damage, UnicodeDecodeError):
        return False
    return report.id in records.known


def canonical(line: bytes) -> bytes:
    """A line as the program would write it, or as it is where it holds no record."""
    try:
        report = read_line(Reader(), line.rstrip(b"\r\n"))
    except Damage:
        return line
    return serialize(report).encode() + b"\n" if report is not None else line

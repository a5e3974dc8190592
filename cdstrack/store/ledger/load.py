"""Reads progress.jsonl: every sound line counts, every damaged one is a problem with its place."""

from __future__ import annotations

import gc
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import GRACE
from cdstrack.store.base import Belief, Visit
from cdstrack.store.ledger.record import Damage, Reader
from cdstrack.store.ledger.reduction import Batch, Part, PartError, Records, in_force
from cdstrack.store.safe_open import NotAFile, open_regular, system_error

if TYPE_CHECKING:  # most read everything of a file, and make no index
    from cdstrack.store.ledger.index_file import Indexes
    from cdstrack.store.ledger.joined import Digest
    from cdstrack.store.ledger.sieve import Sieve

MAX_LINE = 64 * 1024
SMALL = 256 * 1024
"""Up to this size the strict reader is done before msgspec would be imported."""

MAX_PROBLEMS = 1000
_TORN = frozenset({"ledger_not_json", "ledger_not_utf8", "ledger_line_too_long"})
"""What is wrong with a line of which only the beginning reached the disk."""

_CHUNK = 256 * 1024
"""What is made of so many bytes stays in the cache of a processor until it is done; of fewer, what
is done once for each counts."""

_TOGETHER = 32
"""So many chunks are filed at once: what grows then stays in the cache, too."""

BOM = b"\xef\xbb\xbf"
BLANKS = b" \t\r"
"""A line of nothing else holds no record and is no damage."""
_MARKER = re.compile(rb"(<{7}|={7}|>{7}|\|{7})(?: |\r?$)")
_ID_FIELD = re.compile(rb'"id"\s*:\s*"([0-9a-z-]+)"')
_BATCH_FIELD = re.compile(rb'"batch"\s*:\s*"([0-9a-z-]+:[0-9]+)"')
_EXCERPT = 200
_LAST = datetime.max.replace(tzinfo=UTC)


def read_ledger(
    path: Path,
    before: datetime | None = None,
    visit: Visit | None = None,
    *,
    present: datetime | None = None,
    work: Work | None = None,
    judges: Mapping[str, str] = MappingProxyType({}),
    part: Part | None = None,
    indexes: Choice = lambda: None,
    belief: Belief | None = None,
) -> tuple[Ledger, list[Problem]]:
    """The reports that count, and what is wrong with the file; no file is an empty ledger.

    What was recorded from the moment ``before`` on is left out; what claims to be recorded more
    than GRACE after ``present`` is damage. ``visit`` sees every record with its line, from the
    first line again if the file was half written at first; to ``Hashes`` the beginning of a ledger
    with an index is shown without. ``judges`` is ``Register.judges``. ``part`` says which reports
    of a large ledger may be left out, ``indexes`` where its index is kept; with a ``belief`` it is
    used unseen. Raises StoreError.
    """
    with open_ledger(path) as file:
        if file is None:
            return Ledger({}), []
        records, hashes = None, None
        if visit is not None:
            from cdstrack.store.ledger.leaves import Hashes  # most show no seal

            hashes = visit if isinstance(visit, Hashes) else None
        if (visit is None or hashes is not None) and os.fstat(file.fileno()).st_size > SMALL:
            place = indexes()
            if place is not None:
                from cdstrack.store.ledger.joined import indexed_records  # most need no index

                records = indexed_records(file, path, place, present, part, work, hashes, belief)
        if visit is not None:  # sees all lines
            part = None
        try:
            records = (
                records
                or LedgerReader(file, str(path), present, visit=visit, work=work, part=part).read()
            )
        except PartError:
            records = LedgerReader(file, str(path), present, visit=visit, work=work).read()
        if records.has_torn_tail or records.halves:
            # It may be half written just now: look again while nobody writes.
            from cdstrack.store.ledger.file import in_quiet  # nearly always the file is whole

            with in_quiet(file.fileno()):
                records = LedgerReader(file, str(path), present, visit=visit, work=work).read()
        ledger, corrections = in_force(records, before, judges)
        problems = records.problems
        if corrections.problems:
            problems = problems + _with_places(corrections.problems, file, str(path))
        return ledger, problems


def latest(present: datetime) -> datetime:
    """Until when a record is none of the future."""
    return min(present, _LAST - GRACE) + GRACE


def end_of(day: date, zone: tzinfo) -> datetime | None:
    """The moment at which a day is over; None for the last day there is."""
    if day == date.max:
        return None
    morrow = day + timedelta(days=1)
    return datetime(morrow.year, morrow.month, morrow.day, tzinfo=zone)


def places_of(path: Path, ids: Collection[str]) -> dict[str, Place]:
    """Where the records with these ids stand. Raises StoreError."""
    with open_ledger(path) as file:
        lines = _locate(file, ids) if file is not None else {}
    return {str(id_): _place(str(path), *line, "id") for id_, line in lines.items()}


Choice = Callable[[], "Indexes | None"]
"""Where indexes of ledgers are kept, None for nowhere; asked only for a ledger that is large."""


@contextmanager
def open_ledger(path: Path) -> Iterator[BinaryIO | None]:
    """A ledger to be read; None if there is none. Raises StoreError: ``ledger_not_a_file``, also
    for a link, which may lead to what is nobody's ledger; ``ledger_unreadable``. Meanwhile nobody
    looks for garbage.
    """
    try:
        with garbage_kept():
            try:
                descriptor = open_regular(path)
            except FileNotFoundError:
                yield None
                return
            with os.fdopen(descriptor, "rb") as file:
                yield file
    except NotAFile as error:
        raise StoreError("ledger_not_a_file", path=str(path)) from error
    except OSError as error:
        raise system_error("ledger_unreadable", path, error) from error


@contextmanager
def garbage_kept() -> Iterator[None]:
    """The garbage collector does not search what holds no cycles while it is made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ChunkReader(Protocol):
    """A fast way through chunks of whole lines."""

    def read(self, chunk: bytes) -> Batch | None:
        """The reports of a chunk, or None if any line asks for a closer look."""


class Rows(Protocol):
    """What stands elsewhere in the place of lines."""

    small: int
    """Up to so many bytes are read one by one."""
    plain: int
    """A row of so many bytes means no line that is longer than MAX_LINE."""
    longest: int
    """No row has more bytes."""
    id_field: re.Pattern[bytes]
    """Where the id is in one of them."""

    def fast(self, strict: Reader) -> ChunkReader: ...

    def lines(self, chunk: bytes) -> bytes:
        """The lines that they mean."""


@dataclass(eq=False)
class LedgerReader:
    """One pass through an open ledger, chunk by chunk, with the line it has reached."""

    file: BinaryIO
    name: str
    present: datetime | None = None
    """The present moment; None where no line can be of the future."""
    records: Records = field(default_factory=Records)
    line: int = 1
    strict: Reader = field(default_factory=Reader)
    clashes: list[tuple[int, str, bytes]] = field(default_factory=list)
    of_future: list[tuple[int, Report, bytes]] = field(default_factory=list)
    unnamed: int = 0
    _latest: datetime = _LAST
    _queue: list[tuple[int, Batch, bytes]] = field(default_factory=list)
    """Batches with the numbers of their first lines and with these."""
    damage: Counter[str] = field(default_factory=Counter)
    """How many lines of each batch are there and cannot be read."""
    visit: Visit | None = None
    work: Work | None = None
    part: Part | None = None
    """What has to be kept of a large file; None for all."""
    sieve: Sieve | None = None
    """Passes over lines of a large file; those that it takes have no numbers."""
    start: int = 0
    """The byte at which it begins, with the line that has the number ``line``."""
    size: int = 0
    """So many bytes the file had when it began."""
    digest: Digest | None = None
    """Is shown every byte that is read."""
    has_halves: bool = True
    """Whether a batch may be half written; never on a server, which may show only some of it."""
    rows: Rows | None = None
    """How what stands in the place of lines is read; None where they are lines."""

    def read(self) -> Records:
        """Everything in the file, from where it begins. Raises OSError, PartError."""
        self.size = self.file.seek(0, os.SEEK_END)
        small = self.rows.small if self.rows is not None else SMALL
        large = self.size - self.start > small
        if self.present is not None:
            self._latest = min(self.present, _LAST - GRACE) + GRACE
        if large:
            fast: ChunkReader
            if self.rows is not None:
                fast = self.rows.fast(self.strict)
            else:
                from cdstrack.store.ledger.fast import FastReader

                fast = FastReader(self.strict, self.part)
            if not self.records.by_target and self.records.beginning is None:
                from cdstrack.store.ledger.columns import Columns

                self.records.by_target = self.records.columns = Columns()
            self.records.is_part = self.records.is_part or self.part is not None
        plain, longest = MAX_LINE, MAX_LINE
        if self.rows is not None:
            plain, longest = self.rows.plain, self.rows.longest
        chunks = chunks_of(self.file, self.start, longest)
        if self.work is not None:
            chunks = self._count(chunks, self.work)
        for chunk in chunks:
            if self.line == 1:
                self.records.crlf = chunk.partition(b"\n")[0].endswith(b"\r")
            if self.digest is not None:
                self.digest.update(chunk)
            if large and self.sieve is not None:
                chunk = self.sieve.take(chunk)
                if not chunk:
                    continue
            batch = None
            if large and not _may_hold_long_line(chunk, plain):
                whole = chunk if chunk.endswith(b"\n") else chunk + b"\n"
                batch = fast.read(whole)
            if batch is None or batch.latest > self._latest:
                if self._queue:
                    self._file_queue()
                self._line_by_line(chunk)
            else:
                self._queue.append((self.line, batch, chunk))
                if len(self._queue) == _TOGETHER:
                    self._file_queue()
                if self.visit is not None:
                    self.visit(self.line, whole.split(b"\n")[:-1], batch.reports)
                self.line += len(batch.ids)
            if large:
                self.strict.forget()
        if large:
            self._file_queue()
            gc.freeze()  # what a million lines hold has no cycles to look for later either
        if self.records.columns is not None:
            self.records.columns.trim()
            self.records.imports = self.records.columns.imports()
        if self.records.batches and self.has_halves:
            self._leave_out_halves()
        if self.clashes:
            self._name_clashes()
        if self.of_future:
            self._name_future()
        if self.unnamed:
            self.records.problems.append(Problem("ledger_more_problems", {"count": self.unnamed}))
        return self.records

    def _count(self, chunks: Iterator[bytes], work: Work) -> Iterator[bytes]:
        with work.at("work_ledger", os.fstat(self.file.fileno()).st_size):
            for chunk in chunks:
                yield chunk
                work.done = self.file.tell()

    def _file_queue(self) -> None:
        """Add the batches that wait to be filed."""
        queue, self._queue = self._queue, []
        columns = self.records.columns
        if queue and columns is not None and not columns and self.sieve is None:
            n = sum(len(batch.reports) for _, batch, _ in queue)
            size = sum(len(chunk) for _, _, chunk in queue)
            # A little less than there will be: what is too much has been written for nothing.
            room = n * (self.size - self.start) // size * 49 // 50
            columns.expect(min(room, self.records.most))
        clashes = self.records.add([batch for _, batch, _ in queue]) if queue else []
        for (number, batch, chunk), places in zip(queue, clashes, strict=True):
            lines = chunk.split(b"\n") if places else []
            for place in places:
                self._count_damage(lines[place])
                self.clashes.append((number + place, batch.ids[place], lines[place]))

    def _line_by_line(self, chunk: bytes) -> None:
        if self.rows is not None:
            chunk = self.rows.lines(chunk)
        *lines, tail = chunk.split(b"\n")
        if tail:
            lines.append(tail)
        for index, line in enumerate(lines):
            try:
                report = read_line(self.strict, line)
            except Damage as damage:
                if tail and index == len(lines) - 1 and damage.code in _TORN:
                    self.records.has_torn_tail = True
                    damage = Damage("ledger_torn_tail", {"bytes": len(line)})
                else:
                    self._count_damage(line)
                self._blame(self.line, line, damage)
            else:
                if report and report.recorded > self._latest:
                    excerpt = line if len(self.of_future) < MAX_PROBLEMS else b""
                    self.of_future.append((self.line, report, excerpt))
                    self._count_damage(line)
                elif report and any(self.records.add([Batch.of([report])])):
                    self._count_damage(line)
                    self.clashes.append((self.line, report.id, line))
                if report and self.visit is not None:
                    self.visit(self.line, [line], [report])
            self.line += 1

    def _blame(self, number: int, line: bytes, damage: Damage) -> None:
        problems = self.records.problems
        if len(problems) == MAX_PROBLEMS:
            self.unnamed += 1
            return
        problems.append(
            Problem(
                damage.code,
                damage.facts,
                path=(damage.field,) if damage.field else (),
                place=_place(self.name, number, line, damage.field, damage.column),
                level="warning" if damage.code == "ledger_torn_tail" else "error",
            )
        )

    def _count_damage(self, line: bytes) -> None:
        match = _BATCH_FIELD.search(line)
        if match is not None:
            self.damage[match[1].decode()] += 1

    def _leave_out_halves(self) -> None:
        """Take out the records of batches that are not whole, and name these, but for those in the
        middle of which every row was imported again.

        What was damaged later was written once: such a line is no reason to leave others out.
        """
        batches = Counter(self.records.batches)
        missing = {
            batch: int(batch.rpartition(":")[2]) - count - self.damage[batch]
            for batch, count in batches.items()
        }
        halves = frozenset(batch for batch, n in missing.items() if n > 0)
        if not halves:
            return
        if self.records.is_part:
            raise PartError
        open_halves = self.records.leave_out(halves)
        end = loose_end(self.file, halves)
        lines, nowhere = _locate(self.file, halves, _BATCH_FIELD), (1, b"")
        for batch in sorted(halves):
            number, line = lines.get(batch, nowhere)
            facts = {"n": batches[batch], "of": int(batch.rpartition(":")[2])}
            is_loose = number >= end.line
            if not is_loose and batch not in open_halves:
                continue
            code = "ledger_half_batch" if is_loose else "ledger_part_of_batch"
            self._blame(number, line, Damage(code, facts, "batch"))
        self.records.problems.sort(key=lambda problem: problem.place.line if problem.place else 0)

    def _name_clashes(self) -> None:
        field = self.rows.id_field if self.rows is not None else _ID_FIELD
        first, nowhere = _locate(self.file, {id_ for _, id_, _ in self.clashes}, field), (1, b"")
        for number, id_, line in self.clashes:
            facts = {"id": id_, "first_line": first.get(id_, nowhere)[0]}
            self._blame(number, line, Damage("ledger_same_id", facts, "id"))
        self._sort_problems()

    def _name_future(self) -> None:
        """Name what claims to be recorded in the future, until a report of today corrects it."""
        correction_targets = {correction.corrects for correction in self.records.corrections}
        today = (self._latest - GRACE).date()
        facts: dict[str, object]
        for number, report, line in self.of_future:
            self.records.future.setdefault(report.id, report)
            if report.id not in correction_targets:
                moment = report.recorded.replace(tzinfo=None).isoformat(timespec="seconds")
                facts = {"id": report.id, "target": report.target}
                facts |= {"recorded": f"{moment}Z", "today": today}
                self._blame(number, line, Damage("ledger_future", facts, "recorded"))
        self._sort_problems()

    def _sort_problems(self) -> None:
        self.records.problems.sort(key=lambda problem: problem.place.line if problem.place else 0)


def read_line(strict: Reader, line: bytes) -> Report | None:
    """The record on a line, None if the line is blank. Raises Damage."""
    if len(line) > MAX_LINE:
        raise Damage("ledger_line_too_long", {"bytes": MAX_LINE})
    marker = _MARKER.match(line)
    if marker:
        raise Damage("ledger_conflict", {"marker": marker[1].decode()})
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        facts = {"byte": f"0x{line[error.start]:02x}"}
        raise Damage("ledger_not_utf8", facts, column=column) from None
    return strict.read(text) if line.strip(BLANKS) else None


def unfinished_line(file: BinaryIO) -> bytes:
    """What stands after the last line break of the file."""
    end = file.seek(0, os.SEEK_END)
    pieces = [b""]
    while end and b"\n" not in pieces[-1]:
        start = max(0, end - MAX_LINE)
        file.seek(start)
        pieces.append(file.read(end - start))
        end = start
    return b"".join(reversed(pieces)).rpartition(b"\n")[2]


def is_torn(line: bytes) -> bool:
    """Whether an unfinished line is the beginning of a record, not all of it."""
    try:
        read_line(Reader(), line.removeprefix(BOM))
    except Damage as damage:
        return damage.code in _TORN
    return False


class LooseEnd(NamedTuple):
    """Where the end of a ledger begins that was not written to its end: a byte and a line."""

    offset: int
    line: int


def loose_end(file: BinaryIO, halves: Collection[str]) -> LooseEnd:
    """What the next append sets aside: the lines of ``halves`` at the end, and a torn tail."""
    file.seek(0)
    offset, start = 0, None
    number = 0
    for number, line in enumerate(file, start=1):
        match = _BATCH_FIELD.search(line)
        is_half = match is not None and match[1].decode() in halves
        if not is_half and (line.endswith(b"\n") or not is_torn(line)):
            start = None
        elif start is None:
            start = LooseEnd(offset, number)
        offset += len(line)
    return start or LooseEnd(offset, number + 1)


def without_loose_end(data: bytes) -> bytes:
    """The bytes of a ledger but for those that the next append would set aside."""
    counts = Counter(_BATCH_FIELD.findall(data))
    halves = {batch.decode() for batch, n in counts.items() if n < int(batch.rpartition(b":")[2])}
    if halves:
        return data[: loose_end(BytesIO(data), halves).offset]
    tail = data.rpartition(b"\n")[2]
    return data[: len(data) - len(tail)] if tail and is_torn(tail) else data


def is_beginning(file: BinaryIO) -> bool:
    """Whether a file in which no line is a record may be the beginning of a ledger: its first
    record, torn, or what a power cut leaves in its place, or nothing but blanks."""
    file.seek(0)
    while chunk := file.read(MAX_LINE):
        text = chunk.removeprefix(BOM).strip(b"\0 \t\r\n")
        if text:
            first = b'{"id":'
            is_record = text.startswith(first) or first.startswith(text)
            is_unfinished = b"\n" not in text and not chunk.endswith(b"\n")
            return is_record and is_unfinished and is_torn(text)
    return True


def chunks_of(file: BinaryIO, start: int = 0, longest: int = MAX_LINE) -> Iterator[bytes]:
    """The file, from a byte on, in pieces that end with a line, without a byte order mark.

    Of a line that is far longer than ``longest`` only as much is kept as shows that it is.
    """
    file.seek(start)
    chunk = file.read(_CHUNK)
    if not start:
        chunk = chunk.removeprefix(BOM)
    while chunk:
        if not chunk.endswith(b"\n"):
            rest = file.readline(longest)
            chunk += rest
            if len(rest) == longest and not rest.endswith(b"\n"):
                while len(rest) == longest and not rest.endswith(b"\n"):
                    rest = file.readline(longest)
                chunk += rest[-1:]
        yield chunk
        chunk = file.read(_CHUNK)


def _may_hold_long_line(chunk: bytes, most: int) -> bool:
    """Whether a line may exceed ``most`` bytes: such a line fills a whole half of it, aligned."""
    half = most // 2
    return any(
        chunk.find(b"\n", start, start + half) < 0 for start in range(0, len(chunk) - half, half)
    )


def _locate(
    file: BinaryIO, ids: Collection[object], field: re.Pattern[bytes] = _ID_FIELD
) -> dict[object, tuple[int, bytes]]:
    """The number and text of the first line of each of these records, or of other fields."""
    lines: dict[object, tuple[int, bytes]] = {}
    number = 0
    for chunk in chunks_of(file):
        for line in chunk.removesuffix(b"\n").split(b"\n"):
            number += 1
            match = field.search(line)
            if match and (id_ := match[1].decode()) in ids:
                lines.setdefault(id_, (number, line))
    return lines


def _with_places(problems: Collection[Problem], file: BinaryIO, name: str) -> list[Problem]:
    """Problems of corrections and copies with the place of the record that each names, and the
    line of the ``first`` of two."""
    ids = {problem.facts.get(fact) for problem in problems for fact in ("id", "first")}
    lines, nowhere = _locate(file, ids), (1, b"")
    in_places = []
    for problem in problems:
        place = _place(name, *lines.get(problem.facts["id"], nowhere), str(problem.path[0]))
        facts = dict(problem.facts)
        if "first" in facts:
            facts["line"] = lines.get(facts["first"], nowhere)[0]
        in_places.append(replace(problem, facts=facts, place=place))
    return sorted(in_places, key=lambda problem: problem.place.line if problem.place else 0)


def _place(file: str, number: int, line: bytes, key: str | None, column: int = 1) -> Place:
    text = line.decode("utf-8", "backslashreplace").rstrip("\r")
    width = 1
    if key:
        match = re.search(rf'(?<!\\)"{key}"(?=\s*:)', text)
        if match:
            column, width = match.start() + 1, len(match[0])
    return Place(file, number, column, text[: column + _EXCERPT], width)


def content_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """What lines of a ledger hold: without line ends, a byte order mark and blank lines."""
    return (line for _, line in numbered_lines(lines))


def numbered_lines(lines: Iterable[bytes], start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The same with their numbers, of lines that come after so many others."""
    mark = b"" if start else BOM
    for number, line in enumerate(lines, start=start + 1):
        content = line.rstrip(b"\r\n").removeprefix(mark)
        mark = b""
        if content and not content.isspace():
            yield number, content

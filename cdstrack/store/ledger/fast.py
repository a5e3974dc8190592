"""The fast way through a large ledger: whole chunks by msgspec, column by column.

It takes only what needs no words. msgspec overlooks duplicate keys, nulls, fields it does not know
and objects that share or span lines; so a chunk is taken only if its line breaks and quotes are
exactly those of the records found in it. For everything else it answers None, and
``ledger_record`` reads those lines and says what is wrong.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import compress, count, repeat
from operator import attrgetter, lt
from typing import Annotated, Any, Literal

import msgspec

from cdstrack.core.model.decimals import MAX_DIGITS
from cdstrack.core.model.entries import filing_name
from cdstrack.core.model.periods import add_days
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report, Share, Wording, slice_name
from cdstrack.core.values.in_force import Traits, is_ahead, traits_of
from cdstrack.store.ledger.record import COMMON_NUMBER, EVIDENCE, ID_CHARACTERS, MAX_ID, Reader
from cdstrack.store.ledger.reduction import Batch, Part

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]
_Count = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]


class _Said(msgspec.Struct, gc=False, kw_only=True):
    figure: str
    unit: str


class _Whole(msgspec.Struct, gc=False, kw_only=True):
    """In the order in which ``serialize`` writes, which msgspec finds fastest."""

    id: _Id
    target: str
    body: str | None = None
    part: str | None = None
    date: str
    value: str | int | None = None
    n: _Count | None = None
    of: Annotated[int, msgspec.Meta(gt=0, lt=10**18)] | None = None
    done: bool | None = None
    qualifier: Literal["nearly", "over", "about"] | None = None
    source: str | None = None
    note: str | None = None
    by: str | None = None
    recorded: Annotated[datetime, msgspec.Meta(tz=True)]
    corrects: _Id | None = None
    key: str | None = None
    said: _Said | None = None
    batch: str | None = None
    evidence: str | None = None


class _Record(_Whole, gc=False, kw_only=True):
    """The same with a slice or one of several series; the rest does not pay for those."""

    slice: dict[str, str] | None = None
    series: str | None = None


_BODY, _PART, _VALUE, _CORRECTS, _KEY, _SAID, _BATCH, _EVIDENCE = 2, 3, 5, 14, 15, 16, 17, 18
_SLICE, _STRAND = 19, 20
_TARGET, _DATE, _RECORDED = 1, 4, 13
_UNUSUAL = (_BODY, _PART, _CORRECTS, _KEY, _SAID, _BATCH, _SLICE, _STRAND)
_REQUIRED = (0, 1, 4, 13)
_TEXTS = (1, 2, 3, 10, 11, 12, 15, 17, 18)
_QUOTELESS = (6, 7, 8)
"""Columns of ``_Record``: what no plain report has; in every record, texts that may hold quotes,
values without quotes."""

_COMMON = re.compile(rf"{COMMON_NUMBER}(?:\n{COMMON_NUMBER})*")
_UNCLEAR = object()
_UTC = {UTC}
_ID_BYTES = ID_CHARACTERS.encode()
_zone = attrgetter("tzinfo")
_last = attrgetter("last")
_decode = msgspec.json.Decoder(_Whole).decode_lines
_decode_slices = msgspec.json.Decoder(_Record).decode_lines
_fields_of = msgspec.structs.astuple

Column = Sequence[Any]


class FastReader:
    """Reads chunks of sound lines, sharing the texts, dates and figures of a strict reader."""

    def __init__(self, strict: Reader, part: Part | None = None) -> None:
        """``part`` says which reports are kept; of the others there are only the ids."""
        self.strict = strict
        self.part = part

    def read(self, chunk: bytes) -> Batch | None:
        """The reports of whole lines, one each, or None if any line asks for a closer look."""
        lines = chunk.count(b"\n")
        end = b"}\r\n" if chunk.endswith(b"\r\n") else b"}\n"
        # With the start of the next line the search is twice as fast as without.
        if not chunk.endswith(end) or chunk.count(end + chunk[:6]) != lines - 1:
            return None
        has_slices = b'"slice"' in chunk or b'"series"' in chunk
        try:
            rows: Sequence[_Whole] = _decode_slices(chunk) if has_slices else _decode(chunk)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if len(rows) != lines:
            return None
        columns: list[Column] = list(zip(*map(_fields_of, rows), strict=True))
        if not has_slices:
            columns += [(None,) * lines] * 2
        counts = [
            lines if number in _REQUIRED else lines - column.count(None)
            for number, column in enumerate(columns)
        ]
        if not _all_found(chunk, columns, counts):
            return None
        try:
            return self._batch(columns, counts)
        except (Fault, OverflowError):
            return None

    def _batch(self, columns: list[Column], counts: list[int]) -> Batch | None:
        id_, target, body, part, date, value, n, of, done = columns[:9]
        qualifier, source, note, by, recorded, corrects, key, said, batch, evidence = columns[9:19]
        slices: Column = columns[_SLICE]
        strands: Column = columns[_STRAND]
        references = counts[_CORRECTS] and list(filter(None, corrects))
        if not _are_ids(id_) or (references and not _are_ids(references)):
            return None
        if counts[_EVIDENCE]:
            names = [name for name in evidence if name is not None]
            if not all(map(EVIDENCE.fullmatch, names)):
                return None
        if counts[_SLICE] and not _are_slices(slices):
            return None
        if counts[_STRAND] and not _are_short_ids(strands):
            return None
        if self.part is not None:
            positions = self._kept(self.part, columns, counts)
            if not positions:
                return Batch.of(())._replace(ids=id_)
            if len(positions) < len(id_):
                columns = [[column[at] for at in positions] for column in columns]
                counts = [len(positions) - column.count(None) for column in columns]
                kept = FastReader(self.strict)._batch(columns, counts)
                return kept._replace(ids=id_) if kept is not None else None
        figures: Iterable[object]
        types: set[type] = {Decimal}
        forms = [counts[column] for column in (_VALUE, *_QUOTELESS)]
        if forms == [len(id_), 0, 0, 0]:
            figures = self._values(value)
        elif forms == [0, len(id_), len(id_), 0]:
            figures = map(tuple.__new__, repeat(Share), zip(n, of, strict=True))
            types = {Share}
        else:
            figures = list(map(self._figure, value, n, of, done, corrects))
            if _UNCLEAR in figures:
                return None
            types = set(map(type, figures))
        if set(map(_zone, recorded)) != _UTC:
            recorded = [moment.astimezone(UTC) for moment in recorded]
        shared = self.strict.texts.__getitem__
        targets: Column = list(map(shared, target))
        series: Column = targets
        if counts[_SLICE]:
            names = [slice_name(parts) if parts is not None else None for parts in slices]
            slices = list(map(shared, names))
        if counts[_STRAND]:
            strands = list(map(shared, strands))
        if counts[_SLICE] or counts[_STRAND]:
            rows = zip(targets, slices, strands, strict=True)
            series = [
                name if part is None and strand is None else (name, filing_name(part, strand))
                for name, part, strand in rows
            ]
        if counts[_BATCH]:
            batch = list(map(self._mark, batch))
        periods = list(map(self.strict.dates.__getitem__, date))
        fields = zip(
            id_,
            targets,
            map(shared, body) if counts[_BODY] else body,
            map(shared, part) if counts[_PART] else part,
            periods,
            figures,
            qualifier,
            map(shared, source),
            note,
            map(shared, by),
            recorded,
            corrects,
            key,
            map(self._wording, said) if counts[_SAID] else said,
            batch,
            evidence,
            slices,
            strands,
            strict=True,
        )
        # Report's own constructor is a function in Python and takes twice as long.
        reports = list(map(tuple.__new__, repeat(Report), fields))
        corrections = list(compress(reports, corrects)) if counts[_CORRECTS] else []
        reporters = set(body) if counts[_BODY] else {None}
        return Batch(
            reports=reports,
            ids=id_,
            series=series,
            days=list(map(_last, periods)),
            recorded=recorded,
            corrections=corrections,
            bodies=frozenset(name for name in reporters if name is not None),
            parts=frozenset(name for name in part if name is not None) if counts[_PART] else set(),
            traits=_traits(reports, set(map(type, reporters)), types),
            ahead=[report for report in reports if is_ahead(report.date, report.recorded)]
            if self._may_be_ahead(date, recorded)
            else [],
            imports=list(compress(reports, key)) if counts[_KEY] else [],
            batches=list(filter(None, batch)) if counts[_BATCH] else [],
        )

    def _kept(self, part: Part, columns: list[Column], counts: list[int]) -> Sequence[int]:
        """Where the reports stand that are kept, all others being sound. Raises Fault."""
        values, recorded = columns[_VALUE], columns[_RECORDED]
        if counts[_VALUE] < len(values) or any(counts[column] for column in _QUOTELESS):
            return range(len(values))
        if set(map(type, values)) != {str} or not _are_common(values):
            deque(map(self.strict.values.__getitem__, values), maxlen=0)
        elif max(map(len, values)) > MAX_DIGITS:
            return range(len(values))
        periods = list(map(self.strict.dates.__getitem__, columns[_DATE]))
        starts = map(part.days.__getitem__, columns[_TARGET])
        kept = set(compress(count(), map(lt, map(_last, periods), starts)))
        for column in _UNUSUAL:
            if counts[column]:
                kept.update(at for at, value in enumerate(columns[column]) if value is not None)
        if max(recorded) > part.present:
            kept.update(at for at, moment in enumerate(recorded) if moment > part.present)
        if self._may_be_ahead(columns[_DATE], recorded):
            moments = enumerate(zip(periods, recorded, strict=True))
            kept.update(
                at for at, (period, moment) in moments if is_ahead(period, moment.astimezone(UTC))
            )
        return sorted(kept)

    def _may_be_ahead(self, dates: Column, recorded: Column) -> bool:
        """Whether any report may be ahead of its time, told by the latest and the earliest."""
        day_before = add_days(max(self.strict.dates[text].first for text in set(dates)), -1)
        return bool(datetime.combine(day_before, time.min, UTC) > min(recorded))

    def _values(self, values: Column) -> Iterable[object]:
        """The numbers of a column; where few come twice, remembering them is not worth it."""
        if (
            self.strict.values_vary
            and set(map(type, values)) == {str}
            and max(map(len, values)) <= MAX_DIGITS
            and _are_common(values)
        ):
            return map(Decimal, values)
        return map(self.strict.values.__getitem__, values)

    def _mark(self, text: str | None) -> str | None:
        return self.strict.batches[text] if text is not None else None

    def _wording(self, said: _Said | None) -> Wording | None:
        return Wording(self.strict.values[said.figure], said.unit) if said is not None else None

    def _figure(
        self,
        value: str | int | None,
        n: int | None,
        of: int | None,
        done: bool | None,
        corrects: str | None,
    ) -> object:
        if value is not None:
            alone = n is None and of is None and done is None
            return self.strict.values[value] if alone else _UNCLEAR
        if n is not None and of is not None:
            return Share(n, of) if done is None else _UNCLEAR
        if n is not None or of is not None or (done is None and corrects is None):
            return _UNCLEAR
        return done


def _are_common(values: Column) -> bool:
    """Whether texts are numbers that need no closer look; whole ones, as most are, at a glance."""
    digits = "".join(values)
    if digits.isascii() and digits.isdigit():
        return bool(min(values) >= "1")  # none begins with a zero, none is empty
    text = "\n".join(values)
    return text.count("\n") == len(values) - 1 and _COMMON.fullmatch(text) is not None


def _traits(reports: Column, bodies: set[type], figures: set[type]) -> Set[Traits]:
    """The kinds of reports; where bodies or figures are all alike, without looking at each."""
    if len(bodies) > 1 and len(figures) > 1:
        return traits_of(reports)
    return {(body, figure) for body in bodies for figure in figures}


def _are_ids(texts: Iterable[str]) -> bool:
    text = "".join(texts)
    return text.isascii() and not text.encode().translate(None, _ID_BYTES)


def _are_short_ids(texts: Column) -> bool:
    """Whether all that is given are ids."""
    names = [text for text in texts if text is not None]
    return all(0 < len(text) <= MAX_ID for text in names) and _are_ids(names)


def _are_slices(slices: Column) -> bool:
    """Whether all that is given are categories by dimension, each an id."""
    parts = [part for part in slices if part is not None]
    texts = [text for part in parts for pair in part.items() for text in pair]
    return all(parts) and _are_short_ids(texts)


def _all_found(chunk: bytes, columns: list[Column], counts: list[int]) -> bool:
    """Whether every quote of the chunk belongs to a field that was found, or stands in its text.

    A key has two quotes and so has a text; duplicates, nulls and unknown fields have more. What was
    said holds two keys and two texts of its own, a slice one of each for every dimension.
    """
    fields = sum(counts)
    bare = sum(counts[column] for column in _QUOTELESS)
    bare += list(map(type, columns[_VALUE])).count(int)
    spare = chunk.count(b'"') - 4 * fields + 2 * bare - 6 * counts[_SAID]
    if counts[_SLICE]:
        spare -= sum(4 * len(parts) - 2 for parts in columns[_SLICE] if parts is not None)
    if not spare:
        return True
    # An escaped quote can be written in two ways, and only one of them was counted.
    if b"\\u0022" in chunk:
        return False
    units = [said.unit for said in columns[_SAID] if said is not None]
    texts = ["".join(filter(None, column)) for column in (*map(columns.__getitem__, _TEXTS), units)]
    return spare == sum(text.count('"') for text in texts)

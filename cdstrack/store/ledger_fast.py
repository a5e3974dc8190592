"""The fast way through a large ledger: whole chunks by msgspec, column by column.

It takes only what needs no words. msgspec overlooks duplicate keys, nulls, fields it does not know
and objects that share or span lines; so a chunk is taken only if its line breaks and quotes are
exactly those of the records found in it. For everything else it answers None, and
``ledger_record`` reads those lines and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import compress, repeat
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec

from cdstrack.core.model import Report, Share
from cdstrack.core.numbers import MAX_DIGITS
from cdstrack.core.problems import Fault
from cdstrack.store.ledger_record import COMMON_NUMBER, ID_CHARACTERS, MAX_ID, Reader
from cdstrack.store.ledger_records import Batch

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]
_Count = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]


class _Record(msgspec.Struct, gc=False, kw_only=True):
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


_BODY, _PART, _VALUE, _CORRECTS = 2, 3, 5, 14
_REQUIRED = (0, 1, 4, 13)
_TEXTS = (1, 2, 3, 10, 11, 12, 15)
_QUOTELESS = (6, 7, 8)
"""Columns of ``_Record``: in every record, texts that may hold quotes, values without quotes."""

_COMMON = re.compile(rf"{COMMON_NUMBER}(?:\n{COMMON_NUMBER})*")
_UNCLEAR = object()
_UTC = {UTC}
_ID_BYTES = ID_CHARACTERS.encode()
_zone = attrgetter("tzinfo")
_last = attrgetter("last")
_decode = msgspec.json.Decoder(_Record).decode_lines
_fields_of = msgspec.structs.astuple

Column = Sequence[Any]


class FastReader:
    """Reads chunks of sound lines, sharing the texts, dates and figures of a strict reader."""

    def __init__(self, strict: Reader) -> None:
        self.strict = strict

    def read(self, chunk: bytes) -> Batch | None:
        """The reports of whole lines, one each, or None if any line asks for a closer look."""
        lines = chunk.count(b"\n")
        end = b"}\r\n" if chunk.endswith(b"\r\n") else b"}\n"
        # With the start of the next line the search is twice as fast as without.
        if not chunk.endswith(end) or chunk.count(end + chunk[:6]) != lines - 1:
            return None
        try:
            rows = _decode(chunk)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if len(rows) != lines:
            return None
        columns: list[Column] = list(zip(*map(_fields_of, rows), strict=True))
        given = [
            lines if number in _REQUIRED else lines - column.count(None)
            for number, column in enumerate(columns)
        ]
        if not _all_found(chunk, columns, given):
            return None
        try:
            return self._batch(columns, given)
        except (Fault, OverflowError):
            return None

    def _batch(self, columns: list[Column], given: list[int]) -> Batch | None:
        id_, target, body, part, date, value, n, of, done = columns[:9]
        qualifier, source, note, by, recorded, corrects, key = columns[9:]
        corrected = given[_CORRECTS] and list(filter(None, corrects))
        if not _are_ids(id_) or (corrected and not _are_ids(corrected)):
            return None
        figures: Iterable[object]
        if given[_VALUE] == len(id_) and not any(given[column] for column in _QUOTELESS):
            figures = self._values(value)
        else:
            figures = list(map(self._figure, value, n, of, done, corrects))
            if _UNCLEAR in figures:
                return None
        if set(map(_zone, recorded)) != _UTC:
            recorded = [moment.astimezone(UTC) for moment in recorded]
        shared = self.strict.texts.__getitem__
        targets: Column = list(map(shared, target))
        periods = list(map(self.strict.dates.__getitem__, date))
        fields = zip(
            id_,
            targets,
            map(shared, body) if given[_BODY] else body,
            map(shared, part) if given[_PART] else part,
            periods,
            figures,
            qualifier,
            map(shared, source),
            note,
            map(shared, by),
            recorded,
            corrects,
            key,
            strict=True,
        )
        # Report's own constructor is a function in Python and takes twice as long.
        reports = list(map(tuple.__new__, repeat(Report), fields))
        corrections = list(compress(reports, corrects)) if given[_CORRECTS] else []
        return Batch(reports, id_, targets, list(map(_last, periods)), recorded, corrections)

    def _values(self, values: Column) -> Iterable[object]:
        """The numbers of a column; where few come twice, remembering them is not worth it."""
        if self.strict.values_vary and set(map(type, values)) == {str}:
            joined = "\n".join(values)
            if (
                max(map(len, values)) <= MAX_DIGITS
                and joined.count("\n") == len(values) - 1
                and _COMMON.fullmatch(joined)
            ):
                return map(Decimal, values)
        return map(self.strict.values.__getitem__, values)

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


def _are_ids(texts: Iterable[str]) -> bool:
    joined = "".join(texts)
    return joined.isascii() and not joined.encode().translate(None, _ID_BYTES)


def _all_found(chunk: bytes, columns: list[Column], given: list[int]) -> bool:
    """Whether every quote of the chunk belongs to a field that was found, or stands in its text.

    A key has two quotes and so has a text; duplicates, nulls and unknown fields have more.
    """
    fields = sum(given)
    bare = sum(given[column] for column in _QUOTELESS) + list(map(type, columns[_VALUE])).count(int)
    spare = chunk.count(b'"') - 4 * fields + 2 * bare
    if not spare:
        return True
    # An escaped quote can be written in two ways, and only one of them was counted.
    if b"\\u0022" in chunk:
        return False
    return spare == sum("".join(filter(None, columns[i])).count('"') for i in _TEXTS)

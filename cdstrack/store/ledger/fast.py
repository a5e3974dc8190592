"""The fast way through a large ledger: whole chunks by msgspec, column by column.

It takes only what needs no words. msgspec overlooks duplicate keys, nulls, fields it does not know
and objects that share or span lines; so a chunk is taken only if the records found in it would be
written as the very same bytes, or, where others wrote it with other spaces, if its line breaks and
quotes are exactly those of the records. For everything else it answers None, and ``ledger_record``
reads those lines and says what is wrong.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from itertools import compress, count, islice, repeat
from operator import attrgetter, itemgetter, lt
from types import NoneType
from typing import Annotated, Any, Literal, cast

import msgspec

from cdstrack.core.model.decimals import MAX_DIGITS
from cdstrack.core.model.entries import filing_name
from cdstrack.core.model.periods import add_days
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Report, Share, Wording, slice_name
from cdstrack.core.values.in_force import LongSeries, is_ahead
from cdstrack.store.ledger.record import (
    COMMON_NUMBER,
    EVIDENCE,
    ID_CHARACTERS,
    MAX_ID,
    Memo,
    Reader,
)
from cdstrack.store.ledger.reduction import Batch, Part

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]
_Count = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Said(msgspec.Struct, gc=False, kw_only=True):
    figure: str
    unit: str


class _Plain(msgspec.Struct, gc=False, kw_only=True, omit_defaults=True):
    """What most records have, in the order in which ``serialize`` writes: what they do not need,
    they do not pay for."""

    id: _Id
    target: str
    date: str
    value: str | int | None = None
    source: str | None = None
    note: str | None = None
    by: str | None = None
    recorded: _Moment
    corrects: _Id | None = None


class _Whole(msgspec.Struct, gc=False, kw_only=True, omit_defaults=True):
    """The same with everything that a record of no slice may have."""

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
    recorded: _Moment
    corrects: _Id | None = None
    key: str | None = None
    said: _Said | None = None
    batch: str | None = None
    evidence: str | None = None


class _Record(_Whole, gc=False, kw_only=True, omit_defaults=True):
    """The same with a slice or one of several series."""

    slice: dict[str, str] | None = None
    series: str | None = None


_UNUSUAL = ("body", "part", "corrects", "key", "said", "batch", "slice", "series")
_TEXTS = ("target", "body", "part", "source", "note", "by", "key", "batch", "evidence")
_QUOTELESS = ("n", "of", "done")
_SHARED = {"target", "body", "part", "source", "by"}
_UNSHARED = {"qualifier", "note", "corrects", "key", "evidence"}
"""Fields that no plain report has; texts that may hold quotes; values without quotes; texts of
which many reports have the same; what is kept as it is."""

_STRETCH = 64
"""So many fields are looked at together."""

_MOST_TEXTS = 1 << 14
"""More different ones are not worth a table of them."""

_COMMON = re.compile(rf"{COMMON_NUMBER}(?:\n{COMMON_NUMBER})*")
_UNCLEAR = object()
_UTC = {UTC}
_ID_BYTES = ID_CHARACTERS.encode()
_zone = attrgetter("tzinfo")
_last = attrgetter("last")
_encode = msgspec.json.Encoder().encode_lines
_fields_of = msgspec.structs.astuple

_Kind = _Plain | _Whole | _Record
Column = Sequence[Any]
Columns = Mapping[str, Column]
"""By name the fields that any record has."""


@cache
def _decoder(kind: type[_Kind]) -> msgspec.json.Decoder[_Kind]:
    """Made when it is needed: most ledgers need one of them."""
    return msgspec.json.Decoder(kind)


_entries = cache(msgspec.structs.fields)
"""What a kind of record holds."""


class _Vocabulary:
    """Decodes records of a kind whose texts that many share are all in it, and makes none of them
    anew. Any other text is an error."""

    def __init__(self, kind: type[_Kind], texts: Iterable[str | None]) -> None:
        literal: Any = cast(Any, Literal)[tuple(text for text in texts if text is not None)]
        fields: list[Any] = []
        for entry in _entries(kind):
            form = entry.type
            if entry.name in _SHARED:
                form = literal if entry.required else literal | None
            fields.append((entry.name, form) if entry.required else (entry.name, form, None))
        record = msgspec.defstruct(
            kind.__name__, fields, gc=False, kw_only=True, omit_defaults=True
        )
        self.fields = kind.__struct_fields__
        self.decode = msgspec.json.Decoder(record).decode_lines


class FastReader:
    """Reads chunks of sound lines, sharing the texts, dates and figures of a strict reader."""

    def __init__(self, strict: Reader, part: Part | None = None) -> None:
        """``part`` says which reports are kept; of the others there are only the ids."""
        self.strict = strict
        self.part = part
        self._kinds: list[type[_Kind]] = [_Plain, _Whole, _Record]
        """The kinds of records, first the one that the last lines were of."""
        self._vocabulary: _Vocabulary | None = None
        self._n_texts = 0
        self._calm, self._patience = 0, 1
        """How many chunks brought no text that was new, and how many have to."""

    def read(self, chunk: bytes) -> Batch | None:
        """The reports of whole lines, one each, or None if any line asks for a closer look."""
        columns = self._columns_in_vocabulary(chunk)
        if columns is None:
            columns = self._columns(chunk)
            if columns is not None:
                self._share(columns)
        return self.batch(columns) if columns is not None else None

    def batch(self, columns: Columns) -> Batch | None:
        """The same of the fields of records, those left out that none of them has."""
        try:
            return self._batch(columns)
        except (Fault, OverflowError):
            return None

    def _columns_in_vocabulary(self, chunk: bytes) -> dict[str, Column] | None:
        """The same as ``_columns`` where all texts that may be shared are known."""
        vocabulary = self._vocabulary
        if vocabulary is None:
            return None
        try:
            rows = vocabulary.decode(chunk)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            rows = []
        if rows and _encode(rows) == chunk:
            return _columns_of(rows, vocabulary.fields)
        self._vocabulary, self._calm = None, 0
        self._patience *= 2
        return None

    def _share(self, columns: dict[str, Column]) -> None:
        """Share texts, and have the decoder know all of them once a while has brought no other."""
        for name in _SHARED & columns.keys():
            columns[name] = list(map(self.strict.texts.__getitem__, columns[name]))
        n = len(self.strict.texts)
        self._calm = self._calm + 1 if n == self._n_texts else 0
        self._n_texts = n
        if self._calm >= self._patience and 0 < n <= _MOST_TEXTS:
            self._vocabulary = _Vocabulary(self._kinds[0], self.strict.texts)

    def _columns(self, chunk: bytes) -> dict[str, Column] | None:
        """The fields of the records on whole lines, None if there is more than records."""
        for kind in self._kinds:
            try:
                rows = _decoder(kind).decode_lines(chunk)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue
            if _encode(rows) == chunk:
                break
        else:
            return _columns_by_quotes(chunk)
        if kind is not self._kinds[0]:
            self._kinds.remove(kind)
            self._kinds.insert(0, kind)
        return _columns_of(rows, kind.__struct_fields__)

    def _batch(self, columns: Columns) -> Batch | None:
        ids = columns["id"]
        n = len(ids)
        if not _are_sound(columns):
            return None
        if self.part is not None:
            positions = self._kept(self.part, columns)
            if not positions:
                return Batch.of(())._replace(ids=ids)
            if len(positions) < n:
                columns = _at(columns, positions)
                kept = FastReader(self.strict)._batch(columns)
                return kept._replace(ids=ids) if kept is not None else None
        nothing = (None,) * n
        figures, figure_types = self._figures(columns, nothing)
        if figure_types is None:
            return None
        recorded = columns["recorded"]
        if set(map(_zone, recorded)) != _UTC:
            recorded = [moment.astimezone(UTC) for moment in recorded]
        as_recorded = all(map(lt, recorded, islice(recorded, 1, None)))
        earliest = recorded[0] if as_recorded else min(recorded)
        shared = self.strict.texts.__getitem__
        fields: dict[str, Column] = {
            "id": ids,
            "date": _all_of(self.strict.dates, columns["date"]),
            "figure": figures,
            "recorded": recorded,
        }
        for name in (_SHARED | _UNSHARED) & columns.keys():
            fields[name] = columns[name]
        series: Column = fields["target"]
        if "said" in columns:
            fields["wording"] = list(map(self._wording, columns["said"]))
        if "batch" in columns:
            fields["batch"] = list(map(self._mark, columns["batch"]))
        if "slice" in columns:
            names = [slice_name(parts) if parts is not None else None for parts in columns["slice"]]
            fields["slice"] = list(map(shared, names))
        if "series" in columns:
            fields["strand"] = list(map(shared, columns["series"]))
        if "slice" in columns or "series" in columns:
            slices, strands = fields.get("slice", nothing), fields.get("strand", nothing)
            series = [
                name if part is None and strand is None else (name, filing_name(part, strand))
                for name, part, strand in zip(series, slices, strands, strict=True)
            ]
        reports = LongSeries(fields, range(n))
        bodies, parts = set(columns.get("body", (None,))), set(columns.get("part", ()))
        is_mixed = len(bodies) > 1 and None in bodies and len(figure_types) > 1
        body_types = {NoneType if body is None else str for body in bodies}
        return Batch(
            reports=reports,
            ids=ids,
            series=series,
            recorded=recorded,
            as_recorded=as_recorded,
            corrections=_with_any(reports, columns.get("corrects")),
            bodies=bodies - {None},
            parts=parts - {None},
            traits=reports.traits
            if is_mixed
            else {(body, figure) for body in body_types for figure in figure_types},
            ahead=[report for report in reports if is_ahead(report.date, report.recorded)]
            if self._may_be_ahead(columns["date"], earliest)
            else [],
            imports=_with_any(reports, columns.get("key")),
            batches=list(filter(None, fields.get("batch", ()))),
        )

    def _figures(self, columns: Columns, nothing: Column) -> tuple[Column, set[type] | None]:
        """The figures and their types; no types if any figure asks for a closer look."""
        forms = [name for name in ("value", *_QUOTELESS) if name in columns]
        is_full = all(all(columns[name]) or None not in columns[name] for name in forms)
        if is_full and forms == ["value"]:
            return self._values(columns["value"]), {Decimal}
        if is_full and forms == ["n", "of"]:
            pairs = zip(columns["n"], columns["of"], strict=True)
            return list(map(tuple.__new__, repeat(Share), pairs)), {Share}
        names = ("value", *_QUOTELESS, "corrects")
        figures = list(map(self._figure, *(columns.get(name, nothing) for name in names)))
        return figures, None if _UNCLEAR in figures else set(map(type, figures))

    def _kept(self, part: Part, columns: Columns) -> Sequence[int]:
        """Where the reports stand that are kept, all others being sound. Raises Fault."""
        recorded = columns["recorded"]
        values = columns.get("value", (None,))
        if None in values or not columns.keys().isdisjoint(_QUOTELESS):
            return range(len(recorded))
        if set(map(type, values)) != {str} or not _are_common(values):
            deque(map(self.strict.values.__getitem__, values), maxlen=0)
        elif max(map(len, values)) > MAX_DIGITS:
            return range(len(values))
        periods = list(map(self.strict.dates.__getitem__, columns["date"]))
        starts = map(part.days.__getitem__, columns["target"])
        kept = set(compress(count(), map(lt, map(_last, periods), starts)))
        for name in _UNUSUAL:
            kept.update(at for at, value in enumerate(columns.get(name, ())) if value is not None)
        if max(recorded) > part.present:
            kept.update(at for at, moment in enumerate(recorded) if moment > part.present)
        if self._may_be_ahead(columns["date"], min(recorded)):
            moments = enumerate(zip(periods, recorded, strict=True))
            kept.update(
                at for at, (period, moment) in moments if is_ahead(period, moment.astimezone(UTC))
            )
        return sorted(kept)

    def _may_be_ahead(self, dates: Column, earliest: datetime) -> bool:
        """Whether any report may be ahead of its time, told by the latest and the earliest."""
        latest = self.strict.dates[max(dates)]
        if latest.precision in ("day", "month", "year"):  # no other text sorts before it
            first = latest.first
        else:
            first = max(self.strict.dates[text].first for text in set(dates))
        return bool(datetime.combine(add_days(first, -1), time.min, UTC) > earliest)

    def _values(self, values: Column) -> Column:
        """The numbers of a column; where few come twice, remembering them is not worth it."""
        if (
            self.strict.values_vary
            and set(map(type, values)) == {str}
            and max(map(len, values)) <= MAX_DIGITS
            and _are_common(values)
        ):
            return list(map(Decimal, values))
        return _all_of(self.strict.values, values)

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


def _are_sound(columns: Columns) -> bool:
    """Whether ids, documents, slices and series have a sound form."""
    names = [name for name in columns.get("evidence", ()) if name is not None]
    return (
        _are_ids(columns["id"])
        and ("corrects" not in columns or _are_ids(filter(None, columns["corrects"])))
        and all(map(EVIDENCE.fullmatch, names))
        and ("slice" not in columns or _are_slices(columns["slice"]))
        and ("series" not in columns or _are_short_ids(columns["series"]))
    )


def _all_of(memo: Memo[Any, Any], keys: Column) -> Column:
    """What a memo has of some keys, which it is asked for in one go."""
    return itemgetter(*keys)(memo) if len(keys) > 1 else [memo[key] for key in keys]


def _at(columns: Columns, positions: Sequence[int]) -> Columns:
    """The fields of the records at some positions."""
    some = ([column[at] for at in positions] for column in columns.values())
    return _not_empty(columns, some)


def _columns_of(rows: Iterable[msgspec.Struct], names: Sequence[str]) -> dict[str, Column]:
    cells: list[Any] = []
    deque(map(cells.extend, map(_fields_of, rows)), maxlen=0)
    width = len(names)
    return _not_empty(names, [cells[at::width] for at in range(width)])


def _not_empty(names: Iterable[str], columns: Iterable[Column]) -> dict[str, Column]:
    """By name the columns in which there is something."""
    return {
        name: column
        for name, column in zip(names, columns, strict=True)
        if any(column) or column.count(None) < len(column)
    }


def _with_any(reports: LongSeries, column: Column | None) -> Sequence[Report]:
    """The reports for which there is something in a column."""
    if column is None:
        return ()
    places: list[int] = []
    for start in range(0, len(column), _STRETCH):
        stretch = column[start : start + _STRETCH]
        if any(stretch):  # in most there is nothing
            places += compress(count(start), stretch)
    return list(reports.at(places))


def _columns_by_quotes(chunk: bytes) -> dict[str, Column] | None:
    """The fields of the records on whole lines, however they are written, None if every quote
    does not belong to a field that was found, or stands in its text.

    A key has two quotes and so has a text; duplicates, nulls and unknown fields have more. What was
    said holds two keys and two texts of its own, a slice one of each for every dimension.
    """
    lines = chunk.count(b"\n")
    end = b"}\r\n" if chunk.endswith(b"\r\n") else b"}\n"
    # With the start of the next line the search is twice as fast as without.
    if not chunk.endswith(end) or chunk.count(end + chunk[:6]) != lines - 1:
        return None
    try:
        rows = _decoder(_Record).decode_lines(chunk)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if len(rows) != lines:
        return None
    columns = _columns_of(rows, _Record.__struct_fields__)
    counts = {name: lines - column.count(None) for name, column in columns.items()}
    bare = sum(counts.get(name, 0) for name in _QUOTELESS)
    bare += list(map(type, columns.get("value", ()))).count(int)
    spare = chunk.count(b'"') - 4 * sum(counts.values()) + 2 * bare - 6 * counts.get("said", 0)
    spare -= sum(4 * len(parts) - 2 for parts in columns.get("slice", ()) if parts is not None)
    if not spare:
        return columns
    # An escaped quote can be written in two ways, and only one of them was counted.
    if b"\\u0022" in chunk:
        return None
    units = [said.unit for said in columns.get("said", ()) if said is not None]
    texts = ["".join(filter(None, columns.get(name, ()))) for name in _TEXTS]
    return columns if spare == sum(text.count('"') for text in ("".join(units), *texts)) else None

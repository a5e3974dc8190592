"""One record of the ledger as one line of text: strict reading, canonical writing."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast, get_args

from cdstrack.core.model.decimals import MAX_DIGITS, parse_decimal, parse_int, plain
from cdstrack.core.model.entries import Qualifier
from cdstrack.core.model.naming import UNSEEN
from cdstrack.core.model.periods import Period, parse_period
from cdstrack.core.model.problems import Fault
from cdstrack.core.model.report import Figure, Report, Share, Wording, slice_name, slice_parts
from cdstrack.core.model.structs import dataclass, field

ID_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz-"
MAX_ID = 40
QUALIFIERS = get_args(Qualifier)

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V], Generic[K, V]):
    """A cache that works out what it does not know; what is equal becomes one object."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self.work_out = work_out

    def __missing__(self, key: K) -> V:
        value = self[key] = self.work_out(key)
        return value


BATCH = re.compile(r"[0-9a-z-]{1,40}:[1-9][0-9]{0,8}")
"""An id, and how many lines were written at once."""


class Damage(Fault):
    """A line that is no record. ``field`` is the one to blame, ``column`` counts from 1."""

    def __init__(
        self, code: str, facts: Mapping[str, object], field: str | None = None, column: int = 1
    ) -> None:
        super().__init__(code, **facts)
        self.field = field
        self.column = column


class _Object(list[tuple[str, Any]]):
    """The members of a JSON object, duplicates included."""


class _Whole(str):
    """A JSON integer, as written."""

    __slots__ = ()


class _Inexact(str):
    """A JSON number with a fraction or exponent, NaN or an infinity, as written."""

    __slots__ = ()


_DECODE = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=_Whole, parse_float=_Inexact, parse_constant=_Inexact
).decode

_ID = re.compile(rf"[{ID_CHARACTERS}]{{1,{MAX_ID}}}")
COMMON_NUMBER = r"-?[1-9][0-9]*(?:\.[0-9]+)?"
"""Numbers that parse_decimal is known to accept, at a fraction of its cost."""
_COMMON = re.compile(COMMON_NUMBER)
_ENOUGH = 1 << 16
EVIDENCE = re.compile(r"[0-9a-f]{64}(?:\.[0-9a-z]{1,10})?")
"""The name under which a document is kept."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]((?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-](?:[01][0-9]|2[0-3])):?([0-5][0-9]))"
)
_EXPECTED: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "target", "body", "part", "date"), (str,)),
    "value": (str, _Whole),
    "n": (_Whole,),
    "of": (_Whole,),
    "done": (bool,),
    **dict.fromkeys(("qualifier", "source", "note", "by"), (str,)),
    **dict.fromkeys(("recorded", "corrects", "key", "evidence"), (str,)),
    "said": (_Object,),
    "slice": (_Object,),
    "series": (str,),
}
_EXPECTED_SAID: dict[str, tuple[type, ...]] = {"figure": (str, _Whole), "unit": (str,)}
_WORDS = {
    (str,): "text",
    (str, _Whole): "text_or_whole_number",
    (_Whole,): "whole_number",
    (bool,): "true_or_false",
    (_Object,): "figure_and_unit",
}


@dataclass(eq=False)
class Reader:
    """Reads lines strictly. Equal texts, dates and figures of all its records are one object."""

    texts: Memo[str | None, str | None] = field(default_factory=lambda: Memo(lambda text: text))
    dates: Memo[str, Period] = field(default_factory=lambda: Memo(parse_period))
    values: Memo[str | int, Decimal] = field(default_factory=lambda: Memo(_decimal))
    batches: Memo[str, str | None] = field(default_factory=lambda: Memo(_batch))
    values_vary: bool = False
    """Whether there are more different values than are worth remembering."""

    def forget(self) -> None:
        """Drop caches that have outgrown their use: most entries were met only once."""
        self.values_vary = self.values_vary or len(self.values) > _ENOUGH
        caches: tuple[dict[Any, Any], ...] = (self.texts, self.dates, self.values, self.batches)
        for cache in caches:
            if len(cache) > _ENOUGH:
                cache.clear()

    def read(self, line: str) -> Report:
        """The record on one line. Raises Damage."""
        try:
            members = _DECODE(line)
        except json.JSONDecodeError as error:
            raise Damage("ledger_not_json", {}, column=error.pos + 1) from None
        except RecursionError:
            raise Damage("ledger_not_json", {}) from None
        fields = _fields(members, _EXPECTED, ("id", "target", "date", "recorded"))
        try:
            figure = self._figure(fields)
        except Damage:
            raise
        except Fault as fault:
            raise Damage(fault.code, fault.facts, _figure_field(fields)) from None
        try:
            period = self.dates[fields["date"]]
        except Fault as fault:
            raise Damage(fault.code, fault.facts, "date") from None
        qualifier = fields.get("qualifier")
        if qualifier is not None and qualifier not in QUALIFIERS:
            facts = {"text": qualifier, "known": ", ".join(QUALIFIERS)}
            raise Damage("ledger_qualifier", facts, "qualifier")
        body, part = fields.get("body"), fields.get("part")
        source, by = fields.get("source"), fields.get("by")
        texts, batch = self.texts, fields.get("batch")
        return Report(
            id=_id(fields, "id"),
            target=cast(str, texts[fields["target"]]),
            body=texts[body],
            part=texts[part],
            date=period,
            figure=figure,
            qualifier=qualifier,
            source=texts[source],
            note=fields.get("note"),
            by=texts[by],
            recorded=_moment(fields["recorded"]),
            corrects=_id(fields, "corrects") if "corrects" in fields else None,
            key=fields.get("key"),
            wording=self._wording(fields["said"]) if "said" in fields else None,
            batch=self.batches[batch] if isinstance(batch, str) else None,
            evidence=_evidence(fields["evidence"]) if "evidence" in fields else None,
            slice=texts[_slice(fields["slice"])] if "slice" in fields else None,
            strand=texts[_strand(fields["series"])] if "series" in fields else None,
        )

    def _wording(self, members: _Object) -> Wording:
        """The figure in its own unit, as it was said."""
        fields = _fields(members, _EXPECTED_SAID, ("figure", "unit"))
        try:
            return Wording(self.values[fields["figure"]], fields["unit"])
        except Fault as fault:
            raise Damage(fault.code, fault.facts, "figure") from None

    def _figure(self, fields: dict[str, Any]) -> Figure:
        names = [name for name in ("value", "n", "of", "done") if name in fields]
        match names:
            case ["value"]:
                return self.values[fields["value"]]
            case ["n", "of"]:
                share = Share(parse_int(fields["n"]), parse_int(fields["of"]))
                if share.of == 0 and share.n:
                    raise Damage("ledger_of_zero", {}, "of")
                return share
            case ["done"]:
                return cast(bool, fields["done"])
            case ["n"] | ["of"]:
                missing = "of" if names == ["n"] else "n"
                raise Damage("ledger_missing", {"field": missing}, names[0])
            case []:
                if "corrects" in fields:
                    return None
                raise Damage("ledger_no_figure", {})
        raise Damage("ledger_two_figures", {"fields": ", ".join(names)}, names[-1])


def _decimal(value: str | int) -> Decimal:
    text = str(value)
    if len(text) <= MAX_DIGITS and _COMMON.fullmatch(text):
        return Decimal(text)
    return parse_decimal(text)


def _batch(text: str) -> str | None:
    """A batch, or None for what others may have written under that name."""
    return text if BATCH.fullmatch(text) else None


def _figure_field(fields: dict[str, Any]) -> str:
    if "value" in fields:
        return "value"
    try:
        parse_int(fields["n"])
    except Fault:
        return "n"
    return "of"


def _fields(
    members: object, expected: Mapping[str, tuple[type, ...]], required: Iterable[str]
) -> dict[str, Any]:
    """The members of an object: each once, those that are required, of the types expected."""
    if not isinstance(members, _Object):
        raise Damage("ledger_not_object", {})
    fields = dict(members)
    if len(fields) != len(members):
        times = Counter(name for name, _ in members)
        twice = next(name for name, count in times.items() if count > 1)
        raise Damage("ledger_duplicate_key", {"field": twice}, twice)
    for name in required:
        if name not in fields:
            raise Damage("ledger_missing", {"field": name})
    for name in expected.keys() & fields.keys():
        value, types = fields[name], expected[name]
        if type(value) in types:
            if type(value) is str and _SURROGATE.search(value):
                raise Damage("ledger_surrogate", {"field": name}, name)
        elif value is None:
            raise Damage("ledger_null", {"field": name}, name)
        elif type(value) is _Inexact and name in ("value", "n", "of", "figure"):
            raise Damage("ledger_number", {"field": name, "text": str(value)}, name)
        else:
            words = "object" if name == "slice" else _WORDS[types]
            raise Damage("ledger_type", {"field": name, "expected": words}, name)
    return fields


def _id(fields: dict[str, Any], name: str) -> str:
    if not _ID.fullmatch(fields[name]):
        raise Damage("ledger_id", {"field": name, "text": fields[name]}, name)
    return str(fields[name])


def _evidence(text: str) -> str:
    if not EVIDENCE.fullmatch(text):
        raise Damage("ledger_evidence", {"text": text}, "evidence")
    return text


def _slice(members: _Object) -> str:
    """The name of the slice that an object of dimensions and categories means."""
    fields = _fields(members, {}, ())
    if not fields or not all(
        type(text) is str and _ID.fullmatch(text) for text in (*fields, *fields.values())
    ):
        raise Damage("ledger_slice", {}, "slice")
    return slice_name(fields)


def _strand(text: str) -> str:
    """The id of one of several series."""
    if not _ID.fullmatch(text):
        raise Damage("ledger_series", {"text": text}, "series")
    return text


def _moment(text: str) -> datetime:
    """A moment with its time zone (RFC 3339) in UTC, to the nearest microsecond."""
    match = _RFC3339.fullmatch(text)
    if match:
        day, time, fraction, hours, minutes = match.groups()
        micros = (int((fraction or "0")[:7].ljust(7, "0")) + 5) // 10
        zone = f"{hours}:{minutes}" if hours else "+00:00"
        try:
            moment = datetime.fromisoformat(f"{day}T{time}{zone}") + timedelta(microseconds=micros)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Damage("ledger_recorded", {"text": text}, "recorded")


def serialize(report: Report) -> str:
    """The line of a report, without its line break; texts in NFC, what is invisible escaped.

    Raises Fault ``text_not_unicode`` for a text that no reader could read back.
    """
    figure = report.figure
    fields: dict[str, object] = {
        "id": report.id,
        "target": report.target,
        "body": report.body,
        "part": report.part,
        "date": report.date.said,
    }
    if isinstance(figure, Share):
        fields |= {"n": figure.n, "of": figure.of}
    elif isinstance(figure, Decimal):
        fields["value"] = plain(figure)
    else:
        fields["done"] = figure
    moment = report.recorded.astimezone(UTC).replace(tzinfo=None)
    fields |= {
        "qualifier": report.qualifier,
        "source": report.source,
        "note": report.note,
        "by": report.by,
        "recorded": moment.isoformat(timespec="microseconds") + "Z",
        "corrects": report.corrects,
        "key": report.key,
        "said": report.wording,
        "batch": report.batch,
        "evidence": report.evidence,
    }
    if report.slice is not None:
        fields["slice"] = slice_parts(report.slice)
    fields["series"] = report.strand
    members = ",".join(
        f'"{name}":{_json(name, value)}' for name, value in fields.items() if value is not None
    )
    return f"{{{members}}}"


def _json(name: str, value: object) -> str:
    if isinstance(value, Wording):
        figure, unit = _json(name, plain(value.figure)), _json(name, value.unit)
        return f'{{"figure":{figure},"unit":{unit}}}'
    if not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"))
    if _SURROGATE.search(value):
        raise Fault("text_not_unicode", field=name)
    text = json.dumps(nfc(value), ensure_ascii=False)
    return text if text.isascii() and text.isprintable() else "".join(map(_escape, text))


def _escape(character: str) -> str:
    if unicodedata.category(character) in UNSEEN or character > "\uffff":
        return json.dumps(character)[1:-1]
    return character


def nfc(text: str) -> str:
    """Composed Unicode: one way to write what looks the same."""
    return unicodedata.normalize("NFC", text)

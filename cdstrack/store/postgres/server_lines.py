"""The records of a ledger on a server: rows by COPY, and the lines of a file that they mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.report import Report
from cdstrack.store.ledger.record import Reader, serialize

if TYPE_CHECKING:
    import psycopg

    from cdstrack.store.postgres.row_reader import RowReader

ENTERED = "greatest(least(r.entered, '9998-12-31Z'::timestamptz), '0002-01-01Z'::timestamptz)"
"""When a record came in, in years that Python knows: a steward may have said any moment."""

REPORTS = "cdstrack.reports"

ROWS = """
select r.id, t.id, nullif(b.id, ''), r.said, coalesce(r.value::text, r.n::text), r."of",
  r.source, r.note, r."by",
  to_char(r.recorded at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  case when r.part is not null or r.done is not null or r.qualifier is not null
    or r.corrects_seq is not null or r.key is not null or r.figure is not null
    or r.batch is not null or r.evidence is not null or r.slice is not null
    or r.series is not null
  then concat(
    ',"part":' || to_json(r.part), ',"done":' || r.done, ',"qualifier":"' || r.qualifier || '"',
    ',"corrects":"' || {original} || '"', ',"key":' || to_json(r.key),
    ',"said":{{"figure":"' || r.figure || '","unit":' || to_json(r.unit) || '}}',
    ',"batch":"' || r.batch || '"', ',"evidence":"' || r.evidence || '"',
    ',"slice":{{"' || replace(replace(r.slice, '=', '":"'), ',', '","') || '"}}',
    ',"series":"' || r.series || '"') end
from {source} r
join cdstrack.targets t on t.no = r.target
join cdstrack.bodies b on b.no = r.body {originals}
where {condition}
order by {order}
"""
"""The records, by COPY: what most have, and the rest as members of a line of a ledger.

What most records do not have costs a row one look: as columns of their own, these would be half of
all. What is null makes its piece null, and ``concat`` leaves that out. Names, figures and periods
need no escapes, for the checks of the tables let no others in.
"""

FIELDS = (
    "id", "target", "body", "date", "figure", "of", "source", "note", "by", "recorded", "rest",
)  # fmt: skip

_JOINED = "left join {source} old on {same} {among}"
_ASKED = "(select old.id from {source} old where {same} {among})"
"""The id of what a record corrects: asked for where there is something, for few correct; but what a
function answers is asked for once, and joined."""
_SAME = "(old.target, old.body, old.seq) = (r.target, r.corrects_body, r.corrects_seq)"

NULL = "\\N"
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

AS_RECORDED = 'r.recorded, r.id collate "C"'
"""In the order in which records were recorded."""


class Scope(NamedTuple):
    """Which records are read: from where, and what they have to meet, each with its values."""

    condition: str = "true"
    values: Sequence[object] = ()
    source: str = REPORTS
    goals: Sequence[object] = ()
    """The values in ``source``."""
    targets: Sequence[int] | None = None
    """The numbers of the targets, where they are among the conditions: only the partitions of
    these are then looked into for what was corrected."""
    order: str = AS_RECORDED


def statement(scope: Scope) -> tuple[str, Sequence[object]]:
    """What the rows of records are asked for by, with its values."""
    among, targets = "", []
    if scope.targets is not None:
        among, targets = "and old.target = any(%s)", [scope.targets]
    is_table = scope.source == REPORTS
    look = (_ASKED if is_table else _JOINED).format(source=scope.source, same=_SAME, among=among)
    rows = ROWS.format(
        original=look if is_table else "old.id", originals="" if is_table else look,
        source=scope.source, condition=scope.condition, order=scope.order,
    )  # fmt: skip
    middle = [*targets, *scope.goals] if is_table else [*scope.goals, *scope.goals, *targets]
    return rows, [*middle, *scope.values]


def rows_in(link: psycopg.Connection[Any], scope: Scope) -> Iterator[bytes]:
    """The rows of records, in the order asked for."""
    rows, values = statement(scope)
    with link.cursor() as cursor, cursor.copy(f"copy ({rows}) to stdout", values or None) as copy:
        yield from map(bytes, copy)


def line_of(row: bytes) -> bytes:
    """The line of a ledger that a row means, with its line break."""
    fields = [plain_text(text) for text in row[:-1].decode().split("\t")]
    name, target, body, date, figure, of, source, note, by, recorded, rest = fields
    members: dict[str, str | int | None] = {"id": name, "target": target, "body": body}
    members["date"] = date
    if of is None:
        members["value"] = figure
    else:
        members |= {"n": int(figure or 0), "of": int(of)}
    # Who writes by hand may give a moment without end, which has no name.
    members |= {"source": source, "note": note, "by": by, "recorded": recorded or ""}
    given = {key: value for key, value in members.items() if value is not None}
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    return f"{text[:-1]}{rest or ''}}}\n".encode()


def plain_text(text: str) -> str | None:
    """What a field of a row means: backslashes lead what would part fields and rows."""
    if "\\" not in text:
        return text
    if text == NULL:
        return None
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


def lines_of(link: psycopg.Connection[Any], scope: Scope) -> Iterator[bytes]:
    """The records as lines of a ledger, in the order asked for."""
    return map(line_of, rows_in(link, scope))


class ServerRows:
    """Rows in the place of lines, for a reader of ledgers."""

    small = 16 * 1024
    """To make lines of rows takes three times as long as to read lines."""
    plain = 10 * 1024
    """A byte of a row makes six of a line at most, as where it is a control character."""
    longest = 512 * 1024
    """The tables let in texts of 64 KiB, of which a byte makes seven of a row at most."""
    id_field = re.compile(rb"^([0-9a-z-]+)\t")

    def fast(self, strict: Reader) -> RowReader:
        from cdstrack.store.postgres.row_reader import RowReader  # few ledgers are large

        return RowReader(strict)

    def lines(self, chunk: bytes) -> bytes:
        """The lines that whole rows mean."""
        return b"".join(map(line_of, chunk.splitlines(keepends=True)))


def records_of(link: psycopg.Connection[Any], scope: Scope) -> Iterator[tuple[Report, bytes]]:
    """Records in the order asked for, each with its line, as the program writes it."""
    strict = Reader()
    for line in lines_of(link, scope):
        report = strict.read(line.decode())
        yield report, serialize(report).encode() + b"\n"

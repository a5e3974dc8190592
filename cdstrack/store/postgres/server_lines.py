"""The records of a ledger on a server, as lines of a ledger in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cdstrack.core.model.report import Report
from cdstrack.store.ledger.record import Reader, serialize

if TYPE_CHECKING:
    import psycopg

ENTERED = "greatest(least(r.entered, '9998-12-31Z'::timestamptz), '0002-01-01Z'::timestamptz)"
"""When a record came in, in years that Python knows: a steward may have said any moment."""

LINES = """
select concat('{{"id":"', r.id, '","target":"', t.id, '"', ',"body":"' || nullif(b.id, '') || '"',
  ',"part":' || to_json(r.part), ',"date":"', r.said, '"', ',"value":"' || r.value || '"',
  ',"n":' || r.n, ',"of":' || r."of", ',"done":' || r.done, ',"qualifier":"' || r.qualifier || '"',
  ',"source":' || to_json(r.source), ',"note":' || to_json(r.note), ',"by":' || to_json(r."by"),
  ',"recorded":"', to_char(r.recorded at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '"',
  ',"corrects":"' || old.id || '"', ',"key":' || to_json(r.key),
  ',"said":{{"figure":"' || r.figure || '","unit":' || to_json(r.unit) || '}}',
  ',"batch":"' || r.batch || '"', ',"evidence":"' || r.evidence || '"',
  ',"slice":{{"' || replace(replace(r.slice, '=', '":"'), ',', '","') || '"}}',
  ',"series":"' || r.series || '"', '}}')
from {source} r
join cdstrack.targets t on t.no = r.target
join cdstrack.bodies b on b.no = r.body
left join {source} old
  on (old.target, old.body, old.seq) = (r.target, r.corrects_body, r.corrects_seq) {originals}
where {condition}
order by {order}
"""
"""The records as lines of a ledger.

Put together as text, which takes half as long as ``row_to_json``: what is null makes its piece
null, and ``concat`` leaves that out. Names, figures and periods need no escapes, for the checks of
the tables let no others in.
"""


AS_RECORDED = 'r.recorded, r.id collate "C"'
"""In the order in which records were recorded."""


class Scope(NamedTuple):
    """Which records are read: from where, and what they have to meet, each with its values."""

    condition: str = "true"
    values: Sequence[object] = ()
    source: str = "cdstrack.reports"
    goals: Sequence[object] = ()
    """The values in ``source``."""
    targets: Sequence[int] | None = None
    """The numbers of the targets, where they are among the conditions: only the partitions of
    these are then looked into for what was corrected."""
    order: str = AS_RECORDED


def statement(scope: Scope) -> tuple[str, Sequence[object]]:
    """What the lines of records are asked for by, with its values."""
    originals, targets = "", []
    if scope.targets is not None:
        originals, targets = "and old.target = any(%s)", [scope.targets]
    lines = LINES.format(
        condition=scope.condition, source=scope.source, originals=originals, order=scope.order
    )
    return lines, [*scope.goals, *scope.goals, *targets, *scope.values]


def lines_of(link: psycopg.Connection[Any], scope: Scope) -> Iterator[bytes]:
    """The lines of records, in the order asked for."""
    lines, values = statement(scope)
    with link.cursor() as cursor, cursor.copy(f"copy ({lines}) to stdout", values or None) as rows:
        for row in rows:
            yield bytes(row).replace(b"\\\\", b"\\")


def records_of(link: psycopg.Connection[Any], scope: Scope) -> Iterator[tuple[Report, bytes]]:
    """Records in the order asked for, each with its line, as the program writes it."""
    strict = Reader()
    for line in lines_of(link, scope):
        report = strict.read(line.decode())
        yield report, serialize(report).encode() + b"\n"

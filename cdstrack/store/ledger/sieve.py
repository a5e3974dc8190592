"""Lines of a ledger on a few targets, told from the others by their bytes and not by reading them.

Whoever appends needs the reports that his own compete with, and there may be a million others. A
line is passed over only where it cannot be a record on a target that is wanted: a chunk in which
that is not plain to see is taken whole. Whether nothing of what was passed over bears upon what was
taken is asked at the end (``Sieve.suffices``); if it does, everything has to be read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from cdstrack.store.ledger.reduction import Records

MOST_TARGETS = 20
"""So many targets are looked for; for more everything is read."""

_KEY, _PLAIN = b'"target"', b'"target":"'
_ESCAPE = b"\\u00"
"""How ASCII letters may be hidden in a text: an id in which there are some is not found."""
_BATCH, _CORRECTS = b'"batch"', b'"corrects"'
_CORRECTED = re.compile(rb'"corrects"\s*:\s*"([0-9a-z-]+)"')


class Sieve:
    """Takes lines on some targets, and remembers what the others correct.

    Of two records with one id, which are damage, that on a target that is wanted counts.
    """

    def __init__(self, targets: Collection[str]) -> None:
        self._targets = frozenset(targets)
        self._marks = [b'%s%s"' % (_PLAIN, name.encode()) for name in targets]
        self._corrected: set[str] = set()
        self._is_first = True

    def take(self, chunk: bytes) -> bytes:
        """The lines of a chunk that may be wanted; the first chunk whole, and any with a batch,
        which counts if it is there to the last line."""
        is_first, self._is_first = self._is_first, False
        if is_first or _ESCAPE in chunk or _BATCH in chunk:
            return chunk
        if chunk.count(_KEY) != chunk.count(_PLAIN):
            return chunk
        starts: set[int] = set()
        for mark in self._marks:
            at = chunk.find(mark)
            while at >= 0:
                starts.add(chunk.rfind(b"\n", 0, at) + 1)
                at = chunk.find(mark, at + 1)
        ends = [chunk.find(b"\n", start) + 1 or len(chunk) for start in sorted(starts)]
        lines = b"".join(map(chunk.__getitem__, map(slice, sorted(starts), ends)))
        if _CORRECTS in chunk:
            rest = Counter(_CORRECTED.findall(chunk))
            rest.subtract(_CORRECTED.findall(lines))
            self._corrected.update(name.decode() for name in +rest)
        return lines

    def suffices(self, records: Records) -> bool:
        """Whether the records that were taken are all that bears upon the targets.

        There are some at all, none of them is corrected by a line that was passed over, and none
        corrects what is not among them.
        """
        wanted = [
            record
            for record in (*records, *records.future.values())
            if record.target in self._targets
        ]
        ids = {record.id for record in wanted}
        places = {record.corrects for record in wanted if record.corrects is not None}
        return bool(records.known) and ids.isdisjoint(self._corrected) and places <= ids

"""The fast way through the rows of a server: whole chunks, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cdstrack.store.ledger.fast import FastReader
from cdstrack.store.ledger.record import Memo, Reader
from cdstrack.store.ledger.reduction import Batch
from cdstrack.store.postgres.server_lines import FIELDS, NULL, plain_text

_SHARED = ("target", "body", "source", "by")
"""Texts of which many records have the same."""
_MOST_TEXTS = 1 << 16


class _Said(msgspec.Struct, gc=False):
    figure: str
    unit: str


class _Rest(msgspec.Struct, gc=False, omit_defaults=True):
    """What few records have."""

    part: str | None = None
    done: bool | None = None
    qualifier: str | None = None
    corrects: str | None = None
    key: str | None = None
    said: _Said | None = None
    batch: str | None = None
    evidence: str | None = None
    slice: dict[str, str] | None = None
    series: str | None = None


_decode_rest = msgspec.json.Decoder(list[_Rest]).decode


class RowReader:
    """Reads chunks of rows, sharing the texts, dates and figures of a strict reader."""

    def __init__(self, strict: Reader) -> None:
        self._fast = FastReader(strict)
        self._texts: Memo[str, str | None] = Memo(lambda text: strict.texts[plain_text(text)])

    def read(self, chunk: bytes) -> Batch | None:
        """The reports of whole rows, one each, or None if any asks for a closer look."""
        try:
            columns = self._columns(chunk)
        except (ValueError, msgspec.MsgspecError):  # a moment that Python does not know, say
            return None
        if len(self._texts) > _MOST_TEXTS:
            self._texts.clear()
        return self._fast.batch(columns)

    def _columns(self, chunk: bytes) -> Mapping[str, Sequence[Any]]:
        fields = chunk[:-1].decode().replace("\n", "\t").split("\t")
        width = len(FIELDS)
        columns: dict[str, list[Any]] = {name: fields[at::width] for at, name in enumerate(FIELDS)}
        for name in _SHARED:
            columns[name] = list(map(self._texts.__getitem__, columns[name]))
        for name in ("note", "rest"):
            columns[name] = _plain_texts(columns[name])
        columns["recorded"] = list(map(datetime.fromisoformat, columns["recorded"]))
        _part_figures(columns)
        _unpack(columns)
        return {
            name: column
            for name, column in columns.items()
            if any(column) or column.count(None) < len(column)
        }


def _plain_texts(texts: list[str]) -> list[str | None]:
    """What fields mean of which most are null, or hold no escapes."""
    n_nulls = texts.count(NULL)
    if n_nulls == len(texts):
        return [None] * n_nulls
    if "".join(texts).count("\\") > n_nulls:
        return list(map(plain_text, texts))
    return [None if text == NULL else text for text in texts]


def _part_figures(columns: dict[str, list[Any]]) -> None:
    """Tell values from shares, of which there is what they are of."""
    figures, wholes = columns.pop("figure"), columns.pop("of")
    n_values = wholes.count(NULL)
    if n_values == len(wholes) and NULL not in figures:
        columns["value"] = figures
    elif not n_values:
        columns |= {"n": list(map(int, figures)), "of": list(map(int, wholes))}
    else:
        pairs = list(zip(figures, wholes, strict=True))
        columns |= {
            "value": [n if of == NULL != n else None for n, of in pairs],
            "n": [int(n) if of != NULL else None for n, of in pairs],
            "of": [int(of) if of != NULL else None for n, of in pairs],
        }


def _unpack(columns: dict[str, list[Any]]) -> None:
    """Give what few records have columns of its own."""
    rests = columns.pop("rest")
    places = [at for at, rest in enumerate(rests) if rest is not None]
    if not places:
        return
    texts = ",".join(f"{{{rests[at][1:]}}}" for at in places)
    rows = _decode_rest(f"[{texts}]")
    if '"slice"' in texts and msgspec.json.encode(rows).decode() != f"[{texts}]":
        raise ValueError  # a dimension that comes twice, which msgspec overlooks
    for name in _Rest.__struct_fields__:
        values = [getattr(row, name) for row in rows]
        if any(value is not None for value in values):
            column = columns[name] = [None] * len(rests)
            for at, value in zip(places, values, strict=True):
                column[at] = value

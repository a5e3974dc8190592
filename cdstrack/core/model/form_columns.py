"""The form that goes out to a clerk and comes back: its columns, which both sides must know."""

from __future__ import annotations

from typing import Literal, get_args

Column = Literal[
    "target", "title", "body", "part", "unit", "previous", "date", "value", "of", "source", "note",
    "slice", "series",
]  # fmt: skip
COLUMNS: tuple[Column, ...] = get_args(Column)
"""In the order in which they are written, the last two only where something is broken down, or has
several series; read in any order, by their headings."""

READ: tuple[Column, ...] = (
    "target", "body", "part", "date", "value", "of", "source", "note", "slice", "series"
)  # fmt: skip
"""Those that make a report; the others are for who fills them in."""

FILLED: tuple[Column, ...] = ("date", "value", "of", "source", "note")
"""Those that a clerk fills in."""

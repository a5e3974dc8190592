"""The use cases: plain values in and out. Nothing here prints, asks or knows the day by itself."""

from cdstrack.app.asking import NoRegister, Refusal, due_in, find_target
from cdstrack.app.judging import (
    Check,
    GroupBy,
    History,
    Overdue,
    Selection,
    Sort,
    Status,
    check,
    check_selection,
    history,
    judge,
    overdue,
    status,
    validate,
)
from cdstrack.app.reporting import Draft, Entry, draft, record

__all__ = [
    "Check",
    "Draft",
    "Entry",
    "GroupBy",
    "History",
    "NoRegister",
    "Overdue",
    "Refusal",
    "Selection",
    "Sort",
    "Status",
    "check",
    "check_selection",
    "draft",
    "due_in",
    "find_target",
    "history",
    "judge",
    "overdue",
    "record",
    "status",
    "validate",
]

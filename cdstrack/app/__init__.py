"""The use cases: plain values in and out. Nothing here prints, asks or knows the day by itself."""

from cdstrack.app.asking import NoRegister, Refusal, due_in, find_target
from cdstrack.app.checking import Check, check, waiver_day
from cdstrack.app.exporting import Export, export
from cdstrack.app.judging import (
    GroupBy,
    History,
    Overdue,
    Selection,
    Sort,
    Status,
    check_selection,
    history,
    judge,
    overdue,
    status,
    validate,
)
from cdstrack.app.reporting import Draft, Entry, draft, record
from cdstrack.app.scoring import (
    DueList,
    Scoreboard,
    TargetBoard,
    bodies_of,
    due,
    scoreboard,
    target_board,
)
from cdstrack.store.outputs import append_to, write_whole

__all__ = [
    "Check",
    "Draft",
    "DueList",
    "Entry",
    "Export",
    "GroupBy",
    "History",
    "NoRegister",
    "Overdue",
    "Refusal",
    "Scoreboard",
    "Selection",
    "Sort",
    "Status",
    "TargetBoard",
    "append_to",
    "bodies_of",
    "check",
    "check_selection",
    "draft",
    "due",
    "due_in",
    "export",
    "find_target",
    "history",
    "judge",
    "overdue",
    "record",
    "scoreboard",
    "status",
    "target_board",
    "validate",
    "waiver_day",
    "write_whole",
]

"""The use cases: plain values in and out. Nothing here prints, asks or knows the day by itself."""

from cdstrack.app.asking import NoRegister, Refusal, due_in, find_target
from cdstrack.app.checking import Check, check, waiver_day
from cdstrack.app.composing import period_of
from cdstrack.app.entry import Entry
from cdstrack.app.exporting import Export, export
from cdstrack.app.forms import Form, form
from cdstrack.app.guiding import condition_meant, desk
from cdstrack.app.importing import (
    CellProblem,
    Fraction,
    Import,
    RowRefused,
    read_import,
    record_import,
)
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
from cdstrack.app.reporting import Draft, draft, record
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
    "CellProblem",
    "Check",
    "Draft",
    "DueList",
    "Entry",
    "Export",
    "Form",
    "Fraction",
    "GroupBy",
    "History",
    "Import",
    "NoRegister",
    "Overdue",
    "Refusal",
    "RowRefused",
    "Scoreboard",
    "Selection",
    "Sort",
    "Status",
    "TargetBoard",
    "append_to",
    "bodies_of",
    "check",
    "check_selection",
    "condition_meant",
    "desk",
    "draft",
    "due",
    "due_in",
    "export",
    "find_target",
    "form",
    "history",
    "judge",
    "overdue",
    "period_of",
    "read_import",
    "record",
    "record_import",
    "scoreboard",
    "status",
    "target_board",
    "validate",
    "waiver_day",
    "write_whole",
]

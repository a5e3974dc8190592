"""A sheet that came back: each filled row a report, all of them recorded or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.lookup import find_body, find_condition, find_target
from cdstrack.app.record.cells import (
    bare_number,
    cell_code,
    column_to_blame,
    date_text,
    id_text,
    is_blank,
    text_of_cell,
)
from cdstrack.app.record.compose import compose
from cdstrack.app.record.doubts import Doubt, doubts_of
from cdstrack.app.record.draft import by_date
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.headings import UnreadColumn, find_form
from cdstrack.app.record.neighbours import Neighbours, turn_of
from cdstrack.app.record.running_total import running_total
from cdstrack.app.record.time_doubts import doubts_of_time, doubts_of_whole
from cdstrack.app.standing import load, load_register, today_in
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.form_columns import READ, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import Fault, Problem, Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import equal_in_force
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n.answers import means_all
from cdstrack.i18n.notation import Language
from cdstrack.store.base import Receipt, Store
from cdstrack.store.ledger.append import as_written
from cdstrack.store.sheet.grid import Book, Value, cell_name

TYPED: tuple[Column, ...] = ("target", "value", "of", "source", "note")
"""A row in which all of these are empty is no row."""

NO_BODY = cell_code("body_or_all")


class CellProblem(NamedTuple):
    """What is wrong in one cell, named as spreadsheets do: ``H4``."""

    cell: str
    code: str
    facts: Mapping[str, object]

    @property
    def order(self) -> tuple[int, int, str]:
        """Row by row."""
        letters = self.cell.rstrip("0123456789")
        return int(self.cell[len(letters) :]), len(letters), letters


class Fraction(NamedTuple):
    """A cell that may hold a percentage as spreadsheets keep one: 0.635 for 63.5 %."""

    cell: str
    value: Decimal
    target: Target


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A filled row: its report, and whether the ledger has it already."""

    cell: str
    target: Target
    entry: Entry
    report: Report
    doubts: Sequence[Doubt]
    already: Report | None


class RowRefusal(Exception):
    """A row cannot be recorded any more: the ledger changed since it was read."""

    def __init__(self, problem: CellProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Import:
    """What a sheet would change. With problems or open fractions nothing is recorded."""

    rows: Sequence[ImportRow]
    verdicts: Mapping[str, tuple[Verdict, Verdict]]
    """Of each target that is reported on, how it stands before and after."""
    empty_rows: Sequence[tuple[int, Target]]
    """Rows without a figure, counted from 1."""
    ignored: Sequence[UnreadColumn]
    """Columns that hold something and are not read."""
    problems: Sequence[CellProblem]
    fractions: Sequence[Fraction]
    """Cells of which nobody has said whether they hold a percentage as a fraction."""
    bodies: Mapping[str, Body]
    register_problems: Sequence[Problem] = ()

    @property
    def new(self) -> list[ImportRow]:
        return [row for row in self.rows if row.already is None]


def read_import(
    store: Store,
    book: Book,
    *,
    lang: Language,
    now: datetime,
    by: str | None = None,
    source: str | None = None,
    is_percentage: Callable[[Fraction], bool] | None = None,
    is_for_all: Callable[[Sequence[str], Sequence[UnreadColumn]], bool] | None = None,
) -> Import:
    """Read a sheet and see what it would change. Writes nothing.

    Figures and dates are read in the language of its headings, else in ``lang``. ``source`` is for
    rows that name none. ``is_percentage`` says of a fraction what it is, ``is_for_all`` of cells of
    rows that name no body, beside the columns that are not read, whether they are for all bodies
    together; they are not called while anything else is wrong with the sheet. Raises StoreError for
    a file without headings, NoRegister without a register.
    """
    register, loaded = load(store)
    reader = _Reader(register, loaded.ledger, book, Entry(lang=lang, by=by, source=source), now)
    ignored = list(reader.form.ignored(_body_names(register)))

    def read(answers: Mapping[str, bool]) -> None:
        reader.read(answers)
        cells = [problem.cell for problem in reader.problems if problem.code == NO_BODY]
        if is_for_all is None or not cells or len(cells) < len(reader.problems):
            return
        reader.for_all = is_for_all(cells, ignored)
        if reader.for_all:
            reader.read(answers)

    read({})
    if is_percentage is not None and reader.fractions and not reader.problems:
        read({fraction.cell: is_percentage(fraction) for fraction in reader.fractions})
    return Import(
        rows=reader.rows,
        verdicts=reader.verdicts(),
        empty_rows=reader.empty_rows,
        ignored=ignored,
        problems=sorted(reader.problems, key=lambda problem: problem.order),
        fractions=reader.fractions,
        bodies=register.bodies,
        register_problems=loaded.problems,
    )


def _body_names(register: Register) -> set[str]:
    """The ids and names of bodies, ready to compare."""
    bodies = register.bodies.items()
    return {fold(text) for name, body in bodies for text in (name, body.name.vi, body.name.en)}


def record_import(store: Store, sheet: Import, *, now: datetime) -> Sequence[Receipt]:
    """Write the new reports of a sheet at once.

    They are composed anew under the lock. Raises StoreError, or RowRefusal where the ledger has
    changed so that a row is not taken any more; then none is written.
    """
    register = load_register(store)

    def prepare(ledger: Ledger) -> list[Report]:
        reports, parts = [], _Parts(ledger)
        for row in sheet.new:
            rivals = parts.beside(row.target, row.entry)
            try:
                reports.append(compose(register, rivals, row.target, row.entry, None, now=now))
            except Fault as fault:
                problem = CellProblem(row.cell, cell_code(fault.code), fault.facts)
                raise RowRefusal(problem) from None
        return reports

    return store.append(prepare)


class _Parts:
    """A ledger by targets, bodies and conditions: a row need not look through all of it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._parts: dict[str, dict[tuple[str | None, str | None], list[Report]]] = {}

    def beside(self, target: Target, entry: Entry) -> Ledger:
        """What a report is compared with; one for all bodies together, with everything."""
        if entry.body is None:
            return self._ledger
        if target.id not in self._parts:
            parts = self._parts[target.id] = {}
            for report in self._ledger.of(target):
                parts.setdefault((report.body, report.part), []).append(report)
        return Ledger({target.id: self._parts[target.id].get((entry.body, entry.part), [])})


class _Reader:
    """Goes through a sheet row by row and collects what it holds."""

    def __init__(
        self, register: Register, ledger: Ledger, book: Book, blank: Entry, now: datetime
    ) -> None:
        self.form = find_form(book)
        self._register = register
        self._ledger = ledger
        self._book = book
        self._blank = replace(blank, lang=self.form.lang or blank.lang)
        """What all rows share."""
        self.for_all = False
        """Whether rows that name no body are for all of them together."""
        self._now = now
        self._today = today_in(register.timezone, now)
        self._referee = Referee(register, self._today)
        self._columns = {name: at for name, at in self.form.columns.items() if name in READ}
        self._keys = {record.key: record for record in ledger.records() if record.key is not None}
        self._parts = _Parts(ledger)
        self._before: dict[str, Verdict] = {}

    def read(self, answers: Mapping[str, bool]) -> None:
        """Take every row below the headings; ``answers`` say of cells if they hold a percentage."""
        self.rows: list[ImportRow] = []
        self.empty_rows: list[tuple[int, Target]] = []
        self.problems: list[CellProblem] = []
        self.fractions: list[Fraction] = []
        self._answers = answers
        self._slots: dict[object, str] = {}
        self._beside: dict[object, Neighbours] = {}
        for row in range(self.form.heading + 1, len(self.form.grid.rows)):
            try:
                self._read(row)
            except Fault as fault:
                column = column_to_blame(fault.code)
                self._problem(row, column, cell_code(fault.code), fault.facts)

    def _read(self, row: int) -> None:
        """Take one row. Raises Refusal for what is wrong with it."""
        cells: dict[Column, Value] = {name: self._value(row, name) for name in self._columns}
        if self._has_faults(row) or is_blank([cells.get(name) for name in TYPED]):
            return
        name = id_text(cells.get("target"))
        if name is None:
            raise Refusal("target_missing_in_row")
        target = find_target(self._register, name, by_title=False)
        if cells.get("value") is None:
            if not is_blank([cells.get(column) for column in ("of", "source", "note")]):
                raise Refusal("half_filled")
            self.empty_rows.append((row + 1, target))
            return
        cell, key = self._cell(row, "value"), f"{self._book.digest[:32]}:{row + 1}"
        record = self._keys.get(key)
        if record is not None and record.target == target.id:  # this file was imported before
            self._add(ImportRow(cell, target, self._blank, record, (), record))
            return
        entry = self._entry(cell, target, cells)
        if entry is not None:
            self._add(self._row_of(cell, target, replace(entry, key=key)))

    def _has_faults(self, row: int) -> bool:
        """Whether cells of a row hold an error, or a formula without a value."""
        texts = {name: self.form.grid.faults.get((row, at)) for name, at in self._columns.items()}
        for name, text in texts.items():
            if text is not None:
                code = "sheet_formula" if text.startswith("=") else "sheet_error"
                self._problem(row, name, code, {"text": text})
        return any(text is not None for text in texts.values())

    def _entry(self, cell: str, target: Target, cells: Mapping[Column, Value]) -> Entry | None:
        """A row as text; None where its percentage has to be asked about first."""
        lang, value, of = self._blank.lang, cells.get("value"), cells.get("of")
        if isinstance(value, date):
            raise Refusal("sheet_value_date", date=value)
        bare = bare_number(value, lang) if target.in_percent and of is None else None
        if bare is not None and 0 < abs(bare) <= 1:
            if cell not in self._answers:
                self.fractions.append(Fraction(cell, bare, target))
                return None
            value = EXACT.multiply(bare, 100) if self._answers[cell] else bare
        body, part = id_text(cells.get("body")), id_text(cells.get("part"))
        figure = text_of_cell(value, lang)
        for_all = body is not None and body not in self._register.bodies and means_all(body)
        if body is not None:
            body = None if for_all else find_body(self._register, target, body)
        return replace(
            self._blank,
            value=figure if of is None and not isinstance(value, bool) else None,
            n=figure if of is not None else None,
            of=text_of_cell(of, lang),
            done=value if isinstance(value, bool) else None,
            date=date_text(cells.get("date"), lang),
            body=body,
            for_all=for_all or self.for_all,
            part=find_condition(target, part) if part is not None else None,
            source=text_of_cell(cells.get("source"), lang) or self._blank.source,
            note=text_of_cell(cells.get("note"), lang),
        )

    def _row_of(self, cell: str, target: Target, entry: Entry) -> ImportRow:
        rivals = self._parts.beside(target, entry)
        report = compose(self._register, rivals, target, entry, None, now=self._now)
        as_written(report)  # refuses a text that no line of the ledger can hold
        before, adds = self._verdict_before(target), accumulates(target)
        reports, neighbours = rivals.of(target), self._neighbours(target, report, rivals)
        doubts = [
            *doubts_of(target, report, before, reports, self._today),
            *doubts_of_time(
                target, report, neighbours, running_total(report, neighbours) if adds else None
            ),
            *doubts_of_whole(target, report, reports),
        ]
        already = equal_in_force(report, rivals.reports, adds=adds, again=False)
        return ImportRow(cell, target, entry, report, doubts, already)

    def _neighbours(self, target: Target, report: Report, rivals: Ledger) -> Neighbours:
        """What a row stands beside, in the ledger and in the rows above."""
        place = (target.id, report.body, report.part, turn_of(target, report.date))
        if place not in self._beside:
            self._beside[place] = Neighbours(target, report, rivals.of(target))
        return self._beside[place]

    def _add(self, row: ImportRow) -> None:
        """Keep a row. Refuses a second one of the same body, condition and date."""
        first = self._slots.setdefault(row.report.slot, row.cell)
        if first != row.cell:
            raise Refusal("row_twice", cell=first)
        self.rows.append(row)
        if row.already is None:
            report, target = row.report, row.target
            place = (target.id, report.body, report.part, turn_of(target, report.date))
            self._beside[place].add(report)

    def verdicts(self) -> dict[str, tuple[Verdict, Verdict]]:
        """How each target that is reported on stands before the sheet and after it."""
        new: dict[str, list[Report]] = {row.target.id: [] for row in self.rows}
        for row in self.rows:
            if row.already is None:
                new[row.target.id].append(row.report)
        return {name: self._verdicts(self._register.targets[name], new[name]) for name in new}

    def _verdicts(self, target: Target, new: Sequence[Report]) -> tuple[Verdict, Verdict]:
        reports = by_date([*self._ledger.of(target), *new])
        return self._verdict_before(target), self._referee.judge(target, reports)

    def _verdict_before(self, target: Target) -> Verdict:
        if target.id not in self._before:
            self._before[target.id] = self._referee.judge(target, self._ledger.of(target))
        return self._before[target.id]

    def _value(self, row: int, name: Column) -> Value:
        cells, column = self.form.grid.rows[row], self._columns[name]
        return cells[column] if column < len(cells) else None

    def _cell(self, row: int, name: Column) -> str:
        return cell_name(row, self._columns.get(name, self._columns["value"]))

    def _problem(self, row: int, name: Column, code: str, facts: Mapping[str, object]) -> None:
        self.problems.append(CellProblem(self._cell(row, name), code, facts))

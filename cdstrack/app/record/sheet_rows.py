"""A sheet that came back: each filled row a report, all of them recorded or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.lookup import condition_meant, find_body, find_target
from cdstrack.app.record.compose import compose
from cdstrack.app.record.doubts import Doubt, doubts_of
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.headings import (
    bare_number,
    blamed,
    cell_text,
    date_text,
    find_form,
    id_text,
    is_blank,
    of_a_cell,
)
from cdstrack.app.standing import load, today_in
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.form_columns import Column
from cdstrack.core.model.problems import Fault, Problem, Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import equal_in_force
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n.numbers import Language
from cdstrack.store.base import Receipt, Store
from cdstrack.store.ledger.append import as_written
from cdstrack.store.sheet.grid import Book, Value, cell_name

READ: tuple[Column, ...] = ("target", "body", "part", "date", "value", "of", "source", "note")
"""The columns that make a report; the others are for who fills them in."""

TOLD: tuple[Column, ...] = ("target", "value", "of", "source", "note")
"""A row in which all of these are empty is none."""


class CellProblem(NamedTuple):
    """What is wrong in one cell, named as spreadsheets do: ``H4``."""

    cell: str
    code: str
    facts: Mapping[str, object]


class Fraction(NamedTuple):
    """A cell that may hold a percentage as spreadsheets keep one: 0.635 for 63.5 %."""

    cell: str
    value: Decimal
    target: Target


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A filled row: its report, and whether the ledger has it already."""

    cell: str
    target: Target
    entry: Entry
    report: Report
    doubts: Sequence[Doubt]
    already: Report | None


class RowRefused(Exception):
    """A row cannot be recorded any more: the ledger changed since it was read."""

    def __init__(self, problem: CellProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Import:
    """What a sheet would change. With problems or fractions to be asked about, nothing is taken."""

    book: Book
    rows: Sequence[ImportedRow]
    verdicts: Mapping[str, tuple[Verdict, Verdict]]
    """Of each target that is reported on, how it stands before and after."""
    unfilled: Sequence[tuple[int, Target]]
    """Rows without a figure, counted from 1."""
    ignored: Sequence[tuple[str, str]]
    """Columns that hold something and are not read: their letters and headings."""
    problems: Sequence[CellProblem]
    fractions: Sequence[Fraction]
    bodies: Mapping[str, Body]
    found: Sequence[Problem] = ()
    """What is wrong with the register itself."""

    @property
    def new(self) -> list[ImportedRow]:
        return [row for row in self.rows if row.already is None]


def read_import(
    store: Store,
    book: Book,
    *,
    lang: Language,
    now: datetime,
    by: str | None = None,
    source: str | None = None,
    fractions: Mapping[str, bool] | None = None,
) -> Import:
    """Read a sheet and see what it would change. Writes nothing.

    Figures and dates are read in the language of its headings, else in ``lang``. ``source`` is for
    rows that name none. ``fractions`` says of cells whether they hold a percentage as a fraction.
    Raises StoreError for a file without headings, NoRegister without a register.
    """
    register, loaded = load(store)
    keys = {each.key: each for each in store.history()[0] if each.key is not None}
    reader = _Reader(register, loaded.ledger, keys, book, now, fractions or {})
    reader.read(Entry(lang=reader.form.lang or lang, by=by, source=source))
    new: dict[str, list[Report]] = {row.target.id: [] for row in reader.rows}
    for row in reader.rows:
        if row.already is None:
            new[row.target.id].append(row.report)
    return Import(
        book=book,
        rows=reader.rows,
        verdicts={
            name: (reader.before(name), reader.judged(name, reports))
            for name, reports in new.items()
        },
        unfilled=reader.unfilled,
        ignored=list(reader.form.ignored()),
        problems=sorted(reader.problems, key=lambda each: _order(each.cell)),
        fractions=reader.fractions,
        bodies=register.bodies,
        found=loaded.problems,
    )


def record_import(store: Store, read: Import, *, now: datetime) -> Sequence[Receipt]:
    """Write the new reports of a sheet at once.

    They are composed anew under the lock. Raises StoreError, or RowRefused where the ledger has
    changed so that a row is not taken any more; then none is written.
    """
    register, _ = load(store)
    day = today_in(register.timezone, now)

    def prepare(ledger: Ledger) -> list[Report]:
        reports, shelves = [], _Shelves(ledger)
        for row in read.new:
            beside = shelves.of(row.target, row.entry)
            try:
                report = compose(register, row.target, row.entry, None, beside, now=now, day=day)
            except Fault as fault:
                code = of_a_cell(fault.code)
                raise RowRefused(CellProblem(row.cell, code, fault.facts)) from None
            reports.append(report)
        return reports

    return store.append(prepare)


class _Shelves:
    """A ledger by targets, bodies and conditions: a row need not look through all of it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._sorted: dict[str, dict[tuple[str | None, str | None], list[Report]]] = {}

    def of(self, target: Target, entry: Entry) -> Ledger:
        """What a report is compared with; one for all bodies together, with everything."""
        if entry.body is None:
            return self._ledger
        if target.id not in self._sorted:
            shelves = self._sorted[target.id] = {}
            for each in self._ledger.of(target):
                shelves.setdefault((each.body, each.part), []).append(each)
        return Ledger({target.id: self._sorted[target.id].get((entry.body, entry.part), [])})


class _Reader:
    """Goes through a sheet row by row and collects what it finds."""

    def __init__(
        self,
        register: Register,
        ledger: Ledger,
        keys: Mapping[str, Report],
        book: Book,
        now: datetime,
        known_fractions: Mapping[str, bool],
    ) -> None:
        self.register = register
        self.ledger = ledger
        self.keys = keys
        self.book = book
        self.now = now
        self.day = today_in(register.timezone, now)
        self.known_fractions = known_fractions
        self.form = find_form(book)
        self.columns = {name: at for name, at in self.form.columns.items() if name in READ}
        self.rows: list[ImportedRow] = []
        self.unfilled: list[tuple[int, Target]] = []
        self.problems: list[CellProblem] = []
        self.fractions: list[Fraction] = []
        self._shelves = _Shelves(ledger)
        self._referee = Referee(register, self.day)
        self._slots: dict[object, str] = {}
        self._before: dict[str, Verdict] = {}

    def read(self, blank: Entry) -> None:
        """Take every row below the headings; ``blank`` is what all of them share."""
        for row in range(self.form.heading + 1, len(self.form.grid.rows)):
            try:
                self._read(row, blank)
            except Fault as fault:
                code = of_a_cell(fault.code)
                self._problem(row, blamed(fault.code), code, fault.facts)

    def _read(self, row: int, blank: Entry) -> None:
        """Take one row. Raises Refusal for what is wrong with it."""
        cells: dict[Column, Value] = {name: self._cell(row, name) for name in self.columns}
        if self._has_faults(row) or is_blank([cells.get(name) for name in TOLD]):
            return
        asked = id_text(cells.get("target"))
        if asked is None:
            raise Refusal("target_missing_in_row")
        target = find_target(self.register, asked, by_title=False)
        if cells.get("value") is None:
            if not is_blank([cells.get(name) for name in ("of", "source", "note")]):
                raise Refusal("half_filled")
            self.unfilled.append((row + 1, target))
            return
        key = f"{self.book.digest[:32]}:{row + 1}"
        entry = replace(blank, key=key)
        known = self.keys.get(key)
        if known is None or known.target != target.id:
            known = None
            read = self._entry(row, target, cells, entry)
            if read is None:
                return
            entry = read
        beside = self._shelves.of(target, entry)
        report = known or self._composed(target, entry, beside)
        cell = self._where(row, "value")
        before = self._slots.setdefault(report.slot, cell)
        if before != cell:
            raise Refusal("row_twice", cell=before)
        doubts: Sequence[Doubt] = ()
        if known is None:
            in_force = beside.of(target)
            doubts = doubts_of(target, report, self.before(target.id), in_force, self.day)
            adds = accumulates(target)
            known = equal_in_force(report, beside.reports, adds=adds, again=False)
        self.rows.append(ImportedRow(cell, target, entry, report, doubts, known))

    def _has_faults(self, row: int) -> bool:
        """Whether cells of a row hold an error, or a formula without a value."""
        held = {name: self.form.grid.faults.get((row, at)) for name, at in self.columns.items()}
        for name, text in held.items():
            if text is not None:
                code = "sheet_formula" if text.startswith("=") else "sheet_error"
                self._problem(row, name, code, {"text": text})
        return any(text is not None for text in held.values())

    def _entry(
        self, row: int, target: Target, cells: Mapping[Column, Value], blank: Entry
    ) -> Entry | None:
        """What a row says, as text; None where its percentage has to be asked about first."""
        value, of = cells.get("value"), cells.get("of")
        if isinstance(value, date):
            raise Refusal("sheet_value_date", date=value)
        bare = bare_number(value, blank.lang) if target.in_percent and of is None else None
        if bare is not None and 0 < abs(bare) <= 1:
            cell = self._where(row, "value")
            if cell not in self.known_fractions:
                self.fractions.append(Fraction(cell, bare, target))
                return None
            value = EXACT.multiply(bare, 100) if self.known_fractions[cell] else bare
        body, part = id_text(cells.get("body")), id_text(cells.get("part"))
        figure = cell_text(value, blank.lang)
        return replace(
            blank,
            value=figure if of is None and not isinstance(value, bool) else None,
            n=figure if of is not None else None,
            of=cell_text(of, blank.lang),
            done=value if isinstance(value, bool) else None,
            date=date_text(cells.get("date"), blank.lang),
            body=find_body(self.register, target, body) if body is not None else None,
            part=condition_meant(target, part) if part is not None else None,
            source=cell_text(cells.get("source"), blank.lang) or blank.source,
            note=cell_text(cells.get("note"), blank.lang),
        )

    def _composed(self, target: Target, entry: Entry, beside: Ledger) -> Report:
        report = compose(self.register, target, entry, None, beside, now=self.now, day=self.day)
        as_written(report)  # refuses a text that no line of the ledger can hold
        return report

    def before(self, name: str) -> Verdict:
        """How a target stands without this sheet."""
        if name not in self._before:
            self._before[name] = self.judged(name, ())
        return self._before[name]

    def judged(self, name: str, new: Sequence[Report]) -> Verdict:
        """How a target stands with new reports."""
        target = self.register.targets[name]
        series = [*self.ledger.of(target), *new]
        series.sort(key=lambda each: (each.date.last, each.order))
        return self._referee.judge(target, series)

    def _cell(self, row: int, name: Column) -> Value:
        cells, column = self.form.grid.rows[row], self.columns[name]
        return cells[column] if column < len(cells) else None

    def _where(self, row: int, name: Column) -> str:
        return cell_name(row, self.columns.get(name, self.columns["value"]))

    def _problem(self, row: int, name: Column, code: str, facts: Mapping[str, object]) -> None:
        self.problems.append(CellProblem(self._where(row, name), code, facts))


def _order(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters

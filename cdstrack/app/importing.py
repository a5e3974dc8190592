"""A sheet that came back: each filled row a report, all of them recorded or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.asking import Refusal, find_body, find_target
from cdstrack.app.composing import compose
from cdstrack.app.doubts import Doubt, doubts_of
from cdstrack.app.entry import Entry
from cdstrack.app.guiding import condition_meant
from cdstrack.app.judging import load, today_in
from cdstrack.app.reporting import check_writable
from cdstrack.core.assess import assess
from cdstrack.core.form import COLUMNS, Column
from cdstrack.core.model import Body, Target
from cdstrack.core.naming import fold
from cdstrack.core.points import accumulates
from cdstrack.core.population import Populations
from cdstrack.core.problems import Fault, Problem
from cdstrack.core.report import Report
from cdstrack.core.series import Corrections, equal_in_force
from cdstrack.core.verdict import Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.i18n.numbers import Language, number
from cdstrack.store.base import Ledger, Receipt, Register, Store, StoreError
from cdstrack.store.sheets import Book, Grid, Value, cell_name

HEADING_ROWS = 10
"""The headings stand in one of the first so many rows."""
_DAY_ZERO = date(1899, 12, 30)
"""Excel counts the days from here."""
_SERIALS = range(20_000, 80_000)
"""Numbers that are days, not years: from 1954 to 2119."""

WANTED: tuple[Column, ...] = ("target", "date", "value")
"""The columns that a sheet cannot do without."""

BLAMED: tuple[tuple[str, Column], ...] = (
    ("date_", "date"), ("period_", "date"), ("when_", "date"), ("sheet_date", "date"),
    ("body_", "body"), ("unknown_part", "part"), ("source_", "source"), ("text_", "note"),
    ("unknown_target", "target"), ("target_", "target"), ("parent_", "target"), ("n_", "of"),
)  # fmt: skip
"""Which column a refusal is about, by the beginning of its code; any other is about the value."""


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


@dataclass(frozen=True, slots=True)
class Import:
    """What a sheet would change. With problems or fractions to be asked about, nothing is taken."""

    book: Book
    grid: str
    rows: Sequence[ImportedRow]
    verdicts: Mapping[str, tuple[Verdict, Verdict]]
    """Of each target that is reported on, how it stands before and after."""
    unfilled: Sequence[tuple[int, Target]]
    """Rows without a figure, counted from 1."""
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
    reader.read(lang, by, source)
    new = [row.report for row in reader.rows if row.already is None]
    reported = dict.fromkeys(row.target.id for row in reader.rows)
    return Import(
        book=book,
        grid=reader.grid.name,
        rows=reader.rows,
        verdicts={
            name: (reader.before(name), _judged(register, loaded.ledger, name, new, reader.day))
            for name in reported
        },
        unfilled=reader.unfilled,
        problems=sorted(reader.problems, key=lambda each: _order(each.cell)),
        fractions=reader.fractions,
        bodies=register.bodies,
        found=loaded.problems,
    )


def record_import(store: Store, read: Import, *, now: datetime) -> Sequence[Receipt]:
    """Write all reports of a sheet at once. Raises StoreError, Refusal; then none is written."""
    register, _ = load(store)
    day = today_in(register.timezone, now)

    def prepare(ledger: Ledger) -> list[Report]:
        return [
            compose(register, row.target, row.entry, None, ledger, now=now, day=day)
            for row in read.rows
        ]

    try:
        return store.append(prepare)
    except Fault as fault:
        raise Refusal(fault.code, **fault.facts) from None


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
        self.grid, self.heading, self.columns, self.lang = _headings(book)
        self.rows: list[ImportedRow] = []
        self.unfilled: list[tuple[int, Target]] = []
        self.problems: list[CellProblem] = []
        self.fractions: list[Fraction] = []
        self._slots: dict[object, str] = {}
        self._before: dict[str, Verdict] = {}

    def read(self, lang: Language, by: str | None, source: str | None) -> None:
        blank = Entry(lang=self.lang or lang, by=by, source=source)
        for row in range(self.heading + 1, len(self.grid.rows)):
            try:
                self._read(row, blank)
            except Refusal as refusal:
                self._problem(row, _blamed(refusal.code), refusal.code, **refusal.facts)

    def _read(self, row: int, blank: Entry) -> None:
        """Take one row. Raises Refusal for what is wrong with it."""
        cells: dict[Column, Value] = {name: self._cell(row, name) for name in self.columns}
        faulty = [name for name in self.columns if (row, self.columns[name]) in self.grid.faults]
        for name in faulty:
            held = self.grid.faults[row, self.columns[name]]
            code = "sheet_formula" if held.startswith("=") else "sheet_error"
            self._problem(row, name, code, text=held)
        if faulty or all(cells.get(name) is None for name in FILLED_OR_TARGET):
            return
        asked = cells.get("target")
        if not isinstance(asked, str):
            raise Refusal("target_missing_in_row")
        target = find_target(self.register, asked, by_title=False)
        if cells.get("value") is None:
            if any(cells.get(name) is not None for name in ("of", "source", "note")):
                raise Refusal("half_filled")
            self.unfilled.append((row + 1, target))
            return
        entry = self._entry(row, target, cells, blank)
        if entry is None:
            return
        cell = self._where(row, "value")
        report = compose(
            self.register, target, entry, None, self.ledger, now=self.now, day=self.day
        )
        check_writable(report)
        before = self._slots.setdefault(report.slot, cell)
        if before != cell:
            raise Refusal("row_twice", cell=before)
        known = self.ledger.reports.get(target.id, ())
        doubts = doubts_of(target, report, self.before(target.id), known, self.day)
        already = self._already(target, report)
        self.rows.append(ImportedRow(cell, target, entry, report, doubts, already))

    def _entry(
        self, row: int, target: Target, cells: Mapping[Column, Value], blank: Entry
    ) -> Entry | None:
        """What a row says, as text; None where its percentage has to be asked about first."""
        value, of = cells.get("value"), cells.get("of")
        if isinstance(value, Decimal) and of is None and target.in_percent and 0 < value <= 1:
            cell = self._where(row, "value")
            if cell not in self.known_fractions:
                self.fractions.append(Fraction(cell, value, target))
                return None
            value = value * 100 if self.known_fractions[cell] else value
        if isinstance(value, date):
            raise Refusal("sheet_value_date", date=value)
        body = _text(cells.get("body"), blank.lang)
        part = _text(cells.get("part"), blank.lang)
        figure = _text(value, blank.lang)
        return replace(
            blank,
            value=figure if of is None and not isinstance(value, bool) else None,
            n=figure if of is not None else None,
            of=_text(of, blank.lang),
            done=value if isinstance(value, bool) else None,
            date=_date(cells.get("date"), blank.lang),
            body=find_body(self.register, target, body) if body is not None else None,
            part=condition_meant(target, part) if part is not None else None,
            source=_text(cells.get("source"), blank.lang) or blank.source,
            note=_text(cells.get("note"), blank.lang),
            key=f"{self.book.digest[:32]}:{row + 1}",
        )

    def before(self, name: str) -> Verdict:
        """How a target stands without this sheet."""
        if name not in self._before:
            self._before[name] = _judged(self.register, self.ledger, name, (), self.day)
        return self._before[name]

    def _already(self, target: Target, report: Report) -> Report | None:
        """The record that came from the same row, or that says the same."""
        none, reports = Corrections(frozenset(), (), ()), self.ledger.reports
        same = equal_in_force(report, reports, none, adds=accumulates(target), again=False)
        return self.keys.get(report.key or "") or same

    def _cell(self, row: int, name: Column) -> Value:
        cells, column = self.grid.rows[row], self.columns[name]
        return cells[column] if column < len(cells) else None

    def _where(self, row: int, name: Column) -> str:
        return cell_name(row, self.columns.get(name, self.columns["value"]))

    def _problem(self, row: int, name: Column, code: str, **facts: object) -> None:
        self.problems.append(CellProblem(self._where(row, name), code, facts))


def _blamed(code: str) -> Column:
    return next((column for begin, column in BLAMED if code.startswith(begin)), "value")


FILLED_OR_TARGET: tuple[Column, ...] = ("target", "value", "of", "source", "note")
"""A row in which all of these are empty is none."""


def _headings(book: Book) -> tuple[Grid, int, dict[Column, int], Language | None]:
    """The sheet that has our headings, their row, the column of each, and their language.

    Raises StoreError ``sheet_no_heading``.
    """
    known: list[tuple[Language | None, dict[str, Column]]] = [
        (lang, {fold(Words(lang)(f"form_{name}")): name for name in COLUMNS}) for lang in LANGUAGES
    ]
    known.append((None, {name: name for name in COLUMNS}))
    for grid in book.grids:
        for row, cells in enumerate(grid.rows[:HEADING_ROWS]):
            texts = [fold(cell) if isinstance(cell, str) else "" for cell in cells]
            for lang, names in known:
                columns = {names[text]: at for at, text in enumerate(texts) if text in names}
                if columns.keys() >= set(WANTED):
                    return grid, row, columns, lang
    raise StoreError("sheet_no_heading", path=book.path, wanted=", ".join(WANTED))


def _text(value: Value, lang: Language) -> str | None:
    """A cell as somebody would write it in a language."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal():
            return number(value, lang)
        case _:
            return value.isoformat()


def _date(value: Value, lang: Language) -> str:
    """The date of a figure as text; a number is a year. Raises Refusal."""
    if value is None:
        raise Refusal("sheet_date_missing")
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and 1900 <= value <= 2200:
            return str(int(value))
        days = int(value)
        meant = _DAY_ZERO + timedelta(days=days) if days in _SERIALS else None
        write = Words(lang).day(meant) if meant is not None else None
        raise Refusal("sheet_date_number", value=value, write=write)
    return _text(value, lang) or ""


def _judged(
    register: Register, ledger: Ledger, name: str, new: Sequence[Report], day: date
) -> Verdict:
    """How a target stands with new reports."""
    series = [*ledger.reports.get(name, ()), *(each for each in new if each.target == name)]
    series.sort(key=lambda each: (each.date.last, each.order))
    return assess(
        register.targets[name],
        series,
        as_of=day,
        policy=register.policy,
        bodies=register.bodies,
        population=Populations(register.groups, register.bodies).of(register.targets[name]),
    )


def _order(cell: str) -> tuple[int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), letters

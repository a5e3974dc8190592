"""A sheet that came back: each filled row a report, all of them recorded or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from cdstrack.app.lookup import find_body, find_condition, find_owner, find_subject
from cdstrack.app.record.cells import (
    bare_number,
    cell_code,
    column_to_blame,
    date_text,
    id_text,
    is_blank,
    percent_text,
    text_of_cell,
)
from cdstrack.app.record.compose import compose
from cdstrack.app.record.doubts import Doubt, doubts_of
from cdstrack.app.record.draft import beside, by_date, wanted_of
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.form_versions import FormVersions
from cdstrack.app.record.headings import UnreadColumn, dimension_headed, find_form
from cdstrack.app.record.layout import Layout, RowKind
from cdstrack.app.record.neighbours import Neighbours, Times, turn_of
from cdstrack.app.record.running_total import running_total
from cdstrack.app.record.sheet_table import CellFault, faults_in, unread_cells
from cdstrack.app.record.time_doubts import doubts_of_time, doubts_of_whole
from cdstrack.app.several_series import check_whole_only, strand_named
from cdstrack.app.slices import slice_named
from cdstrack.app.standing import load, load_register, load_wanted, today_in
from cdstrack.core.model.conditions import subject_of
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, SeriesName, Target
from cdstrack.core.model.form_columns import READ, Column
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import Fault, Problem, Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.model.work import Work
from cdstrack.core.values.in_force import Rivals, equal_in_force, saying_of
from cdstrack.core.values.points import competition
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n.answers import means_all
from cdstrack.i18n.form_words import is_dash, is_no_figure, is_total
from cdstrack.i18n.notation import Language
from cdstrack.store.base import ALL, Loaded, Receipt, Store, Wanted
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


class SkippedRow(NamedTuple):
    """A row that holds no figure, counted from 1, and what it is: ``numbering``, ``total`` …"""

    row: int
    kind: RowKind


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
    doubts: Sequence[Doubt] = ()
    already: Report | None = None
    original: Report | None = None
    """What an earlier version of the form said, which this one corrects."""


class Twin(NamedTuple):
    """A row with a second increment of one period: which of the two are meant?"""

    row: ImportRow
    first: ImportRow


Choice = Literal["both", "first", "second"]
"""Which of two increments of one period is meant."""


class RowRefusal(Exception):
    """A row cannot be recorded any more: the ledger changed since it was read."""

    def __init__(self, problem: CellProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Import:
    """What a sheet would change. With problems or open fractions nothing is recorded."""

    rows: Sequence[ImportRow]
    verdicts: Mapping[SeriesName, tuple[Verdict, Verdict]]
    """Of each target or slice that is reported on, how it stands before and after."""
    empty_rows: Sequence[tuple[int, Target]]
    """Rows without a figure, counted from 1."""
    skipped_rows: Sequence[SkippedRow]
    ignored: Sequence[UnreadColumn]
    """Columns that hold something and are not read."""
    problems: Sequence[CellProblem]
    fractions: Sequence[Fraction]
    """Cells of which nobody has said whether they hold a percentage as a fraction."""
    again: bool
    """Whether an increment is meant that is equal to one in force."""
    bodies: Mapping[str, Body]
    register_problems: Sequence[Problem] = ()
    is_own: bool = False
    """Whether only the reports of the own bodies could be read: then nobody knows how targets stand
    on which many report."""

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
    both: bool = False,
    body: str | None = None,
    sheet: str | None = None,
    which_of: Callable[[Twin], Choice] | None = None,
    is_for_all: Callable[[Sequence[str], Sequence[UnreadColumn]], bool] | None = None,
    work: Work | None = None,
) -> Import:
    """Read a sheet and see what it would change. Writes nothing.

    Figures and dates are read in the language of its headings, else in ``lang``. ``source`` is for
    rows that name none. ``is_percentage`` says of a fraction what it is, ``which_of`` which of two
    increments of one period are meant, unless ``both`` always are, ``is_for_all`` of cells of rows
    that name no body, beside the columns that are not read, whether they are for all bodies
    together; they are not called while anything else is wrong with the sheet. Rows of another body
    than ``body`` are refused. ``sheet`` names the sheet that holds the form; ``work`` counts its
    rows. Raises StoreError for a file without headings, and for rows of another body where only the
    own may be read; NoRegister without a register.
    """
    is_own = store.has_clock and not store.sees_all
    register, loaded = _load(store, book, sheet)
    if body is not None and body not in register.bodies and means_all(body):
        raise Refusal("body_all", name=body)
    only_body = find_owner(register, body) if body is not None else None
    blank = Entry(lang=lang, by=by, source=source)
    reader = _Reader(
        register, loaded.ledger, book, blank, now, both=both, only_body=only_body, sheet=sheet,
        work=work or Work(), is_own=is_own,
    )  # fmt: skip

    def read(percentages: Mapping[str, bool], choices: Mapping[str, Choice]) -> None:
        reader.read(percentages, choices)
        cells = [problem.cell for problem in reader.problems if problem.code == NO_BODY]
        if is_for_all is None or not cells or len(cells) < len(reader.problems):
            return
        reader.for_all = is_for_all(cells, reader.ignored())
        if reader.for_all:
            reader.read(percentages, choices)

    read({}, {})
    percentages: dict[str, bool] = {}
    if is_percentage is not None and reader.fractions and not reader.problems:
        percentages = {fraction.cell: is_percentage(fraction) for fraction in reader.fractions}
        read(percentages, {})
    choices: dict[str, Choice] = {}
    while which_of is not None and reader.twins and not (reader.problems or reader.fractions):
        choices |= {twin.row.cell: which_of(twin) for twin in reader.twins}
        reader.read(percentages, choices)
    reader.refuse_twins()
    if is_own:
        store.ledger(wanted_of(_streams(reader.rows), register))  # refuses what is somebody else's
    return Import(
        rows=reader.rows,
        verdicts=reader.verdicts(),
        empty_rows=reader.empty_rows,
        skipped_rows=reader.skipped_rows,
        ignored=reader.ignored(),
        problems=sorted(reader.problems, key=lambda problem: problem.order),
        fractions=reader.fractions,
        again=reader.again,
        bodies=register.bodies,
        register_problems=loaded.problems,
        is_own=is_own,
    )


def _load(store: Store, book: Book, sheet: str | None) -> tuple[Register, Loaded]:
    """The register, and what of its ledger the rows of a sheet are on; of one on a server as far
    as the clerk may see it. A file is looked through for the rows, whatever they are on."""
    if not store.has_clock:
        return load(store)
    register, form = load_register(store), find_form(book, sheet)
    at, names = form.columns.get("target"), set()
    cells = (row[at : at + 1] for row in form.grid.rows[form.heading + 1 :] if at is not None)
    for cell in {cell[0] for cell in cells if cell}:
        try:
            name = id_text(cell)
            names.add(find_subject(register, name or "", by_title=False).ledger_id)
        except Fault:
            continue  # which the row is told in its turn
    return register, load_wanted(store, Wanted(frozenset(names), in_part=True))


def _streams(rows: Iterable[ImportRow]) -> set[tuple[str, str | None]]:
    """The targets and bodies whose reports rows are, or correct."""
    return {
        (row.target.ledger_id, report.body)
        for row in rows
        for report in (row.report, row.original)
        if report is not None
    }


def _body_names(register: Register) -> set[str]:
    """The ids and names of bodies, ready to compare."""
    bodies = register.bodies.items()
    return {fold(text) for name, body in bodies for text in (name, body.name.vi, body.name.en)}


def record_import(store: Store, sheet: Import, *, now: datetime) -> Sequence[Receipt]:
    """Write the new reports of a sheet at once.

    They are composed anew under the lock. A receipt names what is in force for the date of its
    row. Raises StoreError, or RowRefusal where the ledger has changed so that a row is not taken
    any more; then none is written.
    """
    register = load_register(store)
    later: dict[str, Report] = {}

    def prepare(ledger: Ledger) -> list[Report]:
        reports, rivals = [], Rivals(ledger.reports)
        for row in sheet.new:
            target, original = row.target, row.original
            try:
                if original is not None and rivals.record(target.series, original.id) != original:
                    raise Refusal("changed_meanwhile", id=target.id)
                report = compose(
                    register, ledger, target, row.entry, original, now=now, rivals=rivals
                )
                reports.append(report)
                rival = _later_rival(rivals, target, report, original)
                if rival is not None:
                    later[report.id] = rival
            except Fault as fault:
                problem = CellProblem(row.cell, cell_code(fault.code), fault.facts)
                raise RowRefusal(problem) from None
        return reports

    request = wanted_of(_streams(sheet.new), register) if store.has_clock else ALL
    receipts = store.append(prepare, request, again=sheet.again)
    return [
        replace(receipt, in_force=later.get(receipt.report.id, receipt.report))
        for receipt in receipts
    ]


def _later_rival(
    rivals: Rivals, target: Target, report: Report, original: Report | None
) -> Report | None:
    """What counts in place of a report, because a clock that was ahead has recorded it later."""
    kind = competition(target)
    if kind == "none":
        return None
    others = rivals.of_period(report) if kind == "period" else rivals.of_slot(report)
    name = original.id if original is not None else ""
    stay = [rival for rival in others if not name or name not in (rival.id, rival.corrects)]
    last = max(stay, key=lambda rival: rival.order, default=report)
    return last if last.order > report.order else None


class _Reader:
    """Goes through a sheet row by row and collects what it holds."""

    def __init__(
        self,
        register: Register,
        ledger: Ledger,
        book: Book,
        blank: Entry,
        now: datetime,
        *,
        both: bool,
        only_body: str | None,
        sheet: str | None,
        work: Work,
        is_own: bool,
    ) -> None:
        broken_down = (target for target in register.targets.values() if target.breakdown)
        self.form = find_form(book, sheet).with_dimensions(broken_down)
        self._register = register
        self._ledger = ledger
        self._book = book
        self._blank = replace(blank, lang=self.form.lang or blank.lang)
        """What all rows share."""
        self._both = both
        self._only_body = only_body
        self.for_all = False
        """Whether rows that name no body are for all of them together."""
        self._now = now
        self._is_own = is_own
        self._work = work
        self._today = today_in(register.timezone, now)
        self._referee = Referee(register, self._today)
        self._columns = {name: at for name, at in self.form.columns.items() if name in READ}
        self._versions = FormVersions(book, ledger)
        self._rivals = Rivals(ledger.reports)
        self._before: dict[tuple[str, SeriesName, str | None], Verdict] = {}

    def read(self, answers: Mapping[str, bool], choices: Mapping[str, Choice]) -> None:
        """Take every row below the headings.

        ``answers`` say of cells if they hold a percentage, ``choices`` of cells with a second
        increment of a period which of the two are meant.
        """
        self._rows: dict[str, ImportRow] = {}
        self.empty_rows: list[tuple[int, Target]] = []
        self.skipped_rows: list[SkippedRow] = []
        self.problems: list[CellProblem] = []
        self.fractions: list[Fraction] = []
        self._percents = {cell_name(*place) for place in self.form.grid.percents}
        self.twins: list[Twin] = []
        self.again = False
        self._answers, self._choices = answers, choices
        self._slots: dict[object, list[ImportRow]] = {}
        layout = Layout(self.form, self._register)
        unread_rows = self._unread_rows()
        rows = range(self.form.heading + 1, len(self.form.grid.rows))
        for row in self._work.over(rows, "work_rows"):
            try:
                if row in unread_rows:
                    continue
                if (kind := layout.kind(row)) is not None:
                    self.skipped_rows.append(SkippedRow(row + 1, kind))
                else:
                    self._read(row, layout)
            except Fault as fault:
                column = column_to_blame(fault.code)
                self._problem(row, column, *self._said_of_cell(fault))
        for slot in self._slots.values():
            self._settle(slot)
        self._doubt_times()

    @property
    def rows(self) -> list[ImportRow]:
        """The rows that are reports, in the order in which they were taken."""
        return [*self._rows.values()]

    def _unread_rows(self) -> set[int]:
        """The rows with cells that not every reader takes for the same; each cell is a problem."""
        faults = list(unread_cells(self.form.grid, self.form.heading))
        self.problems += [_problem_of(fault) for fault in faults]
        return {fault.row for fault in faults}

    def _read(self, row: int, layout: Layout) -> None:
        """Take one row. Raises Refusal for what is wrong with it."""
        cells = {name: layout.value(row, name) for name in self._columns}
        if self._has_faults(row) or is_blank([cells.get(name) for name in TYPED]):
            return
        if stray := next(layout.strays(row), None):
            at, code, facts = stray
            self.problems.append(CellProblem(cell_name(row, at), code, facts))
            return
        value = cells.get("value")
        is_empty = isinstance(value, str) and is_no_figure(value)
        optional: tuple[Column, ...] = (
            "body", "part", "of", "source", "note", "slice", "series",
        )  # fmt: skip
        for column in optional:
            if isinstance(text := cells.get(column), str) and is_dash(text):
                cells[column] = None
        name = id_text(cells.get("target"))
        if name is None:
            if is_empty and is_blank([cells.get(column) for column in ("of", "source", "note")]):
                return
            raise Refusal("target_missing_in_row")
        target = find_subject(self._register, name, by_title=False)
        category = id_text(cells.get("slice"))
        if (strand := id_text(cells.get("series"))) is not None:
            target = strand_named(target, strand)
            check_whole_only(target, body=id_text(cells.get("body")), category=category)
        part = self._slice_in(row, target, category, layout)
        if part is None:
            return
        target = part
        if value is None or is_empty:
            others = [cells.get(column) for column in ("of", "source", "note")]
            if not is_empty and not is_blank(others):
                raise Refusal("half_filled")
            self.empty_rows.append((row + 1, target))
            return
        layout.check(row)
        cell, record = self._cell(row, "value"), self._versions.record(row + 1)
        if record is not None and record.series == target.series:  # this file was imported before
            self._check_body(record.body)
            self._add(ImportRow(cell, target, self._blank, record, (), record))
            return
        entry = self._entry(cell, target, cells)
        if entry is not None:
            entry = replace(entry, key=self._versions.key(row + 1))
            self._add(self._row_of(cell, target, entry, None))

    def _slice_in(
        self, row: int, target: Target, text: str | None, layout: Layout
    ) -> Target | None:
        """The slice of a target that a row is of, by the column of slices and those of dimensions;
        None, and a problem at its cell, for a category that there is not."""
        names = [] if text is None else [slice_named(target, text).slice]
        for at, heading, word in layout.categories(row):
            try:
                names.append(
                    slice_named(target, f"{dimension_headed(target, heading)}={word}").slice
                )
            except Refusal as refusal:
                if not (means_all(word) or is_total(word)):
                    code = cell_code(refusal.code)
                    self.problems.append(CellProblem(cell_name(row, at), code, refusal.facts))
                    return None
        return slice_named(target, ",".join(dict.fromkeys(names))) if names else target

    def _check_body(self, name: str | None) -> None:
        """Refuse a row of another body than the sheet is to be from."""
        if self._only_body not in (None, name):
            facts = {"body": self._only_body}
            raise (
                Refusal("body_none", **facts)
                if name is None
                else Refusal("body_other", name=name, **facts)
            )

    def _has_faults(self, row: int) -> bool:
        """Whether cells of a row hold an error, or a formula without a value."""
        faults = list(faults_in(self.form.grid, row, self._columns.values()))
        self.problems += [_problem_of(fault) for fault in faults]
        return bool(faults)

    def _entry(self, cell: str, target: Target, cells: Mapping[Column, Value]) -> Entry | None:
        """A row as text; None where its percentage has to be asked about first."""
        lang, of = self._blank.lang, cells.get("of")
        value = cells.get("value")
        if isinstance(value, date):
            raise Refusal("sheet_value_date", date=value)
        part = id_text(cells.get("part"))
        if part is not None:
            part = find_condition(target, part, parts=True)
        in_percent = subject_of(target, part).in_percent
        bare = bare_number(value, lang) if in_percent and of is None else None
        is_shown = cell in self._percents and isinstance(value, Decimal) and value != 0
        if is_shown and not in_percent and isinstance(value, Decimal):
            value = percent_text(value, lang)  # as the clerk saw it
        if bare is not None and (0 < abs(bare) <= 1 or is_shown):
            if cell not in self._answers:
                self.fractions.append(Fraction(cell, bare, target))
                return None
            value = EXACT.multiply(bare, 100) if self._answers[cell] else bare
        body = id_text(cells.get("body"))
        figure = text_of_cell(value, lang)
        for_all = body is not None and body not in self._register.bodies and means_all(body)
        if body is not None:
            body = None if for_all else find_body(self._register, target, body, parts=True)
        self._check_body(body)
        return replace(
            self._blank,
            value=figure if of is None and not isinstance(value, bool) else None,
            n=figure if of is not None else None,
            of=text_of_cell(of, lang),
            done=value if isinstance(value, bool) else None,
            date=date_text(cells.get("date"), lang),
            body=body,
            for_all=for_all or self.for_all,
            part=part,
            source=text_of_cell(cells.get("source"), lang) or self._blank.source,
            note=text_of_cell(cells.get("note"), lang),
        )

    def _row_of(
        self, cell: str, target: Target, entry: Entry, original: Report | None
    ) -> ImportRow:
        rivals, target = self._rivals, subject_of(target, entry.part)
        report = compose(
            self._register, self._ledger, target, entry, original, now=self._now, rivals=rivals
        )
        as_written(report)  # refuses a text that no line of the ledger can hold
        doubts = doubts_of(target, report, self._verdict_before(target), rivals, self._today)
        already = None
        if not target.accumulates:
            already = equal_in_force(report, rivals, competition=competition(target), again=False)
        return ImportRow(cell, target, entry, report, doubts, already, original)

    def _add(self, row: ImportRow) -> None:
        """Keep a row. Refuses a second one that competes with it.

        Increments of one period are kept together until all of them are there.
        """
        when, is_dated = row.report.date, competition(row.target) == "date"
        place = row.report.slot if is_dated else (*row.report.slot, when.first)
        rows = self._slots.setdefault(place, [])
        if rows and not row.target.accumulates:
            raise Refusal("row_twice", cell=rows[0].cell)
        rows.append(row)
        self._rows[row.cell] = row

    def _doubt_times(self) -> None:
        """Look at the time of the new rows, beside the ledger and the rows above."""
        neighbours: dict[object, Neighbours] = {}
        stays: dict[SeriesName, dict[object, list[Report]]] = {}
        sides: dict[tuple[SeriesName, bool], Times] = {}
        corrected = {row.original.id for row in self.rows if row.original is not None}
        for row in self.rows:
            if row.already is not None:
                continue
            target, report = row.target, row.report
            name = target.series
            if name not in stays:
                stays[name] = self._by_place(target, corrected)
            place = _place(target, report)
            if (name, place) not in neighbours:
                stay = stays[name].get(place, ())
                neighbours[name, place] = Neighbours(target, report, stay)
            beside = neighbours[name, place]
            running = running_total(report, beside) if target.accumulates else None
            doubts = [
                *row.doubts,
                *doubts_of_time(target, report, beside, running),
                *doubts_of_whole(target, report, self._side(sides, row, corrected)),
            ]
            self._rows[row.cell] = replace(row, doubts=doubts)
            beside.add(report)
            sides[name, report.body is None].add(report)

    def _by_place(self, target: Target, corrected: set[str]) -> dict[object, list[Report]]:
        """The reports that a row may stand beside, by body, condition and period."""
        places: dict[object, list[Report]] = {}
        for report in self._ledger.of(target):
            if report.id not in corrected:
                places.setdefault(_place(target, report), []).append(report)
        return places

    def _side(
        self, sides: dict[tuple[SeriesName, bool], Times], row: ImportRow, corrected: set[str]
    ) -> Times:
        """For a row of one body what was reported for all of them, else what single ones did."""
        name = row.target.series
        for is_whole in (True, False):
            if (name, is_whole) not in sides:
                reports = (r for r in self._ledger.of(row.target) if r.id not in corrected)
                sides[name, is_whole] = Times(r for r in reports if (r.body is None) == is_whole)
        return sides[name, row.report.body is not None]

    # Increments of one body, condition and period

    def _settle(self, rows: Sequence[ImportRow]) -> None:
        """Find out which increments the ledger has, which correct an earlier form, which are new.

        What is equal is the same. What the form said before and says no longer is corrected, row by
        row. A row that is left is another increment; if it is not the only one, it is asked about.
        """
        if not rows[0].target.accumulates:
            return
        rows = self._matches(rows)
        stay = [row for row in rows if row.already is not None or row.original is not None]
        for row in [row for row in rows if row.already is None and row.original is None]:
            choice = self._choices.get(row.cell, "both" if self._both or not stay else None)
            if choice is None:
                self.twins.append(Twin(row, stay[-1]))
                return
            if choice == "first":
                del self._rows[row.cell]
                continue
            if choice == "second":
                other = stay.pop()
                del self._rows[other.cell]
                if original := other.already or other.original:
                    del self._rows[row.cell]
                    row = self._row_of(row.cell, row.target, row.entry, original)
                    self._rows[row.cell] = row
            stay.append(row)

    def _matches(self, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """The same rows with what they repeat or correct."""
        rows, report = list(rows), rows[0].report
        rivals = self._rivals.of_slot(report)
        if not rivals:
            return rows
        earlier = self._versions.earlier(report)
        for at, other in _partners(rows, earlier, saying_of):
            self._match(rows, at, already=other)
        for at, other in _partners(rows, earlier, self._versions.office):
            self._match(rows, at, original=other)
        for at, other in _partners(rows, rivals, saying_of):
            self._match(rows, at, already=other)
        sayings = set(map(saying_of, rivals))
        new = (row for row in rows if row.already is None and row.original is None)
        self.again |= any(saying_of(row.report) in sayings for row in new)
        return rows

    def _match(
        self,
        rows: list[ImportRow],
        at: int,
        *,
        already: Report | None = None,
        original: Report | None = None,
    ) -> None:
        """Put what a row repeats or corrects into it."""
        row = rows[at]
        if already is not None:
            rows[at] = replace(row, already=already)
        elif original is not None:
            rows[at] = self._row_of(row.cell, row.target, row.entry, original)
        else:
            return
        self._rows[row.cell] = rows[at]

    def refuse_twins(self) -> None:
        """Make problems of the increments that nobody was asked about."""
        for row, first in self.twins:
            facts = {"cell": first.cell, "date": row.report.date}
            self.problems.append(CellProblem(row.cell, "row_twice_adds", facts))

    def ignored(self) -> list[UnreadColumn]:
        """The columns that are not read, but for those in which a cell was refused."""
        refused = {problem.cell.rstrip("0123456789") for problem in self.problems}
        too_wide = any(problem.code == "row_too_wide" for problem in self.problems)
        return [
            column
            for column in self.form.ignored(_body_names(self._register))
            if column.letters not in refused and (column.heading or not too_wide)
        ]

    def verdicts(self) -> dict[SeriesName, tuple[Verdict, Verdict]]:
        """How each target or slice that is reported on stands before the sheet and after it.

        Beside a slice stand those of the other targets on its indicator that promise something of
        it, and the wholes that it moves.
        """
        targets = {row.target.series: row.target for row in self.rows}
        after = self._ledger_after(targets)
        verdicts: dict[SeriesName, tuple[Verdict, Verdict]] = {}
        for target in self._work.over(targets.values(), "work_judging"):
            if target.of_strand is not None:
                pair = self._verdict_before(target), self._referee.judge_whole(target, after)
                verdicts[target.series] = pair
                continue
            if target.of_slice is None:
                subjects = self._register.targets_of[target.ledger_id]
            else:
                subjects = [target, *beside(self._register, target)]
            for subject in subjects:
                name = (
                    (subject.id, subject.of_slice) if subject.of_slice is not None else subject.id
                )
                pair = self._verdict_before(subject), self._referee.judge_whole(subject, after)
                is_known = subject.reporters is None or not self._is_own
                is_moved = is_known and (subject.of_slice is not None or _moves(*pair))
                if subject.series in targets or is_moved:
                    verdicts[name] = pair
        return verdicts

    def _ledger_after(self, names: Iterable[SeriesName]) -> Ledger:
        """The ledger with what is new in the sheet."""
        new: dict[SeriesName, list[Report]] = {name: [] for name in names}
        originals = set()
        for row in self.rows:
            if row.already is None:
                new[row.target.series].append(row.report)
            if row.already is None and row.original is not None:
                originals.add(row.original.id)
        reports = dict(self._ledger.reports)
        for name, rows in new.items():
            stay = [report for report in reports.get(name, ()) if report.id not in originals]
            reports[name] = by_date([*stay, *rows])
        return replace(self._ledger, reports=reports)

    def _verdict_before(self, target: Target) -> Verdict:
        name = (target.id, target.series, target.of_condition)
        if name not in self._before:
            self._before[name] = self._referee.judge_whole(target, self._ledger)
        return self._before[name]

    def _cell(self, row: int, name: Column) -> str:
        at = self._columns.get(name)
        if at is None and name == "slice":
            at = max(self.form.dimensions, default=None)
        return cell_name(row, self._columns["value"] if at is None else at)

    def _said_of_cell(self, fault: Fault | Refusal) -> tuple[str, Mapping[str, object]]:
        """What is wrong with a cell; of a figure in the other language, how to go on with many."""
        if fault.code != "figure_other_language":
            return cell_code(fault.code), fault.facts
        if self.form.lang is None:
            other = "vi" if self._blank.lang == "en" else "en"
            return "cell_other_language", {**fault.facts, "lang": other}
        code = "cell_not_vi" if self.form.lang == "vi" else "cell_not_en"
        return code, {**fault.facts, "names": "target, date, value"}

    def _problem(self, row: int, name: Column, code: str, facts: Mapping[str, object]) -> None:
        self.problems.append(CellProblem(self._cell(row, name), code, facts))


def _problem_of(fault: CellFault) -> CellProblem:
    return CellProblem(cell_name(fault.row, fault.column), fault.code, fault.facts)


def _moves(before: Verdict, after: Verdict) -> bool:
    """Whether a target stands otherwise than before, or by another figure."""
    return (before.state, before.last) != (after.state, after.last)


def _place(target: Target, report: Report) -> object:
    return report.body, report.part, turn_of(target, report.date)


def _partners(
    rows: Sequence[ImportRow], reports: Sequence[Report], kind: Callable[[Report], object]
) -> Iterator[tuple[int, Report]]:
    """For each row that repeats or corrects nothing yet, the first report of its kind.

    That is, of those that no other row stands for.
    """
    taken = {report.id for row in rows for report in (row.already, row.original) if report}
    kinds: dict[object, list[Report]] = {}
    for report in reversed(reports):
        if report.id not in taken:
            kinds.setdefault(kind(report), []).append(report)
    for at, row in enumerate(rows):
        others = kinds.get(kind(row.report))
        if others and row.already is None and row.original is None:
            yield at, others.pop()

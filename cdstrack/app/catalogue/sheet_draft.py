"""Commitments in sheets, drafted as entries of a register, with a doubt for whatever is a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cdstrack.app.catalogue.body_match import BodyMatch
from cdstrack.app.catalogue.commitment_table import (
    DASH,
    CommitmentRows,
    CommitmentTable,
    GoalColumn,
    find_table,
)
from cdstrack.app.catalogue.definitions import HEAD, is_definitions, read_definitions
from cdstrack.app.catalogue.draft_entries import (
    Draft,
    DraftEntry,
    DraftProblem,
    DraftSkip,
    DraftTerms,
    ReviewNote,
)
from cdstrack.app.catalogue.draft_slices import DraftBreakdown
from cdstrack.app.catalogue.promises import Promise, is_year_by_year, turn, year_by_year
from cdstrack.app.catalogue.title_ids import TitleIds, id_of
from cdstrack.app.record.cells import day_of_serial, id_text, percent_text, text_of_cell
from cdstrack.app.record.entry import PERCENT
from cdstrack.app.record.layout import RowKind
from cdstrack.app.record.sheet_table import CellFault, faults_in, sheets_of, unread_cells
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.naming import bare, fold, legible, look_up
from cdstrack.core.model.periods import Period, parse_period, period_at, period_index
from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.structs import dataclass, field, replace
from cdstrack.core.model.work import Work
from cdstrack.i18n.commitment_words import (
    CommitmentColumn,
    bodies_in,
    document_in,
    is_running,
    means_always,
    means_deadline,
    means_every_year,
    unit_in_title,
)
from cdstrack.i18n.fiscal_years import fiscal_year, year_in
from cdstrack.i18n.form_words import is_dash, is_no_figure
from cdstrack.i18n.goal_phrases import Every, less_is_better, measures_growth
from cdstrack.i18n.notation import Language, number
from cdstrack.i18n.read_dates import read_period
from cdstrack.i18n.read_figures import scale_of_unit
from cdstrack.i18n.read_goals import WrittenGoal, read_goals
from cdstrack.i18n.reading import Misread
from cdstrack.i18n.slice_words import SliceName, is_whole, known_slice, of_which, slice_in_cell
from cdstrack.store.sheet.grid import Book, Grid, Value, cell_name

PREVIOUS = ("above", "below")
"""The comparisons with the period before."""
_BLANKS = ("draft_no_goal", "draft_no_deadline", "draft_slice_whole")
"""Doubts of a row that says nothing, which its slices do."""
MOST_PERIODS = 24
"""So many periods are listed; of more only the last."""
LONGEST = 900
"""Characters of a title or a note that are kept."""


class _Part(NamedTuple):
    """A row that heads others: how deep it stands, and what it says for all of them."""

    level: int
    entry: DraftEntry
    mark: str
    year: str | None
    owner: str | None


def read_draft(
    books: Sequence[Book], register: Register | None, terms: DraftTerms, work: Work | None = None
) -> Draft:
    """Draft what the tables in some files promise; ``work`` counts their rows.

    Raises StoreError where a file has no table of commitments.
    """
    draft = Draft(whole=register is None)
    reader = _Reader(draft, register, terms, several=len(books) > 1)
    for book in books:
        own = next((grid for grid in book.grids if is_definitions(grid)), None)
        if own is not None and terms.sheet is None:
            _take_definitions(draft, book, own)
            continue
        tables = [
            table
            for grid in sheets_of(book, terms.sheet)
            if (table := find_table(grid, terms.names)) is not None
        ]
        for name in book.hidden:
            draft.remarks.append(ReviewNote(legible(name), "draft_sheet_hidden", {}))
        if not tables:
            raise StoreError("sheet_no_commitments", path=book.path)
        for table in tables:
            reader.read(book, table, work or Work())
    reader.settle()
    if not draft.targets and not draft.problems:
        raise StoreError("sheet_no_rows", path=books[0].path)
    return draft


def _take_definitions(draft: Draft, book: Book, grid: Grid) -> None:
    """Take an export of a register as it went out. Raises StoreError for a damaged one."""
    try:
        sections = read_definitions(grid)
    except ValueError:
        raise StoreError("sheet_definitions", path=book.path, text=grid.name) from None
    draft.whole = True
    head = sections.pop(HEAD, {}).get(HEAD, {})
    title = head.pop("title", "")
    draft.title = title if isinstance(title, str) else ""
    if not isinstance(title, str):
        head = {"title": title, **head}
    draft.header |= head
    draft.remarks.append(ReviewNote(grid.name, "draft_definitions", {"text": grid.name}))
    for name, values in sections.pop("targets", {}).items():
        draft.targets.append(DraftEntry(name, values))
    for section, group in sections.items():
        part: dict[str, DraftEntry] = getattr(draft, section)
        part |= {name: DraftEntry(name, values) for name, values in group.items()}


class _Reader:
    """Goes through tables row by row and collects what they promise."""

    def __init__(
        self, draft: Draft, register: Register | None, terms: DraftTerms, *, several: bool
    ) -> None:
        self._draft, self._register, self._terms = draft, register, terms
        known = register or None
        self._ids = TitleIds(
            [*known.targets, *known.broken, *getattr(known, "indicators", {})] if known else []
        )
        self._bodies = BodyMatch(
            known.bodies if known else {}, TitleIds(known.bodies if known else [])
        )
        self._source_ids = TitleIds(known.sources if known else [])
        self._several = several
        self._promises: list[Promise | DraftEntry] = []
        self._sources: dict[str, str] = {}
        self._split: set[str] = set()
        self._tables = 0

    def read(self, book: Book, table: CommitmentTable, work: Work) -> None:
        """Take every row of a table."""
        self._book, self._table, self._tables = book, table, self._tables + 1
        self._file = f"{legible(book.path)}!" if self._several else ""
        self._lang: Language = table.lang or self._terms.lang
        self._parts: list[_Part] = []
        self._before: str | None = None
        self._stem: str | None = None
        self._row_promises: list[Promise] = []
        self._foreign: tuple[int, int, str] | None = None
        self._thousands: tuple[int, int, str] | None = None
        self._is_of_which = self._is_total = self._is_refused = False
        self._main_source: str | None = None
        self._year = self._year_above()
        self._by_then = {at for at, text in table.texts.items() if means_deadline(text)}
        self._remark_years()
        rows = CommitmentRows(table)
        self._writes_percent = self._has_written_percent(rows)
        grid = table.grid
        refused = {fault.row for fault in unread_cells(grid, table.heading)}
        for fault in unread_cells(grid, table.heading):
            self._refuse(fault)
        strays: dict[int, int] = {}
        for row in work.over(range(table.heading + 1, len(grid.rows)), "work_rows"):
            cells = [cell for cell in grid.rows[row] if cell is not None]
            faults = list(faults_in(grid, row, table.places))
            for fault in faults:
                self._refuse(fault)
            if faults or row in refused:
                self._forget()
                self._is_refused = True
                continue
            if not cells:
                continue
            if (kind := self._skip(row, rows)) is not None:
                self._draft.skipped.append(DraftSkip(grid.name, row + 1, kind))
            elif (wide := next(rows.beyond(row), None)) is not None:
                self._refuse(wide)
                self._forget()
                self._is_refused = True
            elif self._is_refused and self._goes_on(row, rows):
                self._refuse(CellFault(row, table.columns["title"], "draft_row_refused", {}))
            elif (part := self._slice_of(row, rows)) is not None:
                self._slice_row(row, rows, part)
            elif self._is_of_which and of_which(rows.title(row) or "") == "":
                pass  # it only leads to the next ones
            elif rows.is_part(row):
                self._part(row, rows)
            else:
                self._row(row, rows)
            for at, _ in rows.stray(row):
                strays.setdefault(at, row)
        if self._foreign is not None and self._thousands is not None:
            (row, at, text), (*place, other) = self._thousands, self._foreign
            facts = {"text": text, "cell": cell_name(*place), "other": other}
            self._remark(row, at, "draft_notation", **facts)
        for at, row in sorted(strays.items()):
            self._remark(row, at, "draft_column_unread", text=str(grid.rows[row][at])[:80])
        for at, text in sorted(table.texts.items()):
            if at not in table.places and any(
                at < len(cells) and cells[at] is not None
                for cells in grid.rows[table.heading + 1 :]
            ):
                self._remark(table.heading, at, "draft_heading_unread", text=legible(text)[:80])

    def _skip(self, row: int, rows: CommitmentRows) -> RowKind | None:
        """What a row is that holds no commitment; below a total also what that consists of."""
        kind = rows.kind(row)
        goes_on = self._goes_on(row, rows)
        if kind is None and self._is_total and goes_on:
            return "total"
        self._is_total = kind == "total"
        self._is_refused = self._is_refused and goes_on
        return kind

    def _goes_on(self, row: int, rows: CommitmentRows) -> bool:
        """Whether a row is of the one before it: “Trong đó: nữ”, “- Nữ”, or one without a title."""
        title = rows.title(row)
        if title is None:
            return self._has_goal(row, rows)
        return of_which(title) is not None or (
            DASH.match(title) is not None and not rows.mark(row)[0]
        )

    def _forget(self) -> None:
        """Let nothing that follows belong to the row before."""
        self._before = self._stem = None
        self._row_promises, self._is_of_which = [], False

    # Places

    def _at(self, row: int, at: int) -> str:
        grid, cell = self._table.grid, cell_name(row, at)
        sheet = f"{legible(grid.name)}!" if grid.mark is None else ""
        return f"{self._file}{sheet}{cell}"

    def _cell(self, row: int, name: CommitmentColumn) -> str:
        return self._at(row, self._table.columns.get(name, self._table.columns["title"]))

    def _refuse(self, fault: CellFault) -> None:
        place = self._at(fault.row, fault.column)
        file = "" if self._file else f"{self._book.path}!"
        self._draft.problems.append(DraftProblem(file, place, fault.code, fault.facts))

    def _remark(self, row: int, at: int, code: str, **facts: object) -> None:
        self._draft.remarks.append(ReviewNote(self._at(row, at), code, facts))

    # What the table as a whole says

    def _has_written_percent(self, rows: CommitmentRows) -> bool:
        """Whether a cell of percent holds 63.5 for 63.5 %: then 0.5 is hardly 50 %."""
        grid = self._table.grid
        return any(
            isinstance(cell, Decimal) and cell > 1 and (row, goal.at) not in grid.percents
            for row in range(self._table.heading + 1, len(grid.rows))
            if str(rows.value(row, "unit") or "").lstrip().startswith("%")
            for goal in self._table.goals
            for cell in (rows.at(row, goal.at),)
        )

    def _remark_years(self) -> None:
        """Say once how columns of years were read."""
        for at, year in sorted(self._table.years.items()):
            fiscal = fiscal_year(year)
            if fiscal is not None and at in self._table.places:
                text = legible(self._table.texts.get(at, year))[:80]
                facts = {"text": text, "date": fiscal.deadline}
                self._remark(self._table.heading, at, "draft_fiscal", **facts)

    def _year_above(self) -> str | None:
        """The deadline of a table without one: by option, or the year that its title names."""
        if self._terms.deadline is not None or "deadline" in self._table.columns:
            return self._terms.deadline
        years: dict[str, tuple[int, int]] = {}
        for row, at, text in self._table.above():
            plain = fold(text)
            if document_in(text) is not None or "thang" in plain or "van ban" in plain:
                continue
            for year in re.findall(
                r"\b(?:nam|den|year|by|in)\s+(20[0-9]{2})\b(?! ?[-–/] ?[0-9])", plain
            ):
                years.setdefault(year, (row, at))
        if len(years) != 1 or any(goal.year for goal in self._table.goals):
            return None
        ((year, (row, at)),) = years.items()
        self._remark(row, at, "draft_year_above", year=year)
        return year

    def _source(self, row: int, rows: CommitmentRows) -> str:
        """The document that a row comes from: its own, else that of the table."""
        own = rows.value(row, "basis")
        if isinstance(own, str) and not is_dash(own):
            return self._source_named(own, self._cell(row, "basis"))
        if self._main_source is None:
            self._main_source = self._source_of_table()
        return self._main_source

    def _source_of_table(self) -> str:
        terms, register = self._terms, self._register
        if register is not None and terms.source in register.sources:
            return str(terms.source)
        document = place = None
        if terms.title is None:
            for row, at, text in self._table.above():
                if document is None and (document := document_in(text)) is not None:
                    place = self._at(row, at)
        name = re.split(r"[/\\]", self._book.path)[-1]
        title = terms.title or (document.title if document is not None else name.rpartition(".")[0])
        known = self._known_source(title)
        if known is not None and terms.source is None:
            return known
        when = terms.on or (document and document.date)
        by = terms.by or (document and document.publisher)
        entry = self._new_source(title, when, by, place or self._at(0, 0), terms.source)
        if document is not None and place is not None:
            entry.doubt("title", place, "draft_source_read", text=title)
        elif terms.title is None:
            entry.doubt("title", self._at(0, 0), "draft_source_file", text=name)
        return entry.id

    def _source_named(self, text: str, place: str) -> str:
        """The source of a cell “Căn cứ”."""
        document = document_in(text)
        title = document.title if document is not None else legible(text)[:LONGEST]
        known = self._known_source(title) or self._known_source(legible(text))
        if known is not None:
            return known
        when, by = (document.date, document.publisher) if document is not None else (None, None)
        return self._new_source(title, when, by, place, None).id

    def _known_source(self, title: str) -> str | None:
        if bare(title) in self._sources:
            return self._sources[bare(title)]
        if self._register is None:
            return None
        sources = self._register.sources
        if title in sources:
            return title
        titles = [(key, (source.title.vi, source.title.en)) for key, source in sources.items()]
        matches = look_up(title, titles)
        if not matches and (mark := re.search(r"[0-9]+/\S+", title)):
            matches = [key for key, names in titles if any(mark[0] in name for name in names)]
        return matches[0] if len(matches) == 1 else None

    def _new_source(
        self, title: str, when: str | None, by: str | None, place: str, name: str | None
    ) -> DraftEntry:
        key = name if name is not None else self._source_ids.new(_short_title(title), "source")
        entry = self._draft.sources.get(key)
        if entry is not None:
            return entry
        values: dict[str, object] = {"title": title}
        entry = DraftEntry(key, values, place=place)
        if by is not None:
            values["publisher"] = by
        else:
            values["publisher"] = title
            entry.doubt("publisher", place, "draft_publisher")
        day = None
        if when is not None:
            with suppress(Misread):
                day = read_period(when, self._lang, self._terms.today)
        values["date"] = day.said if day is not None else self._terms.today.isoformat()
        if day is None:
            entry.doubt("date", place, "draft_source_date")
        self._draft.sources[key] = entry
        self._sources[bare(title)] = key
        return entry

    # Rows

    def _part(self, row: int, rows: CommitmentRows) -> None:
        """A row that heads the next ones."""
        title = rows.title(row)
        if title is None:
            return
        mark, level = rows.mark(row)
        while self._parts and self._parts[-1].level >= level:
            self._parts.pop()
        year = year_in(title)
        if year is not None and re.fullmatch(r"20[0-9]{2}-20[0-9]{2}", year):
            year = None
        values: dict[str, object] = {"title": title[:LONGEST], "kind": "heading"}
        if self._parts:
            values["part_of"] = self._parts[-1].entry.id
        name = self._ids.new(title, "part")
        entry = DraftEntry(name, {"id": name, **values}, place=self._cell(row, "title"))
        owner = rows.value(row, "owner")
        lead = self._body_ids(owner)[0] if isinstance(owner, str) else []
        self._parts.append(_Part(level, entry, mark, year, lead[0] if lead else None))
        self._before, self._stem = None, None if level <= 1 else title
        self._row_promises, self._is_of_which = [], False
        self._promises.append(entry)

    def _row(self, row: int, rows: CommitmentRows) -> None:
        """A row that promises something: an entry for each of its goals."""
        table = self._table
        title, place = rows.title(row), self._cell(row, "title")
        borrowed = False
        if title is None or is_dash(title):
            filled = [rows.at(row, goal.at) for goal in table.goals]
            if self._before is None or all(cell is None for cell in filled):
                if any(cell is not None for cell in filled):
                    fault = CellFault(row, table.columns["title"], "draft_title_missing", {})
                    self._refuse(fault)
                return
            title, borrowed = self._before, True
        elif DASH.match(title):
            title = DASH.sub("", title)
            if self._stem is not None:
                title = f"{self._stem}: {title}"
        else:
            self._stem = title
        self._before = title
        if len(title) > LONGEST:
            title = title[:LONGEST]
        unit = self._text(rows.value(row, "unit"))
        if unit is None and (parts := unit_in_title(title)) is not None:
            title, unit = parts
        note = self._text(rows.value(row, "note"))
        runs_on = any(map(is_running, (title, unit or "", note or "")))
        owner, partners, owner_doubt = self._owners(row, rows)
        due_cell = rows.value(row, "deadline")
        self._row_promises, self._is_of_which = [], False
        breakdown, goals = DraftBreakdown(), list(self._goals(row, rows, table.goals))
        own_id = rows.value(row, "id")
        stem = str(id_text(own_id)) if own_id is not None else ""
        for goal, year, at, misread in goals:
            if goal is not None and _is_year(goal, unit):
                goal = WrittenGoal("done", goal.text, when=goal.text, doubt="draft_year_goal")
            due = self._due(row, due_cell, goal, year, at, is_alone=len(goals) == 1)
            if goal is not None and (goal.every or goal.keeps or goal.comparison in PREVIOUS):
                due = replace(due, every=goal.every or due.every or "year", text=goal.text)
            entry = DraftEntry("", {}, place=place)
            values = entry.values
            values["id"] = ""
            values["title"] = title
            if borrowed:
                entry.doubt("title", place, "draft_title_above")
            self._put_goal(entry, goal, unit, at, row, misread, due, rows)
            self._put_due(entry, due, row)
            values["owner"] = owner
            if owner_doubt is not None and at == goals[0][2]:
                entry.doubts.setdefault("owner", []).append(owner_doubt)
            if partners:
                values["with"] = partners
            stated = self._statement(entry, self._source(row, rows))
            if goal is not None and goal.text:
                stated["figure"] = _figure(goal, values)
            values["stated"] = stated
            mark = rows.mark(row)[0]
            marks = [*(part.mark for part in self._parts), mark]
            if any(marks):
                values["place"] = ".".join(filter(None, marks))
            if self._parts:
                values["part_of"] = self._parts[-1].entry.id
            if note is not None:
                values["notes"] = [{"vi": note[:LONGEST], "en": note[:LONGEST]}]
            key = (bare(title), bare(str(values.get("unit", ""))))
            promise = Promise(
                entry, stem or title, _unit_of(values), due.year, key, owner, at, breakdown,
                row=(self._tables, row), place=self._at(row, at),
                is_plain=goal is not None and goal.plain,
                is_yearly=year is not None and year == due.year
                and not (at in self._by_then or runs_on),
            )  # fmt: skip
            self._promises.append(promise)
            self._row_promises.append(promise)
        for column in table.parts:
            if column.part is not None:
                self._take_slices(row, rows, column.part, [column], title)

    # Slices

    def _slice_of(self, row: int, rows: CommitmentRows) -> SliceName | None:
        """Of which slice of the row before a row is: “Trong đó: nữ”, or by its column of slices.

        None for a row of its own; then “Trong đó:” says what the next ones are.
        """
        cell = self._text(rows.value(row, "slice"))
        title = rows.title(row)
        if cell is not None and not is_whole(cell) and self._row_promises:
            same = title is None or bare(title) == bare(self._before or "")
            return slice_in_cell(cell) if same else None
        if title is None or not self._row_promises:
            return None
        rest, name = of_which(title), DASH.sub("", title)
        if rest == "":
            self._is_of_which = not self._has_goal(row, rows)
            return None
        if rest is not None:
            return known_slice(rest) or SliceName("", "", rest, is_known=False)
        if not self._has_goal(row, rows) or rows.mark(row)[0]:
            return None
        part = known_slice(name)
        if part is not None and (self._is_of_which or DASH.match(title)):
            return part
        if self._is_of_which and DASH.match(title):
            return SliceName("", "", name, is_known=False)
        return None

    def _has_goal(self, row: int, rows: CommitmentRows) -> bool:
        return any(rows.at(row, goal.at) is not None for goal in self._table.goals)

    def _slice_row(self, row: int, rows: CommitmentRows, part: SliceName) -> None:
        """A row of a slice: its goals belong to those of the row that it is a slice of."""
        title = self._before or ""
        if not self._has_goal(row, rows):
            self._keep_category(part, self._cell(row, "title"))
            return
        self._take_slices(row, rows, part, self._table.goals, title)

    def _keep_category(self, part: SliceName, place: str) -> None:
        """A slice without a goal is only watched."""
        promise = self._row_promises[0]
        promise.breakdown.find(part)
        if not part.is_known:
            promise.entry.doubt("breakdown", place, "draft_slice_group", text=part.title)

    def _take_slices(
        self, row: int, rows: CommitmentRows, part: SliceName, columns: Sequence[GoalColumn],
        title: str,
    ) -> None:  # fmt: skip
        """Put the goals of a slice, in these columns, where they belong."""
        unit_cell, due_cell = rows.value(row, "unit"), rows.value(row, "deadline")
        for goal, year, at, misread in self._goals(row, rows, columns):
            if goal is None:
                continue
            place = self._at(row, at)
            due = self._due(row, due_cell, goal, year, at, is_alone=False)
            parent = self._parent(at, due.year)
            unit = self._text(unit_cell)
            entry = DraftEntry("", {"title": title}, place=place)
            whole = _unit_of(parent.entry.values) if parent is not None else None
            self._put_goal(entry, goal, unit or whole, at, row, misread, due, rows)
            entry.values.pop("baseline", None)
            is_same = whole is None or bare(str(entry.values.get("unit", ""))) == bare(whole)
            if parent is None or "target" not in entry.values or not is_same:
                is_unit = "target" in entry.values and not is_same
                self._refuse_slice(row, at, goal, part, is_unit=is_unit)
                continue
            self._put_slice(parent, part, entry, goal, due, self._start(row, rows, part), place)

    def _parent(self, at: int, year: str) -> Promise | None:
        """Which goal of the row before a slice's is a slice of: by its date, or its column."""
        parents = self._row_promises
        if not year:
            match = next((promise for promise in parents if promise.at == at), None)
            return match or (parents[0] if len(parents) == 1 else None)
        match = next((promise for promise in parents if promise.due == year), None)
        is_open = len(parents) == 1 and "target" not in parents[0].entry.values
        return match or (parents[0] if is_open else None)

    def _put_slice(
        self, parent: Promise, part: SliceName, entry: DraftEntry, goal: WrittenGoal, due: _Due,
        start: dict[str, object] | None, place: str,
    ) -> None:  # fmt: skip
        values = parent.entry.values
        if "target" not in values:
            values["kind"] = "unquantified"
            values.setdefault("unit", entry.values["unit"])
            doubts = parent.entry.doubts.get("kind", [])
            parent.entry.doubts["kind"] = [note for note in doubts if note.code not in _BLANKS]
            parent.entry.doubt("kind", place, "draft_slice_whole")
            if due.period is not None and "deadline" not in values:
                self._put_due(parent.entry, due, 0)
        names = parent.breakdown.find(part)
        terms: dict[str, object] = {"target": entry.values["target"]}
        if start is not None:
            terms["baseline"] = start
        if goal.text:
            terms["figure"] = _figure(goal, entry.values)
        if goal.plain:
            parent.plain_slices.append(terms)
        if not parent.slices.put(names, terms):
            parent.entry.doubt("slices", place, "draft_slice_twice", text=part.title)
        parent.entry.doubts.setdefault("slices", []).extend(
            doubt for key in ("target", "unit") for doubt in entry.doubts.get(key, ())
        )
        if not part.is_known:
            parent.entry.doubt("breakdown", place, "draft_slice_group", text=part.title)

    def _start(self, row: int, rows: CommitmentRows, part: SliceName) -> dict[str, object] | None:
        """Where a slice stood: in a column of its own, or in that of its row."""
        at = self._table.starts.get(part[:2])
        if at is None and self._is_row_of(row, rows):
            at = self._table.columns.get("baseline")
        cell = rows.at(row, at) if at is not None else None
        if at is None or not isinstance(cell, Decimal | str) or is_no_figure(str(cell)):
            return None
        whole = _unit_of(self._row_promises[0].entry.values) if self._row_promises else None
        try:
            value = self._amount(cell, row, at, whole)
        except Misread:
            return None
        when = self._stood_in(at)
        return {"value": value, "date": when} if when is not None else {"value": value}

    def _amount(self, cell: Decimal | str, row: int, at: int, unit: str | None) -> Decimal:
        """The figure of a cell, in the unit that its column says. Raises Misread."""
        if isinstance(cell, Decimal):
            return self._number(cell, row, at).value
        return _in_unit(read_goals(cell, self._lang)[0], unit or "").value

    def _is_row_of(self, row: int, rows: CommitmentRows) -> bool:
        """Whether a row is one of a slice, not one with columns for slices."""
        return self._slice_of(row, rows) is not None

    def _refuse_slice(
        self, row: int, at: int, goal: WrittenGoal, part: SliceName, *, is_unit: bool
    ) -> None:
        """A goal of a slice that has no place in the entry of the whole: said where it belongs."""
        code = "draft_slice_unit" if is_unit else "draft_slice_unread"
        promise = self._row_promises[0] if self._row_promises else None
        if promise is not None:
            facts = {"text": goal.text, "name": part.title}
            promise.entry.doubt("title", self._at(row, at), code, **facts)

    def _statement(self, entry: DraftEntry, name: str) -> dict[str, object]:
        """The statement of an entry: its source, and what that does not say by itself."""
        stated: dict[str, object] = {"source": name}
        source = self._register.sources.get(name) if self._register is not None else None
        if source is None:
            return stated
        if source.date is None:
            stated["on"] = self._terms.today.isoformat()
            entry.doubt("stated", entry.place, "draft_source_date")
        if source.speaker is None and source.publisher is None:
            stated["by"] = self._terms.by or source.title.to(self._lang)
            if self._terms.by is None:
                entry.doubt("stated", entry.place, "draft_publisher")
        return stated

    def _text(self, cell: Value) -> str | None:
        if cell is None:
            return None
        text = legible(text_of_cell(cell, self._lang) or "")
        return None if not text or is_dash(text) else text

    def _body_ids(self, text: str) -> tuple[list[str], list[str]]:
        lead, partners = bodies_in(text)
        whole = self._bodies
        return (
            list(dict.fromkeys(whole.find(name) for name in lead)),
            list(dict.fromkeys(whole.find(name) for name in partners)),
        )

    def _owners(self, row: int, rows: CommitmentRows) -> tuple[str, list[str], ReviewNote | None]:
        """Who answers for a row, and who works with them."""
        cell = self._text_lines(rows.value(row, "owner"))
        place = self._cell(row, "owner")
        lead, partners = self._body_ids(cell) if cell is not None else ([], [])
        beside = self._text_lines(rows.value(row, "with"))
        if beside is not None:
            more = self._body_ids(beside)
            partners += [*more[0], *more[1]]
        doubt = None
        if not lead:
            above = next((part.owner for part in reversed(self._parts) if part.owner), None)
            if above is not None:
                lead = [above]
            else:
                lead = [self._nobody()]
                doubt = ReviewNote(place, "draft_owner_missing", {})
        elif len(lead) > 1 and bare(cell or "") not in self._split:
            self._split.add(bare(cell or ""))  # once for all rows that say the same
            doubt = ReviewNote(place, "draft_owners", {"n": len(lead), "text": legible(cell or "")})
        partners = [*lead[1:], *partners]
        return lead[0], [one for one in dict.fromkeys(partners) if one != lead[0]], doubt

    def _text_lines(self, cell: Value) -> str | None:
        if not isinstance(cell, str) or is_dash(cell):
            return None
        return cell

    def _nobody(self) -> str:
        """The body that stands for one that is not named."""
        names = {"vi": "Chưa rõ cơ quan chủ trì", "en": "Owner not yet known"}
        return self._bodies.find(names[self._terms.lang])

    # Goals

    def _goals(
        self, row: int, rows: CommitmentRows, columns: Sequence[GoalColumn]
    ) -> Iterator[tuple[WrittenGoal | None, str | None, int, Misread | None]]:
        """The goals of a row, with the year and the column of each."""
        table, any_goal = self._table, False
        for column in columns:
            cell = rows.at(row, column.at)
            if cell is None or (isinstance(cell, str) and is_no_figure(cell)):
                continue
            any_goal = True
            if rows.is_shared(row, column.at):
                self._refuse(CellFault(row, column.at, "figure_merged", {}))
                continue
            if isinstance(cell, Decimal):
                yield self._number(cell, row, column.at), column.year, column.at, None
                continue
            if isinstance(cell, bool):
                yield WrittenGoal("done", str(id_text(cell))), column.year, column.at, None
                continue
            if isinstance(cell, date):
                text = cell.isoformat()
                goal = WrittenGoal("done", text, when=text)
                yield goal, column.year, column.at, None
                continue
            self._note_notation(row, column.at, cell)
            try:
                for goal in read_goals(cell, self._lang):
                    yield goal, column.year, column.at, None
            except Misread as misread:
                yield WrittenGoal("done", legible(cell)), column.year, column.at, misread
        if not any_goal:
            at = table.goals[0].at if table.goals else table.columns["title"]
            year = table.goals[0].year if len(table.goals) == 1 else None
            yield None, year, at, None

    def _note_notation(self, row: int, at: int, cell: str) -> None:
        """Keep the first figure that only the other language writes so, and the first with a sign
        that means thousands here and decimals there."""
        point = "." if self._lang == "vi" else ","
        sign = re.escape(point)
        if re.search(rf"[0-9]{sign}[0-9]{{1,2}}(?![0-9]|{sign}[0-9])(?!/)", cell):
            self._foreign = self._foreign or (row, at, legible(cell))
        elif re.search(rf"(?<![0-9.,])[1-9][0-9]{{0,2}}{sign}[0-9]{{3}}(?![0-9.,])", cell):
            self._thousands = self._thousands or (row, at, legible(cell))

    def _number(self, cell: Decimal, row: int, at: int) -> WrittenGoal:
        """The goal that a number is; of one that is shown as percent, what is shown."""
        if (row, at) in self._table.grid.percents:
            text = percent_text(cell, self._lang)
            value = EXACT.multiply(cell, 100).normalize()
            return WrittenGoal("at_least", text, value, unit="%", plain=True)
        text = text_of_cell(cell, self._lang) or ""
        return WrittenGoal("at_least", text, cell, plain=True, write="cell")

    def _put_goal(
        self, entry: DraftEntry, goal: WrittenGoal | None, unit: str | None, at: int, row: int,
        misread: Misread | None, due: _Due, rows: CommitmentRows,
    ) -> None:  # fmt: skip
        """Kind, unit, baseline and goal of an entry."""
        values, place = entry.values, self._at(row, at)
        if misread is not None:
            values["kind"] = "unquantified"
            entry.doubt("kind", place, misread.code, **misread.facts)
            return
        if goal is None:
            # A task: something to be done, by a day or all the time.
            values["kind"] = "unquantified" if due.goes_on else "milestone"
            if self._table.goals:
                entry.doubt("kind", place, "draft_no_goal")
            return
        if goal.comparison == "done":
            goes_on = due.goes_on or means_always(goal.text)
            values["kind"] = "unquantified" if goes_on else "milestone"
            if goal.doubt is not None:
                entry.doubt("kind", place, goal.doubt, text=goal.text)
            elif goal.rest and unit is not None:
                entry.doubt("kind", place, "draft_milestone", text=goal.rest)
            return
        doubt = "draft_mean" if goal.is_mean else goal.doubt
        if doubt is not None:
            values["kind"] = "unquantified"
            if unit is not None:
                values["unit"] = unit
            entry.doubt("kind", place, doubt, text=goal.text)
            return
        values["kind"] = "sustain" if due.every is not None else "reach"
        values["unit"] = self._unit(entry, goal, unit, place)
        goal = _in_unit(goal, str(values["unit"]))
        if goal.comparison in PREVIOUS:
            values["target"] = {goal.comparison: "previous"}
            self._baseline(entry, row, rows, str(values["unit"]).lstrip().startswith("%"))
            return
        in_percent = str(values["unit"]).lstrip().startswith("%")
        value = goal.value
        if goal.write == "cell" and in_percent and 0 < abs(value) <= 1:
            value = self._percentage(entry, "target", value, place)
        start = self._baseline(entry, row, rows, in_percent)
        text = {"text": goal.text}
        if goal.scale != scale_of_unit(str(values["unit"])) != 1 != goal.scale:
            write = f"{number(goal.value, self._lang)} {values['unit']}"
            entry.doubt("target", place, "draft_figure_write", write=write, **text)
        elif goal.write not in (None, "cell"):
            entry.doubt("target", place, "draft_figure_write", write=goal.write, **text)
        if goal.rest:
            entry.doubt("target", place, "draft_rest", rest=goal.rest)
        self._put_comparison(entry, goal, value, start, place)

    def _put_comparison(
        self, entry: DraftEntry, goal: WrittenGoal, value: Decimal, start: Decimal | None,
        place: str,
    ) -> None:  # fmt: skip
        values, comparison = entry.values, goal.comparison
        if comparison in ("increase_by", "reduce_by"):
            if not self._is_growth(entry, goal):
                self._put_change(entry, goal, value, start, place)
                return
            comparison = "at_least"
        if comparison == "about":
            entry.doubt("target", place, "draft_about", text=goal.text)
        if self._is_most(entry, goal, value, start, place):
            values["target"] = {"at_most": goal.up_to or value}
            return
        if goal.up_to is not None:
            least = "more_than" if comparison == "more_than" else "at_least"
            values["target"] = {least: value, "up_to": goal.up_to}
            return
        if goal.is_rank:
            entry.doubt("target", place, "draft_rank", text=goal.text)
        values["target"] = {comparison: value}

    def _is_most(
        self, entry: DraftEntry, goal: WrittenGoal, value: Decimal, start: Decimal | None,
        place: str,
    ) -> bool:  # fmt: skip
        """Whether a figure without a word is rather the most than the least; then it is doubted."""
        title, high = str(entry.values["title"]), goal.up_to or value
        if not goal.plain or measures_growth(title) == "up":
            return False
        if start is not None and high != start:
            if high > start:
                return False
            entry.doubt("target", place, "draft_below_start", text=goal.text, value=start)
        elif high == 0 or less_is_better(title, str(entry.values["unit"])):
            entry.doubt("target", place, "draft_less_better", text=goal.text)
        elif high < 0:
            entry.doubt("target", place, "draft_negative", text=goal.text)
            return False
        else:
            return False
        return True

    def _is_growth(self, entry: DraftEntry, goal: WrittenGoal) -> bool:
        """Whether a change is a value of what is measured: “tăng 7%” of a rate of growth."""
        way = measures_growth(str(entry.values["title"]))
        right = "up" if goal.comparison == "increase_by" else "down"
        is_rate = goal.unit == "%" and not (goal.is_points or goal.is_multiple)
        return way == right and is_rate and goal.beside in (None, "previous")

    def _put_change(
        self, entry: DraftEntry, goal: WrittenGoal, value: Decimal, start: Decimal | None,
        place: str,
    ) -> None:  # fmt: skip
        """A goal that is told from where it stood; one that may be meant otherwise is doubted."""
        values = entry.values
        in_percent = str(values["unit"]).lstrip().startswith("%")
        code = None
        if goal.every is not None or goal.beside == "previous":
            code = "draft_change_yearly"
        elif re.search("[0-9]", goal.rest):
            code = "draft_vague"
        elif in_percent and goal.unit == "%" and not (goal.is_points or goal.is_multiple):
            code = "draft_change_points"
        elif goal.is_points and not in_percent:
            code = "draft_compared"
        if code is not None:
            values["kind"] = "unquantified"
            entry.doubts.pop("target", None)
            entry.doubt("kind", place, code, text=goal.text)
            return
        baseline = values.get("baseline")
        when = str(baseline.get("date", "")) if isinstance(baseline, dict) else ""
        if goal.beside is not None and when and goal.beside != when[:4]:
            values.pop("baseline")
            start = None
            facts = {"text": goal.text, "year": goal.beside, "date": when}
            entry.doubt("target", place, "draft_change_other", **facts)
        elif start is None:
            entry.doubt("target", place, "draft_change_open", text=goal.text)
        if goal.up_to is not None:
            entry.doubt("target", place, "draft_rest", rest=f"{goal.up_to:f}")
        is_share = goal.unit == "%" and not goal.is_points
        change: object = f"{value:f}%" if is_share else value
        values["target"] = {goal.comparison: change}

    def _unit(self, entry: DraftEntry, goal: WrittenGoal, unit: str | None, place: str) -> str:
        words = goal.unit
        if goal.comparison in ("increase_by", "reduce_by") and words == "%" and unit is not None:
            return unit
        if unit is not None:
            plain = bare(unit)
            is_percent = fold(words) in PERCENT and (fold(unit) in PERCENT or "ty le" in plain)
            if words and bare(words) not in plain and not is_percent:
                entry.doubt("unit", place, "draft_unit_differs", text=words, unit=unit)
                if not goal.is_rank and len(words) == 1:
                    return words
            return "%" if words == "%" and plain in ("ty le", "phan tram", "percent") else unit
        if goal.is_rank:
            return {"vi": "hạng", "en": "rank"}[self._lang]
        if words:
            return words
        entry.doubt("unit", place, "draft_unit_missing")
        return {"vi": "đơn vị", "en": "units"}[self._lang]

    def _percentage(self, entry: DraftEntry, key: str, value: Decimal, place: str) -> Decimal:
        """0.8 in a cell of percent: a spreadsheet keeps 80 % so, unless others are written out."""
        if self._terms.fractions is None and self._writes_percent:
            entry.doubt(key, place, "draft_fraction_plain", value=value)
            return value
        if self._terms.fractions is None:
            hundred = EXACT.multiply(value, 100).normalize()
            entry.doubt(key, place, "draft_fraction", value=value, percent=hundred)
            return hundred
        return EXACT.multiply(value, 100).normalize() if self._terms.fractions else value

    def _baseline(
        self, entry: DraftEntry, row: int, rows: CommitmentRows, in_percent: bool
    ) -> Decimal | None:
        """Where it stood, if the table says so."""
        cell, place = rows.value(row, "baseline"), self._cell(row, "baseline")
        if cell is None or (isinstance(cell, str) and is_no_figure(cell)):
            return None
        at = self._table.columns["baseline"]
        when = self._stood_in(at)
        if isinstance(cell, Decimal):
            goal = self._number(cell, row, at)
            value = goal.value
            if in_percent and goal.write == "cell" and 0 < abs(value) <= 1:
                value = self._percentage(entry, "baseline", value, place)
        else:
            try:
                goal = read_goals(str(id_text(cell)), self._lang)[0]
            except Misread:
                goal = WrittenGoal("done", "")
            if goal.comparison == "done":
                entry.doubt("baseline", place, "draft_baseline", text=legible(str(cell)))
                text = legible(str(cell))[:LONGEST]
                entry.values["notes"] = [{"vi": text, "en": text}]
                return None
            value = _in_unit(goal, str(entry.values.get("unit", ""))).value
            if goal.rest:
                entry.doubt("baseline", place, "draft_rest", rest=goal.rest)
            if goal.when is not None:
                with suppress(Misread):
                    when = read_period(goal.when, self._lang, self._terms.today).said
        baseline: dict[str, object] = {"value": value}
        if when is not None:
            baseline["date"] = when
        entry.values["baseline"] = baseline
        return value

    def _stood_in(self, at: int) -> str | None:
        """The year that the heading of a baseline names, or the last of those."""
        year = self._table.years.get(at)
        if year is None:
            return None
        period = self._due_of_text(year, "", None).period
        return period.said.rpartition("/")[2] if period is not None else None

    # Deadlines

    def _due(
        self, row: int, cell: Value, goal: WrittenGoal | None, year: str | None, at: int, *,
        is_alone: bool,
    ) -> _Due:  # fmt: skip
        """When a goal is due: as stands beside its figure, above its column, in its row, above.

        Where its row says a part of the year that stands above, that is it; what it says otherwise
        is doubted, if the row has no other goal (``is_alone``).
        """
        own = self._own_due(row, goal, year, at)
        if own is None:
            return self._row_due(row, cell)
        if own.period is None or cell is None or (isinstance(cell, str) and is_dash(cell)):
            return own
        due = self._row_due(row, cell)
        facts: dict[str, object] = {"when": own.period}
        if due.period is None:
            text = legible(text_of_cell(cell, self._lang) or "")
            facts |= {"text": text}
            return replace(own, place=due.place, code="draft_due_unread", facts=facts)
        if own.period.first <= due.period.first and due.period.last <= own.period.last:
            return due
        if own.code is None and is_alone and due.period.last != own.period.last:
            facts |= {"text": due.text}
            return replace(own, place=due.place, code="draft_due_differs", facts=facts)
        return own

    def _own_due(
        self, row: int, goal: WrittenGoal | None, year: str | None, at: int
    ) -> _Due | None:
        """What a goal says itself of when it is due, or the heading of its column."""
        if goal is not None and goal.when is not None:
            due = self._due_of_text(goal.when, self._at(row, at), None)
            if due.period is not None:
                return due
        if year is None:
            return None
        due = self._due_of_text(year, self._at(self._table.heading, at), None)
        return replace(due, code=None) if due.period is not None else due

    def _row_due(self, row: int, cell: Value) -> _Due:
        """When a row is due, or what stands above it."""
        place = self._cell(row, "deadline")
        above = next((part.year for part in reversed(self._parts) if part.year), self._year)
        if cell is None or (isinstance(cell, str) and is_dash(cell)):
            if above is None:
                return _Due(None, place, code="draft_no_deadline")
            return self._due_of_text(above, place, None)
        text = str(id_text(cell)) if not isinstance(cell, date) else cell.isoformat()
        if isinstance(cell, Decimal) and (day := day_of_serial(cell)) is not None:
            serial = {"value": text, "day": day}
            return _Due(Period.day(day), place, code="draft_serial", facts=serial, text=text)
        text = legible(text)
        if means_every_year(text):
            return _Due(None, place, every="year", goes_on=True, text=text)
        if means_always(text):
            return _Due(None, place, goes_on=True, text=text)
        return self._due_of_text(text, place, above)

    def _due_of_text(self, text: str, place: str, above: str | None) -> _Due:
        lang, today = self._terms.lang, self._terms.today
        tries = [text, *([f"{text}/{above}", f"{text} năm {above}"] if above else [])]
        fault: Misread | None = None
        for one in tries:
            try:
                return _Due(read_period(one, self._lang, today), place, text=text)
            except Misread as misread:
                fault = fault or misread
        if fiscal := fiscal_year(text):
            said = f"{fiscal.start}/{fiscal.deadline}" if fiscal.start else fiscal.deadline
            facts = {"text": text, "date": fiscal.deadline}
            return _Due(parse_period(said), place, code="draft_fiscal", facts=facts, text=text)
        if match := re.match(r"(?:trước|before|truoc)(?: ng[àa]y)? +", text, re.IGNORECASE):
            with suppress(Misread):
                period = read_period(text[match.end() :], lang, today)
                return _Due(period, place, code="draft_before", facts={"text": text})
        reason = fault.facts if fault is not None else {}
        code = fault.code if fault is not None else "when_unreadable"
        return _Due(None, place, code=code, facts=reason, text=text)

    def _put_due(self, entry: DraftEntry, due: _Due, row: int) -> None:
        values = entry.values
        if due.period is not None:
            period = due.period
            if values["kind"] == "sustain":
                self._put_periods(entry, due, period)
                if due.code is not None:
                    entry.doubt("periods", due.place, due.code, **due.facts)
                return
            if period.precision == "span":
                begin, _, end = period.said.partition("/")
                values["start"], values["deadline"] = begin, end
            else:
                values["deadline"] = period.said
            if due.code is not None:
                entry.doubt("deadline", due.place, due.code, **due.facts)
            return
        if due.every is not None and values["kind"] == "sustain":
            values["periods"] = [
                period_at(due.every, period_index(due.every, self._terms.today)).said
            ]
            values["report_every"] = due.every
            entry.doubt("periods", due.place, "draft_every_year", text=due.text)
            if due.code not in (None, "draft_no_deadline"):
                entry.doubt("periods", due.place, due.code, **due.facts)
        elif due.goes_on:
            if values["kind"] == "milestone":
                values["kind"] = "unquantified"
            entry.doubt("kind", due.place, "draft_goes_on", text=due.text)
        elif due.code is not None:
            entry.doubt("kind", due.place, due.code, **due.facts)

    def _put_periods(self, entry: DraftEntry, due: _Due, period: Period) -> None:
        """List the years, quarters or months of a period in which a goal is to be met."""
        every = due.every or "year"
        first, last = period_index(every, period.first), period_index(every, period.last)
        periods = [period_at(every, turn).said for turn in range(first, last + 1)]
        is_known = period.precision == "span" or every != "year"
        if not is_known or len(periods) > MOST_PERIODS:
            periods = periods[-1:]
            entry.doubt("periods", due.place, "draft_every_from", text=period.said)
        entry.values["periods"] = periods
        entry.values["report_every"] = every

    # Indicators

    def settle(self) -> None:
        """Make one indicator of what is promised several times, and give every entry its id."""
        groups = self._groups()
        for promises in groups.values():
            turn(promises)
        self._promises = self._by_year()
        groups = self._groups()
        several = {
            key: promises
            for key, promises in groups.items()
            if len({promise.due for promise in promises}) == len(promises) > 1
        }
        names: dict[tuple[str, str], str] = {}
        for promise in self._promises:
            if isinstance(promise, DraftEntry):
                self._draft.targets.append(promise)
                continue
            entry, group = promise.entry, several.get(promise.key)
            if promise.breakdown.categories:
                entry.values["breakdown"] = promise.breakdown.categories
                if goals := promise.slices.values():
                    entry.values["slices"] = goals
            if group is not None and promise.key not in names:
                names[promise.key] = self._indicator(group)
            name = names.get(promise.key)
            if name is not None:
                for key in ("title", "unit", "baseline", "report_every", "breakdown"):
                    entry.values.pop(key, None)
                entry.values = {"id": "", "indicator": name, **entry.values}
                entry.id = self._ids.new(name, "target", _ending(promise.due))
            else:
                twins = len(groups.get(promise.key, ())) > 1
                ending = _ending(promise.due) if twins and promise.due else ""
                entry.id = self._ids.new(promise.title, "target", ending)
                if twins:
                    entry.doubt("id", entry.place, "draft_twice", text=str(entry.values["title"]))
            entry.values["id"] = entry.id
            self._draft.targets.append(entry)
        self._date_sources()
        for key, title in self._bodies.new.items():
            self._draft.bodies[key] = DraftEntry(key, {"name": title})
        main = next(iter(self._draft.sources.values()), None)
        if main is not None and not self._draft.title and "title" not in self._draft.header:
            self._draft.title = str(main.values["title"])

    def _groups(self) -> dict[tuple[str, str], list[Promise]]:
        """What is promised of the same indicator, by its title and unit."""
        groups: dict[tuple[str, str], list[Promise]] = {}
        for promise in self._promises:
            if isinstance(promise, Promise) and "target" in promise.entry.values:
                groups.setdefault(promise.key, []).append(promise)
        return groups

    def _by_year(self) -> list[Promise | DraftEntry]:
        """The promises, where those that a row makes year by year are one."""
        rows: dict[tuple[int, int], list[Promise]] = {}
        for promise in self._promises:
            if isinstance(promise, Promise):
                rows.setdefault(promise.row, []).append(promise)
        single: list[Promise | DraftEntry] = []
        tables: set[int] = set()
        for promise in self._promises:
            row = rows[promise.row] if isinstance(promise, Promise) else []
            if not row or not is_year_by_year(row):
                single.append(promise)
            elif promise is row[0]:
                table = row[0].row[0]
                single.append(year_by_year(row, is_first=table not in tables))
                tables.add(table)
        return single

    def _date_sources(self) -> None:
        """Take a document of no known day for older than whatever it sets a date for."""
        for entry in self._draft.targets:
            stated = entry.values.get("stated")
            name = str(stated["source"]) if isinstance(stated, dict) else ""
            source = self._draft.sources.get(name)
            if source is None or "date" not in source.doubts:
                continue
            for key in ("start", "deadline"):
                due = entry.values.get(key)
                if isinstance(due, str):
                    first = parse_period(due).first.isoformat()
                    source.values["date"] = min(str(source.values["date"]), first)

    def _indicator(self, group: Sequence[Promise]) -> str:
        """Draft what several targets have in common; its id."""
        first = group[0].entry
        name = self._ids.new(group[0].title, "indicator")
        keys = ("title", "unit")
        values: dict[str, object] = {key: first.values[key] for key in keys if key in first.values}
        starts = [one.entry.values["baseline"] for one in group if "baseline" in one.entry.values]
        if starts:
            values["baseline"] = starts[0]
        breakdown: dict[str, dict[str, str]] = {}
        for promise in group:
            for dimension, categories in promise.breakdown.categories.items():
                breakdown.setdefault(dimension, {}).update(categories)
        if breakdown:
            values["breakdown"] = breakdown
        entry = DraftEntry(name, values, place=first.place)
        for key in ("title", "unit", "baseline", "breakdown"):
            if key in first.doubts:
                entry.doubts[key] = first.doubts.pop(key)
        for promise in group[1:]:
            for key in ("title", "unit", "baseline", "breakdown"):
                promise.entry.doubts.pop(key, None)
        self._draft.indicators[name] = entry
        return name


@dataclass(frozen=True, slots=True)
class _Due:
    """When something is due, or why that is not known."""

    period: Period | None
    place: str
    every: Every | None = None
    """How often it is due, where that is not once."""
    goes_on: bool = False
    code: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    text: str = ""

    @property
    def year(self) -> str:
        """What tells it from the other deadlines of an indicator."""
        return self.period.said if self.period is not None else ""


def _is_year(goal: WrittenGoal, unit: str | None) -> bool:
    """Whether a goal is rather a year than a figure: “2025” where no unit is said."""
    text = goal.text.strip()
    return unit is None and goal.plain and re.fullmatch("20[0-9]{2}", text) is not None


def _in_unit(goal: WrittenGoal, unit: str) -> WrittenGoal:
    """A goal in the steps of its unit: 1.500 tỷ đồng are 1500, where “tỷ đồng” are counted."""
    scale = scale_of_unit(unit)
    if scale == 1 or goal.scale == 1:
        return goal
    high = goal.up_to
    return replace(
        goal,
        value=EXACT.divide(goal.value, scale).normalize(),
        up_to=EXACT.divide(high, scale).normalize() if high is not None else None,
    )


def _figure(goal: WrittenGoal, values: Mapping[str, object]) -> str:
    """The figure as the document writes it; of a cell that holds a number, with its percent."""
    unit = str(values.get("unit", ""))
    if goal.write == "cell" and unit.startswith("%"):
        target = values.get("target")
        value = next(iter(target.values())) if isinstance(target, dict) else goal.value
        return f"{value:f}%"
    return legible(goal.text)[:LONGEST]


def _ending(due: str) -> str:
    return id_of(due.rpartition("/")[2])


def _unit_of(values: Mapping[str, object]) -> str | None:
    unit = values.get("unit")
    return unit if isinstance(unit, str) else None


def _short_title(title: str) -> str:
    """A document by its kind's initials and its number: “Quyết định 411/QĐ-TTg” is ``qd-411``."""
    if match := re.match(r"(\D+?) *([0-9]+)", title):
        words = match[1].split()
        if len(words) <= 3:
            return f"{''.join(word[0] for word in words)} {match[2]}"
    return title

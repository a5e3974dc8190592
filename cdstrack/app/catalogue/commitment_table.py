"""The table of commitments in a sheet: where it stands, and what its rows are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cdstrack.app.record.cells import id_text
from cdstrack.app.record.layout import RowKind
from cdstrack.app.record.sheet_table import (
    HEADING_ROWS,
    NUMBERED_ROWS,
    CellFault,
    heading_text,
    numbers_columns,
    texts_across,
    tops_of,
)
from cdstrack.core.model.naming import fold, legible
from cdstrack.core.model.structs import dataclass, field
from cdstrack.i18n.commitment_words import (
    COMMITMENT_COLUMNS,
    CommitmentColumn,
    Heading,
    commitment_heading,
    is_result,
    weak_rank,
)
from cdstrack.i18n.fiscal_years import last_year
from cdstrack.i18n.form_words import is_dash, is_footnote, is_signature, is_total
from cdstrack.i18n.notation import Language
from cdstrack.i18n.slice_words import SliceName, is_whole, known_slice, of_which
from cdstrack.store.sheet.grid import Grid, Value

FEWEST = 2
"""Columns that make a row of headings: a title, and one that says more of it."""
_MARKS = (
    re.compile(r"[A-Z]"),
    re.compile(r"[IVX]+"),
    re.compile(r"[0-9]{1,3}"),
    re.compile(r"[0-9]{1,3}\.[0-9]{1,3}"),
    re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){2,}"),
    re.compile(r"[a-zđ]"),
)
"""How offices number, the parts before what stands in them."""
_ROMAN = re.compile(r"[IVX]+")
_IN_TEXT = re.compile(r"((?:[IVX]+|[A-Z]|[0-9]{1,3}(?:\.[0-9]{1,3})*|[a-zđ]))[.)/] *(?=\S)")
DASH = re.compile(r"^[-–—+•*] *(?=\w)")


class GoalColumn(NamedTuple):
    """A column of goals, with the year and the slice that its heading names."""

    at: int
    year: str | None
    part: SliceName | None = None
    """The slice that it is of."""


@dataclass(frozen=True, slots=True)
class CommitmentTable:
    """A table of commitments; ``heading`` is the last row of its headings, counted from 0."""

    grid: Grid
    heading: int
    columns: Mapping[CommitmentColumn, int]
    goals: Sequence[GoalColumn]
    lang: Language | None
    texts: Mapping[int, str]
    top: int
    """The first row of its headings."""
    years: Mapping[int, str] = field(default_factory=dict)
    """The years that headings name, by column."""
    parts: Sequence[GoalColumn] = ()
    """The columns of goals of slices."""
    starts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """The columns of where slices stood, by dimension and category."""

    past: int = 0
    """So many columns of goals are of years that are over."""

    @property
    def places(self) -> list[int]:
        """The columns that are read."""
        goals = (goal.at for goal in (*self.goals, *self.parts))
        return sorted({*self.columns.values(), *goals, *self.starts.values()})

    def above(self) -> list[tuple[int, int, str]]:
        """The texts above the headings, with their cells."""
        return [
            (row, at, legible(cell))
            for row, cells in enumerate(self.grid.rows[: self.top])
            for at, cell in enumerate(cells)
            if isinstance(cell, str)
        ]


def find_table(grid: Grid, names: Mapping[str, CommitmentColumn]) -> CommitmentTable | None:
    """The table of commitments on a sheet; ``names`` are headings that a person has mapped."""
    best: tuple[int, CommitmentTable] | None = None
    for depth in (1, 2, 3):
        for row in range(max(min(HEADING_ROWS, len(grid.rows)) + 1 - depth, 0)):
            table = _table_at(grid, row, depth, names)
            if table is None:
                continue
            size = len(table.columns) + len(table.goals) + len(table.parts) + table.past
            if best is None or size > best[0]:
                best = size, table
    return best[1] if best is not None else None


def _table_at(
    grid: Grid, row: int, depth: int, names: Mapping[str, CommitmentColumn]
) -> CommitmentTable | None:
    texts: dict[int, str] = {}
    rows: dict[int, int] = {}
    headings: dict[int, Heading] = {}
    for number, cells in enumerate(grid.rows[row : row + depth], start=row):
        before, above = dict(headings), dict(rows)
        texts_across(grid, texts, {at: top for at, top in rows.items() if top == number - 1})
        for at, cell in enumerate(cells):
            if cell is None:
                continue
            text = str(id_text(cell))
            if number > row and isinstance(cell, str) and len(text) > 120:
                return None
            meaning = _meaning(text, names)
            over = before.get(at) or _over(grid, before, above, at)
            if over is not None and number > row and over.part is None:
                meaning = _meaning_below(text, over) or meaning
            if meaning is None and over is not None and number > row:
                continue
            if meaning is None or (over is not None and meaning.column == "goal"):
                meaning = meaning or None
                if over is not None and meaning is not None:
                    column = over.column if over.column != "title" or not over.weak else "goal"
                    year = meaning.year or over.year
                    meaning = Heading(column, over.lang, year, part=meaning.part)
            elif over is not None and meaning.column == "baseline" and meaning.year is None:
                meaning = meaning._replace(year=over.year)
            texts[at], rows[at] = text, number
            if meaning is not None:
                headings[at] = meaning
        if number > row and headings == before:
            return None  # the further row adds nothing
    return _resolved(grid, row, depth, headings, texts)


def _meaning_below(text: str, over: Heading) -> Heading | None:
    """What “Nữ” or “Chung” means below a merged heading of goals, or of where it stood."""
    if over.column not in ("goal", "baseline") and not over.weak:
        return None
    column: CommitmentColumn = "goal" if over.weak else over.column
    part = known_slice(of_which(text) or text)
    if part is None and not is_whole(text):
        return None
    return Heading(column, over.lang, over.year, part=part)


def _over(
    grid: Grid, headings: Mapping[int, Heading], rows: Mapping[int, int], at: int
) -> Heading | None:
    """What the merged heading over a column means."""
    for (top, left), (_, right) in grid.merged:
        if left <= at <= right and rows.get(left) == top and left in headings:
            return headings[left]
    return None


def _meaning(text: str, names: Mapping[str, CommitmentColumn]) -> Heading | None:
    plain = heading_text(text)
    if plain in names:
        meaning = commitment_heading(plain)
        year = meaning.year if meaning is not None else None
        return Heading(names[plain], meaning.lang if meaning is not None else "vi", year)
    if len(text) > 120:
        return None
    return commitment_heading(text) or commitment_heading(plain)


def _resolved(
    grid: Grid,
    row: int,
    depth: int,
    headings: Mapping[int, Heading],
    texts: Mapping[int, str],
) -> CommitmentTable | None:
    """The table with each heading in one place: what is weak is a title or a goal by the others."""
    columns: dict[CommitmentColumn, int] = {}
    goals: list[GoalColumn] = []
    weak = [at for at, heading in headings.items() if heading.weak]
    parts: list[GoalColumn] = []
    begins: dict[tuple[str, str], int] = {}
    for at, heading in sorted(headings.items()):
        if heading.weak:
            continue
        if heading.part is not None and heading.column == "baseline":
            begins.setdefault(heading.part[:2], at)
        elif heading.part is not None:
            parts.append(GoalColumn(at, heading.year, heading.part))
        elif heading.column == "goal":
            goals.append(GoalColumn(at, heading.year))
        elif heading.column == "baseline" and "baseline" in columns:
            # of several years the last
            if last_year(heading.year) > last_year(headings[columns["baseline"]].year):
                columns["baseline"] = at
        else:
            columns.setdefault(heading.column, at)
    weak.sort(key=lambda at: (weak_rank(heading_text(texts[at])), at))
    for at in weak:
        if "title" not in columns and headings[at].year is None and not headings[at].part:
            columns["title"] = at
        else:
            goals.append(GoalColumn(at, headings[at].year))
    chosen = [at for at in weak if at != columns.get("title")]
    if chosen and "title" in columns and len(goals) > len(chosen) and columns["title"] not in weak:
        # “Nhiệm vụ”, “Chỉ tiêu”, “Kết quả”: the middle one says what is measured.
        at = chosen[0]
        if headings[at].year is None and weak_rank(heading_text(texts[at])) % 2 == 0:
            columns.setdefault("group", columns["title"])
            columns["title"] = at
            goals = [goal for goal in goals if goal.at != at]
    if "baseline" not in columns:
        # “Kết quả năm 2023” before “Mục tiêu 2025” says where it stood.
        starts = [goal for goal in goals if goal.year and is_result(heading_text(texts[goal.at]))]
        later = [goal for goal in goals if goal not in starts]
        if starts and any(
            goal.year is None or last_year(goal.year) > last_year(starts[-1].year) for goal in later
        ):
            columns["baseline"] = starts[-1].at
            goals = later
    past = 0
    if "baseline" in columns:
        # “Kế hoạch năm 2024” beside “Ước thực hiện năm 2024”: that plan is over.
        stood = last_year(headings[columns["baseline"]].year)
        to_come = [goal for goal in goals if goal.year is None or last_year(goal.year) > stood]
        past = len(goals) - len(to_come) if to_come else 0
        goals = to_come or goals
    kinds = len(columns) + bool(goals)
    if "title" not in columns or kinds < FEWEST or (kinds == 2 and "number" in columns):
        return None
    if not goals and not set(columns) & {"deadline", "owner", "unit"}:
        return None
    langs = Counter(heading.lang for heading in headings.values())
    lang: Language = "en" if langs["en"] > langs["vi"] else "vi"
    years = {at: heading.year for at, heading in headings.items() if heading.year is not None}
    goals.sort()
    last = row + depth - 1
    return CommitmentTable(
        grid, last, columns, goals, lang, texts, row, years, parts=parts, starts=begins, past=past
    )


class CommitmentRows:
    """The rows below the headings, asked for from the first to the last."""

    def __init__(self, table: CommitmentTable) -> None:
        self._table, self._grid = table, table.grid
        self._tops = tops_of(table.grid, table.heading, set(table.places))
        self._signed = False
        places = [goal.at for goal in table.goals] or [table.columns["title"]]
        self._last = max(
            (
                row
                for row in range(table.heading + 1, len(table.grid.rows))
                if self._marked(row) and self.at(row, places[0]) is not None
            ),
            default=table.heading,
        )
        """The last row that is numbered and promises something."""

    def value(self, row: int, name: CommitmentColumn) -> Value:
        """What a row says in a column, perhaps in a cell that it shares with those above."""
        at = self._table.columns.get(name)
        if at is None:
            return None
        return self.at(self._tops.get((row, at), row), at)

    def at(self, row: int, at: int) -> Value:
        """A cell; of a text that nobody can see, nothing."""
        cells = self._grid.rows[row]
        cell = cells[at] if at < len(cells) else None
        return None if isinstance(cell, str) and not legible(cell) else cell

    def is_shared(self, row: int, at: int) -> bool:
        """Whether a cell is merged with one of the next row, or of the row above."""
        return (row, at) in self._tops and (
            self._tops[row, at] < row or self._tops.get((row + 1, at)) == row
        )

    def kind(self, row: int) -> RowKind | None:
        """What a row is that holds no commitment; None for one to be read."""
        table = self._table
        cells = [cell for cell in self._grid.rows[row] if cell is not None]
        if row <= table.heading + NUMBERED_ROWS and numbers_columns(cells):
            return "numbering"
        if all(str(self.at(row, at) or "") == table.texts.get(at) for at in table.places):
            return "heading"
        texts = [cell for cell in cells if isinstance(cell, str)]
        title = self.value(row, "title")
        figures = [self.at(row, goal.at) for goal in table.goals]
        lead = [str(cell) for cell in (self.value(row, "number"), title) if cell is not None]
        if any(map(is_total, lead)):
            return "total"
        sparse = (title is None or all(cell is None for cell in figures)) and len(cells) <= 2
        if len(cells) == 1 and any(map(is_footnote, texts)):
            return "note"
        if self._signed or (sparse and any(map(is_signature, texts)) and not self._marked(row)):
            self._signed = self._signed or row > self._last
            return "signature"
        return None

    def _marked(self, row: int) -> bool:
        """Whether a row is numbered: an office in a signature is not."""
        return self.mark(row)[0] != ""

    def mark(self, row: int) -> tuple[str, int]:
        """The number of a row as it is written, and how deep such a number stands; "" for none."""
        text = id_text(self.value(row, "number"))
        plain = legible(text or "").strip(" .)(-–—+•*")
        if not plain or len(plain) > 12:
            title = self.value(row, "title")
            match = _IN_TEXT.match(title) if isinstance(title, str) else None
            plain = match[1] if match is not None else ""
        if not plain:
            return "", len(_MARKS)
        level = (
            1
            if _ROMAN.fullmatch(plain)
            else next(
                (level for level, form in enumerate(_MARKS) if form.fullmatch(plain)), len(_MARKS)
            )
        )
        return plain, level

    def title(self, row: int) -> str | None:
        """The title of a row without its number; of a part, wherever in the row it stands."""
        title = self.value(row, "title")
        if title is None and len(self._table.columns) > 1:
            number = self.value(row, "number")
            if isinstance(number, str) and len(number) > 6:
                title = number
        if title is None:
            return None
        text = legible(str(id_text(title)))
        number = self.value(row, "number")
        if isinstance(number, str) and is_dash(number) and not is_dash(text):
            return f"- {DASH.sub('', text)}"
        match = _IN_TEXT.match(text)
        return text[match.end() :] if match is not None and len(match[1]) < 8 else text

    def is_part(self, row: int) -> bool:
        """Whether a row only says what the next ones are about.

        It says nothing else and is numbered as parts are, or what follows stands deeper.
        """
        table = self._table
        others = [
            at for at in table.places
            if at not in (table.columns.get("number"), table.columns["title"])
        ]  # fmt: skip
        if any(self.at(self._tops.get((row, at), row), at) is not None for at in others):
            goals = [self.at(row, goal.at) for goal in table.goals]
            mark, level = self.mark(row)
            owner_alone = all(
                self.at(row, at) is None for at in others if at != table.columns.get("owner")
            )
            return bool(goals) and mark != "" and level <= 1 and owner_alone
        mark, level = self.mark(row)
        if mark == "" or level <= 1:
            return self._follower(row) is not None
        after = self._follower(row)
        if after is None:
            return False
        mark_after, level_after = self.mark(after)
        has_dash = DASH.match(self.title(after) or "") is not None
        return has_dash or (mark_after != "" and level_after > level)

    def _follower(self, row: int) -> int | None:
        """The next row that holds something."""
        for after in range(row + 1, len(self._grid.rows)):
            if any(cell is not None for cell in self._grid.rows[after]):
                return after
        return None

    def beyond(self, row: int) -> Iterator[CellFault]:
        """The first cell of a csv row beyond the last heading: a comma may have cut a figure."""
        cells, mark = self._grid.rows[row], self._grid.mark
        last = max(self._table.texts)
        at = next((at for at in range(last + 1, len(cells)) if cells[at] is not None), None)
        if mark is not None and at is not None:
            facts = {"text": str(cells[at])[:80], "mark": "⇥" if mark == "\t" else mark}
            yield CellFault(row, at, "row_too_wide", facts)

    def stray(self, row: int) -> list[tuple[int, str]]:
        """What a row holds where there is no heading."""
        return [
            (at, str(cell))
            for at, cell in enumerate(self._grid.rows[row])
            if cell is not None and at not in self._table.texts
        ]


def column_of(name: str) -> CommitmentColumn | None:
    """The column of a name that a person wrote, if there is one."""
    plain = fold(name).strip()
    return next((column for column in COMMITMENT_COLUMNS if column == plain), None)

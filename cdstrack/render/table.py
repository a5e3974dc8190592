"""Tables laid out by our own linear code: 10,000 rows take no longer than reading them.

In a terminal a row is a block: cells of several lines, the widest columns wrapped, the least
important columns dropped until the rest fits; numbers and ids are never cut. In a pipe every
row is one line, as wide as it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import repeat
from operator import attrgetter

from cdstrack.core.model.structs import dataclass, replace
from cdstrack.render.text import (
    Line,
    Look,
    Segment,
    ascii_only,
    fit,
    visible,
    visible_and_width,
    width_of,
    wrap,
)

GAP = 2
_GAP: Segment = (" " * GAP, "")
_cells = attrgetter("cells")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how soon it is dropped (0 never), whether its text may wrap.

    ``cuts``: what does not fit is cut off instead, so that the row stays one line.
    ``joint`` stands between the lines of a cell where they become one, in a pipe.
    """

    heading: str
    drop: int = 0
    wraps: bool = False
    least: int = 12
    right: bool = False
    joint: str = " "
    cuts: bool = False


Cell = list[Segment]
"""The lines of one cell; each is one segment."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell a column, and a line below that may run across all of them.

    A row without cells is a heading between rows, its text in ``below`` and in ``aside`` what is
    said of it on the same line; ``close`` leaves no blank line above it.
    """

    cells: Sequence[Cell]
    below: Segment | None = None
    below_at: int = 0
    aside: str = ""
    close: bool = False


def lay_out(columns: Sequence[Column], rows: Iterable[Row], look: Look) -> Iterator[Line]:
    """The table as lines, heading first. Rows are read once."""
    if not look.unicode:  # before anything is measured: some symbols take two letters
        columns = [replace(column, heading=ascii_only(column.heading)) for column in columns]
        rows = map(_in_ascii, rows)
    if look.width is None:
        yield from _single_lines(columns, rows, look)
        return
    rows = list(rows)
    natural = _natural_widths(columns, rows)
    places = _fitting(columns, natural, look.width)
    if places is None:
        for row in rows:
            yield from _stack(columns, row, look) if row.cells else _between(row, look)
        return
    widths = _widths(columns, natural, places, look.width)
    if not rows or any(map(_cells, rows)):
        yield _heading(columns, places, widths)
    for row in rows:
        if row.cells:
            yield from _block(columns, row, places, widths)
        else:
            yield from _between(row, look)


def _in_ascii(row: Row) -> Row:
    cells = [[(ascii_only(visible(text)), style) for text, style in cell] for cell in row.cells]
    return replace(row, cells=cells, aside=ascii_only(visible(row.aside)))


def _between(row: Row, look: Look) -> Iterator[Line]:
    """A heading between rows: a title that leaves no room for what is said of it is cut."""
    if not row.close:
        yield []
    if row.below is None:
        return
    title, style = row.below
    aside = f"  {row.aside}" if row.aside else ""
    room = None if look.width is None else look.width - width_of(aside)
    if not aside or (room is not None and room < LEAST_TITLE):
        yield from fit([[row.below], *([[(aside, "dim")]] if aside else [])], look)
    else:
        yield [(cut_off(visible(title), room), style), (aside, "dim")]


LEAST_TITLE = 20
"""So many columns of a title are left beside what is said of it; else that has its own line."""


def cut_off(text: str, width: int | None) -> str:
    """A text no wider than this; what is cut off leaves three dots."""
    if width is None or width_of(text) <= width:
        return text
    while text and width_of(text) >= width:
        text = text[: min(len(text) - 1, width - 1)]
    return text.rstrip(" ,;:") + "…"


def _natural_widths(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    widths = [width_of(column.heading) for column in columns]
    for row in rows:
        for index, cell in enumerate(row.cells):
            for text, _ in cell:
                width = width_of(visible(text))
                if width > widths[index]:
                    widths[index] = width
    return widths


def _stack(columns: Sequence[Column], row: Row, look: Look) -> Iterator[Line]:
    """A row in a terminal too narrow for a table: what matters, one below the other."""
    for index, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        if not column.drop:
            indent = "  " if index else ""
            yield from fit(([(indent + text, style)] for text, style in cell), look)
    if row.below is not None:
        yield [("  ", ""), row.below]


def _fitting(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int] | None:
    """The columns that fit when those that wrap are at their least; least important go first.

    None when not even those that are never dropped fit.
    """
    places = list(range(len(columns)))

    def least_width() -> int:
        least = [
            min(natural[i], columns[i].least) if columns[i].wraps else natural[i] for i in places
        ]
        return sum(least) + GAP * (len(places) - 1)

    while least_width() > width:
        droppable = [i for i in places if columns[i].drop]
        if not droppable:
            return None
        places.remove(max(droppable, key=lambda i: columns[i].drop))
    return places


def _widths(
    columns: Sequence[Column], natural: Sequence[int], places: Sequence[int], width: int
) -> dict[int, int]:
    """Fixed columns as wide as they are; those that wrap share the rest by their need."""
    rigid = sum(natural[i] for i in places if not columns[i].wraps) + GAP * (len(places) - 1)
    widths = {i: natural[i] for i in places}
    left = width - rigid
    flexible = sorted((i for i in places if columns[i].wraps), key=lambda i: natural[i])
    least = {i: min(columns[i].least, natural[i]) for i in flexible}
    for position, i in enumerate(flexible):
        share = left // (len(flexible) - position)
        reserve = sum(least[rest] for rest in flexible[position + 1 :])
        widths[i] = max(min(natural[i], share, left - reserve), least[i])
        left -= widths[i]
    return widths


def _heading(columns: Sequence[Column], places: Sequence[int], widths: dict[int, int]) -> Line:
    line: Line = []
    for i in places:
        line += [
            (_pad(columns[i].heading, widths[i], columns[i].right), "heading"),
            _GAP,
        ]
    return line[:-1]


def _pad(text: str, width: int, right: bool) -> str:
    text, length = visible_and_width(text)
    blank = " " * (width - length)
    return blank + text if right else text + blank


def _block(
    columns: Sequence[Column], row: Row, places: Sequence[int], widths: dict[int, int]
) -> Iterator[Line]:
    cells: list[Cell] = []
    for i in places:
        cell = row.cells[i]
        if columns[i].wraps and any(width_of(visible(text)) > widths[i] for text, _ in cell):
            cell = [
                (indent + part, style)
                for text, style in cell
                for indent in [" " * (len(text) - len(text.lstrip(" ")))]
                for line in (
                    [cut_off(visible(text.lstrip(" ")), widths[i] - len(indent))]
                    if columns[i].cuts
                    else wrap(visible(text.lstrip(" ")), widths[i] - len(indent))
                )
                for part in _cut(line, widths[i] - len(indent))
            ]
        cells.append(cell)
    height = max(len(cell) for cell in cells)
    below = row.below
    spare = places.index(row.below_at) if row.below_at in places else 0
    free = below is not None and len(cells[spare]) < height
    if below is not None and free and width_of(below[0]) <= widths[places[spare]]:
        cells[spare] = [*cells[spare], below]
        below = None
    for number in range(height):
        line: Line = []
        for position, i in enumerate(places):
            cell = cells[position]
            text, style = cell[number] if number < len(cell) else ("", "")
            line += [(_pad(text, widths[i], columns[i].right), style), _GAP]
        yield line[:-1]
    if below is not None:
        indent = sum(widths[i] + GAP for i in places[:spare])
        yield [(" " * indent, ""), below]


def _cut(word: str, width: int) -> Iterator[str]:
    """A word that is wider than its column, in pieces; anything else as it is."""
    while width_of(word) > width:
        size = width
        while size > 1 and width_of(word[:size]) > width:
            size -= 1
        size = word.rfind("-", 1, size) + 1 or size
        yield word[:size]
        word = word[size:]
    yield word


def _single_lines(columns: Sequence[Column], rows: Iterable[Row], look: Look) -> Iterator[Line]:
    """One line a row: the lines of a cell side by side, ids in a column of their own.

    Of a row is kept what stands in its line alone: there may be a hundred thousand.
    """
    joints = [column.joint for column in columns]
    widths = [visible_and_width(column.heading)[1] for column in columns]
    texts: list[list[str]] = [[] for _ in columns]
    odd = [False for _ in columns]
    """Whether a column has texts that do not take a column a letter."""
    names: list[str] = []
    styles: list[tuple[str, ...]] = []
    """Of each row the styles of its id and of its cells; few of them differ."""
    common: dict[tuple[str, ...], tuple[str, ...]] = {}
    between: dict[int, list[Row]] = {}
    """Headings, by the row that they stand above."""
    for row in rows:
        if not row.cells:
            between.setdefault(len(names), []).append(row)
            continue
        for i, cell in enumerate(row.cells):
            text = cell[0][0] if len(cell) == 1 else joints[i].join([t for t, _ in cell if t])
            text, width = visible_and_width(text)
            texts[i].append(text)
            if width > widths[i]:
                widths[i] = width
            if width != len(text):
                odd[i] = True
        name, style = row.below or ("", "")
        names.append(name)
        row_styles = (style, *[cell[0][1] if cell else "" for cell in row.cells])
        styles.append(common.setdefault(row_styles, row_styles))
    below = max(map(len, names), default=0)
    head: Line = [("ID".ljust(below), "heading"), _GAP] if below else []
    for column, width in zip(columns, widths, strict=True):
        head += [(_pad(column.heading, width, column.right), "heading"), _GAP]
    if names or not between:
        yield head
    ids = "".join(names)
    parts = [(names, below, False, not (ids.isascii() and ids.isprintable()))]
    parts += zip(texts, widths, [column.right for column in columns], odd, strict=True)
    # Column by column, which is cheaper than cell by cell where a letter takes a column.
    blocks = [
        map(_pad, part, repeat(width), repeat(right))
        if is_odd
        else map(str.rjust if right else str.ljust, part, repeat(width))
        for part, width, right, is_odd in parts
    ]
    for number, segments in enumerate(map(zip, zip(*blocks, strict=True), styles)):
        for heading in between.get(number, ()):
            yield from _between(heading, look)
        line: Line = []
        for segment in segments:
            line += (segment, _GAP)
        yield line if below else line[2:]
    for heading in between.get(len(names), ()):
        yield from _between(heading, look)


BAR = 10


def bar(share: Decimal, planned: Decimal | None, width: int = BAR) -> str:
    """A bar with the planned mark: ``████│░░░░░``.

    Full only when the whole way is covered, empty only where none of it is. What lies ahead of the
    plan is filled beyond the mark, what lies behind it leaves a gap before it.
    """
    full = min(max(int(share * width), int(share > 0)), width)
    if planned is None or not 0 < planned < 1:
        return "█" * full + "░" * (width - full)
    mark = int(planned * width)
    if share < planned:
        mark = min(max(mark, full + 1), width - 1)
        full = min(full, mark - 1)
    elif share > planned:
        full = max(full, 2)
        mark = min(mark, full - 2)
    else:
        full = max(full, 1)
        mark = full - 1
    cells = ["█"] * full + ["░"] * (width - full)
    cells[mark] = "│"
    return "".join(cells)


def level(share: Decimal, width: int = BAR) -> str:
    """A mark on a line that ends where the figure is to be: ``──────┃───``, beyond it once passed.

    It tells no progress, so it is no bar: nothing is filled.
    """
    if share > 1:
        return "─" * width + "┃"
    at = max(int(share * (width - 1)), int(share > 0))
    return "─" * at + "┃" + "─" * (width - 1 - at)

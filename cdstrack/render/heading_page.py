"""A heading and all that stands below it: counts, rates, the worst state, the score, the tree."""

from __future__ import annotations

from collections.abc import Iterator

from cdstrack.app.outline import Outline, outline_under
from cdstrack.app.standing import Status
from cdstrack.core.model.entries import Heading
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Listing, headings
from cdstrack.render.phrases import (
    STATE_STYLE,
    STATE_SYMBOL,
    as_of_words,
    count_words,
    text_of,
)
from cdstrack.render.status_list import COLUMNS
from cdstrack.render.summary import cells_bar, score_words, tree_rows
from cdstrack.render.table import lay_out
from cdstrack.render.target_page import Page
from cdstrack.render.text import Line, Look, visible, wrap


def heading_listing(heading: Heading, status: Status, words: Words, look: Look) -> Listing:
    """The page, and the same as one object. Refuses a heading that is not there yet."""
    tree = outline_under(status, heading)
    return Listing(_page(heading, tree, words, look), lambda: _object(heading, tree))


def _object(heading: Heading, tree: Outline) -> data.Parts:
    """The heading with its counts, then the status of what is below it."""
    from cdstrack.render.register_shape import HEADING, Title, envelope  # people read none

    title = Title(tree.branches[0], tree.roll_ups[heading.id])
    return {**envelope(tree.status.as_of), **HEADING.of(title), **_below(tree)}


def _below(tree: Outline) -> data.Parts:
    whole = data.status_object(tree.status)
    return {name: whole[name] for name in ("headings", "targets")}


def _page(heading: Heading, tree: Outline, words: Words, look: Look) -> Iterator[Line]:
    roll_up, status, to = tree.roll_ups[heading.id], tree.status, Page(words, look)
    for part in wrap(visible(text_of(heading.title, words)), to.width):
        to.lines.append([(part, "bold")])
    to.lines += [[(heading.id, "dim")], []]
    to.lines.append([("  " + as_of_words(status.as_of, status.known_on, words), "dim")])
    above = []
    parent = status.register.headings.get(heading.part_of or "")
    while parent is not None:
        above.append(f"{text_of(parent.title, words)} ({parent.id})")
        parent = status.register.headings.get(parent.part_of or "")
    if above:
        to.field("lbl_above", " › ".join(reversed(above)))
    cells, rates = count_words(roll_up.counts, words)
    for pieces in (cells, rates):
        texts = ["".join(text for text, _ in piece) for piece in pieces]
        to.field("lbl_below" if pieces is cells else "lbl_rates", " · ".join(texts))
    to.field("lbl_cells", cells_bar(roll_up.counts))
    worst = roll_up.worst
    if worst is not None:
        state = f"{STATE_SYMBOL[worst.state]} {words(f'state_{worst.state}')}"
        text = f"{state}: {text_of(worst.target.title, words)} ({worst.target.id})"
        to.field("lbl_worst", text, STATE_STYLE[worst.state])
    if roll_up.score is not None:
        to.field("lbl_score", score_words(roll_up.score, words, key="score_says"))
    for note in heading.notes:
        to.item(text_of(note, words))
    to.section("sec_below")
    yield from to.lines
    rows = list(tree_rows(status, words, None))[1:]
    yield from lay_out(headings(COLUMNS, words), rows, look)

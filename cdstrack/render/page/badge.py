"""A badge: the state of a register or target in one line, for other pages to show."""

from __future__ import annotations

from html import escape

from cdstrack.render.page.edition import Edition, Object

COLORS = {
    "on_time": "#046b62",
    "late": "#7d5600",
    "in_time": "#183579",
    "overdue": "#94062a",
    "outside": "#545d68",
}
"""Those of the style sheet: a badge stands alone."""
LETTER = 7
"""Pixels that a letter takes, on the safe side."""


def badge(edition: Edition, target: Object | None = None) -> str:
    """A badge of one target, or of all."""
    if target is None:
        counts = edition.document["counts"]
        cell = "overdue" if counts["overdue"] else "on_time" if counts["due"] else "in_time"
        text = edition.words("page_badge", n=counts["overdue"], of=counts["due"])
        return _drawing(edition.text(edition.document["register"]["title"]), text, cell)
    text = f"{edition.symbol(target['cell'])} {edition.word('states', target['state'])}"
    return _drawing(edition.title(target["id"]), text, target["cell"])


def _drawing(name: str, text: str, cell: str) -> str:
    width = len(text) * LETTER + 16
    label, content = escape(f"{name}: {text}"), escape(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img">'
        f"<title>{label}</title>"
        f'<rect width="{width}" height="20" rx="3" fill="{COLORS[cell]}"/>'
        f'<text x="{width / 2:g}" y="14" fill="#fff" text-anchor="middle" '
        f'textLength="{width - 16}" lengthAdjust="spacingAndGlyphs" '
        f'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{content}</text></svg>\n'
    )

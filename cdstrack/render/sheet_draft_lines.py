"""What a draft of commitments came to: how many, which rows hold none, what is refused by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cdstrack.app.catalogue.draft_entries import Draft, DraftProblem, DraftSkip
from cdstrack.i18n import Words
from cdstrack.render.messages import MAX_SHOWN, sentence
from cdstrack.render.sheet_lines import skipped_lines
from cdstrack.render.text import Line, one_line, visible


def summary_line(draft: Draft, words: Words) -> Line:
    """How many commitments were drafted, and how many doubts stand in the comments."""
    n, doubts = len(draft.commitments), draft.doubts
    key = "draft_summary_activity" if draft.of_activities else "draft_summary"
    text = words(key, n=n, indicators=len(draft.indicators), bodies=len(draft.bodies))
    return [(text, ""), (f" {words('draft_doubts', n=doubts)}" if doubts else "", "warning")]


def skip_lines(rows: Sequence[DraftSkip], words: Words) -> Iterator[Line]:
    """Rows that hold no commitment: which, and what they are."""
    from cdstrack.app.record.sheet_import import SkippedRow

    sheets = list(dict.fromkeys(row.sheet for row in rows))
    for sheet in sheets:
        rows_of_sheet = [SkippedRow(row.row, row.kind) for row in rows if row.sheet == sheet]
        for line in skipped_lines(rows_of_sheet, words):
            yield [(f"{visible(one_line(sheet))}: ", "bold"), *line] if len(sheets) > 1 else line


def refusal_lines(problems: Sequence[DraftProblem], words: Words) -> Iterator[Line]:
    """Every refusal by its file, sheet and cell."""
    for problem in problems[:MAX_SHOWN]:
        text = sentence(problem.code, problem.facts, words)
        yield [(f"{problem.file}{problem.place}", "bold"), (": ", ""),
               (words("level_error"), "error"), (": ", ""), (text, "")]  # fmt: skip
    if len(problems) > MAX_SHOWN:
        yield [(words("more_problems", n=len(problems) - MAX_SHOWN), "dim")]

"""``cdstrack import``: the figures of a sheet that came back, all of them or none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.record.headings import UnreadColumn
from cdstrack.app.record.sheet_import import (
    CellProblem,
    Choice,
    Fraction,
    Import,
    RowRefusal,
    Twin,
    read_import,
    record_import,
)
from cdstrack.cli.options import OneOf
from cdstrack.cli.outcome import outcome
from cdstrack.cli.prompt import BackError, LeftError, ask, confirm, is_interactive
from cdstrack.cli.reporter import who
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.structs import replace
from cdstrack.i18n import Words
from cdstrack.i18n.answers import answer
from cdstrack.render.draft_lines import aside_lines
from cdstrack.render.phrases import reported_words, text_of
from cdstrack.render.sheet_lines import (
    change_lines,
    fraction_lines,
    ignored_lines,
    problem_lines,
    skipped_lines,
    unfilled_lines,
)
from cdstrack.render.text import Line
from cdstrack.store.base import Store
from cdstrack.store.sheet.grid import read_book

MOST_CELLS = 10
"""So many cells are named in a question."""


def run(
    session: Session,
    *,
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="arg_sheet")],
    page: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="opt_sheet")] = None,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_source_import")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_import")] = None,
    fractions: Annotated[
        str | None,
        typer.Option(metavar="percent|as-is", help="opt_fractions"),
        OneOf(("percent", "as-is")),
    ] = None,
    both: Annotated[bool, typer.Option("--both", help="opt_both")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="opt_dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="opt_yes")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="opt_no_input")] = False,
) -> int:
    if session.as_of_text or session.known_on_text:
        raise Refusal("as_of_on_sheet")
    asks = is_interactive() and not (yes or no_input)
    if no_input:
        session = session.without_watch()

    def is_percentage(fraction: Fraction) -> bool:
        return fractions == "percent" if fractions else _ask_about(fraction, session)

    def which_of(twin: Twin) -> Choice:
        return _ask_which(twin, session)

    is_named = False

    def is_for_all(cells: Sequence[str], ignored: Sequence[UnreadColumn]) -> bool:
        nonlocal is_named
        if not is_named:
            session.remark(ignored_lines(ignored, session.words))
            is_named = True
        return _ask_for_all(cells, session)

    try:
        store, book = session.store(), read_book(Path(sheet))
        content = read_import(
            store,
            book,
            lang=session.words.lang,
            now=session.now,
            by=by or who(store),
            source=source,
            is_percentage=is_percentage if fractions or asks else None,
            both=both,
            body=body,
            sheet=page,
            which_of=which_of if asks else None,
            is_for_all=is_for_all if asks else None,
            work=session.work,
        )
        if is_named:  # beside the question
            content = replace(content, ignored=())
        if content.problems or content.fractions:
            return _refuse_sheet(session, content, book.path)
        with outcome(session) as receipt:
            return _import(session, store, content, receipt, dry_run=dry_run, yes=yes, asks=asks)
    except RowRefusal as refusal:
        return _refuse(session, [refusal.problem], str(Path(sheet)))
    except (LeftError, BackError):
        session.say([[(session.words("not_recorded"), "")]])
        return EXIT_OK
    except KeyboardInterrupt:
        session.say([[], [(session.words("not_recorded"), "")]])
        raise


def _import(
    session: Session,
    store: Store,
    content: Import,
    receipt: list[Line],
    *,
    dry_run: bool,
    yes: bool,
    asks: bool,
) -> int:
    """Record a sound sheet if that is wanted, and show what it changes. Raises LeftError."""
    words = session.words
    if dry_run or not content.new:
        receipt.append(_untouched_line(content, words))
    elif yes:
        receipt += _record(session, store, content)
    session.problems(content.register_problems)
    session.remark(ignored_lines(content.ignored, words))
    changes = change_lines(
        content.rows, content.verdicts, content.bodies, words, is_own=content.is_own
    )
    unfilled = unfilled_lines(content.empty_rows, words)
    session.say([*changes, *unfilled, *skipped_lines(content.skipped_rows, words), *receipt])
    if receipt:
        return EXIT_OK
    if not asks:
        raise Refusal("needs_yes")
    if not confirm(session, words("confirm_import", n=len(content.new))):
        raise LeftError
    receipt += _record(session, store, content)
    session.say(receipt)
    return EXIT_OK


def _untouched_line(content: Import, words: Words) -> Line:
    """That nothing is new, or that this was only a look."""
    if content.new:
        return [(words("dry_run"), "dim")]
    key = "import_known" if content.rows else "import_empty"
    return [(words(key, n=len(content.rows)), "")]


def _record(session: Session, store: Store, content: Import) -> list[Line]:
    """Record the sheet; how much of it was new. Raises RowRefusal, StoreError."""
    receipts = record_import(store, content, now=session.moment())
    words = session.words
    new = sum(receipt.new for receipt in receipts)
    already = len(content.rows) - new
    lines: list[Line] = []
    if new:
        lines.append([(words("imported", n=new), "good")])
    if already:
        key = "import_known_too" if new else "import_known"
        lines.append([(words(key, n=already), "")])
    lines += [line for receipt in receipts[:1] for line in aside_lines(receipt, words)]
    for row, receipt in zip(content.new, receipts, strict=True):
        rival = receipt.in_force
        if receipt.new and rival is not None and rival.id != receipt.report.id:
            facts: dict[str, object] = {
                "cell": row.cell,
                "id": rival.id,
                "target": row.target.id,
                "date": rival.date,
            }
            facts |= {"figure": reported_words(rival, row.target, words)}
            text = words("import_in_force_other", **facts, day=rival.recorded.date())
            lines.append([(text, "warning")])
    return lines


def _refuse_sheet(session: Session, content: Import, path: str) -> int:
    """Say everything that is wrong with a sheet, and that nothing was written."""
    session.problems(content.register_problems)
    session.remark(ignored_lines(content.ignored, session.words))
    session.remark(fraction_lines(content.fractions, path, session.words))
    return _refuse(session, content.problems, path)


def _refuse(session: Session, problems: Sequence[CellProblem], path: str) -> int:
    """Say every problem by its cell, and that nothing was written."""
    session.remark(problem_lines(problems, path, session.words))
    session.remark([[(session.words("import_nothing"), "")]])
    return EXIT_DATA


def _ask_about(fraction: Fraction, session: Session) -> bool:
    """Whether a cell holds 63.5 % as 0.635, as spreadsheets keep a percentage."""
    words = session.words
    facts = {
        "cell": fraction.cell,
        "value": words.number(fraction.value),
        "percent": words.number(fraction.value * 100),
        "title": text_of(fraction.target.title, words),
    }
    while True:
        yes = answer(ask(session, words("ask_fraction", **facts)))
        if yes is not None:
            return yes


def _ask_which(twin: Twin, session: Session) -> Choice:
    """Which of two increments of one period is meant."""
    words, (row, first) = session.words, twin
    facts = {
        "cell": row.cell,
        "first": first.cell,
        "title": text_of(row.target.title, words),
        "date": row.report.date,
        "figure": reported_words(row.report, row.target, words),
        "other": reported_words(first.report, row.target, words),
    }
    choices: dict[str, Choice] = {"1": "first", "2": "second"}
    while True:
        text = ask(session, words("ask_twin", **facts))
        if text in choices:
            return choices[text]
        if answer(text):
            return "both"


def _ask_for_all(cells: Sequence[str], session: Session) -> bool:
    """Whether rows that name no body are for all bodies together."""
    some = [*cells[:MOST_CELLS], *(["…"] if len(cells) > MOST_CELLS else [])]
    while True:
        question = session.words("ask_for_all", n=len(cells), cells=", ".join(some))
        yes = answer(ask(session, question))
        if yes is not None:
            return yes

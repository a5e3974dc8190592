"""``cdstrack import``: the figures of a sheet that came back, all of them or none."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.record import sheet_rows
from cdstrack.app.record.sheet_rows import Fraction, Import
from cdstrack.cli.options import OneOf, who
from cdstrack.cli.prompt import BackError, LeftError, ask, confirmed, is_interactive
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.i18n.answers import answer
from cdstrack.render.figures import text_of
from cdstrack.render.sheet_lines import (
    change_lines,
    fraction_lines,
    ignored_lines,
    problem_lines,
    unfilled_lines,
)
from cdstrack.store.base import Store
from cdstrack.store.sheet.grid import Book, read_book


def run(
    session: Session,
    *,
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="arg_sheet")],
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_source_import")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by")] = None,
    fractions: Annotated[
        str | None,
        typer.Option(metavar="percent|as-is", help="opt_fractions"),
        OneOf(("percent", "as-is")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="opt_dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="opt_yes")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="opt_no_input")] = False,
) -> int:
    if session.as_of_text or session.known_on_text:
        raise Refusal("as_of_on_sheet")
    asking = is_interactive() and not (yes or no_input)
    try:
        return _Import(session, sheet, by or who(), source, fractions, asking).run(dry_run, yes)
    except (LeftError, BackError):
        session.say([[(session.words("not_recorded"), "")]])
        return EXIT_OK
    except KeyboardInterrupt:
        session.say([[], [(session.words("not_recorded"), "")]])
        raise


class _Import:
    """One run: read, ask what cannot be known, show what changes, write."""

    def __init__(
        self,
        session: Session,
        sheet: str,
        by: str | None,
        source: str | None,
        fractions: str | None,
        asking: bool,
    ) -> None:
        self.session = session
        self.store: Store = session.store()
        self.book: Book = read_book(Path(sheet))
        self.by = by
        self.source = source
        self.fractions = fractions
        self.asking = asking

    def run(self, dry_run: bool, yes: bool) -> int:
        session, words = self.session, self.session.words
        found = self._read()
        session.problems(found.found)
        session.remark(ignored_lines(found.ignored, words))
        if found.problems or found.fractions:
            session.remark(fraction_lines(found.fractions, self.book.path, words))
            return self._refused(found.problems)
        session.say(change_lines(found.rows, found.verdicts, found.bodies, words))
        session.say(unfilled_lines(found.unfilled, words))
        if not found.new:
            key = "import_known" if found.rows else "import_empty"
            session.say([[(words(key, n=len(found.rows)), "")]])
            return EXIT_OK
        if dry_run:
            session.say([[(words("dry_run"), "dim")]])
            return EXIT_OK
        if not yes and not self.asking:
            raise Refusal("needs_yes")
        if not yes and not confirmed(session, words("confirm_import", n=len(found.new))):
            raise LeftError
        try:
            receipts = sheet_rows.record_import(self.store, found, now=session.moment())
        except sheet_rows.RowRefused as refused:
            return self._refused([refused.problem])
        new = sum(receipt.new for receipt in receipts)
        known = len(found.rows) - new
        if new:
            session.say([[(words("imported", n=new), "good")]])
        if known:
            key = "import_known_too" if new else "import_known"
            session.say([[(words(key, n=known), "")]])
        return EXIT_OK

    def _refused(self, problems: Sequence[sheet_rows.CellProblem]) -> int:
        """Say every problem by its cell, and that nothing was written."""
        session = self.session
        session.remark(problem_lines(problems, self.book.path, session.words))
        session.remark([[(session.words("import_nothing"), "")]])
        return EXIT_DATA

    def _read(self) -> Import:
        """The sheet, with its fractions settled: by the option, else by the person."""
        found = self._read_with({})
        if found.problems or not (self.fractions or self.asking):
            return found
        known = {each.cell: self._is_percentage(each) for each in found.fractions}
        return self._read_with(known) if known else found

    def _read_with(self, fractions: Mapping[str, bool]) -> Import:
        return sheet_rows.read_import(
            self.store,
            self.book,
            lang=self.session.words.lang,
            now=self.session.now,
            by=self.by,
            source=self.source,
            fractions=fractions,
        )

    def _is_percentage(self, fraction: Fraction) -> bool:
        """Whether a cell holds 63.5 % as 0.635, as spreadsheets keep a percentage."""
        if self.fractions is not None:
            return self.fractions == "percent"
        words = self.session.words
        facts = {
            "cell": fraction.cell,
            "value": words.number(fraction.value),
            "percent": words.number(fraction.value * 100),
            "title": text_of(fraction.target.title, words),
        }
        while True:
            said = answer(ask(self.session, words("ask_fraction", **facts)))
            if said is not None:
                return said

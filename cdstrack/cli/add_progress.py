"""``cdstrack add-progress``: record a figure, see what it changes, say yes."""

import getpass
import os
import subprocess
import sys
from typing import Annotated

import typer

from cdstrack import app
from cdstrack.cli.context import EXIT_OK, Session, moment
from cdstrack.cli.show import by_title
from cdstrack.core.model import Qualifier
from cdstrack.render.report import draft_lines, receipt_lines
from cdstrack.render.text import paint
from cdstrack.store.base import Receipt

YES = {"y", "yes", "c", "có", "co", "ừ"}


def run(
    session: Session,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="arg_target")],
    value: Annotated[str | None, typer.Argument(metavar="[VALUE]", help="arg_value")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="opt_date")] = None,
    n: Annotated[str | None, typer.Option("--n", metavar="N", help="opt_n")] = None,
    of: Annotated[str | None, typer.Option("--of", metavar="N", help="opt_of")] = None,
    done: Annotated[bool, typer.Option("--done", help="opt_done")] = False,
    not_done: Annotated[bool, typer.Option("--not-done", help="opt_not_done")] = False,
    nearly: Annotated[bool, typer.Option("--nearly", help="opt_nearly")] = False,
    over: Annotated[bool, typer.Option("--over", help="opt_over")] = False,
    about: Annotated[bool, typer.Option("--about", help="opt_about")] = False,
    add: Annotated[str | None, typer.Option(metavar="N", help="opt_add")] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="opt_unit")] = None,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_source")] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_note")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by")] = None,
    part: Annotated[str | None, typer.Option(metavar="PART", help="opt_part")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body")] = None,
    corrects: Annotated[str | None, typer.Option(metavar="ID", help="opt_corrects")] = None,
    void: Annotated[str | None, typer.Option(metavar="ID", help="opt_void")] = None,
    again: Annotated[bool, typer.Option("--again", help="opt_again")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="opt_dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="opt_yes")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="opt_no_input")] = False,
) -> int:
    if done and not_done:
        raise app.Refusal("only_one_of", options="--done, --not-done")
    if corrects and void:
        raise app.Refusal("only_one_of", options="--corrects, --void")
    entry = app.Entry(
        value=value,
        add=add,
        n=n,
        of=of,
        done=True if done else False if not_done else None,
        date=date,
        qualifier=_qualifier(nearly, over, about),
        unit=unit,
        source=source,
        note=note,
        by=by or who(),
        part=part,
        body=body,
        corrects=corrects,
        void=void,
        again=again,
    )
    if session.as_of_text:
        raise app.Refusal("as_of_on_write")
    store = session.store()
    drafted = app.draft(store, target, entry, now=session.now, by_title=by_title())
    session.problems(drafted.problems)
    if yes and not drafted.target.id.startswith(target):
        raise app.Refusal("yes_wants_id", id=drafted.target.id)
    session.say(draft_lines(drafted, session.words))
    if drafted.already is not None:
        session.say(receipt_lines(Receipt(drafted.already, new=False), session.words))
        return EXIT_OK
    if dry_run:
        session.say([[(session.words("dry_run"), "dim")]])
        return EXIT_OK
    if not yes and not _confirmed(session, no_input):
        session.say([[(session.words("not_recorded"), "")]])
        return EXIT_OK
    receipt = app.record(store, drafted, now=moment())
    session.say(receipt_lines(receipt, session.words))
    return EXIT_OK


def _qualifier(nearly: bool, over: bool, about: bool) -> Qualifier | None:
    given: list[Qualifier] = []
    given += ["nearly"] if nearly else []
    given += ["over"] if over else []
    given += ["about"] if about else []
    if len(given) > 1:
        raise app.Refusal("only_one_of", options="--nearly, --over, --about")
    return given[0] if given else None


def who() -> str | None:
    """Who reports: CDSTRACK_BY, then git's user name, then the system's."""
    if os.environ.get("CDSTRACK_BY"):
        return os.environ["CDSTRACK_BY"]
    try:
        asked = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=5,
        )
        if asked.stdout.strip():
            return asked.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        pass
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _confirmed(session: Session, no_input: bool) -> bool:
    """Ask y/N; without a terminal to ask in, say what to write instead."""
    if no_input or sys.stdin is None or not sys.stdin.isatty():
        raise app.Refusal("needs_yes")
    question = "".join(paint([[(session.words("confirm"), "bold"), (" ", "")]], session.out))
    session.write([question.rstrip("\n") + " "])
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        session.say([[], [(session.words("not_recorded"), "")]])
        raise
    return answer.strip().lower() in YES

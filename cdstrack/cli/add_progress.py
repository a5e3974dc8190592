"""``cdstrack add-progress``: record a figure, see what it changes, say yes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

from cdstrack.app.record.draft import Draft, draft_of, record, record_at_once
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.running_total import RunningTotal
from cdstrack.cli.outcome import outcome
from cdstrack.cli.prompt import BackError, LeftError, ask, confirm, drop_input, is_interactive
from cdstrack.cli.reporter import who
from cdstrack.cli.session import EXIT_OK, Session
from cdstrack.core.model.entries import Qualifier
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.structs import replace
from cdstrack.i18n import Words
from cdstrack.i18n.answers import answer
from cdstrack.render.draft_lines import draft_lines, receipt_lines
from cdstrack.render.question_lines import running_total_choices
from cdstrack.render.text import Line
from cdstrack.store.base import Receipt

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.guide import Guide


def run(
    session: Session,
    *,
    target: Annotated[str | None, typer.Argument(metavar="[TARGET]", help="arg_target")] = None,
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
    attach: Annotated[str | None, typer.Option(metavar="FILE", help="opt_attach")] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_note")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by")] = None,
    part: Annotated[str | None, typer.Option(metavar="PART", help="opt_part")] = None,
    slice_: Annotated[
        str | None, typer.Option("--slice", metavar="SLICE", help="opt_slice")
    ] = None,
    series: Annotated[str | None, typer.Option(metavar="SERIES", help="opt_series")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body")] = None,
    for_all: Annotated[bool, typer.Option("--for-all", help="opt_for_all")] = False,
    corrects: Annotated[str | None, typer.Option(metavar="ID", help="opt_corrects")] = None,
    void: Annotated[str | None, typer.Option(metavar="ID", help="opt_void")] = None,
    again: Annotated[bool, typer.Option("--again", help="opt_again")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="opt_dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="opt_yes")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="opt_no_input")] = False,
) -> int:
    if done and not_done:
        raise Refusal("only_one_of", options="--done, --not-done")
    if corrects and void:
        raise Refusal("only_one_of", options="--corrects, --void")
    if body and for_all:
        raise Refusal("only_one_of", options="--body, --for-all")
    document = None
    if attach is not None:
        from cdstrack.store.evidence import read_document  # few reports come with a document

        document = read_document(Path(attach))
    entry = Entry(
        lang=session.words.lang,
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
        by=by,
        part=part,
        slice=slice_,
        series=series,
        body=body,
        for_all=for_all,
        corrects=corrects,
        void=void,
        again=again,
        evidence=document[0] if document else None,
    )
    if session.as_of_text:
        raise Refusal("as_of_on_write")
    if no_input:
        session = session.without_watch()
    store, words = session.store(), session.words
    entry = replace(entry, by=by or who(store))

    def write(draft: Draft, *, as_shown: bool) -> Receipt:
        path = None
        if document is not None:  # first: a record must not name what is not there
            path = store.keep_evidence(*document)
        answer = record(store, draft, now=session.moment(), as_shown=as_shown)
        if path is not None:
            session.remark([[(words("evidence_to_commit", path=str(path)), "warning")]])
        return answer

    with outcome(session) as receipt:
        if is_interactive() and not (yes or no_input):
            from cdstrack.cli.guide import Guide  # a script asks for no questions

            guide = Guide(session, store, target, entry)
            return _guide(session, guide, write, receipt, dry_run=dry_run)
        if target is None:
            raise Refusal("usage_missing", name="TARGET")
        answer = None
        if yes and not dry_run:
            at_once = partial(write, as_shown=False)
            draft, answer = record_at_once(store, target, entry, at_once, now=session.now)
        else:
            draft = draft_of(store, target, entry, now=session.now)
        if answer is not None:
            receipt += receipt_lines(answer, draft.target, words)
        elif dry_run or draft.already is not None:
            receipt += _settled_lines(draft, words, dry_run=dry_run)
        session.problems(draft.problems)
        session.say([*draft_lines(draft, words), *receipt])
        if not receipt:
            raise Refusal("needs_yes")
        return EXIT_OK


class Write(Protocol):
    """Records a draft with its document."""

    def __call__(self, draft: Draft, *, as_shown: bool) -> Receipt: ...


def _guide(
    session: Session, guide: Guide, write: Write, receipt: list[Line], *, dry_run: bool
) -> int:
    """Ask for what is missing, show what it changes, and write it if the person says yes."""
    session.problems(guide.status.problems)
    try:
        draft = _confirmed_draft(session, guide, dry_run=dry_run)
    except LeftError:
        drop_input()
        session.say([[(session.words("not_recorded"), "")]])
        return EXIT_OK
    except KeyboardInterrupt:
        session.say([[], [(session.words("not_recorded"), "")]])
        raise
    if draft is not None:
        answer = write(draft, as_shown=True)
        receipt += receipt_lines(answer, draft.target, session.words)
        session.say(receipt)
    return EXIT_OK


def _confirmed_draft(session: Session, guide: Guide, *, dry_run: bool) -> Draft | None:
    """The report that the person has seen and said yes to; None where nothing is to be written."""
    draft = guide.draft()
    while True:
        session.say([[], *draft_lines(draft, session.words)])
        if dry_run or draft.already is not None:
            session.say(_settled_lines(draft, session.words, dry_run=dry_run))
            return None
        try:
            if draft.running is not None and draft.running.rest is not None:
                if _is_increment(session, draft, draft.running):
                    return draft
                draft = guide.as_rest_of(draft.running)
                continue
            if confirm(session, session.words("confirm")):
                return draft
        except BackError:
            draft = guide.back()
        else:
            raise LeftError


def _is_increment(session: Session, draft: Draft, running: RunningTotal) -> bool:
    """Whether a figure is to be recorded as it is, not what is left of it as a running total.

    Raises LeftError where nothing is to be recorded, BackError.
    """
    words = session.words
    drop_input()
    while True:
        look, target = session.out, draft.target
        session.say(running_total_choices(draft.report, running, target, words, look))
        text = ask(session, words("ask_running_total"))
        if text in ("1", "2"):
            return text == "1"
        if not text or answer(text) is False:
            raise LeftError
        session.say([[(words("problem_choice_range", text=text, n=2), "warning")]])


def _settled_lines(draft: Draft, words: Words, *, dry_run: bool) -> list[Line]:
    """Why there is nothing to write: it is recorded already, or only to be looked at."""
    if draft.already is None:
        return [[(words("dry_run"), "dim")]] if dry_run else []
    lines = [
        *receipt_lines(
            Receipt(draft.already, new=False, in_force=draft.in_force), draft.target, words
        )
    ]
    if draft.target.accumulates and not draft.entry.void:
        lines.append([(words("again_hint"), "dim")])
    return lines


def _qualifier(nearly: bool, over: bool, about: bool) -> Qualifier | None:
    options: dict[Qualifier, bool] = {"nearly": nearly, "over": over, "about": about}
    qualifiers = [qualifier for qualifier, is_set in options.items() if is_set]
    if len(qualifiers) > 1:
        raise Refusal("only_one_of", options="--nearly, --over, --about")
    return qualifiers[0] if qualifiers else None

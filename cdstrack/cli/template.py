"""``cdstrack template``: a form for a clerk to fill in, in a spreadsheet."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.record.form import form_of, forms_of_all
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import Duration, parse_duration
from cdstrack.core.model.problems import Refusal, StoreError
from cdstrack.render.excel.annex_book import EMPTY
from cdstrack.render.excel.form_book import FORMATS
from cdstrack.store.outputs import write_whole


def run(
    session: Session,
    *,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="opt_output_template")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_template")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_template")] = None,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within_due")] = None,
    everything: Annotated[bool, typer.Option("--all", help="opt_all_template")] = False,
    every: Annotated[bool, typer.Option("--each", help="opt_each_template")] = False,
    commitments: Annotated[
        bool, typer.Option("--commitments", help="opt_commitments_template")
    ] = False,
) -> int:
    if session.as_of_text or session.known_on_text:
        raise Refusal("as_of_on_sheet")
    if output is None:
        raise Refusal("template_wants_output")
    if sum((every, commitments, owner is not None or body is not None)) > 1:
        raise Refusal("template_one_of")
    if commitments:
        return _commitments(session, output)
    if every:
        return _forms(session, Path(output), within=within, everything=everything)
    kind = Path(output).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise Refusal("template_suffix", path=output, allowed=list(FORMATS))
    store = session.store()
    form = form_of(
        store,
        now=session.now,
        owner=owner,
        body=body,
        within=parse_duration(within) if within else Duration(),
        everything=everything,
    )
    words = session.words
    with outcome(session) as receipt:
        if form.rows:
            content = FORMATS[kind](form, words)
            write_whole(Path(output), content, originals=store.own_files(), new=True)
            argument = f'"{output}"' if " " in output else output
            text = words("form_written", n=len(form.rows), path=output, typed=argument)
            receipt.append([(text, "good")])
        failed = session.problems(form.status.problems)
        session.say(receipt or [[(words("form_empty"), "")]])
    return EXIT_DATA if failed else EXIT_OK


def _commitments(session: Session, output: str) -> int:
    """The empty table of commitments, for draft to read."""
    words, kind = session.words, Path(output).suffix.lower().removeprefix(".")
    if kind not in EMPTY:
        raise Refusal("template_suffix", path=output, allowed=list(EMPTY))
    with outcome(session) as receipt:
        write_whole(Path(output), EMPTY[kind](session.now.date(), words), new=True)
        argument = f'"{output}"' if " " in output else output
        receipt.append([(words("annex_written", path=output, typed=argument), "good")])
        session.say(receipt)
    return EXIT_OK


def _forms(session: Session, folder: Path, *, within: str | None, everything: bool) -> int:
    """A form for every owner and body that has something due, into a folder."""
    words, store = session.words, session.store()
    span = parse_duration(within) if within else Duration()
    forms = list(forms_of_all(store, now=session.now, within=span, everything=everything))
    paths = {form.mark: folder / f"{form.mark.replace(':', '-')}.xlsx" for form in forms}
    for path in paths.values():
        if os.path.lexists(path):  # before any of them is written
            raise StoreError("output_exists", path=str(path))
    with outcome(session) as receipt:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or ""
            raise StoreError("not_written", path=str(folder), reason=reason) from None
        for form in forms:
            path = paths[form.mark]
            content = FORMATS["xlsx"](form, words)
            write_whole(path, content, originals=store.own_files(), new=True)
            receipt.append([(words("form_of_all", n=len(form.rows), path=str(path)), "")])
        failed = bool(forms) and session.problems(forms[0].status.problems)
        session.say(receipt or [[(words("form_empty"), "")]])
    return EXIT_DATA if failed else EXIT_OK

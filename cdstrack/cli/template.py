"""``cdstrack template``: a form for a clerk to fill in, in a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.record.form import form_of
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import Duration, parse_duration
from cdstrack.core.model.problems import Refusal
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
) -> int:
    if session.as_of_text or session.known_on_text:
        raise Refusal("as_of_on_sheet")
    if output is None:
        raise Refusal("template_wants_output")
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

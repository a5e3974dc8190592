"""``cdstrack template``: a form for a clerk to fill in, in a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.record.form import Form, form_of
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import days_in
from cdstrack.core.model.problems import Refusal
from cdstrack.render.phrases import body_name
from cdstrack.render.text import BOM
from cdstrack.store.outputs import write_whole

FORMS = ("xlsx", "csv")


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
    if kind not in FORMS:
        raise Refusal("template_suffix", path=output, allowed=list(FORMS))
    form = form_of(
        session.store(),
        now=session.now,
        owner=owner,
        body=body,
        within=days_in(within) if within else 0,
        everything=everything,
    )
    words = session.words
    exit_code = EXIT_DATA if session.problems(form.status.problems) else EXIT_OK
    if not form.rows:
        session.say([[(words("form_empty"), "")]])
        return exit_code
    write_whole(Path(output), _content(kind, form, session), new=True)
    argument = f'"{output}"' if " " in output else output
    session.say([[(words("form_written", n=len(form.rows), path=output, typed=argument), "good")]])
    return exit_code


def _content(kind: str, form: Form, session: Session) -> str | bytes:
    """The form in its format. Raises Fault where a package for it is missing."""
    from cdstrack.render.excel.form_book import as_csv, as_xlsx

    words, register = session.words, form.status.register
    if kind == "csv":
        return BOM + as_csv(form.rows, words)
    title = words("form_heading", who=body_name(form.name, register.bodies, words))
    sources, day = dict(register.sources), form.status.as_of
    return as_xlsx(form.rows, title, day, sources, words, mark=form.mark)

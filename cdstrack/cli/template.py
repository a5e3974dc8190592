"""``cdstrack template``: a form for a clerk to fill in, in a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.lookup import due_in
from cdstrack.app.record import form_rows
from cdstrack.app.record.form_rows import Form
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.render.text import BOM
from cdstrack.render.views import body_name
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
    found = form_rows.form(
        session.store(),
        now=session.now,
        owner=owner,
        body=body,
        within=due_in(within) if within else 0,
        everything=everything,
    )
    words = session.words
    failed = session.problems(found.desk.found.problems)
    if not found.rows:
        session.say([[(words("form_empty"), "")]])
        return EXIT_DATA if failed else EXIT_OK
    title = words("form_heading", who=body_name(found.whose, found.bodies, words))
    content = _made(kind, found, title, session)
    write_whole(Path(output), content, new=True)
    typed = f'"{output}"' if " " in output else output
    session.say([[(words("form_written", n=len(found.rows), path=output, typed=typed), "good")]])
    return EXIT_DATA if failed else EXIT_OK


def _made(kind: str, found: Form, title: str, session: Session) -> str | bytes:
    """The form in its format. Raises Fault where a package for it is missing."""
    from cdstrack.render.excel.form_book import as_csv, as_xlsx

    if kind == "csv":
        return BOM + as_csv(found.rows, session.words)
    sources = dict(found.desk.found.register.sources)
    return as_xlsx(found.rows, title, found.desk.today, sources, session.words)

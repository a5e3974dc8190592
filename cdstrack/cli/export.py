"""``cdstrack export``: the register for a spreadsheet, a calendar or another program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app import handover
from cdstrack.app.handover import Export
from cdstrack.app.lookup import due_in
from cdstrack.app.standing import Selection
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render.export_text import as_json, reports_csv, targets_csv
from cdstrack.render.figures import text_of
from cdstrack.render.messages import MAX_SHOWN
from cdstrack.render.text import BOM, Line
from cdstrack.store.outputs import write_whole

FORMS = ("csv", "xlsx", "json", "ics")
WHAT = ("targets", "reports")


def run(
    session: Session,
    *,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="opt_format_export"),
        OneOf(FORMS),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="opt_output_export")
    ] = None,
    what: Annotated[
        str | None, typer.Option(metavar="targets|reports", help="opt_what"), OneOf(WHAT)
    ] = None,
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="opt_state")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="BODY", help="opt_owner")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="opt_tag")] = None,
    due_within: Annotated[str | None, typer.Option(metavar="90d", help="opt_due_within")] = None,
) -> int:
    kind = _kind(form, output)
    if what is not None and kind != "csv":
        raise Refusal("export_what", form=kind)
    store = session.store()
    found = handover.export(
        store,
        now=session.now,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
        select=Selection(
            states=frozenset(state or ()),
            owners=frozenset(owner or ()),
            tags=frozenset(tag or ()),
            due_within=due_in(due_within) if due_within else None,
        ),
        reports=what == "reports" or kind in ("json", "xlsx"),
    )
    failed = session.problems(found.status.problems)
    if failed and output is not None:  # a file that others rely on is not replaced by a part
        session.remark([[(session.words("export_not_written", path=output), "error")]])
        return EXIT_DATA
    made = _made(kind, what or "targets", found, session.words)
    content = made.content
    if output is not None:
        marked = BOM + content if kind == "csv" and isinstance(content, str) else content
        write_whole(Path(output), marked)
    elif isinstance(content, str):
        session.write([content])
    session.remark(_remarks(made, found, output, session.words))
    return EXIT_DATA if failed else EXIT_OK


def _kind(form: str | None, output: str | None) -> str:
    """The format: asked for, else told by the name of the file. Raises Refusal."""
    if form is None:
        if output is None:
            raise Refusal("export_wants_format", forms=list(FORMS))
        form = Path(output).suffix.lower().removeprefix(".")
        if form not in FORMS:
            raise Refusal("export_suffix", path=output, allowed=list(FORMS))
    if form == "xlsx" and output is None:
        raise Refusal("export_wants_output")
    return form


@dataclass(frozen=True, slots=True)
class _Made:
    """What an export comes to. ``said`` is the key of the remark on what was written."""

    content: str | bytes
    said: str
    n: int
    undated: Sequence[Verdict] = ()


def _made(kind: str, what: str, export: Export, words: Words) -> _Made:
    """The export in its format. Raises Fault where a package for it is missing."""
    verdicts = export.status.verdicts
    if kind == "ics":
        from cdstrack.render.ics import as_ics, dated

        events, undated = dated(verdicts)
        text = as_ics(export.status, events, words, export.stamp)
        return _Made(text, "exported_deadlines", len(events), undated)
    if kind == "xlsx":
        from cdstrack.render.excel.export_book import as_xlsx

        return _Made(as_xlsx(export, words), "exported_both", len(verdicts))
    if kind == "json":
        return _Made(as_json(export, words), "exported_both", len(verdicts))
    if what == "reports":
        return _Made(reports_csv(export, words), "exported_reports", len(export.reports))
    return _Made(targets_csv(export, words), "exported_targets", len(verdicts))


def _remarks(made: _Made, export: Export, output: str | None, words: Words) -> Iterator[Line]:
    """What was written where, and what a calendar has no day for."""
    if output is not None:
        reports = len(export.reports)
        yield [(words(made.said, n=made.n, reports=reports, path=output), "good")]
    if made.undated:
        yield [(words("export_undated", n=len(made.undated)), "")]
    for verdict in made.undated[:MAX_SHOWN]:
        target = verdict.target
        yield [(f"  {target.id}  ", "dim"), (text_of(target.title, words), "")]
    if len(made.undated) > MAX_SHOWN:
        yield [(words("export_more", n=len(made.undated) - MAX_SHOWN), "dim")]

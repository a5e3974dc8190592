"""``cdstrack export``: the register for a spreadsheet, a calendar or another program."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app import records
from cdstrack.app.records import Export
from cdstrack.app.standing import Selection, tag_sets
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import parse_duration
from cdstrack.core.model.problems import Refusal
from cdstrack.i18n import Words
from cdstrack.render.export_text import CSV_OF, FORMATS, SUFFIXES, Content
from cdstrack.render.messages import MAX_SHOWN
from cdstrack.render.phrases import text_of
from cdstrack.render.seal_lines import short_words
from cdstrack.render.text import BOM, Line
from cdstrack.store.outputs import write_whole


def run(
    session: Session,
    *,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="opt_format_export"),
        OneOf(FORMATS),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="opt_output_export")
    ] = None,
    what: Annotated[
        str | None, typer.Option(metavar="targets|reports", help="opt_what"), OneOf(CSV_OF)
    ] = None,
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="opt_state")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="BODY", help="opt_owner")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="opt_tag")] = None,
    under: Annotated[str | None, typer.Option(metavar="TARGET", help="opt_under")] = None,
    due_within: Annotated[str | None, typer.Option(metavar="90d", help="opt_due_within")] = None,
) -> int:
    kind = _kind(form, output)
    if what is not None and kind != "csv":
        raise Refusal("export_what", form=kind)
    select = Selection(
        states=frozenset(state or ()),
        owners=frozenset(owner or ()),
        tags=tag_sets(tag or ()),
        under=under,
        due_within=parse_duration(due_within) if due_within else None,
    )
    store = session.store()
    status = session.status(select, store, sealed=True)
    failed = any(problem.level == "error" for problem in status.problems)
    if failed and output is not None:  # a file that others rely on is not replaced by a part
        session.problems(status.problems)
        session.remark([[(session.words("export_not_written", path=output), "error")]])
        return EXIT_DATA
    reports = what == "reports" or kind in ("json", "xlsx")
    export = records.export(status, reports=reports, whole=select == Selection(), work=session.work)
    writer = CSV_OF[what] if what is not None else FORMATS[kind]
    with export.work.at("work_writing"):
        content = writer(export, session.words)
        data = content.content
        pieces = [data] if isinstance(data, str | bytes) else data
        if output is not None:
            mark = [BOM] if kind == "csv" else []
            write_whole(Path(output), chain(mark, pieces), originals=store.own_files())
    session.problems(status.problems)
    if output is None:
        session.write((piece for piece in pieces if isinstance(piece, str)), kind)
    session.remark(_remarks(content, export, output, session.words))
    return EXIT_DATA if failed else EXIT_OK


def _kind(form: str | None, output: str | None) -> str:
    """The format: asked for, else told by the name of the file. Raises Refusal."""
    if form is None:
        if output is None:
            raise Refusal("export_wants_format", forms=list(FORMATS))
        form = Path(output).suffix.lower().removeprefix(".")
        form = SUFFIXES.get(form, form)
        if form not in FORMATS:
            raise Refusal("export_suffix", path=output, allowed=list(FORMATS))
    if form == "xlsx" and output is None:
        raise Refusal("export_wants_output")
    return form


def _remarks(content: Content, export: Export, output: str | None, words: Words) -> Iterator[Line]:
    """What was written where, and what a calendar has no day for."""
    undated = content.undated
    if output is not None:
        reports = len(export.reports)
        yield [(words(content.remark, n=content.n, reports=reports, path=output), "good")]
        seal = export.status.seal
        if seal is not None and output.lower().endswith(".csv"):  # which has no place for it
            yield [(short_words(seal, words), "dim")]
    for loss, n in content.losses.items():
        if n:
            yield [(words(f"iati_lost_{loss}", n=n), "warning")]
    if undated:
        yield [(words("export_undated", n=len(undated)), "")]
    for verdict in undated[:MAX_SHOWN]:
        target = verdict.target
        yield [(f"  {target.id}  ", "dim"), (text_of(target.title, words), "")]
    if len(undated) > MAX_SHOWN:
        yield [(words("export_more", n=len(undated) - MAX_SHOWN), "dim")]

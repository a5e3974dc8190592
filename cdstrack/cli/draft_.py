"""``cdstrack draft``: commitments out of sheets, IATI activities and Open SDG sites, as YAML."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app.catalogue.commitment_table import column_of
from cdstrack.app.catalogue.draft_entries import Draft, DraftReport, DraftTerms
from cdstrack.app.catalogue.sheet_draft import read_draft
from cdstrack.app.record.sheet_table import heading_text
from cdstrack.app.standing import load_register, today_in
from cdstrack.cli.options import OneOf
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.entries import Document
from cdstrack.core.model.naming import ID_PATTERN
from cdstrack.core.model.problems import Refusal, StoreError, did_you_mean
from cdstrack.core.model.register import Register
from cdstrack.core.model.work import Work
from cdstrack.i18n.commitment_words import COMMITMENT_COLUMNS, CommitmentColumn
from cdstrack.i18n.read_dates import read_period
from cdstrack.render.draft_yaml import as_yaml
from cdstrack.render.reports_sheet import reports_csv
from cdstrack.render.sheet_draft_lines import refusal_lines, skip_lines, summary_line
from cdstrack.render.text import BOM
from cdstrack.store.files import FileStore
from cdstrack.store.outputs import write_whole
from cdstrack.store.sheet.archive import MAX_ROWS
from cdstrack.store.sheet.grid import read_book


def run(
    session: Session,
    *,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="arg_draft_files")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="opt_output_draft")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="opt_sheet")] = None,
    names: Annotated[
        list[str] | None, typer.Option("--map", metavar="HEADING=COLUMN", help="opt_map")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="ID", help="opt_source_draft")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_title_draft")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="opt_date_draft")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by_draft")] = None,
    deadline: Annotated[str | None, typer.Option(metavar="DATE", help="opt_deadline_draft")] = None,
    fractions: Annotated[
        str | None,
        typer.Option(metavar="percent|as-is", help="opt_fractions"),
        OneOf(("percent", "as-is")),
    ] = None,
    reports: Annotated[
        str | None, typer.Option("--reports", metavar="PATH", help="opt_reports_draft")
    ] = None,
) -> int:
    if source is not None and re.fullmatch(ID_PATTERN, source) is None:
        raise Refusal("draft_source_id", text=source)
    store, register = _beside(session)
    lang = session.words.lang
    zone = register.timezone if register is not None else Document.model_fields["timezone"].default
    today = today_in(zone, session.now)
    for text in (date, deadline):
        if text is not None:
            read_period(text, lang, today)  # refuses what is no date
    terms = DraftTerms(
        lang=lang,
        today=today,
        names=dict(_column(text) for text in names or ()),
        sheet=sheet,
        source=source,
        title=title,
        on=date,
        by=by,
        deadline=deadline,
        fractions=None if fractions is None else fractions == "percent",
    )
    are_xml = {Path(file).suffix.lower() == ".xml" for file in files}
    if any(Path(file).is_dir() for file in files):
        if len(files) > 1:
            raise Refusal("draft_site_alone")
        for option, value in {"--map": names, "--sheet": sheet, "--fractions": fractions}.items():
            if value:
                raise Refusal("draft_not_for_site", option=option)
        draft = _of_site(files[0], register, terms, session.work)
    elif len(are_xml) > 1:
        raise Refusal("draft_mixed")
    elif are_xml == {True}:
        for_sheets = {"--map": names, "--sheet": sheet, "--deadline": deadline}
        for option, value in {**for_sheets, "--fractions": fractions}.items():
            if value:
                raise Refusal("draft_for_sheets", option=option)
        draft = _of_activities(files, register, terms, session.work or Work())
    else:
        if reports is not None:
            raise Refusal("draft_reports_of_sheet")
        work = session.work or Work()
        books = [read_book(Path(file)) for file in work.over(files, "work_files")]
        draft = read_draft(books, register, terms, work)
    text = as_yaml(draft, session.words, [Path(file).name or file for file in files])
    remarks = [
        *skip_lines(draft.skipped, session.words),
        summary_line(draft, session.words),
        *refusal_lines(draft.problems, session.words),
    ]
    if draft.reports and reports is None:
        remarks.append([(session.words("draft_reports_left", n=len(draft.reports)), "warning")])
    if output is None and reports is None:
        session.write([text], "yaml")
        session.remark(remarks)
        return EXIT_DATA if draft.problems else EXIT_OK
    with outcome(session) as receipt:
        originals: Sequence[Path] = list(store.own_files()) if store is not None else []
        if output is not None:
            write_whole(Path(output), text, originals=originals, new=True)
            receipt.append([(session.words("draft_written", path=output), "good")])
        for path, rows in _sheets(reports, draft.reports):
            sheet_text = BOM + reports_csv(rows, session.words)
            write_whole(path, sheet_text, originals=originals, new=True)
            written = session.words("draft_reports", path=str(path), n=len(rows))
            receipt.append([(written, "good")])
        if output is None:
            session.write([text], "yaml")
        session.remark([*receipt, *remarks])
    return EXIT_DATA if draft.problems else EXIT_OK


def _sheets(
    path: str | None, reports: Sequence[DraftReport]
) -> Iterator[tuple[Path, Sequence[DraftReport]]]:
    """The files of reports, each of so many rows as ``import`` takes."""
    if path is None:
        return
    most, first = MAX_ROWS - 1, Path(path)
    for number, begin in enumerate(range(0, max(len(reports), 1), most), start=1):
        name = first if number == 1 else first.with_stem(f"{first.stem}-{number}")
        yield name, reports[begin : begin + most]


def _of_site(folder: str, register: Register | None, terms: DraftTerms, work: Work | None) -> Draft:
    """What an Open SDG site measures and promises."""
    from cdstrack.app.catalogue.site_draft import read_site
    from cdstrack.store.yaml.site_folder import SiteFolder

    return read_site(SiteFolder(Path(folder)), register, terms, work)


def _of_activities(
    files: Sequence[str], register: Register | None, terms: DraftTerms, work: Work
) -> Draft:
    """What the activities in some files promise."""
    from cdstrack.app.catalogue.activity_draft import NOT_READ, read_activities
    from cdstrack.store.xml_file import read_xml

    roots = [(file, read_xml(Path(file), NOT_READ)) for file in work.over(files, "work_files")]
    return read_activities(roots, register, terms, work)


def _beside(session: Session) -> tuple[FileStore | None, Register | None]:
    """The register that the draft is for; none where there is none yet."""
    try:
        store = session.store()
    except StoreError as error:
        if error.code != "no_register":
            raise
        return None, None
    return store, load_register(store)


def _column(text: str) -> tuple[str, CommitmentColumn]:
    """``Nhiệm vụ=title`` as a heading and its column. Raises Refusal."""
    heading, sign, name = text.rpartition("=")
    if not sign or not heading.strip():
        raise Refusal("draft_map", text=text)
    column = column_of(name)
    if column is None:
        near = did_you_mean(name, COMMITMENT_COLUMNS)
        facts = {"suggestion": near} if near else {"allowed": list(COMMITMENT_COLUMNS)}
        raise Refusal("draft_map_column", text=name, **facts)
    return heading_text(heading.strip()), column

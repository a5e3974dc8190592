"""``cdstrack page``: the register as a static site, or as one file, for whoever has no terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdstrack.app import records
from cdstrack.app.digest import Digest, digest
from cdstrack.app.publication import publication
from cdstrack.app.standing import Selection, Status, tag_sets
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.periods import Duration
from cdstrack.core.model.problems import Fault, Problem, Refusal
from cdstrack.store.outputs import STDOUT, write_whole

if TYPE_CHECKING:
    from cdstrack.render.page.material import Material
    from cdstrack.store.files import FileStore

ONE_FILE = (".html", ".htm")
"""How the name of one file ends."""
ADDRESS = re.compile(r"https?://[\w.:\[\]-]+(/[^\s\"'<>\\^`{|}?#]*)?", re.IGNORECASE)
"""A host and a folder on it: what a page's own address can be put behind."""
LARGE = 300_000
"""Bytes above which one file opens slowly on a phone."""


def run(
    session: Session,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="PATH", help="opt_output_page")],
    since: Annotated[str | None, typer.Option(metavar="DAY|30d", help="opt_since_page")] = None,
    badges: Annotated[bool, typer.Option("--badges", help="opt_badges")] = False,
    base: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="opt_base_url")
    ] = None,
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="opt_state")] = None,
    owner: Annotated[list[str] | None, typer.Option(metavar="BODY", help="opt_owner")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="opt_tag")] = None,
    under: Annotated[str | None, typer.Option(metavar="TARGET", help="opt_under")] = None,
) -> int:
    try:
        import jinja2  # noqa: F401  # an extra; most installations print no page
    except ImportError:
        raise Fault("page_missing") from None
    from cdstrack.render.page.site import Site
    from cdstrack.store.publish import leftovers, write_folder

    words, path, is_file = session.words, Path(output), _is_file(output)
    if base is not None and not ADDRESS.fullmatch(base):
        raise Refusal("base_url", text=base)
    select = Selection(
        states=frozenset(state or ()),
        owners=frozenset(owner or ()),
        tags=tag_sets(tag or ()),
        under=under,
    )
    store = session.store()
    material, problems = _material(
        session, store, select, since=since, base=base or "", files=not is_file
    )
    failed = session.problems(problems)
    if material is None:
        session.remark([[(words("export_not_written", path=output), "error")]])
        return EXIT_DATA
    site, originals = Site(material, session.work), store.own_files()
    with outcome(session) as receipt:
        if is_file:
            data = site.one_file(words)
            write_whole(path, data, originals=originals)
            kilobytes = -(-len(data) // 1000)
            text = words("site_written_file", path=output, kb=kilobytes)
            receipt.append([(text, "good")])
            if len(data) > LARGE:
                receipt.append([(words("site_is_large"), "warning")])
        else:
            n = write_folder(path, site.files(badges=badges), originals=originals)
            first = str(path / "index.html")
            receipt.append([(words("site_written", path=output, n=n, first=first), "good")])
            for rest in leftovers(path):
                receipt.append([(words("site_leftover", path=str(rest)), "warning")])
        session.say(receipt)
    return EXIT_DATA if failed else EXIT_OK


def _material(
    session: Session, store: FileStore, select: Selection, *, since: str | None, base: str,
    files: bool,
) -> tuple[Material | None, Sequence[Problem]]:  # fmt: skip
    """What the site is made of, None where the register has errors, and its problems.

    Only texts outlive it, not the register that was judged.
    """
    from cdstrack.render.page.material import changes_of, material

    status = session.status(select, store, sealed=True)
    if any(problem.level == "error" for problem in status.problems):
        return None, status.problems
    news = changes_of(_digest(session, store, status, since))
    export = records.export(status, reports=True, whole=select == Selection(), work=session.work)
    with export.work.at("work_writing"):
        content = material(publication(export), news, base=base, files=files)
    return content, status.problems


def _digest(session: Session, store: FileStore, status: Status, since: str | None) -> Digest:
    if since is None:
        day = Duration(months=-1).after(status.as_of)
    else:
        day = session.day_before(since, store)
    return digest(store, day, now=session.now, as_of=status.as_of, known_on=status.known_on)


def _is_file(output: str) -> bool:
    """Whether one file is asked for. Raises Refusal for a name that is neither."""
    path = Path(output)
    if output.endswith(("/", "\\")) or path.is_dir():
        return False
    suffix = path.suffix.lower()
    if output == STDOUT or (suffix and suffix not in ONE_FILE):
        raise Refusal("page_suffix", path=output)
    return bool(suffix)

"""``cdstrack digest``: what has changed since a day."""

from typing import Annotated

import typer

from cdstrack.app import digest as changes
from cdstrack.cli.options import OneOf
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.render.digest_text import FORMATS


def run(
    session: Session,
    *,
    since: Annotated[str, typer.Option(metavar="DAY|30d", help="opt_since")] = "30d",
    owner: Annotated[str | None, typer.Option(metavar="BODY", help="opt_owner_one")] = None,
    body: Annotated[str | None, typer.Option(metavar="BODY", help="opt_body_digest")] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="opt_format_digest"),
        OneOf(FORMATS),
    ] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", help="opt_quiet_digest")] = False,
) -> int:
    store = session.store()
    digest = changes.digest(
        store,
        session.day_before(since, store),
        now=session.now,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
        owner=owner,
        body=body,
    )
    if not (quiet and digest.is_empty):
        session.write(FORMATS[form](digest, session.words, session.out), form)
    return EXIT_DATA if session.problems(digest.after.problems) else EXIT_OK

"""``cdstrack show``: everything on one target."""

import sys
from typing import Annotated

import typer

from cdstrack.app.lookup import find_target
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.cli.status import one_of
from cdstrack.core.model.problems import Refusal
from cdstrack.render import data
from cdstrack.render.target_page import page


def by_title() -> bool:
    """Titles are searched for people only: a script names ids."""
    return sys.stdin is not None and sys.stdin.isatty()


def run(
    session: Session,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="arg_target")],
    form: Annotated[
        str, typer.Option("--format", metavar="table|json", help="opt_format_short")
    ] = "table",
) -> int:
    one_of("--format", form, ["table", "json"])
    found = session.status()
    asked = find_target(found.register, target, by_title=by_title())
    verdict = next((each for each in found.verdicts if each.target.id == asked.id), None)
    if verdict is None:
        raise Refusal("not_yet_promised", id=asked.id, day=asked.stated.on)
    if form == "json":
        shown = data.show_object(verdict, found.register.sources)
        session.write([data.dumps(shown) + "\n"])
    else:
        session.say(page(verdict, found, session.words, session.out))
    return EXIT_DATA if session.problems(found.problems) else EXIT_OK

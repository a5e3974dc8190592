"""``cdstrack show``: everything on one target."""

from typing import Annotated

import typer

from cdstrack.app.lookup import find_target
from cdstrack.cli.options import TableOrJson, by_title
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.model.problems import Refusal
from cdstrack.render import data
from cdstrack.render.target_page import page


def run(
    session: Session,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="arg_target")],
    form: TableOrJson = "table",
) -> int:
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

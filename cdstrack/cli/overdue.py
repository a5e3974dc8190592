"""``cdstrack overdue``: what is overdue, worst first, and why."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from cdstrack.app import standing
from cdstrack.app.lookup import due_in
from cdstrack.app.standing import Status
from cdstrack.cli.options import TableOrJson
from cdstrack.cli.session import EXIT_DATA, EXIT_OK, Session
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.render import data
from cdstrack.render.status_list import verdict_table
from cdstrack.render.text import Line, visible, wrap
from cdstrack.render.views import as_of_words, duration_words, explain


def run(
    session: Session,
    *,
    within: Annotated[str | None, typer.Option(metavar="90d", help="opt_within_overdue")] = None,
    form: TableOrJson = "table",
) -> int:
    store = session.store()
    found = standing.overdue(
        store,
        now=session.now,
        as_of=session.as_of(store),
        known_on=session.known_on(store),
        within=due_in(within) if within else None,
    )
    if form == "json":
        listed = {
            "cdstrack": data.VERSION,
            "as_of": found.status.as_of.isoformat(),
            "overdue": [data.target_object(verdict) for verdict in found.overdue],
            "coming": [data.target_object(verdict) for verdict in found.coming],
            "problems": [data.problem_object(problem) for problem in found.status.problems],
        }
        session.write([data.dumps(listed) + "\n"])  # type: ignore[arg-type]
    else:
        session.say(_lines(session, found, within))
    return EXIT_DATA if session.problems(found.status.problems) else EXIT_OK


def _lines(session: Session, found: standing.Overdue, within: str | None) -> Iterator[Line]:
    words, status = session.words, found.status
    yield [(as_of_words(status.as_of, status.known_on, words), "dim")]
    if found.overdue:
        yield [(words("overdue_heading", n=len(found.overdue)), "worst")]
        yield from _table(session, status, found.overdue)
    else:
        yield [(words("nothing_overdue"), "good")]
    if within:
        yield []
        key = "coming_heading" if found.coming else "nothing_coming"
        yield [(words(key, n=len(found.coming), within=duration_words(within, words)), "bold")]
        if found.coming:
            yield from _table(session, status, found.coming)


def _table(session: Session, status: Status, verdicts: Sequence[Verdict]) -> Iterator[Line]:
    words, look = session.words, session.out
    yield []
    yield from verdict_table(verdicts, status.register.bodies, words, look)
    yield []
    yield [(words("why_heading"), "heading")]
    for verdict in verdicts:
        yield [(f"  {verdict.target.id}", "code")]
        width = (look.width or 10_000) - 4
        yield from ([("    " + part, "")] for part in wrap(visible(explain(verdict, words)), width))

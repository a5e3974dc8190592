"""``cdstrack check``: the gate. The only command that exits 1."""

from collections.abc import Iterator
from typing import Annotated

import typer

from cdstrack import app
from cdstrack.cli.context import EXIT_DATA, EXIT_FINDINGS, EXIT_OK, Session
from cdstrack.cli.status import one_of
from cdstrack.core import gate
from cdstrack.core.problems import did_you_mean
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render import data
from cdstrack.render.messages import finding_lines, finding_sentence
from cdstrack.render.text import Line
from cdstrack.render.views import as_of_words


def run(
    session: Session,
    *,
    fail_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_fail_on")] = None,
    warn_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_warn_on")] = None,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within")] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="opt_exit_zero")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="text|json", help="opt_format_short")
    ] = "text",
) -> int:
    one_of("--format", form, ["text", "json"])
    failing = _codes("--fail-on", fail_on, gate.FAIL)
    found = app.check(
        session.store(),
        now=session.now,
        as_of=session.as_of,
        known_on=session.known_on,
        fail_on=failing,
        warn_on=_codes("--warn-on", warn_on, gate.WARN) - failing,
        within=app.due_in(within) if within else None,
    )
    failed = session.problems(found.status.problems)
    if form == "json":
        session.write([data.dumps(_object(found)) + "\n"])
    else:
        session.say(_lines(session, found))
    if failed:
        return EXIT_DATA
    return EXIT_OK if found.passed or exit_zero else EXIT_FINDINGS


def _codes(option: str, text: str | None, default: frozenset[str]) -> frozenset[str]:
    if text is None:
        return default
    codes = [code.strip().replace("_", "-") for code in text.split(",") if code.strip()]
    for code in codes:
        if code not in gate.CODES and code != "none":
            near = did_you_mean(code, gate.CODES)
            raise app.Refusal("unknown_code", option=option, name=code, suggestion=near)
    return frozenset(codes) - {"none"}


def _object(found: app.Check) -> data.Json:
    places = found.status.register.places
    return {
        "cdstrack": data.VERSION,
        "as_of": found.status.as_of.isoformat(),
        "verdict": "pass" if found.passed else "fail",
        "findings": [
            data.finding_object(
                finding,
                places.get(finding.target),
                {lang: finding_sentence(finding, Words(lang)) for lang in LANGUAGES},
            )
            for finding in found.findings
        ],
        "problems": [data.problem_object(problem) for problem in found.status.problems],
    }


def _lines(session: Session, found: app.Check) -> Iterator[Line]:
    words, status = session.words, found.status
    yield [(as_of_words(status.as_of, status.known_on, words), "dim")]
    yield from finding_lines(found.findings, status.register.places, words)
    failing = sum(finding.level == "fail" for finding in found.findings)
    warning = len(found.findings) - failing
    key, style = ("check_passed", "good") if found.passed else ("check_failed", "error")
    if not found.complete:
        yield [(words("check_incomplete"), "error")]
        if not failing:
            return
    yield [(words(key, n=failing, warnings=warning), style)]

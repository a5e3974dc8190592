"""``cdstrack check``: the gate. The only command that exits 1."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cdstrack.app import gate_check, standing
from cdstrack.app.lookup import NoRegister, due_in
from cdstrack.cli.session import EXIT_DATA, EXIT_FINDINGS, EXIT_OK, Session
from cdstrack.cli.status import one_of
from cdstrack.core.checks import gate
from cdstrack.core.model.problems import Problem, Refusal, did_you_mean
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render import data
from cdstrack.render.ci.items import (
    GateReport,
    finding_lines,
    finding_sentence,
    gate_report,
    unread_report,
)
from cdstrack.render.text import Line, Look, fit, paint
from cdstrack.render.views import as_of_words
from cdstrack.store.outputs import append_to, write_whole

CI_FORMATS = ("github", "summary", "sarif", "gitlab", "junit")
FORMS = ("text", "json", *CI_FORMATS)


def run(
    session: Session,
    *,
    fail_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_fail_on")] = None,
    warn_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_warn_on")] = None,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within")] = None,
    waivers: Annotated[str | None, typer.Option(metavar="PATH", help="opt_waivers")] = None,
    against: Annotated[str | None, typer.Option(metavar="REV", help="opt_against")] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="opt_exit_zero")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format_check")
    ] = "text",
    output: Annotated[
        list[str] | None, typer.Option(metavar="FORMAT=PATH", help="opt_output")
    ] = None,
    write_waivers: Annotated[
        str | None, typer.Option("--write-waivers", metavar="PATH", help="opt_write_waivers")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="opt_until")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_reason")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by_waiver")] = None,
) -> int:
    one_of("--format", form, FORMS)
    outputs = _outputs(output or ())
    store = session.store()
    try:
        found = gate_check.check(
            store,
            now=session.now,
            as_of=session.as_of(store),
            known_on=session.known_on(store),
            fail_on=_codes("--fail-on", fail_on),
            warn_on=_codes("--warn-on", warn_on),
            within=due_in(within) if within else None,
            waivers=Path(waivers) if waivers else None,
            against=against,
        )
    except NoRegister as error:
        session.problems(error.problems)
        day = session.as_of(store) or standing.today_in(store.zone.key, session.now)
        _tell(session, _Unread(session, error.problems, day), form, outputs)
        return EXIT_DATA
    failed = session.problems(found.problems)
    if write_waivers is not None:
        _draft(session, found, Path(write_waivers), until, reason, by)
        return EXIT_DATA if failed else EXIT_OK
    _tell(session, _Judged(session, found), form, outputs)
    if failed:
        return EXIT_DATA
    return EXIT_OK if found.passed or exit_zero else EXIT_FINDINGS


def _codes(option: str, text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    codes = [code.strip().replace("_", "-") for code in text.split(",") if code.strip()]
    for code in codes:
        if code not in gate.CODES and code != "none":
            near = did_you_mean(code, gate.CODES)
            raise Refusal("unknown_code", option=option, name=code, suggestion=near)
    return frozenset(codes) - {"none"}


def _outputs(asked: Sequence[str]) -> Mapping[str, Path]:
    """The files to write, by format. Raises Refusal."""
    outputs: dict[str, Path] = {}
    for text in asked:
        form, equals, path = text.partition("=")
        one_of("--output", form, FORMS)
        if not equals or not path:
            raise Refusal("output_wants_path", text=text)
        outputs[form] = Path(path)
    return outputs


@dataclass(frozen=True, slots=True)
class _Judged:
    """A run of the gate, in whatever form it is asked for."""

    session: Session
    found: gate_check.Check

    def lines(self) -> Iterator[Line]:
        return _lines(self.session, self.found)

    def whole(self) -> data.Json:
        return _object(self.found)

    def report(self, words: Words) -> GateReport:
        return gate_report(self.found, words)


@dataclass(frozen=True, slots=True)
class _Unread:
    """The same for a register that could not be read: to CI, silence would be a pass."""

    session: Session
    problems: Sequence[Problem]
    day: date

    def lines(self) -> Iterator[Line]:
        return iter(())

    def whole(self) -> data.Json:
        problems: list[data.Json] = [data.problem_object(each) for each in self.problems]
        return {
            "cdstrack": data.VERSION,
            "as_of": self.day.isoformat(),
            "verdict": "fail",
            "findings": [],
            "problems": problems,
        }

    def report(self, words: Words) -> GateReport:
        return unread_report(self.problems, str(self.session.register_path()), self.day, words)


def _tell(
    session: Session, result: _Judged | _Unread, form: str, outputs: Mapping[str, Path]
) -> None:
    """Write the files that were asked for, print, and let GitHub Actions know."""
    for kind, path in outputs.items():
        write_whole(path, _said(kind, result, session))
    if form == "text":
        session.say(result.lines())
    else:
        session.write([_said(form, result, session)])
    if session.in_actions and form == "text":
        session.write([_said("github", result, session)])
    if session.step_summary is not None:
        append_to(session.step_summary, _said("summary", result, session))


def _said(form: str, result: _Judged | _Unread, session: Session) -> str:
    """The whole result in one format."""
    if form == "json":
        return data.dumps(result.whole()) + "\n"
    if form == "text":
        plain = Look(in_actions=session.in_actions)
        return "".join(paint(fit(result.lines(), plain), plain))
    from cdstrack.render.ci.formats import FORMATS  # only a pipeline asks for these
    from cdstrack.render.ci.parts import in_repository

    report = in_repository(result.report(session.words), str(session.repository))
    return FORMATS[form](report, session.words)


def _draft(
    session: Session,
    found: gate_check.Check,
    path: Path,
    until: str | None,
    reason: str | None,
    by: str | None,
) -> None:
    """Write waivers for what fails today, so that a team can begin with a red register."""
    from cdstrack.cli.add_progress import who
    from cdstrack.render.waiver_text import draft

    day = gate_check.waiver_day(until, found.status.as_of, session.words.lang)
    name, why = (by or who() or "").strip(), (reason or "").strip()
    if not why or not name:
        raise Refusal("waiver_wants", option="--by" if why else "--reason")
    failing = [each for each in found.findings if each.fails and each.can_be_waived]
    text = draft(failing, until=day, reason=why, by=name, words=session.words)
    write_whole(path, text, new=True)
    words, written = session.words, text.count("\n  - target:")
    session.say([[(words("waivers_written", n=written, path=str(path)), "good")]])


def _object(found: gate_check.Check) -> data.Json:
    return {
        "cdstrack": data.VERSION,
        "as_of": found.status.as_of.isoformat(),
        "verdict": "pass" if found.passed else "fail",
        "findings": [
            data.finding_object(
                finding,
                {
                    lang: finding_sentence(finding, found.status.register.targets, Words(lang))
                    for lang in LANGUAGES
                },
            )
            for finding in found.findings
        ],
        "problems": [data.problem_object(problem) for problem in found.problems],
    }


def _lines(session: Session, found: gate_check.Check) -> Iterator[Line]:
    words, status = session.words, found.status
    yield [(as_of_words(status.as_of, status.known_on, words), "dim")]
    yield from finding_lines(gate_report(found, words), words)
    failing = sum(finding.fails for finding in found.findings)
    waived = sum(finding.waived is not None for finding in found.findings)
    warning = len(found.findings) - failing - waived
    key, style = ("check_passed", "good") if found.passed else ("check_failed", "error")
    if not found.complete:
        yield [(words("check_incomplete"), "error")]
        if not failing:
            return
    yield [(words(key, n=failing, warnings=warning), style)]
    if waived:
        yield [(words("check_waived", n=waived), "dim")]

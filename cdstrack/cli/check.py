"""``cdstrack check``: the gate. Only it and ``verify`` exit 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cdstrack.app import gate_check
from cdstrack.app.gate_check import Check
from cdstrack.app.standing import today_in
from cdstrack.cli.outcome import outcome
from cdstrack.cli.session import EXIT_DATA, EXIT_FINDINGS, EXIT_OK, Session
from cdstrack.core.checks import gate
from cdstrack.core.model.periods import parse_duration
from cdstrack.core.model.problems import NoRegister, Refusal, did_you_mean
from cdstrack.core.verdict.referee import Extract
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.ci.items import finding_lines, gate_report
from cdstrack.render.phrases import as_of_words
from cdstrack.render.text import Line, Look, fit, paint
from cdstrack.store.outputs import append_to, refuse_own, write_whole

if TYPE_CHECKING:  # only typer reads the signature of a command, and it knows these
    import typer

    from cdstrack.cli.options import OneOf


FORMS = ("text", "json", "github", "summary", "sarif", "gitlab", "junit")


def run(
    session: Session,
    *,
    fail_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_fail_on")] = None,
    warn_on: Annotated[str | None, typer.Option(metavar="CODE,…", help="opt_warn_on")] = None,
    within: Annotated[str | None, typer.Option(metavar="30d", help="opt_within")] = None,
    waivers: Annotated[str | None, typer.Option(metavar="PATH", help="opt_waivers")] = None,
    against: Annotated[str | None, typer.Option(metavar="REV", help="opt_against")] = None,
    max_age: Annotated[str, typer.Option(metavar="1d", help="opt_max_age")] = "1d",
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="opt_exit_zero")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="opt_format_check"), OneOf(FORMS)
    ] = "text",
    output: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=PATH", help="opt_output"),
        OneOf(FORMS, with_path=True),
    ] = None,
    write_waivers: Annotated[
        str | None, typer.Option("--write-waivers", metavar="PATH", help="opt_write_waivers")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="opt_until")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="opt_reason")] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="opt_by_waiver")] = None,
) -> int:
    outputs = _outputs(output or ())
    failing, warning = _codes("--fail-on", fail_on), _codes("--warn-on", warn_on)
    duration = parse_duration(within) if within else None
    store = session.store()
    store.limit = parse_duration(max_age)
    try:
        sealed = "json" in (form, *outputs)
        status = session.status(store=store, sealed=sealed, extract=Extract())
        check = gate_check.check(
            status,
            store,
            fail_on=failing,
            warn_on=warning,
            within=duration.days_after(status.as_of) if duration else None,
            waivers=Path(waivers) if waivers else None,
            against=against,
            now=session.now,
            work=session.work,
        )
    except NoRegister as error:
        day = session.as_of(store) or today_in(store.zone.key, session.now)
        check = Check(str(store.path), day, error.problems)
    originals = store.own_files()
    if waivers is not None:
        originals = [*originals, Path(waivers)]
    if write_waivers is not None and check.status is not None:
        return _draft(session, check, Path(write_waivers), originals, until, reason, by)
    for path in outputs.values():  # before any of them is written
        refuse_own(path, originals)
    for kind, path in outputs.items():
        text = _text(kind, check, session, Look(in_actions=session.in_actions))
        write_whole(path, text, originals=originals)
    if session.step_summary is not None:
        text = _text("summary", check, session, session.out)
        append_to(session.step_summary, text, originals=originals)
    errors = session.problems(check.problems)
    session.write([_text(form, check, session, session.out)], form)
    if session.in_actions and form == "text":
        session.write([_text("github", check, session, session.out)], "github")
    if errors:
        return EXIT_DATA
    return EXIT_OK if check.passed or exit_zero else EXIT_FINDINGS


def _codes(option: str, text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    codes = [code.strip().replace("_", "-") for code in text.split(",") if code.strip()]
    for code in codes:
        if code not in gate.CODES and code != "none":
            near = did_you_mean(code, gate.CODES)
            raise Refusal("unknown_code", option=option, name=code, suggestion=near)
    return frozenset(codes) - {"none"}


def _outputs(texts: Sequence[str]) -> dict[str, Path]:
    """The files to write, by format. Raises Refusal."""
    outputs: dict[str, Path] = {}
    for text in texts:
        form, _, path = text.partition("=")
        if not path:
            raise Refusal("output_wants_path", text=text)
        outputs[form] = Path(path)
    return outputs


def _text(form: str, check: Check, session: Session, look: Look) -> str:
    """The whole run in one format."""
    if form == "json":
        return data.dumps(data.check_object(check)) + "\n"
    if form == "text":
        return "".join(paint(fit(_lines(check, session.words), look), look))
    from cdstrack.render.ci.formats import FORMATS  # only a pipeline asks for these
    from cdstrack.render.ci.parts import in_repository

    report = in_repository(gate_report(check, session.words), str(session.repository))
    return FORMATS[form](report, session.words)


def _lines(check: Check, words: Words) -> Iterator[Line]:
    """For people. Of a register that could not be read, its problems say it all."""
    if check.status is None:
        return
    yield [(as_of_words(check.as_of, check.status.known_on, words), "dim")]
    yield from finding_lines(gate_report(check, words), words)
    failing = sum(finding.fails for finding in check.findings)
    waived = sum(finding.waived is not None for finding in check.findings)
    warning = len(check.findings) - failing - waived
    if check.never_reported:
        never = words("of_them_never", n=check.never_reported)
        yield [(f"{words('gate_overdue', n=check.overdue)}, {never}", "dim")]
    if not check.complete:
        yield [(words("check_incomplete"), "error")]
    if check.complete or failing:
        key, style = ("check_passed", "good") if check.passed else ("check_failed", "error")
        yield [(words(key, n=failing, warnings=warning), style)]
        if waived:
            yield [(words("check_waived", n=waived), "dim")]


def _draft(
    session: Session,
    check: Check,
    path: Path,
    originals: Sequence[Path],
    until: str | None,
    reason: str | None,
    by: str | None,
) -> int:
    """Write waivers for what fails today, so that a team can begin with a red register."""
    from cdstrack.render.waiver_text import draft

    words = session.words
    day = gate_check.waiver_day(until, check.as_of, words.lang)
    from cdstrack.cli.reporter import who  # only who writes waivers has to be named

    name, why = (by or who() or "").strip(), (reason or "").strip()
    if not why or not name:
        raise Refusal("waiver_wants", option="--by" if why else "--reason")
    failing = [finding for finding in check.findings if finding.fails and finding.can_be_waived]
    text = draft(failing, until=day, reason=why, by=name, words=words)
    with outcome(session) as receipt:
        write_whole(path, text, originals=originals, new=True)
        entries = text.count("\n  - target:")
        receipt.append([(words("waivers_written", n=entries, path=str(path)), "good")])
        errors = session.problems(check.problems)
        session.say(receipt)
    return EXIT_DATA if errors else EXIT_OK

"""An audit of a ledger on a server: arrival by arrival, what each brought and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from cdstrack.app.ledger_audit import LATE, act_of
from cdstrack.app.server_audit import ServerAudit, ServerLine
from cdstrack.core.model.report import Report
from cdstrack.i18n import Words
from cdstrack.render.audit_lines import HASH, MARKS, change_object, figure_of, names_of
from cdstrack.render.board import Listing
from cdstrack.render.data import VERSION, Json, Parts, moment_text, origin_object, problem_object
from cdstrack.render.text import Line

SERVER_FIELDS = (
    "event", "entered", "entered_by", "copied", "doubtful", "report", "target", "body", "date",
    "by", "recorded", "delay_seconds", "act", "corrects", "foreign_login", "commit", "moment",
    "author", "email",
)  # fmt: skip
"""Columns of csv, and what each line has in JSON."""
_SPANS = (("arrival_days", 86_400), ("arrival_hours", 3_600), ("arrival_minutes", 60))


def server_audit_listing(audit: ServerAudit, words: Words) -> Listing:
    """The records in the order in which they came in; all of it as one object."""
    return Listing(_lines(audit, words), lambda: server_audit_object(audit))


def _lines(audit: ServerAudit, words: Words) -> Iterator[Line]:
    zone = ZoneInfo(audit.register.timezone)
    for head, group in groupby(audit.lines, lambda line: _head(line, words, zone)):
        yield head
        for line in group:
            yield from _line(line, audit, words)
    if audit.lines:
        yield []
    yield from _summary(audit, words)


def _head(line: ServerLine, words: Words, zone: ZoneInfo) -> Line:
    """What the records of one arrival stand under."""
    entry = line.entry
    if entry is None:
        return [(words("arrival_gone"), "warn")]
    if entry.is_copy:
        return [(words("arrival_copy"), ""), ("  ", ""), (entry.login, "bold")]
    moment = entry.moment.astimezone(zone)
    when = f"{words.day(moment.date())} {moment:%H:%M:%S}"
    return [(when, ""), ("  ", ""), (entry.login, "bold")]


def _line(line: ServerLine, audit: ServerAudit, words: Words) -> Iterator[Line]:
    style = "" if line.event == "new" else "warn"
    yield [
        ("    " + MARKS[line.event] + " ", style or "dim"),
        (_figure(line.report, audit, words), style),
        (f"  {names_of(line.report)}", "dim"),
    ]
    delay = line.delay
    if delay is not None:
        when = words("arrival_recorded", delay=_delay(delay, words), by=line.report.by or "–")
        yield [("      ", ""), (when, "warn" if delay > LATE else "dim")]
    for text in _remarks(line, audit, words):
        yield [("      ! ", "warn"), (text, "warn")]


def _remarks(line: ServerLine, audit: ServerAudit, words: Words) -> Iterator[str]:
    evidence, foreign = line.evidence, line.foreign
    if line.event != "new" and evidence is not None:
        commit = evidence.commit
        facts = {
            "commit": commit.hash[:HASH],
            "day": commit.moment.date(),
            "figure": _figure(evidence.report, audit, words),
        }
        code = "arrival_gone_since" if line.event == "gone" else "arrival_altered_since"
        yield words(code, **facts)
    if foreign is not None:
        code = f"audit_foreign_{act_of(line.report)}"
        yield words(code, id=foreign.report.id, name=foreign.login)
    if line.entry is not None and line.entry.is_doubtful:
        yield words("arrival_doubtful")


def _figure(report: Report, audit: ServerAudit, words: Words) -> str:
    return figure_of(report, audit.register, words)


def _delay(delay: timedelta, words: Words) -> str:
    """How long before it came in a report was recorded, in the unit that tells most."""
    seconds = int(delay.total_seconds())
    for code, size in _SPANS:
        if seconds >= size:
            return words(code, n=seconds // size)
    return words("arrival_same_minute")


def _summary(audit: ServerAudit, words: Words) -> Iterator[Line]:
    lines = audit.lines
    present = [line.entry for line in lines if line.entry is not None]
    logins = {entry.login for entry in present}
    if present:
        yield [(words("arrival_lines", n=len(present), logins=len(logins)), "")]
    else:
        yield [(words("arrival_nothing"), "dim")]
    counts = (
        ("arrival_n_copies", sum(entry.is_copy for entry in present), "dim"),
        ("audit_n_altered", sum(line.event == "altered" for line in lines), "warn"),
        ("audit_n_gone", sum(line.event == "gone" for line in lines), "warn"),
        ("arrival_n_late", sum((line.delay or timedelta()) > LATE for line in lines), "warn"),
        ("audit_n_foreign", sum(line.foreign is not None for line in lines), "warn"),
        ("arrival_n_doubtful", sum(entry.is_doubtful for entry in present), "warn"),
        ("arrival_n_uncommitted", sum(line.evidence is None for line in lines), "dim"),
        ("audit_n_settings", len(audit.changes), "warn"),
    )
    for code, n, style in counts:
        if n and (audit.has_witness or code != "arrival_n_uncommitted"):
            yield [("  ", ""), (words(code, n=n), style)]
    for flaw in audit.gaps:
        yield [("  ", ""), (words(flaw.code, **flaw.facts), "warn")]
    if not audit.has_witness:
        yield [("  ", ""), (words("arrival_no_witness"), "warn")]


def server_audit_object(audit: ServerAudit) -> Parts:
    """The documented shape (docs/json.md)."""
    origin = audit.register.origin
    return {
        "cdstrack": VERSION,
        "register": {
            "file": audit.register.file,
            **(origin_object(origin) if origin is not None else {}),
        },
        "lines": [_line_object(line) for line in audit.lines],
        "gaps": [
            {"target": str(flaw.facts["target"]), "body": str(flaw.facts["body"]) or None,
             "n": int(str(flaw.facts["n"]))}
            for flaw in audit.gaps
        ],
        "changes": [change_object(change) for change in audit.changes],
        "problems": [problem_object(problem) for problem in audit.problems],
    }  # fmt: skip


def _line_object(line: ServerLine) -> dict[str, Json]:
    """One record; what does not apply is null, never missing."""
    report, entry, delay = line.report, line.entry, line.delay
    commit = line.evidence.commit if line.evidence is not None else None
    return {
        "event": line.event,
        "entered": _moment(entry.moment) if entry is not None else None,
        "entered_by": entry.login if entry is not None else None,
        "copied": entry.is_copy if entry is not None else None,
        "doubtful": entry.is_doubtful if entry is not None else None,
        "report": report.id,
        "target": report.target,
        "body": report.body,
        "date": report.date.said,
        "by": report.by,
        "recorded": _moment(report.recorded),
        "delay_seconds": int(delay.total_seconds()) if delay is not None else None,
        "act": act_of(report),
        "corrects": report.corrects,
        "foreign_login": line.foreign.login if line.foreign is not None else None,
        "commit": commit.hash if commit is not None else None,
        "moment": _moment(commit.moment) if commit is not None else None,
        "author": commit.author.name if commit is not None else None,
        "email": commit.author.email if commit is not None else None,
    }


def _moment(moment: datetime) -> str:
    """A moment of a server or of a commit, each in a zone of its own."""
    return moment_text(moment.astimezone(UTC))


def server_audit_records(audit: ServerAudit) -> Iterator[Sequence[Json]]:
    """The lines as rows of ``SERVER_FIELDS``, then gaps and changes, by what they have of these."""
    for line in audit.lines:
        item = _line_object(line)
        yield [item[name] for name in SERVER_FIELDS]
    for flaw in audit.gaps:
        row: dict[str, Json] = {"event": "gap", "target": str(flaw.facts["target"])}
        row["body"] = str(flaw.facts["body"]) or None
        yield [row.get(name) for name in SERVER_FIELDS]
    for change in audit.changes:
        row = {**change_object(change), "event": f"{change.subject}_changed"}
        yield [row.get(name) for name in SERVER_FIELDS]

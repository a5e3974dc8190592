"""An audit as people and programs read it: commit by commit, what each did to the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from cdstrack.app.ledger_audit import LATE, Audit, AuditLine, Change, act_of, signer_of
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.i18n import Words
from cdstrack.render.board import Listing
from cdstrack.render.data import VERSION, Json, Parts, problem_object
from cdstrack.render.phrases import reported_words
from cdstrack.render.record_lines import bare_words
from cdstrack.render.text import Line
from cdstrack.store.commit_signatures import Signature
from cdstrack.store.commits import Commit

HASH = 12
MARKS = {"new": "+", "altered": "~", "gone": "−"}
FIELDS = (
    "event", "commit", "moment", "author", "email", "signature", "key", "signer", "signed",
    "report", "target", "body", "date", "by", "recorded", "delay_seconds", "act", "corrects",
    "foreign_commit", "foreign_email", "allowed",
)  # fmt: skip
"""Columns of csv, and what each line has in JSON."""


def audit_listing(audit: Audit, words: Words) -> Listing:
    """The commits, oldest first; all of it as one object."""
    return Listing(_lines(audit, words), lambda: audit_object(audit))


def _lines(audit: Audit, words: Words) -> Iterator[Line]:
    zone = ZoneInfo(audit.register.timezone)
    order = {name: number for number, name in enumerate(audit.commits)}
    events: list[AuditLine | Change] = [*audit.lines, *audit.changes]
    events.sort(key=lambda event: order[event.commit.hash])
    for _, group in groupby(events, key=lambda event: event.commit.hash):
        members = list(group)
        yield _commit(members[0].commit, members[0].signature, words, zone)
        for event in members:
            if isinstance(event, Change):
                yield [("    ! ", "warn"), (words(f"audit_{event.subject}_changed"), "warn")]
            else:
                yield from _line(event, audit, words)
    yield []
    yield from _summary(audit, words)


def _commit(commit: Commit, signature: Signature, words: Words, zone: ZoneInfo) -> Line:
    moment = commit.moment.astimezone(zone)
    when = f"{words.day(moment.date())} {moment:%H:%M}"
    author = f"{commit.author.name} <{commit.author.email}>"
    state = words(f"commit_signature_{signature.state}")
    signer = signer_of(signature)
    if signer and signer.casefold() != commit.author.email.casefold():
        author = words("audit_in_the_name", signer=signer, name=author)
    elif signature.signer:
        state += f" ({signature.signer})"
    style = "dim" if signature.state in ("none", "good") else "warn"
    return [
        (commit.hash[:HASH], "code"), ("  ", ""), (when, ""), ("  ", ""), (author, "bold"),
        ("  ", ""), (state, style),
    ]  # fmt: skip


def _line(line: AuditLine, audit: Audit, words: Words) -> Iterator[Line]:
    report, style = line.report, "" if line.event == "new" else "warn"
    head = ("    " + MARKS[line.event] + " ", style or "dim")
    if report is None:
        yield [head, (words("audit_unreadable"), "warn")]
        return
    text = figure_of(report, audit.register, words)
    pieces: Line = [head, (text, style), (f"  {names_of(report)}", "dim")]
    if line.event != "new":
        pieces.append(("  " + words(f"audit_{line.event}"), "warn"))
    yield pieces
    delay = line.delay
    if line.event != "gone" and delay is not None:
        is_odd = delay > LATE or delay < -timedelta(minutes=5)
        text = words("audit_recorded", delay=delay_words(delay, words), by=report.by or "–")
        yield [("      ", ""), (text, "warn" if is_odd else "dim")]
    if line.foreign is not None:
        origin = line.foreign
        facts = {
            "id": origin.report.id,
            "name": f"{origin.commit.author.name} <{origin.commit.author.email}>",
        }
        yield [("      ! ", "warn"), (words(f"audit_foreign_{act_of(report)}", **facts), "warn")]
    if line.is_allowed is False:
        yield [("      ! ", "warn"), (words("audit_unauthorised"), "warn")]


def figure_of(report: Report, register: Register, words: Words) -> str:
    """What a report says, and of when."""
    target = register.subject(report.target)
    figure = reported_words(report, target, words) if target else bare_words(report, words)
    return words("figure_for", figure=figure, period=report.date)


def names_of(report: Report) -> str:
    """What a report is on, and its id."""
    parts = (report.target, report.body, report.part, report.slice, report.strand, report.id)
    return " · ".join(filter(None, parts))


def delay_words(delay: timedelta, words: Words) -> str:
    """How long after it was recorded a line was committed, in the unit that tells most."""
    seconds = abs(int(delay.total_seconds()))
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= size:
            key = f"audit_{unit}_{'after' if delay > timedelta() else 'before'}"
            return words(key, n=seconds // size)
    return words("audit_same_minute")


def _summary(audit: Audit, words: Words) -> Iterator[Line]:
    lines = audit.lines
    if not lines and not audit.changes:
        yield [(words("audit_nothing"), "dim")]
        return
    yield [
        (
            words(
                "audit_lines", n=sum(x.event == "new" for x in lines), commits=len(audit.commits)
            ),
            "",
        )
    ]
    present = [line for line in lines if line.event != "gone"]
    counts: Mapping[str, int] = {
        "altered": sum(line.event == "altered" for line in lines),
        "gone": sum(line.event == "gone" for line in lines),
        "late": sum(line.delay is not None and line.delay > LATE for line in present),
        "foreign": sum(line.foreign is not None for line in lines),
        "unauthorised": sum(line.is_allowed is False for line in lines),
        "unsigned": sum(not line.is_signed for line in present),
        "settings": len(audit.changes),
    }
    for name, n in counts.items():
        if n:
            style = "dim" if name == "unsigned" else "warn"
            yield [("  ", ""), (words(f"audit_n_{name}", n=n), style)]
    if not audit.has_desks:
        yield [("  ", ""), (words("audit_no_desks"), "dim")]


def audit_object(audit: Audit) -> Parts:
    """The documented shape (docs/json.md)."""
    return {
        "cdstrack": VERSION,
        "register": {"file": audit.register.file},
        "lines": [line_object(line) for line in audit.lines],
        "changes": [change_object(change) for change in audit.changes],
        "problems": [problem_object(problem) for problem in audit.problems],
    }


def change_object(change: Change) -> dict[str, Json]:
    """A change of what the ledger is judged by, with its commit."""
    return {"subject": change.subject, **_commit_object(change.commit, change.signature)}


def _commit_object(commit: Commit, signature: Signature) -> dict[str, Json]:
    return {
        "commit": commit.hash,
        "moment": commit.moment.isoformat().replace("+00:00", "Z"),
        "author": commit.author.name,
        "email": commit.author.email,
        "signature": signature.state,
        "key": signature.key,
        "signer": signature.signer,
    }


def line_object(line: AuditLine) -> dict[str, Json]:
    """One line; what does not apply is null, never missing."""
    report, origin, delay = line.report, line.foreign, line.delay
    recorded = report.recorded.isoformat(timespec="microseconds") if report else None
    return {
        "event": line.event,
        **_commit_object(line.commit, line.signature),
        "signed": line.is_signed,
        "report": report.id if report else None,
        "target": report.target if report else None,
        "body": report.body if report else None,
        "date": report.date.said if report else None,
        "by": report.by if report else None,
        "recorded": recorded.replace("+00:00", "Z") if recorded else None,
        "delay_seconds": int(delay.total_seconds()) if delay is not None else None,
        "act": act_of(report) if report else None,
        "corrects": report.corrects if report else None,
        "foreign_commit": origin.commit.hash if origin else None,
        "foreign_email": origin.commit.author.email if origin else None,
        "allowed": line.is_allowed,
    }


def audit_records(audit: Audit) -> Iterator[Sequence[Json]]:
    """The lines as rows of ``FIELDS``, then what else was changed, by its commit alone."""
    for line in audit.lines:
        item = line_object(line)
        yield [item[name] for name in FIELDS]
    for change in audit.changes:
        item = _commit_object(change.commit, change.signature)
        item["event"] = f"{change.subject}_changed"
        yield [item.get(name) for name in FIELDS]

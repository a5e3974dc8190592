"""What the gate found, in words: the neutral items that every CI format prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from cdstrack.app.gate_check import Check
from cdstrack.core.checks.gate import Finding, fingerprint_of
from cdstrack.core.model.entries import Goal, Target
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.structs import dataclass
from cdstrack.i18n import Words
from cdstrack.render.messages import problem_sentence
from cdstrack.render.phrases import days_words, explain, goal_words, text_of
from cdstrack.render.text import Line


@dataclass(frozen=True, slots=True)
class Item:
    """One finding, or one problem of the files, as a reader sees it.

    ``message`` says what failed, since when and by which rule; ``remedy`` what would make it pass;
    ``waived`` by whom and until when, if it was. Files are as they were named, lines from 1.
    """

    code: str
    level: str
    target: str
    title: str
    message: str
    remedy: str
    file: str
    line: int
    column: int
    fingerprint: str
    waived: str = ""

    @property
    def fails(self) -> bool:
        return self.level == "fail" and not self.waived


@dataclass(frozen=True, slots=True)
class GateReport:
    """A run of the gate: gravest first. ``complete``: everything could be judged."""

    as_of: date
    file: str
    passed: bool
    complete: bool
    items: Sequence[Item]
    overdue: int = 0
    never_reported: int = 0
    """How many of the overdue ones were never reported."""


def gate_report(check: Check, words: Words) -> GateReport:
    """The findings in a reader's language, after the problems that kept targets from judgement."""
    errors = [problem for problem in check.problems if problem.level == "error"]
    items = [_of_problem(problem, check.file, words) for problem in errors]
    items += [_of_finding(finding, check, words) for finding in check.findings]
    overdue, never = check.overdue, check.never_reported
    return GateReport(check.as_of, check.file, check.passed, check.complete, items, overdue, never)


def _of_problem(problem: Problem, file: str, words: Words) -> Item:
    place = problem.place or Place(file, 1, 1)
    return Item(
        code="problem",
        level="fail",
        target=problem.target or "",
        title="",
        message=problem_sentence(problem, words),
        remedy=words("remedy_problem"),
        file=place.file,
        line=place.line,
        column=place.column,
        fingerprint=fingerprint_of("problem", problem.code, place.file, *map(str, problem.path)),
    )


def _of_finding(finding: Finding, check: Check, words: Words) -> Item:
    place = finding.place or Place(check.file, 1, 1)
    target = check.targets.get(finding.target or "")
    waiver = finding.waived
    return Item(
        code=finding.code,
        level=finding.level,
        target=finding.target or "",
        title=text_of(target.title, words) if target else "",
        message=finding_sentence(finding, check.targets, words),
        remedy=words(f"remedy_{_kind(finding)}"),
        file=place.file,
        line=place.line,
        column=place.column,
        fingerprint=finding.fingerprint,
        waived=words("waived_until", by=waiver.by, until=waiver.until, reason=waiver.reason)
        if waiver
        else "",
    )


def _kind(finding: Finding) -> str:
    """The word by which its texts are found."""
    if _closes_as_missed(finding):
        return "closed_as_missed"
    if finding.code == "goalposts-moved" and "draft" in finding.facts:
        return "draft_moved"
    if finding.code == "ledger-changed" and "commit" in finding.facts:
        return "ledger_changed_since"
    if finding.code == "ledger-changed" and "day" in finding.facts:
        return "ledger_changed_days"
    return finding.code.replace("-", "_")


def _sentence(finding: Finding) -> str:
    """The word by which its sentence is found, where findings of one code say different things."""
    facts = finding.facts
    match finding.code, facts.get("field"):
        case "gate-loosened", "waiver":
            return "waiver_granted" if facts["old"] is None else "waiver_prolonged"
        case "gate-loosened", "desk":
            return "desk_granted"
        case "gate-loosened", "file":
            return "file_moved"
        case "gate-loosened", "link":
            return "file_linked"
        case "report-unauthorised" | "report-unsigned", _ if "signer" in facts:
            return f"{_kind(finding)}_signer"
        case "backdated-decision", _ if "proof" in facts:
            return "decision_unproven"
        case "backdated-decision", _ if "entry" in facts:
            return "decision_entered_late"
    return _kind(finding)


def _closes_as_missed(finding: Finding) -> bool:
    """Whether it names a closing that is no silent change, and puts out an alarm."""
    is_closing = finding.code == "goalposts-moved" and finding.facts.get("field") == "closed"
    return is_closing and finding.facts["old"] is None


def finding_sentence(finding: Finding, targets: Mapping[str, Target], words: Words) -> str:
    """What failed, since when, by which rule."""
    verdict, target = finding.verdict, targets.get(finding.target or "")
    facts = dict(finding.facts)
    if finding.target or "title" not in facts:
        facts["title"] = text_of(target.title, words) if target else finding.target or ""
    if "file" in facts:
        facts["file"] = words(f"file_{facts['file']}")
    elif "field" in facts:
        facts |= _goalpost_facts(finding, target, words)
    if finding.code == "past-rewritten":
        facts |= {name: words(f"state_{facts[name]}") for name in ("old", "new")}
    recorded = facts.get("recorded")
    if isinstance(recorded, datetime):
        facts["recorded"] = f"{words.day(recorded)} {recorded:%H:%M}"
    if "signature" in facts:
        facts["signature"] = words(f"commit_signature_{facts['signature']}")
    if "act" in facts:
        facts["act"] = words(f"act_{facts['act']}")
    if "decision" in facts:
        facts["decision"] = words(f"decision_{facts['decision']}")
    if verdict is not None:
        facts |= {"reason": explain(verdict, words), "days": days_words(verdict, words)}
        if verdict.original is not None:
            facts["first"] = words.deadline(verdict.original.terms.deadline)
        if verdict.standing is not None:
            facts |= {"n": verdict.n_silent, "of": verdict.standing.reported.of}
    if _closes_as_missed(finding) and target is not None and target.closed is not None:
        facts["on"] = target.closed.on
    sentence = words(f"finding_{_sentence(finding)}", **facts)
    if finding.expired is not None:
        expiry = words("waiver_expired", until=finding.expired.until, by=finding.expired.by)
        sentence = f"{sentence} ({expiry})"
    return sentence


def _goalpost_facts(finding: Finding, target: Target | None, words: Words) -> dict[str, object]:
    """The facts of goalposts that moved, in words."""
    facts = finding.facts
    name_of_field = words(f"field_{facts['field']}", code=facts.get("code", ""))
    phrases: dict[str, object] = {"field": name_of_field}
    for name in ("old", "new"):
        match facts[name]:
            case None:
                phrases[name] = words("field_nothing")
            case Goal() as goal if target is not None:
                phrases[name] = goal_words(goal, target, words)
            case Period() as period if facts["field"] == "deadline":
                phrases[name] = words.deadline(period)
    if finding.target is None and "title" not in facts:
        phrases["title"] = words("goalposts_register")
    return phrases


def finding_lines(report: GateReport, words: Words) -> list[Line]:
    """Findings one below the other: place, level, code; the sentence; what would make it pass."""
    lines: list[Line] = []
    for item in report.items:
        if item.code == "problem":
            continue  # said already, with their excerpts
        level = "waived" if item.waived else item.level
        style = {"fail": "error", "warn": "warning"}.get(level, "dim")
        lines.append(
            [
                (f"{item.file}:{item.line}:{item.column}: ", "bold"),
                (words(f"level_{level}"), style),
                (f" [{item.code}] ", "dim"),
                (item.target, "code"),
            ]
        )
        lines.append([("    " + item.message, "")])
        lines.append(
            [("    " + (item.waived or f"→ {item.remedy} (docs/findings.md#{item.code})"), "dim")]
        )
    return lines

"""What has changed since an earlier version, as findings of the gate, each at its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from cdstrack.app.standing import today_in
from cdstrack.core.checks.gate import Finding
from cdstrack.core.checks.goalposts import backdated, moved
from cdstrack.core.checks.loosening import (
    SETTINGS,
    Stage,
    as_first_said,
    loosened,
    moved_and_back,
)
from cdstrack.core.checks.past import rewritten
from cdstrack.core.checks.wording import reworded
from cdstrack.core.model.problems import Place
from cdstrack.core.model.register import Granted, Register
from cdstrack.store.base import Version


def changes_since(
    version: Version,
    rev: str,
    register: Register,
    grants: Sequence[Granted] = (),
    place: Callable[..., Place] | None = None,
) -> list[Finding]:
    """What was lost, silently changed or loosened since an earlier version, named by ``rev``.

    ``grants`` are the waivers of today, ``place`` says where a key of the register stands.
    """
    top = Place(register.file, 1, 1)
    findings = []
    for finding in [*_of_register(version, register, grants), *_of_files(version)]:
        where = finding.place or register.places.get(finding.target or "", top)
        if place is not None and finding.code == "gate-loosened":
            if finding.facts["field"] in SETTINGS:
                where = place("check", str(finding.facts["field"]))
            elif finding.facts.get("file") == "ledger":
                where = place("ledger")
        findings.append(replace(finding, place=where))
    return findings + list(_of_ledger(version, rev, ZoneInfo(register.timezone)))


def _of_register(version: Version, register: Register, grants: Sequence[Granted]) -> list[Finding]:
    before = version.register
    if before is None:
        return []
    waivers = grants if version.waivers is None else version.waivers
    first, changes = as_first_said(before, _stages(version, before, waivers))
    standing = [*moved(first, register), *loosened(before, register, waivers, grants)]
    backdatings: list[Finding] = []
    if version.moment is not None:
        day = today_in(register.timezone, version.moment)
        backdatings = backdated(before, register, day)
        silent = {finding.target for finding in standing if finding.code == "goalposts-moved"}
        standing += [
            finding
            for finding in _rewritten(version, before, register, day, backdatings)
            if finding.target not in silent
        ]
    return [
        *standing,
        *backdatings,
        *moved_and_back(changes, standing),
        *reworded(before, register),
    ]


def _stages(version: Version, before: Register, waivers: Sequence[Granted]) -> Iterator[Stage]:
    """The version and the commits since, as far as their registers can be read."""
    yield Stage("", before, waivers, follows=False)
    for step in version.steps:
        if step.register is not None:
            yield Stage(step.commit, step.register, step.waivers, step.follows)


def _rewritten(
    version: Version, before: Register, after: Register, day: date, decisions: Sequence[Finding]
) -> list[Finding]:
    """Verdicts of the past that came out better by what was dated back."""
    claims: defaultdict[str, list[date]] = defaultdict(list)
    for arrival in version.arrivals:
        claims[arrival.report.target].append(today_in(after.timezone, arrival.report.recorded))
    if not claims and not decisions:
        return []
    return rewritten(
        before,
        after,
        day,
        decisions=decisions,
        claims=claims,
        reports=version.reports,
    )


def _of_files(version: Version) -> Iterator[Finding]:
    """Files that the gate reads, and that stand elsewhere than they did."""
    for move in version.moves:
        facts = {"field": "link" if move.is_link else "file", "file": move.file}
        facts |= {"old": move.old, "new": move.new}
        yield Finding("gate-loosened", "fail", None, None, facts, key=f"file {move.file}")


def _of_ledger(version: Version, rev: str, zone: ZoneInfo) -> Iterator[Finding]:
    for arrival in version.arrivals:
        report, place = arrival.report, arrival.place
        facts: dict[str, object] = {"id": report.id, "line": place.line, "rev": rev}
        facts |= {"recorded": report.recorded.astimezone(zone), "moment": version.moment}
        yield Finding("report-backdated", "warn", report.target, None, facts, place, report.id)
    top = Place(version.ledger, 1, 1)
    if version.lost:
        facts = {"n": version.lost, "rev": rev}
        yield Finding("ledger-changed", "fail", None, None, facts, top)
    losses = version.losses()
    if losses:
        facts = {"n": len(losses), "rev": rev}
        facts |= {"commit": losses[0].commit[:12], "line": losses[0].line}
        yield Finding("ledger-changed", "fail", None, None, facts, top, "since")

"""What has changed since an earlier version, as findings of the gate, each at its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cdstrack.app.standing import today_in
from cdstrack.core.checks.gate import Finding
from cdstrack.core.checks.goalposts import backdated, moved
from cdstrack.core.checks.loosening import (
    SETTINGS,
    Stage,
    as_first_said,
    desks_granted,
    loosened,
    moved_and_back,
)
from cdstrack.core.checks.past import rewritten
from cdstrack.core.checks.wording import reworded
from cdstrack.core.model.entries import Desk
from cdstrack.core.model.periods import add_days
from cdstrack.core.model.problems import Place
from cdstrack.core.model.register import Granted, Register
from cdstrack.core.model.structs import replace
from cdstrack.store.base import Arrival, Version

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def changes_since(
    version: Version,
    rev: str,
    register: Register,
    grants: Sequence[Granted] = (),
    place: Callable[..., Place] | None = None,
    now: datetime | None = None,
    desks: Sequence[Desk] | None = None,
) -> list[Finding]:
    """What was lost, silently changed or loosened since an earlier version, named by ``rev``.

    ``grants`` are the waivers and ``desks`` the desks of today, ``place`` says where a key of the
    register stands, ``now`` is the present moment.
    """
    top = Place(register.file, 1, 1)
    findings = []
    changes = [*_of_register(version, register, grants, now), *_of_files(version)]
    if version.desks is not None and desks is not None:
        changes += desks_granted(version.desks, desks)
    for finding in changes:
        where = finding.place or register.places.get(finding.target or "", top)
        if place is not None and finding.code == "gate-loosened":
            if finding.facts["field"] in SETTINGS:
                where = place("check", str(finding.facts["field"]))
            elif finding.facts.get("file") == "ledger":
                where = place("ledger")
            elif finding.facts["field"] in ("desks", "desk"):
                where = place("desks")
        findings.append(replace(finding, place=where))
    return findings + list(_of_ledger(version, rev, ZoneInfo(register.timezone)))


def _of_register(
    version: Version, register: Register, grants: Sequence[Granted], now: datetime | None
) -> list[Finding]:
    before = version.register
    if before is None:
        return []
    waivers = grants if version.waivers is None else version.waivers
    entries = _Entries(version, before, register.timezone, now)
    first, changes = as_first_said(before, _stages(version, before, waivers, entries))
    goalposts = [
        replace(finding, facts={**finding.facts, "draft": entries.drafts[finding.target][:12]})
        if finding.target in entries.drafts
        else finding
        for finding in moved(first, register)
    ]
    standing = [*goalposts, *loosened(before, register, waivers, grants)]
    backdatings: list[Finding] = []
    if version.moment is not None:
        day = today_in(register.timezone, version.moment)
        backdatings = entries.backdatings(before, register, day)
        silent = {finding.target for finding in standing if finding.code == "goalposts-moved"}
        standing += [
            finding
            for finding in _once(
                [
                    *_rewritten(version, before, register, day, backdated(before, register, day)),
                    *entries.rewritings(register),
                ]
            )
            if finding.target not in silent
        ]
    return [
        *standing,
        *backdatings,
        *moved_and_back(changes, standing),
        *reworded(before, register),
    ]


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The first finding on each target."""
    return iter({finding.target: finding for finding in reversed(findings)}.values())


class _Entries:
    """The decisions that came in since a version, by the commit that brought each.

    A decision is compared with the day of the commit before that one, and with the day on which it
    was entered: that of its commit, or today for what is not committed.
    """

    def __init__(
        self, version: Version, before: Register, timezone: str, now: datetime | None
    ) -> None:
        self._version, self._timezone = version, timezone
        self._previous = before
        self._moment = version.moment or _BEGINNING
        self._now = now
        self._findings: dict[tuple[str | None, str], Finding] = {}
        self._rewritings: list[Finding] = []
        self.drafts: dict[str | None, str] = {}
        """By target that the version does not hold, the commit that first did."""
        self._targets = before.targets

    def draft(self, register: Register, commit: str) -> None:
        """Note which targets a commit was the first to hold."""
        for name in register.targets:
            if name not in self._targets:
                self.drafts.setdefault(name, commit)

    def add(self, register: Register, moment: datetime, follows: bool = True) -> None:
        """Note what a register holds that the one before it did not."""
        entry = max(self._moment, moment if self._now is None else min(moment, self._now))
        if follows and register is not self._previous:
            since = today_in(self._timezone, self._moment)
            day = today_in(self._timezone, entry)
            limit = max(since, add_days(day, -1))
            decisions = backdated(self._previous, register, limit)
            for finding in decisions:
                facts = {**finding.facts, "entry": day}
                self._findings[finding.target, finding.key] = replace(finding, facts=facts)
            for on in sorted({since, limit}) if decisions else ():
                self._rewritings += rewritten(
                    self._previous,
                    register,
                    on,
                    decisions=decisions,
                    claims={},
                    reports=self._version.reports,
                )
        self._previous, self._moment = register, entry

    def backdatings(self, before: Register, after: Register, day: date) -> list[Finding]:
        """The decisions of today's register that are dated back, each once."""
        self.add(after, self._now or self._moment)
        old = {(f.target, f.key): f for f in backdated(before, after, day)}
        standing = {(f.target, f.key): f for f in backdated(before, after, date.max)}
        self._findings = {key: f for key, f in self._findings.items() if key in standing}
        return list({**self._unproven(before, after), **self._findings, **old}.values())

    def _unproven(self, before: Register, after: Register) -> dict[tuple[str | None, str], Finding]:
        """The decisions by which something is not late today, if the dates of commits are true."""
        yesterday = add_days(today_in(self._timezone, self._moment), -1)
        decisions = {
            (f.target, f.key): replace(f, facts={**f.facts, "proof": None})
            for f in backdated(before, after, yesterday)
        }
        decisions = {key: f for key, f in decisions.items() if key not in self._findings}
        if not decisions or self._version.moment is None:
            return {}
        reports = self._version.reports
        late = rewritten(
            before, after, yesterday, decisions=[*decisions.values()], claims={}, reports=reports
        )
        targets = {finding.target for finding in late}
        return {key: f for key, f in decisions.items() if f.target in targets}

    def rewritings(self, after: Register) -> Iterator[Finding]:
        """What was late before a decision or a line came in, and by it was not."""
        targets = {target for target, _ in self._findings}
        for finding in self._rewritings:
            if finding.target in targets or None in targets:
                yield finding
        groups: defaultdict[date, list[Arrival]] = defaultdict(list)
        for arrival in self._version.arrivals:
            if arrival.commit is not None:
                groups[today_in(after.timezone, arrival.moment)].append(arrival)
        for day, arrivals in groups.items():
            yield from rewritten(
                after,
                after,
                day,
                decisions=(),
                claims=_claims(arrivals, after.timezone),
                reports=self._version.reports,
            )


def _stages(
    version: Version, before: Register, waivers: Sequence[Granted], entries: _Entries
) -> Iterator[Stage]:
    """The version and the commits since, as far as their registers can be read."""
    yield Stage("", before, waivers, follows=False)
    for step in version.steps:
        if step.register is not None:
            entries.add(step.register, step.moment, step.follows)
            entries.draft(step.register, step.commit)
            yield Stage(step.commit, step.register, step.waivers, step.follows)


def _rewritten(
    version: Version, before: Register, after: Register, day: date, decisions: Sequence[Finding]
) -> list[Finding]:
    """Verdicts of the past that came out better by what was dated back."""
    claims = _claims(version.arrivals, after.timezone)
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


def _claims(arrivals: Iterable[Arrival], timezone: str) -> dict[str, list[date]]:
    """The days on which reports claim to have been recorded, by target."""
    claims: defaultdict[str, list[date]] = defaultdict(list)
    for arrival in arrivals:
        claims[arrival.report.target].append(today_in(timezone, arrival.report.recorded))
    return claims


def _of_files(version: Version) -> Iterator[Finding]:
    """Files that the gate reads, and that stand elsewhere than they did."""
    for move in version.moves:
        facts = {"field": "link" if move.is_link else "file", "file": move.file}
        facts |= {"old": move.old, "new": move.new}
        yield Finding("gate-loosened", "fail", None, None, facts, key=f"file {move.file}")


def _of_ledger(version: Version, rev: str, zone: ZoneInfo) -> Iterator[Finding]:
    for arrival in version.arrivals:
        report, place = arrival.report, arrival.place
        since = arrival.commit[:12] if arrival.commit is not None else rev
        facts: dict[str, object] = {"id": report.id, "line": place.line, "rev": since}
        facts |= {"recorded": report.recorded.astimezone(zone), "moment": arrival.moment}
        yield Finding("report-backdated", "warn", report.target, None, facts, place, report.id)
    top = Place(version.ledger, 1, 1)
    if version.lost:
        facts = {"n": version.lost, "rev": rev}
        yield Finding("ledger-changed", "fail", None, None, facts, top)
    if version.changed_days:
        facts = {"n": len(version.changed_days), "rev": rev, "day": version.changed_days[0]}
        yield Finding("ledger-changed", "fail", None, None, facts, top, "days")
    losses = version.losses()
    if losses:
        facts = {"n": len(losses), "rev": rev}
        facts |= {"commit": losses[0].commit[:12], "line": losses[0].line}
        yield Finding("ledger-changed", "fail", None, None, facts, top, "since")

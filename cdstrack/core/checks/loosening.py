"""What the gate reads, and whoever changes a promise could change in the same breath.

A gate that was set more loosely than in an earlier version is found whatever it lets pass now:
what a change takes away from the gate cannot excuse that change. Found are

- codes that ``check`` in the register no longer fails on or warns of, and days fewer ``within``;
- a file of waivers that ``check`` did not name; waivers that are new, or that hold longer;
- another file of desks, or none any more; a desk that gives somebody more than he had;

Stricter settings and first desks are free, and waivers that are gone or end earlier. ``app`` adds
files that stand elsewhere than they did, which only the store can see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cdstrack.core.checks.desks import name_key
from cdstrack.core.checks.gate import COMPARED, FAIL, WARN, Finding
from cdstrack.core.checks.goalposts import moved
from cdstrack.core.model.entries import Act, CheckPolicy, Desk
from cdstrack.core.model.register import Granted, Register
from cdstrack.core.model.structs import dataclass, replace

SETTINGS = ("fail_on", "warn_on", "within", "waivers")
"""Every key of ``check``; ``field`` of a finding is one of these, or ``waiver``, ``desks``,
``desk`` or ``file``."""


def loosened(
    before: Register, after: Register, earlier: Sequence[Granted], later: Sequence[Granted]
) -> list[Finding]:
    """What lets the gate pass more than it did, one finding for each thing.

    Facts: ``field``, and ``old`` and ``new``; of a waiver also its ``code``, with its last days.
    """
    findings = [*_of_settings(before.check, after.check), *_of_waivers(earlier, later)]
    if before.desks is not None and after.desks != before.desks:
        findings.append(_finding(None, "desks", before.desks, after.desks))
    return findings


def desks_granted(earlier: Iterable[Desk], later: Iterable[Desk]) -> Iterator[Finding]:
    """The desks that let somebody do what none of his earlier ones did, each with what it says.

    Facts: ``field``, ``member``, ``new``.
    """
    rivals: dict[tuple[object, ...], list[Desk]] = {}
    for desk in earlier:
        scope = ("all", "") if desk.all else desk.scope
        rivals.setdefault((name_key(desk.member), scope, desk.target), []).append(desk)
    for desk in later:
        wider = [
            rival
            for scope in {("all", ""), desk.scope}
            for target in {None, desk.target}
            for rival in rivals.get((name_key(desk.member), scope, target), ())
        ]
        if not all(any(_includes(rival, desk, act) for rival in wider) for act in desk.may):
            text = _desk_text(desk)
            facts = {"member": desk.member, "field": "desk", "old": None, "new": text}
            key = f"desk {desk.member} {text}"
            yield Finding("gate-loosened", "fail", None, None, facts, key=key)


def _includes(desk: Desk, other: Desk, act: Act) -> bool:
    """Whether a desk of no narrower scope covers the time of the other, for one act."""
    return (
        act in desk.may
        and (desk.since or date.min) <= (other.since or date.min)
        and (desk.until or date.max) >= (other.until or date.max)
    )


def _desk_text(desk: Desk) -> str:
    """What a desk allows, in the words of its file."""
    kind, name = desk.scope
    parts = [f"{kind} {name}".strip(), *([f"target {desk.target}"] if desk.target else [])]
    parts.append("/".join(desk.may))
    parts += [f"from {desk.since}"] if desk.since is not None else []
    parts += [f"until {desk.until}"] if desk.until is not None else []
    return ", ".join(parts)


def _of_settings(before: CheckPolicy, after: CheckPolicy) -> Iterator[Finding]:
    failing, warning = _levels(before)
    failing_now, warning_now = _levels(after)
    losses = {"fail_on": failing - failing_now, "warn_on": warning - warning_now - failing_now}
    for field, codes in losses.items():
        if codes:
            yield _finding(None, field, ", ".join(sorted(codes)), None)
    if before.within is not None and (after.within is None or after.within < before.within):
        yield _finding(None, "within", before.within, after.within)
    if after.waivers is not None and after.waivers != before.waivers:
        yield _finding(None, "waivers", before.waivers, after.waivers)


def _levels(policy: CheckPolicy) -> tuple[frozenset[str], frozenset[str]]:
    """What fails and what is only said, as far as the register has a say in it."""
    failing = FAIL if policy.fail_on is None else frozenset(policy.fail_on)
    warning = WARN if policy.warn_on is None else frozenset(policy.warn_on)
    return failing - COMPARED, warning - failing - COMPARED


def _of_waivers(earlier: Iterable[Granted], later: Iterable[Granted]) -> Iterator[Finding]:
    days: dict[tuple[str, str], date] = {}
    for entry in earlier:
        until = entry.waiver.until
        days[entry.subject] = max(until, days.get(entry.subject, until))
    for entry in later:
        old, new = days.get(entry.subject), entry.waiver.until
        if old is None or new > old:
            target, code = entry.subject
            finding = _finding(target, "waiver", old, new)
            facts = {**finding.facts, "code": code}
            yield replace(finding, facts=facts, place=entry.place, key=f"waiver {code}")


def _finding(target: str | None, field: str, old: object, new: object) -> Finding:
    facts = {"field": field, "old": old, "new": new}
    return Finding("gate-loosened", "fail", target, None, facts, key=field)


@dataclass(frozen=True, slots=True)
class Stage:
    """A register between two versions, with the waivers that it named.

    ``follows`` says whether it came directly after the one before it.
    """

    commit: str
    register: Register
    waivers: Sequence[Granted]
    follows: bool


def as_first_said(before: Register, stages: Iterable[Stage]) -> tuple[Register, list[Finding]]:
    """A register with all that was promised since, as it was first said, and what was moved or
    loosened on the way, whether or not that still stands. The facts name the ``commit``.
    """
    targets, bodies, groups = dict(before.targets), dict(before.bodies), dict(before.groups)
    changes: list[Finding] = []
    previous: Stage | None = None
    for stage in stages:
        if previous is not None and stage.follows:
            pair = previous.register, stage.register
            steps = [*moved(*pair), *loosened(*pair, previous.waivers, stage.waivers)]
            changes += [_at(stage.commit, finding) for finding in steps]
        targets = {**stage.register.targets, **targets}
        bodies = {**stage.register.bodies, **bodies}
        groups = {**stage.register.groups, **groups}
        previous = stage
    return replace(before, targets=targets, bodies=bodies, groups=groups), changes


def _at(commit: str, finding: Finding) -> Finding:
    return replace(finding, facts={**finding.facts, "commit": commit[:12]})


def moved_and_back(changes: Iterable[Finding], standing: Iterable[Finding]) -> list[Finding]:
    """Of what was changed on the way, what does not stand any more: one finding a thing."""
    subjects = {(finding.code, finding.target, finding.key) for finding in standing}
    outcome: list[Finding] = []
    for finding in changes:
        subject = (finding.code, finding.target, finding.key)
        if subject not in subjects:
            subjects.add(subject)
            outcome.append(replace(finding, code="moved-and-back", level="warn"))
    return outcome

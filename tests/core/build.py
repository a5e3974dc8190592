"""Targets, reports and verdicts for tests, in as few words as a story needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cdstrack.core.model.entries import Body, Goal, Group, Policy, Target
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Figure, Report, Share
from cdstrack.core.values.bodies import Population, Populations, exists_on
from cdstrack.core.values.in_force import in_order
from cdstrack.core.values.measures import Plan
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict

STATED = {"on": "2020-01-01", "by": "Prime Minister", "source": "speech"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def target(**said: Any) -> Target:
    """A target to reach at least 100, stated on 2020-01-01, unless said otherwise."""
    known = {"id": "t", "title": "A target", "kind": "reach", "owner": "mic", "stated": STATED}
    if said.get("kind", "reach") in ("reach", "sustain", "limit"):
        known |= {"unit": "persons", "target": {"at_least": "100"}}
    return Target.model_validate(known | said)


def asked(across: str, **said: Any) -> Target:
    """A target on which the bodies of a group report one by one."""
    percent = {"unit": "%"} if across in ("ratio", "share") else {}
    return target(reporters="all", across=across, **percent | said)


def plan_through(*anchors: tuple[date, int | Decimal]) -> Plan:
    """The planned line through these points."""
    (start, baseline), *bends, (end, wanted) = ((at, Decimal(value)) for at, value in anchors)
    return Plan(start, baseline, end, wanted, tuple(bends))


def stated(on: str, **said: Any) -> dict[str, Any]:
    return STATED | {"on": on} | said


def goal(**said: Any) -> Goal:
    return Goal.model_validate(said)


def share(n: int, of: int) -> Share:
    return Share(n, of)


def report(
    when: str,
    figure: str | bool | Share | None,
    qualifier: Any = None,
    *,
    id: str = "",
    target: str = "t",
    body: str | None = None,
    part: str | None = None,
    source: str | None = "letter",
    recorded: str | None = None,
    at: int = 0,
    corrects: str | None = None,
) -> Report:
    """A report for a date, recorded on its last day (``at`` seconds past noon) unless said."""
    period = parse_period(when)
    written = day(recorded) if recorded else period.last
    moment = datetime(written.year, written.month, written.day, 12, at // 60, at % 60, tzinfo=UTC)
    value: Figure = Decimal(figure) if isinstance(figure, str) else figure
    name = id or f"r-{when}-{at}-{body}-{part}-{figure}"
    return Report(
        name, target, body, part, period, value, qualifier, source, None, None, moment, corrects
    )


def said(when: str, **figures: Any) -> list[Report]:
    """What bodies report for one date."""
    return [report(when, figure, body=name) for name, figure in figures.items()]


def assess(
    of: Target,
    reports: Sequence[Report] = (),
    *,
    on: str,
    policy: Policy | None = None,
    bodies: Mapping[str, Body] | None = None,
    group: Group | None = None,
) -> Verdict:
    """Judge a target on a day; the reports are put in the store's order first.

    Where the target asks the bodies of a group to report, ``group`` is that group.
    """
    referee = referee_of(of, on, bodies or {}, group, policy)
    return referee.judge(of, in_order(reports))


def assess_bodies(
    of: Target,
    reports: Sequence[Report],
    *,
    on: str,
    bodies: Mapping[str, Body],
    group: Group,
) -> dict[str, Verdict]:
    """Judge by itself each body that is to report."""
    return referee_of(of, on, bodies, group).judge_bodies(of, in_order(reports))


def referee_of(
    of: Target,
    on: str,
    bodies: Mapping[str, Body],
    group: Group | None = None,
    policy: Policy | None = None,
) -> Referee:
    """Who judges on a day, for a register of one target and the group that reports on it."""
    groups = {of.reporters: group or group_of(bodies)} if of.reporters is not None else {}
    return Referee(
        register_of(of, bodies=bodies, groups=groups, policy=policy or Policy()), day(on)
    )


def register_of(*targets: Target, **said: Any) -> Register:
    """A register of these targets."""
    named = {each.id: each for each in targets}
    title = Bilingual(vi="Sổ", en="Register")
    known = {"title": title, "timezone": "Asia/Ho_Chi_Minh", "file": "targets.yaml"}
    return Register(**known | said, targets=named)


def body(**said: Any) -> Body:
    return Body.model_validate({"name": "A body"} | said)


def gone(on: str, successor: str | None = None, **said: Any) -> dict[str, Any]:
    """What a body says that ended, first gone on a day, merged into another or into none."""
    how = "merged" if successor else "dissolved"
    return {"ended": on, "successor": successor, "how": how} | said


def bodies_of(*names: str, **said: Mapping[str, Any]) -> dict[str, Body]:
    """Bodies by name; of those that came or went, what there is to say."""
    return {name: body(**said.get(name, {})) for name in (*names, *said)}


def group_of(bodies: Mapping[str, Body], *sizes: tuple[str, int], listed: bool = True) -> Group:
    """All these bodies as one group, as large as said, else as many as exist on each day."""
    ends = [each for one in bodies.values() for each in (one.started, one.ended) if each]
    counted = [
        (turn, sum(exists_on(one, turn) for one in bodies.values()))
        for turn in sorted({date(2000, 1, 1), *ends})
    ]
    size = [{"from": str(since), "n": str(n)} for since, n in sizes or counted]
    members = list(bodies) if listed else []
    return Group.model_validate({"name": "A group", "size": size, "members": members})


def population(
    of: Target, bodies: Mapping[str, Body], group: Group | None = None
) -> Population | None:
    """The bodies that report on a target, where it asks for any: all of them unless said."""
    if of.reporters is None:
        return None
    return Populations({of.reporters: group or group_of(bodies)}, bodies).of(of)

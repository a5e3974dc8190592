"""Who has delivered and who reports: the scoreboard, and the reports that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cdstrack.app.lookup import find_target, nearest_body
from cdstrack.app.standing import Selection, Status, check_selection, status
from cdstrack.core.model.problems import Refusal, did_you_mean
from cdstrack.core.verdict.dues import Due, dues
from cdstrack.core.verdict.portfolio import WORST_FIRST
from cdstrack.core.verdict.scores import Score, scores
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.store.base import Store


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """Every body that answers for a target or reports on one, missing reports first."""

    status: Status
    scores: Sequence[Score]


@dataclass(frozen=True, slots=True)
class TargetBoard:
    """One target: each body that reports on it, judged by itself, silent ones first."""

    status: Status
    verdict: Verdict
    bodies: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class DueList:
    """The reports that are due, longest overdue first."""

    status: Status
    dues: Sequence[Due]
    asked: bool
    """Whether any target says how often it is to be reported."""


def scoreboard(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    group: str | None = None,
    owner: str | None = None,
) -> Scoreboard:
    """Rank bodies; of one group if asked, and by the targets of one owner. Raises Refusal."""
    found = _status(store, now, as_of, known_on, owner)
    ranked = scores(found.leaves, found.ledger, found.referee)
    members = _members(found, group)
    if members is not None:
        ranked = [score for score in ranked if score.body in members]
    return Scoreboard(found, ranked)


def target_board(
    store: Store,
    asked: str,
    *,
    by_title: bool,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    group: str | None = None,
) -> TargetBoard:
    """How each body stands on one target. Raises Refusal where no bodies report on it."""
    found = _status(store, now, as_of, known_on, None)
    register = found.register
    target = find_target(register, asked, by_title=by_title)
    verdict = next((each for each in found.verdicts if each.target.id == target.id), None)
    if verdict is None:
        raise Refusal("not_yet_promised", id=target.id, day=target.stated.on)
    judged = bodies_of(found, verdict)
    if judged is None:
        raise Refusal("no_reporters", id=target.id)
    members = _members(found, group)
    ranked = sorted(
        (each for each in judged.items() if members is None or each[0] in members),
        key=lambda each: _standing(each[1]),
    )
    return TargetBoard(found, verdict, dict(ranked))


def due(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    within: int = 0,
    group: str | None = None,
    owner: str | None = None,
    body: str | None = None,
) -> DueList:
    """Which reports are due and from whom; ``within`` adds those of the next days."""
    found = _status(store, now, as_of, known_on, owner)
    register = found.register
    if body is not None and body not in register.bodies:
        raise Refusal("unknown_owner", name=body, suggestion=nearest_body(register, body))
    members = _members(found, group)
    owed = [
        each
        for verdict in found.leaves
        for each in dues(
            verdict,
            found.referee.populations.of(verdict.target),
            found.ledger.of(verdict.target),
            within,
        )
        if (members is None or each.body in members) and body in (None, each.body)
    ]
    asked = any(verdict.target.report_every for verdict in found.verdicts)
    return DueList(found, sorted(owed, key=lambda each: -each.days_overdue), asked)


def bodies_of(found: Status, verdict: Verdict) -> dict[str, Verdict] | None:
    """Each body that reports on a target, judged by itself; None where none does."""
    target = verdict.target
    if found.referee.populations.of(target) is None or verdict.standing is None:
        return None
    return found.referee.judge_bodies(target, found.ledger.of(target))


def _status(
    store: Store,
    now: datetime,
    as_of: date | None,
    known_on: date | None,
    owner: str | None,
) -> Status:
    select = Selection(owners=frozenset({owner} if owner else ()))
    found = status(store, now=now, as_of=as_of, known_on=known_on, select=select)
    check_selection(found.register, select)
    return found


def _members(found: Status, group: str | None) -> set[str] | None:
    """The members of a group on the day; None without a group. Raises Refusal."""
    if group is None:
        return None
    groups = found.register.groups
    if group not in groups:
        suggestion = did_you_mean(group, groups)
        raise Refusal("unknown_group_option", name=group, suggestion=suggestion)
    population = found.referee.populations.of_group(group)
    if not population.members:
        raise Refusal("group_not_listed", name=group)
    return set(population.members_on(found.as_of))


def _standing(verdict: Verdict) -> tuple[bool, int, float]:
    """Silent bodies first, then the worst state, then the slowest."""
    pace = float(verdict.pace) if verdict.pace is not None else 0.0
    return bool(verdict.points), WORST_FIRST.index(verdict.state), pace

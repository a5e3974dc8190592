"""Who has delivered and who reports: the scoreboard, and the reports that are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cdstrack.app.lookup import find_group, find_owner
from cdstrack.app.standing import Status, verdict_on
from cdstrack.core.model.periods import Duration
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.verdict.dues import Due, dues
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.scores import Score, deliveries, scores
from cdstrack.core.verdict.verdict import Verdict

NOW = Duration()
"""No time at all."""


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
    regular: bool
    """Whether any target says how often it is to be reported."""


def scoreboard(status: Status, group: str | None = None) -> Scoreboard:
    """Bodies by the targets of a status, ranked; of one group if asked. Raises Refusal."""
    members = _members(status, group)
    parts = [(verdict, status.made_of(verdict, deliveries)) for verdict in status.leaves]
    ranking = scores(parts, status.referee)
    if members is not None:
        ranking = [score for score in ranking if score.body in members]
    return Scoreboard(status, ranking)


def target_board(
    status: Status, text: str, *, by_title: bool, group: str | None = None
) -> TargetBoard:
    """How each body stands on one target. Raises Refusal where no bodies report on it."""
    verdict = verdict_on(status, text, by_title=by_title)
    bodies = bodies_of(status, verdict)
    if bodies is None:
        raise Refusal("no_reporters", id=verdict.target.id)
    members = _members(status, group)
    ranking = sorted(
        ((name, body) for name, body in bodies.items() if members is None or name in members),
        key=lambda entry: _rank(entry[1]),
    )
    return TargetBoard(status, verdict, dict(ranking))


def dues_within(length: Duration) -> Callable[[Referee, Verdict, Ledger], Sequence[Due]]:
    """Tells what is due on a target, or falls due within a length of time."""

    def dues_on(referee: Referee, verdict: Verdict, ledger: Ledger) -> Sequence[Due]:
        population = referee.populations.of(verdict.target)
        reports = referee.reports_on(verdict.target, ledger)
        return [*dues(verdict, population, reports, length.days_after(referee.as_of))]

    return dues_on


def due(
    status: Status,
    within: Duration = NOW,
    *,
    group: str | None = None,
    body: str | None = None,
) -> DueList:
    """Which reports are due and from whom; ``within`` adds those of the time that follows.

    Raises Refusal for a group or body that does not exist.
    """
    make = dues_within(within)
    body = find_owner(status.register, body) if body is not None else None
    members = _members(status, group)
    reports = [
        report
        for verdict in status.leaves
        for report in status.made_of(verdict, make)
        if (members is None or report.body in members) and body in (None, report.body)
    ]
    if status.register.indicators:
        reports = _once_a_series(status.register, reports)
    promised = status.referee.promised if body is not None else ()
    listed = [verdict.target for verdict in status.verdicts]
    regular = any(target.report_every for target in (*listed, *promised))
    return DueList(status, sorted(reports, key=lambda report: -report.days_overdue), regular)


def _once_a_series(register: Register, dues: Sequence[Due]) -> list[Due]:
    """What is due on an indicator once, however many targets wait for it: what is longest owed."""
    longest: dict[tuple[str, str | None], Due] = {}
    for due in dues:
        # What nobody reports body by body is owed once, whoever answers for the targets on it.
        key = (due.target.ledger_id, due.body if due.target.reporters is not None else None)
        if key not in longest or due.days_overdue > longest[key].days_overdue:
            longest[key] = replace(due, target=register.subject(due.target.ledger_id) or due.target)
    return list(longest.values())


def bodies_of(status: Status, verdict: Verdict) -> dict[str, Verdict] | None:
    """Each body that reports on a target, judged by itself; None where none does."""
    return status.made_of(verdict, verdicts_of_bodies)


def verdicts_of_bodies(
    referee: Referee, verdict: Verdict, ledger: Ledger
) -> dict[str, Verdict] | None:
    """The same of the reports in a ledger."""
    target = verdict.target
    if referee.populations.of(target) is None or verdict.standing is None:
        return None
    return referee.judge_bodies(target, referee.reports_on(target, ledger))


def bodies_in_short(
    referee: Referee, verdict: Verdict, ledger: Ledger
) -> dict[str, Verdict] | None:
    """The same, but for the reports behind each."""
    bodies = verdicts_of_bodies(referee, verdict, ledger)
    return bodies and {name: part.without_reports() for name, part in bodies.items()}


def _members(status: Status, group: str | None) -> set[str] | None:
    """The members of a group on the day; None without a group. Raises Refusal."""
    if group is None:
        return None
    group = find_group(status.register, group)
    population = status.referee.populations.of_group(group)
    if not population.members:
        raise Refusal("group_not_listed", name=group)
    return set(population.members_on(status.as_of))


def _rank(verdict: Verdict) -> tuple[bool, int, float]:
    """Silent bodies first, then the worst state, then the slowest."""
    pace = float(verdict.pace) if verdict.pace is not None else 0.0
    return bool(verdict.points), WORST_FIRST.index(verdict.state), pace

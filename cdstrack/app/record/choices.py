"""What a clerk can choose from who is about to report today, and what is usual."""

from __future__ import annotations

from itertools import chain

from cdstrack.app.lookup import (
    bodies_named,
    check_reporter,
    find_body,
    find_subject,
    targets_named,
)
from cdstrack.app.record.compose import check_reportable, last_report, stood_at
from cdstrack.app.standing import Status
from cdstrack.core.model.entries import Target, without_goal
from cdstrack.core.model.periods import Period, last_closed, period_at
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.verdict.dues import dues
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Choices:
    """Targets, bodies and dates to report on, as the register stands today."""

    status: Status

    def targets(self, text: str = "") -> list[Verdict]:
        """The targets that take reports and have all these words in id or title, worst first."""
        targets = self.status.register.targets.values()
        parents = {target.part_of for target in targets}
        ids = {target.id for target in targets_named(targets, text)} - parents
        verdicts = [verdict for verdict in self.status.verdicts if verdict.target.id in ids]
        by_state = sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.state))
        of_series = {verdict.target.ledger_id: verdict for verdict in reversed(by_state)}
        return list(reversed(of_series.values()))

    def target(self, text: str) -> Target:
        """The one target that a text means. Raises Refusal."""
        if not text:
            raise Refusal("choose_one")
        target = find_subject(self.status.register, text, by_title=True)
        check_reportable(self.status.register, target)
        return target

    def verdict(self, target: Target) -> Verdict | None:
        """How it stands; None if it is promised only later."""
        verdicts = self.status.verdicts
        return next((verdict for verdict in verdicts if verdict.target.id == target.id), None)

    def bodies(self, target: Target, text: str = "") -> list[str]:
        """The bodies of today that report on a target, by words of their names; silent ones first.

        Of a group that is only counted, those that have reported; empty where bodies do not report
        one by one.
        """
        population = self.status.referee.populations.of(target)
        if population is None:
            return []
        verdict = self.verdict(target)
        figures = verdict.standing.held if verdict is not None and verdict.standing else {}
        bodies = population.bodies
        names = population.members_on(self.status.as_of) or [
            name for name in figures if name in bodies
        ]
        matches = bodies_named(((name, bodies[name]) for name in names), text)
        return sorted(matches, key=lambda name: name in figures)

    def body(self, target: Target, text: str) -> str:
        """The one body that a text means. Raises Refusal."""
        if not text:
            raise Refusal("choose_one")
        body = find_body(self.status.register, target, text, parts=True)
        check_reporter(self.status.register, target, body)
        return body

    def usual_body(self, target: Target, by: str | None) -> str | None:
        """The body for which the same person reported last, if it reports on this target."""
        series = self.status.ledger.reports.values() if by is not None else ()
        reports = [r for r in chain.from_iterable(series) if r.by == by and r.body is not None]
        last = max(reports, key=lambda report: report.order, default=None)
        return last.body if last is not None and last.body in self.bodies(target) else None

    def takes_whole(self, target: Target) -> bool:
        """Whether a figure for all bodies together is still taken."""
        reports = self.status.ledger.of(target)
        return target.accumulates or all(report.body is None for report in reports)

    def last(self, target: Target, body: str | None, part: str | None) -> Report | None:
        """The report that the next one follows: of the same body and condition.

        Of increments it is the last one, not what they add up to.
        """
        reports = self.status.ledger.of(target)
        if body is not None and part is None and not target.accumulates:
            return stood_at(self.status.referee, target, reports, body)
        return last_report(reports, body, part)

    def usual_date(self, target: Target, body: str | None) -> Period:
        """What the next report is for: the period that is owed or just closed, else today.

        Of increments the oldest period that is owed, of levels the newest: that makes up for all.
        """
        verdict, today, every = self.verdict(target), self.status.as_of, target.report_every
        if target.kind == "sustain":
            over = [without_goal(period) for period in target.periods if period.last <= today]
            return over[-1] if over else Period.day(today)
        if every is None or verdict is None:
            return Period.day(today)
        population = self.status.referee.populations.of(target)
        for due in dues(
            verdict, population, self.status.referee.reports_on(target, self.status.ledger)
        ):
            if due.body in (body, verdict.owner.current):
                return due.first if target.accumulates else due.newest
        return period_at(every, last_closed(every, today))

"""What is asked of a clerk, one question after the other: choices, defaults, early refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cdstrack.app.lookup import check_asked, find_body, find_target, named, titled
from cdstrack.app.record.compose import check_reportable, reference_date, stood_at
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.figure import figure_of
from cdstrack.app.standing import Status, status
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Frequency, Period, last_closed, period_at
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Report
from cdstrack.core.values.bodies import Population
from cdstrack.core.values.points import accumulates, forms_of
from cdstrack.core.verdict.dues import dues
from cdstrack.core.verdict.portfolio import WORST_FIRST
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n.numbers import Language
from cdstrack.store.base import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """A register as a clerk finds it who is about to report on it today."""

    found: Status

    @property
    def today(self) -> date:
        return self.found.as_of

    def targets(self, text: str = "") -> list[Verdict]:
        """The targets that take reports and have all these words in id or title, worst first."""
        parents = {each.part_of for each in self.found.register.targets.values()}
        wanted = {each.id for each in titled(self.found.register.targets.values(), text)} - parents
        chosen = [each for each in self.found.verdicts if each.target.id in wanted]
        return sorted(chosen, key=lambda each: WORST_FIRST.index(each.state))

    def target(self, text: str) -> Target:
        """The one target that a text means. Raises Refusal."""
        if not text:
            raise Refusal("choose_one")
        target = find_target(self.found.register, text, by_title=True)
        check_reportable(self.found.register, target)
        return target

    def verdict(self, target: Target) -> Verdict | None:
        """How it stands; None if it is promised only later."""
        return next((each for each in self.found.verdicts if each.target is target), None)

    def bodies(self, target: Target, text: str = "") -> list[str]:
        """The bodies of today that report on a target, by words of their names; silent ones first.

        Of a group that is only counted, those that have reported; empty where nobody is asked to
        report one by one.
        """
        population = self._population(target)
        if population is None:
            return []
        verdict = self.verdict(target)
        held = verdict.standing.held if verdict is not None and verdict.standing else {}
        names = population.members_on(self.today) or [n for n in held if n in population.bodies]
        known = [(name, population.bodies[name]) for name in names]
        return sorted(named(known, text), key=lambda name: name in held)

    def body(self, target: Target, text: str) -> str:
        """The one body that a text means. Raises Refusal."""
        if not text:
            raise Refusal("choose_one")
        body = find_body(self.found.register, target, text)
        check_asked(self.found.register, target, body)
        return body

    def usual_body(self, target: Target, by: str | None) -> str | None:
        """The body for which the same person reported last, if it is asked here."""
        mine = [
            each
            for series in self.found.ledger.reports.values()
            for each in series
            if by is not None and each.by == by and each.body is not None
        ]
        last = max(mine, key=lambda each: each.order, default=None)
        return last.body if last is not None and last.body in self.bodies(target) else None

    def takes_whole(self, target: Target) -> bool:
        """Whether a figure for all bodies together is still taken."""
        return accumulates(target) or all(each.body is None for each in self._known(target))

    def last(self, target: Target, body: str | None, part: str | None) -> Report | None:
        """The report that the next one follows: of the same body and condition.

        Of increments it is the last one, not what they add up to.
        """
        if body is not None and part is None and not accumulates(target):
            return stood_at(self.found.register, target, self._known(target), body, self.today)
        mine = [each for each in self._known(target) if (each.body, each.part) == (body, part)]
        return mine[-1] if mine else None

    def recorded(self, target: Target, asked: str) -> Report | None:
        """The report in force whose id begins so."""
        return next((each for each in self._known(target) if each.id.startswith(asked)), None)

    def usual_date(self, target: Target, body: str | None) -> Period:
        """What the next report is for: the period that is owed or just closed, else today.

        Of increments the oldest period that is owed, of levels the newest: that makes up for all.
        """
        verdict = self.verdict(target)
        if target.kind == "sustain":
            over = [period for period in target.periods if period.last <= self.today]
            return over[-1] if over else Period.day(self.today)
        if target.report_every is None or verdict is None:
            return Period.day(self.today)
        owed = [
            each
            for each in dues(verdict, self._population(target), self._known(target))
            if each.body in (body, verdict.owner.current)
        ]
        if owed:
            return owed[0].first if accumulates(target) else owed[0].newest
        return closed_period(target.report_every, self.today)

    def date(self, text: str, lang: Language) -> Period:
        """The day or period that a text means, over by today. Raises Refusal."""
        return reference_date(text, lang, self.today)

    def check_figure(self, target: Target, entry: Entry) -> None:
        """Refuse a figure that the target does not take."""
        figure_of(target, entry)

    @property
    def wants_source(self) -> bool:
        """Whether the register refuses reports without a source."""
        return self.found.register.policy.require_source

    def check_source(self, source: str | None) -> None:
        """Refuse a report without a source where the register wants one."""
        if self.wants_source and not source:
            raise Refusal("source_required")

    def takes(self, target: Target, body: str | None) -> frozenset[type]:
        """The types of figures that a report may have: Decimal, Share, bool."""
        return forms_of(target, single=body is not None)

    def _known(self, target: Target) -> Sequence[Report]:
        return self.found.ledger.of(target)

    def _population(self, target: Target) -> Population | None:
        return self.found.referee.populations.of(target)


def desk(store: Store, *, now: datetime) -> Desk:
    """The register as it stands now. Raises NoRegister."""
    return Desk(status(store, now=now))


def closed_period(every: Frequency, today: date) -> Period:
    """The last month, quarter, half or year that is over on a day."""
    return period_at(every, last_closed(every, today))

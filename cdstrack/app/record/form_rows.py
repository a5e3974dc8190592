"""The form for a body or an owner: a row for each report that is due, with what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cdstrack.app.lookup import body_meant
from cdstrack.app.record.desk import Desk, closed_period, desk
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.dues import dues, expects_reports
from cdstrack.core.verdict.rules import ACHIEVED
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.store.base import Store

MOST_PERIODS = 6
"""So many periods are offered for the date of a figure."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One figure that is asked for; ``forms`` are the types taken: Decimal, Share, bool."""

    target: Target
    body: str | None
    part: str | None
    date: Period
    dates: Sequence[Period]
    """The dates that are offered, the usual one first."""
    previous: Report | None
    forms: frozenset[type]

    @property
    def takes_whole(self) -> bool:
        """Whether n of N can be reported."""
        return Share in self.forms and (self.target.in_percent or self.target.accumulate == "ratio")


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in: whose, as of when, and its rows."""

    desk: Desk
    whose: str
    rows: Sequence[FormRow]

    @property
    def bodies(self) -> Mapping[str, Body]:
        return self.desk.found.register.bodies


def form(
    store: Store,
    *,
    now: datetime,
    owner: str | None,
    body: str | None,
    within: int = 0,
    everything: bool = False,
) -> Form:
    """The form for what a body reports, or for what an owner answers for. Raises Refusal.

    A row for each report that is due, or falls due ``within`` so many days; of what is not asked
    for regularly, while it is open. With ``everything`` a row for whatever takes reports.
    """
    if (owner is None) == (body is None):
        raise Refusal("form_whose")
    whose = owner or body or ""
    at = desk(store, now=now)
    register = at.found.register
    if whose not in register.bodies:
        raise Refusal("unknown_owner", name=whose, suggestion=body_meant(register, whose))
    rows: list[FormRow] = []
    for verdict in at.found.verdicts:
        if verdict.target.id in at.found.parents or verdict.target.kind == "unquantified":
            continue
        if body is not None:
            asked = body in at.bodies(verdict.target)
        else:
            asked = owner in verdict.owner.path and at.takes_whole(verdict.target)
        if asked and (everything or _is_due(at, verdict, body, within)):
            rows += _rows(at, verdict.target, body)
    return Form(at, whose, rows)


def _is_due(at: Desk, verdict: Verdict, body: str | None, within: int) -> bool:
    target = verdict.target
    if target.report_every is None:
        return expects_reports(verdict) and verdict.state not in ACHIEVED
    population = at.found.referee.populations.of(target)
    owed = dues(verdict, population, at.found.ledger.of(target), within)
    return any(body in (None, each.body) for each in owed)


def _rows(at: Desk, target: Target, body: str | None) -> Iterator[FormRow]:
    """A row for the target, or one for each of its conditions."""
    usual = at.usual_date(target, body)
    for part in target.conditions or (None,):
        yield FormRow(
            target=target,
            body=body,
            part=part,
            date=usual,
            dates=_offered(at, target, usual),
            previous=at.last(target, body, part),
            forms=at.takes(target, body),
        )


def _offered(at: Desk, target: Target, usual: Period) -> list[Period]:
    """The usual date, the periods before it, and today; of increments no single day."""
    dates = [usual]
    if target.report_every is not None:
        latest = closed_period(target.report_every, at.today)
        while len(dates) < MOST_PERIODS and latest.last >= target.begins:
            dates.append(latest)
            latest = closed_period(target.report_every, latest.first)
    if target.kind == "sustain":
        dates += [period for period in target.periods if period.last <= at.today]
    elif not accumulates(target):
        dates.append(Period.day(at.today))
    return list(dict.fromkeys(dates))

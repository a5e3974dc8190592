"""The form for a body or an owner: a row for each report that is due, with what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cdstrack.app.choice import of_reporter
from cdstrack.app.lookup import find_owner
from cdstrack.app.record.choices import Choices
from cdstrack.app.standing import Status, status
from cdstrack.core.model.entries import Target, without_goal
from cdstrack.core.model.periods import Duration, Period, last_closed, period_at
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.report import Report, Share
from cdstrack.core.values.points import forms_of
from cdstrack.core.verdict.dues import dues, expects_reports
from cdstrack.core.verdict.rules import ACHIEVED
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.store.base import Store

NOW = Duration()
MOST_PERIODS = 6
"""So many periods are offered for the date of a figure."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One figure to report; ``forms`` are the types taken: Decimal, Share, bool."""

    target: Target
    body: str | None
    part: str | None
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
    """A form to fill in: as of what status, whose, and its rows."""

    status: Status
    name: str
    """The id of the body or the owner."""
    rows: Sequence[FormRow]
    mark: str
    """Whose form it is, and of what kind; the same for every form of theirs."""


def form_of(
    store: Store,
    *,
    now: datetime,
    owner: str | None,
    body: str | None,
    within: Duration = NOW,
    everything: bool = False,
) -> Form:
    """The form for what a body reports, or for what an owner answers for. Raises Refusal.

    A row for each report that is due, or falls due ``within`` so long; of what is not asked
    for regularly, while it is open. With ``everything`` a row for whatever takes reports.
    """
    if (owner is None) == (body is None):
        raise Refusal("form_whose")
    choices = Choices(status(store, now=now, about=of_reporter(owner, body), reporter=body))
    return _form(choices, owner=owner, body=body, within=within, everything=everything)


def forms_of_all(
    store: Store, *, now: datetime, within: Duration = NOW, everything: bool = False
) -> Iterator[Form]:
    """A form for every owner and every body that has a row in theirs, the owners first."""
    choices = Choices(status(store, now=now))
    verdicts = choices.status.verdicts
    owners = dict.fromkeys(verdict.owner.current for verdict in verdicts)
    targets = [verdict.target for verdict in verdicts if verdict.target.reporters is not None]
    bodies = dict.fromkeys(name for target in targets for name in choices.bodies(target))
    whose: list[tuple[str | None, str | None]] = [(owner, None) for owner in owners]
    whose += [(None, body) for body in bodies]
    for owner, body in whose:
        form = _form(choices, owner=owner, body=body, within=within, everything=everything)
        if form.rows:
            yield form


def _form(
    choices: Choices, *, owner: str | None, body: str | None, within: Duration, everything: bool
) -> Form:
    register, parents = choices.status.register, choices.status.parents
    name = find_owner(register, owner or body or "")
    days = within.days_after(choices.status.as_of)
    rows: list[FormRow] = []
    asked: set[str] = set()
    for verdict in choices.status.verdicts:
        target = verdict.target
        is_watched = target.kind == "unquantified" and not target.slices
        if target.id in parents or is_watched or target.ledger_id in asked:
            continue
        if body is not None:
            reports_here = name in choices.bodies(target)
        else:
            is_theirs = name in verdict.owner.path or name in target.partners
            reports_here = is_theirs and choices.takes_whole(target)
        reporter = name if body is not None else None
        if reports_here and (everything or _is_due(choices.status, verdict, reporter, days)):
            subject = register.subject(target.ledger_id) or target
            rows += _rows(choices, subject, reporter)
            if everything and body is None and subject.strands:
                for strand in _others(subject):
                    rows += _rows(choices, strand, None)
            asked.add(target.ledger_id)
    mark = f"{'body' if body is not None else 'owner'}:{name}"
    return Form(choices.status, name, rows, mark)


def _others(target: Target) -> Iterator[Target]:
    """The series that a target is not judged by: nobody owes them, but they may be filled in."""
    from cdstrack.core.model.strands import other_strands, strand_of  # few have several series

    for name in other_strands(target):
        yield strand_of(target, name)


def _is_due(status: Status, verdict: Verdict, body: str | None, within: int) -> bool:
    target = verdict.target
    parts = [part for part in verdict.slices.values() if part.target.target is not None]
    if any(_is_due(status, part, body, within) for part in parts):
        return True
    if target.report_every is None:
        return expects_reports(verdict) and verdict.state not in ACHIEVED
    population = status.referee.populations.of(target)
    reports = status.referee.reports_on(target, status.ledger)
    return any(body in (None, due.body) for due in dues(verdict, population, reports, within))


def _rows(choices: Choices, target: Target, body: str | None) -> Iterator[FormRow]:
    """A row for the target, or one for each of its conditions; where it is broken down, one for
    each slice as well, and for the whole only if that is reported by itself."""
    if target.breakdown:
        from cdstrack.core.model.breakdown import slice_names, slice_of  # few are broken down

        for name in slice_names(target):
            yield from _rows(choices, slice_of(target, name), body)
        if target.total != "reported" or target.kind == "unquantified":
            return
    dates = _dates(choices, target, body)
    if target.conditions:
        yield from _condition_rows(choices, target, body, dates)
        return
    yield _row(choices, target, body, None, dates)


def _condition_rows(
    choices: Choices, target: Target, body: str | None, dates: list[Period]
) -> Iterator[FormRow]:
    """A row for each condition; beside those that have figures of their own one for what else is to
    be met."""
    from cdstrack.core.model.conditions import own_conditions, subject_of

    own = own_conditions(target)
    if len(own) == len(target.conditions) and (
        target.target is not None or target.kind == "milestone"
    ):
        yield _row(choices, target, body, None, dates)
    for part in target.conditions:
        yield _row(choices, subject_of(target, part), body, part, dates)


def _row(
    choices: Choices, target: Target, body: str | None, part: str | None, dates: list[Period]
) -> FormRow:
    return FormRow(
        target=target,
        body=body,
        part=part,
        dates=dates,
        previous=choices.last(target, body, part),
        forms=forms_of(target, single=body is not None),
    )


def _dates(choices: Choices, target: Target, body: str | None) -> list[Period]:
    """The usual date, the periods before it, and today; of increments no single day."""
    dates, today, every = (
        [choices.usual_date(target, body)],
        choices.status.as_of,
        target.report_every,
    )
    if every is not None:
        last = last_closed(every, today)
        periods = [period_at(every, last - back) for back in range(MOST_PERIODS - 1)]
        dates += [period for period in periods if period.last >= target.begins]
    if target.kind == "sustain":
        dates += [without_goal(period) for period in target.periods if period.last <= today]
    elif not target.accumulates:
        dates.append(Period.day(today))
    return list(dict.fromkeys(dates))

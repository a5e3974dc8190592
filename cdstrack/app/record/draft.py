"""Recording a report: what a clerk typed becomes a draft, and the draft a line of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from cdstrack.app.lookup import find_target
from cdstrack.app.record.compose import compose, stood_at
from cdstrack.app.record.doubts import Doubt, doubts_of
from cdstrack.app.record.entry import Entry
from cdstrack.app.standing import load, today_in
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.problems import Problem, Refusal
from cdstrack.core.model.register import Ledger
from cdstrack.core.model.report import Report
from cdstrack.core.values.in_force import equal_in_force, same_content
from cdstrack.core.values.measures import Point
from cdstrack.core.values.points import accumulates
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.store.base import Receipt, Store
from cdstrack.store.ledger.append import as_written


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that was checked but not yet written, with what it would change."""

    target: Target
    report: Report
    before: Verdict
    after: Verdict
    entry: Entry
    replaced: Report | None = None
    already: Report | None = None
    """The report in force that says the same, so that nothing need be written."""
    doubts: Sequence[Doubt] = ()
    problems: Sequence[Problem] = ()
    body: Body | None = None
    """Whoever reports, if the target is reported body by body."""
    own: Report | None = None
    """What that body stood at until then."""

    @property
    def previous(self) -> Point | None:
        return self.before.last

    @property
    def change(self) -> Decimal | None:
        """How the value moves; None where there is no earlier one."""
        if self.before.last is None or self.after.last is None:
            return None
        return EXACT.subtract(self.after.last.value, self.before.last.value)


def draft(store: Store, asked: str, entry: Entry, *, now: datetime, by_title: bool) -> Draft:
    """Read a report as a clerk wrote it and see what it would change. Writes nothing.

    Raises Refusal for what cannot be recorded, NoRegister when there is no register.
    """
    register, loaded = load(store)
    target = find_target(register, asked, by_title=by_title)
    day = today_in(register.timezone, now)
    known = loaded.ledger.of(target)
    replaced = _replaced(store, target, known, entry.corrects or entry.void)
    report = compose(register, target, entry, replaced, loaded.ledger, now=now, day=day)
    as_written(report)  # refuses a text that no line of the ledger can hold
    already = _already(store, target, entry, report, replaced, loaded.ledger)
    gone = {replaced.id} if replaced is not None else set()
    series = [each for each in known if each.id not in gone and each.corrects not in gone]
    if report.figure is not None:
        series.append(report)
    series.sort(key=lambda each: (each.date.last, each.order))
    referee = Referee(register, day)
    before, after = referee.judge(target, known), referee.judge(target, series)
    doubts = doubts_of(target, report, before, known, day)
    return Draft(
        target=target,
        report=report,
        before=before,
        after=after,
        entry=entry,
        replaced=replaced,
        already=already,
        doubts=[*_doubtful_clock(loaded.ledger, now), *doubts],
        problems=loaded.problems,
        body=register.bodies.get(report.body or ""),
        own=stood_at(register, target, known, report.body, report.date.last),
    )


def _doubtful_clock(ledger: Ledger, now: datetime) -> list[Doubt]:
    """The ledger holds a report that was recorded later than now: one of two clocks is wrong.

    The report counts all the same (``compose`` sees to that).
    """
    recorded = (each.recorded for each in chain.from_iterable(ledger.reports.values()))
    return [Doubt("clock_set_back", {})] if max(recorded, default=now) > now else []


def record(store: Store, drafted: Draft, *, now: datetime, as_shown: bool) -> Receipt:
    """Write a drafted report. What ``--add`` adds to is looked up again under the lock.

    ``as_shown``: only if that leads to the figure that the draft showed. Raises StoreError when
    nothing could be saved, Fault when the ledger would not take it, or holds by now another
    correction of the same report.
    """
    register, _ = load(store)
    day = today_in(register.timezone, now)

    def prepare(ledger: Ledger) -> list[Report]:
        target, entry, replaced = drafted.target, drafted.entry, drafted.replaced
        report = compose(register, target, entry, replaced, ledger, now=now, day=day)
        if as_shown and report.figure != drafted.report.figure:
            raise Refusal("changed_meanwhile", id=target.id)
        if replaced is not None and not _stands(ledger, replaced, report):
            raise Refusal("changed_meanwhile", id=target.id)
        return [report]

    [receipt] = store.append(prepare, again=drafted.entry.again)
    return receipt


def _stands(ledger: Ledger, replaced: Report, report: Report) -> bool:
    """Whether a report to be replaced is in force still, or replaced by just this report."""
    known = ledger.reports.get(replaced.target, ())
    if any(each.id == replaced.id for each in known):
        return True
    instead = [each for each in known if each.corrects == replaced.id]
    if report.figure is None:  # a void that is there already is found when it is appended
        return not instead
    return any(
        each.slot == report.slot and same_content(each, report, note=True) for each in instead
    )


def _already(
    store: Store,
    target: Target,
    entry: Entry,
    report: Report,
    replaced: Report | None,
    ledger: Ledger,
) -> Report | None:
    """The report that says the same already. Raises Refusal to correct what is not in force."""
    known = ledger.of(target)
    if replaced is None:
        if entry.add is not None and not accumulates(target):
            return None
        adds = accumulates(target)
        return equal_in_force(report, ledger.reports, adds=adds, again=entry.again)
    if any(each.id == replaced.id for each in known):
        return None
    records, _ = store.history()
    by = [each for each in records if each.corrects == replaced.id]
    if by and by[-1].slot == report.slot and same_content(by[-1], report, note=True):
        return by[-1]
    raise Refusal("report_not_in_force", id=replaced.id, by=by[-1].id if by else None)


def _replaced(
    store: Store, target: Target, known: Sequence[Report], asked: str | None
) -> Report | None:
    """The report that a correction names by its id or the beginning of one.

    One in force, else one corrected before, so that a repeated command finds itself done.
    Raises Refusal when not exactly one fits.
    """
    if asked is None:
        return None
    records, _ = store.history()
    for candidates in (known, [each for each in records if each.target == target.id]):
        matches = [report for report in candidates if asked and report.id.startswith(asked)]
        exact = [report for report in matches if report.id == asked]
        if len(exact or matches) == 1:
            return (exact or matches)[0]
    raise Refusal("unknown_report", id=asked, target=target.id)

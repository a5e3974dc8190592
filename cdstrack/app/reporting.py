"""Recording a report: what a clerk typed becomes a draft, and the draft a line of the ledger."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain

from cdstrack.app.asking import Refusal, check_body, find_target
from cdstrack.app.figures import amount, in_unit, share
from cdstrack.app.judging import load, today_in
from cdstrack.core.across import deliver
from cdstrack.core.assess import assess
from cdstrack.core.dates import Period, parse_period
from cdstrack.core.measures import Point
from cdstrack.core.model import Body, Qualifier, Target
from cdstrack.core.numbers import EXACT
from cdstrack.core.points import accumulates, figure_value, forms_of
from cdstrack.core.population import Populations
from cdstrack.core.problems import Fault, Problem, did_you_mean
from cdstrack.core.report import Figure, Report, Share
from cdstrack.core.series import Corrections, equal_in_force, same_content
from cdstrack.core.verdict import Verdict
from cdstrack.store.base import Ledger, Receipt, Register, Store
from cdstrack.store.ledger_write import as_written, new_id

_TICK = timedelta(microseconds=1)
"""What tells the moments of two records apart."""
_LAST = datetime.max.replace(tzinfo=UTC) - _TICK


@dataclass(frozen=True, slots=True)
class Entry:
    """What a clerk wrote on the command line for one report, still as text."""

    value: str | None = None
    add: str | None = None
    n: str | None = None
    of: str | None = None
    done: bool | None = None
    date: str | None = None
    qualifier: Qualifier | None = None
    unit: str | None = None
    source: str | None = None
    note: str | None = None
    by: str | None = None
    part: str | None = None
    body: str | None = None
    corrects: str | None = None
    void: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that was checked but not yet written, with what it would change."""

    target: Target
    report: Report
    before: Verdict
    after: Verdict
    replaced: Report | None = None
    already: Report | None = None
    """The report in force that says the same, so that nothing need be written."""
    warnings: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    entry: Entry = field(default_factory=Entry)
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
    known = loaded.ledger.reports.get(target.id, ())
    replaced = _replaced(store, target, known, entry.corrects or entry.void)
    report = _report(register, target, entry, replaced, loaded.ledger, now=now, day=day)
    try:
        as_written(report)
    except Fault as fault:  # a text that no line of the ledger can hold
        raise Refusal(fault.code, **fault.facts) from None
    already = _already(store, target, entry, report, replaced, loaded.ledger)
    gone = {replaced.id} if replaced is not None else set()
    series = [each for each in known if each.id not in gone and each.corrects not in gone]
    if report.figure is not None:
        series.append(report)
    series.sort(key=lambda each: (each.date.last, each.order))
    judged = partial(
        assess,
        target,
        as_of=day,
        policy=register.policy,
        bodies=register.bodies,
        population=Populations(register.groups, register.bodies).of(target),
    )
    before, after = judged(reports=known), judged(reports=series)
    return Draft(
        target=target,
        report=report,
        before=before,
        after=after,
        replaced=replaced,
        already=already,
        warnings=_doubts(target, report, before, loaded.ledger, now),
        problems=loaded.problems,
        entry=entry,
        body=register.bodies.get(report.body or ""),
        own=_stood_at(register, target, known, report.body, report.date.last),
    )


def record(store: Store, drafted: Draft, *, now: datetime) -> Receipt:
    """Write a drafted report. ``--add`` and corrections are worked out again under the lock.

    Raises StoreError when nothing could be saved, Refusal when the ledger would not take it.
    """
    register, _ = load(store)
    day = today_in(register.timezone, now)

    def prepare(ledger: Ledger) -> Report:
        target, entry, replaced = drafted.target, drafted.entry, drafted.replaced
        return _report(register, target, entry, replaced, ledger, now=now, day=day)

    try:
        return store.append(prepare, again=drafted.entry.again)
    except Fault as fault:
        raise Refusal(fault.code, **fault.facts) from None


def _report(
    register: Register,
    target: Target,
    entry: Entry,
    replaced: Report | None,
    ledger: Ledger,
    *,
    now: datetime,
    day: date,
) -> Report:
    """The record of a report, every part of it checked. Raises Refusal.

    ``recorded`` is ``now``, but never before a microsecond after what the report competes with or
    replaces: it counts also where the clock was set back or stands still. ``_doubts`` says so.
    """
    if entry.void and replaced is not None:
        entry = replace(entry, body=replaced.body, part=replaced.part)
    if replaced is not None:  # a correction is about the same body and condition unless it says
        entry = replace(entry, body=entry.body or replaced.body, part=entry.part or replaced.part)
    classes = [each.id for each in register.targets.values() if each.part_of == target.id]
    if classes:
        raise Refusal("parent_takes_no_reports", id=target.id, classes=classes)
    if entry.part is not None and entry.part not in target.conditions:
        suggestion = did_you_mean(entry.part, target.conditions)
        raise Refusal("unknown_part", name=entry.part, suggestion=suggestion)
    if register.policy.require_source and not entry.source:
        raise Refusal("source_required")
    if entry.void and replaced is not None:
        figure, when = None, replaced.date
    else:
        default = replaced.date if replaced is not None else Period.day(day)
        when = _reference_date(entry.date, default, day)
        if entry.body is not None:
            check_body(register, target, entry.body, when)
        elif target.reporters is not None and not accumulates(target):
            _check_whole(target, ledger, replaced)
        figure = _figure(register, target, entry, ledger.reports.get(target.id, ()), when)
    report = Report(
        id=new_id(),
        target=target.id,
        body=entry.body,
        part=entry.part,
        date=when,
        figure=figure,
        qualifier=entry.qualifier if figure is not None else None,
        source=_text(entry.source),
        note=_text(entry.note),
        by=_text(entry.by),
        recorded=now.astimezone(UTC),
        corrects=replaced.id if replaced is not None else None,
    )
    rivals = [each for each in ledger.reports.get(target.id, ()) if each.slot == report.slot]
    if replaced is not None:
        rivals.append(replaced)
    recorded = report.recorded
    for each in rivals:
        recorded = max(recorded, min(each.recorded, _LAST) + _TICK)
    return report._replace(recorded=recorded)


def _already(
    store: Store,
    target: Target,
    entry: Entry,
    report: Report,
    replaced: Report | None,
    ledger: Ledger,
) -> Report | None:
    """The report that says the same already. Raises Refusal to correct what is not in force."""
    known = ledger.reports.get(target.id, ())
    if replaced is None:
        if entry.add is not None and not accumulates(target):
            return None
        adds, none = accumulates(target), Corrections(frozenset(), (), ())
        return equal_in_force(report, ledger.reports, none, adds=adds, again=entry.again)
    if any(each.id == replaced.id for each in known):
        return None
    records, _ = store.history()
    by = [each for each in records if each.corrects == replaced.id]
    if by and by[-1].slot == report.slot and same_content(by[-1], report, note=True):
        return by[-1]
    raise Refusal("report_not_in_force", id=replaced.id, by=by[-1].id if by else None)


def _text(text: str | None) -> str | None:
    return unicodedata.normalize("NFC", text).strip() or None if text is not None else None


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


def _reference_date(text: str | None, default: Period, today: date) -> Period:
    if text is None:
        return default
    try:
        when = parse_period(text.strip())
    except Fault as fault:
        raise Refusal(fault.code, **fault.facts) from None
    if when.first > today:
        raise Refusal("date_in_future", date=when, today=today)
    if when.last > today:
        raise Refusal("period_not_over", date=when, today=today)
    return when


def _check_whole(target: Target, ledger: Ledger, replaced: Report | None) -> None:
    """Refuse a figure for all bodies together where they report for themselves.

    It would stand above theirs until the last of them has reported anew.
    """
    told = {each.body for each in ledger.reports.get(target.id, ())} - {None}
    if told and replaced is None:
        raise Refusal("body_wanted", id=target.id, n=len(told))


def _stood_at(
    register: Register, target: Target, known: Sequence[Report], body: str | None, day: date
) -> Report | None:
    """What a body stood at on a day, by its own reports or by those of bodies it follows."""
    population = Populations(register.groups, register.bodies).of(target)
    if population is None or body is None:
        return None
    goal, about = target.each or target.target, register.policy.about
    standing = deliver(target, known, day, population, goal, about).now
    return standing.held.get(body) if standing is not None else None


def _figure(
    register: Register, target: Target, entry: Entry, known: Sequence[Report], when: Period
) -> Figure:
    """What is reported, in the form that the target's kind takes. Raises Refusal."""
    if entry.done is not None and entry.qualifier is not None:
        raise Refusal("done_not_qualified", qualifier=f"--{entry.qualifier}")
    given = [entry.value, entry.add, entry.n or entry.of]
    may_be_done = entry.body is not None and bool in forms_of(target, single=True)
    if may_be_done and entry.done is not None and not any(part is not None for part in given):
        return entry.done
    if target.kind == "milestone":
        if entry.done is None or any(part is not None for part in given):
            raise Refusal("milestone_wants_done", id=target.id)
        return entry.done
    if entry.done is not None:
        raise Refusal("not_a_milestone", id=target.id)
    if sum(part is not None for part in given) != 1:
        if entry.body is not None and target.across == "ratio":
            raise Refusal("body_wants_share", id=target.id)
        raise Refusal("body_wants_done" if may_be_done else "one_figure", id=target.id)
    if entry.n is not None or entry.of is not None:
        return share(target, entry.n, entry.of)
    if entry.body is not None and target.across == "ratio":
        raise Refusal("body_wants_share", id=target.id)
    text = entry.add if entry.add is not None else entry.value
    value = in_unit(target, *amount(text or ""), entry.unit)
    if entry.add is not None and not accumulates(target):
        earlier = [
            report
            for report in known
            if report.date.last <= when.last
            and (report.body, report.part) == (entry.body, entry.part)
        ]
        if entry.part is None and entry.body is not None:
            own = _stood_at(register, target, known, entry.body, when.last)
            earlier = [own] if own is not None else []
        if earlier and isinstance(earlier[-1].figure, Share):
            raise Refusal("add_to_share", id=target.id)
        if earlier and isinstance(earlier[-1].figure, Decimal):
            value = EXACT.add(value, earlier[-1].figure)
    if target.accumulate == "ratio" and not 0 <= value <= 100:
        raise Refusal("percent_bounds", value=value)
    return value


def _doubts(
    target: Target, report: Report, before: Verdict, ledger: Ledger, now: datetime
) -> list[str]:
    """Codes of what looks odd in a report without being wrong.

    ``clock_set_back``: the ledger holds a report that was recorded later than now, so this clock
    or the other one is wrong. The report counts all the same (``_report`` sees to that).
    """
    doubts = []
    recorded = (each.recorded for each in chain.from_iterable(ledger.reports.values()))
    if max(recorded, default=now) > now:
        doubts.append("clock_set_back")
    if report.source is None and report.figure is not None:
        doubts.append("self_report")
    if report.body is None and before.standing is not None and report.figure is not None:
        doubts.append("whole_population")
    rivals = [each for each in ledger.reports.get(target.id, ()) if each.slot == report.slot]
    if rivals and rivals[-1].source and report.source is None and report.figure is not None:
        doubts.append("drops_source")
    value = report.figure if isinstance(report.figure, Decimal) else None
    if value is not None and value < 0:
        doubts.append("negative")
    elif value is not None and not accumulates(target) and _falls(target, report, value, before):
        doubts.append("falls")
    base = target.baseline.date if target.baseline else None
    if base is not None and report.date.last < base.last:
        doubts.append("before_baseline")
    return doubts


def _falls(target: Target, report: Report, value: Decimal, before: Verdict) -> bool:
    """Whether a figure that is to grow is lower than the one before it."""
    goal = target.target
    grows = goal is not None and goal.comparator in ("at_least", "more_than")
    if report.body is not None and before.standing is not None:
        held = before.standing.held.get(report.body)
        earlier = (held.date.last, figure_value(held.figure)) if held is not None else None
    else:
        last = before.last
        earlier = (last.day, last.value) if last is not None else None
    return grows and earlier is not None and report.date.last >= earlier[0] and value < earlier[1]

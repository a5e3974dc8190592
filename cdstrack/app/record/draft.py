"""Recording a report: what a clerk typed becomes a draft, and the draft a line of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from zoneinfo import ZoneInfo

from cdstrack.app.lookup import find_body, find_condition, find_subject
from cdstrack.app.record.compose import compose, stood_at
from cdstrack.app.record.doubts import Doubt, doubts_of
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.neighbours import Neighbours, Times
from cdstrack.app.record.running_total import RunningTotal, running_total
from cdstrack.app.record.time_doubts import doubts_of_time, doubts_of_whole
from cdstrack.app.standing import load_register, load_wanted, today_in
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Body, Target
from cdstrack.core.model.periods import in_zone
from cdstrack.core.model.problems import Problem, Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.values.bodies import line_of
from cdstrack.core.values.in_force import Rivals, equal_in_force, same_content
from cdstrack.core.values.measures import Point
from cdstrack.core.values.points import competition
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n.answers import means_all
from cdstrack.store.base import BeliefError, Loaded, Receipt, Store, Wanted
from cdstrack.store.ledger.append import as_written

_FAR = timedelta(minutes=5)
"""So far two clocks may differ before it is worth a word."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that was checked but not yet written, with what it would change."""

    target: Target
    report: Report
    before: Verdict
    after: Verdict
    entry: Entry
    original: Report | None = None
    already: Report | None = None
    """The report that says the same, so that nothing need be written."""
    in_force: Report | None = None
    """What counts for the date of the report from then on, if anything does."""
    doubts: Sequence[Doubt] = ()
    running: RunningTotal | None = None
    """The other reading, where an increment may be a running total."""
    problems: Sequence[Problem] = ()
    body: Body | None = None
    """Whoever reports, if the target is reported body by body."""
    body_before: Report | None = None
    """What that body stood at until then."""
    is_own: bool = False
    """Whether only the reports of the own body could be read: then nobody knows how all stand."""
    others: Sequence[tuple[Verdict, Verdict]] = ()
    """What else it moves, before and after: the other targets on its indicator, and what a
    correction takes its report from."""

    @property
    def previous(self) -> Point | None:
        return self.before.last

    @property
    def change(self) -> Decimal | None:
        """How the value moves; None where there is no earlier one."""
        if self.before.last is None or self.after.last is None:
            return None
        return EXACT.subtract(self.after.last.value, self.before.last.value)


def draft_of(store: Store, name: str, entry: Entry, *, now: datetime) -> Draft:
    """Read a report as a clerk typed it and see what it would change. Writes nothing.

    Raises Refusal for what cannot be recorded, NoRegister when there is no register.
    """
    register = load_register(store)
    target = find_subject(register, name, by_title=False)
    is_own = target.reporters is not None and not store.sees_all
    loaded = load_wanted(store, Wanted(frozenset({target.ledger_id}), in_part=is_own))
    ledger, today = loaded.ledger, today_in(register.timezone, now)
    try:
        original = _original(ledger, target, entry.corrects or entry.void)
    except Refusal as error:
        if is_own:  # it may well be there, of somebody else
            raise _not_own(store, error) from None
        raise
    if entry.series is not None and not target.strands:
        raise Refusal("no_series", id=target.ledger_id)
    entry, target = _with_ids(register, target, entry), _part_of(target, entry, original)
    reports = ledger.of(target)
    report = compose(register, ledger, target, entry, original, now=now)
    as_written(report)  # refuses a text that no line of the ledger can hold
    already = _already(ledger, target, entry, report, original)
    if entry.part is not None and target.conditions:
        from cdstrack.core.model.conditions import subject_of  # few have figures of their own

        target = subject_of(target, entry.part)
    referee = Referee(register, today)
    before = referee.judge_whole(target, ledger)
    ledger_after = _ledger_after(ledger, report, original)
    adds = target.accumulates and report.figure is not None and not entry.is_increment
    neighbours = Neighbours(target, report, reports)
    others = [other for other in reports if (other.body is None) != (report.body is None)]
    running = running_total(report, neighbours) if adds else None
    return Draft(
        target=target,
        report=report,
        before=before,
        after=referee.judge_whole(target, ledger_after),
        entry=entry,
        original=original,
        already=already,
        in_force=_in_force(ledger, already or report, original, target),
        doubts=[
            *(
                _doubts_of_clock(store.clock, register, now)
                if store.has_clock
                else _doubtful_clock(loaded, original, now)
            ),
            *doubts_of(target, report, before, Rivals(ledger.reports), today),
            *doubts_of_time(target, report, neighbours, running),
            *doubts_of_whole(target, report, Times(others)),
        ],
        running=running,
        problems=loaded.problems,
        body=register.bodies.get(report.body or ""),
        is_own=is_own,
        body_before=stood_at(Referee(register, report.date.last), target, reports, report.body),
        others=[
            (referee.judge_whole(other, ledger), referee.judge_whole(other, ledger_after))
            for other in _others(register, target, report, original)
            if other.stated.on <= today
        ],
    )


def _with_ids(register: Register, target: Target, entry: Entry) -> Entry:
    """The entry with the ids of a body and a condition that it may name by their names."""
    body, part = entry.body, entry.part
    if body is not None:
        name, body = body, find_body(register, target, body, parts=False)
        if target.reporters and body not in register.bodies and means_all(name):
            raise Refusal("body_of_all", name=name)
    if part is not None and not entry.void:
        part = find_condition(target, part, parts=False)
    return replace(entry, body=body, part=part)


def _part_of(target: Target, entry: Entry, original: Report | None) -> Target:
    """The slice or series of a target that an entry names, or what it corrects is of; else all of
    what judges it."""
    if target.strands:
        target = _strand_of(target, entry, original)
    name = entry.slice if entry.slice is not None and not entry.void else None
    if name is None and original is not None:
        name = original.slice
    if name is None:
        return target
    from cdstrack.app.slices import slice_named  # few targets are broken down

    return slice_named(target, name)


def _strand_of(target: Target, entry: Entry, original: Report | None) -> Target:
    """The one of several series of a target that an entry is of, the judging one unless said."""
    from cdstrack.app.several_series import check_whole_only, strand_named  # few have several
    from cdstrack.core.model.strands import strand_of

    name = original.strand if original is not None else None
    conditions = target.conditions
    if entry.series is not None and not entry.void:
        target = strand_named(target, entry.series)
    elif name is not None and name != target.judged_by:
        target = strand_of(target, name)
    check_whole_only(target, body=entry.body, category=entry.slice)
    if target.of_strand is not None and entry.part in conditions.keys() - target.conditions.keys():
        raise Refusal("series_without_condition", series=target.of_strand, part=entry.part)
    return target


def beside(register: Register, target: Target) -> list[Target]:
    """What else a report moves: the other targets on an indicator, and of a slice the wholes."""
    targets = register.targets_of[target.ledger_id]
    if target.of_strand is not None:
        return []
    if target.of_slice is None:
        is_all = target.of_condition is not None  # the whole moves with its condition
        return [other for other in targets if is_all or other.id != target.id]
    from cdstrack.core.model.breakdown import goal_of_slice, slice_of  # few are broken down

    slices = [
        slice_of(other, target.of_slice)
        for other in targets
        if other.id != target.id and goal_of_slice(other, target.of_slice) is not None
    ]
    return [*slices, *targets]


def _others(
    register: Register, target: Target, report: Report, original: Report | None
) -> list[Target]:
    """What else a report moves, and what it was taken from where a correction puts it elsewhere."""
    others = beside(register, target)
    if original is None or original.series == report.series:
        return others
    sources = register.targets_of[target.ledger_id]
    if original.strand not in (None, sources[0].judged_by):
        return others  # of a series that judges nothing
    if original.slice is not None:
        from cdstrack.core.model.breakdown import slice_of  # few are broken down

        parts: list[Target] = [slice_of(source, original.slice) for source in sources]
        sources = [*parts, *sources]
    places = {(other.id, other.of_slice) for other in (target, *others) if other.of_strand is None}
    return [*(part for part in sources if (part.id, part.of_slice) not in places), *others]


def by_date(reports: Iterable[Report]) -> list[Report]:
    """Reports of one target as a referee wants them: by reference date, then as recorded."""
    return sorted(reports, key=lambda report: (report.date.last, report.order))


def _reports_after(ledger: Ledger, report: Report, original: Report | None) -> list[Report]:
    """The reports of a target in force once one is written."""
    name = original.id if original is not None else ""
    reports = ledger.reports.get(report.series, ())
    if report.figure is None:
        return [rival for rival in reports if name not in (rival.id, rival.corrects)]
    future = {record.id: record for record in ledger.future}
    while name in future:  # it takes the place that one would have taken
        name = future.pop(name).corrects or ""
    stay = [rival for rival in reports if not name or name not in (rival.id, rival.corrects)]
    return [*stay, report]


def _ledger_after(ledger: Ledger, report: Report, original: Report | None) -> Ledger:
    """The ledger once a report is written, with all that is in force."""
    reports = dict(ledger.reports)
    if original is not None and original.series != report.series:
        stay = [r for r in reports.get(original.series, ()) if r.id != original.id]
        reports[original.series] = stay
    reports[report.series] = by_date(_reports_after(ledger, report, original))
    return replace(ledger, reports=reports)


def _in_force(
    ledger: Ledger, report: Report, original: Report | None, target: Target
) -> Report | None:
    """What counts for the date of a report once it is written; an increment counts itself."""
    kind = competition(target)
    if kind == "none" and report.figure is not None:
        return report
    rivals = [r for r in _reports_after(ledger, report, original) if r.slot == report.slot]
    if kind == "period":
        rivals = [rival for rival in rivals if rival.date.first == report.date.first]
    return max(rivals, key=lambda rival: rival.order, default=None)


def _doubtful_clock(loaded: Loaded, original: Report | None, now: datetime) -> list[Doubt]:
    """A report that counts was recorded later than now, so one of two clocks is wrong; or a line
    claims to be of the future, counts for nothing, and is not the one that is dealt with here."""
    ledger = loaded.ledger
    moments = (report.recorded for report in chain.from_iterable(ledger.reports.values()))
    if max(moments, default=now) > now:
        return [Doubt("clock_set_back", {})]
    for problem in loaded.problems:
        place, name = problem.place, problem.facts.get("id")
        is_open = original is None or name not in (original.id, original.corrects)
        if problem.code == "ledger_future" and place is not None and is_open:
            return [Doubt("line_of_future", {"line": place.line, **problem.facts})]
    return []


def _doubts_of_clock(clock: datetime | None, register: Register, now: datetime) -> list[Doubt]:
    """The clock of a server and ours are far apart: one of them is wrong."""
    if clock is None or abs(clock - now) <= _FAR:
        return []
    zone = ZoneInfo(register.timezone)
    times = {"here": now, "there": clock}
    return [
        Doubt(
            "store_clock",
            {name: f"{in_zone(moment, zone):%Y-%m-%d %H:%M}" for name, moment in times.items()},
        )
    ]


def record(store: Store, draft: Draft, *, now: datetime, as_shown: bool) -> Receipt:
    """Write a report that was drafted. What ``--add`` adds to is looked up again under the lock.

    ``as_shown``: only if that leads to the figure that the draft showed. Raises StoreError when
    nothing could be saved, Fault when the ledger would not take it, or holds by now another
    correction of the same report.
    """
    register = load_register(store)
    in_force, wins = None, False

    def prepare(ledger: Ledger) -> list[Report]:
        nonlocal in_force, wins
        target, original = draft.target, draft.original
        report = compose(register, ledger, target, draft.entry, original, now=now)
        if as_shown and report.figure != draft.report.figure:
            raise Refusal("changed_meanwhile", id=target.id)
        if original is not None and not _can_replace(ledger, original, report):
            raise Refusal("changed_meanwhile", id=target.id)
        in_force = _in_force(ledger, report, original, target)
        wins = in_force is report
        return [report]

    bodies = {draft.report.body}
    if draft.original is not None:
        bodies.add(draft.original.body)
    wanted = wanted_of({(draft.report.target, body) for body in bodies}, register)
    [receipt] = store.append(prepare, wanted, again=draft.entry.again)
    return replace(receipt, in_force=receipt.report if wins else in_force)


def record_at_once(
    store: Store, name: str, entry: Entry, write: Callable[[Draft], Receipt], *, now: datetime
) -> tuple[Draft, Receipt | None]:
    """A draft as ``draft_of`` makes it, and what ``write`` says when it is recorded; None where it
    is there already.

    Who asks nothing in between need not look twice whether a large ledger is what its index says:
    the draft is made on trust, and counts because it was recorded. Otherwise it is made anew.
    """
    if entry.evidence is None:  # a document is kept once
        with store.on_trust() as belief:
            draft = None
            try:
                draft = draft_of(store, name, entry, now=now)
            except Exception:
                if belief.digest is None:
                    raise
            if draft is not None and draft.already is None:
                try:
                    return draft, write(draft)
                except BeliefError:
                    pass  # such as after a checkout
            elif draft is not None and belief.digest is None:
                return draft, None
    draft = draft_of(store, name, entry, now=now)
    return draft, write(draft) if draft.already is None else None


def wanted_of(streams: Collection[tuple[str, str | None]], register: Register) -> Wanted:
    """What of a ledger has to be looked at to report on some targets for some bodies.

    That is what the body reported and what it follows, and what stands for all of them; all of a
    target where it is reported as a whole, for that depends on whether any body has reported.
    """
    lines = {body: line_of(body, register.bodies) for _, body in streams if body is not None}
    return Wanted(
        frozenset(target for target, _ in streams),
        bodies=frozenset[str | None]({None}).union(*lines.values()),
        entire=frozenset(target for target, body in streams if body is None),
    )


def _can_replace(ledger: Ledger, original: Report, report: Report) -> bool:
    """Whether a report to be original is in force still, or original by just this report."""
    reports = ledger.reports.get(original.series, ())
    if any(record.id == original.id for record in reports):
        return True
    corrections = [record for record in reports if record.corrects == original.id]
    if report.figure is None:  # a void that is there already is recognized when it is appended
        return not corrections
    if not corrections and any(record.id == original.id for record in ledger.future):
        return True
    return any(_says_the_same(correction, report) for correction in corrections)


def _says_the_same(record: Report, report: Report) -> bool:
    same_time = (record.slot, record.date.first) == (report.slot, report.date.first)
    return same_time and same_content(record, report, note=True)


def _already(
    ledger: Ledger, target: Target, entry: Entry, report: Report, original: Report | None
) -> Report | None:
    """The report that says the same already. Raises Refusal to correct what is not in force."""
    adds = target.accumulates
    if original is None:
        if entry.add is not None and not adds:
            return None
        return equal_in_force(
            report, Rivals(ledger.reports), competition=competition(target), again=entry.again
        )
    if any(other.id == original.id for other in ledger.reports.get(original.series, ())):
        return None
    corrections = [record for record in ledger.records() if record.corrects == original.id]
    last = corrections[-1] if corrections else None
    if last is not None and _says_the_same(last, report):
        return last
    if last is None and any(record.id == original.id for record in ledger.future):
        return None
    raise Refusal("report_not_in_force", id=original.id, by=last.id if last is not None else None)


def _not_own(store: Store, error: Refusal) -> Refusal:
    """What to say of a report that is none of those that may be read."""
    name = store.stewards
    hint = {"hint": "stewards", "stewards": name} if name else {}
    return Refusal("unknown_report_own", **error.facts, **hint)


def _original(ledger: Ledger, target: Target, text: str | None) -> Report | None:
    """The report that a correction names by its id or the beginning of one.

    One in force, else one corrected before, so that a repeated command finds itself done; also
    one that claims to be of the future and does not count.
    Raises Refusal when not exactly one fits.
    """
    if text is None:
        return None
    reports = ledger.around(target)
    rest = [*ledger.dropped, *ledger.future]
    records = [*reports, *(record for record in rest if record.target == target.ledger_id)]
    for candidates in (reports, records):
        matches = [record for record in candidates if text and record.id.startswith(text)]
        exact = [record for record in matches if record.id == text]
        if len(exact or matches) == 1:
            return (exact or matches)[0]
    raise Refusal("unknown_report", id=text, target=target.id)

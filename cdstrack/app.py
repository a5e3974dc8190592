"""The use cases: plain values in and out. Nothing here prints, asks or knows the day by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from cdstrack.core import gate
from cdstrack.core.assess import Verdict, assess
from cdstrack.core.dates import Period, parse_period
from cdstrack.core.measures import Point
from cdstrack.core.model import Figure, Qualifier, Report, Share, Target
from cdstrack.core.numbers import EXACT, parse_decimal
from cdstrack.core.points import accumulates
from cdstrack.core.portfolio import WORST_FIRST, Counts, classes_of, count, with_worst_class
from cdstrack.core.problems import Fault, Problem, did_you_mean
from cdstrack.store.base import Ledger, Loaded, Receipt, Register, Store
from cdstrack.store.ledger_write import new_id

Sort = Literal["register", "deadline", "state", "overdue", "title"]
GroupBy = Literal["owner", "tag", "state"]


class Refusal(Exception):
    """What was asked cannot be done as asked. A code and facts; nothing has been changed."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NoRegister(Exception):
    """The register could not be read at all. Carries its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("no register")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Selection:
    """Which targets to list, and in what order."""

    states: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    due_within: int | None = None
    sort: Sort = "register"
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """A register judged as of a day."""

    register: Register
    ledger: Ledger
    as_of: date
    known_on: date | None
    verdicts: Sequence[Verdict]
    counts: Counts
    classes: Mapping[str, Sequence[Verdict]]
    to_come: Sequence[Target] = ()
    problems: Sequence[Problem] = ()

    @property
    def parents(self) -> frozenset[str]:
        return frozenset(self.classes)


def today_in(zone: str, now: datetime) -> date:
    """The calendar day in a register's time zone at a moment (with time zone)."""
    return now.astimezone(ZoneInfo(zone)).date()


def _load(store: Store, known_on: date | None = None) -> tuple[Register, Loaded]:
    loaded = store.load(known_on=known_on)
    if loaded.register is None:
        raise NoRegister(loaded.problems)
    return loaded.register, loaded


def register_zone(store: Store) -> str:
    """The time zone of a register, in which its days begin and end."""
    register, _ = _load(store)
    return register.timezone


def status(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    select: Selection | None = None,
) -> Status:
    """Judge every target as of a day (today by default)."""
    register, loaded = _load(store, known_on)
    day = as_of or today_in(register.timezone, now)
    return judge(register, loaded.ledger, day, known_on, select or Selection(), loaded.problems)


def judge(
    register: Register,
    ledger: Ledger,
    day: date,
    known_on: date | None,
    select: Selection,
    problems: Sequence[Problem] = (),
) -> Status:
    """The same for a register that is loaded already."""
    promised = [target for target in register.targets.values() if target.stated.on <= day]
    to_come = [target for target in register.targets.values() if target.stated.on > day]
    judged = [
        assess(
            target,
            ledger.reports.get(target.id, ()),
            as_of=day,
            policy=register.policy,
            bodies=register.bodies,
        )
        for target in promised
    ]
    classes = classes_of(judged)
    judged = [
        with_worst_class(verdict, classes[verdict.target.id])
        if verdict.target.id in classes
        else verdict
        for verdict in judged
    ]
    chosen = [verdict for verdict in judged if _is_selected(verdict, select)]
    shown = {verdict.target.id for verdict in chosen}
    return Status(
        register=register,
        ledger=ledger,
        as_of=day,
        known_on=known_on,
        verdicts=_sorted(chosen, select.sort),
        counts=count(chosen, frozenset(classes)),
        classes={name: members for name, members in classes.items() if name in shown},
        to_come=to_come if select.everything else (),
        problems=problems,
    )


def _is_selected(verdict: Verdict, select: Selection) -> bool:
    due = select.due_within
    return (
        (not select.states or verdict.state in select.states)
        and (not select.owners or bool(select.owners & set(verdict.owner.path)))
        and (not select.tags or bool(select.tags & set(verdict.target.tags)))
        and (due is None or (verdict.days_left is not None and verdict.days_left <= due))
    )


def _sorted(verdicts: list[Verdict], by: Sort) -> list[Verdict]:
    """Register order unless asked; every order is stable on top of it."""
    match by:
        case "deadline":
            return sorted(verdicts, key=_due)
        case "state":
            return sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.state))
        case "overdue":
            return sorted(verdicts, key=lambda verdict: -(verdict.days_overdue or 0))
        case "title":
            return sorted(verdicts, key=lambda verdict: fold(verdict.target.title.vi))
        case _:
            return verdicts


def _due(verdict: Verdict) -> date:
    return verdict.terms.deadline.last if verdict.terms.deadline else date.max


def check_selection(register: Register, select: Selection) -> None:
    """Refuse states, owners and tags that do not exist, with the nearest that does."""
    tags = {tag for target in register.targets.values() for tag in target.tags}
    known: dict[str, tuple[frozenset[str], Iterable[str]]] = {
        "state": (select.states, WORST_FIRST),
        "owner": (select.owners, register.bodies),
        "tag": (select.tags, tags),
    }
    for what, (asked, names) in known.items():
        choices = list(names)
        for name in sorted(asked - set(choices)):
            raise Refusal(f"unknown_{what}", name=name, suggestion=did_you_mean(name, choices))


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue, worst first, and what falls due within the days asked for."""

    status: Status
    overdue: Sequence[Verdict]
    coming: Sequence[Verdict]


def overdue(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    within: int | None = None,
) -> Overdue:
    """What is overdue or breached, longest first; ``within`` adds what comes next."""
    found = status(store, now=now, as_of=as_of, known_on=known_on)
    leaves = [verdict for verdict in found.verdicts if verdict.target.id not in found.parents]
    late = [verdict for verdict in leaves if verdict.cell == "overdue"]
    coming = [
        verdict
        for verdict in leaves
        if within is not None and verdict.days_left is not None and verdict.days_left <= within
    ]
    return Overdue(found, _sorted(late, "overdue"), _sorted(coming, "deadline"))


@dataclass(frozen=True, slots=True)
class Check:
    """What the gate found. It is closed when a finding fails it."""

    status: Status
    findings: Sequence[gate.Finding]

    @property
    def passed(self) -> bool:
        return all(finding.level != "fail" for finding in self.findings)


def check(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    fail_on: frozenset[str] = gate.FAIL,
    warn_on: frozenset[str] = gate.WARN,
    within: int | None = None,
) -> Check:
    """Run the gate over every target that can be judged; parents are judged by their classes."""
    found = status(store, now=now, as_of=as_of, known_on=known_on)
    leaves = [verdict for verdict in found.verdicts if verdict.target.id not in found.parents]
    findings = gate.findings(leaves, fail_on=fail_on, warn_on=warn_on, within=within)
    return Check(found, findings)


def fold(text: str) -> str:
    """A text for searching: lower case, no diacritics, đ as d."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def find_target(register: Register, asked: str, *, by_title: bool) -> Target:
    """The target that an id, the beginning of one, or (``by_title``) any part of a title names.

    Raises Refusal when none or several do.
    """
    targets = register.targets
    if asked in targets:
        return targets[asked]
    if asked in register.broken:
        raise Refusal("target_broken", id=asked)
    matches = [name for name in targets if asked and name.startswith(asked)]
    if not matches and by_title and asked.strip():
        words = fold(asked).split()
        matches = [
            target.id
            for target in targets.values()
            if all(
                word in fold(f"{target.title.vi} {target.title.en} {target.id}") for word in words
            )
        ]
    if len(matches) == 1:
        return targets[matches[0]]
    if matches:
        raise Refusal("target_ambiguous", id=asked, matches=sorted(matches))
    raise Refusal("unknown_target", id=asked, suggestion=did_you_mean(asked, targets))


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
    warnings: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    entry: Entry = field(default_factory=Entry)

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
    register, loaded = _load(store)
    target = find_target(register, asked, by_title=by_title)
    day = today_in(register.timezone, now)
    known = loaded.ledger.reports.get(target.id, ())
    replaced = _replaced(store, target, known, entry.corrects or entry.void)
    report = _report(register, target, entry, replaced, loaded.ledger, now=now, day=day)
    gone = {replaced.id} if replaced is not None else set()
    series = [each for each in known if each.id not in gone and each.corrects not in gone]
    if report.figure is not None:
        series.append(report)
    series.sort(key=lambda each: (each.date.last, each.order))
    policy, bodies = register.policy, register.bodies
    before = assess(target, known, as_of=day, policy=policy, bodies=bodies)
    after = assess(target, series, as_of=day, policy=policy, bodies=bodies)
    return Draft(
        target=target,
        report=report,
        before=before,
        after=after,
        replaced=replaced,
        warnings=_doubts(target, report),
        problems=loaded.problems,
        entry=entry,
    )


def record(store: Store, drafted: Draft, *, now: datetime) -> Receipt:
    """Write a drafted report. ``--add`` and corrections are worked out again under the lock.

    Raises StoreError when nothing could be saved.
    """
    register, _ = _load(store)
    day = today_in(register.timezone, now)

    def prepare(ledger: Ledger) -> Report:
        target, entry, replaced = drafted.target, drafted.entry, drafted.replaced
        return _report(register, target, entry, replaced, ledger, now=now, day=day)

    return store.append(prepare, again=drafted.entry.again)


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
    """The record of a report, every part of it checked. Raises Refusal."""
    classes = [each.id for each in register.targets.values() if each.part_of == target.id]
    if classes:
        raise Refusal("parent_takes_no_reports", id=target.id, classes=classes)
    if entry.part is not None and entry.part not in target.conditions:
        suggestion = did_you_mean(entry.part, target.conditions)
        raise Refusal("unknown_part", name=entry.part, suggestion=suggestion)
    if entry.body is not None and entry.body not in register.bodies:
        suggestion = did_you_mean(entry.body, register.bodies)
        raise Refusal("unknown_body_option", name=entry.body, suggestion=suggestion)
    if register.policy.require_source and not entry.source:
        raise Refusal("source_required")
    if entry.void and replaced is not None:
        figure, when = None, replaced.date
    else:
        default = replaced.date if replaced is not None else Period.day(day)
        when = _reference_date(entry.date, default, day)
        figure = _figure(target, entry, ledger.reports.get(target.id, ()), when)
    return Report(
        id=new_id(),
        target=target.id,
        body=replaced.body if entry.void and replaced else entry.body,
        part=replaced.part if entry.void and replaced else entry.part,
        date=when,
        figure=figure,
        qualifier=entry.qualifier if figure is not None else None,
        source=_text(entry.source),
        note=_text(entry.note),
        by=_text(entry.by),
        recorded=now.astimezone(UTC),
        corrects=replaced.id if replaced is not None else None,
    )


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


def _figure(target: Target, entry: Entry, known: Sequence[Report], when: Period) -> Figure:
    """What is reported, in the form that the target's kind takes. Raises Refusal."""
    given = [entry.value, entry.add, entry.n or entry.of]
    if target.kind == "milestone":
        if entry.done is None or any(part is not None for part in given):
            raise Refusal("milestone_wants_done", id=target.id)
        return entry.done
    if entry.done is not None:
        raise Refusal("not_a_milestone", id=target.id)
    if sum(part is not None for part in given) != 1:
        raise Refusal("one_figure", id=target.id)
    if entry.n is not None or entry.of is not None:
        return _share(entry)
    text = entry.add if entry.add is not None else entry.value
    value = _in_unit(target, *_amount(text or ""), entry.unit)
    if entry.add is not None and not accumulates(target):
        earlier = [
            report
            for report in known
            if report.date.last <= when.last and isinstance(report.figure, Decimal)
        ]
        if earlier:
            value = EXACT.add(value, earlier[-1].figure)  # type: ignore[arg-type]
    return value


def _share(entry: Entry) -> Share:
    if entry.n is None or entry.of is None:
        raise Refusal("n_with_of")
    n, of = _read(entry.n), _read(entry.of)
    if n != n.to_integral_value() or of != of.to_integral_value() or n < 0 or of <= 0 or n > of:
        raise Refusal("n_of_bounds", n=entry.n, of=entry.of)
    return Share(int(n), int(of))


_AMOUNT = re.compile(r"\s*([-−]?[0-9][0-9.,_ ]*)\s*(.*?)\s*")
_ONE_SEPARATOR = re.compile(r"(-?[0-9]+)(?:[.,]([0-9]+))?")


def _amount(text: str) -> tuple[Decimal, str]:
    """A figure and the unit written behind it, if any."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise Refusal("value_not_number", text=text)
    return _read(match[1].strip().replace("−", "-")), match[2]


def _read(text: str) -> Decimal:
    """Digits with at most one point or comma; three digits behind it might be thousands."""
    match = _ONE_SEPARATOR.fullmatch(text)
    if match is None:
        digits = re.sub(r"[.,_ ]", "", text)
        if digits.lstrip("-").isascii() and digits.lstrip("-").isdigit():
            raise Refusal("value_grouped", text=text, write=digits)
        raise Refusal("value_not_number", text=text)
    whole, fraction = match.groups()
    if fraction is not None and len(fraction) == 3:
        raise Refusal(
            "value_ambiguous",
            text=text,
            write=whole + fraction,
            other=_as_fraction(whole, fraction),
        )
    try:
        return parse_decimal(whole if fraction is None else f"{whole}.{fraction}")
    except Fault as fault:
        raise Refusal(fault.code, **fault.facts) from None


def _as_fraction(whole: str, fraction: str) -> str:
    """How to write a number with three decimals so that it cannot be taken for thousands."""
    short = fraction.rstrip("0")
    if not short:
        return whole
    return f"{whole}.{short}" if len(short) < 3 else f"{whole}.{short}0"


def _in_unit(target: Target, value: Decimal, written: str, option: str | None) -> Decimal:
    """The value in the target's unit; a unit that it does not count in is refused."""
    asked = fold((option or written).strip())
    if not asked or target.unit is None:
        return value
    own = {fold(target.unit.vi), fold(target.unit.en)}
    if asked in own or (asked == "%" and any(name.startswith("%") for name in own)):
        return value
    for other in target.convert:
        if asked in {fold(other.unit.vi), fold(other.unit.en)}:
            return EXACT.multiply(value, other.factor)
    raise Refusal("wrong_unit", unit=(option or written), counts=target.unit)


def _doubts(target: Target, report: Report) -> list[str]:
    """Codes of what looks odd in a report without being wrong."""
    doubts = []
    if report.source is None and report.figure is not None:
        doubts.append("self_report")
    base = target.baseline.date if target.baseline else None
    if base is not None and report.date.last < base.last:
        doubts.append("before_baseline")
    return doubts


@dataclass(frozen=True, slots=True)
class History:
    """Records of the ledger, newest first, and which of them were corrected by which."""

    register: Register
    records: Sequence[Report]
    corrected_by: Mapping[str, str]
    problems: Sequence[Problem] = ()


def history(
    store: Store,
    asked: str | None,
    *,
    by_title: bool,
    as_of: date | None = None,
    known_on: date | None = None,
) -> History:
    """The ledger, newest first; of one target if asked. Corrected records stay, marked."""
    register, loaded = _load(store)
    records, _ = store.history()
    if asked is not None:
        target = find_target(register, asked, by_title=by_title)
        records = [record for record in records if record.target == target.id]
    zone = ZoneInfo(register.timezone)
    if known_on is not None:
        records = [each for each in records if each.recorded.astimezone(zone).date() <= known_on]
    if as_of is not None:
        records = [each for each in records if each.date.last <= as_of]
    corrected = {each.corrects: each.id for each in records if each.corrects is not None}
    newest = sorted(records, key=lambda record: record.order, reverse=True)
    return History(register, newest, corrected, loaded.problems)


def validate(store: Store) -> Loaded:
    """The files with everything that is wrong in them."""
    return store.load()


def due_in(text: str) -> int:
    """Days from ``90d``, ``12w``, ``3m``, ``1y`` or plain ``90``. Raises Refusal."""
    match = re.fullmatch(r"([0-9]{1,5})([dwmy]?)", text.strip())
    if match is None:
        raise Refusal("bad_duration", text=text)
    factor = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}[match[2]]
    return int(match[1]) * factor

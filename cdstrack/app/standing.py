"""Judging a register as of a day: status, overdue, check, history, validate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from cdstrack.app.lookup import find_target, nearest_body
from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import fold
from cdstrack.core.model.problems import NoRegister, Problem, Refusal, did_you_mean
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report
from cdstrack.core.values.bodies import owner_on
from cdstrack.core.verdict.portfolio import WORST_FIRST, Counts, classes_of, count
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.store.base import Loaded, Store

Sort = Literal["register", "deadline", "state", "overdue", "title"]
GroupBy = Literal["owner", "body", "group", "tag", "state"]


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

    referee: Referee
    ledger: Ledger
    known_on: date | None
    verdicts: Sequence[Verdict]
    counts: Counts
    classes: Mapping[str, Sequence[Verdict]]
    to_come: Sequence[Target] = ()
    problems: Sequence[Problem] = ()

    @property
    def register(self) -> Register:
        return self.referee.register

    @property
    def as_of(self) -> date:
        return self.referee.as_of

    @property
    def parents(self) -> frozenset[str]:
        """The ids of the targets listed that stand as their classes do."""
        return frozenset(self.classes)

    @property
    def leaves(self) -> Sequence[Verdict]:
        """What is listed but for the parents."""
        return [verdict for verdict in self.verdicts if verdict.target.id not in self.classes]


def today_in(zone: str, now: datetime) -> date:
    """The calendar day in a register's time zone at a moment (with time zone)."""
    return now.astimezone(ZoneInfo(zone)).date()


def load(store: Store, known_on: date | None = None) -> tuple[Register, Loaded]:
    loaded = store.load(known_on=known_on)
    if loaded.register is None:
        raise NoRegister(loaded.problems)
    return loaded.register, loaded


def load_register(store: Store) -> Register:
    """The register alone, for what needs no ledger. Raises NoRegister."""
    register, problems = store.register()
    if register is None:
        raise NoRegister(problems)
    return register


def status(
    store: Store,
    *,
    now: datetime,
    as_of: date | None = None,
    known_on: date | None = None,
    select: Selection | None = None,
) -> Status:
    """Judge every target as of a day (today by default)."""
    register, loaded = load(store, known_on)
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
    referee = Referee(register, day)
    judged = referee.judge_all(ledger)
    classes = classes_of(judged)
    chosen = [verdict for verdict in judged if _is_selected(verdict, select)]
    shown = {verdict.target.id for verdict in chosen}
    return Status(
        referee=referee,
        ledger=ledger,
        known_on=known_on,
        verdicts=_sorted(chosen, select.sort),
        counts=count(chosen, frozenset(classes)),
        classes={name: members for name, members in classes.items() if name in shown},
        to_come=referee.to_come if select.everything else (),
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
    for name in sorted(select.states - set(WORST_FIRST)):
        raise Refusal("unknown_state", name=name, suggestion=_state_meant(name))
    for name in sorted(select.owners - set(register.bodies)):
        raise Refusal("unknown_owner", name=name, suggestion=nearest_body(register, name))
    for name in sorted(select.tags - tags):
        suggestion = did_you_mean(fold(name).replace(" ", "-"), tags)
        raise Refusal("unknown_tag", name=name, suggestion=suggestion)


def _state_meant(asked: str) -> str | None:
    """The state of nearly that code, or of nearly that word in either language."""
    said = {fold(Words(lang)(f"state_{s}")): s for lang in LANGUAGES for s in WORST_FIRST}
    near = did_you_mean(fold(asked).replace(" ", "_"), WORST_FIRST)
    return near or said.get(did_you_mean(fold(asked), said) or "")


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
    leaves = found.leaves
    late = [verdict for verdict in leaves if verdict.cell == "overdue"]
    coming = [
        verdict
        for verdict in leaves
        if within is not None and verdict.days_left is not None and verdict.days_left <= within
    ]
    return Overdue(found, _sorted(late, "overdue"), _sorted(coming, "deadline"))


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
    body: str | None = None,
    as_of: date | None = None,
    known_on: date | None = None,
) -> History:
    """The ledger, newest first; of one target or body if asked. Corrected records stay, marked.

    A body's records are its own and those of the bodies that it follows.
    """
    register, loaded = load(store)
    if body is not None and body not in register.bodies:
        raise Refusal("unknown_owner", name=body, suggestion=nearest_body(register, body))
    records = recorded(loaded.ledger, as_of=as_of)
    if known_on is not None:
        zone = ZoneInfo(register.timezone)
        records = [each for each in records if each.recorded.astimezone(zone).date() <= known_on]
    if body is not None:
        records = [each for each in records if _follows(register, body, each)]
    if asked is not None:
        target = find_target(register, asked, by_title=by_title)
        records = [record for record in records if record.target == target.id]
    return History(register, records, corrections(records), loaded.problems)


def recorded(ledger: Ledger, *, as_of: date | None) -> list[Report]:
    """The records of a ledger, newest first; if asked, only those about days until one."""
    records = ledger.records()
    if as_of is not None:
        records = [record for record in records if record.date.last <= as_of]
    records.reverse()
    return records


def corrections(newest_first: Sequence[Report]) -> Mapping[str, str]:
    """Which records were corrected by which; of several corrections the last one recorded."""
    oldest_first = reversed(newest_first)
    return {each.corrects: each.id for each in oldest_first if each.corrects is not None}


def _follows(register: Register, body: str, record: Report) -> bool:
    """Whether a body reported something itself, or follows the one that did."""
    if record.body is None or record.body == body:
        return record.body == body
    target = register.targets.get(record.target)
    choices = target.succession if target is not None else {}
    return body in owner_on(record.body, register.bodies, date.max, choices).path


def validate(store: Store) -> Loaded:
    """The files with everything that is wrong in them."""
    return store.load()

"""A register as of a day: where its targets stand, and what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from cdstrack.app.lookup import find_entry, find_owner, find_target
from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import fold
from cdstrack.core.model.periods import Duration
from cdstrack.core.model.problems import NoRegister, Problem, Refusal, did_you_mean
from cdstrack.core.model.register import GONE, Ledger, Register
from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.model.work import Work
from cdstrack.core.verdict.referee import Extract, Referee
from cdstrack.core.verdict.roll_up import ids_below
from cdstrack.core.verdict.rules import WORST_FIRST
from cdstrack.core.verdict.verdict import Counts, Verdict, count
from cdstrack.i18n import LANGUAGES, Language, Words
from cdstrack.store.base import Loaded, Store, Wanted

if TYPE_CHECKING:  # most runs publish nothing
    from cdstrack.core.checks.seals import ShortSeal

T = TypeVar("T")
Sort = Literal["register", "deadline", "state", "overdue", "title"]
GroupBy = Literal["owner", "body", "group", "tag", "state"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which targets to list, and in what order."""

    states: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    tags: Sequence[frozenset[str]] = ()
    """Of each of these at least one tag."""
    under: str | None = None
    """A heading or parent: this alone, and what is part of it."""
    due_within: Duration | None = None
    sort: Sort = "register"
    lang: Language = "vi"
    """By the titles of which language, where they are sorted by title."""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """A register judged as of a day: the targets that were selected, in the order asked for.

    ``ledger`` has at least the reports on them, unless it came in batches.
    """

    register: Register
    ledger: Ledger
    as_of: date
    referee: Referee
    """Who judged: asked again for other cuts of the same reports, such as single bodies."""
    known_on: date | None
    verdicts: Sequence[Verdict]
    counts: Counts
    whole: Sequence[Verdict]
    """The verdicts on all targets that were judged: what was selected, and what that depends on."""
    select: Selection
    parents: frozenset[str]
    """The ids of the targets listed that stand as their classes do."""
    to_come: Sequence[Target] = ()
    problems: Sequence[Problem] = ()
    moment: datetime | None = None
    """The present moment where the day is today; None where a day was asked for."""
    extract: Extract | None = None
    """What was kept of the reports behind the verdicts, where they themselves are gone."""
    seal: ShortSeal | None = None
    """What the ledger behind it is recognized by, where that was asked for."""

    def made_of(self, verdict: Verdict, make: Callable[[Referee, Verdict, Ledger], T]) -> T:
        """What is made of the reports behind a verdict: now, or before they were let go of."""
        if self.extract is not None:
            return cast(T, self.extract.parts[verdict.target.id])
        return make(self.referee, verdict, self.ledger)

    @property
    def leaves(self) -> Sequence[Verdict]:
        """What is listed but for the parents."""
        return [verdict for verdict in self.verdicts if verdict.target.id not in self.parents]


def today_in(zone: str, now: datetime) -> date:
    """The calendar day in a register's time zone at a moment (with time zone)."""
    return now.astimezone(ZoneInfo(zone)).date()


About = Callable[[Register, date], Collection[str] | None]
"""Which targets an answer is about, by their ids, in a register on a day; None: all of them."""


def load(store: Store) -> tuple[Register, Loaded]:
    """The register, and all that was loaded with it. Raises NoRegister."""
    files = store.load()
    if files.register is None:
        raise NoRegister(files.problems)
    return files.register, files


def load_wanted(store: Store, wanted: Wanted, *, lean: bool = False) -> Loaded:
    """A register that can be read, with what is wanted of its ledger, and all problems.

    ``lean`` is as for ``Store.load``.
    """
    register, problems = store.register()
    if lean:
        problems = [*problems]
        ledgers = store.in_batches(wanted, problems)
        return Loaded(register, next(ledgers), problems, ledgers)
    ledger, damage = store.ledger(wanted)
    return Loaded(register, ledger, [*problems, *damage])


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
    about: About | None = None,
    work: Work | None = None,
    reporter: str | None = None,
    in_part: bool = False,
    extract: Extract | None = None,
) -> Status:
    """Judge every target as of a day (today by default), or those that are selected, or that the
    answer is ``about``, with all that they depend on.

    ``reporter`` is the one body that the answer is about: what others report is left out where
    that is nothing to it. ``in_part``: what may be read will do, for no verdict is shown.
    With an ``extract`` the reports behind the verdicts are gone: a large ledger need not be in
    memory as a whole. Raises NoRegister, StoreError, Refusal.
    """
    if about is not None or in_part or (select is not None and select != Selection()):
        scope = reporter, in_part, extract
        select = select or Selection()
        return _status_of_some(store, now, as_of, known_on, select, about, work, scope)
    files = store.load(known_on=known_on, lean=extract is not None)
    if files.register is None:
        raise NoRegister(files.problems)
    return judge(
        files.register,
        files.ledger,
        as_of or today_in(files.register.timezone, now),
        known_on,
        problems=files.problems,
        moment=None if as_of else now,
        work=work,
        extract=extract,
        more=files.more,
    )


def _status_of_some(
    store: Store,
    now: datetime,
    as_of: date | None,
    known_on: date | None,
    select: Selection,
    about: About | None,
    work: Work | None,
    scope: tuple[str | None, bool, Extract | None],
) -> Status:
    """The same of what is selected: chosen first, so that nothing else is read or judged."""
    register = load_register(store)
    select = check_selection(register, select)
    day = as_of or today_in(register.timezone, now)
    from cdstrack.app.choice import chosen_by, with_relatives  # plain lists are of everything

    ids = chosen_by(register, select, day) if about is None else about(register, day)
    targets = names = None
    if ids is not None:
        targets = with_relatives(register, ids, day)
        names = frozenset(target.ledger_id for target in targets)
    reporter, in_part, extract = scope
    request = Wanted(names, known_on, in_part=in_part)
    if reporter is not None and targets is not None:
        from cdstrack.app.choice import for_reporter  # most answers are about every body

        request = for_reporter(register, reporter, targets, day, request)
    files = load_wanted(store, request, lean=extract is not None)
    moment = None if as_of else now
    return judge(
        register,
        files.ledger,
        day,
        known_on,
        select,
        files.problems,
        moment=moment,
        work=work,
        targets=targets,
        extract=extract,
        more=files.more,
    )


def judge(
    register: Register,
    ledger: Ledger,
    day: date,
    known_on: date | None = None,
    select: Selection | None = None,
    problems: Sequence[Problem] = (),
    *,
    moment: datetime | None = None,
    work: Work | None = None,
    targets: Sequence[Target] | None = None,
    extract: Extract | None = None,
    more: Iterable[Ledger] = (),
) -> Status:
    """The same for a register that is loaded already; of ``targets`` alone, if they were chosen.

    ``more`` are the further batches of a ledger that comes in some.
    """
    referee, select = Referee(register, day), select or Selection()
    verdicts = whole = referee.judge_all(ledger, work, targets, extract=extract, more=more)
    parents = referee.parents
    if select != Selection():
        verdicts = _selection(register, whole, select, day)
    return Status(
        register=register,
        ledger=ledger if ledger.names is None else replace(ledger, reports=GONE),
        as_of=day,
        referee=referee,
        known_on=known_on,
        verdicts=verdicts,
        counts=count(verdicts, parents),
        whole=whole,
        select=select,
        parents=parents.intersection([verdict.target.id for verdict in verdicts]),
        to_come=referee.to_come if select.everything else (),
        problems=problems,
        moment=moment,
        extract=extract,
    )


def _selection(
    register: Register, verdicts: Sequence[Verdict], select: Selection, day: date
) -> list[Verdict]:
    due = select.due_within.days_after(day) if select.due_within is not None else None
    below = ids_below(register, select.under) if select.under is not None else None
    choice = [
        verdict
        for verdict in verdicts
        if (not select.states or verdict.state in select.states)
        and (
            not select.owners
            or not select.owners.isdisjoint([*verdict.owner.path, *verdict.target.partners])
        )
        and not any(tags.isdisjoint(verdict.target.tags) for tags in select.tags)
        and (below is None or verdict.target.id in below)
        and (due is None or (verdict.days_left is not None and verdict.days_left <= due))
    ]
    return _in_order(choice, select.sort, select.lang)


def _in_order(verdicts: list[Verdict], by: Sort, lang: Language = "vi") -> list[Verdict]:
    """Register order unless asked; every order is stable on top of it."""
    match by:
        case "deadline":
            return sorted(verdicts, key=_due)
        case "state":
            return sorted(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.state))
        case "overdue":
            return sorted(verdicts, key=lambda verdict: -(verdict.days_overdue or 0))
        case "title":
            from cdstrack.i18n.alphabet import order

            return sorted(verdicts, key=lambda verdict: order(verdict.target.title.to(lang), lang))
        case _:
            return verdicts


def _due(verdict: Verdict) -> date:
    return verdict.terms.deadline.last if verdict.terms.deadline else date.max


def check_selection(register: Register, select: Selection) -> Selection:
    """The selection with owners and what to look under by their ids.

    Refuses what does not exist, with the nearest that does.
    """
    tags = {tag for target in register.targets.values() for tag in target.tags}
    for name in sorted(select.states - set(WORST_FIRST)):
        raise Refusal("unknown_state", name=name, suggestion=_state_meant(name))
    owners = frozenset(find_owner(register, name) for name in sorted(select.owners))
    for name in sorted(frozenset[str]().union(*select.tags) - tags):
        suggestion = did_you_mean(fold(name).replace(" ", "-"), tags)
        raise Refusal("unknown_tag", name=name, suggestion=suggestion)
    under = select.under
    if under is not None:
        under = find_entry(register, under, by_title=True).id
    return replace(select, owners=owners, under=under)


def tag_sets(texts: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Tags as they are typed: one of ``a,b``, and one of each further text."""
    return tuple(frozenset(tag.strip() for tag in text.split(",")) for text in texts)


def _state_meant(text: str) -> str | None:
    """The state of nearly that code, or of nearly that word in either language."""
    phrases = {fold(Words(lang)(f"state_{s}")): s for lang in LANGUAGES for s in WORST_FIRST}
    near = did_you_mean(fold(text).replace(" ", "_"), WORST_FIRST)
    return near or phrases.get(did_you_mean(fold(text), phrases) or "")


def verdict_on(status: Status, text: str, *, by_title: bool) -> Verdict:
    """How the target stands that a text names. Raises Refusal."""
    target = find_target(status.register, text, by_title=by_title)
    for verdict in status.verdicts:
        if verdict.target.id == target.id:
            return verdict
    raise Refusal("not_yet_promised", id=target.id, day=target.stated.on)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue, worst first, and what falls due within the days asked for."""

    status: Status
    overdue: Sequence[Verdict]
    coming: Sequence[Verdict]


def overdue(status: Status, within: int | None = None) -> Overdue:
    """What is overdue or breached, longest first; ``within`` adds what comes next.

    What was closed as missed is nobody's alarm any more.
    """
    late = [
        verdict
        for verdict in status.leaves
        if verdict.cell == "overdue" and verdict.state != "missed"
    ]
    coming = [
        verdict
        for verdict in status.leaves
        if within is not None and verdict.days_left is not None and verdict.days_left <= within
    ]
    return Overdue(status, _in_order(late, "overdue"), _in_order(coming, "deadline"))


def validate(store: Store) -> Loaded:
    """The files with everything that is wrong in them, once the last batch was taken."""
    return store.load(lean=True)

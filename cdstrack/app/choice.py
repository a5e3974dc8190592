"""What an answer is about, told before anything is judged: targets, and what they depend on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from cdstrack.app.lookup import find_entry, find_indicator, find_owner
from cdstrack.app.standing import About, Selection
from cdstrack.core.model.entries import Heading, Target
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Register
from cdstrack.core.values.bodies import line_of, owner_on
from cdstrack.core.verdict.roll_up import ids_below
from cdstrack.store.base import Wanted


def chosen_by(register: Register, select: Selection, day: date) -> set[str] | None:
    """The targets that a selection may list, by what the register alone says of them.

    None for all: a state, or how many days are left, is known only of what was judged.
    """
    if not (select.owners or select.tags or select.under is not None):
        return None
    below = ids_below(register, select.under) if select.under is not None else register.targets
    return {
        target.id
        for target in register.targets.values()
        if target.id in below
        and not any(tags.isdisjoint(target.tags) for tags in select.tags)
        and (not select.owners or answers_for(register, target, select.owners, day))
    }


def answers_for(register: Register, target: Target, bodies: Collection[str], day: date) -> bool:
    """Whether one of some bodies answers for a target on a day, did earlier, or works on it."""
    owner = owner_on(target.owner, register.bodies, day, target.succession)
    return any(name in bodies for name in (*owner.path, *target.partners))


def of_entry(text: str, *, by_title: bool) -> About:
    """About the target, the indicator or the heading that a text names."""

    def ids(register: Register, day: date) -> Collection[str] | None:
        try:
            indicator = find_indicator(register, text, by_title=by_title)
            if indicator is not None:
                return [target.id for target in register.targets_of[indicator]]
            entry = find_entry(register, text, by_title=by_title)
        except Refusal:  # it is said once the files have been read
            return None
        return ids_below(register, entry.id) if isinstance(entry, Heading) else [entry.id]

    return ids


def of_reporter(owner: str | None, body: str | None) -> About:
    """About what an owner answers for, or a body may report on."""

    def ids(register: Register, day: date) -> Collection[str] | None:
        try:
            name = find_owner(register, owner or body or "")
        except Refusal:  # the same
            return None
        return [
            target.id
            for target in register.targets.values()
            if (
                target.reporters is not None
                if body is not None
                else answers_for(register, target, [name], day)
            )
        ]

    return ids


def of_debtor(body: str) -> About:
    """About what a body may owe a report on: what it may report on, or answers for."""
    reporting, answering = of_reporter(None, body), of_reporter(body, None)

    def ids(register: Register, day: date) -> Collection[str] | None:
        names = reporting(register, day), answering(register, day)
        return None if names[0] is None or names[1] is None else {*names[0], *names[1]}

    return ids


def for_reporter(
    register: Register, body: str, targets: Sequence[Target], day: date, request: Wanted
) -> Wanted:
    """Of some targets what the reports depend on that a body owes: its own line.

    Where the target itself may be at an end, or is judged by its parts, that is all of it.
    """
    try:
        name = find_owner(register, body)
    except Refusal:  # it is said once the files have been read
        return request
    return replace(
        request,
        bodies=line_of(name, register.bodies) | {None},
        entire=frozenset(
            target.ledger_id for target in targets if not _is_owed_whatever_others_say(target, day)
        ),
    )


def _is_owed_whatever_others_say(target: Target, day: date) -> bool:
    """Whether reports on a target are owed on a day however it stands."""
    parts = target.breakdown or target.conditions or target.strands or target.kind == "sustain"
    if target.report_every is None or target.closed is not None or parts:
        return False
    ends = [target.deadline]
    for move in target.revisions:
        if move.field == "deadline":
            ends += [move.old, move.new]
    return all(end is None or end.last >= day for end in ends)


def with_relatives(register: Register, ids: Collection[str], day: date) -> list[Target]:
    """Targets with all that their answer depends on, of what had been stated by a day.

    Those are the classes that a parent stands as, what makes up a score above them, and the
    others on their indicators. In the register's order.
    """
    names = _with_scores(register, ids)
    queue = list(names)
    for name in queue:  # which grows as it is read
        target = register.targets.get(name)
        near = list(register.classes.get(name, ()))
        if target is not None and target.indicator is not None:
            near += [other.id for other in register.targets_of[target.ledger_id]]
        queue += [other for other in near if other not in names]
        names.update(near)
    return [
        target
        for target in register.targets.values()
        if target.id in names and target.stated.on <= day
    ]


def _with_scores(register: Register, ids: Collection[str]) -> set[str]:
    """Entries with all that is below what has a score above them."""
    entries: dict[str, Target | Heading] = {**register.headings, **register.targets}
    names, above = set(ids), set[str]()
    if all(entry.roll_up is None for entry in entries.values()):
        return names
    for name in ids:
        entry = entries.get(name)
        while entry is not None and entry.id not in above:
            above.add(entry.id)
            entry = entries.get(entry.part_of or "")
    for name in above:
        if entries[name].roll_up is not None and name not in names:
            names |= ids_below(register, name)
    return names

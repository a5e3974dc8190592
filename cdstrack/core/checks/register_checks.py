"""What single values cannot show: whether the parts of a register and its ledger agree.

Each check is a function that yields problems with the path of the value concerned; the store
turns paths into places. ``CHECKS`` is the list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import Literal

from cdstrack.core.model.entries import Body, Goal, Group, Source, Target
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Path, Problem, Suggestions
from cdstrack.core.values.bodies import MAX_SUCCESSORS, exists_on, owner_on


def _unknown(
    code: str, word: str, known: Collection[str], path: Path, near: Suggestions | None
) -> Problem:
    facts = {"id": word, "suggestion": (near or Suggestions())(word, known)}
    return Problem(code, facts, path)


def check_references(
    target: Target,
    *,
    sources: Collection[str],
    bodies: Collection[str],
    groups: Collection[str],
    targets: Collection[str],
    near: Suggestions | None = None,
) -> Iterator[Problem]:
    """Every id that a target names exists; the collections hold the ids that do."""
    if target.owner not in bodies:
        yield _unknown("unknown_body", target.owner, bodies, ("owner",), near)
    if target.reporters is not None and target.reporters not in groups:
        yield _unknown("unknown_group", target.reporters, groups, ("reporters",), near)
    if target.part_of is not None and target.part_of not in targets:
        yield _unknown("unknown_parent", target.part_of, targets, ("part_of",), near)
    for source, path in _sources_of(target):
        if source not in sources:
            yield _unknown("unknown_source", source, sources, path, near)


def _sources_of(target: Target) -> Iterator[tuple[str, Path]]:
    yield target.stated.source, ("stated", "source")
    if target.baseline is not None and target.baseline.source is not None:
        yield target.baseline.source, ("baseline", "source")
    if target.closed is not None:
        yield target.closed.source, ("closed", "source")
    for name in ("notes", "restated", "revisions"):
        for index, entry in enumerate(getattr(target, name)):
            if entry.source is not None:
                yield entry.source, (name, index, "source")


def check_kind(target: Target) -> Iterator[Problem]:
    """A target has the parts that its kind needs, and none that it cannot use."""
    needs_goal = target.kind in ("reach", "sustain", "limit")
    if needs_goal and target.target is None:
        yield Problem("kind_needs", {"kind": target.kind, "key": "target"}, ())
    if target.kind == "milestone" and target.target is not None:
        yield Problem("kind_has_no", {"kind": target.kind, "key": "target"}, ("target",))
    if target.kind == "sustain" and not target.periods:
        yield Problem("kind_needs", {"kind": target.kind, "key": "periods"}, ())
    if target.kind != "sustain" and target.periods:
        yield Problem("kind_has_no", {"kind": target.kind, "key": "periods"}, ("periods",))
    if target.kind in ("reach", "sustain", "limit") and target.unit is None:
        yield Problem("kind_needs", {"kind": target.kind, "key": "unit"}, ())
    goal = target.target
    if target.kind == "limit" and goal and goal.comparator not in ("at_most", "less_than"):
        yield Problem("limit_comparator", {"comparator": goal.comparator}, ("target",))


def check_dates(target: Target) -> Iterator[Problem]:
    """Start, baseline, plan and periods lie before the deadline and in order."""
    begins, due = target.begins, target.deadline
    if due is not None and due.last < begins:
        yield Problem("deadline_before_start", {"date": due, "start": begins}, ("deadline",))
    base = target.baseline
    dated = base.date if base is not None else None
    if dated is not None and due is not None and dated.last >= due.last:
        facts = {"date": dated, "deadline": due}
        yield Problem("baseline_after_deadline", facts, ("baseline", "date"))
    plan = target.plan
    for index, point in enumerate(plan):
        if due is not None and point.date.last >= due.last:
            facts = {"date": point.date, "deadline": due}
            yield Problem("plan_after_deadline", facts, ("plan", index, "date"))
        if index and point.date.last <= plan[index - 1].date.last:
            yield Problem("not_in_order", {"date": point.date}, ("plan", index, "date"))
    for index, period in enumerate(target.periods[1:], start=1):
        if period.first <= target.periods[index - 1].last:
            yield Problem("not_in_order", {"date": period}, ("periods", index))


def check_revisions(target: Target) -> Iterator[Problem]:
    """Revisions form a chain that ends in what the target says now."""
    chains: dict[str, object] = {}
    for index, revision in enumerate(target.revisions):
        if index and revision.on < target.revisions[index - 1].on:
            yield Problem("not_in_order", {"date": revision.on}, ("revisions", index, "on"))
        before = chains.get(revision.field)
        if before is not None and not _same(before, revision.old):
            yield Problem("revision_chain", {"field": revision.field}, ("revisions", index, "old"))
        chains[revision.field] = revision.new
    now: dict[str, object] = {"deadline": target.deadline, "target": target.target}
    for name, last in chains.items():
        if not _same(last, now[name]):
            yield Problem("revision_not_applied", {"field": name}, (name,))


def _same(left: object, right: object) -> bool:
    if isinstance(left, Period) and isinstance(right, Period):
        return left.last == right.last
    if isinstance(left, Goal) and isinstance(right, Goal):
        return left.interval() == right.interval()
    return left == right


def check_reporters(target: Target) -> Iterator[Problem]:
    """Bodies report where a group and a way to combine them are given, and the two agree."""
    across = target.across
    if target.reporters is None:
        for name in ("across", "each"):
            if getattr(target, name) is not None:
                yield Problem("needs_beside", {"key": name, "needs": "reporters"}, (name,))
        return
    if target.kind in ("milestone", "unquantified"):
        yield Problem("kind_has_no", {"kind": target.kind, "key": "reporters"}, ("reporters",))
        return
    if across is None:
        yield Problem("needs_beside", {"key": "reporters", "needs": "across"}, ("reporters",))
    elif target.kind == "limit" and across != "sum":
        yield Problem("limit_across", {"across": across}, ("across",))
    elif across in ("ratio", "share") and target.unit is not None and not target.in_percent:
        yield Problem("across_percent", {"across": across}, ("unit",))
    elif across == "sum" and target.in_percent:
        yield Problem("across_sum_percent", {}, ("across",))
    elif across == "ratio" and target.accumulate not in ("latest", "ratio"):
        facts = {"accumulate": target.accumulate}
        yield Problem("across_ratio_accumulate", facts, ("accumulate",))


Check = Callable[[Target], Iterable[Problem]]
CHECKS: tuple[Check, ...] = (check_kind, check_dates, check_revisions, check_reporters)


def check_succession(
    target: Target,
    bodies: Mapping[str, Body],
    groups: Mapping[str, Group],
    known: Collection[str],
) -> Iterator[Problem]:
    """Of every body that was split and matters to a target, the target says who follows it.

    ``known`` holds the ids of all bodies, also of those that could not be read.
    """
    group = groups.get(target.reporters or "")
    concerned = dict.fromkeys(group.members if group else (), "reporters")
    path = owner_on(target.owner, bodies, date.max, target.succession).path
    concerned |= dict.fromkeys(path, "owner")
    for name, key in concerned.items():
        split = bodies[name].successors if name in bodies else None
        if split is not None and name not in target.succession:
            yield Problem("split_needs_choice", {"id": name, "successors": split}, (key,))
    for name, chosen in target.succession.items():
        here: Path = ("succession", name)
        body = bodies.get(name)
        if body is None and name in known:
            continue
        if body is None or body.successors is None:
            yield Problem("succession_not_split", {"id": name}, here)
        elif chosen not in body.successors:
            facts = {"id": name, "chosen": chosen, "successors": body.successors}
            yield Problem("succession_not_successor", facts, here)


def check_parents(targets: Mapping[str, Target]) -> Iterator[tuple[str, Problem]]:
    """A parent is not itself a class of another target. Yields (target id, problem)."""
    for target in targets.values():
        parent = targets.get(target.part_of or "")
        if parent is not None and parent.part_of is not None:
            yield target.id, Problem("parent_of_parent", {"id": target.part_of}, ("part_of",))


def check_bodies(
    bodies: Mapping[str, Body], sources: Mapping[str, Source], near: Suggestions | None = None
) -> Iterator[Problem]:
    """Successors exist and lead somewhere; what ended says when, and began before."""
    successors = _count_successors(bodies)
    for name, body in bodies.items():
        path: Path = ("bodies", name)
        if body.source is not None and body.source not in sources:
            yield _unknown("unknown_source", body.source, sources, (*path, "source"), near)
        if body.started is not None and body.ended is not None and body.ended <= body.started:
            yield Problem("ended_before_start", {"id": name}, (*path, "ended"))
        split = body.successors is not None
        if (body.how == "split") != split or (split and body.successor is not None):
            yield Problem("split_and_successors", {"id": name}, path)
        yield from _repeated(body.successors or (), (*path, "successors"))
        for here, heir in _heirs(body, path):
            if heir not in bodies:
                yield _unknown("unknown_body", heir, bodies, here, near)
            elif heir == name and split:
                yield Problem("succession_cycle", {"id": name}, here)
            elif body.ended is not None and _is_absent(bodies[heir], body.ended):
                yield Problem("successor_absent", {"id": heir, "date": body.ended}, here)
        if body.ended is None and (split or body.successor is not None):
            key = "successors" if split else "successor"
            yield Problem("successor_without_end", {"id": name}, (*path, key))
        if successors[name] is None:
            yield Problem("succession_cycle", {"id": name}, (*path, "successor"))
        if successors[name] == MAX_SUCCESSORS + 1:
            facts = {"id": name, "limit": MAX_SUCCESSORS}
            yield Problem("succession_too_long", facts, (*path, "successor"))


def _heirs(body: Body, path: Path) -> Iterator[tuple[Path, str]]:
    """Every successor, and where it stands."""
    if body.successor is not None:
        yield (*path, "successor"), body.successor
    for index, name in enumerate(body.successors or ()):
        yield (*path, "successors", index), name


def _repeated(names: Sequence[str], path: Path) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem("listed_twice", {"id": name}, (*path, index))


def _is_absent(heir: Body, day: date) -> bool:
    """Whether a successor does not exist when it is to take over, not even for a day."""
    began = heir.started is None or heir.started <= day
    return not began or (heir.ended is not None and heir.ended < day)


def _count_successors(bodies: Mapping[str, Body]) -> dict[str, float | None]:
    """How many bodies follow each: None in a circle, infinitely many on the way into one."""
    counts: dict[str, float | None] = {}
    for name in bodies:
        walk: dict[str, int] = {}
        at: str | None = name
        while at is not None and at in bodies and at not in counts and at not in walk:
            walk[at] = len(walk)
            at = bodies[at].successor
        circle = walk[at] if at in walk else len(walk)
        after = counts.get(at, -1) if at is not None else -1
        follow = inf if after is None or circle < len(walk) else after
        for step, each in reversed(list(enumerate(walk))):
            follow += 1
            counts[each] = None if step >= circle else follow
    return counts


def check_groups(
    groups: Mapping[str, Group],
    bodies: Mapping[str, Body],
    known: Collection[str],
    sources: Collection[str],
    near: Suggestions | None = None,
) -> Iterator[Problem]:
    """Members and sources exist; sizes come in the order of their dates."""
    for name, group in groups.items():
        path: Path = ("groups", name)
        if group.source is not None and group.source not in sources:
            yield _unknown("unknown_source", group.source, sources, (*path, "source"), near)
        for index, member in enumerate(group.members):
            if member not in known:
                yield _unknown("unknown_body", member, known, (*path, "members", index), near)
        for index, size in enumerate(group.size):
            here: Path = (*path, "size", index)
            if size.source is not None and size.source not in sources:
                yield _unknown("unknown_source", size.source, sources, (*here, "source"), near)
            if index and size.since.last <= group.size[index - 1].since.last:
                yield Problem("not_in_order", {"date": size.since}, (*here, "from"))
        twice = list(_repeated(group.members, (*path, "members")))
        yield from twice
        if not twice and all(name in bodies for name in group.members):
            yield from _check_sizes(group, bodies, path)


def _check_sizes(group: Group, bodies: Mapping[str, Body], path: Path) -> Iterator[Problem]:
    """No size is smaller than the members listed; a list once complete stays so."""
    members = [bodies[name] for name in group.members]
    turns = {day for body in members for day in (body.started, body.ended) if day is not None}
    first = group.size[0].since.first
    days = {first, *(size.since.first for size in group.size), *(d for d in turns if d > first)}
    complete = False
    for day in sorted(days):
        index = max(i for i, size in enumerate(group.size) if size.since.first <= day or i == 0)
        listed, n = sum(exists_on(body, day) for body in members), group.size[index].n
        if listed > n or (complete and listed < n):
            facts = {"date": day, "members": listed, "n": n}
            level: Literal["error", "warning"] = "error" if listed > n else "warning"
            yield Problem("group_size_differs", facts, (*path, "size", index), level=level)
        complete = listed == n

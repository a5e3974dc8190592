"""What single values cannot show: whether the parts of a register and its ledger agree.

Each check is a function that yields problems with the path of the value concerned; the store
turns paths into places. ``CHECKS`` is the list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import inf

from cdstrack.core.bodies import MAX_SUCCESSORS
from cdstrack.core.dates import Period, add_days
from cdstrack.core.model import Body, Goal, Group, Report, Source, Target
from cdstrack.core.points import accumulates, figure_fits
from cdstrack.core.problems import Path, Problem, Suggestions


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


Check = Callable[[Target], Iterable[Problem]]
CHECKS: tuple[Check, ...] = (check_kind, check_dates, check_revisions)


def check_parents(targets: Mapping[str, Target]) -> Iterator[tuple[str, Problem]]:
    """A parent is not itself a class of another target. Yields (target id, problem)."""
    for target in targets.values():
        parent = targets.get(target.part_of or "")
        if parent is not None and parent.part_of is not None:
            yield target.id, Problem("parent_of_parent", {"id": target.part_of}, ("part_of",))


def check_bodies(
    bodies: Mapping[str, Body], sources: Mapping[str, Source], near: Suggestions | None = None
) -> Iterator[Problem]:
    """Successors exist and lead somewhere; what ended says when."""
    successors = _count_successors(bodies)
    for name, body in bodies.items():
        path: Path = ("bodies", name)
        if body.successor is not None and body.successor not in bodies:
            yield _unknown("unknown_body", body.successor, bodies, (*path, "successor"), near)
        if body.successor is not None and body.ended is None:
            yield Problem("successor_without_end", {"id": name}, (*path, "successor"))
        if body.source is not None and body.source not in sources:
            yield _unknown("unknown_source", body.source, sources, (*path, "source"), near)
        if successors[name] is None:
            yield Problem("succession_cycle", {"id": name}, (*path, "successor"))
        if successors[name] == MAX_SUCCESSORS + 1:
            facts = {"id": name, "limit": MAX_SUCCESSORS}
            yield Problem("succession_too_long", facts, (*path, "successor"))


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
    bodies: Collection[str],
    sources: Collection[str],
    near: Suggestions | None = None,
) -> Iterator[Problem]:
    """Members and sources exist; sizes come in the order of their dates."""
    for name, group in groups.items():
        path: Path = ("groups", name)
        if group.source is not None and group.source not in sources:
            yield _unknown("unknown_source", group.source, sources, (*path, "source"), near)
        for index, member in enumerate(group.members):
            if member not in bodies:
                yield _unknown("unknown_body", member, bodies, (*path, "members", index), near)
        for index, size in enumerate(group.size):
            here: Path = (*path, "size", index)
            if size.source is not None and size.source not in sources:
                yield _unknown("unknown_source", size.source, sources, (*here, "source"), near)
            if index and size.since.last <= group.size[index - 1].since.last:
                yield Problem("not_in_order", {"date": size.since}, (*here, "from"))


def check_reports(
    targets: Mapping[str, Target],
    broken: Collection[str],
    reports: Mapping[str, Sequence[Report]],
) -> Iterator[Problem]:
    """Reports name a target that takes them, in a form that counts.

    The fact ``report`` is the id of the record; the store knows its line.
    """
    near = Suggestions()
    parents = {target.part_of for target in targets.values() if target.part_of is not None}
    for name, series in reports.items():
        target = targets.get(name)
        if target is None:
            if name not in broken:
                suggestion = near(name, targets)
                for report in series:
                    facts = {"id": name, "suggestion": suggestion, "report": report.id}
                    yield Problem("report_unknown_target", facts)
        elif name in parents:
            for report in series:
                yield Problem("report_on_parent", {"id": name, "report": report.id}, target=name)
        else:
            yield from _check_series(target, series)


def _check_series(target: Target, series: Sequence[Report]) -> Iterator[Problem]:
    base = target.baseline
    before = base.date.last if base is not None and base.date is not None else date.min
    adds = accumulates(target)
    covered, previous = date.min, None
    for report in series:
        period = report.date
        facts: dict[str, object] = {"id": target.id, "report": report.id, "date": period}
        if not figure_fits(report.figure, target.kind):
            yield Problem("report_wrong_form", {**facts, "kind": target.kind}, target=target.id)
        if period.last < before:
            facts["baseline"] = base.date if base is not None else None
            yield Problem("report_before_baseline", facts, level="warning", target=target.id)
        if period.first > add_days(report.recorded.date(), 1):  # the zone may be a day ahead
            yield Problem("report_of_future", facts, level="warning", target=target.id)
        if adds and period.first != period.last:
            # Two increments for one and the same period are two parts of it, not an overlap.
            if period.first <= covered and period != previous:
                yield Problem("report_overlap", facts, level="warning", target=target.id)
            covered, previous = max(covered, period.last), period

"""What single values cannot show: whether the parts of a register agree.

``CHECKS`` is the list of all checks. Each yields problems with the path of the value concerned, in
a target or in the file; the store turns paths into places.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import Literal

from cdstrack.core.model.entries import (
    RELATIVE,
    Baseline,
    Body,
    Closed,
    Condition,
    Goal,
    Group,
    Heading,
    Policy,
    Restated,
    Revision,
    Source,
    Target,
    own_goal,
)
from cdstrack.core.model.periods import Period, cycle_of
from cdstrack.core.model.problems import Path, Problem, Suggestions
from cdstrack.core.model.register import Reference, Register, Section
from cdstrack.core.model.structs import replace
from cdstrack.core.values.bodies import MAX_SUCCESSORS, Population, owner_on
from cdstrack.core.verdict.terms import same_baseline


def check_register(register: Register, near: Suggestions | None = None) -> Iterator[Problem]:
    """Everything that does not fit together in a register.

    The problems of a target name it; their paths begin at the target.
    """
    near = near or Suggestions()
    for check in CHECKS:
        yield from check(register, near)


def check_bodies(register: Register, near: Suggestions) -> Iterator[Problem]:
    """Successors exist and lead somewhere; what ended says when, and began before."""
    bodies, sources = register.bodies, _ids(register, "sources")
    followers: Mapping[str, float | None] = {}
    if any(body.successor is not None for body in bodies.values()):
        followers = _count_successors(bodies)
    for name, body in bodies.items():
        path: Path = ("bodies", name)
        if body.source is not None and body.source not in sources:
            yield _unknown_id("sources", body.source, sources, (*path, "source"), near)
        if body.started is not None and body.ended is not None and body.ended <= body.started:
            yield Problem("ended_before_start", {"id": name}, (*path, "ended"))
        split = body.successors is not None
        if (body.how == "split") != split or (split and body.successor is not None):
            yield Problem("split_and_successors", {"id": name}, path)
        if not split and body.successor is None:
            continue
        yield from _duplicates(body.successors or (), (*path, "successors"))
        for place, heir in _heirs(body, path):
            if heir not in _ids(register, "bodies"):
                yield _unknown_id("bodies", heir, _ids(register, "bodies"), place, near)
            elif heir == name and split:
                yield Problem("succession_cycle", {"id": name}, place)
            elif body.ended is not None and heir in bodies and _is_absent(bodies[heir], body.ended):
                yield Problem("successor_absent", {"id": heir, "date": body.ended}, place)
        if body.ended is None:
            key = "successors" if split else "successor"
            yield Problem("successor_without_end", {"id": name}, (*path, key))
        if followers.get(name, 0) is None:
            yield Problem("succession_cycle", {"id": name}, (*path, "successor"))
        if followers.get(name) == MAX_SUCCESSORS + 1:
            facts = {"id": name, "limit": MAX_SUCCESSORS}
            yield Problem("succession_too_long", facts, (*path, "successor"))


def _heirs(body: Body, path: Path) -> Iterator[tuple[Path, str]]:
    """Every successor, and where it stands."""
    if body.successor is not None:
        yield (*path, "successor"), body.successor
    for index, name in enumerate(body.successors or ()):
        yield (*path, "successors", index), name


def _duplicates(names: Sequence[str], path: Path) -> Iterator[Problem]:
    earlier: set[str] = set()
    for index, name in enumerate(names):
        if name in earlier:
            yield Problem("listed_twice", {"id": name}, (*path, index))
        earlier.add(name)


def _is_absent(heir: Body, day: date) -> bool:
    """Whether a successor does not exist when it is to take over, not even for a day."""
    began = heir.started is None or heir.started <= day
    return not began or (heir.ended is not None and heir.ended < day)


def _count_successors(bodies: Mapping[str, Body]) -> dict[str, float | None]:
    """How many bodies follow each: None in a circle, infinitely many on the way into one."""
    counts: dict[str, float | None] = {}
    for name in bodies:
        walk: dict[str, int] = {}
        current: str | None = name
        while (
            current is not None and current in bodies and not (current in counts or current in walk)
        ):
            walk[current] = len(walk)
            current = bodies[current].successor
        circle = walk.get(current, len(walk)) if current is not None else len(walk)
        after = counts.get(current, -1) if current is not None else -1
        follow = inf if after is None or circle < len(walk) else after
        for step, member in reversed(list(enumerate(walk))):
            follow += 1
            counts[member] = None if step >= circle else follow
    return counts


def check_groups(register: Register, near: Suggestions) -> Iterator[Problem]:
    """Members and sources exist; sizes come in the order of their dates."""
    sources, members = _ids(register, "sources"), _ids(register, "bodies")
    for name, group in register.groups.items():
        path: Path = ("groups", name)
        if group.source is not None and group.source not in sources:
            yield _unknown_id("sources", group.source, sources, (*path, "source"), near)
        for index, member in enumerate(group.members):
            if member not in members:
                yield _unknown_id("bodies", member, members, (*path, "members", index), near)
        for index, size in enumerate(group.size):
            place: Path = (*path, "size", index)
            if size.source is not None and size.source not in sources:
                yield _unknown_id("sources", size.source, sources, (*place, "source"), near)
            if index and size.since.last <= group.size[index - 1].since.last:
                yield Problem("not_in_order", {"date": size.since}, (*place, "from"))
        twice = list(_duplicates(group.members, (*path, "members")))
        yield from twice
        if not twice and all(name in register.bodies for name in group.members):
            yield from _check_sizes(group, register.bodies, path)


def _check_sizes(group: Group, bodies: Mapping[str, Body], path: Path) -> Iterator[Problem]:
    """No size is smaller than the members listed; a list once complete stays so."""
    population = Population.of(group.size, bodies, {}, group.members)
    first = group.size[0].since.first
    turns = {day for day in (*population.starts, *population.ends) if day > first}
    days = {first, *(size.since.first for size in group.size), *turns}
    # Problems name the size by its place: of all that have begun, the last in the list.
    later = sorted((size.since.first, index) for index, size in enumerate(group.size))[::-1]
    index, complete = 0, False
    for day in sorted(days):
        while later and later[-1][0] <= day:
            index = max(index, later.pop()[1])
        n_members, n = population.alive_on(day), group.size[index].n
        if n_members > n or (complete and n_members < n):
            facts = {"date": day, "members": n_members, "n": n}
            level: Literal["error", "warning"] = "error" if n_members > n else "warning"
            yield Problem("group_size_differs", facts, (*path, "size", index), level=level)
        complete = n_members == n


def check_targets(register: Register, near: Suggestions) -> Iterator[Problem]:
    """Each target makes sense by itself and with what it names; so does what it is measured by."""
    if register.indicators:
        yield from check_indicators(register, near)
    for name, references in register.unread.items():
        for problem in check_references(references, register, near):
            yield replace(problem, target=name)
    has_splits = any(body.successors is not None for body in register.bodies.values())
    splits = _split_members(register) if has_splits else {}
    sound: dict[str, Target] = {}
    for name, target in register.targets.items():
        problems = [*check_kind(target), *check_dates(target)]
        if target.convert:
            problems += check_conversions(target)
        if target.conditions and target.has_condition_figures:
            problems += _check_own_conditions(target)
        if target.revisions:
            problems += check_revisions(target)
        if target.revisions or target.restated or target.closed is not None:
            problems += check_decisions(target, register.sources)
        if target.reporters or target.across or target.each:
            problems += check_reporters(target)
        is_whole = target.total == "reported" and target.total_by is None
        if target.breakdown or target.slices or target.crosses or target.dimensions or not is_whole:
            problems += _check_slices(target, near)
        if target.strands or target.judged_by is not None:
            problems += check_strands(target, near)
        problems += check_references(_references(target), register, near)
        if target.method is not None or register.policy.method != "straight_line":
            problems += check_method(target, register.policy)
        if has_splits or target.succession:
            problems += check_succession(target, register, splits)
        for problem in problems:
            yield replace(problem, target=name)
        if not any(problem.level == "error" for problem in problems):
            sound[name] = target
    if register.headings or any(target.part_of is not None for target in sound.values()):
        yield from check_tree(register, sound, near)


def check_tree(
    register: Register, sound: Mapping[str, Target], near: Suggestions
) -> Iterator[Problem]:
    """What is part of something else is not part of itself; headings stand below headings."""
    headings = register.headings
    entries: dict[str, Target | Heading] = {**headings, **sound}
    above = {name: entry.part_of or "" for name, entry in entries.items()}
    for name, heading in headings.items():
        if heading.part_of is not None:
            place = Reference("targets", heading.part_of, ("part_of",))
            for problem in check_references([place], register, near):
                yield replace(problem, target=name)
        if heading.part_of in register.targets:
            facts = {"id": heading.part_of}
            yield Problem("heading_in_class", facts, ("part_of",), target=name)
        for index, note in enumerate(heading.notes):
            if note.source is not None:
                reference = Reference("sources", note.source, ("notes", index, "source"))
                for problem in check_references([reference], register, near):
                    yield replace(problem, target=name)
    for name in sorted(_circle(above)):
        yield Problem("part_of_cycle", {"id": name}, ("part_of",), target=name)
    for name, entry in entries.items():
        if entry.weight <= 0:
            yield Problem("weight_not_positive", {}, ("weight",), target=name)


def _circle(above: Mapping[str, str]) -> set[str]:
    """The ids that lead back to themselves, over however many others."""
    circle: set[str] = set()
    clear: set[str] = set()
    for name in above:
        walk: dict[str, int] = {}
        current = name
        while current in above and current not in walk and current not in clear:
            walk[current] = len(walk)
            current = above[current]
        if current in walk:
            circle.update(list(walk)[walk[current] :])
        clear.update(walk)
    return circle


def check_indicators(register: Register, near: Suggestions) -> Iterator[Problem]:
    """An indicator has a name of its own and a target, and all on it count the same way."""
    for name, indicator in register.indicators.items():
        path: Path = ("indicators", name)
        if name in _ids(register, "targets"):
            yield Problem("indicator_is_target", {"id": name}, path)
        if indicator.source is not None and indicator.source not in _ids(register, "sources"):
            ids = _ids(register, "sources")
            yield _unknown_id("sources", indicator.source, ids, (*path, "source"), near)
        if indicator.baseline is not None and indicator.baselines:
            yield Problem("indicator_baselines", {}, (*path, "baselines"))
        days = [start.date.last if start.date else None for start in indicator.baselines]
        for index, day in enumerate(days):
            before = days[index - 1] if index else None
            if day is None or (before is not None and day <= before):
                place: Path = (*path, "baselines", index)
                facts = {"date": indicator.baselines[index].date}
                if day is None:
                    yield Problem("indicator_baseline_undated", {}, place)
                else:
                    yield Problem("not_in_order", facts, place)
        targets = register.targets_of[name]
        if not targets and not register.broken:
            yield Problem("indicator_unused", {"id": name}, path, level="warning")
        for target in targets:
            if target.kind == "milestone":
                what = {"kind": target.kind, "key": "indicator"}
                yield Problem("kind_has_no", what, ("indicator",), target=target.id)
            elif target.kind == "limit" and target.accumulate not in ("sum", "year_to_date"):
                yield Problem("indicator_limit", {"id": name}, ("indicator",), target=target.id)


def check_strands(target: Target, near: Suggestions) -> Iterator[Problem]:
    """Of several series one is named as the one that judges."""
    if not target.strands:
        yield Problem("needs_beside", {"key": "judged_by", "needs": "series"}, ("judged_by",))
    elif target.judged_by is None:
        yield Problem("needs_beside", {"key": "series", "needs": "judged_by"}, ("series",))
    elif target.judged_by not in target.strands:
        names = list(target.strands)
        facts: dict[str, object] = {
            "id": target.judged_by,
            "suggestion": near(target.judged_by, names),
        }
        facts |= {"allowed": names} if facts["suggestion"] is None else {}
        yield Problem("unknown_series_judge", facts, ("judged_by",))


def _check_own_conditions(target: Target) -> Iterator[Problem]:
    """Each condition with a figure of its own makes sense as a target."""
    from cdstrack.core.model.conditions import condition_of, own_conditions  # few have one

    for name, condition in own_conditions(target).items():
        place: Path = ("conditions", name)
        if target.reporters is not None:
            yield Problem("condition_of_bodies", {"id": name}, place)
        part = condition_of(target, name, condition)
        for problem in (*check_kind(part), *check_dates(part)):
            if (
                problem.path[:1] in (("target",), ("baseline",))
                or problem.facts.get("key") == "unit"
            ):
                yield replace(problem, path=(*place, *problem.path))


def _check_slices(target: Target, near: Suggestions) -> Iterator[Problem]:
    """The breakdown agrees, and each slice with a goal makes sense as a target."""
    from cdstrack.core.checks.breakdowns import check_breakdown, slices_with_goal  # few have one

    problems = list(check_breakdown(target, near))
    yield from problems
    for index, promise in enumerate(target.slices):
        if promise.revisions:
            changes = {"target": promise.target, "revisions": promise.revisions}
            for problem in check_revisions(target.model_copy(update=changes)):
                yield replace(problem, path=("slices", index, *problem.path))
    for index, part in slices_with_goal(target) if not problems else ():
        place: Path = ("slices", index)
        for problem in (*check_kind(part), *check_dates(part)):
            if problem.path[:1] in ((), ("target",), ("baseline",)):
                yield replace(problem, path=(*place, *problem.path))


def check_references(
    references: Iterable[Reference], register: Register, near: Suggestions
) -> Iterator[Problem]:
    """Every id that a target names exists."""
    for section, word, path in references:
        ids = _ids(register, section)
        if word not in ids:
            yield _unknown_id(section, word, ids, path, near)


def _references(target: Target) -> Iterator[Reference]:
    yield Reference("bodies", target.owner, ("owner",))
    yield Reference("sources", target.stated.source, ("stated", "source"))
    if target.reporters is not None:
        yield Reference("groups", target.reporters, ("reporters",))
    if target.part_of is not None:
        yield Reference("targets", target.part_of, ("part_of",))
    if target.indicator is not None:
        yield Reference("indicators", target.indicator, ("indicator",))
    for index, name in enumerate(target.partners):
        yield Reference("bodies", name, ("with", index))
    if target.baseline is not None and target.baseline.source is not None:
        yield Reference("sources", target.baseline.source, ("baseline", "source"))
    for index, promise in enumerate(target.slices):
        if promise.baseline is not None and promise.baseline.source is not None:
            path: Path = ("slices", index, "baseline", "source")
            yield Reference("sources", promise.baseline.source, path)
        for number, move in enumerate(promise.revisions):
            if move.source is not None:
                path = ("slices", index, "revisions", number, "source")
                yield Reference("sources", move.source, path)
    if target.closed is not None:
        yield Reference("sources", target.closed.source, ("closed", "source"))
    for name in ("notes", "restated", "revisions", "official"):
        for index, entry in enumerate(getattr(target, name)):
            if entry.source is not None:
                yield Reference("sources", entry.source, (name, index, "source"))
    for index, revision in enumerate(target.revisions):
        for key in ("old", "new"):
            term = getattr(revision, key)
            if isinstance(term, Baseline) and term.source is not None:
                yield Reference("sources", term.source, ("revisions", index, key, "source"))


_UNKNOWN: Mapping[Section, str] = {
    "sources": "unknown_source",
    "bodies": "unknown_body",
    "groups": "unknown_group",
    "indicators": "unknown_indicator",
    "targets": "unknown_parent",
}


def _ids(register: Register, section: Section) -> Collection[str]:
    """The ids that stand in a section, also of entries that cannot be read."""
    if section in register.named:
        return register.named[section]
    if section == "targets" and register.headings:
        return {**register.targets, **register.headings}
    entries: Collection[str] = getattr(register, section)
    return entries


def _unknown_id(
    section: Section, word: str, ids: Collection[str], path: Path, near: Suggestions
) -> Problem:
    """The problem of an id that stands nowhere in its section, with the nearest that does."""
    return Problem(_UNKNOWN[section], {"id": word, "suggestion": near(word, ids)}, path)


def check_kind(target: Target) -> Iterator[Problem]:
    """A target has the parts that its kind needs, and none that it cannot use."""
    needs_goal = target.kind in ("reach", "sustain", "limit")
    if needs_goal and target.target is None and not _has_other_goals(target):
        yield Problem("kind_needs", {"kind": target.kind, "key": "target"}, ())
    if target.kind == "milestone" and target.target is not None:
        yield Problem("kind_has_no", {"kind": target.kind, "key": "target"}, ("target",))
    if target.kind == "sustain" and not target.periods:
        yield Problem("kind_needs", {"kind": target.kind, "key": "periods"}, ())
    if target.kind != "sustain" and target.periods:
        yield Problem("kind_has_no", {"kind": target.kind, "key": "periods"}, ("periods",))
    is_counted = target.target is not None or not target.conditions
    if needs_goal and target.unit is None and (is_counted or not _has_other_goals(target)):
        yield Problem("kind_needs", {"kind": target.kind, "key": "unit"}, ())
    if target.kind == "sustain":
        yield from _check_own_goals(target)
    goal = target.target
    if target.kind == "limit" and goal and goal.comparator not in ("at_most", "less_than"):
        yield Problem("limit_comparator", {"comparator": goal.comparator}, ("target",))
    elif goal and goal.comparator in RELATIVE:
        needs = ("latest", "ratio")
        if "previous" in (goal.above, goal.below) and target.accumulate not in needs:
            yield Problem("goal_previous", {"accumulate": target.accumulate}, ("target",))
        if target.across == "share" and target.each is None:
            yield Problem("needs_beside", {"key": "across: share", "needs": "each"}, ("across",))
        by = goal.increase_by or goal.reduce_by
        begins_at_0 = target.accumulates and by is not None and not by.is_share
        if (
            target.baseline is None
            and not begins_at_0
            and "previous" not in (goal.above, goal.below)
        ):
            yield Problem("relative_without_baseline", {}, ("target",), level="warning")
    if target.each is not None and target.each.comparator in RELATIVE:
        yield Problem("goal_relative_each", {"comparator": target.each.comparator}, ("each",))
    if target.kind != "reach" and target.method is not None:
        yield Problem("kind_has_no", {"kind": target.kind, "key": "method"}, ("method",))


def _has_other_goals(target: Target) -> bool:
    """Whether single periods have goals, or all that is to be met has a figure of its own."""
    texts = target.conditions.values()
    return any(map(own_goal, target.periods)) or (
        target.kind in ("reach", "sustain")
        and bool(texts)
        and all(isinstance(text, Condition) for text in texts)
    )


def _check_own_goals(target: Target) -> Iterator[Problem]:
    """Periods with figures of their own lie in the time of the target; what they are told from is
    known."""
    for index, period in enumerate(target.periods):
        goal, place = own_goal(period), ("periods", index)
        if goal is None:
            continue
        if target.deadline is not None and period.last > target.deadline.last:
            facts = {"period": period, "deadline": target.deadline}
            yield Problem("period_after_deadline", facts, place)
        if target.start is not None and period.last < target.start.first:
            facts = {"period": period, "start": target.start}
            yield Problem("period_before_start", facts, place)
        if goal.comparator not in RELATIVE:
            continue
        is_previous = "previous" in (goal.above, goal.below)
        if is_previous and target.accumulate not in ("latest", "ratio"):
            yield Problem("goal_previous", {"accumulate": target.accumulate}, place)
        if target.across == "share" and target.each is None:
            yield Problem("needs_beside", {"key": "across: share", "needs": "each"}, ("across",))


def check_method(target: Target, policy: Policy) -> Iterator[Problem]:
    """A method for yearly figures has those, and no plan that it does not look at."""
    is_set = target.method is not None
    method = target.method if is_set or target.plan else policy.method
    if target.kind != "reach" or method not in ("cagr", "five_year_trend"):
        return
    facts = {"method": method, "every": target.report_every}
    if target.plan:
        yield Problem("method_plan", facts, ("method",), level="warning")
    every = target.report_every
    if every not in (None, "year") and not cycle_of(every).is_yearly:
        path: Path = ("method",) if is_set else ("report_every",)
        yield Problem("method_yearly", facts, path, level="warning")


def check_dates(target: Target) -> Iterator[Problem]:
    """Start, baseline, plan and periods lie before the deadline and in order."""
    begins, due = target.begins, target.deadline
    if due is not None and due.last < begins:
        yield Problem("deadline_before_start", {"date": due, "start": begins}, ("deadline",))
    baseline = target.baseline.date if target.baseline is not None else None
    if baseline is not None and due is not None and baseline.last >= due.last:
        facts = {"date": baseline, "deadline": due}
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
    chains: dict[tuple[str, date | None], object] = {}
    figures: dict[date, Goal | None] = {}
    if target.kind == "sustain" and target.revisions:
        figures = {period.last: own_goal(period) for period in target.periods}
    for index, revision in enumerate(target.revisions):
        if index and revision.on < target.revisions[index - 1].on:
            yield Problem("not_in_order", {"date": revision.on}, ("revisions", index, "on"))
        period = revision.period if revision.field == "target" else None
        if period is not None and period.last not in figures:
            facts = {"period": period}
            yield Problem("revision_no_period", facts, ("revisions", index, "period"))
            continue
        link = (revision.field, period.last if period is not None else None)
        before = chains.get(link)
        if before is not None and not _same(before, revision.old):
            yield Problem("revision_chain", {"field": revision.field}, ("revisions", index, "old"))
        chains[link] = revision.new
    for (name, day), last in chains.items():
        if day is not None and not _same(last, figures[day]):
            yield Problem("revision_not_applied", {"field": "periods"}, ("periods",))
        elif day is None and not _same(last, getattr(target, name)):
            yield Problem("revision_not_applied", {"field": name}, (name,))


def check_conversions(target: Target) -> Iterator[Problem]:
    """The factors of a unit follow each other by their dates; the first may have none."""
    newest: dict[str, tuple[int, Period | None]] = {}
    for index, conversion in enumerate(target.convert):
        since, names = conversion.since, conversion.names
        for number, before in dict.fromkeys(newest[name] for name in names if name in newest):
            place: Path = ("convert", index)
            facts = {"unit": conversion.unit, "number": number + 1}
            if since is None or target.convert[number].names != names:
                yield Problem("conversion_twice", facts, place)
            elif before is not None and since.first <= before.first:
                facts |= {"date": since, "before": before}
                yield Problem("conversion_order", facts, (*place, "from"))
        newest |= dict.fromkeys(names, (index, since))


def check_decisions(target: Target, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Revisions, restatements and closings are of the day of their source.

    A population may cease to exist on another day than that of the decision, but not before it.
    """
    decisions: list[tuple[Path, Revision | Restated | Closed]] = [
        *((("revisions", index), entry) for index, entry in enumerate(target.revisions)),
        *((("restated", index), entry) for index, entry in enumerate(target.restated)),
    ]
    for index, promise in enumerate(target.slices):
        moves = enumerate(promise.revisions)
        decisions += ((("slices", index, "revisions", number), move) for number, move in moves)
    if target.closed is not None:
        decisions.append((("closed",), target.closed))
    for path, decision in decisions:
        source = sources.get(decision.source or "")
        if source is None or source.date is None:
            continue
        takes_effect_later = isinstance(decision, Closed) and decision.how == "dissolved"
        is_late = decision.on > source.date.last and not takes_effect_later
        if is_late or decision.on < source.date.first:
            facts = {"on": decision.on, "id": decision.source, "date": source.date}
            yield Problem("decision_date_differs", facts, (*path, "on"), level="warning")


def _same(left: object, right: object) -> bool:
    if isinstance(left, Period) and isinstance(right, Period):
        return left.last == right.last
    if isinstance(left, Goal) and isinstance(right, Goal):
        ways = [(g.increase_by, g.reduce_by, g.above, g.below) for g in (left, right)]
        return left.interval() == right.interval() and ways[0] == ways[1]
    if isinstance(left, Baseline) and isinstance(right, Baseline):
        return same_baseline(left, right)
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


def _split_members(register: Register) -> dict[str, list[str]]:
    """Of each group the members that were split: many targets may have one group."""
    bodies = register.bodies
    splits = {name for name, body in bodies.items() if body.successors is not None}
    return {
        name: [member for member in group.members if member in splits]
        for name, group in register.groups.items()
    }


def check_succession(
    target: Target, register: Register, splits: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Problem]:
    """Of every body that was split and matters to a target, the target says who follows it.

    ``splits`` are the members of each group that were split, if known.
    """
    bodies = register.bodies
    splits = splits if splits is not None else _split_members(register)
    relevant = dict.fromkeys(splits.get(target.reporters or "", ()), "reporters")
    path = owner_on(target.owner, bodies, date.max, target.succession).path
    relevant |= dict.fromkeys(path, "owner")
    for name, key in relevant.items():
        split = bodies[name].successors if name in bodies else None
        if split is not None and name not in target.succession:
            yield Problem("split_needs_choice", {"id": name, "successors": split}, (key,))
    for name, choice in target.succession.items():
        place: Path = ("succession", name)
        body = bodies.get(name)
        if body is None and name in _ids(register, "bodies"):
            continue
        if body is None or body.successors is None:
            yield Problem("succession_not_split", {"id": name}, place)
        elif choice not in body.successors:
            facts = {"id": name, "chosen": choice, "successors": body.successors}
            yield Problem("succession_not_successor", facts, place)


Check = Callable[[Register, Suggestions], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (check_bodies, check_groups, check_targets)

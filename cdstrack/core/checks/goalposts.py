"""What was promised stays promised: two versions of a register compared.

A change is silent when the register does not say that it was decided. Of a target

- ``target``, ``deadline`` and ``baseline`` may change where *new* entries under ``revisions`` lead
  from the old value, or from none, to the new one. Entries that were there stay, unchanged and
  first: what was first promised is read from them;
- ``closed`` may be added, not altered or removed. It ends a commitment, and excuses nothing else:
  a deadline that moves in the same breath would hide that it was missed. One that closes as missed
  is named: it puts out an alarm, and that is not to pass unseen;
- the target itself may not go. One with another id is another target;
- what was ``unquantified`` was judged by nothing: with a decision that gave it a target it may say
  how it is measured;
- everything else that a verdict is reached by stays as it is, in either direction, for which of
  two readings is the easier one is not always plain (a shorter ``stale_after`` turns off track
  into stale): ``kind``, ``owner``, ``unit``, ``start``, ``stated.on``,
  ``accumulate``, ``year_starts``, ``plan``, ``report_every``, ``lag_days``, ``stale_after``,
  ``periods``, ``allowed_misses``, ``conditions`` (which), ``reporters``, ``across``, ``each``,
  ``judged_by``, ``part_of`` where that is a target, whether it has classes, by what it is broken
  down, what makes the whole. There is no revision of these; a waiver says who changed them and why;
- what is promised of slices may change where new entries of their own ``revisions`` lead there;
- ``succession`` and ``convert`` may gain entries, as a body that is split demands, and so may
  ``series``. Those that were there stay.

Free are headings, which decide nothing, and words and evidence: title, notes, tags, sources,
``restated``, ``review_by``, the wording of conditions and categories as long as none of them takes
the name of another, and what ``stated`` and ``baseline`` say of their documents. Free is also how
a value is written: 2024 and 2024-12-31 are one deadline, 100 and 100.0 one figure.

Of the register as a whole the time zone stays, for by it a day begins and ends, and the method of
pace; the cuts of ``policy`` may be tightened, not loosened; a group that
reports may grow and gain later sizes, not lose members or rewrite a size. What bodies became is
the world's doing, not a promise: it may be added, and stays as it was said. A body that is to
report does not begin later than it did, for then nobody would wait for its figures.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from cdstrack.core.checks.gate import Finding
from cdstrack.core.model.decimals import plain
from cdstrack.core.model.entries import (
    RELATIVE,
    Baseline,
    Condition,
    Conversion,
    Goal,
    Group,
    Revision,
    SliceGoal,
    Target,
    own_goal,
)
from cdstrack.core.model.fields import Bilingual, Language
from cdstrack.core.model.naming import spelt
from cdstrack.core.model.periods import Period
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import slice_name
from cdstrack.core.values.whole import total_dimension


def moved(before: Register, after: Register) -> list[Finding]:
    """The goalposts that were moved silently, one finding for each target and field.

    Facts: ``field``, one of FIELDS, and ``old`` and ``new``: a text, number, date, Period,
    Bilingual, Goal, yes or no; None where there is nothing. What concerns no single target has
    the target None; of a group, ``title`` is its name. What is unreadable is not compared.
    """
    findings: list[Finding] = []
    for name, old in before.targets.items():
        new = after.targets.get(name)
        if new is not None:
            findings += _target_findings(_by_itself(old, before), _by_itself(new, after))
            if name in after.classes and name not in before.classes:
                # What gets its first classes is not judged by reports any more.
                findings.append(_finding(name, "classes", None, ", ".join(after.classes[name])))
        elif name not in after.broken:
            findings.append(_finding(name, "commitment", old.title, None))
    if before.timezone != after.timezone:
        findings.append(_finding(None, "timezone", before.timezone, after.timezone))
    return [
        *findings,
        *_policy_findings(before, after),
        *_group_findings(before, after),
        *_body_findings(before, after),
    ]


def _by_itself(target: Target, register: Register) -> Target:
    """A target without the heading above it."""
    if target.part_of not in register.headings:
        return target
    return target.model_copy(update={"part_of": None})


def backdated(before: Register, after: Register, day: date) -> list[Finding]:
    """The decisions dated before a day, that of the earlier version, and not in it.

    Revisions, restatements and closings of targets, the ends of bodies and the sizes of groups.
    Facts: ``decision``, one of DECISIONS, its ``date`` and the day, ``since``; of a body or group
    ``title`` is its name.
    """
    findings: list[Finding] = []
    for name, target in after.targets.items():
        old = before.targets.get(name)
        for decision, on in _decisions_since(old, target):
            if on < day:
                facts = {"decision": decision, "date": on, "since": day}
                key = f"{decision} {on}"
                findings.append(Finding("backdated-decision", "warn", name, None, facts, key=key))
    for name, body in after.bodies.items():
        was = before.bodies.get(name)
        is_new = was is None or was.ended != body.ended
        if body.ended is not None and body.ended < day and is_new:
            facts = {"decision": "end", "date": body.ended, "since": day, "title": body.name}
            key = f"{name} end {body.ended}"
            findings.append(Finding("backdated-decision", "warn", None, None, facts, key=key))
    for name, group in after.groups.items():
        old_group = before.groups.get(name)
        sizes = {*_sizes(old_group)} if old_group is not None else set()
        for size in group.size:
            since = size.since.first
            if old_group is not None and (since, size.n) not in sizes and since < day:
                facts = {"decision": "size", "date": since, "since": day, "title": group.name}
                key = f"{name} size {since}"
                findings.append(Finding("backdated-decision", "warn", None, None, facts, key=key))
    return findings


DECISIONS = ("revision", "restatement", "closing", "end", "size")


def _decisions_since(old: Target | None, new: Target) -> Iterator[tuple[str, date]]:
    """What was decided of a target that its earlier version does not say."""
    revisions = Counter(key for key, _ in (_all_revisions(old) if old else ()))
    for key, revision in _all_revisions(new):
        if revisions[key] > 0:
            revisions[key] -= 1
        else:
            yield "revision", revision.on
    restatements = {(r.on, r.source) for r in (old.restated if old else ())}
    for restatement in new.restated:
        if (restatement.on, restatement.source) not in restatements:
            yield "restatement", restatement.on
    if new.closed is not None and (old is None or old.closed != new.closed):
        yield "closing", new.closed.on


def _all_revisions(target: Target) -> Iterator[tuple[tuple[object, ...], Revision]]:
    """The revisions of a target and of its slices, each with what tells it from others."""
    for revision in target.revisions:
        yield (None, revision.field, *_decision(revision)), revision
    for promise in target.slices:
        for move in promise.revisions:
            yield (slice_name(promise.slice), move.field, *_decision(move)), move


def _finding(target: str | None, field: str, old: object, new: object) -> Finding:
    facts = {"field": field, "old": old, "new": new}
    return Finding("goalposts-moved", "fail", target, None, facts, key=field)


# A target

_Reading = Callable[[Target], object]


def _of(name: str) -> _Reading:
    return lambda target: getattr(target, name)


def _baseline_value(target: Target) -> Decimal | None:
    return target.baseline.value if target.baseline is not None else None


def _baseline_date(target: Target) -> Period | None:
    return target.baseline.date if target.baseline is not None else None


def _plan(target: Target) -> object:
    return _pairs_text((str(point.date), plain(point.value)) for point in target.plan)


def _periods(target: Target) -> object:
    """The periods of a target, each with the goal that it has for itself."""
    goals = ((period, own_goal(period)) for period in target.periods)
    texts = [f"{period} ({_text(goal)})" if goal else str(period) for period, goal in goals]
    return ", ".join(texts) or None


def _conditions(target: Target) -> object:
    """The conditions of a target, each with the figure that it has for itself."""
    return ", ".join(_condition_texts(target)) or None


def _condition_texts(target: Target) -> Iterator[str]:
    for name, text in target.conditions.items():
        if not isinstance(text, Condition):
            yield name
            continue
        base = text.baseline
        terms = [_text(text.target), *([text.unit.en] if text.unit is not None else [])]
        terms += [_text(base)] if base is not None else []
        yield f"{name} ({', '.join(terms)})"


def _breakdown(target: Target) -> object:
    """By what it is broken down: the categories of each dimension."""
    dimensions = (
        f"{name} ({', '.join(sorted(categories))})" for name, categories in target.breakdown.items()
    )
    return "; ".join(sorted(dimensions)) or None


def _crosses(target: Target) -> object:
    return ", ".join(sorted("×".join(sorted(cross)) for cross in target.crosses)) or None


def _slices(target: Target) -> object:
    """What is promised of slices, as far as the judgement turns on it."""
    terms = []
    for promise in target.slices:
        goal, base = promise.target, promise.baseline
        texts = [_text(goal)] if goal is not None else []
        if base is not None:
            texts += [plain(base.value), base.date.said if base.date is not None else ""]
        moves = [str(_revision_text(move)) for move in promise.revisions]
        said = "; ".join([" ".join(texts).rstrip(), *moves])
        terms.append(f"{slice_name(promise.slice)} ({said})")
    return ", ".join(sorted(terms)) or None


_SHOWN: dict[str, _Reading] = {
    "kind": _of("kind"),
    "owner": _of("owner"),
    "unit": _of("unit"),
    "baseline": _baseline_value,
    "baseline_date": _baseline_date,
    "start": _of("start"),
    "stated": lambda target: target.stated.on,
    "accumulate": _of("accumulate"),
    "year_starts": _of("year_starts"),
    "plan": _plan,
    "method": _of("method"),
    "report_every": _of("report_every"),
    "lag_days": _of("lag_days"),
    "stale_after": _of("stale_after"),
    "periods": _periods,
    "allowed_misses": _of("allowed_misses"),
    "conditions": _conditions,
    "reporters": _of("reporters"),
    "across": _of("across"),
    "each": _of("each"),
    "part_of": _of("part_of"),
    "indicator": _of("indicator"),
    "breakdown": _breakdown,
    "crosses": _crosses,
    "total": lambda target: target.total if target.breakdown else None,
    "total_by": lambda target: target.total_by,
    "slices": _slices,
    "judged_by": _of("judged_by"),
}
"""What of a target must stay, as it is shown."""

_ESSENCE: dict[str, _Reading] = {
    "start": lambda target: target.start.first if target.start is not None else None,
    "plan": lambda target: [(point.date.last, point.value) for point in target.plan],
    "periods": lambda target: [(period.first, period.last) for period in target.periods],
    "conditions": lambda target: set(_condition_texts(target)),
    "total_by": total_dimension,
}
"""What is compared instead, where that is not what is shown."""

_LANGUAGES: tuple[Language, ...] = ("vi", "en")
_TERMS: tuple[Literal["target", "deadline", "baseline"], ...] = ("target", "deadline", "baseline")
_OF_BASELINE = ("baseline", "baseline_date")
_KEPT_UNQUANTIFIED = ("owner", "start", "stated", "part_of")
"""What matters of a target that nothing measures."""


def _target_findings(before: Target, after: Target) -> Iterator[Finding]:
    yield from _moved_terms(before, after)
    is_measured_now = _is_measured_now(before, after)
    # What is promised of slices was measured before the whole was.
    has_goals = any(promise.target is not None for promise in before.slices)
    kept = _SHOWN.keys() - {"kind"} if has_goals else _KEPT_UNQUANTIFIED
    for field, display in _SHOWN.items():
        if field in _OF_BASELINE or (is_measured_now and field not in kept):
            continue
        read = _ESSENCE.get(field, display)
        if field == "slices":
            is_other = _has_other_slices(before, after)
        else:
            is_other = _essence(read(before)) != _essence(read(after))
        if is_other:
            yield _finding(before.id, field, display(before), display(after))
    if _moved_figures(before, after):
        yield _finding(before.id, "periods", _periods(before), _periods(after))
    yield from _labels_taken(before, after)
    if before.succession.items() - after.succession.items():
        yield _finding(before.id, "succession", _choices(before), _choices(after))
    if before.strands.keys() - after.strands.keys():
        yield _finding(before.id, "series", ", ".join(before.strands), ", ".join(after.strands))
    if _factors(before.convert) - _factors(after.convert):
        yield _finding(before.id, "convert", _conversions(before), _conversions(after))
    is_missed = after.closed is not None and after.closed.how == "missed"
    if before.closed != after.closed and (before.closed is not None or is_missed):
        yield _finding(before.id, "closed", _closing(before), _closing(after))


_LABELS: Sequence[Callable[[Target], Mapping[str, Mapping[str, Bilingual]]]] = (
    lambda target: target.breakdown,
    lambda target: {"": target.conditions},
    lambda target: {"": target.dimensions},
)
"""What is called by names that tell one thing from another."""


def _labels_taken(before: Target, after: Target) -> Iterator[Finding]:
    """Names that went from one category or condition to another: what was reported of one would
    be read as a report of the other."""
    for read in _LABELS:
        old, new = read(before), read(after)
        for group in old.keys() & new.keys():
            if any(_takes_a_label(name, old[group], new[group]) for name in old[group]):
                yield _finding(
                    before.id, "labels", _label_list(old[group]), _label_list(new[group])
                )
                return


def _takes_a_label(name: str, old: Mapping[str, Bilingual], new: Mapping[str, Bilingual]) -> bool:
    """Whether something is called now what something else was called."""
    if name not in new:
        return False
    others = [label for other, label in old.items() if other != name]
    return any(
        spelt(new[name].to(lang)) != spelt(old[name].to(lang))
        and spelt(new[name].to(lang)) in {spelt(label.to(lang)) for label in others}
        for lang in _LANGUAGES
    )


def _label_list(labels: Mapping[str, Bilingual]) -> Bilingual:
    return Bilingual(
        vi="; ".join(f"{name}: {label.vi}" for name, label in labels.items()),
        en="; ".join(f"{name}: {label.en}" for name, label in labels.items()),
    )


def _is_measured_now(before: Target, after: Target) -> bool:
    """Whether a decision gave a target to what was promised without a measure."""
    decisions = [revision for revision in after.revisions if revision.field == "target"]
    return before.kind == "unquantified" and bool(decisions) and decisions[0].old is None


def _moved_terms(before: Target, after: Target) -> Iterator[Finding]:
    """Target, deadline, baseline and the revisions that lead from one value to the next."""
    rewritten: tuple[Revision | None, Revision | None] | None = None
    for field in _TERMS:
        earlier = [revision for revision in before.revisions if revision.field == field]
        later = [revision for revision in after.revisions if revision.field == field]
        conflict = _first_conflict(earlier, later)
        fresh = [
            revision
            for revision in _additions(earlier, later)
            if revision.field != "target" or revision.period is None
        ]
        old, new = getattr(before, field), getattr(after, field)
        if conflict is not None:
            rewritten = rewritten or conflict
        if not _lead(fresh, _essence(old), _essence(new)):
            if _essence(old) != _essence(new):
                yield from _changes_of(field, before, after)
            else:
                # The value is as it was, but what was first promised is told anew.
                rewritten = rewritten or (None, fresh[0])
    for earlier, later, old, new in _own_goals(before, after):
        fresh = _additions(earlier, later)
        if fresh and not _lead(fresh, old, new) and old == new:
            rewritten = rewritten or (None, fresh[0])
    if rewritten is not None:
        yield _finding(before.id, "revisions", *map(_revision_text, rewritten))


def _moved_figures(before: Target, after: Target) -> bool:
    """Whether the goal of a single period is another than new revisions of it lead to."""
    for earlier, later, old, new in _own_goals(before, after):
        is_other = (old or _essence(before.target)) != (new or _essence(after.target))
        if is_other and not _lead(_additions(earlier, later), old, new):
            return True
    return False


def _own_goals(
    before: Target, after: Target
) -> Iterator[tuple[list[Revision], list[Revision], object, object]]:
    """Of each period of both versions the revisions of its own goal, and what that was and is."""
    if before.kind != "sustain" or after.kind != "sustain":
        return
    then, now = ({period.last: period for period in version.periods} for version in (before, after))
    earlier, later = _revisions_of_periods(before), _revisions_of_periods(after)
    for day in then.keys() & now.keys():
        old, new = own_goal(then[day]), own_goal(now[day])
        if old is not None or new is not None:
            yield earlier.get(day, []), later.get(day, []), _essence(old), _essence(new)


def _has_other_slices(before: Target, after: Target) -> bool:
    """Whether something else is promised of a slice than new decisions on it lead to."""
    then, now = (
        {slice_name(promise.slice): promise for promise in version.slices}
        for version in (before, after)
    )
    nothing = SliceGoal(slice={"nothing": "nothing"})
    for name in then.keys() | now.keys():
        old, new = then.get(name, nothing), now.get(name, nothing)
        additions = _additions(old.revisions, new.revisions)
        is_led = _lead(additions, _essence(old.target), _essence(new.target))
        if not is_led or _first_conflict(old.revisions, new.revisions) is not None:
            return True
        is_new = old.target is None and bool(additions)  # it may have come with its baseline
        if _essence(old.baseline) != _essence(new.baseline) and not is_new:
            return True
    return False


def _revisions_of_periods(target: Target) -> dict[date, list[Revision]]:
    """The revisions of goals of single periods, by the last day of the period."""
    revisions: dict[date, list[Revision]] = {}
    for revision in target.revisions:
        if revision.field == "target" and revision.period is not None:
            revisions.setdefault(revision.period.last, []).append(revision)
    return revisions


def _changes_of(field: str, before: Target, after: Target) -> Iterator[Finding]:
    """The findings on a term that changed; of a baseline figure and date are one each."""
    if field != "baseline":
        yield _finding(before.id, field, getattr(before, field), getattr(after, field))
        return
    if _is_measured_now(before, after):
        return
    for name in _OF_BASELINE:
        old, new = _SHOWN[name](before), _SHOWN[name](after)
        if _essence(old) != _essence(new):
            yield _finding(before.id, name, old, new)


def _first_conflict(
    earlier: Sequence[Revision], later: Sequence[Revision]
) -> tuple[Revision, Revision | None] | None:
    """The first revision that does not stand where it stood, and what stands there now."""
    for index, revision in enumerate(earlier):
        successor = later[index] if index < len(later) else None
        if successor is None or _decision(successor) != _decision(revision):
            return revision, successor
    return None


def _additions(earlier: Sequence[Revision], later: Sequence[Revision]) -> list[Revision]:
    remaining = Counter(map(_decision, earlier))
    fresh = []
    for revision in later:
        if remaining[_decision(revision)] > 0:
            remaining[_decision(revision)] -= 1
        else:
            fresh.append(revision)
    return fresh


def _lead(revisions: Iterable[Revision], old: object, new: object) -> bool:
    """Whether revisions, one after the other, lead from one value to another."""
    for revision in revisions:
        if _essence(revision.old) != old:
            return False
        old = _essence(revision.new)
    return old == new


def _decision(revision: Revision) -> tuple[object, ...]:
    period = revision.period if revision.field == "target" else None
    terms = (_essence(revision.old), _essence(revision.new))
    return (revision.on, revision.source, *terms, _essence(period))


def _essence(value: object) -> object:
    """What of a value makes a difference to a verdict."""
    match value:
        case Period():
            return value.last
        case Goal():
            figures = value.interval(), value.up_to
            return figures, value.increase_by, value.reduce_by, value.above, value.below
        case Baseline():
            return value.value, value.date and value.date.last
        case Bilingual():
            return _normal(value.vi), _normal(value.en)
        case _:
            return value


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


# The register as a whole

_LOOSER: dict[str, Literal["lower", "higher"]] = {
    "on_track": "lower",
    "at_risk": "lower",
    "early": "higher",
    "about": "lower",
    "stale_after": "higher",
    "require_source": "lower",
}
"""Which way a cut is easier. Near a figure said to be about right every value has to meet."""


def _policy_findings(before: Register, after: Register) -> Iterator[Finding]:
    for field, easier in _LOOSER.items():
        old, new = getattr(before.policy, field), getattr(after.policy, field)
        is_easier = new < old if easier == "lower" else new > old
        # A goal that is about right is met the sooner, the more may be off.
        if is_easier or (field == "about" and new != old and _has_goal_about(before)):
            yield _finding(None, field, old, new)
    if before.policy.method != after.policy.method:
        yield _finding(None, "method", before.policy.method, after.policy.method)


def _has_goal_about(register: Register) -> bool:
    goals = (
        goal
        for target in register.targets.values()
        for goal in (
            target.target,
            target.each,
            *(part.target for part in target.slices),
            *map(own_goal, target.periods),
            *(part.target for part in target.conditions.values() if isinstance(part, Condition)),
        )
    )
    return any(goal is not None and goal.about is not None for goal in goals)


def _group_findings(before: Register, after: Register) -> Iterator[Finding]:
    reporting = {target.reporters for target in before.targets.values()}
    for name, old in before.groups.items():
        new = after.groups.get(name)
        if new is None or name not in reporting:
            continue
        if _sizes(old) != _sizes(new)[: len(old.size)]:
            yield _of_group(name, old, "size", _size_text(old), _size_text(new))
        members = frozenset(new.members)
        losses = [member for member in old.members if member not in members]
        if losses:
            yield _of_group(name, old, "members", ", ".join(losses), None)


def _of_group(name: str, group: Group, field: str, old: object, new: object) -> Finding:
    facts = {"title": group.name, "field": field, "old": old, "new": new}
    return Finding("goalposts-moved", "fail", None, None, facts, key=f"{name} {field}")


_OF_BODY = ("started", "ended", "how", "successor", "successors", "collective")


def _body_findings(before: Register, after: Register) -> Iterator[Finding]:
    """What was said of a body stays; that it ended, and what became of it, may be added."""
    reporting = {target.reporters for target in before.targets.values()}
    groups = [group for name, group in before.groups.items() if name in reporting]
    members = {member for group in groups for member in group.members}
    for name, old in before.bodies.items():
        new = after.bodies.get(name)
        if new is None or new == old:
            continue
        for field in _OF_BODY:
            value, later = getattr(old, field), getattr(new, field)
            is_free = not value and (field != "started" or name not in members)
            if value != later and not is_free:
                facts = {"title": old.name, "field": field}
                facts |= {"old": _list_text(value), "new": _list_text(later)}
                key = f"{name} {field}"
                yield Finding("goalposts-moved", "fail", None, None, facts, key=key)


def _list_text(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value


def _sizes(group: Group) -> list[tuple[object, int]]:
    return [(size.since.first, size.n) for size in group.size]


# What is shown


def _size_text(group: Group) -> str | None:
    return _pairs_text((str(size.since), str(size.n)) for size in group.size)


def _closing(target: Target) -> str | None:
    return f"{target.closed.on}: {target.closed.how}" if target.closed is not None else None


def _choices(target: Target) -> str | None:
    return _pairs_text(target.succession.items())


def _factors(conversions: Iterable[Conversion]) -> set[tuple[object, Decimal, date | None]]:
    return {
        (
            _essence(conversion.unit),
            conversion.factor,
            conversion.since.first if conversion.since is not None else None,
        )
        for conversion in conversions
    }


def _conversions(target: Target) -> Bilingual | None:
    if not target.convert:
        return None
    factors = [
        (
            conversion.unit,
            plain(conversion.factor)
            + (f" ({conversion.since.said})" if conversion.since is not None else ""),
        )
        for conversion in target.convert
    ]
    return Bilingual(
        vi=", ".join(f"{unit.vi}: {factor}" for unit, factor in factors),
        en=", ".join(f"{unit.en}: {factor}" for unit, factor in factors),
    )


def _pairs_text(pairs: Iterable[tuple[str, str]]) -> str | None:
    return ", ".join(f"{key}: {value}" for key, value in pairs) or None


def _revision_text(revision: Revision | None) -> str | None:
    if revision is None:
        return None
    name: str = revision.field
    if revision.field == "target" and revision.period is not None:
        name = f"{name} {revision.period}"
    return f"{revision.on}: {name} {_text(revision.old)} → {_text(revision.new)}"


def _text(value: Period | Goal | Baseline | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, Baseline):
        return plain(value.value) + (f" ({value.date})" if value.date is not None else "")
    if isinstance(value, Period):
        return str(value)
    if value.comparator in RELATIVE:
        return f"{value.comparator} {getattr(value, value.comparator)}"
    figures = (value.value,) if value.value_max is None else (value.value, value.value_max)
    return f"{value.comparator} {'–'.join(map(plain, figures))}"


FIELDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [
            *("commitment", *_TERMS, "revisions", "closed", *_SHOWN),
            *(
                "labels",
                "succession",
                "convert",
                "series",
                "classes",
                "timezone",
                *_LOOSER,
                "size",
                "members",
            ),
            *_OF_BODY,
        ]
    )
)
"""Every name that ``field`` may be."""

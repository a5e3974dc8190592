"""Whether the reports of a ledger can count for the register that they belong to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import cast

from cdstrack.core.model.entries import Body, Closed, Group, Target
from cdstrack.core.model.naming import MOST_NEAR
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Problem, Suggestions
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Report, import_row
from cdstrack.core.values.bodies import has_ended, owner_on
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.in_force import repeats_of, traits_of
from cdstrack.core.values.measures import figure_value
from cdstrack.core.values.points import figure_fits, forms_of
from cdstrack.core.verdict.referee import Referee
from cdstrack.core.verdict.rules import ACHIEVED

_first_day, _last_day = attrgetter("date.first"), attrgetter("date.last")
_order = attrgetter("order")


def check_ledger(
    register: Register, ledger: Ledger, near: Suggestions | None = None
) -> Iterator[Problem]:
    """Reports name a target, a body and a condition that they can count for, in a sound form.

    The fact ``report`` is the id of the record; the store knows its line. Of a ledger in batches
    each is checked for itself, with the same ``near``.
    """
    near = near or Suggestions()
    targets, bodies = register.targets, register.bodies
    parents = {target.part_of for target in targets.values() if target.part_of is not None}
    for filed, series in ledger.reports.items():
        name = filed if isinstance(filed, str) else filed[0]
        target = targets.get(name)
        if register.indicators and (target is None or target.indicator is not None):
            if target is not None:
                for report in series:
                    facts = {"id": name, "indicator": target.indicator, "report": report.id}
                    yield Problem("report_to_indicator", facts, target=name)
                continue
            target = register.subject(name)
        if target is not None and isinstance(filed, tuple) and name not in parents:
            category, sign, strand = filed[1].partition("@")
            if sign and (strand != target.judged_by):
                if category or strand not in target.strands:
                    yield from _check_strands(target, strand, category, series, near)
                    continue
                from cdstrack.core.model.strands import strand_of  # few have several series

                target = strand_of(target, strand)
            elif category:
                part = _slice_of(target, category)
                if part is None:
                    yield from _check_slices(target, category, series, near)
                    continue
                target = part
        if target is None:
            if name in register.headings:
                for report in series:
                    yield Problem("report_on_heading", {"id": name, "report": report.id})
            elif name not in register.broken and name not in register.named.get("indicators", ()):
                suggestion = near(name, [*targets, *register.indicators])
                for report in series:
                    facts = {"id": name, "suggestion": suggestion, "report": report.id}
                    yield Problem("report_unknown_target", facts)
        elif name in parents:
            for report in series:
                yield Problem("report_on_parent", {"id": name, "report": report.id}, target=name)
        else:
            has_own = target.conditions and target.has_condition_figures
            parts = _by_condition(target, series) if has_own else ((target, series),)
            for part, reports in parts:
                yield from _check_series(part, reports, ledger.ahead)
            if not ledger.parts <= target.conditions.keys():
                yield from _check_conditions(target, series, near)
            if len(series) > 1 and target.accumulates:
                yield from _check_repeats(target, series)
            elif target.reporters is not None:
                yield from _check_levels_of_all(target, series)
            if target.across not in (None, "sum") and target.accumulates:
                yield from _check_increments_of_nobody(target, series)
            if any(body is str for body, _ in traits_of(series)):
                group = register.groups.get(target.reporters or "")
                yield from _check_reporting_bodies(target, series, bodies, group, ledger.bodies)
    names = ledger.names
    for target in targets.values():
        is_here = names is None or target.ledger_id in names
        if is_here and target.closed is not None and target.closed.how == "missed":
            yield from _check_closing(target, register, ledger)


def days_of_plain_reports(register: Register) -> dict[str, date]:
    """From which day on a plain report is never a problem, by what reports name.

    Plain is a number of no body, condition, slice or series that had begun when it was recorded.
    What is asked for more than that, so that one report may be a problem beside another, is left
    out. It says of each report what ``check_ledger`` would.
    """
    parents = {target.part_of for target in register.targets.values()}
    days: dict[str, date] = {}
    for name, targets in register.targets_of.items():
        subject = register.subject(name)
        closings = [target.closed.how for target in targets if target.closed is not None]
        if subject is None or name in parents or "missed" in closings:
            continue
        forms = forms_of(subject, single=True) & forms_of(subject, single=False)
        is_split = subject.breakdown or subject.strands or subject.conditions or subject.reporters
        if is_split or subject.accumulates or subject.silence or Decimal not in forms:
            continue
        base = subject.baseline.date if subject.baseline is not None else None
        days[name] = base.last if base is not None else date.min
    return days


def _by_condition(
    target: Target, series: Sequence[Report]
) -> Iterator[tuple[Target, Sequence[Report]]]:
    """The reports on a target, and those on each condition with a figure of its own beside it."""
    from cdstrack.core.model.conditions import by_condition, subject_of  # few have figures

    rest, own = by_condition(target, series)
    yield target, rest if own else series
    for name, reports in own.items():
        yield subject_of(target, name), reports


def _slice_of(target: Target, name: str) -> Target | None:
    """A slice that a target is broken down by, None for any other."""
    if not target.breakdown:
        return None
    from cdstrack.core.model.breakdown import slice_names, slice_of  # few are broken down

    return slice_of(target, name) if name in slice_names(target) else None


def _check_slices(
    target: Target, name: str, series: Sequence[Report], near: Suggestions
) -> Iterator[Problem]:
    """Reports of a slice that the target does not have count for nothing."""
    from cdstrack.core.model.breakdown import slice_names, slices_like

    code = "report_unknown_slice" if target.breakdown else "report_slice_unasked"
    is_cheap = near.can_afford(len(name) * sum(1 for _ in slice_names(target)))
    suggestion = slices_like(target, name)[:MOST_NEAR] if is_cheap else None
    for report in series:
        facts = {"id": target.id, "report": report.id, "date": report.date, "slice": name}
        facts |= {"suggestion": suggestion} if target.breakdown else {}
        yield Problem(code, facts, level="warning", target=target.id)


def _check_strands(
    target: Target, name: str, category: str, series: Sequence[Report], near: Suggestions
) -> Iterator[Problem]:
    """Reports of a series that the target does not have, or of a slice in one that it is not
    judged by, count for nothing."""
    code = "report_series_unasked"
    facts: dict[str, object] = {"id": target.id, "series": name}
    if name in target.strands:
        code = "report_slice_in_series"
        facts |= {"slice": category, "judge": target.judged_by}
    elif target.strands:
        code = "report_unknown_series"
        suggestion = near(name, target.strands)
        facts |= {"suggestion": suggestion} if suggestion else {"allowed": list(target.strands)}
    for report in series:
        details = {**facts, "report": report.id, "date": report.date}
        yield Problem(code, details, level="warning", target=target.id)


def _check_closing(target: Target, register: Register, ledger: Ledger) -> Iterator[Problem]:
    """What was closed as missed had been missed by then."""
    day = cast(Closed, target.closed).on
    verdict = Referee(register, day).judge_whole(target, ledger)
    state, facts = verdict.ruling.state, {"date": day}
    place = register.places.get(target.id)
    if state in ACHIEVED:
        yield Problem("closing_of_success", facts, (), place, "warning", target.id)
    elif state != "missed":
        yield Problem("closing_too_early", facts, (), place, "warning", target.id)


def _check_conditions(
    target: Target, series: Sequence[Report], near: Suggestions
) -> Iterator[Problem]:
    """Whatever condition is reported on is one of the target's."""
    for report in series:
        if report.part is not None and report.part not in target.conditions:
            facts = {
                "id": target.id,
                "report": report.id,
                "date": report.date,
                "part": report.part,
                "suggestion": near(report.part, target.conditions),
            }
            yield Problem("report_unknown_part", facts, level="warning", target=target.id)


def _check_reporting_bodies(
    target: Target,
    series: Sequence[Report],
    bodies: Mapping[str, Body],
    group: Group | None,
    names: Set[str],
) -> Iterator[Problem]:
    """Whoever reports is known, is asked to, and exists on the day that the report describes."""
    members = set(group.members) if group else set()
    doubtful = {
        name
        for name in names
        if group is None
        or name not in bodies
        or (members and name not in members)
        or bodies[name].started is not None
        or bodies[name].ended is not None
    }
    for report in series if doubtful else ():
        name = report.body
        if name is None or name not in doubtful:
            continue
        facts = {"id": target.id, "report": report.id, "body": name, "date": report.date}
        body = bodies.get(name)
        if body is None:
            yield Problem("report_unknown_body", facts, target=target.id)
        elif group is None:
            yield Problem("report_body_unasked", facts, level="warning", target=target.id)
        elif members and name not in members:
            yield Problem("report_body_outside", facts, level="warning", target=target.id)
        elif has_ended(body, report.date.last):
            heir = owner_on(name, bodies, report.date.last, target.succession)
            facts |= {"ended": body.ended, "successor": None if heir.orphaned else heir.current}
            yield Problem("report_after_end", facts, level="warning", target=target.id)
        elif body.started is not None and report.date.last < body.started:
            yield Problem("report_before_start", facts, level="warning", target=target.id)


def _check_increments_of_nobody(target: Target, series: Sequence[Report]) -> Iterator[Problem]:
    """Increments without a body are part of a total only where bodies are summed."""
    for report in series:
        if report.body is None:
            facts = {"id": target.id, "report": report.id, "date": report.date}
            yield Problem("report_of_nobody", facts, level="warning", target=target.id)


def _check_repeats(target: Target, series: Sequence[Report]) -> Iterator[Problem]:
    """Increments that one clone would have taken for one, or for a correction: both add up."""

    def facts(report: Report, first: Report) -> dict[str, object]:
        value = figure_value(report.figure)
        about = {"id": target.id, "report": report.id, "first": first.id}
        return {**about, "date": report.date, "value": value}

    repeats = {report.id: (report, first) for report, first in repeats_of(series)}
    for pair in repeats.values():
        yield Problem("report_repeated", facts(*pair), level="warning", target=target.id)
    for report, first in _versions_of_rows(series):
        if report.id not in repeats:
            details = facts(report, first)
            yield Problem("report_form_twice", details, level="warning", target=target.id)


def _versions_of_rows(series: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
    """Reports of the same row of one form in two versions, for the same body and time."""
    firsts: dict[object, Report] = {}
    for report in sorted((report for report in series if report.key), key=_order):
        row = import_row(report.key or "")
        form = (report.key or "").removesuffix(row)
        if form:
            place = (form, row[33:], report.slot, report.date.first)
            first = firsts.setdefault(place, report)
            if first is not report and import_row(first.key or "") != row:
                yield report, first


def _check_levels_of_all(target: Target, series: Sequence[Report]) -> Iterator[Problem]:
    """A level for all bodies together is not taken once bodies have reported for themselves."""
    if len({body for body, _ in traits_of(series)}) < 2:
        return
    first = min(report.recorded for report in series if report.body is not None)
    for report in series:
        if report.body is None and report.corrects is None and report.recorded > first:
            facts = {"id": target.id, "report": report.id, "date": report.date}
            yield Problem("report_of_all", facts, level="warning", target=target.id)


def _check_series(target: Target, series: Sequence[Report], ahead: Set[str]) -> Iterator[Problem]:
    def facts(report: Report) -> dict[str, object]:
        return {"id": target.id, "report": report.id, "date": report.date}

    forms = forms_of(target, single=True) & forms_of(target, single=False)
    for report in series if not {figure for _, figure in traits_of(series)} <= forms else ():
        if figure_fits(report, target):
            continue
        if report.body is not None and target.across == "ratio":
            details = {**facts(report), "body": report.body}
            yield Problem("report_wants_share", details, target=target.id)
        else:
            details = {**facts(report), "kind": target.kind}
            yield Problem("report_wrong_form", details, target=target.id)
    base = target.baseline.date if target.baseline is not None else None
    if target.silence is not None:
        yield from _check_spans(target, series)
    elif base is not None and series and series[0].date.last < base.last:
        for report in series[: bisect_left(series, base.last, key=_last_day)]:
            details = {**facts(report), "baseline": base}
            yield Problem("report_before_baseline", details, level="warning", target=target.id)
    for report in series if ahead else ():
        if report.id in ahead:
            yield Problem("report_of_future", facts(report), level="warning", target=target.id)


def _check_spans(target: Target, series: Sequence[Report]) -> Iterator[Problem]:
    """Whether reports that are combined over a span lie in it, and beside each other."""

    def facts(report: Report) -> dict[str, object]:
        return {"id": target.id, "report": report.id, "date": report.date}

    window = window_of(target, target.deadline)
    base = target.baseline.date if target.baseline is not None else None
    first = window.since if window is not None and window.closed else date.min
    for report in series[: bisect_left(series, first, key=_last_day)]:
        if base is not None and report.date.last <= base.last:
            details = {**facts(report), "baseline": base}
            yield Problem("report_before_baseline", details, level="warning", target=target.id)
        else:
            details = {**facts(report), "start": target.start}
            yield Problem("report_before_window", details, level="warning", target=target.id)
    for report in _overlapping(series) if target.accumulates else ():
        yield Problem("report_overlap", facts(report), level="warning", target=target.id)
    for report, other in _crossing(series) if target.silence == "moves" else ():
        details = {**facts(report), "other": other.date}
        yield Problem("report_crossing", details, target=target.id)


def _crossing(series: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
    """Rates or levels for periods that overlap in part: of the common days only one can speak.

    Each with the last one that began and ended before it, if that ended in its time.
    """
    earlier: dict[object, tuple[list[Report], list[Report]]] = {}
    for report in series:
        # Of those that end before others and begin no earlier none is the last one for anybody.
        ladder, same_end = earlier.setdefault((report.body, report.part), ([], []))
        if same_end and same_end[0].date.last < report.date.last:
            for other in same_end:
                del ladder[bisect_left(ladder, other.date.first, key=_first_day) :]
                ladder.append(other)
            same_end.clear()
        at = bisect_left(ladder, report.date.first, key=_first_day)
        if at and ladder[at - 1].date.last >= report.date.first:
            yield report, ladder[at - 1]
        same_end.append(report)


def _overlapping(series: Sequence[Report]) -> Iterator[Report]:
    """Increments for periods that overlap; two for the same period are two parts of it."""
    ends: dict[object, tuple[date, Period | None]] = {}
    for report in series:
        period, source = report.date, (report.body, report.part)
        if period.first == period.last:
            continue
        until, previous = ends.get(source, (date.min, None))
        if period.first <= until and period != previous:
            yield report
        ends[source] = max(until, period.last), period

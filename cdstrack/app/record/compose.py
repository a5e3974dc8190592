"""From an entry to the record of a report: every part of it read and checked."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cdstrack.app.lookup import check_body, check_condition
from cdstrack.app.record.entry import Entry, Reading, figure_of
from cdstrack.app.standing import today_in
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.naming import legible
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Figure, Report, Share
from cdstrack.core.model.structs import replace
from cdstrack.core.values.across import BodyTotals
from cdstrack.core.values.coverage import window_of
from cdstrack.core.values.in_force import Rivals, traits_of
from cdstrack.core.values.measures import Bar
from cdstrack.core.verdict.referee import Referee
from cdstrack.i18n.notation import Language
from cdstrack.i18n.read_dates import read_period
from cdstrack.store.ledger.append import new_id

_TICK = timedelta(microseconds=1)
"""What tells the moments of two records apart."""
_LEAD = timedelta(minutes=1)
"""So far may the clock that recorded a rival be ahead of ours, or ours have stood while we waited,
without the rival standing above a report of now."""


def compose(
    register: Register,
    ledger: Ledger,
    target: Target,
    entry: Entry,
    original: Report | None,
    *,
    now: datetime,
    rivals: Rivals | None = None,
) -> Report:
    """The record of a report, every part of it checked. Raises Refusal.

    ``rivals`` are those of the ledger, if they are at hand.
    ``recorded`` is ``now``, or a microsecond after what the report competes with or replaces where
    that is up to a minute ahead: so it counts even where the clock stands still.
    """
    if original is not None:
        entry = _about_the_same(entry, original)
    check_reportable(register, target)
    if entry.part is not None:
        check_condition(target, entry.part)
    if entry.part is not None and target.conditions:
        from cdstrack.core.model.conditions import subject_of  # few have figures of their own

        target = subject_of(target, entry.part)
    check_source(register, entry.source)
    reports = ledger.of(target)
    if entry.void and original is not None:
        when, reading = original.date, Reading(None, None)
    else:
        today = today_in(register.timezone, now)
        when = _date(entry, original, today)
        reading = _figure(register, reports, target, entry, when, original)
    report = Report(
        id=new_id(),
        target=target.ledger_id,
        body=entry.body,
        part=entry.part,
        date=when,
        figure=reading.figure,
        qualifier=reading.qualifier,
        source=legible(entry.source or "") or None,
        note=_text(entry.note),
        by=legible(entry.by or "") or None,
        recorded=now.astimezone(UTC),
        corrects=original.id if original is not None else None,
        key=entry.key,
        wording=reading.wording,
        evidence=entry.evidence,
        slice=target.of_slice,
        strand=target.strand,
    )
    competitors = (rivals or Rivals(ledger.reports)).of_slot(report)
    return report._replace(recorded=_moment(report.recorded, competitors, original))


def _about_the_same(entry: Entry, original: Report) -> Entry:
    """A correction is of the same body and condition unless it says otherwise; a void always is."""
    if entry.void:
        return replace(entry, body=original.body, part=original.part)
    return replace(entry, body=entry.body or original.body, part=entry.part or original.part)


def _moment(now: datetime, rivals: Sequence[Report], original: Report | None) -> datetime:
    """Now, or just after the last of the rivals and the original that are hardly ahead of now.

    ``rivals`` are in the order recorded.
    """
    at = bisect_right(rivals, _LEAD, key=lambda rival: rival.recorded - now)
    near = [*rivals[max(at - 1, 0) : at], *([original] if original is not None else [])]
    ahead = [rival.recorded for rival in near if rival.recorded - now <= _LEAD]
    return max([now, *(moment + _TICK for moment in ahead)])


def _text(text: str | None) -> str | None:
    return unicodedata.normalize("NFC", text).strip() or None if text is not None else None


# What may be reported at all


def check_reportable(register: Register, target: Target) -> None:
    """Refuse reports on a target that stands as its classes do."""
    classes = register.classes.get(target.id) if target.indicator is None else None
    if classes:
        raise Refusal("parent_takes_no_reports", id=target.id, classes=classes)


def check_source(register: Register, source: str | None) -> None:
    """Refuse a report without a source where the register wants one."""
    if register.policy.require_source and not source:
        raise Refusal("source_required")


# Its date


def _date(entry: Entry, original: Report | None, today: date) -> Period:
    """What was typed, else the date of the report that this one replaces, else today."""
    if entry.date is not None:
        return reference_date(entry.date, entry.lang, today)
    return original.date if original is not None else Period.day(today)


def reference_date(text: str, lang: Language, today: date) -> Period:
    """The day or the period that a figure describes, as a clerk typed it; it is over by today."""
    when = read_period(text, lang, today)
    if when.first > today:
        raise Refusal("date_in_future", date=when, today=today)
    if when.last > today:
        raise Refusal("period_not_over", date=when, today=today)
    return when


# Its figure


def _figure(
    register: Register,
    reports: Sequence[Report],
    target: Target,
    entry: Entry,
    when: Period,
    original: Report | None,
) -> Reading:
    """What is reported as of a date, of one body or of all of them."""
    is_whole = target.reporters is not None and entry.body is None and original is None
    if entry.body is not None:
        check_body(register, target, entry.body, when)
    elif is_whole:
        check_whole(target, reports)
    reading = figure_of(target, entry, when.last)
    if is_whole and not entry.for_all:
        raise Refusal("body_or_all", id=target.id)
    if entry.add is not None and not target.accumulates:
        figure = _sum(register, reports, target, entry, reading.figure, when)
        return Reading(figure, reading.qualifier)
    return reading


def check_whole(target: Target, reports: Sequence[Report]) -> None:
    """Refuse a level for all bodies together where they report for themselves.

    It would stand above theirs until the last of them has reported anew. An increment for all of
    them is refused where they are not summed: it is part of nobody's total.
    """
    if target.accumulates and target.across != "sum":
        raise Refusal("body_of_increment", id=target.id)
    if not target.accumulates and any(body is str for body, _ in traits_of(reports)):
        bodies = {report.body for report in reports} - {None}
        raise Refusal("body_wanted", id=target.id, n=len(bodies))


def _sum(
    register: Register,
    reports: Sequence[Report],
    target: Target,
    entry: Entry,
    figure: Figure,
    when: Period,
) -> Figure:
    """What is to be added, on top of what was reported last for the same body and condition."""
    if entry.part is None and entry.body is not None:
        last = stood_at(Referee(register, when.last), target, reports, entry.body)
    else:
        last = last_report(reports, entry.body, entry.part, when.last)
    if last is not None and isinstance(last.figure, Share):
        raise Refusal("add_to_share", id=target.id)
    if last is not None and isinstance(last.figure, Decimal) and isinstance(figure, Decimal):
        figure = EXACT.add(figure, last.figure)
    if isinstance(figure, Decimal) and target.accumulate == "ratio" and not 0 <= figure <= 100:
        raise Refusal("percent_bounds", value=figure)
    return figure


def last_report(
    reports: Sequence[Report], body: str | None, part: str | None, day: date = date.max
) -> Report | None:
    """The last report of a body on a condition up to a day."""
    about = (body, part)
    earlier = [r for r in reports if r.date.last <= day and (r.body, r.part) == about]
    return earlier[-1] if earlier else None


def stood_at(
    referee: Referee, target: Target, reports: Sequence[Report], body: str | None
) -> Report | None:
    """What a body stands at on the referee's day, by its own reports or those it follows."""
    population = referee.populations.of(target)
    if population is None or body is None:
        return None
    bar = Bar(target.target, referee.register.policy.about)
    totals = BodyTotals(target, population, bar, window_of(target, target.deadline))
    standing = totals.values(reports, referee.as_of).standing
    return standing.held.get(body) if standing is not None else None

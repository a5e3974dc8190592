"""From an entry to the record of a report: every part of it read and checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cdstrack.app.lookup import check_body, check_condition
from cdstrack.app.record.entry import Entry
from cdstrack.app.record.figure import figure_of
from cdstrack.core.model.decimals import EXACT
from cdstrack.core.model.entries import Target
from cdstrack.core.model.periods import Period, parse_period
from cdstrack.core.model.problems import Refusal
from cdstrack.core.model.register import Ledger, Register
from cdstrack.core.model.report import Figure, Report, Share
from cdstrack.core.values.across import BodyTotals
from cdstrack.core.values.bodies import Populations
from cdstrack.core.values.measures import Bar
from cdstrack.core.values.points import accumulates
from cdstrack.i18n.numbers import Language
from cdstrack.i18n.read_dates import read_period
from cdstrack.store.ledger.append import new_id

_TICK = timedelta(microseconds=1)
"""What tells the moments of two records apart."""
_LAST = datetime.max.replace(tzinfo=UTC) - _TICK


def compose(
    register: Register,
    target: Target,
    entry: Entry,
    replaced: Report | None,
    ledger: Ledger,
    *,
    now: datetime,
    day: date,
) -> Report:
    """The record of a report, every part of it checked. Raises Refusal.

    ``recorded`` is ``now``, but never before a microsecond after what the report competes with or
    replaces: it counts also where the clock was set back or stands still (``draft`` says so).
    """
    if entry.void and replaced is not None:
        entry = replace(entry, body=replaced.body, part=replaced.part)
    if replaced is not None:  # a correction is about the same body and condition unless it says
        entry = replace(entry, body=entry.body or replaced.body, part=entry.part or replaced.part)
    check_reportable(register, target)
    if entry.part is not None:
        check_condition(target, entry.part)
    if register.policy.require_source and not entry.source:
        raise Refusal("source_required")
    figure: Figure = None
    qualifier = None
    known = ledger.of(target)
    if entry.void and replaced is not None:
        when = replaced.date
    else:
        default = replaced.date if replaced is not None else Period.day(day)
        when = reference_date(entry.date, entry.lang, day) if entry.date is not None else default
        if entry.body is not None:
            check_body(register, target, entry.body, when)
        elif target.reporters is not None and not accumulates(target):
            _check_whole(target, known, replaced)
        figure, qualifier = figure_of(target, entry)
        if entry.add is not None and not accumulates(target):
            figure = _added(register, target, entry, figure, known, when)
    report = Report(
        id=new_id(),
        target=target.id,
        body=entry.body,
        part=entry.part,
        date=when,
        figure=figure,
        qualifier=qualifier,
        source=_text(entry.source),
        note=_text(entry.note),
        by=_text(entry.by),
        recorded=now.astimezone(UTC),
        corrects=replaced.id if replaced is not None else None,
        key=entry.key,
    )
    rivals = [each for each in known if each.slot == report.slot]
    if replaced is not None:
        rivals.append(replaced)
    recorded = report.recorded
    for each in rivals:
        recorded = max(recorded, min(each.recorded, _LAST) + _TICK)
    return report._replace(recorded=recorded)


def check_reportable(register: Register, target: Target) -> None:
    """Refuse reports on a target that stands as its classes do."""
    classes = [each.id for each in register.targets.values() if each.part_of == target.id]
    if classes:
        raise Refusal("parent_takes_no_reports", id=target.id, classes=classes)


def reference_date(text: str, lang: Language, today: date) -> Period:
    """The day or the period that a figure describes, as a clerk wrote it; it is over by today."""
    when = period_of(text, lang, today)
    if when.first > today:
        raise Refusal("date_in_future", date=when, today=today)
    if when.last > today:
        raise Refusal("period_not_over", date=when, today=today)
    return when


def period_of(text: str, lang: Language, today: date) -> Period:
    """A day or a period as it is written in a language. Raises Fault."""
    return parse_period(read_period(text, lang, today))


def _text(text: str | None) -> str | None:
    return unicodedata.normalize("NFC", text).strip() or None if text is not None else None


def _check_whole(target: Target, known: Sequence[Report], replaced: Report | None) -> None:
    """Refuse a figure for all bodies together where they report for themselves.

    It would stand above theirs until the last of them has reported anew.
    """
    told = {each.body for each in known} - {None}
    if told and replaced is None:
        raise Refusal("body_wanted", id=target.id, n=len(told))


def stood_at(
    register: Register, target: Target, known: Sequence[Report], body: str | None, day: date
) -> Report | None:
    """What a body stood at on a day, by its own reports or by those of bodies it follows."""
    population = Populations(register.groups, register.bodies).of(target)
    if population is None or body is None:
        return None
    bar = Bar(target.target, register.policy.about)
    standing = BodyTotals(target, population, bar).values(known, day).standing
    return standing.held.get(body) if standing is not None else None


def _added(
    register: Register,
    target: Target,
    entry: Entry,
    figure: Figure,
    known: Sequence[Report],
    when: Period,
) -> Figure:
    """What is to be added, on top of what was reported last for the same."""
    earlier = [
        report
        for report in known
        if report.date.last <= when.last and (report.body, report.part) == (entry.body, entry.part)
    ]
    if entry.part is None and entry.body is not None:
        own = stood_at(register, target, known, entry.body, when.last)
        earlier = [own] if own is not None else []
    if earlier and isinstance(earlier[-1].figure, Share):
        raise Refusal("add_to_share", id=target.id)
    if earlier and isinstance(earlier[-1].figure, Decimal) and isinstance(figure, Decimal):
        figure = EXACT.add(figure, earlier[-1].figure)
    if isinstance(figure, Decimal) and target.accumulate == "ratio" and not 0 <= figure <= 100:
        raise Refusal("percent_bounds", value=figure)
    return figure

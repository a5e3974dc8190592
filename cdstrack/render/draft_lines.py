"""A report before and after it is written, in words."""

from __future__ import annotations

from collections.abc import Iterator

from cdstrack.app.record.draft import Draft
from cdstrack.core.model.breakdown import TargetSlice
from cdstrack.core.model.entries import Target
from cdstrack.core.model.report import Report
from cdstrack.i18n import Words
from cdstrack.render.phrases import (
    STATE_STYLE,
    explain,
    figure_words,
    number_with_unit,
    reported_words,
    text_of,
    whose_words,
)
from cdstrack.render.text import Line, one_line, width_of
from cdstrack.store.base import Receipt


def draft_lines(draft: Draft, words: Words) -> Iterator[Line]:
    """Target, figure, previous value, change, state before → after."""
    target, report = draft.target, draft.report
    yield [(text_of(target.title, words), "bold")]
    yield [(target.ledger_id, "dim")]
    kind = "draft_increment" if target.accumulates else "draft_total"
    if report.figure is None:
        kind = "draft_void"
    elif isinstance(report.figure, bool):
        kind = "draft_done"
    subject = draft.original if kind == "draft_void" and draft.original is not None else report
    figure = reported_words(subject, target, words)
    yield _pair(words(kind), f"{figure} · {words.period(report.date)}")
    if draft.original is not None and report.figure is not None:
        yield _pair(words("draft_corrects"), _figure_and_date(draft.original, target, words))
    for key, text in (
        ("draft_body", text_of(draft.body.name, words) if draft.body else report.body),
        ("draft_part", _condition(report, target, words)),
        ("draft_slice", _slice(report, target, words)),
        ("draft_series", _series(draft, words)),
        ("draft_source", report.source),
        ("draft_evidence", report.evidence),
        ("draft_note", report.note),
        ("draft_by", report.by),
    ):
        if text:
            yield _pair(words(key), one_line(text))
    if draft.already is not None:  # nothing changes
        return
    if draft.is_own:
        yield from _own_change(draft, words)
        yield from _doubts(draft, words)
        return
    yield from _body_change(draft, words) if report.body is not None else _change(draft, words)
    is_one_of_many = bool(draft.others)
    own = [(draft.before, draft.after)] if target.of_strand is None else []
    for number, (before, after) in enumerate([*own, *draft.others]):
        label = "" if number else words("draft_state")
        line: Line = [
            (_label(label), "dim"),
            (words(f"state_{before.state}"), STATE_STYLE[before.state]),
            (" → ", "dim"),
            (words(f"state_{after.state}"), STATE_STYLE[after.state]),
        ]
        name = after.target.id
        if after.target.of_slice is not None:
            name += f" · {after.target.of_slice}"
        elif after.target.of_condition is not None:
            name += f" · {after.target.of_condition}"
        yield [*line, (f"  {name}", "dim")] if is_one_of_many else line
        yield [(_label(""), ""), (explain(after, words), "dim")]
    yield from _doubts(draft, words)


def _doubts(draft: Draft, words: Words) -> Iterator[Line]:
    for doubt in draft.doubts:
        text = words(f"doubt_{doubt.code}", **doubt.facts)
        yield [(words("level_warning"), "warning"), (": ", ""), (text, "")]


def _condition(report: Report, target: Target, words: Words) -> str | None:
    condition = target.conditions.get(report.part or "")
    return f"{text_of(condition, words)} ({report.part})" if condition else report.part


def _series(draft: Draft, words: Words) -> str | None:
    """Which of several series a report is of, and whether it judges."""
    if draft.report.strand is None:
        return None
    key = "series_judges" if draft.target.of_strand is None else "series_is_shown"
    if draft.target.of_strand is not None and draft.others:  # it was taken from what judges
        key = "series_is_left"
    return words(key, series=draft.report.strand)


def _slice(report: Report, target: Target, words: Words) -> str | None:
    if not isinstance(target, TargetSlice):
        return report.slice
    return f"{text_of(target.label, words)} ({report.slice})"


def _figure_and_date(report: Report, target: Target, words: Words) -> str:
    return f"{reported_words(report, target, words)} · {words.period(report.date)}"


def _change(draft: Draft, words: Words) -> Iterator[Line]:
    """The value of the target before, and how it moves."""
    target, report = draft.target, draft.report
    previous = words("no_value")
    if draft.previous is not None:
        figure = figure_words(draft.previous, target, words)
        previous = f"{figure} · {words.period(draft.previous.date)}"
    yield _pair(words("draft_previous"), previous)
    newer = draft.previous is not None and report.date.last < draft.previous.day
    partly = "partly_reported" in draft.after.flags
    if report.part is not None and partly and draft.change in (None, 0):
        yield _pair(words("draft_change"), words("change_none_part"))
    elif draft.change == 0 and newer and draft.previous is not None:
        yield _pair(words("draft_change"), words("change_none_newer", date=draft.previous.date))
    elif draft.change is not None and not isinstance(report.figure, bool):
        sign = "+" if draft.change > 0 else ""
        change = number_with_unit(draft.change, target, words)
        if target.in_percent:  # percentages differ by points
            change = words("points", value=words.number(draft.change, places=2))
        yield _pair(words("draft_change"), sign + change)


def _own_change(draft: Draft, words: Words) -> Iterator[Line]:
    """What the body stood at before; what all come to only those see who may read all reports."""
    target, before = draft.target, draft.body_before
    previous = _figure_and_date(before, target, words) if before is not None else words("no_value")
    yield _pair(words("draft_previous"), previous)
    yield [(_label(""), ""), (words("draft_own"), "dim")]


def _body_change(draft: Draft, words: Words) -> Iterator[Line]:
    """What the body stood at before, and what that does to the value of all."""
    target, before = draft.target, draft.body_before
    previous = _figure_and_date(before, target, words) if before is not None else words("no_value")
    yield _pair(words("draft_previous"), previous)
    values = [
        figure_words(verdict.last, target, words) if verdict.last else words("no_value")
        for verdict in (draft.before, draft.after)
    ]
    yield _pair(words("draft_whole"), " → ".join(values))
    if draft.after.standing is not None:
        yield _pair(
            words("draft_reported"), whose_words(draft.after, draft.after.standing.reported, words)
        )


def _pair(label: str, text: str) -> Line:
    return [(_label(label), "dim"), (text, "")]


def _label(text: str) -> str:
    return "  " + text + " " * max(20 - width_of(text), 1)


def aside_lines(receipt: Receipt, words: Words) -> Iterator[Line]:
    """What was set aside before anything was written, and where it waits."""
    if receipt.aside is not None:
        path, n = receipt.aside
        yield [(words("moved_aside", n=n, path=path), "warning")]
    if receipt.outbox is not None:
        yield [(words("in_outbox", path=receipt.outbox), "warning")]


def receipt_lines(receipt: Receipt, target: Target, words: Words) -> Iterator[Line]:
    """What was written, and what counts for its date from now on."""
    key, style = ("recorded", "good") if receipt.new else ("already_recorded", "")
    yield [(words(key, id=receipt.report.id), style)]
    yield from aside_lines(receipt, words)
    report, rival = receipt.report, receipt.in_force
    if rival is None:
        if receipt.new:
            yield [(words("in_force_none", date=report.date), "")]
        return
    facts = {"date": rival.date, "figure": reported_words(rival, target, words), "id": rival.id}
    if report.figure is not None and rival.id != report.id:
        yield [(words("in_force_other", **facts, day=rival.recorded.date()), "warning")]
    elif receipt.new:
        yield [(words("in_force", **facts), "")]

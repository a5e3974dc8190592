"""Everything on one target: the promise, the verdict and its rule, measures, history, owners."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cdstrack.app.publication import Archive
from cdstrack.app.records import foreign_corrections
from cdstrack.app.standing import Status
from cdstrack.core.model.breakdown import dimension_title, slice_title_in_full
from cdstrack.core.model.entries import Body, Note, Quantity, Source
from cdstrack.core.values.measures import Point, figure_value
from cdstrack.core.verdict.rules import FAILED, SETTLED
from cdstrack.core.verdict.verdict import Verdict
from cdstrack.i18n import Words
from cdstrack.render import data
from cdstrack.render.board import Listing
from cdstrack.render.chart import chart
from cdstrack.render.phrases import (
    STATE_STYLE,
    STATE_SYMBOL,
    as_of_words,
    body_name,
    cited_sources,
    computed_words,
    days_words,
    every_words,
    evidence_words,
    explain,
    figure_words,
    flag_words,
    gap_words,
    goal_words,
    goalposts_words,
    level_of,
    level_words,
    number_with_unit,
    pace_words,
    progress_words,
    rate_words,
    relative_words,
    reported_of,
    reported_words,
    revision_words,
    short_goal,
    text_of,
    times_words,
    unit_words,
    value_words,
    whose_words,
    with_wording,
)
from cdstrack.render.table import Cell, Column, Row, lay_out
from cdstrack.render.text import Line, Look, one_line, visible, width_of, wrap

LABEL = 20
MAX_TEXT = 96
SHOWN_REPORTS = 12


class Page:
    """Lines of the page, with labels in a column and long texts wrapped beside them."""

    def __init__(self, words: Words, look: Look) -> None:
        self.words = words
        self.width = min((look.width or MAX_TEXT) - 2, MAX_TEXT)
        self.lines: list[Line] = []

    def section(self, key: str) -> None:
        self.lines += [[], [(self.words(key), "heading")]]

    def field(self, key: str, text: str, style: str = "") -> None:
        label = self.words(key)
        label += " " * (LABEL - width_of(label))
        for number, part in enumerate(wrap(visible(text), self.width - LABEL - 2)):
            self.lines.append(
                [("  " + (label if number == 0 else " " * LABEL), "dim"), (part, style)]
            )

    def item(self, text: str, style: str = "") -> None:
        for number, part in enumerate(wrap(visible(text), self.width - 4)):
            self.lines.append([("  • " if number == 0 else "    ", "dim"), (part, style)])


def target_listing(verdict: Verdict, status: Status, words: Words, look: Look) -> Listing:
    """The page, and the same as one object."""
    return Listing(
        page(verdict, status, words, look), lambda: _documents([verdict], status, whole=True)[0]
    )


def _documents(
    verdicts: Iterable[Verdict], status: Status, *, whole: bool = False
) -> list[dict[str, data.Json]]:
    """All there is on single targets, with the sources that they cite."""
    from cdstrack.render.register_shape import envelope, sources_of  # people read no objects
    from cdstrack.render.target_shape import FULL_TARGET

    archive, sources = Archive(status), status.register.sources
    return [
        {
            **(envelope(status.as_of) if whole else {}),
            **FULL_TARGET.of(archive.dossier(verdict)),
            "sources": sources_of(sources, cited_sources(verdict)),
        }
        for verdict in verdicts
    ]


def page(verdict: Verdict, status: Status, words: Words, look: Look) -> Iterator[Line]:
    """The whole page of one target, as lines; worked out when they are read."""
    to = Page(words, look)
    target = verdict.target
    for part in wrap(visible(text_of(target.title, words)), to.width):
        to.lines.append([(part, "bold")])
    to.lines.append([(target.id, "dim")])
    _verdict(to, verdict, status)
    _classes(to, status, target.id)
    _promise(to, verdict)
    if verdict.slices:
        _slices(to, verdict, look)
    _owners(to, verdict, status.register.bodies)
    if target.id not in status.parents:
        _measures(to, verdict)
        _spans(to, verdict)
        _bodies(to, verdict, status.register.bodies)
        _series(to, verdict, status.register.sources)
        _strands(to, verdict, look)
        _foreign(to, verdict, status)
    _goalposts(to, verdict)
    evidence = [note for note in verdict.notes if note.evidence]
    remarks = [note for note in verdict.notes if not note.evidence]
    _notes(to, "sec_evidence", evidence)
    _notes(to, "sec_notes", remarks)
    _extensions(to, status.register.extensions.get(target.id, {}))
    _sources(to, [verdict], status.register.sources)
    yield from to.lines


def _extensions(to: Page, extensions: Mapping[str, object]) -> None:
    """What the register says of a target in keys of its own."""
    if extensions:
        to.section("sec_extensions")
    for key, value in extensions.items():
        text = value if isinstance(value, str) else data.dumps(data.tree(value))
        to.item(f"{key}: {' '.join(text.split())}")


def _verdict(to: Page, verdict: Verdict, status: Status) -> None:
    words, state = to.words, verdict.state
    days = days_words(verdict, words)
    text = days if state == "overdue" and days else words(f"state_{state}")
    if days and text != days:
        text += f" · {days}"
    head = f"{STATE_SYMBOL[state]} {text}"
    to.lines += [[], [(head, STATE_STYLE[state]), (f"   {words(f'cell_{verdict.cell}')}", "dim")]]
    for part in wrap(visible(explain(verdict, words)), to.width - 2):
        to.lines.append([("  " + part, "")])
    to.lines.append([("  " + as_of_words(status.as_of, status.known_on, words), "dim")])
    for text in goalposts_words(verdict, words):
        to.item(text, "warn")
    for flag in verdict.flags:
        to.item(flag_words(verdict, flag, words), "info")


def _classes(to: Page, status: Status, parent: str) -> None:
    classes = [member for member in status.verdicts if member.target.part_of == parent]
    if not classes:
        return
    to.section("sec_classes")
    for member in classes:
        words = to.words
        mark = f"{STATE_SYMBOL[member.state]} {words(f'state_{member.state}')}"
        to.item(f"{text_of(member.target.title, words)}: {mark} ({member.target.id})")


def _slices(to: Page, verdict: Verdict, look: Look) -> None:
    """Each slice with its value, its goal and how it stands; those without a goal are watched."""
    words, target = to.words, verdict.target
    to.section("sec_slices")
    keys = ("col_slice", "col_slice_value", "col_slice_goal", "col_state")
    names = [words(key) for key in keys]
    columns = [Column(names[0], wraps=True, least=16), *map(Column, names[1:])]
    rows = []
    for name, part in verdict.slices.items():
        figure: Cell = [(line, "") for line in re.split("(?<=,) ", value_words(part, words))]
        if part.last is not None:
            figure.append((f"· {words.period(part.last.date)}", ""))
        state, style = words("only_watched"), "dim"
        if part.target.target is not None:
            state = f"{STATE_SYMBOL[part.state]} {words(f'state_{part.state}')}"
            style = STATE_STYLE[part.state]
        goal = short_goal(part.terms.goal, part.target, words)
        title = text_of(slice_title_in_full(target, name), words)
        rows.append(Row([[(title, "")], figure, [(goal, "")], [(state, style)]]))
    inner = look._replace(width=to.width - 2) if look.width is not None else look
    to.lines += [[("  ", ""), *line] for line in lay_out(columns, rows, inner)]
    dimension = target.total_by or next(iter(target.breakdown))
    by = text_of(dimension_title(target, dimension), words)
    to.item(words(f"total_{target.total}", dimension=by), "dim")


def _promise(to: Page, verdict: Verdict) -> None:
    words, target, terms, stated = to.words, verdict.target, verdict.terms, verdict.target.stated
    to.section("sec_promise")
    goal = goal_words(terms.goal, target, words)
    unit = unit_words(target, words)
    written, by = target.target, None
    is_open = terms.goal is None and written is not None
    if written is not None:
        by = written.increase_by or written.reduce_by
    counts = not is_open or (by is not None and not by.is_share)
    aim = goal if unit.startswith("%") or not unit or not counts else f"{goal} {unit}"
    if terms.goal is not None and terms.goal.up_to is not None:
        low, high = (words.number(end) for end in (terms.goal.value, terms.goal.up_to))
        key = "range_more_than" if terms.goal.more_than is not None else "range_at_least"
        aim += f"; {words(key, low=low, high=high)}"
    elif terms.goal is not None and terms.goal.about is not None:
        near = terms.goal.interval(verdict.policy.about)
        if near.low is not None and near.high is not None:
            aim += f"; {words('range_about', low=near.low, high=near.high)}"
    if terms.goal is not None and terms.goal.is_told_from_a_value:
        aim += f"; {words('goal_written', goal=relative_words(terms.goal, target, words))}"
    elif is_open and target.kind != "sustain":
        aim += f"; {words('goal_unknown')}"
    if terms.goal is None and verdict.conditions and target.kind != "milestone":
        aim = words("goal_by_conditions")
    if any(terms.figures.values()):
        aim += f"; {words('goal_by_period')}"
    to.field("lbl_target", aim)
    to.field("lbl_deadline", words.deadline(terms.deadline))
    to.field("lbl_said", words("said_on", by=text_of(stated.by, words), day=stated.on))
    if stated.figure:
        where = words("figure_at", figure=stated.figure, paragraph=stated.paragraph or 0)
        to.field("lbl_figure", where if stated.paragraph else stated.figure)
    if stated.quote:
        to.field("lbl_quote", words("quote_of", quote=stated.quote))
    to.field("lbl_source", f"[{stated.source}]")
    if target.place is not None:
        to.field("lbl_place", target.place)
    if stated.strength:
        to.field("lbl_strength", words(f"strength_{stated.strength}"))
    reading = words(f"reading_{stated.reading}")
    if stated.inferred:
        parts = ", ".join(words(f"part_{part}") for part in stated.inferred)
        reading += f"; {words('inferred_parts', parts=parts)}"
    to.field("lbl_reading", reading)
    for name, text in target.conditions.items():
        part, condition = verdict.conditions.get(name), text_of(text, words)
        to.field("lbl_condition", condition if part is None else _standing(part, condition, words))
    if target.indicator is not None:
        to.field("lbl_indicator", target.indicator)
    _definition(to, target)


def _standing(part: Verdict, condition: str, words: Words) -> str:
    """A condition with a figure of its own: its goal, what it stands at, and how."""
    goal, value = goal_words(part.terms.goal, part.target, words), value_words(part, words)
    unit = "" if part.target.in_percent else unit_words(part.target, words)
    if part.last is not None and len(part.spans) <= 1:
        value = f"{figure_words(part.last, part.target, words)}, {words.period(part.last.date)}"
    state = f"{STATE_SYMBOL[part.state]} {words(f'state_{part.state}')}"
    facts = {"condition": condition, "goal": f"{goal} {unit}".rstrip()}
    return words("condition_stands", value=value, state=state, **facts)


def _definition(to: Page, quantity: Quantity) -> None:
    """How it is measured, and whom to ask."""
    if quantity.definition is not None:
        to.field("lbl_definition", text_of(quantity.definition, to.words))
    if quantity.contact is not None:
        to.field("lbl_contact", text_of(quantity.contact, to.words))


def _due(verdict: Verdict) -> date:
    return verdict.terms.deadline.last if verdict.terms.deadline is not None else date.min


def indicator_listing(name: str, status: Status, words: Words, look: Look) -> Listing:
    """The page of an indicator with every target on it, and the same as one object."""
    verdicts = [verdict for verdict in status.verdicts if verdict.target.indicator == name]
    return Listing(
        _indicator_page(name, verdicts, status, words, look),
        lambda: _indicator_document(name, verdicts, status),
    )


def _indicator_document(name: str, verdicts: Iterable[Verdict], status: Status) -> data.Parts:
    from cdstrack.render.register_shape import INDICATOR, envelope  # people read no objects

    return {
        **envelope(status.as_of),
        **INDICATOR.of((name, status.register)),
        "targets": [*_documents(verdicts, status)],
    }


def _indicator_page(
    name: str, verdicts: Sequence[Verdict], status: Status, words: Words, look: Look
) -> Iterator[Line]:
    """What an indicator is, where the targets on it stand, and its one series."""
    to, indicator = Page(words, look), status.register.indicators[name]
    for part in wrap(visible(text_of(indicator.title, words)), to.width):
        to.lines.append([(part, "bold")])
    to.lines.append([(name, "dim")])
    to.lines.append([("  " + as_of_words(status.as_of, status.known_on, words), "dim")])
    to.section("sec_indicator")
    to.field("lbl_unit", text_of(indicator.unit, words))
    _definition(to, indicator)
    for baseline in (indicator.baseline, *indicator.baselines):
        if baseline is not None:
            figure = words.number(baseline.value)
            when = f" ({words.period(baseline.date)})" if baseline.date is not None else ""
            to.field("lbl_baseline", figure + when)
    for text in indicator.conditions.values():
        to.field("lbl_condition", text_of(text, words))
    for dimension, categories in indicator.breakdown.items():
        called = indicator.dimensions.get(dimension)
        by = f"{text_of(called, words)}: " if called is not None else ""
        labels = ", ".join(text_of(text, words) for text in categories.values())
        to.field("lbl_breakdown", by + labels)
    if indicator.report_every is not None:
        every = every_words(indicator.report_every, words)
        lag = words("lag_of", days=indicator.lag_days) if indicator.lag_days else ""
        to.field("lbl_report_every", every + lag)
    if indicator.source is not None:
        to.field("lbl_source", f"[{indicator.source}]")
    to.section("sec_targets")
    if not verdicts and (later := status.register.targets_of[name]):
        first = min(later, key=lambda target: target.stated.on)
        facts = {"day": status.as_of, "id": first.id, "first": first.stated.on}
        to.item(words("no_targets_yet", **facts), "dim")
    for verdict in verdicts:
        target, terms, state = verdict.target, verdict.terms, verdict.state
        title = text_of(target.title, words) if target.title != indicator.title else ""
        facts = {
            "title": title,
            "id": target.id,
            "goal": goal_words(terms.goal, target, words),
            "deadline": words.deadline(terms.deadline) + _plan_by_now(verdict, words),
            "state": f"{STATE_SYMBOL[state]} {words(f'state_{state}')}",
        }
        to.item(words("target_of_indicator", **facts).lstrip(), STATE_STYLE[state])
    for verdict in sorted(verdicts, key=_due)[-1:]:
        if verdict.slices:
            _slices(to, verdict, look)
        _bodies(to, verdict, status.register.bodies, verdicts)
        _series(to, verdict, status.register.sources, verdicts)
        _strands(to, verdict, look)
        _foreign(to, verdict, status)
    _sources(to, verdicts, status.register.sources)
    yield from to.lines


def _plan_by_now(verdict: Verdict, words: Words) -> str:
    """What was planned for the day, of what still has time."""
    if verdict.planned is None or verdict.passed or verdict.state in SETTLED:
        return ""
    return (
        f", {words('plan_by_now', value=number_with_unit(verdict.planned, verdict.target, words))}"
    )


def _source_words(name: str, sources: Mapping[str, Source], words: Words) -> str:
    source = sources.get(name)
    if source is None:
        return name
    parts = [text_of(source.title, words)]
    if source.publisher is not None:
        parts.append(text_of(source.publisher, words))
    if source.date is not None:
        parts.append(words.period(source.date))
    text = ", ".join(parts)
    return f"{text} <{source.url}>" if source.url else text


def _owners(to: Page, verdict: Verdict, bodies: Mapping[str, Body]) -> None:
    words = to.words
    to.section("sec_owner")
    for number, name in enumerate(verdict.owner.path):
        body = bodies.get(name)
        text = body_name(name, bodies, words)
        if body is not None and body.ended is not None and body.ended <= verdict.as_of:
            how = words(f"how_{body.how}") if body.how else words("how_ended")
            text += " " + words("body_ended", how=how, day=body.ended)
        to.field("lbl_owner_then" if number == 0 else "lbl_owner_now", text)
    if verdict.owner.orphaned:
        to.field("lbl_owner_now", words("nobody_answers"), "bad")
    partners = [body_name(name, bodies, words) for name in verdict.target.partners]
    if partners:
        to.field("lbl_partners", ", ".join(partners))
    for word in verdict.target.official:
        if word.on <= verdict.as_of:
            status = text_of(word.status, words)
            text = words("official_said", status=status, day=word.on, source=word.source)
            to.field("lbl_official", text)


def _measures(to: Page, verdict: Verdict) -> None:
    words, target = to.words, verdict.target
    to.section("sec_measures")
    to.field("lbl_value", value_words(verdict, words))
    report, age = evidence_words(verdict, words)
    to.field("lbl_evidence", f"{report} ({age})" if age else report)
    level = level_of(verdict)
    if level is not None and target.kind == "limit":
        to.field("lbl_used", progress_words(verdict, level, words))
    elif level is not None:
        to.field("lbl_level", level_words(verdict, level, words))
    elif verdict.progress is not None:
        to.field("lbl_progress", progress_words(verdict, verdict.progress, words))
    if verdict.planned is not None:
        beside = [point.value for point in verdict.points[-1:]]
        planned = computed_words(verdict.planned, target, words, beside)
        to.field("lbl_planned", words("planned_on", value=planned, day=verdict.as_of))
    if verdict.elapsed is not None:
        to.field("lbl_elapsed", words.percent(verdict.elapsed))
    if verdict.open_pace is not None and verdict.method is not None:
        method = words(f"method_{verdict.method}")
        pace = pace_words(verdict, words)
        to.field("lbl_pace", words("pace_by", pace=pace, method=method))
    gap = verdict.gap_share if verdict.state not in SETTLED else None
    if gap is not None:
        method = words(f"method_{verdict.method}")
        by = words("gap_by", gap=gap_words(gap, words), method=method)
        to.field("lbl_gap", by if gap > 0 else words("gap_none", method=method))
    if verdict.buffer_days is not None and verdict.open_pace is not None:
        key = "buffer_behind" if verdict.buffer_days < 0 else "buffer_ahead"
        to.field("lbl_buffer", words(key, days=abs(verdict.buffer_days)))
    if verdict.average_rate is not None:
        average = rate_words(verdict.average_rate, target, words, verdict.required_rate)
        to.field("lbl_average", average)
    if verdict.required_rate is not None and verdict.required_rate.value:
        required = rate_words(verdict.required_rate, target, words, verdict.average_rate)
        to.field("lbl_required", required)
    if verdict.required_average is not None and verdict.state not in SETTLED | FAILED:
        needed = computed_words(verdict.required_average, target, words)
        to.field("lbl_required_average", needed)
    if verdict.times_missing:
        to.field("lbl_not_reported", times_words(verdict.times_missing, words), "warn")
    if verdict.plan is not None:
        forecast = verdict.forecast()
        if forecast.finish is not None:
            text = words("forecast_finish", day=forecast.finish)
        else:
            text = words(f"forecast_{forecast.note}")
        if forecast.method is not None:
            text += f" ({words(f'method_{forecast.method}')})"
        to.field("lbl_forecast", text)


SHOWN_BODIES = 8


def _bodies(
    to: Page, verdict: Verdict, bodies: Mapping[str, Body], verdicts: Sequence[Verdict] = ()
) -> None:
    """How many bodies have reported, how their figures combine, and who is silent.

    ``verdicts`` are those of all targets on an indicator; what each body has to reach may differ.
    """
    words, target, standing = to.words, verdict.target, verdict.standing
    if standing is None:
        return
    to.section("sec_bodies")
    to.field("lbl_reported", whose_words(verdict, standing.reported, words))
    to.field("lbl_across", words(f"across_{target.across}"))
    ids: dict[str, list[str]] = {}
    for member in verdicts or [verdict]:
        if member.target.each is not None:
            goal = goal_words(member.target.each, member.target, words)
            ids.setdefault(goal, []).append(member.target.id)
    for goal, names in ids.items():
        is_common = len(names) == max(len(verdicts), 1)
        text = goal if is_common else words("each_of", each=goal, ids=", ".join(names))
        to.field("lbl_each", text)
    if standing.silent:
        names = [body_name(name, bodies, words) for name in standing.silent[:SHOWN_BODIES]]
        more = len(standing.silent) - len(names)
        text = ", ".join(names)
        to.field("lbl_silent", words("and_more", said=text, n=more) if more else text, "warn")
    for member in verdicts or [verdict]:
        to.item(words("see_scoreboard", id=member.target.id), "dim")


def _spans(to: Page, verdict: Verdict) -> None:
    if not verdict.spans:
        return
    words = to.words
    to.section("sec_periods")
    for span in verdict.spans:
        figure = span.value
        if figure is None and span.result == "open" and span.points:  # what it has come to so far
            figure = span.points[-1].value
        value = number_with_unit(figure, verdict.target, words) if figure is not None else "–"
        style = {"kept": "good", "missed": "worst", "unreported": "warn"}.get(span.result, "dim")
        outcome = words(f"span_{span.result}")
        if span.result == "unreported" and span.value is not None:
            outcome = words("span_incomplete" if span.gaps else "span_undecided")
        facts = {"period": span.period, "value": value, "result": outcome}
        text = words("period_result", **facts)
        if span.goal is not None:
            goal = goal_words(span.goal, verdict.target, words)
            text = words("period_result_of", goal=goal, **facts)
        to.item(text, style)


def _series(
    to: Page,
    verdict: Verdict,
    sources: Mapping[str, Source],
    verdicts: Sequence[Verdict] = (),
) -> None:
    """The reports, drawn with the target and with those of the other ``verdicts`` on them."""
    words, points = to.words, verdict.points
    to.section("sec_history")
    for part in verdict.parts if verdict.standing is None else ():
        figure = reported_words(part, verdict.target, words)
        reporter = " · ".join(filter(None, (part.part, part.body)))
        to.item(f"{words.period(part.date)}: {figure} · {reporter}")
    for name, condition in verdict.conditions.items():
        for point in reversed(condition.points[-SHOWN_REPORTS:]):
            figure = figure_words(point, condition.target, words)
            to.item(f"{words.period(point.date)}: {figure} · {name}")
    if verdict.empty is not None:
        figure = reported_words(verdict.empty, verdict.target, words)
        to.item(f"{words.period(verdict.empty.date)}: {figure} · {words('nothing_fell_due')}")
    if not points:
        is_silent = not verdict.outside and verdict.empty is None
        of_conditions = any(part.points for part in verdict.conditions.values())
        has_parts = verdict.parts or of_conditions
        if is_silent and (verdict.standing is not None or not has_parts):
            others = (*verdict.slices.values(), *verdict.strands.values())
            of_parts = any(part.points for part in others)
            to.item(words("no_reports_of_whole" if of_parts else "no_reports"), "dim")
        _outside(to, verdict)
        return
    drawing = chart(verdict, words, to.width - 2, verdicts)
    to.lines += [[("  ", ""), *line] for line in drawing]
    if len(points) > SHOWN_REPORTS:
        to.item(words("older_reports", n=len(points) - SHOWN_REPORTS), "dim")
    if any(is_combined(point) for point in points[-SHOWN_REPORTS:]):
        to.item(words("combined_reports"), "dim")
    for point in reversed(points[-SHOWN_REPORTS:]):
        report = point.report
        source = words("self_report")
        if report is not None and report.source:
            is_known = report.source in sources
            source = f"[{report.source}]" if is_known else report.source
        elif report is not None and report.evidence:
            source = words("evidence_kept", name=report.evidence)
        elif point.reported is not None:
            source = reported_of(point.reported, words)
        figure = figure_words(point, verdict.target, words)
        if report is not None and figure_value(report.figure) == point.value:
            figure = with_wording(figure, report, words)
        to.item(f"{words.period(point.date)}: {figure} · {source}")
        if report is not None and report.note:
            for line in wrap(visible(one_line(report.note)), to.width - 4):
                to.lines.append([("    " + line, "dim")])
        if report is not None and report.source and report.evidence:
            to.lines.append([("    " + words("evidence_kept", name=report.evidence), "dim")])
    _outside(to, verdict)


def _strands(to: Page, verdict: Verdict, look: Look) -> None:
    """What each of several series says for each date; only one of them judges."""
    words, target = to.words, verdict.target
    if not target.strands:
        return
    to.section("sec_strands")
    columns = [Column(words("col_period")), *(Column(name, wraps=True) for name in target.strands)]
    titles = []
    values: dict[date, dict[str, Point]] = {}
    for name, title in target.strands.items():
        judges = name == target.judged_by
        key = "strand_judges" if judges else "strand_shown"
        titles.append(words(key, title=text_of(title, words)))
        for point in verdict.points if judges else verdict.strands[name].points:
            values.setdefault(point.day, {})[name] = point
    rows = [Row([[("", "")], *([(title, "dim")] for title in titles)])]
    for day in sorted(values, reverse=True)[:SHOWN_REPORTS]:
        points = values[day]
        cells = [
            figure_words(points[name], target, words) if name in points else "–"
            for name in target.strands
        ]
        period = words.period(next(iter(points.values())).date)
        rows.append(Row([[(text, "")] for text in (period, *cells)]))
    inner = look._replace(width=to.width - 2) if look.width is not None else look
    to.lines += [[("  ", ""), *line] for line in lay_out(columns, rows, inner)]
    if len(values) > SHOWN_REPORTS:
        to.item(words("older_reports", n=len(values) - SHOWN_REPORTS), "dim")


def _foreign(to: Page, verdict: Verdict, status: Status) -> None:
    """Figures that stand, or do not, because somebody else said so."""
    words, target, zone = to.words, verdict.target, ZoneInfo(status.register.timezone)
    pairs = foreign_corrections(status, target)
    for pair in pairs[-SHOWN_REPORTS:]:
        report, original = pair.report, pair.original
        facts = {
            "date": words.period(original.date),
            "figure": reported_words(report, target, words),
            "name": report.by or words("nobody_named"),
            "day": report.recorded.astimezone(zone).date(),
            "original": original.by or words("nobody_named"),
            "before": reported_words(original, target, words),
        }
        to.item(
            words("foreign_void" if report.figure is None else "foreign_correct", **facts), "warn"
        )


def is_combined(point: Point) -> bool:
    """Whether a value is not that of its report, but what all reports come to by then."""
    return point.report is not None and figure_value(point.report.figure) != point.value


def _outside(to: Page, verdict: Verdict) -> None:
    """What was reported of the time before the promise, and does not count."""
    for report in reversed(verdict.outside[-SHOWN_REPORTS:]):
        figure = reported_words(report, verdict.target, to.words)
        when = to.words.period(report.date)
        to.item(to.words("report_not_counted", date=when, figure=figure), "dim")


def _goalposts(to: Page, verdict: Verdict) -> None:
    words, target = to.words, verdict.target
    revisions = [revision for revision in target.revisions if revision.on <= verdict.as_of]
    restatements = [
        restatement for restatement in target.restated if restatement.on <= verdict.as_of
    ]
    closed = target.closed if target.closed and target.closed.on <= verdict.as_of else None
    moves = [
        (part, move)
        for name, part in verdict.slices.items()
        for move in part.target.revisions
        if move.field == "target" and move.on <= verdict.as_of
    ]
    if not (revisions or restatements or closed or moves):
        return
    to.section("sec_goalposts")
    for revision in revisions:
        to.item(_with_source(revision_words(revision, target, words), revision.source))
    for part, move in moves:
        title = text_of(slice_title_in_full(target, part.target.of_slice or ""), words)
        text = f"{title}: {revision_words(move, part.target, words)}"
        to.item(_with_source(text, move.source))
    for restatement in restatements:
        figure = f"(“{restatement.figure}”)" if restatement.figure else ""
        text = words("restated_on", day=restatement.on, figure=figure).strip()
        to.item(_with_source(text, restatement.source))
    if closed is not None:
        text = words("closed_on", day=closed.on, how=words(f"state_{closed.how}"))
        to.item(_with_source(text, closed.source))


def _with_source(text: str, source: str | None) -> str:
    return f"{text} [{source}]" if source else text


def _notes(to: Page, key: str, notes: Sequence[Note]) -> None:
    if not notes:
        return
    to.section(key)
    for note in notes:
        to.item(_with_source(text_of(note, to.words), note.source))


def _sources(to: Page, verdicts: Iterable[Verdict], sources: Mapping[str, Source]) -> None:
    """Everything cited above by its id, in full."""
    citations = dict.fromkeys(name for verdict in verdicts for name in cited_sources(verdict))
    names = [name for name in citations if name in sources]
    if names:
        to.section("sec_sources")
    for name in names:
        to.item(f"[{name}] {_source_words(name, sources, to.words)}")

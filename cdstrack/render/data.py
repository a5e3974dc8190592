"""Verdicts as data: the documented JSON shape and the flat fields of CSV and plain text.

Keys and codes are never translated; numbers are exact decimals, quotients to six places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cdstrack.app.standing import Overdue, Status
from cdstrack.core.model.decimals import plain, quotient
from cdstrack.core.model.entries import RELATIVE, Baseline, Goal, Note, Source, Target, Waiver
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.periods import Period
from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.report import Figure, Report, Share, slice_parts
from cdstrack.core.values.measures import Forecast, Rate
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import Counts, Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.messages import problem_sentence
from cdstrack.render.phrases import cited_sources

if TYPE_CHECKING:
    from cdstrack.app.gate_check import Check
    from cdstrack.core.checks.seals import ShortSeal
    from cdstrack.core.verdict.roll_up import Branch, MeanProgress, RollUp

VERSION = 1
Json = None | bool | int | str | Decimal | list["Json"] | dict[str, "Json"]


def tree(value: object) -> Json:
    """What stands in a register as it is, all of it text."""
    if isinstance(value, Mapping):
        return {str(key): tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tree(item) for item in value]
    return str(value)


def dumps(value: Json, indent: int = 0) -> str:
    """JSON with Decimals as exact numbers, two blanks a level."""
    pad, inner = "  " * indent, "  " * (indent + 1)
    match value:
        case Decimal():
            return plain(value)
        case dict() if value:
            items = [f"{inner}{json.dumps(k)}: {dumps(v, indent + 1)}" for k, v in value.items()]
            return "{\n" + ",\n".join(items) + f"\n{pad}}}"
        case list() if value:
            items = [inner + dumps(item, indent + 1) for item in value]
            return "[\n" + ",\n".join(items) + f"\n{pad}]"
        case str():
            return json.dumps(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def text_fields(text: Bilingual | None) -> Json:
    return {"vi": text.vi, "en": text.en} if text is not None else None


def quotient_or_null(value: Decimal | None) -> Json:
    return quotient(value) if value is not None else None


def _day(value: date | None) -> Json:
    return value.isoformat() if value is not None else None


def _goal(goal: Goal | None) -> Json:
    if goal is None:
        return None
    value = goal.value if goal.comparator not in RELATIVE else None  # nothing known to count from
    return {"comparator": goal.comparator, "value": value, "value_max": goal.value_max}


def _term(term: Goal | Period | Baseline | None) -> Json:
    """What a revision moved from or to."""
    match term:
        case Period():
            return term.said
        case Baseline():
            return {"value": term.value, "date": term.date.said if term.date else None}
        case _:
            return _goal(term)


def _deadline(deadline: Period | None) -> Json:
    if deadline is None:
        return None
    return {
        "as_said": deadline.said,
        "precision": deadline.precision,
        "date": deadline.last.isoformat(),
    }


def _rate(rate: Rate | None) -> Json:
    return {"value": quotient(rate.value), "per": rate.per} if rate is not None else None


def _forecast(forecast: Forecast) -> Json:
    return {"finish": _day(forecast.finish), "method": forecast.method, "note": forecast.note}


def value_of(verdict: Verdict) -> Json:
    last = verdict.last
    if last is None:
        return None
    return bool(last.value) if verdict.target.kind == "milestone" else exact(last.value, verdict)


MOST_PLACES = 30
"""No figure that was reported has more decimals."""


def exact(value: Decimal, verdict: Verdict) -> Decimal:
    """Reported figures as they are; n of N in percent and means, being quotients, to six places."""
    target, places = verdict.target, -int(value.as_tuple().exponent)
    is_quotient = target.accumulate in ("ratio", "mean", "growth")
    is_quotient = is_quotient or target.across in ("ratio", "mean", "share")
    return quotient(value) if places > (6 if is_quotient else MOST_PLACES) else value


def target_object(verdict: Verdict) -> dict[str, Json]:
    """One target; what does not apply is null, never missing."""
    target, evidence, original = verdict.target, verdict.evidence, verdict.original
    return {
        "id": target.id,
        "title": text_fields(target.title),
        "kind": target.kind,
        "parent": target.part_of,
        "indicator": target.indicator,
        "owner": {
            "stated": verdict.owner.stated,
            "current": verdict.owner.current,
        },
        "with": list(target.partners),
        "state": verdict.state,
        "cell": verdict.cell,
        "rule": verdict.decision.rule,
        "method": verdict.method,
        "flags": list(verdict.flags),
        "value": value_of(verdict),
        "qualifier": verdict.last.qualifier if verdict.last else None,
        "target": _goal(verdict.terms.goal),
        "unit": text_fields(target.unit),
        "progress": quotient_or_null(verdict.progress),
        "planned": quotient_or_null(verdict.planned),
        "elapsed": quotient_or_null(verdict.elapsed),
        "pace": quotient_or_null(verdict.pace),
        "gap_share": quotient_or_null(verdict.gap_share),
        "buffer_days": verdict.buffer_days,
        "required_rate": _rate(verdict.required_rate),
        "average_rate": _rate(verdict.average_rate),
        "required_average": quotient_or_null(verdict.required_average),
        "forecast": _forecast(verdict.forecast()),
        "deadline": _deadline(verdict.terms.deadline),
        "original": (
            {
                "state": original.state,
                "target": _goal(original.terms.goal),
                "deadline": _deadline(original.terms.deadline),
            }
            if original
            else None
        ),
        "announced": (
            {
                "target": _goal(verdict.announced.goal),
                "deadline": _deadline(verdict.announced.deadline),
            }
            if verdict.announced
            else None
        ),
        "days_left": verdict.days_left,
        "days_overdue": verdict.days_overdue,
        "days_late": verdict.days_late,
        "days_late_exact": verdict.days_late_exact,
        "evidence": {
            "date": evidence.date.said if evidence.date else None,
            "age_days": evidence.age_days,
            "freshness": evidence.freshness,
            "report": evidence.report.id if evidence.report else None,
        },
        "not_reported": [time.said for time in verdict.times_missing],
        "first_met": verdict.first_met.last.isoformat() if verdict.first_met else None,
        "bodies": _bodies(verdict),
        "conditions": [_condition_object(name, part) for name, part in verdict.conditions.items()],
        "breakdown": _breakdown(verdict.target),
        "slices": [_slice_object(name, part) for name, part in verdict.slices.items()],
        "series": [_strand_object(name, verdict) for name in target.strands],
        "notes": notes_of(verdict.notes),
    }


def notes_of(notes: Iterable[Note]) -> Json:
    """Remarks, with what they rest on."""
    return [
        {
            "text": text_fields(note),
            "source": note.source,
            "date": note.date.said if note.date else None,
            "evidence": note.evidence,
        }
        for note in notes
    ]


def _condition_object(name: str, verdict: Verdict) -> Json:
    """One condition with a figure of its own, and how it stands by itself."""
    text = verdict.target.conditions[name]
    title = {"title": text_fields(text), "unit": text_fields(verdict.target.unit)}
    return {"condition": name, **title, **_standing(verdict)}


def _breakdown(target: Target) -> Json:
    """The dimensions of a breakdown and their categories, by id, with what they are called."""
    return {
        dimension: {
            "title": text_fields(target.dimensions.get(dimension)),
            "categories": {name: text_fields(label) for name, label in categories.items()},
        }
        for dimension, categories in target.breakdown.items()
    }


def _slice_object(name: str, verdict: Verdict) -> Json:
    """One slice of a breakdown: what it is of, and how it stands by itself."""
    return {
        "slice": {**slice_parts(name)},
        "title": text_fields(verdict.target.title),
        **_standing(verdict),
    }


def _standing(verdict: Verdict) -> dict[str, Json]:
    return {
        "state": verdict.state,
        "cell": verdict.cell,
        "rule": verdict.decision.rule,
        "flags": list(verdict.flags),
        "value": value_of(verdict),
        "qualifier": verdict.last.qualifier if verdict.last else None,
        "date": verdict.last.date.said if verdict.last else None,
        "target": _goal(verdict.terms.goal),
        "baseline": _term(verdict.terms.baseline),
        "progress": quotient_or_null(verdict.progress),
        "pace": quotient_or_null(verdict.pace),
    }


def _strand_object(name: str, verdict: Verdict) -> Json:
    """One of several series: whether it judges, and its values."""
    judges = name == verdict.target.judged_by
    points = verdict.points if judges else verdict.strands[name].points
    return {
        "series": name,
        "title": text_fields(verdict.target.strands[name]),
        "judges": judges,
        "values": [
            {"date": point.date.said, "value": point.value, "qualifier": point.qualifier}
            for point in points
        ],
    }


def _bodies(verdict: Verdict) -> Json:
    """How many bodies have reported, and what each known one stands at."""
    standing = verdict.standing
    if standing is None:
        return None
    return {
        "reported": standing.reported.n,
        "of": standing.reported.of,
        "list": [
            {
                "body": name,
                "reported": name in standing.held and name not in standing.partial,
                "date": report.date.said if report else None,
                **figure_fields(report.figure if report else None),
                "qualifier": report.qualifier if report else None,
            }
            for name in standing.names
            for report in (standing.held.get(name),)
        ],
    }


def figure_fields(figure: Figure) -> dict[str, Json]:
    """A figure in the form in which it was given; the other forms are null."""
    return {
        "value": figure if isinstance(figure, Decimal) else None,
        "n": figure.n if isinstance(figure, Share) else None,
        "of": figure.of if isinstance(figure, Share) else None,
        "done": figure if isinstance(figure, bool) else None,
    }


def whole(status: Status, **parts: Json) -> dict[str, Json]:
    """All of a list as one object: the day before its parts, the problems after them."""
    return {
        "cdstrack": VERSION,
        "as_of": status.as_of.isoformat(),
        **parts,
        "seal": short_seal_object(status.seal) if status.seal is not None else None,
        "problems": [problem_object(problem) for problem in status.problems],
    }


def status_object(status: Status) -> dict[str, Json]:
    return whole(
        status,
        register={"title": text_fields(status.register.title), "file": status.register.file},
        counts=counts_object(status.counts),
        headings=_headings(status),
        targets=[target_object(verdict) for verdict in status.verdicts],
    )


def _headings(status: Status) -> Json:
    """Headings and parents with what stands below them, in the order of the tree."""
    if not status.register.headings and not status.parents:
        return []
    from cdstrack.app.outline import outline  # most registers have none

    tree = outline(status)
    return [
        heading_object(branch, tree.roll_ups[branch.said.id])
        for branch in tree.branches
        if branch.said.id in tree.roll_ups
    ]


def heading_object(branch: Branch, roll_up: RollUp) -> dict[str, Json]:
    """A heading or parent, with the counts, the worst state and the score of what is below it."""
    said, worst, score = branch.said, roll_up.worst, roll_up.score
    return {
        "id": said.id,
        "title": text_fields(said.title),
        "kind": said.kind,
        "parent": said.part_of,
        "depth": branch.depth,
        "counts": counts_object(roll_up.counts),
        "worst": {"state": worst.state, "target": worst.target.id} if worst else None,
        "score": score_object(score),
    }


def score_object(score: MeanProgress | None) -> Json:
    """A score, and how many of how many leaves have a progress; null where none is declared."""
    if score is None:
        return None
    return {"value": quotient_or_null(score.value), "n": score.n, "of": score.of}


def counts_object(counts: Counts) -> dict[str, Json]:
    """Targets by cell, and the rates of what was due."""
    cells: dict[str, Json] = dict(asdict(counts))
    rates = {name: quotient_or_null(rate) for name, rate in counts.rates.items()}
    return {**cells, "due": counts.due, **rates}


def overdue_object(overdue: Overdue) -> Json:
    """What is overdue, and what falls due next."""
    return whole(
        overdue.status,
        overdue=[target_object(verdict) for verdict in overdue.overdue],
        coming=[target_object(verdict) for verdict in overdue.coming],
    )


def problem_object(problem: Problem) -> dict[str, Json]:
    return {
        "code": problem.code,
        "level": problem.level,
        "target": problem.target,
        **_place(problem.place),
        "message": {lang: problem_sentence(problem, Words(lang)) for lang in ("vi", "en")},
    }


def _place(place: Place | None) -> dict[str, Json]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.file, "line": place.line, "column": place.column}


def _end(value: Decimal | None, verdict: Verdict) -> Decimal | None:
    return None if value is None else exact(value, verdict)


def show_object(verdict: Verdict, sources: Mapping[str, Source]) -> dict[str, Json]:
    """One target with its series, revisions and the sources that it cites."""
    target = verdict.target
    return {
        **target_object(verdict),
        "series": [
            {
                "date": point.date.said,
                "value": bool(point.value)
                if target.kind == "milestone"
                else exact(point.value, verdict),
                "low": _end(point.coverage.low if point.coverage else None, verdict),
                "high": _end(point.coverage.high if point.coverage else None, verdict),
                "qualifier": point.qualifier,
                "n": point.share.n if point.share else None,
                "of": point.share.of if point.share else None,
                "report": point.report.id if point.report else None,
                "source": point.report.source if point.report else None,
                "said": _wording(point.report),
                "evidence": point.report.evidence if point.report else None,
            }
            for point in verdict.points
        ],
        "periods": [
            {
                "period": span.period.said,
                "result": span.result,
                "value": _end(span.value, verdict),
                "target": _goal(span.goal or verdict.terms.goal) if span.is_judged else None,
            }
            for span in verdict.spans
        ],
        "outside": [report.id for report in verdict.outside],
        "place": target.place,
        "definition": text_fields(target.definition),
        "contact": text_fields(target.contact),
        "official": [
            {
                "on": word.on.isoformat(),
                "status": text_fields(word.status),
                "source": word.source,
            }
            for word in target.official
        ],
        "revisions": [
            {
                "on": revision.on.isoformat(),
                "source": revision.source,
                "field": revision.field,
                "period": (
                    revision.period.said
                    if revision.field == "target" and revision.period is not None
                    else None
                ),
                "old": _term(revision.old),
                "new": _term(revision.new),
            }
            for revision in target.revisions
        ],
        "sources": {
            name: source_object(sources[name]) for name in cited_sources(verdict) if name in sources
        },
    }


def source_object(source: Source) -> Json:
    return {
        "title": text_fields(source.title),
        "publisher": text_fields(source.publisher),
        "date": source.date.said if source.date else None,
        "file": source.file,
        "url": source.url,
    }


REPORT_COLUMNS: tuple[tuple[str, Callable[[Report, str | None], Json]], ...] = (
    ("id", lambda report, _: report.id),
    ("target", lambda report, _: report.target),
    ("body", lambda report, _: report.body),
    ("part", lambda report, _: report.part),
    ("date", lambda report, _: report.date.said),
    ("value", lambda report, _: report.figure if isinstance(report.figure, Decimal) else None),
    ("n", lambda report, _: report.figure.n if isinstance(report.figure, Share) else None),
    ("of", lambda report, _: report.figure.of if isinstance(report.figure, Share) else None),
    ("done", lambda report, _: report.figure if isinstance(report.figure, bool) else None),
    ("void", lambda report, _: report.figure is None),
    ("qualifier", lambda report, _: report.qualifier),
    ("source", lambda report, _: report.source),
    ("note", lambda report, _: report.note),
    ("by", lambda report, _: report.by),
    ("recorded", lambda report, _: moment_text(report.recorded)),
    ("corrects", lambda report, _: report.corrects),
    ("corrected_by", lambda _, correction: correction),
    ("key", lambda report, _: report.key),
    ("evidence", lambda report, _: report.evidence),
    ("slice", lambda report, _: _slice(report)),
    ("series", lambda report, _: report.strand),
    ("said", lambda report, _: _wording(report)),
)
_CSV_LAST = ("evidence", "slice", "series")
_CSV_NAMES = [name for name, _ in REPORT_COLUMNS[:-1] if name not in _CSV_LAST]
REPORT_FIELDS = (*_CSV_NAMES, "said_figure", "said_unit", "slice", "series")
"""Columns of CSV: what was said is two; documents are for those who have the folder."""


def _slice(report: Report) -> Json:
    """The category of each dimension that a report is of."""
    return {**slice_parts(report.slice)} if report.slice is not None else None


def _wording(report: Report | None) -> Json:
    """What was said before it was converted."""
    if report is None or report.wording is None:
        return None
    return {"figure": report.wording.figure, "unit": report.wording.unit}


def report_object(report: Report, correction: str | None) -> dict[str, Json]:
    """One record of the ledger as it was written, and what corrected it."""
    return {name: value(report, correction) for name, value in REPORT_COLUMNS}


def moment_text(moment: datetime) -> str:
    """A moment in UTC, to the microsecond, as the ledger has it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def short_seal_object(seal: ShortSeal) -> Json:
    """What the ledger behind a publication is recognized by."""
    moment = moment_text(seal.moment) if seal.moment is not None else None
    return {"root": seal.root, "lines": seal.lines, "moment": moment}


def check_object(check: Check) -> Json:
    """A run of the gate, its messages in both languages."""
    from cdstrack.render.ci.items import finding_sentence  # no other document holds findings

    seal = check.status.seal if check.status is not None else None
    return {
        "cdstrack": VERSION,
        "as_of": check.as_of.isoformat(),
        "verdict": "pass" if check.passed else "fail",
        "overdue": check.overdue,
        "never_reported": check.never_reported,
        "seal": short_seal_object(seal) if seal is not None else None,
        "findings": [
            {
                "code": finding.code,
                "level": finding.level,
                "target": finding.target,
                **_place(finding.place),
                "message": {
                    lang: finding_sentence(finding, check.targets, Words(lang))
                    for lang in LANGUAGES
                },
                "waived": _waiver(finding.waived),
                "expired": _waiver(finding.expired),
                "fingerprint": finding.fingerprint,
            }
            for finding in check.findings
        ],
        "problems": [problem_object(problem) for problem in check.problems],
    }


def _waiver(waiver: Waiver | None) -> Json:
    if waiver is None:
        return None
    return {"until": waiver.until.isoformat(), "reason": waiver.reason, "by": waiver.by}


def _first(verdict: Verdict) -> Terms:
    """The terms first given, where there are others by now."""
    return verdict.original.terms if verdict.original else Terms(None, None)


# Columns of flat data: a name and what stands under it. A new column is one entry.

TARGET_COLUMNS: tuple[tuple[str, Callable[[Verdict], Json]], ...] = (
    ("id", lambda verdict: verdict.target.id),
    ("state", lambda verdict: verdict.state),
    ("cell", lambda verdict: verdict.cell),
    ("rule", lambda verdict: verdict.decision.rule),
    ("value", value_of),
    ("qualifier", lambda verdict: verdict.last.qualifier if verdict.last else None),
    ("comparator", lambda verdict: verdict.terms.goal.comparator if verdict.terms.goal else None),
    ("target", lambda verdict: verdict.terms.goal.value if verdict.terms.goal else None),
    ("unit", lambda verdict: verdict.target.unit.en if verdict.target.unit else None),
    ("progress", lambda verdict: quotient_or_null(verdict.progress)),
    ("pace", lambda verdict: quotient_or_null(verdict.pace)),
    ("deadline", lambda verdict: verdict.terms.deadline.said if verdict.terms.deadline else None),
    ("days_left", lambda verdict: verdict.days_left),
    ("days_overdue", lambda verdict: verdict.days_overdue),
    ("days_late", lambda verdict: verdict.days_late),
    ("days_late_exact", lambda verdict: verdict.days_late_exact),
    ("evidence", lambda verdict: verdict.evidence.date.said if verdict.evidence.date else None),
    ("freshness", lambda verdict: verdict.evidence.freshness),
    ("owner", lambda verdict: verdict.owner.stated),
    ("current_owner", lambda verdict: verdict.owner.current),
    ("parent", lambda verdict: verdict.target.part_of),
    ("flags", lambda verdict: list(verdict.flags)),
    ("title_vi", lambda verdict: verdict.target.title.vi),
    ("title_en", lambda verdict: verdict.target.title.en),
    ("original_state", lambda verdict: verdict.original.state if verdict.original else None),
    ("original_target", lambda verdict: goal.value if (goal := _first(verdict).goal) else None),
    (
        "original_deadline",
        lambda verdict: due.said if (due := _first(verdict).deadline) else None,
    ),
    ("bodies_reported", lambda verdict: verdict.standing.reported.n if verdict.standing else None),
    ("bodies", lambda verdict: verdict.standing.reported.of if verdict.standing else None),
    ("method", lambda verdict: verdict.method),
    ("gap_share", lambda verdict: quotient_or_null(verdict.gap_share)),
    ("indicator", lambda verdict: verdict.target.indicator),
    ("with", lambda verdict: list(verdict.target.partners)),
)
TARGET_FIELDS = (*(name for name, _ in TARGET_COLUMNS), "depth", "top")


def target_records(status: Status, depth: int | None = None) -> Iterator[list[str]]:
    """Targets as single fields, in the order of ``TARGET_FIELDS``; empty where none applies.

    Classes stand below their parents; ``depth``: only so many levels.
    """
    from cdstrack.core.verdict.roll_up import tree_of  # what is drawn has its own order

    top = ""
    for branch in tree_of(status.register, status.verdicts, status.select.under):
        top = branch.said.id if not branch.depth else top
        if isinstance(branch.entry, Verdict) and (depth is None or branch.depth < depth):
            fields = [flat(value(branch.entry)) for _, value in TARGET_COLUMNS]
            yield [*fields, str(branch.depth), top if branch.depth else ""]


def flat(value: Json) -> str:
    """A value as a field of CSV."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case list():
            return " ".join(map(str, value))
        case dict():
            return ",".join(f"{name}={item}" for name, item in value.items())
        case _:
            return str(value)


def record_of(item: Mapping[str, Json], fields: Iterable[str]) -> list[str]:
    """An object as single fields; a text in two languages is two, ``name_vi`` and ``name_en``."""
    values = dict(item)
    for name, value in item.items():
        if isinstance(value, dict):
            values |= {f"{name}_{inner}": text for inner, text in value.items()}
    return [flat(values.get(name)) for name in fields]

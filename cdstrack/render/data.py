"""Verdicts as data: the documented JSON shape and the flat fields of CSV and plain text.

Keys and codes are never translated; numbers are exact decimals, quotients to six places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from cdstrack.app.standing import Overdue, Status
from cdstrack.core.model.decimals import plain, quotient
from cdstrack.core.model.entries import Waiver
from cdstrack.core.model.fields import Bilingual
from cdstrack.core.model.problems import Place, Problem
from cdstrack.core.model.report import Figure, Report, Share, slice_parts
from cdstrack.core.model.structs import asdict
from cdstrack.core.verdict.terms import Terms
from cdstrack.core.verdict.verdict import Counts, Verdict
from cdstrack.i18n import LANGUAGES, Words
from cdstrack.render.messages import problem_sentence

if TYPE_CHECKING:
    from cdstrack.app.gate_check import Check
    from cdstrack.core.checks.seals import ShortSeal
    from cdstrack.core.model.register import Ledger, Origin, Register
    from cdstrack.core.verdict.referee import Referee
    from cdstrack.core.verdict.roll_up import MeanProgress

VERSION = 2
"""Of the shape that docs/json.md describes."""
Json = None | bool | int | str | Decimal | list["Json"] | dict[str, "Json"]


def tree(value: object) -> Json:
    """What stands in a register as it is, all of it text."""
    if isinstance(value, Mapping):
        return {str(key): tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tree(item) for item in value]
    return str(value)


class RawJson(str):
    """The JSON of a value, as far in as it will stand."""


Parts = Mapping[str, Json | Iterator[Json]]
"""An object, of whose long lists one item at a time is made."""

_quoted = json.encoder.encode_basestring_ascii
_SCALARS: Mapping[type[object], Callable[[Any], str]] = {
    type(None): lambda value: "null",
    str: _quoted,
    RawJson: lambda value: value,
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: plain,
}
scalar_writer = _SCALARS.get
"""What writes a value of a type, of one that has no parts. It is the dictionary's own method: of a
million records every value is asked for."""

ENOUGH = 1 << 16
"""Characters that are handed on in one piece."""


def dumps(value: Json, indent: int = 0) -> str:
    """JSON with Decimals as exact numbers, two blanks a level."""
    scalar = scalar_writer(type(value))
    if scalar is not None:
        return scalar(value)
    inner, deeper = "\n" + "  " * (indent + 1), indent + 1
    if isinstance(value, dict):
        items = []
        for key, item in value.items():
            scalar = scalar_writer(type(item))
            text = scalar(item) if scalar is not None else dumps(item, deeper)
            items.append(f"{_quoted(key)}: {text}")
        begin, end = "{", "}"
    else:
        items = [dumps(item, deeper) for item in cast(list[Json], value)]
        begin, end = "[", "]"
    return f"{begin}{inner}{f',{inner}'.join(items)}{inner[:-2]}{end}" if items else begin + end


def dump_object(parts: Iterable[tuple[str, Json | Iterator[Json]]]) -> Iterator[str]:
    """The same of an object and a line break, in pieces: of its long lists one item at a time."""
    pieces, size = ["{"], 0
    for piece in chain(_pieces(parts), ("\n}\n",)):
        pieces.append(piece)
        size += len(piece)
        if size > ENOUGH:
            yield "".join(pieces)
            pieces, size = [], 0
    yield "".join(pieces)


def _pieces(parts: Iterable[tuple[str, Json | Iterator[Json]]]) -> Iterator[str]:
    comma = ""
    for name, value in parts:
        yield f"{comma}\n  {_quoted(name)}: "
        comma = ","
        if not isinstance(value, list | Iterator):
            yield dumps(value, 1)
            continue
        mark = "["
        for item in value:
            yield f"{mark}\n    {dumps(item, 2)}"
            mark = ","
        yield "\n  ]" if mark == "," else "[]"


def text_fields(text: Bilingual | None) -> Json:
    return {"vi": text.vi, "en": text.en} if text is not None else None


def quotient_or_null(value: Decimal | None) -> Json:
    return quotient(value) if value is not None else None


def day_or_null(value: date | None) -> Json:
    return value.isoformat() if value is not None else None


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


def figure_fields(figure: Figure) -> dict[str, Json]:
    """A figure in the form in which it was given; the other forms are null."""
    return {
        "value": figure if isinstance(figure, Decimal) else None,
        "n": figure.n if isinstance(figure, Share) else None,
        "of": figure.of if isinstance(figure, Share) else None,
        "done": figure if isinstance(figure, bool) else None,
    }


def whole(status: Status, **parts: Json | Iterator[Json]) -> Parts:
    """All of a list as one object: the day before its parts, the problems after them."""
    return {
        "cdstrack": VERSION,
        "as_of": status.as_of.isoformat(),
        **parts,
        "seal": short_seal_object(status.seal) if status.seal is not None else None,
        "problems": [problem_object(problem) for problem in status.problems],
    }


def target_text(referee: Referee, verdict: Verdict, ledger: Ledger) -> RawJson:
    """What ``status_object`` has of a target, written while the reports on it are there."""
    from cdstrack.render.target_shape import TARGET  # what people read is no object

    return RawJson(dumps(TARGET.of(verdict), 2))


def status_object(status: Status) -> Parts:
    from cdstrack.render.target_shape import TARGET

    texts = status.extract.parts if status.extract is not None else {}
    return whole(
        status,
        register=register_object(status.register),
        counts=counts_object(status.counts),
        headings=_headings(status),
        targets=(texts.get(v.target.id) or TARGET.of(v) for v in status.verdicts),
    )


def _headings(status: Status) -> Json:
    """Headings and parents with what stands below them, in the order of the tree."""
    if not status.register.headings and not status.parents:
        return []
    from cdstrack.app.outline import outline  # most registers have none
    from cdstrack.render.register_shape import headings_of

    return headings_of(outline(status))


def register_object(register: Register) -> Json:
    """What a register is called, and the name of its file; the folder is nobody's business. Where
    its ledger is on a server, its address, and how far the mirror had come that was read."""
    names: dict[str, Json] = {
        "title": text_fields(register.title),
        "file": PurePath(register.file).name,
    }
    return names if register.origin is None else names | origin_object(register.origin)


def origin_object(origin: Origin) -> dict[str, Json]:
    """Where a ledger is that is on a server; ``position`` is null where the server was asked."""
    mirror = origin.mirror
    position: Json = None
    if mirror is not None:
        moment = moment_text(mirror.moment)
        position = {"moment": moment, "records": mirror.records, "sha256": mirror.sha256}
    return {"ledger": origin.address, "position": position}


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


def overdue_object(overdue: Overdue) -> Parts:
    """What is overdue, and what falls due next."""
    from cdstrack.render.target_shape import TARGET  # as above

    return whole(
        overdue.status,
        overdue=map(TARGET.of, overdue.overdue),
        coming=map(TARGET.of, overdue.coming),
    )


def problem_object(problem: Problem) -> dict[str, Json]:
    return {
        "code": problem.code,
        "level": problem.level,
        "target": problem.target,
        **_place(problem.place),
        "message": {
            lang: problem_sentence(problem, Words(lang), is_page=True) for lang in ("vi", "en")
        },
    }


def _place(place: Place | None) -> dict[str, Json]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.file, "line": place.line, "column": place.column}


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
    ("said", lambda report, _: wording_fields(report)),
    ("first", lambda report, _: report.date.first.isoformat()),
    ("last", lambda report, _: report.date.last.isoformat()),
)
_NOT_IN_CSV = ("evidence", "slice", "series", "said", "first", "last")
_CSV_NAMES, _CSV_VALUES = zip(*[c for c in REPORT_COLUMNS if c[0] not in _NOT_IN_CSV], strict=True)
REPORT_FIELDS = (*_CSV_NAMES, "said_figure", "said_unit", "slice", "series")
"""Columns of CSV: what was said is two; documents are for those who have the folder."""


def report_fields(report: Report, correction: str | None) -> list[str]:
    """A report as single fields, in the order of ``REPORT_FIELDS``."""
    fields = [flat(value(report, correction)) for value in _CSV_VALUES]
    said = report.wording
    fields += (flat(said.figure), flat(said.unit)) if said is not None else ("", "")
    return [*fields, flat(_slice(report)), report.strand or ""]


def _slice(report: Report) -> Json:
    """The category of each dimension that a report is of."""
    return {**slice_parts(report.slice)} if report.slice is not None else None


def wording_fields(report: Report | None) -> Json:
    """What was said before it was converted."""
    if report is None or report.wording is None:
        return None
    return {"figure": report.wording.figure, "unit": report.wording.unit}


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
    if value is None:  # most are
        return ""
    match value:
        case str():
            return value
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

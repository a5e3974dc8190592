"""Targets, reports and verdicts for tests, in as few words as a story needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cdstrack.core import assess as judgement
from cdstrack.core.assess import Verdict
from cdstrack.core.dates import parse_period
from cdstrack.core.model import Body, Figure, Goal, Policy, Report, Share, Target
from cdstrack.core.series import Series, in_order

STATED = {"on": "2020-01-01", "by": "Prime Minister", "source": "speech"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def target(**said: Any) -> Target:
    """A target to reach at least 100, stated on 2020-01-01, unless said otherwise."""
    known = {"id": "t", "title": "A target", "kind": "reach", "owner": "mic", "stated": STATED}
    if said.get("kind", "reach") in ("reach", "sustain", "limit"):
        known |= {"unit": "persons", "target": {"at_least": "100"}}
    return Target.model_validate(known | said)


def stated(on: str, **said: Any) -> dict[str, Any]:
    return STATED | {"on": on} | said


def goal(**said: Any) -> Goal:
    return Goal.model_validate(said)


def share(n: int, of: int) -> Share:
    return Share(n, of)


def report(
    when: str,
    figure: str | bool | Share | None,
    qualifier: Any = None,
    *,
    id: str = "",
    target: str = "t",
    body: str | None = None,
    part: str | None = None,
    source: str | None = "letter",
    recorded: str | None = None,
    at: int = 0,
    corrects: str | None = None,
) -> Report:
    """A report for a date, recorded on its last day (``at`` seconds past noon) unless said."""
    period = parse_period(when)
    written = day(recorded) if recorded else period.last
    moment = datetime(written.year, written.month, written.day, 12, at // 60, at % 60, tzinfo=UTC)
    value: Figure = Decimal(figure) if isinstance(figure, str) else figure
    name = id or f"r-{when}-{at}-{body}-{part}-{figure}"
    return Report(
        name, target, body, part, period, value, qualifier, source, None, None, moment, corrects
    )


def assess(
    of: Target,
    reports: Sequence[Report] = (),
    *,
    on: str,
    policy: Policy | None = None,
    bodies: Mapping[str, Body] | None = None,
) -> Verdict:
    """Judge a target on a day; the reports are put in the store's order first."""
    return judgement.assess(
        of,
        in_order(Series(reports)),
        as_of=day(on),
        policy=policy or Policy(),
        bodies=bodies or {},
    )


def body(**said: Any) -> Body:
    return Body.model_validate({"name": "A body"} | said)

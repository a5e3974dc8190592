"""The short forms of a target: what it need not say because something else of the file says it.

A target that is written short is made whole before it is read as one: from the defaults of the
file, from its indicator, and from the source of its statement. What it says itself stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from cdstrack.core.model.decimals import parse_decimal
from cdstrack.core.model.entries import Baseline, Defaults, Indicator, Quantity, Source, Target
from cdstrack.core.model.periods import add_days, is_counted, parse_period, starts_with
from cdstrack.core.model.problems import Fault, Path, Problem
from cdstrack.core.model.structs import dataclass
from cdstrack.store.yaml.tree import Mapping

OWN = frozenset({"title", "definition", "contact", "baseline", "lag_days", "stale_after"})
"""What a target may say for itself although its indicator says it too."""
_SHARED = {name: info.alias or name for name, info in Quantity.model_fields.items()}
"""What an indicator says for its targets, and the key of it."""
_PLAIN = ("owner", "kind", "report_every", "lag_days")
"""The defaults that are keys of a target as well."""


@dataclass(frozen=True, slots=True)
class ShortForms:
    """What the targets of a file may leave out."""

    defaults: Defaults
    indicators: dict[str, Indicator]
    sources: dict[str, Source]

    def whole(self, entry: Mapping) -> dict[str, object]:
        """A target with what it leaves out."""
        whole: dict[str, object] = dict(entry)
        indicator = self._indicator(entry)
        if indicator is not None:
            for name in indicator.model_fields_set & _SHARED.keys():
                whole.setdefault(_SHARED[name], getattr(indicator, name))
        for key in _PLAIN:
            default = getattr(self.defaults, key)
            if default is not None:
                whole.setdefault(key, default)
        tags = entry.get("tags", [])
        if self.defaults.tags and isinstance(tags, list):
            whole["tags"] = [*tags, *self.defaults.tags]
        if isinstance(entry.get("periods"), list):
            whole["periods"] = _periods(entry)
        stated = entry.get("stated")
        if isinstance(stated, Mapping):
            whole["stated"] = statement = self._statement(stated)
            if indicator is not None and indicator.baselines:
                begins = _day(entry.get("start")) or _day(statement.get("on"))
                whole.setdefault("baseline", _baseline(indicator.baselines, begins))
        return whole

    def problems(self, entry: Mapping) -> Iterator[Problem]:
        """What a target says that only its indicator can say."""
        if isinstance(entry.get("periods"), list) and "target" not in entry:
            yield from _figures_that_fall(entry["periods"])
        indicator = self._indicator(entry)
        if indicator is None:
            return
        for key in entry.keys() & {*_SHARED.values()} - OWN:
            facts = {"key": key, "indicator": entry["indicator"]}
            yield Problem("indicator_decides", facts, (key,))

    def origin(self, entry: Mapping, path: Path) -> Path | None:
        """Where a value of a target stands that it took from its indicator."""
        field = next((name for name, key in _SHARED.items() if path[:1] == (key,)), None)
        if field is not None and path[0] not in entry:
            name = entry.get("indicator")
            if name in self.indicators and field in self.indicators[name].model_fields_set:
                return ("indicators", name, *path)
        return None

    def _indicator(self, entry: Mapping) -> Indicator | None:
        name = entry.get("indicator")
        return self.indicators.get(name) if isinstance(name, str) else None

    def _statement(self, stated: Mapping) -> dict[str, object]:
        """A statement with its day and its speaker."""
        whole: dict[str, object] = dict(stated)
        name = stated.get("source")
        source = self.sources.get(name) if isinstance(name, str) else None
        if source is not None and source.date is not None:
            whole.setdefault("on", source.date.last)
        speaker = (source and source.speaker) or self.defaults.by or (source and source.publisher)
        if speaker:
            whole.setdefault("by", speaker)
        if self.defaults.strength is not None:
            whole.setdefault("strength", self.defaults.strength)
        return whole


_SIGNS = ("at_least", "more_than", "at_most", "less_than", "exactly", "about")
"""The comparators that one figure suffices for."""


def _periods(entry: Mapping) -> list[object]:
    """Periods with figures of their own: a figure alone is compared as the target's."""
    target = entry.get("target")
    signs = [sign for sign in _SIGNS if isinstance(target, Mapping) and sign in target]
    items: list[object] = []
    for item in entry["periods"]:
        if isinstance(item, Mapping) and len(item) == 1 and signs:
            ((name, value),) = item.items()
            item = {name: {signs[0]: value} if isinstance(value, str) else value}
        items.append(item)
    return items


def _figures_that_fall(items: Sequence[object]) -> Iterator[Problem]:
    """Figures without a sign are the least of their periods: what falls could be the most."""
    figures = []
    for index, item in enumerate(items):
        for name, value in item.items() if isinstance(item, Mapping) and len(item) == 1 else ():
            try:
                figure = parse_decimal(value) if isinstance(value, str) else None
                figures.append((index, parse_period(name).first, figure))
            except Fault:
                return
    for (_, before, first), (index, after, last) in pairwise(figures):
        if first is not None and last is not None and last < first and before < after:
            facts = {"first": first, "last": last}
            yield Problem("period_figures_fall", facts, ("periods", index))
            return


def with_starts(targets: dict[str, Target]) -> dict[str, Target]:
    """The targets, saying of every cycle of several weeks or years from when on it is counted.

    It goes on from the baseline, else it begins with the target; on an indicator with the earliest
    of its targets, for they are reported once.
    """
    starts: dict[str, date] = {}
    for target in targets.values():
        base = target.baseline.date if target.baseline is not None else None
        begins = add_days(base.last, 1) if base is not None else target.begins
        starts[target.ledger_id] = min(begins, starts.get(target.ledger_id, begins))
    anchored = {}
    for name, target in targets.items():
        every = target.report_every
        if every is not None and is_counted(every):
            every = starts_with(every, starts[target.ledger_id])
            target = target.model_copy(update={"report_every": every})
        anchored[name] = target
    return anchored


def _baseline(starts: Sequence[Baseline], begins: date | None) -> Baseline:
    """The last of several baselines that is dated before a target's time, else the first."""
    before = [start for start in starts if begins and start.date and start.date.last <= begins]
    return before[-1] if before else starts[0]


def _day(value: object) -> date | None:
    """The first day of a date as it is written, the day itself, or None of what is no date."""
    if isinstance(value, date):
        return value
    try:
        return parse_period(value).first if isinstance(value, str) else None
    except Fault:
        return None

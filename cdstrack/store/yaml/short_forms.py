"""The short forms of a target: what it need not say because something else of the file says it.

A target that is written short is made whole before it is read as one: from the defaults of the
file, from its indicator, and from the source of its statement. What it says itself stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cdstrack.core.model.entries import Baseline, Defaults, Indicator, Quantity, Source
from cdstrack.core.model.periods import parse_period
from cdstrack.core.model.problems import Fault, Path, Problem
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
        stated = entry.get("stated")
        if isinstance(stated, Mapping):
            whole["stated"] = statement = self._statement(stated)
            if indicator is not None and indicator.baselines:
                begins = _day(entry.get("start")) or _day(statement.get("on"))
                whole.setdefault("baseline", _baseline(indicator.baselines, begins))
        return whole

    def problems(self, entry: Mapping) -> Iterator[Problem]:
        """What a target says that only its indicator can say."""
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

"""What the page of one target says, put together from its object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from cdstrack.core.model.entries import RELATIVE
from cdstrack.core.model.structs import dataclass
from cdstrack.render.page.edition import Edition, Object
from cdstrack.render.page.plot import Plot, plot, spark

MOST_VALUES = 60
"""So many values stand in the table, the newest; all are in the data."""
MOST_TILES = 120
"""So many bodies have a tile, the worst; each has a page of its own."""
MOST_NAMES = 12
"""So many silent bodies are named in a sentence."""


@dataclass(frozen=True)
class Article:
    """One target in one edition."""

    edition: Edition
    item: Object

    @cached_property
    def chart(self) -> Plot | None:
        """History against plan."""
        return plot(self.edition, self.item)

    @property
    def figures(self) -> Iterator[tuple[str, str]]:
        """Where it stands, each figure with its name."""
        e, item, w = self.edition, self.item, self.edition.words
        if not (item["series"] or item["periods"] or item["bodies"]):
            return
        if item["kind"] != "milestone" and (item["series"] or item["periods"]):
            yield w("page_value"), f"{e.value(item)} {e.unit(item)}".strip()
        if item["target"] is not None:
            yield w("page_target"), f"{e.goal(item)} {e.unit(item)}".strip()
        if item["evidence"]["date"] is not None:
            age = w("page_age", days=item["evidence"]["age_days"])
            yield w("page_last_report"), f"{e.time(item['evidence']['date'])} ({age})"
        if item["progress"] is not None and item["kind"] not in ("milestone", "sustain"):
            yield w("page_progress"), e.share(item["progress"])
        if item["planned"] is not None and item["target"] is not None:
            yield w("page_planned"), e.with_sign(Decimal(item["planned"]), item)
        if item["elapsed"] is not None:
            yield w("page_elapsed"), e.share(item["elapsed"])
        if item["pace"] is not None:
            method = e.word("methods", item["method"])
            yield w("page_pace"), e.number(item["pace"]) + (f" ({method})" if method else "")
        yield from self._ahead()
        if item["bodies"] is not None:
            yield w("page_bodies"), w("page_n_of_bodies", **self._turnout)

    def _ahead(self) -> Iterator[tuple[str, str]]:
        """How fast it moves, and where that leads."""
        e, item, w = self.edition, self.item, self.edition.words
        if item["buffer_days"] is not None:
            days = item["buffer_days"]
            key = "buffer_behind" if days < 0 else "buffer_ahead"
            yield w("lbl_buffer"), w(key, days=abs(days))
        if item["average_rate"] is not None:
            yield w("lbl_average"), e.rate(item["average_rate"], item)
        if item["required_rate"] is not None:
            yield w("lbl_required"), e.rate(item["required_rate"], item)
        if item["required_average"] is not None:
            yield w("lbl_required_average"), e.with_sign(Decimal(item["required_average"]), item)
        if item["gap_share"] is not None:
            yield w("lbl_gap"), e.share(item["gap_share"])
        if item["plan"] is not None:
            forecast = item["forecast"]
            if forecast["finish"] is not None:
                text = w("forecast_finish", day=date.fromisoformat(forecast["finish"]))
            else:
                text = w(f"forecast_{forecast['note']}")
            if forecast["method"] is not None:
                text += f" ({w('method_' + forecast['method'])})"
            yield w("lbl_forecast"), text
        if item["first_met"] is not None and item["kind"] != "sustain":
            yield w("page_first_met"), e.day(item["first_met"])

    @property
    def promise(self) -> Iterator[tuple[str, str]]:
        """What was promised, by whom, and how it is read."""
        e, item, w, stated = self.edition, self.item, self.edition.words, self.item["stated"]
        if item["target"] is not None or item["kind"] == "milestone":
            yield w("page_target"), f"{e.goal(item)} {e.unit(item)}".strip()
        if item["goal"] is not None and item["goal"]["comparator"] in RELATIVE:
            yield w("page_goal_written"), e.relative_goal(item["goal"], item)
        if item["each"] is not None:
            yield w("page_each"), e.goal_of(item["each"], item)
        if item["interim"]:
            points = (
                f"{e.time(point['date'])}: {e.with_sign(Decimal(point['value']), item, None)}"
                for point in item["interim"]
            )
            yield w("page_on_the_way"), "; ".join(points)
        if item["allowed_misses"]:
            yield w("page_allowed_misses"), e.number(item["allowed_misses"])
        if item["deadline"] is not None:
            yield w("page_deadline"), e.deadline(item["deadline"])
        first = item["original"]
        if first is not None:
            terms = (e.goal_of(first["target"], item), e.deadline(first["deadline"]))
            yield w("page_first_promise"), ", ".join(terms)
        if item["baseline"] is not None:
            start = item["baseline"]
            when = f" ({e.time(start['date'])})" if start["date"] is not None else ""
            yield w("page_baseline"), e.with_sign(Decimal(start["value"]), item, None) + when
        yield w("page_said_by"), f"{e.text(stated['by'])}, {e.day(stated['on'])}"
        if stated["strength"] is not None:
            yield w("page_strength"), e.word("strengths", stated["strength"])
        yield w("page_reading"), e.word("readings", stated["reading"])
        if stated["inferred"]:
            yield (
                w("page_inferred"),
                ", ".join(w(f"page_inferred_{name}") for name in stated["inferred"]),
            )
        if item["review_by"] is not None:
            yield w("page_review_by"), e.day(item["review_by"])
        if item["report_every"] is not None:
            lag = w("lag_of", days=item["lag_days"]) if item["lag_days"] else ""
            yield w("page_every"), e.every(item["report_every"]) + lag
        if item["across"] is not None:
            yield w("lbl_across"), e.word("across", item["across"])
        if item["definition"] is not None:
            yield w("page_definition"), e.text(item["definition"])
        if item["contact"] is not None:
            yield w("page_contact"), e.text(item["contact"])

    @property
    def revisions(self) -> Sequence[Object]:
        """What was decided by the day of the page; so are those below."""
        return self._past(self.item["revisions"])

    @property
    def restated(self) -> Sequence[Object]:
        return self._past(self.item["restated"])

    @property
    def official(self) -> Sequence[Object]:
        return self._past(self.item["official"])

    @property
    def closed(self) -> Object | None:
        closing: Object | None = self.item["closed"]
        return closing if closing is not None and self.edition.is_past(closing["on"]) else None

    def _past(self, items: Sequence[Object]) -> Sequence[Object]:
        return [item for item in items if self.edition.is_past(item["on"])]

    @property
    def values(self) -> Sequence[Object]:
        """The values of its table, newest first."""
        values: Sequence[Object] = self.item["series"][-MOST_VALUES:]
        return values[::-1]

    @property
    def elsewhere(self) -> Iterator[tuple[str, str, str, Object | None]]:
        """What was reported and is no value of the series: of single conditions, and of the time
        before the promise counts. When, who or what it is of, the figure, and its record.
        """
        e, item = self.edition, self.item
        names = [*item["parts"], *item["outside"]] if item["bodies"] is None else item["outside"]
        for name in names:
            record = e.records.get(name)
            if record is None:
                continue
            parts = (e.aspect(name, item), e.body(record["body"]))
            figure = e.record_figure(record, record["qualifier"], item)
            yield e.time(record["date"]), " · ".join(filter(None, parts)), figure, record

    @property
    def extensions(self) -> Iterator[tuple[str, str]]:
        """What stands under the register's own keys."""
        for key, value in self.item["extensions"].items():
            is_text = isinstance(value, str)
            yield key, value if is_text else json.dumps(value, ensure_ascii=False, default=str)

    @property
    def conditions(self) -> Iterator[tuple[str, Object | None]]:
        """All that has to be met, each with how it stands where it has a figure of its own."""
        judged = {entry["condition"]: entry for entry in self.item["conditions"]}
        for name, title in self.item["condition_titles"].items():
            yield self.edition.text(title), judged.get(name)

    @property
    def notes(self) -> Sequence[Object]:
        return [note for note in self.item["notes"] if not note["evidence"]]

    @property
    def uncounted(self) -> Sequence[Object]:
        """What is known and cannot be counted."""
        return [note for note in self.item["notes"] if note["evidence"]]

    @property
    def strands(self) -> Sequence[Object]:
        """Series of other sources than the one that judges."""
        strands = self.item["strands"]
        return [strand for strand in strands if not strand["judges"] and strand["values"]]

    # bodies

    @property
    def _turnout(self) -> dict[str, int]:
        return {"n": self.item["bodies"]["reported"], "of": self.item["bodies"]["of"]}

    @property
    def silence(self) -> str:
        """How many have reported, and who has not."""
        e = self.edition
        entries = self.item["bodies"]["list"]
        silent = [e.body(entry["body"]) for entry in entries if not entry["reported"]]
        if not silent:
            return e.words("page_n_of_bodies", **self._turnout)
        names = ", ".join(silent[:MOST_NAMES]) + (" …" if len(silent) > MOST_NAMES else "")
        return e.words("page_silence", **self._turnout, names=names)

    @property
    def tiles(self) -> Iterator[dict[str, Any]]:
        """Its bodies, worst first, silent ones before those that have only reported."""
        bodies = self.item["bodies"]
        if bodies is None:
            return
        ranks = {state: at for at, state in enumerate((*self.edition.states, "silent", "reported"))}
        entries = [entry for entry in bodies["list"] if entry["state"] is not None]
        entries.sort(key=lambda entry: (ranks[entry["state"]], entry["body"]))
        for entry in entries[:MOST_TILES]:
            yield tile(self.edition, self.item, entry)

    @property
    def untiled(self) -> int:
        """How many bodies have no tile here."""
        entries = [entry for entry in self.item["bodies"]["list"] if entry["state"] is not None]
        return max(len(entries) - MOST_TILES, 0)

    @property
    def corrections(self) -> Iterator[dict[str, Any]]:
        """Figures that count no more, with what took their place."""
        e, item = self.edition, self.item
        foreign = {pair["report"] for pair in item["foreign_corrections"]}
        for entry in item["corrections"]:
            record = e.records.get(entry["by"])
            if record is None:
                continue
            after = (
                e.words("page_taken_back")
                if record["void"]
                else e.record_figure(record, record["qualifier"], item)
            )
            yield {
                "date": entry["date"],
                "of": ", ".join(
                    filter(None, (e.body(entry["body"]), e.aspect(entry["report"], item)))
                ),
                "before": e.record_figure(entry["before"], entry["qualifier"], item),
                "after": after,
                "reporter": e.records.get(entry["report"], record)["by"],
                "is_foreign": entry["by"] in foreign,
                "by": record["by"],
                "recorded": e.recorded(record["recorded"]),
                "note": record["note"],
            }


def tile(edition: Edition, item: Object, entry: Object) -> dict[str, Any]:
    """How one body stands on a target, small."""
    e, state = edition, entry["state"]
    is_judged = state not in ("silent", "reported")
    points = entry["series"] or []
    first = item["begins"] or (points[0]["last"] if points else "")
    goal = item["bodies"]["goal"]
    return {
        "body": entry["body"],
        "target": item["id"],
        "cell": entry["cell"] if is_judged else "",
        "symbol": e.symbol(entry["cell"]) if is_judged else "○",
        "word": e.word("states", state) if is_judged else e.words(f"page_{state}"),
        "value": e.figure(points[-1], item) if points else "–",
        "date": e.time(points[-1]["date"]) if points else "",
        "silent": not points,
        "spark": spark(points, goal, first, e.document["as_of"]) if len(points) > 1 else "",
    }

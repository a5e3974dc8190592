"""What the page of one target says, put together from its object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from cdstrack.render.page.edition import Edition, Object
from cdstrack.render.page.plot import Plot, plot, spark

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
            yield w("page_pace"), e.number(item["pace"])
        if item["bodies"] is not None:
            yield w("page_bodies"), w("page_n_of_bodies", **self._turnout)

    @property
    def promise(self) -> Iterator[tuple[str, str]]:
        """What was promised, by whom, and how it is read."""
        e, item, w, stated = self.edition, self.item, self.edition.words, self.item["stated"]
        if item["target"] is not None or item["kind"] == "milestone":
            yield w("page_target"), f"{e.goal(item)} {e.unit(item)}".strip()
        if item["each"] is not None:
            yield w("page_each"), e.goal_of(item["each"], item)
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
        if item["report_every"] is not None:
            yield w("page_every"), e.every(item["report_every"])
        if item["definition"] is not None:
            yield w("page_definition"), e.text(item["definition"])
        if item["contact"] is not None:
            yield w("page_contact"), e.text(item["contact"])

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
        return [strand for strand in self.item["strands"] if not strand["judges"]]

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
        for entry in sorted(entries, key=lambda entry: (ranks[entry["state"]], entry["body"])):
            yield tile(self.edition, self.item, entry)

    @property
    def corrections(self) -> Iterator[dict[str, Any]]:
        """Figures that count no more, with what took their place."""
        e, item = self.edition, self.item
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
                "body": entry["body"],
                "before": e.record_figure(entry["before"], entry["qualifier"], item),
                "after": after,
                "by": record["by"],
                "recorded": e.recorded(record),
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

"""What a site says of one body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cdstrack.core.model.structs import dataclass, field
from cdstrack.render.page.edition import Edition, Object


@dataclass(frozen=True)
class Office:
    """A body with what it answers for, reports on and owes."""

    id: str
    body: Object
    duties: list[Object] = field(default_factory=list)
    former: list[Object] = field(default_factory=list)
    """What it was named for, where another body answers now."""
    joint: list[Object] = field(default_factory=list)
    """What it works on with the owner."""
    reports: list[tuple[Object, Object]] = field(default_factory=list)
    """Targets, each with how the body stands on it."""
    dues: list[Object] = field(default_factory=list)

    predecessors: list[str] = field(default_factory=list)
    """Those of them that have ended by now."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is said of it but who it is."""
        return not (self.duties or self.former or self.joint or self.reports or self.dues)


def offices(edition: Edition) -> Iterator[Office]:
    """Every body of the register, also those that ended."""
    entries = {
        name: Office(name, body, predecessors=[*filter(edition.has_ended, body["predecessors"])])
        for name, body in edition.bodies.items()
    }
    for item in edition.targets.values():
        for items in _lists(item, entries):
            items.append(item)
        for entry in item["bodies"]["list"] if item["bodies"] is not None else ():
            if entry["body"] in entries and entry["state"] is not None:
                entries[entry["body"]].reports.append((item, entry))
    for due in edition.document["due"]:
        if due["body"] in entries:
            entries[due["body"]].dues.append(due)
    yield from entries.values()


def _lists(item: Object, entries: Mapping[str, Office]) -> Iterator[list[Object]]:
    """Where a target is listed among the bodies."""
    owner = item["owner"]["current"]
    path: Sequence[str] = [step["body"] for step in item["owners"]]
    if owner in entries:
        yield entries[owner].duties
    for name in dict.fromkeys(path):
        if name != owner and name in entries:
            yield entries[name].former
    for name in item["with"]:
        if name in entries:
            yield entries[name].joint

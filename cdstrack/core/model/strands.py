"""Several series of reports on one target: each that it is not judged by as a target of its own."""

from __future__ import annotations

from cdstrack.core.model.entries import Target
from cdstrack.core.model.fields import Bilingual


class TargetStrand(Target):
    """A series that a target is not judged by, as a target of its own: ``judged_by`` names it."""

    @property
    def of_strand(self) -> str | None:
        return self.judged_by


def strand_title(target: Target, name: str) -> Bilingual:
    """What a series is called."""
    return target.strands.get(name, Bilingual(vi=name, en=name))


def strand_of(target: Target, name: str) -> TargetStrand:
    """A series that a target is not judged by. Its figures are of the whole, for all bodies."""
    title = strand_title(target, name)
    changes = {
        "judged_by": name,
        "title": Bilingual(
            vi=f"{target.title.vi}: {title.vi}", en=f"{target.title.en}: {title.en}"
        ),
        "reporters": None, "across": None, "each": None, "part_of": None, "plan": [],
        "breakdown": {}, "crosses": [], "slices": [], "total": "reported", "total_by": None,
        "strands": {}, "restated": [], "notes": [],
    }  # fmt: skip
    if target.conditions:
        from cdstrack.core.model.conditions import without_own  # those are of the judging one

        changes["conditions"] = without_own(target).conditions
    fields = {name: getattr(target, name) for name in Target.model_fields}
    return TargetStrand.model_construct(**{**fields, **changes})


def other_strands(target: Target) -> list[str]:
    """The series that a target is not judged by, in the order of the register."""
    return [name for name in target.strands if name != target.judged_by]

"""Who may write what: the desks of a register, asked about one line of its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cdstrack.core.model.entries import Act, Desk
from cdstrack.core.model.register import Register
from cdstrack.core.model.report import Report
from cdstrack.core.model.structs import dataclass
from cdstrack.core.values.bodies import owner_on


@dataclass(frozen=True, slots=True)
class Member:
    """Who brought a line: an e-mail address, and the key of a sound signature if there is one."""

    email: str
    key: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """As desks name members, ready to compare."""
        return frozenset(name_key(name) for name in (self.email, self.key) if name)


def name_key(name: str) -> str:
    """What tells a member from others: SSH's fingerprints alone differ by their case."""
    return name if name.startswith("SHA256:") else name.casefold()


class Desks:
    """The desks of a register by their members."""

    def __init__(self, desks: Sequence[Desk], register: Register) -> None:
        self._register = register
        self._desks: dict[str, dict[str | None, list[Desk]]] = {}
        """By the member and the body; those of a group or of all have none."""
        for desk in desks:
            by_body = self._desks.setdefault(name_key(desk.member), {})
            by_body.setdefault(desk.body, []).append(desk)
        self._members = {name: frozenset(group.members) for name, group in register.groups.items()}
        self._paths: dict[tuple[str | None, str], frozenset[str]] = {}

    def know(self, member: Member) -> bool:
        """Whether a member has any desk."""
        return not member.names.isdisjoint(self._desks)

    def _of(self, member: Member, report: Report) -> Iterator[Desk]:
        """The desks of a member for a report, whenever they hold."""
        bodies = (None, *self._bodies(report))
        for name in member.names & self._desks.keys():
            for body in bodies:
                for desk in self._desks[name].get(body, ()):
                    if self.covers(desk, report):
                        yield desk

    def allow(self, member: Member, report: Report, act: Act, day: date) -> bool:
        """Whether a member may do something with a report on a day."""
        return any(act in desk.may and desk.holds_on(day) for desk in self._of(member, report))

    def share_a_desk(self, first: Member, second: Member, report: Report) -> bool:
        """Whether two members work at one desk for a report: the same body, group or all."""
        scopes = [{desk.scope for desk in self._of(member, report)} for member in (first, second)]
        return not scopes[0].isdisjoint(scopes[1])

    def covers(self, desk: Desk, report: Report) -> bool:
        """Whether a report is the business of a desk."""
        if desk.target is not None and desk.target != report.target:
            return False
        if desk.all:
            return True
        bodies = self._bodies(report)
        if desk.group is None:
            return desk.body in bodies
        members = self._members.get(desk.group, frozenset())
        # A group of which the members are not listed is only counted: any body may be in it.
        return not bodies.isdisjoint(members) if members else report.body is not None

    def _bodies(self, report: Report) -> frozenset[str]:
        """Whose business a report is: its body's or its targets' owners', and their heirs'."""
        targets = self._register.targets_of.get(report.target, ())
        key = (report.body, report.target)
        if key not in self._paths:
            choices = targets[0].succession if targets else {}
            names = {target.owner for target in targets} if report.body is None else {report.body}
            bodies = self._register.bodies
            paths = [owner_on(name, bodies, date.max, choices).path for name in names]
            self._paths[key] = frozenset(names.union(*paths))
        return self._paths[key]

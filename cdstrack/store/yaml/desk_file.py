"""The file of the desks: who may report, correct and void, for whom, from when until when."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from cdstrack.core.model.entries import Desk
from cdstrack.core.model.problems import Path as ValuePath
from cdstrack.core.model.problems import Problem, StoreError
from cdstrack.core.model.register import Register
from cdstrack.core.model.structs import replace
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.yaml.document import YamlDocument
from cdstrack.store.yaml.tree import LIMIT_BYTES, Mapping, Sequence

_MEMBER = re.compile(
    r"[^\s@<>:]+@[^\s@<>:]+|SHA256:[A-Za-z0-9+/]{43}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}"
)
"""An e-mail address, or a fingerprint as OpenSSH, OpenPGP and X.509 write it."""


def read_desks(path: Path, register: Register) -> tuple[list[Desk], list[Problem]]:
    """The desks of a file, and everything that is wrong with it.

    An entry with a problem gives no right. Raises StoreError: ``desks_missing``, else ``file_*``.
    """
    try:
        data = read_bytes(path, limit=LIMIT_BYTES)
    except StoreError as error:
        if error.code == "file_missing":
            raise StoreError("desks_missing", path=str(path)) from None
        raise
    file = DesksFile(data, str(path), register)
    return file.desks, file.problems


class DesksFile(YamlDocument):
    """What a file of desks says, and the problems found."""

    keys = ("cdstrack", "desks")
    required = keys
    shape = dict[str, list[Desk]]

    def __init__(self, data: bytes, file: str, register: Register) -> None:
        self.desks: list[Desk] = []
        self._register = register
        super().__init__(data, file)
        self.problems = [
            replace(problem, code=_OWN_WORDS.get(problem.code, problem.code))
            for problem in self.problems
        ]

    def _forget(self) -> None:
        self.desks.clear()

    def _read(self, root: Mapping) -> None:
        entries = root.get("desks", "")
        if not isinstance(entries, Sequence):
            if entries != "":
                self._add(Problem("not_a_list", {}, ("desks",)))
            return
        for index, entry in enumerate(entries):
            self._take(entry, ("desks", index))

    def _take(self, entry: object, path: ValuePath) -> None:
        """Keep a desk that is sound; what it names has to stand in the register."""
        before = len(self.problems) + self._hidden
        desk = self._validate(Desk, entry, path)
        register = self._register
        sections: tuple[tuple[str, str, Collection[str]], ...] = (
            ("body", "unknown_body", register.bodies),
            ("group", "unknown_group", register.groups),
            ("target", "unknown_target", {*register.targets_of, *register.broken}),
        )
        if desk is not None:
            if not _MEMBER.fullmatch(desk.member):
                self._add(Problem("desk_member", {"text": desk.member}, (*path, "member")))
            if sum((desk.body is not None, desk.group is not None, desk.all)) != 1:
                self._add(Problem("desk_scope", {}, path))
            if desk.since is not None and desk.until is not None and desk.until < desk.since:
                days = {"since": desk.since, "until": desk.until}
                self._add(Problem("desk_days", days, (*path, "until")))
            for key, code, names in sections:
                name = getattr(desk, key)
                if name is not None and name not in names:
                    facts = {"id": name, "suggestion": self._near(name, names)}
                    self._add(Problem(code, facts, (*path, key)))
        if desk is not None and len(self.problems) + self._hidden == before:
            self.desks.append(desk)


_OWN_WORDS = {"yaml_empty": "desks_empty", "yaml_not_mapping": "desks_not_mapping"}
"""In place of the words for a register."""

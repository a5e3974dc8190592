"""The file of the waivers: findings that somebody answers for, each until a day."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cdstrack.core.checks.gate import WAIVABLE
from cdstrack.core.model.entries import Waiver
from cdstrack.core.model.problems import Path as ValuePath
from cdstrack.core.model.problems import Place, Problem, StoreError
from cdstrack.core.model.register import Granted
from cdstrack.core.model.structs import replace
from cdstrack.store.safe_open import read_bytes
from cdstrack.store.yaml.document import YamlDocument
from cdstrack.store.yaml.tree import LIMIT_BYTES, Mapping, Sequence


def read_waivers(path: Path, targets: Collection[str]) -> tuple[list[Granted], list[Problem]]:
    """The waivers of a file, and everything that is wrong with it.

    ``targets`` are the ids that may be waived. An entry with a problem grants nothing. Raises
    StoreError: ``waivers_missing``, else ``file_*``.
    """
    try:
        data = read_bytes(path, limit=LIMIT_BYTES)
    except StoreError as error:
        if error.code == "file_missing":
            raise StoreError("waivers_missing", path=str(path)) from None
        raise
    file = WaiversFile(data, str(path), targets)
    return file.granted, file.problems


class WaiversFile(YamlDocument):
    """What a file of waivers says: those that are granted, and the problems found."""

    keys = ("cdstrack", "waivers")
    required = keys
    shape = dict[str, list[Waiver]]

    def __init__(self, data: bytes, file: str, targets: Collection[str]) -> None:
        self.granted: list[Granted] = []
        self._targets = targets
        super().__init__(data, file)
        self.problems = [
            replace(problem, code=_OWN_WORDS.get(problem.code, problem.code))
            for problem in self.problems
        ]

    def _forget(self) -> None:
        self.granted.clear()

    def _read(self, root: Mapping) -> None:
        entries = root.get("waivers", "")
        if not isinstance(entries, Sequence):
            if entries != "":
                self._add(Problem("not_a_list", {}, ("waivers",)))
            return
        places: dict[tuple[str, str], Place] = {}
        for index, entry in enumerate(entries):
            self._take(index, entry, places)

    def _take(self, index: int, entry: object, places: dict[tuple[str, str], Place]) -> None:
        """Grant what an entry says, if it is sound and the only one of its target and code.

        A second one is refused: nobody could tell which reason and which day hold, and a waiver
        that was prolonged would look like a new one. To prolong it, its ``until`` is changed.
        """
        path: ValuePath = ("waivers", index)
        before = len(self.problems)
        waiver = self._validate(Waiver, entry, path)
        fields = entry if isinstance(entry, Mapping) else {}
        self._choose(fields.get("code"), WAIVABLE, (*path, "code"))
        wrong = {problem.path for problem in self.problems[before:]}
        target, code = (
            fields[key] if isinstance(fields.get(key), str) and (*path, key) not in wrong else None
            for key in ("target", "code")
        )
        if target is None:
            return
        if target not in self._targets:
            facts = {"id": target, "suggestion": self._near(target, self._targets)}
            self._add(Problem("unknown_target", facts, (*path, "target")))
        elif code is not None:
            place = self.tree.place((*path, "target"))
            if (target, code) in places:
                facts = {"target": target, "code": code, "line": places[target, code].line}
                self._add(Problem("waiver_twice", facts, (*path, "target")))
                return
            places[target, code] = place
            if waiver is not None:
                self.granted.append(Granted(waiver, place))


_OWN_WORDS = {"yaml_empty": "waivers_empty", "yaml_not_mapping": "waivers_not_mapping"}
"""In place of the words for a register."""

"""How a ledger came to be: which commit of git brought each line, subjects it or took it away.

Each version is compared with those that it was made from, so a line belongs to the commit that
first held it, on whatever branch that was. Nearly always a ledger has only grown, and only what it
grew by is looked at.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Literal

from cdstrack.core.model.structs import dataclass, replace
from cdstrack.core.model.work import Work
from cdstrack.store.commit_signatures import Signature, signatures
from cdstrack.store.commits import Commit, Commits
from cdstrack.store.git import Repository
from cdstrack.store.ledger.load import content_lines
from cdstrack.store.safe_open import is_below, is_hidden
from cdstrack.store.yaml.tree import LIMIT_BYTES, parse_yaml

Subject = Literal["ledger", "check", "waivers", "desks"]
"""What the gate and the audit go by, besides the lines."""

_LEDGER = "progress.jsonl"

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did: the lines it brought and took, and what it subjects around them."""

    commit: Commit
    signature: Signature
    new_lines: Sequence[bytes]
    gone_lines: Sequence[bytes]
    subjects: Sequence[Subject]
    is_later: bool
    """Whether it came after the version that was asked about."""


@dataclass(frozen=True, slots=True)
class Trail:
    """All that the commits did, each after its parents, and where that has led.

    ``ledger`` is the file that the register names at ``HEAD``. ``orphans`` are lines that stand in
    it there, and did not at the version that was asked about, but that no commit brought.
    """

    steps: Sequence[Step]
    ledger: Path
    orphans: Collection[bytes]


def trail_of(path: Path, rev: str | None, work: Work | None = None) -> Trail:
    """The commits that touched the ledger of a register or its settings.

    All of them, for who corrects a report may be told from who brought it long ago; those that a
    version ``rev`` does not hold are later. ``work`` counts the commits. Raises StoreError
    ``version_*``.
    """
    real = Path(os.path.realpath(path))
    repository = Repository(real.parent, "HEAD")
    tip = repository.commit()
    base = repository.at(rev).commit() if rev is not None else None
    commits = Commits(repository)
    graph = commits.graph(tip)
    later = {commit.hash for commit in (commits.graph(tip, base) if base is not None else graph)}
    walk = _Walk(commits, graph, real.name, work or Work())
    steps = list(walk.steps())
    states = signatures(repository, [commit for commit, *_ in steps])
    trail = [
        Step(commit, states[commit.hash], new, losses, subjects, commit.hash in later)
        for commit, new, losses, subjects in steps
    ]
    names = {commit: walk.ledger_at(commit) for commit in (tip, base) if commit is not None}
    lines = {
        commit: set(_split(repository.file(commit, PurePath(name)) or b""))
        for commit, name in names.items()
    }
    rest = lines[tip] - (lines[base] if base is not None and base != tip else set())
    return Trail(_with_returns(trail, rest), real.parent / names[tip], rest)


def _with_returns(trail: Sequence[Step], rest: set[bytes]) -> list[Step]:
    """The steps, of which those that brought what the version had lost again count as later too.

    A merge with a branch from before can put such lines back, and brings none itself. What is
    accounted for is taken out of ``rest``.
    """
    for step in trail:
        if step.is_later:
            rest.difference_update(step.new_lines)
    steps: list[Step] = []
    for step in reversed(trail):
        returns = [line for line in step.new_lines if line in rest] if rest else []
        if returns:
            rest.difference_update(returns)
            comeback = replace(step, new_lines=returns, gone_lines=(), subjects=(), is_later=True)
            steps.append(comeback)
            others = [line for line in step.new_lines if line not in returns]
            step = replace(step, new_lines=others)
        steps.append(step)
    return steps[::-1]


class FilesAtVersion:
    """A register and what lay beside it at a version. Raises StoreError ``version_*``."""

    def __init__(self, path: Path, rev: str) -> None:
        real = Path(os.path.realpath(path))
        self._names = {path.name: real.name}
        self._repository = Repository(real.parent, rev)
        self._commit = self._repository.commit()

    def file(self, name: str, *, limit: int | None = LIMIT_BYTES) -> bytes | None:
        """A file by its name of today; None if there was none by this name."""
        beside = PurePath(self._names.get(name, name))
        return self._repository.file(self._commit, beside, limit=limit)


def ledger_at_version(path: Path, rev: str) -> bytes | None:
    """The ledger of a register as it was at a version, which the register of then names; of one on
    a server its mirror. None if there was none. Raises StoreError ``version_*``.
    """
    files = FilesAtVersion(path, rev)
    data = files.file(path.name)
    return files.file(_ledger((data and _settings_of(data)) or {}), limit=None)


class _Walk:
    """The versions of the files at a list of commits, parents first."""

    def __init__(
        self, commits: Commits, graph: Sequence[Commit], register: str, work: Work
    ) -> None:
        self._commits = commits
        self._work = work
        self._graph = graph
        self._register = PurePath(register)
        self._at = {commit.hash: number for number, commit in enumerate(graph)}
        self._settings = self._all_settings()

    def ledger_at(self, commit: str) -> str:
        """The name of the ledger at a commit, which may lie beside the walk."""
        number = self._at.get(commit)
        if number is not None:
            return _ledger(self._settings[number])
        [name] = self._commits.files([self._commits.commit(commit)], self._register)
        versions = [data for _, data in self._commits.blobs([name])]
        return _ledger((_settings_of(versions[0]) or {}) if versions else {})

    def steps(self) -> Iterator[tuple[Commit, list[bytes], list[bytes], list[Subject]]]:
        settings, at = self._settings, self._at
        names: list[str | None] = [_ledger(entry) for entry in settings]
        ledgers = self._files(names)
        checks = [entry.get("check") for entry in settings]
        waivers = self._files([_name(check, "waivers") for check in checks])
        desks = self._files([_name(entry, "desks") for entry in settings])
        values_of: tuple[tuple[Subject, Sequence[Any]], ...] = (
            ("ledger", names), ("check", checks), ("waivers", waivers), ("desks", desks),
        )  # fmt: skip
        differences = self._differences(ledgers, at)
        for number, commit in enumerate(self._graph):
            parents = [at[parent] for parent in commit.parents if parent in at]
            subjects = [
                subject
                for subject, values in values_of
                if parents and all(values[number] != values[parent] for parent in parents)
            ]
            new, losses = differences.get(number, ([], []))
            if new or losses or subjects:
                yield commit, new, losses, subjects

    def _all_settings(self) -> list[Settings]:
        """What the register said about the files beside it, at each commit.

        Where it is missing or cannot be read, what it said before still holds: otherwise whoever
        puts it right would seem to have brought every line.
        """
        hashes = self._commits.files(self._graph, self._register)
        versions: dict[str | None, Settings | None] = {None: None}
        for name, data in self._commits.blobs(hashes):
            versions[name] = _settings_of(data)
        settings: list[Settings] = []
        for commit, hash_ in zip(self._graph, hashes, strict=True):
            own = versions[hash_]
            if own is None:
                parents = [self._at[parent] for parent in commit.parents if parent in self._at]
                own = settings[parents[0]] if parents else {}
            settings.append(own)
        return settings

    def _files(self, names: Sequence[str | None]) -> list[str | None]:
        """The hash of a file at each commit, by the name that it had there."""
        hashes: list[str | None] = [None] * len(names)
        for name in dict.fromkeys(filter(None, names)):
            places = [number for number, title in enumerate(names) if title == name]
            commits = [self._graph[number] for number in places]
            try:
                files = self._commits.files(commits, PurePath(name))
            except ValueError:  # no name of a file
                continue
            for number, value in zip(places, files, strict=True):
                hashes[number] = value
        return hashes

    def _differences(
        self, ledgers: Sequence[str | None], at: Mapping[str, int]
    ) -> dict[int, tuple[list[bytes], list[bytes]]]:
        """The lines that came and went with each commit whose ledger is not that of its parents."""
        origins: dict[int, list[str | None]] = {}
        uses: Counter[str | None] = Counter()
        for number, commit in enumerate(self._graph):
            parents = [ledgers[at[parent]] for parent in commit.parents if parent in at]
            if any(parent != ledgers[number] for parent in parents or [None]):
                origins[number] = parents
                uses.update({ledgers[number], *parents})
        contents = self._contents(uses)
        differences: dict[int, tuple[list[bytes], list[bytes]]] = {}
        taken_lines: Counter[bytes] = Counter()
        for number, parents in self._work.over(origins.items(), "work_commits"):
            before = [contents(name) for name in parents] or [b""]
            new, losses = _compare(contents(ledgers[number]), before)
            if len(parents) > 1:  # what a side took away is not the merge's doing
                losses = [line for line in losses if not taken_lines[line]]
            taken_lines.update(losses)
            taken_lines.subtract(line for line in new if taken_lines[line] > 0)
            differences[number] = new, losses
            for name in {ledgers[number], *parents}:
                uses[name] -= 1
                if not uses[name]:
                    contents.drop(name)
        return differences

    def _contents(self, uses: Mapping[str | None, int]) -> _Contents:
        return _Contents(self._commits.blobs(uses))


class _Contents:
    """The contents of versions, read on when one is asked for, and kept while they are needed."""

    def __init__(self, blobs: Iterator[tuple[str, bytes]]) -> None:
        self._blobs = blobs
        self._held: dict[str | None, bytes] = {None: b""}

    def __call__(self, name: str | None) -> bytes:
        while name not in self._held:
            hash_, data = next(self._blobs)
            self._held[hash_] = data
        return self._held[name]

    def drop(self, name: str | None) -> None:
        """It is not needed any more."""
        if name is not None:
            del self._held[name]


def _compare(after: bytes, before: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    """The lines that no version before had, and those that one had and are gone."""
    if len(before) == 1 and after.startswith(before[0]) and before[0][-1:] in (b"", b"\n"):
        return list(_split(after[len(before[0]) :])), []
    after_lines = Counter(_split(after))
    before_lines: Counter[bytes] = Counter()
    for version in before:
        before_lines |= Counter(_split(version))
    return _in_order(after, after_lines - before_lines), _in_order(
        b"\n".join(before), before_lines - after_lines
    )


def _in_order(text: bytes, left: Counter[bytes]) -> list[bytes]:
    """Lines as often as they are counted, in the order of a text."""
    lines = []
    for line in _split(text):
        if left.get(line, 0) > 0:
            left[line] -= 1
            lines.append(line)
    return lines


def _split(text: bytes) -> Iterator[bytes]:
    lines: Iterable[bytes] = text.split(b"\n")
    return content_lines(lines)


def _settings_of(data: bytes) -> Settings | None:
    """The settings of a register, by the reader of the register itself; None if it cannot be read.

    Of all of it: where a key of the root stands cannot be told without what comes before.
    """
    root = parse_yaml(data, file="").root
    if not isinstance(root, Mapping):
        return None
    return {key: root[key] for key in ("ledger", "check", "desks") if key in root}


def _ledger(settings: Settings) -> str:
    """The name of the ledger: the usual one too where what the register names is refused."""
    name = _name(settings, "ledger")
    return name if name is not None and is_below(name) and not is_hidden(name) else _LEDGER


def _name(settings: Any, key: str) -> str | None:
    """The name of a file in settings, if it is one."""
    name = settings.get(key) if isinstance(settings, Mapping) else None
    return name if isinstance(name, str) and name.strip() else None

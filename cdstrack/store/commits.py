"""What commits held, one after the other: for whoever looks at more than two versions.

``Repository`` in ``store/git.py`` runs git; this asks it for many commits at once, so that the
number of processes does not grow with the number of commits::

    commits = Commits(repository)                 # a Repository: the folder that names start from
    trail = commits.trail(tip)                    # all first parents of a commit, oldest first
    trail = commits.trail(tip, base)              # those that the commit ``base`` does not hold
    files = commits.files(trail, PurePath(name))  # the hash of the file at each, None where none
    for hash_, data in commits.blobs(files):      # each content once, in order, checked by its hash
        ...

A commit has ``hash``, ``parents``, ``author`` and ``committer`` (each with ``name``, ``email`` and
``moment``) and ``data``, the whole object as it was signed. Linear in the commits and in the bytes
of what differs between them. Whatever cannot be had is a StoreError ``version_*``, never nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import PurePath

from cdstrack.core.model.problems import StoreError
from cdstrack.core.model.structs import dataclass
from cdstrack.store.git import Entry, Repository, content_of, tree_entry

_AT_ONCE = 64 * 1024 * 1024
"""So many bytes of objects are held at a time, or one object, if that is larger."""
_SMALL = 4096
"""So many bytes a commit or a folder is reckoned at."""
_FEW = 16
"""So many objects are asked for one by one: that takes less than to start another git."""

_HEADER = re.compile(rb"^(tree|parent|author|committer) (.*)$", re.MULTILINE)
_PERSON = re.compile(rb"(.*?) ?<([^<>]*)> (-?[0-9]{1,11}) [+-][0-9]{4}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who made a commit and when, by what the commit itself says."""

    name: str
    email: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. ``data`` is all of the object, signature and message included."""

    hash: str
    parents: tuple[str, ...]
    tree: str
    author: Person
    committer: Person
    data: bytes

    @property
    def moment(self) -> datetime:
        """When it was committed, as it says itself."""
        return self.committer.moment


class Commits:
    """The commits of a repository, and the files below one of its folders at each."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def trail(self, tip: str, base: str | None = None) -> list[Commit]:
        """The first parents of a commit, itself last, up to what ``base`` holds, oldest first.

        Raises StoreError ``version_gap`` where this copy of the repository leaves some out.
        """
        if tip == base:
            return []
        walk = self._walk(tip, base) if base is not None else None
        if walk is not None:
            return walk[::-1]
        trail = [*self._commits("--first-parent", "--reverse", tip, base=base)]
        for earlier, later in pairwise(trail):
            if later.parents[:1] != (earlier.hash,):
                raise StoreError("version_gap", commit=later.hash[:12])
        if trail and trail[0].parents:
            # Git takes what it is told is the last commit of a shallow copy for the first of all,
            # also where those before it are here.
            parent = trail[0].parents[0]
            is_cut = trail[0].hash in self._cuts and parent != base
            if is_cut or not self._exists(parent):
                raise StoreError("version_gap", commit=trail[0].hash[:12])
        return trail

    def line(self, tip: str) -> Iterator[Commit]:
        """The first parents of a commit as far as this copy holds them, itself first."""
        walk = self._walk(tip)
        return iter(walk) if walk is not None else self._commits("--first-parent", tip)

    def _walk(self, tip: str, base: str | None = None) -> list[Commit] | None:
        """The first parents of a commit down to ``base`` or the first of all, itself first.

        None where that is not near, or where only git can say what this copy holds.
        """
        walk: list[Commit] = []
        name: str | None = tip
        while name != base:
            data = None
            if name is not None and len(walk) < _FEW and self._repository.is_shallow is False:
                data = self._repository.content("commit", name)
            if name is None or data is None:
                return None
            try:
                walk.append(_commit(name, data))
            except StoreError:
                return None
            name = next(iter(walk[-1].parents), None)
        return walk

    def _commits(self, *options: str, base: str | None = None) -> Iterator[Commit]:
        """What ``rev-list`` names, but for what ``base`` holds."""
        exclusion = () if base is None else (f"^{base}",)
        listing = self._repository.ask("rev-list", *options, *exclusion, "--")
        if listing.returncode:
            raise self._repository.failure(listing)
        hashes = listing.stdout.decode("ascii", "replace").split()
        return (_commit(name, data) for name, data in self._objects(hashes, "commit"))

    def graph(self, tip: str, base: str | None = None) -> list[Commit]:
        """All commits that a commit holds, up to what ``base`` holds, each after its parents.

        Raises StoreError ``version_gap`` where this copy of the repository leaves some out.
        """
        walk = self._walk(tip, base)
        if walk is not None and all(len(commit.parents) < 2 for commit in walk):
            return walk[::-1]
        graph = [*self._commits("--topo-order", "--reverse", tip, base=base)]
        hashes = {commit.hash for commit in graph}
        outside = {parent for commit in graph for parent in commit.parents} - hashes
        if any(not self._exists(parent) for parent in outside):
            missing = next(c for c in graph if any(not self._exists(p) for p in c.parents))
            raise StoreError("version_gap", commit=missing.hash[:12])
        cut = next((c for c in graph if c.hash in self._cuts and outside & {*c.parents}), None)
        if cut is not None and base not in cut.parents:
            raise StoreError("version_gap", commit=cut.hash[:12])
        return graph

    def commit(self, name: str) -> Commit:
        """The commit with a hash."""
        [(_, data)] = self._objects([name], "commit")
        return _commit(name, data)

    def files(self, trail: Sequence[Commit], name: PurePath) -> list[str | None]:
        """The hash of what stood at a path at each commit, None where nothing did.

        The path starts from the folder of the repository object. Raises StoreError
        ``version_not_a_file`` for a folder, a link or a submodule, or what lies behind one.
        """
        steps = [*self._prefix, *name.parts]
        hashes: list[str | None] = [commit.tree for commit in trail]
        for step, is_last in zip(steps, (*[False] * (len(steps) - 1), True), strict=True):
            trees = dict(self._objects([h for h in hashes if h is not None], "tree"))
            entries = {h: tree_entry(tree, os.fsencode(step), len(h)) for h, tree in trees.items()}
            following: list[str | None] = []
            for commit, hash_ in zip(trail, hashes, strict=True):
                entry = entries[hash_] if hash_ is not None else None
                if entry is not None and not (entry.is_file if is_last else entry.is_folder):
                    facts = {"path": name.as_posix(), "rev": commit.hash[:12]}
                    raise StoreError("version_not_a_file", **facts)
                following.append(entry.hash if entry is not None else None)
            hashes = following
        return hashes

    def entry(self, commit: Commit, name: PurePath) -> Entry | None:
        """What stands at a path at a commit, whatever it is; None where nothing does."""
        entry: Entry | None = Entry.folder(commit.tree)
        for step in (*self._prefix, *name.parts):
            if entry is None or not entry.is_folder:
                return None
            [(_, tree)] = self._objects([entry.hash], "tree")
            entry = tree_entry(tree, os.fsencode(step), len(entry.hash))
        return entry

    def listing(self, commit: Commit) -> Iterator[tuple[PurePath, str, int]]:
        """All files of a commit, from the top of the repository: path, hash and size in bytes."""
        answer = self._repository.ask("ls-tree", "-r", "-l", "-z", "--full-tree", commit.hash)
        if answer.returncode:
            raise self._repository.failure(answer)
        for line in answer.stdout.split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, _, hash_, size = facts.decode("ascii", "replace").split()
            if mode.startswith("100"):
                yield PurePath(os.fsdecode(name)), hash_, int(size)

    def blobs(self, hashes: Iterable[str | None]) -> Iterator[tuple[str, bytes]]:
        """Each content once, in order of its first mention."""
        return self._objects([name for name in hashes if name is not None], "blob")

    @cached_property
    def _prefix(self) -> Sequence[str]:
        return self._repository.prefix()

    @cached_property
    def _cuts(self) -> frozenset[str]:
        """The commits before which git looks no further, in a shallow copy."""
        path = self._repository.shallow_file()
        if path is None:
            answer = self._repository.ask("rev-parse", "--git-path", "shallow")
            if answer.returncode:
                raise self._repository.failure(answer)
            path = self._repository.folder / os.fsdecode(answer.stdout.removesuffix(b"\n"))
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise StoreError("version_failed", reason=error.strerror or str(error)) from None
        return frozenset(data.decode("ascii", "replace").split())

    def _exists(self, name: str) -> bool:
        if self._repository.content("commit", name) is not None:
            return True
        return not self._repository.ask("cat-file", "-e", name).returncode

    def _objects(self, names: Iterable[str], kind: str) -> Iterator[tuple[str, bytes]]:
        """Objects by their hashes, each once; what they hold is checked by the hash."""
        hashes = list(dict.fromkeys(names))
        objects = self._repository.objects
        if sum((kind, name) not in objects for name in hashes) <= _FEW:
            for name in hashes:
                data = self._repository.content(kind, name)
                if data is None:
                    [(_, data)] = self._batch([name], kind)
                    if kind != "blob":
                        objects[kind, name] = data
                yield name, data
            return
        # Only files are large.
        sizes = self._sizes(hashes) if kind == "blob" else [_SMALL] * len(hashes)
        batch: list[str] = []
        total = 0
        for name, size in zip(hashes, sizes, strict=True):
            if batch and total + size > _AT_ONCE:
                yield from self._batch(batch, kind)
                batch, total = [], 0
            batch.append(name)
            total += size
        if batch:
            yield from self._batch(batch, kind)

    def _sizes(self, names: Sequence[str]) -> list[int]:
        if not names:
            return []
        options = ("cat-file", "--batch-check=%(objectname) %(objectsize)")
        lines = self._ask(*options, names=names).splitlines()
        pairs = [line.split() for line in lines]
        for name, pair in zip(names, pairs, strict=True):
            if len(pair) != 2 or not pair[1].isdigit():
                raise StoreError("version_object", hash=name)
        return [int(size) for _, size in pairs]

    def _batch(self, names: Sequence[str], kind: str) -> Iterator[tuple[str, bytes]]:
        answer = self._ask("cat-file", "--batch", names=names)
        start = 0
        for name in names:
            end = answer.find(b"\n", start)
            head = answer[start:end].split()
            if end < 0 or len(head) != 3 or head[1] != kind.encode():
                raise StoreError("version_object", hash=name)
            data = answer[end + 1 : end + 1 + int(head[2])]
            start = end + 2 + len(data)
            yield name, content_of(name, kind, data)

    def _ask(self, *args: str, names: Sequence[str]) -> bytes:
        stdin = "".join(f"{name}\n" for name in names).encode("ascii")
        answer = self._repository.ask(*args, stdin=stdin)
        if answer.returncode:
            raise self._repository.failure(answer)
        return answer.stdout


def _commit(name: str, data: bytes) -> Commit:
    headers = _HEADER.findall(data.partition(b"\n\n")[0])
    fields = dict(reversed(headers))
    try:
        author, committer = _person(fields[b"author"]), _person(fields[b"committer"])
        tree = fields[b"tree"].decode("ascii")
    except (KeyError, ValueError, OverflowError, OSError):
        raise StoreError("version_object", hash=name) from None
    parents = tuple(value.decode("ascii", "replace") for key, value in headers if key == b"parent")
    return Commit(name, parents, tree, author, committer, data)


def _person(text: bytes) -> Person:
    match = _PERSON.fullmatch(text)
    if match is None:
        raise ValueError(text)
    name, email = (part.decode("utf-8", "backslashreplace") for part in match.groups()[:2])
    return Person(name, email, datetime.fromtimestamp(int(match[3]), UTC))

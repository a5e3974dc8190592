"""The ids of the records in a ledger of which most lie in its index: asked for, seldom listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from typing import Protocol

FEW = 8
"""So many ids are looked for one by one; then all of them are fetched."""


class Names(Protocol):
    """Many names in a file. To look at them raises OSError where it is damaged."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[str]: ...

    def among(self, names: Collection[str]) -> set[str]:
        """Those of some names that are among them, in one pass."""


class KnownIds(Set[str]):
    """The ids in an index, and those of the lines that came after it.

    No set of Python's: the interpreter would look past what lies in the file.
    """

    def __init__(self, names: Names, places: Collection[str]) -> None:
        """``places`` are ids in it for which most ask: those that corrections name and have."""
        self._names = names
        self._after: set[str] = set()
        self._answers = dict.fromkeys(places, True)
        self._all: Set[str] | None = None
        self._questions = 0
        self.instead: Callable[[], Set[str]] | None = None
        """Where all ids come from if the index is damaged; without it OSError is raised."""

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> set[str]:  # type: ignore[override]
        return set(it)

    def update(self, ids: Iterable[str]) -> None:
        """Add ids of lines that came after the index."""
        self._after.update(ids)

    def learn(self, ids: Collection[str]) -> None:
        """Look in one pass for ids that will be asked for."""
        unknown = {id_ for id_ in ids if id_ not in self._answers}
        if unknown:
            among = self._names.among(unknown)
            self._answers.update((id_, id_ in among) for id_ in unknown)

    def before(self, ids: Collection[str]) -> set[str]:
        """Those of some ids that stand in the index itself."""
        self.learn(ids)
        return {id_ for id_ in ids if self._answers[id_]}

    @property
    def after(self) -> Set[str]:
        """The ids of the lines after the index."""
        return self._after

    def __contains__(self, id_: object) -> bool:
        if id_ in self._after:
            return True
        if self._all is not None or not isinstance(id_, str):
            return id_ in (self._all or ())
        if id_ not in self._answers:
            self._questions += 1
            if self._questions > FEW:
                return id_ in self._whole()
            try:
                self.learn([id_])
            except OSError:
                return id_ in self._whole()
        return self._answers[id_]

    def _whole(self) -> Set[str]:
        """All ids of the index, in memory."""
        if self._all is None:
            try:
                self._all = set(self._names)
            except OSError:
                if self.instead is None:
                    raise
                self._all = self.instead()
        return self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole() | self._after)

    def __len__(self) -> int:
        return len(self._names) + len(self._after)

"""Problems are codes with facts, never sentences: the words live in ``cdstrack.i18n``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from cdstrack.core.model.failures import Defect, Failure, Fault, Refusal, StoreError
from cdstrack.core.model.structs import dataclass, field, replace

__all__ = [
    "NEAR", "Defect", "Failure", "Fault", "NoRegister", "Path", "Place", "Problem", "Refusal",
    "StoreError", "Suggestions", "did_you_mean", "is_near",
]  # fmt: skip

NEAR = 0.8

Path = tuple[str | int, ...]
"""Where a value stands in a document: the keys and indexes that lead to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file; ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int
    excerpt: str | None = None
    width: int = 1

    @property
    def sort_key(self) -> tuple[str, int, int]:
        return (self.file, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that is wrong (``error``) or looks wrong (``warning``).

    ``path`` leads to the value inside its document, ``place`` is where that stands in the file:
    a pure check knows only the path, the store adds the place. ``target`` is the id of the target
    that cannot be judged because of it.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    path: Path = ()
    place: Place | None = None
    level: Literal["error", "warning"] = "error"
    target: str | None = None

    def at(self, place: Place) -> Problem:
        """The same problem with its place in the file."""
        return replace(self, place=place)


class NoRegister(Exception):
    """The register could not be read at all. Carries its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("no register")
        self.problems = problems


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, or None."""
    from difflib import get_close_matches  # most files hold no slip

    names = list(words)
    close = get_close_matches(word.lower(), names, n=3, cutoff=0.6)
    if close:  # two letters that changed places are the commonest slip
        letters = sorted(word.lower())
        return next((name for name in close if sorted(name) == letters), close[0])
    bare = word.lower().replace("_", "").replace("-", "")
    return next((n for n in names if n.replace("_", "").replace("-", "") == bare), None)


def is_near(word: str, other: str) -> bool:
    """Whether two words are so alike that one is surely the other, misspelt."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other).ratio() >= NEAR


@dataclass
class Suggestions:
    """``did_you_mean`` for one file: when the search has cost enough, it is given up.

    Ten thousand unknown words among ten thousand that exist would take minutes.
    """

    comparisons: int = 200_000
    """How many are left."""

    def __call__(self, word: str, words: Collection[str]) -> str | None:
        return did_you_mean(word, words) if self.can_afford(len(words)) else None

    def can_afford(self, comparisons: int) -> bool:
        """Whether so many more are left; they are gone then."""
        self.comparisons -= comparisons
        return self.comparisons >= 0

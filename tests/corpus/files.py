"""Small registers that the validator and the published schema must judge alike.

``good`` ones have no problem. Each of the ``bad`` ones is named after its fault, and its first line
says what is found: ``# line:column code``, several parted by commas.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cdstrack.core.model.problems import Problem
from cdstrack.store.yaml.register_file import RegisterFile

FOLDER = Path(__file__).parent
GOOD = sorted(FOLDER.glob("good/*.yaml"))
BAD = sorted(FOLDER.glob("bad/*.yaml"))


def name(path: Path) -> str:
    return path.stem


def expected(path: Path) -> list[str]:
    """What the first line of a bad register says is wrong with it."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").split(", ")


@cache
def bad(name: str) -> RegisterFile:
    """The register with a fault, read under the name that registers have."""
    return RegisterFile((FOLDER / "bad" / f"{name}.yaml").read_bytes(), "targets.yaml")


def spot(problem: Problem) -> str:
    assert problem.place is not None
    return f"{problem.place.line}:{problem.place.column} {problem.code}"


def marked(problem: Problem) -> str:
    """The part of the excerpt that has the carets under it."""
    place = problem.place
    assert place is not None
    assert place.excerpt is not None
    return place.excerpt[place.column - 1 :][: place.width]

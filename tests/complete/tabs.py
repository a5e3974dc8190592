"""Tab without a shell: what would be told about a line that ends under the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cdstrack.complete import shells
from cdstrack.complete.command_line import read_line

BREAKS = " \t\n\"'><=;|&(:"


class Told(NamedTuple):
    """The values with what is said of each, and how the shell is to go on."""

    said: dict[str, str]
    ways: list[str]

    @property
    def values(self) -> list[str]:
        return list(self.said)


def tab(line: str, **environ: str) -> Told:
    """What is told when Tab is pressed at the ``^``, or at the end."""
    point = line.find("^") if "^" in line else len(line)
    read = read_line(line.replace("^", ""), point, "")
    asked = {"_CDSTRACK_COMPLETE": "zsh", "LANG": "en_GB.UTF-8", **environ}
    lines = list(shells.lines([str(read.position), *read.words], asked))
    pairs = dict(each.split("\t") for each in lines if not each.startswith(":"))
    return Told(pairs, [each for each in lines if each.startswith(":")])


def tab_in_bash(line: str, kind: str = "9", **environ: str) -> list[str]:
    asked: Mapping[str, str] = {"_CDSTRACK_COMPLETE": "bash", "LANG": "en_GB.UTF-8", **environ}
    return list(shells.lines([str(len(line)), line, BREAKS, kind], asked))

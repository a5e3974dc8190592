"""Colours as people see them: contrast, and how far two are apart for the colour-blind."""

from __future__ import annotations

import re
from collections.abc import Iterator

Linear = tuple[float, float, float]
"""Red, green and blue light, each from 0 to 1."""

MACHADO = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What is left of light for those who lack a cone (Machado, Oliveira and Fernandes 2009)."""

_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> Linear:
    """The light of ``#rgb`` or ``#rrggbb``."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (_light(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def _light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _times(matrix: tuple[tuple[float, ...], ...], light: Linear) -> Linear:
    x, y, z = (sum(a * b for a, b in zip(row, light, strict=True)) for row in matrix)
    return x, y, z


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG, from 1 to 21."""
    low, high = sorted(_times(_XYZ, linear(colour))[1] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def difference(one: str, other: str, sight: str) -> float:
    """ΔE of 1976 between two colours, for somebody of a kind of sight."""
    a, b = (_lab(_times(MACHADO[sight], linear(colour))) for colour in (one, other))
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5


def _lab(light: Linear) -> Linear:
    clipped = tuple(min(max(part, 0.0), 1.0) for part in light)
    x, y, z = (
        _root(part / white)
        for part, white in zip(
            _times(_XYZ, (clipped[0], clipped[1], clipped[2])), _WHITE, strict=True
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def palettes(css: str) -> dict[str, dict[str, str]]:
    """The colours of a style sheet by their names: light, dark, and printed."""
    light: dict[str, str] = {}
    kinds: dict[str, dict[str, str]] = {"dark": {}, "print": {}}
    for query, body in _roots(css):
        colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,6})\b", body))
        if not query:
            light |= colours
        elif "dark" in query:
            kinds["dark"] |= colours
        elif "print" in query:
            kinds["print"] |= colours
    return {"light": light, **{kind: light | colours for kind, colours in kinds.items()}}


def _roots(css: str) -> Iterator[tuple[str, str]]:
    """Each ``:root`` with the media query that it stands in."""
    query, depth = "", 0
    for head, brace in re.findall(r"([^{}]*)([{}])", css):
        if brace == "}":
            depth -= 1
            query = "" if depth == 0 else query
            continue
        name = head.rpartition(";")[2].strip()
        if name.startswith("@media"):
            query = name
        elif name == ":root":
            at = css.index(f"{head}{{") + len(head) + 1
            yield query, css[at : css.index("}", at)]
        depth += 1


def names_of(css: str, properties: str) -> set[str]:
    """The names of the colours that properties take."""
    found = re.findall(rf"(?<![\w-])(?:{properties}):[^;{{}}]*?var\(--([\w-]+)", css)
    return set(found)

"""The colours of the style sheet can be read, and told apart by everybody."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import cdstrack.render.page
from tests.page.colours import MACHADO, contrast, difference, linear, names_of, palettes

CSS = (Path(cdstrack.render.page.__file__).parent / "templates/style.css").read_text("utf-8")
PALETTES = palettes(CSS)
CELLS = ("on-time", "late", "in-time", "overdue")
TEXTS = names_of(CSS, "color|--cell") - {"cell"}
GROUNDS = names_of(CSS, "background|background-color")
GRAPHICS = names_of(CSS, "fill|stroke") - {"cell", "line", *GROUNDS}
"""All but the lines of a grid, which only lead the eye."""


def test_what_contrast_is():
    assert round(contrast("#000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#fff"), 2) == 4.54
    assert linear("#f00")[0] == 1


def test_red_and_green_are_one_to_whom_lacks_a_cone():
    assert difference("#b05a00", "#787800", "protan") < 12
    assert difference("#b05a00", "#787800", "tritan") > 20


@pytest.mark.parametrize("kind", PALETTES)
def test_every_text_can_be_read_on_every_ground(kind):
    colours = PALETTES[kind]
    assert {"ink", "soft", "link", *CELLS} <= TEXTS
    assert {"ground", "raised"} <= GROUNDS
    # On what is marked stand sentences, which carry no colour of a state.
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS
             if ground != "mark" or text not in CELLS]  # fmt: skip
    ratios = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("kind", PALETTES)
def test_every_line_of_a_chart_can_be_seen(kind):
    colours = PALETTES[kind]
    assert set(GRAPHICS) >= {"in-time", "overdue", "on-time"}
    ratios = {name: contrast(colours[name], colours["ground"]) for name in GRAPHICS}
    assert {name: ratio for name, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("kind", PALETTES)
def test_the_cells_differ_for_whom_lacks_a_cone(kind, sight):
    colours = PALETTES[kind]
    apart = {
        pair: difference(*(colours[name] for name in pair), sight)
        for pair in combinations(CELLS, 2)
    }
    assert {pair: distance for pair, distance in apart.items() if distance < 20} == {}


def test_a_screen_in_the_dark_leaves_paper_as_it_is():
    assert PALETTES["print"] == PALETTES["light"]
    assert PALETTES["dark"] != PALETTES["light"]


def test_in_the_dark_nothing_but_colours_is_other():
    """So what is not a matter of colours has to be looked at in one scheme alone."""
    [dark] = re.findall(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}", CSS, re.DOTALL)
    assert CSS.count("prefers-color-scheme") == 1
    assert not re.sub(r"--[\w-]+: #\w+;", "", dark).strip()

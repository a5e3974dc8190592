"""Goals as they are written: the examples of docs/catalogue.md, read and judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[1] / "docs" / "catalogue.md"
HEAD = """cdstrack: 1
title: Register
sources: {plan: {title: Plan, date: 2024-01-01}}
bodies: {ministry: {name: Ministry}}
"""


def example(number: int) -> str:
    """One of the registers under the heading, with what it cites."""
    _, _, text = CATALOGUE.read_text(encoding="utf-8").partition("## Goals as they are written\n")
    section = text.partition("\n## ")[0]
    return HEAD + re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[number]


@pytest.fixture
def register(cli):
    def write(number: int):
        (cli.folder / "targets.yaml").write_text(example(number), encoding="utf-8")
        assert cli("validate").code == 0
        return cli

    return write


def shown(cli, name: str, day: str = "2026-11-21"):
    return cli("--as-of", day, "show", name, "--format", "json").json


def test_a_range_meant_as_a_minimum_and_a_figure_that_is_about_right(register):
    cli = register(0)
    cli.report("exports", "19", "--date", "2025-06-30")
    cli.report("schools", "86", "--date", "2025")
    exports, schools = shown(cli, "exports"), shown(cli, "schools")
    assert (exports["state"], "over_achieved" in exports["flags"]) == ("achieved", True)
    assert exports["target"] == {"comparator": "at_least", "value": 16, "value_max": 18}
    assert (schools["state"], schools["progress"]) == ("achieved", 0.95)
    page = cli("--lang", "vi", "show", "exports").out
    assert "≥ 16–18 %; đạt từ mức 16 trở lên" in page
